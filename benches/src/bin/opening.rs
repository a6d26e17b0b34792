//! How long the stages of opening a model take: `opening MODEL`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use casewise_core::model::{self, open_text};
use casewise_core::plan::Plan;
use casewise_core::source::Sources;
use casewise_core::syntax;

fn main() {
    let path = std::env::args().nth(1).expect("the path of a model");
    let text = std::fs::read_to_string(&path).expect("a model that can be read");
    let mut stages: [Vec<Duration>; 4] = Default::default();
    for _ in 0..9 {
        let start = Instant::now();
        let (file, _) = syntax::parse(0, &text);
        stages[0].push(start.elapsed());

        let mut sources = Sources::default();
        sources.add(&path, &text);
        let start = Instant::now();
        let checked = model::check(std::slice::from_ref(&file), sources, &[]);
        let whole = start.elapsed();
        let model = checked.model.expect("a model without errors");
        let start = Instant::now();
        model::check::run(&model, std::slice::from_ref(&file), &mut Vec::new());
        let lints = start.elapsed();
        stages[1].push(whole.saturating_sub(lints));
        stages[2].push(lints);

        let model = Arc::new(model);
        let start = Instant::now();
        let plan = Plan::new(model).expect("a plan");
        stages[3].push(start.elapsed());
        drop(plan);
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2]
    };
    let mut total = Duration::ZERO;
    for (name, times) in ["parse", "check", "lints", "plan"].iter().zip(&mut stages) {
        total += median(times);
        println!("{name:<6} {:>9.2?}", median(times));
    }
    println!("total  {total:>9.2?}");
    let checked = open_text(&path, &text, &[]);
    println!("{} warnings", checked.diagnostics.len());
}
