//! Explanations: that they say what was decided, and that `earliest` is right.

use std::sync::Arc;

use proptest::prelude::*;

use super::build::*;
use crate::model::*;
use crate::plan::Plan;
use crate::row::explain::{Condition, Explanation};
use crate::row::{CaseStatus, Decision};
use crate::syntax::ast::{ConditionKind, PauseScope};
use crate::values::{Date, Label, Period, Time, Value, Zone};

const NOW: &str = "2026-11-22T10:00:00Z";

fn decide_at(model: Model, subject: Arc<crate::input::Subject>, now: &str) -> Decision {
    Arc::new(Plan::new(Arc::new(model)).unwrap()).decide(subject, &request(now))
}

fn why(model: Model, subject: Arc<crate::input::Subject>) -> Explanation {
    decide_at(model, subject, NOW).why(CaseId(0)).unwrap()
}

fn apply(op: Op, args: Vec<Expr>) -> Expr {
    let ty = Type::optional(Base::Bool);
    Expr { kind: ExprKind::Apply(op, args), ty, span: Default::default() }
}

/// The condition of a case's only clause, for a subject whose attribute 1 is this value.
fn condition(kind: ConditionKind, of: Expr, base: Base, value: Value) -> Condition {
    let mut model = model();
    model.subject.attributes[1].ty = Type::optional(base);
    model.cases = vec![Case { clauses: vec![clause("c", kind, of)], ..case("a", 1) }];
    let mut subject = (*subject("c1", Vec::new())).clone();
    subject.attributes[1] = value;
    let explanation = why(model, subject.into());
    explanation.gates[1].clauses[0].condition.clone().unwrap()
}

fn distance(op: Op, value: Value, of: Value, kind: ConditionKind) -> Option<String> {
    let base = constant(value.clone()).ty.base;
    let x = attribute(1, base.clone());
    let expr = apply(op, vec![x, constant(of)]);
    condition(kind, expr, base, value).distance.map(|d| crate::row::plain::line(&d))
}

#[test]
fn distances_are_exact() {
    use ConditionKind::{Exclude, Require};
    let int = |op, x, bound, kind| distance(op, Value::Int(x), Value::Int(bound), kind);
    assert_eq!(int(Op::Ge, 4, 5, Require).as_deref(), Some("1"));
    assert_eq!(int(Op::Gt, 5, 5, Require).as_deref(), Some("1"));
    assert_eq!(int(Op::Lt, 7, 5, Require).as_deref(), Some("3"));
    assert_eq!(int(Op::Ge, 5, 5, Require), None);
    assert_eq!(int(Op::Ge, 7, 5, Exclude).as_deref(), Some("3"), "must become 4");
    let decimal = |text: &str| Value::Decimal(crate::values::Decimal::parse(text).unwrap());
    assert_eq!(distance(Op::Le, decimal("0.701"), decimal("0.7"), Require).as_deref(), Some("0.001"));
    let date = |text: &str| Value::Date(Date::parse(text).unwrap());
    assert_eq!(distance(Op::Lt, date("2026-11-30"), date("2026-11-01"), Require).as_deref(), Some("30 days"));
}

#[test]
fn the_constant_side_is_required() {
    let older = apply(Op::Le, vec![int(18), attribute(1, Base::Int)]);
    let seen = condition(ConditionKind::Require, older, Base::Int, Value::Int(16));
    assert_eq!((seen.operator, seen.passes), (Some(">="), false));
    assert_eq!(seen.observed, Some(crate::row::report::Plain::Int(16)));
    assert_eq!(seen.distance, Some(crate::row::report::Plain::Int(2)));
}

#[test]
fn what_is_excluded_is_wanted_false() {
    let of = apply(Op::Or, vec![flag(), apply(Op::Not, vec![flag()])]);
    let seen = condition(ConditionKind::Exclude, of, Base::Bool, Value::Missing);
    assert_eq!((seen.outcome, seen.passes), ("unknown", false));
    let parts: Vec<(&str, Vec<Arc<str>>)> =
        seen.parts.iter().map(|p| (p.outcome, p.missing.clone())).collect();
    assert_eq!(parts[0], ("unknown", vec!["flag".into()]));
}

#[test]
fn why_speaks_plainly() {
    let mut model = model();
    model.channels =
        vec![channel("sms", vec![Quiet { from: 540, to: 720, zone: None, span: Default::default() }])];
    model.contacts = vec![cap(1, days(7), CapScope::All)];
    model.cases =
        vec![Case { clauses: vec![clause("fresh", ConditionKind::Require, flag())], ..case("a", 1) }];
    let past = vec![contact("2026-11-20T10:00:00Z", "a", "sms", Outcome::Sent)];
    let explanation = why(model, subject("c1", past));
    assert_eq!(
        explanation.to_text(false),
        "a for c1 at 2026-11-22T10:00:00Z
ineligible: contacts is false
✓ status
    ✓ status.1
        requires in [live, trial], observed live
? require
    ? fresh  (:1)
        observed missing, missing flag
✗ contacts
    ✗ contacts.1  (:1)
        1 of 1, closed until 2026-11-27T10:00:00Z
✗ channels
    ✗ channels.1
        ✗ sms: quiet until 2026-11-22T12:00:00Z
earliest, with everything else as it is now: 2026-11-27T12:00:00Z
smallest change:
    flag
    closed as before: contacts.1, channels.1
"
    );
    let json = serde_json::to_value(&explanation).unwrap();
    assert_eq!(json["status"], "ineligible");
    assert_eq!(json["gates"][2]["clauses"][0]["contacts"]["until"], "2026-11-27T10:00:00Z");
}

const ZONES: [&str; 4] = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"];

fn length() -> impl Strategy<Value = Value> {
    prop_oneof![
        (1_i64..40).prop_map(|n| Value::Duration(crate::values::Duration(n * DAY))),
        (1_i64..200).prop_map(|n| Value::Duration(crate::values::Duration(n * HOUR))),
        (1_i32..4).prop_map(|n| Value::Period(Period(n))),
    ]
}

fn policy() -> impl Strategy<Value = ContactRule> {
    let cap_scope = prop_oneof![
        Just(CapScope::All),
        Just(CapScope::PerCase),
        Just(CapScope::PerChannel),
        Just(CapScope::On(vec![ChannelId(0), ChannelId(1)])),
    ];
    let scope =
        || prop_oneof![Just(PauseScope::All), Just(PauseScope::SameCase), Just(PauseScope::SameChannel)];
    let outcome = || prop_oneof![Just(Outcome::Complained), Just(Outcome::Rejected)];
    prop_oneof![
        (1_i64..4, length(), cap_scope).prop_map(|(n, w, scope)| cap(n, constant(w), scope)),
        (length(), outcome(), scope()).prop_map(|(l, outcome, scope)| rule(ContactRuleKind::Pause {
            length: constant(l),
            outcome,
            scope
        })),
        (length(), 1_i64..3, scope()).prop_map(|(l, n, scope)| {
            rule(ContactRuleKind::PauseWithout { length: constant(l), count: int(n), scope })
        }),
    ]
}

/// Contacts in the last sixty days: minutes ago, case, channel, outcome.
fn history() -> impl Strategy<Value = Vec<(i64, usize, usize, u32)>> {
    prop::collection::vec((1_i64..60 * 24 * 60, 0_usize..2, 0_usize..2, 0_u32..6), 0..8)
}

fn quiet() -> impl Strategy<Value = Quiet> {
    (0_u16..48, 0_u16..=48).prop_filter("not all day", |(a, b)| a != b).prop_map(|(from, to)| Quiet {
        from: from * 30,
        to: to * 30,
        zone: Some(attribute(2, Base::Text)),
        span: Default::default(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn earliest_is_the_first_open_instant(
        rules in prop::collection::vec(policy(), 0..4),
        past in history(),
        quiets in prop::collection::vec(prop::collection::vec(quiet(), 0..3), 0..3),
        (model_zone, zone) in (0_usize..4, 0_usize..4),
        (day, minute) in (0_i64..365, 0_i64..1440),
        runs in prop::option::of((-5_i64..40, 0_i64..60)),
        samples in prop::collection::vec(0.0_f64..1.0, 40),
    ) {
        let now = Time(time("2026-01-01T00:00:00Z").0 + day * DAY + minute * HOUR / 60);
        let mut model = model();
        model.zone = Zone::named(ZONES[model_zone]).unwrap();
        model.contacts = rules;
        model.channels =
            quiets.into_iter().enumerate().map(|(n, q)| channel(if n == 0 { "sms" } else { "phone" }, q)).collect();
        if model.channels.len() < 2 {
            // Rules name both.
            model.contacts.retain(|rule| !format!("{rule:?}").contains("On("));
        }
        let today = model.zone.date_of(now).unwrap();
        let runs = runs.map(|(from, days)| {
            let date = |n| Expr { ty: Type::required(Base::Date), ..constant(Value::Date(today.plus_days(n).unwrap())) };
            Runs { from: date(from), through: date(from + days), span: Default::default() }
        });
        model.cases = vec![Case { runs, ..case("a", 1) }, Case { status: Status::Draft, ..case("b", 1) }];
        let contacts = past.into_iter().map(|(ago, case, channel, outcome)| {
            let at = Time(now.0 - ago * HOUR / 60).to_string();
            let mut row = contact(&at, ["a", "b"][case], ["sms", "phone"][channel], Outcome::Sent);
            row[contact_fields::OUTCOME] = Value::Label(Label(outcome));
            row
        });
        let mut subject = (*subject("c1", contacts.collect())).clone();
        subject.attributes[2] = Value::Text(ZONES[zone].into());
        let subject = Arc::new(subject);
        let plan = Arc::new(Plan::new(Arc::new(model)).unwrap());
        let open = |at: Time| {
            let request = crate::input::Request { now: at, ..request(NOW) };
            plan.decide(subject.clone(), &request).status(CaseId(0)) == CaseStatus::Offered
        };
        let asked = crate::input::Request { now, ..request(NOW) };
        let explanation = plan.decide(subject.clone(), &asked).why(CaseId(0)).unwrap();
        let earliest = explanation.earliest.as_deref().map(time);
        let until = earliest.unwrap_or(Time(now.0 + 200 * DAY));
        if let Some(earliest) = earliest {
            prop_assert!(open(earliest), "open at {earliest}");
            prop_assert!(earliest == now || !open(Time(earliest.0 - 1)), "closed just before {earliest}");
        }
        for sample in samples {
            let at = Time(now.0 + ((until.0 - now.0) as f64 * sample) as i64);
            prop_assert!(at >= until || !open(at), "closed at {at}, before {earliest:?}");
        }
    }
}
