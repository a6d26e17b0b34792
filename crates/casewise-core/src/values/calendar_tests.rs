use jiff::civil;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use proptest::prelude::*;

use super::*;

fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn time(text: &str) -> Time {
    Time::parse(text).unwrap()
}

fn zone(name: &str) -> Zone {
    Zone::named(name).unwrap()
}

/// A local time in a zone as an instant, printed.
fn at(name: &str, local: &str) -> String {
    zone(name).parse_time(local).unwrap().to_string()
}

fn local(name: &str, instant: &str) -> String {
    let (date, micros) = zone(name).local(time(instant)).unwrap();
    let utc = Time(i64::from(date.0) * MICROS_PER_DAY + micros).to_string();
    utc.trim_end_matches('Z').to_owned()
}

#[test]
fn clocks_that_go_forward_skip_to_the_first_instant_after() {
    for (zone, local, instant) in [
        // 02:00 to 03:00
        ("Europe/Berlin", "2026-03-29T01:59:59.999999", "2026-03-29T00:59:59.999999Z"),
        ("Europe/Berlin", "2026-03-29T02:00", "2026-03-29T01:00:00Z"),
        ("Europe/Berlin", "2026-03-29T02:59:59", "2026-03-29T01:00:00Z"),
        ("Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00:00Z"),
        ("America/New_York", "2026-03-08T02:30", "2026-03-08T07:00:00Z"),
        // By half an hour, 02:00 to 02:30.
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30:00Z"),
        ("Australia/Lord_Howe", "2026-10-04T02:30", "2026-10-03T15:30:00Z"),
        // The clocks of 1986, at 02:00.
        ("Asia/Shanghai", "1986-05-04T02:30", "1986-05-03T18:00:00Z"),
        // Local mean time ends: 00:05:43 happens twice, at the old offset first.
        ("Asia/Shanghai", "1900-12-31T23:59", "1900-12-31T15:53:17Z"),
        // The day that Samoa skipped.
        ("Pacific/Apia", "2011-12-30T00:00", "2011-12-30T10:00:00Z"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00:00Z"),
        ("Pacific/Apia", "2011-12-31T00:00", "2011-12-30T10:00:00Z"),
        ("Pacific/Apia", "2011-12-29T23:59", "2011-12-30T09:59:00Z"),
        // A day without midnight.
        ("America/Sao_Paulo", "2018-11-04T00:00", "2018-11-04T03:00:00Z"),
    ] {
        assert_eq!(at(zone, local), instant, "{local} in {zone}");
    }
}

#[test]
fn clocks_that_go_back_mean_the_earlier() {
    for (zone, local, instant) in [
        ("Europe/Berlin", "2026-10-25T01:59", "2026-10-24T23:59:00Z"),
        ("Europe/Berlin", "2026-10-25T02:00", "2026-10-25T00:00:00Z"),
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30:00Z"),
        ("Europe/Berlin", "2026-10-25T03:00", "2026-10-25T02:00:00Z"),
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30:00Z"),
        ("America/New_York", "2026-11-01T02:00", "2026-11-01T07:00:00Z"),
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45:00Z"),
        ("Asia/Shanghai", "1991-09-15T01:30", "1991-09-14T16:30:00Z"),
        ("Asia/Shanghai", "2026-11-22T10:00", "2026-11-22T02:00:00Z"),
    ] {
        assert_eq!(at(zone, local), instant, "{local} in {zone}");
    }
}

#[test]
fn instants_have_a_local_time() {
    for (zone, instant, expected) in [
        ("Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T02:30:00"),
        ("Europe/Berlin", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00"),
        ("Asia/Shanghai", "2026-11-21T16:00:00Z", "2026-11-22T00:00:00"),
        ("Asia/Shanghai", "1990-07-01T00:00:00Z", "1990-07-01T09:00:00"),
        ("Asia/Shanghai", "1850-01-01T00:00:00Z", "1850-01-01T08:05:43"),
        ("Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29T23:59:59"),
        ("Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31T00:00:00"),
        ("Australia/Lord_Howe", "2026-10-03T15:30:00Z", "2026-10-04T02:30:00"),
        ("America/New_York", "2600-07-01T12:00:00Z", "2600-07-01T08:00:00"),
        ("America/New_York", "9999-12-31T23:00:00Z", "9999-12-31T18:00:00"),
    ] {
        assert_eq!(local(zone, instant), expected, "{instant} in {zone}");
    }
    assert_eq!(zone("Europe/Berlin").hour(time("2026-03-29T01:00Z")), Some(3));
    assert_eq!(zone("Asia/Shanghai").local(Time::MAX), None);
    assert_eq!(zone("America/New_York").local(Time::MIN), None);
    assert_eq!(zone("Asia/Shanghai").instant(Date::MIN, 0), None);
    assert_eq!(Zone::utc().instant(Date::MIN, 0), Some(Time::MIN));
    assert_eq!(Zone::utc().instant(Date::MAX, MICROS_PER_DAY - 1), Some(Time::MAX));
    assert_eq!(Zone::utc().instant(Date::MAX, MICROS_PER_DAY), None);
    assert_eq!(Zone::utc().instant(Date(i32::MAX), 0), None);
    assert_eq!(Zone::utc().local(Time(i64::MIN)), None);
}

#[test]
fn zones_have_names() {
    assert_eq!(zone("asia/shanghai").name(), "Asia/Shanghai");
    assert_eq!(zone("UTC").name(), "UTC");
    assert_eq!(zone("UTC"), Zone::utc());
    for name in ["", "Etc/Unknown", "Mars/Olympus", "+08:00", "Asia/Shanghai ", "local", "../Asia/Shanghai"] {
        assert_eq!(Zone::named(name), Err(ZoneError { name: name.to_owned() }), "{name}");
    }
    for name in zone_names() {
        assert_eq!(Zone::named(name).map(|z| z.name().to_owned()), Ok(name.to_owned()));
    }
    assert!(tz_database_version().starts_with("20"), "{}", tz_database_version());
}

#[test]
fn months_clamp() {
    let plus = |d: &str, n| date(d).plus_months(Period(n)).unwrap().to_string();
    assert_eq!(plus("2026-01-31", 1), "2026-02-28");
    assert_eq!(plus("2024-01-31", 1), "2024-02-29");
    assert_eq!(plus("2024-02-29", 12), "2025-02-28");
    assert_eq!(plus("2024-02-29", 48), "2028-02-29");
    assert_eq!(plus("2026-03-31", -1), "2026-02-28");
    assert_eq!(plus("2026-01-15", -13), "2024-12-15");
    assert_eq!(date("9999-12-01").plus_months(Period(1)), None);
    assert_eq!(date("0001-01-31").plus_months(Period(-1)), None);
    assert_eq!(date("2026-01-01").plus_months(Period(i32::MAX)), None);
    assert_eq!(date("2026-01-01").minus_months(Period(i32::MIN)), None);
    assert_eq!(Date::MAX.plus_days(1), None);
    assert_eq!(Date::MIN.plus_days(-1), None);
    assert_eq!(date("2026-01-01").plus_days(i64::MAX), None);
    assert_eq!(date("2026-01-01").plus(Duration(2 * MICROS_PER_DAY)), Some(date("2026-01-03")));
    assert_eq!(date("2026-01-01").plus(Duration(MICROS_PER_HOUR)), None);
}

#[test]
fn whole_months_and_years_between() {
    for (a, b, months, years) in [
        ("2024-01-31", "2024-02-28", 0, 0),
        ("2024-01-31", "2024-02-29", 1, 0),
        ("2024-01-15", "2026-11-22", 34, 2),
        ("2000-02-29", "2001-02-28", 12, 1),
        ("2000-02-29", "2001-02-27", 11, 0),
        ("2024-03-31", "2024-02-29", -1, -1),
        ("2024-03-31", "2024-02-28", -2, -1),
        ("2024-03-31", "2023-03-31", -12, -1),
        ("2024-03-31", "2023-03-30", -13, -2),
        ("0001-01-31", "9999-12-31", 119_987, 9998),
        ("9999-12-31", "0001-01-01", -119_988, -9999),
    ] {
        assert_eq!(date(a).months_until(date(b)), months, "{a} {b}");
        assert_eq!(date(a).years_until(date(b)), years, "{a} {b}");
    }
}

#[test]
fn instants_move_by_calendar_months() {
    let berlin = zone("Europe/Berlin");
    let plus = |t: &str, n| berlin.plus_months(time(t), Period(n)).unwrap().to_string();
    // 10:00 stays 10:00 across the change of clocks.
    assert_eq!(plus("2026-03-15T09:00:00Z", 1), "2026-04-15T08:00:00Z");
    // 02:30 on 29 March does not exist.
    assert_eq!(plus("2026-02-28T01:30:00Z", 1), "2026-03-28T01:30:00Z");
    assert_eq!(
        berlin.plus_months(berlin.parse_time("2026-01-29T02:30").unwrap(), Period(2)),
        Some(time("2026-03-29T01:00Z"))
    );
    // 31 January + 1 month.
    assert_eq!(plus("2026-01-31T11:00:00Z", 1), "2026-02-28T11:00:00Z");
    // The second 02:30 of this day stays what it is under + 0 months.
    assert_eq!(plus("2026-10-25T01:30:00Z", 0), "2026-10-25T01:30:00Z");
    assert_eq!(berlin.months_between(time("2026-10-25T01:30:00Z"), time("2026-10-25T01:30:00Z")), Some(0));
    assert_eq!(berlin.months_between(time("2026-10-25T01:30:00Z"), time("2026-10-25T00:30:00Z")), Some(-1));
    assert_eq!(
        berlin.months_between(time("2026-01-31T11:00Z"), time("2026-02-28T10:59:59.999999Z")),
        Some(0)
    );
    assert_eq!(berlin.months_between(time("2026-01-31T11:00Z"), time("2026-02-28T11:00Z")), Some(1));
    assert_eq!(berlin.years_between(time("2026-01-31T11:00Z"), time("2025-01-31T10:00Z")), Some(-2));
    assert_eq!(time("2026-01-01T00:00Z").days_until(time("2026-01-02T23:00Z")), 1);
    assert_eq!(time("2026-01-02T00:00Z").days_until(time("2026-01-01T23:00Z")), -1);
    assert_eq!(Time(i64::MIN).days_until(Time(i64::MAX)), 213_503_982);
    assert_eq!(Time::MAX.plus(Duration(1)), None);
    assert_eq!(Time::MIN.minus(Duration(1)), None);
    assert_eq!(Time(0).minus(Duration(i64::MIN)), None);
}

#[test]
fn anniversaries() {
    let next = |d: &str, today: &str| date(d).next_anniversary(date(today)).map(|d| d.to_string());
    assert_eq!(next("1990-11-22", "2026-11-22").as_deref(), Some("2026-11-22"));
    assert_eq!(next("1990-11-21", "2026-11-22").as_deref(), Some("2027-11-21"));
    assert_eq!(next("1992-02-29", "2027-03-01").as_deref(), Some("2028-02-29"));
    assert_eq!(next("1992-02-29", "2028-02-28").as_deref(), Some("2028-02-29"));
    assert_eq!(next("1992-01-01", "9999-12-31"), None);
}

#[test]
fn periods_hold_their_date() {
    let of = |unit: CalendarUnit, d: &str| unit.period_of(date(d)).map(|(a, b)| format!("{a} {b}"));
    assert_eq!(of(CalendarUnit::Day, "2026-11-22").as_deref(), Some("2026-11-22 2026-11-23"));
    assert_eq!(of(CalendarUnit::Week, "2026-11-22").as_deref(), Some("2026-11-16 2026-11-23"));
    assert_eq!(of(CalendarUnit::Week, "2026-11-16").as_deref(), Some("2026-11-16 2026-11-23"));
    assert_eq!(of(CalendarUnit::Month, "2024-02-29").as_deref(), Some("2024-02-01 2024-03-01"));
    assert_eq!(of(CalendarUnit::Year, "2026-12-31").as_deref(), Some("2026-01-01 2027-01-01"));
    assert_eq!(of(CalendarUnit::Week, "0001-01-01").as_deref(), Some("0001-01-01 0001-01-08"));
    assert_eq!(of(CalendarUnit::Year, "9999-12-31"), None);
    assert_eq!(CalendarUnit::Month.period_of(Date(i32::MAX)), None);
    let (start, end) = zone("Europe/Berlin").period_of(CalendarUnit::Day, time("2026-03-29T12:00Z")).unwrap();
    assert_eq!(end.0 - start.0, 23 * MICROS_PER_HOUR);
}

#[test]
fn reads_dates_and_times() {
    assert_eq!(Date::parse("1970-01-01"), Some(Date(0)));
    assert_eq!(Date::parse("0001-01-01"), Some(Date::MIN));
    assert_eq!(Date::parse("9999-12-31"), Some(Date::MAX));
    for text in [
        "",
        "2026",
        "2026-11",
        "2026-11-2",
        "2026-11-31",
        "2026-02-29",
        "2026-13-01",
        "2026-00-01",
        "2026-01-00",
        "0000-01-01",
        "10000-01-01",
        "-001-01-01",
        "2026/11/22",
        "22-11-2026",
        " 2026-11-22",
        "2026-11-22 ",
        "2026-11-22T10:00",
        "２０２６-11-22",
    ] {
        assert_eq!(Date::parse(text), None, "{text}");
    }
    for (text, printed) in [
        ("2026-11-22T02:00:00Z", "2026-11-22T02:00:00Z"),
        ("2026-11-22t02:00:00z", "2026-11-22T02:00:00Z"),
        ("2026-11-22 10:00:00+08:00", "2026-11-22T02:00:00Z"),
        ("2026-11-22T10:00+0800", "2026-11-22T02:00:00Z"),
        ("2026-11-22T10:00:00.120000000+08", "2026-11-22T02:00:00.12Z"),
        ("2026-11-22T02:00:00.000001-00:00", "2026-11-22T02:00:00.000001Z"),
        ("2026-11-22T00:00:00-03:30", "2026-11-22T03:30:00Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
        ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.5Z"),
    ] {
        assert_eq!(Time::parse(text).map(|t| t.to_string()).as_deref(), Some(printed), "{text}");
    }
    for text in [
        "2026-11-22",
        "2026-11-22T10:00:00",
        "2026-11-22T24:00:00Z",
        "2026-11-22T10:60:00Z",
        "2026-11-22T23:59:60Z",
        "2026-11-22T10Z",
        "2026-11-22T10:00:Z",
        "2026-11-22T10:00:00.Z",
        "2026-11-22T10:00:00.0000001Z",
        "2026-11-22  10:00Z",
        "2026-11-22T10:00:00 Z",
        "2026-11-22T10:00:00+8",
        "2026-11-22T10:00:00+08:",
        "2026-11-22T10:00:00+24:00",
        "2026-11-22T10:00:00+08:60",
        "2026-11-22T10:00:00Zx",
        "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:00:00-08:00",
    ] {
        assert_eq!(Time::parse(text), None, "{text}");
    }
    assert_eq!(Moment::parse("2026-11-22"), Some(Moment::Date(date("2026-11-22"))));
    assert_eq!(Moment::parse("2026-11-22T00:00:01.5"), Some(Moment::Local(date("2026-11-22"), 1_500_000)));
    assert_eq!(
        Moment::parse("2026-11-22").unwrap().in_zone(&zone("Asia/Shanghai")),
        Some(time("2026-11-21T16:00Z"))
    );
    assert_eq!(zone("Asia/Shanghai").parse_time("2026-11-22"), None);
    assert_eq!(Date(i32::MIN).to_string(), "-5877641-06-23");
    assert_eq!(Time(i64::MAX).to_string(), "294247-01-10T04:00:54.775807Z");
}

// --- against jiff

const ZONES: [&str; 16] = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Shanghai",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Casablanca",
    "Asia/Gaza",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Europe/Dublin",
    "Antarctica/Troll",
    "America/Nuuk",
    "Asia/Manila",
    "Africa/Monrovia",
    "Pacific/Kwajalein",
];

fn jiff_zone(name: &str) -> TimeZone {
    TimeZoneDatabase::bundled().get(name).unwrap()
}

fn jiff_date(d: Date) -> civil::Date {
    civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(d.0)).unwrap()
}

/// By jiff's own reading of a local time; the instant of the change stands for a gap.
fn jiff_instant(tz: &TimeZone, d: Date, micros: i64) -> Option<Time> {
    let local = jiff_date(d)
        .to_datetime(civil::Time::midnight())
        .checked_add(jiff::Span::new().microseconds(micros))
        .ok()?;
    let ambiguous = tz.to_ambiguous_timestamp(local);
    let instant = match ambiguous.offset() {
        AmbiguousOffset::Gap { before, .. } => {
            let late = before.to_timestamp(local).ok()?;
            tz.preceding(late.checked_add(jiff::Span::new().nanoseconds(1)).ok()?).next()?.timestamp()
        }
        _ => ambiguous.earlier().ok()?,
    };
    Time::from_micros(instant.as_microsecond())
}

fn any_date() -> impl Strategy<Value = Date> {
    prop_oneof![
        2 => (Date::MIN.0..=Date::MAX.0).prop_map(Date),
        3 => (-30_000_i32..60_000).prop_map(Date),
        1 => (190_000_i32..200_000).prop_map(Date),
    ]
}

fn any_micros() -> impl Strategy<Value = i64> {
    prop_oneof![0..MICROS_PER_DAY, (0_i64..96).prop_map(|n| n * 15 * 60 * MICROS_PER_SECOND)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn dates_agree_with_jiff(a in any_date(), b in any_date(), months in -40_000_i32..40_000, small in -50_i32..50) {
        let (x, y) = (jiff_date(a), jiff_date(b));
        prop_assert_eq!(a.ymd(), (i32::from(x.year()), x.month().unsigned_abs().into(), x.day().unsigned_abs().into()));
        prop_assert_eq!(Date::from_ymd(a.year(), a.month(), a.day()), Some(a));
        prop_assert_eq!(a.weekday(), u32::from(x.weekday().to_monday_zero_offset().unsigned_abs()));
        prop_assert_eq!(a.to_string(), x.to_string());
        prop_assert_eq!(Date::parse(&a.to_string()), Some(a));
        for months in [months, small] {
            let jiff = x.checked_add(jiff::Span::new().months(months)).ok().filter(|d| d.year() >= 1).map(|d| d.to_string());
            prop_assert_eq!(a.plus_months(Period(months)).map(|d| d.to_string()), jiff);
        }
        prop_assert_eq!(a.days_until(b), i64::from(x.until(y).unwrap().get_days()));
    }

    #[test]
    fn whole_months_are_the_largest_that_fit(a in any_date(), b in any_date(), near in -800_i32..800) {
        let near = Date((a.0 + near).clamp(Date::MIN.0, Date::MAX.0));
        for b in [b, near] {
            let months = i32::try_from(a.months_until(b)).unwrap();
            // `None` below: before year 1, or after 9999.
            prop_assert!(a.plus_months(Period(months)).is_none_or(|d| d <= b));
            prop_assert!(a.plus_months(Period(months + 1)).is_none_or(|d| d > b));
            let years = i32::try_from(a.years_until(b)).unwrap();
            prop_assert!(a.plus_months(Period(years * 12)).is_none_or(|d| d <= b));
            prop_assert!(a.plus_months(Period(years * 12 + 12)).is_none_or(|d| d > b));
        }
    }

    #[test]
    fn offsets_agree_with_jiff(d in any_date(), micros in any_micros(), name in prop::sample::select(&ZONES[..])) {
        let t = Time(i64::from(d.0) * MICROS_PER_DAY + micros);
        let tz = jiff_zone(name);
        // jiff ends a day before the end of 9999.
        if let Ok(stamp) = jiff::Timestamp::from_microsecond(t.0) {
            prop_assert_eq!(zone(name).offset_seconds(t), Some(tz.to_offset(stamp).seconds()));
        }
    }

    #[test]
    fn local_times_agree_with_jiff(d in any_date(), micros in any_micros(), name in prop::sample::select(&ZONES[..])) {
        prop_assume!(d < Date(Date::MAX.0 - 3) && d > Date(Date::MIN.0 + 3));
        let tz = jiff_zone(name);
        prop_assert_eq!(zone(name).instant(d, micros), jiff_instant(&tz, d, micros), "{} {} {}", name, d, micros);
    }

    #[test]
    fn local_times_near_changes_agree_with_jiff(
        d in any_date(), name in prop::sample::select(&ZONES[..]), shift in -3 * 60_i64..3 * 60,
    ) {
        prop_assume!(d < Date(Date::MAX.0 - 900));
        let (tz, zone) = (jiff_zone(name), zone(name));
        let from = jiff::Timestamp::from_microsecond(i64::from(d.0) * MICROS_PER_DAY).unwrap();
        if let Some(change) = tz.following(from).next() {
            let t = Time(change.timestamp().as_microsecond() + shift * 60 * MICROS_PER_SECOND);
            prop_assume!(t < Time(Time::MAX.0 - 3 * MICROS_PER_DAY));
            let stamp = jiff::Timestamp::from_microsecond(t.0).unwrap();
            prop_assert_eq!(zone.offset_seconds(t), Some(tz.to_offset(stamp).seconds()));
            // Local times around the change too, those that the clocks skip included.
            let (d, micros) = split_days(t.0 + i64::from(change.offset().seconds()) * MICROS_PER_SECOND);
            prop_assert_eq!(zone.instant(d, micros), jiff_instant(&tz, d, micros), "{} {} {}", name, d, micros);
        }
    }

    #[test]
    fn local_and_instant_are_inverse(d in any_date(), micros in any_micros(), name in prop::sample::select(&ZONES[..])) {
        let (zone, t) = (zone(name), Time(i64::from(d.0) * MICROS_PER_DAY + micros));
        if let Some((date, micros)) = zone.local(t) {
            let first = zone.instant(date, micros);
            // The earlier of two with the same local time.
            prop_assert!(first.is_some_and(|first| first <= t && zone.local(first) == Some((date, micros))));
        }
    }

    #[test]
    fn whole_months_of_instants_are_the_largest_that_fit(
        a in 0..4_000_000_000_i64, b in 0..4_000_000_000_i64, near in -8_000_000_i64..8_000_000,
        name in prop::sample::select(&ZONES[..]),
    ) {
        let zone = zone(name);
        for b in [b, a + near] {
            let (a, b) = (Time(a * MICROS_PER_SECOND), Time(b * MICROS_PER_SECOND));
            let months = i32::try_from(zone.months_between(a, b).unwrap()).unwrap();
            prop_assert!(zone.plus_months(a, Period(months)).unwrap() <= b);
            prop_assert!(zone.plus_months(a, Period(months + 1)).unwrap() > b);
        }
    }

    #[test]
    fn times_print_and_read_back(micros in Time::MIN.0..=Time::MAX.0) {
        let t = Time(micros);
        prop_assert_eq!(Time::parse(&t.to_string()), Some(t));
        prop_assert_eq!(Zone::utc().parse_time(t.to_string().trim_end_matches('Z')), Some(t));
    }

    #[test]
    fn reading_never_panics(text in "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]?[0-9:.Z+-]{0,20}|\\PC*") {
        let _ = Moment::parse(&text);
    }

    #[test]
    fn nothing_panics_anywhere(d in any::<i32>(), t in any::<i64>(), u in any::<i64>(), n in any::<i32>(), m in any::<i64>()) {
        let (date, time, zone) = (Date(d), Time(t), zone("Europe/Berlin"));
        let _ = (date.ymd(), date.weekday(), date.plus_days(m), date.plus_months(Period(n)), date.minus_months(Period(n)));
        let _ = (date.months_until(Date(n)), date.years_until(Date(n)), date.days_until(Date(n)), date.next_anniversary(Date(n)));
        let _ = (date.to_string(), time.to_string(), time.plus(Duration(m)), time.minus(Duration(m)), time.days_until(Time(u)));
        let _ = (zone.local(time), zone.instant(date, m), zone.plus_months(time, Period(n)), zone.months_between(time, Time(u)));
        for unit in [CalendarUnit::Day, CalendarUnit::Week, CalendarUnit::Month, CalendarUnit::Year] {
            let _ = (unit.period_of(date), zone.period_of(unit, time));
        }
    }
}
