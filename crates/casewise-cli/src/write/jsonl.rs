//! A JSON line per customer.

use std::io::{self, Write};

use casewise::Decision;

use super::{Output, Sink};
use crate::args::Cases;

pub(super) struct Jsonl<'o> {
    pub(super) output: &'o mut Output,
    pub(super) cases: Cases,
}

impl Sink for Jsonl<'_> {
    fn decision(&mut self, decision: &Decision) -> io::Result<()> {
        let line = match self.cases {
            Cases::All => decision.to_json(),
            cases => decision.to_json_where(|_, case| cases.keeps(case.status())),
        };
        writeln!(self.output, "{line}")
    }

    fn finish(&mut self, _: usize) -> io::Result<()> {
        Ok(())
    }
}
