//! k-means against scikit-learn on the telecom table.

use crate::fixtures;
use casewise_fit::kmeans::{Options, Points, fit, fit_from};
use casewise_fit::scaling::{ColumnScale, Fill, Method, fill};
use casewise_fit::silhouette::silhouette;

/// Tenure, monthly and total charges, gaps filled with the mean.
fn columns() -> Vec<Vec<f64>> {
    let rows = fixtures::rows("telco.csv");
    (0..3)
        .map(|column| {
            let values: Vec<Option<f64>> = rows.iter().map(|row| row[column + 1].parse().ok()).collect();
            fill(&values, Some(Fill::Mean), column).unwrap().values
        })
        .collect()
}

fn scaled(method: Method) -> Vec<f64> {
    let columns = columns();
    let scales: Vec<ColumnScale> = columns
        .iter()
        .enumerate()
        .map(|(place, values)| ColumnScale::learn(method, values, place).unwrap())
        .collect();
    (0..columns[0].len())
        .flat_map(|row| (0..3).map(move |column| (row, column)))
        .map(|(row, column)| scales[column].apply(columns[column][row]))
        .collect()
}

#[test]
fn scaling_agrees_with_scikit_learn() {
    let expected = fixtures::json("clusters.json");
    for (method, name) in [(Method::Zscore, "zscore"), (Method::Minmax, "minmax"), (Method::Robust, "robust")]
    {
        let (centres, spreads) =
            (fixtures::numbers(&expected[name]["centre"]), fixtures::numbers(&expected[name]["spread"]));
        for (place, values) in columns().iter().enumerate() {
            let scale = ColumnScale::learn(method, values, place).unwrap();
            assert!(
                (scale.centre - centres[place]).abs() <= 1e-12 * centres[place].abs(),
                "{name} {scale:?}"
            );
            assert!(
                (scale.spread - spreads[place]).abs() <= 1e-12 * spreads[place].abs(),
                "{name} {scale:?}"
            );
        }
    }
}

#[test]
fn from_given_centres_labels_are_exact_and_numbers_agree_to_eight_digits() {
    let values = scaled(Method::Zscore);
    let points = Points::new(&values, 3).unwrap();
    for run in fixtures::json("clusters.json")["runs"].as_array().unwrap() {
        let start: Vec<Vec<f64>> = fixtures::numbers(&run["rows"])
            .iter()
            .map(|row| values[*row as usize * 3..*row as usize * 3 + 3].to_vec())
            .collect();
        let found = fit_from(points, &start, &Options::default()).unwrap();
        let labels: String = found.labels.iter().map(u32::to_string).collect();
        assert_eq!(labels, run["labels"].as_str().unwrap());
        for (centre, expected) in found.centres.iter().zip(run["centres"].as_array().unwrap()) {
            for (x, y) in centre.iter().zip(fixtures::numbers(expected)) {
                assert!((x - y).abs() < 1e-8, "{x} {y}");
            }
        }
        let inertia = run["inertia"].as_f64().unwrap();
        assert!((found.inertia / inertia - 1.0).abs() < 1e-8);
    }
}

/// Which of several nearly equal optima a search finds depends on its seed, theirs as ours, and they
/// differ by a hundred-thousandth; so theirs is the mean of 24 seeds. (Over 24 seeds of ours the means are 6190.8828, 3118.4419 and 1872.0433, theirs 6190.8828, 3118.4461 and
/// 1872.4142.)
#[test]
fn from_a_seed_the_inertia_is_no_worse_than_scikit_learns_best_of_ten() {
    let values = scaled(Method::Zscore);
    let points = Points::new(&values, 3).unwrap();
    for run in fixtures::json("clusters.json")["runs"].as_array().unwrap() {
        let clusters = run["rows"].as_array().unwrap().len();
        let found = fit(points, clusters, &Options { seed: 7, ..Options::default() }).unwrap();
        let theirs = run["mean_best_of_ten"].as_f64().unwrap();
        assert!(found.inertia <= theirs * (1.0 + 1e-5), "{clusters}: {} {theirs}", found.inertia);
        assert!(found.sizes.is_sorted_by(|a, b| a >= b));
    }
}

#[test]
fn the_silhouette_agrees_with_scikit_learn() {
    let values = scaled(Method::Zscore);
    let points = Points::new(&values, 3).unwrap();
    let expected = fixtures::json("clusters.json");
    let run = &expected["runs"][0];
    let labels: Vec<u32> = run["labels"].as_str().unwrap().bytes().map(|b| u32::from(b - b'0')).collect();
    let found = silhouette(points, &labels, 10_000, 0).unwrap();
    assert!(!found.sampled);
    assert!((found.mean - run["silhouette"].as_f64().unwrap()).abs() < 1e-12, "{found:?}");
}
