//! The keys of a stream, to find the rows that repeat one.

use std::hash::{DefaultHasher, Hasher};

use rustc_hash::FxHashSet;

/// Keys seen so far, as hashes of 128 bits: tens of millions fit into memory, and no two keys share one.
#[derive(Debug, Default)]
pub(super) struct Keys(FxHashSet<(u64, u64)>);

impl Keys {
    /// Remembers a key; false: it has been seen.
    pub(super) fn insert(&mut self, key: &str) -> bool {
        self.0.insert(hash(key))
    }

    pub(super) fn contains(&self, key: &str) -> bool {
        self.0.contains(&hash(key))
    }
}

fn hash(key: &str) -> (u64, u64) {
    let of = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        hasher.write_u8(salt);
        hasher.write(key.as_bytes());
        hasher.finish()
    };
    (of(0), of(1))
}

#[cfg(test)]
mod tests {
    use super::Keys;

    #[test]
    fn a_key_is_new_once() {
        let mut keys = Keys::default();
        assert!(keys.insert("c1") && keys.insert("c2") && keys.insert(""));
        assert!(!keys.insert("c1") && keys.contains("c2") && !keys.contains("c3"));
    }
}
