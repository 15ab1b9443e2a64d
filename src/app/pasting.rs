//! Pasted text: it goes where text is typed, and is never keys (PRODUCT.md 4).
//! Must not do anything with it beyond that.

use crate::app::msg::Effect;
use crate::app::{App, Popup};

impl App {
    /// Pasted text goes where text is typed; nowhere else, and never as keys.
    pub(super) fn paste(&mut self, text: &str) -> Vec<Effect> {
        if self.shown.is_some() {
            return Vec::new();
        }
        match self.popup.take() {
            Some(Popup::Form(form)) => self.form_paste(form, text),
            Some(Popup::Search(line)) => self.search_paste(line, text),
            Some(Popup::Import(importing)) => self.import_paste(importing, text),
            Some(Popup::Views(menu)) => self.view_paste(menu, text),
            Some(Popup::Export(exporting)) => self.export_paste(exporting, text),
            Some(Popup::Grounds(mut line)) => {
                if line.noting {
                    line.notes.insert_text(text);
                }
                self.popup = Some(Popup::Grounds(line));
                Vec::new()
            }
            Some(Popup::Won(mut line)) => {
                line.value.insert_text(text);
                self.popup = Some(Popup::Won(line));
                Vec::new()
            }
            Some(Popup::Touch(mut line)) => {
                line.field().insert_text(text);
                self.popup = Some(Popup::Touch(line));
                Vec::new()
            }
            Some(Popup::Later(mut line)) => {
                line.date.insert_text(text);
                self.popup = Some(Popup::Later(line));
                Vec::new()
            }
            Some(Popup::Tags(mut line)) => {
                line.input.insert_text(text);
                self.popup = Some(Popup::Tags(line));
                Vec::new()
            }
            Some(Popup::Palette(mut palette)) => {
                palette.input.insert_text(text);
                self.popup = Some(Popup::Palette(palette));
                Vec::new()
            }
            None if self.filters.customer.is_some() => self.customer_paste(text),
            None if self.is_empty_store() => {
                let mut effects = self.open_import();
                if let Some(Popup::Import(importing)) = self.popup.take() {
                    effects.extend(self.import_paste(importing, text));
                }
                effects
            }
            other => {
                self.popup = other;
                Vec::new()
            }
        }
    }
}
