//! What statistics are of: months and spans of days, in the seller's own zone (PRODUCT.md 8).
//! Must not know what is counted in them.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;

use crate::domain::lead::Moment;

/// A month of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// Months since January of the year 0.
    number: i32,
}

impl Month {
    /// The month of a day.
    pub fn of(day: NaiveDate) -> Self {
        Self { number: day.year() * 12 + day.month0() as i32 }
    }

    /// The month that a moment falls in where the seller is.
    pub fn at(moment: Moment, zone: Tz) -> Self {
        Self::of(local_day(moment, zone))
    }

    /// The month before.
    #[must_use]
    pub const fn before(self) -> Self {
        Self { number: self.number - 1 }
    }

    /// The month after.
    #[must_use]
    pub const fn after(self) -> Self {
        Self { number: self.number + 1 }
    }

    fn first_day(self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.number.div_euclid(12), self.number.rem_euclid(12) as u32 + 1, 1)
    }

    /// Its first day to its last.
    pub fn span(self) -> Span {
        Span { since: self.first_day(), until: self.after().first_day().and_then(|day| day.pred_opt()) }
    }

    /// `Nov 2026`.
    pub fn short(self) -> String {
        self.first_day().map(|day| day.format("%b %Y").to_string()).unwrap_or_default()
    }
}

impl fmt::Display for Month {
    /// `November 2026`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.first_day() {
            Some(day) => write!(f, "{}", day.format("%B %Y")),
            None => Ok(()),
        }
    }
}

/// A span of days, the first and the last belonging to it; open where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The first day.
    pub since: Option<NaiveDate>,
    /// The last day.
    pub until: Option<NaiveDate>,
}

impl Span {
    /// True for a day of it.
    pub fn holds(self, day: NaiveDate) -> bool {
        self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day <= until)
    }
}

impl fmt::Display for Span {
    /// `1 Nov 2026 to 20 Nov 2026`, `from 1 Nov 2026 on`, `until 20 Nov 2026`, `all time`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |day: NaiveDate| day.format("%-d %b %Y");
        match (self.since, self.until) {
            (Some(since), Some(until)) if since == until => write!(f, "{}", word(since)),
            (Some(since), Some(until)) => write!(f, "{} to {}", word(since), word(until)),
            (Some(since), None) => write!(f, "from {} on", word(since)),
            (None, Some(until)) => write!(f, "until {}", word(until)),
            (None, None) => f.write_str("all time"),
        }
    }
}

/// The day of a moment where the seller is.
pub fn local_day(moment: Moment, zone: Tz) -> NaiveDate {
    moment.with_timezone(&zone).date_naive()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::parse;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_month_is_the_sellers_own() {
        let moment = parse("2026-11-30T23:30:00Z").unwrap();
        assert_eq!(Month::at(moment, Tz::UTC).to_string(), "November 2026");
        assert_eq!(Month::at(moment, Tz::Europe__Warsaw).to_string(), "December 2026");
        assert_eq!(Month::at(moment, Tz::Europe__Warsaw).before(), Month::at(moment, Tz::UTC));
    }

    #[test]
    fn months_follow_each_other_over_years() {
        let december = Month::of(day("2026-12-31"));
        assert_eq!((december.after().short().as_str(), december.before().short().as_str()), ("Jan 2027", "Nov 2026"));
        let february = Month::of(day("2028-02-11")).span();
        assert_eq!(february, Span { since: Some(day("2028-02-01")), until: Some(day("2028-02-29")) });
        assert_eq!(Month::of(day("0000-01-01")).before().after(), Month::of(day("0000-01-31")));
    }

    #[test]
    fn both_ends_of_a_span_belong_to_it() {
        let november = Month::of(day("2026-11-20")).span();
        let held = ["2026-10-31", "2026-11-01", "2026-11-30", "2026-12-01"].map(|text| november.holds(day(text)));
        assert_eq!(held, [false, true, true, false]);
        assert!(Span::default().holds(day("1000-01-01")));
        assert_eq!(november.to_string(), "1 Nov 2026 to 30 Nov 2026");
        assert_eq!(Span { since: None, ..november }.to_string(), "until 30 Nov 2026");
        assert_eq!(Span { until: None, ..november }.to_string(), "from 1 Nov 2026 on");
    }
}
