//! Row <-> lead: conversions and nothing else. Must hold no SQL beyond the list of columns.
//! A code that this version does not know reads as unknown; a value that no version writes is an error.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{Row, Statement, ToSql};
use serde::de::DeserializeOwned;

use crate::domain::country::Country;
use crate::domain::lead::{Extra, Lead, LeadId, Moment, Person, Receipt, Record, Seller, Touches};
use crate::domain::moment::from_seconds;
use crate::domain::vocabulary::{
    CallToAction, LeadType, Outcome, Qualification, Quality, ReceivedVia, Source, Status, Validity,
};

/// The columns of a whole lead, in the order `lead` reads them.
macro_rules! lead_columns {
    () => {
        "id, rev, external_id, created_at, stated_expiry, lead_type, call_to_action, source, quality, email_validity, \
         phone_validity, qualification, status, outcome, first_name, last_name, job_title, company, email, phone, \
         phone_e164, country, country_raw, lead_source_raw, action_code, publisher, offer, offer_title, description, \
         do_not_contact, test, person_key, extras, received_via, received_at, as_of, favorite, away, tags, note, \
         later_until, touches, first_touch_at, last_touch_at, last_touch, deal, verdict"
    };
}
pub(super) use lead_columns;

/// The columns of what the list in memory keeps of a lead, in the order `brief` reads them.
macro_rules! brief_columns {
    () => {
        "id, created_at, stated_expiry, lead_type, call_to_action, source, quality, email_validity, phone_validity, \
         qualification, status, outcome, first_name, last_name, company, email, phone IS NOT NULL, country, offer, \
         offer_title, do_not_contact, test, favorite, away, tags, note, later_until, touches, deal, verdict"
    };
}
pub(super) use brief_columns;

/// A stored point in time; one that no calendar has is an error, not a day in 1970.
pub struct Stored(pub Moment);

impl FromSql for Stored {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let seconds = value.as_i64()?;
        from_seconds(seconds).map(Self).ok_or(FromSqlError::OutOfRange(seconds))
    }
}

/// Walks the columns of a row from left to right.
struct Columns<'a, 'stmt> {
    row: &'a Row<'stmt>,
    next: usize,
}

impl Columns<'_, '_> {
    fn take<T: FromSql>(&mut self) -> rusqlite::Result<T> {
        let value = self.row.get(self.next);
        self.next += 1;
        value
    }

    /// A word by its code; a code nobody knows reads as the given one.
    fn word<T>(&mut self, from_code: fn(u8) -> Option<T>, unknown: T) -> T {
        self.take::<u8>().ok().and_then(from_code).unwrap_or(unknown)
    }

    fn moment(&mut self) -> rusqlite::Result<Option<Moment>> {
        Ok(self.take::<Option<Stored>>()?.map(|stored| stored.0))
    }

    fn needed_moment(&mut self) -> rusqlite::Result<Moment> {
        self.take::<Stored>().map(|stored| stored.0)
    }

    fn country(&mut self) -> rusqlite::Result<Option<Country>> {
        let text = self.row.get_ref(self.next)?.as_str_or_null()?;
        self.next += 1;
        Ok(text.and_then(Country::parse))
    }

    fn json<T: DeserializeOwned>(&mut self) -> rusqlite::Result<Option<T>> {
        let column = self.next;
        let text: Option<String> = self.take()?;
        text.map(|text| serde_json::from_str(&text).map_err(|cause| damaged(column, &cause.to_string()))).transpose()
    }
}

fn damaged(column: usize, what: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, what.to_owned().into())
}

/// A lead from a row of `lead_columns!`. What is owed stands in another table and is added by the caller.
pub fn lead(row: &Row<'_>) -> rusqlite::Result<Lead> {
    let mut c = Columns { row, next: 0 };
    let id = LeadId(c.take()?);
    let rev = c.take()?;
    let record = record(&mut c)?;
    let receipt = Receipt {
        via: c.word(ReceivedVia::from_code, ReceivedVia::PartnerCenterExport),
        at: c.needed_moment()?,
        as_of: c.needed_moment()?,
    };
    let seller = Seller {
        favorite: c.take()?,
        away: c.take()?,
        tags: c.json()?.unwrap_or_default(),
        note: c.take()?,
        later_until: c.moment()?,
        touches: Touches { count: c.take()?, first_at: c.moment()?, last_at: c.moment()?, last: c.json()? },
        deal: c.json()?,
        verdict: c.json()?,
    };
    Ok(Lead { id, rev, record, seller, owed: Vec::new(), receipt })
}

/// What a brief is made of, from a row of `brief_columns!`. The texts that no list shows stay out.
pub fn brief(row: &Row<'_>) -> rusqlite::Result<(LeadId, Record, Seller)> {
    let mut c = Columns { row, next: 0 };
    let id = LeadId(c.take()?);
    let record = Record {
        external_id: None,
        created_at: c.needed_moment()?,
        stated_expiry: c.moment()?,
        lead_type: c.word(LeadType::from_code, LeadType::Unknown),
        call_to_action: c.word(CallToAction::from_code, CallToAction::Unknown),
        source: c.word(Source::from_code, Source::Unknown),
        quality: c.word(Quality::from_code, Quality::Unknown),
        email_validity: c.word(Validity::from_code, Validity::Unknown),
        phone_validity: c.word(Validity::from_code, Validity::Unknown),
        qualification: c.word(Qualification::from_code, Qualification::Unknown),
        status: c.word(Status::from_code, Status::Received),
        outcome: c.take::<Option<u8>>()?.and_then(Outcome::from_code),
        person: Person {
            first_name: c.take()?,
            last_name: c.take()?,
            company: c.take()?,
            email: c.take()?,
            // A list asks only whether there is one.
            phone: c.take::<bool>()?.then(String::new),
            ..Person::default()
        },
        country: c.country()?,
        country_raw: None,
        lead_source_raw: None,
        action_code: None,
        publisher: None,
        offer: c.take()?,
        offer_title: c.take()?,
        description: None,
        do_not_contact: c.take()?,
        test: c.take()?,
        person_key: None,
        extras: Vec::new(),
    };
    let seller = Seller {
        favorite: c.take()?,
        away: c.take()?,
        tags: c.json()?.unwrap_or_default(),
        note: c.take()?,
        later_until: c.moment()?,
        touches: Touches { count: c.take()?, ..Touches::default() },
        deal: c.json()?,
        verdict: c.json()?,
    };
    Ok((id, record, seller))
}

/// The unknown columns and odd values of a lead, from a row of that column alone.
pub fn extras(row: &Row<'_>) -> rusqlite::Result<Vec<Extra>> {
    Ok(Columns { row, next: 0 }.json()?.unwrap_or_default())
}

fn record(c: &mut Columns<'_, '_>) -> rusqlite::Result<Record> {
    Ok(Record {
        external_id: c.take()?,
        created_at: c.needed_moment()?,
        stated_expiry: c.moment()?,
        lead_type: c.word(LeadType::from_code, LeadType::Unknown),
        call_to_action: c.word(CallToAction::from_code, CallToAction::Unknown),
        source: c.word(Source::from_code, Source::Unknown),
        quality: c.word(Quality::from_code, Quality::Unknown),
        email_validity: c.word(Validity::from_code, Validity::Unknown),
        phone_validity: c.word(Validity::from_code, Validity::Unknown),
        qualification: c.word(Qualification::from_code, Qualification::Unknown),
        status: c.word(Status::from_code, Status::Received),
        outcome: c.take::<Option<u8>>()?.and_then(Outcome::from_code),
        person: Person {
            first_name: c.take()?,
            last_name: c.take()?,
            job_title: c.take()?,
            company: c.take()?,
            email: c.take()?,
            phone: c.take()?,
            phone_e164: c.take()?,
        },
        country: c.country()?,
        country_raw: c.take()?,
        lead_source_raw: c.take()?,
        action_code: c.take()?,
        publisher: c.take()?,
        offer: c.take()?,
        offer_title: c.take()?,
        description: c.take()?,
        do_not_contact: c.take()?,
        test: c.take()?,
        person_key: c.take()?,
        extras: c.json()?.unwrap_or_default(),
    })
}

/// Executes a statement with its named parameters given in the order in which they first stand in the SQL. Looking names up
/// costs more than storing a row of fifty columns, so here they only say what is meant; debug builds check them.
pub fn execute_in_order(statement: &mut Statement<'_>, params: &[(&str, &dyn ToSql)]) -> rusqlite::Result<usize> {
    if params.len() != statement.parameter_count() {
        return Err(rusqlite::Error::InvalidParameterCount(params.len(), statement.parameter_count()));
    }
    for (before, (name, value)) in params.iter().enumerate() {
        debug_assert_eq!(statement.parameter_name(before + 1), Some(*name));
        statement.raw_bind_parameter(before + 1, value)?;
    }
    statement.raw_execute()
}

/// A value as the JSON text a column keeps; nothing where there is nothing to keep.
pub fn json_if<T: serde::Serialize>(keep: bool, value: &T) -> rusqlite::Result<Option<String>> {
    let text = keep.then(|| serde_json::to_string(value)).transpose();
    text.map_err(|cause| rusqlite::Error::ToSqlConversionFailure(cause.into()))
}
