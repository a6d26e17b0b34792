//! What a decision says, as plain data in the order of the model: the shape of `decide --format jsonl`.

use serde::ser::{Serialize, SerializeMap, Serializer};
use std::sync::Arc;

/// A value for people and other programs: decimals, dates and times are text.
#[derive(Debug, Clone, PartialEq)]
pub enum Plain {
    /// missing
    Null,
    /// `bool`
    Bool(bool),
    /// `int`
    Int(i64),
    /// `float`, written in the shortest form that reads back to the same bits
    Float(f64),
    /// everything that has no number of its own in JSON: decimals exactly, dates, times, labels
    Text(Arc<str>),
    /// sets and lists
    List(Vec<Plain>),
    /// records
    Record(Record<Plain>),
}

impl Serialize for Plain {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Plain::Null => s.serialize_unit(),
            Plain::Bool(b) => s.serialize_bool(*b),
            Plain::Int(n) => s.serialize_i64(*n),
            Plain::Float(x) => s.serialize_f64(*x),
            Plain::Text(t) => s.serialize_str(t),
            Plain::List(items) => items.serialize(s),
            Plain::Record(fields) => fields.serialize(s),
        }
    }
}

/// Names and what they hold, in order; a JSON object.
#[derive(Debug, Clone, PartialEq)]
pub struct Record<T>(pub Vec<(Arc<str>, T)>);

impl<T> Default for Record<T> {
    fn default() -> Self {
        Record(Vec::new())
    }
}

impl<T> Record<T> {
    /// The entry of this name.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.0.iter().find(|(n, _)| &**n == name).map(|(_, v)| v)
    }
}

impl<T: Serialize> Serialize for Record<T> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut map = s.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(&**name, value)?;
        }
        map.end()
    }
}

/// One decision.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Report {
    /// The subject's key, whatever its attribute is called.
    pub id: Arc<str>,
    /// RFC 3339, UTC.
    pub now: String,
    /// Which `decide` counted, if it has a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decide: Option<Arc<str>>,
    /// A value, or a record of parts for rfm, cluster and lifetime.
    pub scores: Record<Plain>,
    /// Lets.
    pub values: Record<Plain>,
    /// Names of the segments that hold.
    pub segments: Vec<Arc<str>>,
    /// In order of rank.
    pub offers: Vec<OfferReport>,
    /// `true`, `false` or `unknown`.
    pub gates: Record<&'static str>,
    /// One per case.
    pub cases: Record<CaseReport>,
    /// What decided.
    pub model: Arc<Provenance>,
}

/// One offer.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct OfferReport {
    /// The case.
    pub case: Arc<str>,
    /// From 1.
    pub rank: usize,
    /// The case's title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Arc<str>>,
    /// None where no channel is declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Arc<str>>,
    /// What it was ranked by.
    pub rank_value: Plain,
    /// Its variant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<Arc<str>>,
    /// The offer's fields.
    #[serde(skip_serializing_if = "record_is_empty")]
    pub offer: Record<Plain>,
    /// The case's properties.
    #[serde(skip_serializing_if = "record_is_empty")]
    pub with: Record<Plain>,
    /// The contact is to be recorded with `counted: false`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub uncounted: bool,
}

fn record_is_empty(r: &Record<Plain>) -> bool {
    r.0.is_empty()
}

/// What became of one case.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct CaseReport {
    /// `offered`, `outranked`, `held_out` or `ineligible`.
    pub status: &'static str,
    /// `false` or `unknown`, where ineligible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<&'static str>,
    /// Where ineligible: the first gate with the case's own outcome:
    /// `status runs for require contacts channels` (`exclude` is reported as `exclude`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gate: Option<&'static str>,
    /// Where ineligible: every clause that is not true, by its id.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<Arc<str>>,
    /// Where unknown: the missing inputs that the unknown clauses read, in the order of the model.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Arc<str>>,
    /// Where outranked: `exclusive`, `per_group`, `cap`, `channels`, `top`, `quota`, `capacity` or `budget`;
    /// where held out by the decision's control group: `control`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<&'static str>,
    /// The case that stood in its way, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<Arc<str>>,
    /// The status it would have had if it were live.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub trial: bool,
}

/// Enough to replay a decision.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct Provenance {
    /// The model's name.
    pub name: Arc<str>,
    /// Its version.
    pub version: Arc<str>,
    /// SHA-256 of its canonical text, 16 hex digits.
    pub fingerprint: Arc<str>,
    /// Fingerprint of the parameters, where there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Arc<str>>,
    /// Version of the language.
    pub language: u32,
    /// Params set from outside.
    #[serde(skip_serializing_if = "record_is_empty")]
    pub overrides: Record<Plain>,
    /// Version of the time-zone data.
    pub tzdata: Arc<str>,
}
