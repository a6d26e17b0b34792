//! For one subject: which of a thousand cases can be eligible, by looking up each input once.
//!
//! For every cell of every source there is a row of bits, one per case: whether the case's conditions on that
//! source hold there. The rows of a subject's cells, joined by "and", leave few cases; those are then tested for
//! the rest. Cases whose conditions have an `or` of simple tests get a second and third row, joined by "or".
//!
//! A set is in many cells: it has a row for "missing", one for "none of the elements that matter", and one to
//! join for each of these elements that it holds.

use super::cells::{Cells, SourceCells};
use super::cuts::Cuts;
use super::logic::{LiteralId, Logic, SourceId, Tree};
use crate::plan::node::{Node, Nodes};
use crate::plan::semantics::Clock;
use crate::values::{Date, Label, Value};

/// How many `or`s of a case are decided by rows.
const PLANES: usize = 2;

/// The tables of one day.
#[derive(Debug, Clone)]
pub struct CaseIndex {
    /// The day that tests on dates were computed for.
    pub day: Date,
    lookups: Vec<Lookup>,
    /// Rows of `1 + PLANES` times `words` words.
    rows: Vec<u64>,
    words: usize,
    every_case: Vec<u64>,
    /// Per plane: the cases without an `or` there.
    without: Vec<u64>,
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
    /// First row; one per cell.
    first_row: usize,
    /// Whether any of its rows adds to an `or`.
    in_planes: bool,
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
    /// Elements that matter, what each makes true, and truths for a missing set and for one without any of them.
    Elements {
        elements: Vec<Value>,
        makes_true: Vec<Vec<bool>>,
        otherwise: [Vec<Truth>; 2],
    },
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
    /// Of a set: place in the subject's own truths.
    Set(u32, Truth),
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
    planes: Vec<u64>,
    /// Per lookup: where the truths of its cell start.
    starts: Vec<usize>,
    set_truths: Vec<Truth>,
}

impl Candidates {
    /// Whether the conditions of a case are true.
    pub fn is_eligible(&self, case: usize) -> bool {
        self.eligible.get(case / 64).is_some_and(|word| word >> (case % 64) & 1 == 1)
    }

    fn join(&mut self, row: &[u64], in_planes: bool) {
        let (must, may) = row.split_at(self.eligible.len().min(row.len()));
        self.eligible.iter_mut().zip(must).for_each(|(word, row)| *word &= row);
        if in_planes {
            self.planes.iter_mut().zip(may).for_each(|(word, row)| *word |= row);
        }
    }
}

impl CaseIndex {
    /// The tables for the day of `clock`.
    pub fn new(nodes: &Nodes, logic: &Logic, clock: &Clock<'_>) -> CaseIndex {
        Builder::new(nodes, logic, clock).build()
    }

    /// Finds the cases whose conditions are true. `attribute` reads an input; `evaluate` gives the truth of a
    /// literal that reads more than one input.
    pub fn eligible<'a>(
        &self,
        scratch: &mut Candidates,
        input: impl Fn(&Node) -> &'a Value,
        mut evaluate: impl FnMut(LiteralId) -> Option<bool>,
    ) {
        let words = self.words;
        scratch.eligible.clone_from(&self.every_case);
        scratch.planes.clone_from(&self.without);
        scratch.starts.clear();
        scratch.set_truths.clear();
        for lookup in &self.lookups {
            let value = input(&lookup.node);
            let cell = match &lookup.finder {
                Finder::Elements { elements, makes_true, otherwise: [missing, none] } => {
                    let from = scratch.set_truths.len();
                    scratch.set_truths.extend_from_slice(if value.is_missing() { missing } else { none });
                    if let Value::Set(held) = value {
                        for place in
                            held.iter().filter_map(|e| elements.binary_search_by(|x| x.total_cmp(e)).ok())
                        {
                            scratch.join(self.row(lookup.first_row + ELEMENTS + place), lookup.in_planes);
                            let truths = scratch.set_truths.get_mut(from..).unwrap_or_default();
                            let makes = makes_true.get(place).map(Vec::as_slice).unwrap_or_default();
                            let made = truths.iter_mut().zip(makes).filter(|(_, makes)| **makes);
                            made.for_each(|(truth, _)| *truth = Truth::True);
                        }
                    }
                    if value.is_missing() { MISSING_SET } else { PRESENT_SET }
                }
                finder => finder.cell(value),
            };
            scratch.starts.push(lookup.first_truth + cell * lookup.literals);
            scratch.join(self.row(lookup.first_row + cell), lookup.in_planes);
        }
        for plane in scratch.planes.chunks_exact(words.max(1)) {
            scratch.eligible.iter_mut().zip(plane).for_each(|(word, plane)| *word &= plane);
        }
        // The rest of the few cases that are left; of the unsettled ones there is one for each.
        let mut rank = 0;
        for n in 0..words {
            let unsettled = self.unsettled.get(n).copied().unwrap_or_default();
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

    fn row(&self, row: usize) -> &[u64] {
        let size = self.words * (1 + PLANES);
        self.rows.get(row * size..(row + 1) * size).unwrap_or_default()
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
            Rest::Set(n, wanted) => scratch.set_truths.get(*n as usize) == Some(wanted),
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

/// The first `count` bits set.
fn every_bit(count: usize) -> Vec<u64> {
    let mut words = vec![u64::MAX; count.div_ceil(64)];
    if !count.is_multiple_of(64)
        && let Some(last) = words.last_mut()
    {
        *last = (1 << (count % 64)) - 1;
    }
    words
}

struct Builder<'a> {
    logic: &'a Logic,
    cells: Cells,
    index: CaseIndex,
    /// Per source of a set: place of the first of its literals among the subject's own truths.
    set_truths: Vec<u32>,
}

impl<'a> Builder<'a> {
    fn new(nodes: &Nodes, logic: &'a Logic, clock: &Clock<'_>) -> Builder<'a> {
        let cells = Cells::new(nodes, logic, clock);
        let words = logic.trees.len().div_ceil(64);
        let size = words * (1 + PLANES);
        let mut index = CaseIndex {
            day: clock.today,
            lookups: Vec::new(),
            rows: Vec::new(),
            words,
            every_case: every_bit(logic.trees.len()),
            without: vec![u64::MAX; words * PLANES],
            unsettled: vec![0; words],
            rest: Vec::new(),
            truths: Vec::new(),
        };
        let mut set_truths = Vec::new();
        let mut in_sets = 0;
        let row = [vec![u64::MAX; words], vec![0; words * PLANES]].concat();
        for (source, cells) in logic.sources.iter().zip(&cells.sources) {
            let node = nodes.get(source.slot).cloned().unwrap_or(Node::Now);
            let first_truth = index.truths.len();
            set_truths.push(in_sets);
            let (finder, rows) = match cells {
                SourceCells::Cuts { cuts, truths } => {
                    index.truths.extend(truths.iter().flatten().map(|truth| Truth::from(*truth)));
                    (Finder::new(cuts), truths.len())
                }
                SourceCells::Elements { elements, makes_true, otherwise } => {
                    in_sets += source.count;
                    let otherwise =
                        otherwise.clone().map(|truths| truths.into_iter().map(Truth::from).collect());
                    let (elements, makes_true) = (elements.clone(), makes_true.clone());
                    let rows = ELEMENTS + elements.len();
                    (Finder::Elements { elements, makes_true, otherwise }, rows)
                }
            };
            let first_row = index.rows.len().checked_div(size).unwrap_or_default();
            (0..rows).for_each(|_| index.rows.extend_from_slice(&row));
            let literals = source.count as usize;
            index.lookups.push(Lookup { node, finder, first_row, in_planes: false, first_truth, literals });
        }
        Builder { logic, cells, index, set_truths }
    }

    fn build(mut self) -> CaseIndex {
        for (case, tree) in self.logic.trees.iter().enumerate() {
            if let Some(rest) = self.case(case, tree) {
                if let Some(word) = self.index.unsettled.get_mut(case / 64) {
                    *word |= 1 << (case % 64);
                }
                self.index.rest.push(rest);
            }
        }
        self.index
    }

    /// Enters a case into the rows; what they do not say is left.
    fn case(&mut self, case: usize, tree: &Tree) -> Option<Rest> {
        let conjuncts = match tree {
            Tree::And(parts) => parts.as_slice(),
            other => std::slice::from_ref(other),
        };
        let mut rest = Vec::new();
        let mut plane = 0;
        for conjunct in conjuncts {
            if let Some(test) = self.test(conjunct).filter(Test::only_removes) {
                self.enter(case, &test, None);
                continue;
            }
            // What an element of a set brings is an `or` of one.
            let parts = if let Tree::Or(parts) = conjunct { parts } else { std::slice::from_ref(conjunct) };
            let tests = parts.iter().map(|part| self.test(part).filter(Test::only_adds));
            match tests.collect::<Option<Vec<Test>>>() {
                Some(tests) if plane < PLANES => {
                    tests.iter().for_each(|test| self.enter(case, test, Some(plane)));
                    if let Some(word) = self.index.without.get_mut(plane * self.index.words + case / 64) {
                        *word &= !(1 << (case % 64));
                    }
                    plane += 1;
                }
                _ => rest.push(self.rest(conjunct)),
            }
        }
        (!rest.is_empty()).then(|| Rest::All(rest.into()))
    }

    /// Where a test on one input holds; none: it is something else.
    fn test(&self, tree: &Tree) -> Option<Test> {
        let Tree::Literal(id, positive) = tree else { return None };
        let SourceId(source) = self.logic.literals.get(id.index())?.source?;
        let source = source as usize;
        let k = (id.0 - self.logic.sources.get(source)?.first) as usize;
        let holds = |truth: Option<bool>| truth == Some(*positive);
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

    /// Enters a test into the rows of its source: as one that must hold, or into a plane as one that may.
    fn enter(&mut self, case: usize, test: &Test, plane: Option<usize>) {
        let words = self.index.words;
        let bit = 1 << (case % 64);
        let Some(lookup) = self.index.lookups.get_mut(test.source) else { return };
        lookup.in_planes |= plane.is_some();
        let rows = self.index.rows.chunks_exact_mut((words * (1 + PLANES)).max(1)).skip(lookup.first_row);
        for (row, holds) in rows.zip(&test.rows) {
            let place = plane.map_or(0, |plane| words * (1 + plane)) + case / 64;
            match (row.get_mut(place), plane) {
                (Some(word), None) if !holds => *word &= !bit,
                (Some(word), Some(_)) if *holds => *word |= bit,
                _ => {}
            }
        }
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
                        let own = self.set_truths.get(source as usize).copied().unwrap_or_default();
                        Rest::Set(own + k, wanted)
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
