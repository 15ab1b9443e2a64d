//! The thread that reads keys: it blocks in `event::read` and never polls, so an idle inbox never wakes.
//!
//! While a child owns the terminal the thread waits at a gate. It is called there by a SIGWINCH to ourselves, which
//! crossterm answers with a Resize event. Must not interpret what it reads.

use crate::shell::clock::Deadline;
use crate::shell::terminal::{TerminalEvent, lock, signals, tell};
use crossterm::event::{Event, KeyEventKind};
use signal_hook::consts::{SIGHUP, SIGWINCH};
use std::io;
use std::sync::{Condvar, Mutex, Once, PoisonError};
use std::thread;
use std::time::Duration;

#[derive(Default)]
struct Gate {
    closed: bool,
    waiting: bool,
}

static GATE: Mutex<Gate> = Mutex::new(Gate { closed: false, waiting: false });
static MOVED: Condvar = Condvar::new();
static START: Once = Once::new();

/// The thread may sit in the middle of a key's bytes, where no signal reaches it; then the child must share.
const CALL_FOR: Duration = Duration::from_millis(400);
const CALL_EVERY: Duration = Duration::from_millis(20);

/// Starts the thread; later calls open the gate only.
pub(super) fn start() -> io::Result<()> {
    let mut started = Ok(());
    START.call_once(|| {
        started = thread::Builder::new().name("input".into()).spawn(read_on).map(drop);
    });
    go_on();
    started
}

/// Closes the gate and waits until the thread stands before it.
pub(super) fn pause() {
    let mut gate = lock(&GATE);
    gate.closed = true;
    let deadline = Deadline::after(CALL_FOR);
    while !gate.waiting && !deadline.has_passed() {
        // Raising our own signal cannot fail; if it did, the deadline ends this.
        let _ = signal_hook::low_level::raise(SIGWINCH);
        gate = MOVED.wait_timeout(gate, CALL_EVERY).unwrap_or_else(PoisonError::into_inner).0;
    }
}

/// Opens the gate.
pub(super) fn go_on() {
    lock(&GATE).closed = false;
    MOVED.notify_all();
}

fn read_on() {
    loop {
        wait_at_gate();
        match crossterm::event::read() {
            Ok(Event::Key(key)) if key.kind == KeyEventKind::Release => {}
            Ok(event) => {
                tell(TerminalEvent::Input(event));
            }
            Err(_) => {
                // The terminal is gone, whether or not the kernel says so with a signal.
                signals::terminate(SIGHUP);
                return;
            }
        }
    }
}

fn wait_at_gate() {
    let mut gate = lock(&GATE);
    while gate.closed {
        gate.waiting = true;
        MOVED.notify_all();
        gate = MOVED.wait(gate).unwrap_or_else(PoisonError::into_inner);
    }
    gate.waiting = false;
}
