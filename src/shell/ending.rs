//! The end that a person asks for by ^C or a service manager by a signal, where work goes on until then: what is under way is
//! finished, waiting ends at once, and a second signal ends the program as if nobody listened. Not for the inbox, whose
//! terminal has watchers of its own.

use std::io;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

/// Whether the end was asked for.
#[derive(Debug, Default)]
pub struct Ending {
    asked: Mutex<bool>,
    came: Condvar,
}

impl Ending {
    /// Listens from now on to SIGINT, SIGTERM and SIGHUP.
    pub fn listen() -> io::Result<Arc<Self>> {
        let ending = Arc::new(Self::default());
        let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
        let told = Arc::clone(&ending);
        thread::Builder::new().name("ending".into()).spawn(move || {
            for signal in signals.forever() {
                if told.ask() {
                    // It was asked for before: whoever repeats it does not want to wait.
                    let _ = emulate_default_handler(signal);
                }
            }
        })?;
        Ok(ending)
    }

    /// Asks for the end; answers whether it had been asked for.
    pub fn ask(&self) -> bool {
        let before = std::mem::replace(&mut *self.asked.lock().unwrap_or_else(PoisonError::into_inner), true);
        self.came.notify_all();
        before
    }

    /// True once it was asked for.
    pub fn asked(&self) -> bool {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits so long, or until the end is asked for.
    pub fn wait(&self, span: Duration) {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.came.wait_timeout_while(asked, span, |asked| !*asked));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asking_ends_the_waiting() {
        let ending = Arc::new(Ending::default());
        ending.wait(Duration::ZERO);
        assert!(!ending.asked());
        let waiting = Arc::clone(&ending);
        let waiter = thread::spawn(move || waiting.wait(Duration::from_hours(24)));
        assert!(!ending.ask());
        waiter.join().unwrap();
        assert!(ending.asked() && ending.ask());
    }
}
