//! Gaps and overlaps, against plain enumeration.

use proptest::prelude::*;

use super::super::coverage;
use super::{attribute, expr, found, int, label, model};
use crate::diagnostic::Code;
use crate::model::{Base, Expr, ExprKind, Pattern, Select, SelectRow};
use crate::source::Span;
use crate::values::Value;

#[derive(Debug, Clone)]
enum Cell {
    Missing,
    Any,
    Range(Option<(i64, bool)>, Option<(i64, bool)>),
    Values(Vec<i64>),
}

impl Cell {
    fn takes(&self, value: Option<i64>) -> bool {
        match (self, value) {
            (Cell::Missing, value) => value.is_none(),
            (_, None) => false,
            (Cell::Any, _) => true,
            (Cell::Values(values), Some(x)) => values.contains(&x),
            (Cell::Range(low, high), Some(x)) => {
                low.is_none_or(|(low, with)| x > low || (with && x == low))
                    && high.is_none_or(|(high, with)| x < high || (with && x == high))
            }
        }
    }

    fn pattern(&self, constant: fn(i64) -> Expr) -> Pattern {
        let bound = |bound: &Option<(i64, bool)>| bound.map(|(n, with)| (constant(n), with));
        match self {
            Cell::Missing => Pattern::Missing,
            Cell::Any => Pattern::Any,
            Cell::Range(low, high) => Pattern::Range { low: bound(low), high: bound(high) },
            Cell::Values(values) => Pattern::Values(values.iter().map(|n| constant(*n)).collect()),
        }
    }
}

fn cell(most: i64) -> impl Strategy<Value = Cell> {
    let bound = move || prop::option::weighted(0.7, (0..=most, any::<bool>()));
    prop_oneof![
        2 => Just(Cell::Missing),
        2 => Just(Cell::Any),
        5 => (bound(), bound()).prop_map(|(low, high)| Cell::Range(low, high)),
        2 => prop::collection::vec(0..=most, 1..3).prop_map(Cell::Values),
    ]
}

fn label_of(n: i64) -> Expr {
    label(u32::try_from(n).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn gaps_and_overlaps_are_what_enumeration_finds(
        rows in prop::collection::vec((cell(5), cell(2)), 1..6)
    ) {
        let select = Select {
            of: vec![attribute(0), attribute(2)],
            rows: rows
                .iter()
                .map(|(a, c)| SelectRow {
                    patterns: vec![a.pattern(int), c.pattern(label_of)],
                    value: int(1),
                    span: Span::default(),
                })
                .collect(),
        };
        let model = model(vec![expr(ExprKind::Select(Box::new(select)), Base::Int)]);
        let out = found(&model, coverage::rows);

        let ints = || std::iter::once(None).chain((-1..=6).map(Some));
        let labels = || std::iter::once(None).chain((0..=2).map(Some));
        let counts: Vec<usize> = ints()
            .flat_map(|a| labels().map(move |c| (a, c)))
            .map(|(a, c)| rows.iter().filter(|(x, y)| x.takes(a) && y.takes(c)).count())
            .collect();
        let reported = |code: Code| out.iter().any(|d| d.code == code);
        prop_assert_eq!(reported(Code::ROWS_GAP), counts.contains(&0));
        prop_assert_eq!(reported(Code::ROWS_OVERLAP), counts.iter().any(|n| *n > 1));
        let dead = rows.iter().any(|(x, y)| !ints().any(|a| x.takes(a)) || !labels().any(|c| y.takes(c)));
        prop_assert_eq!(reported(Code::DEAD_ROW), dead);
    }
}

/// The message of a gap in bands over one attribute.
fn gap(column: Expr, rows: Vec<Pattern>) -> String {
    let rows =
        rows.into_iter().map(|p| SelectRow { patterns: vec![p], value: int(1), span: Span::default() });
    let select = Select { of: vec![column], rows: rows.collect() };
    let out = found(&model(vec![expr(ExprKind::Select(Box::new(select)), Base::Int)]), coverage::rows);
    out.iter().map(|d| d.message.clone()).collect::<Vec<_>>().join("\n")
}

fn range(low: Option<(Expr, bool)>, high: Option<(Expr, bool)>) -> Pattern {
    Pattern::Range { low, high }
}

#[test]
fn gaps_are_told_in_the_words_of_bands() {
    let below = |n| range(None, Some((int(n), false)));
    let from = |n| range(Some((int(n), true)), None);
    assert_eq!(gap(attribute(0), vec![below(40), from(55)]), "no row for `40 .. 55` and missing");
    assert_eq!(gap(attribute(0), vec![Pattern::Missing, below(25), from(26)]), "no row for `25`");
    assert_eq!(gap(attribute(0), vec![from(0), Pattern::Missing]), "no row for `< 0`");
    assert_eq!(gap(attribute(2), vec![Pattern::Values(vec![label(1)])]), "no row for `x`, `z` and missing");
    let decimal = |e: ExprKind| Expr {
        kind: e,
        ty: crate::model::Type::required(Base::Decimal),
        span: Span::default(),
    };
    let d = |text: &str| {
        decimal(ExprKind::Constant(Value::Decimal(crate::values::Decimal::parse(text).unwrap())))
    };
    let share = || decimal(ExprKind::Attribute(0));
    assert_eq!(
        gap(share(), vec![range(None, Some((d("0.5"), false))), range(Some((d("0.5"), false)), None)]),
        "no row for `0.5`"
    );
    assert_eq!(
        gap(share(), vec![range(None, Some((d("0.5"), true))), range(Some((d("0.8"), true)), None)]),
        "no row for `> 0.5 and < 0.8`"
    );
    assert_eq!(
        gap(share(), vec![range(None, Some((d("0.5"), false))), range(Some((d("0.8"), false)), None)]),
        "no row for `>= 0.5 and <= 0.8`"
    );
    let text =
        |e: ExprKind| Expr { kind: e, ty: crate::model::Type::required(Base::Text), span: Span::default() };
    let beijing = text(ExprKind::Constant(Value::Text("Beijing".into())));
    let city = text(ExprKind::Attribute(0));
    assert_eq!(gap(city, vec![Pattern::Values(vec![beijing])]), "no row for any other text");
}

#[test]
fn a_table_that_is_too_large_is_refused_and_not_waited_for() {
    let row = |n: i64| {
        let pattern = |column: i64| {
            let low = (n * 37 + column * 101) % 97;
            range(Some((int(low), true)), Some((int(low + 40), false)))
        };
        SelectRow { patterns: (0..12).map(pattern).collect(), value: int(1), span: Span::default() }
    };
    let select = Select { of: vec![attribute(0); 12], rows: (0..60).map(row).collect() };
    let out = found(&model(vec![expr(ExprKind::Select(Box::new(select)), Base::Int)]), coverage::rows);
    assert!(out.iter().any(|d| d.code == Code::TABLE_TOO_LARGE), "{out:?}");
}
