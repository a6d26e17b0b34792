//! Values as reports show them: "decimals cross every border as exact decimal text".

use casewise_core::model::{Base, Model};
use casewise_core::row::report::Plain;
use casewise_core::values::Value;
use jiff::Timestamp;

use super::calendar;

/// A value of a type, for people and other programs.
pub(super) fn plain(model: &Model, base: &Base, value: &Value) -> Plain {
    match (value, base) {
        (Value::Missing, _) => Plain::Null,
        (Value::Bool(b), _) => Plain::Bool(*b),
        (Value::Int(n), _) => Plain::Int(*n),
        (Value::Float(x), _) => Plain::Float(*x),
        (Value::Decimal(d), _) => Plain::Text(decimal(d.scaled()).into()),
        (Value::Text(text), _) => Plain::Text(text.clone()),
        (Value::Date(d), _) => Plain::Text(calendar::civil(*d).unwrap().to_string().into()),
        (Value::Time(t), _) => Plain::Text(Timestamp::from_microsecond(t.0).unwrap().to_string().into()),
        (Value::Duration(d), _) => Plain::Text(duration(d.0).into()),
        (Value::Period(p), _) => Plain::Text(period(i64::from(p.0)).into()),
        (Value::Label(label), Base::Enum(id)) => {
            Plain::Text(model.enums[id.0 as usize].labels[label.0 as usize].name.clone())
        }
        (Value::Label(label), _) => Plain::Int(i64::from(label.0)),
        (Value::Set(elements) | Value::List(elements), base) => {
            let of = match base {
                Base::Set(of) | Base::List(of) => of,
                other => other,
            };
            Plain::List(elements.iter().map(|e| plain(model, of, e)).collect())
        }
    }
}

/// "Decimals print without trailing zeros."
fn decimal(units: i128) -> String {
    let digits = format!("{:019}", units.unsigned_abs());
    let (whole, fraction) = digits.split_at(digits.len() - 18);
    let fraction = fraction.trim_end_matches('0');
    let sign = if units < 0 { "-" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

/// In the largest unit of the language that is exact.
fn duration(micros: i64) -> String {
    let units =
        [(86_400_000_000, "day"), (3_600_000_000, "hour"), (60_000_000, "minute"), (1_000_000, "second")];
    let (size, name) = units.into_iter().find(|(size, _)| micros % size == 0).unwrap_or((1, "microsecond"));
    counted(micros / size, name)
}

fn period(months: i64) -> String {
    if months != 0 && months % 12 == 0 { counted(months / 12, "year") } else { counted(months, "month") }
}

fn counted(n: i64, unit: &str) -> String {
    let plural = if n == 1 || n == -1 { "" } else { "s" };
    format!("{n} {unit}{plural}")
}
