//! What time it is where a customer is: the zones of each country, and the range of local times they give
//! (PRODUCT.md, the detail: "the customer's local time").
//!
//! Must not read a clock: `now` is an argument. Must not pick one zone of a country that has several; a lead
//! says a country, so a range is all that is known.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;

use crate::domain::country::Country;

/// `code<TAB>zones joined by a blank`, a country a line; `#` opens a comment.
const TABLE: &str = include_str!("../../assets/zones.tsv");

static ZONES: LazyLock<HashMap<Country, Vec<Tz>>> = LazyLock::new(|| rows().collect());

/// The local times of a country at one instant: that of its zone furthest behind and that of its zone furthest ahead.
/// Both are the same where the whole country has one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LocalTimes {
    /// Local time in the zone furthest behind UTC.
    pub earliest: NaiveDateTime,
    /// Local time in the zone furthest ahead of UTC; never before `earliest`.
    pub latest: NaiveDateTime,
}

impl fmt::Display for LocalTimes {
    /// `14:20`, or `07:00–10:00` where zones differ (24 h, en dash).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.earliest.format("%H:%M"))?;
        if self.latest != self.earliest {
            write!(f, "–{}", self.latest.format("%H:%M"))?;
        }
        Ok(())
    }
}

/// The local times of `country` at `now` (UTC), summer time included. `None` for the four codes without hours of their own:
/// AQ (each station keeps the hours of its supplier), UM (islands 23 hours apart, no customers), BV and HM (no zone, nobody lives there).
pub fn local_times(country: Country, now: DateTime<Utc>) -> Option<LocalTimes> {
    let mut times = ZONES.get(&country)?.iter().map(|zone| now.with_timezone(zone).naive_local());
    let first = times.next()?;
    Some(times.fold(LocalTimes { earliest: first, latest: first }, |known, time| LocalTimes {
        earliest: known.earliest.min(time),
        latest: known.latest.max(time),
    }))
}

fn rows() -> impl Iterator<Item = (Country, Vec<Tz>)> {
    TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let (code, zones) = line.split_once('\t')?;
        Some((Country::parse(code)?, zones.split(' ').filter_map(|zone| zone.parse().ok()).collect()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone as _;

    fn shown(code: &str, month: u32, hour: u32) -> Option<String> {
        let now = Utc.with_ymd_and_hms(2026, month, 15, hour, 0, 0).single().expect("a time that exists");
        local_times(Country::parse(code).expect("a country"), now).map(|times| times.to_string())
    }

    #[test]
    fn every_zone_of_the_table_is_known() {
        let mut zones = 0;
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let (code, names) = line.split_once('\t').expect("two cells");
            assert!(Country::parse(code).is_some_and(|country| country.code() == code), "{code}");
            for name in names.split(' ') {
                assert!(name.parse::<Tz>().is_ok(), "{name}");
                zones += 1;
            }
        }
        assert!(zones > 400, "{zones}");
    }

    #[test]
    fn every_country_but_four_has_its_hours() {
        let without: Vec<_> = Country::all().filter(|country| !ZONES.contains_key(country)).collect();
        assert_eq!(without, ["AQ", "BV", "HM", "UM"].map(|code| Country::parse(code).expect("a country")));
        assert_eq!(shown("AQ", 1, 12), None);
    }

    #[test]
    fn one_time_is_shown_alone() {
        assert_eq!(shown("PL", 1, 12).as_deref(), Some("13:00"));
        assert_eq!(shown("PL", 7, 12).as_deref(), Some("14:00"));
        assert_eq!(shown("IN", 1, 12).as_deref(), Some("17:30"));
        assert_eq!(shown("CN", 1, 0).as_deref(), Some("06:00–08:00"));
    }

    #[test]
    fn several_times_are_a_range() {
        assert_eq!(shown("US", 1, 15).as_deref(), Some("05:00–10:00"));
        assert_eq!(shown("BR", 1, 15).as_deref(), Some("10:00–13:00"));
        assert_eq!(shown("ES", 7, 12).as_deref(), Some("13:00–14:00"));
    }

    #[test]
    fn range_may_cross_midnight() {
        let now = Utc.with_ymd_and_hms(2026, 1, 15, 6, 0, 0).single().expect("a time that exists");
        let times = local_times(Country::parse("US").expect("a country"), now).expect("hours");
        assert_eq!(times.to_string(), "20:00–01:00");
        assert!(times.earliest < times.latest);
    }

    #[test]
    fn no_range_is_wider_than_a_working_day_and_a_half() {
        for month in 1..=12 {
            let now = Utc.with_ymd_and_hms(2026, month, 1, 0, 0, 0).single().expect("a time that exists");
            for times in Country::all().filter_map(|country| local_times(country, now)) {
                let span = times.latest - times.earliest;
                assert!((0..=12 * 60).contains(&span.num_minutes()), "{times}");
            }
        }
    }
}
