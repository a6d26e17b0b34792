//! Random scores of every kind that is not learned.

use super::expressions::{Kind, Name, Place, Table, Type, wider};
use super::{Labels, Writer};

impl Writer {
    pub(super) fn write_score(&mut self) {
        if self.learned && self.random.chance(70) {
            return self.write_learned_score();
        }
        match self.random.below(9) {
            0 => self.write_expression_score(),
            1 | 2 => self.write_scorecard(),
            3 => self.write_behavior(),
            4 => self.write_rfm(),
            5 => self.write_cluster(),
            6 => self.write_composite(),
            7 => self.write_grade(),
            _ => self.write_table(),
        }
    }

    pub(super) fn name_value(&mut self, text: &str, ty: Type, optional: bool) {
        self.names.push(Name { text: text.to_owned(), ty, optional });
    }

    fn write_expression_score(&mut self) {
        let name = self.fresh("score_");
        let (value, ty) = self.number(2, Place::Outside);
        self.declare(format!("score {name} = {}", value.text));
        self.name_value(&name, ty, value.optional);
    }

    /// Points: a whole number, or one with a fraction.
    fn points(&mut self, fractions: bool) -> String {
        let sign = if self.random.chance(20) { "-" } else { "" };
        let n = self.random.range(0, 60);
        if fractions && self.random.chance(50) { format!("{sign}{n}.25") } else { format!("{sign}{n}") }
    }

    /// Ascending different numbers.
    pub(super) fn cuts(&mut self, count: usize, fractions: bool) -> Vec<String> {
        let mut at = self.random.range(0, 10);
        (0..count)
            .map(|_| {
                at += self.random.range(1, 20);
                if fractions && self.random.chance(30) { format!("{at}.5") } else { at.to_string() }
            })
            .collect()
    }

    /// Rows that cover a named value without gap or overlap, without the one for missing: patterns.
    fn cover(&mut self, ty: &Type) -> Vec<String> {
        match ty {
            Type::Bool => vec!["true".to_owned(), "false".to_owned()],
            Type::Enum(n) => {
                let Labels { labels, ordered, .. } = self.enums[*n].clone();
                if ordered && labels.len() > 1 && self.random.chance(40) {
                    let cut = labels[1 + self.random.below(labels.len() - 1)].clone();
                    return vec![format!("< {cut}"), format!(">= {cut}")];
                }
                if labels.len() > 2 && self.random.chance(40) {
                    return vec![format!("[{}]", labels[1..].join(", ")), labels[0].clone()];
                }
                labels
            }
            _ => {
                let count = 1 + self.random.below(3);
                let cuts = self.cuts(count, *ty != Type::Int);
                let mut rows = vec![format!("< {}", cuts[0])];
                rows.extend(cuts.windows(2).map(|pair| format!("{} .. {}", pair[0], pair[1])));
                rows.push(format!(">= {}", cuts[cuts.len() - 1]));
                rows
            }
        }
    }

    pub(super) fn banded(&mut self) -> Option<Name> {
        self.named(Place::Outside, |ty| {
            matches!(ty, Type::Bool | Type::Enum(_) | Type::Int | Type::Decimal | Type::Float)
        })
    }

    fn write_scorecard(&mut self) {
        let name = self.fresh("card_");
        let fractions = self.random.chance(40);
        let mut text = format!("scorecard {name} \"Card\" {{\n");
        if self.random.chance(70) {
            text.push_str(&format!("  base {}\n", self.points(fractions)));
        }
        if self.random.chance(30) {
            text.push_str("  lower is better\n");
        }
        let mut seen = Vec::new();
        for _ in 0..1 + self.random.below(3) {
            let Some(of) = self.banded() else { continue };
            if seen.contains(&of.text) {
                continue;
            }
            seen.push(of.text.clone());
            let mut rows = Vec::new();
            if of.optional {
                rows.push(format!("missing -> {}", self.points(fractions)));
            }
            for pattern in self.cover(&of.ty) {
                rows.push(format!("{pattern} -> {}", self.points(fractions)));
            }
            text.push_str(&format!("  by {} {{ {} }}\n", of.text, rows.join(", ")));
        }
        if seen.is_empty() {
            text.push_str("  by day(today) { < 10 -> 1, >= 10 -> 2 }\n");
        }
        text.push('}');
        let ty = if text.contains(".25") { Type::Decimal } else { Type::Int };
        self.declare(text);
        self.name_value(&name, ty, false);
    }

    /// A table of events, if there is one.
    pub(super) fn events(&mut self) -> Option<(usize, Table)> {
        let events: Vec<usize> =
            (0..self.tables.len()).filter(|t| self.tables[*t].kind != Kind::Rows).collect();
        if events.is_empty() {
            return None;
        }
        let n = *self.random.pick(&events);
        Some((n, self.tables[n].clone()))
    }

    pub(super) fn filter(&mut self, table: usize) -> String {
        if self.random.chance(40) {
            format!(" where {}", self.condition(1, Place::In(table)).text)
        } else {
            String::new()
        }
    }

    pub(super) fn window_clause(&mut self, table: usize) -> String {
        match self.over(table).trim() {
            "" => String::new(),
            over => format!("  {over}\n"),
        }
    }

    fn write_behavior(&mut self) {
        let Some((n, table)) = self.events() else { return };
        let name = self.fresh("behavior_");
        let mut text = format!("behavior {name} of {}{} {{\n", table.name, self.filter(n));
        let weights: Vec<Name> = table
            .fields
            .iter()
            .filter(|f| matches!(f.ty, Type::Int | Type::Decimal | Type::Float))
            .cloned()
            .collect();
        let mut optional = false;
        if !weights.is_empty() && self.random.chance(70) {
            let weight = self.random.pick(&weights).clone();
            text.push_str(&format!("  weight {}\n", weight.text));
            optional = weight.optional;
        }
        text.push_str(&format!("  half_life {}\n", self.elapsed()));
        text.push_str(&self.window_clause(n));
        if self.random.chance(40) {
            text.push_str(&format!("  cap {}\n", self.random.range(20, 90)));
        }
        if self.random.chance(40) {
            text.push_str(&format!("  floor {}\n", self.random.range(0, 19)));
        }
        text.push('}');
        self.declare(text);
        self.name_value(&name, Type::Float, optional);
    }

    fn write_rfm(&mut self) {
        let Some((n, table)) = self.events() else { return };
        let name = self.fresh("rfm_");
        let mut text = format!("rfm {name} of {}{} {{\n", table.name, self.filter(n));
        let values: Vec<Name> = table
            .fields
            .iter()
            .filter(|f| matches!(f.ty, Type::Int | Type::Decimal | Type::Float))
            .cloned()
            .collect();
        let monetary =
            (!values.is_empty() && self.random.chance(75)).then(|| self.random.pick(&values).clone());
        if let Some(value) = &monetary {
            let f = *self.random.pick(&["sum", "sum", "avg", "max"]);
            text.push_str(&format!("  monetary {f}({})\n", value.text));
        }
        text.push_str(&self.window_clause(n));
        let mut bins = |word: &str, fractions: bool| {
            let count = 1 + self.random.below(5);
            text.push_str(&format!("  {word} bins at {}\n", self.cuts(count, fractions).join(", ")));
        };
        bins("recency", false);
        bins("frequency", false);
        if let Some(value) = &monetary {
            bins("monetary", value.ty != Type::Int);
        }
        text.push('}');
        self.declare(text);
        for part in ["recency", "frequency", "r", "f", "total"] {
            self.name_value(&format!("{name}.{part}"), Type::Int, part != "frequency");
        }
        self.name_value(&format!("{name}.code"), Type::Text, true);
    }

    fn write_cluster(&mut self) {
        let name = self.fresh("cluster_");
        let mut features = Vec::new();
        let mut optional = false;
        for _ in 0..1 + self.random.below(3) {
            let feature =
                self.named(Place::Outside, |ty| matches!(ty, Type::Int | Type::Decimal | Type::Float));
            if let Some(feature) = feature.filter(|f| !features.contains(&f.text)) {
                optional |= feature.optional;
                features.push(feature.text);
            }
        }
        if features.is_empty() {
            return;
        }
        let mut text = format!("cluster {name} {{\n  features {}\n  scale none\n", features.join(", "));
        if optional && self.random.chance(60) {
            text.push_str(&format!("  missing {}\n", self.random.range(0, 9)));
            optional = false;
        }
        let mut labels = Vec::new();
        let mut centers = Vec::new();
        for _ in 0..2 + self.random.below(3) {
            let at: Vec<String> = features.iter().map(|_| self.random.range(0, 50).to_string()).collect();
            let label = self.fresh("near_");
            centers.push(format!("{label}: [{}]", at.join(", ")));
            labels.push(label);
        }
        text.push_str(&format!("  centers [{}]\n}}", centers.join(", ")));
        self.declare(text);
        self.enums.push(Labels { written: String::new(), labels, ordered: false });
        self.name_value(&format!("{name}.label"), Type::Enum(self.enums.len() - 1), optional);
        // So far away that it overflows, it is missing.
        self.name_value(&format!("{name}.distance"), Type::Float, true);
    }

    fn write_composite(&mut self) {
        let name = self.fresh("worth_");
        let mut text = format!("composite {name} {{\n");
        let mut optional = false;
        let members: Vec<Name> = (0..2 + self.random.below(2))
            .filter_map(|_| {
                self.named(Place::Outside, |ty| matches!(ty, Type::Int | Type::Decimal | Type::Float))
            })
            .filter(|m| !m.text.contains('('))
            .collect();
        let mut different: Vec<Name> = Vec::new();
        for member in members {
            if !different.iter().any(|d| d.text == member.text) {
                different.push(member);
            }
        }
        if different.len() >= 2 && different.iter().all(|m| !m.text.contains('.')) && self.random.chance(40) {
            text.push_str("  ahp {\n");
            for (n, a) in different.iter().enumerate() {
                for b in &different[n + 1..] {
                    let value = *self.random.pick(&["1", "3", "1/3", "2"]);
                    text.push_str(&format!("    {} over {}: {value}\n", a.text, b.text));
                }
            }
            text.push_str("  }\n");
            optional = different.iter().any(|m| m.optional);
        } else {
            for _ in 0..1 + self.random.below(3) {
                let (member, _) = self.named_number(1, Place::Outside);
                optional |= member.optional;
                let weight = *self.random.pick(&["0.6", "0.4", "25%", "2", "0.1"]);
                text.push_str(&format!("  weight {weight} of {}\n", member.text));
            }
        }
        text.push('}');
        self.declare(text);
        self.name_value(&name, Type::Float, optional);
    }

    fn write_grade(&mut self) {
        let Some(of) = self.named(Place::Outside, |ty| matches!(ty, Type::Int | Type::Decimal | Type::Float))
        else {
            return;
        };
        let name = self.fresh("grade_");
        let patterns = self.cover(&of.ty);
        let labels: Vec<String> = patterns.iter().map(|_| self.fresh("step_")).collect();
        let rows: Vec<String> = patterns.iter().zip(&labels).map(|(p, l)| format!("{p} -> {l}")).collect();
        self.declare(format!("grade {name} of {} {{ {} }}", of.text, rows.join(", ")));
        self.enums.push(Labels { written: String::new(), labels, ordered: true });
        self.name_value(&name, Type::Enum(self.enums.len() - 1), of.optional);
    }

    fn write_table(&mut self) {
        let Some(first) = self.banded() else { return };
        let second = self.banded().filter(|n| n.text != first.text);
        let name = self.fresh("table_");
        let mut patterns = self.cover(&first.ty);
        if first.optional {
            patterns.push("missing".to_owned());
        }
        let mut rows = Vec::new();
        let mut ty = Type::Int;
        let mut value = |writer: &mut Writer| {
            let (text, found) = match writer.random.below(3) {
                0 => ("5%".to_owned(), Type::Decimal),
                _ => (writer.random.range(0, 99).to_string(), Type::Int),
            };
            ty = wider(&ty, &found);
            text
        };
        for pattern in patterns {
            let mut seconds = match &second {
                // A present value or none, whatever it is.
                Some(column) if self.random.chance(50) => self.cover(&column.ty),
                Some(_) => vec!["any".to_owned()],
                None => {
                    rows.push(format!("  {pattern} -> {}", value(self)));
                    continue;
                }
            };
            if second.as_ref().is_some_and(|c| c.optional) {
                seconds.push("missing".to_owned());
            }
            for other in seconds {
                rows.push(format!("  {pattern}, {other} -> {}", value(self)));
            }
        }
        let by: Vec<&str> = std::iter::once(&first).chain(&second).map(|n| n.text.as_str()).collect();
        self.declare(format!("table {name} by {} {{\n{}\n}}", by.join(", "), rows.join("\n")));
        self.name_value(&name, ty, false);
    }
}
