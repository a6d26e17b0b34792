//! Interfaces for the Node package.

use std::fmt::Write as _;
use std::sync::Arc;

use casewise::{FieldSchema, Kind, OutputSchema, Schema, TypeSchema};

use super::{Inputs, enum_words, inputs, is_required, joined, quoted, type_name};

pub(super) fn declarations(schema: &Schema, source: &str) -> String {
    let Inputs { records, tables } = inputs(schema);
    let model = type_name(&schema.name);
    let subject = type_name(&schema.subject);
    let mut text = format!(
        "// Written by `casewise types {source} --format typescript`.\n\
         import type {{ DecideOptions, DecisionShape, Model }} from 'casewise';\n"
    );
    for (name, fields) in &records {
        let _ = write!(text, "\nexport interface {name} {{\n{}}}\n", record(fields));
    }
    let context = if schema.context.is_empty() { "object" } else { "Context" };
    text.push_str("\nexport type Events = {\n");
    for (table, name) in &tables {
        let _ = writeln!(text, "  readonly {table}?: Iterable<{name}>;");
    }
    text.push_str("};\n");
    let lists = names(&schema.lists);
    let _ = write!(
        text,
        "\nexport interface {model}Options extends DecideOptions<{context}, Events> {{\n  \
           readonly lists?: {{ readonly [name in {lists}]?: boolean | Iterable<string | number | bigint> }} | null | undefined;\n}}\n"
    );
    let _ = write!(
        text,
        "\n/** What a decision says. An overflow is missing, so any value may be `null`. */\n\
         export interface {model}Decision extends DecisionShape {{\n  \
           readonly case: {};\n  readonly channel: {};\n  readonly segment: {};\n  readonly gates: {};\n",
        names(&schema.cases),
        names(&schema.channels),
        names(&schema.segments),
        names(&schema.gates),
    );
    for (part, outputs) in
        [("scores", &schema.scores), ("values", &schema.values), ("properties", &schema.properties)]
    {
        let _ = writeln!(text, "  readonly {part}: {};", outputs_record(outputs, 1));
    }
    let _ = write!(
        text,
        "}}\n\n/** `open<{model}Model>(…)` */\nexport type {model}Model = Model<{subject}, {model}Decision, {model}Options>;\n"
    );
    text
}

fn record(fields: &[FieldSchema]) -> String {
    let mut text = String::new();
    for field in fields {
        if let Some(title) = &field.title {
            let _ = writeln!(text, "  /** {} */", title.replace("*/", "* /"));
        }
        let ty = input(&field.ty.kind);
        let _ = if is_required(field) {
            writeln!(text, "  readonly {}: {ty};", quoted(&field.column))
        } else {
            writeln!(text, "  readonly {}?: {ty} | null | undefined;", quoted(&field.column))
        };
    }
    text
}

fn input(kind: &Kind) -> String {
    match kind {
        Kind::Bool { words: None } => "boolean".to_owned(),
        Kind::Bool { words: Some((yes, no)) } => format!("boolean | {} | {}", quoted(yes), quoted(no)),
        Kind::Int => "number | bigint | `${bigint}`".to_owned(),
        Kind::Float => "number".to_owned(),
        Kind::Decimal => "string | number | bigint | { toJSON(): string }".to_owned(),
        Kind::Time => "Date | string".to_owned(),
        Kind::Text | Kind::Date | Kind::Duration | Kind::Period => "string".to_owned(),
        Kind::Enum { names, words } => enum_words(names, words).join(" | "),
        Kind::Set { of } => format!("Iterable<{}>", input(of)),
        Kind::Record { parts } => outputs_record(parts, 1),
    }
}

fn output(ty: &TypeSchema, depth: usize) -> String {
    match &ty.kind {
        Kind::Record { parts } => outputs_record(parts, depth),
        kind => format!("{} | null", said(kind)),
    }
}

fn said(kind: &Kind) -> String {
    match kind {
        Kind::Bool { .. } => "boolean".to_owned(),
        Kind::Int => "number | bigint".to_owned(),
        Kind::Float => "number".to_owned(),
        Kind::Decimal | Kind::Text | Kind::Date | Kind::Time | Kind::Duration | Kind::Period => {
            "string".to_owned()
        }
        // The labels of what is still to be learned are not known.
        Kind::Enum { names, .. } if names.is_empty() => "string".to_owned(),
        Kind::Enum { names, .. } => names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(" | "),
        Kind::Set { of } => format!("readonly ({})[]", said(of)),
        Kind::Record { parts } => outputs_record(parts, 1),
    }
}

fn outputs_record(outputs: &[OutputSchema], depth: usize) -> String {
    if outputs.is_empty() {
        return "{ readonly [name: string]: never }".to_owned();
    }
    let indent = "  ".repeat(depth);
    let mut text = "{\n".to_owned();
    for output_schema in outputs {
        let ty = output(&output_schema.ty, depth + 1);
        let _ = writeln!(text, "{indent}  readonly {}: {ty};", quoted(&output_schema.name));
    }
    let _ = write!(text, "{indent}}}");
    text
}

fn names(names: &[Arc<str>]) -> String {
    joined(names.iter().map(|name| quoted(name)), " | ", "never")
}
