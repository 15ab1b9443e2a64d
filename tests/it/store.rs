//! The store on real files: private, refusing what is not its own without touching it, two connections at once, the
//! journal with undo and redo, the outbox, and when two records are one lead (PRODUCT.md 4 and 6, TRUST.md).

use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use chrono_tz::Tz;
use leadbox::domain::change::{Act, Change, Grounds, Refusal};
use leadbox::domain::lead::{Lead, LeadId, Moment};
use leadbox::domain::record::Field;
use leadbox::domain::terms::Terms;
use leadbox::domain::timeline::{Event, EventKind};
use leadbox::domain::vocabulary::{Outcome, Reason, Status, VerdictKind};
use leadbox::store::{ImportCounts, Placed, Redone, Store, StoreError, Undone};
use rusqlite::Connection;

use crate::samples::{Row, all_leads, arrival, at, deal, empty_store, label, now, put_all};

fn open(path: &Path, start: &str) -> Store {
    Store::open(path, Terms::default(), start).unwrap()
}

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("leads.db");
    (folder, path)
}

/// Puts a file there that the store did not make.
fn plant(path: &Path, bytes: impl AsRef<[u8]>) {
    fs::File::create(path).and_then(|mut file| file.write_all(bytes.as_ref())).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn minutes(minutes: i64) -> Moment {
    now() + TimeDelta::minutes(minutes)
}

fn accept(reported: bool) -> Change {
    Change::Accept { deal: deal("Northwind – sql-backup"), reported }
}

fn decline() -> Change {
    Change::Decline(Grounds { reason: Reason::Spam, notes: Some("no such firm".to_owned()), reported: false })
}

/// A store in memory with one fresh *Contact me* lead, number 1.
fn one_lead() -> Store {
    let mut store = empty_store();
    put_all(&mut store, &[Row::contact_me("a", "2026-11-19T12:00:00Z").arrival("2026-11-19T12:00:00Z")], now());
    store
}

fn first(store: &Store) -> Lead {
    store.lead(LeadId(1)).unwrap().unwrap()
}

fn change(store: &mut Store, change: &Change, now: Moment) -> Lead {
    let mut applied = store.apply(&[LeadId(1)], change, now).unwrap();
    assert_eq!((&applied.refused, &applied.unknown), (&Vec::new(), &Vec::new()));
    applied.leads.remove(0)
}

fn owed(lead: &Lead) -> Vec<(VerdictKind, bool)> {
    lead.owed.iter().map(|owed| (owed.kind, owed.remark.is_some())).collect()
}

fn is_done(undone: &Undone) -> bool {
    matches!(undone, Undone::Done { .. })
}

#[test]
fn every_file_of_the_store_is_private() {
    let (folder, path) = folder();
    let mut store = open(&path, "start-1");
    put_all(&mut store, &[Row::contact_me("a", "2026-11-19").arrival("2026-11-19")], now());
    let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(names.len() >= 3, "the write-ahead log and its index lie beside: {names:?}");
    for name in names {
        assert_eq!(mode(&name), 0o600, "{name:?}");
    }
    drop(store);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    drop(open(&path, "start-2"));
    assert_eq!(mode(&path), 0o600, "a store that was made readable is private again");
}

#[test]
fn a_symbolic_link_is_refused() {
    let (folder, path) = folder();
    drop(open(&path, "start-1"));
    let link = folder.path().join("link.db");
    symlink(&path, &link).unwrap();
    let dangling = folder.path().join("dangling.db");
    symlink(folder.path().join("nowhere.db"), &dangling).unwrap();
    for link in [&link, &dangling] {
        let refused = Store::open(link, Terms::default(), "start-1").err().unwrap();
        assert!(matches!(refused, StoreError::Symlink(_)), "{refused}");
    }
    assert!(!folder.path().join("nowhere.db").exists());
    assert!(matches!(Store::open(folder.path(), Terms::default(), "s").err().unwrap(), StoreError::Foreign(_)));
}

/// Opens what must be refused; answers the refusal after checking that not a byte and not the mode changed.
fn refused(path: &Path) -> StoreError {
    fs::set_permissions(path, fs::Permissions::from_mode(0o640)).unwrap();
    let before = fs::read(path).unwrap();
    let wal = PathBuf::from(format!("{}-wal", path.display()));
    let log = fs::read(&wal).ok();
    let refused = Store::open(path, Terms::default(), "start-1").err().unwrap();
    assert_eq!(fs::read(path).unwrap(), before, "{refused}");
    assert_eq!(mode(path), 0o640, "{refused}");
    if log.is_some() {
        assert_eq!(fs::read(&wal).ok(), log, "{refused}");
    }
    assert!(refused.to_string().contains("left untouched"), "{refused}");
    refused
}

#[test]
fn a_foreign_file_is_refused_byte_for_byte() {
    let (folder, path) = folder();
    plant(&path, "LeadId,LeadCreationDateTime\n");
    assert!(matches!(refused(&path), StoreError::Foreign(_)));
    plant(&path, [b"SQLite format 3\0".as_slice(), &[7; 200]].concat());
    assert!(matches!(refused(&path), StoreError::Foreign(_)));
    for (name, sql) in [
        ("tables.db", "CREATE TABLE notes (text TEXT)"),
        ("wal.db", "PRAGMA journal_mode = WAL; CREATE TABLE notes (text TEXT)"),
        ("marked.db", "PRAGMA application_id = 42; CREATE TABLE notes (text TEXT)"),
        ("numbered.db", "PRAGMA user_version = 5"),
    ] {
        let path = folder.path().join(name);
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        assert!(matches!(refused(&path), StoreError::Foreign(_)), "{name}");
    }
}

#[test]
fn a_newer_store_is_refused_byte_for_byte() {
    let (folder, path) = folder();
    drop(open(&path, "start-1"));
    Connection::open(&path)
        .unwrap()
        .execute_batch("PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)")
        .unwrap();
    assert!(matches!(refused(&path), StoreError::Newer { found: 99, .. }));
    // The version stands in the log only: a newer leadbox was cut off before it was carried over.
    let (other, newer) = (folder.path().join("other.db"), folder.path().join("newer.db"));
    drop(open(&other, "start-1"));
    let connection = Connection::open(&other).unwrap();
    connection.execute_batch("PRAGMA wal_autocheckpoint = 0; PRAGMA user_version = 77").unwrap();
    fs::copy(&other, &newer).unwrap();
    fs::copy(folder.path().join("other.db-wal"), folder.path().join("newer.db-wal")).unwrap();
    drop(connection);
    assert!(matches!(refused(&newer), StoreError::Newer { found: 77, .. }));
}

#[test]
fn an_empty_file_becomes_a_store() {
    let (_folder, path) = folder();
    plant(&path, "");
    let mut store = open(&path, "start-1");
    put_all(&mut store, &[Row::contact_me("a", "2026-11-19").arrival("2026-11-19")], now());
    drop(store);
    assert_eq!(open(&path, "start-2").count().unwrap(), 1);
    let connection = Connection::open(&path).unwrap();
    let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0)).unwrap();
    let versions = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/sql")).unwrap().count();
    assert_eq!((number("application_id"), number("user_version")), (0x6c65_6164, versions as i64));
}

/// A store of four leads as a version left it.
fn store_of_version(path: &Path, version: usize) -> Connection {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/sql");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let connection = Connection::open(path).unwrap();
    for file in &files[..version] {
        connection.execute_batch(&fs::read_to_string(file).unwrap()).unwrap();
    }
    connection.pragma_update(None, "application_id", 0x6c65_6164).unwrap();
    connection.pragma_update(None, "user_version", version as i64).unwrap();
    connection
        .execute_batch(
            "INSERT INTO batch (kind, at, start, title) VALUES (2, 1795166000, 's', 'old.csv');
             INSERT INTO lead (id, rev, content_key, created_at, lead_type, call_to_action, source, quality, email_validity,
                 phone_validity, qualification, status, do_not_contact, test, received_via, received_at, as_of, received_batch)
             SELECT value, 1, x'00', 1795166000, 1, 2, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1795166000, 1795166000, 1
                 FROM json_each('[1, 2, 3, 4]');",
        )
        .unwrap();
    connection
}

#[test]
fn a_store_of_before_gets_an_identity_and_what_a_crm_knows_keeps_its_key() {
    let (_folder, path) = folder();
    store_of_version(&path, 8)
        .execute_batch(
            "INSERT INTO crm (target, lead, remote, fields, result, at) VALUES
                 ('dynamics a', 2, 'g', '{}', 1, 1795166000), ('dynamics b', 2, 'g', '{}', 1, 1795166000);",
        )
        .unwrap();
    let keys = |store: &Store| {
        let (keys, leads) = (store.lead_keys().unwrap(), store.leads(&[LeadId(1), LeadId(2)]).unwrap());
        leads.iter().map(|lead| keys.of(lead)).collect::<Vec<_>>()
    };
    let store = open(&path, "start-1");
    let named = keys(&store);
    let (identity, number) = named[0].strip_prefix("leadbox-").unwrap().split_once('-').unwrap();
    assert!(
        identity.len() == 16 && identity.bytes().all(|byte| byte.is_ascii_hexdigit()) && number == "1",
        "{named:?}"
    );
    assert_eq!(
        named[1],
        format!("leadbox-2-{}", store.lead(LeadId(2)).unwrap().unwrap().receipt.at.format("%Y%m%d%H%M%S"))
    );
    drop(store);
    assert_eq!(keys(&open(&path, "start-2")), named, "it is given once");
}

#[test]
fn a_record_that_was_noted_as_ours_and_never_was_is_not_ours_after_the_migration() {
    let (_folder, path) = folder();
    let note = |crm, result| format!(r#"{{"crm":"{crm}","result":"{result}","remote":"g"}}"#);
    let leads = [
        ("dynamics", vec![note("dynamics", "known")]),
        ("dynamics", vec![note("dynamics", "created"), note("dynamics", "known")]),
        ("dynamics", vec![note("hubspot", "created"), note("dynamics", "known")]),
        ("hubspot", vec![note("hubspot", "updated"), note("hubspot", "known")]),
    ];
    let connection = store_of_version(&path, 10);
    for (id, (crm, notes)) in (1..).zip(&leads) {
        let target = format!("{crm} https://x.example");
        let sql =
            "INSERT INTO crm (target, lead, remote, fields, result, at) VALUES (?1, ?2, 'g', '{}', 3, 1795166000)";
        connection.execute(sql, (&target, id)).unwrap();
        for note in notes {
            let sql = "INSERT INTO batch (kind, at, start, title) VALUES (8, 1795166000, 's', 'x')";
            connection.execute(sql, ()).unwrap();
            let batch = connection.last_insert_rowid();
            let sql = "INSERT INTO journal (batch, lead, after) VALUES (?1, ?2, ?3)";
            connection.execute(sql, (batch, id, note)).unwrap();
        }
    }
    drop(connection);
    let store = open(&path, "start-1");
    let ours = (1..).zip(&leads).map(|(id, (crm, _))| {
        store.push_state(&format!("{crm} https://x.example"), LeadId(id)).unwrap().unwrap().fields.is_some()
    });
    assert!(ours.eq([false, true, false, true]));
}

#[test]
fn two_connections_writing_at_once_lose_nothing() {
    const EACH: usize = 40;
    let (_folder, path) = folder();
    let write = |name: &'static str| {
        let path = path.clone();
        move || {
            let mut store = open(&path, name);
            for n in 0..EACH {
                let row = Row::contact_me(&format!("{name}-{n}"), "2026-11-19")
                    .with(Field::Email, &format!("{name}{n}@x.example"));
                let counts = put_all(&mut store, &[row.arrival("2026-11-19")], now());
                assert_eq!(counts.added, 1);
                let own = Some(format!("{name}-{n}"));
                let leads = all_leads(&store);
                let id = leads.iter().find(|lead| lead.record.external_id == own).unwrap().id;
                store.apply(&[id], &Change::Favorite(true), now()).unwrap();
            }
        }
    };
    std::thread::scope(|scope| {
        let threads = [scope.spawn(write("one")), scope.spawn(write("two"))];
        threads.map(|thread| thread.join().unwrap())
    });
    let store = open(&path, "after");
    assert_eq!(store.count().unwrap(), 2 * EACH);
    assert_eq!(store.steps(1000).unwrap().len(), 2 * EACH);
    let connection = Connection::open(&path).unwrap();
    let answer: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(answer, "ok");
}

#[test]
fn starting_many_times_at_once_makes_one_store() {
    for _ in 0..10 {
        start_eight_times();
    }
}

fn start_eight_times() {
    let (_folder, path) = folder();
    std::thread::scope(|scope| {
        let start = || drop(open(&path, "start"));
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
        for thread in threads {
            thread.join().unwrap();
        }
    });
    assert_eq!(open(&path, "after").count().unwrap(), 0);
}

#[test]
fn undo_works_after_a_restart_and_asks_first() {
    let (_folder, path) = folder();
    let mut store = open(&path, "start-1");
    put_all(&mut store, &[Row::contact_me("a", "2026-11-19").arrival("2026-11-19")], now());
    let before = first(&store);
    change(&mut store, &decline(), now());
    drop(store);
    let mut store = open(&path, "start-2");
    let title = "decline of Northwind Traders".to_owned();
    assert_eq!(store.undo(false, minutes(1)).unwrap(), Undone::Ask { title: title.clone(), at: now() });
    assert_eq!(first(&store).seller.verdict.unwrap().kind, VerdictKind::Declined, "asking changes nothing");
    let Undone::Done { title: undone, leads, .. } = store.undo(true, minutes(1)).unwrap() else { panic!("confirmed") };
    assert_eq!(undone, title);
    assert_eq!((&leads[0].seller, &leads[0].owed), (&before.seller, &before.owed));
    assert_eq!(first(&store), leads[0]);
    assert_eq!(store.undo(true, minutes(2)).unwrap(), Undone::Nothing);
    drop(store);
    let mut store = open(&path, "start-3");
    assert!(matches!(store.redo(minutes(3)).unwrap(), Redone::Done { title: redone, .. } if redone == title));
    assert_eq!(first(&store).seller.verdict.unwrap().notes.as_deref(), Some("no such firm"));
}

#[test]
fn undo_asks_where_the_change_is_over_an_hour_old() {
    let mut store = one_lead();
    change(&mut store, &Change::Favorite(true), now());
    let late = minutes(60) + TimeDelta::seconds(1);
    assert!(matches!(store.undo(false, late).unwrap(), Undone::Ask { .. }));
    assert!(is_done(&store.undo(false, minutes(60)).unwrap()), "exactly an hour is fresh");
}

#[test]
fn a_new_change_leaves_nothing_to_redo() {
    let mut store = one_lead();
    change(&mut store, &decline(), now());
    assert!(is_done(&store.undo(false, now()).unwrap()));
    change(&mut store, &Change::Favorite(true), now());
    assert_eq!(store.redo(now()).unwrap(), Redone::Nothing);
    assert!(is_done(&store.undo(false, now()).unwrap()));
    assert_eq!(store.undo(false, now()).unwrap(), Undone::Nothing, "the decline was undone already");
    assert!(
        matches!(store.redo(now()).unwrap(), Redone::Done { title, .. } if title == "favorite of Northwind Traders")
    );
}

#[test]
fn a_bulk_change_is_one_step_and_an_id_counts_once() {
    let mut store = empty_store();
    let rows = ["a", "b", "c"].map(|id| {
        Row::contact_me(id, "2026-11-19").with(Field::Email, &format!("{id}@x.example")).arrival("2026-11-19")
    });
    put_all(&mut store, &rows, now());
    store.apply(&[LeadId(2)], &decline(), now()).unwrap();
    let ids = [1, 1, 2, 3, 9, 1].map(LeadId);
    let applied = store.apply(&ids, &accept(false), now()).unwrap();
    assert_eq!(applied.leads.iter().map(|lead| lead.id.0).collect::<Vec<_>>(), [1, 3]);
    assert_eq!(applied.refused, [(LeadId(2), Refusal::Archived(Some(Outcome::Declined)))]);
    assert_eq!(applied.unknown, [LeadId(9)]);
    assert_eq!(store.steps(10).unwrap()[0].title, "accept of 2 leads");
    let Undone::Done { leads, .. } = store.undo(false, now()).unwrap() else { panic!("undone") };
    assert_eq!(leads.len(), 2);
    let refused = store.apply(&[LeadId(2), LeadId(9)], &accept(false), now()).unwrap();
    assert!(refused.leads.is_empty());
    assert!(matches!(store.redo(now()).unwrap(), Redone::Done { .. }), "a change that nobody took clears nothing");
}

#[test]
fn undo_is_refused_after_an_import_moved_the_status() {
    let mut store = one_lead();
    change(&mut store, &accept(false), now());
    change(&mut store, &Change::Favorite(true), now());
    let row = Row::contact_me("a", "2026-11-19T12:00:00Z").with(Field::Status, "Accepted");
    put_all(&mut store, &[row.arrival("2026-11-20T12:00:00Z")], minutes(1));
    assert!(is_done(&store.undo(false, minutes(2)).unwrap()), "the heart is nobody else's");
    let before = first(&store);
    let refused = store.undo(false, minutes(2)).unwrap();
    assert_eq!(refused, Undone::Contradicted { title: "accept of Northwind Traders".to_owned() });
    assert_eq!(first(&store), before);
    assert!(matches!(store.redo(minutes(3)).unwrap(), Redone::Done { .. }), "the heart comes back");
}

#[test]
fn redo_is_refused_after_an_import_moved_the_status() {
    let mut store = one_lead();
    change(&mut store, &accept(false), now());
    assert!(is_done(&store.undo(false, now()).unwrap()));
    let row =
        Row::contact_me("a", "2026-11-19T12:00:00Z").with(Field::Status, "Archived").with(Field::Substatus, "Declined");
    put_all(&mut store, &[row.arrival("2026-11-20T12:00:00Z")], minutes(1));
    assert!(matches!(store.redo(minutes(2)).unwrap(), Redone::Contradicted { .. }));
    assert_eq!(first(&store).seller.verdict, None);
}

#[test]
fn every_verdict_opens_an_entry_with_its_deadline() {
    let mut store = one_lead();
    let accepted = change(&mut store, &accept(false), now());
    assert_eq!(owed(&accepted), [(VerdictKind::Accepted, false)]);
    assert_eq!(accepted.owed[0].due, Some(at("2026-12-03T12:00:00Z")), "created + 14 days");
    assert_eq!(store.first_owed_due().unwrap(), Some(at("2026-12-03T12:00:00Z")));
    let won = change(
        &mut store,
        &Change::Won { value: Some(("99.90".parse().unwrap(), "PLN".into())), reported: false },
        now(),
    );
    assert_eq!(owed(&won), [(VerdictKind::Accepted, false), (VerdictKind::Won, false)]);
    assert_eq!((won.owed[1].due, first(&store)), (None, won.clone()));
    assert_eq!(won.seller.deal.unwrap().value, Some("99.90".parse().unwrap()));
    let mut store = one_lead();
    assert_eq!(owed(&change(&mut store, &decline(), now())), [(VerdictKind::Declined, false)]);
    let mut store = one_lead();
    assert_eq!(owed(&change(&mut store, &accept(true), now())), [], "already done in Partner Center");
}

#[test]
fn an_entry_closes_when_an_import_agrees() {
    for (status, substatus, left) in [
        ("Accepted", "", vec![(VerdictKind::Won, false)]),
        ("Archived", "Won", vec![]),
        // Partner Center's other word stands: there is nothing left to enter there.
        ("Archived", "Lost", vec![]),
        ("Archived", "Declined", vec![]),
        ("Received", "", vec![(VerdictKind::Accepted, false), (VerdictKind::Won, false)]),
    ] {
        let mut store = one_lead();
        change(&mut store, &accept(false), now());
        change(&mut store, &Change::Won { value: None, reported: false }, now());
        let row =
            Row::contact_me("a", "2026-11-19T12:00:00Z").with(Field::Status, status).with(Field::Substatus, substatus);
        let seller = first(&store).seller;
        put_all(&mut store, &[row.arrival("2026-11-20T12:00:00Z")], minutes(1));
        assert_eq!(owed(&first(&store)), left, "{status} {substatus}");
        assert_eq!(first(&store).seller, seller);
    }
}

#[test]
fn a_deadline_that_an_import_moves_moves_what_is_owed() {
    let mut store = one_lead();
    change(&mut store, &accept(false), now());
    let row = Row::contact_me("a", "2026-11-19T12:00:00Z").with(Field::Expiry, "2026-11-23T00:00:00Z");
    put_all(&mut store, &[row.arrival("2026-11-20T12:00:00Z")], minutes(1));
    assert_eq!(first(&store).owed[0].due, Some(at("2026-11-23T00:00:00Z")));
    assert!(is_done(&store.undo(true, minutes(2)).unwrap()), "the accept can be taken back");
    assert_eq!(first(&store).owed, [], "without a correction: Partner Center was never told");
}

#[test]
fn a_win_that_was_reported_settles_the_accept_and_its_undo_owes_it_again() {
    let mut store = one_lead();
    change(&mut store, &accept(false), now());
    change(&mut store, &Change::Won { value: None, reported: true }, minutes(1));
    assert_eq!(first(&store).owed, []);
    assert!(is_done(&store.undo(true, minutes(2)).unwrap()));
    let kinds: Vec<_> = first(&store).owed.iter().map(|owed| (owed.kind, owed.remark.is_some())).collect();
    assert_eq!(kinds, [(VerdictKind::Accepted, false), (VerdictKind::Won, true)]);
}

#[test]
fn a_change_that_changes_nothing_is_no_step() {
    let mut store = one_lead();
    change(&mut store, &Change::Favorite(true), now());
    let again = store.apply(&[first(&store).id], &Change::Favorite(true), minutes(1)).unwrap();
    assert!(!again.stored);
    assert_eq!(store.steps(10).unwrap().len(), 1);
}

#[test]
fn an_export_of_our_own_is_not_partner_centers_word() {
    let mut store = one_lead();
    change(&mut store, &accept(false), now());
    let mut own = crate::samples::own_arrival(&first(&store));
    own.record.status = Status::Accepted;
    own.as_of = minutes(60);
    own.own.as_mut().unwrap().seller.favorite = true;
    let before = first(&store);
    assert_eq!(put_all(&mut store, &[own], now()), ImportCounts { unchanged: 1, ..ImportCounts::default() });
    assert_eq!(first(&store), before);
}

#[test]
fn undoing_a_verdict_withdraws_its_entry_or_asks_to_correct_it() {
    let mut store = one_lead();
    change(&mut store, &accept(false), now());
    assert!(is_done(&store.undo(false, now()).unwrap()));
    assert_eq!(owed(&first(&store)), []);
    change(&mut store, &accept(true), now());
    assert!(is_done(&store.undo(false, now()).unwrap()));
    let asked = first(&store).owed;
    assert_eq!(asked[0].remark.as_deref(), Some("Partner Center was told Accepted; correct it there."));
    assert!(matches!(store.redo(now()).unwrap(), Redone::Done { .. }));
    assert_eq!(owed(&first(&store)), [], "told again: nothing to correct");
}

/// How the entries of lead 1 were closed, as stored, oldest first.
fn closings(path: &Path) -> Vec<Option<i64>> {
    let connection = Connection::open(path).unwrap();
    let mut statement = connection.prepare("SELECT closed_how FROM owed WHERE lead = 1 ORDER BY rowid").unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

const TICK_OFF: Change = Change::TickOff(None);

#[test]
fn an_entry_is_ticked_off_undone_and_redone_also_after_a_restart() {
    let (_folder, path) = folder();
    let mut store = open(&path, "start-1");
    put_all(&mut store, &[Row::contact_me("a", "2026-11-19T12:00:00Z").arrival("2026-11-19T12:00:00Z")], now());
    let accepted = change(&mut store, &accept(false), now());
    let done = change(&mut store, &TICK_OFF, minutes(1));
    assert_eq!((owed(&done), &done.seller), (vec![], &accepted.seller), "nothing but what is owed changed");
    assert_eq!((store.count_owed().unwrap(), store.first_owed_due().unwrap()), (0, None));
    assert_eq!(store.steps(1).unwrap()[0].title, "tick-off of Northwind Traders");
    assert_eq!(closings(&path), [Some(3)]);
    drop(store);
    let mut store = open(&path, "start-2");
    assert_eq!(first(&store), done);
    assert!(matches!(store.undo(false, minutes(2)).unwrap(), Undone::Ask { .. }));
    assert!(
        matches!(store.undo(true, minutes(2)).unwrap(), Undone::Done { corrections, .. } if corrections.is_empty())
    );
    assert_eq!(first(&store).owed, accepted.owed, "owed again, since when it was and until when");
    drop(store);
    let mut store = open(&path, "start-3");
    assert!(matches!(store.redo(minutes(3)).unwrap(), Redone::Done { .. }));
    assert_eq!(first(&store).owed, []);
    assert_eq!(closings(&path), [Some(3), Some(3)], "ticked off both times");
    let words: Vec<_> =
        store.timeline(LeadId(1)).unwrap().iter().map(|event| event.kind.words(now(), Tz::UTC)).collect();
    assert_eq!(words[2], "accept entered in Partner Center (ticked off)");
}

#[test]
fn a_tick_off_may_be_of_one_kind_and_is_refused_where_nothing_is_owed() {
    let mut store = one_lead();
    let ids = [LeadId(1)];
    let refused = store.apply(&ids, &TICK_OFF, now()).unwrap().refused;
    assert_eq!(refused[0].1.to_string(), "owes Partner Center nothing");
    change(&mut store, &accept(false), now());
    change(&mut store, &Change::Won { value: None, reported: false }, now());
    let refused = store.apply(&ids, &Change::TickOff(Some(VerdictKind::Lost)), now()).unwrap().refused;
    assert_eq!(refused[0].1.to_string(), "owes Partner Center no loss");
    let left = change(&mut store, &Change::TickOff(Some(VerdictKind::Accepted)), now());
    assert_eq!(owed(&left), [(VerdictKind::Won, false)], "of an archived lead too");
    assert_eq!(store.steps(1).unwrap()[0].title, "tick-off of Northwind Traders");
    assert!(is_done(&store.undo(false, now()).unwrap()));
    assert_eq!(first(&store).owed.len(), 2);
    assert_eq!(owed(&change(&mut store, &TICK_OFF, now())), [], "all at once");
    // A reported accept that was undone is to be corrected; that is ticked off like any other entry.
    let mut store = one_lead();
    change(&mut store, &accept(true), now());
    assert!(is_done(&store.undo(false, now()).unwrap()));
    assert_eq!(owed(&change(&mut store, &TICK_OFF, now())), []);
    assert_eq!(
        store.timeline(LeadId(1)).unwrap()[0].kind.words(now(), Tz::UTC),
        "accept corrected in Partner Center (ticked off)"
    );
}

#[test]
fn a_verdict_whose_entry_was_ticked_off_asks_for_a_correction_when_it_is_undone() {
    let mut store = empty_store();
    let row = |id: &str| Row::contact_me(id, "2026-11-19T12:00:00Z").with(Field::Email, &format!("{id}@x.example"));
    put_all(&mut store, &["a", "b"].map(|id| row(id).arrival("2026-11-19T12:00:00Z")), now());
    change(&mut store, &accept(false), now());
    store.apply(&[LeadId(1), LeadId(2)], &accept(false), now()).unwrap();
    store.apply(&[LeadId(1), LeadId(2)], &TICK_OFF, minutes(1)).unwrap();
    // Partner Center's word about the second lead settles the tick-off of both: it is not taken back any more.
    put_all(&mut store, &[row("b").with(Field::Status, "Accepted").arrival("2026-11-20T12:00:00Z")], minutes(2));
    assert!(matches!(store.undo(true, minutes(3)).unwrap(), Undone::Contradicted { .. }));
    assert!(matches!(store.undo(true, minutes(3)).unwrap(), Undone::Contradicted { .. }), "nor the second's accept");
    let Undone::Done { corrections, leads, .. } = store.undo(true, minutes(3)).unwrap() else { panic!("undone") };
    assert_eq!(corrections, ["Partner Center was told Accepted; correct it there."]);
    assert_eq!(owed(&leads[0]), [(VerdictKind::Accepted, true)]);
    assert_eq!(leads[0].seller.verdict, None);
}

#[test]
fn what_an_import_says_meanwhile_holds_for_a_tick_off_that_is_undone() {
    let row = Row::contact_me("a", "2026-11-19T12:00:00Z");
    let ticked_off = || {
        let mut store = one_lead();
        change(&mut store, &accept(false), now());
        change(&mut store, &TICK_OFF, minutes(1));
        store
    };
    let mut store = ticked_off();
    let moved = row.clone().with(Field::Expiry, "2026-11-23T00:00:00Z");
    put_all(&mut store, &[moved.arrival("2026-11-20T12:00:00Z")], minutes(2));
    assert!(is_done(&store.undo(true, minutes(3)).unwrap()));
    assert_eq!(first(&store).owed[0].due, Some(at("2026-11-23T00:00:00Z")), "due as it is known now");
    let later = row.clone().with(Field::Expiry, "2026-11-30T00:00:00Z");
    put_all(&mut store, &[later.arrival("2026-11-20T13:00:00Z")], minutes(4));
    assert!(matches!(store.redo(minutes(5)).unwrap(), Redone::Done { .. }));
    assert_eq!(first(&store).owed, [], "the same entry, whatever its deadline");
    let mut store = ticked_off();
    put_all(&mut store, &[row.with(Field::Status, "Accepted").arrival("2026-11-20T12:00:00Z")], minutes(2));
    assert!(matches!(store.undo(true, minutes(3)).unwrap(), Undone::Contradicted { .. }), "Partner Center knows");
    assert_eq!(first(&store).owed, []);
}

#[test]
fn the_leads_that_owe_are_read_without_test_leads_and_the_timeline_says_who_settled_an_entry() {
    let mut store = empty_store();
    let row = |id: &str| Row::contact_me(id, "2026-11-19T12:00:00Z").with(Field::Email, &format!("{id}@x.example"));
    let rows = [row("a"), row("b").with(Field::Company, "MSFT_TEST"), row("c"), row("d")];
    put_all(&mut store, &rows.map(|row| row.arrival("2026-11-19T12:00:00Z")), now());
    store.apply(&[1, 2, 4].map(LeadId), &accept(false), now()).unwrap();
    let owing = store.owing().unwrap();
    assert_eq!(owing, [1, 4].map(|id| store.lead(LeadId(id)).unwrap().unwrap()), "whole, as they are");
    assert_eq!(store.count_owed().unwrap(), 2);
    put_all(&mut store, &[row("a").with(Field::Status, "Accepted").arrival("2026-11-20T12:00:00Z")], minutes(1));
    assert_eq!(store.owing().unwrap().iter().map(|lead| lead.id.0).collect::<Vec<_>>(), [4]);
    let words = store.timeline(LeadId(1)).unwrap()[0].kind.words(now(), Tz::UTC);
    assert!(words.ends_with("status Accepted; Partner Center agrees: accept settled."), "{words}");
}

#[test]
fn a_correction_outlives_the_undo_and_redo_of_other_steps() {
    let mut store = one_lead();
    change(&mut store, &accept(true), now());
    assert!(is_done(&store.undo(false, now()).unwrap()));
    // All in one second: the correction and the new accept differ by nothing but the remark.
    change(&mut store, &accept(false), now());
    let both = [(VerdictKind::Accepted, true), (VerdictKind::Accepted, false)];
    assert_eq!(owed(&first(&store)), both);
    assert!(is_done(&store.undo(false, now()).unwrap()));
    assert_eq!(owed(&first(&store)), [(VerdictKind::Accepted, true)]);
    assert!(matches!(store.redo(now()).unwrap(), Redone::Done { .. }));
    assert_eq!(owed(&first(&store)), both);
    let row = Row::contact_me("a", "2026-11-19T12:00:00Z").with(Field::Status, "Accepted");
    put_all(&mut store, &[row.arrival("2026-11-20T12:00:00Z")], now());
    assert_eq!(owed(&first(&store)), [(VerdictKind::Accepted, true)], "an import closes no correction");
}

#[test]
fn archived_and_informational_leads_take_no_verdict() {
    let mut store = empty_store();
    let info = Row::contact_me("a", "2026-11-19").with(Field::CallToAction, "Get it now");
    let dnc = Row::contact_me("b", "2026-11-19").with(Field::LeadSource, "SPZA-DNC|a.b");
    let expired = Row::contact_me("c", "2026-11-06T12:00:00Z");
    put_all(&mut store, &[info, dnc, expired].map(|row| row.arrival("2026-11-19")), now());
    let ids = [1, 2, 3].map(LeadId);
    let applied = store.apply(&ids, &accept(false), now()).unwrap();
    let expired = Refusal::Archived(Some(Outcome::Expired));
    assert_eq!(
        applied.refused,
        [(ids[0], Refusal::Informational), (ids[1], Refusal::Informational), (ids[2], expired)]
    );
    assert_eq!(store.apply(&ids, &Change::Favorite(true), now()).unwrap().leads.len(), 3, "a heart is always allowed");
    let lead = first(&store);
    assert_eq!(
        leadbox::domain::change::check_state(&lead, Act::Won, &Terms::default(), now()),
        Err(Refusal::Informational)
    );
}

#[test]
fn the_sources_id_makes_two_records_one_lead() {
    let mut store = one_lead();
    let other = Row::contact_me("a", "2026-11-19T12:00:00Z")
        .with(Field::Company, "Fabrikam")
        .with(Field::Email, "new@x.example");
    let counts = put_all(&mut store, &[other.arrival("2026-11-20")], now());
    assert_eq!((counts.added, counts.updated, store.count().unwrap()), (0, 1, 1));
    assert_eq!(first(&store).record.person.company.as_deref(), Some("Fabrikam"));
    let older = other.with(Field::Company, "Old name");
    assert_eq!(put_all(&mut store, &[older.arrival("2026-11-18")], now()).unchanged, 1);
    let elsewhere = Row::contact_me("b", "2026-11-19T12:00:00Z");
    assert_eq!(put_all(&mut store, &[elsewhere.arrival("2026-11-20")], now()).added, 1, "another id, another lead");
}

fn no_id(created: &str) -> Row {
    let mut row = Row::contact_me("", created);
    row.fields.retain(|(field, _)| *field != Field::Id);
    row
}

#[test]
fn the_same_content_is_one_lead_for_72_hours() {
    for (created, added) in [
        ("2026-11-22T12:00:00Z", 0),
        ("2026-11-22T12:00:01Z", 1),
        ("2026-11-16T12:00:00Z", 0),
        ("2026-11-16T11:59:59Z", 1),
    ] {
        let mut store = empty_store();
        put_all(&mut store, &[no_id("2026-11-19T12:00:00Z").arrival("2026-11-20")], now());
        let counts = put_all(&mut store, &[no_id(created).arrival("2026-11-20")], now());
        assert_eq!(counts.added, added, "{created}");
        assert_eq!(first(&store).record.created_at, at("2026-11-19T12:00:00Z"), "the first delivery starts the clocks");
        let other = no_id(created).with(Field::Description, "another wish");
        assert_eq!(put_all(&mut store, &[other.arrival("2026-11-20")], now()).added, 1, "other content");
    }
}

#[test]
fn a_chain_of_deliveries_is_as_many_leads_at_every_import() {
    let rows = ["2026-11-10", "2026-11-12T12:00:00Z", "2026-11-15"].map(|created| no_id(created).arrival("2026-11-20"));
    let mut store = empty_store();
    assert_eq!(put_all(&mut store, &rows, now()).added, 2);
    for _ in 0..3 {
        assert_eq!(put_all(&mut store, &rows, now()).added, 0);
    }
}

#[test]
fn a_record_with_an_id_adopts_the_one_lead_that_fits() {
    let stored = no_id("2026-11-19T12:00:00Z");
    let fits = Row::contact_me("a", "2026-11-20T12:00:00Z").with(Field::Description, "more words");
    let late = Row::contact_me("a", "2026-11-20T12:00:01Z");
    let no_offer = Row::contact_me("a", "2026-11-19T12:00:00Z").with(Field::LeadSource, "AppSource (SPZA)-PLT");
    let publisher =
        Row::contact_me("a", "2026-11-19T12:00:00Z").with(Field::LeadSource, "SPZA-PLT|fabrikam.sql-backup");
    let action = Row::contact_me("a", "2026-11-19T12:00:00Z").with(Field::CallToAction, "Free trial");
    let mail = Row::contact_me("a", "2026-11-19T12:00:00Z").with(Field::Email, "ANA@northwind.EXAMPLE");
    for (arriving, adopts) in
        [(&fits, true), (&mail, true), (&late, false), (&no_offer, false), (&publisher, false), (&action, false)]
    {
        let mut store = empty_store();
        put_all(&mut store, &[stored.arrival("2026-11-20")], now());
        let counts = put_all(&mut store, &[arriving.arrival("2026-11-20T13:00:00Z")], now());
        assert_eq!(counts.updated == 1, adopts, "{arriving:?}");
        assert_eq!(store.count().unwrap(), if adopts { 1 } else { 2 });
        if adopts {
            assert_eq!(first(&store).record.external_id.as_deref(), Some("a"));
            let told =
                |event: &Event| matches!(&event.kind, EventKind::Imported { remarks, .. } if !remarks.is_empty());
            assert!(store.timeline(LeadId(1)).unwrap().iter().any(told), "the timeline says so");
            let again =
                put_all(&mut store, &[stored.arrival("2026-11-20"), arriving.arrival("2026-11-20T13:00:00Z")], now());
            assert_eq!(again.unchanged, 2, "both files once more: nothing new");
        }
    }
}

#[test]
fn two_leads_that_fit_are_adopted_by_nobody() {
    let mut store = empty_store();
    let other = no_id("2026-11-19T12:00:00Z").with(Field::Description, "another wish");
    put_all(&mut store, &[no_id("2026-11-19T12:00:00Z").arrival("2026-11-20"), other.arrival("2026-11-20")], now());
    assert_eq!(
        put_all(&mut store, &[Row::contact_me("a", "2026-11-19T12:00:00Z").arrival("2026-11-20")], now()).added,
        1
    );
    assert_eq!(store.count().unwrap(), 3);
}

#[test]
fn partner_centers_expired_does_not_override_a_verdict_made_in_time() {
    let mut store = one_lead();
    change(&mut store, &accept(false), now());
    let row = Row::contact_me("a", "2026-11-19T12:00:00Z")
        .with(Field::Status, "Archived")
        .with(Field::Substatus, "Expired")
        .with(Field::Expiry, "2026-12-04T09:00:00Z");
    put_all(&mut store, &[row.arrival("2026-12-05")], at("2026-12-05"));
    let lead = first(&store);
    let vitals = leadbox::domain::vitals::Vitals::of(&lead, &Terms::default());
    let standing = vitals.standing(at("2026-12-06").timestamp());
    assert_eq!(standing, (Status::Accepted, None));
    assert!(!leadbox::domain::contacts::contacts(&lead, standing).hidden);
    let events = store.timeline(LeadId(1)).unwrap();
    let EventKind::Imported { remarks, .. } = &events[0].kind else { panic!("{events:?}") };
    assert_eq!(remarks, &["Partner Center expired it on 4 Dec; the accept was never entered there."]);
}

#[test]
fn partner_centers_expired_does_not_deny_what_the_seller_ticked_off() {
    let mut store = one_lead();
    change(&mut store, &accept(false), now());
    change(&mut store, &TICK_OFF, now());
    let row = Row::contact_me("a", "2026-11-19T12:00:00Z")
        .with(Field::Status, "Archived")
        .with(Field::Substatus, "Expired")
        .with(Field::Expiry, "2026-12-03T12:00:00Z");
    put_all(&mut store, &[row.arrival("2026-12-05")], at("2026-12-05"));
    let events = store.timeline(LeadId(1)).unwrap();
    let EventKind::Imported { remarks, .. } = &events[0].kind else { panic!("{events:?}") };
    assert_eq!(remarks, &["Partner Center expired it on 3 Dec, although the accept was said to be entered there."]);
}

#[test]
fn of_two_outcomes_partner_centers_stands_and_the_timeline_names_the_conflict() {
    for (substatus, conflict) in [("Won", true), ("Aged out", true), ("Declined", false)] {
        let mut store = one_lead();
        change(&mut store, &decline(), now());
        let row = Row::contact_me("a", "2026-11-19T12:00:00Z")
            .with(Field::Status, "Archived")
            .with(Field::Substatus, substatus);
        put_all(&mut store, &[row.arrival("2026-11-21")], now());
        let lead = first(&store);
        let outcome = leadbox::domain::vitals::decided(&lead.record, &lead.seller, &Terms::default()).1;
        assert_eq!(outcome, Outcome::from_word(substatus));
        let events = store.timeline(LeadId(1)).unwrap();
        let EventKind::Imported { remarks, .. } = &events[0].kind else { panic!("{events:?}") };
        let said = if conflict { "Partner Center's word stands." } else { "Partner Center agrees: decline settled." };
        assert!(remarks.len() == 1 && remarks[0].ends_with(said), "{substatus}: {remarks:?}");
    }
    let mut store = one_lead();
    change(&mut store, &accept(false), now());
    let row =
        Row::contact_me("a", "2026-11-19T12:00:00Z").with(Field::Status, "Archived").with(Field::Substatus, "Won");
    put_all(&mut store, &[row.arrival("2026-11-21")], now());
    let events = store.timeline(LeadId(1)).unwrap();
    assert!(
        matches!(&events[0].kind, EventKind::Imported { remarks, .. } if remarks == &["Partner Center agrees: accept settled."]),
        "an accept that went on"
    );
}

#[test]
fn an_import_that_is_dropped_leaves_no_trace() {
    let mut store = one_lead();
    change(&mut store, &accept(false), now());
    let before = (all_leads(&store), store.timeline(LeadId(1)).unwrap(), store.data_age().unwrap());
    let mut import = store.import(&label("dropped.csv"), minutes(5)).unwrap();
    let agreed = Row::contact_me("a", "2026-11-19T12:00:00Z").with(Field::Status, "Accepted").arrival("2026-11-21");
    assert_eq!(import.put(&agreed).unwrap(), Placed::Updated(LeadId(1)));
    assert_eq!(
        import.put(&Row::contact_me("z", "2026-11-19").arrival("2026-11-21")).unwrap(),
        Placed::Added(LeadId(2))
    );
    drop(import);
    assert_eq!((all_leads(&store), store.timeline(LeadId(1)).unwrap(), store.data_age().unwrap()), before);
    assert!(is_done(&store.undo(false, minutes(6)).unwrap()));
}

#[test]
fn changes_of_another_connection_are_followed() {
    let (_folder, path) = folder();
    let (mut here, mut there) = (open(&path, "here"), open(&path, "there"));
    let rows = ["a", "b", "c"].map(|id| {
        Row::contact_me(id, "2026-11-19T12:00:00Z").with(Field::Email, &format!("{id}@x.example")).arrival("2026-11-20")
    });
    put_all(&mut here, &rows, now());
    let mark = here.briefs(|_| true).unwrap();
    let version = here.data_version().unwrap();
    let ids =
        |store: &Store, mark| store.changed_since(mark).unwrap().0.iter().map(|brief| brief.id.0).collect::<Vec<_>>();
    assert_eq!(ids(&here, mark), Vec::<i64>::new());
    there.apply(&[LeadId(2)], &Change::Favorite(true), now()).unwrap();
    assert_ne!(here.data_version().unwrap(), version);
    assert_eq!(ids(&here, mark), [2]);
    put_all(&mut there, &[Row::contact_me("d", "2026-11-19").arrival("2026-11-20")], now());
    assert_eq!(ids(&here, mark), [2, 4]);
    let (_, mark) = here.changed_since(mark).unwrap();
    assert!(is_done(&there.undo(true, now()).unwrap()));
    assert_eq!(ids(&here, mark), [2], "an undo is a change");
    let (_, mark) = here.changed_since(mark).unwrap();
    there.redo(now()).unwrap();
    let moved =
        Row::contact_me("c", "2026-11-19T12:00:00Z").with(Field::Status, "Accepted").with(Field::Email, "c@x.example");
    put_all(&mut there, &[moved.arrival("2026-11-21")], now());
    let (briefs, _) = here.changed_since(mark).unwrap();
    assert_eq!(briefs.iter().map(|brief| brief.id.0).collect::<Vec<_>>(), [2, 3]);
    let stored = here.lead(LeadId(3)).unwrap().unwrap();
    assert_eq!(briefs[1], leadbox::domain::catalog::Brief::of_lead(&stored, &Terms::default()));
}

#[test]
fn the_timeline_is_newest_first_and_forgets_nothing() {
    let mut store = empty_store();
    let row = Row::contact_me("a", "2026-11-19T12:00:00Z");
    put_all(&mut store, &[row.arrival("2026-11-19")], now());
    change(&mut store, &accept(false), minutes(1));
    assert!(is_done(&store.undo(false, minutes(2)).unwrap()));
    store.redo(minutes(3)).unwrap();
    let twice = [
        row.clone().with(Field::JobTitle, "CTO").arrival("2026-11-20"),
        row.with(Field::Country, "Portugal").arrival("2026-11-20"),
    ];
    put_all(&mut store, &twice, minutes(4));
    // A clock that jumped back does not reorder what happened.
    change(&mut store, &Change::Favorite(true), minutes(-600));
    let events = store.timeline(LeadId(1)).unwrap();
    let words: Vec<_> = events
        .iter()
        .map(|event| match &event.kind {
            EventKind::Received { .. } => "received",
            EventKind::Imported { .. } => "imported",
            EventKind::Changed { .. } => "changed",
            EventKind::Undone { .. } => "undone",
            EventKind::Redone { .. } => "redone",
            EventKind::Uploaded { .. } => "uploaded",
            EventKind::Pushed(_) => "pushed",
        })
        .collect();
    assert_eq!(words, ["changed", "imported", "redone", "undone", "changed", "received"]);
    let EventKind::Imported { changes, .. } = &events[1].kind else { panic!("{events:?}") };
    let fields: Vec<_> = changes.iter().map(|change| change.field.as_str()).collect();
    assert_eq!(fields, ["JobTitle", "Country"], "both rows of the file");
}

#[test]
fn persons_are_counted_by_their_key_without_test_leads() {
    let mut store = empty_store();
    let rows = [
        Row::contact_me("a", "2026-11-19").with(Field::Email, "ANA@northwind.example"),
        Row::contact_me("b", "2026-11-18"),
        Row::contact_me("c", "2026-11-17").with(Field::Company, "MSFT_TEST"),
        Row::contact_me("d", "2026-11-16").with(Field::Email, ""),
    ];
    put_all(&mut store, &rows.map(|row| row.arrival("2026-11-20")), now());
    assert_eq!(store.person_leads(&first(&store)).unwrap(), 2);
    let of = |id, most| store.leads_of_person(&store.lead(LeadId(id)).unwrap().unwrap(), most).unwrap();
    assert_eq!(of(1, 9), [LeadId(1), LeadId(2)]);
    assert_eq!(of(2, 1), [LeadId(1)], "the newest");
    assert_eq!(of(3, 9), [LeadId(1), LeadId(2), LeadId(3)], "a test lead sees test leads");
    assert_eq!(store.person_leads(&store.lead(LeadId(3)).unwrap().unwrap()).unwrap(), 3);
    let persons = store.same_persons().unwrap();
    assert_eq!((persons.len(), persons[&LeadId(1)] == persons[&LeadId(3)]), (4, true));
    assert_ne!(persons[&LeadId(1)], persons[&LeadId(4)]);
    let phone = store.lead(LeadId(4)).unwrap().unwrap().record.person_key;
    assert_eq!(phone.as_deref(), Some("+551155500100"), "without an e-mail the phone in E.164");
    assert_eq!(store.persons().unwrap().len(), 1);
}

#[test]
fn a_record_as_fresh_as_known_confirms_without_a_trace() {
    let mut store = one_lead();
    let before = first(&store);
    let newer = arrival(before.record.clone(), at("2026-11-20T11:00:00Z"));
    assert_eq!(put_all(&mut store, &[newer], now()).unchanged, 1);
    let after = first(&store);
    assert_eq!(after.receipt.as_of, at("2026-11-20T11:00:00Z"), "known to be true at a later moment");
    assert_eq!((after.rev, store.timeline(LeadId(1)).unwrap().len()), (before.rev, 1));
}

#[test]
fn what_was_seen_is_kept_and_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let store = Store::open(&path, Terms::default(), "one").unwrap();
    assert_eq!(store.seen().unwrap(), None);
    store.see(now()).unwrap();
    let seen = Store::open(&path, Terms::default(), "two").unwrap().seen().unwrap().unwrap();
    assert_eq!((seen.at, seen.lead), (now(), LeadId(0)));
    let mut store = store;
    put_all(&mut store, &[Row::contact_me("a", "2026-11-19T12:00:00Z").arrival("2026-11-20T10:00:00Z")], now());
    store.see(now() + TimeDelta::hours(1)).unwrap();
    let seen = store.seen().unwrap().unwrap();
    assert_eq!((seen.at, seen.lead), (now() + TimeDelta::hours(1), LeadId(1)));
}

#[test]
fn a_damaged_moment_is_an_error_and_no_day_in_1970() {
    let (_folder, path) = folder();
    let mut store = open(&path, "start-1");
    put_all(&mut store, &[Row::contact_me("a", "2026-11-19").arrival("2026-11-19")], now());
    let id = LeadId(1);
    store.apply(&[id], &accept(false), now()).unwrap();
    let other = Connection::open(&path).unwrap();
    let mut damaged = |column: &str, table: &str, read: &dyn Fn(&mut Store) -> Option<StoreError>| {
        assert!(read(&mut store).is_none(), "{column} is whole");
        let kept = format!("CREATE TABLE kept AS SELECT rowid AS place, {column} AS value FROM {table}");
        let spoil = format!("UPDATE {table} SET {column} = 9000000000000000000");
        other.execute_batch(&format!("{kept}; {spoil}")).unwrap();
        let error = read(&mut store).unwrap_or_else(|| panic!("{table}.{column} was read"));
        assert!(matches!(error, StoreError::Unreadable { .. }), "{error}");
        assert!(error.to_string().contains("a stored value is damaged"), "{error}");
        let restore = format!("UPDATE {table} SET {column} = (SELECT value FROM kept WHERE place = {table}.rowid)");
        other.execute_batch(&format!("{restore}; DROP TABLE kept")).unwrap();
    };
    damaged("at", "batch", &|store| store.data_age().err());
    damaged("at", "batch", &|store| store.timeline(id).err());
    damaged("at", "batch", &|store| store.steps(9).err());
    damaged("received_at", "lead", &|store| store.timeline(id).err());
    damaged("stated_expiry", "lead", &|store| store.lead(id).err());
    damaged("opened_at", "owed", &|store| store.lead(id).err());
    damaged("due", "owed", &|store| store.first_owed_due().err());
    damaged("created_at", "lead", &|store| store.briefs(|_| true).err());
    other.execute_batch("UPDATE batch SET at = 9000000000000000000").unwrap();
    assert!(matches!(store.undo(false, now()), Err(StoreError::Unreadable { .. })));
}
