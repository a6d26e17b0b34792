//! Cuts of recency, frequency and monetary.

use std::sync::Arc;

use casewise_core::model::{Cuts, Rfm};
use casewise_core::parameters::{CutWarning, LearnedCuts, RfmParameters};

use super::columns::numbers;
use super::{Lesson, Problem};
use crate::error::FitError;
use crate::quantile::learn_cuts;

pub(super) fn learn(mut lesson: Lesson<'_>, declared: &Rfm) -> Result<RfmParameters, Problem> {
    let frequency = numbers(lesson.columns.get(1));
    let active = |column: Vec<Option<f64>>| -> Vec<f64> {
        let with_events = frequency.iter().map(|count| count.is_some_and(|count| count > 0.0));
        column
            .into_iter()
            .zip(with_events)
            .filter(|(_, active)| *active)
            .filter_map(|(value, _)| value)
            .collect()
    };
    let customers = active(frequency.clone()).len();
    if customers == 0 {
        return Err(Problem::Said(FitError::NoRows, "nobody has an event in the window".to_owned()));
    }
    let parts = [
        ("recency", &declared.recency_cuts),
        ("frequency", &declared.frequency_cuts),
        ("monetary", &declared.monetary_cuts),
    ];
    let mut learned: Vec<Option<LearnedCuts>> = Vec::new();
    for (place, (name, cuts)) in parts.into_iter().enumerate() {
        let Cuts::Learned(bins) = cuts else {
            learned.push(None);
            continue;
        };
        if place == 2 && declared.monetary.is_none() {
            learned.push(None);
            continue;
        }
        let values = active(numbers(lesson.columns.get(place)));
        let found = learn_cuts(&values, *bins).map_err(|error| Problem::Fit(error, vec![Arc::from(name)]))?;
        warn(&mut lesson, name, &found);
        learned.push(Some(found));
    }
    let mut learned = learned.into_iter();
    Ok(RfmParameters {
        customers: customers as u64,
        without_events: (frequency.len() - customers) as u64,
        recency: learned.next().flatten(),
        frequency: learned.next().flatten(),
        monetary: learned.next().flatten(),
    })
}

fn warn(lesson: &mut Lesson<'_>, name: &str, found: &LearnedCuts) {
    for warning in &found.warnings {
        lesson.warn(match warning {
            CutWarning::FewerThanBins { rows, bins } => format!("{name} has {rows} values for {bins} bins"),
            CutWarning::AllTied => format!("{name} is the same for everyone: all get the same score"),
        });
    }
    if !found.empty.is_empty() {
        let empty: Vec<String> = found.empty.iter().map(usize::to_string).collect();
        lesson.warn(format!(
            "{name} leaves bins {} empty: {:.1} % of the values are {}",
            empty.join(", "),
            found.largest_tie.share * 100.0,
            found.largest_tie.value
        ));
    }
}
