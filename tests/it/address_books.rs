//! Cards and calendars as address books and calendars read them: by calcard, which is not ours, and told from the lead by what
//! the RFCs ask for. Every nasty value goes through; identifiers stay; nothing withheld is in them.

use std::collections::{HashMap, HashSet};

use calcard::icalendar::{ICalendar, ICalendarComponentType, ICalendarProperty, ICalendarValue};
use calcard::vcard::{VCard, VCardProperty, VCardVersion};
use calcard::{Entry, Parser};
use chrono::TimeDelta;
use leadbox::domain::contacts::contacts;
use leadbox::domain::dates_ahead::{When, dates_ahead, has_date_ahead};
use leadbox::domain::lead::{Lead, Moment};
use leadbox::domain::record::Field;
use leadbox::domain::terms::Terms;
use leadbox::domain::vitals::Vitals;
use leadbox::formats::content_line::clean;
use leadbox::formats::ics::Calendar;
use leadbox::formats::leaving::Leaving;
use leadbox::formats::vcard::{Cards, Version};
use proptest::prelude::*;
use proptest::sample::select;

use crate::samples::{
    self, Row, all_leads, empty_store, export_csv, import_csv, law, leave, now, own_arrival, put_all,
};

fn cards_of(leads: &[Lead], version: Version, now: Moment) -> (Vec<VCard>, Vec<String>) {
    let terms = Terms::default();
    let mut form = Cards::new(&terms, version);
    let text = String::from_utf8(leave(&mut form, leads, now)).unwrap();
    well_made(&text);
    let mut cards = Vec::new();
    let mut parser = Parser::new(&text).strict();
    loop {
        match parser.entry() {
            Entry::VCard(card) => cards.push(card),
            Entry::Eof => return (cards, form.notes()),
            other => panic!("{other:?} in {text}"),
        }
    }
}

fn calendar_of(leads: &[Lead], now: Moment) -> (ICalendar, String) {
    let terms = Terms::default();
    let text = String::from_utf8(leave(&mut Calendar::new(&terms), leads, now)).unwrap();
    well_made(&text);
    // Its strict mode takes no component within another.
    let mut parser = Parser::new(&text);
    let Entry::ICalendar(calendar) = parser.entry() else { panic!("no calendar in {text}") };
    assert_eq!(parser.entry(), Entry::Eof);
    (calendar, text)
}

/// What both RFCs ask of every line.
fn well_made(text: &str) {
    assert!(text.is_empty() || text.ends_with("\r\n"));
    for line in text.split_terminator("\r\n") {
        assert!(!line.is_empty() && line.len() <= 75, "{line:?}");
        assert!(!line.chars().any(|c| c.is_control() && c != '\t'), "{line:?}");
    }
    let mut depth: Vec<&str> = Vec::new();
    for line in text.replace("\r\n ", "").leak().lines() {
        match line.split_once(':').unwrap() {
            ("BEGIN", what) => depth.push(what),
            ("END", what) => assert_eq!(depth.pop(), Some(what)),
            (name, _) => assert!(!depth.is_empty() && name.starts_with(|c: char| c.is_ascii_uppercase()), "{line:?}"),
        }
    }
    assert!(depth.is_empty());
}

fn text(card: &VCard, property: &VCardProperty) -> Option<String> {
    let entry = card.property(property)?;
    Some(entry.values.iter().map(|value| value.as_text().unwrap_or_default()).collect::<Vec<_>>().join(";"))
}

fn uids(cards: &[VCard]) -> Vec<String> {
    cards.iter().map(|card| card.uid().unwrap().to_owned()).collect()
}

/// The raw line of a property in what is written, unfolded.
fn lines_of(leads: &[Lead], version: Version) -> Vec<String> {
    let terms = Terms::default();
    let text = String::from_utf8(leave(&mut Cards::new(&terms, version), leads, now())).unwrap();
    text.replace("\r\n ", "").lines().map(str::to_owned).collect()
}

fn stored(rows: &[(Row, &str)]) -> Vec<Lead> {
    let mut store = empty_store();
    put_all(&mut store, &rows.iter().map(|(row, as_of)| row.arrival(as_of)).collect::<Vec<_>>(), now());
    all_leads(&store)
}

fn ana(id: &str, created: &str) -> Row {
    Row::contact_me(id, created)
        .with(Field::FirstName, "Ana")
        .with(Field::LastName, "Souza, Jr; \\o/")
        .with(Field::JobTitle, "CTO")
        .with(Field::Phone, "+55 11 5550 0100")
        .with(Field::Country, "Brazil")
        .with(Field::LeadSource, "AppSource (SPZA)-PLT|contoso.sql-backup")
        .with(Field::OfferName, "SQL Backup, Pro")
}

#[test]
fn a_card_is_written_as_the_rfc_draws_it() {
    let leads = stored(&[(ana("a", "2026-11-19"), "2026-11-19T08:00:00Z")]);
    let uid = "UID:urn:uuid:9532a887-72ee-8eb2-8019-f76f5ee25324";
    let prodid = format!("PRODID:-//leadbox//leadbox {}//EN", env!("CARGO_PKG_VERSION"));
    let note = "NOTE:2026-11-19: Contact me\\, AppSource\\, SQL Backup\\, Pro";
    assert_eq!(
        lines_of(&leads, Version::V4),
        [
            "BEGIN:VCARD",
            "VERSION:4.0",
            &prodid,
            uid,
            "FN:Ana Souza\\, Jr\\; \\\\o/",
            "N:Souza\\, Jr\\; \\\\o/;Ana;;;",
            "ORG:Northwind Traders",
            "TITLE:CTO",
            "EMAIL;TYPE=work:ana@northwind.example",
            "TEL;VALUE=uri;TYPE=work,voice:tel:+551155500100",
            "ADR;TYPE=work:;;;;;;Brazil",
            note,
            "REV:20261119T080000Z",
            "END:VCARD",
        ]
    );
    let three = lines_of(&leads, Version::V3);
    assert_eq!(three[1], "VERSION:3.0");
    assert_eq!(three[8..10], ["EMAIL;TYPE=INTERNET:ana@northwind.example", "TEL;TYPE=WORK,VOICE:+551155500100"]);
    assert_eq!(three[12], "REV:2026-11-19T08:00:00Z");
}

#[test]
fn one_person_has_one_card_with_the_newest_that_is_told() {
    let moved =
        Row::contact_me("b", "2026-11-20").with(Field::Company, "Fabrikam").with(Field::Email, "ANA@northwind.example");
    let expired = ana("c", "2026-10-01").with(Field::Company, "Adatum").with(Field::Phone, "+49 30 5550 1111");
    let rows = [(expired, "2026-11-18"), (ana("a", "2026-11-18"), "2026-11-18"), (moved, "2026-11-20")];
    let leads = stored(&rows);
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
        let leads: Vec<_> = order.iter().map(|place| leads[*place].clone()).collect();
        let (cards, notes) = cards_of(&leads, Version::V4, now());
        assert_eq!(cards.len(), 1);
        assert_eq!(text(&cards[0], &VCardProperty::Org).as_deref(), Some("Fabrikam"));
        assert_eq!(
            text(&cards[0], &VCardProperty::Tel).as_deref(),
            Some("tel:+551155500100"),
            "not that of the expired lead"
        );
        assert_eq!(text(&cards[0], &VCardProperty::Email).as_deref(), Some("ANA@northwind.example"));
        let asked = text(&cards[0], &VCardProperty::Note).unwrap();
        let days: Vec<_> = asked.lines().map(|line| line.get(..10).unwrap()).collect();
        assert_eq!(days, ["2026-11-20", "2026-11-18", "2026-10-01"]);
        assert_eq!(notes, ["2 leads stand on the card of another lead of the same person."]);
        assert_eq!(uids(&cards), ["urn:uuid:9532a887-72ee-8eb2-8019-f76f5ee25324"]);
    }
}

#[test]
fn a_company_without_a_person_is_one_and_who_says_nothing_has_no_card() {
    let bare = |id| {
        [Field::FirstName, Field::LastName, Field::Email, Field::Phone]
            .into_iter()
            .fold(Row::contact_me(id, "2026-11-19"), |row, field| row.with(field, ""))
    };
    let company = bare("a");
    let nobody = bare("b").with(Field::Company, "").with(Field::FirstName, "\u{202e}\u{0}");
    let leads = stored(&[(company, "2026-11-19"), (nobody, "2026-11-19")]);
    let (cards, notes) = cards_of(&leads, Version::V4, now());
    assert_eq!(cards.len(), 1);
    assert_eq!(text(&cards[0], &VCardProperty::Fn).as_deref(), Some("Northwind Traders"));
    assert!(text(&cards[0], &VCardProperty::Kind).is_some_and(|kind| kind.eq_ignore_ascii_case("org")));
    assert_eq!(notes, ["1 lead names no person, company or contact, and so has no card."]);
}

#[test]
fn many_leads_of_one_person_are_summed_up() {
    let rows: Vec<_> = (0..30)
        .map(|n| (Row::contact_me(&format!("l{n}"), &format!("2026-11-20T{:02}:{:02}:00Z", n / 3, n)), "2026-11-20"))
        .collect();
    let (cards, _) = cards_of(&stored(&rows), Version::V3, now());
    let note = text(&cards[0], &VCardProperty::Note).unwrap();
    assert_eq!(note.lines().count(), 21);
    assert_eq!(note.lines().last(), Some("and 10 more"));
}

proptest! {
    #![proptest_config(law(200))]

    #[test]
    fn any_leads_make_cards_that_another_reads(
        leads in samples::leads(8),
        version in select(&Version::ALL[..]),
        seconds in 0..2_000_000i64,
    ) {
        let now = now() + TimeDelta::seconds(seconds);
        let terms = Terms::default();
        let mut store = empty_store();
        put_all(&mut store, &leads.iter().map(own_arrival).collect::<Vec<_>>(), now);
        let leads = all_leads(&store);
        let (cards, _) = cards_of(&leads, version, now);
        let known: HashSet<_> = uids(&cards).into_iter().collect();
        prop_assert_eq!(known.len(), cards.len(), "each has its own");
        let written: HashMap<_, _> = uids(&cards).into_iter().zip(&cards).collect();
        for card in &cards {
            prop_assert_eq!(card.version(), Some(if version == Version::V4 { VCardVersion::V4_0 } else { VCardVersion::V3_0 }));
            prop_assert!(text(card, &VCardProperty::Fn).is_some_and(|name| !name.trim().is_empty()));
            prop_assert!(text(card, &VCardProperty::N).is_some());
        }
        // A lead alone makes the same card as far as its person has no other.
        for lead in &leads {
            let (alone, _) = cards_of(std::slice::from_ref(lead), version, now);
            let contacts = contacts(lead, Vitals::of(lead, &terms).standing(now.timestamp()));
            for card in &alone {
                prop_assert_eq!(text(card, &VCardProperty::Email), contacts.email.and_then(clean));
                prop_assert_eq!(text(card, &VCardProperty::Tel).is_some(), contacts.phone.and_then(clean).is_some());
                prop_assert_eq!(text(card, &VCardProperty::Org), lead.record.person.company.as_deref().and_then(clean));
                let uid = card.uid().unwrap();
                prop_assert!(written.contains_key(uid) || contacts.hidden, "{}", uid);
            }
        }
        let later = now + TimeDelta::seconds(1);
        let hides = |lead: &Lead| contacts(lead, Vitals::of(lead, &terms).standing(later.timestamp())).hidden;
        if !leads.iter().any(hides) {
            prop_assert_eq!(uids(&cards_of(&leads, version, later).0), uids(&cards), "a second export");
            let mut other = empty_store();
            import_csv(&mut other, &export_csv(&leads, &terms, now), now).unwrap();
            let back: HashSet<_> = uids(&cards_of(&all_leads(&other), version, now).0).into_iter().collect();
            prop_assert_eq!(back, known, "from another store");
        }
    }

    #[test]
    fn any_leads_make_a_calendar_that_another_reads(leads in samples::leads(8), seconds in 0..2_000_000i64) {
        let now = now() + TimeDelta::seconds(seconds);
        let terms = Terms::default();
        let mut store = empty_store();
        put_all(&mut store, &leads.iter().map(own_arrival).collect::<Vec<_>>(), now);
        let leads = all_leads(&store);
        let (calendar, _) = calendar_of(&leads, now);
        let events: Vec<_> = calendar.components.iter().filter(|part| part.component_type == ICalendarComponentType::VEvent).collect();
        let dates: Vec<_> = leads.iter().flat_map(|lead| dates_ahead(lead, &terms, now)).collect();
        prop_assert_eq!(events.len(), dates.len());
        prop_assert_eq!(events.is_empty(), !leads.iter().any(|lead| has_date_ahead(lead, &terms, now)));
        let uids: HashSet<_> = events.iter().map(|event| event.uid().unwrap()).collect();
        prop_assert_eq!(uids.len(), events.len(), "each has its own");
        for (event, date) in events.iter().zip(&dates) {
            let start = match &event.property(&ICalendarProperty::Dtstart).unwrap().values[0] {
                ICalendarValue::PartialDateTime(start) => start.to_date_time().unwrap().date_time.and_utc(),
                other => return Err(TestCaseError::fail(format!("{other:?}"))),
            };
            match date.when {
                When::At(at) => prop_assert_eq!(start, at),
                When::On(day) => prop_assert_eq!(start.date_naive(), day),
            }
            let ends = event.has_property(&ICalendarProperty::Dtend) || event.has_property(&ICalendarProperty::Duration);
            prop_assert!(ends && event.has_property(&ICalendarProperty::Dtstamp) && event.has_property(&ICalendarProperty::Summary));
        }
        // Calendars are shared: nothing of the person's is in them.
        let mut canaries = leads.clone();
        for person in canaries.iter_mut().map(|lead| &mut lead.record.person) {
            let [first, last] = ["Canaryfirst", "Canarylast"].map(|name| Some(name.to_owned()));
            (person.first_name, person.last_name) = (first, last);
            person.email = Some("canary@hidden.example".to_owned());
            person.phone = Some("+49 30 77770001".to_owned());
        }
        let (_, told) = calendar_of(&canaries, now);
        for secret in ["anary", "77770001", "hidden.example"] {
            prop_assert!(!told.replace("\r\n ", "").contains(secret), "{}", secret);
        }
        let (again, _) = calendar_of(&leads, now + TimeDelta::seconds(1));
        let after: HashSet<_> = again.uids().collect();
        prop_assert!(after.is_subset(&uids) , "a second export has no new event");
    }
}

#[test]
fn a_calendar_is_written_as_the_rfc_draws_it() {
    let row = ana("a", "2026-11-19T12:00:00Z").with(Field::Company, "Northwind; Traders\r\nX-EVIL:1");
    let mut leads = stored(&[(row, "2026-11-19")]);
    leads[0].seller.later_until = Some(samples::at("2026-11-23T09:00:00Z"));
    let (_, text) = calendar_of(&leads, now());
    let lines: Vec<_> = text.replace("\r\n ", "").lines().map(str::to_owned).collect();
    let prodid = format!("PRODID:-//leadbox//leadbox {}//EN", env!("CARGO_PKG_VERSION"));
    let expected = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        &prodid,
        "CALSCALE:GREGORIAN",
        "X-WR-CALNAME:Leads",
        "BEGIN:VEVENT",
        "UID:2348c6f3-fc82-8c6d-8063-db88daeadcd7",
        "DTSTAMP:20261120T120000Z",
        "SEQUENCE:1",
        "DTSTART:20261123T090000Z",
        "DURATION:PT30M",
        "SUMMARY:Follow up: Northwind\\; Traders X-EVIL:1",
        "DESCRIPTION:Contact me\\, AppSource\\, SQL Backup\\, Pro",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:PT0S",
        "DESCRIPTION:Follow up: Northwind\\; Traders X-EVIL:1",
        "END:VALARM",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "UID:b48b4ffc-8b02-8ddd-b80c-9726b39e0ab4",
        "DTSTAMP:20261120T120000Z",
        "SEQUENCE:1",
        "DTSTART:20261203T120000Z",
        "DURATION:PT15M",
        "SUMMARY:Expires unanswered: Northwind\\; Traders X-EVIL:1",
        "DESCRIPTION:Contact me\\, AppSource\\, SQL Backup\\, Pro",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-P1D",
        "DESCRIPTION:Expires unanswered: Northwind\\; Traders X-EVIL:1",
        "END:VALARM",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER;VALUE=DATE-TIME:20261122T080000Z",
        "DESCRIPTION:Cools within 4 hours: Northwind\\; Traders X-EVIL:1",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ];
    assert_eq!(lines, expected);
}
