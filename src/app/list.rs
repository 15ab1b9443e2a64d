//! Cursor and scroll of the list (PRODUCT.md 3): the cursor stays on its lead when others change the list, and takes the
//! row of a lead that a verdict took away. Must not know what the rows hold.

use crate::app::commands::Command;
use crate::app::msg::{Effect, Found, Row};
use crate::app::{App, Tone};
use crate::domain::filter::{Filter, TabChoice};
use crate::domain::lead::LeadId;
use crate::domain::vocabulary::Tab;

/// Leads read for one screen at most; what is scrolled past is forgotten.
const KEPT_ROWS: usize = 2000;

/// Where the cursor is to go when the next answer comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Anchor {
    /// On the lead it is on, wherever that goes.
    #[default]
    Lead,
    /// On its row, whichever lead takes it.
    Row,
    /// On this lead.
    To(LeadId),
    /// On this lead of this tab, wherever the seller is: its tab opens and, if need be, the filter goes.
    Bring(LeadId, Tab),
    /// On the first row.
    Top,
}

/// Cursor and scroll.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// The row under the cursor.
    pub cursor: usize,
    /// The first row on the screen.
    pub top: usize,
    /// What the next answer does to the cursor.
    pub anchor: Anchor,
    /// The cursor's lead in each tab, for coming back to it.
    left: [Option<LeadId>; 3],
}

impl App {
    /// Takes an answer in and puts the cursor where it belongs. Asks again where its lead stands in another tab or
    /// behind the filter.
    pub(super) fn take_found(&mut self, mut found: Found) -> Option<Effect> {
        self.settle_range();
        let on = self.selected();
        let on_filter = self.filter_cursor_line();
        let anchor = std::mem::take(&mut self.list.anchor);
        self.listing = std::mem::take(&mut found.listing);
        self.found = found;
        self.ready = true;
        let place = |id: Option<LeadId>| id.and_then(|id| self.listing.ids.iter().position(|other| *other == id));
        self.list.cursor = match anchor {
            Anchor::Row => self.list.cursor,
            Anchor::Top => 0,
            Anchor::Lead => place(on).unwrap_or(self.list.cursor),
            Anchor::To(id) | Anchor::Bring(id, _) => place(Some(id)).unwrap_or(self.list.cursor),
        };
        self.keep_filter_cursor(on_filter);
        match anchor {
            Anchor::Bring(id, tab) if self.selected() != Some(id) => self.look_further(id, tab),
            _ => None,
        }
    }

    /// Opens the lead's tab, then clears the filter; `None` once neither helps.
    fn look_further(&mut self, id: LeadId, tab: Tab) -> Option<Effect> {
        let choice = match tab {
            Tab::Marketplace => TabChoice::Marketplace,
            Tab::Qualified => TabChoice::Qualified,
        };
        if self.query.tab != choice {
            self.query.tab = choice;
        } else if !self.query.filter.is_empty() {
            self.query.filter = Filter::default();
        } else {
            return None;
        }
        self.list.anchor = Anchor::Bring(id, tab);
        Some(self.search())
    }

    /// Takes whole leads in; one that the seller asked for by its number is gone to.
    pub(super) fn take_rows(&mut self, rows: Vec<Row>) -> Vec<Effect> {
        let answers = |id: &LeadId| rows.is_empty() || rows.iter().any(|row| row.lead.id == *id);
        let wanted = self.wanted.take_if(|id| answers(id));
        let tab = rows
            .iter()
            .find(|row| Some(row.lead.id) == wanted)
            .map(|row| (row.lead.record.tab(), row.lead.record.test));
        self.tell_why(&rows);
        self.asked.retain(|id| rows.iter().all(|row| row.lead.id != *id));
        self.rows.extend(rows.into_iter().map(|row| (row.lead.id, row)));
        match (wanted, tab) {
            (None, _) => Vec::new(),
            (Some(id), None) => {
                self.say(format!("There is no lead {id}."), Tone::Trouble);
                Vec::new()
            }
            (Some(id), Some((_, true))) => {
                self.say(format!("Lead {id} is a test lead; the tabs leave it out."), Tone::Trouble);
                Vec::new()
            }
            (Some(id), Some(_)) if !self.listing.ids.contains(&id) && self.needs_all() => Vec::new(),
            (Some(id), Some((tab, false))) => {
                self.list.anchor = Anchor::Bring(id, tab);
                vec![self.search()]
            }
        }
    }

    /// Goes to a tab; the cursor comes back to the lead it left there. The query stays.
    pub(super) fn go_to_tab(&mut self, number: usize) -> Vec<Effect> {
        let Some(tab) = TabChoice::TABS.get(number).copied().filter(|tab| *tab != self.query.tab) else {
            return Vec::new();
        };
        if let Some(here) = self.tab_number() {
            self.list.left[here] = self.selected();
        }
        self.leave_view();
        self.query.tab = tab;
        self.list.anchor = self.list.left[number].map_or(Anchor::Top, Anchor::To);
        self.list.top = 0;
        self.list.cursor = 0;
        vec![self.search()]
    }

    /// Moves the cursor, or scrolls the detail where that has the keys.
    pub(super) fn go(&mut self, command: Command) {
        let page = self.geometry.list_rows.max(2);
        let last = self.listing.ids.len().saturating_sub(1);
        let cursor = &mut self.list.cursor;
        *cursor = match command {
            Command::Down => *cursor + 1,
            Command::Up => cursor.saturating_sub(1),
            Command::HalfDown => *cursor + page / 2,
            Command::HalfUp => cursor.saturating_sub(page / 2),
            Command::PageDown => *cursor + (page - 1),
            Command::PageUp => cursor.saturating_sub(page - 1),
            Command::First => 0,
            Command::Last => last,
            _ => *cursor,
        }
        .min(last);
    }

    /// Keeps cursor and scroll in range, and asks for whatever the screen will show and was not read yet.
    pub(super) fn settle(&mut self) -> Vec<Effect> {
        self.settle_outbox();
        let count = self.listing.ids.len();
        self.list.cursor = self.list.cursor.min(count.saturating_sub(1));
        let height = self.geometry.list_rows.max(1);
        self.list.top = self.list.top.min(self.list.cursor);
        while self.lines_to_cursor() > height && self.list.top < self.list.cursor {
            self.list.top += 1;
        }
        let mut effects = Vec::new();
        let shown = self.list.top..(self.list.top + height.max(60)).min(count);
        let ids = self.listing.ids.get(shown).unwrap_or_default();
        // A run shows leads that the list may not show any more, and names the one that follows.
        let running = self.run.iter().flat_map(|run| [run.current(), run.following()]).flatten();
        let missing: Vec<LeadId> = ids
            .iter()
            .copied()
            .chain(running)
            .filter(|id| !self.rows.contains_key(id) && !self.asked.contains(id))
            .collect();
        if !missing.is_empty() {
            if self.rows.len() > KEPT_ROWS {
                self.rows.retain(|id, _| ids.contains(id));
            }
            self.asked.extend(&missing);
            effects.push(Effect::Read(missing));
        }
        let wanted = self.selected();
        if wanted.is_some() && wanted != self.detail.as_ref().map(|detail| detail.lead.id) && self.opening != wanted {
            self.opening = wanted;
            if std::mem::replace(&mut self.scrolled, wanted) != wanted {
                self.detail_top = 0;
            }
            effects.extend(wanted.map(Effect::Open));
        }
        effects
    }

    /// Lines from the top of the list to the cursor, the archive's rule included.
    fn lines_to_cursor(&self) -> usize {
        let (top, cursor, rule) = (self.list.top, self.list.cursor, self.listing.archived_from);
        let rule_lines = match rule {
            rule if rule < top || rule > cursor => 0,
            rule if rule == top => 1,
            _ => 2,
        };
        cursor - top + 1 + rule_lines
    }

    /// Asks again for what no answer came for.
    pub(super) fn ask_again(&mut self) {
        self.unread = false;
        self.asked.clear();
        self.opening = None;
        self.forget_person();
    }

    /// Forgets what was read, because the store changed under it.
    pub(super) fn forget_rows(&mut self) {
        self.rows.clear();
        self.detail = None;
        self.ask_again();
    }
}
