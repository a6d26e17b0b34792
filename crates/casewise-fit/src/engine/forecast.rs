//! Purchases that a lifetime foretold, and those that came.
//!
//! What came is counted as the score counts: on how many days there was a purchase that its `where` lets through.

use std::sync::Arc;

use casewise_core::input::Subject;
use casewise_core::plan::lifetime::{LifetimeTable, Purchased, Purchases, purchased};
use casewise_core::plan::{Plan, Slot};
use casewise_core::values::{Date, Time, Value};
use rayon::prelude::*;
use serde::Serialize;

use super::Columns;
use super::measure::{Question, Ranking, ranking};
use crate::error::FitError;
use crate::evaluation::{CalibrationBin, calibration};

/// Most weeks looked at.
pub const MOST_WEEKS: usize = 1_200;
/// Days of a week.
const WEEK: i64 = 7;
/// Customers that one thread adds up at a time.
const CHUNK: usize = 512;
/// From so many repeat purchases on, customers are taken together.
const MANY: u64 = 7;

/// Purchases foretold of those who had bought before, and what came.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Forecast {
    /// `clv`
    pub score: Arc<str>,
    /// Who had bought before: of them purchases are foretold.
    pub customers: u64,
    /// Who bought for the first time afterwards: nothing was foretold of them.
    pub newcomers: u64,
    /// Purchases foretold.
    pub predicted: f64,
    /// Purchases that came.
    pub actual: u64,
    /// Week by week; the last one may be shorter.
    pub weeks: Vec<Week>,
    /// By the number of purchases after the first that they had made.
    pub by_repeats: Vec<Repeats>,
    /// Purchases a head by what was foretold.
    pub calibration: Vec<CalibrationBin>,
    /// How well the purchases foretold told who would buy at all; none if everybody or nobody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ranking: Option<Ranking>,
    /// What the purchases were worth, not discounted; none without `monetary`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worth: Option<Worth>,
}

/// One week.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Week {
    /// Its first day.
    pub from: Arc<str>,
    /// Its last day.
    pub through: Arc<str>,
    /// Purchases foretold.
    pub predicted: f64,
    /// Purchases that came.
    pub actual: u64,
}

/// Customers with so many purchases after the first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Repeats {
    /// How many.
    pub repeats: u64,
    /// Or more.
    pub or_more: bool,
    /// Customers.
    pub customers: u64,
    /// Purchases foretold, a head.
    pub predicted: f64,
    /// Purchases that came, a head.
    pub actual: f64,
}

/// What purchases were worth.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Worth {
    /// Customers of whom a worth is foretold.
    pub customers: u64,
    /// Foretold.
    pub predicted: f64,
    /// Came.
    pub actual: f64,
}

/// A lifetime and where its purchases are read.
pub(super) struct Planned<'a> {
    pub(super) score: &'a Arc<str>,
    pub(super) table: &'a LifetimeTable,
    pub(super) plan: &'a Plan,
    pub(super) slots: &'a [Slot],
}

/// The days on which the weeks end, counted from `end`, the last day of history.
struct Calendar {
    end: Date,
    ends: Vec<Date>,
}

impl Calendar {
    fn new(end: Date, through: Date) -> Result<Calendar, String> {
        let days = end.days_until(through);
        if days < 1 {
            return Err(format!("there is no day between {end} and {through}: look further ahead"));
        }
        let weeks = usize::try_from(days.saturating_add(WEEK - 1) / WEEK).unwrap_or(usize::MAX);
        if weeks > MOST_WEEKS {
            return Err(format!("{weeks} weeks are more than the {MOST_WEEKS} that are looked at"));
        }
        let ends = (1..=weeks as i64).filter_map(|week| end.plus_days((week * WEEK).min(days)));
        Ok(Calendar { end, ends: ends.collect() })
    }

    /// How long after the end of history every week ends, in units of so many days.
    fn reach(&self, unit_days: f64) -> Vec<f64> {
        self.ends.iter().map(|day| self.end.days_until(*day) as f64 / unit_days).collect()
    }
}

/// One customer of whom something is foretold.
struct Customer {
    purchased: Purchased,
    /// Purchases foretold until the end of every week.
    until: Vec<f64>,
    /// Days with a purchase that came until the end of every week.
    came: Vec<u64>,
    /// The worth of repeat purchases that came, and its forecast.
    worth: Option<(f64, f64)>,
}

pub(super) fn forecast(
    planned: &Planned<'_>,
    subjects: &[&Subject],
    (now, until): (Time, Time),
    groups: usize,
) -> Result<Forecast, String> {
    let Planned { plan, table, .. } = *planned;
    let read = |at: Time| Columns::read(plan, planned.slots, subjects, at);
    let (before, after) = (read(now), read(until));
    let day = |columns: &Columns| match columns.get(Purchases::End as usize).first() {
        Some(Value::Date(day)) => Some(*day),
        _ => None,
    };
    let (Some(end), Some(through)) = (day(&before), day(&after)) else {
        return Err("the calendar ends before the period does".to_owned());
    };
    let calendar = Calendar::new(end, through)?;
    let reach = calendar.reach(table.unit_days);
    let days: Vec<Vec<Option<i64>>> = {
        let days = planned.slots.get(Purchases::Days as usize).copied();
        let days: Vec<Slot> = days.into_iter().collect();
        let zone = &plan.model.zone;
        let within = calendar.ends.iter().take(calendar.ends.len().saturating_sub(1));
        let instants = within.filter_map(|day| zone.start_of_day(day.plus_days(1)?));
        let column = |at: Time| int_column(Columns::read(plan, &days, subjects, at).get(0));
        instants.chain([until]).map(column).collect()
    };
    let bought = int_column(before.get(Purchases::Days as usize));
    let bought_after = int_column(after.get(Purchases::Days as usize));
    let newcomers = bought.iter().zip(&bought_after);
    let newcomers =
        newcomers.filter(|(before, after)| before.is_none_or(|n| n < 1) && after.is_some_and(|n| n > 0));
    let newcomers = newcomers.count() as u64;
    let rows: Vec<usize> = (0..subjects.len()).collect();
    let customer = |row: &usize| -> Option<Customer> {
        let at = |columns: &Columns, what: Purchases| columns.get(what as usize).get(*row).cloned();
        let values: Vec<Value> = ALL.iter().map(|what| at(&before, *what).unwrap_or_default()).collect();
        let value = |what: Purchases| values.get(what as usize).unwrap_or(&Value::Missing);
        let purchased = purchased(table.unit_days, value)?;
        let had = bought.get(*row).copied().flatten()?;
        let came = days.iter().map(|column| column.get(*row).copied().flatten().unwrap_or(had) - had);
        let until: Vec<f64> =
            reach.iter().map(|t| table.purchases.expected(&purchased.history, *t)).collect();
        let worth = table.spend.zip(purchased.spend).map(|(model, (count, mean))| {
            let sum = |columns: &Columns| match at(columns, Purchases::Spend) {
                Some(Value::Float(sum)) => sum,
                _ => 0.0,
            };
            let expected = until.last().copied().unwrap_or(0.0) * model.expected_spend(count, mean);
            (expected, sum(&after) - sum(&before))
        });
        let came = came.map(|days| u64::try_from(days).unwrap_or(0)).collect();
        Some(Customer { purchased, until, came, worth })
    };
    let found: Vec<Vec<Customer>> =
        rows.par_chunks(CHUNK).map(|rows| rows.iter().filter_map(customer).collect()).collect();
    let customers: Vec<Customer> = found.into_iter().flatten().collect();
    if customers.is_empty() {
        return Err("nobody had bought before: nothing is foretold".to_owned());
    }
    put_together(planned, &calendar, &customers, newcomers, groups).map_err(|error| error.to_string())
}

const ALL: [Purchases; 6] = [
    Purchases::First,
    Purchases::Last,
    Purchases::End,
    Purchases::Days,
    Purchases::Spend,
    Purchases::SpendDays,
];

fn int_column(column: &[Value]) -> Vec<Option<i64>> {
    let int = |value: &Value| match value {
        Value::Int(n) => Some(*n),
        _ => None,
    };
    column.iter().map(int).collect()
}

fn put_together(
    planned: &Planned<'_>,
    calendar: &Calendar,
    customers: &[Customer],
    newcomers: u64,
    groups: usize,
) -> Result<Forecast, FitError> {
    let mut weeks = Vec::with_capacity(calendar.ends.len());
    let (mut from, mut foretold, mut came) = (calendar.end, 0.0, 0);
    for (place, end) in calendar.ends.iter().enumerate() {
        let until: f64 = customers.iter().filter_map(|customer| customer.until.get(place)).sum();
        let so_far: u64 = customers.iter().filter_map(|customer| customer.came.get(place)).sum();
        weeks.push(Week {
            from: from.plus_days(1).unwrap_or(*end).to_string().into(),
            through: end.to_string().into(),
            predicted: until - foretold,
            actual: so_far - came,
        });
        (from, foretold, came) = (*end, until, so_far);
    }
    let predicted: Vec<f64> =
        customers.iter().filter_map(|customer| customer.until.last().copied()).collect();
    let actual: Vec<u64> = customers.iter().filter_map(|customer| customer.came.last().copied()).collect();
    let happened: Vec<f64> = actual.iter().map(|count| *count as f64).collect();
    let buys: Vec<Option<bool>> = actual.iter().map(|count| Some(*count > 0)).collect();
    let both = buys.contains(&Some(true)) && buys.contains(&Some(false));
    let question = Question {
        score: &format!("{}.expected", planned.score).into(),
        outcome: &"a purchase".into(),
        lowest_first: false,
        in_sample: false,
        groups,
    };
    let scores: Vec<Option<f64>> = predicted.iter().copied().map(Some).collect();
    let worths: Vec<(f64, f64)> = customers.iter().filter_map(|customer| customer.worth).collect();
    Ok(Forecast {
        score: planned.score.clone(),
        customers: customers.len() as u64,
        newcomers,
        predicted: foretold,
        actual: came,
        weeks,
        by_repeats: by_repeats(customers, &predicted, &happened),
        calibration: calibration(&predicted, &happened, groups)?,
        ranking: both.then(|| ranking(&question, &scores, &buys, None)).transpose()?,
        worth: (!worths.is_empty()).then(|| Worth {
            customers: worths.len() as u64,
            predicted: worths.iter().map(|(predicted, _)| predicted).sum(),
            actual: worths.iter().map(|(_, actual)| actual).sum(),
        }),
    })
}

fn by_repeats(customers: &[Customer], predicted: &[f64], actual: &[f64]) -> Vec<Repeats> {
    let of = |repeats: u64| {
        let rows: Vec<usize> = customers
            .iter()
            .enumerate()
            .filter(|(_, customer)| customer.purchased.history.repeats.min(MANY) == repeats)
            .map(|(row, _)| row)
            .collect();
        let mean = |of: &[f64]| rows.iter().filter_map(|row| of.get(*row)).sum::<f64>() / rows.len() as f64;
        (!rows.is_empty()).then(|| Repeats {
            repeats,
            or_more: repeats == MANY,
            customers: rows.len() as u64,
            predicted: mean(predicted),
            actual: mean(actual),
        })
    };
    (0..=MANY).filter_map(of).collect()
}
