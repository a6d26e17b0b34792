//! Truths of a chunk of rows as bits.

/// Words of a chunk: all bitmaps of a thousand cases stay in the L2 cache.
pub(crate) const WORDS: usize = 32;
/// Rows of a chunk.
pub(crate) const ROWS: usize = WORDS * 64;

/// One truth of every row of a chunk.
pub(crate) type Bits = [u64; WORDS];

pub(crate) const NONE: Bits = [0; WORDS];
pub(crate) const ALL: Bits = [u64::MAX; WORDS];

pub(crate) fn and(to: &mut Bits, other: &Bits) {
    to.iter_mut().zip(other).for_each(|(a, b)| *a &= b);
}

pub(crate) fn or(to: &mut Bits, other: &Bits) {
    to.iter_mut().zip(other).for_each(|(a, b)| *a |= b);
}

pub(crate) fn and_not(to: &mut Bits, other: &Bits) {
    to.iter_mut().zip(other).for_each(|(a, b)| *a &= !b);
}

/// The first `rows` bits.
pub(crate) fn first(rows: usize) -> Bits {
    let mut bits = NONE;
    for (n, word) in bits.iter_mut().enumerate() {
        *word = match rows.saturating_sub(n * 64) {
            0 => 0,
            left @ 1..64 => (1 << left) - 1,
            _ => u64::MAX,
        };
    }
    bits
}

pub(crate) fn set(bits: &mut Bits, row: usize) {
    if let Some(word) = bits.get_mut(row / 64) {
        *word |= 1 << (row % 64);
    }
}
