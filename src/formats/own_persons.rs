//! Who is the same person in JSON of our own, where an expired lead shows no contact: it says how many leads its person has, and
//! the names. A lead whose names and number fit those of exactly one person belongs to that one. Must not guess where the
//! numbers do not come out even.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::domain::lead::Record;
use crate::formats::json_value::Json;

/// Persons of a file, by what a lead without contacts still says of them.
#[derive(Clone, Debug, Default)]
pub struct OwnPersons {
    keys: HashMap<String, String>,
}

/// What the leads of one description are.
#[derive(Default)]
struct Group {
    persons: Vec<String>,
    hidden: u32,
    leads: u32,
}

impl OwnPersons {
    /// Learns the persons of a file.
    pub fn of(text: &str, values: impl Iterator<Item = Json>) -> Self {
        let mut groups: HashMap<String, Group> = HashMap::new();
        let mut shown: HashMap<String, u32> = HashMap::new();
        for value in values {
            let Some((description, leads)) = described(&value) else { continue };
            let group = groups.entry(description).or_default();
            group.leads = leads;
            match contact(&value) {
                Some(person) => {
                    *shown.entry(person.clone()).or_default() += 1;
                    if !group.persons.contains(&person) {
                        group.persons.push(person);
                    }
                }
                None => group.hidden += 1,
            }
        }
        let fingerprint = Sha256::digest(text).iter().take(8).map(u8::to_string).collect::<Vec<_>>().join("-");
        let hidden = groups.into_iter().filter(|(_, group)| group.hidden > 0);
        let keys = hidden.filter_map(|(description, group)| {
            let key = match group.persons.as_slice() {
                [] if group.hidden == group.leads => format!("leadbox-export {fingerprint} person {description}"),
                [only] if shown.get(only).copied().unwrap_or_default() + group.hidden == group.leads => only.clone(),
                _ => return None,
            };
            Some((description, key))
        });
        Self { keys: keys.collect() }
    }

    /// Gives the record of a lead without contacts its person.
    pub fn complete(&self, value: &Json, record: &mut Record) {
        if record.person_key.is_none() {
            record.person_key = described(value).and_then(|(description, _)| self.keys.get(&description).cloned());
        }
    }
}

/// The names of a lead whose person has more than one, and how many; test leads are counted apart and left out.
fn described(value: &Json) -> Option<(String, u32)> {
    let leads = value.get("person_leads")?.text()?.parse().ok().filter(|leads| *leads > 1)?;
    if value.get("test").and_then(Json::text) == Some("true") {
        return None;
    }
    let name = |key| value.get(key).and_then(Json::text).unwrap_or_default().to_lowercase();
    // One person may write from several companies; where no name is given, the company stands for the person.
    let full = format!("{}\u{1f}{}", name("first_name"), name("last_name"));
    let told = if full.len() > 1 { full } else { name("company") };
    (!told.is_empty()).then(|| (format!("{told}\u{1f}{leads}"), leads))
}

/// What the person key of a lead is made of.
fn contact(value: &Json) -> Option<String> {
    let email = value.get("email").and_then(Json::text).map(str::to_lowercase);
    email.or_else(|| value.get("phone_e164").and_then(Json::text).map(str::to_owned))
}
