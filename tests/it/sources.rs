//! Reconciling over every pair of ways in (PRODUCT.md 6): one request, told by two sources in either order, is one lead that
//! has lost nothing either of them said, with the seller's part untouched.

use leadbox::domain::change::{Change, Grounds};
use leadbox::domain::lead::{Extra, Lead, LeadId, Record};
use leadbox::domain::reconcile::Arrival;
use leadbox::domain::record::{self, Field, RawRecord};
use leadbox::domain::timeline::EventKind;
use leadbox::domain::vocabulary::{CallToAction, LeadType, Outcome, Reason, ReceivedVia, Status};
use leadbox::store::Store;

use crate::samples::{at, empty_store, now, put_all};

const ID: &str = "0a11c0de-0000-4000-8000-000000000001";

/// One request of Ana's, created at 09:12 on 19 November, as each way in tells it.
fn told_by(via: ReceivedVia, as_of: &str) -> Arrival {
    use Field::*;
    let person =
        [(FirstName, "Ana"), (LastName, "Souza"), (Email, "ana@northwind.example"), (Phone, "+55 11 5550 0100")];
    let company = (Company, "Northwind Traders");
    let fields: Vec<(Field, &str)> = match via {
        ReceivedVia::PartnerCenterExport | ReceivedVia::OtherCsv => vec![
            (Id, ID),
            (Created, "2026-11-19T09:12:00Z"),
            (LeadType, "Offer"),
            (LeadSource, "AppSource (SPZA)-PLT|contoso.sql-backup"),
            (OfferName, "SQL Backup Pro"),
            (CallToAction, "Contact me"),
            (Country, "Brazil"),
            (EmailValidity, "Valid"),
            (Quality, "High"),
            (Description, "Please call."),
        ],
        ReceivedVia::Insights => vec![
            (Id, ID),
            (Created, "2026-11-19"),
            (LeadType, "offer lead"),
            (LeadSource, "Appsource"),
            (CallToAction, "Contact me"),
            (OfferId, "contoso.sql-backup"),
            (OfferName, "SQL Backup"),
            (Country, "BR"),
        ],
        ReceivedVia::BulkDownload => vec![(Id, ID), (Created, "2026-11-19"), (Country, "BR")],
        ReceivedVia::Referrals => vec![(Id, ID), (Created, "2026-11-19T09:12:03Z"), (Country, "BR")],
        ReceivedVia::Endpoint => vec![
            (Created, "2026-11-19T09:12:07Z"),
            (LeadType, "Offer"),
            (LeadSource, "AppSource (SPZA)"),
            (ActionCode, "PLT"),
            (OfferName, "SQL Backup Pro"),
            (Country, "BR"),
            (Description, "Please call."),
        ],
        ReceivedVia::AzureTable => vec![
            (Id, "row-1"),
            (Created, "2026-11-19T09:12:05Z"),
            (LeadType, "Offer"),
            (ActionCode, "PLT"),
            (OfferId, "contoso.sql-backup"),
            (OfferName, "SQL Backup Pro"),
            (Country, "BR"),
        ],
        ReceivedVia::LeadboxExport => panic!("our own export is no source"),
    };
    let mut raw = RawRecord::default();
    let people = person.iter().filter(|_| via != ReceivedVia::Insights);
    for (field, text) in fields.iter().chain([&company]).chain(people) {
        raw.set(*field, text);
    }
    let alias = (via == ReceivedVia::AzureTable).then(|| "2026-11\u{1f}row-1".to_owned());
    Arrival { record: record::read(&raw).unwrap(), via, as_of: at(as_of), own: None, alias }
}

/// The ways in that tell of a lead with contacts.
const WAYS: [ReceivedVia; 6] = [
    ReceivedVia::PartnerCenterExport,
    ReceivedVia::OtherCsv,
    ReceivedVia::BulkDownload,
    ReceivedVia::Referrals,
    ReceivedVia::Endpoint,
    ReceivedVia::AzureTable,
];

fn only(store: &Store) -> Lead {
    assert_eq!(store.count().unwrap(), 1);
    store.lead(LeadId(1)).unwrap().unwrap()
}

fn remarks(store: &Store) -> Vec<String> {
    let events = store.timeline(LeadId(1)).unwrap();
    events
        .into_iter()
        .flat_map(|event| match event.kind {
            EventKind::Imported { remarks, .. } => remarks,
            _ => Vec::new(),
        })
        .collect()
}

/// Which two ways in can be told to be of one request, in this order.
fn can_meet(one: ReceivedVia, other: ReceivedVia) -> bool {
    // An offer delivers to one place only.
    one == other || !one.delivers() || !other.delivers()
}

#[test]
fn one_request_told_by_any_two_sources_is_one_lead_that_lost_nothing() {
    for first in WAYS {
        for second in WAYS.into_iter().filter(|second| can_meet(first, *second)) {
            let mut store = empty_store();
            put_all(&mut store, &[told_by(first, "2026-11-19T10:00:00Z")], now());
            store.apply(&[LeadId(1)], &Change::Note(Some("mine".into())), now()).unwrap();
            put_all(&mut store, &[told_by(second, "2026-11-20T10:00:00Z")], now());
            let pair = format!("{first:?} then {second:?}");
            assert_eq!(store.count().unwrap(), 1, "{pair}");
            let lead = only(&store);
            let record = &lead.record;
            let (one, two) = (told_by(first, "2026-11-20").record, told_by(second, "2026-11-20").record);
            assert_eq!(record.person.email.as_deref(), Some("ana@northwind.example"), "{pair}");
            assert_eq!(record.person.phone_e164.as_deref(), Some("+551155500100"), "{pair}");
            assert_eq!(lead.seller.note.as_deref(), Some("mine"), "{pair}");
            assert_eq!(lead.receipt.via, first, "{pair}: how it came in first");
            let told = |pick: fn(&Record) -> bool| pick(&one) || pick(&two);
            for (name, pick) in FACTS {
                assert_eq!(pick(record), told(*pick), "{pair}: {name}");
            }
            let official = [first, second].into_iter().any(|via| !via.delivers());
            if official {
                assert_eq!(record.external_id.as_deref(), Some(ID), "{pair}: Partner Center's id stands");
            }
            // Once more, both, in either order: nothing new.
            let again = [told_by(second, "2026-11-20T10:00:00Z"), told_by(first, "2026-11-19T10:00:00Z")];
            let counts = put_all(&mut store, &again, now());
            assert_eq!((counts.added, counts.updated), (0, 0), "{pair} once more: {:?}", remarks(&store));
            assert_eq!(only(&store), lead, "{pair} once more");
        }
    }
}

/// One thing a record can know, and whether it does.
type Fact = (&'static str, fn(&Record) -> bool);

/// What a record can know.
const FACTS: &[Fact] = &[
    ("country", |record| record.country.is_some()),
    ("call to action", |record| record.call_to_action == CallToAction::ContactMe),
    ("action code", |record| record.action_code.as_deref() == Some("PLT")),
    ("offer", |record| record.offer.as_deref() == Some("sql-backup")),
    ("title", |record| record.offer_title.is_some()),
    ("message", |record| record.description.is_some()),
    ("time of day", |record| record.created_at.time() != chrono::NaiveTime::MIN),
];

#[test]
fn insights_fill_gaps_in_either_order_and_blank_nothing() {
    for other in WAYS.into_iter().filter(|via| !via.delivers()) {
        // The older contacts still come in where only Insights knew the lead.
        for (first, second) in [(ReceivedVia::Insights, other), (other, ReceivedVia::Insights)] {
            let mut store = empty_store();
            put_all(&mut store, &[told_by(first, "2026-11-20T10:00:00Z")], now());
            put_all(&mut store, &[told_by(second, "2026-11-19T10:00:00Z")], now());
            let (lead, pair) = (only(&store), format!("{first:?} then {second:?}"));
            assert_eq!(lead.record.person.first_name.as_deref(), Some("Ana"), "{pair}");
            assert_eq!(lead.record.person.email.as_deref(), Some("ana@northwind.example"), "{pair}");
            assert_eq!(lead.record.call_to_action, CallToAction::ContactMe, "{pair}");
            assert_eq!(lead.record.offer.as_deref(), Some("sql-backup"), "{pair}");
            if other == ReceivedVia::PartnerCenterExport {
                assert_eq!(lead.record.created_at, at("2026-11-19T09:12:00Z"), "{pair}: the time of day stays");
                let shown = lead.record.offer_title.as_deref();
                assert_eq!(shown, Some("SQL Backup Pro"), "{pair}: Insights overwrites nothing");
            }
        }
    }
}

#[test]
fn insights_move_the_status_forward_only_where_they_are_newer() {
    for (as_of, moved) in [("2026-11-21", true), ("2026-11-18", false)] {
        let mut store = empty_store();
        put_all(&mut store, &[told_by(ReceivedVia::PartnerCenterExport, "2026-11-20")], now());
        let mut insights = told_by(ReceivedVia::Insights, as_of);
        (insights.record.status, insights.record.outcome) = (Status::Archived, Some(Outcome::Lost));
        put_all(&mut store, &[insights], now());
        assert_eq!(only(&store).record.outcome == Some(Outcome::Lost), moved, "{as_of}");
    }
}

#[test]
fn a_delivery_that_came_before_is_adopted_though_the_record_was_updated_before_it() {
    for delivery in [ReceivedVia::Endpoint, ReceivedVia::AzureTable] {
        let mut store = empty_store();
        put_all(&mut store, &[told_by(delivery, "2026-11-19T09:12:07Z")], now());
        put_all(&mut store, &[told_by(ReceivedVia::PartnerCenterExport, "2026-11-19T09:12:00Z")], now());
        assert_eq!(only(&store).record.external_id.as_deref(), Some(ID));
        assert_eq!(remarks(&store), ["The same request, now with its Partner Center id."]);
        // The delivery once more is known by what it was.
        let counts = put_all(&mut store, &[told_by(delivery, "2026-11-20T11:00:00Z")], now());
        assert_eq!((counts.added, counts.updated), (0, 0));
        assert_eq!(only(&store).record.external_id.as_deref(), Some(ID));
        assert_eq!(only(&store).receipt.as_of, at("2026-11-19T09:12:07Z"), "a delivery says nothing of its status");
    }
}

#[test]
fn a_delivery_of_a_known_lead_is_no_second_lead_but_a_second_request_is() {
    for delivery in [ReceivedVia::Endpoint, ReceivedVia::AzureTable] {
        let mut store = empty_store();
        put_all(&mut store, &[told_by(ReceivedVia::PartnerCenterExport, "2026-11-20")], now());
        let mut first = told_by(delivery, "2026-11-20T10:00:00Z");
        assert_eq!(put_all(&mut store, &[first.clone()], now()).updated, 1);
        assert_eq!(remarks(&store), [format!("The same request, delivered by the {} too.", delivery.title())]);
        assert_eq!(only(&store).record.description.as_deref(), Some("Please call."), "nothing is put in its place");
        assert_eq!(put_all(&mut store, &[first.clone()], now()).unchanged, 1, "again");
        // Five hours later Ana asks once more: other words, another row of the table.
        first.record.description = Some("It is urgent now.".into());
        first.record.created_at += chrono::TimeDelta::hours(5);
        first.record.external_id = first.record.external_id.map(|_| "row-2".into());
        first.alias = first.alias.map(|_| "2026-11\u{1f}row-2".into());
        assert_eq!(put_all(&mut store, &[first.clone()], now()).added, 1, "{delivery:?}");
        // Partner Center tells of it under its own id.
        let mut second = told_by(ReceivedVia::PartnerCenterExport, "2026-11-21");
        second.record.external_id = Some("another".into());
        second.record.created_at += chrono::TimeDelta::hours(5);
        assert_eq!(put_all(&mut store, &[second], now()).updated, 1);
        assert_eq!(store.count().unwrap(), 2);
        assert_eq!(store.lead(LeadId(2)).unwrap().unwrap().record.external_id.as_deref(), Some("another"));
    }
}

#[test]
fn two_rows_of_a_table_are_two_leads_and_a_changed_row_is_the_same() {
    let mut store = empty_store();
    let one = told_by(ReceivedVia::AzureTable, "2026-11-20");
    let mut other = one.clone();
    (other.record.external_id, other.alias) = (Some("row-2".into()), Some("2026-11\u{1f}row-2".into()));
    assert_eq!(put_all(&mut store, &[one.clone(), other], now()).added, 2);
    let mut changed = one.clone();
    changed.record.person.company = Some("Northwind Traders Ltda".into());
    changed.as_of = at("2026-11-20T11:00:00Z");
    changed.record.created_at = at("2026-11-20T11:00:00Z");
    assert_eq!(put_all(&mut store, &[changed], now()).updated, 1);
    let lead = store.lead(LeadId(1)).unwrap().unwrap();
    assert_eq!(lead.record.person.company.as_deref(), Some("Northwind Traders Ltda"));
    assert_eq!(lead.record.created_at, one.record.created_at, "the customer asked once");
    // The same row key in another partition is another row, whose id the store has already: it is not lost.
    let mut elsewhere = one;
    elsewhere.alias = Some("2026-12\u{1f}row-1".into());
    let counts = put_all(&mut store, &[elsewhere], now());
    assert_eq!(counts.added + counts.unchanged, 1);
}

#[test]
fn who_asked_not_to_be_contacted_stays_so_until_another_action_is_named() {
    let mut store = empty_store();
    let mut delivery = told_by(ReceivedVia::Endpoint, "2026-11-19T10:00:00Z");
    (delivery.record.action_code, delivery.record.do_not_contact) = (Some("DNC".into()), true);
    delivery.record.call_to_action = CallToAction::ContactMe;
    put_all(&mut store, &[delivery], now());
    let mut silent = told_by(ReceivedVia::PartnerCenterExport, "2026-11-20T10:00:00Z");
    (silent.record.lead_source_raw, silent.record.action_code) = (Some("AppSource (SPZA)".into()), None);
    put_all(&mut store, &[silent], now());
    assert!(only(&store).record.do_not_contact);
    put_all(&mut store, &[told_by(ReceivedVia::PartnerCenterExport, "2026-11-20T11:00:00Z")], now());
    assert!(!only(&store).record.do_not_contact, "PLT was named");
}

#[test]
fn a_decline_here_and_an_accept_there_is_a_conflict_that_the_timeline_names_once() {
    let mut store = empty_store();
    put_all(&mut store, &[told_by(ReceivedVia::PartnerCenterExport, "2026-11-19T10:00:00Z")], now());
    let decline = Change::Decline(Grounds { reason: Reason::Budget, notes: None, reported: false });
    store.apply(&[LeadId(1)], &decline, now()).unwrap();
    for as_of in ["2026-11-20T11:00:00Z", "2026-11-20T11:30:00Z"] {
        let mut accepted = told_by(ReceivedVia::PartnerCenterExport, as_of);
        accepted.record.status = Status::Accepted;
        put_all(&mut store, &[accepted], now());
    }
    assert_eq!(remarks(&store), ["Declined here, accepted in Partner Center: correct it there."]);
    assert_eq!(only(&store).owed.len(), 1, "the decline is still owed");
}

#[test]
fn a_lead_missing_from_a_newer_file_stays() {
    let mut store = empty_store();
    put_all(&mut store, &[told_by(ReceivedVia::PartnerCenterExport, "2026-11-19T10:00:00Z")], now());
    let mut other = told_by(ReceivedVia::PartnerCenterExport, "2026-11-20T10:00:00Z");
    (other.record.external_id, other.record.created_at) = (Some("b".into()), at("2026-11-20T10:00:00Z"));
    put_all(&mut store, &[other], now());
    assert_eq!(store.count().unwrap(), 2);
}

#[test]
fn what_the_api_guesses_of_a_leads_type_yields_to_what_is_known() {
    for known in [ReceivedVia::PartnerCenterExport, ReceivedVia::Endpoint] {
        let mut store = empty_store();
        let mut informational = told_by(known, "2026-11-19T10:00:00Z");
        informational.record.call_to_action = CallToAction::GetItNow;
        put_all(&mut store, &[informational], now());
        let mut guessed = told_by(ReceivedVia::Referrals, "2026-11-20T10:00:00Z");
        guessed.record.lead_type = LeadType::Profile;
        put_all(&mut store, &[guessed], now());
        let lead = only(&store);
        assert_eq!(lead.record.lead_type, LeadType::Offer, "{known:?}");
        let vitals = leadbox::domain::vitals::Vitals::of(&lead, &leadbox::domain::terms::Terms::default());
        assert!(!vitals.needs_answer, "{known:?}: no countdown begins");
    }
    let mut store = empty_store();
    let mut guessed = told_by(ReceivedVia::Referrals, "2026-11-19T10:00:00Z");
    guessed.record.lead_type = LeadType::Profile;
    put_all(&mut store, &[guessed], now());
    put_all(&mut store, &[told_by(ReceivedVia::PartnerCenterExport, "2026-11-20T10:00:00Z")], now());
    assert_eq!(only(&store).record.lead_type, LeadType::Offer, "a stated type stands");
}

#[test]
fn the_first_record_that_says_more_than_insights_stands_whatever_its_age() {
    let mut store = empty_store();
    let mut insights = told_by(ReceivedVia::Insights, "2026-11-20T12:00:00Z");
    insights.record.person.company = Some("Else".into());
    put_all(&mut store, &[insights.clone()], now());
    let mut export = told_by(ReceivedVia::PartnerCenterExport, "2026-11-20T11:30:00Z");
    export.record.status = Status::Accepted;
    put_all(&mut store, &[export], now());
    for _ in 0..2 {
        let lead = only(&store);
        assert_eq!((lead.record.status, lead.record.outcome), (Status::Accepted, None));
        assert_eq!(lead.record.person.company.as_deref(), Some("Northwind Traders"));
        put_all(&mut store, &[insights.clone()], now());
    }
}

#[test]
fn other_words_under_an_unknown_name_are_another_delivery() {
    let mut store = empty_store();
    let with = |text: &str| {
        let mut delivery = told_by(ReceivedVia::Endpoint, "2026-11-19T10:00:00Z");
        delivery.record.extras = vec![Extra { name: "Message".into(), value: text.into() }];
        delivery
    };
    assert_eq!(put_all(&mut store, &[with("first"), with("second"), with("first")], now()).added, 2);
}

#[test]
fn a_verdict_made_too_late_is_named_beside_partner_centers_expired() {
    let mut store = empty_store();
    let mut old = told_by(ReceivedVia::PartnerCenterExport, "2026-11-19T10:00:00Z");
    old.record.stated_expiry = Some(at("2026-11-21T00:00:00Z"));
    put_all(&mut store, &[old.clone()], now());
    let decline = Change::Decline(Grounds { reason: Reason::Budget, notes: None, reported: false });
    store.apply(&[LeadId(1)], &decline, now()).unwrap();
    old.record.stated_expiry = Some(at("2026-11-18T00:00:00Z"));
    (old.record.status, old.record.outcome) = (Status::Archived, Some(Outcome::Expired));
    old.as_of = at("2026-11-21T10:00:00Z");
    put_all(&mut store, &[old], at("2026-11-21T10:00:00Z"));
    let told = remarks(&store);
    assert!(told.iter().any(|remark| remark.starts_with("Declined here, but too late")), "{told:?}");
}
