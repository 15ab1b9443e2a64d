//! Every JSON shape of a lead as files have it: told by its names, every line accounted for, hostile and damaged ones refused or
//! rejected with their place. Our own JSON reads back as the leads it shows. All through the one way files come in.

use leadbox::domain::contacts::hidden;
use leadbox::domain::lead::{Lead, Moment, Owed};
use leadbox::domain::leaving::ExportFormat;
use leadbox::domain::terms::Terms;
use leadbox::domain::vitals::{self, Vitals};
use leadbox::domain::vocabulary::{CallToAction, LeadType, Outcome, Qualification, Source, Status, VerdictKind};
use leadbox::formats::json_value::Json;
use leadbox::shell::intake::{ImportReport, IntakeError, Mode, import_bytes};
use leadbox::shell::outgoing::rows::write;
use leadbox::store::Store;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;

use crate::samples::{self, Row, all_leads, at, empty_store, law, now, own_arrival, put_all};

fn file(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    std::fs::read(path).unwrap()
}

fn import(store: &mut Store, bytes: &[u8]) -> Result<ImportReport, String> {
    import_bytes(store, "leads.json", bytes, Some(now()), now(), Mode::Keep).map_err(|error| match error {
        IntakeError::Refused { why, .. } => why.0,
        other => panic!("{other}"),
    })
}

fn taken(bytes: &[u8]) -> (ImportReport, Vec<Lead>) {
    let mut store = empty_store();
    let report = import(&mut store, bytes).unwrap();
    let leads = all_leads(&store);
    (report, leads)
}

/// Format, then lines, header, blank, rows, continuation, added, rejected.
fn account(report: &ImportReport) -> (&'static str, [u64; 7]) {
    let ImportReport { lines, header, blank, rows, continuation, added, rejected, .. } = *report;
    assert_eq!(lines, header + blank + rows + continuation);
    assert_eq!(rows, added + report.updated + report.unchanged + rejected);
    assert_eq!((rejected, report.delimiter), (report.rejects.len() as u64, None));
    (report.format, [lines, header, blank, rows, continuation, added, rejected])
}

#[test]
fn every_shape_is_known_by_its_names_and_accounted_for() {
    for (name, format, counts) in [
        ("endpoint-sample.json", "https-endpoint", [8, 0, 0, 1, 7, 1, 0]),
        ("endpoint-lowercase.json", "https-endpoint", [2, 0, 0, 1, 1, 1, 0]),
        ("endpoint-test-lead.json", "https-endpoint", [2, 0, 0, 1, 1, 1, 0]),
        ("table-entities.json", "azure-table", [6, 2, 0, 2, 2, 2, 0]),
        ("referrals-page.json", "partner-center-referrals", [14, 2, 0, 2, 10, 2, 0]),
    ] {
        let (report, leads) = taken(&file(name));
        assert_eq!(account(&report), (format, counts), "{name}");
        let mut store = empty_store();
        import(&mut store, &file(name)).unwrap();
        let again = import(&mut store, &file(name)).unwrap();
        assert_eq!((again.added, again.updated, again.unchanged), (0, 0, counts[5]), "{name}");
        assert_eq!(all_leads(&store), leads, "{name}");
    }
}

#[test]
fn what_each_shape_says_is_read() {
    let lead = |name: &str, place: usize| taken(&file(name)).1.remove(place).record;
    let endpoint = lead("endpoint-lowercase.json", 0);
    assert_eq!((endpoint.person.full_name().as_deref(), endpoint.source), (Some("Ewa Wójcik"), Source::AppSource));
    assert_eq!((endpoint.call_to_action, endpoint.created_at), (CallToAction::ContactMe, now()));
    assert!(lead("endpoint-test-lead.json", 0).test);
    let entity = lead("table-entities.json", 1);
    assert_eq!((entity.call_to_action, entity.created_at), (CallToAction::TestDrive, at("2026-11-18T21:00:01Z")));
    assert_eq!((entity.offer.as_deref(), entity.description, entity.person.phone), (Some("warehouse-365"), None, None));
    let direct = lead("referrals-page.json", 0);
    assert_eq!((direct.qualification, direct.lead_type), (Qualification::Direct, LeadType::Profile));
    assert_eq!((direct.status, direct.stated_expiry), (Status::Received, Some(at("2026-12-03"))));
    let sales = lead("referrals-page.json", 1);
    assert_eq!((sales.qualification, sales.status), (Qualification::Sales, Status::Accepted));
    let deal = sales.extras.iter().find(|extra| extra.name == "details.dealValue").map(|extra| extra.value.as_str());
    assert_eq!(deal, Some("10000"), "what Partner Center knows of a deal is kept beside the lead");
}

#[test]
fn one_two_many_and_all_on_one_line() {
    let one = |name: &str| format!("{{\"UserDetails\":{{\"Email\":\"{name}@x.example\"}},\"LeadSource\":\"SPZA\"}}");
    let (a, b) = (one("a"), one("b"));
    for (text, counts) in [
        (a.clone(), [1, 0, 0, 1, 0, 1, 0]),
        (format!("[{a},{b}]"), [2, 0, 0, 2, 0, 2, 0]),
        (format!("[\n{a},\n\n{b}\n]\n"), [5, 2, 1, 2, 0, 2, 0]),
        (format!("{a}\n{b}\n"), [2, 0, 0, 2, 0, 2, 0]),
        (format!("{a}{b}"), [2, 0, 0, 2, 0, 2, 0]),
        (format!("{{\"value\":[\n{a}\n,{b}]}}"), [3, 1, 0, 2, 0, 2, 0]),
        (format!("[{a},{a},5,{{}},null]"), [5, 0, 0, 5, 0, 1, 3]),
    ] {
        let (report, _) = taken(text.as_bytes());
        assert_eq!(account(&report), ("https-endpoint", counts), "{text}");
    }
    let (report, leads) = taken(b"[]");
    assert_eq!((account(&report), leads.len()), (("leadbox-export", [1, 1, 0, 0, 0, 0, 0]), 0));
}

#[test]
fn the_vendors_own_broken_sample_is_answered_with_the_place_of_the_fault() {
    let mut store = empty_store();
    let why = import(&mut store, &file("ugly/endpoint-missing-comma.json")).unwrap_err();
    let want = "The JSON cannot be read: at line 13, column 33 a comma is missing after the value of “OfferTitle”. Nothing was \
                imported; mend it and import again.";
    assert_eq!((why.as_str(), store.count().unwrap()), (want, 0));
}

#[test]
fn what_is_refused_whole_says_why() {
    let own = "{\"PartitionKey\":\"p\",\"RowKey\":\"r\",\"Timestamp\":\"2026-11-20\"}";
    for (text, says) in [
        ("{}".to_owned(), "holds no leads"),
        ("[1,2]".to_owned(), "holds no leads"),
        ("{\"error\":{\"code\":\"accessDenied\"}}".to_owned(), "holds no leads"),
        ("{".to_owned(), "line 1, column 2 the text ends"),
        (
            format!("{own}\n{{\"LeadSource\":\"SPZA\"}}"),
            "Line 1 holds a lead of one kind (Azure Table), line 2 of another",
        ),
        (format!("[{}", "[".repeat(100_000)), "the text ends"),
    ] {
        let mut store = empty_store();
        let why = import(&mut store, text.as_bytes()).unwrap_err();
        assert!(why.contains(says) && why.contains("Nothing was imported"), "{why}");
        assert_eq!(store.count().unwrap(), 0);
    }
}

#[test]
fn a_broken_line_is_rejected_and_mended_from_its_reject_line() {
    let lines = "{\"LeadSource\":\"SPZA\",\"UserDetails\":{\"Email\":\"a@x.example\"}}\n\
                 {\"LeadSource\":\"SPZA\" \"UserDetails\":{\"Email\":\"b@x.example\"}}\n\
                 {\"LeadSource\":\"SPZA\",\"UserDetails\":{\"Email\":\"c@x.example\",\"EMAIL\":\"d@x.example\"}}\n";
    let (report, leads) = taken(lines.as_bytes());
    assert_eq!(account(&report).1, [3, 0, 0, 3, 0, 1, 2]);
    assert_eq!(leads.len(), 1);
    let reasons: Vec<_> = report.rejects.iter().map(|reject| (reject.line, reject.reason.as_str())).collect();
    assert_eq!(
        reasons[0],
        (2, "the JSON cannot be read: at column 21 a comma is missing after the value of “LeadSource”")
    );
    assert!(reasons[1].0 == 3 && reasons[1].1.contains("“UserDetails.EMAIL” stands twice"), "{reasons:?}");
}

#[test]
fn values_that_are_too_large_or_too_deep_reject_their_item_only() {
    let good = "{\"LeadSource\":\"SPZA\",\"Description\":\"good\"}";
    let large = format!("{{\"LeadSource\":\"SPZA\",\"Description\":\"{}\"}}", "x".repeat(70_000));
    let deep = format!("{{\"LeadSource\":\"SPZA\",\"a\":{}{}}}", "[".repeat(40), "]".repeat(40));
    let (report, leads) = taken(format!("[{large},\n{good},\n{deep}]").as_bytes());
    assert_eq!(account(&report).1, [3, 0, 0, 3, 0, 1, 2]);
    assert_eq!(leads.len(), 1);
    assert!(report.rejects[0].reason.contains("64 KiB") && report.rejects[1].reason.contains("32 deep"));
}

/// Names of every object in other cases, as the flags say.
fn recased(value: &Json, flags: &mut impl Iterator<Item = bool>) -> Json {
    match value {
        Json::Object(members) => {
            let mut name = |name: &str| -> String {
                let case = |c: char| {
                    if flags.next().unwrap_or_default() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
                };
                name.chars().map(case).collect()
            };
            let names: Vec<String> = members.iter().map(|(known, _)| name(known)).collect();
            let values = members.iter().map(|(_, value)| recased(value, flags));
            Json::Object(names.into_iter().zip(values.collect::<Vec<_>>()).collect())
        }
        Json::List(items) => Json::List(items.iter().map(|item| recased(item, flags)).collect()),
        Json::Text(text) => match Json::parse(text) {
            Ok(inside @ Json::Object(_)) => Json::Text(recased(&inside, flags).line()),
            _ => value.clone(),
        },
        other => other.clone(),
    }
}

const SHAPES: &[&str] = &[
    "endpoint-sample.json",
    "endpoint-lowercase.json",
    "endpoint-test-lead.json",
    "table-entities.json",
    "referrals-page.json",
];

/// A file of every shape, one of them our own.
fn shapes() -> Vec<Vec<u8>> {
    let mut all: Vec<_> = SHAPES.iter().map(|name| file(name)).collect();
    let (mut store, mut lines) = (empty_store(), Vec::new());
    let rows = [Row::contact_me("a", "2026-11-19"), Row::contact_me("b", "2026-11-01")];
    put_all(&mut store, &rows.map(|row| row.arrival("2026-11-19")), now());
    for format in [ExportFormat::Json, ExportFormat::Jsonl] {
        all.push(exported(&store, format, now()));
    }
    for name in SHAPES.iter().take(3) {
        let text = String::from_utf8(file(name)).unwrap();
        lines.extend_from_slice(Json::parse(&text).unwrap().line().as_bytes());
        lines.push(b'\n');
    }
    all.push(lines);
    all
}

proptest! {
    #![proptest_config(law(300))]

    #[test]
    fn names_are_known_in_any_case(name in select(SHAPES), flags in proptest::collection::vec(any::<bool>(), 1..64)) {
        let text = String::from_utf8(file(name)).unwrap();
        let other = recased(&Json::parse(&text).unwrap(), &mut flags.iter().copied().cycle()).line();
        // The envelope's own name is the wire's.
        let place = other.to_lowercase().find("\"value\":").filter(|_| text.contains("\"value\":"));
        let mut other = other;
        if let Some(place) = place {
            other.replace_range(place..place + 8, "\"value\":");
        }
        let plain = |leads: Vec<Lead>| -> Vec<_> {
            leads.into_iter().map(|mut lead| {
                lead.record.extras.iter_mut().for_each(|extra| extra.name = extra.name.to_lowercase());
                lead
            }).collect()
        };
        prop_assert_eq!(plain(taken(other.as_bytes()).1), plain(taken(text.as_bytes()).1));
    }
}

/// The same text in another encoding, with or without its mark.
fn encoded(text: &str, encoding: usize) -> Vec<u8> {
    match encoding {
        1 => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        2 => std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
        3 => std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect(),
        4 => text.replace('\n', "\r\n").into_bytes(),
        5 => text.replace('\n', "\r").into_bytes(),
        _ => text.as_bytes().to_vec(),
    }
}

#[test]
fn damage_is_accounted_for_or_nothing_is_kept() {
    let shapes = shapes();
    let store = std::cell::RefCell::new(empty_store());
    let mut runner = proptest::test_runner::TestRunner::new(law(5000));
    let damage = (
        any::<Index>(),
        0..6_usize,
        proptest::option::weighted(0.4, any::<Index>()),
        proptest::collection::vec((any::<Index>(), any::<u8>()), 0..3),
        proptest::option::weighted(
            0.2,
            (any::<Index>(), select(&["\"", "{", "}", "[", "]", ",", "\n", "\\", "\u{0}", "é"][..])),
        ),
    );
    let outcome = runner.run(&damage, |(shape, encoding, cut, flips, inserted)| {
        let mut text = String::from_utf8(shapes[shape.index(shapes.len())].clone()).unwrap();
        if let Some((at, what)) = inserted {
            let at = text.char_indices().map(|(at, _)| at).nth(at.index(text.chars().count())).unwrap();
            text.insert_str(at, what);
        }
        let mut bytes = encoded(&text, encoding);
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let length = bytes.len();
        for (place, byte) in flips.iter().filter(|_| length > 0) {
            bytes[place.index(length)] = *byte;
        }
        let store = &mut *store.borrow_mut();
        match import_bytes(store, "a.json", &bytes, None, now(), Mode::DryRun) {
            Ok(report) => {
                prop_assert_eq!(report.lines, report.header + report.blank + report.rows + report.continuation);
                prop_assert_eq!(report.rows, report.added + report.updated + report.unchanged + report.rejected);
                prop_assert_eq!(report.rejected, report.rejects.len() as u64);
                let lines: Vec<_> = report.rejects.iter().map(|reject| reject.line).collect();
                prop_assert!(lines.is_sorted() && lines.iter().all(|line| (1..=report.lines).contains(line)));
            }
            Err(IntakeError::Refused { why, .. }) => prop_assert!(why.0.contains("Nothing was imported"), "{}", why),
            Err(other) => return Err(TestCaseError::fail(other.to_string())),
        }
        prop_assert_eq!(store.count().unwrap(), 0);
        Ok(())
    });
    outcome.unwrap();
}

fn exported(store: &Store, format: ExportFormat, now: Moment) -> Vec<u8> {
    let ids: Vec<_> = all_leads(store).iter().map(|lead| lead.id).collect();
    let mut out = Vec::new();
    write(store, &ids, format, now, &mut out).unwrap();
    out
}

/// What is shown of every lead, without what a round trip may change.
fn shown(store: &Store, now: Moment) -> Vec<Value> {
    let Value::Array(mut leads) = serde_json::from_slice(&exported(store, ExportFormat::Json, now)).unwrap() else {
        panic!()
    };
    for lead in &mut leads {
        for key in ["id", "received_via", "owed"] {
            lead.as_object_mut().unwrap().remove(key);
        }
    }
    leads
}

fn hides(lead: &Lead, now: Moment) -> bool {
    hidden(Vitals::of(lead, &Terms::default()).standing(now.timestamp()))
}

/// A lead as the product itself would have it: what is owed is the verdict that stands, unless Partner Center was told.
fn owing(mut lead: Lead) -> Lead {
    let terms = Terms::default();
    let decided = vitals::decided(&lead.record, &lead.seller, &terms);
    let verdict = lead.seller.verdict.as_ref().filter(|verdict| {
        let agreed = (lead.record.status, lead.record.outcome) == verdict.kind.standing();
        !verdict.reported && !agreed && verdict.kind.standing() == decided
    });
    let owed = verdict.map(|verdict| Owed {
        kind: verdict.kind,
        opened_at: verdict.at,
        due: vitals::owed_until(verdict.kind, &lead.record, &terms),
        remark: None,
        uploaded_at: None,
    });
    lead.owed = owed.into_iter().collect();
    lead
}

proptest! {
    #![proptest_config(law(300))]

    #[test]
    fn leads_as_shown_come_back_as_shown(
        leads in samples::leads(6),
        seconds in 0..2_000_000i64,
        format in select(&[ExportFormat::Json, ExportFormat::Jsonl][..]),
    ) {
        let now = now() + chrono::TimeDelta::seconds(seconds);
        let mut store = empty_store();
        put_all(&mut store, &leads.into_iter().map(owing).map(|lead| own_arrival(&lead)).collect::<Vec<_>>(), now);
        let before = all_leads(&store);
        let text = exported(&store, format, now);
        // Lines of no leads are an empty file, which tells nothing.
        prop_assume!(!text.is_empty());
        let mut other = empty_store();
        let taken = import_bytes(&mut other, "a.json", &text, Some(now), now, Mode::Keep).unwrap();
        prop_assert_eq!(taken.rejects, vec![]);
        let any_hidden = before.iter().any(|lead| hides(lead, now));
        let (mut back, mut there) = (shown(&other, now), shown(&store, now));
        // Hidden contacts are part of what tells id-less leads apart, and of who is the same person.
        if any_hidden {
            if back.len() < there.len() {
                return Ok(());
            }
            for lead in back.iter_mut().chain(&mut there) {
                lead.as_object_mut().unwrap().remove("person_leads");
            }
        }
        prop_assert_eq!(back, there);
        let again = import_bytes(&mut other, "a.json", &text, Some(now), now, Mode::Keep).unwrap();
        prop_assert_eq!((again.added, again.updated), (0, 0));
    }
}

#[test]
fn the_files_of_partner_center_come_back_by_json_too() {
    for name in ["export-80.csv", "export-spaced-40.csv", "ugly/hostile.csv"] {
        let mut store = empty_store();
        import(&mut store, &file(name)).unwrap();
        for format in [ExportFormat::Json, ExportFormat::Jsonl] {
            let text = exported(&store, format, now());
            let mut other = empty_store();
            let report = import(&mut other, &text).unwrap();
            assert_eq!((report.format, report.rows), ("leadbox-export", all_leads(&store).len() as u64), "{name}");
            assert_eq!(shown(&other, now()), shown(&store, now()), "{name}");
        }
    }
}

#[test]
fn a_person_whose_expired_leads_show_no_contact_stays_one_person() {
    let mut store = empty_store();
    let expired = |id: &str, created: &str| Row::contact_me(id, created).arrival("2026-11-19");
    put_all(&mut store, &[expired("a", "2026-10-01"), expired("b", "2026-10-02"), expired("c", "2026-11-19")], now());
    let mut other = empty_store();
    import(&mut other, &exported(&store, ExportFormat::Json, now())).unwrap();
    let persons: Vec<_> = all_leads(&other).into_iter().map(|lead| lead.record.person_key).collect();
    assert_eq!(persons, vec![Some("ana@northwind.example".to_owned()); 3]);
    let (mut all_expired, mut back) = (empty_store(), empty_store());
    put_all(&mut all_expired, &[expired("a", "2026-10-01"), expired("b", "2026-10-02")], now());
    import(&mut back, &exported(&all_expired, ExportFormat::Jsonl, now())).unwrap();
    assert_eq!(shown(&back, now()), shown(&all_expired, now()), "two leads of one person, nobody knows who");
}

#[test]
fn our_own_json_is_nobodys_word() {
    let mut store = empty_store();
    put_all(&mut store, &[Row::contact_me("a", "2026-11-19").arrival("2026-11-19")], now());
    let lead = all_leads(&store).remove(0);
    let verdict = |kind| leadbox::domain::lead::Verdict {
        kind,
        at: now(),
        accepted_at: Some(now()),
        reason: None,
        notes: None,
        reported: false,
    };
    let mut accepted = lead.clone();
    accepted.seller.verdict = Some(verdict(VerdictKind::Accepted));
    let mut there = empty_store();
    put_all(&mut there, &[own_arrival(&owing(accepted))], now());
    let text = exported(&there, ExportFormat::Json, now());

    // Known already: nothing changes, whatever the file says.
    let report = import(&mut store, &text).unwrap();
    assert_eq!((report.unchanged, all_leads(&store)), (1, vec![lead]));
    // New to a store: the verdict is the seller's, and still owed.
    let mut new = empty_store();
    import(&mut new, &text).unwrap();
    let back = all_leads(&new).remove(0);
    assert_eq!((back.record.status, back.owed.len()), (Status::Received, 1));
    assert_eq!(back.owed[0].due, Some(at("2026-12-03")));
    // An older word of Partner Center's own is news to it still.
    let word = Row::contact_me("a", "2026-11-19").with(leadbox::domain::record::Field::Status, "Archived");
    let word = word.with(leadbox::domain::record::Field::Substatus, "Lost").arrival("2026-11-20");
    put_all(&mut new, &[word], now());
    let told = all_leads(&new).remove(0);
    assert_eq!((told.record.outcome, told.owed.len()), (Some(Outcome::Lost), 0));
}

#[test]
fn an_altered_key_of_our_own_is_named() {
    let mut store = empty_store();
    put_all(&mut store, &[Row::contact_me("a", "2026-11-19").arrival("2026-11-19")], now());
    let text = String::from_utf8(exported(&store, ExportFormat::Jsonl, now())).unwrap();
    for (from, to, says) in [
        ("\"status\":\"received\"", "\"status\":\"simmering\"", "the key status"),
        ("\"deal\":null", "\"deal\":{\"name\":\"x\",\"value\":\"-5\"}", "the key deal"),
        ("\"touches\":0", "\"touches\":-1", "the key touches"),
        ("\"created_at\":\"2026-11-19", "\"created_at\":\"soon", "the creation date"),
        ("\"created_at\"", "\"email\":\"b@x.example\",\"created_at\"", "“email” stands twice"),
    ] {
        let altered = text.replacen(from, to, 1);
        assert_ne!(altered, text, "{from}");
        let (report, leads) = taken(altered.as_bytes());
        assert!(report.rejects[0].reason.contains(says) && leads.is_empty(), "{:?}", report.rejects);
    }
    let (report, leads) =
        taken(text.replace("\"quality\":\"unknown\"", "\"quality\":\"Superb\",\"Mine\":{\"x\":1}").as_bytes());
    assert_eq!(report.rejected, 0);
    let kept: Vec<_> = leads[0].record.extras.iter().map(|extra| format!("{}={}", extra.name, extra.value)).collect();
    assert_eq!(kept, ["Mine.x=1", "LeadQuality=Superb"]);
}
