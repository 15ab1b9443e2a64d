//! Who is connected: so many that slow ones cost little, and when there is no room left the one that has waited longest goes
//! (TRUST.md: 500 slow connections do not keep an honest one waiting). Also the places for large bodies while they are read,
//! some for each peer where peers can be told apart. Must never end a connection whose request is being stored.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::AbortHandle;

use crate::net::receiver::conversation::Shared;
use crate::net::receiver::settings::Limits;

/// The connections.
pub struct Crowd {
    limits: Limits,
    next: u64,
    members: BTreeMap<u64, Member>,
    served: Arc<Semaphore>,
    peers: HashMap<IpAddr, Weak<Semaphore>>,
}

struct Member {
    peer: Option<IpAddr>,
    conversation: Shared,
    task: AbortHandle,
}

/// The places a large body takes while it is read: those of its peer, if peers are told apart, and everybody's.
pub type Places = (Option<Arc<Semaphore>>, Arc<Semaphore>);

impl Crowd {
    /// Nobody yet.
    pub fn new(limits: Limits) -> Self {
        let served = Arc::new(Semaphore::new(limits.served.max(1)));
        Self { limits, next: 0, members: BTreeMap::new(), served, peers: HashMap::new() }
    }

    /// The number of the next connection.
    pub fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Remembers a connection.
    pub fn enter(&mut self, number: u64, peer: Option<IpAddr>, conversation: Shared, task: AbortHandle) {
        self.members.insert(number, Member { peer, conversation, task });
    }

    /// Forgets a connection that ended.
    pub fn leave(&mut self, number: u64) {
        self.members.remove(&number);
    }

    /// Makes room for one more: of the peer with the most waiting connections the one that has waited longest goes. False
    /// where nobody waits.
    pub fn make_room(&mut self) -> bool {
        if self.members.len() < self.limits.open {
            return true;
        }
        let mut waiting: HashMap<Option<IpAddr>, (usize, Duration, u64)> = HashMap::new();
        for (number, member) in &self.members {
            let conversation = member.conversation.get();
            if conversation.is_waiting() {
                let entry = waiting.entry(member.peer).or_insert((0, conversation.since(), *number));
                entry.0 += 1;
                if conversation.since() < entry.1 {
                    (entry.1, entry.2) = (conversation.since(), *number);
                }
            }
        }
        let most = waiting.into_values().max_by_key(|(count, since, _)| (*count, std::cmp::Reverse(*since)));
        let Some((.., number)) = most else { return false };
        if let Some(member) = self.members.remove(&number) {
            member.task.abort();
        }
        true
    }

    /// The places that a large body of a peer needs.
    pub fn places(&mut self, peer: Option<IpAddr>) -> Places {
        let of_peer = peer.map(|peer| {
            if self.peers.len() > self.limits.open {
                self.peers.retain(|_, places| places.strong_count() > 0);
            }
            let known = self.peers.get(&peer).and_then(Weak::upgrade);
            known.unwrap_or_else(|| {
                let new = Arc::new(Semaphore::new(self.limits.per_peer.max(1)));
                self.peers.insert(peer, Arc::downgrade(&new));
                new
            })
        });
        (of_peer, self.served.clone())
    }
}
