//! For one subject: which of a thousand cases can be eligible, by looking up each input once.
//!
//! For every cell of every source there is a row of bits, one per case: whether the case's conditions on that
//! source hold there. The rows of a subject's cells, joined by "and", leave few cases; those are then tested for
//! the rest. Cases whose conditions have an `or` of simple tests get a second and third row, joined by "or".

use super::cells::{Cells, SourceCells};
use super::logic::{LiteralId, Logic, SourceId, Tree};
use crate::plan::node::{Node, Nodes};
use crate::plan::semantics::Clock;
use crate::values::{Date, Value};

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
    /// What is left to test of each case; none: the rows say all.
    rest: Vec<Option<Tree>>,
    /// Per literal: where its truths are.
    places: Vec<LiteralPlace>,
    /// Truths of literals by source, cell and literal.
    truths: Vec<Truth>,
}

/// One input to look up.
#[derive(Debug, Clone)]
struct Lookup {
    node: Node,
    finder: Finder,
    /// First row; one per cell. None: no case needs a row of it.
    first_row: Option<usize>,
    /// First truth; `literals` per cell.
    first_truth: usize,
    literals: usize,
}

/// How a value finds its cell; cell 0 is missing.
#[derive(Debug, Clone)]
enum Finder {
    Ints(Vec<i64>),
    Floats(Vec<f64>),
    /// By label: its cell.
    Labels(Vec<u32>),
    Others(Vec<Value>),
    /// Elements of interest, what each makes true, and truths for a missing set and for one without any of them.
    Elements {
        elements: Vec<Value>,
        makes_true: Vec<Vec<bool>>,
        otherwise: [Vec<Truth>; 2],
    },
}

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

#[derive(Debug, Clone, Copy)]
enum LiteralPlace {
    /// Of a value: lookup, and place among its literals.
    Cell(u32, u32),
    /// Of a set: place in the subject's own truths.
    Set(u32),
    /// Computed by evaluation.
    Evaluated,
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
        scratch.planes.clear();
        scratch.planes.extend_from_slice(&self.without);
        scratch.starts.clear();
        scratch.set_truths.clear();
        for lookup in &self.lookups {
            let value = input(&lookup.node);
            if let Finder::Elements { elements, makes_true, otherwise } = &lookup.finder {
                let from = scratch.set_truths.len();
                let [missing, none] = otherwise;
                scratch.set_truths.extend_from_slice(if value.is_missing() { missing } else { none });
                let truths = scratch.set_truths.get_mut(from..).unwrap_or_default();
                if let Value::Set(held) = value {
                    mark(held, elements, makes_true, truths);
                }
                scratch.starts.push(0);
                if let Some(first) = lookup.first_row {
                    for (n, truth) in truths.iter().enumerate() {
                        let row = first + 3 * n + *truth as usize;
                        self.join(row, &mut scratch.eligible, &mut scratch.planes);
                    }
                }
                continue;
            }
            let cell = lookup.finder.cell(value);
            scratch.starts.push(lookup.first_truth + cell * lookup.literals);
            if let Some(first) = lookup.first_row {
                self.join(first + cell, &mut scratch.eligible, &mut scratch.planes);
            }
        }
        for plane in scratch.planes.chunks_exact(words.max(1)) {
            scratch.eligible.iter_mut().zip(plane).for_each(|(word, plane)| *word &= plane);
        }
        // The rest of the few cases that are left.
        for (n, place) in (0..words).map(|n| (n, n * 64)) {
            let mut left = scratch.eligible.get(n).copied().unwrap_or_default();
            let mut refused = 0_u64;
            while left != 0 {
                let bit = left.trailing_zeros();
                left &= left - 1;
                if let Some(Some(rest)) = self.rest.get(place + bit as usize)
                    && !self.holds(rest, scratch, &mut evaluate)
                {
                    refused |= 1 << bit;
                }
            }
            if let Some(word) = scratch.eligible.get_mut(n) {
                *word &= !refused;
            }
        }
    }

    fn join(&self, row: usize, eligible: &mut [u64], planes: &mut [u64]) {
        let size = self.words * (1 + PLANES);
        let Some(row) = self.rows.get(row * size..(row + 1) * size) else { return };
        let (must, may) = row.split_at(self.words);
        eligible.iter_mut().zip(must).for_each(|(word, row)| *word &= row);
        planes.iter_mut().zip(may).for_each(|(word, row)| *word |= row);
    }

    /// Whether a tree is true.
    fn holds(
        &self,
        tree: &Tree,
        scratch: &Candidates,
        evaluate: &mut impl FnMut(LiteralId) -> Option<bool>,
    ) -> bool {
        match tree {
            Tree::And(parts) => parts.iter().all(|part| self.holds(part, scratch, evaluate)),
            Tree::Or(parts) => parts.iter().any(|part| self.holds(part, scratch, evaluate)),
            Tree::Literal(id, positive) => {
                let wanted = if *positive { Truth::True } else { Truth::False };
                let truth = match self.places.get(id.index()) {
                    Some(LiteralPlace::Cell(lookup, n)) => scratch
                        .starts
                        .get(*lookup as usize)
                        .and_then(|start| self.truths.get(start + *n as usize))
                        .copied()
                        .unwrap_or_default(),
                    Some(LiteralPlace::Set(n)) => {
                        scratch.set_truths.get(*n as usize).copied().unwrap_or_default()
                    }
                    Some(LiteralPlace::Evaluated) | None => evaluate(*id).into(),
                };
                truth == wanted
            }
        }
    }
}

/// Sets the literals true that an element makes so; both lists are sorted.
fn mark(held: &[Value], elements: &[Value], makes_true: &[Vec<bool>], truths: &mut [Truth]) {
    for element in held {
        let Ok(place) = elements.binary_search_by(|e| e.total_cmp(element)) else { continue };
        let Some(makes) = makes_true.get(place) else { continue };
        truths.iter_mut().zip(makes).filter(|(_, makes)| **makes).for_each(|(truth, _)| *truth = Truth::True);
    }
}

impl Finder {
    fn cell(&self, value: &Value) -> usize {
        match (self, value) {
            (_, Value::Missing) => 0,
            (Finder::Ints(cuts), Value::Int(n)) => 1 + cuts.partition_point(|cut| cut <= n),
            (Finder::Ints(cuts), Value::Date(d)) => 1 + cuts.partition_point(|cut| *cut <= i64::from(d.0)),
            (Finder::Ints(cuts), Value::Time(t)) => 1 + cuts.partition_point(|cut| *cut <= t.0),
            (Finder::Ints(cuts), Value::Bool(b)) => 1 + cuts.partition_point(|cut| *cut <= i64::from(*b)),
            (Finder::Floats(cuts), Value::Float(x)) => 1 + cuts.partition_point(|cut| cut <= x),
            (Finder::Labels(cells), Value::Label(label)) => {
                cells.get(label.0 as usize).or(cells.last()).copied().unwrap_or(1) as usize
            }
            (Finder::Others(cuts), _) => SourceCells::cell(cuts, value),
            _ => 0,
        }
    }

    fn new(cuts: &[Value]) -> Finder {
        if cuts.is_empty() {
            // The type is not known, and does not matter.
            return Finder::Others(Vec::new());
        }
        let ints = |read: fn(&Value) -> Option<i64>| cuts.iter().map(read).collect::<Option<Vec<i64>>>();
        let int = ints(|cut| match cut {
            Value::Int(n) => Some(*n),
            Value::Date(d) => Some(d.0.into()),
            Value::Time(t) => Some(t.0),
            Value::Bool(b) => Some(i64::from(*b)),
            _ => None,
        });
        // Without cuts the values may be of any type.
        if let Some(cuts) = int.filter(|cuts| !cuts.is_empty()) {
            return Finder::Ints(cuts);
        }
        let floats = cuts.iter().map(|cut| match cut {
            Value::Float(x) => Some(*x),
            _ => None,
        });
        if let Some(cuts) = floats.collect::<Option<Vec<f64>>>().filter(|cuts| !cuts.is_empty()) {
            return Finder::Floats(cuts);
        }
        if let Some(Value::Label(last)) = cuts.last() {
            let cell = |n: u32| SourceCells::cell(cuts, &Value::Label(crate::values::Label(n))) as u32;
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
}

impl<'a> Builder<'a> {
    fn new(nodes: &Nodes, logic: &'a Logic, clock: &Clock<'_>) -> Builder<'a> {
        let cells = Cells::new(nodes, logic, clock);
        let words = logic.trees.len().div_ceil(64);
        let mut index = CaseIndex {
            day: clock.today,
            lookups: Vec::new(),
            rows: Vec::new(),
            words,
            every_case: every_bit(logic.trees.len()),
            without: vec![u64::MAX; words * PLANES],
            rest: Vec::new(),
            places: vec![LiteralPlace::Evaluated; logic.literals.len()],
            truths: Vec::new(),
        };
        let mut set_literals = 0;
        for (n, (source, cells)) in logic.sources.iter().zip(&cells.sources).enumerate() {
            let node = nodes.get(source.slot).cloned().unwrap_or(Node::Now);
            let literals = source.count as usize;
            let first_truth = index.truths.len();
            let own = index.places.iter_mut().skip(source.first as usize).take(literals);
            let (finder, rows) = match cells {
                SourceCells::Cuts { cuts, truths } => {
                    own.enumerate().for_each(|(k, place)| *place = LiteralPlace::Cell(n as u32, k as u32));
                    index.truths.extend(truths.iter().flatten().map(|truth| Truth::from(*truth)));
                    (Finder::new(cuts), truths.len())
                }
                SourceCells::Elements { elements, makes_true, otherwise } => {
                    own.enumerate()
                        .for_each(|(k, place)| *place = LiteralPlace::Set(set_literals + k as u32));
                    set_literals += source.count;
                    let otherwise =
                        otherwise.clone().map(|truths| truths.into_iter().map(Truth::from).collect());
                    let finder = Finder::Elements {
                        elements: elements.clone(),
                        makes_true: makes_true.clone(),
                        otherwise,
                    };
                    (finder, 3 * literals)
                }
            };
            let first_row = index.rows.len().checked_div(words * (1 + PLANES));
            let row = [vec![u64::MAX; words], vec![0; words * PLANES]].concat();
            (0..rows).for_each(|_| index.rows.extend_from_slice(&row));
            index.lookups.push(Lookup { node, finder, first_row, first_truth, literals });
        }
        Builder { logic, cells, index }
    }

    fn build(mut self) -> CaseIndex {
        for (case, tree) in self.logic.trees.iter().enumerate() {
            let rest = self.case(case, tree);
            self.index.rest.push(rest);
        }
        self.index
    }

    /// Enters a case into the rows; what they do not say is left.
    fn case(&mut self, case: usize, tree: &Tree) -> Option<Tree> {
        let conjuncts = match tree {
            Tree::And(parts) => parts.as_slice(),
            other => std::slice::from_ref(other),
        };
        let mut rest = Vec::new();
        let mut plane = 0;
        for conjunct in conjuncts {
            match conjunct {
                Tree::Literal(id, positive) if self.source(*id).is_some() => {
                    self.enter(case, *id, |row, truth, bit, _| {
                        let wanted = if *positive { Truth::True } else { Truth::False };
                        if truth != wanted
                            && let Some(word) = row.get_mut(case / 64)
                        {
                            *word &= !bit;
                        }
                    });
                }
                Tree::Or(parts) if plane < PLANES && parts.iter().all(|part| self.simple(part)) => {
                    for part in parts {
                        let Tree::Literal(id, positive) = part else { continue };
                        self.enter(case, *id, |row, truth, bit, words| {
                            let wanted = if *positive { Truth::True } else { Truth::False };
                            let place = words * (1 + plane) + case / 64;
                            if truth == wanted
                                && let Some(word) = row.get_mut(place)
                            {
                                *word |= bit;
                            }
                        });
                    }
                    if let Some(word) = self.index.without.get_mut(plane * self.index.words + case / 64) {
                        *word &= !(1 << (case % 64));
                    }
                    plane += 1;
                }
                other => rest.push(other.clone()),
            }
        }
        (!rest.is_empty()).then_some(Tree::And(rest))
    }

    fn source(&self, id: LiteralId) -> Option<SourceId> {
        self.logic.literals.get(id.index()).and_then(|literal| literal.source)
    }

    fn simple(&self, tree: &Tree) -> bool {
        matches!(tree, Tree::Literal(id, _) if self.source(*id).is_some())
    }

    /// Calls `f` with every row of a literal's source and the literal's truth there.
    fn enter(&mut self, case: usize, id: LiteralId, mut f: impl FnMut(&mut [u64], Truth, u64, usize)) {
        let Some(SourceId(source)) = self.source(id) else { return };
        let Some(k) = self.logic.sources.get(source as usize).map(|s| id.0 - s.first) else { return };
        let words = self.index.words;
        let size = words * (1 + PLANES);
        let first =
            self.index.lookups.get(source as usize).and_then(|lookup| lookup.first_row).unwrap_or_default();
        let bit = 1 << (case % 64);
        let mut rows = self.index.rows.chunks_exact_mut(size.max(1)).skip(first);
        match self.cells.sources.get(source as usize) {
            Some(SourceCells::Cuts { truths, .. }) => {
                for (truths, row) in truths.iter().zip(rows) {
                    f(row, truths.get(k as usize).copied().flatten().into(), bit, words);
                }
            }
            Some(SourceCells::Elements { .. }) => {
                let own = rows.by_ref().skip(3 * k as usize);
                for (truth, row) in [Truth::Unknown, Truth::False, Truth::True].into_iter().zip(own) {
                    f(row, truth, bit, words);
                }
            }
            None => {}
        }
    }
}
