//! `leadbox note ID… TEXT`: write the note of leads, from stdin where the text is `-`, or remove it with `--off`.
//! Archived leads may have one too. Must not open an editor: that is for the screen.

use std::io::Read;

use anyhow::Context as _;

use crate::cli::context::Context;
use crate::cli::exit::{Exit, Fault};
use crate::cli::{verdict, words};
use crate::domain::change::{Act, Change};
use crate::domain::entry;

/// More of stdin than this is never a note.
const MOST_BYTES: u64 = 1024 * 1024;

/// Which leads, and what is noted.
#[derive(Clone, Debug, clap::Args)]
pub struct NoteArgs {
    /// Numbers of leads, then the note; - reads it from stdin, an empty one removes it
    #[arg(required = true, value_name = "ID… TEXT")]
    words: Vec<String>,
    /// The note, for one that begins with a number
    #[arg(long, allow_hyphen_values = true, conflicts_with = "off")]
    text: Option<String>,
    /// Remove the note
    #[arg(long)]
    off: bool,
}

/// Writes it, for all leads or none.
pub fn run(context: &Context, args: &NoteArgs) -> anyhow::Result<Exit> {
    let (ids, rest) = words::ids_first(&args.words)?;
    let mut store = context.open_store()?;
    let leads = verdict::ask(context, &store, &ids, Act::Note)?;
    let note = match (rest, &args.text, args.off) {
        ([], None, true) => None,
        ([], Some(text), false) => read(text)?,
        ([], None, false) => return Err(Fault::usage("A text is needed. Nothing was changed.").into()),
        ([only], None, false) if only == "-" => read(&stdin()?)?,
        (words, None, false) => read(&words.join(" "))?,
        _ => return Err(Fault::usage("Say once what the note is to be. Nothing was changed.").into()),
    };
    verdict::make(context, &mut store, &verdict::alike(&leads, &Change::Note(note)))
}

fn read(text: &str) -> Result<Option<String>, Fault> {
    entry::note(text).map_err(|error| Fault::usage(format!("{error} Nothing was changed.")))
}

fn stdin() -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    std::io::stdin().take(MOST_BYTES).read_to_end(&mut bytes).context("The note could not be read from stdin")?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
