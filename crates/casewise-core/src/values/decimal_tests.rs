use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;

use super::*;

fn rational(d: Decimal) -> BigRational {
    BigRational::new(BigInt::from(d.scaled()), BigInt::from(Decimal::SCALE))
}

/// Half away from zero at 18 digits, by way of big rationals.
fn expected(x: &BigRational) -> Option<Decimal> {
    // `BigRational::round` is half away from zero.
    let units = (x * BigRational::from(BigInt::from(Decimal::SCALE))).round().to_integer();
    i128::try_from(units).ok().map(Decimal::from_scaled)
}

fn float_rational(x: f64) -> BigRational {
    BigRational::from_float(x).unwrap()
}

/// Whether no float is nearer to `exact` than `x`, and of two as near `x` is the even one.
fn is_nearest(x: f64, exact: &BigRational) -> bool {
    let distance = |y: f64| {
        let d = float_rational(y) - exact;
        if d < BigRational::from(BigInt::from(0)) { -d } else { d }
    };
    let own = distance(x);
    [x.next_up(), x.next_down()]
        .into_iter()
        .filter(|y| y.is_finite())
        .all(|y| own < distance(y) || (own == distance(y) && x.to_bits() & 1 == 0))
}

fn any_decimal() -> impl Strategy<Value = Decimal> {
    prop_oneof![
        any::<i128>(),
        any::<i64>().prop_map(i128::from),
        any::<i64>().prop_map(|n| i128::from(n) * 1_000_000_000),
        (any::<i128>(), 0_u32..127).prop_map(|(n, shift)| n >> shift),
        (-2000_i128..2000).prop_map(|n| n * 5 * 10_i128.pow(16)),
        (0_u32..38, -3_i128..3).prop_map(|(e, d)| 10_i128.pow(e) + d),
        Just(i128::MIN),
        Just(i128::MAX),
        Just(0),
    ]
    .prop_map(Decimal::from_scaled)
}

fn dec(text: &str) -> Decimal {
    Decimal::parse(text).unwrap()
}

#[test]
fn reads_and_prints() {
    for (text, printed) in [
        ("150", "150"),
        ("0.05", "0.05"),
        ("-1.50", "-1.5"),
        ("+7", "7"),
        ("-0", "0"),
        ("000.100", "0.1"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1e3", "1000"),
        ("1.25E-2", "0.0125"),
        ("12e-18", "0.000000000000000012"),
        ("1000e-20", "0.00000000000000001"),
        ("0e-999999999999999999999", "0"),
        ("0.1000000000000000000000000000000000000000000000000", "0.1"),
        ("170141183460469231731.687303715884105727", "170141183460469231731.687303715884105727"),
        ("-170141183460469231731.687303715884105728", "-170141183460469231731.687303715884105728"),
    ] {
        assert_eq!(dec(text).to_string(), printed, "{text}");
    }
}

#[test]
fn refuses_what_it_cannot_hold() {
    for (text, error) in [
        ("", DecimalError::Syntax),
        ("-", DecimalError::Syntax),
        (".", DecimalError::Syntax),
        (" 1", DecimalError::Syntax),
        ("1 ", DecimalError::Syntax),
        ("1_000", DecimalError::Syntax),
        ("1,5", DecimalError::Syntax),
        ("1.2.3", DecimalError::Syntax),
        ("--1", DecimalError::Syntax),
        ("1e", DecimalError::Syntax),
        ("1e+", DecimalError::Syntax),
        ("e5", DecimalError::Syntax),
        ("0x10", DecimalError::Syntax),
        ("NaN", DecimalError::Syntax),
        ("inf", DecimalError::Syntax),
        ("१", DecimalError::Syntax),
        ("0.0000000000000000001", DecimalError::TooPrecise),
        ("1e-99999999999999999999999", DecimalError::TooPrecise),
        ("0.12345678901234567890123456789012345678901234567890", DecimalError::TooPrecise),
        ("1e99999999999999999999999", DecimalError::Overflow),
        ("170141183460469231731.687303715884105728", DecimalError::Overflow),
        ("99999999999999999999999999999999999999999999", DecimalError::Overflow),
    ] {
        assert_eq!(Decimal::parse(text), Err(error), "{text}");
    }
}

#[test]
fn rounds_half_away_from_zero() {
    for (text, digits, rounded) in [
        ("2.675", 2, "2.68"),
        ("-2.675", 2, "-2.68"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("2.49", 0, "2"),
        ("1250", -2, "1300"),
        ("1249.999", -2, "1200"),
        ("0.000000000000000005", 17, "0.00000000000000001"),
        ("1.5", 18, "1.5"),
        ("1.5", 40, "1.5"),
        ("1.5", -40, "0"),
        ("99999999999999999999", -20, "100000000000000000000"),
        ("99999999999999999999", -21, "0"),
        ("1.5", i32::MIN, "0"),
        ("1.5", i32::MAX, "1.5"),
    ] {
        assert_eq!(dec(text).round(digits), Some(dec(rounded)), "round({text}, {digits})");
    }
    assert_eq!(Decimal::MAX.round(0), None);
    assert_eq!(dec("-0.5").floor(), Some(dec("-1")));
    assert_eq!(dec("-0.5").ceil(), Some(Decimal::ZERO));
    assert_eq!(dec("0.5").ceil(), Some(Decimal::ONE));
    assert_eq!(Decimal::MIN.floor(), None);
    assert_eq!(Decimal::MAX.ceil(), None);
    assert_eq!(Decimal::MIN.abs(), None);
    assert_eq!(Decimal::MIN.checked_neg(), None);
}

#[test]
fn serde_is_text() {
    let d = dec("12.50");
    assert_eq!(serde_json::to_string(&d).unwrap(), "\"12.5\"");
    assert_eq!(serde_json::from_str::<Decimal>("\"12.50\"").unwrap(), d);
    assert!(serde_json::from_str::<Decimal>("12.5").is_err());
    let error = serde_json::from_str::<Decimal>("\"a\"").unwrap_err();
    assert!(error.to_string().contains("not a decimal number"), "{error}");
}

#[test]
fn integers_convert() {
    for n in [0, 1, -1, i64::MIN, i64::MAX] {
        assert_eq!(Decimal::from_i64(n).to_i64_exact(), Some(n));
    }
    assert_eq!(dec("1.5").to_i64_exact(), None);
    assert_eq!(dec("9223372036854775808").to_i64_exact(), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn arithmetic_is_exact(a in any_decimal(), b in any_decimal()) {
        let (x, y) = (rational(a), rational(b));
        prop_assert_eq!(a.checked_add(b), expected(&(&x + &y)));
        prop_assert_eq!(a.checked_sub(b), expected(&(&x - &y)));
        prop_assert_eq!(a.checked_mul(b), expected(&(&x * &y)));
        let quotient = if b.is_zero() { None } else { expected(&(&x / &y)) };
        prop_assert_eq!(a.checked_div(b), quotient);
        prop_assert_eq!(a.cmp(&b), x.cmp(&y));
    }

    #[test]
    fn rounding_is_exact(a in any_decimal(), digits in -22_i32..20) {
        let step = BigRational::from(BigInt::from(10)).pow(digits);
        prop_assert_eq!(a.round(digits), if digits >= 18 { Some(a) } else { expected(&((rational(a) * &step).round() / step)) });
        prop_assert_eq!(a.floor(), expected(&rational(a).floor()));
        prop_assert_eq!(a.ceil(), expected(&rational(a).ceil()));
    }

    #[test]
    fn printing_reads_back(a in any_decimal()) {
        prop_assert_eq!(Decimal::parse(&a.to_string()), Ok(a));
    }

    #[test]
    fn parsing_never_panics(text in "[-+]?[0-9]{0,45}[.]?[0-9]{0,45}([eE][-+]?[0-9]{0,25})?|\\PC*") {
        let _ = Decimal::parse(&text);
    }

    #[test]
    fn parsing_is_exact(digits in "[0-9]{1,22}", fraction in "[0-9]{0,20}", exponent in -25_i32..25) {
        let text = format!("{digits}.{fraction}e{exponent}");
        let places = i32::try_from(fraction.len()).unwrap();
        let ten = BigRational::from(BigInt::from(10));
        let exact = BigRational::from(format!("{digits}{fraction}").parse::<BigInt>().unwrap()) * ten.pow(exponent - places);
        let units = &exact * BigRational::from(BigInt::from(Decimal::SCALE));
        match Decimal::parse(&text) {
            Ok(d) => prop_assert_eq!(rational(d), exact),
            Err(DecimalError::TooPrecise) => prop_assert!(!units.is_integer()),
            Err(error) => {
                prop_assert_eq!(error, DecimalError::Overflow);
                prop_assert!(units.is_integer() && i128::try_from(units.to_integer()).is_err());
            }
        }
    }

    #[test]
    fn floats_are_the_nearest(a in any_decimal()) {
        prop_assert!(is_nearest(a.to_f64(), &rational(a)), "{} {:e}", a, a.to_f64());
        // The shortest path through text is correctly rounded too.
        prop_assert_eq!(a.to_f64().to_bits(), (a.to_string().parse::<f64>().unwrap() + 0.0).to_bits());
    }

    #[test]
    fn only_exact_floats_convert(m in -(1_i64 << 53)..(1 << 53), e in -90_i32..30, any in any::<f64>()) {
        for x in [libm::scalbn(m as f64, e), any] {
            let exact = x.is_finite().then(|| float_rational(x));
            let held = exact.as_ref().and_then(expected).filter(|d| Some(rational(*d)) == exact);
            prop_assert_eq!(Decimal::from_f64_exact(x), held);
        }
    }

    #[test]
    fn sums_are_exact_in_any_order(terms in prop::collection::vec(any_decimal(), 0..40), cut in 0_usize..40) {
        let exact: BigRational = terms.iter().map(|d| rational(*d)).sum();
        let (mut sum, mut back, mut head, mut tail) = Default::default();
        let add = |sum: &mut DecimalSum, terms: &[Decimal]| terms.iter().for_each(|d| sum.add(*d));
        add(&mut sum, &terms);
        let reversed: Vec<Decimal> = terms.iter().rev().copied().collect();
        add(&mut back, &reversed);
        let cut = cut.min(terms.len());
        add(&mut head, &terms[..cut]);
        add(&mut tail, &terms[cut..]);
        head.merge(&tail);
        prop_assert_eq!(sum.value(), expected(&exact));
        prop_assert_eq!(sum, back);
        prop_assert_eq!(sum, head);
        for n in [terms.len() as u64, 1, 3, 7, u64::MAX] {
            let mean = (n > 0).then(|| &exact / BigRational::from(BigInt::from(n))).and_then(|x| expected(&x));
            prop_assert_eq!(sum.avg(n), mean, "n = {}", n);
        }
    }

    #[test]
    fn ratios_are_the_nearest(a in any::<u128>(), shift in 0_u32..128, b in any::<u64>(), down in 0_u32..64) {
        let (a, b) = (a >> shift, b >> down);
        prop_assume!(b != 0);
        prop_assert!(is_nearest(ratio_to_f64(a, b), &BigRational::new(BigInt::from(a), BigInt::from(b))));
    }

    #[test]
    fn wide_division_is_exact(high in any::<u128>(), low in any::<u128>(), divisor in any::<u128>(), a in 0_u32..128, b in 0_u32..128) {
        let (high, divisor) = (high >> a, divisor >> b);
        let got = wide_div(high, low, divisor);
        if divisor == 0 {
            prop_assert_eq!(got, None);
        } else {
            let number = (BigInt::from(high) << 128) + low;
            let quotient = u128::try_from(&number / divisor).ok();
            prop_assert_eq!(got.map(|(q, _)| q), quotient);
            if let Some((_, rest)) = got {
                prop_assert_eq!(BigInt::from(rest), number % divisor);
            }
        }
        let (h, l) = wide_mul(low, divisor);
        prop_assert_eq!((BigInt::from(h) << 128) + l, BigInt::from(low) * divisor);
    }
}
