//! The rows of a piece: their keys and contacts, and what is computed of each.

use std::ops::Range;

use casewise_core::input::Subject;
use casewise_core::row::contacts::PastContact;
use casewise_core::row::walks::Walker;
use casewise_core::values::Value;

use super::Sweep;
use super::truths::Truths;
use crate::bits::{Bits, ROWS, first, unset};
use crate::decide::Refused;
use crate::keys::{KeyId, Keys};
use crate::subjects::Customers;

/// The rows of a piece.
pub(super) struct Piece<'k> {
    pub(super) from: usize,
    /// None: the row is refused.
    pub(super) keys: Vec<Option<&'k str>>,
    pub(super) present: Bits,
    /// Only where something is computed row by row; refused ones are empty.
    pub(super) subjects: Vec<Subject>,
    /// Per test that is computed row by row.
    pub(super) answers: Vec<Truths>,
    /// As many per row that is not refused as there are known slots.
    pub(super) known: Vec<Value>,
    /// The rows that have past contacts, and these, the latest last.
    pub(super) contacts: Vec<(usize, &'k [Option<PastContact>])>,
}

impl Sweep {
    /// Whether something is computed of every row.
    fn is_by_row(&self) -> bool {
        !self.asked.is_empty() || !self.known.slots.is_empty()
    }

    /// Reads keys and contacts, computes what is computed row by row, and finds the rows that are refused.
    pub(super) fn piece<'k>(
        &self,
        (customers, keys, contacts_of): (
            &Customers<'_>,
            &'k Keys,
            Option<&impl Fn(KeyId) -> &'k [Option<PastContact>]>,
        ),
        rows: Range<usize>,
        walker: &mut Walker,
    ) -> (Piece<'k>, Refused) {
        let (from, count) = (rows.start, rows.len().min(ROWS));
        let mut piece = Piece {
            from,
            keys: Vec::with_capacity(count),
            present: first(count),
            subjects: Vec::new(),
            answers: vec![Truths::NONE; self.asked.len()],
            known: Vec::new(),
            contacts: Vec::new(),
        };
        let checked = if self.is_by_row() { Vec::new() } else { customers.to_be_checked(&rows) };
        let mut rejects = Vec::new();
        for row in rows {
            let mut key = keys.get(row);
            if self.is_by_row() {
                let subject = customers.subject(row).unwrap_or_else(|problem| {
                    rejects.push((row, problem));
                    key = None;
                    Subject::default()
                });
                if key.is_some() {
                    let mut look = self.walks.look(walker, &subject);
                    for (truths, slot) in piece.answers.iter_mut().zip(&self.asked) {
                        truths.set(row - from, look.truth(*slot));
                    }
                    piece.known.extend(self.known.slots.iter().map(|slot| look.value(*slot)));
                }
                piece.subjects.push(subject);
            } else if keys.id(row).is_none_or(|key| customers.is_refused(row, key, &checked))
                && let Err(problem) = customers.subject(row)
            {
                // What was seen to be wrong is told as it is of one customer.
                rejects.push((row, problem));
                key = None;
            }
            if key.is_none() {
                unset(&mut piece.present, row - from);
            }
            let id = keys.id(row).filter(|_| key.is_some());
            let contacts = contacts_of.zip(id).map(|(contacts_of, key)| contacts_of(key));
            piece.contacts.extend(contacts.filter(|of| !of.is_empty()).map(|of| (row - from, of)));
            piece.keys.push(key);
        }
        (piece, rejects)
    }
}
