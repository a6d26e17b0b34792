//! The reference interpreter: the semantics of the language, a second time, slowly and obviously.
//!
//! It takes the checked model and typed inputs and says what the decision is. It shares the shapes of models,
//! inputs and reports with the engine, and no evaluation: numbers are exact rationals, dates are `jiff`'s, and
//! everything is computed again wherever it is needed. Quotations in the comments are the language's own words.

mod calendar;
mod contacts;
mod eligibility;
mod facts;
mod history;
mod learned;
mod number;
mod plain;
mod scores;
mod walk;

use std::sync::Arc;

use casewise_core::input::{Request, Rows, Subject};
use casewise_core::model::{Base, CaseId, Expr, Model, ScoreId, ScoreKind, ScorePart};
use casewise_core::row::report::{OfferReport, Plain, Provenance, Record, Report};
use casewise_core::values::{Time, Value};
use jiff::Timestamp;

use facts::Facts;
pub use learned::Given;
use plain::plain;
use walk::{Left, Walker, walk};

/// Where learned scores come from.
pub trait Learned {
    /// A part of a learned score; `value` evaluates expressions for the customer at hand.
    fn part(&self, score: ScoreId, part: &ScorePart, value: &dyn Fn(&Expr) -> Value) -> Value;
}

/// No parameters: what is learned is missing.
#[derive(Debug, Clone, Copy)]
pub struct Unlearned;

impl Learned for Unlearned {
    fn part(&self, _: ScoreId, _: &ScorePart, _: &dyn Fn(&Expr) -> Value) -> Value {
        Value::Missing
    }
}

/// Decides one customer.
pub fn decide(model: &Model, learned: &dyn Learned, subject: &Subject, request: &Request) -> Report {
    let mut walkers = [Walker::new(Facts::new(model, learned, subject, request.now), request)];
    walk(&mut walkers, Left::given(request));
    report(&walkers[0])
}

/// Decides many: "a batch is the same walk over all pairs". Quotas, budgets and capacities start at the
/// numbers of the model where the request gives none.
pub fn decide_batch(
    model: &Model,
    learned: &dyn Learned,
    subjects: &[Subject],
    request: &Request,
) -> Vec<Report> {
    let facts = |subject| Facts::new(model, learned, subject, request.now);
    let mut walkers: Vec<Walker<'_>> = subjects.iter().map(|s| Walker::new(facts(s), request)).collect();
    if let Some(first) = walkers.first() {
        let left = Left::declared(request, &first.facts);
        walk(&mut walkers, left);
    }
    walkers.iter().map(report).collect()
}

/// Whether `runs`, contacts and channels of a case hold at an instant, now or later, "with everything else
/// frozen": nothing new happens, and what the channels require is as it is now.
pub fn open_at(model: &Model, subject: &Subject, request: &Request, case: CaseId, at: Time) -> bool {
    let mut past = subject.clone();
    let contacts = past.tables.last_mut().and_then(Option::as_mut);
    if let Some(contacts) = contacts {
        let past = contacts.iter().filter(|row| matches!(row[0], Value::Time(t) if t < request.now));
        *contacts = Rows::events(past.map(Box::from).collect());
    }
    let now = Walker::new(Facts::new(model, &Unlearned, subject, request.now), request);
    Facts::new(model, &Unlearned, &past, at).open(&now.facts, case, now.decide)
}

fn report(walker: &Walker<'_>) -> Report {
    let Walker { facts, decide, reports, offers, .. } = walker;
    let model = facts.model;
    let named = |name: &Arc<str>, value: Plain| (Arc::clone(name), value);
    Report {
        id: facts.subject.key.clone(),
        now: Timestamp::from_microsecond(facts.now.0).unwrap().to_string(),
        decide: decide.and_then(|d| d.name.clone()),
        scores: Record((0..model.scores.len()).filter_map(|n| score(facts, ScoreId(n))).collect()),
        values: Record(
            model
                .lets
                .iter()
                .map(|l| named(&l.name, plain(model, &l.value.ty.base, &facts.of(&l.value))))
                .collect(),
        ),
        segments: model
            .segments
            .iter()
            .filter(|s| facts.holds(&s.condition) == Some(true))
            .map(|s| s.name.clone())
            .collect(),
        offers: offers.iter().enumerate().map(|(n, given)| offer(walker, n, given)).collect(),
        gates: Record(
            (0..model.gates.len())
                .map(|n| {
                    let outcome = match facts.gate(casewise_core::model::GateId(n)) {
                        Some(true) => "true",
                        Some(false) => "false",
                        None => "unknown",
                    };
                    (model.gates[n].name.clone(), outcome)
                })
                .collect(),
        ),
        cases: Record(model.cases.iter().zip(reports).map(|(c, r)| (c.name.clone(), r.clone())).collect()),
        model: Arc::new(Provenance {
            name: model.name.clone(),
            version: model.version.clone(),
            language: model.language,
            ..Provenance::default()
        }),
    }
}

/// "A value, or a record of parts for rfm, cluster and lifetime." An affinity has no value of its own.
fn score(facts: &Facts<'_>, id: ScoreId) -> Option<(Arc<str>, Plain)> {
    let model = facts.model;
    let score = &model.scores[id.0];
    let part = |name: &str, part: ScorePart, base: &Base| {
        (Arc::from(name), plain(model, base, &facts.score(id, &part)))
    };
    let value = match &score.kind {
        ScoreKind::Expression { value, .. } => {
            plain(model, &value.ty.base, &facts.score(id, &ScorePart::Value))
        }
        ScoreKind::Scorecard(_) | ScoreKind::Behavior(_) | ScoreKind::Composite(_) => {
            plain(model, &Base::Float, &facts.score(id, &ScorePart::Value))
        }
        ScoreKind::Rfm(rfm) => {
            let mut parts = vec![
                part("recency", ScorePart::Recency, &Base::Int),
                part("frequency", ScorePart::Frequency, &Base::Int),
                part("monetary", ScorePart::Monetary, &Base::Float),
                part("r", ScorePart::R, &Base::Int),
                part("f", ScorePart::F, &Base::Int),
                part("m", ScorePart::M, &Base::Int),
                part("total", ScorePart::Total, &Base::Int),
                part("code", ScorePart::Code, &Base::Text),
            ];
            parts.retain(|(name, _)| rfm.monetary.is_some() || !matches!(&**name, "monetary" | "m"));
            Plain::Record(Record(parts))
        }
        ScoreKind::Cluster(cluster) => Plain::Record(Record(vec![
            part("label", ScorePart::Label, &Base::Enum(cluster.label_type)),
            part("distance", ScorePart::Distance, &Base::Float),
        ])),
        ScoreKind::Lifetime(lifetime) => {
            let mut parts = vec![
                part("alive", ScorePart::Alive, &Base::Float),
                part("expected", ScorePart::Expected, &Base::Float),
                part("value", ScorePart::LifetimeValue, &Base::Float),
            ];
            parts.truncate(if lifetime.monetary.is_some() { 3 } else { 2 });
            Plain::Record(Record(parts))
        }
        ScoreKind::Affinity(_) => return None,
    };
    Some((score.name.clone(), value))
}

fn offer(walker: &Walker<'_>, place: usize, given: &walk::Given) -> OfferReport {
    let facts = &walker.facts;
    let model = facts.model;
    let case = &model.cases[given.case.0];
    let variant = walk::variant(facts, case);
    let shown = |e: &Expr| plain(model, &e.ty.base, &facts.of(e));
    let fields = walk::offer_fields(case, variant, given.channel);
    OfferReport {
        case: case.name.clone(),
        rank: place + 1,
        title: case.title.clone(),
        channel: given.channel.map(|c| model.channels[c.0].name.clone()),
        rank_value: plain(model, &Base::Float, &given.rank_value),
        variant: variant.map(|v| v.name.clone()),
        offer: Record(fields.iter().map(|(name, e)| (name.clone(), shown(e))).collect()),
        with: Record(
            model.properties.iter().zip(&case.properties).map(|(p, e)| (p.name.clone(), shown(e))).collect(),
        ),
        uncounted: case.contacts_uncounted,
    }
}
