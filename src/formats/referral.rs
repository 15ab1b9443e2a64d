//! One referral of Partner Center's Referrals API (domain.md 1.5 to 1.8), read leniently: anything may be null or missing, the
//! words of `referralSource` and `callToAction` are not documented, further names are kept as unknown columns.
//! Tells leads from co-sell opportunities. Must not read the seller's part: a deal there is Partner Center's word.

use crate::domain::record::Field;
use crate::formats::arriving::RowRead;
use crate::formats::json_fields::{Fields, Leaf, Place, leaves};
use crate::formats::json_value::Json;

/// What a referral is (domain.md 1.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A customer asked.
    Marketplace,
    /// Microsoft's marketing or sellers pass it on.
    Qualified,
    /// A deal shared between partners or with Microsoft: no lead.
    CoSell,
}

/// A referral that is a lead.
#[derive(Clone, Debug)]
pub struct Referral {
    /// Its record.
    pub row: RowRead,
    /// Its id, to write back by.
    pub id: String,
    /// The version that was read, quotes and all; a write that names it fails if the referral has changed since.
    pub etag: Option<String>,
    /// Marketplace or Qualified.
    pub kind: Kind,
}

/// Why a referral is not taken in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// It is no incoming lead: left out without harm.
    #[error("{0}")]
    NoLead(&'static str),
    /// It cannot be read.
    #[error("{0}")]
    Unreadable(String),
}

/// True where the names are those of a referral.
pub fn is_referral(names: &dyn Fn(&str) -> bool) -> bool {
    let known = ["engagementid", "qualification", "customerprofile", "createddatetime", "substatus", "direction"];
    names("id") && known.into_iter().any(names)
}

/// What a referral is: by type, qualification and who invited. Where the table of domain.md 1.7 is silent it is taken for a
/// lead, because a lead that is left out is lost.
pub fn kind(value: &Json) -> Kind {
    let word = |name| value.get(name).and_then(Json::text).unwrap_or_default().to_lowercase();
    let inviter = value.find(&["inviteContext", "invitedBy", "organizationId"]).and_then(Json::text);
    let microsoft = inviter.is_none_or(|id| id.eq_ignore_ascii_case("msft"));
    match (word("type").as_str(), word("qualification").as_str()) {
        ("shared", _) => Kind::CoSell,
        (_, "direct") => Kind::Marketplace,
        (_, "salesqualified" | "marketingqualified") if microsoft => Kind::Qualified,
        (_, "none") if inviter.is_some() && microsoft => Kind::Marketplace,
        (_, "none" | "salesqualified" | "marketingqualified") => Kind::CoSell,
        _ if microsoft => Kind::Marketplace,
        _ => Kind::CoSell,
    }
}

/// Reads a referral.
pub fn read(value: &Json) -> Result<Referral, NotTaken> {
    let unreadable = |why: &str| NotTaken::Unreadable(why.to_owned());
    if !matches!(value, Json::Object(_)) {
        return Err(unreadable("it is no referral"));
    }
    let kind = kind(value);
    if kind == Kind::CoSell {
        return Err(NotTaken::NoLead("this is a co-sell opportunity, not a lead"));
    }
    let direction = value.get("direction").and_then(Json::text);
    if direction.is_some_and(|direction| direction.eq_ignore_ascii_case("outgoing")) {
        return Err(NotTaken::NoLead("this referral is outgoing: the seller sent it to somebody else"));
    }
    let leaves = leaves(value).map_err(NotTaken::Unreadable)?;
    let contact = contact(value);
    let mut fields = Fields::sort(silent(leaves), |path| place(path, &contact)).map_err(NotTaken::Unreadable)?;
    let id = fields.get(Field::Id).ok_or_else(|| unreadable("there is no id"))?.to_owned();
    if kind == Kind::Marketplace {
        // Inferred: source and call to action are told of leads that came by an offer's page; without them a customer found
        // the business profile, which is what referrals were made for.
        let offer = fields.get(Field::LeadSource).is_some() || fields.get(Field::CallToAction).is_some();
        fields.fill(Field::LeadType, if offer { "Offer" } else { "Profile" });
    }
    let updated_at = fields.get(Field::Updated).and_then(crate::domain::moment::parse);
    let record = fields.record(None).map_err(NotTaken::Unreadable)?;
    let etag = value.get("eTag").and_then(Json::text).map(str::to_owned);
    Ok(Referral { row: RowRead { record, updated_at, own: None, alias: None, undated: false }, id, etag, kind })
}

/// Leaves out the word `None` where the API writes it for nothing at all.
fn silent(leaves: Vec<Leaf>) -> Vec<Leaf> {
    let worded =
        |path: &str| ["status", "substatus", "qualification"].iter().any(|name| path.eq_ignore_ascii_case(name));
    let none = |leaf: &Leaf| worded(&leaf.path) && leaf.value.trim().eq_ignore_ascii_case("none");
    leaves.into_iter().filter(|leaf| !none(leaf)).collect()
}

/// The path of the customer's contact who is the person of the lead: the first with a name, an e-mail or a phone.
fn contact(value: &Json) -> String {
    let team = value.find(&["customerProfile", "team"]).map(Json::items).unwrap_or_default();
    let named = |member: &Json| {
        ["firstName", "lastName", "email", "phoneNumber"]
            .iter()
            .any(|name| member.get(name).and_then(Json::text).is_some())
    };
    let place = team.iter().position(named).unwrap_or_default() + 1;
    format!("customerprofile.team.{place}.")
}

fn place(path: &str, contact: &str) -> Place {
    if path.starts_with("links.") || path.contains("@odata.") {
        return Place::Nothing;
    }
    Place::Field(match path.strip_prefix(contact) {
        Some("firstname") => Field::FirstName,
        Some("lastname") => Field::LastName,
        Some("email") => Field::Email,
        Some("phonenumber") => Field::Phone,
        Some(_) => return Place::Unknown,
        None => match path {
            "id" => Field::Id,
            "createddatetime" => Field::Created,
            "updateddatetime" => Field::Updated,
            "expirationdatetime" => Field::Expiry,
            "status" => Field::Status,
            "substatus" => Field::Substatus,
            "qualification" => Field::Qualification,
            "referralsource" => Field::LeadSource,
            "calltoaction" => Field::CallToAction,
            "customerprofile.name" => Field::Company,
            "customerprofile.address.country" => Field::Country,
            "details.notes" => Field::Description,
            "etag" | "leadboxreason" => return Place::Nothing,
            _ => return Place::Unknown,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::parse;
    use crate::domain::vocabulary::{CallToAction, LeadType, Outcome, Qualification, Source, Status};

    fn value(kind: &str, qualification: &str, inviter: &str, more: &str) -> Json {
        let text = format!(
            r#"{{"id":"r1","createdDateTime":"2026-11-10T08:15:42.4579542Z","updatedDateTime":"2026-11-11T00:00:00Z","type":{kind},
            "qualification":{qualification},"inviteContext":{{"invitedBy":{{"organizationId":{inviter}}}}}{more}}}"#
        );
        Json::parse(&text).unwrap()
    }

    fn lead(more: &str) -> Referral {
        read(&value(r#""Independent""#, r#""Direct""#, r#""msft""#, more)).unwrap()
    }

    #[test]
    fn the_three_kinds_are_told_apart() {
        for (kind, qualification, inviter, want) in [
            ("Independent", "Direct", "\"msft\"", Kind::Marketplace),
            ("Independent", "Direct", "null", Kind::Marketplace),
            ("INDEPENDENT", "salesqualified", "\"MSFT\"", Kind::Qualified),
            ("Independent", "MarketingQualified", "\"msft\"", Kind::Qualified),
            ("Independent", "SalesQualified", "\"0a11c0de\"", Kind::CoSell),
            ("Shared", "SalesQualified", "\"0a11c0de\"", Kind::CoSell),
            ("Shared", "None", "\"msft\"", Kind::CoSell),
            ("Independent", "None", "\"0a11c0de\"", Kind::CoSell),
            ("Independent", "None", "null", Kind::CoSell),
            ("Independent", "SomethingNew", "null", Kind::Marketplace),
        ] {
            let value = value(&format!("\"{kind}\""), &format!("\"{qualification}\""), inviter, "");
            assert_eq!(super::kind(&value), want, "{kind} {qualification} {inviter}");
            assert_eq!(read(&value).is_ok(), want != Kind::CoSell);
        }
        assert_eq!(kind(&value("null", "null", "null", "")), Kind::Marketplace, "nothing said is no reason to lose it");
        let outgoing = value("null", "\"Direct\"", "null", r#","direction":"Outgoing""#);
        assert!(matches!(read(&outgoing), Err(NotTaken::NoLead(why)) if why.contains("outgoing")));
    }

    #[test]
    fn states_are_read_from_the_words_of_the_api() {
        for (status, substatus, want) in [
            ("New", "Pending", (Status::Received, None)),
            ("New", "Received", (Status::Received, None)),
            ("Active", "Accepted", (Status::Accepted, None)),
            ("Closed", "Won", (Status::Archived, Some(Outcome::Won))),
            ("Closed", "Expired", (Status::Archived, Some(Outcome::Expired))),
            ("Closed", "Error", (Status::Archived, None)),
            ("None", "None", (Status::Received, None)),
        ] {
            let record = lead(&format!(r#","status":"{status}","substatus":"{substatus}""#)).row.record;
            assert_eq!((record.status, record.outcome), want, "{status} {substatus}");
            assert!(record.extras.iter().all(|extra| extra.value != "None"));
        }
    }

    #[test]
    fn what_a_referral_says_lands_where_it_belongs() {
        let found = lead(
            r#","eTag":"\"0001\"","expirationDateTime":"2026-11-24T00:00:00Z","engagementId":"e1","name":"Sales intro",
            "customerProfile":{"name":"Nordhavn","address":{"city":"Aarhus","country":"DK"},"team":[{"firstName":null},
            {"firstName":"Freja","lastName":"Holm","phoneNumber":4500000000,"email":"f@x.example"},{"email":"second@x.example"}]},
            "details":{"notes":"Help.","dealValue":"10000","currency":"EUR","requirements":{"products":[{"id":"Azure"}]}},
            "links":{"self":{"uri":"https://x.example"}},"consent":null"#,
        );
        let record = &found.row.record;
        assert_eq!((found.id.as_str(), found.etag.as_deref(), found.kind), ("r1", Some("\"0001\""), Kind::Marketplace));
        assert_eq!(
            (record.created_at, found.row.updated_at),
            (parse("2026-11-10T08:15:42Z").unwrap(), parse("2026-11-11"))
        );
        assert_eq!(record.person.full_name().as_deref(), Some("Freja Holm"));
        assert_eq!(
            (record.person.phone.as_deref(), record.person.company.as_deref()),
            (Some("4500000000"), Some("Nordhavn"))
        );
        assert_eq!((record.qualification, record.lead_type), (Qualification::Direct, LeadType::Profile));
        assert_eq!((record.stated_expiry, record.description.as_deref()), (parse("2026-11-24"), Some("Help.")));
        let extras: Vec<_> = record.extras.iter().map(|extra| format!("{}={}", extra.name, extra.value)).collect();
        assert_eq!(
            extras,
            [
                "type=Independent",
                "inviteContext.invitedBy.organizationId=msft",
                "engagementId=e1",
                "name=Sales intro",
                "customerProfile.address.city=Aarhus",
                "customerProfile.team.3.email=second@x.example",
                "details.dealValue=10000",
                "details.currency=EUR",
                "details.requirements.products=Azure"
            ]
        );
    }

    #[test]
    fn undocumented_words_are_tried_and_kept() {
        let record = lead(r#","referralSource":"AppSource","callToAction":"ContactMe""#).row.record;
        assert_eq!((record.source, record.call_to_action), (Source::AppSource, CallToAction::ContactMe));
        assert_eq!(record.lead_type, LeadType::Offer);
        let odd = lead(r#","referralSource":"Elsewhere","callToAction":"Ponder""#).row.record;
        assert_eq!((odd.source, odd.call_to_action), (Source::Unknown, CallToAction::Unknown));
        assert_eq!(odd.lead_source_raw.as_deref(), Some("Elsewhere"));
        assert!(odd.extras.iter().any(|extra| extra.value == "Ponder"));
    }

    #[test]
    fn without_id_or_date_it_cannot_be_taken() {
        for text in [
            r#"{"qualification":"Direct","createdDateTime":"2026-11-10"}"#,
            r#"{"id":"a","qualification":"Direct"}"#,
            "[]",
        ] {
            assert!(matches!(read(&Json::parse(text).unwrap()), Err(NotTaken::Unreadable(_))), "{text}");
        }
    }
}
