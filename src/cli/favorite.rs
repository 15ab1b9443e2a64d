//! `leadbox favorite ID…`: set the heart, or take it away with `--off`. Archived leads may have one too.
//! Must not touch anything but the heart.

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::{verdict, words};
use crate::domain::change::{Act, Change};
use crate::domain::lead::LeadId;

/// Which leads.
#[derive(Clone, Debug, clap::Args)]
pub struct FavoriteArgs {
    /// Numbers of leads
    #[arg(required = true, value_name = "ID", value_parser = words::lead_id)]
    ids: Vec<LeadId>,
    /// Take the heart away
    #[arg(long)]
    off: bool,
}

/// Marks them, all or none. Leads that are so already are left alone.
pub fn run(context: &Context, args: &FavoriteArgs) -> anyhow::Result<Exit> {
    let mut store = context.open_store()?;
    let mut leads = verdict::ask(context, &store, &args.ids, Act::Favorite)?;
    leads.retain(|lead| lead.seller.favorite == args.off);
    if leads.is_empty() {
        context.output.say("Nothing to change: it is so already.");
        return Ok(Exit::DONE);
    }
    verdict::make(context, &mut store, &verdict::alike(&leads, &Change::Favorite(!args.off)))
}
