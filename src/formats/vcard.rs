//! Leads as an address book: a card for each person, vCard 4.0 (RFC 6350) or 3.0 (RFC 2426). Leads of one person make one card,
//! which tells of every field what the newest lead tells, and what each lead asked for; so the cards are gathered and written
//! at the end. Withheld contacts are in no card; its identifier stays the one it had while they were not. Must not choose leads.

use std::collections::HashMap;

use crate::domain::contacts::contacts;
use crate::domain::country::Country;
use crate::domain::lead::{Lead, Moment, Record};
use crate::domain::numbers::leads;
use crate::domain::people::request;
use crate::domain::terms::Terms;
use crate::domain::vitals::Vitals;
use crate::formats::content_line::{clean, escape, line};
use crate::formats::leaving::{About, Leaving, LeavingError};
use crate::formats::stable_id::StableId;

/// Leads that a card tells of, the newest; of more it says how many.
const TOLD: usize = 20;

/// A version of the format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// RFC 6350.
    #[default]
    V4,
    /// RFC 2426, for address books that read no newer one.
    V3,
}

impl Version {
    /// Every version, the newest first.
    pub const ALL: [Self; 2] = [Self::V4, Self::V3];

    /// Its number, as it is told and asked for.
    pub const fn word(self) -> &'static str {
        match self {
            Self::V4 => "4.0",
            Self::V3 => "3.0",
        }
    }

    /// The version of a number.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.word() == word.trim())
    }
}

/// The cards of an export.
pub struct Cards<'t> {
    terms: &'t Terms,
    version: Version,
    gathered: Vec<Card>,
    /// The place of a person's card, by person key.
    known: HashMap<String, usize>,
    /// Leads that say nothing an address book takes.
    untold: usize,
    /// Leads that came to the card of another.
    shared: usize,
}

impl<'t> Cards<'t> {
    /// No cards yet.
    pub fn new(terms: &'t Terms, version: Version) -> Self {
        Self { terms, version, gathered: Vec::new(), known: HashMap::new(), untold: 0, shared: 0 }
    }
}

impl Leaving for Cards<'_> {
    fn head(&mut self, _: &mut Vec<u8>) -> Result<(), LeavingError> {
        Ok(())
    }

    fn lead(&mut self, lead: &Lead, about: &About, _: &mut Vec<u8>) -> Result<(), LeavingError> {
        let told = Told::of(lead, self.terms, about.now);
        let place = lead.record.person_key.as_ref().and_then(|key| self.known.get(key)).copied();
        if let Some(card) = place.and_then(|place| self.gathered.get_mut(place)) {
            card.add(told);
            self.shared += 1;
        } else if told.says_something() {
            self.known.extend(lead.record.person_key.clone().map(|key| (key, self.gathered.len())));
            self.gathered.push(Card::new(lead.record.person_key.clone(), told));
        } else {
            self.untold += 1;
        }
        Ok(())
    }

    fn tail(&mut self, out: &mut Vec<u8>) -> Result<(), LeavingError> {
        self.known.clear();
        for card in std::mem::take(&mut self.gathered) {
            card.write(self.version, out);
        }
        Ok(())
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.shared > 0 {
            let stands = if self.shared == 1 { "stands" } else { "stand" };
            notes.push(format!("{} {stands} on the card of another lead of the same person.", leads(self.shared)));
        }
        if self.untold > 0 {
            let (names, has) = if self.untold == 1 { ("names", "has") } else { ("name", "have") };
            notes.push(format!("{} {names} no person, company or contact, and so {has} no card.", leads(self.untold)));
        }
        notes
    }
}

/// A name: first and last, either of which may be missing.
type Name = (Option<String>, Option<String>);

/// What one lead tells a card, cleaned.
struct Told {
    created: Moment,
    as_of: Moment,
    id: StableId,
    name: Option<Name>,
    company: Option<String>,
    job_title: Option<String>,
    country: Option<String>,
    email: Option<String>,
    phone: Option<Phone>,
    asked: String,
}

/// A phone number.
#[derive(Clone)]
struct Phone {
    text: String,
    e164: Option<String>,
}

impl Told {
    fn of(lead: &Lead, terms: &Terms, now: Moment) -> Self {
        let (record, person) = (&lead.record, &lead.record.person);
        let contacts = contacts(lead, Vitals::of(lead, terms).standing(now.timestamp()));
        let text = |text: Option<&str>| text.and_then(clean);
        let name = (text(person.first_name.as_deref()), text(person.last_name.as_deref()));
        let phone = text(contacts.phone);
        Self {
            created: record.created_at,
            as_of: lead.receipt.as_of,
            id: StableId::of_lead(record, &contacts),
            name: (name != (None, None)).then_some(name),
            company: text(person.company.as_deref()),
            job_title: text(person.job_title.as_deref()),
            country: text(record.country.map(Country::name).or(record.country_raw.as_deref())),
            email: text(contacts.email),
            phone: phone.map(|text| Phone { text, e164: contacts.phone_e164.map(str::to_owned) }),
            asked: asked(record),
        }
    }

    fn says_something(&self) -> bool {
        self.name.is_some() || self.company.is_some() || self.email.is_some() || self.phone.is_some()
    }
}

/// What a lead asked for and when: a line of the note.
fn asked(record: &Record) -> String {
    let request: Vec<_> = request(record).filter_map(clean).collect();
    format!("{}: {}", record.created_at.format("%Y-%m-%d"), request.join(", "))
}

/// The newest that was told of one thing.
#[derive(Clone)]
struct Newest<T>(Option<(Moment, T)>);

impl<T> Newest<T> {
    fn tell(&mut self, at: Moment, value: Option<T>) {
        if let Some(value) = value
            && self.0.as_ref().is_none_or(|(known, _)| at > *known)
        {
            self.0 = Some((at, value));
        }
    }

    fn get(&self) -> Option<&T> {
        self.0.as_ref().map(|(_, value)| value)
    }
}

impl<T> Default for Newest<T> {
    fn default() -> Self {
        Self(None)
    }
}

/// One card in the making.
#[derive(Default)]
struct Card {
    person_key: Option<String>,
    /// The first lead of the person.
    oldest: Option<(Moment, StableId)>,
    revised: Option<Moment>,
    name: Newest<Name>,
    company: Newest<String>,
    job_title: Newest<String>,
    country: Newest<String>,
    email: Newest<String>,
    phone: Newest<Phone>,
    asked: Vec<(Moment, String)>,
    more: usize,
}

impl Card {
    fn new(person_key: Option<String>, told: Told) -> Self {
        let mut card = Self { person_key, ..Self::default() };
        card.add(told);
        card
    }

    fn add(&mut self, told: Told) {
        let at = told.created;
        if self.oldest.is_none_or(|(oldest, _)| at < oldest) {
            self.oldest = Some((at, told.id));
        }
        self.revised = self.revised.max(Some(told.as_of));
        self.name.tell(at, told.name);
        self.company.tell(at, told.company);
        self.job_title.tell(at, told.job_title);
        self.country.tell(at, told.country);
        self.email.tell(at, told.email);
        self.phone.tell(at, told.phone);
        let place = self.asked.partition_point(|(known, _)| *known >= at);
        self.asked.insert(place, (at, told.asked));
        if self.asked.len() > TOLD {
            self.asked.pop();
            self.more += 1;
        }
    }

    fn id(&self) -> Option<StableId> {
        // Also where the contacts are hidden by now: a card that an address book holds must find its next version.
        let person = self.person_key.as_deref().map(StableId::of_person);
        person.or_else(|| self.oldest.map(|(_, id)| id))
    }

    /// The name to show: the person's, else the company's, else the contact itself.
    fn title(&self) -> &str {
        let company = self.company.get().or(self.email.get());
        company.or_else(|| self.phone.get().map(|phone| &phone.text)).map_or("No name given", String::as_str)
    }

    fn write(&self, version: Version, out: &mut Vec<u8>) {
        let mut text = |name: &str, text: &str| line(out, name, &escape(text));
        text("BEGIN", "VCARD");
        text("VERSION", version.word());
        text("PRODID", concat!("-//leadbox//leadbox ", env!("CARGO_PKG_VERSION"), "//EN"));
        if let Some(id) = self.id() {
            text("UID", &format!("urn:uuid:{id}"));
        }
        let (first, last) = self.name.get().map_or((None, None), |(first, last)| (first.as_deref(), last.as_deref()));
        let full = [first, last].into_iter().flatten().collect::<Vec<_>>().join(" ");
        if full.is_empty() && self.company.get().is_some() && version == Version::V4 {
            text("KIND", "org");
        }
        text("FN", if full.is_empty() { self.title() } else { &full });
        let [first, last] = [first, last].map(|name| escape(name.unwrap_or_default()));
        // Version 3 wants it, and some readers of version 4 do.
        line(out, "N", &format!("{last};{first};;;"));
        let mut text = |name: &str, text: Option<&String>| {
            if let Some(text) = text {
                line(out, name, &escape(text));
            }
        };
        text("ORG", self.company.get());
        text("TITLE", self.job_title.get());
        self.write_contacts(version, out);
        if let Some(country) = self.country.get() {
            line(out, "ADR;TYPE=work", &format!(";;;;;;{}", escape(country)));
        }
        line(out, "NOTE", &escape(&self.note()));
        if let Some(revised) = self.revised {
            let written = match version {
                Version::V4 => revised.format("%Y%m%dT%H%M%SZ"),
                Version::V3 => revised.format("%Y-%m-%dT%H:%M:%SZ"),
            };
            line(out, "REV", &written.to_string());
        }
        line(out, "END", "VCARD");
    }

    fn write_contacts(&self, version: Version, out: &mut Vec<u8>) {
        if let Some(email) = self.email.get() {
            let name = if version == Version::V4 { "EMAIL;TYPE=work" } else { "EMAIL;TYPE=INTERNET" };
            line(out, name, &escape(email));
        }
        match (self.phone.get(), version) {
            (None, _) => {}
            (Some(Phone { e164: Some(e164), .. }), Version::V4) => {
                line(out, "TEL;VALUE=uri;TYPE=work,voice", &format!("tel:{e164}"));
            }
            (Some(phone), Version::V4) => line(out, "TEL;VALUE=text;TYPE=work,voice", &escape(&phone.text)),
            (Some(phone), Version::V3) => {
                let number = phone.e164.as_ref().unwrap_or(&phone.text);
                line(out, "TEL;TYPE=WORK,VOICE", &escape(number));
            }
        }
    }

    fn note(&self) -> String {
        let mut lines: Vec<String> = self.asked.iter().map(|(_, asked)| asked.clone()).collect();
        if self.more > 0 {
            lines.push(format!("and {} more", self.more));
        }
        lines.join("\n")
    }
}
