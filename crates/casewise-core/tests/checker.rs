//! The checker: what it accepts, what it infers, and every error as people see it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use casewise_core::diagnostic::render_all;
use casewise_core::model::{Checked, Model, open_text};

fn model_of(text: &str) -> Model {
    let checked = open_text("model.cw", text, &[]);
    match checked {
        Checked { model: Some(model), .. } => model,
        Checked { diagnostics, sources, .. } => panic!("{}", render_all(&diagnostics, &sources, false)),
    }
}

#[test]
fn the_whole_model_of_the_design_is_accepted() {
    let model = model_of(include_str!("check/whole.cw"));
    assert_eq!(model.cases.len(), 3);
}
