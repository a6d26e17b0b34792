//! What would happen: many decisions counted, case by case, gate by gate and clause by clause.
//!
//! A [`Survey`] says what is counted, a [`Tally`] counts customer by customer, and a [`Preview`] is the result.
//! Tallies of one survey can be made on any number of threads and merged: counts do not depend on the order.
//! A tally keeps no customers, so its memory depends on the model and not on their number.

mod conditions;
mod pairs;
mod report;
mod survey;
mod tally;
mod text;

use std::sync::Arc;

use serde::Serialize;

use super::explain::Place;
use super::report::Provenance;

pub use survey::Survey;
pub use tally::Tally;

/// How many customers each case reaches, and what the others are lost to. As JSON: the fields below, in this
/// order, absent where they say nothing.
///
/// All numbers are numbers of customers unless they say otherwise, and each is the number of customers of whom a
/// decision says so.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Preview {
    /// RFC 3339, UTC.
    pub now: String,
    /// The `decide` that was chosen by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decide: Option<Arc<str>>,
    /// What is decided about: `customer`, or the name after `subject`.
    pub subject: Arc<str>,
    /// Decided.
    pub customers: u64,
    /// Rows that were not decided; none of them is counted anywhere else.
    pub rejected: u64,
    /// With at least one offer.
    pub with_offers: u64,
    /// Offers of all cases, also of those that were not selected.
    pub offers: u64,
    /// Customers compete for a quota, a capacity or a budget: they were decided in one walk.
    pub shared_limits: bool,
    /// The selected cases, in the order of the model.
    pub cases: Vec<CasePreview>,
    /// All channels, in the order of the model.
    pub channels: Vec<ChannelPreview>,
    /// Which audiences are made of the same customers; absent if it was not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overlap: Option<Overlap>,
    /// What decided.
    pub model: Arc<Provenance>,
}

/// What becomes of one case. `eligible + ineligible + unknown` are all customers, and
/// `offered + outranked + held_out` are the eligible ones.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CasePreview {
    /// Its name.
    pub case: Arc<str>,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Arc<str>>,
    /// Its group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Arc<str>>,
    /// `draft trial live paused retired`. What is offered, outranked and held out of a trial case is what would be.
    pub status: &'static str,
    /// The audience: every gate is true.
    pub eligible: u64,
    /// A gate is false.
    pub ineligible: u64,
    /// No gate is false, and one is unknown.
    pub unknown: u64,
    /// Among the offers.
    pub offered: u64,
    /// Eligible, and something stood in its way.
    pub outranked: u64,
    /// Eligible, and in a control group.
    pub held_out: u64,
    /// Of these, by the decision's control group and not by the case's own holdout.
    pub control: u64,
    /// Offered if no quota, capacity or budget were bounded.
    pub demand: u64,
    /// Units that the walk started with: given, or else declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota: Option<i64>,
    /// In the order in which they are tested; those without a clause are left out.
    pub gates: Vec<GatePreview>,
    /// Of the customers for whom the case is unknown: what they lack. One who lacks two is counted at both.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<MissingCount>,
    /// What it is outranked by, the most first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub outranked_by: Vec<OutrankedCount>,
    /// The channels of its offers, in its order of preference. Offers of a trial case take none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<CaseChannelCount>,
    /// The variants of its offers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<VariantCount>,
}

/// A gate of the funnel.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GatePreview {
    /// `status runs for require exclude contacts channels`
    pub gate: &'static str,
    /// Passed all gates before this one, and not this one.
    pub lost: u64,
    /// Passed all gates up to and including this one.
    pub left: u64,
    /// For whom it is false, whatever the other gates say.
    #[serde(rename = "false")]
    pub fails: u64,
    /// For whom it is unknown, whatever the other gates say.
    pub unknown: u64,
    /// Who passed every other gate: without this one they would be eligible.
    pub only: u64,
    /// Whose decision names this gate: the first that has the case's own outcome.
    pub named: u64,
    /// In order.
    pub clauses: Vec<ClausePreview>,
}

/// A clause of the funnel.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClausePreview {
    /// Its name, else gate and place in that gate.
    pub id: Arc<str>,
    /// As it is written.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub text: Arc<str>,
    /// What the model tells people where it does not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Arc<str>>,
    /// `every case`, or the group it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inherited_from: Option<Arc<str>>,
    /// Where it is written; none of `channels` and of a status that is not written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Passed all clauses before this one, and not this one.
    pub lost: u64,
    /// Passed all clauses up to and including this one.
    pub left: u64,
    /// For whom it is false, whatever the other clauses say.
    #[serde(rename = "false")]
    pub fails: u64,
    /// For whom it is unknown, whatever the other clauses say.
    pub unknown: u64,
    /// Who passed every other clause: without this one they would be eligible.
    pub only: u64,
}

/// Customers who lack an input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissingCount {
    /// The attribute or context field.
    pub input: Arc<str>,
    /// How many.
    pub customers: u64,
}

/// Customers for whom a rule stood in the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutrankedCount {
    /// `exclusive`, `per_group`, `cap`, `channels`, `top`, `quota`, `capacity` or `budget`.
    pub by: &'static str,
    /// How many.
    pub customers: u64,
    /// The cases that stood in the way, the most first; empty where none is named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub of: Vec<OutrankedOf>,
}

/// Customers for whom a case stood in the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutrankedOf {
    /// The case.
    pub case: Arc<str>,
    /// How many.
    pub customers: u64,
}

/// Offers of a case on a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseChannelCount {
    /// The channel.
    pub channel: Arc<str>,
    /// Offers.
    pub offers: u64,
    /// Offers if no quota, capacity or budget were bounded.
    pub demand: u64,
}

/// Offers of a variant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VariantCount {
    /// The variant.
    pub variant: Arc<str>,
    /// Offers.
    pub offers: u64,
}

/// A channel: what it would carry, and what it can.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChannelPreview {
    /// Its name.
    pub channel: Arc<str>,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Arc<str>>,
    /// Customers to whom it is open: what it requires holds, it is not quiet, and no cap has closed it.
    pub open: u64,
    /// Customers of whom that is not known.
    pub unknown: u64,
    /// Contacts that the walk started with: given, or else declared; unlimited if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<i64>,
    /// Offers on it of all cases, if no quota, capacity or budget were bounded.
    pub demand: u64,
    /// Offers on it of all cases.
    pub offers: u64,
}

/// Pairs of cases that the same customers are eligible for: a selected case with any other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overlap {
    /// Pairs that share at least one customer.
    pub pairs: u64,
    /// Those that share the most customers.
    pub largest: Vec<OverlapPair>,
    /// Those that are most alike, by [`OverlapPair::jaccard`].
    pub closest: Vec<OverlapPair>,
}

/// Two cases and who is eligible for both.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OverlapPair {
    /// The two, in the order of the model.
    pub cases: [Arc<str>; 2],
    /// How many are eligible for each.
    pub eligible: [u64; 2],
    /// How many are eligible for both.
    pub both: u64,
    /// Of those who are eligible for one or the other, the share who are eligible for both (Jaccard index).
    pub jaccard: f64,
}
