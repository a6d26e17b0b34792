//! Functions on floats and ints. Their results are finite, or `None`.
//!
//! `exp`, `log`, `pow` and the powers of two under decay come from one pinned pure-Rust implementation
//! (`libm`), never from the platform, so that they have the same bits everywhere.

use super::Duration;
use super::decimal::{float_parts, ratio_to_f64};

/// A result that is a value: finite, and 0 where it was −0.
fn finite(x: f64) -> Option<f64> {
    x.is_finite().then_some(x + 0.0)
}

/// eˣ
pub fn exp(x: f64) -> Option<f64> {
    finite(libm::exp(x))
}

/// The natural logarithm, `None` unless `x` is above 0.
pub fn log(x: f64) -> Option<f64> {
    finite(libm::log(x))
}

/// x to the power y.
pub fn pow(x: f64, y: f64) -> Option<f64> {
    finite(libm::pow(x, y))
}

/// The square root, `None` below 0.
pub fn sqrt(x: f64) -> Option<f64> {
    finite(libm::sqrt(x))
}

/// 1 / (1 + e⁻ˣ) without overflow.
pub fn logistic(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + libm::exp(-x))
    } else {
        let e = libm::exp(x);
        e / (1.0 + e)
    }
}

/// 2^(−age / half_life): what is left of a weight after `age`. `None` unless the half-life is above 0.
pub fn decay(age: Duration, half_life: Duration) -> Option<f64> {
    if half_life.0 <= 0 {
        return None;
    }
    finite(libm::exp2(-(age.0 as f64 / half_life.0 as f64)))
}

/// The largest whole number that is not above `x`.
pub fn floor(x: f64) -> f64 {
    x.floor() + 0.0
}

/// The smallest whole number that is not below `x`.
pub fn ceil(x: f64) -> f64 {
    x.ceil() + 0.0
}

/// The `int` that `x` is, if it is one.
pub fn float_to_int(x: f64) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0; // 2⁶³
    (x.trunc().to_bits() == x.to_bits() && (-LIMIT..LIMIT).contains(&x)).then_some(x as i64)
}

/// `a / b` rounded once from the exact quotient, `None` for `b` = 0.
pub fn int_div(a: i64, b: i64) -> Option<f64> {
    let size = int_mean(i128::from(a.unsigned_abs()), b.unsigned_abs())?;
    finite(if (a < 0) != (b < 0) { -size } else { size })
}

/// `sum / n` rounded once from the exact quotient, `None` for `n` = 0: the average of ints.
pub fn int_mean(sum: i128, n: u64) -> Option<f64> {
    if n == 0 {
        return None;
    }
    let size = ratio_to_f64(sum.unsigned_abs(), n);
    finite(if sum < 0 { -size } else { size })
}

/// `x` rounded half away from zero to `digits` fractional digits (−18 to 18, else `None`), on its exact
/// value; the result is the float nearest to that decimal number.
///
/// ```
/// use casewise_core::values::math::round;
/// assert_eq!(round(2.675, 2), Some(2.67)); // the float is a little below 2.675
/// assert_eq!(round(-2.5, 0), Some(-3.0));
/// assert_eq!(round(1250.0, -2), Some(1300.0));
/// ```
pub fn round(x: f64, digits: i32) -> Option<f64> {
    if !x.is_finite() || !(-18..=18).contains(&digits) {
        return None;
    }
    let (mantissa, exponent) = float_parts(x);
    let step = 10_u64.pow(digits.unsigned_abs());
    let size = if digits >= 0 {
        if exponent >= 0 {
            return finite(x);
        }
        // The mantissa has 53 bits, the step 60.
        let scaled = u128::from(mantissa) * u128::from(step);
        let shift = exponent.unsigned_abs();
        if shift > 120 {
            return Some(0.0);
        }
        let whole = scaled >> shift;
        // The last bit shifted out is one half.
        let half = (scaled >> (shift - 1)) & 1;
        ratio_to_f64(whole + half, step)
    } else {
        // From here on half a step is less than half of the float's last place.
        if exponent > 63 {
            return finite(x);
        }
        let whole = if exponent >= 0 {
            u128::from(mantissa) << exponent
        } else {
            // A fraction never decides: half a step is whole.
            u128::from(mantissa) >> exponent.unsigned_abs().min(64)
        };
        let step = u128::from(step);
        let up = u128::from(whole % step >= step / 2);
        ((whole / step + up) * step) as f64
    };
    finite(if x < 0.0 { -size } else { size })
}

/// `x` rounded half away from zero to `digits` fractional digits, so only negative ones change it;
/// `None` on overflow.
///
/// ```
/// use casewise_core::values::math::round_int;
/// assert_eq!(round_int(-1250, -2), Some(-1300));
/// assert_eq!(round_int(1250, 2), Some(1250));
/// ```
pub fn round_int(x: i64, digits: i32) -> Option<i64> {
    if digits >= 0 {
        return Some(x);
    }
    // 10²⁰ is more than twice the largest int.
    if digits < -19 {
        return Some(0);
    }
    let step = 10_u128.pow(digits.unsigned_abs());
    let size = u128::from(x.unsigned_abs());
    let rounded = (size / step + u128::from(size % step >= step / 2)) * step;
    let rounded = i128::try_from(rounded).ok()?;
    i64::try_from(if x < 0 { -rounded } else { rounded }).ok()
}

#[cfg(test)]
#[path = "math_tests.rs"]
#[expect(clippy::unwrap_used, clippy::float_cmp, reason = "tests")]
mod tests;
