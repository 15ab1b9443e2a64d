//! `leadbox decline ID…`: turn leads down, with one of eight reasons.
//! Must not hold more than the name of the verb: `grounds` does the work.

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::grounds::{self, GroundsArgs};
use crate::domain::change::{Act, Change};

/// Declines them, all or none.
pub fn run(context: &Context, args: &GroundsArgs) -> anyhow::Result<Exit> {
    grounds::run(context, args, Act::Decline, Change::Decline)
}
