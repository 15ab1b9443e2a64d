//! LibreOffice as the judge of what a spreadsheet makes of an export: it opens a workbook and a CSV of hostile leads, without a
//! window, and saves what it understood; that is read cell by cell. Skipped, and said so, where it is not installed.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use calamine::{Data, Reader, Xlsx, open_workbook};

use crate::session::Home;

type Cells = BTreeMap<(u32, u32), Data>;

/// Texts that spreadsheets are known to change or to run.
const TEXTS: &[&str] = &[
    "=1+2",
    "=HYPERLINK(\"http://x.example\",\"y\")",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    "0012",
    "3-4",
    "1/2",
    "2026-11-20",
    "12:30",
    "1e5",
    "5 %",
    "$5",
    "May 5",
    "5 Mar 2026",
    "SEPT2",
    "true",
    "#N/A",
    "(7)",
    "'0012",
    " leading and trailing ",
    "two\nlines",
    "a \"quoted\", word; and\ttab",
    "Zoë Wójcik 田中 👩\u{200d}👧",
    "https://evil.example/?a=b&c=<d>",
];

const PHONES: &[&str] = &[
    "+49 30 5550100",
    "+4930555010",
    "0049305550100",
    "030 5550100",
    "5550100",
    "(030) 555-0100",
    "030/5550100",
    "1-800-555",
    "55.50.01.00",
];

/// False, said aloud, where there is no LibreOffice.
fn installed(home: &Home) -> bool {
    let found = home.command("soffice").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if found.is_ok_and(|status| status.success()) {
        return true;
    }
    // Past the capture of the test's output: what was not tried must be seen.
    let _ = writeln!(
        std::io::stderr(),
        "SKIPPED: LibreOffice (soffice) is not installed, so no spreadsheet opened the workbook and the CSV"
    );
    false
}

/// A file as LibreOffice understands it, saved as a workbook: its cells, none of which is a formula.
fn understood(home: &Home, file: &Path, filter: Option<&str>) -> Cells {
    let profile = format!("-env:UserInstallation=file://{}", home.path("office").display());
    let mut command = home.command("soffice");
    command.args([&profile, "--headless", "--norestore"]);
    command.args(filter.map(|filter| format!("--infilter={filter}")));
    command.args(["--convert-to", "xlsx", "--outdir"]).arg(home.path("understood")).arg(file);
    let output = command.output().unwrap();
    let name = file.with_extension("xlsx");
    let saved = home.path("understood").join(name.file_name().unwrap());
    assert!(saved.is_file(), "{}", String::from_utf8_lossy(&output.stderr));
    cells(&saved)
}

fn cells(file: &Path) -> Cells {
    let mut book: Xlsx<_> = open_workbook(file).unwrap();
    let sheet = book.sheet_names().first().unwrap().clone();
    assert_eq!(book.worksheet_formula(&sheet).unwrap().used_cells().count(), 0, "a formula in {}", file.display());
    let range = book.worksheet_range(&sheet).unwrap();
    let start = range.start().unwrap();
    range
        .used_cells()
        .map(|(row, column, cell)| ((row as u32 + start.0, column as u32 + start.1), cell.clone()))
        .collect()
}

/// What LibreOffice keeps of a text: no controls, one kind of line break.
fn kept(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    lines.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

fn text(cell: Option<&Data>) -> String {
    match cell {
        None => String::new(),
        Some(Data::String(text)) => kept(text),
        Some(other) => panic!("{other:?} is no text"),
    }
}

/// Hostile leads and a phone of every kind, in a store.
fn fill(home: &Home) {
    home.import("ugly/hostile.csv");
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(["LeadId", "LeadCreationDateTime", "CustomerName", "FirstName", "Phone", "Notes", "Segment"])
        .unwrap();
    for (number, text) in TEXTS.iter().enumerate() {
        let phone = PHONES[number % PHONES.len()];
        let id = if number % 2 == 0 {
            format!("{}", 1_000_000_000_000_000_000_u64 + number as u64)
        } else {
            format!("id-{number}")
        };
        csv.write_record([&id, "2026-11-19T08:15:42Z", text, text, phone, text, text]).unwrap();
    }
    let file = home.put("made.csv", csv.into_inner().unwrap());
    home.done(&["import", file.to_str().unwrap()]);
    for id in ["12", "13", "14"] {
        home.done(&["note", id, "--text", "=1+1"]);
    }
    home.done(&["tag", "12", "0012", "3-4"]);
}

#[test]
fn libre_office_finds_no_formula_and_every_text_as_it_was() {
    let home = Home::new();
    if !installed(&home) {
        return;
    }
    fill(&home);
    let (book, table) = (home.path("work/leads.xlsx"), home.path("work/table.csv"));
    home.done(&["export", "--format", "xlsx", "-o", book.to_str().unwrap()]);
    home.done(&["export", "-o", table.to_str().unwrap()]);

    let (written, opened) = (cells(&book), understood(&home, &book, None));
    assert!(written.len() > 400, "{}", written.len());
    for (place, cell) in &written {
        match (cell, opened.get(place)) {
            (Data::String(before), after) => assert_eq!(text(after), kept(before), "{place:?}"),
            (Data::DateTime(before), Some(Data::DateTime(after))) => {
                assert!((before.as_f64() - after.as_f64()).abs() < 1e-6, "{place:?}");
            }
            (Data::Float(before), Some(Data::Float(after))) => assert!((before - after).abs() < 1e-9, "{place:?}"),
            (before, after) => panic!("{place:?}: {before:?} became {after:?}"),
        }
    }
    // 76 is UTF-8, which newer ones find by the mark; what looks like a number or a date is to be taken for one.
    let opened = understood(&home, &table, Some("CSV:44,34,76,1,,0,false,true,true"));
    let mut rows = csv::ReaderBuilder::new().has_headers(false).from_path(&table).unwrap();
    let rows: Vec<_> = rows.records().map(Result::unwrap).collect();
    let headers: Vec<_> = rows[0].iter().map(|name| name.trim_start_matches('\u{feff}').to_owned()).collect();
    let ours = |name: &str| name.starts_with("Leadbox") || name.contains("DateTime");
    let mut phones = 0;
    for (row, record) in rows.iter().enumerate().skip(1) {
        for (column, before) in record.iter().enumerate().filter(|(column, _)| !ours(&headers[*column])) {
            let after = opened.get(&(row as u32, column as u32));
            assert_eq!(text(after), kept(before), "{} of row {row}", headers[column]);
            phones += usize::from(headers[column] == "Phone" && after.is_some());
        }
    }
    assert!(phones >= TEXTS.len(), "{phones}");

    let mut other = Home::new();
    other.set("LEADBOX_DB", other.path("other.db").to_str().unwrap());
    other.done(&["import", table.to_str().unwrap()]);
    let list = |home: &Home| {
        let mut leads = home.json(&["list", "--json", "--sort", "company"]);
        for lead in leads.as_array_mut().unwrap() {
            for key in ["id", "received_via", "owed"] {
                lead.as_object_mut().unwrap().remove(key);
            }
        }
        let mut leads: Vec<_> = leads.as_array().unwrap().iter().map(ToString::to_string).collect();
        leads.sort();
        leads
    };
    assert_eq!(list(&other), list(&home), "and leadbox reads the file back as it was");
}
