//! Gates, channels, contact policy, cases and the decision.

use super::super::ast::{
    CapScope, CaseClause, CaseClauseKind, CaseDeclaration, Channel, Condition, ConditionKind, ContactRule,
    ContactRuleKind, Decide, Expr, ExprKind, GateDeclaration, PauseScope, Quiet, Text, Variant,
};
use super::super::words;
use super::declarations::AMOUNT;
use super::doc::Doc;
use super::{Empty, Formatter, Item, name, name_unless, named, names, text, title};
use crate::source::Span;

impl<'a> Formatter<'a> {
    fn condition(&mut self, condition: &'a Condition) -> Doc<'a> {
        let word = match condition.kind {
            ConditionKind::For => "for",
            ConditionKind::Require => "require",
            ConditionKind::Exclude => "exclude",
        };
        let mut docs = vec![Doc::text(word)];
        match &condition.name {
            Some(n) => {
                docs.push(Doc::text(format!(" {}:", name(n))));
                docs.push(self.space(condition.condition.span.start));
            }
            None => docs.push(Doc::text(" ")),
        }
        docs.push(Doc::indent(self.expr(&condition.condition, 0)));
        docs.push(Doc::text(title(condition.message.as_ref())));
        Doc::All(docs)
    }

    pub(super) fn gate(&mut self, gate: &'a GateDeclaration, span: Span) -> Doc<'a> {
        let items = gate
            .clauses
            .iter()
            .map(|c| -> Item<'a> { (c.span, Box::new(move |f| f.condition(c))) })
            .collect();
        let block = self.block("; ", items, span, Empty::Braces);
        Doc::All(vec![Doc::text(format!("gate {}", named(&gate.named))), block])
    }

    pub(super) fn channel(&mut self, channel: &'a Channel, span: Span) -> Doc<'a> {
        let mut items: Vec<Item<'a>> = Vec::new();
        for condition in &channel.conditions {
            items.push((condition.span, Box::new(move |f| f.condition(condition))));
        }
        for quiet in &channel.quiet {
            items.push((quiet.span, Box::new(move |f| f.quiet(quiet))));
        }
        if let Some(capacity) = &channel.capacity {
            let build = move |f: &mut Formatter<'a>| {
                Doc::All(vec![Doc::text("capacity "), f.expr(capacity, AMOUNT), Doc::text(" per day")])
            };
            items.push((capacity.span, Box::new(build)));
        }
        let block = self.block("; ", items, span, Empty::Nothing);
        Doc::All(vec![Doc::text(format!("channel {}", named(&channel.named))), block])
    }

    fn quiet(&mut self, quiet: &'a Quiet) -> Doc<'a> {
        let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let mut docs = vec![Doc::text(format!("quiet {} .. {}", clock(quiet.from), clock(quiet.to)))];
        if let Some(zone) = &quiet.zone {
            docs.push(Doc::text(" in "));
            docs.push(self.expr(zone, AMOUNT));
        }
        Doc::All(docs)
    }

    pub(super) fn contact_rules(&mut self, rules: &'a [ContactRule], span: Span) -> Doc<'a> {
        let items =
            rules.iter().map(|r| -> Item<'a> { (r.span, Box::new(move |f| f.contact_rule(r))) }).collect();
        self.block("; ", items, span, Empty::Braces)
    }

    fn contact_rule(&mut self, rule: &'a ContactRule) -> Doc<'a> {
        match &rule.kind {
            ContactRuleKind::Cap { count, window, scope } => {
                let scope = match scope {
                    CapScope::All => String::new(),
                    CapScope::PerChannel => " per channel".to_owned(),
                    CapScope::PerGroup => " per group".to_owned(),
                    CapScope::PerCase => " per case".to_owned(),
                    CapScope::On(channels) => format!(" on {}", names(channels)),
                };
                let count = self.expr(count, AMOUNT);
                let window = match &window.kind {
                    // `per day` alone is a slip for `per 1 day`.
                    ExprKind::Name(n) if words::unit(n).is_some() => Doc::text(format!("`{n}`")),
                    _ => self.expr(window, AMOUNT),
                };
                Doc::All(vec![Doc::text("at most "), count, Doc::text(" per "), window, Doc::text(scope)])
            }
            ContactRuleKind::Pause { length, outcome, scope } => Doc::All(vec![
                Doc::text("pause "),
                self.expr(length, AMOUNT),
                Doc::text(format!(" after {}{}", name(outcome), pause_scope(*scope))),
            ]),
            ContactRuleKind::PauseWithout { length, count, scope } => Doc::All(vec![
                Doc::text("pause "),
                self.expr(length, AMOUNT),
                Doc::text(" after "),
                self.expr(count, AMOUNT),
                Doc::text(format!(" sent without opened{}", pause_scope(*scope))),
            ]),
        }
    }

    pub(super) fn case(&mut self, kind: &str, case: &'a CaseDeclaration, span: Span) -> Doc<'a> {
        let group = case.group.as_ref().map_or(String::new(), |g| format!(" in {}", name(g)));
        let header = format!("{kind} {}{group}", named(&case.named));
        Doc::All(vec![Doc::text(header), self.case_clauses(&case.clauses, span)])
    }

    pub(super) fn case_clauses(&mut self, clauses: &'a [CaseClause], span: Span) -> Doc<'a> {
        let items =
            clauses.iter().map(|c| -> Item<'a> { (c.span, Box::new(move |f| f.case_clause(c))) }).collect();
        self.block("; ", items, span, Empty::Braces)
    }

    fn case_clause(&mut self, clause: &'a CaseClause) -> Doc<'a> {
        match &clause.kind {
            CaseClauseKind::Status(status) => Doc::text(format!("status {}", name(status))),
            CaseClauseKind::Runs(from, through) => Doc::All(vec![
                Doc::text("runs "),
                self.expr(from, AMOUNT),
                Doc::text(" through "),
                self.expr(through, AMOUNT),
            ]),
            CaseClauseKind::Condition(condition) => self.condition(condition),
            CaseClauseKind::Priority(value) => self.word_and_value("priority ", value),
            CaseClauseKind::Exclusive(set) => Doc::text(format!("exclusive {}", name(set))),
            CaseClauseKind::Channels(channels) => Doc::text(format!("channels {}", names(channels))),
            CaseClauseKind::Contacts { ignored, uncounted } => Doc::text(match (ignored, uncounted) {
                (true, true) => "contacts ignored, uncounted",
                (false, true) => "contacts uncounted",
                _ => "contacts ignored",
            }),
            CaseClauseKind::Holdout { share, salt: s, next } => Doc::All(vec![
                Doc::text("holdout "),
                self.expr(share, AMOUNT),
                Doc::text(salt(s.as_ref())),
                Doc::text(if *next { " next" } else { "" }),
            ]),
            CaseClauseKind::Quota(value) => self.word_and_value("quota ", value),
            CaseClauseKind::Budget { amount, of } => Doc::All(vec![
                Doc::text("budget "),
                self.expr(amount, AMOUNT),
                Doc::text(format!(" of {}", name(of))),
            ]),
            CaseClauseKind::With(values) => self.with(values),
            CaseClauseKind::Offer { on, fields } => {
                let on = if on.is_empty() { String::new() } else { format!(" on {}", names(on)) };
                Doc::All(vec![Doc::text(format!("offer{on}")), self.record(fields, clause.span)])
            }
            CaseClauseKind::Variants(variants) => {
                let items = variants
                    .iter()
                    .map(|v| -> Item<'a> { (v.span, Box::new(move |f| f.variant(v))) })
                    .collect();
                Doc::All(vec![Doc::text("variants"), self.block("; ", items, clause.span, Empty::Braces)])
            }
        }
    }

    fn word_and_value(&mut self, word: &'static str, value: &'a Expr) -> Doc<'a> {
        Doc::All(vec![Doc::text(word), Doc::indent(self.expr(value, 0))])
    }

    fn with(&mut self, values: &'a [(super::Ident, Expr)]) -> Doc<'a> {
        let mut docs = Vec::new();
        let last = values.len().saturating_sub(1);
        for (n, (property, value)) in values.iter().enumerate() {
            let comments = if n > 0 { self.comments_inside(property.span.start) } else { None };
            let comma = if n == last { "" } else { "," };
            let space = self.space(value.span.start);
            let pair = Doc::All(vec![
                Doc::text(format!("{} =", name(property))),
                space,
                self.expr(value, 0),
                Doc::text(comma),
            ]);
            docs.push(match comments {
                Some(comments) => Doc::All(vec![comments, pair]),
                None if n == 0 => pair,
                None => Doc::group(Doc::All(vec![Doc::Line, pair])),
            });
        }
        Doc::All(vec![Doc::text("with "), Doc::indent(Doc::All(docs))])
    }

    fn variant(&mut self, variant: &'a Variant) -> Doc<'a> {
        let mut docs = vec![
            Doc::text(format!("{} ", name_unless(&variant.name, words::DECLARATIONS))),
            self.expr(&variant.share, AMOUNT),
        ];
        if !variant.clauses.is_empty() {
            docs.push(self.case_clauses(&variant.clauses, variant.span));
        }
        Doc::All(docs)
    }

    pub(super) fn decide(&mut self, decide: &'a Decide, span: Span) -> Doc<'a> {
        let mut header = vec![Doc::text("decide")];
        if let Some(n) = &decide.name {
            header.push(Doc::text(format!(" {}", name_unless(n, &["when"]))));
        }
        if let Some(when) = &decide.when {
            header.push(Doc::text(" when "));
            header.push(Doc::indent(self.expr(when, 0)));
        }
        let mut items: Vec<Item<'a>> = Vec::new();
        Formatter::clauses(&mut items, &[("rank by", &decide.rank_by), ("top", &decide.top)]);
        if let Some(count) = &decide.per_group {
            let build = move |f: &mut Formatter<'a>| {
                Doc::All(vec![Doc::text("at most "), f.expr(count, AMOUNT), Doc::text(" per group")])
            };
            items.push((count.span, Box::new(build)));
        }
        if let Some((share, s)) = &decide.control {
            let build = move |f: &mut Formatter<'a>| {
                Doc::All(vec![Doc::text("control "), f.expr(share, AMOUNT), Doc::text(salt(s.as_ref()))])
            };
            items.push((share.span, Box::new(build)));
        }
        if let Some(channels) = &decide.channels {
            let at = channels.first().map_or(Span::default(), |c| c.span);
            items.push((at, Box::new(move |_| Doc::text(format!("channels {}", names(channels))))));
        }
        header.push(self.block("; ", items, span, Empty::Braces));
        Doc::All(header)
    }
}

fn pause_scope(scope: PauseScope) -> &'static str {
    match scope {
        PauseScope::All => "",
        PauseScope::SameCase => " same case",
        PauseScope::SameGroup => " same group",
        PauseScope::SameChannel => " same channel",
    }
}

/// ` salt "…"`, or nothing.
fn salt(of: Option<&Text>) -> String {
    of.map_or(String::new(), |t| format!(" salt {}", text(t)))
}
