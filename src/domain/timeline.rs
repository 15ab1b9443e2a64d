//! What happened to a lead, as one stream (PRODUCT.md 3, detail): the store reads it from the journal, the screen shows it.
//! Must not hand out contact details: a changed e-mail or phone is named, never shown.

use crate::domain::lead::{Moment, Owed};
use crate::domain::reconcile::FieldChange;
use crate::domain::undo::Page;
use crate::domain::vocabulary::VerdictKind;

/// One thing that happened to a lead.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// When.
    pub at: Moment,
    /// What.
    pub kind: EventKind,
}

/// The kinds of events.
#[derive(Clone, Debug, PartialEq)]
pub enum EventKind {
    /// It came in, with this file or delivery.
    Received {
        /// Name of the file.
        title: String,
    },
    /// An import taught us something.
    Imported {
        /// Name of the file.
        title: String,
        /// What changed.
        changes: Vec<FieldChange>,
        /// Sentences.
        remarks: Vec<String>,
    },
    /// The seller changed something.
    Changed {
        /// The step: "decline of Fabrikam".
        title: String,
        /// The lead's own part before and after.
        pages: Box<(Page, Page)>,
    },
    /// The seller took a step back.
    Undone {
        /// The step.
        title: String,
    },
    /// The seller repeated a step.
    Redone {
        /// The step.
        title: String,
    },
}

impl EventKind {
    /// The event in words, without its time.
    pub fn words(&self) -> String {
        match self {
            Self::Received { title } => format!("received, {title}"),
            Self::Imported { title, changes, remarks } => {
                let fields: Vec<_> = changes.iter().map(field_words).collect();
                let mut words = format!("imported again, {title}");
                for part in fields.iter().chain(remarks) {
                    words.push_str("; ");
                    words.push_str(part);
                }
                words
            }
            Self::Changed { pages, .. } => step_words(&pages.0, &pages.1),
            Self::Undone { title } => format!("undone: {title}"),
            Self::Redone { title } => format!("redone: {title}"),
        }
    }
}

fn field_words(change: &FieldChange) -> String {
    match (change.field.as_str(), &change.to) {
        ("Status", Some(to)) => format!("status {to}"),
        (field, _) => format!("{field} changed"),
    }
}

fn step_words(before: &Page, after: &Page) -> String {
    let (old, new) = (&before.seller, &after.seller);
    if old.verdict != new.verdict
        && let Some(verdict) = &new.verdict
    {
        let reason = verdict.reason.map(|reason| format!(" ({})", reason.short())).unwrap_or_default();
        return match verdict.kind {
            VerdictKind::Accepted => "accepted".to_owned(),
            VerdictKind::Declined => format!("declined{reason}"),
            VerdictKind::Won => "won".to_owned(),
            VerdictKind::Lost => format!("lost{reason}"),
        };
    }
    if old.favorite != new.favorite {
        return if new.favorite { "favorite" } else { "no favorite any more" }.to_owned();
    }
    if before.is_ticked_off_by(after) {
        let mut told: Vec<_> = before.settled_by(after).map(ticked_off).collect();
        told.dedup();
        return told.join("; ");
    }
    if old.deal == new.deal { "changed" } else { "deal changed" }.to_owned()
}

fn ticked_off(owed: &Owed) -> String {
    match owed.remark {
        None => format!("{} entered in Partner Center (ticked off)", owed.kind.noun()),
        Some(_) => format!("{} corrected in Partner Center (ticked off)", owed.kind.noun()),
    }
}
