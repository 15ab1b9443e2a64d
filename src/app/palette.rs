//! The palette, which is also the help (PRODUCT.md 4): every command with its key and one line, filtered by name or by key,
//! run with Enter. `:12` goes to lead 12, `:q` quits. Must not list commands itself: the table does.

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
    /// The row under the cursor.
    pub cursor: usize,
}

impl Default for Palette {
    fn default() -> Self {
        Self { input: Input::new(Lines::One), cursor: 0 }
    }
}

impl App {
    /// The commands that match what was typed: first by their key, then by the beginning of their name, then by name or
    /// help.
    pub fn palette_rows(&self, palette: &Palette) -> Vec<&'static Spec> {
        let typed = palette.input.text().trim();
        let wanted = fold(typed);
        let by_key =
            |spec: &&Spec| Key::parse(typed).is_some_and(|key| self.settings.keymap.keys(spec.command).contains(&key));
        let by_name = |spec: &&Spec| fold(spec.name).contains(&wanted) || fold(spec.help).contains(&wanted);
        let mut rows: Vec<&Spec> = COMMANDS.iter().filter(by_key).collect();
        let begins = |spec: &&Spec| !wanted.is_empty() && fold(spec.name).starts_with(&wanted);
        rows.extend(COMMANDS.iter().filter(|spec| !by_key(spec)).filter(begins));
        rows.extend(COMMANDS.iter().filter(|spec| !by_key(spec) && !begins(spec)).filter(by_name));
        rows
    }

    pub(super) fn palette_key(&mut self, mut palette: Palette, key: Key) -> Vec<Effect> {
        let rows = self.palette_rows(&palette);
        let last = rows.len().saturating_sub(1);
        match key.code {
            Code::Esc => {
                self.armed = None;
                return Vec::new();
            }
            Code::Enter => {
                let typed = palette.input.text().trim().trim_start_matches('#');
                if let Ok(number) = typed.parse::<i64>() {
                    return self.go_to_lead(LeadId(number));
                }
                let quit = (typed == "q").then_some(Command::Quit);
                let command = quit.or_else(|| rows.get(palette.cursor).map(|spec| spec.command));
                return command.map(|command| self.run(command)).unwrap_or_default();
            }
            Code::Down | Code::Tab => palette.cursor = (palette.cursor + 1).min(last),
            Code::Up | Code::BackTab => palette.cursor = palette.cursor.saturating_sub(1),
            Code::PageDown => palette.cursor = (palette.cursor + 10).min(last),
            Code::PageUp => palette.cursor = palette.cursor.saturating_sub(10),
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
