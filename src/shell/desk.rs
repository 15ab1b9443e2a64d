//! The desk: the open store and the list in memory, kept in step, answering what the inbox asks (HOUSE.md, Speed by design).
//! Follows changes by the store's journal before it answers. Must not decide anything about leads: it asks `domain`.

use std::collections::HashMap;

use chrono_tz::Tz;

use crate::app::msg::{AgeOf, DataAge, Detail, Found, OpenedPerson, Row};
use crate::app::notices::Arrived;
use crate::domain::catalog::{Brief, Catalog, Listing, Order, Query, Survey, Tally, Vantage};
use crate::domain::change::Act;
use crate::domain::filter::Filter;
use crate::domain::front;
use crate::domain::lead::{Lead, LeadId, Moment};
use crate::domain::moment::from_seconds;
use crate::domain::since::{Seen, Since};
use crate::domain::sort::Sort;
use crate::domain::vitals::Vitals;
use crate::domain::vocabulary::Urgency;
use crate::store::{FrontPage, Mark, Result, Road, Store};

/// The person's other leads that a detail shows.
const OTHERS: usize = 6;

/// Leads and events that a person's page reads: more than anybody scrolls through, few enough to read at once.
const PERSON_LEADS: usize = 200;
const PERSON_EVENTS: usize = 1000;

/// Leads of the first page: more than a screen has lines and anybody walks through while the list is being read.
const FIRST_PAGE: usize = 200;

/// Store and list.
pub struct Desk {
    store: Store,
    catalog: Catalog,
    orders: HashMap<Sort, Order>,
    /// How far the list has followed the store; `None` until it was read.
    mark: Option<Mark>,
    /// The store may hold what the list does not.
    behind: bool,
    version: i64,
    /// So many leads had come when arrivals were told last; `None` before the list was read.
    told: Option<usize>,
    zone: Tz,
    /// What the seller saw last; `None` where that is not known.
    seen: Option<Seen>,
    /// The filters that are counted with every answer, and the counts as long as they hold.
    watched: Vec<Filter>,
    counted: Option<(Vec<u32>, Moment, Option<Moment>)>,
}

impl Desk {
    /// A desk on a store, with an empty list: `load` or `place` fills it.
    pub fn new(store: Store) -> Result<Self> {
        let catalog = Catalog::new(store.terms().clone());
        let version = store.data_version()?;
        let (zone, seen) = (Tz::UTC, None);
        Ok(Self {
            store,
            catalog,
            orders: HashMap::new(),
            mark: None,
            behind: false,
            version,
            told: None,
            zone,
            seen,
            watched: Vec::new(),
            counted: None,
        })
    }

    /// From now on days are those of this zone, and leads that came after what was seen are new; all are where nothing is
    /// known of that.
    pub fn look_from(&mut self, zone: Tz, seen: Option<Seen>) {
        (self.zone, self.seen) = (zone, seen);
    }

    /// From now on the leads of these filters are counted with every answer.
    pub fn watch(&mut self, filters: Vec<Filter>) {
        self.watched = filters;
        self.counted = None;
    }

    /// The counts of what is watched, taken again only where a change or the clock made them untrue.
    fn count_watched(&mut self, now: Moment) -> Vec<u32> {
        if let Some((counts, from, until)) = &self.counted
            && *from <= now
            && until.is_none_or(|until| now < until)
        {
            return counts.clone();
        }
        let (order, vantage) = (&self.orders[&Sort::default()], self.vantage(now));
        let counts: Vec<u32> = self.watched.iter().map(|filter| self.catalog.count(filter, order, &vantage)).collect();
        let edges = self.watched.iter().filter_map(|filter| self.catalog.next_age_edge(filter, vantage.now));
        let until = edges.chain([order.valid_until()]).min();
        self.counted = Some((counts.clone(), now, until.and_then(from_seconds)));
        counts
    }

    /// What happened since the seller saw the leads last, and until the seller's day ends; `None` where that is not known
    /// or the leads are still being read.
    pub fn since(&mut self, now: Moment) -> Result<Option<Since>> {
        if self.behind {
            self.follow(now)?;
        }
        let Some(seen) = self.seen.filter(|_| self.mark.is_some()) else { return Ok(None) };
        let today = now.with_timezone(&self.zone).date_naive();
        let ends = self.vantage(now).day(today).end;
        Ok(Some(self.catalog.since(&seen, now.timestamp(), ends)))
    }

    /// The store, for what changes it; the list follows with the next answer.
    pub fn store(&mut self) -> &mut Store {
        self.behind = true;
        &mut self.store
    }

    /// Something else changed the store: the list follows with the next answer.
    pub fn fall_behind(&mut self) {
        self.behind = true;
    }

    /// Reads every lead.
    pub fn load(&mut self) -> Result<()> {
        let (catalog, mark) = read_catalog(&self.store, |_| true)?;
        self.place(catalog, mark);
        Ok(())
    }

    /// Takes a list that was read elsewhere, as it stood at `mark`.
    pub fn place(&mut self, catalog: Catalog, mark: Mark) {
        self.catalog = catalog;
        self.mark = Some(mark);
        self.behind = true;
        self.orders.clear();
        self.counted = None;
    }

    /// Brings the list up to what the store holds now, whoever changed it. A list that is still being read elsewhere is
    /// left alone: it follows once it was placed.
    pub fn follow(&mut self, now: Moment) -> Result<()> {
        let Some(followed) = self.mark else { return Ok(()) };
        let (briefs, mark) = self.store.changed_since(followed)?;
        self.mark = Some(mark);
        if !briefs.is_empty() {
            self.counted = None;
        }
        let rows = self.catalog.put(briefs);
        for order in self.orders.values_mut() {
            order.mend(&self.catalog, &rows, now.timestamp());
        }
        self.behind = false;
        Ok(())
    }

    /// Looks for what another process changed, and follows it; true if the list may be another one now.
    pub fn catch_up(&mut self, now: Moment) -> Result<bool> {
        let version = self.store.data_version()?;
        self.behind |= std::mem::replace(&mut self.version, version) != version;
        let behind = self.behind;
        if behind {
            self.follow(now)?;
        }
        Ok(behind)
    }

    /// The Contact me leads that are hot and came in since this was asked last, as the list stands.
    pub fn arrivals(&mut self, now: Moment) -> Vec<Arrived> {
        let came = self.catalog.len();
        let told = if self.mark.is_some() { self.told.replace(came) } else { None };
        let hot = self.catalog.hot_from(told.unwrap_or(came), now.timestamp());
        hot.into_iter().map(|(id, source)| Arrived { id, source }).collect()
    }

    /// True until the list stands: only the first page can be told.
    pub fn is_loading(&self) -> bool {
        self.mark.is_none()
    }

    /// The beginning of the list as the inbox opens, while the list is being read; nothing of any other.
    fn front(&self, query: &Query, now: Moment) -> Result<FrontPage> {
        let first = front::query();
        let asked = (query.tab, query.sort) == (first.tab, first.sort) && query.filter == first.filter;
        if asked { self.store.front(FIRST_PAGE, now) } else { Ok(Vec::new()) }
    }

    /// What can be told of a query while the list is being read: counts of what is not read yet are left out.
    fn find_first(&self, query: &Query, now: Moment) -> Result<Found> {
        let (front, seconds) = (self.front(query, now)?, now.timestamp());
        let archived = |(_, vitals): &(LeadId, Vitals)| vitals.urgency(seconds) == Urgency::Archived;
        let hot = front.first().filter(|(_, vitals)| vitals.urgency(seconds) == Urgency::Hot);
        let hot_until = hot.and_then(|(_, vitals)| vitals.hot_until);
        let archived_from = front.iter().position(archived).unwrap_or(front.len());
        let ids = front.into_iter().map(|(id, _)| id).collect();
        Ok(Found {
            listing: Listing { ids, archived_from, ..Listing::default() },
            hot_until: hot_until.and_then(from_seconds),
            ..self.around()?
        })
    }

    /// What every answer tells beside the leads it found.
    fn around(&self) -> Result<Found> {
        Ok(Found {
            owed: self.store.count_owed()?,
            owed_due: self.store.first_owed_due()?,
            data_age: self.store.data_age()?.map(|age| DataAge {
                road: told_road(age.road),
                title: age.title,
                at: age.at,
            }),
            unread: self.store.quarantine_count()?,
            ..Found::default()
        })
    }

    /// Answers a query at `now`, about the store as it is now.
    pub fn find(&mut self, query: &Query, now: Moment) -> Result<Found> {
        if self.is_loading() {
            return self.find_first(query, now);
        }
        if self.behind {
            self.follow(now)?;
        }
        let seconds = now.timestamp();
        for sort in [Sort::default(), query.sort] {
            self.order(sort, seconds);
        }
        let views = self.count_watched(now);
        let (by_urgency, asked) = (&self.orders[&Sort::default()], &self.orders[&query.sort]);
        let listing = self.catalog.select(query, asked, &self.vantage(now));
        let (hot, expiring) = by_urgency.hot_and_expiring(&self.catalog);
        let first = by_urgency.rows().first().map(|row| self.catalog.vitals(*row));
        let hot_until =
            first.filter(|vitals| vitals.urgency(seconds) == Urgency::Hot).and_then(|vitals| vitals.hot_until);
        let aged = self.catalog.next_age_edge(&query.filter, seconds).unwrap_or(i64::MAX);
        let valid_until = by_urgency.valid_until().min(aged);
        Ok(Found {
            listing,
            leads: self.catalog.len(),
            hot,
            expiring,
            hot_until: hot_until.and_then(from_seconds),
            views,
            valid_until: from_seconds(valid_until),
            ..self.around()?
        })
    }

    /// What every value would find among the leads of a query; nothing is counted while the list is being read.
    pub fn tally(&mut self, query: &Query, now: Moment) -> Tally {
        if self.is_loading() {
            return Tally::default();
        }
        self.order(Sort::default(), now.timestamp());
        self.catalog.tally(query, &self.orders[&Sort::default()], &self.vantage(now))
    }

    /// Every tag there is, the most used first.
    pub fn tags(&self) -> Result<Vec<String>> {
        self.store.tags()
    }

    /// The leads of a query that ask for an answer, most urgent first, whatever the query's own order.
    pub fn to_answer(&mut self, query: &Query, now: Moment) -> Result<Vec<LeadId>> {
        let seconds = now.timestamp();
        if self.is_loading() {
            let query = Query { sort: Sort::default(), ..query.clone() };
            let front = self.front(&query, now)?.into_iter();
            return Ok(front.filter(|(_, vitals)| vitals.to_answer(seconds)).map(|(id, _)| id).collect());
        }
        if self.behind {
            self.follow(now)?;
        }
        self.order(Sort::default(), seconds);
        let query = Query { sort: Sort::default(), archived_apart: false, ..query.clone() };
        let listing = self.catalog.select(&query, &self.orders[&Sort::default()], &self.vantage(now));
        let vitals = |id: &LeadId| self.catalog.row(*id).map(|row| self.catalog.vitals(row));
        let with = listing.ids.into_iter().filter_map(|id| vitals(&id).map(|vitals| (id, vitals)));
        let asking = with
            .take_while(|(_, vitals)| vitals.urgency(seconds) <= Urgency::Calm)
            .filter(|(_, vitals)| vitals.to_answer(seconds));
        Ok(asking.map(|(id, _)| id).collect())
    }

    fn vantage(&self, now: Moment) -> Vantage {
        Vantage { now: now.timestamp(), zone: self.zone, known: self.seen.map(|seen| seen.lead) }
    }

    /// Makes sure the order stands and holds at a second since 1970.
    fn order(&mut self, sort: Sort, seconds: i64) {
        match self.orders.get_mut(&sort) {
            Some(order) if order.holds_at(seconds) => {}
            Some(order) => order.advance(&self.catalog, seconds),
            None => drop(self.orders.insert(sort, Order::new(&self.catalog, sort, seconds))),
        }
    }

    /// What leads make of an act, told from the list in memory, or from the leads themselves while that is being read.
    pub fn survey(&mut self, ids: &[LeadId], act: Act, now: Moment) -> Result<Survey> {
        if self.is_loading() {
            let mut few = Catalog::new(self.store.terms().clone());
            let briefs = self.store.leads(ids)?.iter().map(|lead| Brief::of_lead(lead, few.terms())).collect();
            few.put(briefs);
            return Ok(few.survey(ids, act, now));
        }
        if self.behind {
            self.follow(now)?;
        }
        Ok(self.catalog.survey(ids, act, now))
    }

    /// Whole leads for the rows on the screen.
    pub fn rows(&self, ids: &[LeadId]) -> Result<Vec<Row>> {
        // Many rows of one person are counted once.
        let mut counted: HashMap<String, u32> = HashMap::new();
        let mut row = |lead: Lead| {
            let key = lead.record.person_key.as_ref().filter(|_| !lead.record.test);
            let person_leads = match key.and_then(|key| counted.get(key)) {
                Some(known) => *known,
                None => self.store.person_leads(&lead)?,
            };
            counted.extend(key.map(|key| (key.clone(), person_leads)));
            Ok(Row { lead, person_leads })
        };
        self.store.leads(ids)?.into_iter().map(&mut row).collect()
    }

    /// One lead with its timeline and its person's other leads.
    pub fn open(&self, id: LeadId) -> Result<Option<Detail>> {
        let Some(lead) = self.store.lead(id)? else { return Ok(None) };
        let mut others = self.store.leads_of_person(&lead, OTHERS + 1)?;
        others.retain(|other| *other != id);
        others.truncate(OTHERS);
        Ok(Some(Detail {
            others: self.store.leads(&others)?,
            person_leads: self.store.person_leads(&lead)?,
            timeline: self.store.timeline(id)?,
            lead,
        }))
    }

    /// The person of a lead with their newest leads, and what happened over those.
    pub fn person(&self, id: LeadId) -> Result<Option<OpenedPerson>> {
        let Some(lead) = self.store.lead(id)? else { return Ok(None) };
        let mut ids = self.store.leads_of_person(&lead, PERSON_LEADS)?;
        if !ids.contains(&id) {
            ids.truncate(PERSON_LEADS - 1);
            ids.push(id);
        }
        let leads = self.store.leads(&ids)?;
        let mut events = Vec::new();
        for id in ids {
            events.extend(self.store.timeline(id)?.into_iter().map(|event| (id, event)));
        }
        events.sort_by_key(|(_, event)| std::cmp::Reverse(event.at));
        let older = events.len().saturating_sub(PERSON_EVENTS);
        events.truncate(PERSON_EVENTS);
        Ok(Some(OpenedPerson { count: self.store.person_leads(&lead)?, leads, events, older }))
    }
}

fn told_road(road: Road) -> AgeOf {
    match road {
        Road::File => AgeOf::File,
        Road::Delivery => AgeOf::Delivery,
        Road::Sync => AgeOf::Sync,
    }
}

/// Reads every lead of a store into a list. `go_on` is told how many were read, and may stop it.
pub fn read_catalog(store: &Store, mut go_on: impl FnMut(usize) -> bool) -> Result<(Catalog, Mark)> {
    let mut catalog = Catalog::new(store.terms().clone());
    let mut read = 0;
    let mark = store.briefs(|brief| {
        catalog.push(&brief);
        read += 1;
        go_on(read)
    })?;
    Ok((catalog, mark))
}
