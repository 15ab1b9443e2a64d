//! What a client of the wires needs of this machine: the time, waiting, chance, and somebody to tell. `shell` implements it
//! with the one clock; tests with a clock that only waiting moves. Must not know what is fetched.

use std::time::Duration;

use crate::domain::lead::Moment;

/// Time, waiting and chance.
pub trait Pace {
    /// The moment at which leads arrive: the seller's now, which `LEADBOX_NOW` fixes.
    fn now(&self) -> Moment;

    /// The time a service would read on its own clock: for signatures and tokens, which are refused when it is not.
    fn wire_now(&self) -> Moment;

    /// Time that has passed since some point that stays the same; never a time of day.
    fn passed(&self) -> Duration;

    /// Waits so long, or until the person asks to end.
    fn wait(&self, span: Duration);

    /// The person asked to end: nothing new is begun, what is under way is finished.
    fn stopping(&self) -> bool;

    /// A number nobody can foresee.
    fn random(&self) -> u64;

    /// Tells the person something while it goes on.
    fn tell(&self, sentence: &str);
}

/// How long to keep trying.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Time in all that tries and waits may take; the last try may begin just before its end.
    pub budget: Duration,
    /// The first wait; each further one is twice as long.
    pub first: Duration,
    /// The longest wait that nobody asked for.
    pub longest: Duration,
    /// Tries at most.
    pub tries: u32,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            budget: Duration::from_mins(2),
            first: Duration::from_secs(1),
            longest: Duration::from_secs(30),
            tries: 8,
        }
    }
}

impl Patience {
    /// The wait before try `next` (the first is 1): doubled each time, then anything from half of it to all of it, so that
    /// many clients do not come back at once.
    pub fn pause(&self, next: u32, random: u64) -> Duration {
        let doubled = self.first.saturating_mul(1 << next.saturating_sub(2).min(20));
        let whole = doubled.min(self.longest);
        // Three decimals of chance are plenty.
        let thousandths = u32::try_from(random % 501).unwrap_or(0);
        whole * (500 + thousandths) / 1000
    }
}

/// A length in words, rounded up to a second: `4 s`, `2 min`.
pub fn spoken(span: Duration) -> String {
    let seconds = span.as_secs() + u64::from(span.subsec_nanos() > 0);
    match seconds {
        0..120 => format!("{seconds} s"),
        _ => format!("{} min", seconds.div_ceil(60)),
    }
}

/// A machine without a clock, for tests: only waiting moves its time.
#[cfg(test)]
pub(crate) mod still {
    use super::{Duration, Moment, Pace};
    use crate::domain::moment::parse;
    use std::cell::{Cell, RefCell};

    /// Notes what was waited and told.
    #[derive(Default)]
    pub(crate) struct Still {
        pub(crate) waited: RefCell<Vec<Duration>>,
        pub(crate) told: RefCell<Vec<String>>,
        /// Stops at this wait, counted from 1.
        pub(crate) stop_at: Cell<Option<usize>>,
    }

    impl Pace for Still {
        fn now(&self) -> Moment {
            parse("2026-11-20T12:00:00Z").unwrap()
        }

        fn wire_now(&self) -> Moment {
            self.now() + self.passed()
        }

        fn passed(&self) -> Duration {
            self.waited.borrow().iter().sum()
        }

        fn wait(&self, span: Duration) {
            self.waited.borrow_mut().push(span);
        }

        fn stopping(&self) -> bool {
            self.stop_at.get().is_some_and(|at| self.waited.borrow().len() >= at)
        }

        fn random(&self) -> u64 {
            500
        }

        fn tell(&self, sentence: &str) {
            self.told.borrow_mut().push(sentence.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_vary_by_half() {
        let patience = Patience::default();
        let most: Vec<_> = (2..10).map(|next| patience.pause(next, 500).as_secs()).collect();
        assert_eq!(most, [1, 2, 4, 8, 16, 30, 30, 30]);
        assert_eq!(patience.pause(3, 0), Duration::from_secs(1));
        assert_eq!(patience.pause(u32::MAX, 501), Duration::from_secs(15));
    }

    #[test]
    fn lengths_are_spoken_rounded_up() {
        let said = |millis| spoken(Duration::from_millis(millis));
        assert_eq!(
            [said(0), said(1), said(4000), said(119_001), said(600_000)],
            ["0 s", "1 s", "4 s", "2 min", "10 min"]
        );
    }
}
