//! What of a lead may stand in a column of a CRM file: each field by the name that a mapping gives it, its words where it is
//! one of few, and its text. Contacts come from the one function that hands them out. Must not know a vendor.

use std::borrow::Cow;

use crate::domain::contacts::contacts;
use crate::domain::lead::{Lead, Moment, Record};
use crate::domain::lead_key::LeadKeys;
use crate::domain::moment::rfc3339;
use crate::domain::terms::Terms;
use crate::domain::vitals::Vitals;
use crate::domain::vocabulary::{CallToAction, LeadType, Outcome, Qualification, Quality, Source, Status};
use crate::formats::crm::cell::clean;

macro_rules! fields {
    ($($variant:ident = $name:literal $words:literal $about:literal;)+) => {
        /// A field of a lead, as a mapping names it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum LeadField { $(#[doc = $about] $variant,)+ }

        impl LeadField {
            /// Every field.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its name in a mapping.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// What people call it: "3 leads had no last name".
            pub const fn words(self) -> &'static str {
                match self { $(Self::$variant => $words),+ }
            }

            /// What it holds.
            pub const fn about(self) -> &'static str {
                match self { $(Self::$variant => $about),+ }
            }
        }
    };
}

fields! {
    FirstName = "first_name" "first name" "first name";
    LastName = "last_name" "last name" "last name";
    Company = "company" "company" "the customer's company";
    JobTitle = "job_title" "job title" "job title";
    Email = "email" "e-mail" "e-mail, left out where it is no address";
    Phone = "phone" "phone" "phone in E.164 where it can be read so, else as received";
    Country = "country" "country" "the country's English name where it is known, else as received";
    CountryCode = "country_code" "country code" "its ISO 3166 code, where it is known";
    Description = "description" "description" "the customer's own words";
    Topic = "topic" "topic" "the deal's name, else company and offer";
    Source = "source" "lead source" "storefront";
    LeadSource = "lead_source" "lead source" "`LeadSource` as Microsoft wrote it: `Source-Action|Offer`";
    CallToAction = "call_to_action" "call to action" "what the customer pressed";
    LeadType = "type" "lead type" "of a published offer, or of the business profile";
    Qualification = "qualification" "qualification" "who brought it: the customer, Microsoft's marketing, its sellers";
    Quality = "quality" "quality" "Microsoft's quality";
    Standing = "standing" "status" "where it stands with you";
    Offer = "offer" "offer" "the offer's display name, else its id";
    OfferId = "offer_id" "offer id" "`publisher.offer`";
    DoNotContact = "do_not_contact" "do-not-contact mark" "whether the customer asked not to be contacted";
    CreatedAt = "created_at" "creation date" "when it was created, RFC 3339 in UTC";
    CreatedOn = "created_on" "creation date" "the day of it in UTC, `2026-11-20`";
    LeadboxId = "leadbox_id" "leadbox id" "leadbox's own key of the lead, which never changes";
    ExternalId = "external_id" "id at its source" "the id of its source, such as Partner Center's";
    Note = "note" "note" "your note";
    Tags = "tags" "tags" "your tags, by comma";
    DealName = "deal_name" "deal name" "name of the deal";
    DealValue = "deal_value" "deal value" "value of the deal, a plain number";
    DealCurrency = "deal_currency" "currency" "its currency, an ISO 4217 code";
    CloseOn = "close_on" "close date" "estimated close date, `2026-12-31`";
    DealNotes = "deal_notes" "deal notes" "notes of the deal";
    CrmId = "crm_id" "CRM id" "the CRM id you gave it";
    CampaignId = "campaign_id" "campaign id" "the campaign id you gave it";
}

/// A lead as a mapping reads it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'l> {
    /// The lead.
    pub lead: &'l Lead,
    /// Where it stands now.
    pub standing: (Status, Option<Outcome>),
    /// The keys of its store.
    pub keys: &'l LeadKeys,
}

/// A value of a field that is one of few: its word in a mapping, and its title.
pub type Choice = (&'static str, &'static str);

/// Where a lead may stand; archived is one that ended nobody says how.
const STANDINGS: [Choice; 9] = [
    ("received", "Received"),
    ("touched", "Contacted"),
    ("accepted", "Accepted"),
    ("won", "Won"),
    ("lost", "Lost"),
    ("declined", "Declined"),
    ("expired", "Expired"),
    ("aged_out", "Aged out"),
    ("archived", "Archived"),
];

const MARKS: [Choice; 2] = [("yes", "yes"), ("no", "no")];

macro_rules! choices {
    ($kind:ident) => {
        $kind::ALL.iter().map(|value| (value.word(), value.title())).collect()
    };
}

impl LeadField {
    /// The field of such a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.name() == name)
    }

    /// The values of a field that is one of few; empty for text.
    pub fn choices(self) -> Vec<Choice> {
        match self {
            Self::Source => choices!(Source),
            Self::CallToAction => choices!(CallToAction),
            Self::LeadType => choices!(LeadType),
            Self::Qualification => choices!(Qualification),
            Self::Quality => choices!(Quality),
            Self::Standing => STANDINGS.to_vec(),
            Self::DoNotContact => MARKS.to_vec(),
            _ => Vec::new(),
        }
    }

    /// True where a part of the value is another value: it is left out rather than cut.
    pub const fn is_whole(self) -> bool {
        matches!(
            self,
            Self::Email
                | Self::Phone
                | Self::LeadboxId
                | Self::ExternalId
                | Self::CrmId
                | Self::CountryCode
                | Self::CreatedAt
                | Self::CreatedOn
                | Self::CloseOn
                | Self::DealValue
                | Self::DealCurrency
        )
    }

    /// The word of a field that is one of few; `None` for text.
    pub fn choice(self, Subject { lead, standing, .. }: Subject<'_>) -> Option<&'static str> {
        let record = &lead.record;
        Some(match self {
            Self::Source => record.source.word(),
            Self::CallToAction => record.call_to_action.word(),
            Self::LeadType => record.lead_type.word(),
            Self::Qualification => record.qualification.word(),
            Self::Quality => record.quality.word(),
            Self::Standing => word_of(standing, !lead.seller.touches.is_none()),
            Self::DoNotContact if record.do_not_contact => "yes",
            Self::DoNotContact => "no",
            _ => return None,
        })
    }

    /// The text of the field as it is; `None` where there is none, and for a field that is one of few.
    pub fn text(self, Subject { lead, standing, keys }: Subject<'_>) -> Option<Cow<'_, str>> {
        let (record, person, deal) = (&lead.record, &lead.record.person, lead.seller.deal.as_ref());
        let borrowed = |text: Option<&'_ str>| text.map(|text| Cow::Owned(text.to_owned()));
        match self {
            Self::FirstName => person.first_name.as_deref().map(Cow::Borrowed),
            Self::LastName => person.last_name.as_deref().map(Cow::Borrowed),
            Self::Company => person.company.as_deref().map(Cow::Borrowed),
            Self::JobTitle => person.job_title.as_deref().map(Cow::Borrowed),
            Self::Email => contacts(lead, standing).email.map(Cow::Borrowed),
            Self::Phone => {
                let contacts = contacts(lead, standing);
                contacts.phone_e164.or(contacts.phone).map(Cow::Borrowed)
            }
            Self::Country => {
                let named = record.country.map(|country| Cow::Borrowed(country.name()));
                named.or(record.country_raw.as_deref().map(Cow::Borrowed))
            }
            Self::CountryCode => record.country.map(|country| Cow::Owned(country.code().to_owned())),
            Self::Description => record.description.as_deref().map(Cow::Borrowed),
            Self::Topic => topic(lead).map(Cow::Owned),
            Self::LeadSource => record.lead_source_raw.as_deref().map(Cow::Borrowed),
            Self::Offer => {
                // A title that nobody can see names no offer.
                let title = record.offer_title.as_deref().filter(|title| !clean(title, false).is_empty());
                title.map(Cow::Borrowed).or_else(|| offer_id(record))
            }
            Self::OfferId => offer_id(record),
            Self::CreatedAt => Some(Cow::Owned(rfc3339(record.created_at))),
            Self::CreatedOn => Some(Cow::Owned(record.created_at.format("%Y-%m-%d").to_string())),
            Self::LeadboxId => Some(Cow::Owned(keys.of(lead))),
            Self::ExternalId => record.external_id.as_deref().map(Cow::Borrowed),
            Self::Note => lead.seller.note.as_deref().map(Cow::Borrowed),
            Self::Tags => Some(Cow::Owned(lead.seller.tags.join(", "))),
            Self::DealName => borrowed(deal.map(|deal| deal.name.as_str())),
            Self::DealValue => deal?.value.map(|value| Cow::Owned(value.to_string())),
            Self::DealCurrency => borrowed(deal?.currency.as_deref()),
            Self::CloseOn => deal?.close_on.map(|date| Cow::Owned(date.format("%Y-%m-%d").to_string())),
            Self::DealNotes => borrowed(deal?.notes.as_deref()),
            Self::CrmId => borrowed(deal?.crm_id.as_deref()),
            Self::CampaignId => borrowed(deal?.campaign_id.as_deref()),
            _ => None,
        }
    }
}

/// Status and outcome of a lead at `now`.
pub fn standing(lead: &Lead, terms: &Terms, now: Moment) -> (Status, Option<Outcome>) {
    Vitals::of(lead, terms).standing(now.timestamp())
}

const fn word_of(standing: (Status, Option<Outcome>), touched: bool) -> &'static str {
    match standing {
        (_, Some(Outcome::Won)) => "won",
        (_, Some(Outcome::Lost)) => "lost",
        (_, Some(Outcome::Declined)) => "declined",
        (_, Some(Outcome::Expired)) => "expired",
        (_, Some(Outcome::AgedOut)) => "aged_out",
        (Status::Archived, None) => "archived",
        (Status::Accepted, None) => "accepted",
        (Status::Received, None) if touched => "touched",
        (Status::Received, None) => "received",
    }
}

/// The deal's own name, else what the lead is called; nothing where neither customer nor offer is known.
fn topic(lead: &Lead) -> Option<String> {
    let record = &lead.record;
    let known = record.person.company.is_some() || record.person.full_name().is_some() || record.offer_name().is_some();
    let deal = lead.seller.deal.as_ref().map(|deal| deal.name.clone());
    deal.or_else(|| known.then(|| record.deal_name()))
}

fn offer_id(record: &Record) -> Option<Cow<'_, str>> {
    match (&record.publisher, &record.offer) {
        (Some(publisher), Some(offer)) => Some(Cow::Owned(format!("{publisher}.{offer}"))),
        (_, offer) => offer.as_deref().map(Cow::Borrowed),
    }
}
