//! Parcels on their way into requests: new ones and updates go apart, as many together as the CRM takes. Here also what a dry
//! run shows of them. Must not send anything.

use crate::domain::lead::Moment;
use crate::domain::push::{Left, PushState};
use crate::net::crm::account::Account;
use crate::net::crm::courier::{Courier, How, Intended, Parcel};
use crate::net::crm::plan::{Planned, Planner};
use crate::net::crm::run::{AT_ONCE, Order};
use crate::store::Store;

/// A parcel that is ready, and what the store knew of its lead.
pub(super) type Ready = (Parcel, Option<PushState>);

/// Parcels that wait for a request of their kind to be full.
pub(super) struct Lanes {
    most: usize,
    make: Vec<Ready>,
    update: Vec<Ready>,
}

impl Lanes {
    pub(super) fn new(most: usize) -> Self {
        Self { most, make: Vec::new(), update: Vec::new() }
    }

    /// Puts a parcel; answers the request that is full with it.
    pub(super) fn put(&mut self, ready: Ready) -> Option<Vec<Ready>> {
        let lane = if ready.0.how == How::Make { &mut self.make } else { &mut self.update };
        lane.push(ready);
        (lane.len() >= self.most).then(|| std::mem::take(lane))
    }

    /// What is left, a request each.
    pub(super) fn rest(self) -> Vec<Vec<Ready>> {
        [self.make, self.update].into_iter().filter(|lane| !lane.is_empty()).collect()
    }
}

/// Every request that would be sent, in order, and what would become of the other leads. Sends nothing and stores nothing.
pub fn intended(
    courier: &dyn Courier,
    store: &Store,
    order: &Order<'_>,
    now: Moment,
    take: &mut dyn FnMut(Intended) -> std::io::Result<()>,
) -> Result<Account, anyhow::Error> {
    let mut planner = Planner::new(courier, order.wish, store.lead_keys()?, now);
    let (mut account, mut lanes) = (Account::default(), Lanes::new(courier.most()));
    'leads: for some in order.leads.chunks(AT_ONCE) {
        for lead in store.leads(some)? {
            if planner.is_full() {
                break 'leads;
            }
            match planner.plan(store, &lead)? {
                Planned::Send(parcel, known) => {
                    if let Some(full) = lanes.put((*parcel, known)) {
                        show(courier, &full, take)?;
                    }
                }
                Planned::Same(_) => account.unchanged += 1,
                Planned::Theirs(_) => account.left.push((lead.id, Left::Theirs)),
                Planned::Left(left) => account.left.push((lead.id, left)),
                Planned::Unsure => account.left.push((lead.id, Left::Doubted)),
            }
        }
    }
    lanes.rest().iter().try_for_each(|rest| show(courier, rest, take))?;
    account.beyond = planner.beyond(order.leads.len());
    account.notes = planner.mended.sentences(order.wish.mapping);
    Ok(account)
}

fn show(
    courier: &dyn Courier,
    ready: &[Ready],
    take: &mut dyn FnMut(Intended) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let parcels: Vec<Parcel> = ready.iter().map(|(parcel, _)| parcel.clone()).collect();
    take(Intended::of(courier, &parcels))
}
