//! Lifetime models against the published CDNOW results and against 60-digit arithmetic.

use crate::fixtures;
use casewise_fit::lifetime::{BgNbd, GammaGamma, History, Horizon, discounted_value};
use casewise_fit::{bgnbd, gamma_gamma};

fn cdnow() -> Vec<History> {
    let days = |text: &String| text.parse::<f64>().unwrap() / 7.0;
    let rows = fixtures::rows("cdnow_lifetime.csv");
    rows.iter()
        .map(|row| History { repeats: row[0].parse().unwrap(), recency: days(&row[1]), age: days(&row[2]) })
        .collect()
}

fn spends() -> Vec<gamma_gamma::Spend> {
    let rows = fixtures::rows("cdnow_lifetime.csv");
    rows.iter()
        .filter(|row| row[0] != "0")
        .map(|row| gamma_gamma::Spend { purchases: row[0].parse().unwrap(), mean: row[3].parse().unwrap() })
        .collect()
}

fn close(found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected.abs(), "{found} is not {expected}");
}

#[test]
fn bgnbd_reaches_the_published_parameters_and_likelihood() {
    let fit = bgnbd::fit(&cdnow()).unwrap();
    assert_eq!((fit.customers, fit.repeaters), (2357, 946));
    assert!((fit.log_likelihood + 9582.429).abs() < 1e-3, "{}", fit.log_likelihood);
    close(fit.model.r, 0.2426, 1e-3);
    close(fit.model.alpha, 4.4136, 1e-3);
    close(fit.model.a, 0.7929, 1e-3);
    close(fit.model.b, 2.4259, 1e-3);
    let first = History { repeats: 2, recency: 30.43, age: 38.86 };
    assert!((fit.model.expected(&first, 39.0) - 1.226).abs() < 1e-3);
    let errors = fit.standard_errors;
    assert!(
        [errors.r, errors.alpha, errors.a, errors.b].iter().all(|error| *error > 0.0 && error.is_finite())
    );
    let at_maximum = bgnbd::log_likelihood(&fit.model, &cdnow()).unwrap();
    close(at_maximum, fit.log_likelihood, 1e-13);
}

#[test]
fn the_maximum_does_not_depend_on_the_unit_of_time_or_the_order_of_customers() {
    let weeks = bgnbd::fit(&cdnow()).unwrap();
    let mut days: Vec<History> = cdnow()
        .into_iter()
        .map(|h| History { repeats: h.repeats, recency: h.recency * 7.0, age: h.age * 7.0 })
        .collect();
    days.reverse();
    let days = bgnbd::fit(&days).unwrap();
    close(days.model.alpha, 7.0 * weeks.model.alpha, 1e-6);
    close(days.model.a, weeks.model.a, 1e-6);
    let mut turned = cdnow();
    turned.reverse();
    assert_eq!(bgnbd::fit(&turned).unwrap(), weeks);
}

#[test]
fn thread_counts_change_no_bit() {
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| (bgnbd::fit(&cdnow()).unwrap(), gamma_gamma::fit(&spends()).unwrap()))
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn gamma_gamma_reaches_the_published_parameters() {
    let fit = gamma_gamma::fit(&spends()).unwrap();
    assert_eq!(fit.customers, 946);
    for (found, printed) in [(fit.model.p, 6.25), (fit.model.q, 3.74), (fit.model.gamma, 15.44)] {
        assert!((found - printed).abs() < 0.0101, "{found} {printed}");
    }
    assert!(fit.correlation.abs() < 0.15, "{}", fit.correlation);
}

#[test]
fn formulas_agree_with_sixty_digit_arithmetic() {
    let expected = fixtures::json("lifetime.json");
    let mut worst = 0.0_f64;
    for case in expected["cases"].as_array().unwrap() {
        let model = fixtures::numbers(&case["model"]);
        let model = BgNbd { r: model[0], alpha: model[1], a: model[2], b: model[3] };
        let history = fixtures::numbers(&case["history"]);
        let history = History { repeats: history[0] as u64, recency: history[1], age: history[2] };
        let (alive, purchases) =
            (model.alive(&history), model.expected(&history, case["t"].as_f64().unwrap()));
        for (found, exact) in [(alive, &case["alive"]), (purchases, &case["expected"])] {
            let exact = exact.as_f64().unwrap();
            let error = if exact > 0.0 { (found / exact - 1.0).abs() } else { found };
            assert!(error < 1e-11, "{found} is not {exact}: {case}");
            worst = worst.max(error);
        }
    }
    assert!(worst < 1e-11, "{worst:e}");
    let model = BgNbd { r: 0.2426, alpha: 4.4136, a: 0.7929, b: 2.4259 };
    let history = History { repeats: 2, recency: 30.43, age: 38.86 };
    let value = discounted_value(&model, &history, 35.0, &Horizon::months(12, 7.0, 0.1));
    close(value, expected["discounted_value"].as_f64().unwrap(), 1e-12);
}

#[test]
fn spend_is_drawn_towards_the_mean_of_all() {
    let model = GammaGamma { p: 6.25, q: 3.74, gamma: 15.44 };
    let all = model.expected_spend(0, 0.0);
    let (one, many) = (model.expected_spend(1, 100.0), model.expected_spend(50, 100.0));
    assert!(all < one && one < many && many < 100.0);
}
