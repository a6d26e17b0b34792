//! Float sums that do not depend on the order of their terms.

use super::decimal::float_parts;

/// The exact sum of finite floats, rounded once when it is read.
///
/// However the terms are ordered, chunked or merged, the result is the float nearest to the exact sum.
///
/// ```
/// use casewise_core::values::ExactSum;
/// let mut sum = ExactSum::default();
/// for x in [1e308, 1e308, 0.1, -1e308, -1e308, 0.2] {
///     sum.add(x);
/// }
/// assert_eq!(sum.value(), Some(0.1 + 0.2));
/// ```
#[derive(Debug, Clone, Default)]
pub struct ExactSum {
    // The sum is `high + low`, and `wide` when that is there. Terms of like size never need `wide`.
    high: f64,
    low: f64,
    wide: Option<Box<Wide>>,
    invalid: bool,
}

/// Where both components could overflow on the way, terms go to [`Wide`].
const LARGE: f64 = f64::from_bits(0x7f00_0000_0000_0000); // 2¹⁰⁰⁹

impl ExactSum {
    /// The empty sum, 0.
    pub fn new() -> ExactSum {
        ExactSum::default()
    }

    /// Adds a term. One that is not finite makes the sum no value.
    pub fn add(&mut self, x: f64) {
        if !x.is_finite() {
            self.invalid = true;
            return;
        }
        if x.abs() >= LARGE || self.high.abs() >= LARGE {
            let (high, low) = (self.high, self.low);
            let wide = self.wide.get_or_insert_default();
            wide.add(high);
            wide.add(low);
            wide.add(x);
            (self.high, self.low) = (0.0, 0.0);
            return;
        }
        let (high, rest) = two_sum(self.high, x);
        let (low, rest) = two_sum(self.low, rest);
        (self.high, self.low) = (high, low);
        if rest != 0.0 {
            self.wide.get_or_insert_default().add(rest);
        }
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: &ExactSum) {
        self.invalid |= other.invalid;
        self.add(other.high);
        self.add(other.low);
        if let Some(wide) = &other.wide {
            self.wide.get_or_insert_default().merge(wide);
        }
    }

    /// The float nearest to the exact sum, `None` if that is not finite.
    pub fn value(&self) -> Option<f64> {
        if self.invalid {
            return None;
        }
        match &self.wide {
            // Adding two floats rounds their exact sum once.
            None => finite(self.high + self.low),
            Some(_) => self.total().quotient(1),
        }
    }

    /// The float nearest to the exact sum divided by `n`, `None` if `n` is 0 or a term was not finite.
    pub fn mean(&self, n: u64) -> Option<f64> {
        if self.invalid || n == 0 {
            return None;
        }
        if self.wide.is_none() && self.low == 0.0 && n <= 1 << 53 {
            return finite(self.high / n as f64);
        }
        self.total().quotient(n)
    }

    fn total(&self) -> Wide {
        let mut total = self.wide.as_deref().cloned().unwrap_or_default();
        total.add(self.high);
        total.add(self.low);
        total
    }
}

impl Extend<f64> for ExactSum {
    fn extend<T: IntoIterator<Item = f64>>(&mut self, terms: T) {
        for x in terms {
            self.add(x);
        }
    }
}

impl FromIterator<f64> for ExactSum {
    fn from_iter<T: IntoIterator<Item = f64>>(terms: T) -> Self {
        let mut sum = ExactSum::default();
        sum.extend(terms);
        sum
    }
}

fn finite(x: f64) -> Option<f64> {
    // `+ 0.0` turns −0 into 0.
    x.is_finite().then_some(x + 0.0)
}

/// `a + b` as the nearest float and what it leaves out, exactly (Knuth).
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let b_part = sum - a;
    let a_part = sum - b_part;
    (sum, (a - a_part) + (b - b_part))
}

/// Every finite float is a whole number of 2⁻¹⁰⁷⁴; 2098 bits hold the largest, the rest is room for
/// 2⁷⁷ terms and the sign.
const LIMBS: usize = 34;
/// Fraction limbs below 2⁻¹⁰⁷⁴ when dividing, so that the smallest sum has a quotient to round.
const GUARD: usize = 2;

/// A fixed-point number over the whole range of floats, in two's complement, least limb first.
#[derive(Debug, Clone)]
struct Wide([u64; LIMBS]);

impl Default for Wide {
    fn default() -> Self {
        Wide([0; LIMBS])
    }
}

impl Wide {
    fn add(&mut self, x: f64) {
        let (mantissa, exponent) = float_parts(x);
        if mantissa == 0 {
            return;
        }
        // At least 0, at most 971 + 1074.
        let place = usize::try_from(exponent + 1074).unwrap_or(0);
        let shifted = u128::from(mantissa) << (place % 64);
        let limbs = self.0.iter_mut().skip(place / 64);
        let mut parts = [shifted as u64, (shifted >> 64) as u64].into_iter();
        let mut carry = false;
        for limb in limbs {
            let part = parts.next();
            if part.is_none() && !carry {
                break;
            }
            let part = part.unwrap_or(0);
            (*limb, carry) = if x < 0.0 {
                let (left, first) = limb.overflowing_sub(part);
                let (left, second) = left.overflowing_sub(u64::from(carry));
                (left, first | second)
            } else {
                let (sum, first) = limb.overflowing_add(part);
                let (sum, second) = sum.overflowing_add(u64::from(carry));
                (sum, first | second)
            };
        }
    }

    fn merge(&mut self, other: &Wide) {
        let mut carry = false;
        for (limb, part) in self.0.iter_mut().zip(other.0) {
            let (sum, first) = limb.overflowing_add(part);
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            *limb = sum;
            carry = first | second;
        }
    }

    /// The float nearest to `self / n`, ties to even.
    fn quotient(&self, n: u64) -> Option<f64> {
        if n == 0 {
            return None;
        }
        let negative = self.0.last().is_some_and(|top| top >> 63 == 1);
        let mut size = [0_u64; LIMBS + GUARD];
        let mut carry = negative;
        for (to, from) in size.iter_mut().skip(GUARD).zip(self.0) {
            let limb = if negative { !from } else { from };
            (*to, carry) = limb.overflowing_add(u64::from(carry));
        }
        // Long division from the top; the first two limbs of the quotient that matter, then whether
        // anything is left.
        let divisor = u128::from(n);
        let mut rest = 0_u128;
        let mut head = 0_u128;
        let mut limbs_after = 0_i32;
        let mut sticky = false;
        for limb in size.into_iter().rev() {
            let part = (rest << 64) | u128::from(limb);
            let digit = part / divisor;
            rest = part % divisor;
            if head >> 64 == 0 {
                head = (head << 64) | digit;
            } else {
                sticky |= digit != 0;
                limbs_after += 1;
            }
        }
        sticky |= rest != 0;
        let exponent = 64 * limbs_after - 1074 - 128;
        let size = round_to_f64(head, exponent, sticky);
        finite(if negative { -size } else { size })
    }
}

/// The float nearest to `head × 2^exponent` and a little more when `sticky`, ties to even.
///
/// With `sticky`, `head` has more than 64 bits or 2^`exponent` is far below the smallest float.
fn round_to_f64(head: u128, exponent: i32, sticky: bool) -> f64 {
    if head == 0 {
        return 0.0;
    }
    let bits = 128 - head.leading_zeros().cast_signed();
    let top = exponent + bits - 1;
    // The last place of the result: 53 bits, fewer among the subnormal numbers.
    let last = (top - 52).max(-1074);
    let drop = last - exponent;
    if drop <= 0 {
        return libm::scalbn(head as f64, exponent);
    }
    if drop > 127 {
        // `head` is below 2¹²⁷ at most, so below half of the last place unless it has all 128 bits.
        let up = drop == 128 && (head > 1 << 127 || (head == 1 << 127 && sticky));
        return if up { libm::scalbn(1.0, last) } else { 0.0 };
    }
    let drop = drop.unsigned_abs();
    let kept = head >> drop;
    let left = head & ((1 << drop) - 1);
    let half = 1_u128 << (drop - 1);
    let up = left > half || (left == half && (sticky || kept & 1 == 1));
    libm::scalbn((kept + u128::from(up)) as f64, last)
}

#[cfg(test)]
#[path = "exact_sum_tests.rs"]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
