//! The messages we would rather not show, as they are: `bad_messages.md`.

use std::path::Path;

use casewise_tests::pages::blocks;

/// The page with what is said of its models today.
fn with_messages(page: &str) -> String {
    let mut said = String::new();
    let mut lines: Vec<String> = Vec::new();
    let source: Vec<&str> = page.lines().collect();
    let mut done = 0;
    for block in blocks(page) {
        lines.extend(source[done..block.line].iter().map(|line| (*line).to_owned()));
        done = block.line + block.text.lines().count();
        if block.has("casewise") {
            let messages = casewise::check("model.cw", &block.text);
            said = messages.iter().map(|m| m.rendered.as_str()).collect::<Vec<_>>().join("\n\n");
            lines.extend(block.text.lines().map(str::to_owned));
        } else {
            lines.extend(said.lines().map(|line| line.trim_end().to_owned()));
        }
    }
    lines.extend(source[done..].iter().map(|line| (*line).to_owned()));
    lines.join("\n") + "\n"
}

#[test]
fn bad_messages_are_as_bad_as_they_were() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("bad_messages.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let said = with_messages(&page);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, said).unwrap();
        return;
    }
    assert_eq!(page, said, "run with UPDATE_DOCS=1 if it became better");
}
