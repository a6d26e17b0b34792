//! `casewise requires`: what a caller must supply.

use std::io::{self, Write};

use casewise::{InputRequirement, Requirements};

use crate::Ended;
use crate::args::{RequiresArgs, TextOrJson};
use crate::exit::Exit;

pub(crate) fn run(args: &RequiresArgs) -> Ended {
    let model = super::open(&args.model)?;
    let required = model.requirements()?;
    let mut stdout = std::io::stdout().lock();
    match args.format {
        TextOrJson::Text => text(&mut stdout, model.subject_name(), &required)?,
        TextOrJson::Json => {
            let json = serde_json::to_string_pretty(&required).map_err(io::Error::from)?;
            writeln!(stdout, "{json}")?;
        }
    }
    Ok(Exit::Done)
}

fn text(out: &mut impl Write, subject: &str, required: &Requirements) -> io::Result<()> {
    writeln!(out, "{subject}, key `{}`", required.key)?;
    for field in &required.attributes {
        line(out, field, *field.name == *required.key)?;
    }
    if required.context.iter().any(|field| !field.used_by.is_empty()) {
        writeln!(out, "\ncontext")?;
        for field in &required.context {
            line(out, field, false)?;
        }
    }
    for table in &required.tables {
        let back = match table.look_back.as_deref() {
            None => String::new(),
            Some("all") => ", all of the past".to_owned(),
            Some(length) => format!(", the last {length}"),
        };
        writeln!(out, "\n{} `{}`{back}", table.kind, table.name)?;
        for field in &table.fields {
            line(out, field, false)?;
        }
    }
    if !required.lists.is_empty() {
        writeln!(out, "\nlists")?;
        for list in &required.lists {
            writeln!(out, "  {}", list.name)?;
        }
    }
    if !required.remaining.is_empty() {
        writeln!(out, "\nmay be given: what remains")?;
        for remaining in &required.remaining {
            let of = remaining.property.as_ref().map(|p| format!(" of {p}")).unwrap_or_default();
            writeln!(out, "  {}{of} for `{}`", remaining.kind, remaining.of)?;
        }
    }
    Ok(())
}

fn line(out: &mut impl Write, field: &InputRequirement, is_key: bool) -> io::Result<()> {
    let column = if field.column == field.name { String::new() } else { format!(" from {:?}", field.column) };
    let unread = if field.used_by.is_empty() && !is_key { "   (not read)" } else { "" };
    writeln!(out, "  {}: {}{column}{unread}", field.name, field.ty)
}
