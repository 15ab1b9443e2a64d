//! What a lead is worth now: status, outcome, urgency, the clock that runs, and the default order, each a pure function
//! of the lead's vital facts and `now` (PRODUCT.md 2). The list in memory and the whole lead use these same functions.
//! Must not read a clock, and must not know where the facts are kept.

use std::cmp::{Ordering, Reverse};

use chrono::TimeDelta;

use crate::domain::lead::{Lead, LeadId, Moment, Owed, Record, Seller};
use crate::domain::terms::Terms;
use crate::domain::vocabulary::{CallToAction, LeadType, Outcome, Qualification, Source, Status, Urgency, VerdictKind};

/// The span before an end in which a lead is `expiring`: 72 hours, exact to the second (PRODUCT.md 2).
pub(super) const EXPIRING: i64 = 72 * 3600;

/// Microsoft's advice: the first touch within 24 hours (PRODUCT.md 8).
pub const FIRST_TOUCH_HOURS: i64 = 24;
const FIRST_TOUCH: i64 = FIRST_TOUCH_HOURS * 3600;

/// A hot lead that burns for less than this is nearly cold: four hours (PRODUCT.md 4).
const NEARLY_COLD: i64 = 4 * 3600;

/// True where a flame that goes out at `hot_until` burns for less than four hours from `now` on. Seconds since 1970.
pub const fn is_nearly_cold(hot_until: i64, now: i64) -> bool {
    hot_until > now && hot_until - now < NEARLY_COLD
}

/// The first and the last moment at which a lead may have been created that is nearly cold at `now`.
pub fn created_when_cooling(terms: &Terms, now: Moment) -> (Moment, Moment) {
    let hot = || Source::ALL.iter().map(|source| terms.of(*source).hot);
    let (longest, shortest) = (hot().max().unwrap_or_default(), hot().min().unwrap_or_default());
    let back = |span: TimeDelta| now.checked_sub_signed(span).unwrap_or(Moment::MIN_UTC);
    (back(longest), back(shortest - TimeDelta::seconds(NEARLY_COLD)))
}

/// The facts that decide about urgency. Moments are seconds since 1970, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vitals {
    /// When the lead was created.
    pub created: i64,
    /// When the lead ends by itself: expiry if it needs an answer, else the age-out.
    pub end: i64,
    /// When the flame goes out; `None` for a lead that never burns.
    pub hot_until: Option<i64>,
    /// Needs an answer: not DNC, and Profile, or qualified, or *Contact me*.
    pub needs_answer: bool,
    /// Call to action is *Contact me*.
    pub contact_me: bool,
    /// Status and outcome as decided by Microsoft and the seller, before the clock.
    pub decided: (Status, Option<Outcome>),
    /// The customer was contacted.
    pub touched: bool,
    /// Put away.
    pub away: bool,
    /// Follow-up date.
    pub later_until: Option<i64>,
    /// Anything owed to Partner Center.
    pub owed: bool,
    /// The first deadline of what is owed.
    pub owed_due: Option<i64>,
}

/// True for the leads a seller must accept or decline (PRODUCT.md 1). An unknown qualification asks for nothing:
/// only a marketing- or sales-qualified lead needs an answer on that ground.
pub fn needs_answer(record: &Record) -> bool {
    let qualified = matches!(record.qualification, Qualification::Marketing | Qualification::Sales);
    let asked = record.call_to_action == CallToAction::ContactMe;
    !record.do_not_contact && (record.lead_type == LeadType::Profile || qualified || asked)
}

/// When a lead that needs an answer expires: its own date, else created + 14 days. `None` for informational leads.
pub fn expires_at(record: &Record, terms: &Terms) -> Option<Moment> {
    let computed = || terms.expires_at(record.source, record.created_at);
    needs_answer(record).then(|| record.stated_expiry.unwrap_or_else(computed))
}

/// Status and outcome as Microsoft and the seller decided, before the clock (PRODUCT.md 6).
/// Forward only; of two outcomes Partner Center's stands, except that its Expired does not override a verdict made in time.
pub fn decided(record: &Record, seller: &Seller, terms: &Terms) -> (Status, Option<Outcome>) {
    let Some(verdict) = &seller.verdict else { return (record.status, record.outcome) };
    let own = verdict.kind.standing();
    if record.status != Status::Archived {
        return own;
    }
    match record.outcome {
        None if own.0 == Status::Archived => own,
        Some(Outcome::Expired) if expires_at(record, terms).is_none_or(|end| verdict.decided_at() < end) => own,
        outcome => (Status::Archived, outcome),
    }
}

impl Vitals {
    /// The vital facts of a whole lead.
    pub fn of(lead: &Lead, terms: &Terms) -> Self {
        Self::from_parts(&lead.record, &lead.seller, &lead.owed, terms)
    }

    /// The vital facts of a lead's parts.
    pub fn from_parts(record: &Record, seller: &Seller, owed: &[Owed], terms: &Terms) -> Self {
        let needs_answer = needs_answer(record);
        let contact_me = record.call_to_action == CallToAction::ContactMe;
        let burns = contact_me && !record.do_not_contact && !record.test;
        let end = expires_at(record, terms).unwrap_or_else(|| terms.ages_out_at(record.source, record.created_at));
        Self {
            created: record.created_at.timestamp(),
            end: end.timestamp(),
            hot_until: burns.then(|| terms.hot_until(record.source, record.created_at).timestamp()),
            needs_answer,
            contact_me,
            decided: decided(record, seller, terms),
            touched: !seller.touches.is_none(),
            away: seller.away,
            later_until: seller.later_until.map(|moment| moment.timestamp()),
            owed: !owed.is_empty(),
            owed_due: owed.iter().filter_map(|owed| owed.due).min().map(|moment| moment.timestamp()),
        }
    }

    /// Status and outcome at `now`: a Received lead past its end is archived, Expired or Aged out.
    pub fn standing(&self, now: i64) -> (Status, Option<Outcome>) {
        if self.decided.0 == Status::Received && now >= self.end {
            let outcome = if self.needs_answer { Outcome::Expired } else { Outcome::AgedOut };
            return (Status::Archived, Some(outcome));
        }
        self.decided
    }

    /// True while the flame burns: *Contact me*, Received, younger than 72 h, not DNC, not test.
    pub fn burns(&self, now: i64) -> bool {
        self.standing(now).0 == Status::Received && self.hot_until.is_some_and(|until| now < until)
    }

    /// Until when the customer should have been contacted first: 24 hours after the lead was created. `None` for leads
    /// that need no answer. A touch stops this clock, and so does a verdict.
    fn first_touch_due(&self) -> Option<i64> {
        self.needs_answer.then(|| self.created.saturating_add(FIRST_TOUCH))
    }

    /// Seconds left for the first touch while that clock runs; below 0 it is late.
    pub fn first_touch_left(&self, now: i64) -> Option<i64> {
        let waits = self.standing(now).0 == Status::Received && !self.touched;
        self.first_touch_due().filter(|_| waits).map(|due| due - now)
    }

    /// True for a hot lead that nobody touched for 24 hours.
    pub fn is_late(&self, now: i64) -> bool {
        self.urgency(now) == Urgency::Hot && self.first_touch_due().is_some_and(|due| now >= due)
    }

    /// True for a hot lead that nobody touched and that is cold in less than four hours.
    pub fn is_cooling(&self, now: i64) -> bool {
        self.urgency(now) == Urgency::Hot && self.hot_until.is_some_and(|until| is_nearly_cold(until, now))
    }

    /// The first class of PRODUCT.md 2 that applies.
    pub fn urgency(&self, now: i64) -> Urgency {
        let (status, _) = self.standing(now);
        if status == Status::Archived {
            Urgency::Archived
        } else if self.burns(now) && !self.touched {
            Urgency::Hot
        } else if self.expiring_deadline(now).is_some() {
            Urgency::Expiring
        } else if self.is_due(now) {
            Urgency::Due
        } else if self.later_until.is_some() {
            Urgency::Later
        } else if self.away {
            Urgency::Away
        } else if !self.needs_answer {
            Urgency::Informational
        } else if status == Status::Received && self.touched {
            Urgency::Touched
        } else if status == Status::Received && self.contact_me {
            Urgency::Waiting
        } else {
            Urgency::Calm
        }
    }

    /// The end of the clock that runs: 72 h, the expiry, the owed deadline, or the follow-up date. Seconds since 1970.
    pub fn deadline(&self, now: i64) -> Option<i64> {
        let answer = (self.needs_answer && self.standing(now).0 == Status::Received).then_some(self.end);
        match self.urgency(now) {
            Urgency::Hot => self.hot_until,
            Urgency::Expiring => self.expiring_deadline(now),
            Urgency::Due => self.later_until.filter(|until| *until <= now).or(self.owed_due),
            Urgency::Later => self.later_until,
            Urgency::Waiting | Urgency::Touched | Urgency::Calm => answer.or(self.owed_due),
            Urgency::Informational | Urgency::Away | Urgency::Archived => None,
        }
    }

    /// True where the seller owes somebody an answer now: hot, expiring, due, cooled or touched leads, and those Received
    /// that need one. What sleeps, was put away, informs or is done asks for nothing (PRODUCT.md 4, `n`).
    pub fn to_answer(&self, now: i64) -> bool {
        match self.urgency(now) {
            Urgency::Hot | Urgency::Expiring | Urgency::Due | Urgency::Waiting | Urgency::Touched => true,
            Urgency::Calm => self.decided.0 == Status::Received,
            Urgency::Later | Urgency::Informational | Urgency::Away | Urgency::Archived => false,
        }
    }

    /// The next second after `now` at which status, urgency or deadline may change by the clock alone.
    pub fn next_edge(&self, now: i64) -> Option<i64> {
        if self.standing(now).0 == Status::Archived {
            return None;
        }
        let received = self.decided.0 == Status::Received;
        let edges = [
            received.then_some(self.end),
            (received && self.needs_answer).then(|| self.end.saturating_sub(EXPIRING)),
            self.hot_until.filter(|_| received),
            self.later_until,
            self.owed_due.map(|due| due.saturating_sub(EXPIRING)),
        ];
        edges.into_iter().flatten().filter(|edge| *edge > now).min()
    }

    fn is_due(&self, now: i64) -> bool {
        let follow_up = self.later_until.is_some_and(|until| until <= now);
        follow_up || (self.decided.0 == Status::Accepted && !self.touched)
    }

    /// The nearest end within 72 h: the expiry of a Received lead, or what is owed to Partner Center.
    fn expiring_deadline(&self, now: i64) -> Option<i64> {
        let near = |end: &i64| end.saturating_sub(now) <= EXPIRING;
        let expiry = (self.needs_answer && self.decided.0 == Status::Received).then_some(self.end).filter(near);
        [expiry, self.owed_due.filter(near)].into_iter().flatten().min()
    }
}

/// The default order: class, then the nearest deadline, then newest; archived leads newest first; last by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UrgencyKey {
    /// The class.
    pub urgency: Urgency,
    deadline: i64,
    created: i64,
    id: LeadId,
}

impl UrgencyKey {
    /// The key of a lead at `now`. Compare keys of one `now` only.
    pub fn new(vitals: &Vitals, id: LeadId, now: i64) -> Self {
        let deadline = vitals.deadline(now).unwrap_or(i64::MAX);
        Self { urgency: vitals.urgency(now), deadline, created: vitals.created, id }
    }

    /// Its place within the class, but for the last word, the id's: deadline, then newest.
    pub(super) fn place(&self) -> (i64, Reverse<i64>) {
        (self.deadline, Reverse(self.created))
    }
}

impl Ord for UrgencyKey {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.urgency, self.deadline)
            .cmp(&(other.urgency, other.deadline))
            .then(other.created.cmp(&self.created))
            .then(self.id.cmp(&other.id))
    }
}

impl PartialOrd for UrgencyKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The deadline by which Partner Center takes a verdict: the lead's expiry for accept and decline, none for won and lost.
pub fn owed_until(kind: VerdictKind, record: &Record, terms: &Terms) -> Option<Moment> {
    match kind {
        VerdictKind::Accepted | VerdictKind::Declined => expires_at(record, terms),
        VerdictKind::Won | VerdictKind::Lost => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_of_the_first_touch_runs_while_the_lead_waits_untouched() {
        let vitals = Vitals {
            created: 1000,
            end: 1000 + 14 * 86_400,
            hot_until: Some(1000 + 72 * 3600),
            needs_answer: true,
            contact_me: true,
            decided: (Status::Received, None),
            touched: false,
            away: false,
            later_until: None,
            owed: false,
            owed_due: None,
        };
        let left = |vitals: &Vitals, after: i64| vitals.first_touch_left(1000 + after);
        assert_eq!((left(&vitals, 0), left(&vitals, FIRST_TOUCH + 60)), (Some(FIRST_TOUCH), Some(-60)));
        assert_eq!(left(&vitals, 14 * 86_400), None, "an expired lead waits for nothing");
        assert_eq!(left(&Vitals { touched: true, ..vitals }, 0), None);
        assert_eq!(left(&Vitals { needs_answer: false, ..vitals }, 0), None);
        assert_eq!(left(&Vitals { decided: (Status::Accepted, None), ..vitals }, 0), None);
    }
}
