//! How parameters are laid out: an item a line, so that files differ where numbers do.

use casewise_core::parameters::Parameters;

/// Objects and arrays without others inside them stand on one line up to this width.
const WIDTH: usize = 160;

/// The same parameters are the same bytes: fields in their order, names sorted, floats in the shortest form that
/// reads back to the same float.
pub(crate) fn write(parameters: &Parameters) -> String {
    // Strings, numbers and maps with text keys can always be written.
    let compact = serde_json::to_string(parameters).unwrap_or_default();
    let mut out = String::with_capacity(compact.len() * 2);
    lay_out(&compact, 0, &mut out);
    out.push('\n');
    out
}

/// Lays out compact JSON: an item a line, but what is small and flat on one.
fn lay_out(json: &str, depth: usize, out: &mut String) {
    let items = items(json);
    let Some((open, close)) = brackets(json).filter(|_| !items.is_empty()) else {
        out.push_str(json);
        return;
    };
    let flat = items.iter().all(|item| brackets(value_of(item).1).is_none());
    if flat && json.len() + 2 * depth <= WIDTH {
        out.push_str(open);
        for (n, item) in items.iter().enumerate() {
            let (key, value) = value_of(item);
            out.push_str(if n > 0 {
                ", "
            } else if open == "{" {
                " "
            } else {
                ""
            });
            push_key(key, out);
            out.push_str(value);
        }
        out.push_str(if open == "{" { " " } else { "" });
        out.push_str(close);
        return;
    }
    out.push_str(open);
    for (n, item) in items.iter().enumerate() {
        out.push_str(if n > 0 { ",\n" } else { "\n" });
        out.extend(std::iter::repeat_n("  ", depth + 1));
        let (key, value) = value_of(item);
        push_key(key, out);
        lay_out(value, depth + 1, out);
    }
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
    out.push_str(close);
}

fn push_key(key: Option<&str>, out: &mut String) {
    if let Some(key) = key {
        out.push_str(key);
        out.push_str(": ");
    }
}

fn brackets(json: &str) -> Option<(&'static str, &'static str)> {
    match json.as_bytes().first() {
        Some(b'{') => Some(("{", "}")),
        Some(b'[') => Some(("[", "]")),
        _ => None,
    }
}

/// The items of a compact object or array; none of anything else.
fn items(json: &str) -> Vec<&str> {
    let Some(inside) = brackets(json).and_then(|_| json.get(1..json.len() - 1)).filter(|i| !i.is_empty())
    else {
        return Vec::new();
    };
    let mut items = Vec::new();
    let mut from = 0;
    each_outside_text(inside, |place, byte, depth| {
        if byte == b',' && depth == 0 {
            items.extend(inside.get(from..place));
            from = place + 1;
        }
    });
    items.extend(inside.get(from..));
    items
}

/// An item of an object as key and value; of an array as a value.
fn value_of(item: &str) -> (Option<&str>, &str) {
    let mut colon = None;
    each_outside_text(item, |place, byte, depth| {
        if byte == b':' && depth == 0 && colon.is_none() {
            colon = Some(place);
        }
    });
    match colon.and_then(|place| item.get(..place).zip(item.get(place + 1..))) {
        Some((key, value)) => (Some(key), value),
        None => (None, item),
    }
}

/// Calls `f` with every byte of compact JSON that is in no text, and how deep it lies.
fn each_outside_text(json: &str, mut f: impl FnMut(usize, u8, usize)) {
    let (mut in_text, mut escaped, mut depth) = (false, false, 0_usize);
    for (place, byte) in json.bytes().enumerate() {
        if in_text {
            in_text = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        f(place, byte, depth);
        if matches!(byte, b'{' | b'[') {
            depth += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_small_and_flat_stands_on_one_line() {
        let compact = r#"{"a":1,"b":[1,2.5,"x, \"y\": {"],"c":{"d":[],"e":{}},"f":[{"g":1},{"g":2}]}"#;
        let mut out = String::new();
        lay_out(compact, 0, &mut out);
        let expected = "{\n  \"a\": 1,\n  \"b\": [1, 2.5, \"x, \\\"y\\\": {\"],\n  \"c\": {\n    \"d\": [],\n    \"e\": {}\n  },\n  \"f\": [\n    { \"g\": 1 },\n    { \"g\": 2 }\n  ]\n}";
        assert_eq!(out, expected);
        let read: serde_json::Value = serde_json::from_str(&out).unwrap_or_default();
        assert_eq!(serde_json::to_string(&read).unwrap_or_default(), compact);
    }
}
