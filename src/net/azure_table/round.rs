//! One round of a sync: every page of what is new since the last, taken into the store page by page. The rows of a page and how
//! far the round has come are one transaction, so a round that is cut off anywhere goes on where it was, and the little that is
//! read twice changes nothing. The table is asked by the time it stored an entity, but its pages are not in that order: how far
//! everything is taken moves only when a round is through. Must not wait for the network inside a transaction.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::domain::lead::Moment;
use crate::domain::moment::parse;
use crate::domain::reconcile::Arrival;
use crate::domain::vocabulary::ReceivedVia;
use crate::formats::arriving::RowRead;
use crate::formats::json_value::Json;
use crate::formats::table_entity;
use crate::net::azure_table::page::{Mark, Page, Table};
use crate::net::client::Client;
use crate::net::wire_error::{WireError, WireKind};
use crate::store::{Import, ImportLabel, Road, Store, StoreError};

/// A round begins so much before the point to which everything is taken: what was stored while the last one read, and what
/// the service's machines date differently, is read again.
const OVERLAP: TimeDelta = TimeDelta::minutes(15);

/// Where a round begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// Where the last one was cut off, else with what is new.
    Onward,
    /// With the first entity.
    First,
}

/// Whether what a round takes stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// It stays.
    Yes,
    /// Everything is read and counted, and nothing stays.
    No,
}

/// An entity that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reject {
    /// Its partition.
    pub partition_key: String,
    /// Its row.
    pub row_key: String,
    /// Why.
    pub reason: String,
}

/// What a round has taken so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// It went on with a round that had been cut off.
    pub resumed: bool,
    /// Only what was stored since then was asked for; `None`: everything.
    pub since: Option<Moment>,
    /// Pages.
    pub pages: u64,
    /// Entities; `rows = added + updated + unchanged + rejected`.
    pub rows: u64,
    /// New leads.
    pub added: u64,
    /// Known leads that learned something.
    pub updated: u64,
    /// Known leads with nothing new.
    pub unchanged: u64,
    /// Entities that were not taken.
    pub rejected: u64,
    /// Which, and why.
    pub rejects: Vec<Reject>,
}

/// Why a round was not finished.
#[derive(Debug, thiserror::Error)]
pub enum RoundError {
    /// The service.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How far a sync has come, as it stands in the store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct State {
    /// All that the table stored until then is taken.
    taken_to: Option<Moment>,
    /// The round that is under way.
    run: Option<Run>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Run {
    since: Option<Moment>,
    /// The service's time when the first page was answered.
    begun: Option<Moment>,
    /// The newest time of an entity that was read.
    newest: Option<Moment>,
    next: Option<Mark>,
}

/// A round.
pub struct Round<'a> {
    /// The table.
    pub table: &'a Table,
    /// Asks it.
    pub client: &'a Client<'a>,
    /// Where to begin.
    pub begin: Begin,
    /// Whether it stays.
    pub keep: Keep,
}

/// More pages than this are no table but a loop.
const MOST_PAGES: u64 = 100_000;

fn endless() -> WireError {
    WireError::new(
        WireKind::Refused,
        "The table does not end: a page names itself as the next. What was read before is stored; try again later.",
    )
}

impl Round<'_> {
    /// Takes page after page until the last; `taken` says at any time, also after an error, what was taken. `told` hears of
    /// every page.
    pub fn run(&self, store: &mut Store, taken: &mut Taken, told: &mut dyn FnMut(&Taken)) -> Result<(), RoundError> {
        let mut state = self.state(store)?;
        let mut run = match (state.run.take(), self.begin) {
            (Some(run), Begin::Onward) => run,
            (_, begin) => {
                let since = state.taken_to.filter(|_| begin == Begin::Onward).map(|to| to - OVERLAP);
                Run { since, begun: None, newest: None, next: None }
            }
        };
        taken.resumed = run.next.is_some();
        taken.since = run.since;
        loop {
            let page = match self.table.page(self.client, run.since, run.next.as_ref()) {
                // A mark that the service does not take any more: its round begins again.
                Err(refused) if refused.kind == WireKind::Refused && taken.pages == 0 && taken.resumed => {
                    run = Run { begun: None, newest: None, next: None, ..run };
                    taken.resumed = false;
                    continue;
                }
                answer => answer?,
            };
            if taken.pages >= MOST_PAGES || (page.next.is_some() && page.next == run.next) {
                return Err(endless().into());
            }
            run.begun = run.begun.or(page.date).or_else(|| Some(self.client.pace().wire_now()));
            run.next.clone_from(&page.next);
            let last = page.next.is_none();
            self.take(store, &mut state, &mut run, &page, taken)?;
            told(taken);
            if last {
                return Ok(());
            }
            if self.client.pace().stopping() {
                return Err(WireError::stopped().into());
            }
        }
    }

    fn state(&self, store: &Store) -> Result<State, StoreError> {
        let known = store.progress(&self.table.source())?;
        // What cannot be read begins anew: reading everything again does no harm.
        Ok(known.and_then(|known| serde_json::from_str(&known.state).ok()).unwrap_or_default())
    }

    /// One page, and how far the round has come with it, in one transaction.
    fn take(
        &self,
        store: &mut Store,
        state: &mut State,
        run: &mut Run,
        page: &Page,
        taken: &mut Taken,
    ) -> Result<(), StoreError> {
        let last = page.next.is_none();
        if page.entities.is_empty() && !last {
            taken.pages += 1;
            return Ok(());
        }
        let now = self.client.pace().now();
        let title = format!("sync of Azure Table {}", self.table.name());
        let mut import = store.import(&ImportLabel { title, file_time: None, road: Road::Sync }, now)?;
        let rows = page.entities.len() as u64;
        let mut rejects = Vec::new();
        for entity in &page.entities {
            run.newest = run.newest.max(entity.get("Timestamp").and_then(Json::text).and_then(parse));
            match table_entity::read(entity) {
                Ok(read) => put(&mut import, read, now)?,
                Err(reason) => rejects.push(reject(entity, reason)),
            }
        }
        let next = if last { state.ended(run) } else { State { run: Some(run.clone()), ..state.clone() } };
        let counts = import.counts();
        if self.keep == Keep::Yes {
            // A state of ours is always written.
            let text = serde_json::to_string(&next).unwrap_or_default();
            import.note_progress(&self.table.source(), &text)?;
            import.commit()?;
        }
        *state = next;
        taken.pages += 1;
        taken.rows += rows;
        taken.added += counts.added;
        taken.updated += counts.updated;
        taken.unchanged += counts.unchanged;
        taken.rejected += rejects.len() as u64;
        taken.rejects.append(&mut rejects);
        Ok(())
    }
}

impl State {
    /// The state after the last page. What was stored after the round began may stand on a page that had been read by then, so
    /// everything is taken only to that point; and never further than the newest entity, as the clocks may differ.
    fn ended(&self, run: &Run) -> Self {
        let to = run.newest.map(|newest| run.begun.map_or(newest, |begun| begun.min(newest)));
        Self { taken_to: self.taken_to.max(to), run: None }
    }
}

fn put(import: &mut Import<'_>, read: RowRead, now: Moment) -> Result<(), StoreError> {
    let as_of = read.updated_at.unwrap_or(now);
    let via = ReceivedVia::AzureTable;
    import.put(&Arrival { record: read.record, via, as_of, own: read.own, alias: read.alias }).map(|_| ())
}

fn reject(entity: &Json, reason: String) -> Reject {
    let key = |name| entity.get(name).and_then(Json::text).unwrap_or_default().to_owned();
    Reject { partition_key: key("PartitionKey"), row_key: key("RowKey"), reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::terms::Terms;
    use crate::net::azure_table::connection::Connection;
    use crate::net::pace::still::Still;
    use crate::net::pace::{Pace, Patience};
    use crate::net::secret::Secret;
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;
    use std::sync::{Arc, Mutex};

    /// A table service of this machine: answers each request with the next of these pages, and notes what was asked.
    struct Service {
        connection: Connection,
        asked: Arc<Mutex<Vec<String>>>,
    }

    /// Status, mark of the next page, entities as `row@time`, the service's own time.
    type Said = (u16, &'static str, &'static [&'static str], &'static str);

    impl Service {
        fn new(pages: &[Said]) -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let text = format!("http://127.0.0.1:{}/account?sig=x", listener.local_addr().unwrap().port());
            let connection = Connection::read(&Secret::new(text)).unwrap();
            let asked = Arc::new(Mutex::new(Vec::new()));
            let (noted, pages) = (Arc::clone(&asked), pages.to_vec());
            std::thread::spawn(move || {
                for (status, mark, rows, date) in pages {
                    let Ok((mut stream, _)) = listener.accept() else { return };
                    let lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
                    let head: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
                    noted.lock().unwrap().push(head[0].clone());
                    let entities: Vec<_> = rows.iter().map(|row| entity(row)).collect();
                    let body = format!("{{\"value\":[{}]}}", entities.join(","));
                    let next = if mark.is_empty() {
                        String::new()
                    } else {
                        format!("x-ms-continuation-NextPartitionKey: {mark}\r\nx-ms-continuation-NextRowKey: r\r\n")
                    };
                    let date = format!("Fri, 20 Nov 2026 {date} GMT");
                    let answer = format!(
                        "HTTP/1.1 {status} x\r\nConnection: close\r\nDate: {date}\r\n{next}Content-Length: {}\r\n\r\n{body}",
                        body.len()
                    );
                    stream.write_all(answer.as_bytes()).unwrap();
                }
            });
            Self { connection, asked }
        }

        /// A round of this service under the name of one table.
        fn round(&self, store: &mut Store, begin: Begin, pace: &Still) -> (Taken, Result<(), RoundError>) {
            let patience = Patience { tries: 1, ..Patience::default() };
            let client = Client::new(patience, pace);
            let table = Table::new(self.connection.clone(), "leads".to_owned());
            let round = Round { table: &table, client: &client, begin, keep: Keep::Yes };
            let mut taken = Taken::default();
            let came = round.run(store, &mut taken, &mut |_| {});
            (taken, came)
        }

        fn next_round(&self, store: &mut Store) -> Taken {
            let (taken, came) = self.round(store, Begin::Onward, &Still::default());
            came.unwrap();
            taken
        }

        /// What each request asked for: since when, and from which mark on.
        fn asked(&self) -> Vec<(Option<String>, Option<String>)> {
            let value = |line: &str, name: &str| {
                let (_, rest) = line.split_once(&format!("{name}="))?;
                rest.split(['&', ' ']).next().map(crate::net::address::unescaped)
            };
            let asked = self.asked.lock().unwrap();
            let since = |line: &str| value(line, "$filter").map(|filter| filter.replace("Timestamp ge datetime", ""));
            asked.iter().map(|line| (since(line), value(line, "NextPartitionKey"))).collect()
        }
    }

    fn entity(row: &str) -> String {
        let Some((row, time)) = row.split_once('@') else {
            return format!("{{\"PartitionKey\":\"p\",\"Odd\":\"{row}\"}}");
        };
        format!(
            "{{\"PartitionKey\":\"p\",\"RowKey\":\"{row}\",\"Timestamp\":\"2026-11-20T{time}Z\",\"ActionCode\":\"PLT\",\
             \"CustomerInfo\":\"{{\\\"Email\\\":\\\"{row}@x.example\\\"}}\"}}"
        )
    }

    fn store() -> Store {
        Store::open_in_memory(Terms::default(), "test").unwrap()
    }

    fn at(time: &str) -> String {
        format!("'2026-11-20T{time}Z'")
    }

    #[test]
    fn a_round_reads_all_pages_and_the_next_only_what_may_be_new() {
        let service = Service::new(&[
            (200, "m1", &["a@11:00:00", "b@11:30:00.1234567"], "12:00:00"),
            (200, "m2", &[], "12:00:01"),
            (200, "", &["c@10:00:00", "odd"], "12:00:02"),
            (200, "", &["b@11:30:00.1234567", "d@11:59:00"], "13:00:00"),
            (200, "", &["d@11:59:00"], "14:00:00"),
        ]);
        let mut store = store();
        let taken = service.next_round(&mut store);
        assert_eq!((taken.pages, taken.rows, taken.added, taken.rejected, taken.resumed), (3, 4, 3, 1, false));
        assert_eq!((taken.rejects[0].partition_key.as_str(), taken.rejects[0].row_key.as_str()), ("p", ""));
        let taken = service.next_round(&mut store);
        assert_eq!((taken.rows, taken.added, taken.unchanged), (2, 1, 1));
        service.next_round(&mut store);
        let onward = |mark: &str| (None, Some(mark.to_owned()));
        let asked =
            [(None, None), onward("m1"), onward("m2"), (Some(at("11:15:00")), None), (Some(at("11:44:00")), None)];
        assert_eq!(service.asked(), asked);
        assert_eq!(store.count().unwrap(), 4);
    }

    /// Pages come by key: what is stored on a page that was read already is not seen, although a later page shows newer.
    #[test]
    fn what_is_stored_while_a_round_reads_is_not_passed_over() {
        let service = Service::new(&[
            (200, "m1", &["b@09:00:00"], "10:00:00"),
            // Meanwhile `a@10:20:00` came, before `b`; a quarter of an hour would not reach back to it from `c`.
            (200, "", &["c@11:00:00"], "11:00:01"),
            (200, "", &["a@10:20:00", "c@11:00:00"], "11:05:00"),
        ]);
        let mut store = store();
        assert_eq!(service.next_round(&mut store).added, 2);
        assert_eq!(service.next_round(&mut store).added, 1);
        assert_eq!(service.asked().last(), Some(&(Some(at("09:45:00")), None)), "from the round's own beginning");
    }

    #[test]
    fn a_round_that_broke_off_goes_on_behind_what_it_took() {
        let service = Service::new(&[
            (200, "m1", &["a@09:00:00"], "10:00:00"),
            (500, "", &[], "10:00:01"),
            (200, "", &["b@10:30:00"], "12:00:00"),
            (200, "", &[], "12:01:00"),
        ]);
        let mut store = store();
        let (taken, came) = service.round(&mut store, Begin::Onward, &Still::default());
        assert!(matches!(came, Err(RoundError::Wire(error)) if error.kind == WireKind::Unavailable));
        assert_eq!((taken.added, store.count().unwrap()), (1, 1));
        let taken = service.next_round(&mut store);
        assert_eq!((taken.resumed, taken.added, taken.unchanged), (true, 1, 0));
        service.next_round(&mut store);
        let mark = Some("m1".to_owned());
        assert_eq!(service.asked(), [(None, None), (None, mark.clone()), (None, mark), (Some(at("09:45:00")), None)]);
    }

    #[test]
    fn a_mark_that_is_not_taken_any_more_and_a_full_round_begin_anew() {
        let service = Service::new(&[
            (200, "m1", &["a@09:00:00"], "10:00:00"),
            (500, "", &[], "10:00:01"),
            (400, "", &[], "10:00:02"),
            (200, "", &["a@09:00:00", "b@09:30:00"], "10:00:03"),
            (200, "", &["a@09:00:00", "b@09:30:00"], "10:00:04"),
            (400, "", &[], "10:00:05"),
        ]);
        let mut store = store();
        assert!(service.round(&mut store, Begin::Onward, &Still::default()).1.is_err());
        let taken = service.next_round(&mut store);
        assert_eq!((taken.resumed, taken.added, taken.unchanged), (false, 1, 1));
        let (taken, came) = service.round(&mut store, Begin::First, &Still::default());
        came.unwrap();
        assert_eq!((taken.since, taken.unchanged), (None, 2));
        let (_, came) = service.round(&mut store, Begin::Onward, &Still::default());
        assert!(matches!(came, Err(RoundError::Wire(error)) if error.kind == WireKind::Refused), "and no further");
    }

    #[test]
    fn an_end_that_was_asked_for_comes_after_a_page() {
        let service = Service::new(&[(200, "m1", &["a@09:00:00"], "10:00:00"), (200, "", &["b@09:00:00"], "10:00:01")]);
        let mut store = store();
        let pace = Still::default();
        let table = Table::new(service.connection.clone(), "leads".to_owned());
        let client = Client::new(Patience::default(), &pace);
        let round = Round { table: &table, client: &client, begin: Begin::Onward, keep: Keep::Yes };
        let mut taken = Taken::default();
        let came = round.run(&mut store, &mut taken, &mut |_| pace.stop_at.set(Some(0)));
        assert!(matches!(came, Err(RoundError::Wire(error)) if error.kind == WireKind::Stopped));
        assert_eq!((taken.added, store.count().unwrap()), (1, 1));
        assert_eq!(service.next_round(&mut store).added, 1);
    }

    #[test]
    fn a_state_that_cannot_be_read_begins_anew() {
        let service = Service::new(&[(200, "", &["a@09:00:00"], "10:00:00"), (200, "", &["a@09:00:00"], "10:00:00")]);
        let mut store = store();
        service.next_round(&mut store);
        let table = Table::new(service.connection.clone(), "Leads".to_owned());
        let label = ImportLabel { title: "x".into(), file_time: None, road: Road::Sync };
        let mut import = store.import(&label, Still::default().now()).unwrap();
        import.note_progress(&table.source(), "{\"odd\":").unwrap();
        import.commit().unwrap();
        assert_eq!(service.next_round(&mut store).since, None);
        let state = State::default();
        let run = |newest: Option<&str>, begun: Option<&str>| Run {
            since: None,
            begun: begun.and_then(parse),
            newest: newest.and_then(parse),
            next: None,
        };
        let (early, late) = ("2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z");
        assert_eq!(state.ended(&run(Some(early), Some(late))).taken_to, parse(early));
        assert_eq!(state.ended(&run(Some(late), Some(early))).taken_to, parse(early));
        let known = State { taken_to: parse(late), run: None };
        assert_eq!(known.ended(&run(None, Some(early))), known, "never back, and not without an entity");
    }
}
