//! Whom a change moves: what two models decide about the same subjects, case by case.
//!
//! Subjects are decided twice, once by each model; this counts where the two decisions part, and why. A subject
//! is *eligible* for a case whose gates are all true, and *offered* it where it is among the offers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::model::{CaseId, Model, SegmentId};
use crate::row::gates::{Gate, Tested, Which};
use crate::row::report::{OfferReport, Plain, Record};
use crate::row::{CaseStatus, Decision};

/// Keys that are shown of each group of subjects, unless told otherwise.
const SAMPLES: usize = 5;

/// Counts whom a change moves. Made of two models, fed with pairs of decisions.
#[derive(Debug)]
pub struct Population {
    cases: Vec<Pair<CaseId>>,
    segments: Vec<Pair<SegmentId>>,
    samples: usize,
    found: Movements,
}

/// A name in one or both of two models.
#[derive(Debug)]
struct Pair<Id> {
    old: Option<Id>,
    new: Option<Id>,
}

/// Whom a change moves.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Movements {
    /// Subjects that both models decided about.
    pub compared: u64,
    /// Subjects for whom any case or segment below differs.
    pub moved: u64,
    /// The input fits the new model only.
    pub refused_by_old: Sampled,
    /// The input fits the old model only.
    pub refused_by_new: Sampled,
    /// All offers of the old and the new model.
    pub offers: Total,
    /// Every case of either model, in the order of the new one, then those that are gone.
    pub cases: Vec<CaseMovement>,
    /// Every segment of either model, likewise.
    pub segments: Vec<SegmentMovement>,
}

/// A number under the old and under the new model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Total {
    /// Under the old model.
    pub before: u64,
    /// Under the new model.
    pub after: u64,
}

/// So many subjects, and some of their keys.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Sampled {
    /// How many.
    pub count: u64,
    /// The first of them.
    pub sample: Vec<Arc<str>>,
}

/// Whether a case is in both models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CaseState {
    /// Both have it.
    Kept,
    /// Only the new model has it: nobody was eligible before.
    Added,
    /// Only the old model has it: nobody is eligible any more.
    Removed,
}

/// How a case's subjects change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseMovement {
    /// Its name.
    pub case: Arc<str>,
    /// Whether both models have it.
    pub state: CaseState,
    /// Who passes its gates.
    pub eligible: Flow,
    /// Who is offered it.
    pub offered: Flow,
    /// Who is offered it by both models, but on another channel, in another variant, or with other fields.
    pub other_offer: Sampled,
    /// What differs in those offers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other_offer_because: Vec<Reason>,
}

impl CaseMovement {
    /// Whether nobody moves.
    pub fn is_still(&self) -> bool {
        self.eligible.is_still() && self.offered.is_still() && self.other_offer.count == 0
    }
}

/// Who moves in and out of something.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Flow {
    /// In it under the old model.
    pub before: u64,
    /// In it under the new model.
    pub after: u64,
    /// Only under the new model.
    #[serde(rename = "in")]
    pub into: Sampled,
    /// Only under the old model.
    pub out: Sampled,
    /// What kept those who move in out before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub in_because: Vec<Reason>,
    /// What keeps those who move out out now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub out_because: Vec<Reason>,
}

impl Flow {
    /// Whether nobody moves.
    pub fn is_still(&self) -> bool {
        self.into.count == 0 && self.out.count == 0
    }
}

/// Why subjects move, and how many of them. A subject that several clauses kept out counts for each of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// A gate of the case, `walk`, `case` where it is in one model only, or `offer`.
    pub gate: &'static str,
    /// The clause by its id, the rule of the walk, `added`, `removed`, or what differs in the offer.
    pub clause: Arc<str>,
    /// `false` or `unknown`, of a clause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<&'static str>,
    /// The clause as it is written in the model where it does not hold; of the walk, the case in the way.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub text: Arc<str>,
    /// How many.
    pub count: u64,
    /// The first of them.
    pub sample: Vec<Arc<str>>,
}

/// In words.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Reason { clause, text, .. } = self;
        match (self.gate, &**clause) {
            ("case", "added") => f.write_str("the case was not there"),
            ("case", _) => f.write_str("the case is gone"),
            ("walk", "held_out") => f.write_str("held out"),
            ("walk", "control") => f.write_str("held out by the control group"),
            ("walk", by) if text.is_empty() => write!(f, "outranked by {by}"),
            ("walk", by) => write!(f, "outranked by {by}, behind {text}"),
            ("offer", what) if text.is_empty() => write!(f, "{what} differs"),
            ("offer", what) => write!(f, "{what} {text}"),
            (_, clause) => {
                write!(f, "{clause} is {}", self.outcome.unwrap_or("not true"))?;
                if text.is_empty() { Ok(()) } else { write!(f, ": {text}") }
            }
        }
    }
}

/// How a segment changes. A segment that a model does not declare is empty in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SegmentMovement {
    /// Its name.
    pub segment: Arc<str>,
    /// Known to be in it under the old model.
    pub before: u64,
    /// Under the new model.
    pub after: u64,
    /// Only under the new model.
    #[serde(rename = "in")]
    pub into: Sampled,
    /// Only under the old model.
    pub out: Sampled,
}

/// One of the two decisions, and the case in it.
#[derive(Clone, Copy)]
struct Side<'d> {
    decision: Option<&'d Decision>,
    case: Option<CaseId>,
    /// What a case that is not in the model is.
    absent: &'static str,
}

impl Population {
    /// Nobody yet.
    pub fn new(old: &Model, new: &Model) -> Population {
        let names = |model: &Model| -> Vec<Arc<str>> { model.cases.iter().map(|c| c.name.clone()).collect() };
        let (case_names, cases) = pairs(&names(old), &names(new), CaseId);
        let names =
            |model: &Model| -> Vec<Arc<str>> { model.segments.iter().map(|s| s.name.clone()).collect() };
        let (segment_names, segments) = pairs(&names(old), &names(new), SegmentId);
        let movement = |(name, pair): (Arc<str>, &Pair<CaseId>)| CaseMovement {
            case: name,
            state: match (pair.old, pair.new) {
                (None, _) => CaseState::Added,
                (_, None) => CaseState::Removed,
                _ => CaseState::Kept,
            },
            eligible: Flow::default(),
            offered: Flow::default(),
            other_offer: Sampled::default(),
            other_offer_because: Vec::new(),
        };
        let segment = |segment| SegmentMovement {
            segment,
            before: 0,
            after: 0,
            into: Sampled::default(),
            out: Sampled::default(),
        };
        let found = Movements {
            cases: case_names.into_iter().zip(&cases).map(movement).collect(),
            segments: segment_names.into_iter().map(segment).collect(),
            ..Movements::default()
        };
        Population { cases, segments, samples: SAMPLES, found }
    }

    /// How many keys are shown of each group.
    #[must_use]
    pub fn samples(mut self, samples: usize) -> Population {
        self.samples = samples;
        self
    }

    /// A subject whose input only one of the models takes.
    pub fn refused(&mut self, key: &Arc<str>, by_new: bool) {
        let place = if by_new { &mut self.found.refused_by_new } else { &mut self.found.refused_by_old };
        place.add(key, self.samples);
    }

    /// What the two models decide about one subject.
    pub fn add(&mut self, old: &Decision, new: &Decision) {
        let Population { cases, segments, samples, found } = self;
        let key = &new.subject().key;
        let mut moved = false;
        found.compared += 1;
        found.offers.before += old.offers().len() as u64;
        found.offers.after += new.offers().len() as u64;
        for (pair, movement) in cases.iter().zip(&mut found.cases) {
            let before = Side { decision: Some(old), case: pair.old, absent: "added" };
            let after = Side { decision: Some(new), case: pair.new, absent: "removed" };
            let eligible = (before.is_eligible(), after.is_eligible());
            let offered = (before.offer(), after.offer());
            let mut reasons = Vec::new();
            movement.eligible.count(eligible, key, *samples);
            match eligible {
                (false, true) => {
                    before.kept_out(&mut reasons);
                    because(&mut movement.eligible.in_because, &reasons, key, *samples);
                }
                (true, false) => {
                    after.kept_out(&mut reasons);
                    because(&mut movement.eligible.out_because, &reasons, key, *samples);
                }
                _ => {}
            }
            movement.offered.count((offered.0.is_some(), offered.1.is_some()), key, *samples);
            reasons.clear();
            match offered {
                (None, Some(_)) => {
                    before.not_offered(&mut reasons);
                    because(&mut movement.offered.in_because, &reasons, key, *samples);
                }
                (Some(_), None) => {
                    after.not_offered(&mut reasons);
                    because(&mut movement.offered.out_because, &reasons, key, *samples);
                }
                (Some(a), Some(b)) => {
                    let (a, b) = (old.offer_report(a), new.offer_report(b));
                    differences(a.as_ref(), b.as_ref(), &mut reasons);
                    if !reasons.is_empty() {
                        movement.other_offer.add(key, *samples);
                        because(&mut movement.other_offer_because, &reasons, key, *samples);
                        moved = true;
                    }
                }
                (None, None) => {}
            }
            moved |= eligible.0 != eligible.1 || offered.0.is_some() != offered.1.is_some();
        }
        for (pair, movement) in segments.iter().zip(&mut found.segments) {
            let is_in = |decision: &Decision, id: Option<SegmentId>| {
                id.and_then(|id| decision.in_segment(id)) == Some(true)
            };
            let (before, after) = (is_in(old, pair.old), is_in(new, pair.new));
            movement.before += u64::from(before);
            movement.after += u64::from(after);
            match (before, after) {
                (false, true) => movement.into.add(key, *samples),
                (true, false) => movement.out.add(key, *samples),
                _ => {}
            }
            moved |= before != after;
        }
        found.moved += u64::from(moved);
    }

    /// What was found, the reasons of most subjects first.
    pub fn finish(mut self) -> Movements {
        for movement in &mut self.found.cases {
            for reasons in [
                &mut movement.eligible.in_because,
                &mut movement.eligible.out_because,
                &mut movement.offered.in_because,
                &mut movement.offered.out_because,
                &mut movement.other_offer_because,
            ] {
                reasons.sort_by(|a, b| {
                    let key = |r: &Reason| (r.gate, r.clause.clone(), r.text.clone(), r.outcome);
                    b.count.cmp(&a.count).then_with(|| key(a).cmp(&key(b)))
                });
            }
        }
        self.found
    }
}

impl Movements {
    /// Whether the two models decide alike about everybody who was compared, and refuse the same inputs.
    pub fn is_still(&self) -> bool {
        self.moved == 0 && self.refused_by_old.count == 0 && self.refused_by_new.count == 0
    }
}

/// The names of both, in the order of the new ones, then those that are gone.
fn pairs<Id: Copy>(
    old: &[Arc<str>],
    new: &[Arc<str>],
    id: fn(usize) -> Id,
) -> (Vec<Arc<str>>, Vec<Pair<Id>>) {
    let places: BTreeMap<&Arc<str>, usize> = old.iter().enumerate().map(|(n, name)| (name, n)).collect();
    let kept: BTreeSet<&Arc<str>> = new.iter().collect();
    let of_new = new
        .iter()
        .enumerate()
        .map(|(n, name)| (name.clone(), Pair { old: places.get(name).copied().map(id), new: Some(id(n)) }));
    let gone = old.iter().enumerate().filter(|(_, name)| !kept.contains(name));
    of_new.chain(gone.map(|(n, name)| (name.clone(), Pair { old: Some(id(n)), new: None }))).unzip()
}

impl Sampled {
    fn add(&mut self, key: &Arc<str>, samples: usize) {
        self.count += 1;
        if self.sample.len() < samples {
            self.sample.push(key.clone());
        }
    }
}

impl Flow {
    fn count(&mut self, (before, after): (bool, bool), key: &Arc<str>, samples: usize) {
        self.before += u64::from(before);
        self.after += u64::from(after);
        match (before, after) {
            (false, true) => self.into.add(key, samples),
            (true, false) => self.out.add(key, samples),
            _ => {}
        }
    }
}

/// Gate, clause, outcome, text: one reason of one subject.
type Why = (&'static str, Arc<str>, Option<&'static str>, Arc<str>);

fn because(reasons: &mut Vec<Reason>, whys: &[Why], key: &Arc<str>, samples: usize) {
    for (gate, clause, outcome, text) in whys {
        let known = reasons
            .iter_mut()
            .find(|r| (r.gate, &r.clause, r.outcome, &r.text) == (*gate, clause, *outcome, text));
        let reason = match known {
            Some(reason) => reason,
            None => {
                reasons.push(Reason {
                    gate,
                    clause: clause.clone(),
                    outcome: *outcome,
                    text: text.clone(),
                    count: 0,
                    sample: Vec::new(),
                });
                let Some(last) = reasons.last_mut() else { continue };
                last
            }
        };
        reason.count += 1;
        if reason.sample.len() < samples {
            reason.sample.push(key.clone());
        }
    }
}

impl Side<'_> {
    fn status(&self) -> Option<CaseStatus> {
        Some(self.decision?.status(self.case?))
    }

    fn is_eligible(&self) -> bool {
        self.status().is_some_and(|status| status != CaseStatus::Ineligible)
    }

    /// Its place among the offers.
    fn offer(&self) -> Option<usize> {
        let id = self.case?;
        self.decision?.offers().iter().position(|offer| offer.case == id)
    }

    /// The clauses that are not true.
    fn kept_out(&self, whys: &mut Vec<Why>) {
        let (Some(decision), Some(id)) = (self.decision, self.case) else {
            return whys.push(("case", self.absent.into(), None, Arc::default()));
        };
        let model = &decision.plan().model;
        for tested in decision.clauses(id).into_iter().filter(|tested| tested.outcome != Some(true)) {
            let outcome = if tested.outcome.is_none() { "unknown" } else { "false" };
            whys.push((tested.gate.name(), tested.id(model, id), Some(outcome), text(model, id, &tested)));
        }
    }

    /// What keeps it from being offered: a gate, or what stood in its way.
    fn not_offered(&self, whys: &mut Vec<Why>) {
        let (Some(decision), Some(id)) = (self.decision, self.case) else { return self.kept_out(whys) };
        let status = decision.status(id);
        if status == CaseStatus::Ineligible {
            return self.kept_out(whys);
        }
        let report = decision.case(id);
        if report.trial {
            return whys.push((Gate::Status.name(), "status.1".into(), Some("false"), "status trial".into()));
        }
        let by = report.by.unwrap_or_else(|| status.name());
        whys.push(("walk", by.into(), None, report.of.unwrap_or_default()));
    }
}

/// A clause as it is written.
fn text(model: &Model, id: CaseId, tested: &Tested) -> Arc<str> {
    let Some(case) = model.cases.get(id.0) else { return Arc::default() };
    let span = match tested.which {
        Which::Status => return format!("status {}", case.status.name()).into(),
        Which::Runs => case.runs.as_ref().map(|runs| runs.span),
        Which::Clause(n) => case.clauses.get(n).map(|clause| clause.span),
        Which::Contact(n) => model.contacts.get(n).map(|rule| rule.span),
        Which::Channels => None,
    };
    span.map(|span| model.sources.text(span).split_whitespace().collect::<Vec<_>>().join(" "))
        .unwrap_or_default()
        .into()
}

/// What differs between two offers of one case.
fn differences(old: Option<&OfferReport>, new: Option<&OfferReport>, whys: &mut Vec<Why>) {
    let (Some(old), Some(new)) = (old, new) else { return };
    let mut add = |what: String, text: String| whys.push(("offer", what.into(), None, text.into()));
    let changed = |old: Option<&str>, new: Option<&str>| {
        format!("{} → {}", old.unwrap_or("none"), new.unwrap_or("none"))
    };
    if old.channel != new.channel {
        add("channel".to_owned(), changed(old.channel.as_deref(), new.channel.as_deref()));
    }
    if old.variant != new.variant {
        add("variant".to_owned(), changed(old.variant.as_deref(), new.variant.as_deref()));
    }
    if old.uncounted != new.uncounted {
        add("uncounted".to_owned(), format!("{} → {}", old.uncounted, new.uncounted));
    }
    for (word, old, new) in [("offer", &old.offer, &new.offer), ("with", &old.with, &new.with)] {
        for name in names(old, new) {
            if old.get(name) != new.get(name) {
                add(format!("{word}.{name}"), String::new());
            }
        }
    }
}

fn names<'r>(old: &'r Record<Plain>, new: &'r Record<Plain>) -> BTreeSet<&'r Arc<str>> {
    old.0.iter().chain(&new.0).map(|(name, _)| name).collect()
}
