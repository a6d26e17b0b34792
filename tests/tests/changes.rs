//! The smallest change: it works when it is applied, and no smaller one does.

use std::collections::BTreeMap;
use std::sync::Arc;

use casewise_core::diagnostic::render_all;
use casewise_core::input::{Remaining, Request, Subject};
use casewise_core::model::{CaseId, Given, LetId, Model, ScoreId, ScorePart, open_text};
use casewise_core::plan::Plan;
use casewise_core::row::explain::Explanation;
use casewise_core::values::{Label, Time, Value};
use casewise_tests::generate::{self, Random, small};

fn open(text: &str) -> Arc<Model> {
    let checked = open_text("m.cw", text, &[]);
    let said = render_all(&checked.diagnostics, &checked.sources, false);
    Arc::new(checked.model.unwrap_or_else(|| panic!("{said}\n{text}")))
}

fn planned(model: &Arc<Model>) -> Arc<Plan> {
    Arc::new(Plan::new(Arc::clone(model)).unwrap())
}

/// The subject with the attributes of a change; none if it has other values too.
fn applied(subject: &Subject, why: &Explanation) -> Option<Subject> {
    let mut moved = subject.clone();
    for changed in &why.change.as_ref().unwrap().conditions {
        let (attribute, value) = changed.new_value();
        moved.attributes[attribute?] = value.clone();
    }
    Some(moved)
}

/// The lets and scores of a change, as `given` would have them; none if one is neither.
fn given(model: &Model, why: &Explanation) -> Option<Vec<(Given, Value)>> {
    let computed = why.change.as_ref().unwrap().conditions.iter().filter(|changed| !changed.attribute);
    computed
        .map(|changed| {
            let named = |name: &Arc<str>| *name == changed.of;
            let of = match model.lets.iter().position(|l| named(&l.name)) {
                Some(n) => Given::Let(LetId(n)),
                None => {
                    let n = model.scores.iter().position(|s| named(&s.name))?;
                    Given::Score(ScoreId(n), ScorePart::Value)
                }
            };
            Some((of, changed.new_value().1.clone()))
        })
        .collect()
}

#[test]
fn a_change_works_when_it_is_applied() {
    let (mut applied_attributes, mut applied_values, mut none) = (0, 0, BTreeMap::new());
    for seed in 0..400 {
        let model = open(&generate::model(seed).text());
        let plan = planned(&model);
        let mut random = Random::new(seed ^ 0xc4a6_6e5e);
        let request = Request { decide: None, ..generate::request(&model, &mut random) };
        let subject = generate::subject(&model, request.now, "c1", &mut random);
        let decision = plan.decide(Arc::new(subject.clone()), &request);
        for id in (0..model.cases.len()).map(CaseId) {
            let why = decision.why(id).unwrap();
            let Some(change) = &why.change else { continue };
            if let Some(reason) = &change.none {
                *none.entry(reason.split(' ').take(3).collect::<Vec<_>>().join(" ")).or_insert(0) += 1;
                continue;
            }
            assert!(!change.conditions.is_empty());
            let mut moved = subject.clone();
            for changed in &change.conditions {
                if let (Some(n), value) = changed.new_value() {
                    moved.attributes[n] = value.clone();
                }
            }
            let Some(given) = given(&model, &why) else { continue };
            let plan = match given.is_empty() {
                true => Arc::clone(&plan),
                false => Arc::new(Plan::with_parameters(Arc::clone(&model), &given, None).unwrap()),
            };
            let after = plan.decide(Arc::new(moved), &request).case(id);
            assert_eq!(
                after.failed,
                change.still_closed,
                "seed {seed}, {}: {:?}\n{}",
                model.cases[id.0].name,
                change,
                why.to_text(false)
            );
            *(if given.is_empty() { &mut applied_attributes } else { &mut applied_values }) += 1;
        }
    }
    assert!(
        applied_attributes > 100 && applied_values > 25,
        "{applied_attributes} {applied_values} {none:?}"
    );
}

fn small_model(seed: u64) -> (String, Random) {
    let mut random = Random::new(seed);
    let mut text = small::HEAD.to_owned();
    if random.chance(40) {
        text.push_str(&format!("channel sms {{ require {} }}\n", small::condition(&mut random, 1)));
        text.push_str(&format!("channel mail {{ require {} }}\n", small::condition(&mut random, 0)));
    }
    text.push_str(&format!("segment some = {}\n", small::condition(&mut random, 1)));
    text.push_str("case it {\n");
    for _ in 0..random.range(1, 3) {
        let of = if random.chance(20) { "some".to_owned() } else { small::condition(&mut random, 2) };
        text.push_str(&format!("  {} {of}\n", random.pick(&["for", "require", "exclude"])));
    }
    text.push_str("}\n");
    (text, random)
}

#[test]
fn no_smaller_change_exists() {
    let customers = small::customers();
    let request = small::request();
    let (mut found, mut impossible, mut sizes) = (0, 0, [0; 6]);
    for seed in 0..80 {
        let (text, mut random) = small_model(seed);
        let model = open(&text);
        let plan = planned(&model);
        let passing: Vec<&Vec<Value>> =
            customers.iter().filter(|c| small::passes(&plan, CaseId(0), c)).collect();
        for _ in 0..12 {
            let customer = random.pick(&customers);
            let why = plan.decide(Arc::new(small::subject(customer)), &request).why(CaseId(0)).unwrap();
            let apart = |other: &&Vec<Value>| other.iter().zip(customer).filter(|(a, b)| a != b).count();
            let fewest = passing.iter().map(apart).min();
            let shown = || format!("seed {seed}\n{text}\n{}", why.to_text(false));
            match (&why.change, fewest) {
                (None, Some(0)) => {}
                (Some(change), None) => {
                    assert!(change.none.is_some() && change.conditions.is_empty(), "{}", shown());
                    impossible += 1;
                }
                (Some(change), Some(fewest)) => {
                    assert_eq!(change.conditions.len(), fewest, "{}", shown());
                    let moved = applied(&small::subject(customer), &why).unwrap();
                    let after = plan.decide(Arc::new(moved), &request).outcome(CaseId(0));
                    assert_eq!(after, Some(true), "{}", shown());
                    found += 1;
                    sizes[fewest] += 1;
                }
                (None, _) => panic!("{}", shown()),
            }
        }
    }
    assert!(found > 200 && impossible > 10 && sizes[2] > 25, "{found} {impossible} {sizes:?}");
}

#[test]
fn an_attribute_moves_until_what_is_computed_from_it_passes_too() {
    let model = open(
        r"
model m { language 1 }
customer { key id: text; joined: date?; spent: decimal; visits: int }
let months = months_between(joined, today)
let each = spent / visits otherwise 0
case old { require joined <= 2023-10-01; require months >= 6 }
case new { require joined >= 2020-01-01; require months <= 18 }
case torn { require joined >= 2023-11-01; require months >= 6 }
case often { require visits >= 4; require each <= 5 }
",
    );
    let plan = planned(&model);
    // 2023-11-14
    let request = Request { now: Time(1_700_000_000_000_000), decide: None, remaining: Remaining::default() };
    let changed = |case: &str, joined: Option<&str>| {
        let joined = joined.and_then(casewise_core::values::Date::parse).map_or(Value::Missing, Value::Date);
        let spent = casewise_core::values::Decimal::parse("42.50").unwrap();
        let subject = Subject {
            key: "c1".into(),
            attributes: vec![Value::Text("c1".into()), joined, Value::Decimal(spent), Value::Int(3)],
            context: None,
            tables: vec![Some(Default::default())],
            lists: Vec::new(),
        };
        let id = plan.case_named(case).unwrap();
        let why = plan.decide(Arc::new(subject.clone()), &request).why(id).unwrap();
        let change = why.change.as_ref().unwrap();
        if change.none.is_none() {
            let after = plan.decide(Arc::new(applied(&subject, &why).unwrap()), &request);
            assert_eq!(after.outcome(id), Some(true), "{case}: {change:?}");
        }
        let value = |c: &casewise_core::row::explain::Changed| {
            format!("{} {}", c.of, c.new_value().1.display_plain())
        };
        change.conditions.iter().map(value).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(changed("old", Some("2023-11-10")), "joined 2023-05-14");
    assert_eq!(changed("old", None), "joined 2023-05-14");
    assert_eq!(changed("new", Some("2019-05-05")), "joined 2022-04-15");
    assert_eq!(changed("new", None), "joined 2022-04-15");
    assert_eq!(changed("torn", None), "");
    // 42.50 in 9 visits is at most 5 each; 4 would do for the other condition.
    assert_eq!(changed("often", Some("2020-01-01")), "visits 9");
}

#[test]
fn a_change_is_stated_as_conditions() {
    let model = open(
        r#"
model shop { language 1 }
customer {
  key id: text
  age: int?
  plan: enum(basic, plus, max)
  consents: set(enum(sms, email))
}
context { touchpoint: enum(counter, app)? }
events call { minutes: int }
param bar: int in 1 .. 9 = 5
let roaming_days = days(call over last 30 days)
segment travellers = roaming_days >= bar
channel sms { require sms in consents }
channel counter { require touchpoint == counter }
case trial {
  for travellers
  require age >= 18
  require plan == plus or plan == max
}
case past { runs 2020-01-01 through 2020-01-31; require not (age > 20) }
case never { channels counter }
"#,
    );
    let plan = planned(&model);
    let subject = Subject {
        key: "c1".into(),
        attributes: vec![
            Value::Text("c1".into()),
            Value::Int(25),
            Value::Label(Label(0)),
            Value::set(Vec::new()),
        ],
        context: Some(vec![Value::Missing]),
        tables: vec![Some(Default::default()), Some(Default::default())],
        lists: Vec::new(),
    };
    let request = Request { now: Time(1_700_000_000_000_000), decide: None, remaining: Remaining::default() };
    let decision = plan.decide(Arc::new(subject), &request);
    let change = |case: &str| {
        let why = decision.why(plan.case_named(case).unwrap()).unwrap();
        let texts = |change: &casewise_core::row::explain::Change| {
            let texts: Vec<String> = change.conditions.iter().map(|c| c.text.clone()).collect();
            let closed: Vec<String> = change.still_closed.iter().map(ToString::to_string).collect();
            (texts.join("; "), closed.join(", "), change.none.clone())
        };
        why.change.as_ref().map(texts).unwrap()
    };
    let some = |text: &str, closed: &str| (text.to_owned(), closed.to_owned(), None);
    assert_eq!(change("trial"), some("plan == plus; consents contains sms; roaming_days >= 5, +5", ""));
    assert_eq!(change("past"), some("age <= 20, -5; consents contains sms", "runs.1"));
    assert_eq!(
        change("never"),
        (String::new(), String::new(), Some("no change of the customer opens channels.1".to_owned()))
    );
}
