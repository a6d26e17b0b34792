//! Many subjects, each alone, whose gates have been tested elsewhere, for many at once: what is left for each is
//! the walk. The rules of the walk and of the contact policy are those of one subject.

use std::sync::Arc;

use crate::input::{Request, Subject};
use crate::model::{CaseId, ChannelId, Status};
use crate::plan::layout::{is_walked, reachable};
use crate::plan::node::{Node, Slot};
use crate::plan::semantics::Clock;
use crate::plan::{CasePlan, DecidePlan, OfferPlan, Plan};
use crate::values::{Date, Time, Value};

use super::channels::{channels_of, quiet_at};
use super::contacts::{ContactState, PastContact};
use super::decision::{Offered, choose, clock, rank_slot};
use super::evaluate::{Evaluation, Inputs};
use super::gates::{Gate, Standing};
use super::plain::offer_fields;
use super::report::{Plain, Record};
use super::walk::{Left, Taken, Turn, Walk, rank_order, variant};

/// What is the same for all subjects of a request.
#[derive(Debug)]
pub struct Walks {
    plan: Arc<Plan>,
    now: Time,
    today: Date,
    decide: Option<usize>,
    /// Cases that may be offered: by rank where it is the same for everybody, else in order of declaration.
    order: Vec<CaseId>,
    /// What each is ranked by, in that order, and its value where that is the same for everybody.
    ranks: Vec<(Slot, Option<Value>)>,
    is_ranked: bool,
    /// After so many places are taken, only cases that take none can be offered.
    top: Option<i64>,
    fresh: ContactState,
    /// Where cases stand in each other's way only by taking places and contacts, in that order; else nothing.
    straight: Option<Vec<Straight>>,
    /// The distinct channels in order of preference, as those of the straight cases.
    preferences: Vec<Vec<ChannelId>>,
    /// Whether anything is offered beside the case itself.
    has_fields: bool,
    /// Whether every channel is closed by quiet hours in the model's zone.
    quiet: Vec<bool>,
}

/// What an offer of a case consists of, close together: millions are made.
#[derive(Debug)]
struct Straight {
    case: CaseId,
    rank_value: Value,
    preference: usize,
    has_variants: bool,
}

/// Memory of one thread, used for subject after subject.
#[derive(Debug)]
pub struct Walker {
    standing: Standing,
    taken: Taken,
    pass: Vec<(Value, usize)>,
    is_fresh: bool,
}

/// One subject, of which slots are computed.
#[derive(Debug)]
pub struct Look<'w> {
    evaluation: &'w mut Evaluation,
    inputs: Inputs<'w>,
}

impl Look<'_> {
    /// The truth in a slot that is outside events.
    pub fn truth(&mut self, slot: Slot) -> Option<bool> {
        self.evaluation.truth(self.inputs, slot)
    }

    /// The value in a slot that is outside events.
    pub fn value(&mut self, slot: Slot) -> Value {
        self.evaluation.value(self.inputs, slot).clone()
    }
}

impl Walks {
    /// Of a request; none where it needs the whole of each subject: subjects compete, or which `decide` counts is not
    /// the same for all.
    pub fn new(plan: &Arc<Plan>, request: &Request, context: Option<&Vec<Value>>) -> Option<Walks> {
        if plan.has_common_numbers(&request.remaining) {
            return None;
        }
        let clock = clock(request.now, &plan.model.zone);
        let anyone = Subject { context: context.cloned(), ..Subject::default() };
        let inputs = Inputs { plan, subject: &anyone, clock };
        let mut standing = Standing::default();
        standing.evaluation.reset(plan);
        if request.decide.is_none()
            && plan.decides.iter().filter_map(|d| d.when).any(|when| of_subject(plan, when))
        {
            return None;
        }
        let decide = choose(plan, request.decide, |slot| standing.evaluation.truth(inputs, slot));
        let now = clock.now;
        let runs = |id: &CaseId| {
            is_walked(&plan.model, *id)
                && plan
                    .cases
                    .get(id.0)
                    .is_some_and(|case| case.runs.is_none_or(|(from, to)| from <= now && now < to))
        };
        let mut ranked: Vec<(CaseId, Slot, Option<Value>)> = Vec::new();
        for id in plan.layout.walked.iter().copied().filter(runs) {
            let slot = plan.cases.get(id.0).map(|case| rank_slot(case, decide))?;
            let value = (!of_subject(plan, slot)).then(|| standing.evaluation.value(inputs, slot).clone());
            ranked.push((id, slot, value));
        }
        let is_ranked = ranked.iter().all(|(_, _, value)| value.is_some());
        if is_ranked {
            let value = |rank: &Option<Value>| rank.clone().unwrap_or_default();
            ranked.sort_by(|a, b| rank_order(&value(&a.2), &value(&b.2)).then(a.0.cmp(&b.0)));
        }
        let mut fresh = ContactState::default();
        fresh.digest(plan, None, clock.now, clock.now);
        // A case that ignores contacts takes no place, and is offered when all are taken.
        let ignoring = |id: &CaseId| plan.model.cases.get(id.0).is_some_and(|case| case.contacts_ignored);
        let top = decide
            .and_then(|n| plan.decides.get(n))
            .and_then(|d| d.top)
            .filter(|_| !ranked.iter().any(|(id, ..)| ignoring(id)));
        let quiet = plan.channels.iter().map(|channel| {
            let here = |(from, to, zone): &(u16, u16, Option<Slot>)| {
                zone.is_none() && quiet_at(*from, *to, clock.zone, clock.now)
            };
            channel.quiet.iter().any(here)
        });
        let mut preferences: Vec<Vec<ChannelId>> = Vec::new();
        let straight = |(case, _, rank): &(CaseId, Slot, Option<Value>)| {
            let decide = decide.and_then(|n| plan.decides.get(n));
            let channels: Vec<ChannelId> = channels_of(plan, decide, *case).collect();
            let preference = preferences.iter().position(|known| *known == channels).unwrap_or_else(|| {
                preferences.push(channels);
                preferences.len() - 1
            });
            let has_variants = plan.cases.get(case.0).is_some_and(|case| !case.variants.is_empty());
            let rank_value = rank.clone()?;
            is_plain(plan, decide, *case).then_some(Straight {
                case: *case,
                rank_value,
                preference,
                has_variants,
            })
        };
        let straight = ranked.iter().map(straight).collect();
        let fields = |(id, ..): &(CaseId, Slot, Option<Value>)| {
            let case = plan.cases.get(id.0)?;
            Some(offers(case).any(|offer| !offer.fields.is_empty() || !offer.on.is_empty()))
        };
        let has_fields = ranked.iter().any(|case| fields(case) != Some(false));
        // Nothing is closed to whoever has no past contacts but by rules that allow nothing at all.
        fresh.own_cases(plan)?;
        Some(Walks {
            plan: Arc::clone(plan),
            now: clock.now,
            today: clock.today,
            decide,
            order: ranked.iter().map(|(id, ..)| *id).collect(),
            ranks: ranked.into_iter().map(|(_, slot, value)| (slot, value)).collect(),
            is_ranked,
            top,
            fresh,
            straight,
            preferences,
            has_fields,
            quiet: quiet.collect(),
        })
    }

    /// The plan.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// The request's place in time.
    pub fn clock(&self) -> Clock<'_> {
        Clock { now: self.now, today: self.today, zone: &self.plan.model.zone }
    }

    fn decide(&self) -> Option<&DecidePlan> {
        self.decide.and_then(|n| self.plan.decides.get(n))
    }

    fn inputs<'a>(&'a self, subject: &'a Subject) -> Inputs<'a> {
        Inputs { plan: &self.plan, subject, clock: self.clock() }
    }

    /// The cases that may be offered, in the order in which [`Walks::walk`] is given them.
    pub fn order(&self) -> &[CaseId] {
        &self.order
    }

    /// The gate that a case that is not in the order is lost to.
    pub fn lost_to(&self, case: CaseId) -> Gate {
        if is_walked(&self.plan.model, case) { Gate::Runs } else { Gate::Status }
    }

    /// The channels of a case in order of preference.
    pub fn channels(&self, case: CaseId) -> impl Iterator<Item = ChannelId> + Clone + '_ {
        channels_of(&self.plan, self.decide(), case)
    }

    /// Whether a channel is in quiet hours for everybody.
    pub fn is_quiet(&self, channel: ChannelId) -> bool {
        self.quiet.get(channel.0).copied().unwrap_or(false)
    }

    /// Whether a channel has quiet hours in a zone of the subject: then it must be asked one by one.
    pub fn has_own_zone(&self, channel: ChannelId) -> bool {
        self.plan.channels.get(channel.0).is_some_and(|c| c.quiet.iter().any(|(_, _, zone)| zone.is_some()))
    }

    /// Computes slots of a subject.
    pub fn look<'w>(&'w self, walker: &'w mut Walker, subject: &'w Subject) -> Look<'w> {
        let evaluation = &mut walker.standing.evaluation;
        evaluation.reset(&self.plan);
        Look { evaluation, inputs: self.inputs(subject) }
    }

    /// Whether a walk reads anything but the key: for ranks, and for what is offered.
    pub fn reads(&self) -> bool {
        let mut slots: Vec<Slot> =
            self.ranks.iter().filter(|(_, v)| v.is_none()).map(|(slot, _)| *slot).collect();
        for id in &self.order {
            let Some(case) = self.plan.cases.get(id.0) else { continue };
            for offer in offers(case) {
                let fields = offer.fields.iter().chain(offer.on.iter().flat_map(|(_, fields)| fields));
                slots.extend(fields.map(|(_, slot)| *slot));
            }
        }
        slots.into_iter().any(|slot| {
            reads(&self.plan, slot, |node| of_a_subject(node) || matches!(node, Node::Context(_)))
        })
    }

    /// What the contact policy says of whoever has no past contacts.
    pub fn fresh(&self) -> &ContactState {
        &self.fresh
    }

    /// Memory for one thread.
    pub fn walker(&self) -> Walker {
        let standing = Standing { contacts: self.fresh.clone(), ..Standing::default() };
        Walker { standing, taken: Taken::default(), pass: Vec::new(), is_fresh: true }
    }

    /// Goes through the past contacts of a subject, the latest first.
    pub fn digest(&self, state: &mut ContactState, latest_first: impl Iterator<Item = PastContact>) {
        state.digest_like(&self.plan, &self.fresh, latest_first);
    }

    /// Takes up what the past contacts of the next subject come to, in exchange for memory; none: it has none.
    pub fn stand(&self, walker: &mut Walker, contacts: Option<&mut ContactState>) {
        match contacts {
            Some(state) => {
                std::mem::swap(&mut walker.standing.contacts, state);
                walker.is_fresh = false;
            }
            None if !walker.is_fresh => {
                walker.standing.contacts.clone_from(&self.fresh);
                walker.is_fresh = true;
            }
            None => {}
        }
    }

    /// How many of the cases that a subject passed the gates of are offered to it, if its past contacts come to this:
    /// the first ones, each on its first open channel, and those after them are outranked. None: which ones the walk has
    /// to say.
    pub fn straight(&self, contacts: &ContactState) -> Option<usize> {
        self.straight.as_ref()?;
        let left = contacts.offers_left(&self.plan, self.top.unwrap_or(i64::MAX))?;
        Some(usize::try_from(left).unwrap_or(usize::MAX))
    }

    /// Adds the offer of the case at a place in [`Walks::order`], where all are [offered straight](Walks::straight).
    pub fn offer(
        &self,
        place: usize,
        key: &str,
        is_open: impl Fn(ChannelId) -> bool,
        offers: &mut Vec<Offered>,
    ) {
        let Some(straight) = self.straight.as_ref().and_then(|straight| straight.get(place)) else { return };
        let preference = self.preferences.get(straight.preference).map(Vec::as_slice).unwrap_or_default();
        let with_variants = self.plan.cases.get(straight.case.0).filter(|_| straight.has_variants);
        offers.push(Offered {
            case: straight.case,
            channel: preference.iter().copied().find(|channel| is_open(*channel)),
            rank_value: straight.rank_value.clone(),
            variant: with_variants.and_then(|case| variant(case, key)),
        });
    }

    /// Walks the cases of one subject that passed all gates, given as places in [`Walks::order`], ascending. Its
    /// contacts have been [taken up](Walks::stand); its channels are open or not, the contact policy aside. Calls
    /// `each` at each turn, until no further case can be offered; the others are outranked.
    pub fn walk(
        &self,
        walker: &mut Walker,
        subject: &Subject,
        channels: impl Iterator<Item = Option<bool>>,
        passed: impl Iterator<Item = usize>,
        mut each: impl FnMut(CaseId, Turn, Option<Offered>),
    ) {
        let Walker { standing, taken, pass, is_fresh } = walker;
        standing.channels.clear();
        standing.channels.extend(channels);
        taken.reset(&self.plan);
        let mut left = Left::default();
        let walk = Walk { plan: &self.plan, decide: self.decide() };
        let mut turn = |standing: &mut Standing, place: usize, rank: Option<&Value>| {
            let Some(id) = self.order.get(place).copied() else { return true };
            // Nothing limits budgets where nobody competes.
            let turn = walk.turn((standing, &mut *taken, &subject.key), &mut left, id, |_, _| Value::Missing);
            let mut offered = None;
            if let Turn::Offered(channel) = turn {
                *is_fresh = false;
                if self.plan.model.cases.get(id.0).is_some_and(|case| case.status == Status::Live) {
                    let fixed = || self.ranks.get(place).and_then(|(_, value)| value.clone());
                    let rank_value = rank.cloned().or_else(fixed).unwrap_or_default();
                    let variant = self.plan.cases.get(id.0).and_then(|case| variant(case, &subject.key));
                    offered = Some(Offered { case: id, channel, rank_value, variant });
                }
            }
            each(id, turn, offered);
            self.top.is_none_or(|top| taken.places() < top)
        };
        if self.is_ranked {
            for place in passed {
                if !turn(standing, place, None) {
                    break;
                }
            }
            return;
        }
        let inputs = self.inputs(subject);
        standing.evaluation.reset(&self.plan);
        pass.clear();
        for place in passed {
            let rank = match self.ranks.get(place) {
                Some((_, Some(value))) => value.clone(),
                Some((slot, None)) => standing.evaluation.value(inputs, *slot).clone(),
                None => Value::Missing,
            };
            pass.push((rank, place));
        }
        pass.sort_by(|a, b| rank_order(&a.0, &b.0).then(a.1.cmp(&b.1)));
        for (rank, place) in pass.drain(..) {
            if !turn(standing, place, Some(&rank)) {
                break;
            }
        }
    }

    /// What offers consist of, for a subject.
    pub fn offer_fields(
        &self,
        walker: &mut Walker,
        subject: &Subject,
        offers: &[Offered],
        mut each: impl FnMut(&Offered, &Record<Plain>),
    ) {
        if !self.has_fields {
            let none = Record::default();
            return offers.iter().for_each(|offered| each(offered, &none));
        }
        let inputs = self.inputs(subject);
        let evaluation = &mut walker.standing.evaluation;
        // Most offers are constants, or nothing at all.
        let mut is_reset = false;
        for offered in offers {
            let fields = offer_fields(&self.plan, offered, |slot| {
                if !std::mem::replace(&mut is_reset, true) {
                    evaluation.reset(&self.plan);
                }
                evaluation.value(inputs, slot).clone()
            });
            each(offered, &fields);
        }
    }
}

/// Everything that a case can offer.
fn offers(case: &CasePlan) -> impl Iterator<Item = &OfferPlan> {
    std::iter::once(&case.offer).chain(case.variants.iter().filter_map(|v| v.offer.as_ref()))
}

/// Whether a case takes a place and counts as a contact, and nothing else of it stands in another's way, or keeps it
/// from being offered.
fn is_plain(plan: &Plan, decide: Option<&DecidePlan>, id: CaseId) -> bool {
    let (Some(case), Some(declared)) = (plan.cases.get(id.0), plan.model.cases.get(id.0)) else {
        return false;
    };
    declared.status == Status::Live
        && !declared.contacts_ignored
        && !declared.contacts_uncounted
        && declared.exclusive.is_empty()
        && case.holdout.is_none()
        && decide.is_none_or(|d| d.control.is_none() && (d.per_group.is_none() || declared.group.is_none()))
}

/// Whether a slot reads anything of a subject.
fn of_subject(plan: &Plan, slot: Slot) -> bool {
    reads(plan, slot, of_a_subject)
}

fn of_a_subject(node: &Node) -> bool {
    matches!(node, Node::Attribute(_) | Node::Aggregate(_) | Node::InList(_) | Node::Field(..))
}

/// Whether a slot reads a node of some kind.
fn reads(plan: &Plan, slot: Slot, which: impl Fn(&Node) -> bool) -> bool {
    let mut found = false;
    reachable(plan, [slot], |_, node| found |= which(node));
    found
}
