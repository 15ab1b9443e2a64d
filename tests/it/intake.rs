//! Files of every kind through the one way in: what kind they are, how they are written, and where every line went; or the
//! sentence they are refused with. Files are made-up data under `tests/data`.

use leadbox::domain::vocabulary::ReceivedVia;
use leadbox::formats::column_map::ColumnMap;
use leadbox::formats::dialect::Delimiter;
use leadbox::formats::document::Hints;
use leadbox::formats::text::Encoding;
use leadbox::shell::intake::{self, ImportReport, IntakeError, Mode, Order, Preview, header_preview};
use leadbox::store::Store;

use crate::samples::{all_leads, at, empty_store, now};

fn file(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    std::fs::read(path).unwrap()
}

fn import_as(store: &mut Store, bytes: &[u8], hints: &Hints) -> Result<ImportReport, IntakeError> {
    let order = Order { hints, now: now(), mode: Mode::Keep, watch: &|_, _| {} };
    let report = intake::import_bytes_as(store, "leads.csv", bytes, None, &order)?;
    assert_eq!(report.lines, report.header + report.blank + report.rows + report.continuation, "{report:?}");
    assert_eq!(report.rows, report.added + report.updated + report.unchanged + report.rejected, "{report:?}");
    Ok(report)
}

fn import(store: &mut Store, bytes: &[u8]) -> ImportReport {
    import_as(store, bytes, &Hints::default()).unwrap()
}

fn refusal(bytes: &[u8], hints: &Hints) -> String {
    let mut store = empty_store();
    let error = import_as(&mut store, bytes, hints).unwrap_err();
    assert_eq!(store.count().unwrap(), 0);
    error.to_string()
}

#[test]
fn every_sample_is_recognised_and_accounted_for() {
    use ReceivedVia::{Insights, PartnerCenterExport as Export};
    // Kind, encoding, delimiter, lines, header, blank, rows, continuation, new, unchanged, rejected.
    let table = [
        ("export-80.csv", Export, "utf-8", ',', [92, 1, 0, 80, 11, 80, 0, 0]),
        ("export-spaced-40.csv", Export, "utf-8", ',', [46, 1, 0, 40, 5, 40, 0, 0]),
        ("insights-40.csv", Insights, "utf-8", ',', [41, 1, 0, 40, 0, 40, 0, 0]),
        ("ugly/header-only.csv", Export, "utf-8", ',', [1, 1, 0, 0, 0, 0, 0, 0]),
        ("ugly/hostile.csv", Export, "utf-8", ',', [13, 1, 0, 11, 1, 11, 0, 0]),
        ("ugly/mixed-good-and-bad.csv", Export, "utf-8", ',', [9, 1, 0, 8, 0, 5, 1, 2]),
        ("ugly/tab.txt", Export, "utf-8", '\t', [81, 1, 0, 80, 0, 80, 0, 0]),
        ("ugly/unclosed-quote.csv", Export, "utf-8", ',', [92, 1, 0, 73, 18, 71, 0, 2]),
        ("ugly/utf16le-excel.csv", Export, "utf-16le", ',', [92, 1, 0, 80, 11, 80, 0, 0]),
        ("ugly/utf8-bom.csv", Export, "utf-8-bom", ',', [92, 1, 0, 80, 11, 80, 0, 0]),
        ("ugly/windows1252-semicolon.csv", Export, "windows-1252", ';', [71, 1, 0, 59, 11, 59, 0, 0]),
    ];
    for (name, kind, encoding, delimiter, counts) in table {
        let mut store = empty_store();
        let first = import(&mut store, &file(name));
        assert_eq!((first.format, first.encoding, first.delimiter), (kind.word(), encoding, Some(delimiter)), "{name}");
        let told = [first.lines, first.header, first.blank, first.rows, first.continuation, first.added];
        let told: Vec<u64> = told.into_iter().chain([first.unchanged, first.rejected]).collect();
        assert_eq!(told, counts, "{name}");
        assert_eq!(first.warnings.len(), usize::from(encoding == "windows-1252"), "{name}: {:?}", first.warnings);
        assert_eq!(store.count().unwrap() as u64, first.added, "{name}");
        let again = import(&mut store, &file(name));
        assert_eq!((again.added, again.updated, again.unchanged), (0, 0, first.added + first.unchanged), "{name}");
        let size = file(name).len() as u64;
        let preview = header_preview(&file(name), size);
        assert_eq!(preview, Some(Preview { kind, rows: first.rows, exact: true }), "{name}");
    }
    assert!(refusal(&file("ugly/empty.csv"), &Hints::default()).contains("empty"));
}

#[test]
fn the_same_leads_come_out_of_every_dialect_and_encoding() {
    let text = String::from_utf8(file("export-80.csv")).unwrap();
    let wanted = {
        let mut store = empty_store();
        import(&mut store, text.as_bytes());
        all_leads(&store).into_iter().map(|lead| lead.record).collect::<Vec<_>>()
    };
    for name in ["ugly/utf16le-excel.csv", "ugly/utf8-bom.csv"] {
        let mut store = empty_store();
        import(&mut store, &file(name));
        assert!(all_leads(&store).into_iter().map(|lead| lead.record).eq(wanted.iter().cloned()), "{name}");
    }
    let records: Vec<csv::StringRecord> = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes())
        .records()
        .map(Result::unwrap)
        .collect();
    for delimiter in Delimiter::ALL {
        let mut out = csv::WriterBuilder::new().delimiter(delimiter.byte()).from_writer(Vec::new());
        for record in &records {
            out.write_record(record).unwrap();
        }
        let plain = String::from_utf8(out.into_inner().unwrap()).unwrap();
        let stated = format!("sep={}\r\n{plain}", delimiter.char());
        let wide: Vec<u8> = stated.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (bytes, header) in [(plain.into_bytes(), 1), (stated.into_bytes(), 2), (wide, 2)] {
            let mut store = empty_store();
            let report = import(&mut store, &bytes);
            assert_eq!((report.delimiter, report.header, report.added), (Some(delimiter.char()), header, 80));
            assert!(all_leads(&store).into_iter().map(|lead| lead.record).eq(wanted.iter().cloned()), "{delimiter:?}");
        }
    }
}

#[test]
fn windows_1252_is_read_with_a_warning_and_without_one_where_it_was_asked_for() {
    let mut store = empty_store();
    let report = import(&mut store, &file("ugly/windows1252-semicolon.csv"));
    assert!(report.warnings[0].contains("Windows-1252") && report.warnings[0].contains("--encoding"), "{report:?}");
    assert!(all_leads(&store).iter().any(|lead| lead.record.person.full_name().unwrap_or_default().contains("João")));
    let told = Hints { encoding: Some(Encoding::Windows1252), ..Hints::default() };
    let report = import_as(&mut store, &file("ugly/windows1252-semicolon.csv"), &told).unwrap();
    assert_eq!((report.warnings.len(), report.unchanged), (0, 59));
    let utf8 = Hints { encoding: Some(Encoding::Utf8), ..Hints::default() };
    assert!(refusal(&file("ugly/windows1252-semicolon.csv"), &utf8).contains("is not UTF-8"));
}

#[test]
fn insights_rows_have_no_contacts_and_date_only_clocks() {
    let mut store = empty_store();
    import(&mut store, &file("insights-40.csv"));
    let leads = all_leads(&store);
    let first = &leads[0];
    assert_eq!(first.receipt.via, ReceivedVia::Insights);
    assert_eq!((first.record.created_at, first.receipt.as_of), (at("2026-11-09"), at("2026-11-09T23:59:59Z")));
    assert_eq!(first.record.offer.as_deref(), Some("warehouse-365"));
    assert!(leads.iter().all(|lead| lead.record.person.email.is_none() && lead.record.person.phone.is_none()));
    let short = "Referral ID,Customer Country,Customer Name,Created,Referral Source,Referral Type,Direction,Currency,Value,\
                 Value USD,Status,Status Reason\n\
                 r-1,DE,Adatum,2021-08-10,Marketplace,,Incoming,EUR,5,6,Lost,too dear\n";
    let report = import(&mut store, short.as_bytes());
    assert_eq!((report.format, report.added), ("partner-center-insights", 1));
    let lead = all_leads(&store).pop().unwrap();
    assert_eq!(lead.record.outcome, Some(leadbox::domain::vocabulary::Outcome::Lost));
    assert!(lead.record.extras.iter().any(|extra| extra.name == "Status Reason" && extra.value == "too dear"));
}

#[test]
fn a_bulk_download_speaks_the_words_of_the_api() {
    let text = "Errors,Engagement ID,Referral ID,Created Date,Customer Name,Customer Country,Customer Contact First Name,\
                Customer Contact Last Name,Customer Contact Phone number,Customer Contact Email Address,Partner Referral \
                Status,Partner Referral Substatus,Marketplace Purchase Intent,Notes\n\
                ,e-1,r-1,1/30/2026,Adatum,DE,Ana,Souza,+49 30 5550100,ana@adatum.example,Closed,Declined,Yes,ours\n\
                ,e-2,r-2,11/2/2026,Adatum,DE,Ana,Souza,,ana@adatum.example,New,Pending,No,\n";
    let mut store = empty_store();
    let report = import(&mut store, text.as_bytes());
    assert_eq!((report.format, report.added), ("partner-center-bulk", 2));
    let leads = all_leads(&store);
    let outcomes: Vec<_> = leads.iter().map(|lead| (lead.record.status.word(), lead.record.outcome)).collect();
    let declined = leadbox::domain::vocabulary::Outcome::Declined;
    assert_eq!(outcomes, [("archived", Some(declined)), ("received", None)]);
    assert_eq!(leads[0].record.created_at, at("2026-01-30"));
    assert_eq!((leads[0].record.description.as_deref(), leads[1].record.external_id.as_deref()), (None, Some("r-2")));
    assert!(leads[0].record.extras.iter().any(|extra| extra.name == "Deal notes" && extra.value == "ours"));
    let undated = text.replace("Created Date", "Whatever");
    let undated = undated.replace("New,Pending", "Active,Accepted").replace(",r-1,", ",r-9,");
    let report = import(&mut store, undated.as_bytes());
    assert_eq!((report.updated, report.rejected, report.rejects[0].line), (1, 1, 2), "{:?}", report.rejects);
    assert!(report.rejects[0].reason.contains("no lead of this id is known"));
    let lead = &all_leads(&store)[1];
    assert_eq!((lead.record.status.word(), lead.record.created_at), ("accepted", at("2026-11-02")));
}

const GERMAN: &str = "Eingegangen am;Firma;Ansprechpartner;E-Mail-Adresse;Telefonnummer;Budget\n\
                      25.11.2026;Adatum GmbH;Jürgen Müller;j@adatum.example;+49 30 5550100;5000\n\
                      26.11.2026 14:05;Contoso AG;Dr. Ewa Nowak;ewa@contoso.example;;\n";

#[test]
fn another_csv_is_guessed_and_the_guess_is_shown() {
    let mut store = empty_store();
    let report = import(&mut store, GERMAN.as_bytes());
    assert_eq!((report.format, report.delimiter, report.added), ("csv", Some(';'), 2));
    let guess: Vec<_> = report
        .guess
        .iter()
        .map(|guess| (guess.column.as_str(), guess.taken_as, guess.example.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(
        guess,
        [
            ("Eingegangen am", "created_at", "25.11.2026"),
            ("Firma", "company", "Adatum GmbH"),
            ("Ansprechpartner", "full_name", "Jürgen Müller"),
            ("E-Mail-Adresse", "email", "j@adatum.example"),
            ("Telefonnummer", "phone", "+49 30 5550100"),
            ("Budget", "kept as it is", "5000"),
        ]
    );
    let leads = all_leads(&store);
    let person = &leads[0].record.person;
    assert_eq!((person.first_name.as_deref(), person.last_name.as_deref()), (Some("Jürgen"), Some("Müller")));
    assert_eq!(leads[1].record.person.last_name.as_deref(), Some("Dr. Ewa Nowak"));
    assert_eq!(leads[1].record.created_at, at("2026-11-26T14:05:00Z"));
    assert!(leads[0].record.extras.iter().any(|extra| extra.name == "Budget" && extra.value == "5000"));
    assert!(leads[1].record.extras.is_empty(), "blank cells are left out");
    assert_eq!(leads[0].receipt.via, ReceivedVia::OtherCsv);
}

#[test]
fn dates_with_two_readings_are_rejected_until_a_map_says_which() {
    let text = "Created,Email\n3/4/2026,a@x.example\n2026-04-05,b@x.example\n";
    let mut store = empty_store();
    let report = import(&mut store, text.as_bytes());
    assert_eq!((report.added, report.rejected), (1, 1));
    let reason = &report.rejects[0].reason;
    assert!(reason.contains("3 April or 4 March") && reason.contains("date_format"), "{reason}");
    let map = ColumnMap::parse("date_format = \"MM/DD/YYYY\"").unwrap();
    let report = import_as(&mut store, text.as_bytes(), &Hints { map: Some(map), ..Hints::default() }).unwrap();
    assert_eq!((report.added, report.rejected), (1, 0));
    assert!(all_leads(&store).iter().any(|lead| lead.record.created_at == at("2026-03-04")));
    let decided = text.replace("2026-04-05", "25/4/2026");
    let report = import(&mut empty_store(), decided.as_bytes());
    assert_eq!((report.added, report.rejected), (2, 0));
}

#[test]
fn a_map_names_what_no_synonym_knows() {
    let text = "When it came,Who,Reach,Shop\n2026-11-19,Ana Souza,ana@northwind.example,Northwind\n";
    let said = refusal(text.as_bytes(), &Hints::default());
    for word in ["No column says when", "“When it came”", "--map", "created_at"] {
        assert!(said.contains(word), "{word}: {said}");
    }
    let map = "created_at = \"When it came\"\nfull_name = \"who\"\nemail = \"Reach\"\ncompany = \"Shop\"\n";
    let hints = |map: &str| Hints { map: Some(ColumnMap::parse(map).unwrap()), ..Hints::default() };
    let mut store = empty_store();
    assert_eq!(import_as(&mut store, text.as_bytes(), &hints(map)).unwrap().added, 1);
    let person = all_leads(&store).remove(0).record.person;
    assert_eq!((person.first_name.as_deref(), person.company.as_deref()), (Some("Ana"), Some("Northwind")));
    let missing = import_as(&mut store, text.as_bytes(), &hints("created_at = \"Elsewhen\"\n")).unwrap_err();
    assert!(matches!(missing, IntakeError::Map { .. }) && missing.to_string().contains("“Elsewhen”"), "{missing}");
}

#[test]
fn a_format_that_a_person_names_is_kept_to_or_refused() {
    let as_format = |format| Hints { format: Some(format), ..Hints::default() };
    let mut store = empty_store();
    let report = import_as(&mut store, &file("export-80.csv"), &as_format(ReceivedVia::OtherCsv)).unwrap();
    assert_eq!((report.format, report.added), ("csv", 80));
    for (name, format) in [
        ("export-80.csv", ReceivedVia::LeadboxExport),
        ("export-80.csv", ReceivedVia::Insights),
        ("export-80.csv", ReceivedVia::BulkDownload),
        ("insights-40.csv", ReceivedVia::LeadboxExport),
    ] {
        let said = refusal(&file(name), &as_format(format));
        assert!(said.contains(format.title()) && said.contains("Nothing was imported"), "{name}: {said}");
    }
    let report = import_as(&mut empty_store(), GERMAN.as_bytes(), &as_format(ReceivedVia::PartnerCenterExport));
    assert!(report.is_err(), "an export has Partner Center's columns");
}

#[test]
fn a_delimiter_that_a_person_names_is_kept_to() {
    let text = "LeadCreationDateTime|Email,x\n2026-11-19|ana@northwind.example\n";
    let hints = Hints { delimiter: Some(Delimiter::Bar), ..Hints::default() };
    let report = import_as(&mut empty_store(), text.as_bytes(), &hints);
    assert!(report.is_err(), "no column is called Email");
    let text = text.replace(",x", "");
    let report = import_as(&mut empty_store(), text.as_bytes(), &hints).unwrap();
    assert_eq!((report.delimiter, report.added), (Some('|'), 1));
}

#[test]
fn what_other_programs_export_is_not_partner_centers_word() {
    let crm = "Lead ID,First Name,Last Name,Company,Email,Lead Source,Status,Created Date\n\
               00Q1,Ana,Souza,Northwind,ana@northwind.example,Web,Open,2026-11-19\n";
    assert_eq!(import(&mut empty_store(), crm.as_bytes()).format, "csv");
    let bank = "Date,Amount,Description\n2026-11-19,5,lunch\n";
    assert_eq!(header_preview(bank.as_bytes(), bank.len() as u64), None);
}

#[test]
fn two_rows_of_one_id_say_nothing_new_when_the_same_file_comes_again() {
    let text = "LeadId,LeadCreationDateTime,CustomerName,Email\n\
                A1,2026-11-19T10:00:00Z,First Co,a@x.example\nA1,2026-11-19T10:00:00Z,Second Co,a@x.example\n";
    let mut store = empty_store();
    let counts = |report: &ImportReport| (report.added, report.updated, report.unchanged);
    assert_eq!(counts(&import(&mut store, text.as_bytes())), (1, 1, 0));
    for _ in 0..2 {
        assert_eq!(counts(&import(&mut store, text.as_bytes())), (0, 0, 2));
    }
    let company = || all_leads(&store)[0].record.person.company.clone();
    assert_eq!(company().as_deref(), Some("Second Co"));
    // Other bytes of the same moment are another word.
    let other = text.replace("Second", "Third");
    assert_eq!(counts(&import(&mut store, other.as_bytes())), (0, 2, 0));
}
