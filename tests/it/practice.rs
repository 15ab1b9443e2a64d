//! The seller's practice in the store (PRODUCT.md 2, 4 and 8): contacts, follow-up dates, putting away and coming back,
//! tags and notes, each one step to undo; and stores of version 1, which knew none of it.

use std::path::Path;

use chrono::TimeDelta;
use chrono_tz::Tz;
use leadbox::domain::change::{Change, Refusal};
use leadbox::domain::lead::{Lead, LeadId, Moment, Touch};
use leadbox::domain::record::Field;
use leadbox::domain::tags;
use leadbox::domain::terms::Terms;
use leadbox::domain::vitals::Vitals;
use leadbox::domain::vocabulary::{TouchKind, Urgency};
use leadbox::store::{Store, Undone};
use rusqlite::Connection;

use crate::samples::{Row, all_leads, at, empty_store, export_csv, import_csv, now, put_all};

const INFORMATIONAL: LeadId = LeadId(1);
const TO_ANSWER: LeadId = LeadId(2);

/// A lead that asks for nothing and one to answer, of two persons.
fn two_leads() -> Store {
    let mut store = empty_store();
    let answer = Row::contact_me("b", "2026-11-20T09:00:00Z").with(Field::Email, "b@x.example");
    put_all(
        &mut store,
        &[asked("a", "2026-11-18T09:00:00Z").arrival("2026-11-20T11:00:00Z"), answer.arrival("2026-11-20T11:00:00Z")],
        now(),
    );
    store
}

/// A lead of Ana's that asks for nothing.
fn asked(id: &str, created: &str) -> Row {
    Row::contact_me(id, created).with(Field::CallToAction, "Get it now").with(Field::LeadSource, "AppSource-INS|a.b")
}

fn lead(store: &Store, id: LeadId) -> Lead {
    store.lead(id).unwrap().unwrap()
}

#[track_caller]
fn make(store: &mut Store, id: LeadId, change: &Change, now: Moment) -> Lead {
    let applied = store.apply(&[id], change, now).unwrap();
    assert_eq!(applied.refused, Vec::new());
    let lead = applied.leads.into_iter().next().unwrap();
    assert_eq!(Some(&lead), store.lead(id).unwrap().as_ref(), "what is answered is what is stored");
    lead
}

fn touch(kind: TouchKind, text: Option<&str>, next: Option<Moment>) -> Change {
    Change::Touch { kind, text: text.map(str::to_owned), next }
}

fn undo(store: &mut Store, now: Moment) -> String {
    match store.undo(true, now).unwrap() {
        Undone::Done { title, .. } => title,
        other => panic!("{other:?}"),
    }
}

fn told(store: &Store, id: LeadId) -> Vec<String> {
    store.timeline(id).unwrap().iter().map(|event| event.kind.words(now(), Tz::UTC)).collect()
}

#[test]
fn every_kind_of_contact_counts_and_stops_the_first_touch_clock() {
    for (number, kind) in TouchKind::ALL.iter().enumerate() {
        let mut store = two_leads();
        let first = now() + TimeDelta::minutes(number as i64);
        let once = make(&mut store, TO_ANSWER, &touch(*kind, Some("asked for Jo"), None), first).seller.touches;
        assert_eq!((once.count, once.first_at, once.last_at), (1, Some(first), Some(first)));
        assert_eq!(once.last, Some(Touch { kind: *kind, text: Some("asked for Jo".to_owned()) }));
        let later = first + TimeDelta::hours(2);
        let lead = make(&mut store, TO_ANSWER, &touch(TouchKind::Mail, None, None), later);
        let twice = &lead.seller.touches;
        assert_eq!((twice.count, twice.first_at, twice.last_at), (2, Some(first), Some(later)));
        assert_eq!(Vitals::of(&lead, &Terms::default()).urgency(later.timestamp()), Urgency::Touched);
        assert_eq!(
            told(&store, TO_ANSWER)[..2],
            ["mail".to_owned(), format!("{}: asked for Jo", kind.title().to_lowercase())]
        );
        assert_eq!(undo(&mut store, later), "touch of Northwind Traders");
        assert_eq!(self::lead(&store, TO_ANSWER).seller.touches, once);
    }
}

#[test]
fn a_contact_answers_the_date_that_is_reached_and_keeps_one_ahead() {
    let mut store = two_leads();
    let soon = now() + TimeDelta::hours(1);
    make(&mut store, TO_ANSWER, &Change::Later(Some(soon)), now());
    let ahead = make(&mut store, TO_ANSWER, &touch(TouchKind::Called, None, None), soon - TimeDelta::seconds(1));
    assert_eq!(ahead.seller.later_until, Some(soon));
    let reached = make(&mut store, TO_ANSWER, &touch(TouchKind::Called, None, None), soon);
    assert_eq!(reached.seller.later_until, None);
    let next = soon + TimeDelta::days(1);
    let both = make(&mut store, TO_ANSWER, &touch(TouchKind::Called, None, Some(next)), soon);
    assert_eq!((both.seller.later_until, both.seller.touches.count), (Some(next), 3));
    undo(&mut store, soon);
    assert_eq!(lead(&store, TO_ANSWER), Lead { rev: both.rev + 1, ..reached }, "contact and date are one step");
}

#[test]
fn a_follow_up_date_stays_before_the_deadline_that_runs() {
    let mut store = two_leads();
    let far = Change::Later(Some(at("2027-06-01")));
    assert_eq!(make(&mut store, TO_ANSWER, &far, now()).seller.later_until, Some(at("2026-12-03T09:00:00Z")));
    assert_eq!(make(&mut store, INFORMATIONAL, &far, now()).seller.later_until, Some(at("2027-06-01")));
    let late = at("2026-12-04T05:00:00Z");
    let moved = make(&mut store, TO_ANSWER, &touch(TouchKind::Called, None, Some(late + TimeDelta::days(1))), late);
    assert_eq!(moved.seller.later_until, Some(late), "never before now");
    let gone = make(&mut store, INFORMATIONAL, &Change::Later(None), now());
    assert_eq!(gone.seller.later_until, None);
}

#[test]
fn informational_leads_are_put_away_and_no_others() {
    let mut store = two_leads();
    make(&mut store, INFORMATIONAL, &Change::Later(Some(now() + TimeDelta::hours(1))), now());
    let reached = now() + TimeDelta::hours(2);
    let away = make(&mut store, INFORMATIONAL, &Change::Away(true), reached);
    assert_eq!(Vitals::of(&away, &Terms::default()).urgency(reached.timestamp()), Urgency::Away);
    undo(&mut store, reached);
    assert!(!lead(&store, INFORMATIONAL).seller.away && lead(&store, INFORMATIONAL).seller.later_until.is_some());
    let applied = store.apply(&[INFORMATIONAL, TO_ANSWER], &Change::Away(true), reached).unwrap();
    assert_eq!(applied.refused, [(TO_ANSWER, Refusal::NeedsAnswer)]);
    assert_eq!(applied.leads.len(), 1);
    let back = store.apply(&[INFORMATIONAL, TO_ANSWER], &Change::Away(false), reached).unwrap();
    assert!(back.refused.is_empty() && back.stored);
    assert_eq!(told(&store, INFORMATIONAL)[..2], ["back from away", "put away"]);
}

#[test]
fn a_new_lead_brings_its_persons_put_away_leads_back() {
    let mut store = two_leads();
    make(&mut store, INFORMATIONAL, &Change::Away(true), now());
    let later = now() + TimeDelta::hours(1);
    let fresh = |row: Row| row.arrival("2026-11-20T11:30:00Z");
    let still_away = |store: &Store| lead(store, INFORMATIONAL).seller.away;
    let older = asked("c", "2026-11-17T09:00:00Z");
    let test = asked("d", "2026-11-20T11:00:00Z").with(Field::JobTitle, "MSFT_TEST");
    let known = asked("a", "2026-11-18T09:00:00Z").with(Field::JobTitle, "CEO");
    let other = asked("e", "2026-11-20T11:00:00Z").with(Field::Email, "somebody@else.example");
    put_all(&mut store, &[older, test, known, other].map(fresh), later);
    assert!(still_away(&store));
    let own = export_csv(&[Lead { id: LeadId(9), ..lead(&store, INFORMATIONAL) }], &Terms::default(), later);
    let own = String::from_utf8(own).unwrap().replace("\na,", "\nf,").replace("2026-11-18T", "2026-11-20T");
    import_csv(&mut store, own.as_bytes(), later).unwrap();
    assert!(still_away(&store), "an export of our own tells nothing new");
    let before = lead(&store, INFORMATIONAL);
    let counts = put_all(
        &mut store,
        &[fresh(asked("g", "2026-11-20T10:00:00Z")), fresh(asked("h", "2026-11-20T10:30:00Z"))],
        later,
    );
    assert_eq!((counts.added, counts.updated), (2, 0));
    let after = lead(&store, INFORMATIONAL);
    assert!(!after.seller.away && after.rev == before.rev + 1);
    assert_eq!(told(&store, INFORMATIONAL)[0], "back from away: the person sent another lead, leads.csv");
    assert_eq!(told(&store, INFORMATIONAL).iter().filter(|words| words.contains("back from")).count(), 1);
    undo(&mut store, later);
    assert!(!still_away(&store), "the step before is taken back, not turned round");
}

#[test]
fn tags_are_a_set_and_have_a_limit() {
    let mut store = two_leads();
    let tag =
        |add: &str, remove: &str| Change::Tag { add: tags::tags(add).unwrap(), remove: tags::tags(remove).unwrap() };
    make(&mut store, TO_ANSWER, &tag("vip, old", ""), now());
    let changed = make(&mut store, TO_ANSWER, &tag("Berlin, VIP", "OLD"), now());
    assert_eq!(changed.seller.tags, ["Berlin", "vip"]);
    assert_eq!(told(&store, TO_ANSWER)[0], "tag +Berlin −old");
    assert!(!store.apply(&[TO_ANSWER], &tag("vip", "nothing"), now()).unwrap().stored);
    let many: Vec<String> = (0..48).map(|n| format!("t{n}")).collect();
    make(&mut store, TO_ANSWER, &Change::Tag { add: many, remove: Vec::new() }, now());
    let applied = store.apply(&[TO_ANSWER], &tag("one more", ""), now()).unwrap();
    assert_eq!(applied.refused, [(TO_ANSWER, Refusal::TooManyTags)]);
    assert_eq!(make(&mut store, TO_ANSWER, &tag("one more", "t0"), now()).seller.tags.len(), tags::MOST);
}

#[test]
fn archived_leads_take_tags_and_notes_but_no_contact_and_no_date() {
    let mut store = two_leads();
    let expired = now() + TimeDelta::days(30);
    let dated = [Change::Later(None), Change::Away(false), touch(TouchKind::Called, None, None)];
    for change in dated {
        let applied = store.apply(&[TO_ANSWER], &change, expired).unwrap();
        assert!(matches!(applied.refused[..], [(TO_ANSWER, Refusal::Archived(_))]), "{change:?}");
    }
    make(&mut store, TO_ANSWER, &Change::Tag { add: vec!["lost".into()], remove: Vec::new() }, expired);
    make(&mut store, TO_ANSWER, &Change::Note(Some("two\nlines".into())), expired);
    assert_eq!(told(&store, TO_ANSWER)[..2], ["note changed", "tag +lost"]);
}

/// A store as version 1 left it: one lead with a seller's part, and the journal of a change that can be undone.
fn version_1(path: &Path) {
    let connection = Connection::open(path).unwrap();
    connection.execute_batch(include_str!("../../src/store/sql/0001_leads.sql")).unwrap();
    connection
        .execute_batch(
            r#"
            PRAGMA application_id = 1818583396;
            PRAGMA user_version = 1;
            INSERT INTO batch (kind, at, start, title) VALUES (2, 1763600000, 's', 'old.csv'), (1, 1763636400, 's', 'favorite of Northwind');
            INSERT INTO lead (rev, external_id, content_key, created_at, lead_type, call_to_action, source, quality,
                email_validity, phone_validity, qualification, status, company, do_not_contact, test, person_key, received_via,
                received_at, as_of, received_batch, favorite, tags, note, touches, first_touch_at, last_touch_at)
            VALUES (2, 'a', x'00', 1763600000, 1, 2, 1, 0, 0, 0, 1, 0, 'Northwind', 0, 0, 'ana@x.example', 1, 1763600000,
                1763600000, 1, 1, '["vip"]', 'called twice', 2, 1763600000, 1763610000);
            INSERT INTO journal (batch, lead, before, after) VALUES (2, 1,
                '{"seller":{"tags":["vip"],"note":"called twice","touches":{"count":2,"first_at":"2025-11-20T00:53:20Z","last_at":"2025-11-20T03:40:00Z"}},"owed":[]}',
                '{"seller":{"favorite":true,"tags":["vip"],"note":"called twice","touches":{"count":2,"first_at":"2025-11-20T00:53:20Z","last_at":"2025-11-20T03:40:00Z"}},"owed":[]}');
            "#,
        )
        .unwrap();
}

#[test]
fn a_store_of_version_1_is_migrated_with_its_data_and_its_journal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("leads.db");
    version_1(&path);
    let mut store = Store::open(&path, Terms::default(), "start-2").unwrap();
    let lead = lead(&store, LeadId(1));
    assert_eq!((lead.seller.favorite, lead.seller.note.as_deref()), (true, Some("called twice")));
    assert_eq!((lead.seller.touches.count, &lead.seller.touches.last), (2, &None));
    assert_eq!(told(&store, LeadId(1)), ["favorite", "received, old.csv"]);
    assert_eq!(undo(&mut store, now()), "favorite of Northwind");
    make(&mut store, LeadId(1), &touch(TouchKind::Meeting, Some("at the fair"), None), at("2025-11-21T00:00:00Z"));
    drop(store);
    let mut store = Store::open(&path, Terms::default(), "start-3").unwrap();
    assert_eq!(told(&store, LeadId(1))[0], "meeting: at the fair");
    assert_eq!(self::lead(&store, LeadId(1)).seller.touches.count, 3);
    assert_eq!(undo(&mut store, now()), "touch of Northwind");
    assert_eq!(self::lead(&store, LeadId(1)).seller.touches, lead.seller.touches);
    assert_eq!(all_leads(&store).len(), 1);
}
