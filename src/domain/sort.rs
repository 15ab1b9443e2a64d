//! The orders a list can have (PRODUCT.md 2, `--sort`). Must not sort anything itself: `catalog` does.
//! Screen, command line and catalog share these words.

/// By what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SortKey {
    /// The default: what asks for an answer first.
    #[default]
    Urgency,
    /// Creation, oldest first.
    Created,
    /// Expiry, nearest first; leads without one last.
    Expires,
    /// Company, A to Z; missing last.
    Company,
    /// Country code; unknown last.
    Country,
    /// High, Low, Unknown.
    Quality,
    /// Received, Accepted, Archived.
    Status,
    /// Offer id or title, A to Z; missing last.
    Offer,
}

impl SortKey {
    /// Every key, in the order of the command line's help.
    pub const ALL: &'static [Self] = &[
        Self::Urgency,
        Self::Created,
        Self::Expires,
        Self::Company,
        Self::Country,
        Self::Quality,
        Self::Status,
        Self::Offer,
    ];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Urgency => "urgency",
            Self::Created => "created",
            Self::Expires => "expires",
            Self::Company => "company",
            Self::Country => "country",
            Self::Quality => "quality",
            Self::Status => "status",
            Self::Offer => "offer",
        }
    }
}

/// A key and its direction. Ties go by id, so that an order is always the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sort {
    /// By what.
    pub key: SortKey,
    /// The other way round.
    pub reversed: bool,
}

impl Sort {
    /// Reads `company`, or `-company` for the other way round; any case.
    pub fn parse(word: &str) -> Option<Self> {
        let word = word.trim();
        let (reversed, word) = word.strip_prefix('-').map_or((false, word), |rest| (true, rest));
        let key = SortKey::ALL.iter().find(|key| key.word().eq_ignore_ascii_case(word))?;
        Some(Self { key: *key, reversed })
    }

    /// The order in words: `most urgent first`.
    pub const fn title(self) -> &'static str {
        match (self.key, self.reversed) {
            (SortKey::Urgency, false) => "most urgent first",
            (SortKey::Urgency, true) => "least urgent first",
            (SortKey::Created, true) => "newest first",
            (SortKey::Created, false) => "oldest first",
            (SortKey::Expires, false) => "first to expire first",
            (SortKey::Expires, true) => "last to expire first",
            (SortKey::Company, false) => "company A–Z",
            (SortKey::Company, true) => "company Z–A",
            (SortKey::Country, false) => "country A–Z",
            (SortKey::Country, true) => "country Z–A",
            (SortKey::Quality, false) => "high quality first",
            (SortKey::Quality, true) => "low quality first",
            (SortKey::Status, false) => "received first",
            (SortKey::Status, true) => "archived first",
            (SortKey::Offer, false) => "offer A–Z",
            (SortKey::Offer, true) => "offer Z–A",
        }
    }

    /// The orders offered on the screen, the default first.
    pub const OFFERED: [Self; 8] = [
        Self { key: SortKey::Urgency, reversed: false },
        Self { key: SortKey::Created, reversed: true },
        Self { key: SortKey::Created, reversed: false },
        Self { key: SortKey::Expires, reversed: false },
        Self { key: SortKey::Company, reversed: false },
        Self { key: SortKey::Country, reversed: false },
        Self { key: SortKey::Quality, reversed: false },
        Self { key: SortKey::Offer, reversed: false },
    ];
}
