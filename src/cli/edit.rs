//! `leadbox edit ID…`: change the deal of accepted leads. A flag replaces its field, an empty text clears it.
//! Must not check a field or a state itself: `fields` and `verdict` ask the domain.

use crate::cli::context::Context;
use crate::cli::exit::{Exit, Fault};
use crate::cli::fields::DealArgs;
use crate::cli::{verdict, words};
use crate::domain::change::{Act, Change};
use crate::domain::lead::LeadId;

/// Which leads, and the fields that change.
#[derive(Clone, Debug, clap::Args)]
pub struct EditArgs {
    /// Numbers of leads
    #[arg(required = true, value_name = "ID", value_parser = words::lead_id)]
    ids: Vec<LeadId>,
    #[command(flatten)]
    deal: DealArgs,
}

/// Edits them, all or none.
pub fn run(context: &Context, args: &EditArgs) -> anyhow::Result<Exit> {
    let mut store = context.open_store()?;
    let leads = verdict::ask(context, &store, &args.ids, Act::Edit)?;
    if args.deal.is_empty() {
        return Err(Fault::usage("There is nothing to change. Give at least one field, such as --value.").into());
    }
    let mut changes = Vec::new();
    for lead in &leads {
        changes.push((lead.id, Change::Edit { deal: args.deal.deal(context, lead)? }));
    }
    verdict::make(context, &mut store, &changes)
}
