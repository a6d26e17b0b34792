//! A starting model out of data.

use std::borrow::Cow;
use std::fmt;

use casewise_core::starter::{Elements, Records, Seen, Starter};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::Serialize;
use serde_json::value::RawValue;

use crate::Error;

/// Rows of data, from which a model to start with is made. See [`starting_model`].
#[derive(Debug, Default)]
pub struct DataTable {
    records: Records,
}

impl DataTable {
    /// No rows yet. Columns that are known are declared even where they hold nothing.
    pub fn new<'c>(columns: impl IntoIterator<Item = &'c str>) -> DataTable {
        DataTable { records: Records::new(columns) }
    }

    /// Takes a row: anything that serde can serialise as names and values.
    ///
    /// # Errors
    /// It is none ([`Error::is_input`]).
    pub fn row<S: Serialize + ?Sized>(&mut self, record: &S) -> Result<(), Error> {
        let unreadable = |error: serde_json::Error| Error::request(format!("the row is no record: {error}"));
        let text = serde_json::to_string(record).map_err(unreadable)?;
        let Pairs(pairs) = serde_json::from_str(&text).map_err(unreadable)?;
        let mut cells = Vec::with_capacity(pairs.len());
        for (name, value) in &pairs {
            cells.push((&**name, Held::new(value.get()).map_err(unreadable)?));
        }
        self.records.row(cells.iter().map(|(name, held)| (*name, held.seen())));
        Ok(())
    }

    /// Takes the rows of a batch.
    ///
    /// # Examples
    /// ```
    /// use std::sync::Arc;
    ///
    /// use arrow_array::{Int64Array, RecordBatch};
    ///
    /// let ids = Int64Array::from(vec![1, 2, 3]);
    /// let batch = RecordBatch::try_from_iter([("id", Arc::new(ids) as _)])?;
    /// let mut customers = casewise::DataTable::new([]);
    /// customers.batch(&batch);
    /// let text = casewise::starting_model("shop", "customers.parquet", &customers, None, &[])?;
    /// assert!(text.contains("key id: int"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "columns")]
    pub fn batch(&mut self, batch: &arrow_array::RecordBatch) {
        let schema = batch.schema_ref();
        for row in 0..batch.num_rows() {
            let cells: Vec<(&str, Held<'_>)> = schema
                .fields()
                .iter()
                .zip(batch.columns())
                .map(|(field, column)| (field.name().as_str(), Held::of_cell(column, row)))
                .collect();
            self.records.row(cells.iter().map(|(name, held)| (*name, held.seen())));
        }
    }

    /// How many rows it has.
    pub fn rows(&self) -> u64 {
        self.records.rows()
    }
}

/// The text of a model to start with: the columns as attributes, with types, labels and missing values as they are
/// found, foreign names by `from`, and a first case. It checks cleanly, takes every row that was seen, and is there
/// to be edited.
///
/// The key is the column named, else the one that names each row once. `events` are tables by name, with a column
/// named like the key.
///
/// # Errors
/// There are no rows, no column names each row once, or events do not say whose they are or when they happened
/// ([`Error::is_request`]).
///
/// # Examples
/// ```
/// use casewise::{DataTable, Model};
/// use std::collections::BTreeMap;
///
/// let mut customers = DataTable::new(["Customer ID", "Age"]);
/// for (id, age) in [("a1", "30"), ("a2", "45"), ("a3", "28")] {
///     customers.row(&BTreeMap::from([("Customer ID", id), ("Age", age)]))?;
/// }
/// let text = casewise::starting_model("shop", "customers.csv", &customers, None, &[])?;
/// assert!(text.contains("key customer_id: text from \"Customer ID\""));
/// assert!(text.contains("Age: int  # 28 to 45"));
/// assert!(Model::from_text("shop.cw", &text)?.warnings().is_empty());
/// # Ok::<(), casewise::Error>(())
/// ```
pub fn starting_model(
    name: &str,
    source: &str,
    customers: &DataTable,
    key: Option<&str>,
    events: &[(String, DataTable)],
) -> Result<String, Error> {
    if customers.rows() == 0 {
        return Err(Error::request(format!("{source} has no rows: types and labels are told by values")));
    }
    let key = match key {
        Some(key) => match customers.records.key_problem(key) {
            Some(why) => return Err(Error::request(format!("the key of {source}: {why}"))),
            None => key,
        },
        None => customers.records.key().ok_or_else(|| {
            Error::request(format!(
                "no column of {source} names each row once, so that it could be the key: a row is one customer; \
                 many rows of one customer are events"
            ))
        })?,
    };
    let events: Vec<(&str, &Records)> =
        events.iter().map(|(name, table)| (name.as_str(), &table.records)).collect();
    let starter = Starter { name, source, customers: &customers.records, key, events: &events };
    starter.text().map_err(Error::request)
}

/// Names and values in the order written, numbers by their digits.
struct Pairs<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfMap;
        impl<'de> Visitor<'de> for OfMap {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("names and values")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de>, A::Error> {
                let mut pairs = Vec::new();
                while let Some((name, value)) = map.next_entry::<Cow<'de, str>, &RawValue>()? {
                    pairs.push((name, value));
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(OfMap)
    }
}

/// A value that was read.
enum Held<'a> {
    Missing,
    Bool(bool),
    #[cfg(feature = "columns")]
    NotANumber,
    Number(Cow<'a, str>),
    #[cfg(feature = "columns")]
    Moment(String),
    Text(String, Option<List>),
    List(List),
    Other,
}

/// A list of texts, or of whole numbers.
struct List {
    words: Vec<String>,
    numbers: bool,
}

impl List {
    fn of_json(json: &str) -> Option<List> {
        let texts = serde_json::from_str(json).map(|words| List { words, numbers: false });
        let numbers = || {
            let numbers: Vec<i64> = serde_json::from_str(json).ok()?;
            Some(List { words: numbers.iter().map(i64::to_string).collect(), numbers: true })
        };
        texts.ok().or_else(numbers)
    }

    fn seen<'s>(&self, written: Option<&'s str>) -> Seen<'s> {
        Seen::List(Elements { words: self.words.clone(), numbers: self.numbers, written })
    }
}

impl<'a> Held<'a> {
    fn new(json: &'a str) -> Result<Held<'a>, serde_json::Error> {
        Ok(match json.bytes().next() {
            Some(b'n') => Held::Missing,
            Some(b't') => Held::Bool(true),
            Some(b'f') => Held::Bool(false),
            Some(b'"') => {
                let text: String = serde_json::from_str(json)?;
                // Text files hold sets as arrays.
                let list = text.starts_with('[').then(|| List::of_json(&text)).flatten();
                Held::Text(text, list)
            }
            Some(b'[') => List::of_json(json).map_or(Held::Other, Held::List),
            Some(b'{') | None => Held::Other,
            Some(_) => Held::Number(Cow::Borrowed(json)),
        })
    }

    /// The cell of a column.
    #[cfg(feature = "columns")]
    fn of_cell(column: &arrow_array::ArrayRef, row: usize) -> Held<'static> {
        use casewise_columns::{elements, with_raw};
        let Some(list) = elements(column, row) else { return with_raw(column, row, Held::of_raw) };
        let held = (0..list.len()).map(|place| with_raw(&list, place, Held::of_raw));
        let mut words = Vec::with_capacity(list.len());
        let mut numbers = 0;
        for element in held {
            match element {
                Held::Text(word, _) => words.push(word),
                Held::Number(digits) if digits.parse::<i64>().is_ok() => {
                    numbers += 1;
                    words.push(digits.into_owned());
                }
                _ => return Held::Other,
            }
        }
        match numbers {
            0 => Held::List(List { words, numbers: false }),
            all if all == words.len() => Held::List(List { words, numbers: true }),
            _ => Held::Other,
        }
    }

    #[cfg(feature = "columns")]
    fn of_raw(raw: casewise_core::input::Raw<'_>) -> Held<'static> {
        use casewise_core::input::Raw;
        let number = |finite: bool, digits: String| {
            if finite { Held::Number(Cow::Owned(digits)) } else { Held::NotANumber }
        };
        match raw {
            Raw::Null => Held::Missing,
            Raw::Bool(b) => Held::Bool(b),
            Raw::Int(n) => number(true, n.to_string()),
            Raw::UInt(n) => number(true, n.to_string()),
            Raw::Float(x) => number(x.is_finite(), x.to_string()),
            Raw::Float32(x) => number(x.is_finite(), x.to_string()),
            Raw::Number(digits) => number(true, digits.to_owned()),
            Raw::Text(text) => Held::Text(text.to_owned(), None),
            Raw::Date(date) => Held::Moment(date.to_string()),
            Raw::Time(time) => Held::Moment(time.to_string()),
            Raw::Seq(_) | Raw::Record => Held::Other,
        }
    }

    fn seen(&self) -> Seen<'_> {
        match self {
            Held::Missing => Seen::Missing,
            Held::Bool(b) => Seen::Bool(*b),
            #[cfg(feature = "columns")]
            Held::NotANumber => Seen::NotANumber,
            Held::Number(digits) => Seen::Number(digits),
            #[cfg(feature = "columns")]
            Held::Moment(written) => Seen::Moment(written),
            Held::Text(text, Some(list)) => list.seen(Some(text)),
            Held::Text(text, None) => Seen::Text(text),
            Held::List(list) => list.seen(None),
            Held::Other => Seen::Other,
        }
    }
}
