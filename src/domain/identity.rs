//! When are two records the same lead? By the source's id; without one by their content within 72 hours; and a record with
//! Partner Center's id may adopt a lead without it of the same e-mail, offer and action within 24 hours (PRODUCT.md 6); a
//! delivery that comes after that record is found in the same way.
//! Must not look anything up: the store finds candidates, this module judges them.

use sha2::{Digest, Sha256};

use crate::domain::lead::{Lead, Moment, Record};
use crate::domain::reconcile::Arrival;
use crate::domain::record::key_of_email;
use crate::domain::uuid::hex;
use crate::domain::vocabulary::{CallToAction, ReceivedVia};

/// A hash of what a customer sent: the same content gives the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ContentKey(pub [u8; 16]);

impl ContentKey {
    /// The key as hexadecimal digits.
    pub fn text(self) -> String {
        hex(&self.0)
    }
}

/// The key of a record. Microsoft's later readings (status, quality, validity, expiry) and times are no content. What nobody
/// knows is content where it was sent, once and for all; in a file that is written anew it may be anything.
pub fn content_key(record: &Record, via: ReceivedVia) -> ContentKey {
    let person = &record.person;
    let parts = [
        person.email.as_deref(),
        person.phone.as_deref(),
        person.first_name.as_deref(),
        person.last_name.as_deref(),
        person.company.as_deref(),
        person.job_title.as_deref(),
        record.country_raw.as_deref(),
        record.lead_source_raw.as_deref(),
        record.publisher.as_deref(),
        record.offer.as_deref(),
        record.offer_title.as_deref(),
        record.description.as_deref(),
    ];
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.unwrap_or_default());
        hash.update([0x1f]);
    }
    for extra in record.extras.iter().filter(|_| via.delivers()) {
        hash.update(format!("{}\u{1f}{}\u{1f}", extra.name, extra.value));
    }
    hash.update([record.lead_type.code(), record.call_to_action.code()]);
    let digest = hash.finalize();
    let mut key = [0; 16];
    key.copy_from_slice(&digest[..16]);
    ContentKey(key)
}

/// The same content created within 72 hours (either way) is one lead, later a new one.
pub fn same_delivery(one: Moment, other: Moment) -> bool {
    (one - other).abs() <= chrono::TimeDelta::hours(72)
}

/// True when an arrival and a lead that came by another road may be the same request: same e-mail, offer and action, created
/// within 24 hours. What one of the two ways in does not tell at all cannot differ.
pub fn may_be_one(lead: &Lead, arrival: &Arrival) -> bool {
    let (stored, arriving) = (&lead.record, &arrival.record);
    let email = |record: &Record| record.person.email.as_deref().map(key_of_email);
    let untold = |record: &Record, via: ReceivedVia| {
        let silent = !via.tells_offer_and_action();
        let offer = record.offer.is_some() || record.offer_title.is_some();
        (silent && !offer, silent && record.call_to_action == CallToAction::Unknown)
    };
    let (one, other) = (untold(stored, lead.receipt.via), untold(arriving, arrival.via));
    email(stored).is_some()
        && email(stored) == email(arriving)
        && (same_offer(stored, arriving) || one.0 || other.0)
        && (stored.call_to_action == arriving.call_to_action || one.1 || other.1)
        && (stored.created_at - arriving.created_at).abs() <= chrono::TimeDelta::hours(24)
}

/// Offers are the same by publisher and id where both name them, else by title; no offer at all is the same as none.
fn same_offer(one: &Record, other: &Record) -> bool {
    match (&one.offer, &other.offer, &one.offer_title, &other.offer_title) {
        (Some(a), Some(b), ..) => {
            let publishers = one.publisher.as_ref().zip(other.publisher.as_ref());
            a == b && publishers.is_none_or(|(a, b)| a == b)
        }
        (_, _, Some(a), Some(b)) => a == b,
        (None, None, None, None) => true,
        _ => false,
    }
}
