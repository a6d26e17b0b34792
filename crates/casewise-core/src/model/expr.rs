//! Checked expressions: every name resolved, every operator of one type, every widening written out.

use std::sync::Arc;

use super::types::{Number, Type};
use super::{GateId, LetId, ListId, ParamId, PropertyId, ScoreId, SegmentId, TableId};
use crate::source::Span;
use crate::syntax::ast::Unit;
use crate::values::Value;

/// A typed expression. Total: it has a value, perhaps missing, for every input.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its type.
    pub ty: Type,
    /// Where it was written.
    pub span: Span,
}

/// The forms of checked expressions.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// A constant of the expression's type; [`Value::Missing`] too.
    Constant(Value),
    /// A param, constant once the model is opened.
    Param(ParamId),
    /// An attribute of the subject.
    Attribute(usize),
    /// A field of the context.
    Context(usize),
    /// A field of the event or row that the innermost aggregate is looking at.
    Field(usize),
    /// The instant of the decision.
    Now,
    /// Its date in the model's zone.
    Today,
    /// A `let`.
    Let(LetId),
    /// A score, or a part of one.
    Score(ScoreId, ScorePart),
    /// Membership of a segment (`bool?`).
    Segment(SegmentId),
    /// The Kleene conjunction of a gate's clauses (`bool?`).
    Gate(GateId),
    /// Whether the subject's key is in a list (`bool`).
    InList(ListId),
    /// The priority of the case being ranked (only inside `rank by`).
    CasePriority,
    /// A property of the case being ranked (only inside `rank by`).
    CaseProperty(PropertyId),
    /// An operator on the values of its arguments.
    Apply(Op, Vec<Expr>),
    /// `matches(text, "pattern")`, searched anywhere, in linear time; the pattern has been tried.
    Matches(Box<Expr>, Arc<str>),
    /// A question to events or rows.
    Aggregate(Box<Aggregate>),
    /// The value of the one row whose patterns all match: bands, decision tables.
    Select(Box<Select>),
}

/// Which number of a score.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ScorePart {
    /// The score itself.
    Value,
    /// rfm: `int?`, days from the last event's date to today
    Recency,
    /// rfm: `int`
    Frequency,
    /// rfm: the aggregate's type, 0 without events
    Monetary,
    /// rfm: `int?`
    R,
    /// rfm: `int?`
    F,
    /// rfm: `int?`
    M,
    /// rfm: `int?`, r + f + m
    Total,
    /// rfm: `text?`, the three digits
    Code,
    /// cluster: an unordered enum, missing if a feature is and no fill is given
    Label,
    /// cluster: `float?`, Euclidean, on scaled features
    Distance,
    /// affinity: `float?`, best rule with this item on the right
    Confidence(Arc<str>),
    /// affinity: `float?`
    Lift(Arc<str>),
    /// lifetime: `float?`
    Alive,
    /// lifetime: `float?`
    Expected,
    /// lifetime: `float?`
    LifetimeValue,
}

/// Operators. Their meaning, missing included, is `plan::semantics` and nothing else.
/// Unless said otherwise: all arguments of one type; missing if any argument is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Op {
    /// Kleene.
    Not,
    /// Kleene, any number of arguments.
    And,
    /// Kleene, any number of arguments.
    Or,
    /// Equality.
    Eq,
    /// Inequality.
    Ne,
    /// Order of numbers, dates, times, durations, periods, ordered enums.
    Lt,
    /// See [`Op::Lt`].
    Le,
    /// See [`Op::Lt`].
    Gt,
    /// See [`Op::Lt`].
    Ge,
    /// `(x, low, high)`: `x >= low and x <= high`, Kleene.
    Between,
    /// `(x, a, b, …)`: Kleene-or of `x == a`, …; false if there are none.
    In,
    /// `(x, set)`: Kleene-or over the elements of a set or list.
    InSet,
    /// `(a, b)` sets or lists: Kleene-or over all pairs.
    Overlaps,
    /// `(a, b)`: Kleene-and over the elements of a of "in b".
    SubsetOf,
    /// Makes a [`Value::List`] of its arguments, missing ones kept.
    List,
    /// Never missing.
    IsMissing,
    /// Never missing.
    IsPresent,
    /// The first argument, or the second where it is missing.
    Otherwise,
    /// `(condition, then, else)`; missing if the condition is.
    If,
    /// Int → decimal.
    IntToDecimal,
    /// Int → float.
    IntToFloat,
    /// Decimal → float, correctly rounded.
    DecimalToFloat,
    /// Missing on overflow.
    Add(Number),
    /// Missing on overflow.
    Subtract(Number),
    /// Missing on overflow; decimals round half away from zero.
    Multiply(Number),
    /// Missing for division by zero. `Int`: int / int is a float, correctly rounded.
    Divide(Number),
    /// Missing on overflow.
    Negate(Number),
    /// Missing on overflow.
    Abs(Number),
    /// The least of any number of arguments of one ordered type.
    Min,
    /// The greatest.
    Max,
    /// `(x, digits: int)`, half away from zero on the exact value.
    Round(Number),
    /// Keeps the type.
    Floor(Number),
    /// Keeps the type.
    Ceil(Number),
    /// Float.
    Exp,
    /// Float, natural.
    Log,
    /// Float.
    Pow,
    /// Float.
    Sqrt,
    /// Int → duration (minutes to weeks) or period (months, years).
    Quantity(Unit),
    /// Date + duration; missing unless whole days.
    DateAddDuration,
    /// Date − duration; missing unless whole days.
    DateSubtractDuration,
    /// Date + period, clamped to the month's end.
    DateAddPeriod,
    /// Date − period.
    DateSubtractPeriod,
    /// Time + duration.
    TimeAddDuration,
    /// Time − duration.
    TimeSubtractDuration,
    /// Time + period, calendar arithmetic in the model's zone.
    TimeAddPeriod,
    /// Time − period.
    TimeSubtractPeriod,
    /// Time → its date in the model's zone.
    DateOf,
    /// `(a, b)` dates → int: the largest n with a + n days <= b.
    DaysBetween,
    /// The largest n with a + n months <= b.
    MonthsBetween,
    /// The largest n with a + n years <= b.
    YearsBetween,
    /// Date → the next one, today or later; 29 February falls on the 28th.
    NextAnniversary,
    /// Date → the built-in ordered enum mon … sun.
    Weekday,
    /// Date → 1 … 31.
    Day,
    /// Date → 1 … 12.
    Month,
    /// Date → year.
    Year,
    /// Time → 0 … 23 in the model's zone.
    Hour,
    /// Date or time, length → `now − N <= x < now` (dates: today and whole days).
    InLast,
    /// `now <= x < now + N`.
    InNext,
    /// The calendar period that holds now.
    InThis(Unit),
    /// Text.
    Lower,
    /// Text.
    Upper,
    /// Text → code points.
    Length,
    /// `(text, prefix)`
    StartsWith,
    /// `(text, suffix)`
    EndsWith,
    /// `(text, part)`
    Contains,
    /// Set → number of elements.
    Size,
}

/// `function(table.value [half_life …] [where …] [then …] [over …])`
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    /// What is computed.
    pub function: AggregateFunction,
    /// The events or rows.
    pub table: TableId,
    /// Over the fields of the event; none for `count days exists all`. With a half-life, a float.
    pub value: Option<Expr>,
    /// Constant duration: each value is weighed with 2^(−age / half_life).
    pub half_life: Option<Expr>,
    /// Events whose filter is not true are left out; those where it is unknown are counted as skipped.
    pub filter: Option<Expr>,
    /// All history before now if none.
    pub window: Option<Window>,
    /// Only of `exists`.
    pub then: Option<Then>,
}

/// What is computed of the events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AggregateFunction {
    /// `int`
    Count,
    /// Type of the value; 0 without events, missing if no event has a value.
    Sum,
    /// Decimal of decimals, else float.
    Avg,
    /// Ordered types.
    Min,
    /// Ordered types.
    Max,
    /// By time, then input order.
    First,
    /// By time, then input order.
    Last,
    /// `int`: different values
    Distinct,
    /// `int`: different calendar days
    Days,
    /// `bool`
    Exists,
    /// `bool`: no event for which the filter is false
    All,
    /// The set of different values: what an affinity of events holds. Not written in models.
    Items,
}

/// A stretch of history that ends before now.
#[derive(Debug, Clone, PartialEq)]
pub enum Window {
    /// `over last N`; a constant duration (elapsed) or period (calendar, in the model's zone).
    Last(Expr),
    /// `over this day|week|month|year`
    This(Unit),
}

/// `then within D F where …`
#[derive(Debug, Clone, PartialEq)]
pub struct Then {
    /// Constant duration.
    pub within: Expr,
    /// The events that follow, strictly after.
    pub table: TableId,
    /// Over the fields of the following event.
    pub filter: Option<Expr>,
}

/// The first, and only, row whose patterns all match.
#[derive(Debug, Clone, PartialEq)]
pub struct Select {
    /// The columns.
    pub of: Vec<Expr>,
    /// Neither gaps nor overlaps: checked, again after overrides of params.
    pub rows: Vec<SelectRow>,
}

/// `p, q -> value`
#[derive(Debug, Clone, PartialEq)]
pub struct SelectRow {
    /// One per column.
    pub patterns: Vec<Pattern>,
    /// The value.
    pub value: Expr,
    /// The row.
    pub span: Span,
}

/// What matches. Bounds are constants (params allowed) of the column's base type.
#[derive(Debug, Clone, PartialEq)]
pub enum Pattern {
    /// A missing value.
    Missing,
    /// Any present value.
    Any,
    /// `from <= x`, `x < to`, with the ends as flagged.
    Range {
        /// Lower end and whether it is included.
        low: Option<(Expr, bool)>,
        /// Upper end and whether it is included.
        high: Option<(Expr, bool)>,
    },
    /// One of these.
    Values(Vec<Expr>),
}
