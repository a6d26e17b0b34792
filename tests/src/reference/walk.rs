//! The walk over the pairs of customer and case that passed the gates, in order of rank.

use std::cmp::Ordering;
use std::sync::Arc;

use casewise_core::input::Request;
use casewise_core::model::{
    Case, CaseId, ChannelId, Decide, ExclusiveId, Expr, GroupId, Holdout, Model, Number, Offer, Status,
    Variant,
};
use casewise_core::row::report::CaseReport;
use casewise_core::values::Value;
use num_bigint::BigInt;
use num_rational::BigRational;
use sha2::{Digest, Sha256};

use super::contacts::Made;
use super::eligibility::Eligibility;
use super::facts::Facts;
use super::number::{self, abs, exact, order};

/// One customer in the walk.
pub(super) struct Walker<'a> {
    pub(super) facts: Facts<'a>,
    pub(super) decide: Option<&'a Decide>,
    /// One per case.
    pub(super) reports: Vec<CaseReport>,
    pub(super) offers: Vec<Given>,
    /// Places of `top` taken, by the case that took each.
    places: Vec<CaseId>,
    /// Places in groups taken.
    in_group: Vec<(GroupId, CaseId)>,
    sets: Vec<(ExclusiveId, CaseId)>,
    made: Vec<Made>,
}

/// An offer made.
pub(super) struct Given {
    pub(super) case: CaseId,
    pub(super) channel: Option<ChannelId>,
    pub(super) rank_value: Value,
}

/// What is left of quotas, budgets and capacities; an absent entry is unlimited.
pub(super) struct Left {
    quota: Vec<(usize, i64)>,
    budget: Vec<(usize, usize, BigRational)>,
    capacity: Vec<(usize, i64)>,
}

/// What became of a case at its turn.
enum Turn {
    Offered(Option<ChannelId>),
    HeldOut { by: Option<&'static str>, keeps_place: bool },
    Outranked { by: &'static str, of: Option<CaseId> },
}

impl Left {
    /// "The remaining numbers given (absent: unlimited)."
    pub(super) fn given(request: &Request) -> Left {
        let budget = |(case, property, left): &(usize, usize, Value)| Some((*case, *property, exact(left)?));
        Left {
            quota: request.remaining.quota.clone(),
            budget: request.remaining.budget.iter().filter_map(budget).collect(),
            capacity: request.remaining.capacity.clone(),
        }
    }

    /// A batch starts with the numbers of the model where none are given.
    pub(super) fn declared(request: &Request, facts: &Facts<'_>) -> Left {
        let mut left = Left::given(request);
        let int = |value: Value| match value {
            Value::Int(n) => Some(n),
            _ => None,
        };
        for (n, case) in facts.model.cases.iter().enumerate() {
            let quota = case.quota.as_ref().and_then(|e| int(facts.of(e)));
            if let Some(quota) = quota.filter(|_| !left.quota.iter().any(|(case, _)| *case == n)) {
                left.quota.push((n, quota));
            }
            for (amount, property) in &case.budgets {
                let known = left.budget.iter().any(|(case, p, _)| (*case, *p) == (n, property.0));
                if let Some(amount) = exact(&facts.of(amount)).filter(|_| !known) {
                    left.budget.push((n, property.0, amount));
                }
            }
        }
        for (n, channel) in facts.model.channels.iter().enumerate() {
            let capacity = channel.capacity.as_ref().and_then(|e| int(facts.of(e)));
            if let Some(capacity) = capacity.filter(|_| !left.capacity.iter().any(|(c, _)| *c == n)) {
                left.capacity.push((n, capacity));
            }
        }
        left
    }

    fn has_unit(list: &[(usize, i64)], id: usize) -> bool {
        list.iter().all(|(n, left)| *n != id || *left >= 1)
    }

    fn has_capacity(&self, channel: Option<ChannelId>) -> bool {
        channel.is_none_or(|c| Left::has_unit(&self.capacity, c.0))
    }

    /// A budget holds an offer whose property fits in what is left; a missing property fits in nothing.
    fn has_budget(&self, facts: &Facts<'_>, case: CaseId) -> bool {
        self.budget.iter().filter(|(n, ..)| *n == case.0).all(|(_, property, left)| {
            exact(&facts.of(&facts.model.cases[case.0].properties[*property]))
                .is_some_and(|cost| cost <= *left)
        })
    }

    fn take(&mut self, facts: &Facts<'_>, case: CaseId, channel: Option<ChannelId>) {
        self.quota.iter_mut().filter(|(n, _)| *n == case.0).for_each(|(_, left)| *left -= 1);
        let used = self.capacity.iter_mut().filter(|(n, _)| channel == Some(ChannelId(*n)));
        used.for_each(|(_, left)| *left -= 1);
        for (_, property, left) in self.budget.iter_mut().filter(|(n, ..)| *n == case.0) {
            if let Some(cost) = exact(&facts.of(&facts.model.cases[case.0].properties[*property])) {
                *left = &*left - cost;
            }
        }
    }
}

impl<'a> Walker<'a> {
    pub(super) fn new(facts: Facts<'a>, request: &Request) -> Walker<'a> {
        let model: &'a Model = facts.model;
        let decide = match request.decide {
            Some(chosen) => model.decides.get(chosen),
            // "Of several, the first whose `when` is true counts, one without `when` last."
            None => model
                .decides
                .iter()
                .find(|d| d.when.as_ref().is_some_and(|when| facts.holds(when) == Some(true)))
                .or_else(|| model.decides.iter().find(|d| d.when.is_none())),
        };
        Walker {
            facts,
            decide,
            reports: Vec::new(),
            offers: Vec::new(),
            places: Vec::new(),
            in_group: Vec::new(),
            sets: Vec::new(),
            made: Vec::new(),
        }
    }

    fn case(&self, id: CaseId) -> &'a Case {
        &self.facts.model.cases[id.0]
    }

    /// "Defaults: without `decide`, cases rank by priority."
    fn rank_value(&self, id: CaseId) -> Value {
        match self.decide.and_then(|d| d.rank_by.as_ref()) {
            Some(rank_by) => {
                let place = super::facts::Place { row: None, case: Some(id) };
                self.facts.value(rank_by, place)
            }
            None => self.facts.priority(id),
        }
    }

    /// The widest number type of what cases are ranked by.
    fn rank_number(&self) -> Option<Number> {
        let number = |e: &Expr| number::number_of(&e.ty.base);
        match self.decide.and_then(|d| d.rank_by.as_ref()) {
            Some(rank_by) => number(rank_by),
            // "No `priority` is 0."
            None => {
                let priorities = self.facts.model.cases.iter().map(|c| c.priority.as_ref());
                priorities.map(|p| p.map_or(Some(Number::Int), number)).max().flatten()
            }
        }
    }

    fn number(&self, e: Option<&Expr>) -> Option<usize> {
        match self.facts.of(e?) {
            Value::Int(n) => Some(usize::try_from(n).unwrap_or(0)),
            _ => None,
        }
    }

    /// "At its turn a case is tested for its `exclusive` set, `at most … per group`, the caps counting this
    /// decision's earlier offers, `top`, quota, capacity and budget, and last `holdout` and `control`. The first
    /// that fails is its reason; an outranked case names what stood in its way."
    fn turn(&self, id: CaseId, left: &Left) -> Turn {
        let case = self.case(id);
        let outranked = |by, of| Turn::Outranked { by, of };
        for set in &case.exclusive {
            if let Some((_, holder)) = self.sets.iter().find(|(taken, _)| taken == set) {
                return outranked("exclusive", Some(*holder));
            }
        }
        // The case that filled the last place stands in the way.
        if let (Some(group), Some(most)) =
            (case.group, self.number(self.decide.and_then(|d| d.per_group.as_ref())))
        {
            let members: Vec<CaseId> =
                self.in_group.iter().filter(|(g, _)| *g == group).map(|(_, member)| *member).collect();
            if members.len() >= most {
                return outranked("per_group", members.last().copied());
            }
        }
        // The offer that closed the rule stands in the way: the one after which it was no longer open.
        let closed_by = |open: &dyn Fn(&[Made]) -> Option<bool>| {
            (1..=self.made.len())
                .find(|n| open(&self.made[..*n]) != Some(true))
                .map(|n| self.made[n - 1].case)
        };
        for rule in &self.facts.model.contacts {
            let open = |made: &[Made]| self.facts.rule_for_case(rule, id, made);
            if open(&self.made) != Some(true) {
                return outranked("cap", closed_by(&open));
            }
        }
        // "A case takes the first channel still open after this decision's earlier offers."
        let mut channel = None;
        let mut full = false;
        if !self.facts.model.channels.is_empty() {
            let channels = self.facts.channels_of(id, self.decide);
            let open: Vec<ChannelId> = channels
                .iter()
                .copied()
                .filter(|c| self.facts.channel(id, *c, &self.made) == Some(true))
                .collect();
            if open.is_empty() {
                let any_open = |made: &[Made]| {
                    super::facts::or(
                        channels.iter().map(|c| Some(self.facts.channel(id, *c, made) == Some(true))),
                    )
                };
                return outranked("channels", closed_by(&any_open));
            }
            // A channel whose capacity is used up is not open any more; with none left it is the reason.
            channel = open.iter().copied().find(|c| left.has_capacity(Some(*c)));
            full = channel.is_none();
        }
        // "`contacts ignored` … neither fills nor is cut by `top`."
        if let Some(top) = self.number(self.decide.and_then(|d| d.top.as_ref()))
            && !case.contacts_ignored
            && self.places.len() >= top
        {
            return outranked("top", self.places.last().copied());
        }
        if !Left::has_unit(&left.quota, id.0) {
            return outranked("quota", None);
        }
        if full {
            return outranked("capacity", None);
        }
        if !left.has_budget(&self.facts, id) {
            return outranked("budget", None);
        }
        let key = &self.facts.subject.key;
        let held =
            |holdout: &Holdout| bucket(&holdout.salt, 0, key) < threshold(&self.facts.of(&holdout.share));
        if let Some(holdout) = case.holdout.as_ref().filter(|h| held(h)) {
            // "`holdout 5% next`: the following case moves up."
            return Turn::HeldOut { by: None, keeps_place: !holdout.next };
        }
        if self.decide.and_then(|d| d.control.as_ref()).is_some_and(held) {
            return Turn::HeldOut { by: Some("control"), keeps_place: true };
        }
        Turn::Offered(channel)
    }

    fn take_turn(&mut self, id: CaseId, rank_value: Value, left: &mut Left) {
        let case = self.case(id);
        let turn = self.turn(id, left);
        // "A trial case is walked with nothing taken, reports the status it would have had, and is never in
        // the offers."
        let takes = case.status == Status::Live;
        let report = &mut self.reports[id.0];
        let place = match turn {
            Turn::Outranked { by, of } => {
                report.status = "outranked";
                report.by = Some(by);
                report.of = of.map(|of| Arc::clone(&self.facts.model.cases[of.0].name));
                false
            }
            // "A held-out case keeps its place empty: it counts for `top` and `at most … per group`."
            Turn::HeldOut { by, keeps_place } => {
                report.status = "held_out";
                report.by = by;
                keeps_place
            }
            // "Only an offer takes a contact, a unit or a set."
            Turn::Offered(channel) => {
                report.status = "offered";
                if takes {
                    left.take(&self.facts, id, channel);
                    self.sets.extend(case.exclusive.iter().map(|set| (*set, id)));
                    self.made.push(Made { case: id, channel });
                    self.offers.push(Given { case: id, channel, rank_value });
                }
                true
            }
        };
        if place && takes {
            if !case.contacts_ignored {
                self.places.push(id);
            }
            self.in_group.extend(case.group.map(|group| (group, id)));
        }
    }
}

/// "Cases that pass are walked in order of rank (missing last), then declaration, then key."
/// A single decision is this walk with one customer.
pub(super) fn walk(walkers: &mut [Walker<'_>], mut left: Left) {
    let mut pairs: Vec<(usize, CaseId, Value)> = Vec::new();
    for (n, walker) in walkers.iter_mut().enumerate() {
        for id in (0..walker.facts.model.cases.len()).map(CaseId) {
            let eligibility = walker.facts.eligibility(id, walker.decide);
            if eligibility.outcome == Some(true) {
                pairs.push((n, id, walker.rank_value(id)));
            }
            let trial = walker.case(id).status == Status::Trial;
            walker.reports.push(ineligible(eligibility, trial));
        }
    }
    // "Widening int → decimal → float": ranks compare in the widest type that any of them can have.
    let widest = walkers.iter().filter_map(Walker::rank_number).max();
    let rank = |value: &Value| widest.map_or(Value::Missing, |kind| widened(value, kind));
    pairs.sort_by(|(one, a, rank_a), (other, b, rank_b)| {
        let (rank_a, rank_b) = (rank(rank_a), rank(rank_b));
        let by_rank = match (rank_a == Value::Missing, rank_b == Value::Missing) {
            (false, false) => order(&rank_b, &rank_a).unwrap_or(Ordering::Equal),
            (missing, other) => missing.cmp(&other),
        };
        let key = |n: usize| walkers[n].facts.subject.key.chars();
        by_rank.then(a.cmp(b)).then_with(|| key(*one).cmp(key(*other)))
    });
    for (n, id, rank_value) in pairs {
        walkers[n].take_turn(id, rank_value, &mut left);
    }
}

fn widened(value: &Value, kind: Number) -> Value {
    exact(value).map_or(Value::Missing, |number| number::to_type(&number, kind))
}

fn ineligible(eligibility: Eligibility, trial: bool) -> CaseReport {
    let mut report = CaseReport { trial, ..CaseReport::default() };
    if eligibility.outcome != Some(true) {
        report.status = "ineligible";
        report.outcome = Some(if eligibility.outcome.is_none() { "unknown" } else { "false" });
        report.gate = Some(eligibility.gate);
        report.failed = eligibility.failed;
        report.missing = eligibility.missing;
    }
    report
}

/// "u64 of the first 8 bytes, big-endian, of SHA-256(salt ‖ 0x00 ‖ key as text)"; variants use 0x01.
fn bucket(salt: &str, kind: u8, key: &str) -> BigInt {
    let digest = Sha256::new().chain_update(salt).chain_update([kind]).chain_update(key).finalize();
    let first: [u8; 8] = digest[..8].try_into().unwrap();
    BigInt::from(u64::from_be_bytes(first))
}

/// "floor(share × 2⁶⁴)"
fn threshold(share: &Value) -> BigInt {
    let share = exact(share).map(|s| abs(&s)).unwrap_or_else(|| BigRational::from_integer(BigInt::from(0)));
    (share * BigRational::from_integer(BigInt::from(1_u128 << 64))).floor().to_integer()
}

/// "Variants use SHA-256(salt ‖ 0x01 ‖ key) with their shares cumulative in the order written." The salt is
/// the case's: its holdout's, else its name.
pub(super) fn variant<'m>(facts: &Facts<'_>, case: &'m Case) -> Option<&'m Variant> {
    let salt = case.holdout.as_ref().map_or(&case.name, |h| &h.salt);
    let bucket = bucket(salt, 1, &facts.subject.key);
    let mut sum = BigRational::from_integer(BigInt::from(0));
    for variant in &case.variants {
        sum += exact(&facts.of(&variant.share))?;
        let end = (&sum * BigRational::from_integer(BigInt::from(1_u128 << 64))).floor().to_integer();
        if bucket < end {
            return Some(variant);
        }
    }
    None
}

/// "`offer on sms { … }` replaces the offer on that channel"; a variant's offer replaces the case's.
pub(super) fn offer_fields<'m>(
    case: &'m Case,
    variant: Option<&'m Variant>,
    channel: Option<ChannelId>,
) -> &'m [(Arc<str>, Expr)] {
    let offer: &Offer = variant.and_then(|v| v.offer.as_ref()).unwrap_or(&case.offer);
    let on_channel = offer.on.iter().find(|(on, _)| Some(*on) == channel);
    on_channel.map_or(&offer.fields, |(_, fields)| fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_as_published() {
        assert_eq!(bucket("2026-reminder", 0, "c1"), BigInt::from(6_718_502_777_513_641_873_u64));
    }
}
