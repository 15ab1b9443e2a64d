//! Leads as CSV: the columns of Partner Center's export with `LeadCreationDateTime` first, then our own, then every unknown
//! column (PRODUCT.md 7). Formulas are held by the reversible apostrophe. Contacts come from the one function that hands
//! them out. Must not choose which leads are written.

use csv::WriterBuilder;

use crate::domain::contacts::{Contacts, contacts, extras};
use crate::domain::lead::{Lead, Moment, Record};
use crate::domain::moment::rfc3339;
use crate::domain::record::Field;
use crate::domain::terms::Terms;
use crate::domain::vitals::Vitals;
use crate::domain::vocabulary::{Outcome, Status};
use crate::formats::formula::escape;
use crate::formats::own_columns::{self, OwnColumn};
use crate::formats::person_labels::PersonLabels;

/// The fields that are written: all but the one a lead does not keep.
fn fields() -> impl Iterator<Item = Field> {
    Field::ALL.iter().copied().filter(|field| *field != Field::Updated)
}

/// Writes leads row by row.
pub struct LeadCsv<'a, W: std::io::Write> {
    writer: csv::Writer<W>,
    terms: &'a Terms,
    now: i64,
    extras: Vec<String>,
    persons: PersonLabels,
}

impl<'a, W: std::io::Write> LeadCsv<'a, W> {
    /// Begins a file with its header. `extras` names the unknown columns that any lead to come has, as `extra_columns` of
    /// them all answers.
    pub fn new(out: W, terms: &'a Terms, now: Moment, extras: Vec<String>) -> csv::Result<Self> {
        Self::separated_by(b',', out, terms, now, extras)
    }

    /// The same with a character of choice between the cells, such as a tab.
    pub fn separated_by(
        separator: u8,
        out: W,
        terms: &'a Terms,
        now: Moment,
        extras: Vec<String>,
    ) -> csv::Result<Self> {
        let mut writer = WriterBuilder::new().delimiter(separator).terminator(csv::Terminator::CRLF).from_writer(out);
        let known = fields().map(Field::header).chain(OwnColumn::ALL.iter().map(|column| column.header()));
        for name in known {
            writer.write_field(name)?;
        }
        for name in &extras {
            writer.write_field(escape(name).as_bytes())?;
        }
        writer.write_record(None::<&[u8]>)?;
        Ok(Self { writer, terms, now: now.timestamp(), extras, persons: PersonLabels::default() })
    }

    /// Writes one lead.
    pub fn write(&mut self, lead: &Lead) -> csv::Result<()> {
        let standing = Vitals::of(lead, self.terms).standing(self.now);
        let contacts = contacts(lead, standing);
        for field in fields() {
            let cell = cell(lead, field, standing, contacts);
            self.writer.write_field(escape(&cell).as_bytes())?;
        }
        for column in OwnColumn::ALL {
            let cell = match column {
                OwnColumn::Person => self.persons.label(lead.record.person_key.as_deref()),
                column => own_columns::write(lead, *column),
            };
            self.writer.write_field(escape(&cell).as_bytes())?;
        }
        for name in &self.extras {
            let extra = extras(&lead.record, standing).find(|extra| extra.name == *name);
            self.writer.write_field(escape(extra.map(|extra| extra.value.as_str()).unwrap_or_default()).as_bytes())?;
        }
        self.writer.write_record(None::<&[u8]>)
    }

    /// Writes what is still held back.
    pub fn finish(mut self) -> std::io::Result<()> {
        self.writer.flush()
    }
}

/// The unknown columns of a lead: all extras that do not stand in a column of their own field.
pub fn extra_columns(record: &Record) -> impl Iterator<Item = &str> {
    let own = |name: &str| fields().any(|field| field.header() == name);
    record.extras.iter().map(|extra| extra.name.as_str()).filter(move |name| !own(name))
}

/// The cell of a field: the lead as shown. A value that reads Unknown is written as it was received.
fn cell(lead: &Lead, field: Field, standing: (Status, Option<Outcome>), contacts: Contacts<'_>) -> String {
    let (record, person) = (&lead.record, &lead.record.person);
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let odd = || record.extras.iter().find(|extra| extra.name == field.header()).map(|extra| extra.value.clone());
    // An odd text of a newer record stands beside a value that is known: the value is what the lead shows.
    let word = |title: &str| odd().filter(|_| title == "Unknown").unwrap_or_else(|| title.to_owned());
    match field {
        Field::Created => rfc3339(record.created_at),
        Field::Id => text(&record.external_id),
        Field::LeadType => word(record.lead_type.title()),
        Field::LeadSource => text(&record.lead_source_raw),
        Field::ActionCode => text(&record.action_code),
        Field::CallToAction => word(record.call_to_action.title()),
        Field::OfferId => match (&record.publisher, &record.offer) {
            (Some(publisher), Some(offer)) => format!("{publisher}.{offer}"),
            (_, offer) => text(offer),
        },
        Field::OfferName => text(&record.offer_title),
        Field::Company => text(&person.company),
        Field::FirstName => text(&person.first_name),
        Field::LastName => text(&person.last_name),
        Field::JobTitle => text(&person.job_title),
        Field::Email => contacts.email.unwrap_or_default().to_owned(),
        Field::EmailValidity => word(record.email_validity.title()),
        Field::Phone => contacts.phone.unwrap_or_default().to_owned(),
        Field::PhoneValidity => word(record.phone_validity.title()),
        Field::Country => text(&record.country_raw),
        Field::Quality => word(record.quality.title()),
        Field::Qualification => word(record.qualification.title()),
        Field::Status => standing.0.title().to_owned(),
        Field::Substatus => standing.1.map(Outcome::title).unwrap_or_default().to_owned(),
        Field::Expiry => record.stated_expiry.map(rfc3339).or_else(odd).unwrap_or_default(),
        Field::Description => text(&record.description),
        Field::Updated => String::new(),
    }
}
