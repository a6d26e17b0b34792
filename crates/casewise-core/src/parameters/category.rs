//! Values as bins of a scorecard and items of rules name them: numbers as floats, everything else as text.

use std::sync::Arc;

use crate::model::{Base, Model};
use crate::row::plain::{line, plain};
use crate::values::Value;

/// A value of a type as text: a label by its name. None is missing.
pub fn category(model: &Model, base: &Base, value: &Value) -> Option<Arc<str>> {
    match value {
        Value::Missing => None,
        Value::Text(text) => Some(text.clone()),
        _ => Some(line(&plain(model, base, value)).into()),
    }
}

/// The value of a type that [`category`] writes as this text; none if there is none.
pub(crate) fn of_category(model: &Model, base: &Base, text: &Arc<str>) -> Option<Value> {
    match base {
        Base::Bool => text.parse().ok().map(Value::Bool),
        Base::Int => text.parse().ok().map(Value::Int),
        Base::Text | Base::Case => Some(Value::Text(text.clone())),
        Base::Enum(id) => {
            let labels = &model.enums.get(id.0 as usize)?.labels;
            let place = labels.iter().position(|label| label.name == *text)?;
            Some(Value::Label(crate::values::Label(u32::try_from(place).ok()?)))
        }
        _ => None,
    }
}

/// A number of any type as a float; none of what is no number, or missing.
pub fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(n) => Some(*n as f64),
        Value::Float(x) => Some(*x),
        Value::Decimal(d) => Some(d.to_f64()),
        _ => None,
    }
}
