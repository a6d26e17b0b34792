//! Members of a composite with a negative weight.

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Model, ScoreKind};
use crate::syntax::ast::File;
use crate::values::Value;

/// Finds negative weights.
pub(super) fn weights(model: &Model, _files: &[File], out: &mut Vec<Diagnostic>) {
    for score in &model.scores {
        let ScoreKind::Composite(composite) = &score.kind else { continue };
        for (weight, _, label) in &composite.members {
            if let Some(Value::Float(value)) = model.constant(weight)
                && value < 0.0
            {
                let message =
                    format!("`{label}` has the negative weight {}", Value::Float(value).display_plain());
                out.push(
                    Diagnostic::new(Code::NEGATIVE_WEIGHT, weight.span, message)
                        .label("more of it makes the score smaller")
                        .help("turn the member round, for example `1 - x`, and give it a positive weight"),
                );
            }
        }
    }
}
