//! Undo and redo of the seller's changes (PRODUCT.md 4): what a lead becomes when a change is taken back or made again,
//! and what that means for what is owed to Partner Center. Must not decide which change is the last: the journal does.

use serde::{Deserialize, Serialize};

use crate::domain::lead::{Lead, Moment, Owed, Seller};
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

    /// True when the step between two pages gave or took a verdict: what an import can contradict.
    pub fn decides_against(&self, other: &Self) -> bool {
        self.seller.verdict != other.seller.verdict
    }
}

/// The lead with one change taken back. An entry the change opened is withdrawn; where Partner Center was already told,
/// a new entry says what to correct there.
pub fn revert(lead: &Lead, before: &Page, after: &Page, now: Moment) -> Lead {
    let mut reverted = lead.clone();
    reverted.seller = before.seller.clone();
    let opened = || after.owed.iter().filter(|owed| !before.owed.contains(owed));
    for entry in opened() {
        match reverted.owed.iter().position(|owed| same_entry(owed, entry)) {
            Some(open) => drop(reverted.owed.remove(open)),
            None => reverted.owed.push(correction(entry.kind, now)),
        }
    }
    let told = after.seller.verdict.as_ref().filter(|verdict| verdict.reported);
    if let Some(verdict) = told.filter(|_| after.decides_against(before)) {
        reverted.owed.push(correction(verdict.kind, now));
    }
    reverted
}

/// The lead with a reverted change made again: its entry opens again, a correction that the undo asked for goes.
pub fn repeat(lead: &Lead, before: &Page, after: &Page) -> Lead {
    let mut repeated = lead.clone();
    repeated.seller = after.seller.clone();
    let mut told: Vec<VerdictKind> = Vec::new();
    repeated.owed.retain(|owed| {
        let correction = owed.remark.is_some();
        if correction {
            told.push(owed.kind);
        }
        !correction
    });
    for entry in after.owed.iter().filter(|owed| !before.owed.contains(owed)) {
        if !told.contains(&entry.kind) {
            repeated.owed.push(entry.clone());
        }
    }
    repeated
}

fn same_entry(a: &Owed, b: &Owed) -> bool {
    a.kind == b.kind && a.opened_at == b.opened_at
}

fn correction(kind: VerdictKind, now: Moment) -> Owed {
    let remark = format!("Partner Center was told {}; correct it there.", kind.title());
    Owed { kind, opened_at: now, due: None, remark: Some(remark) }
}
