//! When are two records the same lead? By the source's id; without one by their content within 72 hours; and a record
//! with an id may adopt an id-less lead of the same e-mail, offer and action within 24 hours (PRODUCT.md 6).
//! Must not look anything up: the store finds candidates, this module judges them.

use sha2::{Digest, Sha256};

use crate::domain::lead::{Moment, Record};

/// A hash of what a customer sent: the same content gives the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ContentKey(pub [u8; 16]);

/// The key of a record. Microsoft's later readings (status, quality, validity, expiry) and times are no content.
pub fn content_key(record: &Record) -> ContentKey {
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

/// True when a record with an id may adopt this id-less one: same e-mail, offer and action, created within 24 hours.
pub fn may_adopt(stored: &Record, arriving: &Record) -> bool {
    let email = |record: &Record| record.person.email.as_deref().map(|email| email.trim().to_lowercase());
    stored.external_id.is_none()
        && arriving.external_id.is_some()
        && email(stored).is_some()
        && email(stored) == email(arriving)
        && same_offer(stored, arriving)
        && stored.call_to_action == arriving.call_to_action
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
