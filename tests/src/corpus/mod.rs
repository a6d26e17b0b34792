//! The literate corpus: Markdown files whose fenced blocks are models, inputs and what must come out.
//!
//! The format is described in `tests/README.md`. Nothing here knows how a decision is made: an [`Engine`]
//! takes a model's text and JSON, and gives JSON, so that every language can run the same files.

mod blocks;
mod subset;

pub use blocks::{Block, Kind, blocks};
pub use subset::difference;

use serde_json::Value;

/// What is tested.
pub trait Engine {
    /// The rendered diagnostics of a model's text.
    fn check(&self, model: &str) -> String;

    /// The decision as JSON.
    ///
    /// # Errors
    /// The rendered diagnostics of the model, or why the input was refused.
    fn decide(&self, model: &str, input: &Value) -> Result<Value, String>;
}

/// What is wrong with one file: `file:line: what`, in order.
pub fn run(file: &str, text: &str, engine: &dyn Engine) -> Vec<String> {
    let mut failures = Vec::new();
    let mut model: Option<Block> = None;
    let mut outcome: Option<(Block, Result<Value, String>)> = None;
    for block in blocks(text) {
        let line = block.line;
        let mut fail = |what: String| failures.push(format!("{file}:{line}: {what}"));
        if let Some((decide, _)) = &outcome
            && matches!(block.kind, Kind::Model | Kind::Decide | Kind::Diagnostics)
        {
            fail(format!("the input at line {} has no `json expect` or `text error`", decide.line));
            outcome = None;
        }
        let text = block.text.as_str();
        match block.kind {
            Kind::Other => {}
            Kind::Model => model = Some(block),
            Kind::Diagnostics => match &model {
                None => fail("no model before this block".to_owned()),
                Some(model) => missing_lines(text, &engine.check(&model.text)).into_iter().for_each(fail),
            },
            Kind::Decide => match (&model, serde_json::from_str(text)) {
                (_, Err(error)) => fail(format!("not JSON: {error}")),
                (None, _) => fail("no model before this block".to_owned()),
                (Some(model), Ok(input)) => {
                    let decided = engine.decide(&model.text, &input);
                    outcome = Some((block, decided));
                }
            },
            Kind::Expect => match (outcome.take(), serde_json::from_str(text)) {
                (_, Err(error)) => fail(format!("not JSON: {error}")),
                (None, _) => fail("no `json decide` before this block".to_owned()),
                (Some((_, Err(error))), _) => fail(format!("expected a decision, found an error:\n{error}")),
                (Some((_, Ok(found))), Ok(expected)) => {
                    difference(&expected, &found).into_iter().for_each(fail)
                }
            },
            Kind::Error => match outcome.take() {
                None => fail("no `json decide` before this block".to_owned()),
                Some((_, Ok(found))) => fail(format!("expected an error, found a decision:\n{found:#}")),
                Some((_, Err(error))) => missing_lines(text, &error).into_iter().for_each(fail),
            },
        }
    }
    if let Some((decide, _)) = outcome {
        let line = decide.line;
        failures.push(format!("{file}:{line}: this input has no `json expect` or `text error`"));
    }
    failures
}

/// The expected lines that are nowhere in a text.
fn missing_lines(expected: &str, found: &str) -> Vec<String> {
    let lines = expected.lines().map(str::trim).filter(|line| !line.is_empty());
    let missing = lines.filter(|line| !found.contains(line));
    missing.map(|line| format!("expected to find `{line}` in:\n{found}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Says how long the model is, and refuses inputs that are not objects.
    struct Length;

    impl Engine for Length {
        fn check(&self, model: &str) -> String {
            format!("warning: {} bytes", model.len())
        }

        fn decide(&self, model: &str, input: &Value) -> Result<Value, String> {
            match input {
                Value::Object(_) => Ok(serde_json::json!({ "length": model.len() })),
                _ => Err("not an object".to_owned()),
            }
        }
    }

    #[test]
    fn a_file_that_holds_has_no_failures() {
        let text = "# Title\n```casewise\nab\n```\n```text diagnostics\n3 bytes\n```\n\
                    ```json decide\n{}\n```\n```json expect\n{\"length\": 3}\n```\n\
                    ```json decide\n1\n```\n```text error\nobject\n```\n";
        assert_eq!(run("f.md", text, &Length), Vec::<String>::new());
    }

    #[test]
    fn failures_say_where_and_what() {
        let text = "```casewise\nab\n```\n```json decide\n{}\n```\n```json expect\n{\"length\": 4}\n```\n\
                    ```json decide\n{}\n```\n";
        assert_eq!(
            run("f.md", text, &Length),
            [
                "f.md:7: length: expected 4, found 3",
                "f.md:10: this input has no `json expect` or `text error`"
            ]
        );
    }
}
