//! Learned bins against numpy, on every CDNOW customer and two dates.

use crate::fixtures;
use casewise_fit::quantile::{learn_cuts, score, score_reversed};

#[test]
fn thresholds_are_numpys_to_the_last_bit_and_every_score_agrees() {
    let rows = fixtures::rows("cdnow_rfm.csv");
    for expected in fixtures::json("rfm.json").as_array().unwrap() {
        let as_of = expected["as_of"].as_str().unwrap();
        let rows: Vec<&Vec<String>> = rows.iter().filter(|row| row[0] == as_of).collect();
        assert_eq!(rows.len() as u64, expected["customers"].as_u64().unwrap());
        for (place, field) in ["r", "f", "m"].into_iter().enumerate() {
            let values: Vec<f64> = rows.iter().map(|row| row[place + 1].parse().unwrap()).collect();
            let learned = learn_cuts(&values, 5).unwrap();
            let expected = &expected[field];
            assert_eq!(learned.cuts, fixtures::numbers(&expected["cuts"]), "{as_of} {field}");
            let counts: Vec<f64> = learned.counts.iter().map(|count| *count as f64).collect();
            assert_eq!(counts, fixtures::numbers(&expected["counts"]), "{as_of} {field}");
            assert_eq!(learned.largest_tie.count, expected["largest_tie"].as_u64().unwrap());
            for (row, value) in rows.iter().zip(&values) {
                let found = if field == "r" { score_reversed } else { score }(&learned.cuts, *value);
                assert_eq!(found.to_string(), row[4].get(place..=place).unwrap(), "{as_of} {field} {value}");
            }
        }
    }
}

#[test]
fn half_of_the_customers_bought_once_and_share_a_bin() {
    let rows = fixtures::rows("cdnow_rfm.csv");
    let frequency: Vec<f64> =
        rows.iter().filter(|row| row[0] == "1997-10-01").map(|row| row[2].parse().unwrap()).collect();
    let learned = learn_cuts(&frequency, 5).unwrap();
    assert!(learned.largest_tie.share > 0.5);
    assert!(!learned.empty.is_empty());
    assert!(learned.warnings.is_empty());
}
