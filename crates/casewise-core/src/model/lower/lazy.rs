//! Declarations may stand in any order: each is lowered when it is first needed, and a cycle is told whole.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

use super::Lowering;
use super::collect::Declarations;

/// Something that can need another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Node {
    Param(usize),
    Let(usize),
    Score(usize),
    Segment(usize),
    Gate(usize),
}

/// How far a declaration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Waiting,
    Working,
    Ready,
    /// Its error has been reported.
    Broken,
}

/// How many nodes there are.
pub(super) fn count(declared: &Declarations<'_>) -> usize {
    declared.params.len()
        + declared.lets.len()
        + declared.scores.len()
        + declared.segments.len()
        + declared.gates.len()
}

impl Lowering<'_> {
    /// The place of a node among all.
    pub(super) fn place(&self, node: Node) -> usize {
        let d = &self.declared;
        match node {
            Node::Param(n) => n,
            Node::Let(n) => d.params.len() + n,
            Node::Score(n) => d.params.len() + d.lets.len() + n,
            Node::Segment(n) => d.params.len() + d.lets.len() + d.scores.len() + n,
            Node::Gate(n) => d.params.len() + d.lets.len() + d.scores.len() + d.segments.len() + n,
        }
    }

    /// Lowers a declaration unless it has been; false if it is broken. `at` is where it is mentioned.
    pub(super) fn ready(&mut self, node: Node, at: Span) -> bool {
        let place = self.place(node);
        match self.states.get(place).copied().unwrap_or(State::Broken) {
            State::Ready => true,
            State::Broken => false,
            State::Working => {
                self.report_cycle(node, at);
                false
            }
            State::Waiting => {
                if !self.enter(at) {
                    return false;
                }
                self.set_state(place, State::Working);
                self.path.push((node, at));
                let scope = std::mem::take(&mut self.scope);
                let ok = self.lower_node(node).is_some();
                self.scope = scope;
                self.path.pop();
                self.leave();
                self.set_state(place, if ok { State::Ready } else { State::Broken });
                ok
            }
        }
    }

    fn set_state(&mut self, place: usize, state: State) {
        if let Some(slot) = self.states.get_mut(place) {
            *slot = state;
        }
    }

    fn lower_node(&mut self, node: Node) -> Option<()> {
        match node {
            Node::Param(n) => self.lower_param(n),
            Node::Let(n) => self.lower_let(n),
            Node::Score(n) => self.lower_score(n),
            Node::Segment(n) => self.lower_segment(n),
            Node::Gate(n) => self.lower_gate(n),
        }
    }

    fn node_name(&self, node: Node) -> &str {
        let d = &self.declared;
        let name = match node {
            Node::Param(n) => d.params.get(n).map(|p| &p.named.name),
            Node::Let(n) => d.lets.get(n).map(|l| &l.named.name),
            Node::Score(n) => d.scores.get(n).map(|s| &s.named().name),
            Node::Segment(n) => d.segments.get(n).map(|s| &s.named.name),
            Node::Gate(n) => d.gates.get(n).map(|g| &g.named.name),
        };
        name.map_or("", |n| &n.name)
    }

    fn report_cycle(&mut self, node: Node, at: Span) {
        let start = self.path.iter().rposition(|(n, _)| *n == node).unwrap_or(0);
        let cycle: Vec<(Node, Span)> = self.path.iter().skip(start).copied().collect();
        let mut names: Vec<String> = cycle.iter().map(|(n, _)| self.node_name(*n).to_owned()).collect();
        let first = self.node_name(node).to_owned();
        names.push(first.clone());
        let mut diagnostic =
            Diagnostic::new(Code::CYCLE, at, format!("`{first}` needs itself: {}", names.join(" → ")));
        // Each step but the last is where the next is mentioned; the last is where the caret stands.
        for (next, mentioned) in cycle.iter().skip(1) {
            let text = format!("`{}` is needed here", self.node_name(*next));
            diagnostic = diagnostic.related(*mentioned, text);
        }
        self.report.push(diagnostic.help("take one of these steps out"));
    }
}
