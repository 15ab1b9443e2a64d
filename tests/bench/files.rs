//! Whole programs on files: import, import again with every row changed, export; and one verdict on disk.
//! The `sqlite3` program gets a plain table of its own; it is never let near a store of ours.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use chrono::TimeDelta;
use leadbox::domain::change::{Change, Grounds};
use leadbox::domain::filter::{Dimension, TabChoice};
use leadbox::domain::vocabulary::{CallToAction, Reason, Status};

use crate::screen::{found, query};
use crate::table::{Row, median, ratio, shown};
use crate::{Bench, generator, machine, remove_database, time, time_command};

const STORE: &str = "leads.db";
const PLAIN: &str = "plain.db";

/// The files of one size: the leads, and the same leads with other notes.
pub struct Input {
    first: Vec<PathBuf>,
    again: Vec<PathBuf>,
}

impl Input {
    /// Generates them.
    pub fn write(bench: &Bench) -> Self {
        let write = |edition: u8, days: i64| {
            generator::write(
                bench.path("").as_path(),
                bench.rows,
                bench.now,
                edition,
                bench.now - TimeDelta::days(days),
            )
            .unwrap()
        };
        Self { first: write(1, 2), again: write(2, 1) }
    }
}

fn sqlite_import(bench: &Bench, files: &[PathBuf]) -> Duration {
    remove_database(&bench.path(PLAIN));
    let mut command = Command::new("sqlite3");
    command.arg(bench.path(PLAIN));
    for (number, file) in files.iter().enumerate() {
        let skip = if number > 0 { "--skip 1 " } else { "" };
        command.arg(format!(".import --csv {skip}{} leads", file.display()));
    }
    time_command(&mut command)
}

fn leadbox_import(bench: &Bench, files: &[PathBuf]) -> Duration {
    time_command(bench.leadbox(STORE).arg("import").args(files).stderr(Stdio::null()))
}

/// Makes the store and the plain table that the other benches read.
pub fn prepare(bench: &Bench, input: &Input) {
    remove_database(&bench.path(STORE));
    leadbox_import(bench, &input.first);
    if machine::has_sqlite3() {
        sqlite_import(bench, &input.first);
    }
}

/// First import into a new store.
pub fn import(bench: &Bench, input: &Input) -> Vec<Row> {
    let ours = || {
        remove_database(&bench.path(STORE));
        leadbox_import(bench, &input.first)
    };
    let work = "first import of CSV, with identity, journal and checks";
    vec![beside_sqlite(bench, work, (".import", "≤ 1.8", 1.8), ours, || sqlite_import(bench, &input.first))]
}

/// Import over a store that has every lead, each changed.
pub fn import_again(bench: &Bench, input: &Input) -> Vec<Row> {
    let ours = || {
        remove_database(&bench.path(STORE));
        leadbox_import(bench, &input.first);
        leadbox_import(bench, &input.again)
    };
    let row = beside_sqlite(bench, "re-import, every row changed", (".import", "≤ 2.6", 2.6), ours, || {
        sqlite_import(bench, &input.again)
    });
    let store = bench.open(STORE);
    let steps: i64 = rusqlite::Connection::open(bench.path(STORE))
        .and_then(|connection| connection.query_row("SELECT count(*) FROM journal", [], |row| row.get(0)))
        .unwrap();
    assert_eq!(
        (store.count().unwrap(), steps as usize),
        (bench.rows, bench.rows),
        "every lead is there and has changed"
    );
    vec![row]
}

/// The *Contact me* leads of every tab as CSV.
pub fn export(bench: &Bench) -> Vec<Row> {
    let out = bench.path("out.csv");
    let ours = || {
        let mut command = bench.leadbox(STORE);
        time_command(command.args(["export", "--cta", "contact_me", "--force", "-o"]).arg(&out))
    };
    let theirs = || {
        let mut command = Command::new("sqlite3");
        command.arg("-csv").arg("-header").arg(bench.path(PLAIN));
        command.arg("SELECT * FROM leads WHERE CallToAction = 'Contact me'").stdin(Stdio::null());
        command.stdout(File::create(bench.path("plain.csv")).unwrap());
        let (span, status) = time(|| command.status().unwrap());
        assert!(status.success(), "sqlite3 -csv ended with {status}");
        span
    };
    let row = beside_sqlite(bench, "filtered export to CSV", ("-csv", "≤ 0.8", 0.8), ours, theirs);
    let lines =
        |name: &str| csv::Reader::from_path(bench.path(name)).map(|mut csv| csv.records().count()).unwrap_or_default();
    let (ours, theirs) = (lines("out.csv"), lines("plain.csv"));
    // Test leads are in no export of ours.
    assert!(ours > 0 && (theirs == 0 || (ours <= theirs && ours * 100 > theirs * 98)), "{ours} rows beside {theirs}");
    vec![row]
}

fn beside_sqlite(
    bench: &Bench,
    work: &str,
    (what, target, most): (&str, &'static str, f64),
    mut ours: impl FnMut() -> Duration,
    mut theirs: impl FnMut() -> Duration,
) -> Row {
    let installed = machine::has_sqlite3();
    let (mut our_spans, mut their_spans) = (Vec::new(), Vec::new());
    for _ in 0..bench.runs {
        our_spans.push(ours());
        if installed {
            their_spans.push(theirs());
        }
    }
    let ratio = ratio(&our_spans, &their_spans);
    let against = if installed {
        format!("sqlite3 {what}: {}", shown(median(&their_spans)))
    } else {
        format!("sqlite3 {what}: n/a")
    };
    Row {
        work: work.to_owned(),
        rows: bench.rows,
        runs: bench.runs,
        ours: shown(median(&our_spans)),
        against,
        ratio,
        target,
        within: ratio.map(|ratio| ratio <= most),
    }
}

/// One decline after the other, each committed and on disk, beside the least that a disk can be asked for.
pub fn verdict(bench: &Bench) -> Row {
    let mut wanted = query(TabChoice::All);
    wanted.filter.choose(Dimension::Status, u16::from(Status::Received.code()));
    wanted.filter.choose(Dimension::CallToAction, u16::from(CallToAction::ContactMe.code()));
    let ids = found(bench, STORE, &wanted).ids;
    let mut store = bench.open(STORE);
    let change = Change::Decline(Grounds { reason: Reason::ALL[0], notes: None, reported: false });
    let mut raw = OpenOptions::new().create(true).append(true).open(bench.path("raw")).unwrap();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for (number, id) in ids.iter().take(400).enumerate() {
        let (span, applied) = time(|| store.apply(&[*id], &change, bench.now).unwrap());
        assert_eq!(applied.leads.len(), 1, "the lead takes the verdict");
        ours.push(span);
        let block = [number as u8; 4096];
        theirs.push(time(|| raw.write_all(&block).and_then(|()| raw.sync_data()).unwrap()).0);
    }
    // Beginnings and ends of two files alternate on one disk: the medians say more than any pair.
    let ratio = Some(median(&ours).as_secs_f64() / median(&theirs).as_secs_f64());
    Row {
        work: "one verdict, committed".to_owned(),
        rows: bench.rows,
        runs: ours.len(),
        ours: shown(median(&ours)),
        against: format!("4 KiB append + fdatasync: {}", shown(median(&theirs))),
        ratio,
        target: "≤ 1.6",
        within: ratio.map(|ratio| ratio <= 1.6),
    }
}
