//! Bars made of parts.

use maud::{Markup, html};

use super::{WIDTH, color, cut, figure, text_width};
use crate::number;

const ROW: f64 = 22.0;

/// Horizontal bars of equal scale, each made of the same parts in the same order.
///
/// # Examples
/// ```
/// use casewise_pages::{Page, Section, Stack, StackedBars};
///
/// let chart = StackedBars::new("what became of each case", ["offered", "outranked"])
///     .stacks([Stack::new("welcome", [120.0, 30.0])]);
/// assert!(Page::new("t", "").section(Section::new("s").figure(chart)).render().contains("outranked: 30"));
/// ```
#[derive(Debug, Clone)]
pub struct StackedBars {
    title: String,
    parts: Vec<String>,
    stacks: Vec<Stack>,
}

/// One bar.
#[derive(Debug, Clone)]
pub struct Stack {
    name: String,
    values: Vec<f64>,
}

impl Stack {
    /// A bar, a value for each part; below zero or no number is nothing.
    pub fn new(name: impl Into<String>, values: impl IntoIterator<Item = f64>) -> Stack {
        let values = values.into_iter().map(|v| if v.is_finite() { v.max(0.0) } else { 0.0 }).collect();
        Stack { name: name.into(), values }
    }

    fn total(&self) -> f64 {
        self.values.iter().sum()
    }
}

impl StackedBars {
    /// A chart without bars, and what its parts are called.
    pub fn new<P: Into<String>>(title: impl Into<String>, parts: impl IntoIterator<Item = P>) -> StackedBars {
        StackedBars {
            title: title.into(),
            parts: parts.into_iter().map(Into::into).collect(),
            stacks: Vec::new(),
        }
    }

    /// Adds bars.
    #[must_use]
    pub fn stacks(mut self, stacks: impl IntoIterator<Item = Stack>) -> StackedBars {
        self.stacks.extend(stacks);
        self
    }

    pub(crate) fn markup(&self) -> Markup {
        let high = self.stacks.iter().map(Stack::total).fold(0.0, f64::max);
        let names = self.stacks.iter().map(|stack| text_width(&stack.name)).fold(0.0, f64::max).min(220.0);
        let totals: Vec<String> = self.stacks.iter().map(|stack| number::short(stack.total())).collect();
        let numbers = totals.iter().map(|total| text_width(total)).fold(0.0, f64::max);
        let (left, right) = (names + 10.0, WIDTH - numbers - 10.0);
        let scale = if high > 0.0 { (right - left) / high } else { 0.0 };
        #[expect(clippy::cast_precision_loss, reason = "a number of bars")]
        let height = self.stacks.len() as f64 * ROW + 4.0;
        let legend = html! {
            ul.legend {
                @for (n, part) in self.parts.iter().enumerate() {
                    li { svg viewBox="0 0 22 10" aria-hidden="true" { rect.(color(n)) width="22" height="10" {} } (part) }
                }
            }
        };
        let chart = html! {
            svg viewBox=(format!("0 0 {WIDTH} {height}")) role="img" aria-label=(self.title) {
                line.axis x1=(left) x2=(left) y1="0" y2=(height) {}
                @for ((n, stack), total) in (0u32..).zip(&self.stacks).zip(&totals) {
                    @let top = f64::from(n) * ROW + 4.0;
                    g {
                        title { (stack.name) }
                        text x=(names) y=(top + 12.5) text-anchor="end" { (cut(&stack.name, names)) }
                        @for (part, (x, width, value)) in along(stack, left, scale).into_iter().enumerate() {
                            rect.(color(part)) x=(x) y=(top) width=(width) height=(ROW - 5.0) {
                                title {
                                    (stack.name) " – " (self.parts.get(part).map_or("", String::as_str)) ": " (number::short(value))
                                }
                            }
                        }
                        text.soft x=(left + stack.total() * scale + 6.0) y=(top + 12.5) { (total) }
                    }
                }
            }
        };
        figure(&self.title, &legend, &chart)
    }
}

/// Where each part starts, how wide it is, and its value.
fn along(stack: &Stack, left: f64, scale: f64) -> Vec<(f64, f64, f64)> {
    let mut x = left;
    let mut parts = Vec::with_capacity(stack.values.len());
    for value in &stack.values {
        parts.push((x, value * scale, *value));
        x += value * scale;
    }
    parts
}
