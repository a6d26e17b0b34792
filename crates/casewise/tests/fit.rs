//! Learning and scoring as a whole: what is learned, what it does not depend on, and what is refused.
#![cfg(feature = "fit")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeMap;

use casewise::{Error, Fit, FitOptions, Model, Prepared, Request};
use serde_json::{Value, json};

const HEAD: &str = r#"
    model m { language 1; timezone "UTC" }
    customer { key id: text; x: float?; y: float?; color: enum(red, green, blue)?; left: bool?; has: set(text)? }
    events buy { amount: decimal, item: text? }
"#;

/// A customer and their purchases.
struct Row {
    customer: Value,
    buys: Vec<Value>,
}

fn row(id: usize, fields: Value) -> Row {
    let mut customer = fields;
    customer["id"] = json!(format!("c{id:04}"));
    Row { customer, buys: Vec::new() }
}

fn model(text: &str) -> Model {
    Model::from_text("m.cw", format!("{HEAD}\n{text}")).unwrap()
}

fn prepare(model: &Model, rows: &[Row], now: &str) -> Vec<Prepared> {
    let each = rows.iter().map(|row| {
        let request = Request::at(now).events("buy", &row.buys);
        model.prepare_to_fit(&row.customer, &request).unwrap()
    });
    each.collect()
}

fn fit(model: &Model, rows: &[Row], now: &str) -> Result<Fit, Error> {
    model.fit(&prepare(model, rows, now), &Request::at(now), &FitOptions::default())
}

fn refusal(text: &str, rows: &[Row]) -> String {
    let error = fit(&model(text), rows, "2026-07-01").unwrap_err();
    assert!(error.is_fit(), "{error}");
    error.to_string()
}

/// A fixed sequence of numbers from 0 to 1.
fn noise(n: usize) -> f64 {
    let mut z = (n as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// Three clouds of points; who is far out has left more often.
fn clouds() -> Vec<Row> {
    (0..240)
        .map(|n| {
            let (cx, cy) = [(0.0, 0.0), (20.0, 3.0), (5.0, 30.0)][n % 3];
            let (x, y) = (cx + noise(n) * 4.0, cy + noise(n + 1_000) * 4.0);
            let left = noise(n + 2_000) < if n % 3 == 1 { 0.7 } else { 0.2 };
            let mut row =
                row(n, json!({ "x": x, "y": y, "color": (["red", "green", "blue"][n % 3]), "left": left }));
            row.customer["has"] = json!(match n % 4 {
                0 => vec!["a", "b", "c"],
                1 => vec!["a", "b"],
                2 => vec!["a"],
                _ => vec!["d"],
            });
            // Customers buy at rates of their own, and leave for good after some purchase.
            let (mut day, mut k) = (noise(n + 3_000) * 60.0, 0);
            let gap = 6.0 / -noise(n + 4_000).ln();
            let leaves = noise(n + 5_000).powi(2);
            while day < 180.0 {
                let at =
                    format!("2026-{:02}-{:02}T10:00:00Z", 1 + day as i64 / 30, 1 + day as i64 % 30 * 28 / 30);
                let amount = format!("{:.2}", 5.0 + noise(n) * 20.0 + noise(n * 11 + k) * 30.0);
                row.buys.push(json!({ "at": at, "amount": amount, "item": (["tea", "milk"][k % 2]) }));
                if noise(n * 13 + k + 6_000) < leaves {
                    break;
                }
                day += 1.0 - gap * noise(n * 17 + k + 7_000).ln();
                k += 1;
            }
            row
        })
        .collect()
}

const EVERYTHING: &str = r#"
    rfm loyalty of buy { monetary sum(amount); bins 4 }
    behavior warmth of buy { weight amount; half_life 30 days; scale percentile }
    scorecard staying { learn left; by x bins 4; by y bins at 10, 25; points 600 at odds 19 doubling 20 }
    cluster kind { features x, y; missing mean; k 3; seed 3 }
    cluster mixed { features staying, loyalty.frequency; scale minmax; k 2 .. 4 by silhouette }
    affinity together of has { min_support 10%; min_confidence 30%; max_size 3 }
    affinity basket of buy.item { over last 90 days; min_support 1%; min_confidence 10%; max_size 2 }
    lifetime clv of buy { monetary sum(amount); unit 1 week; horizon 12 months; discount 10% }
    let wants_b = together.confidence("b")
    let lift_milk = basket.lift("milk")
"#;

fn everything() -> Model {
    model(EVERYTHING)
}

#[test]
fn everything_is_learned_and_scores_as_it_was_learned() {
    let (model, rows) = (everything(), clouds());
    let fitted = fit(&model, &rows, "2026-07-01").unwrap();
    // What is read back from the text scores as what was just learned.
    let again = model.with_parameters(fitted.to_json()).unwrap();
    let mut sizes: BTreeMap<String, u64> = BTreeMap::new();
    let mut points = 0.0;
    for row in &rows {
        let request = || Request::at("2026-07-01").events("buy", &row.buys);
        let decision = again.decide(&row.customer, &request()).unwrap();
        assert_eq!(decision.to_json(), fitted.model().decide(&row.customer, &request()).unwrap().to_json());
        let decided: Value = serde_json::from_str(&decision.to_json()).unwrap();
        let scores = &decided["scores"];
        *sizes.entry(scores["kind"]["label"].as_str().unwrap().to_owned()).or_default() += 1;
        points += scores["staying"].as_f64().unwrap();
        assert!(scores["clv"]["alive"].as_f64().unwrap() <= 1.0);
        assert!((0.0..=100.0).contains(&scores["warmth"].as_f64().unwrap()));
        assert_eq!(scores["loyalty"]["code"].as_str().unwrap().len(), 3);
        let held = row.customer["has"].as_array().unwrap();
        assert_eq!(decided["values"]["wants_b"].is_null(), held == &[json!("d")], "{held:?}");
    }
    let parameters: Value = serde_json::from_str(fitted.to_json()).unwrap();
    let learned = |score: &str, kind: &str| parameters["parts"][score]["learned"][kind].clone();
    // Every row has the label that the fit counted.
    for center in learned("kind", "cluster")["centers"].as_array().unwrap() {
        assert_eq!(sizes[center["label"].as_str().unwrap()], center["size"].as_u64().unwrap());
    }
    // 120 of 180 hold a and b; 2/3 is the confidence of a → b.
    let rules = learned("together", "affinity")["rules"].clone();
    let rule =
        rules.as_array().unwrap().iter().find(|r| r["left"] == json!(["a"]) && r["right"] == "b").unwrap();
    assert_eq!((rule["count"].as_u64(), rule["left_count"].as_u64()), (Some(120), Some(180)));
    // The scale says what a score means: odds of 19 at 600 points, doubled by 20 more.
    let card = learned("staying", "scorecard");
    let odds =
        |points: f64| ((points - card["offset"].as_f64().unwrap()) / card["factor"].as_f64().unwrap()).exp();
    assert!((odds(600.0) - 19.0).abs() < 1e-9 && (odds(620.0) - 38.0).abs() < 1e-9);
    assert!(points > 0.0);
}

#[test]
fn the_order_of_rows_and_the_number_of_threads_change_nothing() {
    let (model, mut rows) = (everything(), clouds());
    let first = fit(&model, &rows, "2026-07-01").unwrap();
    rows.reverse();
    assert_eq!(first.to_json(), fit(&model, &rows, "2026-07-01").unwrap().to_json());
    for threads in ["1", "3"] {
        // A pool is made once a process: another process has another number of threads.
        let exe = std::env::current_exe().unwrap();
        let run = std::process::Command::new(exe)
            .args(["--exact", "prints_its_parameters", "--ignored", "--nocapture"])
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .unwrap();
        let said = String::from_utf8(run.stdout).unwrap();
        assert!(said.contains(first.to_json()), "{threads} threads give other parameters");
    }
}

#[test]
#[ignore = "run by the test above, with another number of threads"]
#[expect(clippy::print_stdout, reason = "its output is what the other test reads")]
fn prints_its_parameters() {
    print!("{}", fit(&everything(), &clouds(), "2026-07-01").unwrap().to_json());
}

#[test]
fn what_happens_at_now_or_later_is_not_learned_from() {
    let (model, mut rows) = (everything(), clouds());
    let before = fit(&model, &rows, "2026-07-01").unwrap();
    for row in &mut rows {
        for at in ["2026-07-01T00:00:00Z", "2026-08-01T00:00:00Z"] {
            row.buys.push(json!({ "at": at, "amount": 9_999, "item": "gold" }));
        }
    }
    assert_eq!(before.to_json(), fit(&model, &rows, "2026-07-01").unwrap().to_json());
    rows[0].buys.push(json!({ "at": "2026-06-30T23:59:59.999999Z", "amount": 9_999 }));
    assert_ne!(before.to_json(), fit(&model, &rows, "2026-07-01").unwrap().to_json());
}

#[test]
fn parameters_of_another_model_are_refused_with_what_differs() {
    let text = "let far = x + y\n cluster kind { features far; missing zero; k 2 }";
    let fitted = fit(&model(text), &clouds(), "2026-07-01").unwrap();
    let refused = |text: &str| {
        let error = model(text).with_parameters(fitted.to_json()).unwrap_err();
        assert!(error.is_parameters());
        error.to_string()
    };
    let other = refused("let far = x - y\n cluster kind { features far; missing zero; k 2 }");
    assert!(other.contains("`kind`") && other.contains("`let far` changed"), "{other}");
    let other = refused("let far = x + y\n cluster kind { features far, x; missing zero; k 2 }");
    assert!(other.contains("`cluster kind` changed") && !other.contains("let far"), "{other}");
    let other = refused(
        "let far = x + y\n let b = y\n cluster kind { features far; missing zero; k 2 }\n cluster other { features b; missing zero; k 2 }",
    );
    assert!(other.contains("learns `other`"), "{other}");
    let other = refused("let far = x + y");
    assert!(other.contains("learned score `kind`"), "{other}");
    // What a learned score does not depend on may change.
    let titled = r#"let far "how far out" = x + y
        cluster kind { features far; missing zero; k 2 }
        case a { for far > 3 }"#;
    model(titled).with_parameters(fitted.to_json()).unwrap();
    // A param in force is part of what a score depends on.
    let text =
        "param less: float = 1\n let far = x - less\n cluster kind { features far; missing zero; k 2 }";
    let with_param = model(text);
    let fitted = fit(&with_param, &clouds(), "2026-07-01").unwrap();
    let error = with_param.with_parameters(fitted.to_json()).unwrap().with_params([("less", 2)]).unwrap_err();
    assert!(error.to_string().contains("`param less` changed"), "{error}");
}

#[test]
fn parameters_that_were_spoiled_by_hand_are_refused() {
    let model = model("rfm loyalty of buy { bins 3 }");
    let fitted = fit(&model, &clouds(), "2026-07-01").unwrap();
    let spoil = |change: &dyn Fn(&mut Value)| {
        let mut parameters: Value = serde_json::from_str(fitted.to_json()).unwrap();
        change(&mut parameters);
        let model = model.with_parameters(parameters.to_string());
        let request = Request::at("2026-07-01").events("buy", Vec::<Value>::new());
        model.and_then(|m| m.decide(&json!({ "id": "c" }), &request)).unwrap_err()
    };
    let cuts = "/parts/loyalty/learned/rfm/recency/cuts";
    for error in [
        spoil(&|p| *p.pointer_mut(cuts).unwrap() = json!([5.0])),
        spoil(&|p| *p.pointer_mut(cuts).unwrap() = json!([5.0, 1.0])),
        spoil(&|p| p["casewise_parameters"] = json!(99)),
        spoil(&|p| p["more"] = json!(1)),
    ] {
        assert!(error.is_parameters(), "{error}");
    }
}

#[test]
fn fits_that_must_refuse_say_why() {
    let rows = clouds();
    let nobody: Vec<Row> = Vec::new();
    let without_events: Vec<Row> = (0..9).map(|n| row(n, json!({ "x": n }))).collect();
    let same: Vec<Row> = (0..30).map(|n| row(n, json!({ "x": 1, "y": n, "left": n % 2 == 0 }))).collect();
    let one_class: Vec<Row> = (0..30).map(|n| row(n, json!({ "x": n, "left": true }))).collect();
    let separated: Vec<Row> = (0..30).map(|n| row(n, json!({ "x": n, "left": n < 15 }))).collect();
    let card = |by: &str| format!("scorecard s {{ learn left; {by}; points 600 at odds 19 doubling 20 }}");
    let cases: [(&str, &[Row], &str); 11] = [
        ("rfm s of buy { bins 5 }", &without_events, "nobody has an event in the window"),
        ("rfm s of buy { bins 5 }", &nobody, "nobody has an event in the window"),
        (&card("by x bins at 0"), &same, "`x` is the same for everyone"),
        (&card("by x bins 4"), &same, "`x` is the same for everyone"),
        (&card("by x bins 4"), &one_class, "one class only"),
        (&card("by y bins 4; by x bins 3"), &without_events, "the outcome is known of nobody"),
        ("cluster s { features x; k 40 }", &separated, "40 clusters are more than the 30 distinct points"),
        ("cluster s { features x, y; k 2 }", &one_class, "`y` of \"c0000\" is missing"),
        ("lifetime s of buy { unit 1 week; horizon 12 months }", &without_events, "nobody has bought before"),
        (
            "affinity s of has { min_support 1%; min_confidence 1%; max_size 2 }",
            &same,
            "nobody holds any item",
        ),
        (
            "behavior s of buy { half_life 9 days; scale percentile }",
            &without_events,
            "the same for everyone",
        ),
    ];
    for (text, rows, expected) in cases {
        let said = refusal(text, rows);
        assert!(said.starts_with("cannot learn `s`: ") && said.contains(expected), "{text}: {said}");
    }
    // Two factors that say the same, and a lifetime in which nobody came back.
    let said = refusal(
        "let z = x\n scorecard s { learn left; by x bins 4; by z bins 4; points 600 at odds 19 doubling 20 }",
        &rows,
    );
    assert!(said.contains("says the same as the factors before it"), "{said}");
    let mut once = clouds();
    once.iter_mut().for_each(|row| row.buys.truncate(1));
    let said = refusal("lifetime s of buy { unit 1 week; horizon 12 months }", &once);
    assert!(said.starts_with("cannot learn `s`"), "{said}");
    // A factor that tells the outcome without error; a lifetime in which everybody comes back for ever.
    let apart: Vec<Row> = (0..200).map(|n| row(n, json!({ "x": n, "left": n < 100 }))).collect();
    let said = refusal(&card("by x bins at 100"), &apart);
    assert!(said.contains("`x` tells the outcome without error"), "{said}");
    let faithful: Vec<Row> = (0..60)
        .map(|n| {
            let mut row = row(n, json!({}));
            let day = |k: usize| format!("2026-{:02}-{:02}T10:00:00Z", 1 + k / 28, 1 + k % 28);
            row.buys = (n..168).map(|k| json!({ "at": day(k), "amount": 5 })).collect();
            row
        })
        .collect();
    let said = refusal("lifetime s of buy { unit 1 week; horizon 12 months }", &faithful);
    assert!(said.contains("BG/NBD"), "{said}");
    // Returns that outweigh what was bought after the first day have no worth that could be learned.
    let mut returned = clouds();
    for (n, row) in returned.iter_mut().enumerate().filter(|(n, _)| n % 2 == 0) {
        row.buys.push(json!({ "at": format!("2026-06-{:02}T12:00:00Z", 1 + n % 28), "amount": -100_000 }));
    }
    let said =
        refusal("lifetime s of buy { monetary sum(amount); unit 1 week; horizon 12 months }", &returned);
    assert!(said.contains("leave returns out"), "{said}");
    // A model without anything to learn.
    assert!(refusal("let z = x", &rows).contains("nothing to learn"));
}

/// A customer who bought once for this amount on this day of June.
fn once(id: usize, day: usize, amount: &str) -> Row {
    let mut row = row(id, json!({}));
    row.buys.push(json!({ "at": format!("2026-06-{day:02}T10:00:00Z"), "amount": amount }));
    row
}

#[test]
fn ties_and_negative_amounts_are_scored_like_any_value() {
    let model = model("rfm loyalty of buy { monetary sum(amount); bins 5 }");
    let scored = |rows: &[Row]| -> (Vec<String>, Vec<String>) {
        let fitted = fit(&model, rows, "2026-07-01").unwrap();
        let codes = rows.iter().map(|row| {
            let request = Request::at("2026-07-01").events("buy", &row.buys);
            let decided = fitted.model().decide(&row.customer, &request).unwrap();
            decided.score("loyalty.code").unwrap().to_string()
        });
        (codes.collect(), fitted.warnings().map(str::to_owned).collect())
    };
    // All tied: everybody is in the lowest bin of values, which is the best of recency.
    let (codes, warnings) = scored(&(0..9).map(|n| once(n, 10, "5")).collect::<Vec<_>>());
    assert!(codes.iter().all(|code| code == "511"), "{codes:?}");
    assert!(warnings.iter().any(|w| w.contains("monetary is the same for everyone")), "{warnings:?}");
    // Half tied: they stay together, and the bins that they fill twice over are empty.
    let half: Vec<Row> = (0..10)
        .map(|n| once(n, 10, if n < 5 { "5" } else { ["10", "20", "30", "40", "50"][n - 5] }))
        .collect();
    let (codes, warnings) = scored(&half);
    let monetary: Vec<&str> = codes.iter().map(|code| code.get(2..).unwrap()).collect();
    assert_eq!(monetary, ["1", "1", "1", "1", "1", "3", "4", "4", "5", "5"]);
    assert!(warnings.iter().any(|w| w.contains("monetary leaves bins 2 empty: 50.0 %")), "{warnings:?}");
    // Returns that outweigh purchases, and an amount of 0.
    let (codes, _) = scored(
        &["-50", "-10", "0", "10", "50"]
            .iter()
            .enumerate()
            .map(|(n, x)| once(n, 10 + n, x))
            .collect::<Vec<_>>(),
    );
    assert_eq!(codes, ["111", "212", "313", "414", "515"]);
    // Fewer customers than bins, and one who has no event in the window.
    let mut few: Vec<Row> = (0..2).map(|n| once(n, 10 + n, "5")).collect();
    few.push(row(2, json!({})));
    let (codes, warnings) = scored(&few);
    assert_eq!(codes, ["111", "511", "missing"]);
    assert!(warnings.iter().any(|w| w.contains("recency has 2 values for 5 bins")), "{warnings:?}");
}

#[test]
fn explanations_say_how_a_learned_score_came_about() {
    let text = format!(
        "{EVERYTHING}\n case all {{ for staying > 0 or loyalty.total > 0 or warmth > 0 or kind.label == c1 or mixed.distance > 0.0 or wants_b > 0.0 or lift_milk > 0.0 or clv.alive > 0.0 }}"
    );
    let (model, rows) = (model(&text), clouds());
    let fitted = fit(&model, &rows, "2026-07-01").unwrap();
    let row = &rows[4];
    let request = Request::at("2026-07-01").events("buy", &row.buys);
    let why = fitted.model().decide(&row.customer, &request).unwrap().why("all").unwrap();
    let why: Value = serde_json::from_str(&why.to_json()).unwrap();
    let score = |name: &str| {
        let all = why["scores"].as_array().unwrap();
        all.iter().find(|score| score["name"] == name).unwrap().to_string()
    };
    for (name, expected) in [
        // The value and the cuts between which it lies.
        ("loyalty", vec!["recency", "up to "]),
        ("warmth", vec!["above "]),
        // The bin, its points, and how far they are from the best.
        ("staying", vec!["base", "< 10", "reasons"]),
        // Nearest and second centre with distances.
        ("kind", vec![r#""label":"c3""#, r#""of":"c3""#, r#""of":"c1""#, "distance"]),
        // The rule that fired, and how often it held.
        ("together", vec!["c → b: 60 of 60"]),
        ("basket", vec!["lift"]),
        // What drove P(alive).
        ("clv", vec!["purchases after the first", "silent since the last", "worth of a purchase"]),
    ] {
        let said = score(name);
        for part in expected {
            assert!(said.contains(part), "{name}: {part}: {said}");
        }
    }
}

#[test]
fn warnings_tell_of_ties_and_of_too_few_customers() {
    let model = model("rfm loyalty of buy { bins 5 }");
    let mut rows = clouds();
    rows.truncate(3);
    let fitted = fit(&model, &rows, "2026-07-01").unwrap();
    assert!(fitted.warnings().any(|w| w.contains("3 values for 5 bins")));
}

#[test]
fn names_of_clusters_stay_with_their_centres() {
    let model = model("cluster kind { features x, y; k 3; seed 1; names low, right, up }");
    let rows = clouds();
    let fitted = fit(&model, &rows, "2026-07-01").unwrap();
    let label = |m: &Model, x: f64, y: f64| {
        let decision = m.decide(&json!({ "id": "p", "x": x, "y": y }), &Request::at("2026-07-01")).unwrap();
        let decided: Value = serde_json::from_str(&decision.to_json()).unwrap();
        decided["scores"]["kind"]["label"].as_str().unwrap().to_owned()
    };
    let places = [(2.0, 2.0), (22.0, 5.0), (7.0, 32.0)];
    let before: Vec<String> = places.iter().map(|(x, y)| label(fitted.model(), *x, *y)).collect();
    // Other numbers of customers per cloud, so that the largest is another one.
    let rows: Vec<Row> =
        rows.into_iter().enumerate().filter(|(n, _)| n % 3 == 2 || n % 4 != 0).map(|(_, r)| r).collect();
    let now = "2026-07-01";
    let options = FitOptions::default().earlier(fitted.to_json()).unwrap();
    let again = model.fit(&prepare(&model, &rows, now), &Request::at(now), &options).unwrap();
    let after: Vec<String> = places.iter().map(|(x, y)| label(again.model(), *x, *y)).collect();
    assert_eq!(before, after);
    // Two clouds where one was: no centre is left for a name.
    let moved: Vec<Row> = (0..90)
        .map(|n| {
            let at = [0.0, 0.3, 30.0][n % 3];
            row(n, json!({ "x": at + noise(n) / 100.0, "y": at }))
        })
        .collect();
    let error = model.fit(&prepare(&model, &moved, now), &Request::at(now), &options).unwrap_err();
    assert!(error.to_string().contains("nearest to the stored"), "{error}");
}

#[test]
fn drift_is_nothing_where_nothing_moved_and_much_where_it_did() {
    let (model, mut rows) = (everything(), clouds());
    let fitted = fit(&model, &rows, "2026-07-01").unwrap();
    let now = Request::at("2026-07-01");
    let learned = model.with_parameters(fitted.to_json()).unwrap();
    let still = learned.drift(&prepare(&learned, &rows, "2026-07-01"), &now).unwrap();
    assert!(
        still.iter().all(|moved| moved.psi.abs() < 1e-12 && moved.ks.unwrap_or(0.0) < 1e-12),
        "{still:?}"
    );
    rows.iter_mut().for_each(|row| row.customer["x"] = json!(row.customer["x"].as_f64().unwrap() + 15.0));
    let moved = learned.drift(&prepare(&learned, &rows, "2026-07-01"), &now).unwrap();
    let of = |name: &str| moved.iter().find(|m| m.name == name).unwrap();
    assert!(of("attribute x").psi > 0.2 && of("attribute x").ks.unwrap() > 0.5);
    assert!(of("attribute y").psi.abs() < 1e-12);
    assert!(model.drift(&[], &now).unwrap_err().is_parameters());
}
