//! Truths of a chunk of rows as bits.

use arrow_buffer::BooleanBuffer;

/// Words of a chunk: all bitmaps of a thousand cases stay in the L2 cache.
pub(crate) const WORDS: usize = 32;
/// Rows of a chunk.
pub(crate) const ROWS: usize = WORDS * 64;

/// One truth of every row of a chunk: row n is bit n mod 64 of word n div 64.
pub type Bits = [u64; WORDS];

pub(crate) const NONE: Bits = [0; WORDS];
pub(crate) const ALL: Bits = [u64::MAX; WORDS];

#[inline(always)]
pub(crate) fn and(to: &mut Bits, other: &Bits) {
    to.iter_mut().zip(other).for_each(|(a, b)| *a &= b);
}

#[inline(always)]
pub(crate) fn or(to: &mut Bits, other: &Bits) {
    to.iter_mut().zip(other).for_each(|(a, b)| *a |= b);
}

#[inline(always)]
pub(crate) fn xor(to: &mut Bits, other: &Bits) {
    to.iter_mut().zip(other).for_each(|(a, b)| *a ^= b);
}

#[inline(always)]
pub(crate) fn and_not(to: &mut Bits, other: &Bits) {
    to.iter_mut().zip(other).for_each(|(a, b)| *a &= !b);
}

/// Whether any row is in it.
pub(crate) fn any(bits: &Bits) -> bool {
    bits.iter().fold(0, |seen, word| seen | word) != 0
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

pub(crate) fn unset(bits: &mut Bits, row: usize) {
    if let Some(word) = bits.get_mut(row / 64) {
        *word &= !(1 << (row % 64));
    }
}

pub(crate) fn is_set(bits: &Bits, row: usize) -> bool {
    bits.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
}

/// The rows of a chunk that are set, in order.
pub(crate) fn rows(bits: &Bits) -> impl Iterator<Item = usize> + '_ {
    bits.iter().zip(0..).flat_map(|(word, n): (&u64, usize)| {
        let mut left = *word;
        std::iter::from_fn(move || {
            let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
            left &= left - 1;
            Some(n * 64 + bit)
        })
    })
}

/// At most a chunk of the bits of a buffer, from `from` on.
pub(crate) fn read(buffer: &BooleanBuffer, from: usize, rows: usize) -> Bits {
    let mut bits = NONE;
    let slice = buffer.slice(from, rows);
    bits.iter_mut().zip(slice.bit_chunks().iter_padded()).for_each(|(to, word)| *to = word);
    bits
}
