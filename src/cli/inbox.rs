//! `leadbox` without a verb: the inbox. Needs a terminal; a script is told what to run instead.

use std::io::IsTerminal;

use crate::cli::context::Context;
use crate::cli::exit::{Exit, Fault};

/// Opens the inbox on the store.
pub fn run(context: &Context) -> anyhow::Result<Exit> {
    if !(context.output.terminal && std::io::stdin().is_terminal()) {
        return Err(Fault::usage(
            "The inbox needs a terminal. Run `leadbox list` to print the leads, or `leadbox --help` for every verb.",
        )
        .into());
    }
    inbox(context)
}

fn inbox(_context: &Context) -> anyhow::Result<Exit> {
    Err(Fault::failed("The inbox is not part of this build yet. `leadbox list` prints the leads.").into())
}
