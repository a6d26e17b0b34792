//! The neutral workload: opening it, one customer, and a million; every answer checked.
//! `workload FOLDER [one|batch ...]`.
//!
//! Prints a line per figure: what, median, and for one customer the 99th percentile. The folder is that of
//! `workload.md`.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use casewise::{Model, Request};
use casewise_benches::neutral;
use casewise_core::input::{Layouts, Subject};
use casewise_core::model::open_text;
use casewise_core::plan::Plan;
use casewise_core::plan::index::Candidates;
use casewise_core::plan::node::Node;
use casewise_core::plan::semantics::Clock;
use casewise_core::values::Value;

const NOW: &str = "2026-11-01T00:00";

fn main() {
    let folder = std::env::args().nth(1).expect("the folder of the workload");
    let folder = Path::new(&folder);
    let text = std::fs::read_to_string(folder.join("workload.cw")).unwrap();
    let expected = std::fs::read_to_string(folder.join("expected.json")).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&expected).unwrap();
    let plan = opening(&text);
    let now = plan.model.zone.parse_time(NOW).unwrap();
    let clock = Clock { now, today: plan.model.zone.date_of(now).unwrap(), zone: &plan.model.zone };
    let parts: Vec<String> = std::env::args().skip(2).collect();
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|wanted| wanted == part);
    if wanted("one") {
        one(folder, &text, &plan, &clock, &expected);
    }
    if wanted("batch") {
        million(folder, &plan, &clock, &expected);
    }
}

/// From text to a plan with the index of one customer.
fn opening(text: &str) -> Plan {
    let mut times = Vec::new();
    let mut opened = None;
    for _ in 0..9 {
        let start = Instant::now();
        let checked = open_text("workload.cw", text, &[]);
        let plan = Plan::new(Arc::new(checked.model.expect("a model"))).unwrap();
        let zone = &plan.model.zone;
        let now = zone.parse_time(NOW).unwrap();
        plan.index(&Clock { now, today: zone.date_of(now).unwrap(), zone });
        times.push(start.elapsed());
        opened = Some(plan);
    }
    println!("opening\t{:?}", percentile(&mut times, 50));
    opened.unwrap()
}

/// The statuses of all cases for one customer.
fn one(folder: &Path, text: &str, plan: &Plan, clock: &Clock<'_>, expected: &serde_json::Value) {
    let layouts = Layouts::new(&plan.model);
    let pieces = neutral::read(&folder.join("data/customers_100k.arrow"));
    let columns = neutral::columns(&layouts, &pieces[0]);
    let attributes = plan.model.subject.attributes.len() as u32;
    let value = |n: u32, row| columns.get(&n).map_or(Value::Missing, |column| column.value(row).unwrap());
    let subjects: Vec<Subject> = (0..2000)
        .map(|row| Subject {
            attributes: (0..attributes).map(|n| value(n, row)).collect(),
            ..Subject::default()
        })
        .collect();
    let index = plan.index(clock);
    let mut candidates = Candidates::default();
    let mut times = Vec::new();
    let mut counts = vec![0_u64; plan.cases.len()];
    for round in 0..20 {
        for subject in &subjects {
            let start = Instant::now();
            index.eligible(&mut candidates, |node| value_of(subject, node), |_| None);
            times.push(start.elapsed());
            if round == 0 {
                (0..).zip(&mut counts).for_each(|(case, n)| *n += u64::from(candidates.is_eligible(case)));
            }
        }
    }
    check("2k", &expected["2k"]["counts"], &counts);
    let median = percentile(&mut times, 50);
    println!("one, prepared\t{median:?}\t{:?}", percentile(&mut times, 99));

    let model = Model::from_text("workload.cw", text).unwrap();
    let lines = std::fs::read_to_string(folder.join("data/customers_2k.jsonl")).unwrap();
    let inputs: Vec<String> =
        lines.lines().map(|line| format!(r#"{{"now":"{NOW}","customer":{line}}}"#)).collect();
    let mut times = Vec::new();
    for _ in 0..10 {
        for input in &inputs {
            let start = Instant::now();
            let prepared = casewise::json::prepare(&model, black_box(input)).unwrap();
            times.push(start.elapsed());
            drop(black_box(prepared));
        }
    }
    let median = percentile(&mut times, 50);
    println!("one, reading JSON\t{median:?}\t{:?}", percentile(&mut times, 99));
    // What the tables are asked about is the same customer as values: a prepared one does not show its own.
    let mut times = Vec::new();
    for _ in 0..10 {
        for (input, subject) in inputs.iter().zip(&subjects) {
            let start = Instant::now();
            let prepared = casewise::json::prepare(&model, black_box(input)).unwrap();
            let index = plan.index(clock);
            index.eligible(&mut candidates, |node| value_of(subject, node), |_| None);
            times.push(start.elapsed());
            drop(black_box(prepared));
        }
    }
    let median = percentile(&mut times, 50);
    println!("one, statuses from JSON\t{median:?}\t{:?}", percentile(&mut times, 99));
    let mut times = Vec::new();
    for _ in 0..10 {
        for input in &inputs {
            let start = Instant::now();
            let decision = casewise::json::decision(&model, black_box(input)).unwrap();
            times.push(start.elapsed());
            drop(black_box(decision));
        }
    }
    let median = percentile(&mut times, 50);
    println!("one, decided from JSON\t{median:?}\t{:?}", percentile(&mut times, 99));
    let request = Request::at(NOW);
    let prepared: Vec<_> = lines
        .lines()
        .map(|line| {
            model.prepare(&serde_json::from_str::<serde_json::Value>(line).unwrap(), &request).unwrap()
        })
        .collect();
    let mut times = Vec::new();
    for _ in 0..10 {
        for prepared in &prepared {
            let start = Instant::now();
            let decision = model.decide_prepared(black_box(prepared)).unwrap();
            times.push(start.elapsed());
            drop(black_box(decision));
        }
    }
    let median = percentile(&mut times, 50);
    println!("one, decided with the walk\t{median:?}\t{:?}", percentile(&mut times, 99));
}

fn value_of<'s>(subject: &'s Subject, node: &Node) -> &'s Value {
    match node {
        Node::Attribute(n) => &subject.attributes[*n as usize],
        _ => &Value::Missing,
    }
}

/// Eligibility bits of a million customers for all cases, from Arrow columns in memory.
fn million(folder: &Path, plan: &Plan, clock: &Clock<'_>, expected: &serde_json::Value) {
    let pieces = neutral::read(&folder.join("data/customers_1m.arrow"));
    let cases = plan.cases.len();
    for threads in [1, 2] {
        let mut times = Vec::new();
        let mut bits = Vec::new();
        for _ in 0..9 {
            drop(std::mem::take(&mut bits));
            let start = Instant::now();
            bits = neutral::eligible(plan, clock, &pieces, threads);
            times.push(start.elapsed());
        }
        println!("batch, {threads} threads\t{:?}", percentile(&mut times, 50));
        check("1m", &expected["1m"]["counts"], &neutral::counts(&bits, cases));
        check("1m hashes", &expected["1m"]["hash_sum"], &neutral::hashes(&bits, &pieces, cases));
    }
}

fn check(what: &str, expected: &serde_json::Value, found: &[u64]) {
    let expected = expected.as_array().unwrap();
    assert_eq!(expected.len(), found.len(), "{what}");
    for (case, (expected, found)) in expected.iter().zip(found).enumerate() {
        assert_eq!(expected.as_u64(), Some(*found), "{what}: case {case}");
    }
}

fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    times[(times.len() - 1) * percent / 100]
}
