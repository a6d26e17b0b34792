//! The edges between rooms: which crate may depend on which, and inside the core which module.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Names in `[dependencies]` of a crate's manifest (optional ones too, not those of tests).
fn dependencies(krate: &str) -> BTreeSet<String> {
    let path = root().join(krate).join("Cargo.toml");
    let manifest = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut inside = false;
    let mut names = BTreeSet::new();
    for line in manifest.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            inside = section.starts_with("dependencies");
            if let Some(name) = section.strip_prefix("dependencies.") {
                names.insert(name.trim_end_matches(']').to_owned());
            }
        } else if inside && !line.is_empty() && !line.starts_with('#') {
            names.insert(line.split(['.', '=', ' ']).next().unwrap().to_owned());
        }
    }
    names
}

fn assert_only(krate: &str, of: impl Fn(&str) -> bool, why: &str) {
    let wrong: Vec<String> = dependencies(krate).into_iter().filter(|name| !of(name)).collect();
    assert!(wrong.is_empty(), "{krate} must not depend on {}: {why}", wrong.join(", "));
}

#[test]
fn core_stands_alone() {
    let heavy =
        ["serde_json", "clap", "csv", "comfy-table", "indicatif", "tokio", "rayon", "rusqlite", "anyhow"];
    assert_only(
        "crates/casewise-core",
        |name| !name.starts_with("casewise") && !name.starts_with("arrow") && !heavy.contains(&name),
        "an embedder who decides one customer at a time pays for nothing else",
    );
}

#[test]
fn the_facade_stands_on_the_inner_rooms() {
    let rooms = [
        "casewise-core",
        "casewise-columns",
        "casewise-deep",
        "casewise-fit",
        "casewise-ipc",
        "casewise-pages",
        "casewise-ledger",
    ];
    assert_only(
        "crates/casewise",
        |name| !name.starts_with("casewise") || rooms.contains(&name),
        "it is the public face of the rooms, nothing else",
    );
}

#[test]
fn the_command_line_stands_on_the_facade() {
    assert_only(
        "crates/casewise-cli",
        |name| !name.starts_with("casewise") || name == "casewise",
        "the command does not reach past the façade",
    );
}

#[test]
fn bindings_stand_on_the_facade() {
    for krate in ["bindings/node", "bindings/python"] {
        assert_only(
            krate,
            |name| !name.starts_with("casewise") || name == "casewise",
            "they convert, and nothing else",
        );
    }
}

#[test]
fn deep_checks_stand_on_the_core() {
    assert_only(
        "crates/casewise-deep",
        |name| !name.starts_with("casewise") || name == "casewise-core",
        "what can happen in a model is asked of its plan and of the engine",
    );
}

#[test]
fn formats_know_nothing_of_models() {
    for krate in ["crates/casewise-ipc", "crates/casewise-pages"] {
        assert_only(
            krate,
            |name| !name.starts_with("casewise"),
            "bytes and numbers go through them, no decisions",
        );
    }
}

#[test]
fn evaluators_do_not_see_learning_or_storage() {
    for (krate, forbidden) in [
        ("crates/casewise-columns", ["casewise-fit", "casewise-ledger"]),
        ("crates/casewise-ledger", ["casewise-fit", "casewise-columns"]),
        ("crates/casewise-fit", ["casewise-columns", "casewise-ledger"]),
    ] {
        if root().join(krate).exists() {
            assert_only(
                krate,
                |name| !forbidden.contains(&name),
                "rooms beside each other do not know each other",
            );
        }
    }
}

/// The Rust files below a folder, or the file of that name; not those of tests.
fn sources(module: &str) -> Vec<PathBuf> {
    let src = root().join("crates/casewise-core/src");
    let mut files = Vec::new();
    let mut folders = vec![src.join(module)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let entry = entry.unwrap();
            let path = entry.path();
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name == "tests" || name.ends_with("tests.rs") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                files.push(path);
            }
        }
    }
    let single = src.join(format!("{module}.rs"));
    if single.exists() {
        files.push(single);
    }
    files.sort();
    files
}

/// Paths after `crate::` in a file's code, comments and tests left out: `plan::semantics::…`.
fn uses(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap();
    let mut code: String = text
        .lines()
        .take_while(|line| !line.trim_start().starts_with("#[cfg(test)]"))
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join(" ");
    // `use crate::{plan::Plan, row};` names each of its items.
    while let Some(start) = code.find("crate::{") {
        let rest = &code[start + "crate::{".len()..];
        let mut depth = 1;
        let mut items = vec![String::new()];
        let mut end = rest.len();
        for (n, c) in rest.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => items.push(String::new()),
                _ => {}
            }
            if depth == 0 {
                end = n + 1;
                break;
            }
            if !(c == ',' && depth == 1) {
                items.last_mut().unwrap().push(c);
            }
        }
        let written: Vec<String> = items.iter().map(|i| format!("crate::{} ", i.trim())).collect();
        code = format!("{}{}{}", &code[..start], written.join(" "), &rest[end..]);
    }
    let mut paths = Vec::new();
    for part in code.split("crate::").skip(1) {
        let path: String =
            part.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':')).collect();
        paths.push(path);
    }
    paths
}

/// The modules of the core, and what each may use besides itself; `plan::semantics` is a part of one.
const MAY_USE: [(&str, &[&str]); 10] = [
    ("values", &[]),
    ("source", &[]),
    ("diagnostic", &["source"]),
    ("syntax", &["source", "diagnostic", "values"]),
    ("model", &["source", "diagnostic", "syntax", "values", "plan::semantics"]),
    ("input", &["source", "syntax", "values", "model", "diagnostic"]),
    ("plan", &["source", "syntax", "values", "model", "diagnostic", "input"]),
    ("row", &["source", "syntax", "values", "model", "diagnostic", "input", "plan"]),
    ("starter", &["syntax", "values", "diagnostic"]),
    ("diff", &["source", "syntax", "values", "model", "parameters", "row"]),
];

#[test]
fn modules_of_the_core_look_one_way() {
    let mut wrong = Vec::new();
    for (module, allowed) in MAY_USE {
        for file in sources(module) {
            for path in uses(&file) {
                let starts = |prefix: &str| path == prefix || path.starts_with(&format!("{prefix}::"));
                let known = MAY_USE.iter().any(|(name, _)| starts(name));
                if known && !starts(module) && !allowed.iter().any(|a| starts(a)) {
                    let shown = file.strip_prefix(root()).unwrap().display().to_string();
                    wrong.push(format!(
                        "{shown} uses `crate::{path}`, but `{module}` may only use {allowed:?}"
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_core_has_no_clock_environment_or_files() {
    let forbidden = [
        "SystemTime::now",
        "Instant::now",
        "Timestamp::now",
        "Zoned::now",
        "std::env",
        "std::fs",
        "std::net",
    ];
    let mut wrong = Vec::new();
    for (module, _) in MAY_USE {
        for file in sources(module) {
            let text = fs::read_to_string(&file).unwrap();
            for (number, line) in text.lines().enumerate() {
                let code = line.split("//").next().unwrap();
                for word in forbidden.iter().filter(|word| code.contains(**word)) {
                    wrong.push(format!("{}:{}: `{word}`", file.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "now, files and the environment come in as arguments:\n{}", wrong.join("\n"));
}
