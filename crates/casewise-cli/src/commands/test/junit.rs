//! Results as JUnit XML, which CI systems read: a suite per file, a case per test.

use std::borrow::Cow;
use std::io::{self, Write};

use casewise::TestResult;

pub(super) fn write(out: &mut impl Write, model: &str, results: &[TestResult]) -> io::Result<()> {
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    let failed = |results: &[&TestResult]| results.iter().filter(|result| !result.passed()).count();
    let all: Vec<&TestResult> = results.iter().collect();
    let (name, tests, failures) = (escaped(model), all.len(), failed(&all));
    writeln!(out, r#"<testsuites name="{name}" tests="{tests}" failures="{failures}" errors="0">"#)?;
    // In the order in which the files first come up.
    let mut files: Vec<&str> = Vec::new();
    for result in results {
        if !files.contains(&result.file()) {
            files.push(result.file());
        }
    }
    for file in files {
        let suite: Vec<&TestResult> = results.iter().filter(|result| result.file() == file).collect();
        let (name, tests, failures) = (escaped(file), suite.len(), failed(&suite));
        writeln!(out, r#"  <testsuite name="{name}" tests="{tests}" failures="{failures}" errors="0">"#)?;
        for result in suite {
            case(out, &name, result)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn case(out: &mut impl Write, file: &str, result: &TestResult) -> io::Result<()> {
    let (title, line) = (escaped(result.title()), result.line());
    write!(out, r#"    <testcase name="{title}" classname="{file}" file="{file}" line="{line}""#)?;
    if result.passed() {
        return writeln!(out, "/>");
    }
    writeln!(out, ">")?;
    for failure in result.failures() {
        let message = format!("{}: {}", failure.expected(), failure.actual());
        let text = format!("{}:{}\n{}", result.file(), failure.line(), failure.why().unwrap_or_default());
        let (message, text) = (escaped(&message), escaped(text.trim_end()));
        writeln!(out, r#"      <failure type="expectation" message="{message}">{text}</failure>"#)?;
    }
    writeln!(out, "    </testcase>")
}

/// Text as XML 1.0 takes it; what it cannot hold at all becomes `?`.
fn escaped(text: &str) -> Cow<'_, str> {
    let plain = |c: char| !matches!(c, '<' | '>' | '&' | '"' | '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}');
    if text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\r' => out.push_str("&#13;"),
            c if plain(c) => out.push(c),
            _ => out.push('?'),
        }
    }
    Cow::Owned(out)
}
