//! Numbers, percentages, dates and times.

use super::super::literal;
use super::super::token::Tok;
use super::super::words;
use super::Lexer;
use crate::diagnostic::{Code, Diagnostic};

impl Lexer<'_> {
    fn digits_end(&self, mut at: usize) -> usize {
        while matches!(self.bytes_at(at).first(), Some(b'0'..=b'9' | b'_')) {
            at += 1;
        }
        at
    }

    pub(super) fn number(&mut self) {
        let start = self.pos;
        let whole_end = self.digits_end(start);
        if self.date(start, whole_end) || self.clock(start, whole_end) {
            return;
        }
        let mut end = whole_end;
        if literal::matches(self.bytes_at(end), b".9") {
            end = self.digits_end(end + 1);
        }
        let digits = self.slice(start, end);
        if digits.ends_with('_') || digits.contains("__") || digits.contains("_.") {
            let d = Diagnostic::new(
                Code::BAD_NUMBER,
                self.span(start, end),
                "an underscore stands between two digits of a number",
            );
            self.report(d);
            self.token(Tok::Broken, end);
            return;
        }
        if self.slice(end, self.text.len()).chars().next().is_some_and(words::starts_name) {
            let word_end = self.name_end(end);
            let word = self.slice(end, word_end);
            let mut d = Diagnostic::new(
                Code::BAD_NUMBER,
                self.span(start, word_end),
                format!("`{}` is neither a number nor a name", self.slice(start, word_end)),
            );
            d = if words::unit(word).is_some() {
                d.help(format!("a space stands before the unit: `{digits} {word}`"))
            } else if word.starts_with(['e', 'E'])
                && word.len() <= 4
                && word.chars().skip(1).all(|c| c.is_ascii_digit())
            {
                d.help("numbers are written out, without an exponent: `1_000_000`")
            } else {
                d.help("a name starts with a letter or `_`; a name like this stands in backticks")
            };
            self.report(d);
            self.token(Tok::Broken, word_end);
            return;
        }
        match self.slice(end, self.text.len()).chars().next() {
            Some('%') => self.token(Tok::Percent, end + 1),
            Some(c @ '％') => {
                self.full_width(end, c, "%");
                self.token(Tok::Percent, end + c.len_utf8());
            }
            _ => self.token(Tok::Number, end),
        }
    }

    /// `2026-11-22`, with or without a time of day. Anything that looks like one is taken as one.
    fn date(&mut self, start: usize, year_end: usize) -> bool {
        let digits_after = |at: usize| {
            let n = self.bytes_at(at).iter().take_while(|b| b.is_ascii_digit()).count();
            (1..=2).contains(&n).then_some(at + n)
        };
        if year_end - start != 4 || self.bytes_at(year_end).first() != Some(&b'-') {
            return false;
        }
        let Some(month_end) = digits_after(year_end + 1) else { return false };
        if self.bytes_at(month_end).first() != Some(&b'-') {
            return false;
        }
        let Some(end) = digits_after(month_end + 1) else { return false };
        let date = self.slice(start, end);
        if end - start != 10 {
            let fixed: Vec<String> = date.split('-').map(|part| format!("{part:0>2}")).collect();
            let d = Diagnostic::new(Code::BAD_DATE, self.span(start, end), format!("`{date}` is not a date"))
                .help(format!("month and day have two digits: `{}`", fixed.join("-")));
            self.report(d);
            self.token(Tok::Broken, end);
            return true;
        }
        let problem = literal::date_problem(date).map(|p| format!("`{date}` is not a day: {p}"));
        let (kind, end, problem) = if literal::matches(self.bytes_at(end), b"T") {
            let (end, time_problem) = self.time(end + 1);
            (Tok::DateTime, end, problem.or(time_problem))
        } else {
            (Tok::Date, end, problem)
        };
        if let Some(problem) = problem {
            let d = Diagnostic::new(Code::BAD_DATE, self.span(start, end), problem)
                .help("dates are written `2026-11-22`, times `2026-11-22T10:00`, with an offset `+08:00` or `Z` if need be");
            self.report(d);
            self.token(Tok::Broken, end);
        } else {
            self.token(kind, end);
        }
        true
    }

    /// The rest of a date-time from behind its `T`: where it ends and what is wrong.
    fn time(&self, start: usize) -> (usize, Option<String>) {
        let mut at = start;
        let mut problem = None;
        let take = |pattern: &[u8], at: &mut usize| {
            let found = literal::matches(self.bytes_at(*at), pattern);
            if found {
                *at += pattern.len();
            }
            found
        };
        if !take(b"99:99", &mut at) {
            problem = Some("the time of day is not of the form `10:00`".to_owned());
        }
        if take(b":99", &mut at) && take(b".9", &mut at) {
            while take(b"9", &mut at) {}
        }
        let clock = self.slice(start, at);
        let offset_start = at;
        if !take(b"Z", &mut at) && !take(b"+99:99", &mut at) {
            take(b"-99:99", &mut at);
        }
        let offset = self.slice(offset_start + 1, at);
        let seconds = clock.get(6..8).and_then(|s| s.parse::<u32>().ok()).unwrap_or(0);
        if problem.is_none() {
            if clock.get(..5).and_then(literal::clock_minutes).is_none() || seconds > 59 {
                problem = Some(format!("`{clock}` is not a time of day"));
            } else if !offset.is_empty() && literal::clock_minutes(offset).is_none() {
                problem = Some(format!("`{offset}` is not an offset"));
            } else if clock.len() > "10:00:00.123456".len() {
                problem = Some(
                    "a time counts microseconds, so a second has at most 6 digits behind the point"
                        .to_owned(),
                );
            }
        }
        let word_end = self.name_end(at);
        if word_end > at && problem.is_none() {
            problem = Some(format!("`{}` does not belong to a time", self.slice(at, word_end)));
        }
        (word_end, problem)
    }

    /// `21:00`
    fn clock(&mut self, start: usize, hours_end: usize) -> bool {
        if hours_end - start > 2 || !literal::matches(self.bytes_at(hours_end), b":99") {
            return false;
        }
        let end = hours_end + 3;
        if self.bytes_at(end).first().is_some_and(u8::is_ascii_digit) {
            return false;
        }
        self.token(Tok::Clock, end);
        true
    }
}
