//! `leadbox paths`: where the store and the config are. Makes nothing.
//! Must not open the store or read the config.

use crate::cli::context::Context;
use crate::cli::exit::Exit;

/// Prints one place a line.
pub fn run(context: &Context) -> anyhow::Result<Exit> {
    let mut data = context.output.data();
    data.line(&format!("store   {}", context.places.store.display()))?;
    data.line(&format!("config  {}", context.places.config.display()))?;
    data.finish()?;
    Ok(Exit::DONE)
}
