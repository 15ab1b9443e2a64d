//! The search line: live while it is typed, Enter keeps it, Esc clears it (PRODUCT.md 4). Values that match are offered
//! below it. Must not search: that is an effect.

use crate::app::input::{Edit, Input, Lines};
use crate::app::key::{Code, Key};
use crate::app::list::Anchor;
use crate::app::msg::Effect;
use crate::app::update::edit_of;
use crate::app::{App, Popup};
use crate::domain::catalog::Counts;
use crate::domain::filter::{Dimension, ValueCode};
use crate::domain::fold::fold;

/// A search being typed.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchLine {
    /// The text.
    pub input: Input,
    /// The counts before there was a text, for the value that is offered.
    counts: Counts,
}

impl App {
    pub(super) fn open_search(&mut self) -> Vec<Effect> {
        let mut input = Input::new(Lines::One);
        input.set(&self.query.filter.text);
        self.popup = Some(Popup::Search(SearchLine { input, counts: self.listing.counts.clone() }));
        Vec::new()
    }

    pub(super) fn search_key(&mut self, mut line: SearchLine, key: Key) -> Vec<Effect> {
        use crate::app::commands::Command;
        match key.code {
            Code::Esc => return self.end_search(false),
            Code::Enter => return self.end_search(true),
            Code::Tab => {
                if let Some((dimension, value, _)) = line.suggestion() {
                    self.query.filter.choose(dimension, value);
                    self.query.filter.text.clear();
                    self.popup = None;
                    return vec![self.search()];
                }
            }
            Code::Down => self.go(Command::Down),
            Code::Up => self.go(Command::Up),
            Code::PageDown => self.go(Command::PageDown),
            Code::PageUp => self.go(Command::PageUp),
            _ => {
                let changed = match key.typed() {
                    Some(c) => line.input.insert(c),
                    None => edit_of(key).is_some_and(|edit: Edit| line.input.edit(edit)),
                };
                return self.searched(line, changed);
            }
        }
        self.popup = Some(Popup::Search(line));
        Vec::new()
    }

    pub(super) fn search_paste(&mut self, mut line: SearchLine, text: &str) -> Vec<Effect> {
        let changed = line.input.insert_text(text);
        self.searched(line, changed)
    }

    fn searched(&mut self, line: SearchLine, changed: bool) -> Vec<Effect> {
        let text = line.input.text().trim().to_owned();
        self.popup = Some(Popup::Search(line));
        if !changed || text == self.query.filter.text {
            return Vec::new();
        }
        self.query.filter.text = text;
        self.list.anchor = Anchor::Top;
        vec![self.search()]
    }

    /// Closes the line; the cursor stays on the lead that was found.
    fn end_search(&mut self, keep: bool) -> Vec<Effect> {
        self.popup = None;
        if keep || self.query.filter.text.is_empty() {
            return Vec::new();
        }
        self.query.filter.text.clear();
        self.list.anchor = Anchor::Lead;
        vec![self.search()]
    }
}

impl SearchLine {
    /// The most frequent value of the first dimension that has one beginning like the text: "country:PL 5 · Tab takes it".
    pub fn suggestion(&self) -> Option<(Dimension, ValueCode, u32)> {
        let typed = fold(self.input.text());
        if typed.chars().count() < 2 {
            return None;
        }
        let begins = |dimension: Dimension, value: ValueCode| {
            let title = fold(&dimension.value_title(value));
            title.split(' ').any(|word| word.starts_with(&typed)) || title.starts_with(&typed)
        };
        Dimension::ALL.iter().find_map(|dimension| {
            let values = match dimension {
                Dimension::Country => crate::domain::country::Country::all()
                    .map(|country| crate::domain::filter::country_number(Some(country)))
                    .collect(),
                _ => dimension.values(),
            };
            let known = |value: &ValueCode| *value != 0 || *dimension == Dimension::Status;
            let counted = values.into_iter().filter(known).map(|value| (value, self.counts.of(*dimension, value)));
            let beginning = counted.filter(|(value, count)| *count > 0 && begins(*dimension, *value));
            let (value, count) = beginning.rev().max_by_key(|(_, count)| *count)?;
            Some((*dimension, value, count))
        })
    }
}
