//! The schema of parameters files: what is stored fits it, and nothing is stored that it does not name.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use casewise_tests::program::root;
use serde_json::Value;

/// Why a value does not fit a schema of the few words that ours is written in.
fn misfits(schema: &Value, whole: &Value, value: &Value, path: &str) -> Vec<String> {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.strip_prefix("#/$defs/").unwrap();
        return misfits(&whole["$defs"][name], whole, value, path);
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let all: Vec<Vec<String>> = choices.iter().map(|c| misfits(c, whole, value, path)).collect();
        return if all.iter().any(Vec::is_empty) { Vec::new() } else { all.concat() };
    }
    if let Some(constant) = schema.get("const") {
        return if constant == value { Vec::new() } else { vec![format!("{path}: expected {constant}")] };
    }
    let fits = match schema["type"].as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64(),
        "number" => value.is_number(),
        other => panic!("the schema has an unknown type {other}"),
    };
    if !fits {
        return vec![format!("{path}: expected {}, got {value}", schema["type"])];
    }
    let mut found = Vec::new();
    for (name, field) in value.as_object().into_iter().flatten() {
        let path = format!("{path}.{name}");
        match (schema["properties"].get(name), &schema["additionalProperties"]) {
            (Some(of), _) => found.extend(misfits(of, whole, field, &path)),
            (None, Value::Bool(false)) => found.push(format!("{path}: the schema does not name it")),
            (None, of) => found.extend(misfits(of, whole, field, &path)),
        }
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.get(name).is_none() {
            found.push(format!("{path}.{name}: it is required"));
        }
    }
    for (n, item) in value.as_array().into_iter().flatten().enumerate() {
        found.extend(misfits(&schema["items"], whole, item, &format!("{path}[{n}]")));
    }
    found
}

fn schema() -> Value {
    serde_json::from_str(&std::fs::read_to_string(root().join("docs/parameters.schema.json")).unwrap())
        .unwrap()
}

#[test]
fn stored_parameters_fit_the_schema() {
    let schema = schema();
    for example in ["cdnow", "grading", "retail", "telco_learned"] {
        let path = root().join("examples").join(example).join("parameters.json");
        let stored: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        assert_eq!(misfits(&schema, &schema, &stored, example), Vec::<String>::new());
    }
}

#[test]
fn every_kind_of_learned_score_fits_the_schema() {
    let schema = schema();
    let mut kinds = std::collections::BTreeSet::new();
    for seed in 0..150 {
        let text = casewise_tests::generate::learned_model(seed).text();
        let model = casewise_core::model::open_text("random.cw", &text, &[]).model.unwrap();
        let mut random = casewise_tests::generate::Random::new(seed);
        let parameters = casewise_tests::generate::parameters(&model, &mut random);
        kinds.extend(parameters.parts.values().map(|part| part.learned.word()));
        let written = serde_json::to_value(&parameters).unwrap();
        assert_eq!(misfits(&schema, &schema, &written, "random"), Vec::<String>::new(), "seed {seed}");
    }
    assert_eq!(kinds.len(), 6);
}
