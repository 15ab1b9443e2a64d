//! What a filter can ask beyond Partner Center's own dimensions: texts, marks (`is:`), things a lead has (`has:`), outcome,
//! urgency, and ranges of age, dates, value and touches. Plain values; must not match leads (the catalog does), nor know
//! how they are written (the query does).

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::domain::fold::fold;
use crate::domain::lead::Moment;
use crate::domain::vocabulary::{Outcome, Urgency, same_word};

/// A claim about a lead, or its opposite.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Condition {
    /// What is claimed.
    pub claim: Claim,
    /// The leads of which it is not true are wanted.
    pub negated: bool,
}

impl Condition {
    /// The leads of which it is true.
    pub fn is(claim: Claim) -> Self {
        Self { claim, negated: false }
    }
}

/// Something that is true of a lead at a moment, or not. Lists mean any of them; a list is never empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Claim {
    /// It ended so.
    Outcome(Vec<Outcome>),
    /// Its urgency is one of these.
    Urgency(Vec<Urgency>),
    /// It bears one of these marks.
    Is(Vec<Mark>),
    /// It has one of these.
    Has(Vec<Thing>),
    /// The field contains one of these texts; a tag is one of them.
    Field(TextField, Vec<String>),
    /// So long ago it was created; a lead from the future is younger than any age.
    Age(Comparison, Age),
    /// A date of it lies there. Without the date it is not true.
    Date(DateField, Comparison, When),
    /// The deal's value. Without one it is not true.
    Value(Comparison, Decimal),
    /// How often the customer was contacted.
    Touches(Comparison, u32),
    /// Company, names, e-mail, offer or tags contain this text.
    Text(String),
}

impl Claim {
    /// The claim that a field contains one of some texts. Texts that fold to nothing ask for nothing.
    pub fn field(field: TextField, texts: impl IntoIterator<Item = String>) -> Option<Self> {
        let texts: Vec<_> = texts.into_iter().filter_map(findable).collect();
        (!texts.is_empty()).then_some(Self::Field(field, texts))
    }

    /// The claim that a lead contains a text; `None` for one that folds to nothing.
    pub fn text(text: &str) -> Option<Self> {
        findable(text.to_owned()).map(Self::Text)
    }

    /// The same claim with its list sorted and each value once.
    pub(super) fn in_order(mut self) -> Self {
        fn order<T: Ord>(list: &mut Vec<T>) {
            list.sort();
            list.dedup();
        }
        match &mut self {
            Self::Outcome(list) => order(list),
            Self::Urgency(list) => order(list),
            Self::Is(list) => order(list),
            Self::Has(list) => order(list),
            Self::Field(_, list) => order(list),
            Self::Age(..) | Self::Date(..) | Self::Value(..) | Self::Touches(..) | Self::Text(_) => {}
        }
        self
    }
}

fn findable(text: String) -> Option<String> {
    let trimmed = text.trim();
    let kept = if trimmed.len() == text.len() { text } else { trimmed.to_owned() };
    (!fold(&kept).is_empty()).then_some(kept)
}

/// What `is:` can say of a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// Its urgency is this class.
    Urgency(Urgency),
    /// It expired.
    Expired,
    /// It has the heart.
    Favorite,
    /// The customer asked not to be contacted.
    DoNotContact,
    /// It is a test lead. Asked for by itself it brings test leads out, which are in no list otherwise.
    Test,
    /// Partner Center has not been told of a verdict.
    Owed,
    /// It came since the seller last closed the inbox.
    New,
}

impl Mark {
    /// Every mark, urgency classes first.
    pub fn all() -> impl Iterator<Item = Self> {
        let others = [Self::Expired, Self::Favorite, Self::DoNotContact, Self::Test, Self::Owed, Self::New];
        Urgency::ALL.iter().copied().map(Self::Urgency).chain(others)
    }

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Urgency(urgency) => urgency.word(),
            Self::Expired => "expired",
            Self::Favorite => "favorite",
            Self::DoNotContact => "dnc",
            Self::Test => "test",
            Self::Owed => "owed",
            Self::New => "new",
        }
    }

    /// The mark of a word, in any dress.
    pub fn from_word(word: &str) -> Option<Self> {
        let urgency = || Urgency::from_word(word).map(Self::Urgency);
        let long = || same_word(word, "do not contact").then_some(Self::DoNotContact);
        Self::all().find(|mark| same_word(mark.word(), word)).or_else(urgency).or_else(long)
    }
}

/// What `has:` can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Thing {
    /// A phone number that may be known now.
    Phone,
    /// An e-mail address that may be known now.
    Email,
    /// A deal.
    Deal,
    /// A note of the seller's.
    Note,
}

impl Thing {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Phone, Self::Email, Self::Deal, Self::Note];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Deal => "deal",
            Self::Note => "note",
        }
    }

    /// The thing of a word, in any dress.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|thing| same_word(thing.word(), word))
    }
}

/// A text of a lead that can be asked for by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TextField {
    /// The company.
    Customer,
    /// First and last name.
    Name,
    /// Offer id or title.
    Offer,
    /// A tag, whole.
    Tag,
    /// The seller's note.
    Note,
}

/// A date of a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DateField {
    /// When the customer asked.
    Created,
    /// When a lead that needs an answer expires.
    Expires,
    /// The follow-up date.
    Later,
}

/// How a figure stands to the one that is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparison {
    /// Below it.
    Less,
    /// Not above it.
    AtMost,
    /// Exactly it.
    Equal,
    /// Not below it.
    AtLeast,
    /// Above it.
    More,
}

impl Comparison {
    /// Its sign.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Equal => "=",
            Self::AtLeast => ">=",
            Self::More => ">",
        }
    }

    /// Whether `one` stands so to `other`.
    pub fn holds<T: PartialOrd>(self, one: &T, other: &T) -> bool {
        match self {
            Self::Less => one < other,
            Self::AtMost => one <= other,
            Self::Equal => one == other,
            Self::AtLeast => one >= other,
            Self::More => one > other,
        }
    }
}

/// A length of time, as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Age {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: AgeUnit,
}

impl Age {
    /// Its length in seconds.
    pub fn seconds(self) -> i64 {
        i64::from(self.count) * self.unit.seconds()
    }
}

/// What ages are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AgeUnit {
    /// Minutes.
    Minute,
    /// Hours.
    Hour,
    /// Days of 24 hours.
    Day,
    /// Weeks.
    Week,
}

impl AgeUnit {
    /// Every unit, the shortest first.
    pub const ALL: [Self; 4] = [Self::Minute, Self::Hour, Self::Day, Self::Week];

    /// Its letter.
    pub const fn letter(self) -> char {
        match self {
            Self::Minute => 'm',
            Self::Hour => 'h',
            Self::Day => 'd',
            Self::Week => 'w',
        }
    }

    const fn seconds(self) -> i64 {
        match self {
            Self::Minute => 60,
            Self::Hour => 3600,
            Self::Day => 86_400,
            Self::Week => 7 * 86_400,
        }
    }
}

/// A day or a moment that dates are compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum When {
    /// A whole day where the seller is, of a year of four digits.
    Day(NaiveDate),
    /// A moment, to the second.
    At(Moment),
}
