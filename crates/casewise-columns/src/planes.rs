//! Cells of a chunk of rows as bit planes: plane n holds bit n of every row's cell.
//!
//! Comparing a whole chunk with a threshold is then a word operation per plane, whatever the width of the
//! processor's registers. A set of cells is a few ranges; of disjoint ranges the rows are the exclusive or of the
//! rows at or above each end.

use crate::bits::{ALL, Bits, NONE, ROWS, WORDS, and, or, xor};

/// Cells of the rows of a chunk.
pub(crate) type Codes = [u16; ROWS];

/// Planes of a chunk: as many as the widest input needs.
pub(crate) type Planes = [Bits; 16];

/// Planes that numbers below `cells` need.
pub(crate) fn width(cells: usize) -> usize {
    ((usize::BITS - cells.saturating_sub(1).leading_zeros()) as usize).max(1)
}

/// Puts the cells of a chunk into the first `width` planes.
#[inline(always)]
pub(crate) fn split(codes: &Codes, width: usize, planes: &mut Planes) {
    let (low, high) = planes.split_at_mut(8);
    split_bytes(codes, 0, low.get_mut(..width.min(8)).unwrap_or_default());
    if width > 8 {
        split_bytes(codes, 8, high.get_mut(..width - 8).unwrap_or_default());
    }
}

#[inline(always)]
fn split_bytes(codes: &Codes, shift: u32, planes: &mut [Bits]) {
    // Eight rows in a word, each a byte.
    let mut eights = [0_u64; ROWS / 8];
    for (word, codes) in eights.iter_mut().zip(codes.as_chunks::<8>().0) {
        *word = u64::from_le_bytes(codes.map(|code| (code >> shift) as u8));
    }
    // Byte n of each: bit n of its eight rows.
    for x in &mut eights {
        let t = (*x ^ (*x >> 7)) & 0x00AA_00AA_00AA_00AA;
        *x ^= t ^ (t << 7);
        let t = (*x ^ (*x >> 14)) & 0x0000_CCCC_0000_CCCC;
        *x ^= t ^ (t << 14);
        let t = (*x ^ (*x >> 28)) & 0x0000_0000_F0F0_F0F0;
        *x ^= t ^ (t << 28);
    }
    for (n, words) in eights.as_chunks::<8>().0.iter().enumerate() {
        for (plane, word) in planes.iter_mut().zip(bytes_across(*words)) {
            if let Some(to) = plane.get_mut(n) {
                *to = word;
            }
        }
    }
}

/// Byte i of word j becomes byte j of word i.
#[inline(always)]
fn bytes_across(words: [u64; 8]) -> [u64; 8] {
    #[inline(always)]
    fn swap(a: &mut u64, b: &mut u64, shift: u32, mask: u64) {
        let t = ((*a >> shift) ^ *b) & mask;
        *b ^= t;
        *a ^= t << shift;
    }
    const BYTES: u64 = 0x00FF_00FF_00FF_00FF;
    const PAIRS: u64 = 0x0000_FFFF_0000_FFFF;
    const FOURS: u64 = 0x0000_0000_FFFF_FFFF;
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = words;
    swap(&mut a, &mut b, 8, BYTES);
    swap(&mut c, &mut d, 8, BYTES);
    swap(&mut e, &mut f, 8, BYTES);
    swap(&mut g, &mut h, 8, BYTES);
    swap(&mut a, &mut c, 16, PAIRS);
    swap(&mut b, &mut d, 16, PAIRS);
    swap(&mut e, &mut g, 16, PAIRS);
    swap(&mut f, &mut h, 16, PAIRS);
    swap(&mut a, &mut e, 32, FOURS);
    swap(&mut b, &mut f, 32, FOURS);
    swap(&mut c, &mut g, 32, FOURS);
    swap(&mut d, &mut h, 32, FOURS);
    [a, b, c, d, e, f, g, h]
}

/// Rows whose cell is at or above `cell`, which is below 2 to the number of planes.
#[inline(always)]
pub(crate) fn at_least(planes: &[Bits], cell: u16) -> Bits {
    let mut rows = ALL;
    for (bit, plane) in planes.iter().enumerate() {
        if cell >> bit & 1 == 1 { and(&mut rows, plane) } else { or(&mut rows, plane) }
    }
    rows
}

/// Rows whose cell is in the set with these ends, see [`ends`].
#[inline(always)]
pub(crate) fn within(at_least: &[Bits], ends: &[u16]) -> Bits {
    let mut rows = NONE;
    for end in ends {
        if let Some(above) = at_least.get(usize::from(*end)) {
            xor(&mut rows, above);
        }
    }
    rows
}

/// The ends of the ranges of a set of cells: where it begins and where it stops, in turn. The last range may not
/// stop.
pub(crate) fn ends(wanted: impl Iterator<Item = bool>) -> Vec<u16> {
    let mut ends = Vec::new();
    let mut inside = false;
    for (cell, wanted) in wanted.enumerate() {
        if wanted != inside {
            ends.push(cell as u16);
            inside = wanted;
        }
    }
    ends
}

const _: () = assert!(WORDS * 64 == ROWS);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_cells_are_found_by_planes() {
        for cells in [2_usize, 3, 5, 17, 200, 256, 257, 1000] {
            let mut codes = [0_u16; ROWS];
            let mut state = 7_u64;
            for code in &mut codes {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                *code = (state >> 33) as u16 % cells as u16;
            }
            let width = width(cells);
            let mut planes = [NONE; 16];
            split(&codes, width, &mut planes);
            let (planes, _) = planes.split_at(width);
            let above: Vec<Bits> = (0..cells as u16).map(|cell| at_least(planes, cell)).collect();
            let wanted = |cell: usize| cell % 3 == 1 || cell + 1 == cells;
            let bits = within(&above, &ends((0..cells).map(wanted)));
            for (row, code) in codes.iter().enumerate() {
                let bit = bits.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1);
                assert_eq!(bit, wanted(*code as usize), "{cells} cells, row {row}, cell {code}");
            }
        }
    }
}
