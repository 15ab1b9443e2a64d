//! One payload of the HTTPS endpoint (domain.md 4.1): what Partner Center posts to a URL, names in any case. It has no id and
//! no date, so that a payload without them was created when it was delivered.
//! Must not refuse a lead for a value it does not understand: an unknown one stays as an unknown column.

use crate::domain::lead::Moment;
use crate::domain::record::Field;
use crate::formats::arriving::RowRead;
use crate::formats::json_fields::{Fields, Place, gather};
use crate::formats::json_value::Json;

/// True where the names are those of a payload: the nested customer, or one of the names beside it.
pub fn is_payload(names: &dyn Fn(&str) -> bool) -> bool {
    ["userdetails", "leadsource", "actioncode", "offertitle"].into_iter().any(names)
}

/// Reads a payload that was delivered then.
pub fn read(value: &Json, delivered: Moment) -> Result<RowRead, String> {
    let Json::Object(members) = value else { return Err("it is no object with the names of a lead".to_owned()) };
    let mut found = Vec::new();
    for (name, value) in members {
        match customer(name, value) {
            Some(customer) => gather(name, &customer, &mut found)?,
            None => gather(name, value, &mut found)?,
        }
    }
    let mut fields = Fields::sort(found, place)?;
    let documented = is_payload(&|wanted| members.iter().any(|(name, _)| name.trim().eq_ignore_ascii_case(wanted)));
    // Something else, or a payload in a wrapping: read as a lead it would be nobody, and the next one the same nobody.
    if !documented && !PERSON.iter().any(|field| fields.get(*field).is_some()) {
        return Err("none of a lead's names stands in it: no UserDetails, no LeadSource".to_owned());
    }
    // Inferred: the endpoint is set up for an offer, so every lead it gets belongs to one.
    fields.fill(Field::LeadType, "Offer");
    let updated_at = fields.get(Field::Updated).and_then(crate::domain::moment::parse);
    let record = fields.record(Some(delivered))?;
    Ok(RowRead { record, updated_at, own: None, alias: None, undated: false })
}

/// What says who the customer is, where it stands flat.
const PERSON: [Field; 5] = [Field::Email, Field::Phone, Field::FirstName, Field::LastName, Field::Company];

/// The customer where it is an object written as a text (inferred: so a table has it); any other text is kept as it is.
fn customer(name: &str, value: &Json) -> Option<Json> {
    let Json::Text(text) = value else { return None };
    let is_customer = name.trim().eq_ignore_ascii_case("UserDetails");
    Json::parse(text).ok().filter(|inner| is_customer && matches!(inner, Json::Object(_)))
}

/// `UserDetails` and the names beside it are documented; that the customer may stand flat, and names that say more than the
/// documented payload does, are inferred.
fn place(path: &str) -> Place {
    Place::Field(match path.strip_prefix("userdetails.").unwrap_or(path) {
        "firstname" => Field::FirstName,
        "lastname" => Field::LastName,
        "email" => Field::Email,
        "phone" => Field::Phone,
        "country" => Field::Country,
        "company" => Field::Company,
        "title" => Field::JobTitle,
        "leadsource" => Field::LeadSource,
        "actioncode" => Field::ActionCode,
        "offertitle" | "offername" | "offerdisplayname" => Field::OfferName,
        "offerid" | "productid" => Field::OfferId,
        "description" => Field::Description,
        "leadid" => Field::Id,
        "leadtype" => Field::LeadType,
        "leadcreationdatetime" | "creationdate" | "createddatetime" | "createdtime" => Field::Created,
        "leadboxreason" => return Place::Nothing,
        _ => return Place::Unknown,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lead::Record;
    use crate::domain::moment::parse;
    use crate::domain::vocabulary::{CallToAction, LeadType, Source};

    fn record(text: &str) -> Record {
        read(&Json::parse(text).unwrap(), parse("2026-11-20T12:00:00Z").unwrap()).unwrap().record
    }

    #[test]
    fn what_has_none_of_the_names_is_no_lead() {
        let read = |text: &str| read(&Json::parse(text).unwrap(), parse("2026-11-20T12:00:00Z").unwrap());
        for text in [
            r#"{"body":{"UserDetails":{"FirstName":"Ann","Email":"ann@x.example"},"LeadSource":"AzureMarketplace"}}"#,
            r#"{"hello":"world"}"#,
            "{}",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        let text = r#"{"userdetails":"{\"email\":\"ann@x.example\"}","LeadSource":"AzureMarketplace"}"#;
        assert_eq!(read(text).unwrap().record.person.email.as_deref(), Some("ann@x.example"));
        for (text, kept) in [
            (r#"{"UserDetails":"Ann, ann@x.example"}"#, "Ann, ann@x.example"),
            (r#"{"UserDetails":7}"#, "7"),
            (r#"{"UserDetails":["Ann"]}"#, "Ann"),
        ] {
            assert_eq!(read(text).unwrap().record.extras[0].value, kept, "{text}");
        }
        assert!(read(r#"{"UserDetails":{"Email":""},"LeadSource":"AppSource"}"#).is_ok(), "blank, and said so");
        assert!(read(r#"{"Email":"ann@x.example"}"#).is_ok(), "flat");
    }

    #[test]
    fn the_documented_payload() {
        let record = record(
            r#"{"UserDetails":{"FirstName":"Some","LastName":"One","Email":"someone@contoso.com","Phone":16175555555,
            "Country":"USA","Company":"Contoso","Title":"Esquire"},"LeadSource":"AzureMarketplace","ActionCode":"ins",
            "OfferTitle":"Test Microsoft","Description":"Test run through Power Automate"}"#,
        );
        let person = &record.person;
        assert_eq!(person.full_name().as_deref(), Some("Some One"));
        assert_eq!((person.phone.as_deref(), person.job_title.as_deref()), (Some("16175555555"), Some("Esquire")));
        assert_eq!(record.country.map(|country| country.code().to_owned()).as_deref(), Some("US"));
        assert_eq!((record.source, record.call_to_action), (Source::AzureMarketplace, CallToAction::GetItNow));
        assert_eq!(
            (record.action_code.as_deref(), record.lead_source_raw.as_deref()),
            (Some("INS"), Some("AzureMarketplace"))
        );
        assert_eq!((record.lead_type, record.created_at), (LeadType::Offer, parse("2026-11-20T12:00:00Z").unwrap()));
        assert_eq!((record.external_id, record.extras.len()), (None, 0));
    }

    #[test]
    fn glued_sources_flat_customers_and_unknown_names() {
        let glued = record(
            r#"{"leadSource":"AppSource (SPZA)-PLT|contoso.sql-backup","firstname":"Ewa","EMAIL":"e@x.example",
            "userDetails":{"Budget":{"Amount":5000}},"CreatedDateTime":"soon"}"#,
        );
        assert_eq!((glued.call_to_action, glued.publisher.as_deref()), (CallToAction::ContactMe, Some("contoso")));
        assert_eq!(
            (glued.person.first_name.as_deref(), glued.person.email.as_deref()),
            (Some("Ewa"), Some("e@x.example"))
        );
        let extras: Vec<_> = glued.extras.iter().map(|extra| (extra.name.as_str(), extra.value.as_str())).collect();
        assert_eq!(extras, [("userDetails.Budget.Amount", "5000"), ("CreationDate", "soon")]);
    }

    #[test]
    fn who_must_not_be_called_and_who_is_a_test() {
        let dnc = record(r#"{"LeadSource":"SPZA","ActionCode":"DNC","UserDetails":null}"#);
        assert!(dnc.do_not_contact && dnc.call_to_action == CallToAction::Unknown);
        assert!(record(r#"{"LeadSource":"SPZA","UserDetails":{"Title":"msft_test_636573304831318844"}}"#).test);
        assert!(record(r#"{"ActionCode":"MSFT_TEST_1"}"#).test);
        let delivered = parse("2026-11-20T12:00:00Z").unwrap();
        for text in ["[]", "5", "null", "\"LeadSource\""] {
            assert!(read(&Json::parse(text).unwrap(), delivered).is_err(), "{text}");
        }
    }
}
