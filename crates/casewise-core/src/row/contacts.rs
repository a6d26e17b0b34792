//! The contact policy: what past contacts, and this decision's earlier offers, leave open.
//!
//! The history is gone through once per decision and kept rule by rule, as a few numbers for each case,
//! group or channel that occurs in it. Caps look at `now − N < at < now`, pauses end exactly at `at + N`.

use crate::input::Rows;
use crate::model::{CapScope, CaseId, ChannelId, Outcome, PauseScope, contact_fields};
use crate::plan::{ContactRulePlan, Plan, semantics};
use crate::values::{Label, Time, Value};

/// What the history comes to, rule by rule.
#[derive(Debug, Default)]
pub struct ContactState {
    rules: Vec<RuleState>,
    /// Rules over all contacts.
    all: Option<bool>,
    /// Rules over all contacts and those of a group, one per group.
    groups: Vec<Option<bool>>,
    /// Rules that close a channel, one per channel.
    channels: Vec<Option<bool>>,
    now: Option<Time>,
    offers: u32,
}

#[derive(Debug, Default)]
struct RuleState {
    /// Contacts at or before this do not matter.
    after: i64,
    /// By index of the case, group or channel (0 where all are counted together), ascending.
    tallies: Vec<(usize, Tally)>,
    /// Contacts that may be of any scope, as the field that says so is missing.
    unknown: Tally,
}

// Cloned into what is there already, for customer after customer, they ask for no memory.
impl Clone for ContactState {
    fn clone(&self) -> ContactState {
        let mut state = ContactState::default();
        state.clone_from(self);
        state
    }

    fn clone_from(&mut self, other: &ContactState) {
        let ContactState { rules, all, groups, channels, now, offers } = other;
        self.rules.clone_from(rules);
        self.groups.clone_from(groups);
        self.channels.clone_from(channels);
        (self.all, self.now, self.offers) = (*all, *now, *offers);
    }
}

impl Clone for RuleState {
    fn clone(&self) -> RuleState {
        RuleState { after: self.after, tallies: self.tallies.clone(), unknown: self.unknown }
    }

    fn clone_from(&mut self, other: &RuleState) {
        let RuleState { after, tallies, unknown } = other;
        self.tallies.clone_from(tallies);
        (self.after, self.unknown) = (*after, *unknown);
    }
}

/// What a rule knows of the contacts that it counts together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Contacts counted: by a cap in its window, by a pause `without opened` in all history.
    pub contacts: i64,
    /// The latest of them.
    pub latest: i64,
    /// The first of the last K of them.
    pub first_of_last: i64,
    /// The latest `opened`.
    pub opened: i64,
    /// When the last pause ends.
    pub until: i64,
    /// The offer of this decision that used a cap up, and its place among the offers.
    pub used_up: Option<(u32, CaseId)>,
}

impl Default for Tally {
    fn default() -> Tally {
        let never = i64::MIN;
        Tally { contacts: 0, latest: never, first_of_last: never, opened: never, until: never, used_up: None }
    }
}

/// Which contacts a rule counts together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counted {
    Together(usize),
    /// It is not known which.
    Unknown,
    Not,
}

/// A name in a past contact, in few bytes: its place in the model, or that it is not declared or missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Named(u32);

impl Named {
    const UNDECLARED: Named = Named(u32::MAX - 1);
    const MISSING: Named = Named(u32::MAX);

    fn declared(place: usize) -> Named {
        u32::try_from(place).ok().filter(|n| *n < Named::UNDECLARED.0).map_or(Named::UNDECLARED, Named)
    }

    /// The place; none: it is not declared or missing.
    fn place(self) -> Option<usize> {
        (self.0 < Named::UNDECLARED.0).then_some(self.0 as usize)
    }

    fn counted(self) -> Counted {
        match self.place() {
            Some(place) => Counted::Together(place),
            None if self == Named::MISSING => Counted::Unknown,
            None => Counted::Not,
        }
    }
}

/// Whom a contact counts for.
#[derive(Debug, Clone, Copy)]
struct Contact {
    case: Named,
    channel: Named,
    group: Named,
}

impl Contact {
    fn counted_by_cap(self, scope: &CapScope) -> Counted {
        match scope {
            CapScope::All => Counted::Together(0),
            CapScope::PerChannel => self.channel.counted(),
            CapScope::PerGroup => self.group.counted(),
            CapScope::PerCase => self.case.counted(),
            CapScope::On(channels) => match self.channel.counted() {
                Counted::Together(n) if channels.contains(&ChannelId(n)) => Counted::Together(0),
                Counted::Together(_) | Counted::Not => Counted::Not,
                Counted::Unknown => Counted::Unknown,
            },
        }
    }

    fn counted_by_pause(self, scope: PauseScope) -> Counted {
        match scope {
            PauseScope::All => Counted::Together(0),
            PauseScope::SameCase => self.case.counted(),
            PauseScope::SameGroup => self.group.counted(),
            PauseScope::SameChannel => self.channel.counted(),
        }
    }
}

/// What the contact policy reads in one field of a past contact: names are looked up, what it does not read is nothing.
#[derive(Debug, Clone, Copy)]
pub enum Told {
    /// Nothing.
    Nothing,
    /// When it was.
    At(Time),
    /// Which outcome.
    Outcome(Label),
    /// It is not counted.
    NotCounted,
    /// Its case, channel or group, by place in the model; none: not declared.
    Name(Option<usize>),
}

impl Told {
    /// By the value of one of the [fields](contact_fields).
    pub fn by(plan: &Plan, field: usize, value: &Value) -> Told {
        let layout = &plan.layout;
        let place = |name: &str| match field {
            contact_fields::CASE => layout.cases.get(name).map(|id| id.0),
            contact_fields::CHANNEL => layout.channels.get(name).map(|id| id.0),
            contact_fields::GROUP => layout.groups.get(name).map(|id| id.0),
            _ => None,
        };
        match (field, value) {
            (contact_fields::AT, Value::Time(at)) => Told::At(*at),
            (contact_fields::OUTCOME, Value::Label(outcome)) => Told::Outcome(*outcome),
            (contact_fields::COUNTED, Value::Bool(false)) => Told::NotCounted,
            (_, Value::Text(name)) => Told::Name(place(name)),
            _ => Told::Nothing,
        }
    }

    fn named(self) -> Named {
        match self {
            Told::Name(place) => place.map_or(Named::UNDECLARED, Named::declared),
            _ => Named::MISSING,
        }
    }
}

/// What the contact policy reads of a past contact.
#[derive(Debug, Clone, Copy)]
pub struct PastContact {
    at: i64,
    outcome: u8,
    counts: bool,
    of: Contact,
}

impl PastContact {
    /// Reads the [fields](contact_fields) of a contact; none: without time and outcome it counts nowhere.
    pub fn read(plan: &Plan, told: impl Fn(usize) -> Told) -> Option<PastContact> {
        let Told::At(at) = told(contact_fields::AT) else { return None };
        let Told::Outcome(Label(outcome)) = told(contact_fields::OUTCOME) else { return None };
        let counts = !matches!(told(contact_fields::COUNTED), Told::NotCounted);
        let case = told(contact_fields::CASE).named();
        let channel = told(contact_fields::CHANNEL).named();
        // The event's group, else its declared case's.
        let group = match (told(contact_fields::GROUP).named(), case.place()) {
            (Named::MISSING, Some(case)) => {
                group_of(plan, CaseId(case)).map_or(Named::UNDECLARED, Named::declared)
            }
            (Named::MISSING, None) => case,
            (group, _) => group,
        };
        let outcome = u8::try_from(outcome).ok()?;
        Some(PastContact { at: at.0, outcome, counts, of: Contact { case, channel, group } })
    }

    fn is(&self, outcome: Outcome) -> bool {
        self.outcome == outcome as u8
    }
}

fn group_of(plan: &Plan, case: CaseId) -> Option<usize> {
    plan.model.cases.get(case.0).and_then(|c| c.group).map(|g| g.0)
}

impl RuleState {
    fn tally(&self, key: usize) -> Tally {
        let place = self.tallies.binary_search_by_key(&key, |(k, _)| *k);
        place.ok().and_then(|n| self.tallies.get(n)).map(|(_, tally)| *tally).unwrap_or_default()
    }

    fn tally_mut(&mut self, counted: Counted) -> Option<&mut Tally> {
        match counted {
            Counted::Not => None,
            Counted::Unknown => Some(&mut self.unknown),
            Counted::Together(key) => {
                let place = match self.tallies.binary_search_by_key(&key, |(k, _)| *k) {
                    Ok(place) => place,
                    Err(place) => {
                        self.tallies.insert(place, (key, Tally::default()));
                        place
                    }
                };
                self.tallies.get_mut(place).map(|(_, tally)| tally)
            }
        }
    }

    /// Whether the rule leaves open what it counts together under `key`.
    fn open(&self, plan: &Plan, rule: &ContactRulePlan, key: usize, now: Time) -> Option<bool> {
        let tally = self.tally(key);
        match rule {
            ContactRulePlan::Cap { count, .. } => {
                if tally.contacts >= *count {
                    return Some(false);
                }
                (tally.contacts.saturating_add(self.unknown.contacts) < *count).then_some(true)
            }
            ContactRulePlan::Pause { .. } => {
                if tally.until > now.0 {
                    return Some(false);
                }
                (self.unknown.until <= now.0).then_some(true)
            }
            ContactRulePlan::PauseWithout { length, count, .. } => {
                let ignored = *count > 0 && tally.contacts >= *count && tally.opened <= tally.first_of_last;
                if ignored && end(plan, length, tally.latest) > now.0 {
                    return (self.unknown.opened <= tally.first_of_last).then_some(false);
                }
                (self.unknown.contacts == 0).then_some(true)
            }
        }
    }
}

/// `at + length`; what lies beyond the calendar never ends.
fn end(plan: &Plan, length: &Value, at: i64) -> i64 {
    semantics::after(Time(at), length, &plan.model.zone).map_or(i64::MAX, |t| t.0)
}

/// Longer than any difference between adding and subtracting the same calendar period.
const CALENDAR_SLACK: i64 = 5 * 86_400_000_000;

impl ContactState {
    /// Goes through the contacts before `until` and says what they come to at `now`. (`until` is `now` but
    /// where one asks what will be, with nothing new happening.) None is no contacts.
    pub fn digest(&mut self, plan: &Plan, contacts: Option<&Rows>, until: Time, now: Time) {
        self.now = Some(now);
        self.rules.resize_with(plan.contacts.len(), RuleState::default);
        for (state, rule) in self.rules.iter_mut().zip(&plan.contacts) {
            let back = |length| semantics::before(now, length, &plan.model.zone).map_or(i64::MIN, |t| t.0);
            state.after = match rule {
                ContactRulePlan::Cap { window, .. } => back(window),
                ContactRulePlan::Pause { length, .. } => back(length).saturating_sub(CALENDAR_SLACK),
                ContactRulePlan::PauseWithout { .. } => i64::MIN,
            };
        }
        let latest_first = contacts.filter(|_| !plan.contacts.is_empty()).into_iter();
        let latest_first = latest_first.flat_map(|rows| rows.iter().rev());
        self.go_through(
            plan,
            latest_first.filter_map(|row| {
                let told = |n| row.get(n).map_or(Told::Nothing, |value| Told::by(plan, n, value));
                PastContact::read(plan, told)
            }),
            until,
        );
    }

    /// The same at the time of another state, of contacts whose names have been looked up: the latest comes first.
    pub fn digest_like(
        &mut self,
        plan: &Plan,
        other: &ContactState,
        latest_first: impl Iterator<Item = PastContact>,
    ) {
        let Some(now) = other.now else { return self.clone_from(other) };
        self.now = other.now;
        self.rules.resize_with(other.rules.len(), RuleState::default);
        self.rules.iter_mut().zip(&other.rules).for_each(|(state, other)| state.after = other.after);
        self.go_through(plan, latest_first, now);
    }

    fn go_through(&mut self, plan: &Plan, latest_first: impl Iterator<Item = PastContact>, until: Time) {
        let Some(now) = self.now else { return };
        self.offers = 0;
        let mut after_any = i64::MAX;
        for state in &mut self.rules {
            state.tallies.clear();
            state.unknown = Tally::default();
            after_any = after_any.min(state.after);
        }
        for contact in latest_first.skip_while(|contact| contact.at >= until.0) {
            if contact.at <= after_any {
                break;
            }
            self.add(plan, &contact, now);
        }
        self.conclude(plan, now);
    }

    /// Adds a contact; they come from the latest to the earliest.
    fn add(&mut self, plan: &Plan, contact: &PastContact, now: Time) {
        let PastContact { at, counts, of, .. } = *contact;
        for (state, rule) in self.rules.iter_mut().zip(&plan.contacts) {
            if at <= state.after {
                continue;
            }
            match rule {
                ContactRulePlan::Cap { scope, .. } if contact.is(Outcome::Sent) && counts => {
                    if let Some(tally) = state.tally_mut(of.counted_by_cap(scope)) {
                        tally.contacts += 1;
                        tally.latest = tally.latest.max(at);
                    }
                }
                ContactRulePlan::Pause { length, outcome, scope } if contact.is(*outcome) => {
                    let until = end(plan, length, at);
                    if until > now.0
                        && let Some(tally) = state.tally_mut(of.counted_by_pause(*scope))
                    {
                        tally.until = tally.until.max(until);
                        tally.latest = tally.latest.max(at);
                    }
                }
                ContactRulePlan::PauseWithout { count, scope, .. } if contact.is(Outcome::Sent) => {
                    if let Some(tally) = state.tally_mut(of.counted_by_pause(*scope)) {
                        tally.contacts += 1;
                        tally.latest = tally.latest.max(at);
                        if tally.contacts == *count {
                            tally.first_of_last = at;
                        }
                    }
                }
                ContactRulePlan::PauseWithout { scope, .. } if contact.is(Outcome::Opened) => {
                    if let Some(tally) = state.tally_mut(of.counted_by_pause(*scope)) {
                        tally.opened = tally.opened.max(at);
                    }
                }
                _ => {}
            }
        }
    }

    fn conclude(&mut self, plan: &Plan, now: Time) {
        let rules = || self.rules.iter().zip(&plan.contacts);
        self.all = semantics::all(
            rules()
                .filter(|(_, r)| closes(r) == Closes::All)
                .map(|(state, rule)| state.open(plan, rule, 0, now)),
        );
        self.groups.clear();
        self.groups.extend((0..plan.model.groups.len()).map(|group| {
            let of_group = rules().filter(|(_, rule)| closes(rule) == Closes::Group);
            semantics::all(of_group.map(|(state, rule)| state.open(plan, rule, group, now)).chain([self.all]))
        }));
        self.channels.clear();
        for channel in (0..plan.channels.len()).map(ChannelId) {
            let rules = (0..plan.contacts.len()).map(|rule| self.rule_for_channel(plan, rule, channel));
            let open = semantics::all(rules);
            self.channels.push(open);
        }
    }

    /// The contacts gate of a case that does not ignore contacts, before any offer of this decision.
    pub fn case_open(&self, plan: &Plan, case: CaseId) -> Option<bool> {
        let general = self.group_open(group_of(plan, case));
        let now = self.now?;
        let rules = self.rules.iter().zip(&plan.contacts);
        let of_case = rules.filter(|(_, rule)| closes(rule) == Closes::Case);
        semantics::all(of_case.map(|(state, rule)| state.open(plan, rule, case.0, now)).chain([general]))
    }

    /// What the policy says of the cases of a group, or of those without, as far as it says the same of all of them.
    pub fn group_open(&self, group: Option<usize>) -> Option<bool> {
        group.map_or(self.all, |group| self.groups.get(group).copied().unwrap_or(self.all))
    }

    /// Cases of which the policy says more than of their group; none: it may be any.
    pub fn own_cases(&self, plan: &Plan) -> Option<Vec<CaseId>> {
        let mut cases = Vec::new();
        for (state, rule) in self.rules.iter().zip(&plan.contacts) {
            if closes(rule) != Closes::Case {
                continue;
            }
            // A rule without a tally says yes, unless a contact may be of any case or nothing at all is allowed.
            if state.open(plan, rule, usize::MAX, self.now?) != Some(true) {
                return None;
            }
            cases.extend(state.tallies.iter().map(|(case, _)| CaseId(*case)));
        }
        cases.sort_unstable();
        cases.dedup();
        Some(cases)
    }

    /// What the policy says of a channel, before any offer of this decision.
    pub fn channel_open(&self, channel: ChannelId) -> Option<bool> {
        self.channels.get(channel.0).copied().flatten()
    }

    /// Whether a rule leaves a case open; rules that close channels do.
    pub fn rule_for_case(&self, plan: &Plan, rule: usize, case: CaseId) -> Option<bool> {
        let (Some(state), Some(planned), Some(now)) =
            (self.rules.get(rule), plan.contacts.get(rule), self.now)
        else {
            return Some(true);
        };
        key_for_case(plan, planned, case).map_or(Some(true), |key| state.open(plan, planned, key, now))
    }

    /// Nothing in the history concerns a rule: it says the same of every case.
    pub fn is_idle(&self, rule: usize) -> bool {
        self.rules.get(rule).is_none_or(|state| state.tallies.is_empty() && state.unknown == Tally::default())
    }

    /// Whether a rule leaves a channel open; rules that close cases do.
    pub fn rule_for_channel(&self, plan: &Plan, rule: usize, channel: ChannelId) -> Option<bool> {
        let (Some(state), Some(planned), Some(now)) =
            (self.rules.get(rule), plan.contacts.get(rule), self.now)
        else {
            return Some(true);
        };
        key_for_channel(planned, channel).map_or(Some(true), |key| state.open(plan, planned, key, now))
    }

    /// What a rule counted for a case, or for a channel; none where it closes neither.
    pub fn tally(&self, plan: &Plan, rule: usize, case: CaseId, channel: Option<ChannelId>) -> Option<Tally> {
        let planned = plan.contacts.get(rule)?;
        let key = match channel {
            Some(channel) => key_for_channel(planned, channel),
            None => key_for_case(plan, planned, case),
        }?;
        self.rules.get(rule).map(|state| state.tally(key))
    }

    /// How many offers this decision can make, of `most`, until a cap says more than that it was enough: every case is
    /// offered once, and no cap that closes only some groups or channels is used up before the last. None: one may be.
    pub fn offers_left(&self, plan: &Plan, most: i64) -> Option<i64> {
        let mut left = most;
        for (state, rule) in self.rules.iter().zip(&plan.contacts) {
            let ContactRulePlan::Cap { count, .. } = rule else { continue };
            let allowed = count.saturating_sub(state.unknown.contacts);
            match closes(rule) {
                Closes::All => left = left.min(allowed.saturating_sub(state.tally(0).contacts).max(0)),
                Closes::Case => {}
                Closes::Group | Closes::Channel => {
                    // What is closed already gets no offer.
                    let counted = state.tallies.iter().map(|(_, tally)| tally.contacts);
                    let counted = counted.filter(|contacts| *contacts < allowed).max().unwrap_or(0);
                    if allowed.saturating_sub(counted) < most {
                        return None;
                    }
                }
            }
        }
        Some(left)
    }

    /// Counts an offer of this decision.
    pub fn take(&mut self, plan: &Plan, case: CaseId, channel: Option<ChannelId>) {
        let place = self.offers;
        self.offers = self.offers.saturating_add(1);
        if plan.model.cases.get(case.0).is_none_or(|c| c.contacts_uncounted) {
            return;
        }
        let named = |index: Option<usize>| index.map_or(Named::UNDECLARED, Named::declared);
        let contact = Contact {
            case: Named::declared(case.0),
            channel: named(channel.map(|c| c.0)),
            group: named(group_of(plan, case)),
        };
        for (state, rule) in self.rules.iter_mut().zip(&plan.contacts) {
            let ContactRulePlan::Cap { count, scope, .. } = rule else { continue };
            let unknown = state.unknown.contacts;
            if let Some(tally) = state.tally_mut(contact.counted_by_cap(scope)) {
                tally.contacts += 1;
                if tally.used_up.is_none() && tally.contacts.saturating_add(unknown) >= *count {
                    tally.used_up = Some((place, case));
                }
            }
        }
    }

    /// The offer of this decision that used up a cap that closes the case.
    pub fn case_used_up(&self, plan: &Plan, case: CaseId) -> Option<CaseId> {
        let rules = self.rules.iter().zip(&plan.contacts);
        // The first rule that is closed is the reason.
        rules
            .filter_map(|(state, rule)| state.tally(key_for_case(plan, rule, case)?).used_up)
            .map(|(_, by)| by)
            .next()
    }

    /// The offer of this decision that used up a cap on the channel, and its place among the offers.
    pub fn channel_used_up(&self, plan: &Plan, channel: ChannelId) -> Option<(u32, CaseId)> {
        let rules = self.rules.iter().zip(&plan.contacts);
        rules
            .filter_map(|(state, rule)| state.tally(key_for_channel(rule, channel)?).used_up)
            .min_by_key(|(place, _)| *place)
    }
}

/// What a rule closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Closes {
    All,
    Group,
    Case,
    Channel,
}

fn closes(rule: &ContactRulePlan) -> Closes {
    match rule {
        ContactRulePlan::Cap { scope, .. } => match scope {
            CapScope::All => Closes::All,
            CapScope::PerGroup => Closes::Group,
            CapScope::PerCase => Closes::Case,
            CapScope::PerChannel | CapScope::On(_) => Closes::Channel,
        },
        ContactRulePlan::Pause { scope, .. } | ContactRulePlan::PauseWithout { scope, .. } => match scope {
            PauseScope::All => Closes::All,
            PauseScope::SameGroup => Closes::Group,
            PauseScope::SameCase => Closes::Case,
            PauseScope::SameChannel => Closes::Channel,
        },
    }
}

/// Under which key a rule counts what closes a case; none: it does not.
pub fn key_for_case(plan: &Plan, rule: &ContactRulePlan, case: CaseId) -> Option<usize> {
    match closes(rule) {
        Closes::All => Some(0),
        // No group, no group limit.
        Closes::Group => group_of(plan, case),
        Closes::Case => Some(case.0),
        Closes::Channel => None,
    }
}

/// Under which key a rule counts what closes a channel.
fn key_for_channel(rule: &ContactRulePlan, channel: ChannelId) -> Option<usize> {
    match rule {
        ContactRulePlan::Cap { scope: CapScope::On(channels), .. } => {
            channels.contains(&channel).then_some(0)
        }
        _ => (closes(rule) == Closes::Channel).then_some(channel.0),
    }
}
