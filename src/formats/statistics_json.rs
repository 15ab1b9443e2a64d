//! Statistics as JSON (PRODUCT.md 5, `stats --json`): durations in seconds, shares from 0 to 1, values as decimal strings,
//! null where a figure has no base. Must not count anything.

use serde::Serialize;

use crate::domain::statistics::{Figures, FirstTouch, InSpan, Span};
use crate::domain::vocabulary::{CallToAction, Outcome, Reason, Source, Status, Tab};

/// What each field of the object says, in its order; the README's table is made of it. `a.b` is field `b` of object `a`.
pub const FIELDS: &[(&str, &str)] = &[
    ("since", "first day of the span, in the seller's zone; null: from the first lead on"),
    ("until", "last day of the span, itself included; null: without end"),
    ("created", "leads created in the span"),
    ("tabs.marketplace", "of `created`: in the Marketplace tab"),
    ("tabs.qualified", "of `created`: in the Qualified tab"),
    ("funnel.received", "of `created`: Received now"),
    ("funnel.accepted", "of `created`: Accepted now"),
    ("funnel.archived", "of `created`: Archived now"),
    ("outcomes.won", "of `funnel.archived`"),
    ("outcomes.lost", "of `funnel.archived`"),
    ("outcomes.declined", "of `funnel.archived`"),
    ("outcomes.expired", "of `funnel.archived`"),
    ("outcomes.aged_out", "of `funnel.archived`"),
    ("outcomes.unknown", "of `funnel.archived`: Partner Center tells no outcome"),
    ("sources.appsource", "of `created`"),
    ("sources.azure_marketplace", "of `created`"),
    ("sources.azure_portal", "of `created`"),
    ("sources.unknown", "of `created`"),
    ("calls_to_action.contact_me", "of `created`"),
    ("calls_to_action.get_it_now", "of `created`"),
    ("calls_to_action.free_trial", "of `created`"),
    ("calls_to_action.test_drive", "of `created`"),
    ("calls_to_action.unknown", "of `created`"),
    ("first_touch.leads", "of `created`: those that need an answer, whatever became of them"),
    ("first_touch.touched", "of `first_touch.leads`: those that were contacted"),
    ("first_touch.untouched", "of `first_touch.leads`: the others"),
    ("first_touch.median_seconds", "from creation to first touch, the middle of `first_touch.touched`"),
    ("first_touch.p90_seconds", "the same, within which nine of ten of `first_touch.touched` were contacted"),
    ("first_touch.within_1h", "share of `first_touch.leads` that was contacted within 1 hour; untouched is not within"),
    ("first_touch.within_24h", "the same within 24 hours"),
    ("first_touch.within_72h", "the same within 72 hours"),
    ("acceptance.decided", "leads accepted or declined in the span, whenever they were created"),
    ("acceptance.accepted", "of `acceptance.decided`"),
    ("acceptance.declined", "of `acceptance.decided`"),
    ("acceptance.ratio", "`acceptance.accepted` as a share of `acceptance.decided`"),
    ("reasons.leads", "leads declined or lost in the span, whenever they were created"),
    ("reasons.budget", "of `reasons.leads`: project budget inadequate"),
    ("reasons.no_response", "of `reasons.leads`: customer did not respond"),
    ("reasons.other_vendor", "of `reasons.leads`: customer chose another vendor"),
    ("reasons.requirement", "of `reasons.leads`: customer requirement not met"),
    ("reasons.not_a_customer", "of `reasons.leads`: not a customer"),
    ("reasons.timeline", "of `reasons.leads`: proposed timeline too short"),
    ("reasons.spam", "of `reasons.leads`: report as abuse, spam or phishing"),
    ("reasons.others", "of `reasons.leads`: others"),
    ("reasons.unknown", "of `reasons.leads`: no reason is known, as Partner Center tells none"),
    ("won.deals", "deals won in the span, whenever the lead was created"),
    ("won.with_value", "of `won.deals`: those with a value"),
    ("won.values", "of `won.with_value`: `[{currency, value, deals}]`, one for each currency; never added up"),
    ("before", "without `--since` and `--until`: the same object for the month before; else null"),
];

/// The object, in its order of fields; `FIELDS` says what each holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names are the contract; FIELDS explains each")]
pub struct StatisticsJson {
    pub since: Option<String>,
    pub until: Option<String>,
    pub created: u32,
    pub tabs: Words,
    pub funnel: Words,
    pub outcomes: Words,
    pub sources: Words,
    pub calls_to_action: Words,
    pub first_touch: FirstTouchJson,
    pub acceptance: AcceptanceJson,
    pub reasons: Words,
    pub won: WonJson,
    pub before: Option<Box<StatisticsJson>>,
}

/// Counts by word, in the order people see them.
pub type Words = serde_json::Map<String, serde_json::Value>;

/// The first touch.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names are the contract; FIELDS explains each")]
pub struct FirstTouchJson {
    pub leads: u32,
    pub touched: u32,
    pub untouched: u32,
    pub median_seconds: Option<i64>,
    pub p90_seconds: Option<i64>,
    pub within_1h: Option<f64>,
    pub within_24h: Option<f64>,
    pub within_72h: Option<f64>,
}

/// The acceptance ratio.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names are the contract; FIELDS explains each")]
pub struct AcceptanceJson {
    pub decided: u32,
    pub accepted: u32,
    pub declined: u32,
    pub ratio: Option<f64>,
}

/// What was won.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are the contract; FIELDS explains each")]
pub struct WonJson {
    pub deals: u32,
    pub with_value: u32,
    pub values: Vec<ValueJson>,
}

/// What was won in one currency; the value is null where it is more than a number can hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are the contract; FIELDS explains each")]
pub struct ValueJson {
    pub currency: Option<String>,
    pub value: Option<String>,
    pub deals: u32,
}

impl StatisticsJson {
    /// The object of a span.
    pub fn of(in_span: &InSpan) -> Self {
        Self::new(in_span.span, &in_span.figures)
    }

    /// The object of a span, with that of the span before it.
    #[must_use]
    pub fn beside(self, before: Self) -> Self {
        Self { before: Some(Box::new(before)), ..self }
    }

    /// The object of a span's figures.
    pub fn new(span: Span, figures: &Figures) -> Self {
        let reasons = Reason::ALL.iter().map(|reason| (reason.word(), figures.reason(Some(*reason))));
        let outcomes = Outcome::ALL.iter().map(|outcome| (outcome.word(), figures.outcome(Some(*outcome))));
        Self {
            since: span.since.map(|day| day.to_string()),
            until: span.until.map(|day| day.to_string()),
            created: figures.created,
            tabs: words(Tab::ALL.iter().map(|tab| (tab.word(), figures.tab(*tab)))),
            funnel: words(Status::ALL.iter().map(|status| (status.word(), figures.status(*status)))),
            outcomes: words(outcomes.chain([("unknown", figures.outcome(None))])),
            sources: words(Source::ALL.iter().map(|source| (source.word(), figures.source(*source)))),
            calls_to_action: words(CallToAction::ALL.iter().map(|call| (call.word(), figures.call_to_action(*call)))),
            first_touch: first_touch(&figures.first_touch),
            acceptance: AcceptanceJson {
                decided: figures.decided(),
                accepted: figures.accepted,
                declined: figures.declined,
                ratio: figures.acceptance(),
            },
            reasons: words(
                [("leads", figures.turned_down())]
                    .into_iter()
                    .chain(reasons)
                    .chain([("unknown", figures.reason(None))]),
            ),
            won: won(figures),
            before: None,
        }
    }
}

fn words(counts: impl Iterator<Item = (&'static str, u32)>) -> Words {
    counts.map(|(word, count)| (word.to_owned(), count.into())).collect()
}

fn first_touch(first: &FirstTouch) -> FirstTouchJson {
    FirstTouchJson {
        leads: first.leads,
        touched: first.touched(),
        untouched: first.untouched(),
        median_seconds: first.median(),
        p90_seconds: first.p90(),
        within_1h: first.share_within(1),
        within_24h: first.share_within(24),
        within_72h: first.share_within(72),
    }
}

fn won(figures: &Figures) -> WonJson {
    let value = |(currency, sum): (&Option<String>, &crate::domain::statistics::Sum)| ValueJson {
        currency: currency.clone(),
        value: sum.value.map(|value| value.to_string()),
        deals: sum.deals,
    };
    WonJson {
        deals: figures.won.deals,
        with_value: figures.won.with_value,
        values: figures.won.sums.iter().map(value).collect(),
    }
}
