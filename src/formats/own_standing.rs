//! What stood behind the status that our own JSON shows: the clock, the seller, or Partner Center. JSON says the status as it
//! was then, so this infers the least that shows the same, and lets the clock and Partner Center go on from there.
//! Must not claim more for Partner Center than what nothing else explains.

use chrono::TimeDelta;

use crate::domain::lead::{Moment, Owed, Record, Seller, Verdict};
use crate::domain::terms::Terms;
use crate::domain::vitals;
use crate::domain::vocabulary::{Outcome, Reason, Status, VerdictKind};

/// What the keys say of where a lead stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// Status, clocks included.
    pub status: Status,
    /// Outcome, clocks included.
    pub outcome: Option<Outcome>,
    /// Its urgency is `expiring`.
    pub expiring: bool,
    /// A verdict was owed to Partner Center.
    pub owed: bool,
    /// Why it was declined or lost.
    pub reason: Option<Reason>,
    /// Notes to it.
    pub notes: Option<String>,
}

impl Shown {
    /// Gives record and seller what shows the same, and answers what is owed. The file was written at the latest at `written`.
    pub fn restore(self, record: &mut Record, seller: &mut Seller, written: Moment) -> Vec<Owed> {
        if let Some(kind) = self.decided_here(seller) {
            return self.verdict(kind, record, seller, written);
        }
        let by_the_clock = match self.outcome {
            Some(Outcome::Expired) => record.stated_expiry.is_some_and(|end| end <= written),
            Some(Outcome::AgedOut) => {
                let end = Terms::default().ages_out_at(record.source, record.created_at);
                record.stated_expiry.is_none() && end <= written
            }
            _ => false,
        };
        // What the clock does is done again by the clock, so that a newer word of Partner Center's brings the lead back.
        if !by_the_clock {
            record.status = self.status;
            record.outcome = self.outcome.filter(|_| self.status == Status::Archived);
        }
        Vec::new()
    }

    /// The verdict of the seller's that the status must come from: it is owed, has a reason, or a deal was made.
    fn decided_here(&self, seller: &Seller) -> Option<VerdictKind> {
        let kind = VerdictKind::ALL.iter().find(|kind| kind.standing() == (self.status, self.outcome))?;
        let reasoned = self.reason.is_some() || self.notes.is_some();
        let dealt = *kind != VerdictKind::Declined && seller.deal.is_some();
        (self.owed || reasoned || dealt).then_some(*kind)
    }

    fn verdict(self, kind: VerdictKind, record: &Record, seller: &mut Seller, written: Moment) -> Vec<Owed> {
        // Nothing says when; it was in time, or the lead would show as Expired.
        let last = record.stated_expiry.map_or(written, |end| written.min(end - TimeDelta::seconds(1)));
        let at = last.max(record.created_at);
        seller.verdict = Some(Verdict {
            kind,
            at,
            accepted_at: (kind != VerdictKind::Declined).then_some(at),
            reason: self.reason,
            notes: self.notes,
            reported: !self.owed,
        });
        let due = vitals::owed_until(kind, record, &Terms::default());
        // An entry whose deadline is near makes a lead `expiring`: one that does not has none.
        let near = due.is_some_and(|due| due - written <= TimeDelta::hours(72));
        let due = due.filter(|_| self.expiring || !near);
        if self.owed { vec![Owed { kind, opened_at: at, due, remark: None, uploaded_at: None }] } else { Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::parse;
    use crate::domain::record::{self, Field, RawRecord};

    fn lead(stated_expiry: Option<&str>) -> Record {
        let mut raw = RawRecord::default();
        raw.set(Field::Created, "2026-11-01T00:00:00Z");
        raw.set(Field::LeadType, "Profile");
        let mut record = record::read(&raw).unwrap();
        record.stated_expiry = stated_expiry.and_then(parse);
        record
    }

    fn shown(status: Status, outcome: Option<Outcome>) -> Shown {
        Shown { status, outcome, expiring: false, owed: false, reason: None, notes: None }
    }

    fn restored(shown: Shown, expiry: Option<&str>) -> (Record, Seller, Vec<Owed>) {
        let (mut record, mut seller) = (lead(expiry), Seller::default());
        let owed = shown.restore(&mut record, &mut seller, parse("2026-11-20T12:00:00Z").unwrap());
        (record, seller, owed)
    }

    #[test]
    fn what_the_clock_did_is_left_to_the_clock() {
        let expired = || shown(Status::Archived, Some(Outcome::Expired));
        let past = restored(expired(), Some("2026-11-15T00:00:00Z")).0;
        assert_eq!((past.status, past.outcome), (Status::Received, None));
        let early = restored(expired(), Some("2026-11-25T00:00:00Z")).0;
        assert_eq!((early.status, early.outcome), (Status::Archived, Some(Outcome::Expired)), "Partner Center said so");
        let young = restored(shown(Status::Archived, Some(Outcome::AgedOut)), None).0;
        assert_eq!(young.outcome, Some(Outcome::AgedOut), "younger than six months: stated");
    }

    #[test]
    fn what_is_owed_or_has_a_reason_was_decided_here_and_in_time() {
        let owed = Shown { owed: true, expiring: true, ..shown(Status::Accepted, None) };
        let (record, seller, entries) = restored(owed, Some("2026-11-15T00:00:00Z"));
        let verdict = seller.verdict.unwrap();
        assert_eq!((record.status, verdict.kind, verdict.reported), (Status::Received, VerdictKind::Accepted, false));
        assert_eq!(Some(verdict.decided_at()), parse("2026-11-14T23:59:59Z"));
        assert_eq!(entries.iter().map(|entry| entry.due).collect::<Vec<_>>(), [parse("2026-11-15T00:00:00Z")]);
        let lost = Shown { reason: Some(Reason::Budget), ..shown(Status::Archived, Some(Outcome::Lost)) };
        let (record, seller, entries) = restored(lost, None);
        assert_eq!((record.status, entries.len()), (Status::Received, 0));
        assert!(seller.verdict.is_some_and(|verdict| verdict.reported && verdict.reason == Some(Reason::Budget)));
        let told = restored(shown(Status::Accepted, None), None);
        assert_eq!((told.0.status, told.1.verdict), (Status::Accepted, None), "nothing but Partner Center explains it");
    }
}
