//! The walk: candidates in order of rank, each tested for what the earlier ones left.
//!
//! A single decision is the walk of one subject; a batch is the same walk over the pairs of many. What belongs
//! to everyone is in [`Left`], what belongs to one subject in [`Taken`].

use std::cmp::Ordering;

use crate::input::Remaining;
use crate::model::{CaseId, ChannelId, ExclusiveId, PropertyId};
use crate::plan::{CasePlan, DecidePlan, HoldoutPlan, Plan};
use crate::values::{Decimal, HOLDOUT, VARIANT, Value, bucket};

use super::channels::channels_of;
use super::gates::Standing;

/// What is left of quotas, capacities and budgets; what is not here is unlimited.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Left {
    quota: Vec<(CaseId, i64)>,
    capacity: Vec<(ChannelId, i64)>,
    budget: Vec<(CaseId, PropertyId, Value)>,
}

impl Left {
    /// The numbers given; absent ones are unlimited.
    pub fn given(remaining: &Remaining) -> Left {
        let mut left = Left {
            quota: remaining.quota.iter().map(|(n, left)| (CaseId(*n), *left)).collect(),
            capacity: remaining.capacity.iter().map(|(n, left)| (ChannelId(*n), *left)).collect(),
            budget: remaining
                .budget
                .iter()
                .map(|(n, p, left)| (CaseId(*n), PropertyId(*p), left.clone()))
                .collect(),
        };
        left.sort();
        left
    }

    /// The numbers given, and those of the model where none is: what a batch starts with.
    pub fn declared(plan: &Plan, remaining: &Remaining) -> Left {
        let mut left = Left::given(remaining);
        for (n, case) in plan.cases.iter().enumerate() {
            let id = CaseId(n);
            if let Some(quota) = case.quota
                && !left.quota.iter().any(|(case, _)| *case == id)
            {
                left.quota.push((id, quota));
            }
            for (amount, property) in &case.budgets {
                if !left.budget.iter().any(|(case, p, _)| (*case, *p) == (id, *property)) {
                    left.budget.push((id, *property, amount.clone()));
                }
            }
        }
        left.sort();
        for (n, channel) in plan.channels.iter().enumerate() {
            let id = ChannelId(n);
            if let Some(capacity) = channel.capacity
                && !left.capacity.iter().any(|(channel, _)| *channel == id)
            {
                left.capacity.push((id, capacity));
            }
        }
        left
    }

    fn sort(&mut self) {
        self.quota.sort_by_key(|(id, _)| *id);
        self.budget.sort_by_key(|(id, property, _)| (*id, *property));
    }

    fn quota_place(&self, id: CaseId) -> Option<usize> {
        self.quota.binary_search_by_key(&id, |(id, _)| *id).ok()
    }

    fn quota_left(&self, id: CaseId) -> bool {
        self.quota_place(id).and_then(|n| self.quota.get(n)).is_none_or(|(_, left)| *left >= 1)
    }

    fn capacity_left(&self, id: ChannelId) -> bool {
        self.capacity.iter().all(|(channel, left)| *channel != id || *left >= 1)
    }

    fn budgets(&mut self, id: CaseId) -> impl Iterator<Item = &mut (CaseId, PropertyId, Value)> {
        let from = self.budget.partition_point(|(case, ..)| *case < id);
        self.budget.iter_mut().skip(from).take_while(move |(case, ..)| *case == id)
    }
}

/// What one subject has taken in this walk.
#[derive(Debug, Clone, Default)]
pub struct Taken {
    /// One per exclusive set.
    sets: Vec<Option<CaseId>>,
    /// One per group: places taken, and by which case the last.
    groups: Vec<(i64, Option<CaseId>)>,
    /// Places of `top` taken, and by which case the last.
    top: (i64, Option<CaseId>),
}

impl Taken {
    /// Forgets everything, and makes room for a plan.
    pub fn reset(&mut self, plan: &Plan) {
        self.sets.clear();
        self.sets.resize(plan.model.exclusive_sets.len(), None);
        self.groups.clear();
        self.groups.resize(plan.model.groups.len(), (0, None));
        self.top = (0, None);
    }

    /// Places of `top` taken so far.
    pub fn places(&self) -> i64 {
        self.top.0
    }
}

/// What put a case behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    /// A case of the same exclusive set is offered.
    Exclusive,
    /// Its group has all its places taken.
    PerGroup,
    /// A cap that closes the case, counting this decision's earlier offers.
    Cap,
    /// Caps leave no channel open, counting this decision's earlier offers.
    Channels,
    /// All places are taken.
    Top,
    /// Its quota is used up.
    Quota,
    /// No open channel has capacity left.
    Capacity,
    /// What is left of a budget does not suffice.
    Budget,
}

impl By {
    /// As reports say it.
    pub fn name(self) -> &'static str {
        match self {
            By::Exclusive => "exclusive",
            By::PerGroup => "per_group",
            By::Cap => "cap",
            By::Channels => "channels",
            By::Top => "top",
            By::Quota => "quota",
            By::Capacity => "capacity",
            By::Budget => "budget",
        }
    }
}

/// What became of a case at its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// On a channel, where the model declares any.
    Offered(Option<ChannelId>),
    /// By its own holdout, or by the decision's control group.
    HeldOut {
        /// By the control group.
        control: bool,
    },
    /// Something stood in its way.
    Outranked {
        /// What.
        by: By,
        /// Which case, where there is one.
        of: Option<CaseId>,
    },
}

/// What is the same at every turn of one walk.
#[derive(Debug, Clone, Copy)]
pub struct Walk<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The `decide` that counts.
    pub decide: Option<&'a DecidePlan>,
}

impl Walk<'_> {
    /// The turn of a case that passed its gates. A trial case takes nothing.
    pub fn turn(
        &self,
        subject: (&mut Standing, &mut Taken, &str),
        left: &mut Left,
        id: CaseId,
        property: impl Fn(&mut Standing, PropertyId) -> Value,
    ) -> Turn {
        let (standing, taken, key) = subject;
        let outranked = |by, of| Turn::Outranked { by, of };
        let (Some(case), Some(declared)) = (self.plan.cases.get(id.0), self.plan.model.cases.get(id.0))
        else {
            return outranked(By::Top, None);
        };
        let ignored = declared.contacts_ignored;
        let set = |ExclusiveId(set): &ExclusiveId| taken.sets.get(*set).copied().flatten();
        if let Some(holder) = declared.exclusive.iter().find_map(set) {
            return outranked(By::Exclusive, Some(holder));
        }
        let group = declared.group.map(|g| g.0);
        let members = group.and_then(|g| taken.groups.get(g)).copied().unwrap_or_default();
        if group.is_some() && self.decide.and_then(|d| d.per_group).is_some_and(|most| members.0 >= most) {
            return outranked(By::PerGroup, members.1);
        }
        if !ignored && let Some(by) = standing.contacts.case_used_up(self.plan, id) {
            return outranked(By::Cap, Some(by));
        }
        let channel = match self.channel(standing, left, id, ignored) {
            Ok(channel) => channel,
            Err(of) => return outranked(By::Channels, of),
        };
        if !ignored && self.decide.and_then(|d| d.top).is_some_and(|top| taken.top.0 >= top) {
            return outranked(By::Top, taken.top.1);
        }
        if !left.quota_left(id) {
            return outranked(By::Quota, None);
        }
        let Some(channel) = channel else { return outranked(By::Capacity, None) };
        for (_, of, amount) in left.budgets(id) {
            // A property that is missing fits in no budget.
            if subtract(amount, &property(standing, *of)).is_none() {
                return outranked(By::Budget, None);
            }
        }
        let turn = if case.holdout.as_ref().is_some_and(|h| is_held_out(h, key)) {
            Turn::HeldOut { control: false }
        } else if self.decide.and_then(|d| d.control.as_ref()).is_some_and(|h| is_held_out(h, key)) {
            Turn::HeldOut { control: true }
        } else {
            Turn::Offered(channel)
        };
        if declared.status == crate::model::Status::Trial {
            return turn;
        }
        let offered = matches!(turn, Turn::Offered(_));
        if offered {
            self.take(standing, taken, left, id, channel, property);
        }
        // A held-out case keeps its place empty.
        let moves_up =
            turn == (Turn::HeldOut { control: false }) && case.holdout.as_ref().is_some_and(|h| h.next);
        if !moves_up {
            if !ignored {
                taken.top = (taken.top.0 + 1, Some(id));
            }
            if let Some(places) = group.and_then(|g| taken.groups.get_mut(g)) {
                *places = (places.0 + 1, Some(id));
            }
        }
        turn
    }

    /// The first channel still open that has capacity left. `Ok(None)`: open ones have none; `Err`: none is
    /// open, and the offer that closed the last one.
    fn channel(
        &self,
        standing: &Standing,
        left: &Left,
        id: CaseId,
        ignored: bool,
    ) -> Result<Option<Option<ChannelId>>, Option<CaseId>> {
        if self.plan.channels.is_empty() {
            return Ok(Some(None));
        }
        let (mut still_open, mut closed) = (false, None);
        let open_before = channels_of(self.plan, self.decide, id)
            .filter(|channel| standing.channel_open(*channel, ignored) == Some(true));
        for channel in open_before {
            match standing.contacts.channel_used_up(self.plan, channel).filter(|_| !ignored) {
                Some(by) => closed = closed.max(Some(by)),
                None if left.capacity_left(channel) => return Ok(Some(Some(channel))),
                None => still_open = true,
            }
        }
        if still_open { Ok(None) } else { Err(closed.map(|(_, case)| case)) }
    }

    fn take(
        &self,
        standing: &mut Standing,
        taken: &mut Taken,
        left: &mut Left,
        id: CaseId,
        channel: Option<ChannelId>,
        property: impl Fn(&mut Standing, PropertyId) -> Value,
    ) {
        for ExclusiveId(set) in
            self.plan.model.cases.get(id.0).map(|c| c.exclusive.as_slice()).unwrap_or_default()
        {
            if let Some(holder) = taken.sets.get_mut(*set) {
                *holder = Some(id);
            }
        }
        standing.contacts.take(self.plan, id, channel);
        if let Some((_, units)) = left.quota_place(id).and_then(|n| left.quota.get_mut(n)) {
            *units = units.saturating_sub(1);
        }
        for (_, units) in left.capacity.iter_mut().filter(|(c, _)| Some(*c) == channel) {
            *units = units.saturating_sub(1);
        }
        for (_, of, amount) in left.budgets(id) {
            if let Some(rest) = subtract(amount, &property(standing, *of)) {
                *amount = rest;
            }
        }
    }
}

/// What is left of a budget after an offer, if it suffices: exactly where both numbers are.
fn subtract(left: &Value, cost: &Value) -> Option<Value> {
    let decimal = |value: &Value| match value {
        Value::Int(n) => Some(Decimal::from_i64(*n)),
        Value::Decimal(d) => Some(*d),
        _ => None,
    };
    let float = |value: &Value| match value {
        Value::Int(n) => Some(*n as f64),
        Value::Decimal(d) => Some(d.to_f64()),
        Value::Float(x) => Some(*x),
        _ => None,
    };
    match (decimal(left), decimal(cost)) {
        (Some(left), Some(cost)) if cost <= left => left.checked_sub(cost).map(Value::Decimal),
        (Some(_), Some(_)) => None,
        _ => match (float(left)?, float(cost)?) {
            (left, cost) if cost <= left => Some(Value::float(left - cost)),
            _ => None,
        },
    }
}

/// Whether a key is in a holdout.
pub fn is_held_out(holdout: &HoldoutPlan, key: &str) -> bool {
    u128::from(bucket(&holdout.salt, HOLDOUT, key)) < holdout.threshold
}

/// The variant of a case for a key, by its place.
pub fn variant(case: &CasePlan, key: &str) -> Option<usize> {
    let last = case.variants.len().checked_sub(1)?;
    let at = u128::from(bucket(&case.salt, VARIANT, key));
    Some(case.variants.iter().position(|v| at < v.below).unwrap_or(last))
}

/// The order of the walk: higher ranks first, missing ones last. Ranks of one decision are of one type.
pub fn rank_order(a: &Value, b: &Value) -> Ordering {
    match (a.is_missing(), b.is_missing()) {
        (false, false) => b.total_cmp(a),
        (a, b) => a.cmp(&b),
    }
}
