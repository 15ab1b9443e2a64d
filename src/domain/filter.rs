//! Which leads are shown: Partner Center's filters and every further condition, as one value (PRODUCT.md 3). Query text,
//! filter pane and views are this value; `query` reads and writes it. Values of a dimension are OR, everything else is AND.
//! Must not match leads itself: `catalog` does, in one pass.

mod condition;
mod dimension;

pub use condition::{Age, AgeUnit, Claim, Comparison, Condition, DateField, Mark, TextField, Thing, When};
pub use dimension::{COUNTRY_NUMBERS, Dimension, ValueCode, country_number, country_of};

/// The values of one dimension that a lead must have, and those it must not have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Choice {
    wanted: Vec<ValueCode>,
    unwanted: Vec<ValueCode>,
}

/// What is asked for. Equal filters show the same leads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    choices: Box<[Choice; 8]>,
    /// Sorted, each once, their lists too.
    conditions: Vec<Condition>,
}

impl Filter {
    /// The wanted values of a dimension, in ascending order; empty means any.
    pub fn chosen(&self, dimension: Dimension) -> &[ValueCode] {
        &self.choices[dimension as usize].wanted
    }

    /// The values of a dimension that no lead may have, in ascending order.
    pub fn unwanted(&self, dimension: Dimension) -> &[ValueCode] {
        &self.choices[dimension as usize].unwanted
    }

    /// Adds a wanted value; once is enough.
    pub fn choose(&mut self, dimension: Dimension, value: ValueCode) {
        insert(&mut self.choices[dimension as usize].wanted, value);
    }

    /// Adds an unwanted value; once is enough.
    pub fn refuse(&mut self, dimension: Dimension, value: ValueCode) {
        insert(&mut self.choices[dimension as usize].unwanted, value);
    }

    /// Wants a value, or no longer minds it if it was wanted or unwanted.
    pub fn toggle(&mut self, dimension: Dimension, value: ValueCode) {
        let choice = &mut self.choices[dimension as usize];
        let before = choice.wanted.len() + choice.unwanted.len();
        choice.wanted.retain(|known| *known != value);
        choice.unwanted.retain(|known| *known != value);
        if choice.wanted.len() + choice.unwanted.len() == before {
            self.choose(dimension, value);
        }
    }

    /// Takes every value of a dimension away, wanted or not.
    pub fn clear(&mut self, dimension: Dimension) {
        self.choices[dimension as usize] = Choice::default();
    }

    /// The further conditions, in order; all must hold.
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// Adds a condition. A lead has one outcome and one urgency, so those unite with the ones that stand already.
    pub fn add(&mut self, condition: Condition) {
        let Condition { mut claim, negated } = condition;
        let same_kind = |known: &Condition| known.negated == negated && unite(&known.claim, &claim).is_some();
        if let Some(place) = self.conditions.iter().position(same_kind) {
            let known = self.conditions.remove(place);
            claim = unite(&known.claim, &claim).unwrap_or(claim);
        }
        let condition = Condition { claim: claim.in_order(), negated };
        if let Err(place) = self.conditions.binary_search(&condition) {
            self.conditions.insert(place, condition);
        }
    }

    /// Adds that this must be true, if it asks for anything.
    pub fn want(&mut self, claim: Option<Claim>) {
        if let Some(claim) = claim {
            self.add(Condition::is(claim));
        }
    }

    /// Takes a condition away.
    pub fn remove(&mut self, condition: &Condition) {
        self.conditions.retain(|known| known != condition);
    }

    /// The texts of which the company must contain one, as the pane shows them; none means any.
    pub fn customer(&self) -> &[String] {
        let texts = |condition: &'_ Condition| matches!(condition.claim, Claim::Field(TextField::Customer, _));
        match self.conditions.iter().find(|condition| !condition.negated && texts(condition)) {
            Some(Condition { claim: Claim::Field(_, texts), .. }) => texts,
            _ => &[],
        }
    }

    /// Sets the texts of which the company must contain one.
    pub fn set_customer(&mut self, texts: impl IntoIterator<Item = String>) {
        if let Some(known) = Claim::field(TextField::Customer, self.customer().to_vec()) {
            self.remove(&Condition::is(known));
        }
        self.want(Claim::field(TextField::Customer, texts));
    }

    /// The conditions the pane has no box for.
    #[must_use]
    pub fn beyond_pane(&self) -> Self {
        let mut rest = Self { choices: Box::default(), conditions: self.conditions.clone() };
        rest.set_customer([]);
        rest
    }

    /// What the pane has boxes for.
    #[must_use]
    pub fn of_pane(&self) -> Self {
        let mut kept = Self { choices: self.choices.clone(), conditions: Vec::new() };
        kept.set_customer(self.customer().to_vec());
        kept
    }

    /// True where test leads are asked for: nothing else brings them out.
    pub fn shows_tests(&self) -> bool {
        let tests = |condition: &Condition| matches!(&condition.claim, Claim::Is(marks) if marks.contains(&Mark::Test));
        self.conditions.iter().any(|condition| !condition.negated && tests(condition))
    }

    /// The filter that shows the leads that pass both.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        for (choice, other) in self.choices.iter_mut().zip(other.choices.iter()) {
            let common = common(&choice.wanted, &other.wanted);
            // Two wishes that no value meets: asking for a value and refusing it is how a filter says "none".
            if common.is_empty() && !choice.wanted.is_empty() && !other.wanted.is_empty() {
                choice.wanted.clone().into_iter().for_each(|value| insert(&mut choice.unwanted, value));
            } else {
                choice.wanted = common;
            }
            other.unwanted.iter().for_each(|value| insert(&mut choice.unwanted, *value));
        }
        other.conditions.iter().for_each(|condition| self.add_strictly(condition));
        self
    }

    /// Adds a condition as one more that must hold, also where `add` would unite.
    fn add_strictly(&mut self, condition: &Condition) {
        let unites = |known: &&Condition| !known.negated && unite(&known.claim, &condition.claim).is_some();
        let Some(known) = self.conditions.iter().find(unites).filter(|_| !condition.negated).cloned() else {
            self.add(condition.clone());
            return;
        };
        match intersect(&known.claim, &condition.claim) {
            Some(both) => {
                self.remove(&known);
                self.add(Condition::is(both));
            }
            None => self.add(Condition { claim: known.claim, negated: true }),
        }
    }

    /// True when every lead passes.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn insert<T: Ord>(list: &mut Vec<T>, value: T) {
    if let Err(place) = list.binary_search(&value) {
        list.insert(place, value);
    }
}

/// The values of both lists; an empty list means any.
fn common<T: Clone + PartialEq>(one: &[T], other: &[T]) -> Vec<T> {
    match (one, other) {
        ([], any) | (any, []) => any.to_vec(),
        _ => one.iter().filter(|value| other.contains(value)).cloned().collect(),
    }
}

/// Either of two claims about what a lead has only one of; `None` for all others.
fn unite(one: &Claim, other: &Claim) -> Option<Claim> {
    match (one, other) {
        (Claim::Outcome(a), Claim::Outcome(b)) => Some(Claim::Outcome([a.as_slice(), b].concat())),
        (Claim::Urgency(a), Claim::Urgency(b)) => Some(Claim::Urgency([a.as_slice(), b].concat())),
        _ => None,
    }
}

/// Both of two such claims; `None` where no lead meets both.
fn intersect(one: &Claim, other: &Claim) -> Option<Claim> {
    let claim = match (one, other) {
        (Claim::Outcome(a), Claim::Outcome(b)) => Claim::Outcome(common(a, b)),
        (Claim::Urgency(a), Claim::Urgency(b)) => Claim::Urgency(common(a, b)),
        _ => return None,
    };
    let empty = matches!(&claim, Claim::Outcome(list) if list.is_empty())
        || matches!(&claim, Claim::Urgency(list) if list.is_empty());
    (!empty).then_some(claim)
}

/// Whose tab is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TabChoice {
    /// Both tabs.
    #[default]
    All,
    /// Marketplace leads.
    Marketplace,
    /// Qualified leads.
    Qualified,
    /// The hearts of both tabs.
    Favorites,
}

impl TabChoice {
    /// The three tabs of the screen.
    pub const TABS: [Self; 3] = [Self::Marketplace, Self::Qualified, Self::Favorites];

    /// Its name.
    pub const fn title(self) -> &'static str {
        match self {
            Self::All => "All leads",
            Self::Marketplace => "Marketplace",
            Self::Qualified => "Qualified",
            Self::Favorites => "Favorites",
        }
    }

    /// The tab of a word of the command line, in any case.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::All, Self::Marketplace, Self::Qualified, Self::Favorites].into_iter().find(|tab| {
            tab.title().eq_ignore_ascii_case(word.trim()) || (*tab == Self::All && word.eq_ignore_ascii_case("all"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vocabulary::Outcome;

    #[test]
    fn toggling_twice_changes_nothing_and_clears_what_was_unwanted() {
        let mut filter = Filter::default();
        filter.choose(Dimension::Status, 1);
        let before = filter.clone();
        filter.toggle(Dimension::Status, 2);
        filter.toggle(Dimension::Status, 2);
        assert_eq!(filter, before);
        filter.refuse(Dimension::Quality, 2);
        filter.toggle(Dimension::Quality, 2);
        assert_eq!(filter, before);
    }

    #[test]
    fn conditions_stand_in_order_and_once() {
        let text = |text: &str| Condition { claim: Claim::text(text).unwrap(), negated: false };
        let (mut one, mut other) = (Filter::default(), Filter::default());
        for word in ["b", "a", "a "] {
            one.add(text(word));
        }
        for word in ["a", "b"] {
            other.add(text(word));
        }
        assert_eq!(one, other);
        assert_eq!((Claim::text(" \u{301}"), Claim::field(TextField::Note, [" ".to_owned()])), (None, None));
    }

    #[test]
    fn both_of_two_filters_is_what_passes_both() {
        let chosen = |values: &[ValueCode]| {
            let mut filter = Filter::default();
            for value in values {
                filter.choose(Dimension::Status, *value);
            }
            filter
        };
        assert_eq!(chosen(&[0, 1]).and(&chosen(&[1, 2])), chosen(&[1]));
        assert_eq!(chosen(&[]).and(&chosen(&[1])), chosen(&[1]));
        let none = chosen(&[0]).and(&chosen(&[1]));
        assert_eq!((none.chosen(Dimension::Status), none.unwanted(Dimension::Status)), (&[0][..], &[0][..]));
        let ended = |list: &[Outcome]| {
            let mut filter = Filter::default();
            filter.want(Some(Claim::Outcome(list.to_vec())));
            filter
        };
        assert_eq!(ended(&[Outcome::Won, Outcome::Lost]).and(&ended(&[Outcome::Lost])), ended(&[Outcome::Lost]));
        assert_eq!(ended(&[Outcome::Won]).and(&ended(&[Outcome::Lost])).conditions().len(), 2, "none passes");
        let mut both = ended(&[Outcome::Won]);
        both.want(Some(Claim::Outcome(vec![Outcome::Lost])));
        assert_eq!(both, ended(&[Outcome::Lost, Outcome::Won]), "a lead has one outcome: asked for twice is either");
    }

    #[test]
    fn the_pane_and_the_rest_are_the_whole() {
        let mut filter = Filter::default();
        filter.choose(Dimension::Country, 5);
        filter.set_customer(["b".to_owned(), "a".to_owned()]);
        filter.want(Some(Claim::Is(vec![Mark::Favorite])));
        assert_eq!(filter.customer(), ["a", "b"]);
        assert_eq!(filter.of_pane().and(&filter.beyond_pane()), filter);
        assert!(filter.beyond_pane().customer().is_empty() && filter.of_pane().conditions().len() == 1);
        filter.set_customer([]);
        assert_eq!(filter.conditions().len(), 1);
    }
}
