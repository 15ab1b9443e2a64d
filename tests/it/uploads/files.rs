//! The files of an upload: what stands in a new one, how they split, what is marked, and the errand until an import agrees.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use leadbox::domain::change::{Change, Grounds};
use leadbox::domain::lead::{LeadId, Moment};
use leadbox::domain::leaving::Choice;
use leadbox::domain::record::Field;
use leadbox::domain::terms::Terms;
use leadbox::domain::upload::Intent;
use leadbox::domain::vocabulary::Reason;
use leadbox::shell::files::{Overwrite, write_bytes};
use leadbox::shell::outgoing::upload::{UploadOrder, to_file, to_stream};
use leadbox::shell::outgoing::{Account, OutgoingError};
use leadbox::store::Store;

use crate::samples::{Row, all_leads, deal, empty_store, import_csv, now, put_all};

fn put(path: &Path, text: &str) {
    write_bytes(path, Overwrite::No, text.as_bytes()).unwrap();
}

fn grounds(reason: Reason) -> Grounds {
    Grounds { reason, notes: Some("said so".to_owned()), reported: false }
}

/// A store whose leads 1 to 4 owe an accept, a decline, a win and a loss; 5 owes nothing, 6 has no id, 7 is accepted and won.
fn store() -> Store {
    let mut store = empty_store();
    fill(&mut store);
    store
}

fn fill(store: &mut Store) {
    let row = |id: &str, company: &str| {
        Row::contact_me(id, "2026-11-19T12:00:00Z")
            .with(Field::Company, company)
            .with(Field::Email, &format!("{company}@x.example"))
    };
    let rows = [
        row("aaaa-1", "Adatum"),
        row("bbbb-2", "=cmd"),
        row("cccc-3", "Contoso").with(Field::Status, "Accepted"),
        row("dddd-4", "Döner, \"1\"").with(Field::Status, "Accepted"),
        row("eeee-5", "Fabrikam"),
        row("", "Tailspin"),
        row("ffff-7", "Woodgrove"),
    ];
    let arrivals: Vec<_> = rows.iter().map(|row| row.arrival("2026-11-19T13:00:00Z")).collect();
    put_all(store, &arrivals, now());
    let accept = |store: &mut Store, id| {
        store.apply(&[LeadId(id)], &Change::Accept { deal: deal("Backup"), reported: false }, now()).unwrap();
    };
    accept(store, 1);
    store.apply(&[LeadId(2)], &Change::Decline(grounds(Reason::Spam)), now()).unwrap();
    let won = Change::Won { value: Some(("7".parse().unwrap(), "PLN".to_owned())), reported: false };
    store.apply(&[LeadId(3)], &won, now()).unwrap();
    store.apply(&[LeadId(4)], &Change::Lost(grounds(Reason::Budget)), now()).unwrap();
    accept(store, 6);
    accept(store, 7);
    store.apply(&[LeadId(7)], &won, now()).unwrap();
}

fn order<'a>(ids: &'a [LeadId], template: Option<&'a Path>, now: Moment) -> UploadOrder<'a> {
    UploadOrder { ids, choice: Choice::default(), template, intent: None, now }
}

fn ids(store: &Store) -> Vec<LeadId> {
    all_leads(store).iter().map(|lead| lead.id).collect()
}

fn written(store: &mut Store, path: &Path, template: Option<&Path>) -> Account {
    let ids = ids(store);
    to_file(store, &order(&ids, template, now()), path, Overwrite::No).unwrap()
}

fn marked(store: &Store) -> Vec<(i64, &'static str)> {
    let leads = all_leads(store);
    let marked = leads.iter().flat_map(|lead| lead.owed.iter().map(|owed| (lead.id.0, owed.kind, owed.uploaded_at)));
    marked.filter(|(_, _, at)| at.is_some()).map(|(id, kind, _)| (id, kind.verb())).collect()
}

#[test]
fn a_new_file_has_the_documented_columns_and_only_what_is_owed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("upload.csv");
    let mut store = store();
    let account = written(&mut store, &path, None);
    assert_eq!((account.census.leads, account.files.as_slice()), (5, &[path.clone()][..]));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&path).unwrap();
    let head = "\u{feff}Engagement ID,Referral ID,Deal Name,Customer Name,Customer Country,Partner Referral Status,\
                Partner Referral Substatus,Declined/Lost/Error reason,Estimated Deal Value,Currency,Estimated Close Date,\
                CRM ID,Marketing Campaign ID,Notes,Marketplace Purchase Intent,Team member 1,Team member 2";
    let team = "\"Jo, Hill, +49 30 5550 0100, jo@contoso.example\",\", , , kim@contoso.example\"";
    let deal = |id: &str, company: &str, value: &str| {
        format!(
            ",{id},Backup,{company},BR,Active,Accepted,,{value},12/31/2026,'=42,\"autumn, 2026\",\"three servers\n\
             and a rack\",Have not decided,{team}"
        )
    };
    let expected = [
        head.to_owned(),
        deal("aaaa-1", "Adatum", "18000.50,EUR"),
        ",bbbb-2,'=cmd – sql-backup,'=cmd,BR,Closed,Declined,7,,,,,,said so,No,,".to_owned(),
        deal("ffff-7", "Woodgrove", "7,PLN"),
        ",cccc-3,Contoso – sql-backup,Contoso,BR,Closed,Won,,7,PLN,,,,,Yes,,".to_owned(),
        ",dddd-4,\"Döner, \"\"1\"\" – sql-backup\",\"Döner, \"\"1\"\"\",BR,Closed,Lost,1,,,,,,said so,No,,".to_owned(),
    ];
    let lines: Vec<_> = text.split("\r\n").filter(|line| !line.is_empty()).collect();
    assert_eq!(lines, expected);
    assert_eq!(marked(&store), [(1, "accept"), (2, "decline"), (3, "won"), (4, "lost"), (7, "accept")]);
    let notes = account.notes.join("\n");
    for sentence in [
        "1 owed lead has no id at Partner Center: #6.",
        "1 win or loss waits for its accept: #7. Once an import shows that Partner Center accepted it, export again.",
        "begin like a formula and got an apostrophe in front",
    ] {
        assert!(notes.contains(sentence), "{notes}");
    }
    let again = folder.path().join("again.csv");
    let account = written(&mut store, &again, None);
    assert!(
        account.notes.iter().any(|note| note == "5 of them were written before and not confirmed since."),
        "{account:?}"
    );
    assert_eq!(fs::read(again).unwrap(), fs::read(path).unwrap(), "the same again");
}

#[test]
fn from_the_verdicts_to_an_empty_outbox() {
    let folder = tempfile::tempdir().unwrap();
    let template = folder.path().join("download.csv");
    let row = |id: &str, status: &str| format!("{id},{status},,keep me;é\n");
    let rows = [
        row("aaaa-1", "New,Received"),
        row("bbbb-2", "New,Received"),
        row("cccc-3", "Active,Accepted"),
        row("dddd-4", "Active,Accepted"),
        row("eeee-5", "New,Received"),
        row("ffff-7", "New,Received"),
    ];
    let head = "Referral ID,Partner Referral Status,Partner Referral Substatus,Marketplace Purchase Intent,Other\n";
    put(&template, &format!("{head}{}", rows.concat()));
    for template in [None, Some(template.as_path())] {
        let mut store = store();
        let first = folder.path().join(format!("first-{}.csv", template.is_some()));
        written(&mut store, &first, template);
        assert_eq!(store.count_owed().unwrap(), 7, "uploaded is still owed");
        let later = |hours| now() + chrono::TimeDelta::hours(hours);
        import_csv(&mut store, &fs::read(&first).unwrap(), later(1)).unwrap();
        assert_eq!(store.count_owed().unwrap(), 2, "the win that waited, and the lead without an id");
        let second = folder.path().join(format!("second-{}.csv", template.is_some()));
        let next = template.map(|_| first.as_path());
        let account = written(&mut store, &second, next);
        assert_eq!(account.census.leads, 1);
        assert_eq!(marked(&store), [(7, "won")]);
        import_csv(&mut store, &fs::read(&second).unwrap(), later(2)).unwrap();
        let open: Vec<_> = store.owing().unwrap().iter().map(|lead| lead.id.0).collect();
        assert_eq!(open, [6], "what no file can name");
        store.apply(&[LeadId(6)], &Change::TickOff(None), later(3)).unwrap();
        assert_eq!(store.count_owed().unwrap(), 0);
    }
}

#[test]
fn more_than_a_thousand_are_split_and_each_part_is_marked_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = empty_store();
    let rows: Vec<_> = (0..1001)
        .map(|n| Row::contact_me(&format!("id-{n}"), "2026-11-19T12:00:00Z").arrival("2026-11-19T13:00:00Z"))
        .collect();
    put_all(&mut store, &rows, now());
    let all = ids(&store);
    store.apply(&all, &Change::Decline(grounds(Reason::Spam)), now()).unwrap();
    let path = folder.path().join("upload.csv");
    let account = written(&mut store, &path, None);
    let part = |n| folder.path().join(format!("upload-{n}.csv"));
    assert_eq!(account.files, [part(1), part(2)]);
    let rows = |path: &Path| fs::read_to_string(path).unwrap().lines().count() - 1;
    assert_eq!((rows(&part(1)), rows(&part(2)), path.exists()), (1000, 1, false));
    assert_eq!(marked(&store).len(), 1001);
    let last = store.timeline(LeadId(1001)).unwrap().remove(0).kind.words(now(), chrono_tz::Tz::UTC);
    assert_eq!(last, "decline uploaded, not yet confirmed: upload-2.csv");
    let mut out = Vec::new();
    let refused = to_stream(&store, &order(&all, None, now()), &mut out).unwrap_err();
    assert!(matches!(refused, OutgoingError::TooMany(_)) && out.is_empty(), "{refused}");
}

#[test]
fn nothing_is_marked_unless_its_file_stands() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store();
    let all = ids(&store);
    let path = folder.path().join("there.csv");
    put(&path, "old");
    let link = folder.path().join("link.csv");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    for (place, overwrite) in
        [(&path, Overwrite::No), (&link, Overwrite::Yes), (&folder.path().join("no/x.csv"), Overwrite::No)]
    {
        to_file(&mut store, &order(&all, None, now()), place, overwrite).unwrap_err();
    }
    let template = folder.path().join("template.csv");
    put(&template, "no,bulk\n");
    let refused = to_file(&mut store, &order(&all, Some(&template), now()), &path, Overwrite::Yes).unwrap_err();
    assert!(matches!(refused, OutgoingError::Template(_)), "{refused}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    let mut out = Vec::new();
    let account = to_stream(&store, &order(&all, None, now()), &mut out).unwrap();
    assert!(!out.is_empty() && account.notes.iter().any(|note| note.starts_with("Nothing was marked as uploaded")));
    assert_eq!(marked(&store), []);
    to_file(&mut store, &order(&all, None, now()), &path, Overwrite::Yes).unwrap();
    assert_eq!(fs::read(&path).unwrap(), out);
    assert_eq!(marked(&store).len(), 5);
}

#[test]
fn a_file_whose_entries_cannot_be_marked_stays_and_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("leads.db");
    let mut store = Store::open(&database, Terms::default(), "one").unwrap();
    fill(&mut store);
    let trigger = "CREATE TRIGGER no BEFORE UPDATE ON owed BEGIN SELECT RAISE(ABORT, 'no'); END";
    rusqlite::Connection::open(&database).unwrap().execute_batch(trigger).unwrap();
    let path = folder.path().join("upload.csv");
    let all = ids(&store);
    let failed = to_file(&mut store, &order(&all, None, now()), &path, Overwrite::No).unwrap_err();
    assert!(path.exists());
    assert_eq!(marked(&store), [], "all of a file's entries or none");
    let sentence = failed.to_string();
    assert!(sentence.contains("upload.csv was written, but what it tells could not be marked"), "{sentence}");
}

#[test]
fn the_intent_is_the_verdicts_unless_the_seller_names_one() {
    let store = store();
    let all = ids(&store);
    let answers = |intent| {
        let mut out = Vec::new();
        to_stream(&store, &UploadOrder { intent, ..order(&all, None, now()) }, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        ["Yes", "No", "Have not decided"].map(|answer| text.matches(&format!(",{answer},")).count())
    };
    assert_eq!(answers(None), [1, 2, 2]);
    assert_eq!(answers(Some(Intent::Yes)), [5, 0, 0]);
}

#[test]
fn where_nothing_can_be_told_no_file_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = store();
    let path = folder.path().join("upload.csv");
    let account = to_file(&mut store, &order(&[LeadId(5), LeadId(6)], None, now()), &path, Overwrite::No).unwrap();
    assert_eq!((account.census.leads, account.files.len(), path.exists()), (0, 0, false));
    assert!(account.notes[0].contains("no id at Partner Center: #6."), "{account:?}");
}
