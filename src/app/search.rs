//! The search line: the whole query as text, live while it is typed; Enter keeps it, Esc takes it away (PRODUCT.md 4).
//! A wrong term is marked and changes nothing. Must not search: that is an effect.

use crate::app::completion::{Offer, Stock, offers};
use crate::app::input::{Edit, Input, Lines};
use crate::app::key::{Code, Key};
use crate::app::list::Anchor;
use crate::app::msg::Effect;
use crate::app::update::edit_of;
use crate::app::{App, Focus, Popup, Tone};
use crate::domain::catalog::Query;
use crate::domain::filter::Filter;
use crate::domain::query::{self, QueryError};

/// A query being typed.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchLine {
    /// The text.
    pub input: Input,
    /// What of it cannot be read.
    pub errors: Vec<QueryError>,
    /// How the term at the cursor can be completed.
    pub offers: Vec<Offer>,
    /// The filter when the line was opened.
    before: Filter,
    /// What the line asks for without the term at the cursor: what offers are counted among.
    rest: Filter,
    /// What offers are made of, once it was counted.
    stock: Stock,
}

impl SearchLine {
    /// The sentence about a wrong term: that at the cursor, else the first.
    pub fn advice(&self) -> Option<String> {
        let cursor = self.input.cursor_byte();
        let at_cursor = query::term_at(self.input.text(), cursor);
        let within =
            |error: &&QueryError| at_cursor.as_ref().is_some_and(|term| term.range.contains(&error.range.start));
        let error = self.errors.iter().find(within).or_else(|| self.errors.first())?;
        Some(error.advice())
    }

    /// What Tab puts in place of a wrong part, where nothing completes it.
    pub fn correction(&self) -> Option<&QueryError> {
        self.errors.iter().find(|error| error.suggestion.is_some()).filter(|_| self.offers.is_empty())
    }

    /// Reads the text anew; true if offers are to be counted among other leads than before.
    fn look(&mut self) -> bool {
        let (text, cursor) = (self.input.text(), self.input.cursor_byte());
        self.errors = query::read(text).errors;
        self.offers = offers(text, cursor, &self.stock);
        let mut others = text.to_owned();
        if let Some(term) = query::term_at(text, cursor) {
            others.replace_range(term.range, " ");
        }
        let rest = query::read(&others).filter;
        let moved = rest != self.rest;
        self.rest = rest;
        moved
    }

    /// Puts a text in the place of a part; a complete term is left behind with a blank.
    fn put(&mut self, range: std::ops::Range<usize>, text: &str, completes: bool) {
        self.input.replace(range, text);
        let follows = self.input.text().get(self.input.cursor_byte()..).and_then(|rest| rest.chars().next());
        match follows {
            _ if !completes => {}
            Some(' ') => drop(self.input.edit(Edit::Right)),
            _ => drop(self.input.insert(' ')),
        }
    }
}

impl App {
    pub(super) fn open_search(&mut self) -> Vec<Effect> {
        let mut input = Input::new(Lines::One);
        let text = query::write(&self.query.filter);
        input.set(&if text.is_empty() { text } else { text + " " });
        // Before and after Enter or Esc the list is what the search is about.
        self.focus = Focus::List;
        let filter = self.query.filter.clone();
        let mut line = SearchLine {
            input,
            errors: Vec::new(),
            offers: Vec::new(),
            before: filter.clone(),
            rest: filter,
            stock: Stock::default(),
        };
        line.look();
        let count = self.count_among(&line.rest);
        self.popup = Some(Popup::Search(Box::new(line)));
        vec![count]
    }

    fn count_among(&self, rest: &Filter) -> Effect {
        Effect::Tally(Query { filter: rest.clone(), ..self.query.clone() })
    }

    /// Counts anew for a line that is open.
    pub(super) fn tally_again(&self) -> Option<Effect> {
        match &self.popup {
            Some(Popup::Search(line)) => Some(self.count_among(&line.rest)),
            _ => None,
        }
    }

    pub(super) fn tallied(&mut self, filter: &Filter, stock: Stock) {
        if let Some(Popup::Search(line)) = self.popup.as_mut()
            && line.rest == *filter
        {
            line.stock = stock;
            line.look();
        }
    }

    pub(super) fn search_key(&mut self, mut line: Box<SearchLine>, key: Key) -> Vec<Effect> {
        use crate::app::commands::Command;
        match key.code {
            Code::Esc => return self.give_up_search(&line),
            Code::Enter => return self.keep_search(line),
            Code::Tab => return self.complete(line),
            Code::Down => self.go(Command::Down),
            Code::Up => self.go(Command::Up),
            Code::PageDown => self.go(Command::PageDown),
            Code::PageUp => self.go(Command::PageUp),
            _ => {
                match key.typed() {
                    Some(c) => drop(line.input.insert(c)),
                    None => drop(edit_of(key).map(|edit: Edit| line.input.edit(edit))),
                }
                return self.typed(line);
            }
        }
        self.popup = Some(Popup::Search(line));
        Vec::new()
    }

    pub(super) fn search_paste(&mut self, mut line: Box<SearchLine>, text: &str) -> Vec<Effect> {
        line.input.insert_text(text);
        self.typed(line)
    }

    /// Takes the first offer, or mends the first part that can be mended.
    fn complete(&mut self, mut line: Box<SearchLine>) -> Vec<Effect> {
        if let Some(offer) = line.offers.first().cloned() {
            line.put(offer.range, &offer.text, offer.completes);
        } else if let Some(error) = line.correction().cloned() {
            line.put(error.range, &error.suggestion.unwrap_or_default(), false);
        }
        self.typed(line)
    }

    /// The line may be another one now: what can be read of it applies.
    fn typed(&mut self, mut line: Box<SearchLine>) -> Vec<Effect> {
        let mut effects = Vec::new();
        if line.look() {
            effects.push(self.count_among(&line.rest));
        }
        let filter = query::read(line.input.text()).filter;
        self.popup = Some(Popup::Search(line));
        if filter != self.query.filter {
            self.query.filter = filter;
            self.list.anchor = Anchor::Top;
            effects.push(self.search());
        }
        effects
    }

    fn keep_search(&mut self, line: Box<SearchLine>) -> Vec<Effect> {
        if let Some(advice) = line.advice() {
            self.say(advice, Tone::Trouble);
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
