//! The fuzz targets, shortly: the corpus, and a few mutations of it. `fuzz/` does the same for longer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use casewise_tests::fuzzing::{TARGETS, Target, mutation, seeds};

const MUTATIONS: u64 = 2_000;

/// Long beyond doubt: nothing here is large.
const SLOW: Duration = Duration::from_secs(20);

fn holds(target: Target, bytes: &[u8], what: &str) -> Result<(), String> {
    let start = Instant::now();
    let shown = || format!("{} on {what}:\n{}\n", target.name, String::from_utf8_lossy(bytes));
    catch_unwind(AssertUnwindSafe(|| (target.run)(bytes))).map_err(|_| shown())?;
    if start.elapsed() > SLOW { Err(format!("too slow: {}", shown())) } else { Ok(()) }
}

fn all_hold(results: impl Iterator<Item = Result<(), String>>) {
    let broken: Vec<String> = results.filter_map(Result::err).take(5).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n----\n"));
}

#[test]
fn the_corpus_holds() {
    for target in TARGETS {
        let seeds = seeds(target.name);
        assert!(seeds.len() > 20, "{} has hardly a corpus", target.name);
        all_hold(seeds.iter().enumerate().map(|(n, seed)| holds(target, seed, &format!("seed {n}"))));
    }
}

#[test]
fn mutations_of_the_corpus_hold() {
    for target in TARGETS {
        let seeds = seeds(target.name);
        let share = MUTATIONS / TARGETS.len() as u64;
        all_hold((0..share).map(|n| holds(target, &mutation(&seeds, n), &format!("mutation {n}"))));
    }
}
