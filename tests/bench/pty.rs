//! The inbox as a person meets it: the built program in a pseudo-terminal whose bytes go to a terminal emulator. How long until
//! the first lead is on the screen, how much memory it holds, and what it does while nobody does anything.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use crossterm::event::{Event, read};
use leadbox::domain::filter::TabChoice;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use ratatui::widgets::Paragraph;

use crate::screen::{found, query};
use crate::table::{Row, grouped, median, ratio, shown};
use crate::{Bench, leadbox_program, time};

const STORE: &str = "leads.db";
const ROWS: NonZero<u16> = NonZero::new(50).unwrap();
const COLUMNS: NonZero<u16> = NonZero::new(200).unwrap();
const PATIENCE: Duration = Duration::from_mins(1);

/// Medians of the first frame by size, for the comparison of sizes.
static FIRST: Mutex<Vec<(usize, Duration)>> = Mutex::new(Vec::new());

/// The least a program of this kind can do: one screen, then wait for a key.
pub fn hello() {
    let mut terminal = ratatui::init();
    terminal.draw(|frame| frame.render_widget(Paragraph::new("Hello from ratatui"), frame.area())).unwrap();
    while !matches!(read().unwrap(), Event::Key(_)) {}
    ratatui::restore();
}

/// A program in a pseudo-terminal.
struct Pty {
    child: Box<dyn Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    bytes: Receiver<Vec<u8>>,
    screen: vt100::Parser,
}

impl Pty {
    fn spawn(command: CommandBuilder) -> Self {
        let pair = native_pty_system()
            .openpty(PtySize { rows: ROWS.get(), cols: COLUMNS.get(), pixel_width: 0, pixel_height: 0 })
            .unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keys = pair.master.take_writer().unwrap();
        let child = pair.slave.spawn_command(command).unwrap();
        let (sender, bytes) = channel();
        std::thread::spawn(move || {
            let mut buffer = vec![0; 65_536];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..read].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self { child, _master: pair.master, keys, bytes, screen: vt100::Parser::new(ROWS, COLUMNS, 0) }
    }

    fn leadbox(bench: &Bench, clock_stands: bool) -> Self {
        let mut command = CommandBuilder::new(leadbox_program());
        command.env_clear();
        for (name, value) in [("TZ", "UTC"), ("LANG", "C.UTF-8"), ("TERM", "xterm-256color")] {
            command.env(name, value);
        }
        command.env("HOME", bench.path(""));
        command.env("LEADBOX_DB", bench.path(STORE));
        if clock_stands {
            command.env("LEADBOX_NOW", bench.now.to_rfc3339());
        }
        Self::spawn(command)
    }

    fn hello() -> Self {
        let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
        command.arg("--hello");
        command.env("TERM", "xterm-256color");
        Self::spawn(command)
    }

    /// Waits until a text is on the screen.
    fn wait_for(&mut self, text: &str) {
        let begun = Instant::now();
        while !self.screen.screen().contents().contains(text) {
            let bytes = self.bytes.recv_timeout(PATIENCE.saturating_sub(begun.elapsed()));
            let bytes =
                bytes.unwrap_or_else(|why| panic!("{text:?} never came ({why}):\n{}", self.screen.screen().contents()));
            self.screen.process(&bytes);
        }
    }

    fn number(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Ends it: with a key, and if that is asked about, for good.
    fn end(mut self) {
        drop(self.keys.write_all(b"\x03"));
        let begun = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            if begun.elapsed() > Duration::from_secs(2) {
                self.child.kill().unwrap();
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

/// What stands on the screen: the first lead's company, and the number of leads once all are known.
fn expected(bench: &Bench) -> (String, String) {
    let listing = found(bench, STORE, &query(TabChoice::Marketplace));
    let first = bench.open(STORE).lead(listing.ids[0]).unwrap().unwrap();
    let company: String = first.record.person.title().chars().take(16).collect();
    (company, format!("Marketplace · {}", grouped(listing.tabs[0] as usize)))
}

/// From the start to the first lead on the screen, beside a ratatui program that says hello; and the memory it takes.
pub fn first_frame(bench: &Bench) -> Vec<Row> {
    let (company, total) = expected(bench);
    let (mut ours, mut theirs, mut memory) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..bench.runs.max(5) {
        let (span, mut inbox) = time(|| {
            let mut inbox = Pty::leadbox(bench, true);
            inbox.wait_for(&company);
            inbox
        });
        ours.push(span);
        inbox.wait_for(&total);
        memory.push(memory_peak(inbox.number()));
        inbox.end();
        let (span, hello) = time(|| {
            let mut hello = Pty::hello();
            hello.wait_for("Hello from ratatui");
            hello
        });
        theirs.push(span);
        hello.end();
    }
    FIRST.lock().unwrap().push((bench.rows, median(&ours)));
    let ratio = ratio(&ours, &theirs);
    memory.sort_unstable();
    let csv: u64 = std::fs::read_dir(bench.path(""))
        .unwrap()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(&format!("leads-{}-1-", bench.rows)))
        .filter_map(|entry| entry.metadata().ok())
        .map(|meta| meta.len())
        .sum();
    let peak = memory[memory.len() / 2];
    vec![
        Row {
            work: "first lead on the screen, in a pty".to_owned(),
            rows: bench.rows,
            runs: ours.len(),
            ours: shown(median(&ours)),
            against: format!("ratatui hello: {}", shown(median(&theirs))),
            ratio,
            target: "≤ 2.0",
            within: ratio.map(|ratio| ratio <= 2.0),
        },
        Row {
            work: "memory with the inbox open (peak)".to_owned(),
            rows: bench.rows,
            runs: memory.len(),
            ours: format!("{} MB", peak / 1024),
            against: format!("the file itself: {} MB", csv / 1024 / 1024),
            ratio: Some(peak as f64 * 1024.0 / csv as f64),
            target: "≤ 0.15 of VisiData (1,781 MB) at 1M",
            within: (bench.rows >= 1_000_000).then_some(peak / 1024 <= 267),
        },
    ]
}

/// The first lead at the largest size beside the smallest.
pub fn compare_sizes(rows: &mut Vec<Row>) {
    let first = FIRST.lock().unwrap();
    let (Some((_, small)), Some((size, large))) = (first.first(), first.last()) else { return };
    let ratio = large.as_secs_f64() / small.as_secs_f64();
    rows.push(Row {
        work: "first lead on the screen, largest beside smallest".to_owned(),
        rows: *size,
        runs: 1,
        ours: shown(*large),
        against: shown(*small),
        ratio: Some(ratio),
        target: "≤ 1.3",
        within: (*size >= 1_000_000).then_some(ratio <= 1.3),
    });
}

/// Five seconds with nobody there, with the clock standing and with the clock of this machine.
pub fn idle(bench: &Bench) -> Vec<Row> {
    let (_, total) = expected(bench);
    let measured = |clock_stands: bool| {
        let mut inbox = Pty::leadbox(bench, clock_stands);
        inbox.wait_for(&total);
        std::thread::sleep(Duration::from_secs(2));
        let before = activity(inbox.number());
        let (span, ()) = time(|| std::thread::sleep(Duration::from_secs(5)));
        let after = activity(inbox.number());
        inbox.end();
        ((after.0 - before.0) as f64 / span.as_nanos() as f64, after.1 - before.1)
    };
    let row = |work: &str, (share, wakes): (f64, u64)| Row {
        work: work.to_owned(),
        rows: bench.rows,
        runs: 1,
        ours: format!("{:.3} % of a core", share * 100.0),
        against: format!("{:.1} wake-ups a second", wakes as f64 / 5.0),
        ratio: None,
        target: "< 0.3 %",
        within: Some(share < 0.003),
    };
    vec![row("idle inbox, clock standing", measured(true)), row("idle inbox, clock running", measured(false))]
}

fn memory_peak(process: u32) -> u64 {
    status(&format!("/proc/{process}/status")).get("VmHWM").copied().unwrap_or_default()
}

/// Nanoseconds on a core and voluntary wake-ups of all threads.
fn activity(process: u32) -> (u64, u64) {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).unwrap().filter_map(Result::ok);
    let each = threads.map(|thread| {
        let path = thread.path();
        let ran = std::fs::read_to_string(path.join("schedstat")).unwrap_or_default();
        let ran = ran.split(' ').next().and_then(|ran| ran.parse::<u64>().ok()).unwrap_or_default();
        let wakes = status(&path.join("status").display().to_string()).get("voluntary_ctxt_switches").copied();
        (ran, wakes.unwrap_or_default())
    });
    each.fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1))
}

/// The numbers of a status file of the kernel, by name.
fn status(path: &str) -> HashMap<String, u64> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let number = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_owned(), value.split_whitespace().next()?.parse().ok()?))
    };
    text.lines().filter_map(number).collect()
}
