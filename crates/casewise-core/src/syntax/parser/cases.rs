//! Gates, channels, contact policy, cases and the decision.

use super::super::ast::{
    CapScope, CaseClause, CaseClauseKind, CaseDeclaration, Channel, Condition, ConditionKind, ContactRule,
    ContactRuleKind, Decide, Expr, ExprKind, GateDeclaration, PauseScope, Quiet, Text, Variant,
};
use super::super::literal;
use super::super::token::{Kw, Tok};
use super::super::words;
use super::{Failed, Once, Parsed, Parser, Separated};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

impl Parser<'_> {
    pub(super) fn gate(&mut self) -> Parsed<GateDeclaration> {
        let named = self.named("the name of the gate")?;
        let clauses = self.body(Separated::Clauses, "the clauses of the gate", |p| match p.condition()? {
            Some(condition) if condition.kind != ConditionKind::For => Ok(condition),
            Some(condition) => {
                let d = Diagnostic::new(
                    Code::UNKNOWN_CLAUSE,
                    condition.span,
                    "`for` names the target group of a case, a gate has none",
                )
                .help("write `require`");
                p.report(d);
                Err(Failed)
            }
            None => Err(p.unknown_clause("a gate", words::GATE)),
        });
        Ok(GateDeclaration { named, clauses })
    }

    /// `for|require|exclude [NAME:] EXPR ["message"]`, if one stands here.
    fn condition(&mut self) -> Parsed<Option<Condition>> {
        let token = self.peek();
        let word = self.words(token);
        let kind = match word {
            "for" => ConditionKind::For,
            "require" => ConditionKind::Require,
            "exclude" => ConditionKind::Exclude,
            _ => return Ok(None),
        };
        if token.kind != Tok::Word {
            return Ok(None);
        }
        self.pos += 1;
        let start = token.span(self.file);
        let name = if self.peek().is_name() && !self.at_end() && self.next().kind == Tok::Colon {
            let name = self.name("a name")?;
            self.bump();
            Some(name)
        } else {
            None
        };
        let condition = self.value(&format!("a condition after `{}`", name.as_ref().map_or(word, |_| ":")));
        let message = self.optional_text();
        Ok(Some(Condition { kind, name, condition, message, span: self.since(start) }))
    }

    pub(super) fn channel(&mut self) -> Parsed<Channel> {
        let named = self.named("the name of the channel")?;
        let mut channel = Channel { named, conditions: Vec::new(), quiet: Vec::new(), capacity: None };
        if self.at_end() && !self.at_block() {
            return Ok(channel);
        }
        let mut seen = Once::default();
        self.body(Separated::Clauses, "the clauses of the channel", |p| {
            let start = p.span();
            if p.is_word("require") || p.is_word("exclude") {
                channel.conditions.extend(p.condition()?);
            } else if p.take_word("quiet") {
                let quiet = p.quiet(start)?;
                channel.quiet.push(quiet);
            } else if p.take_word("capacity") {
                p.once(&mut seen, "capacity", start);
                let capacity = p.amount("a number after `capacity`")?;
                p.expect_word("per", "`per day` after the capacity")?;
                p.expect_word("day", "`day` after `per`: a capacity is one of a day")?;
                channel.capacity = Some(capacity);
            } else {
                return Err(p.unknown_clause("a channel", words::CHANNEL));
            }
            Ok(())
        });
        Ok(channel)
    }

    /// `21:00 .. 09:00 [in ATTRIBUTE]`
    fn quiet(&mut self, start: Span) -> Parsed<Quiet> {
        let from = self.clock("a time of day such as `21:00` after `quiet`")?;
        self.expect(Tok::DotDot, "`..` and a time of day")?;
        let to = self.clock("a time of day such as `09:00` after `..`")?;
        let zone = if self.take(Tok::Kw(Kw::In)) {
            Some(self.amount("the attribute that names a time zone, after `in`")?)
        } else {
            None
        };
        Ok(Quiet { from, to, zone, span: self.since(start) })
    }

    fn clock(&mut self, what: &str) -> Parsed<u16> {
        let token = self.peek();
        if token.kind != Tok::Clock || self.at_end() {
            return Err(self.expected(Code::BAD_TIME_OF_DAY, what));
        }
        let word = self.words(token);
        let Some(minutes) = literal::clock_minutes(word) else {
            let d = Diagnostic::new(
                Code::BAD_TIME_OF_DAY,
                token.span(self.file),
                format!("`{word}` is not a time of day"),
            )
            .help("a day goes from `00:00` to `23:59`; `21:00 .. 00:00` ends at midnight");
            self.report(d);
            return Err(Failed);
        };
        self.pos += 1;
        Ok(minutes)
    }

    pub(super) fn contact_rules(&mut self) -> Vec<ContactRule> {
        self.body(Separated::Clauses, "the rules of contact", |p| {
            let start = p.span();
            let kind = if p.take_word("at") {
                p.cap()?
            } else if p.take_word("pause") {
                p.pause()?
            } else {
                return Err(p.unknown_clause("`contacts`", words::CONTACTS));
            };
            Ok(ContactRule { kind, span: p.since(start) })
        })
    }

    /// `most N per DURATION [per channel | …]`, after `at`
    fn cap(&mut self) -> Parsed<ContactRuleKind> {
        self.expect_word("most", "`most` after `at`")?;
        let count = self.amount("a number after `at most`")?;
        self.expect_word("per", "`per` and a duration after the number")?;
        let next = self.next();
        let alone = next.breaks
            || matches!(next.kind, Tok::End | Tok::Semi | Tok::RBrace)
            || matches!(self.words(next), "per" | "on");
        if self.is(Tok::Word) && alone && words::unit(self.words(self.peek())).is_some() {
            let unit = self.words(self.peek());
            let message = format!("expected a duration after `per`, found `{unit}`");
            let d = Diagnostic::new(Code::EXPECTED_VALUE, self.span(), message)
                .help(format!("write `per 1 {unit}`"));
            self.report(d);
            return Err(Failed);
        }
        let window = self.amount("a duration after `per`")?;
        let scope = if self.take_word("per") {
            if self.take_word("channel") {
                CapScope::PerChannel
            } else if self.take_word("group") {
                CapScope::PerGroup
            } else if self.take_word("case") {
                CapScope::PerCase
            } else {
                return Err(self.expected(Code::EXPECTED_SYMBOL, "`channel`, `group` or `case` after `per`"));
            }
        } else if self.take_word("on") {
            CapScope::On(self.names("the name of a channel")?)
        } else {
            CapScope::All
        };
        Ok(ContactRuleKind::Cap { count, window, scope })
    }

    /// `D after OUTCOME …` or `D after K sent without opened …`, after `pause`
    fn pause(&mut self) -> Parsed<ContactRuleKind> {
        let length = self.amount("a duration after `pause`")?;
        self.expect_word("after", "`after` and an outcome")?;
        let next = self.next();
        let outcome = self.peek().is_name()
            && !self.at_end()
            && (next.breaks
                || matches!(next.kind, Tok::End | Tok::Semi | Tok::RBrace)
                || self.next_is_word("same"));
        if outcome {
            let outcome = self.name("an outcome after `after`")?;
            return Ok(ContactRuleKind::Pause { length, outcome, scope: self.pause_scope()? });
        }
        let count = self
            .amount("an outcome such as `rejected`, or a number and `sent without opened`, after `after`")?;
        for word in ["sent", "without", "opened"] {
            self.expect_word(word, "`sent without opened` after the number")?;
        }
        Ok(ContactRuleKind::PauseWithout { length, count, scope: self.pause_scope()? })
    }

    fn pause_scope(&mut self) -> Parsed<PauseScope> {
        if !self.take_word("same") {
            return Ok(PauseScope::All);
        }
        if self.take_word("case") {
            Ok(PauseScope::SameCase)
        } else if self.take_word("group") {
            Ok(PauseScope::SameGroup)
        } else if self.take_word("channel") {
            Ok(PauseScope::SameChannel)
        } else {
            Err(self.expected(Code::EXPECTED_SYMBOL, "`case`, `group` or `channel` after `same`"))
        }
    }

    /// `NAME ["title"] [in GROUP] { … }`
    pub(super) fn case(&mut self, kind: &str) -> Parsed<CaseDeclaration> {
        let named = self.named(&format!("the name of the {kind}"))?;
        // A case without its group still counts, so that its name is known.
        let group =
            if self.take(Tok::Kw(Kw::In)) { self.name("the name of a group after `in`").ok() } else { None };
        Ok(CaseDeclaration {
            named,
            group,
            clauses: self.case_clauses(&format!("a {kind}"), &format!("the clauses of the {kind}")),
        })
    }

    pub(super) fn case_clauses(&mut self, block: &str, what: &str) -> Vec<CaseClause> {
        self.body(Separated::Clauses, what, |p| p.case_clause(block, words::CASE))
    }

    fn case_clause(&mut self, block: &str, known: &[&str]) -> Parsed<CaseClause> {
        let start = self.span();
        let token = self.peek();
        let word = self.words(token);
        if token.kind != Tok::Word || !known.contains(&word) {
            return Err(self.unknown_clause(block, known));
        }
        if let Some(condition) = self.condition()? {
            return Ok(CaseClause { kind: CaseClauseKind::Condition(condition), span: self.since(start) });
        }
        self.pos += 1;
        let kind = match word {
            "status" => CaseClauseKind::Status(
                self.name("`draft`, `trial`, `live`, `paused` or `retired` after `status`")?,
            ),
            "runs" => {
                let from = self.amount("the first day after `runs`")?;
                if self.is(Tok::DotDot) {
                    let d = Diagnostic::new(
                        Code::EXPECTED_SYMBOL,
                        self.span(),
                        "expected `through` between the first and the last day, found `..`",
                    )
                    .help("`through` counts both days; `..` would leave out the last");
                    self.report(d);
                    self.pos += 1;
                } else {
                    self.expect_word("through", "`through` and the last day")?;
                }
                CaseClauseKind::Runs(from, self.amount("the last day after `through`")?)
            }
            "priority" => CaseClauseKind::Priority(self.value("a number after `priority`")),
            "exclusive" => {
                CaseClauseKind::Exclusive(self.name("the name of a set of cases after `exclusive`")?)
            }
            "channels" => CaseClauseKind::Channels(self.names("the name of a channel")?),
            "contacts" => self.contacts_clause()?,
            "holdout" => {
                let share = self.amount("a share such as `5%` after `holdout`")?;
                let salt = self.salt()?;
                CaseClauseKind::Holdout { share, salt, next: self.take_word("next") }
            }
            "quota" => CaseClauseKind::Quota(self.value("a number after `quota`")),
            "budget" => {
                let amount = self.amount("a number after `budget`")?;
                self.expect_word("of", "`of` and a property after the budget")?;
                CaseClauseKind::Budget { amount, of: self.name("the property after `of`")? }
            }
            "with" => {
                let mut values = Vec::new();
                loop {
                    let name = self.name("the name of a property after `with`")?;
                    self.expect(Tok::Assign, "`=` and a value after the name of a property")?;
                    values.push((name, self.expression("a value after `=`")?));
                    if !self.take(Tok::Comma) {
                        break;
                    }
                }
                CaseClauseKind::With(values)
            }
            "offer" => {
                let on = if self.take_word("on") {
                    self.names("the name of a channel after `on`")?
                } else {
                    Vec::new()
                };
                CaseClauseKind::Offer { on, fields: self.record("the fields of the offer")? }
            }
            _ => CaseClauseKind::Variants(self.block(Separated::Items, "the variants", Parser::variant)?),
        };
        Ok(CaseClause { kind, span: self.since(start) })
    }

    /// `[salt "…"]`
    fn salt(&mut self) -> Parsed<Option<Text>> {
        if self.take_word("salt") {
            Ok(Some(self.expect_text("a text in double quotes after `salt`")?))
        } else {
            Ok(None)
        }
    }

    /// `ignored`, `uncounted` or both
    fn contacts_clause(&mut self) -> Parsed<CaseClauseKind> {
        let (mut ignored, mut uncounted) = (false, false);
        loop {
            if self.take_word("ignored") {
                ignored = true;
            } else if self.take_word("uncounted") {
                uncounted = true;
            } else {
                return Err(
                    self.expected(Code::EXPECTED_SYMBOL, "`ignored`, `uncounted` or both after `contacts`")
                );
            }
            if !self.take(Tok::Comma) {
                return Ok(CaseClauseKind::Contacts { ignored, uncounted });
            }
        }
    }

    fn variant(&mut self) -> Parsed<Variant> {
        let start = self.span();
        let name = self.name("the name of a variant")?;
        let share = self.amount("a share such as `50%` after the name of a variant")?;
        let clauses = if self.at_block() && !self.peek().breaks {
            let block = format!("the variant `{}`", name.name);
            self.block(Separated::Clauses, "its offer", |p| p.case_clause(&block, words::VARIANT))?
        } else {
            Vec::new()
        };
        Ok(Variant { name, share, clauses, span: self.since(start) })
    }

    pub(super) fn decide(&mut self) -> Parsed<Decide> {
        let name = if self.peek().is_name() && !self.at_end() && !self.is_word("when") {
            Some(self.name("a name")?)
        } else {
            None
        };
        let when =
            if self.take_word("when") { Some(self.header_value("a condition after `when`")) } else { None };
        let mut decide =
            Decide { name, when, rank_by: None, top: None, per_group: None, control: None, channels: None };
        let mut seen = Once::default();
        self.body(Separated::Clauses, "the clauses of the decision", |p| {
            let start = p.span();
            if p.take_word("rank") {
                p.once(&mut seen, "rank by", start);
                p.expect_word("by", "`by` after `rank`")?;
                decide.rank_by = Some(p.value("a value after `rank by`"));
            } else if p.take_word("top") {
                p.once(&mut seen, "top", start);
                decide.top = Some(p.value("a number after `top`"));
            } else if p.take_word("at") {
                p.once(&mut seen, "at most", start);
                p.expect_word("most", "`most` after `at`")?;
                let count = p.amount("a number after `at most`")?;
                p.expect_word("per", "`per group` after the number")?;
                p.expect_word("group", "`group` after `per`")?;
                decide.per_group = Some(count);
            } else if p.take_word("control") {
                p.once(&mut seen, "control", start);
                let share = p.amount("a share such as `2%` after `control`")?;
                decide.control = Some((share, p.salt()?));
            } else if p.take_word("channels") {
                p.once(&mut seen, "channels", start);
                decide.channels = Some(p.names("the name of a channel")?);
            } else {
                return Err(p.unknown_clause("`decide`", words::DECIDE));
            }
            Ok(())
        });
        Ok(decide)
    }

    /// An expression before a block: on failure its rest is skipped up to the block.
    fn header_value(&mut self, what: &str) -> Expr {
        let span = self.missing_span();
        match self.expression(what) {
            Ok(expr) => expr,
            Err(Failed) => {
                while !self.at_end() && !self.at_block() {
                    self.pos += 1;
                }
                Expr { kind: ExprKind::Error, span }
            }
        }
    }
}
