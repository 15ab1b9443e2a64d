//! What a term means, or why it means nothing. Words are taken in any dress (PRODUCT.md 5); what two people would read
//! differently is refused. Must not know where terms begin and end: `scan` does.

use std::ops::Range;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::domain::country::Country;
use crate::domain::entry::amount;
use crate::domain::filter::{
    Age, AgeUnit, Claim, Comparison, Condition, DateField, Dimension, Filter, Mark, Thing, ValueCode, When,
};
use crate::domain::moment::from_seconds;
use crate::domain::query::scan::{Fault, Piece, Term, TermBody};
use crate::domain::query::suggest::nearest;
use crate::domain::query::{FIELDS, Field, QueryError, value};
use crate::domain::term_text::TermText;
use crate::domain::vocabulary::{Outcome, Urgency};

/// What a term asks for.
pub(super) struct Meaning {
    negated: bool,
    asks: Asks,
}

enum Asks {
    Values(Dimension, Vec<ValueCode>),
    Claim(Claim),
}

impl Meaning {
    pub(super) fn add_to(self, filter: &mut Filter) {
        match self.asks {
            Asks::Values(dimension, values) => {
                let add = if self.negated { Filter::refuse } else { Filter::choose };
                for value in values {
                    add(filter, dimension, value);
                }
            }
            Asks::Claim(claim) => filter.add(Condition { claim, negated: self.negated }),
        }
    }
}

/// Reads one term.
pub(super) fn term(text: &str, term: &Term) -> Result<Meaning, QueryError> {
    let asks = match &term.body {
        TermBody::Text(piece) => Asks::Claim(free_text(term, piece)?),
        TermBody::Field { name, sign, values } => {
            let typed = text.get(name.clone()).unwrap_or_default();
            let field = Field::find(typed).ok_or_else(|| no_field(text, name, term))?;
            field_term(text, field, name.start, sign, values)?
        }
    };
    Ok(Meaning { negated: term.negated, asks })
}

fn free_text(term: &Term, piece: &Piece) -> Result<Claim, QueryError> {
    if let Some(error) = quote_fault(piece) {
        return Err(error);
    }
    if !piece.quoted && piece.text.contains(':') {
        let meant = value(&piece.text);
        let sentence = format!("A text with a colon stands in quotes: {}.", shown(&meant));
        return Err(QueryError { suggestion: Some(meant), ..wrong(piece.range.clone(), sentence) });
    }
    let nothing = if term.negated && piece.text.is_empty() {
        "A minus takes away what follows it, and nothing does. As a text, put it in quotes."
    } else {
        "There is nothing to look for in this text."
    };
    Claim::text(&piece.text).ok_or_else(|| wrong(term.range.clone(), nothing))
}

fn no_field(text: &str, name: &Range<usize>, term: &Term) -> QueryError {
    let typed = text.get(name.clone()).unwrap_or_default();
    let whole = text.get(name.start..term.range.end).unwrap_or_default();
    let sentence = format!("{} is no field.", shown(typed));
    let remedy = format!("As a text, put it in quotes: {}.", shown(&value(whole)));
    let words = FIELDS.iter().flat_map(|spec| spec.words.iter().copied());
    QueryError { range: name.clone(), sentence, suggestion: nearest(typed, words).map(str::to_owned), remedy }
}

fn field_term(
    text: &str,
    field: Field,
    start: usize,
    sign: &Range<usize>,
    values: &[Piece],
) -> Result<Asks, QueryError> {
    let mut before = start..sign.end;
    for piece in values {
        if let Some(error) = quote_fault(piece) {
            return Err(error);
        }
        if piece.text.trim().is_empty() {
            let spec = field.spec();
            let range = if piece.quoted { piece.range.clone() } else { before };
            return Err(wrong(range, format!("{} lacks a value, such as {}.", spec.words[0], spec.example)));
        }
        before = piece.range.end..piece.range.end + 1;
    }
    let comparison = comparison(text.get(sign.clone()).unwrap_or_default());
    if field.is_compared() {
        let figure = values.first().map_or_else(|| Err(wrong(sign.clone(), "A value lacks.")), Ok)?;
        return compared(field, comparison, figure).map(Asks::Claim);
    }
    if text.get(sign.clone()) != Some(":") {
        let sentence = format!("{} cannot be compared.", field.word());
        let suggestion = Some(format!("{}:", field.word()));
        return Err(QueryError { suggestion, ..wrong(start..sign.end, sentence) });
    }
    listed(field, values)
}

fn comparison(sign: &str) -> Comparison {
    match sign {
        "<" => Comparison::Less,
        "<=" => Comparison::AtMost,
        ">=" => Comparison::AtLeast,
        ">" => Comparison::More,
        _ => Comparison::Equal,
    }
}

fn listed(field: Field, values: &[Piece]) -> Result<Asks, QueryError> {
    Ok(match field {
        Field::Of(dimension) => Asks::Values(dimension, each(field, values, |word| dimension.parse(word))?),
        Field::Outcome => Asks::Claim(Claim::Outcome(each(field, values, Outcome::from_word)?)),
        Field::Urgency => Asks::Claim(Claim::Urgency(each(field, values, Urgency::from_word)?)),
        Field::Is => Asks::Claim(Claim::Is(each(field, values, Mark::from_word)?)),
        Field::Has => Asks::Claim(Claim::Has(each(field, values, Thing::from_word)?)),
        Field::Text(text_field) => {
            let texts = each(field, values, |text| Claim::text(text).map(|_| text.to_owned()))?;
            let nothing = || wrong(values[0].range.clone(), "There is nothing to look for in this text.");
            Asks::Claim(Claim::field(text_field, texts).ok_or_else(nothing)?)
        }
        Field::Age | Field::Date(_) | Field::Value | Field::Touches => {
            return Err(wrong(values[0].range.clone(), format!("{} takes one figure.", field.word())));
        }
    })
}

/// Every value of a list, or the first that its field does not know.
fn each<T>(field: Field, values: &[Piece], read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, QueryError> {
    values.iter().map(|piece| read(&piece.text).ok_or_else(|| unknown(field, piece))).collect()
}

fn unknown(field: Field, piece: &Piece) -> QueryError {
    let known = field.values();
    let (takes, meant) = match field {
        Field::Of(Dimension::Country) => {
            let meant = nearest(&piece.text, Country::all().map(Country::name)).map(str::to_lowercase);
            let enough = meant.filter(|_| piece.text.chars().count() > 3);
            ("Write two letters (PL) or the English name, or unknown.".to_owned(), enough)
        }
        Field::Text(_) => ("There is nothing to look for in this text.".to_owned(), None),
        _ => {
            let meant = nearest(&piece.text, known.iter().map(String::as_str)).map(str::to_owned);
            (format!("It takes {}.", known.join(", ")), meant)
        }
    };
    QueryError {
        range: piece.range.clone(),
        sentence: format!("{} does not know {}.", field.word(), shown(&piece.text)),
        suggestion: meant.map(|meant| value(&meant)),
        remedy: takes,
    }
}

fn compared(field: Field, comparison: Comparison, piece: &Piece) -> Result<Claim, QueryError> {
    let text = piece.text.trim();
    let refuse = |sentence: String| wrong(piece.range.clone(), sentence);
    match field {
        Field::Date(field) => match when(text) {
            Some(when) => Ok(date_claim(field, comparison, when)),
            None => Err(refuse(format!(
                "{} is no date. Write 2026-11-20, or a moment such as 2026-11-20T09:00:00Z.",
                shown(text)
            ))),
        },
        Field::Value => match amount(text) {
            Ok(figure) => Ok(Claim::Value(comparison, figure)),
            Err(error) => Err(refuse(error.0)),
        },
        Field::Touches => match whole_number(text) {
            Some(count) => Ok(Claim::Touches(comparison, count)),
            None => Err(refuse(format!("{} is no count. Write a whole number: touches>=2.", shown(text)))),
        },
        _ => age(text).map(|age| Claim::Age(comparison, age)).ok_or_else(|| {
            let sentence = format!("{} is no age.", shown(text));
            let remedy = "Write a number and m, h, d or w: age<72h.".to_owned();
            let suggestion = whole_number(text).map(|count| format!("{count}h"));
            QueryError { range: piece.range.clone(), sentence, suggestion, remedy }
        }),
    }
}

fn date_claim(field: DateField, comparison: Comparison, when: When) -> Claim {
    Claim::Date(field, comparison, when)
}

fn age(text: &str) -> Option<Age> {
    let lower = text.to_ascii_lowercase();
    let unit = AgeUnit::ALL.into_iter().find(|unit| lower.ends_with(unit.letter()))?;
    Some(Age { count: whole_number(lower.strip_suffix(unit.letter())?)?, unit })
}

/// Digits only: `+5` and `5.0` are none.
fn whole_number(text: &str) -> Option<u32> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A day as `2026-11-20`, or a moment of RFC 3339, to the second.
fn when(text: &str) -> Option<When> {
    let is_day = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if is_day {
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
        return (day.year() > 0).then_some(When::Day(day));
    }
    let moment = DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc);
    from_seconds(moment.timestamp()).filter(|moment| (1..=9999).contains(&moment.year())).map(When::At)
}

fn quote_fault(piece: &Piece) -> Option<QueryError> {
    Some(match piece.fault.as_ref()? {
        Fault::Unclosed => QueryError {
            suggestion: Some(value_in_quotes(&piece.text)),
            ..wrong(piece.range.clone(), "The quote is not closed.")
        },
        Fault::Followed(rest) => wrong(rest.clone(), "A blank or a comma stands after the quote that closes."),
    })
}

fn value_in_quotes(text: &str) -> String {
    let written = value(text);
    if written.starts_with('"') { written } else { format!("\"{written}\"") }
}

fn wrong(range: Range<usize>, sentence: impl Into<String>) -> QueryError {
    QueryError { range, sentence: sentence.into(), suggestion: None, remedy: String::new() }
}

/// What was typed, safe and short enough for a sentence.
fn shown(text: &str) -> String {
    TermText::line(text).fit(40)
}
