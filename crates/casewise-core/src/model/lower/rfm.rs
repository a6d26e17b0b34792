//! Recency, frequency, monetary.

use crate::diagnostic::{Code, Diagnostic};
use crate::model::types::{Base, Type};
use crate::model::{AggregateFunction, Cuts, Expr, ExprKind, Op, Rfm, TableKind};
use crate::syntax::ast;

use super::Lowering;
use super::aggregates::{Question, transpose};
use super::constants::Limits;
use super::expressions::apply;
use super::types::{number, number_base};

/// Nine bins, so that a score is one digit.
const MAX_CUTS: usize = 8;

impl<'a> Lowering<'a> {
    pub(super) fn rfm(&mut self, rfm: &'a ast::Rfm) -> Option<Rfm> {
        let name = &rfm.named.name;
        let table = self.events_of(&rfm.of)?;
        let kind = self.tables.get(table.0)?.kind;
        let filter = self.filter(table, rfm.filter.as_ref());
        let window = transpose(rfm.window.as_ref().map(|w| self.window(w, kind)));
        let bins =
            rfm.bins.as_ref().map(|e| self.learned_count(e, "the number of bins", Limits::Between(2, 9)));
        let (filter, window) = (filter?, window?);
        let monetary = rfm.monetary.as_ref().map(|e| self.monetary(e, table, filter.clone(), window.clone()));
        let monetary = transpose(monetary);
        let bins = transpose(bins)?;
        let recency_cuts =
            self.cuts(rfm.recency.as_deref(), bins, &Base::Int, name, "recency", Limits::NotNegative);
        let frequency_cuts =
            self.cuts(rfm.frequency.as_deref(), bins, &Base::Int, name, "frequency", Limits::NotNegative);
        let monetary = monetary?;
        let monetary_cuts = match (&monetary, &rfm.monetary_bins) {
            (Some(value), written) => {
                let base = number_base(number(&value.ty.base)?);
                self.cuts(written.as_deref(), bins, &base, name, "monetary", Limits::Any)
            }
            (None, Some(written)) => {
                let span = written.first().map_or(name.span, |e| e.span);
                self.report.push(
                    Diagnostic::new(Code::SCORE_CLAUSES, span, "there are bins of monetary, and no monetary")
                        .help("say what it is: `monetary sum(amount)`"),
                );
                None
            }
            (None, None) => Some(Cuts::At(Vec::new())),
        };
        let question = |function, value| Question {
            function,
            table,
            value,
            half_life: None,
            filter: filter.clone(),
            window: window.clone(),
            then: None,
        };
        let at_base = if kind == TableKind::DatedEvents { Base::Date } else { Base::Time };
        let at = Expr { kind: ExprKind::Field(0), ty: Type::required(at_base), span: name.span };
        let mut last = self.ask("last", question(AggregateFunction::Last, Some(at)), name.span)?;
        if kind == TableKind::Events {
            last = apply(Op::DateOf, Base::Date, vec![last], name.span);
        }
        let frequency = self.ask("count", question(AggregateFunction::Count, None), name.span)?;
        Some(Rfm {
            table,
            last,
            frequency,
            monetary,
            recency_cuts: recency_cuts?,
            frequency_cuts: frequency_cuts?,
            monetary_cuts: monetary_cuts?,
        })
    }

    /// Cuts by hand, else learned.
    fn cuts(
        &mut self,
        written: Option<&'a [ast::Expr]>,
        bins: Option<usize>,
        base: &Base,
        name: &ast::Ident,
        part: &str,
        limits: Limits,
    ) -> Option<Cuts> {
        let Some(written) = written else {
            if bins.is_none() {
                self.report.push(
                    Diagnostic::new(
                        Code::SCORE_CLAUSES,
                        name.span,
                        format!("`{}` does not say how {part} is scored", name.name),
                    )
                    .help(format!("write `{part} bins at 30, 60, 90, 180`, or `bins 5` for learned cuts")),
                );
            }
            return bins.map(Cuts::Learned);
        };
        if written.is_empty() || written.len() > MAX_CUTS {
            let span = written.first().map_or(name.span, |e| e.span);
            self.report.push(
                Diagnostic::new(Code::OUT_OF_RANGE, span, format!("{part} has {} cuts", written.len()))
                    .label(format!("expected 1 to {MAX_CUTS}: a score is one digit")),
            );
            return None;
        }
        let what = format!("a cut of {part}");
        let cuts: Vec<Option<Expr>> = written.iter().map(|e| self.constant(e, base, &what, limits)).collect();
        let cuts = cuts.into_iter().collect::<Option<Vec<_>>>()?;
        self.check_ascending(&cuts, &format!("the cuts of {part}"))?;
        Some(Cuts::At(cuts))
    }
}
