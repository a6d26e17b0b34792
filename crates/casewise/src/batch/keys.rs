//! The keys of a stream, to find the rows that repeat one.

use casewise_columns::KeyId;
use roaring::RoaringTreemap;
use rustc_hash::FxHashSet;

/// Keys seen so far: tens of millions fit into memory.
#[derive(Debug, Default)]
pub(super) struct Keys {
    /// Those that are numbers, as bits: there are few more numbers than customers.
    numbers: RoaringTreemap,
    others: FxHashSet<KeyId>,
}

/// Numbers up to those of telephones, which have eleven digits, are close enough to each other to be kept as bits.
const CLOSE: u64 = 100_000_000_000;

impl Keys {
    /// Remembers a key; false: it has been seen.
    pub(super) fn insert(&mut self, key: KeyId) -> bool {
        match close(key) {
            Some(number) => self.numbers.insert(number),
            None => self.others.insert(key),
        }
    }

    pub(super) fn contains(&self, key: KeyId) -> bool {
        close(key).map_or_else(|| self.others.contains(&key), |number| self.numbers.contains(number))
    }
}

fn close(key: KeyId) -> Option<u64> {
    key.number().filter(|number| *number < CLOSE)
}

#[cfg(test)]
mod tests {
    use super::{KeyId, Keys};

    #[test]
    fn a_key_is_new_once() {
        let mut keys = Keys::default();
        let mut insert = |key| keys.insert(KeyId::of(key));
        let all = ["c1", "c2", "", "0", "13800138000", "99999999999", "100000000000", "01", "1"];
        assert!(all.iter().all(|key| insert(key)));
        assert!(!all.iter().any(|key| insert(key)));
        assert!(keys.contains(KeyId::of("c2")) && keys.contains(KeyId::of("1")));
        assert!(!keys.contains(KeyId::of("c3")) && !keys.contains(KeyId::of("2")));
    }
}
