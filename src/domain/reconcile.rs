//! What an arriving record makes of a lead that is known already (PRODUCT.md 6): only what Microsoft owns, only if it is
//! newer, status only forward, nothing blanked. Also says which outbox entries Partner Center now agrees with, and who is
//! back from away. Must not touch the seller's part of the lead that a record is about.

use serde::{Deserialize, Serialize};

use crate::domain::lead::{Extra, Lead, Moment, Owed, Record, Seller};
use crate::domain::moment::rfc3339;
use crate::domain::record::complete;
use crate::domain::terms::Terms;
use crate::domain::vitals;
use crate::domain::vocabulary::{
    CallToAction, LeadType, Outcome, Qualification, Quality, ReceivedVia, Status, Validity, VerdictKind,
};

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

/// Merges an arrival into a known lead.
pub fn merge(lead: &Lead, arrival: &Arrival, terms: &Terms) -> Merged {
    if arrival.own.is_some() || arrival.as_of < lead.receipt.as_of {
        return Merged::Unchanged;
    }
    let mut after = lead.clone();
    after.receipt.as_of = arrival.as_of;
    let mut merge = Merge { changes: Vec::new() };
    merge.record(&mut after.record, &arrival.record);
    settle(&mut after, terms);
    if merge.changes.is_empty() && after.owed == lead.owed {
        return if arrival.as_of > lead.receipt.as_of { Merged::Confirmed(arrival.as_of) } else { Merged::Unchanged };
    }
    let agreed = lead.owed.iter().filter(|owed| agrees(owed, &after.record));
    let mut remarks: Vec<_> =
        agreed.map(|owed| format!("Partner Center agrees: {} settled.", owed.kind.noun())).collect();
    remarks.extend(told(lead, &after, terms));
    Merged::Updated { lead: Box::new(after), changes: merge.changes, remarks }
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

/// What else the timeline says: an adoption, a conflict.
fn told(before: &Lead, after: &Lead, terms: &Terms) -> Vec<String> {
    let mut remarks = Vec::new();
    if before.record.external_id.is_none() && after.record.external_id.is_some() {
        remarks.push("The same request, now with its Partner Center id.".to_owned());
    }
    let (Some(verdict), Some(outcome)) = (&after.seller.verdict, after.record.outcome) else { return remarks };
    if before.record.outcome == after.record.outcome || verdict.kind.standing().1 == Some(outcome) {
        return remarks;
    }
    // An accept that became a win or a loss went on, it was not contradicted.
    if verdict.kind == VerdictKind::Accepted && matches!(outcome, Outcome::Won | Outcome::Lost) {
        return remarks;
    }
    let here = verdict.kind.title();
    if outcome != Outcome::Expired {
        let there = outcome.title().to_lowercase();
        remarks.push(format!("{here} here, {there} in Partner Center: Partner Center's word stands."));
    } else if vitals::decided(&after.record, &after.seller, terms).1 != Some(Outcome::Expired) {
        let on = after.record.stated_expiry.map(|end| end.format(" on %-d %b").to_string()).unwrap_or_default();
        let verb = verdict.kind.verb();
        let owed = before.owed.iter().any(|owed| owed.kind == verdict.kind && owed.remark.is_none());
        let but = if owed { "; the" } else { ", although the" };
        let was = if owed { "was never" } else { "was said to be" };
        remarks.push(format!("Partner Center expired it{on}{but} {verb} {was} entered there."));
    }
    remarks
}

struct Merge {
    changes: Vec<FieldChange>,
}

impl Merge {
    fn record(&mut self, known: &mut Record, arriving: &Record) {
        self.text("LeadId", &mut known.external_id, arriving.external_id.as_ref());
        // Without an id the first delivery is what the 72 hours count from: a later one must not move them.
        let created_at = arriving.external_id.is_some().then_some(arriving.created_at);
        self.value("LeadCreationDateTime", &mut known.created_at, created_at, |at| rfc3339(*at));
        if let Some(expiry) = arriving.stated_expiry.filter(|expiry| known.stated_expiry != Some(*expiry)) {
            self.note("ExpirationDateTime", known.stated_expiry.map(rfc3339), Some(rfc3339(expiry)));
            known.stated_expiry = Some(expiry);
        }
        self.words(known, arriving);
        self.standing(known, arriving);
        self.texts(known, arriving);
        for extra in &arriving.extras {
            self.extra(&mut known.extras, extra);
        }
        if arriving.lead_source_raw.is_some() {
            known.do_not_contact = arriving.do_not_contact;
        }
        self.validities(known);
        known.test |= arriving.test;
        complete(known);
    }

    fn words(&mut self, known: &mut Record, new: &Record) {
        macro_rules! words {
            ($($header:literal $field:ident $kind:ident;)+) => {$(
                let known_word = (new.$field != $kind::Unknown).then_some(new.$field);
                if known_word.is_some() {
                    known.extras.retain(|extra| extra.name != $header);
                }
                self.value($header, &mut known.$field, known_word, |word| word.title().to_owned());
            )+};
        }
        words! {
            "LeadType" lead_type LeadType;
            "CallToAction" call_to_action CallToAction;
            "LeadQuality" quality Quality;
            "EmailValidity" email_validity Validity;
            "PhoneValidity" phone_validity Validity;
            "Qualification" qualification Qualification;
        }
    }

    fn texts(&mut self, known: &mut Record, new: &Record) {
        let person = &mut known.person;
        self.text("CustomerName", &mut person.company, new.person.company.as_ref());
        self.text("FirstName", &mut person.first_name, new.person.first_name.as_ref());
        self.text("LastName", &mut person.last_name, new.person.last_name.as_ref());
        self.text("JobTitle", &mut person.job_title, new.person.job_title.as_ref());
        self.text("Email", &mut person.email, new.person.email.as_ref());
        self.text("Phone", &mut person.phone, new.person.phone.as_ref());
        self.text("Country", &mut known.country_raw, new.country_raw.as_ref());
        if new.country_raw.is_some() {
            known.country = new.country;
        }
        self.text("LeadSource", &mut known.lead_source_raw, new.lead_source_raw.as_ref());
        // Source and action are parts of that text and follow it, or a reading of it would differ from the lead.
        if new.lead_source_raw.is_some() {
            known.source = new.source;
            known.action_code.clone_from(&new.action_code);
        }
        self.text("Publisher", &mut known.publisher, new.publisher.as_ref());
        self.text("OfferId", &mut known.offer, new.offer.as_ref());
        self.text("OfferName", &mut known.offer_title, new.offer_title.as_ref());
        self.text("Notes", &mut known.description, new.description.as_ref());
    }

    /// Microsoft's validities are for Offer leads: on a lead that turns out to be none they read Unknown, on one that
    /// turns out to be an Offer lead the texts kept so far are read.
    fn validities(&mut self, known: &mut Record) {
        let (offer, extras) = (known.lead_type == LeadType::Offer, &mut known.extras);
        let fields = [("EmailValidity", &mut known.email_validity), ("PhoneValidity", &mut known.phone_validity)];
        for (header, validity) in fields {
            let kept = extras.iter().position(|extra| extra.name == header);
            if !offer && *validity != Validity::Unknown {
                let text = validity.title().to_owned();
                self.value(header, validity, Some(Validity::Unknown), |word| word.title().to_owned());
                if kept.is_none() {
                    extras.push(Extra { name: header.to_owned(), value: text });
                }
            } else if let Some(place) = kept.filter(|_| offer && *validity == Validity::Unknown) {
                let word = Validity::from_word(&extras[place].value)
                    .filter(|word| *word != Validity::Spam || header == "EmailValidity");
                self.value(header, validity, word, |word| word.title().to_owned());
            }
        }
    }

    /// Status moves only forward; within Archived the newer outcome stands.
    fn standing(&mut self, known: &mut Record, new: &Record) {
        let forward = new.status > known.status;
        let corrected = new.status == known.status && new.outcome.is_some() && new.outcome != known.outcome;
        if forward || corrected {
            self.note("Status", Some(standing_words(known)), Some(standing_words(new)));
            known.status = new.status;
            known.outcome = new.outcome;
        }
    }

    fn text(&mut self, header: &str, known: &mut Option<String>, new: Option<&String>) {
        let Some(new) = new.filter(|new| known.as_ref() != Some(new)) else { return };
        let from = known.replace(new.clone());
        self.note(header, from, Some(new.clone()));
    }

    fn value<T: PartialEq>(&mut self, header: &str, known: &mut T, new: Option<T>, words: impl Fn(&T) -> String) {
        let Some(new) = new.filter(|new| new != known) else { return };
        self.note(header, Some(words(known)), Some(words(&new)));
        *known = new;
    }

    fn extra(&mut self, known: &mut Vec<Extra>, new: &Extra) {
        match known.iter_mut().find(|extra| extra.name == new.name) {
            Some(extra) if extra.value == new.value => {}
            Some(extra) => {
                self.note(&new.name, Some(extra.value.clone()), Some(new.value.clone()));
                extra.value.clone_from(&new.value);
            }
            None => {
                self.note(&new.name, None, Some(new.value.clone()));
                known.push(new.clone());
            }
        }
    }

    fn note(&mut self, field: &str, from: Option<String>, to: Option<String>) {
        self.changes.push(FieldChange { field: field.to_owned(), from, to });
    }
}

fn standing_words(record: &Record) -> String {
    match record.outcome {
        Some(outcome) => format!("{} ({})", record.status.title(), outcome.word()),
        None => record.status.title().to_owned(),
    }
}
