//! Values as reports show them: decimals, dates and times as text, labels by name.

use std::sync::Arc;

use crate::model::{Base, Model, Score, ScorePart, Type};
use crate::plan::{Plan, Slot};
use crate::values::Value;

use super::decision::Offered;
use super::report::{Plain, Record};

/// A value of a type, for people and other programs.
pub fn plain(model: &Model, base: &Base, value: &Value) -> Plain {
    match (value, base) {
        (Value::Missing, _) => Plain::Null,
        (Value::Bool(b), _) => Plain::Bool(*b),
        (Value::Int(n), _) => Plain::Int(*n),
        (Value::Float(x), _) => Plain::Float(*x),
        (Value::Text(text), _) => Plain::Text(text.clone()),
        (Value::Decimal(d), _) => Plain::Text(d.to_string().into()),
        (Value::Date(d), _) => Plain::Text(d.to_string().into()),
        (Value::Time(t), _) => Plain::Text(t.to_string().into()),
        (Value::Duration(d), _) => Plain::Text(d.to_string().into()),
        (Value::Period(p), _) => Plain::Text(p.to_string().into()),
        (Value::Label(label), base) => {
            let labels = match base {
                Base::Enum(id) => model.enums.get(id.0 as usize).map(|e| e.labels.as_slice()),
                _ => None,
            };
            let named = labels.and_then(|labels| labels.get(label.0 as usize));
            named.map_or(Plain::Int(label.0.into()), |label| Plain::Text(label.name.clone()))
        }
        (Value::Set(elements) | Value::List(elements), base) => {
            let of = match base {
                Base::Set(of) | Base::List(of) => of,
                other => other,
            };
            Plain::List(elements.iter().map(|element| plain(model, of, element)).collect())
        }
    }
}

/// A part of a score as reports show it.
pub fn part_plain(model: &Model, score: &Score, part: &ScorePart, value: &Value) -> Plain {
    let base = score.ty(part).map_or(Base::Float, |ty| ty.base);
    plain(model, &base, value)
}

/// The name of a part of a score, as it is written after the dot; empty for the score itself.
pub fn part_name(score: &Score, part: &ScorePart) -> &'static str {
    score.parts().into_iter().find(|(_, p, _)| p == part).map_or("", |(name, _, _)| name)
}

/// A truth as reports say it.
pub fn truth_name(truth: Option<bool>) -> &'static str {
    match truth {
        Some(true) => "true",
        Some(false) => "false",
        None => "unknown",
    }
}

/// A value in one line of text.
pub fn line(value: &Plain) -> String {
    match value {
        Plain::Null => "missing".to_owned(),
        Plain::Bool(b) => b.to_string(),
        Plain::Int(n) => n.to_string(),
        Plain::Float(x) => Value::Float(*x).display_plain(),
        Plain::Text(text) => text.to_string(),
        Plain::List(items) => format!("[{}]", items.iter().map(line).collect::<Vec<_>>().join(", ")),
        Plain::Record(fields) => {
            let fields: Vec<String> =
                fields.0.iter().map(|(name, value)| format!("{name} {}", line(value))).collect();
            fields.join(", ")
        }
    }
}

/// A type as the model writes it.
pub fn type_name(model: &Model, ty: &Type) -> Arc<str> {
    let optional = if ty.optional { "?" } else { "" };
    format!("{}{optional}", base_name(model, &ty.base)).into()
}

fn base_name(model: &Model, base: &Base) -> String {
    match base {
        Base::Bool => "bool".to_owned(),
        Base::Int => "int".to_owned(),
        Base::Float => "float".to_owned(),
        Base::Decimal => "decimal".to_owned(),
        Base::Text => "text".to_owned(),
        Base::Date => "date".to_owned(),
        Base::Time => "time".to_owned(),
        Base::Duration => "duration".to_owned(),
        Base::Period => "period".to_owned(),
        Base::Case => "case".to_owned(),
        Base::Set(of) => format!("set({})", base_name(model, of)),
        Base::List(of) => format!("[{}]", base_name(model, of)),
        Base::Enum(id) => {
            let Some(declared) = model.enums.get(id.0 as usize) else { return "enum".to_owned() };
            match &declared.name {
                Some(name) => name.to_string(),
                None => {
                    let labels: Vec<&str> = declared.labels.iter().map(|label| &*label.name).collect();
                    format!("enum({})", labels.join(", "))
                }
            }
        }
    }
}

/// The fields of an offer; a variant's replace the case's.
pub fn offer_fields(plan: &Plan, offered: &Offered, mut value: impl FnMut(Slot) -> Value) -> Record<Plain> {
    let model = &plan.model;
    let (case, planned) = (model.cases.get(offered.case.0), plan.cases.get(offered.case.0));
    let declared = case.and_then(|c| offered.variant.and_then(|n| c.variants.get(n)));
    let planned_variant = planned.and_then(|c| offered.variant.and_then(|n| c.variants.get(n)));
    let offer = declared.and_then(|v| v.offer.as_ref()).or(case.map(|c| &c.offer));
    let offer_plan = planned_variant.and_then(|v| v.offer.as_ref()).or(planned.map(|c| &c.offer));
    let written = offer.map(|o| o.on(offered.channel)).unwrap_or_default();
    let slots = offer_plan.map(|o| o.on(offered.channel)).unwrap_or_default();
    let fields = written.iter().zip(slots);
    Record(
        fields
            .map(|((name, e), (_, slot))| (name.clone(), plain(model, &e.ty.base, &value(*slot))))
            .collect(),
    )
}
