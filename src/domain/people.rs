//! One person, many leads (PRODUCT.md 6): who a person is as their leads tell together, and one timeline over all of them.
//! Nothing is merged: every lead stays its own, and names that differ are all kept. Contacts come from the one function
//! that hands them out. Must not look leads up: the store finds them by the person key.

use std::collections::HashMap;

use chrono_tz::Tz;

use crate::domain::contacts::contacts;
use crate::domain::country::Country;
use crate::domain::fold::fold;
use crate::domain::lead::{Lead, LeadId, Moment, Record};
use crate::domain::terms::Terms;
use crate::domain::timeline::Event;
use crate::domain::vitals::Vitals;
use crate::domain::vocabulary::{CallToAction, LeadType, Qualification, Source, Validity};

/// A contact and how Microsoft reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach<'a> {
    /// As received.
    pub text: &'a str,
    /// Microsoft's reading.
    pub validity: Validity,
}

/// Who a person is. Of every field the newest lead that tells it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile<'a> {
    /// The names, newest first; several where the leads differ.
    pub names: Vec<String>,
    /// The companies, newest first.
    pub companies: Vec<&'a str>,
    /// Job title.
    pub job_title: Option<&'a str>,
    /// Country.
    pub country: Option<Country>,
    /// E-mail, of a lead whose contacts may be shown.
    pub email: Option<Reach<'a>>,
    /// Phone, of a lead whose contacts may be shown.
    pub phone: Option<Reach<'a>>,
    /// The same phone in E.164.
    pub phone_e164: Option<&'a str>,
    /// The contacts of every lead are withheld.
    pub hidden: bool,
    /// One of the leads asked not to be contacted.
    pub do_not_contact: bool,
}

impl<'a> Profile<'a> {
    /// What the leads of one person, newest first, tell of them at `now`.
    pub fn of(leads: &'a [Lead], terms: &Terms, now: Moment) -> Self {
        let mut profile = Self { hidden: !leads.is_empty(), ..Self::default() };
        for lead in leads {
            let (record, person) = (&lead.record, &lead.record.person);
            if let Some(name) = person.full_name() {
                add(&mut profile.names, name);
            }
            if let Some(company) = person.company.as_deref() {
                add(&mut profile.companies, company);
            }
            profile.job_title = profile.job_title.or(person.job_title.as_deref());
            profile.country = profile.country.or(record.country);
            profile.do_not_contact |= record.do_not_contact;
            let contacts = contacts(lead, Vitals::of(lead, terms).standing(now.timestamp()));
            profile.hidden &= contacts.hidden;
            let reach = |text, validity| Reach { text, validity };
            profile.email = profile.email.or(contacts.email.map(|text| reach(text, record.email_validity)));
            if let Some(phone) = contacts.phone.filter(|_| profile.phone.is_none()) {
                profile.phone = Some(reach(phone, record.phone_validity));
                profile.phone_e164 = contacts.phone_e164;
            }
        }
        profile
    }

    /// The name a seller would use: the person's, else the company's, else that nothing is known.
    pub fn title(&self) -> &str {
        let name = self.names.first().map(String::as_str);
        name.or(self.companies.first().copied()).unwrap_or("No name given")
    }
}

/// Keeps a name that is not there yet, whatever its case and accents.
fn add<T: AsRef<str>>(names: &mut Vec<T>, name: T) {
    if names.iter().all(|known| fold(known.as_ref()) != fold(name.as_ref())) {
        names.push(name);
    }
}

/// What the customer asked for, in a word or two: the call to action, else the unknown code as received, else the kind.
pub fn asked_for(record: &Record) -> &str {
    match (record.call_to_action, record.qualification, record.lead_type) {
        _ if record.do_not_contact => "DNC",
        (CallToAction::Unknown, Qualification::Sales, _) => "Sales lead",
        (CallToAction::Unknown, Qualification::Marketing, _) => "Marketing",
        (CallToAction::Unknown, _, LeadType::Profile) => LeadType::Profile.title(),
        (CallToAction::Unknown, ..) => record.action_code.as_deref().unwrap_or(CallToAction::Unknown.title()),
        (action, ..) => action.title(),
    }
}

/// What was asked for, at which storefront and for which offer, as far as it is known. Names no person.
pub fn request(record: &Record) -> impl Iterator<Item = &str> {
    let asked = if record.do_not_contact { "asked not to be contacted" } else { asked_for(record) };
    let source = (record.source != Source::Unknown).then(|| record.source.title());
    [Some(asked), source, record.offer_title.as_deref().or(record.offer.as_deref())].into_iter().flatten()
}

/// One line of a person's timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Moment,
    /// Which of the leads it is about.
    pub leads: Vec<LeadId>,
    /// What.
    pub words: String,
    /// The customer did it: it is what they asked for.
    pub asked: bool,
}

/// Everything that happened to a person's leads as one stream, newest first: what the customer asked for, and the events of
/// each lead. The same thing at the same moment is one entry, whichever leads it was about.
pub fn timeline(leads: &[Lead], events: &[(LeadId, Event)], now: Moment, zone: Tz) -> Vec<Entry> {
    let mut all: Vec<(Moment, LeadId, String, bool)> =
        events.iter().map(|(lead, event)| (event.at, *lead, event.kind.words(now, zone), false)).collect();
    all.extend(leads.iter().map(|lead| (lead.record.created_at, lead.id, asked_words(&lead.record), true)));
    // Stable: what happened in one second keeps the order of its lead's own timeline.
    all.sort_by_key(|(at, ..)| std::cmp::Reverse(*at));
    let mut entries: Vec<Entry> = Vec::new();
    for (at, lead, words, asked) in all {
        let mut here = entries.iter_mut().rev().take_while(|entry| entry.at == at);
        match here.find(|entry| entry.words == words) {
            Some(entry) if entry.leads.contains(&lead) => {}
            Some(entry) => entry.leads.push(lead),
            None => entries.push(Entry { at, leads: vec![lead], words, asked }),
        }
    }
    entries
}

fn asked_words(record: &Record) -> String {
    let offer = record.offer_name().map(|offer| format!(", {offer}")).unwrap_or_default();
    format!("asked: {}{offer}", asked_for(record))
}

/// Puts leads together that are of one person, by the number that names each lead's person; a lead without one stands alone.
/// The persons come in the order of their first lead.
pub fn together(ids: &[LeadId], person: impl Fn(LeadId) -> Option<u32>) -> Vec<Vec<LeadId>> {
    let mut places: HashMap<u32, usize> = HashMap::new();
    let mut groups: Vec<Vec<LeadId>> = Vec::new();
    for id in ids {
        let person = person(*id);
        let place = person.and_then(|person| places.get(&person)).copied().unwrap_or(groups.len());
        places.extend(person.map(|person| (person, place)));
        match groups.get_mut(place) {
            Some(group) => group.push(*id),
            None => groups.push(vec![*id]),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lead::{Receipt, Seller};
    use crate::domain::moment::parse;
    use crate::domain::record::{self, Field, RawRecord};
    use crate::domain::timeline::EventKind;
    use crate::domain::vocabulary::ReceivedVia;

    fn now() -> Moment {
        parse("2026-11-20T12:00:00Z").unwrap()
    }

    fn lead(id: i64, created: &str, fields: &[(Field, &str)]) -> Lead {
        let mut raw = RawRecord::default();
        raw.set(Field::Created, created);
        for (field, text) in fields {
            raw.set(*field, text);
        }
        Lead {
            id: LeadId(id),
            rev: 1,
            record: record::read(&raw).unwrap(),
            seller: Seller::default(),
            owed: Vec::new(),
            receipt: Receipt { via: ReceivedVia::PartnerCenterExport, at: now(), as_of: now() },
        }
    }

    const ASKS: (Field, &str) = (Field::CallToAction, "Contact me");

    #[test]
    fn the_newest_lead_that_tells_a_thing_tells_it() {
        let leads = [
            lead(
                3,
                "2026-11-20",
                &[(Field::FirstName, "ANA"), (Field::LastName, "Souza"), (Field::Company, "Northwind")],
            ),
            lead(2, "2026-11-19", &[(Field::JobTitle, "CTO"), (Field::Phone, "+55 11 5550 0100")]),
            lead(
                1,
                "2026-11-18",
                &[(Field::FirstName, "Ana"), (Field::LastName, "Sóuza"), (Field::Company, "Fabrikam")],
            ),
        ];
        let profile = Profile::of(&leads, &Terms::default(), now());
        assert_eq!((profile.title(), profile.names.len()), ("ANA Souza", 1), "case and accents make no other name");
        assert_eq!(profile.companies, ["Northwind", "Fabrikam"], "a company that differs is kept");
        assert_eq!((profile.job_title, profile.phone_e164), (Some("CTO"), Some("+551155500100")));
        assert!(!profile.hidden && profile.email.is_none());
        assert_eq!(Profile::of(&[], &Terms::default(), now()).title(), "No name given");
    }

    #[test]
    fn contacts_are_those_of_a_lead_that_may_show_them() {
        let contacts = [(Field::Email, "ana@northwind.example"), (Field::Phone, "+55 11 5550 0100"), ASKS];
        let expired = lead(1, "2026-10-01", &contacts);
        let alone = [expired.clone()];
        let profile = Profile::of(&alone, &Terms::default(), now());
        assert!(profile.hidden && profile.email.is_none() && profile.phone.is_none() && profile.phone_e164.is_none());
        let both = [lead(2, "2026-11-19", &[(Field::Email, "Ana@Northwind.example"), ASKS]), expired];
        let profile = Profile::of(&both, &Terms::default(), now());
        assert_eq!(profile.email.map(|reach| reach.text), Some("Ana@Northwind.example"));
        assert!(!profile.hidden && profile.phone.is_none(), "the phone stands only in the expired lead");
    }

    #[test]
    fn what_was_asked_for_is_said_for_every_kind() {
        let asked = |fields: &[(Field, &str)]| asked_for(&lead(1, "2026-11-20", fields).record).to_owned();
        assert_eq!(asked(&[(Field::CallToAction, "test-drive")]), "Test drive");
        assert_eq!(asked(&[(Field::LeadSource, "AppSource-DNC|a.b")]), "DNC");
        assert_eq!(asked(&[(Field::LeadSource, "AppSource-XYZ|a.b")]), "XYZ");
        assert_eq!(asked(&[(Field::LeadType, "Profile")]), "Profile");
        assert_eq!(asked(&[(Field::Qualification, "Sales")]), "Sales lead");
        assert_eq!(asked(&[]), "Unknown");
    }

    #[test]
    fn one_stream_over_all_leads_and_one_line_for_one_step() {
        let leads = [
            lead(2, "2026-11-20T09:00:00Z", &[ASKS, (Field::OfferId, "contoso.backup")]),
            lead(1, "2026-11-18T09:00:00Z", &[(Field::CallToAction, "Test drive")]),
        ];
        let received = || Event { at: now(), kind: EventKind::Received { title: "a.csv".to_owned() } };
        let undone =
            Event { at: parse("2026-11-19T00:00:00Z").unwrap(), kind: EventKind::Undone { title: "x".to_owned() } };
        let events = [(LeadId(2), received()), (LeadId(1), received()), (LeadId(1), undone)];
        let lines: Vec<_> =
            timeline(&leads, &events, now(), Tz::UTC).into_iter().map(|entry| (entry.words, entry.leads)).collect();
        let ids = |ids: &[i64]| ids.iter().map(|id| LeadId(*id)).collect::<Vec<_>>();
        assert_eq!(
            lines,
            [
                ("received, a.csv".to_owned(), ids(&[2, 1])),
                ("asked: Contact me, backup".to_owned(), ids(&[2])),
                ("undone: x".to_owned(), ids(&[1])),
                ("asked: Test drive".to_owned(), ids(&[1])),
            ]
        );
    }

    #[test]
    fn leads_are_put_together_where_the_first_of_them_stood() {
        let ids = [5, 2, 9, 1, 7].map(LeadId);
        let person = |id: LeadId| match id.0 {
            1 | 5 => Some(0),
            7 | 9 => Some(3),
            _ => None,
        };
        assert_eq!(together(&ids, person), [vec![LeadId(5), LeadId(1)], vec![LeadId(2)], vec![LeadId(9), LeadId(7)]]);
    }
}
