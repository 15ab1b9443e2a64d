//! Points in time as files write them. The export's date format is not public (domain.md 9), so this is tolerant:
//! RFC 3339, the same without zone or seconds, a bare date, and the US form that Microsoft documents for bulk files.
//! A time without a zone is read as UTC (inferred). Must not read what two people would read differently.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, Utc};

use crate::domain::lead::Moment;

/// The last second that RFC 3339 can write with four digits for the year. Clocks end here.
pub const LAST: Moment = match DateTime::from_timestamp(253_402_300_799, 0) {
    Some(last) => last,
    None => DateTime::<Utc>::MAX_UTC,
};

/// Reads a point in time, to the second (fractions are cut). `None` if the text is not a real date and time.
pub fn parse(text: &str) -> Option<Moment> {
    parse_iso(text).or_else(|| parse_us(text.trim()))
}

/// The same without the US form: year first, as RFC 3339 and ISO 8601 write it.
pub fn parse_iso(text: &str) -> Option<Moment> {
    let text = text.trim();
    if text.len() > 40 || text.is_empty() {
        return None;
    }
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return whole_seconds(moment.with_timezone(&Utc));
    }
    let with_zone = ["%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%d %H:%M:%S%.f%z", "%Y-%m-%dT%H:%M%z", "%Y-%m-%d %H:%M:%S%.f %z"];
    if let Some(moment) = with_zone.iter().find_map(|format| DateTime::parse_from_str(text, format).ok()) {
        return whole_seconds(moment.with_timezone(&Utc));
    }
    let bare = without_zone(text);
    let local = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];
    first_of(bare, &local, "%Y-%m-%d")
}

/// The US form: month, day, year.
fn parse_us(text: &str) -> Option<Moment> {
    if text.len() > 40 {
        return None;
    }
    let local = ["%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p"];
    first_of(without_zone(text), &local, "%m/%d/%Y")
}

fn without_zone(text: &str) -> &str {
    text.strip_suffix(['Z', 'z']).or_else(|| text.strip_suffix(" UTC")).unwrap_or(text)
}

fn first_of(text: &str, moments: &[&str], day: &str) -> Option<Moment> {
    let moment = moments.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    let midnight = || NaiveDate::parse_from_str(text, day).ok().map(|day| day.and_time(NaiveTime::MIN));
    moment.or_else(midnight).and_then(|moment| whole_seconds(moment.and_utc()))
}

/// Cuts the fraction, a leap second's too, and refuses years that are not written with four digits: `11/20/26` is no date.
fn whole_seconds(moment: Moment) -> Option<Moment> {
    use chrono::Datelike;
    let seconds = from_seconds(moment.timestamp())?;
    (1000..=9999).contains(&seconds.year()).then_some(seconds)
}

/// A stored point in time; `None` where no calendar has it.
pub fn from_seconds(seconds: i64) -> Option<Moment> {
    DateTime::from_timestamp(seconds, 0)
}

/// RFC 3339 in UTC to the second, as JSON and our own columns write it.
pub fn rfc3339(moment: Moment) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_that_are_read() {
        for (text, want) in [
            ("2026-11-20T09:12:00Z", "2026-11-20T09:12:00Z"),
            ("2026-11-10T08:15:42.4579542Z", "2026-11-10T08:15:42Z"),
            ("2026-11-20T09:12:00+02:00", "2026-11-20T07:12:00Z"),
            ("2026-11-20 09:12", "2026-11-20T09:12:00Z"),
            ("2026-11-20T09:12:00.000+0200", "2026-11-20T07:12:00Z"),
            (" 2026-11-20 ", "2026-11-20T00:00:00Z"),
            ("1/30/2020", "2020-01-30T00:00:00Z"),
            ("11/20/2026 9:05:00 PM", "2026-11-20T21:05:00Z"),
            ("2024-02-29T00:00:00", "2024-02-29T00:00:00Z"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
        ] {
            assert_eq!(parse(text).map(rfc3339).as_deref(), Some(want), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "11/20/26",
            "26-11-20",
            "0026-11-20",
            "",
            "not a date",
            "2026-02-30",
            "30/1/2020",
            "2026-11-20T25:00:00Z",
            "99999-01-01",
            "20.11.2026",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
