//! The points of a scorecard, bin by bin, and how well they tell the outcome.

use casewise_core::parameters::{BinParameters, FactorParameters, ScorecardParameters};
use casewise_fit::engine::measure::Ranking;
use casewise_pages::{Bar, BarChart, Cell, Column, Section, Table, count, short};

use super::{measure, share};

pub(super) fn section(section: Section, learned: &ScorecardParameters, ranking: &Ranking) -> Section {
    let widest = learned.factors.iter().flat_map(|factor| &factor.bins).map(|bin| bin.woe.abs());
    let widest = widest.fold(f64::MIN_POSITIVE, f64::max);
    let section = section
        .facts([
            ("outcome", ranking.outcome.to_string()),
            ("rows", count(learned.rows)),
            ("with it", count(learned.events)),
            ("unknown, left out", count(learned.without_outcome)),
            ("Gini", format!("{:.4}", learned.gini)),
            ("log-likelihood", short(learned.log_likelihood)),
        ])
        .text(format!(
            "Everybody starts with {} points. {} more points double the odds against the outcome; {} points are even odds.",
            short(learned.base),
            short(learned.factor * std::f64::consts::LN_2),
            short(learned.offset)
        ))
        .table(coefficients(learned))
        .figure(
            BarChart::new("information value of the factors")
                .bars(learned.factors.iter().map(|factor| Bar::new(&*factor.of, factor.iv))),
        );
    let section = learned.factors.iter().fold(section, |section, factor| section.table(bins(factor, widest)));
    let section = section.heading("On the rows that it was learned from").text(
        "These figures flatter: what is asked of a scorecard is how it does on rows it has not seen. `casewise backtest` tells.",
    );
    measure::ranking(section, ranking)
}

fn coefficients(learned: &ScorecardParameters) -> Table {
    let mut table = Table::new([
        Column::text("factor"),
        Column::number("coefficient"),
        Column::number("standard error"),
        Column::number("z"),
        Column::number("information value"),
        Column::text(""),
    ])
    .caption("logistic regression of the outcome on the weights of evidence");
    let intercept = &learned.intercept;
    table.row([
        Cell::text("intercept"),
        Cell::short(intercept.value),
        Cell::short(intercept.standard_error),
        Cell::short(intercept.value / intercept.standard_error),
    ]);
    for factor in &learned.factors {
        let beta = &factor.coefficient;
        // More weight of evidence speaks against the outcome, so a factor alone has a coefficient below 0.
        let turned = if beta.value > 0.0 { "runs against its own weights of evidence" } else { "" };
        table.row([
            Cell::code(&*factor.of),
            Cell::short(beta.value),
            Cell::short(beta.standard_error),
            Cell::short(beta.value / beta.standard_error),
            Cell::short(factor.iv),
            Cell::text(turned),
        ]);
    }
    table
}

fn bins(factor: &FactorParameters, widest: f64) -> Table {
    let mut table = Table::new([
        Column::text("bin"),
        Column::number("rows"),
        Column::number("with the outcome"),
        Column::number("share"),
        Column::text("weight of evidence"),
        Column::number("information value"),
        Column::number("points"),
    ])
    .caption(&*factor.of);
    let mut row = |bin: &BinParameters, otherwise: &str| {
        let rows = bin.events + bin.non_events;
        let mut name = Cell::text(name(bin, otherwise));
        if bin.adjusted {
            name = name.detail("one count is 0: half a row is added to both");
        }
        table.row([
            name,
            Cell::count(rows),
            Cell::count(bin.events),
            if rows == 0 { Cell::empty() } else { Cell::percent(share(bin.events, rows)) },
            Cell::bar(bin.woe / widest, short(bin.woe)),
            Cell::short(bin.iv),
            Cell::number(bin.points, format!("{:.1}", bin.points)),
        ]);
    };
    factor.bins.iter().for_each(|bin| row(bin, "any"));
    row(&factor.missing, "missing");
    row(&factor.unseen, "never seen");
    table
}

/// A bin's name with cuts as people read them.
fn name(bin: &BinParameters, otherwise: &str) -> String {
    match (&bin.value, bin.from, bin.to) {
        (Some(value), _, _) => value.to_string(),
        (None, None, Some(to)) => format!("< {}", short(to)),
        (None, Some(from), Some(to)) => format!("{} .. {}", short(from), short(to)),
        (None, Some(from), None) => format!(">= {}", short(from)),
        (None, None, None) => otherwise.to_owned(),
    }
}
