//! What every verb is given: the moment, the places, the config and the output. Opens the store when a verb asks for it,
//! so that help and `paths` make no file.

use std::cell::Cell;

use chrono::NaiveDate;

use crate::cli::output::Output;
use crate::domain::lead::Moment;
use crate::shell::clock::Clock;
use crate::shell::config::Config;
use crate::shell::hooks::Hooks;
use crate::shell::outgoing::ExportSettings;
use crate::shell::places::Places;
use crate::store::Store;

/// One run of the program.
pub struct Context {
    /// The clock; a verb uses `now`.
    pub clock: Clock,
    /// The moment this run acts at.
    pub now: Moment,
    /// Where things are.
    pub places: Places,
    /// The settings.
    pub config: Config,
    /// Where words go.
    pub output: Output,
    /// Names this start of the program in the journal.
    pub start: String,
    /// Follows the store since it was opened, where the config names programs to be told.
    pub hooks: Cell<Option<Hooks>>,
}

impl Context {
    /// Opens the store, making it and its folder where they lack.
    pub fn open_store(&self) -> anyhow::Result<Store> {
        self.places.prepare_store()?;
        let store = Store::open(&self.places.store, self.config.terms.clone(), &self.start)?;
        let followed = self.hooks.take();
        self.hooks.set(match followed {
            // What happened since the first opening is still to be told.
            Some(hooks) => Some(hooks),
            None => Hooks::follow(&store, &self.config.hooks)?,
        });
        Ok(store)
    }

    /// What an export needs of the config and of this machine.
    pub fn export_settings(&self) -> ExportSettings {
        ExportSettings { zone: self.clock.zone(), crm: self.config.crm.clone(), ..ExportSettings::default() }
    }

    /// Today where the seller is.
    pub fn today(&self) -> NaiveDate {
        self.now.with_timezone(&self.clock.zone()).date_naive()
    }
}
