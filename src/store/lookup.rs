//! Finding the lead that an arriving record is about: by its id, by what a table calls it, by its content, or as the one lead
//! that may be the same request (PRODUCT.md 6). Remembers further keys of a lead. Must not judge: `domain::identity` does.

use rusqlite::named_params;

use crate::domain::identity::{self, ContentKey};
use crate::domain::lead::{Lead, LeadId};
use crate::domain::reconcile::{Arrival, Fit};
use crate::domain::vocabulary::ReceivedVia;
use crate::store::error::{Doing, Result};
use crate::store::import::Import;
use crate::store::read;
use crate::store::rows::Stored;

const DOING: &str = "Looking for a known lead";

/// True where the lead's id is not Partner Center's: it has none, or the one that `:table` gave it.
macro_rules! has_no_id_of_its_own {
    () => {
        "(external_id IS NULL OR EXISTS (SELECT 1 FROM alias WHERE alias.lead = lead.id AND alias.via = :table \
         AND substr(alias.key, instr(alias.key, char(31)) + 1) = lead.external_id))"
    };
}

impl Import<'_> {
    /// The lead that the arrival is about, and how it was found. `only_by_id`: no lead has anything else to be found by yet.
    pub(super) fn look_up(
        &self,
        arrival: &Arrival,
        key: ContentKey,
        only_by_id: bool,
    ) -> Result<Option<(LeadId, Fit)>> {
        let by_id = match self.by_alias(arrival)? {
            None => self.by_external_id(arrival)?,
            found => found,
        };
        if by_id.is_some() || only_by_id {
            return Ok(by_id);
        }
        let record = &arrival.record;
        if record.external_id.is_none()
            && let Some(found) = self.by_content(arrival, key)?
        {
            return Ok(Some(found));
        }
        if record.external_id.is_some()
            && let Some(id) = self.the_one(arrival, Wanted::WithoutId)?
        {
            return Ok(Some((id, Fit::Adopts)));
        }
        if arrival.via.delivers() {
            return Ok(self.the_one(arrival, Wanted::NeverDelivered)?.map(|id| (id, Fit::Delivered { first: true })));
        }
        Ok(None)
    }

    /// Remembers a further key of the lead: what its table calls it, and the content of a delivery that was found to be it.
    pub(super) fn remember(&self, lead: LeadId, arrival: &Arrival, content: Option<ContentKey>) -> Result<()> {
        // A key of its own stands for the content too.
        let (key, created_at) = match (&arrival.alias, content) {
            (Some(key), _) => (key.clone(), 0),
            (None, Some(content)) => (content.text(), arrival.record.created_at.timestamp()),
            (None, None) => return Ok(()),
        };
        let sql = "INSERT OR IGNORE INTO alias (via, key, lead, created_at) VALUES (:via, :key, :lead, :created)";
        let mut statement = self.transaction.prepare_cached(sql).doing(DOING)?;
        let values = named_params! { ":via": arrival.via.code(), ":key": key, ":lead": lead.0, ":created": created_at };
        statement.execute(values).doing(DOING).map(|_| ())
    }

    /// By what its table calls it. A lead that has Partner Center's id by now is only delivered again.
    fn by_alias(&self, arrival: &Arrival) -> Result<Option<(LeadId, Fit)>> {
        let Some(key) = &arrival.alias else { return Ok(None) };
        let sql = "SELECT lead.id, lead.external_id FROM alias JOIN lead ON lead.id = alias.lead \
                   WHERE alias.via = :via AND alias.key = :key";
        let mut statement = self.transaction.prepare_cached(sql).doing(DOING)?;
        let mut found = statement.query(named_params! { ":via": arrival.via.code(), ":key": key }).doing(DOING)?;
        let Some(row) = found.next().doing(DOING)? else { return Ok(None) };
        let id = row.get(0).map(LeadId).doing(DOING)?;
        let external: Option<String> = row.get(1).doing(DOING)?;
        let own = external.is_none() || external == arrival.record.external_id;
        Ok(Some((id, if own { Fit::Known } else { Fit::Delivered { first: false } })))
    }

    fn by_external_id(&self, arrival: &Arrival) -> Result<Option<(LeadId, Fit)>> {
        let Some(external) = &arrival.record.external_id else { return Ok(None) };
        let sql = "SELECT id, received_via FROM lead WHERE external_id = :external";
        let mut statement = self.transaction.prepare_cached(sql).doing(DOING)?;
        let mut found = statement.query(named_params! { ":external": external }).doing(DOING)?;
        let Some(row) = found.next().doing(DOING)? else { return Ok(None) };
        let received = ReceivedVia::from_code(row.get(1).doing(DOING)?);
        let again = arrival.via.delivers() && !received.is_some_and(ReceivedVia::delivers);
        let fit = if again { Fit::Delivered { first: false } } else { Fit::Known };
        Ok(Some((row.get(0).map(LeadId).doing(DOING)?, fit)))
    }

    /// The lead of the same content created within 72 hours, the nearest if there are several.
    fn by_content(&self, arrival: &Arrival, key: ContentKey) -> Result<Option<(LeadId, Fit)>> {
        let sql = "SELECT id, created_at, has_id FROM (\
                   SELECT id, created_at, external_id IS NOT NULL AS has_id FROM lead WHERE content_key = :key \
                   UNION ALL SELECT lead, created_at, 1 FROM alias WHERE via = :via AND key = :text) \
                   ORDER BY abs(created_at - :created), id LIMIT 1";
        let record = &arrival.record;
        let mut statement = self.transaction.prepare_cached(sql).doing(DOING)?;
        let values = named_params! {
            ":key": key.0, ":via": arrival.via.code(), ":text": key.text(), ":created": record.created_at.timestamp(),
        };
        let mut found = statement.query(values).doing(DOING)?;
        let Some(row) = found.next().doing(DOING)? else { return Ok(None) };
        let created = row.get::<_, Stored>(1).doing(DOING)?.0;
        if !identity::same_delivery(created, record.created_at) {
            return Ok(None);
        }
        let has_id: bool = row.get(2).doing(DOING)?;
        let again = has_id && arrival.via.delivers();
        let fit = if again { Fit::Delivered { first: false } } else { Fit::Known };
        Ok(Some((row.get(0).map(LeadId).doing(DOING)?, fit)))
    }

    /// The one wanted lead of the person that may be the same request; none if several may.
    fn the_one(&self, arrival: &Arrival, wanted: Wanted) -> Result<Option<LeadId>> {
        let Some(person) = &arrival.record.person_key else { return Ok(None) };
        let sql = match wanted {
            Wanted::WithoutId => {
                concat!("SELECT id FROM lead WHERE person_key = :person AND ", has_no_id_of_its_own!())
            }
            Wanted::NeverDelivered => concat!(
                "SELECT id FROM lead WHERE person_key = :person AND NOT ",
                has_no_id_of_its_own!(),
                " AND received_via NOT IN (:endpoint, :table) \
                 AND NOT EXISTS (SELECT 1 FROM alias WHERE alias.lead = lead.id)"
            ),
        };
        let mut statement = self.transaction.prepare_cached(sql).doing(DOING)?;
        let (table, endpoint) = (ReceivedVia::AzureTable.code(), ReceivedVia::Endpoint.code());
        // What a table calls its lead is replaced by Partner Center's id, never by another row's.
        let replaces = (arrival.via != ReceivedVia::AzureTable).then_some(table);
        let without_id = named_params! { ":person": person, ":table": replaces };
        let delivered = named_params! { ":person": person, ":table": table, ":endpoint": endpoint };
        let values = if wanted == Wanted::WithoutId { without_id } else { delivered };
        let ids = statement.query_map(values, |row| row.get(0).map(LeadId)).doing(DOING)?;
        let mut fitting = Vec::new();
        for id in ids {
            let id = id.doing(DOING)?;
            let fits = |lead: &Lead| identity::may_be_one(lead, arrival);
            if read::lead(&self.transaction, id)?.as_ref().is_some_and(fits) {
                fitting.push(id);
            }
        }
        Ok(if let [only] = fitting[..] { Some(only) } else { None })
    }
}

/// Which leads of a person may be the arriving one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    /// Those that Partner Center has not told of.
    WithoutId,
    /// Those that it has, and that no delivery was found to be.
    NeverDelivered,
}
