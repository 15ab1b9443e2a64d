//! The page of one person: who it is, their leads under a cursor, and one timeline over all of them (PRODUCT.md 6). It is
//! read anew whenever the store changes while it is open. Must not read leads itself, nor decide who is whose lead.

use crate::app::commands::Command;
use crate::app::key::Key;
use crate::app::msg::{Effect, OpenedPerson};
use crate::app::{App, Focus, Popup, Tone};
use crate::domain::lead::LeadId;

/// The page.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonPage {
    /// The lead it was opened from.
    pub lead: LeadId,
    /// What was read; `None` until it came.
    pub person: Option<Box<OpenedPerson>>,
    /// The lead under the cursor, by its place among the leads.
    pub cursor: usize,
    /// The timeline has the keys.
    pub on_timeline: bool,
    /// First line of the timeline that is shown.
    pub top: usize,
    /// It is to be read anew.
    stale: bool,
}

impl App {
    pub(super) fn open_person(&mut self) -> Vec<Effect> {
        let Some(lead) = self.lead() else { return Vec::new() };
        if lead.record.person_key.is_none() {
            let title = lead.record.person.title();
            let text =
                format!("{title} left neither e-mail nor phone, so other leads of the same person cannot be told.");
            self.say(text, Tone::Trouble);
            return Vec::new();
        }
        let page = PersonPage { lead: lead.id, person: None, cursor: 0, on_timeline: false, top: 0, stale: false };
        let effect = Effect::OpenPerson(page.lead);
        self.popup = Some(Popup::Person(page));
        vec![effect]
    }

    /// Takes the answer in; the cursor stays on its lead, and is first on the one the page was opened from.
    pub(super) fn take_person(&mut self, lead: LeadId, person: Option<Box<OpenedPerson>>) {
        let Some(Popup::Person(page)) = &mut self.popup else { return };
        if page.lead != lead {
            return;
        }
        let Some(person) = person else {
            self.popup = None;
            self.say(format!("Lead {lead} is not in the store any more."), Tone::Trouble);
            return;
        };
        let on = page.on().unwrap_or(page.lead);
        let place = person.leads.iter().position(|lead| lead.id == on);
        page.cursor = place.unwrap_or(page.cursor).min(person.leads.len().saturating_sub(1));
        page.person = Some(person);
    }

    pub(super) fn person_key(&mut self, mut page: PersonPage, key: Key) -> Vec<Effect> {
        match self.settings.keymap.command(key) {
            _ if self.closes(key) => return Vec::new(),
            Some(Command::Person) => return Vec::new(),
            Some(Command::Open) => {
                let Some(id) = page.on() else { return Vec::new() };
                if self.run.is_some() {
                    return self.run_to(id, page);
                }
                self.focus = Focus::List;
                return self.go_to_lead(id);
            }
            Some(Command::NextPane | Command::PreviousPane) => page.on_timeline = !page.on_timeline,
            Some(motion) => page.go(motion, self.geometry.person),
            None => {}
        }
        self.popup = Some(Popup::Person(page));
        Vec::new()
    }

    /// Brings a lead on a run's screen; one that is not in its pile is told, and nothing moves.
    fn run_to(&mut self, id: LeadId, page: PersonPage) -> Vec<Effect> {
        let place = self.run.as_ref().and_then(|run| run.pile.iter().position(|other| *other == id));
        if let (Some(run), Some(place)) = (&mut self.run, place) {
            run.place = place;
            self.detail_top = 0;
        } else {
            self.popup = Some(Popup::Person(page));
            let quit = self.key_of(Command::Quit);
            self.say(format!("Lead {id} is not in this run. {quit} goes back to it."), Tone::Plain);
        }
        Vec::new()
    }

    /// Marks an open page to be read anew, because the store changed under it.
    pub(super) fn forget_person(&mut self) {
        if let Some(Popup::Person(page)) = &mut self.popup {
            page.stale = true;
        }
    }

    /// Asks for the page that was marked.
    pub(super) fn settle_person(&mut self) -> Option<Effect> {
        match &mut self.popup {
            Some(Popup::Person(page)) if page.stale => {
                page.stale = false;
                Some(Effect::OpenPerson(page.lead))
            }
            _ => None,
        }
    }
}

impl PersonPage {
    /// The lead under the cursor.
    fn on(&self) -> Option<LeadId> {
        self.person.as_ref()?.leads.get(self.cursor).map(|lead| lead.id)
    }

    /// Moves the cursor, or scrolls the timeline where that has the keys.
    fn go(&mut self, motion: Command, shown: PersonGeometry) {
        let leads = self.person.as_ref().map_or(0, |person| person.leads.len());
        let (lines, height) = shown.timeline;
        let (place, most, page) = if self.on_timeline {
            (&mut self.top, lines.saturating_sub(height), height.max(2))
        } else {
            (&mut self.cursor, leads.saturating_sub(1), shown.leads.max(2))
        };
        *place = match motion {
            Command::Down => *place + 1,
            Command::Up => place.saturating_sub(1),
            Command::HalfDown => *place + page / 2,
            Command::HalfUp => place.saturating_sub(page / 2),
            Command::PageDown => *place + page - 1,
            Command::PageUp => place.saturating_sub(page - 1),
            Command::First => 0,
            Command::Last => most,
            _ => *place,
        }
        .min(most);
    }
}

/// What the last frame told of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PersonGeometry {
    /// Leads that fit.
    pub leads: usize,
    /// Lines the timeline has, and lines that fit.
    pub timeline: (usize, usize),
}
