//! What an arriving record makes of a lead that is known already (PRODUCT.md 6): only what Microsoft owns, only if it is
//! newer, status only forward, nothing blanked. Also says which outbox entries Partner Center now agrees with, and who is
//! back from away. Must not touch the seller's part of the lead that a record is about.

mod fields;

use std::borrow::Cow;

use chrono::NaiveTime;
use serde::{Deserialize, Serialize};

use crate::domain::lead::{Lead, Moment, Owed, Record, Seller};
use crate::domain::reconcile::fields::{Fields, Reading};
use crate::domain::terms::Terms;
use crate::domain::vitals;
use crate::domain::vocabulary::{LeadType, Outcome, ReceivedVia, Status, VerdictKind};

/// A record on its way in.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrival {
    /// What it says.
    pub record: Record,
    /// By which way it comes.
    pub via: ReceivedVia,
    /// How fresh it is.
    pub as_of: Moment,
    /// The seller's part, from an export of our own. Counts only for a lead new to the store.
    pub own: Option<OwnPart>,
    /// A further key by which its source knows it, unique among all that came that way: partition and row of a table.
    pub alias: Option<String>,
}

/// What an export of our own says beyond Microsoft's record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OwnPart {
    /// The seller's part.
    pub seller: Seller,
    /// What was owed then, and still is.
    pub owed: Vec<Owed>,
}

/// One field that changed, as words for the timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The column's name.
    pub field: String,
    /// What stood there.
    pub from: Option<String>,
    /// What stands there now.
    pub to: Option<String>,
}

/// What the arrival makes of the lead.
#[derive(Clone, Debug, PartialEq)]
pub enum Merged {
    /// Older than what is known, or nothing new: the lead stays as it is.
    Unchanged,
    /// Nothing new, but known to be true at a later moment.
    Confirmed(Moment),
    /// The lead after it.
    Updated {
        /// The lead, with the entries that Partner Center agrees with closed.
        lead: Box<Lead>,
        /// What changed.
        changes: Vec<FieldChange>,
        /// Sentences for the timeline: an adoption, a conflict.
        remarks: Vec<String>,
    },
}

/// How an arrival and a known lead were found to be the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// By the id both have, or by the same content.
    Known,
    /// The arrival brings Partner Center's id to a lead that a delivery brought in.
    Adopts,
    /// The arrival is the delivery of a lead that Partner Center has told of; `first` where this is found only now.
    Delivered {
        /// No delivery of this lead was known.
        first: bool,
    },
}

/// Merges an arrival into a known lead.
pub fn merge(lead: &Lead, arrival: &Arrival, fit: Fit, terms: &Terms) -> Merged {
    let Some(reading) = reading(lead, arrival, fit) else { return Merged::Unchanged };
    let mut after = lead.clone();
    // What only fills gaps says nothing of how fresh the rest is.
    if reading == Reading::Whole {
        after.receipt.as_of = lead.receipt.as_of.max(arrival.as_of);
    }
    let mut fields = Fields::new(reading);
    fields.merge(&mut after.record, &told(lead, arrival));
    let changes = fields.changes();
    settle(&mut after, terms);
    let mut remarks = same_request(&after, arrival, fit);
    if changes.is_empty() && remarks.is_empty() && after.owed == lead.owed {
        let confirmed = after.receipt.as_of;
        return if confirmed > lead.receipt.as_of { Merged::Confirmed(confirmed) } else { Merged::Unchanged };
    }
    let agreed = lead.owed.iter().filter(|owed| agrees(owed, &after.record));
    remarks.splice(0..0, agreed.map(|owed| format!("Partner Center agrees: {} settled.", owed.kind.noun())));
    remarks.extend(conflict(lead, &after, terms));
    Merged::Updated { lead: Box::new(after), changes, remarks }
}

/// What the arrival says of this lead. A row of a table that was changed has a new time, but the customer asked once; and
/// whether a lead is of an offer or a profile no API tells (domain.md 1.5), so its guess yields to what is known.
fn told<'r>(lead: &Lead, arrival: &'r Arrival) -> Cow<'r, Record> {
    let known = &lead.record;
    let dated = arrival.via.delivers() && known.created_at.time() != NaiveTime::MIN;
    let typed = !arrival.via.tells_offer_and_action() && known.lead_type != LeadType::Unknown;
    if !dated && !typed {
        return Cow::Borrowed(&arrival.record);
    }
    let mut record = arrival.record.clone();
    if dated {
        record.created_at = known.created_at;
    }
    if typed {
        record.lead_type = LeadType::Unknown;
    }
    Cow::Owned(record)
}

/// How far the arrival is believed; `None` where it says nothing to this lead. Our own exports are nobody's word. The
/// Insights download has no contacts and shortens what it has, so it fills gaps; so does the delivery of a lead that
/// Partner Center has told of. An older record is passed over, except where it brings the id, or is the first that says more
/// than Insights did.
fn reading(lead: &Lead, arrival: &Arrival, fit: Fit) -> Option<Reading> {
    let newer = arrival.as_of >= lead.receipt.as_of;
    let only_insights = lead.receipt.via == ReceivedVia::Insights && knows_nobody(&lead.record);
    match fit {
        _ if arrival.own.is_some() => None,
        Fit::Adopts => Some(Reading::Whole),
        Fit::Delivered { .. } => Some(Reading::Gaps { standing: false }),
        Fit::Known if arrival.via == ReceivedVia::Insights => Some(Reading::Gaps { standing: newer }),
        Fit::Known if newer || only_insights => Some(Reading::Whole),
        Fit::Known => None,
    }
}

fn knows_nobody(record: &Record) -> bool {
    let person = &record.person;
    person.email.is_none() && person.phone.is_none() && person.full_name().is_none()
}

/// What the timeline says where two sources turned out to tell of one request.
fn same_request(after: &Lead, arrival: &Arrival, fit: Fit) -> Vec<String> {
    let remark = match fit {
        Fit::Adopts if after.record.external_id == arrival.record.external_id => {
            "The same request, now with its Partner Center id.".to_owned()
        }
        Fit::Delivered { first: true } => format!("The same request, delivered by the {} too.", arrival.via.title()),
        _ => return Vec::new(),
    };
    vec![remark]
}

/// What a new lead makes of one that was put away: it comes back, with a sentence for the timeline, if the same person sent
/// the new one after it. Our own exports bring nothing back, nor do test leads; what is archived stays away.
pub fn back_from_away(lead: &Lead, new: &Arrival, terms: &Terms, now: Moment) -> Option<(Lead, String)> {
    let same = lead.record.person_key.is_some() && lead.record.person_key == new.record.person_key;
    let sent = new.own.is_none() && !new.record.test && new.record.created_at > lead.record.created_at;
    let open = vitals::Vitals::of(lead, terms).standing(now.timestamp()).0 != Status::Archived;
    (lead.seller.away && same && sent && open).then(|| {
        let mut after = lead.clone();
        after.seller.away = false;
        (after, "back from away: the person sent another lead".to_owned())
    })
}

/// Closes the entries that Partner Center agrees with, and those its other word has overtaken; the rest get the deadline
/// that the record gives now.
fn settle(lead: &mut Lead, terms: &Terms) {
    let record = &lead.record;
    let verdict = lead.seller.verdict.as_ref().map(|verdict| verdict.kind.standing());
    let decided = vitals::decided(record, &lead.seller, terms);
    let overtaken = record.status == Status::Archived && verdict != Some(decided);
    lead.owed.retain(|owed| owed.remark.is_some() || !(overtaken || agrees(owed, record)));
    for owed in lead.owed.iter_mut().filter(|owed| owed.remark.is_none()) {
        owed.due = vitals::owed_until(owed.kind, record, terms);
    }
}

/// True when the record shows that Partner Center knows the verdict of an entry.
fn agrees(owed: &Owed, record: &Record) -> bool {
    let ended = |outcomes: &[Outcome]| {
        record.status == Status::Archived && record.outcome.is_some_and(|outcome| outcomes.contains(&outcome))
    };
    owed.remark.is_none()
        && match owed.kind {
            VerdictKind::Accepted => record.status == Status::Accepted || ended(&[Outcome::Won, Outcome::Lost]),
            VerdictKind::Declined => ended(&[Outcome::Declined]),
            VerdictKind::Won => ended(&[Outcome::Won]),
            VerdictKind::Lost => ended(&[Outcome::Lost]),
        }
}

/// What the timeline says where Partner Center's word differs from the verdict made here, once.
fn conflict(before: &Lead, after: &Lead, terms: &Terms) -> Option<String> {
    let verdict = after.seller.verdict.as_ref()?;
    let here = verdict.kind.title();
    let news = before.record.outcome != after.record.outcome || before.record.status != after.record.status;
    let Some(outcome) = after.record.outcome else {
        let accepted = news && after.record.status == Status::Accepted && verdict.kind == VerdictKind::Declined;
        return accepted.then(|| format!("{here} here, accepted in Partner Center: correct it there."));
    };
    if !news || verdict.kind.standing().1 == Some(outcome) {
        return None;
    }
    // An accept that became a win or a loss went on, it was not contradicted.
    if verdict.kind == VerdictKind::Accepted && matches!(outcome, Outcome::Won | Outcome::Lost) {
        return None;
    }
    if outcome != Outcome::Expired {
        let there = outcome.title().to_lowercase();
        return Some(format!("{here} here, {there} in Partner Center: Partner Center's word stands."));
    }
    if vitals::decided(&after.record, &after.seller, terms).1 == Some(Outcome::Expired) {
        return Some(format!("{here} here, but too late: it had expired in Partner Center, whose word stands."));
    }
    let on = after.record.stated_expiry.map(|end| end.format(" on %-d %b").to_string()).unwrap_or_default();
    let verb = verdict.kind.verb();
    let owed = before.owed.iter().any(|owed| owed.kind == verdict.kind && owed.remark.is_none());
    let but = if owed { "; the" } else { ", although the" };
    let was = if owed { "was never" } else { "was said to be" };
    Some(format!("Partner Center expired it{on}{but} {verb} {was} entered there."))
}
