//! `sync partner-center` against a stub that follows Microsoft's documents (never the live service): signing in, listing, and
//! telling what is owed. The store is in memory, waiting moves a clock that stands still otherwise.

mod pull;
mod push;
mod sign_in;
pub mod stub;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use leadbox::domain::lead::{Lead, LeadId, Moment};
use leadbox::domain::moment::parse;
use leadbox::domain::terms::Terms;
use leadbox::net::base::Base;
use leadbox::net::client::Client;
use leadbox::net::pace::{Pace, Patience};
use leadbox::net::partner_center::pull::Pulled;
use leadbox::net::partner_center::push::Told;
use leadbox::net::partner_center::session::Session;
use leadbox::net::partner_center::{PartnerCenterError, PartnerCenterSettings, TokenKeeper};
use leadbox::net::secret::Secret;
use leadbox::net::wire_error::WireKind;
use leadbox::store::Store;
use serde_json::{Value, json};

use stub::Stub;

/// A machine whose clock only waiting moves.
#[derive(Default)]
struct Still {
    waited: RefCell<Vec<u64>>,
    told: RefCell<Vec<String>>,
    stopped: Arc<AtomicBool>,
    numbers: Cell<u64>,
}

impl Pace for Still {
    fn now(&self) -> Moment {
        now()
    }

    fn wire_now(&self) -> Moment {
        now() + self.passed()
    }

    fn passed(&self) -> Duration {
        Duration::from_secs(self.waited.borrow().iter().sum())
    }

    fn wait(&self, span: Duration) {
        self.waited.borrow_mut().push(span.as_secs());
    }

    fn stopping(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    fn random(&self) -> u64 {
        self.numbers.set(self.numbers.get() + 1);
        self.numbers.get() * 0x0123_4567_89ab
    }

    fn tell(&self, sentence: &str) {
        self.told.borrow_mut().push(sentence.to_owned());
    }
}

/// A place for the sign-in in memory.
#[derive(Default)]
struct Pocket(RefCell<Option<String>>);

impl TokenKeeper for Pocket {
    fn read(&self) -> anyhow::Result<Option<Secret>> {
        Ok(self.0.borrow().clone().map(Secret::new))
    }

    fn write(&self, sign_in: &Secret) -> anyhow::Result<()> {
        *self.0.borrow_mut() = Some(sign_in.reveal().to_owned());
        Ok(())
    }

    fn remove(&self) -> anyhow::Result<bool> {
        Ok(self.0.borrow_mut().take().is_some())
    }
}

fn now() -> Moment {
    parse("2026-11-20T12:00:00Z").unwrap()
}

/// A seller at the stub.
struct Desk {
    stub: Stub,
    settings: PartnerCenterSettings,
    pocket: Pocket,
    pace: Still,
    store: Store,
    /// When things arrive here.
    now: Moment,
}

impl Desk {
    /// Signed in, with an empty store.
    fn new() -> Self {
        let stub = Stub::start();
        let settings = PartnerCenterSettings {
            client_id: Some("11111111-2222-3333-4444-555555555555".to_owned()),
            tenant: "contoso.example".to_owned(),
            authority: Base::parse(&stub.base()).unwrap(),
            api: Base::parse(&stub.base()).unwrap(),
            ..PartnerCenterSettings::default()
        };
        let desk = Self {
            stub,
            pocket: Pocket::default(),
            pace: Still::default(),
            store: Store::open_in_memory(Terms::default(), "test").unwrap(),
            now: now(),
            settings,
        };
        desk.keep_sign_in("first", "access-0", "refresh-0", "2026-11-20T13:00:00Z");
        let mut service = desk.stub.service();
        service.access.insert("access-0".to_owned());
        service.refresh.insert("refresh-0".to_owned());
        drop(service);
        desk
    }

    fn keep_sign_in(&self, name: &str, access: &str, refresh: &str, until: &str) {
        let kept = json!({
            "authority": self.settings.authority.as_str(), "api": self.settings.api.as_str(),
            "tenant": self.settings.tenant, "client_id": self.settings.client_id, "sign_in": name, "access": access,
            "refresh": refresh, "expires_at": until,
        });
        *self.pocket.0.borrow_mut() = Some(kept.to_string());
    }

    /// The stub lists so many leads, changed by `change`, each a minute after the one before.
    fn lists(&self, count: usize, change: impl Fn(usize, &mut Value)) {
        let mut service = self.stub.service();
        for number in 1..=count {
            service.referrals.push(stub::lead(number, |lead| {
                let at = parse("2026-11-18T00:00:00Z").unwrap() + chrono::TimeDelta::minutes(number as i64);
                lead["createdDateTime"] = Value::from(at.format("%Y-%m-%dT%H:%M:%S.4579542Z").to_string());
                lead["updatedDateTime"] = lead["createdDateTime"].clone();
                change(number, lead);
            }));
        }
    }

    fn with_session<T>(
        &mut self,
        act: impl FnOnce(&mut Session<'_>, &mut Store, &str, Moment) -> Result<T, PartnerCenterError>,
    ) -> Result<T, PartnerCenterError> {
        let client = Client::new(Patience::default(), &self.pace);
        let mut session = Session::open(&self.settings, &client, &self.pocket)?;
        act(&mut session, &mut self.store, &self.settings.source(), self.now)
    }

    fn pull_into(&mut self, full: bool, pulled: &mut Pulled) -> Result<(), PartnerCenterError> {
        self.with_session(|session, store, source, now| {
            leadbox::net::partner_center::pull::pull(session, store, source, full, now, pulled, &mut |_| ())
        })
    }

    /// Lists until the end was asked for, which is after so many pages.
    fn pull_until(&mut self, pages: usize, pulled: &mut Pulled) {
        self.stub.service().stop_after = Some((pages, Arc::clone(&self.pace.stopped)));
        let (kind, _) = wire(self.pull_into(false, pulled).unwrap_err());
        assert_eq!(kind, WireKind::Stopped);
        self.stub.service().stop_after = None;
        self.pace.stopped.store(false, Ordering::SeqCst);
    }

    fn pull(&mut self) -> Pulled {
        let mut pulled = Pulled::default();
        self.pull_into(false, &mut pulled).unwrap();
        pulled
    }

    fn push_into(&mut self, passed: &mut BTreeSet<LeadId>, told: &mut Vec<Told>) -> Result<(), PartnerCenterError> {
        self.with_session(|session, store, _, now| {
            leadbox::net::partner_center::push::push(session, store, passed, now, told)
        })
    }

    fn push(&mut self) -> Vec<Told> {
        let mut told = Vec::new();
        self.push_into(&mut BTreeSet::new(), &mut told).unwrap();
        told
    }

    /// The lead that came from the n-th referral.
    fn lead(&self, number: usize) -> Lead {
        let id = stub::id(number);
        let ids: Vec<_> = (1..=self.store.count().unwrap()).map(|id| LeadId(id as i64)).collect();
        let leads = self.store.leads(&ids).unwrap();
        leads.into_iter().find(|lead| lead.record.external_id.as_ref() == Some(&id)).unwrap()
    }
}

/// The kind of an error of the wire, and its sentence.
fn wire(error: PartnerCenterError) -> (WireKind, String) {
    match error {
        PartnerCenterError::Wire(error) => (error.kind, error.sentence),
        other => panic!("an error of the wire: {other}"),
    }
}
