//! `leadbox later ID… WHEN`: set the follow-up date of leads, or take it away with `--off`.
//! Must not move a date because of a deadline: `domain::change` does, and it is said.

use crate::cli::context::Context;
use crate::cli::exit::{Exit, Fault};
use crate::cli::{verdict, words};
use crate::domain::change::{Act, Change};

/// Which leads, and when they come back.
#[derive(Clone, Debug, clap::Args)]
pub struct LaterArgs {
    /// Numbers of leads, then when: 3h, 1d, mon, "24 nov", 2026-11-24, "mon 9:30"
    #[arg(required = true, value_name = "ID… WHEN")]
    words: Vec<String>,
    /// When
    #[arg(long, value_name = "WHEN", allow_hyphen_values = true, conflicts_with = "off")]
    until: Option<String>,
    /// No follow-up any more
    #[arg(long)]
    off: bool,
}

/// Sets it, for all leads or none.
pub fn run(context: &Context, args: &LaterArgs) -> anyhow::Result<Exit> {
    let (ids, rest) = words::ids_first(&args.words)?;
    let mut store = context.open_store()?;
    let leads = verdict::ask(context, &store, &ids, Act::Later)?;
    if !rest.is_empty() && (args.off || args.until.is_some()) {
        return Err(Fault::usage("Say once when the leads come back. Nothing was changed.").into());
    }
    let until = if args.off {
        None
    } else {
        let typed = args.until.clone().unwrap_or_else(|| rest.join(" "));
        Some(verdict::when("WHEN", &typed, context)?)
    };
    verdict::make(context, &mut store, &verdict::alike(&leads, &Change::Later(until)))
}
