//! The columns of a table of leads, and what stands in each: those of Partner Center's export with `LeadCreationDateTime`
//! first, then our own, then every unknown column (PRODUCT.md 7). A cell knows what it is, so that each kind of table writes
//! dates and numbers in its own way. Contacts come from the one function that hands them out. Must not know a file format.

use std::borrow::Cow;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::domain::contacts::{Contacts, contacts, extras};
use crate::domain::lead::{Extra, Lead, Moment};
use crate::domain::moment::rfc3339;
use crate::domain::record::Field;
use crate::domain::terms::Terms;
use crate::domain::vitals::Vitals;
use crate::domain::vocabulary::{Outcome, Status};
use crate::formats::own_columns::{self, OwnColumn};
use crate::formats::person_labels::PersonLabels;

/// What stands in one cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'l> {
    /// Nothing.
    Empty,
    /// Somebody's text, or a word of ours.
    Text(Cow<'l, str>),
    /// A point in time.
    Moment(Moment),
    /// A day.
    Day(NaiveDate),
    /// A number of ours: never one that a lead brought as its own text.
    Number(Decimal),
}

impl<'l> Cell<'l> {
    /// A text; an empty one is nothing.
    pub fn text(text: impl Into<Cow<'l, str>>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// A text that may be missing.
    pub fn of(text: Option<&'l str>) -> Self {
        text.map_or(Self::Empty, Self::text)
    }

    /// A moment that may be missing.
    pub fn moment(moment: Option<Moment>) -> Self {
        moment.map_or(Self::Empty, Self::Moment)
    }

    /// As a text file writes it: times in RFC 3339, UTC.
    pub fn written(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Moment(moment) => Cow::Owned(rfc3339(*moment)),
            Self::Day(day) => Cow::Owned(day.to_string()),
            Self::Number(number) => Cow::Owned(number.to_string()),
        }
    }
}

/// The columns of one table, which numbers the persons in it.
pub struct LeadColumns<'t> {
    terms: &'t Terms,
    extras: Vec<String>,
    persons: PersonLabels,
}

impl<'t> LeadColumns<'t> {
    /// The columns of a table. `extras` names the unknown columns that any lead to come has, as `extra_columns` of them all
    /// answers.
    pub fn new(terms: &'t Terms, extras: Vec<String>) -> Self {
        Self { terms, extras, persons: PersonLabels::default() }
    }

    /// The headers, in order.
    pub fn headers(&self) -> impl Iterator<Item = &str> {
        let fields = fields().map(|field| -> &str { field.header() });
        let own = OwnColumn::ALL.iter().map(|column| -> &str { column.header() });
        fields.chain(own).chain(self.extras.iter().map(String::as_str))
    }

    /// The cells of a lead as it is at `now`, one a header.
    pub fn cells<'l>(&mut self, lead: &'l Lead, now: Moment) -> Vec<Cell<'l>> {
        let standing = Vitals::of(lead, self.terms).standing(now.timestamp());
        let contacts = contacts(lead, standing);
        let mut cells: Vec<_> = fields().map(|field| cell(lead, field, standing, contacts)).collect();
        cells.extend(OwnColumn::ALL.iter().map(|column| match column {
            OwnColumn::Person => self.persons.label(lead.record.person_key.as_deref()).map_or(Cell::Empty, number),
            column => own_columns::write(lead, *column),
        }));
        let told: Vec<_> = extras(&lead.record, standing).collect();
        cells.extend(self.extras.iter().map(|name| {
            let extra = told.iter().find(|extra| extra.name == *name);
            Cell::of(extra.map(|extra| extra.value.as_str()))
        }));
        cells
    }
}

/// A count of ours.
pub fn number(count: impl Into<Decimal>) -> Cell<'static> {
    Cell::Number(count.into())
}

/// The fields that are written: all but the one a lead does not keep.
fn fields() -> impl Iterator<Item = Field> {
    Field::ALL.iter().copied().filter(|field| *field != Field::Updated)
}

/// The unknown columns of a lead by its extras: all that do not stand in a column of their own field.
pub fn extra_columns(extras: &[Extra]) -> impl Iterator<Item = &str> {
    let own = |name: &str| fields().any(|field| field.header() == name);
    extras.iter().map(|extra| extra.name.as_str()).filter(move |name| !own(name))
}

/// The cell of a field: the lead as shown. A value that reads Unknown is written as it was received.
fn cell<'l>(lead: &'l Lead, field: Field, standing: (Status, Option<Outcome>), contacts: Contacts<'l>) -> Cell<'l> {
    let (record, person) = (&lead.record, &lead.record.person);
    let text = |text: &'l Option<String>| Cell::of(text.as_deref());
    let odd = || record.extras.iter().find(|extra| extra.name == field.header()).map(|extra| extra.value.as_str());
    // An odd text of a newer record stands beside a value that is known: the value is what the lead shows.
    let word = |title: &'static str| Cell::text(odd().filter(|_| title == "Unknown").unwrap_or(title));
    match field {
        Field::Created => Cell::Moment(record.created_at),
        Field::Id => text(&record.external_id),
        Field::LeadType => word(record.lead_type.title()),
        Field::LeadSource => text(&record.lead_source_raw),
        Field::ActionCode => text(&record.action_code),
        Field::CallToAction => word(record.call_to_action.title()),
        Field::OfferId => match (&record.publisher, &record.offer) {
            (Some(publisher), Some(offer)) => Cell::text(format!("{publisher}.{offer}")),
            (_, offer) => text(offer),
        },
        Field::OfferName => text(&record.offer_title),
        Field::Company => text(&person.company),
        Field::FirstName => text(&person.first_name),
        Field::LastName => text(&person.last_name),
        Field::JobTitle => text(&person.job_title),
        Field::Email => Cell::of(contacts.email),
        Field::EmailValidity => word(record.email_validity.title()),
        Field::Phone => Cell::of(contacts.phone),
        Field::PhoneValidity => word(record.phone_validity.title()),
        Field::Country => text(&record.country_raw),
        Field::Quality => word(record.quality.title()),
        Field::Qualification => word(record.qualification.title()),
        Field::Status => Cell::text(standing.0.title()),
        Field::Substatus => Cell::of(standing.1.map(Outcome::title)),
        Field::Expiry => record.stated_expiry.map_or_else(|| Cell::of(odd()), Cell::Moment),
        Field::Description => text(&record.description),
        Field::Updated => Cell::Empty,
    }
}
