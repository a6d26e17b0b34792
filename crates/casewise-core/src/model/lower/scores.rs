//! Scores of every kind: which declaration is lowered how.

use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::types::Base;
use crate::model::{Score, ScoreKind};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind as Written, Literal, PatternKind};

use super::Lowering;
use super::bands::one_column;
use super::collect::ScoreDeclaration;

/// The most labels that a cluster can have.
pub(super) const MAX_CLUSTERS: i64 = 1000;

impl<'a> Lowering<'a> {
    /// The enums of grades and clusters are known before any expression is.
    pub(super) fn declare_score_labels(&mut self) {
        for n in 0..self.declared.scores.len() {
            match self.declared.scores.get(n).copied() {
                Some(ScoreDeclaration::Grade(grade)) => {
                    let labels = self.grade_labels(grade);
                    self.add_score_labels(n, &grade.named.name.name, labels, true);
                }
                Some(ScoreDeclaration::Cluster(cluster)) => {
                    let labels = cluster_labels(cluster);
                    self.add_score_labels(n, &cluster.named.name.name, labels, false);
                }
                _ => {}
            }
        }
    }

    /// The names of a grade's rows, each once.
    fn grade_labels(&mut self, grade: &ast::Grade) -> Vec<Arc<str>> {
        let mut labels: Vec<Arc<str>> = Vec::new();
        for band in &grade.bands {
            let Written::Name(name) = &band.value.kind else { continue };
            // The row of what is missing may share the grade of another.
            let known = labels.iter().any(|label| **label == **name);
            if !known {
                labels.push(name.as_str().into());
            } else if !matches!(band.pattern.kind, PatternKind::Missing)
                && labels.last().is_none_or(|l| **l != **name)
            {
                self.report.push(
                    Diagnostic::new(
                        Code::BANDS,
                        band.value.span,
                        format!("`{name}` is the grade of rows that do not lie beside each other"),
                    )
                    .help("grades rise with the rows: give each its place"),
                );
            }
        }
        labels
    }

    pub(super) fn lower_score(&mut self, index: usize) -> Option<()> {
        let declared = *self.declared.scores.get(index)?;
        let kind = match declared {
            ScoreDeclaration::Score(d) => {
                let value = self.expr(&d.value, None)?;
                if matches!(value.ty.base, Base::List(_)) {
                    self.report.error(Code::TYPE_NOT_ALLOWED, value.span, "a score does not hold a list");
                    return None;
                }
                ScoreKind::Expression { value, word: "score" }
            }
            ScoreDeclaration::Scorecard(d) => ScoreKind::Scorecard(self.scorecard(d)?),
            ScoreDeclaration::Behavior(d) => ScoreKind::Behavior(self.behavior(d)?),
            ScoreDeclaration::Rfm(d) => ScoreKind::Rfm(self.rfm(d)?),
            ScoreDeclaration::Cluster(d) => ScoreKind::Cluster(self.cluster(d, index)?),
            ScoreDeclaration::Composite(d) => ScoreKind::Composite(self.composite(d)?),
            ScoreDeclaration::Affinity(d) => ScoreKind::Affinity(self.affinity(d)?),
            ScoreDeclaration::Lifetime(d) => ScoreKind::Lifetime(self.lifetime(d)?),
            ScoreDeclaration::Grade(d) => {
                ScoreKind::Expression { value: self.grade(d, index)?, word: "grade" }
            }
            ScoreDeclaration::Table(d) => {
                ScoreKind::Expression { value: self.decision_table(d)?, word: "table" }
            }
        };
        let named = declared.named();
        *self.scores.get_mut(index)? = Some(Score {
            name: named.name.name.as_str().into(),
            title: super::title(named.title.as_ref()),
            kind,
            span: named.name.span,
        });
        Some(())
    }

    fn grade(&mut self, grade: &'a ast::Grade, index: usize) -> Option<crate::model::Expr> {
        let labels = Base::Enum(*self.score_labels.get(&index)?);
        if grade.bands.is_empty() {
            let name = &grade.named.name;
            self.report.push(
                Diagnostic::new(Code::BANDS, name.span, format!("the grade `{}` has no rows", name.name))
                    .help("write rows such as `< 0.5 -> basic, >= 0.5 -> gold`"),
            );
            return None;
        }
        let columns = one_column(&grade.of, &grade.bands);
        let values: Vec<&'a ast::Expr> = grade.bands.iter().map(|b| &b.value).collect();
        let spans: Vec<Span> = grade.bands.iter().map(|b| b.span).collect();
        let patterns = self.columns(&columns);
        let mut labelled = Vec::with_capacity(values.len());
        for value in values {
            let Written::Name(_) = value.kind else {
                self.report.push(
                    Diagnostic::new(Code::BANDS, value.span, "a row of a grade gives the name of the grade")
                        .label("expected a bare word such as `gold`")
                        .help("a `table` gives numbers and other values"),
                );
                labelled.push(None);
                continue;
            };
            labelled.push(self.grade_label(value, &labels));
        }
        let columns = patterns?;
        let values = labelled.into_iter().collect::<Option<Vec<_>>>()?;
        self.check_rising(&columns)?;
        let missing_too = columns.first().is_some_and(|(of, _)| of.ty.optional);
        let mut select = self.select(columns, values, &spans, grade.named.name.span)?;
        if missing_too {
            self.add_missing_row(&mut select, grade.named.name.span);
        }
        Some(select)
    }

    /// The word of a grade is that of its own enum, whatever else has this name.
    fn grade_label(&mut self, value: &'a ast::Expr, labels: &Base) -> Option<crate::model::Expr> {
        let (Written::Name(word), Base::Enum(id)) = (&value.kind, labels) else { return None };
        let label = self.enums.label(*id, word)?;
        let label = crate::values::Value::Label(crate::values::Label(label));
        Some(super::literals::constant(label, labels.clone(), value.span))
    }

    /// A clause that a declaration cannot do without.
    pub(super) fn clause<'t, T>(
        &mut self,
        clause: Option<&'t T>,
        name: &ast::Ident,
        word: &str,
        form: &str,
    ) -> Option<&'t T> {
        if clause.is_none() {
            self.report.push(
                Diagnostic::new(Code::SCORE_CLAUSES, name.span, format!("`{}` has no `{word}`", name.name))
                    .help(format!("write `{form}`")),
            );
        }
        clause
    }
}

/// `names`, those of the centres, or `c1`, `c2`, ….
fn cluster_labels(cluster: &ast::Cluster) -> Vec<Arc<str>> {
    let named = |names: Vec<&ast::Ident>| names.into_iter().map(|n| n.name.as_str().into()).collect();
    if let Some(names) = &cluster.names {
        return named(names.iter().collect());
    }
    let centers = cluster.centers.as_deref().unwrap_or_default();
    let names: Vec<&ast::Ident> = centers.iter().filter_map(|c| c.name.as_ref()).collect();
    if !names.is_empty() {
        return named(names);
    }
    let count = match (&cluster.k, centers.len()) {
        (_, n) if n > 0 => i64::try_from(n).unwrap_or(0),
        (Some(ast::ClusterCount::Fixed(k) | ast::ClusterCount::BySilhouette(_, k)), _) => written_int(k),
        (None, _) => 0,
    };
    (1..=count.min(MAX_CLUSTERS)).map(|n| format!("c{n}").into()).collect()
}

/// A number literal; 0 for anything else, which is an error of its own where the clause is checked.
fn written_int(e: &ast::Expr) -> i64 {
    match &e.kind {
        Written::Literal(Literal::Number(digits)) => digits.parse().unwrap_or(0),
        _ => 0,
    }
}
