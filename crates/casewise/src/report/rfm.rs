//! Recency, frequency, monetary: the grid, and the bins with their ties.

use casewise_core::parameters::{LearnedCuts, RfmParameters};
use casewise_fit::engine::evidence::Grid;
use casewise_pages::{Cell, Column, HeatMap, Section, Table, count, percent, short};

use super::{float, share};

pub(super) fn section(section: Section, learned: &RfmParameters, grid: &Grid) -> Section {
    let section = section
        .facts([
            ("with events", count(learned.customers)),
            ("without events", count(learned.without_events)),
        ])
        .text("Each cell holds the customers with one score of recency (the highest is the most recent) and one of frequency. Σ is their value together, ø the mean.")
        .figure(heat(grid, "customers by recency and frequency", |cell| float(cell.customers)));
    let section = if grid.has_monetary {
        section.figure(heat(grid, "value by recency and frequency", |cell| cell.monetary))
    } else {
        section
    };
    let parts = [
        ("recency, in days", &learned.recency, true),
        ("frequency", &learned.frequency, false),
        ("monetary", &learned.monetary, false),
    ];
    parts.into_iter().fold(section, |section, (name, cuts, reversed)| match cuts {
        Some(cuts) => bins(section, name, cuts, reversed),
        None => section,
    })
}

fn heat(grid: &Grid, title: &str, shade: impl Fn(&casewise_fit::engine::evidence::Cell) -> f64) -> HeatMap {
    let rows = (1..=grid.recency).rev().map(|score| format!("R {score}"));
    let columns = (1..=grid.frequency).map(|score| format!("F {score}"));
    let mut map = HeatMap::new(title, rows, columns);
    for ((r, f), cell) in &grid.cells {
        let place = |n: i64| u32::try_from(n - 1).unwrap_or(0);
        let row = u32::try_from(grid.recency).unwrap_or(0).saturating_sub(1).saturating_sub(place(*r));
        let mut lines = vec![count(cell.customers)];
        if grid.has_monetary {
            lines.push(format!("Σ {}", short(cell.monetary)));
            lines.push(format!("ø {}", short(cell.monetary / float(cell.customers))));
        }
        map = map.cell(row, place(*f), shade(cell), lines);
    }
    map
}

fn bins(section: Section, name: &str, cuts: &LearnedCuts, reversed: bool) -> Section {
    let rows: u64 = cuts.counts.iter().sum();
    let bins = cuts.counts.len();
    let most = cuts.counts.iter().copied().max().unwrap_or(0);
    let mut table = Table::new([
        Column::number("score"),
        Column::text("values"),
        Column::number("customers"),
        Column::text("share"),
    ])
    .caption(name);
    for (place, customers) in cuts.counts.iter().enumerate() {
        let score = if reversed { bins - place } else { place + 1 };
        let from = place.checked_sub(1).and_then(|before| cuts.cuts.get(before));
        let values = match (from, cuts.cuts.get(place)) {
            (None, Some(to)) => format!("up to {}", short(*to)),
            (Some(from), Some(to)) if from.total_cmp(to).is_eq() => "none: both cuts are equal".to_owned(),
            (Some(from), Some(to)) => format!("above {} up to {}", short(*from), short(*to)),
            (Some(from), None) => format!("above {}", short(*from)),
            (None, None) => "all".to_owned(),
        };
        table.row([
            Cell::count(score as u64),
            Cell::text(values),
            Cell::count(*customers),
            Cell::bar(share(*customers, most), percent(share(*customers, rows))),
        ]);
    }
    let tie = &cuts.largest_tie;
    let tied = if tie.count > 1 {
        format!(
            "Largest tie: {} customers ({}) have the value {}. They are never told apart.",
            count(tie.count),
            percent(tie.share),
            short(tie.value)
        )
    } else {
        "No two customers have the same value.".to_owned()
    };
    let section = section.table(table).text(tied);
    if cuts.empty.is_empty() {
        return section;
    }
    let empty: Vec<String> = cuts.empty.iter().map(usize::to_string).collect();
    section.warning(format!(
        "{name}: of the bins, lowest values first, {} {} empty. Scores are not renumbered.",
        empty.join(" and "),
        if empty.len() == 1 { "is" } else { "are" }
    ))
}
