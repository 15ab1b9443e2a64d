//! How fast leadbox is beside something everybody knows, at 10,000, 100,000 and (with `--million`) 1,000,000 leads. Figures are
//! facts, not tests: nothing here asserts a time. Both sides of a pair run in turns, so that what slows the machine slows both.
//!
//! `cargo bench`, `cargo bench -- --million`, `cargo bench -- --only import --rows 10000`
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a bench reads the clock, prints its table, and may fail by panicking"
)]

mod files;
mod generator;
mod machine;
mod pty;
mod screen;
mod table;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use leadbox::domain::terms::Terms;
use leadbox::store::Store;

use crate::table::Row;

/// A bench of one size of data.
type Part = fn(&Bench) -> Vec<Row>;

/// One size of data: a folder with its files, and the moment everything is about.
pub struct Bench {
    folder: tempfile::TempDir,
    /// How many leads.
    pub rows: usize,
    /// The moment that leads are generated for and leadbox is told.
    pub now: DateTime<Utc>,
    /// How often a long piece of work is run.
    pub runs: usize,
}

impl Bench {
    fn new(rows: usize, now: DateTime<Utc>) -> Self {
        let runs = if rows > 500_000 { 2 } else { 5 };
        Self { folder: tempfile::tempdir().unwrap(), rows, now, runs }
    }

    /// A file of the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The built program on a store of this folder, with nothing of this machine's settings.
    pub fn leadbox(&self, store: &str) -> Command {
        let mut command = Command::new(leadbox_program());
        command.env_clear().env("HOME", self.folder.path()).env("LEADBOX_DB", self.path(store));
        command.env("LEADBOX_NOW", self.now.to_rfc3339()).env("TZ", "UTC").env("LANG", "C.UTF-8").arg("--quiet");
        command
    }

    /// The store of this folder, open.
    pub fn open(&self, store: &str) -> Store {
        Store::open(&self.path(store), Terms::default(), "bench").unwrap()
    }
}

/// The built program.
pub fn leadbox_program() -> &'static str {
    env!("CARGO_BIN_EXE_leadbox")
}

/// How long a piece of work takes.
pub fn time<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let begun = Instant::now();
    let answer = work();
    (begun.elapsed(), answer)
}

/// How long a command takes. It must succeed, or its figure would mean nothing.
pub fn time_command(command: &mut Command) -> Duration {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let (span, status) = time(|| command.status().unwrap());
    assert!(status.success(), "{command:?} ended with {status}");
    span
}

/// Removes a SQLite file and what stands beside it.
pub fn remove_database(path: &Path) {
    for end in ["", "-wal", "-shm", "-journal"] {
        drop(std::fs::remove_file(format!("{}{end}", path.display())));
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let after =
        |flag: &str| arguments.iter().position(|argument| argument == flag).and_then(|at| arguments.get(at + 1));
    if arguments.iter().any(|argument| argument == "--hello") {
        return pty::hello();
    }
    let sizes: Vec<usize> = match after("--rows") {
        Some(rows) => vec![rows.parse().unwrap()],
        None if arguments.iter().any(|argument| argument == "--million") => vec![10_000, 100_000, 1_000_000],
        None => vec![10_000, 100_000],
    };
    let only = after("--only").map(String::as_str);
    // A whole hour, so that two runs of one hour see the same leads.
    let now = Utc::now().timestamp() / 3600 * 3600;
    let now = DateTime::from_timestamp(now, 0).unwrap();
    let mut rows = Vec::new();
    for size in sizes {
        run(&Bench::new(size, now), only, &mut rows);
    }
    pty::compare_sizes(&mut rows);
    let text = format!("{}\n{}", machine::facts(), table::markdown(&rows));
    println!("{text}");
    if only.is_none() && after("--rows").is_none() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bench/RESULTS.md");
        std::fs::File::create(file)
            .and_then(|mut file| std::io::Write::write_all(&mut file, results(&text).as_bytes()))
            .unwrap();
    }
}

fn run(bench: &Bench, only: Option<&str>, rows: &mut Vec<Row>) {
    let wanted = |name: &str| only.is_none_or(|only| only == name);
    let told = |name: &str| eprintln_now(&format!("{} leads: {name}", table::grouped(bench.rows)));
    let input = files::Input::write(bench);
    if wanted("import") {
        told("import");
        rows.extend(files::import(bench, &input));
        told("import again");
        rows.extend(files::import_again(bench, &input));
    }
    files::prepare(bench, &input);
    let parts: [(&str, Part); 5] = [
        ("pty", pty::first_frame),
        ("idle", pty::idle),
        ("screen", screen::keys_and_frames),
        ("recount", screen::recount),
        ("export", files::export),
    ];
    for (name, part) in parts.into_iter().filter(|(name, _)| wanted(name)) {
        told(name);
        rows.extend(part(bench));
    }
    if wanted("verdict") {
        told("verdict");
        rows.push(files::verdict(bench));
    }
}

#[expect(clippy::print_stderr, reason = "progress of a long run")]
fn eprintln_now(text: &str) {
    eprintln!("{text}");
}

fn results(table: &str) -> String {
    format!(
        "# Results of `cargo bench`\n\nWritten by `cargo bench -- --million`; do not edit. Medians of runs in turns; ratios are the \
         median of the ratios pair by pair, so that they mean something on another machine too. `met` and `missed` are by the \
         targets of one million leads; no test fails on a time.\n\n{table}"
    )
}
