//! The seller's practice in figures (PRODUCT.md 8), counted once more the plain way: every figure is a list of the leads it
//! is of, and its length. Also what asks for the seller now, and what accepted leads lack.

use chrono::{Datelike, NaiveDate, TimeDelta};
use chrono_tz::Tz;
use leadbox::domain::agenda::Agenda;
use leadbox::domain::checkup::{Lack, lacks};
use leadbox::domain::lead::{Lead, LeadId, Moment, Verdict};
use leadbox::domain::statistics::{Collector, InSpan, Month, Months, Span, local_day};
use leadbox::domain::terms::Terms;
use leadbox::domain::vocabulary::{CallToAction, Outcome, Qualification, Reason, Source, Status, Urgency, VerdictKind};
use leadbox::formats::statistics_json::StatisticsJson;
use leadbox::store::Store;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use crate::reading::Reading;
use crate::samples::{all_leads, at, empty_store, law, lead, leads, now, own_arrival, put_all};

const ZONES: [Tz; 4] = [Tz::UTC, Tz::Pacific__Auckland, Tz::America__Los_Angeles, Tz::Europe__Lisbon];

/// A span of the sample leads' time, in a zone.
struct Plain<'a> {
    leads: Vec<&'a Lead>,
    span: Span,
    zone: Tz,
    now: Moment,
}

impl<'a> Plain<'a> {
    fn new(leads: &'a [Lead], span: Span, zone: Tz, now: Moment) -> Self {
        Self { leads: leads.iter().filter(|lead| !lead.record.test).collect(), span, zone, now }
    }

    /// Days as texts: they sort as they stand, because east of Greenwich the last second is of the year 10000.
    fn holds(&self, moment: Moment) -> bool {
        let text = |day: NaiveDate| format!("{:05}-{}", day.year(), day.format("%m-%d"));
        let day = text(moment.with_timezone(&self.zone).date_naive());
        self.span.since.is_none_or(|since| text(since) <= day) && self.span.until.is_none_or(|until| day <= text(until))
    }

    fn reading(&self, lead: &'a Lead) -> Reading<'a> {
        Reading { lead, now: self.now }
    }

    fn created(&self) -> Vec<&'a Lead> {
        self.leads.iter().copied().filter(|lead| self.holds(lead.record.created_at)).collect()
    }

    /// The leads that ended so in the span: the seller's own verdict at its moment, else Partner Center's at the creation.
    fn ended(&self, outcome: Outcome) -> Vec<&'a Lead> {
        let own = |verdict: &Verdict| match verdict.kind {
            VerdictKind::Won => outcome == Outcome::Won,
            VerdictKind::Lost => outcome == Outcome::Lost,
            VerdictKind::Declined => outcome == Outcome::Declined,
            VerdictKind::Accepted => false,
        };
        let in_span = |lead: &&Lead| {
            let verdict = lead.seller.verdict.as_ref().filter(|verdict| own(verdict));
            self.holds(verdict.map_or(lead.record.created_at, |verdict| verdict.at))
        };
        let ended = |lead: &&&Lead| self.reading(lead).decided().1 == Some(outcome);
        self.leads.iter().filter(ended).copied().filter(in_span).collect()
    }

    /// The leads accepted in the span, whatever became of them.
    fn accepted(&self) -> usize {
        let accepted = |lead: &&&Lead| {
            let (status, outcome) = self.reading(lead).decided();
            status == Status::Accepted || [Some(Outcome::Won), Some(Outcome::Lost)].contains(&outcome)
        };
        let when = |lead: &Lead| {
            let own = lead.seller.verdict.as_ref().filter(|verdict| verdict.kind != VerdictKind::Declined);
            own.and_then(|verdict| verdict.accepted_at).unwrap_or(lead.record.created_at)
        };
        self.leads.iter().filter(accepted).filter(|lead| self.holds(when(lead))).count()
    }

    fn json(&self) -> Value {
        let created = self.created();
        let count = |keep: &dyn Fn(&Lead) -> bool| created.iter().filter(|lead| keep(lead)).count();
        let standing = |lead: &Lead| self.reading(self.leads.iter().find(|l| l.id == lead.id).unwrap()).standing();
        let outcome = |outcome| count(&|lead| standing(lead) == (Status::Archived, outcome));
        let qualified =
            |lead: &Lead| [Qualification::Marketing, Qualification::Sales].contains(&lead.record.qualification);
        let source = |source| count(&|lead| lead.record.source == source);
        let call = |call| count(&|lead| lead.record.call_to_action == call);
        let (accepted, declined) = (self.accepted(), self.ended(Outcome::Declined).len());
        json!({
            "since": self.span.since.map(|day| day.to_string()),
            "until": self.span.until.map(|day| day.to_string()),
            "created": created.len(),
            "tabs": {"marketplace": count(&|lead| !qualified(lead)), "qualified": count(&qualified)},
            "funnel": {
                "received": count(&|lead| standing(lead).0 == Status::Received),
                "accepted": count(&|lead| standing(lead).0 == Status::Accepted),
                "archived": count(&|lead| standing(lead).0 == Status::Archived),
            },
            "outcomes": {
                "won": outcome(Some(Outcome::Won)),
                "lost": outcome(Some(Outcome::Lost)),
                "declined": outcome(Some(Outcome::Declined)),
                "expired": outcome(Some(Outcome::Expired)),
                "aged_out": outcome(Some(Outcome::AgedOut)),
                "unknown": outcome(None),
            },
            "sources": {
                "appsource": source(Source::AppSource),
                "azure_marketplace": source(Source::AzureMarketplace),
                "azure_portal": source(Source::AzurePortal),
                "unknown": source(Source::Unknown),
            },
            "calls_to_action": {
                "contact_me": call(CallToAction::ContactMe),
                "get_it_now": call(CallToAction::GetItNow),
                "free_trial": call(CallToAction::FreeTrial),
                "test_drive": call(CallToAction::TestDrive),
                "unknown": call(CallToAction::Unknown),
            },
            "first_touch": self.first_touch(),
            "acceptance": {
                "decided": accepted + declined,
                "accepted": accepted,
                "declined": declined,
                "ratio": share(accepted, accepted + declined),
            },
            "reasons": self.reasons(),
            "won": self.won(),
            "before": null,
        })
    }

    fn first_touch(&self) -> Value {
        let asked: Vec<&Lead> = self.created().into_iter().filter(|lead| self.reading(lead).needs_answer()).collect();
        let time = |lead: &&Lead| {
            let first = lead.seller.touches.first_at?;
            Some((first - lead.record.created_at).num_seconds().max(0))
        };
        let mut times: Vec<i64> = asked.iter().filter_map(time).collect();
        times.sort_unstable();
        let within = |hours: i64| share(times.iter().filter(|time| **time <= hours * 3600).count(), asked.len());
        let middle = times.len() / 2;
        let median = match times.len() {
            0 => None,
            odd if odd % 2 == 1 => Some(times[middle]),
            _ => Some(i64::midpoint(times[middle - 1], times[middle])),
        };
        let enough = |time: &&i64| times.iter().filter(|other| other <= time).count() * 10 >= times.len() * 9;
        json!({
            "leads": asked.len(),
            "touched": times.len(),
            "untouched": asked.len() - times.len(),
            "median_seconds": median,
            "p90_seconds": times.iter().find(enough),
            "within_1h": within(1),
            "within_24h": within(24),
            "within_72h": within(72),
        })
    }

    fn reasons(&self) -> Value {
        let turned_down = [self.ended(Outcome::Declined), self.ended(Outcome::Lost)].concat();
        let given = |lead: &&Lead| {
            let outcome = self.reading(lead).decided().1;
            let verdict = lead.seller.verdict.as_ref()?;
            let stands = [(VerdictKind::Declined, Outcome::Declined), (VerdictKind::Lost, Outcome::Lost)]
                .iter()
                .any(|(kind, ended)| *kind == verdict.kind && outcome == Some(*ended));
            verdict.reason.filter(|_| stands)
        };
        let count = |reason| turned_down.iter().filter(|lead| given(lead) == reason).count();
        let mut object = Map::from_iter([("leads".to_owned(), json!(turned_down.len()))]);
        object.extend(Reason::ALL.iter().map(|reason| (reason.word().to_owned(), json!(count(Some(*reason))))));
        object.insert("unknown".to_owned(), json!(count(None)));
        Value::Object(object)
    }

    fn won(&self) -> Value {
        let won = self.ended(Outcome::Won);
        let valued: Vec<_> = won
            .iter()
            .filter_map(|lead| lead.seller.deal.as_ref())
            .filter_map(|deal| Some((deal.currency.clone(), deal.value?)))
            .collect();
        let mut currencies: Vec<_> = valued.iter().map(|(currency, _)| currency.clone()).collect();
        currencies.sort();
        currencies.dedup();
        let value = |currency: &Option<String>| {
            let of_it: Vec<_> = valued.iter().filter(|(other, _)| other == currency).collect();
            let sum: rust_decimal::Decimal = of_it.iter().map(|(_, value)| *value).sum();
            json!({"currency": currency, "value": sum.to_string(), "deals": of_it.len()})
        };
        json!({
            "deals": won.len(),
            "with_value": valued.len(),
            "values": currencies.iter().map(value).collect::<Vec<_>>(),
        })
    }
}

fn share(part: usize, of: usize) -> Option<f64> {
    (of > 0).then(|| part as f64 / of as f64)
}

/// Leads as the samples are, but nearly all near now, often decided, and with deals in several currencies.
fn practised(most: usize) -> BoxedStrategy<Vec<Lead>> {
    let changed = (0..45 * 86_400i64, any::<bool>(), select(&["EUR", "USD", "JPY"][..]), 0..90_000i64, 0..10u8);
    let one = (lead(), lead(), changed).prop_map(|(mut lead, other, (age, own, currency, value, shape))| {
        if shape > 0 {
            lead.record.created_at = now() - TimeDelta::seconds(age);
        }
        if own && lead.seller.verdict.is_none() {
            lead.seller.verdict = other.seller.verdict;
            lead.seller.touches = other.seller.touches;
        }
        if let Some(deal) = &mut lead.seller.deal {
            deal.value = (shape < 8).then(|| rust_decimal::Decimal::new(value, 2));
            deal.currency = (shape != 3).then(|| currency.to_owned());
        }
        lead.record.test &= shape == 1;
        lead
    });
    prop::collection::vec(one, 0..most)
        .prop_map(|mut leads| {
            for (place, lead) in leads.iter_mut().enumerate() {
                lead.id = LeadId(place as i64 + 1);
            }
            leads
        })
        .boxed()
}

fn span() -> BoxedStrategy<Span> {
    let day = |ago: i64| local_day(now(), Tz::UTC) - TimeDelta::days(ago);
    let end = move || proptest::option::weighted(0.8, (-3..60i64).prop_map(day));
    (end(), end())
        .prop_map(|(one, other)| match (one, other) {
            (Some(one), Some(other)) => Span { since: Some(one.min(other)), until: Some(one.max(other)) },
            (since, until) => Span { since, until },
        })
        .boxed()
}

fn counted(leads: &[Lead], span: Span, zone: Tz, now: Moment) -> Value {
    let mut collector = Collector::new(InSpan::new(span), Terms::default(), zone, now);
    for lead in leads {
        collector.take(lead);
    }
    serde_json::to_value(StatisticsJson::of(&collector.finish())).unwrap()
}

/// A store that holds these leads with the seller's part, and the leads as it has them.
fn stored(leads: &[Lead]) -> (Store, Vec<Lead>) {
    let mut store = empty_store();
    let arrivals: Vec<_> = leads.iter().map(own_arrival).collect();
    put_all(&mut store, &arrivals, now());
    let stored = all_leads(&store);
    (store, stored)
}

proptest! {
    #![proptest_config(law(150))]

    #[test]
    fn every_figure_is_the_number_of_the_leads_it_is_of(
        leads in practised(40), span in span(), zone in select(&ZONES[..]), ahead in 0..400i64,
    ) {
        let now = now() + TimeDelta::hours(ahead);
        prop_assert_eq!(counted(&leads, span, zone, now), Plain::new(&leads, span, zone, now).json());
    }

    #[test]
    fn the_months_are_the_spans_of_their_days(leads in practised(30), zone in select(&ZONES[..])) {
        let mut collector = Collector::new(Months::default(), Terms::default(), zone, now());
        for lead in &leads {
        collector.take(lead);
    }
        let months = collector.finish();
        let mut month = Month::at(now(), zone).after();
        for _ in 0..4 {
            let span = month.span();
            let found = serde_json::to_value(StatisticsJson::new(span, months.of(month))).unwrap();
            prop_assert_eq!(found, counted(&leads, span, zone, now()));
            month = month.before();
        }
        let all = counted(&leads, Span::default(), zone, now());
        prop_assert_eq!(all["created"].as_u64().unwrap() as usize, leads.iter().filter(|lead| !lead.record.test).count());
        prop_assert_eq!(months.ends().is_some(), leads.iter().any(|lead| !lead.record.test));
    }
}

proptest! {
    #![proptest_config(law(60))]

    #[test]
    fn the_passes_over_a_store_leave_out_nothing_that_counts(
        leads in prop_oneof![practised(25), leads(25)], ahead in 0..400i64,
    ) {
        let (store, leads) = stored(&leads);
        let now = now() + TimeDelta::hours(ahead);
        let mut whole = Vec::new();
        store.each_lead(|lead| whole.push(lead)).unwrap();
        prop_assert_eq!(&whole, &leads);

        let mut agenda = Agenda::default();
        store.each_open(now, |vitals, owed| agenda.take(vitals, owed, now)).unwrap();
        prop_assert_eq!(agenda, plain_agenda(&leads, now));

        let mut lacking = Vec::new();
        let today = local_day(now, Tz::UTC);
        store.each_decided(|lead| lacking.push((lead.id, lacks(&lead, &Terms::default(), now, today)))).unwrap();
        lacking.retain(|(_, lacks)| !lacks.is_empty());
        prop_assert_eq!(lacking, plain_lacks(&leads, now, today));
    }
}

fn plain_agenda(leads: &[Lead], now: Moment) -> Agenda {
    let leads: Vec<_> = leads.iter().filter(|lead| !lead.record.test).collect();
    let urgencies: Vec<_> = leads.iter().map(|lead| (*lead, Reading { lead, now }.urgency())).collect();
    let count = |urgency: Urgency| urgencies.iter().filter(|(_, other)| *other == urgency).count() as u32;
    let a_day_old = |lead: &Lead| now - lead.record.created_at >= TimeDelta::hours(24);
    let owed: Vec<_> = leads.iter().flat_map(|lead| &lead.owed).collect();
    Agenda {
        hot: count(Urgency::Hot),
        late: urgencies.iter().filter(|(lead, urgency)| *urgency == Urgency::Hot && a_day_old(lead)).count() as u32,
        expiring: count(Urgency::Expiring),
        due: count(Urgency::Due),
        waiting: count(Urgency::Waiting),
        owed: owed.len() as u32,
        overdue: owed.iter().filter(|owed| owed.due.is_some_and(|due| due <= now)).count() as u32,
        first_owed: owed.iter().filter_map(|owed| owed.due).min(),
        unreadable: 0,
    }
}

fn plain_lacks(leads: &[Lead], now: Moment, today: NaiveDate) -> Vec<(LeadId, Vec<Lack>)> {
    let mut found = Vec::new();
    for lead in leads.iter().filter(|lead| !lead.record.test) {
        let mut lacks = Vec::new();
        let deal = lead.seller.deal.as_ref();
        if deal.is_none_or(|deal| deal.value.is_none()) {
            lacks.push(Lack::Value);
        }
        match deal.and_then(|deal| deal.close_on) {
            None => lacks.push(Lack::CloseDate),
            Some(day) if day < today => lacks.push(Lack::Outcome(day)),
            Some(_) => {}
        }
        if (Reading { lead, now }).standing().0 == Status::Accepted && !lacks.is_empty() {
            found.push((lead.id, lacks));
        }
    }
    found
}

/// One lead, for single tests.
fn sample(created: &str) -> Lead {
    let row = crate::samples::Row::contact_me("a", created);
    let mut store = empty_store();
    put_all(&mut store, &[row.arrival("2026-11-20T10:00:00Z")], now());
    all_leads(&store).remove(0)
}

fn month(name: &str) -> Span {
    Month::of(format!("{name}-01").parse().unwrap()).span()
}

#[test]
fn a_verdict_counts_at_its_own_moment_and_the_lead_at_its_creation() {
    let mut lead = sample("2026-10-31T12:00:00Z");
    lead.seller.verdict = Some(Verdict {
        kind: VerdictKind::Won,
        at: at("2026-12-01T00:30:00Z"),
        accepted_at: Some(at("2026-11-02T12:00:00Z")),
        reason: None,
        notes: None,
        reported: false,
    });
    lead.seller.deal = Some(crate::samples::deal("x"));
    let leads = [lead];
    let figures = |name: &str, zone| counted(&leads, month(name), zone, at("2026-12-02T00:00:00Z"));
    let october = figures("2026-10", Tz::UTC);
    assert_eq!((&october["created"], &october["outcomes"]["won"]), (&json!(1), &json!(1)));
    assert_eq!((&october["acceptance"]["decided"], &october["won"]["deals"]), (&json!(0), &json!(0)));
    assert_eq!(october["acceptance"]["ratio"], Value::Null, "no base, no ratio");
    let november = figures("2026-11", Tz::UTC);
    assert_eq!((&november["created"], &november["acceptance"]["accepted"]), (&json!(0), &json!(1)));
    assert_eq!(november["acceptance"]["ratio"], json!(1.0));
    let december = figures("2026-12", Tz::UTC);
    assert_eq!(december["won"]["values"], json!([{"currency": "EUR", "value": "18000.50", "deals": 1}]));
    let west = figures("2026-11", Tz::America__Los_Angeles);
    assert_eq!(west["won"]["deals"], json!(1), "there it was still November");
}

#[test]
fn what_only_partner_center_tells_counts_at_the_creation() {
    use leadbox::domain::record::Field;
    let rows = [("Archived", "Declined"), ("Archived", "Won"), ("Accepted", "")].map(|(status, substatus)| {
        crate::samples::Row::contact_me(status, "2026-10-05T12:00:00Z")
            .with(Field::Id, &format!("{status}{substatus}"))
            .with(Field::Status, status)
            .with(Field::Substatus, substatus)
    });
    let mut store = empty_store();
    put_all(&mut store, &rows.map(|row| row.arrival("2026-11-20T10:00:00Z")), now());
    let october = counted(&all_leads(&store), month("2026-10"), Tz::UTC, now());
    assert_eq!(october["acceptance"], json!({"decided": 3, "accepted": 2, "declined": 1, "ratio": 2.0 / 3.0}));
    assert_eq!((&october["reasons"]["leads"], &october["reasons"]["unknown"]), (&json!(1), &json!(1)));
    assert_eq!(october["won"], json!({"deals": 1, "with_value": 0, "values": []}));
    let november = counted(&all_leads(&store), month("2026-11"), Tz::UTC, now());
    assert_eq!(november["acceptance"]["decided"], json!(0));
}

#[test]
fn a_first_touch_is_within_to_the_second() {
    let touched = |seconds: i64| {
        let mut lead = sample("2026-11-18T12:00:00Z");
        let first = lead.record.created_at + TimeDelta::seconds(seconds);
        lead.seller.touches.count = 1;
        (lead.seller.touches.first_at, lead.seller.touches.last_at) = (Some(first), Some(first));
        lead
    };
    let leads = [touched(3600), touched(3601), touched(24 * 3600), sample("2026-11-18T12:00:00Z")];
    let first = &counted(&leads, month("2026-11"), Tz::UTC, now())["first_touch"];
    assert_eq!((&first["leads"], &first["touched"], &first["untouched"]), (&json!(4), &json!(3), &json!(1)));
    assert_eq!(
        [&first["within_1h"], &first["within_24h"], &first["within_72h"]],
        [&json!(0.25), &json!(0.75), &json!(0.75)]
    );
    assert_eq!((&first["median_seconds"], &first["p90_seconds"]), (&json!(3601), &json!(86_400)));
}
