//! What a value is while deciding, and the exact kernels under every operator.
//!
//! The bottom room: everything may depend on it, it depends on nothing of casewise.

use std::sync::Arc;

mod calendar;
mod decimal;
mod exact_sum;
mod holdout;
pub mod lifetime;
pub mod math;
mod order;

pub use calendar::{CalendarUnit, Moment, Zone, ZoneError, tz_database_version, zone_names};
pub use decimal::{Decimal, DecimalError, DecimalSum};
pub use exact_sum::ExactSum;
pub use holdout::{HOLDOUT, VARIANT, bucket, share_threshold};
pub use order::ValueKey;

/// Days since 1970-01-01 (as Arrow's `Date32`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub i32);

/// Microseconds since 1970-01-01T00:00:00Z (as Arrow's `Timestamp(µs, UTC)`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

/// Elapsed microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(pub i64);

/// Calendar months (a year is twelve); not comparable with [`Duration`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period(pub i32);

/// A label of an enum by its position in the type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(pub u32);

/// A value of any casewise type, or none.
///
/// The type is known from the plan, so a value carries only what it needs. Floats are never NaN or
/// infinite: what would be is [`Value::Missing`].
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// No value.
    #[default]
    Missing,
    /// `bool`
    Bool(bool),
    /// `int`
    Int(i64),
    /// `float`, finite
    Float(f64),
    /// `decimal`
    Decimal(Decimal),
    /// `text`; also a case's name in a past contact
    Text(Arc<str>),
    /// `date`
    Date(Date),
    /// `time`
    Time(Time),
    /// `duration`
    Duration(Duration),
    /// months and years
    Period(Period),
    /// a value of an `enum`
    Label(Label),
    /// `set(T)`: sorted by [`Value::total_cmp`], without duplicates or missing elements
    Set(Arc<[Value]>),
    /// `[a, b]` written in an expression: elements as computed, missing ones too
    List(Arc<[Value]>),
}

impl Value {
    /// Whether there is no value.
    pub fn is_missing(&self) -> bool {
        matches!(self, Value::Missing)
    }

    /// The truth of a condition: `None` is unknown.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// A float value, missing if it is not finite. Minus zero becomes zero, so equal values have equal bits.
    pub fn float(x: f64) -> Value {
        if x.is_finite() { Value::Float(x + 0.0) } else { Value::Missing }
    }
}

impl From<Option<bool>> for Value {
    fn from(b: Option<bool>) -> Self {
        b.map_or(Value::Missing, Value::Bool)
    }
}
