//! What a caller must supply, and what is refused where it was not.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::input::Subject;
use crate::model::{Field, TableKind, contact_fields, unit_micros};
use crate::plan::layout::{Needs, case_roots, reachable, reads_contacts};
use crate::plan::node::{AggregateNode, WindowNode};
use crate::plan::{ContactRulePlan, Node, Plan, Slot};
use crate::syntax::ast::Unit;
use crate::values::{Duration, Period, Value};

use super::plain::type_name;

/// What the model uses and was not supplied: taking it as empty could open a gate.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refusal {
    /// The context.
    pub context: bool,
    /// Names of events and rows.
    pub tables: Vec<Arc<str>>,
    /// Names of lists.
    pub lists: Vec<Arc<str>>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        parts.extend(self.tables.iter().map(|name| format!("events or rows `{name}`")));
        parts.extend(self.lists.iter().map(|name| format!("list `{name}`")));
        parts.extend(self.context.then(|| "the context".to_owned()));
        let (is, it) =
            if parts.len() == 1 && self.tables.is_empty() { ("is", "it") } else { ("are", "them") };
        write!(
            f,
            "{} {is} used by the model and not supplied: supply {it}, empty if there is nothing",
            parts.join(", ")
        )
    }
}

impl std::error::Error for Refusal {}

/// What a caller must supply.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Requirements {
    /// The key attribute; event files and lists carry it too.
    pub key: Arc<str>,
    /// Every attribute declared.
    pub attributes: Vec<InputRequirement>,
    /// Every field of the context declared.
    pub context: Vec<InputRequirement>,
    /// Tables used.
    pub tables: Vec<TableRequirement>,
    /// Lists used.
    pub lists: Vec<ListRequirement>,
    /// Numbers that may be given; without them there is no limit.
    pub remaining: Vec<RemainingRequirement>,
}

/// An attribute, or a field of the context or of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InputRequirement {
    /// Its name in the model.
    pub name: Arc<str>,
    /// Its column in the data.
    pub column: Arc<str>,
    /// As the model writes it.
    #[serde(rename = "type")]
    pub ty: Arc<str>,
    /// A row without it is rejected.
    pub required: bool,
    /// What reads it: names of cases, and `let`, `score`, `segment`, `gate` or `decide` with a name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub used_by: Vec<Arc<str>>,
}

/// Events or rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TableRequirement {
    /// Its name.
    pub name: Arc<str>,
    /// `events`, `dated events` or `rows`.
    pub kind: &'static str,
    /// The fields that are read, `at` too.
    pub fields: Vec<InputRequirement>,
    /// How far back it is read: a length, or `all`; none of rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub look_back: Option<String>,
    /// What reads it.
    pub used_by: Vec<Arc<str>>,
}

/// A list of keys.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ListRequirement {
    /// Its name.
    pub name: Arc<str>,
    /// What reads it.
    pub used_by: Vec<Arc<str>>,
}

/// A number that bounds offers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RemainingRequirement {
    /// `quota`, `capacity` or `budget`.
    pub kind: &'static str,
    /// The case, or the channel.
    pub of: Arc<str>,
    /// Of a budget: the property.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub property: Option<Arc<str>>,
}

/// How far back a table is read.
#[derive(Debug, Clone, PartialEq, Default)]
enum LookBack {
    #[default]
    Nothing,
    Length(Value),
    All,
}

impl LookBack {
    /// About how many microseconds; months as long as they can be.
    fn micros(&self) -> i64 {
        let month = 31 * unit_micros(Unit::Day).unwrap_or_default();
        match self {
            LookBack::Nothing => 0,
            LookBack::Length(Value::Duration(d)) => d.0,
            LookBack::Length(Value::Period(p)) => month.saturating_mul(p.0.into()),
            LookBack::Length(_) | LookBack::All => i64::MAX,
        }
    }

    fn widen(&mut self, other: LookBack) {
        if other.micros() > self.micros() {
            *self = other;
        }
    }

    fn of(window: Option<&WindowNode>) -> LookBack {
        let days = |n: i64| unit_micros(Unit::Day).map(|day| Value::Duration(Duration(n * day)));
        let this = |unit| match unit {
            Unit::Week => days(7),
            Unit::Month => Some(Value::Period(Period(1))),
            Unit::Year => Some(Value::Period(Period(12))),
            Unit::Minute | Unit::Hour | Unit::Day => days(1),
        };
        match window {
            Some(WindowNode::Last(length)) => LookBack::Length(length.0.clone()),
            Some(WindowNode::This(unit)) => this(*unit).map_or(LookBack::All, LookBack::Length),
            None => LookBack::All,
        }
    }

    fn text(&self) -> String {
        match self {
            LookBack::Length(length) => length.display_plain(),
            LookBack::Nothing | LookBack::All => "all".to_owned(),
        }
    }
}

/// Who reads what.
#[derive(Debug, Default)]
struct Uses {
    attributes: BTreeMap<usize, Vec<Arc<str>>>,
    context: BTreeMap<usize, Vec<Arc<str>>>,
    lists: BTreeMap<usize, Vec<Arc<str>>>,
    tables: BTreeMap<usize, TableUse>,
}

#[derive(Debug, Default)]
struct TableUse {
    look_back: LookBack,
    fields: BTreeMap<usize, Vec<Arc<str>>>,
    used_by: Vec<Arc<str>>,
}

fn note(names: &mut Vec<Arc<str>>, who: &Arc<str>) {
    if names.last() != Some(who) {
        names.push(who.clone());
    }
}

impl Uses {
    fn add(&mut self, plan: &Plan, who: &Arc<str>, roots: impl IntoIterator<Item = Slot>) {
        reachable(plan, roots, |_, node| match node {
            Node::Attribute(n) => note(self.attributes.entry(*n as usize).or_default(), who),
            Node::Context(n) => note(self.context.entry(*n as usize).or_default(), who),
            Node::InList(n) => {
                note(self.lists.entry(*n as usize).or_default(), who);
                // Whether a key is in a list is told by the key.
                note(self.attributes.entry(plan.model.subject.key).or_default(), who);
            }
            Node::Field(table, n) => {
                let table = self.tables.entry(table.0).or_default();
                note(table.fields.entry(*n as usize).or_default(), who);
            }
            Node::Aggregate(aggregate) => self.aggregate(aggregate, who),
            _ => {}
        });
    }

    fn aggregate(&mut self, aggregate: &AggregateNode, who: &Arc<str>) {
        let then = aggregate.then.as_ref().map(|then| (then.table, then.kind));
        for (table, kind) in [(aggregate.table, aggregate.kind)].into_iter().chain(then) {
            let table = self.tables.entry(table.0).or_default();
            note(&mut table.used_by, who);
            if kind != TableKind::Rows {
                table.look_back.widen(LookBack::of(aggregate.window.as_ref()));
                note(table.fields.entry(0).or_default(), who);
            }
        }
    }

    /// The contact policy reads contacts.
    fn policy(&mut self, plan: &Plan, who: &Arc<str>) {
        let Some(contact) = plan.model.tables.len().checked_sub(1) else { return };
        let table = self.tables.entry(contact).or_default();
        note(&mut table.used_by, who);
        for rule in &plan.contacts {
            table.look_back.widen(match rule {
                ContactRulePlan::Cap { window: length, .. } | ContactRulePlan::Pause { length, .. } => {
                    LookBack::Length(length.clone())
                }
                // The last of these can be as old as they like.
                ContactRulePlan::PauseWithout { .. } => LookBack::All,
            });
        }
        use contact_fields::{AT, CASE, CHANNEL, COUNTED, GROUP, OUTCOME};
        for field in [AT, CASE, CHANNEL, GROUP, OUTCOME, COUNTED] {
            note(table.fields.entry(field).or_default(), who);
        }
    }
}

impl Plan {
    /// What the model uses and the subject does not bring: with it, nothing may be decided.
    pub fn refusal(&self, subject: &Subject) -> Option<Refusal> {
        self.refusal_of(&self.layout.needs, subject)
    }

    /// Which of these the subject does not bring.
    pub fn refusal_of(&self, needs: &Needs, subject: &Subject) -> Option<Refusal> {
        let refusal = Refusal {
            context: needs.context && subject.context.is_none(),
            tables: needs
                .tables
                .iter()
                .filter(|id| subject.tables.get(id.0).is_none_or(Option::is_none))
                .filter_map(|id| self.model.tables.get(id.0).map(|table| table.name.clone()))
                .collect(),
            lists: needs
                .lists
                .iter()
                .filter(|id| subject.lists.get(id.0).is_none_or(Option::is_none))
                .filter_map(|id| self.model.lists.get(id.0).map(|list| list.name.clone()))
                .collect(),
        };
        (refusal != Refusal::default()).then_some(refusal)
    }

    /// What a caller must supply.
    pub fn requirements(&self) -> Requirements {
        let model = &self.model;
        let mut uses = Uses::default();
        for id in self.layout.walked.iter().copied() {
            let Some(case) = model.cases.get(id.0) else { continue };
            uses.add(self, &case.name, case_roots(self, id));
            if reads_contacts(self, id) {
                uses.policy(self, &case.name);
            }
        }
        let named = |word: &str, name: &str| Arc::from(format!("{word} {name}").trim_end());
        for (decide, planned) in model.decides.iter().zip(&self.decides) {
            let who = named("decide", decide.name.as_deref().unwrap_or_default());
            uses.add(self, &who, planned.when);
        }
        for (declared, slot) in model.lets.iter().zip(&self.lets) {
            uses.add(self, &named("let", &declared.name), [*slot]);
        }
        for (declared, parts) in model.scores.iter().zip(&self.scores) {
            uses.add(self, &named("score", &declared.name), parts.iter().map(|(_, slot)| *slot));
        }
        for (declared, slot) in model.segments.iter().zip(&self.segments) {
            uses.add(self, &named("segment", &declared.name), [*slot]);
        }
        for (declared, slot) in model.gates.iter().zip(&self.gates) {
            uses.add(self, &named("gate", &declared.name), [*slot]);
        }
        let table = |(n, used): (&usize, &TableUse)| {
            let declared = model.tables.get(*n)?;
            let field = |(n, names): (&usize, &Vec<Arc<str>>)| {
                declared.fields.get(*n).map(|field| self.input(field, names.clone()))
            };
            Some(TableRequirement {
                name: declared.name.clone(),
                kind: match declared.kind {
                    TableKind::Events => "events",
                    TableKind::DatedEvents => "dated events",
                    TableKind::Rows => "rows",
                },
                fields: used.fields.iter().filter_map(field).collect(),
                look_back: (declared.kind != TableKind::Rows).then(|| used.look_back.text()),
                used_by: used.used_by.clone(),
            })
        };
        let inputs = |fields: &[Field], used: &BTreeMap<usize, Vec<Arc<str>>>| -> Vec<InputRequirement> {
            let names = |n: usize| used.get(&n).cloned().unwrap_or_default();
            fields.iter().enumerate().map(|(n, field)| self.input(field, names(n))).collect()
        };
        Requirements {
            key: model.subject.attributes.get(model.subject.key).map(|f| f.name.clone()).unwrap_or_default(),
            attributes: inputs(&model.subject.attributes, &uses.attributes),
            context: inputs(&model.context, &uses.context),
            tables: uses.tables.iter().filter_map(table).collect(),
            lists: uses
                .lists
                .iter()
                .filter_map(|(n, used_by)| {
                    let name = model.lists.get(*n)?.name.clone();
                    Some(ListRequirement { name, used_by: used_by.clone() })
                })
                .collect(),
            remaining: self.numbers(),
        }
    }

    fn input(&self, field: &Field, used_by: Vec<Arc<str>>) -> InputRequirement {
        InputRequirement {
            name: field.name.clone(),
            column: field.from.clone().unwrap_or_else(|| field.name.clone()),
            ty: type_name(&self.model, &field.ty),
            required: !field.ty.optional,
            used_by,
        }
    }

    /// The numbers that may be given.
    fn numbers(&self) -> Vec<RemainingRequirement> {
        let mut numbers = Vec::new();
        for id in self.layout.walked.iter().copied() {
            let (Some(case), Some(planned)) = (self.model.cases.get(id.0), self.cases.get(id.0)) else {
                continue;
            };
            let of = || case.name.clone();
            numbers.extend(planned.quota.map(|_| RemainingRequirement {
                kind: "quota",
                of: of(),
                property: None,
            }));
            numbers.extend(planned.budgets.iter().map(|(_, property)| RemainingRequirement {
                kind: "budget",
                of: of(),
                property: self.model.properties.get(property.0).map(|p| p.name.clone()),
            }));
        }
        let channels = self.model.channels.iter().zip(&self.channels);
        numbers.extend(channels.filter(|(_, planned)| planned.capacity.is_some()).map(|(channel, _)| {
            RemainingRequirement { kind: "capacity", of: channel.name.clone(), property: None }
        }));
        numbers
    }
}
