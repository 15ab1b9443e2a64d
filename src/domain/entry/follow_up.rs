//! When a lead comes back, as people type it: a length from now, a day, or a day with a time of it, always ahead.
//! Must not move a date because of a deadline: `domain::follow_up` does.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

use crate::domain::entry::{EntryError, date, quoted};
use crate::domain::lead::Moment;
use crate::domain::moment::LAST;

const TRY: &str = "Try 3h, 1d, mon, 24 nov, +1w.";

/// A follow-up date after `now`, exact to the second:
///
/// * `30m`, `3h`, `1d`, `2w`: that long from now (`+3h` too);
/// * every day that [`date`](super::date) reads, `mon`, `tomorrow`, `24 nov`, `+1w`: its midnight in `zone`;
/// * the same with a time behind it, `mon 9:30`;
/// * a moment of RFC 3339, as JSON gives it.
pub fn follow_up(text: &str, now: Moment, zone: Tz) -> Result<Moment, EntryError> {
    let typed = text.trim();
    if typed.is_empty() {
        return Err(EntryError(format!("A date is needed. {TRY}")));
    }
    let at = read(typed, now, zone)?;
    if at <= now {
        return Err(EntryError(format!("{} is past. {TRY}", quoted(typed))));
    }
    Ok(at)
}

fn read(typed: &str, now: Moment, zone: Tz) -> Result<Moment, EntryError> {
    let plain = typed.strip_prefix('+').filter(|rest| rest.ends_with(['h', 'H'])).unwrap_or(typed);
    if let Some(length) = length(plain) {
        return now.checked_add_signed(length).filter(|at| *at <= LAST).ok_or_else(|| too_far(typed));
    }
    if let Ok(moment) = DateTime::parse_from_rfc3339(typed) {
        let moment = moment.with_timezone(&Utc);
        return moment.with_nanosecond(0).filter(|at| *at <= LAST).ok_or_else(|| too_far(typed));
    }
    let today = now.with_timezone(&zone).date_naive();
    let (day, time) = match typed.rsplit_once(' ').and_then(|(day, time)| Some((day, clock(time)?))) {
        Some((day, time)) => (date(day, today), time),
        None => (date(typed, today), NaiveTime::MIN),
    };
    let day = day.map_err(|error| EntryError(error.0.replace(date::TRY, TRY)))?;
    local(day, time, zone).filter(|at| *at <= LAST).ok_or_else(|| too_far(typed))
}

/// A length of time: `30m`, `3h`, `1d`, `2w`; `None` if the text is none. May be nothing long: `0d`.
pub fn length(text: &str) -> Option<TimeDelta> {
    let text = text.trim();
    let unit = text.chars().next_back()?;
    let digits = text.strip_suffix(unit)?.trim_end();
    if digits.is_empty() || digits.len() > 5 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let count: i64 = digits.parse().ok()?;
    match unit.to_ascii_lowercase() {
        'm' => Some(TimeDelta::minutes(count)),
        'h' => Some(TimeDelta::hours(count)),
        'd' => Some(TimeDelta::days(count)),
        'w' => Some(TimeDelta::weeks(count)),
        _ => None,
    }
}

fn clock(text: &str) -> Option<NaiveTime> {
    let (hour, minute) = text.split_once(':')?;
    let digits = |text: &str, most| text.len() <= most && !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(hour, 2) || !digits(minute, 2) || minute.len() != 2 {
        return None;
    }
    NaiveTime::from_hms_opt(hour.parse().ok()?, minute.parse().ok()?, 0)
}

/// A time of a day in a zone. Where the clock skips it, the first that comes after; where it is there twice, the first.
fn local(day: NaiveDate, time: NaiveTime, zone: Tz) -> Option<Moment> {
    // A day may be skipped as a whole where a zone crosses the date line.
    let quarters = 2 * 24 * 4;
    (0..quarters).find_map(|quarter| {
        let wanted: NaiveDateTime = day.and_time(time).checked_add_signed(TimeDelta::minutes(15 * quarter))?;
        zone.from_local_datetime(&wanted).earliest().map(|found| found.with_timezone(&Utc))
    })
}

fn too_far(typed: &str) -> EntryError {
    EntryError(format!("{} is too far ahead. {TRY}", quoted(typed)))
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, Days, Weekday};
    use chrono_tz::TZ_VARIANTS;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::moment::{from_seconds, parse, rfc3339};

    fn at(text: &str) -> Moment {
        parse(text).expect("a moment of the test")
    }

    /// A Saturday, 13:30 in Warsaw.
    fn said(text: &str) -> Result<String, String> {
        follow_up(text, at("2026-11-21T12:30:00Z"), Tz::Europe__Warsaw).map(rfc3339).map_err(|error| error.0)
    }

    #[test]
    fn dates_and_lengths_as_people_type_them() {
        for (typed, found) in [
            ("30m", "2026-11-21T13:00:00Z"),
            (" 3H ", "2026-11-21T15:30:00Z"),
            ("+3h", "2026-11-21T15:30:00Z"),
            ("1d", "2026-11-22T12:30:00Z"),
            ("2 w", "2026-12-05T12:30:00Z"),
            ("mon", "2026-11-22T23:00:00Z"),
            ("Monday", "2026-11-22T23:00:00Z"),
            ("sat", "2026-11-27T23:00:00Z"),
            ("tomorrow", "2026-11-21T23:00:00Z"),
            ("+1w", "2026-11-27T23:00:00Z"),
            ("24 nov", "2026-11-23T23:00:00Z"),
            ("2027-07-01", "2027-06-30T22:00:00Z"),
            ("mon 9:30", "2026-11-23T08:30:00Z"),
            ("today 18:00", "2026-11-21T17:00:00Z"),
            ("24 nov 2026 09:00", "2026-11-24T08:00:00Z"),
            ("2026-11-24T09:00:00Z", "2026-11-24T09:00:00Z"),
            ("2026-11-24T09:00:00.5+02:00", "2026-11-24T07:00:00Z"),
        ] {
            assert_eq!(said(typed).as_deref(), Ok(found), "{typed}");
        }
    }

    #[test]
    fn what_is_past_or_no_date_is_refused() {
        for (typed, why) in [
            ("", "A date is needed. Try 3h, 1d, mon, 24 nov, +1w."),
            ("0d", "0d is past. Try 3h, 1d, mon, 24 nov, +1w."),
            ("today", "today is past. Try 3h, 1d, mon, 24 nov, +1w."),
            ("2026-11-20", "2026-11-20 is past. Try 3h, 1d, mon, 24 nov, +1w."),
            ("2026-11-21T12:30:00Z", "2026-11-21T12:30:00Z is past. Try 3h, 1d, mon, 24 nov, +1w."),
            ("soon", "soon is no date. Try 3h, 1d, mon, 24 nov, +1w."),
            ("31 feb", "There is no 31 feb. Try 3h, 1d, mon, 24 nov, +1w."),
        ] {
            assert_eq!(said(typed), Err(why.into()), "{typed}");
        }
        for bad in ["-1d", "1x", "999999d", "mon 25:00", "mon 9", "9:30", "1d 9:30", "h", "+1x", "99999w 1"] {
            assert!(said(bad).is_err(), "{bad}");
        }
        assert!(follow_up("99999w", at("9000-01-01T00:00:00Z"), Tz::UTC).is_err());
    }

    #[test]
    fn a_midnight_that_the_clock_skips_is_the_first_moment_after() {
        let found = |typed, now, zone| follow_up(typed, at(now), zone).map(rfc3339).expect("a date");
        assert_eq!(found("4 nov", "2018-11-01T00:00:00Z", Tz::America__Sao_Paulo), "2018-11-04T03:00:00Z");
        assert_eq!(found("30 dec", "2011-12-28T00:00:00Z", Tz::Pacific__Apia), "2011-12-30T10:00:00Z");
    }

    proptest! {
        #[test]
        fn a_day_is_its_midnight_and_nothing_panics(
            seconds in 0i64..4_102_444_800,
            zone in proptest::sample::select(&TZ_VARIANTS[..]),
            ahead in 1u64..4000,
            weekday in proptest::sample::select(&["mon", "tue", "wed", "thu", "fri", "sat", "sun"][..]),
            text in any::<String>(),
        ) {
            let now = from_seconds(seconds).expect("in range");
            let _ = (follow_up(&text, now, zone), length(&text));
            let today = now.with_timezone(&zone).date_naive();
            let day = today + Days::new(ahead);
            let found = follow_up(&day.to_string(), now, zone).expect("a day ahead");
            prop_assert!(found > now);
            let there = found.with_timezone(&zone);
            // A day that its zone leaves out is the next.
            let left_out = local(day, NaiveTime::MIN, zone) == local(day + Days::new(1), NaiveTime::MIN, zone);
            prop_assert!(there.date_naive() == day || left_out, "{there}");
            // Nothing of that day comes before it.
            let before = (found - TimeDelta::seconds(1)).with_timezone(&zone);
            prop_assert!(before.date_naive() < there.date_naive(), "{before} {there}");
            let next = follow_up(weekday, now, zone).expect("a weekday").with_timezone(&zone);
            prop_assert!(next.date_naive() > today && next.date_naive() <= today + Days::new(8));
            let named: Weekday = weekday.parse().expect("a weekday");
            prop_assert!(next.weekday() == named || next.weekday() == named.succ(), "{next}");
        }

        #[test]
        fn a_length_is_exact(seconds in 0i64..4_102_444_800, count in 1i64..2000, unit in proptest::sample::select(&[("m", 60), ("h", 3600), ("d", 86_400), ("w", 604_800)][..])) {
            let now = from_seconds(seconds).expect("in range");
            let found = follow_up(&format!("{count}{}", unit.0), now, Tz::Europe__Berlin).expect("a length");
            prop_assert_eq!(found.timestamp(), seconds + count * unit.1);
        }
    }
}
