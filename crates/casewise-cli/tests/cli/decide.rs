//! `casewise decide`, from files to files.
use crate::common::{Folder, SUPPLY, shop};

#[test]
fn the_table_counts_cases_and_shows_offers() {
    let ran = shop().words(&format!("decide shop.cw {SUPPLY}"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    let expected = "\
shop 7 at 2026-11-22T02:00:00Z: 3 customers decided, 0 rejected

case   eligible  offered  outranked  held out  ineligible  unknown  stopped by
gift          1        1          0         0           1        1  for 1, require 1
hello         2        1          1         0           1        0  require 1, outranked by top 1

2 offers to 2 customers
by channel: counter 2

id  rank  case   channel  rank value  offer
c1     1  gift   counter          10  price: 0
c2     1  hello  counter           1
";
    assert_eq!(ran.out, expected);
    assert_eq!(ran.err, "note: 1 record of `recharge` ignored: 1 key not among those decided\n");
}

#[test]
fn a_json_line_per_customer_in_the_order_of_the_file() {
    let folder = shop();
    let ran = folder.words(&format!("decide shop.cw {SUPPLY} -o out.jsonl"));
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
    let lines: Vec<serde_json::Value> =
        folder.read("out.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ids: Vec<&str> = lines.iter().map(|line| line["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["c1", "c2", "c3"]);
    assert_eq!(lines[0]["offers"][0]["title"], "礼物");
    assert_eq!(lines[0]["segments"], serde_json::json!(["frequent"]));
    assert_eq!(lines[1]["cases"]["gift"]["missing"], serde_json::json!(["age"]));
    assert_eq!(lines[2]["cases"]["gift"]["failed"], serde_json::json!(["for.1", "grown", "exclude.1"]));
    assert_eq!(
        folder.words(&format!("decide shop.cw {SUPPLY} --format jsonl")).out,
        folder.read("out.jsonl")
    );
}

#[test]
fn csv_has_a_row_per_customer_and_case() {
    let folder = shop();
    let ran = folder.words(&format!("decide shop.cw {SUPPLY} --format csv --cases offered"));
    let expected = "\
id,now,case,status,outcome,gate,failed,missing,by,of,trial,rank,channel,rank_value,variant,offer,with
c1,2026-11-22T02:00:00Z,gift,offered,,,,,,,,1,counter,10,,\"{\"\"price\"\":0}\",
c2,2026-11-22T02:00:00Z,hello,offered,,,,,,,,1,counter,1,,,
";
    assert_eq!((ran.code, ran.out.as_str()), (0, expected), "{}", ran.err);
    let all = folder.words(&format!("decide shop.cw {SUPPLY} --format csv"));
    assert_eq!(all.out.lines().count(), 1 + 3 * 2);
    assert!(all.out.contains("c1,2026-11-22T02:00:00Z,hello,outranked,,,,,top,gift,,,,,,,\n"), "{}", all.out);
}

#[test]
fn cases_are_chosen() {
    let folder = shop();
    let cases = |which: &str| {
        let ran = folder.words(&format!("decide shop.cw {SUPPLY} --format jsonl --cases {which}"));
        let first: serde_json::Value = serde_json::from_str(ran.out.lines().next().unwrap()).unwrap();
        first["cases"].as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(cases("all"), "gift hello");
    assert_eq!(cases("offered"), "gift");
    assert_eq!(cases("failed"), "hello");
    assert_eq!(cases("none"), "");
    assert_eq!(folder.words(&format!("decide shop.cw {SUPPLY} --format csv --cases none")).code, 2);
}

#[test]
fn json_lines_json_arrays_and_standard_input_are_read_alike() {
    let folder = shop();
    let expected = folder.words(&format!("decide shop.cw {SUPPLY} --format jsonl")).out;
    let lines = [
        r#"{"id":"c1","Age":30,"active":true,"plan":"basic","tags":["sms"]}"#,
        r#"{"id":"c2","Age":null,"active":"Y","plan":"plus","tags":[]}"#,
        r#"{"id":"c3","age":"16","active":"N","plan":"plus","tags":["sms"]}"#,
    ];
    folder.write("customers.jsonl", format!("{}\n\n", lines.join("\n")).as_bytes());
    folder.write("customers.json", format!("\u{feff}[\n{}\n]", lines.join(",\n")).as_bytes());
    for (from, input) in [
        ("customers.jsonl", ""),
        ("customers.json", ""),
        ("-", lines.join("\n").as_str()),
        ("-", crate::common::CUSTOMERS),
    ] {
        let options = SUPPLY.replace("customers.csv", from);
        let ran = folder.feed(&format!("decide shop.cw {options} --format jsonl"), input);
        assert_eq!(ran.out, expected, "{from}: {}", ran.err);
    }
}

#[test]
fn a_byte_order_mark_and_line_ends_of_windows_do_not_matter() {
    let folder = shop();
    let expected = folder.words(&format!("decide shop.cw {SUPPLY} --format jsonl")).out;
    folder.write(
        "customers.csv",
        format!("\u{feff}{}", crate::common::CUSTOMERS.replace('\n', "\r\n")).as_bytes(),
    );
    assert_eq!(folder.words(&format!("decide shop.cw {SUPPLY} --format jsonl")).out, expected);
}

#[test]
fn params_are_set_and_wrong_ones_are_refused() {
    let folder = shop();
    let ran = folder.words(&format!("decide shop.cw {SUPPLY} --set bar=3"));
    assert!(ran.out.contains("gift          0        0"), "{}", ran.out);
    for (set, told) in [("bar", "expected PARAM=VALUE"), ("bar=30", "bar"), ("bars=3", "bar")] {
        let ran = folder.words(&format!("decide shop.cw {SUPPLY} --set {set}"));
        assert_eq!(ran.code, 2, "{set}");
        assert!(ran.err.contains(told), "{}", ran.err);
    }
}

#[test]
fn customers_share_what_remains() {
    let folder = Folder::new(&[
        (
            "m.cw",
            "model m { language 1 }\ncustomer { key id: text; worth: int }\ncase gift { quota 1; priority worth }\n",
        ),
        ("customers.csv", "id,worth\nc1,10\nc2,30\nc3,20\n"),
    ]);
    let offered = |options: &str| {
        let ran = folder.words(&format!(
            "decide m.cw --customers customers.csv --now 2026-11-22 --format csv --cases offered {options}"
        ));
        let ids = ran.out.lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned());
        (ran.code, ids.collect::<Vec<_>>().join(" "), ran.err)
    };
    assert_eq!(offered("").1, "c2");
    assert_eq!(offered(r#"--remaining {"quota":{"gift":2}}"#).1, "c2 c3");
    assert_eq!(offered(r#"--remaining {"quota":{"gift":0}}"#).1, "");
    let (code, _, err) = offered(r#"--remaining {"quota":{"gifts":2}}"#);
    assert_eq!(
        (code, err.as_str()),
        (2, "error: the model declares no case `gifts`; did you mean `gift`?\n")
    );
}

#[test]
fn a_closed_pipe_ends_the_program_quietly() {
    let mut customers = String::from("id,Age,active,plan,tags\n");
    (0..5000).for_each(|n| customers.push_str(&format!("k{n},30,Y,plus,[]\n")));
    let folder = shop();
    folder.write("customers.csv", customers.as_bytes());
    let args = format!("decide shop.cw {SUPPLY} --format jsonl");
    let mut command = folder.command(&args.split_whitespace().collect::<Vec<_>>());
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}
