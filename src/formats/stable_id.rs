//! Identifiers of persons and leads for address books and calendars: the same one in every export and from every store, so
//! that a second export changes what the first brought. UUIDs of version 8, by name, as RFC 9562 shows them with SHA-256.
//! Must not know a file format. One made of a contact tells who guesses the contact that the guess is right.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::domain::contacts::Contacts;
use crate::domain::lead::Record;
use crate::domain::moment::rfc3339;
use crate::domain::uuid::Uuid;

/// Tells our names from those of others: a random UUID, never to be changed.
const NAMESPACE: [u8; 16] = *b"\x3d\x91\x0a\x57\x6c\xe4\x4b\x0f\x9a\x25\xd8\x41\xb3\x7e\x16\xc2";

/// An identifier of a person, a lead or a part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StableId(Uuid);

impl StableId {
    /// The person with this key, which the export shows too.
    pub fn of_person(key: &str) -> Self {
        Self::named("person", &[key])
    }

    /// A lead: by the source's id, else by when it was created and what it tells.
    pub fn of_lead(record: &Record, contacts: &Contacts<'_>) -> Self {
        if let Some(id) = record.external_id.as_deref() {
            return Self::named("id", &[id]);
        }
        let person = &record.person;
        let told = [
            contacts.email,
            contacts.phone,
            person.first_name.as_deref(),
            person.last_name.as_deref(),
            person.company.as_deref(),
            record.lead_source_raw.as_deref(),
            record.publisher.as_deref(),
            record.offer.as_deref(),
            record.offer_title.as_deref(),
            record.description.as_deref(),
        ];
        let created = rfc3339(record.created_at);
        let parts: Vec<&str> = [created.as_str()].into_iter().chain(told.map(Option::unwrap_or_default)).collect();
        Self::named("lead", &parts)
    }

    /// Something of this one's.
    #[must_use]
    pub fn part(self, name: &str) -> Self {
        Self::named("part", &[&self.to_string(), name])
    }

    fn named(kind: &str, parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        hash.update(NAMESPACE);
        for part in [kind].iter().chain(parts) {
            // The length keeps two parts from reading as two others.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Self(Uuid::of_digest(hash.finalize().into()))
    }
}

impl fmt::Display for StableId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::{self, Field, RawRecord};

    fn record(fields: &[(Field, &str)]) -> Record {
        let mut raw = RawRecord::default();
        raw.set(Field::Created, "2026-11-20");
        for (field, text) in fields {
            raw.set(*field, text);
        }
        record::read(&raw).unwrap()
    }

    #[test]
    fn an_identifier_is_what_it_was_in_the_first_release() {
        // Address books and calendars hold these: they must never change.
        assert_eq!(StableId::of_person("ana@northwind.example").to_string(), "9532a887-72ee-8eb2-8019-f76f5ee25324");
        let by_id = StableId::of_lead(&record(&[(Field::Id, "a")]), &Contacts::default());
        assert_eq!(by_id.to_string(), "bbfde355-8031-801c-8f24-580cce3c5ce0");
        let by_name = StableId::of_lead(&record(&[(Field::Company, "Northwind")]), &Contacts::default());
        assert_eq!(by_name.to_string(), "061cca9d-34ab-8aaf-8e4d-e2899eefeaae");
        assert_eq!(by_id.part("follow_up").to_string(), "ac826b6b-77ec-8572-aac3-fc3bd2207697");
    }

    #[test]
    fn what_differs_has_another_identifier_and_a_withheld_contact_has_none() {
        let (one, other) =
            (record(&[(Field::FirstName, "a"), (Field::LastName, "b")]), record(&[(Field::FirstName, "ab")]));
        let none = Contacts::default();
        assert_ne!(StableId::of_lead(&one, &none), StableId::of_lead(&other, &none));
        let mailed = record(&[(Field::FirstName, "a"), (Field::LastName, "b"), (Field::Email, "a@b.example")]);
        assert_eq!(StableId::of_lead(&one, &none), StableId::of_lead(&mailed, &none), "the contact was not handed out");
        let shown = Contacts { email: Some("a@b.example"), ..none };
        assert_ne!(StableId::of_lead(&mailed, &shown), StableId::of_lead(&mailed, &none));
        assert_ne!(StableId::of_person("a"), StableId::named("id", &["a"]));
    }
}
