//! What people used to SQL, Python, JavaScript or Excel write, and what is written here.

use super::super::token::{Kw, Tok};
use super::Parser;
use crate::diagnostic::Code;

impl Parser<'_> {
    /// A hint for the token that was not expected.
    pub(super) fn hint(&self, code: Code) -> Option<String> {
        let token = self.peek();
        if self.at_end() {
            return None;
        }
        let word = self.words(token);
        let text = match token.kind {
            Tok::Question => "a choice is written `if … then … else …`",
            Tok::Assign if matches!(code, Code::EXPECTED_VALUE | Code::UNEXPECTED_REST) => {
                "to compare, write `==`"
            }
            Tok::EqEq => "to give a name its value, write `=`",
            Tok::Clock if self.pos > 0 && self.at(self.pos - 1).kind == Tok::Date => {
                "a time is joined to its date by `T`: `2026-11-22T10:00`"
            }
            Tok::Clock => {
                "a time of day such as `21:00` stands only in `quiet`; an instant is written `2026-11-22T10:00`"
            }
            Tok::Semi | Tok::Comma | Tok::RParen | Tok::RBrack => return None,
            Tok::LBrace if code == Code::EXPECTED_VALUE => {
                "records in braces stand only in `offer`, `fixture` and tests"
            }
            Tok::Dot if self.next().kind == Tok::Number => "a number starts with a digit: `0.5`",
            Tok::Plus => "a number without a sign is positive already",
            Tok::Kw(Kw::Where) => {
                "`where` and `over` stand inside an aggregate: `count(call where … over last 30 days)`"
            }
            Tok::Kw(Kw::Over) => {
                "`where` and `over` stand inside an aggregate: `count(call where … over last 30 days)`"
            }
            Tok::Kw(Kw::In) => "write `x in [a, b]`, `x in s` or `d in last 30 days`",
            Tok::Kw(Kw::If) => "a choice is an expression: `if … then … else …`",
            Tok::Word => return word_hint(word),
            _ => return None,
        };
        Some(text.to_owned())
    }
}

fn word_hint(word: &str) -> Option<String> {
    let text = match word.to_ascii_lowercase().as_str() {
        "contains" | "starts_with" | "ends_with" | "matches" => {
            return Some(format!("`{word}` is a function: `{}(x, \"…\")`", word.to_ascii_lowercase()));
        }
        "like" | "ilike" | "rlike" | "regexp" => {
            "write `contains(x, \"…\")`, `starts_with(x, \"…\")` or `matches(x, \"…\")`"
        }
        "case" | "switch" | "when" => {
            "a choice is written `if … then … else …`, a table of choices `table` or `grade`"
        }
        "elif" | "elsif" | "elseif" | "elseif:" => "write `else if`",
        "equals" | "eq" => "to compare, write `==`",
        "xor" => "write `a != b`",
        "mod" | "div" => "there is no remainder; `floor(a / b)` rounds down",
        "unless" => "write `if not …`",
        "def" | "function" | "fn" | "lambda" => {
            "a function is a `let` with parameters: `let share(part: decimal) = …`"
        }
        _ => return None,
    };
    Some(text.to_owned())
}

/// A hint for a word that starts no clause.
pub(super) fn clause(word: &str) -> Option<String> {
    let text = match word.to_ascii_lowercase().as_str() {
        "where" | "if" | "when" | "filter" | "condition" | "target" | "targets" | "audience" => {
            "the target group of a case stands in `for`, what must hold in `require`, what must not in `exclude`"
        }
        "limit" | "cap" => {
            "write `quota N` for a case, `capacity N per day` for a channel, `top N` in a `decide`"
        }
        "order" | "sort" => "write `rank by …`",
        "start" | "end" | "from" | "valid" | "until" => "write `runs 2026-06-01 through 2026-12-31`",
        "channel" => "write `channels a, b`",
        "let" | "param" | "segment" | "case" => "declarations stand side by side, not inside one another",
        _ => return None,
    };
    Some(text.to_owned())
}

/// The reserved word that `word` is in other letters, such as `AND`.
pub(super) fn shouted(word: &str) -> Option<Kw> {
    if word.bytes().any(|b| b.is_ascii_uppercase()) { Kw::of(&word.to_ascii_lowercase()) } else { None }
}

/// Another language's word for `else if`.
pub(super) fn is_else_if(word: &str) -> bool {
    matches!(word.to_ascii_lowercase().as_str(), "elif" | "elsif" | "elseif")
}
