//! Small models and subjects.

use std::sync::Arc;

use crate::input::{Remaining, Request, Rows, Subject};
use crate::model::*;
use crate::plan::Plan;
use crate::row::report::{Provenance, Report};
use crate::source::{Sources, Span};
use crate::syntax::ast::ConditionKind;
use crate::values::{Decimal, Duration, Label, Time, Value, Zone};

pub(super) const HOUR: i64 = 3_600_000_000;
pub(super) const DAY: i64 = 24 * HOUR;

pub(super) fn constant(value: Value) -> Expr {
    let base = match value {
        Value::Bool(_) => Base::Bool,
        Value::Int(_) => Base::Int,
        Value::Decimal(_) => Base::Decimal,
        Value::Duration(_) => Base::Duration,
        Value::Period(_) => Base::Period,
        Value::Text(_) => Base::Text,
        _ => Base::Float,
    };
    Expr { kind: ExprKind::Constant(value), ty: Type::required(base), span: Span::default() }
}

pub(super) fn int(n: i64) -> Expr {
    constant(Value::Int(n))
}

pub(super) fn days(n: i64) -> Expr {
    constant(Value::Duration(Duration(n * DAY)))
}

fn field(name: &str, ty: Type) -> Field {
    Field { name: name.into(), title: None, ty, from: None, bool_words: None, span: Span::default() }
}

/// Attributes: `id: text`, `flag: bool?`, `zone: text?`.
pub(super) fn model() -> Model {
    let text = || Type::required(Base::Text);
    let labels = ["sent", "delivered", "opened", "accepted", "rejected", "complained"];
    let label = |name: &str| EnumLabel { name: name.into(), foreign: None };
    let outcomes = EnumType { name: None, labels: labels.map(label).to_vec(), ordered: false };
    let weekdays = EnumType { name: None, labels: Vec::new(), ordered: true };
    let contact = vec![
        field("at", Type::required(Base::Time)),
        field("case", Type::required(Base::Case)),
        field("channel", text()),
        field("group", Type::optional(Base::Text)),
        field("variant", Type::optional(Base::Text)),
        field("outcome", Type::required(Base::Enum(EnumId(1)))),
        field("counted", Type::optional(Base::Bool)),
    ];
    Model {
        sources: Sources::default(),
        name: "test".into(),
        title: None,
        version: "1".into(),
        language: 1,
        zone: Zone::utc(),
        subject: crate::model::Subject {
            name: "customer".into(),
            attributes: vec![
                field("id", text()),
                field("flag", Type::optional(Base::Bool)),
                field("zone", Type::optional(Base::Text)),
            ],
            key: 0,
        },
        context: Vec::new(),
        enums: vec![weekdays, outcomes],
        tables: vec![Table {
            name: "contact".into(),
            kind: TableKind::Events,
            fields: contact,
            span: Span::default(),
        }],
        lists: Vec::new(),
        params: Vec::new(),
        lets: Vec::new(),
        scores: Vec::new(),
        segments: Vec::new(),
        gates: Vec::new(),
        channels: Vec::new(),
        contacts: Vec::new(),
        properties: Vec::new(),
        exclusive_sets: Vec::new(),
        groups: Vec::new(),
        cases: Vec::new(),
        decides: Vec::new(),
        tests: Vec::new(),
        fingerprints: crate::model::Fingerprints::default(),
    }
}

pub(super) fn attribute(n: usize, base: Base) -> Expr {
    Expr { kind: ExprKind::Attribute(n), ty: Type::optional(base), span: Span::default() }
}

pub(super) fn flag() -> Expr {
    attribute(1, Base::Bool)
}

pub(super) fn clause(id: &str, kind: ConditionKind, condition: Expr) -> Clause {
    Clause { id: id.into(), kind, condition, message: None, inherited_from: None, span: Span::default() }
}

pub(super) fn case(name: &str, priority: i64) -> Case {
    Case {
        name: name.into(),
        title: None,
        group: None,
        status: Status::Live,
        runs: None,
        clauses: Vec::new(),
        priority: Some(int(priority)),
        exclusive: Vec::new(),
        channels: None,
        contacts_ignored: false,
        contacts_uncounted: false,
        holdout: None,
        quota: None,
        budgets: Vec::new(),
        properties: Vec::new(),
        offer: Offer::default(),
        variants: Vec::new(),
        span: Span::default(),
    }
}

pub(super) fn holdout(share: &str) -> Holdout {
    let share = constant(Value::Decimal(Decimal::parse(share).unwrap()));
    Holdout { share, salt: "salt".into(), next: false, span: Span::default() }
}

pub(super) fn group(name: &str) -> Group {
    Group { name: name.into(), title: None, parent: None, span: Span::default() }
}

pub(super) fn channel(name: &str, quiet: Vec<Quiet>) -> Channel {
    Channel {
        name: name.into(),
        title: None,
        clauses: Vec::new(),
        quiet,
        capacity: None,
        span: Span::default(),
    }
}

pub(super) fn rule(kind: ContactRuleKind) -> ContactRule {
    ContactRule { kind, span: Span::default() }
}

pub(super) fn cap(count: i64, window: Expr, scope: CapScope) -> ContactRule {
    rule(ContactRuleKind::Cap { count: int(count), window, scope })
}

pub(super) fn decide() -> Decide {
    Decide {
        name: None,
        when: None,
        rank_by: None,
        top: None,
        per_group: None,
        control: None,
        channels: None,
        span: Span::default(),
    }
}

pub(super) fn time(text: &str) -> Time {
    Time::parse(text).unwrap()
}

/// A contact: when, case, channel, outcome.
pub(super) fn contact(at: &str, case: &str, channel: &str, outcome: Outcome) -> Box<[Value]> {
    let text = |s: &str| Value::Text(s.into());
    let outcome = Value::Label(Label(outcome as u32));
    let missing = Value::Missing;
    vec![Value::Time(time(at)), text(case), text(channel), missing.clone(), missing.clone(), outcome, missing]
        .into()
}

pub(super) fn subject(key: &str, contacts: Vec<Box<[Value]>>) -> Arc<Subject> {
    Arc::new(Subject {
        key: key.into(),
        attributes: vec![Value::Text(key.into()), Value::Missing, Value::Missing],
        context: None,
        tables: vec![Some(Rows::events(contacts))],
        lists: Vec::new(),
    })
}

pub(super) fn request(now: &str) -> Request {
    Request { now: time(now), decide: None, remaining: Remaining::default() }
}

pub(super) fn report(model: Model, subject: Arc<Subject>, request: &Request) -> Report {
    let plan = Arc::new(Plan::new(Arc::new(model)).unwrap());
    plan.decide(subject, request).report(Arc::new(Provenance::default()))
}

/// `case@channel` of each offer.
pub(super) fn offers(report: &Report) -> Vec<String> {
    let on = |channel: &Option<Arc<str>>| channel.as_ref().map(|c| format!("@{c}")).unwrap_or_default();
    report.offers.iter().map(|o| format!("{}{}", o.case, on(&o.channel))).collect()
}

/// What became of a case, in a line.
pub(super) fn fate(report: &Report, case: &str) -> String {
    let case = report.cases.get(case).unwrap();
    let mut words = vec![case.status.to_owned()];
    words.extend(case.outcome.map(str::to_owned));
    words.extend(case.gate.map(|gate| format!("at {gate}")));
    words.extend((!case.failed.is_empty()).then(|| format!("failed {}", case.failed.join(" "))));
    words.extend((!case.missing.is_empty()).then(|| format!("missing {}", case.missing.join(" "))));
    words.extend(case.by.map(|by| format!("by {by}")));
    words.extend(case.of.as_ref().map(|of| format!("of {of}")));
    words.extend(case.trial.then(|| "trial".to_owned()));
    words.join(", ")
}
