//! What `decline` and `lost` share: the leads, one of eight reasons, notes, and whether Partner Center knows already.
//! Must not decide whether a lead may end so: `verdict` asks the domain.

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::{verdict, words};
use crate::domain::change::{Act, Change, Grounds};
use crate::domain::lead::LeadId;

/// Which leads, and why.
#[derive(Clone, Debug, clap::Args)]
pub struct GroundsArgs {
    /// Numbers of leads
    #[arg(required = true, value_name = "ID", value_parser = words::lead_id)]
    ids: Vec<LeadId>,
    /// 1 budget, 2 no response, 3 other vendor, 4 requirement, 5 not a customer, 6 timeline, 7 spam, 8 others
    #[arg(long, value_name = "1..8", allow_hyphen_values = true)]
    reason: Option<String>,
    /// Notes to the reason
    #[arg(long, allow_hyphen_values = true)]
    notes: Option<String>,
    /// It was entered in Partner Center already: nothing is owed
    #[arg(long)]
    already_reported: bool,
}

/// Makes the change that `change` makes of the grounds, to all leads or none.
pub fn run(context: &Context, args: &GroundsArgs, act: Act, change: fn(Grounds) -> Change) -> anyhow::Result<Exit> {
    let mut store = context.open_store()?;
    let leads = verdict::ask(context, &store, &args.ids, act)?;
    let reason = verdict::reason(args.reason.as_deref())?;
    let notes = args.notes.clone().filter(|notes| !notes.trim().is_empty());
    let change = change(Grounds { reason, notes, reported: args.already_reported });
    verdict::make(context, &mut store, &verdict::alike(&leads, &change))
}
