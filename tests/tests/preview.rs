//! A preview says what the decisions of its customers say, one by one: on random models and customers.

use std::collections::BTreeMap;
use std::sync::Arc;

use casewise_core::input::{Remaining, Request, Subject};
use casewise_core::model::{CaseId, open_text};
use casewise_core::plan::Plan;
use casewise_core::plan::semantics::Clock;
use casewise_core::row::Decision;
use casewise_core::row::evaluate::Inputs;
use casewise_core::row::gates::Standing;
use casewise_core::row::plain::truth_name;
use casewise_core::row::preview::{CasePreview, Preview, Survey, Tally};
use casewise_core::row::report::Provenance;
use casewise_tests::generate::{self, Random};

const MODELS: u64 = 150;

struct Sample {
    plan: Arc<Plan>,
    request: Request,
    subjects: Vec<Arc<Subject>>,
}

fn with_random_customers(law: impl Fn(&Sample)) {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let seeds = match number("CASEWISE_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("CASEWISE_MODELS").map_or(MODELS, |n| n.div_ceil(7)),
    };
    for seed in seeds {
        let checked = open_text("random.cw", &generate::model(seed).text(), &[]);
        let model = Arc::new(checked.model.expect("a generated model is valid"));
        let plan = Arc::new(Plan::new(Arc::clone(&model)).unwrap());
        let mut random = Random::new(seed ^ 0x9e7);
        let request = generate::request(&model, &mut random);
        let size = [0, 1, 7, 63, 64, 65, 130][seed as usize % 7];
        let subjects = (0..size)
            .map(|n| Arc::new(generate::subject(&model, request.now, &format!("{n}"), &mut random)))
            .collect();
        eprintln!("CASEWISE_SEED={seed}");
        law(&Sample { plan, request, subjects });
    }
}

/// The preview, counted in as many tallies.
fn preview(sample: &Sample, selected: Vec<CaseId>, tallies: usize, pairs: usize) -> Preview {
    let Sample { plan, request, subjects } = sample;
    let survey = Arc::new(Survey::new(Arc::clone(plan), request.clone(), selected, pairs > 0));
    let mut counted: Vec<Tally> = (0..tallies).map(|_| Tally::new(Arc::clone(&survey))).collect();
    for (n, subject) in subjects.iter().enumerate() {
        counted[n * n % tallies].add(Arc::clone(subject));
    }
    let mut all = counted.pop().unwrap();
    counted.into_iter().for_each(|tally| all.merge(tally));
    if survey.has_shared_limits() {
        all.add_shared(subjects);
    }
    all.finish(0, pairs, Arc::new(Provenance::of(&plan.model)))
}

fn all_cases(plan: &Plan) -> Vec<CaseId> {
    (0..plan.cases.len()).map(CaseId).collect()
}

/// How many of the decisions are so.
fn number(decisions: &[Decision], is: impl Fn(&Decision) -> bool) -> u64 {
    decisions.iter().filter(|decision| is(decision)).count() as u64
}

fn singles(sample: &Sample) -> Vec<Decision> {
    let unbounded = Request { remaining: Remaining::default(), ..sample.request.clone() };
    sample.subjects.iter().map(|subject| sample.plan.decide(Arc::clone(subject), &unbounded)).collect()
}

/// A clause that is not true: gate, id, outcome.
type Failed = (&'static str, Arc<str>, &'static str);

/// Every clause of a case that is not true in a decision.
fn failed(decision: &Decision, id: CaseId) -> Vec<Failed> {
    let plan = decision.plan();
    let zone = &plan.model.zone;
    let now = decision.now();
    let inputs = Inputs {
        plan,
        subject: decision.subject(),
        clock: Clock { now, today: zone.date_of(now).unwrap(), zone },
    };
    let mut standing = Standing::default();
    standing.reset(inputs);
    let tested = standing.clauses(inputs, decision.decide().map(|n| &plan.decides[n]), id);
    let tested = tested.iter().filter(|tested| tested.outcome != Some(true));
    let failed: Vec<_> =
        tested.map(|t| (t.gate.name(), t.id(&plan.model, id), truth_name(t.outcome))).collect();
    let told = decision.case(id).failed;
    assert!(failed.iter().map(|(_, id, _)| id).eq(&told), "{failed:?} but the decision says {told:?}");
    failed
}

#[test]
fn the_funnel_is_what_single_decisions_say_of_every_clause() {
    with_random_customers(|sample| {
        let preview = preview(sample, all_cases(&sample.plan), 1, 0);
        let decisions = singles(sample);
        assert_eq!(preview.customers, decisions.len() as u64);
        for (n, case) in preview.cases.iter().enumerate() {
            let id = CaseId(n);
            let reports: Vec<_> = decisions.iter().map(|decision| decision.case(id)).collect();
            let lost: Vec<_> = decisions.iter().map(|decision| failed(decision, id)).collect();
            let outcome = |outcome| reports.iter().filter(|r| r.outcome == Some(outcome)).count() as u64;
            assert_eq!(
                (case.ineligible, case.unknown),
                (outcome("false"), outcome("unknown")),
                "{}",
                case.case
            );
            let eligible = reports.iter().filter(|report| report.status != "ineligible").count() as u64;
            assert_eq!(case.eligible, eligible, "{}", case.case);
            let mut passed: Vec<&str> = Vec::new();
            for gate in &case.gates {
                let of =
                    |is: &dyn Fn(&[Failed]) -> bool| lost.iter().filter(|failed| is(failed)).count() as u64;
                let name = gate.gate;
                let here = |failed: &[Failed], outcome: &str| {
                    failed.iter().any(|(gate, _, o)| *gate == name && *o == outcome)
                };
                let fails = of(&|failed| here(failed, "false"));
                let unknown = of(&|failed| here(failed, "unknown") && !here(failed, "false"));
                let only = of(&|failed| !failed.is_empty() && failed.iter().all(|(gate, ..)| *gate == name));
                let named = reports.iter().filter(|report| report.gate == Some(name)).count() as u64;
                assert_eq!(
                    (gate.fails, gate.unknown, gate.only, gate.named),
                    (fails, unknown, only, named),
                    "{} {name}",
                    case.case
                );
                let mut before = of(&|failed| failed.iter().all(|(gate, ..)| !passed.contains(gate)));
                let mut clauses: Vec<&str> = Vec::new();
                for clause in &gate.clauses {
                    let is = |outcome: &str| {
                        of(&|failed| {
                            failed.iter().any(|(g, id, o)| *g == name && *id == clause.id && *o == outcome)
                        })
                    };
                    assert_eq!((clause.fails, clause.unknown), (is("false"), is("unknown")), "{}", clause.id);
                    let only = of(&|failed| matches!(failed, [(g, id, _)] if *g == name && *id == clause.id));
                    assert_eq!(clause.only, only, "{} {}", case.case, clause.id);
                    clauses.push(&clause.id);
                    let left = of(&|failed| {
                        failed.iter().all(|(gate, id, _)| {
                            !(passed.contains(gate) || *gate == name && clauses.contains(&&**id))
                        })
                    });
                    assert_eq!(
                        (clause.lost, clause.left),
                        (before - left, left),
                        "{} {}",
                        case.case,
                        clause.id
                    );
                    before = left;
                }
                assert_eq!(gate.left, before);
                assert_eq!(gate.lost, gate.clauses.iter().map(|clause| clause.lost).sum::<u64>());
                passed.push(name);
            }
            let mut missing: BTreeMap<Arc<str>, u64> = BTreeMap::new();
            for input in reports.iter().flat_map(|report| &report.missing) {
                *missing.entry(input.clone()).or_default() += 1;
            }
            let told = case.missing.iter().map(|count| (count.input.clone(), count.customers));
            assert_eq!(told.collect::<BTreeMap<_, _>>(), missing, "{}", case.case);
        }
    });
}

#[test]
fn the_walk_is_counted_as_it_was_decided() {
    with_random_customers(|sample| {
        let Sample { plan, request, subjects } = sample;
        let preview = preview(sample, all_cases(plan), 1, 0);
        let decisions = plan.decide_all(subjects, request);
        let unbounded = singles(sample);
        for (n, case) in preview.cases.iter().enumerate() {
            check_walk(plan, CaseId(n), case, &decisions, &unbounded);
        }
        let offers = |decisions: &[Decision]| decisions.iter().map(|d| d.offers().len() as u64).sum::<u64>();
        assert_eq!(preview.offers, offers(&decisions));
        assert_eq!(preview.with_offers, number(&decisions, |decision| !decision.offers().is_empty()));
        for (n, channel) in preview.channels.iter().enumerate() {
            let on = |decisions: &[Decision]| {
                let offers = decisions.iter().flat_map(|decision| decision.offers());
                offers.filter(|offer| offer.channel.is_some_and(|channel| channel.0 == n)).count() as u64
            };
            assert_eq!(
                (channel.offers, channel.demand),
                (on(&decisions), on(&unbounded)),
                "{}",
                channel.channel
            );
        }
    });
}

fn check_walk(plan: &Plan, id: CaseId, case: &CasePreview, decisions: &[Decision], unbounded: &[Decision]) {
    let reports: Vec<_> = decisions.iter().map(|decision| decision.case(id)).collect();
    let is = |status: &str| reports.iter().filter(|report| report.status == status).count() as u64;
    let control = reports.iter().filter(|report| report.by == Some("control")).count() as u64;
    assert_eq!(
        (case.offered, case.outranked, case.held_out, case.control),
        (is("offered"), is("outranked"), is("held_out"), control),
        "{}",
        case.case
    );
    let demand = number(unbounded, |decision| decision.case(id).status == "offered");
    assert_eq!(case.demand, demand, "{}", case.case);
    let mut by: BTreeMap<(String, Option<Arc<str>>), u64> = BTreeMap::new();
    for report in reports.iter().filter(|report| report.status == "outranked") {
        *by.entry((report.by.unwrap().to_owned(), report.of.clone())).or_default() += 1;
    }
    let mut told = BTreeMap::new();
    for rule in &case.outranked_by {
        let named: u64 = rule.of.iter().map(|of| of.customers).sum();
        if rule.customers > named {
            told.insert((rule.by.to_owned(), None), rule.customers - named);
        }
        for of in &rule.of {
            told.insert((rule.by.to_owned(), Some(of.case.clone())), of.customers);
        }
    }
    assert_eq!(told, by, "{}", case.case);
    let offers = |is: &dyn Fn(&casewise_core::row::Offered) -> bool| {
        let offers = decisions.iter().flat_map(|decision| decision.offers());
        offers.filter(|offer| offer.case == id && is(offer)).count() as u64
    };
    for (channel, counted) in plan.cases[id.0].channels.iter().zip(&case.channels) {
        assert_eq!(counted.offers, offers(&|offer| offer.channel == Some(*channel)), "{}", counted.channel);
    }
    for (n, counted) in case.variants.iter().enumerate() {
        assert_eq!(counted.offers, offers(&|offer| offer.variant == Some(n)), "{}", counted.variant);
    }
}

#[test]
fn overlaps_are_the_customers_who_are_eligible_for_both() {
    with_random_customers(|sample| {
        let plan = &sample.plan;
        let decisions = singles(sample);
        let is_eligible = |decision: &Decision, n: usize| decision.case(CaseId(n)).status != "ineligible";
        let counted = |selected: &[usize]| {
            let mut pairs = BTreeMap::new();
            for a in 0..plan.cases.len() {
                for b in a + 1..plan.cases.len() {
                    let both = number(&decisions, |d| is_eligible(d, a) && is_eligible(d, b));
                    if both > 0 && (selected.contains(&a) || selected.contains(&b)) {
                        let eligible = [a, b].map(|n| number(&decisions, |d| is_eligible(d, n)));
                        let names = [a, b].map(|n| plan.model.cases[n].name.clone());
                        pairs.insert(names, (eligible, both));
                    }
                }
            }
            pairs
        };
        let every: Vec<usize> = (0..plan.cases.len()).collect();
        for selected in [every, vec![plan.cases.len() / 2]] {
            let ids = selected.iter().filter(|n| **n < plan.cases.len()).map(|n| CaseId(*n)).collect();
            let overlap = preview(sample, ids, 2, usize::MAX).overlap.unwrap();
            let expected = counted(&selected);
            assert_eq!(overlap.pairs, expected.len() as u64);
            for told in [&overlap.largest, &overlap.closest] {
                let told = told.iter().map(|pair| (pair.cases.clone(), (pair.eligible, pair.both)));
                assert_eq!(told.collect::<BTreeMap<_, _>>(), expected);
            }
            assert!(overlap.largest.is_sorted_by(|a, b| a.both >= b.both));
            assert!(overlap.closest.is_sorted_by(|a, b| a.jaccard >= b.jaccard));
        }
    });
}

#[test]
fn the_number_of_threads_and_what_is_selected_change_no_number() {
    with_random_customers(|sample| {
        let whole = preview(sample, all_cases(&sample.plan), 1, 5);
        assert_eq!(whole, preview(sample, all_cases(&sample.plan), 3, 5));
        for (n, case) in whole.cases.iter().enumerate() {
            let alone = preview(sample, vec![CaseId(n)], 1, 0);
            assert_eq!(alone.cases, std::slice::from_ref(case));
            assert_eq!((alone.channels, alone.offers), (whole.channels.clone(), whole.offers));
        }
    });
}
