//! One call after another, as a Rust program makes them: `call MODEL CUSTOMERS.jsonl NOW` prints microseconds as JSON,
//! those of the fastest tenth of rounds.

use std::time::Instant;

use casewise::{Model, Request};

fn fastest(inputs: usize, mut round: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..102)
        .map(|_| {
            let start = Instant::now();
            round();
            start.elapsed().as_secs_f64() * 1e6 / inputs as f64
        })
        .skip(2)
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 10]
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [model, customers, now] = args.as_slice() else { panic!("call MODEL CUSTOMERS.jsonl NOW") };
    let model = Model::open(model).unwrap();
    let customers: Vec<serde_json::Value> = std::fs::read_to_string(customers)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let inputs: Vec<String> = customers
        .iter()
        .map(|customer| serde_json::json!({ "now": now, "customer": customer }).to_string())
        .collect();
    let decide = fastest(customers.len(), || {
        for customer in &customers {
            std::hint::black_box(model.decide(customer, &Request::at(now)).unwrap());
        }
    });
    let offers = fastest(customers.len(), || {
        for customer in &customers {
            let decision = model.decide(customer, &Request::at(now)).unwrap();
            std::hint::black_box(decision.offers().count());
        }
    });
    let json = fastest(customers.len(), || {
        for input in &inputs {
            std::hint::black_box(casewise::json::decide(&model, input).unwrap());
        }
    });
    println!("{}", serde_json::json!({ "decide": decide, "offers": offers, "json": json }));
}
