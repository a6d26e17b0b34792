//! What a customer's history says about the future: the formulas of BG/NBD and Gamma-Gamma, for
//! given parameters.
//!
//! Sources: P. Fader, B. Hardie, K. Lee, "Counting your customers the easy way", Marketing Science
//! 24 (2005), 275–284 (BG/NBD); P. Fader, B. Hardie, "The Gamma-Gamma model of monetary value"
//! (2013). Time is in the unit that the parameters were fitted in.
//!
//! A history is (x, tₓ, T): x repeat purchases, the last of them tₓ after the first purchase
//! (0 if x = 0), and T the time from the first purchase to now.

use super::math::logistic;
use serde::{Deserialize, Serialize};

/// What is known of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// x, the purchases after the first.
    pub repeats: u64,
    /// tₓ, the time from the first purchase to the last.
    pub recency: f64,
    /// T, the time from the first purchase to now.
    pub age: f64,
}

/// The parameters of the beta-geometric/NBD model of purchases.
///
/// While active, a customer buys at rate λ; after each purchase the customer leaves for good with
/// probability p. Over customers λ ~ Gamma(r, α) and p ~ Beta(a, b).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BgNbd {
    /// Shape of the rates.
    pub r: f64,
    /// Scale of the rates: r / α purchases per unit of time on average.
    pub alpha: f64,
    /// First shape of the probability of leaving.
    pub a: f64,
    /// Second shape of the probability of leaving.
    pub b: f64,
}

impl BgNbd {
    /// P(alive): the probability that the customer has not left,
    /// 1 / (1 + δ · a / (b + x − 1) · ((α + T) / (α + tₓ))^(r + x)), δ = 1 if x > 0, else 0. Who
    /// never came back cannot have left: 1.
    ///
    /// # Examples
    /// ```
    /// use casewise_core::values::lifetime::{BgNbd, History};
    /// let cdnow = BgNbd { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };
    /// let customer = History { repeats: 2, recency: 30.43, age: 38.86 };
    /// assert!((cdnow.alive(&customer) - 0.7266).abs() < 5e-5);
    /// ```
    #[must_use]
    pub fn alive(&self, history: &History) -> f64 {
        logistic(-self.log_odds_gone(history))
    }

    /// ln(P(gone) / P(alive)); −∞ without repeats.
    #[must_use]
    pub fn log_odds_gone(&self, history: &History) -> f64 {
        if history.repeats == 0 {
            return f64::NEG_INFINITY;
        }
        let x = history.repeats as f64;
        let silence = libm::log1p((history.age - history.recency) / (self.alpha + history.recency));
        libm::log(self.a / (self.b + x - 1.0)) + (self.r + x) * silence
    }

    /// `E[Y(t)]`: the purchases to expect in the next t.
    ///
    /// The published formula is
    ///
    /// (a + b + x − 1) / (a − 1) · [1 − ((α + T) / (α + T + t))^(r + x) ₂F₁(r + x, b + x;
    /// a + b + x − 1; t / (α + T + t))] · P(alive).
    ///
    /// It cancels near a = 1 and for small t, so the same number is summed another way: were the
    /// customer to stay, the purchases in t would have a negative binomial distribution; of k
    /// such purchases, 1 + (b+x)/(a+b+x) + (b+x)(b+x+1)/((a+b+x)(a+b+x+1)) + … (k terms) happen
    /// before the customer leaves. Every term is positive. The cost grows with the number of
    /// purchases to expect from an active customer, (r + x) t / (α + T), and with t / (α + T).
    ///
    /// # Examples
    /// ```
    /// use casewise_core::values::lifetime::{BgNbd, History};
    /// let cdnow = BgNbd { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };
    /// let customer = History { repeats: 2, recency: 30.43, age: 38.86 };
    /// assert!((cdnow.expected(&customer, 39.0) - 1.226).abs() < 5e-4);
    /// ```
    #[must_use]
    pub fn expected(&self, history: &History, t: f64) -> f64 {
        self.alive(history) * self.expected_if_alive(history.repeats, history.age, t)
    }

    /// `E[X(t)]`: the repeat purchases to expect within t of the first purchase, of a customer of
    /// whom nothing else is known.
    #[must_use]
    pub fn expected_from_first(&self, t: f64) -> f64 {
        self.expected_if_alive(0, 0.0, t)
    }

    fn expected_if_alive(&self, repeats: u64, age: f64, t: f64) -> f64 {
        if t.is_nan() || t <= 0.0 {
            return 0.0;
        }
        let x = repeats as f64;
        let shape = self.r + x;
        let z = t / (self.alpha + age + t);
        // ln P(no purchase); large shapes underflow, so the sum is carried with a factor e^offset.
        let mut offset = -shape * libm::log1p(t / (self.alpha + age));
        let mut weight = 1.0; // P(k purchases), k = 0
        let mut happen = 0.0; // of k
        let mut one_more = 1.0; // whether purchase k + 1 still happens
        let mut sum = 0.0;
        let mut k = 0.0;
        loop {
            let growth = z * (shape + k) / (k + 1.0);
            weight *= growth;
            happen += one_more;
            one_more *= (self.b + x + k) / (self.a + self.b + x + k);
            k += 1.0;
            let term = weight * happen;
            sum += term;
            // What follows is less than a geometric series with this ratio.
            let ratio = z.max(z * (shape + k) / (k + 1.0)) * (1.0 + one_more / happen);
            if ratio < 1.0 && term * ratio <= 1e-17 * sum * (1.0 - ratio) {
                break;
            }
            if sum > RESCALE {
                weight /= RESCALE;
                sum /= RESCALE;
                offset += LN_RESCALE;
            }
        }
        sum * libm::exp(offset)
    }
}

/// Sums larger than this are brought back to 1.
const RESCALE: f64 = 1e250;

/// ln of [`RESCALE`].
const LN_RESCALE: f64 = 575.646_273_248_511_4;

/// The parameters of the Gamma-Gamma model of spend per purchase.
///
/// A purchase of a customer is worth Gamma(p, ν), and over customers ν ~ Gamma(q, γ).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GammaGamma {
    /// Shape of the purchases.
    pub p: f64,
    /// Shape of ν; above 1, or no mean exists.
    pub q: f64,
    /// Scale of ν, in the unit of the amounts.
    pub gamma: f64,
}

impl GammaGamma {
    /// `E[M]`: the mean worth of a purchase of a customer with `purchases` purchases of mean worth
    /// `mean`: p (γ + x m) / (p x + q − 1). With no purchases, that of all customers.
    ///
    /// # Examples
    /// ```
    /// let cdnow = casewise_core::values::lifetime::GammaGamma { p: 6.25, q: 3.74, gamma: 15.44 };
    /// assert!((cdnow.expected_spend(0, 0.0) - 35.2).abs() < 0.1);
    /// ```
    #[must_use]
    pub fn expected_spend(&self, purchases: u64, mean: f64) -> f64 {
        let x = purchases as f64;
        let seen = if purchases == 0 { 0.0 } else { x * mean };
        self.p * (self.gamma + seen) / (self.p * x + self.q - 1.0)
    }
}

/// The periods that a value is summed over.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Horizon {
    /// How many periods.
    pub periods: u32,
    /// The length of a period in the unit of the model.
    pub length: f64,
    /// The length of a period in years.
    pub years: f64,
    /// The discount of a year: 0.1 is 10 %.
    pub discount: f64,
}

impl Horizon {
    /// Whole months, a month being a twelfth of 365.25 days, for a model whose unit is `unit_days`
    /// days.
    #[must_use]
    pub fn months(months: u32, unit_days: f64, discount: f64) -> Self {
        Self { periods: months, length: 365.25 / 12.0 / unit_days, years: 1.0 / 12.0, discount }
    }
}

/// What the customer's future purchases over the horizon are worth today:
///
/// Σⱼ (E[Y(j)] − E[Y(j − 1)]) · spend / (1 + discount)^(years to the end of period j)
///
/// period by period, each discounted from its end; `spend` is the worth of a purchase.
///
/// # Examples
/// ```
/// use casewise_core::values::lifetime::{BgNbd, History, Horizon, discounted_value};
/// let cdnow = BgNbd { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };
/// let customer = History { repeats: 2, recency: 30.43, age: 38.86 };
/// let year = |discount| Horizon::months(12, 7.0, discount);
/// let now = discounted_value(&cdnow, &customer, 35.0, &year(0.1));
/// assert!(now > 0.0 && now < discounted_value(&cdnow, &customer, 35.0, &year(0.0)));
/// ```
#[must_use]
pub fn discounted_value(model: &BgNbd, history: &History, spend: f64, horizon: &Horizon) -> f64 {
    let alive = model.alive(history);
    let rate = libm::log1p(horizon.discount);
    let mut before = 0.0;
    let mut value = 0.0;
    for period in 1..=horizon.periods {
        let end = f64::from(period);
        let until = model.expected_if_alive(history.repeats, history.age, end * horizon.length);
        value += (until - before) * libm::exp(-rate * end * horizon.years);
        before = until;
    }
    value * alive * spend
}

#[cfg(test)]
mod tests {
    use super::*;

    const CDNOW: BgNbd = BgNbd { r: 0.2426, alpha: 4.4136, a: 0.7929, b: 2.4259 };

    #[test]
    fn the_factor_and_its_logarithm_agree() {
        assert!((libm::log(RESCALE) - LN_RESCALE).abs() < 1e-12);
    }

    #[test]
    fn nothing_is_expected_of_no_time() {
        let customer = History { repeats: 3, recency: 10.0, age: 20.0 };
        for t in [0.0, -1.0, f64::NAN] {
            assert!(CDNOW.expected(&customer, t).abs() < f64::MIN_POSITIVE);
        }
    }

    #[test]
    fn expectation_is_smooth_where_the_published_formula_divides_by_zero() {
        let customer = History { repeats: 3, recency: 10.0, age: 20.0 };
        let at = |a: f64| BgNbd { a, ..CDNOW }.expected(&customer, 39.0);
        assert!((at(1.0) - 0.5 * (at(1.0 - 1e-6) + at(1.0 + 1e-6))).abs() < 1e-11);
    }

    #[test]
    fn extreme_histories_give_finite_numbers() {
        for (repeats, recency, age, t) in
            [(5000, 10.0, 10.0, 500.0), (0, 0.0, 0.0, 1e4), (1, 0.0, 1e6, 1.0), (3000, 0.1, 1e6, 1.0)]
        {
            let history = History { repeats, recency, age };
            let (alive, expected) = (CDNOW.alive(&history), CDNOW.expected(&history, t));
            assert!((0.0..=1.0).contains(&alive) && expected.is_finite() && expected >= 0.0, "{history:?}");
        }
    }

    #[test]
    fn without_discount_the_periods_add_up_to_the_whole() {
        let customer = History { repeats: 2, recency: 30.43, age: 38.86 };
        let horizon = Horizon { periods: 13, length: 3.0, years: 3.0 / 52.0, discount: 0.0 };
        let value = discounted_value(&CDNOW, &customer, 2.0, &horizon);
        assert!((value - 2.0 * CDNOW.expected(&customer, 39.0)).abs() < 1e-12);
    }
}
