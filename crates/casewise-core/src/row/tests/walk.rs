//! Gates and the walk.

use std::sync::Arc;

use super::build::*;
use crate::input::Remaining;
use crate::model::*;
use crate::plan::Plan;
use crate::row::report::{Provenance, Report};
use crate::syntax::ast::ConditionKind;
use crate::values::Value;

const NOW: &str = "2026-11-22T10:00:00Z";

fn decided(model: Model) -> Report {
    report(model, subject("c1", Vec::new()), &request(NOW))
}

fn three() -> Model {
    let mut model = model();
    model.cases = vec![case("low", 1), case("high", 9), case("middle", 5)];
    model
}

#[test]
fn by_rank_then_declaration_missing_last() {
    let mut model = three();
    model.cases.push(case("also_low", 1));
    let missing = Expr { ty: Type::optional(Base::Int), ..constant(Value::Missing) };
    model.cases.insert(0, Case { priority: Some(missing), ..case("none", 0) });
    assert_eq!(offers(&decided(model)), ["high", "middle", "low", "also_low", "none"]);
}

#[test]
fn the_gate_is_the_first_with_the_outcome_of_the_case() {
    let mut model = three();
    let no = || constant(Value::Bool(false));
    model.cases[0].clauses =
        vec![clause("for.1", ConditionKind::For, flag()), clause("named", ConditionKind::Require, no())];
    model.cases[1].clauses = vec![clause("for.1", ConditionKind::For, flag())];
    model.cases[2].clauses = vec![clause("exclude.1", ConditionKind::Exclude, no())];
    model.cases.push(Case { status: Status::Draft, ..case("draft", 1) });
    let report = decided(model);
    assert_eq!(fate(&report, "low"), "ineligible, false, at require, failed for.1 named");
    assert_eq!(fate(&report, "high"), "ineligible, unknown, at for, failed for.1, missing flag");
    assert_eq!(fate(&report, "middle"), "offered");
    assert_eq!(fate(&report, "draft"), "ineligible, false, at status, failed status.1");
}

#[test]
fn top_and_groups_count_places() {
    let mut model = three();
    model.groups = vec![group("g")];
    model.cases[1].group = Some(GroupId(0));
    model.cases[2].group = Some(GroupId(0));
    let mut one_of_group = model.clone();
    one_of_group.decides = vec![Decide { per_group: Some(int(1)), ..decide() }];
    let report = decided(one_of_group);
    assert_eq!(offers(&report), ["high", "low"]);
    assert_eq!(fate(&report, "middle"), "outranked, by per_group, of high");
    model.decides = vec![Decide { top: Some(int(2)), ..decide() }];
    let report = decided(model);
    assert_eq!(offers(&report), ["high", "middle"]);
    assert_eq!(fate(&report, "low"), "outranked, by top, of middle");
}

#[test]
fn a_held_out_case_keeps_its_place_unless_the_next_moves_up() {
    let mut model = three();
    model.decides = vec![Decide { top: Some(int(1)), ..decide() }];
    model.cases[1].holdout = Some(holdout("1"));
    let report = decided(model.clone());
    assert!(report.offers.is_empty());
    assert_eq!(fate(&report, "high"), "held_out");
    assert_eq!(fate(&report, "middle"), "outranked, by top, of high");
    model.cases[1].holdout = Some(Holdout { next: true, ..holdout("1") });
    assert_eq!(offers(&decided(model.clone())), ["middle"]);
    model.decides[0].control = Some(holdout("1"));
    let report = decided(model);
    assert!(report.offers.is_empty());
    assert_eq!(fate(&report, "middle"), "held_out, by control");
}

#[test]
fn holdouts_are_of_the_published_keys() {
    let mut model = three();
    model.cases.truncate(1);
    model.cases[0].holdout = Some(Holdout { salt: "2026-reminder".into(), ..holdout("0.05") });
    let held = |key: &str| fate(&report(model.clone(), subject(key, Vec::new()), &request(NOW)), "low");
    assert_eq!(held("c6"), "held_out");
    assert_eq!(held("c1"), "offered");
}

#[test]
fn a_trial_case_takes_nothing() {
    let mut model = three();
    model.cases[1].status = Status::Trial;
    model.decides = vec![Decide { top: Some(int(1)), ..decide() }];
    let report = decided(model);
    assert_eq!(offers(&report), ["middle"]);
    assert_eq!(fate(&report, "high"), "offered, trial");
    assert_eq!(fate(&report, "low"), "outranked, by top, of middle");
}

#[test]
fn one_of_an_exclusive_set() {
    let mut model = three();
    model.exclusive_sets = vec!["set".into()];
    model.cases[0].exclusive = vec![ExclusiveId(0)];
    model.cases[2].exclusive = vec![ExclusiveId(0)];
    let report = decided(model);
    assert_eq!(offers(&report), ["high", "middle"]);
    assert_eq!(fate(&report, "low"), "outranked, by exclusive, of middle");
}

#[test]
fn offers_of_this_decision_count_in_caps() {
    let mut model = three();
    model.contacts = vec![cap(2, days(7), CapScope::All)];
    let past = || subject("c1", vec![contact("2026-11-20T10:00:00Z", "x", "y", Outcome::Sent)]);
    let once = report(model.clone(), past(), &request(NOW));
    assert_eq!(offers(&once), ["high"]);
    assert_eq!(fate(&once, "middle"), "outranked, by cap, of high");
    model.cases[1].contacts_uncounted = true;
    assert_eq!(offers(&report(model.clone(), past(), &request(NOW))), ["high", "middle"]);
    model.cases[0].contacts_ignored = true;
    assert_eq!(offers(&report(model, past(), &request(NOW))), ["high", "middle", "low"]);
}

#[test]
fn a_case_takes_the_first_channel_still_open() {
    let mut model = three();
    model.channels = vec![channel("sms", Vec::new()), channel("phone", Vec::new())];
    model.contacts = vec![cap(1, days(7), CapScope::PerChannel)];
    let report = decided(model);
    assert_eq!(offers(&report), ["high@sms", "middle@phone"]);
    assert_eq!(fate(&report, "low"), "outranked, by channels, of middle");
}

#[test]
fn ignoring_contacts_neither_fills_nor_is_cut_by_top() {
    let mut model = three();
    model.decides = vec![Decide { top: Some(int(1)), ..decide() }];
    model.cases[0].contacts_ignored = true;
    model.cases[1].contacts_ignored = true;
    assert_eq!(offers(&decided(model)), ["high", "middle", "low"]);
}

#[test]
fn remaining_numbers() {
    let mut model = three();
    model.channels = vec![channel("sms", Vec::new()), channel("phone", Vec::new())];
    let left = |remaining| crate::input::Request { remaining, ..request(NOW) };
    let remaining = Remaining { quota: vec![(1, 0)], capacity: vec![(0, 1), (1, 0)], budget: Vec::new() };
    let report = report(model, subject("c1", Vec::new()), &left(remaining));
    assert_eq!(offers(&report), ["middle@sms"]);
    assert_eq!(fate(&report, "high"), "outranked, by quota");
    assert_eq!(fate(&report, "low"), "outranked, by capacity");
}

#[test]
fn a_batch_is_one_walk() {
    let mut model = three();
    model.cases.truncate(2);
    model.cases[1].quota = Some(int(1));
    let plan = Arc::new(Plan::new(Arc::new(model)).unwrap());
    let subjects = [subject("b", Vec::new()), subject("a", Vec::new())];
    let decisions = plan.decide_all(&subjects, &request(NOW));
    let offered: Vec<Vec<String>> =
        decisions.iter().map(|d| offers(&d.report(Arc::new(Provenance::default())))).collect();
    assert_eq!(offered, [vec!["low"], vec!["high", "low"]], "of one rank, the lower key comes first");
}

#[test]
fn the_first_decide_whose_condition_is_true() {
    let mut model = three();
    let top = |n, when, name: &str| Decide { name: Some(name.into()), when, top: Some(int(n)), ..decide() };
    model.decides = vec![top(1, None, "plain"), top(2, Some(flag()), "flagged")];
    let counted = |model: &Model, flag: Value| {
        let mut subject = (*subject("c1", Vec::new())).clone();
        subject.attributes[1] = flag;
        let report = report(model.clone(), subject.into(), &request(NOW));
        (report.decide.map(|d| d.to_string()).unwrap_or_default(), report.offers.len())
    };
    assert_eq!(counted(&model, Value::Bool(true)), ("flagged".to_owned(), 2));
    assert_eq!(counted(&model, Value::Missing), ("plain".to_owned(), 1));
    model.decides.remove(0);
    assert_eq!(counted(&model, Value::Missing), (String::new(), 3), "none holds: nothing is cut");
}
