//! `leadbox undo`: take the newest change of the seller's back; with `--list`, show the changes (PRODUCT.md 4).
//! Must not decide which change is the last: the journal does.

use crate::cli::context::Context;
use crate::cli::exit::{Exit, Fault};
use crate::cli::words;
use crate::domain::sentence::ended;
use crate::domain::term_text::TermText;
use crate::store::Undone;

/// How many changes `--list` shows.
const LISTED: usize = 50;

/// Undo, or only look.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct UndoArgs {
    /// Show the newest changes and change nothing
    #[arg(long)]
    list: bool,
}

/// Takes the newest change back. Typing the verb is the confirmation that the inbox asks for.
pub fn run(context: &Context, args: UndoArgs) -> anyhow::Result<Exit> {
    if args.list {
        return list(context);
    }
    match context.open_store()?.undo(true, context.now)? {
        Undone::Done { title, corrections, .. } => {
            let corrections: String = corrections.iter().flat_map(|remark| [" ", remark.as_str()]).collect();
            context.output.say(&format!("{} `leadbox redo` redoes.{corrections}", ended(format!("Undone: {title}"))));
            Ok(Exit::DONE)
        }
        Undone::Contradicted { title } => Err(contradicted(&title).into()),
        Undone::Nothing | Undone::Ask { .. } => Err(Fault::failed("There is nothing to undo.").into()),
    }
}

/// Why a step is not taken back or repeated.
pub fn contradicted(title: &str) -> Fault {
    Fault::failed(format!(
        "The {title} stays as it is: a later import changed what Partner Center says about it. It is set aside: \
         `leadbox undo` now reaches the change before it."
    ))
}

fn list(context: &Context) -> anyhow::Result<Exit> {
    let steps = context.open_store()?.steps(LISTED)?;
    let mut data = context.output.data();
    for step in &steps {
        let undone = if step.undone { "  (undone)" } else { "" };
        let at = words::time(step.at, context.clock.zone());
        data.line(&format!("{at}  {}{undone}", TermText::line(&step.title)))?;
    }
    data.finish()?;
    if steps.is_empty() {
        context.output.say("There is nothing to undo.");
    }
    Ok(Exit::DONE)
}
