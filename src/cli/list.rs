//! `leadbox list`: the leads that pass the filters, as a table for people or in a format for scripts. Changes nothing.
//! Must not choose or order leads itself: the catalog does.

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::filters::FilterArgs;
use crate::cli::output::Data;
use crate::cli::rows::{self, RowFormat};
use crate::cli::table::Table;
use crate::domain::lead::LeadId;
use crate::store::Store;

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
    if let Some(format) = args.format.or(args.json.then_some(RowFormat::Json)) {
        rows::write(&store, &ids, format, context.now, &mut data)?;
    } else {
        show_table(context, &store, &ids, &mut data)?;
    }
    data.finish()?;
    Ok(Exit::DONE)
}

fn show_table(context: &Context, store: &Store, ids: &[LeadId], data: &mut Data) -> anyhow::Result<()> {
    let mut table = Table::default();
    rows::each(store, ids, |lead| {
        table.add(lead, context, store.terms());
        Ok(())
    })?;
    for line in table.lines(context.output) {
        data.painted(&line)?;
    }
    if ids.is_empty() {
        context.output.say("No lead is shown. `leadbox import FILE` brings leads in; fewer filters show more.");
    }
    Ok(())
}
