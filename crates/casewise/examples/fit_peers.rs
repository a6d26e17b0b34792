//! Our side of `benches/fit_peers.py`: reads what it is given, learns, and prints as JSON how long that took, how
//! much memory it took beside the data, and what came out.
//!
//!     fit_peers rfm     EVENTS.csv            # customer,at,amount
//!     fit_peers kmeans  POINTS.bin COLUMNS K ITERATIONS    # 64-bit floats, row after row; starts from the first rows
//!     fit_peers itemsets BASKETS.txt PERCENT  # items as numbers, a basket a line
//!     fit_peers bgnbd   HISTORIES.csv         # repeats,recency,age

#![expect(clippy::print_stdout, reason = "what it prints is its result")]

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Instant;

use casewise::{FitOptions, Model, Request};
use casewise_fit::itemsets::{Baskets, Share, frequent};
use casewise_fit::kmeans::{Options, Points, fit_from};
use casewise_fit::lifetime::History;
use serde::Serialize;
use serde_json::json;

const RFM: &str = r#"
    model shop { language 1; timezone "Europe/London" }
    customer { key id: text }
    events buy { amount: float }
    rfm loyalty of buy { monetary sum(amount); bins 5 }
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["rfm", path] => rfm(path),
        ["kmeans", path, columns, k, iterations] => {
            kmeans(path, columns.parse()?, k.parse()?, iterations.parse()?)
        }
        ["itemsets", path, percent] => itemsets(path, percent.parse()?),
        ["bgnbd", path] => bgnbd(path),
        _ => Err("see the top of this file".into()),
    }
}

/// Runs once, and prints what it took.
fn measured<T>(run: impl FnOnce() -> T, tell: impl FnOnce(&T) -> serde_json::Value) {
    // Linux forgets the peak of reading the data.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let before = memory("VmRSS");
    let start = Instant::now();
    let found = run();
    let seconds = start.elapsed().as_secs_f64();
    let peak = memory("VmHWM");
    println!(
        "{}",
        json!({ "seconds": seconds, "before_mb": before, "peak_mb": peak, "found": tell(&found) })
    );
}

/// Of this process, in megabytes; 0 where the system does not say.
fn memory(what: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(what));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)).and_then(|n| n.parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1024.0
}

#[derive(Serialize)]
struct Bought<'a> {
    at: &'a str,
    amount: &'a str,
}

fn rfm(path: &str) -> Result<(), Box<dyn Error>> {
    let model = Model::from_text("shop.cw", RFM)?;
    let text = std::fs::read_to_string(path)?;
    let mut of: BTreeMap<&str, Vec<Bought<'_>>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let mut cells = line.split(',');
        let (Some(id), Some(at), Some(amount)) = (cells.next(), cells.next(), cells.next()) else { continue };
        of.entry(id).or_default().push(Bought { at, amount });
    }
    let now = Request::at("2011-12-10");
    let customers: Result<Vec<_>, _> = of
        .iter()
        .map(|(id, buys)| {
            let request = Request::at("2011-12-10").events("buy", buys);
            model.prepare_to_fit(&BTreeMap::from([("id", id)]), &request)
        })
        .collect();
    let customers = customers?;
    drop(of);
    measured(
        || model.fit(&customers, &now, &FitOptions::default()),
        |fit| match fit {
            Ok(fit) => serde_json::from_str(fit.to_json()).unwrap_or_default(),
            Err(error) => json!(error.to_string()),
        },
    );
    Ok(())
}

fn kmeans(path: &str, columns: usize, k: usize, iterations: usize) -> Result<(), Box<dyn Error>> {
    let values: Vec<f64> = std::fs::read(path)?
        .chunks_exact(8)
        .filter_map(|bytes| Some(f64::from_le_bytes(bytes.try_into().ok()?)))
        .collect();
    let starts: Vec<Vec<f64>> = values.chunks_exact(columns).take(k).map(<[f64]>::to_vec).collect();
    let options = Options { max_iterations: iterations, must_converge: false, ..Options::default() };
    measured(
        || fit_from(Points::new(&values, columns)?, &starts, &options),
        |found| match found {
            Ok(found) => json!({ "inertia": found.inertia, "iterations": found.iterations }),
            Err(error) => json!(error.to_string()),
        },
    );
    Ok(())
}

fn itemsets(path: &str, percent: u64) -> Result<(), Box<dyn Error>> {
    let text = std::fs::read_to_string(path)?;
    let baskets: Baskets = text
        .lines()
        .map(|line| line.split(' ').filter_map(|item| item.parse().ok()).collect::<Vec<u32>>())
        .collect();
    drop(text);
    measured(
        || frequent(&baskets, Share::new(percent, 100)?, 10, 10_000_000),
        |found| match found {
            Ok(sets) => {
                json!({ "sets": sets.len(), "counts": sets.iter().map(|set| set.count).sum::<u64>() })
            }
            Err(error) => json!(error.to_string()),
        },
    );
    Ok(())
}

fn bgnbd(path: &str) -> Result<(), Box<dyn Error>> {
    let text = std::fs::read_to_string(path)?;
    let history = |line: &str| {
        let mut cells = line.split(',').map(str::parse::<f64>);
        let mut next = || cells.next().and_then(Result::ok);
        let (repeats, recency, age) = (next()?, next()?, next()?);
        Some(History { repeats: repeats as u64, recency, age })
    };
    let histories: Vec<History> = text.lines().skip(1).filter_map(history).collect();
    measured(
        || casewise_fit::bgnbd::fit(&histories),
        |found| match found {
            Ok(fit) => {
                json!({ "log_likelihood": fit.log_likelihood, "r": fit.model.r, "alpha": fit.model.alpha, "a": fit.model.a, "b": fit.model.b })
            }
            Err(error) => json!(error.to_string()),
        },
    );
    Ok(())
}
