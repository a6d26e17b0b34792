//! Learned scores that read the outcome they are to foretell.

use std::collections::BTreeSet;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Expr, ExprKind, LetId, Model, ScoreId, ScoreKind, SegmentId};
use crate::syntax::ast::File;

/// Finds factors of a learned scorecard that read what its outcome reads.
pub(super) fn outcome(model: &Model, _files: &[File], out: &mut Vec<Diagnostic>) {
    for score in &model.scores {
        let ScoreKind::Scorecard(card) = &score.kind else { continue };
        let Some(learned) = &card.learned else { continue };
        let outcome = Reads::of(model, &learned.outcome);
        for factor in &card.factors {
            let reads = Reads::of(model, &factor.of);
            let attribute = reads.attributes.intersection(&outcome.attributes).next();
            let name = attribute
                .and_then(|place| model.subject.attributes.get(*place))
                .map(|attribute| &attribute.name)
                .or_else(|| {
                    let shared = reads.lets.intersection(&outcome.lets).next();
                    shared.and_then(|id| model.lets.get(id.0)).map(|binding| &binding.name)
                });
            if let Some(name) = name {
                out.push(
                    Diagnostic::new(
                        Code::READS_OUTCOME,
                        factor.of.span,
                        format!("`{}` learns from its own outcome: this factor reads `{name}`", score.name),
                    )
                    .label("not known yet when the score is used")
                    .related(learned.outcome.span, "the outcome")
                    .help("remove the factor, or learn from what was known before the outcome"),
                );
            }
        }
    }
}

/// What an expression reads, through everything it mentions.
#[derive(Default)]
struct Reads {
    attributes: BTreeSet<usize>,
    lets: BTreeSet<LetId>,
    scores: BTreeSet<ScoreId>,
    segments: BTreeSet<SegmentId>,
}

impl Reads {
    fn of(model: &Model, expr: &Expr) -> Reads {
        let mut reads = Reads::default();
        let mut open = vec![expr];
        while let Some(expr) = open.pop() {
            expr.walk(&mut |part| match &part.kind {
                ExprKind::Attribute(place) => {
                    reads.attributes.insert(*place);
                }
                ExprKind::Let(id) if reads.lets.insert(*id) => {
                    open.extend(model.lets.get(id.0).map(|binding| &binding.value));
                }
                ExprKind::Score(id, _) if reads.scores.insert(*id) => {
                    open.extend(
                        model.scores.get(id.0).into_iter().flat_map(|score| score.kind.expressions()),
                    );
                }
                ExprKind::Segment(id) if reads.segments.insert(*id) => {
                    open.extend(model.segments.get(id.0).map(|segment| &segment.condition));
                }
                ExprKind::Gate(id) => {
                    let clauses = model.gates.get(id.0).into_iter().flat_map(|gate| &gate.clauses);
                    open.extend(clauses.map(|clause| &clause.condition));
                }
                _ => {}
            });
        }
        reads
    }
}
