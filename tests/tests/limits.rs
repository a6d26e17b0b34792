//! Texts that are far too large, deep or many: handled, or refused with a clear error, in bounded time and on
//! an ordinary stack.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use casewise::{Diagnostic, Model, Request};

const HEADER: &str =
    "model m { language 1 }\ncustomer { key id: text; age: int?; city: text; plan: enum(a, b) }\n";

/// What takes longer than this does not end, on however busy a machine.
const LONG: Duration = Duration::from_secs(120);

/// What checking declarations behind [`HEADER`] says; it must not take long, even unoptimised.
#[track_caller]
fn check(declarations: &str) -> Vec<Diagnostic> {
    check_whole(&format!("{HEADER}{declarations}"))
}

#[track_caller]
fn check_whole(text: &str) -> Vec<Diagnostic> {
    let start = Instant::now();
    let diagnostics = casewise::check("large.cw", text);
    let took = start.elapsed();
    assert!(took < LONG, "{took:?} for {} bytes", text.len());
    diagnostics
}

#[track_caller]
fn errors(declarations: &str) -> Vec<String> {
    let found = check(declarations);
    found.iter().filter(|d| d.severity == "error").map(|d| format!("{}: {}", d.code, d.message)).collect()
}

/// The first error is this one, and there are not many more.
#[track_caller]
fn refused(declarations: &str, code: &str, words: &str) {
    let found = errors(declarations);
    assert!(!found.is_empty(), "nothing is refused");
    let first = &found[0];
    assert!(first.starts_with(code) && first.contains(words), "{:?}", &found[..found.len().min(5)]);
    assert!(found.len() <= 501, "{} errors", found.len());
}

#[track_caller]
fn accepted(declarations: &str) {
    let found = errors(declarations);
    assert!(found.is_empty(), "{:?}", &found[..found.len().min(5)]);
}

/// The decision for one customer.
#[track_caller]
fn decided(declarations: &str) -> casewise::Decision {
    let model = Model::from_text("large.cw", format!("{HEADER}{declarations}")).unwrap();
    let customer = BTreeMap::from([("id", "c1"), ("age", "30"), ("city", "Oslo"), ("plan", "a")]);
    model.decide(&customer, &Request::at("2026-11-22")).unwrap()
}

fn repeated(n: usize, mut item: impl FnMut(usize) -> String) -> String {
    (0..n).fold(String::new(), |mut text, place| {
        text.push_str(&item(place));
        text
    })
}

#[test]
fn twenty_thousand_brackets() {
    let n = 20_000;
    for (open, close) in [("(", ")"), ("[", "]"), ("{", "}"), ("not (", ")"), ("min(1, ", ")"), ("if (", ")")]
    {
        refused(&format!("let x = {}1{}", open.repeat(n), close.repeat(n)), "CW", "");
        refused(&format!("let x = {}", open.repeat(n)), "CW", "");
        refused(&format!("let x = {}", close.repeat(n)), "CW", "");
        refused(&format!("case c {{ for {} }}", open.repeat(n)), "CW", "");
    }
    refused(&format!("let x = {}1{}", "(".repeat(n), ")".repeat(n)), "CW0103", "brackets inside one another");
    refused(&format!("type t = {}text{}", "set(".repeat(n), ")".repeat(n)), "CW", "");
}

#[test]
fn long_chains() {
    let n = 10_000;
    for (first, rest) in [
        ("age > 1", " and age > 1"),
        ("age > 1", " or age > 2"),
        ("age", " + 1"),
        ("age", " * 2"),
        ("age", " otherwise 1"),
    ] {
        let found = errors(&format!("let x = {first}{}", rest.repeat(n)));
        assert!(found.iter().all(|e| e.starts_with("CW0103")), "{found:?}");
    }
    refused(&format!("let x = {}true", "not ".repeat(n)), "CW0103", "");
    refused(&format!("let x = {}1", "-".repeat(n)), "CW", "");
    refused(&format!("let x = {}1{}", "if age > 1 then ".repeat(n), " else 0".repeat(n)), "CW0103", "");
    refused(&format!("let x = 1{}", " else 0".repeat(n)), "CW", "");
    refused(&format!("let x = age{}", ".y".repeat(n)), "CW", "");
}

#[test]
fn a_list_of_many_values() {
    let values = repeated(20_000, |n| format!("\"city {n}\", "));
    let decision = decided(&format!("case c {{ for city not in [{}] }}", values.trim_end_matches(", ")));
    assert_eq!(decision.offers().len(), 1);
}

#[test]
fn ten_megabytes() {
    let comment = "# nothing to see here, and that for long\n";
    accepted(&comment.repeat(10_000_000 / comment.len()));
    accepted(&format!("let x = \"{}\"", "x".repeat(10_000_000)));
    let found = check_whole(&"?".repeat(2_000_000));
    assert!(found.len() <= 502, "{}", found.len());
    let found = check_whole(&"a ".repeat(1_000_000));
    assert!(found.len() <= 502, "{}", found.len());
    let found = check_whole(&"é\n".repeat(300_000));
    assert!(found.len() <= 502, "{}", found.len());
    let found = check_whole(&"#".repeat(17_000_000));
    assert_eq!((found.len(), found[0].code.as_str()), (1, "CW0101"));
}

#[test]
fn many_cases() {
    let cases = repeated(20_000, |n| format!("case c{n} {{ for age > {}; priority {n} }}\n", n % 90));
    let decision = decided(&cases);
    assert_eq!(decision.offers().next().unwrap().case(), "c19999");
}

#[test]
fn lets_in_a_chain() {
    let chain = |n: usize| {
        let mut text = "let x0 = age\n".to_owned();
        for n in 1..n {
            let _ = writeln!(text, "let x{n} = x{} + 1", n - 1);
        }
        let _ = writeln!(text, "case c {{ for x{} > 0 }}", n - 1);
        text
    };
    assert_eq!(decided(&chain(100)).offers().len(), 1);
    // Too long to be planned: the model can be read, and says clearly why it decides nothing.
    let long = Model::from_text("large.cw", format!("{HEADER}{}", chain(100_000)));
    let said = match long.and_then(|model| model.requirements()) {
        Ok(_) => "planned".to_owned(),
        Err(error) => error.to_string(),
    };
    assert!(said.contains("levels deep"), "{}", &said[..said.len().min(500)]);
    // And one that goes round.
    let round = repeated(100_000, |n| format!("let x{n} = x{} + 1\n", (n + 1) % 100_000));
    refused(&round, "CW", "");
}

#[test]
fn functions_that_explode() {
    let doubling = repeated(60, |n| format!("let f{}(x: int) = f{n}(x) + f{n}(x)\n", n + 1));
    refused(&format!("let f0(x: int) = x + x\n{doubling}let y = f60(age)"), "CW", "");
    let nested = format!("let f(x: int) = x + x\nlet y = {}age{}", "f(".repeat(50), ")".repeat(50));
    refused(&nested, "CW", "");
    let chain = repeated(5_000, |n| format!("let f{}(x: int) = f{n}(x)\n", n + 1));
    refused(&format!("let f0(x: int) = x\n{chain}let y = f5000(age)"), "CW", "");
    refused("let f(x: int) = g(x)\nlet g(x: int) = f(x)\nlet y = f(age)", "CW", "");
}

#[test]
fn expensive_patterns() {
    for pattern in [r"(a{1000}){1000}", r"((a{100}){100}){100}", r"\\w{1000000}"] {
        refused(&format!("case c {{ for matches(city, \"{pattern}\") }}"), "CW", "");
    }
    refused(
        &format!("case c {{ for matches(city, \"{}a{}\") }}", "(".repeat(5_000), ")".repeat(5_000)),
        "CW",
        "",
    );
    refused(&format!("case c {{ for matches(city, \"{}\") }}", "(a|b)*".repeat(200_000)), "CW", "");
    // One that takes forever where a search can go back.
    let declarations = "case c { for matches(city, \"(a*)*b\") }";
    let model = Model::from_text("large.cw", format!("{HEADER}{declarations}")).unwrap();
    let city = "a".repeat(100_000);
    let customer = BTreeMap::from([("id", "c1"), ("city", &city), ("plan", "a")]);
    assert_eq!(model.decide(&customer, &Request::at("2026-11-22")).unwrap().offers().len(), 0);
}

#[test]
fn many_bands() {
    let bands = repeated(10_000, |n| format!("{n} .. {} -> {n}, ", n + 1));
    refused(
        &format!("scorecard s {{ by age {{ missing -> 0, < 0 -> 0, {bands} >= 10000 -> 1 }} }}"),
        "CW",
        "",
    );
    refused(&format!("scorecard s {{ by age {{ missing -> 0, {bands} }} }}"), "CW", "");
    // All of them overlap.
    let same = repeated(2_000, |n| format!("0 .. 10 -> {n}, "));
    refused(&format!("scorecard s {{ by age {{ missing -> 0, {same} }} }}"), "CW", "");
}

#[test]
fn large_literals() {
    for number in ["9".repeat(100_000), format!("1e{}", "9".repeat(100_000))] {
        refused(&format!("case c {{ for age > {number} }}"), "CW", "");
    }
    refused("case c { for exists(contact over last 99999999999999999999 days) }", "CW", "");
    refused(&format!("case {} {{ for }}", "x".repeat(100_000)), "CW", "");
    accepted(&format!("case {} {{ }}", "名".repeat(10_000)));
    accepted("case c { for exists(contact over last 9000000 days) }");
}

#[test]
fn includes_in_a_chain() {
    let n = 2_000;
    let mut files: BTreeMap<String, String> = (0..n)
        .map(|place| {
            (format!("f{place}.cw"), format!("include \"f{}.cw\"\nlet x{place} = {place}\n", place + 1))
        })
        .collect();
    files.insert(format!("f{n}.cw"), String::new());
    files.insert("main.cw".to_owned(), format!("{HEADER}include \"f0.cw\"\n"));
    let start = Instant::now();
    let opened =
        Model::from_files("main.cw", files.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    if let Err(error) = opened {
        let error = error.to_string();
        assert!(error.contains("include"), "{}", &error[..error.len().min(500)]);
    }
    assert!(start.elapsed() < LONG);
}

#[test]
fn many_declarations_of_one_name() {
    refused(&"let x = 1\n".repeat(20_000), "CW", "");
    refused(&repeated(5_000, |n| format!("let x{n} = y{n} + z\n")), "CW", "");
}

#[test]
fn groups_in_a_chain() {
    let chain = repeated(2_000, |n| format!("group g{} in g{n} {{ require age > {n} }}\n", n + 1));
    let found = errors(&format!("group g0 {{ require age > 0 }}\n{chain}case c in g2000 {{ }}"));
    assert!(found.len() <= 501);
}

#[test]
fn segments_over_segments() {
    // Each looks at the one before twice: as a tree they are 2^60.
    let chain = repeated(60, |n| format!("segment s{} = s{n} and age > {n} or not s{n}\n", n + 1));
    check(&format!("segment s0 = age > 0\n{chain}case c {{ for s60 }}"));
    let decision = decided(&format!("segment s0 = age > 0\n{chain}case c {{ for s60 }}"));
    let why = decision.why("c").unwrap().to_string();
    assert!(why.contains("not written out: the explanation is too long"), "{}", why.len());
}
