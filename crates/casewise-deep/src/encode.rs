//! Questions as clauses for a SAT solver: can these goals hold together?
//!
//! A Kleene truth is two variables, "is true" and "is false". Each value that tests look at is a choice among
//! its cells, and values are independent of each other: so a "no" is certain, and a "yes" is a proposal that
//! the engine has yet to confirm.

use std::cell::Cell as Counter;
use std::collections::BTreeMap;

use batsat::{Callbacks, Lit, Solver, SolverInterface, SolverOpts, lbool};
use casewise_core::model::Op;
use casewise_core::plan::node::PatternNode;
use casewise_core::plan::{Node, Plan, Slot, semantics};
use casewise_core::values::{Value, ValueKey};
use rustc_hash::FxHashMap;

use crate::cubes::{Cubes, Known};
use crate::domain::{self, Cell, Domains, Sample, Test};
use crate::kleene::{Step, bare, step};
use crate::ranges::Ranges;

/// Something that is to hold.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Goal {
    /// A truth is true.
    Is(Slot),
    /// A truth is false or unknown.
    IsNot(Slot),
    /// A truth is false.
    IsFalse(Slot),
    /// One of some truths is true.
    Any(Vec<Slot>),
    /// One of some truths is false or unknown.
    NotAll(Vec<Slot>),
    /// A value matches a pattern of a band or a row.
    Matches(Slot, PatternNode),
}

impl Goal {
    /// What it reads.
    pub(crate) fn slots(&self) -> &[Slot] {
        match self {
            Goal::Is(slot) | Goal::IsNot(slot) | Goal::IsFalse(slot) | Goal::Matches(slot, _) => {
                std::slice::from_ref(slot)
            }
            Goal::Any(slots) | Goal::NotAll(slots) => slots,
        }
    }
}

/// What the solver says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    /// The goals cannot hold together: the places of the fewest that cannot.
    Never(Vec<usize>),
    /// They may: a value for each slot, elements of sets, members of lists.
    Maybe(Proposal),
    /// The solver gave up.
    GaveUp,
}

/// What the goals would need of the inputs.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Proposal {
    pub(crate) values: Vec<(Slot, Sample)>,
    /// Set, element, whether it is in it.
    pub(crate) elements: Vec<(Slot, Value, bool)>,
    pub(crate) truths: Vec<(Slot, Option<bool>)>,
}

/// Steps after which the solver gives up.
const PATIENCE: u32 = 20_000;

struct Patience(Counter<u32>);

impl Callbacks for Patience {
    fn stop(&self) -> bool {
        let left = self.0.get().saturating_sub(1);
        self.0.set(left);
        left == 0
    }
}

/// "Is true" and "is false".
#[derive(Debug, Clone, Copy)]
struct Pair {
    yes: Lit,
    no: Lit,
}

impl Pair {
    fn turned(self) -> Pair {
        Pair { yes: self.no, no: self.yes }
    }
}

/// A comparison of two values: its operator, whether they stand the other way round, its truth.
type Compared = (Op, bool, Pair);

struct Instance<'p> {
    plan: &'p Plan,
    ranges: &'p mut Ranges,
    domains: &'p mut Domains,
    solver: Solver<Patience>,
    /// Always true.
    truth: Lit,
    pairs: FxHashMap<Slot, Pair>,
    /// Tests on one value or distance, to be given cells when all are known.
    values: BTreeMap<Slot, Vec<(Test, Pair)>>,
    distances: BTreeMap<Slot, Vec<(Slot, Pair)>>,
    orders: BTreeMap<(Slot, Slot), Vec<Compared>>,
    elements: Vec<(Slot, Vec<(ValueKey, Pair)>)>,
    opaque: Vec<(Slot, Pair)>,
    /// Whether a value is missing, where tests ask it in several ways.
    missing: FxHashMap<Slot, Lit>,
    cells: Vec<(Slot, Vec<(Lit, Sample)>)>,
}

/// What has been found out about the values of a plan.
#[derive(Debug, Default)]
pub(crate) struct Knowledge {
    pub(crate) ranges: Ranges,
    domains: Domains,
    cubes: Cubes,
    /// Every question is put to the solver.
    pub(crate) solver_only: bool,
}

/// Whether goals can hold together, taking values to be independent of each other.
pub(crate) fn ask(plan: &Plan, knowledge: &mut Knowledge, goals: &[Goal]) -> Answer {
    let Knowledge { ranges, domains, cubes, solver_only } = knowledge;
    let answer = if *solver_only { None } else { cubes.ask(&mut Known { plan, ranges, domains }, goals) };
    answer.unwrap_or_else(|| solve(plan, knowledge, goals))
}

/// The same by the solver.
fn solve(plan: &Plan, knowledge: &mut Knowledge, goals: &[Goal]) -> Answer {
    let mut solver = Solver::new(SolverOpts::default(), Patience(Counter::new(PATIENCE)));
    let truth = Lit::new(solver.new_var_default(), true);
    let mut instance = Instance {
        plan,
        ranges: &mut knowledge.ranges,
        domains: &mut knowledge.domains,
        solver,
        truth,
        pairs: FxHashMap::default(),
        values: BTreeMap::new(),
        distances: BTreeMap::new(),
        orders: BTreeMap::new(),
        elements: Vec::new(),
        opaque: Vec::new(),
        missing: FxHashMap::default(),
        cells: Vec::new(),
    };
    instance.add(vec![truth]);
    let wanted: Vec<Lit> = goals.iter().map(|goal| instance.goal(goal)).collect();
    instance.finish();
    instance.answer(&wanted)
}

impl Instance<'_> {
    fn add(&mut self, mut clause: Vec<Lit>) {
        self.solver.add_clause_reuse(&mut clause);
    }

    fn fresh(&mut self) -> Lit {
        Lit::new(self.solver.new_var_default(), true)
    }

    fn fresh_pair(&mut self) -> Pair {
        let pair = Pair { yes: self.fresh(), no: self.fresh() };
        self.add(vec![!pair.yes, !pair.no]);
        pair
    }

    /// A variable that is true exactly if one of these is.
    fn any(&mut self, of: &[Lit]) -> Lit {
        match of {
            [] => !self.truth,
            [one] => *one,
            of => {
                let any = self.fresh();
                for lit in of {
                    self.add(vec![!*lit, any]);
                }
                self.add(of.iter().copied().chain([!any]).collect());
                any
            }
        }
    }

    fn all(&mut self, of: &[Lit]) -> Lit {
        let turned: Vec<Lit> = of.iter().map(|lit| !*lit).collect();
        !self.any(&turned)
    }

    fn goal(&mut self, goal: &Goal) -> Lit {
        match goal {
            Goal::Is(slot) => self.pair(*slot).yes,
            Goal::IsNot(slot) => !self.pair(*slot).yes,
            Goal::IsFalse(slot) => self.pair(*slot).no,
            Goal::Any(slots) => {
                let lits: Vec<Lit> = slots.iter().map(|slot| self.pair(*slot).yes).collect();
                self.any(&lits)
            }
            Goal::NotAll(slots) => {
                let lits: Vec<Lit> = slots.iter().map(|slot| !self.pair(*slot).yes).collect();
                self.any(&lits)
            }
            Goal::Matches(slot, pattern) => {
                let lit = self.fresh();
                let test = Test::Pattern(*slot, pattern.clone());
                self.values
                    .entry(bare(self.plan, *slot))
                    .or_default()
                    .push((test, Pair { yes: lit, no: !lit }));
                lit
            }
        }
    }

    fn pair(&mut self, slot: Slot) -> Pair {
        if let Some(pair) = self.pairs.get(&slot) {
            return *pair;
        }
        let pair = self.make_pair(slot);
        self.pairs.insert(slot, pair);
        pair
    }

    fn make_pair(&mut self, slot: Slot) -> Pair {
        match step(self.plan, slot) {
            Step::Constant(truth) => {
                let lit = |holds: bool| if holds { self.truth } else { !self.truth };
                Pair { yes: lit(truth == Some(true)), no: lit(truth == Some(false)) }
            }
            Step::Not(x) => self.pair(x).turned(),
            Step::And(parts) => {
                let pairs: Vec<Pair> = parts.iter().map(|part| self.pair(*part)).collect();
                self.conjunction(&pairs)
            }
            Step::Or(parts) => {
                let pairs: Vec<Pair> = parts.iter().map(|part| self.pair(*part).turned()).collect();
                self.conjunction(&pairs).turned()
            }
            Step::If(condition, then, otherwise) => {
                let (c, a, b) = (self.pair(condition), self.pair(then), self.pair(otherwise));
                let side = |this: &mut Self, a: Lit, b: Lit| {
                    let ways = [this.all(&[c.yes, a]), this.all(&[c.no, b])];
                    this.any(&ways)
                };
                Pair { yes: side(self, a.yes, b.yes), no: side(self, a.no, b.no) }
            }
            Step::Otherwise(first, second) => {
                let (a, b) = (self.pair(first), self.pair(second));
                let side = |this: &mut Self, a_wanted: Lit, b_wanted: Lit| {
                    let second = this.all(&[!a.yes, !a.no, b_wanted]);
                    this.any(&[a_wanted, second])
                };
                Pair { yes: side(self, a.yes, b.yes), no: side(self, a.no, b.no) }
            }
            Step::IsUnknown(x) => {
                let x = self.pair(x);
                let yes = self.all(&[!x.yes, !x.no]);
                Pair { yes, no: !yes }
            }
            Step::Elements { set, elements, all } => {
                let pairs: Vec<Pair> =
                    elements.into_iter().map(|element| self.element(set, ValueKey(element))).collect();
                if all {
                    self.conjunction(&pairs)
                } else {
                    let turned: Vec<Pair> = pairs.into_iter().map(Pair::turned).collect();
                    self.conjunction(&turned).turned()
                }
            }
            Step::Value { of } => {
                let pair = self.fresh_pair();
                self.values.entry(of).or_default().push((Test::Truth(slot), pair));
                pair
            }
            Step::FromNow { of } => {
                let pair = self.fresh_pair();
                self.distances.entry(of).or_default().push((slot, pair));
                pair
            }
            Step::Order { a, b } => {
                let pair = self.fresh_pair();
                let Some(Node::Apply(op, _)) = self.plan.nodes.get(slot) else { return pair };
                let (op, key, turned) = if a <= b { (*op, (a, b), false) } else { (*op, (b, a), true) };
                self.orders.entry(key).or_default().push((op, turned, pair));
                pair
            }
            Step::Opaque => {
                let pair = self.fresh_pair();
                if !self.ranges.may_miss(self.plan, slot) {
                    self.add(vec![pair.yes, pair.no]);
                }
                self.opaque.push((slot, pair));
                pair
            }
        }
    }

    fn conjunction(&mut self, pairs: &[Pair]) -> Pair {
        let yes: Vec<Lit> = pairs.iter().map(|pair| pair.yes).collect();
        let no: Vec<Lit> = pairs.iter().map(|pair| pair.no).collect();
        Pair { yes: self.all(&yes), no: self.any(&no) }
    }

    fn element(&mut self, set: Slot, element: ValueKey) -> Pair {
        let place = self.elements.iter().position(|(slot, _)| *slot == set);
        let known = place.and_then(|place| self.elements.get(place)).and_then(|(_, elements)| {
            elements.iter().find(|(known, _)| *known == element).map(|(_, pair)| *pair)
        });
        if let Some(pair) = known {
            return pair;
        }
        let pair = self.fresh_pair();
        match self.elements.iter_mut().find(|(slot, _)| *slot == set) {
            Some((_, elements)) => elements.push((element, pair)),
            None => self.elements.push((set, vec![(element, pair)])),
        }
        pair
    }

    /// That a value is missing; false if it cannot be.
    fn missing(&mut self, of: Slot) -> Lit {
        if let Some(lit) = self.missing.get(&of) {
            return *lit;
        }
        let lit = if self.ranges.may_miss(self.plan, of) { self.fresh() } else { !self.truth };
        self.missing.insert(of, lit);
        lit
    }

    /// Gives every value its cells.
    fn finish(&mut self) {
        for (of, tested) in std::mem::take(&mut self.values) {
            let (tests, pairs): (Vec<Test>, Vec<Pair>) = tested.into_iter().unzip();
            match self.domains.of_value(self.plan, self.ranges, of, &tests) {
                Some(cells) => self.choice(of, cells, &pairs),
                // Nothing is known of these tests.
                None => {
                    for (test, pair) in tests.into_iter().zip(pairs) {
                        let Test::Truth(slot) = test else { continue };
                        if !self.ranges.may_miss(self.plan, slot) {
                            self.add(vec![pair.yes, pair.no]);
                        }
                        self.opaque.push((slot, pair));
                    }
                }
            }
        }
        for (of, tested) in std::mem::take(&mut self.distances) {
            let (tests, pairs): (Vec<Slot>, Vec<Pair>) = tested.iter().copied().unzip();
            match domain::from_now(self.plan, self.ranges, of, &tests) {
                Some(cells) => self.choice(of, cells, &pairs),
                None => self.opaque.extend(tested),
            }
        }
        for (set, elements) in self.elements.clone() {
            let missing = self.missing(set);
            for (_, pair) in elements {
                self.add(vec![!missing, !pair.yes]);
                self.add(vec![!missing, !pair.no]);
                self.add(vec![missing, pair.yes, pair.no]);
            }
        }
        for ((a, b), tests) in std::mem::take(&mut self.orders) {
            let (missing_a, missing_b) = (self.missing(a), self.missing(b));
            let missing = self.any(&[missing_a, missing_b]);
            let orders = [std::cmp::Ordering::Less, std::cmp::Ordering::Equal, std::cmp::Ordering::Greater];
            let chosen: Vec<Lit> = orders.iter().map(|_| self.fresh()).collect();
            self.add(chosen.iter().copied().chain([missing]).collect());
            for (order, lit) in orders.into_iter().zip(&chosen) {
                self.add(vec![!missing, !*lit]);
                for (op, turned, pair) in &tests {
                    let order = if *turned { order.reverse() } else { order };
                    let holds = semantics::comparison(*op, order);
                    self.add(vec![!*lit, if holds { pair.yes } else { pair.no }]);
                }
            }
            for (_, _, pair) in &tests {
                self.add(vec![!missing, !pair.yes]);
                self.add(vec![!missing, !pair.no]);
            }
        }
    }

    /// One of the cells is chosen, and says the truth of every test.
    fn choice(&mut self, of: Slot, cells: Vec<Cell>, pairs: &[Pair]) {
        let mut chosen = Vec::with_capacity(cells.len());
        let missing = self.missing(of);
        for cell in cells {
            let lit = if domain::is_missing(&cell) {
                missing
            } else {
                let lit = self.fresh();
                self.add(vec![!lit, !missing]);
                lit
            };
            for (pair, truth) in pairs.iter().zip(&cell.truths) {
                let (yes, no) = match truth {
                    Some(true) => (pair.yes, !pair.no),
                    Some(false) => (!pair.yes, pair.no),
                    None => (!pair.yes, !pair.no),
                };
                self.add(vec![!lit, yes]);
                self.add(vec![!lit, no]);
            }
            chosen.push((lit, cell.sample));
        }
        self.add(chosen.iter().map(|(lit, _)| *lit).collect());
        self.cells.push((of, chosen));
    }

    fn solve(&mut self, wanted: &[Lit]) -> lbool {
        self.solver.cb_mut().0.set(PATIENCE);
        self.solver.solve_limited(wanted)
    }

    fn answer(&mut self, wanted: &[Lit]) -> Answer {
        let solved = self.solve(wanted);
        if solved == lbool::TRUE {
            Answer::Maybe(self.proposal())
        } else if solved == lbool::FALSE {
            Answer::Never(self.smallest(wanted))
        } else {
            Answer::GaveUp
        }
    }

    /// Goals that cannot hold together, and can without any one of them.
    fn smallest(&mut self, wanted: &[Lit]) -> Vec<usize> {
        let mut left: Vec<usize> = (0..wanted.len()).collect();
        let mut place = 0;
        while place < left.len() {
            let mut tried = left.clone();
            tried.remove(place);
            let lits: Vec<Lit> = tried.iter().filter_map(|n| wanted.get(*n)).copied().collect();
            if self.solve(&lits) == lbool::FALSE {
                left = tried;
            } else {
                place += 1;
            }
        }
        left
    }

    fn proposal(&self) -> Proposal {
        let holds = |lit: Lit| self.solver.value_lit(lit) == lbool::TRUE;
        let truth = |pair: Pair| match (holds(pair.yes), holds(pair.no)) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        };
        let mut proposal = Proposal::default();
        for (of, cells) in &self.cells {
            if let Some((_, sample)) = cells.iter().find(|(lit, _)| holds(*lit)) {
                proposal.values.push((*of, sample.clone()));
            }
        }
        for (set, elements) in &self.elements {
            for (element, pair) in elements {
                if let Some(is_in) = truth(*pair) {
                    proposal.elements.push((*set, element.0.clone(), is_in));
                }
            }
        }
        proposal.truths = self.opaque.iter().map(|(slot, pair)| (*slot, truth(*pair))).collect();
        proposal
    }
}
