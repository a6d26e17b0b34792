//! How time grows with customers and with cases: `scaling FOLDER`, the folder of `workload.md`.
//!
//! Cases are drawn from one pool, the conjuncts of the neutral workload's cases, each of them the conjunction of a
//! few. Prints customers, cases, seconds to open the model, and the median seconds on one thread and on two.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow_array::RecordBatch;
use casewise_benches::{Random, neutral};
use casewise_core::model::open_text;
use casewise_core::plan::Plan;
use casewise_core::plan::semantics::Clock;

/// Customers and cases.
const SIZES: [(usize, usize); 7] = [
    (100_000, 100),
    (100_000, 1_000),
    (100_000, 10_000),
    (1_000_000, 100),
    (1_000_000, 1_000),
    (1_000_000, 10_000),
    (10_000_000, 1_000),
];

fn main() {
    let folder = std::env::args().nth(1).expect("the folder of the workload");
    let folder = Path::new(&folder);
    let text = std::fs::read_to_string(folder.join("workload.cw")).unwrap();
    let million = neutral::read(&folder.join("data/customers_1m.arrow"));
    for (customers, cases) in SIZES {
        let text = drawn(&text, cases);
        let start = Instant::now();
        let checked = open_text("drawn.cw", &text, &[]);
        let plan = Plan::new(Arc::new(checked.model.expect("a model"))).unwrap();
        let opening = start.elapsed();
        let zone = &plan.model.zone;
        let now = zone.parse_time("2026-11-01T00:00").unwrap();
        let clock = Clock { now, today: zone.date_of(now).unwrap(), zone };
        let pieces = of(&million, customers);
        let [one, two] = [1, 2].map(|threads| {
            let mut times: Vec<Duration> = (0..3)
                .map(|_| {
                    let start = Instant::now();
                    // What is found is counted piece by piece, as it would be written.
                    neutral::eligible_counts(&plan, &clock, &pieces, threads);
                    start.elapsed()
                })
                .collect();
            times.sort_unstable();
            times[1].as_secs_f64()
        });
        println!("{customers}\t{cases}\t{:.4}\t{one:.4}\t{two:.4}", opening.as_secs_f64());
    }
}

/// The first customers, again and again where there are more of them.
fn of(million: &[RecordBatch], customers: usize) -> Vec<RecordBatch> {
    let mut left = customers;
    let pieces = million.iter().cycle().map_while(|piece| {
        let rows = piece.num_rows().min(left);
        left -= rows;
        (rows > 0).then(|| piece.slice(0, rows))
    });
    pieces.collect()
}

/// A model of so many cases on the attributes of the workload.
fn drawn(text: &str, cases: usize) -> String {
    let first = text.find("\ncase ").expect("a case");
    let (head, rest) = text.split_at(first);
    let mut pool: Vec<&str> = rest.lines().filter_map(condition).flat_map(conjuncts).collect();
    pool.sort_unstable();
    pool.dedup();
    let mut random = Random::new(20_261_129);
    let mut drawn = head.to_owned();
    for case in 0..cases {
        let parts: Vec<&str> =
            (0..2 + random.below(5)).map(|_| pool[random.below(pool.len() as u64) as usize]).collect();
        let _ = write!(drawn, "\ncase c{case} {{ for {} }}", parts.join(" and "));
    }
    drawn
}

/// What stands between the outer parentheses of a case.
fn condition(line: &str) -> Option<&str> {
    line.split_once("{ for (")?.1.strip_suffix(") }")
}

/// The parts of a conjunction; `between … and …` is one of them.
fn conjuncts(condition: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut from, mut between) = (Vec::new(), 0, 0, false);
    for (at, c) in condition.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ' ' if depth == 0 => {
                let rest = &condition[at..];
                if rest.starts_with(" between ") {
                    between = true;
                } else if rest.starts_with(" and ") {
                    if !between {
                        parts.push(&condition[from..at]);
                        from = at + " and ".len();
                    }
                    between = false;
                } else if rest.starts_with(" or ") {
                    // A disjunction stands alone, in parentheses.
                    return vec![];
                }
            }
            _ => {}
        }
    }
    parts.push(&condition[from..]);
    parts
}
