//! How time grows with customers and with cases: `scaling FOLDER`, the folder of `workload.md`.
//!
//! Cases are drawn from one pool, see [`neutral::drawn`]. Prints customers, cases, seconds to open the model, and the
//! median seconds on one thread and on two.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow_array::RecordBatch;
use casewise_benches::neutral;
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
        let text = neutral::drawn(&text, cases);
        let mut openings: Vec<Duration> = (0..5).map(|_| opened(&text).1).collect();
        openings.sort_unstable();
        let opening = openings[2];
        let plan = opened(&text).0;
        let clock = clock(&plan);
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

/// From text to a plan with the index of one customer.
fn opened(text: &str) -> (Plan, Duration) {
    let start = Instant::now();
    let checked = open_text("drawn.cw", text, &[]);
    let plan = Plan::new(Arc::new(checked.model.expect("a model"))).unwrap();
    plan.index(&clock(&plan));
    (plan, start.elapsed())
}

fn clock(plan: &Plan) -> Clock<'_> {
    let zone = &plan.model.zone;
    let now = zone.parse_time("2026-11-01T00:00").unwrap();
    Clock { now, today: zone.date_of(now).unwrap(), zone }
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
