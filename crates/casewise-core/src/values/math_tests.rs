use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;

use super::*;

#[test]
fn what_has_no_value_is_none() {
    assert_eq!(log(0.0), None);
    assert_eq!(log(-1.0), None);
    assert_eq!(sqrt(-1.0), None);
    assert_eq!(exp(1000.0), None);
    assert_eq!(exp(-1000.0), Some(0.0));
    assert_eq!(pow(0.0, -1.0), None);
    assert_eq!(pow(-8.0, 1.0 / 3.0), None);
    assert_eq!(pow(10.0, 400.0), None);
    assert_eq!(pow(0.0, 0.0), Some(1.0));
    assert_eq!(sqrt(-0.0).map(f64::to_bits), Some(0));
    assert_eq!(ceil(-0.5).to_bits(), 0);
    assert_eq!(floor(-0.5), -1.0);
}

#[test]
fn the_pinned_functions_have_these_bits() {
    // What the pinned implementation gives: other bits are other decisions, so a new version that
    // differs is noticed here. Each is within one unit in the last place of the exact value.
    let bits = [
        exp(1.0),
        exp(-0.7),
        exp(20.25),
        log(10.0),
        log(0.3),
        log(123_456.789),
        pow(2.0, 0.5),
        pow(1.1, 37.3),
        pow(0.97, -12.0),
        sqrt(3.0),
        decay(Duration(10), Duration(30)),
        decay(Duration(77), Duration(30)),
    ]
    .map(|x| x.map_or(0, f64::to_bits));
    assert_eq!(
        bits,
        [
            0x4005_bf0a_8b14_576a,
            0x3fdf_c80d_b9dd_5542,
            0x41c2_90d7_6d19_66a9,
            0x4002_6bb1_bbb5_5516,
            0xbff3_4378_fcbd_a721,
            0x4027_7281_cad8_a844,
            0x3ff6_a09e_667f_3bcd,
            0x4041_7ec0_ce0d_1a5f,
            0x3ff7_0f5b_b3d1_62bf,
            0x3ffb_b67a_e858_4caa,
            0x3fe9_65fe_a53d_6e3d,
            0x3fc5_9b08_8b8f_29ed,
        ],
        "{bits:#x?}"
    );
}

#[test]
fn decays_by_half_lives() {
    const DAY: i64 = 86_400_000_000;
    let of = |days, half| decay(Duration(days * DAY), Duration(half * DAY));
    assert_eq!(of(0, 30), Some(1.0));
    assert_eq!(of(30, 30), Some(0.5));
    assert_eq!(of(90, 30), Some(0.125));
    assert_eq!(of(15, 30).map(f64::to_bits), Some(std::f64::consts::FRAC_1_SQRT_2.to_bits()));
    assert_eq!(of(1, 0), None);
    assert_eq!(of(1, -1), None);
    assert_eq!(decay(Duration(i64::MAX), Duration(1)), Some(0.0));
}

#[test]
fn rounds_the_exact_value() {
    for (x, digits, rounded) in [
        (2.675, 2, 2.67),
        (1.005, 2, 1.0),
        (0.125, 2, 0.13),
        (-0.125, 2, -0.13),
        (0.5, 0, 1.0),
        (-0.5, 0, -1.0),
        (0.499_999_999_999_999_94, 0, 0.0),
        (1e300, 2, 1e300),
        (1e-300, 18, 0.0),
        (15.0, -1, 20.0),
        (14.999, -1, 10.0),
        (-15.0, -1, -20.0),
        (4e17, -18, 0.0),
        (5e17, -18, 1e18),
        (1e22, -18, 1e22),
        (0.1, 18, 0.1),
        (4_503_599_627_370_495.5, 0, 4_503_599_627_370_496.0),
    ] {
        assert_eq!(round(x, digits), Some(rounded), "round({x}, {digits})");
    }
    assert_eq!(round(-0.4, 0).map(f64::to_bits), Some(0));
    assert_eq!(round(1.0, 19), None);
    assert_eq!(round(1.0, -19), None);
    assert_eq!(round(f64::NAN, 2), None);
}

#[test]
fn rounds_ints() {
    for (x, digits, rounded) in [
        (1250, -2, Some(1300)),
        (-1250, -2, Some(-1300)),
        (1249, -2, Some(1200)),
        (1249, 0, Some(1249)),
        (i64::MAX, -1, None),
        (i64::MIN, -1, None),
        (i64::MAX, -18, Some(9_000_000_000_000_000_000)),
        (i64::MAX, -19, None),
        (4_999_999_999_999_999_999, -19, Some(0)),
        (i64::MAX, -20, Some(0)),
        (1, i32::MIN, Some(0)),
    ] {
        assert_eq!(round_int(x, digits), rounded, "round({x}, {digits})");
    }
}

#[test]
fn whole_floats_are_ints() {
    assert_eq!(float_to_int(3.0), Some(3));
    assert_eq!(float_to_int(-9_223_372_036_854_775_808.0), Some(i64::MIN));
    assert_eq!(float_to_int(9_223_372_036_854_775_808.0), None);
    assert_eq!(float_to_int(0.5), None);
    assert_eq!(float_to_int(f64::NAN), None);
    assert_eq!(float_to_int(f64::INFINITY), None);
}

#[test]
fn int_quotients_are_rounded_once() {
    assert_eq!(int_div(1, 0), None);
    assert_eq!(int_div(-7, 2), Some(-3.5));
    assert_eq!(int_div(i64::MIN, -1), Some(9_223_372_036_854_775_808.0));
    // Through floats this is 1: both sides round to the same.
    assert_eq!(int_div(9_007_199_254_740_993, 9_007_199_254_740_992), Some(1.0));
    assert_eq!(int_div(9_007_199_254_740_993 * 3, 3), Some(9_007_199_254_740_992.0));
    assert_eq!(int_mean(i128::from(i64::MAX) * 3, 3), Some(9_223_372_036_854_775_807_i64 as f64));
    assert_eq!(int_mean(0, 0), None);
}

/// `x` rounded half away from zero, by way of big rationals and the correctly rounded parser of floats.
fn oracle(x: f64, digits: i32) -> f64 {
    let step = BigRational::from(BigInt::from(10)).pow(digits);
    let whole = (BigRational::from_float(x).unwrap() * step).round().to_integer();
    format!("{whole}e{}", -digits).parse::<f64>().unwrap() + 0.0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn rounding_agrees_with_big_numbers(
        x in prop_oneof![
            prop::num::f64::ANY,
            -1e6..1e6_f64,
            (-100_000_i32..100_000).prop_map(|n| f64::from(n) / 1000.0),
            -1e40..1e40_f64,
            any::<i64>().prop_map(|n| n as f64 / 2.0),
        ],
        digits in -18_i32..=18,
    ) {
        prop_assume!(x.is_finite());
        prop_assert_eq!(round(x, digits).map(f64::to_bits), Some(oracle(x, digits).to_bits()), "round({:e}, {})", x, digits);
    }

    #[test]
    fn int_rounding_agrees_with_big_numbers(x in any::<i64>(), digits in -25_i32..3) {
        let step = BigRational::from(BigInt::from(10)).pow(digits.min(0));
        let rounded = (BigRational::from(BigInt::from(x)) * &step).round() / step;
        prop_assert_eq!(round_int(x, digits), i64::try_from(rounded.to_integer()).ok());
    }
}
