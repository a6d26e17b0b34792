//! The keys of a batch as text.

use crate::decide::{Halt, Options, pieces};
use crate::subjects::Customers;

/// The keys of all rows, one behind the other: there may be millions.
#[derive(Debug, Default)]
pub struct Keys {
    texts: String,
    /// Where each ends. No key is empty: one that cannot be read is.
    ends: Vec<usize>,
}

impl Keys {
    /// Reads the keys of a batch.
    ///
    /// # Errors
    /// See [`Halt`].
    pub fn read(customers: &Customers<'_>, options: &Options<'_>) -> Result<Keys, Halt> {
        let (parts, _) = pieces(
            customers.len(),
            options,
            || (),
            |(), rows| {
                let mut part = Keys::default();
                for row in rows {
                    customers.write_key(row, &mut part.texts);
                    part.ends.push(part.texts.len());
                }
                part
            },
        )?;
        let mut keys = Keys::default();
        for part in parts {
            let from = keys.texts.len();
            keys.texts.push_str(&part.texts);
            keys.ends.extend(part.ends.iter().map(|end| from + end));
        }
        Ok(keys)
    }

    /// The key of a row; none if it cannot be read.
    pub fn get(&self, row: usize) -> Option<&str> {
        let from = row.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.texts.get(from..*self.ends.get(row)?).filter(|key| !key.is_empty())
    }
}
