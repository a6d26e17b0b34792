//! What is seen of one column, and the type that takes all of it.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, BuildHasherDefault};

use rustc_hash::{FxHashSet, FxHasher};

use super::names::Names;
use crate::syntax::escape;
use crate::values::{Date, Decimal, Zone};

/// More different words are no enum.
const MOST_LABELS: usize = 30;
/// Nor are longer ones.
const LONGEST_LABEL: usize = 60;
/// A word of an enum comes up so many times on average.
const TIMES: u64 = 3;
/// As many numbers are kept to find their middle.
const KEPT: usize = 10_000;
/// Pairs of words that mean true and false.
const BOOLS: [(&str, &str); 9] = [
    ("true", "false"),
    ("yes", "no"),
    ("y", "n"),
    ("t", "f"),
    ("1", "0"),
    ("on", "off"),
    ("是", "否"),
    ("有", "无"),
    ("真", "假"),
];

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Seen<'c> {
    /// Nothing.
    Missing,
    /// A boolean of its own kind.
    Bool(bool),
    /// A number of its own kind, by its digits.
    Number(&'c str),
    /// A float that is not a number.
    NotANumber,
    /// A date or time of its own kind, as texts write it.
    Moment(&'c str),
    /// A text, or a cell of a text file.
    Text(&'c str),
    /// A list.
    List(Elements<'c>),
    /// Something that no attribute takes.
    Other,
}

/// A list of texts or of whole numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Elements<'c> {
    /// The texts, or digits.
    pub words: Vec<String>,
    /// They are numbers of their own kind.
    pub numbers: bool,
    /// How a text file writes it.
    pub written: Option<&'c str>,
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Bool(Option<(String, String)>),
    Int,
    Decimal,
    Float,
    Date,
    Time,
    Enum,
    Set,
    Text,
    /// Nothing takes all of it.
    Mixed,
}

#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: String,
    /// The file names it, and names it twice.
    pub(super) named: bool,
    pub(super) twice: bool,
    /// Cells that are not missing.
    present: u64,
    /// Of their own kind: booleans, numbers, dates and times, lists, those of numbers and those of texts, those
    /// that are not written as text, anything else.
    bools: u64,
    numbers: u64,
    moments: u64,
    lists: u64,
    number_lists: u64,
    text_lists: u64,
    unwritten: u64,
    others: u64,
    /// Among the missing.
    not_numbers: u64,
    /// How many of the texts and numbers each type takes.
    ints: u64,
    decimals: u64,
    floats: u64,
    dates: u64,
    times: u64,
    /// `007` is a word, not seven.
    padded: bool,
    /// The first that is neither a number nor a date.
    odd: Option<String>,
    /// Different words with how often they come up; none where they are too many.
    words: Option<BTreeMap<String, u64>>,
    /// The same of the elements of lists.
    elements: Option<BTreeMap<String, u64>>,
    /// Of all values, while none has come up twice.
    unique: Option<FxHashSet<u64>>,
    sample: Vec<Decimal>,
    extent: Option<(Decimal, Decimal)>,
    days: Option<(Date, Date)>,
    zone: Zone,
}

impl Column {
    pub(super) fn new(name: &str) -> Column {
        Column {
            name: name.to_owned(),
            named: false,
            twice: false,
            present: 0,
            bools: 0,
            numbers: 0,
            moments: 0,
            lists: 0,
            number_lists: 0,
            text_lists: 0,
            unwritten: 0,
            others: 0,
            not_numbers: 0,
            ints: 0,
            decimals: 0,
            floats: 0,
            dates: 0,
            times: 0,
            padded: false,
            odd: None,
            words: Some(BTreeMap::new()),
            elements: Some(BTreeMap::new()),
            unique: Some(FxHashSet::default()),
            sample: Vec::new(),
            extent: None,
            days: None,
            zone: Zone::utc(),
        }
    }

    pub(super) fn see(&mut self, seen: Seen<'_>) {
        match seen {
            Seen::Missing => return,
            Seen::NotANumber => {
                self.not_numbers += 1;
                return;
            }
            Seen::Bool(b) => {
                self.bools += 1;
                self.word(if b { "true" } else { "false" });
            }
            Seen::Number(digits) => {
                self.numbers += 1;
                self.word(digits);
            }
            Seen::Moment(written) => {
                self.moments += 1;
                self.word(written);
            }
            Seen::Text(text) => self.word(text),
            Seen::List(list) => {
                self.lists += 1;
                // An empty one is of either kind.
                self.number_lists += u64::from(list.numbers || list.words.is_empty());
                self.text_lists += u64::from(!list.numbers || list.words.is_empty());
                list.words.iter().for_each(|word| count(&mut self.elements, word));
                match list.written {
                    Some(written) => self.word(written),
                    None => self.unwritten += 1,
                }
            }
            Seen::Other => self.others += 1,
        }
        self.present += 1;
    }

    fn word(&mut self, word: &str) {
        count(&mut self.words, word);
        if let Some(unique) = &mut self.unique {
            let hash = BuildHasherDefault::<FxHasher>::default().hash_one(word);
            if !unique.insert(hash) {
                self.unique = None;
            }
        }
        let digits = word.strip_prefix('-').unwrap_or(word);
        let starts = |c: char| digits.starts_with(c);
        if starts('0') && digits.len() > 1 && digits.bytes().all(|b| b.is_ascii_digit()) {
            self.padded = true;
        }
        // What begins with `+` or a point is rather a code than a number.
        let known = self.ints + self.floats + self.decimals + self.dates + self.times;
        if digits.starts_with(|c: char| c.is_ascii_digit()) {
            self.number(word);
        }
        if self.odd.is_none() && known == self.ints + self.floats + self.decimals + self.dates + self.times {
            self.odd = Some(word.to_owned());
        }
    }

    fn number(&mut self, word: &str) {
        self.ints += u64::from(word.parse::<i64>().is_ok());
        self.floats += u64::from(word.parse::<f64>().is_ok_and(f64::is_finite));
        if let Ok(number) = Decimal::parse(word) {
            self.decimals += 1;
            if self.sample.len() < KEPT {
                self.sample.push(number);
            }
            self.extent = Some(match self.extent {
                Some((low, high)) => (low.min(number), high.max(number)),
                None => (number, number),
            });
        }
        if let Some(day) = Date::parse(word) {
            self.dates += 1;
            self.days = Some(match self.days {
                Some((first, last)) => (first.min(day), last.max(day)),
                None => (day, day),
            });
        }
        self.times += u64::from(self.zone.parse_time(word).is_some());
    }

    pub(super) fn missing(&self, rows: u64) -> u64 {
        rows.saturating_sub(self.present)
    }

    /// It is there in every row, and never the same: text, or whole numbers of their own kind.
    pub(super) fn is_key(&self, rows: u64) -> bool {
        let number = self.numbers == 0 || self.has_number_keys();
        let plain = self.bools == 0 && self.moments == 0 && self.lists == 0 && self.others == 0;
        number && plain && !self.twice && rows > 0 && self.present == rows && self.unique.is_some()
    }

    /// All are whole numbers, and some of their own kind: no text takes them.
    pub(super) fn has_number_keys(&self) -> bool {
        self.numbers > 0 && self.may_be_int()
    }

    /// Nothing but whole numbers is seen, in whatever form.
    pub(super) fn may_be_int(&self) -> bool {
        self.ints == self.present && !self.padded
    }

    /// The narrowest type that takes everything that was seen.
    pub(super) fn kind(&self) -> Kind {
        let all = |n: u64| n == self.present;
        if self.present == 0 {
            return if self.not_numbers > 0 { Kind::Float } else { Kind::Text };
        }
        if self.others > 0 || self.twice {
            return Kind::Mixed;
        }
        if self.lists > 0 && all(self.lists) && all(self.text_lists.max(self.number_lists)) {
            return Kind::Set;
        }
        if self.unwritten > 0 {
            return Kind::Mixed;
        }
        if self.bools > 0 {
            return if all(self.bools) { Kind::Bool(None) } else { Kind::Mixed };
        }
        if let Some(words) = self.bool_words() {
            return Kind::Bool(Some(words));
        }
        match () {
            // Only a float can be something that is no number.
            () if self.not_numbers > 0 => {
                if all(self.floats) {
                    Kind::Float
                } else {
                    Kind::Mixed
                }
            }
            () if all(self.ints) && !self.padded => Kind::Int,
            () if all(self.decimals) && !self.padded => Kind::Decimal,
            () if all(self.floats) && !self.padded => Kind::Float,
            () if all(self.dates) => Kind::Date,
            () if all(self.times) => Kind::Time,
            () if self.moments == 0 && self.is_enum() => Kind::Enum,
            // A number of its own kind is no text, nor is a date.
            () if self.numbers > 0 || self.moments > 0 => Kind::Mixed,
            () => Kind::Text,
        }
    }

    /// Two words that mean true and false, as they are written here.
    fn bool_words(&self) -> Option<(String, String)> {
        let words = self.words.as_ref().filter(|words| words.len() == 2)?;
        let find = |wanted: &str| words.keys().find(|word| word.to_lowercase() == wanted).cloned();
        BOOLS.iter().find_map(|(yes, no)| find(yes).zip(find(no)))
    }

    fn is_enum(&self) -> bool {
        self.words.as_ref().is_some_and(|words| {
            let short =
                words.keys().all(|word| word.chars().count() <= LONGEST_LABEL && !word.trim().is_empty());
            short && words.len() as u64 * TIMES <= self.present
        })
    }

    /// Its type as models write it.
    pub(super) fn written(&self) -> String {
        match self.kind() {
            Kind::Bool(None) => "bool".to_owned(),
            Kind::Bool(Some((yes, no))) if (yes.as_str(), no.as_str()) == ("true", "false") => {
                "bool".to_owned()
            }
            Kind::Bool(Some((yes, no))) => {
                format!("bool({}, {})", escape(&yes), escape(&no))
            }
            Kind::Int => "int".to_owned(),
            Kind::Decimal => "decimal".to_owned(),
            Kind::Float => "float".to_owned(),
            Kind::Date => "date".to_owned(),
            Kind::Time => "time".to_owned(),
            Kind::Enum => labels(self.words.as_ref()),
            // Lists that are all empty are those of texts.
            Kind::Set if self.text_lists < self.lists => "set(int)".to_owned(),
            Kind::Set => {
                match self.elements.as_ref().filter(|e| !e.is_empty() && e.keys().all(|w| fits(w))) {
                    Some(elements) => format!("set({})", labels(Some(elements))),
                    None => "set(text)".to_owned(),
                }
            }
            Kind::Text | Kind::Mixed => "text".to_owned(),
        }
    }

    /// Why it cannot be declared.
    pub(super) fn not_declared(&self) -> Option<String> {
        if self.twice {
            return Some("the file has two columns of this name".to_owned());
        }
        if self.name.is_empty() {
            return Some("it has no name".to_owned());
        }
        let mixed = self.kind() == Kind::Mixed;
        mixed.then(|| "no type takes all of its values".to_owned())
    }

    /// What a reader should know of it.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        match self.kind() {
            Kind::Int | Kind::Decimal => {
                notes.extend(self.extent.map(|(low, high)| format!("{low} to {high}")));
            }
            Kind::Date => notes.extend(self.days.map(|(first, last)| format!("{first} to {last}"))),
            Kind::Text if self.present == 0 => notes.push("always empty".to_owned()),
            Kind::Text | Kind::Enum => notes.extend(self.almost()),
            _ => {}
        }
        notes
    }

    /// What would be a number or a date, but for some words.
    fn almost(&self) -> Option<String> {
        if self.padded {
            return self.ints.eq(&self.present).then(|| "text, since some begin with 0".to_owned());
        }
        let types = [
            (self.ints, "an int"),
            (self.decimals, "a decimal"),
            (self.dates, "a date"),
            (self.times, "a time"),
        ];
        let (taken, what) = types.into_iter().max_by_key(|(taken, _)| *taken)?;
        // Of equals the last: an int is a decimal too.
        let what = if taken == self.ints { "an int" } else { what };
        if taken * 5 < self.present * 4 || taken == self.present {
            return None;
        }
        let odd = self.odd.as_ref().filter(|word| word.chars().count() <= LONGEST_LABEL);
        let odd = odd.map(|word| format!(", such as {}", escape(word))).unwrap_or_default();
        Some(format!("would be {what} but for {} other values{odd}", self.present - taken))
    }

    /// A number that about half of the rows reach.
    pub(super) fn middle(&self, rows: u64) -> Option<Decimal> {
        if !matches!(self.kind(), Kind::Int | Kind::Decimal) || self.missing(rows) > 0 {
            return None;
        }
        let (low, _) = self.extent.filter(|(low, high)| low < high)?;
        let mut sample = self.sample.clone();
        sample.sort_unstable();
        // What everybody reaches is no condition.
        sample.get(sample.len() / 2).copied().filter(|middle| *middle > low)
    }
}

fn fits(word: &str) -> bool {
    !word.trim().is_empty() && word.chars().count() <= LONGEST_LABEL
}

fn count(words: &mut Option<BTreeMap<String, u64>>, word: &str) {
    let Some(known) = words else { return };
    if let Some(times) = known.get_mut(word) {
        *times += 1;
    } else if known.len() < MOST_LABELS {
        known.insert(word.to_owned(), 1);
    } else {
        *words = None;
    }
}

fn labels(words: Option<&BTreeMap<String, u64>>) -> String {
    let mut taken = Names::default();
    let labels = words.into_iter().flatten().map(|(word, _)| {
        let label = taken.make(word);
        if label == *word { label } else { format!("{label} {}", escape(word)) }
    });
    format!("enum({})", labels.collect::<Vec<_>>().join(", "))
}
