//! `decimal`: exact, 18 fractional digits in 128 bits.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An exact number: a 128-bit integer of 10⁻¹⁸ units.
///
/// Nothing here overflows silently or panics: what does not fit is `None`.
///
/// ```
/// use casewise_core::values::Decimal;
/// let third = Decimal::from_i64(1).checked_div(Decimal::from_i64(3)).unwrap();
/// assert_eq!(third.to_string(), "0.333333333333333333");
/// assert_eq!(Decimal::parse("-1.50").unwrap().to_string(), "-1.5");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decimal(i128);

/// Why a text is not a [`Decimal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Not a number at all.
    #[error("not a decimal number")]
    Syntax,
    /// More than 18 fractional digits that matter; a decimal is never rounded on reading.
    #[error("more than 18 fractional digits")]
    TooPrecise,
    /// Beyond the range of 128 bits.
    #[error("too large for a decimal")]
    Overflow,
}

const DIGITS: u32 = 18;
const UNITS: u128 = 1_000_000_000_000_000_000;

impl Decimal {
    /// The units in 1: 10¹⁸.
    pub const SCALE: i128 = 1_000_000_000_000_000_000;
    /// 0
    pub const ZERO: Decimal = Decimal(0);
    /// 1
    pub const ONE: Decimal = Decimal(Decimal::SCALE);
    /// The smallest decimal, about −1.7 × 10²⁰.
    pub const MIN: Decimal = Decimal(i128::MIN);
    /// The largest decimal, about 1.7 × 10²⁰.
    pub const MAX: Decimal = Decimal(i128::MAX);

    /// Every `int` is a decimal.
    pub const fn from_i64(n: i64) -> Decimal {
        // |n| ≤ 2⁶³ and SCALE < 2⁶⁰: the product is below 2¹²³.
        Decimal(n as i128 * Decimal::SCALE)
    }

    /// A decimal from its 10⁻¹⁸ units.
    pub const fn from_scaled(units: i128) -> Decimal {
        Decimal(units)
    }

    /// The number of 10⁻¹⁸ units.
    pub const fn scaled(self) -> i128 {
        self.0
    }

    /// The integer this is, if it is one that an `int` holds.
    pub fn to_i64_exact(self) -> Option<i64> {
        if self.0 % Decimal::SCALE != 0 {
            return None;
        }
        i64::try_from(self.0 / Decimal::SCALE).ok()
    }

    /// Whether this is 0.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// `self + other`, `None` on overflow.
    pub fn checked_add(self, other: Decimal) -> Option<Decimal> {
        self.0.checked_add(other.0).map(Decimal)
    }

    /// `self - other`, `None` on overflow.
    pub fn checked_sub(self, other: Decimal) -> Option<Decimal> {
        self.0.checked_sub(other.0).map(Decimal)
    }

    /// `-self`, `None` on overflow.
    pub fn checked_neg(self) -> Option<Decimal> {
        self.0.checked_neg().map(Decimal)
    }

    /// `|self|`, `None` on overflow.
    pub fn abs(self) -> Option<Decimal> {
        self.0.checked_abs().map(Decimal)
    }

    /// `self × other`, rounded half away from zero at 18 digits; `None` on overflow.
    pub fn checked_mul(self, other: Decimal) -> Option<Decimal> {
        let (high, low) = wide_mul(self.0.unsigned_abs(), other.0.unsigned_abs());
        let units = div_half_away(high, low, UNITS)?;
        with_sign(units, (self.0 < 0) != (other.0 < 0)).map(Decimal)
    }

    /// `self / other`, rounded half away from zero at 18 digits; `None` on overflow and for `other` = 0.
    pub fn checked_div(self, other: Decimal) -> Option<Decimal> {
        let (high, low) = wide_mul(self.0.unsigned_abs(), UNITS);
        let units = div_half_away(high, low, other.0.unsigned_abs())?;
        with_sign(units, (self.0 < 0) != (other.0 < 0)).map(Decimal)
    }

    /// Rounded half away from zero to `digits` fractional digits; negative `digits` round to tens,
    /// hundreds, … `None` on overflow.
    ///
    /// ```
    /// use casewise_core::values::Decimal;
    /// let d = Decimal::parse("-2.675").unwrap();
    /// assert_eq!(d.round(2).unwrap().to_string(), "-2.68");
    /// assert_eq!(Decimal::from_i64(1250).round(-2).unwrap().to_string(), "1300");
    /// ```
    pub fn round(self, digits: i32) -> Option<Decimal> {
        let Some(drop) = 18_i64.checked_sub(i64::from(digits)).filter(|d| *d > 0) else {
            return Some(self);
        };
        // 10³⁹ is beyond 128 bits and more than twice the largest decimal.
        let Some(step) = u32::try_from(drop).ok().and_then(|d| 10_u128.checked_pow(d)) else {
            return Some(Decimal::ZERO);
        };
        let steps = div_half_away(0, self.0.unsigned_abs(), step)?;
        with_sign(steps.checked_mul(step)?, self.0 < 0).map(Decimal)
    }

    /// The largest whole number that is not above `self`; `None` on overflow.
    pub fn floor(self) -> Option<Decimal> {
        self.0.div_euclid(Decimal::SCALE).checked_mul(Decimal::SCALE).map(Decimal)
    }

    /// The smallest whole number that is not below `self`; `None` on overflow.
    pub fn ceil(self) -> Option<Decimal> {
        let floor = self.0.div_euclid(Decimal::SCALE);
        let up = i128::from(self.0.rem_euclid(Decimal::SCALE) != 0);
        floor.checked_add(up)?.checked_mul(Decimal::SCALE).map(Decimal)
    }

    /// The nearest float, ties to even.
    pub fn to_f64(self) -> f64 {
        let size = ratio_to_f64(self.0.unsigned_abs(), 1_000_000_000_000_000_000);
        if self.0 < 0 { -size } else { size }
    }

    /// The decimal that is exactly this float, if there is one.
    ///
    /// ```
    /// use casewise_core::values::Decimal;
    /// assert_eq!(Decimal::from_f64_exact(0.75), Some(Decimal::parse("0.75").unwrap()));
    /// assert_eq!(Decimal::from_f64_exact(0.1), None);
    /// ```
    pub fn from_f64_exact(x: f64) -> Option<Decimal> {
        if !x.is_finite() {
            return None;
        }
        let (mantissa, exponent) = float_parts(x);
        if mantissa == 0 {
            return Some(Decimal::ZERO);
        }
        // m·2^e·10¹⁸ = m·5¹⁸·2^(e+18); m·5¹⁸ < 2⁹⁵.
        let odd = u128::from(mantissa) * 5_u128.pow(DIGITS);
        let shift = exponent + 18;
        let units = if shift >= 0 {
            let shift = shift.unsigned_abs();
            if shift > odd.leading_zeros() {
                return None;
            }
            odd << shift
        } else {
            let shift = shift.unsigned_abs();
            if shift > odd.trailing_zeros() {
                return None;
            }
            odd >> shift
        };
        with_sign(units, x < 0.0).map(Decimal)
    }

    /// Reads a decimal: sign, digits, fraction, exponent (`-1_5` and ` 1` are not numbers). Nothing is
    /// rounded: a digit other than 0 beyond the 18th place is an error.
    ///
    /// ```
    /// use casewise_core::values::{Decimal, DecimalError};
    /// assert_eq!(Decimal::parse("1.5e2").unwrap(), Decimal::from_i64(150));
    /// assert_eq!(Decimal::parse("1e-19"), Err(DecimalError::TooPrecise));
    /// assert_eq!(Decimal::parse("1e30"), Err(DecimalError::Overflow));
    /// assert_eq!(Decimal::parse("12,50"), Err(DecimalError::Syntax));
    /// ```
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Decimal, DecimalError> {
        let mut bytes = text.bytes().peekable();
        let negative = match bytes.peek() {
            Some(b'-') => {
                bytes.next();
                true
            }
            Some(b'+') => {
                bytes.next();
                false
            }
            _ => false,
        };
        // The number read is `coefficient` × 10^(zeros − places), `coefficient` without trailing zeros.
        let mut coefficient = Some(0_u128);
        let (mut zeros, mut places) = (0_i64, 0_i64);
        let (mut any, mut fraction) = (false, false);
        while let Some(byte) = bytes.next_if(|b| b.is_ascii_digit() || (*b == b'.' && !fraction)) {
            if byte == b'.' {
                fraction = true;
                continue;
            }
            any = true;
            places += i64::from(fraction);
            if byte == b'0' {
                zeros += i64::from(coefficient != Some(0));
                continue;
            }
            coefficient = coefficient.and_then(|c| {
                let shift = if c == 0 { 1 } else { pow10(zeros + 1)? };
                c.checked_mul(shift)?.checked_add(u128::from(byte - b'0'))
            });
            zeros = 0;
        }
        if !any {
            return Err(DecimalError::Syntax);
        }
        let mut exponent = 0_i64;
        if bytes.next_if(|b| matches!(b, b'e' | b'E')).is_some() {
            let down = match bytes.next_if(|b| matches!(b, b'-' | b'+')) {
                Some(sign) => sign == b'-',
                None => false,
            };
            if bytes.peek().is_none() {
                return Err(DecimalError::Syntax);
            }
            while let Some(digit) = bytes.next_if(u8::is_ascii_digit) {
                // Far beyond any range, and far from overflow even beside the digits of a long text.
                exponent = (exponent * 10 + i64::from(digit - b'0')).min(1 << 56);
            }
            if down {
                exponent = -exponent;
            }
        }
        if bytes.next().is_some() {
            return Err(DecimalError::Syntax);
        }
        if coefficient == Some(0) {
            return Ok(Decimal::ZERO);
        }
        // A text has fewer than 2⁶² bytes, so this sum stays within 64 bits.
        let power = zeros - places + exponent + i64::from(DIGITS);
        if power < 0 {
            return Err(DecimalError::TooPrecise);
        }
        let units = coefficient.zip(pow10(power)).and_then(|(c, p)| c.checked_mul(p));
        units.and_then(|u| with_sign(u, negative)).map(Decimal).ok_or(DecimalError::Overflow)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.unsigned_abs();
        if self.0 < 0 {
            f.write_str("-")?;
        }
        write!(f, "{}", size / UNITS)?;
        let mut fraction = size % UNITS;
        if fraction != 0 {
            let mut width = 18;
            while fraction.is_multiple_of(10) {
                fraction /= 10;
                width -= 1;
            }
            write!(f, ".{fraction:0width$}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Decimal({self})")
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Decimal::parse(text)
    }
}

impl From<i64> for Decimal {
    fn from(n: i64) -> Self {
        Decimal::from_i64(n)
    }
}

/// As text, which every format carries exactly.
impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl serde::de::Visitor<'_> for Text {
            type Value = Decimal;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a decimal number as text")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Decimal, E> {
                Decimal::parse(text).map_err(|error| E::custom(format!("{error}: {text:?}")))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// The exact sum of decimals. 256 bits wide, so that no order of the terms overflows on the way.
///
/// ```
/// use casewise_core::values::{Decimal, DecimalSum};
/// let mut sum = DecimalSum::default();
/// for term in [Decimal::MAX, Decimal::ONE, Decimal::MIN] {
///     sum.add(term);
/// }
/// assert_eq!(sum.value().unwrap().scaled(), Decimal::SCALE - 1);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DecimalSum {
    // Two's complement over both words; 2¹²⁸ terms would be needed to overflow.
    high: i128,
    low: u128,
}

impl DecimalSum {
    /// Adds a term.
    pub fn add(&mut self, term: Decimal) {
        self.add_wide(if term.0 < 0 { -1 } else { 0 }, term.0.cast_unsigned());
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: &DecimalSum) {
        self.add_wide(other.high, other.low);
    }

    /// The sum, `None` if it does not fit.
    pub fn value(&self) -> Option<Decimal> {
        let low = self.low.cast_signed();
        (self.high == low >> 127).then_some(Decimal(low))
    }

    /// The sum divided by `n`, rounded half away from zero; `None` for `n` = 0.
    pub fn avg(&self, n: u64) -> Option<Decimal> {
        let negative = self.high < 0;
        let (high, low) = if negative {
            let (low, carry) = (!self.low).overflowing_add(1);
            ((!self.high).wrapping_add(i128::from(carry)), low)
        } else {
            (self.high, self.low)
        };
        let units = div_half_away(high.cast_unsigned(), low, u128::from(n))?;
        with_sign(units, negative).map(Decimal)
    }

    fn add_wide(&mut self, high: i128, low: u128) {
        let (sum, carry) = self.low.overflowing_add(low);
        self.low = sum;
        self.high = self.high.wrapping_add(high).wrapping_add(i128::from(carry));
    }
}

/// A magnitude and a sign as a signed number, if it fits.
fn with_sign(size: u128, negative: bool) -> Option<i128> {
    if negative { 0_i128.checked_sub_unsigned(size) } else { i128::try_from(size).ok() }
}

fn pow10(n: i64) -> Option<u128> {
    u32::try_from(n).ok().and_then(|n| 10_u128.checked_pow(n))
}

/// `a × b` in 256 bits: high word, low word.
fn wide_mul(a: u128, b: u128) -> (u128, u128) {
    if let Some(low) = a.checked_mul(b) {
        return (0, low);
    }
    const LOW: u128 = u64::MAX as u128;
    let (a1, a0, b1, b0) = (a >> 64, a & LOW, b >> 64, b & LOW);
    let low = a0 * b0;
    // Each sum of a 128-bit product of 64-bit halves and two 64-bit halves fits.
    let middle = a1 * b0 + (low >> 64);
    let other = a0 * b1 + (middle & LOW);
    (a1 * b1 + (middle >> 64) + (other >> 64), (other << 64) | (low & LOW))
}

/// `(high·2¹²⁸ + low) / divisor` rounded half up; `None` if it does not fit in 128 bits.
fn div_half_away(high: u128, low: u128, divisor: u128) -> Option<u128> {
    let (quotient, rest) = wide_div(high, low, divisor)?;
    quotient.checked_add(u128::from(rest >= divisor - rest))
}

/// Quotient and remainder of a 256-bit number; `None` if the quotient has more than 128 bits.
fn wide_div(high: u128, low: u128, divisor: u128) -> Option<(u128, u128)> {
    if high >= divisor {
        return None; // also a divisor of 0
    }
    if high == 0 {
        return Some((low / divisor, low % divisor));
    }
    // Knuth's algorithm D with 64-bit digits, as in Hacker's Delight `divlu`.
    const LOW: u128 = u64::MAX as u128;
    let shift = divisor.leading_zeros();
    let divisor = divisor << shift;
    let (d1, d0) = (divisor >> 64, divisor & LOW);
    let top = if shift == 0 { high } else { (high << shift) | (low >> (128 - shift)) };
    let low = low << shift;
    let digit = |top: u128, next: u128| {
        let (mut quotient, mut rest) = (top / d1, top % d1);
        while quotient > LOW || quotient * d0 > ((rest << 64) | next) {
            quotient -= 1;
            rest += d1;
            if rest > LOW {
                break;
            }
        }
        let left = (top << 64 | next).wrapping_sub(quotient.wrapping_mul(divisor));
        (quotient, left)
    };
    let (q1, left) = digit(top, low >> 64);
    let (q0, rest) = digit(left, low & LOW);
    Some(((q1 << 64) | q0, rest >> shift))
}

/// The float nearest to `numerator / denominator`, ties to even; 0 for a denominator of 0.
pub(super) fn ratio_to_f64(numerator: u128, denominator: u64) -> f64 {
    if numerator == 0 || denominator == 0 {
        return 0.0;
    }
    const EXACT: u64 = 1 << 53;
    if denominator <= EXACT && numerator <= u128::from(EXACT) {
        return numerator as f64 / denominator as f64;
    }
    // At least 64 bits of quotient, and whether anything is left below them in the last bit: what the
    // conversion rounds is then on the right side of every tie.
    let shift = numerator.leading_zeros();
    let numerator = numerator << shift;
    let denominator = u128::from(denominator);
    let sticky = u128::from(!numerator.is_multiple_of(denominator));
    let quotient = (numerator / denominator) | sticky;
    // Never subnormal: the ratio is above 2⁻⁶⁴.
    libm::scalbn(quotient as f64, -shift.cast_signed())
}

/// The float as (mantissa, exponent) of |x| = mantissa × 2^exponent.
pub(super) fn float_parts(x: f64) -> (u64, i32) {
    let bits = x.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let exponent = i32::try_from((bits >> 52) & 0x7ff).unwrap_or(0);
    if exponent == 0 { (fraction, -1074) } else { (fraction | (1 << 52), exponent - 1075) }
}

#[cfg(test)]
#[path = "decimal_tests.rs"]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests;
