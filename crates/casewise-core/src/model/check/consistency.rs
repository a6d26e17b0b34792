//! Pairwise comparisons that contradict each other.

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Composite, Model, ScoreKind};
use crate::syntax::ast::{self, AhpPair, BinaryOp, DeclarationKind, ExprKind, File, Literal};
use crate::values::Value;

/// Saaty's bound.
const GOOD_RATIO: f64 = 0.10;

/// Finds composites whose comparisons are inconsistent and that state no bound of their own.
pub(super) fn consistency(model: &Model, files: &[File], out: &mut Vec<Diagnostic>) {
    for declaration in files.iter().flat_map(|file| &file.declarations) {
        let DeclarationKind::Composite(written) = &declaration.kind else { continue };
        let Some(ahp) = &written.ahp else { continue };
        let Some(ratio) = composite(model, &written.named.name.name)
            .and_then(|composite| composite.ahp.as_ref())
            .map(|report| report.consistency_ratio)
        else {
            continue;
        };
        if ratio <= GOOD_RATIO || written.consistency.is_some() {
            continue;
        }
        let message = format!(
            "the comparisons of `{}` contradict each other: their consistency ratio is {ratio:.3}, above {GOOD_RATIO:.2}",
            written.named.name.name
        );
        let diagnostic = match worst(model, &ahp.pairs) {
            Some(worst) => worst.explain(message),
            None => Diagnostic::new(Code::INCONSISTENT, written.named.name.span, message),
        };
        out.push(diagnostic.help("compare these again: they disagree most"));
    }
}

fn composite<'m>(model: &'m Model, name: &str) -> Option<&'m Composite> {
    model.scores.iter().find(|score| &*score.name == name).and_then(|score| match &score.kind {
        ScoreKind::Composite(composite) => Some(composite),
        _ => None,
    })
}

/// Three comparisons: a over b, b over c, and a over c, which the two others contradict.
struct Triple<'a> {
    names: [&'a str; 3],
    ratios: [f64; 3],
    pairs: [&'a AhpPair; 3],
}

impl Triple<'_> {
    fn explain(&self, message: String) -> Diagnostic {
        let [a, b, c] = self.names;
        let [ab, bc, ac] = self.ratios;
        let [ab_pair, bc_pair, ac_pair] = self.pairs;
        Diagnostic::new(Code::INCONSISTENT, ac_pair.span, message)
            .label(format!(
                "{a} over {c} is {}, but the others make it {}",
                ratio_text(ac),
                ratio_text(ab * bc)
            ))
            .related(ab_pair.span, format!("{a} over {b} is {}", ratio_text(ab)))
            .related(bc_pair.span, format!("{b} over {c} is {}", ratio_text(bc)))
    }
}

/// The three comparisons that disagree most.
fn worst<'a>(model: &Model, pairs: &'a [AhpPair]) -> Option<Triple<'a>> {
    let mut names: Vec<&str> = Vec::new();
    for name in pairs.iter().flat_map(|pair| [&pair.over, &pair.under]) {
        if !names.contains(&name.name.as_str()) {
            names.push(&name.name);
        }
    }
    let ratio = |a: &str, b: &str| {
        pairs.iter().find_map(|pair| {
            let value = || number(model, &pair.value).filter(|value| *value > 0.0);
            match (pair.over.name.as_str(), pair.under.name.as_str()) {
                (over, under) if over == a && under == b => Some((value()?, pair)),
                (over, under) if over == b && under == a => Some((1.0 / value()?, pair)),
                _ => None,
            }
        })
    };
    let mut worst: Option<(f64, Triple<'a>)> = None;
    for (i, a) in names.iter().enumerate() {
        for (j, b) in names.iter().enumerate().skip(i + 1) {
            for c in names.iter().skip(j + 1) {
                let ((ab, ab_pair), (bc, bc_pair), (ac, ac_pair)) =
                    (ratio(a, b)?, ratio(b, c)?, ratio(a, c)?);
                let apart = (ab * bc / ac).ln().abs();
                if worst.as_ref().is_none_or(|(most, _)| apart > *most) {
                    let triple =
                        Triple { names: [a, b, c], ratios: [ab, bc, ac], pairs: [ab_pair, bc_pair, ac_pair] };
                    worst = Some((apart, triple));
                }
            }
        }
    }
    worst.map(|(_, triple)| triple)
}

/// `3`, `1/3`, `2.5`, at most three digits behind the point.
fn ratio_text(ratio: f64) -> String {
    let plain = |x: f64| {
        let text = format!("{x:.3}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    if ratio < 1.0 { format!("1/{}", plain(1.0 / ratio)) } else { plain(ratio) }
}

/// A number as it may stand in a comparison: a literal, a param, a fraction of two of them.
fn number(model: &Model, expr: &ast::Expr) -> Option<f64> {
    match &expr.kind {
        ExprKind::Binary(BinaryOp::Divide, a, b) => Some(single(model, a)? / single(model, b)?),
        _ => single(model, expr),
    }
}

fn single(model: &Model, expr: &ast::Expr) -> Option<f64> {
    match &expr.kind {
        ExprKind::Literal(Literal::Number(digits)) => digits.parse().ok(),
        ExprKind::Literal(Literal::Percent(digits)) => digits.parse::<f64>().ok().map(|x| x / 100.0),
        ExprKind::Name(name) => match &model.params.iter().find(|param| &*param.name == name)?.value {
            #[expect(clippy::cast_precision_loss, reason = "a comparison is a small number")]
            Value::Int(n) => Some(*n as f64),
            Value::Decimal(d) => Some(d.to_f64()),
            Value::Float(x) => Some(*x),
            _ => None,
        },
        _ => None,
    }
}
