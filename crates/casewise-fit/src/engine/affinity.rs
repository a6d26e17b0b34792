//! Association rules of what subjects hold.

use std::sync::Arc;

use casewise_core::model::constants::evaluate;
use casewise_core::model::{Affinity, Base, Expr, Model};
use casewise_core::parameters::{AffinityParameters, RuleParameters, category};
use casewise_core::values::{Decimal, Value};
use rustc_hash::FxHashMap;

use super::{Lesson, Problem};
use crate::association::{self, Options};
use crate::error::FitError;
use crate::itemsets::{Baskets, Share};

/// Most frequent sets.
const MOST_SETS: usize = 5_000_000;

pub(super) fn learn(mut lesson: Lesson<'_>, declared: &Affinity) -> Result<AffinityParameters, Problem> {
    let base = declared.item_type(lesson.model);
    let held: Vec<Vec<Arc<str>>> =
        lesson.columns.get(0).iter().map(|set| items(lesson.model, &base, set)).collect();
    // Items are numbered in the order of their names.
    let mut names: Vec<Arc<str>> = held.iter().flatten().cloned().collect();
    names.sort_unstable();
    names.dedup();
    let numbered: FxHashMap<&Arc<str>, u32> = names.iter().zip(0..).collect();
    let mut baskets = Baskets::new();
    for basket in held.iter().filter(|basket| !basket.is_empty()) {
        baskets.push(basket.iter().filter_map(|item| numbered.get(item).copied()));
    }
    if baskets.is_empty() {
        return Err(Problem::Said(FitError::NoRows, "nobody holds any item".to_owned()));
    }
    let options = Options {
        min_support: share(lesson.model, &declared.min_support)?,
        min_confidence: share(lesson.model, &declared.min_confidence)?,
        min_size: 2,
        max_size: match evaluate(&declared.max_size, lesson.model) {
            Some(Value::Int(n)) => usize::try_from(n).unwrap_or(usize::MAX),
            _ => return Err(FitError::setting("max_size is no number").into()),
        },
        limit: MOST_SETS,
    };
    let found = association::rules(&baskets, &options)?;
    if found.rules.is_empty() {
        lesson.warn("no rule reaches both thresholds: nothing will be missing and nothing found");
    }
    let name = |item: &u32| names.get(*item as usize).cloned().unwrap_or_default();
    let rule = |rule: &association::Rule| RuleParameters {
        left: rule.left.iter().map(name).collect(),
        right: name(&rule.right),
        count: rule.count,
        left_count: rule.left_count,
        right_count: rule.right_count,
        confidence: rule.confidence,
        lift: rule.lift,
    };
    Ok(AffinityParameters {
        baskets: found.baskets,
        without_items: (held.len() - baskets.len()) as u64,
        items: names.len() as u64,
        frequent_sets: found.frequent_sets,
        rules: found.rules.iter().map(rule).collect(),
    })
}

fn items(model: &Model, base: &Base, set: &Value) -> Vec<Arc<str>> {
    match set {
        Value::Set(elements) => elements.iter().filter_map(|item| category(model, base, item)).collect(),
        _ => Vec::new(),
    }
}

/// A share as an exact fraction.
fn share(model: &Model, expr: &Expr) -> Result<Share, FitError> {
    let whole = Decimal::from_i64(1_000_000_000);
    let parts = match evaluate(expr, model) {
        Some(Value::Decimal(share)) => share.checked_mul(whole).and_then(Decimal::to_i64_exact),
        Some(Value::Int(n)) => n.checked_mul(1_000_000_000),
        _ => None,
    };
    let parts = parts.and_then(|n| u64::try_from(n).ok());
    let parts = parts.ok_or_else(|| FitError::setting("a share has at most 9 digits after the point"))?;
    Share::new(parts, 1_000_000_000)
}
