//! Pages that people look at: what was learned, and how it told what came.

mod affinity;
mod backtest;
mod cluster;
mod lifetime;
mod measure;
mod percentile;
mod rfm;
mod scorecard;

use std::sync::Arc;

use casewise_core::input::Subject;
use casewise_core::parameters::{DataStamp, Learned};
use casewise_core::plan::Plan;
use casewise_core::values::Time;
use casewise_fit::engine::evidence::{Evidence, evidence};
use casewise_pages::{Cell, Column, Page, Section, Table, count};

pub(crate) use backtest::page as backtest;

/// The page of a fit.
pub(crate) fn fit(plan: &Plan, subjects: &[Arc<Subject>], now: Time, warnings: &[String]) -> String {
    let model = &plan.model;
    let Some(parameters) = &plan.parameters else { return String::new() };
    let title = model.title.as_deref().unwrap_or(&model.name);
    let version = if model.version.is_empty() { String::new() } else { format!(" {}", model.version) };
    let subtitle = format!("learned for {}{version} as of {}", model.name, parameters.data.as_of);
    let mut page = Page::new(title, subtitle).section(data(&parameters.data, parameters, warnings));
    let evidence = evidence(plan, subjects, now);
    for (place, score) in model.scores.iter().enumerate() {
        let Some(part) = parameters.parts.get(&score.name) else { continue };
        let mut section = Section::new(format!("{} – {}", score.name, part.learned.word()));
        if let Some(title) = &score.title {
            section = section.text(&**title);
        }
        page = page.section(match (&part.learned, evidence.get(&place)) {
            (Learned::Rfm(learned), Some(Evidence::Rfm(grid))) => rfm::section(section, learned, grid),
            (Learned::Scorecard(learned), Some(Evidence::Scorecard(ranking))) => {
                scorecard::section(section, learned, ranking)
            }
            (Learned::Lifetime(learned), Some(Evidence::Lifetime(lived))) => {
                lifetime::section(section, learned, lived)
            }
            (Learned::Cluster(learned), _) => cluster::section(section, learned),
            (Learned::Affinity(learned), _) => affinity::section(section, learned),
            (Learned::Percentile(learned), _) => percentile::section(section, learned),
            (Learned::Rfm(_) | Learned::Scorecard(_) | Learned::Lifetime(_), _) => section,
        });
    }
    page.render()
}

fn data(
    data: &DataStamp,
    parameters: &casewise_core::parameters::Parameters,
    warnings: &[String],
) -> Section {
    let facts = [
        ("rows", count(data.rows)),
        ("rejected", count(data.rejected)),
        ("as of", data.as_of.to_string()),
        ("data", data.fingerprint.to_string()),
        ("model", parameters.model.fingerprint.to_string()),
        ("casewise", parameters.tool.to_string()),
    ];
    let mut section = Section::new("Data").facts(facts);
    for warning in warnings {
        section = section.warning(warning.as_str());
    }
    if !data.events.is_empty() {
        let mut table = Table::new([Column::text("events and rows"), Column::number("before that instant")]);
        for (name, rows) in &data.events {
            table.row([Cell::code(&**name), Cell::count(*rows)]);
        }
        section = section.table(table);
    }
    section
}

/// A number of rows as a float, for charts.
#[expect(clippy::cast_precision_loss, reason = "only drawn")]
fn float(n: u64) -> f64 {
    n as f64
}

/// A share of rows; none of none.
fn share(part: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { float(part) / float(of) }
}
