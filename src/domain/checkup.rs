//! What an accepted lead lacks of what Partner Center asks for: sizes, dates and outcomes reported (PRODUCT.md 8).
//! Must not judge a lead that is not accepted, nor a test lead.

use std::fmt;

use chrono::NaiveDate;

use crate::domain::lead::{Lead, Moment};
use crate::domain::terms::Terms;
use crate::domain::vitals::Vitals;
use crate::domain::vocabulary::Status;

/// One thing that is lacking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// The deal has no estimated value.
    Value,
    /// The deal has no close date.
    CloseDate,
    /// The close date is past and the deal neither won nor lost.
    Outcome(NaiveDate),
}

impl Lack {
    /// The word of scripts.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::CloseDate => "close_date",
            Self::Outcome(_) => "outcome",
        }
    }
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value => f.write_str("no value"),
            Self::CloseDate => f.write_str("no close date"),
            Self::Outcome(day) => {
                write!(f, "close date {} is past, neither won nor lost", day.format("%-d %b %Y"))
            }
        }
    }
}

/// What an accepted lead lacks at `now`, which is `today` where the seller is; nothing for any other lead.
pub fn lacks(lead: &Lead, terms: &Terms, now: Moment, today: NaiveDate) -> Vec<Lack> {
    let accepted = Vitals::of(lead, terms).standing(now.timestamp()).0 == Status::Accepted;
    if lead.record.test || !accepted {
        return Vec::new();
    }
    let deal = lead.seller.deal.as_ref();
    let value = deal.and_then(|deal| deal.value).is_none().then_some(Lack::Value);
    let close = match deal.and_then(|deal| deal.close_on) {
        None => Some(Lack::CloseDate),
        Some(day) => (day < today).then_some(Lack::Outcome(day)),
    };
    value.into_iter().chain(close).collect()
}
