//! The page of a backtest.

use casewise_core::model::Model;
use casewise_fit::engine::backtest::Backtest;
use casewise_fit::engine::forecast::Forecast;
use casewise_pages::{Cell, Column, Line, LineChart, Page, Section, Table, count, short};

use super::{float, measure};

pub(crate) fn page(model: &Model, of: &Backtest) -> String {
    let title = model.title.as_deref().unwrap_or(&model.name);
    let learned = if of.learned { "learned and scored" } else { "scored" };
    let subtitle = format!(
        "{}: {learned} as of {}, compared with what had happened at {}",
        model.name, of.as_of, of.until
    );
    let mut data = Section::new("Data").facts([("rows", count(of.rows)), ("measured", count(of.measured))]);
    for warning in &of.warnings {
        data = data.warning(warning.as_str());
    }
    let mut page = Page::new(title, subtitle).section(data);
    for forecast in &of.forecasts {
        page = page.section(lifetime(forecast));
    }
    for ranking in &of.rankings {
        let section = Section::new(format!("{} tells {}", ranking.score, ranking.outcome));
        page = page.section(measure::ranking(section, ranking));
    }
    if !of.groupings.is_empty() {
        let outcome = of.groupings.first().map_or("", |grouping| &*grouping.outcome);
        let section = Section::new(format!("{outcome} by class"));
        page = page.section(of.groupings.iter().fold(section, measure::grouping));
    }
    page.render()
}

fn lifetime(of: &Forecast) -> Section {
    let mut facts = vec![
        ("customers", count(of.customers)),
        ("foretold", short(of.predicted)),
        ("came", count(of.actual)),
        ("bought for the first time", count(of.newcomers)),
    ];
    if let Some(worth) = &of.worth {
        facts.extend([("worth foretold", short(worth.predicted)), ("worth that came", short(worth.actual))]);
    }
    let weeks = || of.weeks.iter().zip(1..).map(|(week, n)| (f64::from(n), week));
    let mut total = (0.0, 0);
    let totals: Vec<(f64, f64, f64)> = weeks()
        .map(|(n, week)| {
            total = (total.0 + week.predicted, total.1 + week.actual);
            (n, total.0, float(total.1))
        })
        .collect();
    let by_week = LineChart::new("purchases by week", "week", "purchases")
        .line(Line::new("came", weeks().map(|(n, week)| (n, float(week.actual)))).marked())
        .line(Line::new("foretold", weeks().map(|(n, week)| (n, week.predicted))));
    let so_far = LineChart::new("purchases so far", "week", "purchases")
        .line(Line::new("came", totals.iter().map(|(n, _, came)| (*n, *came))))
        .line(Line::new("foretold", totals.iter().map(|(n, foretold, _)| (*n, *foretold))));
    let repeats = LineChart::new(
        "purchases a head by purchases before",
        "purchases after the first, before",
        "purchases a head",
    )
    .line(Line::new("came", of.by_repeats.iter().map(|group| (float(group.repeats), group.actual))).marked())
    .line(
        Line::new("foretold", of.by_repeats.iter().map(|group| (float(group.repeats), group.predicted)))
            .marked(),
    );
    let mut table = Table::new([
        Column::text("from"),
        Column::text("through"),
        Column::number("foretold"),
        Column::number("came"),
    ]);
    for week in &of.weeks {
        table.row([
            Cell::text(&*week.from),
            Cell::text(&*week.through),
            Cell::short(week.predicted),
            Cell::count(week.actual),
        ]);
    }
    let section = Section::new(format!("{} – lifetime", of.score))
        .facts(facts)
        .side_by_side([by_week.into(), so_far.into()])
        .side_by_side([
            repeats.into(),
            measure::calibration("purchases a head by what was foretold", &of.calibration).into(),
        ])
        .folded(Section::new("by week").table(table));
    match &of.ranking {
        Some(found) => {
            measure::ranking(section.heading(format!("Who bought at all, by {}", found.score)), found)
        }
        None => section,
    }
}
