//! The checker: what it accepts, what it infers, and every error as people see it.
//! `UPDATE_GOLDEN=1 cargo test -p casewise-core --test checker` writes the golden files anew.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use casewise_core::diagnostic::{Code, Severity, render_all};
use casewise_core::model::{Base, Checked, Model, Type, open, open_text};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check")
}

fn model_of(text: &str) -> Model {
    match open_text("model.cw", text, &[]) {
        Checked { model: Some(model), .. } => model,
        Checked { diagnostics, sources, .. } => panic!("{}", render_all(&diagnostics, &sources, false)),
    }
}

#[track_caller]
fn golden(name: &str, actual: &str) {
    let path = folder().join("golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, actual).unwrap();
        return;
    }
    let expected =
        std::fs::read_to_string(&path).expect("the golden file exists: write it with UPDATE_GOLDEN=1");
    let differs = expected.lines().zip(actual.lines()).position(|(e, a)| e != a);
    assert!(expected == actual, "{name} differs at line {}", differs.map_or(0, |n| n + 1));
}

/// What a page or a fragment leaves out, in front of it.
fn with_prelude(fragment: &str) -> String {
    let mut text = String::new();
    let has = |word: &str| fragment.lines().any(|line| line.trim_start().starts_with(word));
    if !has("model ") {
        text.push_str("model shop { language 1 }\n");
    }
    if !has("customer {") && !has("subject ") {
        text.push_str(include_str!("check/prelude.cw"));
    }
    if !has("events recharge") {
        text.push_str("events recharge { amount: decimal }\n");
    }
    text + fragment
}

#[test]
fn the_whole_model_of_the_design_is_accepted() {
    let model = model_of(include_str!("check/whole.cw"));
    assert_eq!(model.cases.len(), 3);
    let clauses: Vec<&str> = model.cases.iter().flat_map(|c| &c.clauses).map(|c| &*c.id).collect();
    let expected =
        ["for.1", "open", "require.2", "fresh", "require.4", "for.1", "open", "require.2", "for.1", "open"];
    assert_eq!(clauses, expected);
}

/// Every file of `check/errors` is a model with errors; every golden file is what its author sees.
#[test]
fn every_error_is_told_as_in_its_golden_file() {
    let mut names: Vec<String> = std::fs::read_dir(folder().join("errors"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let mut seen: Vec<Code> = Vec::new();
    for name in names {
        let text = std::fs::read_to_string(folder().join("errors").join(&name)).unwrap();
        let overrides: Vec<(String, String)> = text
            .lines()
            .filter_map(|line| line.strip_prefix("# set ")?.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let checked = open_text(&name, &text, &overrides);
        assert!(checked.model.is_none(), "{name} has no error");
        seen.extend(checked.diagnostics.iter().map(|d| d.code));
        golden(&name.replace(".cw", ".txt"), &render_all(&checked.diagnostics, &checked.sources, false));
    }
    let own = |code: &Code| code.severity() == Severity::Error && code.to_string().as_str() >= "CW0200";
    let unseen: Vec<String> =
        Code::all().filter(own).filter(|code| !seen.contains(code)).map(|c| c.to_string()).collect();
    // Lints and includes have goldens of their own.
    let lints = ["CW0206", "CW0450", "CW0451", "CW0453"];
    let unseen: Vec<&String> = unseen.iter().filter(|code| !lints.contains(&code.as_str())).collect();
    assert!(unseen.is_empty(), "no golden file shows {unseen:?}");
}

/// The wrong example of a page has its error, the right one none.
#[test]
fn the_examples_of_pages_do_what_they_say() {
    let mut failures = String::new();
    // Those of lints assume more than this prelude.
    let own = |code: &Code| {
        let name = code.to_string();
        code.severity() == Severity::Error && name.as_str() >= "CW0200" && !name.starts_with("CW045")
    };
    for code in Code::all().filter(own) {
        let page = code.page();
        for heading in ["## What it says", "## Why", "## Example"] {
            assert!(page.contains(heading), "{code} has no `{heading}`");
        }
        let snippets: Vec<&str> =
            page.split("```casewise\n").skip(1).filter_map(|s| s.split("```").next()).collect();
        let (wrong, right) = match snippets.as_slice() {
            [wrong, right] => (Some(*wrong), *right),
            [right] => (None, *right),
            _ => continue,
        };
        if let Some(wrong) = wrong {
            let checked = open_text("page", &with_prelude(wrong), &[]);
            if !checked.diagnostics.iter().any(|d| d.code == code) {
                let shown = render_all(&checked.diagnostics, &checked.sources, false);
                writeln!(failures, "{code}: the wrong example has other errors:\n{shown}").unwrap();
            }
        }
        let checked = open_text("page", &with_prelude(right), &[]);
        if checked.diagnostics.iter().any(|d| d.severity() == Severity::Error || d.code == code) {
            let shown = render_all(&checked.diagnostics, &checked.sources, false);
            writeln!(failures, "{code}: the right example has errors:\n{shown}").unwrap();
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// An expression and its type, with `i: int`, `io: int?` and so on in sight.
const INFERRED: &[(&str, &str)] = &[
    ("i + 1", "int"),
    ("io + 1", "int?"),
    ("i + 1.5", "decimal"),
    ("i + 2.0", "int"),
    ("f + 1.5", "float"),
    ("d * 2", "decimal"),
    ("i + d", "decimal"),
    ("d + f", "float"),
    ("i * 5%", "decimal"),
    ("i / 2", "float"),
    ("i / i", "float?"),
    ("d / 2", "decimal"),
    ("d / 0", "decimal?"),
    ("d / -2", "decimal"),
    ("i / 2.5", "decimal"),
    ("1 / 3", "float"),
    ("-io", "int?"),
    ("5%", "decimal"),
    ("io otherwise 0", "int"),
    ("io otherwise 0.5", "decimal"),
    ("io otherwise io", "int?"),
    ("i / i otherwise 0", "float"),
    ("io > 1", "bool?"),
    ("i > 1", "bool"),
    ("io is missing", "bool"),
    ("i > 1 and io > 1", "bool?"),
    ("not (i > 1)", "bool"),
    ("io between 1 and 5", "bool?"),
    ("i between io and 5", "bool?"),
    ("e == gold", "bool"),
    ("gold == eo", "bool?"),
    ("eo in [gold, silver]", "bool?"),
    ("e not in [gold]", "bool"),
    ("i in [1, 2.5]", "bool"),
    ("gold in es", "bool"),
    ("\"x\" in tso", "bool?"),
    ("es overlaps [gold]", "bool"),
    ("[gold] subset of es", "bool"),
    ("ts overlaps [t, to]", "bool?"),
    ("size(tso)", "int?"),
    ("if i > 1 then 1 else 2.5", "decimal"),
    ("if io > 1 then 1 else 2", "int?"),
    ("if i > 1 then e else gold", "tier"),
    ("if i > 1 then i else missing", "int?"),
    ("min(i, d)", "decimal"),
    ("max(i, io, 3)", "int?"),
    ("abs(d)", "decimal"),
    ("round(f, 2)", "float"),
    ("round(d)", "decimal"),
    ("floor(io)", "int?"),
    ("log(i)", "float?"),
    ("sqrt(f)", "float?"),
    ("exp(i)", "float"),
    ("pow(i, 2)", "float"),
    ("today + 30 days", "date"),
    ("today + i days", "date"),
    ("30 days + today", "date"),
    ("day + 1 month", "date"),
    ("now - 2 hours", "time"),
    ("now + 1 month", "time"),
    ("dayo - 7 days", "date?"),
    ("day in last 30 days", "bool"),
    ("dayo in next 1 week", "bool?"),
    ("now in this month", "bool"),
    ("date(now)", "date"),
    ("days_between(day, today)", "int"),
    ("years_between(dayo, today)", "int?"),
    ("weekday(day)", "weekday"),
    ("weekday(day) >= fri", "bool"),
    ("hour(now)", "int"),
    ("length(to)", "int?"),
    ("matches(t, \"^a\")", "bool"),
    ("contains(t, \"a\")", "bool"),
    ("count(ev)", "int"),
    ("count(ev where io > 1)", "int"),
    ("sum(ev.amount)", "decimal"),
    ("sum(ev.maybe)", "int?"),
    ("sum(ev.amount * 2)", "decimal"),
    ("sum(ev.n half_life 30 days)", "float"),
    ("avg(ev.amount)", "decimal?"),
    ("avg(ev.n)", "float?"),
    ("min(ev.n)", "int?"),
    ("first(ev.kind)", "enum(a, b)?"),
    ("last(ev.at)", "time?"),
    ("distinct(ev.kind)", "int"),
    ("days(ev over this month)", "int"),
    ("exists(ev where maybe > 1 over last 7 days)", "bool"),
    ("all(child where years >= 18)", "bool"),
    ("sum(child.years)", "int?"),
    ("exists(ev where kind == a then within 7 days ev where kind == b over last 30 days)", "bool"),
    ("exists(contact where case == trial and outcome == accepted over last 60 days)", "bool"),
    ("dec.total", "int?"),
    ("dec.frequency", "int"),
    ("dec.monetary", "decimal"),
    ("dec.code", "text?"),
    ("heat", "float"),
    ("card", "int"),
    ("mix", "float?"),
    ("rank", "rank?"),
    ("rank >= high", "bool?"),
    ("place.label", "place"),
    ("place.distance", "float?"),
    ("grown", "bool?"),
    ("wanted", "bool"),
    ("hotlist", "bool"),
    ("half(i)", "float"),
    ("half(io otherwise 1) + 1", "float"),
    ("ratio(i, io)", "float?"),
    ("bar * 2", "int"),
    ("contact_channel", "enum(web, shop)?"),
    ("context.contact_channel == web", "bool?"),
    ("subject_of.i", "int"),
];

#[test]
fn types_and_optionality_are_inferred() {
    let base = include_str!("check/inference.cw");
    let mut text = base.to_owned();
    for (n, (expression, _)) in INFERRED.iter().enumerate() {
        writeln!(text, "let inferred_{n} = {expression}").unwrap();
    }
    let model = model_of(&text);
    let mut wrong = String::new();
    for (n, (expression, expected)) in INFERRED.iter().enumerate() {
        let name = format!("inferred_{n}");
        let found = &model.lets.iter().find(|l| *l.name == *name).unwrap().value.ty;
        let found = show(&model, found);
        if found != *expected {
            writeln!(wrong, "{expression}: expected {expected}, found {found}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn show(model: &Model, ty: &Type) -> String {
    let base = match &ty.base {
        Base::Enum(id) => {
            let ty = model.enums.get(id.0 as usize).unwrap();
            let labels: Vec<&str> = ty.labels.iter().map(|l| &*l.name).collect();
            ty.name.as_ref().map_or_else(|| format!("enum({})", labels.join(", ")), ToString::to_string)
        }
        other => format!("{other:?}").to_lowercase(),
    };
    format!("{base}{}", if ty.optional { "?" } else { "" })
}

#[test]
fn includes_are_read_once_and_in_place() {
    let files: BTreeMap<String, String> = [
        ("main.cw", "model m { language 1 }\ncustomer { key id: text }\ncase first { }\ninclude \"parts/*.cw\"\ncase last { }\n"),
        ("parts/a.cw", "include \"b.cw\"\ncase a { }\n"),
        ("parts/b.cw", "case b { }\n"),
    ]
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .into();
    let checked = open("main.cw", &files, &[]);
    let model = checked.model.expect("the files are good");
    let names: Vec<&str> = model.cases.iter().map(|c| &*c.name).collect();
    assert_eq!(names, ["first", "b", "a", "last"]);
}

#[test]
fn includes_that_cannot_be_followed_are_told() {
    let files: BTreeMap<String, String> = [
        ("main.cw", "model m { language 1 }\ncustomer { key id: text }\ninclude \"a.cw\"\ninclude \"gone.cw\"\ninclude \"none/*.cw\"\ninclude \"/etc/passwd\"\n"),
        ("a.cw", "include \"b.cw\"\n"),
        ("b.cw", "include \"a.cw\"\n"),
    ]
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .into();
    let checked = open("main.cw", &files, &[]);
    golden("includes.txt", &render_all(&checked.diagnostics, &checked.sources, false));
    let checked = open("gone.cw", &files, &[]);
    golden("no_file.txt", &render_all(&checked.diagnostics, &checked.sources, false));
}

/// Several teams on one base: what each does wrong is told in its own file, and shows the other file where that is
/// half of the story.
#[test]
fn what_teams_do_wrong_is_told_across_their_files() {
    let files: BTreeMap<String, String> = [
        (
            "main.cw",
            r#"model m { language 1 }
customer { key id: text; plan: enum(basic, plus, max); age: int? }
properties { owner: text = "", cost: decimal = 0 }
group data { with owner = "data" }
include "teams/*.cw"
"#,
        ),
        (
            "teams/a.cw",
            r#"segment young = age < 30
let depth(x: int) = deeper(x) + 1
case trial in data { for young; with cots = 5 }
case shared in data { variants { a 50%; b 40% } }
"#,
        ),
        (
            "teams/b.cw",
            r#"segment young = age < 25
let deeper(x: int) = depth(x) + 1
case shared in dta { for plan == plus }
table discount by plan, age {
  basic, any -> 0
  [basic, plus], < 40 -> 5
  max, >= 18 -> 10
}
"#,
        ),
    ]
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .into();
    let checked = open("main.cw", &files, &[]);
    golden("teams.txt", &render_all(&checked.diagnostics, &checked.sources, false));
}

#[test]
fn params_take_values_from_outside() {
    let text = "model m { language 1 }\ncustomer { key id: text, age: int? }\nparam bar: int in 1 .. 31 = 5\nparam double: int = bar * 2\nparam wait: duration = 3 days\nparam share: decimal = 5%\nsegment s = age > bar + double and wait > 1 day and share > 0\n";
    let set = |name: &str, value: &str| open_text("m", text, &[(name.to_owned(), value.to_owned())]);
    let value = |checked: &Checked, n: usize| {
        checked.model.as_ref().unwrap().params.get(n).unwrap().value.display_plain()
    };
    assert_eq!(value(&set("bar", "7"), 0), "7");
    assert_eq!(value(&set("bar", "7"), 1), "14");
    assert_eq!(value(&set("wait", "2 weeks"), 2), value(&set("wait", "14 days"), 2));
    assert_eq!(value(&set("share", "2.5%"), 3), "0.025");
    for (name, bad) in [("bar", "32"), ("bar", "x"), ("baar", "7"), ("wait", "2 months"), ("share", "")] {
        assert!(set(name, bad).model.is_none(), "{name}={bad}");
    }
}

#[test]
fn hostile_models_end_with_an_error() {
    let head = "model m { language 1 }\ncustomer { key id: text, age: int }\n";
    let doubling: String =
        (1..60).map(|n| format!("let f{n}(x: int) = f{}(x) + f{}(x)\n", n - 1, n - 1)).collect();
    let chain: String = (1..5_000).map(|n| format!("let c{n} = c{} + 1\n", n + 1)).collect();
    let circle: String = (0..3_000).map(|n| format!("let r{n} = r{} + 1\n", (n + 1) % 3_000)).collect();
    let nested = format!("let n = {}age{}\n", "abs(".repeat(90), ")".repeat(90));
    let models = [
        (format!("{head}let f0(x: int) = x + 1\n{doubling}"), false),
        (format!("{head}{chain}let c5000 = 1\n"), true),
        (format!("{head}{circle}"), false),
        (format!("{head}{nested}"), true),
        (format!("{head}let sum_of = {}1\n", "age + ".repeat(150)), true),
        (format!("{head}segment long = {}age > 1\n", "age > 1 and ".repeat(100)), true),
    ];
    for (n, (text, good)) in models.iter().enumerate() {
        let checked = open_text("m", text, &[]);
        let errors = checked.diagnostics.iter().filter(|d| d.severity() == Severity::Error).count();
        assert_eq!(
            errors == 0,
            *good,
            "model {n}: {}",
            render_all(
                checked.diagnostics.get(..3.min(checked.diagnostics.len())).unwrap(),
                &checked.sources,
                false
            )
        );
    }
}

#[test]
fn one_broken_declaration_hides_nothing_of_the_next() {
    let text = include_str!("check/errors/many.cw");
    let checked = open_text("many.cw", text, &[]);
    let codes: Vec<String> = checked
        .diagnostics
        .iter()
        .filter(|d| d.severity() == Severity::Error)
        .map(|d| d.code.to_string())
        .collect();
    // One per line that ends with `# error`.
    assert_eq!(
        codes.len(),
        text.matches("# error").count(),
        "{}",
        render_all(&checked.diagnostics, &checked.sources, false)
    );
}
