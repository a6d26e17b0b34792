//! Customers in batches, one after the other, with bounded memory.

use std::sync::Arc;

use arrow_array::RecordBatch;
use casewise_columns::{Beside, Customers, Halt, KeyId, Options, Refused, Sweep};
use casewise_core::input::{InputProblem, Part, Rows, Subject, SubjectBuilder};
use casewise_core::model::{ListId, TableId};
use casewise_core::row::counts::Counts;
use casewise_core::values::Value;
use serde::Serialize;

use super::keys::Keys;
use super::{Decisions, How, Key, Parts, Sorted, Supplied, rejects};
use crate::{Decision, Error, Model, Prepared, Request, feed};

/// Decides batch after batch of customers; what stands beside them has been grouped by key once.
///
/// Nothing is kept of a customer but their key, so input larger than memory goes through. Only where customers
/// compete for a quota, a capacity or a budget must all of them be there before the first is decided: then the
/// batches give rejects only, and [`Stream::finish`] the decisions.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use arrow_array::{ArrayRef, RecordBatch, StringArray};
/// use casewise::batch::{How, Supplied};
/// use casewise::{Model, Request};
///
/// let model = Model::from_text("m.cw", "model m { language 1 } customer { key id: text } case welcome { }")?;
/// let mut stream = model.stream(Supplied::new(&model), &Request::at("2026-11-22"), How::default())?;
/// let mut offers = 0;
/// for keys in [["c1", "c2"], ["c3", "c1"]] {
///     let ids: ArrayRef = Arc::new(StringArray::from(keys.to_vec()));
///     let decided = stream.decide(&RecordBatch::try_from_iter([("id", ids)]).unwrap())?;
///     offers += decided.decisions.num_rows();
///     // A second row with a key is refused, wherever the first one was.
///     assert_eq!(decided.rejects.num_rows(), usize::from(keys.contains(&"c3")));
/// }
/// assert_eq!(offers, 3);
/// assert!(stream.finish()?.is_none());
/// # Ok::<(), casewise::Error>(())
/// ```
#[derive(Debug)]
pub struct Stream<'a> {
    model: Model,
    beside: Beside,
    request: casewise_core::input::Request,
    how: How<'a>,
    keys: Keys,
    rows: usize,
    together: bool,
    /// Where the model and what is selected allow it.
    sweep: Option<Sweep>,
    counts: Option<Counts>,
    waiting: Vec<Arc<Subject>>,
    order: Option<Order>,
    /// Records and keys of nobody, by table, of histories that are gone.
    unclaimed: Vec<(usize, usize)>,
}

/// Where a stream that is sorted by key stands.
#[derive(Debug, Default)]
struct Order {
    key: Option<Value>,
    text: Option<Arc<str>>,
}

impl Model {
    /// Starts to decide customers batch by batch. See [`Stream`](crate::batch::Stream).
    ///
    /// # Errors
    /// Something that the model uses was not supplied, or the context cannot be read ([`Error::is_input`]); the
    /// call names something unknown, or gives events or lists with the request ([`Error::is_request`]); a learned
    /// part has no parameters ([`Error::is_parameters`]).
    pub fn stream<'a>(
        &self,
        supplied: Supplied,
        request: &Request<'_>,
        how: How<'a>,
    ) -> Result<Stream<'a>, Error> {
        let plan = self.plan()?;
        let mut stream = Stream::new(self, supplied, request, how)?;
        stream.together = plan.has_common_numbers(&stream.request.remaining);
        let context = stream.beside.context.as_ref();
        stream.sweep = Sweep::new(plan, &stream.request, context, how.select, how.counts);
        stream.look_up_contacts();
        stream.counts = how.counts.then(|| Counts::new(&plan.model));
        // What is not supplied is missing from every subject alike.
        let anyone = Subject {
            context: stream.beside.context.clone(),
            tables: stream.beside.tables.iter().map(|t| t.as_ref().map(|_| Rows::default())).collect(),
            lists: stream.beside.lists.iter().map(|l| l.as_ref().map(|_| false)).collect(),
            ..Subject::default()
        };
        match plan.refusal(&anyone) {
            Some(refusal) => Err(Error::not_supplied(&anyone.key, refusal)),
            None => Ok(stream),
        }
    }

    /// The same, to prepare customers for [`Model::fit`]: whatever is supplied will do.
    ///
    /// # Errors
    /// As [`Model::stream`], but for what is not supplied or not learned.
    ///
    /// ```
    /// # use casewise::{Model, Request, batch::Supplied};
    /// # let model = Model::from_text("m.cw", "model m { language 1 } customer { key id: text }")?;
    /// let stream = model.stream_to_fit(Supplied::new(&model), &Request::at("2026-11-22"))?;
    /// let customer = stream.prepare(&std::collections::BTreeMap::from([("id", "c1")]))?;
    /// # Ok::<(), casewise::Error>(())
    /// ```
    #[cfg(feature = "fit")]
    pub fn stream_to_fit(&self, supplied: Supplied, request: &Request<'_>) -> Result<Stream<'static>, Error> {
        Stream::new(self, supplied, request, How::default())
    }
}

impl<'a> Stream<'a> {
    fn new(
        model: &Model,
        supplied: Supplied,
        request: &Request<'_>,
        how: How<'a>,
    ) -> Result<Stream<'a>, Error> {
        if !supplied.model().is(model) {
            return Err(Error::request("what is supplied was read for another model: read it for this one"));
        }
        let context = request.context_values(model.layouts())?;
        Ok(Stream {
            model: model.clone(),
            beside: supplied.finish(context),
            request: request.resolve(model.core())?,
            how,
            keys: Keys::default(),
            rows: 0,
            together: false,
            sweep: None,
            counts: None,
            waiting: Vec::new(),
            order: None,
            unclaimed: vec![(0, 0); model.core().tables.len()],
        })
    }

    /// Decides the next customers. Columns are found as by [`Model::decide_batch`]; rows of the rejects are counted
    /// from 0 over all batches.
    ///
    /// # Errors
    /// A column is absent or cannot be read ([`Error::is_input`]), or the progress said to stop
    /// ([`Error::is_request`]).
    ///
    /// See [`Stream`].
    pub fn decide(&mut self, customers: &RecordBatch) -> Result<Decisions, Error> {
        let (parts, refused) = self.parts(customers)?;
        let whole = casewise_columns::whole(self.model.core(), self.how.select, &parts);
        let (decisions, rejects) = (whole.map_err(halted)?, rejects(&refused));
        Ok(Decisions { decisions, rejects, refused: errors(refused), counts: None })
    }

    /// The same, without putting together what several threads decided: for whoever takes part after part.
    ///
    /// # Errors
    /// As [`Stream::decide`].
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use arrow_array::{ArrayRef, RecordBatch, StringArray};
    /// # use casewise::{Model, Request, batch::{How, Supplied}};
    /// # let model = Model::from_text("m.cw", "model m { language 1 } customer { key id: text } case gift { }")?;
    /// let mut stream = model.stream(Supplied::new(&model), &Request::at("2026-11-22"), How::default())?;
    /// let ids: ArrayRef = Arc::new(StringArray::from(vec![Some("c1"), None, Some("c2")]));
    /// let decided = stream.decide_in_parts(&RecordBatch::try_from_iter([("id", ids)]).unwrap())?;
    /// assert_eq!(decided.parts.iter().map(RecordBatch::num_rows).sum::<usize>(), 2);
    /// assert_eq!(decided.refused[0].0, 1);
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn decide_in_parts(&mut self, customers: &RecordBatch) -> Result<Parts, Error> {
        let (parts, refused) = self.parts(customers)?;
        Ok(Parts { parts, refused: errors(refused) })
    }

    fn parts(&mut self, customers: &RecordBatch) -> Result<(Vec<RecordBatch>, Refused), Error> {
        let plan = self.model.plan()?;
        let bound = bind(&self.model, &self.beside, customers)?;
        let (before, progress) = (self.rows, self.how.progress);
        let progress = move |rows| progress(before + rows);
        let How { select, counts, threads, .. } = self.how;
        let options = Options { select, counts, threads, progress: &progress };
        let read = Options { progress: &|_| true, ..options };
        let bound = claim_all(bound, &mut self.keys, self.order.as_mut(), &read)?;
        let (parts, mut refused) = if self.together {
            let (subjects, refused) = casewise_columns::subjects(&bound, &options).map_err(halted)?;
            self.waiting.extend(subjects);
            (Vec::new(), refused)
        } else {
            let swept = self.sweep.as_ref().and_then(|sweep| sweep.decide(&bound, &options));
            let decided =
                swept.unwrap_or_else(|| casewise_columns::decide(plan, &bound, &self.request, &options));
            let decided = decided.map_err(halted)?;
            if let Some((sum, more)) = self.counts.as_mut().zip(decided.counts.as_ref()) {
                sum.add(more);
            }
            (decided.parts, decided.rejects)
        };
        refused.iter_mut().for_each(|(row, _)| *row += before);
        self.rows += customers.num_rows();
        Ok((parts, refused))
    }

    /// Decides those who compete, now that all are there; none where nobody does.
    ///
    /// # Errors
    /// A learned part has no parameters.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use arrow_array::{ArrayRef, RecordBatch, StringArray};
    /// # use casewise::{Model, Request, batch::{How, Supplied}};
    /// let model = Model::from_text("m.cw", "model m { language 1 } customer { key id: text } case gift { quota 1 }")?;
    /// let mut stream = model.stream(Supplied::new(&model), &Request::at("2026-11-22"), How::default())?;
    /// let ids: ArrayRef = Arc::new(StringArray::from(vec!["c1", "c2"]));
    /// assert_eq!(stream.decide(&RecordBatch::try_from_iter([("id", ids)]).unwrap())?.decisions.num_rows(), 0);
    /// assert_eq!(stream.finish()?.unwrap().num_rows(), 2);
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn finish(&mut self) -> Result<Option<RecordBatch>, Error> {
        if !self.together {
            return Ok(None);
        }
        let waiting = std::mem::take(&mut self.waiting);
        let plan = self.model.plan()?;
        let wanted = (self.how.select, self.how.counts);
        let (decisions, counts) = casewise_columns::decide_together(plan, &waiting, &self.request, wanted);
        if let Some((sum, more)) = self.counts.as_mut().zip(counts.as_ref()) {
            sum.add(more);
        }
        Ok(Some(decisions))
    }

    /// What became of the cases so far, a row per case: see [`How::counts`]. None if it was not asked for.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use arrow_array::{ArrayRef, RecordBatch, StringArray, UInt64Array};
    /// # use casewise::{Model, Request, batch::{How, Supplied}};
    /// let model = Model::from_text("m.cw", "model m { language 1 } customer { key id: text } case gift { }")?;
    /// let how = How { counts: true, ..How::default() };
    /// let mut stream = model.stream(Supplied::new(&model), &Request::at("2026-11-22"), how)?;
    /// let ids: ArrayRef = Arc::new(StringArray::from(vec!["c1", "c2"]));
    /// stream.decide(&RecordBatch::try_from_iter([("id", ids)]).unwrap())?;
    /// let counts = stream.counts().unwrap();
    /// assert_eq!(counts["offered"].as_any().downcast_ref(), Some(&UInt64Array::from(vec![2])));
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn counts(&self) -> Option<RecordBatch> {
        self.counts.as_ref().map(|counts| casewise_columns::counts(self.model.core(), counts))
    }

    /// Counts decisions of customers who were [prepared](Stream::prepare) and decided one by one, if it was asked for.
    ///
    /// ```
    /// # use casewise::{Model, Request, batch::{How, Supplied}};
    /// # let model = Model::from_text("m.cw", "model m { language 1 } customer { key id: text } case gift { }")?;
    /// let how = How { counts: true, ..How::default() };
    /// let mut stream = model.stream(Supplied::new(&model), &Request::at("2026-11-22"), how)?;
    /// let customer = stream.prepare(&std::collections::BTreeMap::from([("id", "c1")]))?;
    /// stream.count(&[model.decide_prepared(&customer)?]);
    /// assert_eq!(stream.counts().unwrap().num_rows(), 1);
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn count(&mut self, decisions: &[Decision]) {
        if let Some(counts) = &mut self.counts {
            decisions.iter().for_each(|decision| counts.count(decision.inner()));
        }
    }

    /// Whether customers compete for a quota, a capacity or a budget.
    ///
    /// See [`Stream::finish`].
    pub fn is_together(&self) -> bool {
        self.together
    }

    /// Reads one customer, with everything that belongs to them.
    ///
    /// # Errors
    /// The record, or an event of the customer, does not fit the model.
    ///
    /// See [`Supplied`].
    pub fn prepare<S: Serialize + ?Sized>(&self, record: &S) -> Result<Prepared, Error> {
        let (model, layouts) = (self.model.core(), self.model.layouts());
        let attributes = feed::record(&layouts.subject, &record).map_err(|(attribute, misfit)| {
            let key = self.model.key_of(record).ok().map(Arc::from);
            Error::input(InputProblem { key, part: Part::Subject, attribute, misfit })
        })?;
        let mut builder =
            SubjectBuilder::new(model, layouts, attributes).map_err(|problem| Error::input(*problem))?;
        if let Some(context) = &self.beside.context {
            builder.context(context.clone());
        }
        for (n, history) in self.beside.tables.iter().enumerate() {
            if let Some(history) = history {
                let rows =
                    history.of(KeyId::of(builder.key())).map_err(|problem| Error::input(problem.clone()))?;
                builder.history(TableId(n), rows);
            }
        }
        for (n, list) in self.beside.lists.iter().enumerate() {
            if let Some(list) = list {
                let contained = list.contains(builder.key());
                builder.list(ListId(n), contained);
            }
        }
        Ok(self.prepared(builder.finish()))
    }

    /// Reads the customers of a batch, each with everything that belongs to them.
    ///
    /// # Errors
    /// A column is absent or of a type that cannot be read; per row: as [`Stream::prepare`].
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use arrow_array::{ArrayRef, RecordBatch, StringArray};
    /// # use casewise::{Model, Request, batch::{How, Supplied}};
    /// let model = Model::from_text("m.cw", "model m { language 1 } customer { key id: text }")?;
    /// let stream = model.stream(Supplied::new(&model), &Request::at("2026-11-22"), How::default())?;
    /// let ids: ArrayRef = Arc::new(StringArray::from(vec![Some("c1"), None]));
    /// let prepared = stream.prepare_batch(&RecordBatch::try_from_iter([("id", ids)]).unwrap())?;
    /// assert_eq!(prepared[0].as_ref().unwrap().key(), "c1");
    /// assert_eq!(prepared[1].as_ref().unwrap_err().attribute(), Some("id"));
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn prepare_batch(&self, customers: &RecordBatch) -> Result<Vec<Result<Prepared, Error>>, Error> {
        let bound = bind(&self.model, &self.beside, customers)?;
        let read = |row| match bound.subject(row) {
            Ok(subject) => Ok(self.prepared(subject)),
            Err(problem) => Err(Error::input(*problem)),
        };
        let options = Options { threads: self.how.threads, ..Options::QUIET };
        // Nothing stops it.
        Ok(casewise_columns::each_row(bound.len(), &options, read).unwrap_or_default())
    }

    /// The row of a batch with this key.
    ///
    /// # Errors
    /// A column is absent or of a type that cannot be read.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use arrow_array::{ArrayRef, RecordBatch, StringArray};
    /// # use casewise::{Model, Request, batch::{How, Supplied}};
    /// # let model = Model::from_text("m.cw", "model m { language 1 } customer { key id: text }")?;
    /// # let stream = model.stream(Supplied::new(&model), &Request::at("2026-11-22"), How::default())?;
    /// let ids: ArrayRef = Arc::new(StringArray::from(vec!["c1", "c2"]));
    /// assert_eq!(stream.find(&RecordBatch::try_from_iter([("id", ids)]).unwrap(), "c2")?, Some(1));
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn find(&self, customers: &RecordBatch, key: &str) -> Result<Option<usize>, Error> {
        let bound = bind(&self.model, &self.beside, customers)?;
        Ok((0..bound.len()).find(|row| bound.key(*row).as_deref() == Some(key)))
    }

    /// Takes a customer who was prepared, or was not: of several rows with one key the first counts.
    ///
    /// # Errors
    /// Why the customer was not prepared; an earlier row has this key; or the stream is [sorted](Stream::sorted), and
    /// the row is not in order ([`Error::is_request`]).
    ///
    /// ```
    /// # use casewise::{Model, Request, batch::{How, Supplied}};
    /// # let model = Model::from_text("m.cw", "model m { language 1 } customer { key id: text }")?;
    /// let mut stream = model.stream(Supplied::new(&model), &Request::at("2026-11-22"), How::default())?;
    /// let customer = stream.prepare(&std::collections::BTreeMap::from([("id", "c1")]));
    /// assert_eq!(stream.claim(customer.clone())?.key(), "c1");
    /// assert_eq!(stream.claim(customer).unwrap_err().attribute(), Some("id"));
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn claim(&mut self, customer: Result<Prepared, Error>) -> Result<Prepared, Error> {
        let (key, text) = match &customer {
            Ok(prepared) => {
                let key = prepared.subject.attributes.get(self.model.layouts().key).cloned();
                (key, Arc::clone(&prepared.subject.key))
            }
            Err(error) => match error.key() {
                Some(text) => (None, Arc::from(text)),
                None => return customer,
            },
        };
        if claim(&mut self.keys, self.order.as_mut(), key.as_ref(), (KeyId::of(&text), &text))? {
            return customer;
        }
        Err(Error::input(InputProblem::repeated(self.model.core(), Some(text))))
    }

    /// Declares that customers come in ascending order of their keys. Events that come [sorted](super::Sorted), too,
    /// are joined to them, and no key need be remembered. What is not in order is an error.
    ///
    /// See [`Sorted`](super::Sorted).
    #[must_use]
    pub fn sorted(mut self) -> Stream<'a> {
        self.order = Some(Order::default());
        self
    }

    /// The last key of a batch of sorted customers; none if it has no readable one.
    ///
    /// # Errors
    /// A column is absent or of a type that cannot be read.
    ///
    /// See [`Sorted`](super::Sorted).
    pub fn last_key(&self, customers: &RecordBatch) -> Result<Option<Key>, Error> {
        let bound = bind(&self.model, &self.beside, customers)?;
        Ok((0..bound.len()).rev().find_map(|row| bound.key_value(row)).map(Key))
    }

    /// The key of a record; none if it has no readable one.
    ///
    /// ```
    /// # use casewise::{Model, Request, batch::{How, Supplied}};
    /// # let model = Model::from_text("m.cw", "model m { language 1 } customer { key id: text }")?;
    /// # let stream = model.stream(Supplied::new(&model), &Request::at("2026-11-22"), How::default())?;
    /// assert!(stream.key(&std::collections::BTreeMap::from([("id", "c1")])).is_some());
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn key<S: Serialize + ?Sized>(&self, record: &S) -> Option<Key> {
        self.model.key_value(record).ok().filter(|key| !key.is_missing()).map(Key)
    }

    /// Supplies the next customers, up to this key, with the records of a sorted table, in the place of those of the
    /// customers before.
    ///
    /// See [`Sorted`](super::Sorted).
    pub fn join(&mut self, sorted: &mut Sorted, last: &Key) {
        let next = sorted.take(last);
        if let Some(place) = self.beside.tables.get_mut(sorted.table.0)
            && let Some(before) = place.replace(next)
        {
            let (records, keys) = before.unclaimed(|key| self.keys.contains(key));
            self.add_unclaimed(sorted, (records, keys));
        }
        if sorted.table.0 + 1 == self.beside.tables.len() {
            self.look_up_contacts();
        }
    }

    /// Once for all customers, where they are decided together.
    fn look_up_contacts(&mut self) {
        if let Some((sweep, Some(contacts))) = self.sweep.as_ref().zip(self.beside.tables.last_mut()) {
            contacts.look_up_contacts(sweep.plan(), self.how.threads);
        }
    }

    /// Says that no customer is left for the records of a sorted table that wait.
    ///
    /// See [`Sorted`](super::Sorted).
    pub fn leave(&mut self, sorted: &mut Sorted) {
        let left = sorted.forget();
        self.add_unclaimed(sorted, left);
    }

    fn add_unclaimed(&mut self, sorted: &Sorted, (records, keys): (usize, usize)) {
        if let Some(unclaimed) = self.unclaimed.get_mut(sorted.table.0) {
            *unclaimed = (unclaimed.0 + records, unclaimed.1 + keys);
        }
    }

    /// Events and rows of keys that no customer so far has: table, records, keys.
    ///
    /// ```
    /// # use casewise::{Model, Request, batch::{How, Supplied}};
    /// let model = Model::from_text("m.cw", "model m { language 1 } customer { key id: text } events visit { }")?;
    /// let mut supplied = Supplied::new(&model);
    /// supplied.event("visit", &std::collections::BTreeMap::from([("id", "c9"), ("at", "2026-11-01T09:00")]))?;
    /// let stream = model.stream(supplied, &Request::at("2026-11-22"), How::default())?;
    /// assert_eq!(stream.unclaimed().next(), Some(("visit", 1, 1)));
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn unclaimed(&self) -> impl Iterator<Item = (&str, usize, usize)> {
        let names = self.model.core().tables.iter().map(|table| &*table.name);
        names.zip(&self.beside.tables).zip(&self.unclaimed).filter_map(|((name, history), gone)| {
            let (records, keys) = history.as_ref()?.unclaimed(|key| self.keys.contains(key));
            (records + gone.0 > 0).then_some((name, records + gone.0, keys + gone.1))
        })
    }

    fn prepared(&self, subject: Subject) -> Prepared {
        Prepared { model: self.model.clone(), subject: Arc::new(subject), request: self.request.clone() }
    }
}

fn halted(halt: Halt) -> Error {
    match halt {
        Halt::Stopped => Error::request("stopped before every row was decided"),
        Halt::TooLarge => Error::request(
            "the decisions do not fit into one batch of Arrow: decide fewer rows at a time, or select less",
        ),
    }
}

fn errors(refused: Refused) -> Vec<(usize, Error)> {
    refused.into_iter().map(|(row, problem)| (row, Error::input(*problem))).collect()
}

fn bind<'s>(model: &'s Model, beside: &'s Beside, customers: &RecordBatch) -> Result<Customers<'s>, Error> {
    Customers::new(model.core(), model.layouts(), beside, customers).map_err(|problem| Error::input(*problem))
}

/// Reads the keys of a batch, and finds the rows whose key an earlier one has.
fn claim_all<'c>(
    customers: Customers<'c>,
    known: &mut Keys,
    mut order: Option<&mut Order>,
    options: &Options<'_>,
) -> Result<Customers<'c>, Error> {
    if order.is_some() {
        *known = Keys::default();
    }
    let rows = customers.len();
    let keys = casewise_columns::Keys::read(&customers, options).map_err(halted)?;
    let mut repeated = Vec::new();
    for row in 0..rows {
        let Some((id, key)) = keys.id(row).zip(keys.get(row)) else { continue };
        let value = if order.is_some() { customers.key_value(row) } else { None };
        if !claim(known, order.as_deref_mut(), value.as_ref(), (id, key))? {
            repeated.push(row);
        }
    }
    Ok(customers.with_keys(keys).repeated(repeated))
}

/// Remembers the key of a row; false: an earlier row has it.
fn claim(
    keys: &mut Keys,
    order: Option<&mut Order>,
    key: Option<&Value>,
    (id, text): (KeyId, &str),
) -> Result<bool, Error> {
    if let Some(order) = order {
        let before = order.text.replace(Arc::from(text));
        if before.as_deref() == Some(text) {
            return Ok(false);
        }
        if let Some(key) = key {
            if order.key.as_ref().is_some_and(|last| last.total_cmp(key).is_gt()) {
                let before = before.unwrap_or_default();
                return Err(Error::request(format!(
                    "the customers are not sorted by key: `{text}` comes after `{before}`"
                )));
            }
            order.key = Some(key.clone());
        }
    }
    Ok(keys.insert(id))
}
