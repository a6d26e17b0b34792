//! What is true of the rows of a chunk, and what may be.

use crate::bits::{Bits, NONE, and, or, set, unset};

/// Rows for which something is true, and for which it is true or unknown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Truths {
    pub(super) yes: Bits,
    pub(super) maybe: Bits,
}

impl Truths {
    pub(super) const NONE: Truths = Truths { yes: NONE, maybe: NONE };

    pub(super) fn set(&mut self, row: usize, truth: Option<bool>) {
        if truth == Some(true) {
            set(&mut self.yes, row);
        }
        if truth != Some(false) {
            set(&mut self.maybe, row);
        }
    }

    pub(super) fn unset(&mut self, row: usize, truth: Option<bool>) {
        unset(&mut self.yes, row);
        if truth == Some(false) {
            unset(&mut self.maybe, row);
        }
    }

    /// The same truth for many rows.
    pub(super) fn set_all(&mut self, rows: &Bits, truth: Option<bool>) {
        if truth == Some(true) {
            or(&mut self.yes, rows);
        }
        if truth != Some(false) {
            or(&mut self.maybe, rows);
        }
    }

    pub(super) fn and(&mut self, other: &Truths) {
        and(&mut self.yes, &other.yes);
        and(&mut self.maybe, &other.maybe);
    }

    pub(super) fn or(&mut self, other: &Truths) {
        or(&mut self.yes, &other.yes);
        or(&mut self.maybe, &other.maybe);
    }
}
