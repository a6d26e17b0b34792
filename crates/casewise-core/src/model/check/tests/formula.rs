//! What a formula is said to be able to give, against all it gives.

use proptest::prelude::*;

use super::super::logic::{Logic, Possible};
use super::{apply, attribute, expr, int, label, model};
use crate::model::{Base, Expr, ExprKind, Op};
use crate::values::{Decimal, Value};

/// One value for each of `a`, `b`, `c`; missing if none.
type Row = [Option<i64>; 3];

fn every_row() -> impl Iterator<Item = Row> {
    let ints = || std::iter::once(None).chain((-1..=6).map(Some));
    let labels = || std::iter::once(None).chain((0..=2).map(Some));
    ints().flat_map(move |a| ints().flat_map(move |b| labels().map(move |c| [a, b, c])))
}

/// Numbers in tenths, so that a fraction stands between two ints.
fn number(e: &Expr, row: &Row) -> Option<i64> {
    match &e.kind {
        ExprKind::Attribute(place) => row[*place].map(|n| n * 10),
        ExprKind::Constant(Value::Int(n)) => Some(n * 10),
        ExprKind::Constant(Value::Label(l)) => Some(i64::from(l.0) * 10),
        ExprKind::Constant(Value::Decimal(d)) => {
            Some(i64::try_from(d.scaled() / (Decimal::SCALE / 10)).unwrap())
        }
        ExprKind::Apply(Op::IntToDecimal, inner) => number(&inner[0], row),
        ExprKind::Apply(Op::Otherwise, inner) => number(&inner[0], row).or_else(|| number(&inner[1], row)),
        other => panic!("{other:?}"),
    }
}

fn truth(e: &Expr, row: &Row) -> Option<bool> {
    let ExprKind::Apply(op, parts) = &e.kind else { panic!("{e:?}") };
    let compare = |x: &Expr, y: &Expr| Some(number(x, row)?.cmp(&number(y, row)?));
    match op {
        Op::Not => truth(&parts[0], row).map(|b| !b),
        Op::And | Op::Or => {
            let stop = *op == Op::Or;
            let outcomes: Vec<Option<bool>> = parts.iter().map(|part| truth(part, row)).collect();
            if outcomes.contains(&Some(stop)) {
                Some(stop)
            } else if outcomes.contains(&None) {
                None
            } else {
                Some(!stop)
            }
        }
        Op::If => truth(&parts[if truth(&parts[0], row)? { 1 } else { 2 }], row),
        Op::Otherwise => truth(&parts[0], row).or_else(|| truth(&parts[1], row)),
        Op::IsMissing if parts[0].ty.base == Base::Bool => Some(truth(&parts[0], row).is_none()),
        Op::IsMissing => Some(number(&parts[0], row).is_none()),
        Op::IsPresent => Some(number(&parts[0], row).is_some()),
        Op::Eq => compare(&parts[0], &parts[1]).map(|o| o.is_eq()),
        Op::Ne => compare(&parts[0], &parts[1]).map(|o| o.is_ne()),
        Op::Lt => compare(&parts[0], &parts[1]).map(|o| o.is_lt()),
        Op::Le => compare(&parts[0], &parts[1]).map(|o| o.is_le()),
        Op::Gt => compare(&parts[0], &parts[1]).map(|o| o.is_gt()),
        Op::Ge => compare(&parts[0], &parts[1]).map(|o| o.is_ge()),
        Op::Between => {
            let low = compare(&parts[0], &parts[1]).map(|o| o.is_ge());
            let high = compare(&parts[0], &parts[2]).map(|o| o.is_le());
            if [low, high].contains(&Some(false)) { Some(false) } else { low.and(high) }
        }
        Op::In => {
            let x = number(&parts[0], row);
            if parts.len() == 1 {
                Some(false)
            } else {
                x.map(|x| parts[1..].iter().any(|p| number(p, row) == Some(x)))
            }
        }
        other => panic!("{other:?}"),
    }
}

fn enumerate(e: &Expr) -> Possible {
    let mut found = Possible { yes: false, no: false, unknown: false };
    for row in every_row() {
        match truth(e, &row) {
            Some(true) => found.yes = true,
            Some(false) => found.no = true,
            None => found.unknown = true,
        }
    }
    found
}

fn compares_attributes(e: &Expr) -> bool {
    let mut found = false;
    e.walk(&mut |part| {
        if let ExprKind::Apply(_, parts) = &part.kind {
            found |= parts.len() == 2 && parts.iter().all(|p| matches!(p.kind, ExprKind::Attribute(_)));
        }
    });
    found
}

fn order() -> impl Strategy<Value = Op> {
    prop::sample::select(vec![Op::Eq, Op::Ne, Op::Lt, Op::Le, Op::Gt, Op::Ge])
}

fn decimal(tenths: i64) -> Expr {
    let value = Value::Decimal(Decimal::from_scaled(i128::from(tenths) * (Decimal::SCALE / 10)));
    expr(ExprKind::Constant(value), Base::Decimal)
}

fn leaf() -> impl Strategy<Value = Expr> {
    let one = || (0..2_usize).prop_map(attribute);
    let with_default = (one(), 0..6_i64)
        .prop_map(|(x, default)| expr(ExprKind::Apply(Op::Otherwise, vec![x, int(default)]), Base::Int));
    let widened = one().prop_map(|x| expr(ExprKind::Apply(Op::IntToDecimal, vec![x]), Base::Decimal));
    prop_oneof![
        4 => (order(), one(), 0..6_i64).prop_map(|(op, x, n)| apply(op, vec![x, int(n)])),
        1 => (order(), one(), 0..6_i64).prop_map(|(op, x, n)| apply(op, vec![int(n), x])),
        1 => (order(), with_default, 0..6_i64).prop_map(|(op, x, n)| apply(op, vec![x, int(n)])),
        1 => (order(), widened, 0..60_i64).prop_map(|(op, x, n)| apply(op, vec![x, decimal(n)])),
        2 => (order(), 0..3_u32).prop_map(|(op, n)| apply(op, vec![attribute(2), label(n)])),
        1 => (one(), 0..6_i64, 0..6_i64).prop_map(|(x, a, b)| apply(Op::Between, vec![x, int(a), int(b)])),
        1 => (one(), prop::collection::vec(0..6_i64, 0..4)).prop_map(|(x, list)| {
            apply(Op::In, std::iter::once(x).chain(list.into_iter().map(int)).collect())
        }),
        1 => (0..3_usize, any::<bool>()).prop_map(|(n, missing)| {
            apply(if missing { Op::IsMissing } else { Op::IsPresent }, vec![attribute(n)])
        }),
        1 => order().prop_map(|op| apply(op, vec![attribute(0), attribute(1)])),
        1 => order().prop_map(|op| apply(op, vec![attribute(1), attribute(0)])),
    ]
}

fn condition() -> impl Strategy<Value = Expr> {
    leaf().prop_recursive(4, 12, 3, |inner| {
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| apply(Op::And, parts)),
            3 => prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| apply(Op::Or, parts)),
            2 => inner.clone().prop_map(|part| apply(Op::Not, vec![part])),
            1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| apply(Op::Otherwise, vec![a, b])),
            1 => (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| apply(Op::If, vec![a, b, c])),
            1 => inner.prop_map(|part| apply(Op::IsMissing, vec![part])),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    /// What is called never true is never true, what is called always true always is; and where no two
    /// attributes are compared with each other, nothing dead is overlooked.
    #[test]
    fn outcomes_are_what_enumeration_finds(e in condition()) {
        let model = model(Vec::new());
        let mut logic = Logic::new(&model);
        let node = logic.condition(&e);
        let said = logic.possible(&node);
        let found = enumerate(&e);
        prop_assert!(said.yes >= found.yes && said.no >= found.no && said.unknown >= found.unknown, "{said:?} {found:?}");
        if !compares_attributes(&e) {
            prop_assert_eq!(said, found);
        }
    }
}
