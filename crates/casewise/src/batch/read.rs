//! The rows of a batch, read piece by piece for what is not a decision: to learn, and to count.

use arrow_array::RecordBatch;

use super::{How, Inputs, Stream, rejects};
use crate::preview::{Preview, Scope};
use crate::{Error, Model, Prepared, Request};

/// The subjects of a batch, read.
#[cfg(feature = "fit")]
#[derive(Debug, Clone)]
pub struct Subjects {
    /// In the order of the batch.
    pub prepared: Vec<Prepared>,
    /// Rows that could not be read: as those of [`Decisions`](super::Decisions).
    pub rejects: RecordBatch,
}

/// Rows read between two looks at whether to go on.
const PIECE: usize = 8_192;

impl Model {
    /// Reads every row of a batch to learn from it, as [`Model::prepare_to_fit`] reads one.
    ///
    /// # Errors
    /// As [`Model::decide_batch`]; what is not supplied is told by the fit.
    ///
    /// # Examples
    /// ```
    /// use std::sync::Arc;
    /// use arrow_array::{ArrayRef, RecordBatch, StringArray};
    /// use casewise::batch::{How, Inputs};
    /// use casewise::{FitOptions, Model, Request};
    ///
    /// let model = Model::from_text("m.cw", r"
    ///     model m { language 1 }
    ///     customer { key id: text }
    ///     events buy { amount: decimal }
    ///     behavior warmth of buy { half_life 30 days; scale percentile }
    /// ")?;
    /// let column = |texts: Vec<&str>| Arc::new(StringArray::from(texts)) as ArrayRef;
    /// let customers = RecordBatch::try_from_iter([("id", column(vec!["c1", "c2", "c2"]))]).unwrap();
    /// let buys = RecordBatch::try_from_iter([
    ///     ("id", column(vec!["c1", "c2"])),
    ///     ("at", column(vec!["2026-10-01T09:00", "2026-11-01T09:00"])),
    ///     ("amount", column(vec!["12.50", "7"])),
    /// ]).unwrap();
    /// let request = Request::at("2026-11-22");
    /// let inputs = Inputs::new().events("buy", vec![buys]);
    /// let read = model.prepare_batch_to_fit(&customers, &inputs, &request, &How::default())?;
    /// assert_eq!((read.prepared.len(), read.rejects.num_rows()), (2, 1));
    /// let fit = model.fit(&read.prepared, &request, &FitOptions::default().rejected(1))?;
    /// assert!(fit.to_json().contains("warmth"));
    /// # Ok::<(), casewise::Error>(())
    /// ```
    #[cfg(feature = "fit")]
    pub fn prepare_batch_to_fit(
        &self,
        customers: &RecordBatch,
        inputs: &Inputs,
        request: &Request<'_>,
        how: &How<'_>,
    ) -> Result<Subjects, Error> {
        let mut stream = self.stream_to_fit(inputs.supplied(self)?, request)?;
        let mut prepared = Vec::with_capacity(customers.num_rows());
        let rejects = read(&mut stream, customers, how, |piece| {
            prepared.extend(piece);
            Ok(())
        })?;
        Ok(Subjects { prepared, rejects })
    }

    /// Counts what becomes of the customers of a batch, as [`Model::preview`] does; and the rows that were refused.
    ///
    /// # Errors
    /// As [`Model::decide_batch`] and [`Model::preview`].
    ///
    /// # Examples
    /// ```
    /// use std::sync::Arc;
    /// use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
    /// use casewise::batch::{How, Inputs};
    /// use casewise::preview::Scope;
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
    /// let request = Request::at("2026-11-22");
    /// let (preview, rejects) =
    ///     model.preview_batch(&customers, &Inputs::new(), &request, &Scope::default(), &How::default())?;
    /// assert_eq!((preview.counts().cases[0].eligible, preview.counts().rejected, rejects.num_rows()), (1, 1, 1));
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn preview_batch(
        &self,
        customers: &RecordBatch,
        inputs: &Inputs,
        request: &Request<'_>,
        scope: &Scope,
        how: &How<'_>,
    ) -> Result<(Preview, RecordBatch), Error> {
        let mut stream = self.stream(inputs.supplied(self)?, request, *how)?;
        let mut counting = self.start_preview(request, scope)?;
        let rejects = read(&mut stream, customers, how, |piece| counting.add(&piece))?;
        counting.reject(rejects.num_rows() as u64);
        Ok((counting.finish(), rejects))
    }
}

/// Reads a batch in pieces; gives the rows that were refused.
fn read(
    stream: &mut Stream<'_>,
    customers: &RecordBatch,
    how: &How<'_>,
    mut take: impl FnMut(Vec<Prepared>) -> Result<(), Error>,
) -> Result<RecordBatch, Error> {
    let (rows, mut refused) = (customers.num_rows(), Vec::new());
    // A batch without rows is looked at, too: its columns may be wrong.
    for from in (0..rows.max(1)).step_by(PIECE) {
        let piece = customers.slice(from, PIECE.min(rows - from));
        let mut read = Vec::with_capacity(piece.num_rows());
        for (row, customer) in stream.prepare_batch(&piece)?.into_iter().enumerate() {
            match stream.claim(customer) {
                Ok(prepared) => read.push(prepared),
                Err(error) => match error.problem() {
                    Some(problem) => refused.push((from + row, Box::new(problem.clone()))),
                    None => return Err(error),
                },
            }
        }
        take(read)?;
        if !(how.progress)(from + piece.num_rows()) {
            return Err(Error::request("stopped before every row was read"));
        }
    }
    Ok(rejects(&refused))
}
