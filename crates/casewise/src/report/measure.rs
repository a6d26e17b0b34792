//! Lift, gain and calibration.

use casewise_fit::engine::measure::{Grouping, Ranking};
use casewise_fit::evaluation::CalibrationBin;
use casewise_pages::{Bar, BarChart, Cell, Column, Figure, Line, LineChart, Section, Table, count, percent};

use super::float;

/// Figures, curves and tables of a ranking.
pub(super) fn ranking(section: Section, of: &Ranking) -> Section {
    let section = section
        .facts([
            ("AUC", format!("{:.4}", of.auc)),
            ("Gini", format!("{:.4}", of.gini)),
            ("KS", format!("{:.4}", of.ks)),
            ("rows", count(of.rows)),
            ("with the outcome", count(of.events)),
        ])
        .side_by_side(curves(of));
    let section = if of.left_out > 0 {
        section.text(format!("{} rows without a score or a known outcome are left out.", count(of.left_out)))
    } else {
        section
    };
    section.table(lift_table(of))
}

fn curves(of: &Ranking) -> Vec<Figure> {
    let share = |part: u64, of: u64| if of == 0 { 0.0 } else { float(part) / float(of) };
    let mut gain = vec![(0.0, 0.0)];
    let mut rows = 0;
    for group in &of.lift {
        rows += group.rows;
        gain.push((share(rows, of.rows), group.gain));
    }
    let events = share(of.events, of.rows);
    let gains = LineChart::new("gain", "share of rows, ranked first", "share of the outcomes among them")
        .line(Line::new(&*of.score, gain).marked())
        .line(Line::new("at random", [(0.0, 0.0), (1.0, 1.0)]))
        .line(Line::new("perfect", [(0.0, 0.0), (events, 1.0), (1.0, 1.0)]));
    let lift = BarChart::new("lift by group, ranked first at the top").bars(of.lift.iter().enumerate().map(
        |(place, group)| Bar::new((place + 1).to_string(), group.lift).shown(format!("{:.2}", group.lift)),
    ));
    let mut curves: Vec<Figure> = vec![gains.into(), lift.into()];
    if !of.calibration.is_empty() {
        curves.push(calibration("stated probability and share that came", &of.calibration).into());
    }
    curves
}

/// What was stated against what came.
pub(super) fn calibration(title: &str, bins: &[CalibrationBin]) -> LineChart {
    let most = bins.iter().map(|bin| bin.predicted.max(bin.observed)).fold(0.0, f64::max);
    LineChart::new(title, "stated", "came")
        .line(Line::new("bins", bins.iter().map(|bin| (bin.predicted, bin.observed))).marked())
        .line(Line::new("as stated", [(0.0, 0.0), (most, most)]))
}

fn lift_table(of: &Ranking) -> Table {
    let first = if of.lowest_first { "lowest scores first" } else { "highest scores first" };
    let mut table = Table::new([
        Column::number("group"),
        Column::number("rows"),
        Column::number("outcomes"),
        Column::number("share"),
        Column::number("lift"),
        Column::text("gain"),
    ])
    .caption(first);
    for (place, group) in of.lift.iter().enumerate() {
        table.row([
            Cell::count(place as u64 + 1),
            Cell::count(group.rows),
            Cell::short(group.events),
            Cell::percent(group.rate),
            Cell::number(group.lift, format!("{:.2}", group.lift)),
            Cell::bar(group.gain, percent(group.gain)),
        ]);
    }
    table
}

/// How often an outcome came by value.
pub(super) fn grouping(section: Section, of: &Grouping) -> Section {
    let most = of.groups.iter().map(|group| group.rate).fold(f64::MIN_POSITIVE, f64::max);
    let mut table = Table::new([
        Column::text("value"),
        Column::number("rows"),
        Column::number("outcomes"),
        Column::text("share"),
        Column::number("lift"),
    ])
    .caption(&*of.score);
    for group in &of.groups {
        table.row([
            Cell::text(&*group.value),
            Cell::count(group.rows),
            Cell::count(group.events),
            Cell::bar(group.rate / most, percent(group.rate)),
            Cell::number(group.lift, format!("{:.2}", group.lift)),
        ]);
    }
    section.table(table)
}
