//! Every snippet and every command of the documentation.
//!
//! | block | what is tested |
//! | --- | --- |
//! | ```` ```casewise ```` | a whole model without errors and warnings, whose tests pass |
//! | ```` ```casewise,fragment ```` | declarations behind `docs/reference/prelude.cw`, whose tests pass |
//! | `…,error=CW0123` | exactly this error |
//! | `…,append=FILE` | joins the file that the page's commands read |
//! | ```` ```console ```` | commands behind `$`, and what they say |
//!
//! `UPDATE_DOCS=1 cargo test --test docs` writes what commands say into the pages.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use casewise_tests::pages::{Block, blocks, pages};
use casewise_tests::program::{copy, root, run};

/// A folder of this test's own.
fn scratch(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("casewise-docs-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The codes that a run shows behind a word, `error` or `warning`.
fn codes(word: &str, text: &str) -> BTreeSet<String> {
    let code = |line: &str| {
        let rest = line.strip_prefix(word)?.strip_prefix('[')?;
        Some(rest.split_once(']')?.0.to_owned())
    };
    text.lines().filter_map(code).collect()
}

/// What is wrong with a snippet, if anything.
fn snippet(block: &Block, prelude: &str, folder: &Path) -> Result<(), String> {
    let fragment = block.has("fragment");
    let text = if fragment { format!("{prelude}\n{}", block.text) } else { block.text.clone() };
    std::fs::write(folder.join("snippet.cw"), text).unwrap();
    let checked = run(folder, "casewise check snippet.cw");
    let said = format!("{}{}", checked.out, checked.err);
    if let Some(code) = block.value("error") {
        let found = codes("error", &said);
        let only = found.len() == 1 && found.contains(code);
        return if only { Ok(()) } else { Err(format!("expected the error {code} alone\n{said}")) };
    }
    if checked.code != 0 || (!fragment && !codes("warning", &said).is_empty()) {
        return Err(said);
    }
    if block.text.contains("\ntest \"") || block.text.starts_with("test \"") {
        let tested = run(folder, "casewise test snippet.cw");
        if tested.code != 0 {
            return Err(format!("{}{}", tested.out, tested.err));
        }
    }
    Ok(())
}

#[test]
fn snippets_are_right() {
    let prelude = std::fs::read_to_string(root().join("docs/reference/prelude.cw")).unwrap();
    let folder = scratch("snippets");
    let mut all = pages(&root().join("docs"));
    all.push(root().join("README.md"));
    let mut wrong = String::new();
    for page in all {
        for block in blocks(&std::fs::read_to_string(&page).unwrap()) {
            // What is appended to a file is tested by the commands that read it.
            if block.has("casewise")
                && block.value("append").is_none()
                && let Err(said) = snippet(&block, &prelude, &folder)
            {
                let _ = writeln!(wrong, "{}:{}\n{said}", page.display(), block.line);
            }
        }
    }
    let _ = std::fs::remove_dir_all(folder);
    assert!(wrong.is_empty(), "{wrong}");
}

/// Runs the commands of a page in `folder`, joining its `append` blocks on the way; the page with what the
/// commands say.
fn with_output(page: &str, folder: &Path) -> String {
    let mut lines: Vec<String> = Vec::new();
    let source: Vec<&str> = page.lines().collect();
    let mut done = 0;
    for block in blocks(page) {
        let end = block.line + block.text.lines().count();
        lines.extend(source.iter().take(block.line).skip(done).map(|l| (*l).to_owned()));
        done = end;
        if let Some(file) = block.value("append") {
            let path = folder.join(file);
            let mut text = std::fs::read_to_string(&path).unwrap_or_default();
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&block.text);
            std::fs::write(path, text).unwrap();
        }
        if block.has("console") {
            for command in block.text.lines().filter(|l| l.starts_with("$ ")) {
                lines.push(command.to_owned());
                let said = run(folder, &format!("{{ {}; }} 2>&1", command.trim_start_matches("$ ")));
                lines.extend(said.out.lines().map(|l| l.trim_end().to_owned()));
            }
        } else {
            lines.extend(block.text.lines().map(str::to_owned));
        }
    }
    lines.extend(source.iter().skip(done).map(|l| (*l).to_owned()));
    lines.join("\n") + "\n"
}

/// Runs the commands of a page on a copy of the files in `data`.
fn commands(page: &Path, data: &Path) {
    let folder = scratch(&page.display().to_string().replace(['/', '.'], "-"));
    copy(data, &folder);
    let written = std::fs::read_to_string(page).unwrap();
    let said = with_output(&written, &folder);
    let _ = std::fs::remove_dir_all(folder);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(page, said).unwrap();
        return;
    }
    for (n, (written, said)) in written.lines().zip(said.lines()).enumerate() {
        assert_eq!(said, written, "{}:{}", page.display(), n + 1);
    }
    assert_eq!(said.lines().count(), written.lines().count(), "{}", page.display());
}

#[test]
fn the_tutorial_says_what_happens() {
    commands(&root().join("docs/tutorial.md"), &root().join("docs/tutorial"));
}

#[test]
fn the_page_of_teams_says_what_happens() {
    commands(&root().join("docs/teams.md"), &root().join("examples/care"));
}

#[test]
fn the_readme_says_what_happens() {
    commands(&root().join("README.md"), &root().join("docs/tutorial"));
}

#[test]
fn the_page_of_the_preview_says_what_happens() {
    commands(&root().join("docs/preview.md"), &root().join("examples/telco"));
}

#[test]
fn the_page_beside_other_engines_says_what_happens() {
    commands(&root().join("docs/analysis-beside-others.md"), &root().join("docs/tutorial"));
}

#[test]
fn the_examples_say_what_happens() {
    for page in pages(&root().join("examples")) {
        commands(&page, page.parent().unwrap());
    }
}

#[test]
fn links_lead_somewhere() {
    let link = regex::Regex::new(r"\]\(([^)#\s]+)(#[^)\s]*)?\)").unwrap();
    let mut all = pages(&root().join("docs"));
    all.extend(pages(&root().join("examples")));
    all.extend(["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|p| root().join(p)));
    for page in all {
        let text = std::fs::read_to_string(&page).unwrap();
        for found in link.captures_iter(&text) {
            let target = found.get(1).unwrap().as_str();
            if !target.contains("://") {
                assert!(page.parent().unwrap().join(target).exists(), "{}: {target}", page.display());
            }
        }
    }
}
