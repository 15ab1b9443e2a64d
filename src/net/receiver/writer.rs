//! The thread that owns the store: takes deliveries in, several in one transaction where several wait, and answers each only
//! after the commit (TRUST.md). Must not know about HTTP.

use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;

use hyper::body::Bytes;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

use crate::domain::lead::Moment;
use crate::domain::moment::rfc3339;
use crate::domain::quarantine::Room;
use crate::domain::reconcile::Arrival;
use crate::domain::vocabulary::ReceivedVia;
use crate::net::receiver::Machine;
use crate::net::receiver::body::{self, Contents};
use crate::store::{ImportLabel, Kept, Placed, Road, Store, StoreError};

/// Deliveries of one transaction.
const MOST_AT_ONCE: usize = 64;

/// What the store is asked for.
pub enum Order {
    /// Take this in.
    Deliver {
        /// What was sent.
        body: Bytes,
        /// Who waits for it.
        reply: oneshot::Sender<Outcome>,
    },
    /// Say whether something could be taken in.
    Check(oneshot::Sender<bool>),
}

/// What became of a delivery.
#[derive(Debug)]
pub enum Outcome {
    /// It is on the disk: the leads it became, and the number under which it waits where not all of it could be read.
    Stored {
        /// Where its leads went.
        placed: Vec<Placed>,
        /// It waits to be mended.
        quarantined: Option<i64>,
        /// It came as a list.
        is_list: bool,
    },
    /// It cannot be read, and the quarantine is full.
    NoRoom,
    /// The store did not take it; nothing of it was kept.
    Failed(Trouble),
}

/// Why the store did not take it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Another process writes.
    Busy,
    /// The disk is full.
    Full,
    /// Something else, told to whoever runs the receiver.
    Other,
}

/// Starts the thread. It ends when the last sender is gone, after what was ordered until then.
pub fn start(
    store: Store,
    machine: Arc<dyn Machine>,
    room: Room,
) -> io::Result<(UnboundedSender<Order>, JoinHandle<()>)> {
    let (sender, orders) = unbounded_channel();
    let mut writer = Writer { store, machine, room };
    let thread = std::thread::Builder::new().name("writer".into()).spawn(move || writer.run(orders))?;
    Ok((sender, thread))
}

/// A delivery that was read.
struct Delivery {
    body: Bytes,
    contents: Contents,
    reply: oneshot::Sender<Outcome>,
}

struct Writer {
    store: Store,
    machine: Arc<dyn Machine>,
    room: Room,
}

impl Writer {
    fn run(&mut self, mut orders: UnboundedReceiver<Order>) {
        while let Some(first) = orders.blocking_recv() {
            let now = self.machine.now();
            let (mut deliveries, mut checks) = (Vec::new(), Vec::new());
            let mut next = Some(first);
            while let Some(order) = next {
                match order {
                    Order::Deliver { body, reply } => {
                        let contents = body::read(&body, now);
                        deliveries.push(Delivery { body, contents, reply });
                    }
                    Order::Check(reply) => checks.push(reply),
                }
                next = if deliveries.len() < MOST_AT_ONCE { orders.try_recv().ok() } else { None };
            }
            self.take(deliveries, now);
            if !checks.is_empty() {
                let writable = self.store.can_be_written().is_ok();
                // Whoever asked may have gone.
                for check in checks {
                    let _ = check.send(writable);
                }
            }
        }
    }

    /// Takes deliveries in together; one by one where one of them is what the store cannot take.
    fn take(&mut self, deliveries: Vec<Delivery>, now: Moment) {
        let contents: Vec<_> = deliveries.iter().map(|delivery| &delivery.contents).collect();
        let together = self.import(&contents, now);
        for (place, delivery) in deliveries.into_iter().enumerate() {
            let stored = match &together {
                Ok(placed) => Ok(placed.get(place).cloned().unwrap_or_default()),
                Err(error) if trouble(error) != Trouble::Other => Err(trouble(error)),
                Err(_) => {
                    let alone = self.import(&[&delivery.contents], now);
                    alone.map(|mut placed| placed.pop().unwrap_or_default()).map_err(|error| self.tell(&error))
                }
            };
            let outcome = self.keep_rest(&delivery, stored, now);
            // A sender that is gone sends it again.
            drop(delivery.reply.send(outcome));
        }
        if let Err(error) = &together
            && trouble(error) != Trouble::Other
        {
            self.tell(error);
        }
    }

    fn import(&mut self, contents: &[&Contents], now: Moment) -> Result<Vec<Vec<Placed>>, StoreError> {
        if contents.iter().all(|contents| contents.rows.is_empty()) {
            return Ok(vec![Vec::new(); contents.len()]);
        }
        let label = ImportLabel { title: "delivery".to_owned(), file_time: None, road: Road::Delivery };
        let mut import = self.store.import(&label, now)?;
        let mut all = Vec::with_capacity(contents.len());
        for contents in contents {
            let arrivals = contents.rows.iter().map(|row| Arrival {
                record: row.record.clone(),
                via: ReceivedVia::Endpoint,
                as_of: row.updated_at.unwrap_or(now),
                own: None,
                alias: row.alias.clone(),
            });
            all.push(arrivals.map(|arrival| import.put(&arrival)).collect::<Result<Vec<_>, _>>()?);
        }
        import.commit()?;
        Ok(all)
    }

    /// Puts what could not be read into quarantine.
    fn keep_rest(&mut self, delivery: &Delivery, stored: Result<Vec<Placed>, Trouble>, now: Moment) -> Outcome {
        let placed = match stored {
            Ok(placed) => placed,
            Err(trouble) => return Outcome::Failed(trouble),
        };
        let is_list = delivery.contents.is_list;
        let Some(fault) = &delivery.contents.fault else {
            return Outcome::Stored { placed, quarantined: None, is_list };
        };
        match self.store.keep_in_quarantine(&delivery.body, fault, self.room, now) {
            Ok(Kept::Waits(id) | Kept::Settled(id)) => Outcome::Stored { placed, quarantined: Some(id), is_list },
            Ok(Kept::NoRoom) => Outcome::NoRoom,
            Err(error) => Outcome::Failed(self.tell(&error)),
        }
    }

    fn tell(&self, error: &StoreError) -> Trouble {
        self.machine.tell(&format!("{} A delivery was not taken: {}.", rfc3339(self.machine.now()), error.cause()));
        trouble(error)
    }
}

fn trouble(error: &StoreError) -> Trouble {
    match error {
        StoreError::Busy | StoreError::Conflict(_) => Trouble::Busy,
        StoreError::Full => Trouble::Full,
        _ => Trouble::Other,
    }
}
