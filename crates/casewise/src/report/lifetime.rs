//! The curves of a lifetime.

use casewise_core::parameters::LifetimeParameters;
use casewise_fit::engine::evidence::Lived;
use casewise_pages::{Cell, Column, Figure, Line, LineChart, Section, Table, count, short};

use super::float;

pub(super) fn section(section: Section, learned: &LifetimeParameters, lived: &Lived) -> Section {
    let unit = unit(lived.unit_days);
    let section = section
        .facts([
            ("customers", count(learned.customers)),
            ("came back", count(learned.repeaters)),
            ("without a purchase", count(learned.without_purchases)),
            ("log-likelihood", format!("{:.3}", learned.log_likelihood)),
        ])
        .table(parameters(learned, &unit))
        .side_by_side([tracking(lived), silence(lived, &unit)])
        .figure(ahead(lived, &unit))
        .table(frequencies(lived));
    match &learned.spend {
        Some(spend) => section.text(format!(
            "Worth of a purchase: learned from {} customers; the model takes number and worth of purchases to be unrelated, and their correlation is {}.",
            count(spend.customers),
            short(spend.correlation)
        )),
        None => section,
    }
}

fn unit(days: f64) -> String {
    if (days - 7.0).abs() < 1e-9 {
        "weeks".to_owned()
    } else if (days - 1.0).abs() < 1e-9 {
        "days".to_owned()
    } else {
        format!("units of {} days", short(days))
    }
}

fn parameters(learned: &LifetimeParameters, unit: &str) -> Table {
    let mut table = Table::new([
        Column::text("parameter"),
        Column::number("value"),
        Column::number("standard error"),
        Column::text("what it is"),
    ])
    .caption("BG/NBD, and Gamma-Gamma where purchases have a value");
    let (model, error) = (&learned.purchases, &learned.standard_errors);
    let rates = format!("scale of the rates of buying; r / α purchases in one of the {unit} on average");
    let mut rows = vec![
        ("r", model.r, error.r, "shape of the rates of buying".to_owned()),
        ("α", model.alpha, error.alpha, rates),
        ("a", model.a, error.a, "first shape of the chance of leaving after a purchase".to_owned()),
        ("b", model.b, error.b, "second shape; a / (a + b) leave after a purchase on average".to_owned()),
    ];
    if let Some(spend) = &learned.spend {
        let (model, error) = (&spend.model, &spend.standard_errors);
        rows.extend([
            ("p", model.p, error.p, "shape of the worth of purchases".to_owned()),
            ("q", model.q, error.q, "shape of the scale between customers".to_owned()),
            ("γ", model.gamma, error.gamma, "scale of the scale between customers".to_owned()),
        ]);
    }
    for (name, value, error, what) in rows {
        table.row([Cell::text(name), Cell::short(value), Cell::short(error), Cell::text(what)]);
    }
    table
}

/// Purchases after the first up to a day, foretold of a customer of whom only the first day is known.
fn tracking(lived: &Lived) -> Figure {
    let first = lived.tracking.first().map(|point| point.through);
    #[expect(clippy::cast_precision_loss, reason = "only drawn")]
    let weeks = |point: &casewise_fit::engine::evidence::Tracked| {
        first.map_or(0.0, |first| first.days_until(point.through) as f64 / 7.0)
    };
    let last = lived.tracking.last().map_or_else(String::new, |point| point.through.to_string());
    let since = first.map_or_else(String::new, |first| first.to_string());
    LineChart::new(
        "purchases after the first, so far",
        format!("weeks since {since}, up to {last}"),
        "purchases, all customers together",
    )
    .line(Line::new("were", lived.tracking.iter().map(|point| (weeks(point), float(point.actual)))))
    .line(Line::new("model", lived.tracking.iter().map(|point| (weeks(point), point.expected))))
    .into()
}

fn silence(lived: &Lived, unit: &str) -> Figure {
    let chart = LineChart::new(
        "chance of being alive, by silence",
        format!("{unit} since the last purchase"),
        "chance of being alive, after purchases over half a year",
    );
    let line = |chart: LineChart, silence: &casewise_fit::engine::evidence::Silence| {
        chart.line(Line::new(format!("{} after the first", silence.repeats), silence.alive.iter().copied()))
    };
    lived.silence.iter().fold(chart, line).into()
}

fn ahead(lived: &Lived, unit: &str) -> Figure {
    LineChart::new(
        "purchases to come",
        format!("{unit} from now, up to the horizon"),
        "purchases foretold, all customers together",
    )
    .line(Line::new("foretold", lived.ahead.iter().copied()).marked())
    .into()
}

fn frequencies(lived: &Lived) -> Table {
    let most = lived.frequencies.iter().map(|f| f.expected.max(float(f.actual))).fold(1.0, f64::max);
    let mut table = Table::new([
        Column::text("purchases after the first"),
        Column::text("customers"),
        Column::text("by the model"),
    ])
    .caption("how well the model fits");
    for group in &lived.frequencies {
        table.row([
            Cell::text(format!("{}{}", group.repeats, if group.or_more { " or more" } else { "" })),
            Cell::bar(float(group.actual) / most, count(group.actual)),
            Cell::bar(group.expected / most, short(group.expected)),
        ]);
    }
    table
}
