//! The bulk "Download" of Partner Center's leads (domain.md 3.3). Its column table is not public: it is known by the documented
//! vocabulary of its sibling for co-sell (inferred), and its status words are the API's. Must not take the seller's own notes
//! on a deal for the customer's words.

use crate::domain::record::Field;
use crate::formats::kinds::Header;

/// Headers of this file alone.
const MARKS: &[&str] = &[
    "partnerreferralstatus",
    "partnerreferralsubstatus",
    "microsoftreferralstatus",
    "marketplacepurchaseintent",
    "declinedlosterrorreason",
];

/// True for the header of a bulk download: a referral or engagement, in the words of the bulk pages.
pub fn is_bulk(header: &Header<'_>) -> bool {
    header.count(&["referralid", "engagementid"]) > 0 && header.count(MARKS) > 0
}

/// What a header means here, where it means something else than in an Export. `Some(None)` keeps the column as it is.
pub fn of_plain(name: &str) -> Option<Option<Field>> {
    Some(match name {
        "partnerreferralstatus" => Some(Field::Status),
        "partnerreferralsubstatus" => Some(Field::Substatus),
        // The deal's, written by the seller: the customer's words stand in no documented column.
        "notes" => None,
        _ => return None,
    })
}

/// The name a kept column goes by: `Notes` is the customer's words everywhere else.
pub fn kept_name(header: &str) -> &str {
    if header.eq_ignore_ascii_case("notes") { "Deal notes" } else { header }
}
