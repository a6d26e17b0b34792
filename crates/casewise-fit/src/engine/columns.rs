//! What is read of all subjects: a column per slot of a plan.

use std::sync::Arc;

use casewise_core::input::Subject;
use casewise_core::parameters::number;
use casewise_core::plan::semantics::Clock;
use casewise_core::plan::{Plan, Slot};
use casewise_core::row::evaluate::{Evaluation, Inputs};
use casewise_core::values::{Date, Time, Value};
use rayon::prelude::*;

/// Subjects that one thread reads at a time.
const CHUNK: usize = 512;

/// Values by column, then by row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Columns(Vec<Vec<Value>>);

impl Columns {
    /// The values of slots as of an instant.
    pub fn read(plan: &Plan, slots: &[Slot], subjects: &[&Subject], now: Time) -> Columns {
        let zone = &plan.model.zone;
        let clock = Clock { now, today: zone.date_of(now).unwrap_or(Date(0)), zone };
        let chunks: Vec<Vec<Vec<Value>>> = subjects
            .par_chunks(CHUNK)
            .map(|chunk| {
                let mut evaluation = Evaluation::default();
                let mut columns = vec![Vec::with_capacity(chunk.len()); slots.len()];
                for subject in chunk {
                    evaluation.reset(plan);
                    let inputs = Inputs { plan, subject, clock };
                    for (slot, column) in slots.iter().zip(&mut columns) {
                        column.push(evaluation.value(inputs, *slot).clone());
                    }
                }
                columns
            })
            .collect();
        let mut columns = vec![Vec::with_capacity(subjects.len()); slots.len()];
        for chunk in chunks {
            for (column, part) in columns.iter_mut().zip(chunk) {
                column.extend(part);
            }
        }
        Columns(columns)
    }

    /// A column; empty if there is none.
    pub fn get(&self, column: usize) -> &[Value] {
        self.0.get(column).map_or(&[], Vec::as_slice)
    }

    /// All columns.
    pub fn iter(&self) -> impl Iterator<Item = &[Value]> {
        self.0.iter().map(Vec::as_slice)
    }
}

/// A column as floats; none is missing.
pub fn numbers(column: &[Value]) -> Vec<Option<f64>> {
    column.iter().map(number).collect()
}

/// The names of columns, for messages.
pub(crate) fn names<'a>(labels: impl IntoIterator<Item = &'a Arc<str>>) -> Vec<Arc<str>> {
    labels.into_iter().cloned().collect()
}
