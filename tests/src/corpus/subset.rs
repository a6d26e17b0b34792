//! Whether a JSON value holds what is expected of it.

use serde_json::Value;

/// Where `found` is not what is expected. Objects may hold more than is expected of them, at every depth;
/// arrays and scalars must be the same.
pub fn difference(expected: &Value, found: &Value) -> Vec<String> {
    let mut differences = Vec::new();
    compare("", expected, found, &mut differences);
    differences
}

fn compare(path: &str, expected: &Value, found: &Value, differences: &mut Vec<String>) {
    let shown = if path.is_empty() { "the decision" } else { path };
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            for (name, expected) in expected {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                match found.get(name) {
                    Some(found) => compare(&path, expected, found, differences),
                    None => differences.push(format!("{path}: expected {expected}, found nothing")),
                }
            }
        }
        (Value::Array(expected_items), Value::Array(items)) if expected_items.len() == items.len() => {
            for (n, (expected, found)) in expected_items.iter().zip(items).enumerate() {
                compare(&format!("{path}[{n}]"), expected, found, differences);
            }
        }
        _ if expected == found => {}
        _ => differences.push(format!("{shown}: expected {expected}, found {found}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn objects_may_hold_more() {
        assert!(difference(&json!({"a": {"b": 1}}), &json!({"a": {"b": 1, "c": 2}, "d": 3})).is_empty());
        assert!(difference(&json!([{"a": 1}]), &json!([{"a": 1, "b": 2}])).is_empty());
    }

    #[test]
    fn differences_name_the_place() {
        assert_eq!(
            difference(&json!({"a": [1, {"b": 2}]}), &json!({"a": [1, {"b": 3}]})),
            ["a[1].b: expected 2, found 3"]
        );
        assert_eq!(difference(&json!({"a": 1}), &json!({})), ["a: expected 1, found nothing"]);
        assert_eq!(difference(&json!([1]), &json!([1, 2])), ["the decision: expected [1], found [1,2]"]);
    }
}
