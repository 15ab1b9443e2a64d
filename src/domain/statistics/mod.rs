//! The seller's practice in figures (PRODUCT.md 8): first touch, acceptance, funnel, outcomes, reasons, sources, value won.
//! One pass over whole leads, each handed to a `Collector`; `Figures` defines every figure and names its base.
//! Must not read a clock or a store: now is an argument, and the leads are brought.

mod calendar;
mod figures;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::domain::lead::{Lead, Moment};
use crate::domain::terms::Terms;
use crate::domain::vitals::Vitals;
use crate::domain::vocabulary::{Outcome, Reason, Status, VerdictKind};

pub use calendar::{Month, Span, local_day};
pub use figures::{Figures, FirstTouch, Sum, Won, median, percentile};

/// Where figures are put by day: one span, or every month for itself.
pub trait Shelf {
    /// The figures that a day belongs to; `None` for a day of no interest.
    fn of_day(&mut self, day: NaiveDate) -> Option<&mut Figures>;
    /// All figures, to be put in order once every lead was taken.
    fn all(&mut self) -> impl Iterator<Item = &mut Figures>;
}

/// The figures of one span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InSpan {
    /// The span.
    pub span: Span,
    /// Its figures.
    pub figures: Figures,
}

impl InSpan {
    /// No figures yet of a span.
    pub fn new(span: Span) -> Self {
        Self { span, figures: Figures::default() }
    }
}

impl Shelf for InSpan {
    fn of_day(&mut self, day: NaiveDate) -> Option<&mut Figures> {
        self.span.holds(day).then_some(&mut self.figures)
    }

    fn all(&mut self) -> impl Iterator<Item = &mut Figures> {
        std::iter::once(&mut self.figures)
    }
}

/// The figures of every month in which anything was created or happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Months {
    months: BTreeMap<Month, Figures>,
    nothing: Figures,
}

impl Months {
    /// The figures of a month; all nothing where there is nothing.
    pub fn of(&self, month: Month) -> &Figures {
        self.months.get(&month).unwrap_or(&self.nothing)
    }

    /// The first and the last month with anything in them.
    pub fn ends(&self) -> Option<(Month, Month)> {
        Some((*self.months.first_key_value()?.0, *self.months.last_key_value()?.0))
    }
}

impl Shelf for Months {
    fn of_day(&mut self, day: NaiveDate) -> Option<&mut Figures> {
        Some(self.months.entry(Month::of(day)).or_default())
    }

    fn all(&mut self) -> impl Iterator<Item = &mut Figures> {
        self.months.values_mut()
    }
}

/// Takes lead after lead and counts. Days are those of the seller's zone; status and outcome are those at `now`.
#[derive(Clone, Debug)]
pub struct Collector<S> {
    terms: Terms,
    zone: Tz,
    now: Moment,
    shelf: S,
}

impl<S: Shelf> Collector<S> {
    /// A collector that has taken no lead.
    pub fn new(shelf: S, terms: Terms, zone: Tz, now: Moment) -> Self {
        Self { terms, zone, now, shelf }
    }

    /// Counts a lead; a test lead counts nowhere.
    pub fn take(&mut self, lead: &Lead) {
        if lead.record.test {
            return;
        }
        let vitals = Vitals::of(lead, &self.terms);
        let standing = vitals.standing(self.now.timestamp());
        if let Some(figures) = self.at(lead.record.created_at) {
            count_created(figures, lead, &vitals, standing);
        }
        if let Some((accepted, at)) = decision(lead, vitals.decided)
            && let Some(figures) = self.at(at)
        {
            let count = if accepted { &mut figures.accepted } else { &mut figures.declined };
            *count += 1;
        }
        if let Some((outcome, at)) = ending(lead, vitals.decided.1)
            && let Some(figures) = self.at(at)
        {
            count_ended(figures, lead, outcome);
        }
    }

    /// What was counted.
    pub fn finish(mut self) -> S {
        for figures in self.shelf.all() {
            figures.first_touch.times.sort_unstable();
        }
        self.shelf
    }

    fn at(&mut self, moment: Moment) -> Option<&mut Figures> {
        self.shelf.of_day(local_day(moment, self.zone))
    }
}

fn count_created(figures: &mut Figures, lead: &Lead, vitals: &Vitals, (status, outcome): (Status, Option<Outcome>)) {
    let record = &lead.record;
    figures.created += 1;
    figures.tabs.add(record.tab().code());
    figures.sources.add(record.source.code());
    figures.calls.add(record.call_to_action.code());
    figures.statuses.add(status.code());
    if status == Status::Archived {
        figures.outcomes.add(outcome.map_or(0, Outcome::code));
    }
    if vitals.needs_answer {
        figures.first_touch.leads += 1;
        // A touch entered for a time before the lead came is one at once.
        let time = |touch: Moment| (touch.timestamp() - vitals.created).max(0);
        figures.first_touch.times.extend(lead.seller.touches.first_at.map(time));
    }
}

fn count_ended(figures: &mut Figures, lead: &Lead, outcome: Outcome) {
    if outcome == Outcome::Won {
        let deal = lead.seller.deal.as_ref();
        figures.won.add(deal.and_then(|deal| Some((deal.value?, deal.currency.as_deref()))));
    } else {
        let reason = lead.seller.grounds(Some(outcome)).and_then(|verdict| verdict.reason);
        figures.reasons.add(reason.map_or(0, Reason::code));
    }
}

/// Whether a lead was accepted or declined, and when: by the seller's own verdict if it stands, else, as Partner Center
/// tells no moment, when the lead was created. `None` for a lead that nobody decided.
fn decision(lead: &Lead, decided: (Status, Option<Outcome>)) -> Option<(bool, Moment)> {
    let accepted = match decided {
        (Status::Accepted, _) | (_, Some(Outcome::Won | Outcome::Lost)) => true,
        (_, Some(Outcome::Declined)) => false,
        _ => return None,
    };
    let own = lead.seller.verdict.as_ref().filter(|verdict| (verdict.kind != VerdictKind::Declined) == accepted);
    let at = own.and_then(|verdict| if accepted { verdict.accepted_at } else { Some(verdict.at) });
    Some((accepted, at.unwrap_or(lead.record.created_at)))
}

/// How a lead was won, lost or declined, and when: as for `decision`.
fn ending(lead: &Lead, outcome: Option<Outcome>) -> Option<(Outcome, Moment)> {
    let outcome = outcome.filter(|outcome| matches!(outcome, Outcome::Won | Outcome::Lost | Outcome::Declined))?;
    let own = lead.seller.verdict.as_ref().filter(|verdict| verdict.kind.standing().1 == Some(outcome));
    Some((outcome, own.map_or(lead.record.created_at, |verdict| verdict.at)))
}
