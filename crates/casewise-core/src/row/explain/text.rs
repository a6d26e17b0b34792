//! An explanation in plain language.

use std::fmt::Write as _;

use crate::row::plain::line;
use crate::row::report::CaseReport;

use super::{
    Change, ChannelExplanation, ClauseExplanation, Condition, ContactExplanation, Explanation,
    ScoreExplanation,
};

/// What became of a case, in words.
pub(super) fn reason(result: &CaseReport, channel: Option<&str>) -> String {
    let of = result.of.as_deref();
    let after = |what: &str| match of {
        Some(of) => format!("{what} after {of}"),
        None => what.to_owned(),
    };
    let (would_be, is) = if result.trial { ("in trial, would be ", "would be") } else { ("", "is") };
    match (result.status, result.by) {
        ("offered", _) => match channel {
            Some(channel) => format!("{would_be}offered on {channel}"),
            None => format!("{would_be}offered"),
        },
        ("held_out", Some(_)) => format!("{would_be}held out with the control group of the decision"),
        ("held_out", None) => format!("{would_be}held out by the holdout of the case"),
        (_, Some("exclusive")) => match of {
            Some(of) => format!("outranked: {of} is offered, and at most one of their exclusive set {is}"),
            None => "outranked by a case of its exclusive set".to_owned(),
        },
        (_, Some("per_group")) => format!("outranked: {}", after("its group has no place left")),
        (_, Some("cap")) => format!("outranked: {}", after("a cap of the contact policy is used up")),
        (_, Some("channels")) => format!("outranked: {}", after("no channel is open any more")),
        (_, Some("top")) => format!("outranked: {}", after("no place is left")),
        (_, Some("quota")) => "outranked: its quota is used up".to_owned(),
        (_, Some("capacity")) => "outranked: no open channel has capacity left".to_owned(),
        (_, Some("budget")) => "outranked: what is left of its budget does not suffice".to_owned(),
        (status, _) => status.to_owned(),
    }
}

/// Colours of a terminal, or none.
struct Writer {
    out: String,
    color: bool,
}

impl Writer {
    fn paint(&self, code: &str, text: &str) -> String {
        if self.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn mark(&self, outcome: &str) -> String {
        match outcome {
            "true" => self.paint("32", "✓"),
            "false" => self.paint("31", "✗"),
            _ => self.paint("33", "?"),
        }
    }

    fn line(&mut self, indent: usize, text: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.out, "{:indent$}{}", "", text.trim_end());
    }
}

impl Explanation {
    /// In plain language, for a terminal; with colours if wanted.
    pub fn to_text(&self, color: bool) -> String {
        let mut w = Writer { out: String::new(), color };
        let title = self.title.as_ref().map(|t| format!(" \"{t}\"")).unwrap_or_default();
        let status = match (self.result.outcome, self.result.gate) {
            (Some(outcome), Some(gate)) => format!("{}: {gate} is {outcome}", self.result.status),
            _ => match &self.walk {
                Some(walk) => walk.reason.clone(),
                None => self.result.status.to_owned(),
            },
        };
        let head = w.paint("1", &format!("{}{title}", self.case));
        w.line(0, &format!("{head} for {} at {}", self.id, self.now));
        w.line(0, &status);
        if !self.result.missing.is_empty() {
            w.line(0, &format!("missing: {}", self.result.missing.join(", ")));
        }
        for gate in &self.gates {
            let mark = w.mark(gate.outcome);
            w.line(0, &format!("{mark} {}", gate.gate));
            for clause in &gate.clauses {
                w.clause(4, clause);
            }
        }
        if let Some(walk) = &self.walk {
            let place = walk.place.map(|n| format!(", place {n}")).unwrap_or_default();
            w.line(0, &format!("rank: {}{place}", line(&walk.rank_value)));
            if !walk.unlimited.is_empty() {
                w.line(0, &format!("not given, so without limit: {}", walk.unlimited.join(", ")));
            }
        }
        let earliest = self.earliest.as_deref().unwrap_or("never");
        w.line(0, &format!("earliest, with everything else as it is now: {earliest}"));
        if let Some(change) = &self.change {
            w.change(change);
        }
        for score in &self.scores {
            w.score(score);
        }
        w.out
    }
}

impl ScoreExplanation {
    /// In plain language, for a terminal; with colours if wanted.
    pub fn to_text(&self, color: bool) -> String {
        let mut w = Writer { out: String::new(), color };
        w.score(self);
        w.out
    }
}

impl Writer {
    fn clause(&mut self, indent: usize, clause: &ClauseExplanation) {
        let mut text = format!("{} {}", self.mark(clause.outcome), self.paint("1", &clause.id));
        if !clause.text.is_empty() {
            let _ = write!(text, "  {}", one_line(&clause.text));
        }
        if let Some(message) =
            clause.message.as_ref().filter(|m| clause.outcome != "true" && !clause.text.contains(&***m))
        {
            let _ = write!(text, " — {message}");
        }
        let from = clause.inherited_from.as_ref().map(|from| format!("from {from}, "));
        if let Some(place) = &clause.place {
            let place = format!("({}{}:{})", from.unwrap_or_default(), place.file, place.line);
            let _ = write!(text, "  {}", self.paint("2", &place));
        }
        self.line(indent, &text);
        if let Some(condition) = &clause.condition {
            self.condition(indent + 4, condition, true);
        }
        if let Some(contacts) = &clause.contacts {
            self.contacts(indent + 4, contacts, false);
        }
        for channel in &clause.channels {
            self.channel(indent + 4, channel);
        }
    }

    /// A condition; the text of the clause's own is already there.
    fn condition(&mut self, indent: usize, condition: &Condition, whole_clause: bool) {
        let mark = self.mark(if condition.outcome == "unknown" {
            "unknown"
        } else if condition.passes {
            "true"
        } else {
            "false"
        });
        let said = observation(condition);
        let name = condition.name.as_ref().map(|name| format!("{name}: ")).unwrap_or_default();
        if whole_clause && condition.parts.is_empty() {
            self.line(indent, &said);
        } else if !whole_clause {
            let text =
                if condition.name.as_deref() == Some(&*condition.text) { "" } else { &*condition.text };
            let text = one_line(text);
            let gap = if text.is_empty() || said.is_empty() { "" } else { ": " };
            self.line(indent, &format!("{mark} {name}{text}{gap}{said}"));
        }
        for note in &condition.notes {
            self.line(indent, note);
        }
        let deeper = if whole_clause { indent } else { indent + 4 };
        for part in &condition.parts {
            self.condition(deeper, part, false);
        }
    }

    fn change(&mut self, change: &Change) {
        match &change.none {
            Some(none) => self.line(0, &format!("smallest change: {none}")),
            None => self.line(0, "smallest change:"),
        }
        for changed in &change.conditions {
            self.line(4, &changed.text);
        }
        if !change.still_closed.is_empty() {
            self.line(4, &format!("closed as before: {}", change.still_closed.join(", ")));
        }
    }

    fn contacts(&mut self, indent: usize, rule: &ContactExplanation, with_text: bool) {
        let mut parts = Vec::new();
        if with_text {
            parts.push(format!("{} {}", rule.rule, one_line(&rule.text)));
        }
        if let (Some(counted), Some(limit)) = (rule.counted, rule.limit) {
            parts.push(format!("{counted} of {limit}"));
        }
        parts.extend(rule.until.as_ref().map(|until| format!("closed until {until}")));
        if rule.outcome != "true" && rule.until.is_none() {
            parts.push("closed for as long as this stays so".to_owned());
        }
        if !parts.is_empty() {
            self.line(indent, &parts.join(", "));
        }
    }

    fn channel(&mut self, indent: usize, channel: &ChannelExplanation) {
        let mark = self.mark(channel.outcome);
        let quiet = match (channel.quiet, &channel.quiet_until) {
            (true, Some(until)) => format!(": quiet until {until}"),
            (true, None) => ": quiet, its zone is not known or its quiet hours leave no instant".to_owned(),
            (false, _) => String::new(),
        };
        self.line(indent, &format!("{mark} {}{quiet}", channel.channel));
        for clause in &channel.clauses {
            self.clause(indent + 4, clause);
        }
        for rule in &channel.contacts {
            self.contacts(indent + 4, rule, true);
        }
    }

    fn score(&mut self, score: &ScoreExplanation) {
        let name = self.paint("1", &score.name);
        self.line(0, &format!("{} {name}: {}", score.kind, line(&score.value)));
        if !score.missing.is_empty() {
            self.line(4, &format!("unscored, missing: {}", score.missing.join(", ")));
        }
        for part in &score.parts {
            let mut text = part.of.to_string();
            if let Some(observed) = &part.observed {
                let _ = write!(text, ": {}", line(observed));
            }
            if let Some(weight) = &part.weight {
                let _ = write!(text, ", weight {}", line(weight));
            }
            if let Some(points) = &part.points {
                let _ = write!(text, " -> {}", line(points));
            }
            if let Some(band) = &part.band {
                let _ = write!(text, "  {}", self.paint("2", &format!("({})", one_line(band))));
            }
            self.line(4, &text);
        }
        let from = if score.lower_is_better { "above the least" } else { "below the best" };
        for (n, reason) in score.reasons.iter().enumerate() {
            let (of, observed, distance) = (&reason.of, line(&reason.observed), line(&reason.distance));
            self.line(4, &format!("reason {}: {of} {observed}, {distance} {from}", n + 1));
        }
        for note in &score.notes {
            self.line(4, note);
        }
    }
}

/// What was observed and required.
fn observation(condition: &Condition) -> String {
    let mut parts = Vec::new();
    let asks = condition.operator.filter(|op| !matches!(*op, "and" | "or" | "not"));
    if let Some(operator) = asks {
        let required = condition.required.as_ref().map(|r| format!(" {}", line(r))).unwrap_or_default();
        parts.push(format!("requires {operator}{required}"));
    }
    parts.extend(condition.observed.as_ref().map(|observed| format!("observed {}", line(observed))));
    parts.extend(condition.distance.as_ref().map(|distance| format!("distance {}", line(distance))));
    if !condition.missing.is_empty() {
        parts.push(format!("missing {}", condition.missing.join(", ")));
    }
    parts.join(", ")
}

/// Text over several lines in one.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
