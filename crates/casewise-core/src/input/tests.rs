//! Conversion tables: type × raw value → value, or what was expected.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::sync::Arc;

use super::*;
use crate::model::{Base, EnumId, EnumLabel, EnumType, Field, Model, Table, TableKind, Type};
use crate::source::{Sources, Span};
use crate::values::{Date, Decimal, Duration, Label, Period, Value, Zone};

fn field(name: &str, base: Base, optional: bool) -> Field {
    Field {
        name: name.into(),
        title: None,
        ty: Type { base, optional },
        from: None,
        bool_words: None,
        span: Span::default(),
    }
}

fn model(attributes: Vec<Field>) -> Model {
    let label =
        |name: &str, foreign: Option<&str>| EnumLabel { name: name.into(), foreign: foreign.map(Arc::from) };
    Model {
        sources: Sources::default(),
        name: "m".into(),
        title: None,
        version: "".into(),
        language: 1,
        zone: Zone::named("Asia/Shanghai").unwrap(),
        subject: crate::model::Subject { name: "customer".into(), attributes, key: 0 },
        context: vec![field("touchpoint", Base::Text, true)],
        enums: vec![EnumType {
            name: None,
            // `two` is the data's word for the first label, so it is not the second's.
            labels: vec![label("one", Some("two")), label("two", Some("2")), label("three", None)],
            ordered: false,
        }],
        tables: vec![Table {
            name: "recharge".into(),
            kind: TableKind::Events,
            fields: vec![field("at", Base::Time, false), field("amount", Base::Decimal, true)],
            span: Span::default(),
        }],
        lists: vec![crate::model::List { name: "dnd".into(), title: None, span: Span::default() }],
        params: vec![],
        lets: vec![],
        scores: vec![],
        segments: vec![],
        gates: vec![],
        channels: vec![],
        contacts: vec![],
        properties: vec![],
        exclusive_sets: vec![],
        groups: vec![],
        cases: vec![],
        decides: vec![],
        tests: vec![],
        fingerprints: crate::model::Fingerprints::default(),
    }
}

fn read(base: Base, optional: bool, raw: Raw<'_>) -> Result<Value, String> {
    read_field(&field("f", base, optional), raw)
}

fn read_field(field: &Field, raw: Raw<'_>) -> Result<Value, String> {
    FieldReader::new(field, &model(vec![])).read(raw).map_err(|misfit| misfit.to_string())
}

fn decimal(text: &str) -> Value {
    Value::Decimal(Decimal::parse(text).unwrap())
}

#[test]
fn ints_are_whole_and_safe() {
    let ok = [
        (Raw::Int(-3), -3),
        (Raw::UInt(7), 7),
        (Raw::Float(12.0), 12),
        (Raw::Float32(12.0), 12),
        (Raw::Number("1.0"), 1),
        (Raw::Number("9007199254740993"), 9_007_199_254_740_993),
        (Raw::Text("12"), 12),
        (Raw::Text("12.0"), 12),
        (Raw::Text("-9223372036854775808"), i64::MIN),
    ];
    for (raw, expected) in ok {
        assert_eq!(read(Base::Int, false, raw), Ok(Value::Int(expected)), "{raw:?}");
    }
    let refused = [
        (Raw::Float(1.5), "1.5"),
        (Raw::Float(9_007_199_254_740_992.0), "9007199254740992"),
        (Raw::Float(f64::NAN), "NaN"),
        (Raw::UInt(u64::MAX), "18446744073709551615"),
        (Raw::Number("9223372036854775808"), "9223372036854775808"),
        (Raw::Text(" 12"), "\" 12\""),
        (Raw::Text("1_000"), "\"1_000\""),
        (Raw::Text(""), "\"\""),
        (Raw::Bool(true), "true"),
        (Raw::Seq(&[]), "a sequence"),
        (Raw::Record, "a record"),
    ];
    for (raw, shown) in refused {
        let expected = Err(format!("expected an int such as 12, got {shown}"));
        assert_eq!(read(Base::Int, true, raw), expected);
    }
}

#[test]
fn floats_are_finite() {
    let ok = [
        (Raw::Int(3), 3.0),
        (Raw::Float(-0.0), 0.0),
        (Raw::Number("1e-3"), 0.001),
        (Raw::Text("0.1"), 0.1),
        (Raw::Float32(0.5), 0.5),
    ];
    for (raw, expected) in ok {
        assert_eq!(read(Base::Float, false, raw), Ok(Value::Float(expected)), "{raw:?}");
    }
    for raw in [Raw::Float(f64::NAN), Raw::Float(f64::NEG_INFINITY), Raw::Text("NaN"), Raw::Text("inf")] {
        assert_eq!(read(Base::Float, true, raw), Ok(Value::Missing));
        assert!(read(Base::Float, false, raw).is_err());
    }
    for raw in [Raw::Number("1e400"), Raw::Text("1e400"), Raw::Text("1,5"), Raw::Text("")] {
        assert!(read(Base::Float, true, raw).is_err(), "{raw:?}");
    }
}

#[test]
fn decimals_are_read_from_their_digits() {
    let ok = [
        (Raw::Float(0.1), "0.1"),
        (Raw::Float32(0.1), "0.1"),
        (Raw::Float(1e-7), "0.0000001"),
        (Raw::Number("12345678901234567.89"), "12345678901234567.89"),
        (Raw::Text("12.50"), "12.5"),
        (Raw::Int(-4), "-4"),
    ];
    for (raw, expected) in ok {
        assert_eq!(read(Base::Decimal, false, raw), Ok(decimal(expected)), "{raw:?}");
    }
    let precise = read(Base::Decimal, false, Raw::Number("1e-19")).unwrap_err();
    assert_eq!(
        precise,
        "expected a decimal such as 12.50, got 1e-19; a decimal has at most 18 digits after the point"
    );
    let large = read(Base::Decimal, false, Raw::Text("1e30")).unwrap_err();
    assert!(large.ends_with("a decimal is below 1.7 × 10²⁰"), "{large}");
    assert!(read(Base::Decimal, true, Raw::Float(f64::NAN)).is_err());
    assert!(read(Base::Decimal, true, Raw::Text("12,50")).is_err());
}

#[test]
fn bools_come_in_the_words_of_the_data() {
    let plain = field("f", Base::Bool, false);
    assert_eq!(read_field(&plain, Raw::Bool(true)), Ok(Value::Bool(true)));
    assert_eq!(read_field(&plain, Raw::Text("false")), Ok(Value::Bool(false)));
    for raw in [Raw::Text("TRUE"), Raw::Text("1"), Raw::Int(1), Raw::Text("yes")] {
        let shown = raw.shown();
        assert_eq!(read_field(&plain, raw), Err(format!("expected `true` or `false`, got {shown}")));
    }
    let words = Field { bool_words: Some(("1".into(), "0".into())), ..plain };
    let ok = [
        (Raw::Text("1"), true),
        (Raw::Int(0), false),
        (Raw::Float(1.0), true),
        (Raw::Number("0"), false),
        (Raw::Bool(false), false),
        (Raw::Text("true"), true),
    ];
    for (raw, expected) in ok {
        assert_eq!(read_field(&words, raw), Ok(Value::Bool(expected)), "{raw:?}");
    }
    assert_eq!(read_field(&words, Raw::Text("Yes")), Err("expected `1` or `0`, got \"Yes\"".into()));
}

#[test]
fn labels_come_in_the_words_of_the_data_first() {
    let base = || Base::Enum(EnumId(0));
    let ok = [
        (Raw::Text("two"), 0),
        (Raw::Text("one"), 0),
        (Raw::Text("2"), 1),
        (Raw::Int(2), 1),
        (Raw::Number("2"), 1),
        (Raw::Text("three"), 2),
    ];
    for (raw, expected) in ok {
        assert_eq!(read(base(), false, raw), Ok(Value::Label(Label(expected))), "{raw:?}");
    }
    assert_eq!(
        read(base(), false, Raw::Text("thre")),
        Err("expected one of `two`, `2`, `three`, got \"thre\"; did you mean `three`?".into())
    );
    assert_eq!(
        read(base(), true, Raw::Text("")),
        Err("expected one of `two`, `2`, `three`, got \"\"".into())
    );
}

#[test]
fn text_is_taken_as_it_is() {
    assert_eq!(read(Base::Text, false, Raw::Text("  呼转 ")), Ok(Value::Text("  呼转 ".into())));
    assert_eq!(read(Base::Text, false, Raw::Text("")), Ok(Value::Text("".into())));
    assert_eq!(read(Base::Text, true, Raw::Int(12)), Err("expected text, got 12".into()));
    let long = "长".repeat(100);
    let message = read(Base::Int, true, Raw::Text(&long)).unwrap_err();
    assert!(message.chars().count() < 110, "{message}");
    assert!(message.ends_with("…"), "{message}");
}

#[test]
fn dates_times_and_durations_are_read_from_text() {
    assert_eq!(read(Base::Date, false, Raw::Text("1970-01-02")), Ok(Value::Date(Date(1))));
    for text in ["1970-02-30", "22.11.2026", "2026-11-22T10:00", "2026-1-2"] {
        assert!(read(Base::Date, true, Raw::Text(text)).is_err(), "{text}");
    }
    let midnight = |text| read(Base::Time, false, Raw::Text(text)).map(|value| value.display_plain());
    assert_eq!(midnight("2026-11-22T10:00"), Ok("2026-11-22T02:00:00Z".into()));
    assert_eq!(midnight("2026-11-22T10:00:00+00:00"), Ok("2026-11-22T10:00:00Z".into()));
    let refused = midnight("2026-11-22").unwrap_err();
    assert!(refused.ends_with(
        "got \"2026-11-22\"; a date alone is not a time: write `2026-11-22T00:00` if the start of the day is meant, \
         or declare the field as `date`"
    ));
    let refused = read(Base::Date, false, Raw::Text("2026-11-22T00:00")).unwrap_err();
    assert!(refused.ends_with("a time is not a date: give its date alone, or declare the field as `time`"));
    assert!(read(Base::Time, true, Raw::Int(0)).is_err());
    let day = 86_400_000_000;
    let ok = [("30 days", 30 * day), ("1 week", 7 * day), ("90 minutes", day / 16), ("-1 hour", -day / 24)];
    for (text, expected) in ok {
        assert_eq!(read(Base::Duration, false, Raw::Text(text)), Ok(Value::Duration(Duration(expected))));
    }
    for text in ["30", "days", "1.5 days", "3 months", "9223372036854775807 weeks"] {
        assert!(read(Base::Duration, true, Raw::Text(text)).is_err(), "{text}");
    }
    assert_eq!(read(Base::Period, false, Raw::Text("1 year")), Ok(Value::Period(Period(12))));
}

#[test]
fn sets_have_no_missing_elements_and_no_duplicates() {
    let base = || Base::Set(Box::new(Base::Text));
    let items = [Raw::Text("b"), Raw::Text("a"), Raw::Text("b")];
    let expected = Value::set(vec![Value::Text("a".into()), Value::Text("b".into())]);
    assert_eq!(read(base(), false, Raw::Seq(&items)), Ok(expected));
    assert_eq!(read(base(), false, Raw::Seq(&[])), Ok(Value::set(vec![])));
    assert_eq!(
        read(base(), true, Raw::Seq(&[Raw::Text("a"), Raw::Null])),
        Err("expected text, got null as element 2 of the set".into())
    );
    assert_eq!(
        read(base(), true, Raw::Text("a")),
        Err("expected a sequence, each element text, got \"a\"".into())
    );
}

#[test]
fn nothing_is_missing_or_refused() {
    assert_eq!(read(Base::Int, true, Raw::Null), Ok(Value::Missing));
    assert_eq!(read(Base::Int, false, Raw::Null), Err("expected an int such as 12, got nothing".into()));
}

#[test]
fn columns_are_found_by_the_names_of_the_data() {
    let mut fields = vec![field("id", Base::Text, false), field("age", Base::Int, false)];
    fields[1].from = Some("Age in years".into());
    let model = model(fields);
    let layouts = Layouts::new(&model);
    assert_eq!(layouts.subject.index("Age in years"), Some(1));
    assert_eq!(layouts.subject.index("age"), Some(1));
    assert_eq!(layouts.subject.index("AGE"), None);
    let check = |columns: &[&str]| {
        let problem = layouts.subject.check_columns(columns.iter().copied());
        problem.map_err(|(name, misfit)| format!("{name}: {misfit}"))
    };
    assert_eq!(check(&["other", "age", "id"]), Ok(()));
    assert_eq!(
        check(&["id", "Age in year"]),
        Err("age: expected an int such as 12, got no column `Age in years`; there is `Age in year`: should it be `Age in years`?".into())
    );
    assert_eq!(
        check(&["id", "age", "Age in years"]),
        Err("age: expected one column, got `age` and `Age in years`".into())
    );
}

#[test]
fn the_first_misfit_of_the_model_is_told_in_any_order() {
    let model = model(vec![
        field("id", Base::Text, false),
        field("a", Base::Int, false),
        field("b", Base::Int, false),
    ]);
    let layouts = Layouts::new(&model);
    let told = |order: &[usize]| {
        let mut record = RecordBuilder::new(&layouts.subject);
        order.iter().for_each(|index| record.set(*index, Raw::Text("x")));
        record.finish(std::iter::empty()).unwrap_err().0
    };
    assert_eq!(&*told(&[0, 1, 2]), "a");
    assert_eq!(&*told(&[2, 1, 0]), "a");
    assert_eq!(&*told(&[2, 0]), "a");
    assert_eq!(&*told(&[1, 2]), "id");
    assert_eq!(&*told(&[0, 0, 1, 2]), "id");
}

fn subject_of(key: Value) -> Result<Arc<str>, String> {
    let model = model(vec![field("id", Base::Text, false)]);
    let layouts = Layouts::new(&model);
    SubjectBuilder::new(&model, &layouts, vec![key])
        .map(|builder| Arc::clone(builder.key()))
        .map_err(|problem| problem.to_string())
}

#[test]
fn a_subject_has_a_key() {
    assert_eq!(subject_of(Value::Text("c1".into())), Ok("c1".into()));
    assert_eq!(subject_of(Value::Int(12)), Ok("12".into()));
    let expected = Err("`id`: expected a key that is not empty, got nothing".to_owned());
    assert_eq!(subject_of(Value::Missing), expected);
    assert_eq!(subject_of(Value::Text("".into())), expected);
}

#[test]
fn what_is_supplied_arrives_and_nothing_else() {
    let model = model(vec![field("id", Base::Text, false)]);
    let layouts = Layouts::new(&model);
    let builder = || SubjectBuilder::new(&model, &layouts, vec![Value::Text("c1".into())]).unwrap();
    let bare = builder().finish();
    assert_eq!((bare.context, bare.tables, bare.lists), (None, vec![None], vec![None]));

    let mut with = builder();
    with.context(vec![Value::Missing]);
    let at = |micros| Value::Time(crate::values::Time(micros));
    with.table(crate::model::TableId(0), vec![[at(2), decimal("1")].into(), [at(1), decimal("2")].into()]);
    with.list(crate::model::ListId(0), true);
    let subject = with.finish();
    assert_eq!(subject.context, Some(vec![Value::Missing]));
    assert_eq!(subject.lists, vec![Some(true)]);
    let times: Vec<&Value> = subject.tables[0].as_ref().unwrap().iter().map(|row| &row[0]).collect();
    assert_eq!(times, [&at(1), &at(2)]);
}
