//! The two models of a lifetime.

use casewise_core::model::Lifetime;
use casewise_core::model::constants::evaluate;
use casewise_core::parameters::{LifetimeParameters, SpendParameters};
use casewise_core::plan::lifetime::{purchased, unit_days};
use casewise_core::values::Value;
use casewise_core::values::lifetime::History;

use super::{Lesson, Problem};
use crate::error::FitError;
use crate::gamma_gamma::Spend;
use crate::{bgnbd, gamma_gamma};

pub(super) fn learn(lesson: Lesson<'_>, declared: &Lifetime) -> Result<LifetimeParameters, Problem> {
    let unit = evaluate(&declared.unit, lesson.model).and_then(|unit| unit_days(&unit));
    let unit = unit.ok_or_else(|| FitError::setting("the unit of time is no length"))?;
    let (mut histories, mut spends): (Vec<History>, Vec<Spend>) = (Vec::new(), Vec::new());
    for row in 0..lesson.subjects.len() {
        let value = |what| lesson.columns.get(what as usize).get(row).unwrap_or(&Value::Missing);
        let Some(found) = purchased(unit, value) else { continue };
        histories.push(found.history);
        if declared.monetary.is_none() || found.history.repeats == 0 {
            continue;
        }
        match found.spend {
            Some((0, _)) => {}
            Some((purchases, mean)) => spends.push(Spend { purchases, mean }),
            None => {
                let problem = format!(
                    "the purchases of {:?} after the first are not worth more than 0 together: leave returns out, such as with `where amount > 0`",
                    lesson.key(row)
                );
                return Err(Problem::Said(FitError::Invalid { row, problem: problem.clone() }, problem));
            }
        }
    }
    if histories.is_empty() {
        return Err(Problem::Said(FitError::NoRows, "nobody has bought before".to_owned()));
    }
    let customers = histories.len() as u64;
    let found = bgnbd::fit(&histories)?;
    let spend = match declared.monetary {
        None => None,
        Some(_) => {
            let found = gamma_gamma::fit(&spends)?;
            Some(SpendParameters {
                model: found.model,
                standard_errors: found.standard_errors,
                log_likelihood: found.log_likelihood,
                customers: found.customers,
                correlation: found.correlation,
                iterations: found.iterations,
            })
        }
    };
    Ok(LifetimeParameters {
        purchases: found.model,
        standard_errors: found.standard_errors,
        log_likelihood: found.log_likelihood,
        customers,
        repeaters: found.repeaters,
        without_purchases: lesson.subjects.len() as u64 - customers,
        iterations: found.iterations,
        spend,
    })
}
