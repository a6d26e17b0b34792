//! What was decided for one subject.

use std::sync::{Arc, OnceLock};

use casewise_core::model::CaseId;
use casewise_core::row::report::{CaseReport, OfferReport, Provenance, Report};
use serde::Serialize;

use crate::{Error, Explanation, Value};

/// What was decided for one subject: its scores, segments and offers, and what became of every case.
///
/// # Examples
/// ```
/// use casewise::{Model, Request, Status};
///
/// let model = Model::from_text("m.cw", r#"
///     model m { language 1 }
///     customer { key id: text; age: int? }
///     let years = age
///     score points = if age >= 40 then 10 else 5
///     segment adults = age >= 18
///     case welcome "Welcome" { for adults; offer { price: 0 } }
///     case senior { require age >= 60 }
/// "#)?;
/// let customer = std::collections::BTreeMap::from([("id", "c1"), ("age", "30")]);
/// let decision = model.decide(&customer, &Request::at("2026-11-22"))?;
///
/// assert_eq!(decision.key(), "c1");
/// assert_eq!(decision.offers().map(|offer| offer.case()).collect::<Vec<_>>(), ["welcome"]);
/// assert_eq!(decision.score("points").unwrap().as_i64(), Some(5));
/// assert_eq!(decision.value("years").unwrap().as_i64(), Some(30));
/// assert!(decision.in_segment("adults"));
/// assert_eq!(decision.status("senior"), Some(Status::Ineligible));
/// assert_eq!(decision.case("senior").unwrap().failed().collect::<Vec<_>>(), ["require.1"]);
/// # Ok::<(), casewise::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Decision {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    decision: casewise_core::row::Decision,
    provenance: Arc<Provenance>,
    /// All but the cases: what is not asked for is not made.
    summary: OnceLock<Report>,
    cases: OnceLock<Box<[OnceLock<CaseReport>]>>,
}

impl Decision {
    pub(crate) fn new(decision: casewise_core::row::Decision, provenance: Arc<Provenance>) -> Decision {
        let (summary, cases) = (OnceLock::new(), OnceLock::new());
        Decision { inner: Arc::new(Inner { decision, provenance, summary, cases }) }
    }

    pub(crate) fn inner(&self) -> &casewise_core::row::Decision {
        &self.inner.decision
    }

    fn summary(&self) -> &Report {
        let Inner { decision, provenance, summary, .. } = &*self.inner;
        summary.get_or_init(|| decision.summary(Arc::clone(provenance)))
    }

    fn report(&self) -> Report {
        self.inner.decision.report(Arc::clone(&self.inner.provenance))
    }

    fn case_names(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.inner.decision.plan().model.cases.iter().map(|case| &*case.name)
    }

    /// A place for every case, filled when it is asked for.
    fn case_places(&self) -> impl ExactSizeIterator<Item = (CaseId, &OnceLock<CaseReport>)> {
        let empty = || self.case_names().map(|_| OnceLock::new()).collect();
        let places = self.inner.cases.get_or_init(empty).iter();
        places.enumerate().map(|(n, place)| (CaseId(n), place))
    }

    fn case_in<'d>(&'d self, (id, place): (CaseId, &'d OnceLock<CaseReport>)) -> CaseStatus<'d> {
        CaseStatus(place.get_or_init(|| self.inner.decision.case(id)))
    }

    /// The subject's key, as text. See [`Decision`].
    pub fn key(&self) -> &str {
        &self.inner.decision.subject().key
    }

    /// The instant of the decision, RFC 3339 in UTC. See [`Request::at`](crate::Request::at).
    pub fn now(&self) -> &str {
        &self.summary().now
    }

    /// Which `decide` counted, if it has a name.
    ///
    /// ```
    /// # use casewise::{Model, Request};
    /// # let model = Model::from_text("m.cw", "model m { language 1 } customer { key id: text }")?;
    /// # let customer = std::collections::BTreeMap::from([("id", "c1")]);
    /// let decision = model.decide(&customer, &Request::at("2026-11-22"))?;
    /// assert_eq!(decision.decided_by(), None);
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn decided_by(&self) -> Option<&str> {
        self.summary().decide.as_deref()
    }

    /// The offers, best first. See [`Offer`].
    pub fn offers(&self) -> impl ExactSizeIterator<Item = Offer<'_>> {
        self.summary().offers.iter().map(Offer)
    }

    /// A score, or a part of one: `"credit"`, `"loyalty.r"`; none if the model declares no such score.
    /// See [`Decision`].
    pub fn score(&self, name: &str) -> Option<Value> {
        let scores = &self.summary().scores;
        if let Some(score) = scores.get(name) {
            return Some(score.into());
        }
        let (name, part) = name.split_once('.')?;
        Value::from(scores.get(name)?).get(part).cloned()
    }

    /// The names of the scores, and what they are, in the order of the model. See [`Decision::score`].
    pub fn scores(&self) -> impl ExactSizeIterator<Item = (&str, Value)> {
        self.summary().scores.0.iter().map(|(name, value)| (&**name, value.into()))
    }

    /// A `let`; none if the model declares no such name. See [`Decision`].
    pub fn value(&self, name: &str) -> Option<Value> {
        self.summary().values.get(name).map(Value::from)
    }

    /// The `let`s, in the order of the model. See [`Decision::value`].
    pub fn values(&self) -> impl ExactSizeIterator<Item = (&str, Value)> {
        self.summary().values.0.iter().map(|(name, value)| (&**name, value.into()))
    }

    /// Whether the subject is known to be in a segment; `false` too for a segment that the model does not
    /// declare. See [`Decision`].
    pub fn in_segment(&self, name: &str) -> bool {
        self.segments().any(|segment| segment == name)
    }

    /// The segments that the subject is known to be in. See [`Decision`].
    pub fn segments(&self) -> impl ExactSizeIterator<Item = &str> {
        self.summary().segments.iter().map(|name| &**name)
    }

    /// What a gate says: `true`, `false` or, in one word, `unknown`.
    ///
    /// ```
    /// # use casewise::{Model, Request};
    /// let model = Model::from_text("m.cw", r"
    ///     model m { language 1 } customer { key id: text; age: int? }
    ///     gate contactable { require age >= 18 }
    /// ")?;
    /// let customer = std::collections::BTreeMap::from([("id", "c1")]);
    /// let decision = model.decide(&customer, &Request::at("2026-11-22"))?;
    /// assert_eq!(decision.gate("contactable"), Some("unknown"));
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn gate(&self, name: &str) -> Option<&'static str> {
        self.summary().gates.get(name).copied()
    }

    /// What every gate says, in the order of the model. See [`Decision::gate`].
    pub fn gates(&self) -> impl ExactSizeIterator<Item = (&str, &'static str)> {
        self.summary().gates.0.iter().map(|(name, outcome)| (&**name, *outcome))
    }

    /// What became of a case, in one word; none if the model declares no such case. See [`Decision`].
    pub fn status(&self, case: &str) -> Option<Status> {
        self.case(case).map(|case| case.status())
    }

    /// What became of a case, and why. See [`CaseStatus`].
    pub fn case(&self, case: &str) -> Option<CaseStatus<'_>> {
        let index = self.case_names().position(|name| name == case)?;
        self.case_places().nth(index).map(|place| self.case_in(place))
    }

    /// What became of every case, in the order of the model.
    ///
    /// ```
    /// # use casewise::{Model, Request};
    /// let model = Model::from_text("m.cw", "model m { language 1 } customer { key id: text } case a {} case b {}")?;
    /// # let customer = std::collections::BTreeMap::from([("id", "c1")]);
    /// let decision = model.decide(&customer, &Request::at("2026-11-22"))?;
    /// assert_eq!(decision.cases().map(|(name, _)| name).collect::<Vec<_>>(), ["a", "b"]);
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn cases(&self) -> impl ExactSizeIterator<Item = (&str, CaseStatus<'_>)> {
        self.case_names().zip(self.case_places().map(|place| self.case_in(place)))
    }

    /// Why a case is offered, or is not. See [`Explanation`].
    ///
    /// # Errors
    /// The model declares no such case.
    pub fn why(&self, case: &str) -> Result<Explanation, Error> {
        let index = self.case_names().position(|name| name == case);
        let why = index.and_then(|index| self.inner.decision.why(CaseId(index)));
        why.map(Explanation::new).ok_or_else(|| Error::unknown("case", case, self.case_names()))
    }

    /// What decided: model, version, fingerprint, language, overrides. See [`Source`].
    pub fn source(&self) -> Source<'_> {
        Source(&self.inner.provenance)
    }

    /// The decision as one line of JSON.
    ///
    /// ```
    /// # use casewise::{Model, Request};
    /// # let model = Model::from_text("m.cw", "model m { language 1 } customer { key id: text }")?;
    /// # let customer = std::collections::BTreeMap::from([("id", "c1")]);
    /// let decision = model.decide(&customer, &Request::at("2026-11-22"))?;
    /// assert!(decision.to_json().starts_with(r#"{"id":"c1","now":"2026-11-22T00:00:00Z","#));
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn to_json(&self) -> String {
        crate::json::write(self)
    }

    /// As [`to_json`](Decision::to_json), with only those cases that `keep` keeps.
    ///
    /// ```
    /// # use casewise::{Model, Request, Status};
    /// let model = Model::from_text("m.cw", "model m { language 1 } customer { key id: text } case a {} case b { for false }")?;
    /// # let customer = std::collections::BTreeMap::from([("id", "c1")]);
    /// let decision = model.decide(&customer, &Request::at("2026-11-22"))?;
    /// let offered = decision.to_json_where(|_, case| case.status() == Status::Offered);
    /// assert!(offered.contains(r#""cases":{"a":{"status":"offered"}}"#));
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn to_json_where(&self, mut keep: impl FnMut(&str, CaseStatus<'_>) -> bool) -> String {
        let mut report = self.report();
        report.cases.0.retain(|(name, case)| keep(name, CaseStatus(case)));
        crate::json::write(&report)
    }
}

impl Serialize for Decision {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.report().serialize(serializer)
    }
}

/// One offer of a decision.
///
/// # Examples
/// ```
/// use casewise::{Model, Request};
///
/// let model = Model::from_text("m.cw", r#"
///     model m { language 1 }
///     customer { key id: text }
///     channel counter { }
///     case trial "A free month" { channels counter; priority 70; offer { price: 0, months: 1 } }
/// "#)?;
/// let customer = std::collections::BTreeMap::from([("id", "c1")]);
/// let decision = model.decide(&customer, &Request::at("2026-11-22"))?;
/// let offer = decision.offers().next().unwrap();
/// assert_eq!((offer.rank(), offer.case(), offer.title()), (1, "trial", Some("A free month")));
/// assert_eq!(offer.channel(), Some("counter"));
/// assert_eq!(offer.rank_value().as_i64(), Some(70));
/// assert_eq!(offer.fields().get("months").unwrap().as_i64(), Some(1));
/// assert_eq!((offer.variant(), offer.counted()), (None, true));
/// # Ok::<(), casewise::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Offer<'a>(&'a OfferReport);

impl<'a> Offer<'a> {
    /// The case. See [`Offer`].
    pub fn case(&self) -> &'a str {
        &self.0.case
    }

    /// Its place, from 1. See [`Offer`].
    pub fn rank(&self) -> usize {
        self.0.rank
    }

    /// The case's title. See [`Offer`].
    pub fn title(&self) -> Option<&'a str> {
        self.0.title.as_deref()
    }

    /// The channel; none where the model declares none. See [`Offer`].
    pub fn channel(&self) -> Option<&'a str> {
        self.0.channel.as_deref()
    }

    /// What it was ranked by. See [`Offer`].
    pub fn rank_value(&self) -> Value {
        (&self.0.rank_value).into()
    }

    /// The variant, if the case has any. See [`Offer`].
    pub fn variant(&self) -> Option<&'a str> {
        self.0.variant.as_deref()
    }

    /// What is offered: a record. See [`Offer`].
    pub fn fields(&self) -> Value {
        record(&self.0.offer.0)
    }

    /// What the case carries: a record. See [`Offer`].
    pub fn properties(&self) -> Value {
        record(&self.0.with.0)
    }

    /// Whether the contact is to be recorded as one that caps count. See [`Offer`].
    pub fn counted(&self) -> bool {
        !self.0.uncounted
    }
}

fn record(fields: &[(Arc<str>, casewise_core::row::report::Plain)]) -> Value {
    Value::Record(fields.iter().map(|(name, value)| (Arc::clone(name), value.into())).collect())
}

impl Serialize for Offer<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// What became of a case, in one word.
///
/// # Examples
/// ```
/// assert_eq!(casewise::Status::HeldOut.as_str(), "held_out");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// It is among the offers.
    Offered,
    /// Another case stood in its way, or a limit.
    Outranked,
    /// It would have been offered; the subject is in its control group.
    HeldOut,
    /// A gate does not let the subject through.
    Ineligible,
}

impl Status {
    /// `offered`, `outranked`, `held_out` or `ineligible`. See [`Status`].
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Offered => "offered",
            Status::Outranked => "outranked",
            Status::HeldOut => "held_out",
            Status::Ineligible => "ineligible",
        }
    }
}

/// What became of one case, and why.
///
/// # Examples
/// ```
/// use casewise::{Model, Request, Status};
///
/// let model = Model::from_text("m.cw", r"
///     model m { language 1 }
///     customer { key id: text; age: int? }
///     case first  { priority 2 }
///     case second { priority 1 }
///     case adults { require grown: age >= 18 }
///     decide { top 1 }
/// ")?;
/// let customer = std::collections::BTreeMap::from([("id", "c1")]);
/// let decision = model.decide(&customer, &Request::at("2026-11-22"))?;
///
/// let second = decision.case("second").unwrap();
/// assert_eq!((second.status(), second.by(), second.of()), (Status::Outranked, Some("top"), Some("first")));
///
/// let adults = decision.case("adults").unwrap();
/// assert_eq!((adults.outcome(), adults.gate()), (Some("unknown"), Some("require")));
/// assert_eq!(adults.failed().collect::<Vec<_>>(), ["grown"]);
/// assert_eq!(adults.missing().collect::<Vec<_>>(), ["age"]);
/// assert!(!adults.trial());
/// # Ok::<(), casewise::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct CaseStatus<'a>(&'a CaseReport);

impl<'a> CaseStatus<'a> {
    /// In one word. See [`CaseStatus`].
    pub fn status(&self) -> Status {
        match self.0.status {
            "offered" => Status::Offered,
            "outranked" => Status::Outranked,
            "held_out" => Status::HeldOut,
            _ => Status::Ineligible,
        }
    }

    /// Where ineligible: `false` or `unknown`. See [`CaseStatus`].
    pub fn outcome(&self) -> Option<&'static str> {
        self.0.outcome
    }

    /// Where ineligible: the first gate with the case's own outcome. See [`CaseStatus`].
    pub fn gate(&self) -> Option<&'static str> {
        self.0.gate
    }

    /// Where ineligible: every clause that is not true. See [`CaseStatus`].
    pub fn failed(&self) -> impl ExactSizeIterator<Item = &'a str> + use<'a> {
        self.0.failed.iter().map(|id| &**id)
    }

    /// Where unknown: the missing inputs. See [`CaseStatus`].
    pub fn missing(&self) -> impl ExactSizeIterator<Item = &'a str> + use<'a> {
        self.0.missing.iter().map(|name| &**name)
    }

    /// Where outranked: by what rule. See [`CaseStatus`].
    pub fn by(&self) -> Option<&'static str> {
        self.0.by
    }

    /// Where outranked: the case that stood in its way, if it was one. See [`CaseStatus`].
    pub fn of(&self) -> Option<&'a str> {
        self.0.of.as_deref()
    }

    /// The case is on trial: the status is the one it would have had. See [`CaseStatus`].
    pub fn trial(&self) -> bool {
        self.0.trial
    }
}

impl Serialize for CaseStatus<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// What decided: enough to replay the decision.
///
/// # Examples
/// ```
/// use casewise::{LANGUAGE_VERSION, Model, Request};
///
/// let model = Model::from_text("m.cw", r#"model m { language 1; version "7" } customer { key id: text }"#)?;
/// let customer = std::collections::BTreeMap::from([("id", "c1")]);
/// let decision = model.decide(&customer, &Request::at("2026-11-22"))?;
/// let source = decision.source();
/// assert_eq!((source.name(), source.version(), source.language()), ("m", "7", LANGUAGE_VERSION));
/// assert_eq!(source.fingerprint(), model.fingerprint());
/// assert_eq!(source.parameters(), None);
/// assert_eq!(source.overrides().count(), 0);
/// # Ok::<(), casewise::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Source<'a>(&'a Provenance);

impl<'a> Source<'a> {
    pub(crate) fn new(provenance: &'a Provenance) -> Source<'a> {
        Source(provenance)
    }

    /// The model's name. See [`Source`].
    pub fn name(&self) -> &'a str {
        &self.0.name
    }

    /// Its version. See [`Source`].
    pub fn version(&self) -> &'a str {
        &self.0.version
    }

    /// A hash of its canonical text. See [`Source`].
    pub fn fingerprint(&self) -> &'a str {
        &self.0.fingerprint
    }

    /// A hash of the parameters, where there are any. See [`Source`].
    pub fn parameters(&self) -> Option<&'a str> {
        self.0.parameters.as_deref()
    }

    /// The version of the language. See [`Source`].
    pub fn language(&self) -> u32 {
        self.0.language
    }

    /// The version of the time-zone data. See [`Source`].
    pub fn time_zone_data(&self) -> &'a str {
        &self.0.tzdata
    }

    /// Params that were set from outside. See [`Source`].
    pub fn overrides(&self) -> impl Iterator<Item = (&'a str, Value)> + use<'a> {
        self.0.overrides.0.iter().map(|(name, value)| (&**name, value.into()))
    }
}
