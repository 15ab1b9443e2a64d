//! The last resort of copying: where no clipboard took a text it stands alone on the screen, so that the mouse can select it.
//! Must not alter the text.

use crate::app::commands::Command;
use crate::app::key::{Code, Key};
use crate::app::msg::Effect;
use crate::app::update::scrolled;
use crate::app::{App, Popup};

/// A text that is to be selected by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownText {
    /// The text.
    pub text: String,
    /// Why no clipboard has it.
    pub why: String,
    /// First line of it on the screen.
    pub top: usize,
}

impl App {
    pub(super) fn show_text(&mut self, text: String, why: String) {
        if matches!(self.popup, Some(Popup::Copy(_))) {
            self.popup = None;
        }
        let why = self.neither(why);
        self.notice = None;
        self.shown = Some(ShownText { text, why, top: 0 });
    }

    /// Motions scroll, where it does not fit; Enter and what closes goes back. Nothing else happens by accident.
    pub(super) fn shown_key(&mut self, mut shown: ShownText, key: Key) -> Vec<Effect> {
        let command = self.settings.keymap.command(key);
        if self.closes(key) || key.code == Code::Enter || command == Some(Command::Open) {
            return Vec::new();
        }
        if let Some(motion) = command {
            shown.top = scrolled(shown.top, motion, self.geometry.page);
        }
        self.shown = Some(shown);
        Vec::new()
    }
}
