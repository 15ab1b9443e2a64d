//! Taking records in: one transaction an import, each record found by its identity and merged as the domain says
//! (PRODUCT.md 6). Nothing stays unless `commit` is called. Must not read files or decide what is newer.

use std::borrow::Cow;
use std::collections::HashSet;

use rusqlite::{ToSql, Transaction, named_params};

use crate::domain::country::Country;
use crate::domain::identity::{self, ContentKey};
use crate::domain::lead::{Lead, LeadId, Moment, Owed, Record, Seller};
use crate::domain::reconcile::{self, Arrival, Fit, Merged};
use crate::domain::terms::Terms;
use crate::domain::vocabulary::Outcome;
use crate::store::Store;
use crate::store::change::{BatchKind, begin, insert_batch};
use crate::store::error::{Doing, Result};
use crate::store::fresh::Fresh;
use crate::store::import_note::ImportNote;
use crate::store::page::{Closed, write_owed, write_page};
use crate::store::read;
use crate::store::rows::{execute_in_order, json_if};

/// What is imported, for the journal and the age of the data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportLabel {
    /// Name of the file, without its folder.
    pub title: String,
    /// Modification time of the file; `None` for a stream.
    pub file_time: Option<Moment>,
    /// By which road.
    pub road: Road,
}

/// By which road records come: the age of the data is told apart by it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Road {
    /// A file, or standard input.
    #[default]
    File,
    /// The receiver took a delivery.
    Delivery,
    /// A sync fetched them.
    Sync,
}

/// How many records went which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// New leads.
    pub added: u64,
    /// Known leads that learned something.
    pub updated: u64,
    /// Known leads with nothing new.
    pub unchanged: u64,
}

/// Where a record went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placed {
    /// A new lead.
    Added(LeadId),
    /// A known lead that learned something.
    Updated(LeadId),
    /// A known lead with nothing new.
    Unchanged(LeadId),
}

/// An import under way. Dropped without `commit`, it leaves no trace.
pub struct Import<'a> {
    pub(super) transaction: Transaction<'a>,
    terms: Terms,
    batch: i64,
    pub(super) now: Moment,
    counts: ImportCounts,
    /// The store was empty, and every lead so far has an id.
    fresh: Option<Fresh>,
    /// Leads this import has changed.
    noted: HashSet<LeadId>,
    /// The same bytes were imported before.
    again: bool,
}

/// Pages an import may hold in memory, in KiB: the keys of a large store come in no order, and every page that does not
/// fit is written and read again. An import is the last thing its connection does, or nearly.
const CACHE_KIB: i64 = 64 * 1024;

/// Sets what a record may change and no index holds.
macro_rules! update_sql {
    () => {
        "UPDATE lead SET rev = rev + 1, stated_expiry = :stated_expiry, lead_type = :lead_type, \
         call_to_action = :call_to_action, source = :source, quality = :quality, email_validity = :email_validity, \
         phone_validity = :phone_validity, qualification = :qualification, status = :status, outcome = :outcome, \
         first_name = :first_name, last_name = :last_name, job_title = :job_title, company = :company, email = :email, \
         phone = :phone, phone_e164 = :phone_e164, country = :country, country_raw = :country_raw, \
         lead_source_raw = :lead_source_raw, action_code = :action_code, publisher = :publisher, offer = :offer, \
         offer_title = :offer_title, description = :description, do_not_contact = :do_not_contact, test = :test, \
         extras = :extras, as_of = :as_of"
    };
}

/// Sets what indices hold: naming a column in an UPDATE costs its index twice, even where the value stays.
macro_rules! update_keys_sql {
    () => {
        ", external_id = :external_id, created_at = :created_at, person_key = :person_key"
    };
}

/// What the source told of a lead and no key is made of, in the order in which both statements below name it.
macro_rules! told_values {
    ($record:expr) => {
        named_params! {
            ":stated_expiry": $record.stated_expiry.map(|moment| moment.timestamp()),
            ":lead_type": $record.lead_type.code(), ":call_to_action": $record.call_to_action.code(),
            ":source": $record.source.code(), ":quality": $record.quality.code(),
            ":email_validity": $record.email_validity.code(), ":phone_validity": $record.phone_validity.code(),
            ":qualification": $record.qualification.code(), ":status": $record.status.code(),
            ":outcome": $record.outcome.map(Outcome::code),
            ":first_name": $record.person.first_name, ":last_name": $record.person.last_name,
            ":job_title": $record.person.job_title, ":company": $record.person.company, ":email": $record.person.email,
            ":phone": $record.person.phone, ":phone_e164": $record.person.phone_e164,
            ":country": $record.country.as_ref().map(Country::code),
            ":country_raw": $record.country_raw, ":lead_source_raw": $record.lead_source_raw,
            ":action_code": $record.action_code, ":publisher": $record.publisher, ":offer": $record.offer,
            ":offer_title": $record.offer_title, ":description": $record.description,
            ":do_not_contact": $record.do_not_contact, ":test": $record.test,
        }
    };
}

impl From<Road> for BatchKind {
    fn from(road: Road) -> Self {
        match road {
            Road::File => Self::Import,
            Road::Delivery => Self::Delivery,
            Road::Sync => Self::Sync,
        }
    }
}

impl Store {
    /// Begins an import. No other process can write until it is committed or dropped.
    pub fn import(&mut self, label: &ImportLabel, now: Moment) -> Result<Import<'_>> {
        let doing = "Beginning the import";
        let (terms, start) = (self.terms.clone(), self.start.clone());
        self.connection.pragma_update(None, "cache_size", -CACHE_KIB).doing(doing)?;
        // Indices are sorted in memory: addresses do not belong into a temporary file.
        self.connection.pragma_update(None, "temp_store", "MEMORY").doing(doing)?;
        let transaction = begin(&mut self.connection)?;
        let batch = insert_batch(&transaction, label.road.into(), now, &start, &label.title, None)?;
        let sql = "UPDATE batch SET file_time = :time WHERE seq = :seq";
        let time = label.file_time.map(|time| time.timestamp());
        transaction
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(named_params! { ":time": time, ":seq": batch }))
            .doing(doing)?;
        let fresh = Fresh::begin(&transaction)?;
        let counts = ImportCounts::default();
        Ok(Import { transaction, terms, batch, now, counts, fresh, noted: HashSet::new(), again: false })
    }
}

impl Import<'_> {
    /// Names the bytes that are imported. Where they were imported before, a record that is no newer than its lead says
    /// nothing: of two rows of one id neither takes the other's place once more.
    pub fn of_bytes(&mut self, digest: [u8; 32]) -> Result<()> {
        let doing = "Beginning the import";
        let sql = "SELECT EXISTS (SELECT 1 FROM batch WHERE digest = :digest)";
        let mut statement = self.transaction.prepare_cached(sql).doing(doing)?;
        self.again = statement.query_row(named_params! { ":digest": digest }, |row| row.get(0)).doing(doing)?;
        let sql = "UPDATE batch SET digest = :digest WHERE seq = :seq";
        let mut statement = self.transaction.prepare_cached(sql).doing(doing)?;
        statement.execute(named_params! { ":digest": digest, ":seq": self.batch }).doing(doing).map(|_| ())
    }

    /// Takes one record in.
    pub fn put(&mut self, arrival: &Arrival) -> Result<Placed> {
        let arrival = &*self.by_now(arrival);
        let key = identity::content_key(&arrival.record, arrival.via);
        if let Some((known, fit)) = self.find(arrival, key)? {
            return self.merge(&known, fit, arrival, key);
        }
        let id = self.add(arrival, key)?;
        self.remember(id, arrival, None)?;
        self.bring_back(arrival)?;
        self.counts.added += 1;
        Ok(Placed::Added(id))
    }

    /// Takes in a record that does not tell when its lead was created; `None` if no lead of it is known.
    pub fn put_known(&mut self, arrival: &Arrival) -> Result<Option<Placed>> {
        let arrival = &*self.by_now(arrival);
        let key = identity::content_key(&arrival.record, arrival.via);
        // Without its date nothing but an id tells which lead it is.
        let found = self.find(arrival, key)?.filter(|(_, fit)| *fit == Fit::Known);
        let Some((known, fit)) = found else { return Ok(None) };
        let mut dated = arrival.clone();
        dated.record.created_at = known.record.created_at;
        self.merge(&known, fit, &dated, key).map(Some)
    }

    /// A record of a moment to come would stand against every later one: it is as fresh as now, and no fresher.
    fn by_now<'r>(&self, arrival: &'r Arrival) -> Cow<'r, Arrival> {
        if arrival.as_of <= self.now {
            return Cow::Borrowed(arrival);
        }
        Cow::Owned(Arrival { as_of: self.now, ..arrival.clone() })
    }

    fn merge(&mut self, known: &Lead, fit: Fit, arrival: &Arrival, key: ContentKey) -> Result<Placed> {
        if matches!(fit, Fit::Adopts | Fit::Delivered { first: true }) {
            self.remember(known.id, arrival, (fit != Fit::Adopts).then_some(key))?;
        }
        if self.again && fit == Fit::Known && arrival.as_of == known.receipt.as_of && !self.noted.contains(&known.id) {
            self.counts.unchanged += 1;
            return Ok(Placed::Unchanged(known.id));
        }
        match reconcile::merge(known, arrival, fit, &self.terms) {
            Merged::Updated { lead, changes, remarks } => {
                self.update(known, &lead, ImportNote { changes, remarks })?;
                self.counts.updated += 1;
                Ok(Placed::Updated(known.id))
            }
            Merged::Confirmed(as_of) => {
                self.confirm(known.id, as_of)?;
                self.counts.unchanged += 1;
                Ok(Placed::Unchanged(known.id))
            }
            Merged::Unchanged => {
                self.counts.unchanged += 1;
                Ok(Placed::Unchanged(known.id))
            }
        }
    }

    /// How many records went which way so far.
    pub fn counts(&self) -> ImportCounts {
        self.counts
    }

    /// Keeps the import.
    pub fn commit(mut self) -> Result<ImportCounts> {
        self.settle()?;
        self.transaction.commit().doing("Storing the import")?;
        Ok(self.counts)
    }

    /// Ends the state of a fresh store: from here on everything is looked up.
    fn settle(&mut self) -> Result<()> {
        self.fresh.take().map_or(Ok(()), |fresh| fresh.end(&self.transaction))
    }

    fn find(&mut self, arrival: &Arrival, key: ContentKey) -> Result<Option<(Lead, Fit)>> {
        match (&arrival.record.external_id, &mut self.fresh) {
            (Some(external), Some(fresh)) if arrival.alias.is_none() => {
                if fresh.is_new(external) {
                    return Ok(None);
                }
            }
            (_, Some(_)) => self.settle()?,
            (_, None) => {}
        }
        let Some((id, fit)) = self.look_up(arrival, key, self.fresh.is_some())? else { return Ok(None) };
        Ok(read::lead(&self.transaction, id)?.map(|lead| (lead, fit)))
    }

    fn add(&self, arrival: &Arrival, key: ContentKey) -> Result<LeadId> {
        let own = arrival.own.clone().unwrap_or_default();
        let id = self.insert(arrival, key, &own.seller)?;
        if !own.owed.is_empty() {
            let lead = |owed: Vec<Owed>| Lead {
                id,
                rev: 0,
                record: arrival.record.clone(),
                seller: own.seller.clone(),
                owed,
                receipt: crate::domain::lead::Receipt { via: arrival.via, at: self.now, as_of: arrival.as_of },
            };
            let (before, after) = (lead(Vec::new()), lead(own.owed.clone()));
            write_owed(&self.transaction, self.batch, &before, &after, Closed::Agreed, self.now)?;
        }
        Ok(id)
    }

    fn insert(&self, arrival: &Arrival, key: ContentKey, seller: &Seller) -> Result<LeadId> {
        let doing = "Storing a lead";
        let sql = "INSERT INTO lead (rev, external_id, content_key, created_at, stated_expiry, lead_type, call_to_action, \
                   source, quality, email_validity, phone_validity, qualification, status, outcome, first_name, last_name, \
                   job_title, company, email, phone, phone_e164, country, country_raw, lead_source_raw, action_code, \
                   publisher, offer, offer_title, description, do_not_contact, test, person_key, extras, received_via, \
                   received_at, as_of, received_batch, favorite, away, tags, note, later_until, touches, first_touch_at, \
                   last_touch_at, last_touch, deal, verdict) \
                   VALUES (1, :external_id, :content_key, :created_at, :stated_expiry, :lead_type, :call_to_action, \
                   :source, :quality, :email_validity, :phone_validity, :qualification, :status, :outcome, :first_name, \
                   :last_name, :job_title, :company, :email, :phone, :phone_e164, :country, :country_raw, \
                   :lead_source_raw, :action_code, :publisher, :offer, :offer_title, :description, :do_not_contact, \
                   :test, :person_key, :extras, :received_via, :received_at, :as_of, :batch, :favorite, :away, :tags, \
                   :note, :later_until, :touches, :first_touch_at, :last_touch_at, :last_touch, :deal, \
                   :verdict)";
        let mut statement = self.transaction.prepare_cached(sql).doing(doing)?;
        let record = &arrival.record;
        let seconds = |moment: Option<Moment>| moment.map(|moment| moment.timestamp());
        let keys = named_params! {
            ":external_id": record.external_id, ":content_key": key.0, ":created_at": record.created_at.timestamp(),
        };
        let told = told_values!(record);
        let rest = named_params! {
            ":person_key": record.person_key,
            ":extras": json_if(!record.extras.is_empty(), &record.extras).doing(doing)?,
            ":received_via": arrival.via.code(), ":received_at": self.now.timestamp(),
            ":as_of": arrival.as_of.timestamp(), ":batch": self.batch,
            ":favorite": seller.favorite, ":away": seller.away,
            ":tags": json_if(!seller.tags.is_empty(), &seller.tags).doing(doing)?, ":note": seller.note,
            ":later_until": seconds(seller.later_until), ":touches": seller.touches.count,
            ":first_touch_at": seconds(seller.touches.first_at), ":last_touch_at": seconds(seller.touches.last_at),
            ":last_touch": json_if(seller.touches.last.is_some(), &seller.touches.last).doing(doing)?,
            ":deal": json_if(seller.deal.is_some(), &seller.deal).doing(doing)?,
            ":verdict": json_if(seller.verdict.is_some(), &seller.verdict).doing(doing)?,
        };
        execute_in_order(&mut statement, &[keys, told, rest].concat()).doing(doing)?;
        Ok(LeadId(self.transaction.last_insert_rowid()))
    }

    /// Brings back what was put away of the person that sent a new lead.
    fn bring_back(&mut self, arrival: &Arrival) -> Result<()> {
        // In a store that was empty nobody was put away.
        let Some(person) = arrival.record.person_key.as_ref().filter(|_| self.fresh.is_none()) else { return Ok(()) };
        let doing = "Looking for what was put away";
        let sql = "SELECT id FROM lead WHERE person_key = :person AND away = 1 ORDER BY id";
        let mut statement = self.transaction.prepare_cached(sql).doing(doing)?;
        let ids =
            statement.query_map(named_params! { ":person": person }, |row| row.get(0).map(LeadId)).doing(doing)?;
        let ids: Vec<LeadId> = ids.collect::<rusqlite::Result<_>>().doing(doing)?;
        drop(statement);
        for id in ids {
            let Some(before) = read::lead(&self.transaction, id)? else { continue };
            if let Some((after, remark)) = reconcile::back_from_away(&before, arrival, &self.terms, self.now) {
                write_page(&self.transaction, self.batch, &before, after, Closed::Agreed, self.now)?;
                self.write_note(id, ImportNote { changes: Vec::new(), remarks: vec![remark] }, false)?;
            }
        }
        Ok(())
    }

    fn update(&mut self, before: &Lead, after: &Lead, note: ImportNote) -> Result<()> {
        self.update_record(before, after)?;
        write_owed(&self.transaction, self.batch, before, after, Closed::Agreed, self.now)?;
        let decides = before.record.status != after.record.status || before.record.outcome != after.record.outcome;
        self.write_note(before.id, note, decides)
    }

    /// Journals what the import told of a lead. `decides`: it moved Partner Center's status.
    pub(super) fn write_note(&mut self, lead: LeadId, note: ImportNote, decides: bool) -> Result<()> {
        let again = !self.noted.insert(lead);
        note.write(&self.transaction, self.batch, lead, again, decides)
    }

    /// The content key stays that of the first delivery: what came without an id is found again by it after an adoption.
    fn update_record(&self, before: &Lead, lead: &Lead) -> Result<()> {
        let doing = "Storing a lead";
        let record = &lead.record;
        let keys = |record: &Record| (record.external_id.clone(), record.created_at, record.person_key.clone());
        let moved = keys(&before.record) != keys(record);
        let sql = if moved {
            concat!(update_sql!(), update_keys_sql!(), " WHERE id = :id")
        } else {
            concat!(update_sql!(), " WHERE id = :id")
        };
        let mut statement = self.transaction.prepare_cached(sql).doing(doing)?;
        let told = told_values!(record);
        let rest = named_params! {
            ":extras": json_if(!record.extras.is_empty(), &record.extras).doing(doing)?,
            ":as_of": lead.receipt.as_of.timestamp(),
        };
        let keys = named_params! {
            ":external_id": record.external_id, ":created_at": record.created_at.timestamp(),
            ":person_key": record.person_key,
        };
        let id = named_params! { ":id": lead.id.0 };
        let params: Vec<(&str, &dyn ToSql)> =
            if moved { [told, rest, keys, id].concat() } else { [told, rest, id].concat() };
        execute_in_order(&mut statement, &params).doing(doing).map(|_| ())
    }

    fn confirm(&self, id: LeadId, as_of: Moment) -> Result<()> {
        let doing = "Storing a lead";
        let sql = "UPDATE lead SET as_of = :as_of WHERE id = :id";
        let mut statement = self.transaction.prepare_cached(sql).doing(doing)?;
        statement.execute(named_params! { ":as_of": as_of.timestamp(), ":id": id.0 }).doing(doing).map(|_| ())
    }
}
