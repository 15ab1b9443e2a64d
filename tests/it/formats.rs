//! Partner Center's export in the spellings and states it arrives in, our own export, and what is refused: every physical
//! line accounted for, or the whole file refused with a sentence. Files are made-up data under `tests/data`.

use leadbox::domain::lead::Extra;
use leadbox::domain::record::Field;
use leadbox::domain::terms::Terms;
use leadbox::domain::vocabulary::{CallToAction, Qualification, Source, Status};
use leadbox::formats::lead_json::LeadJson;
use leadbox::formats::records::Lines;

use crate::samples::{
    self, Row, all_leads, at, empty_store, export_csv, import_csv, now, own_arrival, put_all, read_csv,
};

fn file(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    std::fs::read(path).unwrap()
}

fn taken(name: &str) -> samples::Taken {
    import_csv(&mut empty_store(), &file(name), now()).unwrap()
}

fn refusal(bytes: &[u8]) -> String {
    let mut store = empty_store();
    let refused = import_csv(&mut store, bytes, now()).unwrap_err();
    assert_eq!(store.count().unwrap(), 0);
    refused.0
}

#[test]
fn every_line_of_the_exports_is_accounted_for() {
    let export = taken("export-80.csv");
    assert_eq!(export.lines, Lines { lines: 92, header: 1, blank: 0, rows: 80, continuation: 11 });
    assert_eq!((export.counts.added, export.rejects.len()), (80, 0));
    let spaced = taken("export-spaced-40.csv");
    assert_eq!(spaced.lines, Lines { lines: 46, header: 1, blank: 0, rows: 40, continuation: 5 });
    assert_eq!((spaced.counts.added, spaced.rejects.len()), (40, 0));
    let hostile = taken("ugly/hostile.csv");
    assert_eq!(hostile.lines, Lines { lines: 13, header: 1, blank: 0, rows: 11, continuation: 1 });
    assert_eq!((hostile.counts.added, hostile.rejects.len()), (11, 0));
    let marked = taken("ugly/utf8-bom.csv");
    assert_eq!(marked, export, "a byte order mark changes nothing");
    let none = taken("ugly/header-only.csv");
    assert_eq!(none.lines, Lines { lines: 1, header: 1, ..Lines::default() });
    assert_eq!(none.counts, leadbox::store::ImportCounts::default());
}

#[test]
fn good_rows_come_in_and_bad_ones_are_named_by_line() {
    let mixed = taken("ugly/mixed-good-and-bad.csv");
    assert_eq!((mixed.lines.lines, mixed.lines.rows), (9, 8));
    let counts = mixed.counts;
    assert_eq!((counts.added, counts.updated, counts.unchanged), (5, 0, 1), "the repeated row is unchanged");
    assert_eq!(mixed.lines.rows, counts.added + counts.updated + counts.unchanged + mixed.rejects.len() as u64);
    let [(first, cells), (second, date)] = &mixed.rejects[..] else { panic!("{:?}", mixed.rejects) };
    assert_eq!((*first, *second), (8, 9));
    assert!(cells.contains("3 cells where the header has 22"), "{cells}");
    assert!(date.contains("“not a date”"), "{date}");
}

#[test]
fn importing_a_file_twice_changes_nothing() {
    for name in ["export-80.csv", "export-spaced-40.csv", "ugly/hostile.csv"] {
        let mut store = empty_store();
        let first = import_csv(&mut store, &file(name), now()).unwrap();
        let before = all_leads(&store);
        let again = import_csv(&mut store, &file(name), now()).unwrap();
        assert_eq!(again.counts.unchanged, first.counts.added, "{name}");
        assert_eq!((again.counts.added, again.counts.updated), (0, 0), "{name}");
        assert_eq!(all_leads(&store), before, "{name}");
    }
}

#[test]
fn values_of_the_export_are_read_as_they_stand() {
    let mut store = empty_store();
    import_csv(&mut store, &file("export-80.csv"), now()).unwrap();
    let leads = all_leads(&store);
    let first = &leads[0].record;
    assert_eq!(first.external_id.as_deref(), Some("8d116ece-0000-4000-8000-000000000000"));
    assert_eq!(first.created_at, at("2026-11-06T12:05:49Z"));
    assert_eq!((first.call_to_action, first.source), (CallToAction::ContactMe, Source::AppSource));
    assert_eq!(first.person.full_name().as_deref(), Some("Łukasz O'Brien"));
    assert_eq!((first.qualification, first.status), (Qualification::Direct, Status::Received));
    let second = &leads[1].record;
    assert_eq!(second.description.as_deref(), Some("Comparing three vendors; \"price per seat\" matters most."));
    assert_eq!(second.country_raw.as_deref(), Some("JP"));
    let titles: Vec<_> = leads.iter().map(|lead| lead.record.person.title()).collect();
    assert!(titles.iter().all(|title| !title.is_empty()));
    let mut hostile = empty_store();
    import_csv(&mut hostile, &file("ugly/hostile.csv"), now()).unwrap();
    let companies: Vec<_> = all_leads(&hostile).into_iter().filter_map(|lead| lead.record.person.company).collect();
    assert_eq!(companies.len(), 11);
    assert_eq!(companies[0], "=HYPERLINK(\"http://x.example\",\"y\")");
    assert_eq!(companies[5], "\u{1b}]0;owned\u{7}name", "kept as received; the screen sifts it");
}

#[test]
fn an_export_of_the_files_reads_back() {
    for name in ["export-80.csv", "export-spaced-40.csv", "ugly/hostile.csv"] {
        let mut store = empty_store();
        import_csv(&mut store, &file(name), now()).unwrap();
        let csv = export_csv(&all_leads(&store), &Terms::default(), now());
        let text = String::from_utf8(csv.clone()).unwrap();
        assert!(text.starts_with("LeadCreationDateTime,LeadId,"), "{name}");
        for cell in csv::Reader::from_reader(&csv[..])
            .records()
            .flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
        {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{name}: {cell:?} would run");
        }
        let mut other = empty_store();
        import_csv(&mut other, &csv, now()).unwrap();
        let list = |store: &leadbox::store::Store| -> Vec<String> {
            let json = |lead| {
                let mut json = LeadJson::of(lead, &Terms::default(), now(), 0);
                json.received_via = "";
                serde_json::to_string(&json).unwrap()
            };
            all_leads(store).iter().map(json).collect()
        };
        assert_eq!(list(&other), list(&store), "{name}");
    }
}

const ROW: &str = "x-1,2026-11-20T09:12:00Z,ana@northwind.example,Northwind";

#[test]
fn columns_are_found_by_name_in_any_order_case_and_spelling() {
    let plain = format!("LeadId,LeadCreationDateTime,Email,CustomerName\n{ROW}\n");
    let want = read_csv(plain.as_bytes(), now()).unwrap().0;
    for header in [
        "LEADID,LEADCREATIONDATETIME,EMAIL,CUSTOMERNAME",
        "Lead ID,Lead creation date time,E-mail,Company",
        "lead_id,lead-creation-date-time,Contact Email,Customer company",
        " Referral ID , Created on ,Email Address,Company Name",
    ] {
        let found = read_csv(format!("{header}\n{ROW}\n").as_bytes(), now()).unwrap().0;
        assert_eq!(found, want, "{header}");
    }
    let turned =
        "CustomerName,Email,LeadCreationDateTime,LeadId\nNorthwind,ana@northwind.example,2026-11-20T09:12:00Z,x-1\n";
    assert_eq!(read_csv(turned.as_bytes(), now()).unwrap().0, want);
}

#[test]
fn an_outcome_of_a_lead_that_has_not_ended_is_kept_as_received() {
    let record = Row::contact_me("a", "2026-11-19").with(Field::Substatus, "Won").record();
    assert_eq!((record.status, record.outcome), (Status::Received, None));
    let kept: Vec<_> = record.extras.iter().map(|extra| (extra.name.as_str(), extra.value.as_str())).collect();
    assert_eq!(kept, [("Substatus", "Won")]);
}

#[test]
fn unknown_columns_are_kept() {
    let text = "LeadId,LeadCreationDateTime,Email,Segment,Status,Status,Segment,\n\
                a,2026-11-20,ana@northwind.example,Gold,Simmering,second,Silver,nameless\n";
    let mut store = empty_store();
    import_csv(&mut store, text.as_bytes(), now()).unwrap();
    let lead = all_leads(&store).remove(0);
    let extras: Vec<_> = lead.record.extras.iter().map(|extra| (extra.name.as_str(), extra.value.as_str())).collect();
    let want = [
        ("Status", "Simmering"),
        ("Segment", "Gold"),
        ("Status (2)", "second"),
        ("Segment (2)", "Silver"),
        ("Column without a name", "nameless"),
    ];
    assert_eq!(extras, want);
    let again = import_csv(&mut store, text.as_bytes(), now()).unwrap();
    assert_eq!(again.counts.unchanged, 1, "a column that shares its name with an odd value does not flip it");
    let mut other = empty_store();
    import_csv(&mut other, &export_csv(&[lead], &Terms::default(), now()), now()).unwrap();
    let back = all_leads(&other).remove(0).record.extras;
    assert!(
        want[1..].iter().all(|(name, value)| back.iter().any(|extra| extra.name == *name && extra.value == *value))
    );
}

#[test]
fn a_word_that_is_known_is_exported_before_an_odd_one_that_came_later() {
    let mut store = empty_store();
    let row = Row::contact_me("a", "2026-11-19T12:00:00Z").with(Field::Quality, "High");
    put_all(&mut store, &[row.arrival("2026-11-19T13:00:00Z")], now());
    let odd = row.with(Field::Quality, "Splendid").with(Field::CallToAction, "Buy twice");
    put_all(&mut store, &[odd.arrival("2026-11-19T14:00:00Z")], now());
    let leads = all_leads(&store);
    let (rows, _) = read_csv(&export_csv(&leads, &Terms::default(), now()), now()).unwrap();
    let back = &rows[0].as_ref().unwrap().record;
    assert_eq!((back.call_to_action, back.quality), (leads[0].record.call_to_action, leads[0].record.quality));
}

#[test]
fn a_test_lead_whose_mark_is_withheld_comes_back_as_one() {
    let mut store = empty_store();
    let row = Row::contact_me("a", "2026-10-01").with(Field::Email, "MSFT_TEST_5@test.com");
    put_all(&mut store, &[row.arrival("2026-10-01")], now());
    let csv = export_csv(&all_leads(&store), &Terms::default(), now());
    assert!(!String::from_utf8_lossy(&csv).contains("MSFT_TEST"), "expired: the e-mail is withheld");
    let (rows, _) = read_csv(&csv, now()).unwrap();
    assert!(rows[0].as_ref().unwrap().record.test);
}

#[test]
fn cells_and_clocks_at_their_caps_survive_a_round_trip() {
    let long = format!("={}", "x".repeat(64 * 1024 - 1));
    let row = Row::contact_me("a", "9999-12-31T23:00:00Z").with(Field::Description, &long);
    let mut lead = {
        let mut store = empty_store();
        put_all(&mut store, &[row.arrival("2026-11-20")], now());
        all_leads(&store).remove(0)
    };
    let change = leadbox::domain::change::Change::Accept { deal: samples::deal("=deal"), reported: false };
    lead = leadbox::domain::change::apply(&lead, &change, &Terms::default(), now()).unwrap();
    let mut store = empty_store();
    put_all(&mut store, &[own_arrival(&lead)], now());
    let taken =
        import_csv(&mut empty_store(), &export_csv(&all_leads(&store), &Terms::default(), now()), now()).unwrap();
    assert_eq!((taken.counts.added, taken.rejects), (1, Vec::new()));
    let over = format!("LeadId,LeadCreationDateTime,Email\na,2026-11-20,{}\n", "x".repeat(64 * 1024 + 1));
    let taken = import_csv(&mut empty_store(), over.as_bytes(), now()).unwrap();
    assert!(taken.rejects[0].1.contains("64 KiB"));
}

#[test]
fn what_is_no_export_is_refused_whole_with_a_sentence() {
    for (name, word) in [("ugly/empty.csv", "empty"), ("ugly/endpoint-missing-comma.json", "JSON")] {
        let sentence = refusal(&file(name));
        assert!(sentence.contains(word), "{name}: {sentence}");
        assert!(sentence.contains("Nothing was imported"), "{name}: {sentence}");
        assert!(sentence.ends_with('.'), "{name}: {sentence}");
    }
    for (text, word) in [
        ("a,b,c\n1,2,3\n", "No column says when"),
        ("LeadId,LeadCreationDateTime\na,2026-11-20\n", "No column says who the customer is"),
        ("\n\n  \n", "no header row"),
        ("%PDF-1.7\n1 0 obj\n", "No column says when"),
    ] {
        let sentence = refusal(text.as_bytes());
        assert!(sentence.contains(word) && sentence.contains("Nothing was imported"), "{text:?}: {sentence}");
    }
}

#[test]
fn an_unclosed_quote_is_named_by_the_line_where_it_opened() {
    let taken = taken("ugly/unclosed-quote.csv");
    assert!(taken.lines.balance());
    let (line, reason) = &taken.rejects[0];
    assert_eq!(*line, 12);
    assert!(reason.contains("opened on line 12") && reason.contains("12 to 20"), "{reason}");
    let last =
        "LeadId,LeadCreationDateTime,Email,Notes\na,2026-11-20,x,fine\nb,2026-11-20,x,\"open\nc,2026-11-20,x,y\n";
    let sentence = refusal(last.as_bytes());
    assert!(sentence.contains("line 3") && sentence.contains("never closed"), "{sentence}");
}

#[test]
fn no_row_is_swallowed_by_a_note_whose_quote_is_not_closed() {
    let text = "LeadId,LeadCreationDateTime,Email,Notes\n\
                a,2026-11-20,x,\"open\nb,2026-11-20,x,plain\nc,2026-11-20,x,\"quoted, here\"\nd,2026-11-20,x,\"q\"\n";
    for text in [text.to_owned(), text.replace("quoted, here", "said \"\"so\"\"")] {
        let mut store = empty_store();
        let taken = import_csv(&mut store, text.as_bytes(), now()).unwrap();
        let ids: Vec<_> = all_leads(&store).into_iter().filter_map(|lead| lead.record.external_id).collect();
        assert_eq!(ids, ["d"], "{text}");
        let [(line, reason)] = &taken.rejects[..] else { panic!("{:?}", taken.rejects) };
        assert!(*line == 2 && reason.contains("line 2") && reason.contains("2 to 4"), "{reason}");
    }
    let fine = "LeadId,LeadCreationDateTime,Email,Notes\na,2026-11-20,\"x\"y,\"two\nlines\"\n";
    let taken = import_csv(&mut empty_store(), fine.as_bytes(), now()).unwrap();
    assert_eq!((taken.counts.added, taken.rejects), (1, Vec::new()), "text behind a quote on one line harms nobody");
}

#[test]
fn unknown_columns_with_contacts_are_withheld_with_them() {
    let row = Row::contact_me("a", "2026-10-01T12:00:00Z");
    let mut store = empty_store();
    let mut arrival = row.arrival("2026-11-20T10:00:00Z");
    for (name, value) in
        [("BackupEmail", "x"), ("Desk", "+49 30 5550100"), ("Reach", "a@b.example"), ("Segment", "Enterprise")]
    {
        arrival.record.extras.push(Extra { name: name.to_owned(), value: value.to_owned() });
    }
    put_all(&mut store, &[arrival], now());
    let leads = all_leads(&store);
    let written = String::from_utf8(export_csv(&leads, &Terms::default(), now())).unwrap();
    let row = written.lines().nth(1).unwrap();
    assert!(row.contains("Expired") && row.contains("Enterprise"), "{row}");
    assert!(!row.contains("5550100") && !row.contains("a@b.example"), "{row}");
}
