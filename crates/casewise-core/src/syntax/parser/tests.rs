//! Tests inside a model.

use super::super::ast::{Expectation, RecordEntry, Test, TestClause, TestClauseKind, TestItem};
use super::super::token::{Kw, Tok};
use super::super::words;
use super::{Parsed, Parser, Separated};
use crate::diagnostic::Code;

impl Parser<'_> {
    pub(super) fn test(&mut self) -> Parsed<Test> {
        let title = self.expect_text("what the test shows, in double quotes after `test`")?;
        let clauses = self.body(Separated::Clauses, "the clauses of the test", |p| {
            let start = p.span();
            let kind = p.test_clause()?;
            Ok(TestClause { kind, span: p.since(start) })
        });
        Ok(Test { title, clauses })
    }

    fn test_clause(&mut self) -> Parsed<TestClauseKind> {
        let token = self.peek();
        if token.kind == Tok::Kw(Kw::Now) {
            self.pos += 1;
            return Ok(TestClauseKind::Now(self.value("an instant such as `2026-11-22T10:00` after `now`")));
        }
        if !token.is_name() {
            return Err(self.unknown_clause("a test", words::TEST));
        }
        let next = self.next();
        let word = if token.kind == Tok::Word { self.words(token) } else { "" };
        if next.kind == Tok::LBrack && !next.breaks && word != "expect" {
            return self.test_table();
        }
        match word {
            "context" => {
                self.pos += 1;
                Ok(TestClauseKind::Context(self.record("what the request brings")?))
            }
            "set" => {
                self.pos += 1;
                let name = self.name("the name of a parameter after `set`")?;
                self.expect(Tok::Assign, "`=` and a value")?;
                Ok(TestClauseKind::Set(name, self.value("a value after `=`")))
            }
            "given" => {
                self.pos += 1;
                let mut path = vec![self.name("the name of a score or value after `given`")?];
                while self.take(Tok::Dot) {
                    path.push(self.name("a name after `.`")?);
                }
                self.expect(Tok::Assign, "`=` and a value")?;
                Ok(TestClauseKind::Given(path, self.value("a value after `=`")))
            }
            "remaining" => {
                self.pos += 1;
                let name = self.name("the name of a case after `remaining`")?;
                self.expect(Tok::Assign, "`=` and a number")?;
                Ok(TestClauseKind::Remaining(name, self.value("a number after `=`")))
            }
            "expect" => {
                self.pos += 1;
                Ok(TestClauseKind::Expect(self.expectation()?))
            }
            _ if next.kind == Tok::LBrace
                || next.is_name() && self.at(self.pos + 2).kind == Tok::LBrace
                || word == "customer"
                || next.is_name() && self.words(self.at(self.pos + 2)) == "with" =>
            {
                self.test_subject()
            }
            _ => Err(self.unknown_clause("a test", words::TEST)),
        }
    }

    /// `customer [FIXTURE] [with] { … }`
    fn test_subject(&mut self) -> Parsed<TestClauseKind> {
        let name = self.name("a name")?;
        let base = if self.peek().is_name() && !self.at_end() && !self.is_word("with") {
            Some(self.name("the name of a fixture")?)
        } else {
            None
        };
        let with = self.take_word("with");
        let values: Vec<RecordEntry> = if base.is_some() && !with && self.at_end() {
            Vec::new()
        } else {
            self.record("the attributes it sets")?
        };
        Ok(TestClauseKind::Subject { name, base, values })
    }

    /// `NAME [ { … }, "key" ]`
    fn test_table(&mut self) -> Parsed<TestClauseKind> {
        let name = self.name("a name")?;
        self.open()?;
        let depth = self.at(self.first).depth;
        let mut items = Vec::new();
        while !self.is(Tok::RBrack) {
            if self.is(Tok::LBrace) {
                let start = self.span();
                let record = self.record("the fields of a record")?;
                items.push(TestItem::Record(record, self.since(start)));
            } else {
                items.push(TestItem::Key(self.expression("a record in braces, or a key in double quotes")?));
            }
            if !self.take(Tok::Comma) {
                break;
            }
        }
        if self.is(Tok::LBrace) {
            let failed = self.expected(Code::UNEXPECTED_REST, "`,` between two records");
            self.skip_clause(depth, Separated::Clauses);
            return Err(failed);
        }
        self.close(Tok::RBrack)?;
        Ok(TestClauseKind::Table { name, items })
    }

    fn expectation(&mut self) -> Parsed<Expectation> {
        let not = self.is(Tok::Kw(Kw::Not)) && self.next_is_word("offered") && self.name_after(2);
        if not {
            self.pos += 1;
        }
        if not || self.is_word("offered") && self.name_after(1) {
            self.pos += 1;
            let case = self.name("the name of a case after `offered`")?;
            let channel = if self.take_word("on") {
                Some(self.name("the name of a channel after `on`")?)
            } else {
                None
            };
            return Ok(Expectation::Offered { not, case, channel });
        }
        if self.is_word("no") && self.next_is_word("offers") {
            self.pos += 2;
            return Ok(Expectation::NoOffers);
        }
        let next = self.next();
        if self.peek().is_name() && !self.at_end() && next.kind == Tok::Word && !next.breaks {
            match self.words(next) {
                "fails" | "unknown" => {
                    let case = self.name("the name of a case")?;
                    let outcome = self.bump();
                    let fails = self.words(outcome) == "fails";
                    let gate = self.name("a gate such as `for` or `require`, or the name of a clause")?;
                    return Ok(if fails {
                        Expectation::Fails(case, gate)
                    } else {
                        Expectation::Unknown(case, gate)
                    });
                }
                "outranked" => {
                    let case = self.name("the name of a case")?;
                    self.bump();
                    return Ok(Expectation::Outranked(case));
                }
                "held_out" => {
                    let case = self.name("the name of a case")?;
                    self.bump();
                    return Ok(Expectation::HeldOut(case));
                }
                _ => {}
            }
        }
        Ok(Expectation::Condition(self.value("a condition after `expect`")))
    }

    /// A name stands `ahead` tokens further, in the same clause.
    fn name_after(&self, ahead: usize) -> bool {
        let token = self.at(self.pos + ahead);
        token.is_name() && !token.breaks
    }
}
