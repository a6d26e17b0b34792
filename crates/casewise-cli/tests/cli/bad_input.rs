//! Rows that do not fit, calls that are wrong, and what is left behind.
use crate::common::{CUSTOMERS, RECHARGES, SUPPLY, shop};

/// Decides with other customers; gives the exit code, the lines of the rejects file, and the ids decided.
fn rejected(customers: &str, recharges: &str) -> (i32, Vec<String>, String) {
    let folder = shop();
    folder.write("customers.csv", customers.as_bytes());
    folder.write("recharge.csv", recharges.as_bytes());
    let ran =
        folder.words(&format!("decide shop.cw {SUPPLY} -o out.csv --cases offered --rejects rejects.csv"));
    let all = folder.words(&format!("decide shop.cw {SUPPLY} --format jsonl"));
    let ids = all.out.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let ids: Vec<String> = ids.map(|line| line["id"].as_str().unwrap().to_owned()).collect();
    let rejects = folder.read("rejects.csv").lines().skip(1).map(str::to_owned).collect();
    (ran.code, rejects, ids.join(" "))
}

#[test]
fn a_bad_row_is_rejected_with_its_reason_and_the_others_go_on() {
    let rows = [
        ("c1,old,Y,plus,[]", r#""`age`: expected an int such as 12, got ""old""""#),
        ("c1,30,yes,plus,[]", r#""`active`: expected `Y` or `N`, got ""yes""""#),
        ("c1,30,,plus,[]", "\"`active`: expected `Y` or `N`, got nothing\""),
        (
            "c1,30,Y,pluss,[]",
            r#""`plan`: expected one of `Basic plan`, `plus`, got ""pluss""; did you mean `plus`?""#,
        ),
        ("c1,30,Y,plus,sms", r#""`tags`: expected a sequence, each element text, got ""sms""""#),
        ("c1,30,Y,plus,\"[\"\"a\"\",null]\"", "\"`tags`: expected text, got null as element 2 of the set\""),
        (",30,Y,plus,[]", "\"`id`: expected text, got nothing\""),
        (
            "c2,30,Y,plus,[]",
            "\"`id`: expected one row per key, got `c2` again; the first row of a key counts\"",
        ),
        ("c1,30,Y,plus", "the row has 4 cells and the header has 5"),
    ];
    for (row, message) in rows {
        let (code, rejects, ids) = rejected(
            &format!("id,Age,active,plan,tags\nc2,30,Y,plus,[]\n{row}\nc3,30,Y,plus,[]\n"),
            RECHARGES,
        );
        assert_eq!((code, ids.as_str()), (3, "c2 c3"), "{row}");
        assert_eq!(rejects.len(), 1, "{rejects:?}");
        assert!(rejects[0].starts_with("customers.csv,3,"), "{rejects:?}");
        assert!(rejects[0].ends_with(&format!(",{message}")), "{} should end with {message}", rejects[0]);
    }
}

#[test]
fn what_does_not_fit_is_in_columns_of_its_own() {
    let (_, rejects, _) = rejected("id,Age,active,plan,tags\nc1,old,Y,plus,[]\n", RECHARGES);
    assert_eq!(
        rejects,
        [
            r#"customers.csv,2,c1,age,"""old""",an int such as 12,"`age`: expected an int such as 12, got ""old""""#
        ]
    );
}

#[test]
fn a_bad_event_rejects_its_customer_and_stands_in_its_own_file() {
    let recharges = "id,at,amount\nc1,2026-11-01T08:00,10\nc3,2026-11-01T08:00,1\nc1,yesterday,20\n";
    let (code, rejects, ids) = rejected(CUSTOMERS, recharges);
    assert_eq!((code, ids.as_str()), (3, "c2 c3"));
    assert_eq!(rejects.len(), 1);
    assert!(rejects[0].starts_with(r#"recharge.csv,4,c1,at,"""yesterday""","#), "{rejects:?}");
}

#[test]
fn an_event_without_a_key_refuses_the_file() {
    let folder = shop();
    for (recharges, told) in [
        (
            "id,at,amount\nc1,2026-11-01T08:00,10\n,2026-11-01T08:00,10\n",
            "line 3: `id`: expected text, got nothing",
        ),
        ("at,amount\n2026-11-01T08:00,10\n", "line 2: `id`: expected text, got nothing"),
        ("id,at,amount\nc1,2026-11-01T08:00\n", "line 2: the row has 2 cells and the header has 3"),
        ("id,att,amount\nc1,2026-11-01T08:00,10\n", "no column `at`"),
        ("", "it is empty: the first line names the columns"),
    ] {
        folder.write("recharge.csv", recharges.as_bytes());
        let ran = folder.words(&format!("decide shop.cw {SUPPLY} -o out.csv"));
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains("`recharge.csv`") && ran.err.contains(told), "{}", ran.err);
        assert!(!folder.names().contains(&"out.csv".to_owned()));
    }
}

#[test]
fn a_file_without_events_is_fine() {
    let folder = shop();
    folder.write("recharge.csv", b"id,at,amount\n");
    folder.write("blocked.csv", b"id\n");
    assert_eq!(folder.words(&format!("decide shop.cw {SUPPLY}")).code, 0);
}

#[test]
fn bytes_that_are_not_utf8_reject_their_row_only() {
    let folder = shop();
    let mut customers = b"id,Age,active,plan,tags\nc1,30,Y,plus,[]\n".to_vec();
    customers.extend(b"\xd6\xd0,30,Y,plus,[]\nc2,30,Y,plus,[]\n");
    folder.write("customers.csv", &customers);
    let ran = folder.words(&format!("decide shop.cw {SUPPLY} --format jsonl"));
    assert_eq!((ran.code, ran.out.lines().count()), (3, 2));
    assert!(ran.err.starts_with("rejected: customers.csv:3: the line is not UTF-8"), "{}", ran.err);
}

#[test]
fn json_lines_are_rejected_one_by_one() {
    let folder = shop();
    let good = r#"{"id":"c1","active":true,"plan":"plus","tags":[]}"#;
    let lines = ["{", "[1]", r#"{"active":true,"plan":"plus","tags":[]}"#, r#"{"id":7,"active":true}"#, good];
    folder.write("customers.jsonl", lines.join("\n").as_bytes());
    let options = SUPPLY.replace("customers.csv", "customers.jsonl");
    let ran = folder.words(&format!("decide shop.cw {options} --format jsonl --rejects rejects.jsonl"));
    assert_eq!((ran.code, ran.out.lines().count()), (3, 1), "{}", ran.err);
    let rejects: Vec<serde_json::Value> =
        folder.read("rejects.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let rows: Vec<u64> = rejects.iter().map(|line| line["row"].as_u64().unwrap()).collect();
    assert_eq!(rows, [1, 2, 3, 4]);
    assert_eq!(rejects[3]["message"], "`id`: expected text, got 7");
    assert_eq!(rejects[2]["attribute"], "id");
}

#[test]
fn ten_rejected_rows_are_told_and_the_rest_is_counted() {
    let folder = shop();
    let mut customers = String::from("id,Age,active,plan,tags\n");
    (0..25).for_each(|n| customers.push_str(&format!("k{n},old,Y,plus,[]\n")));
    folder.write("customers.csv", customers.as_bytes());
    let ran = folder.words(&format!("decide shop.cw {SUPPLY}"));
    assert_eq!(ran.code, 3);
    assert_eq!(ran.err.lines().filter(|line| line.starts_with("rejected: customers.csv:")).count(), 10);
    assert!(ran.err.contains("rejected: 15 rows more; `--rejects FILE` writes all of them"), "{}", ran.err);
    assert!(ran.out.starts_with("shop 7: 0 customers decided, 25 rejected\n"), "{}", ran.out);
}

#[test]
fn wrong_calls_say_what_to_do() {
    let folder = shop();
    folder.write("customers.parquet", b"PAR1");
    let calls = [
        (
            "decide shop.cw --customers customers.csv --now 2026-11-22".to_owned(),
            "the model reads what was not supplied: --events recharge=FILE, --list blocked=FILE, --context FILE|JSON",
        ),
        (SUPPLY.replace("2026-11-22T10:00", "tomorrow"), "`now` is not an instant: expected a time such as"),
        (
            SUPPLY.replace("recharge=", "recharges="),
            "the model declares no events `recharges`; did you mean `recharge`?",
        ),
        (SUPPLY.replace("blocked=", "block="), "the model declares no list `block`"),
        (
            SUPPLY.replace("customers.csv", "nowhere.csv"),
            "cannot read `nowhere.csv`: No such file or directory",
        ),
        (
            SUPPLY.replace("customers.csv", "customers.parquet"),
            "cannot read `customers.parquet`: the Parquet file is damaged or incomplete",
        ),
        (SUPPLY.replace("customers.csv", "customers"), "cannot tell the format of `customers` by its ending"),
        (SUPPLY.replace("context.json", "{touchpoint}"), "the context is not JSON"),
        (SUPPLY.replace("context.json", "recharge.csv"), "`recharge.csv` is not JSON"),
        (format!("{SUPPLY} --rejects rejects.txt"), "cannot tell the format of `rejects.txt` by its ending"),
        (format!("{SUPPLY} -o no/such/folder.csv"), "cannot write `no/such/folder.csv`"),
        (format!("{SUPPLY} --decide inbound"), "the model declares no decide `inbound`"),
        (format!("{SUPPLY} --parameters context.json"), "no parameters that `casewise fit` has written"),
        (format!("{SUPPLY} --events recharge=recharge.csv"), "is given twice"),
        (format!("{SUPPLY} --events recharge"), "expected NAME=FILE"),
    ];
    for (call, told) in calls {
        let call = if call.starts_with("decide") { call } else { format!("decide shop.cw {call}") };
        let ran = folder.words(&call);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{call}: {}", ran.err);
        assert!(ran.err.contains(told), "{call}: {}", ran.err);
    }
}

#[test]
fn a_column_that_is_nearly_right_is_pointed_out_before_the_first_row() {
    let folder = shop();
    folder.write("customers.csv", CUSTOMERS.replace("active", "activ").as_bytes());
    let ran = folder.words(&format!("decide shop.cw {SUPPLY}"));
    let expected = "error: cannot use `customers.csv`: `active`: expected `Y` or `N`, got no column `active`; \
                    there is `activ`: should it be `active`?\n";
    assert_eq!((ran.code, ran.err.as_str()), (2, expected));
}

#[test]
fn a_context_that_does_not_fit_is_told_once() {
    let folder = shop();
    folder.write("context.json", b"{ \"touchpoint\": \"phone\" }");
    let ran = folder.words(&format!("decide shop.cw {SUPPLY}"));
    let expected = "error: context, `touchpoint`: expected one of `counter`, `app`, got \"phone\"\n";
    assert_eq!((ran.code, ran.err.as_str()), (2, expected));
}

#[test]
fn an_output_that_is_not_complete_leaves_the_old_one() {
    let folder = shop();
    folder.write("out.jsonl", b"before");
    folder.write("recharge.csv", b"id,at,amount\n,,\n");
    let before = folder.names();
    let ran = folder.words(&format!("decide shop.cw {SUPPLY} -o out.jsonl --rejects rejects.csv"));
    assert_eq!(ran.code, 2);
    assert_eq!(folder.read("out.jsonl"), "before");
    assert_eq!(folder.names(), before);
}
