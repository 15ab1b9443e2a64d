//! Logging a contact: `c`, the kind, then what came of it and when to follow up (PRODUCT.md 4). The cadence proposes the
//! date. Must not store anything: that is an effect.

use crate::app::commands::Command;
use crate::app::input::{Input, Lines};
use crate::app::key::{Code, Key};
use crate::app::list::Anchor;
use crate::app::marks::Chosen;
use crate::app::msg::Effect;
use crate::app::update::edit_of;
use crate::app::{App, Popup, Tone};
use crate::domain::change::{Act, Change, default_reason};
use crate::domain::entry;
use crate::domain::follow_up::{Cadence, Length};
use crate::domain::vocabulary::TouchKind;

/// The letters of the menu and the kinds they log.
pub const KINDS: [(char, TouchKind); 5] = [
    ('c', TouchKind::Called),
    ('n', TouchKind::NoAnswer),
    ('v', TouchKind::Voicemail),
    ('m', TouchKind::Mail),
    ('t', TouchKind::Meeting),
];

/// The letter of the menu that writes the note.
pub const NOTE: char = 'e';

/// The menu of kinds.
#[derive(Clone, Debug, PartialEq)]
pub struct LogMenu {
    /// The leads.
    pub chosen: Chosen,
    /// What was typed before another kind was wished.
    typed: Option<Box<TouchLine>>,
}

/// What came of a contact, and when to follow up.
#[derive(Clone, Debug, PartialEq)]
pub struct TouchLine {
    /// The leads.
    pub chosen: Chosen,
    /// In which way they were contacted.
    pub kind: TouchKind,
    /// What came of it.
    pub text: Input,
    /// When to follow up.
    pub next: Input,
    /// The date has the keys.
    pub dating: bool,
    /// What is wrong, once Enter was pressed.
    pub error: Option<String>,
}

impl TouchLine {
    fn new(chosen: Chosen, kind: TouchKind, cadence: &Cadence, touches: u32) -> Self {
        let (text, mut next) = (Input::new(Lines::One), Input::new(Lines::One));
        next.set(&cadence.proposed(touches).map(|length| Length(length).to_string()).unwrap_or_default());
        Self { chosen, kind, text, next, dating: false, error: None }
    }

    /// The field that has the keys.
    pub(super) fn field(&mut self) -> &mut Input {
        self.error = None;
        if self.dating { &mut self.next } else { &mut self.text }
    }
}

impl App {
    /// Opens the menu of kinds. An archived lead still takes a note.
    pub(super) fn open_log(&mut self) -> Vec<Effect> {
        if !self.marks.is_empty() {
            return vec![Effect::Survey(self.targets(), Act::Touch)];
        }
        let Some(lead) = self.lead() else { return Vec::new() };
        let chosen = Chosen { leads: vec![lead.id], words: None, reason: default_reason([lead]) };
        self.open_log_menu(chosen)
    }

    pub(super) fn open_log_menu(&mut self, chosen: Chosen) -> Vec<Effect> {
        self.popup = Some(Popup::Log(LogMenu { chosen, typed: None }));
        Vec::new()
    }

    pub(super) fn log_key(&mut self, menu: LogMenu, key: Key) -> Vec<Effect> {
        let letter = key.typed();
        if letter == Some(NOTE) {
            return self.write_note(&menu.chosen);
        }
        let Some((_, kind)) = KINDS.into_iter().find(|(known, _)| Some(*known) == letter) else {
            if self.closes(key) {
                return Vec::new();
            }
            let log = self.key_of(Command::Touch);
            self.say(format!("Nothing was logged: that letter logs nothing. {log} shows which do."), Tone::Plain);
            return Vec::new();
        };
        if let Some(why) = self.refusal(Act::Touch).filter(|_| menu.chosen.words.is_none()) {
            self.say(why, Tone::Trouble);
            return Vec::new();
        }
        let line = if let Some(line) = menu.typed {
            TouchLine { kind, ..*line }
        } else {
            let touches = self.least_touches(&menu.chosen);
            TouchLine::new(menu.chosen, kind, &self.settings.terms.cadence, touches)
        };
        self.popup = Some(Popup::Touch(Box::new(line)));
        Vec::new()
    }

    /// How often the leads were contacted: the fewest of those that were read.
    fn least_touches(&self, chosen: &Chosen) -> u32 {
        let read = chosen.leads.iter().filter_map(|id| self.rows.get(id));
        read.map(|row| row.lead.seller.touches.count).min().unwrap_or_default()
    }

    pub(super) fn touch_key(&mut self, mut line: Box<TouchLine>, key: Key) -> Vec<Effect> {
        match key.code {
            Code::Enter => return self.save_touch(line),
            Code::Tab | Code::BackTab | Code::Up | Code::Down => line.dating = !line.dating,
            Code::Esc if line.dating => line.dating = false,
            Code::Esc => {
                let menu = LogMenu { chosen: line.chosen.clone(), typed: Some(line) };
                self.popup = Some(Popup::Log(menu));
                return Vec::new();
            }
            _ => match key.typed() {
                Some(c) => drop(line.field().insert(c)),
                None => drop(edit_of(key).map(|edit| line.field().edit(edit))),
            },
        }
        self.popup = Some(Popup::Touch(line));
        Vec::new()
    }

    fn save_touch(&mut self, mut line: Box<TouchLine>) -> Vec<Effect> {
        let typed = line.next.text().trim();
        let next =
            if typed.is_empty() { Ok(None) } else { entry::follow_up(typed, self.now, self.settings.zone).map(Some) };
        let effects = match (entry::touch_text(line.text.text()), next) {
            (Ok(text), Ok(next)) => {
                // The line stays until the store has taken it: a failed save keeps the text.
                self.list.anchor = Anchor::Row;
                vec![Effect::Apply(line.chosen.leads.clone(), Change::Touch { kind: line.kind, text, next })]
            }
            (Err(error), _) => {
                line.dating = false;
                line.error = Some(error.to_string());
                Vec::new()
            }
            (_, Err(error)) => {
                line.dating = true;
                line.error = Some(error.to_string());
                Vec::new()
            }
        };
        self.popup = Some(Popup::Touch(line));
        effects
    }
}
