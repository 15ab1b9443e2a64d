//! The import files of CRMs, read back with the rules of each vendor: laws over generated leads, and whole inboxes that are split
//! into files. Every value is where it belongs, or what was done to it is told.

mod inbox;
mod rules;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use leadbox::domain::lead::{Lead, LeadId, Receipt};
use leadbox::domain::leaving::{Choice, ExportFormat, LeftOut};
use leadbox::domain::terms::Terms;
use leadbox::domain::vocabulary::ReceivedVia;
use leadbox::formats::crm::Crm;
use leadbox::formats::crm::cell::clean;
use leadbox::formats::crm::field::{LeadField, standing};
use leadbox::formats::crm::key::lead_key;
use leadbox::formats::crm::mapping::{Fill, Mapping};
use leadbox::formats::crm::sheet::CrmSheet;
use leadbox::formats::formula;
use leadbox::formats::leaving::{About, Leaving, Limits};
use leadbox::shell::files::Overwrite;
use leadbox::shell::outgoing::{self, Account, ExportSettings, Order};
use leadbox::store::{Store, StoreError};
use proptest::prelude::*;

use crate::samples::{self, law, now};

/// The files that a form makes of leads, split where the next row would not fit.
fn files(form: &mut impl Leaving, leads: impl Iterator<Item = Lead>) -> Vec<Vec<u8>> {
    let Limits { rows, bytes } = form.limits();
    let mut files = Vec::new();
    let (mut file, mut held) = (Vec::new(), 0);
    form.head(&mut file).unwrap();
    for lead in leads {
        let mut row = Vec::new();
        form.lead(&lead, &About { now: now(), person_leads: 1 }, &mut row).unwrap();
        let full =
            rows.is_some_and(|most| held == most) || bytes.is_some_and(|most| (file.len() + row.len()) as u64 > most);
        if full && held > 0 {
            form.tail(&mut file).unwrap();
            files.push(std::mem::take(&mut file));
            form.head(&mut file).unwrap();
            held = 0;
        }
        file.extend(row);
        held += 1;
    }
    form.tail(&mut file).unwrap();
    files.push(file);
    files
}

fn sheet(crm: Crm) -> CrmSheet {
    CrmSheet::new(crm.mapping().unwrap(), &Terms::default())
}

fn lead(number: u64) -> Lead {
    Lead {
        id: LeadId(i64::try_from(number).unwrap()),
        rev: 1,
        record: inbox::row(number).record(),
        seller: leadbox::domain::lead::Seller::default(),
        owed: Vec::new(),
        receipt: Receipt { via: ReceivedVia::PartnerCenterExport, at: now(), as_of: now() },
    }
}

fn read(crm: Crm, file: &[u8]) -> Vec<rules::Cells> {
    rules::of(crm).read(file).unwrap_or_else(|wrong| panic!("{}: {wrong}", crm.word()))
}

/// The columns of one field by name: what they hold is compared with the lead.
fn cell<'r>(mapping: &Mapping, row: &'r rules::Cells, field: LeadField) -> &'r str {
    let column = mapping.columns.iter().find(|column| column.fill == Fill::Field(field)).unwrap();
    &row[&column.header]
}

/// Every text of a lead stands in its column, whole; or it was cut, filled or left out because it must be.
fn holds(mapping: &Mapping, lead: &Lead, row: &rules::Cells) -> Result<(), TestCaseError> {
    let at = standing(lead, &Terms::default(), now());
    for column in &mapping.columns {
        let Fill::Field(field) = column.fill else { continue };
        let cell = row[&column.header].as_str();
        let told = field.text(lead, at).map(|text| clean(&text, column.lines).into_owned()).unwrap_or_default();
        let back = if field == LeadField::Phone && cell.starts_with('+') { cell } else { formula::unescape(cell) };
        let fits = column.most.takes(&formula::escape(&told));
        let blank = cell.is_empty() || cell == mapping.filling;
        let good = match field {
            _ if back == told => true,
            LeadField::Email => blank && (!fits || leadbox::domain::contact_check::email(Some(&told)).is_some()),
            _ if told.is_empty() => blank,
            field if field.is_whole() => blank && !fits,
            // Cut before what made it live, it is no longer live, and still held.
            _ => {
                !fits
                    && !back.is_empty()
                    && (told.starts_with(cell) || told.starts_with(cell.strip_prefix('\'').unwrap_or("\0")))
            }
        };
        prop_assert!(good, "{}: {told:?} became {cell:?}", column.header);
    }
    Ok(())
}

proptest! {
    #![proptest_config(law(200))]

    #[test]
    fn any_leads_make_files_that_each_vendor_takes(leads in samples::leads(12)) {
        for crm in Crm::ALL {
            let mapping = crm.mapping().unwrap();
            let made = files(&mut sheet(crm), leads.iter().cloned());
            let [file] = &made[..] else { panic!("a dozen leads are one file") };
            let rows = rules::of(crm).read(file).map_err(|wrong| TestCaseError::fail(format!("{}: {wrong}", crm.word())))?;
            prop_assert_eq!(rows.len(), leads.len());
            for (lead, row) in leads.iter().zip(&rows) {
                holds(&mapping, lead, row)?;
            }
        }
    }

    #[test]
    fn a_split_never_exceeds_a_limit_and_loses_no_row(
        leads in samples::leads(20),
        rows in proptest::option::of(1..4usize),
        bytes in proptest::option::of(10_000..20_000u64),
    ) {
        for crm in Crm::ALL {
            let mut mapping = crm.mapping().unwrap();
            (mapping.rows, mapping.bytes) = (rows, bytes);
            for column in &mut mapping.columns {
                column.most.bytes = Some(300);
            }
            let made = files(&mut CrmSheet::new(mapping, &Terms::default()), leads.iter().cloned());
            let mut keys = Vec::new();
            for file in &made {
                prop_assert!(bytes.is_none_or(|most| file.len() as u64 <= most));
                let read = rules::of(crm).read(file).map_err(TestCaseError::fail)?;
                prop_assert!(rows.is_none_or(|most| read.len() <= most));
                keys.extend(read.iter().map(|row| cell(&crm.mapping().unwrap(), row, LeadField::LeadboxId).to_owned()));
            }
            prop_assert_eq!(keys, leads.iter().map(lead_key).collect::<Vec<_>>());
        }
    }
}

/// A store with an inbox of so many leads.
fn store_of(count: u64) -> (Store, Vec<LeadId>) {
    let mut store = samples::empty_store();
    let mut import = store.import(&samples::label("leads.csv"), now()).unwrap();
    for number in 1..=count {
        import.put(&inbox::row(number).arrival("2026-11-20T10:00:00Z")).unwrap();
    }
    import.commit().unwrap();
    let ids = samples::ids(&store);
    assert_eq!(ids.len() as u64, count, "each lead of the inbox is one of its own");
    (store, ids)
}

/// The import files of an inbox of so many leads, as they stand on the disk, held to the rules of each vendor and compared with
/// the leads.
fn inbox_of(count: u64) {
    let (store, ids) = store_of(count);
    let folder = tempfile::tempdir().unwrap();
    let settings = ExportSettings::default();
    for crm in Crm::ALL {
        let format = ExportFormat::ALL.into_iter().find(|format| format.word() == crm.word()).unwrap();
        let choice = Choice::default();
        let order = Order { ids: &ids, format, choice, now: now(), settings: &settings };
        let path = folder.path().join(crm.word()).with_extension("csv");
        let account = outgoing::to_file(&store, &order, &path, Overwrite::No).unwrap();
        let rows: Vec<_> = account.files.iter().flat_map(|file| read(crm, &std::fs::read(file).unwrap())).collect();
        names_are_numbered(&path, &account.files);
        let notes = account.notes.join("\n");
        compare(&store, &ids, crm, &rows, &notes);
        assert_eq!((account.census.leads, rows.len() + asked_not_to_be_contacted(&account)), (rows.len(), ids.len()));
    }
}

/// One file has the name that was asked for, several have it with their numbers.
fn names_are_numbered(path: &Path, files: &[PathBuf]) {
    let stem = path.file_stem().unwrap().to_str().unwrap();
    let numbered = (1..=files.len()).map(|part| path.with_file_name(format!("{stem}-{part}.csv")));
    let wanted: Vec<_> = if files.len() == 1 { vec![path.to_owned()] } else { numbered.collect() };
    assert_eq!(files, wanted);
}

fn asked_not_to_be_contacted(account: &Account) -> usize {
    account.census.left_out.iter().map(|(why, count)| (*why == LeftOut::DoNotContact).then_some(*count).unwrap()).sum()
}

/// Each lead that may be contacted stands once in the rows, in the order of the export, and what was filled in is told.
fn compare(store: &Store, ids: &[LeadId], crm: Crm, rows: &[rules::Cells], notes: &str) {
    let mapping = crm.mapping().unwrap();
    let mut rest = rows.iter();
    outgoing::each(store, ids, |lead| {
        if !lead.record.do_not_contact {
            let row = rest.next().unwrap();
            holds(&mapping, lead, row).unwrap();
            assert_eq!(cell(&mapping, row, LeadField::LeadboxId), lead_key(lead));
        }
        Ok::<(), StoreError>(())
    })
    .unwrap();
    assert!(rest.next().is_none());
    let keys: HashSet<_> = rows.iter().map(|row| cell(&mapping, row, LeadField::LeadboxId)).collect();
    assert_eq!(keys.len(), rows.len(), "{}: each lead once", crm.word());
    let filled = rows.iter().flat_map(rules::Cells::values).filter(|cell| **cell == mapping.filling).count();
    let told: usize = notes
        .lines()
        .filter(|note| note.ends_with("[not provided] was written."))
        .map(|note| note.split_once(' ').unwrap().0.replace(',', "").parse::<usize>().unwrap())
        .sum();
    assert_eq!(told, filled, "{}: what was filled in is told\n{notes}", crm.word());
}

#[test]
fn an_inbox_of_10_is_taken_by_each_vendor() {
    inbox_of(10);
}

#[test]
fn an_inbox_of_5_000_is_taken_by_each_vendor() {
    inbox_of(5_000);
}

#[test]
#[ignore = "slow: the README names it"]
fn an_inbox_of_120_000_is_taken_by_each_vendor() {
    inbox_of(120_000);
}

#[test]
fn a_rule_that_is_broken_is_noticed() {
    let good = files(&mut sheet(Crm::Salesforce), (1..=3).map(lead)).remove(0);
    let text = String::from_utf8(good.clone()).unwrap();
    let rules = rules::of(Crm::Salesforce);
    assert_eq!(rules.read(&good).unwrap().len(), 3);
    for (broken, word) in [
        (format!("\u{feff}{text}"), "mark"),
        (text.replace("\r\n", "\n"), "CR LF"),
        (text.replacen("Last Name", "LastName", 1), "headers"),
        (text.replacen("Working - Contacted", "Working", 1), "Lead Status"),
        (text.replacen("\r\n", ",\r\n", 1), "headers"),
        (format!("{text}a,b\r\n"), "fields"),
    ] {
        if broken != text {
            assert!(rules.read(broken.as_bytes()).unwrap_err().contains(word), "{word}");
        }
    }
    let over = format!("{text}{}", "x".repeat(100_000_001));
    assert!(rules.read(over.as_bytes()).unwrap_err().contains("bytes"));
    assert!(rules.read(b"First Name\xff\r\n").is_err());
}
