//! A filter as text, in one way only: dimensions in the order of the pane, then the further conditions in theirs.
//! What reading this text gives is the same filter.

use crate::domain::filter::{Claim, Comparison, Condition, Dimension, Filter, TextField, When};
use crate::domain::moment::rfc3339;
use crate::domain::query::Field;

/// The text of a filter; nothing for one that all leads pass.
pub fn write(filter: &Filter) -> String {
    let mut terms = Vec::new();
    for dimension in Dimension::ALL {
        for (minus, values) in [("", filter.chosen(*dimension)), ("-", filter.unwanted(*dimension))] {
            if !values.is_empty() {
                let values = values.iter().map(|code| dimension.value_word(*code));
                terms.push(format!("{minus}{}:{}", dimension.word(), list(values)));
            }
        }
    }
    terms.extend(filter.conditions().iter().map(condition));
    terms.join(" ")
}

fn condition(condition: &Condition) -> String {
    let minus = if condition.negated { "-" } else { "" };
    let valued = |field: Field, values: String| format!("{minus}{}:{values}", field.word());
    let compared = |field: Field, comparison: Comparison, figure: String| {
        format!("{minus}{}{}{figure}", field.word(), comparison.sign())
    };
    match &condition.claim {
        Claim::Outcome(outcomes) => valued(Field::Outcome, list(outcomes.iter().map(|value| value.word().to_owned()))),
        Claim::Urgency(classes) => valued(Field::Urgency, list(classes.iter().map(|value| value.word().to_owned()))),
        Claim::Is(marks) => valued(Field::Is, list(marks.iter().map(|value| value.word().to_owned()))),
        Claim::Has(things) => valued(Field::Has, list(things.iter().map(|value| value.word().to_owned()))),
        Claim::Field(field, texts) => valued(text_field(*field), list(texts.iter().map(|text| value(text)))),
        Claim::Age(comparison, age) => compared(Field::Age, *comparison, format!("{}{}", age.count, age.unit.letter())),
        Claim::Date(field, comparison, When::Day(day)) => compared(Field::Date(*field), *comparison, day.to_string()),
        Claim::Date(field, comparison, When::At(moment)) => {
            compared(Field::Date(*field), *comparison, rfc3339(*moment))
        }
        Claim::Value(comparison, figure) => compared(Field::Value, *comparison, figure.to_string()),
        Claim::Touches(comparison, count) => compared(Field::Touches, *comparison, count.to_string()),
        Claim::Text(text) => format!("{minus}{}", value(text)),
    }
}

fn text_field(field: TextField) -> Field {
    Field::Text(field)
}

fn list(values: impl Iterator<Item = String>) -> String {
    values.collect::<Vec<_>>().join(",")
}

/// A text as a value or a free word, in quotes where it would be read otherwise without.
pub fn value(text: &str) -> String {
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"\"\\,:<>=".contains(c);
    if text.chars().all(plain) && !text.starts_with('-') && !text.is_empty() {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
