//! `casewise preview`: whom each case would reach.
use crate::common::{Folder, SUPPLY, shop};

/// A shop in which customers compete for a channel, and one case is on trial.
fn rivals() -> Folder {
    let model = r#"
model rivals "Rivals" { language 1; timezone "UTC" }
customer { key id: text; age: int?; city: text?; spent: int }
channel mail { capacity 2 per day }
channel app { exclude age < 18 }
group sale { channels mail }
case big "The big one" in sale { for spent >= 50; require grown: age >= 18 "for adults"; priority spent }
case small in sale { for spent >= 10; priority 1; quota 1; variants { plain 50%; bonus 50% } }
case local { status trial; channels app; for city == "Bonn"; require age >= 18; holdout 100% }
case later { status draft; for spent > 0 }
decide { rank by priority; top 2 }
"#;
    let customers = "\
id,age,city,spent
a,30,Bonn,90
b,40,Ulm,80
c,50,Bonn,70
d,,Bonn,60
e,,,20
f,17,Bonn,5
g,17,Bonn,much
";
    Folder::new(&[("rivals.cw", model), ("customers.csv", customers)])
}

const RIVALS: &str = "preview rivals.cw --customers customers.csv --now 2026-11-22T10:00";

#[test]
fn the_tables_say_whom_each_case_reaches() {
    let ran = rivals().words(RIVALS);
    let expected = "\
rivals at 2026-11-22T10:00:00Z: 6 customers, 1 rejected
2 offers to 2 customers (33.3 %)
customers compete for quotas, capacities or budgets: demand is what would be offered without

case           audience   share  offered  demand  outranked  held out  unknown  most are lost only to
big                   3  50.0 %        2       3          1         0        1  grown 1
small                 5  83.3 %        0       5          5         0        0  for.1 1
local (trial)         2  33.3 %        0       0          0         2        2  for.1 1
later (draft)         0   0.0 %        0       0          0         0        0  status.1 6

channel  open for  demand  offers   capacity     used
mail            6       8       2          2  100.0 %
app             3       0       0  unlimited

3 pairs of cases with customers in both audiences

largest overlap         both  of first  of second  Jaccard
big              small     3   100.0 %     60.0 %    0.600
big              local     2    66.7 %    100.0 %    0.667
small            local     2    40.0 %    100.0 %    0.400

most alike, by Jaccard index         both  of first  of second  Jaccard
big                           local     2    66.7 %    100.0 %    0.667
big                           small     3   100.0 %     60.0 %    0.600
small                         local     2    40.0 %    100.0 %    0.400

`--case NAME` shows the funnel of a case, `-o FILE.html` those of all
";
    assert_eq!(ran.out, expected);
    assert_eq!(ran.code, 3);
    assert_eq!(ran.err, "rejected: customers.csv:8: g: `spent`: expected an int such as 12, got \"much\"\n");
}

#[test]
fn a_selected_case_is_told_with_its_funnel() {
    let ran = rivals().words(&format!("{RIVALS} --case local --case big --pairs 0"));
    let funnels = ran.out.split_once("\n\nbig \"").unwrap().1;
    let expected = "\
The big one\" in sale, live
clause                                                lost  left  false  unknown  only this
all customers                                                  6
status                                                   0     6      0        0          0
  status.1                                               0     6      0        0          0
for                                                      2     4      2        0          0
  for.1        for spent >= 50                           2     4      2        0          0
require                                                  1     3      1        2          1
  grown        require grown: age >= 18 \"for adults\"     1     3      1        2          1
channels                                                 0     3      0        0          0
  channels.1                                             0     3      0        0          0
audience 3, 50.0 % of all
  offered 2: mail 2
  outranked by capacity 1
unknown 1, who lack: age 1

local, trial
clause                             lost  left  false  unknown  only this
all customers                               6
status                                0     6      0        0          0
  status.1                            0     6      0        0          0
for                                   2     4      1        1          1
  for.1        for city == \"Bonn\"     2     4      1        1          1
require                               2     2      1        2          0
  require.1    require age >= 18      2     2      1        2          0
channels                              0     2      1        2          0
  channels.1                          0     2      1        2          0
audience 2, 33.3 % of all
  offered 0
  held out 2
unknown 2, who lack: age 2, city 1
";
    assert_eq!(funnels, expected);
}

#[test]
fn json_has_all_numbers() {
    let folder = rivals();
    let ran = folder.words(&format!("{RIVALS} --group sale -o out.json --rejects rejects.jsonl"));
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (3, "", ""));
    assert_eq!(folder.read("rejects.jsonl").lines().count(), 1);
    let told: serde_json::Value = serde_json::from_str(&folder.read("out.json")).unwrap();
    let names: Vec<&str> =
        told["cases"].as_array().unwrap().iter().map(|c| c["case"].as_str().unwrap()).collect();
    assert_eq!(names, ["big", "small"]);
    assert_eq!((&told["customers"], &told["rejected"]), (&6.into(), &1.into()));
    let small = &told["cases"][1];
    assert_eq!(small["quota"], 1);
    assert_eq!(small["variants"][0]["variant"], "plain");
    assert_eq!(small["outranked_by"][0]["by"], "capacity");
    assert_eq!(told["overlap"]["pairs"], 3, "also with cases that are not selected");
    assert_eq!(told["model"]["name"], "rivals");
}

#[test]
fn a_page_stands_alone() {
    let folder = rivals();
    let ran = folder.words(&format!("{RIVALS} -o out.html"));
    assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{}", ran.err);
    let page = folder.read("out.html");
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>"));
    for said in [
        "<title>Preview: Rivals</title>",
        "1 row was rejected and counted nowhere else.",
        "mail: 6 more than its capacity would be offered on it.",
        "Nobody is eligible for later.",
        "Always outranked: small.",
        "<details id=\"case-0\"><summary>big “The big one”: 3 of 6, 50.0%</summary>",
        "what the 2 unknown lack",
    ] {
        assert!(page.contains(said), "{said}");
    }
}

#[test]
fn the_counts_are_those_of_decide() {
    let folder = shop();
    let decided = folder.words(&format!("decide shop.cw {SUPPLY}")).out;
    let told: serde_json::Value =
        serde_json::from_str(&folder.words(&format!("preview shop.cw {SUPPLY} --format json")).out).unwrap();
    for case in told["cases"].as_array().unwrap() {
        let row = decided.lines().find(|line| line.starts_with(case["case"].as_str().unwrap())).unwrap();
        let numbers: Vec<u64> = row.split_whitespace().skip(1).take(6).map(|n| n.parse().unwrap()).collect();
        let counted = ["eligible", "offered", "outranked", "held_out", "ineligible", "unknown"];
        assert_eq!(numbers, counted.map(|name| case[name].as_u64().unwrap()), "{row}");
    }
}

#[test]
fn nothing_to_count_is_no_error() {
    let folder = rivals();
    folder.write("customers.csv", b"id,age,city,spent\n");
    let ran = folder.words(&format!("{RIVALS} --case big"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.starts_with(
        "rivals at 2026-11-22T10:00:00Z: 0 customers, 0 rejected\n0 offers to 0 customers (–)\n"
    ));
    assert_eq!(folder.words(&format!("{RIVALS} -o empty.html")).code, 0);
}

#[test]
fn wrong_calls_are_told_before_anything_is_read() {
    let folder = rivals();
    let told = |more: &str| {
        let ran = folder.words(&format!("{RIVALS} {more}"));
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{more}");
        ran.err
    };
    assert_eq!(told("--case bigg"), "error: the model declares no case `bigg`; did you mean `big`?\n");
    assert_eq!(told("--group sales"), "error: the model declares no group `sales`; did you mean `sale`?\n");
    assert_eq!(
        told("-o out.pdf"),
        "error: cannot tell what to write from the ending `.pdf`\n  = help: name the output .html, .json or .txt, or give `--format`\n"
    );
    assert_eq!(folder.names(), ["customers.csv", "rivals.cw"]);
}
