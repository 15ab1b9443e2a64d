//! A lead as JSON, field by field as PRODUCT.md 5 writes it: times RFC 3339 UTC, missing = null, words in snake case.
//! Contacts come from the one function that hands them out. Must not choose which leads are written.

use serde::Serialize;

use crate::domain::contacts::contacts;
use crate::domain::lead::{Deal, Lead, Moment};
use crate::domain::moment::rfc3339;
use crate::domain::terms::Terms;
use crate::domain::vitals::{self, Vitals};
use crate::domain::vocabulary::Outcome;

/// What each field of the object says, in its order; the README's table is made of it.
pub const FIELDS: &[(&str, &str)] = &[
    ("id", "number of the lead in this store"),
    ("external_id", "id at Partner Center, or at the source that brought it"),
    ("tab", "`marketplace` or `qualified`"),
    ("type", "`offer`, `profile`, `unknown`"),
    ("status", "`received`, `accepted`, `archived`: as it is now, clocks included"),
    ("outcome", "`won`, `lost`, `declined`, `expired`, `aged_out`; null unless archived"),
    ("urgency", "`hot`, `expiring`, `due`, `waiting`, `touched`, `calm`, `later`, `informational`, `away`, `archived`"),
    ("favorite", "the heart"),
    ("away", "put away"),
    ("do_not_contact", "the customer asked not to be contacted"),
    ("test", "a test lead of Microsoft's; such leads are in no list unless shown by id"),
    ("created_at", "when the customer asked"),
    ("expires_at", "when Partner Center expires it; null for leads that need no answer"),
    ("first_name", "customer"),
    ("last_name", "customer"),
    ("job_title", "customer"),
    ("company", "customer"),
    ("email", "as received; null for an expired lead"),
    ("phone", "as received; null for an expired lead"),
    ("phone_e164", "the same phone as `+551155500100`, where it can be read as one"),
    ("country", "ISO 3166 code of two letters"),
    ("country_raw", "country as received"),
    ("email_validity", "`valid`, `invalid`, `spam`, `unknown`: Microsoft's reading"),
    ("phone_validity", "`valid`, `invalid`, `unknown`: Microsoft's reading"),
    ("quality", "`high`, `low`, `unknown`: Microsoft's reading"),
    ("qualification", "`direct`, `marketing`, `sales`, `unknown`"),
    ("call_to_action", "`contact_me`, `get_it_now`, `free_trial`, `test_drive`, `unknown`"),
    ("source", "`appsource`, `azure_marketplace`, `azure_portal`, `unknown`"),
    ("action_code", "`PLT`, `INS`, … the code between source and offer"),
    ("lead_source_raw", "the source as received"),
    ("publisher", "publisher id of the offer"),
    ("offer", "offer id"),
    ("offer_title", "the offer's name"),
    ("description", "the customer's own words"),
    ("tags", "the seller's"),
    ("note", "the seller's"),
    ("later_until", "follow-up date"),
    ("touches", "how often the customer was contacted"),
    ("first_touch_at", "the first time"),
    ("last_touch_at", "the last time"),
    (
        "deal",
        "`{name, value, currency, close_on, notes, crm_id, campaign_id, team: [{name, email, phone}]}`; the value is a string",
    ),
    ("reason", "`{code, text}` of a declined or lost lead"),
    ("reason_notes", "notes to it"),
    (
        "received_via",
        "`partner-center-export`, `partner-center-insights`, `partner-center-bulk`, `partner-center-referrals`, `https-endpoint`, `azure-table`, `leadbox-export`, `csv`: how it came first",
    ),
    ("person_leads", "how many leads this person has, this one included"),
    ("owed", "Partner Center has not been told of a verdict yet"),
];

/// The parts of the fields that have some, in their order; `a.b` is part `b` of field `a`.
pub const PARTS: &[(&str, &str)] = &[
    ("deal.name", "deal name"),
    ("deal.value", "estimated value, a decimal string"),
    ("deal.currency", "ISO 4217 code of it"),
    ("deal.close_on", "estimated close date"),
    ("deal.notes", "what the customer looks for"),
    ("deal.crm_id", "the seller's own id of it"),
    ("deal.campaign_id", "marketing campaign"),
    ("deal.team", "`[{name, email, phone}]`"),
    ("reason.code", "1 to 8"),
    ("reason.text", "its words"),
];

/// The object of `list --json`, in its order of fields; `FIELDS` says what each holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names are the contract; FIELDS explains each")]
pub struct LeadJson {
    pub id: i64,
    pub external_id: Option<String>,
    pub tab: &'static str,
    pub r#type: &'static str,
    pub status: &'static str,
    pub outcome: Option<&'static str>,
    pub urgency: &'static str,
    pub favorite: bool,
    pub away: bool,
    pub do_not_contact: bool,
    pub test: bool,
    pub created_at: String,
    pub expires_at: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub job_title: Option<String>,
    pub company: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub phone_e164: Option<String>,
    pub country: Option<String>,
    pub country_raw: Option<String>,
    pub email_validity: &'static str,
    pub phone_validity: &'static str,
    pub quality: &'static str,
    pub qualification: &'static str,
    pub call_to_action: &'static str,
    pub source: &'static str,
    pub action_code: Option<String>,
    pub lead_source_raw: Option<String>,
    pub publisher: Option<String>,
    pub offer: Option<String>,
    pub offer_title: Option<String>,
    pub description: Option<String>,
    pub tags: Vec<String>,
    pub note: Option<String>,
    pub later_until: Option<String>,
    pub touches: u32,
    pub first_touch_at: Option<String>,
    pub last_touch_at: Option<String>,
    pub deal: Option<Deal>,
    pub reason: Option<ReasonJson>,
    pub reason_notes: Option<String>,
    pub received_via: &'static str,
    pub person_leads: u32,
    pub owed: bool,
}

/// The reason of a declined or lost lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ReasonJson {
    /// One of eight.
    pub code: u8,
    /// Its words.
    pub text: &'static str,
}

impl LeadJson {
    /// The lead as it is at `now`. `person_leads` is how many leads its person has.
    pub fn of(lead: &Lead, terms: &Terms, now: Moment, person_leads: u32) -> Self {
        let vitals = Vitals::of(lead, terms);
        let standing = vitals.standing(now.timestamp());
        let (record, seller) = (&lead.record, &lead.seller);
        let person = &record.person;
        let contacts = contacts(lead, standing);
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let grounds = seller.grounds(standing.1);
        let reason = grounds.and_then(|verdict| verdict.reason);
        Self {
            id: lead.id.0,
            external_id: record.external_id.clone(),
            tab: record.tab().word(),
            r#type: record.lead_type.word(),
            status: standing.0.word(),
            outcome: standing.1.map(Outcome::word),
            urgency: vitals.urgency(now.timestamp()).word(),
            favorite: seller.favorite,
            away: seller.away,
            do_not_contact: record.do_not_contact,
            test: record.test,
            created_at: rfc3339(record.created_at),
            expires_at: vitals::expires_at(record, terms).map(rfc3339),
            first_name: person.first_name.clone(),
            last_name: person.last_name.clone(),
            job_title: person.job_title.clone(),
            company: person.company.clone(),
            email: owned(contacts.email),
            phone: owned(contacts.phone),
            phone_e164: owned(contacts.phone_e164),
            country: record.country.map(|country| country.code().to_owned()),
            country_raw: record.country_raw.clone(),
            email_validity: record.email_validity.word(),
            phone_validity: record.phone_validity.word(),
            quality: record.quality.word(),
            qualification: record.qualification.word(),
            call_to_action: record.call_to_action.word(),
            source: record.source.word(),
            action_code: record.action_code.clone(),
            lead_source_raw: record.lead_source_raw.clone(),
            publisher: record.publisher.clone(),
            offer: record.offer.clone(),
            offer_title: record.offer_title.clone(),
            description: record.description.clone(),
            tags: seller.tags.clone(),
            note: seller.note.clone(),
            later_until: seller.later_until.map(rfc3339),
            touches: seller.touches.count,
            first_touch_at: seller.touches.first_at.map(rfc3339),
            last_touch_at: seller.touches.last_at.map(rfc3339),
            deal: seller.deal.clone(),
            reason: reason.map(|reason| ReasonJson { code: reason.code(), text: reason.title() }),
            reason_notes: grounds.and_then(|verdict| verdict.notes.clone()),
            received_via: lead.receipt.via.word(),
            person_leads,
            owed: !lead.owed.is_empty(),
        }
    }
}
