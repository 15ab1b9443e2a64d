//! From raw texts to a `Record`: blanks, precedence and tolerance in one place (PRODUCT.md 1).
//! A record is refused only without a readable creation date; any other odd value is kept as an extra and reads Unknown.
//! Must not know which file or header a text came from.

use crate::domain::country::Country;
use crate::domain::lead::{Extra, Moment, Person, Record};
use crate::domain::lead_source::{self, OfferName};
use crate::domain::vocabulary::{CallToAction, LeadType, Outcome, Qualification, Quality, Status, Validity};
use crate::domain::{moment, phone};

macro_rules! fields {
    ($($(#[$about:meta])* $variant:ident = $header:literal,)+) => {
        /// The facts of a lead record, in the order our exports write them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(usize)]
        pub enum Field { $($(#[$about])* $variant,)+ }

        impl Field {
            /// Every field, in the order of our exports.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The column's name in our exports, and the name an odd value is kept under.
            pub const fn header(self) -> &'static str {
                match self { $(Self::$variant => $header),+ }
            }
        }
    };
}

fields! {
    /// When the lead was created: the one column that is documented by name (domain.md 3.1).
    Created = "LeadCreationDateTime",
    /// The source's id.
    Id = "LeadId",
    /// Offer or profile.
    LeadType = "LeadType",
    /// `Source-Action|Offer`.
    LeadSource = "LeadSource",
    /// The action code where it stands alone, as deliveries have it.
    ActionCode = "ActionCode",
    /// The own column of the call to action.
    CallToAction = "CallToAction",
    /// `publisher.offer`.
    OfferId = "OfferId",
    /// Display name of the offer.
    OfferName = "OfferName",
    /// The customer's company.
    Company = "CustomerName",
    /// First name.
    FirstName = "FirstName",
    /// Last name.
    LastName = "LastName",
    /// Job title.
    JobTitle = "JobTitle",
    /// E-mail.
    Email = "Email",
    /// Microsoft's reading of the e-mail.
    EmailValidity = "EmailValidity",
    /// Phone.
    Phone = "Phone",
    /// Microsoft's reading of the phone.
    PhoneValidity = "PhoneValidity",
    /// Country or region.
    Country = "Country",
    /// Microsoft's quality.
    Quality = "LeadQuality",
    /// Direct, marketing- or sales-qualified.
    Qualification = "Qualification",
    /// Received, Accepted, Archived.
    Status = "Status",
    /// Won, Lost, Declined, Expired.
    Substatus = "Substatus",
    /// The record's own expiry.
    Expiry = "ExpirationDateTime",
    /// The customer's own words.
    Description = "Notes",
    /// When the record was last changed at the source.
    Updated = "UpdatedDateTime",
}

/// One record as texts: a slot a field, and the columns nobody knows.
#[derive(Clone, Debug)]
pub struct RawRecord<'a> {
    values: [Option<&'a str>; Field::ALL.len()],
    extras: Vec<(&'a str, &'a str)>,
}

impl Default for RawRecord<'_> {
    fn default() -> Self {
        Self { values: [None; Field::ALL.len()], extras: Vec::new() }
    }
}

impl<'a> RawRecord<'a> {
    /// Sets a field; a blank text leaves it missing.
    pub fn set(&mut self, field: Field, text: &'a str) {
        let text = text.trim();
        self.values[field as usize] = (!text.is_empty()).then_some(text);
    }

    /// Adds the cell of an unknown column; a blank one is left out.
    pub fn add_extra(&mut self, name: &'a str, value: &'a str) {
        if !value.trim().is_empty() {
            self.extras.push((name, value.trim()));
        }
    }

    /// The text of a field, trimmed, never blank.
    pub fn get(&self, field: Field) -> Option<&'a str> {
        self.values[field as usize]
    }
}

/// Reads a record. `Err` is the reason for a reject, a sentence without the lead's data beyond the date itself.
pub fn read(raw: &RawRecord<'_>) -> Result<Record, String> {
    let created_at = creation_date(raw)?;
    let mut odd = Vec::new();
    let lead_source = raw.get(Field::LeadSource).map(lead_source::parse).unwrap_or_default();
    let lead_type = word(raw, Field::LeadType, &mut odd, LeadType::from_word).unwrap_or(LeadType::Unknown);
    let action = raw.get(Field::ActionCode).map(lead_source::known_action).or(lead_source.action);
    let call_to_action = call_to_action(raw, action, &mut odd);
    let (status, outcome) = standing(raw, &mut odd);
    let person = person(raw);
    let country_raw = raw.get(Field::Country);
    let country = country_raw.and_then(Country::parse);
    let (publisher, offer, offer_title) = offer(raw, lead_source.offer);
    let (email_validity, phone_validity) = validities(raw, lead_type, &mut odd);
    let mut record = Record {
        external_id: owned(raw.get(Field::Id)),
        created_at,
        stated_expiry: word(raw, Field::Expiry, &mut odd, moment::parse),
        lead_type,
        call_to_action,
        source: lead_source.source.map_or(crate::domain::vocabulary::Source::Unknown, lead_source::storefront),
        quality: word(raw, Field::Quality, &mut odd, Quality::from_word).unwrap_or(Quality::Unknown),
        email_validity,
        phone_validity,
        qualification: word(raw, Field::Qualification, &mut odd, Qualification::from_word)
            .unwrap_or(Qualification::Unknown),
        status,
        outcome,
        country,
        country_raw: owned(country_raw),
        lead_source_raw: owned(raw.get(Field::LeadSource)),
        action_code: owned(action),
        publisher: owned(publisher),
        offer: owned(offer),
        offer_title: owned(offer_title),
        description: owned(raw.get(Field::Description).filter(|text| !is_empty_campaign(text))),
        do_not_contact: action.is_some_and(lead_source::is_do_not_contact),
        test: is_test(raw),
        person_key: None,
        extras: odd,
        person,
    };
    record.extras.extend(raw.extras.iter().map(|(name, value)| extra(name, value)));
    complete(&mut record);
    Ok(record)
}

/// Fills what is computed from the customer's own data: the phone in E.164 and the person key (PRODUCT.md 6). A key that
/// was known stays where the contacts it came from are gone.
pub fn complete(record: &mut Record) {
    let phone = record.person.phone.as_deref();
    record.person.phone_e164 = phone.and_then(|phone| phone::e164(phone, record.country));
    let email = record.person.email.as_deref().map(key_of_email);
    if let Some(key) = email.or_else(|| record.person.phone_e164.clone()) {
        record.person_key = Some(key);
    }
}

/// The key of the person with this e-mail.
pub fn key_of_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// When the record was last changed at its source, if it says so.
pub fn updated_at(raw: &RawRecord<'_>) -> Option<Moment> {
    let text = raw.get(Field::Updated)?;
    let moment = moment::parse(text)?;
    // A bare date is true of the day as a whole: at its end.
    let bare = !text.contains(':');
    Some(if bare { moment + chrono::TimeDelta::seconds(24 * 3600 - 1) } else { moment })
}

fn creation_date(raw: &RawRecord<'_>) -> Result<Moment, String> {
    let text = raw.get(Field::Created).ok_or("there is no creation date")?;
    moment::parse(text).ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        format!("the creation date “{shown}” cannot be read; 2026-11-20T09:12:00Z can")
    })
}

/// Reads one field by `parse`; a text that it does not know goes to `odd`.
fn word<T>(raw: &RawRecord<'_>, field: Field, odd: &mut Vec<Extra>, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
    let text = raw.get(field)?;
    let value = parse(text);
    if value.is_none() {
        odd.push(extra(field.header(), text));
    }
    value
}

fn call_to_action(raw: &RawRecord<'_>, action: Option<&str>, odd: &mut Vec<Extra>) -> CallToAction {
    if raw.get(Field::CallToAction).is_some() {
        return word(raw, Field::CallToAction, odd, CallToAction::from_word).unwrap_or(CallToAction::Unknown);
    }
    action.map_or(CallToAction::Unknown, lead_source::call_to_action)
}

/// Status and outcome; an outcome in the status column (as the Insights page writes it) archives.
/// Where a lead stands by the texts of its status and its substatus.
pub fn standing_of(status: &str, substatus: &str) -> (Status, Option<Outcome>) {
    let mut raw = RawRecord::default();
    raw.set(Field::Status, status);
    raw.set(Field::Substatus, substatus);
    standing(&raw, &mut Vec::new())
}

fn standing(raw: &RawRecord<'_>, odd: &mut Vec<Extra>) -> (Status, Option<Outcome>) {
    let stated = raw.get(Field::Substatus);
    let outcome = stated.and_then(Outcome::from_word);
    if let Some(text) = stated.filter(|text| outcome.is_none() && Status::from_word(text).is_none()) {
        odd.push(extra(Field::Substatus.header(), text));
    }
    let Some(text) = raw.get(Field::Status) else {
        return (if outcome.is_some() { Status::Archived } else { Status::Received }, outcome);
    };
    match (Status::from_word(text), Outcome::from_word(text)) {
        (Some(Status::Archived), _) => (Status::Archived, outcome),
        (Some(status), _) => {
            // An outcome of a lead that has not ended is odd: kept as received.
            odd.extend(stated.filter(|_| outcome.is_some()).map(|text| extra(Field::Substatus.header(), text)));
            (status, None)
        }
        (None, Some(outcome)) => (Status::Archived, Some(outcome)),
        (None, None) => {
            odd.push(extra(Field::Status.header(), text));
            (Status::Received, None)
        }
    }
}

fn person(raw: &RawRecord<'_>) -> Person {
    Person {
        first_name: owned(raw.get(Field::FirstName)),
        last_name: owned(raw.get(Field::LastName)),
        job_title: owned(raw.get(Field::JobTitle)),
        company: owned(raw.get(Field::Company)),
        email: owned(raw.get(Field::Email)),
        phone: owned(raw.get(Field::Phone)),
        phone_e164: None,
    }
}

/// Microsoft's validity is for Offer leads; on any other lead it reads Unknown and the text is kept.
fn validities(raw: &RawRecord<'_>, lead_type: LeadType, odd: &mut Vec<Extra>) -> (Validity, Validity) {
    let offer = lead_type == LeadType::Offer;
    let email = word(raw, Field::EmailValidity, odd, |text| {
        Validity::from_word(text).filter(|validity| offer || *validity == Validity::Unknown)
    });
    let phone = word(raw, Field::PhoneValidity, odd, |text| {
        Validity::from_word(text)
            .filter(|validity| *validity == Validity::Unknown || (offer && *validity != Validity::Spam))
    });
    (email.unwrap_or(Validity::Unknown), phone.unwrap_or(Validity::Unknown))
}

/// Publisher, offer id and title: the own columns first, then the offer part of `LeadSource`.
fn offer<'a>(
    raw: &RawRecord<'a>,
    from_source: Option<OfferName<'a>>,
) -> (Option<&'a str>, Option<&'a str>, Option<&'a str>) {
    let (source_id, source_title) = match from_source {
        Some(OfferName::Id { publisher, offer }) => (Some((publisher, offer)), None),
        Some(OfferName::Title(title)) => (None, Some(title)),
        None => (None, None),
    };
    let own_id = raw.get(Field::OfferId).map(|text| match lead_source::offer_name(text) {
        OfferName::Id { publisher, offer } => (publisher, offer),
        OfferName::Title(_) => {
            (source_id.filter(|(_, offer)| *offer == text).and_then(|(publisher, _)| publisher), text)
        }
    });
    let (publisher, offer) = match own_id.or(source_id) {
        Some((publisher, offer)) => (publisher, Some(offer)),
        None => (None, None),
    };
    (publisher, offer, raw.get(Field::OfferName).or(source_title))
}

/// Azure Table rows carry these where the customer wrote nothing (domain.md 4.2).
fn is_empty_campaign(text: &str) -> bool {
    text == "Campaigns:"
}

/// `MSFT_TEST` in any field, in any case (domain.md 4.6).
fn is_test(raw: &RawRecord<'_>) -> bool {
    const MARK: &[u8] = b"MSFT_TEST";
    let marked = |text: &&str| text.as_bytes().windows(MARK.len()).any(|window| window.eq_ignore_ascii_case(MARK));
    raw.values.iter().flatten().any(&marked) || raw.extras.iter().any(|(_, value)| marked(value))
}

fn owned(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}

fn extra(name: &str, value: &str) -> Extra {
    Extra { name: name.to_owned(), value: value.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vocabulary::Source;

    fn raw<'a>(fields: &[(Field, &'a str)]) -> RawRecord<'a> {
        let mut raw = RawRecord::default();
        raw.set(Field::Created, "2026-11-20T09:12:00Z");
        for (field, text) in fields {
            raw.set(*field, text);
        }
        raw
    }

    fn record(fields: &[(Field, &str)]) -> Record {
        read(&raw(fields)).expect("readable")
    }

    #[test]
    fn the_own_column_wins_over_the_action_code() {
        let lead_source = "AzureMarketplace-INS|contoso.sql-backup";
        let decoded = record(&[(Field::LeadSource, lead_source)]);
        assert_eq!(decoded.call_to_action, CallToAction::GetItNow);
        let own = record(&[(Field::LeadSource, lead_source), (Field::CallToAction, "contact ME")]);
        assert_eq!(own.call_to_action, CallToAction::ContactMe);
        assert_eq!(own.action_code.as_deref(), Some("INS"));
        let odd = record(&[(Field::LeadSource, lead_source), (Field::CallToAction, "Buy twice")]);
        assert_eq!(odd.call_to_action, CallToAction::Unknown);
        assert_eq!(odd.extras, [extra("CallToAction", "Buy twice")]);
    }

    #[test]
    fn offers_come_from_their_columns_first() {
        let both = record(&[
            (Field::LeadSource, "AzurePortal-Create | Gateway R77 (BYOL)"),
            (Field::OfferId, "contoso.check-point-r77-10sg-byol"),
        ]);
        assert_eq!(both.publisher.as_deref(), Some("contoso"));
        assert_eq!(both.offer.as_deref(), Some("check-point-r77-10sg-byol"));
        assert_eq!(both.offer_title.as_deref(), Some("Gateway R77 (BYOL)"));
        let bare = record(&[(Field::OfferId, "sql-backup"), (Field::LeadSource, "SPZA-PLT|contoso.sql-backup")]);
        assert_eq!((bare.publisher.as_deref(), bare.offer.as_deref()), (Some("contoso"), Some("sql-backup")));
        assert_eq!(bare.source, Source::AppSource);
    }

    #[test]
    fn validity_is_for_offer_leads_and_spam_for_mail_only() {
        let fields = [(Field::EmailValidity, "Spam"), (Field::PhoneValidity, "Spam")];
        let offer = record(&[fields[0], fields[1], (Field::LeadType, "Offer")]);
        assert_eq!((offer.email_validity, offer.phone_validity), (Validity::Spam, Validity::Unknown));
        let profile = record(&[fields[0], fields[1], (Field::LeadType, "Profile")]);
        assert_eq!((profile.email_validity, profile.phone_validity), (Validity::Unknown, Validity::Unknown));
        assert_eq!(profile.extras.len(), 2, "the texts are kept");
    }

    #[test]
    fn status_reads_both_vocabularies() {
        let standing = |status, substatus| {
            let record = record(&[(Field::Status, status), (Field::Substatus, substatus)]);
            (record.status, record.outcome)
        };
        assert_eq!(standing("", ""), (Status::Received, None));
        assert_eq!(standing("Archived", "Expired"), (Status::Archived, Some(Outcome::Expired)));
        assert_eq!(standing("closed", "won"), (Status::Archived, Some(Outcome::Won)));
        assert_eq!(standing("Lost", ""), (Status::Archived, Some(Outcome::Lost)));
        assert_eq!(standing("Active", "Accepted"), (Status::Accepted, None));
        assert_eq!(standing("Received", "Won"), (Status::Received, None));
        assert_eq!(standing("Simmering", ""), (Status::Received, None));
    }

    #[test]
    fn one_bad_thing_only_rejects() {
        assert!(read(&RawRecord::default()).expect_err("no date").contains("no creation date"));
        let mut unreadable = RawRecord::default();
        unreadable.set(Field::Created, "not a date");
        assert!(read(&unreadable).expect_err("bad date").contains("“not a date”"));
    }

    #[test]
    fn tests_and_do_not_contact_are_seen() {
        assert!(record(&[(Field::Email, "msft_test_1@test.com")]).test);
        assert!(!record(&[(Field::Company, "MSFT TEST")]).test);
        assert!(record(&[(Field::LeadSource, "SPZA-dnc|a.b")]).do_not_contact);
        assert_eq!(
            record(&[(Field::Email, " ANA@Northwind.example ")]).person_key.as_deref(),
            Some("ana@northwind.example")
        );
        assert_eq!(record(&[(Field::Description, "Campaigns: ")]).description, None);
    }
}
