use super::*;

/// Computed with Python's `hashlib` and `fractions`.
const VECTORS: &str = include_str!("../../../../docs/reference/holdout-vectors.json");

fn number(value: &serde_json::Value) -> u128 {
    value.as_str().unwrap().parse().unwrap()
}

#[test]
fn published_vectors_hold() {
    let vectors: serde_json::Value = serde_json::from_str(VECTORS).unwrap();
    let buckets = vectors["buckets"].as_array().unwrap();
    assert!(buckets.len() >= 100);
    for v in buckets {
        let kind = u8::try_from(v["kind"].as_u64().unwrap()).unwrap();
        let got = bucket(v["salt"].as_str().unwrap(), kind, v["key"].as_str().unwrap());
        assert_eq!(u128::from(got), number(&v["bucket"]), "{v}");
    }
    for v in vectors["thresholds"].as_array().unwrap() {
        let share = Decimal::parse(v["share"].as_str().unwrap()).unwrap();
        assert_eq!(share_threshold(share), number(&v["threshold"]), "{v}");
    }
    for v in vectors["holdouts"].as_array().unwrap() {
        let below = share_threshold(Decimal::parse(v["share"].as_str().unwrap()).unwrap());
        let held: Vec<String> = (1..=100)
            .map(|n| format!("c{n}"))
            .filter(|key| u128::from(bucket(v["salt"].as_str().unwrap(), HOLDOUT, key)) < below)
            .collect();
        let listed: Vec<&str> =
            v["held_out"].as_array().unwrap().iter().map(|k| k.as_str().unwrap()).collect();
        assert_eq!(held, listed, "{v}");
    }
}

#[test]
fn shares_are_clamped() {
    assert_eq!(share_threshold(Decimal::from_i64(-1)), 0);
    assert_eq!(share_threshold(Decimal::from_i64(2)), 1 << 64);
    assert_eq!(share_threshold(Decimal::MAX), 1 << 64);
}

#[test]
fn a_share_holds_about_that_share() {
    let below = share_threshold(Decimal::parse("0.05").unwrap());
    let held = (0..20_000).filter(|n| u128::from(bucket("salt", HOLDOUT, &n.to_string())) < below).count();
    assert!((900..1100).contains(&held), "{held}");
}
