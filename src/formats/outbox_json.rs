//! An entry of the outbox as JSON (PRODUCT.md 5): times RFC 3339 UTC, missing = null, words in snake case.
//! Must not choose or order entries.

use serde::Serialize;

use crate::domain::lead::Moment;
use crate::domain::moment::rfc3339;
use crate::domain::outbox::{Entry, Field};

/// What each field of the object says, in its order; the README's table is made of it.
pub const FIELDS: &[(&str, &str)] = &[
    ("id", "number of the lead in this store"),
    ("external_id", "its id at Partner Center"),
    ("company", "customer"),
    ("kind", "`accept`, `decline`, `won`, `lost`: what is owed"),
    ("opened_at", "since when"),
    ("due", "until when Partner Center takes it; null for won, lost and corrections"),
    ("overdue", "the deadline has passed"),
    ("remark", "what to correct where Partner Center was told otherwise; null for what it was never told"),
    ("uploaded_at", "when a file for the bulk upload was written that says it; it is owed until an import agrees"),
    (
        "fields",
        "what to enter, in the order of Partner Center's form: `[{number, name, value}]`; names are `find_by`, `deal_name`, \
         `value`, `currency`, `close_date` (MM/DD/YYYY), `reason`, `notes`, `crm_id`, `campaign_id`, and `team`, one a member",
    ),
];

/// The object of `outbox --json`, in its order of fields; `FIELDS` says what each holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are the contract; FIELDS explains each")]
pub struct EntryJson<'a> {
    pub id: i64,
    pub external_id: Option<&'a str>,
    pub company: Option<&'a str>,
    pub kind: &'static str,
    pub opened_at: String,
    pub due: Option<String>,
    pub overdue: bool,
    pub remark: Option<&'a str>,
    pub uploaded_at: Option<String>,
    pub fields: Vec<FieldJson<'a>>,
}

/// One value to enter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldJson<'a> {
    /// The digit that copies it in the inbox.
    pub number: u8,
    /// Where it goes.
    pub name: &'static str,
    /// The value as the form takes it.
    pub value: &'a str,
}

impl<'a> EntryJson<'a> {
    /// The entry as it is at `now`.
    pub fn of(entry: &'a Entry, now: Moment) -> Self {
        let field = |field: &'a Field| FieldJson { number: field.number, name: field.place.word(), value: &field.text };
        Self {
            id: entry.lead.0,
            external_id: entry.external_id.as_deref(),
            company: entry.company.as_deref(),
            kind: entry.owed.kind.verb(),
            opened_at: rfc3339(entry.owed.opened_at),
            due: entry.owed.due.map(rfc3339),
            overdue: entry.is_overdue(now),
            remark: entry.owed.remark.as_deref(),
            uploaded_at: entry.owed.uploaded_at.map(rfc3339),
            fields: entry.fields.iter().map(field).collect(),
        }
    }
}
