//! Deep checks: what they call impossible never happens, what they call possible has a witness, and on models
//! that are small enough nothing is left undecided or wrong.

use std::collections::BTreeMap;
use std::sync::Arc;

use casewise_core::diagnostic::{Code, Diagnostic, render_all};
use casewise_core::input::Subject;
use casewise_core::model::{CaseId, Model, open_text};
use casewise_core::plan::semantics::Clock;
use casewise_core::plan::{Plan, Slot};
use casewise_core::row::evaluate::{Evaluation, Inputs};
use casewise_core::row::testing;
use casewise_core::values::Value;
use casewise_deep::{Report, check, check_by_solver};
use casewise_tests::generate::{self, Random, small};

fn open(text: &str) -> Arc<Model> {
    let checked = open_text("m.cw", text, &[]);
    let said = render_all(&checked.diagnostics, &checked.sources, false);
    Arc::new(checked.model.unwrap_or_else(|| panic!("{said}\n{text}")))
}

fn checked(text: &str) -> (Arc<Plan>, Report) {
    let plan = Arc::new(Plan::new(open(text)).unwrap());
    let report = check(&plan);
    (plan, report)
}

fn texts(plan: &Plan, finding: &Diagnostic) -> Vec<String> {
    let spans = std::iter::once(finding.span).chain(finding.related.iter().map(|label| label.span));
    spans.map(|span| plan.model.sources.text(span).to_owned()).collect()
}

fn of(report: &Report, code: Code) -> Vec<&Diagnostic> {
    report.findings.iter().filter(|finding| finding.code == code).collect()
}

#[test]
fn every_witness_is_confirmed_by_deciding() {
    let (mut witnesses, mut never, mut open_questions) = (0, 0, 0);
    for seed in 0..50 {
        let text = generate::model(seed).text();
        let (_, report) = checked(&text);
        let mut with_tests = text.clone();
        for case in &report.cases {
            match &case.witness {
                Some(witness) => {
                    with_tests.push_str(&format!("\n{}", witness.test));
                    witnesses += 1;
                }
                None if case.answer == "never" => never += 1,
                None => open_questions += 1,
            }
        }
        let selection = testing::Selection { title: Some(" can be had"), ..Default::default() };
        for result in testing::run(&open(&with_tests), None, &selection).0 {
            assert!(result.failures.is_empty(), "seed {seed}: {}\n{:?}", result.title, result.failures);
        }
    }
    println!("{witnesses} can, {never} never, {open_questions} not decided");
    assert!(witnesses > 40 && never > 3, "{witnesses} {never} {open_questions}");
}

/// Customers whose attributes, histories and lists are those of random customers, each of another one.
fn mixed(pool: &[Subject], random: &mut Random) -> Subject {
    let mut mixed = random.pick(pool).clone();
    mixed.attributes.iter_mut().enumerate().for_each(|(n, of)| *of = random.pick(pool).attributes[n].clone());
    if let Some(context) = &mut mixed.context {
        for (n, field) in context.iter_mut().enumerate() {
            if let Some(other) = &random.pick(pool).context {
                *field = other[n].clone();
            }
        }
    }
    mixed.tables.iter_mut().enumerate().for_each(|(n, of)| *of = random.pick(pool).tables[n].clone());
    mixed.lists.iter_mut().enumerate().for_each(|(n, of)| *of = random.pick(pool).lists[n]);
    mixed
}

#[test]
fn a_case_that_is_never_true_is_never_eligible() {
    const CUSTOMERS: usize = 100_000;
    const POOL: usize = 500;
    let (mut cases, mut seed) = (0, 0);
    while cases < 10 {
        let (plan, report) = checked(&generate::model(seed).text());
        let never: Vec<usize> =
            (0..report.cases.len()).filter(|n| report.cases[*n].answer == "never").collect();
        cases += never.len();
        let mut random = Random::new(seed ^ 0xdee9);
        seed += 1;
        if never.is_empty() {
            continue;
        }
        let now = generate::request(&plan.model, &mut random).now;
        let of = |n: usize| generate::subject(&plan.model, now, &format!("c{n}"), &mut random);
        let pool: Vec<Subject> = (0..POOL).map(of).collect();
        let today = plan.model.zone.date_of(now).unwrap();
        let clock = Clock { now, today, zone: &plan.model.zone };
        let mut evaluation = Evaluation::default();
        for n in 0..CUSTOMERS {
            let subject = mixed(&pool, &mut random);
            let inputs = Inputs { plan: &plan, subject: &subject, clock };
            evaluation.reset(&plan);
            let mut holds = |slot: &Slot| evaluation.truth(inputs, *slot) == Some(true);
            for id in &never {
                let case = &plan.cases[*id];
                let open = case.channels.is_empty()
                    || case
                        .channels
                        .iter()
                        .any(|channel| plan.channels[channel.0].clauses.iter().all(&mut holds));
                assert!(!(open && case.clauses.iter().all(&mut holds)), "model {}, customer {n}", seed - 1);
            }
        }
    }
}

#[test]
fn covers_of_cubes_say_what_the_solver_says() {
    let said = |report: &Report, plan: &Plan| {
        let findings = render_all(&report.findings, &plan.model.sources, false);
        let answers: Vec<&str> = report.cases.iter().map(|case| case.answer).collect();
        let apart: Vec<_> = report.apart.iter().map(|pair| format!("{pair:?}")).collect();
        let same: Vec<_> = report.same_target.iter().map(|same| format!("{same:?}")).collect();
        format!("{findings}\n{answers:?}\n{}\n{}", apart.join("\n"), same.join("\n"))
    };
    let random = (0..12).map(|seed| generate::model(seed).text());
    let small = (0..40).map(several);
    for text in random.chain(small) {
        let (plan, report) = checked(&text);
        assert_eq!(said(&report, &plan), said(&check_by_solver(&plan), &plan), "{text}");
    }
}

/// A small model with several cases, and its parts as written.
fn several(seed: u64) -> String {
    let mut random = Random::new(seed);
    let mut text = small::HEAD.to_owned();
    for n in 0..2 {
        text.push_str(&format!("segment s{n} = {}\n", small::condition(&mut random, 2)));
    }
    text.push_str("every case { require d < 5 }\n");
    for n in 0..4 {
        text.push_str(&format!("case k{n} {{\n  priority {}\n", random.range(0, 3)));
        if random.chance(60) {
            text.push_str("  exclusive set\n");
        }
        for _ in 0..random.range(1, 3) {
            let of = if random.chance(20) { "s0".to_owned() } else { small::condition(&mut random, 2) };
            text.push_str(&format!("  {} {of}\n", random.pick(&["for", "for", "require", "exclude"])));
        }
        text.push_str("}\n");
    }
    text
}

/// For which customers a case with these clauses passes.
fn passing(clauses: &[String], customers: &[Vec<Value>]) -> Vec<bool> {
    let written: Vec<String> = clauses
        .iter()
        .map(|clause| match clause.split_whitespace().next() {
            Some("for" | "require" | "exclude") => clause.clone(),
            _ => format!("require {clause}"),
        })
        .collect();
    let text = format!("{}\ncase probe {{\n{}\n}}", small::HEAD, written.join("\n"));
    let plan = Arc::new(Plan::new(open(&text)).unwrap());
    customers.iter().map(|customer| small::passes(&plan, CaseId(0), customer)).collect()
}

#[test]
fn on_small_models_the_answers_are_those_of_trying_everyone() {
    let customers = small::customers();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for seed in 0..40 {
        let text = several(seed);
        let (plan, report) = checked(&text);
        let model = &plan.model;
        let shown =
            || format!("seed {seed}\n{text}\n{}", render_all(&report.findings, &model.sources, false));
        assert!(of(&report, Code::NOT_DECIDED).is_empty(), "{}", shown());
        let decisions: Vec<_> = customers
            .iter()
            .map(|customer| plan.decide(Arc::new(small::subject(customer)), &small::request()))
            .collect();
        let truths = |slots: &[casewise_core::plan::Slot]| -> Vec<bool> {
            let holds = |d: &casewise_core::row::Decision| slots.iter().all(|s| d.truth(*s) == Some(true));
            decisions.iter().map(holds).collect()
        };
        for (n, segment) in model.segments.iter().enumerate() {
            let members = truths(&plan.segments[n..=n]);
            let said =
                |code| of(&report, code).iter().any(|f| f.message.contains(&format!("`{}`", segment.name)));
            assert_eq!(said(Code::NO_MEMBERS), members.iter().all(|m| !m), "{}: {}", segment.name, shown());
            assert_eq!(said(Code::EVERYONE), members.iter().all(|m| *m), "{}: {}", segment.name, shown());
        }
        let eligible: Vec<Vec<bool>> = plan.cases.iter().map(|case| truths(&case.clauses)).collect();
        for (n, case) in model.cases.iter().enumerate() {
            let possible = eligible[n].iter().any(|e| *e);
            assert_eq!(
                report.cases[n].answer,
                if possible { "can" } else { "never" },
                "{}: {}",
                case.name,
                shown()
            );
            if !possible {
                *seen.entry("never").or_default() += 1;
                continue;
            }
            // A clause is redundant if it takes no one from those whom the others let pass. Of several the later
            // ones are spoken of.
            let mut left: Vec<usize> = (0..case.clauses.len()).collect();
            for place in (0..case.clauses.len()).rev() {
                if case.clauses[place].inherited_from.is_some() {
                    continue;
                }
                let others: Vec<usize> = left.iter().copied().filter(|other| *other != place).collect();
                let with = |places: &[usize]| {
                    truths(&places.iter().map(|p| plan.cases[n].clauses[*p]).collect::<Vec<_>>())
                };
                let whole: Vec<usize> = others.iter().copied().chain([place]).collect();
                let redundant = with(&others) == with(&whole);
                let said =
                    of(&report, Code::CLAUSE_ALWAYS).iter().any(|f| f.span == case.clauses[place].span);
                assert_eq!(said, redundant, "{} of {}: {}", case.clauses[place].id, case.name, shown());
                if redundant {
                    left = others;
                    *seen.entry("redundant").or_default() += 1;
                }
            }
        }
        // Target groups.
        let targets: Vec<Option<Vec<bool>>> = (0..model.cases.len())
            .map(|n| {
                let slots: Vec<_> = model.cases[n]
                    .clauses
                    .iter()
                    .zip(&plan.cases[n].clauses)
                    .filter(|(clause, _)| clause.kind == casewise_core::syntax::ast::ConditionKind::For)
                    .map(|(_, slot)| *slot)
                    .collect();
                (!slots.is_empty() && report.cases[n].answer != "never").then(|| truths(&slots))
            })
            .collect();
        for a in 0..targets.len() {
            for b in a + 1..targets.len() {
                let (Some(first), Some(second)) = (&targets[a], &targets[b]) else { continue };
                let names = (&model.cases[a].name, &model.cases[b].name);
                let equal = report
                    .same_target
                    .iter()
                    .any(|same| same.cases.contains(names.0) && same.cases.contains(names.1));
                let apart = report.apart.iter().any(|apart| {
                    let across = |a, b| apart.first.contains(a) && apart.second.contains(b);
                    across(names.0, names.1) || across(names.1, names.0)
                });
                let said = match (equal, apart) {
                    (true, _) => "equal",
                    (_, true) => "disjoint",
                    _ => "neither",
                };
                let disjoint = first.iter().zip(second).all(|(a, b)| !(a & b));
                let expected = match (first == second, disjoint) {
                    (true, _) => "equal",
                    (_, true) => "disjoint",
                    _ => "neither",
                };
                // Groups that look at nothing in common are only compared where they could tell anything.
                let everyone = |group: &[bool]| group.iter().all(|g| *g);
                if !(everyone(first) && everyone(second)) {
                    assert_eq!(said, expected, "{names:?}: {}", shown());
                }
                *seen.entry(expected).or_default() += 1;
            }
        }
        for finding in of(&report, Code::SUBSUMED) {
            let name = |text: &str| model.cases.iter().position(|c| text.contains(&format!("`{}`", c.name)));
            let behind = name(finding.message.split(" passes those").next().unwrap()).unwrap();
            let ahead = name(finding.message.split(" passes those").nth(1).unwrap()).unwrap();
            assert!(eligible[behind].iter().zip(&eligible[ahead]).all(|(b, a)| !b || *a), "{}", shown());
            *seen.entry("subsumed").or_default() += 1;
        }
        // The fewest clauses: together they let no one pass, without any one of them someone.
        for finding in of(&report, Code::CASE_NEVER) {
            let core = texts(&plan, finding);
            if core.iter().any(|clause| clause.contains("s0")) {
                continue;
            }
            assert!(passing(&core, &customers).iter().all(|p| !p), "{core:?}: {}", shown());
            for n in 0..core.len() {
                let mut fewer = core.clone();
                fewer.remove(n);
                assert!(passing(&fewer, &customers).iter().any(|p| *p), "{fewer:?}: {}", shown());
            }
            *seen.entry("core").or_default() += 1;
        }
    }
    println!("{seen:?}");
    for what in ["never", "redundant", "equal", "disjoint", "subsumed", "core"] {
        assert!(seen.get(what).is_some_and(|n| *n > 2), "{what} is hardly ever there: {seen:?}");
    }
}
