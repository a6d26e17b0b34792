//! Laws that hold for every model and every customer, tried on random ones.
//!
//! `CASEWISE_MODELS` sets how many models are tried, `CASEWISE_SEED` replays one.

use std::collections::BTreeSet;
use std::sync::Arc;

use casewise_core::diagnostic::{Severity, render_all};
use casewise_core::input::{Request, Rows, Subject};
use casewise_core::model::{CaseId, Model, TableKind, open_text};
use casewise_core::plan::Plan;
use casewise_core::row::explain::Condition;
use casewise_core::row::report::{Provenance, Report};
use casewise_core::syntax;
use casewise_core::values::{Time, Value};
use casewise_tests::generate::{self, GeneratedModel, Random};
use casewise_tests::reference::{self, Unlearned};
use serde_json::Value as Json;

const MODELS: u64 = 2_000;

/// Runs a law on the models of many seeds, or of the one asked for, and says which seeds break it.
fn on_random_models(share: u64, law: impl Fn(u64, &GeneratedModel) -> Result<(), String>) {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let only = number("CASEWISE_SEED");
    let seeds = match only {
        Some(seed) => seed..seed + 1,
        None => 0..number("CASEWISE_MODELS").unwrap_or(MODELS).div_ceil(share),
    };
    let mut failures = Vec::new();
    for seed in seeds {
        let model = generate::model(seed);
        if let Err(what) = law(seed, &model) {
            // One failure alone is shown with everything; of many the beginning does.
            failures.push(match only {
                Some(seed) => format!("CASEWISE_SEED={seed}\n{}\n{what}", model.text()),
                None => format!("CASEWISE_SEED={seed}\n{}", what.chars().take(1_000).collect::<String>()),
            });
            if failures.len() == 5 {
                break;
            }
        }
    }
    assert!(failures.is_empty(), "the law is broken:\n{}", failures.join("\n----\n"));
}

fn open(text: &str) -> Result<Arc<Model>, String> {
    let checked = open_text("random.cw", text, &[]);
    checked.model.map(Arc::new).ok_or_else(|| {
        let mut errors = checked.diagnostics;
        errors.retain(|d| d.severity() == Severity::Error);
        format!("the model of the generator is refused:\n{}", render_all(&errors, &checked.sources, false))
    })
}

fn plan(model: &Arc<Model>) -> Result<Arc<Plan>, String> {
    Plan::new(Arc::clone(model)).map(Arc::new).map_err(|e| format!("the model cannot be planned: {e}"))
}

/// The same customers for the same seed.
fn random_of(seed: u64) -> Random {
    Random::new(seed ^ 0x5eed_0f5e_ed00_0000)
}

fn decide(plan: &Arc<Plan>, subject: &Subject, request: &Request) -> Report {
    plan.decide(Arc::new(subject.clone()), request).report(Arc::new(Provenance::of(&plan.model)))
}

/// Reports as JSON, floats to the last bit, without the fingerprints that only the engine knows.
fn json(report: &Report) -> Json {
    let mut json = serde_json::to_value(report).unwrap();
    json["model"] = Json::Null;
    json
}

fn text(value: &Json) -> String {
    value.to_string()
}

/// What differs between two reports, by path.
fn differences(path: &str, a: &Json, b: &Json, out: &mut Vec<String>) {
    match (a, b) {
        (Json::Object(a), Json::Object(b)) => {
            let mut names: Vec<&String> = a.keys().chain(b.keys()).collect();
            names.sort();
            names.dedup();
            for name in names {
                let path = format!("{path}.{name}");
                differences(
                    &path,
                    a.get(name).unwrap_or(&Json::Null),
                    b.get(name).unwrap_or(&Json::Null),
                    out,
                );
            }
        }
        (Json::Array(a), Json::Array(b)) if a.len() == b.len() => {
            for (n, (a, b)) in a.iter().zip(b).enumerate() {
                differences(&format!("{path}[{n}]"), a, b, out);
            }
        }
        // Text, so that 0.0 and −0.0 differ.
        _ if text(a) == text(b) => {}
        _ => out.push(format!("{path}: {a} and {b}")),
    }
}

fn same(what: &str, a: &Json, b: &Json, context: &dyn std::fmt::Debug) -> Result<(), String> {
    let mut found = Vec::new();
    differences("", a, b, &mut found);
    if found.is_empty() { Ok(()) } else { Err(format!("{what}:\n{}\nfor {context:?}", found.join("\n"))) }
}

#[test]
fn the_engine_is_the_reference() {
    on_random_models(1, |seed, generated| {
        let model = open(&generated.text())?;
        let plan = plan(&model)?;
        let mut random = random_of(seed);
        for n in 0..3 {
            let request = generate::request(&model, &mut random);
            let subject = generate::subject(&model, request.now, &format!("c{n}"), &mut random);
            let engine = json(&decide(&plan, &subject, &request));
            let reference = json(&reference::decide(&model, &Unlearned, &subject, &request));
            same("engine and reference differ", &engine, &reference, &(&request, &subject))?;
        }
        Ok(())
    });
}

#[test]
fn learned_scores_are_those_of_the_reference() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let seeds =
        number("CASEWISE_SEED").map_or(0..number("CASEWISE_MODELS").unwrap_or(MODELS) / 2, |n| n..n + 1);
    let many = seeds.end - seeds.start >= 200;
    let mut seen = std::collections::BTreeMap::new();
    for seed in seeds {
        let generated = generate::learned_model(seed);
        let mut tried = || -> Result<(), String> {
            let model = open(&generated.text())?;
            let mut random = random_of(seed);
            let parameters = Arc::new(generate::parameters(&model, &mut random));
            let plan = Plan::with_parameters(Arc::clone(&model), &[], Some(Arc::clone(&parameters)));
            let plan = Arc::new(plan.map_err(|e| format!("the model cannot be planned: {e}"))?);
            let learned = reference::Given { model: &model, parameters: &parameters };
            for n in 0..3 {
                let request = generate::request(&model, &mut random);
                let subject = generate::subject(&model, request.now, &format!("c{n}"), &mut random);
                let engine = json(&decide(&plan, &subject, &request));
                let reference = json(&reference::decide(&model, &learned, &subject, &request));
                same("engine and reference differ", &engine, &reference, &(&request, &subject))?;
                for (name, value) in
                    engine["scores"].as_object().into_iter().chain(engine["values"].as_object()).flatten()
                {
                    let kind = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_').to_owned();
                    let present = match value {
                        Json::Object(parts) => parts.values().all(|part| !part.is_null()),
                        value => !value.is_null(),
                    };
                    *seen.entry(kind).or_insert(0) += u32::from(present);
                }
            }
            Ok(())
        };
        if let Err(what) = tried() {
            panic!("CASEWISE_SEED={seed}\n{}\n{what}", generated.text());
        }
    }
    // A law about missing values alone would say little.
    for kind in ["learned_card", "percentile", "learned_rfm", "learned_cluster", "rule", "lifetime"] {
        assert!(!many || seen.get(kind).is_some_and(|n| *n > 20), "{kind} is hardly ever there: {seen:?}");
    }
}

#[test]
fn a_batch_is_the_reference_walk_over_all_pairs() {
    on_random_models(4, |seed, generated| {
        let model = open(&generated.text())?;
        let plan = plan(&model)?;
        let mut random = random_of(seed);
        let request = generate::request(&model, &mut random);
        let context = generate::subject(&model, request.now, "c0", &mut random).context;
        let subjects: Vec<Subject> = (0..6)
            .map(|n| {
                let subject = generate::subject(&model, request.now, &format!("c{n}"), &mut random);
                Subject { context: context.clone(), ..subject }
            })
            .collect();
        let shared: Vec<Arc<Subject>> = subjects.iter().cloned().map(Arc::new).collect();
        let decisions = plan.decide_all(&shared, &request);
        let expected = reference::decide_batch(&model, &Unlearned, &subjects, &request);
        for (decision, expected) in decisions.iter().zip(&expected) {
            let engine = json(&decision.report(Arc::new(Provenance::of(&model))));
            same("batch and reference differ", &engine, &json(expected), &(&request, &expected.id))?;
        }
        Ok(())
    });
}

/// Names of segments in any order: theirs is that of the declarations.
fn without_order(mut report: Json) -> Json {
    if let Some(segments) = report["segments"].as_array_mut() {
        segments.sort_by_key(ToString::to_string);
    }
    for case in report["cases"].as_object_mut().unwrap().values_mut() {
        if let Some(missing) = case.get_mut("missing").and_then(Json::as_array_mut) {
            missing.sort_by_key(ToString::to_string);
        }
    }
    report
}

/// The same customer for the same model written in another order.
fn translated(subject: &Subject, from: &Model, to: &Model) -> Subject {
    let place = |names: Vec<&str>, name: &str| names.iter().position(|n| *n == name).unwrap();
    let attribute = |name: &str| place(from.subject.attributes.iter().map(|f| &*f.name).collect(), name);
    let table = |name: &str| place(from.tables.iter().map(|t| &*t.name).collect(), name);
    let list = |name: &str| place(from.lists.iter().map(|l| &*l.name).collect(), name);
    Subject {
        key: subject.key.clone(),
        attributes: to
            .subject
            .attributes
            .iter()
            .map(|f| subject.attributes[attribute(&f.name)].clone())
            .collect(),
        context: subject.context.clone(),
        tables: to.tables.iter().map(|t| subject.tables[table(&t.name)].clone()).collect(),
        lists: to.lists.iter().map(|l| subject.lists[list(&l.name)]).collect(),
    }
}

fn decides_the_same(what: &str, seed: u64, generated: &GeneratedModel, other: &str) -> Result<(), String> {
    let (model, other) = (open(&generated.text())?, open(other)?);
    let (plan, other_plan) = (plan(&model)?, plan(&other)?);
    let mut random = random_of(seed);
    for n in 0..2 {
        let request = generate::request(&model, &mut random);
        let subject = generate::subject(&model, request.now, &format!("c{n}"), &mut random);
        let one = without_order(json(&decide(&plan, &subject, &request)));
        let two = without_order(json(&decide(&other_plan, &translated(&subject, &model, &other), &request)));
        same(what, &one, &two, &(&request, &subject))?;
    }
    Ok(())
}

#[test]
fn the_order_of_declarations_means_nothing() {
    on_random_models(4, |seed, generated| {
        let other = generated.shuffled(&mut Random::new(seed)).text();
        decides_the_same("another order of declarations decides otherwise", seed, generated, &other)
    });
}

#[test]
fn the_order_of_attributes_means_nothing() {
    on_random_models(4, |seed, generated| {
        let mut other = generated.clone();
        for declaration in other.declarations.iter_mut().filter(|d| d.text.starts_with("customer {")) {
            let mut lines: Vec<&str> = declaration.text.lines().collect();
            let last = lines.len() - 1;
            lines[1..last].reverse();
            declaration.text = lines.join("\n");
        }
        decides_the_same("another order of attributes decides otherwise", seed, generated, &other.text())
    });
}

#[test]
fn the_order_of_events_means_nothing_but_for_ties() {
    on_random_models(4, |seed, generated| {
        let model = open(&generated.text())?;
        let plan = plan(&model)?;
        let mut random = random_of(seed);
        let request = generate::request(&model, &mut random);
        let subject = generate::subject(&model, request.now, "c0", &mut random);
        let mut other = subject.clone();
        for (table, rows) in model.tables.iter().zip(&mut other.tables) {
            let Some(events) = rows.as_ref().filter(|_| table.kind != TableKind::Rows) else { continue };
            let mut events: Vec<Box<[Value]>> = events.iter().map(Box::from).collect();
            if events.windows(2).all(|pair| pair[0][0] != pair[1][0]) {
                random.shuffle(&mut events);
                *rows = Some(Rows::events(events));
            }
        }
        let (one, two) = (decide(&plan, &subject, &request), decide(&plan, &other, &request));
        same("another order of events decides otherwise", &json(&one), &json(&two), &(&request, &subject))
    });
}

#[test]
fn formatting_changes_no_decision() {
    on_random_models(4, |seed, generated| {
        let text = generated.text();
        let formatted = syntax::format_text(&text).map_err(|_| "the text cannot be formatted".to_owned())?;
        let again =
            syntax::format_text(&formatted).map_err(|_| "its own text cannot be formatted".to_owned())?;
        if formatted != again {
            return Err(format!("formatting twice is not formatting once:\n{formatted}\n----\n{again}"));
        }
        decides_the_same("the formatted text decides otherwise", seed, generated, &formatted)
    });
}

#[test]
fn deciding_again_decides_the_same() {
    on_random_models(8, |seed, generated| {
        let model = open(&generated.text())?;
        let plan = plan(&model)?;
        let mut random = random_of(seed);
        let request = generate::request(&model, &mut random);
        let subject = generate::subject(&model, request.now, "c0", &mut random);
        let (one, two) = (decide(&plan, &subject, &request), decide(&plan, &subject, &request));
        same("the second decision differs", &json(&one), &json(&two), &(&request, &subject))
    });
}

#[test]
fn why_agrees_with_the_decision() {
    on_random_models(4, |seed, generated| {
        let model = open(&generated.text())?;
        let plan = plan(&model)?;
        let mut random = random_of(seed);
        let request = generate::request(&model, &mut random);
        let subject = generate::subject(&model, request.now, "c0", &mut random);
        let decision = plan.decide(Arc::new(subject.clone()), &request);
        for n in 0..model.cases.len() {
            let (case, why) = (decision.case(CaseId(n)), decision.why(CaseId(n)).unwrap());
            let name = &model.cases[n].name;
            if why.result != case {
                return Err(format!("{name}: why says {:?}, the decision {case:?}", why.result));
            }
            let all = |outcomes: Vec<&'static str>| {
                ["false", "unknown"].into_iter().find(|o| outcomes.contains(o)).unwrap_or("true")
            };
            for gate in &why.gates {
                let clauses = all(gate.clauses.iter().map(|c| c.outcome).collect());
                if gate.outcome != clauses {
                    return Err(format!(
                        "{name}: gate {} is {}, its clauses {clauses}",
                        gate.gate, gate.outcome
                    ));
                }
            }
            let outcome = all(why.gates.iter().map(|g| g.outcome).collect());
            let clauses = why.gates.iter().flat_map(|gate| &gate.clauses);
            let failed: Vec<_> = clauses.filter(|c| c.outcome != "true").map(|c| c.id.clone()).collect();
            if case.outcome.unwrap_or("true") != outcome || case.failed != failed {
                return Err(format!("{name}: the clauses say {outcome} {failed:?}, the decision {case:?}"));
            }
        }
        Ok(())
    });
}

#[test]
fn a_case_is_closed_before_its_earliest_instant_and_open_at_it() {
    const YEARS: i64 = 2 * 365 * 86_400_000_000;
    on_random_models(4, |seed, generated| {
        let model = open(&generated.text())?;
        let plan = plan(&model)?;
        let mut random = random_of(seed);
        let request = generate::request(&model, &mut random);
        let subject = generate::subject(&model, request.now, "c0", &mut random);
        let decision = plan.decide(Arc::new(subject.clone()), &request);
        for n in 0..model.cases.len() {
            let name = &model.cases[n].name;
            let is_open = |at: i64| reference::open_at(&model, &subject, &request, CaseId(n), Time(at));
            let earliest = decision.why(CaseId(n)).unwrap().earliest;
            let now = request.now.0;
            let end = match &earliest {
                Some(text) => Time::parse(text).unwrap().0,
                None => now + YEARS,
            };
            let wrong = |what: &str, at: i64| {
                Err(format!(
                    "{name}: earliest is {earliest:?}, but it is {what} at {}\nfor {:?}",
                    Time(at),
                    (&request, &subject)
                ))
            };
            if earliest.is_some() && !is_open(end) {
                return wrong("closed", end);
            }
            let mut before: Vec<i64> = (0..20).map(|_| random.range(now, end.max(now + 1) - 1)).collect();
            before.extend([now, end - 1]);
            before.retain(|at| now <= *at && *at < end);
            if let Some(at) = before.into_iter().find(|at| is_open(*at)) {
                return wrong("open", at);
            }
        }
        Ok(())
    });
}

/// Whether what a condition came to is what `and`, `or`, `not` and names make of its parts.
fn follows_from_its_parts(condition: &Condition, wanted: bool) -> bool {
    let truth = |outcome: &str| match outcome {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    };
    let all = |truths: &[Option<bool>]| match (truths.contains(&Some(false)), truths.contains(&None)) {
        (true, _) => Some(false),
        (false, true) => None,
        (false, false) => Some(true),
    };
    let not = |truth: &Option<bool>| truth.map(|b| !b);
    let parts: Vec<Option<bool>> = condition.parts.iter().map(|part| truth(part.outcome)).collect();
    let is_gate = condition.operator == Some("and") && condition.name.is_some();
    let expected = match (condition.operator, parts.as_slice()) {
        (_, []) => return true,
        (Some("not"), [one]) => not(one),
        (Some("or"), _) => not(&all(&parts.iter().map(not).collect::<Vec<_>>())),
        // Of a gate the clauses hold, and one that excludes holds where its condition is false.
        (Some("and"), _) if is_gate => {
            let holds = condition.parts.iter().map(|part| truth(part.outcome).map(|_| part.passes == wanted));
            all(&holds.collect::<Vec<_>>())
        }
        (Some("and"), _) => all(&parts),
        (_, _) => parts[0],
    };
    let wanted_part = wanted != (condition.operator == Some("not"));
    expected == truth(condition.outcome)
        && condition.passes == (truth(condition.outcome) == Some(wanted))
        && condition.parts.iter().all(|part| {
            follows_from_its_parts(part, wanted_part) || (is_gate && follows_from_its_parts(part, !wanted))
        })
}

#[test]
fn a_condition_came_to_what_its_parts_make() {
    on_random_models(4, |seed, generated| {
        let model = open(&generated.text())?;
        let plan = plan(&model)?;
        let mut random = random_of(seed);
        let request = generate::request(&model, &mut random);
        let subject = generate::subject(&model, request.now, "c1", &mut random);
        let decision = plan.decide(Arc::new(subject), &request);
        for case in (0..model.cases.len()).map(CaseId) {
            let why = decision.why(case).unwrap();
            for gate in &why.gates {
                let mut conditions = gate.clauses.iter().filter_map(|clause| clause.condition.as_ref());
                if !conditions.all(|condition| follows_from_its_parts(condition, gate.gate != "exclude")) {
                    return Err(format!("not so for {}:\n{}", why.case, why.to_text(false)));
                }
            }
        }
        Ok(())
    });
}

/// The laws say something: every status, reason and gate comes up among the random decisions.
#[test]
fn random_decisions_reach_everything() {
    let mut seen = BTreeSet::new();
    for seed in 0..600 {
        let model = open(&generate::model(seed).text()).unwrap();
        let mut random = random_of(seed);
        for n in 0..2 {
            let request = generate::request(&model, &mut random);
            let subject = generate::subject(&model, request.now, &format!("c{n}"), &mut random);
            let report = reference::decide(&model, &Unlearned, &subject, &request);
            for (_, case) in &report.cases.0 {
                seen.insert(case.status);
                seen.extend([case.outcome, case.gate, case.by].into_iter().flatten());
            }
        }
    }
    let statuses = ["offered", "outranked", "held_out", "ineligible", "false", "unknown"];
    let gates = ["status", "runs", "for", "require", "exclude", "contacts", "channels"];
    let reasons = ["exclusive", "per_group", "cap", "top", "quota", "capacity", "budget", "control"];
    let missed: Vec<&&str> =
        statuses.iter().chain(&gates).chain(&reasons).filter(|word| !seen.contains(**word)).collect();
    assert!(missed.is_empty(), "never seen: {missed:?}");
}
