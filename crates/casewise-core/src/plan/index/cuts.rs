//! Which cell a number falls into: how many cuts are at or below it.

use std::fmt;

/// Numbers that stand in order.
pub trait Number: Copy + PartialOrd {
    /// Where the numbers from the first cut to the last lie.
    type Line: Copy + fmt::Debug;
    /// With about so many stretches.
    fn line(first: Self, last: Self, stretches: u32) -> Self::Line;
    /// The stretch that a number lies in: never less for a greater number, and at most that of the last cut.
    fn stretch(self, line: Self::Line) -> u32;
    /// Whether no stretch holds numbers on both sides of a cut.
    fn is_exact(line: Self::Line) -> bool;
}

/// First number and last, and how far to shift a distance from the first.
#[derive(Debug, Clone, Copy)]
pub struct Steps {
    low: i64,
    high: i64,
    shift: u32,
}

impl Number for i64 {
    type Line = Steps;

    fn line(first: i64, last: i64, stretches: u32) -> Steps {
        // One more below: what lies under the first cut is of the first stretch alone.
        let low = first.saturating_sub(1);
        let span = last.abs_diff(low);
        Steps { low, high: last, shift: (u64::BITS - span.leading_zeros()).saturating_sub(stretches.ilog2()) }
    }

    #[inline(always)]
    fn stretch(self, line: Steps) -> u32 {
        (self.max(line.low).min(line.high).wrapping_sub(line.low) as u64 >> line.shift) as u32
    }

    fn is_exact(line: Steps) -> bool {
        line.shift == 0
    }
}

/// First number, stretches per unit, and the last stretch.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    low: f64,
    scale: f64,
    last: f64,
}

impl Number for f64 {
    type Line = Scale;

    fn line(first: f64, last: f64, stretches: u32) -> Scale {
        let scale = f64::from(stretches) / (last - first);
        Scale { low: first, scale: if scale.is_finite() { scale } else { 0.0 }, last: f64::from(stretches) }
    }

    #[inline(always)]
    fn stretch(self, line: Scale) -> u32 {
        // From here on a float is a whole number: its nearest one is in the lowest bits.
        const WHOLE: f64 = 4_503_599_627_370_496.0;
        (((self - line.low) * line.scale).max(0.0).min(line.last) + WHOLE).to_bits() as u32
    }

    fn is_exact(_: Scale) -> bool {
        false
    }
}

/// Cuts in ascending order, found by where they lie between the first and the last.
#[derive(Debug, Clone)]
pub struct Cuts<T: Number> {
    /// The n-th cut at n, from 1: the first that is above what lies in cell n.
    cuts: Vec<T>,
    line: T::Line,
    /// Per stretch: the cell that its numbers are in, or one further up.
    cells: Vec<u16>,
    /// How much further at most.
    further: usize,
}

/// Stretches: more only where it makes them hold fewer cuts.
const STRETCHES: [u32; 3] = [1 << 8, 1 << 11, 1 << 14];
/// Where a stretch holds more cuts than this, all are searched.
const SCANNED: usize = 4;
/// Numbers looked up together: first all stretches, in the widest registers there are.
const BLOCK: usize = 256;

impl<T: Number> Cuts<T> {
    /// Of cuts in ascending order; none if there are no cuts.
    pub fn new(cuts: Vec<T>) -> Option<Cuts<T>> {
        let (first, last) = (*cuts.first()?, *cuts.last()?);
        let mut best: Option<Cuts<T>> = None;
        for stretches in STRETCHES {
            let found = Cuts::over(&cuts, T::line(first, last, stretches));
            if best.as_ref().is_none_or(|best| found.further < best.further) {
                best = Some(found);
            }
        }
        best
    }

    fn over(cuts: &[T], line: T::Line) -> Cuts<T> {
        let last = cuts.last().map_or(0, |cut| cut.stretch(line)) as usize;
        // Stretches grow with the number, so the cuts before one are those of smaller stretches.
        let mut within = vec![0_u16; last + 1];
        for cut in cuts {
            if let Some(count) = within.get_mut(cut.stretch(line) as usize) {
                *count = count.wrapping_add(1);
            }
        }
        let exact = T::is_exact(line);
        let further = if exact { 0 } else { within.iter().copied().max().map_or(0, usize::from) };
        let mut before = 1_u16;
        let cells = within.into_iter().map(|count| {
            let below = before;
            before = before.wrapping_add(count);
            if exact { before } else { below }
        });
        let cells = cells.collect();
        Cuts { cuts: cuts.first().into_iter().chain(cuts).copied().collect(), line, cells, further }
    }

    #[inline(always)]
    fn scanned<const SCAN: usize>(&self, stretch: u32, x: T) -> u16 {
        let mut cell = self.cells.get(stretch as usize).copied().unwrap_or_default();
        for _ in 0..SCAN {
            cell = cell.wrapping_add(self.cuts.get(usize::from(cell)).map_or(0, |cut| u16::from(*cut <= x)));
        }
        cell
    }

    /// 1 + the cuts at or below each number.
    #[inline(always)]
    pub fn cells<N: Copy + Into<T>>(&self, numbers: &[N], to: &mut [u16]) {
        for (numbers, to) in numbers.chunks(BLOCK).zip(to.chunks_mut(BLOCK)) {
            let mut stretches = [0; BLOCK];
            for (stretch, x) in stretches.iter_mut().zip(numbers) {
                *stretch = (*x).into().stretch(self.line);
            }
            let found = to.iter_mut().zip(stretches.iter().zip(numbers));
            match self.further {
                0 => found.for_each(|(to, (stretch, x))| *to = self.scanned::<0>(*stretch, (*x).into())),
                1 => found.for_each(|(to, (stretch, x))| *to = self.scanned::<1>(*stretch, (*x).into())),
                2..=SCANNED => {
                    found.for_each(|(to, (stretch, x))| *to = self.scanned::<SCANNED>(*stretch, (*x).into()));
                }
                _ => found.for_each(|(to, (_, x))| *to = self.searched((*x).into())),
            }
        }
    }

    /// 1 + the cuts at or below a number.
    pub fn cell(&self, x: T) -> u16 {
        let stretch = x.stretch(self.line);
        match self.further {
            0 => self.scanned::<0>(stretch, x),
            1 => self.scanned::<1>(stretch, x),
            2..=SCANNED => self.scanned::<SCANNED>(stretch, x),
            _ => self.searched(x),
        }
    }

    fn searched(&self, x: T) -> u16 {
        // The first cut is there twice.
        self.cuts.get(1..).unwrap_or_default().partition_point(|cut| *cut <= x) as u16 + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted<T: Number + std::fmt::Debug>(cuts: &[T], numbers: impl Iterator<Item = T>) {
        let found = Cuts::new(cuts.to_vec());
        for x in numbers {
            let count = 1 + cuts.iter().filter(|cut| **cut <= x).count();
            let one = found.as_ref().map(|found| found.cell(x));
            assert_eq!(one, Some(count as u16), "{x:?} among {cuts:?}");
            let mut cells = [0; 3];
            if let Some(found) = &found {
                found.cells(&[x; 3], &mut cells);
            }
            assert_eq!(cells, [count as u16; 3], "{x:?} among {cuts:?}");
        }
    }

    #[test]
    fn numbers_fall_into_the_cell_that_counting_cuts_finds() {
        let crowded: Vec<f64> = (0..100).map(|n| f64::from(n) / 1e6).chain([1e9]).collect();
        for cuts in [
            vec![0.5],
            vec![-3.0, 0.1, 0.1_f64.next_up(), 7.25, 1e6],
            vec![1e-300, 2e-300, 3.0],
            vec![-1e308, 1e308],
            crowded,
        ] {
            let near = cuts.iter().flat_map(|c| [*c, c.next_up(), c.next_down(), c * 0.5, -c]);
            counted(&cuts, near.chain([0.0, 1.0, f64::MAX, f64::MIN]));
        }
        let crowded: Vec<i64> = (0..100).chain([1 << 60]).collect();
        for cuts in [
            vec![0],
            vec![5, 6],
            vec![-20, -1, 0, 3, 4, 5, 900],
            vec![i64::MIN, 0, i64::MAX],
            vec![i64::MIN],
            (0..300).map(|n| n * 7).collect(),
            (0..3_000).map(|n| n * n).collect(),
            crowded,
        ] {
            let near = cuts.iter().flat_map(|c| [*c, c.saturating_add(1), c.saturating_sub(1), c / 2]);
            counted(&cuts, near.chain([0, 1, i64::MAX, i64::MIN]));
        }
    }
}
