//! Conditions over a chunk of rows: each distinct test once, then words of bits.
//!
//! Kleene's logic needs no third value here. A condition is true exactly where its tree is true with "the test
//! is true" at the leaves, and not false exactly where it is with "the test is not false" there, see
//! [`Tree`]. Both are two-valued, and the second is computed only where it is asked for.

use casewise_core::plan::index::{LiteralId, Logic, SourceCells, Tree};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::bits::{ALL, Bits, NONE, and, and_not, any, or, rows, set};
use crate::kernels::Kernels;
use crate::planes::{Codes, Planes, ends, width};

/// Which truths of a test a leaf stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Wanted {
    truth: bool,
    or_unknown: bool,
}

impl Wanted {
    fn holds(self, truth: Option<bool>) -> bool {
        truth.map_or(self.or_unknown, |truth| truth == self.truth)
    }
}

/// What is computed of each chunk. Results are in *slots*, one set of rows each.
#[derive(Debug)]
pub(crate) struct Conditions {
    kernels: Kernels,
    inputs: Vec<Input>,
    /// Tests that are answered row by row, where it comes to them.
    asked: Vec<LiteralId>,
    slots: usize,
    /// Parts that several conditions have: computed once.
    shared: Vec<(u32, Node)>,
    holds: Vec<Node>,
    possible: Vec<Node>,
    /// Whether a condition holds wherever it is possible.
    certain: Vec<bool>,
}

/// One input and the tests on it.
#[derive(Debug)]
enum Input {
    Cuts {
        width: usize,
        /// Cells at which a test begins or ends to hold.
        ends: Vec<u16>,
        /// Slot, and which of the ends are the test's.
        tests: Vec<(u32, Box<[u16]>)>,
    },
    Elements(Vec<ElementTest>),
}

/// A test on a set.
#[derive(Debug)]
struct ElementTest {
    slot: u32,
    /// Those that make it true.
    elements: Vec<usize>,
    /// Whether it is wanted of a missing set, of one with such an element, and of every other.
    missing: u64,
    with: u64,
    without: u64,
}

/// "and" or "or" of what is cheap, then of what is less so.
#[derive(Debug, Default)]
struct Node {
    is_or: bool,
    slots: Vec<u32>,
    nodes: Vec<Node>,
    asked: Vec<(u32, Wanted)>,
}

/// Memory of one thread, used for chunk after chunk.
#[derive(Debug)]
pub(crate) struct ConditionScratch {
    slots: Vec<Bits>,
    planes: Box<Planes>,
    above: Vec<Bits>,
    answers: Vec<Answers>,
}

/// What is known of a test that is answered row by row.
#[derive(Debug, Clone, Copy)]
struct Answers {
    known: Bits,
    yes: Bits,
    no: Bits,
}

/// The cells of a chunk of one input.
#[derive(Debug)]
pub(crate) enum ChunkCells<'c> {
    /// Of a value, and the rows that have one.
    Codes(&'c Codes, Option<&'c Bits>),
    /// Of a truth: rows that are true; the cells of false and true; and the rows that are either.
    Truths(&'c Bits, [u16; 2], Option<&'c Bits>),
    /// Of a set: rows that hold each element, and rows where it is missing.
    Elements(&'c [Bits], &'c Bits),
    /// Missing everywhere.
    Missing,
}

impl Conditions {
    /// The conditions of a logic: where they hold and, if wanted, where they are possible: true or unknown.
    /// `present` says of each source whether it has a value in every row.
    pub(crate) fn new(logic: &Logic, cells: &[SourceCells], possible: bool, present: &[bool]) -> Conditions {
        let mut compiler = Compiler::new(logic, present);
        let holds = logic.trees.iter().map(|tree| compiler.node(tree, false)).collect();
        let trees = if possible { logic.trees.as_slice() } else { &[] };
        let certain = logic.trees.iter().map(|tree| compiler.is_certain(tree)).collect();
        let possible = trees.iter().map(|tree| compiler.node(tree, true)).collect();
        let Compiler { leaves, asked, slots, shared, .. } = compiler;
        let mut tests: Vec<_> = leaves.into_iter().collect();
        tests.sort_unstable_by_key(|(_, slot)| *slot);
        let mut by_source: Vec<Vec<(usize, Wanted, u32)>> = vec![Vec::new(); logic.sources.len()];
        for ((literal, wanted), slot) in tests {
            let source = logic.literals.get(literal.index()).and_then(|literal| literal.source);
            let Some(source) = source.map(|id| id.0 as usize) else { continue };
            if let (Some(tests), Some(declared)) = (by_source.get_mut(source), logic.sources.get(source)) {
                tests.push((literal.index() - declared.first as usize, wanted, slot));
            }
        }
        let inputs =
            by_source.into_iter().zip(cells).map(|(tests, cells)| Input::new(tests, cells)).collect();
        Conditions { kernels: Kernels::new(), inputs, asked, slots, shared, holds, possible, certain }
    }

    pub(crate) fn scratch(&self) -> ConditionScratch {
        ConditionScratch {
            slots: vec![NONE; self.slots],
            planes: Box::new([NONE; 16]),
            above: Vec::new(),
            answers: vec![Answers { known: NONE, yes: NONE, no: NONE }; self.asked.len()],
        }
    }

    /// Answers the tests on input `n` from its cells.
    pub(crate) fn test(&self, n: usize, cells: &ChunkCells<'_>, scratch: &mut ConditionScratch) {
        match self.inputs.get(n) {
            Some(Input::Cuts { width, ends, tests }) => {
                let ConditionScratch { planes, above, slots, .. } = scratch;
                match cells {
                    ChunkCells::Codes(codes, _) => self.kernels.split(codes, *width, planes),
                    ChunkCells::Truths(yes, cells, _) => truth_planes(yes, *cells, planes),
                    ChunkCells::Missing | ChunkCells::Elements(..) => planes.fill(NONE),
                }
                let planes = planes.get_mut(..*width).unwrap_or_default();
                if let ChunkCells::Codes(_, Some(valid)) | ChunkCells::Truths(_, _, Some(valid)) = cells {
                    planes.iter_mut().for_each(|plane| and(plane, valid));
                }
                self.kernels.at_least(planes, ends, above);
                self.kernels.within(above, tests, slots);
            }
            Some(Input::Elements(tests)) => {
                let (holds, missing) = match cells {
                    ChunkCells::Elements(holds, missing) => (*holds, *missing),
                    _ => (&[][..], &ALL),
                };
                for test in tests {
                    let mut with = NONE;
                    test.elements.iter().filter_map(|n| holds.get(*n)).for_each(|held| or(&mut with, held));
                    let Some(to) = scratch.slots.get_mut(test.slot as usize) else { continue };
                    for ((to, with), missing) in to.iter_mut().zip(&with).zip(missing) {
                        let present = (with & test.with) | (!with & test.without);
                        *to = (missing & test.missing) | (!missing & present);
                    }
                }
            }
            None => {}
        }
    }

    /// Computes what conditions share, when all tests are answered.
    pub(crate) fn share(&self, scratch: &mut ConditionScratch) {
        scratch.answers.iter_mut().for_each(|answers| answers.known = NONE);
        for (slot, node) in &self.shared {
            // What is shared asks no questions.
            let mut rows = NONE;
            self.run(node, &ALL, scratch, &mut |_, _| None, &mut rows);
            if let Some(to) = scratch.slots.get_mut(*slot as usize) {
                *to = rows;
            }
        }
    }

    /// The rows among some for which a condition is true.
    pub(crate) fn holds(
        &self,
        condition: usize,
        among: &Bits,
        scratch: &mut ConditionScratch,
        ask: &mut dyn FnMut(LiteralId, usize) -> Option<bool>,
        to: &mut Bits,
    ) {
        match self.holds.get(condition) {
            Some(node) => self.run(node, among, scratch, ask, to),
            None => *to = NONE,
        }
    }

    /// The rows among some for which a condition is true or unknown.
    pub(crate) fn possible(
        &self,
        condition: usize,
        among: &Bits,
        scratch: &mut ConditionScratch,
        ask: &mut dyn FnMut(LiteralId, usize) -> Option<bool>,
        to: &mut Bits,
    ) {
        match self.possible.get(condition) {
            Some(node) => self.run(node, among, scratch, ask, to),
            None => *to = NONE,
        }
    }

    /// Whether a condition holds wherever it is possible: no test of it can be unknown.
    pub(crate) fn is_certain(&self, condition: usize) -> bool {
        self.certain.get(condition).copied().unwrap_or(false)
    }

    /// The tests that are answered row by row.
    pub(crate) fn asked(&self) -> &[LiteralId] {
        &self.asked
    }

    pub(crate) fn kernels(&self) -> Kernels {
        self.kernels
    }

    pub(crate) fn len(&self) -> usize {
        self.holds.len()
    }

    /// The rows among some for which a node holds.
    fn run(
        &self,
        node: &Node,
        among: &Bits,
        scratch: &mut ConditionScratch,
        ask: &mut dyn FnMut(LiteralId, usize) -> Option<bool>,
        to: &mut Bits,
    ) {
        if node.is_or {
            self.kernels.any(among, &scratch.slots, &node.slots, to);
            if !node.has_more() {
                return;
            }
            let (mut left, mut more) = (*among, NONE);
            and_not(&mut left, to);
            for part in &node.nodes {
                if !any(&left) {
                    return;
                }
                self.run(part, &left, scratch, ask, &mut more);
                or(to, &more);
                and_not(&mut left, &more);
            }
            for (place, wanted) in &node.asked {
                let more = self.ask(*place, *wanted, &left, scratch, ask);
                or(to, &more);
                and_not(&mut left, &more);
            }
            return;
        }
        self.kernels.all(among, &scratch.slots, &node.slots, to);
        for part in &node.nodes {
            // Where no row is left, nothing more is computed.
            if !any(to) {
                return;
            }
            let left = *to;
            self.run(part, &left, scratch, ask, to);
        }
        for (place, wanted) in &node.asked {
            *to = self.ask(*place, *wanted, to, scratch, ask);
        }
    }

    /// The rows among some that a question is answered for as wanted; each is asked once.
    fn ask(
        &self,
        place: u32,
        wanted: Wanted,
        among: &Bits,
        scratch: &mut ConditionScratch,
        ask: &mut dyn FnMut(LiteralId, usize) -> Option<bool>,
    ) -> Bits {
        let place = place as usize;
        let (Some(literal), Some(answers)) = (self.asked.get(place), scratch.answers.get_mut(place)) else {
            return NONE;
        };
        let mut open = *among;
        and_not(&mut open, &answers.known);
        // What the last chunk left is of other rows.
        and_not(&mut answers.yes, &open);
        and_not(&mut answers.no, &open);
        for row in rows(&open) {
            match ask(*literal, row) {
                Some(true) => set(&mut answers.yes, row),
                Some(false) => set(&mut answers.no, row),
                None => {}
            }
        }
        or(&mut answers.known, &open);
        let mut found = *among;
        match (wanted.truth, wanted.or_unknown) {
            (true, false) => and(&mut found, &answers.yes),
            (false, false) => and(&mut found, &answers.no),
            (true, true) => and_not(&mut found, &answers.no),
            (false, true) => and_not(&mut found, &answers.yes),
        }
        found
    }
}

impl Input {
    fn new(tests: Vec<(usize, Wanted, u32)>, cells: &SourceCells) -> Input {
        match cells {
            SourceCells::Cuts { truths, .. } => {
                let of = |k: usize, wanted: Wanted| {
                    ends(truths.iter().map(|cell| wanted.holds(cell.get(k).copied().flatten())))
                };
                let tests: Vec<(u32, Vec<u16>)> =
                    tests.into_iter().map(|(k, wanted, slot)| (slot, of(k, wanted))).collect();
                let mut all: Vec<u16> = tests.iter().flat_map(|(_, ends)| ends).copied().collect();
                all.sort_unstable();
                all.dedup();
                let place = |end: &u16| all.binary_search(end).unwrap_or_default() as u16;
                let tests = tests.iter().map(|(slot, ends)| (*slot, ends.iter().map(place).collect()));
                Input::Cuts { width: width(truths.len()), tests: tests.collect(), ends: all }
            }
            SourceCells::Elements { makes_true, otherwise: [missing, none], .. } => {
                let mask = |holds: bool| if holds { u64::MAX } else { 0 };
                let test = |(k, wanted, slot): (usize, Wanted, u32)| ElementTest {
                    slot,
                    elements: (0..)
                        .zip(makes_true)
                        .filter(|(_, m)| m.get(k) == Some(&true))
                        .map(|(n, _)| n)
                        .collect(),
                    missing: mask(wanted.holds(missing.get(k).copied().flatten())),
                    with: mask(wanted.holds(Some(true))),
                    without: mask(wanted.holds(none.get(k).copied().flatten())),
                };
                Input::Elements(tests.into_iter().map(test).collect())
            }
        }
    }
}

/// Planes of truths, of which the two cells are known.
fn truth_planes(yes: &Bits, [off, on]: [u16; 2], planes: &mut Planes) {
    for (bit, plane) in planes.iter_mut().enumerate() {
        let all = |cell: u16| if cell >> bit & 1 == 1 { u64::MAX } else { 0 };
        let (off, on) = (all(off), all(on));
        plane.iter_mut().zip(yes).for_each(|(to, yes)| *to = (yes & on) | (!yes & off));
    }
}

struct Compiler<'l> {
    logic: &'l Logic,
    present: &'l [bool],
    leaves: FxHashMap<(LiteralId, Wanted), u32>,
    asked: Vec<LiteralId>,
    asked_at: FxHashMap<LiteralId, u32>,
    slots: usize,
    /// Inner parts that occur more than once.
    repeated: FxHashSet<&'l Tree>,
    places: FxHashMap<(&'l Tree, bool), u32>,
    shared: Vec<(u32, Node)>,
}

impl<'l> Compiler<'l> {
    fn new(logic: &'l Logic, present: &'l [bool]) -> Compiler<'l> {
        let mut seen = FxHashSet::default();
        let mut repeated = FxHashSet::default();
        let mut open: Vec<&Tree> = logic.trees.iter().flat_map(inner).collect();
        while let Some(tree) = open.pop() {
            if seen.insert(tree) {
                open.extend(inner(tree));
            } else {
                repeated.insert(tree);
            }
        }
        Compiler {
            logic,
            present,
            leaves: FxHashMap::default(),
            asked: Vec::new(),
            asked_at: FxHashMap::default(),
            slots: 0,
            repeated,
            places: FxHashMap::default(),
            shared: Vec::new(),
        }
    }

    fn slot(&mut self) -> u32 {
        self.slots += 1;
        self.slots as u32 - 1
    }

    fn node(&mut self, tree: &'l Tree, or_unknown: bool) -> Node {
        let or_unknown = or_unknown && !self.is_certain(tree);
        let mut node = Node { is_or: matches!(tree, Tree::Or(_)), ..Node::default() };
        let parts = match tree {
            Tree::And(parts) | Tree::Or(parts) => parts.as_slice(),
            Tree::Literal(..) => std::slice::from_ref(tree),
        };
        for part in parts {
            match part {
                Tree::Literal(id, truth) => {
                    let wanted = Wanted { truth: *truth, or_unknown: or_unknown && !self.is_certain(part) };
                    let tabulated = self.logic.literals.get(id.index()).is_some_and(|l| l.source.is_some());
                    if tabulated {
                        let slot = match self.leaves.get(&(*id, wanted)) {
                            Some(slot) => *slot,
                            None => self.slot(),
                        };
                        self.leaves.insert((*id, wanted), slot);
                        node.slots.push(slot);
                    } else {
                        let next = self.asked.len() as u32;
                        let place = *self.asked_at.entry(*id).or_insert(next);
                        if place == next {
                            self.asked.push(*id);
                        }
                        node.asked.push((place, wanted));
                    }
                }
                part if self.repeated.contains(part) && !self.asks(part) => {
                    let or_unknown = or_unknown && !self.is_certain(part);
                    let slot = match self.places.get(&(part, or_unknown)) {
                        Some(slot) => *slot,
                        None => {
                            // Its own shared parts come before it.
                            let inner = self.node(part, or_unknown);
                            let slot = self.slot();
                            self.shared.push((slot, inner));
                            self.places.insert((part, or_unknown), slot);
                            slot
                        }
                    };
                    node.slots.push(slot);
                }
                part => {
                    let part = self.node(part, or_unknown);
                    node.nodes.push(part);
                }
            }
        }
        // What is answered from tables comes first.
        node.nodes.sort_by_key(Node::asks);
        node
    }

    /// Whether no test in it can be unknown: each is on one input that has a value in every row.
    fn is_certain(&self, tree: &Tree) -> bool {
        match tree {
            Tree::Literal(id, _) => {
                let source = self.logic.literals.get(id.index()).and_then(|literal| literal.source);
                source.and_then(|id| self.present.get(id.0 as usize)) == Some(&true)
            }
            Tree::And(parts) | Tree::Or(parts) => parts.iter().all(|part| self.is_certain(part)),
        }
    }

    fn asks(&self, tree: &Tree) -> bool {
        match tree {
            Tree::Literal(id, _) => self.logic.literals.get(id.index()).is_none_or(|l| l.source.is_none()),
            Tree::And(parts) | Tree::Or(parts) => parts.iter().any(|part| self.asks(part)),
        }
    }
}

impl Node {
    fn asks(&self) -> bool {
        !self.asked.is_empty() || self.nodes.iter().any(Node::asks)
    }

    fn has_more(&self) -> bool {
        !self.nodes.is_empty() || !self.asked.is_empty()
    }
}

/// The parts of a tree that are trees themselves.
fn inner(tree: &Tree) -> impl Iterator<Item = &Tree> {
    let parts = match tree {
        Tree::And(parts) | Tree::Or(parts) => parts.as_slice(),
        Tree::Literal(..) => &[],
    };
    parts.iter().filter(|part| !matches!(part, Tree::Literal(..)))
}
