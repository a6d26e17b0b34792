//! The smallest change of a subject with which the conditions of a case would hold.
//!
//! Clauses that fail are expanded into conjunctions of tests, each test about one quantity. A conjunction is
//! solved quantity by quantity, those with the fewest changes are tried first, and each is checked by deciding
//! again. If that breaks a clause that held before, the clause is expanded too, and the search starts anew:
//! so what is found first is the smallest.

mod formula;
mod values;

use std::sync::Arc;

use serde::Serialize;

use crate::input::Subject;
use crate::model::{Expr, ExprKind, Op};
use crate::plan::layout::reachable;
use crate::plan::{DecidePlan, Node, Slot, semantics};
use crate::row::channels::{channels_of, is_quiet};
use crate::row::decision::choose;
use crate::row::evaluate::{Evaluation, Inputs};
use crate::row::gates::{Standing, Tested, Which};
use crate::row::plain::{line, plain};
use crate::row::report::Plain;
use crate::values::Value;

use super::Explainer;
use super::condition::{apart, mirrored, nearest_passing, operator};
use formula::{Asks, Formula, Formulas, MOST_WAYS, Test, expand};
use values::{Compared, candidates, gap};

/// The fewest attributes, or values made of them, that would have to be different.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Change {
    /// What would have to hold, one per attribute or value; empty if there is no such change.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Changed>,
    /// Clauses that no change of the subject opens: `status`, `runs`, the contact policy, quiet hours.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub still_closed: Vec<Arc<str>>,
    /// Why no change is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub none: Option<String>,
}

/// One attribute, or value, and what it would have to be.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Changed {
    /// The attribute, let or score; else the expression as it is written.
    pub of: Arc<str>,
    /// It is an attribute; otherwise it follows from other attributes or from history.
    pub attribute: bool,
    /// The condition, with the distance where there is one: `roaming_days >= 5, +1`.
    pub text: String,
    /// What the subject has.
    pub observed: Plain,
    /// The value with which it was decided again.
    pub value: Plain,
    #[serde(skip)]
    moved: Moved,
}

#[derive(Debug, Clone, PartialEq)]
struct Moved {
    slot: Slot,
    attribute: Option<usize>,
    value: Value,
}

impl Changed {
    /// The place of the attribute, if it is one, and its value.
    pub fn new_value(&self) -> (Option<usize>, &Value) {
        (self.moved.attribute, &self.moved.value)
    }
}

/// Something that must hold for a case: one of its clauses, or that a channel is open.
struct Goal {
    which: Which,
    formula: Formula,
    /// It is expanded: it failed at first, or did after a change.
    active: bool,
}

/// The smallest change; none where no condition stands in the way.
pub(super) fn smallest<'a>(
    explainer: &mut Explainer<'_, 'a>,
    tested: &[Tested],
    decide: Option<&'a DecidePlan>,
) -> Option<Change> {
    let id = explainer.id;
    let model = explainer.model();
    let case = model.cases.get(id.0)?;
    let mut formulas = Formulas::default();
    let mut goals = Vec::new();
    let mut frozen = Vec::new();
    for t in tested {
        let formula = match t.which {
            Which::Clause(n) => case.clauses.get(n).map(|clause| formulas.clause(explainer, clause)),
            Which::Channels => channels(explainer, &mut formulas, decide, case.contacts_ignored),
            Which::Status | Which::Runs | Which::Contact(_) => None,
        };
        match formula {
            Some(formula) => goals.push(Goal { which: t.which, formula, active: t.outcome != Some(true) }),
            None => frozen.extend((t.outcome != Some(true)).then_some(*t)),
        }
    }
    if !goals.iter().any(|goal| goal.active) {
        return None;
    }
    let still_closed: Vec<Arc<str>> = frozen.iter().map(|t| t.id(model, id)).collect();
    let frozen: Vec<Which> = frozen.iter().map(|t| t.which).collect();
    let named = |goal: &&Goal| {
        let t = tested.iter().find(|t| t.which == goal.which);
        t.map(|t| t.id(model, id)).unwrap_or_default()
    };
    let mut search = Search { formulas, frozen, decide };
    let found = search.run(explainer, &mut goals);
    let (conditions, none) = match found {
        Found::Change(changes) => (search.stated(explainer, &changes), None),
        Found::TooMany => (Vec::new(), Some(format!("omitted: there are more than {MOST_WAYS} ways"))),
        Found::Nothing => {
            let shut = |goal: &&Goal| expand(&[&goal.formula]).is_some_and(|ways| ways.is_empty());
            let shut: Vec<Arc<str>> =
                goals.iter().filter(|g| g.active).filter(shut).map(|g| named(&g)).collect();
            let why = match shut.as_slice() {
                [] => "no values were found with which all conditions hold".to_owned(),
                shut => format!("no change of the {} opens {}", model.subject.name, shut.join(", ")),
            };
            (Vec::new(), Some(why))
        }
    };
    Some(Change { conditions, still_closed, none })
}

/// That one of the channels opens that nothing but its conditions closes; none if there is no such channel.
fn channels<'a>(
    explainer: &mut Explainer<'_, 'a>,
    formulas: &mut Formulas<'a>,
    decide: Option<&'a DecidePlan>,
    contacts_ignored: bool,
) -> Option<Formula> {
    let inputs = explainer.inputs;
    let mut ways = Vec::new();
    for channel in channels_of(inputs.plan, decide, explainer.id) {
        let (planned, declared) =
            (inputs.plan.channels.get(channel.0)?, inputs.plan.model.channels.get(channel.0)?);
        if is_quiet(&mut explainer.standing.evaluation, inputs, planned, inputs.clock.now)
            || !(contacts_ignored || explainer.standing.contacts.channel_open(channel) == Some(true))
        {
            continue;
        }
        let clauses = declared.clauses.iter().map(|clause| formulas.clause(explainer, clause));
        ways.push(Formula::All(clauses.collect()));
    }
    (!ways.is_empty()).then_some(Formula::Any(ways))
}

/// New values of quantities, by their place.
type Changes = Vec<(usize, Value)>;

enum Found {
    Change(Changes),
    Nothing,
    TooMany,
}

struct Search<'a> {
    formulas: Formulas<'a>,
    /// What is closed and stays so.
    frozen: Vec<Which>,
    decide: Option<&'a DecidePlan>,
}

impl<'a> Search<'a> {
    fn run(&mut self, explainer: &mut Explainer<'_, 'a>, goals: &mut [Goal]) -> Found {
        if self.formulas.too_large() {
            return Found::TooMany;
        }
        loop {
            let active: Vec<&Formula> = goals.iter().filter(|g| g.active).map(|g| &g.formula).collect();
            let Some(ways) = expand(&active) else { return Found::TooMany };
            let mut solved: Vec<Changes> = ways.iter().filter_map(|way| self.solve(explainer, way)).collect();
            solved.sort_by_key(Vec::len);
            let mut more = false;
            for changes in solved {
                let failing = self.failing(explainer, &changes);
                if failing.is_empty() {
                    return Found::Change(changes);
                }
                for goal in goals.iter_mut().filter(|goal| !goal.active && failing.contains(&goal.which)) {
                    goal.active = true;
                    more = true;
                }
                if more {
                    break;
                }
            }
            if !more {
                return Found::Nothing;
            }
        }
    }

    /// Values with which all tests of a conjunction pass: attributes first, and what is computed after them.
    fn solve(&self, explainer: &mut Explainer<'_, 'a>, way: &[usize]) -> Option<Changes> {
        let tests: Vec<&Test<'a>> = way.iter().filter_map(|n| self.formulas.tests.get(*n)).collect();
        let mut places: Vec<usize> = tests.iter().map(|test| test.quantity).collect();
        places.sort_unstable();
        places.dedup();
        let compares_others = |place: &usize| {
            let with_others = |test: &&&Test<'a>| matches!(test.asks, Asks::Truth { of, .. } if self.others(explainer, of, *place));
            tests.iter().filter(|test| test.quantity == *place).any(|test| with_others(&test))
        };
        // What is compared with constants is settled before what is compared with it.
        let (settled, relative): (Vec<usize>, Vec<usize>) =
            places.into_iter().partition(|place| !compares_others(place));
        let ordered = settled.into_iter().chain(relative);
        let (inputs, computed): (Vec<usize>, Vec<usize>) =
            ordered.partition(|n| self.formulas.quantities.get(*n).is_some_and(|q| q.attribute.is_some()));
        let mut changes = Changes::new();
        for place in inputs {
            let asked: Vec<&Test<'a>> = tests.iter().copied().filter(|test| test.quantity == place).collect();
            let mut at = At { inputs: explainer.inputs, evaluation: &mut explainer.standing.evaluation };
            self.settle(&mut at, place, &asked, &mut changes)?;
        }
        let mut with_computed = changes.clone();
        let Err(stuck) = self.compute(explainer.inputs, &tests, &computed, &mut with_computed) else {
            return Some(with_computed);
        };
        let mut further = self.further(explainer.inputs, &tests, stuck, changes)?;
        self.compute(explainer.inputs, &tests, &computed, &mut further).ok()?;
        Some(further)
    }

    /// Settles what is computed, which follows the attributes; or says which value could not be settled.
    fn compute(
        &self,
        inputs: Inputs<'_>,
        tests: &[&Test<'a>],
        computed: &[usize],
        changes: &mut Changes,
    ) -> Result<(), usize> {
        let moved = self.moved(inputs.subject, changes);
        let mut evaluation = Evaluation::default();
        let inputs = Inputs { subject: &moved, ..inputs };
        evaluation.reset(inputs.plan);
        let mut after = At { inputs, evaluation: &mut evaluation };
        for place in computed {
            let asked: Vec<&Test<'a>> =
                tests.iter().copied().filter(|test| test.quantity == *place).collect();
            self.settle(&mut after, *place, &asked, changes).ok_or(*place)?;
        }
        Ok(())
    }

    /// Changes with an attribute moved on, until a value that is computed from it passes too: in steps that double,
    /// and back to the nearest.
    fn further(
        &self,
        inputs: Inputs<'_>,
        tests: &[&Test<'a>],
        stuck: usize,
        changes: Changes,
    ) -> Option<Changes> {
        const FARTHEST: u32 = 40;
        let slot = self.formulas.quantities.get(stuck)?.slot;
        let mut nearest: Option<(u128, Changes)> = None;
        for (n, (place, from)) in changes.iter().enumerate() {
            if !self.reads_changed(inputs, slot, &vec![(*place, from.clone())]) {
                continue;
            }
            for sign in [1_i64, -1] {
                let at = |steps: i64| {
                    let mut moved = changes.clone();
                    let value = values::stepped(from, steps.checked_mul(sign)?)?;
                    moved.get_mut(n)?.1 = value;
                    let concerned = [*place, stuck];
                    self.pass(inputs, tests, &concerned, &moved).then_some(moved)
                };
                let first =
                    (0..FARTHEST).map(|power| 1_i64 << power).find_map(|steps| Some((steps, at(steps)?)));
                let Some((mut passes, mut found)) = first else { continue };
                let mut fails = passes / 2;
                while passes - fails > 1 {
                    let middle = fails + (passes - fails) / 2;
                    match at(middle) {
                        Some(nearer) => (passes, found) = (middle, nearer),
                        None => fails = middle,
                    }
                }
                let far = found.get(n).map_or(u128::MAX, |(_, value)| gap(from, value));
                if nearest.as_ref().is_none_or(|(least, _)| far < *least) {
                    nearest = Some((far, found));
                }
            }
        }
        nearest.map(|(_, changes)| changes)
    }

    /// Whether all tests of some quantities pass after changes of attributes.
    fn pass(&self, inputs: Inputs<'_>, tests: &[&Test<'a>], of: &[usize], changes: &Changes) -> bool {
        let moved = self.moved(inputs.subject, changes);
        let mut evaluation = Evaluation::default();
        let inputs = Inputs { subject: &moved, ..inputs };
        evaluation.reset(inputs.plan);
        let mut after = At { inputs, evaluation: &mut evaluation };
        of.iter().all(|place| {
            let Some(quantity) = self.formulas.quantities.get(*place) else { return false };
            let asked: Vec<&Test<'a>> =
                tests.iter().copied().filter(|test| test.quantity == *place).collect();
            let value = current(&mut after, quantity.slot);
            self.all_pass(&mut after, quantity.slot, &asked, &value, &[])
        })
    }

    /// Whether a condition compares a quantity with another one.
    fn others(&self, explainer: &Explainer<'_, 'a>, of: &Expr, place: usize) -> bool {
        let ExprKind::Apply(_, args) = &of.kind else { return false };
        let slots = args.iter().filter_map(|arg| explainer.inputs.plan.slot_of(arg));
        let own = self.formulas.quantities.get(place).map(|q| q.slot);
        let mut others = slots.filter(|slot| {
            explainer.inputs.plan.nodes.constant(*slot).is_none()
                && Some(bare(explainer.inputs, *slot)) != own
        });
        others.any(|slot| {
            let bare = bare(explainer.inputs, slot);
            self.formulas.quantities.iter().any(|q| q.slot == bare)
        })
    }

    /// Adds the nearest value with which the tests of a quantity pass, unless they do as it is.
    fn settle(
        &self,
        at: &mut At<'_, '_>,
        place: usize,
        tests: &[&Test<'a>],
        changes: &mut Changes,
    ) -> Option<()> {
        let quantity = self.formulas.quantities.get(place)?;
        let now = current(at, quantity.slot);
        let overrides = self.overrides(changes);
        let compared: Vec<Compared> =
            tests.iter().filter_map(|test| self.compared(at, test, &overrides)).collect();
        if self.all_pass(at, quantity.slot, tests, &now, &overrides) {
            return Some(());
        }
        // What is computed from an attribute that changes follows it, and is not free.
        if quantity.attribute.is_none() && self.reads_changed(at.inputs, quantity.slot, changes) {
            return None;
        }
        let base = &quantity.expr.ty.base;
        let model = &at.inputs.plan.model;
        for values in candidates(model, base, &now, &compared, &at.inputs.clock) {
            let mut nearest: Option<(u128, Value)> = None;
            for value in values {
                if value.is_missing() && !quantity.expr.ty.optional {
                    continue;
                }
                let far = gap(&now, &value);
                if nearest.as_ref().is_none_or(|(least, _)| far < *least)
                    && self.all_pass(at, quantity.slot, tests, &value, &overrides)
                {
                    nearest = Some((far, value));
                }
            }
            if let Some((_, value)) = nearest {
                changes.push((place, value));
                return Some(());
            }
        }
        None
    }

    fn reads_changed(&self, inputs: Inputs<'_>, slot: Slot, changes: &Changes) -> bool {
        let mut reads = false;
        reachable(inputs.plan, [slot], |read, _| {
            reads |= changes.iter().any(|(place, _)| {
                self.formulas.quantities.get(*place).is_some_and(|q| q.attribute.is_some() && q.slot == read)
            });
        });
        reads
    }

    fn overrides(&self, changes: &Changes) -> Vec<(Slot, Value)> {
        let slot = |place: usize| self.formulas.quantities.get(place).map(|q| q.slot);
        changes.iter().filter_map(|(place, value)| Some((slot(*place)?, value.clone()))).collect()
    }

    /// What a test compares its quantity with.
    fn compared(
        &self,
        at: &mut At<'_, '_>,
        test: &Test<'a>,
        overrides: &[(Slot, Value)],
    ) -> Option<Compared> {
        let Asks::Truth { slot, wanted, .. } = test.asks else { return None };
        let own = self.formulas.quantities.get(test.quantity)?.slot;
        let plan = at.inputs.plan;
        let Some(Node::Apply(op, args)) = plan.nodes.get(slot) else { return None };
        let place = args.iter().position(|arg| bare(at.inputs, *arg) == own)?;
        let others = args.iter().enumerate().filter(|(n, _)| *n != place);
        let with = others.map(|(_, arg)| through(at, *arg, overrides)).collect();
        Some(Compared { op: *op, wanted, first: place == 0, with })
    }

    fn all_pass(
        &self,
        at: &mut At<'_, '_>,
        own: Slot,
        tests: &[&Test<'a>],
        value: &Value,
        overrides: &[(Slot, Value)],
    ) -> bool {
        let mut overrides = overrides.to_vec();
        overrides.push((own, value.clone()));
        tests.iter().all(|test| match test.asks {
            Asks::Present => !value.is_missing(),
            Asks::Missing => value.is_missing(),
            Asks::Truth { slot, wanted, .. } => holds(at, slot, &overrides) == Some(wanted),
        })
    }

    /// The subject with new values of attributes.
    fn moved(&self, subject: &Subject, changes: &Changes) -> Subject {
        let mut moved = subject.clone();
        for (place, value) in changes {
            let attribute = self.formulas.quantities.get(*place).and_then(|q| q.attribute);
            if let Some(attribute) = attribute.and_then(|n| moved.attributes.get_mut(n)) {
                *attribute = value.clone();
            }
        }
        moved
    }

    /// Decides again: the clauses that are not true after a change, but those that stay closed.
    fn failing(&self, explainer: &Explainer<'_, 'a>, changes: &Changes) -> Vec<Which> {
        let plan = explainer.inputs.plan;
        let moved = self.moved(explainer.inputs.subject, changes);
        let inputs = Inputs { subject: &moved, ..explainer.inputs };
        let mut standing = Standing::default();
        standing.evaluation.reset(plan);
        for (place, value) in changes {
            if let Some(quantity) = self.formulas.quantities.get(*place)
                && quantity.attribute.is_none()
            {
                standing.evaluation.preset(plan, quantity.slot, value);
            }
        }
        standing.look_around(inputs);
        // The decide that counts may be another one now, unless the request named one.
        let counting = |standing: &mut Standing, inputs: Inputs<'_>| {
            let n = choose(plan, None, |slot| standing.evaluation.truth(inputs, slot));
            n.and_then(|n| plan.decides.get(n))
        };
        let was = {
            let mut before = Standing::default();
            before.evaluation.reset(plan);
            counting(&mut before, explainer.inputs)
        };
        let same = |a: Option<&DecidePlan>, b: Option<&DecidePlan>| {
            a.map(std::ptr::from_ref) == b.map(std::ptr::from_ref)
        };
        let decide = if same(was, self.decide) { counting(&mut standing, inputs) } else { self.decide };
        let tested = standing.clauses(inputs, decide, explainer.id);
        let failing = tested.iter().filter(|t| t.outcome != Some(true)).map(|t| t.which);
        failing.filter(|which| !self.frozen.contains(which)).collect()
    }

    /// The changes in words.
    fn stated(&self, explainer: &mut Explainer<'_, 'a>, changes: &Changes) -> Vec<Changed> {
        let overrides = self.overrides(changes);
        let mut stated = Vec::new();
        for (place, value) in changes {
            let Some(quantity) = self.formulas.quantities.get(*place) else { continue };
            let model = explainer.model();
            let of: Arc<str> = match quantity.attribute.and_then(|n| model.subject.attributes.get(n)) {
                Some(field) => field.name.clone(),
                None => explainer
                    .source(quantity.expr.span)
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ")
                    .into(),
            };
            let base = &quantity.expr.ty.base;
            stated.push(Changed {
                text: self.condition(explainer, *place, &of, value, &overrides),
                attribute: quantity.attribute.is_some(),
                observed: plain(model, base, &quantity.observed),
                value: plain(model, base, value),
                moved: Moved { slot: quantity.slot, attribute: quantity.attribute, value: value.clone() },
                of,
            });
        }
        stated
    }

    /// The tests that fail now and pass with the new value; of bounds on one side the tightest.
    fn condition(
        &self,
        explainer: &mut Explainer<'_, 'a>,
        place: usize,
        of: &str,
        value: &Value,
        overrides: &[(Slot, Value)],
    ) -> String {
        let Some(quantity) = self.formulas.quantities.get(place) else { return String::new() };
        let inputs = explainer.inputs;
        let mut at = At { inputs, evaluation: &mut explainer.standing.evaluation };
        let mut bounds: Vec<(Op, Value, String)> = Vec::new();
        let mut others = Vec::new();
        let own: Vec<&Test<'a>> = self.formulas.tests.iter().filter(|t| t.quantity == place).collect();
        for test in own {
            let passes_now = self.all_pass(&mut at, quantity.slot, &[test], &quantity.observed, &[]);
            if passes_now || !self.all_pass(&mut at, quantity.slot, &[test], value, overrides) {
                continue;
            }
            let Asks::Truth { wanted, of: condition, .. } = test.asks else {
                // A value that is asked for by other tests is there anyhow.
                let there = if matches!(test.asks, Asks::Missing) { "missing" } else { "present" };
                others.push((true, format!("{of} is {there}")));
                continue;
            };
            let Some(compared) = self.compared(&mut at, test, overrides) else {
                let text = if quantity.attribute.is_some() || !of.contains(' ') || wanted {
                    of.to_owned()
                } else {
                    format!("({of})")
                };
                others.push((false, if wanted { text } else { format!("not {text}") }));
                continue;
            };
            let text = said(inputs, quantity, of, &compared, condition);
            let op = if compared.first { compared.op } else { mirrored(compared.op) };
            match (turned(op, wanted), compared.with.first()) {
                (op @ (Op::Lt | Op::Le | Op::Gt | Op::Ge), Some(bound)) => {
                    let up = matches!(op, Op::Gt | Op::Ge);
                    let strict = matches!(op, Op::Gt | Op::Lt);
                    let known = bounds.iter_mut().find(|(known, ..)| matches!(known, Op::Gt | Op::Ge) == up);
                    match known {
                        Some(known) => {
                            let order = bound.compare(&known.1);
                            let tighter = order.is_some_and(|o| if up { o.is_gt() } else { o.is_lt() })
                                || (strict && order.is_some_and(std::cmp::Ordering::is_eq));
                            if tighter {
                                *known = (op, bound.clone(), text);
                            }
                        }
                        None => bounds.push((op, bound.clone(), text)),
                    }
                }
                _ => others.push((false, text)),
            }
        }
        let mut texts: Vec<String> = bounds.into_iter().map(|(.., text)| text).collect();
        let (presence, others): (Vec<_>, Vec<_>) = others.into_iter().partition(|(presence, _)| *presence);
        texts.extend(others.into_iter().map(|(_, text)| text));
        if texts.is_empty() {
            texts.extend(presence.into_iter().map(|(_, text)| text));
        }
        texts.dedup();
        texts.join(" and ")
    }
}

/// The order that a comparison asks for, where it is to be true or false.
fn turned(op: Op, wanted: bool) -> Op {
    match (op, wanted) {
        (Op::Lt, false) => Op::Ge,
        (Op::Le, false) => Op::Gt,
        (Op::Gt, false) => Op::Le,
        (Op::Ge, false) => Op::Lt,
        (op, _) => op,
    }
}

/// A comparison with its quantity on the left: `roaming_days >= 5, +1`.
fn said(
    inputs: Inputs<'_>,
    quantity: &formula::Quantity<'_>,
    of: &str,
    compared: &Compared,
    condition: &Expr,
) -> String {
    let model = &inputs.plan.model;
    let bases: Vec<&crate::model::Base> = match &condition.kind {
        ExprKind::Apply(_, args) => args.iter().map(|arg| &arg.ty.base).collect(),
        _ => Vec::new(),
    };
    let base_of_other = if compared.first { bases.get(1) } else { bases.first() };
    let show =
        |value: &Value| base_of_other.map_or_else(String::new, |base| line(&plain(model, base, value)));
    let op = if compared.first { compared.op } else { mirrored(compared.op) };
    let sign = match (compared.first, op) {
        (false, Op::InSet) => Some(if compared.wanted { "contains" } else { "does not contain" }),
        (false, Op::SubsetOf) => {
            Some(if compared.wanted { "contains all of" } else { "does not contain all of" })
        }
        _ => operator(op, compared.wanted),
    };
    let required = match (op, compared.with.as_slice()) {
        (Op::Between, [low, high]) => format!("{} and {}", show(low), show(high)),
        (Op::In, many) => format!("[{}]", many.iter().map(show).collect::<Vec<_>>().join(", ")),
        (Op::InThis(unit), _) => super::condition::unit_name(unit).to_owned(),
        (_, [one, ..]) => show(one),
        (_, []) => String::new(),
    };
    let observed = &quantity.observed;
    let nearest = (!observed.is_missing())
        .then(|| nearest_passing(op, compared.wanted, observed, &compared.with))
        .flatten();
    let distance = nearest.as_ref().and_then(|nearest| {
        let up = nearest.compare(observed).or_else(|| compared.with.first()?.compare(observed))?.is_ge();
        let apart = apart(model, &quantity.expr.ty.base, observed, nearest)?;
        Some(format!(", {}{}", if up { "+" } else { "-" }, line(&apart)))
    });
    format!("{of} {} {required}{}", sign.unwrap_or("=="), distance.unwrap_or_default())
}

/// The values of slots for one subject.
struct At<'e, 'b> {
    inputs: Inputs<'b>,
    evaluation: &'e mut Evaluation,
}

/// The slot below widenings and defaults.
fn bare(inputs: Inputs<'_>, slot: Slot) -> Slot {
    let mut slot = slot;
    while let Some(Node::Apply(Op::IntToDecimal | Op::IntToFloat | Op::DecimalToFloat | Op::Otherwise, args)) =
        inputs.plan.nodes.get(slot)
        && let Some(inner) = args.first()
    {
        slot = *inner;
    }
    slot
}

/// What a slot holds, truths too.
fn current(at: &mut At<'_, '_>, slot: Slot) -> Value {
    match at.evaluation.value(at.inputs, slot).clone() {
        Value::Missing => Value::from(at.evaluation.truth(at.inputs, slot)),
        value => value,
    }
}

/// The value of a slot if some quantities had others.
fn through(at: &mut At<'_, '_>, slot: Slot, overrides: &[(Slot, Value)]) -> Value {
    if let Some((_, value)) = overrides.iter().rev().find(|(known, _)| *known == slot) {
        return value.clone();
    }
    let plan = at.inputs.plan;
    match plan.nodes.get(slot) {
        Some(Node::Apply(
            op @ (Op::IntToDecimal | Op::IntToFloat | Op::DecimalToFloat | Op::Otherwise),
            args,
        )) => {
            let values: Vec<Value> = args.iter().map(|arg| through(at, *arg, overrides)).collect();
            let missing = Value::Missing;
            semantics::value(*op, values.len(), |n| values.get(n).unwrap_or(&missing), &at.inputs.clock)
        }
        _ => current(at, slot),
    }
}

/// The truth of a test if some quantities had other values.
fn holds(at: &mut At<'_, '_>, slot: Slot, overrides: &[(Slot, Value)]) -> Option<bool> {
    if let Some((_, value)) = overrides.iter().rev().find(|(known, _)| *known == slot) {
        return value.as_bool();
    }
    let plan = at.inputs.plan;
    match plan.nodes.get(slot) {
        Some(Node::Apply(op, args)) if semantics::gives_truth(*op) => {
            let values: Vec<Value> = args.iter().map(|arg| through(at, *arg, overrides)).collect();
            let missing = Value::Missing;
            semantics::truth(*op, values.len(), |n| values.get(n).unwrap_or(&missing), &at.inputs.clock)
        }
        _ => through(at, slot, overrides).as_bool(),
    }
}
