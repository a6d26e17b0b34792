//! The exact questions under the lints, against plain enumeration.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod coverage;
mod formula;
mod texts;

use super::Look;
use crate::diagnostic::Diagnostic;
use crate::model::{
    Base, EnumId, EnumLabel, EnumType, Expr, ExprKind, Field, Model, Op, Score, ScoreKind, Subject, Type,
};
use crate::source::{Sources, Span};
use crate::values::{Label, Value, Zone};

/// A model with the attributes `a: int?`, `b: int?`, `c: enum(x, y, z)?` and these scores.
fn model(scores: Vec<Expr>) -> Model {
    let label = |name: &str| EnumLabel { name: name.into(), foreign: None };
    let labels = vec![label("x"), label("y"), label("z")];
    let field = |name: &str, base: Base| Field {
        name: name.into(),
        title: None,
        ty: Type::optional(base),
        from: None,
        bool_words: None,
        span: Span::default(),
    };
    let score = |value: Expr| Score {
        name: "score".into(),
        title: None,
        kind: ScoreKind::Expression { value, word: "table" },
        span: Span::default(),
    };
    Model {
        sources: Sources::default(),
        name: "m".into(),
        title: None,
        version: "".into(),
        language: 1,
        zone: Zone::utc(),
        subject: Subject {
            name: "customer".into(),
            attributes: vec![field("a", Base::Int), field("b", Base::Int), field("c", Base::Enum(EnumId(0)))],
            key: 0,
        },
        context: Vec::new(),
        enums: vec![EnumType { name: None, labels, ordered: true }],
        tables: Vec::new(),
        lists: Vec::new(),
        params: Vec::new(),
        lets: Vec::new(),
        scores: scores.into_iter().map(score).collect(),
        segments: Vec::new(),
        gates: Vec::new(),
        channels: Vec::new(),
        contacts: Vec::new(),
        properties: Vec::new(),
        exclusive_sets: Vec::new(),
        groups: Vec::new(),
        cases: Vec::new(),
        decides: Vec::new(),
        tests: Vec::new(),
        fingerprints: crate::model::Fingerprints::default(),
    }
}

fn expr(kind: ExprKind, base: Base) -> Expr {
    Expr { kind, ty: Type::optional(base), span: Span::default() }
}

fn attribute(place: usize) -> Expr {
    expr(ExprKind::Attribute(place), if place == 2 { Base::Enum(EnumId(0)) } else { Base::Int })
}

fn int(n: i64) -> Expr {
    expr(ExprKind::Constant(Value::Int(n)), Base::Int)
}

fn label(n: u32) -> Expr {
    expr(ExprKind::Constant(Value::Label(Label(n))), Base::Enum(EnumId(0)))
}

fn apply(op: Op, arguments: Vec<Expr>) -> Expr {
    expr(ExprKind::Apply(op, arguments), Base::Bool)
}

/// What a lint says of the expressions of a model.
fn found(model: &Model, lint: for<'m> fn(&'m Model) -> Look<'m>) -> Vec<Diagnostic> {
    let (mut look, mut out) = (lint(model), Vec::new());
    for root in model.expressions() {
        root.walk(&mut |expr| look(expr, &mut out));
    }
    out
}
