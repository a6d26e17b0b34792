//! Runs the fuzz targets without a fuzzer: `replay` of what is in the corpus, `mutate` for what is not yet.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use casewise_tests::fuzzing::{TARGETS, Target, mutation, seeds};

const USAGE: &str = "\
usage: cargo run --release -- replay [FILE]...
       cargo run --release -- mutate NUMBER SEED [TARGET]

replay runs every target on its corpus, or on files; mutate runs NUMBER mutations of it, the same for the same SEED.
What breaks a law is left in fuzz/artifacts.";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse::<u64>().ok();
    let broken: usize = match words.as_slice() {
        ["replay"] => TARGETS.iter().map(|target| run(*target, seeds(target.name))).sum(),
        ["replay", files @ ..] => {
            let texts: Vec<Vec<u8>> = files.iter().map(|file| std::fs::read(file).expect(file)).collect();
            TARGETS.iter().map(|target| run(*target, texts.clone())).sum()
        }
        ["mutate", count, seed, only @ ..] => match (number(count), number(seed)) {
            (Some(count), Some(seed)) => {
                let asked = TARGETS.iter().filter(|target| only.is_empty() || only.contains(&target.name));
                asked.map(|target| mutate(*target, count, seed)).sum()
            }
            _ => return usage(),
        },
        _ => return usage(),
    };
    if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(2)
}

fn mutate(target: Target, count: u64, seed: u64) -> usize {
    let seeds = seeds(target.name);
    run(target, (seed..seed.saturating_add(count)).map(|n| mutation(&seeds, n)))
}

/// How many inputs break the target.
fn run(target: Target, inputs: impl IntoIterator<Item = Vec<u8>>) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts");
    std::fs::create_dir_all(&folder).expect("a folder for what is found");
    let artifact = |name: &str| -> PathBuf { folder.join(format!("{}-{name}", target.name)) };
    let (mut all, mut broken, mut slowest) = (0_usize, 0, Duration::ZERO);
    for bytes in inputs {
        // An overflow of the stack ends the process: what caused it is left here.
        std::fs::write(artifact("last"), &bytes).expect("a file that can be written");
        let start = Instant::now();
        if std::panic::catch_unwind(|| (target.run)(&bytes)).is_err() {
            let path = artifact(&all.to_string());
            std::fs::write(&path, &bytes).expect("a file that can be written");
            eprintln!("{}: broken by {}", target.name, path.display());
            broken += 1;
        }
        if start.elapsed() > slowest {
            slowest = start.elapsed();
            std::fs::write(artifact("slowest"), &bytes).expect("a file that can be written");
        }
        all += 1;
    }
    println!("{}: {all} inputs, {broken} broken, the slowest took {slowest:.2?}", target.name);
    broken
}
