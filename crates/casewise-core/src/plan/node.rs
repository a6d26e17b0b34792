//! The nodes of the plan: distinct expressions, each in its slot.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::lifetime::LifetimePart;
use crate::model::{AggregateFunction, Op, TableId, TableKind};
use crate::syntax::ast::Unit;
use crate::values::{Value, ValueKey};

/// The place of a node, and of its value while deciding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot(pub u32);

impl Slot {
    /// As an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One distinct expression; its arguments have lower slots.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Node {
    /// A constant; params are constants here.
    Constant(ValueKey),
    /// An attribute of the subject.
    Attribute(u32),
    /// A field of the context.
    Context(u32),
    /// A field of the event or row that the surrounding aggregate looks at.
    Field(TableId, u32),
    /// The instant of the decision.
    Now,
    /// Its date.
    Today,
    /// Whether the key is in a list.
    InList(u32),
    /// An operator.
    Apply(Op, Box<[Slot]>),
    /// `matches`; index into the plan's patterns.
    Matches(Slot, u32),
    /// A question to events or rows.
    Aggregate(Box<AggregateNode>),
    /// The value of the first row whose patterns all match.
    Select(Box<SelectNode>),
    /// 1 + cuts strictly below.
    CutScore {
        /// What is scored.
        value: Slot,
        /// Ascending.
        cuts: Arc<[ValueKey]>,
        /// Counted from the other end.
        reversed: bool,
    },
    /// Digits written one after the other.
    Code(Box<[Slot]>),
    /// Nearest of the centres; index into the plan's centres.
    Nearest {
        /// Floats.
        features: Box<[Slot]>,
        /// Which centres.
        centers: u32,
        /// Its label, or its distance.
        part: NearestPart,
    },
    /// What the best rule says whose left side is held; index into the plan's rules.
    BestRule {
        /// A set of items.
        held: Slot,
        /// Which rules.
        rules: u32,
    },
    /// What the models of a lifetime say; index into the plan's lifetimes.
    Lifetime {
        /// In the order of [`Purchases`](super::lifetime::Purchases).
        purchases: Box<[Slot]>,
        /// Which models.
        lifetime: u32,
        /// What is asked.
        part: LifetimePart,
    },
    /// A learned score without parameters: missing. Only in plans for tests, and for what a fit must be given.
    Unlearned {
        /// Which score.
        score: u32,
        /// What it is learned from.
        reads: Box<[Slot]>,
    },
}

/// What is asked of the nearest centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NearestPart {
    /// Its place.
    Label,
    /// How far away it is.
    Distance,
}

/// A planned aggregate.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AggregateNode {
    /// What is computed.
    pub function: AggregateFunction,
    /// Of which table.
    pub table: TableId,
    /// How its rows stand in time.
    pub kind: TableKind,
    /// In event scope.
    pub value: Option<Slot>,
    /// What a sum of nothing is, of the sum's type.
    pub zero: ValueKey,
    /// Microseconds.
    pub half_life: Option<i64>,
    /// In event scope.
    pub filter: Option<Slot>,
    /// Which stretch of history.
    pub window: Option<WindowNode>,
    /// A second event that must follow.
    pub then: Option<ThenNode>,
    /// Slots outside event scope that the above read.
    pub reads: Box<[Slot]>,
}

/// A planned window.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum WindowNode {
    /// A duration or a period back from now.
    Last(ValueKey),
    /// The calendar period that holds now.
    This(Unit),
}

/// A planned `then within`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ThenNode {
    /// Microseconds.
    pub within: i64,
    /// The table of the following event.
    pub table: TableId,
    /// How its rows stand in time.
    pub kind: TableKind,
    /// In event scope.
    pub filter: Option<Slot>,
}

/// Planned bands or a planned table.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SelectNode {
    /// The columns.
    pub of: Box<[Slot]>,
    /// Patterns by column, and the value.
    pub rows: Box<[(Box<[PatternNode]>, Slot)]>,
}

/// A planned pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PatternNode {
    /// A missing value.
    Missing,
    /// A present value.
    Any,
    /// Between the ends, each included where flagged.
    Range {
        /// Lower end.
        low: Option<(ValueKey, bool)>,
        /// Upper end.
        high: Option<(ValueKey, bool)>,
    },
    /// One of these.
    Values(Box<[ValueKey]>),
}

impl PatternNode {
    /// Whether a value matches.
    pub fn matches(&self, value: &Value) -> bool {
        match self {
            PatternNode::Missing => value.is_missing(),
            PatternNode::Any => !value.is_missing(),
            PatternNode::Range { low, high } => {
                let above = |end: &(ValueKey, bool)| {
                    value.compare(&end.0.0).is_some_and(|o| o.is_gt() || (end.1 && o.is_eq()))
                };
                let below = |end: &(ValueKey, bool)| {
                    value.compare(&end.0.0).is_some_and(|o| o.is_lt() || (end.1 && o.is_eq()))
                };
                !value.is_missing() && low.as_ref().is_none_or(above) && high.as_ref().is_none_or(below)
            }
            PatternNode::Values(values) => {
                values.iter().any(|v| value.compare(&v.0).is_some_and(|o| o.is_eq()))
            }
        }
    }
}

/// The nodes of a plan, each once.
#[derive(Debug, Clone, Default)]
pub struct Nodes {
    nodes: Vec<Node>,
    facts: Vec<NodeFacts>,
    places: FxHashMap<Node, Slot>,
}

/// What is known of a node.
#[derive(Debug, Clone, Copy, Default)]
struct NodeFacts {
    /// Reads a field of an event.
    in_event: bool,
    /// Longest way down to a leaf.
    depth: u32,
}

/// Deepest dependency that is evaluated: evaluation recurses.
pub const MAX_DEPTH: u32 = 500;
/// Most nodes of a plan.
pub const MAX_NODES: usize = 4_000_000;

/// Why nodes cannot be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// Too many.
    Nodes,
    /// Too deep.
    Depth,
}

impl Nodes {
    /// The slot of a node, new or not.
    pub fn intern(&mut self, node: Node) -> Result<Slot, Full> {
        if let Some(slot) = self.places.get(&node) {
            return Ok(*slot);
        }
        let mut facts = NodeFacts { in_event: matches!(node, Node::Field(..)), depth: 0 };
        // An aggregate closes the scope of its own events.
        let opens_scope = !matches!(node, Node::Aggregate(_));
        node.arguments(|slot| {
            let below = self.facts.get(slot.index()).copied().unwrap_or_default();
            facts.in_event |= opens_scope && below.in_event;
            facts.depth = facts.depth.max(below.depth + 1);
        });
        if facts.depth > MAX_DEPTH {
            return Err(Full::Depth);
        }
        if self.nodes.len() >= MAX_NODES {
            return Err(Full::Nodes);
        }
        let slot = Slot(self.nodes.len() as u32);
        self.nodes.push(node.clone());
        self.facts.push(facts);
        self.places.insert(node, slot);
        Ok(slot)
    }

    /// The slot of a node that is there.
    pub fn find(&self, node: &Node) -> Option<Slot> {
        self.places.get(node).copied()
    }

    /// The node in a slot.
    pub fn get(&self, slot: Slot) -> Option<&Node> {
        self.nodes.get(slot.index())
    }

    /// The constant in a slot.
    pub fn constant(&self, slot: Slot) -> Option<&Value> {
        match self.get(slot)? {
            Node::Constant(value) => Some(&value.0),
            _ => None,
        }
    }

    /// Whether the node reads a field of an event.
    pub fn in_event(&self, slot: Slot) -> bool {
        self.facts.get(slot.index()).is_some_and(|f| f.in_event)
    }

    /// In slot order.
    pub fn iter(&self) -> std::slice::Iter<'_, Node> {
        self.nodes.iter()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// None at all.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}

impl Node {
    /// Calls `f` with every slot that this node reads.
    pub fn arguments(&self, mut f: impl FnMut(Slot)) {
        match self {
            Node::Constant(_)
            | Node::Attribute(_)
            | Node::Context(_)
            | Node::Field(..)
            | Node::Now
            | Node::Today
            | Node::InList(_) => {}
            Node::Apply(_, args)
            | Node::Code(args)
            | Node::Nearest { features: args, .. }
            | Node::Lifetime { purchases: args, .. }
            | Node::Unlearned { reads: args, .. } => {
                args.iter().copied().for_each(f);
            }
            Node::Matches(arg, _) | Node::CutScore { value: arg, .. } | Node::BestRule { held: arg, .. } => {
                f(*arg)
            }
            Node::Aggregate(a) => {
                let filter = a.then.as_ref().and_then(|t| t.filter);
                a.reads.iter().copied().chain(a.value).chain(a.filter).chain(filter).for_each(f);
            }
            Node::Select(s) => {
                s.of.iter().copied().for_each(&mut f);
                s.rows.iter().for_each(|(_, value)| f(*value));
            }
        }
    }

    /// Read straight from the inputs: nothing to compute.
    pub fn is_leaf(&self) -> bool {
        matches!(self, Node::Constant(_) | Node::Attribute(_) | Node::Context(_) | Node::Field(..))
    }
}
