//! What is owed as one row of Partner Center's bulk upload (domain.md 3.3): which verdict goes next, what it says of the
//! customer's intent to purchase, and the mark "uploaded, not yet confirmed" that an entry bears once its file was written.
//! A marked entry is still owed: only an import shows what Partner Center took. Must not write a file.

use crate::domain::lead::{Lead, Moment, Owed};
use crate::domain::vocabulary::{Outcome, Status, VerdictKind};

/// The words for an entry that was written to a file and has not been seen to have arrived.
pub const UPLOADED: &str = "uploaded, not yet confirmed";

/// `Marketplace Purchase Intent`, required on every upload: whether the customer means to buy through the marketplace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// The customer does.
    Yes,
    /// The customer does not.
    No,
    /// Nobody knows yet.
    Undecided,
}

impl Intent {
    /// Every answer.
    pub const ALL: [Self; 3] = [Self::Yes, Self::No, Self::Undecided];

    /// As Partner Center writes it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Yes => "Yes",
            Self::No => "No",
            Self::Undecided => "Have not decided",
        }
    }

    /// What a verdict says of it (inferred): who bought meant to buy, who was declined or lost does not, the rest is open.
    pub const fn of(kind: VerdictKind) -> Self {
        match kind {
            VerdictKind::Accepted => Self::Undecided,
            VerdictKind::Declined | VerdictKind::Lost => Self::No,
            VerdictKind::Won => Self::Yes,
        }
    }
}

/// What a row says of a lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// This verdict. `waits`: one that is owed besides, and can be told only once Partner Center shows this one.
    Write {
        /// The verdict.
        kind: VerdictKind,
        /// The one that waits.
        waits: Option<VerdictKind>,
    },
    /// Nothing: Partner Center knows it, and the next import closes the entry.
    Known,
    /// Nothing: Partner Center closed the lead otherwise, and opens nothing again.
    Closed(Option<Outcome>),
    /// Nothing: Partner Center has accepted it, and declines no accepted lead.
    AcceptedThere,
    /// Only a correction is owed, which no file makes.
    Correction,
    /// Nothing is owed.
    Nothing,
}

/// What is told next of a lead that stands so at Partner Center: an accept before the win or the loss that followed it.
pub fn next(lead: &Lead, (status, outcome): (Status, Option<Outcome>)) -> Next {
    let open: Vec<VerdictKind> = lead.owed.iter().filter(|owed| owed.remark.is_none()).map(|owed| owed.kind).collect();
    if open.is_empty() {
        return if lead.owed.is_empty() { Next::Nothing } else { Next::Correction };
    }
    let ends = |kind: &VerdictKind| kind.standing().0 == Status::Archived;
    let end = open.iter().copied().find(ends);
    let accept = open.contains(&VerdictKind::Accepted);
    match status {
        Status::Archived => {
            let won_or_lost = matches!(outcome, Some(Outcome::Won | Outcome::Lost));
            let known = end.map_or(won_or_lost, |end| end.standing().1 == outcome);
            if known { Next::Known } else { Next::Closed(outcome) }
        }
        Status::Accepted => match end {
            Some(VerdictKind::Declined) => Next::AcceptedThere,
            Some(kind) => Next::Write { kind, waits: None },
            None => Next::Known,
        },
        Status::Received => match end {
            Some(kind) if !accept => Next::Write { kind, waits: None },
            waits => Next::Write { kind: VerdictKind::Accepted, waits },
        },
    }
}

/// The lead with its entry of this kind marked as uploaded at `now`; `None` where the entry is gone, or the verdict or the
/// deal is no longer the one that was written.
pub fn mark(lead: &Lead, written: &Lead, kind: VerdictKind, now: Moment) -> Option<Lead> {
    let entry = written.owed.iter().find(|owed| is_told_by(owed, kind))?;
    let mut after = lead.clone();
    let owed = after.owed.iter_mut().find(|owed| owed.is_same_entry(entry))?;
    owed.uploaded_at = Some(now);
    let same = lead.seller.verdict == written.seller.verdict && lead.seller.deal == written.seller.deal;
    same.then_some(after)
}

/// True for the entry that a row of this verdict tells.
fn is_told_by(owed: &Owed, kind: VerdictKind) -> bool {
    owed.kind == kind && owed.remark.is_none()
}

/// Takes the marks away where what was uploaded is no longer what is owed: the verdict or the deal has changed.
pub fn reset(after: &mut Lead, before: &Lead) {
    if after.seller.verdict != before.seller.verdict || after.seller.deal != before.seller.deal {
        after.owed.iter_mut().for_each(|owed| owed.uploaded_at = None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lead::{LeadId, Receipt, Seller};
    use crate::domain::moment::parse;
    use crate::domain::record::{Field, RawRecord, read};
    use crate::domain::vocabulary::ReceivedVia;

    fn owing(kinds: &[VerdictKind], remark: Option<&str>) -> Lead {
        let at = parse("2026-11-20").expect("a moment");
        let mut raw = RawRecord::default();
        raw.set(Field::Created, "2026-11-20");
        let owed = |kind: &VerdictKind| Owed {
            kind: *kind,
            opened_at: at,
            due: None,
            remark: remark.map(str::to_owned),
            uploaded_at: None,
        };
        Lead {
            id: LeadId(1),
            rev: 1,
            record: read(&raw).expect("a record"),
            seller: Seller::default(),
            owed: kinds.iter().map(owed).collect(),
            receipt: Receipt { via: ReceivedVia::PartnerCenterExport, at, as_of: at },
        }
    }

    #[test]
    fn an_accept_goes_before_the_end_that_followed_it() {
        use VerdictKind::{Accepted, Declined, Lost, Won};
        let new = (Status::Received, None);
        let accepted = (Status::Accepted, None);
        let closed = |outcome| (Status::Archived, Some(outcome));
        let write = |kind, waits| Next::Write { kind, waits };
        for (owed, there, told) in [
            (&[][..], new, Next::Nothing),
            (&[Accepted], new, write(Accepted, None)),
            (&[Declined], new, write(Declined, None)),
            (&[Accepted, Won], new, write(Accepted, Some(Won))),
            (&[Lost], new, write(Lost, None)),
            (&[Accepted], accepted, Next::Known),
            (&[Accepted, Lost], accepted, write(Lost, None)),
            (&[Won], accepted, write(Won, None)),
            (&[Declined], accepted, Next::AcceptedThere),
            (&[Accepted], closed(Outcome::Won), Next::Known),
            (&[Accepted, Won], closed(Outcome::Won), Next::Known),
            (&[Accepted, Won], closed(Outcome::Lost), Next::Closed(Some(Outcome::Lost))),
            (&[Declined], closed(Outcome::Declined), Next::Known),
            (&[Accepted], closed(Outcome::Expired), Next::Closed(Some(Outcome::Expired))),
        ] {
            assert_eq!(next(&owing(owed, None), there), told, "{owed:?} {there:?}");
        }
        assert_eq!(next(&owing(&[Accepted], Some("correct it")), new), Next::Correction);
    }

    #[test]
    fn the_intent_follows_the_verdict() {
        let said: Vec<_> = VerdictKind::ALL.iter().map(|kind| (kind.word(), Intent::of(*kind).title())).collect();
        assert_eq!(said, [("accepted", "Have not decided"), ("declined", "No"), ("won", "Yes"), ("lost", "No")]);
    }
}
