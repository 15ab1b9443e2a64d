//! The threads that take signals: they give the terminal back first, then let the signal have its way, so that the
//! exit status tells the truth (TRUST.md "The terminal comes back").
//!
//! The main loop gets a second to end in order; after that the process is ended without it. Must never wait for the
//! terminal where a signal asks to end: one that does not read (a stalled ssh) keeps whoever writes to it.

use crate::shell::files;
use crate::shell::terminal::{
    Hold, TerminalError, TerminalEvent, editor, give_up_in_time, hold, hold_now, lock, take, tell, undo,
};
use rustix::process::{Signal, getpgrp, getsid, kill_current_process_group};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;
use std::io;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::thread;
use std::time::Duration;

static STARTED: Mutex<bool> = Mutex::new(false);

/// The signal that asked to end first; 0 before.
static ENDING: AtomicI32 = AtomicI32::new(0);

/// The terminal is given back, and somebody else listens to signals and ends in time.
static HANDED_OVER: AtomicBool = AtomicBool::new(false);

/// What the main loop has to end in order.
const GRACE: Duration = Duration::from_secs(1);

/// Starts the threads, once a process.
pub(super) fn start() -> io::Result<()> {
    HANDED_OVER.store(false, Ordering::SeqCst);
    let mut started = lock(&STARTED);
    if !*started {
        let endings = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT])?;
        thread::Builder::new().name("signals".into()).spawn(move || watch_endings(endings))?;
        // On a thread of its own: giving the terminal back before a stop may take as long as the terminal likes.
        let stops = Signals::new([SIGTSTP, SIGCONT])?;
        thread::Builder::new().name("stops".into()).spawn(move || watch_stops(stops))?;
        *started = true;
    }
    Ok(())
}

/// Ends the process by `signal`, so that the parent sees the honest status. Drop the guard first.
pub fn die_by(signal: i32) -> ! {
    // Returns only for a signal that does not end a process.
    let _ = emulate_default_handler(signal);
    std::process::exit(128_i32.saturating_add(signal))
}

/// From here on signals but SIGQUIT end nobody: the caller has given the terminal back and listens itself.
pub fn hand_over() {
    HANDED_OVER.store(true, Ordering::SeqCst);
}

/// Asks the main loop to end; ends the process after a second, or at once if nobody listens or on the second signal.
pub(super) fn terminate(signal: i32) {
    // SIGQUIT nobody else takes: it stays the way out that needs no patience.
    if HANDED_OVER.load(Ordering::SeqCst) && signal != SIGQUIT {
        return;
    }
    let before = ENDING.swap(signal, Ordering::SeqCst);
    // One end of a terminal is told up to three times: to its leader, to the group in front, and to whoever reads.
    if (before, signal) == (SIGHUP, SIGHUP) {
        return;
    }
    // The watchdog comes first, so that nothing below can keep the process alive.
    let watchdog = thread::Builder::new().name("watchdog".into()).spawn(move || {
        thread::sleep(GRACE);
        if !HANDED_OVER.load(Ordering::SeqCst) {
            end(signal);
        }
    });
    let second = before != 0;
    let idle = hold_now() == Some(Hold::Away);
    if watchdog.is_err() || second || idle || !tell(TerminalEvent::Terminate(signal)) {
        end(signal);
    }
    editor::end_child();
}

/// Sends SIGTSTP to the whole group, as ^Z in the terminal's cooked mode does; `watch_stops` does the rest for us.
pub(super) fn stop_group() -> Result<(), TerminalError> {
    // A group led by the session's leader was not started by a shell with job control: none would continue it.
    let session = getsid(None).map_err(io::Error::from)?;
    if session == getpgrp() {
        return Err(TerminalError::NoShell);
    }
    kill_current_process_group(Signal::TSTP).map_err(io::Error::from)?;
    Ok(())
}

fn watch_endings(mut signals: Signals) {
    for signal in signals.forever() {
        match signal {
            // They are meant for the editor, as in system(3).
            SIGINT | SIGQUIT if hold_now() == Some(Hold::Lent) => {}
            _ => terminate(signal),
        }
    }
}

fn watch_stops(mut signals: Signals) {
    for signal in signals.forever() {
        match signal {
            SIGTSTP => stop(),
            _ => resume(),
        }
    }
}

fn stop() {
    {
        let mut hold = hold();
        match *hold {
            // Typed ahead of the end: stopped half way out, nobody would know what is left to continue.
            Hold::Away => return,
            Hold::Ours => {
                // If the terminal is gone there is nothing to give back.
                let _ = undo();
                *hold = Hold::Stopped;
            }
            Hold::Stopped | Hold::Lent => {}
        }
    }
    // Stands still here until SIGCONT, which `watch_stops` then sees.
    let _ = emulate_default_handler(SIGTSTP);
}

fn resume() {
    {
        let mut hold = hold();
        match *hold {
            Hold::Away | Hold::Lent => return,
            Hold::Stopped => *hold = Hold::Ours,
            // Stopped by SIGSTOP, which cannot be caught: the shell has changed the terminal under us.
            Hold::Ours => drop(undo()),
        }
        // In the background this stops us again (SIGTTOU) until the shell gives the terminal back.
        let _ = take();
    }
    tell(TerminalEvent::Resumed);
}

fn end(signal: i32) -> ! {
    give_up_in_time();
    editor::remove_draft();
    files::remove_unsettled();
    die_by(signal)
}
