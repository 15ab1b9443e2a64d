//! `leadbox tag ID… TAG…`: add tags to leads and take some away. Archived leads may be tagged too.
//! Must not know what a tag may be: `domain::tags` does.

use crate::cli::context::Context;
use crate::cli::exit::{Exit, Fault};
use crate::cli::{verdict, words};
use crate::domain::change::{Act, Change};
use crate::domain::tags;

/// Which leads, and which tags.
#[derive(Clone, Debug, clap::Args)]
pub struct TagArgs {
    /// Numbers of leads, then tags to add
    #[arg(required = true, value_name = "ID… TAG")]
    words: Vec<String>,
    /// Add a tag, or several with commas between
    #[arg(long, value_name = "TAG", allow_hyphen_values = true)]
    add: Vec<String>,
    /// Take a tag away, or several
    #[arg(long, value_name = "TAG", allow_hyphen_values = true)]
    remove: Vec<String>,
}

/// Tags them, all or none.
pub fn run(context: &Context, args: &TagArgs) -> anyhow::Result<Exit> {
    let (ids, rest) = words::ids_first(&args.words)?;
    let mut store = context.open_store()?;
    let leads = verdict::ask(context, &store, &ids, Act::Tag)?;
    let add = read("--add", rest.iter().chain(&args.add))?;
    let remove = read("--remove", args.remove.iter())?;
    if add.is_empty() && remove.is_empty() {
        return Err(Fault::usage("Name a tag to add, or one to take away with --remove. Nothing was changed.").into());
    }
    verdict::make(context, &mut store, &verdict::alike(&leads, &Change::Tag { add, remove }))
}

fn read<'a>(flag: &str, texts: impl Iterator<Item = &'a String>) -> Result<Vec<String>, Fault> {
    let mut read = Vec::new();
    for text in texts {
        read.extend(tags::tags(text).map_err(|error| Fault::usage(format!("{flag}: {error} Nothing was changed.")))?);
    }
    Ok(read)
}
