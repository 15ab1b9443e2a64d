//! The one function that hands out contact details (PRODUCT.md 2): e-mail and phone, and whether they may be shown.
//! Everything that shows, copies, exports or searches a contact asks here. Must not be walked around.

use crate::domain::lead::{Extra, Lead, Person, Record};
use crate::domain::vocabulary::{Outcome, Status};

/// The contact details of a lead, as far as they may be known now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contacts<'a> {
    /// E-mail as received.
    pub email: Option<&'a str>,
    /// Phone as received.
    pub phone: Option<&'a str>,
    /// The phone in E.164.
    pub phone_e164: Option<&'a str>,
    /// True for an Expired lead: the details are withheld, whether or not there are any.
    pub hidden: bool,
}

/// The contacts of a lead whose standing is the given one. Expired hides them; Aged out does not.
pub fn contacts(lead: &Lead, standing: (Status, Option<Outcome>)) -> Contacts<'_> {
    of_person(&lead.record.person, standing)
}

/// The same for the customer's part alone.
pub fn of_person(person: &Person, standing: (Status, Option<Outcome>)) -> Contacts<'_> {
    if hidden(standing) {
        return Contacts { hidden: true, ..Contacts::default() };
    }
    Contacts {
        email: person.email.as_deref(),
        phone: person.phone.as_deref(),
        phone_e164: person.phone_e164.as_deref(),
        hidden: false,
    }
}

/// The unknown columns of a lead as far as they may be known now: where contacts are withheld, so is every column that is
/// named like one, and every value that looks like one.
pub fn extras(record: &Record, standing: (Status, Option<Outcome>)) -> impl Iterator<Item = &Extra> {
    let withheld = hidden(standing);
    record.extras.iter().filter(move |extra| !withheld || !(names_contact(&extra.name) || is_contact(&extra.value)))
}

fn names_contact(header: &str) -> bool {
    let header = header.to_lowercase();
    ["mail", "phone", "mobile", "cell", "tel", "fax", "contact"].iter().any(|word| header.contains(word))
}

fn is_contact(value: &str) -> bool {
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let dialled = |c: char| c.is_ascii_digit() || " +-./()".contains(c);
    value.contains('@') || (digits >= 7 && value.chars().all(dialled))
}

/// Why a lead came without e-mail and phone, as far as its other fields tell: Microsoft passes on no personal data of `.edu`
/// customers (domain.md 4), and one of them names such a host. That the lead is one of those is inferred, and said so.
pub fn blank_because(record: &Record) -> Option<String> {
    if record.person.email.is_some() || record.person.phone.is_some() {
        return None;
    }
    let told = record.person.company.iter().chain(record.extras.iter().map(|extra| &extra.value));
    let host =
        told.flat_map(|text| text.split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '.'))).find(|word| {
            let name = word.trim_end_matches('.').to_lowercase();
            name.strip_suffix(".edu").is_some_and(|before| before.contains(char::is_alphanumeric))
        })?;
    let host = host.trim_end_matches('.');
    Some(format!("Microsoft passes on no contact details of .edu customers; that this is one is inferred from {host}."))
}

/// True where contacts are withheld: only for Archived / Expired.
pub fn hidden(standing: (Status, Option<Outcome>)) -> bool {
    standing == (Status::Archived, Some(Outcome::Expired))
}
