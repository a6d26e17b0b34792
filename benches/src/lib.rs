//! What is measured: models with customers. The examples, a model of 1000 cases made here, and the neutral
//! workload where `CASEWISE_PERF` names its folder.

mod example;
pub mod neutral;
mod thousand;

use std::path::{Path, PathBuf};

use casewise::{Model, Prepared};

pub use thousand::Random;

/// A model and customers that are ready to be decided.
#[derive(Debug)]
pub struct Workload {
    /// What it is called in the figures.
    pub name: String,
    /// The model's text.
    pub text: String,
    /// The model.
    pub model: Model,
    /// Its customers, read once.
    pub prepared: Vec<Prepared>,
}

/// Everything that can be measured here.
pub fn workloads() -> Vec<Workload> {
    let mut all: Vec<Workload> = ["call_reminder", "telco", "fee_risk"].map(example::read).into();
    all.push(thousand::workload());
    all.extend(neutral_model());
    all
}

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// The neutral workload, if its data is there: see `workload.md`.
fn neutral_model() -> Option<Workload> {
    let folder = PathBuf::from(std::env::var_os("CASEWISE_PERF")?);
    let text = std::fs::read_to_string(folder.join("workload.cw")).unwrap();
    let model = Model::from_text("workload.cw", &text).unwrap();
    let request = casewise::Request::at("2026-11-01");
    let customers = std::fs::read_to_string(folder.join("data/customers_2k.jsonl")).unwrap();
    let prepared = customers
        .lines()
        .map(|line| {
            model.prepare(&serde_json::from_str::<serde_json::Value>(line).unwrap(), &request).unwrap()
        })
        .collect();
    Some(Workload { name: "neutral".to_owned(), text, model, prepared })
}
