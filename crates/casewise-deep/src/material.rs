//! What customers can be made of: for each input the values that the model speaks of, those beside them, and
//! some ordinary ones.

use casewise_core::input::{Rows, Subject};
use casewise_core::model::check::domain::{key, value_at};
use casewise_core::model::{Base, Field, TableKind, contact_fields};
use casewise_core::plan::node::{PatternNode, WindowNode};
use casewise_core::plan::{Node, Plan, Slot};
use casewise_core::values::{Date, Decimal, Duration, Label, Time, Value};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::kleene::bare;
use crate::random::Random;

const DAY: i64 = 86_400_000_000;
const MINUTE: i64 = 60_000_000;
/// Candidates of one input.
const MOST: usize = 200;
/// Records that a change adds at once.
const MOST_COPIES: usize = 40;

/// Larger numbers are not tried.
const LARGEST: f64 = 1e12;

/// The key of every witness.
pub(crate) const KEY: &str = "w1";

/// An input that a subject is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Source {
    Attribute(usize),
    Context(usize),
    Table(usize),
    List(usize),
}

#[derive(Debug)]
pub(crate) struct Material {
    now: Time,
    attributes: Vec<Vec<Value>>,
    context: Vec<Vec<Value>>,
    /// By table, then field.
    fields: Vec<Vec<Vec<Value>>>,
    /// How many records tests ask for.
    counts: Vec<usize>,
    /// The plainest subject.
    base: Subject,
}

impl Material {
    pub(crate) fn new(plan: &Plan, now: Time, today: Date) -> Material {
        let mentioned = Mentioned::of(plan);
        let model = &plan.model;
        let values = |field: &Field, of: &[Value]| mentioned.values(plan, field, of, now, today);
        let none = Vec::new();
        let own = |slot: Option<Slot>| slot.and_then(|slot| mentioned.beside.get(&slot)).unwrap_or(&none);
        let attributes: Vec<Vec<Value>> = (0_u32..)
            .zip(&model.subject.attributes)
            .map(|(n, field)| values(field, own(plan.nodes.find(&Node::Attribute(n)))))
            .collect();
        let context: Vec<Vec<Value>> = (0_u32..)
            .zip(&model.context)
            .map(|(n, field)| values(field, own(plan.nodes.find(&Node::Context(n)))))
            .collect();
        let fields: Vec<Vec<Vec<Value>>> = (0..)
            .map(casewise_core::model::TableId)
            .zip(&model.tables)
            .map(|(id, table)| {
                let mut fields: Vec<Vec<Value>> = (0_u32..)
                    .zip(&table.fields)
                    .map(|(n, field)| values(field, own(plan.nodes.find(&Node::Field(id, n)))))
                    .collect();
                if table.kind != TableKind::Rows
                    && let Some(at) = fields.first_mut()
                {
                    *at = mentioned.instants(plan, table.kind, now, today);
                }
                // Contacts speak of the model's cases and channels.
                if id.0 + 1 == model.tables.len() {
                    let names = |names: Vec<&str>| names.into_iter().map(|n| Value::Text(n.into())).collect();
                    if let Some(cases) = fields.get_mut(contact_fields::CASE) {
                        let known: Vec<Value> = own(plan
                            .nodes
                            .find(&Node::Field(id, u32::try_from(contact_fields::CASE).unwrap_or(0))))
                        .clone();
                        *cases = if known.is_empty() {
                            names(model.cases.iter().take(MOST).map(|case| &*case.name).collect())
                        } else {
                            known
                        };
                    }
                    if let Some(channels) = fields.get_mut(contact_fields::CHANNEL) {
                        let known = names(model.channels.iter().map(|channel| &*channel.name).collect());
                        *channels = if known.is_empty() { vec![Value::Text("letter".into())] } else { known };
                    }
                }
                fields
            })
            .collect();
        let plain = |candidates: &[Vec<Value>]| -> Vec<Value> {
            candidates.iter().map(|of| of.first().cloned().unwrap_or_default()).collect()
        };
        let mut base = Subject {
            key: KEY.into(),
            attributes: plain(&attributes),
            context: Some(plain(&context)),
            tables: model
                .tables
                .iter()
                .map(|table| {
                    Some(match table.kind {
                        TableKind::Rows => Rows::rows(Vec::new()),
                        TableKind::Events | TableKind::DatedEvents => Rows::events(Vec::new()),
                    })
                })
                .collect(),
            lists: vec![Some(false); model.lists.len()],
        };
        // A zone that is not known keeps channels quiet.
        for (_, _, zone) in plan.channels.iter().flat_map(|channel| &channel.quiet) {
            if let Some(Node::Attribute(n)) = zone.and_then(|zone| plan.nodes.get(bare(plan, zone)))
                && let Some(place) = base.attributes.get_mut(*n as usize)
            {
                *place = Value::Text(model.zone.name().into());
            }
        }
        let key = match model.subject.attributes.get(model.subject.key).map(|field| &field.ty.base) {
            Some(Base::Text) | None => Value::Text(KEY.into()),
            Some(_) => base.attributes.get(model.subject.key).cloned().unwrap_or_default(),
        };
        if let Some(place) = base.attributes.get_mut(model.subject.key) {
            *place = key;
        }
        base.key = base
            .attributes
            .get(model.subject.key)
            .and_then(|key| casewise_core::input::subject::key_text(model, key))
            .unwrap_or_else(|| KEY.into());
        let mut counts = mentioned.counts.clone();
        counts.extend([1, 1, 2, 3]);
        Material { now, attributes, context, fields, counts, base }
    }

    /// A subject of which everything is as plain as can be.
    pub(crate) fn base(&self) -> &Subject {
        &self.base
    }

    /// Any subject.
    pub(crate) fn any(&self, plan: &Plan, random: &mut Random) -> Subject {
        let mut subject = self.base.clone();
        for n in (0..self.attributes.len()).filter(|n| *n != plan.model.subject.key) {
            self.change(plan, &mut subject, Source::Attribute(n), random);
        }
        for n in 0..self.context.len() {
            self.change(plan, &mut subject, Source::Context(n), random);
        }
        for n in 0..self.fields.len() {
            // Contacts close cases; mostly there are none.
            let often = if n + 1 == self.fields.len() { 10 } else { 60 };
            while random.chance(often) {
                self.change(plan, &mut subject, Source::Table(n), random);
            }
        }
        for n in 0..subject.lists.len() {
            if random.chance(20) {
                self.change(plan, &mut subject, Source::List(n), random);
            }
        }
        subject
    }

    /// Gives one input another value.
    pub(crate) fn change(&self, plan: &Plan, subject: &mut Subject, source: Source, random: &mut Random) {
        match source {
            Source::Attribute(n) if n == plan.model.subject.key => {}
            Source::Attribute(n) => {
                if let (Some(place), Some(of)) = (subject.attributes.get_mut(n), self.attributes.get(n)) {
                    another(place, of, random);
                }
            }
            Source::Context(n) => {
                if let (Some(place), Some(of)) =
                    (subject.context.as_mut().and_then(|context| context.get_mut(n)), self.context.get(n))
                {
                    another(place, of, random);
                }
            }
            Source::List(n) => {
                if let Some(place) = subject.lists.get_mut(n) {
                    *place = Some(*place != Some(true));
                }
            }
            Source::Table(n) => self.change_records(plan, subject, n, random),
        }
    }

    fn change_records(&self, plan: &Plan, subject: &mut Subject, n: usize, random: &mut Random) {
        let (Some(Some(rows)), Some(fields), Some(table)) =
            (subject.tables.get_mut(n), self.fields.get(n), plan.model.tables.get(n))
        else {
            return;
        };
        let mut records: Vec<Box<[Value]>> = rows.iter().map(Box::from).collect();
        match random.below(5) {
            0 if !records.is_empty() => {
                records.swap_remove(random.below(records.len()));
            }
            1 if records.len() > 3 => records.clear(),
            2 if !records.is_empty() => {
                let at = random.below(records.len());
                let field = random.below(fields.len());
                if let (Some(place), Some(of)) =
                    (records.get_mut(at).and_then(|record| record.get_mut(field)), fields.get(field))
                {
                    another(place, of, random);
                }
            }
            _ => {
                let prototype: Vec<Value> =
                    fields.iter().map(|of| random.pick(of).cloned().unwrap_or_default()).collect();
                let copies = random.pick(&self.counts).copied().unwrap_or(1).clamp(1, MOST_COPIES);
                for copy in 0..copies {
                    let mut record = prototype.clone();
                    // On different days, all of them close to the first.
                    let back = i64::try_from(copy).unwrap_or(0);
                    match (table.kind, record.first_mut()) {
                        (TableKind::Events, Some(Value::Time(at))) => {
                            *at = if random.chance(70) {
                                Time((self.now.0 - MINUTE).min(at.0).saturating_sub(back * DAY / 2))
                            } else {
                                Time(at.0.saturating_sub(back * MINUTE))
                            };
                        }
                        (TableKind::DatedEvents, Some(Value::Date(at))) => {
                            *at = at.plus_days(-back).unwrap_or(*at);
                        }
                        _ => {}
                    }
                    records.push(record.into());
                }
            }
        }
        records.truncate(MOST);
        *rows = match table.kind {
            TableKind::Rows => Rows::rows(records),
            TableKind::Events | TableKind::DatedEvents => Rows::events(records),
        };
    }
}

/// Another of the candidates; of a set, one element more or less.
fn another(place: &mut Value, of: &[Value], random: &mut Random) {
    if let Value::Set(elements) = &*place
        && random.chance(70)
        && let Some(Value::Set(all)) = of.iter().rev().find(|value| matches!(value, Value::Set(_)))
        && let Some(element) = random.pick(all)
    {
        let mut elements = elements.to_vec();
        match elements.iter().position(|known| known == element) {
            Some(known) => drop(elements.remove(known)),
            None => elements.push(element.clone()),
        }
        *place = Value::set(elements);
    } else if let Some(value) = random.pick(of) {
        *place = value.clone();
    }
}

/// The constants of a plan, by the slot that they are compared with.
#[derive(Default)]
struct Mentioned {
    beside: FxHashMap<Slot, Vec<Value>>,
    numbers: Vec<Value>,
    lengths: Vec<Value>,
    counts: Vec<usize>,
}

impl Mentioned {
    fn of(plan: &Plan) -> Mentioned {
        let mut mentioned = Mentioned::default();
        let mut counts = FxHashSet::default();
        let constant = |slot: &Slot| plan.nodes.constant(*slot).cloned();
        for node in plan.nodes.iter() {
            match node {
                Node::Constant(value) => match &value.0 {
                    Value::Int(_) | Value::Decimal(_) | Value::Float(_) => {
                        mentioned.numbers.push(value.0.clone())
                    }
                    Value::Duration(_) | Value::Period(_) => mentioned.lengths.push(value.0.clone()),
                    _ => {}
                },
                Node::Apply(_, args) => {
                    let constants: Vec<Value> = args.iter().filter_map(constant).collect();
                    for arg in args {
                        let of = bare(plan, *arg);
                        mentioned.beside.entry(of).or_default().extend(constants.iter().cloned());
                        if matches!(plan.nodes.get(of), Some(Node::Aggregate(_))) {
                            for value in &constants {
                                if let Value::Int(n) = value
                                    && let Ok(n) = usize::try_from(*n)
                                {
                                    counts.extend([n.saturating_sub(1), n, n.saturating_add(1)]);
                                }
                            }
                        }
                    }
                }
                Node::Select(select) => {
                    for (place, of) in select.of.iter().enumerate() {
                        let beside = mentioned.beside.entry(bare(plan, *of)).or_default();
                        for pattern in select.rows.iter().filter_map(|(patterns, _)| patterns.get(place)) {
                            match pattern {
                                PatternNode::Range { low, high } => beside
                                    .extend([low, high].into_iter().flatten().map(|(end, _)| end.0.clone())),
                                PatternNode::Values(values) => {
                                    beside.extend(values.iter().map(|v| v.0.clone()))
                                }
                                PatternNode::Missing | PatternNode::Any => {}
                            }
                        }
                    }
                }
                Node::CutScore { value, cuts, .. } => {
                    let beside = mentioned.beside.entry(bare(plan, *value)).or_default();
                    beside.extend(cuts.iter().map(|cut| cut.0.clone()));
                }
                Node::Aggregate(aggregate) => {
                    if let Some(WindowNode::Last(length)) = &aggregate.window {
                        mentioned.lengths.push(length.0.clone());
                    }
                }
                _ => {}
            }
        }
        mentioned.counts = counts.into_iter().filter(|n| (1..=MOST_COPIES).contains(n)).collect();
        mentioned.counts.sort_unstable();
        for list in [&mut mentioned.numbers, &mut mentioned.lengths] {
            list.sort_by(Value::total_cmp);
            list.dedup();
        }
        mentioned
    }

    /// Candidates of a field, the plainest first.
    fn values(&self, plan: &Plan, field: &Field, beside: &[Value], now: Time, today: Date) -> Vec<Value> {
        let base = &field.ty.base;
        let mut values = ordinary(plan, base, now, today);
        let mut own: Vec<Value> = beside
            .iter()
            .flat_map(|value| match value {
                Value::Set(elements) | Value::List(elements) => elements.to_vec(),
                value => vec![value.clone()],
            })
            .collect();
        own.sort_by(Value::total_cmp);
        own.dedup();
        match base {
            Base::Set(_) => {
                // The last has everything, so that elements can be drawn from it.
                let own: Vec<Value> = own.into_iter().filter(|v| !v.is_missing()).collect();
                values.extend(own.iter().map(|element| Value::set(vec![element.clone()])));
                let mut all: Vec<Value> = match values.get(1) {
                    Some(Value::Set(elements)) => elements.to_vec(),
                    _ => Vec::new(),
                };
                all.extend(own);
                values.push(Value::set(all));
            }
            Base::Text | Base::Case => {
                values.extend(own.into_iter().filter(|v| matches!(v, Value::Text(_))));
            }
            Base::Bool | Base::Enum(_) | Base::List(_) => {}
            Base::Int | Base::Decimal | Base::Float => {
                values.extend(own.iter().chain(&self.numbers).take(MOST).flat_map(|v| numbers(base, v)));
            }
            _ => {
                for value in own.iter().filter(|v| same_kind(base, v)) {
                    values.push(value.clone());
                    if let Some(place) = key(value) {
                        values.extend(value_at(base, place - 1));
                        values.extend(value_at(base, place + 1));
                    }
                }
            }
        }
        values.retain(|value| !value.is_missing());
        let mut seen = Vec::new();
        values.retain(|value| {
            let new = !seen.contains(value);
            if new {
                seen.push(value.clone());
            }
            new
        });
        values.truncate(2 * MOST);
        if field.ty.optional {
            values.push(Value::Missing);
        }
        values
    }

    /// When events may have happened.
    fn instants(&self, plan: &Plan, kind: TableKind, now: Time, today: Date) -> Vec<Value> {
        let mut found = Vec::new();
        let days = [1, 3, 6, 13, 20, 29, 45, 80, 170, 360, 700];
        match kind {
            TableKind::DatedEvents => {
                found.extend(days.iter().filter_map(|back| today.plus_days(-back)).map(Value::Date));
                for length in &self.lengths {
                    let start = casewise_core::plan::semantics::date_before(today, length);
                    found.extend(start.map(Value::Date));
                }
            }
            _ => {
                found.push(Value::Time(Time(now.0 - MINUTE)));
                found.extend(days.iter().map(|back| Value::Time(Time(now.0 - back * DAY))));
                for length in &self.lengths {
                    let start = casewise_core::plan::semantics::before(now, length, &plan.model.zone);
                    if let Some(start) = start {
                        found.extend([Value::Time(start), Value::Time(Time(start.0 - MINUTE))]);
                    }
                }
            }
        }
        found.truncate(MOST);
        found
    }
}

fn same_kind(base: &Base, value: &Value) -> bool {
    matches!(
        (base, value),
        (Base::Date, Value::Date(_))
            | (Base::Time, Value::Time(_))
            | (Base::Duration, Value::Duration(_))
            | (Base::Period, Value::Period(_))
    )
}

/// A number and its neighbours in a number type.
fn numbers(base: &Base, value: &Value) -> Vec<Value> {
    let decimal = match value {
        Value::Int(n) => Some(Decimal::from_i64(*n)),
        Value::Decimal(d) => Some(*d),
        Value::Float(x) => Decimal::parse(&Value::Float(*x).display_plain()).ok(),
        _ => None,
    };
    // Numbers beyond all use would only make witnesses hard to read.
    let Some(decimal) = decimal.filter(|d| d.to_f64().abs() < LARGEST) else { return Vec::new() };
    match base {
        Base::Int => [decimal.floor(), decimal.ceil()]
            .into_iter()
            .flatten()
            .filter_map(Decimal::to_i64_exact)
            .flat_map(|n| [Some(n), n.checked_sub(1), n.checked_add(1)])
            .flatten()
            .map(Value::Int)
            .collect(),
        Base::Decimal => {
            let step = Decimal::parse("0.01").ok();
            let beside = step.map(|step| [decimal.checked_sub(step), decimal.checked_add(step)]);
            let beside = beside.into_iter().flatten().flatten();
            std::iter::once(decimal).chain(beside).map(Value::Decimal).collect()
        }
        _ => {
            let x = decimal.to_f64();
            [x, x - 0.01, x + 0.01].into_iter().map(Value::float).collect()
        }
    }
}

/// Some values of a type that need no reason.
fn ordinary(plan: &Plan, base: &Base, now: Time, today: Date) -> Vec<Value> {
    match base {
        Base::Bool => vec![Value::Bool(false), Value::Bool(true)],
        Base::Int => [0, 1, 2, 3, 5, 10, 30, 100, 1_000, 100_000].into_iter().map(Value::Int).collect(),
        Base::Decimal => [0, 1, 10, 50, 100, 500, 1_000, 100_000]
            .into_iter()
            .map(|n| Value::Decimal(Decimal::from_i64(n)))
            .collect(),
        Base::Float => {
            [0.0, 0.1, 0.5, 0.9, 1.0, 10.0, 100.0, 1_000.0].into_iter().map(Value::Float).collect()
        }
        Base::Date => [
            400, 0, 1, 7, 15, 29, 31, 45, 60, 95, 185, 370, 740, 1_100, 3_700, 7_400, 14_000, -1, -10, -40,
            -200,
        ]
        .into_iter()
        .filter_map(|back: i64| today.plus_days(-back))
        .map(Value::Date)
        .collect(),
        Base::Time => [400, 0, 1, 2, 7, 29, 31, 60, 95, 185, 370, 740, -1, -10, -40]
            .into_iter()
            .map(|back: i64| Value::Time(Time(now.0 - back * DAY)))
            .collect(),
        Base::Duration => {
            [0, 1, 10, 30].into_iter().map(|days: i64| Value::Duration(Duration(days * DAY))).collect()
        }
        Base::Enum(id) => {
            let count = plan.model.enums.get(id.0 as usize).map_or(0, |of| of.labels.len());
            (0..u32::try_from(count).unwrap_or(0)).map(|n| Value::Label(Label(n))).collect()
        }
        Base::Text => vec![Value::Text("other".into())],
        Base::Case => Vec::new(),
        Base::Set(of) => vec![Value::set(Vec::new()), Value::set(ordinary(plan, of, now, today))],
        Base::Period | Base::List(_) => Vec::new(),
    }
}
