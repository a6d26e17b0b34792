//! Properties, offers and variants.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::types::{Base, Type};
use crate::model::{Expr, Fields, Offer, Property, PropertyId, Variant};
use crate::source::Span;
use crate::syntax::ast::{self, CaseClauseKind};
use crate::values::{Decimal, Value};

use super::Lowering;
use super::constants::Limits;

impl<'a> Lowering<'a> {
    pub(super) fn lower_properties(&mut self) -> Vec<Property> {
        let written: &'a [ast::Property] = self.declared.properties;
        for property in written {
            let lowered = self.property_declaration(property);
            self.properties.push(lowered);
        }
        let missing = |p: &ast::Property| Property {
            name: p.name.name.as_str().into(),
            ty: Type::optional(Base::Text),
            span: p.name.span,
        };
        let lowered = self.properties.iter().zip(written);
        lowered.map(|(p, written)| p.as_ref().map_or_else(|| missing(written), |(p, _)| p.clone())).collect()
    }

    fn property_declaration(&mut self, property: &'a ast::Property) -> Option<(Property, Option<Expr>)> {
        let ty = self.ty(&property.ty)?;
        let default = match &property.default {
            Some(e) => Some(self.written_value(e, &ty, "the value of a property")?),
            None if ty.optional => Some(Expr {
                kind: crate::model::ExprKind::Constant(Value::Missing),
                ty: ty.clone(),
                span: property.name.span,
            }),
            None => None,
        };
        let name = property.name.name.as_str().into();
        Some((Property { name, ty, span: property.name.span }, default))
    }

    /// `with a = 1, b = 2`
    pub(super) fn with_clause(
        &mut self,
        entries: &'a [(ast::Ident, ast::Expr)],
    ) -> Option<Vec<(PropertyId, Expr)>> {
        let mut ok = true;
        let mut values = Vec::with_capacity(entries.len());
        for (name, value) in entries {
            let Some(n) = self.names.properties.find(name, &mut self.report) else {
                ok = false;
                continue;
            };
            let ty = self.properties.get(n).and_then(Option::as_ref).map(|(property, _)| property.ty.clone());
            let what = format!("the property `{}`", name.name);
            match ty.and_then(|ty| self.written_value(value, &ty, &what)) {
                Some(value) => values.push((PropertyId(n), value)),
                None => ok = false,
            }
        }
        ok.then_some(values)
    }

    /// A value where one is written down: a list stands for a set, `missing` for none.
    pub(super) fn written_value(&mut self, e: &'a ast::Expr, ty: &Type, what: &str) -> Option<Expr> {
        self.typed(e, ty, what)
    }

    /// `offer [on CHANNEL] { … }`, added to those before.
    pub(super) fn offer_clause(
        &mut self,
        offer: &mut Offer,
        plain: &mut Option<Span>,
        on: &'a [ast::Ident],
        fields: &'a [ast::RecordEntry],
        span: Span,
    ) -> Option<()> {
        let channels = if on.is_empty() { Some(Vec::new()) } else { self.channel_ids(on) };
        let fields = self.offer_fields(fields);
        let (channels, fields) = (channels?, fields?);
        if on.is_empty() {
            if let Some(before) = plain.replace(span) {
                self.report_second_offer(span, before, "an offer for every channel");
                return None;
            }
            offer.fields = fields;
            return Some(());
        }
        for channel in channels {
            if offer.on.iter().any(|(other, _)| *other == channel) {
                self.report_second_offer(span, span, "an offer on this channel");
                return None;
            }
            offer.on.push((channel, fields.clone()));
        }
        Some(())
    }

    fn report_second_offer(&mut self, span: Span, before: Span, what: &str) {
        let mut diagnostic = Diagnostic::new(Code::CASE_CLAUSE, span, format!("there is {what} already"));
        if before != span {
            diagnostic = diagnostic.related(before, "the first");
        }
        self.report.push(diagnostic.help("write all fields into one `offer { … }`"));
    }

    fn offer_fields(&mut self, written: &'a [ast::RecordEntry]) -> Option<Fields<Expr>> {
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        let mut fields = Vec::with_capacity(written.len());
        let mut ok = true;
        for entry in written {
            if !seen.insert(&entry.name.name) {
                let message = format!("the offer has two fields `{}`", entry.name.name);
                self.report.error(Code::DUPLICATE_NAME, entry.name.span, message);
                ok = false;
            }
            let missing = matches!(entry.value.kind, ast::ExprKind::Literal(ast::Literal::Missing));
            // A field that is always missing has no type of its own.
            match self.expr(&entry.value, missing.then_some(&Base::Text)) {
                Some(value) => fields.push((Arc::from(entry.name.name.as_str()), value)),
                None => ok = false,
            }
        }
        ok.then_some(fields)
    }

    /// `variants { plain 50%; bonus 50% { offer { … } } }`
    pub(super) fn variants(&mut self, written: &'a [ast::Variant], span: Span) -> Option<Vec<Variant>> {
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        let mut variants = Vec::with_capacity(written.len());
        let mut ok = true;
        let mut total = Some(Decimal::from_i64(0));
        for variant in written {
            if !seen.insert(&variant.name.name) {
                let message = format!("two variants are called `{}`", variant.name.name);
                self.report.error(Code::DUPLICATE_NAME, variant.name.span, message);
                ok = false;
            }
            let share =
                self.constant(&variant.share, &Base::Decimal, "the share of a variant", Limits::Share);
            let offer = self.variant_offer(variant);
            if let Some(Value::Decimal(d)) = share.as_ref().and_then(|s| self.evaluate(s)) {
                total = total.and_then(|t| t.checked_add(d));
            }
            match (share, offer) {
                (Some(share), Some(offer)) => {
                    variants.push(Variant { name: variant.name.name.as_str().into(), share, offer });
                }
                _ => ok = false,
            }
        }
        if !ok {
            return None;
        }
        if total != Some(Decimal::from_i64(1)) {
            let hundred = Decimal::from_i64(100);
            let shown =
                total.and_then(|t| t.checked_mul(hundred)).map_or_else(String::new, |t| format!("{t}%"));
            self.report.push(
                Diagnostic::new(
                    Code::VARIANTS,
                    span,
                    format!("the shares of the variants add up to {shown}"),
                )
                .label("expected exactly 100%"),
            );
            return None;
        }
        Some(variants)
    }

    fn variant_offer(&mut self, variant: &'a ast::Variant) -> Option<Option<Offer>> {
        let mut offer = Offer::default();
        let mut plain = None;
        let mut written = false;
        let mut ok = true;
        for clause in &variant.clauses {
            match &clause.kind {
                CaseClauseKind::Offer { on, fields } => {
                    written = true;
                    ok &= self.offer_clause(&mut offer, &mut plain, on, fields, clause.span).is_some();
                }
                _ => {
                    self.report.push(
                        Diagnostic::new(Code::CASE_CLAUSE, clause.span, "a variant changes the offer only")
                            .label("expected `offer { … }`"),
                    );
                    ok = false;
                }
            }
        }
        ok.then_some(written.then_some(offer))
    }
}
