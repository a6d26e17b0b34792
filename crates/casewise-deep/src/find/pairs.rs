//! How cases stand to each other: subsumed in an exclusive set, equal and disjoint target groups.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use casewise_core::diagnostic::{Code, Diagnostic};
use casewise_core::input::Subject;
use casewise_core::model::{Case, CaseId, Status};
use casewise_core::plan::layout::{is_walked, reachable};
use casewise_core::plan::{Node, Slot};
use casewise_core::syntax::ast::ConditionKind;

use super::{Deep, beside};
use crate::encode::{Answer, Goal, ask};
use crate::report::{Apart, Report, SameTarget};

/// Cases that come after another of their exclusive set which everyone gets who gets them.
pub(super) fn subsumed(deep: &mut Deep<'_>, report: &mut Report) {
    let model = deep.model();
    let mut sets: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (n, case) in model.cases.iter().enumerate() {
        // A trial takes nothing, and what is not walked stands in no one's way.
        if is_walked(model, CaseId(n)) && report.cases.get(n).is_none_or(|answer| answer.answer != "never") {
            case.exclusive.iter().for_each(|set| sets.entry(set.0).or_default().push(n));
        }
    }
    for (set, members) in sets {
        for behind in &members {
            let ahead = members.iter().find_map(|ahead| {
                let (a, b) = (model.cases.get(*ahead)?, model.cases.get(*behind)?);
                let comes_first =
                    ahead != behind && a.status == Status::Live && ranks_before(deep, *ahead, *behind);
                if !(comes_first && runs_within(deep, *behind, *ahead)) {
                    return None;
                }
                let planned = deep.plan.cases.get(*ahead)?;
                let mut goals: Vec<Goal> =
                    deep.plan.cases.get(*behind)?.clauses.iter().map(|slot| Goal::Is(*slot)).collect();
                let core = if planned.clauses.is_empty() {
                    Vec::new()
                } else {
                    goals.push(Goal::NotAll(planned.clauses.clone()));
                    deep.never(&goals)?
                };
                Some((a, b, core))
            });
            if let Some((a, b, core)) = ahead {
                let set = model.exclusive_sets.get(set).map(|name| &**name).unwrap_or_default();
                report.findings.push(always_behind(a, b, set, &core));
            }
        }
    }
}

fn always_behind(ahead: &Case, behind: &Case, set: &str, core: &[usize]) -> Diagnostic {
    let message = format!(
        "everyone who passes the conditions of `{}` passes those of `{}`, which ranks higher in the exclusive set `{set}`",
        behind.name, ahead.name
    );
    let mut diagnostic = Diagnostic::new(Code::SUBSUMED, behind.span, message)
        .label("is offered only where the other one is stopped later")
        .related(ahead.span, "comes first")
        .help("rank it higher, narrow the other one, or take it out of the set");
    for clause in core.iter().filter_map(|n| behind.clauses.get(*n)) {
        diagnostic = diagnostic.related(clause.span, beside("because of this", clause));
    }
    diagnostic
}

/// Whether a case is walked before another one under every `decide`, whoever the customer is.
fn ranks_before(deep: &mut Deep<'_>, ahead: usize, behind: usize) -> bool {
    let (Some(a), Some(b)) = (deep.plan.cases.get(ahead), deep.plan.cases.get(behind)) else { return false };
    let pairs: Vec<(Slot, Slot)> = a.ranks.iter().copied().zip(b.ranks.iter().copied()).collect();
    pairs.into_iter().all(|(a, b)| {
        if a == b {
            return ahead < behind;
        }
        // A missing rank comes last.
        if deep.knowledge.ranges.may_miss(deep.plan, a) {
            return false;
        }
        let (Some((least, _)), Some((_, most))) =
            (deep.knowledge.ranges.of(deep.plan, a), deep.knowledge.ranges.of(deep.plan, b))
        else {
            return false;
        };
        match compare(&least, &most) {
            Some(Ordering::Greater) => true,
            Some(Ordering::Equal) => ahead < behind,
            _ => false,
        }
    })
}

/// Ranks of different number types are compared as they are walked.
fn compare(a: &casewise_core::values::Value, b: &casewise_core::values::Value) -> Option<Ordering> {
    // Higher ranks come first.
    Some(casewise_core::row::walk::rank_order(a, b).reverse())
}

/// Whether a case runs only while another one does.
fn runs_within(deep: &Deep<'_>, inner: usize, outer: usize) -> bool {
    let runs = |n: usize| deep.plan.cases.get(n).and_then(|case| case.runs);
    match (runs(inner), runs(outer)) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some((from, until)), Some((first, last))) => first <= from && until <= last,
    }
}

/// The `for` clauses of a case: their places and slots.
fn target(deep: &Deep<'_>, n: usize) -> Vec<(usize, Slot)> {
    let (Some(case), Some(planned)) = (deep.model().cases.get(n), deep.plan.cases.get(n)) else {
        return Vec::new();
    };
    let clauses = case.clauses.iter().zip(&planned.clauses).enumerate();
    clauses
        .filter(|(_, (clause, _))| clause.kind == ConditionKind::For)
        .map(|(place, (_, slot))| (place, *slot))
        .collect()
}

/// Cases with one target group, written the same way.
struct Target {
    cases: Vec<usize>,
    slots: Vec<Slot>,
    /// For whom of the crowd it holds.
    crowd: Vec<u64>,
    /// What the tests look at.
    reads: Vec<Slot>,
    /// Some tests follow from others in ways that are not seen.
    loose: bool,
    /// It reads a learned score without parameters.
    unlearned: bool,
    /// What made several ways of writing it one.
    because: Vec<String>,
}

/// Cases that share their target group, and target groups that have no one in common.
pub(super) fn targets(deep: &mut Deep<'_>, report: &mut Report) {
    let mut targets = distinct(deep, report);
    // Groups that are written in different ways and are the same become one.
    let mut place = 0;
    while place < targets.len() {
        let mut other = place + 1;
        while let (Some(a), Some(b)) = (targets.get(place), targets.get(other)) {
            let Some(core) = equal(deep, a, b) else {
                other += 1;
                continue;
            };
            let joined = targets.remove(other);
            if let Some(target) = targets.get_mut(place) {
                let cases: Vec<usize> =
                    [&target.cases, &joined.cases].into_iter().filter_map(|c| c.first()).copied().collect();
                target.because.extend(because(deep, &cases, &core));
                target.because.dedup();
                target.cases.extend(joined.cases);
                target.cases.sort_unstable();
            }
        }
        place += 1;
    }
    let model = deep.model();
    let names = |target: &Target| -> Vec<Arc<str>> {
        target.cases.iter().filter_map(|n| model.cases.get(*n)).map(|case| case.name.clone()).collect()
    };
    report.same_target = targets
        .iter()
        .filter(|target| target.cases.len() > 1)
        .map(|target| SameTarget { cases: names(target), because: target.because.clone() })
        .collect();
    for n in 0..targets.len() {
        for m in n + 1..targets.len() {
            let (Some(a), Some(b)) = (targets.get(n), targets.get(m)) else { continue };
            match apart(deep, a, b) {
                Common::Someone(None) => {}
                // Whoever is in both may be in others too.
                Common::Someone(Some(subject)) => {
                    if let Some(place) = deep.join(&subject) {
                        targets.iter_mut().for_each(|target| target.joined(deep, place));
                    }
                }
                Common::NoOne(core) => {
                    let firsts: Vec<usize> =
                        [a, b].into_iter().filter_map(|t| t.cases.first()).copied().collect();
                    let because = because(deep, &firsts, &core);
                    report.apart.push(Apart { first: names(a), second: names(b), decided: true, because });
                }
                Common::NotDecided => {
                    let because = Vec::new();
                    report.apart.push(Apart { first: names(a), second: names(b), decided: false, because });
                }
            }
        }
    }
}

/// Who is in two target groups.
enum Common {
    /// Someone, whom the crowd knows or not.
    Someone(Option<Subject>),
    /// No one: the truths that make it so.
    NoOne(Vec<Slot>),
    NotDecided,
}

impl Target {
    /// One more joined the crowd.
    fn joined(&mut self, deep: &Deep<'_>, place: usize) {
        if self.slots.iter().all(|slot| deep.is_true_for(*slot, place))
            && let Some(word) = self.crowd.get_mut(place / 64)
        {
            *word |= 1 << (place % 64);
        }
    }
}

/// The target groups of the model, each way of writing one once.
fn distinct(deep: &Deep<'_>, report: &Report) -> Vec<Target> {
    let mut targets: Vec<Target> = Vec::new();
    let mut known: BTreeMap<Vec<Slot>, usize> = BTreeMap::new();
    for n in 0..deep.model().cases.len() {
        let mut slots: Vec<Slot> = target(deep, n).into_iter().map(|(_, slot)| slot).collect();
        slots.sort_unstable();
        slots.dedup();
        // Everyone is no target group, and no one has been spoken of.
        if slots.is_empty() || report.cases.get(n).is_some_and(|answer| answer.answer == "never") {
            continue;
        }
        if let Some(place) = known.get(&slots) {
            targets.get_mut(*place).into_iter().for_each(|target| target.cases.push(n));
            continue;
        }
        let goals: Vec<Goal> = slots.iter().map(|slot| Goal::Is(*slot)).collect();
        let crowd = deep.crowd_bits(&goals).unwrap_or_default();
        known.insert(slots.clone(), targets.len());
        targets.push(Target {
            cases: vec![n],
            reads: reads(deep, &slots),
            loose: !deep.loose(slots.clone()).is_empty(),
            unlearned: goals.iter().any(|goal| deep.is_unlearned(goal)),
            slots,
            crowd,
            because: Vec::new(),
        });
    }
    targets
}

/// The inputs and computed values that tests look at.
fn reads(deep: &Deep<'_>, slots: &[Slot]) -> Vec<Slot> {
    let mut found = Vec::new();
    reachable(deep.plan, slots.iter().copied(), |slot, node| {
        if matches!(node, Node::Attribute(_) | Node::Context(_) | Node::InList(_) | Node::Aggregate(_)) {
            found.push(slot);
        }
    });
    found.sort_unstable();
    found
}

/// That each of some truths holds.
fn is(target: &Target) -> Vec<Goal> {
    target.slots.iter().map(|slot| Goal::Is(*slot)).collect()
}

/// The clauses that make two groups equal; none if they are not.
fn equal(deep: &mut Deep<'_>, a: &Target, b: &Target) -> Option<Vec<Slot>> {
    if a.crowd != b.crowd || !meet(a, b) {
        return None;
    }
    let within = |deep: &mut Deep<'_>, inner: &Target, outer: &Target| {
        let goals: Vec<Goal> = is(inner).into_iter().chain([Goal::NotAll(outer.slots.clone())]).collect();
        let core = deep.never(&goals)?;
        Some(core.iter().filter_map(|n| inner.slots.get(*n)).copied().collect::<Vec<_>>())
    };
    let mut because = within(deep, a, b)?;
    because.extend(within(deep, b, a)?);
    Some(because)
}

/// Whether two groups look at something in common: otherwise they are independent of each other.
fn meet(a: &Target, b: &Target) -> bool {
    a.reads.iter().any(|slot| b.reads.binary_search(slot).is_ok())
}

/// Whether anyone is in two groups.
fn apart(deep: &mut Deep<'_>, a: &Target, b: &Target) -> Common {
    if !meet(a, b) || a.crowd.iter().zip(&b.crowd).any(|(a, b)| a & b != 0) {
        return Common::Someone(None);
    }
    let both: Vec<Goal> = is(a).into_iter().chain(is(b)).collect();
    let slot = |n: &usize| a.slots.iter().chain(&b.slots).nth(*n).copied();
    let core = |core: &[usize]| core.iter().filter_map(slot).collect();
    if a.unlearned || b.unlearned {
        return deep.never(&both).map_or(Common::NotDecided, |found| Common::NoOne(core(&found)));
    }
    match ask(deep.plan, &mut deep.knowledge, &both) {
        Answer::Never(found) => Common::NoOne(core(&found)),
        Answer::GaveUp => Common::NotDecided,
        // Where everything is seen there is someone, whoever it is.
        Answer::Maybe(_) if !a.loose && !b.loose => Common::Someone(None),
        Answer::Maybe(proposal) => {
            let world = deep.worlds.first_mut();
            let found = world.and_then(|world| match deep.walks {
                0 => world.proposed(&both, &proposal),
                _ => world.find(&both, &proposal),
            });
            deep.walks = deep.walks.saturating_sub(usize::from(found.is_none()));
            found.map_or(Common::NotDecided, |subject| Common::Someone(Some(subject)))
        }
    }
}

/// The clauses of some cases that hold these truths, as `case.clause`.
fn because(deep: &Deep<'_>, cases: &[usize], core: &[Slot]) -> Vec<String> {
    let mut named = Vec::new();
    for n in cases {
        let Some(case) = deep.model().cases.get(*n) else { continue };
        for (place, slot) in target(deep, *n) {
            if core.contains(&slot)
                && let Some(clause) = case.clauses.get(place)
            {
                named.push(format!("{}.{}", case.name, clause.id));
            }
        }
    }
    named
}
