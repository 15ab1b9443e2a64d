//! Where a connection stands between its first byte and its last answer, and how long it may stay there. The wire and the
//! service tell it what happens; whoever drives the connection asks it whether the time is up. Must not read or write a byte.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::Sleep;

use crate::net::receiver::Machine;
use crate::net::receiver::settings::Limits;

/// A head is remembered up to this size; hyper refuses a larger one.
const MOST_HEAD: usize = 16 * 1024;

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Nothing was sent yet.
    Fresh,
    /// The head of a request is on its way.
    Head,
    /// The head is there, the body may still come; the service sees to its time itself.
    Body,
    /// The request is there, and on its way into the store.
    Whole,
    /// The answer is on its way.
    Answer,
    /// Answered; the next request may come.
    Idle,
    /// No more is taken; what is still sent is thrown away.
    Closing,
}

/// One connection's state.
pub struct Conversation {
    machine: Arc<dyn Machine>,
    limits: Limits,
    phase: Phase,
    since: Duration,
    /// When the first byte of the present request came.
    began: Duration,
    head: Vec<u8>,
    timer: Option<Pin<Box<Sleep>>>,
    /// What hyper answered by itself to a head it could not read.
    refused: Option<u16>,
    /// It was answered before the whole request was read.
    unread: bool,
}

/// A conversation as its parts share it.
#[derive(Clone)]
pub struct Shared(Arc<Mutex<Conversation>>);

impl Shared {
    /// A connection that was just taken. Must be called where the runtime runs.
    pub fn begin(machine: Arc<dyn Machine>, limits: Limits) -> Self {
        let now = machine.uptime();
        let (phase, head) = (Phase::Fresh, Vec::new());
        let timer = Some(Box::pin(tokio::time::sleep(limits.header)));
        let (refused, unread) = (None, false);
        Self(Arc::new(Mutex::new(Conversation {
            machine,
            limits,
            phase,
            since: now,
            began: now,
            head,
            timer,
            refused,
            unread,
        })))
    }

    /// The state. What panicked while it held it left nothing half done.
    pub fn get(&self) -> MutexGuard<'_, Conversation> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Conversation {
    /// Where it stands.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Since when.
    pub fn since(&self) -> Duration {
        self.since
    }

    /// When the present request began.
    pub fn began(&self) -> Duration {
        self.began
    }

    /// No lead is lost if it is closed now: the sender knows that it was not answered.
    pub fn is_waiting(&self) -> bool {
        matches!(self.phase, Phase::Fresh | Phase::Head | Phase::Body | Phase::Idle | Phase::Closing)
    }

    /// What hyper answered by itself.
    pub fn refused(&self) -> Option<u16> {
        self.refused
    }

    /// True where the sender may still be sending what nobody will read.
    pub fn has_unread(&self) -> bool {
        self.unread || self.refused.is_some()
    }

    /// Bytes came.
    pub fn read(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        if self.phase == Phase::Idle {
            self.timer = Some(Box::pin(tokio::time::sleep(self.limits.header)));
            self.began = self.machine.uptime();
        }
        if matches!(self.phase, Phase::Fresh | Phase::Idle) {
            // The time of a first request runs from the connection on: silence at its beginning wins nothing.
            self.enter(Phase::Head);
        }
        if self.phase == Phase::Head {
            let room = MOST_HEAD.saturating_sub(self.head.len()).min(bytes.len());
            self.head.extend_from_slice(bytes.get(..room).unwrap_or_default());
        }
    }

    /// Bytes were sent.
    pub fn wrote(&mut self, bytes: &[u8]) {
        match self.phase {
            // The client cannot have the answer before this: what it sends from here on is its next request.
            Phase::Answer if !bytes.is_empty() => {
                self.rest();
                self.enter(Phase::Idle);
            }
            Phase::Head if self.refused.is_none() => {
                let digits = bytes.strip_prefix(b"HTTP/1.1 ").and_then(|rest| rest.get(..3));
                self.refused = digits.and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
            }
            _ => {}
        }
    }

    /// The head is whole: hands its bytes, and perhaps some behind it, to the service.
    pub fn take_head(&mut self) -> Vec<u8> {
        let head = std::mem::take(&mut self.head);
        self.timer = None;
        self.enter(Phase::Body);
        head
    }

    /// The request is whole.
    pub fn whole(&mut self) {
        self.enter(Phase::Whole);
    }

    /// What is left of the time for the present request.
    pub fn remaining(&self) -> Duration {
        self.limits.request.saturating_sub(self.machine.uptime().saturating_sub(self.began))
    }

    /// The service has its answer. `unread`: it did not read the whole request.
    pub fn answer(&mut self, unread: bool) {
        self.rest();
        self.unread = unread;
        self.enter(Phase::Answer);
    }

    /// No more is taken.
    pub fn close(&mut self) {
        self.timer = None;
        self.enter(Phase::Closing);
    }

    /// Ready when the time of this phase is up.
    pub fn poll_late(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.timer.as_mut().map_or(Poll::Pending, |timer| timer.as_mut().poll(context))
    }

    fn rest(&mut self) {
        self.timer = Some(Box::pin(tokio::time::sleep(self.limits.keep_alive)));
    }

    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.since = self.machine.uptime();
    }
}
