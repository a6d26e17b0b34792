//! Values from outside → values of the model's types, or what was expected.
//!
//! One rule for every entrance, so that CSV, JSON, Rust, Python and Node give the same answer:
//! - a number, a date, a time or a duration may come as its text;
//! - a decimal is read from its decimal digits, never through a binary float's error: the float 0.1 is 0.1;
//! - an `int` may come as `12.0`, if it is whole and, as a float, not beyond ±2⁵³;
//! - NaN and infinity are missing in a `float?` and refused elsewhere;
//! - a `bool` or label comes in the data's words if the model gives any; the model's own words are read
//!   too where they mean nothing else in the data; a number stands for the word with its digits;
//! - text is taken as it is: a number is not a text;
//! - a time without an offset is in the model's zone; a date alone is not a time, nor a time a date;
//! - a set is a sequence without missing elements; duplicates collapse.

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::problem::{Misfit, quote, shorten};
use crate::model::{Base, EnumType, Field, Model};
use crate::values::{Date, Decimal, DecimalError, Duration, Label, Moment, Period, Time, Value, Zone};

/// A value from outside, as it comes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Raw<'a> {
    /// Nothing.
    Null,
    /// `true` or `false`
    Bool(bool),
    /// An integer.
    Int(i64),
    /// An integer beyond `i64`, perhaps.
    UInt(u64),
    /// A float, as its shortest decimal text where exactness matters.
    Float(f64),
    /// A short float.
    Float32(f32),
    /// The digits of a number, as in JSON.
    Number(&'a str),
    /// Text.
    Text(&'a str),
    /// A date.
    Date(Date),
    /// An instant.
    Time(Time),
    /// A sequence.
    Seq(&'a [Raw<'a>]),
    /// A record, which no field takes.
    Record,
}

impl Raw<'_> {
    /// As a message shows it.
    pub fn shown(&self) -> String {
        match self {
            Raw::Null => "nothing".to_owned(),
            Raw::Bool(b) => b.to_string(),
            Raw::Int(n) => n.to_string(),
            Raw::UInt(n) => n.to_string(),
            Raw::Float(x) => shorten(&x.to_string()),
            Raw::Float32(x) => shorten(&x.to_string()),
            Raw::Number(text) => shorten(text),
            Raw::Text(text) => quote(text),
            Raw::Date(date) => date.to_string(),
            Raw::Time(time) => time.to_string(),
            Raw::Seq(_) => "a sequence".to_owned(),
            Raw::Record => "a record".to_owned(),
        }
    }

    /// The digits, if it is a number.
    fn digits(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Raw::Int(n) => Cow::Owned(n.to_string()),
            Raw::UInt(n) => Cow::Owned(n.to_string()),
            Raw::Float(x) => Cow::Owned(x.to_string()),
            Raw::Float32(x) => Cow::Owned(x.to_string()),
            Raw::Number(text) => Cow::Borrowed(text),
            _ => return None,
        })
    }
}

/// Reads the values of one field.
#[derive(Debug, Clone)]
pub struct FieldReader {
    name: Arc<str>,
    optional: bool,
    reader: Reader,
}

/// Reads the values of one type.
#[derive(Debug, Clone)]
enum Reader {
    Bool(Option<(Arc<str>, Arc<str>)>),
    Int,
    Float { nan_is_missing: bool },
    Decimal,
    Text,
    Date,
    Time(Zone),
    Duration,
    Period,
    Enum(Arc<Words>),
    Set(Box<Reader>),
}

/// The words of an enum in the data.
#[derive(Debug)]
struct Words {
    labels: FxHashMap<Arc<str>, Label>,
    /// For messages: the data's word of each label, in order.
    shown: Vec<Arc<str>>,
}

impl Words {
    fn new(of: &EnumType) -> Words {
        let mut labels = FxHashMap::default();
        let numbered = || (0..).map(Label).zip(&of.labels);
        for (label, word) in numbered() {
            if let Some(foreign) = &word.foreign {
                labels.insert(Arc::clone(foreign), label);
            }
        }
        // The model's own names, where the data does not use the word for another label.
        for (label, word) in numbered() {
            labels.entry(Arc::clone(&word.name)).or_insert(label);
        }
        let data_word = |word: &crate::model::EnumLabel| word.foreign.as_ref().unwrap_or(&word.name).clone();
        Words { labels, shown: of.labels.iter().map(data_word).collect() }
    }
}

impl FieldReader {
    /// Of a field of this model.
    pub fn new(field: &Field, model: &Model) -> FieldReader {
        let reader = Reader::new(&field.ty.base, field.ty.optional, field.bool_words.as_ref(), model);
        FieldReader { name: Arc::clone(&field.name), optional: field.ty.optional, reader }
    }

    /// The field's name in the model.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// Its values may be missing.
    pub fn optional(&self) -> bool {
        self.optional
    }

    /// It holds sets.
    pub fn is_set(&self) -> bool {
        matches!(self.reader, Reader::Set(_))
    }

    /// Whether every value like this one fits: every int, every finite float, every truth, every date of the
    /// calendar, every text.
    pub fn takes_every(&self, like: Raw<'_>) -> bool {
        matches!(
            (&self.reader, like),
            (Reader::Int, Raw::Int(_))
                | (Reader::Float { .. }, Raw::Float(_))
                | (Reader::Bool(_), Raw::Bool(_))
                | (Reader::Date, Raw::Date(_))
                | (Reader::Time(_), Raw::Time(_))
                | (Reader::Text, Raw::Text(_))
        )
    }

    /// Reads a value.
    ///
    /// # Errors
    /// What was expected.
    pub fn read(&self, raw: Raw<'_>) -> Result<Value, Misfit> {
        match raw {
            Raw::Null => self.nothing(),
            raw => self.reader.read(raw),
        }
    }

    /// What nothing means: missing, or a refusal.
    ///
    /// # Errors
    /// What was expected.
    pub fn nothing(&self) -> Result<Value, Misfit> {
        if self.optional { Ok(Value::Missing) } else { Err(Misfit::absent(self.expected())) }
    }

    /// Starts to read a set element by element; none if the field holds no sets.
    pub fn set_reader(&self) -> Option<SetReader<'_>> {
        match &self.reader {
            Reader::Set(element) => Some(SetReader { element, elements: Vec::new(), misfit: None, count: 0 }),
            _ => None,
        }
    }

    /// What the field takes, as the end of "expected …".
    pub fn expected(&self) -> String {
        self.reader.expected()
    }
}

/// Reads a set element by element.
#[derive(Debug)]
pub struct SetReader<'r> {
    element: &'r Reader,
    elements: Vec<Value>,
    misfit: Option<Misfit>,
    count: usize,
}

impl SetReader<'_> {
    /// Adds an element. After the first that does not fit, the others are only counted.
    pub fn push(&mut self, raw: Raw<'_>) {
        self.count += 1;
        if self.misfit.is_some() {
            return;
        }
        let read = match raw {
            Raw::Null => Err(Misfit::found("null", self.element.expected())),
            raw => self.element.read(raw),
        };
        match read {
            Ok(value) => self.elements.push(value),
            Err(misfit) => {
                let value = misfit.value.as_deref().unwrap_or("nothing");
                let value = Some(format!("{value} as element {} of the set", self.count));
                self.misfit = Some(Misfit { value, ..misfit });
            }
        }
    }

    /// The set.
    ///
    /// # Errors
    /// What was expected of the first element that does not fit.
    pub fn finish(self) -> Result<Value, Misfit> {
        match self.misfit {
            None => Ok(Value::set(self.elements)),
            Some(misfit) => Err(misfit),
        }
    }
}

impl Reader {
    fn new(base: &Base, optional: bool, bool_words: Option<&(Arc<str>, Arc<str>)>, model: &Model) -> Reader {
        match base {
            Base::Bool => Reader::Bool(bool_words.cloned()),
            Base::Int => Reader::Int,
            Base::Float => Reader::Float { nan_is_missing: optional },
            Base::Decimal => Reader::Decimal,
            Base::Text | Base::Case => Reader::Text,
            Base::Date => Reader::Date,
            Base::Time => Reader::Time(model.zone.clone()),
            Base::Duration => Reader::Duration,
            Base::Period => Reader::Period,
            Base::Enum(id) => match model.enums.get(id.0 as usize) {
                Some(of) => Reader::Enum(Arc::new(Words::new(of))),
                // A checked model names no other enum.
                None => Reader::Text,
            },
            Base::Set(element) | Base::List(element) => {
                Reader::Set(Box::new(Reader::new(element, false, bool_words, model)))
            }
        }
    }

    fn read(&self, raw: Raw<'_>) -> Result<Value, Misfit> {
        let read = match self {
            Reader::Bool(words) => read_bool(words.as_ref(), raw),
            Reader::Int => read_int(raw),
            Reader::Float { nan_is_missing } => read_float(raw, *nan_is_missing),
            Reader::Decimal => return self.read_decimal(raw),
            Reader::Text => match raw {
                Raw::Text(text) => Some(Value::Text(text.into())),
                _ => None,
            },
            Reader::Date => match raw {
                Raw::Date(date) => Some(Value::Date(date)),
                Raw::Text(text) => Date::parse(text).map(Value::Date),
                _ => None,
            },
            Reader::Time(zone) => match raw {
                Raw::Time(time) => Some(Value::Time(time)),
                Raw::Text(text) => zone.parse_time(text).map(Value::Time),
                _ => None,
            },
            Reader::Duration => match raw {
                Raw::Text(text) => read_duration(text).map(Value::Duration),
                _ => None,
            },
            Reader::Period => match raw {
                Raw::Text(text) => read_period(text).map(Value::Period),
                _ => None,
            },
            Reader::Enum(words) => return self.read_label(words, raw),
            Reader::Set(element) => match raw {
                Raw::Seq(items) => {
                    let mut set = SetReader { element, elements: Vec::new(), misfit: None, count: 0 };
                    items.iter().for_each(|item| set.push(*item));
                    return set.finish();
                }
                _ => None,
            },
        };
        read.ok_or_else(|| {
            let misfit = Misfit::found(raw.shown(), self.expected());
            match self.other_kind_of_moment(raw) {
                Some(help) => misfit.help(help),
                None => misfit,
            }
        })
    }

    /// What to do where a date came for a time, or a time for a date: neither is guessed from the other.
    fn other_kind_of_moment(&self, raw: Raw<'_>) -> Option<String> {
        let moment = match raw {
            Raw::Date(date) => Moment::Date(date),
            Raw::Time(time) => Moment::Instant(time),
            Raw::Text(text) => Moment::parse(text)?,
            _ => return None,
        };
        match (self, moment) {
            (Reader::Time(_), Moment::Date(date)) => Some(format!(
                "a date alone is not a time: write `{date}T00:00` if the start of the day is meant, or declare the field as `date`"
            )),
            (Reader::Date, Moment::Local(..) | Moment::Instant(_)) => {
                Some("a time is not a date: give its date alone, or declare the field as `time`".to_owned())
            }
            _ => None,
        }
    }

    fn read_decimal(&self, raw: Raw<'_>) -> Result<Value, Misfit> {
        let read = match raw {
            Raw::Text(text) => Decimal::parse(text),
            raw => raw.digits().map_or(Err(DecimalError::Syntax), |digits| Decimal::parse(&digits)),
        };
        read.map(Value::Decimal).map_err(|error| {
            let misfit = Misfit::found(raw.shown(), self.expected());
            match error {
                DecimalError::Syntax => misfit,
                DecimalError::TooPrecise => misfit.help("a decimal has at most 18 digits after the point"),
                DecimalError::Overflow => misfit.help("a decimal is below 1.7 × 10²⁰"),
            }
        })
    }

    fn read_label(&self, words: &Words, raw: Raw<'_>) -> Result<Value, Misfit> {
        let digits = raw.digits();
        let word = match raw {
            Raw::Text(text) => Some(text),
            _ => digits.as_deref(),
        };
        let label = word.and_then(|word| words.labels.get(word));
        if let Some(label) = label {
            return Ok(Value::Label(*label));
        }
        let misfit = Misfit::found(raw.shown(), self.expected());
        let near = word.and_then(|word| crate::diagnostic::nearest(word, words.shown.iter().map(|w| &**w)));
        Err(match near {
            Some(near) => misfit.help(format!("did you mean `{near}`?")),
            None => misfit,
        })
    }

    fn expected(&self) -> String {
        match self {
            Reader::Bool(None) => "`true` or `false`".to_owned(),
            Reader::Bool(Some((yes, no))) => format!("`{yes}` or `{no}`"),
            Reader::Int => "an int such as 12".to_owned(),
            Reader::Float { .. } => "a float such as 1.5".to_owned(),
            Reader::Decimal => "a decimal such as 12.50".to_owned(),
            Reader::Text => "text".to_owned(),
            Reader::Date => "a date such as 2026-11-22".to_owned(),
            Reader::Time(_) => "a time such as 2026-11-22T10:00 or 2026-11-22T10:00:00+08:00".to_owned(),
            Reader::Duration => "a duration such as `30 days`".to_owned(),
            Reader::Period => "a period such as `3 months`".to_owned(),
            Reader::Enum(words) => one_of(&words.shown),
            Reader::Set(element) => format!("a sequence, each element {}", element.expected()),
        }
    }
}

/// ``one of `a`, `b`, … (and 5 more)``
fn one_of(words: &[Arc<str>]) -> String {
    const SHOWN: usize = 12;
    let shown: Vec<String> = words.iter().take(SHOWN).map(|word| format!("`{word}`")).collect();
    let more = words.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    match shown.as_slice() {
        [only] => only.clone(),
        shown => format!("one of {}{more}", shown.join(", ")),
    }
}

fn read_bool(words: Option<&(Arc<str>, Arc<str>)>, raw: Raw<'_>) -> Option<Value> {
    if let Raw::Bool(b) = raw {
        return Some(Value::Bool(b));
    }
    let digits = raw.digits();
    let word = match raw {
        Raw::Text(text) => text,
        _ => digits.as_deref()?,
    };
    let truth = match words {
        Some((yes, _)) if **yes == *word => true,
        Some((_, no)) if **no == *word => false,
        _ => match word {
            "true" => true,
            "false" => false,
            _ => return None,
        },
    };
    Some(Value::Bool(truth))
}

/// The greatest integer below which a float is exact.
const SAFE: f64 = 9_007_199_254_740_992.0;

fn read_int(raw: Raw<'_>) -> Option<Value> {
    let whole = |text: &str| {
        let exact = || Decimal::parse(text).ok().and_then(Decimal::to_i64_exact);
        // `+5` and `1e3` go the long way; both ways agree where both can read.
        text.parse().ok().or_else(exact)
    };
    let number = match raw {
        Raw::Int(n) => Some(n),
        Raw::UInt(n) => i64::try_from(n).ok(),
        Raw::Float(x) if x.abs() < SAFE => whole(&x.to_string()),
        Raw::Float32(x) if f64::from(x).abs() < SAFE => whole(&x.to_string()),
        Raw::Number(text) | Raw::Text(text) => whole(text),
        _ => None,
    };
    number.map(Value::Int)
}

fn read_float(raw: Raw<'_>, nan_is_missing: bool) -> Option<Value> {
    #[expect(clippy::cast_precision_loss, reason = "a float takes the nearest value")]
    let number: f64 = match raw {
        Raw::Int(n) => n as f64,
        Raw::UInt(n) => n as f64,
        Raw::Float(x) => x,
        Raw::Float32(x) => f64::from(x),
        Raw::Number(text) | Raw::Text(text) => {
            let number: f64 = text.parse().ok()?;
            // Digits that are too large are a mistake, not somebody's way to write "no value".
            if number.is_infinite() && text.bytes().any(|b| b.is_ascii_digit()) {
                return None;
            }
            number
        }
        _ => return None,
    };
    match Value::float(number) {
        Value::Missing if !nan_is_missing => None,
        value => Some(value),
    }
}

/// `30 days`: a whole number and a unit, singular or plural.
fn quantity(text: &str) -> Option<(i64, &str)> {
    let (number, unit) = text.split_once(' ')?;
    let number: i64 = number.parse().ok()?;
    Some((number, unit.strip_suffix('s').unwrap_or(unit)))
}

fn read_duration(text: &str) -> Option<Duration> {
    const MINUTE: i64 = 60_000_000;
    let (number, unit) = quantity(text)?;
    let micros = match unit {
        "minute" => MINUTE,
        "hour" => 60 * MINUTE,
        "day" => 24 * 60 * MINUTE,
        "week" => 7 * 24 * 60 * MINUTE,
        _ => return None,
    };
    number.checked_mul(micros).map(Duration)
}

fn read_period(text: &str) -> Option<Period> {
    let (number, unit) = quantity(text)?;
    let number = i32::try_from(number).ok()?;
    match unit {
        "month" => Some(Period(number)),
        "year" => number.checked_mul(12).map(Period),
        _ => None,
    }
}
