//! `leadbox list`: the leads that pass the filters, as a table for people or in a format for scripts. Changes nothing.
//! Must not choose or order leads itself: the catalog does.

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::filters::{self, FilterArgs};
use crate::cli::output::Data;
use crate::cli::table::Table;
use crate::domain::lead::LeadId;
use crate::shell::outgoing::{self, RowFormat};
use crate::store::{Store, StoreError};

/// Which leads, and how they are written.
#[derive(Clone, Debug, clap::Args)]
pub struct ListArgs {
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Write for scripts
    #[arg(long)]
    format: Option<ListFormat>,
    /// At most so many leads
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    #[command(flatten)]
    filters: FilterArgs,
}

/// A format for scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ListFormat {
    /// One array of objects.
    Json,
    /// One object a line.
    Jsonl,
    /// The columns of the Partner Center export, then ours.
    Csv,
    /// The same with tabs.
    Tsv,
    /// One number a line.
    Ids,
}

impl ListFormat {
    const fn rows(self) -> RowFormat {
        match self {
            Self::Json => RowFormat::Json,
            Self::Jsonl => RowFormat::JsonLines,
            Self::Csv => RowFormat::Csv,
            Self::Tsv => RowFormat::Tsv,
            Self::Ids => RowFormat::Ids,
        }
    }
}

/// Lists them.
pub fn run(context: &Context, args: &ListArgs) -> anyhow::Result<Exit> {
    let query = args.filters.query()?;
    let store = context.open_store()?;
    let mut ids = filters::select(&store, &query, context)?;
    ids.truncate(args.limit.unwrap_or(usize::MAX));
    let mut data = context.output.data();
    if let Some(format) = args.format.or(args.json.then_some(ListFormat::Json)) {
        outgoing::write(&store, &ids, format.rows(), context.now, &mut data)?;
    } else {
        show_table(context, &store, &ids, &mut data)?;
    }
    data.finish()?;
    Ok(Exit::DONE)
}

fn show_table(context: &Context, store: &Store, ids: &[LeadId], data: &mut Data) -> anyhow::Result<()> {
    let mut table = Table::default();
    outgoing::each(store, ids, |lead| {
        table.add(lead, context, store.terms());
        Ok::<(), StoreError>(())
    })?;
    for line in table.lines(context.output) {
        data.painted(&line)?;
    }
    if ids.is_empty() {
        context.output.say("No lead is shown. `leadbox import FILE` brings leads in; fewer filters show more.");
    }
    Ok(())
}
