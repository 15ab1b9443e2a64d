//! `leadbox accept ID…`: take leads; each becomes a deal.
//! Must not check a field or a state itself: `fields` and `verdict` ask the domain.

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::fields::DealArgs;
use crate::cli::{verdict, words};
use crate::domain::change::{Act, Change};
use crate::domain::lead::LeadId;

/// Which leads, and the fields of the form.
#[derive(Clone, Debug, clap::Args)]
pub struct AcceptArgs {
    /// Numbers of leads
    #[arg(required = true, value_name = "ID", value_parser = words::lead_id)]
    ids: Vec<LeadId>,
    #[command(flatten)]
    deal: DealArgs,
    /// It was accepted in Partner Center already: nothing is owed
    #[arg(long)]
    already_reported: bool,
}

/// Accepts them, all or none.
pub fn run(context: &Context, args: &AcceptArgs) -> anyhow::Result<Exit> {
    let mut store = context.open_store()?;
    let leads = verdict::ask(context, &store, &args.ids, Act::Accept)?;
    let mut changes = Vec::new();
    for lead in &leads {
        let deal = args.deal.deal(context, lead)?;
        changes.push((lead.id, Change::Accept { deal, reported: args.already_reported }));
    }
    verdict::make(context, &mut store, &changes)
}
