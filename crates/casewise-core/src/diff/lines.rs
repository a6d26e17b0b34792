//! Which lines of a text went, and which came.

use serde::{Serialize, Serializer};

/// Whether a line went or came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Only in the old text.
    Minus,
    /// Only in the new text.
    Plus,
}

/// A line that only one of two texts has. As JSON: one text, the sign first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which of the two.
    pub sign: Sign,
    /// The line, without the space around it.
    pub text: String,
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = match self.sign {
            Sign::Minus => '-',
            Sign::Plus => '+',
        };
        write!(f, "{sign} {}", self.text)
    }
}

impl Serialize for Line {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Lines beyond these are compared in place: no declaration that people write has so many.
const LONGEST: usize = 2_000;

/// The lines that differ, in order, along a longest common subsequence.
pub(super) fn differences(old: &str, new: &str) -> Vec<Line> {
    let lines = |text: &str| -> Vec<String> {
        text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
    };
    let (old, new) = (lines(old), lines(new));
    // What both begin and end with needs no table.
    let before = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let most = old.len().min(new.len()) - before;
    let after = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count().min(most);
    let middle = |lines: &[String]| -> Vec<String> {
        lines.iter().skip(before).take(lines.len() - before - after).cloned().collect()
    };
    let (old, new) = (middle(&old), middle(&new));
    if old.len().max(new.len()) > LONGEST {
        return all(Sign::Minus, &old).chain(all(Sign::Plus, &new)).collect();
    }
    // `longest[i][j]`: common lines of what is left from `i` and `j` on.
    let width = new.len() + 1;
    let mut longest = vec![0u32; (old.len() + 1) * width];
    let at = |table: &[u32], i: usize, j: usize| table.get(i * width + j).copied().unwrap_or(0);
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            let best = if a == b {
                at(&longest, i + 1, j + 1) + 1
            } else {
                at(&longest, i + 1, j).max(at(&longest, i, j + 1))
            };
            if let Some(place) = longest.get_mut(i * width + j) {
                *place = best;
            }
        }
    }
    let mut found = Vec::new();
    let (mut i, mut j) = (0, 0);
    loop {
        match (old.get(i), new.get(j)) {
            (Some(a), Some(b)) if a == b => (i, j) = (i + 1, j + 1),
            (Some(a), b) if b.is_none() || at(&longest, i + 1, j) >= at(&longest, i, j + 1) => {
                found.push(Line { sign: Sign::Minus, text: a.clone() });
                i += 1;
            }
            (_, Some(b)) => {
                found.push(Line { sign: Sign::Plus, text: b.clone() });
                j += 1;
            }
            _ => break,
        }
    }
    found
}

/// Every line of a text with one sign.
pub(super) fn all(sign: Sign, lines: &[String]) -> impl Iterator<Item = Line> {
    lines.iter().map(move |text| Line { sign, text: text.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(old: &str, new: &str) -> Vec<String> {
        differences(old, new).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn only_lines_that_differ_are_shown() {
        assert_eq!(shown("a\nb\nc\nd", "a\nc\nx\nd"), ["- b", "+ x"]);
        assert_eq!(shown("a\n  b", "a\nb"), [""; 0]);
        assert_eq!(shown("", "a"), ["+ a"]);
        assert_eq!(shown("a", ""), ["- a"]);
        assert_eq!(shown("a\na", "a"), ["- a"]);
        assert_eq!(shown("a", "b"), ["- a", "+ b"]);
    }
}
