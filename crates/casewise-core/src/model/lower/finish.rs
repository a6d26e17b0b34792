//! What is handed over: every declaration at its place. A broken one stands there as missing, so that the
//! places of the others hold; nothing that is not broken mentions it.

use crate::model::types::{Base, Type};
use crate::model::{Expr, ExprKind, Gate, Let, List, Param, Score, ScoreKind, Segment, Subject};
use crate::source::Span;
use crate::syntax::ast;
use crate::values::Value;

use super::{Lowering, title};

impl Lowering<'_> {
    pub(super) fn finish_subject(&mut self) -> Subject {
        Subject {
            name: self.declared.subject.map_or("", |(name, _)| &name.name).into(),
            key: self.subject.key.unwrap_or(0),
            attributes: std::mem::take(&mut self.subject.fields),
        }
    }

    pub(super) fn finish_lists(&self) -> Vec<List> {
        let lists = self.declared.lists.iter();
        lists
            .map(|l| List {
                name: l.name.name.as_str().into(),
                title: title(l.title.as_ref()),
                span: l.name.span,
            })
            .collect()
    }

    pub(super) fn finish_params(&mut self) -> Vec<Param> {
        let params = std::mem::take(&mut self.params);
        let declared = self.declared.params.iter();
        let missing = |d: &ast::Param| Param {
            name: d.named.name.name.as_str().into(),
            title: None,
            ty: Type::optional(Base::Int),
            range: None,
            value: Value::Missing,
            overridden: false,
            span: d.named.name.span,
        };
        params.into_iter().zip(declared).map(|(param, d)| param.unwrap_or_else(|| missing(d))).collect()
    }

    /// Plain lets only: functions have been written out where they are called.
    pub(super) fn finish_lets(&mut self) -> Vec<Let> {
        let lets = std::mem::take(&mut self.lets);
        let plain = lets.into_iter().zip(&self.declared.lets).filter(|(_, d)| d.parameters.is_none());
        let missing = |d: &ast::Let| Let {
            name: d.named.name.name.as_str().into(),
            title: None,
            value: nothing(Base::Bool, d.named.name.span),
            span: d.named.name.span,
        };
        plain.map(|(binding, d)| binding.unwrap_or_else(|| missing(d))).collect()
    }

    pub(super) fn finish_scores(&mut self) -> Vec<Score> {
        let scores = std::mem::take(&mut self.scores);
        let missing = |named: &ast::Named| Score {
            name: named.name.name.as_str().into(),
            title: None,
            kind: ScoreKind::Expression { value: nothing(Base::Bool, named.name.span), word: "score" },
            span: named.name.span,
        };
        let declared = self.declared.scores.iter();
        scores
            .into_iter()
            .zip(declared)
            .map(|(score, d)| score.unwrap_or_else(|| missing(d.named())))
            .collect()
    }

    pub(super) fn finish_segments(&mut self) -> Vec<Segment> {
        let segments = std::mem::take(&mut self.segments);
        let missing = |d: &ast::Binding| Segment {
            name: d.named.name.name.as_str().into(),
            title: None,
            condition: nothing(Base::Bool, d.named.name.span),
            span: d.named.name.span,
        };
        let declared = self.declared.segments.iter();
        segments.into_iter().zip(declared).map(|(segment, d)| segment.unwrap_or_else(|| missing(d))).collect()
    }

    pub(super) fn finish_gates(&mut self) -> Vec<Gate> {
        let gates = std::mem::take(&mut self.gates);
        let missing = |d: &ast::GateDeclaration| Gate {
            name: d.named.name.name.as_str().into(),
            title: None,
            clauses: Vec::new(),
            span: d.named.name.span,
        };
        let declared = self.declared.gates.iter();
        gates.into_iter().zip(declared).map(|(gate, d)| gate.unwrap_or_else(|| missing(d))).collect()
    }
}

fn nothing(base: Base, span: Span) -> Expr {
    Expr { kind: ExprKind::Constant(Value::Missing), ty: Type::optional(base), span }
}
