//! A decision, part by part: what is not read is not converted.
//!
//! JavaScript holds no object of the engine for a decision: making one, and collecting it, costs more than deciding
//! does. The engine keeps the last few under a number, and any other is decided again from its input when something is
//! read of it, which says the same.

use std::cell::RefCell;

use casewise::Decision;

use crate::errors::raise;
use crate::exact;

/// How many decisions are kept.
const KEPT: usize = 32;

/// The last decisions, each under a number of its own.
#[derive(Default)]
pub(crate) struct Kept {
    inner: RefCell<Ring>,
}

#[derive(Default)]
struct Ring {
    /// The number of the next.
    next: usize,
    /// Number `n` in place `n % KEPT`.
    places: Vec<Decision>,
}

impl Kept {
    /// Keeps a decision; its number.
    pub(crate) fn keep(&self, decision: Decision) -> i64 {
        let mut ring = self.inner.borrow_mut();
        let number = ring.next;
        ring.next += 1;
        match ring.places.get_mut(number % KEPT) {
            Some(place) => *place = decision,
            None => ring.places.push(decision),
        }
        i64::try_from(number).unwrap_or(i64::MAX)
    }

    /// The decision of a number, if it is still kept.
    pub(crate) fn get(&self, number: i64) -> Option<Decision> {
        let ring = self.inner.borrow();
        let number = usize::try_from(number).ok()?;
        let kept = number < ring.next && number + KEPT >= ring.next;
        ring.places.get(number % KEPT).filter(|_| kept).cloned()
    }
}

/// One thing that a decision says: `key`, `now` and `line` as they are, everything else as JSON, where there is such a
/// case.
pub(crate) fn tell(decision: &Decision, what: &str, case: &str) -> napi::Result<String> {
    Ok(match what {
        "key" => decision.key().to_owned(),
        "now" => decision.now().to_owned(),
        "line" => decision.to_json(),
        "decidedBy" => exact::write(&decision.decided_by()),
        "offers" => exact::write(&decision.offers().collect::<Vec<_>>()),
        "scores" => exact::write(&decision.scores().collect::<exact::Pairs<_>>()),
        "values" => exact::write(&decision.values().collect::<exact::Pairs<_>>()),
        "segments" => exact::write(&decision.segments().collect::<Vec<_>>()),
        "gates" => exact::write(&decision.gates().collect::<exact::Pairs<_>>()),
        "cases" => exact::write(&decision.cases().collect::<exact::Pairs<_>>()),
        "case" => decision.case(case).map(|case| exact::write(&case)).unwrap_or_default(),
        "why" => {
            let why = decision.why(case).map_err(raise)?;
            exact::write(&(&why, why.to_string()))
        }
        _ => exact::write(decision),
    })
}
