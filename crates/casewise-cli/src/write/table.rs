//! The view for people: what became of each case, then the offers.

use std::collections::BTreeMap;
use std::io::{self, Write};

use casewise::{CaseStatus, Decision, Model, Status, Value};
use comfy_table::{Cell, CellAlignment, ContentArrangement, presets};

use super::{Output, Sink};
use crate::args::Cases;
use crate::terminal::{count, counted};

/// As many offers are shown.
const OFFERS: usize = 20;

pub(super) struct Table<'o> {
    output: &'o mut Output,
    cases: Cases,
    model: String,
    subject: String,
    now: Option<String>,
    decided: usize,
    with_offers: usize,
    offers: usize,
    tallies: Vec<Tally>,
    channels: BTreeMap<String, usize>,
    first: Vec<[Cell; 6]>,
}

/// What became of one case, counted over customers.
#[derive(Debug, Default)]
struct Tally {
    name: String,
    offered: usize,
    outranked: usize,
    held_out: usize,
    ineligible: usize,
    unknown: usize,
    trial: bool,
    /// First failing gates, in the order of a case's gates.
    stopped: BTreeMap<(usize, String), usize>,
}

impl Tally {
    fn add(&mut self, case: CaseStatus<'_>) {
        self.trial |= case.trial();
        match case.status() {
            Status::Offered => self.offered += 1,
            Status::Outranked => {
                self.outranked += 1;
                self.stop("outranked by ", case.by().unwrap_or("another"));
            }
            Status::HeldOut => self.held_out += 1,
            Status::Ineligible => {
                if case.outcome() == Some("unknown") {
                    self.unknown += 1;
                } else {
                    self.ineligible += 1;
                }
                self.stop("", case.gate().unwrap_or(""));
            }
        }
    }

    fn stop(&mut self, how: &str, gate: &str) {
        const GATES: [&str; 7] = ["status", "runs", "for", "require", "exclude", "contacts", "channels"];
        let place = GATES.iter().position(|g| *g == gate).unwrap_or(GATES.len());
        *self.stopped.entry((place, format!("{how}{gate}"))).or_default() += 1;
    }

    fn reached(&self) -> usize {
        self.offered + self.outranked + self.held_out
    }
}

impl<'o> Table<'o> {
    pub(super) fn new(output: &'o mut Output, cases: Cases, model: &Model) -> Table<'o> {
        let version = model.version();
        Table {
            output,
            cases,
            model: format!("{}{}{version}", model.name(), if version.is_empty() { "" } else { " " }),
            subject: model.subject_name().to_owned(),
            now: None,
            decided: 0,
            with_offers: 0,
            offers: 0,
            tallies: model.cases().map(|name| Tally { name: name.to_owned(), ..Tally::default() }).collect(),
            channels: BTreeMap::new(),
            first: Vec::new(),
        }
    }

    fn keeps(&self, tally: &Tally) -> bool {
        match self.cases {
            Cases::All => true,
            Cases::Offered => tally.offered > 0,
            Cases::Failed => tally.offered < self.decided,
            Cases::None => false,
        }
    }

    fn cases_table(&self) -> Option<comfy_table::Table> {
        let mut table = plain(&[
            "case",
            "eligible",
            "offered",
            "outranked",
            "held out",
            "ineligible",
            "unknown",
            "stopped by",
        ]);
        let mut rows = 0;
        for tally in self.tallies.iter().filter(|tally| self.keeps(tally)) {
            rows += 1;
            let name = if tally.trial { format!("{} (trial)", tally.name) } else { tally.name.clone() };
            let stopped: Vec<String> = tally
                .stopped
                .iter()
                .map(|((_, gate), number)| format!("{gate} {}", count(*number)))
                .collect();
            let numbers = [
                tally.reached(),
                tally.offered,
                tally.outranked,
                tally.held_out,
                tally.ineligible,
                tally.unknown,
            ];
            let mut row = vec![Cell::new(name)];
            row.extend(numbers.map(|number| right(count(number))));
            row.push(Cell::new(stopped.join(", ")));
            table.add_row(row);
        }
        (rows > 0).then_some(table)
    }
}

impl Sink for Table<'_> {
    fn decision(&mut self, decision: &Decision) -> io::Result<()> {
        self.decided += 1;
        if self.now.is_none() {
            self.now = Some(decision.now().to_owned());
        }
        for (tally, (_, case)) in self.tallies.iter_mut().zip(decision.cases()) {
            tally.add(case);
        }
        self.with_offers += usize::from(decision.offers().len() > 0);
        for offer in decision.offers() {
            self.offers += 1;
            if let Some(channel) = offer.channel() {
                *self.channels.entry(channel.to_owned()).or_default() += 1;
            }
            if self.first.len() < OFFERS {
                let mut fields = offer.fields().to_string();
                if let Some(variant) = offer.variant() {
                    fields = format!("{variant}: {fields}");
                }
                self.first.push([
                    Cell::new(one_line(decision.key())),
                    right(offer.rank().to_string()),
                    Cell::new(offer.case()),
                    Cell::new(offer.channel().unwrap_or("")),
                    right(rank_value(&offer.rank_value())),
                    Cell::new(one_line(&fields)),
                ]);
            }
        }
        Ok(())
    }

    fn finish(&mut self, rejected: usize) -> io::Result<()> {
        let at = self.now.as_deref().map(|now| format!(" at {now}")).unwrap_or_default();
        let decided = counted(self.decided, &self.subject);
        writeln!(self.output, "{}{at}: {decided} decided, {} rejected", self.model, count(rejected))?;
        if let Some(table) = self.cases_table() {
            write_table(self.output, &table)?;
        }
        if self.decided == 0 {
            return Ok(());
        }
        let offers = counted(self.offers, "offer");
        writeln!(self.output, "\n{offers} to {}", counted(self.with_offers, &self.subject))?;
        if !self.channels.is_empty() {
            let channels = self.channels.iter().map(|(name, number)| format!("{name} {}", count(*number)));
            writeln!(self.output, "by channel: {}", channels.collect::<Vec<_>>().join(", "))?;
        }
        if !self.first.is_empty() {
            let mut table = plain(&["id", "rank", "case", "channel", "rank value", "offer"]);
            for row in std::mem::take(&mut self.first) {
                table.add_row(row);
            }
            write_table(self.output, &table)?;
            if self.offers > OFFERS {
                writeln!(
                    self.output,
                    "… and {} more: `-o FILE.jsonl` writes all of them",
                    count(self.offers - OFFERS)
                )?;
            }
        }
        Ok(())
    }
}

/// A table of columns two blanks apart, with nothing drawn around it.
pub(crate) fn plain(header: &[&str]) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    // Numbers stand on the right, and so do their names.
    let numbers = [
        "eligible",
        "offered",
        "outranked",
        "held out",
        "ineligible",
        "unknown",
        "rank",
        "rank value",
        "→",
        "in",
        "out",
        "other offer",
        "members",
    ];
    table.set_header(
        header
            .iter()
            .map(|name| if numbers.contains(name) { right((*name).to_owned()) } else { Cell::new(name) }),
    );
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table
}

pub(crate) fn write_table(output: &mut impl Write, table: &comfy_table::Table) -> io::Result<()> {
    writeln!(output)?;
    for line in table.lines() {
        writeln!(output, "{}", line.trim_end())?;
    }
    Ok(())
}

pub(crate) fn right(text: String) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}

/// A float is cut to four places here; the other formats have all of it.
fn rank_value(value: &Value) -> String {
    match value {
        Value::Float(x) => {
            let text = format!("{x:.4}");
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        other => other.to_string(),
    }
}

/// Foreign text on one line of a table, cut where it is long.
fn one_line(text: &str) -> String {
    const LONGEST: usize = 80;
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    let mut line: String = text.chars().take(LONGEST).map(clean).collect();
    if text.chars().nth(LONGEST).is_some() {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_cut_and_other_values_are_not() {
        assert_eq!(rank_value(&Value::Float(84.861_971_830_985_92)), "84.862");
        assert_eq!(rank_value(&Value::Float(3.0)), "3");
        assert_eq!(rank_value(&Value::Text("12.345678".into())), "12.345678");
        assert_eq!(rank_value(&Value::Missing), "missing");
    }

    #[test]
    fn foreign_text_stays_on_its_line() {
        assert_eq!(one_line("a\nb\tc"), "a b c");
        assert_eq!(one_line(&"长".repeat(100)).chars().count(), 81);
    }
}
