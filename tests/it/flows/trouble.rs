//! What the inbox says and keeps when the store cannot be read for a while: what was committed stands, the trouble is said
//! beside it, and the list follows once it can (HOUSE.md, How data flows).

use std::path::PathBuf;

use chrono::TimeDelta;
use leadbox::app::msg::{ImportSummary, Msg};
use leadbox::domain::quarantine::Room;
use leadbox::domain::terms::Terms;
use leadbox::shell::demo;
use leadbox::store::Store;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::harness::{Inbox, settings};
use crate::samples::now;

const EXPORT: &str = include_str!("../../data/export-80.csv");

/// A lead that no version of leadbox writes: whoever follows the store stumbles over it.
const DAMAGE: &str = "INSERT INTO lead (id, rev, content_key, created_at, lead_type, call_to_action, source, quality, \
    email_validity, phone_validity, qualification, status, do_not_contact, test, received_via, received_at, as_of, \
    received_batch) SELECT 100000, 1, x'00', 9000000000000000000, lead_type, call_to_action, source, quality, \
    email_validity, phone_validity, qualification, status, do_not_contact, test, received_via, received_at, as_of, \
    received_batch FROM lead WHERE id = 1";
const REPAIR: &str = "DELETE FROM lead WHERE id = 100000";

/// The demo's leads in a file, and somebody else at it.
struct Scene {
    inbox: Inbox,
    other: Connection,
    _folder: TempDir,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let mut store = Store::open(&path, Terms::default(), "start-1").unwrap();
        demo::fill(&mut store, now()).unwrap();
        let inbox = Inbox::open(store, settings(), (120, 34));
        Self { inbox, other: Connection::open(&path).unwrap(), _folder: folder }
    }

    fn sql(&mut self, sql: &str) -> &mut Inbox {
        self.other.execute_batch(sql).unwrap();
        &mut self.inbox
    }

    /// The next tick of the clock.
    fn tick(&mut self) -> &mut Inbox {
        self.inbox.advance(TimeDelta::seconds(1))
    }
}

#[test]
fn a_change_stands_where_the_list_cannot_follow_it() {
    let mut scene = Scene::new();
    scene.sql(DAMAGE).press("d7");
    let said = scene.inbox.said();
    assert!(said.starts_with("Declined Proseware GmbH (spam). Owed to Partner Center by"), "{said}");
    assert!(
        said.contains("The store could not be read") && said.contains("it is tried again by itself.   u undoes"),
        "{said}"
    );
    assert!(!said.contains("Nothing was changed"), "{said}");
    scene.inbox.shows("Marketplace 53");
    let (next, hot) = (scene.inbox.titles()[1].clone(), scene.inbox.app.found.hot);
    scene.sql(REPAIR);
    scene.tick();
    assert_eq!(scene.inbox.on(), next, "the cursor goes to the lead that takes the row");
    assert_eq!(scene.inbox.app.found.hot, hot - 1);

    scene.sql(DAMAGE).press("u");
    assert!(scene.inbox.said().starts_with("Undone: decline of Proseware GmbH."), "{}", scene.inbox.said());
    scene.inbox.press("<c-r>");
    assert!(scene.inbox.said().starts_with("Redone: decline of Proseware GmbH."), "{}", scene.inbox.said());
    assert!(scene.inbox.said().contains("The store could not be read"), "{}", scene.inbox.said());
}

#[test]
fn an_import_stands_where_the_list_cannot_follow_it() {
    let mut scene = Scene::new();
    scene.inbox.write_file("Leads.csv", EXPORT);
    scene.sql(DAMAGE).press("i<enter><enter>");
    let said = scene.inbox.said();
    assert!(said.starts_with("80 rows: 80 new. The store could not be read"), "{said}");
    scene.sql(REPAIR);
    scene.tick().hides("Marketplace 53");
}

#[test]
fn what_was_asked_in_vain_is_asked_again() {
    let mut scene = Scene::new();
    scene.inbox.resize(120, 12);
    scene.sql("ALTER TABLE lead RENAME TO hidden").press("G");
    scene.inbox.shows("The store could not be read").press("g");
    scene.sql("ALTER TABLE hidden RENAME TO lead");
    scene.inbox.press("G").shows("…");
    scene.tick();
    let last = scene.inbox.lead(&scene.inbox.titles().last().unwrap().clone());
    scene.inbox.hides("    …").shows(&format!("#{} ", last.id));
    assert!(!scene.inbox.app.unread);
}

#[test]
fn the_page_of_a_person_is_asked_for_again() {
    let mut scene = Scene::new();
    scene.inbox.go_to("Northwind Traders");
    scene.sql("ALTER TABLE lead RENAME TO hidden").press("p");
    scene.inbox.shows("it is tried again by itself.").hides("Test drive 3 Nov");
    scene.sql("ALTER TABLE hidden RENAME TO lead");
    scene.tick().shows("ana@northwind.example").hides("it is being read");
    assert!(!scene.inbox.app.unread);
}

#[test]
fn a_delivery_that_could_not_be_dismissed_keeps_what_was_written_of_it() {
    let mut scene = Scene::new();
    let store = scene.inbox.desk.store();
    store.keep_in_quarantine(b"{\"a\": 1,}", "line 1: a comma too many", Room::default(), now()).unwrap();
    store.keep_in_quarantine(b"{\"b\": 1,}", "line 1: a comma too many", Room::default(), now()).unwrap();
    scene.inbox.host.editor = Ok("{ mended".to_owned());
    scene.inbox.press("i<enter>").shows("What you wrote is kept").press("<enter>");
    scene.sql("ALTER TABLE quarantine RENAME TO hidden").press("<del><del>").hides("Dismissed");
    scene.sql("ALTER TABLE hidden RENAME TO quarantine").press("<enter><enter>");
    assert_eq!(scene.inbox.host.edited.last().unwrap(), "{ mended");

    // It is stored, and the others cannot be read: both are said, and the others are asked for again.
    let damage = "INSERT INTO quarantine SELECT 9, 9000000000000000000, x'00', body, reason, times, last_at, null, null \
        FROM quarantine WHERE id = 2";
    scene.sql(damage).press("<del><del>");
    let said = scene.inbox.screen();
    assert!(said.contains("Dismissed: this delivery brings no lead. The store could not be read"), "{said}");
    assert_eq!(scene.inbox.app.deliveries.len(), 2);
    scene.sql("DELETE FROM quarantine WHERE id = 9");
    assert_eq!(scene.tick().app.deliveries.len(), 1);
}

#[test]
fn only_the_answer_to_an_import_ends_it() {
    let mut inbox = Inbox::demo();
    inbox.write_file("Leads.csv", EXPORT);
    inbox.press("i");
    inbox.app.busy = true;
    inbox.tell(Msg::Failed("The terminal could not be stopped.".to_owned()));
    inbox.press("<esc>*");
    assert!(inbox.said().starts_with("A file is being read into the store."), "{}", inbox.said());
    inbox.tell(Msg::Imported(Ok(ImportSummary::default())));
    inbox.press("*").shows("Favorite: Proseware GmbH.");
    inbox.app.busy = true;
    inbox.tell(Msg::Previewed(PathBuf::from("Leads.csv"), Err("There is no such file.".to_owned())));
    inbox.press("*").shows("No favorite any more: Proseware GmbH.");
}
