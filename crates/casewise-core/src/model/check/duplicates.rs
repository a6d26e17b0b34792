//! The same thing said twice: cases, clauses, parts of a condition, values of a list.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Look;
use super::cases::inherited;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Case, Expr, ExprKind, Fields, Model, Offer, Op, Pattern};
use crate::source::Span;
use crate::syntax::ast::{self, DeclarationKind, File, Literal};
use crate::syntax::visit;

/// Two cases that offer the same to the same.
pub(super) fn cases(model: &Model, _files: &[File], out: &mut Vec<Diagnostic>) {
    let mut known: FxHashMap<u64, Vec<&Case>> = FxHashMap::default();
    for case in &model.cases {
        // Without an offer, the case itself is what is offered.
        if case.offer.fields.is_empty() && case.offer.on.is_empty() {
            continue;
        }
        let alike = known.entry(clauses_likeness(case)).or_default();
        if let Some(other) = alike.iter().find(|other| what_it_says(other) == what_it_says(case)) {
            let message = format!("`{}` offers the same to the same as `{}`", case.name, other.name);
            out.push(
                Diagnostic::new(Code::DUPLICATE_CASE, case.span, message)
                    .related(other.span, "the same clauses and the same offer")
                    .help("remove one of them, or make them differ"),
            );
        }
        alike.push(case);
    }
}

/// Equal for cases with the same clauses and offer, in any order.
fn clauses_likeness(case: &Case) -> u64 {
    let clauses = case.clauses.iter().map(|clause| clause.condition.likeness());
    clauses.chain(case.offer.expressions().map(Expr::likeness)).fold(0, u64::wrapping_add)
}

/// A text that is equal for cases that say the same, whatever their names, titles and places in the walk.
fn what_it_says(case: &Case) -> String {
    let text = |expr: &Expr| format!("{:?}", expr.without_spans());
    let mut clauses: Vec<String> =
        case.clauses.iter().map(|clause| format!("{:?} {}", clause.kind, text(&clause.condition))).collect();
    clauses.sort_unstable();
    let offer = |offer: &Offer| {
        let fields = |fields: &Fields<Expr>| {
            fields.iter().map(|(name, value)| (name.clone(), text(value))).collect::<Vec<_>>()
        };
        let on = offer.on.iter().map(|(channel, on)| (*channel, fields(on))).collect::<Vec<_>>();
        (fields(&offer.fields), on)
    };
    let variants: Vec<_> = case
        .variants
        .iter()
        .map(|variant| (text(&variant.share), variant.offer.as_ref().map(offer)))
        .collect();
    let runs = case.runs.as_ref().map(|runs| (text(&runs.from), text(&runs.through)));
    let properties: Vec<String> = case.properties.iter().map(text).collect();
    let offer = offer(&case.offer);
    format!(
        "{clauses:?} {offer:?} {variants:?} {runs:?} {properties:?} {:?} {:?}",
        case.channels, case.status
    )
}

/// The same clause twice.
pub(super) fn clauses(model: &Model, _files: &[File], out: &mut Vec<Diagnostic>) {
    let mut seen: FxHashSet<Span> = FxHashSet::default();
    let gates = model.gates.iter().map(|gate| gate.clauses.as_slice());
    let channels = model.channels.iter().map(|channel| channel.clauses.as_slice());
    let cases = model.cases.iter().map(|case| case.clauses.as_slice());
    for clauses in gates.chain(channels).chain(cases) {
        for (place, first) in repeated(clauses, |clause| &clause.condition, |a, b| a.kind == b.kind) {
            let (Some(clause), Some(other)) = (clauses.get(place), clauses.get(first)) else { continue };
            if other.span != clause.span && seen.insert(clause.span) {
                let text = inherited(other).unwrap_or_else(|| "said here".to_owned());
                out.push(
                    Diagnostic::new(
                        Code::DUPLICATE_CONDITION,
                        clause.span,
                        "this clause says the same as another",
                    )
                    .related(other.span, text)
                    .help("remove one of them"),
                );
            }
        }
    }
}

/// The same part twice in a conjunction or disjunction.
pub(super) fn parts(_model: &Model) -> Look<'_> {
    let mut seen: FxHashSet<Span> = FxHashSet::default();
    Box::new(move |expr, out| {
        let ExprKind::Apply(Op::And | Op::Or, parts) = &expr.kind else { return };
        for (place, first) in repeated(parts, |part| part, |_, _| true) {
            let (Some(part), Some(other)) = (parts.get(place), parts.get(first)) else { continue };
            if other.span != part.span && seen.insert(part.span) {
                out.push(
                    Diagnostic::new(
                        Code::DUPLICATE_CONDITION,
                        part.span,
                        "this part says the same as another",
                    )
                    .related(other.span, "said here")
                    .help("remove one of them"),
                );
            }
        }
    })
}

/// The places of what says the same as something before, and the place of that.
fn repeated<T>(
    items: &[T],
    expr: impl Fn(&T) -> &Expr,
    same: impl Fn(&T, &T) -> bool,
) -> Vec<(usize, usize)> {
    if items.len() < 2 {
        return Vec::new();
    }
    let mut alike: Vec<(u64, usize)> =
        items.iter().enumerate().map(|(place, item)| (expr(item).likeness(), place)).collect();
    alike.sort_unstable();
    let mut found = Vec::new();
    for alike in alike.chunk_by(|(a, _), (b, _)| a == b).filter(|alike| alike.len() > 1) {
        let mut firsts: Vec<usize> = Vec::new();
        for (_, place) in alike {
            let Some(item) = items.get(*place) else { continue };
            let says = |first: &T| same(first, item) && expr(first).says_same_as(expr(item));
            match firsts.iter().find(|first| items.get(**first).is_some_and(says)) {
                Some(first) => found.push((*place, *first)),
                None => firsts.push(*place),
            }
        }
    }
    found.sort_unstable();
    found
}

/// The same value twice in a list.
pub(super) fn values(_model: &Model, files: &[File], out: &mut Vec<Diagnostic>) {
    for declaration in files.iter().flat_map(|file| &file.declarations) {
        // In tests, lists are data.
        if matches!(declaration.kind, DeclarationKind::Test(_) | DeclarationKind::Fixture { .. }) {
            continue;
        }
        visit::expressions(declaration, &mut |expr| {
            if let ast::ExprKind::List(elements) = &expr.kind {
                let mut known: FxHashMap<Written<'_>, Span> = FxHashMap::default();
                for element in elements {
                    let Some(value) = written(element) else { continue };
                    match known.get(&value) {
                        Some(first) => out.push(twice(element.span, *first)),
                        None => {
                            known.insert(value, element.span);
                        }
                    }
                }
            }
        });
    }
}

/// The same value twice in a row of bands or of a table.
pub(super) fn patterns(_model: &Model) -> Look<'_> {
    Box::new(|expr, out| {
        let ExprKind::Select(select) = &expr.kind else { return };
        for pattern in select.rows.iter().flat_map(|row| &row.patterns) {
            if let Pattern::Values(values) = pattern {
                for (place, first) in repeated(values, |value| value, |_, _| true) {
                    if let (Some(value), Some(first)) = (values.get(place), values.get(first)) {
                        out.push(twice(value.span, first.span));
                    }
                }
            }
        }
    })
}

fn twice(span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(Code::DUPLICATE_VALUE, span, "this value is in the list twice")
        .related(first, "first here")
        .help("remove one of them")
}

#[derive(PartialEq, Eq, Hash)]
enum Written<'a> {
    Literal(&'a Literal),
    Name(&'a str),
}

/// A literal or a name as written; none for anything else.
fn written(expr: &ast::Expr) -> Option<Written<'_>> {
    match &expr.kind {
        ast::ExprKind::Literal(Literal::Now | Literal::Today) => None,
        ast::ExprKind::Literal(literal) => Some(Written::Literal(literal)),
        ast::ExprKind::Name(name) => Some(Written::Name(name)),
        _ => None,
    }
}
