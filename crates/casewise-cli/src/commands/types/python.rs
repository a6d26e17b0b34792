//! TypedDicts for the Python package.

use std::fmt::Write as _;

use casewise::{FieldSchema, Kind, OutputSchema, Schema};

use super::{Inputs, enum_words, inputs, is_required, joined, quoted, type_name};

pub(super) fn declarations(schema: &Schema, source: &str) -> String {
    let Inputs { records, tables } = inputs(schema);
    let mut text = format!(
        "\"\"\"Written by `casewise types {source} --format python`.\"\"\"\n\n\
         import sys\n\
         from collections.abc import Iterable\n\
         from datetime import date, datetime\n\
         from decimal import Decimal\n\
         from typing import Literal, Optional, TypedDict, Union\n\n\
         if sys.version_info >= (3, 11):\n    from typing import NotRequired\nelse:\n    from typing_extensions import NotRequired\n"
    );
    for (name, fields) in &records {
        dict(&mut text, name, fields.iter().map(|field| (&*field.column, input_field(field))));
    }
    let tables = tables.iter().map(|(table, name)| (*table, format!("NotRequired[Iterable[{name}]]")));
    dict(&mut text, "Events", tables);
    let listed = |list: &std::sync::Arc<str>| quoted(list);
    if !schema.lists.is_empty() {
        let _ = write!(text, "\nList = Literal[{}]\n", joined(schema.lists.iter().map(listed), ", ", ""));
    }
    for (name, words) in [
        ("Case", &schema.cases),
        ("Channel", &schema.channels),
        ("Segment", &schema.segments),
        ("Gate", &schema.gates),
    ] {
        if !words.is_empty() {
            let _ = write!(text, "\n{name} = Literal[{}]\n", joined(words.iter().map(listed), ", ", ""));
        }
    }
    text.push_str("\n# What a decision says. An overflow is missing, so any value may be None.\n");
    for (name, outputs) in
        [("Scores", &schema.scores), ("Values", &schema.values), ("Properties", &schema.properties)]
    {
        for output in outputs {
            if let Kind::Record { parts } = &output.ty.kind {
                outputs_dict(&mut text, &part_type(name, &output.name), parts, name);
            }
        }
        outputs_dict(&mut text, name, outputs, name);
    }
    text
}

fn dict<'n>(text: &mut String, name: &str, fields: impl Iterator<Item = (&'n str, String)>) {
    // In this form a key may be any text.
    let _ = write!(text, "\n{name} = TypedDict(\n    {},\n    {{\n", quoted(name));
    for (key, ty) in fields {
        let _ = writeln!(text, "        {}: {ty},", quoted(key));
    }
    text.push_str("    },\n)\n");
}

fn outputs_dict(text: &mut String, name: &str, outputs: &[OutputSchema], of: &str) {
    let fields = outputs.iter().map(|output| {
        let ty = match &output.ty.kind {
            Kind::Record { .. } => part_type(of, &output.name),
            kind => format!("Optional[{}]", said(kind)),
        };
        (&*output.name, ty)
    });
    dict(text, name, fields);
}

/// `Scores` and `loyalty` → `LoyaltyScores`.
fn part_type(of: &str, name: &str) -> String {
    format!("{}{of}", type_name(name))
}

fn input_field(field: &FieldSchema) -> String {
    let ty = input(&field.ty.kind);
    if is_required(field) { ty } else { format!("NotRequired[Optional[{ty}]]") }
}

fn input(kind: &Kind) -> String {
    match kind {
        Kind::Bool { words: None } => "bool".to_owned(),
        Kind::Bool { words: Some((yes, no)) } => {
            format!("Union[bool, Literal[{}, {}]]", quoted(yes), quoted(no))
        }
        Kind::Int => "int".to_owned(),
        Kind::Float => "float".to_owned(),
        Kind::Decimal => "Union[Decimal, int, float, str]".to_owned(),
        Kind::Date => "Union[date, str]".to_owned(),
        Kind::Time => "Union[datetime, str]".to_owned(),
        Kind::Text | Kind::Duration | Kind::Period | Kind::Record { .. } => "str".to_owned(),
        Kind::Enum { names, words } => format!("Literal[{}]", enum_words(names, words).join(", ")),
        Kind::Set { of } => format!("Iterable[{}]", input(of)),
    }
}

fn said(kind: &Kind) -> String {
    match kind {
        Kind::Bool { .. } => "bool".to_owned(),
        Kind::Int => "int".to_owned(),
        Kind::Float => "float".to_owned(),
        // The labels of what is still to be learned are not known.
        Kind::Enum { names, .. } if names.is_empty() => "str".to_owned(),
        Kind::Enum { names, .. } => {
            format!("Literal[{}]", names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", "))
        }
        Kind::Set { of } => format!("list[{}]", said(of)),
        _ => "str".to_owned(),
    }
}
