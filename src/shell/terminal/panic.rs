//! The panic hook: the terminal first, then the report, without control characters and without personal data.
//!
//! A formatted panic message may quote a lead (an index into a name, say), so it is shown only on request.

use crate::shell::terminal::{Hold, TerminalEvent, give_up_in_time, hold_now, lock, tell, visible};
use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::Write;
use std::panic::PanicHookInfo;
use std::sync::{Mutex, Once};
use std::thread::{self, ThreadId};

static MAIN: Mutex<Option<ThreadId>> = Mutex::new(None);
static KEPT: Mutex<Vec<String>> = Mutex::new(Vec::new());
static INSTALL: Once = Once::new();

/// Installs the hook, once a process; the guard does it too. Without a guard it only prints the report.
pub fn install_panic_hook() {
    INSTALL.call_once(|| std::panic::set_hook(Box::new(report_panic)));
}

/// The calling thread is the one whose panic ends the inbox at once.
pub(super) fn claim_main_thread() {
    *lock(&MAIN) = Some(thread::current().id());
}

/// Prints what other threads reported while the terminal was ours.
pub(super) fn print_kept_reports() {
    for report in lock(&KEPT).drain(..) {
        print(&report);
    }
}

fn report_panic(info: &PanicHookInfo<'_>) {
    let text = info.payload();
    let literal = text.downcast_ref::<&'static str>().copied();
    let formatted = text.downcast_ref::<String>().map(String::as_str);
    let place = info.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    let trace = Backtrace::capture();
    let wants_details = trace.status() == BacktraceStatus::Captured;
    let mut report = describe(&place, literal, formatted, wants_details);
    if wants_details {
        for line in trace.to_string().lines() {
            report.push('\n');
            report.push_str(&visible(line));
        }
    }
    let is_main = lock(&MAIN).is_none_or(|main| main == thread::current().id());
    // Another thread cannot take the screen from the main loop; it asks, and the report waits for the guard.
    if !is_main && is_ours() {
        lock(&KEPT).push(report);
        tell(TerminalEvent::Panicked);
    } else {
        give_up_in_time();
        print(&report);
    }
}

/// Whether there is a guard. Whoever writes to the terminal has one; a panic must not wait for them.
fn is_ours() -> bool {
    hold_now() != Some(Hold::Away)
}

fn describe(place: &str, literal: Option<&str>, formatted: Option<&str>, wants_details: bool) -> String {
    let message = match (literal, formatted) {
        (Some(message), _) => visible(message),
        (None, Some(message)) if wants_details => visible(message),
        _ => "the message is withheld, as it may quote a lead; RUST_BACKTRACE=1 shows it".to_owned(),
    };
    format!(
        "leadbox stopped on an error of its own at {}: {message}.\n\
         Every change it had confirmed is in the store. Please report this line.",
        visible(place)
    )
}

fn print(report: &str) {
    // stderr may be closed; there is nowhere else to say it.
    let _ = writeln!(std::io::stderr(), "{report}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_shows_no_controls_and_no_data() {
        let literal = describe("src/a.rs:1:2", Some("no\u{1b}[2J way"), None, false);
        assert!(literal.contains("at src/a.rs:1:2: no<1B>[2J way."), "{literal}");
        let withheld = describe("src/a.rs:1:2", None, Some("byte index 3 of `Müller`"), false);
        assert!(!withheld.contains("Müller"), "{withheld}");
        assert!(describe("a", None, Some("`Müller`\u{7}"), true).contains("`Müller`<07>"));
    }
}
