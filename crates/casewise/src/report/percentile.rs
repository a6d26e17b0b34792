//! The distribution of a value with percentiles.

use casewise_core::parameters::{PERCENTILES, PercentileParameters};
use casewise_pages::{Line, LineChart, Section, count};

pub(super) fn section(section: Section, learned: &PercentileParameters) -> Section {
    let points = learned.quantiles.iter().enumerate();
    let points = points.map(|(place, value)| ((place + 1) as f64 * 100.0 / PERCENTILES as f64, *value));
    section.facts([("rows", count(learned.rows))]).figure(
        LineChart::new("value by percentile", "percentile", "value, before it becomes a percentile")
            .line(Line::new("value", points)),
    )
}
