//! The palette, which is also the help (PRODUCT.md 4): every command with its key and one line, the best match first, run
//! with Enter. `:12` goes to lead 12, `:q` quits. Must not list commands itself: the table does.

use crate::app::commands::{COMMANDS, Command, Spec};
use crate::app::input::{Input, Lines};
use crate::app::key::{Code, Key};
use crate::app::msg::Effect;
use crate::app::update::edit_of;
use crate::app::{App, Popup};
use crate::domain::fold::fold;
use crate::domain::lead::LeadId;

/// The palette.
#[derive(Clone, Debug, PartialEq)]
pub struct Palette {
    /// What is looked for.
    pub input: Input,
    /// The offer under the cursor.
    pub cursor: usize,
}

/// What Enter would do.
#[derive(Clone, Copy, Debug)]
pub enum Offer {
    /// Go to the lead of this number.
    Lead(LeadId),
    /// Run a command.
    Run(&'static Spec),
}

impl Default for Palette {
    fn default() -> Self {
        Self { input: Input::new(Lines::One), cursor: 0 }
    }
}

impl Palette {
    /// Nothing was typed: all commands stand in the order of the table, under its headings.
    pub fn is_help(&self) -> bool {
        self.input.text().trim().is_empty()
    }
}

impl App {
    /// What was typed may mean: the lead of that number, then the commands, the best match first.
    pub fn offers(&self, palette: &Palette) -> Vec<Offer> {
        let typed = palette.input.text().trim();
        let number = typed.trim_start_matches('#').parse().ok().map(|number| Offer::Lead(LeadId(number)));
        let rank = |spec: &'static Spec| self.rank(spec, typed).map(|rank| (rank, spec));
        let mut commands: Vec<(u8, &Spec)> = COMMANDS.iter().filter_map(rank).collect();
        commands.sort_by_key(|(rank, _)| *rank);
        number.into_iter().chain(commands.into_iter().map(|(_, spec)| Offer::Run(spec))).collect()
    }

    /// How well a command matches, 0 best: by its key, the beginning of its name, its name, its help, its verb.
    fn rank(&self, spec: &Spec, typed: &str) -> Option<u8> {
        if spec.command == Command::Quit && typed == "q" {
            return Some(0);
        }
        let key = Key::parse(typed);
        let by_key = key.is_some_and(|key| self.settings.keymap.keys(spec.command).contains(&key));
        let (wanted, name) = (fold(typed), fold(spec.name));
        match () {
            () if by_key => Some(1),
            () if name.starts_with(&wanted) => Some(2),
            () if name.contains(&wanted) => Some(3),
            () if fold(spec.help).contains(&wanted) => Some(4),
            () if spec.verb.contains(&wanted) => Some(5),
            () => None,
        }
    }

    pub(super) fn palette_key(&mut self, mut palette: Palette, key: Key) -> Vec<Effect> {
        let offers = self.offers(&palette);
        let last = offers.len().saturating_sub(1);
        let page = self.geometry.page.1.saturating_sub(1).max(1);
        match key.code {
            Code::Esc => {
                self.armed = None;
                return Vec::new();
            }
            Code::Enter => {
                return match offers.get(palette.cursor) {
                    Some(Offer::Lead(id)) => self.go_to_lead(*id),
                    Some(Offer::Run(spec)) => self.run(spec.command),
                    None => Vec::new(),
                };
            }
            Code::Down | Code::Tab => palette.cursor = (palette.cursor + 1).min(last),
            Code::Up | Code::BackTab => palette.cursor = palette.cursor.saturating_sub(1),
            Code::PageDown => palette.cursor = (palette.cursor + page).min(last),
            Code::PageUp => palette.cursor = palette.cursor.saturating_sub(page),
            Code::Home if palette.is_help() => palette.cursor = 0,
            Code::End if palette.is_help() => palette.cursor = last,
            _ => {
                let changed = match key.typed() {
                    Some(c) => palette.input.insert(c),
                    None => edit_of(key).is_some_and(|edit| palette.input.edit(edit)),
                };
                if changed {
                    palette.cursor = 0;
                }
            }
        }
        self.popup = Some(Popup::Palette(palette));
        Vec::new()
    }

    /// Goes to a lead of this or another tab; one that is not in the list is read first, to know where it is.
    pub(super) fn go_to_lead(&mut self, id: LeadId) -> Vec<Effect> {
        self.armed = None;
        if let Some(place) = self.listing.ids.iter().position(|other| *other == id) {
            self.list.cursor = place;
            return Vec::new();
        }
        self.wanted = Some(id);
        vec![Effect::Read(vec![id])]
    }
}
