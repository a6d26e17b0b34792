//! The keys of a stream, to find the rows that repeat one.

use std::hash::{DefaultHasher, Hasher};

use rustc_hash::FxHashSet;

/// Keys seen so far, as hashes of 128 bits: tens of millions fit into memory, and no two keys share one.
#[derive(Debug, Default)]
pub(super) struct Keys(FxHashSet<(u64, u64)>);

impl Keys {
    /// Remembers a key; false: it has been seen.
    pub(super) fn insert(&mut self, key: KeyHash) -> bool {
        self.0.insert(key.0)
    }

    pub(super) fn contains(&self, key: &str) -> bool {
        self.0.contains(&KeyHash::of(key).0)
    }
}

/// What is remembered of a key.
#[derive(Debug, Clone, Copy)]
pub(super) struct KeyHash((u64, u64));

impl KeyHash {
    pub(super) fn of(key: &str) -> KeyHash {
        let of = |salt: u8| {
            let mut hasher = DefaultHasher::new();
            hasher.write_u8(salt);
            hasher.write(key.as_bytes());
            hasher.finish()
        };
        KeyHash((of(0), of(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::{KeyHash, Keys};

    #[test]
    fn a_key_is_new_once() {
        let mut keys = Keys::default();
        let mut insert = |key| keys.insert(KeyHash::of(key));
        assert!(insert("c1") && insert("c2") && insert(""));
        assert!(!insert("c1"));
        assert!(keys.contains("c2") && !keys.contains("c3"));
    }
}
