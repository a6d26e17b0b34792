//! Decide blocks.

use crate::diagnostic::{Code, Diagnostic};
use crate::model::types::Base;
use crate::model::{Decide, Holdout};
use crate::source::Span;
use crate::syntax::ast;

use super::Lowering;
use super::aggregates::transpose;
use super::constants::Limits;
use super::scope::Scope;

impl<'a> Lowering<'a> {
    pub(super) fn lower_decides(&mut self) -> Vec<Decide> {
        let declared: Vec<(&'a ast::Decide, Span)> = self.declared.decides.clone();
        self.check_reached(&declared);
        declared.iter().filter_map(|(decide, span)| self.decide(decide, *span)).collect()
    }

    fn decide(&mut self, decide: &'a ast::Decide, span: Span) -> Option<Decide> {
        let when = decide.when.as_ref().map(|e| self.condition(e, "`when`"));
        let ranked = Scope { rank: true, ..Scope::default() };
        let rank_by =
            decide.rank_by.as_ref().map(|e| self.within(ranked, |this| this.numeric(e, "`rank by`")));
        let top = decide.top.as_ref().map(|e| self.constant(e, &Base::Int, "`top`", Limits::Positive));
        let per_group = decide
            .per_group
            .as_ref()
            .map(|e| self.constant(e, &Base::Int, "the number per group", Limits::Positive));
        let control = decide.control.as_ref().map(|(share, salt)| self.control(share, salt.as_ref(), span));
        let channels = decide.channels.as_ref().map(|names| self.channel_ids(names));
        Some(Decide {
            name: decide.name.as_ref().map(|n| n.name.as_str().into()),
            when: transpose(when)?,
            rank_by: transpose(rank_by)?,
            top: transpose(top)?,
            per_group: transpose(per_group)?,
            control: transpose(control)?,
            channels: transpose(channels)?,
            span: decide.name.as_ref().map_or(span, |n| n.span),
        })
    }

    fn control(&mut self, share: &'a ast::Expr, salt: Option<&ast::Text>, span: Span) -> Option<Holdout> {
        let share = self.constant(share, &Base::Decimal, "the share of the control group", Limits::Share)?;
        let model = self.declared.header.map_or("", |h| h.named.name.name.as_str());
        let salt = salt.map_or(model, |s| &s.value).into();
        Some(Holdout { share, salt, next: false, span })
    }

    /// The first `decide` whose `when` is true counts: what stands behind one without `when` is reached by
    /// its name only.
    fn check_reached(&mut self, declared: &[(&'a ast::Decide, Span)]) {
        let always = declared.iter().position(|(decide, _)| decide.when.is_none());
        let Some(always) = always else { return };
        for (decide, span) in declared.iter().skip(always + 1).filter(|(d, _)| d.name.is_none()) {
            let before = declared.get(always).map_or(*span, |(_, span)| *span);
            let second =
                if decide.when.is_none() { "a second `decide` without `when`" } else { "this `decide`" };
            self.report.push(
                Diagnostic::new(Code::DECIDE, *span, format!("{second} is never reached"))
                    .related(before, "this one counts whenever it is reached")
                    .help("put the one without `when` last, or give this one a name to choose it by"),
            );
        }
    }
}
