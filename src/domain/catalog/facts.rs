//! What few leads have and queries ask for: the deal's value, touches and the note. Kept beside the columns, by row.
//! Must not answer questions: `conditions` does.

use rust_decimal::Decimal;

use crate::domain::fold::fold;
use crate::domain::lead::Seller;

/// The rare facts of one lead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The deal's value.
    pub value: Option<Decimal>,
    /// How often the customer was contacted.
    pub touches: u32,
    /// The note, folded; empty where there is none.
    pub note: Box<str>,
}

impl Facts {
    /// The facts of a seller's part; `None` where there are none.
    pub fn of(seller: &Seller) -> Option<Self> {
        let value = seller.deal.as_ref().and_then(|deal| deal.value);
        let touches = seller.touches.count;
        if value.is_none() && touches == 0 && seller.note.is_none() {
            return None;
        }
        let note = seller.note.as_deref().map(fold).unwrap_or_default().into_boxed_str();
        Some(Self { value, touches, note })
    }
}
