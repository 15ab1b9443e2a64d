//! Undo and redo of the seller's changes (PRODUCT.md 4): what a lead becomes when a change is taken back or made again,
//! and what that means for what is owed to Partner Center. Must not decide which change is the last: the journal does.

use serde::{Deserialize, Serialize};

use crate::domain::lead::{Lead, Moment, Owed, Seller};
use crate::domain::terms::Terms;
use crate::domain::upload;
use crate::domain::vitals;
use crate::domain::vocabulary::VerdictKind;

/// The part of a lead that a change of the seller's may alter; the journal keeps one from before and one from after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// The seller's part.
    pub seller: Seller,
    /// What was owed.
    pub owed: Vec<Owed>,
}

impl Page {
    /// The page of a lead as it is.
    pub fn of(lead: &Lead) -> Self {
        Self { seller: lead.seller.clone(), owed: lead.owed.clone() }
    }

    /// True when the step between two pages gave or took a verdict.
    pub fn decides_against(&self, other: &Self) -> bool {
        self.seller.verdict != other.seller.verdict
    }

    /// True when the step between two pages is one that an import can contradict: it gave or took a verdict, or said what
    /// Partner Center was told.
    pub fn tells_against(&self, other: &Self) -> bool {
        self.decides_against(other) || self.settled_by(other).chain(other.settled_by(self)).next().is_some()
    }

    /// The entries that the step from this page to the next closed.
    pub fn settled_by<'a>(&'a self, next: &'a Self) -> impl Iterator<Item = &'a Owed> {
        self.owed.iter().filter(|entry| !next.owes(entry))
    }

    /// True when the step to the next page says that Partner Center was told, and nothing else.
    pub fn is_ticked_off_by(&self, next: &Self) -> bool {
        self.seller == next.seller && self.settled_by(next).next().is_some()
    }

    fn owes(&self, entry: &Owed) -> bool {
        self.owed.iter().any(|other| other.is_same_entry(entry))
    }
}

/// The lead with one change taken back. An entry the change opened is withdrawn; where Partner Center was already told,
/// a new entry says what to correct there.
pub fn revert(lead: &Lead, before: &Page, after: &Page, terms: &Terms, now: Moment) -> Lead {
    let mut reverted = lead.clone();
    reverted.seller = step(&lead.seller, &after.seller, &before.seller);
    let (mut told, mut uploaded) = (Vec::new(), Vec::new());
    for entry in after.settled_by(before) {
        match reverted.owed.iter().position(|owed| owed.is_same_entry(entry)) {
            Some(open) => {
                let withdrawn = reverted.owed.remove(open);
                uploaded.extend(withdrawn.uploaded_at.map(|_| withdrawn.kind));
            }
            None => told.push(entry.kind),
        }
    }
    // What the change had settled is owed again.
    reopen(&mut reverted, before.settled_by(after), terms);
    let verdict = after.seller.verdict.as_ref().filter(|verdict| verdict.reported);
    told.extend(verdict.filter(|_| after.decides_against(before)).map(|verdict| verdict.kind));
    upload::reset(&mut reverted, lead);
    let corrections = told.into_iter().map(|kind| correction(kind, now));
    for correction in corrections.chain(uploaded.into_iter().map(|kind| correction_of_upload(kind, now))) {
        // The same correction asked for twice in one second is one entry.
        if !reverted.owed.contains(&correction) {
            reverted.owed.push(correction);
        }
    }
    reverted
}

/// The lead with a reverted change made again, `before` and `after` being the pages of that undo: the entries it withdrew
/// open again, those it opened go. Entries of other steps stay as they are.
pub fn repeat(lead: &Lead, before: &Page, after: &Page, terms: &Terms) -> Lead {
    let mut repeated = lead.clone();
    repeated.seller = step(&lead.seller, &after.seller, &before.seller);
    repeated.owed.retain(|owed| before.owes(owed) || !after.owes(owed));
    reopen(&mut repeated, before.settled_by(after), terms);
    upload::reset(&mut repeated, lead);
    repeated
}

/// Opens entries again, each due when the record says now: an import may have moved the deadline meanwhile.
fn reopen<'a>(lead: &mut Lead, entries: impl Iterator<Item = &'a Owed>, terms: &Terms) {
    for entry in entries {
        if !lead.owed.iter().any(|owed| owed.is_same_entry(entry)) {
            let due = match entry.remark {
                None => vitals::owed_until(entry.kind, &lead.record, terms),
                Some(_) => entry.due,
            };
            lead.owed.push(Owed { due, ..entry.clone() });
        }
    }
}

/// The seller's part with only those fields changed that differ between two pages: what other steps did stays.
fn step(now: &Seller, from: &Seller, to: &Seller) -> Seller {
    fn pick<T: Clone + PartialEq>(now: &T, from: &T, to: &T) -> T {
        if from == to { now.clone() } else { to.clone() }
    }
    Seller {
        favorite: pick(&now.favorite, &from.favorite, &to.favorite),
        away: pick(&now.away, &from.away, &to.away),
        tags: pick(&now.tags, &from.tags, &to.tags),
        note: pick(&now.note, &from.note, &to.note),
        later_until: pick(&now.later_until, &from.later_until, &to.later_until),
        touches: pick(&now.touches, &from.touches, &to.touches),
        deal: pick(&now.deal, &from.deal, &to.deal),
        verdict: pick(&now.verdict, &from.verdict, &to.verdict),
    }
}

fn correction(kind: VerdictKind, now: Moment) -> Owed {
    remarked(kind, format!("Partner Center was told {}; correct it there.", kind.title()), now)
}

/// Whether the file was uploaded nobody knows here.
fn correction_of_upload(kind: VerdictKind, now: Moment) -> Owed {
    let said = kind.title();
    remarked(
        kind,
        format!("A file for the bulk upload said {said}; if it was uploaded, correct it in Partner Center."),
        now,
    )
}

fn remarked(kind: VerdictKind, remark: String, now: Moment) -> Owed {
    Owed { kind, opened_at: now, due: None, remark: Some(remark), uploaded_at: None }
}
