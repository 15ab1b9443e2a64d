//! Leads that were sent into a CRM: what is under way before a request goes out, and what came of it right after the answer, with
//! its line in the timeline, so that a run that was killed goes on without sending anything twice. A push is no step of the
//! seller's and is not undone. Must not decide what is sent.

use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use crate::domain::change::{self, Change};
use crate::domain::crm::{Crm, FieldDigests, PushNote, PushResult};
use crate::domain::lead::{Lead, LeadId, Moment};
use crate::domain::push::PushState;
use crate::domain::terms::Terms;
use crate::store::Store;
use crate::store::change::{BatchKind, begin, insert_batch};
use crate::store::error::{Doing, Result, StoreError};
use crate::store::page::{Closed, write_page};
use crate::store::read;
use crate::store::rows::{Stored, json_if};

const READING: &str = "Reading what was sent to the CRM";
const WRITING: &str = "Noting what was sent to the CRM";

/// What came of one lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The lead.
    pub lead: LeadId,
    /// What its timeline says.
    pub note: PushNote,
}

/// A lead that is about to be sent.
#[derive(Clone, Debug)]
pub struct Sending {
    /// The lead.
    pub lead: LeadId,
    /// Its state when it was planned.
    pub known: Option<PushState>,
    /// The digests of its fields.
    pub fields: FieldDigests,
    /// Its id there, where it is known or chosen by us.
    pub remote: Option<String>,
}

impl Store {
    /// What is known of a lead in an account; `None` if it was never sent there.
    pub fn push_state(&self, target: &str, lead: LeadId) -> Result<Option<PushState>> {
        state(&self.connection, target, lead)
    }

    /// The lead of the same person that was sent to this account and was created after this one, if there is one.
    pub fn newer_in_crm(&self, target: &str, lead: &Lead) -> Result<Option<LeadId>> {
        // CROSS JOIN keeps the order: first the few leads of the person, then whether each was sent.
        let sql = "SELECT lead.id FROM lead CROSS JOIN crm ON crm.lead = lead.id AND crm.target = :target \
                   WHERE lead.person_key = :person AND crm.fields IS NOT NULL AND lead.id != :lead \
                   AND (lead.created_at > :created OR (lead.created_at = :created AND lead.id > :lead)) \
                   ORDER BY lead.created_at DESC, lead.id DESC LIMIT 1";
        let mut statement = self.connection.prepare_cached(sql).doing(READING)?;
        let params = named_params! {
            ":target": target, ":person": lead.record.person_key, ":lead": lead.id.0,
            ":created": lead.record.created_at.timestamp(),
        };
        statement.query_row(params, |row| row.get(0).map(LeadId)).optional().doing(READING)
    }

    /// Notes what is about to be sent, before it is. Answers the leads it may be sent of: one that another leadbox has begun
    /// or ended meanwhile, so that `known` is not its state any more, is not among them.
    pub fn begin_push(&mut self, target: &str, leads: &[Sending], posts: bool, now: Moment) -> Result<Vec<LeadId>> {
        let transaction = begin(&mut self.connection)?;
        let mut begun = Vec::new();
        for Sending { lead, known, fields, remote } in leads {
            if state(&transaction, target, *lead)? != *known {
                continue;
            }
            // The id that was chosen stands from the first try on: what it is made of may change before the second.
            let sql = "INSERT INTO crm (target, lead, remote, pending, at) \
                       VALUES (:target, :lead, :remote, :pending, :at) ON CONFLICT (target, lead) DO UPDATE SET \
                       remote = coalesce(remote, excluded.remote), pending = excluded.pending, at = excluded.at";
            let pending = json_if(true, fields).doing(WRITING)?;
            let params = named_params! {
                ":target": target, ":lead": lead.0, ":remote": remote, ":pending": pending, ":at": now.timestamp(),
            };
            transaction.prepare_cached(sql).and_then(|mut insert| insert.execute(params)).doing(WRITING)?;
            if posts {
                count_post(&transaction, target, now)?;
            }
            begun.push(*lead);
        }
        transaction.commit().doing(WRITING)?;
        Ok(begun)
    }

    /// Notes what came of leads, in their timelines too, and fills the CRM id of a deal that has none.
    pub fn settle_push(&mut self, target: &str, crm: Crm, settled: &[Settled], now: Moment) -> Result<()> {
        if settled.is_empty() {
            return Ok(());
        }
        let (terms, start) = (self.terms.clone(), self.start.clone());
        let transaction = begin(&mut self.connection)?;
        let batch = insert_batch(&transaction, BatchKind::Push, now, &start, crm.title(), None)?;
        for Settled { lead, note } in settled {
            settle(&transaction, target, *lead, note, now)?;
            let sql = "INSERT INTO journal (batch, lead, after) VALUES (:batch, :lead, :after)";
            let after = json_if(true, note).doing(WRITING)?;
            let params = named_params! { ":batch": batch, ":lead": lead.0, ":after": after };
            transaction.prepare_cached(sql).and_then(|mut insert| insert.execute(params)).doing(WRITING)?;
            if let Some(remote) = note.remote.as_ref().filter(|_| !note.result.is_trouble()) {
                keep_crm_id(&transaction, batch, *lead, remote, &terms, now)?;
            }
        }
        transaction.commit().doing(WRITING)
    }

    /// Takes back that leads are about to be sent: the request was surely not worked on. What a run before was cut off at,
    /// named beside each lead, is under way as it was.
    pub fn withdraw_push(&mut self, target: &str, leads: &[(LeadId, Option<FieldDigests>)]) -> Result<()> {
        let transaction = begin(&mut self.connection)?;
        for (lead, cut_off) in leads {
            let pending = json_if(cut_off.is_some(), cut_off).doing(WRITING)?;
            for sql in [
                "UPDATE crm SET pending = :pending WHERE target = :target AND lead = :lead",
                "DELETE FROM crm WHERE target = :target AND lead = :lead AND result IS NULL AND :pending IS NULL",
            ] {
                let params = named_params! { ":target": target, ":lead": lead.0, ":pending": pending };
                transaction.prepare_cached(sql).and_then(|mut undo| undo.execute(params)).doing(WRITING)?;
            }
        }
        transaction.commit().doing(WRITING)
    }

    /// How often a form was posted to an account after a moment, and the first of these times.
    pub fn posts_since(&self, target: &str, since: Moment) -> Result<(u32, Option<Moment>)> {
        let sql = "SELECT count(*), min(at) FROM crm_post WHERE target = :target AND at > :since";
        let mut statement = self.connection.prepare_cached(sql).doing(READING)?;
        let params = named_params! { ":target": target, ":since": since.timestamp() };
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get::<_, Option<Stored>>(1)?.map(|at| at.0)));
        statement.query_row(params, read).doing(READING)
    }
}

fn state(connection: &Connection, target: &str, lead: LeadId) -> Result<Option<PushState>> {
    let sql = "SELECT remote, fields, pending, result, at FROM crm WHERE target = :target AND lead = :lead";
    let mut statement = connection.prepare_cached(sql).doing(READING)?;
    let params = named_params! { ":target": target, ":lead": lead.0 };
    let read = |row: &rusqlite::Row<'_>| {
        let digests: (Option<String>, Option<String>) = (row.get(1)?, row.get(2)?);
        let result = row.get::<_, Option<i64>>(3)?.and_then(PushResult::from_code);
        Ok((row.get(0)?, digests, result, row.get::<_, Stored>(4)?.0))
    };
    let Some((remote, (fields, pending), result, at)) = statement.query_row(params, read).optional().doing(READING)?
    else {
        return Ok(None);
    };
    let digests = |text: Option<String>| match text {
        Some(text) => serde_json::from_str(&text)
            .map(Some)
            .map_err(|_| StoreError::Damaged { lead: lead.0, what: "what was sent to the CRM cannot be read" }),
        None => Ok(None),
    };
    Ok(Some(PushState { remote, fields: digests(fields)?, pending: digests(pending)?, result, at }))
}

/// What is there now: what was under way with what was there before, or only that where it was not taken, or where a record
/// stood there that is not ours.
fn settle(transaction: &Transaction<'_>, target: &str, lead: LeadId, note: &PushNote, now: Moment) -> Result<()> {
    let known = state(transaction, target, lead)?;
    let (before, pending, id) = known.map(|known| (known.fields, known.pending, known.remote)).unwrap_or_default();
    let foreign = note.result == PushResult::Known && before.is_none();
    // The id that we chose names nothing where the record that stood there has another.
    let remote = note.remote.clone().or_else(|| id.filter(|_| !foreign));
    let fields = match pending {
        Some(pending) if note.result.may_be_written() => Some(before.unwrap_or_default().with(pending)),
        _ => before,
    };
    let sql = "INSERT INTO crm (target, lead, remote, fields, result, at) \
               VALUES (:target, :lead, :remote, :fields, :result, :at) ON CONFLICT (target, lead) DO UPDATE SET \
               remote = excluded.remote, fields = excluded.fields, pending = NULL, \
               result = excluded.result, at = excluded.at";
    let params = named_params! {
        ":target": target, ":lead": lead.0, ":remote": remote,
        ":fields": json_if(fields.is_some(), &fields).doing(WRITING)?,
        ":result": note.result.code(), ":at": now.timestamp(),
    };
    transaction.prepare_cached(sql).and_then(|mut insert| insert.execute(params)).doing(WRITING).map(|_| ())
}

/// What the CRM calls it becomes of the lead what the domain says; within the push, which is no step of the seller's.
fn keep_crm_id(
    transaction: &Transaction<'_>,
    batch: i64,
    lead: LeadId,
    remote: &str,
    terms: &Terms,
    now: Moment,
) -> Result<()> {
    let Some(before) = read::lead(transaction, lead)? else { return Ok(()) };
    match change::apply(&before, &Change::CrmId(remote.to_owned()), terms, now) {
        Ok(after) if after != before => write_page(transaction, batch, &before, after, Closed::Agreed, now).map(|_| ()),
        _ => Ok(()),
    }
}

fn count_post(transaction: &Transaction<'_>, target: &str, now: Moment) -> Result<()> {
    let old = now - chrono::TimeDelta::days(2);
    let forget = "DELETE FROM crm_post WHERE target = :target AND at < :old";
    let params = named_params! { ":target": target, ":old": old.timestamp() };
    transaction.prepare_cached(forget).and_then(|mut delete| delete.execute(params)).doing(WRITING)?;
    let count = "INSERT INTO crm_post (target, at) VALUES (:target, :at)";
    let params = named_params! { ":target": target, ":at": now.timestamp() };
    transaction.prepare_cached(count).and_then(|mut insert| insert.execute(params)).doing(WRITING).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lead::Deal;
    use crate::domain::moment::parse;
    use crate::domain::reconcile::Arrival;
    use crate::domain::record::{Field, RawRecord, read};
    use crate::domain::timeline::EventKind;
    use crate::domain::vocabulary::{ReceivedVia, VerdictKind};
    use crate::store::{ImportLabel, Road, Undone};

    const TARGET: &str = "dynamics https://x.example";

    fn now() -> Moment {
        parse("2026-11-20T12:00:00Z").unwrap()
    }

    /// A store with leads of these names and creation times, all of one person.
    fn store(leads: &[(&str, &str)]) -> Store {
        let mut store = Store::open_in_memory(Terms::default(), "test").unwrap();
        let label = ImportLabel { title: "a.csv".into(), file_time: None, road: Road::File };
        let mut import = store.import(&label, now()).unwrap();
        for (id, created) in leads {
            let mut raw = RawRecord::default();
            raw.set(Field::Created, created);
            raw.set(Field::Id, id);
            raw.set(Field::Email, "ana@northwind.example");
            raw.set(Field::CallToAction, "Contact me");
            let record = read(&raw).unwrap();
            let arrival =
                Arrival { record, via: ReceivedVia::PartnerCenterExport, as_of: now(), own: None, alias: None };
            import.put(&arrival).unwrap();
        }
        import.commit().unwrap();
        store
    }

    fn deal() -> Deal {
        Deal {
            name: "Deal".into(),
            value: None,
            currency: None,
            close_on: None,
            notes: None,
            crm_id: None,
            campaign_id: None,
            team: Vec::new(),
        }
    }

    fn digests(value: &str) -> FieldDigests {
        FieldDigests::of([("subject", value.to_owned())])
    }

    fn sending(known: Option<PushState>, value: &str) -> Sending {
        Sending { lead: LeadId(1), known, fields: digests(value), remote: None }
    }

    fn settled(lead: i64, result: PushResult, remote: Option<&str>) -> Settled {
        let note = PushNote { crm: Crm::Dynamics, result, remote: remote.map(str::to_owned), reason: None };
        Settled { lead: LeadId(lead), note }
    }

    fn send(store: &mut Store, value: &str, result: PushResult, remote: Option<&str>) {
        let known = store.push_state(TARGET, LeadId(1)).unwrap();
        assert_eq!(store.begin_push(TARGET, &[sending(known, value)], false, now()).unwrap(), [LeadId(1)]);
        store.settle_push(TARGET, Crm::Dynamics, &[settled(1, result, remote)], now()).unwrap();
    }

    #[test]
    fn what_is_under_way_stands_until_an_answer_is_noted() {
        let mut store = store(&[("a", "2026-11-20T09:00:00Z")]);
        let one = LeadId(1);
        assert_eq!(store.push_state(TARGET, one).unwrap(), None);
        assert_eq!(store.begin_push(TARGET, &[sending(None, "1")], false, now()).unwrap(), [one]);
        let begun = store.push_state(TARGET, one).unwrap();
        assert_eq!(begun.as_ref().unwrap().pending, Some(digests("1")));
        assert!(
            store.begin_push(TARGET, &[sending(None, "1")], false, now()).unwrap().is_empty(),
            "somebody else has begun"
        );
        store.settle_push(TARGET, Crm::Dynamics, &[settled(1, PushResult::Created, Some("g"))], now()).unwrap();
        let state = store.push_state(TARGET, one).unwrap().unwrap();
        assert_eq!((state.remote.as_deref(), state.fields, state.pending), (Some("g"), Some(digests("1")), None));
        send(&mut store, "2", PushResult::Refused, None);
        let state = store.push_state(TARGET, one).unwrap().unwrap();
        assert_eq!((state.remote.as_deref(), state.fields), (Some("g"), Some(digests("1"))), "what is there stays");
        send(&mut store, "3", PushResult::Updated, None);
        assert_eq!(store.push_state(TARGET, one).unwrap().unwrap().fields, Some(digests("3")));
        let words: Vec<_> = store.timeline(one).unwrap().into_iter().take(3).map(|event| event.kind).collect();
        let results = words.iter().map(|kind| match kind {
            EventKind::Pushed(note) => note.result,
            other => panic!("{other:?}"),
        });
        assert!(results.eq([PushResult::Updated, PushResult::Refused, PushResult::Created]), "newest first");
        assert_eq!(store.push_state("hubspot", one).unwrap(), None, "another account");
        assert!(store.steps(9).unwrap().is_empty() && store.undo(true, now()).unwrap() == Undone::Nothing);
    }

    #[test]
    fn a_record_that_stood_there_before_holds_nothing_of_ours() {
        let mut store = store(&[("a", "2026-11-20T09:00:00Z")]);
        let one = LeadId(1);
        let known = |store: &Store| store.push_state(TARGET, one).unwrap().unwrap();
        let chosen = Sending { remote: Some("chosen".to_owned()), ..sending(None, "1") };
        store.begin_push(TARGET, &[chosen], false, now()).unwrap();
        store.settle_push(TARGET, Crm::Dynamics, &[settled(1, PushResult::Known, Some("chosen"))], now()).unwrap();
        let state = known(&store);
        assert_eq!((state.remote.as_deref(), state.fields, state.pending), (Some("chosen"), None, None));
        send(&mut store, "1", PushResult::Known, None);
        assert_eq!((known(&store).remote, known(&store).fields), (None, None), "it has an id that nobody told");
        send(&mut store, "1", PushResult::Updated, Some("g"));
        send(&mut store, "2", PushResult::Known, None);
        let state = known(&store);
        assert_eq!((state.remote.as_deref(), state.fields), (Some("g"), Some(digests("1"))), "ours stays ours");
    }

    #[test]
    fn what_a_run_was_cut_off_at_outlives_a_second_that_sent_nothing() {
        let mut store = store(&[("a", "2026-11-20T09:00:00Z")]);
        let first = Sending { remote: Some("chosen".to_owned()), ..sending(None, "1") };
        store.begin_push(TARGET, &[first], false, now()).unwrap();
        let cut_off = store.push_state(TARGET, LeadId(1)).unwrap();
        let second = Sending { remote: Some("another".to_owned()), ..sending(cut_off.clone(), "2") };
        store.begin_push(TARGET, &[second], false, now()).unwrap();
        let pending = cut_off.as_ref().and_then(|state| state.pending.clone());
        assert_eq!(pending, Some(digests("1")));
        store.withdraw_push(TARGET, &[(LeadId(1), pending)]).unwrap();
        let state = store.push_state(TARGET, LeadId(1)).unwrap();
        assert_eq!(state.as_ref().and_then(|state| state.remote.as_deref()), Some("chosen"), "the first choice stands");
        assert_eq!(state, cut_off);
    }

    #[test]
    fn what_was_surely_not_sent_leaves_no_trace() {
        let mut store = store(&[("a", "2026-11-20T09:00:00Z")]);
        store.begin_push(TARGET, &[sending(None, "1")], false, now()).unwrap();
        store.withdraw_push(TARGET, &[(LeadId(1), None)]).unwrap();
        assert_eq!(store.push_state(TARGET, LeadId(1)).unwrap(), None);
        send(&mut store, "1", PushResult::Created, Some("g"));
        let known = store.push_state(TARGET, LeadId(1)).unwrap();
        store.begin_push(TARGET, &[sending(known.clone(), "2")], false, now()).unwrap();
        store.withdraw_push(TARGET, &[(LeadId(1), None)]).unwrap();
        assert_eq!(store.push_state(TARGET, LeadId(1)).unwrap(), known);
    }

    #[test]
    fn only_a_blank_crm_id_is_filled_and_undo_reaches_the_step_before() {
        let mut store = store(&[("a", "2026-11-20T09:00:00Z")]);
        let crm_id = |store: &Store| store.lead(LeadId(1)).unwrap().unwrap().seller.deal.and_then(|deal| deal.crm_id);
        send(&mut store, "1", PushResult::Created, Some("g"));
        let deal = deal();
        let accept = Change::Accept { deal: deal.clone(), reported: false };
        store.apply(&[LeadId(1)], &accept, now()).unwrap();
        send(&mut store, "2", PushResult::Refused, Some("g"));
        assert_eq!(crm_id(&store), None, "a refusal fills nothing");
        send(&mut store, "2", PushResult::Updated, Some("g"));
        assert_eq!(crm_id(&store).as_deref(), Some("g"));
        assert_eq!(store.lead(LeadId(1)).unwrap().unwrap().owed.len(), 1, "what is owed stays owed");
        let own = Change::Edit { deal: Deal { crm_id: Some("own".into()), ..deal } };
        store.apply(&[LeadId(1)], &own, now()).unwrap();
        send(&mut store, "3", PushResult::Updated, Some("g"));
        assert_eq!(crm_id(&store).as_deref(), Some("own"));
        assert!(matches!(store.undo(true, now()).unwrap(), Undone::Done { title, .. } if title.starts_with("edit")));
        assert!(matches!(store.undo(true, now()).unwrap(), Undone::Done { title, .. } if title.starts_with("accept")));
        let state = store.push_state(TARGET, LeadId(1)).unwrap().unwrap();
        assert_eq!(state.remote.as_deref(), Some("g"), "what the CRM has is no step of the seller's");
    }

    #[test]
    fn a_deal_that_gets_its_crm_id_is_no_longer_what_was_uploaded() {
        let mut store = store(&[("a", "2026-11-20T09:00:00Z")]);
        let lead = |store: &Store| store.lead(LeadId(1)).unwrap().unwrap();
        let mark = |store: &mut Store| {
            let written = lead(store);
            store.mark_uploaded(&[(&written, VerdictKind::Accepted)], ("u.csv", [7; 32]), now()).unwrap();
            assert_eq!(lead(store).owed[0].uploaded_at, Some(now()));
        };
        let deal = Deal { crm_id: Some(" ".into()), ..deal() };
        store.apply(&[LeadId(1)], &Change::Accept { deal, reported: false }, now()).unwrap();
        mark(&mut store);
        send(&mut store, "1", PushResult::Created, Some("g"));
        assert_eq!(lead(&store).seller.deal.unwrap().crm_id.as_deref(), Some("g"), "a blank is none");
        assert_eq!(lead(&store).owed[0].uploaded_at, None, "the file said no id");
        mark(&mut store);
        send(&mut store, "2", PushResult::Updated, Some("g"));
        assert_eq!(lead(&store).owed[0].uploaded_at, Some(now()), "nothing of the deal changed");
    }

    #[test]
    fn the_newest_lead_of_a_person_is_known_and_posts_are_counted() {
        let mut store = store(&[("a", "2026-11-20T09:00:00Z"), ("b", "2026-11-20T10:00:00Z")]);
        let lead = |store: &Store, id| store.lead(LeadId(id)).unwrap().unwrap();
        assert_eq!(store.newer_in_crm(TARGET, &lead(&store, 1)).unwrap(), None);
        store.begin_push(TARGET, &[Sending { lead: LeadId(2), ..sending(None, "1") }], true, now()).unwrap();
        store.settle_push(TARGET, Crm::Dynamics, &[settled(2, PushResult::Created, None)], now()).unwrap();
        assert_eq!(store.newer_in_crm(TARGET, &lead(&store, 1)).unwrap(), Some(LeadId(2)));
        assert_eq!(store.newer_in_crm(TARGET, &lead(&store, 2)).unwrap(), None);
        assert_eq!(store.newer_in_crm("other", &lead(&store, 1)).unwrap(), None);
        let since = now() - chrono::TimeDelta::hours(24);
        assert_eq!(store.posts_since(TARGET, since).unwrap(), (1, Some(now())));
        assert_eq!(store.posts_since(TARGET, now()).unwrap(), (0, None));
    }
}
