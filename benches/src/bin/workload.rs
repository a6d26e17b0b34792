//! The neutral workload: opening, one customer, and a million, in one run. `workload FOLDER [THREADS]`.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow_array::RecordBatch;
use arrow_ipc::reader::FileReader;
use casewise_columns::{Column, Eligibility, Evaluate};
use casewise_core::input::{Layouts, Subject};
use casewise_core::model::{Model, open_text};
use casewise_core::plan::Plan;
use casewise_core::plan::index::{Candidates, LiteralId};
use casewise_core::plan::node::Node;
use casewise_core::plan::semantics::Clock;
use casewise_core::values::{Date, Time, Value};

struct Nothing;
impl Evaluate for Nothing {
    fn literal(&mut self, _: LiteralId, _: usize) -> Option<bool> {
        None
    }
}

fn median(mut times: Vec<Duration>) -> (Duration, Duration) {
    times.sort();
    (times[times.len() / 2], times[times.len() * 99 / 100])
}

fn main() {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().expect("a folder"));
    let threads: usize = args.next().map_or(1, |n| n.parse().unwrap());
    let text = std::fs::read_to_string(folder.join("workload.cw")).unwrap();

    let mut opening = Vec::new();
    let mut model = None;
    for _ in 0..5 {
        let start = Instant::now();
        let checked = open_text("workload.cw", &text, &[]);
        let checked_in = start.elapsed();
        let plan = Plan::new(Arc::new(checked.model.expect("a model"))).unwrap();
        opening.push(start.elapsed());
        println!("  check {checked_in:?}, with plan {:?}, {} nodes", start.elapsed(), plan.nodes.len());
        model = Some(plan);
    }
    println!("opening: median {:?}", median(opening).0);
    let plan = model.unwrap();
    let now = plan.model.zone.parse_time("2026-11-01T00:00").unwrap();
    let clock = Clock { now, today: plan.model.zone.date_of(now).unwrap(), zone: &plan.model.zone };
    let start = Instant::now();
    let index = plan.index(&clock);
    println!("index: {:?}", start.elapsed());

    let layouts = Layouts::new(&plan.model);
    let file = File::open(folder.join("data/customers_1m.arrow")).unwrap();
    let batches: Vec<RecordBatch> = FileReader::try_new(file, None).unwrap().map(Result::unwrap).collect();
    let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    println!("{rows} rows in {} batches", batches.len());
    let bind = |batch: &RecordBatch| -> BTreeMap<u32, Column> {
        let mut columns = BTreeMap::new();
        for (n, field) in batch.schema().fields().iter().enumerate() {
            if let Some(attribute) = layouts.subject.index(field.name()) {
                let reader = layouts.subject.fields()[attribute].clone();
                columns.insert(attribute as u32, Column::new(reader, batch.column(n).clone()));
            }
        }
        columns
    };

    // One customer.
    let columns = bind(&batches[0]);
    let subjects: Vec<Subject> = (0..2000)
        .map(|row| Subject {
            attributes: (0..plan.model.subject.attributes.len() as u32)
                .map(|n| columns.get(&n).map_or(Value::Missing, |c| c.value(row).unwrap()))
                .collect(),
            ..Subject::default()
        })
        .collect();
    let mut scratch = Candidates::default();
    let mut times = Vec::new();
    let mut counts = vec![0_u64; plan.cases.len()];
    for round in 0..20 {
        for subject in &subjects {
            let start = Instant::now();
            index.eligible(
                &mut scratch,
                |node| match node {
                    Node::Attribute(n) => &subject.attributes[*n as usize],
                    _ => &Value::Missing,
                },
                |_| None,
            );
            times.push(start.elapsed());
            if round == 0 {
                for (case, count) in counts.iter_mut().enumerate() {
                    *count += u64::from(scratch.is_eligible(case));
                }
            }
        }
    }
    let (mid, p99) = median(times);
    println!("one customer: median {mid:?}, p99 {p99:?}");
    check(&folder, "2k", &plan.model, &counts);

    // A million.
    for threads in [1, threads] {
        let mut best = Vec::new();
        let mut counts = vec![0_u64; plan.cases.len()];
        for _ in 0..5 {
            let start = Instant::now();
            let eligibility = Eligibility::new(&plan, &clock);
            let pieces: Vec<RecordBatch> = batches
                .iter()
                .flat_map(|b| (0..b.num_rows()).step_by(65_536).map(|n| b.slice(n, 65_536.min(b.num_rows() - n))))
                .collect();
            let next = std::sync::atomic::AtomicUsize::new(0);
            let bits: Vec<Vec<(usize, Vec<Vec<u64>>)>> = std::thread::scope(|scope| {
                let workers: Vec<_> = (0..threads)
                    .map(|_| {
                        scope.spawn(|| {
                            let mut done = Vec::new();
                            let mut scratch = eligibility.scratch();
                            loop {
                                let n = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                                let Some(piece) = pieces.get(n) else { break };
                                let columns = bind(piece);
                                let bound = eligibility.bind(piece.num_rows(), |node| match node {
                                    Node::Attribute(n) => columns.get(n),
                                    _ => None,
                                });
                                let words = piece.num_rows().div_ceil(64);
                                let mut bits = vec![Vec::with_capacity(words + 32); plan.cases.len()];
                                for from in (0..piece.num_rows()).step_by(casewise_columns::CHUNK_ROWS) {
                                    eligibility.chunk(&bound, from, &mut scratch, &mut Nothing, |case, chunk| {
                                        bits[case].extend_from_slice(chunk);
                                    });
                                }
                                done.push((n, bits));
                            }
                            done
                        })
                    })
                    .collect();
                workers.into_iter().map(|w| w.join().unwrap()).collect()
            });
            best.push(start.elapsed());
            counts = vec![0; plan.cases.len()];
            for (_, bits) in bits.iter().flatten() {
                for (count, words) in counts.iter_mut().zip(bits) {
                    *count += words.iter().map(|w| u64::from(w.count_ones())).sum::<u64>();
                }
            }
        }
        println!("{rows} x {} on {threads} threads: {best:?}, median {:?}", plan.cases.len(), median(best.clone()).0);
        check(&folder, "1m", &plan.model, &counts);
    }
    let _ = (Date(0), Time(0));
}

fn check(folder: &std::path::Path, size: &str, model: &Model, counts: &[u64]) {
    let expected: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("expected.json")).unwrap()).unwrap();
    let expected = find(&expected, size);
    let wrong = model
        .cases
        .iter()
        .zip(counts)
        .enumerate()
        .filter(|(n, (case, count))| {
            let e = match expected {
                serde_json::Value::Array(list) => list[*n].as_u64(),
                other => other[&*case.name].as_u64(),
            };
            e != Some(**count)
        })
        .count();
    println!("  {size}: {wrong} of {} counts differ", counts.len());
}

fn find<'a>(value: &'a serde_json::Value, size: &str) -> &'a serde_json::Value {
    match value.get(size) {
        Some(v) if v.is_object() && v.get("counts").is_some() => &v["counts"],
        Some(v) => v,
        None => &value["counts"][size],
    }
}
