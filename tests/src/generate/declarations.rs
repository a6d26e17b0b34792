//! Random declarations, each able to name what was declared before.

use super::expressions::{Kind, Name, Place, Table, Type};
use super::{Function, Labels, Writer};

const ZONES: [&str; 9] = [
    "UTC",
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Casablanca",
];

impl Writer {
    pub(super) fn write_model(&mut self) {
        let zone = *self.random.pick(&ZONES);
        self.declare(format!(
            "model random \"A random model\" {{\n  language 1\n  version \"1\"\n  timezone \"{zone}\"\n}}"
        ));
        for _ in 0..self.random.below(3) {
            self.write_type();
        }
        self.write_subject();
        if self.random.chance(60) {
            self.write_context();
        }
        for n in 0..1 + self.random.below(3) {
            self.write_table_of_events(n == 0);
        }
        self.tables.push(contact_table());
        for _ in 0..self.random.below(3) {
            let name = self.fresh("list_");
            self.declare(format!("list {name} \"Keys\""));
            self.lists.push(name.clone());
            self.names.push(Name { text: name, ty: Type::Bool, optional: false });
        }
        for _ in 0..self.random.below(3) {
            self.write_param();
        }
        for _ in 0..self.random.below(2) {
            self.write_function();
        }
        for _ in 0..7 + self.random.below(7) {
            match self.random.below(5) {
                0 | 1 => self.write_let(),
                2 => self.write_score(),
                3 => self.write_segment(),
                _ => self.write_gate(),
            }
        }
        for _ in 0..self.random.below(4) {
            self.write_channel();
        }
        if self.random.chance(70) {
            self.write_contacts();
        }
        if self.random.chance(50) {
            self.write_properties();
        }
        if self.random.chance(40) {
            let clauses = self.conditions(1);
            self.declare(format!("every case {{\n{clauses}}}"));
        }
        for _ in 0..self.random.below(3) {
            self.write_group();
        }
        self.exclusive = (0..self.random.below(3)).map(|_| self.fresh("set_")).collect();
        for _ in 0..1 + self.random.below(6) {
            self.write_case();
        }
        self.write_decides();
    }

    // ------------------------------------------------------------------------------------------ schema

    fn write_enum(&mut self) -> usize {
        let labels: Vec<String> = (0..2 + self.random.below(3)).map(|_| self.fresh("v")).collect();
        let ordered = self.random.chance(40);
        let foreign = self.random.chance(30);
        let written: Vec<String> =
            labels.iter().map(|l| if foreign { format!("{l} \"Label {l}\"") } else { l.clone() }).collect();
        let written = format!("enum({}){}", written.join(", "), if ordered { " ordered" } else { "" });
        self.enums.push(Labels { written, labels, ordered });
        self.enums.len() - 1
    }

    fn write_type(&mut self) {
        let n = self.write_enum();
        let name = self.fresh("type_");
        let text = format!("type {name} = {}", self.enums[n].written);
        self.declare(text);
        self.enums[n].written = name;
    }

    fn field_type(&mut self, sets: bool) -> Type {
        match self.random.weighted(&[10, 14, 14, 12, 10, 10, 8, 14, if sets { 10 } else { 0 }]) {
            0 => Type::Bool,
            1 => Type::Int,
            2 => Type::Decimal,
            3 => Type::Float,
            4 => Type::Text,
            5 => Type::Date,
            6 => Type::Time,
            7 => Type::Enum(self.some_enum()),
            _ => Type::Set(Box::new(match self.random.below(3) {
                0 => Type::Text,
                1 => Type::Int,
                _ => Type::Enum(self.some_enum()),
            })),
        }
    }

    fn some_enum(&mut self) -> usize {
        if self.enums.is_empty() || self.random.chance(40) {
            self.write_enum()
        } else {
            self.random.below(self.enums.len())
        }
    }

    fn written_type(&mut self, ty: &Type) -> String {
        match ty {
            Type::Bool if self.random.chance(30) => "bool(\"Yes\", \"No\")".to_owned(),
            Type::Bool => "bool".to_owned(),
            Type::Int => "int".to_owned(),
            Type::Decimal => "decimal".to_owned(),
            Type::Float => "float".to_owned(),
            Type::Text => "text".to_owned(),
            Type::Date => "date".to_owned(),
            Type::Time => "time".to_owned(),
            Type::Enum(n) => self.enums[*n].written.clone(),
            Type::Set(of) => format!("set({})", self.written_type(of)),
        }
    }

    fn field(&mut self, stem: &str, sets: bool) -> (Name, String) {
        let ty = self.field_type(sets);
        let text = self.fresh(stem);
        let optional = self.random.chance(45);
        let mark = if optional { "?" } else { "" };
        let from = if self.random.chance(10) { " from \"Column\"" } else { "" };
        let from = from.replace("Column", &format!("Column {text}"));
        let line = format!("{text}: {}{mark}{from}", self.written_type(&ty));
        (Name { text, ty, optional }, line)
    }

    fn fields(&mut self, stem: &str, count: usize, sets: bool) -> (Vec<Name>, Vec<String>) {
        (0..count).map(|_| self.field(stem, sets)).unzip()
    }

    fn write_subject(&mut self) {
        let count = 4 + self.random.below(8);
        let (mut names, mut lines) = self.fields("a", count, true);
        let key = *self.random.pick(&["text", "text", "int"]);
        lines.insert(0, format!("key id: {key}"));
        if self.random.chance(60) {
            lines.push("home_zone: text?".to_owned());
            names.push(Name { text: "home_zone".to_owned(), ty: Type::Text, optional: true });
        }
        // Attributes may have the names of the words that are keywords only in their places.
        self.declare(format!("customer {{\n  {}\n}}", lines.join("\n  ")));
        self.names.extend(names);
    }

    fn write_context(&mut self) {
        let count = 1 + self.random.below(3);
        let (names, lines) = self.fields("c", count, true);
        self.declare(format!("context {{ {} }}", lines.join(", ")));
        self.names.extend(names);
        self.has_context = true;
    }

    fn write_table_of_events(&mut self, timed: bool) {
        let kind = match self.random.below(10) {
            0..=5 => Kind::Events,
            _ if timed => Kind::Events,
            6 | 7 => Kind::Dated,
            _ => Kind::Rows,
        };
        let stem = if kind == Kind::Rows { "row_" } else { "event_" };
        let name = self.fresh(stem);
        let count = 1 + self.random.below(3);
        let (mut fields, mut lines) = self.fields("f", count, false);
        let at = |ty| Name { text: "at".to_owned(), ty, optional: false };
        match kind {
            Kind::Events => fields.push(at(Type::Time)),
            Kind::Dated => {
                lines.insert(0, "at: date".to_owned());
                fields.push(at(Type::Date));
            }
            Kind::Rows => {}
        }
        let word = if kind == Kind::Rows { "rows" } else { "events" };
        self.declare(format!("{word} {name} {{ {} }}", lines.join(", ")));
        self.tables.push(Table { name, kind, fields });
    }

    // ------------------------------------------------------------------------------------------ values

    fn write_param(&mut self) {
        let name = self.fresh("p");
        let (ty, text) = match self.random.below(4) {
            0 | 1 => (Type::Int, format!("int in 0 .. 100 = {}", self.random.range(0, 100))),
            2 => (Type::Decimal, format!("decimal = {}", self.number_literal(&Type::Decimal))),
            _ => (Type::Float, format!("float = {}.5", self.random.range(0, 50))),
        };
        self.declare(format!("param {name} \"A number\": {text}"));
        self.names.push(Name { text: name, ty, optional: false });
    }

    /// A function of its parameters alone.
    fn write_function(&mut self) {
        let name = self.fresh("f_");
        let outside = std::mem::take(&mut self.names);
        let parameters: Vec<Type> = (0..1 + self.random.below(2))
            .map(|_| self.random.pick(&[Type::Int, Type::Decimal, Type::Float]).clone())
            .collect();
        let mut written = Vec::new();
        for ty in &parameters {
            let text = self.fresh("x");
            written.push(format!("{text}: {}?", self.written_type(&ty.clone())));
            self.names.push(Name { text, ty: ty.clone(), optional: true });
        }
        let tables = std::mem::take(&mut self.tables);
        let (value, result) = self.function_body();
        self.tables = tables;
        self.names = outside;
        self.declare(format!("let {name}({}) = {}", written.join(", "), value));
        self.functions.push(Function { name, parameters, result, optional: true });
    }

    fn function_body(&mut self) -> (String, Type) {
        let a = self.random.pick(&self.names).clone();
        let b = self.random.pick(&self.names).clone();
        let wider = super::expressions::wider(&a.ty, &b.ty);
        match self.random.below(4) {
            0 => (format!("{} * 2 + {}", a.text, b.text), wider),
            1 => (format!("max({}, {}) otherwise 0", a.text, b.text), wider),
            2 => (format!("if {} > 3 then {} else {}", a.text, a.text, b.text), wider),
            _ => (format!("abs({}) - {}", a.text, b.text), wider),
        }
    }

    fn write_let(&mut self) {
        let name = self.fresh("let_");
        let ty = match self.random.below(10) {
            0 | 1 => Type::Bool,
            2 => Type::Date,
            3 => Type::Text,
            4 => match self.named(Place::Outside, |ty| matches!(ty, Type::Enum(_) | Type::Set(_))) {
                Some(name) => name.ty,
                None => Type::Date,
            },
            _ => {
                let (value, ty) = self.number(3, Place::Outside);
                self.declare(format!("let {name} = {}", value.text));
                self.names.push(Name { text: name, ty, optional: value.optional });
                return;
            }
        };
        let value = self.expression(&ty, 2, Place::Outside);
        // A label or an empty list alone does not say its type.
        if matches!(ty, Type::Enum(_) | Type::Set(_))
            && self.names.iter().all(|n| !value.text.contains(&n.text))
        {
            return;
        }
        self.declare(format!("let {name} = {}", value.text));
        self.names.push(Name { text: name, ty, optional: value.optional });
    }

    fn write_segment(&mut self) {
        let name = self.fresh("segment_");
        let condition = self.condition(2, Place::Outside);
        self.declare(format!("segment {name} \"People\" = {}", condition.text));
        self.segments.push(name.clone());
        self.names.push(Name { text: name, ty: Type::Bool, optional: condition.optional });
    }

    fn write_gate(&mut self) {
        let name = self.fresh("gate_");
        let clauses = self.conditions(1);
        self.declare(format!("gate {name} {{\n{clauses}}}"));
        self.gates.push(name.clone());
        self.names.push(Name { text: name, ty: Type::Bool, optional: true });
    }

    /// One to three `require` and `exclude`.
    fn conditions(&mut self, depth: usize) -> String {
        let mut text = String::new();
        for _ in 0..1 + self.random.below(3) {
            let word = *self.random.pick(&["require", "require", "require", "exclude"]);
            text.push_str(&self.condition_clause(word, depth));
        }
        text
    }

    fn condition_clause(&mut self, word: &str, depth: usize) -> String {
        let label =
            if self.random.chance(30) { format!("{}: ", self.fresh("clause_")) } else { String::new() };
        let condition = self.condition(depth, Place::Outside).text;
        let message = if self.random.chance(20) { " \"not for you\"" } else { "" };
        format!("  {word} {label}{condition}{message}\n")
    }

    // ------------------------------------------------------------------------------------------ policy

    fn write_channel(&mut self) {
        let name = self.fresh("channel_");
        let mut text = format!("channel {name} {{\n");
        if self.random.chance(50) {
            text.push_str(&self.condition_clause("require", 1));
        }
        if self.random.chance(50) {
            let (from, to) = (self.random.below(24), self.random.below(24));
            let zone = match self.names.iter().any(|n| n.text == "home_zone") && self.random.chance(50) {
                true => " in home_zone",
                false => "",
            };
            if from != to {
                text.push_str(&format!("  quiet {from:02}:30 .. {to:02}:30{zone}\n"));
            }
        }
        if self.random.chance(30) {
            text.push_str(&format!("  capacity {} per day\n", self.random.range(1, 3)));
        }
        text.push('}');
        self.declare_in_order(text);
        self.channels.push(name);
    }

    fn write_contacts(&mut self) {
        let mut text = "contacts {\n".to_owned();
        for _ in 0..1 + self.random.below(4) {
            let length = self.length();
            let n = self.random.range(1, 4);
            let same = *self.random.pick(&["", " same case", " same group", " same channel"]);
            let rule = match self.random.below(7) {
                0 => format!("at most {n} per {length}"),
                1 => format!("at most {n} per {length} per channel"),
                2 => format!("at most {n} per {length} per group"),
                3 => format!("at most {n} per {length} per case"),
                4 if !self.channels.is_empty() => {
                    let mut on = self.channels.clone();
                    self.random.shuffle(&mut on);
                    on.truncate(1 + self.random.below(on.len()));
                    format!("at most {n} per {length} on {}", on.join(", "))
                }
                5 => format!("pause {length} after {n} sent without opened{same}"),
                _ => {
                    let outcome = *self.random.pick(&[
                        "sent",
                        "delivered",
                        "opened",
                        "accepted",
                        "rejected",
                        "complained",
                    ]);
                    format!("pause {length} after {outcome}{same}")
                }
            };
            text.push_str(&format!("  {rule}\n"));
        }
        text.push('}');
        self.declare(text);
    }

    fn write_properties(&mut self) {
        let mut written = Vec::new();
        for _ in 0..1 + self.random.below(3) {
            let name = self.fresh("prop_");
            let (ty, text) = match self.random.below(4) {
                0 => (Type::Text, "text = \"\"".to_owned()),
                1 => (Type::Int, "int = 1".to_owned()),
                2 => (Type::Decimal, "decimal = 0.5".to_owned()),
                _ => (Type::Float, "float = 2.5".to_owned()),
            };
            written.push(format!("{name}: {text}"));
            self.properties.push((name, ty));
        }
        self.declare(format!("properties {{ {} }}", written.join(", ")));
    }

    // ------------------------------------------------------------------------------------------- cases

    fn write_group(&mut self) {
        let name = self.fresh("group_");
        let parent = if !self.groups.is_empty() && self.random.chance(30) {
            format!(" in {}", self.random.pick(&self.groups))
        } else {
            String::new()
        };
        let mut text = format!("group {name} \"Group\"{parent} {{\n");
        if self.random.chance(50) {
            text.push_str(&self.condition_clause("require", 1));
        }
        if self.random.chance(20) {
            text.push_str(&self.condition_clause("for", 1));
        }
        text.push_str(&self.defaults());
        text.push('}');
        self.declare(text);
        self.groups.push(name);
    }

    /// Clauses that a group gives and a case may replace.
    fn defaults(&mut self) -> String {
        let mut text = String::new();
        if self.random.chance(40) {
            let (priority, _) = self.number(1, Place::Outside);
            text.push_str(&format!("  priority {}\n", priority.text));
        }
        if !self.channels.is_empty() && self.random.chance(40) {
            let mut channels = self.channels.clone();
            self.random.shuffle(&mut channels);
            channels.truncate(1 + self.random.below(channels.len()));
            text.push_str(&format!("  channels {}\n", channels.join(", ")));
        }
        if self.random.chance(15) {
            let how = *self.random.pick(&["ignored", "uncounted", "ignored, uncounted"]);
            text.push_str(&format!("  contacts {how}\n"));
        }
        if self.random.chance(20) {
            let next = if self.random.chance(30) { " next" } else { "" };
            let salt = if self.random.chance(50) { " salt \"s\"" } else { "" };
            text.push_str(&format!("  holdout {}%{salt}{next}\n", self.random.range(1, 60)));
        }
        if !self.properties.is_empty() && self.random.chance(40) {
            let (name, ty) = self.random.pick(&self.properties).clone();
            let value = match ty {
                Type::Text => "\"x\"".to_owned(),
                Type::Int => self.random.range(0, 9).to_string(),
                _ => format!("{}.5", self.random.range(0, 9)),
            };
            text.push_str(&format!("  with {name} = {value}\n"));
        }
        text
    }

    fn offer(&mut self) -> String {
        let mut fields = Vec::new();
        for _ in 0..1 + self.random.below(3) {
            let name = self.fresh("o");
            let value = match self.random.below(5) {
                0 => "\"text\"".to_owned(),
                1 => self.expression(&Type::Date, 1, Place::Outside).text,
                2 => self.number_literal(&Type::Decimal),
                _ => self.number(1, Place::Outside).0.text,
            };
            fields.push(format!("{name}: {value}"));
        }
        format!("{{ {} }}", fields.join(", "))
    }

    fn write_case(&mut self) {
        let name = self.fresh("case_");
        let group = if !self.groups.is_empty() && self.random.chance(60) {
            format!(" in {}", self.random.pick(&self.groups))
        } else {
            String::new()
        };
        let mut text = format!("case {name} \"Case\"{group} {{\n");
        if self.random.chance(30) {
            let status = *self.random.pick(&["live", "trial", "trial", "draft", "paused", "retired"]);
            text.push_str(&format!("  status {status}\n"));
        }
        if self.random.chance(25) {
            let (mut from, mut to) = (self.date_literal(), self.date_literal());
            if from > to {
                std::mem::swap(&mut from, &mut to);
            }
            text.push_str(&format!("  runs {from} through {to}\n"));
        }
        for (word, percent) in [("for", 50), ("require", 60), ("require", 30), ("exclude", 25)] {
            if self.random.chance(percent) {
                text.push_str(&self.condition_clause(word, 2));
            }
        }
        text.push_str(&self.defaults());
        if !self.exclusive.is_empty() && self.random.chance(30) {
            text.push_str(&format!("  exclusive {}\n", self.random.pick(&self.exclusive)));
        }
        if self.random.chance(25) {
            text.push_str(&format!("  quota {}\n", self.random.range(1, 4)));
        }
        let numbers: Vec<String> =
            self.properties.iter().filter(|(_, ty)| *ty != Type::Text).map(|(n, _)| n.clone()).collect();
        if !numbers.is_empty() && self.random.chance(25) {
            let property = self.random.pick(&numbers).clone();
            text.push_str(&format!("  budget {} of {property}\n", self.random.range(1, 12)));
        }
        if self.random.chance(50) {
            text.push_str(&format!("  offer {}\n", self.offer()));
        }
        if !self.channels.is_empty() && self.random.chance(20) {
            let on = self.random.pick(&self.channels).clone();
            text.push_str(&format!("  offer on {on} {}\n", self.offer()));
        }
        if self.random.chance(20) {
            let share = self.random.range(1, 99);
            let (a, b, offer) = (self.fresh("variant_"), self.fresh("variant_"), self.offer());
            text.push_str(&format!(
                "  variants {{ {a} {share}%; {b} {}% {{ offer {offer} }} }}\n",
                100 - share
            ));
        }
        text.push('}');
        self.declare_in_order(text);
        self.cases.push(name);
    }

    fn write_decides(&mut self) {
        if self.random.chance(40) {
            let condition = self.condition(1, Place::Outside).text;
            self.write_decide(&format!("decide first when {condition}"));
        }
        if self.random.chance(60) {
            self.write_decide("decide");
        }
    }

    fn write_decide(&mut self, head: &str) {
        let mut text = format!("{head} {{\n");
        if self.random.chance(60) {
            let numbers: Vec<String> =
                self.properties.iter().filter(|(_, ty)| *ty != Type::Text).map(|(n, _)| n.clone()).collect();
            let rank = match self.random.below(3) {
                0 if !numbers.is_empty() => format!("priority * {}", self.random.pick(&numbers)),
                1 => format!("priority + {}", self.number(1, Place::Outside).0.text),
                _ => "priority".to_owned(),
            };
            text.push_str(&format!("  rank by {rank}\n"));
        }
        if self.random.chance(60) {
            text.push_str(&format!("  top {}\n", self.random.range(1, 3)));
        }
        if self.random.chance(40) {
            text.push_str(&format!("  at most {} per group\n", self.random.range(1, 2)));
        }
        if self.random.chance(20) {
            text.push_str(&format!("  control {}% salt \"g\"\n", self.random.range(1, 40)));
        }
        if !self.channels.is_empty() && self.random.chance(20) {
            text.push_str(&format!("  channels {}\n", self.random.pick(&self.channels)));
        }
        text.push('}');
        self.declare_in_order(text);
    }
}

/// The built-in `contact` events, as far as the generator names their fields.
fn contact_table() -> Table {
    let field = |text: &str, ty, optional| Name { text: text.to_owned(), ty, optional };
    Table {
        name: "contact".to_owned(),
        kind: Kind::Events,
        fields: vec![
            field("at", Type::Time, false),
            field("counted", Type::Bool, true),
            field("channel", Type::Text, false),
        ],
    }
}
