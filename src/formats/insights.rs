//! The Insights download of Partner Center's analytics: 19 documented headers, no contacts (domain.md 3.2). The set of 2021 was
//! shorter; of it only the meanings are documented, so its headers are inferred. Must not invent what the file does not say.

use crate::domain::record::{Field, RawRecord};
use crate::domain::vocabulary::same_word;
use crate::formats::kinds::Header;

/// Headers that only this file has, those of the shorter set of 2021 behind them.
const MARKS: &[&str] = &[
    "partnerid",
    "referralprogram",
    "businessprofileid",
    "leadcurrency",
    "leadvalue",
    "leadvalueusd",
    "statusreason",
    "customercity",
    "direction",
    "referraldirection",
    "referralsource",
    "referraltype",
    "referralstatus",
    "currency",
    "value",
    "valueusd",
    "referralvalue",
    "referralvalueusd",
];

/// True for the header of an Insights download: a referral, its date, at least two of its own words, nobody to write to.
pub fn is_insights(header: &Header<'_>) -> bool {
    let cosell = header.plain().any(|name| name.contains("cosell"));
    header.has_plain("referralid")
        && header.has(Field::Created)
        && header.count(MARKS) >= 2
        && !header.tells_contact()
        && !cosell
}

/// The field of a header that means something else here than in an Export.
pub fn of_plain(name: &str) -> Option<Field> {
    Some(match name {
        "referraltype" => Field::LeadType,
        "referralstatus" => Field::Status,
        "referralsource" => Field::LeadSource,
        _ => return None,
    })
}

/// Settles what the cells of one row mean. Offer id and name are lists whose separator is not documented: a list is kept
/// as it is, a single value is the offer.
pub fn settle(raw: &mut RawRecord<'_>) {
    let (id, name) = (raw.get(Field::OfferId), raw.get(Field::OfferName));
    let many = |text: &str| text.contains([',', ';', '|', '\n']);
    // A display name may hold a comma: only an id, or a name alone, tells a list.
    let listed = id.map_or_else(|| name.is_some_and(many), |id| many(id) || id.contains(char::is_whitespace));
    if listed {
        for (field, header, text) in [(Field::OfferId, "Offer ID", id), (Field::OfferName, "Offer name", name)] {
            raw.set(field, "");
            raw.add_extra(header, text.unwrap_or_default());
        }
    }
    // In 2021 the source was the tab, which is no storefront.
    if let Some(tab) =
        raw.get(Field::LeadSource).filter(|text| ["Qualified", "Marketplace"].iter().any(|tab| same_word(tab, text)))
    {
        raw.set(Field::LeadSource, "");
        raw.add_extra("Referral source", tab);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offers<'a>(id: &'a str, name: &'a str) -> (Option<&'a str>, Option<&'a str>) {
        let mut raw = RawRecord::default();
        raw.set(Field::OfferId, id);
        raw.set(Field::OfferName, name);
        settle(&mut raw);
        (raw.get(Field::OfferId), raw.get(Field::OfferName))
    }

    #[test]
    fn one_offer_is_the_offer_and_several_are_kept_as_text() {
        assert_eq!(offers("contoso.sql-backup", "SQL, Backup"), (Some("contoso.sql-backup"), Some("SQL, Backup")));
        assert_eq!(offers("", "SQL Backup Pro"), (None, Some("SQL Backup Pro")));
        for list in ["a.b,c.d", "a.b; c.d", "a.b|c.d", "a.b c.d"] {
            assert_eq!(offers(list, "One, Two"), (None, None), "{list}");
        }
        assert_eq!(offers("", "One; Two"), (None, None));
    }
}
