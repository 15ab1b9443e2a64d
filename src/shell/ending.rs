//! The end that a person asks for by ^C or a service manager by a signal, where work goes on until then: what is under way is
//! finished, waiting ends at once, and a second signal ends the program as if nobody listened. Not for the inbox, whose
//! terminal has watchers of its own.

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

/// How often the end was asked for, and how often that is borne.
#[derive(Debug)]
pub struct Ending {
    asked: Mutex<u32>,
    came: Condvar,
    borne: AtomicU32,
}

impl Default for Ending {
    fn default() -> Self {
        Self { asked: Mutex::default(), came: Condvar::new(), borne: AtomicU32::new(1) }
    }
}

/// The one that hears signals, from the first listening on.
static LISTENING: Mutex<Option<Arc<Ending>>> = Mutex::new(None);

impl Ending {
    /// Listens from now on to SIGINT, SIGTERM and SIGHUP. There is one a process: whoever listens later hears what came before.
    pub fn listen() -> io::Result<Arc<Self>> {
        let mut listening = LISTENING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ending) = &*listening {
            return Ok(Arc::clone(ending));
        }
        let ending = Arc::new(Self::default());
        let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
        let told = Arc::clone(&ending);
        thread::Builder::new().name("ending".into()).spawn(move || {
            for signal in signals.forever() {
                if told.ask() > told.borne.load(Ordering::SeqCst) {
                    // Whoever repeats it does not want to wait.
                    let _ = emulate_default_handler(signal);
                }
            }
        })?;
        *listening = Some(Arc::clone(&ending));
        Ok(ending)
    }

    /// Asks for the end; answers how often that was done.
    pub fn ask(&self) -> u32 {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        *asked += 1;
        self.came.notify_all();
        *asked
    }

    /// How often it was asked for.
    pub fn times(&self) -> u32 {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// True once it was asked for.
    pub fn asked(&self) -> bool {
        self.times() > 0
    }

    /// From now on only the signal after so many ends the program at once: the one before has work of its own to end.
    pub fn bear(&self, times: u32) {
        self.borne.store(times, Ordering::SeqCst);
    }

    /// Waits so long, or until the end is asked for.
    pub fn wait(&self, span: Duration) {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.came.wait_timeout_while(asked, span, |asked| *asked == 0));
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
        assert_eq!(ending.ask(), 1);
        waiter.join().unwrap();
        assert_eq!((ending.asked(), ending.ask(), ending.times()), (true, 2, 2));
    }
}
