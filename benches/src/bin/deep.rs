//! How long `check --deep` takes on the operator's 1000 cases, and on models that are named: `deep [MODEL…]`.

use std::time::{Duration, Instant};

use casewise::{Model, Workspace};
use casewise_tests::operator;

const RUNS: usize = 3;

fn main() {
    let operator = Workspace::from_files(operator::ROOT, operator::files()).model();
    measure("operator", &operator.expect("a model without errors"));
    for path in std::env::args().skip(1) {
        measure(&path, &Model::open(&path).expect("a model without errors"));
    }
}

fn measure(name: &str, model: &Model) {
    let mut times: Vec<Duration> = Vec::new();
    let mut said = String::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        let report = model.check_deep().expect("a model that runs");
        times.push(start.elapsed());
        let of = |answer: &str| report.cases().iter().filter(|case| case.answer == answer).count();
        said = format!(
            "{} can, {} never, {} not decided; {} findings, {} same, {} apart",
            of("can"),
            of("never"),
            of("not decided"),
            report.findings().len(),
            report.same_target().len(),
            report.apart().len(),
        );
    }
    times.sort_unstable();
    println!("{name:<12} median {:>9.2?}, slowest {:>9.2?}: {said}", times[RUNS / 2], times[RUNS - 1]);
}
