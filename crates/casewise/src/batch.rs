//! Many customers at once: Arrow record batches in, Arrow record batches out.
//!
//! A batch says exactly what [`Model::decide`] says of each of its rows. Customers who compete for a quota, a
//! capacity or a budget are decided in one walk over the batch; the others on several threads.

use std::sync::Arc;

use arrow_array::builder::{StringBuilder, UInt64Builder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema};

mod keys;
mod read;
mod sorted;
mod stream;
mod supplied;

pub use casewise_columns::Select;
#[cfg(feature = "fit")]
pub use read::Subjects;
pub use sorted::{Key, Sorted};
pub use stream::Stream;
pub use supplied::Supplied;

use crate::{Decision, Error, Model, Request};

/// What stands beside the customers: events, rows and lists, with the key in a column named like the key.
///
/// # Examples
/// See [`Model::decide_batch`].
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    tables: Vec<(String, Vec<RecordBatch>)>,
    lists: Vec<(String, Vec<RecordBatch>)>,
}

impl Inputs {
    /// Nothing.
    pub fn new() -> Inputs {
        Inputs::default()
    }

    /// Supplies events or rows; no batches are a table without records.
    #[must_use]
    pub fn events(mut self, table: impl Into<String>, batches: Vec<RecordBatch>) -> Inputs {
        self.tables.push((table.into(), batches));
        self
    }

    /// Supplies a list.
    #[must_use]
    pub fn list(mut self, list: impl Into<String>, batches: Vec<RecordBatch>) -> Inputs {
        self.lists.push((list.into(), batches));
        self
    }

    fn supplied(&self, model: &Model) -> Result<Supplied, Error> {
        let mut supplied = Supplied::new(model);
        for (table, batches) in &self.tables {
            supplied.table(table)?;
            batches.iter().try_for_each(|batch| supplied.events(table, batch))?;
        }
        for (list, batches) in &self.lists {
            supplied.list(list)?;
            batches.iter().try_for_each(|batch| supplied.listed_in(list, batch))?;
        }
        Ok(supplied)
    }
}

/// How a batch is decided.
///
/// # Examples
/// ```
/// let how = casewise::batch::How { threads: 1, ..Default::default() };
/// assert!(how.select.offers);
/// ```
#[derive(Clone, Copy)]
pub struct How<'a> {
    /// What to put out.
    pub select: Select,
    /// Whether to count what becomes of every case: see [`Decisions::counts`] and [`Stream::counts`].
    pub counts: bool,
    /// How many threads; as many as the machine has cores by default.
    pub threads: usize,
    /// Called now and then, from any thread, with the rows decided so far; false stops.
    pub progress: &'a (dyn Fn(usize) -> bool + Sync),
}

impl Default for How<'_> {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        How { select: Select::default(), counts: false, threads, progress: &|_| true }
    }
}

impl std::fmt::Debug for How<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("How")
            .field("select", &self.select)
            .field("counts", &self.counts)
            .field("threads", &self.threads)
            .finish_non_exhaustive()
    }
}

/// The decisions of a batch, as they come from the threads that made them.
#[derive(Debug, Clone)]
pub struct Parts {
    /// One row per customer decided, in the order of the batch, in batches of a few thousand.
    pub parts: Vec<RecordBatch>,
    /// The rows that were refused, and why.
    pub refused: Vec<(usize, Error)>,
}

/// The decisions of a batch.
#[derive(Debug, Clone)]
pub struct Decisions {
    /// One row per customer decided, in the order of the batch: `id` and what was selected.
    pub decisions: RecordBatch,
    /// One row per customer refused: `row` (from 0), `id`, `attribute`, `value`, `expected`, `message`.
    pub rejects: RecordBatch,
    /// The same as errors: the row and why.
    pub refused: Vec<(usize, Error)>,
    /// One row per case, in the order of the model, with numbers of customers: `case`; `eligible`, `ineligible` and
    /// `unknown`; of the eligible ones those `offered`, `outranked` and `held_out` (of a trial case: would be); of the
    /// others by the gate that a decision names, `status` to `channels`. None if it was not asked for, and of the
    /// batches of a stream, which counts all of them: [`Stream::counts`].
    pub counts: Option<RecordBatch>,
}

impl Model {
    /// Decides every row of a batch of customers.
    ///
    /// Columns are found as everywhere: by the foreign name (`from`) or the attribute's name; others are ignored.
    /// Arrays of the attribute's own type are read as they lie, dictionaries by their values; text, numbers and
    /// timestamps go through the rules for input, so a column means what its values mean anywhere else. `request`
    /// gives `now`, context, `decide` and remaining numbers; events and lists come with `inputs`.
    ///
    /// # Errors
    /// A column is absent or cannot be read, an event has no readable key, or something that the model uses was
    /// not supplied ([`Error::is_input`]); the call names something unknown, was stopped, or gives events with
    /// the request ([`Error::is_request`]); a learned part has no parameters ([`Error::is_parameters`]). A bad row
    /// is no error: it is among the rejects, and the others go on.
    ///
    /// # Examples
    /// ```
    /// use std::sync::Arc;
    /// use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
    /// use casewise::batch::{How, Inputs};
    /// use casewise::{Model, Request};
    ///
    /// let model = Model::from_text("m.cw", r"
    ///     model m { language 1 }
    ///     customer { key id: text; age: int }
    ///     case welcome { for age >= 18 }
    /// ")?;
    /// let ids: ArrayRef = Arc::new(StringArray::from(vec!["c1", "c2", "c3"]));
    /// let ages: ArrayRef = Arc::new(Int64Array::from(vec![Some(30), Some(12), None]));
    /// let customers = RecordBatch::try_from_iter([("id", ids), ("age", ages)]).unwrap();
    /// let decided = model.decide_batch(&customers, &Inputs::new(), &Request::at("2026-11-22"), &How::default())?;
    /// assert_eq!((decided.decisions.num_rows(), decided.rejects.num_rows()), (2, 1));
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn decide_batch(
        &self,
        customers: &RecordBatch,
        inputs: &Inputs,
        request: &Request<'_>,
        how: &How<'_>,
    ) -> Result<Decisions, Error> {
        let mut stream = self.stream(inputs.supplied(self)?, request, *how)?;
        let decided = stream.decide(customers)?;
        let together = stream.finish()?;
        let decisions = together.unwrap_or(decided.decisions);
        Ok(Decisions { decisions, counts: stream.counts(), ..decided })
    }

    /// Decisions as columns: what [`Model::decide_batch`] gives, of decisions made one by one.
    ///
    /// ```
    /// # use casewise::{Model, Request, batch::Select};
    /// # let model = Model::from_text("m.cw", "model m { language 1 } customer { key id: text }")?;
    /// let decision = model.decide(&std::collections::BTreeMap::from([("id", "c1")]), &Request::at("2026-11-22"))?;
    /// assert_eq!(model.columns(&[decision], Select::default()).num_rows(), 1);
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn columns(&self, decisions: &[Decision], select: Select) -> RecordBatch {
        let decisions: Vec<_> = decisions.iter().map(Decision::inner).collect();
        casewise_columns::batch(self.core(), &decisions, select)
    }
}

/// Refused rows as a batch.
fn rejects(refused: &[(usize, Box<casewise_core::input::InputProblem>)]) -> RecordBatch {
    let mut rows = UInt64Builder::new();
    let names = ["id", "attribute", "value", "expected", "message"];
    let mut texts = names.map(|_| StringBuilder::new());
    for (row, problem) in refused {
        rows.append_value(*row as u64);
        let message = problem.to_string();
        let cells = [
            problem.key.as_deref(),
            problem.attribute.as_deref(),
            problem.misfit.value.as_deref(),
            Some(problem.misfit.expected.as_str()),
            Some(message.as_str()),
        ];
        texts.iter_mut().zip(cells).for_each(|(text, cell)| text.append_option(cell));
    }
    let mut fields = vec![Field::new("row", DataType::UInt64, false)];
    fields.extend(names.map(|name| Field::new(name, DataType::Utf8, true)));
    let mut columns: Vec<ArrayRef> = vec![Arc::new(rows.finish())];
    columns.extend(texts.iter_mut().map(|text| Arc::new(text.finish()) as ArrayRef));
    let schema = Arc::new(Schema::new(fields));
    // Every column has one cell per refused row.
    RecordBatch::try_new(Arc::clone(&schema), columns).unwrap_or_else(|_| RecordBatch::new_empty(schema))
}
