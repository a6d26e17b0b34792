//! Walking over expressions, checked and as written.

use super::expr::{Expr, ExprKind, Pattern, Window};
use crate::syntax::ast;

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
            Pattern::Range { low, high } => [low, high].into_iter().flatten().for_each(|(bound, _)| visit(bound)),
            Pattern::Values(values) => values.iter().for_each(visit),
        }
    }
}

/// Calls `visit` with every word of a written expression that may name a value: bare words, the first of a
/// path, the name of a function.
pub fn words<'e>(expr: &'e ast::Expr, visit: &mut dyn FnMut(&'e str)) {
    use ast::ExprKind as Kind;
    // Without recursion: a chain of operators nests as deeply as it is long.
    let mut open = vec![expr];
    while let Some(e) = open.pop() {
        match &e.kind {
            Kind::Error | Kind::Literal(_) => {}
            Kind::Name(word) => visit(word),
            Kind::Path(parts) => parts.iter().take(1).for_each(|part| visit(&part.name)),
            Kind::Call(call) => {
                call.name.iter().take(1).for_each(|part| visit(&part.name));
                open.extend(&call.arguments);
                open.extend(call.half_life.iter().chain(&call.filter));
                if let Some(then) = &call.then {
                    open.push(&then.within);
                    open.extend(&then.filter);
                }
                open.extend(call.window.as_ref().and_then(length));
            }
            Kind::List(items) => open.extend(items),
            Kind::Quantity(inner, _) | Kind::Not(inner) | Kind::Negate(inner) => open.push(inner),
            Kind::Is { item, .. } => open.push(item),
            Kind::Binary(_, a, b) | Kind::In { item: a, set: b, .. } => open.extend([&**a, b]),
            Kind::Between(a, b, c) | Kind::If(a, b, c) => open.extend([&**a, b, c]),
            Kind::InWindow { item, window, .. } => {
                open.push(item);
                open.extend(length(window));
            }
        }
    }
}

fn length(window: &ast::Window) -> Option<&ast::Expr> {
    match &window.kind {
        ast::WindowKind::Last(length) | ast::WindowKind::Next(length) => Some(length),
        ast::WindowKind::This(_) => None,
    }
}
