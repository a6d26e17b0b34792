//! When a decision is made, and what comes with it.

use std::fmt;

use casewise_core::input::{InputProblem, Layouts, Misfit, Part, Remaining, SubjectBuilder};
use casewise_core::model::{ListId, Model, TableId};
use casewise_core::values::{Moment, Time};
use serde::Serialize;

use crate::Error;
use crate::feed::{self, Feed};

/// When a decision is made, and what is supplied beside the subject.
///
/// Everything that serde can serialise will do: structs, maps, `serde_json` values, by value or by reference.
/// Context, events and lists that a model reads must be supplied; empty ones are fine, absent ones are refused.
///
/// # Examples
/// ```
/// use casewise::{Model, Request};
/// use serde::Serialize;
///
/// #[derive(Serialize)]
/// struct Customer { id: String }
/// #[derive(Serialize)]
/// struct Visit { touchpoint: &'static str }
/// #[derive(Serialize)]
/// struct Recharge { at: &'static str, amount: u32 }
///
/// let model = Model::from_text("shop.cw", r#"
///     model shop { language 1; timezone "Asia/Shanghai" }
///     customer { key id: text }
///     context { touchpoint: enum(counter, app) }
///     events recharge { amount: decimal }
///     list blocked
///     case gift {
///       for sum(recharge.amount over last 30 days) >= 100
///       require touchpoint == counter
///       exclude blocked
///     }
/// "#)?;
/// let recharges = [Recharge { at: "2026-11-01T09:30", amount: 120 }];
/// let request = Request::at("2026-11-22T10:00")
///     .context(Visit { touchpoint: "counter" })
///     .events("recharge", &recharges)
///     .list("blocked", ["c7", "c9"]);
/// let decision = model.decide(&Customer { id: "c1".into() }, &request)?;
/// assert_eq!(decision.offers().next().unwrap().case(), "gift");
/// # Ok::<(), casewise::Error>(())
/// ```
pub struct Request<'a> {
    now: String,
    decide: Option<String>,
    context: Option<Box<dyn Feed + 'a>>,
    tables: Vec<(String, Box<dyn Feed + 'a>)>,
    lists: Vec<(String, Listed<'a>)>,
    quotas: Vec<(String, i64)>,
    capacities: Vec<(String, i64)>,
    budgets: Vec<(String, String, String)>,
}

enum Listed<'a> {
    Keys(Box<dyn Feed + 'a>),
    Known(bool),
}

impl<'a> Request<'a> {
    /// A decision at this instant: RFC 3339, or a date or local time in the model's zone.
    ///
    /// ```
    /// # use casewise::{Model, Request};
    /// # let model = Model::from_text("m.cw", "model m { language 1; timezone \"Asia/Shanghai\" } customer { key id: text }")?;
    /// # let customer = std::collections::BTreeMap::from([("id", "c1")]);
    /// let decision = model.decide(&customer, &Request::at("2026-11-22T10:00"))?;
    /// assert_eq!(decision.now(), "2026-11-22T02:00:00Z");
    /// # Ok::<(), casewise::Error>(())
    /// ```
    pub fn at(now: impl Into<String>) -> Request<'a> {
        Request {
            now: now.into(),
            decide: None,
            context: None,
            tables: Vec::new(),
            lists: Vec::new(),
            quotas: Vec::new(),
            capacities: Vec::new(),
            budgets: Vec::new(),
        }
    }

    /// What the request brings: a record of the fields that the model's `context` declares.
    /// See [`Request`].
    #[must_use]
    pub fn context(mut self, context: impl Serialize + 'a) -> Request<'a> {
        self.context = Some(Box::new(context));
        self
    }

    /// The subject's events or rows of one table: a sequence of records, in any order. Past contacts are
    /// the events `contact`. See [`Request`].
    #[must_use]
    pub fn events(mut self, table: impl Into<String>, records: impl Serialize + 'a) -> Request<'a> {
        self.tables.push((table.into(), Box::new(records)));
        self
    }

    /// A list: the keys that are in it. See [`Request`].
    #[must_use]
    pub fn list(mut self, list: impl Into<String>, keys: impl Serialize + 'a) -> Request<'a> {
        self.lists.push((list.into(), Listed::Keys(Box::new(keys))));
        self
    }

    /// Whether this subject is in a list, for who has looked it up already.
    ///
    /// ```
    /// # use casewise::{Model, Request};
    /// let model = Model::from_text("m.cw", r"
    ///     model m { language 1 } customer { key id: text } list blocked
    ///     case gift { exclude blocked }
    /// ")?;
    /// let customer = std::collections::BTreeMap::from([("id", "c1")]);
    /// let decision = model.decide(&customer, &Request::at("2026-11-22").listed("blocked", true))?;
    /// assert_eq!(decision.offers().len(), 0);
    /// # Ok::<(), casewise::Error>(())
    /// ```
    #[must_use]
    pub fn listed(mut self, list: impl Into<String>, contained: bool) -> Request<'a> {
        self.lists.push((list.into(), Listed::Known(contained)));
        self
    }

    /// Takes the `decide` of this name, instead of the first whose `when` holds.
    ///
    /// ```
    /// # use casewise::{Model, Request};
    /// let model = Model::from_text("m.cw", r"
    ///     model m { language 1 } customer { key id: text }
    ///     case a { priority 1 }
    ///     case b { priority 2 }
    ///     decide { top 1 }
    /// ")?;
    /// let customer = std::collections::BTreeMap::from([("id", "c1")]);
    /// assert!(model.decide(&customer, &Request::at("2026-11-22").decide("inbound")).unwrap_err().is_request());
    /// # Ok::<(), casewise::Error>(())
    /// ```
    #[must_use]
    pub fn decide(mut self, name: impl Into<String>) -> Request<'a> {
        self.decide = Some(name.into());
        self
    }

    /// How many units of a case's quota are left. Without it nothing limits the case.
    ///
    /// ```
    /// # use casewise::{Model, Request};
    /// let model = Model::from_text("m.cw", r"
    ///     model m { language 1 } customer { key id: text }
    ///     case gift { quota 100 }
    /// ")?;
    /// let customer = std::collections::BTreeMap::from([("id", "c1")]);
    /// let decision = model.decide(&customer, &Request::at("2026-11-22").remaining_quota("gift", 0))?;
    /// assert_eq!(decision.case("gift").unwrap().by(), Some("quota"));
    /// # Ok::<(), casewise::Error>(())
    /// ```
    #[must_use]
    pub fn remaining_quota(mut self, case: impl Into<String>, units: i64) -> Request<'a> {
        self.quotas.push((case.into(), units));
        self
    }

    /// How many contacts of a channel's capacity are left. Without it nothing limits the channel.
    ///
    /// ```
    /// # use casewise::Request;
    /// let request = Request::at("2026-11-22").remaining_capacity("sms", 50_000);
    /// # let _ = request;
    /// ```
    #[must_use]
    pub fn remaining_capacity(mut self, channel: impl Into<String>, contacts: i64) -> Request<'a> {
        self.capacities.push((channel.into(), contacts));
        self
    }

    /// How much of a case's budget of a property is left, as a number or its decimal text.
    ///
    /// ```
    /// # use casewise::Request;
    /// let request = Request::at("2026-11-22").remaining_budget("gift", "cost", "1250.50");
    /// # let _ = request;
    /// ```
    #[must_use]
    pub fn remaining_budget(
        mut self,
        case: impl Into<String>,
        property: impl Into<String>,
        amount: impl ToString,
    ) -> Request<'a> {
        self.budgets.push((case.into(), property.into(), amount.to_string()));
        self
    }

    /// The part that is the same for every subject.
    pub(crate) fn resolve(&self, model: &Model) -> Result<casewise_core::input::Request, Error> {
        Ok(casewise_core::input::Request {
            now: self.instant(model)?,
            decide: self.decide.as_deref().map(|name| decide_named(model, name)).transpose()?,
            remaining: self.remaining(model)?,
        })
    }

    fn instant(&self, model: &Model) -> Result<Time, Error> {
        let time = Moment::parse(&self.now).and_then(|moment| moment.in_zone(&model.zone));
        time.ok_or_else(|| {
            let shown = casewise_core::input::problem::quote(&self.now);
            let expected =
                "expected a time such as 2026-11-22T10:00+08:00, or a date or local time in the model's zone";
            Error::request(format!("`now` is not an instant: {expected}, got {shown}"))
        })
    }

    fn remaining(&self, model: &Model) -> Result<Remaining, Error> {
        let case = |name: &str| position("case", name, model.cases.iter().map(|c| &*c.name));
        let channel = |name: &str| position("channel", name, model.channels.iter().map(|c| &*c.name));
        let property = |name: &str| position("property", name, model.properties.iter().map(|p| &*p.name));
        let mut remaining = Remaining::default();
        for (name, units) in &self.quotas {
            remaining.quota.push((case(name)?, *units));
        }
        for (name, contacts) in &self.capacities {
            remaining.capacity.push((channel(name)?, *contacts));
        }
        for (name, of, amount) in &self.budgets {
            let (index, of_index) = (case(name)?, property(of)?);
            let amount = casewise_core::values::Decimal::parse(amount).map_err(|_| {
                let shown = casewise_core::input::problem::quote(amount);
                Error::request(format!(
                    "what remains of `{of}` for `{name}`: expected a decimal such as 1250.50, got {shown}"
                ))
            })?;
            remaining.budget.push((index, of_index, casewise_core::values::Value::Decimal(amount)));
        }
        Ok(remaining)
    }

    /// The context for every row of a batch; events and lists do not come with a batch's request.
    #[cfg(feature = "columns")]
    pub(crate) fn context_values(
        &self,
        layouts: &Layouts,
    ) -> Result<Option<Vec<casewise_core::values::Value>>, Error> {
        if !self.tables.is_empty() || !self.lists.is_empty() {
            return Err(Error::request(
                "events and lists of a batch come with its inputs, not with the request",
            ));
        }
        let Some(context) = &self.context else { return Ok(None) };
        let values = feed::record(&layouts.context, &**context).map_err(|(attribute, misfit)| {
            Error::input(InputProblem { key: None, part: Part::Context, attribute, misfit })
        });
        values.map(Some)
    }

    /// Supplies a subject with what comes with this request.
    pub(crate) fn supply(
        &self,
        builder: &mut SubjectBuilder<'_>,
        model: &Model,
        layouts: &Layouts,
    ) -> Result<(), Error> {
        let key = builder.key().clone();
        let refuse = |part, attribute, misfit| {
            Err(Error::input(InputProblem { key: Some(key.clone()), part, attribute, misfit }))
        };
        if let Some(context) = &self.context {
            match feed::record(&layouts.context, &**context) {
                Ok(values) => builder.context(values),
                Err((attribute, misfit)) => return refuse(Part::Context, attribute, misfit),
            }
        }
        for (name, records) in &self.tables {
            let index = position("events", name, model.tables.iter().map(|t| &*t.name))?;
            let (Some(layout), Some(table)) = (layouts.tables.get(index), model.tables.get(index)) else {
                continue;
            };
            match records.records(layout) {
                Ok(records) => builder.table(TableId(index), records),
                Err(misfit) => {
                    return refuse(Part::Table(table.name.clone(), misfit.row), misfit.field, misfit.misfit);
                }
            }
        }
        for (name, listed) in &self.lists {
            let index = position("list", name, model.lists.iter().map(|l| &*l.name))?;
            let contained = match listed {
                Listed::Known(contained) => *contained,
                Listed::Keys(keys) => match contains(&**keys, &key, model, layouts) {
                    Ok(contained) => contained,
                    Err(misfit) => return refuse(Part::List(name.as_str().into()), None, misfit),
                },
            };
            builder.list(ListId(index), contained);
        }
        Ok(())
    }
}

/// Whether a sequence of keys has this one.
fn contains(keys: &dyn Feed, key: &str, model: &Model, layouts: &Layouts) -> Result<bool, Misfit> {
    let Some(field) = layouts.subject.fields().get(layouts.key) else { return Ok(false) };
    let mut found = false;
    keys.each(field, &mut |value| {
        found |= casewise_core::input::subject::key_text(model, &value).as_deref() == Some(key);
    })
    .map_err(|(place, misfit)| match place {
        None => misfit,
        Some(place) => {
            let value = misfit.value.as_deref().unwrap_or("nothing");
            Misfit { value: Some(format!("{value} as key number {}", place + 1)), ..misfit }
        }
    })?;
    Ok(found)
}

fn decide_named(model: &Model, name: &str) -> Result<usize, Error> {
    let found = model.decides.iter().position(|d| d.name.as_deref() == Some(name));
    found
        .ok_or_else(|| Error::unknown("decide", name, model.decides.iter().filter_map(|d| d.name.as_deref())))
}

/// The place of a name among those declared.
pub(crate) fn position<'c>(
    kind: &str,
    name: &str,
    known: impl Iterator<Item = &'c str> + Clone,
) -> Result<usize, Error> {
    known.clone().position(|known| known == name).ok_or_else(|| Error::unknown(kind, name, known))
}

impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |tables: &[(String, Box<dyn Feed + '_>)]| -> Vec<String> {
            tables.iter().map(|(name, _)| name.clone()).collect()
        };
        f.debug_struct("Request")
            .field("now", &self.now)
            .field("decide", &self.decide)
            .field("context", &self.context.is_some())
            .field("events", &names(&self.tables))
            .field("lists", &self.lists.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("quotas", &self.quotas)
            .field("capacities", &self.capacities)
            .field("budgets", &self.budgets)
            .finish()
    }
}
