//! What the lexer makes of the text: tokens with their place and their surroundings.

use crate::source::Span;

/// The kinds of token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tok {
    /// A word that is not reserved.
    Word,
    /// A name in backticks.
    Quoted,
    /// A reserved word, or what another language writes for it.
    Kw(Kw),
    Number,
    Percent,
    Date,
    DateTime,
    /// `21:00`
    Clock,
    Text,
    LParen,
    RParen,
    LBrack,
    RBrack,
    LBrace,
    RBrace,
    Comma,
    Semi,
    Colon,
    Dot,
    DotDot,
    Arrow,
    Assign,
    EqEq,
    NotEq,
    Lt,
    Le,
    Gt,
    Ge,
    Plus,
    Minus,
    Star,
    Slash,
    Question,
    /// Something the lexer has reported; nothing more is said of it.
    Broken,
    /// The end of the text, or of the declaration being read.
    End,
}

/// The reserved words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kw {
    And,
    Or,
    Not,
    In,
    Is,
    Between,
    Where,
    Over,
    Then,
    Within,
    If,
    Else,
    Otherwise,
    Missing,
    Present,
    True,
    False,
    Now,
    Today,
}

impl Kw {
    /// The reserved word that `text` is.
    pub(super) fn of(text: &str) -> Option<Kw> {
        Some(match text {
            "and" => Kw::And,
            "or" => Kw::Or,
            "not" => Kw::Not,
            "in" => Kw::In,
            "is" => Kw::Is,
            "between" => Kw::Between,
            "where" => Kw::Where,
            "over" => Kw::Over,
            "then" => Kw::Then,
            "within" => Kw::Within,
            "if" => Kw::If,
            "else" => Kw::Else,
            "otherwise" => Kw::Otherwise,
            "missing" => Kw::Missing,
            "present" => Kw::Present,
            "true" => Kw::True,
            "false" => Kw::False,
            "now" => Kw::Now,
            "today" => Kw::Today,
            _ => return None,
        })
    }

    /// Stands between two operands or before one, so a clause that ends a line with it goes on.
    pub(super) fn joins(self) -> bool {
        !matches!(self, Kw::Missing | Kw::Present | Kw::True | Kw::False | Kw::Now | Kw::Today)
    }

    /// A line that starts with it goes on with the clause before.
    pub(super) fn continues(self) -> bool {
        matches!(self, Kw::And | Kw::Or | Kw::Then | Kw::Else | Kw::Otherwise | Kw::Where | Kw::Over)
    }
}

/// No token stands opposite a bracket.
pub(super) const NO_MATE: u32 = u32::MAX;

/// A token.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: Tok,
    pub(super) start: u32,
    pub(super) end: u32,
    /// How many closed brackets it is inside of; a bracket itself counts as outside.
    pub(super) depth: u16,
    /// First on its line.
    pub(super) line_start: bool,
    /// A new clause or item starts here, because a line does.
    pub(super) breaks: bool,
    /// For a bracket: the index of the one opposite.
    pub(super) mate: u32,
}

impl Token {
    pub(super) fn span(&self, file: u32) -> Span {
        Span { file, start: self.start, end: self.end }
    }

    /// A name, with or without backticks.
    pub(super) fn is_name(&self) -> bool {
        matches!(self.kind, Tok::Word | Tok::Quoted)
    }
}
