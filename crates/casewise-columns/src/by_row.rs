//! Bits of rows, case by case → bits of cases, row by row.

use crate::bits::{Bits, ROWS, WORDS};

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
    pub(crate) fn of(cases: &[&Bits]) -> ByRow {
        let width = cases.len().div_ceil(64).max(1);
        let mut words = vec![0; width * ROWS];
        for (place, cases) in cases.chunks(64).enumerate() {
            for word in 0..WORDS {
                let mut block = [0; 64];
                let column = cases.iter().map(|bits| bits.get(word).copied().unwrap_or(0));
                block.iter_mut().zip(column).for_each(|(to, bits)| *to = bits);
                turn(&mut block);
                let rows = words.iter_mut().skip(word * 64 * width + place).step_by(width);
                rows.zip(block).for_each(|(to, bits)| *to = bits);
            }
        }
        ByRow { words, width }
    }

    pub(crate) fn row(&self, row: usize) -> &[u64] {
        self.words.get(row * self.width..(row + 1) * self.width).unwrap_or_default()
    }

    /// The words of a row as bytes, so many; the lowest bit comes first.
    pub(crate) fn write_row(&self, row: usize, bytes: usize, to: &mut Vec<u8>) {
        let (words, rest) = (self.row(row), bytes % 8);
        for word in words.iter().take(bytes / 8) {
            to.extend_from_slice(&word.to_le_bytes());
        }
        if let Some(last) = words.get(bytes / 8).filter(|_| rest > 0) {
            to.extend(last.to_le_bytes().iter().take(rest));
        }
    }
}

/// Transposes a square of 64 × 64 bits, by halves, quarters, eighths …
fn turn(block: &mut [u64; 64]) {
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
        let by_row = ByRow::of(&cases.iter().collect::<Vec<_>>());
        for row in 0..ROWS {
            let expected: Vec<usize> = (0..130).filter(|case| holds(*case, row)).collect();
            assert_eq!(ones(by_row.row(row)).collect::<Vec<_>>(), expected, "row {row}");
            let mut bytes = Vec::new();
            by_row.write_row(row, 130_usize.div_ceil(8), &mut bytes);
            let bit = |case: &usize| bytes.get(case / 8).is_some_and(|byte| byte >> (case % 8) & 1 == 1);
            assert_eq!((bytes.len(), (0..136).filter(bit).collect::<Vec<_>>()), (17, expected), "row {row}");
        }
    }
}
