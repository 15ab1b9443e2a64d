//! Follow-up dates: never past a deadline that runs (PRODUCT.md 2, Later), proposed by a cadence (PRODUCT.md 8), told in
//! the seller's own time. Must not read what was typed: `entry::follow_up` does.

use std::fmt;

use chrono::{Datelike, TimeDelta};
use chrono_tz::Tz;

use crate::domain::lead::{Lead, Moment};
use crate::domain::moment::{LAST, from_seconds};
use crate::domain::terms::Terms;
use crate::domain::vitals::Vitals;
use crate::domain::vocabulary::Status;

/// How long before a deadline a date past it is moved.
const AHEAD: TimeDelta = TimeDelta::hours(24);

/// A deadline that a follow-up date must not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// When.
    pub at: Moment,
    /// It is the lead's expiry; else Partner Center's for what it is owed.
    pub expires: bool,
}

impl Deadline {
    /// The deadline that runs at `now`: the expiry of a Received lead that needs an answer, else the first owed one still
    /// ahead. The flame is none: a lead that cools stays.
    pub fn of(vitals: &Vitals, now: Moment) -> Option<Self> {
        let received = vitals.standing(now.timestamp()).0 == Status::Received;
        let (at, expires) = if vitals.needs_answer && received {
            (Some(vitals.end), true)
        } else {
            (vitals.owed_due.filter(|due| *due > now.timestamp()), false)
        };
        Some(Self { at: from_seconds(at?)?, expires })
    }

    fn keep(self, wanted: Moment, now: Moment) -> Kept {
        if wanted < self.at {
            return Kept { at: wanted, moved: None };
        }
        let which = if self.expires { "it expires" } else { "Partner Center’s deadline" };
        let at = self.at - AHEAD;
        if at > now {
            Kept { at, moved: Some(format!("moved: a day before {which}")) }
        } else {
            Kept { at: now, moved: Some(format!("moved to now: less than a day is left before {which}")) }
        }
    }
}

/// The follow-up date that a lead takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// When.
    pub at: Moment,
    /// Why it is not the one that was asked for: "moved: a day before it expires".
    pub moved: Option<String>,
}

impl Kept {
    /// What a lead makes of `wanted` at `now`: that date, or a day before the deadline that runs where it is not before
    /// it, but never before `now`.
    pub fn of(lead: &Lead, wanted: Moment, terms: &Terms, now: Moment) -> Self {
        Self::by(&Vitals::of(lead, terms), wanted, now)
    }

    /// The same by the vital facts alone.
    pub fn by(vitals: &Vitals, wanted: Moment, now: Moment) -> Self {
        match Deadline::of(vitals, now) {
            Some(deadline) => deadline.keep(wanted, now),
            None => Self { at: wanted, moved: None },
        }
    }

    /// "Mon 23 Nov 09:00", "Thu 3 Dec 09:12 (moved: a day before it expires)".
    pub fn words(&self, now: Moment, zone: Tz) -> String {
        let why = self.moved.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
        format!("{}{why}", words(self.at, now, zone))
    }
}

/// A date and time where the seller is: "Mon 23 Nov 09:00", with the year where it is another one.
pub fn words(at: Moment, now: Moment, zone: Tz) -> String {
    let (at, now) = (at.with_timezone(&zone), now.with_timezone(&zone));
    let format = if at.year() == now.year() { "%a %-d %b %H:%M" } else { "%a %-d %b %Y %H:%M" };
    at.format(format).to_string()
}

/// How long after each contact the next one is due: the n-th length follows the n-th contact, the first is for a lead
/// that was never contacted. Nothing is proposed past its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cadence(Vec<TimeDelta>);

impl Default for Cadence {
    fn default() -> Self {
        Self([0, 1, 3, 7, 14].map(TimeDelta::days).to_vec())
    }
}

impl Cadence {
    /// A cadence of these lengths; none of them below zero.
    pub fn new(lengths: Vec<TimeDelta>) -> Self {
        Self(lengths)
    }

    /// How long after so many contacts the next one is due.
    pub fn after(&self, touches: u32) -> Option<TimeDelta> {
        self.0.get(usize::try_from(touches).ok()?).copied()
    }

    /// The follow-up date proposed for a lead that is contacted at `now` once more, before any deadline moves it.
    pub fn next(&self, lead: &Lead, now: Moment) -> Option<Moment> {
        let length = self.proposed(lead.seller.touches.count)?;
        Some(now.checked_add_signed(length).unwrap_or(LAST).min(LAST))
    }

    /// How long after the next contact of a lead with so many to follow up; a length of nothing proposes nothing.
    pub fn proposed(&self, touches: u32) -> Option<TimeDelta> {
        self.after(touches.saturating_add(1)).filter(|length| *length > TimeDelta::zero())
    }

    /// Its lengths as the config writes them: `0`, `30m`, `3h`, `1d`.
    pub fn lengths(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|length| Length(*length).to_string())
    }
}

/// A length as it is typed: in days, else hours, else minutes; `0` for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Length(pub TimeDelta);

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes = self.0.num_minutes();
        match (minutes, minutes % 1440, minutes % 60) {
            (0, ..) => f.write_str("0"),
            (_, 0, _) => write!(f, "{}d", minutes / 1440),
            (_, _, 0) => write!(f, "{}h", minutes / 60),
            _ => write!(f, "{minutes}m"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::parse;

    fn at(text: &str) -> Moment {
        parse(text).expect("a moment of the test")
    }

    /// A lead that needs an answer by 4 Dec 12:00.
    fn received() -> Vitals {
        Vitals {
            created: at("2026-11-20T12:00:00Z").timestamp(),
            end: at("2026-12-04T12:00:00Z").timestamp(),
            hot_until: Some(at("2026-11-23T12:00:00Z").timestamp()),
            needs_answer: true,
            contact_me: true,
            decided: (Status::Received, None),
            touched: false,
            away: false,
            later_until: None,
            owed: false,
            owed_due: None,
        }
    }

    #[test]
    fn a_date_past_the_deadline_is_a_day_before_it() {
        let now = at("2026-11-20T12:00:00Z");
        let keep = |vitals: &Vitals, wanted| Kept::by(vitals, at(wanted), now).at;
        assert_eq!(keep(&received(), "2026-12-04T11:59:59Z"), at("2026-12-04T11:59:59Z"));
        for past in ["2026-12-04T12:00:00Z", "2027-06-01T00:00:00Z"] {
            assert_eq!(keep(&received(), past), at("2026-12-03T12:00:00Z"), "{past}");
        }
        let accepted = Vitals { decided: (Status::Accepted, None), ..received() };
        assert_eq!(keep(&accepted, "2027-06-01T00:00:00Z"), at("2027-06-01T00:00:00Z"), "nothing is owed");
        let owed = Vitals { owed_due: Some(at("2026-11-30T12:00:00Z").timestamp()), owed: true, ..accepted };
        assert_eq!(keep(&owed, "2027-06-01T00:00:00Z"), at("2026-11-29T12:00:00Z"));
        let late = Vitals { owed_due: Some(at("2026-11-19T12:00:00Z").timestamp()), ..owed };
        assert_eq!(keep(&late, "2027-06-01T00:00:00Z"), at("2027-06-01T00:00:00Z"), "that deadline runs no more");
        let informational = Vitals { needs_answer: false, ..received() };
        assert_eq!(keep(&informational, "2027-06-01T00:00:00Z"), at("2027-06-01T00:00:00Z"));
    }

    #[test]
    fn a_moved_date_says_so_and_is_never_past() {
        let now = at("2026-11-20T12:00:00Z");
        let wanted = at("2027-01-01T00:00:00Z");
        let told = |vitals: &Vitals, now| Kept::by(vitals, wanted, now).words(now, Tz::UTC);
        assert_eq!(told(&received(), now), "Thu 3 Dec 12:00 (moved: a day before it expires)");
        let late = at("2026-12-04T02:00:00Z");
        assert_eq!(
            told(&received(), late),
            "Fri 4 Dec 02:00 (moved to now: less than a day is left before it expires)"
        );
        assert_eq!(Kept::by(&received(), wanted, late).at, late);
        let owed = Vitals {
            decided: (Status::Accepted, None),
            owed_due: Some(at("2026-11-30T12:00:00Z").timestamp()),
            ..received()
        };
        assert_eq!(told(&owed, now), "Sun 29 Nov 12:00 (moved: a day before Partner Center’s deadline)");
        let free = Vitals { needs_answer: false, ..received() };
        assert_eq!(Kept::by(&free, wanted, now).words(now, Tz::Europe__Lisbon), "Fri 1 Jan 2027 00:00");
    }

    #[test]
    fn the_cadence_ends() {
        let cadence = Cadence::default();
        assert_eq!(cadence.lengths().collect::<Vec<_>>(), ["0", "1d", "3d", "7d", "14d"]);
        assert_eq!(cadence.after(1), Some(TimeDelta::days(1)));
        assert_eq!((cadence.after(4), cadence.after(5)), (Some(TimeDelta::days(14)), None));
        assert_eq!((cadence.proposed(0), cadence.proposed(4)), (Some(TimeDelta::days(1)), None));
        assert_eq!(Cadence::new(vec![TimeDelta::zero(); 2]).proposed(0), None);
        let odd = Cadence::new([90, 180, 30].map(TimeDelta::minutes).to_vec());
        assert_eq!(odd.lengths().collect::<Vec<_>>(), ["90m", "3h", "30m"]);
    }
}
