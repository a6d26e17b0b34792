//! The index of all diagnostic codes.

use casewise_core::diagnostic::{Code, Severity};

/// The page: every code with its summary and a link to its own page.
pub(crate) fn index() -> String {
    let mut page = "# Diagnostics\n\n\
        Every error and warning has a code, and every code a page that `casewise explain-code CW0101` prints.\n\
        Errors refuse a model; warnings do not.\n"
        .to_owned();
    for (severity, title) in [(Severity::Error, "Errors"), (Severity::Warning, "Warnings")] {
        page.push_str(&format!("\n## {title}\n\n| code | |\n| --- | --- |\n"));
        for code in Code::all().filter(|code| code.severity() == severity) {
            let summary = code.summary().replace('|', "\\|");
            page.push_str(&format!(
                "| [{code}](../../crates/casewise-core/diagnostics/{code}.md) | {summary} |\n"
            ));
        }
    }
    page
}
