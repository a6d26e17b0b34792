//! Tests: everything that an author writes down in place of data.

use crate::diagnostic::{Code, Diagnostic};
use crate::model::types::{Base, Type};
use crate::model::{
    Case, CaseId, ChannelId, Expectation, Expr, ExprKind, Given, LetId, ListId, ParamId, ScoreId, TableId,
    TableKind, Test, TestRecord,
};
use crate::source::Span;
use crate::syntax::ast::{self, TestClauseKind, TestItem};
use crate::values::{Moment, Value};

use super::Lowering;
use super::constants::Limits;
use super::gates::GATE_WORDS;
use super::lazy::Node;
use super::names::ValueName;
use super::records::Record;

/// Which record a value is written in.
#[derive(Clone, Copy)]
enum Place {
    Subject,
    Context,
    Table(usize),
}

impl<'a> Lowering<'a> {
    pub(super) fn lower_tests(&mut self, cases: &[Option<Case>]) -> Vec<Test> {
        let fixtures = self.lower_fixtures();
        let declared: Vec<(&'a ast::Test, Span)> = self.declared.tests.clone();
        declared.into_iter().filter_map(|(test, span)| self.test(test, span, &fixtures, cases)).collect()
    }

    fn lower_fixtures(&mut self) -> Vec<Option<TestRecord>> {
        let declared: Vec<(&'a ast::Ident, &'a [ast::RecordEntry])> = self.declared.fixtures.clone();
        declared.into_iter().map(|(_, values)| self.test_record(values, Place::Subject)).collect()
    }

    fn test(
        &mut self,
        test: &'a ast::Test,
        span: Span,
        fixtures: &[Option<TestRecord>],
        cases: &[Option<Case>],
    ) -> Option<Test> {
        let mut lowered = Draft::default();
        let mut ok = true;
        for clause in &test.clauses {
            ok &= self.test_clause(clause, &mut lowered, fixtures, cases).is_some();
        }
        if lowered.now.is_none() && ok {
            self.report.push(
                Diagnostic::new(Code::TEST_CLAUSE, test.title.span, "the test does not say when it is")
                    .help("write the instant of the decision: `now 2026-11-22T10:00`"),
            );
        }
        if !ok {
            return None;
        }
        Some(Test {
            title: test.title.value.as_str().into(),
            now: lowered.now?.0,
            has_context: lowered.context.is_some(),
            context: lowered.context.map(|(record, _)| record).unwrap_or_default(),
            subject: lowered.subject.map(|(record, _)| record).unwrap_or_default(),
            tables: lowered.tables,
            lists: lowered.lists,
            set: lowered.set,
            given: lowered.given,
            remaining: lowered.remaining,
            expect: lowered.expect,
            span,
        })
    }

    fn test_clause(
        &mut self,
        clause: &'a ast::TestClause,
        test: &mut Draft,
        fixtures: &[Option<TestRecord>],
        cases: &[Option<Case>],
    ) -> Option<()> {
        let span = clause.span;
        match &clause.kind {
            TestClauseKind::Now(e) => {
                let before = test.now.as_ref().map(|(_, span)| *span);
                self.only_once(before, span, "now")?;
                test.now = Some((self.test_now(e)?, span));
            }
            TestClauseKind::Context(values) => {
                let before = test.context.as_ref().map(|(_, span)| *span);
                self.only_once(before, span, "context")?;
                test.context = Some((self.test_record(values, Place::Context)?, span));
            }
            TestClauseKind::Subject { name, base, values } => {
                let before = test.subject.as_ref().map(|(_, span)| *span);
                self.only_once(before, span, &name.name)?;
                test.subject = Some((self.test_subject(name, base.as_ref(), values, fixtures)?, span));
            }
            TestClauseKind::Table { name, items } => self.test_table(name, items, test)?,
            TestClauseKind::Set(name, value) => {
                let set = self.test_set(name, value)?;
                test.set.push(set);
            }
            TestClauseKind::Given(path, value) => {
                let given = self.given(path, value, span)?;
                test.given.push(given);
            }
            TestClauseKind::Remaining(case, value) => {
                let n = self.names.cases.find(case, &mut self.report);
                let value = self.constant(value, &Base::Int, "what remains of a quota", Limits::NotNegative);
                test.remaining.push((CaseId(n?), value?));
            }
            TestClauseKind::Expect(expectation) => {
                let expectation = self.expectation(expectation, cases)?;
                test.expect.push((expectation, span));
            }
        }
        Some(())
    }

    fn only_once(&mut self, before: Option<Span>, span: Span, word: &str) -> Option<()> {
        let Some(before) = before else { return Some(()) };
        self.report.push(
            Diagnostic::new(Code::TEST_CLAUSE, span, format!("the test has a second `{word}`"))
                .related(before, "the first"),
        );
        None
    }

    /// An instant, or a date for its first.
    fn test_now(&mut self, e: &'a ast::Expr) -> Option<Expr> {
        let now = self.expr(e, Some(&Base::Time))?;
        if let ExprKind::Constant(Value::Date(date)) = now.kind {
            let first = Moment::Date(date).in_zone(&self.zone)?;
            return Some(super::literals::constant(Value::Time(first), Base::Time, now.span));
        }
        let now = self.coerce(now, &Base::Time, "the instant of the decision")?;
        self.check_constant(&now, "the instant of the decision", Limits::Any)?;
        Some(now)
    }

    fn test_subject(
        &mut self,
        name: &ast::Ident,
        base: Option<&ast::Ident>,
        values: &'a [ast::RecordEntry],
        fixtures: &[Option<TestRecord>],
    ) -> Option<TestRecord> {
        let (subject, _) = self.declared.subject?;
        if name.name != subject.name {
            let message = format!("the model decides about a `{}`, not a `{}`", subject.name, name.name);
            self.report.push(
                Diagnostic::new(Code::UNKNOWN_NAME, name.span, message)
                    .related(subject.span, "declared here"),
            );
            return None;
        }
        let base = match base {
            Some(base) => Some(self.names.fixtures.find(base, &mut self.report)),
            None => None,
        };
        let own = self.test_record(values, Place::Subject);
        let mut record = match base {
            Some(n) => fixtures.get(n?)?.clone()?,
            None => Vec::new(),
        };
        for (place, value) in own? {
            match record.iter_mut().find(|(p, _)| *p == place) {
                Some(entry) => entry.1 = value,
                None => record.push((place, value)),
            }
        }
        Some(record)
    }

    fn record_at(&self, place: Place) -> Option<&Record<'a>> {
        match place {
            Place::Subject => Some(&self.subject),
            Place::Context => Some(&self.context),
            Place::Table(n) => self.tables.get(n).map(|t| &t.record),
        }
    }

    /// Values of fields, each of its type and known.
    fn test_record(&mut self, entries: &'a [ast::RecordEntry], place: Place) -> Option<TestRecord> {
        let mut record = Vec::with_capacity(entries.len());
        let mut ok = true;
        for entry in entries {
            match self.test_field(entry, place) {
                Some((n, _)) if record.iter().any(|(other, _)| *other == n) => {
                    let message = format!("`{}` is written twice", entry.name.name);
                    self.report.error(Code::TEST_RECORD, entry.name.span, message);
                    ok = false;
                }
                Some(field) => record.push(field),
                None => ok = false,
            }
        }
        ok.then_some(record)
    }

    fn test_field(&mut self, entry: &'a ast::RecordEntry, place: Place) -> Option<(usize, Expr)> {
        let name = &entry.name;
        let Some(n) = self.record_at(place)?.index(&name.name) else {
            let kind = match place {
                Place::Subject => "attribute".to_owned(),
                Place::Context => "field of the context called".to_owned(),
                Place::Table(n) => format!("field of `{}` called", self.tables.get(n).map_or("", |t| t.name)),
            };
            let names: Vec<String> = self.record_at(place)?.names().map(str::to_owned).collect();
            self.report.unknown(&kind, &name.name, name.span, names.iter().map(String::as_str));
            return None;
        };
        let ty = self.record_at(place)?.ty(n)?.clone();
        let value = self.test_value(&entry.value, &ty, &format!("`{}`", name.name))?;
        Some((n, value))
    }

    /// A known value of a type. A case in a past contact need not be declared.
    fn test_value(&mut self, e: &'a ast::Expr, ty: &Type, what: &str) -> Option<Expr> {
        let undeclared_case = match (&ty.base, &e.kind) {
            (Base::Case, ast::ExprKind::Name(word)) => Some(word),
            (Base::Case, ast::ExprKind::Literal(ast::Literal::Text(word))) => Some(word),
            _ => None,
        };
        if let Some(word) = undeclared_case {
            return Some(super::literals::constant(Value::Text(word.as_str().into()), Base::Case, e.span));
        }
        let value = self.typed(e, ty, what)?;
        match self.evaluate(&value) {
            Some(constant) if !constant.is_missing() || ty.optional => {
                Some(Expr { kind: ExprKind::Constant(constant), ty: value.ty, span: value.span })
            }
            _ => {
                self.check_constant(&value, what, Limits::Any)?;
                None
            }
        }
    }

    /// Events, rows or a list.
    fn test_table(&mut self, name: &'a ast::Ident, items: &'a [TestItem], test: &mut Draft) -> Option<()> {
        if let Some(table) = self.table_index(&name.name) {
            let before = test.tables.iter().any(|(t, _)| t.0 == table);
            self.only_once(before.then_some(name.span), name.span, &name.name)?;
            let records: Vec<Option<TestRecord>> =
                items.iter().map(|item| self.test_event(item, table)).collect();
            test.tables.push((TableId(table), records.into_iter().collect::<Option<Vec<_>>>()?));
            return Some(());
        }
        if let Some(ValueName::List(list)) = self.names.values.get(&name.name) {
            let key = self.subject.key.and_then(|key| self.subject.ty(key)).cloned()?;
            let keys: Vec<Option<Expr>> = items.iter().map(|item| self.test_key(item, &key)).collect();
            test.lists.push((ListId(list), keys.into_iter().collect::<Option<Vec<_>>>()?));
            return Some(());
        }
        let lists = self.declared.lists.iter().map(|l| l.name.name.as_str());
        let tables = self.tables.iter().map(|t| t.name);
        let clauses = ["now", "context", "set", "given", "remaining", "expect"];
        let subject = self.declared.subject.map(|(name, _)| name.name.as_str());
        let known: Vec<&str> = tables.chain(lists).chain(clauses).chain(subject).collect();
        self.report.unknown("events, rows, list or clause of a test called", &name.name, name.span, known);
        None
    }

    fn test_event(&mut self, item: &'a TestItem, table: usize) -> Option<TestRecord> {
        let (entries, span) = match item {
            TestItem::Record(entries, span) => (entries, *span),
            TestItem::Key(key) => {
                self.report.push(
                    Diagnostic::new(Code::TEST_RECORD, key.span, "events and rows are records")
                        .label("expected `{ field: value, … }`"),
                );
                return None;
            }
        };
        let record = self.test_record(entries, Place::Table(table))?;
        let declared = self.tables.get(table)?;
        let fields = declared.record.fields.iter().enumerate();
        let absent: Vec<&str> = fields
            .filter(|(n, field)| !field.ty.optional && !record.iter().any(|(place, _)| place == n))
            .map(|(_, field)| &*field.name)
            .collect();
        if absent.is_empty() {
            return Some(record);
        }
        let names: Vec<String> = absent.iter().map(|n| format!("`{n}`")).collect();
        let message = format!("a record of `{}` has no {}", declared.name, names.join(", "));
        let timed = absent.contains(&"at") && declared.kind != TableKind::Rows;
        let mut diagnostic = Diagnostic::new(Code::TEST_RECORD, span, message);
        if timed {
            let form =
                if declared.kind == TableKind::DatedEvents { "2026-11-01" } else { "2026-11-01T08:00" };
            diagnostic = diagnostic.help(format!("say when it happened: `at: {form}`"));
        }
        self.report.push(diagnostic);
        None
    }

    fn test_key(&mut self, item: &'a TestItem, key: &Type) -> Option<Expr> {
        match item {
            TestItem::Key(e) => self.test_value(e, key, "a key of a list"),
            TestItem::Record(_, span) => {
                self.report.push(
                    Diagnostic::new(Code::TEST_RECORD, *span, "a list holds keys")
                        .label("expected a key such as \"c1\""),
                );
                None
            }
        }
    }

    fn test_set(&mut self, name: &'a ast::Ident, value: &'a ast::Expr) -> Option<(ParamId, Expr)> {
        let Some(ValueName::Param(n)) = self.names.values.get(&name.name) else {
            let params = self.declared.params.iter().map(|p| p.named.name.name.as_str());
            self.report.unknown("param", &name.name, name.span, params);
            return None;
        };
        let param = self.params.get(n)?.as_ref()?;
        let (ty, range) = (param.ty.clone(), param.range.clone());
        let e = self.test_value(value, &ty, &format!("`{}`", name.name))?;
        if let (Some((low, high)), Some(value)) = (range, self.evaluate(&e)) {
            self.check_range(&name.name, &value, &ty, &low, &high, e.span)?;
        }
        Some((ParamId(n), e))
    }

    /// `given worth = 0.7`, `given loyalty.total = 9`
    fn given(&mut self, path: &'a [ast::Ident], value: &'a ast::Expr, span: Span) -> Option<(Given, Expr)> {
        let (head, part) = match path {
            [head] => (head, None),
            [head, part] => (head, Some(part)),
            _ => return None,
        };
        let whole = part.map_or(head.span, |part| head.span.to(part.span));
        let (given, ty) = match self.names.values.get(&head.name) {
            Some(ValueName::Score(n)) => {
                let ExprKind::Score(id, part) = self.score_part(n, part, whole)?.kind else { return None };
                let ty = self.scores.get(n)?.as_ref()?.ty(&part)?;
                (Given::Score(ScoreId(id.0), part), ty)
            }
            Some(ValueName::Let(n)) if part.is_none() => {
                if !self.ready(Node::Let(n), span) {
                    return None;
                }
                let Some(binding) = self.lets.get(n)?.as_ref() else {
                    let message = format!("`{}` is a function, which has no value of its own", head.name);
                    self.report.error(Code::TEST_GIVEN, head.span, message);
                    return None;
                };
                let ty = binding.value.ty.clone();
                (Given::Let(LetId(self.let_ids.get(n).copied()?)), ty)
            }
            Some(other) => {
                let mut diagnostic = Diagnostic::new(
                    Code::TEST_GIVEN,
                    whole,
                    format!(
                        "a `given` stands in for a score or a let, and `{}` is {}",
                        head.name,
                        other.kind()
                    ),
                );
                diagnostic = match other {
                    ValueName::Param(_) => diagnostic.help(format!("write `set {} = …`", head.name)),
                    ValueName::Attribute(_) => {
                        diagnostic.help("write its value in the record of the subject")
                    }
                    ValueName::Context(_) => diagnostic.help("write its value in `context { … }`"),
                    _ => diagnostic,
                };
                self.report.push(diagnostic);
                return None;
            }
            None => {
                let lets = self.declared.lets.iter().map(|l| l.named.name.name.as_str());
                let scores = self.declared.scores.iter().map(|s| s.named().name.name.as_str());
                self.report.unknown("score or let", &head.name, head.span, scores.chain(lets));
                return None;
            }
        };
        let value = self.test_value(value, &ty, &format!("`{}`", head.name))?;
        Some((given, value))
    }

    fn expectation(&mut self, written: &'a ast::Expectation, cases: &[Option<Case>]) -> Option<Expectation> {
        Some(match written {
            ast::Expectation::Condition(e) => Expectation::Condition(self.condition(e, "an expectation")?),
            ast::Expectation::Offered { not, case, channel } => {
                let case = self.names.cases.find(case, &mut self.report).map(CaseId);
                let channel = match channel {
                    Some(channel) => Some(ChannelId(self.names.channels.find(channel, &mut self.report)?)),
                    None => None,
                };
                Expectation::Offered { not: *not, case: case?, channel }
            }
            ast::Expectation::Fails(case, gate) => {
                let (case, gate) = self.gate_of(case, gate, cases)?;
                Expectation::Fails(case, gate)
            }
            ast::Expectation::Unknown(case, gate) => {
                let (case, gate) = self.gate_of(case, gate, cases)?;
                Expectation::Unknown(case, gate)
            }
            ast::Expectation::Outranked(case) => {
                Expectation::Outranked(CaseId(self.names.cases.find(case, &mut self.report)?))
            }
            ast::Expectation::HeldOut(case) => {
                Expectation::HeldOut(CaseId(self.names.cases.find(case, &mut self.report)?))
            }
            ast::Expectation::NoOffers => Expectation::NoOffers,
        })
    }

    /// A gate's word, or the id of a clause of the case.
    fn gate_of(
        &mut self,
        case: &ast::Ident,
        gate: &ast::Ident,
        cases: &[Option<Case>],
    ) -> Option<(CaseId, std::sync::Arc<str>)> {
        let n = self.names.cases.find(case, &mut self.report)?;
        let clauses = &cases.get(n)?.as_ref()?.clauses;
        let known = GATE_WORDS.contains(&gate.name.as_str()) || clauses.iter().any(|c| *c.id == *gate.name);
        if !known {
            let ids = GATE_WORDS.into_iter().chain(clauses.iter().map(|c| &*c.id));
            let kind = format!("gate or clause of `{}` called", case.name);
            self.report.unknown(&kind, &gate.name, gate.span, ids);
            return None;
        }
        Some((CaseId(n), gate.name.as_str().into()))
    }
}

/// A test whose clauses are being read.
#[derive(Default)]
struct Draft {
    now: Option<(Expr, Span)>,
    context: Option<(TestRecord, Span)>,
    subject: Option<(TestRecord, Span)>,
    tables: Vec<(TableId, Vec<TestRecord>)>,
    lists: Vec<(ListId, Vec<Expr>)>,
    set: Vec<(ParamId, Expr)>,
    given: Vec<(Given, Expr)>,
    remaining: Vec<(CaseId, Expr)>,
    expect: Vec<(Expectation, Span)>,
}
