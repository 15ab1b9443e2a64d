//! PRODUCT.md's rules about one lead, read once more and written as plainly as they stand there: the laws compare the
//! product with this. Slow on purpose; must not call the rules it checks (vitals, catalog, contacts).

use chrono::{Months, TimeDelta};
use leadbox::domain::catalog::{Catalog, Listing, Query};
use leadbox::domain::filter::{Dimension, Filter, TabChoice, ValueCode, country_number};
use leadbox::domain::fold::fold;
use leadbox::domain::lead::{Lead, LeadId, Moment, Record};
use leadbox::domain::sort::{Sort, SortKey};
use leadbox::domain::vocabulary::{
    CallToAction, LeadType, Outcome, Qualification, Quality, Status, Urgency, VerdictKind,
};

/// A lead at a moment, under the default clocks.
pub struct Reading<'a> {
    pub lead: &'a Lead,
    pub now: Moment,
}

impl Reading<'_> {
    fn record(&self) -> &Record {
        &self.lead.record
    }

    pub fn needs_answer(&self) -> bool {
        let record = self.record();
        let qualified = [Qualification::Marketing, Qualification::Sales].contains(&record.qualification);
        !record.do_not_contact
            && (record.lead_type == LeadType::Profile || qualified || record.call_to_action == CallToAction::ContactMe)
    }

    pub fn expires_at(&self) -> Option<Moment> {
        let record = self.record();
        self.needs_answer().then(|| record.stated_expiry.unwrap_or(plus(record.created_at, 14 * 24)))
    }

    /// What was decided, before the clock.
    fn decided(&self) -> (Status, Option<Outcome>) {
        let record = self.record();
        let Some(verdict) = &self.lead.seller.verdict else { return (record.status, record.outcome) };
        let own = match verdict.kind {
            VerdictKind::Accepted => (Status::Accepted, None),
            VerdictKind::Declined => (Status::Archived, Some(Outcome::Declined)),
            VerdictKind::Won => (Status::Archived, Some(Outcome::Won)),
            VerdictKind::Lost => (Status::Archived, Some(Outcome::Lost)),
        };
        let in_time = self.expires_at().is_none_or(|end| verdict.accepted_at.unwrap_or(verdict.at) < end);
        if record.status < Status::Archived {
            own
        } else if record.outcome == Some(Outcome::Expired) && in_time {
            own
        } else if record.outcome.is_none() && own.0 == Status::Archived {
            own
        } else {
            (Status::Archived, record.outcome)
        }
    }

    pub fn standing(&self) -> (Status, Option<Outcome>) {
        let decided = self.decided();
        if decided.0 != Status::Received {
            return decided;
        }
        match self.expires_at() {
            Some(end) if self.now >= end => (Status::Archived, Some(Outcome::Expired)),
            None if self.now >= self.ages_out_at() => (Status::Archived, Some(Outcome::AgedOut)),
            _ => decided,
        }
    }

    pub fn ages_out_at(&self) -> Moment {
        self.record().created_at.checked_add_months(Months::new(6)).unwrap().min(last_second())
    }

    /// Contacts are withheld.
    pub fn hidden(&self) -> bool {
        self.standing() == (Status::Archived, Some(Outcome::Expired))
    }

    fn flame(&self) -> bool {
        let record = self.record();
        record.call_to_action == CallToAction::ContactMe
            && self.standing().0 == Status::Received
            && self.now < plus(record.created_at, 72)
            && !record.do_not_contact
            && !record.test
    }

    /// Ends within 72 hours.
    fn near_ends(&self) -> Vec<Moment> {
        let expiry = self.expires_at().filter(|_| self.standing().0 == Status::Received);
        let owed = self.lead.owed.iter().filter_map(|owed| owed.due);
        owed.chain(expiry).filter(|end| *end <= self.now + TimeDelta::hours(72)).collect()
    }

    pub fn urgency(&self) -> Urgency {
        let seller = &self.lead.seller;
        let status = self.standing().0;
        let touched = seller.touches.count > 0;
        let reached = seller.later_until.is_some_and(|until| until <= self.now);
        let rules = [
            (Urgency::Archived, status == Status::Archived),
            (Urgency::Hot, self.flame() && !touched),
            (Urgency::Expiring, !self.near_ends().is_empty()),
            (Urgency::Due, reached || (status == Status::Accepted && !touched)),
            (Urgency::Later, seller.later_until.is_some_and(|until| until > self.now)),
            (Urgency::Away, seller.away),
            (Urgency::Informational, !self.needs_answer()),
            (Urgency::Touched, status == Status::Received && touched),
            (Urgency::Waiting, status == Status::Received && self.record().call_to_action == CallToAction::ContactMe),
        ];
        rules.iter().find(|(_, applies)| *applies).map_or(Urgency::Calm, |(urgency, _)| *urgency)
    }

    /// The end of the clock that runs.
    pub fn deadline(&self) -> Option<Moment> {
        let owed = self.lead.owed.iter().filter_map(|owed| owed.due).min();
        let later = self.lead.seller.later_until;
        match self.urgency() {
            Urgency::Hot => Some(plus(self.record().created_at, 72)),
            Urgency::Expiring => self.near_ends().into_iter().min(),
            Urgency::Due => later.filter(|until| *until <= self.now).or(owed),
            Urgency::Later => later,
            Urgency::Waiting | Urgency::Touched | Urgency::Calm => {
                self.expires_at().filter(|_| self.standing().0 == Status::Received).or(owed)
            }
            Urgency::Informational | Urgency::Away | Urgency::Archived => None,
        }
    }

    fn qualified(&self) -> bool {
        [Qualification::Marketing, Qualification::Sales].contains(&self.record().qualification)
    }

    fn in_tab(&self, tab: TabChoice) -> bool {
        match tab {
            TabChoice::All => true,
            TabChoice::Marketplace => !self.qualified(),
            TabChoice::Qualified => self.qualified(),
            TabChoice::Favorites => self.lead.seller.favorite,
        }
    }

    fn value(&self, dimension: Dimension) -> ValueCode {
        let record = self.record();
        let code = match dimension {
            Dimension::Country => return country_number(record.country),
            Dimension::CallToAction => record.call_to_action.code(),
            Dimension::Source => record.source.code(),
            Dimension::Type => record.lead_type.code(),
            Dimension::Quality => record.quality.code(),
            Dimension::Status => self.standing().0.code(),
            Dimension::EmailValidity => record.email_validity.code(),
            Dimension::PhoneValidity => record.phone_validity.code(),
        };
        ValueCode::from(code)
    }

    fn texts(&self) -> Vec<String> {
        let (record, person) = (self.record(), &self.record().person);
        let mut texts = vec![person.company.clone(), person.full_name(), record.offer.clone(), record.offer_title.clone()];
        texts.extend(self.lead.seller.tags.iter().cloned().map(Some));
        if !self.hidden() {
            texts.push(person.email.clone());
        }
        texts.into_iter().flatten().map(|text| fold(&text)).collect()
    }

    fn passes(&self, filter: &Filter) -> bool {
        let values = Dimension::ALL.iter().all(|dimension| {
            let chosen = filter.chosen(*dimension);
            chosen.is_empty() || chosen.contains(&self.value(*dimension))
        });
        if !values || (filter.favorite && !self.lead.seller.favorite) {
            return false;
        }
        let wanted = fold(&filter.text);
        let customers: Vec<_> = filter.customer.iter().map(|text| fold(text)).filter(|text| !text.is_empty()).collect();
        let company = || fold(self.record().person.company.as_deref().unwrap_or_default());
        (wanted.is_empty() || self.texts().iter().any(|text| text.contains(&wanted)))
            && (customers.is_empty() || customers.iter().any(|customer| company().contains(customer)))
    }
}

fn last_second() -> Moment {
    Moment::from_timestamp(253_402_300_799, 0).unwrap()
}

fn plus(moment: Moment, hours: i64) -> Moment {
    (moment + TimeDelta::hours(hours)).min(last_second())
}

/// The leads of a query in their order, one by one.
pub fn list(leads: &[Lead], query: &Query, now: Moment) -> Vec<LeadId> {
    let readings = leads.iter().map(|lead| Reading { lead, now });
    let mut shown: Vec<_> = readings
        .filter(|reading| !reading.record().test && reading.in_tab(query.tab) && reading.passes(&query.filter))
        .collect();
    sort(&mut shown, query.sort);
    if query.archived_apart {
        shown.sort_by_key(|reading| reading.standing().0 == Status::Archived);
    }
    shown.iter().map(|reading| reading.lead.id).collect()
}

fn sort(readings: &mut [Reading<'_>], sort: Sort) {
    let late = |moment: Option<Moment>| moment.map_or(i64::MAX, |moment| moment.timestamp());
    let text = |text: Option<&String>| text.map(|text| fold(text)).filter(|text| !text.is_empty());
    let missing_last = |text: Option<String>| (text.is_none(), text);
    readings.sort_by_key(|reading| reading.lead.id);
    match sort.key {
        SortKey::Urgency => readings.sort_by_key(|reading| {
            let place = CLASSES.iter().position(|class| *class == reading.urgency());
            (place, late(reading.deadline()), std::cmp::Reverse(reading.record().created_at))
        }),
        SortKey::Created => readings.sort_by_key(|reading| reading.record().created_at),
        SortKey::Expires => readings.sort_by_key(|reading| {
            let end = reading.expires_at().unwrap_or_else(|| reading.ages_out_at());
            (!reading.needs_answer(), end, reading.record().created_at)
        }),
        SortKey::Company => readings.sort_by_cached_key(|reading| missing_last(text(reading.record().person.company.as_ref()))),
        SortKey::Offer => readings.sort_by_cached_key(|reading| {
            let record = reading.record();
            missing_last(text(record.offer.as_ref()).or_else(|| text(record.offer_title.as_ref())))
        }),
        SortKey::Country => {
            readings.sort_by_key(|reading| missing_last(reading.record().country.map(|country| country.code().to_owned())));
        }
        SortKey::Quality => readings.sort_by_key(|reading| {
            [Quality::High, Quality::Low, Quality::Unknown].iter().position(|quality| *quality == reading.record().quality)
        }),
        SortKey::Status => readings.sort_by_key(|reading| reading.standing().0),
    }
    if sort.reversed {
        readings.reverse();
    }
}

/// The default order of PRODUCT.md 2.
const CLASSES: [Urgency; 10] = [
    Urgency::Hot,
    Urgency::Expiring,
    Urgency::Due,
    Urgency::Waiting,
    Urgency::Touched,
    Urgency::Calm,
    Urgency::Later,
    Urgency::Informational,
    Urgency::Away,
    Urgency::Archived,
];

/// How many leads a query would list.
fn count(leads: &[Lead], tab: TabChoice, filter: &Filter, now: Moment) -> u32 {
    let readings = leads.iter().map(|lead| Reading { lead, now });
    readings.filter(|reading| !reading.record().test && reading.in_tab(tab) && reading.passes(filter)).count() as u32
}

/// Compares a listing with a reading of every lead. Answers what differs first.
pub fn compare(listing: &Listing, catalog: &Catalog, leads: &[Lead], query: &Query, now: Moment) -> Result<(), String> {
    fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: T, wanted: T) -> Result<(), String> {
        if found == wanted { Ok(()) } else { Err(format!("{what}: {found:?}, a plain reading gives {wanted:?}")) }
    }
    same("length of the catalog", catalog.len(), leads.len())?;
    same("leads", listing.ids.clone(), list(leads, query, now))?;
    let active = listing.ids.iter().filter(|id| {
        let lead = leads.iter().find(|lead| lead.id == **id).unwrap();
        !query.archived_apart || Reading { lead, now }.standing().0 != Status::Archived
    });
    same("where the archived begin", listing.archived_from, active.count())?;
    let tabs = TabChoice::TABS.map(|tab| count(leads, tab, &Filter::default(), now));
    same("tabs", listing.tabs, tabs)?;
    same("hits", listing.hits, TabChoice::TABS.map(|tab| count(leads, tab, &query.filter, now)))?;
    let owed = leads.iter().filter(|lead| !lead.record.test && !lead.owed.is_empty()).count();
    same("owed", listing.owed, owed as u32)?;
    for dimension in Dimension::ALL {
        let mut values = dimension.values();
        values.extend(leads.iter().map(|lead| Reading { lead, now }.value(*dimension)));
        values.sort_unstable();
        values.dedup();
        for value in values {
            let mut only = query.filter.clone();
            only.clear(*dimension);
            only.choose(*dimension, value);
            let wanted = count(leads, query.tab, &only, now);
            same(&format!("{dimension:?} {value}"), listing.counts.of(*dimension, value), wanted)?;
        }
    }
    let mut countries = listing.counts.countries();
    countries.retain(|(value, count)| listing.counts.of(Dimension::Country, *value) != *count);
    same("countries", countries, Vec::new())
}
