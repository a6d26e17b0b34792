//! What is needed is lowered first, so that long chains of declarations do not nest.
//!
//! Words are taken for the values of their names, which some are not: the order is only a good one to start
//! with, and what is really needed is found while lowering.

use crate::source::Span;
use crate::syntax::{ast, visit};

use super::Lowering;
use super::collect::ScoreDeclaration;
use super::lazy::Node;
use super::names::ValueName;

impl<'a> Lowering<'a> {
    /// Lets, scores, segments and gates, each after what it mentions.
    pub(super) fn in_order_of_need(&self) -> Vec<Node> {
        let d = &self.declared;
        let nodes = (0..d.lets.len())
            .map(Node::Let)
            .chain((0..d.scores.len()).map(Node::Score))
            .chain((0..d.segments.len()).map(Node::Segment))
            .chain((0..d.gates.len()).map(Node::Gate));
        let mut seen = vec![false; self.states.len()];
        let mut order = Vec::new();
        for start in nodes {
            self.visit(start, &mut seen, &mut order);
        }
        order
    }

    /// Depth first, without recursion.
    fn visit(&self, start: Node, seen: &mut [bool], order: &mut Vec<Node>) {
        let mut mark = |node: Node| match seen.get_mut(self.place(node)) {
            Some(slot) if !*slot => {
                *slot = true;
                true
            }
            _ => false,
        };
        if !mark(start) {
            return;
        }
        let mut stack = vec![(start, self.needs(start))];
        while let Some((node, needs)) = stack.last_mut() {
            let node = *node;
            match needs.pop() {
                Some(next) if mark(next) => stack.push((next, self.needs(next))),
                Some(_) => {}
                None => {
                    order.push(node);
                    stack.pop();
                }
            }
        }
    }

    /// The values that a declaration mentions.
    fn needs(&self, node: Node) -> Vec<Node> {
        let mut needs = Vec::new();
        let mut word = |word: &str| {
            let node = match self.names.values.get(word) {
                Some(ValueName::Let(n)) => Node::Let(n),
                Some(ValueName::Score(n)) => Node::Score(n),
                Some(ValueName::Segment(n)) => Node::Segment(n),
                Some(ValueName::Gate(n)) => Node::Gate(n),
                _ => return,
            };
            needs.push(node);
        };
        for e in self.expressions_of(node) {
            visit::walk(e, &mut |part| match &part.kind {
                ast::ExprKind::Name(name) => word(name),
                ast::ExprKind::Path(parts) => parts.iter().take(1).for_each(|head| word(&head.name)),
                ast::ExprKind::Call(call) => call.name.iter().take(1).for_each(|head| word(&head.name)),
                _ => {}
            });
        }
        if let Node::Score(n) = node
            && let Some(ScoreDeclaration::Composite(ast::Composite { ahp: Some(ahp), .. })) =
                self.declared.scores.get(n)
        {
            ahp.pairs.iter().flat_map(|pair| [&pair.over, &pair.under]).for_each(|name| word(&name.name));
        }
        needs
    }

    fn expressions_of(&self, node: Node) -> Vec<&'a ast::Expr> {
        let d = &self.declared;
        match node {
            Node::Param(n) => d.params.get(n).map(|p| vec![&p.value]).unwrap_or_default(),
            Node::Let(n) => d.lets.get(n).map(|l| vec![&l.value]).unwrap_or_default(),
            Node::Segment(n) => d.segments.get(n).map(|s| vec![&s.value]).unwrap_or_default(),
            Node::Gate(n) => {
                d.gates.get(n).map(|g| g.clauses.iter().map(|c| &c.condition).collect()).unwrap_or_default()
            }
            Node::Score(n) => d.scores.get(n).map(|s| expressions_of_score(*s)).unwrap_or_default(),
        }
    }

    pub(super) fn node_span(&self, node: Node) -> Span {
        let d = &self.declared;
        let name = match node {
            Node::Param(n) => d.params.get(n).map(|p| &p.named.name),
            Node::Let(n) => d.lets.get(n).map(|l| &l.named.name),
            Node::Score(n) => d.scores.get(n).map(|s| &s.named().name),
            Node::Segment(n) => d.segments.get(n).map(|s| &s.named.name),
            Node::Gate(n) => d.gates.get(n).map(|g| &g.named.name),
        };
        name.map_or_else(Span::default, |n| n.span)
    }
}

/// Where a score can mention other values. Patterns and points are constants.
fn expressions_of_score(score: ScoreDeclaration<'_>) -> Vec<&ast::Expr> {
    match score {
        ScoreDeclaration::Score(d) => vec![&d.value],
        ScoreDeclaration::Scorecard(d) => d.factors.iter().map(|f| &f.of).chain(&d.learn).collect(),
        ScoreDeclaration::Behavior(d) => d.filter.iter().chain(&d.weight).collect(),
        ScoreDeclaration::Rfm(d) => d.filter.iter().chain(&d.monetary).collect(),
        ScoreDeclaration::Cluster(d) => d.features.iter().collect(),
        ScoreDeclaration::Composite(d) => d.weights.iter().map(|(_, of, _)| of).collect(),
        ScoreDeclaration::Affinity(d) => vec![&d.of],
        ScoreDeclaration::Lifetime(d) => d.filter.iter().chain(&d.monetary).collect(),
        ScoreDeclaration::Grade(d) => vec![&d.of],
        ScoreDeclaration::Table(d) => d.by.iter().chain(d.rows.iter().map(|r| &r.value)).collect(),
    }
}
