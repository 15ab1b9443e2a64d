//! What hooks are told of, from the store's journal: every verdict and every new lead of this start of the program once, and a
//! lead that is about to go cold once in its life.

use std::path::Path;

use chrono::TimeDelta;
use leadbox::domain::change::{Change, Grounds};
use leadbox::domain::hooks::{Event, Happened};
use leadbox::domain::lead::{LeadId, Moment};
use leadbox::domain::record::Field;
use leadbox::domain::terms::{Clocks, Terms};
use leadbox::domain::vocabulary::{Reason, Source, TouchKind};
use leadbox::store::{ImportLabel, Road, Store};

use crate::samples::{Row, deal, empty_store, now, put_all};

fn row(id: &str) -> Row {
    Row::contact_me(id, "2026-11-20T09:00:00Z").with(Field::Email, &format!("{id}@x.example"))
}

fn put(store: &mut Store, ids: &[&str]) {
    let arrivals: Vec<_> = ids.iter().map(|id| row(id).arrival("2026-11-20T11:00:00Z")).collect();
    put_all(store, &arrivals, now());
}

fn accept() -> Change {
    Change::Accept { deal: deal("A deal"), reported: false }
}

fn grounds() -> Grounds {
    Grounds { reason: Reason::Spam, notes: None, reported: true }
}

fn told(event: Event, leads: &[i64], beyond: u64) -> Happened {
    Happened { event, leads: leads.iter().map(|id| LeadId(*id)).collect(), beyond }
}

fn open(path: &Path, start: &str) -> Store {
    Store::open(path, Terms::default(), start).unwrap()
}

#[test]
fn each_verdict_and_each_new_lead_is_told_once() {
    let mut store = empty_store();
    put(&mut store, &["old"]);
    let mut followed = store.follow().unwrap();
    assert_eq!(store.happened(&mut followed, &Event::ALL, 9).unwrap(), []);
    put(&mut store, &["a", "b", "c", "old"]);
    store.apply(&[LeadId(1), LeadId(2)], &accept(), now()).unwrap();
    store.apply(&[LeadId(3)], &Change::Decline(grounds()), now()).unwrap();
    store.apply(&[LeadId(1)], &Change::Won { value: None, reported: true }, now()).unwrap();
    store.apply(&[LeadId(2)], &Change::Lost(grounds()), now()).unwrap();
    let expected = [
        told(Event::Receive, &[4, 3, 2], 0),
        told(Event::Accept, &[1, 2], 0),
        told(Event::Decline, &[3], 0),
        told(Event::Won, &[1], 0),
        told(Event::Lost, &[2], 0),
    ];
    let mut some = followed.clone();
    assert_eq!(store.happened(&mut followed, &Event::ALL, 9).unwrap(), expected);
    let won = store.happened(&mut some, &[Event::Won], 9).unwrap();
    assert_eq!((won.as_slice(), &some), (&expected[3..4], &followed), "only what is asked for");
    assert_eq!(store.happened(&mut followed, &Event::ALL, 9).unwrap(), []);
}

#[test]
fn what_is_no_verdict_is_not_told() {
    let mut store = empty_store();
    put(&mut store, &["a"]);
    store.apply(&[LeadId(1)], &accept(), now()).unwrap();
    let mut followed = store.follow().unwrap();
    let changes = [
        Change::Edit { deal: deal("Another name") },
        Change::Favorite(true),
        Change::Touch { kind: TouchKind::Mail, text: None, next: None },
        Change::Note(Some("a note".into())),
        Change::TickOff(None),
    ];
    for change in changes {
        assert!(store.apply(&[LeadId(1)], &change, now()).unwrap().stored, "{change:?}");
    }
    put(&mut store, &["a"]);
    let archived = row("a").with(Field::Status, "Closed").arrival("2026-11-20T11:30:00Z");
    put_all(&mut store, &[archived], now());
    assert_eq!(store.happened(&mut followed, &Event::ALL, 9).unwrap(), []);
}

#[test]
fn of_a_large_step_the_newest_are_told_and_the_others_counted() {
    let mut store = empty_store();
    let mut followed = store.follow().unwrap();
    let arrival = |id: &str, created: &str| {
        Row::contact_me(id, created).with(Field::Email, &format!("{id}@x.example")).arrival("2026-11-20T11:00:00Z")
    };
    let test = row("t").with(Field::Company, "MSFT_TEST");
    let arrivals = [
        arrival("a", "2026-11-18T09:00:00Z"),
        arrival("b", "2026-11-20T09:00:00Z"),
        arrival("c", "2026-11-19T09:00:00Z"),
        arrival("d", "2026-11-17T09:00:00Z"),
    ];
    put_all(&mut store, &arrivals, now());
    put_all(&mut store, &[test.arrival("2026-11-20T11:00:00Z")], now());
    assert!(store.lead(LeadId(5)).unwrap().unwrap().record.test);
    assert_eq!(
        store.happened(&mut followed, &Event::ALL, 2).unwrap(),
        [told(Event::Receive, &[2, 3], 2)],
        "test leads are nobody's"
    );
    store.apply(&[1, 2, 3, 4].map(LeadId), &accept(), now()).unwrap();
    assert_eq!(store.happened(&mut followed, &Event::ALL, 3).unwrap(), [told(Event::Accept, &[1, 2, 3], 1)]);
}

#[test]
fn what_came_in_many_pieces_counts_as_one() {
    let mut store = empty_store();
    let mut followed = store.follow().unwrap();
    for id in ["a", "b", "c"] {
        let label = ImportLabel { title: "a page".into(), file_time: None, road: Road::Sync };
        let mut import = store.import(&label, now()).unwrap();
        import.put(&row(id).arrival("2026-11-20T11:00:00Z")).unwrap();
        import.commit().unwrap();
    }
    assert_eq!(store.happened(&mut followed, &Event::ALL, 2).unwrap(), [told(Event::Receive, &[3, 2], 1)]);
    assert_eq!(store.happened(&mut followed, &Event::ALL, 2).unwrap(), []);
}

#[test]
fn a_redo_that_is_undone_again_in_time_is_not_told() {
    let mut store = empty_store();
    put(&mut store, &["a"]);
    let mut followed = store.follow().unwrap();
    store.apply(&[LeadId(1)], &accept(), now()).unwrap();
    store.undo(true, now()).unwrap();
    assert_eq!(store.happened(&mut followed, &Event::ALL, 9).unwrap(), []);
    store.redo(now()).unwrap();
    store.undo(true, now()).unwrap();
    assert_eq!(store.happened(&mut followed, &Event::ALL, 9).unwrap(), [], "it is Received now");
    store.redo(now()).unwrap();
    assert_eq!(store.happened(&mut followed, &Event::ALL, 9).unwrap(), [told(Event::Accept, &[1], 0)]);
}

#[test]
fn an_undo_tells_nothing_and_what_was_undone_in_time_is_told_by_its_redo() {
    let mut store = empty_store();
    put(&mut store, &["a"]);
    let mut followed = store.follow().unwrap();
    store.apply(&[LeadId(1)], &accept(), now()).unwrap();
    assert_eq!(store.happened(&mut followed, &Event::ALL, 9).unwrap(), [told(Event::Accept, &[1], 0)]);
    store.undo(true, now()).unwrap();
    store.redo(now()).unwrap();
    assert_eq!(store.happened(&mut followed, &Event::ALL, 9).unwrap(), [], "it was told before");
    store.undo(true, now()).unwrap();
    store.apply(&[LeadId(1)], &Change::Decline(grounds()), now()).unwrap();
    store.undo(true, now()).unwrap();
    assert_eq!(store.happened(&mut followed, &Event::ALL, 9).unwrap(), [], "nobody was told of it, so nobody need be");
    store.redo(now()).unwrap();
    assert_eq!(store.happened(&mut followed, &Event::ALL, 9).unwrap(), [told(Event::Decline, &[1], 0)]);
    store.undo(true, now()).unwrap();
    store.redo(now()).unwrap();
    assert_eq!(store.happened(&mut followed, &Event::ALL, 9).unwrap(), []);
}

#[test]
fn what_another_start_of_the_program_did_is_its_own_to_tell() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("leads.db");
    let (mut ours, mut theirs) = (open(&path, "ours"), open(&path, "theirs"));
    let (mut we, mut they) = (ours.follow().unwrap(), theirs.follow().unwrap());
    put(&mut theirs, &["a"]);
    put(&mut ours, &["b", "a"]);
    theirs.apply(&[LeadId(2)], &accept(), now()).unwrap();
    // Another connection of the same start is the same program.
    open(&path, "ours").apply(&[LeadId(1)], &accept(), now()).unwrap();
    let (we, they) =
        (ours.happened(&mut we, &Event::ALL, 9).unwrap(), theirs.happened(&mut they, &Event::ALL, 9).unwrap());
    assert_eq!(we, [told(Event::Receive, &[2], 0), told(Event::Accept, &[1], 0)]);
    assert_eq!(they, [told(Event::Receive, &[1], 0), told(Event::Accept, &[2], 0)]);
}

#[test]
fn a_flame_that_goes_out_is_told_once_whoever_looks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("leads.db");
    let mut store = open(&path, "a");
    let created = |id: &str, hours: i64| {
        let created = leadbox::domain::moment::rfc3339(now() - TimeDelta::hours(hours));
        Row::contact_me(id, &created).with(Field::Email, &format!("{id}@x.example")).arrival("2026-11-20T11:00:00Z")
    };
    let informational = row("i").with(Field::CallToAction, "Get it now").arrival("2026-11-20T11:00:00Z");
    let leads = [created("out", 72), created("soon", 71), created("sooner", 69), created("later", 68), informational];
    put_all(&mut store, &leads, now());
    let claim = |store: &mut Store, most, now: Moment| store.claim_cooling(most, now).unwrap();
    assert_eq!(claim(&mut store, 9, now()), Some(told(Event::Cooling, &[2, 3], 0)));
    assert_eq!(claim(&mut store, 9, now()), None);
    assert_eq!(claim(&mut open(&path, "b"), 9, now()), None);
    let second = now() + TimeDelta::seconds(1);
    assert_eq!(claim(&mut open(&path, "b"), 9, second), Some(told(Event::Cooling, &[4], 0)));
    // Who was touched or answered is not told of.
    put_all(&mut store, &[created("x", 70), created("y", 70), created("z", 70)], now());
    store.apply(&[LeadId(6)], &Change::Touch { kind: TouchKind::Mail, text: None, next: None }, now()).unwrap();
    store.apply(&[LeadId(7)], &Change::Decline(grounds()), now()).unwrap();
    assert_eq!(claim(&mut store, 0, now()), Some(told(Event::Cooling, &[], 1)), "what is beyond is told of for good");
    assert_eq!(claim(&mut store, 9, now()), None);
}

#[test]
fn each_source_cools_by_its_own_clock() {
    let mut terms = Terms::default();
    terms.set(Source::AppSource, Clocks { hot: TimeDelta::hours(24), ..Clocks::default() });
    let mut store = Store::open_in_memory(terms, "start").unwrap();
    let at = |id: &str, hours: i64, source: &str| {
        let created = leadbox::domain::moment::rfc3339(now() - TimeDelta::hours(hours));
        let row = Row::contact_me(id, &created)
            .with(Field::LeadSource, source)
            .with(Field::Email, &format!("{id}@x.example"));
        row.arrival("2026-11-20T11:00:00Z")
    };
    let (own, other) = ("AppSource (SPZA)-PLT|a.b", "AzureMarketplace-PLT|a.b");
    put_all(&mut store, &[at("a", 22, own), at("b", 70, own), at("c", 22, other), at("d", 70, other)], now());
    let sources: Vec<_> = (1..=4).map(|id| store.lead(LeadId(id)).unwrap().unwrap().record.source).collect();
    assert_eq!(sources.first(), Some(&Source::AppSource));
    assert_ne!(sources.last(), Some(&Source::AppSource));
    assert_eq!(store.claim_cooling(9, now()).unwrap(), Some(told(Event::Cooling, &[4, 1], 0)));
}
