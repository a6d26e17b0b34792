//! Whole fits against other libraries, on data with known results: what those say is in the fixtures of
//! `casewise-fit`, written by `tests/oracles/generate.py` there.
#![cfg(feature = "fit")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use casewise::{Decision, Fit, FitOptions, Model, Request};
use serde_json::{Value, json};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn text(path: &str) -> String {
    std::fs::read_to_string(repository().join(path)).unwrap()
}

fn fixture(name: &str) -> String {
    text(&format!("crates/casewise-fit/tests/fixtures/{name}"))
}

/// The rows of a CSV without quotes, as records.
fn records(csv: &str) -> Vec<BTreeMap<&str, &str>> {
    let mut lines = csv.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    lines
        .map(|line| names.iter().copied().zip(line.split(',')).filter(|(_, cell)| !cell.is_empty()).collect())
        .collect()
}

/// A model with purchases, and who bought what, by key.
struct Shop<'a> {
    model: Model,
    buys: BTreeMap<u64, Vec<BTreeMap<&'a str, &'a str>>>,
    customers: Vec<u64>,
}

impl<'a> Shop<'a> {
    fn new(model: &str, customers: &'a str, buys: &'a str) -> Shop<'a> {
        let id = |record: &BTreeMap<&str, &str>| record["id"].parse::<u64>().unwrap();
        let mut of: BTreeMap<u64, Vec<BTreeMap<&str, &str>>> = BTreeMap::new();
        for buy in records(buys) {
            of.entry(id(&buy)).or_default().push(buy);
        }
        let customers = records(customers).iter().map(id).collect();
        Shop { model: Model::from_text("m.cw", model).unwrap(), buys: of, customers }
    }

    fn request(&self, id: u64, now: &str) -> Request<'_> {
        Request::at(now).events("buy", self.buys.get(&id).map_or(&[][..], Vec::as_slice))
    }

    fn fit(&self, now: &str) -> Fit {
        let prepared: Vec<_> = self
            .customers
            .iter()
            .map(|id| self.model.prepare_to_fit(&json!({ "id": id }), &self.request(*id, now)).unwrap())
            .collect();
        self.model.fit(&prepared, &Request::at(now), &FitOptions::default()).unwrap()
    }

    fn decide(&self, model: &Model, id: u64, now: &str) -> Decision {
        model.decide(&json!({ "id": id }), &self.request(id, now)).unwrap()
    }
}

#[test]
fn every_cdnow_customer_has_the_scores_of_numpys_quantiles_on_two_dates() {
    let (customers, buys) = (text("examples/cdnow/customers.csv"), text("examples/cdnow/buy.csv"));
    let shop = Shop::new(
        r#"model m { language 1; timezone "America/New_York" }
        customer { key id: int }
        events buy { at: date, amount: decimal }
        rfm loyalty of buy { monetary sum(amount); over last 365 days; bins 5 }"#,
        &customers,
        &buys,
    );
    let rows = fixture("cdnow_rfm.csv");
    let rows = records(&rows);
    let thresholds: Value = serde_json::from_str(&fixture("rfm.json")).unwrap();
    let mut dates = 0;
    for expected in thresholds.as_array().unwrap() {
        let as_of = expected["as_of"].as_str().unwrap();
        let fit = shop.fit(as_of);
        let learned: Value = serde_json::from_str(fit.to_json()).unwrap();
        let learned = &learned["parts"]["loyalty"]["learned"]["rfm"];
        for (part, short) in [("recency", "r"), ("frequency", "f"), ("monetary", "m")] {
            // To the last bit, and with the counts of the bins.
            assert_eq!(learned[part]["cuts"], expected[short]["cuts"], "{as_of} {part}");
            assert_eq!(learned[part]["counts"], expected[short]["counts"], "{as_of} {part}");
            assert_eq!(
                learned[part]["largest_tie"]["count"], expected[short]["largest_tie"],
                "{as_of} {part}"
            );
        }
        assert_eq!(learned["customers"], expected["customers"]);
        let mut expected = rows.iter().filter(|row| row["as_of"] == as_of);
        for id in &shop.customers {
            let decision = shop.decide(fit.model(), *id, as_of);
            let decided: Value = serde_json::from_str(&decision.to_json()).unwrap();
            let scores = &decided["scores"]["loyalty"];
            if scores["frequency"] == json!(0) {
                // Not in the window: the other libraries do not know of them.
                assert!(scores["code"].is_null() && scores["total"].is_null() && scores["recency"].is_null());
                continue;
            }
            let row = expected.next().unwrap();
            assert_eq!(scores["code"].as_str(), Some(row["code"]), "{as_of} {id}");
            assert_eq!(scores["recency"].to_string(), row["recency"], "{as_of} {id}");
            assert_eq!(scores["frequency"].to_string(), row["frequency"], "{as_of} {id}");
            let monetary: f64 = scores["monetary"].as_str().unwrap().parse().unwrap();
            assert_eq!(monetary.to_bits(), row["monetary"].parse::<f64>().unwrap().to_bits(), "{as_of} {id}");
        }
        assert!(expected.next().is_none());
        dates += 1;
    }
    assert_eq!(dates, 2);
}

#[test]
fn decayed_sums_agree_with_pandas_to_twelve_digits() {
    let expected = fixture("decay.csv");
    let expected = records(&expected);
    for (example, at, zone, half_life, now) in [
        ("cdnow", "date", "America/New_York", 60, "1997-10-01"),
        ("retail", "time", "Europe/London", 45, "2011-09-01"),
    ] {
        let folder = format!("examples/{example}");
        let (customers, buys) =
            (text(&format!("{folder}/customers.csv")), text(&format!("{folder}/buy.csv")));
        let shop = Shop::new(
            &format!(
                r#"model m {{ language 1; timezone "{zone}" }}
                customer {{ key id: int }}
                events buy {{ at: {at}, amount: decimal }}
                behavior warmth of buy {{ weight amount; half_life {half_life} days }}"#
            ),
            &customers,
            &buys,
        );
        let sums: BTreeMap<u64, f64> = expected
            .iter()
            .filter(|row| row["example"] == example)
            .map(|row| (row["id"].parse().unwrap(), row["value"].parse().unwrap()))
            .collect();
        assert!(sums.len() > 2_000);
        for id in &shop.customers {
            let decision = shop.decide(&shop.model, *id, now);
            let decided: Value = serde_json::from_str(&decision.to_json()).unwrap();
            let (found, expected) =
                (decided["scores"]["warmth"].as_f64().unwrap(), sums.get(id).copied().unwrap_or(0.0));
            assert!((found - expected).abs() <= 1e-12 * expected, "{example} {id}: {found} {expected}");
        }
    }
}

/// Weights of evidence of optbinning and coefficients of statsmodels, put together to points: what every one of
/// the 7,043 rows scores.
#[test]
fn points_and_scores_of_all_telco_rows_are_those_of_optbinning_and_statsmodels() {
    let model = Model::from_text(
        "m.cw",
        "model m { language 1 }
        customer { key id: int; churn: bool(\"1\", \"0\"); tenure: int; monthly: decimal; contract: text }
        scorecard staying {
          learn churn
          by tenure bins at 6, 12, 24, 48
          by monthly bins 5
          by contract each
          points 600 at odds 19 doubling 20
        }",
    )
    .unwrap();
    let table = fixture("telco.csv");
    let mut rows = records(&table);
    let ids: Vec<String> = (0..rows.len()).map(|n| n.to_string()).collect();
    rows.iter_mut().zip(&ids).for_each(|(row, id)| {
        row.insert("id", id);
    });
    assert_eq!(rows.len(), 7_043);
    let now = Request::at("2026-11-22");
    let prepared: Vec<_> = rows.iter().map(|row| model.prepare_to_fit(row, &now).unwrap()).collect();
    let fit = model.fit(&prepared, &now, &FitOptions::default()).unwrap();
    let learned: Value = serde_json::from_str(fit.to_json()).unwrap();
    let learned = &learned["parts"]["staying"]["learned"]["scorecard"];

    let oracle: Value = serde_json::from_str(&fixture("scorecard.json")).unwrap();
    let number = |value: &Value| value.as_f64().unwrap();
    let betas: Vec<f64> = oracle["logistic"]["parameters"].as_array().unwrap().iter().map(number).collect();
    let factor = 20.0 / 2.0_f64.ln();
    let offset = 600.0 - factor * 19.0_f64.ln();
    let names = ["tenure", "monthly", "contract"];
    let mut worst = 0.0_f64;
    for ((name, beta), found) in names.iter().zip(&betas[1..]).zip(learned["factors"].as_array().unwrap()) {
        let coefficient = number(&found["coefficient"]["value"]);
        assert!((coefficient / beta - 1.0).abs() < 1e-6, "{name}: {coefficient} {beta}");
        let bins = oracle["attributes"][name]["bins"].as_array().unwrap();
        let mut iv = 0.0;
        for (bin, expected) in found["bins"].as_array().unwrap().iter().zip(bins) {
            assert_eq!(
                (&bin["events"], &bin["non_events"]),
                (&expected["events"], &expected["non_events"]),
                "{name}"
            );
            assert!((number(&bin["woe"]) - number(&expected["woe"])).abs() < 1e-12, "{name}");
            assert!((number(&bin["iv"]) - number(&expected["iv"])).abs() < 1e-12, "{name}");
            let points = -factor * beta * number(&expected["woe"]);
            worst = worst.max((number(&bin["points"]) - points).abs());
            iv += number(&expected["iv"]);
        }
        assert!((number(&found["iv"]) - iv).abs() < 1e-12, "{name}");
    }
    assert!(worst < 1e-6, "{worst}");
    assert!(
        (number(&learned["log_likelihood"]) - number(&oracle["logistic"]["log_likelihood"])).abs() < 1e-6
    );
    assert!((number(&learned["auc"]) - number(&oracle["auc"])).abs() < 1e-12);

    let numbers = |value: &Value| -> Vec<f64> { value.as_array().unwrap().iter().map(number).collect() };
    let cuts = |name: &str| numbers(&oracle["attributes"][name]["cuts"]);
    let levels: Vec<&str> = oracle["attributes"]["contract"]["levels"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let woe = |name: &str, bin: usize| number(&oracle["attributes"][name]["bins"][bin]["woe"]);
    let (tenure, monthly) = (cuts("tenure"), cuts("monthly"));
    let (mut sum, mut worst) = (0.0, 0.0_f64);
    for row in &rows {
        let at = |cuts: &[f64], name: &str| {
            let value: f64 = row[name].parse().unwrap();
            woe(name, cuts.iter().filter(|cut| **cut <= value).count())
        };
        let level = levels.iter().position(|level| *level == row["contract"]).unwrap();
        let evidence = [at(&tenure, "tenure"), at(&monthly, "monthly"), woe("contract", level)];
        let log_odds = betas[0] + evidence.iter().zip(&betas[1..]).map(|(x, beta)| x * beta).sum::<f64>();
        let expected = offset - factor * log_odds;
        let decision = fit.model().decide(row, &now).unwrap();
        let found: f64 = decision.score("staying").unwrap().to_string().parse().unwrap();
        worst = worst.max((found - expected).abs());
        sum += found;
    }
    assert!(worst < 1e-6, "{worst}");
    assert!((sum / number(&oracle["score_sum"]) - 1.0).abs() < 1e-9, "{sum}");
}
