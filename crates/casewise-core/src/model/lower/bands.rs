//! Bands and decision tables: patterns of columns, and the values of their rows.

use std::cmp::Ordering;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::types::{Base, Type};
use crate::model::{Expr, ExprKind, Pattern, Select, SelectRow};
use crate::source::Span;
use crate::syntax::ast::{self, BinaryOp, PatternKind};
use crate::values::Value;

use super::Lowering;
use super::constants::Limits;
use super::report::count;

/// A column as written: what it looks at, and its pattern in every row.
pub(super) type Column<'a> = (&'a ast::Expr, Vec<&'a ast::Pattern>);

/// A column with its patterns, all of one type.
pub(super) type Lowered = (Expr, Vec<Pattern>);

/// The single column of bands.
pub(super) fn one_column<'a>(of: &'a ast::Expr, bands: &'a [ast::Band]) -> Vec<Column<'a>> {
    vec![(of, bands.iter().map(|b| &b.pattern).collect())]
}

impl<'a> Lowering<'a> {
    /// Every column, also where another is broken.
    pub(super) fn columns(&mut self, columns: &[Column<'a>]) -> Option<Vec<Lowered>> {
        let lowered: Vec<Option<Lowered>> =
            columns.iter().map(|(of, patterns)| self.column(of, patterns)).collect();
        lowered.into_iter().collect()
    }

    /// What a column looks at and its bounds are brought to one type.
    fn column(&mut self, of: &'a ast::Expr, patterns: &[&'a ast::Pattern]) -> Option<Lowered> {
        let mut parts = vec![of];
        parts.extend(patterns.iter().flat_map(|p| bounds(p)));
        let parts = self.unify(&parts, None, "the value and its bands")?;
        let mut parts = parts.into_iter();
        let of = parts.next()?;
        if matches!(of.ty.base, Base::Set(_) | Base::List(_)) {
            let shown = self.enums.show(&of.ty);
            let message = format!("there are no bands of {shown}");
            self.report.push(
                Diagnostic::new(Code::BANDS, of.span, message)
                    .help("ask something of it first: `size(s)`, `x in s`"),
            );
            return None;
        }
        let mut lowered = Vec::with_capacity(patterns.len());
        let mut ok = true;
        for pattern in patterns {
            let ordered = matches!(pattern.kind, PatternKind::Compare(..) | PatternKind::Range(..));
            if ordered && self.require_ordered(&of.ty.base, "a band", pattern.span).is_none() {
                return None;
            }
            let values: Vec<Expr> = parts.by_ref().take(bounds(pattern).count()).collect();
            for value in &values {
                ok &= self.require(value, "the end of a band").is_some()
                    && self.check_constant(value, "the end of a band", Limits::Any).is_some();
            }
            match self.pattern(pattern, values) {
                Some(pattern) => lowered.push(pattern),
                None => ok = false,
            }
        }
        ok.then_some((of, lowered))
    }

    fn pattern(&mut self, written: &ast::Pattern, values: Vec<Expr>) -> Option<Pattern> {
        let mut values = values.into_iter();
        Some(match &written.kind {
            PatternKind::Missing => Pattern::Missing,
            PatternKind::Any => Pattern::Any,
            PatternKind::Value(_) | PatternKind::Values(_) => Pattern::Values(values.collect()),
            PatternKind::Compare(op, _) => {
                let bound = values.next()?;
                let (low, high) = match op {
                    BinaryOp::Lt => (None, Some((bound, false))),
                    BinaryOp::Le => (None, Some((bound, true))),
                    BinaryOp::Gt => (Some((bound, false)), None),
                    _ => (Some((bound, true)), None),
                };
                Pattern::Range { low, high }
            }
            PatternKind::Range(..) => {
                let (low, high) = (values.next()?, values.next()?);
                let order = self.evaluate(&low)?.compare(&self.evaluate(&high)?);
                if order != Some(Ordering::Less) {
                    self.report.push(
                        Diagnostic::new(
                            Code::BANDS,
                            written.span,
                            "the band is empty: it ends where it starts, or before",
                        )
                        .help("`a .. b` holds from a up to, not including, b"),
                    );
                    return None;
                }
                Pattern::Range { low: Some((low, true)), high: Some((high, false)) }
            }
        })
    }

    /// The rows with their values, which must be of one type already.
    pub(super) fn select(
        &mut self,
        columns: Vec<Lowered>,
        values: Vec<Expr>,
        spans: &[Span],
        span: Span,
    ) -> Option<Expr> {
        let base = values.first()?.ty.base.clone();
        let optional = values.iter().any(|v| v.ty.optional);
        let mut of = Vec::with_capacity(columns.len());
        let mut patterns: Vec<std::vec::IntoIter<Pattern>> = Vec::with_capacity(columns.len());
        for (column, column_patterns) in columns {
            of.push(column);
            patterns.push(column_patterns.into_iter());
        }
        let rows = values.into_iter().zip(spans).map(|(value, span)| {
            let patterns = patterns.iter_mut().map(Iterator::next).collect::<Option<Vec<_>>>()?;
            Some(SelectRow { patterns, value, span: *span })
        });
        let rows = rows.collect::<Option<Vec<_>>>()?;
        let kind = ExprKind::Select(Box::new(Select { of, rows }));
        Some(Expr { kind, ty: Type { base, optional }, span })
    }

    /// The grade of a missing score is missing, unless a row says otherwise.
    pub(super) fn add_missing_row(&mut self, select: &mut Expr, span: Span) {
        let ty = Type::optional(select.ty.base.clone());
        let ExprKind::Select(rows) = &mut select.kind else { return };
        let written = rows.rows.iter().any(|row| row.patterns.iter().any(|p| matches!(p, Pattern::Missing)));
        if written {
            return;
        }
        let value = Expr { kind: ExprKind::Constant(Value::Missing), ty: ty.clone(), span };
        rows.rows.push(SelectRow { patterns: vec![Pattern::Missing], value, span });
        select.ty = ty;
    }

    /// Whether the rows of a grade rise.
    pub(super) fn check_rising(&mut self, columns: &[Lowered]) -> Option<()> {
        let (of, patterns) = columns.first()?;
        let mut before: Option<Value> = None;
        for pattern in patterns {
            let (start, span) = match pattern {
                Pattern::Missing | Pattern::Any => continue,
                // A row without a lower end comes first of all.
                Pattern::Range { low: None, high } => (None, high.as_ref().map(|(e, _)| e.span)),
                Pattern::Range { low: Some((low, _)), .. } => (self.evaluate(low), Some(low.span)),
                Pattern::Values(values) => {
                    let lowest = values.iter().filter_map(|v| self.evaluate(v)).min_by(Value::total_cmp);
                    (lowest, values.first().map(|e| e.span))
                }
            };
            let falls = match (&before, &start) {
                (Some(_), None) => true,
                (Some(a), Some(b)) => a.compare(b) == Some(Ordering::Greater),
                (None, _) => false,
            };
            if falls {
                self.report.push(
                    Diagnostic::new(
                        Code::BANDS,
                        span.unwrap_or(of.span),
                        "the rows of a grade rise: this one lies below the row before it",
                    )
                    .help("write the lowest grade first"),
                );
                return None;
            }
            before = start.or(before);
        }
        Some(())
    }

    /// `table discount by plan, tier { … }`
    pub(super) fn decision_table(&mut self, table: &'a ast::Table) -> Option<Expr> {
        let name = &table.named.name;
        if table.rows.is_empty() || table.by.is_empty() {
            self.report.push(
                Diagnostic::new(Code::BANDS, name.span, format!("the table `{}` has no rows", name.name))
                    .help("write rows such as `basic, any -> 0%`"),
            );
            return None;
        }
        let mut ok = true;
        for row in &table.rows {
            if row.patterns.len() != table.by.len() {
                ok = false;
                self.report.push(
                    Diagnostic::new(
                        Code::BANDS,
                        row.span,
                        format!(
                            "this row has {}, and the table {}",
                            count(row.patterns.len(), "pattern"),
                            count(table.by.len(), "column")
                        ),
                    )
                    .help("write one pattern for each column; `any` stands for every value"),
                );
            }
        }
        let columns: Vec<Column<'a>> = table
            .by
            .iter()
            .enumerate()
            .map(|(n, of)| (of, table.rows.iter().filter_map(|row| row.patterns.get(n)).collect()))
            .collect();
        let columns = self.columns(&columns);
        let values: Vec<&'a ast::Expr> = table.rows.iter().map(|row| &row.value).collect();
        let values = self.unify(&values, None, "the values of a table");
        let spans: Vec<Span> = table.rows.iter().map(|row| row.span).collect();
        if !ok {
            return None;
        }
        let (columns, values) = (columns?, values?);
        self.select(columns, values, &spans, name.span)
    }
}

/// The values written in a pattern.
fn bounds(pattern: &ast::Pattern) -> impl Iterator<Item = &ast::Expr> {
    let (pair, list): ([Option<&ast::Expr>; 2], &[ast::Expr]) = match &pattern.kind {
        PatternKind::Missing | PatternKind::Any => ([None, None], &[]),
        PatternKind::Compare(_, bound) | PatternKind::Value(bound) => ([Some(bound), None], &[]),
        PatternKind::Range(low, high) => ([Some(low), Some(high)], &[]),
        PatternKind::Values(values) => ([None, None], values),
    };
    pair.into_iter().flatten().chain(list)
}
