//! From where a list is looked at: what a query needs to know that no lead says. A day is the seller's own.
//! Must not read a clock.

use std::ops::Range;

use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;

use crate::domain::lead::{LeadId, Moment};
use crate::domain::moment::from_seconds;

/// Moment, zone, and the newest lead the seller knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vantage {
    /// Seconds since 1970.
    pub now: i64,
    /// The seller's zone.
    pub zone: Tz,
    /// Leads above this number are new; without one, all are.
    pub known: Option<LeadId>,
}

impl Vantage {
    /// At a moment, days in UTC, every lead new.
    pub fn at(now: Moment) -> Self {
        Self { now: now.timestamp(), zone: Tz::UTC, known: None }
    }

    /// The seconds of a whole day where the seller is; days are not all of one length.
    pub fn day(&self, day: NaiveDate) -> Range<i64> {
        let next = day.succ_opt().map_or(i64::MAX, |next| self.beginning(next));
        self.beginning(day)..next
    }

    /// The first second at which it is this day or a later one: found by halving, because a zone may skip midnight.
    fn beginning(&self, day: NaiveDate) -> i64 {
        let midnight = day.and_time(chrono::NaiveTime::MIN).and_utc();
        let reached = |seconds: i64| {
            from_seconds(seconds).is_some_and(|moment| moment.with_timezone(&self.zone).date_naive() >= day)
        };
        let (span, midnight) = (TimeDelta::hours(26).num_seconds(), midnight.timestamp());
        let (mut before, mut after) = (midnight - span, midnight + span);
        while after - before > 1 {
            let middle = before + (after - before) / 2;
            if reached(middle) { after = middle } else { before = middle }
        }
        after
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::rfc3339;

    #[test]
    fn days_are_the_sellers_whatever_their_length() {
        let day = |zone: Tz, text: &str| {
            let vantage = Vantage { now: 0, zone, known: None };
            let day = vantage.day(text.parse().unwrap());
            [day.start, day.end].map(|seconds| from_seconds(seconds).map(rfc3339).unwrap())
        };
        assert_eq!(day(Tz::UTC, "2026-11-20"), ["2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"]);
        assert_eq!(day(Tz::Europe__Warsaw, "2026-10-25"), ["2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"]);
        // Midnight itself was skipped that day.
        assert_eq!(day(Tz::America__Sao_Paulo, "2018-11-04"), ["2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"]);
        assert_eq!(day(Tz::Pacific__Kiritimati, "2026-11-20")[0], "2026-11-19T10:00:00Z");
        let far = Vantage { now: 0, zone: Tz::Asia__Tokyo, known: None };
        assert!(far.day(NaiveDate::from_ymd_opt(9999, 12, 31).unwrap()).end > 0);
        assert!(far.day(NaiveDate::from_ymd_opt(1, 1, 1).unwrap()).start < 0);
    }
}
