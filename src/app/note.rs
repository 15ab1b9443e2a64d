//! The note of a lead, written in the person's own editor (PRODUCT.md 4, Logging). What was written is kept until the store
//! has it. Must not start an editor: that is an effect.

use crate::app::commands::Command;
use crate::app::logging::NOTE;
use crate::app::marks::Chosen;
use crate::app::msg::{Effect, Writing};
use crate::app::{App, Tone};
use crate::domain::change::Change;
use crate::domain::entry;
use crate::domain::lead::LeadId;

impl App {
    /// Hands the note of the lead under the cursor to the editor.
    pub(super) fn open_note(&mut self) -> Vec<Effect> {
        if !self.marks.is_empty() {
            self.say(self.one_note(), Tone::Trouble);
            return Vec::new();
        }
        self.selected().map(|id| self.edit_note(id)).unwrap_or_default()
    }

    pub(super) fn write_note(&mut self, chosen: &Chosen) -> Vec<Effect> {
        if let (None, Some(id)) = (&chosen.words, chosen.leads.first()) {
            return self.edit_note(*id);
        }
        self.say(self.one_note(), Tone::Trouble);
        Vec::new()
    }

    /// A note is one lead's own: written for many it would take the place of theirs.
    fn one_note(&self) -> String {
        let back = self.key_of(Command::Back);
        format!("A note is written for one lead at a time; {back} takes the marks away. A contact is logged for all.")
    }

    fn edit_note(&self, id: LeadId) -> Vec<Effect> {
        let Some(row) = self.rows.get(&id) else { return Vec::new() };
        let text = self.unsaved_notes.get(&id).or(row.lead.seller.note.as_ref());
        vec![Effect::Editor(Writing::Note(id), text.cloned().unwrap_or_default())]
    }

    /// The note came back from the editor.
    pub(super) fn note_written(&mut self, id: LeadId, written: Result<String, String>) -> Vec<Effect> {
        let text = match written {
            Ok(text) => text,
            Err(why) => {
                self.say(why, Tone::Trouble);
                return Vec::new();
            }
        };
        let note = entry::note(&text);
        // Until the store has it: a failed save keeps the text.
        self.unsaved_notes.insert(id, text);
        match note {
            Ok(note) => vec![Effect::Apply(vec![id], Change::Note(note))],
            Err(error) => {
                let log = self.key_of(Command::Touch);
                self.say(format!("{error} Nothing was stored; {log} {NOTE} opens the text again."), Tone::Trouble);
                Vec::new()
            }
        }
    }
}
