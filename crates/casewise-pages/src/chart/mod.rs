//! Charts as SVG within the page: coordinates are pixels of a picture 640 wide, scaled by the page.

use maud::{Markup, html};

pub(crate) mod bars;
pub(crate) mod heat;
pub(crate) mod lines;
pub(crate) mod stacked;

/// How wide every chart is drawn.
const WIDTH: f64 = 640.0;
/// How many colours there are before they repeat.
const COLORS: usize = 8;

/// The class of the n-th colour.
fn color(n: usize) -> String {
    format!("c{}", n % COLORS)
}

/// The chart with its title, and what its colours mean.
fn figure(title: &str, legend: &Markup, chart: &Markup) -> Markup {
    html! { figure { @if !title.is_empty() { figcaption { (title) } } (legend) (chart) } }
}

/// About how wide a text is drawn: a little too much rather than too little. Wide characters count twice.
fn text_width(text: &str) -> f64 {
    text.chars().map(|c| if c as u32 >= 0x2e80 { 12.5 } else { 7.4 }).sum()
}

/// A text cut to a width, with a sign that it was cut.
fn cut(text: &str, width: f64) -> String {
    if text_width(text) <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        kept.push(c);
        if text_width(&kept) > width - 10.0 {
            kept.pop();
            break;
        }
    }
    kept + "…"
}

/// Round numbers that cover `low` to `high` in about `about` steps of 1, 2 or 5 times a power of ten.
fn ticks(low: f64, high: f64, about: f64) -> Vec<f64> {
    let span = high - low;
    if !span.is_finite() || span <= 0.0 {
        return vec![low];
    }
    let raw = span / about;
    let power = 10f64.powf(raw.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|step| *step >= raw).unwrap_or(raw);
    let first = (low / step).floor();
    (0..64).map(|n| (first + f64::from(n)) * step).take_while(|tick| *tick < high + step).collect()
}

/// Where a value lies between two numbers, from 0 to 1.
fn place(value: f64, low: f64, high: f64) -> f64 {
    if high > low { ((value - low) / (high - low)).clamp(0.0, 1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::{cut, ticks};

    #[test]
    fn ticks_are_round_and_cover_the_range() {
        assert_eq!(ticks(0.0, 9.4, 5.0), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(ticks(-3.0, 4.0, 4.0), [-4.0, -2.0, 0.0, 2.0, 4.0]);
        assert_eq!(ticks(1.0, 1.0, 5.0), [1.0]);
    }

    #[test]
    fn long_names_are_cut_and_say_so() {
        assert_eq!(cut("short", 100.0), "short");
        assert!(cut("a very long name of a case", 60.0).ends_with('…'));
    }
}
