//! The contact policy: caps and pauses over past contacts and this decision's earlier offers.

use casewise_core::model::{
    CapScope, CaseId, ChannelId, ContactRule, ContactRuleKind, Expr, Outcome, PauseScope, TableId,
    contact_fields,
};
use casewise_core::values::Value;

use super::facts::{Facts, and, before};
use super::number::order;

/// An offer made earlier in this decision.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) case: CaseId,
    pub(super) channel: Option<ChannelId>,
}

/// Which past contacts a rule looks at.
#[derive(Clone, Copy)]
enum Scope<'a> {
    All,
    Case(CaseId),
    Group(CaseId),
    Channels(&'a [ChannelId]),
}

impl Facts<'_> {
    /// A rule that closes the case: whether it leaves it open. Rules that close channels leave cases open.
    pub(super) fn rule_for_case(&self, rule: &ContactRule, case: CaseId, made: &[Made]) -> Option<bool> {
        // "`contacts ignored` skips caps and pauses."
        if self.model.cases[case.0].contacts_ignored {
            return Some(true);
        }
        match &rule.kind {
            ContactRuleKind::Cap { count, window, scope } => match scope {
                CapScope::All => self.cap(count, window, Scope::All, made),
                CapScope::PerGroup => self.cap(count, window, Scope::Group(case), made),
                CapScope::PerCase => self.cap(count, window, Scope::Case(case), made),
                // "Caps `per channel` or `on …` close channels, the others close the case."
                CapScope::PerChannel | CapScope::On(_) => Some(true),
            },
            ContactRuleKind::Pause { scope, .. } | ContactRuleKind::PauseWithout { scope, .. } => {
                let scope = match scope {
                    PauseScope::All => Scope::All,
                    PauseScope::SameCase => Scope::Case(case),
                    PauseScope::SameGroup => Scope::Group(case),
                    PauseScope::SameChannel => return Some(true),
                };
                self.pause(rule, scope)
            }
        }
    }

    /// A rule that closes a channel: whether it leaves it open.
    pub(super) fn rule_for_channel(
        &self,
        rule: &ContactRule,
        case: CaseId,
        channel: ChannelId,
        made: &[Made],
    ) -> Option<bool> {
        if self.model.cases[case.0].contacts_ignored {
            return Some(true);
        }
        let alone = [channel];
        match &rule.kind {
            ContactRuleKind::Cap { count, window, scope: CapScope::PerChannel } => {
                self.cap(count, window, Scope::Channels(&alone), made)
            }
            // "`on sms, phone` counts both together."
            ContactRuleKind::Cap { count, window, scope: CapScope::On(channels) }
                if channels.contains(&channel) =>
            {
                self.cap(count, window, Scope::Channels(channels), made)
            }
            ContactRuleKind::Pause { scope: PauseScope::SameChannel, .. }
            | ContactRuleKind::PauseWithout { scope: PauseScope::SameChannel, .. } => {
                self.pause(rule, Scope::Channels(&alone))
            }
            _ => Some(true),
        }
    }

    /// Past contacts with an outcome, by time.
    fn contacts(&self, outcome: Outcome) -> Vec<&[Value]> {
        let mut rows = self.history(TableId(self.model.tables.len() - 1));
        rows.retain(|row| matches!(&row[contact_fields::OUTCOME], Value::Label(l) if l.0 == outcome as u32));
        rows
    }

    /// Whether a past contact is of a scope; unknown if the field that says so is missing.
    /// "An undeclared case, channel or group in a past contact is kept and matches nothing declared."
    fn in_scope(&self, contact: &[Value], scope: Scope<'_>) -> Option<bool> {
        let case = text(&contact[contact_fields::CASE]);
        match scope {
            Scope::All => Some(true),
            Scope::Case(this) => case.map(|name| name == &*self.model.cases[this.0].name),
            Scope::Channels(channels) => text(&contact[contact_fields::CHANNEL])
                .map(|name| channels.iter().any(|c| name == &*self.model.channels[c.0].name)),
            // "`same group` is the event's group, else its declared case's."
            Scope::Group(this) => {
                // "No group means no group limit."
                let Some(group) = self.model.cases[this.0].group else { return Some(false) };
                let name = &*self.model.groups[group.0].name;
                match (text(&contact[contact_fields::GROUP]), case) {
                    (Some(written), _) => Some(written == name),
                    (None, Some(case)) => {
                        let declared = self.model.cases.iter().find(|c| &*c.name == case);
                        Some(declared.is_some_and(|c| c.group == Some(group)))
                    }
                    (None, None) => None,
                }
            }
        }
    }

    fn made_in_scope(&self, made: &Made, scope: Scope<'_>) -> bool {
        match scope {
            Scope::All => true,
            Scope::Case(this) => made.case == this,
            Scope::Group(this) => {
                let group = |case: CaseId| self.model.cases[case.0].group;
                group(this).is_some() && group(this) == group(made.case)
            }
            Scope::Channels(channels) => made.channel.is_some_and(|c| channels.contains(&c)),
        }
    }

    /// "Caps count `sent` events whose `counted` is not false", in `now − N < at < now`, and this decision's
    /// earlier offers but those whose contacts are not counted.
    fn cap(&self, count: &Expr, window: &Expr, scope: Scope<'_>, made: &[Made]) -> Option<bool> {
        let start = self.moved(&Value::Time(self.now), &self.of(window), -1);
        let counted = self
            .contacts(Outcome::Sent)
            .into_iter()
            .filter(|row| row[contact_fields::COUNTED] != Value::Bool(false))
            // A window that reaches back before year 1 holds the whole history.
            .filter(|row| before(&start, &row[contact_fields::AT]) != Some(false))
            .map(|row| self.in_scope(row, scope));
        let offered = made
            .iter()
            .filter(|made| !self.model.cases[made.case.0].contacts_uncounted)
            .map(|made| Some(self.made_in_scope(made, scope)));
        let found: Vec<Option<bool>> = counted.chain(offered).collect();
        let surely = found.iter().filter(|f| **f == Some(true)).count();
        let perhaps = found.iter().filter(|f| **f != Some(false)).count();
        let reached =
            |n: usize| order(&Value::Int(i64::try_from(n).unwrap()), &self.of(count)).map(|o| o.is_ge());
        match (reached(surely), reached(perhaps)) {
            (Some(true), _) => Some(false),
            (Some(false), Some(false)) => Some(true),
            _ => None,
        }
    }

    /// Whether no pause of this rule is on.
    fn pause(&self, rule: &ContactRule, scope: Scope<'_>) -> Option<bool> {
        match &rule.kind {
            ContactRuleKind::Cap { .. } => Some(true),
            // "Pauses look at events of the named outcome, whatever `counted` says."
            ContactRuleKind::Pause { length, outcome, .. } => {
                let length = self.of(length);
                and(self
                    .contacts(*outcome)
                    .into_iter()
                    .filter(|row| self.paused(&row[contact_fields::AT], &length))
                    .map(|row| self.in_scope(row, scope).map(|b| !b)))
            }
            // "The last K `sent` of the scope have no later `opened`; it starts at the K-th."
            ContactRuleKind::PauseWithout { length, count, .. } => {
                let length = self.of(length);
                let Value::Int(count) = self.of(count) else { return None };
                let count = usize::try_from(count).unwrap_or(0);
                let sent = self.contacts(Outcome::Sent);
                let opened = self.contacts(Outcome::Opened);
                // Contacts of which the scope is unknown: the rule is open if it is for any reading of them.
                let unknown: Vec<&[Value]> = sent
                    .iter()
                    .chain(&opened)
                    .filter(|row| self.in_scope(row, scope).is_none())
                    .copied()
                    .collect();
                let open_if = |reading: u32| {
                    let read = |row: &&&[Value]| {
                        self.in_scope(row, scope).unwrap_or_else(|| {
                            let place = unknown.iter().position(|u| std::ptr::eq(*u, **row)).unwrap();
                            reading & (1 << place) != 0
                        })
                    };
                    let sent: Vec<&&[Value]> = sent.iter().filter(read).collect();
                    if count == 0 || sent.len() < count {
                        return true;
                    }
                    let last = &sent[sent.len() - count..];
                    let first_at = &last[0][contact_fields::AT];
                    let ignored = !opened
                        .iter()
                        .filter(read)
                        .any(|row| before(first_at, &row[contact_fields::AT]) == Some(true));
                    !(ignored && self.paused(&last[count - 1][contact_fields::AT], &length))
                };
                let readings: Vec<bool> = (0..1 << unknown.len().min(10)).map(open_if).collect();
                readings.iter().all(|open| *open == readings[0]).then_some(readings[0])
            }
        }
    }

    /// "A pause ends exactly at `at + N`." One that ends after year 9999 does not end.
    fn paused(&self, at: &Value, length: &Value) -> bool {
        before(&Value::Time(self.now), &self.moved(at, length, 1)) != Some(false)
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}
