//! Whether parameters are those of a model.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::{FORMAT, Parameters, Part, learned_scores};
use crate::model::Model;
use crate::model::fingerprint::ScoreFingerprint;

/// Why parameters are refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mismatch {
    /// The file is of another form than this version reads.
    Format(u32),
    /// A learned score of the model has no part.
    NoPart(Arc<str>),
    /// A part belongs to no learned score of the model.
    NoScore(Arc<str>),
    /// A learned score, or what it depends on, is not what it was.
    Changed {
        /// The score.
        score: Arc<str>,
        /// Declarations that say something else now.
        changed: Vec<Arc<str>>,
        /// Declarations it did not depend on before.
        new: Vec<Arc<str>>,
        /// Declarations it does not depend on any more.
        gone: Vec<Arc<str>>,
    },
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mismatch::Format(found) => {
                write!(
                    f,
                    "the parameters have form {found}, and this version of casewise reads form {FORMAT}"
                )
            }
            Mismatch::NoPart(score) => {
                write!(
                    f,
                    "the model learns `{score}`, and the parameters have nothing for it: fit the model again"
                )
            }
            Mismatch::NoScore(score) => {
                write!(
                    f,
                    "the parameters are for a learned score `{score}`, and the model has none: fit the model again"
                )
            }
            Mismatch::Changed { score, changed, new, gone } => {
                write!(f, "the parameters do not belong to `{score}` as it is now: ")?;
                let list = |names: &[Arc<str>]| {
                    names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")
                };
                let mut parts = Vec::new();
                if !changed.is_empty() {
                    parts.push(format!("{} changed", list(changed)));
                }
                if !new.is_empty() {
                    parts.push(format!("it now depends on {}", list(new)));
                }
                if !gone.is_empty() {
                    parts.push(format!("it no longer depends on {}", list(gone)));
                }
                if parts.is_empty() {
                    parts.push("the model's language or time zone changed".to_owned());
                }
                write!(f, "{}: fit the model again", parts.join("; "))
            }
        }
    }
}

impl std::error::Error for Mismatch {}

impl Parameters {
    /// Whether these are the parameters of a model: of every learned score, as it is declared now.
    ///
    /// # Errors
    /// The first difference, in the order of the model.
    pub fn belong_to(&self, model: &Model) -> Result<(), Mismatch> {
        if self.casewise_parameters != FORMAT {
            return Err(Mismatch::Format(self.casewise_parameters));
        }
        for (index, score) in learned_scores(model) {
            let part = self.parts.get(&score.name).ok_or_else(|| Mismatch::NoPart(score.name.clone()))?;
            if let Some(now) = model.fingerprints.scores.get(index) {
                unchanged(&score.name, part, now)?;
            }
        }
        let known = |name: &Arc<str>| learned_scores(model).any(|(_, score)| score.name == *name);
        match self.parts.keys().find(|name| !known(name)) {
            Some(name) => Err(Mismatch::NoScore(name.clone())),
            None => Ok(()),
        }
    }
}

/// The fingerprints that a part carries.
pub(super) fn dependencies(now: &ScoreFingerprint) -> BTreeMap<Arc<str>, Arc<str>> {
    now.parts.iter().map(|(name, print)| (name.as_str().into(), print.short().into())).collect()
}

impl Part {
    /// What was learned of a score as it is declared now.
    pub fn new(now: &ScoreFingerprint, learned: super::Learned) -> Part {
        Part { fingerprint: now.whole.short().into(), depends_on: dependencies(now), learned }
    }
}

fn unchanged(score: &Arc<str>, part: &Part, now: &ScoreFingerprint) -> Result<(), Mismatch> {
    if *part.fingerprint == now.whole.short() {
        return Ok(());
    }
    let present = dependencies(now);
    let (mut changed, mut new) = (Vec::new(), Vec::new());
    for (name, print) in &present {
        match part.depends_on.get(name) {
            Some(before) if before == print => {}
            Some(_) => changed.push(name.clone()),
            None => new.push(name.clone()),
        }
    }
    let gone = part.depends_on.keys().filter(|name| !present.contains_key(*name)).cloned().collect();
    Err(Mismatch::Changed { score: score.clone(), changed, new, gone })
}
