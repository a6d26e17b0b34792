//! Scores in an order in which each comes after those it reads.

use casewise_core::model::{Model, ScoreId};

/// All scores, those that others depend on first, else as they are written.
pub(super) fn order(model: &Model) -> Vec<ScoreId> {
    let mut order = Vec::with_capacity(model.scores.len());
    let mut seen = vec![false; model.scores.len()];
    for n in 0..model.scores.len() {
        visit(model, n, &mut seen, &mut order);
    }
    order
}

fn visit(model: &Model, n: usize, seen: &mut [bool], order: &mut Vec<ScoreId>) {
    match seen.get_mut(n) {
        Some(place) if !*place => *place = true,
        _ => return,
    }
    if let Some(fingerprint) = model.fingerprints.scores.get(n) {
        // What a score depends on is named by word and name: `rfm loyalty`.
        let names = fingerprint.parts.keys().filter_map(|label| label.rsplit(' ').next());
        let read: Vec<usize> =
            names.filter_map(|name| model.scores.iter().position(|score| *score.name == *name)).collect();
        for other in read {
            visit(model, other, seen, order);
        }
    }
    order.push(ScoreId(n));
}
