//! PRODUCT.md's rules about one lead, read once more and written as plainly as they stand there: the laws compare the
//! product with this. Slow on purpose; must not call the rules it checks (vitals, catalog, contacts).

use chrono::{Months, TimeDelta};
use leadbox::domain::catalog::{Catalog, Listing, Query, Vantage};
use leadbox::domain::filter::{
    Claim, Comparison, Condition, DateField, Dimension, Filter, Mark, TabChoice, TextField, Thing, ValueCode, When,
    country_number,
};
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
    pub fn decided(&self) -> (Status, Option<Outcome>) {
        let record = self.record();
        let Some(verdict) = &self.lead.seller.verdict else { return (record.status, record.outcome) };
        let own = match verdict.kind {
            VerdictKind::Accepted => (Status::Accepted, None),
            VerdictKind::Declined => (Status::Archived, Some(Outcome::Declined)),
            VerdictKind::Won => (Status::Archived, Some(Outcome::Won)),
            VerdictKind::Lost => (Status::Archived, Some(Outcome::Lost)),
        };
        let in_time = self.expires_at().is_none_or(|end| verdict.accepted_at.unwrap_or(verdict.at) < end);
        let open_there = record.status < Status::Archived;
        let expired_there = record.outcome == Some(Outcome::Expired) && in_time;
        let nothing_there = record.outcome.is_none() && own.0 == Status::Archived;
        if open_there || expired_there || nothing_there { own } else { (Status::Archived, record.outcome) }
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
        let mut texts =
            vec![person.company.clone(), person.full_name(), record.offer.clone(), record.offer_title.clone()];
        texts.extend(self.lead.seller.tags.iter().cloned().map(Some));
        if !self.hidden() {
            texts.push(person.email.clone());
        }
        texts.into_iter().flatten().map(|text| fold(&text)).collect()
    }

    fn passes(&self, filter: &Filter, vantage: &Vantage) -> bool {
        let values = Dimension::ALL.iter().all(|dimension| {
            let (wanted, unwanted) = (filter.chosen(*dimension), filter.unwanted(*dimension));
            let value = self.value(*dimension);
            (wanted.is_empty() || wanted.contains(&value)) && !unwanted.contains(&value)
        });
        let holds = |condition: &Condition| self.is_true(&condition.claim, vantage) != condition.negated;
        values && filter.conditions().iter().all(holds)
    }

    fn is_true(&self, claim: &Claim, vantage: &Vantage) -> bool {
        let (record, seller) = (self.record(), &self.lead.seller);
        let company = record.person.company.as_deref().unwrap_or_default();
        match claim {
            Claim::Text(text) => self.texts().iter().any(|known| known.contains(&fold(text))),
            Claim::Outcome(list) => self.standing().1.is_some_and(|outcome| list.contains(&outcome)),
            Claim::Urgency(list) => list.contains(&self.urgency()),
            Claim::Is(marks) => marks.iter().any(|mark| self.is_marked(*mark, vantage)),
            Claim::Has(things) => things.iter().any(|thing| match thing {
                Thing::Email => record.person.email.is_some() && !self.hidden(),
                Thing::Phone => record.person.phone.is_some() && !self.hidden(),
                Thing::Deal => seller.deal.is_some(),
                Thing::Note => seller.note.is_some(),
            }),
            Claim::Field(field, texts) => texts.iter().map(|text| fold(text)).any(|text| match field {
                TextField::Customer => fold(company).contains(&text),
                TextField::Name => record.person.full_name().is_some_and(|name| fold(&name).contains(&text)),
                TextField::Offer => {
                    [&record.offer, &record.offer_title].into_iter().flatten().any(|known| fold(known).contains(&text))
                }
                TextField::Tag => seller.tags.iter().any(|tag| fold(tag) == text),
                TextField::Note => seller.note.as_ref().is_some_and(|note| fold(note).contains(&text)),
            }),
            Claim::Age(comparison, age) => {
                compares(*comparison, (self.now - record.created_at).num_seconds(), age.seconds())
            }
            Claim::Date(field, comparison, when) => {
                let date = match field {
                    DateField::Created => Some(record.created_at),
                    DateField::Expires => self.expires_at(),
                    DateField::Later => seller.later_until,
                };
                date.is_some_and(|date| match when {
                    When::Day(day) => compares(*comparison, date.with_timezone(&vantage.zone).date_naive(), *day),
                    When::At(moment) => compares(*comparison, date, *moment),
                })
            }
            Claim::Value(comparison, figure) => {
                let value = seller.deal.as_ref().and_then(|deal| deal.value);
                value.is_some_and(|value| compares(*comparison, value, *figure))
            }
            Claim::Touches(comparison, count) => compares(*comparison, seller.touches.count, *count),
        }
    }

    fn is_marked(&self, mark: Mark, vantage: &Vantage) -> bool {
        match mark {
            Mark::Urgency(urgency) => self.urgency() == urgency,
            Mark::Expired => self.hidden(),
            Mark::Favorite => self.lead.seller.favorite,
            Mark::DoNotContact => self.record().do_not_contact,
            Mark::Test => self.record().test,
            Mark::Owed => !self.lead.owed.is_empty(),
            Mark::New => vantage.known.is_none_or(|known| self.lead.id > known),
        }
    }

    /// In the lists at all: test leads only where a query asks for them.
    fn is_listed(&self, filter: &Filter) -> bool {
        let tests = filter.conditions().iter().filter(|condition| !condition.negated);
        !self.record().test
            || tests.into_iter().any(|test| matches!(&test.claim, Claim::Is(marks) if marks.contains(&Mark::Test)))
    }
}

fn compares<T: Ord + Copy>(comparison: Comparison, one: T, other: T) -> bool {
    match comparison {
        Comparison::Less => one < other,
        Comparison::AtMost => one <= other,
        Comparison::Equal => one == other,
        Comparison::AtLeast => one >= other,
        Comparison::More => one > other,
    }
}

fn last_second() -> Moment {
    Moment::from_timestamp(253_402_300_799, 0).unwrap()
}

fn plus(moment: Moment, hours: i64) -> Moment {
    (moment + TimeDelta::hours(hours)).min(last_second())
}

/// The leads of a query in their order, one by one.
pub fn list(leads: &[Lead], query: &Query, vantage: &Vantage) -> Vec<LeadId> {
    let mut shown = passing(leads, query.tab, &query.filter, vantage);
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
        SortKey::Company => {
            readings.sort_by_cached_key(|reading| missing_last(text(reading.record().person.company.as_ref())));
        }
        SortKey::Offer => readings.sort_by_cached_key(|reading| {
            let record = reading.record();
            missing_last(text(record.offer.as_ref()).or_else(|| text(record.offer_title.as_ref())))
        }),
        SortKey::Country => {
            readings
                .sort_by_key(|reading| missing_last(reading.record().country.map(|country| country.code().to_owned())));
        }
        SortKey::Quality => readings.sort_by_key(|reading| {
            [Quality::High, Quality::Low, Quality::Unknown]
                .iter()
                .position(|quality| *quality == reading.record().quality)
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
pub fn count(leads: &[Lead], tab: TabChoice, filter: &Filter, vantage: &Vantage) -> u32 {
    passing(leads, tab, filter, vantage).len() as u32
}

fn passing<'a>(leads: &'a [Lead], tab: TabChoice, filter: &Filter, vantage: &Vantage) -> Vec<Reading<'a>> {
    let now = Moment::from_timestamp(vantage.now, 0).unwrap();
    let readings = leads.iter().map(|lead| Reading { lead, now });
    readings
        .filter(|reading| reading.is_listed(filter) && reading.in_tab(tab) && reading.passes(filter, vantage))
        .collect()
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, wanted: &T) -> Result<(), String> {
    if found == wanted { Ok(()) } else { Err(format!("{what}: {found:?}, a plain reading gives {wanted:?}")) }
}

/// Compares a listing with a reading of every lead. Answers what differs first.
pub fn compare(
    listing: &Listing,
    catalog: &Catalog,
    leads: &[Lead],
    query: &Query,
    vantage: &Vantage,
) -> Result<(), String> {
    let now = Moment::from_timestamp(vantage.now, 0).unwrap();
    same("length of the catalog", &catalog.len(), &leads.len())?;
    same("leads", &listing.ids, &list(leads, query, vantage))?;
    let active = listing.ids.iter().filter(|id| {
        let lead = leads.iter().find(|lead| lead.id == **id).unwrap();
        !query.archived_apart || Reading { lead, now }.standing().0 != Status::Archived
    });
    same("where the archived begin", &listing.archived_from, &active.count())?;
    let tabs = TabChoice::TABS.map(|tab| count(leads, tab, &Filter::default(), vantage));
    same("tabs", &listing.tabs, &tabs)?;
    same("hits", &listing.hits, &TabChoice::TABS.map(|tab| count(leads, tab, &query.filter, vantage)))?;
    let owed = leads.iter().filter(|lead| !lead.record.test && !lead.owed.is_empty()).count();
    same("owed", &listing.owed, &(owed as u32))?;
    for dimension in Dimension::ALL {
        let mut values = dimension.values();
        values.extend(leads.iter().map(|lead| Reading { lead, now }.value(*dimension)));
        values.sort_unstable();
        values.dedup();
        for value in values {
            let mut only = query.filter.clone();
            only.clear(*dimension);
            only.choose(*dimension, value);
            let wanted = count(leads, query.tab, &only, vantage);
            same(&format!("{dimension:?} {value}"), &listing.counts.of(*dimension, value), &wanted)?;
        }
    }
    let mut countries = listing.counts.countries();
    countries.retain(|(value, count)| listing.counts.of(Dimension::Country, *value) != *count);
    same("countries", &countries, &Vec::new())
}
