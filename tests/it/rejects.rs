//! The file of rejected rows: where it stands, what is in it, and that it imports again once it is mended. Stores stand in
//! folders of their own.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use leadbox::domain::change::{Change, Grounds};
use leadbox::domain::terms::Terms;
use leadbox::domain::vocabulary::Reason;
use leadbox::formats::document::Hints;
use leadbox::shell::files::{Overwrite, write_bytes};
use leadbox::shell::intake::{ImportReport, Mode, Order, import_path_as};
use leadbox::store::Store;

use crate::samples::{Row, all_leads, empty_store, export_csv, now, put_all};

struct Home {
    folder: tempfile::TempDir,
    store: Store,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("leads.db"), Terms::default(), "start-1").unwrap();
        Self { folder, store }
    }

    fn put(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        write_bytes(&path, Overwrite::Yes, text.as_bytes()).unwrap();
        path
    }

    fn import(&mut self, path: &Path, mode: Mode) -> ImportReport {
        let order = Order { hints: &Hints::default(), now: now(), mode, watch: &|_, _| {} };
        import_path_as(&mut self.store, path, &order).unwrap()
    }

    fn rejects(&self) -> Vec<PathBuf> {
        let folder = self.folder.path().join("rejects").read_dir();
        let mut paths: Vec<_> = folder.into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    }
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

const TEXT: &str = "LeadId;LeadCreationDateTime;Email;Notes\r\n\
                    a;2026-11-19;a@x.example;fine\r\n\
                    b;someday;b@x.example;\"two\r\nlines; \"\"quoted\"\"\"\r\n\
                    c;2026-11-19;c@x.example\r\n";

#[test]
fn rejected_rows_are_kept_as_they_stood_and_come_in_once_they_are_mended() {
    let mut home = Home::new();
    let path = home.put("My leads.csv", TEXT);
    let report = home.import(&path, Mode::Keep);
    assert_eq!((report.added, report.rejected), (1, 2));
    let [file] = &home.rejects()[..] else { panic!("{:?}", home.rejects()) };
    assert_eq!(report.reject_file.as_deref(), file.to_str());
    assert!(file.file_name().unwrap().to_string_lossy().starts_with("My-leads-"));
    assert_eq!((mode(file), mode(file.parent().unwrap())), (0o600, 0o700));
    let text = std::fs::read_to_string(file).unwrap();
    assert_eq!(
        text,
        "\"LeadboxReason\";LeadId;LeadCreationDateTime;Email;Notes\r\n\
         \"line 3: the creation date “someday” cannot be read; 2026-11-20T09:12:00Z can\";b;someday;b@x.example;\"two\r\n\
         lines; \"\"quoted\"\"\"\r\n\
         \"line 5: 3 cells where the header has 4\";c;2026-11-19;c@x.example\r\n"
    );
    // Half mended: what is still wrong is told again, with one column of reasons.
    let half = home.put("half.csv", &text.replace("someday", "2026-11-18"));
    let report = home.import(&half, Mode::Keep);
    assert_eq!((report.added, report.rejected), (1, 1));
    let again = std::fs::read_to_string(report.reject_file.unwrap()).unwrap();
    assert_eq!(
        again,
        "\"LeadboxReason\";LeadId;LeadCreationDateTime;Email;Notes\r\n\
         \"line 4: 4 cells where the header has 5\";c;2026-11-19;c@x.example\r\n"
    );
    let mended = home.put("mended.csv", &again.replace("c@x.example", "c@x.example;"));
    let report = home.import(&mended, Mode::Keep);
    assert_eq!((report.added, report.rejected, report.reject_file), (1, 0, None));
    let notes: Vec<_> = all_leads(&home.store).into_iter().map(|lead| lead.record.description).collect();
    assert_eq!(notes, [Some("fine".to_owned()), Some("two\r\nlines; \"quoted\"".to_owned()), None]);
    assert!(all_leads(&home.store).iter().all(|lead| lead.record.extras.is_empty()), "a reason is no part of a lead");
}

#[test]
fn importing_again_makes_no_second_file_and_a_dry_run_none() {
    let mut home = Home::new();
    let path = home.put("leads.csv", TEXT);
    assert_eq!(home.import(&path, Mode::DryRun).reject_file, None);
    assert!(home.rejects().is_empty());
    let first = home.import(&path, Mode::Keep).reject_file;
    assert_eq!(home.import(&path, Mode::Keep).reject_file, first);
    assert_eq!(home.rejects().len(), 1);
}

#[test]
fn an_import_stands_where_no_file_of_rejects_can_be_made() {
    let mut home = Home::new();
    home.put("rejects", "in the way");
    let path = home.put("leads.csv", TEXT);
    let report = home.import(&path, Mode::Keep);
    assert_eq!((report.added, report.rejected, report.reject_file), (1, 2, None));
    let [warning] = &report.warnings[..] else { panic!("{:?}", report.warnings) };
    assert!(warning.contains("are imported") && warning.contains("rejects"), "{warning}");
    assert_eq!(home.store.count().unwrap(), 1);
}

#[test]
fn an_export_of_our_own_keeps_its_own_reason_beside_that_of_the_reject() {
    let mut store = empty_store();
    put_all(&mut store, &[Row::contact_me("a", "2026-11-19").arrival("2026-11-20")], now());
    let decline = Change::Decline(Grounds { reason: Reason::Budget, notes: None, reported: false });
    let id = all_leads(&store)[0].id;
    store.apply(&[id], &decline, now()).unwrap();
    let text = String::from_utf8(export_csv(&all_leads(&store), &Terms::default(), now())).unwrap();
    let mut home = Home::new();
    let path = home.put("own.csv", &text.replace("\n2026-11-19T00:00:00Z,", "\nsoon,"));
    let report = home.import(&path, Mode::Keep);
    assert_eq!((report.format, report.rejected), ("leadbox-export", 1));
    let text = std::fs::read_to_string(report.reject_file.unwrap()).unwrap();
    let mended = home.put("mended.csv", &text.replace(",soon,", ",2026-11-19T00:00:00Z,"));
    let report = home.import(&mended, Mode::Keep);
    assert_eq!((report.format, report.added, report.rejected), ("leadbox-export", 1, 0));
    let verdict = all_leads(&home.store).remove(0).seller.verdict.unwrap();
    assert_eq!(verdict.reason, Some(Reason::Budget));
}
