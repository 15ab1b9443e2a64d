//! The `LeadSource` grammar: `Source-Action|Offer`, blanks round the bar optional (PRODUCT.md 1, domain.md 5).
//! Tolerant by design: what is not known stays as it came and reads Unknown. Must not guess a word's meaning.

use crate::domain::vocabulary::{CallToAction, Source};

/// The documented action codes.
const KNOWN: [&str; 5] = ["INS", "PLT", "Create", "StartTestDrive", "DNC"];

/// The parts of one `LeadSource`, each trimmed; blank parts are `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeadSource<'a> {
    /// Text before the action: `AppSource (SPZA)`.
    pub source: Option<&'a str>,
    /// Action code in its documented spelling if it is a known one, else as it came.
    pub action: Option<&'a str>,
    /// Everything after the first bar.
    pub offer: Option<OfferName<'a>>,
}

/// The offer part: an id, with or without its publisher, or a display name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferName<'a> {
    /// `publisher.offer`, split at the first dot; `publisher` is `None` for a bare GUID.
    Id {
        /// Before the first dot.
        publisher: Option<&'a str>,
        /// All after it: may hold dots, hyphens, a GUID.
        offer: &'a str,
    },
    /// Words people read.
    Title(&'a str),
}

/// Splits at the first bar, then at the last hyphen of the left part only.
pub fn parse(raw: &str) -> LeadSource<'_> {
    let (left, offer) = match raw.split_once('|') {
        Some((left, offer)) => (left, filled(offer)),
        None => (raw, None),
    };
    let (source, action) = match left.rsplit_once('-') {
        Some((source, action)) => (filled(source), filled(action)),
        None => (filled(left), None),
    };
    LeadSource { source, action: action.map(known_action), offer: offer.map(offer_name) }
}

/// Reads the text of an offer: no blank and a dot make an id, a bare GUID is one too, everything else is a title.
pub fn offer_name(text: &str) -> OfferName<'_> {
    if text.contains(char::is_whitespace) {
        return OfferName::Title(text);
    }
    match text.split_once('.') {
        Some((publisher, offer)) if !publisher.is_empty() && !offer.is_empty() => {
            OfferName::Id { publisher: Some(publisher), offer }
        }
        _ if is_guid(text) => OfferName::Id { publisher: None, offer: text },
        _ => OfferName::Title(text),
    }
}

/// What a known action means; anything else is Unknown. DNC means no call to action at all.
pub fn call_to_action(action: &str) -> CallToAction {
    match action {
        "INS" | "Create" => CallToAction::GetItNow,
        "PLT" => CallToAction::ContactMe,
        "StartTestDrive" => CallToAction::TestDrive,
        _ => CallToAction::Unknown,
    }
}

/// True for the code that asks not to be contacted.
pub fn is_do_not_contact(action: &str) -> bool {
    action == "DNC"
}

/// The storefront of a source text; the old `TestDrive` and anything unheard of are Unknown.
pub fn storefront(source: &str) -> Source {
    Source::from_word(source).unwrap_or(Source::Unknown)
}

fn filled(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty()).then_some(text)
}

/// True for a code whose meaning is documented, in its documented spelling.
pub fn is_known_action(action: &str) -> bool {
    KNOWN.contains(&action)
}

/// The code in its documented spelling if it is a known one, else as it came.
pub fn known_action(action: &str) -> &str {
    KNOWN.into_iter().find(|known| known.eq_ignore_ascii_case(action)).unwrap_or(action)
}

fn is_guid(text: &str) -> bool {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12] && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id<'a>(publisher: &'a str, offer: &'a str) -> OfferName<'a> {
        OfferName::Id { publisher: Some(publisher), offer }
    }

    #[test]
    fn the_documented_shapes() {
        let parsed = parse("AppSource (SPZA)-PLT|contoso.sql-backup");
        assert_eq!(parsed.source, Some("AppSource (SPZA)"));
        assert_eq!(parsed.action, Some("PLT"));
        assert_eq!(parsed.offer, Some(id("contoso", "sql-backup")));

        let parsed = parse("AzurePortal-create | Gateway R77 (BYOL)");
        assert_eq!((parsed.source, parsed.action), (Some("AzurePortal"), Some("Create")));
        assert_eq!(parsed.offer, Some(OfferName::Title("Gateway R77 (BYOL)")));

        assert_eq!(parse("SPZA"), LeadSource { source: Some("SPZA"), action: None, offer: None });
        assert_eq!(parse("  "), LeadSource::default());
    }

    #[test]
    fn hyphens_dots_and_bars_in_the_offer_do_not_matter() {
        let parsed = parse("AzureMarketplace-ins|docusign.3701c77e-1cfa-4c56-91e6-3ed0b622145a");
        assert_eq!(parsed.action, Some("INS"));
        assert!(parsed.action.is_some_and(is_known_action) && !is_known_action("CRS"));
        assert_eq!(parsed.offer, Some(id("docusign", "3701c77e-1cfa-4c56-91e6-3ed0b622145a")));
        assert_eq!(parse("SPZA-INS|a.b.c-d|e").offer, Some(id("a", "b.c-d|e")));
        assert_eq!(parse("SPZA|x-y.z"), LeadSource { source: Some("SPZA"), action: None, offer: Some(id("x-y", "z")) });
        let guid = "3701c77e-1cfa-4c56-91e6-3ed0b622145a";
        assert_eq!(offer_name(guid), OfferName::Id { publisher: None, offer: guid });
        assert_eq!(offer_name(".hidden"), OfferName::Title(".hidden"));
    }

    #[test]
    fn unknown_codes_stay_as_they_came() {
        let parsed = parse("MSFT_TEST_1-MSFT_TEST_2|Offer Name");
        assert_eq!((parsed.source, parsed.action), (Some("MSFT_TEST_1"), Some("MSFT_TEST_2")));
        assert_eq!(call_to_action("CRS"), CallToAction::Unknown);
        assert_eq!(storefront("TestDrive"), Source::Unknown);
        assert_eq!(parse("-PLT|").action, Some("PLT"));
        assert_eq!(parse("Azure-").source, Some("Azure"));
    }
}
