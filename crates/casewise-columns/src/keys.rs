//! The keys of a batch, and what is known of a key that need not be kept.

use std::hash::{DefaultHasher, Hasher};
use std::ops::Range;

use crate::decide::{Halt, Options, PIECE, pieces};
use crate::subjects::Customers;

/// What keys are told apart by, in the place of their texts: a whole number is itself, any other text is a hash of 128
/// bits, which no two keys share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u64; 2]);

impl KeyId {
    /// Of the text of a key.
    pub fn of(key: &str) -> KeyId {
        if let Some(number) = whole(key) {
            return KeyId([number, 0]);
        }
        let hash = |salt: u8| {
            let mut hasher = DefaultHasher::new();
            hasher.write_u8(salt);
            hasher.write(key.as_bytes());
            hasher.finish()
        };
        KeyId([hash(0), hash(1) | 1])
    }

    /// What keys are sorted by first: numbers by themselves, the hashes of texts as they fall.
    pub(crate) fn leading(self) -> u64 {
        let KeyId([leading, _]) = self;
        leading
    }

    /// The number that the text of the key writes, as numbers are written.
    pub fn number(self) -> Option<u64> {
        let KeyId([number, is_text]) = self;
        (is_text == 0).then_some(number)
    }
}

/// Reads a whole number as it is always written: without sign and leading zeros.
fn whole(text: &str) -> Option<u64> {
    let digits = text.as_bytes();
    if digits.len() > 18 || digits.first().is_none_or(|first| *first == b'0' && digits.len() > 1) {
        return None;
    }
    let digit = |digit: &u8| digit.is_ascii_digit().then(|| u64::from(digit - b'0'));
    digits.iter().try_fold(0, |number, byte| Some(number * 10 + digit(byte)?))
}

/// The keys of all rows, as they were read piece by piece.
#[derive(Debug, Default)]
pub struct Keys(Vec<Texts>);

impl Keys {
    /// Reads the keys of a batch.
    ///
    /// # Errors
    /// See [`Halt`].
    pub fn read(customers: &Customers<'_>, options: &Options<'_>) -> Result<Keys, Halt> {
        let read = |(): &mut (), rows: Range<usize>| {
            let mut texts = Texts::default();
            for row in rows {
                texts.push(|to| customers.write_key(row, to));
            }
            texts
        };
        pieces(customers.len(), options, || (), read).map(|(parts, _)| Keys(parts))
    }

    /// The key of a row; none if it cannot be read.
    pub fn get(&self, row: usize) -> Option<&str> {
        self.0.get(row / PIECE)?.get(row % PIECE)
    }

    /// What tells the key of a row from others; none if it cannot be read.
    pub fn id(&self, row: usize) -> Option<KeyId> {
        self.0.get(row / PIECE)?.id(row % PIECE)
    }
}

/// Keys, one behind the other.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    texts: String,
    /// Where each ends. No key is empty: one that cannot be read is.
    ends: Vec<usize>,
    ids: Vec<KeyId>,
}

impl Texts {
    /// Another one, to be written behind those that are there; none if nothing is written.
    pub(crate) fn push(&mut self, write: impl FnOnce(&mut String)) -> Option<&str> {
        let from = self.texts.len();
        write(&mut self.texts);
        self.ends.push(self.texts.len());
        let key = self.texts.get(from..).unwrap_or_default();
        self.ids.push(KeyId::of(key));
        (!key.is_empty()).then_some(key)
    }

    fn get(&self, place: usize) -> Option<&str> {
        let from = place.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.texts.get(from..*self.ends.get(place)?).filter(|key| !key.is_empty())
    }

    /// What tells a key from others; none if nothing was written.
    pub(crate) fn id(&self, place: usize) -> Option<KeyId> {
        self.get(place).and_then(|_| self.ids.get(place).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::KeyId;

    #[test]
    fn keys_are_told_apart_by_numbers_and_by_hashes() {
        let number = |key| KeyId::of(key).number();
        assert_eq!(number("0"), Some(0));
        assert_eq!(number("13800138000"), Some(13_800_138_000));
        assert_eq!(number("999999999999999999"), Some(999_999_999_999_999_999));
        for text in ["", "-1", "+1", "01", "00", "1.0", "1 ", "c1", "\u{661}", "1000000000000000000"] {
            assert_eq!(number(text), None, "{text:?}");
        }
        let keys = ["", "0", "00", "1", "01", "c1", "c2", "C1"];
        for (n, a) in keys.iter().enumerate() {
            assert!(keys.iter().take(n).all(|b| KeyId::of(a) != KeyId::of(b)), "{a:?}");
        }
    }
}
