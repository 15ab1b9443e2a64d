//! Deliveries that the receiver could not read: listed where files are imported, opened in the person's own editor, imported
//! once they can be read, or dismissed (TRUST.md, "The receiver never lies"). What was written is kept until it is stored.
//! Must not read a delivery: that is an effect.

use std::path::PathBuf;

use crate::app::importing::Importing;
use crate::app::msg::{Effect, ImportSummary, Writing};
use crate::app::{App, Armed, Popup, Tone};
use crate::domain::quarantine::Quarantined;

impl App {
    /// The number of the delivery under the cursor of the import window.
    pub fn marked_delivery(&self, importing: &Importing) -> Option<i64> {
        let typed = !importing.path.text().trim().is_empty();
        self.deliveries.get(importing.cursor).filter(|_| !typed).map(|delivery| delivery.id)
    }

    /// Opens a delivery: what was written of it before, else as it came.
    pub(super) fn open_delivery(&self, id: i64) -> Effect {
        match self.unsaved_deliveries.get(&id) {
            Some(text) => Effect::Editor(Writing::Delivery(id), text.clone()),
            None => Effect::OpenDelivery(id),
        }
    }

    /// The first press asks; the second dismisses.
    pub(super) fn dismiss_delivery(&mut self, id: i64, armed: Option<&Armed>) -> Vec<Effect> {
        if armed == Some(&Armed::Dismiss(id)) {
            return vec![Effect::Dismiss(id)];
        }
        self.armed = Some(Armed::Dismiss(id));
        self.say("A lead may be in it. Del once more dismisses this delivery for good.", Tone::Trouble);
        Vec::new()
    }

    /// It is stored: only now what was written of it may go.
    pub(super) fn dismissed(&mut self, id: i64, now: bool) -> Vec<Effect> {
        self.unsaved_deliveries.remove(&id);
        if now {
            self.say("Dismissed: this delivery brings no lead.", Tone::Done);
        } else {
            self.say("This delivery was imported or dismissed before.", Tone::Plain);
        }
        vec![Effect::Quarantine, self.search()]
    }

    pub(super) fn take_deliveries(&mut self, deliveries: Vec<Quarantined>) {
        self.deliveries = deliveries;
        let most = self.import_items().saturating_sub(1);
        if let Some(Popup::Import(importing)) = &mut self.popup {
            importing.cursor = importing.cursor.min(most);
        }
    }

    /// The text came back from the editor.
    pub(super) fn delivery_written(&mut self, id: i64, written: Result<String, String>) -> Vec<Effect> {
        match written {
            Ok(text) => {
                self.unsaved_deliveries.insert(id, text.clone());
                self.busy = true;
                vec![Effect::Mend(id, text)]
            }
            Err(why) => {
                self.say(why, Tone::Trouble);
                Vec::new()
            }
        }
    }

    /// The mended text was imported, or could not be read either.
    pub(super) fn mended(&mut self, id: i64, result: Result<ImportSummary, String>) -> Vec<Effect> {
        match result {
            Ok(summary) => {
                self.unsaved_deliveries.remove(&id);
                let mut effects = self.imported(Ok(summary));
                effects.push(Effect::Quarantine);
                effects
            }
            Err(why) => {
                self.busy = false;
                let why = format!("{why} What you wrote is kept: opened again, the delivery shows it.");
                match &mut self.popup {
                    Some(Popup::Import(importing)) => {
                        importing.preview = Some((PathBuf::from("The delivery"), Err(why)));
                    }
                    _ => self.say(why, Tone::Trouble),
                }
                Vec::new()
            }
        }
    }
}
