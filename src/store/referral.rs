//! What is known of leads at Partner Center beyond their records: the version that was read last, and remarks on what was told
//! there. Must not decide what is told.

use rusqlite::{OptionalExtension, named_params};

use crate::domain::lead::{LeadId, Moment};
use crate::domain::timeline::EventKind;
use crate::store::error::{Doing, Result};
use crate::store::import::Import;
use crate::store::import_note::ImportNote;
use crate::store::{Store, history};

impl Store {
    /// The version of a lead that Partner Center told last; blank where it told none, `None` where its API never listed the
    /// lead.
    pub fn etag(&self, lead: LeadId) -> Result<Option<String>> {
        let doing = "Reading the version of a lead";
        let mut statement = self.connection.prepare_cached("SELECT etag FROM etag WHERE lead = :lead").doing(doing)?;
        statement.query_row(named_params! { ":lead": lead.0 }, |row| row.get(0)).optional().doing(doing)
    }
}

impl Import<'_> {
    /// Keeps the version of a lead as of a moment; blank where its source told none. Where something newer is known of the
    /// lead, the version would vouch for words that are not here: it is kept as unknown.
    pub fn keep_etag(&self, lead: LeadId, etag: &str, as_of: Moment) -> Result<()> {
        let doing = "Storing the version of a lead";
        let sql = "INSERT INTO etag (lead, etag) \
                   SELECT id, CASE WHEN as_of <= :as_of THEN :etag ELSE '' END FROM lead WHERE id = :lead \
                   ON CONFLICT (lead) DO UPDATE SET etag = excluded.etag";
        let mut statement = self.transaction.prepare_cached(sql).doing(doing)?;
        let params = named_params! { ":lead": lead.0, ":etag": etag, ":as_of": as_of.timestamp() };
        statement.execute(params).doing(doing).map(|_| ())
    }

    /// Puts a sentence into the timeline of a lead, once: what stands there already is not said again.
    pub fn remark(&mut self, lead: LeadId, sentence: &str) -> Result<()> {
        let said = history::journaled(&self.transaction, lead)?.into_iter().any(|event| match event.kind {
            EventKind::Imported { remarks, .. } => remarks.iter().any(|remark| remark == sentence),
            _ => false,
        });
        if said {
            return Ok(());
        }
        self.write_note(lead, ImportNote { changes: Vec::new(), remarks: vec![sentence.to_owned()] }, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::parse;
    use crate::domain::reconcile::Arrival;
    use crate::domain::record::{Field, RawRecord, read};
    use crate::domain::terms::Terms;
    use crate::domain::vocabulary::ReceivedVia;
    use crate::store::{ImportLabel, Road};

    #[test]
    fn versions_and_remarks_are_kept_with_the_lead() {
        let mut store = Store::open_in_memory(Terms::default(), "test").unwrap();
        let now = parse("2026-11-20T12:00:00Z").unwrap();
        let mut raw = RawRecord::default();
        raw.set(Field::Created, "2026-11-20T09:00:00Z");
        raw.set(Field::Id, "a");
        let record = read(&raw).unwrap();
        let arrival = Arrival { record, via: ReceivedVia::Referrals, as_of: now, own: None, alias: None };
        let label = ImportLabel { title: "Partner Center".into(), file_time: None, road: Road::Sync };
        let lead = LeadId(1);
        for etag in ["", "\"1\""] {
            let mut import = store.import(&label, now).unwrap();
            import.put(&arrival).unwrap();
            import.keep_etag(lead, etag, now).unwrap();
            import.remark(lead, "accept not entered").unwrap();
            import.commit().unwrap();
            assert_eq!(store.etag(lead).unwrap().as_deref(), Some(etag));
        }
        assert_eq!(store.etag(LeadId(2)).unwrap(), None);
        let remarks = store.timeline(lead).unwrap().into_iter().filter(
            |event| matches!(&event.kind, EventKind::Imported { remarks, .. } if remarks == &["accept not entered"]),
        );
        assert_eq!(remarks.count(), 1);
        let import = store.import(&label, now).unwrap();
        import.keep_etag(lead, "\"2\"", now).unwrap();
        drop(import);
        assert_eq!(store.etag(lead).unwrap().as_deref(), Some("\"1\""), "nothing stays without commit");
        let import = store.import(&label, now).unwrap();
        import.keep_etag(lead, "\"3\"", now - chrono::TimeDelta::seconds(1)).unwrap();
        import.commit().unwrap();
        assert_eq!(store.etag(lead).unwrap().as_deref(), Some(""), "the version of older words is none of ours");
    }
}
