//! The first page of a large store: for any leads, clocks and moment it is the beginning of the list that reading every lead
//! gives, and what it costs does not grow with the store.

use chrono::TimeDelta;
use leadbox::domain::catalog::{Brief, Catalog, Order, Vantage};
use leadbox::domain::front;
use leadbox::domain::lead::{Lead, LeadId, Moment};
use leadbox::domain::terms::{Clocks, Terms};
use leadbox::domain::vitals::Vitals;
use leadbox::domain::vocabulary::Source;
use leadbox::store::Store;
use proptest::prelude::*;

use crate::samples::{self, all_leads, law, now, own_arrival, put_all};

/// The default view of whole leads.
fn whole(leads: &[Lead], terms: &Terms, now: Moment) -> Vec<LeadId> {
    let mut catalog = Catalog::new(terms.clone());
    for lead in leads {
        catalog.push(&Brief::of_lead(lead, terms));
    }
    let query = front::query();
    let order = Order::new(&catalog, query.sort, now.timestamp());
    catalog.select(&query, &order, &Vantage::at(now)).ids
}

fn terms() -> BoxedStrategy<Terms> {
    let clocks = (1..200i64, 1..30i64, 0..12u32).prop_map(|(hot, answer, keep)| Clocks {
        hot: TimeDelta::hours(hot),
        answer: TimeDelta::days(answer),
        keep: chrono::Months::new(keep),
    });
    let set = |clocks: Vec<Clocks>| {
        let mut terms = Terms::default();
        Source::ALL.iter().zip(clocks).for_each(|(source, clocks)| terms.set(*source, clocks));
        terms
    };
    prop_oneof![Just(Terms::default()), proptest::collection::vec(clocks, 0..=4).prop_map(set)].boxed()
}

proptest! {
    #![proptest_config(law(500))]

    #[test]
    fn the_first_page_is_the_beginning_of_the_whole_list(
        leads in samples::leads(40),
        terms in terms(),
        shift in prop_oneof![Just((0, 0)), (0..400i64, -1..=1i64), Just((3000 * 24, 0))],
        most in 0..30usize,
    ) {
        let now = now() + TimeDelta::hours(shift.0) + TimeDelta::seconds(shift.1);
        let mut store = Store::open_in_memory(terms.clone(), "start-1").unwrap();
        put_all(&mut store, &leads.iter().map(own_arrival).collect::<Vec<_>>(), samples::now());
        let stored = all_leads(&store);
        let expected = whole(&stored, &terms, now);
        for most in [most, 1000] {
            let page = store.front(most, now).unwrap();
            let ids: Vec<LeadId> = page.iter().map(|(id, _)| *id).collect();
            prop_assert_eq!(&ids[..], &expected[..most.min(expected.len())]);
            for (id, vitals) in page {
                let lead = stored.iter().find(|lead| lead.id == id).unwrap();
                prop_assert_eq!(vitals, Vitals::of(lead, &terms));
            }
        }
    }
}
