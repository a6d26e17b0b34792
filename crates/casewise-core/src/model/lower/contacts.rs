//! The contact policy: caps and pauses.

use crate::model::types::Base;
use crate::model::{CapScope, ContactRule, ContactRuleKind, Outcome, contact};
use crate::syntax::ast;

use super::Lowering;
use super::constants::Limits;

impl<'a> Lowering<'a> {
    pub(super) fn lower_contacts(&mut self) -> Vec<ContactRule> {
        let rules: &'a [ast::ContactRule] = self.declared.contacts;
        rules.iter().filter_map(|rule| self.contact_rule(rule)).collect()
    }

    fn contact_rule(&mut self, rule: &'a ast::ContactRule) -> Option<ContactRule> {
        let kind = match &rule.kind {
            ast::ContactRuleKind::Cap { count, window, scope } => {
                let count = self.constant(count, &Base::Int, "a cap", Limits::Positive);
                let window = self.length(window, false, "the window of a cap");
                let scope = self.cap_scope(scope);
                ContactRuleKind::Cap { count: count?, window: window?, scope: scope? }
            }
            ast::ContactRuleKind::Pause { length, outcome, scope } => {
                let length = self.length(length, false, "a pause");
                let known = Outcome::named(&outcome.name);
                if known.is_none() {
                    let names = contact::outcomes();
                    let names = names.iter().map(|n| &**n);
                    self.report.unknown("outcome of a contact called", &outcome.name, outcome.span, names);
                }
                ContactRuleKind::Pause { length: length?, outcome: known?, scope: *scope }
            }
            ast::ContactRuleKind::PauseWithout { length, count, scope } => {
                let length = self.length(length, false, "a pause");
                let count = self.constant(count, &Base::Int, "the number of contacts", Limits::Positive);
                ContactRuleKind::PauseWithout { length: length?, count: count?, scope: *scope }
            }
        };
        Some(ContactRule { kind, span: rule.span })
    }

    fn cap_scope(&mut self, scope: &'a ast::CapScope) -> Option<CapScope> {
        Some(match scope {
            ast::CapScope::All => CapScope::All,
            ast::CapScope::PerChannel => CapScope::PerChannel,
            ast::CapScope::PerGroup => CapScope::PerGroup,
            ast::CapScope::PerCase => CapScope::PerCase,
            ast::CapScope::On(names) => CapScope::On(self.channel_ids(names)?),
        })
    }
}
