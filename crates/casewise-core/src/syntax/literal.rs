//! The insides of literals: escapes of a text, the parts of a date and a time.

/// What is wrong inside a text literal: the byte offset in the literal, its length, what to say.
pub(super) struct EscapeError {
    pub(super) at: usize,
    pub(super) len: usize,
    pub(super) message: String,
}

/// The value of a text literal as written, quotes included. What cannot be read stays as it is.
pub(super) fn unescape(literal: &str) -> (String, Vec<EscapeError>) {
    let mut value = String::with_capacity(literal.len());
    let mut errors = Vec::new();
    let mut chars = literal.char_indices();
    let first = chars.next().map(|(_, c)| c);
    let inner_end =
        if first.is_some() { literal.len() - literal.chars().last().map_or(0, char::len_utf8) } else { 0 };
    while let Some((at, c)) = chars.next() {
        if at >= inner_end {
            break;
        }
        if c != '\\' {
            value.push(c);
            continue;
        }
        match chars.next() {
            Some((_, 'n')) => value.push('\n'),
            Some((_, 't')) => value.push('\t'),
            Some((_, c @ ('"' | '\\'))) => value.push(c),
            Some((_, 'u')) => {
                let rest = literal.get(at + 2..inner_end).unwrap_or("");
                match code_point(rest) {
                    Some((c, len)) => {
                        value.push(c);
                        // `len` bytes of ASCII, so as many characters
                        for _ in 0..len {
                            chars.next();
                        }
                    }
                    None => {
                        let message = "`\\u` wants a code point, as in `\\u{4e2d}`".to_owned();
                        errors.push(EscapeError { at, len: 2, message });
                    }
                }
            }
            Some((_, c)) => {
                value.push('\\');
                value.push(c);
                let message = format!("`\\{c}` means nothing in a text");
                errors.push(EscapeError { at, len: 1 + c.len_utf8(), message });
            }
            None => {}
        }
    }
    (value, errors)
}

/// The character of `{4e2d}` and how many bytes that takes.
fn code_point(rest: &str) -> Option<(char, usize)> {
    let hex = rest.strip_prefix('{')?.split_once('}')?.0;
    if hex.is_empty() || hex.len() > 6 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let c = char::from_u32(u32::from_str_radix(hex, 16).ok()?)?;
    Some((c, hex.len() + 2))
}

/// A text as a literal.
pub(crate) fn escape(value: &str) -> String {
    let mut literal = String::with_capacity(value.len() + 2);
    literal.push('"');
    for c in value.chars() {
        match c {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\t' => literal.push_str("\\t"),
            c if c.is_control() => literal.push_str(&format!("\\u{{{:x}}}", c as u32)),
            c => literal.push(c),
        }
    }
    literal.push('"');
    literal
}

/// How many bytes of a text of digits, `-`, `:` and the like a pattern takes, where `9` stands for a digit.
pub(super) fn matches(text: &[u8], pattern: &[u8]) -> bool {
    text.len() >= pattern.len()
        && text.iter().zip(pattern).all(|(t, p)| if *p == b'9' { t.is_ascii_digit() } else { t == p })
}

/// Why a date `2026-11-22` is not a day; `None` if it is one.
pub(super) fn date_problem(date: &str) -> Option<String> {
    let mut parts = date.split('-').map(|p| p.parse::<u32>().unwrap_or(0));
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if year == 0 {
        return Some("there is no year 0".to_owned());
    }
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return Some(format!("there is no month {month}")),
    };
    (day == 0 || day > days).then(|| {
        format!("{} has {days} days", month_name(month)) + if month == 2 { " in that year" } else { "" }
    })
}

fn month_name(month: u32) -> &'static str {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    NAMES.get(month.wrapping_sub(1) as usize).copied().unwrap_or("")
}

/// The minutes after midnight of `21:00`, if it is a time of day.
pub(super) fn clock_minutes(clock: &str) -> Option<u16> {
    let (hours, minutes) = clock.split_once(':')?;
    let (hours, minutes) = (hours.parse::<u16>().ok()?, minutes.parse::<u16>().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}
