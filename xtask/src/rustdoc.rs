//! What Rust sources say of their items: documentation, and the fields of structs as they are serialised.

use std::collections::BTreeMap;
use std::path::Path;

use syn::{Attribute, Expr, Fields, ImplItem, Item, ItemStruct, Lit, Meta, Type};

/// The public items of one file, by name: `format`, `Model`, `Model::decide`, `Requirements::key`.
#[derive(Default)]
pub(crate) struct Source {
    docs: BTreeMap<String, Doc>,
    structs: BTreeMap<String, Vec<Field>>,
}

/// The documentation of an item.
#[derive(Clone, Default)]
pub(crate) struct Doc {
    /// The paragraphs before the first heading.
    pub(crate) text: Vec<String>,
    /// What stands under `# Errors`.
    pub(crate) errors: Option<String>,
}

/// A field of a struct as JSON has it.
#[derive(Clone)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) ty: String,
    /// Left out where it says nothing.
    pub(crate) optional: bool,
    pub(crate) doc: Doc,
}

impl Source {
    /// Reads a file.
    pub(crate) fn read(path: &Path) -> Result<Source, String> {
        let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        let file = syn::parse_file(&text).map_err(|e| format!("{}: {e}", path.display()))?;
        let mut source = Source::default();
        for item in file.items {
            match item {
                Item::Fn(item) => source.add(item.sig.ident.to_string(), &item.attrs),
                Item::Const(item) => source.add(item.ident.to_string(), &item.attrs),
                Item::Struct(item) => source.add_struct(&item),
                Item::Impl(item) if item.trait_.is_none() => {
                    let Type::Path(of) = &*item.self_ty else { continue };
                    let Some(of) = of.path.segments.last() else { continue };
                    for member in item.items {
                        if let ImplItem::Fn(member) = member {
                            source.add(format!("{}::{}", of.ident, member.sig.ident), &member.attrs);
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(source)
    }

    /// The documentation of an item.
    pub(crate) fn doc(&self, name: &str) -> Option<&Doc> {
        self.docs.get(name).filter(|doc| !doc.text.is_empty())
    }

    /// The fields of a struct.
    pub(crate) fn fields(&self, name: &str) -> Option<&[Field]> {
        self.structs.get(name).map(Vec::as_slice)
    }

    fn add(&mut self, name: String, attributes: &[Attribute]) {
        self.docs.insert(name, Doc::of(attributes));
    }

    fn add_struct(&mut self, item: &ItemStruct) {
        let of = item.ident.to_string();
        self.add(of.clone(), &item.attrs);
        let Fields::Named(named) = &item.fields else { return };
        let mut fields = Vec::new();
        for field in &named.named {
            let Some(ident) = &field.ident else { continue };
            let rust_name = ident.to_string();
            let doc = Doc::of(&field.attrs);
            self.docs.insert(format!("{of}::{rust_name}"), doc.clone());
            let (mut name, mut optional, mut left_out) = (rust_name, false, false);
            for attribute in field.attrs.iter().filter(|a| a.path().is_ident("serde")) {
                // Other words of serde have values that need not be read.
                let _ = attribute.parse_nested_meta(|meta| {
                    if meta.path.is_ident("flatten") || meta.path.is_ident("skip") {
                        left_out = true;
                        return Ok(());
                    }
                    let value: syn::LitStr = meta.value()?.parse()?;
                    if meta.path.is_ident("rename") {
                        name = value.value();
                    }
                    optional |= meta.path.is_ident("skip_serializing_if");
                    Ok(())
                });
            }
            if left_out {
                continue;
            }
            fields.push(Field { name, ty: typescript(&field.ty, optional), optional, doc });
        }
        self.structs.insert(of, fields);
    }
}

impl Doc {
    fn of(attributes: &[Attribute]) -> Doc {
        let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
            Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
                Expr::Lit(text) => match &text.lit {
                    Lit::Str(text) => Some(text.value().trim().to_owned()),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        });
        let mut doc = Doc::default();
        let (mut heading, mut paragraph) = (String::new(), Vec::<String>::new());
        let mut end = |heading: &str, paragraph: &mut Vec<String>| {
            let text = std::mem::take(paragraph).join(" ");
            match heading {
                "" if !text.is_empty() => doc.text.push(text),
                "Errors" if !text.is_empty() => doc.errors = Some(text),
                _ => {}
            }
        };
        let mut code = false;
        for line in lines {
            if line.starts_with("```") {
                code = !code;
            } else if code {
                continue;
            } else if let Some(title) = line.strip_prefix("# ") {
                end(&heading, &mut paragraph);
                title.clone_into(&mut heading);
            } else if line.is_empty() {
                end(&heading, &mut paragraph);
            } else {
                paragraph.push(line);
            }
        }
        end(&heading, &mut paragraph);
        doc
    }
}

/// The type of a field in TypeScript; a name of this crate stays one.
fn typescript(ty: &Type, optional: bool) -> String {
    let Type::Path(path) = ty else { return "string".to_owned() };
    let Some(last) = path.path.segments.last() else { return "unknown".to_owned() };
    let inner = match &last.arguments {
        syn::PathArguments::AngleBracketed(held) => held.args.iter().find_map(|argument| match argument {
            syn::GenericArgument::Type(ty) => Some(typescript(ty, false)),
            _ => None,
        }),
        _ => None,
    };
    match (last.ident.to_string().as_str(), inner) {
        ("String" | "str", _) => "string".to_owned(),
        // Said only where it is so.
        ("bool", _) if optional => "true".to_owned(),
        ("bool", _) => "boolean".to_owned(),
        ("u32" | "u64" | "usize" | "i64" | "f64", _) => "number".to_owned(),
        ("Arc" | "Box", Some(inner)) => inner,
        ("Option", Some(inner)) if optional => inner,
        ("Option", Some(inner)) => format!("{inner} | null"),
        ("Vec", Some(inner)) => format!("readonly {inner}[]"),
        ("Plain", _) => "Said".to_owned(),
        ("Record", Some(inner)) => format!("{{ readonly [name: string]: {inner} }}"),
        (name, _) => name.to_owned(),
    }
}
