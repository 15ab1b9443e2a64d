//! The small detached process that keeps a copied text alive after the inbox has closed (PRODUCT.md 7): a selection of X11 and
//! Wayland dies with its owner. It holds one text for at most ten minutes. Must not read the config, the store or the clipboard.

use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use arboard::SetExtLinux;

/// The hidden argument with which `main` calls `hold_from_stdin`.
pub const ARGUMENT: &str = "__hold-clipboard";

const PATIENCE: Duration = Duration::from_millis(300);
const LIFE: Duration = Duration::from_mins(10);
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// The body of the hidden holder process: takes the text from stdin and the clipboard, says so with one byte on
/// stdout, stays until another program copies something or ten minutes have passed. Returns the exit status.
pub fn hold_from_stdin() -> i32 {
    // A handler that does nothing: the terminal may close, the text stays.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGHUP, Arc::new(AtomicBool::new(false)));
    let mut text = String::new();
    if io::stdin().take(MOST_BYTES).read_to_string(&mut text).is_err() {
        return 1;
    }
    let (ended, waiting) = channel();
    let holding = thread::Builder::new().name("holder".into()).spawn(move || {
        let _ = ended.send(hold(&text).is_ok());
    });
    match holding.map(|_| waiting.recv_timeout(LIFE)) {
        Ok(Ok(false)) | Err(_) => 1,
        Ok(_) => 0,
    }
}

fn hold(text: &str) -> Result<(), arboard::Error> {
    let mut clipboard = arboard::Clipboard::new()?;
    clipboard.set().exclude_from_history().text(text)?;
    // The parent may have stopped waiting.
    let _ = io::stdout().write_all(b"1").and_then(|()| io::stdout().flush());
    // Waits for another owner; `wait_until` would return at once on Wayland.
    clipboard.set().exclude_from_history().wait().text(text)
}

/// Leaves a holder with a text; answers whether it took over in time.
pub fn leave(text: &str) -> io::Result<bool> {
    if text.len() as u64 > MOST_BYTES {
        return Ok(false);
    }
    let mut holder = Command::new(std::env::current_exe()?)
        .arg(ARGUMENT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .current_dir("/")
        .spawn()?;
    let (stdin, stdout) = (holder.stdin.take(), holder.stdout.take());
    let text = text.to_owned();
    let (ready, waiting) = channel();
    thread::Builder::new().name("holder-ready".into()).spawn(move || {
        // Dropping stdin ends the text.
        let written = stdin.is_some_and(|mut pipe| pipe.write_all(text.as_bytes()).is_ok());
        let said = stdout.is_some_and(|mut pipe| pipe.read_exact(&mut [0]).is_ok());
        let _ = ready.send(written && said);
    })?;
    Ok(waiting.recv_timeout(PATIENCE).unwrap_or(false))
}
