//! `leadbox redo`: make the change that was undone last again.
//! Must not decide which change that is: the journal does.

use crate::cli::context::Context;
use crate::cli::exit::{Exit, Fault};
use crate::cli::undo;
use crate::domain::sentence::ended;
use crate::store::Redone;

/// Repeats it.
pub fn run(context: &Context) -> anyhow::Result<Exit> {
    match context.open_store()?.redo(context.now)? {
        Redone::Done { title, .. } => {
            context.output.say(&format!("{} `leadbox undo` undoes.", ended(format!("Redone: {title}"))));
            Ok(Exit::DONE)
        }
        Redone::Nothing => Err(Fault::failed("There is nothing to redo.").into()),
        Redone::Contradicted { title } => Err(undo::contradicted(&title).into()),
    }
}
