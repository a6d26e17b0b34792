//! Which channels are open: by what they require, and by their quiet hours on the wall clock.

use crate::model::{CaseId, ChannelId};
use crate::plan::{ChannelPlan, DecidePlan, Plan, Slot, semantics};
use crate::values::{Time, Value, Zone};

use super::evaluate::{Evaluation, Inputs};

const MICROS_PER_MINUTE: i64 = 60_000_000;

/// The channels of a case in order of preference, those left by the `decide` that counts.
pub fn channels_of<'a>(
    plan: &'a Plan,
    decide: Option<&'a DecidePlan>,
    case: CaseId,
) -> impl Iterator<Item = ChannelId> + Clone + 'a {
    let allowed = decide.and_then(|d| d.channels.as_ref());
    let channels = plan.cases.get(case.0).map_or(&[][..], |c| c.channels.as_slice());
    channels.iter().copied().filter(move |c| allowed.is_none_or(|allowed| allowed.contains(c)))
}

/// Whether a channel is open, the contact policy aside.
pub fn is_open(evaluation: &mut Evaluation, inputs: Inputs<'_>, channel: &ChannelPlan) -> Option<bool> {
    let required = evaluation.truth(inputs, channel.open);
    if required == Some(false) {
        return required;
    }
    if is_quiet(evaluation, inputs, channel, inputs.clock.now) { Some(false) } else { required }
}

/// Whether it is in quiet hours at an instant; a missing or unknown zone is quiet all day.
pub fn is_quiet(evaluation: &mut Evaluation, inputs: Inputs<'_>, channel: &ChannelPlan, at: Time) -> bool {
    channel.quiet.iter().any(|(from, to, zone)| match zone {
        None => quiet_at(*from, *to, inputs.clock.zone, at),
        Some(slot) => zone_of(evaluation, inputs, *slot).is_none_or(|zone| quiet_at(*from, *to, &zone, at)),
    })
}

/// The zone that a slot names, if there is one of this name.
pub fn zone_of(evaluation: &mut Evaluation, inputs: Inputs<'_>, slot: Slot) -> Option<Zone> {
    match evaluation.value(inputs, slot) {
        Value::Text(name) => Zone::named(name).ok(),
        _ => None,
    }
}

/// Whether an instant is in the hours from `from` up to, not including, `to`: over midnight if `to` is earlier,
/// never if they are equal.
pub fn quiet_at(from: u16, to: u16, zone: &Zone, at: Time) -> bool {
    let Some((_, micros)) = zone.local(at) else { return true };
    let minute = micros / MICROS_PER_MINUTE;
    let (from, to) = (i64::from(from), i64::from(to));
    if from <= to { from <= minute && minute < to } else { minute >= from || minute < to }
}

/// A case's `channels` gate: true if any of its channels is open, else unknown if any is unknown.
/// Where the model declares no channel, a case needs none.
pub fn any_open(plan: &Plan, open: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    if plan.channels.is_empty() { Some(true) } else { semantics::any(open) }
}
