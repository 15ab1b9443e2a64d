//! Partner Center's bulk upload (PRODUCT.md 7): what is owed written to files, made anew or from a downloaded one, and each
//! entry marked "uploaded, not yet confirmed" once its file stands. Must not know what a row looks like.

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::domain::lead::{Lead, LeadId, Moment};
use crate::domain::leaving::{Choice, ExportFormat, LeftOut, left_out};
use crate::domain::upload::Intent;
use crate::domain::vocabulary::VerdictKind;
use crate::formats::bulk_upload::{self, Part, Upload};
use crate::formats::{bulk_account, bulk_template};
use crate::shell::files::{self, Overwrite};
use crate::shell::outgoing::parts::Parts;
use crate::shell::outgoing::{Account, Order, OutgoingError, Sink, each};
use crate::store::{Store, StoreError};

/// A downloaded file larger than this is none.
const MOST_TEMPLATE_BYTES: u64 = 64 * 1024 * 1024;

/// What is to be told.
#[derive(Clone, Copy, Debug)]
pub struct UploadOrder<'a> {
    /// Of these leads, those that owe something.
    pub ids: &'a [LeadId],
    /// What the seller chose beside.
    pub choice: Choice,
    /// The downloaded file to start from.
    pub template: Option<&'a Path>,
    /// What the seller says of the customers' intent; else each verdict does.
    pub intent: Option<Intent>,
    /// When it is told.
    pub now: Moment,
}

impl<'a> UploadOrder<'a> {
    /// An order made anew, each intent as its verdict says.
    pub fn of(order: &Order<'a>) -> Self {
        Self { ids: order.ids, choice: order.choice, template: None, intent: None, now: order.now }
    }
}

/// Writes the files and marks what they tell; no file where nothing is told.
pub fn to_file(
    store: &mut Store,
    order: &UploadOrder<'_>,
    path: &Path,
    overwrite: Overwrite,
) -> Result<Account, OutgoingError> {
    let (leads, mut account) = owing(store, order)?;
    let upload = plan(order, &leads)?;
    account.census.leads = upload.rows();
    account.notes = bulk_account::sentences(&upload);
    let [first, others @ ..] = upload.parts.as_slice() else { return Ok(account) };
    let mut parts = Parts::new(path, overwrite, store)?;
    parts.take(&first.bytes)?;
    for part in others {
        parts.turn()?;
        parts.take(&part.bytes)?;
    }
    let (files, fault) = match parts.place() {
        Ok(files) => (files, None),
        Err(OutgoingError::Partly { written, why }) => (written.clone(), Some(OutgoingError::Partly { written, why })),
        Err(error) => return Err(error),
    };
    let leads = by_id(&leads);
    account.notes.extend(before(&leads, &upload));
    for (part, file) in upload.parts.iter().zip(&files) {
        let changed = mark(store, &leads, part, file, order.now)
            .map_err(|why| OutgoingError::Unmarked { files: files.clone(), why })?;
        if !changed.is_empty() {
            let names: Vec<_> = changed.iter().map(|lead| format!("#{lead}")).collect();
            account.notes.push(format!(
                "Changed while the file was written, and not marked as uploaded: {}. Export again.",
                names.join(", ")
            ));
        }
    }
    account.files = files;
    fault.map_or(Ok(account), Err)
}

/// Writes to a stream, and marks nothing: who reads it is not known.
pub fn to_stream(store: &Store, order: &UploadOrder<'_>, out: &mut dyn Write) -> Result<Account, OutgoingError> {
    let (leads, mut account) = owing(store, order)?;
    let upload = plan(order, &leads)?;
    let [part] = upload.parts.as_slice() else {
        if upload.parts.is_empty() {
            account.notes = bulk_account::sentences(&upload);
            return Ok(account);
        }
        return Err(OutgoingError::TooMany("Partner Center"));
    };
    out.write_all(&part.bytes)?;
    account.census.leads = upload.rows();
    account.notes = bulk_account::sentences(&upload);
    account.notes.extend(before(&by_id(&leads), &upload));
    account.notes.push("Nothing was marked as uploaded: with -o FILE it is.".to_owned());
    Ok(account)
}

/// The leads that owe something, those with the nearest deadline first.
fn owing(store: &Store, order: &UploadOrder<'_>) -> Result<(Vec<Lead>, Account), OutgoingError> {
    let (mut leads, mut account) = (Vec::new(), Account::default());
    each(store, order.ids, |lead| {
        match left_out(lead, ExportFormat::PartnerCenter, order.choice, store.terms(), order.now) {
            None => leads.push(lead.clone()),
            // What is owed is all that this form is about: the rest is not left out of it.
            Some(LeftOut::NothingOwed) => {}
            why => account.census.count(why),
        }
        Ok::<(), OutgoingError>(())
    })?;
    leads.sort_by_key(|lead| {
        let due = lead.owed.iter().filter_map(|owed| owed.due).min();
        (due.is_none(), due, lead.id)
    });
    Ok((leads, account))
}

fn plan(order: &UploadOrder<'_>, leads: &[Lead]) -> Result<Upload, OutgoingError> {
    match order.template {
        None => Ok(bulk_upload::new_files(leads, order.intent)),
        Some(path) => {
            let bytes = files::read_capped(path, MOST_TEMPLATE_BYTES)?;
            Ok(bulk_template::fill(&bytes, leads, order.intent)?)
        }
    }
}

/// What is owed may be tens of thousands: each is looked up, not searched for.
fn by_id(leads: &[Lead]) -> HashMap<LeadId, &Lead> {
    leads.iter().map(|lead| (lead.id, lead)).collect()
}

/// Says what was written before and is not confirmed.
fn before(leads: &HashMap<LeadId, &Lead>, upload: &Upload) -> Option<String> {
    let again = |(id, kind): &&(LeadId, VerdictKind)| {
        let owed = leads.get(id).map(|lead| lead.owed.as_slice()).unwrap_or_default();
        owed.iter().any(|owed| owed.kind == *kind && owed.uploaded_at.is_some())
    };
    let count = upload.parts.iter().flat_map(|part| &part.told).filter(again).count();
    (count > 0).then(|| {
        format!("{count} of them {} written before and not confirmed since.", if count == 1 { "was" } else { "were" })
    })
}

fn mark(
    store: &mut Store,
    leads: &HashMap<LeadId, &Lead>,
    part: &Part,
    file: &Path,
    now: Moment,
) -> Result<Vec<LeadId>, StoreError> {
    let written: Vec<(&Lead, VerdictKind)> =
        part.told.iter().filter_map(|(id, kind)| Some((*leads.get(id)?, *kind))).collect();
    let title = file.file_name().unwrap_or_default().to_string_lossy();
    store.mark_uploaded(&written, (&title, Sha256::digest(&part.bytes).into()), now)
}
