//! Values of params set from outside, as text.

use crate::diagnostic::{Code, Diagnostic};
use crate::model::types::{Base, Type};
use crate::source::Span;
use crate::syntax::ast::Unit;
use crate::values::{Date, Decimal, Label, Value};

use super::Lowering;
use super::literals::quantity_value;

impl Lowering<'_> {
    /// Names of params that do not exist. The values are read with their params.
    pub(super) fn lower_overrides(&mut self) {
        let known: Vec<&str> = self.declared.params.iter().map(|p| p.named.name.name.as_str()).collect();
        let mut unknown: Vec<&str> =
            self.overrides.keys().copied().filter(|name| !known.contains(name)).collect();
        unknown.sort_unstable();
        let at = self.declared.header.map_or(Span::default(), |h| h.named.name.span);
        for name in unknown {
            let mut diagnostic = Diagnostic::new(
                Code::OVERRIDE,
                at,
                format!("a value was set for `{name}`, and no param has this name"),
            );
            if let Some(near) = self.report.suggest(name, &known) {
                diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
            }
            self.report.push(diagnostic);
        }
    }

    /// The value of a text, or an error at the param.
    pub(super) fn read_override(&mut self, name: &str, text: &str, ty: &Type, at: Span) -> Option<Value> {
        let value = self.parse_override(text.trim(), &ty.base);
        if value.is_none() {
            let shown = self.enums.show(ty);
            self.report.push(
                Diagnostic::new(
                    Code::OVERRIDE,
                    at,
                    format!("`{name}` was set to \"{text}\", which is no {shown}"),
                )
                .label(format!("expected {}", self.override_form(&ty.base))),
            );
        }
        value
    }

    fn parse_override(&self, text: &str, base: &Base) -> Option<Value> {
        Some(match base {
            Base::Bool => Value::Bool(text.parse().ok()?),
            Base::Int => Value::Int(decimal(text)?.to_i64_exact()?),
            Base::Decimal => Value::Decimal(decimal(text)?),
            Base::Float => match decimal(text) {
                Some(exact) => Value::float(exact.to_f64()),
                None => Some(Value::float(text.parse().ok()?)).filter(|v| !v.is_missing())?,
            },
            Base::Text | Base::Case => Value::Text(text.into()),
            Base::Date => Value::Date(Date::parse(text)?),
            Base::Time => Value::Time(self.zone.parse_time(text)?),
            Base::Duration => Some(quantity(text)?).filter(|v| matches!(v, Value::Duration(_)))?,
            Base::Period => Some(quantity(text)?).filter(|v| matches!(v, Value::Period(_)))?,
            Base::Enum(id) => Value::Label(Label(self.enums.label(*id, text)?)),
            Base::Set(element) => {
                let inner = text.strip_prefix('[')?.strip_suffix(']')?.trim();
                let parts = inner.split(',').map(str::trim).filter(|part| !part.is_empty());
                let values = parts.map(|part| self.parse_override(part.trim_matches('"'), element));
                Value::set(values.collect::<Option<Vec<_>>>()?)
            }
            Base::List(_) => return None,
        })
    }

    fn override_form(&self, base: &Base) -> String {
        match base {
            Base::Bool => "true or false".to_owned(),
            Base::Int => "a whole number such as 5".to_owned(),
            Base::Decimal | Base::Float => "a number such as 0.5 or 5%".to_owned(),
            Base::Date => "a date such as 2026-11-22".to_owned(),
            Base::Time => "a time such as 2026-11-22T10:00".to_owned(),
            Base::Duration => "a duration such as 30 days".to_owned(),
            Base::Period => "a period such as 6 months".to_owned(),
            Base::Set(_) => "a list such as [a, b]".to_owned(),
            Base::Enum(id) => {
                let labels: Vec<&str> =
                    self.enums.get(*id).iter().flat_map(|t| &t.labels).map(|l| &*l.name).collect();
                super::report::alternatives(&labels)
            }
            Base::Text | Base::Case | Base::List(_) => "a text".to_owned(),
        }
    }
}

/// `5`, `0.5`, `5%`
fn decimal(text: &str) -> Option<Decimal> {
    match text.strip_suffix('%') {
        Some(digits) => Decimal::parse(&format!("{}e-2", digits.trim_end())).ok(),
        None => Decimal::parse(text).ok(),
    }
}

/// `30 days`
fn quantity(text: &str) -> Option<Value> {
    let (amount, unit) = text.split_once(char::is_whitespace)?;
    let unit = match unit.trim().strip_suffix('s').unwrap_or(unit.trim()) {
        "minute" => Unit::Minute,
        "hour" => Unit::Hour,
        "day" => Unit::Day,
        "week" => Unit::Week,
        "month" => Unit::Month,
        "year" => Unit::Year,
        _ => return None,
    };
    quantity_value(amount.parse().ok()?, unit)
}
