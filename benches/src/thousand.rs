//! A model of 1000 cases: a few attributes, many shared conditions, as in a province's yearly campaigns.

use std::fmt::Write as _;

use casewise::{Model, Request};
use serde_json::json;

use crate::Workload;

const CASES: usize = 1000;
const CUSTOMERS: usize = 2000;
const REGIONS: usize = 31;

/// A generator with the same numbers everywhere (SplitMix64).
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    /// From a seed.
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (x ^ (x >> 31)) % n
    }
}

pub(crate) fn workload() -> Workload {
    let text = text(&mut Random(1));
    let model = Model::from_text("thousand.cw", &text).unwrap();
    let mut random = Random(2);
    let prepared = (0..CUSTOMERS)
        .map(|n| {
            let mut some = |most: u64| (random.below(10) > 0).then(|| random.below(most));
            let plan = ["start", "basic", "plus", "max"][some(4).unwrap_or(0) as usize];
            let customer = json!({
                "id": n.to_string(),
                "age": some(90),
                "tenure": some(120),
                "arpu": some(100),
                "data_gb": some(60),
                "region": format!("r{}", some(REGIONS as u64).unwrap_or(0)),
                "plan": plan,
                "sms": some(2) == Some(1),
                "call": some(2) == Some(1),
                "blocked": some(20) == Some(0),
            });
            let recharges: Vec<_> = (0..some(12).unwrap_or(0))
                .map(|day| json!({ "at": format!("2026-10-{:02}T12:00", 28 - day), "amount": 10 + day }))
                .collect();
            let request = Request::at("2026-11-01").events("recharge", &recharges);
            model.prepare(&customer, &request).unwrap()
        })
        .collect();
    Workload { name: "thousand".to_owned(), text, model, prepared }
}

fn text(random: &mut Random) -> String {
    let regions: Vec<String> = (0..REGIONS).map(|n| format!("r{n}")).collect();
    let mut text = format!(
        "model thousand {{ language 1; timezone \"Asia/Shanghai\" }}\n\
         customer {{\n  key id: text\n  age: int?\n  tenure: int?\n  arpu: decimal?\n  data_gb: decimal?\n  \
         region: enum({})\n  plan: enum(start, basic, plus, max)\n  sms: bool\n  call: bool\n  blocked: bool\n}}\n\
         events recharge {{ amount: decimal }}\n\
         let recharged = sum(recharge.amount over last 30 days)\n\
         let recharges = count(recharge over last 30 days)\n\
         segment young = age < 30\n\
         segment loyal = tenure >= 24\n\
         every case {{ require free: not blocked }}\n\
         decide {{ rank by priority; top 3 }}\n",
        regions.join(", ")
    );
    for case in 0..CASES {
        let conditions: Vec<String> = (0..2 + random.below(6)).map(|_| condition(random)).collect();
        let (first, rest) = conditions.split_first().unwrap();
        let _ = write!(text, "case c{case} {{ for {first}");
        for condition in rest {
            let _ = write!(text, "; require {condition}");
        }
        let _ = writeln!(text, "; priority {} }}", random.below(100));
    }
    text
}

fn condition(random: &mut Random) -> String {
    let low = random.below(40);
    match random.below(9) {
        0 => format!("age between {} and {}", 18 + low, 38 + low),
        1 => format!("tenure >= {low}"),
        2 => format!("(arpu > {low} or young)"),
        3 => format!("data_gb < {}.5", 10 + low),
        4 => {
            let regions: Vec<String> =
                (0..8).map(|n| format!("r{}", (low + 3 * n) % REGIONS as u64)).collect();
            format!("region in [{}]", regions.join(", "))
        }
        5 => format!("recharged > {low}"),
        6 => format!("not (recharges <= {} and loyal)", low % 10),
        7 => "sms".to_owned(),
        _ => format!("(call or plan in [plus, max] and tenure < {})", 40 + low),
    }
}
