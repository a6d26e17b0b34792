//! The same thing said twice: cases, clauses, parts of a condition, values of a list.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Case, Clause, Expr, ExprKind, Model, Offer, Op, Pattern};
use crate::source::Span;
use crate::syntax::ast::{self, DeclarationKind, File, Literal};
use crate::syntax::visit;

/// Two cases that offer the same to the same.
pub(super) fn cases(model: &Model, _files: &[File], out: &mut Vec<Diagnostic>) {
    let mut first: FxHashMap<String, &Case> = FxHashMap::default();
    for case in &model.cases {
        // Without an offer, the case itself is what is offered.
        if case.offer.fields.is_empty() && case.offer.on.is_empty() {
            continue;
        }
        let Some(other) = first.insert(what_it_says(case), case) else { continue };
        out.push(
            Diagnostic::new(
                Code::DUPLICATE_CASE,
                case.span,
                format!("`{}` offers the same to the same as `{}`", case.name, other.name),
            )
            .related(other.span, "the same clauses and the same offer")
            .help("remove one of them, or make them differ"),
        );
    }
}

/// A text that is equal for cases that say the same, whatever their names, titles and places in the walk.
fn what_it_says(case: &Case) -> String {
    let mut clauses: Vec<String> = case.clauses.iter().map(clause_text).collect();
    clauses.sort_unstable();
    let offer = |offer: &Offer| {
        let fields = |fields: &[(std::sync::Arc<str>, Expr)]| {
            fields.iter().map(|(name, value)| format!("{name}: {}", text(value))).collect::<Vec<_>>()
        };
        let on = offer.on.iter().map(|(channel, on)| (channel, fields(on))).collect::<Vec<_>>();
        format!("{:?} {on:?}", fields(&offer.fields))
    };
    let variants: Vec<String> = case
        .variants
        .iter()
        .map(|variant| format!("{} {:?}", text(&variant.share), variant.offer.as_ref().map(offer)))
        .collect();
    let runs = case.runs.as_ref().map(|runs| (text(&runs.from), text(&runs.through)));
    let properties: Vec<String> = case.properties.iter().map(text).collect();
    format!(
        "{clauses:?} {} {variants:?} {runs:?} {:?} {:?} {properties:?}",
        offer(&case.offer),
        case.channels,
        case.status
    )
}

/// A text that is equal for equal expressions wherever they stand.
fn text(expr: &Expr) -> String {
    format!("{:?}", expr.without_spans())
}

fn clause_text(clause: &Clause) -> String {
    format!("{:?} {}", clause.kind, text(&clause.condition))
}

/// The same clause twice, and the same part twice in a conjunction or disjunction.
pub(super) fn clauses(model: &Model, _files: &[File], out: &mut Vec<Diagnostic>) {
    let mut seen: FxHashSet<Span> = FxHashSet::default();
    let gates = model.gates.iter().map(|gate| gate.clauses.as_slice());
    let channels = model.channels.iter().map(|channel| channel.clauses.as_slice());
    let cases = model.cases.iter().map(|case| case.clauses.as_slice());
    for clauses in gates.chain(channels).chain(cases) {
        let mut first: FxHashMap<String, &Clause> = FxHashMap::default();
        for clause in clauses {
            let Some(other) = first.insert(clause_text(clause), clause) else { continue };
            if other.span != clause.span && seen.insert(clause.span) {
                let text = match &other.inherited_from {
                    Some(from) if from.as_ref() == "every case" => "required of every case".to_owned(),
                    Some(from) => format!("inherited from `{from}`"),
                    None => "said here".to_owned(),
                };
                out.push(
                    Diagnostic::new(Code::DUPLICATE_CONDITION, clause.span, "this clause says the same as another")
                        .related(other.span, text)
                        .help("remove one of them"),
                );
            }
        }
    }
    for root in model.expressions() {
        root.walk(&mut |expr| {
            let ExprKind::Apply(Op::And | Op::Or, parts) = &expr.kind else { return };
            let mut first: FxHashMap<String, &Expr> = FxHashMap::default();
            for part in parts {
                let Some(other) = first.insert(text(part), part) else { continue };
                if other.span != part.span && seen.insert(part.span) {
                    out.push(
                        Diagnostic::new(Code::DUPLICATE_CONDITION, part.span, "this part says the same as another")
                            .related(other.span, "said here")
                            .help("remove one of them"),
                    );
                }
            }
        });
    }
}

/// The same value twice in a list or a row.
pub(super) fn values(model: &Model, files: &[File], out: &mut Vec<Diagnostic>) {
    for declaration in files.iter().flat_map(|file| &file.declarations) {
        // In tests, lists are data.
        if matches!(declaration.kind, DeclarationKind::Test(_) | DeclarationKind::Fixture { .. }) {
            continue;
        }
        visit::expressions(declaration, &mut |expr| {
            if let ast::ExprKind::List(elements) = &expr.kind {
                twice(elements.iter().filter_map(|element| Some((written(element)?, element.span))), out);
            }
        });
    }
    for root in model.expressions() {
        root.walk(&mut |expr| {
            let ExprKind::Select(select) = &expr.kind else { return };
            for pattern in select.rows.iter().flat_map(|row| &row.patterns) {
                if let Pattern::Values(values) = pattern {
                    twice(values.iter().map(|value| (text(value), value.span)), out);
                }
            }
        });
    }
}

fn twice(values: impl Iterator<Item = (String, Span)>, out: &mut Vec<Diagnostic>) {
    let mut first: FxHashMap<String, Span> = FxHashMap::default();
    for (value, span) in values {
        if let Some(other) = first.get(&value) {
            out.push(
                Diagnostic::new(Code::DUPLICATE_VALUE, span, "this value is in the list twice")
                    .related(*other, "first here")
                    .help("remove one of them"),
            );
        } else {
            first.insert(value, span);
        }
    }
}

/// A literal or a name as written; none for anything else.
fn written(expr: &ast::Expr) -> Option<String> {
    match &expr.kind {
        ast::ExprKind::Literal(Literal::Now | Literal::Today) => None,
        ast::ExprKind::Literal(literal) => Some(format!("{literal:?}")),
        ast::ExprKind::Name(name) => Some(name.clone()),
        _ => None,
    }
}
