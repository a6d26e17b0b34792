//! Laws of models that many people write: files, names, shares, and what a change is said to change.
//!
//! `CASEWISE_MODELS` sets how many random models are tried, `CASEWISE_SEED` replays one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use casewise_core::diff::{self, ChangeKind, Flow, Population};
use casewise_core::input::{Request, Rows, Subject};
use casewise_core::model::{CaseId, Model, open, open_text};
use casewise_core::plan::Plan;
use casewise_core::row::report::Report;
use casewise_core::row::walk::{is_held_out, variant};
use casewise_core::row::{CaseStatus, Decision};
use casewise_core::syntax;
use casewise_core::values::{Label, Time, Value};
use casewise_tests::generate::{self, GeneratedModel, Random};
use casewise_tests::operator;
use casewise_tests::reference::{self, Unlearned};

const MODELS: u64 = 200;

fn seeds() -> std::ops::Range<u64> {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    match number("CASEWISE_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("CASEWISE_MODELS").unwrap_or(MODELS),
    }
}

fn opened(text: &str) -> Arc<Model> {
    Arc::new(open_text("m.cw", text, &[]).model.expect("the model is valid"))
}

fn planned(model: &Arc<Model>) -> Arc<Plan> {
    Arc::new(Plan::new(Arc::clone(model)).unwrap())
}

fn changes(old: &Model, new: &Model) -> Vec<diff::Change> {
    diff::changes((old, None), (new, None))
}

/// The same declarations in several files that include one another: a root, files by pattern, and files of files.
fn split(generated: &GeneratedModel, random: &mut Random) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut root = String::new();
    let mut rest = generated.declarations.as_slice();
    let mut number = 0;
    while !rest.is_empty() {
        let (these, others) = rest.split_at(random.below(4).min(rest.len() - 1) + 1);
        rest = others;
        number += 1;
        let texts: Vec<&str> = these.iter().map(|d| d.text.as_str()).collect();
        match number % 3 {
            // In the root itself.
            0 => root.push_str(&format!("{}\n", texts.join("\n"))),
            // Two files by one pattern, in the order of their names.
            1 => {
                let (first, second) = texts.split_at(texts.len() / 2);
                files.insert(format!("team{number}/a.cw"), first.join("\n"));
                files.insert(format!("team{number}/b.cw"), second.join("\n"));
                root.push_str(&format!("include \"team{number}/*.cw\"\n"));
            }
            // A file that includes one beside it in its middle.
            _ => {
                let (first, second) = texts.split_at(texts.len() / 2);
                let outer = format!("include \"inner.cw\"\n{}\n", second.join("\n"));
                files.insert(format!("team{number}/outer.cw"), outer);
                files.insert(format!("team{number}/inner.cw"), first.join("\n"));
                root.push_str(&format!("include \"./team{number}/../team{number}/outer.cw\"\n"));
            }
        }
    }
    files.insert("main.cw".to_owned(), root);
    files
}

#[test]
fn splitting_a_model_into_files_changes_nothing() {
    for seed in seeds() {
        let generated = generate::model(seed);
        let mut random = Random::new(seed);
        let whole = opened(&generated.text());
        let files = split(&generated, &mut random);
        let parts = open("main.cw", &files, &[]).model.unwrap_or_else(|| panic!("CASEWISE_SEED={seed}"));
        let parts = Arc::new(parts);
        assert!(files.len() > 1 && parts.sources.files().len() == files.len(), "CASEWISE_SEED={seed}");
        assert_eq!(whole.fingerprints, parts.fingerprints, "CASEWISE_SEED={seed}");
        assert_eq!(changes(&whole, &parts), [], "CASEWISE_SEED={seed}");
        let request = generate::request(&whole, &mut random);
        let subject = Arc::new(generate::subject(&whole, request.now, "c1", &mut random));
        let report = |model| planned(model).decide(Arc::clone(&subject), &request).report(Arc::default());
        assert_eq!(report(&whole), report(&parts), "CASEWISE_SEED={seed}");
    }
}

#[test]
fn a_model_does_not_differ_from_itself_in_another_layout_and_order() {
    for seed in seeds() {
        let generated = generate::model(seed);
        let model = opened(&generated.text());
        let formatted = syntax::format_text(&generated.text()).unwrap();
        let shuffled = generated.shuffled(&mut Random::new(seed)).text();
        for text in [formatted.clone(), format!("# of nobody's concern\n{formatted}"), shuffled] {
            let other = opened(&text);
            assert_eq!(changes(&model, &other), [], "CASEWISE_SEED={seed}");
            assert!(!diff::cases_reordered(&model, &other), "CASEWISE_SEED={seed}");
        }
    }
}

/// The same model with one declaration that says something else, or with one case less; none if that is no model.
fn edited(generated: &GeneratedModel, random: &mut Random) -> Option<(Arc<Model>, String)> {
    const KINDS: [&str; 8] = ["case", "segment", "let", "gate", "channel", "decide", "contacts", "score"];
    let mut other = generated.clone();
    let word = |text: &str| text.split_whitespace().next().unwrap_or("").to_owned();
    let places: Vec<usize> = (0..other.declarations.len())
        .filter(|n| KINDS.contains(&word(&other.declarations[*n].text).as_str()))
        .collect();
    let place = places[random.below(places.len())];
    let declaration = &mut other.declarations[place];
    let kind = word(&declaration.text);
    if kind == "case" && random.below(2) == 0 {
        other.declarations.remove(place);
    } else {
        // One digit that stands alone, one comparison, or one logical word.
        let text = &declaration.text;
        let edits: Vec<(usize, usize, String)> =
            [(" >= ", " < "), (" == ", " != "), (" or ", " and "), (" and ", " or ")]
                .iter()
                .flat_map(|(from, to)| {
                    text.match_indices(from).map(|(at, f)| (at, f.len(), (*to).to_owned()))
                })
                .chain(text.match_indices(|c: char| c.is_ascii_digit()).filter_map(|(at, digit)| {
                    let alone = |c: Option<char>| c.is_some_and(|c| c == ' ' || c == '%');
                    let before = text[..at].chars().next_back();
                    let after = text[at + 1..].chars().next();
                    let next = (digit.parse::<u8>().unwrap() + 1) % 10;
                    (alone(before) && alone(after)).then(|| (at, 1, next.to_string()))
                }))
                .collect();
        if edits.is_empty() {
            return None;
        }
        let (at, length, to) = edits[random.below(edits.len())].clone();
        declaration.text.replace_range(at..at + length, &to);
    }
    let model = open_text("m.cw", &other.text(), &[]).model?;
    Some((Arc::new(model), kind))
}

/// Who is eligible and who is offered a case, by the reference interpreter.
#[derive(Debug, Default)]
struct Sets {
    eligible: BTreeSet<String>,
    offered: BTreeSet<String>,
}

fn sets(reports: &[Report]) -> BTreeMap<String, Sets> {
    let mut sets: BTreeMap<String, Sets> = BTreeMap::new();
    for report in reports {
        for (name, case) in &report.cases.0 {
            let of_case = sets.entry(name.to_string()).or_default();
            if case.status != CaseStatus::Ineligible.name() {
                of_case.eligible.insert(report.id.to_string());
            }
        }
        for offer in &report.offers {
            sets.entry(offer.case.to_string()).or_default().offered.insert(report.id.to_string());
        }
    }
    sets
}

fn assert_flow(flow: &Flow, before: &BTreeSet<String>, after: &BTreeSet<String>, told: &str) {
    let keys = |keys: &[Arc<str>]| keys.iter().map(ToString::to_string).collect::<BTreeSet<String>>();
    assert_eq!((flow.before, flow.after), (before.len() as u64, after.len() as u64), "{told}");
    assert_eq!(keys(&flow.into.sample), after.difference(before).cloned().collect(), "{told}");
    assert_eq!(keys(&flow.out.sample), before.difference(after).cloned().collect(), "{told}");
    for (moved, reasons) in [(&flow.into, &flow.in_because), (&flow.out, &flow.out_because)] {
        assert_eq!(moved.count, moved.sample.len() as u64, "{told}");
        // Everybody who moves has a reason, and only they.
        let explained: BTreeSet<String> = reasons.iter().flat_map(|reason| keys(&reason.sample)).collect();
        assert_eq!(explained, keys(&moved.sample), "{told}");
        assert!(reasons.iter().all(|reason| reason.count == reason.sample.len() as u64), "{told}");
    }
}

#[test]
fn whom_a_change_moves_is_what_deciding_twice_shows() {
    const SUBJECTS: usize = 16;
    let (mut tried, mut moving) = (0, 0);
    let mut kinds: BTreeMap<String, u32> = BTreeMap::new();
    for seed in seeds() {
        let generated = generate::model(seed);
        let mut random = Random::new(seed);
        let old = opened(&generated.text());
        let Some((new, kind)) = edited(&generated, &mut random) else { continue };
        tried += 1;
        let told = format!("CASEWISE_SEED={seed}");
        // The one declaration that was edited is what is said to differ.
        let changed = changes(&old, &new);
        assert_eq!(changed.len(), 1, "{told}: {changed:?}");
        assert_eq!(changed[0].declaration, kind, "{told}");
        assert!(changed[0].change != ChangeKind::Added, "{told}");

        let (old_plan, new_plan) = (planned(&old), planned(&new));
        let mut population = Population::new(&old, &new).samples(SUBJECTS);
        let request = Request { decide: None, ..generate::request(&old, &mut random) };
        let request = Request { remaining: Default::default(), ..request };
        let subjects: Vec<Subject> = (0..SUBJECTS)
            .map(|n| generate::subject(&old, request.now, &format!("c{n}"), &mut random))
            .collect();
        let decide = |plan: &Arc<Plan>, subject: &Subject| plan.decide(Arc::new(subject.clone()), &request);
        for subject in &subjects {
            population.add(&decide(&old_plan, subject), &decide(&new_plan, subject));
        }
        let found = population.finish();
        let reports = |model: &Arc<Model>| -> Vec<Report> {
            subjects.iter().map(|s| reference::decide(model, &Unlearned, s, &request)).collect()
        };
        let (before, after) = (sets(&reports(&old)), sets(&reports(&new)));
        let nobody = Sets::default();
        assert_eq!(found.compared, SUBJECTS as u64);
        let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        assert_eq!(found.cases.len(), names.len(), "{told}");
        for case in &found.cases {
            let told = format!("{told} {}", case.case);
            let (before, after) =
                (before.get(&*case.case).unwrap_or(&nobody), after.get(&*case.case).unwrap_or(&nobody));
            assert_flow(&case.eligible, &before.eligible, &after.eligible, &told);
            assert_flow(&case.offered, &before.offered, &after.offered, &told);
        }
        if found.moved > 0 {
            moving += 1;
            *kinds.entry(kind).or_default() += 1;
        }
    }
    let many = seeds().end - seeds().start >= MODELS;
    assert!(!many || (tried > 80 && moving > 8 && kinds.len() > 1), "{tried} {moving} {kinds:?}");
}

#[test]
fn a_model_moves_nobody_against_itself() {
    for seed in seeds().take(100) {
        let model = opened(&generate::model(seed).text());
        let plan = planned(&model);
        let mut random = Random::new(seed);
        let request = generate::request(&model, &mut random);
        let mut population = Population::new(&model, &model);
        for n in 0..5 {
            let subject = Arc::new(generate::subject(&model, request.now, &format!("c{n}"), &mut random));
            let decide = || plan.decide(Arc::clone(&subject), &request);
            population.add(&decide(), &decide());
        }
        let found = population.finish();
        assert!(
            found.is_still() && found.cases.iter().all(diff::CaseMovement::is_still),
            "CASEWISE_SEED={seed}"
        );
    }
}

/// What everybody of these keys gets.
fn decide_all<'k>(text: &str, keys: impl IntoIterator<Item = &'k str>) -> Vec<Decision> {
    let model = opened(text);
    let plan = planned(&model);
    let request = Request {
        now: Time::parse("2026-11-22T00:00:00Z").unwrap(),
        decide: None,
        remaining: Default::default(),
    };
    let subject = |key: &str| Subject {
        key: key.into(),
        attributes: vec![Value::Text(key.into())],
        context: Some(Vec::new()),
        tables: model.tables.iter().map(|_| Some(Rows::events(Vec::new()))).collect(),
        lists: Vec::new(),
    };
    keys.into_iter().map(|key| plan.decide(Arc::new(subject(key)), &request)).collect()
}

#[test]
fn renaming_a_case_with_its_salt_written_moves_nobody() {
    let model = |first: &str, salt: &str| {
        format!(
            r#"model m {{ language 1 }} customer {{ key id: text }}
            case {first} {{ priority 3; holdout 20% salt "{salt}"; variants {{ a 30%; b 70% {{ offer {{ n: 1 }} }} }} }}
            case second {{ priority 2; holdout 10% next }}
            case third {{ priority 1 }}
            decide {{ top 2; control 5% salt "global" }}"#
        )
    };
    let keys: Vec<String> = (0..5_000).map(|n| format!("customer {n}")).collect();
    let shape = |decisions: &[Decision]| -> Vec<String> {
        let cases = |d: &Decision| (0..3).map(|n| d.status(CaseId(n)).name()).collect::<Vec<_>>().join(" ");
        let variants =
            |d: &Decision| format!("{:?}", d.offers().iter().map(|o| o.variant).collect::<Vec<_>>());
        decisions.iter().map(|d| format!("{} {}", cases(d), variants(d))).collect()
    };
    let of = |first, salt| shape(&decide_all(&model(first, salt), keys.iter().map(String::as_str)));
    let written = of("first", "2026");
    assert_eq!(written, of("renamed", "2026"));
    assert_eq!(of("first", "first"), of("renamed", "first"));
    // The salt does matter.
    assert_ne!(written, of("first", "2027"));
}

/// A case with this much held out, and two variants.
fn shares(holdout: &str, first: &str, second: &str) -> Arc<Plan> {
    planned(&opened(&format!(
        "model m {{ language 1 }} customer {{ key id: text }}
        case c {{ holdout {holdout}; variants {{ a {first}; b {second} }} }}"
    )))
}

#[test]
fn a_greater_holdout_keeps_the_smaller_one() {
    let held = |share: &str, key: &str| {
        is_held_out(shares(share, "50%", "50%").cases[0].holdout.as_ref().unwrap(), key)
    };
    let keys: Vec<String> = (0..20_000).map(|n| format!("k{n}")).collect();
    let (five, ten) = (shares("5%", "50%", "50%"), shares("10%", "50%", "50%"));
    let in_holdout = |plan: &Arc<Plan>| -> BTreeSet<&String> {
        keys.iter().filter(|key| is_held_out(plan.cases[0].holdout.as_ref().unwrap(), key)).collect()
    };
    let (five, ten) = (in_holdout(&five), in_holdout(&ten));
    assert!(five.is_subset(&ten) && five.len() < ten.len());
    assert!(
        (850..1_150).contains(&five.len()) && (1_800..2_200).contains(&ten.len()),
        "{} {}",
        five.len(),
        ten.len()
    );
    assert!(!held("0%", "k1") && held("100%", "k1"));
}

#[test]
fn shares_are_what_they_say_on_a_million_keys() {
    const KEYS: u32 = 1_000_000;
    let plan = shares("5%", "30%", "70%");
    let case = &plan.cases[0];
    let holdout = case.holdout.as_ref().unwrap();
    // Held out or not, by variant.
    let mut counts = [[0u32; 2]; 2];
    for n in 0..KEYS {
        let key = n.to_string();
        counts[usize::from(is_held_out(holdout, &key))][variant(case, &key).unwrap()] += 1;
    }
    let n = f64::from(KEYS);
    let within = |count: u32, share: f64| {
        // Five standard deviations: by chance once in two million.
        let bound = 5.0 * (n * share * (1.0 - share)).sqrt();
        assert!((f64::from(count) - n * share).abs() < bound, "{count} of {n} is not {share}: {counts:?}");
    };
    within(counts[0][0] + counts[1][0], 0.3);
    within(counts[0][1] + counts[1][1], 0.7);
    within(counts[1][0] + counts[1][1], 0.05);
    // Neither reshuffles the other.
    within(counts[1][0], 0.05 * 0.3);
    within(counts[1][1], 0.05 * 0.7);
}

#[test]
fn the_operator_has_a_thousand_cases_in_fifty_files_and_nothing_is_wrong_with_them() {
    let files = operator::files();
    assert_eq!(files.len(), 50);
    assert!(files.values().map(String::len).sum::<usize>() < 1_000_000);
    let checked = open(operator::ROOT, &files, &[]);
    let told = casewise_core::diagnostic::render_all(&checked.diagnostics, &checked.sources, false);
    assert!(checked.diagnostics.is_empty(), "{told}");
    let model = Arc::new(checked.model.unwrap());
    assert_eq!((model.cases.len(), model.sources.files().len()), (operator::CASES, 50));
    for (name, text) in &files {
        let formatted = syntax::format_text(text).unwrap();
        assert_eq!(syntax::format_text(&formatted).unwrap(), formatted, "{name}");
    }
    let selection =
        casewise_core::row::testing::Selection { file: Some("retention/*"), ..Default::default() };
    let (results, _) = casewise_core::row::testing::run(&model, None, &selection);
    assert_eq!(results.len(), 5);
    assert!(results.iter().all(|result| result.failures.is_empty()), "{results:?}");
}

#[test]
fn the_operator_is_decided_as_the_reference_does() {
    let model = Arc::new(open(operator::ROOT, &operator::files(), &[]).model.unwrap());
    let plan = planned(&model);
    let mut random = Random::new(1_000);
    let request = Request { remaining: Default::default(), ..generate::request(&model, &mut random) };
    let first = generate::subject(&model, request.now, "c0", &mut random);
    let subjects: Vec<Subject> = (0..8)
        .map(|n| {
            let mut subject = generate::subject(&model, request.now, &format!("c{n}"), &mut random);
            // Grown up, active, on no list and contacted never: else hardly anybody is offered anything.
            for (field, value) in model.subject.attributes.iter().zip(&mut subject.attributes) {
                match &*field.name {
                    "age" => *value = Value::Int(35 + n),
                    "state" => *value = Value::Label(Label(0)),
                    _ => {}
                }
            }
            subject.lists.fill(Some(false));
            *subject.tables.last_mut().unwrap() = Some(Rows::events(Vec::new()));
            Subject { context: first.context.clone(), ..subject }
        })
        .collect();
    // Statuses, reasons, offers with their fields, and scores: everything but what only the engine knows of itself.
    let told = |mut report: Report| {
        report.model = Arc::default();
        serde_json::to_value(&report).unwrap()
    };
    for subject in &subjects {
        let engine = plan.decide(Arc::new(subject.clone()), &request).report(Arc::default());
        assert_eq!(told(engine), told(reference::decide(&model, &Unlearned, subject, &request)));
    }
    let shared: Vec<Arc<Subject>> = subjects.iter().cloned().map(Arc::new).collect();
    let batch = plan.decide_all(&shared, &request);
    let expected = reference::decide_batch(&model, &Unlearned, &subjects, &request);
    assert!(expected.iter().any(|report| !report.offers.is_empty()));
    for (decision, expected) in batch.iter().zip(expected) {
        assert_eq!(told(decision.report(Arc::default())), told(expected));
    }
}
