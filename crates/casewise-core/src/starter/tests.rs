use super::*;
use crate::model::open_text;

fn records(header: &[&str], rows: &[&[&str]]) -> Records {
    let mut records = Records::new(header.iter().copied());
    for row in rows {
        let cells = header
            .iter()
            .zip(*row)
            .map(|(name, cell)| (*name, if cell.is_empty() { Seen::Missing } else { Seen::Text(cell) }));
        records.row(cells);
    }
    records
}

fn text_of(customers: &Records, key: &str) -> String {
    Starter { name: "my shop", source: "shop.csv", customers, key, events: &[] }.text().unwrap()
}

#[track_caller]
fn assert_clean(text: &str) {
    let checked = open_text("new.cw", text, &[]);
    let told = crate::diagnostic::render_all(&checked.diagnostics, &checked.sources, false);
    assert!(checked.diagnostics.is_empty(), "{text}\n{told}");
    let (results, _) =
        crate::row::testing::run(&std::sync::Arc::new(checked.model.unwrap()), None, &Default::default());
    assert!(results.iter().all(|result| result.failures.is_empty()), "{results:?}");
}

/// The type of the second column, of which these are all values.
fn inferred(values: &[&str]) -> String {
    let numbered: Vec<(String, &str)> = values.iter().enumerate().map(|(n, v)| (n.to_string(), *v)).collect();
    let rows: Vec<Vec<&str>> = numbered.iter().map(|(n, v)| vec![n.as_str(), *v]).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let text = text_of(&records(&["id", "x"], &rows), "id");
    assert_clean(&text);
    let line = text.lines().find(|line| line.trim_start().starts_with("x:")).unwrap_or("");
    line.trim().trim_start_matches("x: ").to_owned()
}

#[test]
fn a_type_takes_every_value_and_says_what_is_missing() {
    assert_eq!(inferred(&["1", "20", "-3"]), "int  # -3 to 20");
    assert_eq!(inferred(&["1", "2.50", "3"]), "decimal  # 1 to 3");
    assert_eq!(inferred(&["1e300", "2.5", "3"]), "float");
    assert_eq!(inferred(&["7", "", "8"]), "int?  # 7 to 8; missing in 33.3 %");
    assert_eq!(inferred(&["2026-11-22", "2024-02-29"]), "date  # 2024-02-29 to 2026-11-22");
    assert_eq!(inferred(&["2026-11-22T10:00", "2026-11-22 11:30:00"]), "time");
    assert_eq!(inferred(&["", ""]), "text?  # always empty; missing in 100.0 %");
    assert_eq!(inferred(&["Yes", "No", "Yes"]), "bool(\"Yes\", \"No\")");
    assert_eq!(inferred(&["0", "1"]), "bool(\"1\", \"0\")");
    assert_eq!(inferred(&["true", "false"]), "bool");
    assert_eq!(inferred(&["0", "0"]), "int  # 0 to 0");
    assert_eq!(inferred(&["Anna", "Bo", "Cy"]), "text");
}

#[test]
fn what_only_looks_like_a_number_stays_text() {
    assert_eq!(inferred(&["007", "012", "100"]), "text  # text, since some begin with 0");
    assert_eq!(inferred(&["1,234", "5,678", "9,000"]), "text");
    let odd = inferred(&["1", "2", "3", "4", "NA"]);
    assert_eq!(odd, "text  # would be an int but for 1 other values, such as \"NA\"");
    let many: Vec<String> =
        (0..100).map(|n| if n % 30 == 29 { format!("C{n}") } else { n.to_string() }).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(inferred(&many), "text  # would be an int but for 3 other values, such as \"C29\"");
    assert_eq!(inferred(&["99999999999999999999999999"]), "float");
}

#[test]
fn few_words_are_labels_with_names_of_the_language() {
    let thrice = ["Fiber optic", "DSL", "no", "in", "5G"].repeat(3);
    let expected = "enum(c_5g \"5G\", DSL, fiber_optic \"Fiber optic\", in_ \"in\", no)";
    assert_eq!(inferred(&thrice), expected);
    assert_eq!(inferred(&["a b", "a-b", "a b", "a-b", "a b", "a-b"]), "enum(a_b \"a b\", a_b_2 \"a-b\")");
    let many: Vec<String> = (0..200).map(|n| format!("w{}", n % 40)).collect();
    assert_eq!(inferred(&many.iter().map(String::as_str).collect::<Vec<_>>()), "text");
}

#[test]
fn ugly_headers_become_names() {
    let header = [
        "Kunden-Nr.",
        "Monthly Charges ($)",
        "case",
        "",
        "2024",
        "年龄",
        "a",
        "A b",
        "a",
        "A  B",
        "from\n\"x\"",
    ];
    let row: &[&str] = &["1", "2.5", "x", "y", "3", "40", "1", "2", "3", "4", "5"];
    let other: &[&str] = &["2", "3.5", "x", "y", "3", "50", "1", "2", "3", "4", "5"];
    let customers = records(&header, &[row, other]);
    let key = customers.key().unwrap().to_owned();
    let text = text_of(&customers, &key);
    assert_clean(&text);
    for part in [
        "key kunden_nr: text from \"Kunden-Nr.\"",
        "monthly_charges: decimal from \"Monthly Charges ($)\"",
        "case_: text from \"case\"",
        "# The column \"\" is not declared: it has no name",
        "c_2024: int from \"2024\"",
        "年龄: int",
        "# The column \"a\" is not declared: the file has two columns of this name",
        "a_b: int from \"A b\"",
        "a_b_2: int from \"A  B\"",
        "from_x: int from \"from\\n\\\"x\\\"\"",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn the_key_names_each_row_once() {
    let people = records(&["age", "customer_id"], &[&["30", "a"], &["31", "b"], &["32", "c"]]);
    assert_eq!(people.key(), Some("customer_id"));
    assert_eq!(people.key_problem("age"), None);
    let events = records(&["customer_id", "amount"], &[&["a", "5"], &["a", "5"], &["", "5"]]);
    assert_eq!(events.key(), None);
    assert_eq!(events.key_problem("customer_id").unwrap(), "`customer_id` is empty in 1 of 3 rows");
    assert!(events.key_problem("amount").unwrap().contains("come up again"));
    assert!(events.key_problem("amuont").unwrap().contains("did you mean `amount`?"));
}

#[test]
fn rows_that_look_like_events_are_asked_about() {
    let header = ["event_id", "customer_id", "date"];
    let bought = records(&header, &[&["1", "a", "2026-01-01"], &["2", "a", "2026-01-02"]]);
    let text = text_of(&bought, bought.key().unwrap());
    assert_clean(&text);
    assert!(text.contains("# Are its rows events, and does \"customer_id\" say whose?"), "{text}");
    let joined =
        records(&["id", "customer_id", "date"], &[&["1", "a", "2026-01-01"], &["2", "b", "2026-01-02"]]);
    assert!(!text_of(&joined, "id").contains("events"));
}

#[test]
fn events_are_declared_with_their_time() {
    let customers = records(&["id", "age"], &[&["1", "30"], &["2", "40"]]);
    let buy = records(
        &["id", "date", "amount", "shop"],
        &[&["1", "1997-01-01", "29.33", "a"], &["1", "1997-01-18", "", "b"], &["9", "1997-01-18", "1", "c"]],
    );
    let told = |events: Records, name: &str| {
        let events = [(name, &events)];
        Starter { name: "m", source: "m.csv", customers: &customers, key: "id", events: &events }.text()
    };
    let text = told(buy, "buy").unwrap();
    assert_clean(&text);
    assert!(text.contains("events buy {\n  at: date from \"date\"  # 1997-01-01 to 1997-01-18\n"), "{text}");
    assert!(
        text.contains("  amount: decimal?  # 1 to 29.33; missing in 33.3 %\n  shop: text\n}\n"),
        "{text}"
    );
    assert!(told(records(&["id", "n"], &[&["1", "x"]]), "buy").unwrap_err().contains("no column with dates"));
    assert!(told(records(&["n"], &[&["1"]]), "buy").unwrap_err().contains("no column `id`"));
    let two = records(&["id", "a", "b"], &[&["1", "2026-01-01", "2026-01-02"]]);
    assert!(told(two, "buy").unwrap_err().contains("(a, b): name the one that counts `at`"));
}

fn list(words: &[&str], numbers: bool) -> Elements<'static> {
    Elements { words: words.iter().map(|word| (*word).to_owned()).collect(), numbers, written: None }
}

#[test]
fn a_key_of_numbers_is_an_int() {
    let people = |ids: &[Seen<'static>]| {
        let mut records = Records::new(["id"]);
        ids.iter().for_each(|id| records.row([("id", id.clone())]));
        records
    };
    let numbers = people(&[Seen::Number("1"), Seen::Number("2")]);
    assert_eq!(numbers.key(), Some("id"));
    let text = text_of(&numbers, "id");
    assert_clean(&text);
    assert!(text.contains("key id: int\n") && text.contains("customer { id: 1 }"), "{text}");
    assert_eq!(people(&[Seen::Number("1"), Seen::Number("2.5")]).key(), None);
    assert_eq!(people(&[Seen::Moment("2026-01-01"), Seen::Moment("2026-01-02")]).key(), None);

    // Numbers beside the digits of a text file.
    let with = |customers: &Records, ids: &[&str]| {
        let rows: Vec<Vec<&str>> = ids.iter().map(|id| vec![*id, "2026-01-01"]).collect();
        let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
        let buy = records(&["id", "at"], &rows);
        Starter { name: "m", source: "m.jsonl", customers, key: "id", events: &[("buy", &buy)] }.text()
    };
    assert!(with(&numbers, &["1", "2"]).unwrap().contains("key id: int\n"));
    let told = with(&numbers, &["1", "x"]).unwrap_err();
    assert!(told.contains("the events `buy` have text that is no whole number"), "{told}");
}

#[test]
fn values_of_their_own_kind_keep_it() {
    let mut records = Records::new([]);
    for n in 0..6 {
        let id = format!("c{n}");
        let digits = format!("{n}.5");
        let day = format!("2026-01-0{}", n + 1);
        records.row([
            ("id", Seen::Text(&id)),
            ("vip", Seen::Bool(n % 2 == 0)),
            ("spent", Seen::Number(&digits)),
            ("tags", Seen::List(list(&["a", &format!("t{}", n % 2)], false))),
            ("mixed", if n == 0 { Seen::Number("1") } else { Seen::Text(&id) }),
            ("record", Seen::Other),
            ("digits", Seen::Number("7")),
            ("part", if n == 0 { Seen::NotANumber } else { Seen::Number(&digits) }),
            ("nothing", Seen::NotANumber),
            ("born", Seen::Moment(&day)),
            ("cities", Seen::List(list(if n == 0 { &[] } else { &["20", "3"] }, n > 0))),
            ("either", Seen::List(list(&["1"], n > 0))),
        ]);
    }
    let text = text_of(&records, "id");
    assert_clean(&text);
    for part in [
        "vip: bool\n",
        "spent: decimal  # 0.5 to 5.5",
        "tags: set(enum(a, t0, t1))",
        "digits: int  # 7 to 7",
        "part: float?  # missing in 16.7 %",
        "nothing: float?",
        "born: date  # 2026-01-01 to 2026-01-06",
        "cities: set(int)",
        "\"either\" is not declared",
        "\"mixed\" is not declared",
        "\"record\" is not declared",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}
