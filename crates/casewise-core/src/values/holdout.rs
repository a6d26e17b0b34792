//! Who is held out, and who sees which variant: a pure function of the salt and the key.

use sha2::{Digest, Sha256};

use super::Decimal;

/// The kind byte of holdouts and controls.
pub const HOLDOUT: u8 = 0;
/// The kind byte of variants, so that neither reshuffles the other.
pub const VARIANT: u8 = 1;

/// Where a key falls in [0, 2⁶⁴): the first 8 bytes, big-endian, of SHA-256(salt ‖ kind ‖ key).
///
/// ```
/// use casewise_core::values::{HOLDOUT, bucket, share_threshold, Decimal};
/// let five_percent = share_threshold(Decimal::parse("0.05").unwrap());
/// assert_eq!(bucket("2026-reminder", HOLDOUT, "c1"), 6718502777513641873);
/// assert!(u128::from(bucket("2026-reminder", HOLDOUT, "c6")) < five_percent);
/// ```
pub fn bucket(salt: &str, kind: u8, key: &str) -> u64 {
    let mut hash = Sha256::new();
    hash.update(salt.as_bytes());
    hash.update([kind]);
    hash.update(key.as_bytes());
    hash.finalize().iter().take(8).fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

/// floor(share × 2⁶⁴): a key is in the share when its [`bucket`] is below this. Shares below 0 count as
/// 0, above 1 as 1.
pub fn share_threshold(share: Decimal) -> u128 {
    let units = share.clamp(Decimal::ZERO, Decimal::ONE).scaled().unsigned_abs();
    // At most 10¹⁸ × 2⁶⁴ < 2¹²⁴.
    (units << 64) / Decimal::SCALE.unsigned_abs()
}

#[cfg(test)]
#[path = "holdout_tests.rs"]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests;
