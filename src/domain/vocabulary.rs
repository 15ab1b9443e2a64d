//! The enumerated words of a lead, as Partner Center shows them, as scripts write them, and as the store numbers them.
//! Reading is tolerant (any case; blanks, hyphens and underscores do not matter); writing is exact.
//! Must not know where a word stands in a file: that is `record`.

use std::fmt;

/// True when two words are the same once case and everything but letters and digits is left out.
pub fn same_word(a: &str, b: &str) -> bool {
    fn letters(s: &str) -> impl Iterator<Item = char> + '_ {
        s.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
    }
    fn ascii(s: &str) -> impl Iterator<Item = u8> + '_ {
        s.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase())
    }
    if a.is_ascii() && b.is_ascii() { ascii(a).eq(ascii(b)) } else { letters(a).eq(letters(b)) }
}

macro_rules! vocabulary {
    ($(#[$about:meta])* $name:ident { $($(#[$each:meta])* $variant:ident = $code:literal $word:literal $title:literal $(| $alias:literal)*;)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name { $($(#[$each])* #[doc = $title] $variant = $code,)+ }

        impl $name {
            /// Every value, in the order people see them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word of scripts, filters and JSON (PRODUCT.md 5).
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The words people see, as Partner Center shows them.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),+ }
            }

            /// The number the store keeps. Never reused, never changed.
            pub const fn code(self) -> u8 {
                self as u8
            }

            /// The value of a stored number, if there is one.
            pub const fn from_code(code: u8) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }

            /// The value of a word from a file or a person: word, title or known other spelling, in any case.
            pub fn from_word(text: &str) -> Option<Self> {
                $(if [$word, $title $(, $alias)*].iter().any(|known| same_word(known, text)) {
                    return Some(Self::$variant);
                })+
                None
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.title())
            }
        }
    };
}

vocabulary! {
    /// The tab a lead stands in (PRODUCT.md 1). Favorites is a view of both.
    Tab {
        Marketplace = 0 "marketplace" "Marketplace";
        Qualified = 1 "qualified" "Qualified";
    }
}

vocabulary! {
    /// Whether the lead came from a published offer or from the business profile.
    LeadType {
        Offer = 1 "offer" "Offer" | "offer lead";
        Profile = 2 "profile" "Profile" | "profile lead";
        Unknown = 0 "unknown" "Unknown";
    }
}

vocabulary! {
    /// What the customer pressed.
    CallToAction {
        ContactMe = 1 "contact_me" "Contact me";
        GetItNow = 2 "get_it_now" "Get it now";
        FreeTrial = 3 "free_trial" "Free trial";
        TestDrive = 4 "test_drive" "Test drive";
        Unknown = 0 "unknown" "Unknown";
    }
}

vocabulary! {
    /// The storefront the customer came from (spellings: domain.md 5.3).
    Source {
        AppSource = 1 "appsource" "AppSource" | "AppSource (SPZA)" | "SPZA";
        AzureMarketplace = 2 "azure_marketplace" "Azure Marketplace";
        AzurePortal = 3 "azure_portal" "Azure portal";
        Unknown = 0 "unknown" "Unknown";
    }
}

vocabulary! {
    /// Microsoft's reading of the lead: Low is potential spam.
    Quality {
        High = 1 "high" "High";
        Low = 2 "low" "Low";
        Unknown = 0 "unknown" "Unknown";
    }
}

vocabulary! {
    /// Microsoft's reading of an e-mail address or a phone number. Spam is for e-mail only.
    Validity {
        Valid = 1 "valid" "Valid";
        Invalid = 2 "invalid" "Invalid";
        Spam = 3 "spam" "Spam";
        Unknown = 0 "unknown" "Unknown";
    }
}

vocabulary! {
    /// Who brought the lead: the customer, Microsoft's marketing or Microsoft's sellers (API words: domain.md 1.6).
    Qualification {
        Direct = 1 "direct" "Direct";
        Marketing = 2 "marketing" "Marketing" | "MarketingQualified";
        Sales = 3 "sales" "Sales" | "SalesQualified";
        Unknown = 0 "unknown" "Unknown";
    }
}

vocabulary! {
    /// Where the lead stands. Moves only forward (PRODUCT.md 6).
    Status {
        Received = 0 "received" "Received" | "New" | "Pending";
        Accepted = 1 "accepted" "Accepted" | "Active";
        Archived = 2 "archived" "Archived" | "Closed";
    }
}

vocabulary! {
    /// How an archived lead ended.
    Outcome {
        Won = 1 "won" "Won";
        Lost = 2 "lost" "Lost";
        Declined = 3 "declined" "Declined";
        Expired = 4 "expired" "Expired";
        AgedOut = 5 "aged_out" "Aged out";
    }
}

vocabulary! {
    /// What the lead asks of the seller now, most urgent first (PRODUCT.md 2).
    Urgency {
        Hot = 0 "hot" "Hot";
        Expiring = 1 "expiring" "Expiring";
        Due = 2 "due" "Due";
        Waiting = 3 "waiting" "Waiting";
        Touched = 4 "touched" "Touched";
        Calm = 5 "calm" "Calm";
        Later = 6 "later" "Later";
        Informational = 7 "informational" "Informational";
        Away = 8 "away" "Put away";
        Archived = 9 "archived" "Archived";
    }
}

vocabulary! {
    /// The way a lead came in; also the kind of a file (PRODUCT.md 6).
    ReceivedVia {
        PartnerCenterExport = 1 "partner-center-export" "Partner Center export";
        LeadboxExport = 2 "leadbox-export" "leadbox export";
        Insights = 3 "partner-center-insights" "Insights download";
        BulkDownload = 4 "partner-center-bulk" "bulk download";
        Endpoint = 5 "https-endpoint" "HTTPS endpoint";
        AzureTable = 6 "azure-table" "Azure Table";
        Referrals = 7 "partner-center-referrals" "Referrals API";
        OtherCsv = 8 "csv" "other CSV";
    }
}

impl ReceivedVia {
    /// True for the ways by which Microsoft delivers a lead as it happens: without Partner Center's id and status, once.
    pub const fn delivers(self) -> bool {
        matches!(self, Self::Endpoint | Self::AzureTable)
    }

    /// False where offer and action may be missing because the source does not tell them of marketplace leads, as far as is
    /// known (domain.md 1.5, 3.3).
    pub const fn tells_offer_and_action(self) -> bool {
        !matches!(self, Self::Referrals | Self::BulkDownload)
    }
}

vocabulary! {
    /// The seller's own decision on a lead.
    VerdictKind {
        Accepted = 1 "accepted" "Accepted" | "accept";
        Declined = 2 "declined" "Declined" | "decline";
        Won = 3 "won" "Won";
        Lost = 4 "lost" "Lost";
    }
}

impl VerdictKind {
    /// The verb of the outbox: what is still to be done in Partner Center.
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Accepted => "accept",
            Self::Declined => "decline",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }

    /// The verdict as a noun: "the accept of Adatum".
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Accepted => "accept",
            Self::Declined => "decline",
            Self::Won => "win",
            Self::Lost => "loss",
        }
    }

    /// Status and outcome the verdict gives a lead.
    pub const fn standing(self) -> (Status, Option<Outcome>) {
        match self {
            Self::Accepted => (Status::Accepted, None),
            Self::Declined => (Status::Archived, Some(Outcome::Declined)),
            Self::Won => (Status::Archived, Some(Outcome::Won)),
            Self::Lost => (Status::Archived, Some(Outcome::Lost)),
        }
    }
}

vocabulary! {
    /// In which way the customer was contacted, or tried to be: each stops the first-touch clock (PRODUCT.md 4, Logging).
    TouchKind {
        Called = 1 "called" "Called" | "call";
        NoAnswer = 2 "no_answer" "No answer";
        Voicemail = 3 "voicemail" "Voicemail";
        Mail = 4 "mail" "Mail" | "e-mail";
        Meeting = 5 "meeting" "Meeting" | "met";
    }
}

impl TouchKind {
    /// What is said once it is logged, the customer's name behind it: "Called Fabrikam".
    pub const fn done(self) -> &'static str {
        match self {
            Self::Called => "Called",
            Self::NoAnswer => "No answer from",
            Self::Voicemail => "Left a voicemail for",
            Self::Mail => "Mailed",
            Self::Meeting => "Met",
        }
    }
}

vocabulary! {
    /// Why a lead was declined or lost: the eight reasons of Partner Center's forms (domain.md 2.6).
    Reason {
        Budget = 1 "budget" "project budget inadequate";
        NoResponse = 2 "no_response" "customer did not respond";
        OtherVendor = 3 "other_vendor" "customer chose another vendor";
        Requirement = 4 "requirement" "customer requirement not met";
        NotACustomer = 5 "not_a_customer" "not a customer";
        Timeline = 6 "timeline" "proposed timeline too short";
        Spam = 7 "spam" "report as abuse, spam or phishing";
        Others = 8 "others" "others";
    }
}

impl Reason {
    /// The word or two that fit on one line of eight.
    pub const fn short(self) -> &'static str {
        match self {
            Self::Budget => "budget",
            Self::NoResponse => "no response",
            Self::OtherVendor => "other vendor",
            Self::Requirement => "requirement",
            Self::NotACustomer => "not a customer",
            Self::Timeline => "timeline",
            Self::Spam => "spam",
            Self::Others => "others",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_in_any_dress() {
        for text in ["contact_me", "Contact me", "CONTACT-ME", "contactme"] {
            assert_eq!(CallToAction::from_word(text), Some(CallToAction::ContactMe), "{text}");
        }
        for text in ["AppSource (SPZA)", "Appsource", "spza"] {
            assert_eq!(Source::from_word(text), Some(Source::AppSource), "{text}");
        }
        assert_eq!(Qualification::from_word("SalesQualified"), Some(Qualification::Sales));
        assert_eq!(Source::from_word("TestDrive"), None);
        assert_eq!(Quality::from_word(""), None);
    }

    #[test]
    fn every_word_and_number_comes_back() {
        macro_rules! all {
            ($($name:ident),+) => {$(for value in $name::ALL {
                assert_eq!($name::from_word(value.word()), Some(*value));
                assert_eq!($name::from_word(value.title()), Some(*value));
                assert_eq!($name::from_code(value.code()), Some(*value));
            })+};
        }
        all!(Tab, LeadType, CallToAction, Source, Quality, Validity, Qualification, Status, Outcome, Urgency, Reason);
        all!(ReceivedVia, VerdictKind, TouchKind);
    }
}
