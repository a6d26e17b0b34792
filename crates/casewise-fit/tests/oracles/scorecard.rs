//! Scorecards against optbinning (bins, evidence) and statsmodels (regression) on the telecom
//! table, and what happened against scipy and scikit-learn.

use crate::fixtures;
use casewise_fit::binning::{CategoryBins, NumericBins, Slot};
use casewise_fit::points::PointsScale;
use casewise_fit::woe::{WoeTable, weigh};
use casewise_fit::{FitError, drift, evaluation, logistic};
use serde_json::Value;

struct Telco {
    churn: Vec<bool>,
    numbers: [Vec<Option<f64>>; 3],
    contract: Vec<String>,
}

const NUMERIC: [&str; 3] = ["tenure", "monthly", "total"];

fn telco() -> Telco {
    let rows = fixtures::rows("telco.csv");
    assert_eq!(rows.len(), 7043);
    let column = |place: usize| rows.iter().map(|row| row[place].parse().ok()).collect();
    Telco {
        churn: rows.iter().map(|row| row[0] == "1").collect(),
        numbers: [column(1), column(2), column(3)],
        contract: rows.iter().map(|row| row[4].clone()).collect(),
    }
}

fn same_evidence(table: &WoeTable, expected: &Value, missing: bool) {
    let expected = expected["bins"].as_array().unwrap();
    let mut bins = table.bins.clone();
    if missing {
        bins.push(table.missing);
    }
    assert_eq!(bins.len(), expected.len());
    let mut iv = 0.0;
    for (bin, expected) in bins.iter().zip(expected) {
        assert_eq!(bin.events, expected["events"].as_u64().unwrap());
        assert_eq!(bin.non_events, expected["non_events"].as_u64().unwrap());
        assert!((bin.woe - expected["woe"].as_f64().unwrap()).abs() < 1e-12, "{bin:?} {expected}");
        assert!((bin.iv - expected["iv"].as_f64().unwrap()).abs() < 1e-12, "{bin:?} {expected}");
        iv += bin.iv;
    }
    assert!((table.iv - iv).abs() < 1e-12);
}

/// The evidence of tenure (cuts given), monthly and total charges (by quantile) and contract (each),
/// and every row's place.
fn evidence(telco: &Telco, expected: &Value) -> Vec<(WoeTable, Vec<Slot>)> {
    let mut all = Vec::new();
    for (name, values) in NUMERIC.into_iter().zip(&telco.numbers) {
        let expected = &expected["attributes"][name];
        let cuts = fixtures::numbers(&expected["cuts"]);
        let bins = if name == "tenure" {
            NumericBins::at(&[6.0, 12.0, 24.0, 48.0]).unwrap()
        } else {
            NumericBins::by_quantile(values, 5).unwrap()
        };
        assert_eq!(bins.cuts, cuts, "{name}");
        let slots: Vec<Slot> = values.iter().map(|value| bins.slot(*value)).collect();
        let table = weigh(bins.len(), &slots, &telco.churn).unwrap();
        same_evidence(&table, expected, true);
        all.push((table, slots));
    }
    let expected = &expected["attributes"]["contract"];
    let bins = CategoryBins::seen(telco.contract.iter().map(|contract| Some(contract.as_str())));
    assert_eq!(serde_json::json!(bins.categories), expected["levels"]);
    let slots: Vec<Slot> = telco.contract.iter().map(|contract| bins.slot(Some(contract))).collect();
    let table = weigh(bins.categories.len(), &slots, &telco.churn).unwrap();
    same_evidence(&table, expected, false);
    all.push((table, slots));
    all
}

#[test]
fn a_missing_bin_without_events_is_adjusted() {
    let telco = telco();
    let all = evidence(&telco, &fixtures::json("scorecard.json"));
    let missing = all[2].0.missing;
    assert!(missing.adjusted && missing.events == 0 && missing.non_events == 11 && missing.woe > 0.0);
}

#[test]
fn regression_points_and_the_score_of_every_row() {
    let telco = telco();
    let expected = fixtures::json("scorecard.json");
    let all = evidence(&telco, &expected);
    let used = [&all[0], &all[1], &all[3]];
    let columns: Vec<Vec<f64>> =
        used.iter().map(|(table, slots)| slots.iter().map(|slot| table.bin(*slot).woe).collect()).collect();
    let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let fit = logistic::fit(&columns, &telco.churn).unwrap();
    same_regression(&fit, &expected["logistic"]);
    let null = expected["logistic"]["null_log_likelihood"].as_f64().unwrap();
    assert!((fit.null_log_likelihood / null - 1.0).abs() < 1e-12);

    let scale = PointsScale::new(600.0, 19.0, 20.0).unwrap();
    let known: Vec<Vec<f64>> = expected["scores"].as_array().unwrap().iter().map(fixtures::numbers).collect();
    let mut scores = Vec::new();
    for row in 0..telco.churn.len() {
        let base = scale.base(fit.intercept.value);
        let score = used
            .iter()
            .zip(&fit.coefficients)
            .fold(base, |sum, ((table, slots), beta)| sum + scale.bin(beta.value, table.bin(slots[row]).woe));
        let matches =
            |known: &&Vec<f64>| columns.iter().zip(known.iter()).all(|(c, k)| (c[row] - k).abs() < 1e-9);
        let known = known.iter().find(matches).unwrap();
        assert!((score - known[3]).abs() < 1e-6, "{score} {known:?}");
        scores.push(score);
    }
    assert!((scores.iter().sum::<f64>() - expected["score_sum"].as_f64().unwrap()).abs() < 1e-3);

    // A high score means few events.
    let turned: Vec<f64> = scores.iter().map(|score| (-score * 1e6).round()).collect();
    let found = evaluation::auc(&turned, &telco.churn).unwrap();
    assert!((found.auc - expected["auc"].as_f64().unwrap()).abs() < 1e-9, "{found:?}");
    let table = evaluation::lift(&turned, &telco.churn, 10).unwrap();
    assert!(table[0].lift > 2.0 && table[9].lift < 0.2 && (table[9].gain - 1.0).abs() < 1e-12);
    let predicted: Vec<f64> =
        scores.iter().map(|s| casewise_fit::special::logistic(scale.log_odds(*s))).collect();
    let observed: Vec<f64> = telco.churn.iter().map(|churn| f64::from(u8::from(*churn))).collect();
    let calibration = evaluation::calibration(&predicted, &observed, 10).unwrap();
    assert!(calibration.iter().all(|bin| (bin.predicted - bin.observed).abs() < 0.06), "{calibration:?}");
}

fn same_regression(fit: &logistic::LogisticFit, expected: &Value) {
    let parameters = fixtures::numbers(&expected["parameters"]);
    let errors = fixtures::numbers(&expected["standard_errors"]);
    let found = std::iter::once(&fit.intercept).chain(&fit.coefficients);
    for ((found, parameter), error) in found.zip(parameters).zip(errors) {
        assert!((found.value / parameter - 1.0).abs() < 1e-9, "{found:?} {parameter}");
        assert!((found.standard_error / error - 1.0).abs() < 1e-9, "{found:?} {error}");
    }
    assert!((fit.log_likelihood / expected["log_likelihood"].as_f64().unwrap() - 1.0).abs() < 1e-12);
}

#[test]
fn regression_on_raw_columns_agrees_with_statsmodels() {
    let telco = telco();
    let columns: Vec<Vec<f64>> =
        telco.numbers[..2].iter().map(|c| c.iter().flatten().copied().collect()).collect();
    let fit = logistic::fit(&[&columns[0], &columns[1]], &telco.churn).unwrap();
    same_regression(&fit, &fixtures::json("scorecard.json")["plain"]);
}

#[test]
fn thread_counts_change_no_bit() {
    let telco = telco();
    let tenure: Vec<f64> = telco.numbers[0].iter().flatten().copied().collect();
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| logistic::fit(&[&tenure], &telco.churn).unwrap())
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn gaps_and_areas_agree_with_scipy_and_scikit_learn() {
    let telco = telco();
    let expected = fixtures::json("scorecard.json");
    let tenure = |churn: bool| -> Vec<f64> {
        let rows = telco.numbers[0].iter().zip(&telco.churn);
        rows.filter(|(_, c)| **c == churn).filter_map(|(tenure, _)| *tenure).collect()
    };
    let gap = drift::kolmogorov_smirnov(&tenure(true), &tenure(false)).unwrap();
    assert!((gap.statistic - expected["ks"].as_f64().unwrap()).abs() < 1e-15);
    let monthly: Vec<f64> = telco.numbers[1].iter().flatten().copied().collect();
    let found = evaluation::auc(&monthly, &telco.churn).unwrap();
    assert!((found.auc - expected["auc_monthly"].as_f64().unwrap()).abs() < 1e-14);
}

#[test]
fn one_class_is_refused_by_every_part() {
    let never = vec![false; 10];
    let slots: Vec<Slot> = (0..10).map(|i| Slot::Bin(i % 2)).collect();
    let numbers: Vec<f64> = (0..10).map(f64::from).collect();
    let refused = FitError::OneClass { events: 0, non_events: 10 };
    assert_eq!(weigh(2, &slots, &never), Err(refused.clone()));
    assert_eq!(logistic::fit(&[&numbers], &never), Err(refused.clone()));
    assert_eq!(evaluation::auc(&numbers, &never), Err(refused));
}
