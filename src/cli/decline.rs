//! `leadbox decline ID…`: turn leads down, with one of eight reasons.
//! Must not decide whether a lead may be declined: `verdict` asks the domain.

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::{verdict, words};
use crate::domain::change::{Act, Change, Grounds};
use crate::domain::lead::LeadId;

/// Which leads, and why.
#[derive(Clone, Debug, clap::Args)]
pub struct DeclineArgs {
    /// Numbers of leads
    #[arg(required = true, value_name = "ID", value_parser = words::lead_id)]
    ids: Vec<LeadId>,
    /// 1 budget, 2 no response, 3 other vendor, 4 requirement, 5 not a customer, 6 timeline, 7 spam, 8 others
    #[arg(long, value_name = "1..8", allow_hyphen_values = true)]
    reason: Option<String>,
    /// Notes to the reason
    #[arg(long, allow_hyphen_values = true)]
    notes: Option<String>,
    /// It was declined in Partner Center already: nothing is owed
    #[arg(long)]
    already_reported: bool,
}

/// Declines them, all or none.
pub fn run(context: &Context, args: &DeclineArgs) -> anyhow::Result<Exit> {
    let mut store = context.open_store()?;
    let leads = verdict::ask(context, &store, &args.ids, Act::Decline)?;
    let reason = verdict::reason(args.reason.as_deref())?;
    let notes = args.notes.clone().filter(|notes| !notes.trim().is_empty());
    let change = Change::Decline(Grounds { reason, notes, reported: args.already_reported });
    verdict::make(context, &mut store, &verdict::alike(&leads, &change))
}
