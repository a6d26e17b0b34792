//! A planned lifetime: what is read of the purchases, and what the two models say of it.

use crate::model::unit_micros;
use crate::parameters::LifetimeParameters;
use crate::syntax::ast::Unit;
use crate::values::lifetime::{BgNbd, GammaGamma, History, Horizon, discounted_value};
use crate::values::{Duration, Value};

/// Most periods that a value is summed over.
const MAX_PERIODS: u32 = 1_200;
/// Longest horizon, as a multiple of α: what it costs to compute grows with it.
const MAX_REACH: f64 = 1e5;
/// Largest shape or scale that is computed with.
const MAX_SHAPE: f64 = 1e9;

/// The two models and the horizon they are asked about.
#[derive(Debug, Clone, PartialEq)]
pub struct LifetimeTable {
    /// Of purchases.
    pub purchases: BgNbd,
    /// Of their worth.
    pub spend: Option<GammaGamma>,
    /// The unit of time, in days.
    pub unit_days: f64,
    /// What is looked forward to.
    pub horizon: Horizon,
}

/// What is asked of a lifetime.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LifetimePart {
    /// P(alive)
    Alive,
    /// Purchases over the horizon.
    Expected,
    /// Their discounted worth.
    Value,
}

/// What is read of the purchases, in the order of the slots of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purchases {
    /// Date of the first.
    First,
    /// Date of the last.
    Last,
    /// The last day of history.
    End,
    /// Days with a purchase.
    Days,
    /// The worth of all purchases after the first day.
    Spend,
    /// Days after the first with a purchase of known worth.
    SpendDays,
}

/// What is known of a customer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Purchased {
    /// When they bought.
    pub history: History,
    /// On how many days after the first the worth is known, and its mean; none where it is not above 0.
    pub spend: Option<(u64, f64)>,
}

/// A history from the values of its slots; none without a purchase.
pub fn purchased<'a>(unit_days: f64, value: impl Fn(Purchases) -> &'a Value) -> Option<Purchased> {
    let (Value::Date(first), Value::Date(last), Value::Date(end), Value::Int(days)) =
        (value(Purchases::First), value(Purchases::Last), value(Purchases::End), value(Purchases::Days))
    else {
        return None;
    };
    let units = |days: i64| days as f64 / unit_days;
    let history = History {
        repeats: u64::try_from(days - 1).ok()?,
        recency: units(first.days_until(*last)),
        age: units(first.days_until(*end)),
    };
    let spend = match (value(Purchases::Spend), value(Purchases::SpendDays)) {
        (_, Value::Int(0)) => Some((0, 0.0)),
        (Value::Float(sum), Value::Int(days)) if *sum > 0.0 => {
            u64::try_from(*days).ok().map(|n| (n, sum / *days as f64))
        }
        _ => None,
    };
    Some(Purchased { history, spend })
}

impl LifetimeTable {
    /// The models with the declared unit, horizon and discount; none if the numbers cannot be computed with.
    pub fn new(
        learned: &LifetimeParameters,
        unit: &Value,
        horizon: &Value,
        discount: f64,
    ) -> Option<LifetimeTable> {
        let unit_days = unit_days(unit)?;
        let year_days = 365.25;
        let horizon = match horizon {
            Value::Period(months) => {
                let months = u32::try_from(months.0).ok().filter(|n| *n > 0)?;
                let periods = months.min(MAX_PERIODS);
                let (days, count) = (f64::from(months) * year_days / 12.0, f64::from(periods));
                Horizon {
                    periods,
                    length: days / unit_days / count,
                    years: days / year_days / count,
                    discount,
                }
            }
            Value::Duration(length) => {
                let days = days(*length)?;
                let units = days / unit_days;
                let periods = units.ceil().clamp(1.0, f64::from(MAX_PERIODS));
                Horizon {
                    periods: periods as u32,
                    length: units / periods,
                    years: days / year_days / periods,
                    discount,
                }
            }
            _ => return None,
        };
        let table = LifetimeTable {
            purchases: learned.purchases,
            spend: learned.spend.as_ref().map(|s| s.model),
            unit_days,
            horizon,
        };
        table.is_computable().then_some(table)
    }

    fn is_computable(&self) -> bool {
        let sound = |x: f64| x > 0.0 && x <= MAX_SHAPE;
        let BgNbd { r, alpha, a, b } = self.purchases;
        let spend = self.spend.is_none_or(|s| sound(s.p) && sound(s.gamma) && s.q > 1.0 && s.q <= MAX_SHAPE);
        [r, alpha, a, b].into_iter().all(sound) && spend && self.reach() / alpha <= MAX_REACH
    }

    /// The whole horizon in the unit of time.
    fn reach(&self) -> f64 {
        f64::from(self.horizon.periods) * self.horizon.length
    }

    /// What the models say of a customer; missing of one who never bought.
    pub fn score<'a>(&self, part: LifetimePart, value: impl Fn(Purchases) -> &'a Value) -> Value {
        let Some(Purchased { history, spend }) = purchased(self.unit_days, value) else {
            return Value::Missing;
        };
        match part {
            LifetimePart::Alive => Value::float(self.purchases.alive(&history)),
            LifetimePart::Expected => Value::float(self.purchases.expected(&history, self.reach())),
            LifetimePart::Value => match (self.spend, spend) {
                (Some(model), Some((purchases, mean))) => {
                    let worth = model.expected_spend(purchases, mean);
                    Value::float(discounted_value(&self.purchases, &history, worth, &self.horizon))
                }
                _ => Value::Missing,
            },
        }
    }
}

fn days(length: Duration) -> Option<f64> {
    let day = unit_micros(Unit::Day)?;
    (length.0 > 0).then(|| length.0 as f64 / day as f64)
}

/// The unit of time in days.
pub fn unit_days(unit: &Value) -> Option<f64> {
    match unit {
        Value::Duration(length) => days(*length),
        _ => None,
    }
}
