//! Files of leads in every dialect and encoding, cut, flipped and torn: whatever comes of one, every physical line of it is
//! accounted for, or nothing of it is kept (PRODUCT.md 6). 5,000 files; `PROPTEST_CASES` makes it more.

use std::cell::RefCell;

use leadbox::domain::vocabulary::ReceivedVia;
use leadbox::formats::column_map::ColumnMap;
use leadbox::formats::dialect::Delimiter;
use leadbox::formats::document::{Document, Hints};
use leadbox::formats::text::{self, Encoding};
use leadbox::shell::intake::{self, ImportReport, Mode, Order, header_preview};
use leadbox::store::Store;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::TestRunner;

use crate::samples::{empty_store, law, nasty, now};

/// A header of each kind, how a row of it says when, and where.
const HEADERS: &[(&str, &str)] = &[
    ("LeadId,LeadCreationDateTime,LeadSource,CustomerName,Email,Phone,Status,Notes,Segment", "2026-11-19T09:12:00Z"),
    (
        "Referral ID,Creation Date,Updated Date,PartnerID,Customer Name,Lead Type,Lead Source,Offer ID,Lead value (USD),Status",
        "2026-11-19",
    ),
    (
        "Errors,Referral ID,Created Date,Customer Name,Customer Contact Email Address,Partner Referral Status,Notes",
        "11/19/2026",
    ),
    ("LeadCreationDateTime,LeadId,Email,Notes,Leadbox,LeadboxTags,LeadboxReason", "2026-11-19T09:12:00Z"),
    ("Erstellt am,Firma,Ansprechpartner,E-Mail,Telefon,Bemerkung", "19.11.2026"),
    ("LeadboxReason,LeadId,LeadCreationDateTime,Email,Notes", "2026-11-19 09:12"),
];

/// What JSON ways in look like.
const JSON: &[&str] = &[
    "[\n {\"LeadSource\":\"SPZA-PLT|a.b\",\"UserDetails\":{\"Email\":\"a@x.example\",\"FirstName\":\"Zoë\"}},\n\n \
     {\"LeadSource\":\"SPZA-INS|a.b\",\n  \"UserDetails\":{\"Email\":\"b@x.example\"}}\n]\n",
    "{\"PartitionKey\":\"p\",\"RowKey\":\"1\",\"Timestamp\":\"2026-11-19T09:12:00Z\",\"CustomerInfo\":\"{\\\"Email\\\":\\\"a@x.example\\\"}\"}\n\
     {\"PartitionKey\":\"p\",\"RowKey\":\"2\",\"Timestamp\":\"2026-11-19T09:12:00Z\"}\n",
    "{\"@odata.context\":\"x\",\"value\":[{\"id\":\"r-1\",\"createdDateTime\":\"2026-11-19T09:12:00Z\",\"status\":\"New\",\
     \"type\":\"Independent\",\"qualification\":\"Direct\",\"customerProfile\":{\"name\":\"Adatum\"}}]}",
];

/// What happens to the bytes of a file.
#[derive(Clone, Debug)]
enum Damage {
    Cut(Index),
    Flip(Index, u8),
    Insert(Index, u8),
    Remove(Index),
    Swap(Index, Index),
}

fn damage() -> BoxedStrategy<Damage> {
    let byte = prop_oneof![3 => select(&b"\",;\t|\r\n\0\xff\xfe\xef{}[]="[..]), 1 => any::<u8>()];
    prop_oneof![
        any::<Index>().prop_map(Damage::Cut),
        (any::<Index>(), 1..=255u8).prop_map(|(at, bits)| Damage::Flip(at, bits)),
        (any::<Index>(), byte).prop_map(|(at, byte)| Damage::Insert(at, byte)),
        any::<Index>().prop_map(Damage::Remove),
        (any::<Index>(), any::<Index>()).prop_map(|(one, other)| Damage::Swap(one, other)),
    ]
    .boxed()
}

fn damaged(mut bytes: Vec<u8>, damage: &[Damage]) -> Vec<u8> {
    for damage in damage {
        if bytes.is_empty() {
            return bytes;
        }
        let length = bytes.len();
        match damage {
            Damage::Cut(at) => bytes.truncate(at.index(length)),
            Damage::Flip(at, bits) => bytes[at.index(length)] ^= bits,
            Damage::Insert(at, byte) => bytes.insert(at.index(length), *byte),
            Damage::Remove(at) => drop(bytes.remove(at.index(length))),
            Damage::Swap(one, other) => bytes.swap(one.index(length), other.index(length)),
        }
    }
    bytes
}

fn encoded(text: &str, encoding: Encoding, marked: bool) -> Vec<u8> {
    let mark = if marked { "\u{feff}" } else { "" };
    let wide = |bytes: fn(u16) -> [u8; 2]| format!("{mark}{text}").encode_utf16().flat_map(bytes).collect();
    match encoding {
        Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Utf8Bom => format!("\u{feff}{text}").into_bytes(),
        Encoding::Utf16Le => wide(u16::to_le_bytes),
        Encoding::Utf16Be => wide(u16::to_be_bytes),
        Encoding::Windows1252 => encoding_rs::WINDOWS_1252.encode(text).0.into_owned(),
    }
}

/// A file that is whole, and how many rows it has.
fn sheet() -> BoxedStrategy<(String, usize)> {
    let rows = proptest::collection::vec(proptest::collection::vec(nasty(), 10), 0..6);
    let dialect = (select(&Delimiter::ALL[..]), any::<bool>(), select(&["\n", "\r\n", "\r"][..]), any::<bool>());
    (select(HEADERS), rows, dialect)
        .prop_map(|((header, when), rows, (delimiter, stated, end, last))| {
            let names: Vec<&str> = header.split(',').collect();
            let quote = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
            let between = delimiter.char().to_string();
            let mut lines = if stated { vec![format!("sep={between}")] } else { Vec::new() };
            lines.push(names.join(&between));
            for row in &rows {
                let cell = |(name, text): (&&str, &String)| match *name {
                    "LeadCreationDateTime" | "Creation Date" | "Created Date" | "Erstellt am" => when.to_owned(),
                    // What our own columns may not hold, and ids that would meet: both are other tests' matter.
                    name if name.starts_with("Leadbox") || name.ends_with("ID") || name == "LeadId" => String::new(),
                    _ => quote(text),
                };
                lines.push(names.iter().zip(row).map(cell).collect::<Vec<_>>().join(&between));
            }
            let end_of_file = if last { end } else { "" };
            (lines.join(end) + end_of_file, rows.len())
        })
        .boxed()
}

fn whole() -> BoxedStrategy<(String, Option<usize>)> {
    prop_oneof![
        5 => sheet().prop_map(|(text, rows)| (text, Some(rows))),
        1 => select(JSON).prop_map(|text| (text.to_owned(), None)),
    ]
    .boxed()
}

fn hints() -> BoxedStrategy<Hints> {
    let map = select(&["email = \"E-Mail\"", "created_at = \"Erstellt am\"\ndate_format = \"MM/DD/YYYY\"", ""][..]);
    let parts = (
        option::weighted(0.1, select(ReceivedVia::ALL)),
        option::weighted(0.1, select(Encoding::ALL)),
        option::weighted(0.1, select(&Delimiter::ALL[..])),
        option::weighted(0.1, map.prop_map(|map| ColumnMap::parse(map).unwrap())),
    );
    parts
        .prop_map(|(format, encoding, delimiter, map)| Hints { format, encoding, delimiter, map, ..Hints::default() })
        .boxed()
}

/// Physical lines, counted as plainly as can be: CR LF is one end, and so is either alone.
fn physical_lines(text: &str) -> u64 {
    let ended = text.replace("\r\n", "\n").replace('\r', "\n");
    let ends = ended.matches('\n').count() as u64;
    ends + u64::from(!ended.is_empty() && !ended.ends_with('\n'))
}

fn accounts_for(report: &ImportReport, text: &str, came: usize) -> Result<(), TestCaseError> {
    // Items of JSON that begin on one line count as a line each.
    let json = report.delimiter.is_none();
    prop_assert!(report.lines == physical_lines(text) || (json && report.lines >= physical_lines(text)), "{}", text);
    prop_assert_eq!(report.lines, report.header + report.blank + report.rows + report.continuation);
    prop_assert_eq!(report.rows, report.added + report.updated + report.unchanged + report.rejected);
    prop_assert_eq!(report.rejected, report.rejects.len() as u64);
    prop_assert_eq!(report.added, came as u64);
    let lines: Vec<u64> = report.rejects.iter().map(|reject| reject.line).collect();
    prop_assert!(lines.is_sorted() && lines.iter().all(|line| (1..=report.lines).contains(line)), "{:?}", lines);
    Ok(())
}

/// Imports what is left of a file; true if it was taken.
fn take(store: &mut Store, bytes: &[u8], hints: &Hints) -> Result<bool, TestCaseError> {
    let before = store.count().unwrap();
    let order = Order { hints, now: now(), mode: Mode::Keep, watch: &|_, _| {} };
    let result = intake::import_bytes_as(store, "leads.csv", bytes, None, &order);
    let came = store.count().unwrap() - before;
    match result {
        Ok(report) => {
            let decoded = text::decode(bytes, hints.encoding).unwrap();
            accounts_for(&report, &decoded.text, came).map(|()| true)
        }
        Err(error) => {
            let said = error.to_string();
            prop_assert!(said.contains("Nothing was imported"), "{}", said);
            prop_assert_eq!(came, 0, "{}", said);
            Ok(false)
        }
    }
}

#[test]
fn a_damaged_file_is_accounted_for_or_leaves_nothing() {
    let written = (select(Encoding::ALL), any::<bool>());
    let damage = proptest::collection::vec(damage(), 1..4);
    let cases = (whole(), written, damage, hints(), any::<Index>());
    let store = RefCell::new((empty_store(), 0_u32, 0_u32));
    let law = TestRunner::new(law(5000)).run(&cases, |((text, _), (encoding, marked), damage, hints, cut)| {
        let bytes = damaged(encoded(&text, encoding, marked), &damage);
        let (store, tried, taken) = &mut *store.borrow_mut();
        *tried += 1;
        if *tried % 100 == 0 {
            *store = empty_store();
        }
        *taken += u32::from(take(store, &bytes, &hints)?);
        // A list of files shows damaged ones too: whatever it says, it must say it.
        let head = cut.index(bytes.len() + 1);
        let _ = header_preview(bytes.get(..head).unwrap_or_default(), bytes.len() as u64);
        Ok(())
    });
    law.unwrap();
    let (_, tried, taken) = store.into_inner();
    assert!(taken > tried / 5 && taken < tried / 5 * 4, "{taken} of {tried} were taken: both ends must be tried");
}

#[test]
fn a_whole_file_comes_in_row_by_row() {
    let cases = (sheet(), select(Encoding::ALL), any::<bool>());
    let law = TestRunner::new(law(300)).run(&cases, |((text, rows), encoding, marked)| {
        let bytes = encoded(&text, encoding, marked);
        let order = Order { hints: &Hints::default(), now: now(), mode: Mode::DryRun, watch: &|_, _| {} };
        let report = intake::import_bytes_as(&mut empty_store(), "leads.csv", &bytes, None, &order)
            .map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!((report.rows, report.rejected), (rows as u64, 0), "{:?}", report.rejects);
        Ok(())
    });
    law.unwrap();
}

/// Reads a text to its end: the rows, and what a file of the rejected ones holds; `None` if it is refused.
fn rejects(text: &str, hints: &Hints) -> Option<(u64, Vec<u64>, String)> {
    let mut document = Document::open(text, hints).ok()?;
    let (mut file, mut lines) = (document.reject_head(), Vec::new());
    while let Some(row) = document.read().ok()? {
        if let Err(reason) = row.read {
            file += &document.reject_row(row.line, &reason);
            lines.push(row.line);
        }
    }
    Some((document.lines().rows, lines, file))
}

#[test]
fn a_file_of_rejected_rows_holds_each_of_them_and_is_its_own() {
    let cases = (sheet(), proptest::collection::vec(damage(), 1..4));
    let seen = RefCell::new(0);
    let law = TestRunner::new(law(1500)).run(&cases, |((text, _), damage)| {
        let Ok(text) = String::from_utf8(damaged(text.into_bytes(), &damage)) else { return Ok(()) };
        let Some((_, lines, file)) = rejects(&text, &Hints::default()) else { return Ok(()) };
        if lines.is_empty() {
            return Ok(());
        }
        let document = Document::open(&text, &Hints::default()).unwrap();
        let mark = document.delimiter().unwrap_or_default();
        let head = document.reject_head();
        let reasons =
            head.trim_end().split(mark).filter(|name| name.trim_matches(['"', ' ']) == "LeadboxReason").count();
        // Every export of our own has a column of that name; where damage took it away, the first is held for it.
        if document.via() == ReceivedVia::LeadboxExport && reasons < 2 {
            return Ok(());
        }
        *seen.borrow_mut() += 1;
        let delimiter = Delimiter::from_word(&mark.to_string());
        let hints = Hints { format: Some(document.via()), delimiter, ..Hints::default() };
        let again = rejects(&file, &hints);
        let Some((rows, still, second)) = again else { return Err(TestCaseError::fail(format!("refused: {file:?}"))) };
        prop_assert_eq!((rows, still.len()), (lines.len() as u64, lines.len()), "{:?}", file);
        // Beyond the reasons, which tell lines of their own, nothing is added and nothing lost.
        let third = rejects(&second, &hints).unwrap();
        prop_assert_eq!(third.1.len(), lines.len());
        prop_assert_eq!(third.2, second);
        Ok(())
    });
    law.unwrap();
    assert!(seen.into_inner() > 100, "rows must be rejected to try it");
}
