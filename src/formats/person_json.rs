//! A person as JSON, for `people --json`: who it is as the leads shown tell together, and which leads those are.
//! Contacts come with the profile, which asks the one function that hands them out. Must not choose leads.

use serde::Serialize;

use crate::domain::lead::{Lead, Moment};
use crate::domain::moment::rfc3339;
use crate::domain::people::Profile;
use crate::domain::terms::Terms;
use crate::domain::vitals::Vitals;
use crate::domain::vocabulary::Urgency;

/// What each field of the object says, in its order; the README's table is made of it.
pub const FIELDS: &[(&str, &str)] = &[
    ("name", "first and last name; of every field the newest of these leads that tells it"),
    ("company", "customer"),
    ("email", "as received, of a lead that is not expired; null where all of them are"),
    ("phone", "the same"),
    ("leads", "the numbers of these leads, newest first"),
    ("first_at", "when the customer asked for the oldest of them"),
    ("last_at", "when the customer asked for the newest of them"),
    ("count", "how many they are: those that pass the filters"),
    ("person_leads", "how many leads the person has in all, test leads not counted"),
    ("job_title", "customer"),
    ("phone_e164", "the same phone as `+551155500100`, where it can be read as one"),
    ("country", "ISO 3166 code of two letters"),
    ("urgency", "that of the most urgent of these leads, as in the object of a lead"),
    ("do_not_contact", "one of these leads asked not to be contacted"),
];

/// The object of `people --json`, in its order of fields; `FIELDS` says what each holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names are the contract; FIELDS explains each")]
pub struct PersonJson {
    pub name: Option<String>,
    pub company: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub leads: Vec<i64>,
    pub first_at: Option<String>,
    pub last_at: Option<String>,
    pub count: usize,
    pub person_leads: u32,
    pub job_title: Option<String>,
    pub phone_e164: Option<String>,
    pub country: Option<String>,
    pub urgency: Option<&'static str>,
    pub do_not_contact: bool,
}

impl PersonJson {
    /// The person of these leads, newest first, as they are at `now`. `person_leads` is how many leads the person has.
    pub fn of(leads: &[Lead], terms: &Terms, now: Moment, person_leads: u32) -> Self {
        let profile = Profile::of(leads, terms, now);
        let asked = |lead: Option<&Lead>| lead.map(|lead| rfc3339(lead.record.created_at));
        let urgency = leads.iter().map(|lead| Vitals::of(lead, terms).urgency(now.timestamp())).min();
        Self {
            name: profile.names.first().cloned(),
            company: profile.companies.first().map(|company| (*company).to_owned()),
            email: profile.email.map(|reach| reach.text.to_owned()),
            phone: profile.phone.map(|reach| reach.text.to_owned()),
            leads: leads.iter().map(|lead| lead.id.0).collect(),
            first_at: asked(leads.last()),
            last_at: asked(leads.first()),
            count: leads.len(),
            person_leads,
            job_title: profile.job_title.map(str::to_owned),
            phone_e164: profile.phone_e164.map(str::to_owned),
            country: profile.country.map(|country| country.code().to_owned()),
            urgency: urgency.map(Urgency::word),
            do_not_contact: profile.do_not_contact,
        }
    }
}
