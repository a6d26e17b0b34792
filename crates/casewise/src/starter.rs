//! A starting model out of data.

use std::borrow::Cow;
use std::fmt;

use casewise_core::starter::{Records, Seen, Starter};
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
/// No column names each row once, or events do not say whose they are or when they happened
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
    Number(&'a str),
    Text(String, Option<Vec<String>>),
    List(Vec<String>),
    Other,
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
                let list = text.starts_with('[').then(|| serde_json::from_str(&text).ok()).flatten();
                Held::Text(text, list)
            }
            Some(b'[') => serde_json::from_str(json).map_or(Held::Other, Held::List),
            Some(b'{') | None => Held::Other,
            Some(_) => Held::Number(json),
        })
    }

    fn seen(&self) -> Seen<'_> {
        match self {
            Held::Missing => Seen::Missing,
            Held::Bool(b) => Seen::Bool(*b),
            Held::Number(digits) => Seen::Number(digits),
            Held::Text(text, Some(list)) => Seen::List(list.clone(), Some(text)),
            Held::Text(text, None) => Seen::Text(text),
            Held::List(list) => Seen::List(list.clone(), None),
            Held::Other => Seen::Other,
        }
    }
}
