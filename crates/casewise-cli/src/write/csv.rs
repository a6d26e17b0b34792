//! A CSV row per customer and case.

use std::io;

use casewise::{Decision, Offer, Value};

use super::{Output, Sink};
use crate::args::Cases;

const COLUMNS: [&str; 17] = [
    "id",
    "now",
    "case",
    "status",
    "outcome",
    "gate",
    "failed",
    "missing",
    "by",
    "of",
    "trial",
    "rank",
    "channel",
    "rank_value",
    "variant",
    "offer",
    "with",
];

pub(super) struct Csv<'o> {
    writer: csv::Writer<&'o mut Output>,
    cases: Cases,
    started: bool,
}

impl<'o> Csv<'o> {
    pub(super) fn new(output: &'o mut Output, cases: Cases) -> Csv<'o> {
        Csv { writer: csv::Writer::from_writer(output), cases, started: false }
    }

    fn start(&mut self) -> io::Result<()> {
        if !std::mem::replace(&mut self.started, true) {
            self.writer.write_record(COLUMNS).map_err(error)?;
        }
        Ok(())
    }
}

impl Sink for Csv<'_> {
    fn decision(&mut self, decision: &Decision) -> io::Result<()> {
        self.start()?;
        for (name, case) in decision.cases().filter(|(_, case)| self.cases.keeps(case.status())) {
            let offer = decision.offers().find(|offer| offer.case() == name);
            let of = |read: fn(&Offer<'_>) -> String| offer.as_ref().map(read).unwrap_or_default();
            let row = [
                decision.key().to_owned(),
                decision.now().to_owned(),
                name.to_owned(),
                case.status().as_str().to_owned(),
                case.outcome().unwrap_or("").to_owned(),
                case.gate().unwrap_or("").to_owned(),
                case.failed().collect::<Vec<_>>().join(" "),
                case.missing().collect::<Vec<_>>().join(" "),
                case.by().unwrap_or("").to_owned(),
                case.of().unwrap_or("").to_owned(),
                if case.trial() { "true" } else { "" }.to_owned(),
                of(|offer| offer.rank().to_string()),
                of(|offer| offer.channel().unwrap_or("").to_owned()),
                of(|offer| {
                    if offer.rank_value().is_missing() {
                        String::new()
                    } else {
                        offer.rank_value().to_string()
                    }
                }),
                of(|offer| offer.variant().unwrap_or("").to_owned()),
                of(|offer| record(&offer.fields())),
                of(|offer| record(&offer.properties())),
            ];
            self.writer.write_record(row).map_err(error)?;
        }
        Ok(())
    }

    fn finish(&mut self, _: usize) -> io::Result<()> {
        self.start()?;
        self.writer.flush()
    }
}

/// A record as JSON; nothing if it is empty.
fn record(value: &Value) -> String {
    match value {
        Value::Record(fields) if fields.is_empty() => String::new(),
        value => serde_json::to_string(value).unwrap_or_default(),
    }
}

fn error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}
