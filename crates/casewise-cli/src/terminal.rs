//! What the terminal is told while the program works.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Of one kind of thing, people are shown so many; programs are given all.
pub(crate) const MOST_SHOWN: usize = 20;

/// How to see what else is wrong with a model.
pub(crate) const SEE_ALL: &str = "`casewise check --all` shows all";

/// Whether messages may have colours.
pub(crate) fn color_on_stderr() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// Writes a message to standard error.
pub(crate) fn message(text: &str) {
    // Nobody is left to be told if this fails.
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// A bar for long work, with the rate; invisible unless standard error is a terminal.
pub(crate) struct Progress {
    bar: ProgressBar,
    what: String,
    started: Instant,
}

impl Progress {
    /// Starts with the size of what is read, if it is known.
    pub(crate) fn start(what: &str, size: Option<u64>) -> Progress {
        let started = Instant::now();
        let what = what.to_owned();
        if !std::io::stderr().is_terminal() {
            return Progress { bar: ProgressBar::hidden(), what, started };
        }
        let bar = ProgressBar::with_draw_target(size, ProgressDrawTarget::stderr_with_hz(5));
        let template = match size {
            Some(_) => "{msg} {wide_bar} {percent:>3} % · {eta} left",
            None => "{msg} {spinner} {elapsed}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what.clone());
        bar.enable_steady_tick(Duration::from_millis(200));
        Progress { bar, what, started }
    }

    /// So much has been read, which is so many rows.
    pub(crate) fn at(&self, position: u64, rows: usize) {
        if self.bar.is_hidden() {
            return;
        }
        self.bar.set_position(position);
        let rate = rows as f64 / self.started.elapsed().as_secs_f64().max(0.001);
        self.bar.set_message(format!("{} {}, {}/s", self.what, counted(rows, "row"), count(rate as usize)));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A count with thin groups of three, as `7,043`.
pub(crate) fn count(number: usize) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && place % 3 == first {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 row`, `7,043 rows`
pub(crate) fn counted(number: usize, what: &str) -> String {
    format!("{} {what}{}", count(number), if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::{count, counted};

    #[test]
    fn counts_are_grouped_by_three() {
        let groups = [(0, "0"), (999, "999"), (1000, "1,000"), (7043, "7,043"), (104_800_000, "104,800,000")];
        for (number, text) in groups {
            assert_eq!(count(number), text);
        }
        assert_eq!(counted(1, "row"), "1 row");
        assert_eq!(counted(0, "row"), "0 rows");
    }
}
