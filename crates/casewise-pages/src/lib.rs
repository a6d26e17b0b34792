//! One HTML page out of numbers that were computed elsewhere: tables and charts, no network, no files beside it.
//!
//! A page works offline, in light and dark, on paper and on a narrow screen. Colours are those of Okabe and Ito
//! (<https://jfly.uni-koeln.de/color/>), which colour-blind readers can tell apart, and nothing is told by colour
//! alone. Text from outside is escaped everywhere.
//!
//! # Examples
//! ```
//! use casewise_pages::{Bar, BarChart, Cell, Column, Page, Section, Table};
//!
//! let mut table = Table::new([Column::text("case"), Column::number("customers")]);
//! table.row([Cell::code("welcome"), Cell::count(1_234)]);
//! let chart = BarChart::new("customers by case").bars([Bar::new("welcome", 1_234.0)]);
//! let page = Page::new("Preview", "telecom 2026.11")
//!     .section(Section::new("Audience").text("Who could be offered what.").table(table).figure(chart))
//!     .render();
//! assert!(page.starts_with("<!DOCTYPE html>"));
//! assert!(page.contains("1,234"));
//! ```

mod chart;
mod number;
mod page;
mod table;

pub use chart::bars::{Bar, BarChart};
pub use chart::heat::HeatMap;
pub use chart::lines::{Line, LineChart};
pub use chart::stacked::{Stack, StackedBars};
pub use number::{count, percent, short};
pub use page::{Figure, Page, Section};
pub use table::{Cell, Column, Table};
