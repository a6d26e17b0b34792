//! Conditions of gates, channels and cases, and their ids.

use rustc_hash::FxHashMap;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Clause, Expr, Gate};
use crate::source::Span;
use crate::syntax::ast::{self, ConditionKind};

use super::Lowering;

/// Words that stand for whole gates in explanations and expectations.
pub(super) const GATE_WORDS: [&str; 7] =
    ["status", "runs", "for", "require", "exclude", "contacts", "channels"];

/// A condition that has no id yet.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) kind: ConditionKind,
    pub(super) name: Option<(Arc<str>, Span)>,
    pub(super) condition: Expr,
    pub(super) message: Option<Arc<str>>,
    pub(super) inherited_from: Option<Arc<str>>,
    pub(super) span: Span,
}

pub(super) fn word(kind: ConditionKind) -> &'static str {
    match kind {
        ConditionKind::For => "for",
        ConditionKind::Require => "require",
        ConditionKind::Exclude => "exclude",
    }
}

impl<'a> Lowering<'a> {
    pub(super) fn lower_gate(&mut self, index: usize) -> Option<()> {
        let gate: &'a ast::GateDeclaration = self.declared.gates.get(index).copied()?;
        let drafts = self.drafts(gate.clauses.iter(), false)?;
        let clauses = self.number_clauses(drafts, gate.named.name.span)?;
        *self.gates.get_mut(index)? = Some(Gate {
            name: gate.named.name.name.as_str().into(),
            title: super::title(gate.named.title.as_ref()),
            clauses,
            span: gate.named.name.span,
        });
        Some(())
    }

    /// All conditions, also where one is broken.
    pub(super) fn drafts(
        &mut self,
        conditions: impl Iterator<Item = &'a ast::Condition>,
        with_for: bool,
    ) -> Option<Vec<Draft>> {
        let drafts: Vec<Option<Draft>> = conditions.map(|c| self.draft(c, with_for)).collect();
        drafts.into_iter().collect()
    }

    pub(super) fn draft(&mut self, written: &'a ast::Condition, with_for: bool) -> Option<Draft> {
        let word = word(written.kind);
        if written.kind == ConditionKind::For && !with_for {
            self.report.push(
                Diagnostic::new(
                    Code::CASE_CLAUSE,
                    written.span,
                    "`for` says who a case is for, and this is no case",
                )
                .label("expected `require` or `exclude`"),
            );
            return None;
        }
        let name = written.name.as_ref().map(|name| (Arc::from(name.name.as_str()), name.span));
        if let Some(name) = written.name.as_ref().filter(|n| GATE_WORDS.contains(&n.name.as_str())) {
            let message = format!("the name `{}` is taken: it stands for a whole gate", name.name);
            self.report.error(Code::RESERVED_NAME, name.span, message);
        }
        let condition = self.condition(&written.condition, &format!("`{word}`"))?;
        let message = super::title(written.message.as_ref());
        Some(Draft { kind: written.kind, name, condition, message, inherited_from: None, span: written.span })
    }

    /// Gives every clause its id: its name, else its gate and its place there. `for` comes first, then
    /// `require`, then `exclude`.
    pub(super) fn number_clauses(&mut self, drafts: Vec<Draft>, owner: Span) -> Option<Vec<Clause>> {
        let mut by_gate: [Vec<Draft>; 3] = [Vec::new(), Vec::new(), Vec::new()];
        for draft in drafts {
            let [first, second, third] = &mut by_gate;
            match draft.kind {
                ConditionKind::For => first.push(draft),
                ConditionKind::Require => second.push(draft),
                ConditionKind::Exclude => third.push(draft),
            }
        }
        let mut taken: FxHashMap<Arc<str>, Span> = FxHashMap::default();
        let mut clauses = Vec::new();
        let mut ok = true;
        for gate in by_gate {
            for (n, draft) in gate.into_iter().enumerate() {
                let id: Arc<str> = match &draft.name {
                    Some((name, _)) => name.clone(),
                    None => format!("{}.{}", word(draft.kind), n + 1).into(),
                };
                if let Some((name, span)) = &draft.name
                    && let Some(before) = taken.insert(name.clone(), *span)
                {
                    ok = false;
                    self.report_same_id(name, *span, before, draft.inherited_from.is_some(), owner);
                }
                clauses.push(Clause {
                    id,
                    kind: draft.kind,
                    condition: draft.condition,
                    message: draft.message,
                    inherited_from: draft.inherited_from,
                    span: draft.span,
                });
            }
        }
        ok.then_some(clauses)
    }

    fn report_same_id(&mut self, name: &str, span: Span, before: Span, inherited: bool, owner: Span) {
        let mut diagnostic =
            Diagnostic::new(Code::DUPLICATE_NAME, span, format!("two clauses are called `{name}`"))
                .related(before, "first named here");
        // The place alone does not say which case inherits both.
        if inherited {
            diagnostic = diagnostic.related(owner, "both are inherited here");
        }
        self.report
            .push(diagnostic.help("give one of them another name: explanations tell clauses apart by it"));
    }
}
