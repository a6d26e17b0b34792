//! Bits of rows, case by case → bits of cases, row by row.

use crate::bits::{Bits, ROWS, WORDS};
use crate::kernels::Kernels;

/// The places of the bits that are set, in order.
pub(crate) fn ones(words: &[u64]) -> impl Iterator<Item = usize> + '_ {
    words.iter().enumerate().flat_map(|(n, word)| {
        let mut left = *word;
        std::iter::from_fn(move || {
            let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
            left &= left - 1;
            Some(n * 64 + bit)
        })
    })
}

/// Words of cases, by row.
pub(crate) struct ByRow {
    words: Vec<u64>,
    width: usize,
}

impl ByRow {
    /// From bits of rows, by case.
    pub(crate) fn of(kernels: Kernels, cases: &[&Bits]) -> ByRow {
        let width = cases.len().div_ceil(64).max(1);
        let mut words = vec![0; width * ROWS];
        for (place, cases) in cases.chunks(64).enumerate() {
            for word in 0..WORDS {
                let mut block = [0; 64];
                let column = cases.iter().map(|bits| bits.get(word).copied().unwrap_or(0));
                block.iter_mut().zip(column).for_each(|(to, bits)| *to = bits);
                kernels.turn(&mut block);
                let rows = words.iter_mut().skip(word * 64 * width + place).step_by(width);
                rows.zip(block).for_each(|(to, bits)| *to = bits);
            }
        }
        ByRow { words, width }
    }

    pub(crate) fn row(&self, row: usize) -> &[u64] {
        self.words.get(row * self.width..(row + 1) * self.width).unwrap_or_default()
    }

    /// The words of some rows as so many bytes each; the lowest bit comes first.
    pub(crate) fn bytes(&self, rows: impl ExactSizeIterator<Item = usize>, width: usize) -> Vec<u8> {
        let mut bytes = vec![0; rows.len() * width];
        for (row, to) in rows.zip(bytes.chunks_exact_mut(width.max(1))) {
            let (whole, rest) = to.as_chunks_mut::<8>();
            let mut words = self.row(row).iter();
            whole.iter_mut().zip(words.by_ref()).for_each(|(to, word)| *to = word.to_le_bytes());
            let last = words.next().map(|word| word.to_le_bytes()).unwrap_or_default();
            rest.iter_mut().zip(last).for_each(|(to, byte)| *to = byte);
        }
        bytes
    }
}

/// Transposes a square of 64 × 64 bits, by halves, quarters, eighths …
#[inline(always)]
pub(crate) fn turn(block: &mut [u64; 64]) {
    let (mut width, mut mask) = (32, 0x0000_0000_ffff_ffff_u64);
    while width != 0 {
        for pair in block.chunks_exact_mut(width * 2) {
            let (upper, lower) = pair.split_at_mut(width);
            for (a, b) in upper.iter_mut().zip(lower) {
                let swapped = (*a >> width ^ *b) & mask;
                *a ^= swapped << width;
                *b ^= swapped;
            }
        }
        width /= 2;
        mask ^= mask << width;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bits::{NONE, set};

    #[test]
    fn bits_are_turned_from_cases_to_rows() {
        let holds = |case: usize, row: usize| (case * 7 + row * 13).is_multiple_of(5);
        let cases: Vec<Bits> = (0..130)
            .map(|case| {
                let mut bits = NONE;
                (0..ROWS).filter(|row| holds(case, *row)).for_each(|row| set(&mut bits, row));
                bits
            })
            .collect();
        let by_row = ByRow::of(Kernels::new(), &cases.iter().collect::<Vec<_>>());
        for width in [130_usize.div_ceil(8), 1] {
            let bytes = by_row.bytes(0..ROWS, width);
            for (row, bytes) in bytes.chunks_exact(width).enumerate() {
                let expected: Vec<usize> = (0..130).filter(|case| holds(*case, row)).collect();
                assert_eq!(ones(by_row.row(row)).collect::<Vec<_>>(), expected, "row {row}");
                let bit = |case: &usize| bytes.get(case / 8).is_some_and(|byte| byte >> (case % 8) & 1 == 1);
                let expected = expected.into_iter().filter(|case| case / 8 < width);
                assert!((0..136).filter(bit).eq(expected), "row {row}, {width} bytes");
            }
        }
    }
}
