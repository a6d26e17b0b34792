use std::collections::HashSet;

use proptest::prelude::*;

use super::super::{Date, Decimal, Label, Time};
use super::*;

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Missing),
        any::<bool>().prop_map(Value::Bool),
        (-3_i64..3).prop_map(Value::Int),
        prop_oneof![Just(0.0), Just(-0.0), -2.0..2.0_f64].prop_map(Value::Float),
        (-3_i64..3).prop_map(|n| Value::Decimal(Decimal::from_i64(n))),
        "[ab客é]{0,2}".prop_map(|s| Value::Text(s.into())),
        (-3_i32..3).prop_map(|n| Value::Date(Date(n))),
        (-3_i64..3).prop_map(|n| Value::Time(Time(n))),
        (-3_i64..3).prop_map(|n| Value::Duration(Duration(n))),
        (-3_i32..3).prop_map(|n| Value::Period(Period(n))),
        (0_u32..3).prop_map(|n| Value::Label(Label(n))),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::set),
            prop::collection::vec(inner, 0..4).prop_map(|v| Value::List(v.into())),
        ]
    })
}

#[test]
fn comparison_is_within_a_type() {
    let text = |s: &str| Value::Text(s.into());
    assert_eq!(Value::Int(1).compare(&Value::Int(2)), Some(Ordering::Less));
    assert_eq!(Value::Int(1).compare(&Value::Float(1.0)), None);
    assert_eq!(Value::Missing.compare(&Value::Missing), None);
    assert_eq!(Value::Int(1).compare(&Value::Missing), None);
    assert_eq!(Value::Float(0.0).compare(&Value::Float(-0.0)), Some(Ordering::Equal));
    // By code point, which is not the order of UTF-16.
    assert_eq!(text("\u{ffff}").compare(&text("\u{10000}")), Some(Ordering::Less));
    assert_eq!(Value::Missing.total_cmp(&Value::Bool(false)), Ordering::Less);
}

#[test]
fn sets_collapse_duplicates() {
    let text = |s: &str| Value::Text(s.into());
    let set = Value::set(vec![text("b"), text("a"), text("b")]);
    assert_eq!(set, Value::Set([text("a"), text("b")].into()));
    assert!(set.contains(&text("a")) && !set.contains(&text("c")));
    assert_eq!(set.compare(&Value::set(vec![text("a"), text("b")])), Some(Ordering::Equal));
    assert!(!text("a").contains(&text("a")));
}

#[test]
fn messages_speak_the_language() {
    let shown = |value: Value| value.display_plain();
    assert_eq!(shown(Value::Missing), "missing");
    assert_eq!(shown(Value::Float(0.1)), "0.1");
    assert_eq!(shown(Value::Float(3.0)), "3");
    assert_eq!(shown(Value::Float(1e300)), "1e300");
    assert_eq!(shown(Value::Float(-1e-9)), "-1e-9");
    assert_eq!(shown(Value::Text("a \"客户\"".into())), "\"a \\\"客户\\\"\"");
    assert_eq!(shown(Value::Date(Date::parse("2026-11-22").unwrap())), "2026-11-22");
    assert_eq!(shown(Value::Time(Time::parse("2026-11-22T10:00+08:00").unwrap())), "2026-11-22T02:00:00Z");
    assert_eq!(shown(Value::set(vec![Value::Int(2), Value::Int(1)])), "[1, 2]");
    assert_eq!(shown(Value::Duration(Duration(30 * 86_400_000_000))), "30 days");
    assert_eq!(shown(Value::Duration(Duration(-3_600_000_000))), "-1 hour");
    assert_eq!(shown(Value::Duration(Duration(90 * 60_000_000))), "90 minutes");
    assert_eq!(shown(Value::Duration(Duration(0))), "0 days");
    assert_eq!(shown(Value::Duration(Duration(i64::MIN))), "-9223372036854775808 microseconds");
    assert_eq!(shown(Value::Period(Period(24))), "2 years");
    assert_eq!(shown(Value::Period(Period(1))), "1 month");
    assert_eq!(shown(Value::Period(Period(0))), "0 months");
}

proptest! {
    #[test]
    fn the_order_is_total(a in any_value(), b in any_value(), c in any_value()) {
        prop_assert_eq!(a.total_cmp(&b), b.total_cmp(&a).reverse());
        prop_assert_eq!(a.total_cmp(&a), Ordering::Equal);
        if a.total_cmp(&b).is_le() && b.total_cmp(&c).is_le() {
            prop_assert!(a.total_cmp(&c).is_le());
        }
    }

    #[test]
    fn keys_agree_with_the_order(values in prop::collection::vec(any_value(), 0..40)) {
        let distinct: HashSet<ValueKey> = values.iter().cloned().map(ValueKey).collect();
        let set = Value::set(values.clone());
        let Value::Set(elements) = &set else { return Err(TestCaseError::fail("not a set")) };
        prop_assert_eq!(distinct.len(), elements.len());
        for value in values {
            prop_assert!(set.contains(&value));
        }
    }
}
