//! The search line: live while it is typed, Enter keeps it, Esc clears it (PRODUCT.md 4). Values that match are offered
//! below it. Must not search: that is an effect.

use crate::app::input::{Edit, Input, Lines};
use crate::app::key::{Code, Key};
use crate::app::list::Anchor;
use crate::app::msg::Effect;
use crate::app::update::edit_of;
use crate::app::{App, Popup, Tone};
use crate::domain::catalog::Counts;
use crate::domain::filter::{Claim, Dimension, Filter, ValueCode};
use crate::domain::fold::fold;
use crate::domain::query;

/// A search being typed.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchLine {
    /// The text.
    pub input: Input,
    /// The filter when the line was opened.
    before: Filter,
    /// The counts before there was a text, for the value that is offered.
    counts: Counts,
}

impl App {
    pub(super) fn open_search(&mut self) -> Vec<Effect> {
        let mut input = Input::new(Lines::One);
        let text = query::write(&self.query.filter);
        input.set(&if text.is_empty() { text } else { text + " " });
        self.popup = Some(Popup::Search(Box::new(SearchLine {
            input,
            before: self.query.filter.clone(),
            counts: self.listing.counts.clone(),
        })));
        Vec::new()
    }

    pub(super) fn search_key(&mut self, mut line: Box<SearchLine>, key: Key) -> Vec<Effect> {
        use crate::app::commands::Command;
        match key.code {
            Code::Esc => return self.give_up_search(&line),
            Code::Enter => return self.keep_search(line),
            Code::Tab => {
                if let Some((dimension, value, _)) = line.suggestion() {
                    let filter = &mut self.query.filter;
                    let words: Vec<_> = filter.conditions().to_vec();
                    words
                        .iter()
                        .filter(|word| matches!(word.claim, Claim::Text(_)))
                        .for_each(|word| filter.remove(word));
                    filter.choose(dimension, value);
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

    pub(super) fn search_paste(&mut self, mut line: Box<SearchLine>, text: &str) -> Vec<Effect> {
        let changed = line.input.insert_text(text);
        self.searched(line, changed)
    }

    fn searched(&mut self, line: Box<SearchLine>, changed: bool) -> Vec<Effect> {
        let filter = query::read(line.input.text()).filter;
        self.popup = Some(Popup::Search(line));
        if !changed || filter == self.query.filter {
            return Vec::new();
        }
        self.query.filter = filter;
        self.list.anchor = Anchor::Top;
        vec![self.search()]
    }

    fn keep_search(&mut self, line: Box<SearchLine>) -> Vec<Effect> {
        if let Some(error) = query::read(line.input.text()).errors.first() {
            self.say(error.advice(), Tone::Trouble);
            self.popup = Some(Popup::Search(line));
        }
        Vec::new()
    }

    /// Closes the line and takes away what was searched by text; the cursor stays on the lead that was found.
    fn give_up_search(&mut self, line: &SearchLine) -> Vec<Effect> {
        let kept = line.before.of_pane();
        if kept == self.query.filter {
            return Vec::new();
        }
        self.query.filter = kept;
        self.list.anchor = Anchor::Lead;
        vec![self.search()]
    }
}

impl SearchLine {
    /// The most frequent value of the first dimension that has one beginning like the text: "country:PL 5 · Tab takes it".
    pub fn suggestion(&self) -> Option<(Dimension, ValueCode, u32)> {
        let typed = fold(self.input.text().split(' ').next_back().unwrap_or_default());
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
