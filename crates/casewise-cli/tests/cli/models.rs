//! The commands that are about the model alone, and `explain`.
use crate::common::{Folder, SUPPLY, shop};

const BROKEN: &str = "model m { language 1 }\ncustomer { key id: text; age: it }\ncase a { for agge > 1 }\n";

#[test]
fn a_valid_model_is_said_to_be_valid() {
    let ran = shop().words("check shop.cw");
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "shop 7 is valid: 2 cases\n", ""));
}

#[test]
fn all_errors_of_a_model_are_told_at_once() {
    let folder = Folder::new(&[("m.cw", BROKEN)]);
    let ran = folder.words("check m.cw");
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(ran.err.contains("--> m.cw:2:31"), "{}", ran.err);
    assert!(ran.err.contains("--> m.cw:3:14"), "{}", ran.err);
    assert!(ran.err.ends_with("2 errors, 0 warnings\n"), "{}", ran.err);

    let ran = folder.words("check m.cw --format json");
    let data: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, data.as_array().unwrap().len()), (1, 2));
    assert_eq!(data[0]["line"], 2);
    assert_eq!(folder.feed("check -", BROKEN).code, 1);
}

#[test]
fn of_many_errors_people_see_the_first_and_programs_all() {
    let cases: String = (0..30).map(|n| format!("case c{n} {{ for nobody }}\n")).collect();
    let folder =
        Folder::new(&[("m.cw", &format!("model m {{ language 1 }}\ncustomer {{ key id: text }}\n{cases}"))]);
    let shown = |ran: &crate::common::Ran| ran.err.matches("--> m.cw:").count();
    for command in ["check", "test", "requires"] {
        let ran = folder.words(&format!("{command} m.cw"));
        assert_eq!((ran.code, shown(&ran)), (1, 20), "{}", ran.err);
        let end = "\n\n… and 10 more errors: `casewise check --all` shows all\n\n30 errors, 0 warnings\n";
        assert!(ran.err.ends_with(end), "{}", ran.err);
    }
    let ran = folder.words("check m.cw --all");
    assert_eq!((ran.code, shown(&ran)), (1, 30), "{}", ran.err);
    assert!(!ran.err.contains("more"), "{}", ran.err);
    let ran = folder.words("check m.cw --format json");
    let data: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, data.as_array().unwrap().len()), (1, 30));
}

#[test]
fn of_many_warnings_people_see_the_first_too() {
    let params: String = (0..30).map(|n| format!("param p{n}: int = 1\n")).collect();
    let folder =
        Folder::new(&[("m.cw", &format!("model m {{ language 1 }}\ncustomer {{ key id: text }}\n{params}"))]);
    let ran = folder.words("check m.cw");
    assert_eq!((ran.code, ran.err.matches("--> m.cw:").count()), (0, 20), "{}", ran.err);
    assert!(ran.err.contains("… and 10 more warnings: `casewise check --all` shows all\n"), "{}", ran.err);
    assert_eq!(folder.words("check m.cw --all").err.matches("--> m.cw:").count(), 30);
}

#[test]
fn a_model_that_is_not_there_is_a_wrong_call() {
    let folder = Folder::new(&[]);
    for command in ["check", "test", "requires", "fmt"] {
        let ran = folder.words(&format!("{command} no.cw"));
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{command}");
        assert!(ran.err.contains("cannot read `no.cw`"), "{}", ran.err);
    }
}

#[test]
fn included_files_are_read_and_set_params_keep_them() {
    let folder = Folder::new(&[
        ("main.cw", "model m { language 1 }\ncustomer { key id: text }\ninclude \"a.cw\"\n"),
        ("a.cw", "param n: int = 1\ncase a { priority n }\n"),
        ("customers.csv", "id\nc1\n"),
    ]);
    assert_eq!(folder.words("check main.cw").out, "m is valid: 1 case\n");
    let ran =
        folder.words("decide main.cw --customers customers.csv --now 2026-11-22 --set n=5 --format jsonl");
    assert!(ran.out.contains(r#""rank_value":5"#), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains(r#""overrides":{"n":5}"#), "{}", ran.out);
}

#[test]
fn models_are_formatted_in_place_or_through_a_pipe() {
    let rough = "model m{language 1}\ncustomer{key id:text} # c\n";
    let folder = Folder::new(&[("m.cw", rough), ("bad.cw", "customer {")]);
    let check = folder.words("fmt --check m.cw");
    assert_eq!(check.code, 1);
    assert_eq!(check.err, "m.cw is not in its canonical form: run `casewise fmt m.cw`\n");
    assert_eq!(folder.read("m.cw"), rough);

    let piped = folder.feed("fmt -", rough).out;
    // The bad file is told, and the good one is written all the same.
    let ran = folder.words("fmt bad.cw m.cw");
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert_eq!(folder.read("m.cw"), piped);
    assert!(piped.contains("key id: text"), "{piped}");
    assert!(piped.contains("# c"), "{piped}");
    assert_eq!(folder.words("fmt --check m.cw").code, 0);
    assert_eq!(folder.read("bad.cw"), "customer {");
    assert_eq!(folder.names(), ["bad.cw", "m.cw"]);
}

const TESTED: &str = r#"model m { language 1 }
customer { key id: text; age: int? }
case adults { for grown: age >= 18 }
test "grown" {
  now 2026-11-22
  customer { id: "a", age: 18 }
  expect offered adults
}
test "not grown" {
  now 2026-11-22
  customer { id: "b", age: 17 }
  expect offered adults
  expect age > 17 and age < 20
  expect no offers
}
"#;

#[test]
fn a_failing_test_shows_what_was_expected_and_what_is_so() {
    let folder = Folder::new(&[("m.cw", TESTED)]);
    let ran = folder.words("test m.cw");
    assert_eq!(ran.code, 1, "{}", ran.err);
    let start = "\
ok    grown
FAIL  not grown
      m.cw:12
      - expect offered adults
      + `adults` is ineligible: `for` is false (grown)
";
    assert!(ran.out.starts_with(start), "{}", ran.out);
    let condition = "      - expect age > 17 and age < 20\n      + it is false\n        age is 17\n";
    assert!(ran.out.contains(condition), "{}", ran.out);
    assert!(ran.out.ends_with("1 passed, 1 failed\n"), "{}", ran.out);
}

#[test]
fn tests_are_chosen_by_their_titles() {
    let folder =
        Folder::new(&[("m.cw", TESTED), ("none.cw", "model m { language 1 }\ncustomer { key id: text }\n")]);
    let ran = folder.run(&["test", "m.cw", "--filter", "not"]);
    assert!(ran.out.ends_with("0 passed, 1 failed\n"), "{}", ran.out);
    let ran = folder.run(&["test", "m.cw", "--filter", "nowhere"]);
    assert_eq!((ran.code, ran.err.as_str()), (2, "error: no test fits `--filter nowhere`\n"));
    let ran = folder.words("test none.cw");
    assert_eq!(
        (ran.code, ran.out.as_str(), ran.err.as_str()),
        (0, "0 passed, 0 failed\n", "the model has no tests\n")
    );
}

#[test]
fn requires_says_what_to_supply() {
    let ran = shop().words("requires shop.cw");
    let expected = "\
customer, key `id`
  id: text
  age: int? from \"Age\"
  active: bool
  plan: enum(basic, plus)   (not read)
  tags: set(text)

context
  touchpoint: enum(counter, app)?

events `recharge`, the last 30 days
  at: time

lists
  blocked
";
    assert_eq!((ran.code, ran.out.as_str()), (0, expected), "{}", ran.err);
    let json: serde_json::Value =
        serde_json::from_str(&shop().words("requires shop.cw --format json").out).unwrap();
    assert_eq!(json["attributes"][1]["column"], "Age");
}

#[test]
fn requires_answers_before_anything_is_learned() {
    let text = "model m { language 1 }
customer { key id: text; tenure: int; churned: bool?; spare: int? }
scorecard risk { learn churned; by tenure bins at 12; points 600 at odds 19 doubling 20 }
case keep { for risk < 600 }
";
    let ran = Folder::new(&[("m.cw", text)]).words("requires m.cw");
    let expected = "\
customer, key `id`
  id: text
  tenure: int
  churned: bool?
  spare: int?   (not read)
";
    assert_eq!((ran.code, ran.out.as_str()), (0, expected), "{}", ran.err);
}

#[test]
fn a_code_has_its_page() {
    let folder = Folder::new(&[]);
    let ran = folder.words("explain-code cw0101");
    assert_eq!(ran.code, 0);
    assert!(ran.out.starts_with('#'), "{}", ran.out);
    let ran = folder.words("explain-code CW9999");
    assert_eq!(ran.code, 2);
    assert_eq!(ran.err, "error: there is no code `CW9999`\n  = help: a code is written like CW0101\n");
}

#[test]
fn one_customer_is_explained() {
    let folder = shop();
    let ran = folder.words(&format!("explain shop.cw {SUPPLY} --id c2"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.starts_with("c2 at 2026-11-22T02:00:00Z: offered hello on counter\n"), "{}", ran.out);
    assert!(ran.out.contains("require grown: age >= 18"), "{}", ran.out);

    let ran = folder.words(&format!("explain shop.cw {SUPPLY} --id c2 --case gift --format json"));
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((json["case"].as_str(), json["outcome"].as_str()), (Some("gift"), Some("unknown")));
    let ran = folder.words(&format!("explain shop.cw {SUPPLY} --id c2 --format json"));
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(json.as_object().unwrap().keys().collect::<Vec<_>>(), ["gift", "hello"]);
}

#[test]
fn explain_says_who_is_not_there_and_what_is_no_case() {
    let folder = shop();
    let ran = folder.words(&format!("explain shop.cw {SUPPLY} --id c99"));
    assert_eq!((ran.code, ran.err.as_str()), (2, "error: `customers.csv` has no customer `c99`\n"));
    let ran = folder.words(&format!("explain shop.cw {SUPPLY} --id c1 --case gifts"));
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (2, "error: the model declares no case `gifts`; did you mean `gift`?\n")
    );
    folder.write("customers.csv", b"id,Age,active,plan,tags\nc1,old,Y,plus,[]\n");
    let ran = folder.words(&format!("explain shop.cw {SUPPLY} --id c1"));
    assert_eq!(ran.code, 3);
    assert_eq!(
        ran.err,
        "error: the row is rejected: customers.csv:2: `age`: expected an int such as 12, got \"old\"\n"
    );
}

#[test]
fn help_teaches() {
    let folder = Folder::new(&[]);
    for command in ["decide", "explain", "check", "fmt", "test"] {
        let ran = folder.words(&format!("{command} --help"));
        assert_eq!(ran.code, 0);
        assert!(ran.out.contains(&format!("  casewise {command} ")), "{}", ran.out);
    }
    assert_eq!(folder.run(&[]).code, 2);
    assert_eq!(folder.words("decide").code, 2);
}

#[test]
fn declarations_of_a_model_are_written_for_other_languages() {
    let model = r#"
        model shop "The shop" { language 1 }
        customer { key id: text; plan: enum(basic "Basic", plus)? from "Plan name"; seen: set(int) }
        events order { amount: decimal }
        list blocked
        score worth = 1.5
        case gift { exclude blocked }
    "#;
    let folder = Folder::new(&[("m.cw", model)]);
    let typescript = folder.words("types m.cw --format typescript");
    assert_eq!((typescript.code, typescript.err.as_str()), (0, ""));
    for line in [
        r#"  readonly "Plan name"?: "Basic" | "plus" | "basic" | null | undefined;"#,
        r#"  readonly "seen": Iterable<number | bigint | `${bigint}`>;"#,
        "  readonly order?: Iterable<OrderEvent>;",
        r#"  readonly case: "gift";"#,
        r#"    readonly "worth": string | null;"#,
        "export type ShopModel = Model<Customer, ShopDecision, ShopOptions>;",
    ] {
        assert!(typescript.out.lines().any(|found| found == line), "{line}\n{}", typescript.out);
    }

    let python = folder.words("types m.cw --format python").out;
    for line in [
        r#"        "Plan name": NotRequired[Optional[Literal["Basic", "plus", "basic"]]],"#,
        r#"        "amount": Union[Decimal, int, float, str],"#,
        r#"Case = Literal["gift"]"#,
        r#"        "worth": Optional[str],"#,
    ] {
        assert!(python.lines().any(|found| found == line), "{line}\n{python}");
    }

    let schema: serde_json::Value =
        serde_json::from_str(&folder.words("types m.cw --format json-schema").out).unwrap();
    assert_eq!(schema["properties"]["customer"]["required"], serde_json::json!(["id", "seen"]));
    assert_eq!(
        schema["$defs"]["decision"]["properties"]["cases"]["properties"]["gift"]["required"][0],
        "status"
    );
    assert_eq!(folder.words("types m.cw").code, 2);
}
