//! Lines over a number.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::{WIDTH, color, cut, figure, place, text_width, ticks};
use crate::number;

const HEIGHT: f64 = 320.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 275.0;

/// Lines in one frame, told apart by colour and by dashes.
///
/// # Examples
/// ```
/// use casewise_pages::{Line, LineChart, Page, Section};
///
/// let chart = LineChart::new("lift", "share of customers", "share of leavers")
///     .line(Line::new("scorecard", [(0.0, 0.0), (0.1, 0.3), (1.0, 1.0)]))
///     .line(Line::new("at random", [(0.0, 0.0), (1.0, 1.0)]));
/// assert!(Page::new("t", "").section(Section::new("s").figure(chart)).render().contains("at random"));
/// ```
#[derive(Debug, Clone)]
pub struct LineChart {
    title: String,
    x: String,
    y: String,
    lines: Vec<Line>,
    from_zero: bool,
}

/// One line.
#[derive(Debug, Clone)]
pub struct Line {
    name: String,
    points: Vec<(f64, f64)>,
    marked: bool,
}

impl Line {
    /// A line through points; those that are no numbers are left out.
    pub fn new(name: impl Into<String>, points: impl IntoIterator<Item = (f64, f64)>) -> Line {
        let points = points.into_iter().filter(|(x, y)| x.is_finite() && y.is_finite()).collect();
        Line { name: name.into(), points, marked: false }
    }

    /// Draws a mark at each point.
    #[must_use]
    pub fn marked(mut self) -> Line {
        self.marked = true;
        self
    }
}

impl LineChart {
    /// A chart without lines; `x` and `y` say what the axes are, with their unit.
    pub fn new(title: impl Into<String>, x: impl Into<String>, y: impl Into<String>) -> LineChart {
        LineChart { title: title.into(), x: x.into(), y: y.into(), lines: Vec::new(), from_zero: true }
    }

    /// Adds a line.
    #[must_use]
    pub fn line(mut self, line: Line) -> LineChart {
        self.lines.push(line);
        self
    }

    /// Lets the vertical axis start near the lowest value instead of at zero.
    #[must_use]
    pub fn not_from_zero(mut self) -> LineChart {
        self.from_zero = false;
        self
    }

    pub(crate) fn markup(&self) -> Markup {
        let points = || self.lines.iter().flat_map(|line| &line.points);
        let extent = |values: &mut dyn Iterator<Item = f64>, zero: bool| {
            let (low, high) =
                values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
            match (low.is_finite(), zero) {
                (false, _) => (0.0, 1.0),
                (true, true) => (low.min(0.0), high.max(0.0)),
                (true, false) => (low, high),
            }
        };
        let (x_low, x_high) = extent(&mut points().map(|p| p.0), false);
        let (y_low, y_high) = extent(&mut points().map(|p| p.1), self.from_zero);
        let y_ticks = ticks(y_low, y_high, 5.0);
        let (y_low, y_high) =
            (y_ticks.first().copied().unwrap_or(y_low), y_ticks.last().copied().unwrap_or(y_high));
        let x_ticks: Vec<f64> =
            ticks(x_low, x_high, 8.0).into_iter().filter(|x| *x >= x_low && *x <= x_high).collect();
        let left = y_ticks.iter().map(|tick| text_width(&number::short(*tick))).fold(20.0, f64::max) + 12.0;
        let right = WIDTH - 20.0;
        let at_x = |x: f64| left + place(x, x_low, x_high) * (right - left);
        let at_y = |y: f64| BOTTOM - place(y, y_low, y_high) * (BOTTOM - TOP);
        let legend = html! {
            ul.legend {
                @for (n, line) in self.lines.iter().enumerate() {
                    li {
                        svg viewBox="0 0 22 10" aria-hidden="true" { path class=(style(n)) d="M0 5H22" {} }
                        (line.name)
                    }
                }
            }
        };
        let chart = html! {
            svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" aria-label=(self.title) {
                @for tick in &y_ticks {
                    line.axis x1=(left) x2=(right) y1=(at_y(*tick)) y2=(at_y(*tick)) {}
                    text.soft x=(left - 6.0) y=(at_y(*tick) + 4.0) text-anchor="end" { (number::short(*tick)) }
                }
                @for tick in &x_ticks {
                    line.axis x1=(at_x(*tick)) x2=(at_x(*tick)) y1=(BOTTOM) y2=(BOTTOM + 4.0) {}
                    text.soft x=(at_x(*tick)) y=(BOTTOM + 17.0) text-anchor="middle" { (number::short(*tick)) }
                }
                text x=(f64::midpoint(left, right)) y=(HEIGHT - 6.0) text-anchor="middle" { (self.x) }
                text x=(left) y=(TOP - 12.0) { (cut(&self.y, right - left)) }
                @for (n, line) in self.lines.iter().enumerate() {
                    path class=(style(n)) d=(path(line.points.iter().map(|(x, y)| (at_x(*x), at_y(*y))))) {
                        title { (line.name) }
                    }
                    @if line.marked {
                        @for (x, y) in &line.points {
                            circle.(color(n)) cx=(at_x(*x)) cy=(at_y(*y)) r="3" {
                                title { (line.name) ": " (number::short(*x)) ", " (number::short(*y)) }
                            }
                        }
                    }
                }
            }
        };
        figure(&self.title, &legend, &chart)
    }
}

/// The n-th line's colour and dashes.
fn style(n: usize) -> String {
    format!("line {} dash{}", color(n), n % 4)
}

fn path(points: impl Iterator<Item = (f64, f64)>) -> String {
    let mut d = String::new();
    for (n, (x, y)) in points.enumerate() {
        // Writing to a text cannot fail.
        let _ = write!(d, "{}{x:.1} {y:.1}", if n == 0 { 'M' } else { 'L' });
    }
    d
}
