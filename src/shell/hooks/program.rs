//! One run of a program of the seller's: by its arguments, never by a shell; the lead on its stdin, nothing of it on our stdout,
//! and in a process group of its own, so that what it started ends with it when its time is over, but for what left that group.
//! Must not know why it is run.

use std::io::{Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

use crate::domain::hooks::Event;
use crate::domain::lead::LeadId;
use crate::domain::numbers::count;
use crate::shell::clock::Deadline;
use crate::shell::files::whole_path;
use crate::shell::hooks::EVENT_VARIABLE;
use crate::shell::programs::{is_program, not_started, wait_while};

/// How often is looked whether it has said all.
const PAUSE: Duration = Duration::from_millis(5);

/// How long a program that was told to end may take to do so.
const GRACE: Duration = Duration::from_millis(500);

/// How long the last words of a program are waited for, where something that it left behind keeps them open.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// What is kept of its stderr, in bytes.
const MOST_WORDS: usize = 4096;

/// A program, its arguments, and what it is told beside the lead.
#[derive(Clone, Copy, Debug)]
pub struct Program<'a> {
    /// The program and its arguments.
    pub words: &'a [String],
    /// What happened.
    pub event: Event,
    /// The store, by its whole path.
    pub store: &'a Path,
    /// How long it may take.
    pub timeout: Duration,
}

/// Why a run was no success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The program could not be started; a sentence.
    NotStarted(String),
    /// It failed, or took too long.
    Failed {
        /// How, without a full stop.
        how: String,
        /// The first line of its stderr, where it said anything.
        said: Option<String>,
    },
    /// It was asked to stop before it ended.
    Stopped,
}

impl Program<'_> {
    /// Runs it once with this on its stdin, and waits for it: `LEADBOX_EVENT`, `LEADBOX_LEAD` and `LEADBOX_DB` are in its
    /// environment. That it does not read its stdin to the end is no failure.
    pub fn run(&self, lead: LeadId, input: String, stop: &dyn Fn() -> bool) -> Result<(), Failure> {
        if stop() {
            return Err(Failure::Stopped);
        }
        let mut child = self.start(lead).map_err(Failure::NotStarted)?;
        let deadline = Deadline::after(self.timeout);
        let words = child.stderr.take().and_then(Words::listen);
        feed(child.stdin.take(), input);
        let title = title(self.words);
        match wait_while(&mut child, || !stop() && !deadline.has_passed()) {
            Ok(Some(status)) if status.success() => Ok(()),
            Ok(Some(status)) => {
                let how = format!("{title} {}", how(status));
                Err(Failure::Failed { how, said: words.and_then(Words::first_line) })
            }
            Ok(None) => {
                end(&mut child);
                if stop() {
                    return Err(Failure::Stopped);
                }
                let seconds = count(usize::try_from(self.timeout.as_secs()).unwrap_or(usize::MAX));
                let how = format!("{title} took longer than {seconds} s and was stopped");
                Err(Failure::Failed { how, said: None })
            }
            Err(error) => Err(Failure::Failed { how: format!("{title} was lost: {error}"), said: None }),
        }
    }

    fn start(&self, lead: LeadId) -> Result<Child, String> {
        let (program, arguments) = self.words.split_first().ok_or("no program is named.")?;
        Command::new(place(program))
            .args(arguments)
            .env(EVENT_VARIABLE, self.event.word())
            .env("LEADBOX_LEAD", lead.to_string())
            .env("LEADBOX_DB", self.store)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(|error| not_started(&title(self.words), &error))
    }
}

/// The program's name as it is written.
pub fn title(words: &[String]) -> String {
    words.first().cloned().unwrap_or_default()
}

/// True where the program can be found and run.
pub fn is_installed(words: &[String]) -> bool {
    words.first().is_some_and(|program| is_program(&place(program)))
}

fn place(program: &str) -> PathBuf {
    whole_path(Path::new(program))
}

/// Hands the text to the program beside us: one that does not read would hold us up.
fn feed(stdin: Option<ChildStdin>, input: String) {
    let Some(mut stdin) = stdin else { return };
    // Where no thread starts the program reads an empty text, and says what it makes of that.
    let _ = thread::Builder::new().name("hook-input".into()).spawn(move || drop(stdin.write_all(input.as_bytes())));
}

/// Ends a program and all that it started: first asks, then does not.
fn end(child: &mut Child) {
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    // A group that is gone needs no signal.
    let signal = |signal| {
        let _ = group.map(|group| kill_process_group(group, signal));
    };
    signal(Signal::TERM);
    let grace = Deadline::after(GRACE);
    // Whatever comes of the waiting, nothing of the group stays.
    let _ = wait_while(child, || !grace.has_passed());
    signal(Signal::KILL);
    drop(child.wait());
}

fn how(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("ended with {code}"),
        (None, Some(signal)) => format!("was ended by signal {signal}"),
        (None, None) => "was ended".to_owned(),
    }
}

/// What a program says on stderr: the beginning is kept, the rest read and dropped, so that it never waits for us.
struct Words {
    kept: Arc<Mutex<Vec<u8>>>,
    reading: JoinHandle<()>,
}

impl Words {
    fn listen(mut stderr: ChildStderr) -> Option<Self> {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&kept);
        let reading = thread::Builder::new().name("hook-words".into()).spawn(move || {
            let mut piece = [0; MOST_WORDS];
            while let Ok(length @ 1..) = stderr.read(&mut piece) {
                let mut kept = heard.lock().unwrap_or_else(PoisonError::into_inner);
                let room = MOST_WORDS.saturating_sub(kept.len());
                kept.extend(piece.iter().take(length.min(room)));
            }
        });
        reading.ok().map(|reading| Self { kept, reading })
    }

    /// The first line that says anything.
    fn first_line(self) -> Option<String> {
        let patience = Deadline::after(LAST_WORDS);
        while !self.reading.is_finished() && !patience.has_passed() {
            thread::sleep(PAUSE);
        }
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&kept);
        let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
        Some(line.trim_end_matches('.').chars().take(200).collect())
    }
}
