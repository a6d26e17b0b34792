//! Random scores that are learned.

use super::expressions::{Kind, Name, Place, Type};
use super::{Labels, Writer};

impl Writer {
    pub(super) fn write_learned_score(&mut self) {
        match self.random.below(6) {
            0 => self.write_learned_scorecard(),
            1 => self.write_percentile(),
            2 => self.write_learned_rfm(),
            3 => self.write_learned_cluster(),
            4 => self.write_affinity(),
            _ => self.write_lifetime(),
        }
    }

    fn write_learned_scorecard(&mut self) {
        let name = self.fresh("learned_card_");
        let mut factors = Vec::new();
        for _ in 0..3 {
            let Some(of) = self.banded().filter(|of| !of.text.contains("learned")) else { continue };
            let scoring = match of.ty {
                Type::Bool | Type::Enum(_) => "each".to_owned(),
                Type::Int if self.random.chance(30) => "each".to_owned(),
                _ if self.random.chance(50) => format!("bins {}", self.random.range(2, 6)),
                _ => format!("bins at {}", self.cuts(2, of.ty != Type::Int).join(", ")),
            };
            factors.push(format!("  by {} {scoring}\n", of.text));
        }
        if factors.is_empty() {
            factors.push("  by day(today) bins at 10, 20\n".to_owned());
        }
        factors.sort();
        factors.dedup_by(|a, b| a.split(' ').nth(3) == b.split(' ').nth(3));
        let outcome = self.condition(1, Place::Outside).text;
        self.declare(format!(
            "scorecard {name} {{\n  learn {outcome}\n{}  points 600 at odds 20 doubling 30\n}}",
            factors.concat()
        ));
        self.name_value(&name, Type::Float, false);
    }

    fn numeric_field(&mut self, table: usize) -> Option<Name> {
        let fields = &self.tables[table].fields;
        let numbers: Vec<Name> = fields
            .iter()
            .filter(|f| matches!(f.ty, Type::Int | Type::Decimal | Type::Float))
            .cloned()
            .collect();
        if numbers.is_empty() { None } else { Some(self.random.pick(&numbers).clone()) }
    }

    fn write_percentile(&mut self) {
        let Some((n, table)) = self.events() else { return };
        let name = self.fresh("percentile_");
        let weight = self.numeric_field(n).filter(|_| self.random.chance(60));
        let optional = weight.as_ref().is_some_and(|w| w.optional);
        let weight = weight.map_or_else(String::new, |w| format!("  weight {}\n", w.text));
        let filter = self.filter(n);
        let window = self.window_clause(n);
        let cap = if self.random.chance(40) { "  cap 50\n" } else { "" };
        self.declare(format!(
            "behavior {name} of {}{filter} {{\n{weight}  half_life 20 days\n{window}{cap}  scale percentile\n}}",
            table.name
        ));
        self.name_value(&name, Type::Float, optional);
    }

    fn write_learned_rfm(&mut self) {
        let Some((n, table)) = self.events() else { return };
        let name = self.fresh("learned_rfm_");
        let monetary = match self.numeric_field(n) {
            Some(field) if self.random.chance(75) => format!("  monetary sum({})\n", field.text),
            _ => String::new(),
        };
        let by_hand = if self.random.chance(30) { "  frequency bins at 1, 3\n" } else { "" };
        let window = self.window_clause(n);
        let bins = self.random.range(2, 7);
        let filter = self.filter(n);
        self.declare(format!(
            "rfm {name} of {}{filter} {{\n{monetary}{window}{by_hand}  bins {bins}\n}}",
            table.name
        ));
        for part in ["recency", "frequency", "r", "f", "total"] {
            self.name_value(&format!("{name}.{part}"), Type::Int, part != "frequency");
        }
        self.name_value(&format!("{name}.code"), Type::Text, true);
    }

    fn write_learned_cluster(&mut self) {
        let name = self.fresh("learned_cluster_");
        let mut features: Vec<String> = Vec::new();
        let mut optional = false;
        for _ in 0..3 {
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
        let scale = *self.random.pick(&["zscore", "minmax", "robust", "none"]);
        let fill = *self.random.pick(&["", "  missing mean\n", "  missing median\n", "  missing 3\n"]);
        let k = 2 + self.random.below(4);
        self.declare(format!(
            "cluster {name} {{\n  features {}\n  scale {scale}\n{fill}  k {k}\n  seed 5\n}}",
            features.join(", ")
        ));
        let labels = (1..=k).map(|n| format!("c{n}")).collect();
        self.enums.push(Labels { written: String::new(), labels, ordered: false });
        let missing = optional && fill.is_empty();
        self.name_value(&format!("{name}.label"), Type::Enum(self.enums.len() - 1), missing);
        self.name_value(&format!("{name}.distance"), Type::Float, true);
    }

    fn write_affinity(&mut self) {
        let events: Vec<(String, String)> = self
            .tables
            .iter()
            .filter(|table| table.kind != Kind::Rows)
            .flat_map(|table| {
                let texts = table.fields.iter().filter(|f| f.ty == Type::Text);
                texts.map(|f| (format!("{}.{}", table.name, f.text), table.name.clone())).collect::<Vec<_>>()
            })
            .collect();
        if events.is_empty() {
            return;
        }
        let (of, table) = self.random.pick(&events).clone();
        let place = self.tables.iter().position(|t| t.name == table).unwrap();
        let window = self.window_clause(place);
        let name = self.fresh("affinity_");
        self.declare(format!(
            "affinity {name} of {of} {{\n{window}  min_support 1%\n  min_confidence 20%\n  max_size 3\n}}"
        ));
        let item = *self.random.pick(&super::parameters::ITEMS);
        let part = *self.random.pick(&["confidence", "lift"]);
        let value = self.fresh("rule_");
        self.declare(format!("let {value} = {name}.{part}(\"{item}\")"));
        self.name_value(&value, Type::Float, true);
    }

    fn write_lifetime(&mut self) {
        let Some((n, table)) = self.events() else { return };
        let name = self.fresh("lifetime_");
        let monetary = match self.numeric_field(n) {
            Some(field) if self.random.chance(75) => format!("  monetary sum({})\n", field.text),
            _ => String::new(),
        };
        let filter = self.filter(n);
        let unit = *self.random.pick(&["1 week", "1 day", "30 days"]);
        let horizon = *self.random.pick(&["12 months", "39 weeks", "10 days"]);
        self.declare(format!(
            "lifetime {name} of {}{filter} {{\n{monetary}  unit {unit}\n  horizon {horizon}\n  discount 10%\n}}",
            table.name
        ));
        self.name_value(&format!("{name}.alive"), Type::Float, true);
        self.name_value(&format!("{name}.expected"), Type::Float, true);
        if !monetary.is_empty() {
            self.name_value(&format!("{name}.value"), Type::Float, true);
        }
    }
}
