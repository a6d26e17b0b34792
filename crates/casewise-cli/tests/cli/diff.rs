//! `diff`: what differs between two models, and whom it moves.
use crate::common::{CUSTOMERS, Folder, SHOP, SUPPLY, golden, shop};

/// The shop with other conditions, a case more, and one less.
fn changed() -> String {
    let text = SHOP
        .replace("require grown: age >= 18", "require grown: age >= 31")
        .replace("case hello { require active; priority 1 }", "case welcome \"Welcome\" { priority 2 }");
    format!("# a comment\n{text}")
}

fn folder() -> Folder {
    let folder = shop();
    folder.write("new.cw", changed().as_bytes());
    folder
}

#[test]
fn a_model_does_not_differ_from_itself() {
    let folder = shop();
    folder.write("same.cw", format!("# comments and layout\n\n{}", SHOP.replace("; ", "\n")).as_bytes());
    for other in ["shop.cw", "same.cw"] {
        let ran = folder.words(&format!("diff shop.cw {other}"));
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
        assert!(ran.out.ends_with("\nno declaration differs\n"), "{}", ran.out);
        let ran = folder.words(&format!("diff shop.cw {other} {SUPPLY}"));
        assert_eq!(
            (ran.code, ran.err.as_str()),
            (0, "note: 1 record of `recharge` ignored: 1 key not among those decided\n")
        );
        assert!(ran.out.contains("3 customers compared, 0 moved; offers 2 → 2"), "{}", ran.out);
        assert!(ran.out.ends_with("nobody moves in any case\n"), "{}", ran.out);
    }
}

#[test]
fn what_differs_and_who_moves_is_told_with_the_reasons() {
    let ran = folder().words(&format!("diff shop.cw new.cw {SUPPLY}"));
    assert_eq!(ran.code, 1, "{}", ran.err);
    golden("diff.txt", &ran.out);
}

#[test]
fn the_same_as_json() {
    let folder = folder();
    let ran = folder.words(&format!("diff shop.cw new.cw {SUPPLY} -o diff.json"));
    assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{}", ran.err);
    let data: serde_json::Value = serde_json::from_str(&folder.read("diff.json")).unwrap();
    let told: Vec<_> =
        data["changes"].as_array().unwrap().iter().map(|c| (&c["change"], &c["name"])).collect();
    assert_eq!(
        format!("{told:?}"),
        r#"[(String("changed"), String("gift")), (String("added"), String("welcome")), (String("removed"), String("hello"))]"#
    );
    let gift = &data["population"]["cases"][0];
    assert_eq!(gift["eligible"]["out"], serde_json::json!({ "count": 1, "sample": ["c1"] }));
    assert_eq!(gift["eligible"]["out_because"][0]["clause"], "grown");
}

#[test]
fn the_same_as_a_page() {
    let folder = folder();
    let ran = folder.words(&format!("diff shop.cw new.cw {SUPPLY} -o diff.html"));
    assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{}", ran.err);
    let page = folder.read("diff.html");
    for part in
        ["<!DOCTYPE html>", "grown is false: require grown: age &gt;= 31", "+ require grown: age &gt;= 31"]
    {
        assert!(page.contains(part), "{part}");
    }
}

#[test]
fn params_and_learned_numbers_are_compared_too() {
    let folder = shop();
    let ran = folder.words(&format!("diff shop.cw shop.cw --new-set bar=3 {SUPPLY}"));
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(
        ran.out.contains("~ param bar  shop.cw:13\n    + in force: 3\n    read by gift\n"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("for.1 is false: for frequent  [c1]"), "{}", ran.out);
}

#[test]
fn a_row_that_only_one_model_takes_is_told_and_counted() {
    let folder = shop();
    folder.write("new.cw", SHOP.replace("age: int?", "age: int").as_bytes());
    let ran = folder.words(&format!("diff shop.cw new.cw {SUPPLY} --rejects rejects.csv"));
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.out.contains("refused by the new model only: 1  [c2]\n"), "{}", ran.out);
    assert!(folder.read("rejects.csv").contains("the new model only: "), "{}", folder.read("rejects.csv"));
}

#[test]
fn each_model_reads_the_files_that_it_declares() {
    let folder = shop();
    let without = SHOP
        .replace("events recharge { amount: decimal }\n", "")
        .replace("count(recharge over last 30 days)", "0")
        .replace("list blocked\n", "")
        .replace("  exclude blocked\n", "");
    folder.write("old.cw", without.as_bytes());
    let ran = folder.words(&format!("diff old.cw shop.cw {SUPPLY}"));
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.out.contains("+ events recharge"), "{}", ran.out);
    // What neither declares is a mistake.
    let ran = folder.words(&format!("diff old.cw shop.cw {SUPPLY} --events visit=recharge.csv"));
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("visit"), "{}", ran.err);
}

#[test]
fn what_cannot_be_compared_is_a_wrong_call() {
    let folder = folder();
    folder.write("bad.cw", b"model m { language 1 }\ncustomer { key id: tex }\n");
    let ran = folder.words("diff bad.cw shop.cw");
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("bad.cw:2:20"), "{}", ran.err);
    assert_eq!(folder.words("diff shop.cw").code, 2);
    assert_eq!(folder.words("diff shop.cw no.cw").code, 2);
    assert_eq!(folder.words("diff shop.cw new.cw --customers customers.csv").code, 2);
    assert_eq!(folder.words("diff shop.cw new.cw --events recharge=recharge.csv").code, 2);
    let ran = folder.feed("diff shop.cw new.cw --customers - --now 2026-11-22", CUSTOMERS);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("write the customers to a file"), "{}", ran.err);
}
