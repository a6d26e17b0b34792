//! Every folder of `examples/`: its model is clean, its tests pass, and it decides as expected.

use std::path::PathBuf;

use casewise_tests::program::{root, run};
use serde_json::Value;

fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(root().join("examples"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("model.cw").exists())
        .collect();
    folders.sort();
    folders
}

/// Runs a command in every example; it must say nothing but what is allowed.
fn every_example(command: &str) {
    for folder in folders() {
        let said = run(&folder, command);
        assert_eq!(said.code, 0, "{}: {command}\n{}{}", folder.display(), said.out, said.err);
    }
}

#[test]
fn models_have_no_errors_and_no_warnings() {
    for folder in folders() {
        let said = run(&folder, "casewise check model.cw");
        let text = format!("{}{}", said.out, said.err);
        assert_eq!(said.code, 0, "{}\n{text}", folder.display());
        assert!(!text.contains("warning["), "{}\n{text}", folder.display());
    }
}

/// The model files of a folder and the folders in it.
fn model_files(folder: &std::path::Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(model_files(&path));
        } else if path.extension().is_some_and(|end| end == "cw") {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn models_are_in_the_canonical_form() {
    for folder in folders() {
        for file in model_files(&folder) {
            let said = run(&folder, &format!("casewise fmt --check {}", file.display()));
            assert_eq!(said.code, 0, "{}\n{}{}", file.display(), said.out, said.err);
        }
    }
}

#[test]
fn tests_inside_the_models_pass() {
    every_example("casewise test model.cw");
}

#[test]
fn decisions_are_as_expected() {
    let mut wrong = Vec::new();
    for folder in folders() {
        let command = std::fs::read_to_string(folder.join("command.txt")).unwrap();
        let said = run(&folder, &format!("{} --format jsonl", command.trim()));
        assert_eq!(said.code, 0, "{}\n{}", folder.display(), said.err);
        let mut decided = said.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let expected = std::fs::read_to_string(folder.join("expected.jsonl")).unwrap();
        for line in expected.lines() {
            let expected: Value = serde_json::from_str(line).unwrap();
            // In order: what is skipped here is not found later.
            let found = decided.find(|decision| decision["id"] == expected["id"]);
            let place = format!("{}: {}", folder.file_name().unwrap().display(), expected["id"]);
            match found {
                Some(decision) => differences(&place, &expected, &decision, &mut wrong),
                None => wrong.push(format!("{place}: no decision, or not in this place")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn fits_give_the_stored_parameters_to_the_last_byte() {
    let learned: Vec<PathBuf> =
        folders().into_iter().filter(|folder| folder.join("fit.txt").exists()).collect();
    assert!(!learned.is_empty());
    for folder in learned {
        let command = std::fs::read_to_string(folder.join("fit.txt")).unwrap();
        let said = run(&folder, command.trim());
        assert_eq!(said.code, 0, "{}\n{}", folder.display(), said.err);
        let stored = std::fs::read_to_string(folder.join("parameters.json")).unwrap();
        let differs = said.out.lines().zip(stored.lines()).find(|(now, stored)| now != stored);
        assert_eq!(differs, None, "{}", folder.display());
        assert_eq!(said.out, stored, "{}", folder.display());
    }
}

/// Where `actual` does not hold what is expected: of objects the fields that are expected, of arrays every
/// element.
fn differences(place: &str, expected: &Value, actual: &Value, wrong: &mut Vec<String>) {
    match (expected, actual) {
        (Value::Object(fields), Value::Object(_)) => {
            for (name, expected) in fields {
                let actual = actual.get(name).unwrap_or(&Value::Null);
                differences(&format!("{place}.{name}"), expected, actual, wrong);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (n, (expected, actual)) in a.iter().zip(b).enumerate() {
                differences(&format!("{place}[{n}]"), expected, actual, wrong);
            }
        }
        (Value::Number(a), Value::Number(b)) if a.as_f64() == b.as_f64() => {}
        (a, b) if a == b => {}
        (a, b) => wrong.push(format!("{place}: expected {a}, got {b}")),
    }
}
