//! `leadbox won ID…`: accepted leads that became business. A value replaces the deal's.
//! Must not decide whether a lead may be won: `verdict` asks the domain.

use crate::cli::context::Context;
use crate::cli::exit::{Exit, Fault};
use crate::cli::{verdict, words};
use crate::domain::change::{Act, Change};
use crate::domain::deal::currency_of;
use crate::domain::entry;
use crate::domain::lead::{Lead, LeadId};

/// Which leads, and what they brought.
#[derive(Clone, Debug, clap::Args)]
pub struct WonArgs {
    /// Numbers of leads
    #[arg(required = true, value_name = "ID", value_parser = words::lead_id)]
    ids: Vec<LeadId>,
    /// What it brought; the deal's value stays where none is given
    #[arg(long, allow_hyphen_values = true)]
    value: Option<String>,
    /// Its currency (ISO 4217); the deal's, else the config's, where none is given
    #[arg(long, requires = "value")]
    currency: Option<String>,
    /// It was entered in Partner Center already: nothing is owed
    #[arg(long)]
    already_reported: bool,
}

/// Marks them won, all or none.
pub fn run(context: &Context, args: &WonArgs) -> anyhow::Result<Exit> {
    let mut store = context.open_store()?;
    let leads = verdict::ask(context, &store, &args.ids, Act::Won)?;
    let mut changes = Vec::new();
    for lead in &leads {
        changes.push((lead.id, args.change(lead, &context.config.currency)?));
    }
    verdict::make(context, &mut store, &changes)
}

impl WonArgs {
    fn change(&self, lead: &Lead, default: &str) -> Result<Change, Fault> {
        let wrong =
            |flag: &str, error: entry::EntryError| Fault::usage(format!("{flag}: {error} Nothing was changed."));
        let value = self.value.as_deref().map(entry::amount).transpose().map_err(|error| wrong("--value", error))?;
        let currency = self.currency.as_deref().map(entry::currency).transpose();
        let currency = currency.map_err(|error| wrong("--currency", error))?;
        let currency = currency.unwrap_or_else(|| currency_of(lead.seller.deal.as_ref(), default));
        Ok(Change::Won { value: value.map(|value| (value, currency)), reported: self.already_reported })
    }
}
