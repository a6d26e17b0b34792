//! Models so small that every customer they can tell apart is tried.

use std::sync::Arc;

use casewise_core::input::{Remaining, Request, Subject};
use casewise_core::model::CaseId;
use casewise_core::plan::Plan;
use casewise_core::values::{Label, Time, Value};

use super::Random;

/// The head of a small model.
pub const HEAD: &str = "
model small { language 1 }
customer {
  key id: text
  a: bool?
  b: enum(x, y, z)
  c: int?
  d: int
  s: set(enum(p, q))
}
";

/// A test on one attribute of [`HEAD`], with constants from 0 to 5.
pub fn test(random: &mut Random) -> String {
    let n = random.range(0, 5);
    let op = *random.pick(&["<", "<=", ">", ">=", "==", "!="]);
    let label = *random.pick(&["x", "y", "z"]);
    let element = *random.pick(&["p", "q"]);
    match random.below(11) {
        0 => "a".to_owned(),
        1 => format!("b {} {label}", random.pick(&["==", "!="])),
        2 => format!("b in [{label}, y]"),
        3 | 4 => format!("c {op} {n}"),
        5 | 6 => format!("d {op} {n}"),
        7 => format!("c between {n} and {}", n + 1),
        8 => format!("c is {}", random.pick(&["missing", "present"])),
        9 => format!("{element} {} s", random.pick(&["in", "not in"])),
        _ => format!("(c otherwise 2) {op} {n}"),
    }
}

/// A condition of tests.
pub fn condition(random: &mut Random, depth: usize) -> String {
    match random.below(if depth == 0 { 1 } else { 4 }) {
        1 => format!("({} or {})", condition(random, depth - 1), condition(random, depth - 1)),
        2 => format!("({} and {})", condition(random, depth - 1), condition(random, depth - 1)),
        3 => format!("not ({})", condition(random, depth - 1)),
        _ => test(random),
    }
}

/// Every value that tests can tell apart, by attribute.
pub fn domains() -> Vec<Vec<Value>> {
    let ints = || (-1..=7).map(Value::Int);
    let labels = |n: u32| (0..n).map(|l| Value::Label(Label(l)));
    let sets = [vec![], vec![0], vec![1], vec![0, 1]];
    let set = |of: Vec<u32>| Value::set(of.into_iter().map(|l| Value::Label(Label(l))).collect());
    vec![
        vec![Value::Missing, Value::Bool(false), Value::Bool(true)],
        labels(3).collect(),
        std::iter::once(Value::Missing).chain(ints()).collect(),
        ints().collect(),
        sets.into_iter().map(set).collect(),
    ]
}

/// Every customer of a small model: values by attribute, the key left out.
pub fn customers() -> Vec<Vec<Value>> {
    domains().iter().fold(vec![Vec::new()], |customers, domain| {
        let with = |customer: &[Value], value: &Value| {
            customer.iter().chain([value]).cloned().collect::<Vec<Value>>()
        };
        customers.iter().flat_map(|c| domain.iter().map(move |value| with(c, value))).collect()
    })
}

/// A customer with these values.
pub fn subject(customer: &[Value]) -> Subject {
    Subject {
        key: "c1".into(),
        attributes: std::iter::once(Value::Text("c1".into())).chain(customer.iter().cloned()).collect(),
        context: None,
        tables: vec![Some(Default::default())],
        lists: Vec::new(),
    }
}

/// A moment like any other.
pub fn request() -> Request {
    Request { now: Time(1_700_000_000_000_000), decide: None, remaining: Remaining::default() }
}

/// Whether a customer passes the gates of a case.
pub fn passes(plan: &Arc<Plan>, id: CaseId, customer: &[Value]) -> bool {
    plan.decide(Arc::new(subject(customer)), &request()).outcome(id) == Some(true)
}
