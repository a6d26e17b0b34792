//! `fit`, `backtest` and `drift`: a file of parameters, and what is decided and measured with it.
use std::fmt::Write;

use crate::common::Folder;

const MODEL: &str = r"
    model shop { language 1 }
    customer { key id: text; age: int }
    events buy { amount: decimal }
    rfm loyalty of buy { monetary sum(amount); bins 3 }
    case thanks { for loyalty.total >= 8 }
";

fn folder() -> Folder {
    let (mut customers, mut buys) = ("id,age\n".to_owned(), "id,at,amount\n".to_owned());
    for n in 1..=9 {
        writeln!(customers, "c{n},{}", 20 + n).unwrap();
        for k in 0..n {
            writeln!(buys, "c{n},2026-10-{:02}T10:00,{}", n + k, n * 10).unwrap();
        }
    }
    customers.push_str("c10,old\n");
    Folder::new(&[("shop.cw", MODEL), ("customers.csv", &customers), ("buy.csv", &buys)])
}

const SUPPLY: &str = "--customers customers.csv --events buy=buy.csv --now 2026-11-22";

#[test]
fn what_is_learned_decides() {
    let folder = folder();
    let ran = folder.words(&format!("decide shop.cw {SUPPLY}"));
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.contains("`loyalty` is learned and no parameters are given"), "{}", ran.err);
    // The row that cannot be read is told, counted, and left out.
    let ran = folder.words(&format!("fit shop.cw {SUPPLY} -o shop.params.json"));
    assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{}", ran.err);
    assert!(ran.err.contains("`age`: expected an int"), "{}", ran.err);
    let stored = folder.read("shop.params.json");
    assert!(stored.contains("\"rows\": 9,") && stored.contains("\"rejected\": 1,"), "{stored}");
    assert_eq!(folder.words(&format!("fit shop.cw {SUPPLY}")).out, stored);
    let ran = folder.words(&format!("decide shop.cw {SUPPLY} --parameters shop.params.json --format jsonl"));
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert!(ran.out.lines().last().unwrap().contains(r#""total":9,"code":"333""#), "{}", ran.out);
}

#[test]
fn a_refused_fit_writes_nothing() {
    let folder = folder();
    let ran =
        folder.words("fit shop.cw --customers customers.csv --events buy=buy.csv --now 2020-01-01 -o p.json");
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("cannot learn `loyalty`: nobody has an event in the window"), "{}", ran.err);
    assert!(!folder.names().contains(&"p.json".to_owned()), "{:?}", folder.names());
    // What was there before is still there.
    folder.write("p.json", b"as it was");
    folder.write("p.html", b"as it was");
    folder.words("fit shop.cw --customers customers.csv --events buy=buy.csv --now 2020-01-01 -o p.json --report p.html");
    assert_eq!((folder.read("p.json"), folder.read("p.html")), ("as it was".into(), "as it was".into()));
    let ran = folder.words("fit shop.cw --customers customers.csv --now 2026-11-22");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("--events buy=FILE"), "{}", ran.err);
}

#[test]
fn drift_fails_beyond_the_threshold() {
    let folder = folder();
    folder.words(&format!("fit shop.cw {SUPPLY} -o p.json"));
    let ran = folder.words(&format!("drift shop.cw --parameters p.json {SUPPLY}"));
    // Nothing has moved, and one row was rejected.
    assert_eq!(ran.code, 3, "{}{}", ran.out, ran.err);
    let later = SUPPLY.replace("2026-11-22", "2027-11-22");
    let ran = folder.words(&format!("drift shop.cw --parameters p.json {later}"));
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("! loyalty.recency"), "{}", ran.out);
    let ran =
        folder.words(&format!("drift shop.cw --parameters p.json {later} --threshold 99 --format json"));
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert_eq!(folder.words(&format!("drift shop.cw {SUPPLY}")).code, 2);
}

#[test]
fn a_backtest_compares_with_what_came() {
    let folder = folder();
    let model = MODEL.replace("case thanks", "segment back = exists(buy over last 5 days)\n    case thanks");
    folder.write("back.cw", model.as_bytes());
    let look = "--customers customers.csv --events buy=buy.csv --now 2026-10-12 --until 2026-10-16";
    let ran = folder.words(&format!("backtest back.cw {look} --outcome back --groups 3"));
    // One row was rejected.
    assert_eq!(ran.code, 3, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("measured: 9 of 9"), "{}", ran.out);
    assert!(ran.out.contains("loyalty.total tells back: 4 of 9"), "{}", ran.out);
    let ran = folder.words(&format!("backtest back.cw {look} --outcome back --groups 3 --format json"));
    assert!(ran.out.contains("\"score\": \"loyalty.total\""), "{}", ran.out);
    // Parameters that were learned before are measured as they are.
    folder.words(&format!("fit back.cw {SUPPLY} -o p.json"));
    let ran = folder.words(&format!("backtest back.cw {look} --outcome back --groups 3 --parameters p.json"));
    assert!(ran.out.starts_with("scored as of 2026-10-12T00:00:00Z"), "{}", ran.out);
    let ran = folder.words(&format!("backtest back.cw {look}"));
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("there is nothing to measure"), "{}", ran.err);
}

#[test]
fn a_report_is_one_page() {
    let folder = folder();
    let ran = folder.words(&format!("fit shop.cw {SUPPLY} -o p.json --report fit.html"));
    assert_eq!(ran.code, 3, "{}", ran.err);
    let page = folder.read("fit.html");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("customers by recency and frequency"));
    let model = MODEL.replace("case thanks", "segment back = exists(buy over last 5 days)\n    case thanks");
    folder.write("back.cw", model.as_bytes());
    let look = "--customers customers.csv --events buy=buy.csv --now 2026-10-12 --until 2026-10-16";
    folder.words(&format!("backtest back.cw {look} --outcome back --groups 3 --report back.html"));
    assert!(folder.read("back.html").contains("loyalty.total tells back"));
}

#[test]
fn a_test_outside_what_was_learned_is_found() {
    let of = |bound: &str| {
        format!(
            "model risks {{ language 1 }}\n\
             customer {{ key id: text; left: bool?; plan: enum(a, b, c); months: int }}\n\
             scorecard risk {{ learn left; by plan each; by months bins at 6, 24; points 600 at odds 19 doubling 20 }}\n\
             case some {{ for risk >= {bound} }}\n"
        )
    };
    let mut customers = "id,left,plan,months\n".to_owned();
    for n in 0..180 {
        let (plan, months) = (["a", "b", "c"][n % 3], [3, 12, 48][n / 3 % 3]);
        writeln!(customers, "c{n},{},{plan},{months}", (n * 7 + n / 9) % 10 < 2 + n % 3 * 2 + n / 3 % 3)
            .unwrap();
    }
    let folder = Folder::new(&[("risks.cw", &of("500")), ("customers.csv", &customers)]);
    let ran = folder.words("fit risks.cw --customers customers.csv --now 2026-11-22 -o p.json");
    assert_eq!(ran.code, 0, "{}", ran.err);
    let ran = folder.words(
        "decide risks.cw --customers customers.csv --now 2026-11-22 --parameters p.json --format jsonl",
    );
    let points = |line: &str| {
        let decision: serde_json::Value = serde_json::from_str(line).unwrap();
        decision["scores"]["risk"].to_string().trim_matches('"').parse::<f64>().unwrap()
    };
    let seen: Vec<f64> = ran.out.lines().map(points).collect();
    let (least, most) = seen.iter().fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(*x), high.max(*x)));
    assert!(least + 10.0 < most, "{least} {most}");

    // What customers have is a test of something; what none can have is not, nor what all have.
    let deep = |bound: f64| {
        folder.write("risks.cw", of(&format!("{bound}")).as_bytes());
        folder.words("check risks.cw --deep --parameters p.json")
    };
    for bound in [least + 1.0, (least + most) / 2.0, most] {
        let ran = deep(bound);
        assert!(!ran.err.contains("CW0907"), "{bound}: {}", ran.err);
        assert!(ran.out.contains("deep: 1 of 1 case can be had"), "{}", ran.out);
    }
    let ran = deep(most + 1_000.0);
    assert!(ran.err.contains("warning[CW0907]: this is never true: `risk` lies in "), "{}", ran.err);
    assert!(ran.out.contains("0 of 1 case can be had, 1 never"), "{}", ran.out);
    let ran = deep(least - 1_000.0);
    assert!(ran.err.contains("warning[CW0907]: this is always true: `risk` lies in "), "{}", ran.err);
    // Without what was learned nothing is known of it.
    assert!(!folder.words("check risks.cw --deep").err.contains("CW0907"));
}
