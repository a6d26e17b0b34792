//! How long the stages of opening a model take: `opening MODEL [CASES]`.
//!
//! With a number of cases, of a model with so many that are drawn from the conditions of MODEL, the neutral workload.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use casewise_benches::neutral;
use casewise_core::model::{self, open_text};
use casewise_core::plan::Plan;
use casewise_core::plan::index::CaseIndex;
use casewise_core::plan::semantics::Clock;
use casewise_core::source::Sources;
use casewise_core::syntax;

const STAGES: [&str; 7] = ["parse", "names and types", "lints", "fingerprints", "plan", "index", "all"];

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().expect("the path of a model");
    let mut text = std::fs::read_to_string(&path).expect("a model that can be read");
    if let Some(cases) = arguments.next() {
        text = neutral::drawn(&text, cases.parse().expect("a number of cases"));
    }
    let mut stages: [Vec<Duration>; STAGES.len()] = Default::default();
    let mut warnings = 0;
    for _ in 0..15 {
        let took = stages_of(&path, &text);
        let start = Instant::now();
        let (plan, found) = opened(&path, &text);
        let all = start.elapsed();
        drop(plan);
        warnings = found;
        stages.iter_mut().zip(took.into_iter().chain([all])).for_each(|(times, time)| times.push(time));
    }
    for (name, times) in STAGES.iter().zip(&mut stages) {
        times.sort_unstable();
        println!("{name:<16} {:>9.2?}", times[times.len() / 2]);
    }
    println!("{warnings} warnings");
}

/// From text to a plan with the index of one customer, and the number of warnings.
fn opened(path: &str, text: &str) -> (Plan, usize) {
    let checked = open_text(path, text, &[]);
    let plan = Plan::new(Arc::new(checked.model.expect("a model without errors"))).expect("a plan");
    plan.index(&clock(&plan));
    (plan, checked.diagnostics.len())
}

fn clock(plan: &Plan) -> Clock<'_> {
    let zone = &plan.model.zone;
    let now = zone.parse_time("2026-11-01T00:00").expect("a time");
    Clock { now, today: zone.date_of(now).expect("a date"), zone }
}

/// The stages one by one; names and types is what checking takes beside lints and fingerprints.
fn stages_of(path: &str, text: &str) -> [Duration; STAGES.len() - 1] {
    let start = Instant::now();
    let (file, _) = syntax::parse(0, text);
    let parse = start.elapsed();

    let mut sources = Sources::default();
    sources.add(path, text);
    let start = Instant::now();
    let checked = model::check(std::slice::from_ref(&file), sources, &[]);
    let check = start.elapsed();
    let model = checked.model.expect("a model without errors");
    let start = Instant::now();
    model::check::run(&model, std::slice::from_ref(&file), &mut Vec::new());
    let lints = start.elapsed();
    let declarations: Vec<_> = file.declarations.iter().collect();
    let start = Instant::now();
    black_box(model::fingerprint::Pieces::new(&declarations).fingerprints(&model));
    let fingerprints = start.elapsed();

    let start = Instant::now();
    let plan = Plan::new(Arc::new(model)).expect("a plan");
    let planned = start.elapsed();
    let clock = clock(&plan);
    let start = Instant::now();
    black_box(CaseIndex::new(&plan.nodes, &plan.logic, &clock));
    let index = start.elapsed();
    [parse, check.saturating_sub(lints + fingerprints), lints, fingerprints, planned, index]
}
