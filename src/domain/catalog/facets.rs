//! The facets of a lead, packed into one word: the values of its dimensions and what is true or not of it.
//! Statuses are those before the clock. Must not hold texts or dates: the segment does.

use crate::domain::filter::{Dimension, country_number};
use crate::domain::lead::{Record, Seller};
use crate::domain::vitals::Vitals;
use crate::domain::vocabulary::Tab;

/// The facets of a lead, packed into one word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facets(u64);

macro_rules! facets {
    ($($name:ident $set:ident $shift:literal $bits:literal;)+) => {
        $(
            pub fn $name(self) -> u16 {
                ((self.0 >> $shift) & ((1 << $bits) - 1)) as u16
            }
            fn $set(&mut self, value: u16) {
                let mask: u64 = ((1 << $bits) - 1) << $shift;
                self.0 = (self.0 & !mask) | ((u64::from(value) << $shift) & mask);
            }
        )+
    };
}

impl Facets {
    facets! {
        country set_country 0 10;
        call_to_action set_call_to_action 10 3;
        source set_source 13 2;
        lead_type set_lead_type 15 2;
        quality set_quality 17 2;
        email_validity set_email_validity 19 2;
        phone_validity set_phone_validity 21 2;
        status set_status 23 2;
        outcome set_outcome 25 3;
        flags set_flags 28 14;
    }

    /// The values of all dimensions but the country, the status as it is before the clock.
    pub fn small(self) -> [(Dimension, u16); 7] {
        [
            (Dimension::CallToAction, self.call_to_action()),
            (Dimension::Source, self.source()),
            (Dimension::Type, self.lead_type()),
            (Dimension::Quality, self.quality()),
            (Dimension::Status, self.status()),
            (Dimension::EmailValidity, self.email_validity()),
            (Dimension::PhoneValidity, self.phone_validity()),
        ]
    }

    /// True when a flag is set.
    pub fn has(self, flag: u16) -> bool {
        self.flags() & flag != 0
    }
}

/// The lead is in the Qualified tab.
pub const QUALIFIED: u16 = 1;
/// It needs an answer.
pub const NEEDS_ANSWER: u16 = 1 << 1;
/// It may burn: *Contact me*, not DNC, not test.
pub const MAY_BURN: u16 = 1 << 2;
/// It was touched.
pub const TOUCHED: u16 = 1 << 3;
/// It was put away.
pub const AWAY: u16 = 1 << 4;
/// It has the heart.
pub const FAVORITE: u16 = 1 << 5;
/// It is a test lead.
pub const TEST: u16 = 1 << 6;
/// Something is owed.
pub const OWED: u16 = 1 << 7;
/// It has a row among the rare dates.
pub const RARE: u16 = 1 << 8;
/// The customer asked not to be contacted.
pub const DO_NOT_CONTACT: u16 = 1 << 9;
/// There is an e-mail address, withheld or not.
pub const HAS_EMAIL: u16 = 1 << 10;
/// There is a phone number, withheld or not.
pub const HAS_PHONE: u16 = 1 << 11;
/// There is a deal.
pub const HAS_DEAL: u16 = 1 << 12;
/// There is a note.
pub const HAS_NOTE: u16 = 1 << 13;

/// The facets of a lead given by its parts.
pub fn facets(record: &Record, seller: &Seller, vitals: &Vitals) -> Facets {
    let mut facets = Facets::default();
    let code = u16::from;
    facets.set_country(country_number(record.country));
    facets.set_call_to_action(code(record.call_to_action.code()));
    facets.set_source(code(record.source.code()));
    facets.set_lead_type(code(record.lead_type.code()));
    facets.set_quality(code(record.quality.code()));
    facets.set_email_validity(code(record.email_validity.code()));
    facets.set_phone_validity(code(record.phone_validity.code()));
    facets.set_status(code(vitals.decided.0.code()));
    facets.set_outcome(vitals.decided.1.map_or(0, |outcome| code(outcome.code())));
    let flags = [
        (QUALIFIED, record.tab() == Tab::Qualified),
        (NEEDS_ANSWER, vitals.needs_answer),
        (MAY_BURN, vitals.hot_until.is_some()),
        (TOUCHED, vitals.touched),
        (AWAY, vitals.away),
        (FAVORITE, seller.favorite),
        (TEST, record.test),
        (OWED, vitals.owed),
        (RARE, vitals.later_until.is_some() || vitals.owed_due.is_some()),
        (DO_NOT_CONTACT, record.do_not_contact),
        (HAS_EMAIL, record.person.email.is_some()),
        (HAS_PHONE, record.person.phone.is_some()),
        (HAS_DEAL, seller.deal.is_some()),
        (HAS_NOTE, seller.note.is_some()),
    ];
    facets.set_flags(flags.iter().filter(|(_, set)| *set).fold(0, |all, (flag, _)| all | flag));
    facets
}
