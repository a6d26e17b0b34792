//! Dates, instants and zones by `jiff`'s civil types and its bundled time-zone database.
//!
//! Dates and instants run from year 1 to year 9999; what would leave that range is nothing.

use std::sync::OnceLock;

use casewise_core::syntax::ast::Unit;
use casewise_core::values::{Date, Period, Time};
use jiff::civil::{self, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use jiff::{Span, Timestamp};

pub(super) const DAY: i64 = 86_400_000_000;

const EPOCH: civil::Date = civil::date(1970, 1, 1);

/// The zone of a name; nothing if the database knows none.
pub(super) fn zone(name: &str) -> Option<TimeZone> {
    static DATABASE: OnceLock<TimeZoneDatabase> = OnceLock::new();
    DATABASE.get_or_init(TimeZoneDatabase::bundled).get(name).ok().filter(|zone| !zone.is_unknown())
}

pub(super) fn civil(date: Date) -> Option<civil::Date> {
    let days = Span::new().try_days(date.0).ok()?;
    EPOCH.checked_add(days).ok().filter(|d| d.year() >= 1)
}

pub(super) fn date(civil: civil::Date) -> Option<Date> {
    let days = EPOCH.until(civil).ok()?.get_days();
    (civil.year() >= 1).then_some(Date(days))
}

pub(super) fn plus_days(start: Date, days: i64) -> Option<Date> {
    date(civil(start)?.checked_add(Span::new().try_days(days).ok()?).ok()?)
}

/// "Dates ± months clamp to the month's end."
pub(super) fn plus_months(start: Date, months: i64) -> Option<Date> {
    date(civil(start)?.checked_add(Span::new().try_months(months).ok()?).ok()?)
}

/// What the clock on the wall shows.
pub(super) fn local(zone: &TimeZone, time: Time) -> Option<DateTime> {
    let local = zone.to_datetime(Timestamp::from_microsecond(time.0).ok()?);
    (local.year() >= 1).then_some(local)
}

/// "Local times in a daylight-saving gap mean the first instant after it, in an overlap the earlier."
pub(super) fn instant(zone: &TimeZone, local: DateTime) -> Option<Time> {
    let timestamp = match zone.to_ambiguous_timestamp(local).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(local).ok()?,
        AmbiguousOffset::Fold { before, .. } => before.to_timestamp(local).ok()?,
        AmbiguousOffset::Gap { before, .. } => {
            // By the old offset this is the change itself or after it.
            let late = before.to_timestamp(local).ok()?;
            let after = Timestamp::from_microsecond(late.as_microsecond() + 1).ok()?;
            zone.preceding(after).next()?.timestamp()
        }
    };
    time(timestamp.as_microsecond())
}

/// An instant in range.
pub(super) fn time(micros: i64) -> Option<Time> {
    let year = Timestamp::from_microsecond(micros).ok()?.to_zoned(TimeZone::UTC).year();
    (year >= 1).then_some(Time(micros))
}

pub(super) fn date_of(zone: &TimeZone, time: Time) -> Option<Date> {
    date(local(zone, time)?.date())
}

/// "Calendar arithmetic in the model's zone, clamped to the month's end."
pub(super) fn time_plus_months(zone: &TimeZone, start: Time, months: i64) -> Option<Time> {
    if months == 0 {
        return Some(start);
    }
    let local = local(zone, start)?;
    let day = civil(plus_months(date(local.date())?, months)?)?;
    instant(zone, day.to_datetime(local.time()))
}

pub(super) fn start_of_day(zone: &TimeZone, day: Date) -> Option<Time> {
    instant(zone, civil(day)?.to_datetime(civil::Time::midnight()))
}

/// The calendar period that holds a date: its first day, and the first day after it.
pub(super) fn period_of(unit: Unit, day: Date) -> Option<(Date, Date)> {
    let civil = civil(day)?;
    Some(match unit {
        // "Weeks start on Monday."
        Unit::Week => {
            let start = plus_days(day, -i64::from(civil.weekday().to_monday_zero_offset()))?;
            (start, plus_days(start, 7)?)
        }
        Unit::Month => {
            let start = date(civil.first_of_month())?;
            (start, plus_months(start, 1)?)
        }
        Unit::Year => {
            let start = date(civil.first_of_year())?;
            (start, plus_months(start, 12)?)
        }
        Unit::Minute | Unit::Hour | Unit::Day => (day, plus_days(day, 1)?),
    })
}

/// "The largest n with a + n ≤ b", by trying, from an estimate, with `add` the addition of n.
/// An addition that leaves the calendar is before everything downwards and after everything upwards.
pub(super) fn largest<T: PartialOrd>(estimate: i64, end: &T, add: impl Fn(i64) -> Option<T>) -> i64 {
    let fits = |n: i64| match add(n) {
        Some(sum) => sum <= *end,
        None => n < 0,
    };
    let mut n = estimate;
    while fits(n + 1) {
        n += 1;
    }
    while !fits(n) {
        n -= 1;
    }
    n
}

/// An estimate of the months between two dates.
pub(super) fn months_apart(a: Date, b: Date) -> i64 {
    (i64::from(b.0) - i64::from(a.0)) / 31
}

/// "`next_anniversary(d)` (today or later; 29 February falls on the 28th)" in common years.
pub(super) fn next_anniversary(of: Date, today: Date) -> Option<Date> {
    let (of, now) = (civil(of)?, civil(today)?);
    let in_year = |year: i16| {
        let first = civil::Date::new(year, of.month(), 1).ok()?;
        date(first.with().day(of.day().min(first.days_in_month())).build().ok()?)
    };
    let this_year = in_year(now.year())?;
    if this_year >= today { Some(this_year) } else { in_year(now.year() + 1) }
}

/// A period in months, as a whole number that does not overflow on the way.
pub(super) fn months(period: Period) -> i64 {
    i64::from(period.0)
}
