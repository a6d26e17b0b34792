//! Special functions in pure Rust, the same bits on every machine.

pub use casewise_core::values::math::logistic;

/// ln Γ(x) for x > 0.
#[must_use]
pub fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// ln B(a, b) = ln Γ(a) + ln Γ(b) − ln Γ(a + b) for a, b > 0.
#[must_use]
pub fn ln_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}

/// ψ(x) = d ln Γ(x) / dx for x > 0: the recurrence ψ(x) = ψ(x + 1) − 1/x up to x ≥ 10, then the
/// asymptotic series (Abramowitz and Stegun, 6.3.5 and 6.3.18).
///
/// # Examples
/// ```
/// let euler = 0.577_215_664_901_532_9;
/// assert!((casewise_fit::special::digamma(1.0) + euler).abs() < 1e-15);
/// ```
#[must_use]
pub fn digamma(x: f64) -> f64 {
    /// B(2k) / 2k for k = 1 … 8.
    const SERIES: [f64; 8] = [
        1.0 / 12.0,
        -1.0 / 120.0,
        1.0 / 252.0,
        -1.0 / 240.0,
        1.0 / 132.0,
        -691.0 / 32760.0,
        1.0 / 12.0,
        -3617.0 / 8160.0,
    ];
    let mut shifted = x;
    let mut recurrence = 0.0;
    while shifted < 10.0 {
        recurrence += 1.0 / shifted;
        shifted += 1.0;
    }
    let inverse = 1.0 / (shifted * shifted);
    let tail = SERIES.iter().rev().fold(0.0, |sum, term| (sum + term) * inverse);
    libm::log(shifted) - 0.5 / shifted - tail - recurrence
}

/// ln(1 + eˣ) without overflow.
#[must_use]
pub fn softplus(x: f64) -> f64 {
    x.max(0.0) + libm::log1p(libm::exp(-x.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (x, ψ(x)) from mpmath, 17 digits.
    const DIGAMMA: [(f64, f64); 6] = [
        (0.001, -1_000.575_571_931_810_2),
        (0.5, -1.963_510_026_021_423_4),
        (2.5, 0.703_156_640_645_243_2),
        (10.0, 2.251_752_589_066_721),
        (123.4, 4.811_373_775_116_277),
        (1e6, 13.815_510_057_964_191),
    ];

    #[test]
    fn digamma_agrees_with_high_precision_values() {
        for (x, expected) in DIGAMMA {
            let found = digamma(x);
            assert!((found - expected).abs() <= 4e-16 * (1.0 + expected.abs()), "{x} {found} {expected}");
        }
    }

    #[test]
    fn softplus_and_logistic_do_not_overflow() {
        for x in [-1e3, -40.0, 0.0, 40.0, 1e3] {
            assert!(softplus(x).is_finite() && (0.0..=1.0).contains(&logistic(x)));
        }
        assert!((softplus(0.0) - 2.0_f64.ln()).abs() < 1e-15);
    }
}
