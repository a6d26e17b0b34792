//! Composites: weights by hand, or from pairwise judgements.

use rustc_hash::FxHashMap;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::types::{Base, Number};
use crate::model::{AhpReport, Composite, Expr, ahp};
use crate::syntax::ast;
use crate::values::Value;

use super::Lowering;
use super::constants::Limits;
use super::literals::{constant, widen};

/// Saaty gives random indices up to so many members.
const MAX_MEMBERS: usize = 10;

impl<'a> Lowering<'a> {
    pub(super) fn composite(&mut self, composite: &'a ast::Composite) -> Option<Composite> {
        let name = &composite.named.name;
        match (&composite.ahp, composite.weights.as_slice()) {
            (None, []) => {
                self.report.push(
                    Diagnostic::new(
                        Code::SCORE_CLAUSES,
                        name.span,
                        format!("the composite `{}` has no members", name.name),
                    )
                    .help("write `weight 0.6 of x`, or `ahp { x over y: 3 }`"),
                );
                None
            }
            (Some(ahp), [(_, _, weight), ..]) => {
                self.report.push(
                    Diagnostic::new(
                        Code::SCORE_CLAUSES,
                        *weight,
                        "weights are written, and judged pair by pair too",
                    )
                    .related(ahp.span, "the pairs")
                    .help("take one of the two away"),
                );
                None
            }
            (Some(ahp), []) => self.composite_by_ahp(composite, ahp),
            (None, weights) => {
                if let Some((_, span)) = &composite.consistency {
                    self.report.error(
                        Code::SCORE_CLAUSES,
                        *span,
                        "only judgements of pairs can be inconsistent: there are none",
                    );
                    return None;
                }
                let members: Vec<_> =
                    weights.iter().map(|(weight, of, _)| self.weighted(weight, of)).collect();
                let members = members.into_iter().collect::<Option<Vec<_>>>()?;
                Some(Composite { members, ahp: None })
            }
        }
    }

    fn weighted(
        &mut self,
        weight: &'a ast::Expr,
        of: &'a ast::Expr,
    ) -> Option<(Expr, Expr, std::sync::Arc<str>)> {
        let constant = self.constant_float(weight, "a weight", Limits::Any);
        let member = self.float(of, "a member of a composite");
        Some((constant?, member?, self.text_of(of.span)))
    }

    fn composite_by_ahp(
        &mut self,
        composite: &'a ast::Composite,
        written: &'a ast::Ahp,
    ) -> Option<Composite> {
        let members = self.ahp_members(written);
        let judgements = self.judgements(written, &members);
        let lowered: Vec<Option<Expr>> = members
            .iter()
            .map(|m| {
                let value = self.name(&m.name, m.span, Some(&Base::Float))?;
                self.require_number(&value, "a member of a composite")?;
                Some(widen(value, Number::Float))
            })
            .collect();
        if members.len() > MAX_MEMBERS {
            self.report.push(
                Diagnostic::new(
                    Code::AHP,
                    written.span,
                    format!("{} members are too many to compare pair by pair", members.len()),
                )
                .label(format!("expected at most {MAX_MEMBERS}"))
                .help("a composite of composites makes a hierarchy"),
            );
            return None;
        }
        let lowered = lowered.into_iter().collect::<Option<Vec<_>>>()?;
        let judgements = judgements?;
        let priorities = match ahp::priorities(members.len(), &judgements) {
            Ok(priorities) => priorities,
            Err(error) => {
                self.report.error(Code::AHP, written.span, error.to_string());
                return None;
            }
        };
        let ratio = priorities.consistency_ratio.unwrap_or(0.0);
        if let Some((limit, span)) = &composite.consistency {
            let limit =
                self.constant_float(limit, "the consistency that is required", Limits::NotNegative)?;
            if let Some(Value::Float(limit)) = self.evaluate(&limit)
                && ratio > limit
            {
                self.report.push(
                    Diagnostic::new(
                        Code::AHP,
                        *span,
                        format!(
                            "the judgements contradict each other: their consistency ratio is {ratio:.3}"
                        ),
                    )
                    .label(format!("expected at most {limit}"))
                    .related(written.span, "the judgements"),
                );
                return None;
            }
        }
        let weights =
            priorities.weights.iter().map(|w| constant(Value::float(*w), Base::Float, written.span));
        let members = weights
            .zip(lowered)
            .zip(&members)
            .map(|((weight, member), name)| (weight, member, name.name.as_str().into()));
        Some(Composite {
            members: members.collect(),
            ahp: Some(AhpReport { lambda_max: priorities.lambda_max, consistency_ratio: ratio }),
        })
    }

    /// In the order in which they are first mentioned.
    fn ahp_members(&self, written: &'a ast::Ahp) -> Vec<&'a ast::Ident> {
        let mut members: Vec<&'a ast::Ident> = Vec::new();
        for name in written.pairs.iter().flat_map(|pair| [&pair.over, &pair.under]) {
            if !members.iter().any(|m| m.name == name.name) {
                members.push(name);
            }
        }
        members
    }

    /// Above the diagonal, row by row. Every pair once, in either direction.
    fn judgements(&mut self, written: &'a ast::Ahp, members: &[&'a ast::Ident]) -> Option<Vec<f64>> {
        let place = |name: &ast::Ident| members.iter().position(|m| m.name == name.name);
        let mut given: FxHashMap<(usize, usize), (f64, crate::source::Span)> = FxHashMap::default();
        let mut ok = true;
        for pair in &written.pairs {
            let value = self.constant_float(&pair.value, "a judgement", Limits::Positive);
            let (over, under) = (place(&pair.over)?, place(&pair.under)?);
            if over == under {
                let message = format!("`{}` is compared with itself", pair.over.name);
                self.report.error(Code::AHP, pair.span, message);
                ok = false;
                continue;
            }
            let Some(Value::Float(value)) = value.and_then(|v| self.evaluate(&v)) else {
                ok = false;
                continue;
            };
            let (key, value) =
                if over < under { ((over, under), value) } else { ((under, over), 1.0 / value) };
            if let Some((_, before)) = given.get(&key) {
                self.report.push(
                    Diagnostic::new(
                        Code::AHP,
                        pair.span,
                        format!("`{}` and `{}` are compared a second time", pair.over.name, pair.under.name),
                    )
                    .related(*before, "first compared here"),
                );
                ok = false;
                continue;
            }
            given.insert(key, (value, pair.span));
        }
        let mut judgements = Vec::new();
        let mut absent: Vec<String> = Vec::new();
        for (i, row) in members.iter().enumerate() {
            for (j, column) in members.iter().enumerate().skip(i + 1) {
                match given.get(&(i, j)) {
                    Some((value, _)) => judgements.push(*value),
                    None => absent.push(format!("`{} over {}`", row.name, column.name)),
                }
            }
        }
        if ok && !absent.is_empty() {
            let shown: Vec<&str> = absent.iter().take(5).map(String::as_str).collect();
            self.report.push(
                Diagnostic::new(Code::AHP, written.span, "not every pair is compared")
                    .label(format!(
                        "without {}{}",
                        shown.join(", "),
                        if absent.len() > 5 { ", …" } else { "" }
                    ))
                    .help("compare every pair once, in either direction"),
            );
            return None;
        }
        ok.then_some(judgements)
    }
}
