//! The filter pane (PRODUCT.md 3): one folding group a dimension, every value with the count it would give now, and the
//! customer as a text. Must not count: the listing carries the counts.

use crate::app::commands::Command;
use crate::app::input::{Input, Lines};
use crate::app::key::{Code, Key};
use crate::app::list::Anchor;
use crate::app::msg::Effect;
use crate::app::update::edit_of;
use crate::app::{App, Focus};
use crate::domain::filter::{Dimension, ValueCode};
use crate::domain::vocabulary::LeadType;

/// Countries shown before the rest is asked for.
const FIRST_COUNTRIES: usize = 5;

/// A group of the pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// A dimension with values.
    Of(Dimension),
    /// The customer's company, as text.
    Customer,
}

/// The groups, top to bottom.
pub const GROUPS: [Group; 9] = [
    Group::Of(Dimension::CallToAction),
    Group::Of(Dimension::Country),
    Group::Customer,
    Group::Of(Dimension::Status),
    Group::Of(Dimension::EmailValidity),
    Group::Of(Dimension::PhoneValidity),
    Group::Of(Dimension::Quality),
    Group::Of(Dimension::Source),
    Group::Of(Dimension::Type),
];

impl Group {
    /// Its heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Of(dimension) => dimension.title(),
            Self::Customer => "Customer",
        }
    }
}

/// A line of the pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// A heading: folds and unfolds.
    Group(usize),
    /// A value to choose.
    Value(Dimension, ValueCode, u32),
    /// Countries that are not shown yet.
    More(usize),
    /// The text of the customer.
    Customer,
}

impl Line {
    /// True for the same line with another count.
    fn is_same(self, other: Self) -> bool {
        match (self, other) {
            (Self::Value(dimension, value, _), Self::Value(of, code, _)) => (dimension, value) == (of, code),
            (Self::More(_), Self::More(_)) => true,
            _ => self == other,
        }
    }
}

/// Cursor and folds of the pane.
#[derive(Clone, Debug, PartialEq)]
pub struct FilterPane {
    /// The line under the cursor.
    pub cursor: usize,
    /// First line on the screen.
    pub top: usize,
    /// Which groups are unfolded.
    pub open: [bool; 9],
    /// Every country is shown.
    pub all_countries: bool,
    /// The customer's text while it is typed.
    pub customer: Option<Input>,
}

impl Default for FilterPane {
    fn default() -> Self {
        let mut open = [false; 9];
        open[..2].fill(true);
        Self { cursor: 0, top: 0, open, all_countries: false, customer: None }
    }
}

impl App {
    /// The lines of the pane as it stands.
    pub fn filter_lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for (number, group) in GROUPS.iter().enumerate() {
            lines.push(Line::Group(number));
            match group {
                _ if !self.filters.open[number] => {}
                Group::Customer => lines.push(Line::Customer),
                Group::Of(Dimension::Country) => self.country_lines(&mut lines),
                Group::Of(dimension) => {
                    let count = |value| self.listing.counts.of(*dimension, value);
                    lines.extend(
                        dimension.values().into_iter().map(|value| Line::Value(*dimension, value, count(value))),
                    );
                }
            }
        }
        lines
    }

    fn country_lines(&self, lines: &mut Vec<Line>) {
        let dimension = Dimension::Country;
        let mut countries = self.listing.counts.countries();
        let filter = &self.query.filter;
        for value in filter.chosen(dimension).iter().chain(filter.unwanted(dimension)) {
            if countries.iter().all(|(known, _)| known != value) {
                countries.push((*value, 0));
            }
        }
        let chosen =
            |value: &ValueCode| filter.chosen(dimension).contains(value) || filter.unwanted(dimension).contains(value);
        let mut hidden = 0;
        for (place, (value, count)) in countries.into_iter().enumerate() {
            if self.filters.all_countries || place < FIRST_COUNTRIES || chosen(&value) {
                lines.push(Line::Value(dimension, value, count));
            } else {
                hidden += 1;
            }
        }
        if hidden > 0 {
            lines.push(Line::More(hidden));
        }
    }

    /// The line under the cursor of the pane, without its count.
    pub(super) fn filter_cursor_line(&self) -> Option<Line> {
        self.filter_lines().get(self.filters.cursor).copied()
    }

    /// Puts the pane's cursor back on its line where counts made other lines come or go.
    pub(super) fn keep_filter_cursor(&mut self, line: Option<Line>) {
        let lines = self.filter_lines();
        let place = line.and_then(|line| lines.iter().position(|other| other.is_same(line)));
        self.filters.cursor = place.unwrap_or(self.filters.cursor).min(lines.len().saturating_sub(1));
        self.scroll_filters();
    }

    /// Whether a group says anything about the leads of the tab: validity is for offer leads (PRODUCT.md 1).
    pub fn group_applies(&self, group: Group) -> bool {
        match group {
            Group::Of(Dimension::EmailValidity | Dimension::PhoneValidity) => {
                let count = |kind: LeadType| self.listing.counts.of(Dimension::Type, ValueCode::from(kind.code()));
                count(LeadType::Offer) > 0 || count(LeadType::Profile) == 0
            }
            _ => true,
        }
    }

    pub(super) fn open_filters(&mut self) -> Vec<Effect> {
        self.focus = if self.focus == Focus::Filters { Focus::List } else { Focus::Filters };
        Vec::new()
    }

    /// A key while the pane has them; `None` where the pane has no use for it.
    pub(super) fn filter_key(&mut self, key: Key) -> Option<Vec<Effect>> {
        if self.filters.customer.is_some() {
            return Some(self.customer_key(key));
        }
        let lines = self.filter_lines();
        let last = lines.len() - 1;
        self.filters.cursor = self.filters.cursor.min(last);
        let cursor = self.filters.cursor;
        let motion = self.settings.keymap.command(key);
        let page = self.geometry.filter_rows.max(2);
        self.filters.cursor = match (key.code, motion) {
            (Code::Tab, _) => next_group(&lines, cursor),
            (Code::Char(' ') | Code::Enter, _) => return Some(self.use_filter_line(lines[cursor])),
            (Code::Char('0'), _) => return Some(self.clear_filters()),
            (Code::Esc, _) => {
                self.focus = Focus::List;
                cursor
            }
            (Code::Down, _) | (_, Some(Command::Down)) => cursor + 1,
            (Code::Up, _) | (_, Some(Command::Up)) => cursor.saturating_sub(1),
            (_, Some(Command::First)) => 0,
            (_, Some(Command::Last)) => last,
            (_, Some(Command::HalfDown)) => cursor + page / 2,
            (_, Some(Command::HalfUp)) => cursor.saturating_sub(page / 2),
            (_, Some(Command::PageDown)) => cursor + page - 1,
            (_, Some(Command::PageUp)) => cursor.saturating_sub(page - 1),
            _ => return None,
        }
        .min(last);
        self.scroll_filters();
        Some(Vec::new())
    }

    pub(super) fn clear_filters(&mut self) -> Vec<Effect> {
        if let Some(effects) = self.close_view() {
            return effects;
        }
        if self.query.filter.is_empty() {
            return Vec::new();
        }
        self.query.filter = crate::domain::filter::Filter::default();
        self.list.anchor = Anchor::Lead;
        vec![self.search()]
    }

    fn use_filter_line(&mut self, line: Line) -> Vec<Effect> {
        match line {
            Line::Group(number) => self.filters.open[number] = !self.filters.open[number],
            Line::More(_) => self.filters.all_countries = true,
            Line::Customer => {
                let mut input = Input::new(Lines::One);
                input.set(&self.query.filter.customer().join(","));
                self.filters.customer = Some(input);
            }
            Line::Value(dimension, value, _) => {
                self.query.filter.toggle(dimension, value);
                self.list.anchor = Anchor::Lead;
                return vec![self.search()];
            }
        }
        Vec::new()
    }

    fn customer_key(&mut self, key: Key) -> Vec<Effect> {
        let Some(mut input) = self.filters.customer.take() else { return Vec::new() };
        match key.code {
            Code::Enter => return Vec::new(),
            Code::Esc => input.clear(),
            _ => {
                match key.typed() {
                    Some(c) => drop(input.insert(c)),
                    None => drop(edit_of(key).map(|edit| input.edit(edit))),
                }
                self.filters.customer = Some(input.clone());
            }
        }
        self.take_customer(&input)
    }

    pub(super) fn customer_paste(&mut self, text: &str) -> Vec<Effect> {
        let Some(mut input) = self.filters.customer.take() else { return Vec::new() };
        input.insert_text(text);
        self.filters.customer = Some(input.clone());
        self.take_customer(&input)
    }

    fn take_customer(&mut self, input: &Input) -> Vec<Effect> {
        let typed = input.text().split(',').map(str::trim).filter(|text| !text.is_empty());
        let customer: Vec<String> = typed.map(str::to_owned).collect();
        let before = self.query.filter.clone();
        self.query.filter.set_customer(customer);
        if self.query.filter == before {
            return Vec::new();
        }
        vec![self.search()]
    }

    fn scroll_filters(&mut self) {
        let height = self.geometry.filter_rows.max(1);
        let cursor = self.filters.cursor;
        self.filters.top = self.filters.top.min(cursor).max((cursor + 1).saturating_sub(height));
    }
}

/// The line of the next heading, round to the first.
fn next_group(lines: &[Line], cursor: usize) -> usize {
    let heading = |line: &&Line| matches!(line, Line::Group(_));
    let after = lines.iter().skip(cursor + 1).position(|line| heading(&line));
    after.map_or(0, |steps| cursor + 1 + steps)
}
