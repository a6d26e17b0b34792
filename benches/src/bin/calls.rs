//! The calls that bindings make, without a binding: what `python_peers.py` compares with.
//!
//!     calls one MODEL CUSTOMERS.jsonl NOW           # µs of one decision
//!     calls batch MODEL CUSTOMERS.arrow NOW COLUMNS # s of one batch, COLUMNS such as `eligible_bits` or `offers`

use std::fs::File;
use std::hint::black_box;
use std::time::Instant;

use arrow_array::RecordBatch;
use arrow_ipc::reader::FileReader;
use casewise::batch::{How, Inputs, Select};
use casewise::{Model, Request};
use serde_json::{Map, Value};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [what, model, customers, now, more @ ..] = args.as_slice() else {
        panic!("calls one|batch MODEL CUSTOMERS NOW [COLUMNS]");
    };
    let model = Model::open(model).unwrap();
    match what.as_str() {
        "one" => one(&model, customers, now),
        _ => batch(&model, customers, now, more),
    }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn one(model: &Model, customers: &str, now: &str) {
    let text = std::fs::read_to_string(customers).unwrap();
    let customers: Vec<Map<String, Value>> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let times = (0..9).map(|_| {
        let start = Instant::now();
        for customer in &customers {
            black_box(model.decide(customer, &Request::at(now)).unwrap());
        }
        start.elapsed().as_secs_f64() * 1e6 / customers.len() as f64
    });
    println!("{:.3}", median(times.collect()));
}

fn batch(model: &Model, customers: &str, now: &str, columns: &[String]) {
    let reader = FileReader::try_new(File::open(customers).unwrap(), None).unwrap();
    let schema = reader.schema();
    let batches: Vec<RecordBatch> = reader.map(Result::unwrap).collect();
    let whole = arrow_select::concat::concat_batches(&schema, &batches).unwrap();
    drop(batches);
    let has = |name: &str| columns.iter().any(|column| column == name);
    let select = Select {
        offers: has("offers"),
        eligible_bits: has("eligible_bits"),
        status: has("status"),
        segments: has("segments"),
        scores: has("scores"),
        values: has("values"),
        ..Select::NONE
    };
    let times = (0..3).map(|_| {
        let start = Instant::now();
        let how = How { select, ..How::default() };
        let decided = model.decide_batch(&whole, &Inputs::new(), &Request::at(now), &how).unwrap();
        assert_eq!(decided.decisions.num_rows(), whole.num_rows());
        start.elapsed().as_secs_f64()
    });
    println!("{:.3}", median(times.collect()));
}
