//! Profiles of clusters.

use casewise_core::parameters::ClusterParameters;
use casewise_pages::{Bar, BarChart, Cell, Column, Line, LineChart, Section, Table, count, percent, short};

use super::{float, share};

pub(super) fn section(section: Section, learned: &ClusterParameters) -> Section {
    let mut facts = vec![
        ("rows", count(learned.rows)),
        ("clusters", learned.centers.len().to_string()),
        ("inertia", short(learned.inertia)),
    ];
    if let Some(silhouette) = &learned.silhouette {
        facts.push(("silhouette", format!("{:.3}", silhouette.mean)));
    }
    let section = section
        .facts(facts)
        .figure(BarChart::new("rows by cluster").bars(learned.centers.iter().map(|center| {
            let shown = format!("{} ({})", count(center.size), percent(share(center.size, learned.rows)));
            Bar::new(&*center.label, float(center.size)).shown(shown)
        })))
        .text("Each centre feature by feature: its value, and how far it lies from the middle of all rows in the scale in which distances are taken (to the left: below).")
        .table(profiles(learned))
        .table(features(learned));
    if learned.trials.is_empty() {
        return section;
    }
    let trials = || learned.trials.iter();
    section.side_by_side([
        LineChart::new("silhouette by number of clusters", "clusters", "mean silhouette")
            .line(Line::new("silhouette", trials().map(|t| (t.clusters as f64, t.silhouette))).marked())
            .into(),
        LineChart::new("inertia by number of clusters", "clusters", "inertia")
            .line(Line::new("inertia", trials().map(|t| (t.clusters as f64, t.inertia))).marked())
            .into(),
    ])
}

fn profiles(learned: &ClusterParameters) -> Table {
    let labels = learned.centers.iter().map(|center| Column::text(&*center.label));
    let mut table = Table::new([Column::text("feature")].into_iter().chain(labels)).caption("profiles");
    let mut middle = vec![0.0; learned.features.len()];
    for center in &learned.centers {
        for (sum, x) in middle.iter_mut().zip(&center.scaled) {
            *sum += x * share(center.size, learned.rows);
        }
    }
    let gaps = learned.centers.iter().flat_map(|center| center.scaled.iter().zip(&middle));
    let widest = gaps.map(|(x, middle)| (x - middle).abs()).fold(f64::MIN_POSITIVE, f64::max);
    for ((place, feature), middle) in learned.features.iter().enumerate().zip(&middle) {
        let cells = learned.centers.iter().map(|center| {
            let (scaled, at) = (center.scaled.get(place), center.at.get(place));
            match scaled.zip(at) {
                Some((scaled, at)) => Cell::bar((scaled - middle) / widest, short(*at)),
                None => Cell::empty(),
            }
        });
        table.row([Cell::code(&*feature.of)].into_iter().chain(cells));
    }
    table
}

fn features(learned: &ClusterParameters) -> Table {
    let mut table = Table::new([
        Column::text("feature"),
        Column::number("minus"),
        Column::number("divided by"),
        Column::number("missing"),
        Column::number("filled by"),
    ])
    .caption("how features are scaled and filled");
    for feature in &learned.features {
        table.row([
            Cell::code(&*feature.of),
            Cell::short(feature.center),
            Cell::short(feature.spread),
            Cell::count(feature.missing),
            feature.fill.map_or_else(Cell::empty, Cell::short),
        ]);
    }
    table
}
