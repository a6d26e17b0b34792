//! What is in sight while an expression is lowered, and how large it may grow.

use crate::diagnostic::{Code, Diagnostic};
use crate::model::visit::Measure;
use crate::model::{Expr, TableId};
use crate::source::Span;
use crate::syntax::ast;

use super::{Lowering, MAX_DEPTH, MAX_NODES};

/// What bare words can mean besides values.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Scope {
    /// Fields of the event or row that the innermost aggregate looks at.
    pub(super) table: Option<TableId>,
    /// `priority` and the properties of the case being ranked.
    pub(super) rank: bool,
    /// Index of the function being written out.
    pub(super) frame: Option<usize>,
}

/// A function being written out.
pub(super) struct Frame<'a> {
    pub(super) parameters: &'a [(ast::Ident, ast::TypeExpr)],
    /// One per parameter; none if the argument is broken.
    pub(super) arguments: Vec<Option<Argument>>,
    /// The function is being checked by itself: its arguments are stand-ins.
    pub(super) declaration: bool,
}

/// An argument, typed, to be put in the place of its parameter.
pub(super) struct Argument {
    pub(super) value: Expr,
    pub(super) measure: Measure,
}

impl<'a> Lowering<'a> {
    /// Runs `work` with other things in sight.
    pub(super) fn within<T>(&mut self, scope: Scope, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.scope, scope);
        let result = work(self);
        self.scope = before;
        result
    }

    /// Runs `work` with the fields of a table in sight.
    pub(super) fn within_table<T>(&mut self, table: TableId, work: impl FnOnce(&mut Self) -> T) -> T {
        let scope = Scope { table: Some(table), ..self.scope };
        self.within(scope, work)
    }

    /// Whether the function being lowered is only checked by itself.
    pub(super) fn in_function_declaration(&self) -> bool {
        self.frame().is_some_and(|f| f.declaration)
    }

    pub(super) fn frame(&self) -> Option<&Frame<'a>> {
        self.scope.frame.and_then(|n| self.frames.get(n))
    }

    /// One level deeper; false if that is too deep.
    pub(super) fn enter(&mut self, at: Span) -> bool {
        if self.depth >= MAX_DEPTH {
            self.too_deep(at);
            return false;
        }
        self.depth += 1;
        true
    }

    pub(super) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    pub(super) fn too_deep(&mut self, at: Span) {
        self.report.push(
            Diagnostic::new(
                Code::TOO_LARGE,
                at,
                format!("the expression is more than {MAX_DEPTH} levels deep, functions written out"),
            )
            .help("give parts of it names with `let`"),
        );
    }

    /// Counts nodes of expressions; false once there are too many, which is said once.
    pub(super) fn charge(&mut self, nodes: usize, at: Span) -> bool {
        let before = self.nodes;
        self.nodes = before.saturating_add(nodes);
        if self.nodes <= MAX_NODES {
            return true;
        }
        if before <= MAX_NODES {
            self.report.push(
                Diagnostic::new(
                    Code::TOO_LARGE,
                    at,
                    format!("the model has more than {MAX_NODES} parts of expressions, functions and groups written out"),
                )
                .help("give what is repeated a name with `let` or `gate`: it is then computed once"),
            );
        }
        false
    }
}
