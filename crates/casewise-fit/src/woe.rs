//! Weight of evidence and information value of binned attributes.
//!
//! Source: N. Siddiqi, "Credit Risk Scorecards" (Wiley, 2006), chapter 6. For every bin
//!
//! - WoE = ln(share of all non-events in the bin / share of all events in the bin)
//! - IV = Σ (share of non-events − share of events) × WoE
//!
//! so a WoE above 0 marks a bin with fewer events than average.
//!
//! **Zero counts.** A bin without events or without non-events has no finite WoE. In such a bin,
//! and only there, 0.5 is added to both its counts before the shares are taken; the totals stay
//! ("adjusted weight of evidence" in credit-scoring software). Bins with both keep their exact
//! counts, so one rare bin does not move the others. A bin without any row has WoE 0 and IV 0: it
//! says nothing. That also holds for missing values and categories never seen.

use crate::binning::Slot;
use crate::error::FitError;
use serde::{Deserialize, Serialize};

/// What is added to both counts of a bin that lacks events or non-events.
pub const ZERO_COUNT_ADJUSTMENT: f64 = 0.5;

/// The evidence of one attribute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WoeTable {
    /// One per bin, in their order.
    pub bins: Vec<WoeBin>,
    /// The rows whose value is missing.
    pub missing: WoeBin,
    /// The rows whose category the bins do not have.
    pub unseen: WoeBin,
    /// All rows with the outcome.
    pub events: u64,
    /// All rows without it.
    pub non_events: u64,
    /// Σ of the bins' IV.
    pub iv: f64,
}

/// The evidence of one bin.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct WoeBin {
    /// Rows with the outcome.
    pub events: u64,
    /// Rows without it.
    pub non_events: u64,
    /// Weight of evidence, natural logarithm.
    pub woe: f64,
    /// The bin's part of the information value.
    pub iv: f64,
    /// Whether 0.5 was added to both counts.
    pub adjusted: bool,
}

impl WoeBin {
    /// All rows of the bin.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.events + self.non_events
    }

    /// The share of its rows that have the outcome; `None` without rows.
    #[must_use]
    pub fn event_rate(&self) -> Option<f64> {
        (self.rows() > 0).then(|| self.events as f64 / self.rows() as f64)
    }

    fn weigh(&mut self, events: f64, non_events: f64) {
        if self.rows() == 0 {
            return;
        }
        self.adjusted = self.events == 0 || self.non_events == 0;
        let added = if self.adjusted { ZERO_COUNT_ADJUSTMENT } else { 0.0 };
        let share_of_events = (self.events as f64 + added) / events;
        let share_of_non_events = (self.non_events as f64 + added) / non_events;
        self.woe = libm::log(share_of_non_events / share_of_events);
        self.iv = (share_of_non_events - share_of_events) * self.woe;
    }
}

impl WoeTable {
    /// The evidence of a place: a bin that the table does not have counts as unseen.
    #[must_use]
    pub fn bin(&self, slot: Slot) -> &WoeBin {
        match slot {
            Slot::Bin(bin) => self.bins.get(bin).unwrap_or(&self.unseen),
            Slot::Missing => &self.missing,
            Slot::Unseen => &self.unseen,
        }
    }
}

/// Counts and weighs the bins of one attribute: for each row its place and whether it has the
/// outcome. Rows whose outcome is missing are left out by the caller.
///
/// # Errors
/// No rows, lengths that differ, a place beyond `bins`, one class only, or the same place for
/// every row.
///
/// # Examples
/// ```
/// use casewise_fit::binning::Slot::Bin;
/// let slots = [Bin(0), Bin(0), Bin(0), Bin(1), Bin(1), Bin(1)];
/// let churned = [true, true, false, true, false, false];
/// let table = casewise_fit::woe::weigh(2, &slots, &churned)?;
/// assert_eq!(table.bins[0].woe, 0.5_f64.ln()); // twice the events
/// # Ok::<(), casewise_fit::FitError>(())
/// ```
pub fn weigh(bins: usize, slots: &[Slot], events: &[bool]) -> Result<WoeTable, FitError> {
    if slots.len() != events.len() {
        return Err(FitError::shape("outcomes", slots.len(), events.len()));
    }
    let first = *slots.first().ok_or(FitError::NoRows)?;
    let mut counted = vec![WoeBin::default(); bins];
    let (mut missing, mut unseen) = (WoeBin::default(), WoeBin::default());
    for (row, (slot, event)) in slots.iter().zip(events).enumerate() {
        let bin = match slot {
            Slot::Bin(bin) => counted.get_mut(*bin).ok_or_else(|| FitError::Invalid {
                row,
                problem: format!("bin {bin} of {bins} does not exist"),
            })?,
            Slot::Missing => &mut missing,
            Slot::Unseen => &mut unseen,
        };
        if *event {
            bin.events += 1;
        } else {
            bin.non_events += 1;
        }
    }
    let with = events.iter().filter(|event| **event).count() as u64;
    let without = events.len() as u64 - with;
    if with == 0 || without == 0 {
        return Err(FitError::OneClass { events: with, non_events: without });
    }
    if slots.iter().all(|slot| *slot == first) {
        return Err(FitError::Constant { column: 0 });
    }
    for bin in counted.iter_mut().chain([&mut missing, &mut unseen]) {
        bin.weigh(with as f64, without as f64);
    }
    let iv = counted.iter().chain([&missing, &unseen]).map(|bin| bin.iv).sum();
    Ok(WoeTable { bins: counted, missing, unseen, events: with, non_events: without, iv })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;
    use Slot::{Bin, Missing, Unseen};

    #[test]
    fn a_bin_without_events_is_adjusted_and_the_others_are_not() {
        let slots = [Bin(0), Bin(0), Bin(1), Bin(1), Missing];
        let table = weigh(3, &slots, &[false, false, true, false, true]).unwrap();
        assert!(table.bins[0].adjusted && table.missing.adjusted && !table.bins[1].adjusted);
        assert!((table.bins[0].woe - ((2.5_f64 / 3.0) / (0.5 / 2.0)).ln()).abs() < 1e-15);
        assert!((table.bins[1].woe - ((1.0_f64 / 3.0) / (1.0 / 2.0)).ln()).abs() < 1e-15);
        assert_eq!(table.bins[2], WoeBin::default());
        assert_eq!(table.bin(Unseen).woe.to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn one_class_and_one_bin_are_refused() {
        assert_eq!(
            weigh(2, &[Bin(0), Bin(1)], &[true, true]),
            Err(FitError::OneClass { events: 2, non_events: 0 })
        );
        assert_eq!(weigh(2, &[Bin(0), Bin(0)], &[true, false]), Err(FitError::Constant { column: 0 }));
        assert_eq!(weigh(2, &[], &[]), Err(FitError::NoRows));
        assert!(weigh(1, &[Bin(0), Bin(1)], &[true, false]).is_err());
    }
}
