//! Cells of a chunk of rows as bit planes: plane n holds bit n of every row's cell.
//!
//! Comparing a whole chunk with a threshold is then a handful of word operations per plane, whatever the width
//! of the processor's registers, and a test on the input is the rows between two thresholds.

use crate::bits::{ALL, Bits, NONE, ROWS, WORDS, and, and_not, or};

/// Cells of the rows of a chunk.
pub(crate) type Codes = [u16; ROWS];

/// The cells of one chunk of one input.
#[derive(Debug)]
pub(crate) struct Planes {
    planes: Vec<Bits>,
    /// Rows whose cell is at or above n, where it has been asked for.
    at_least: Vec<Option<Box<Bits>>>,
}

impl Planes {
    /// Room for cells below `cells`.
    pub(crate) fn new(cells: usize) -> Planes {
        let width = (usize::BITS - cells.saturating_sub(1).leading_zeros()) as usize;
        Planes { planes: vec![NONE; width.max(1)], at_least: vec![None; cells + 1] }
    }

    /// Takes the cells of a chunk.
    pub(crate) fn fill(&mut self, codes: &Codes) {
        self.at_least.iter_mut().for_each(|kept| *kept = None);
        for (word, codes) in codes.chunks_exact(64).enumerate() {
            let mut low = [0_u64; 8];
            let mut high = [0_u64; 8];
            for (n, eight) in codes.chunks_exact(8).enumerate() {
                let mut bytes = [[0_u8; 8]; 2];
                for (k, code) in eight.iter().enumerate() {
                    let [l, h] = code.to_le_bytes();
                    if let [lows, highs] = &mut bytes
                        && let (Some(a), Some(b)) = (lows.get_mut(k), highs.get_mut(k))
                    {
                        (*a, *b) = (l, h);
                    }
                }
                let [l, h] = bytes;
                if let (Some(a), Some(b)) = (low.get_mut(n), high.get_mut(n)) {
                    (*a, *b) = (u64::from_le_bytes(l), u64::from_le_bytes(h));
                }
            }
            for (bit, plane) in self.planes.iter_mut().enumerate() {
                let bytes = if bit < 8 { &low } else { &high };
                if let Some(to) = plane.get_mut(word) {
                    *to = gather(bytes, bit % 8);
                }
            }
        }
    }

    /// Rows whose cell is one of these, given as ranges `from .. to`.
    pub(crate) fn within(&mut self, ranges: &[(u16, u16)], out: &mut Bits) {
        *out = NONE;
        for (from, to) in ranges {
            let mut rows = *self.at_least(*from);
            and_not(&mut rows, self.at_least(*to));
            or(out, &rows);
        }
    }

    fn at_least(&mut self, cell: u16) -> &Bits {
        let planes = &self.planes;
        match self.at_least.get_mut(cell as usize) {
            Some(kept) => kept.get_or_insert_with(|| Box::new(compare(planes, cell))),
            None => &NONE,
        }
    }
}

/// Rows whose cell is at or above `cell`.
fn compare(planes: &[Bits], cell: u16) -> Bits {
    if u32::from(cell) >> planes.len() != 0 {
        return NONE;
    }
    let mut rows = ALL;
    for (bit, plane) in planes.iter().enumerate() {
        if cell >> bit & 1 == 1 { and(&mut rows, plane) } else { or(&mut rows, plane) }
    }
    rows
}

/// One bit of each of 64 bytes.
fn gather(bytes: &[u64; 8], bit: usize) -> u64 {
    let mut word = 0;
    for (n, eight) in bytes.iter().enumerate() {
        // Multiplying brings the lowest bit of byte k to bit 56 + k.
        let bits = (eight >> bit & 0x0101_0101_0101_0101).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        word |= bits << (8 * n);
    }
    word
}

/// The cells with a wanted truth, as ranges.
pub(crate) fn ranges(wanted: impl Iterator<Item = bool>) -> Vec<(u16, u16)> {
    let mut ranges: Vec<(u16, u16)> = Vec::new();
    for (cell, wanted) in wanted.enumerate() {
        let cell = cell as u16;
        match ranges.last_mut() {
            Some((_, to)) if wanted && *to == cell => *to += 1,
            _ if wanted => ranges.push((cell, cell + 1)),
            _ => {}
        }
    }
    ranges
}

const _: () = assert!(WORDS * 64 == ROWS);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_cells_are_found_by_planes() {
        for cells in [2_usize, 3, 5, 17, 200, 257, 1000] {
            let mut codes = [0_u16; ROWS];
            let mut state = 7_u64;
            for code in &mut codes {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                *code = (state >> 33) as u16 % cells as u16;
            }
            let mut planes = Planes::new(cells);
            planes.fill(&codes);
            let wanted = |cell: usize| cell % 3 == 1 || cell + 1 == cells;
            let mut bits = NONE;
            planes.within(&ranges((0..cells).map(wanted)), &mut bits);
            for (row, code) in codes.iter().enumerate() {
                let bit = bits.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1);
                assert_eq!(bit, wanted(*code as usize), "{cells} cells, row {row}, cell {code}");
            }
        }
    }
}
