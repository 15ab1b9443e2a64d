//! tmux as a clipboard: its paste buffer, and by `-w` the clipboard of the terminal it runs in. The text goes by a pipe, never
//! in an argument, and tmux is not waited for longer than a moment. Must not decide when tmux is asked.

use std::io::{self, Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::shell::clock::Deadline;
use crate::shell::programs::wait_while;

const PATIENCE: Duration = Duration::from_secs(1);

/// An option is no longer.
const MOST_BYTES: u64 = 4096;

/// What tmux did with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loaded {
    /// The buffer has it, and tmux hands it to its terminal's clipboard if it can.
    Handed,
    /// The buffer has it; this tmux is too old to hand it on (before 3.2).
    Kept,
    /// Nothing has it.
    No,
}

/// Puts a text into the paste buffer.
pub fn load(text: &str) -> Loaded {
    match run(&["load-buffer", "-w", "-"], text) {
        Ok(Some(true)) => Loaded::Handed,
        Ok(Some(false)) if matches!(run(&["load-buffer", "-"], text), Ok(Some(true))) => Loaded::Kept,
        _ => Loaded::No,
    }
}

/// Whether tmux took it; `None` where it did not answer in time.
fn run(arguments: &[&str], text: &str) -> io::Result<Option<bool>> {
    let mut tmux = start(arguments, Stdio::piped(), Stdio::null())?;
    let pipe = tmux.stdin.take();
    let text = text.to_owned();
    thread::Builder::new().name("tmux".into()).spawn(move || {
        // If tmux does not read, its status says so.
        let _ = pipe.map(|mut pipe| pipe.write_all(text.as_bytes()));
    })?;
    ended(&mut tmux)
}

/// The value of an option of the server; `None` where tmux does not answer, or does not know it.
pub fn option(name: &str) -> Option<String> {
    let mut tmux = start(&["show-options", "-sv", name], Stdio::null(), Stdio::piped()).ok()?;
    let ended = ended(&mut tmux).ok()??;
    let mut text = String::new();
    // One short line: it fits into the pipe, so tmux ended without our reading.
    tmux.stdout.take()?.take(MOST_BYTES).read_to_string(&mut text).ok()?;
    ended.then(|| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn start(arguments: &[&str], input: Stdio, output: Stdio) -> io::Result<Child> {
    Command::new("tmux").args(arguments).stdin(input).stdout(output).stderr(Stdio::null()).spawn()
}

/// Whether it ended well; `None` where it had to be ended.
fn ended(tmux: &mut Child) -> io::Result<Option<bool>> {
    let deadline = Deadline::after(PATIENCE);
    if let Some(status) = wait_while(tmux, || !deadline.has_passed())? {
        return Ok(Some(status.success()));
    }
    tmux.kill()?;
    tmux.wait()?;
    Ok(None)
}
