//! `new`: a model out of a file, which checks cleanly and takes that very file.
use std::path::Path;

use crate::common::{Folder, golden};
use crate::files::every_format;

/// Runs `new`, and then everything that its model is good for. Gives the model.
#[track_caller]
fn made(folder: &Folder, file: &str, options: &str) -> String {
    let ran = folder.words(&format!("new {file} {options} -o made.cw"));
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{file}: {}", ran.err);
    let model = folder.read("made.cw");
    let ran = folder.words("check made.cw");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{file}: {model}");
    assert_eq!(folder.words("fmt --check made.cw").code, 0, "{file}: {model}");
    assert_eq!(folder.words("test made.cw").code, 0, "{file}: {model}");
    let live = model.replace("  status draft\n", "");
    folder.write("live.cw", live.as_bytes());
    let given = options.split_whitespace().skip_while(|word| *word != "--events").take(2);
    let given = given.collect::<Vec<_>>().join(" ");
    let ran =
        folder.words(&format!("decide live.cw --customers {file} {given} --now 2026-11-22 --format jsonl"));
    assert_eq!(
        (ran.code, ran.err.lines().filter(|l| !l.starts_with("note:")).count()),
        (0, 0),
        "{file}: {}\n{model}",
        ran.err
    );
    assert!(
        ran.out.contains(r#""first":{"status""#),
        "{file}: {}",
        ran.out.chars().take(500).collect::<String>()
    );
    model
}

#[test]
fn the_data_of_every_example_is_taken() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    for file in [
        "call_reminder/customers.csv",
        "capacity/projects.csv",
        "care/customers.csv",
        "cdnow/customers.csv",
        "fee_risk/customers.csv",
        "loans/loans.csv",
        "retail/customers.csv",
        "telco/customers.csv",
        "launch_gate/case_files.jsonl",
        "touchpoint/customers.jsonl",
    ] {
        let (_, name) = file.split_once('/').unwrap();
        let folder = Folder::new(&[]);
        folder.write(name, &std::fs::read(examples.join(file)).unwrap());
        made(&folder, name, "");
    }
}

const UGLY: &str = "\u{feff}Kunden Nr.;x,Age (years),Ort,active?,since,last seen,spent €,tags,note,2024,case,empty\r\n\
c1,30,Bad Homburg,Yes,2024-01-31,2026-11-01T10:00,\"12.50\",\"[\"\"a\"\",\"\"b\"\"]\",\"two\r\nlines, \"\"quoted\"\"\",007,x,\r\n\
c2,,Köln,No,2020-02-29,,0.1,[],'x',012,y,\r\n\
c3,41,Bad Homburg,Yes,2019-12-31,2026-11-02 11:30:00,1e2,\"[\"\"a\"\"]\",NA,100,z,\r\n\
c4,50,Köln,No,,2026-11-02T11:30:00Z,3,\"[]\",-,5,w,\r\n\
c5,29,Köln,Yes,2024-01-31,,3,\"[\"\"b\"\"]\",,6,v,\r\n\
c6,29,Bad Homburg,Yes,2024-01-31,,3,\"[\"\"b\"\"]\",  ,6,v,\r\n";

#[test]
fn an_ugly_file_becomes_a_model_to_be_edited() {
    let folder = Folder::new(&[("Kunden 2024.csv", "")]);
    folder.write("ugly.csv", UGLY.as_bytes());
    golden("new.cw", &made(&folder, "ugly.csv", "--name ugly_shop"));
}

#[test]
fn events_come_with_their_customers() {
    let folder = Folder::new(&[
        ("people.csv", "id,age\na,30\nb,41\nc,29\n"),
        ("buy.csv", "id,date,amount\na,2026-01-05,12.50\na,2026-02-05,\nz,2026-02-05,3\n"),
    ]);
    let model = made(&folder, "people.csv", "--events buy=buy.csv");
    assert!(model.contains("events buy {\n  at: date from \"date\""), "{model}");
    let ran = folder.words("new people.csv --events buy=people.csv");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("no column with dates or times"), "{}", ran.err);
}

#[test]
fn columns_keep_the_types_that_they_have() {
    let mut models: Vec<String> = Vec::new();
    for ending in ["parquet", "arrow", "ipc"] {
        let folder = every_format();
        let model =
            made(&folder, &format!("customers.{ending}"), &format!("--events recharge=recharge.{ending}"));
        models.push(model.replace(&format!("customers.{ending}"), "customers"));
    }
    for line in [
        "  Age: int?  # 16 to 30; missing in 33.3 %",
        "  active: bool",
        "  tags: set(enum(sms))",
        "  at: time",
        "  amount: decimal  # 5 to 20",
    ] {
        assert!(models[0].lines().any(|found| found == line), "{line}\n{}", models[0]);
    }
    assert!(models.iter().all(|model| *model == models[0]), "{models:?}");
}

#[test]
fn keys_may_be_numbers() {
    let folder = Folder::new(&[
        ("people.jsonl", "{\"id\":1,\"age\":30}\n{\"id\":2,\"age\":41}\n{\"id\":30,\"age\":null}\n"),
        ("buy.csv", "id,at,amount\n1,2026-01-05,12.50\n30,2026-02-05,3\n"),
        ("named.csv", "id,at\nx,2026-01-05\n"),
    ]);
    let model = made(&folder, "people.jsonl", "--events buy=buy.csv");
    assert!(model.contains("  key id: int\n") && model.contains("customer { id: 1 }"), "{model}");
    let ran = folder.words("new people.jsonl --events buy=named.csv");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("the key `id` is a number in one file and text in another"), "{}", ran.err);
}

#[test]
fn what_is_no_file_of_customers_is_refused_with_the_reason() {
    let folder = Folder::new(&[
        ("buy.csv", "customer_id,amount\na,5\na,5\n"),
        ("baskets.csv", "milk,bread,tea\nmilk\nbread,milk\ntea\n"),
        ("there.cw", "model edited { language 1 }\n"),
        ("ok.csv", "id\n1\n2\n"),
        ("empty.csv", "id,age\n"),
    ]);
    let told = |line: &str, part: &str| {
        let ran = folder.words(line);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line}");
        assert!(ran.err.contains(part), "{}", ran.err);
    };
    told("new buy.csv", "many rows of one customer are events");
    told("new buy.csv --key customer_id", "some of its values come up again");
    told("new ok.csv --key idd", "did you mean `id`?");
    told("new baskets.csv", "every row has as many cells");
    told("new ok.csv -o there.cw", "is there already");
    told("new empty.csv", "empty.csv has no rows");
    told("new no.csv", "cannot read `no.csv`");
    assert_eq!(folder.read("there.cw"), "model edited { language 1 }\n");
    assert!(folder.feed("new -", "id,n\n1,2\n2,3\n").out.contains("model model_ {"));
}
