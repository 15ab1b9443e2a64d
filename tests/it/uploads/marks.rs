//! "Uploaded, not yet confirmed": put on in the store, shown wherever the entry is, and gone once it is no longer true.

use chrono::TimeDelta;
use leadbox::domain::change::{Change, Grounds};
use leadbox::domain::lead::{Lead, LeadId, Moment};
use leadbox::domain::moment::rfc3339;
use leadbox::domain::outbox::entries;
use leadbox::domain::record::Field;
use leadbox::domain::timeline::EventKind;
use leadbox::domain::vocabulary::{Reason, VerdictKind};
use leadbox::formats::outbox_json::EntryJson;
use leadbox::store::{Redone, Store, Undone};

use crate::harness::Inbox;
use crate::samples::{Row, deal, empty_store, now, put_all};

const LEAD: LeadId = LeadId(1);
const FILE: &str = "upload.csv";

fn minutes(minutes: i64) -> Moment {
    now() + TimeDelta::minutes(minutes)
}

fn accept() -> Change {
    Change::Accept { deal: deal("Backup"), reported: false }
}

fn lead(store: &Store) -> Lead {
    store.lead(LEAD).unwrap().unwrap()
}

fn row() -> Row {
    Row::contact_me("a", "2026-11-19T12:00:00Z")
}

fn accepted() -> Store {
    let mut store = empty_store();
    put_all(&mut store, &[row().arrival("2026-11-19")], now());
    store.apply(&[LEAD], &accept(), minutes(1)).unwrap();
    store
}

fn mark(store: &mut Store, kind: VerdictKind, at: Moment) -> Vec<LeadId> {
    let written = lead(store);
    store.mark_uploaded(&[(&written, kind)], (FILE, [7; 32]), at).unwrap()
}

fn marked() -> Store {
    let mut store = accepted();
    assert_eq!(mark(&mut store, VerdictKind::Accepted, minutes(2)), []);
    store
}

fn marks(store: &Store) -> Vec<(VerdictKind, Option<Moment>)> {
    lead(store).owed.iter().map(|owed| (owed.kind, owed.uploaded_at)).collect()
}

#[test]
fn a_marked_entry_is_still_owed_and_says_so_everywhere() {
    let mut store = marked();
    assert_eq!(marks(&store), [(VerdictKind::Accepted, Some(minutes(2)))]);
    assert_eq!((store.count_owed().unwrap(), store.owing().unwrap().len()), (1, 1));
    assert!(store.first_owed_due().unwrap().is_some(), "the deadline goes on");
    let open = entries(&store.owing().unwrap());
    assert_eq!(EntryJson::of(&open[0], now()).uploaded_at, Some(rfc3339(minutes(2))));
    let newest = store.timeline(LEAD).unwrap().remove(0);
    let words = newest.kind.words(now(), chrono_tz::Tz::UTC);
    assert_eq!((newest.at, words.as_str()), (minutes(2), "accept uploaded, not yet confirmed: upload.csv"));
    assert!(
        matches!(store.undo(false, minutes(3)).unwrap(), Undone::Done { title, .. } if title.starts_with("accept"))
    );
}

#[test]
fn what_changed_since_it_was_written_bears_no_mark() {
    let mut store = accepted();
    let written = lead(&store);
    store.apply(&[LEAD], &Change::Edit { deal: deal("Another") }, minutes(2)).unwrap();
    assert_eq!(store.mark_uploaded(&[(&written, VerdictKind::Accepted)], (FILE, [7; 32]), minutes(3)).unwrap(), [LEAD]);
    assert_eq!(marks(&store), [(VerdictKind::Accepted, None)]);
    let written = lead(&store);
    store.apply(&[LEAD], &Change::TickOff(None), minutes(4)).unwrap();
    assert_eq!(store.mark_uploaded(&[(&written, VerdictKind::Accepted)], (FILE, [7; 32]), minutes(5)).unwrap(), [LEAD]);
    // A note is nothing that was written.
    let mut store = accepted();
    let written = lead(&store);
    store.apply(&[LEAD], &Change::Note(Some("calls on Mondays".into())), minutes(2)).unwrap();
    assert_eq!(store.mark_uploaded(&[(&written, VerdictKind::Accepted)], (FILE, [7; 32]), minutes(3)).unwrap(), []);
    assert_eq!(marks(&store), [(VerdictKind::Accepted, Some(minutes(3)))]);
    assert_eq!(lead(&store).seller.note.as_deref(), Some("calls on Mondays"));
}

#[test]
fn another_deal_or_verdict_takes_the_mark_away_and_anything_else_leaves_it() {
    let mut store = marked();
    store.apply(&[LEAD], &Change::Favorite(true), minutes(3)).unwrap();
    assert_eq!(marks(&store), [(VerdictKind::Accepted, Some(minutes(2)))]);
    store.apply(&[LEAD], &Change::Edit { deal: deal("Another") }, minutes(4)).unwrap();
    assert_eq!(marks(&store), [(VerdictKind::Accepted, None)]);
    mark(&mut store, VerdictKind::Accepted, minutes(5));
    store.apply(&[LEAD], &Change::Won { value: None, reported: false }, minutes(6)).unwrap();
    assert_eq!(marks(&store), [(VerdictKind::Accepted, None), (VerdictKind::Won, None)]);
}

#[test]
fn undoing_what_was_uploaded_says_what_to_correct_and_redo_takes_that_back() {
    let mut store = marked();
    let Undone::Done { corrections, leads, .. } = store.undo(false, minutes(3)).unwrap() else { panic!("undone") };
    let sentence = "A file for the bulk upload said Accepted; if it was uploaded, correct it in Partner Center.";
    assert_eq!(corrections, [sentence]);
    assert_eq!(leads[0].owed.len(), 1);
    assert_eq!((leads[0].owed[0].remark.as_deref(), leads[0].owed[0].uploaded_at), (Some(sentence), None));
    assert!(matches!(store.redo(minutes(4)).unwrap(), Redone::Done { .. }));
    assert_eq!(marks(&store), [(VerdictKind::Accepted, None)]);
}

#[test]
fn undoing_a_tick_brings_the_mark_back_with_the_entry() {
    let mut store = marked();
    store.apply(&[LEAD], &Change::TickOff(None), minutes(3)).unwrap();
    assert_eq!(marks(&store), []);
    store.undo(false, minutes(4)).unwrap();
    assert_eq!(marks(&store), [(VerdictKind::Accepted, Some(minutes(2)))]);
}

#[test]
fn an_import_that_agrees_closes_it_and_one_that_does_not_keeps_the_mark() {
    let mut store = marked();
    let later = row().with(Field::Expiry, "2026-12-20T00:00:00Z");
    put_all(&mut store, &[later.arrival("2026-11-20T12:05:00Z")], minutes(5));
    assert_eq!(marks(&store), [(VerdictKind::Accepted, Some(minutes(2)))]);
    put_all(&mut store, &[later.with(Field::Status, "Accepted").arrival("2026-11-20T12:10:00Z")], minutes(10));
    assert_eq!(marks(&store), []);
    let newest = store.timeline(LEAD).unwrap().remove(0);
    let EventKind::Imported { remarks, .. } = newest.kind else { panic!("{newest:?}") };
    assert_eq!(remarks, ["Partner Center agrees: accept settled."]);
}

#[test]
fn a_mark_survives_the_file_and_another_process_hears_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("leads.db");
    let terms = leadbox::domain::terms::Terms::default();
    let mut store = Store::open(&path, terms.clone(), "one").unwrap();
    put_all(&mut store, &[row().arrival("2026-11-19")], now());
    store.apply(&[LEAD], &accept(), minutes(1)).unwrap();
    let other = Store::open(&path, terms, "two").unwrap();
    let (since, version) =
        (other.changed_since(leadbox::store::Mark::default()).unwrap().1, other.data_version().unwrap());
    mark(&mut store, VerdictKind::Accepted, minutes(2));
    assert_ne!(other.data_version().unwrap(), version);
    assert_eq!(other.changed_since(since).unwrap().0.len(), 1);
    assert_eq!(marks(&other), [(VerdictKind::Accepted, Some(minutes(2)))]);
}

#[test]
fn the_outbox_shows_which_entries_wait_to_be_confirmed() {
    let rows: Vec<Row> = [("a", "Adatum"), ("b", "Fabrikam")]
        .map(|(id, company)| Row::contact_me(id, "2026-11-20T06:00:00Z").with(Field::Company, company))
        .to_vec();
    let mut inbox = Inbox::of(&rows);
    let reason = Grounds { reason: Reason::Spam, notes: None, reported: false };
    let (adatum, fabrikam) = (inbox.id("Adatum"), inbox.id("Fabrikam"));
    inbox.elsewhere(|store, now| {
        store.apply(&[adatum], &accept(), now).unwrap();
        store.apply(&[fabrikam], &Change::Decline(reason), now).unwrap();
    });
    inbox.press("O").shows("has not heard of these 2").hides("uploaded");
    inbox.elsewhere(|store, now| {
        let written = store.lead(adatum).unwrap().unwrap();
        store.mark_uploaded(&[(&written, VerdictKind::Accepted)], (FILE, [7; 32]), now).unwrap();
    });
    inbox.shows("2 owed, 1 of them uploaded, not yet confirmed").shows("Adatum    uploaded");
    inbox.shows("Written for the bulk upload").shows("today 12:00");
    inbox.elsewhere(|store, now| {
        let written = store.lead(fabrikam).unwrap().unwrap();
        store.mark_uploaded(&[(&written, VerdictKind::Declined)], (FILE, [7; 32]), now).unwrap();
    });
    inbox.shows("· 2 uploaded, not yet confirmed").press("<esc>").go_to("Adatum");
    inbox
        .resize(200, 60)
        .shows("⇪ 2 owed")
        .shows("Owed to Partner Center by 4 Dec 06:00;")
        .shows("uploaded, not yet confirmed.")
        .shows("accept uploaded, not yet confirmed:");
}
