//! `casewise types`: declarations of a model's inputs and decisions for other languages.

use std::io::{self, Write};

use casewise::{FieldSchema, Schema};

use crate::Ended;
use crate::args::{Declarations, TypesArgs};
use crate::exit::Exit;

mod json_schema;
mod python;
mod typescript;

pub(crate) fn run(args: &TypesArgs) -> Ended {
    let schema = super::open(&args.model)?.schema();
    let text = match args.format {
        Declarations::TypeScript => typescript::declarations(&schema, &args.model.model),
        Declarations::Python => python::declarations(&schema, &args.model.model),
        Declarations::JsonSchema => {
            let document = json_schema::document(&schema);
            format!("{}\n", serde_json::to_string_pretty(&document).map_err(io::Error::from)?)
        }
    };
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(Exit::Done)
}

/// `missed_call` → `MissedCall`; a name of the language is not always one of another.
fn type_name(name: &str) -> String {
    let mut made = String::new();
    let mut start = true;
    for c in name.chars() {
        if c == '_' {
            start = true;
        } else if start {
            made.extend(c.to_uppercase());
            start = false;
        } else {
            made.push(c);
        }
    }
    made
}

/// A string as JSON, TypeScript and Python all read it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Words joined, or what stands for none.
fn joined(words: impl IntoIterator<Item = String>, by: &str, none: &str) -> String {
    let joined = words.into_iter().collect::<Vec<_>>().join(by);
    if joined.is_empty() { none.to_owned() } else { joined }
}

/// The words that an enum takes: those of the data, and the model's own.
fn enum_words(names: &[std::sync::Arc<str>], words: &[std::sync::Arc<str>]) -> Vec<String> {
    let own = names.iter().filter(|name| !words.contains(name));
    words.iter().chain(own).map(|word| quoted(word)).collect()
}

/// Where a field must be there.
fn is_required(field: &FieldSchema) -> bool {
    !field.ty.optional
}

/// The names of a model's own types, and what they hold.
struct Inputs<'s> {
    /// `Customer`, `Context`, `RechargeEvent`, `LineRow`.
    records: Vec<(String, &'s [FieldSchema])>,
    /// By table: its name, and that of its type.
    tables: Vec<(&'s str, String)>,
}

fn inputs(schema: &Schema) -> Inputs<'_> {
    let mut records = vec![(type_name(&schema.subject), schema.attributes.as_slice())];
    if !schema.context.is_empty() {
        records.push(("Context".to_owned(), schema.context.as_slice()));
    }
    let mut tables = Vec::new();
    for table in &schema.tables {
        let name = format!("{}{}", type_name(&table.name), if table.events { "Event" } else { "Row" });
        records.push((name.clone(), table.fields.as_slice()));
        tables.push((&*table.name, name));
    }
    Inputs { records, tables }
}
