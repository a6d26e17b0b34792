//! Association rules.

use casewise_core::parameters::AffinityParameters;
use casewise_pages::{Cell, Column, Section, Table, count, percent};

/// Rules shown; all of them are in the parameters.
const SHOWN: usize = 200;

pub(super) fn section(section: Section, learned: &AffinityParameters) -> Section {
    let section = section.facts([
        ("baskets", count(learned.baskets)),
        ("without an item", count(learned.without_items)),
        ("items", count(learned.items)),
        ("frequent sets", count(learned.frequent_sets)),
        ("rules", count(learned.rules.len() as u64)),
    ]);
    let mut rules: Vec<_> = learned.rules.iter().collect();
    rules.sort_by(|a, b| b.lift.total_cmp(&a.lift));
    let caption = if rules.len() > SHOWN {
        format!("the {SHOWN} rules with the highest lift, of {}", count(rules.len() as u64))
    } else {
        "rules, the highest lift first".to_owned()
    };
    let mut table = Table::new([
        Column::text("who holds"),
        Column::text("holds too"),
        Column::number("baskets with both"),
        Column::text("confidence"),
        Column::number("lift"),
    ])
    .caption(caption);
    for rule in rules.into_iter().take(SHOWN) {
        table.row([
            Cell::text(rule.left.join(" + ")),
            Cell::text(&*rule.right),
            Cell::count(rule.count),
            Cell::bar(rule.confidence, percent(rule.confidence)),
            Cell::number(rule.lift, format!("{:.2}", rule.lift)),
        ]);
    }
    section.table(table)
}
