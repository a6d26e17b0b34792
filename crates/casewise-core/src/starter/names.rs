//! Names of the language out of names of columns.

use std::collections::BTreeSet;

use crate::syntax::is_free_name;

/// Names that are taken.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: BTreeSet<String>,
}

impl Names {
    pub(super) fn take(&mut self, name: &str) {
        self.taken.insert(name.to_owned());
    }

    /// The name itself where it can be one, else one like it; never the same twice.
    pub(super) fn make(&mut self, foreign: &str) -> String {
        let name = if is_free_name(foreign) { foreign.to_owned() } else { like(foreign) };
        let mut unique = name.clone();
        let mut number = 2;
        while !self.taken.insert(unique.clone()) {
            unique = format!("{name}_{number}");
            number += 1;
        }
        unique
    }
}

pub(super) fn of_model(foreign: &str) -> String {
    if is_free_name(foreign) { foreign.to_owned() } else { like(foreign) }
}

/// `Monthly Charges ($)` → `monthly_charges`
fn like(foreign: &str) -> String {
    let mut name = String::new();
    for c in foreign.chars() {
        if c.is_alphanumeric() {
            name.extend(c.to_lowercase().filter(|c| c.is_alphanumeric()));
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
    }
    let mut name = name.trim_end_matches('_').to_owned();
    if !name.starts_with(|c: char| c.is_alphabetic()) {
        name = if name.is_empty() { "column".to_owned() } else { format!("c_{name}") };
    }
    if !is_free_name(&name) {
        name.push('_');
    }
    name
}

/// Whether people would call such a column one of customers.
pub(super) fn sounds_like_customer(name: &str) -> bool {
    let name = name.to_lowercase();
    let words = ["customer", "client", "user", "member", "subscriber", "account", "客户", "用户", "会员"];
    words.iter().any(|word| name.contains(word))
}

/// Whether people would call such a column a key.
pub(super) fn sounds_like_key(name: &str) -> bool {
    let name = name.to_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
    ["id", "key", "number", "no", "nr", "code", "uuid"].iter().any(|word| words.contains(word))
        || name.ends_with("id")
        || ["编号", "号码", "客户号"].iter().any(|word| name.contains(word))
}
