//! What of a lead may stand in a column of a CRM file: each field by the name that a mapping gives it, its words where it is
//! one of few, and its text. Contacts come from the one function that hands them out. Must not know a vendor.

use std::borrow::Cow;

use crate::domain::contacts::contacts;
use crate::domain::lead::{Lead, Moment, Record};
use crate::domain::moment::rfc3339;
use crate::domain::terms::Terms;
use crate::domain::vitals::Vitals;
use crate::domain::vocabulary::{CallToAction, LeadType, Outcome, Qualification, Quality, Source, Status};
use crate::formats::crm::key::lead_key;

macro_rules! fields {
    ($($(#[$about:meta])* $variant:ident = $name:literal $words:literal;)+) => {
        /// A field of a lead, as a mapping names it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum LeadField { $($(#[$about])* $variant,)+ }

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
        }
    };
}

fields! {
    /// First name.
    FirstName = "first_name" "first name";
    /// Last name.
    LastName = "last_name" "last name";
    /// Company.
    Company = "company" "company";
    /// Job title.
    JobTitle = "job_title" "job title";
    /// E-mail.
    Email = "email" "e-mail";
    /// Phone in E.164 where it can be read so, else as received.
    Phone = "phone" "phone";
    /// Name of the country in English, else as received.
    Country = "country" "country";
    /// Its ISO 3166 code, where it is known.
    CountryCode = "country_code" "country code";
    /// The customer's own words.
    Description = "description" "description";
    /// The name of the deal, else company and offer.
    Topic = "topic" "topic";
    /// Storefront.
    Source = "source" "lead source";
    /// `LeadSource` as Microsoft wrote it.
    LeadSource = "lead_source" "lead source";
    /// What the customer pressed.
    CallToAction = "call_to_action" "call to action";
    /// Offer or profile.
    LeadType = "type" "lead type";
    /// Who brought it.
    Qualification = "qualification" "qualification";
    /// Microsoft's quality.
    Quality = "quality" "quality";
    /// Where the lead stands: status, outcome and whether it was contacted, in one word.
    Standing = "standing" "status";
    /// Title of the offer, else its id.
    Offer = "offer" "offer";
    /// `publisher.offer`.
    OfferId = "offer_id" "offer id";
    /// The customer asked not to be contacted.
    DoNotContact = "do_not_contact" "do-not-contact mark";
    /// The moment the lead was created.
    CreatedAt = "created_at" "creation date";
    /// The same as a date of UTC.
    CreatedOn = "created_on" "creation date";
    /// Our own key of the lead.
    LeadboxId = "leadbox_id" "leadbox id";
    /// The id of its source.
    ExternalId = "external_id" "id at its source";
    /// The seller's note.
    Note = "note" "note";
    /// The seller's tags, by comma.
    Tags = "tags" "tags";
    /// Name of the deal.
    DealName = "deal_name" "deal name";
    /// Value of the deal, a plain number.
    DealValue = "deal_value" "deal value";
    /// Currency of the value.
    DealCurrency = "deal_currency" "currency";
    /// When the deal is to close.
    CloseOn = "close_on" "close date";
    /// What the customer looks for, in the seller's words.
    DealNotes = "deal_notes" "deal notes";
    /// The id the seller gave it in the CRM.
    CrmId = "crm_id" "CRM id";
    /// The campaign it belongs to.
    CampaignId = "campaign_id" "campaign id";
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
    pub fn choice(self, lead: &Lead, standing: (Status, Option<Outcome>)) -> Option<&'static str> {
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
    pub fn text(self, lead: &Lead, standing: (Status, Option<Outcome>)) -> Option<Cow<'_, str>> {
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
            Self::Offer => record.offer_title.as_deref().map(Cow::Borrowed).or_else(|| offer_id(record)),
            Self::OfferId => offer_id(record),
            Self::CreatedAt => Some(Cow::Owned(rfc3339(record.created_at))),
            Self::CreatedOn => Some(Cow::Owned(record.created_at.format("%Y-%m-%d").to_string())),
            Self::LeadboxId => Some(Cow::Owned(lead_key(lead))),
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
