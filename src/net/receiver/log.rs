//! The receiver's log: time, status, what became of it, how long and how large; never a path, a token or a value of a lead.
//! Refusals of strangers are told ten a second at most, then counted, so that nobody fills a disk. Must not print itself.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::domain::moment::rfc3339;
use crate::net::receiver::Machine;

/// Refusals that are told one by one in a second.
const MOST_A_SECOND: u32 = 10;

/// From where a request came, as far as a log may tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// From this machine.
    Loopback,
    /// Through a proxy.
    Proxied,
    /// From another machine.
    Direct,
}

impl From {
    /// By the peer's address, and whether a proxy is said to stand before us.
    pub fn of(peer: IpAddr, behind_proxy: bool) -> Self {
        match (behind_proxy, peer.is_loopback()) {
            (true, _) => Self::Proxied,
            (false, true) => Self::Loopback,
            (false, false) => Self::Direct,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Loopback => "loopback",
            Self::Proxied => "proxied",
            Self::Direct => "direct",
        }
    }
}

/// One line.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The status that was answered.
    pub status: u16,
    /// What became of it.
    pub told: String,
    /// How long it took from its first byte on.
    pub took: Duration,
    /// Bytes of the body, where it was read.
    pub bytes: usize,
    /// From where.
    pub from: From,
    /// It had a good token.
    pub authentic: bool,
}

/// Where lines go.
pub struct Log {
    machine: Arc<dyn Machine>,
    strangers: Mutex<Strangers>,
}

#[derive(Default)]
struct Strangers {
    second: u64,
    told: u32,
    untold: u32,
}

impl Log {
    /// A log on this machine.
    pub fn new(machine: Arc<dyn Machine>) -> Self {
        Self { machine, strangers: Mutex::default() }
    }

    /// Tells a line, or counts it.
    pub fn tell(&self, entry: &Entry) {
        let (tells, untold) = if entry.authentic { (true, 0) } else { self.count() };
        let at = rfc3339(self.machine.now());
        if untold > 0 {
            self.machine.tell(&format!("{at} {untold} more requests without a good token were refused"));
        }
        if tells {
            let Entry { status, told, took, bytes, from, .. } = entry;
            let (ms, from) = (took.as_millis(), from.word());
            self.machine.tell(&format!("{at} {status} {told}, {bytes} bytes, {ms} ms, {from}"));
        }
    }

    /// Whether a stranger's line is told, and how many were not told in the seconds before.
    fn count(&self) -> (bool, u32) {
        let mut strangers = self.strangers.lock().unwrap_or_else(PoisonError::into_inner);
        let second = self.machine.uptime().as_secs();
        let mut untold = 0;
        if strangers.second != second {
            untold = std::mem::take(&mut strangers.untold);
            (strangers.second, strangers.told) = (second, 0);
        }
        let tells = strangers.told < MOST_A_SECOND;
        if tells {
            strangers.told += 1;
        } else {
            strangers.untold += 1;
        }
        (tells, untold)
    }
}
