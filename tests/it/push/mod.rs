//! `leadbox push` against a stub that follows the vendors' documents (never a live service): what is sent of which lead, how
//! answers are taken, and that nothing is sent twice. The store is in memory, waiting moves a clock that stands still otherwise.

mod crms;
mod limits;
pub mod stub;

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use leadbox::domain::change::Change;
use leadbox::domain::crm::Crm;
use leadbox::domain::lead::{Deal, Lead, LeadId, Moment};
use leadbox::domain::leaving::Choice;
use leadbox::domain::moment::parse;
use leadbox::domain::reconcile::Arrival;
use leadbox::domain::record::{Field, RawRecord, read};
use leadbox::domain::terms::Terms;
use leadbox::domain::vocabulary::ReceivedVia;
use leadbox::formats::crm::record::RecordMapping;
use leadbox::net::base::Base;
use leadbox::net::client::Client;
use leadbox::net::crm::{
    Access, Account, Courier, Dynamics, DynamicsSettings, Hubspot, HubspotSettings, Intended, Marketo, MarketoSettings,
    Order, PushError, Run, Salesforce, SalesforceSettings, Wish, intended,
};
use leadbox::net::pace::{Pace, Patience};
use leadbox::net::secret::Secret;
use leadbox::net::wire_error::WireError;
use leadbox::store::{ImportLabel, Road, Store};

use crate::samples;
use stub::Stub;

/// A machine whose clock only waiting moves.
#[derive(Default)]
struct Still {
    waited: RefCell<Vec<Duration>>,
    told: RefCell<Vec<String>>,
    stopped: Arc<AtomicBool>,
    /// Added to the seller's now.
    later: Cell<i64>,
}

impl Pace for Still {
    fn now(&self) -> Moment {
        now() + chrono::TimeDelta::seconds(self.later.get())
    }

    fn wire_now(&self) -> Moment {
        now() + self.passed()
    }

    fn passed(&self) -> Duration {
        self.waited.borrow().iter().sum()
    }

    fn wait(&self, span: Duration) {
        self.waited.borrow_mut().push(span);
    }

    fn stopping(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    fn random(&self) -> u64 {
        500
    }

    fn tell(&self, sentence: &str) {
        self.told.borrow_mut().push(sentence.to_owned());
    }
}

fn now() -> Moment {
    parse("2026-11-20T12:00:00Z").unwrap()
}

/// A seller at the stub.
struct Desk {
    stub: Stub,
    pace: Still,
    store: Store,
    daily_cap: u32,
    secret: &'static str,
    choice: Choice,
    again: bool,
    most: Option<usize>,
    /// The text of a mapping of the seller's.
    mapping: Option<String>,
}

impl Desk {
    fn new() -> Self {
        let store = Store::open_in_memory(Terms::default(), "test").unwrap();
        Self {
            stub: Stub::start(),
            pace: Still::default(),
            store,
            daily_cap: 500,
            secret: stub::SECRET,
            choice: Choice::default(),
            again: false,
            most: None,
            mapping: None,
        }
    }

    /// Puts a lead into the store, or an update of it.
    fn put(&mut self, id: &str, fields: &[(Field, &str)]) -> LeadId {
        let mut raw = RawRecord::default();
        raw.set(Field::Created, "2026-11-19T09:00:00Z");
        raw.set(Field::Id, id);
        raw.set(Field::CallToAction, "Contact me");
        let email = format!("{id}@northwind.example");
        raw.set(Field::Email, &email);
        raw.set(Field::LastName, "Souza");
        for (field, text) in fields {
            raw.set(*field, text);
        }
        let label = ImportLabel { title: "a.csv".into(), file_time: None, road: Road::File };
        let count = self.store.timeline(LeadId(1)).map_or(0, |events| events.len());
        let as_of = now() + chrono::TimeDelta::seconds(count as i64);
        let record = read(&raw).unwrap();
        let arrival = Arrival { record, via: ReceivedVia::PartnerCenterExport, as_of, own: None, alias: None };
        let mut import = self.store.import(&label, now()).unwrap();
        let placed = import.put(&arrival).unwrap();
        import.commit().unwrap();
        match placed {
            leadbox::store::Placed::Added(lead)
            | leadbox::store::Placed::Updated(lead)
            | leadbox::store::Placed::Unchanged(lead) => lead,
        }
    }

    fn lead(&self, id: LeadId) -> Lead {
        self.store.lead(id).unwrap().unwrap()
    }

    fn accept(&mut self, lead: LeadId) {
        let deal = Deal { crm_id: None, ..samples::deal("A deal") };
        let change = Change::Accept { deal, reported: false };
        self.store.apply(&[lead], &change, now()).unwrap();
    }

    fn with<T>(&mut self, crm: Crm, act: impl FnOnce(&mut Self, &dyn Courier, Access) -> T) -> T {
        let base = Base::parse(&self.stub.base()).unwrap();
        let secret = Secret::new(self.secret);
        let client = Some(stub::CLIENT.to_owned());
        match crm {
            Crm::Salesforce => {
                let oid = Some(stub::OID.to_owned());
                let settings = SalesforceSettings { address: base, oid, daily_cap: self.daily_cap };
                act(self, &Salesforce(&settings), Access::Open)
            }
            Crm::Dynamics => {
                let settings = DynamicsSettings {
                    address: Some(base.clone()),
                    authority: base,
                    tenant: Some(stub::TENANT.to_owned()),
                    client_id: client,
                };
                let access = Access::dynamics(&settings, &secret).unwrap();
                act(self, &Dynamics(&settings), access)
            }
            Crm::Marketo => {
                let settings = MarketoSettings { address: Some(base), client_id: client };
                let access = Access::marketo(&settings, &secret).unwrap();
                act(self, &Marketo(&settings), access)
            }
            Crm::Hubspot => {
                let settings = HubspotSettings { address: base };
                act(self, &Hubspot(&settings), Access::Token(Secret::new(stub::TOKEN)))
            }
        }
    }

    fn leads(&self) -> Vec<LeadId> {
        // The newest first, as the command line gives them.
        (1..=self.store.count().unwrap()).rev().map(|id| LeadId(id as i64)).collect()
    }

    fn mapping(&self, crm: Crm) -> RecordMapping {
        let text = self.mapping.as_deref().unwrap_or(RecordMapping::own_text(crm));
        RecordMapping::parse(text).unwrap()
    }

    fn try_push(&mut self, crm: Crm) -> (Account, Result<(), PushError>) {
        let leads = self.leads();
        let mapping = self.mapping(crm);
        let mut account = Account::default();
        let came = self.with(crm, |desk, courier, access| {
            let wish = Wish { choice: desk.choice, again: desk.again, most: desk.most, mapping: &mapping };
            let client = Client::new(Patience::default(), &desk.pace);
            let mut run = Run { courier, access, client: &client, store: &mut desk.store, last: None };
            run.go(&Order { leads: &leads, wish }, &mut account, &mut |_| ())
        });
        (account, came)
    }

    fn push(&mut self, crm: Crm) -> Account {
        let (account, came) = self.try_push(crm);
        came.unwrap();
        account
    }

    fn push_fails(&mut self, crm: Crm) -> (Account, WireError) {
        match self.try_push(crm) {
            (account, Err(PushError::Wire(error))) => (account, error),
            (_, other) => panic!("an error of the wire: {other:?}"),
        }
    }

    fn dry_run(&mut self, crm: Crm) -> (Vec<Intended>, Account) {
        let leads = self.leads();
        let mapping = self.mapping(crm);
        self.with(crm, |desk, courier, _| {
            let wish = Wish { choice: desk.choice, again: desk.again, most: desk.most, mapping: &mapping };
            let mut requests = Vec::new();
            let account = intended(courier, &desk.store, &Order { leads: &leads, wish }, now(), &mut |request| {
                requests.push(request);
                Ok(())
            });
            (requests, account.unwrap())
        })
    }

    fn calls(&self) -> usize {
        self.stub.crms().calls().len()
    }

    /// What the newest line of a lead's timeline says.
    fn told(&self, lead: LeadId) -> String {
        self.store.timeline(lead).unwrap()[0].kind.words(now(), chrono_tz::Tz::UTC)
    }
}
