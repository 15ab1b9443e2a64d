//! The terminal guard: takes the terminal for the inbox and gives it back on every way out: return, error, panic,
//! TERM, HUP, INT, QUIT, TSTP/CONT (TRUST.md "The terminal comes back").
//!
//! One process has one terminal, so the state is one static. Every frame passes through `Screen`, which drops
//! what is written while the terminal is not ours; a signal can therefore give it back in the middle of a frame.
//! Must not know what is drawn or what a key means.

mod editor;
mod input;
mod panic;
mod signals;

pub use editor::{EditorError, run_editor};
pub use panic::install_panic_hook;
pub use signals::{die_by, hand_over};

use crate::domain::term_text::is_invisible;
use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste, Event};
use crossterm::style::ResetColor;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::sync::mpsc::channel;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};
use std::thread;
use std::time::Duration;

/// What the terminal tells the main loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TerminalEvent {
    /// A key (never a release), a paste, or a new size. Resize events are not merged here.
    Input(Event),
    /// The terminal is ours again after a stop or an editor: call `redraw`, look at the size and the store.
    Resumed,
    /// This signal asks us to end. Drop the guard and call `die_by`; after one second it is done without us.
    Terminate(i32),
    /// Another thread panicked. Drop the guard, which prints the report, and end with status 1.
    Panicked,
}

/// Why the terminal could not be taken, given back or stopped.
#[derive(Debug, thiserror::Error)]
pub enum TerminalError {
    /// Standard input or output is no terminal (PRODUCT.md 5: exit 2 and say what to run).
    #[error(
        "The inbox needs a terminal. Nothing was done. Run `leadbox list`, or `leadbox --help` for the other verbs."
    )]
    NotInteractive,
    /// There is a guard already.
    #[error("The terminal is in use by this inbox already.")]
    Taken,
    /// Nobody could continue us: no shell with job control started this process.
    #[error("There is no shell to go back to, so the inbox was not suspended. `q` quits.")]
    NoShell,
    /// The system's word.
    #[error("The terminal could not be set up: {0}. No lead was changed. Try another terminal, or use `leadbox list`.")]
    Io(#[from] io::Error),
}

/// The terminal the inbox draws on.
pub type Terminal = ratatui::Terminal<CrosstermBackend<Screen>>;

/// Whose the terminal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hold {
    /// The shell's: before the inbox and after it.
    Away,
    /// Ours.
    Ours,
    /// The shell's while we are stopped; ours again with SIGCONT.
    Stopped,
    /// A child's, the editor.
    Lent,
}

/// Hears every event; answers whether anybody listens.
type Listener = Box<dyn Fn(TerminalEvent) -> bool + Send>;

static HOLD: Mutex<Hold> = Mutex::new(Hold::Away);
static LISTENER: Mutex<Option<Listener>> = Mutex::new(None);
static OUTPUT: OnceLock<File> = OnceLock::new();

/// How long a terminal that does not read (a stalled ssh) is waited for before it is given back as it is.
const READING: Duration = Duration::from_millis(250);

/// How long giving back may take in all before we end regardless.
const PATIENCE: Duration = Duration::from_millis(500);

/// Whether standard input and standard output are both terminals.
pub fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Holds the terminal; dropping it gives the terminal back and prints what could not be printed meanwhile.
#[derive(Debug)]
pub struct TerminalGuard(());

impl TerminalGuard {
    /// Takes the terminal: raw mode, alternate screen, bracketed paste, hidden cursor; no mouse, no title.
    /// From here on `listener` hears keys, pastes, sizes and signals, on other threads; it must not block, and answers
    /// whether anybody still listens. The calling thread counts as the main one.
    pub fn enter(
        listener: impl Fn(TerminalEvent) -> bool + Send + 'static,
    ) -> Result<(TerminalGuard, Terminal), TerminalError> {
        if !is_interactive() {
            return Err(TerminalError::NotInteractive);
        }
        if OUTPUT.get().is_none() {
            let output = File::from(io::stdout().as_fd().try_clone_to_owned()?);
            // Losing the race means another thread stored the same descriptor.
            let _ = OUTPUT.set(output);
        }
        if *hold() != Hold::Away {
            return Err(TerminalError::Taken);
        }
        *lock(&LISTENER) = Some(Box::new(listener));
        install_panic_hook();
        panic::claim_main_thread();
        signals::start()?;
        let guard = TerminalGuard(());
        {
            let mut hold = hold();
            // Before the first change: if one of them fails, dropping the guard undoes the others.
            *hold = Hold::Ours;
            take()?;
        }
        input::start()?;
        let terminal = Terminal::new(CrosstermBackend::new(Screen::default()))?;
        Ok((guard, terminal))
    }

    /// Stops the process group as the terminal's own ^Z would (PRODUCT.md 4). Returns at once; the stop follows, and
    /// `Resumed` after it. Refused where no shell waits, as in a terminal window of its own.
    pub fn suspend(&mut self) -> Result<(), TerminalError> {
        signals::stop_group()
    }

    /// Gives the terminal to a child until `take_back`. Keys are left to the child. Idempotent.
    pub fn lend(&mut self) -> io::Result<()> {
        input::pause();
        let mut hold = hold();
        let undone = if *hold == Hold::Ours { undo() } else { Ok(()) };
        *hold = Hold::Lent;
        undone
    }

    /// Takes the terminal back from a child; `Resumed` follows. Idempotent.
    pub fn take_back(&mut self) -> io::Result<()> {
        let taken = {
            let mut hold = hold();
            if *hold == Hold::Ours {
                return Ok(());
            }
            *hold = Hold::Ours;
            take()
        };
        input::go_on();
        tell(TerminalEvent::Resumed);
        taken
    }

    /// Gives the terminal back for good, as dropping does. Idempotent.
    pub fn leave(&mut self) {
        give_up();
        panic::print_kept_reports();
    }
}

impl Drop for TerminalGuard {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Forgets what is on the screen, so that the next draw writes every cell, at the size of now.
/// (`ratatui::Terminal::clear` would ask the terminal for the cursor and so steal from the input thread.)
pub fn redraw(terminal: &mut Terminal) -> io::Result<()> {
    let size = terminal.size()?;
    terminal.resize(Rect::new(0, 0, size.width, size.height))
}

/// Writes `sequence` to the terminal if it is ours, as for OSC 52. Returns whether it was written.
pub fn send_to_terminal(sequence: &str) -> io::Result<bool> {
    let hold = hold();
    if *hold == Hold::Ours {
        write_out(sequence.as_bytes())?;
    }
    Ok(*hold == Hold::Ours)
}

/// Text from outside made fit for stderr or an error: what `is_invisible` names becomes `<1B>`, `<202E>`.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_invisible(c) {
            shown.extend(format!("<{:02X}>", u32::from(c)).chars());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// The writer under ratatui: one write a frame, and none while the terminal is not ours.
#[derive(Debug, Default)]
pub struct Screen {
    frame: Vec<u8>,
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.frame.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let hold = hold();
        let written = if *hold == Hold::Ours { write_out(&self.frame) } else { Ok(()) };
        self.frame.clear();
        written
    }
}

fn hold() -> MutexGuard<'static, Hold> {
    lock(&HOLD)
}

/// Whose the terminal is, without waiting; `None` while somebody writes to it, which may be for good.
fn hold_now() -> Option<Hold> {
    match HOLD.try_lock() {
        Ok(hold) => Some(*hold),
        Err(TryLockError::Poisoned(poisoned)) => Some(*poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

/// A thread that panicked while it held a lock left nothing half done here: each value is a single word.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns whether anybody listens.
fn tell(event: TerminalEvent) -> bool {
    lock(&LISTENER).as_ref().is_some_and(|listener| listener(event))
}

/// Enables all we use. The caller holds the lock.
fn take() -> io::Result<()> {
    enable_raw_mode()?;
    let mut bytes = Vec::new();
    crossterm::queue!(bytes, EnterAlternateScreen, EnableBracketedPaste, Hide)?;
    write_out(&bytes)
}

/// Undoes all of `take`. Raw mode goes last: a ^C in cooked mode throws away what the terminal has not read yet, and with
/// it the way out of the alternate screen. Where the terminal does not read, raw mode goes first: that cannot stall.
/// The caller holds the lock.
fn undo() -> io::Result<()> {
    let mut bytes = Vec::new();
    crossterm::queue!(bytes, DisableBracketedPaste, ResetColor, Show, LeaveAlternateScreen)?;
    if terminal_reads() {
        let written = write_out(&bytes);
        disable_raw_mode()?;
        return written;
    }
    let cooked = disable_raw_mode();
    write_out(&bytes)?;
    cooked
}

/// Whether the terminal takes a few bytes within our patience.
fn terminal_reads() -> bool {
    let Some(output) = OUTPUT.get() else { return false };
    let patience = Timespec { tv_sec: 0, tv_nsec: READING.subsec_nanos().into() };
    let mut asked = [PollFd::new(output, PollFlags::OUT)];
    matches!(poll(&mut asked, Some(&patience)), Ok(1))
}

fn give_up() {
    let mut hold = hold();
    if *hold == Hold::Ours {
        // There is no one left to tell: the terminal itself is what failed.
        let _ = undo();
    }
    *hold = Hold::Away;
}

/// `give_up` on a thread of its own, so that neither a held lock nor a stalled terminal can keep us.
fn give_up_in_time() {
    let (done, waiting) = channel();
    let started = thread::Builder::new().name("give-up".into()).spawn(move || {
        give_up();
        let _ = done.send(());
    });
    if started.is_err() || waiting.recv_timeout(PATIENCE).is_err() {
        let _ = disable_raw_mode();
    }
}

fn write_out(bytes: &[u8]) -> io::Result<()> {
    match OUTPUT.get() {
        Some(mut output) => output.write_all(bytes),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_shown_without_controls() {
        assert_eq!(visible("a\u{1b}[2J\nb\u{202e}é\u{85}\u{2028}\u{3164}"), "a<1B>[2J<0A>b<202E>é<85><2028><3164>");
    }

    #[test]
    fn a_frame_is_dropped_while_the_terminal_is_not_ours() {
        let mut screen = Screen::default();
        screen.write_all(b"frame").unwrap();
        screen.flush().unwrap();
        assert!(screen.frame.is_empty());
        assert!(!send_to_terminal("x").unwrap());
    }

    #[test]
    fn giving_up_what_was_never_taken_does_nothing() {
        give_up();
        give_up_in_time();
        assert_eq!(*hold(), Hold::Away);
    }
}
