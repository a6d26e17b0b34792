//! A preview in tables for a terminal.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use super::{CasePreview, OverlapPair, Preview};

/// Longer texts of the model are cut.
const LONGEST: usize = 60;

/// As many cases that stand in the way are named.
const NAMED: usize = 3;

impl Preview {
    /// The summary, the cases, the channels and the overlaps; with `funnels` each case's funnel too.
    pub fn to_text(&self, funnels: bool) -> String {
        let mut out = String::new();
        let name = [&*self.model.name, &*self.model.version].join(" ");
        let subjects = counted(self.customers, &self.subject);
        let rejected = count(self.rejected);
        line(&mut out, &format!("{} at {}: {subjects}, {rejected} rejected", name.trim_end(), self.now));
        if let Some(decide) = &self.decide {
            line(&mut out, &format!("decided by {decide}"));
        }
        let (offers, reached) = (counted(self.offers, "offer"), counted(self.with_offers, &self.subject));
        line(&mut out, &format!("{offers} to {reached} ({})", share(self.with_offers, self.customers)));
        if self.shared_limits {
            line(
                &mut out,
                "customers compete for quotas, capacities or budgets: demand is what would be offered without",
            );
        }
        self.cases_table(&mut out);
        self.channels_table(&mut out);
        self.overlap_tables(&mut out);
        if funnels {
            self.cases.iter().for_each(|case| self.funnel(&mut out, case));
        }
        out
    }

    fn cases_table(&self, out: &mut String) {
        if self.cases.is_empty() {
            return;
        }
        let bounded = self.shared_limits;
        let mut head = vec![left("case"), right("audience"), right("share"), right("offered")];
        head.extend(bounded.then(|| right("demand")));
        head.extend([right("outranked"), right("held out"), right("unknown"), left("most are lost only to")]);
        let mut table = Table::new(head);
        for case in &self.cases {
            let trial = if case.status == "live" { "" } else { case.status };
            let name =
                if trial.is_empty() { case.case.to_string() } else { format!("{} ({trial})", case.case) };
            let mut row =
                vec![name, count(case.eligible), share(case.eligible, self.customers), count(case.offered)];
            row.extend(bounded.then(|| count(case.demand)));
            row.extend([count(case.outranked), count(case.held_out), count(case.unknown)]);
            row.push(most_lost(case));
            table.row(row);
        }
        table.write(out);
    }

    fn channels_table(&self, out: &mut String) {
        if self.channels.is_empty() {
            return;
        }
        let heads = ["open for", "demand", "offers", "capacity", "used"].map(right);
        let mut table = Table::new([left("channel")].into_iter().chain(heads).collect());
        for channel in &self.channels {
            let capacity = channel.capacity.map(|n| u64::try_from(n).unwrap_or_default());
            table.row(vec![
                channel.channel.to_string(),
                count(channel.open),
                count(channel.demand),
                count(channel.offers),
                capacity.map_or_else(|| "unlimited".to_owned(), count),
                capacity.map(|capacity| share(channel.offers, capacity)).unwrap_or_default(),
            ]);
        }
        table.write(out);
    }

    fn overlap_tables(&self, out: &mut String) {
        let Some(overlap) = &self.overlap else { return };
        if overlap.pairs == 0 {
            line(out, "\nno two audiences share anyone");
            return;
        }
        let pairs = counted(overlap.pairs, "pair");
        line(out, &format!("\n{pairs} of cases with customers in both audiences"));
        for (title, pairs) in
            [("largest overlap", &overlap.largest), ("most alike, by Jaccard index", &overlap.closest)]
        {
            let mut table = Table::new(vec![
                left(title),
                left(""),
                right("both"),
                right("of first"),
                right("of second"),
                right("Jaccard"),
            ]);
            pairs.iter().for_each(|pair| table.row(pair_row(pair)));
            table.write(out);
        }
    }

    fn funnel(&self, out: &mut String, case: &CasePreview) {
        let title = case.title.as_ref().map(|title| format!(" \"{title}\"")).unwrap_or_default();
        let of = case.group.as_ref().map(|group| format!(" in {group}")).unwrap_or_default();
        let _ = write!(out, "\n{}{title}{of}, {}", case.case, case.status);
        let heads = ["lost", "left", "false", "unknown", "only this"].map(right);
        let mut table = Table::new([left("clause"), left("")].into_iter().chain(heads).collect());
        let blank = String::new;
        table.row(vec![format!("all {}s", self.subject), blank(), blank(), count(self.customers)]);
        for gate in &case.gates {
            let numbers = [gate.lost, gate.left, gate.fails, gate.unknown, gate.only].map(count);
            table.row([gate.gate.to_owned(), blank()].into_iter().chain(numbers).collect());
            for clause in &gate.clauses {
                let numbers =
                    [clause.lost, clause.left, clause.fails, clause.unknown, clause.only].map(count);
                let mut text = one_line(&clause.text);
                if let Some(from) = &clause.inherited_from {
                    let _ = write!(text, " (from {from})");
                }
                table.row([format!("  {}", clause.id), text].into_iter().chain(numbers).collect());
            }
        }
        out.push('\n');
        table.write_rows(out);
        self.fate(out, case);
    }

    /// What becomes of the audience, and what the unknown lack.
    fn fate(&self, out: &mut String, case: &CasePreview) {
        let of_all = share(case.eligible, self.customers);
        line(out, &format!("audience {}, {of_all} of all", count(case.eligible)));
        let on = case.channels.iter().filter(|channel| channel.offers > 0);
        let on: Vec<String> = on.map(|on| format!("{} {}", on.channel, count(on.offers))).collect();
        let variants: Vec<String> =
            case.variants.iter().map(|v| format!("{} {}", v.variant, count(v.offers))).collect();
        let detail = [on, variants].concat();
        list(out, &format!("  offered {}", count(case.offered)), &detail);
        if let Some(quota) = case.quota {
            line(out, &format!("  demand {}, quota {quota}", count(case.demand)));
        }
        for rule in &case.outranked_by {
            let mut of: Vec<String> =
                rule.of.iter().take(NAMED).map(|of| format!("{} {}", of.case, count(of.customers))).collect();
            let rest: u64 = rule.of.iter().skip(NAMED).map(|of| of.customers).sum();
            of.extend((rest > 0).then(|| format!("others {}", count(rest))));
            list(out, &format!("  outranked by {} {}", rule.by, count(rule.customers)), &of);
        }
        if case.held_out > 0 {
            let control = (case.control > 0).then(|| format!("control {}", count(case.control)));
            list(out, &format!("  held out {}", count(case.held_out)), control.as_slice());
        }
        if case.unknown > 0 {
            let lack = case.missing.iter().map(|m| format!("{} {}", m.input, count(m.customers)));
            let lack: Vec<String> = lack.collect();
            list(out, &format!("unknown {}, who lack", count(case.unknown)), &lack);
        }
    }
}

/// The clause that alone keeps most customers out.
fn most_lost(case: &CasePreview) -> String {
    let clauses = case.gates.iter().flat_map(|gate| &gate.clauses);
    let most = clauses.filter(|clause| clause.only > 0).rev().max_by_key(|clause| clause.only);
    most.map(|clause| format!("{} {}", clause.id, count(clause.only))).unwrap_or_default()
}

fn pair_row(pair: &OverlapPair) -> Vec<String> {
    let [a, b] = &pair.cases;
    let [of_a, of_b] = pair.eligible.map(|eligible| share(pair.both, eligible));
    vec![a.to_string(), b.to_string(), count(pair.both), of_a, of_b, format!("{:.3}", pair.jaccard)]
}

fn list(out: &mut String, what: &str, items: &[String]) {
    let gap = if items.is_empty() { "" } else { ": " };
    line(out, &format!("{what}{gap}{}", items.join(", ")));
}

fn line(out: &mut String, text: &str) {
    out.push_str(text.trim_end());
    out.push('\n');
}

/// Text over several lines in one, cut where it is long.
fn one_line(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut line: String = words.chars().take(LONGEST).collect();
    if words.chars().nth(LONGEST).is_some() {
        line.push('…');
    }
    line
}

/// `7,043`
fn count(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && place % 3 == first {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn counted(number: u64, what: &str) -> String {
    format!("{} {what}{}", count(number), if number == 1 { "" } else { "s" })
}

/// `31.0 %`; of nothing there is no share.
fn share(part: u64, whole: u64) -> String {
    if whole == 0 { "–".to_owned() } else { format!("{:.1} %", part as f64 * 100.0 / whole as f64) }
}

#[derive(Debug, Clone, Copy)]
struct Column {
    name: &'static str,
    right: bool,
}

fn left(name: &'static str) -> Column {
    Column { name, right: false }
}

fn right(name: &'static str) -> Column {
    Column { name, right: true }
}

/// Columns two blanks apart, with nothing drawn around them.
struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn new(columns: Vec<Column>) -> Table {
        let head = columns.iter().map(|column| column.name.to_owned()).collect();
        Table { columns, rows: vec![head] }
    }

    fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// After an empty line.
    fn write(&self, out: &mut String) {
        out.push('\n');
        self.write_rows(out);
    }

    fn write_rows(&self, out: &mut String) {
        let widths: Vec<usize> = (0..self.columns.len())
            .map(|n| {
                self.rows.iter().filter_map(|row| row.get(n)).map(|cell| cell.width()).max().unwrap_or(0)
            })
            .collect();
        for row in &self.rows {
            let mut text = String::new();
            for ((column, width), cell) in self.columns.iter().zip(&widths).zip(row) {
                let pad = " ".repeat(width.saturating_sub(cell.width()));
                let _ =
                    if column.right { write!(text, "{pad}{cell}  ") } else { write!(text, "{cell}{pad}  ") };
            }
            line(out, &text);
        }
    }
}
