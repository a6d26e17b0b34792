//! Most questions without a solver: conditions as covers of cubes.
//!
//! A cube allows some cells of each of some values, independently of each other; a cover is a union of cubes
//! (terms of multiple-valued logic minimisation). It says exactly what the clauses for the solver say, see
//! `encode.rs`. Where a cover would become too large, or two values are compared, the solver is asked.

use std::rc::Rc;

use casewise_core::model::Op;
use casewise_core::plan::{Node, Plan, Slot};
use casewise_core::values::{Value, ValueKey};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::domain::{Domains, Looks, Sample, is_missing};
use crate::encode::{Answer, Goal, Proposal};
use crate::kleene::{Step, Want, step};
use crate::ranges::Ranges;

/// Cubes of one cover, at most.
const MOST: usize = 128;
/// Pairs of cubes that one product is made of, at most.
const MOST_PAIRS: usize = 2_048;
/// Meetings of two cubes for one question, at most.
const PATIENCE: usize = 20_000;

/// Which cells are allowed, as bits.
type Cells = Rc<[u64]>;

/// What is allowed of each of some dimensions, ascending; of all others everything is.
#[derive(Debug, Clone, PartialEq, Default)]
struct Cube(Vec<(u32, Cells)>);

/// Any of these. No cube: never; a cube without dimensions: always.
type Cover = Rc<[Cube]>;

/// Something that has one of several cells, whatever the others have.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Dimension {
    /// A value under the tests with constants, the missing one included unless it has a presence of its own.
    Value(Slot),
    /// How far a value is from now; never missing.
    FromNow(Slot),
    /// Whether an element is in a set that is there: in, out.
    Element(Slot, ValueKey),
    /// Whether a value is there that is looked at in several ways: missing, there.
    Presence(Slot),
    /// A truth of which nothing is known: true, false, unknown.
    Truth(Slot),
}

/// The covers of a plan, made when first asked for.
#[derive(Debug, Default)]
pub(crate) struct Cubes {
    dimensions: Vec<Dimension>,
    places: FxHashMap<Dimension, u32>,
    /// None: too large, or not made of cubes.
    covers: FxHashMap<(Slot, Want), Option<Cover>>,
}

/// What covers are made from.
pub(crate) struct Known<'k> {
    pub(crate) plan: &'k Plan,
    pub(crate) ranges: &'k mut Ranges,
    pub(crate) domains: &'k mut Domains,
}

impl Cubes {
    /// Whether goals can hold together; none if the solver has to say it.
    pub(crate) fn ask(&mut self, known: &mut Known<'_>, goals: &[Goal]) -> Option<Answer> {
        let covers: Option<Vec<Cover>> = goals.iter().map(|goal| self.goal(known, goal)).collect();
        let covers = covers?;
        let mut patience = PATIENCE;
        let all: Vec<usize> = (0..covers.len()).collect();
        if let Some(cube) = common(&covers, &all, &mut patience)? {
            return Some(Answer::Maybe(self.proposal(known, &cube)));
        }
        // Goals that cannot hold together, and can without any one of them.
        let mut left = all;
        let mut place = 0;
        while place < left.len() {
            let mut fewer = left.clone();
            fewer.remove(place);
            if common(&covers, &fewer, &mut patience)?.is_none() {
                left = fewer;
            } else {
                place += 1;
            }
        }
        Some(Answer::Never(left))
    }

    fn goal(&mut self, known: &mut Known<'_>, goal: &Goal) -> Option<Cover> {
        match goal {
            Goal::Is(slot) => self.cover(known, *slot, Want::True),
            Goal::IsNot(slot) => self.cover(known, *slot, Want::NotTrue),
            Goal::IsFalse(slot) => self.cover(known, *slot, Want::False),
            Goal::Any(slots) => self.any(known, slots, Want::True),
            Goal::NotAll(slots) => self.any(known, slots, Want::NotTrue),
            Goal::Matches(..) => None,
        }
    }

    fn cover(&mut self, known: &mut Known<'_>, slot: Slot, want: Want) -> Option<Cover> {
        if let Some(cover) = self.covers.get(&(slot, want)) {
            return cover.clone();
        }
        let cover = self.make(known, slot, want);
        self.covers.insert((slot, want), cover.clone());
        cover
    }

    fn any(&mut self, known: &mut Known<'_>, slots: &[Slot], want: Want) -> Option<Cover> {
        let covers: Option<Vec<Cover>> = slots.iter().map(|slot| self.cover(known, *slot, want)).collect();
        union(covers?.iter().flat_map(|cover| cover.iter().cloned()))
    }

    fn all(&mut self, known: &mut Known<'_>, parts: &[(Slot, Want)]) -> Option<Cover> {
        let mut all = always();
        for (slot, want) in parts {
            all = product(&all, &self.cover(known, *slot, *want)?)?;
        }
        Some(all)
    }

    /// Any of some ways, each of which asks for several truths.
    fn ways(&mut self, known: &mut Known<'_>, ways: &[&[(Slot, Want)]]) -> Option<Cover> {
        let covers: Option<Vec<Cover>> = ways.iter().map(|way| self.all(known, way)).collect();
        union(covers?.iter().flat_map(|cover| cover.iter().cloned()))
    }

    fn make(&mut self, known: &mut Known<'_>, slot: Slot, want: Want) -> Option<Cover> {
        use Want::{False, NotFalse, NotTrue, True};
        match step(known.plan, slot) {
            Step::Constant(truth) => Some(if want.met(truth) { always() } else { never() }),
            Step::Not(x) => self.cover(known, x, want.turned()),
            Step::And(parts) | Step::Or(parts) => {
                let is_and = matches!(known.plan.nodes.get(slot), Some(Node::Apply(Op::And, _)));
                if want.of_all() == is_and {
                    let parts: Vec<(Slot, Want)> = parts.into_iter().map(|part| (part, want)).collect();
                    self.all(known, &parts)
                } else {
                    self.any(known, &parts, want)
                }
            }
            Step::If(c, then, otherwise) => {
                let (on, off): (&[_], &[_]) = (&[(c, True), (then, want)], &[(c, False), (otherwise, want)]);
                match want {
                    True | False => self.ways(known, &[on, off]),
                    NotTrue | NotFalse => self.ways(known, &[on, off, &[(c, NotTrue), (c, NotFalse)]]),
                }
            }
            Step::Otherwise(first, second) => {
                let second: &[_] = &[(first, NotTrue), (first, NotFalse), (second, want)];
                let first = match want {
                    True | NotFalse => (first, True),
                    False | NotTrue => (first, False),
                };
                self.ways(known, &[&[first], second])
            }
            Step::IsUnknown(x) => match want {
                True | NotFalse => self.all(known, &[(x, NotTrue), (x, NotFalse)]),
                False | NotTrue => self.ways(known, &[&[(x, True)], &[(x, False)]]),
            },
            Step::Elements { set, elements, all } => {
                let elements: Vec<Cover> =
                    elements.into_iter().map(|element| self.element(known, set, element, want)).collect();
                if want.of_all() == all {
                    elements.iter().try_fold(always(), |all, element| product(&all, element))
                } else {
                    union(elements.iter().flat_map(|element| element.iter().cloned()))
                }
            }
            Step::Value { of } => self.value(known, of, slot, want),
            Step::FromNow { of } => self.distance(known, of, slot, want),
            Step::Opaque => {
                let outcomes = [Some(true), Some(false), None];
                let there = if known.ranges.may_miss(known.plan, slot) { 3 } else { 2 };
                let dimension = self.place(Dimension::Truth(slot));
                let allowed = outcomes.into_iter().take(there).map(|truth| want.met(truth));
                Some(of_cells(dimension, allowed))
            }
            Step::Order { .. } => None,
        }
    }

    fn value(&mut self, known: &mut Known<'_>, of: Slot, test: Slot, want: Want) -> Option<Cover> {
        let apart = known.domains.looks(known.plan, of) == Looks::Several;
        let (column, cells) = known.domains.all_of_value(known.plan, known.ranges, of, test)?;
        let allowed: Vec<(bool, bool)> = cells
            .iter()
            .map(|cell| (is_missing(cell), want.met(cell.truths.get(column).copied().flatten())))
            .collect();
        let dimension = self.place(Dimension::Value(of));
        if !apart {
            return Some(of_cells(dimension, allowed.into_iter().map(|(_, allowed)| allowed)));
        }
        let there = of_cells(dimension, allowed.iter().map(|(missing, allowed)| !missing && *allowed));
        let missing = allowed.iter().find(|(missing, _)| *missing).map(|(_, allowed)| *allowed);
        self.with_presence(of, &there, missing)
    }

    fn distance(&mut self, known: &mut Known<'_>, of: Slot, test: Slot, want: Want) -> Option<Cover> {
        let (column, cells) = known.domains.all_from_now(known.plan, known.ranges, of, test)?;
        let of_cell = |cell: &crate::domain::Cell| want.met(cell.truths.get(column).copied().flatten());
        let missing = cells.iter().find(|cell| is_missing(cell)).map(of_cell);
        let allowed: Vec<bool> = cells.iter().map(|cell| !is_missing(cell) && of_cell(cell)).collect();
        let dimension = self.place(Dimension::FromNow(of));
        self.with_presence(of, &of_cells(dimension, allowed.into_iter()), missing)
    }

    fn element(&mut self, known: &mut Known<'_>, set: Slot, element: Value, want: Want) -> Cover {
        let dimension = self.place(Dimension::Element(set, ValueKey(element)));
        let allowed = [Some(true), Some(false)].into_iter().map(|truth| want.met(truth));
        let there = of_cells(dimension, allowed);
        let missing = known.ranges.may_miss(known.plan, set).then(|| want.met(None));
        self.with_presence(set, &there, missing).unwrap_or_else(never)
    }

    /// What holds of a value that is there, or, if that is allowed, of a missing one; none if it cannot be missing.
    fn with_presence(&mut self, of: Slot, there: &Cover, missing: Option<bool>) -> Option<Cover> {
        let Some(missing) = missing else { return Some(there.clone()) };
        let dimension = self.place(Dimension::Presence(of));
        let there = product(there, &of_cells(dimension, [false, true].into_iter()))?;
        if !missing {
            return Some(there);
        }
        let missing = of_cells(dimension, [true, false].into_iter());
        union(there.iter().chain(missing.iter()).cloned())
    }

    fn place(&mut self, dimension: Dimension) -> u32 {
        let next = u32::try_from(self.dimensions.len()).unwrap_or(u32::MAX);
        *self.places.entry(dimension).or_insert_with_key(|dimension| {
            self.dimensions.push(dimension.clone());
            next
        })
    }

    /// What a cube would need of the inputs.
    fn proposal(&self, known: &mut Known<'_>, cube: &Cube) -> Proposal {
        let mut proposal = Proposal::default();
        // What is missing is not also this or that.
        let mut missing: FxHashSet<Slot> = FxHashSet::default();
        for (place, cells) in &cube.0 {
            if let Some(Dimension::Presence(of)) = self.dimensions.get(*place as usize)
                && places(cells).all(|place| place == 0)
            {
                missing.insert(*of);
                proposal.values.push((*of, Sample::Value(Value::Missing)));
            }
        }
        for (place, cells) in &cube.0 {
            let Some(dimension) = self.dimensions.get(*place as usize) else { continue };
            let first = places(cells).next();
            match dimension {
                Dimension::Value(of) | Dimension::FromNow(of) if !missing.contains(of) => {
                    let there = match dimension {
                        Dimension::Value(_) => known.domains.cells(*of),
                        _ => known.domains.cells_from_now(*of),
                    };
                    let allowed = || places(cells).filter_map(|place| there.get(place));
                    let cell = allowed().find(|cell| !is_missing(cell)).or_else(|| allowed().next());
                    proposal.values.extend(cell.map(|cell| (*of, cell.sample.clone())));
                }
                Dimension::Element(set, element) if !missing.contains(set) => {
                    proposal.elements.push((*set, element.0.clone(), first == Some(0)));
                }
                Dimension::Truth(slot) => {
                    let truth = [Some(true), Some(false)].get(first.unwrap_or(2)).copied().flatten();
                    proposal.truths.push((*slot, truth));
                }
                _ => {}
            }
        }
        proposal
    }
}

fn always() -> Cover {
    [Cube::default()].into()
}

fn never() -> Cover {
    [].into()
}

/// The cells that a set of bits allows.
fn places(cells: &Cells) -> impl Iterator<Item = usize> + '_ {
    cells.iter().enumerate().flat_map(|(word, bits)| {
        (0..64).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| word * 64 + bit)
    })
}

/// The cover of one dimension: which of its cells are allowed, one after the other.
fn of_cells(dimension: u32, allowed: impl Iterator<Item = bool>) -> Cover {
    let allowed: Vec<bool> = allowed.collect();
    if allowed.iter().all(|allowed| *allowed) {
        return always();
    }
    if !allowed.iter().any(|allowed| *allowed) {
        return never();
    }
    let words = allowed.chunks(64).map(|word| {
        word.iter().enumerate().fold(0, |bits, (bit, allowed)| bits | u64::from(*allowed) << bit)
    });
    [Cube(vec![(dimension, words.collect())])].into()
}

impl Cube {
    /// What both allow; none if that is nothing.
    fn and(&self, other: &Cube) -> Option<Cube> {
        let mut both = Vec::with_capacity(self.0.len() + other.0.len());
        let (mut a, mut b) = (self.0.iter().peekable(), other.0.iter().peekable());
        loop {
            let taken = match (a.peek(), b.peek()) {
                (None, None) => return Some(Cube(both)),
                (Some((first, cells)), Some((second, others))) if first == second => {
                    let common: Cells = if Rc::ptr_eq(cells, others) {
                        Rc::clone(cells)
                    } else {
                        cells.iter().zip(others.iter()).map(|(a, b)| a & b).collect()
                    };
                    if common.iter().all(|word| *word == 0) {
                        return None;
                    }
                    both.push((*first, common));
                    a.next();
                    b.next();
                    continue;
                }
                (Some((first, _)), Some((second, _))) if first < second => a.next(),
                (Some(_), None) => a.next(),
                _ => b.next(),
            };
            both.extend(taken.cloned());
        }
    }

    /// Whether they have something in common.
    fn meets(&self, other: &Cube) -> bool {
        let mut rest = other.0.as_slice();
        self.0.iter().all(|(dimension, cells)| {
            while let [(first, others), tail @ ..] = rest {
                if first > dimension {
                    break;
                }
                rest = tail;
                if first == dimension {
                    return cells.iter().zip(others.iter()).any(|(a, b)| a & b != 0);
                }
            }
            true
        })
    }

    /// One cube of two that differ in one dimension.
    fn joined(&self, other: &Cube) -> Option<Cube> {
        if self.0.len() != other.0.len() {
            return None;
        }
        let mut differs = None;
        for (n, (a, b)) in self.0.iter().zip(&other.0).enumerate() {
            if a.0 != b.0 || (a.1 != b.1 && differs.replace(n).is_some()) {
                return None;
            }
        }
        let mut joined = self.clone();
        let n = differs?;
        if let (Some((_, cells)), Some((_, others))) = (joined.0.get_mut(n), other.0.get(n)) {
            *cells = cells.iter().zip(others.iter()).map(|(a, b)| a | b).collect();
        }
        Some(joined)
    }

    /// Whether it allows all that the other one does.
    fn covers(&self, other: &Cube) -> bool {
        self.0.iter().all(|(dimension, cells)| {
            let of_other = other.0.binary_search_by_key(dimension, |(dimension, _)| *dimension).ok();
            of_other
                .and_then(|place| other.0.get(place))
                .is_some_and(|(_, others)| cells.iter().zip(others.iter()).all(|(a, b)| b & !a == 0))
        })
    }
}

/// All of these in as few cubes as are found easily; none if there are too many.
fn union(cubes: impl Iterator<Item = Cube>) -> Option<Cover> {
    let mut kept: Vec<Cube> = Vec::new();
    let mut more: Vec<Cube> = cubes.collect();
    more.reverse();
    while let Some(cube) = more.pop() {
        if kept.iter().any(|known| known.covers(&cube)) {
            continue;
        }
        kept.retain(|known| !cube.covers(known));
        let joined = kept.iter().enumerate().find_map(|(n, known)| Some((n, known.joined(&cube)?)));
        match joined {
            Some((n, joined)) => {
                kept.remove(n);
                more.push(joined);
            }
            None if kept.len() == MOST => return None,
            None => kept.push(cube),
        }
    }
    Some(kept.into())
}

/// What both covers allow; none if there are too many cubes.
fn product(first: &Cover, second: &Cover) -> Option<Cover> {
    if first.len() * second.len() > MOST_PAIRS {
        return None;
    }
    union(first.iter().flat_map(|a| second.iter().filter_map(move |b| a.and(b))))
}

/// A cube that all of some covers have in common; the outer none if that takes too long to find.
fn common(covers: &[Cover], of: &[usize], patience: &mut usize) -> Option<Option<Cube>> {
    let mut chosen: Vec<&Cover> = of.iter().filter_map(|n| covers.get(*n)).collect();
    chosen.sort_by_key(|cover| cover.len());
    search(&chosen, &Cube::default(), patience)
}

fn search(covers: &[&Cover], within: &Cube, patience: &mut usize) -> Option<Option<Cube>> {
    let Some((first, rest)) = covers.split_first() else { return Some(Some(within.clone())) };
    for cube in first.iter() {
        *patience = patience.checked_sub(1)?;
        if !cube.meets(within) {
            continue;
        }
        if let Some(within) = within.and(cube)
            && let Some(found) = search(rest, &within, patience)?
        {
            return Some(Some(found));
        }
    }
    Some(None)
}
