//! Random customers of a checked model: typed values, with a liking for the edges.

use std::sync::Arc;

use casewise_core::input::{Remaining, Request, Rows, Subject};
use casewise_core::model::{Base, Field, Model, TableKind, Type, contact_fields};
use casewise_core::values::{Date, Decimal, Label, Time, Value};
use jiff::civil;
use jiff::tz::TimeZone;

use super::Random;

const DAY: i64 = 86_400_000_000;
const ZONES: [&str; 7] =
    ["Asia/Shanghai", "Europe/Berlin", "america/new_york", "Pacific/Apia", "UTC", "Nowhere/Land", ""];
const TEXTS: [&str; 8] = ["", "a", "ab", "abc", "Abc", "münchen", "呼转", "x y"];

/// When and with what remaining.
pub fn request(model: &Model, random: &mut Random) -> Request {
    let mut remaining = Remaining::default();
    for (n, case) in model.cases.iter().enumerate() {
        if case.quota.is_some() && random.chance(70) {
            remaining.quota.push((n, random.range(0, 2)));
        }
        for (_, property) in &case.budgets {
            if random.chance(70) {
                let left = random.range(0, 6);
                let left = match model.properties[property.0].ty.base {
                    Base::Int => Value::Int(left),
                    Base::Float => Value::Float(left as f64),
                    _ => Value::Decimal(Decimal::from_i64(left)),
                };
                remaining.budget.push((n, property.0, left));
            }
        }
    }
    for (n, channel) in model.channels.iter().enumerate() {
        if channel.capacity.is_some() && random.chance(70) {
            remaining.capacity.push((n, random.range(0, 2)));
        }
    }
    let decide = if !model.decides.is_empty() && random.chance(10) {
        Some(random.below(model.decides.len()))
    } else {
        None
    };
    Request { now: now(model, random), decide, remaining }
}

/// An instant: anywhere, at midnight, around a change of clocks, on a leap day.
fn now(model: &Model, random: &mut Random) -> Time {
    let zone = TimeZone::get(model.zone.name()).unwrap_or(TimeZone::UTC);
    let year = i16::try_from(random.range(2019, 2028)).unwrap();
    let month = i8::try_from(random.range(1, 12)).unwrap();
    let day = i8::try_from(random.range(1, 28)).unwrap();
    let at = |date: civil::Date, hour: i8, minute: i8| {
        zone.to_timestamp(date.at(hour, minute, 0, 0)).unwrap().as_microsecond()
    };
    let anywhere = at(
        civil::date(year, month, day),
        i8::try_from(random.range(0, 23)).unwrap(),
        i8::try_from(random.range(0, 59)).unwrap(),
    );
    let micros = match random.below(10) {
        0 => at(civil::date(year, month, 1), 0, 0) + random.range(-1, 1),
        1 => at(civil::date(2024, 2, 29), 12, 0),
        2 => at(civil::date(year, 1, 1), 0, 0) + random.range(-1, 1),
        3 | 4 => {
            let from = jiff::Timestamp::from_microsecond(anywhere).unwrap();
            let change = zone.following(from).next().map(|t| t.timestamp().as_microsecond());
            change.unwrap_or(anywhere)
                + *random.pick(&[-3_600_000_000, -1, 0, 1, 1_800_000_000, 12 * 3_600_000_000])
        }
        5 => at(civil::date(year, month, day), 0, 0) + random.range(-1, 1),
        6 => at(civil::date(year, month, day), i8::try_from(random.range(0, 23)).unwrap(), 30),
        _ => anywhere,
    };
    Time(micros)
}

/// What the edges of a model's text are: its numbers and its lengths.
struct Edges {
    numbers: Vec<i64>,
    /// In microseconds, months taken as 30 days.
    lengths: Vec<i64>,
}

impl Edges {
    fn of(model: &Model) -> Edges {
        let mut edges = Edges { numbers: vec![0, 1], lengths: vec![DAY] };
        for file in model.sources.files() {
            let mut last: Option<i64> = None;
            for word in file.text.split(|c: char| !c.is_ascii_alphanumeric()) {
                let unit = match word.trim_end_matches('s') {
                    "minute" => Some(60_000_000),
                    "hour" => Some(3_600_000_000),
                    "day" => Some(DAY),
                    "week" => Some(7 * DAY),
                    "month" => Some(30 * DAY),
                    "year" => Some(365 * DAY),
                    _ => None,
                };
                if let (Some(n), Some(unit)) = (last, unit) {
                    edges.lengths.push(n.saturating_mul(unit));
                }
                last = word.parse().ok();
                edges.numbers.extend(last.filter(|n| *n < 1_000_000));
            }
        }
        edges
    }
}

/// A customer. Everything that the model can use is supplied.
pub fn subject(model: &Model, now: Time, key: &str, random: &mut Random) -> Subject {
    let edges = Edges::of(model);
    let mut attributes: Vec<Value> =
        model.subject.attributes.iter().map(|f| field(model, f, now, &edges, random)).collect();
    let key_value = match model.subject.attributes[model.subject.key].ty.base {
        Base::Int => Value::Int(key.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(0)),
        _ => Value::Text(key.into()),
    };
    let key = match &key_value {
        Value::Int(n) => n.to_string(),
        _ => key.to_owned(),
    };
    attributes[model.subject.key] = key_value;
    let contacts = model.tables.len() - 1;
    let tables = (0..model.tables.len())
        .map(|t| {
            let count = match random.below(20) {
                0..=3 => 0,
                4..=12 => random.below(6),
                13..=18 => random.below(25),
                _ => random.below(200),
            };
            let table = &model.tables[t];
            let mut row = || -> Box<[Value]> {
                let mut row: Vec<Value> =
                    table.fields.iter().map(|f| field(model, f, now, &edges, random)).collect();
                if t == contacts {
                    contact(model, &mut row, random);
                }
                row.into()
            };
            let rows: Vec<Box<[Value]>> = (0..count).map(|_| row()).collect();
            Some(if table.kind == TableKind::Rows { Rows::rows(rows) } else { Rows::events(rows) })
        })
        .collect();
    Subject {
        key: key.into(),
        attributes,
        context: Some(model.context.iter().map(|f| field(model, f, now, &edges, random)).collect()),
        tables,
        lists: model.lists.iter().map(|_| Some(random.chance(40))).collect(),
    }
}

fn field(model: &Model, field: &Field, now: Time, edges: &Edges, random: &mut Random) -> Value {
    let Type { base, optional } = &field.ty;
    if *optional && random.chance(30) {
        return Value::Missing;
    }
    if &*field.name == "home_zone" {
        return Value::Text((*random.pick(&ZONES)).into());
    }
    // Most happenings are in the past.
    let past = &*field.name == "at" && random.chance(85);
    value(model, base, now, past, edges, random)
}

fn value(model: &Model, base: &Base, now: Time, past: bool, edges: &Edges, random: &mut Random) -> Value {
    match base {
        Base::Bool => Value::Bool(random.chance(50)),
        Base::Int => Value::Int(match random.below(30) {
            0 => *random.pick(&[i64::MAX, i64::MIN, i64::MAX - 1]),
            1..=10 => random.range(-5, 60),
            _ => random.pick(&edges.numbers) + random.range(-1, 1),
        }),
        Base::Decimal => Value::Decimal(Decimal::from_scaled(match random.below(30) {
            0 => *random.pick(&[i128::MAX, i128::MIN, i128::MAX / 2]),
            1 => 1,
            2..=10 => i128::from(random.range(-500, 6_000)) * 10_000_000_000_000_000,
            11..=14 => i128::from(random.range(-500, 6_000)) * 500_000_000_000_001,
            _ => i128::from(*random.pick(&edges.numbers)) * Decimal::SCALE,
        })),
        Base::Float => Value::Float(match random.below(30) {
            0 => *random.pick(&[1e300, -1e300, f64::MAX, 1e-300, 5e-324]),
            1..=8 => random.range(-50, 600) as f64 / 10.0,
            9..=15 => random.range(-1_000_000, 1_000_000) as f64 / 7.0,
            _ => *random.pick(&edges.numbers) as f64,
        }),
        Base::Text | Base::Case => Value::Text((*random.pick(&TEXTS)).into()),
        Base::Time => Value::Time(Time(time(now, past, edges, random))),
        Base::Date => {
            let micros = time(now, past, edges, random);
            let days = i32::try_from(micros.div_euclid(DAY)).unwrap();
            Value::Date(match random.below(30) {
                0 => Date::from_ymd(1992, 2, 29).unwrap(),
                1 => *random.pick(&[Date::MIN, Date::from_ymd(9000, 12, 31).unwrap()]),
                _ => Date(days + i32::try_from(random.range(-1, 1)).unwrap()),
            })
        }
        Base::Enum(id) => {
            Value::Label(Label(u32::try_from(random.below(model.enums[id.0 as usize].labels.len())).unwrap()))
        }
        Base::Set(of) => {
            let elements = (0..random.below(4)).map(|_| value(model, of, now, past, edges, random)).collect();
            Value::set(elements)
        }
        Base::Duration | Base::Period | Base::List(_) => Value::Missing,
    }
}

/// An instant around now: at the edges of the windows of the model, on the microsecond.
fn time(now: Time, past: bool, edges: &Edges, random: &mut Random) -> i64 {
    let back = match random.below(10) {
        0..=3 => *random.pick(&edges.lengths),
        4 => *random.pick(&edges.lengths) + random.range(-1, 1),
        5 => random.range(0, 2),
        6 | 7 => random.range(0, 40) * DAY + random.range(0, DAY),
        _ => random.range(0, 800 * DAY),
    };
    let sign = if past || random.chance(60) { -1 } else { 1 };
    now.0 + sign * back
}

/// A past contact: of declared and undeclared cases, channels and groups.
fn contact(model: &Model, row: &mut [Value], random: &mut Random) {
    let text = |name: &Arc<str>| Value::Text(name.clone());
    let pick = |names: Vec<Value>, strange: &str, random: &mut Random| {
        if names.is_empty() || random.chance(10) {
            Value::Text(strange.into())
        } else {
            random.pick(&names).clone()
        }
    };
    row[contact_fields::CASE] =
        pick(model.cases.iter().map(|c| text(&c.name)).collect(), "a past case", random);
    row[contact_fields::CHANNEL] =
        pick(model.channels.iter().map(|c| text(&c.name)).collect(), "pigeon", random);
    row[contact_fields::GROUP] = if random.chance(60) {
        Value::Missing
    } else {
        pick(model.groups.iter().map(|g| text(&g.name)).collect(), "a past group", random)
    };
    // `sent` and `opened` are what most rules look at.
    if random.chance(50) {
        row[contact_fields::OUTCOME] = Value::Label(Label(*random.pick(&[0, 0, 2])));
    }
}
