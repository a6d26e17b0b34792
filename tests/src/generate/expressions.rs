//! Random expressions of a wanted type, and whether they can be missing.

use super::{Function, Labels, Writer};

/// A type as far as the generator cares.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Type {
    Bool,
    Int,
    Decimal,
    Float,
    Text,
    Date,
    Time,
    /// By place in the writer's enums.
    Enum(usize),
    Set(Box<Type>),
}

/// A value that can be named.
#[derive(Debug, Clone)]
pub(super) struct Name {
    pub(super) text: String,
    pub(super) ty: Type,
    pub(super) optional: bool,
}

/// Events or rows.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) fields: Vec<Name>,
}

/// What the rows of a table are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Events,
    Dated,
    Rows,
}

/// An expression's text and whether its type is `T?`.
#[derive(Debug, Clone)]
pub(super) struct Written {
    pub(super) text: String,
    pub(super) optional: bool,
}

/// Where an expression stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    /// Outside events.
    Outside,
    /// In the `where` or value of the table of this place.
    In(usize),
}

const TEXTS: [&str; 6] = ["", "a", "ab", "Abc", "münchen", "呼转"];

fn written(text: impl Into<String>, optional: bool) -> Written {
    Written { text: text.into(), optional }
}

/// The wider of two number types.
pub(super) fn wider(a: &Type, b: &Type) -> Type {
    match (a, b) {
        (Type::Float, _) | (_, Type::Float) => Type::Float,
        (Type::Decimal, _) | (_, Type::Decimal) => Type::Decimal,
        _ => Type::Int,
    }
}

impl Writer {
    fn in_sight(&self, place: Place) -> Vec<Name> {
        let mut names = self.names.clone();
        if let Place::In(table) = place {
            let table = &self.tables[table];
            // Fields are the likelier, and sometimes written with their table.
            for (n, field) in table.fields.iter().cycle().take(table.fields.len() * 3).enumerate() {
                let text =
                    if n % 3 == 0 { format!("{}.{}", table.name, field.text) } else { field.text.clone() };
                names.push(Name { text, ..field.clone() });
            }
        }
        names
    }

    /// A name of a type.
    pub(super) fn named(&mut self, place: Place, wanted: impl Fn(&Type) -> bool) -> Option<Name> {
        let names = self.in_sight(place);
        let fitting: Vec<&Name> = names.iter().filter(|n| wanted(&n.ty)).collect();
        if fitting.is_empty() { None } else { Some((*self.random.pick(&fitting)).clone()) }
    }

    pub(super) fn length(&mut self) -> String {
        let n = self.random.range(1, 40);
        let unit =
            *self.random.pick(&["minutes", "hours", "days", "days", "days", "weeks", "months", "years"]);
        format!("{n} {unit}")
    }

    /// A length of whole days, or a calendar one.
    pub(super) fn whole_length(&mut self) -> String {
        let n = self.random.range(1, 40);
        let unit = *self.random.pick(&["days", "days", "weeks", "months", "years"]);
        format!("{n} {unit}")
    }

    pub(super) fn elapsed(&mut self) -> String {
        let n = self.random.range(1, 40);
        let unit = *self.random.pick(&["minutes", "hours", "days", "weeks"]);
        format!("{n} {unit}")
    }

    pub(super) fn date_literal(&mut self) -> String {
        let (year, month) = (self.random.range(2019, 2028), self.random.range(1, 12));
        let day = if self.random.chance(20) { 28 } else { self.random.range(1, 28) };
        format!("{year}-{month:02}-{day:02}")
    }

    pub(super) fn number_literal(&mut self, ty: &Type) -> String {
        let whole = self.random.range(0, 60);
        match ty {
            Type::Int => whole.to_string(),
            _ => match self.random.below(4) {
                0 => whole.to_string(),
                1 => format!("{whole}.5"),
                2 => format!("{whole}.{:02}", self.random.range(1, 99)),
                _ => format!("{whole}%"),
            },
        }
    }

    /// An expression of a type.
    pub(super) fn expression(&mut self, ty: &Type, depth: usize, place: Place) -> Written {
        match ty {
            Type::Bool => self.condition(depth, place),
            Type::Int | Type::Decimal | Type::Float => self.number_of(ty, depth, place),
            Type::Date => self.date(depth, place),
            Type::Time => self.time(place),
            Type::Text => self.text(depth, place),
            Type::Enum(n) => self.label(*n, depth, place),
            Type::Set(_) => self.set(ty, place),
        }
    }

    /// A number of any type, and its type.
    pub(super) fn number(&mut self, depth: usize, place: Place) -> (Written, Type) {
        if depth == 0 || self.random.chance(25) {
            return self.number_leaf(place);
        }
        match self.random.weighted(&[30, 10, 8, 8, 8, 6, 6, 25, 6]) {
            0 => {
                let ((a, ta), (b, tb)) = (self.number(depth - 1, place), self.number(depth - 1, place));
                let op = *self.random.pick(&["+", "-", "*"]);
                (written(format!("({} {op} {})", a.text, b.text), a.optional || b.optional), wider(&ta, &tb))
            }
            1 => {
                let ((a, ta), (b, tb)) =
                    (self.named_number(depth - 1, place), self.named_number(depth - 1, place));
                let ty = if (&ta, &tb) == (&Type::Int, &Type::Int) { Type::Float } else { wider(&ta, &tb) };
                (written(format!("({} / {})", a.text, b.text), true), ty)
            }
            2 => {
                let (a, ty) = self.number(depth - 1, place);
                let f = *self.random.pick(&["abs", "floor", "ceil"]);
                (written(format!("{f}({})", a.text), a.optional), ty)
            }
            3 => {
                let (a, ty) = self.number(depth - 1, place);
                let digits = self.random.range(-3, 6);
                (written(format!("round({}, {digits})", a.text), a.optional), ty)
            }
            4 => {
                let ((a, ta), (b, tb)) = (self.named_number(depth - 1, place), self.number(depth - 1, place));
                let f = *self.random.pick(&["min", "max"]);
                (written(format!("{f}({}, {})", a.text, b.text), a.optional || b.optional), wider(&ta, &tb))
            }
            5 => {
                let (a, _) = self.named_number(depth - 1, place);
                match self.random.below(4) {
                    0 => (written(format!("exp({})", a.text), a.optional), Type::Float),
                    1 => (written(format!("log({})", a.text), true), Type::Float),
                    2 => (written(format!("sqrt({})", a.text), true), Type::Float),
                    _ => {
                        let (b, _) = self.number(depth - 1, place);
                        (
                            written(format!("pow({}, {})", a.text, b.text), a.optional || b.optional),
                            Type::Float,
                        )
                    }
                }
            }
            6 => {
                let c = self.condition(depth - 1, place);
                let ((a, ta), (b, tb)) = (self.named_number(depth - 1, place), self.number(depth - 1, place));
                let text = format!("(if {} then {} else {})", c.text, a.text, b.text);
                (written(text, c.optional || a.optional || b.optional), wider(&ta, &tb))
            }
            7 => match place {
                Place::Outside => self.number_aggregate(depth - 1),
                Place::In(_) => self.number_leaf(place),
            },
            _ => {
                let (a, ty) = self.number(depth - 1, place);
                (written(format!("(-{})", a.text), a.optional), ty)
            }
        }
    }

    /// A number that is not a literal alone.
    pub(super) fn named_number(&mut self, depth: usize, place: Place) -> (Written, Type) {
        for _ in 0..4 {
            let (number, ty) = self.number(depth, place);
            if number.text.contains(|c: char| c.is_alphabetic()) {
                return (number, ty);
            }
        }
        (written("day(today)", false), Type::Int)
    }

    fn number_leaf(&mut self, place: Place) -> (Written, Type) {
        let is_number = |ty: &Type| matches!(ty, Type::Int | Type::Decimal | Type::Float);
        let roll = self.random.below(100);
        if roll < 20 {
            let ty = self.random.pick(&[Type::Int, Type::Decimal]).clone();
            let mut text = self.number_literal(&ty);
            let whole = !text.contains(['.', '%']);
            if roll < 2 {
                text = "9223372036854775807".to_owned();
            }
            return (written(text, false), if whole { Type::Int } else { Type::Decimal });
        }
        if roll < 40 {
            return self.number_of_other(place);
        }
        match self.named(place, is_number) {
            Some(name) if name.optional && roll < 55 => {
                let literal = self.number_literal(&Type::Int);
                (written(format!("({} otherwise {literal})", name.text), false), name.ty)
            }
            Some(name) => (written(name.text, name.optional), name.ty),
            None => self.number_of_other(place),
        }
    }

    /// A number made of something that is none.
    fn number_of_other(&mut self, place: Place) -> (Written, Type) {
        let (text, optional) = match self.random.below(8) {
            0 => {
                let (a, b) = (self.date(0, place), self.date(0, place));
                let f = *self.random.pick(&["days_between", "months_between", "years_between"]);
                (format!("{f}({}, {})", a.text, b.text), a.optional || b.optional)
            }
            1 => {
                let d = self.date(0, place);
                let f = *self.random.pick(&["day", "month", "year"]);
                (format!("{f}({})", d.text), d.optional)
            }
            2 => {
                let t = self.time(place);
                (format!("hour({})", t.text), t.optional)
            }
            3 => {
                let t = self.text(0, place);
                (format!("length({})", t.text), t.optional)
            }
            4 => match self.named(place, |ty| matches!(ty, Type::Set(_))) {
                Some(set) => (format!("size({})", set.text), set.optional),
                None => ("day(today)".to_owned(), false),
            },
            5 => return self.call(place, |f| matches!(f.result, Type::Int | Type::Decimal | Type::Float)),
            _ => match place {
                Place::Outside => return self.number_aggregate(0),
                Place::In(_) => ("month(today)".to_owned(), false),
            },
        };
        (written(text, optional), Type::Int)
    }

    fn call(&mut self, place: Place, wanted: impl Fn(&Function) -> bool) -> (Written, Type) {
        let fitting: Vec<Function> = self.functions.iter().filter(|f| wanted(f)).cloned().collect();
        if fitting.is_empty() {
            return (written("year(today)", false), Type::Int);
        }
        let function = self.random.pick(&fitting).clone();
        let mut optional = function.optional;
        let arguments: Vec<String> = function
            .parameters
            .iter()
            .map(|ty| {
                let argument = self.expression(ty, 0, place);
                optional |= argument.optional;
                argument.text
            })
            .collect();
        (written(format!("{}({})", function.name, arguments.join(", ")), optional), function.result)
    }

    /// A number of one type, or of a narrower one.
    fn number_of(&mut self, ty: &Type, depth: usize, place: Place) -> Written {
        for _ in 0..6 {
            let (number, found) = self.number(depth, place);
            if wider(ty, &found) == *ty {
                return number;
            }
        }
        match self.named(place, |t| t == ty) {
            Some(name) => written(name.text, name.optional),
            None => written(self.number_literal(ty), false),
        }
    }

    fn date(&mut self, depth: usize, place: Place) -> Written {
        if depth > 0 && self.random.chance(40) {
            let d = self.date(depth - 1, place);
            return match self.random.below(4) {
                0 => written(format!("next_anniversary({})", d.text), d.optional),
                1 => {
                    let t = self.time(place);
                    written(format!("date({})", t.text), t.optional)
                }
                n => {
                    let length = self.whole_length();
                    let op = if n == 2 { "+" } else { "-" };
                    written(format!("({} {op} {length})", d.text), d.optional)
                }
            };
        }
        match self.random.below(10) {
            0 => written(self.date_literal(), false),
            1 | 2 => written("today", false),
            _ => match self.named(place, |ty| *ty == Type::Date) {
                Some(name) => written(name.text, name.optional),
                None => written("today", false),
            },
        }
    }

    fn time(&mut self, place: Place) -> Written {
        let base = match self.named(place, |ty| *ty == Type::Time) {
            Some(name) if self.random.chance(75) => written(name.text, name.optional),
            _ if self.random.chance(20) => {
                let date = self.date_literal();
                written(format!("{date}T{:02}:30", self.random.range(0, 23)), false)
            }
            _ => written("now", false),
        };
        if self.random.chance(20) {
            let (op, length) = (*self.random.pick(&["+", "-"]), self.length());
            return written(format!("({} {op} {length})", base.text), base.optional);
        }
        base
    }

    fn text(&mut self, depth: usize, place: Place) -> Written {
        let base = match self.named(place, |ty| *ty == Type::Text) {
            Some(name) => written(name.text, name.optional),
            None => written("\"abc\"", false),
        };
        if depth > 0 && self.random.chance(30) {
            let f = *self.random.pick(&["lower", "upper"]);
            return written(format!("{f}({})", base.text), base.optional);
        }
        base
    }

    fn label(&mut self, n: usize, depth: usize, place: Place) -> Written {
        match self.named(place, |ty| *ty == Type::Enum(n)) {
            Some(name) if name.optional && depth > 0 && self.random.chance(30) => {
                let label = self.random.pick(&self.enums[n].labels).clone();
                written(format!("({} otherwise {label})", name.text), false)
            }
            Some(name) => written(name.text, name.optional),
            None => written(self.random.pick(&self.enums[n].labels).clone(), false),
        }
    }

    fn set(&mut self, ty: &Type, place: Place) -> Written {
        match self.named(place, |t| t == ty) {
            Some(name) => written(name.text, name.optional),
            None => written("[]", false),
        }
    }

    pub(super) fn text_literal(&mut self) -> String {
        format!("\"{}\"", self.random.pick(&TEXTS))
    }

    /// A condition.
    pub(super) fn condition(&mut self, depth: usize, place: Place) -> Written {
        if depth > 0 && self.random.chance(45) {
            return match self.random.below(7) {
                0 | 1 => self.joined("and", depth, place),
                2 | 3 => self.joined("or", depth, place),
                4 => {
                    let a = self.condition(depth - 1, place);
                    written(format!("(not {})", a.text), a.optional)
                }
                5 => {
                    let (c, a, b) = (
                        self.condition(depth - 1, place),
                        self.condition(depth - 1, place),
                        self.condition(depth - 1, place),
                    );
                    let text = format!("(if {} then {} else {})", c.text, a.text, b.text);
                    written(text, c.optional || a.optional || b.optional)
                }
                _ => {
                    let a = self.condition(depth - 1, place);
                    if a.optional {
                        let default = *self.random.pick(&["true", "false"]);
                        written(format!("({} otherwise {default})", a.text), false)
                    } else {
                        a
                    }
                }
            };
        }
        match self.random.weighted(&[26, 10, 8, 8, 8, 7, 6, 6, 8, 12, 6]) {
            0 => {
                let ((a, _), (b, _)) =
                    (self.named_number(depth.min(1), place), self.number(depth.min(1), place));
                let op = *self.random.pick(&["==", "!=", "<", "<=", ">", ">=", ">=", "<"]);
                written(format!("({} {op} {})", a.text, b.text), a.optional || b.optional)
            }
            1 => self.about_label(place),
            2 => {
                let (a, b) = (self.date(1, place), self.date(1, place));
                let op = *self.random.pick(&["==", "!=", "<", "<=", ">", ">="]);
                written(format!("({} {op} {})", a.text, b.text), a.optional || b.optional)
            }
            3 => self.in_window(place),
            4 => self.about_text(place),
            5 => self.about_set(place),
            6 => {
                let names = self.in_sight(place);
                let optional: Vec<&Name> = names.iter().filter(|n| n.optional).collect();
                if optional.is_empty() {
                    return self.about_text(place);
                }
                let name = self.random.pick(&optional).text.clone();
                let is = *self.random.pick(&["missing", "present"]);
                written(format!("({name} is {is})"), false)
            }
            7 => {
                let ((x, _), (a, _), (b, _)) =
                    (self.named_number(0, place), self.number(0, place), self.number(0, place));
                let text = format!("({} between {} and {})", x.text, a.text, b.text);
                written(text, x.optional || a.optional || b.optional)
            }
            8 => match self.named(place, |ty| *ty == Type::Bool) {
                Some(name) => written(name.text, name.optional),
                None => self.in_window(place),
            },
            9 => match place {
                Place::Outside => self.truth_aggregate(depth.saturating_sub(1)),
                Place::In(_) => self.about_label(place),
            },
            _ => {
                let ((x, _), (a, _), (b, _)) =
                    (self.named_number(0, place), self.number(0, place), self.number(0, place));
                let not = *self.random.pick(&["", "not "]);
                let text = format!("({} {not}in [{}, {}])", x.text, a.text, b.text);
                written(text, x.optional || a.optional || b.optional)
            }
        }
    }

    fn joined(&mut self, word: &str, depth: usize, place: Place) -> Written {
        let (a, b) = (self.condition(depth - 1, place), self.condition(depth - 1, place));
        written(format!("({} {word} {})", a.text, b.text), a.optional || b.optional)
    }

    fn about_label(&mut self, place: Place) -> Written {
        let Some(name) = self.named(place, |ty| matches!(ty, Type::Enum(_))) else {
            return self.in_window(place);
        };
        let Type::Enum(n) = name.ty else { return self.in_window(place) };
        let Labels { labels, ordered, .. } = self.enums[n].clone();
        let label = self.random.pick(&labels).clone();
        let text = match self.random.below(if ordered { 4 } else { 3 }) {
            0 => format!("({} == {label})", name.text),
            1 => format!("({} != {label})", name.text),
            2 => {
                let other = self.random.pick(&labels).clone();
                format!("({} in [{label}, {other}])", name.text)
            }
            _ => {
                let op = *self.random.pick(&["<", "<=", ">", ">="]);
                format!("({} {op} {label})", name.text)
            }
        };
        written(text, name.optional)
    }

    fn in_window(&mut self, place: Place) -> Written {
        let dated = self.random.chance(60);
        let d = if dated { self.date(0, place) } else { self.time(place) };
        let length = if dated { self.whole_length() } else { self.length() };
        let window = match self.random.below(5) {
            0 | 1 => format!("last {length}"),
            2 => format!("next {length}"),
            _ => format!("this {}", self.random.pick(&["day", "week", "month", "year"])),
        };
        written(format!("({} in {window})", d.text), d.optional)
    }

    fn about_text(&mut self, place: Place) -> Written {
        let t = self.text(1, place);
        let literal = self.text_literal();
        let text = match self.random.below(6) {
            0 => format!("({} == {literal})", t.text),
            1 => format!("({} != {literal})", t.text),
            2 => format!("starts_with({}, {literal})", t.text),
            3 => format!("ends_with({}, {literal})", t.text),
            4 => format!("contains({}, {literal})", t.text),
            _ => {
                let pattern = *self.random.pick(&["^a", "b.?$", "[A-Z]+", "ü", "^$", "(a|b)c"]);
                format!("matches({}, \"{pattern}\")", t.text)
            }
        };
        written(text, t.optional)
    }

    fn about_set(&mut self, place: Place) -> Written {
        let Some(set) = self.named(place, |ty| matches!(ty, Type::Set(_))) else {
            return self.about_text(place);
        };
        let Type::Set(of) = &set.ty else { return self.about_text(place) };
        match self.random.below(4) {
            0 | 1 => {
                let item = match &**of {
                    Type::Enum(n) => {
                        let n = *n;
                        if self.random.chance(50) {
                            let label = self.random.pick(&self.enums[n].labels).clone();
                            written(label, false)
                        } else {
                            self.label(n, 0, place)
                        }
                    }
                    Type::Text => match self.random.below(2) {
                        0 => written(self.text_literal(), false),
                        _ => self.text(0, place),
                    },
                    of => self.number_of(&of.clone(), 0, place),
                };
                let not = *self.random.pick(&["", "not "]);
                written(format!("({} {not}in {})", item.text, set.text), item.optional || set.optional)
            }
            n => {
                let other = self.set(&set.ty.clone(), place);
                let word = if n == 2 { "overlaps" } else { "subset of" };
                written(format!("({} {word} {})", set.text, other.text), set.optional || other.optional)
            }
        }
    }

    // ------------------------------------------------------------------------------------- aggregates

    /// `where … over …` for a table, at random.
    pub(super) fn restriction(&mut self, table: usize, depth: usize) -> String {
        let mut text = String::new();
        if self.random.chance(50) {
            text.push_str(&format!(" where {}", self.condition(depth, Place::In(table)).text));
        }
        text.push_str(&self.over(table));
        text
    }

    pub(super) fn over(&mut self, table: usize) -> String {
        match self.tables[table].kind {
            Kind::Rows => String::new(),
            kind => match self.random.below(6) {
                0 => String::new(),
                1 => format!(" over this {}", self.random.pick(&["day", "week", "month", "year"])),
                _ if kind == Kind::Dated => format!(" over last {}", self.whole_length()),
                _ => format!(" over last {}", self.length()),
            },
        }
    }

    /// A field of a table as `table.field`, or an expression over its fields.
    fn aggregated(&mut self, table: usize, ty: &Type) -> Written {
        let Table { name, fields, .. } = self.tables[table].clone();
        let fitting: Vec<&Name> = fields.iter().filter(|f| f.ty == *ty).collect();
        let field = (*self.random.pick(&fitting)).clone();
        written(format!("{name}.{}", field.text), field.optional)
    }

    fn number_aggregate(&mut self, depth: usize) -> (Written, Type) {
        let table = self.random.below(self.tables.len());
        let Table { name, kind, fields } = self.tables[table].clone();
        let restriction = self.restriction(table, depth);
        let numbers: Vec<Type> = fields
            .iter()
            .map(|f| f.ty.clone())
            .filter(|ty| matches!(ty, Type::Int | Type::Decimal | Type::Float))
            .collect();
        let roll = self.random.below(100);
        if numbers.is_empty() || roll < 25 {
            return (written(format!("count({name}{restriction})"), false), Type::Int);
        }
        if roll < 32 && kind != Kind::Rows {
            return (written(format!("days({name}{restriction})"), false), Type::Int);
        }
        if roll < 42 {
            let field = self.random.pick(&fields).clone();
            return (written(format!("distinct({name}.{}{restriction})", field.text), false), Type::Int);
        }
        let ty = self.random.pick(&numbers).clone();
        let value = self.aggregated(table, &ty);
        if roll < 65 {
            return (written(format!("sum({}{restriction})", value.text), value.optional), ty);
        }
        if roll < 75 && kind != Kind::Rows {
            let half_life = self.elapsed();
            let text = format!("sum({} half_life {half_life}{restriction})", value.text);
            return (written(text, value.optional), Type::Float);
        }
        if roll < 85 {
            let result = if ty == Type::Decimal { Type::Decimal } else { Type::Float };
            return (written(format!("avg({}{restriction})", value.text), true), result);
        }
        let f = *self.random.pick(&["min", "max", "first", "last"]);
        (written(format!("{f}({}{restriction})", value.text), true), ty)
    }

    fn truth_aggregate(&mut self, depth: usize) -> Written {
        let table = self.random.below(self.tables.len());
        let Table { name, kind, .. } = self.tables[table].clone();
        let same_kind: Vec<usize> = (0..self.tables.len()).filter(|t| self.tables[*t].kind == kind).collect();
        match self.random.below(5) {
            0 if kind != Kind::Rows => {
                let second = *self.random.pick(&same_kind);
                let condition = |writer: &mut Writer, table| match writer.random.below(2) {
                    0 => String::new(),
                    _ => format!(" where {}", writer.condition(depth, Place::In(table)).text),
                };
                let (first_where, second_where) = (condition(self, table), condition(self, second));
                let within = if kind == Kind::Dated { self.days() } else { self.elapsed() };
                let over = self.over(table);
                let second = self.tables[second].name.clone();
                written(
                    format!("exists({name}{first_where} then within {within} {second}{second_where}{over})"),
                    false,
                )
            }
            1 => {
                let condition = self.condition(depth, Place::In(table)).text;
                let over = self.over(table);
                written(format!("all({name} where {condition}{over})"), false)
            }
            _ => {
                let restriction = self.restriction(table, depth);
                written(format!("exists({name}{restriction})"), false)
            }
        }
    }

    pub(super) fn days(&mut self) -> String {
        format!("{} days", self.random.range(1, 60))
    }
}
