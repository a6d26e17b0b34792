//! Each row's walk over the cases that passed, and what is put out.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use casewise_core::input::Subject;
use casewise_core::model::{CaseId, ChannelId, ScorePart};
use casewise_core::row::report::{Plain, Record};
use casewise_core::row::walk::Turn;
use casewise_core::row::{CaseStatus, Offered};
use casewise_core::values::Value;

use super::piece::Piece;
use super::truths::Truths;
use super::{Found, Sweep};
use crate::bits::{NONE, ROWS, is_set, rows};
use crate::by_row::{ByRow, ones};
use crate::decide::Options;
use crate::output::{self, Names, Offers};
use crate::subjects::Customers;

impl Sweep {
    /// Walks row by row, and puts out what was selected.
    pub(super) fn walk(
        &self,
        customers: &Customers<'_>,
        piece: &Piece<'_>,
        found: &mut Found,
        options: &Options<'_>,
    ) -> RecordBatch {
        let model = &self.walks.plan().model;
        let select = options.select;
        let mut offers = select.offers.then(|| Offers::new(model));
        if select.offers || select.status || options.counts {
            self.walk_rows(customers, piece, found, offers.as_mut());
        }
        let ids = StringArray::from_iter_values(piece.keys.iter().flatten());
        let count = piece.keys.iter().flatten().count();
        let mut columns: Vec<(&str, ArrayRef)> = vec![("id", Arc::new(ids))];
        if let Some(offers) = offers {
            columns.push(("offers", offers.finish()));
        }
        if select.eligible || select.eligible_bits {
            let declared = self.places.iter().map(|place| place.and_then(|place| found.passed.get(place)));
            let by_row = ByRow::of(
                self.conditions.kernels(),
                &declared.map(|bits| bits.unwrap_or(&NONE)).collect::<Vec<_>>(),
            );
            let decided: Vec<usize> = rows(&piece.present).collect();
            if select.eligible {
                let mut names = Names::new(model);
                for row in &decided {
                    ones(by_row.row(*row)).for_each(|case| names.push(case));
                    names.end();
                }
                columns.push(("eligible", names.finish()));
            }
            if select.eligible_bits {
                let width = model.cases.len().div_ceil(8);
                let bytes = by_row.bytes(decided.iter().copied(), width);
                columns.push(("eligible_bits", output::bits(width, bytes, count)));
            }
        }
        for (name, selected, numbers) in
            [("status", select.status, &mut found.status), ("gate", select.gate, &mut found.gates)]
        {
            if selected {
                let column = |n: usize| {
                    let numbers = numbers.get(n).map(<[u8; ROWS]>::as_slice).unwrap_or_default();
                    numbers
                        .iter()
                        .zip(&piece.keys)
                        .filter(|(_, key)| key.is_some())
                        .map(|(n, _)| *n)
                        .collect()
                };
                columns.push((name, output::per_case(model, count, column)));
                numbers.iter_mut().for_each(|numbers| numbers.fill(0));
            }
        }
        let known = |row: usize, n: usize| {
            piece.known.get(row * self.known.slots.len() + n).cloned().unwrap_or_default()
        };
        let column = |n: usize| (0..count).map(|row| known(row, n)).collect();
        if select.segments {
            let is_in = |row, n| known(row, n).as_bool() == Some(true);
            columns.push(("segments", output::segments(model, count, is_in)));
        }
        if select.scores {
            let values = |n: usize, part: &ScorePart| {
                let (from, parts) = self.known.scores.get(n)?;
                Some(column(from + parts.iter().position(|p| p == part)?))
            };
            let missing = || vec![Value::Missing; count];
            let values = |n, part: &ScorePart| values(n, part).unwrap_or_else(missing);
            columns.push(("scores", output::scores(model, count, values)));
        }
        if select.values {
            columns.push(("values", output::lets(model, count, |n| column(self.known.lets_at + n))));
        }
        output::side_by_side(columns)
    }

    fn walk_rows(
        &self,
        customers: &Customers<'_>,
        piece: &Piece<'_>,
        found: &mut Found,
        mut offers: Option<&mut Offers<'_>>,
    ) {
        let Found { walker, states, passed, open, usable, counts, status, .. } = found;
        // Who is not offered a case, and is not held out of it, is outranked.
        for (case, bits) in self.cases.iter().zip(passed.iter()) {
            if let Some(counts) = counts.as_mut().and_then(|counts| counts.cases.get_mut(case.id.0)) {
                counts.keep(CaseStatus::Outranked, self.conditions.kernels().count(bits));
            }
            if let Some(numbers) = status.get_mut(case.id.0) {
                let outranked = output::status_number(CaseStatus::Outranked);
                rows(bits).for_each(|row| numbers.get_mut(row).into_iter().for_each(|to| *to = outranked));
            }
        }
        let straight = self.straight(piece, states, passed);
        let mut count_up = |id: CaseId, became: CaseStatus, rows: u64| {
            if let Some(counts) = counts.as_mut().and_then(|counts| counts.cases.get_mut(id.0)) {
                counts.move_up(became, rows);
            }
        };
        let ids = self.walks.order();
        for (place, rows) in &straight.offered {
            ids.get(*place).into_iter().for_each(|id| count_up(*id, CaseStatus::Offered, *rows));
        }
        let mut write = |id: CaseId, row: usize, became: CaseStatus| {
            if let Some(number) = status.get_mut(id.0).and_then(|numbers| numbers.get_mut(row)) {
                *number = output::status_number(became);
            }
        };
        let by_row = (straight.rows != piece.present)
            .then(|| ByRow::of(self.conditions.kernels(), &passed.iter().collect::<Vec<_>>()));
        let mut read = Subject::default();
        let mut offered = Vec::new();
        let mut states = piece.contacts.iter().map(|(row, _)| *row).zip(states.iter_mut()).peekable();
        for (row, key) in piece.keys.iter().enumerate() {
            let state = states.next_if(|(of, _)| *of == row).map(|(_, state)| state);
            let Some(key) = key else { continue };
            let is_straight = is_set(&straight.rows, row);
            let passed = by_row.as_ref().filter(|_| !is_straight).map_or(&[][..], |by_row| by_row.row(row));
            if straight.of(row).next().is_none() && passed.iter().all(|word| *word == 0) {
                offers.iter_mut().for_each(|offers| offers.end());
                continue;
            }
            let subject = match piece.subjects.get(row) {
                Some(subject) => subject,
                None if self.reads => {
                    read = customers.subject(piece.from + row).unwrap_or_default();
                    &read
                }
                None => {
                    if !is_straight {
                        read.key = Arc::from(*key);
                    }
                    &read
                }
            };
            let is_open = |truths: &[Truths], n: usize| truths.get(n).is_some_and(|t| is_set(&t.yes, row));
            offered.clear();
            for place in straight.of(row) {
                ids.get(place).into_iter().for_each(|id| write(*id, row, CaseStatus::Offered));
                let is_usable = |ChannelId(n)| is_open(open, n) && is_open(usable, n);
                if offers.is_some() {
                    self.walks.offer(place, key, is_usable, &mut offered);
                }
            }
            if !is_straight {
                self.walks.stand(walker, state);
                let channels = (0..open.len()).map(|n| is_open(open, n).then_some(true));
                self.walks.walk(walker, subject, channels, ones(passed), |id, turn, offer| {
                    offered.extend(offer);
                    let became = match turn {
                        Turn::Offered(_) => CaseStatus::Offered,
                        Turn::HeldOut { .. } => CaseStatus::HeldOut,
                        Turn::Outranked { .. } => return,
                    };
                    count_up(id, became, 1);
                    write(id, row, became);
                });
            }
            if let Some(offers) = &mut offers {
                let each = |offer: &Offered, fields: &Record<Plain>| offers.push(offer, fields);
                self.walks.offer_fields(walker, subject, &offered, each);
                offers.end();
            }
        }
    }
}
