//! How long a model of 1000 cases in 50 files takes to check, to check again after one edit, and to compare:
//! `operator`, or `operator FOLDER` to write its files there.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use casewise::Workspace;
use casewise_tests::operator;

const RUNS: usize = 9;

fn main() {
    let files = operator::files();
    if let Some(folder) = std::env::args().nth(1).map(PathBuf::from) {
        for (name, text) in &files {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
        return;
    }
    let bytes: usize = files.values().map(String::len).sum();
    println!("{} cases, {} files, {} KB", operator::CASES, files.len(), bytes / 1024);

    measure("check, all files read", || {
        let mut workspace = Workspace::from_files(operator::ROOT, files.clone());
        timed(|| assert!(workspace.check().is_empty()))
    });
    let mut workspace = Workspace::from_files(operator::ROOT, files.clone());
    workspace.check();
    let name = "data/cities.cw";
    let mut n = 0;
    measure("check again after one edit", || {
        n += 1;
        workspace.set(name, format!("{}# {n}\n", files[name]));
        timed(|| assert!(workspace.check().is_empty()))
    });
    measure("open: check and plan", || {
        let mut workspace = Workspace::from_files(operator::ROOT, files.clone());
        timed(|| workspace.model().map(drop).expect("a model without errors"))
    });
    let model = workspace.model().expect("a model without errors");
    workspace.set(name, files[name].replace("priority", "priority 1 +"));
    let other = workspace.model().expect("a model without errors");
    measure("diff of declarations", || timed(|| assert!(!model.diff(&other).is_empty())));
}

fn timed(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

fn measure(what: &str, mut run: impl FnMut() -> Duration) {
    let mut times: Vec<Duration> = (0..RUNS).map(|_| run()).collect();
    times.sort_unstable();
    println!("{what:<28} median {:>9.2?}, slowest {:>9.2?}", times[RUNS / 2], times[RUNS - 1]);
}
