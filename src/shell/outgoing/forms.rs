//! The form of each format, made of what this store and this machine know.
//! Must not write it, nor choose its leads.

use std::collections::BTreeSet;

use crate::domain::lead::LeadId;
use crate::domain::leaving::ExportFormat;
use crate::formats::crm::Crm;
use crate::formats::crm::sheet::CrmSheet;
use crate::formats::formula::Audience;
use crate::formats::ics::Calendar;
use crate::formats::lead_columns;
use crate::formats::lead_csv::LeadCsv;
use crate::formats::lead_objects::{LeadArray, LeadLines};
use crate::formats::leaving::{Leaving, LeavingError};
use crate::formats::vcard::Cards;
use crate::formats::xlsx::Xlsx;
use crate::shell::crm_mapping;
use crate::shell::outgoing::{Order, OutgoingError};
use crate::store::{Store, StoreError};

/// The form of this order. `to_file`: it is a file that a person will open, not a stream for a script.
pub(super) fn form<'a>(
    store: &'a Store,
    order: &Order<'a>,
    to_file: bool,
) -> Result<Box<dyn Leaving + 'a>, OutgoingError> {
    Ok(match order.format {
        ExportFormat::Csv => {
            let audience = if to_file { Audience::Spreadsheets } else { Audience::Scripts };
            Box::new(sheet(store, order.ids, b',')?.read_by(audience))
        }
        ExportFormat::Xlsx => Box::new(Xlsx::new(store.terms(), order.now, extra_columns(store, order.ids)?)),
        ExportFormat::Json => Box::new(LeadArray::new(store.terms())),
        ExportFormat::Jsonl => Box::new(LeadLines::new(store.terms())),
        ExportFormat::Salesforce => Box::new(crm(store, order, Crm::Salesforce)?),
        ExportFormat::Dynamics => Box::new(crm(store, order, Crm::Dynamics)?),
        ExportFormat::Marketo => Box::new(crm(store, order, Crm::Marketo)?),
        ExportFormat::Hubspot => Box::new(crm(store, order, Crm::Hubspot)?),
        ExportFormat::Vcard => Box::new(Cards::new(store.terms(), order.settings.vcard)),
        ExportFormat::Ics => Box::new(Calendar::new(store.terms())),
        // Its own module makes it, from what is owed and perhaps a downloaded file.
        ExportFormat::PartnerCenter => {
            return Err(
                LeavingError("The bulk upload is no form of leads alone; nothing was written.".to_owned()).into()
            );
        }
    })
}

/// The import file of a CRM, by the mapping that the config names or leadbox brings.
fn crm(store: &Store, order: &Order<'_>, crm: Crm) -> Result<CrmSheet, OutgoingError> {
    Ok(CrmSheet::new(crm_mapping::of_file(&order.settings.crm, crm)?, store.terms(), store.lead_keys()?))
}

/// Whether the form tells how many leads a person has.
pub(super) const fn counts_persons(format: ExportFormat) -> bool {
    matches!(format, ExportFormat::Json | ExportFormat::Jsonl)
}

/// Leads as rows, with the unknown columns of all of them.
pub(super) fn sheet<'a>(store: &'a Store, ids: &[LeadId], separator: u8) -> Result<LeadCsv<'a>, StoreError> {
    Ok(LeadCsv::new(separator, store.terms(), extra_columns(store, ids)?))
}

/// The unknown columns of all these leads, by name.
fn extra_columns(store: &Store, ids: &[LeadId]) -> Result<Vec<String>, StoreError> {
    let mut names = BTreeSet::new();
    store.extras(ids, |extras| {
        for name in lead_columns::extra_columns(extras) {
            if !names.contains(name) {
                names.insert(name.to_owned());
            }
        }
    })?;
    Ok(names.into_iter().collect())
}
