//! The first instant at which `runs`, contacts and channels hold together, with everything else frozen.
//!
//! Without new contacts a cap or a pause that is open stays open, so each has one instant at which it opens:
//! one of those at which a contact leaves a window. Quiet hours come back every day: they end at their hour on
//! the wall clock, or where the clock is put forward or back.

use crate::input::Subject;
use crate::model::{CaseId, ChannelId, Outcome, contact_fields};
use crate::plan::{ContactRulePlan, DecidePlan, Plan, semantics};
use crate::values::{Date, Label, Period, Time, Value, Zone};

use crate::row::channels::{channels_of, is_quiet, zone_of};
use crate::row::contacts::ContactState;
use crate::row::evaluate::Inputs;
use crate::row::gates::Standing;

const MICROS_PER_MINUTE: i64 = 60_000_000;
const MICROS_PER_SECOND: i64 = 1_000_000;
const MINUTES_PER_DAY: u16 = 24 * 60;

/// The contact policy at later instants, with no new contacts.
pub(super) struct Later<'a> {
    plan: &'a Plan,
    subject: &'a Subject,
    now: Time,
    /// Instants after now at which a rule may open, per rule, ascending.
    openings: Vec<Vec<Time>>,
    state: ContactState,
}

impl<'a> Later<'a> {
    pub(super) fn new(inputs: Inputs<'a>) -> Later<'a> {
        let Inputs { plan, subject, clock } = inputs;
        let mut openings = vec![Vec::new(); plan.contacts.len()];
        let rows = subject.contacts(&plan.model);
        for row in rows.into_iter().flat_map(|rows| rows.iter()) {
            let (Some(Value::Time(at)), Some(Value::Label(Label(outcome)))) =
                (row.get(contact_fields::AT), row.get(contact_fields::OUTCOME))
            else {
                continue;
            };
            if *at >= clock.now {
                continue;
            }
            for (openings, rule) in openings.iter_mut().zip(&plan.contacts) {
                let (length, of) = match rule {
                    ContactRulePlan::Cap { window, .. } => (window, Outcome::Sent),
                    ContactRulePlan::Pause { length, outcome, .. } => (length, *outcome),
                    ContactRulePlan::PauseWithout { length, .. } => (length, Outcome::Sent),
                };
                let opening = match (rule, length) {
                    (ContactRulePlan::Cap { .. }, Value::Period(months)) => leaves(*at, *months, clock.zone),
                    _ => semantics::after(*at, length, clock.zone),
                };
                openings.extend(opening.filter(|t| *outcome == of as u32 && *t > clock.now));
            }
        }
        for openings in &mut openings {
            openings.sort_unstable();
            openings.dedup();
        }
        Later { plan, subject, now: clock.now, openings, state: ContactState::default() }
    }

    /// The first instant, now or later, at which these rules all hold.
    fn first(
        &mut self,
        rules: &[usize],
        holds: impl Fn(&ContactState, usize) -> Option<bool>,
    ) -> Option<Time> {
        let mut instants = vec![self.now];
        instants.extend(rules.iter().filter_map(|rule| self.openings.get(*rule)).flatten());
        instants.sort_unstable();
        instants.dedup();
        let first = instants.partition_point(|at| {
            self.state.digest(self.plan, self.subject.contacts(&self.plan.model), self.now, *at);
            !rules.iter().all(|rule| holds(&self.state, *rule) == Some(true))
        });
        instants.get(first).copied()
    }

    /// When these rules leave a case open.
    pub(super) fn case(&mut self, case: CaseId, rules: &[usize]) -> Option<Time> {
        let plan = self.plan;
        self.first(rules, |state, rule| state.rule_for_case(plan, rule, case))
    }

    /// When these rules leave a channel open.
    pub(super) fn channel(&mut self, channel: ChannelId, rules: &[usize]) -> Option<Time> {
        let plan = self.plan;
        self.first(rules, |state, rule| state.rule_for_channel(plan, rule, channel))
    }
}

/// The first instant t for which `t − months` is not before `at`.
fn leaves(at: Time, months: Period, zone: &Zone) -> Option<Time> {
    let left = |t: Time| semantics::before(t, &Value::Period(months), zone).is_some_and(|from| from >= at);
    let (date, micros) = zone.local(at)?;
    let moved = date.plus_months(months)?;
    let (date, micros) = match moved.minus_months(months) {
        Some(back) if back == date => (moved, micros),
        // That day is missing in that month: the first of the next is the first that is late enough.
        _ => (Date::from_ymd(moved.year(), moved.month(), 1)?.plus_months(Period(1))?, 0),
    };
    let guess = zone.instant(date, micros)?;
    let just_before = |t: Time| Time(t.0 - 1);
    if left(guess) && !left(just_before(guess)) {
        return Some(guess);
    }
    // A clock was put forward or back: look hour by hour, then halve.
    const HOUR: i64 = 60 * MICROS_PER_MINUTE;
    let (mut low, mut high) =
        (-48..=48).map(|n| Time(guess.0 + n * HOUR)).find(|t| left(*t)).map(|t| (Time(t.0 - HOUR), t))?;
    while high.0 - low.0 > 1 {
        let middle = Time(low.0 + (high.0 - low.0) / 2);
        if left(middle) { high = middle } else { low = middle }
    }
    Some(high)
}

/// The first instant, `from` or later, at which a channel is not quiet.
pub(super) fn first_awake(
    standing: &mut Standing,
    inputs: Inputs<'_>,
    channel: ChannelId,
    from: Time,
) -> Option<Time> {
    let planned = inputs.plan.channels.get(channel.0)?;
    if !is_quiet(&mut standing.evaluation, inputs, planned, from) {
        return Some(from);
    }
    let mut ends = Vec::new();
    for (_, to, zone) in &planned.quiet {
        let zone = match zone {
            None => inputs.clock.zone.clone(),
            Some(slot) => zone_of(&mut standing.evaluation, inputs, *slot)?,
        };
        ends.push((*to, zone));
    }
    // If the next days leave no instant, a change of a clock may.
    let mut starts = vec![from];
    for (_, zone) in &ends {
        let mut at = from;
        while let Some(change) = zone.next_change(at).filter(|change| change.0 - from.0 < YEARS) {
            starts.push(change);
            at = change;
        }
    }
    starts.sort_unstable();
    starts.dedup();
    starts.into_iter().find_map(|start| {
        let mut candidates: Vec<Time> =
            ends.iter().flat_map(|(to, zone)| quiet_ends(*to, zone, start)).collect();
        candidates.push(start);
        candidates.sort_unstable();
        let mut late_enough = candidates.into_iter().filter(|t| *t >= start);
        late_enough.find(|t| !is_quiet(&mut standing.evaluation, inputs, planned, *t))
    })
}

/// Zones change their clocks at least as often, if they do at all.
const YEARS: i64 = 2 * 366 * 86_400 * MICROS_PER_SECOND;

/// Instants around and after `start` at which hours that end at `to` may end.
fn quiet_ends(to: u16, zone: &Zone, start: Time) -> Vec<Time> {
    let mut ends = Vec::new();
    let Some(today) = zone.date_of(start) else { return ends };
    let change = zone.next_change(Time(start.0.saturating_sub(86_400 * MICROS_PER_SECOND)));
    ends.extend(change);
    for day in -1..=3 {
        let (days, minute) = if to >= MINUTES_PER_DAY { (day + 1, 0) } else { (day, to) };
        let Some(date) = today.plus_days(days) else { continue };
        let micros = i64::from(minute) * MICROS_PER_MINUTE;
        ends.extend(zone.instant(date, micros));
        // The same hour a second time, after the clock was put back.
        if let Some((change, offset)) = change.and_then(|change| Some((change, zone.offset_seconds(change)?)))
        {
            let again = i64::from(date.0) * 86_400 * MICROS_PER_SECOND + micros
                - i64::from(offset) * MICROS_PER_SECOND;
            ends.extend(Some(Time(again)).filter(|t| *t >= change));
        }
    }
    ends
}

/// See the module.
pub(super) fn earliest(
    standing: &mut Standing,
    inputs: Inputs<'_>,
    decide: Option<&DecidePlan>,
    later: &mut Later<'_>,
    id: CaseId,
) -> Option<Time> {
    let plan = inputs.plan;
    let (case, declared) = (plan.cases.get(id.0)?, plan.model.cases.get(id.0)?);
    let rules: Vec<usize> =
        if declared.contacts_ignored { Vec::new() } else { (0..plan.contacts.len()).collect() };
    let (starts, until) = case.runs.unwrap_or((Time::MIN, Time(i64::MAX)));
    let from = later.case(id, &rules)?.max(starts);
    let first = if plan.channels.is_empty() {
        Some(from)
    } else {
        let channels: Vec<ChannelId> = channels_of(plan, decide, id).collect();
        channels
            .into_iter()
            .filter_map(|channel| {
                let open = plan.channels.get(channel.0)?.open;
                if standing.evaluation.truth(inputs, open) != Some(true) {
                    return None;
                }
                let from = later.channel(channel, &rules)?.max(from);
                first_awake(standing, inputs, channel, from)
            })
            .min()
    };
    first.filter(|t| *t < until)
}
