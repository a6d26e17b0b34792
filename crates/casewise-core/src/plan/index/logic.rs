//! Case conditions as and/or trees over *literals*: a test on one input, or its negation.
//!
//! Kleene's logic obeys De Morgan's laws, so negations move down to the literals. Then a condition is true
//! exactly if the tree is true with "the literal is true" at its leaves, and not false exactly if the tree is
//! true with "the literal is not false" there: two-valued logic, twice, and the second only where it is asked for.

use rustc_hash::{FxHashMap, FxHashSet};

use super::masks::row_bytes;
use crate::model::Op;
use crate::plan::node::{Node, Nodes, Slot};
use crate::values::Value;

/// Place of an input in [`Logic::sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub u32);

/// Place of a test in [`Logic::literals`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LiteralId(pub u32);

impl LiteralId {
    /// As an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// An input that tests read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// An attribute or a field of the context.
    pub slot: Slot,
    /// First of its literals; they are numbered one after the other.
    pub first: u32,
    /// How many literals read it.
    pub count: u32,
}

/// A truth that conditions are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// Where its truth is: a test, or several on one input.
    pub slot: Slot,
    /// The one input it reads beside constants and the day; none: it is computed by evaluation.
    pub source: Option<SourceId>,
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Tree {
    /// A literal, or its negation.
    Literal(LiteralId, bool),
    /// All of these; true if there are none.
    And(Vec<Tree>),
    /// Any of these; false if there are none.
    Or(Vec<Tree>),
}

/// All conditions over all literals.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Logic {
    /// Inputs.
    pub sources: Vec<Source>,
    /// By source; those without one last.
    pub literals: Vec<Literal>,
    /// One per condition given.
    pub trees: Vec<Tree>,
}

/// A condition with more leaves than this keeps its larger parts as literals.
const MAX_LEAVES: usize = 4_096;

/// An input with more cells times constants than this is not tabulated.
const MAX_WORK: usize = 1 << 24;

/// The rows of bits of all tabulated inputs, in bytes.
const MAX_ROWS: usize = 1 << 27;

impl Logic {
    /// The logic of conditions, each a conjunction of truths.
    pub fn new<'a>(nodes: &Nodes, conditions: impl Iterator<Item = &'a [Slot]>) -> Logic {
        let mut builder =
            Builder { nodes, places: FxHashMap::default(), found: Vec::new(), cuts_of: FxHashMap::default() };
        let mut trees: Vec<Tree> = Vec::new();
        for condition in conditions {
            let mut budget = MAX_LEAVES;
            let parts = condition.iter().map(|slot| builder.tree(*slot, true, &mut budget)).collect();
            trees.push(flat(Tree::And, parts));
        }
        builder.numbered(trees)
    }
}

struct Builder<'a> {
    nodes: &'a Nodes,
    places: FxHashMap<Slot, u32>,
    /// In the order found: truth and the leaf it reads.
    found: Vec<(Slot, Option<Slot>)>,
    cuts_of: FxHashMap<Slot, Option<Slot>>,
}

impl Builder<'_> {
    fn tree(&mut self, slot: Slot, positive: bool, budget: &mut usize) -> Tree {
        // "x < 5 or x > 9" is one test on x.
        if self.cuts_of(slot).is_some() {
            return Tree::Literal(self.literal(slot), positive);
        }
        match self.nodes.get(slot) {
            Some(Node::Apply(Op::Not, args)) => match args.first() {
                Some(arg) => self.tree(*arg, !positive, budget),
                None => Tree::And(Vec::new()),
            },
            Some(Node::Apply(op @ (Op::And | Op::Or), args)) if *budget > args.len() => {
                *budget -= args.len();
                let parts = args.iter().map(|arg| self.tree(*arg, positive, budget)).collect();
                // not (a and b) is (not a) or (not b)
                flat(if (*op == Op::And) == positive { Tree::And } else { Tree::Or }, parts)
            }
            _ => Tree::Literal(self.literal(slot), positive),
        }
    }

    fn literal(&mut self, slot: Slot) -> LiteralId {
        if let Some(place) = self.places.get(&slot) {
            return LiteralId(*place);
        }
        let place = self.found.len() as u32;
        let source = self.cuts_of(slot).or_else(|| self.source(slot));
        self.found.push((slot, source));
        self.places.insert(slot, place);
        LiteralId(place)
    }

    /// The one leaf that a test reads, or tests joined by `and`, `or` and `not`, where its values fall into cells.
    fn cuts_of(&mut self, slot: Slot) -> Option<Slot> {
        if let Some(known) = self.cuts_of.get(&slot) {
            return *known;
        }
        let found = match self.nodes.get(slot) {
            Some(Node::Apply(Op::And | Op::Or | Op::Not, args)) => {
                let mut leaves = args.iter().map(|arg| self.cuts_of(*arg));
                let first = leaves.next().flatten();
                first.filter(|first| leaves.all(|leaf| leaf == Some(*first)))
            }
            _ => self.source(slot).filter(|leaf| !holds_elements(self.nodes, slot, *leaf)),
        };
        self.cuts_of.insert(slot, found);
        found
    }

    /// The one leaf that a test reads beside constants and the day.
    fn source(&self, slot: Slot) -> Option<Slot> {
        match self.nodes.get(slot)? {
            // A bool attribute is a test of itself.
            Node::Attribute(_) | Node::Context(_) => Some(slot),
            Node::Apply(op, args) if in_cells(*op) => {
                let mut leaf = None;
                for arg in args {
                    match self.nodes.get(*arg)? {
                        Node::Attribute(_) | Node::Context(_) => {
                            // A set beside itself has no elements of interest.
                            if leaf.is_some_and(|other| other != *arg || *op == Op::Overlaps) {
                                return None;
                            }
                            leaf = Some(*arg);
                        }
                        Node::Constant(value) if has_cells(*op, &value.0) => {}
                        Node::Constant(_) => return None,
                        _ if self.of_the_day(*arg) => {}
                        _ => return None,
                    }
                }
                leaf
            }
            _ => None,
        }
    }

    /// Tests on inputs whose tables would be too large are computed by evaluation.
    fn leave_out_the_largest(&mut self, conditions: usize) {
        let mut constants: FxHashMap<Slot, usize> = FxHashMap::default();
        let mut known = FxHashMap::default();
        for (slot, leaf) in &self.found {
            if let Some(leaf) = leaf {
                let sum = constants.entry(*leaf).or_default();
                *sum = sum.saturating_add(1).saturating_add(self.constants(*slot, &mut known));
            }
        }
        let mut sizes: Vec<(usize, Slot)> = constants.into_iter().map(|(leaf, n)| (n, leaf)).collect();
        sizes.sort_unstable();
        let mut rows = 0_usize;
        let mut tabulated: FxHashSet<Slot> = FxHashSet::default();
        for (constants, leaf) in sizes {
            // A constant begins a cell, and so may what lies just above it.
            let cells = constants.saturating_mul(2).saturating_add(2);
            rows = rows.saturating_add(cells.saturating_mul(row_bytes(conditions)));
            if cells.saturating_mul(constants) <= MAX_WORK && rows <= MAX_ROWS {
                tabulated.insert(leaf);
            }
        }
        for (_, leaf) in &mut self.found {
            *leaf = leaf.filter(|leaf| tabulated.contains(leaf));
        }
    }

    /// How many constants a test holds, those of lists one by one. What is shared counts wherever it is used, but
    /// is looked at once: written out it could be endless.
    fn constants(&self, slot: Slot, known: &mut FxHashMap<Slot, usize>) -> usize {
        let Some(Node::Apply(op, args)) = self.nodes.get(slot) else { return 0 };
        if matches!(op, Op::And | Op::Or | Op::Not) {
            if let Some(sum) = known.get(&slot) {
                return *sum;
            }
            let sum = args
                .iter()
                .fold(0_usize, |sum, arg| sum.saturating_add(1).saturating_add(self.constants(*arg, known)));
            known.insert(slot, sum);
            return sum;
        }
        let held = args.iter().map(|arg| match self.nodes.get(*arg) {
            Some(Node::Constant(value)) => match &value.0 {
                Value::Set(elements) | Value::List(elements) => elements.len(),
                _ => 1,
            },
            _ => 1,
        });
        held.sum()
    }

    /// Whether a slot reads nothing but constants and today.
    fn of_the_day(&self, slot: Slot) -> bool {
        match self.nodes.get(slot) {
            Some(Node::Constant(_) | Node::Today) => true,
            Some(Node::Apply(_, args)) => args.iter().all(|arg| self.of_the_day(*arg)),
            _ => false,
        }
    }

    /// Numbers the literals by source.
    fn numbered(mut self, trees: Vec<Tree>) -> Logic {
        self.leave_out_the_largest(trees.len());
        let mut leaves: Vec<Slot> = self.found.iter().filter_map(|(_, leaf)| *leaf).collect();
        leaves.sort_unstable();
        leaves.dedup();
        let mut order: Vec<usize> = (0..self.found.len()).collect();
        // None comes last; the order found decides among equals.
        order.sort_by_key(|n| {
            let leaf = self.found.get(*n).and_then(|(_, leaf)| *leaf);
            (leaf.is_none(), leaf)
        });
        let mut logic = Logic { sources: Vec::new(), literals: Vec::new(), trees };
        let mut renumbered = vec![0; self.found.len()];
        for (place, old) in order.iter().enumerate() {
            let Some((slot, leaf)) = self.found.get(*old) else { continue };
            let source = leaf.and_then(|leaf| leaves.binary_search(&leaf).ok()).map(|n| SourceId(n as u32));
            if let Some(SourceId(n)) = source {
                if logic.sources.len() <= n as usize {
                    let slot = leaf.unwrap_or(*slot);
                    logic.sources.push(Source { slot, first: place as u32, count: 0 });
                }
                if let Some(source) = logic.sources.get_mut(n as usize) {
                    source.count += 1;
                }
            }
            logic.literals.push(Literal { slot: *slot, source });
            if let Some(new) = renumbered.get_mut(*old) {
                *new = place as u32;
            }
        }
        logic.trees.iter_mut().for_each(|tree| renumber(tree, &renumbered));
        logic
    }
}

fn renumber(tree: &mut Tree, places: &[u32]) {
    match tree {
        Tree::Literal(id, _) => *id = LiteralId(places.get(id.index()).copied().unwrap_or_default()),
        Tree::And(parts) | Tree::Or(parts) => parts.iter_mut().for_each(|part| renumber(part, places)),
    }
}

/// Joins parts, with those of the same kind drawn in.
fn flat(kind: fn(Vec<Tree>) -> Tree, parts: Vec<Tree>) -> Tree {
    let joins_and = matches!(kind(Vec::new()), Tree::And(_));
    let mut flat = Vec::with_capacity(parts.len());
    for part in parts {
        match part {
            Tree::And(inner) if joins_and => flat.extend(inner),
            Tree::Or(inner) if !joins_and => flat.extend(inner),
            other => flat.push(other),
        }
    }
    match <[Tree; 1]>::try_from(flat) {
        Ok([one]) => one,
        Err(flat) => kind(flat),
    }
}

/// Whether a constant makes thresholds or elements: a missing one does not, nor does a set as a whole.
fn has_cells(op: Op, constant: &Value) -> bool {
    match constant {
        Value::Missing => false,
        Value::Set(elements) | Value::List(elements) => {
            matches!(op, Op::InSet | Op::Overlaps) && !elements.iter().any(Value::is_missing)
        }
        _ => true,
    }
}

/// Whether a test looks for elements in its leaf, a set.
pub(super) fn holds_elements(nodes: &Nodes, test: Slot, leaf: Slot) -> bool {
    match nodes.get(test) {
        Some(Node::Apply(Op::Overlaps, _)) => true,
        Some(Node::Apply(Op::InSet, args)) => args.get(1) == Some(&leaf),
        _ => false,
    }
}

/// Operators whose truth changes only at thresholds of their one input, or with an element of a set.
fn in_cells(op: Op) -> bool {
    matches!(
        op,
        Op::Eq
            | Op::Ne
            | Op::Lt
            | Op::Le
            | Op::Gt
            | Op::Ge
            | Op::Between
            | Op::In
            | Op::InSet
            | Op::Overlaps
            | Op::IsMissing
            | Op::IsPresent
    )
}
