//! The figures of one span, each with its base (PRODUCT.md 8). A figure is of the leads *created* in the span, or of what
//! *happened* in it: its words say which. What happened here counts at its own moment; what only Partner Center tells has
//! no moment and counts at the lead's creation. Must not read a lead: the collector does.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::domain::numbers;
use crate::domain::vocabulary::{CallToAction, Outcome, Reason, Source, Status, Tab};

/// How often each word of a vocabulary was met, by its code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally([u32; 9]);

impl Tally {
    pub(super) fn add(&mut self, code: u8) {
        if let Some(count) = self.0.get_mut(usize::from(code)) {
            *count += 1;
        }
    }

    fn of(&self, code: u8) -> u32 {
        self.0.get(usize::from(code)).copied().unwrap_or_default()
    }

    /// All of them.
    pub fn total(&self) -> u32 {
        self.0.iter().sum()
    }
}

/// The figures of one span. Test leads are in none of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Leads created in the span: the base of `tab`, `status`, `source` and `call_to_action`.
    pub created: u32,
    /// Base: the leads created in the span that need an answer.
    pub first_touch: FirstTouch,
    /// Leads accepted in the span; base: `decided`.
    pub accepted: u32,
    /// Leads declined in the span; base: `decided`.
    pub declined: u32,
    /// Deals won in the span.
    pub won: Won,
    pub(super) tabs: Tally,
    pub(super) statuses: Tally,
    pub(super) outcomes: Tally,
    pub(super) sources: Tally,
    pub(super) calls: Tally,
    pub(super) reasons: Tally,
}

impl Figures {
    /// Of the leads created in the span, those of a tab.
    pub fn tab(&self, tab: Tab) -> u32 {
        self.tabs.of(tab.code())
    }

    /// The funnel: of the leads created in the span, those of this status now, clocks included.
    pub fn status(&self, status: Status) -> u32 {
        self.statuses.of(status.code())
    }

    /// Of the leads created in the span that are archived now, those of this outcome; `None`: of an outcome not known.
    pub fn outcome(&self, outcome: Option<Outcome>) -> u32 {
        self.outcomes.of(outcome.map_or(0, Outcome::code))
    }

    /// Of the leads created in the span, those of a storefront.
    pub fn source(&self, source: Source) -> u32 {
        self.sources.of(source.code())
    }

    /// Of the leads created in the span, those of a call to action.
    pub fn call_to_action(&self, call: CallToAction) -> u32 {
        self.calls.of(call.code())
    }

    /// Leads accepted or declined in the span, by the seller or in Partner Center: the base of the acceptance ratio. A lead
    /// that was accepted and then won or lost was decided once, when it was accepted. Expired and aged out are no decision.
    pub fn decided(&self) -> u32 {
        self.accepted + self.declined
    }

    /// Accepted of decided, from 0 to 1; `None` where nothing was decided.
    pub fn acceptance(&self) -> Option<f64> {
        numbers::share(self.accepted, self.decided())
    }

    /// Leads declined or lost in the span: the base of the reasons.
    pub fn turned_down(&self) -> u32 {
        self.reasons.total()
    }

    /// Of the leads declined or lost in the span, those with this reason; `None`: without one, as Partner Center tells none.
    pub fn reason(&self, reason: Option<Reason>) -> u32 {
        self.reasons.of(reason.map_or(0, Reason::code))
    }
}

/// How fast customers were contacted first: from the creation of the lead to its first touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FirstTouch {
    /// The base: leads created in the span that need an answer, whatever became of them.
    pub leads: u32,
    /// Seconds from creation to first touch of those that were touched; ascending once collected.
    pub(super) times: Vec<i64>,
}

impl FirstTouch {
    /// Of the base, those that were touched.
    pub fn touched(&self) -> u32 {
        self.times.len() as u32
    }

    /// Of the base, those that nobody touched.
    pub fn untouched(&self) -> u32 {
        self.leads - self.touched()
    }

    /// The middle time, in seconds, of the touched; `None` where none was.
    pub fn median(&self) -> Option<i64> {
        median(&self.times)
    }

    /// Nine of ten of the touched were touched within so many seconds; `None` where none was.
    pub fn p90(&self) -> Option<i64> {
        percentile(&self.times, 90)
    }

    /// Of the base, those touched within so many hours, to the second. A lead that was never touched is not within.
    pub fn within(&self, hours: i64) -> u32 {
        self.times.partition_point(|time| *time <= hours * 3600) as u32
    }

    /// The same as a share of the base, from 0 to 1; `None` where there is none.
    pub fn share_within(&self, hours: i64) -> Option<f64> {
        numbers::share(self.within(hours), self.leads)
    }
}

/// Deals won in a span.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Won {
    /// How many.
    pub deals: u32,
    /// Those of them with a value: the base of the sums.
    pub with_value: u32,
    /// What they brought, each currency for itself; `None` where a value names no currency.
    pub sums: BTreeMap<Option<String>, Sum>,
}

/// The deals of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum {
    /// How many.
    pub deals: u32,
    /// What they brought together; `None` where that is more than a number can hold.
    pub value: Option<Decimal>,
}

impl Won {
    pub(super) fn add(&mut self, value: Option<(Decimal, Option<&str>)>) {
        self.deals += 1;
        let Some((value, currency)) = value else { return };
        self.with_value += 1;
        let none = Sum { deals: 0, value: Some(Decimal::ZERO) };
        let sum = self.sums.entry(currency.map(str::to_owned)).or_insert(none);
        sum.deals += 1;
        sum.value = sum.value.and_then(|sum| sum.checked_add(value));
    }
}

/// The middle of ascending values; of an even number of them the mean of the two in the middle, cut to a whole. `None` for
/// no values.
pub fn median(ascending: &[i64]) -> Option<i64> {
    let middle = ascending.get(ascending.len() / 2)?;
    if ascending.len() % 2 == 1 {
        return Some(*middle);
    }
    let below = ascending.get(ascending.len() / 2 - 1)?;
    Some(i64::midpoint(*below, *middle))
}

/// The smallest of ascending values that at least so many percent of them do not exceed (nearest rank). `None` for no values.
pub fn percentile(ascending: &[i64], percent: usize) -> Option<i64> {
    let rank = (ascending.len() * percent.clamp(1, 100)).div_ceil(100);
    ascending.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn small_numbers_of_values_have_their_percentiles() {
        assert_eq!((median(&[]), percentile(&[], 90)), (None, None));
        assert_eq!((median(&[7]), percentile(&[7], 90)), (Some(7), Some(7)));
        assert_eq!((median(&[1, 4]), percentile(&[1, 4], 90)), (Some(2), Some(4)));
        let ten: Vec<i64> = (1..=10).collect();
        assert_eq!((median(&ten), percentile(&ten, 90), percentile(&ten, 100)), (Some(5), Some(9), Some(10)));
    }

    #[test]
    fn currencies_are_never_added() {
        let mut won = Won::default();
        let value = |text: &str| text.parse::<Decimal>().unwrap();
        won.add(Some((value("18000.50"), Some("EUR"))));
        won.add(Some((value("1"), Some("USD"))));
        won.add(Some((value("0.25"), Some("EUR"))));
        won.add(None);
        assert_eq!((won.deals, won.with_value), (4, 3));
        assert_eq!(won.sums[&Some("EUR".to_owned())], Sum { deals: 2, value: Some(value("18000.75")) });
        assert_eq!(won.sums[&Some("USD".to_owned())], Sum { deals: 1, value: Some(value("1")) });
        won.add(Some((Decimal::MAX, Some("USD"))));
        assert_eq!(won.sums[&Some("USD".to_owned())], Sum { deals: 2, value: None }, "too much to be told");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_percentile_parts_the_values(mut values in prop::collection::vec(-9..50i64, 1..60), percent in 1..=100usize) {
            values.sort_unstable();
            let found = percentile(&values, percent).unwrap();
            let among = |wanted: &dyn Fn(i64) -> bool| values.iter().filter(|value| wanted(**value)).count() * 100;
            prop_assert!(values.contains(&found), "one of them");
            prop_assert!(among(&|value| value <= found) >= values.len() * percent, "enough do not exceed it");
            prop_assert!(among(&|value| value < found) < values.len() * percent, "and no smaller one would do");
        }

        #[test]
        fn half_of_the_values_stand_on_either_side_of_the_median(mut values in prop::collection::vec(any::<i32>(), 1..60)) {
            values.sort_unstable();
            let values: Vec<i64> = values.into_iter().map(i64::from).collect();
            let found = median(&values).unwrap();
            let below = values.iter().filter(|value| **value <= found).count();
            let above = values.iter().filter(|value| **value >= found).count();
            prop_assert!(below * 2 >= values.len() && above * 2 >= values.len() - values.len() % 2);
            prop_assert!(values[0] <= found && found <= values[values.len() - 1]);
        }
    }
}
