//! Values that a decision gives back.

use std::fmt;
use std::sync::Arc;

use casewise_core::row::report::Plain;
use serde::Serialize;
use serde::ser::SerializeMap;

/// A value of a decision: a score, a let, a field of an offer.
///
/// Decimals, dates, times, durations and labels are text: `"12.5"`, `"2026-12-22"`, `"silver"`.
///
/// # Examples
/// ```
/// use casewise::{Model, Request, Value};
///
/// let model = Model::from_text("m.cw", r"
///     model m { language 1 }
///     customer { key id: text; spent: decimal; visits: int? }
///     let half = spent / 2
///     let more = visits + 1
/// ")?;
/// let customer = std::collections::BTreeMap::from([("id", "c1"), ("spent", "25.1")]);
/// let decision = model.decide(&customer, &Request::at("2026-11-22"))?;
/// assert_eq!(decision.value("half").unwrap().as_str(), Some("12.55"));
/// assert_eq!(decision.value("more"), Some(Value::Missing));
/// # Ok::<(), casewise::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// No value.
    #[default]
    Missing,
    /// True or false.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A finite float.
    Float(f64),
    /// Text, and everything that JSON has no number or word for.
    Text(Arc<str>),
    /// A set or list.
    List(Vec<Value>),
    /// Names and values, in order.
    Record(Vec<(Arc<str>, Value)>),
}

impl Value {
    /// Whether there is no value.
    ///
    /// ```
    /// assert!(casewise::Value::default().is_missing());
    /// ```
    pub fn is_missing(&self) -> bool {
        matches!(self, Value::Missing)
    }

    /// The truth, if it is one.
    ///
    /// ```
    /// assert_eq!(casewise::Value::Bool(true).as_bool(), Some(true));
    /// ```
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// The integer, if it is one.
    ///
    /// ```
    /// assert_eq!(casewise::Value::Int(7).as_i64(), Some(7));
    /// ```
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Value::Int(n) => Some(*n),
            _ => None,
        }
    }

    /// The number, if it is an integer or a float. A decimal is text, so that nothing is lost.
    ///
    /// ```
    /// assert_eq!(casewise::Value::Float(0.5).as_f64(), Some(0.5));
    /// ```
    #[expect(clippy::cast_precision_loss, reason = "who asks for a float gets the nearest")]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Value::Int(n) => Some(*n as f64),
            Value::Float(x) => Some(*x),
            _ => None,
        }
    }

    /// The text, if it is text.
    ///
    /// ```
    /// assert_eq!(casewise::Value::Text("gold".into()).as_str(), Some("gold"));
    /// ```
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A field of a record.
    ///
    /// ```
    /// use casewise::Value;
    /// let record = Value::Record(vec![("price".into(), Value::Int(0))]);
    /// assert_eq!(record.get("price"), Some(&Value::Int(0)));
    /// ```
    pub fn get(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Record(fields) => {
                fields.iter().find(|(field, _)| &**field == name).map(|(_, value)| value)
            }
            _ => None,
        }
    }
}

impl From<&Plain> for Value {
    fn from(plain: &Plain) -> Value {
        match plain {
            Plain::Null => Value::Missing,
            Plain::Bool(b) => Value::Bool(*b),
            Plain::Int(n) => Value::Int(*n),
            Plain::Float(x) => Value::Float(*x),
            Plain::Text(text) => Value::Text(Arc::clone(text)),
            Plain::List(items) => Value::List(items.iter().map(Value::from).collect()),
            Plain::Record(fields) => {
                Value::Record(fields.0.iter().map(|(name, value)| (Arc::clone(name), value.into())).collect())
            }
        }
    }
}

impl Serialize for Value {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Missing => serializer.serialize_unit(),
            Value::Bool(b) => serializer.serialize_bool(*b),
            Value::Int(n) => serializer.serialize_i64(*n),
            Value::Float(x) => serializer.serialize_f64(*x),
            Value::Text(text) => serializer.serialize_str(text),
            Value::List(items) => items.serialize(serializer),
            Value::Record(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    map.serialize_entry(&**name, value)?;
                }
                map.end()
            }
        }
    }
}

/// As people read it: `missing`, `12`, `silver`, `[sms, email]`, `price: 0, months: 1`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Missing => f.write_str("missing"),
            Value::Bool(b) => b.fmt(f),
            Value::Int(n) => n.fmt(f),
            Value::Float(x) => x.fmt(f),
            Value::Text(text) => f.write_str(text),
            Value::List(items) => {
                f.write_str("[")?;
                for (place, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if place > 0 { ", " } else { "" })?;
                }
                f.write_str("]")
            }
            Value::Record(fields) => {
                for (place, (name, value)) in fields.iter().enumerate() {
                    write!(f, "{}{name}: {value}", if place > 0 { ", " } else { "" })?;
                }
                Ok(())
            }
        }
    }
}
