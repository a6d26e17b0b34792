//! The offers of the rows in which cases stand in each other's way only by taking places and contacts: the first ones
//! that passed their gates.

use casewise_core::row::contacts::ContactState;

use super::Sweep;
use super::piece::Piece;
use crate::bits::{Bits, NONE, ROWS, and, any, rows, set, unset};

/// Of a piece.
pub(super) struct Straight {
    /// The rows that are decided like this; the others have to be walked.
    pub(super) rows: Bits,
    /// Places of the cases that are offered, row after row, in order.
    places: Vec<u32>,
    /// Where the places of each row end.
    ends: Vec<usize>,
    /// How many rows are offered the case at a place, where any are.
    pub(super) offered: Vec<(usize, u64)>,
}

impl Straight {
    /// Places of the cases that a row is offered.
    pub(super) fn of(&self, row: usize) -> impl Iterator<Item = usize> + '_ {
        let end = |row: usize| self.ends.get(row).copied().unwrap_or(0);
        let places = row.checked_sub(1).map_or(0, end)..end(row);
        self.places.get(places).unwrap_or_default().iter().map(|place| *place as usize)
    }
}

impl Sweep {
    /// Takes the first cases of every row that may take them, case by case for all rows at once.
    pub(super) fn straight(&self, piece: &Piece<'_>, states: &[ContactState], passed: &[Bits]) -> Straight {
        let fresh = self.walks.straight(self.walks.fresh());
        let mut left = vec![fresh; ROWS];
        for ((row, _), state) in piece.contacts.iter().zip(states) {
            left.get_mut(*row).into_iter().for_each(|left| *left = self.walks.straight(state));
        }
        let mut straight =
            Straight { rows: NONE, places: Vec::new(), ends: vec![0; ROWS], offered: Vec::new() };
        left.iter()
            .enumerate()
            .filter(|(_, left)| left.is_some())
            .for_each(|(row, _)| set(&mut straight.rows, row));
        and(&mut straight.rows, &piece.present);
        let mut left: Vec<usize> = left.into_iter().map(Option::unwrap_or_default).collect();
        let mut taking = straight.rows;
        left.iter().enumerate().filter(|(_, left)| **left == 0).for_each(|(row, _)| unset(&mut taking, row));
        let mut taken: Vec<(usize, u32)> = Vec::new();
        for (place, bits) in (0..).zip(passed) {
            let (mut takes, before) = (*bits, taken.len());
            and(&mut takes, &taking);
            for row in rows(&takes) {
                let (Some(left), Some(count)) = (left.get_mut(row), straight.ends.get_mut(row)) else {
                    continue;
                };
                taken.push((row, place));
                *count += 1;
                *left -= 1;
                if *left == 0 {
                    unset(&mut taking, row);
                }
            }
            if taken.len() > before {
                straight.offered.push((place as usize, (taken.len() - before) as u64));
            }
            if !any(&taking) {
                break;
            }
        }
        // Case by case → row by row.
        let mut sum = 0;
        for end in &mut straight.ends {
            sum += std::mem::replace(end, sum);
        }
        straight.places.resize(taken.len(), 0);
        for (row, place) in taken {
            let Some(next) = straight.ends.get_mut(row) else { continue };
            straight.places.get_mut(*next).into_iter().for_each(|to| *to = place);
            *next += 1;
        }
        straight
    }
}
