//! The import files of CRMs, read back with the rules of each vendor: laws over generated leads, and whole inboxes that are split
//! into files. Every value is where it belongs, or what was done to it is told.

mod inbox;
mod rules;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use leadbox::domain::lead::{Lead, LeadId, Receipt};
use leadbox::domain::lead_key::LeadKeys;
use leadbox::domain::leaving::{Choice, ExportFormat, LeftOut};
use leadbox::domain::record::Field;
use leadbox::domain::terms::Terms;
use leadbox::domain::vocabulary::ReceivedVia;
use leadbox::formats::crm::Crm;
use leadbox::formats::crm::cell::clean;
use leadbox::formats::crm::field::{LeadField, Subject, standing};
use leadbox::formats::crm::mapping::{Fill, Mapping};
use leadbox::formats::crm::sheet::CrmSheet;
use leadbox::formats::formula;
use leadbox::formats::leaving::{About, Leaving, Limits};
use leadbox::shell::files::Overwrite;
use leadbox::shell::outgoing::{self, Account, ExportSettings, Order};
use leadbox::store::{Store, StoreError};
use proptest::prelude::*;

use crate::samples::{self, Row, law, now};

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
    CrmSheet::new(crm.mapping().unwrap(), &Terms::default(), keys())
}

/// The keys of a store of this number.
fn keys() -> LeadKeys {
    LeadKeys::new([7; 8], HashSet::new())
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
fn holds(mapping: &Mapping, lead: &Lead, keys: &LeadKeys, row: &rules::Cells) -> Result<(), TestCaseError> {
    let subject = Subject { lead, standing: standing(lead, &Terms::default(), now()), keys };
    for column in &mapping.columns {
        let Fill::Field(field) = column.fill else { continue };
        let cell = row[&column.header].as_str();
        let told = field.text(subject).map(|text| clean(&text, column.lines).into_owned()).unwrap_or_default();
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

/// How many values were told to be freed of what nobody can see.
fn freed(notes: &[String]) -> usize {
    let told = notes.iter().filter(|note| note.ends_with("freed of characters that nobody can see."));
    told.map(|note| note.split_once(' ').unwrap().0.parse::<usize>().unwrap()).sum()
}

/// How many values of the columns of a mapping hold what nobody can see.
fn hiding(mapping: &Mapping, leads: &[Lead]) -> usize {
    let keys = keys();
    let hides_in = |lead: &Lead| {
        let subject = Subject { lead, standing: standing(lead, &Terms::default(), now()), keys: &keys };
        let texts = mapping.columns.iter().filter_map(|column| match column.fill {
            Fill::Field(field) => field.text(subject),
            _ => None,
        });
        texts
            .filter(|text| clean(text, true).chars().count() < text.replace("\r\n", "\n").trim().chars().count())
            .count()
    };
    leads.iter().map(hides_in).sum()
}

proptest! {
    #![proptest_config(law(200))]

    #[test]
    fn any_leads_make_files_that_each_vendor_takes(leads in samples::leads(12)) {
        for crm in Crm::ALL {
            let mapping = crm.mapping().unwrap();
            let mut form = sheet(crm);
            let made = files(&mut form, leads.iter().cloned());
            let [file] = &made[..] else { panic!("a dozen leads are one file") };
            prop_assert_eq!(freed(&form.notes()), hiding(&mapping, &leads), "what nobody could see is told of each value");
            let rows = rules::of(crm).read(file).map_err(|wrong| TestCaseError::fail(format!("{}: {wrong}", crm.word())))?;
            prop_assert_eq!(rows.len(), leads.len());
            for (lead, row) in leads.iter().zip(&rows) {
                holds(&mapping, lead, &keys(), row)?;
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
            let made = files(&mut CrmSheet::new(mapping, &Terms::default(), keys()), leads.iter().cloned());
            let mut told = Vec::new();
            for file in &made {
                prop_assert!(bytes.is_none_or(|most| file.len() as u64 <= most));
                let read = rules::of(crm).read(file).map_err(TestCaseError::fail)?;
                prop_assert!(rows.is_none_or(|most| read.len() <= most));
                told.extend(read.iter().map(|row| cell(&crm.mapping().unwrap(), row, LeadField::LeadboxId).to_owned()));
            }
            prop_assert_eq!(told, leads.iter().map(|lead| keys().of(lead)).collect::<Vec<_>>());
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
    let (mapping, keys) = (crm.mapping().unwrap(), store.lead_keys().unwrap());
    let mut rest = rows.iter();
    outgoing::each(store, ids, |lead| {
        if !lead.record.do_not_contact {
            let row = rest.next().unwrap();
            holds(&mapping, lead, &keys, row).unwrap();
            assert_eq!(cell(&mapping, row, LeadField::LeadboxId), keys.of(lead));
        }
        Ok::<(), StoreError>(())
    })
    .unwrap();
    assert!(rest.next().is_none());
    let told: HashSet<_> = rows.iter().map(|row| cell(&mapping, row, LeadField::LeadboxId)).collect();
    assert_eq!(told.len(), rows.len(), "{}: each lead once", crm.word());
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

/// What is told of the files of these rows.
fn notes(crm: Crm, rows: &[Row]) -> (Vec<rules::Cells>, Vec<String>) {
    let mut form = sheet(crm);
    let numbered = (1..).zip(rows).map(|(number, row)| Lead { record: row.record(), ..lead(number) });
    let file = files(&mut form, numbered).remove(0);
    (read(crm, &file), form.notes())
}

#[test]
fn what_was_done_to_a_cell_is_told() {
    let good = Row::contact_me("a", "2026-11-19T12:00:00Z");
    let blank = good.clone().with(Field::LastName, "").with(Field::Company, " ").with(Field::Email, "");
    let odd =
        good.clone().with(Field::Email, "\"a b\"@x.example").with(Field::Company, "=1+2").with(Field::Phone, "+1+1");
    let long = good
        .clone()
        .with(Field::Email, &format!("a@{}.example", ["northwind"; 9].join(".")))
        .with(Field::LastName, &"e\u{301}".repeat(41))
        .with(Field::Description, &"田".repeat(20_000));
    let (rows, told) = notes(Crm::Salesforce, &[good.clone(), blank.clone(), odd.clone(), long.clone()]);
    assert_eq!(
        told,
        [
            "1 lead had no last name: [not provided] was written.",
            "1 lead had no company: [not provided] was written.",
            "1 value of Last Name was longer than 80 characters and cut.",
            "1 value of Email was longer than 80 characters and left out: a part would be another.",
            "1 value of Email was no e-mail address and left out.",
            "1 value of Description was longer than 32,000 characters or 32,000 bytes and cut.",
            "2 cells that a spreadsheet could run begin with an apostrophe.",
        ]
        .map(str::to_owned)
    );
    let column = |header: &str| rows.iter().map(|row| row[header].as_str()).collect::<Vec<_>>();
    assert_eq!(column("Company"), ["Northwind Traders", "[not provided]", "'=1+2", "Northwind Traders"]);
    assert_eq!(column("Phone"), ["+551155500100", "+551155500100", "'+1+1", "+551155500100"]);
    assert_eq!(column("Email"), ["ana@northwind.example", "", "", ""]);
    assert_eq!(rows[3]["Last Name"], "e\u{301}".repeat(40), "no accent is torn off");
    assert_eq!(rows[3]["Description"].chars().count(), 10_666);
    let (_, told) = notes(Crm::Hubspot, &[good.clone(), good, blank]);
    assert_eq!(
        told,
        [
            "1 lead has no e-mail, by which HubSpot knows a record again: each import makes a new one.",
            "1 lead has the e-mail of one before: HubSpot makes one record of them.",
        ]
        .map(str::to_owned),
        "a first name is enough there"
    );
    let hiding = Row::contact_me("a", "2026-11-19T12:00:00Z")
        .with(Field::FirstName, "Ana\nMaria")
        .with(Field::Company, "Con\u{202e}toso\0");
    let (rows, told) = notes(Crm::Hubspot, &[hiding]);
    assert_eq!((rows[0]["Company Name"].as_str(), rows[0]["First Name"].as_str()), ("Contoso", "Ana Maria"));
    assert_eq!(told, ["1 value of Company Name was freed of characters that nobody can see."]);
    let nobody = Row::default().with(Field::Created, "2026-11-19T12:00:00Z").with(Field::Phone, "+49 30 5550100");
    let (rows, told) = notes(Crm::Hubspot, &[nobody]);
    assert_eq!((rows[0]["Last Name"].as_str(), rows[0]["First Name"].as_str()), ("[not provided]", ""));
    assert_eq!(told[0], "1 lead had no last name: [not provided] was written.");
}

#[test]
fn where_a_lead_stands_is_said_in_the_words_of_each_crm() {
    let row = Row::contact_me("a", "2026-11-19T12:00:00Z");
    let stands = |row: &Row| {
        let said = |crm: Crm, header: &str| notes(crm, std::slice::from_ref(row)).0[0][header].clone();
        [said(Crm::Salesforce, "Lead Status"), said(Crm::Dynamics, "Status Reason"), said(Crm::Hubspot, "Lead Status")]
    };
    assert_eq!(stands(&row), ["Open - Not Contacted", "New", "New"]);
    let accepted = row.clone().with(Field::Status, "Accepted");
    assert_eq!(stands(&accepted), ["Working - Contacted", "Contacted", "In progress"]);
    let declined = row.with(Field::Status, "Archived").with(Field::Substatus, "Declined");
    assert_eq!(stands(&declined), ["Closed - Not Converted", "", "Unqualified"]);
}

#[test]
fn a_title_that_nobody_can_see_gives_way_to_the_offers_id() {
    let keys = keys();
    for (title, expected) in [("SQL Backup", "SQL Backup"), ("\u{200b}\u{ffff} ", "contoso.sql-backup")] {
        let mut lead = lead(1);
        lead.record.offer_title = Some(title.to_owned());
        (lead.record.publisher, lead.record.offer) = (Some("contoso".into()), Some("sql-backup".into()));
        let subject = Subject { lead: &lead, standing: standing(&lead, &Terms::default(), now()), keys: &keys };
        assert_eq!(LeadField::Offer.text(subject).as_deref(), Some(expected));
    }
}

#[test]
fn contacts_of_an_expired_lead_are_in_no_file() {
    let old = Row::contact_me("a", "2026-10-01T12:00:00Z");
    for crm in Crm::ALL {
        let (rows, _) = notes(crm, std::slice::from_ref(&old));
        let rules = rules::of(crm);
        assert_eq!((rows[0][rules.email].as_str(), rows[0][rules.phone].as_str()), ("", ""), "{}", crm.word());
        assert!(rows[0].values().all(|cell| !cell.contains("ana@") && !cell.contains("5550")), "{}", crm.word());
    }
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
