//! Hooks beside work that goes on: the inbox, the receiver, a sync that watches. A thread of its own looks at the journal once a
//! second, and at the flames once a minute. Must not hold up what it stands beside.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
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
    end: End,
    patience: Duration,
}

/// Until when the thread may go on, once its end was asked for.
#[derive(Clone, Default)]
struct End(Arc<Mutex<Option<Deadline>>>);

impl End {
    fn deadline(&self) -> Option<Deadline> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The end may come nearer, not go away.
    fn ask(&self, patience: Duration) {
        let mut end = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = end.map_or(patience, |end| end.remaining().min(patience));
        *end = Some(Deadline::after(left));
    }

    fn asked(&self) -> bool {
        self.deadline().is_some()
    }

    fn has_come(&self) -> bool {
        self.deadline().is_some_and(|end| end.has_passed())
    }
}

/// The thread's part.
struct Follower<T> {
    hooks: Hooks,
    clock: Clock,
    tell: T,
    end: End,
    /// What is told after the end was asked for: nobody listens any more.
    late: Vec<String>,
    /// The fault of reading the store that was told last: it is told once.
    fault: Option<String>,
}

impl Beside {
    /// Starts; `tell` hears a sentence of every failure until the end is asked for.
    pub fn start(hooks: Hooks, clock: Clock, tell: impl Fn(String) + Send + 'static) -> std::io::Result<Self> {
        let (wake, woken) = channel();
        let end = End::default();
        let patience = hooks.settings.timeout;
        let follower = Follower { hooks, clock, tell, end: end.clone(), late: Vec::new(), fault: None };
        let thread = thread::Builder::new().name("hooks".into()).spawn(move || follower.follow(&woken))?;
        Ok(Self { thread, wake, end, patience })
    }

    /// Asks it to end: what happened is still told, but for no longer than one run may take.
    pub fn ask_to_end(&self) {
        self.end.ask(self.patience);
        // A thread that is gone needs no waking.
        let _ = self.wake.send(());
    }

    /// Asks it to end now: what runs is ended.
    pub fn hurry(&self) {
        self.end.ask(Duration::ZERO);
        let _ = self.wake.send(());
    }

    /// Waits at most so long for its end; answers whether it has come.
    pub fn wait(&self, span: Duration) -> bool {
        let span = Deadline::after(span);
        while !self.thread.is_finished() && !span.has_passed() {
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
        self.ask_to_end();
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
            if self.end.asked() {
                // What happened between the last look and the end.
                self.settle(Flames::Passed);
                return self.late;
            }
            if woken.recv_timeout(LOOK) == Err(RecvTimeoutError::Disconnected) {
                // Nobody waits for it.
                self.end.ask(Duration::ZERO);
            }
        }
    }

    fn settle(&mut self, flames: Flames) {
        let (end, now) = (self.end.clone(), self.clock.now());
        let stop = || end.has_come();
        let (late, told) = (&mut self.late, &self.tell);
        let mut tell = |sentence: String| if end.asked() { late.push(sentence) } else { told(sentence) };
        let fault = self.hooks.settle(flames, now, &stop, &mut tell).err().map(|error| error.to_string());
        if let Some(fault) = fault.as_ref().filter(|fault| self.fault.as_ref() != Some(*fault)) {
            tell(format!("Hooks wait: {fault}"));
        }
        self.fault = fault;
    }
}
