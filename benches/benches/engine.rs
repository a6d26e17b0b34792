//! Parse, check, plan, decide, explain: on every workload.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use casewise_benches::workloads;
use casewise_core::model::{self, open_text};
use casewise_core::plan::Plan;
use casewise_core::source::Sources;
use casewise_core::syntax;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

fn stages(c: &mut Criterion) {
    for workload in workloads() {
        let name = &workload.name;
        let text = workload.text.as_str();
        let mut group = c.benchmark_group("open");
        group.sample_size(10).measurement_time(Duration::from_secs(2));
        group.bench_function(BenchmarkId::new("parse", name), |b| {
            b.iter(|| syntax::parse(0, black_box(text)))
        });
        let (file, _) = syntax::parse(0, text);
        group.bench_function(BenchmarkId::new("check", name), |b| {
            b.iter(|| {
                let mut sources = Sources::default();
                sources.add(name, text);
                model::check(std::slice::from_ref(black_box(&file)), sources, &[])
            });
        });
        let model = Arc::new(open_text(name, text, &[]).model.expect("a model without errors"));
        group.bench_function(BenchmarkId::new("lints", name), |b| {
            b.iter(|| model::check::run(&model, std::slice::from_ref(&file), &mut Vec::new()));
        });
        group.bench_function(BenchmarkId::new("plan", name), |b| {
            b.iter(|| Plan::new(Arc::clone(black_box(&model))).expect("a plan"));
        });
        group.finish();

        let mut group = c.benchmark_group("one");
        group.measurement_time(Duration::from_secs(3)).throughput(Throughput::Elements(1));
        let mut customers = workload.prepared.iter().cycle();
        group.bench_function(BenchmarkId::new("decide", name), |b| {
            b.iter(|| {
                workload.model.decide_prepared(customers.next().expect("a customer")).expect("a decision")
            });
        });
        let decision = workload
            .model
            .decide_prepared(workload.prepared.first().expect("a customer"))
            .expect("a decision");
        let names: Vec<&str> = workload.model.cases().collect();
        let mut cases = names.iter().cycle();
        group.bench_function(BenchmarkId::new("explain", name), |b| {
            b.iter(|| decision.why(cases.next().expect("a case")).expect("an explanation"));
        });
        group.finish();
    }
}

criterion_group!(benches, stages);
criterion_main!(benches);
