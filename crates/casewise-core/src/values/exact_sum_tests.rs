use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;

use super::*;

fn zero() -> BigRational {
    BigRational::from(BigInt::from(0))
}

/// The float nearest to an exact number, ties to even, by bisection over the ordered bits of floats.
fn nearest(exact: &BigRational) -> Option<f64> {
    let negative = *exact < zero();
    let size = if negative { -exact.clone() } else { exact.clone() };
    let of = |bits: u64| BigRational::from_float(f64::from_bits(bits)).unwrap();
    let max = f64::MAX.to_bits();
    let (mut low, mut high) = (0_u64, max);
    // The largest float that is not above.
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if of(middle) <= size { low = middle } else { high = middle - 1 }
    }
    let below = of(low);
    let above = if low == max { of(max) + (of(max) - of(max - 1)) } else { of(low + 1) };
    let (down, up) = (&size - &below, above - &size);
    let bits = if down < up || (down == up && low & 1 == 0) { low } else { low + 1 };
    let x = f64::from_bits(bits);
    x.is_finite().then_some(if negative { -x + 0.0 } else { x })
}

fn exact(terms: &[f64]) -> BigRational {
    terms.iter().fold(zero(), |sum, x| sum + BigRational::from_float(*x).unwrap())
}

fn sum(terms: &[f64]) -> ExactSum {
    terms.iter().copied().collect()
}

fn bits(x: Option<f64>) -> Option<u64> {
    x.map(f64::to_bits)
}

fn term() -> impl Strategy<Value = f64> {
    use prop::num::f64::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
    prop_oneof![
        4 => POSITIVE | NEGATIVE | NORMAL | SUBNORMAL | ZERO,
        4 => -1e6..1e6_f64,
        2 => (-1000_i32..1000).prop_map(|n| f64::from(n) / 100.0),
        1 => (-4_i32..4).prop_map(|n| f64::from(n) * f64::from_bits(1)),
        1 => Just(f64::MAX),
        1 => Just(f64::MIN),
        1 => Just(1e308),
        1 => Just(f64::MIN_POSITIVE),
        1 => Just(1.0),
        1 => Just(2_f64.powi(53)),
        1 => Just(2_f64.powi(-53)),
    ]
}

#[test]
fn cancels_exactly() {
    assert_eq!(sum(&[1e100, 1.0, -1e100]).value(), Some(1.0));
    assert_eq!(sum(&[f64::MAX, f64::MAX, f64::MIN, f64::MIN]).value(), Some(0.0));
    assert_eq!(sum(&[f64::MAX, f64::MAX]).value(), None);
    assert_eq!(sum(&[f64::MAX, f64::MAX]).mean(2), Some(f64::MAX));
    assert_eq!(sum(&[0.1; 10]).value(), Some(1.0));
    assert_eq!(sum(&[]).value(), Some(0.0));
    assert_eq!(sum(&[-0.0]).value().map(f64::to_bits), Some(0));
}

#[test]
fn ties_go_to_even_unless_something_is_left() {
    let (one, half) = (1.0, 2_f64.powi(-53));
    assert_eq!(sum(&[one, half]).value(), Some(1.0));
    assert_eq!(sum(&[one, half, f64::from_bits(1)]).value(), Some(1.0_f64.next_up()));
    assert_eq!(sum(&[one, half, -f64::from_bits(1)]).value(), Some(1.0));
    assert_eq!(sum(&[-one, -half, -f64::from_bits(1)]).value(), Some(-1.0_f64.next_up()));
    // Half of the smallest float is a tie between 0 and it.
    assert_eq!(sum(&[f64::from_bits(1)]).mean(2), Some(0.0));
    assert_eq!(sum(&[f64::from_bits(3)]).mean(2), Some(f64::from_bits(2)));
    assert_eq!(sum(&[f64::from_bits(2), f64::from_bits(1)]).mean(5), Some(f64::from_bits(1)));
}

#[test]
fn what_is_not_finite_is_no_value() {
    assert_eq!(sum(&[1.0, f64::NAN]).value(), None);
    assert_eq!(sum(&[f64::INFINITY, f64::NEG_INFINITY]).value(), None);
    assert_eq!(sum(&[f64::INFINITY]).mean(1), None);
    assert_eq!(sum(&[1.0]).mean(0), None);
    let mut merged = sum(&[1.0]);
    merged.merge(&sum(&[f64::NAN]));
    assert_eq!(merged.value(), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn is_the_rounded_exact_sum(terms in prop::collection::vec(term(), 0..24), n in prop_oneof![1_u64..100, any::<u64>()]) {
        let expected = exact(&terms);
        let sum = sum(&terms);
        prop_assert_eq!(bits(sum.value()), bits(nearest(&expected)));
        let mean = (n > 0).then(|| expected / BigRational::from(BigInt::from(n)));
        prop_assert_eq!(bits(sum.mean(n)), bits(mean.as_ref().and_then(nearest)));
    }

    #[test]
    fn order_and_chunks_change_nothing(
        (terms, shuffled) in prop::collection::vec(term(), 0..60).prop_flat_map(|v| (Just(v.clone()), Just(v).prop_shuffle())),
        chunk in 1_usize..20,
    ) {
        let straight = sum(&terms);
        let mut merged = ExactSum::new();
        for part in shuffled.chunks(chunk) {
            merged.merge(&sum(part));
        }
        for other in [sum(&shuffled), merged] {
            prop_assert_eq!(bits(straight.value()), bits(other.value()));
            prop_assert_eq!(bits(straight.mean(7)), bits(other.mean(7)));
        }
    }
}
