//! The words of the language, in one place: what starts a declaration, what starts a clause, what can
//! stand in a name.

use super::ast::Unit;
use super::token::Kw;

/// What starts a declaration.
pub(super) const DECLARATIONS: &[&str] = &[
    "model",
    "include",
    "customer",
    "subject",
    "context",
    "type",
    "events",
    "rows",
    "list",
    "param",
    "let",
    "score",
    "segment",
    "scorecard",
    "behavior",
    "rfm",
    "cluster",
    "composite",
    "affinity",
    "lifetime",
    "grade",
    "table",
    "gate",
    "channel",
    "contacts",
    "properties",
    "every",
    "group",
    "case",
    "decide",
    "fixture",
    "test",
];

pub(super) const MODEL: &[&str] = &["language", "version", "timezone"];
pub(super) const SCORECARD: &[&str] = &["base", "by", "lower", "learn", "points"];
pub(super) const BEHAVIOR: &[&str] = &["weight", "half_life", "over", "cap", "floor", "scale"];
pub(super) const RFM: &[&str] = &["monetary", "over", "bins", "recency", "frequency"];
pub(super) const CLUSTER: &[&str] = &["features", "scale", "missing", "k", "seed", "centers", "names"];
pub(super) const COMPOSITE: &[&str] = &["weight", "ahp", "consistency"];
pub(super) const AFFINITY: &[&str] = &["over", "min_support", "min_confidence", "max_size"];
pub(super) const LIFETIME: &[&str] = &["monetary", "unit", "horizon", "discount"];
pub(super) const GATE: &[&str] = &["require", "exclude"];
pub(super) const CHANNEL: &[&str] = &["require", "exclude", "quiet", "capacity"];
pub(super) const CONTACTS: &[&str] = &["at", "pause"];
pub(super) const CASE: &[&str] = &[
    "status",
    "runs",
    "for",
    "require",
    "exclude",
    "priority",
    "exclusive",
    "channels",
    "contacts",
    "holdout",
    "quota",
    "budget",
    "with",
    "offer",
    "variants",
];
pub(super) const VARIANT: &[&str] = &["offer"];
pub(super) const DECIDE: &[&str] = &["rank", "top", "at", "control", "channels"];
pub(super) const TEST: &[&str] = &["now", "context", "customer", "set", "given", "remaining", "expect"];

/// Words that start a clause somewhere and are followed by a value.
pub(super) fn starts_clause(word: &str) -> bool {
    [
        MODEL, SCORECARD, BEHAVIOR, RFM, CLUSTER, COMPOSITE, AFFINITY, LIFETIME, CHANNEL, CONTACTS, CASE,
        DECIDE, TEST,
    ]
    .iter()
    .any(|words| words.contains(&word))
}

/// The unit of time that `word` names, in the singular or the plural.
pub(super) fn unit(word: &str) -> Option<Unit> {
    Some(match word {
        "minute" | "minutes" => Unit::Minute,
        "hour" | "hours" => Unit::Hour,
        "day" | "days" => Unit::Day,
        "week" | "weeks" => Unit::Week,
        "month" | "months" => Unit::Month,
        "year" | "years" => Unit::Year,
        _ => return None,
    })
}

/// Words that stand behind a value, so that a word before them is one.
pub(super) fn follows_value(word: &str) -> bool {
    matches!(word, "overlaps" | "subset" | "half_life") || unit(word).is_some()
}

/// A unit in the singular.
pub(super) fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Minute => "minute",
        Unit::Hour => "hour",
        Unit::Day => "day",
        Unit::Week => "week",
        Unit::Month => "month",
        Unit::Year => "year",
    }
}

/// A name starts with a letter of any script or `_`.
pub(super) fn starts_name(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

/// A name goes on with letters, numbers of any script and `_`.
pub(super) fn continues_name(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// What other languages write for a value that is not there.
pub(super) fn is_foreign_missing(word: &str) -> bool {
    matches!(word, "null" | "NULL" | "Null" | "nil")
}

/// What other languages write for a number that is none.
pub(super) fn is_not_a_number(word: &str) -> bool {
    matches!(word, "NaN" | "Infinity")
}

/// Whether a name can be written without backticks.
pub fn is_plain_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(starts_name)
        && chars.all(continues_name)
        && Kw::of(name).is_none()
        && !is_foreign_missing(name)
        && !is_not_a_number(name)
}
