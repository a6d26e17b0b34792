//! Scorecards: points by hand, or learned.

use crate::diagnostic::{Code, Diagnostic};
use crate::model::types::{Base, Number};
use crate::model::{Expr, FactorScoring, LearnedScorecard, Scorecard, ScorecardFactor};
use crate::syntax::ast;
use crate::values::Value;

use super::Lowering;
use super::bands::one_column;
use super::constants::Limits;
use super::expressions::widest;
use super::literals::{constant, widen};
use super::types::{number, number_base};

impl<'a> Lowering<'a> {
    pub(super) fn scorecard(&mut self, card: &'a ast::Scorecard) -> Option<Scorecard> {
        let name = &card.named.name;
        if card.factors.is_empty() {
            self.report.push(
                Diagnostic::new(
                    Code::SCORE_CLAUSES,
                    name.span,
                    format!("the scorecard `{}` scores nothing", name.name),
                )
                .help("write factors such as `by age { < 25 -> 10, >= 25 -> 20 }`"),
            );
            return None;
        }
        match &card.learn {
            Some(outcome) => self.learned_scorecard(card, outcome),
            None => self.scorecard_by_hand(card),
        }
    }

    fn scorecard_by_hand(&mut self, card: &'a ast::Scorecard) -> Option<Scorecard> {
        let mut ok = true;
        if let Some(points) = &card.points {
            self.report.push(
                Diagnostic::new(
                    Code::SCORE_CLAUSES,
                    points.span,
                    "`points … at odds …` scales learned points, and nothing is learned here",
                )
                .help("name the outcome with `learn`, or take this clause away"),
            );
            ok = false;
        }
        let base =
            card.base.as_ref().map(|e| self.constant_number(e, "the base of a scorecard", Limits::Any));
        let mut columns = Vec::new();
        let mut points: Vec<Option<Vec<Expr>>> = Vec::new();
        for factor in &card.factors {
            let ast::FactorScoring::Points(bands) = &factor.scoring else {
                self.report.push(
                    Diagnostic::new(
                        Code::LEARNED,
                        factor.span,
                        "bins are learned, and the scorecard does not say from what",
                    )
                    .help("name the outcome with `learn`, or write points: `{ < 25 -> 10, >= 25 -> 20 }`"),
                );
                ok = false;
                continue;
            };
            columns.push(self.columns(&one_column(&factor.of, bands)));
            let values = bands.iter().map(|b| self.constant_number(&b.value, "a band", Limits::Any));
            points.push(values.collect::<Vec<_>>().into_iter().collect());
            if bands.is_empty() {
                self.report.error(Code::BANDS, factor.span, "this factor has no bands");
                ok = false;
            }
        }
        let base = super::aggregates::transpose(base)?;
        if !ok {
            return None;
        }
        let points = points.into_iter().collect::<Option<Vec<_>>>()?;
        let columns = columns.into_iter().collect::<Option<Vec<_>>>()?;
        let all: Vec<Expr> = points.iter().flatten().chain(&base).cloned().collect();
        let kind = widest(&all).as_ref().and_then(number)?;
        let mut factors = Vec::with_capacity(card.factors.len());
        for ((factor, column), points) in card.factors.iter().zip(columns).zip(points) {
            let ast::FactorScoring::Points(bands) = &factor.scoring else { continue };
            let spans: Vec<_> = bands.iter().map(|b| b.span).collect();
            let points = points.into_iter().map(|e| widen(e, kind)).collect();
            let of = column.first()?.0.clone();
            let select = self.select(column, points, &spans, factor.span)?;
            factors.push(ScorecardFactor {
                of,
                label: self.text_of(factor.of.span),
                scoring: FactorScoring::Points(select),
                span: factor.span,
            });
        }
        Some(Scorecard {
            number: kind,
            base: widen(base.unwrap_or_else(|| zero(card)), kind),
            lower_is_better: card.lower_is_better.is_some(),
            factors,
            learned: None,
        })
    }

    fn learned_scorecard(&mut self, card: &'a ast::Scorecard, outcome: &'a ast::Expr) -> Option<Scorecard> {
        let name = &card.named.name;
        let outcome = self.condition(outcome, "the outcome that is learned");
        let mut ok = true;
        if let Some(base) = &card.base {
            self.report.push(
                Diagnostic::new(Code::LEARNED, base.span, "a learned scorecard has no base of its own")
                    .help("`points 600 at odds 19 doubling 20` says where its points lie"),
            );
            ok = false;
        }
        let points = self.clause(card.points.as_ref(), name, "points", "points 600 at odds 19 doubling 20");
        let points = points.map(|points| {
            let number = Base::Decimal;
            (
                self.learned_constant(&points.points, &number, "the points", Limits::Any),
                self.learned_constant(&points.odds, &number, "the odds", Limits::Positive),
                self.learned_constant(
                    &points.doubling,
                    &number,
                    "the points that double the odds",
                    Limits::Positive,
                ),
            )
        });
        let factors: Vec<Option<ScorecardFactor>> =
            card.factors.iter().map(|f| self.learned_factor(f)).collect();
        let factors = factors.into_iter().collect::<Option<Vec<_>>>()?;
        let (points, odds, doubling) = points?;
        let learned =
            LearnedScorecard { outcome: outcome?, points: points?, odds: odds?, doubling: doubling? };
        ok.then(|| Scorecard {
            number: Number::Float,
            base: widen(zero(card), Number::Float),
            lower_is_better: card.lower_is_better.is_some(),
            factors,
            learned: Some(learned),
        })
    }

    fn learned_factor(&mut self, factor: &'a ast::ScorecardFactor) -> Option<ScorecardFactor> {
        let of = self.expr(&factor.of, None)?;
        let scoring = match &factor.scoring {
            ast::FactorScoring::Points(_) => {
                self.report.push(
                    Diagnostic::new(
                        Code::LEARNED,
                        factor.span,
                        "the points of a learned scorecard are learned, not written",
                    )
                    .label("expected `bins 5`, `bins at 6, 12` or `each`"),
                );
                return None;
            }
            ast::FactorScoring::BinsAt(cuts) => {
                let kind = self.require_number(&of, "a factor with bins")?;
                let base = number_base(kind);
                let cuts: Vec<Option<Expr>> = cuts
                    .iter()
                    .map(|cut| self.learned_constant(cut, &base, "the start of a bin", Limits::Any))
                    .collect();
                let cuts = cuts.into_iter().collect::<Option<Vec<_>>>()?;
                self.check_ascending(&cuts, "the starts of bins")?;
                FactorScoring::BinsAt(cuts)
            }
            ast::FactorScoring::Bins(count) => {
                self.require_number(&of, "a factor with bins")?;
                FactorScoring::Bins(self.learned_constant(
                    count,
                    &Base::Int,
                    "the number of bins",
                    Limits::Between(2, 100),
                )?)
            }
            ast::FactorScoring::Each => {
                if !matches!(of.ty.base, Base::Bool | Base::Enum(_) | Base::Text | Base::Int) {
                    let shown = self.enums.show(&of.ty);
                    let message = format!("a bin for each value of {shown} is too many");
                    self.report.push(
                        Diagnostic::new(Code::LEARNED, factor.span, message).label("expected `bins 5`"),
                    );
                    return None;
                }
                FactorScoring::Each
            }
        };
        Some(ScorecardFactor { of, label: self.text_of(factor.of.span), scoring, span: factor.span })
    }
}

fn zero(card: &ast::Scorecard) -> Expr {
    constant(Value::Int(0), Base::Int, card.named.name.span)
}
