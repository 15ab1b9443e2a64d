//! Leads written out, to a stream or to private files (PRODUCT.md 5 and 7): the command line's and the inbox's one way. Whole
//! leads are read a few at a time, so that a large store streams. Must not choose a form's leads nor know what it looks like.

mod forms;
mod parts;
pub mod rows;
pub mod upload;

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono_tz::Tz;

use crate::domain::lead::{Lead, LeadId, Moment};
use crate::domain::leaving::{Census, Choice, ExportFormat, left_out};
use crate::formats::leaving::{About, Leaving, LeavingError, Limits};
use crate::formats::text::Refused;
use crate::formats::vcard::Version;
use crate::shell::config::crm::CrmConfig;
use crate::shell::crm_mapping::CrmMappingError;
use crate::shell::files::{FileError, Overwrite};
use crate::shell::outgoing::parts::{Parts, Spool, Stream};
use crate::store::{Store, StoreError};

/// Whole leads held at once.
const AT_ONCE: usize = 500;

/// What is to be exported, and how.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// Which leads, in this order.
    pub ids: &'a [LeadId],
    /// In which form.
    pub format: ExportFormat,
    /// What the seller chose beside.
    pub choice: Choice,
    /// The moment as of which the leads are written.
    pub now: Moment,
    /// What of this machine the forms need.
    pub settings: &'a ExportSettings,
}

/// What forms need of the config and of this machine.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExportSettings {
    /// Where the seller is: days in a calendar are theirs.
    pub zone: Tz,
    /// Mappings of the seller's own for the import files of CRMs.
    pub crm: CrmConfig,
    /// The version of cards.
    pub vcard: Version,
}

/// What an export wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Leads in the files and left out.
    pub census: Census,
    /// What was filled in or shortened, a sentence each.
    pub notes: Vec<String>,
    /// The files, in order; none for a stream.
    pub files: Vec<PathBuf>,
}

/// Why leads were not written.
#[derive(Debug, thiserror::Error)]
pub enum OutgoingError {
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The stream could not be written.
    #[error("The leads could not be written: {0}.")]
    Stream(#[from] io::Error),
    /// The file could not be written; an old one is untouched.
    #[error(transparent)]
    File(#[from] FileError),
    /// Some files of several stand, the next does not.
    #[error("{why} What stands: {}.", names(.written))]
    Partly {
        /// What stands.
        written: Vec<PathBuf>,
        /// Why the next does not.
        why: FileError,
    },
    /// The files stand, but what they tell could not be marked.
    #[error("{} written, but what it tells could not be marked as uploaded: {why} Export again to mark it.", whose(.files))]
    Unmarked {
        /// What stands.
        files: Vec<PathBuf>,
        /// Why nothing was marked.
        why: StoreError,
    },
    /// The downloaded file cannot be used.
    #[error(transparent)]
    Template(#[from] Refused),
    /// The form cannot say it.
    #[error(transparent)]
    Form(#[from] LeavingError),
    /// The mapping of a CRM's import file cannot be used.
    #[error(transparent)]
    Mapping(#[from] CrmMappingError),
    /// More than one file holds, on a stream.
    #[error("These leads need more than one {0} file. Nothing was written: name a file with -o, and it is split.")]
    TooMany(&'static str),
}

fn whose(written: &[PathBuf]) -> String {
    format!("{} {}", names(written), if written.len() == 1 { "was" } else { "were" })
}

fn names(written: &[PathBuf]) -> String {
    written.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

/// Writes to a stream. Nothing is written where one file would not hold it all. Whoever reads the stream may let us wait, so
/// the leads are not one reading of the store but one every few hundred.
pub fn to_stream(store: &Store, order: &Order<'_>, out: &mut dyn Write) -> Result<Account, OutgoingError> {
    let mut form = forms::form(store, order, false)?;
    if form.limits().any() {
        let snapshot = store.long_snapshot()?;
        let mut spool = Spool::new(order.format)?;
        let account = pour(store, order, form.as_mut(), &mut spool)?;
        drop(snapshot);
        spool.into(out)?;
        return Ok(account);
    }
    pour(store, order, form.as_mut(), &mut Stream(out))
}

/// Writes to a private file, beside its place and then renamed; to `name-1.csv`, `name-2.csv` where one does not hold it all.
/// What stood there is untouched unless every file is complete.
pub fn to_file(store: &Store, order: &Order<'_>, path: &Path, overwrite: Overwrite) -> Result<Account, OutgoingError> {
    let _snapshot = store.long_snapshot()?;
    let mut form = forms::form(store, order, true)?;
    let mut parts = Parts::new(path, overwrite, store)?;
    let mut account = pour(store, order, form.as_mut(), &mut parts)?;
    account.files = parts.place()?;
    account.notes.extend(
        parts::left_behind(path, account.files.len())
            .map(|old| format!("{} is of an earlier export and still stands there.", old.display())),
    );
    Ok(account)
}

/// What an export would write, without writing; `None` where nobody waits for it any more.
pub fn survey(store: &Store, order: &Order<'_>, go_on: &dyn Fn() -> bool) -> Result<Option<Census>, StoreError> {
    let mut census = Census::default();
    for some in order.ids.chunks(AT_ONCE) {
        if !go_on() {
            return Ok(None);
        }
        for lead in store.leads(some)? {
            census.count(left_out(&lead, order.format, order.choice, store.terms(), order.now));
        }
    }
    Ok(Some(census))
}

/// Hands the whole leads of these ids to `take`, in this order.
pub fn each<E: From<StoreError>>(
    store: &Store,
    ids: &[LeadId],
    mut take: impl FnMut(&Lead) -> Result<(), E>,
) -> Result<(), E> {
    for some in ids.chunks(AT_ONCE) {
        store.leads(some)?.iter().try_for_each(&mut take)?;
    }
    Ok(())
}

/// Where the bytes of a form go.
trait Sink {
    /// Takes bytes of the file that is open.
    fn take(&mut self, bytes: &[u8]) -> Result<(), OutgoingError>;
    /// Opens the next file.
    fn turn(&mut self) -> Result<(), OutgoingError>;
}

fn pour(
    store: &Store,
    order: &Order<'_>,
    form: &mut dyn Leaving,
    sink: &mut dyn Sink,
) -> Result<Account, OutgoingError> {
    let persons = if forms::counts_persons(order.format) { Some(store.persons()?) } else { None };
    let mut account = Account::default();
    let mut page = Page::begin(form.limits(), form, sink)?;
    let mut piece = Vec::new();
    each(store, order.ids, |lead| {
        let left_out = left_out(lead, order.format, order.choice, store.terms(), order.now);
        account.census.count(left_out);
        if left_out.is_some() {
            return Ok(());
        }
        if page.is_full() {
            page = page.turn(form, sink)?;
        }
        let person_leads = persons.as_ref().map_or(Ok(1), |persons| person_leads(store, persons, lead))?;
        piece.clear();
        form.lead(lead, &About { now: order.now, person_leads }, &mut piece)?;
        if !page.has_room(&piece) {
            page = page.turn(form, sink)?;
        }
        page.add(&piece, sink)
    })?;
    Page::end(form, sink)?;
    account.notes = form.notes();
    Ok(account)
}

/// One file of an export and how full it is.
struct Page {
    limits: Limits,
    rows: usize,
    bytes: u64,
}

impl Page {
    fn begin(limits: Limits, form: &mut dyn Leaving, sink: &mut dyn Sink) -> Result<Self, OutgoingError> {
        let mut head = Vec::new();
        form.head(&mut head)?;
        sink.take(&head)?;
        Ok(Self { limits, rows: 0, bytes: head.len() as u64 })
    }

    fn is_full(&self) -> bool {
        self.limits.rows == Some(self.rows)
    }

    /// A single lead larger than a whole file stands alone in one.
    fn has_room(&self, piece: &[u8]) -> bool {
        self.rows == 0 || self.limits.bytes.is_none_or(|most| self.bytes + piece.len() as u64 <= most)
    }

    fn add(&mut self, piece: &[u8], sink: &mut dyn Sink) -> Result<(), OutgoingError> {
        self.rows += 1;
        self.bytes += piece.len() as u64;
        sink.take(piece)
    }

    fn end(form: &mut dyn Leaving, sink: &mut dyn Sink) -> Result<(), OutgoingError> {
        let mut tail = Vec::new();
        form.tail(&mut tail)?;
        sink.take(&tail)
    }

    fn turn(&self, form: &mut dyn Leaving, sink: &mut dyn Sink) -> Result<Self, OutgoingError> {
        Self::end(form, sink)?;
        sink.turn()?;
        Self::begin(self.limits, form, sink)
    }
}

fn person_leads(store: &Store, persons: &HashMap<String, u32>, lead: &Lead) -> Result<u32, StoreError> {
    if lead.record.test {
        return store.person_leads(lead);
    }
    Ok(lead.record.person_key.as_ref().and_then(|key| persons.get(key)).copied().unwrap_or(1))
}
