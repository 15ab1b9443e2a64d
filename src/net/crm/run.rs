//! One run: leads in their order, gathered into as few requests as the CRM takes, each noted before it goes out and settled right
//! after its answer, so that a run that is cut off anywhere goes on where it was. Rates and daily limits are kept. Must not send
//! twice what cannot be repeated.

use std::time::Duration;

use crate::domain::crm::{PushNote, PushResult, reason};
use crate::domain::lead::{Deal, Lead, LeadId};
use crate::domain::push::Left;
use crate::net::client::Client;
use crate::net::crm::access::Access;
use crate::net::crm::account::{Account, Told};
use crate::net::crm::courier::{Courier, Outcome, Parcel, Reading};
use crate::net::crm::lanes::{Lanes, Ready};
use crate::net::crm::plan::{Planned, Planner, Wish};
use crate::net::message::Request;
use crate::net::wire_error::{WireError, WireKind};
use crate::store::{Sending, Settled, Store, StoreError};
use chrono::TimeDelta;

/// Leads read at once.
pub(super) const AT_ONCE: usize = 200;

/// How often a CRM that says it is too busy is asked again.
const MOST_PAUSES: u32 = 6;

/// Why a run ended early. What was settled before stays.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    /// The CRM or its sign-in.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is sent.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// Which leads, in their order; for a CRM of people the newest first.
    pub leads: &'a [LeadId],
    /// How.
    pub wish: Wish<'a>,
}

/// A run.
pub struct Run<'a> {
    /// The CRM.
    pub courier: &'a dyn Courier,
    /// What opens it.
    pub access: Access,
    /// The wire.
    pub client: &'a Client<'a>,
    /// The leads, and what is known of them there.
    pub store: &'a mut Store,
    /// When the last request went out.
    pub last: Option<Duration>,
}

impl Run<'_> {
    /// Sends what is ordered. `account` tells what came of it, also where it ends early; `show` is called after each request.
    pub fn go(
        &mut self,
        order: &Order<'_>,
        account: &mut Account,
        show: &mut dyn FnMut(&Account),
    ) -> Result<(), PushError> {
        // What the config lacks is told before anything is noted.
        self.courier.address("/")?;
        let mut planner = Planner::new(self.courier, order.wish, self.store.lead_keys()?, self.client.pace().now());
        let mut lanes = Lanes::new(self.courier.most());
        let came = self.walk(order, &mut planner, &mut lanes, account, show);
        let came = came.and_then(|()| {
            for rest in lanes.rest() {
                if account.ended.is_none() {
                    self.deliver(rest, account, show)?;
                }
            }
            Ok(())
        });
        account.notes = planner.mended.sentences(order.wish.mapping);
        let dealt = account.told.len() + account.unchanged + account.left.len();
        account.beyond = planner.beyond(order.leads.len());
        account.waiting = order.leads.len().saturating_sub(dealt + account.beyond);
        came
    }

    fn walk(
        &mut self,
        order: &Order<'_>,
        planner: &mut Planner<'_>,
        lanes: &mut Lanes,
        account: &mut Account,
        show: &mut dyn FnMut(&Account),
    ) -> Result<(), PushError> {
        for some in order.leads.chunks(AT_ONCE) {
            for lead in self.store.leads(some)? {
                if self.client.pace().stopping() {
                    return Err(WireError::stopped().into());
                }
                if planner.is_full() {
                    return Ok(());
                }
                match planner.plan(self.store, &lead)? {
                    Planned::Send(parcel, known) => {
                        if let Some(full) = lanes.put((*parcel, known)) {
                            self.deliver(full, account, show)?;
                        }
                    }
                    Planned::Same(remote) => {
                        account.unchanged += 1;
                        self.keep_id(&lead, remote)?;
                    }
                    Planned::Theirs(remote) => {
                        account.left.push((lead.id, Left::Theirs));
                        self.keep_id(&lead, remote)?;
                    }
                    Planned::Left(left) => account.left.push((lead.id, left)),
                    Planned::Unsure => self.doubt(&lead, account)?,
                }
                if account.ended.is_some() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// The CRM has it: a deal that was made since gets its id.
    fn keep_id(&mut self, lead: &Lead, remote: Option<String>) -> Result<(), PushError> {
        let blank = lead.seller.deal.as_ref().is_some_and(Deal::lacks_crm_id);
        if let Some(remote) = remote.filter(|_| blank) {
            let outcome = Outcome::done(PushResult::Known, Some(remote));
            self.settle(vec![(lead.id, outcome)])?;
        }
        Ok(())
    }

    /// A run was cut off while this was sent.
    fn doubt(&mut self, lead: &Lead, account: &mut Account) -> Result<(), PushError> {
        let outcome = Outcome::done(PushResult::Doubted, None);
        account.told.push(self.told(lead.id, &lead.record.person.title(), &outcome));
        self.settle(vec![(lead.id, outcome)])
    }

    /// Sends one request's worth, whatever it takes.
    fn deliver(
        &mut self,
        ready: Vec<Ready>,
        account: &mut Account,
        show: &mut dyn FnMut(&Account),
    ) -> Result<(), PushError> {
        self.check_day()?;
        let target = self.courier.target();
        let now = self.client.pace().now();
        let sending = |(parcel, known): &Ready| Sending {
            lead: parcel.lead,
            known: known.clone(),
            fields: parcel.digests.clone(),
            remote: parcel.remote.clone(),
        };
        let sending: Vec<_> = ready.iter().map(sending).collect();
        let begun = self.store.begin_push(&target, &sending, self.courier.daily().is_some(), now)?;
        let (parcels, taken): (Vec<Parcel>, Vec<Parcel>) =
            ready.into_iter().map(|(parcel, _)| parcel).partition(|parcel| begun.contains(&parcel.lead));
        account.left.extend(taken.iter().map(|parcel| (parcel.lead, Left::Taken)));
        let mut work = vec![parcels];
        while let Some(parcels) = work.pop().filter(|parcels| !parcels.is_empty()) {
            match self.exchange(&parcels) {
                Ok(Reading::Settled(outcomes)) => self.take(&parcels, outcomes, account)?,
                Ok(Reading::Instead(next)) => work.push(next),
                Ok(_) => {
                    let (one, other) = parcels.split_at(parcels.len() / 2);
                    work.extend([other.to_vec(), one.to_vec()]);
                }
                Err(error) => {
                    self.give_up(&parcels, &work, &error, account)?;
                    return Err(error.into());
                }
            }
            show(account);
        }
        Ok(())
    }

    /// What came of parcels, noted and told.
    fn take(&mut self, parcels: &[Parcel], outcomes: Vec<Outcome>, account: &mut Account) -> Result<(), PushError> {
        let told = parcels.iter().zip(&outcomes);
        account.told.extend(told.map(|(parcel, outcome)| self.told(parcel.lead, &parcel.title, outcome)));
        if outcomes.iter().any(|outcome| outcome.result == PushResult::Rejected) {
            account.ended = Some(format!(
                "The run ended, so that not every lead is lost in the same way: check oid in [{}] of the config, and that \
                 Web-to-Lead is on and asks for no reCAPTCHA.",
                self.courier.crm().word()
            ));
        }
        self.settle(parcels.iter().map(|parcel| parcel.lead).zip(outcomes).collect())
    }

    /// An error: what was surely not worked on is not under way any more; what may have been, and cannot be repeated, is doubted.
    fn give_up(
        &mut self,
        parcels: &[Parcel],
        work: &[Vec<Parcel>],
        error: &WireError,
        account: &mut Account,
    ) -> Result<(), PushError> {
        let target = self.courier.target();
        let before = |parcel: &Parcel| (parcel.lead, parcel.cut_off.clone());
        let mut unsent: Vec<_> = work.iter().flatten().map(before).collect();
        if !error.may_have_arrived {
            unsent.extend(parcels.iter().map(before));
        } else if !self.courier.crm().is_repeatable() {
            let outcomes = vec![Outcome::done(PushResult::Doubted, None); parcels.len()];
            self.take(parcels, outcomes, account)?;
        }
        Ok(self.store.withdraw_push(&target, &unsent)?)
    }

    /// Asks once, with a new token or after a pause where the CRM wants that.
    fn exchange(&mut self, parcels: &[Parcel]) -> Result<Reading, WireError> {
        let (mut renewed, mut pauses) = (false, 0);
        loop {
            if self.client.pace().stopping() {
                return Err(WireError::stopped());
            }
            let request = self.request(parcels)?;
            self.keep_rate();
            let answer = self.client.send(&request)?;
            match self.courier.read(parcels, &answer) {
                Reading::SignIn if renewed || !self.access.renew() => return Err(self.denied()),
                Reading::SignIn => renewed = true,
                Reading::Pause(span, why) => {
                    let title = self.courier.crm().title();
                    pauses += 1;
                    if pauses > MOST_PAUSES {
                        let sentence = format!("{title} {why}, and does so for long. Run it again later.");
                        return Err(WireError::new(WireKind::Limited, sentence));
                    }
                    let spoken = crate::net::pace::spoken(span);
                    self.client.pace().tell(&format!("{title} {why}. Trying again in {spoken}."));
                    self.client.pace().wait(span);
                }
                Reading::Fault(error) => return Err(error),
                reading => return Ok(reading),
            }
        }
    }

    fn request(&mut self, parcels: &[Parcel]) -> Result<Request, WireError> {
        let call = self.courier.call(parcels);
        let (kind, bytes) = call.body.bytes();
        let mut request = Request::new(call.method, self.courier.address(&call.path)?);
        for (name, value) in call.headers {
            request = request.header(name, value);
        }
        if let Some(token) = self.access.token(self.client)? {
            request = request.header("Authorization", format!("Bearer {}", token.reveal()));
        }
        let request = request.body(kind, bytes);
        Ok(if self.courier.crm().is_repeatable() { request } else { request.once() })
    }

    fn denied(&self) -> WireError {
        let crm = self.courier.crm();
        let sentence = format!(
            "{} does not take the token. What was sent before is noted; check the credentials in [{}] of the config.",
            crm.title(),
            crm.word()
        );
        WireError::new(WireKind::Denied, sentence)
    }

    /// Waits until the documented rate allows the next request.
    fn keep_rate(&mut self) {
        let pace = self.client.pace();
        if let Some(last) = self.last {
            let rest = (last + self.courier.spacing()).saturating_sub(pace.passed());
            if !rest.is_zero() {
                pace.wait(rest);
            }
        }
        self.last = Some(pace.passed());
    }

    /// Refuses where the day's requests are used up.
    fn check_day(&self) -> Result<(), PushError> {
        let Some(most) = self.courier.daily() else { return Ok(()) };
        let now = self.client.pace().now();
        let (posts, first) = self.store.posts_since(&self.courier.target(), now - TimeDelta::hours(24))?;
        if posts < most {
            return Ok(());
        }
        let wait = first.and_then(|first| (first + TimeDelta::hours(24) - now).to_std().ok()).unwrap_or_default();
        let hours = wait.as_secs().div_ceil(3600).max(1);
        let sentence = format!(
            "{posts} leads were posted to {} in the last 24 hours, and it takes {most} a day. Run it again in {hours} h; it goes on \
             where it stopped.",
            self.courier.crm().title()
        );
        Err(WireError::new(WireKind::Limited, sentence).into())
    }

    fn settle(&mut self, outcomes: Vec<(LeadId, Outcome)>) -> Result<(), PushError> {
        let crm = self.courier.crm();
        let settled = outcomes.into_iter().map(|(lead, outcome)| Settled { lead, note: self.note(outcome) });
        let settled: Vec<Settled> = settled.collect();
        let now = self.client.pace().now();
        Ok(self.store.settle_push(&self.courier.target(), crm, &settled, now)?)
    }

    fn told(&self, lead: LeadId, title: &str, outcome: &Outcome) -> Told {
        let note = self.note(outcome.clone());
        let sentence = crate::domain::sentence::ended(format!("Lead {lead} ({title}): {}", note.words()));
        Told { lead: lead.0, result: note.result, remote: note.remote, sentence }
    }

    fn note(&self, outcome: Outcome) -> PushNote {
        let Outcome { result, remote, reason: why } = outcome;
        PushNote { crm: self.courier.crm(), result, remote, reason: why.map(|why| reason(&why)) }
    }
}
