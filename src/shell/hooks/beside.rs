//! Hooks beside work that goes on: the inbox, the receiver, a sync that watches. A thread of its own looks at the journal once a
//! second, and at the flames once a minute. Must not hold up what it stands beside.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::shell::clock::{Clock, Deadline};
use crate::shell::hooks::{Flames, Hooks};

/// How often the journal is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// How often the flames are.
const FLAMES: Duration = Duration::from_mins(1);

/// The thread, until it is finished.
pub struct Beside {
    thread: JoinHandle<Vec<String>>,
    /// Dropped, it wakes the thread.
    wake: Sender<()>,
    end: Arc<OnceLock<Deadline>>,
    patience: Duration,
}

/// The thread's part.
struct Follower<T> {
    hooks: Hooks,
    clock: Clock,
    tell: T,
    end: Arc<OnceLock<Deadline>>,
    /// What is told after the end was asked for: nobody listens any more.
    late: Vec<String>,
    /// The fault of reading the store that was told last: it is told once.
    fault: Option<String>,
}

impl Beside {
    /// Starts; `tell` hears a sentence of every failure until the end is asked for.
    pub fn start(hooks: Hooks, clock: Clock, tell: impl Fn(String) + Send + 'static) -> std::io::Result<Self> {
        let (wake, woken) = channel();
        let end = Arc::new(OnceLock::new());
        let patience = hooks.settings.timeout;
        let follower = Follower { hooks, clock, tell, end: Arc::clone(&end), late: Vec::new(), fault: None };
        let thread = thread::Builder::new().name("hooks".into()).spawn(move || follower.follow(&woken))?;
        Ok(Self { thread, wake, end, patience })
    }

    /// Asks it to end: what happened is still told, but for no longer than one run may take. Answers whether it ends within a
    /// moment.
    pub fn ask_to_end(&self, moment: Duration) -> bool {
        let _ = self.end.set(Deadline::after(self.patience));
        // A thread that is gone needs no waking.
        let _ = self.wake.send(());
        let moment = Deadline::after(moment);
        while !self.thread.is_finished() && !moment.has_passed() {
            thread::sleep(Duration::from_millis(5));
        }
        self.thread.is_finished()
    }

    /// How long it may take to end.
    pub fn patience(&self) -> Duration {
        self.patience
    }

    /// Waits for the end, and answers what was told since it was asked for.
    pub fn finish(self) -> Vec<String> {
        self.ask_to_end(Duration::ZERO);
        drop(self.wake);
        self.thread.join().unwrap_or_else(|_| vec!["A hook was lost. What was stored stands.".to_owned()])
    }
}

impl<T: Fn(String)> Follower<T> {
    fn follow(mut self, woken: &Receiver<()>) -> Vec<String> {
        let mut flames = Deadline::after(Duration::ZERO);
        loop {
            let looked = if flames.has_passed() {
                flames = Deadline::after(FLAMES);
                Flames::Watched
            } else {
                Flames::Passed
            };
            self.settle(looked);
            if self.end.get().is_some() {
                // What happened between the last look and the end.
                self.settle(Flames::Passed);
                return self.late;
            }
            if woken.recv_timeout(LOOK) == Err(RecvTimeoutError::Disconnected) {
                let _ = self.end.set(Deadline::after(Duration::ZERO));
            }
        }
    }

    fn settle(&mut self, flames: Flames) {
        let (end, now) = (Arc::clone(&self.end), self.clock.now());
        let stop = || end.get().is_some_and(Deadline::has_passed);
        let (late, told) = (&mut self.late, &self.tell);
        let mut tell = |sentence: String| if end.get().is_some() { late.push(sentence) } else { told(sentence) };
        let fault = self.hooks.settle(flames, now, &stop, &mut tell).err().map(|error| error.to_string());
        if let Some(fault) = fault.as_ref().filter(|fault| self.fault.as_ref() != Some(*fault)) {
            tell(format!("Hooks wait: {fault}"));
        }
        self.fault = fault;
    }
}
