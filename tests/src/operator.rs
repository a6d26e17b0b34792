//! A provincial operator: 1,000 cases of nine teams in 50 files, on one customer base and under one policy.
//!
//! It is made anew where it is needed, always the same. The checker finds nothing to say about it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::generate::Random;

/// How many cases there are.
pub const CASES: usize = 1_000;

/// The name of the first file.
pub const ROOT: &str = "main.cw";

const TEAMS: [(&str, &str); 9] = [
    ("retention", "Keep those who may leave"),
    ("roaming", "Abroad and in other provinces"),
    ("data", "Data packs and plans"),
    ("broadband", "The line at home"),
    ("family", "Families and second cards"),
    ("services", "Ring tones, reminders, clouds"),
    ("partners", "Offers of partners"),
    ("youth", "Students and first phones"),
    ("business", "Small businesses"),
];
const FILES_OF_A_TEAM: usize = 5;

/// The texts by name: `main.cw`, four of the base, 45 of the teams.
pub fn files() -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = [
        (ROOT, main()),
        ("base/customer.cw", CUSTOMER.to_owned()),
        ("base/scores.cw", SCORES.to_owned()),
        ("base/segments.cw", segments()),
        ("policy.cw", policy()),
    ]
    .map(|(name, text)| (name.to_owned(), text))
    .into();
    let mut random = Random::new(50);
    let (team_files, mut number) = (TEAMS.len() * FILES_OF_A_TEAM, 0);
    for (place, (team, _)) in TEAMS.iter().enumerate() {
        for (file, stem) in STEMS.iter().enumerate() {
            let nth = place * FILES_OF_A_TEAM + file;
            let last = (nth + 1) * CASES / team_files;
            files.insert(format!("{team}/{}.cw", stem), team_file(team, stem, number..last, &mut random));
            number = last;
        }
    }
    files
}

const STEMS: [&str; FILES_OF_A_TEAM] = ["autumn", "cities", "digital", "spring", "standing"];

fn main() -> String {
    let mut text = String::from(
        "model operator \"A province's cases\" {\n  language 1\n  version \"2026.11\"\n  timezone \"Asia/Shanghai\"\n}\n\
         include \"base/*.cw\"\ninclude \"policy.cw\"\n",
    );
    for (team, _) in TEAMS {
        let _ = writeln!(text, "include \"{team}/*.cw\"");
    }
    text
}

const CUSTOMER: &str = r#"customer {
  key id: text
  age: int?
  city: enum(c01, c02, c03, c04, c05, c06, c07, c08, c09, c10, c11, c12, c13)
  state: enum(active, suspended, closed)
  plan: enum(start, basic, plus, max)
  network: enum(g3, g4, g5) ordered
  arpu: decimal?
  data_gb: decimal?
  minutes: int?
  balance: decimal?
  joined: date
  contract_ends: date?
  broadband: bool
  business: bool
  devices: int?
  products: set(text)
  consents: set(enum(sms, app, call))
}
context { touchpoint: enum(shop, app, hotline)? }
events recharge { amount: decimal, channel: enum(app, shop)? }
events session { kind: enum(local, roaming), megabytes: decimal }
events complaint { topic: text }
rows line { role: enum(main, child), data_gb: decimal? }
list do_not_disturb "Asked not to be contacted"
list employees "Own staff"
"#;

const SCORES: &str = r#"let tenure = months_between(joined, today)
let recharged = sum(recharge.amount over last 90 days)
let recharges = count(recharge over last 90 days)
let roaming_days = days(session where kind == roaming over last 90 days)
let complaints = count(complaint over last 180 days)
let lines = count(line)
let share(part: decimal, whole: decimal) = part / whole otherwise 0
scorecard loyalty {
  base 20
  by tenure { < 6 -> 0, 6 .. 24 -> 15, 24 .. 60 -> 30, >= 60 -> 45 }
  by plan { start -> 0, basic -> 5, plus -> 15, max -> 25 }
  by network { g3 -> 0, g4 -> 5, g5 -> 10 }
}
scorecard risk {
  lower is better
  base 10
  by complaints { < 1 -> 0, 1 .. 3 -> 20, >= 3 -> 45 }
  by arpu { missing -> 10, < 20 -> 25, 20 .. 80 -> 10, >= 80 -> 0 }
}
composite worth {
  weight 0.7 of loyalty / 100
  weight 0.3 of (share(recharged otherwise 0, 300) otherwise 0)
}
grade tier of worth { < 0.3 -> bronze, 0.3 .. 0.6 -> silver, >= 0.6 -> gold }
table allowance by plan, tier {
  [start, basic], any -> 0%
  [plus, max], bronze -> 5%
  plus, >= silver -> 10%
  max, silver -> 10%
  max, gold -> 15%
}
"#;

/// What teams share; conditions of cases are made of these names and of attributes.
const SEGMENTS: [(&str, &str); 12] = [
    ("grown", "age >= 18"),
    ("young", "age between 14 and 25"),
    ("seniors", "age >= 60"),
    ("travellers", "roaming_days >= traveller_bar"),
    ("heavy_data", "data_gb >= 30"),
    ("light_data", "data_gb < 2"),
    ("talkers", "minutes >= 600"),
    ("rechargers", "recharges >= 3"),
    ("leaving", "risk >= 45 or contract_ends in next 60 days"),
    ("families", "lines >= 2"),
    ("at_home", "broadband"),
    ("valued", "tier >= silver"),
];

fn segments() -> String {
    let mut text =
        String::from("param traveller_bar \"roaming days that make a traveller\": int in 1 .. 31 = 5\n");
    for (name, condition) in SEGMENTS {
        let _ = writeln!(text, "segment {name} = {condition}");
    }
    text
}

fn policy() -> String {
    let mut text = String::from(
        r#"properties { owner: text = "", value: decimal = 0, cost: decimal = 0 }
every case {
  require open: state != closed
  exclude staff: employees
}
gate contactable "may be contacted" {
  require adult: grown
  exclude quiet: do_not_disturb
  require calm: complaints < 5
}
channel shop { require touchpoint == shop }
channel app { require app in consents }
channel sms { require sms in consents; quiet 21:00 .. 09:00; capacity 200000 per day }
channel phone { require call in consents; quiet 20:00 .. 09:30; capacity 8000 per day }
contacts {
  at most 1 per 3 days per channel
  at most 3 per 14 days on sms, phone
  at most 5 per 30 days
  pause 90 days after complained
  pause 30 days after rejected same case
  pause 14 days after accepted same group
}
decide counter when touchpoint is present { rank by priority * value; top 3; at most 1 per group }
decide { rank by priority; top 2; control 1% salt "operator-2026" }
fixture grown_up {
  id: "c1", age: 35, city: c01, state: active, plan: plus, network: g5, arpu: 88, data_gb: 40, minutes: 300
  balance: 12, joined: 2021-05-01, broadband: true, business: false, devices: 2, products: [], consents: [sms, app]
}
"#,
    );
    for (team, title) in TEAMS {
        let channels = match team {
            "business" => "phone, app",
            "youth" | "services" => "app, sms",
            _ => "shop, app, sms",
        };
        let _ = writeln!(
            text,
            "group {team} \"{title}\" {{\n  require contactable\n  channels {channels}\n  with owner = \"{team}\"\n}}"
        );
    }
    text
}

fn team_file(team: &str, stem: &str, numbers: std::ops::Range<usize>, random: &mut Random) -> String {
    let mut text = format!("# Cases of the team {team}: {stem}\n");
    let local = format!("{team}_{stem}");
    let _ = writeln!(text, "param {local}_bar: decimal in 0 .. 500 = {}", random.range(20, 160));
    let _ = writeln!(text, "segment {local} = arpu >= {local}_bar and recharged > {}", random.range(10, 90));
    for number in numbers.clone() {
        text.push_str(&case(team, &local, number, random));
    }
    let first = numbers.start;
    let _ = write!(
        text,
        "test \"{team}/{stem}: a closed contract gets nothing\" {{\n  now 2026-11-22T10:00\n  \
         customer grown_up with {{ state: closed }}\n  expect {team}_{first} fails open\n}}\n"
    );
    text
}

fn case(team: &str, local: &str, number: usize, random: &mut Random) -> String {
    let mut text = format!("case {team}_{number} \"{team} {number}\" in {team} {{\n");
    if random.chance(10) {
        let status = *random.pick(&["trial", "draft", "paused"]);
        let _ = writeln!(text, "  status {status}");
    }
    if random.chance(40) {
        let month = random.range(1, 9);
        let _ = writeln!(text, "  runs 2026-{month:02}-01 through 2026-12-{}", random.range(10, 31));
    }
    // What one condition reads, no other one of the case does.
    let mut reads = BTreeSet::new();
    let (first, second) = (segment(random, local, &mut reads), segment(random, local, &mut reads));
    let joined = *random.pick(&["and", "or", "and not"]);
    let _ = writeln!(text, "  for {first} {joined} {second}");
    let _ = writeln!(text, "  require fresh: \"p{number}\" not in products \"has it already\"");
    for _ in 0..random.range(1, 4) {
        if let Some(condition) = condition(random, &mut reads) {
            let _ = writeln!(text, "  {condition}");
        }
    }
    let _ = writeln!(text, "  priority {} + {} * worth", random.range(10, 90), random.range(1, 40));
    if random.chance(30) {
        let _ = writeln!(text, "  holdout {}% salt \"{team}-{number}\"", random.range(1, 10));
    }
    if random.chance(20) {
        let _ = writeln!(text, "  exclusive {team}_offer");
    }
    if random.chance(20) {
        let _ = writeln!(text, "  quota {}", random.range(1, 90) * 1_000);
    }
    let value = random.range(1, 60);
    let _ = writeln!(text, "  with value = {value}, cost = {}", random.range(1, value + 1));
    if random.chance(20) {
        let _ = writeln!(text, "  budget {} of cost", random.range(5, 200) * 1_000);
    }
    let price = random.range(1, 60);
    let _ = writeln!(text, "  offer {{ price: {price} * (1 - allowance), months: {} }}", random.range(1, 13));
    if random.chance(15) {
        let share = random.range(1, 9) * 10;
        let half = (price / 2).max(1);
        let (a, b) = (share, 100 - share);
        let _ = writeln!(text, "  variants {{ plain {a}%; half {b}% {{ offer {{ price: {half} }} }} }}");
    }
    text.push_str("}\n");
    text
}

/// A segment that reads nothing yet read.
fn segment(random: &mut Random, local: &str, reads: &mut BTreeSet<&'static str>) -> String {
    loop {
        if random.chance(8) && reads.insert("arpu") {
            return local.to_owned();
        }
        let (name, _) = *random.pick(&SEGMENTS);
        let of = match name {
            "grown" | "young" | "seniors" => "age",
            "heavy_data" | "light_data" => "data_gb",
            "leaving" | "valued" => "score",
            other => other,
        };
        // Everybody contacted is grown up.
        if of != "age" && reads.insert(of) {
            return name.to_owned();
        }
    }
}

fn condition(random: &mut Random, reads: &mut BTreeSet<&'static str>) -> Option<String> {
    let pick = random.below(11);
    let of = [
        "city", "plan", "network", "arpu", "data_gb", "talkers", "balance", "tenure", "devices", "age",
        "business",
    ][pick];
    if !reads.insert(of) {
        return None;
    }
    let r = |random: &mut Random, low, high| random.range(low, high);
    Some(match of {
        "city" => {
            let (a, b) = (r(random, 1, 6), r(random, 7, 13));
            format!("require local: city in [c{a:02}, c{b:02}]")
        }
        "plan" => {
            format!("require plan in [{}]", random.pick(&["start, basic", "basic, plus", "plus, max", "max"]))
        }
        "network" => format!("require network >= {}", random.pick(&["g4", "g5"])),
        "arpu" => format!("require paying: arpu >= {}", r(random, 10, 180)),
        "data_gb" => format!("require data_gb between {} and {}", r(random, 1, 20), r(random, 30, 120)),
        "talkers" => format!("require minutes >= {}", r(random, 30, 900)),
        "balance" => format!("exclude low: balance < {}", r(random, 1, 50)),
        "tenure" => format!("require settled: tenure >= {}", r(random, 3, 90)),
        "devices" => format!("require devices >= {}", r(random, 1, 6)),
        "age" => format!("require age < {}", r(random, 30, 90)),
        _ => "exclude firms: business".to_owned(),
    })
}
