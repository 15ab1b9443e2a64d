//! How the inbox looks, as settings and sizes: symbols, colour, and the division of the screen (PRODUCT.md 3).
//! Must not draw.

/// Which symbols stand for urgency and validity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbols {
    /// The flame is an emoji of two cells; everything else as `Text`.
    Emoji,
    /// One-cell symbols of Unicode.
    Text,
    /// ASCII only, borders too.
    Ascii,
}

/// Symbols and colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Which symbols.
    pub symbols: Symbols,
    /// Whether colour may be used; what colour says, a symbol or word says too.
    pub colour: bool,
}

/// How the screen is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// From 120 columns: filters, list and detail.
    Wide,
    /// From 84: list and detail, the filters over the list.
    Medium,
    /// Below: one at a time.
    Narrow,
    /// Below 40x10: one line that says so.
    TooSmall,
}

impl Layout {
    /// The division of a screen of so many columns and rows.
    pub const fn of((columns, rows): (u16, u16)) -> Self {
        match (columns, rows) {
            (..40, _) | (_, ..10) => Self::TooSmall,
            (..84, _) => Self::Narrow,
            (..120, _) => Self::Medium,
            _ => Self::Wide,
        }
    }
}
