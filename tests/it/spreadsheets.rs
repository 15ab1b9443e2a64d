//! Workbooks as others read them: by calamine, which is not the library that writes them, every cell beside what it should
//! hold, and by the parts of the archive, for what no reader tells.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx as XlsxReader};
use leadbox::domain::lead::{Lead, Moment};
use leadbox::domain::record::Field;
use leadbox::domain::terms::Terms;
use leadbox::formats::lead_columns::{Cell, LeadColumns, extra_columns};
use leadbox::formats::leaving::Leaving;
use leadbox::formats::xlsx::Xlsx;
use proptest::prelude::*;

use crate::samples::{self, Row, all_leads, at, empty_store, law, leave, now, put_all};

fn extras_of(leads: &[Lead]) -> Vec<String> {
    let mut names: Vec<String> =
        leads.iter().flat_map(|lead| extra_columns(&lead.record.extras)).map(str::to_owned).collect();
    names.sort();
    names.dedup();
    names
}

fn workbook(leads: &[Lead], now: Moment) -> (Vec<u8>, Vec<String>) {
    let terms = Terms::default();
    let mut form = Xlsx::new(&terms, now, extras_of(leads));
    let bytes = leave(&mut form, leads, now);
    (bytes, form.notes())
}

/// The parts of the archive, by name.
fn parts(bytes: &[u8]) -> HashMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|place| {
            let mut part = archive.by_index(place).unwrap();
            let mut text = String::new();
            part.read_to_string(&mut text).unwrap();
            (part.name().unwrap().into_owned(), text)
        })
        .collect()
}

fn sheet(bytes: &[u8]) -> HashMap<(u32, u32), Data> {
    let mut book: XlsxReader<_> = XlsxReader::new(Cursor::new(bytes)).unwrap();
    assert_eq!(book.sheet_names(), ["Leads"]);
    let range = book.worksheet_range("Leads").unwrap();
    let start = range.start().unwrap_or_default();
    range
        .used_cells()
        .map(|(row, column, value)| ((row as u32 + start.0, column as u32 + start.1), value.clone()))
        .collect()
}

/// As much as a cell holds.
fn fits(text: &str) -> String {
    if text.encode_utf16().count() <= 32_767 {
        return text.to_owned();
    }
    let units: Vec<u16> = text.encode_utf16().take(32_766).collect();
    let whole = String::from_utf16(&units).unwrap_or_else(|_| String::from_utf16(&units[..32_765]).unwrap());
    format!("{whole}…")
}

proptest! {
    #![proptest_config(law(200))]

    #[test]
    fn every_cell_of_a_workbook_is_what_it_should_be(leads in samples::leads(6)) {
        let terms = Terms::default();
        let (bytes, _) = workbook(&leads, now());
        let cells = sheet(&bytes);
        let extras = extras_of(&leads);
        let mut columns = LeadColumns::new(&terms, extras);
        let mut expected = 0;
        for (column, name) in columns.headers().enumerate() {
            prop_assert_eq!(&cells[&(0, column as u32)], &Data::String(name.to_owned()));
            expected += 1;
        }
        for (row, lead) in leads.iter().enumerate() {
            for (column, cell) in columns.cells(lead, now()).into_iter().enumerate() {
                let found = cells.get(&(row as u32 + 1, column as u32));
                expected += usize::from(cell != Cell::Empty);
                match (&cell, found) {
                    (Cell::Empty, None) => {}
                    (Cell::Text(text), Some(Data::String(found))) => prop_assert_eq!(found, &fits(text)),
                    (Cell::Moment(moment), Some(Data::DateTime(found))) => {
                        let days = (*moment - at("1899-12-30")).num_seconds() as f64 / 86_400.0;
                        prop_assert!((found.as_f64() - days).abs() < 1e-6, "{} is {}", moment, found);
                    }
                    (Cell::Moment(moment), Some(Data::String(found))) => {
                        prop_assert!(*moment < at("1900-03-01"));
                        prop_assert_eq!(found, &cell.written());
                    }
                    (Cell::Day(day), Some(Data::DateTime(found))) => {
                        let days = (*day - at("1899-12-30").date_naive()).num_days() as f64;
                        prop_assert!((found.as_f64() - days).abs() < 1e-9);
                    }
                    (Cell::Number(number), Some(Data::Float(found))) => {
                        prop_assert_eq!(found.to_string(), number.normalize().to_string());
                    }
                    (cell, found) => return Err(TestCaseError::fail(format!("{cell:?} is {found:?}"))),
                }
            }
        }
        prop_assert_eq!(cells.len(), expected);
        let parts = parts(&bytes);
        for (name, text) in &parts {
            prop_assert!(!text.contains("<f>") && !text.contains("hyperlink"), "{}", name);
        }
    }
}

/// A lead with texts that a workbook is known to be broken by.
fn hostile() -> Vec<Lead> {
    let row = Row::contact_me("=1+2", "2026-11-19")
        .with(Field::Company, "<r><t>not markup & more</t></r>")
        .with(Field::FirstName, "_x0041_ \u{7}\u{0}\u{fffe}")
        .with(Field::LastName, "<r>_x0041_</r>")
        .with(Field::Email, "mailto:ana@northwind.example")
        .with(Field::Phone, "0049305550100")
        .with(Field::OfferName, "https://evil.example/?a=b&c=d")
        .with(Field::Description, &"😀".repeat(20_000));
    let mut store = empty_store();
    put_all(&mut store, &[row.arrival("2026-11-19")], now());
    let mut leads = all_leads(&store);
    leads[0].seller.note = Some(" blanks \n".to_owned());
    leads
}

#[test]
fn hostile_texts_are_texts() {
    let (bytes, notes) = workbook(&hostile(), now());
    let cells = sheet(&bytes);
    let texts: Vec<_> = cells
        .values()
        .filter_map(|cell| if let Data::String(text) = cell { Some(text.as_str()) } else { None })
        .collect();
    for text in [
        "=1+2",
        "<r><t>not markup & more</t></r>",
        "_x0041_ \u{7}\u{0}\u{fffe}",
        "<r>_x0041_</r>",
        " blanks \n",
        "mailto:ana@northwind.example",
        "0049305550100",
        "https://evil.example/?a=b&c=d",
    ] {
        assert!(texts.contains(&text), "{text:?}");
    }
    let long = texts.iter().find(|text| text.starts_with('😀')).unwrap();
    assert_eq!((long.encode_utf16().count(), long.ends_with('…')), (32_767, true));
    assert_eq!(notes, ["1 cell: cut at 32,767 characters, all that a cell holds; CSV and JSON have them whole."]);
}

#[test]
fn a_sheet_is_ready_to_be_used_and_tells_nobody_who_made_it() {
    let (bytes, _) = workbook(&hostile(), now());
    let parts = parts(&bytes);
    let sheet = &parts["xl/worksheets/sheet1.xml"];
    for part in [
        "<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>",
        "<autoFilter ref=\"A1:",
        "numberStoredAsText=\"1\"",
        "<col min=\"1\" max=\"1\" width=\"2",
    ] {
        assert!(sheet.contains(part), "{part} is not in {}", sheet.get(..2000).unwrap_or(sheet));
    }
    let styles = &parts["xl/styles.xml"];
    assert!(styles.contains("<b/>") && styles.contains("yyyy-mm-dd hh:mm:ss &quot;UTC&quot;"), "{styles}");
    let core = &parts["docProps/core.xml"];
    assert!(core.contains("<dc:creator></dc:creator>") && core.contains("<dc:title>Leads</dc:title>"), "{core}");
    assert!(core.contains("2026-11-20T12:00:00Z"), "made when the clock says: {core}");
    assert_eq!(workbook(&hostile(), now()).0, bytes, "the same leads make the same workbook");
    let (empty, notes) = workbook(&[], now());
    assert_eq!((super::spreadsheets::sheet(&empty).len() > 40, notes), (true, Vec::new()), "a header alone");
}

#[test]
fn what_a_workbook_cannot_hold_is_text_and_told() {
    let mut leads = hostile();
    leads[0].record.created_at = at("1000-01-01");
    leads[0].record.description = None;
    let mut deal = samples::deal("a");
    deal.value = Some("1234567890123456.5".parse().unwrap());
    deal.close_on = Some("1899-12-31".parse().unwrap());
    leads[0].seller.deal = Some(deal);
    let (bytes, notes) = workbook(&leads, at("1000-01-02"));
    let cells = sheet(&bytes);
    for text in ["1000-01-01T00:00:00Z", "1234567890123456.5", "1899-12-31"] {
        assert!(cells.values().any(|cell| *cell == Data::String(text.to_owned())), "{text}");
    }
    assert_eq!(
        notes,
        [
            "2 cells: dates before March 1900, which a workbook does not know, and stand there as text.",
            "1 cell: numbers of more than 15 digits, which a workbook does not know, and stand there as text.",
        ]
    );
}

#[test]
fn more_columns_than_a_sheet_has_are_left_out_and_told() {
    let terms = Terms::default();
    let names: Vec<_> = (0..17_000).map(|n| format!("c{n:05}")).collect();
    let mut form = Xlsx::new(&terms, now(), names);
    let known = LeadColumns::new(&terms, Vec::new()).headers().count();
    let bytes = leave(&mut form, &hostile(), now());
    assert_eq!(sheet(&bytes).keys().map(|(_, column)| *column).max(), Some(16_383));
    let left_out = known + 17_000 - 16_384;
    assert_eq!(form.notes().last(), Some(&format!("{left_out} unknown columns are left out: a sheet holds 16,384.")));
}
