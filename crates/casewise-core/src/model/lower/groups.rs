//! Groups: what they give to their cases.

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Group, GroupId};
use crate::source::Span;
use crate::syntax::ast;

use super::Lowering;
use super::parts::Parts;

/// What every case of a group starts with; none where something is broken.
pub(super) struct Inherited {
    /// Without a group: `every case` alone.
    pub(super) every: Option<Parts>,
    /// One per group: `every case`, the groups around it, its own.
    pub(super) groups: Vec<Option<Parts>>,
}

impl<'a> Lowering<'a> {
    pub(super) fn lower_groups(&mut self) -> (Vec<Group>, Inherited) {
        let every: Vec<&'a ast::CaseClause> = self.declared.every_case.clone();
        let every = self.parts(every.into_iter()).map(|parts| parts.inherited_from("every case"));
        let declared: Vec<&'a ast::CaseDeclaration> = self.declared.groups.clone();
        let own: Vec<Option<Parts>> = declared
            .iter()
            .map(|group| self.parts(group.clauses.iter()).map(|p| p.inherited_from(&group.named.name.name)))
            .collect();
        let parents: Vec<Option<Option<usize>>> = declared.iter().map(|group| self.parent(group)).collect();
        let mut whole = Vec::with_capacity(declared.len());
        let mut groups = Vec::with_capacity(declared.len());
        for (n, group) in declared.iter().enumerate() {
            let chain = self.chain(n, &parents, &declared);
            let parts = chain
                .as_ref()
                .and_then(|chain| self.put_together(chain, every.as_ref(), &own, group.named.name.span));
            whole.push(parts);
            let parent = parents.get(n).copied().flatten().flatten().filter(|_| chain.is_some());
            groups.push(Group {
                name: group.named.name.name.as_str().into(),
                title: super::title(group.named.title.as_ref()),
                parent: parent.map(GroupId),
                span: group.named.name.span,
            });
        }
        (groups, Inherited { every, groups: whole })
    }

    fn parent(&mut self, group: &'a ast::CaseDeclaration) -> Option<Option<usize>> {
        match &group.group {
            Some(parent) => self.names.groups.find(parent, &mut self.report).map(Some),
            None => Some(None),
        }
    }

    /// The groups around a group and itself, innermost first. None if one is unknown or holds itself.
    fn chain(
        &mut self,
        start: usize,
        parents: &[Option<Option<usize>>],
        declared: &[&'a ast::CaseDeclaration],
    ) -> Option<Vec<usize>> {
        let mut chain = vec![start];
        let mut at = start;
        while let Some(parent) = (*parents.get(at)?)? {
            if parent == start {
                self.report_group_cycle(&chain, declared);
                return None;
            }
            // Longer than there are groups: it runs into a cycle that another group tells.
            if chain.len() > parents.len() {
                return None;
            }
            chain.push(parent);
            at = parent;
        }
        Some(chain)
    }

    fn report_group_cycle(&mut self, chain: &[usize], declared: &[&'a ast::CaseDeclaration]) {
        // Once for the whole cycle: by the group that was written first.
        if chain.iter().min() != chain.first() {
            return;
        }
        let groups: Vec<&ast::CaseDeclaration> =
            chain.iter().filter_map(|n| declared.get(*n).copied()).collect();
        let Some(first) = groups.first() else { return };
        let names: Vec<&str> = groups.iter().chain([first]).map(|g| g.named.name.name.as_str()).collect();
        let span = first.group.as_ref().map_or(Span::default(), |g| g.span);
        self.report.push(
            Diagnostic::new(
                Code::CYCLE,
                span,
                format!("the group `{}` is in itself: {}", names.first().unwrap_or(&""), names.join(" → ")),
            )
            .help("take one `in` away"),
        );
    }

    fn put_together(
        &mut self,
        chain: &[usize],
        every: Option<&Parts>,
        own: &[Option<Parts>],
        at: Span,
    ) -> Option<Parts> {
        let mut parts = every?.clone();
        for n in chain.iter().rev() {
            parts = parts.overlay(own.get(*n)?.as_ref()?.clone());
            // A deep chain of groups repeats what the outer ones say.
            let nodes = parts.nodes();
            if !self.charge(nodes, at) {
                return None;
            }
        }
        Some(parts)
    }
}
