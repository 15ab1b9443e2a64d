//! `leadbox away ID…`: put informational leads away until their person sends another, or bring them back with `--off`.
//! Must not know which leads are informational: `verdict` asks the domain.

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::{verdict, words};
use crate::domain::change::{Act, Change};
use crate::domain::lead::LeadId;

/// Which leads.
#[derive(Clone, Debug, clap::Args)]
pub struct AwayArgs {
    /// Numbers of leads
    #[arg(required = true, value_name = "ID", value_parser = words::lead_id)]
    ids: Vec<LeadId>,
    /// Bring them back
    #[arg(long)]
    off: bool,
}

/// Puts them away or brings them back, all or none.
pub fn run(context: &Context, args: &AwayArgs) -> anyhow::Result<Exit> {
    let mut store = context.open_store()?;
    let act = if args.off { Act::Back } else { Act::Away };
    let leads = verdict::ask(context, &store, &args.ids, act)?;
    verdict::make(context, &mut store, &verdict::alike(&leads, &Change::Away(!args.off)))
}
