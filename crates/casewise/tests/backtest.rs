//! Looking back: what is foretold, what came, and what is refused.
#![cfg(feature = "fit")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::float_cmp, reason = "tests")]

use casewise::{Backtest, BacktestOptions, Error, FitOptions, Model, Prepared, Request};
use serde_json::{Value, json};

const HEAD: &str = r#"
    model shop { language 1; timezone "UTC" }
    customer { key id: text; x: float; left: bool? }
    events buy { at: date, amount: decimal }
    segment came_back = exists(buy over last 28 days)
    let bought = count(buy)
"#;
const CARD: &str = "scorecard staying { learn left; by x bins 4; points 600 at odds 19 doubling 20 }";
const CLV: &str = "lifetime clv of buy { monetary sum(amount); unit 1 week; horizon 12 weeks }";

const NOW: &str = "2026-07-01";
const UNTIL: &str = "2026-07-29";

fn model(text: &str) -> Model {
    Model::from_text("m.cw", format!("{HEAD}\n{text}")).unwrap()
}

/// A fixed sequence of numbers from 0 to 1.
fn noise(n: usize) -> f64 {
    let mut z = (n as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// Customers who buy at rates of their own from January on and leave at times of their own; every fifth has a
/// small `x` and has left more often.
fn customers() -> Vec<(Value, Vec<Value>)> {
    (0..300)
        .map(|n| {
            let x = if n % 5 == 0 { noise(n) } else { 1.0 + noise(n) * 9.0 };
            let left = noise(n + 2_000) < if n % 5 == 0 { 0.8 } else { 0.15 };
            let (mut day, mut k, mut buys) = (noise(n + 3_000) * 90.0, 0, Vec::new());
            let (gap, leaves) = (8.0 / -noise(n + 4_000).ln(), noise(n + 5_000).powi(2));
            while day < 210.0 {
                let date = format!("2026-{:02}-{:02}", 1 + day as i64 / 30, 1 + day as i64 % 30 * 28 / 30);
                buys.push(json!({ "at": date, "amount": format!("{:.2}", 5.0 + noise(n) * 20.0 + noise(n * 11 + k) * 30.0) }));
                if noise(n * 13 + k + 6_000) < leaves {
                    break;
                }
                day += 1.0 - gap * noise(n * 17 + k + 7_000).ln();
                k += 1;
            }
            (json!({ "id": format!("c{n:03}"), "x": x, "left": left }), buys)
        })
        .collect()
}

fn prepare(model: &Model, customers: &[(Value, Vec<Value>)]) -> Vec<Prepared> {
    let each = customers.iter();
    each.map(|(customer, buys)| {
        model.prepare_to_fit(customer, &Request::at(NOW).events("buy", buys)).unwrap()
    })
    .collect()
}

fn look_back(model: &Model, options: &BacktestOptions) -> Result<Backtest, Error> {
    model.backtest(&prepare(model, &customers()), &Request::at(NOW), options)
}

fn until() -> BacktestOptions {
    BacktestOptions::until(UNTIL)
}

#[test]
fn purchases_are_foretold_and_counted_by_week() {
    let found = look_back(&model(CLV), &until()).unwrap();
    let forecast = &found.forecasts()[0];
    assert!(found.is_learned());
    assert_eq!(
        forecast.weeks.iter().map(|week| (&*week.from, &*week.through)).collect::<Vec<_>>(),
        [
            ("2026-07-01", "2026-07-07"),
            ("2026-07-08", "2026-07-14"),
            ("2026-07-15", "2026-07-21"),
            ("2026-07-22", "2026-07-28")
        ]
    );
    // Counted by hand: days with a purchase, of those who had bought before July.
    let (mut came, mut newcomers) = ([0_u64; 4], 0);
    for (_, buys) in customers() {
        let mut days: Vec<String> = buys.iter().map(|buy| buy["at"].as_str().unwrap().to_owned()).collect();
        days.sort();
        days.dedup();
        let in_july = days.iter().filter(|day| day.starts_with("2026-07") && ***day < *"2026-07-29");
        if days.first().is_some_and(|first| **first < *NOW) {
            in_july.for_each(|day| came[(day.split_at(8).1.parse::<usize>().unwrap() - 1) / 7] += 1);
        } else if in_july.count() > 0 {
            newcomers += 1;
        }
    }
    assert_eq!(forecast.weeks.iter().map(|week| week.actual).collect::<Vec<_>>(), came);
    assert_eq!((forecast.actual, forecast.newcomers), (came.iter().sum(), newcomers));
    // The weeks add up to what the score itself expects of the same horizon.
    let same = Model::from_text("m.cw", format!("{HEAD}\n{}", CLV.replace("12 weeks", "4 weeks"))).unwrap();
    let fit = same.fit(&prepare(&same, &customers()), &Request::at(NOW), &FitOptions::default()).unwrap();
    let expected: f64 = customers()
        .iter()
        .filter_map(|(customer, buys)| {
            let decision = fit.model().decide(customer, &Request::at(NOW).events("buy", buys)).unwrap();
            decision.score("clv.expected")?.to_string().parse::<f64>().ok()
        })
        .sum();
    assert!((forecast.predicted / expected - 1.0).abs() < 1e-9, "{} {expected}", forecast.predicted);
    let of_weeks: f64 = forecast.weeks.iter().map(|week| week.predicted).sum();
    assert!((of_weeks / expected - 1.0).abs() < 1e-9);
    let of_groups: f64 = forecast.by_repeats.iter().map(|group| group.actual * group.customers as f64).sum();
    assert!((of_groups - forecast.actual as f64).abs() < 1e-9);
    assert_eq!(forecast.by_repeats.iter().map(|group| group.customers).sum::<u64>(), forecast.customers);
    assert!(forecast.ranking.as_ref().unwrap().auc > 0.6);
    let worth = forecast.worth.as_ref().unwrap();
    assert!(worth.predicted > 0.0 && worth.actual > 0.0);
}

#[test]
fn what_came_after_the_end_of_the_period_is_not_looked_at() {
    let model = model(CLV);
    let before = look_back(&model, &until()).unwrap();
    let mut later = customers();
    for (_, buys) in &mut later {
        buys.push(json!({ "at": UNTIL, "amount": 1_000 }));
    }
    let after = model.backtest(&prepare(&model, &later), &Request::at(NOW), &until()).unwrap();
    // Who buys for the first time at the end is new to neither.
    assert_eq!(before.to_json(), after.to_json());
}

#[test]
fn a_scorecard_is_told_apart_on_customers_that_it_has_not_seen() {
    let model = model(CARD);
    let seen = look_back(&model, &until()).unwrap();
    assert!(seen.rankings()[0].in_sample && seen.warnings().any(|w| w.contains("keep a share apart")));
    let found = look_back(&model, &until().apart(0.4).groups(5)).unwrap();
    let card = &found.rankings()[0];
    assert!(!card.in_sample && card.lowest_first && found.warnings().len() == 0);
    assert_eq!((&*card.score, &*card.outcome), ("staying", "left"));
    assert!((80..160).contains(&card.rows) && found.counts() == (300, card.rows));
    assert!(card.auc > 0.65 && (card.gini - (2.0 * card.auc - 1.0)).abs() < 1e-12, "{card:?}");
    assert_eq!(card.lift.iter().map(|group| group.rows).sum::<u64>(), card.rows);
    assert!((card.lift[4].gain - 1.0).abs() < 1e-12 && card.lift[0].lift > card.lift[4].lift);
    // What was learned of the others alone gives the same.
    let fitted =
        model.fit(&prepare(&model, &customers()), &Request::at(NOW), &FitOptions::default()).unwrap();
    let given = look_back(fitted.model(), &until()).unwrap();
    assert!(!given.is_learned());
    assert_eq!(given.rankings()[0].auc, seen.rankings()[0].auc);
}

#[test]
fn the_outcome_is_read_of_the_customers_as_they_stood_later() {
    let model = model(CARD);
    let mut later = customers();
    later.truncate(200);
    for (n, (customer, _)) in later.iter_mut().enumerate() {
        customer["left"] = json!(n % 2 == 0);
    }
    let found = look_back(&model, &until().later(prepare(&model, &later))).unwrap();
    let card = &found.rankings()[0];
    assert_eq!((card.rows, card.events, card.left_out, card.in_sample), (200, 100, 100, false));
}

#[test]
fn every_score_is_measured_against_a_named_outcome() {
    let text = "rfm loyalty of buy { monetary sum(amount); bins 3 }
        grade size of x { < 1 -> small, >= 1 -> large }";
    let found = look_back(&model(text), &until().outcome("came_back")).unwrap();
    let ranking = |name: &str| found.rankings().iter().find(|ranking| &*ranking.score == name).unwrap();
    assert!(ranking("loyalty.total").auc > 0.6);
    // Long silence speaks against coming back: the area says so by being below a half.
    assert!(ranking("loyalty.recency").auc < 0.4);
    let size = found.groupings().iter().find(|grouping| &*grouping.score == "size").unwrap();
    assert_eq!(
        size.groups.iter().map(|group| (&*group.value, group.rows)).collect::<Vec<_>>(),
        [("large", 240), ("small", 60)]
    );
    // Without anything learned, scores written by hand are measured all the same.
    let by_hand = look_back(&model("score spent = x"), &until().outcome("left")).unwrap();
    assert!(!by_hand.is_learned() && by_hand.rankings()[0].auc < 0.5);
}

#[test]
fn what_makes_no_sense_is_refused_with_its_reason() {
    let refused = |text: &str, options: &BacktestOptions| look_back(&model(text), options).unwrap_err();
    for (text, options, expected) in [
        (CLV, BacktestOptions::until(NOW), "is not after"),
        (CLV, BacktestOptions::until("2026-07-01T12:00"), "no day between 2026-06-30 and 2026-06-30"),
        (CLV, BacktestOptions::until("2096-07-01"), "more than the 1200"),
        (CLV, until().groups(0), "at least one group"),
        (CLV, until().groups(1_000), "cannot measure `clv`: 1000 groups of "),
        (CARD, until().apart(1.5), "a share between 0 and 1 can be kept apart, not 1.5"),
        (CARD, until().outcome("nothing"), "no segment, let or attribute `nothing`"),
        (CARD, until().outcome("bought"), "`bought` is not true or false"),
        ("", until(), "there is nothing to measure"),
        ("rfm loyalty of buy { bins 3 }", until(), "there is nothing to measure"),
        (
            "segment all = x >= 0\n score s = x",
            until().outcome("all"),
            "`all` holds of 300 of the 300 customers of whom it is known at 2026-07-29T00:00:00Z",
        ),
    ] {
        let error = refused(text, &options);
        assert!(error.is_fit() && error.to_string().contains(expected), "{text}: {error}");
    }
    assert!(refused(CLV, &BacktestOptions::until("soon")).is_request());
    assert!(refused(CARD, &until().apart(f64::NAN)).is_request());
    let nobody = model(CLV).backtest(&[], &Request::at(NOW), &until()).unwrap_err();
    assert!(nobody.is_fit() && nobody.to_string().contains("no customer to measure"), "{nobody}");
    // Purchases that were not supplied are not taken to be none.
    let shop = model(CLV);
    let fit = shop.fit(&prepare(&shop, &customers()), &Request::at(NOW), &FitOptions::default()).unwrap();
    let learned = shop.with_parameters(fit.to_json()).unwrap();
    let bare = learned.prepare_to_fit(&json!({ "id": "c", "x": 1.0 }), &Request::at(NOW)).unwrap();
    let error = learned.backtest(&[bare], &Request::at(NOW), &until()).unwrap_err();
    assert!(error.to_string().contains("`buy`"), "{error}");
}
