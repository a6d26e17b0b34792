//! Lets, functions and segments.

use crate::model::types::{Base, Type};
use crate::model::visit::Measure;
use crate::model::{Expr, ExprKind, Let, Segment};
use crate::syntax::ast;
use crate::values::Value;

use super::Lowering;
use super::collect::Declarations;
use super::lazy::Node;
use super::scope::{Argument, Frame, Scope};

/// Per let as written, its place among those that are not functions.
pub(super) fn let_ids(declared: &Declarations<'_>) -> Vec<usize> {
    let plain = declared.lets.iter().map(|l| usize::from(l.parameters.is_none()));
    plain
        .scan(0, |next, step| {
            let id = *next;
            *next += step;
            Some(id)
        })
        .collect()
}

impl<'a> Lowering<'a> {
    /// Params, lets, scores, segments and gates, what is needed first.
    pub(super) fn lower_values(&mut self) {
        for index in 0..self.declared.params.len() {
            let span = self.declared.params.get(index).map_or_else(Default::default, |p| p.named.name.span);
            self.ready(Node::Param(index), span);
        }
        for node in self.in_order_of_need() {
            self.ready(node, self.node_span(node));
        }
    }

    pub(super) fn lower_let(&mut self, index: usize) -> Option<()> {
        let binding: &'a ast::Let = self.declared.lets.get(index).copied()?;
        if let Some(parameters) = &binding.parameters {
            return self.check_function(binding, parameters);
        }
        let value = self.expr(&binding.value, None)?;
        if matches!(value.ty.base, Base::List(_)) {
            self.report.push(
                crate::diagnostic::Diagnostic::new(
                    crate::diagnostic::Code::TYPE_NOT_ALLOWED,
                    value.span,
                    "a let does not hold a list",
                )
                .help("write the list where it is used"),
            );
            return None;
        }
        *self.lets.get_mut(index)? = Some(Let {
            name: binding.named.name.name.as_str().into(),
            title: super::title(binding.named.title.as_ref()),
            value,
            span: binding.named.name.span,
        });
        Some(())
    }

    /// Checks a function by itself: its arguments are stand-ins of the types written.
    fn check_function(
        &mut self,
        binding: &'a ast::Let,
        parameters: &'a [(ast::Ident, ast::TypeExpr)],
    ) -> Option<()> {
        self.check_parameters(parameters)?;
        let arguments = parameters.iter().map(|(name, ty)| {
            let ty = self.ty(ty)?;
            let value = Expr { kind: ExprKind::Constant(Value::Missing), ty, span: name.span };
            Some(Argument { value, measure: Measure { nodes: 1, depth: 1, reads_field: false } })
        });
        let arguments: Vec<Option<Argument>> = arguments.collect();
        let known = arguments.iter().all(Option::is_some);
        let body = self.in_frame(Frame { parameters, arguments, declaration: true }, &binding.value);
        body.filter(|_| known).map(|_| ())
    }

    fn check_parameters(&mut self, parameters: &'a [(ast::Ident, ast::TypeExpr)]) -> Option<()> {
        use crate::diagnostic::{Code, Diagnostic};
        let mut ok = Some(());
        for (n, (name, _)) in parameters.iter().enumerate() {
            let before = parameters.iter().take(n).find(|(other, _)| other.name == name.name);
            let outside = self.names.values.span(&name.name);
            let taken = before.map(|(other, _)| other.span).or(outside);
            if let Some(taken) = taken {
                self.report.push(
                    Diagnostic::new(
                        Code::DUPLICATE_NAME,
                        name.span,
                        format!("the name `{}` is taken", name.name),
                    )
                    .related(taken, "declared here")
                    .help("give the parameter another name"),
                );
                ok = None;
            }
        }
        ok
    }

    /// Lowers the body of a function with its arguments in place.
    pub(super) fn in_frame(&mut self, frame: Frame<'a>, body: &'a ast::Expr) -> Option<Expr> {
        let scope = Scope { table: None, rank: false, frame: Some(self.frames.len()) };
        self.frames.push(frame);
        let value = self.within(scope, |this| this.expr(body, None));
        self.frames.pop();
        value
    }

    pub(super) fn lower_segment(&mut self, index: usize) -> Option<()> {
        let binding: &'a ast::Binding = self.declared.segments.get(index).copied()?;
        let condition = self.condition(&binding.value, "a segment")?;
        *self.segments.get_mut(index)? = Some(Segment {
            name: binding.named.name.name.as_str().into(),
            title: super::title(binding.named.title.as_ref()),
            condition,
            span: binding.named.name.span,
        });
        Some(())
    }

    /// A condition: true, false or unknown.
    pub(super) fn condition(&mut self, e: &'a ast::Expr, what: &str) -> Option<Expr> {
        self.typed(e, &Type::optional(Base::Bool), what)
    }
}
