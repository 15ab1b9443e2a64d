//! `leadbox demo`: the inbox on made-up leads in a throwaway store.

use crate::cli::context::Context;
use crate::cli::exit::{Exit, Fault};

/// Opens the inbox on made-up leads.
pub fn run(_context: &Context) -> anyhow::Result<Exit> {
    Err(Fault::failed("The demo is not part of this build yet.").into())
}
