//! The literate corpus, through the public face of casewise and JSON alone.

use std::fs;
use std::path::Path;

use casewise::{Error, Model, json};
use casewise_tests::corpus::{self, Engine};
use serde_json::Value;

/// casewise as Rust programs use it.
struct Casewise;

impl Casewise {
    fn open(model: &str, input: &Value) -> Result<Model, Error> {
        let model = Model::from_text("model.cw", model)?;
        match input.get("set").and_then(Value::as_object) {
            None => Ok(model),
            Some(params) => model.with_params(params.iter().map(|(name, value)| match value {
                Value::String(text) => (name, text.clone()),
                other => (name, other.to_string()),
            })),
        }
    }
}

/// An error with everything it has to say.
fn rendered(error: &Error) -> String {
    let diagnostics: Vec<&str> = error.diagnostics().iter().map(|d| d.rendered.as_str()).collect();
    format!("{error}\n{}", diagnostics.join("\n"))
}

impl Engine for Casewise {
    fn check(&self, model: &str) -> String {
        let diagnostics = casewise::check("model.cw", model);
        diagnostics.iter().map(|d| d.rendered.as_str()).collect::<Vec<_>>().join("\n")
    }

    fn decide(&self, model: &str, input: &Value) -> Result<Value, String> {
        let model = Casewise::open(model, input).map_err(|e| rendered(&e))?;
        let mut input = input.clone();
        // What is set belongs to the model.
        if let Some(fields) = input.as_object_mut() {
            fields.remove("set");
        }
        let prepared = json::prepare(&model, &input.to_string()).map_err(|e| rendered(&e))?;
        let answer = model.decide_prepared(&prepared).map_err(|e| rendered(&e))?.to_json();
        // What was read and is written again decides the same.
        let again = json::decide(&model, &prepared.to_json()).map_err(|e| rendered(&e))?;
        assert_eq!(again, answer, "{}", prepared.to_json());
        serde_json::from_str(&answer).map_err(|e| format!("the answer is not JSON: {e}"))
    }
}

#[test]
fn the_corpus_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("spec");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut failures = Vec::new();
    for file in &files {
        let name = format!("spec/{}", file.file_name().unwrap().display());
        failures.extend(corpus::run(&name, &fs::read_to_string(file).unwrap(), &Casewise));
    }
    assert!(!files.is_empty(), "the corpus is empty");
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}
