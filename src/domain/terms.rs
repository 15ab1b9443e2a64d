//! The lengths of the clocks: 72 h of flame, 14 days to answer, six months to age out, settable per source (PRODUCT.md 2),
//! and the cadence of follow-ups (PRODUCT.md 8).
//! Plain settings: the shell reads them from the config, nothing here reads anything.

use chrono::{Months, TimeDelta};

use crate::domain::follow_up::Cadence;
use crate::domain::lead::Moment;
use crate::domain::moment::LAST;
use crate::domain::vocabulary::Source;

/// The lengths for the leads of one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clocks {
    /// How long a *Contact me* lead stays hot.
    pub hot: TimeDelta,
    /// How long a lead that needs an answer waits for it.
    pub answer: TimeDelta,
    /// Calendar months until an informational lead ages out.
    pub keep: Months,
}

impl Default for Clocks {
    fn default() -> Self {
        Self { hot: TimeDelta::hours(72), answer: TimeDelta::days(14), keep: Months::new(6) }
    }
}

/// The clocks of every source, and the moments they give.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// By `Source::code`.
    by_source: [Clocks; 4],
    /// When a contacted lead is to be contacted again.
    pub cadence: Cadence,
}

impl Terms {
    /// The clocks of one source.
    pub fn of(&self, source: Source) -> Clocks {
        self.by_source[usize::from(source.code())]
    }

    /// Sets the clocks of one source.
    pub fn set(&mut self, source: Source, clocks: Clocks) {
        self.by_source[usize::from(source.code())] = clocks;
    }

    /// When the flame of a lead of this source goes out.
    pub fn hot_until(&self, source: Source, created_at: Moment) -> Moment {
        plus(created_at, self.of(source).hot)
    }

    /// When a lead of this source expires that states no expiry itself.
    pub fn expires_at(&self, source: Source, created_at: Moment) -> Moment {
        plus(created_at, self.of(source).answer)
    }

    /// A lead that was created then or before, and states no expiry after `now`, has had its time to be answered.
    pub fn answerable_since(&self, now: Moment) -> Moment {
        let longest = self.by_source.iter().map(|clocks| clocks.answer).max().unwrap_or_default();
        now.checked_sub_signed(longest).unwrap_or(Moment::MIN_UTC)
    }

    /// When an informational lead of this source ages out: whole calendar months, the last day of a shorter month.
    pub fn ages_out_at(&self, source: Source, created_at: Moment) -> Moment {
        created_at.checked_add_months(self.of(source).keep).unwrap_or(LAST).min(LAST)
    }
}

fn plus(moment: Moment, length: TimeDelta) -> Moment {
    moment.checked_add_signed(length).unwrap_or(LAST).min(LAST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::{parse, rfc3339};

    #[test]
    fn six_calendar_months_end_with_a_shorter_month() {
        let terms = Terms::default();
        let ages_out = |text| rfc3339(terms.ages_out_at(Source::AppSource, parse(text).expect("a date")));
        assert_eq!(ages_out("2026-05-20T12:00:00Z"), "2026-11-20T12:00:00Z");
        assert_eq!(ages_out("2026-08-31T23:59:59Z"), "2027-02-28T23:59:59Z");
        assert_eq!(ages_out("9999-12-31T00:00:00Z"), "9999-12-31T23:59:59Z");
    }

    #[test]
    fn each_source_has_its_own_clocks() {
        let mut terms = Terms::default();
        terms.set(Source::AzurePortal, Clocks { hot: TimeDelta::hours(24), ..Clocks::default() });
        let created = parse("2026-11-20T12:00:00Z").expect("a date");
        assert_eq!(rfc3339(terms.hot_until(Source::AzurePortal, created)), "2026-11-21T12:00:00Z");
        assert_eq!(rfc3339(terms.hot_until(Source::AppSource, created)), "2026-11-23T12:00:00Z");
        assert_eq!(rfc3339(terms.expires_at(Source::AppSource, created)), "2026-12-04T12:00:00Z");
        terms.set(Source::AzurePortal, Clocks { answer: TimeDelta::days(30), ..Clocks::default() });
        assert_eq!(rfc3339(terms.answerable_since(created)), "2026-10-21T12:00:00Z", "the longest of all");
    }
}
