//! A subject and its request, read once; and written again.

use std::sync::Arc;

use casewise_core::input::{Layout, Remaining};
use casewise_core::model::{Base, Field, Model};
use casewise_core::row::plain::plain;
use casewise_core::row::report::{Plain, Record};
use casewise_core::values::Value;

use crate::json;

/// A subject and its request, read once. See [`Model::prepare`](crate::Model::prepare).
#[derive(Debug, Clone)]
pub struct Prepared {
    pub(crate) model: crate::Model,
    pub(crate) subject: Arc<casewise_core::input::Subject>,
    pub(crate) request: casewise_core::input::Request,
}

impl Prepared {
    /// The subject's key, as text. See [`Model::prepare`](crate::Model::prepare).
    pub fn key(&self) -> &str {
        &self.subject.key
    }

    /// What was read, as the input that [`json::prepare`](crate::json::prepare) reads: it decides the same again. A list is
    /// whether this subject is in it.
    ///
    /// ```
    /// # use casewise::{Model, Request};
    /// let model = Model::from_text("m.cw", "model m { language 1 } customer { key id: text; age: int? } list blocked")?;
    /// let customer = std::collections::BTreeMap::from([("id", "c1"), ("age", "30")]);
    /// let prepared = model.prepare(&customer, &Request::at("2026-11-22").list("blocked", ["c1", "c9"]))?;
    /// assert_eq!(prepared.to_json(), r#"{"now":"2026-11-22T00:00:00Z","customer":{"id":"c1","age":30},"lists":{"blocked":true}}"#);
    ///
    /// let again = casewise::json::prepare(&model, &prepared.to_json())?;
    /// assert_eq!(model.decide_prepared(&again)?.to_json(), model.decide_prepared(&prepared)?.to_json());
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn to_json(&self) -> String {
        let Prepared { model, subject, request } = self;
        let (model, layouts) = (model.checked(), model.layouts());
        let text = |name: &Arc<str>| Plain::Text(Arc::clone(name));
        let mut parts = vec![
            (Arc::from("now"), Plain::Text(request.now.to_string().into())),
            (
                Arc::clone(&model.subject.name),
                record(model, &model.subject.attributes, &layouts.subject, &subject.attributes),
            ),
        ];
        if let Some(context) = &subject.context {
            parts.push(("context".into(), record(model, &model.context, &layouts.context, context)));
        }
        let tables = model.tables.iter().zip(&layouts.tables).zip(&subject.tables);
        let events = tables.filter_map(|((table, layout), rows)| {
            let rows = rows.as_ref()?.iter().map(|row| record(model, &table.fields, layout, row));
            Some((Arc::clone(&table.name), Plain::List(rows.collect())))
        });
        let lists = model.lists.iter().zip(&subject.lists);
        let lists = lists.filter_map(|(list, known)| Some((Arc::clone(&list.name), Plain::Bool((*known)?))));
        let named = request.decide.and_then(|decide| model.decides.get(decide)?.name.as_ref());
        let optional = [
            ("events", Plain::Record(Record(events.collect()))),
            ("lists", Plain::Record(Record(lists.collect()))),
            ("remaining", left(model, &request.remaining)),
            ("decide", named.map_or(Plain::Null, text)),
        ];
        let given = |part: &Plain| !matches!(part, Plain::Null) && *part != Plain::Record(Record::default());
        parts.extend(
            optional.into_iter().filter(|(_, part)| given(part)).map(|(name, part)| (name.into(), part)),
        );
        json::write(&Record(parts))
    }
}

/// A record in the words of the data, without what is missing.
fn record(model: &Model, fields: &[Field], layout: &Layout, values: &[Value]) -> Plain {
    let given = fields.iter().zip(values).enumerate().filter(|(_, (_, value))| **value != Value::Missing);
    let written = given.map(|(index, (field, value))| {
        let column = layout.column(index).unwrap_or(&field.name);
        (Arc::clone(column), in_words(model, &field.ty.base, field, value))
    });
    Plain::Record(Record(written.collect()))
}

/// A value as the data writes it, whose words for truths and labels may differ from the model's.
fn in_words(model: &Model, base: &Base, field: &Field, value: &Value) -> Plain {
    match (value, base) {
        (Value::Set(elements), Base::Set(of)) => {
            Plain::List(elements.iter().map(|element| in_words(model, of, field, element)).collect())
        }
        (Value::Bool(truth), _) => match &field.bool_words {
            Some((yes, no)) => Plain::Text(Arc::clone(if *truth { yes } else { no })),
            None => Plain::Bool(*truth),
        },
        (Value::Label(label), Base::Enum(id)) => {
            let of = model.enums.get(id.0 as usize).and_then(|of| of.labels.get(label.0 as usize));
            match of.and_then(|label| label.foreign.as_ref()) {
                Some(foreign) => Plain::Text(Arc::clone(foreign)),
                None => plain(model, base, value),
            }
        }
        _ => plain(model, base, value),
    }
}

/// What remains, as [`json::remaining`] reads it.
fn left(model: &Model, remaining: &Remaining) -> Plain {
    let case = |index: usize| model.cases.get(index).map(|case| Arc::clone(&case.name));
    let channel = |index: usize| model.channels.get(index).map(|channel| Arc::clone(&channel.name));
    let quota = remaining.quota.iter().filter_map(|(of, units)| Some((case(*of)?, Plain::Int(*units))));
    let capacity =
        remaining.capacity.iter().filter_map(|(of, contacts)| Some((channel(*of)?, Plain::Int(*contacts))));
    let mut budget: Vec<(Arc<str>, Plain)> = Vec::new();
    for (of, property, amount) in &remaining.budget {
        let (Some(of), Some(property)) = (case(*of), model.properties.get(*property)) else { continue };
        let amount = (Arc::clone(&property.name), plain(model, &Base::Decimal, amount));
        match budget.iter_mut().find(|(name, _)| *name == of) {
            Some((_, Plain::Record(amounts))) => amounts.0.push(amount),
            _ => budget.push((of, Plain::Record(Record(vec![amount])))),
        }
    }
    let parts = [("quota", quota.collect()), ("capacity", capacity.collect()), ("budget", budget)];
    let given = parts.into_iter().filter(|(_, part): &(_, Vec<_>)| !part.is_empty());
    Plain::Record(Record(given.map(|(name, part)| (name.into(), Plain::Record(Record(part)))).collect()))
}
