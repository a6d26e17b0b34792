//! The loops over words of bits, with the widest instructions of the processor that runs them.

use casewise_core::plan::index::{Cuts, Number};
use fearless_simd::{Level, dispatch};

use crate::bits::{Bits, NONE, and, or};
use crate::by_row;
use crate::planes::{self, Codes, Planes};

/// What the processor can do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kernels(Level);

impl Kernels {
    pub(crate) fn new() -> Kernels {
        Kernels(Level::new())
    }

    /// The rows among some that are in all of these.
    pub(crate) fn all(self, among: &Bits, slots: &[Bits], which: &[u32], to: &mut Bits) {
        dispatch!(self.0, _simd => all(among, slots, which, to))
    }

    /// The rows among some that are in any of these.
    pub(crate) fn any(self, among: &Bits, slots: &[Bits], which: &[u32], to: &mut Bits) {
        dispatch!(self.0, _simd => any(among, slots, which, to))
    }

    /// How many rows are set.
    pub(crate) fn count(self, bits: &Bits) -> u64 {
        dispatch!(self.0, _simd => count(bits))
    }

    /// See [`Cuts::cells`].
    pub(crate) fn cells<T: Number, N: Copy + Into<T>>(self, cuts: &Cuts<T>, numbers: &[N], to: &mut [u16]) {
        dispatch!(self.0, _simd => cuts.cells(numbers, to))
    }

    /// See [`by_row::turn`].
    pub(crate) fn turn(self, block: &mut [u64; 64]) {
        dispatch!(self.0, _simd => by_row::turn(block))
    }

    /// See [`planes::split`].
    pub(crate) fn split(self, codes: &Codes, width: usize, planes: &mut Planes) {
        dispatch!(self.0, _simd => planes::split(codes, width, planes))
    }

    /// See [`planes::at_least`].
    pub(crate) fn at_least(self, planes: &[Bits], cells: &[u16], above: &mut Vec<Bits>) {
        dispatch!(self.0, _simd => at_least(planes, cells, above))
    }

    /// See [`planes::within`].
    pub(crate) fn within(self, above: &[Bits], tests: &[(u32, Box<[u16]>)], slots: &mut [Bits]) {
        dispatch!(self.0, _simd => within(above, tests, slots))
    }
}

#[inline(always)]
fn all(among: &Bits, slots: &[Bits], which: &[u32], to: &mut Bits) {
    let mut left = *among;
    for slot in which {
        if let Some(slot) = slots.get(*slot as usize) {
            and(&mut left, slot);
        }
    }
    *to = left;
}

#[inline(always)]
fn any(among: &Bits, slots: &[Bits], which: &[u32], to: &mut Bits) {
    let mut found = NONE;
    for slot in which {
        if let Some(slot) = slots.get(*slot as usize) {
            or(&mut found, slot);
        }
    }
    and(&mut found, among);
    *to = found;
}

#[inline(always)]
fn count(bits: &Bits) -> u64 {
    bits.iter().map(|word| u64::from(word.count_ones())).sum()
}

#[inline(always)]
fn at_least(planes: &[Bits], cells: &[u16], above: &mut Vec<Bits>) {
    above.clear();
    above.extend(cells.iter().map(
        #[inline(always)]
        |cell| planes::at_least(planes, *cell),
    ));
}

#[inline(always)]
fn within(above: &[Bits], tests: &[(u32, Box<[u16]>)], slots: &mut [Bits]) {
    for (slot, ends) in tests {
        if let Some(to) = slots.get_mut(*slot as usize) {
            *to = planes::within(above, ends);
        }
    }
}
