//! Numbers as people read them.

/// A count with a comma between thousands: `1,234`.
///
/// # Examples
/// ```
/// assert_eq!(casewise_pages::count(1_234_567), "1,234,567");
/// ```
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share as a percentage with one decimal: `12.5%`. What is no number is `–`.
///
/// # Examples
/// ```
/// assert_eq!(casewise_pages::percent(0.125), "12.5%");
/// ```
pub fn percent(share: f64) -> String {
    if share.is_finite() { format!("{:.1}%", share * 100.0) } else { "–".to_owned() }
}

/// A number to four significant digits, thousands apart: `1,235`, `0.2426`. What is no number is `–`.
///
/// # Examples
/// ```
/// assert_eq!(casewise_pages::short(1234.56), "1,235");
/// assert_eq!(casewise_pages::short(0.24258), "0.2426");
/// assert_eq!(casewise_pages::short(-2.50), "-2.5");
/// ```
pub fn short(x: f64) -> String {
    if !x.is_finite() {
        return "–".to_owned();
    }
    let size = x.abs();
    if size >= 1e15 || (size > 0.0 && size < 1e-4) {
        return format!("{x:.3e}");
    }
    let digits = if size >= 1000.0 {
        0
    } else if size >= 100.0 {
        1
    } else if size >= 10.0 {
        2
    } else if size >= 1.0 {
        3
    } else if size >= 0.1 {
        4
    } else if size >= 0.01 {
        5
    } else {
        6
    };
    let text = format!("{x:.digits$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    let (sign, whole) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    match whole.parse::<u64>() {
        Ok(0) => "0".to_owned(),
        Ok(n) => format!("{sign}{}", count(n)),
        Err(_) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{count, percent, short};

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(
            ["0", "999", "1,000", "12,345,678"],
            [0, 999, 1_000, 12_345_678].map(count).each_ref().map(String::as_str)
        );
    }

    #[test]
    fn what_is_no_number_is_a_dash() {
        assert_eq!((short(f64::NAN), percent(f64::INFINITY)), ("–".to_owned(), "–".to_owned()));
    }

    #[test]
    fn small_and_large_numbers_stay_readable() {
        let shown: Vec<_> = [0.0, -0.0, 1e-9, 0.00123, 45.678, 999.96, 1e6, -1234.0, 1e18].map(short).into();
        assert_eq!(
            shown,
            ["0", "0", "1.000e-9", "0.00123", "45.68", "1,000", "1,000,000", "-1,234", "1.000e18"]
        );
    }
}
