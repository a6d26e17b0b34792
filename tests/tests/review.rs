//! The review of a change as a CI job runs it: `examples/review/review.sh`.

use std::path::{Path, PathBuf};

use casewise_tests::program::{Said, copy, root, run};

/// Two checkouts of the example care, the new one edited.
fn checkouts(name: &str, edit: impl Fn(&Path)) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("casewise-review-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    for side in ["old", "new"] {
        copy(&root().join("examples/care"), &folder.join(side));
    }
    edit(&folder.join("new"));
    folder
}

fn replace(file: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{} has no {from}", file.display());
    std::fs::write(file, text.replacen(from, to, 1)).unwrap();
}

fn review(folder: &Path) -> Said {
    let script = root().join("examples/review/review.sh");
    let supply = "--customers new/customers.csv --events contact=new/contact.csv \
                  --list do_not_contact=new/do_not_contact.csv --now 2026-02-28T15:00";
    let said = run(folder, &format!("COVERAGE=60 sh {} old new out {supply}", script.display()));
    assert!(said.code == 0 || said.code == 1, "{}{}", said.out, said.err);
    said
}

#[test]
fn a_change_is_shown_and_not_refused() {
    let folder = checkouts("change", |new| {
        replace(&new.join("policy/contacts.cw"), "10 = 1", "10 = 2");
        // Tests of the old cap go with it.
        for (file, title) in [
            ("policy/contacts.cw", "test \"contacted at nine"),
            ("policy/contacts.cw", "test \"a minute before"),
            ("marketing/sales.cw", "test \"three cases match"),
        ] {
            let path = new.join(file);
            let text = std::fs::read_to_string(&path).unwrap();
            let start = text.find(title).unwrap();
            let end = start + text[start..].find("\n}\n").unwrap() + 3;
            std::fs::write(&path, format!("{}{}", &text[..start], text[end..].trim_start())).unwrap();
        }
    });
    let said = review(&folder);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    for part in
        ["== form\n", "is valid: 5 cases", "10 passed, 0 failed", "~ param daily_cap", "offered in, before:"]
    {
        assert!(said.out.contains(part), "{part}\n{}", said.out);
    }
    let read = |name: &str| std::fs::read_to_string(folder.join("out").join(name)).unwrap();
    assert!(read("tests.xml").contains("tests=\"10\" failures=\"0\""));
    assert!(read("diff.html").starts_with("<!DOCTYPE html>"));
    assert!(said.out.ends_with(&read("diff.txt")));
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_must_not_be_merged_fails() {
    let refused = |name: &str, file: &str, from: &str, to: &str, told: &str| {
        let folder = checkouts(name, |new| replace(&new.join(file), from, to));
        let said = review(&folder);
        assert_eq!(said.code, 1, "{name}: {}", said.out);
        let all = format!("{}{}", said.out, said.err);
        assert!(all.contains(told), "{name}: {all}");
        // Of a model whose tests fail, the difference is shown too.
        assert_eq!(all.contains("~ param daily_cap"), name == "tests", "{name}: {all}");
        std::fs::remove_dir_all(folder).unwrap();
    };
    refused("form", "marketing/sales.cw", "  priority 80", "    priority 80", "is not in its canonical form");
    refused("model", "service/works.cw", "for works_ahead", "for works_ahaed", "did you mean `works_ahead`?");
    refused(
        "tests",
        "policy/contacts.cw",
        "10 = 1",
        "10 = 3",
        "FAIL  contacted at nine, asked at three: capped",
    );
}

#[test]
fn nothing_to_review_passes() {
    let folder = checkouts("same", |_| {});
    let said = review(&folder);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(said.out.contains("no declaration differs") && said.out.contains("nobody moves"), "{}", said.out);
    std::fs::remove_dir_all(folder).unwrap();
}
