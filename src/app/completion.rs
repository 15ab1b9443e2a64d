//! What is offered while a query is typed: values of the field at the cursor, values and marks that a plain word begins,
//! and the fields themselves (PRODUCT.md 3: "country:PL 5 · Tab takes it"). Must not read a query: the domain does.

use std::ops::Range;

use crate::domain::catalog::Tally;
use crate::domain::filter::{Claim, Dimension, Mark, TextField, Thing, ValueCode};
use crate::domain::fold::fold;
use crate::domain::query::{self, FIELDS, Field, Term, TermBody};
use crate::domain::vocabulary::{Outcome, Urgency};

/// As many as fit on a line.
const MOST: usize = 3;

/// A plain word of fewer letters could be the beginning of anything.
const LETTERS: usize = 2;

/// A way to complete the term at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The bytes it takes the place of.
    pub range: Range<usize>,
    /// What stands there then.
    pub text: String,
    /// The term as it is then: `country:pl`.
    pub term: String,
    /// What people read for it, where that says more than the term.
    pub title: String,
    /// How many leads it finds beside the other terms; `None` where nobody counted.
    pub count: Option<u32>,
    /// The term is complete with it.
    pub completes: bool,
}

/// What completions are made of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stock {
    /// The numbers.
    pub tally: Tally,
    /// The tags there are, the most frequent first.
    pub tags: Vec<String>,
}

/// A word that could stand at the cursor.
struct Candidate {
    field: Field,
    word: String,
    title: String,
    count: Option<u32>,
}

/// The offers for a cursor, at this byte of a text; the first is what Tab takes.
pub fn offers(text: &str, cursor: usize, stock: &Stock) -> Vec<Offer> {
    let Some(term) = query::term_at(text, cursor) else { return Vec::new() };
    let mut offers = match &term.body {
        TermBody::Text(piece) if !piece.quoted && !piece.text.contains([':', '<', '>', '=']) => {
            let typed = text.get(piece.range.start..cursor).unwrap_or_default();
            for_word(&term, &piece.range, typed, stock)
        }
        TermBody::Text(_) => Vec::new(),
        TermBody::Field { name, sign, values } => {
            let field = text.get(name.clone()).and_then(Field::find).filter(|_| text.get(sign.clone()) == Some(":"));
            let at = |piece: &&query::Piece| piece.range.start <= cursor && cursor <= piece.range.end;
            match (field, values.iter().find(at)) {
                (Some(field), Some(piece)) => {
                    let others: Vec<&str> =
                        values.iter().filter(|other| *other != piece).map(|other| other.text.as_str()).collect();
                    for_value(field, &term, piece, &others, stock)
                }
                _ => Vec::new(),
            }
        }
    };
    offers.truncate(MOST);
    offers
}

/// The values of a field that begin like what was typed, those that find something first.
fn for_value(field: Field, term: &Term, piece: &query::Piece, others: &[&str], stock: &Stock) -> Vec<Offer> {
    let typed = dressed(&piece.text);
    let mut ranked: Vec<(usize, Candidate)> = candidates(field, stock)
        .into_iter()
        .filter(|candidate| dressed(&candidate.word) != typed)
        .filter(|candidate| others.iter().all(|other| dressed(other) != dressed(&candidate.word)))
        .filter_map(|candidate| Some((rank(&candidate, &typed)?, candidate)))
        .collect();
    ranked.sort_by_key(|(rank, candidate)| (candidate.count == Some(0), *rank));
    let offer = |(_, candidate): (usize, Candidate)| Offer {
        range: piece.range.clone(),
        text: query::value(&candidate.word),
        ..candidate.offer(term)
    };
    ranked.into_iter().map(offer).collect()
}

/// Values of any dimension, marks, things and fields that a plain word begins.
fn for_word(term: &Term, range: &Range<usize>, typed: &str, stock: &Stock) -> Vec<Offer> {
    let typed = dressed(typed);
    if typed.chars().count() < LETTERS {
        return Vec::new();
    }
    let dimensions = Dimension::ALL.iter().map(|dimension| Field::Of(*dimension));
    let mut ranked: Vec<(usize, Candidate)> = dimensions
        .chain([Field::Is, Field::Has])
        .flat_map(|field| candidates(field, stock))
        .filter(|candidate| candidate.count.is_some_and(|count| count > 0) && candidate.word != "unknown")
        .filter_map(|candidate| {
            let rank = rank(&candidate, &typed)?;
            // Words that a value begins with, then marks, then words within a value's title.
            Some((2 * rank + usize::from(matches!(candidate.field, Field::Is | Field::Has)), candidate))
        })
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    let within = ranked.iter().position(|(rank, _)| *rank > 1).unwrap_or(ranked.len());
    let mut offers: Vec<Offer> = ranked
        .into_iter()
        .map(|(_, candidate)| {
            let text = format!("{}:{}", candidate.field.word(), query::value(&candidate.word));
            Offer { range: range.clone(), text, ..candidate.offer(term) }
        })
        .collect();
    let fields = FIELDS.iter().filter(|spec| spec.words.iter().any(|word| dressed(word).starts_with(&typed)));
    let field_offer = |field: Field| {
        let text = if field.is_compared() { field.word().to_owned() } else { format!("{}:", field.word()) };
        let shown = format!("{}{text}", if term.negated { "-" } else { "" });
        let title = format!("such as {}", field.spec().example);
        Offer { range: range.clone(), text, term: shown, title, count: None, completes: false }
    };
    offers.splice(within..within, fields.map(|spec| field_offer(spec.field)).filter(|offer| offer.text != typed));
    offers
}

impl Candidate {
    fn offer(self, term: &Term) -> Offer {
        let minus = if term.negated { "-" } else { "" };
        Offer {
            range: 0..0,
            text: String::new(),
            term: format!("{minus}{}:{}", self.field.word(), query::value(&self.word)),
            title: self.title,
            count: self.count,
            completes: true,
        }
    }
}

/// Every word a field takes, with its number; values of dimensions the most frequent first.
fn candidates(field: Field, stock: &Stock) -> Vec<Candidate> {
    let candidate = |word: &str, title: String, count: Option<u32>| {
        let said = dressed(&title) == dressed(word);
        Candidate { field, word: word.to_owned(), title: if said { String::new() } else { title }, count }
    };
    let claimed = |word: &str, claim: Claim| candidate(word, String::new(), stock.tally.of(&claim));
    match field {
        Field::Of(dimension) => {
            let count = |value: ValueCode| stock.tally.counts.of(dimension, value);
            let mut values = match dimension {
                Dimension::Country => stock.tally.counts.countries().into_iter().map(|(value, _)| value).collect(),
                _ => dimension.values(),
            };
            values.sort_by_key(|value| std::cmp::Reverse(count(*value)));
            let of = |value| candidate(&dimension.value_word(value), dimension.value_title(value), Some(count(value)));
            values.into_iter().map(of).collect()
        }
        Field::Is => Mark::all().map(|mark| claimed(mark.word(), Claim::Is(vec![mark]))).collect(),
        Field::Has => Thing::ALL.into_iter().map(|thing| claimed(thing.word(), Claim::Has(vec![thing]))).collect(),
        Field::Urgency => {
            let class = |class: &Urgency| claimed(class.word(), Claim::Is(vec![Mark::Urgency(*class)]));
            Urgency::ALL.iter().map(class).collect()
        }
        Field::Outcome => {
            Outcome::ALL.iter().map(|outcome| claimed(outcome.word(), Claim::Outcome(vec![*outcome]))).collect()
        }
        Field::Text(TextField::Tag) => stock.tags.iter().map(|tag| candidate(tag, String::new(), None)).collect(),
        Field::Text(_) | Field::Age | Field::Date(_) | Field::Value | Field::Touches => Vec::new(),
    }
}

/// 0 where the word or its title begins so, 1 where a word within the title does.
fn rank(candidate: &Candidate, typed: &str) -> Option<usize> {
    let (word, title) = (dressed(&candidate.word), dressed(&candidate.title));
    // The title of a country begins with its code: "PL Poland".
    let name = title.split_once(' ').filter(|(code, _)| *code == word).map_or(title.as_str(), |(_, name)| name);
    if word.starts_with(typed) || name.starts_with(typed) {
        return Some(0);
    }
    name.split(' ').any(|word| word.starts_with(typed)).then_some(1)
}

/// A word as words are compared: folded, with blanks for what may stand between its parts.
fn dressed(word: &str) -> String {
    fold(&word.replace(['_', '-'], " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<String> {
        let stock = Stock { tags: ["VIP", "very large", "eu"].map(str::to_owned).to_vec(), ..Stock::default() };
        offers(text, text.len(), &stock).into_iter().map(|offer| offer.term).collect()
    }

    #[test]
    fn fields_words_and_tags_are_completed() {
        for (typed, offered) in [
            ("cou", &["country:"][..]),
            ("-quali", &["-quality:"]),
            ("crea", &["created"]),
            ("northwind e-mail", &[]),
            ("email", &["email:"]),
            ("c", &[]),
            ("country:br is:ex", &["is:expiring", "is:expired"]),
            ("is:hot,put", &[]),
            ("is:hot,h", &[]),
            ("has:", &["has:phone", "has:email", "has:deal"]),
            ("outcome:aged", &["outcome:aged_out"]),
            ("urgency:e", &["urgency:expiring"]),
            ("tag:v", &["tag:VIP", "tag:\"very large\""]),
            ("tag:\"very l", &["tag:\"very large\""]),
            ("status:accepted", &[]),
            ("cta:get", &["cta:get_it_now"]),
            ("quality<", &[]),
            ("note:x", &[]),
            ("is:hot ", &[]),
        ] {
            assert_eq!(terms(typed), offered, "{typed}");
        }
    }

    #[test]
    fn an_offer_takes_the_place_of_what_was_typed_at_the_cursor() {
        let text = "is:hot,ex northwind";
        let offer = offers(text, "is:hot,ex".len(), &Stock::default()).remove(0);
        assert_eq!((text.get(offer.range), offer.text.as_str()), (Some("ex"), "expiring"));
        assert!(offers(text, 4, &Stock::default()).is_empty(), "the value at the cursor is complete");
        assert!(offers(text, 1, &Stock::default()).is_empty(), "the cursor stands in no value");
    }
}
