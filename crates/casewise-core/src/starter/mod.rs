//! A starting model out of data: columns become attributes, with types, labels and missing values as found.
//!
//! What is written takes every row that was seen, and is there to be edited: a file does not say what it means.

mod column;
mod names;

use std::fmt::Write as _;

use rustc_hash::FxHashMap;

use crate::syntax::escape;

use column::{Column, Kind};
pub use column::{Elements, Seen};
use names::Names;

/// Files of one kind of record: the customers, or the events of one name.
#[derive(Debug, Default)]
pub struct Records {
    columns: Vec<Column>,
    /// Columns by name.
    places: FxHashMap<String, usize>,
    rows: u64,
}

impl Records {
    /// Nothing seen yet. Columns that a file names are declared even where they hold nothing.
    pub fn new<'c>(columns: impl IntoIterator<Item = &'c str>) -> Records {
        let mut records = Records::default();
        for name in columns {
            let place = records.place(name, 0);
            if let Some(column) = records.columns.get_mut(place) {
                column.twice = column.named;
                column.named = true;
            }
        }
        records
    }

    /// The place of a column, which is made if it is new. Most rows name their columns in one order.
    fn place(&mut self, name: &str, near: usize) -> usize {
        if self.columns.get(near).is_some_and(|column| column.name == name) {
            return near;
        }
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        self.columns.push(Column::new(name));
        self.places.insert(name.to_owned(), self.columns.len() - 1);
        self.columns.len() - 1
    }

    /// How many rows were seen.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Takes a row: what stands in which column. What is not named is missing.
    pub fn row<'c>(&mut self, cells: impl IntoIterator<Item = (&'c str, Seen<'c>)>) {
        self.rows += 1;
        for (place, (name, seen)) in cells.into_iter().enumerate() {
            let at = self.place(name, place);
            if let Some(column) = self.columns.get_mut(at) {
                column.see(seen);
            }
        }
    }

    /// The column that names each row once, if there is one: by its name, else the first.
    pub fn key(&self) -> Option<&str> {
        let unique = || self.columns.iter().filter(|column| column.is_key(self.rows));
        let named = unique().find(|column| names::sounds_like_key(&column.name));
        named.or_else(|| unique().next()).map(|column| column.name.as_str())
    }

    /// A column that says which customer a row is about, where several rows are about one and have a time: what
    /// names each row once is then the key of an event.
    fn whose(&self, key: &str) -> Option<&str> {
        let timed = self.columns.iter().any(|column| matches!(column.kind(), Kind::Date | Kind::Time));
        let mut others = self.columns.iter().filter(|column| column.name != key && !column.is_key(self.rows));
        let whose = others
            .find(|column| names::sounds_like_key(&column.name) && names::sounds_like_customer(&column.name));
        whose.filter(|_| timed).map(|column| column.name.as_str())
    }

    /// Why a column cannot be the key; none if it can.
    pub fn key_problem(&self, name: &str) -> Option<String> {
        let Some(column) = self.columns.iter().find(|column| column.name == name) else {
            let known = self.columns.iter().map(|column| column.name.as_str());
            let near = crate::diagnostic::nearest(name, known);
            let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Some(format!("there is no column `{name}`{near}"));
        };
        if column.is_key(self.rows) {
            return None;
        }
        Some(match column.missing(self.rows) {
            0 => format!("`{name}` does not name each row once: some of its values come up again"),
            missing => format!("`{name}` is empty in {missing} of {} rows", self.rows),
        })
    }
}

/// What a starting model is made of.
#[derive(Debug)]
pub struct Starter<'s> {
    /// The model's name, as people write it: made a name of the language.
    pub name: &'s str,
    /// Where the rows come from, for a comment.
    pub source: &'s str,
    /// The customers.
    pub customers: &'s Records,
    /// The column that is their key.
    pub key: &'s str,
    /// Events by name. A column named like the key tells whose they are, one named `at` or the only one with times when
    /// they happened.
    pub events: &'s [(&'s str, &'s Records)],
}

impl Starter<'_> {
    /// The model's text, in canonical form.
    ///
    /// # Errors
    /// What keeps events from being declared.
    pub fn text(&self) -> Result<String, String> {
        let mut text = String::new();
        let rows = self.customers.rows;
        let _ = writeln!(
            text,
            "# A starting model, made by `casewise new` from {} with {rows} {}. Read it, and edit what the data cannot say.",
            one_line(self.source),
            if rows == 1 { "row" } else { "rows" },
        );
        if let Some(whose) = self.customers.whose(self.key) {
            let _ = writeln!(
                text,
                "# Are its rows events, and does {} say whose? Then write the customers into a file of their own, and\n\
                 # name this one behind `--events NAME=FILE`.",
                escape(whose)
            );
        }
        let _ = writeln!(
            text,
            "model {} {{\nlanguage 1\nversion \"1\"\ntimezone \"UTC\"  # of `today`, and of times without an offset\n}}\n",
            names::of_model(self.name)
        );
        let mut taken = Names::default();
        let key = taken.make(self.key);
        let key_type = self.key_type()?;
        text.push_str("customer {\n");
        let named = self.customers.columns.iter().map(|column| {
            let name = if column.name == self.key { key.clone() } else { taken.make(&column.name) };
            (name, column)
        });
        let named: Vec<(String, &Column)> = named.collect();
        for (name, column) in &named {
            field(&mut text, name, column, rows, (column.name == self.key).then_some(key_type));
        }
        text.push_str("}\n\n");
        // Something that reads the events, to be seen at once.
        let mut priority = String::from("50");
        for (event, records) in self.events {
            let name = taken.make(event);
            text.push_str(&events(event, &name, records, self.key)?);
            let lately = taken.make(&format!("{name}_lately"));
            let _ = writeln!(text, "let {lately} = count({name} over last 90 days)\n");
            let _ = write!(priority, " + {lately}");
        }
        text.push_str(&first_case(&named, (&key, key_type), rows, &priority));
        let formatted = crate::syntax::format_text(&text);
        Ok(formatted.unwrap_or(text))
    }
}

impl Starter<'_> {
    /// `text`, or `int` where some file has numbers of their own kind.
    fn key_type(&self) -> Result<&'static str, String> {
        let of = |records: &Records| {
            let place = records.places.get(self.key).copied();
            place
                .and_then(|place| records.columns.get(place))
                .map(|column| (column.has_number_keys(), column.may_be_int()))
        };
        let events = self.events.iter().filter_map(|(name, records)| Some((*name, of(records)?)));
        let all: Vec<_> = of(self.customers).map(|kinds| ("", kinds)).into_iter().chain(events).collect();
        if !all.iter().any(|(_, (numbers, _))| *numbers) {
            return Ok("text");
        }
        match all.iter().find(|(_, (_, may_be))| !may_be) {
            None => Ok("int"),
            Some((events, _)) => {
                let whose = if events.is_empty() {
                    "the customers".to_owned()
                } else {
                    format!("the events `{events}`")
                };
                Err(format!(
                    "the key `{}` is a number in one file and text in another: {whose} have text that is no whole number",
                    self.key
                ))
            }
        }
    }
}

fn field(text: &mut String, name: &str, column: &Column, rows: u64, key: Option<&str>) {
    let is_key = key.is_some();
    if let Some(why) = column.not_declared() {
        let _ = writeln!(text, "# The column {} is not declared: {why}", escape(&column.name));
        return;
    }
    let missing = column.missing(rows);
    let written = key.map_or_else(|| column.written(), str::to_owned);
    let optional = if missing > 0 && !is_key { "?" } else { "" };
    let key = if is_key { "key " } else { "" };
    let from = if name == column.name { String::new() } else { format!(" from {}", escape(&column.name)) };
    let mut notes = if is_key { Vec::new() } else { column.notes() };
    if missing > 0 && !is_key {
        notes.push(format!("missing in {}", share(missing, rows)));
    }
    let notes = if notes.is_empty() { String::new() } else { format!("  # {}", notes.join("; ")) };
    let _ = writeln!(text, "{key}{name}: {written}{optional}{from}{notes}");
}

fn events(event: &str, name: &str, records: &Records, key: &str) -> Result<String, String> {
    if !records.columns.iter().any(|column| column.name == key) {
        return Err(format!("the events `{event}` have no column `{key}` that says whose they are"));
    }
    let is_time = |column: &&Column| matches!(column.kind(), Kind::Date | Kind::Time);
    let times: Vec<&Column> = records.columns.iter().filter(is_time).collect();
    let at = match (times.iter().find(|column| column.name == "at"), times.as_slice()) {
        (Some(at), _) => *at,
        (None, [only]) => *only,
        (None, []) => {
            return Err(format!(
                "the events `{event}` have no column with dates or times: when did they happen?"
            ));
        }
        (None, several) => {
            let names: Vec<&str> = several.iter().map(|column| column.name.as_str()).collect();
            return Err(format!(
                "the events `{event}` have several columns with dates or times ({}): name the one that counts `at`",
                names.join(", ")
            ));
        }
    };
    if at.missing(records.rows) > 0 {
        return Err(format!("some events `{event}` have no `{}`: when did they happen?", at.name));
    }
    let mut text = format!("events {name} {{\n");
    let mut fields = Names::default();
    fields.take("at");
    for column in records.columns.iter().filter(|column| column.name != key) {
        let is_at = column.name == at.name;
        let name = if is_at { "at".to_owned() } else { fields.make(&column.name) };
        field(&mut text, &name, column, records.rows, None);
    }
    text.push_str("}\n\n");
    Ok(text)
}

/// A case that says nothing yet, and a test that passes.
fn first_case(named: &[(String, &Column)], key: (&str, &str), rows: u64, priority: &str) -> String {
    let (key, key_type) = key;
    let one = if key_type == "int" { "1" } else { "\"1\"" };
    let mut condition = None;
    for (name, column) in named.iter().filter(|(name, column)| name != key && column.not_declared().is_none())
    {
        // The middle of a number cuts the customers in two: something to see at once.
        if let Some(middle) = column.middle(rows) {
            condition = Some(format!("for {name} >= {middle}"));
            break;
        }
    }
    let condition = condition.map(|condition| format!("{condition}  # for whom it is\n")).unwrap_or_default();
    format!(
        "# A first case, to be edited. Once it is `live`, `casewise decide` offers it.\n\
         case first \"A first case\" {{\nstatus draft\n{condition}priority {priority}\n}}\n\n\
         decide {{\nrank by priority\ntop 3\n}}\n\n\
         test \"a draft is offered to nobody\" {{\nnow 2026-01-01T10:00\ncustomer {{ {key}: {one} }}\n\
         expect first fails status\n}}\n"
    )
}

/// A text in a comment.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// `0.2 %`, and never 0 of what is there.
fn share(part: u64, of: u64) -> String {
    let percent = part as f64 * 100.0 / of.max(1) as f64;
    if percent < 0.1 { format!("{part} rows") } else { format!("{percent:.1} %") }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
