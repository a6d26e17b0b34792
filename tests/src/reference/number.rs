//! Numbers as exact rationals: every rule of arithmetic is "compute exactly, then round once".

use std::cmp::Ordering;

use casewise_core::model::{Base, Number};
use casewise_core::values::{Decimal, Value};
use num_bigint::{BigInt, Sign};
use num_rational::BigRational;

/// A number exactly; nothing for what is missing or not a number.
pub(super) fn exact(value: &Value) -> Option<BigRational> {
    match value {
        Value::Int(n) => Some(BigRational::from_integer(BigInt::from(*n))),
        Value::Decimal(d) => Some(BigRational::new(BigInt::from(d.scaled()), ten_to(18))),
        Value::Float(x) => BigRational::from_float(*x),
        _ => None,
    }
}

/// "Overflow acts as missing": the number as a value of its type, if that holds it.
/// An int must be whole; a decimal rounds half away from zero at 18 digits; a float is the nearest one.
pub(super) fn to_type(number: &BigRational, kind: Number) -> Value {
    match kind {
        Number::Int if number.is_integer() => {
            i64::try_from(number.to_integer()).map_or(Value::Missing, Value::Int)
        }
        Number::Int => Value::Missing,
        Number::Decimal => {
            let units = round_half_away(&(number * ten_to(18)));
            i128::try_from(units).map_or(Value::Missing, |u| Value::Decimal(Decimal::from_scaled(u)))
        }
        Number::Float => nearest_float(number).map_or(Value::Missing, Value::Float),
    }
}

/// "NaN and infinity are not values." Minus zero is zero.
pub(super) fn float(x: f64) -> Value {
    if x.is_finite() { Value::Float(x + 0.0) } else { Value::Missing }
}

/// The number type of a type, if it is one.
pub(super) fn number_of(base: &Base) -> Option<Number> {
    match base {
        Base::Int => Some(Number::Int),
        Base::Decimal => Some(Number::Decimal),
        Base::Float => Some(Number::Float),
        _ => None,
    }
}

/// "Widening int → decimal → float."
pub(super) fn widen(value: &Value, to: &Base) -> Value {
    match (exact(value), number_of(to)) {
        (Some(number), Some(kind)) => to_type(&number, kind),
        _ => value.clone(),
    }
}

/// The whole number nearest to `number`, halves away from zero.
pub(super) fn round_half_away(number: &BigRational) -> BigInt {
    let half = BigRational::new(BigInt::from(1), BigInt::from(2));
    let size = (abs(number) + half).floor().to_integer();
    if number.numer().sign() == Sign::Minus { -size } else { size }
}

/// "`round(x, n)` half away from zero on the exact value."
pub(super) fn round_to(number: &BigRational, digits: i64) -> BigRational {
    // No float has digits beyond these places, and none is as large as 10⁴⁰⁰.
    let digits = digits.clamp(-400, 1_100);
    let step = if digits >= 0 {
        BigRational::new(BigInt::from(1), ten_to(digits.unsigned_abs()))
    } else {
        BigRational::from_integer(ten_to(digits.unsigned_abs()))
    };
    BigRational::from_integer(round_half_away(&(number / &step))) * step
}

pub(super) fn abs(number: &BigRational) -> BigRational {
    if number.numer().sign() == Sign::Minus { -number } else { number.clone() }
}

pub(super) fn is_zero(number: &BigRational) -> bool {
    number.numer().sign() == Sign::NoSign
}

pub(super) fn ten_to(power: u64) -> BigInt {
    BigInt::from(10).pow(u32::try_from(power).unwrap_or(u32::MAX))
}

/// The float nearest to a rational, ties to even; nothing if that is beyond the floats.
pub(super) fn nearest_float(number: &BigRational) -> Option<f64> {
    let (top, bottom) = (number.numer().magnitude(), number.denom().magnitude());
    if top.bits() == 0 {
        return Some(0.0);
    }
    // 2^(size − 1) < |number| < 2^(size + 1)
    let size = i64::try_from(top.bits()).ok()? - i64::try_from(bottom.bits()).ok()?;
    if size > 1_030 {
        return None;
    }
    // The place of the last bit that the float has: 2^(−1074) at the least.
    let mut last = (size - 54).max(-1_074);
    let scaled = |last: i64| {
        let (top, bottom) = if last < 0 {
            (top << last.unsigned_abs(), bottom.clone())
        } else {
            (top.clone(), bottom << last.unsigned_abs())
        };
        (&top / &bottom, &top % &bottom, bottom)
    };
    let (mut whole, mut rest, mut unit) = scaled(last);
    while whole.bits() > 53 {
        last += 1;
        (whole, rest, unit) = scaled(last);
    }
    let up = match (&rest * 2_u32).cmp(&unit) {
        Ordering::Less => false,
        Ordering::Greater => true,
        Ordering::Equal => whole.bit(0),
    };
    if up {
        whole += 1_u32;
    }
    // At most 53 bits, or 2⁵³ itself: exact.
    let mantissa = u64::try_from(whole).ok()?;
    let size = libm::scalbn(mantissa as f64, i32::try_from(last).ok()?);
    let signed = if number.numer().sign() == Sign::Minus { -size } else { size };
    signed.is_finite().then_some(signed + 0.0)
}

/// How two values of one type compare; nothing if either is missing. Numbers compare by their exact value.
pub(super) fn order(a: &Value, b: &Value) -> Option<Ordering> {
    if let (Some(a), Some(b)) = (exact(a), exact(b)) {
        return Some(a.cmp(&b));
    }
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        // "Text compares by code point."
        (Value::Text(a), Value::Text(b)) => Some(a.chars().cmp(b.chars())),
        (Value::Date(a), Value::Date(b)) => Some(a.0.cmp(&b.0)),
        (Value::Time(a), Value::Time(b)) => Some(a.0.cmp(&b.0)),
        (Value::Duration(a), Value::Duration(b)) => Some(a.0.cmp(&b.0)),
        (Value::Period(a), Value::Period(b)) => Some(a.0.cmp(&b.0)),
        (Value::Label(a), Value::Label(b)) => Some(a.0.cmp(&b.0)),
        _ => None,
    }
}

/// Whether two values of one type are the same; unknown if either is missing.
pub(super) fn equal(a: &Value, b: &Value) -> Option<bool> {
    match (a, b) {
        (Value::Missing, _) | (_, Value::Missing) => None,
        // Sets are equal when each holds all of the other.
        (Value::Set(a), Value::Set(b)) => {
            let within =
                |a: &[Value], b: &[Value]| a.iter().all(|x| b.iter().any(|y| equal(x, y) == Some(true)));
            Some(within(a, b) && within(b, a))
        }
        _ => order(a, b).map(Ordering::is_eq),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(top: i64, bottom: i64) -> BigRational {
        BigRational::new(BigInt::from(top), BigInt::from(bottom))
    }

    #[test]
    fn floats_come_back_from_their_exact_values() {
        for x in [0.1, -0.1, 1.0, 1e300, f64::MAX, f64::MIN_POSITIVE, f64::from_bits(1), 1e-310, -123.456] {
            assert_eq!(nearest_float(&BigRational::from_float(x).unwrap()), Some(x));
        }
    }

    #[test]
    fn rounding_to_floats_is_to_the_nearest_even() {
        assert_eq!(nearest_float(&ratio(1, 3)), Some(1.0 / 3.0));
        assert_eq!(nearest_float(&ratio(1, 10)), Some(0.1));
        assert_eq!(nearest_float(&ratio(9_007_199_254_740_993, 1)), Some(9_007_199_254_740_992.0));
        assert_eq!(nearest_float(&ratio(9_007_199_254_740_995, 1)), Some(9_007_199_254_740_996.0));
        let max = BigRational::from_float(f64::MAX).unwrap();
        assert_eq!(nearest_float(&(max * ratio(2, 1))), None);
        let least = BigRational::from_float(f64::from_bits(1)).unwrap();
        assert_eq!(nearest_float(&(&least * ratio(1, 2))), Some(0.0));
        assert_eq!(nearest_float(&(&least * ratio(3, 2))), Some(f64::from_bits(2)));
    }

    #[test]
    fn halves_round_away_from_zero() {
        assert_eq!(round_half_away(&ratio(5, 2)), BigInt::from(3));
        assert_eq!(round_half_away(&ratio(-5, 2)), BigInt::from(-3));
        assert_eq!(round_to(&ratio(-1250, 1), -2), ratio(-1300, 1));
        assert_eq!(round_to(&ratio(2675, 1000), 2), ratio(268, 100));
    }
}
