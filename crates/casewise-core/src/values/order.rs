//! How values compare, and what makes two of them the same.

use std::cmp::Ordering;
use std::fmt::Write as _;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::{Duration, Period, Value};

impl Value {
    /// One order over all values: missing first, then by type, then by value. Two values are equal here
    /// when they are the same value, so floats go by [`f64::total_cmp`] with −0 as 0.
    pub fn total_cmp(&self, other: &Value) -> Ordering {
        match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Value::Int(a), Value::Int(b)) => a.cmp(b),
            (Value::Float(a), Value::Float(b)) => (a + 0.0).total_cmp(&(b + 0.0)),
            (Value::Decimal(a), Value::Decimal(b)) => a.cmp(b),
            // UTF-8 keeps the order of code points.
            (Value::Text(a), Value::Text(b)) => a.cmp(b),
            (Value::Date(a), Value::Date(b)) => a.cmp(b),
            (Value::Time(a), Value::Time(b)) => a.cmp(b),
            (Value::Duration(a), Value::Duration(b)) => a.cmp(b),
            (Value::Period(a), Value::Period(b)) => a.cmp(b),
            (Value::Label(a), Value::Label(b)) => a.cmp(b),
            (Value::Set(a), Value::Set(b)) | (Value::List(a), Value::List(b)) => {
                let differs = a.iter().zip(b.iter()).map(|(a, b)| a.total_cmp(b));
                let first = differs.into_iter().find(|order| order.is_ne());
                first.unwrap_or_else(|| a.len().cmp(&b.len()))
            }
            _ => self.rank().cmp(&other.rank()),
        }
    }

    /// How two values of one type compare; `None` (unknown) if either is missing. Values of different
    /// types do not compare: the plan widens them first. Lists are not values to compare.
    pub fn compare(&self, other: &Value) -> Option<Ordering> {
        if self.is_missing() || self.rank() != other.rank() || matches!(self, Value::List(_)) {
            return None;
        }
        Some(self.total_cmp(other))
    }

    /// A set of these elements, duplicates collapsed. None of them is missing: the caller has refused
    /// that.
    pub fn set(mut elements: Vec<Value>) -> Value {
        elements.sort_unstable_by(Value::total_cmp);
        elements.dedup_by(|a, b| a.total_cmp(b).is_eq());
        Value::Set(Arc::from(elements))
    }

    /// Whether a set holds this value; `false` for what is not a set.
    pub fn contains(&self, element: &Value) -> bool {
        match self {
            Value::Set(elements) => elements.binary_search_by(|e| e.total_cmp(element)).is_ok(),
            _ => false,
        }
    }

    /// The value as a message shows it, in the words of the language. A label is shown by its place
    /// (`label 2`): who knows the type shows its name instead.
    pub fn display_plain(&self) -> String {
        let mut out = String::new();
        self.write_plain(&mut out);
        out
    }

    /// The same, behind other text.
    pub fn write_plain(&self, out: &mut String) {
        // Writing to a string cannot fail.
        let _ = match self {
            Value::Missing => write!(out, "missing"),
            Value::Bool(b) => write!(out, "{b}"),
            Value::Int(n) => write!(out, "{n}"),
            Value::Float(x) => write!(out, "{}", FloatText(*x)),
            Value::Decimal(d) => write!(out, "{d}"),
            Value::Text(text) => write!(out, "{text:?}"),
            Value::Date(date) => write!(out, "{date}"),
            Value::Time(time) => write!(out, "{time}"),
            Value::Duration(duration) => write!(out, "{duration}"),
            Value::Period(period) => write!(out, "{period}"),
            Value::Label(label) => write!(out, "label {}", label.0),
            Value::Set(elements) | Value::List(elements) => {
                out.push('[');
                for (place, element) in elements.iter().enumerate() {
                    if place > 0 {
                        out.push_str(", ");
                    }
                    element.write_plain(out);
                }
                out.push(']');
                Ok(())
            }
        };
    }

    /// The place of the variant in [`Value::total_cmp`].
    fn rank(&self) -> u8 {
        match self {
            Value::Missing => 0,
            Value::Bool(_) => 1,
            Value::Int(_) => 2,
            Value::Float(_) => 3,
            Value::Decimal(_) => 4,
            Value::Text(_) => 5,
            Value::Date(_) => 6,
            Value::Time(_) => 7,
            Value::Duration(_) => 8,
            Value::Period(_) => 9,
            Value::Label(_) => 10,
            Value::Set(_) => 11,
            Value::List(_) => 12,
        }
    }

    /// Feeds the value to a hasher so that equal values by [`Value::total_cmp`] hash alike.
    fn hash_total<H: Hasher>(&self, state: &mut H) {
        self.rank().hash(state);
        match self {
            Value::Missing => {}
            Value::Bool(b) => b.hash(state),
            Value::Int(n) => n.hash(state),
            Value::Float(x) => (x + 0.0).to_bits().hash(state),
            Value::Decimal(d) => d.hash(state),
            Value::Text(text) => text.hash(state),
            Value::Date(date) => date.hash(state),
            Value::Time(time) => time.hash(state),
            Value::Duration(duration) => duration.hash(state),
            Value::Period(period) => period.hash(state),
            Value::Label(label) => label.hash(state),
            Value::Set(elements) | Value::List(elements) => {
                elements.len().hash(state);
                for element in elements.iter() {
                    element.hash_total(state);
                }
            }
        }
    }
}

/// A value as a key of maps and sets and for `distinct`: equal when [`Value::total_cmp`] says so.
#[derive(Debug, Clone)]
pub struct ValueKey(pub Value);

impl PartialEq for ValueKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.total_cmp(&other.0).is_eq()
    }
}

impl Eq for ValueKey {}

impl PartialOrd for ValueKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ValueKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl Hash for ValueKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash_total(state);
    }
}

/// A float in the shortest form that reads back to it, without an exponent unless it is far out.
struct FloatText(f64);

impl std::fmt::Display for FloatText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let size = self.0.abs();
        if size != 0.0 && !(1e-7..1e17).contains(&size) {
            write!(f, "{:e}", self.0)
        } else {
            write!(f, "{}", self.0)
        }
    }
}

impl std::fmt::Display for Duration {
    /// In the largest unit that is exact: `30 days`, `1 hour`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const UNITS: [(i64, &str); 5] = [
            (86_400_000_000, "day"),
            (3_600_000_000, "hour"),
            (60_000_000, "minute"),
            (1_000_000, "second"),
            (1, "microsecond"),
        ];
        let exact = UNITS.into_iter().find(|(unit, _)| self.0 % unit == 0).unwrap_or((1, "microsecond"));
        counted(f, self.0 / exact.0, exact.1)
    }
}

impl std::fmt::Display for Period {
    /// `3 months`, `2 years`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let months = i64::from(self.0);
        if months != 0 && months % 12 == 0 {
            counted(f, months / 12, "year")
        } else {
            counted(f, months, "month")
        }
    }
}

fn counted(f: &mut std::fmt::Formatter<'_>, n: i64, unit: &str) -> std::fmt::Result {
    write!(f, "{n} {unit}{}", if n.unsigned_abs() == 1 { "" } else { "s" })
}

#[cfg(test)]
#[path = "order_tests.rs"]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
