//! For one subject: which of a thousand cases can be eligible, by looking up each input once.
//!
//! For every cell of every source there is a row of bits, one per case: whether the case's conditions on that
//! source hold there. The rows of a subject's cells, joined by "and", leave few cases; those are then tested for
//! the rest. Cases whose conditions have an `or` of simple tests get further rows, its planes, joined by "or".
//!
//! A set is in many cells: it has a row for "missing", one for "none of the elements that matter", and one to
//! join for each of these elements that it holds.
//!
//! First all rows of a subject are found, then they are joined for 512 cases after the other: a line of the cache
//! of each row, and what was joined so far stays in registers.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::cells::{Cells, SourceCells};
use super::cuts::Cuts;
use super::logic::{LiteralId, Logic, Source, SourceId, Tree};
use crate::plan::node::{Node, Nodes};
use crate::plan::semantics::Clock;
use crate::values::{Date, Label, Value};

/// How many `or`s of a case are decided by rows.
const PLANES: usize = 3;

/// Words that are joined together.
const BLOCK: usize = 8;

/// Bits of 512 cases.
type Block = [u64; BLOCK];

/// The most bytes that the row of a cell takes.
pub(super) fn row_bytes(cases: usize) -> usize {
    cases.div_ceil(64 * BLOCK) * (1 + PLANES) * size_of::<Block>()
}

/// The tables of one day.
#[derive(Debug, Clone)]
pub struct CaseIndex {
    /// The day that tests on dates were computed for.
    pub day: Date,
    lookups: Vec<Lookup>,
    /// Rows, each of so many blocks for every 512 cases as its lookup is wide.
    rows: Vec<Block>,
    every_case: Vec<Block>,
    /// The cases without an `or` in each of the planes.
    without: Vec<[Block; PLANES]>,
    /// The cases of which the rows do not say all.
    unsettled: Vec<u64>,
    /// What is left to test of each of them.
    rest: Vec<Rest>,
    /// Truths of literals by source, cell and literal.
    truths: Vec<Truth>,
}

/// One input to look up.
#[derive(Debug, Clone)]
struct Lookup {
    node: Node,
    finder: Finder,
    /// Its first row; one per cell.
    first_row: usize,
    /// Planes that its rows add to.
    planes: usize,
    /// First truth; `literals` per cell.
    first_truth: usize,
    literals: usize,
}

/// How a value finds its cell; cell 0 is missing.
#[derive(Debug, Clone)]
enum Finder {
    Numbers(Cuts<i64>),
    Floats(Cuts<f64>),
    /// By label: its cell.
    Labels(Vec<u32>),
    Others(Vec<Value>),
    /// A set: its cells are that it is missing, and that it is not.
    Elements(Elements),
}

/// The elements of a set that matter.
#[derive(Debug, Clone)]
struct Elements {
    /// Sorted by [`Value::total_cmp`].
    values: Vec<Value>,
    /// Of labels: by label, its place among them.
    labels: Option<Vec<Option<usize>>>,
    /// By element: bits of the literals of the set that it makes true.
    makes_true: Vec<Vec<u64>>,
}

/// Row of a set: it is missing.
const MISSING_SET: usize = 0;
/// Row of a set that is present.
const PRESENT_SET: usize = 1;
/// First row of its elements.
const ELEMENTS: usize = 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Truth {
    #[default]
    Unknown,
    False,
    True,
}

impl From<Option<bool>> for Truth {
    fn from(truth: Option<bool>) -> Truth {
        match truth {
            Some(true) => Truth::True,
            Some(false) => Truth::False,
            None => Truth::Unknown,
        }
    }
}

/// A condition that is left to test.
#[derive(Debug, Clone)]
enum Rest {
    /// The truth that a literal must have: lookup, and place among its literals.
    Cell(u32, u32, Truth),
    /// The same of a set, and the place of the bit that says whether an element made it true.
    Set(u32, u32, u32, Truth),
    /// Computed by evaluation.
    Evaluated(LiteralId, Truth),
    All(Box<[Rest]>),
    Any(Box<[Rest]>),
}

/// Scratch memory of [`CaseIndex::eligible`], to be used again.
#[derive(Debug, Clone, Default)]
pub struct Candidates {
    /// One bit per case.
    pub eligible: Vec<u64>,
    /// The rows of the subject's cells, by how many planes they add to.
    rows: [Vec<usize>; 1 + PLANES],
    /// Per lookup: where the truths of its cell start.
    starts: Vec<usize>,
    /// Which literals of sets an element made true.
    made_true: Vec<u64>,
}

impl Candidates {
    /// Whether the conditions of a case are true.
    pub fn is_eligible(&self, case: usize) -> bool {
        self.eligible.get(case / 64).is_some_and(|word| word >> (case % 64) & 1 == 1)
    }
}

/// Joins the rows that add to so many planes, of one block of cases.
fn join<const WIDTH: usize>(
    table: &[Block],
    rows: &[usize],
    block: usize,
    must: &mut Block,
    may: &mut [Block; PLANES],
) {
    // Copies, which stay in registers.
    let mut all = *must;
    let mut any = *may;
    for row in rows {
        let from = row + block * WIDTH;
        let Some(([of_all], of_any)) = table.get(from..from + WIDTH).and_then(<[Block]>::split_first_chunk)
        else {
            continue;
        };
        all.iter_mut().zip(of_all).for_each(|(word, row)| *word &= row);
        for (any, row) in any.iter_mut().zip(of_any) {
            any.iter_mut().zip(row).for_each(|(word, row)| *word |= row);
        }
    }
    *must = all;
    *may = any;
}

impl CaseIndex {
    /// The tables for the day of `clock`.
    pub fn new(nodes: &Nodes, logic: &Logic, clock: &Clock<'_>) -> CaseIndex {
        Builder::new(nodes, logic, clock).build(nodes, clock.today)
    }

    /// Finds the cases whose conditions are true. `attribute` reads an input; `evaluate` gives the truth of a
    /// literal that reads more than one input.
    pub fn eligible<'a>(
        &self,
        scratch: &mut Candidates,
        input: impl Fn(&Node) -> &'a Value,
        mut evaluate: impl FnMut(LiteralId) -> Option<bool>,
    ) {
        scratch.starts.clear();
        scratch.made_true.clear();
        scratch.rows.iter_mut().for_each(Vec::clear);
        for lookup in &self.lookups {
            let value = input(&lookup.node);
            let row = |cell| lookup.first_row + cell * self.every_case.len() * (1 + lookup.planes);
            let Some(rows) = scratch.rows.get_mut(lookup.planes) else { continue };
            let cell = match &lookup.finder {
                Finder::Elements(elements) => {
                    let made = scratch.made_true.len();
                    scratch.made_true.resize(made + lookup.literals.div_ceil(64), 0);
                    if let Value::Set(held) = value {
                        for place in held.iter().filter_map(|element| elements.place(element)) {
                            rows.push(row(ELEMENTS + place));
                            let makes = elements.makes_true.get(place).map(Vec::as_slice).unwrap_or_default();
                            let made = scratch.made_true.iter_mut().skip(made);
                            made.zip(makes).for_each(|(made, makes)| *made |= makes);
                        }
                    }
                    if value.is_missing() { MISSING_SET } else { PRESENT_SET }
                }
                finder => finder.cell(value),
            };
            rows.push(row(cell));
            scratch.starts.push(lookup.first_truth + cell * lookup.literals);
        }
        scratch.eligible.clear();
        for (n, (every_case, without)) in self.every_case.iter().zip(&self.without).enumerate() {
            let (mut all, mut any) = (*every_case, *without);
            let [none, one, two, three] = &scratch.rows;
            join::<1>(&self.rows, none, n, &mut all, &mut any);
            join::<2>(&self.rows, one, n, &mut all, &mut any);
            join::<3>(&self.rows, two, n, &mut all, &mut any);
            join::<4>(&self.rows, three, n, &mut all, &mut any);
            for any in any {
                all.iter_mut().zip(any).for_each(|(word, any)| *word &= any);
            }
            scratch.eligible.extend_from_slice(&all);
        }
        // The rest of the few cases that are left; of the unsettled ones there is one for each.
        let mut rank = 0;
        for (n, unsettled) in self.unsettled.iter().copied().enumerate() {
            let mut left = scratch.eligible.get(n).copied().unwrap_or_default() & unsettled;
            let mut refused = 0_u64;
            while left != 0 {
                let bit = left & left.wrapping_neg();
                left ^= bit;
                let place = rank + (unsettled & (bit - 1)).count_ones() as usize;
                if let Some(rest) = self.rest.get(place)
                    && !self.holds(rest, scratch, &mut evaluate)
                {
                    refused |= bit;
                }
            }
            rank += unsettled.count_ones() as usize;
            if let Some(word) = scratch.eligible.get_mut(n) {
                *word &= !refused;
            }
        }
    }

    /// Whether a condition is true.
    fn holds(
        &self,
        rest: &Rest,
        scratch: &Candidates,
        evaluate: &mut impl FnMut(LiteralId) -> Option<bool>,
    ) -> bool {
        match rest {
            Rest::All(parts) => parts.iter().all(|part| self.holds(part, scratch, evaluate)),
            Rest::Any(parts) => parts.iter().any(|part| self.holds(part, scratch, evaluate)),
            Rest::Cell(lookup, n, wanted) => {
                let start = scratch.starts.get(*lookup as usize).copied().unwrap_or_default();
                self.truths.get(start + *n as usize) == Some(wanted)
            }
            Rest::Set(lookup, n, bit, wanted) => {
                let start = scratch.starts.get(*lookup as usize).copied().unwrap_or_default();
                let word = scratch.made_true.get(*bit as usize / 64).copied().unwrap_or_default();
                let made = (word >> (bit % 64) & 1 == 1).then_some(&Truth::True);
                made.or_else(|| self.truths.get(start + *n as usize)) == Some(wanted)
            }
            Rest::Evaluated(id, wanted) => Truth::from(evaluate(*id)) == *wanted,
        }
    }
}

impl Finder {
    fn cell(&self, value: &Value) -> usize {
        match (self, value) {
            (_, Value::Missing) => 0,
            (Finder::Numbers(cuts), Value::Int(n)) => cuts.cell(*n).into(),
            (Finder::Numbers(cuts), Value::Date(d)) => cuts.cell(d.0.into()).into(),
            (Finder::Numbers(cuts), Value::Time(t)) => cuts.cell(t.0).into(),
            (Finder::Numbers(cuts), Value::Bool(b)) => cuts.cell((*b).into()).into(),
            (Finder::Floats(cuts), Value::Float(x)) => cuts.cell(*x).into(),
            (Finder::Labels(cells), Value::Label(label)) => {
                cells.get(label.0 as usize).or(cells.last()).copied().unwrap_or(1) as usize
            }
            (Finder::Others(cuts), _) => SourceCells::cell(cuts, value),
            _ => 0,
        }
    }

    fn new(cuts: &[Value]) -> Finder {
        let number = |cut: &Value| match cut {
            Value::Int(n) => Some(*n),
            Value::Date(d) => Some(d.0.into()),
            Value::Time(t) => Some(t.0),
            Value::Bool(b) => Some(i64::from(*b)),
            _ => None,
        };
        let float = |cut: &Value| match cut {
            Value::Float(x) => Some(*x),
            _ => None,
        };
        // Without cuts the type is not known, and does not matter.
        if let Some(cuts) = cuts.iter().map(number).collect::<Option<Vec<i64>>>().and_then(Cuts::new) {
            return Finder::Numbers(cuts);
        }
        if let Some(cuts) = cuts.iter().map(float).collect::<Option<Vec<f64>>>().and_then(Cuts::new) {
            return Finder::Floats(cuts);
        }
        if let Some(Value::Label(last)) = cuts.last() {
            let cell = |n: u32| SourceCells::cell(cuts, &Value::Label(Label(n))) as u32;
            return Finder::Labels((0..=last.0).map(cell).collect());
        }
        Finder::Others(cuts.to_vec())
    }
}

impl Elements {
    fn new(values: &[Value], makes_true: &[Vec<bool>]) -> Elements {
        let bits = |makes: &Vec<bool>| {
            let word = |word: &[bool]| word.iter().rev().fold(0, |bits, makes| bits << 1 | u64::from(*makes));
            makes.chunks(64).map(word).collect()
        };
        let label = |value: &Value| match value {
            Value::Label(label) => Some(label.0 as usize),
            _ => None,
        };
        let labels = values.iter().map(label).collect::<Option<Vec<usize>>>().map(|labels| {
            let mut places = vec![None; labels.iter().max().map_or(0, |last| last + 1)];
            for (place, label) in labels.into_iter().enumerate() {
                if let Some(known) = places.get_mut(label) {
                    *known = Some(place);
                }
            }
            places
        });
        Elements { values: values.to_vec(), labels, makes_true: makes_true.iter().map(bits).collect() }
    }

    /// The place of an element, if it matters.
    fn place(&self, element: &Value) -> Option<usize> {
        match (&self.labels, element) {
            (Some(labels), Value::Label(label)) => labels.get(label.0 as usize).copied().flatten(),
            _ => self.values.binary_search_by(|value| value.total_cmp(element)).ok(),
        }
    }
}

/// The first `count` bits set.
fn every_bit(count: usize) -> Vec<Block> {
    let mut words = vec![u64::MAX; count / 64];
    words.extend((!count.is_multiple_of(64)).then(|| (1 << (count % 64)) - 1));
    let block = |words: &[u64]| std::array::from_fn(|n| words.get(n).copied().unwrap_or_default());
    words.chunks(BLOCK).map(block).collect()
}

struct Builder<'a> {
    logic: &'a Logic,
    cells: Cells,
    tests: FxHashMap<(LiteralId, bool), Option<Rc<Test>>>,
    /// What is to be entered into the rows: a case, a test, and the plane if it only may hold.
    entries: Vec<(usize, Rc<Test>, Option<usize>)>,
    /// Planes of each source.
    planes: Vec<usize>,
    /// Per source of a set: place of the first of its bits among those of all sets.
    set_bits: Vec<usize>,
}

impl<'a> Builder<'a> {
    fn new(nodes: &Nodes, logic: &'a Logic, clock: &Clock<'_>) -> Builder<'a> {
        let cells = Cells::new(nodes, logic, clock);
        let mut in_sets = 0;
        let of_source = |(source, cells): (&Source, &SourceCells)| {
            let first = in_sets;
            if matches!(cells, SourceCells::Elements { .. }) {
                in_sets += (source.count as usize).next_multiple_of(64);
            }
            first
        };
        Builder {
            logic,
            tests: FxHashMap::default(),
            entries: Vec::new(),
            planes: vec![0; logic.sources.len()],
            set_bits: logic.sources.iter().zip(&cells.sources).map(of_source).collect(),
            cells,
        }
    }

    fn build(mut self, nodes: &Nodes, day: Date) -> CaseIndex {
        let every_case = every_bit(self.logic.trees.len());
        let blocks = every_case.len();
        let mut without = vec![[[u64::MAX; BLOCK]; PLANES]; blocks];
        let mut unsettled = vec![0; blocks * BLOCK];
        let mut rest = Vec::new();
        for (case, tree) in self.logic.trees.iter().enumerate() {
            let (planes, left) = self.case(case, tree);
            let of_planes = without.get_mut(case / (64 * BLOCK)).into_iter().flatten().take(planes);
            for word in of_planes.filter_map(|plane| plane.get_mut(case / 64 % BLOCK)) {
                *word &= !(1 << (case % 64));
            }
            if let (Some(left), Some(word)) = (left, unsettled.get_mut(case / 64)) {
                *word |= 1 << (case % 64);
                rest.push(left);
            }
        }
        let (mut lookups, mut rows, mut truths) = (Vec::new(), Vec::new(), Vec::new());
        for (place, (source, cells)) in self.logic.sources.iter().zip(&self.cells.sources).enumerate() {
            let node = nodes.get(source.slot).cloned().unwrap_or(Node::Now);
            let (first_row, first_truth) = (rows.len(), truths.len());
            let (finder, count) = match cells {
                SourceCells::Cuts { cuts, truths: of_cells } => {
                    truths.extend(of_cells.iter().flatten().map(|truth| Truth::from(*truth)));
                    (Finder::new(cuts), of_cells.len())
                }
                SourceCells::Elements { elements, makes_true, otherwise } => {
                    truths.extend(otherwise.iter().flatten().map(|truth| Truth::from(*truth)));
                    (Finder::Elements(Elements::new(elements, makes_true)), ELEMENTS + elements.len())
                }
            };
            let planes = self.planes.get(place).copied().unwrap_or_default();
            for _ in 0..count * blocks {
                rows.push([u64::MAX; BLOCK]);
                rows.extend(std::iter::repeat_n([0; BLOCK], planes));
            }
            let literals = source.count as usize;
            lookups.push(Lookup { node, finder, first_row, planes, first_truth, literals });
        }
        for (case, test, plane) in &self.entries {
            let Some(lookup) = lookups.get(test.source) else { continue };
            let width = 1 + lookup.planes;
            let first = lookup.first_row + case / (64 * BLOCK) * width + plane.map_or(0, |plane| 1 + plane);
            let (word, bit) = (case / 64 % BLOCK, 1 << (case % 64));
            for (row, holds) in test.rows.iter().enumerate() {
                let block = rows.get_mut(first + row * blocks * width);
                match (block.and_then(|block| block.get_mut(word)), plane) {
                    (Some(word), None) if !holds => *word &= !bit,
                    (Some(word), Some(_)) if *holds => *word |= bit,
                    _ => {}
                }
            }
        }
        CaseIndex { day, lookups, rows, every_case, without, unsettled, rest, truths }
    }

    /// Notes what is to be entered of a case: how many planes it has, and what is left to test.
    fn case(&mut self, case: usize, tree: &Tree) -> (usize, Option<Rest>) {
        let conjuncts = match tree {
            Tree::And(parts) => parts.as_slice(),
            other => std::slice::from_ref(other),
        };
        let mut rest = Vec::new();
        let mut plane = 0;
        for conjunct in conjuncts {
            if let Some(test) = self.test(conjunct).filter(|test| test.only_removes()) {
                self.entries.push((case, test, None));
                continue;
            }
            // What an element of a set brings is an `or` of one.
            let parts = if let Tree::Or(parts) = conjunct { parts } else { std::slice::from_ref(conjunct) };
            let tests = parts.iter().map(|part| self.test(part).filter(|test| test.only_adds()));
            match tests.collect::<Option<Vec<Rc<Test>>>>() {
                Some(tests) if plane < PLANES => {
                    for test in tests {
                        if let Some(planes) = self.planes.get_mut(test.source) {
                            *planes = (*planes).max(1 + plane);
                        }
                        self.entries.push((case, test, Some(plane)));
                    }
                    plane += 1;
                }
                _ => rest.push(self.rest(conjunct)),
            }
        }
        (plane, (!rest.is_empty()).then(|| Rest::All(rest.into())))
    }

    /// Where a test on one input holds; none: it is something else.
    fn test(&mut self, tree: &Tree) -> Option<Rc<Test>> {
        let Tree::Literal(id, positive) = tree else { return None };
        if let Some(known) = self.tests.get(&(*id, *positive)) {
            return known.clone();
        }
        let test = self.test_anew(*id, *positive).map(Rc::new);
        self.tests.insert((*id, *positive), test.clone());
        test
    }

    fn test_anew(&self, id: LiteralId, positive: bool) -> Option<Test> {
        let SourceId(source) = self.logic.literals.get(id.index())?.source?;
        let source = source as usize;
        let k = (id.0 - self.logic.sources.get(source)?.first) as usize;
        let holds = |truth: Option<bool>| truth == Some(positive);
        Some(match self.cells.sources.get(source)? {
            SourceCells::Cuts { truths, .. } => Test {
                source,
                rows: truths.iter().map(|cell| holds(cell.get(k).copied().flatten())).collect(),
                of_set: false,
            },
            SourceCells::Elements { makes_true, otherwise, .. } => {
                let [missing, none] = otherwise.each_ref().map(|truths| truths.get(k).copied().flatten());
                let with = makes_true
                    .iter()
                    .map(|makes| if makes.get(k) == Some(&true) { Some(true) } else { none });
                let rows = [missing, none].into_iter().chain(with).map(holds).collect();
                Test { source, rows, of_set: true }
            }
        })
    }

    fn rest(&self, tree: &Tree) -> Rest {
        match tree {
            Tree::And(parts) => Rest::All(parts.iter().map(|part| self.rest(part)).collect()),
            Tree::Or(parts) => Rest::Any(parts.iter().map(|part| self.rest(part)).collect()),
            Tree::Literal(id, positive) => {
                let wanted = if *positive { Truth::True } else { Truth::False };
                let source = self.logic.literals.get(id.index()).and_then(|literal| literal.source);
                let Some(SourceId(source)) = source else { return Rest::Evaluated(*id, wanted) };
                let first = self.logic.sources.get(source as usize).map_or(0, |source| source.first);
                let k = id.0.saturating_sub(first);
                match self.cells.sources.get(source as usize) {
                    Some(SourceCells::Elements { .. }) => {
                        let own = self.set_bits.get(source as usize).copied().unwrap_or_default();
                        Rest::Set(source, k, own as u32 + k, wanted)
                    }
                    _ => Rest::Cell(source, k, wanted),
                }
            }
        }
    }
}

/// A test on one input, by the rows of its source.
struct Test {
    source: usize,
    rows: Vec<bool>,
    of_set: bool,
}

impl Test {
    /// Whether a set that has an element more never passes a test that it failed.
    fn only_removes(&self) -> bool {
        !self.of_set
            || self.rows.get(PRESENT_SET) == Some(&true)
            || !self.rows.iter().skip(ELEMENTS).any(|holds| *holds)
    }

    /// Whether a set that has an element more never fails a test that it passed.
    fn only_adds(&self) -> bool {
        !self.of_set
            || self.rows.get(PRESENT_SET) == Some(&false)
            || self.rows.iter().skip(ELEMENTS).all(|holds| *holds)
    }
}
