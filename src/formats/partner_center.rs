//! The "Export" file of Partner Center's leads page, known by its header in any order and case (domain.md 3.1: the header row is
//! not public, so columns are found by the names we know, never by place). Exports of our own are the same file with more
//! columns. Must not read rows: that is `sheet`.

use crate::domain::record::Field;
use crate::formats::column_names::plain;
use crate::formats::kinds::Header;

/// Headers that only Partner Center's leads page has. `LeadCreationDateTime` and the two validities are documented, the rest
/// are the words of the page (inferred as headers).
const MARKS: &[&str] = &[
    "leadcreationdatetime",
    "leadcreationdate",
    "emailvalidity",
    "phonevalidity",
    "emailvalidation",
    "phonevalidation",
    "calltoaction",
    "leadquality",
    "leadtype",
    "referralid",
];

/// True for the header of an Export: it says when, and of whom or of what, in the words of the leads page.
pub fn is_export(header: &Header<'_>) -> bool {
    header.has(Field::Created) && (header.tells_customer() || header.tells_lead()) && header.count(MARKS) > 0
}

/// The field a header names. `LeadCreationDateTime` is documented; every other spelling is inferred (domain.md 3.1).
pub fn field(name: &str) -> Option<Field> {
    of_plain(&plain(name))
}

/// The same for letters and digits in lower case.
pub fn of_plain(name: &str) -> Option<Field> {
    Some(match name {
        "leadcreationdatetime"
        | "leadcreationdate"
        | "creationdatetime"
        | "creationdate"
        | "createddatetime"
        | "createddate"
        | "created"
        | "createdon"
        | "createdat" => Field::Created,
        "leadid" | "referralid" => Field::Id,
        "leadtype" | "type" => Field::LeadType,
        "leadsource" | "source" => Field::LeadSource,
        "actioncode" => Field::ActionCode,
        "calltoaction" | "cta" => Field::CallToAction,
        "offerid" => Field::OfferId,
        "offername" | "offertitle" | "offerdisplayname" | "offer" => Field::OfferName,
        "customername" | "company" | "companyname" | "customercompany" | "customercompanyname" => Field::Company,
        "firstname" | "contactfirstname" | "customerfirstname" | "customercontactfirstname" => Field::FirstName,
        "lastname" | "contactlastname" | "customerlastname" | "customercontactlastname" => Field::LastName,
        "jobtitle" | "title" | "contacttitle" | "contactjobtitle" => Field::JobTitle,
        "email" | "emailaddress" | "contactemail" | "customeremail" | "customercontactemailaddress" => Field::Email,
        "emailvalidity" | "emailvalidation" => Field::EmailValidity,
        "phone" | "phonenumber" | "contactphone" | "customerphone" | "customercontactphonenumber" => Field::Phone,
        "phonevalidity" | "phonevalidation" => Field::PhoneValidity,
        "country" | "countryregion" | "customercountry" | "customercountryregion" => Field::Country,
        "leadquality" | "quality" => Field::Quality,
        "qualification" | "leadqualification" => Field::Qualification,
        "status" | "leadstatus" => Field::Status,
        "substatus" | "leadsubstatus" => Field::Substatus,
        "expirationdatetime" | "expirationdate" | "expirydate" | "expiresat" => Field::Expiry,
        "notes" | "customernotes" | "description" | "customercomments" => Field::Description,
        "updateddatetime" | "updateddate" | "lastupdated" | "lastmodifieddate" => Field::Updated,
        _ => return None,
    })
}
