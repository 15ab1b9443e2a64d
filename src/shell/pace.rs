//! Time, waiting and chance for the clients of `net`, from the one clock. Must not print: whoever starts a client says where
//! its words go.

use std::sync::Arc;
use std::time::Duration;

use rustix::rand::{GetRandomFlags, getrandom};

use crate::domain::lead::Moment;
use crate::net::pace::Pace;
use crate::shell::clock::Clock;
use crate::shell::ending::Ending;

/// The pace of this machine.
pub struct WirePace<F> {
    clock: Clock,
    ending: Option<Arc<Ending>>,
    tell: F,
}

impl<F: Fn(&str)> WirePace<F> {
    /// The pace of a client whose words go to `tell`. Without an `ending` a signal ends the program at once.
    pub fn new(clock: Clock, ending: Option<Arc<Ending>>, tell: F) -> Self {
        Self { clock, ending, tell }
    }
}

impl<F: Fn(&str)> Pace for WirePace<F> {
    fn now(&self) -> Moment {
        self.clock.now()
    }

    fn wire_now(&self) -> Moment {
        Clock::wire_now()
    }

    fn passed(&self) -> Duration {
        Clock::passed()
    }

    fn wait(&self, span: Duration) {
        match &self.ending {
            Some(ending) => ending.wait(span),
            None => std::thread::sleep(span),
        }
    }

    fn stopping(&self) -> bool {
        self.ending.as_ref().is_some_and(|ending| ending.asked())
    }

    fn random(&self) -> u64 {
        let mut bytes = [0; 8];
        // The system gives so few bytes at once, or has none at all; then the time spreads retries well enough.
        match getrandom(&mut bytes, GetRandomFlags::empty()) {
            Ok(8) => u64::from_ne_bytes(bytes),
            _ => Clock::passed().as_nanos() as u64,
        }
    }

    fn tell(&self, sentence: &str) {
        (self.tell)(sentence);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    #[test]
    fn it_ends_where_it_is_asked_to_and_tells_what_it_is_told() {
        let ending = Arc::new(Ending::default());
        let told = RefCell::new(Vec::new());
        let clock = Clock::fixed(Moment::default(), chrono_tz::Tz::UTC);
        let pace =
            WirePace::new(clock, Some(Arc::clone(&ending)), |text: &str| told.borrow_mut().push(text.to_owned()));
        assert!(!pace.stopping());
        ending.ask();
        pace.wait(Duration::from_hours(24));
        pace.tell("a");
        assert!(pace.stopping() && pace.now() == Moment::default() && pace.wire_now() > pace.now());
        assert_ne!(pace.random(), pace.random());
        assert_eq!(*told.borrow(), ["a"]);
    }
}
