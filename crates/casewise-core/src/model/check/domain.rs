//! The values of a type as a line of whole numbers, and sets of them as intervals: what makes questions
//! about bands and comparisons exact.

use std::sync::Arc;

use crate::model::{Base, EnumType, Model};
use crate::values::{Date, Decimal, Duration, Label, Period, Time, Value};

/// The place of a value on the line of its type; neighbours differ by one.
pub fn key(value: &Value) -> Option<i128> {
    Some(match value {
        Value::Bool(b) => i128::from(*b),
        Value::Int(n) => i128::from(*n),
        Value::Float(x) => float_key(*x),
        Value::Decimal(d) => d.scaled(),
        Value::Date(d) => i128::from(d.0),
        Value::Time(t) => i128::from(t.0),
        Value::Duration(d) => i128::from(d.0),
        Value::Period(p) => i128::from(p.0),
        Value::Label(l) => i128::from(l.0),
        Value::Missing | Value::Text(_) | Value::Set(_) | Value::List(_) => return None,
    })
}

fn float_key(x: f64) -> i128 {
    let magnitude = i128::from(x.abs().to_bits());
    if x < 0.0 { -magnitude } else { magnitude }
}

/// The value at a place of the line of a type.
pub fn value_at(base: &Base, key: i128) -> Option<Value> {
    Some(match base {
        Base::Bool => Value::Bool(key != 0),
        Base::Int => Value::Int(i64::try_from(key).ok()?),
        Base::Float => {
            let magnitude = f64::from_bits(u64::try_from(key.unsigned_abs()).ok()?);
            Value::float(if key < 0 { -magnitude } else { magnitude })
        }
        Base::Decimal => Value::Decimal(Decimal::from_scaled(key)),
        Base::Date => Value::Date(Date(i32::try_from(key).ok()?)),
        Base::Time => Value::Time(Time(i64::try_from(key).ok()?)),
        Base::Duration => Value::Duration(Duration(i64::try_from(key).ok()?)),
        Base::Period => Value::Period(Period(i32::try_from(key).ok()?)),
        Base::Enum(_) => Value::Label(Label(u32::try_from(key).ok()?)),
        Base::Text | Base::Case | Base::Set(_) | Base::List(_) => return None,
    })
}

/// First and last place of a type; none for types that are no line.
pub(super) fn extent(model: &Model, base: &Base) -> Option<(i128, i128)> {
    Some(match base {
        Base::Bool => (0, 1),
        Base::Int | Base::Duration => (i128::from(i64::MIN), i128::from(i64::MAX)),
        Base::Float => (float_key(f64::MIN), float_key(f64::MAX)),
        Base::Decimal => (Decimal::MIN.scaled(), Decimal::MAX.scaled()),
        Base::Date => (i128::from(Date::MIN.0), i128::from(Date::MAX.0)),
        Base::Time => (i128::from(Time::MIN.0), i128::from(Time::MAX.0)),
        Base::Period => (i128::from(i32::MIN), i128::from(i32::MAX)),
        Base::Enum(id) => (0, i128::try_from(enum_type(model, id.0)?.labels.len()).ok()? - 1),
        Base::Text | Base::Case | Base::Set(_) | Base::List(_) => return None,
    })
}

fn enum_type(model: &Model, id: u32) -> Option<&EnumType> {
    model.enums.get(usize::try_from(id).ok()?)
}

/// A value in the words of the model.
pub(super) fn show(model: &Model, base: &Base, value: &Value) -> String {
    let label = match (base, value) {
        (Base::Enum(id), Value::Label(label)) => usize::try_from(label.0)
            .ok()
            .and_then(|place| enum_type(model, id.0)?.labels.get(place))
            .map(|label| label.name.to_string()),
        _ => None,
    };
    label.unwrap_or_else(|| value.display_plain())
}

/// A set of places: closed intervals, ascending, neither touching nor overlapping.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Intervals(Vec<(i128, i128)>);

impl Intervals {
    /// The places from `low` to `high`, both included; none if they are the wrong way round.
    pub(super) fn span(low: i128, high: i128) -> Intervals {
        Intervals(if low <= high { vec![(low, high)] } else { Vec::new() })
    }

    /// The union of pieces in any order.
    pub(super) fn union(pieces: impl IntoIterator<Item = (i128, i128)>) -> Intervals {
        let mut pieces: Vec<(i128, i128)> = pieces.into_iter().filter(|(low, high)| low <= high).collect();
        pieces.sort_unstable();
        let mut joined: Vec<(i128, i128)> = Vec::with_capacity(pieces.len());
        for (low, high) in pieces {
            match joined.last_mut() {
                Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
                _ => joined.push((low, high)),
            }
        }
        Intervals(joined)
    }

    pub(super) fn pieces(&self) -> &[(i128, i128)] {
        &self.0
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn contains(&self, key: i128) -> bool {
        self.0.iter().any(|(low, high)| (*low..=*high).contains(&key))
    }

    /// What is left of `low ..= high`.
    pub(super) fn complement(&self, (low, high): (i128, i128)) -> Intervals {
        let mut left = Vec::new();
        let mut next = Some(low);
        for (from, to) in &self.0 {
            if let Some(start) = next
                && let Some(end) = from.checked_sub(1)
            {
                left.push((start, end.min(high)));
            }
            next = to.checked_add(1);
        }
        left.extend(next.map(|start| (start, high)));
        Intervals::union(left)
    }
}

/// Where the line is to be cut so that no set of the given ones divides a cell: the first place of each cell.
pub(super) fn cell_starts<'a>(
    (low, high): (i128, i128),
    sets: impl IntoIterator<Item = &'a Intervals>,
) -> Vec<i128> {
    let mut starts = vec![low];
    for set in sets {
        for (from, to) in set.pieces() {
            starts.push(*from);
            starts.extend(to.checked_add(1));
        }
    }
    starts.retain(|start| (low..=high).contains(start));
    starts.sort_unstable();
    starts.dedup();
    starts
}

/// The texts that sets of texts mention; every other text is one place before them.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts(Vec<Arc<str>>);

/// What texts that are not mentioned are called.
pub(super) const OTHER: &str = "any other text";

/// The place of every text not mentioned.
pub(super) const OTHER_TEXT: i128 = -1;

impl Texts {
    /// The place of a text, which is now mentioned.
    pub(super) fn key(&mut self, text: &Arc<str>) -> i128 {
        let place = self.0.iter().position(|t| t == text).unwrap_or_else(|| {
            self.0.push(text.clone());
            self.0.len() - 1
        });
        i128::try_from(place).unwrap_or(i128::MAX)
    }

    pub(super) fn extent(&self) -> (i128, i128) {
        (OTHER_TEXT, i128::try_from(self.0.len()).unwrap_or(i128::MAX) - 1)
    }

    pub(super) fn get(&self, key: i128) -> Option<&Arc<str>> {
        usize::try_from(key).ok().and_then(|place| self.0.get(place))
    }
}

/// The values of a set in the words of bands: `< 25`, `40 .. 55`, `basic`.
pub(super) struct Describer<'a> {
    pub(super) model: &'a Model,
    pub(super) base: &'a Base,
    pub(super) extent: (i128, i128),
    pub(super) texts: &'a Texts,
    /// The bounds that are written somewhere, sorted: a set of fractions begins at one of them or just after.
    pub(super) written: &'a [i128],
}

impl Describer<'_> {
    /// One phrase for each stretch of the set.
    pub(super) fn phrases(&self, set: &Intervals) -> Vec<String> {
        match self.base {
            Base::Bool | Base::Enum(_) | Base::Text | Base::Case => {
                set.pieces().iter().flat_map(|(low, high)| *low..=*high).map(|key| self.value(key)).collect()
            }
            _ => set.pieces().iter().map(|(low, high)| self.stretch(*low, *high)).collect(),
        }
    }

    fn value(&self, key: i128) -> String {
        if matches!(self.base, Base::Text | Base::Case) {
            return self.texts.get(key).map_or_else(|| OTHER.to_owned(), |text| format!("{text:?}"));
        }
        value_at(self.base, key).map_or_else(String::new, |value| show(self.model, self.base, &value))
    }

    fn is_written(&self, key: i128) -> bool {
        self.written.binary_search(&key).is_ok()
    }

    fn stretch(&self, low: i128, high: i128) -> String {
        if low == high {
            return self.value(low);
        }
        let whole = matches!(self.base, Base::Int | Base::Date | Base::Period);
        // The value below the stretch, where the stretch begins just after it; likewise above.
        let above = low.checked_sub(1).filter(|&key| !whole && !self.is_written(low) && self.is_written(key));
        let below =
            high.checked_add(1).filter(|&key| whole || (!self.is_written(high) && self.is_written(key)));
        let from = (low > self.extent.0).then(|| match above {
            Some(key) => (">", self.value(key)),
            None => (">=", self.value(low)),
        });
        let to = (high < self.extent.1).then(|| match below {
            Some(key) => ("<", self.value(key)),
            None => ("<=", self.value(high)),
        });
        match (from, to) {
            (None, None) => "any".to_owned(),
            (Some((sign, value)), None) | (None, Some((sign, value))) => format!("{sign} {value}"),
            (Some((">=", low)), Some(("<", high))) => format!("{low} .. {high}"),
            (Some((from, low)), Some((to, high))) => format!("{from} {low} and {to} {high}"),
        }
    }
}
