//! `leadbox lost ID…`: an accepted lead came to nothing, with one of eight reasons.
//! Must not hold more than the name of the verb: `grounds` does the work.

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::grounds::{self, GroundsArgs};
use crate::domain::change::{Act, Change};

/// Marks them lost, all or none.
pub fn run(context: &Context, args: &GroundsArgs) -> anyhow::Result<Exit> {
    grounds::run(context, args, Act::Lost, Change::Lost)
}
