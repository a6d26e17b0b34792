//! Bars, one below the other.

use maud::{Markup, html};

use super::{WIDTH, cut, figure, place, text_width};
use crate::number;

const ROW: f64 = 22.0;

/// Horizontal bars with names before and numbers behind them; below zero they point to the left.
///
/// # Examples
/// ```
/// use casewise_pages::{Bar, BarChart, Page, Section};
///
/// let chart = BarChart::new("weight of evidence").bars([Bar::new("< 6", -0.9), Bar::new(">= 48", 1.2).shown("1.20")]);
/// assert!(Page::new("t", "").section(Section::new("s").figure(chart)).render().contains("1.20"));
/// ```
#[derive(Debug, Clone)]
pub struct BarChart {
    title: String,
    bars: Vec<Bar>,
}

/// One bar.
#[derive(Debug, Clone)]
pub struct Bar {
    name: String,
    value: f64,
    shown: String,
}

impl Bar {
    /// A bar; what is no number has none.
    pub fn new(name: impl Into<String>, value: f64) -> Bar {
        Bar { name: name.into(), value, shown: number::short(value) }
    }

    /// Replaces the number behind the bar.
    #[must_use]
    pub fn shown(mut self, text: impl Into<String>) -> Bar {
        self.shown = text.into();
        self
    }
}

impl BarChart {
    /// A chart without bars.
    pub fn new(title: impl Into<String>) -> BarChart {
        BarChart { title: title.into(), bars: Vec::new() }
    }

    /// Adds bars.
    #[must_use]
    pub fn bars(mut self, bars: impl IntoIterator<Item = Bar>) -> BarChart {
        self.bars.extend(bars);
        self
    }

    pub(crate) fn markup(&self) -> Markup {
        let values = || self.bars.iter().map(|bar| bar.value).filter(|value| value.is_finite());
        let (low, high) = (values().fold(0.0, f64::min), values().fold(0.0, f64::max));
        let names = self.bars.iter().map(|bar| text_width(&bar.name)).fold(0.0, f64::max).min(220.0);
        let numbers = self.bars.iter().map(|bar| text_width(&bar.shown)).fold(0.0, f64::max).min(160.0);
        let (left, right) = (names + 10.0, WIDTH - numbers - 10.0);
        let at = |value: f64| left + place(value, low, high) * (right - left);
        #[expect(clippy::cast_precision_loss, reason = "a number of bars")]
        let height = self.bars.len() as f64 * ROW + 4.0;
        let chart = html! {
            svg viewBox=(format!("0 0 {WIDTH} {height}")) role="img" aria-label=(self.title) {
                line.axis x1=(at(0.0)) x2=(at(0.0)) y1="0" y2=(height) {}
                @for (n, bar) in (0u32..).zip(&self.bars) {
                    @let top = f64::from(n) * ROW + 4.0;
                    @let middle = top + 12.5;
                    g {
                        title { (bar.name) ": " (bar.shown) }
                        text x=(names) y=(middle) text-anchor="end" { (cut(&bar.name, names)) }
                        @if bar.value.is_finite() {
                            @let (from, to) = (at(bar.value.min(0.0)), at(bar.value.max(0.0)));
                            rect.c0[bar.value >= 0.0].minus[bar.value < 0.0] x=(from) y=(top) width=((to - from).max(0.5)) height=(ROW - 5.0) {}
                        }
                        text.soft x=(right + 6.0) y=(middle) { (cut(&bar.shown, 160.0)) }
                    }
                }
            }
        };
        figure(&self.title, &html! {}, &chart)
    }
}
