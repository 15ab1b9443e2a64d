//! `leadbox list`: the leads that pass the filters, as a table for people or in a format for scripts. Changes nothing.

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::filters::FilterArgs;
use crate::cli::rows::{self, RowFormat};
use crate::cli::table;

/// Which leads, and how they are written.
#[derive(Clone, Debug, clap::Args)]
pub struct ListArgs {
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Write for scripts
    #[arg(long)]
    format: Option<RowFormat>,
    /// At most so many leads
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    #[command(flatten)]
    filters: FilterArgs,
}

/// Lists them.
pub fn run(context: &Context, args: &ListArgs) -> anyhow::Result<Exit> {
    let store = context.open_store()?;
    let mut ids = args.filters.select(&store, context.now)?;
    ids.truncate(args.limit.unwrap_or(usize::MAX));
    let mut data = context.output.data();
    match args.format.or(args.json.then_some(RowFormat::Json)) {
        Some(format) => rows::write(&store, &ids, format, context.now, &mut data)?,
        None => {
            let mut table = table::Table::default();
            rows::each(&store, &ids, |lead| {
                table.add(lead, context, store.terms());
                Ok(())
            })?;
            table.lines(context.output).iter().try_for_each(|line| data.painted(line))?;
            if ids.is_empty() {
                context.output.say("No lead is shown. `leadbox import FILE` brings leads in; fewer filters show more.");
            }
        }
    }
    data.finish()?;
    Ok(Exit::DONE)
}
