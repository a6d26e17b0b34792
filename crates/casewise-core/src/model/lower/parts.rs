//! The clauses of `every case`, a group or a case, before they are put together.

use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::types::{Base, Type};
use crate::model::{ChannelId, ExclusiveId, Expr, Holdout, Offer, PropertyId, Runs, Status, Variant};
use crate::source::Span;
use crate::syntax::ast::{self, CaseClauseKind};

use super::Lowering;
use super::constants::Limits;
use super::gates::Draft;

/// What one owner says. Inherited ones are the ground that the next writes on.
#[derive(Debug, Clone, Default)]
pub(super) struct Parts {
    pub(super) conditions: Vec<Draft>,
    pub(super) status: Option<Status>,
    pub(super) runs: Option<Runs>,
    pub(super) priority: Option<Expr>,
    pub(super) exclusive: Vec<ExclusiveId>,
    pub(super) channels: Option<Vec<ChannelId>>,
    pub(super) contacts: Option<(bool, bool)>,
    /// The salt is the case's name unless written.
    pub(super) holdout: Option<(Holdout, bool)>,
    pub(super) quota: Option<Expr>,
    pub(super) budgets: Vec<(Expr, PropertyId)>,
    pub(super) with: Vec<(PropertyId, Expr)>,
    pub(super) offer: Option<Offer>,
    pub(super) variants: Option<Vec<Variant>>,
}

impl Parts {
    /// Conditions are joined, properties and budgets replaced one by one, the rest as a whole.
    pub(super) fn overlay(mut self, own: Parts) -> Parts {
        self.conditions.extend(own.conditions);
        for (property, value) in own.with {
            match self.with.iter_mut().find(|(p, _)| *p == property) {
                Some(place) => place.1 = value,
                None => self.with.push((property, value)),
            }
        }
        for (amount, property) in own.budgets {
            match self.budgets.iter_mut().find(|(_, p)| *p == property) {
                Some(place) => place.0 = amount,
                None => self.budgets.push((amount, property)),
            }
        }
        Parts {
            conditions: self.conditions,
            status: own.status.or(self.status),
            runs: own.runs.or(self.runs),
            priority: own.priority.or(self.priority),
            exclusive: if own.exclusive.is_empty() { self.exclusive } else { own.exclusive },
            channels: own.channels.or(self.channels),
            contacts: own.contacts.or(self.contacts),
            holdout: own.holdout.or(self.holdout),
            quota: own.quota.or(self.quota),
            budgets: self.budgets,
            with: self.with,
            offer: own.offer.or(self.offer),
            variants: own.variants.or(self.variants),
        }
    }

    /// The conditions come from there.
    pub(super) fn inherited_from(mut self, owner: &str) -> Parts {
        let owner: Arc<str> = owner.into();
        for draft in &mut self.conditions {
            draft.inherited_from = Some(owner.clone());
        }
        self
    }

    /// About how many nodes it has, to bound what is inherited.
    pub(super) fn nodes(&self) -> usize {
        let exprs = self.conditions.iter().map(|d| &d.condition).chain(&self.priority);
        let exprs = exprs.chain(self.with.iter().map(|(_, e)| e));
        let offered = self.offer.iter().flat_map(|o| o.fields.iter().chain(o.on.iter().flat_map(|(_, f)| f)));
        exprs.chain(offered.map(|(_, e)| e)).map(|e| e.measure().nodes).sum()
    }
}

impl<'a> Lowering<'a> {
    /// Every clause, also where another is broken.
    pub(super) fn parts(&mut self, clauses: impl Iterator<Item = &'a ast::CaseClause>) -> Option<Parts> {
        let mut parts = Parts::default();
        let mut seen = Seen::default();
        let mut ok = true;
        for clause in clauses {
            ok &= self.once(&clause.kind, clause.span, &mut seen).is_some()
                & self.part(clause, &mut parts, &mut seen).is_some();
        }
        ok.then_some(parts)
    }

    fn part(&mut self, clause: &'a ast::CaseClause, parts: &mut Parts, seen: &mut Seen) -> Option<()> {
        match &clause.kind {
            CaseClauseKind::Status(word) => parts.status = Some(self.status(word)?),
            CaseClauseKind::Runs(from, through) => {
                parts.runs = Some(self.runs(from, through, clause.span)?)
            }
            CaseClauseKind::Condition(condition) => parts.conditions.push(self.draft(condition, true)?),
            CaseClauseKind::Priority(e) => parts.priority = Some(self.numeric(e, "a priority")?),
            CaseClauseKind::Exclusive(name) => {
                let id = self.exclusive_set(&name.name);
                if !parts.exclusive.contains(&id) {
                    parts.exclusive.push(id);
                }
            }
            CaseClauseKind::Channels(names) => parts.channels = Some(self.channel_ids(names)?),
            CaseClauseKind::Contacts { ignored, uncounted } => parts.contacts = Some((*ignored, *uncounted)),
            CaseClauseKind::Holdout { share, salt, next } => {
                let share = self.constant(share, &Base::Decimal, "the share of a holdout", Limits::Share)?;
                let salted = salt.is_some();
                let salt = salt.as_ref().map_or("", |s| &s.value).into();
                parts.holdout = Some((Holdout { share, salt, next: *next, span: clause.span }, salted));
            }
            CaseClauseKind::Quota(e) => {
                parts.quota = Some(self.constant(e, &Base::Int, "a quota", Limits::NotNegative)?);
            }
            CaseClauseKind::Budget { amount, of } => {
                let budget = self.budget(amount, of)?;
                if parts.budgets.iter().any(|(_, property)| *property == budget.1) {
                    let message = format!("there is a budget of `{}` already", of.name);
                    self.report.error(Code::CASE_CLAUSE, clause.span, message);
                    return None;
                }
                parts.budgets.push(budget);
            }
            CaseClauseKind::With(entries) => {
                for (property, value) in self.with_clause(entries)? {
                    if parts.with.iter().any(|(p, _)| *p == property) {
                        let message = "this property has a value already".to_owned();
                        self.report.error(Code::CASE_CLAUSE, value.span, message);
                        return None;
                    }
                    parts.with.push((property, value));
                }
            }
            CaseClauseKind::Offer { on, fields } => {
                let mut offer = parts.offer.take().unwrap_or_default();
                let done = self.offer_clause(&mut offer, &mut seen.offer, on, fields, clause.span);
                parts.offer = Some(offer);
                done?;
            }
            CaseClauseKind::Variants(variants) => {
                parts.variants = Some(self.variants(variants, clause.span)?)
            }
        }
        Some(())
    }

    /// Clauses that may stand once.
    fn once(&mut self, kind: &CaseClauseKind, span: Span, seen: &mut Seen) -> Option<()> {
        let (place, word) = match kind {
            CaseClauseKind::Status(_) => (&mut seen.status, "status"),
            CaseClauseKind::Runs(..) => (&mut seen.runs, "runs"),
            CaseClauseKind::Priority(_) => (&mut seen.priority, "priority"),
            CaseClauseKind::Channels(_) => (&mut seen.channels, "channels"),
            CaseClauseKind::Contacts { .. } => (&mut seen.contacts, "contacts"),
            CaseClauseKind::Holdout { .. } => (&mut seen.holdout, "holdout"),
            CaseClauseKind::Quota(_) => (&mut seen.quota, "quota"),
            CaseClauseKind::Variants(_) => (&mut seen.variants, "variants"),
            CaseClauseKind::Condition(_)
            | CaseClauseKind::Exclusive(_)
            | CaseClauseKind::Budget { .. }
            | CaseClauseKind::With(_)
            | CaseClauseKind::Offer { .. } => return Some(()),
        };
        let Some(before) = place.replace(span) else { return Some(()) };
        self.report.push(
            Diagnostic::new(Code::CASE_CLAUSE, span, format!("there is a second `{word}`"))
                .related(before, "the first")
                .help("one of them counts: take the other away"),
        );
        None
    }

    fn status(&mut self, word: &ast::Ident) -> Option<Status> {
        Some(match word.name.as_str() {
            "draft" => Status::Draft,
            "trial" => Status::Trial,
            "live" => Status::Live,
            "paused" => Status::Paused,
            "retired" => Status::Retired,
            _ => {
                let known = ["draft", "trial", "live", "paused", "retired"];
                self.report.unknown("status", &word.name, word.span, known);
                return None;
            }
        })
    }

    fn runs(&mut self, from: &'a ast::Expr, through: &'a ast::Expr, span: Span) -> Option<Runs> {
        let first = self.constant(from, &Base::Date, "the first day of `runs`", Limits::Any);
        let last = self.constant(through, &Base::Date, "the last day of `runs`", Limits::Any);
        let (from, through) = (first?, last?);
        let (first, last) = (self.evaluate(&from)?, self.evaluate(&through)?);
        if first.compare(&last) == Some(std::cmp::Ordering::Greater) {
            self.report.push(
                Diagnostic::new(
                    Code::RUNS,
                    span,
                    format!(
                        "`runs` ends on {} before it starts on {}",
                        last.display_plain(),
                        first.display_plain()
                    ),
                )
                .help("both days are included: write the first one first"),
            );
            return None;
        }
        Some(Runs { from, through, span })
    }

    /// Sets are declared by their first mention.
    fn exclusive_set(&mut self, name: &str) -> ExclusiveId {
        let place = self.exclusive_sets.iter().position(|set| &**set == name);
        ExclusiveId(place.unwrap_or_else(|| {
            self.exclusive_sets.push(name.into());
            self.exclusive_sets.len() - 1
        }))
    }

    fn budget(&mut self, amount: &'a ast::Expr, of: &ast::Ident) -> Option<(Expr, PropertyId)> {
        let n = self.names.properties.find(of, &mut self.report);
        let ty = n.and_then(|n| self.properties.get(n)).and_then(Option::as_ref).map(|(p, _)| p.ty.clone());
        let Some(ty) = ty else {
            self.constant_number(amount, "a budget", Limits::NotNegative);
            return None;
        };
        if super::types::number(&ty.base).is_none() {
            let shown = self.enums.show(&ty);
            let message = format!("a budget bounds a sum, and `{}` is {shown}", of.name);
            self.report.push(
                Diagnostic::new(Code::TYPE_MISMATCH, of.span, message)
                    .label("expected a property that is a number"),
            );
            return None;
        }
        let amount = self.constant(amount, &Type::required(ty.base).base, "a budget", Limits::NotNegative)?;
        Some((amount, PropertyId(n?)))
    }
}

/// Where clauses that may stand once stand.
#[derive(Default)]
struct Seen {
    status: Option<Span>,
    runs: Option<Span>,
    priority: Option<Span>,
    channels: Option<Span>,
    contacts: Option<Span>,
    holdout: Option<Span>,
    quota: Option<Span>,
    variants: Option<Span>,
    offer: Option<Span>,
}
