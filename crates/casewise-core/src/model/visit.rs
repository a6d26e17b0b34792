//! Walking over checked expressions.

use super::expr::{Expr, ExprKind, Pattern, Window};

/// How large an expression is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Measure {
    /// Nodes.
    pub nodes: usize,
    /// Levels.
    pub depth: usize,
    /// It reads a field of an event or row outside its own aggregates.
    pub reads_field: bool,
}

impl Expr {
    /// Calls `visit` with every direct part of the expression, in the order written.
    pub fn for_each_part<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr)) {
        match &self.kind {
            ExprKind::Apply(_, arguments) => arguments.iter().for_each(visit),
            ExprKind::Matches(text, _) => visit(text),
            ExprKind::Aggregate(aggregate) => {
                let parts = [&aggregate.value, &aggregate.half_life, &aggregate.filter];
                parts.into_iter().flatten().for_each(&mut *visit);
                if let Some(then) = &aggregate.then {
                    visit(&then.within);
                    then.filter.iter().for_each(&mut *visit);
                }
                if let Some(Window::Last(length)) = &aggregate.window {
                    visit(length);
                }
            }
            ExprKind::Select(select) => {
                select.of.iter().for_each(&mut *visit);
                for row in &select.rows {
                    row.patterns.iter().for_each(|p| p.for_each_part(visit));
                    visit(&row.value);
                }
            }
            _ => {}
        }
    }

    /// How large it is.
    pub fn measure(&self) -> Measure {
        let own = matches!(self.kind, ExprKind::Field(_));
        let mut measure = Measure { nodes: 1, depth: 0, reads_field: own };
        self.for_each_part(&mut |part| {
            let inner = part.measure();
            measure.nodes += inner.nodes;
            measure.depth = measure.depth.max(inner.depth);
            measure.reads_field |= inner.reads_field;
        });
        measure.depth += 1;
        if matches!(self.kind, ExprKind::Aggregate(_)) {
            measure.reads_field = false;
        }
        measure
    }
}

impl Pattern {
    /// Calls `visit` with every bound.
    pub fn for_each_part<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr)) {
        match self {
            Pattern::Missing | Pattern::Any => {}
            Pattern::Range { low, high } => {
                [low, high].into_iter().flatten().for_each(|(bound, _)| visit(bound))
            }
            Pattern::Values(values) => values.iter().for_each(visit),
        }
    }
}
