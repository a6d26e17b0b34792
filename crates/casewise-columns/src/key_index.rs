//! Where a key is among others.

use crate::keys::KeyId;

/// Keys in order. A directory by their leading bits leaves a few to be compared; for keys that are asked for in order,
/// as most files have them, what is read next lies beside what was read last.
#[derive(Debug, Default)]
pub(crate) struct KeyIndex {
    keys: Vec<KeyId>,
    /// Where the keys of each part of the range of their leading numbers begin.
    parts: Vec<usize>,
    least: u64,
    /// How many numbers make a part: 2 to the power of this.
    shift: u32,
}

/// Keys that a part has on average.
const TOGETHER: usize = 4;

impl KeyIndex {
    /// Of distinct keys in order.
    pub(crate) fn new(keys: Vec<KeyId>) -> KeyIndex {
        let (Some(first), Some(last)) = (keys.first().copied(), keys.last().copied()) else {
            return KeyIndex::default();
        };
        let (least, range) = (first.leading(), last.leading() - first.leading());
        let wanted = (keys.len() / TOGETHER).max(1) as u64;
        let shift = (u64::BITS - (range / wanted).leading_zeros()).min(u64::BITS - 1);
        let mut index = KeyIndex { keys, parts: Vec::new(), least, shift };
        index.parts.resize(index.part(last) + 2, 0);
        // How many keys each part has, then where it begins.
        for n in 0..index.keys.len() {
            let part = index.keys.get(n).map(|key| index.part(*key)).unwrap_or_default();
            index.parts.get_mut(part + 1).into_iter().for_each(|count| *count += 1);
        }
        let mut sum = 0;
        for begin in &mut index.parts {
            sum += *begin;
            *begin = sum;
        }
        index
    }

    fn part(&self, key: KeyId) -> usize {
        (key.leading().saturating_sub(self.least) >> self.shift) as usize
    }

    /// The place of a key.
    pub(crate) fn find(&self, key: KeyId) -> Option<usize> {
        let part = self.part(key);
        let (from, to) = (*self.parts.get(part)?, *self.parts.get(part + 1)?);
        Some(from + self.keys.get(from..to)?.binary_search(&key).ok()?)
    }

    /// All of them, in order.
    pub(crate) fn keys(&self) -> &[KeyId] {
        &self.keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_found_and_no_other() {
        let texts = |texts: &[&str]| texts.iter().map(|text| KeyId::of(text)).collect::<Vec<_>>();
        let numbers =
            |step: u64, count: u64| (0..count).map(|n| KeyId::of(&(n * step).to_string())).collect();
        let mixed: Vec<String> =
            (0..500).map(|n| format!("{}{n}", if n % 3 == 0 { "c" } else { "" })).collect();
        let far: Vec<String> = (0..60).map(|n| (10_u64.pow(n % 18) + u64::from(n)).to_string()).collect();
        let sets: [Vec<KeyId>; 7] = [
            Vec::new(),
            texts(&["7"]),
            texts(&["c1", "c2", "", "0"]),
            numbers(1, 1_000),
            numbers(7_919, 1_000),
            mixed.iter().map(|text| KeyId::of(text)).collect(),
            far.iter().map(|text| KeyId::of(text)).collect(),
        ];
        for mut keys in sets {
            keys.sort_unstable();
            keys.dedup();
            let index = KeyIndex::new(keys.clone());
            for (place, key) in keys.iter().enumerate() {
                assert_eq!(index.find(*key), Some(place));
            }
            let others = (0..3_000)
                .map(|n| KeyId::of(&format!("{n}5")))
                .chain([KeyId::of("x"), KeyId::of("999999999999999999")]);
            for key in others.filter(|key| keys.binary_search(key).is_err()) {
                assert_eq!(index.find(key), None);
            }
        }
    }
}
