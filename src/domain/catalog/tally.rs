//! What each value that a query could name would find among the leads of another query: the numbers beside what is offered
//! while one is typed. Asked for once a query, not once a letter. Must not decide what is offered.

use crate::domain::catalog::bits::{Bits, WORDS};
use crate::domain::catalog::conditions::Conditions;
use crate::domain::catalog::rows::Rows;
use crate::domain::catalog::{Catalog, Counts, Order, Query, Vantage};
use crate::domain::filter::{Claim, Condition, Filter, Mark, Thing};
use crate::domain::vocabulary::Outcome;

/// The counts of a query's tab.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Of the values of every dimension.
    pub counts: Counts,
    claims: Vec<(Claim, u32)>,
}

impl Tally {
    /// How many leads a claim is true of; `None` for a claim nobody counted.
    pub fn of(&self, claim: &Claim) -> Option<u32> {
        self.claims.iter().find(|(known, _)| known == claim).map(|(_, count)| *count)
    }
}

impl Catalog {
    /// Counts every value and mark among the leads of a query.
    pub fn tally(&self, query: &Query, order: &Order, vantage: &Vantage) -> Tally {
        let (listing, inside) = self.matched(query, order, vantage);
        let mut claims: Vec<(Claim, u32)> = countable().map(|claim| (claim, 0)).collect();
        for (number, segment) in self.segments.iter().enumerate() {
            let rows = Rows::new(segment, order.ended(number));
            let passing = Bits::from_words(inside.get(number * WORDS..).unwrap_or_default());
            for (claim, count) in &mut claims {
                let mut filter = Filter::default();
                filter.add(Condition::is(claim.clone()));
                let mut found = passing.clone();
                Conditions::new(&filter, vantage).keep(&rows, || order.classes(self, number), &mut found);
                *count += found.count();
            }
        }
        Tally { counts: listing.counts, claims }
    }
}

/// The claims of one word each. Test leads are in no count.
fn countable() -> impl Iterator<Item = Claim> {
    let marks = Mark::all().filter(|mark| *mark != Mark::Test).map(|mark| Claim::Is(vec![mark]));
    let things = Thing::ALL.into_iter().map(|thing| Claim::Has(vec![thing]));
    marks.chain(things).chain(Outcome::ALL.iter().map(|outcome| Claim::Outcome(vec![*outcome])))
}
