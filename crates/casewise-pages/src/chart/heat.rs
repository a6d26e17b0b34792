//! A grid of shaded cells.

use maud::{Markup, html};

use super::{WIDTH, cut, figure, place, text_width};
use crate::number;

/// A grid of cells, the darker the larger, with texts in them.
///
/// # Examples
/// ```
/// use casewise_pages::{HeatMap, Page, Section};
///
/// let grid = HeatMap::new("customers by recency and frequency", ["R1", "R2"], ["F1", "F2"])
///     .cell(0, 1, 42.0, ["42", "avg 3.50"]);
/// assert!(Page::new("t", "").section(Section::new("s").figure(grid)).render().contains("avg 3.50"));
/// ```
#[derive(Debug, Clone)]
pub struct HeatMap {
    title: String,
    rows: Vec<String>,
    columns: Vec<String>,
    cells: Vec<HeatCell>,
}

#[derive(Debug, Clone)]
struct HeatCell {
    row: u32,
    column: u32,
    value: f64,
    lines: Vec<String>,
}

impl HeatMap {
    /// An empty grid with the names of its rows, from above, and of its columns, from the left.
    pub fn new<R: Into<String>, C: Into<String>>(
        title: impl Into<String>,
        rows: impl IntoIterator<Item = R>,
        columns: impl IntoIterator<Item = C>,
    ) -> HeatMap {
        HeatMap {
            title: title.into(),
            rows: rows.into_iter().map(Into::into).collect(),
            columns: columns.into_iter().map(Into::into).collect(),
            cells: Vec::new(),
        }
    }

    /// Fills a cell; places are counted from 0, `value` gives the shade, `lines` stand in the cell.
    #[must_use]
    pub fn cell<L: Into<String>>(
        mut self,
        row: u32,
        column: u32,
        value: f64,
        lines: impl IntoIterator<Item = L>,
    ) -> HeatMap {
        self.cells.push(HeatCell { row, column, value, lines: lines.into_iter().map(Into::into).collect() });
        self
    }

    pub(crate) fn markup(&self) -> Markup {
        let high = self.cells.iter().map(|c| c.value).filter(|v| v.is_finite()).fold(0.0, f64::max);
        let left = self.rows.iter().map(|name| text_width(name)).fold(0.0, f64::max).min(180.0) + 8.0;
        let lines = self.cells.iter().map(|c| c.lines.len()).max().unwrap_or(1).max(1);
        #[expect(clippy::cast_precision_loss, reason = "small numbers of rows, columns and lines")]
        let (columns, rows, tall) =
            (self.columns.len().max(1) as f64, self.rows.len() as f64, lines as f64 * 15.0 + 12.0);
        let wide = ((WIDTH - left) / columns).min(140.0);
        let height = rows * tall + 22.0;
        let chart = html! {
            svg viewBox=(format!("0 0 {WIDTH} {height}")) role="img" aria-label=(self.title) {
                @for (n, name) in (0u32..).zip(&self.columns) {
                    text.soft x=(left + (f64::from(n) + 0.5) * wide) y="14" text-anchor="middle" { (cut(name, wide)) }
                }
                @for (n, name) in (0u32..).zip(&self.rows) {
                    text.soft x=(left - 8.0) y=(22.0 + f64::from(n) * tall + tall / 2.0 + 4.0) text-anchor="end" {
                        (cut(name, left - 8.0))
                    }
                }
                @for cell in &self.cells {
                    @let (x, y) = (left + f64::from(cell.column) * wide, 22.0 + f64::from(cell.row) * tall);
                    @let shade = if cell.value.is_finite() { place(cell.value, 0.0, high).sqrt() * 0.55 } else { 0.0 };
                    g {
                        title {
                            (name(&self.rows, cell.row)) ", " (name(&self.columns, cell.column)) ": "
                            (number::short(cell.value))
                        }
                        rect.empty x=(x + 1.0) y=(y + 1.0) width=(wide - 2.0) height=(tall - 2.0) {}
                        rect x=(x + 1.0) y=(y + 1.0) width=(wide - 2.0) height=(tall - 2.0)
                            style=(format!("fill:rgba(var(--heat),{shade:.3})")) {}
                        @for (n, line) in (0u32..).zip(&cell.lines) {
                            text x=(x + wide / 2.0) y=(y + 18.0 + f64::from(n) * 15.0) text-anchor="middle" {
                                (cut(line, wide - 6.0))
                            }
                        }
                    }
                }
            }
        };
        figure(&self.title, &html! {}, &chart)
    }
}

fn name(names: &[String], n: u32) -> &str {
    usize::try_from(n).ok().and_then(|n| names.get(n)).map_or("", String::as_str)
}
