//! The page of the command line: what every `--help` says.

use std::path::Path;
use std::process::{Command, Stdio};

/// The page, from the program itself.
pub(crate) fn page(root: &Path) -> Result<String, String> {
    let whole = help(root, &[])?;
    let mut page = format!(
        "# Command line\n\nWhat `casewise --help` and the `--help` of its commands say.\n\n```text\n{whole}```\n"
    );
    for command in commands(&whole) {
        let text = help(root, &[command])?;
        page.push_str(&format!("\n## `casewise {command}`\n\n```text\n{text}```\n"));
    }
    Ok(page)
}

/// The names below `Commands:` that have a help of their own.
fn commands(help: &str) -> impl Iterator<Item = &str> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names = listed.take_while(|line| !line.is_empty()).filter_map(|line| {
        // A summary that goes on in a second line is indented further.
        let name = line.strip_prefix("  ")?;
        (!name.starts_with(' ')).then(|| name.split_whitespace().next()).flatten()
    });
    names.filter(|name| *name != "help")
}

fn help(root: &Path, command: &[&str]) -> Result<String, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // No terminal, so that lines are as long on every machine.
    let said = Command::new(cargo)
        .args(["run", "--quiet", "--package", "casewise-cli", "--"])
        .args(command)
        .arg("--help")
        .current_dir(root)
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("cargo cannot be run: {e}"))?;
    if !said.status.success() {
        return Err(String::from_utf8_lossy(&said.stderr).into_owned());
    }
    let text = String::from_utf8(said.stdout).map_err(|e| e.to_string())?;
    Ok(text.lines().map(|line| format!("{}\n", line.trim_end())).collect())
}
