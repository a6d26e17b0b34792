//! Caps, pauses, quiet hours.

use super::build::*;
use crate::model::*;
use crate::syntax::ast::PauseScope;
use crate::values::{Period, Value};

const NOW: &str = "2026-11-22T10:00:00Z";

/// What becomes of case `a` (group g, channels sms and phone) under a policy after some contacts.
fn after(rules: Vec<ContactRule>, contacts: Vec<Box<[Value]>>) -> String {
    let mut model = model();
    model.groups = vec![group("g"), group("h")];
    model.channels = vec![channel("sms", Vec::new()), channel("phone", Vec::new())];
    model.contacts = rules;
    let case = |name: &str, group| Case { group: Some(GroupId(group)), ..case(name, 1) };
    model.cases = vec![case("a", 0), case("b", 0), case("c", 1)];
    // Only `a` is looked at.
    model.cases.iter_mut().skip(1).for_each(|case| case.status = Status::Paused);
    let report = report(model, subject("c1", contacts), &request(NOW));
    match offers(&report).as_slice() {
        [] => fate(&report, "a"),
        offers => offers.join(" "),
    }
}

fn sent(at: &str, case: &str, channel: &str) -> Box<[Value]> {
    contact(at, case, channel, Outcome::Sent)
}

const CLOSED: &str = "ineligible, false, at contacts, failed contacts.1";
const NO_CHANNEL: &str = "ineligible, false, at channels, failed channels.1";

#[test]
fn a_window_is_open_at_both_ends() {
    let after = |at: &str| after(vec![cap(1, days(7), CapScope::All)], vec![sent(at, "x", "y")]);
    assert_eq!(after("2026-11-15T10:00:00Z"), "a@sms", "exactly N ago: over");
    assert_eq!(after("2026-11-15T10:00:00.000001Z"), CLOSED);
    assert_eq!(after("2026-11-22T09:59:59.999999Z"), CLOSED);
    assert_eq!(after("2026-11-22T10:00:00Z"), "a@sms", "at now is no history");
}

#[test]
fn caps_count_what_is_sent_and_counted() {
    let rule = || vec![cap(1, days(7), CapScope::All)];
    let at = "2026-11-20T10:00:00Z";
    assert_eq!(after(rule(), vec![contact(at, "a", "sms", Outcome::Delivered)]), "a@sms");
    let mut uncounted = sent(at, "a", "sms");
    uncounted[contact_fields::COUNTED] = Value::Bool(false);
    assert_eq!(after(rule(), vec![uncounted]), "a@sms");
}

#[test]
fn caps_by_case_group_and_channel() {
    let at = "2026-11-20T10:00:00Z";
    let by = |scope| {
        move |case: &str, channel: &str| after(vec![cap(1, days(7), scope)], vec![sent(at, case, channel)])
    };
    assert_eq!(by(CapScope::PerCase)("b", "sms"), "a@sms");
    assert_eq!(by(CapScope::PerCase)("a", "sms"), CLOSED);
    assert_eq!(by(CapScope::PerGroup)("b", "sms"), CLOSED, "the declared case's group");
    assert_eq!(by(CapScope::PerGroup)("c", "sms"), "a@sms");
    assert_eq!(by(CapScope::PerGroup)("unknown", "sms"), "a@sms", "undeclared: matches nothing");
    assert_eq!(by(CapScope::PerChannel)("x", "sms"), "a@phone");
    assert_eq!(by(CapScope::PerChannel)("x", "letter"), "a@sms");
    let both = CapScope::On(vec![ChannelId(0), ChannelId(1)]);
    assert_eq!(by(both.clone())("x", "phone"), NO_CHANNEL);
    assert_eq!(by(both)("x", "letter"), "a@sms");
}

#[test]
fn the_group_of_a_contact_wins_over_its_cases() {
    let mut contact = sent("2026-11-20T10:00:00Z", "a", "sms");
    contact[contact_fields::GROUP] = Value::Text("h".into());
    assert_eq!(after(vec![cap(1, days(7), CapScope::PerGroup)], vec![contact]), "a@sms");
}

fn pause(length: Expr, outcome: Outcome, scope: PauseScope) -> Vec<ContactRule> {
    vec![rule(ContactRuleKind::Pause { length, outcome, scope })]
}

#[test]
fn a_pause_ends_exactly_after_its_length() {
    let complained = |at: &str| vec![contact(at, "x", "y", Outcome::Complained)];
    let rule = || pause(days(90), Outcome::Complained, PauseScope::All);
    assert_eq!(after(rule(), complained("2026-08-24T10:00:00Z")), "a@sms");
    assert_eq!(after(rule(), complained("2026-08-24T10:00:00.000001Z")), CLOSED);
    let months = |n| pause(constant(Value::Period(Period(n))), Outcome::Complained, PauseScope::All);
    assert_eq!(after(months(1), complained("2026-10-22T10:00:00Z")), "a@sms");
    assert_eq!(after(months(1), complained("2026-10-22T10:00:00.000001Z")), CLOSED);
}

#[test]
fn a_pause_of_a_channel_closes_that_channel() {
    let rejected = vec![contact("2026-11-20T10:00:00Z", "x", "sms", Outcome::Rejected)];
    assert_eq!(after(pause(days(30), Outcome::Rejected, PauseScope::SameChannel), rejected), "a@phone");
}

#[test]
fn sent_without_opened() {
    let rule = |count| {
        vec![rule(ContactRuleKind::PauseWithout {
            length: days(7),
            count: int(count),
            scope: PauseScope::SameCase,
        })]
    };
    let first = || sent("2026-11-01T10:00:00Z", "a", "sms");
    let second = || sent("2026-11-20T10:00:00Z", "a", "sms");
    let opened = |at: &str| contact(at, "a", "sms", Outcome::Opened);
    assert_eq!(after(rule(2), vec![first(), second()]), CLOSED, "the pause starts at the second");
    assert_eq!(after(rule(3), vec![first(), second()]), "a@sms", "fewer than three");
    assert_eq!(after(rule(2), vec![first(), opened("2026-11-02T10:00:00Z"), second()]), "a@sms");
    assert_eq!(after(rule(1), vec![first(), opened("2026-11-02T10:00:00Z"), second()]), CLOSED);
    assert_eq!(after(rule(2), vec![opened("2026-10-02T10:00:00Z"), first(), second()]), CLOSED);
    let old = vec![sent("2026-11-01T10:00:00Z", "a", "sms"), sent("2026-11-15T10:00:00Z", "a", "sms")];
    assert_eq!(after(rule(2), old), "a@sms", "over after seven days");
    assert_eq!(after(rule(2), vec![first(), sent("2026-11-20T10:00:00Z", "b", "sms")]), "a@sms");
}

#[test]
fn a_contact_of_unknown_scope_tips_only_what_it_can() {
    let mut nameless = sent("2026-11-20T10:00:00Z", "a", "sms");
    nameless[contact_fields::CASE] = Value::Missing;
    let unknown = "ineligible, unknown, at contacts, failed contacts.1";
    assert_eq!(after(vec![cap(1, days(7), CapScope::PerCase)], vec![nameless.clone()]), unknown);
    assert_eq!(after(vec![cap(2, days(7), CapScope::PerCase)], vec![nameless]), "a@sms");
}

/// Whether a channel with quiet hours is open.
fn open(from: u16, to: u16, zone: Option<Expr>, named: Option<&str>, now: &str) -> bool {
    let mut model = model();
    let quiet = Quiet { from, to, zone, span: Default::default() };
    model.channels = vec![channel("sms", vec![quiet])];
    model.cases = vec![Case { contacts_ignored: true, ..case("a", 1) }];
    let mut subject = (*subject("c1", Vec::new())).clone();
    if let Some(name) = named {
        subject.attributes[2] = Value::Text(name.into());
    }
    !report(model, subject.into(), &request(now)).offers.is_empty()
}

#[test]
fn quiet_hours_by_the_clock_on_the_wall() {
    let night = |now| open(21 * 60, 9 * 60, None, None, now);
    assert!(night("2026-11-22T20:59:59Z"));
    assert!(!night("2026-11-22T21:00:00Z"));
    assert!(!night("2026-11-22T00:00:00Z"));
    assert!(!night("2026-11-22T08:59:59Z"));
    assert!(night("2026-11-22T09:00:00Z"));
    assert!(open(600, 600, None, None, NOW), "from ten to ten is no time at all");
    let zone = || Some(attribute(2, Base::Text));
    let local = |name, now| open(21 * 60, 9 * 60, zone(), name, now);
    assert!(local(Some("Asia/Shanghai"), "2026-11-22T01:00:00Z"));
    assert!(!local(Some("Asia/Shanghai"), "2026-11-22T13:00:00Z"));
    assert!(!local(Some("Asia/Nowhere"), "2026-11-22T01:00:00Z"), "a zone that is not known");
    assert!(!local(None, "2026-11-22T01:00:00Z"), "a missing zone");
    // New York: 02:00 to 03:00 does not exist on 8 March 2026.
    let dawn = |now| open(60, 150, zone(), Some("America/New_York"), now);
    assert!(!dawn("2026-03-08T06:59:59Z"), "01:59:59");
    assert!(dawn("2026-03-08T07:00:00Z"), "03:00:00");
}
