//! Cases: what they inherit and what they say themselves, put together.

use crate::diagnostic::{Code, Diagnostic};
use crate::model::types::{Base, Number, Type};
use crate::model::{Case, Expr, GroupId, Holdout, Status};
use crate::syntax::ast;
use crate::values::Value;

use super::Lowering;
use super::groups::Inherited;
use super::literals::{constant, widen};
use super::parts::Parts;
use super::types::{number, number_base};

impl<'a> Lowering<'a> {
    /// All cases, none for a broken one; priorities in one number type, the widest.
    pub(super) fn lower_cases(&mut self, inherited: &Inherited) -> Vec<Option<Case>> {
        let declared: Vec<&'a ast::CaseDeclaration> = self.declared.cases.clone();
        let cases: Vec<Option<Case>> = declared.into_iter().map(|case| self.case(case, inherited)).collect();
        let priorities = cases.iter().flatten().filter_map(|case| case.priority.as_ref());
        let widest = priorities.clone().filter_map(|p| number(&p.ty.base)).max().unwrap_or(Number::Int);
        let optional = priorities.clone().any(|p| p.ty.optional);
        self.priority_type = Type { base: number_base(widest), optional };
        let cases = cases.into_iter().map(|case| {
            let mut case = case?;
            let none = || constant(Value::Int(0), Base::Int, case.span);
            case.priority = Some(widen(case.priority.take().unwrap_or_else(none), widest));
            Some(case)
        });
        cases.collect()
    }

    fn case(&mut self, case: &'a ast::CaseDeclaration, inherited: &Inherited) -> Option<Case> {
        let name = &case.named.name;
        let own = self.parts(case.clauses.iter());
        let group = match &case.group {
            Some(group) => Some(self.names.groups.find(group, &mut self.report)),
            None => None,
        };
        let (ground, group) = match group {
            Some(n) => (inherited.groups.get(n?)?.as_ref()?, Some(GroupId(n?))),
            None => (inherited.every.as_ref()?, None),
        };
        if !self.charge(ground.nodes(), name.span) {
            return None;
        }
        let parts = ground.clone().overlay(own?);
        let properties = self.case_properties(case, &parts);
        let Parts { conditions, holdout, contacts, .. } = parts;
        let clauses = self.number_clauses(conditions, name.span);
        let holdout = holdout.map(|(holdout, salted)| Holdout {
            salt: if salted { holdout.salt } else { name.name.as_str().into() },
            ..holdout
        });
        let (contacts_ignored, contacts_uncounted) = contacts.unwrap_or_default();
        Some(Case {
            name: name.name.as_str().into(),
            title: super::title(case.named.title.as_ref()),
            group,
            status: parts.status.unwrap_or(Status::Live),
            runs: parts.runs,
            clauses: clauses?,
            priority: parts.priority,
            exclusive: parts.exclusive,
            channels: parts.channels,
            contacts_ignored,
            contacts_uncounted,
            holdout,
            quota: parts.quota,
            budgets: parts.budgets,
            properties: properties?,
            offer: parts.offer.unwrap_or_default(),
            variants: parts.variants.unwrap_or_default(),
            span: name.span,
        })
    }

    /// One value per property: the case's, its groups' or the default.
    fn case_properties(&mut self, case: &ast::CaseDeclaration, parts: &Parts) -> Option<Vec<Expr>> {
        let mut values = Vec::with_capacity(self.properties.len());
        let mut absent: Vec<String> = Vec::new();
        for (n, declared) in self.properties.iter().enumerate() {
            let (property, default) = declared.as_ref()?;
            let given = parts.with.iter().find(|(p, _)| p.0 == n).map(|(_, value)| value);
            match given.or(default.as_ref()) {
                Some(value) => values.push(value.clone()),
                None => absent.push(format!("`{}`", property.name)),
            }
        }
        if absent.is_empty() {
            return Some(values);
        }
        let name = &case.named.name;
        self.report.push(
            Diagnostic::new(
                Code::CASE_CLAUSE,
                name.span,
                format!("the case `{}` gives no value to {}", name.name, absent.join(", ")),
            )
            .help("write it `with`, or give the property a default"),
        );
        None
    }
}
