//! `leadbox list`: the leads that pass the filters, as a table for people or in a format for scripts. Changes nothing.
//! Must not choose or order leads itself: the catalog does.

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::filters::{self, FilterArgs};
use crate::cli::output::Data;
use crate::cli::records::{self, Records, Script, ScriptArgs, ScriptFormat};
use crate::cli::table::Table;
use crate::domain::lead::LeadId;
use crate::domain::leaving::ExportFormat;
use crate::formats::fields::Kind;
use crate::formats::lead_json::LeadJson;
use crate::shell::outgoing::{self, OutgoingError, rows};
use crate::store::{Store, StoreError};

/// Which leads, and how they are written.
#[derive(Clone, Debug, clap::Args)]
pub struct ListArgs {
    #[command(flatten)]
    script: ScriptArgs,
    /// At most so many leads
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    #[command(flatten)]
    filters: FilterArgs,
}

/// Lists them.
pub fn run(context: &Context, args: &ListArgs) -> anyhow::Result<Exit> {
    let query = args.filters.query(&context.config.views)?;
    let script = args.script.script(Kind::Lead)?;
    let store = context.open_store()?;
    let mut ids = filters::select(&store, &query, context)?;
    ids.truncate(args.limit.unwrap_or(usize::MAX));
    let mut data = context.output.data();
    match script {
        Some(Script { format, fields: None }) => {
            write_whole(context, &store, &ids, format, &mut data)?;
        }
        Some(script) => write_fields(context, &store, &ids, script, &mut data)?,
        None => show_table(context, &store, &ids, &mut data)?,
    }
    data.finish()?;
    Ok(Exit::DONE)
}

/// All fields there are: in CSV and TSV those of the export, so that it comes back whole.
fn write_whole(
    context: &Context,
    store: &Store,
    ids: &[LeadId],
    format: ScriptFormat,
    data: &mut Data,
) -> Result<(), OutgoingError> {
    let mut write = |format| rows::write(store, ids, format, context.now, data);
    match format {
        ScriptFormat::Json => write(ExportFormat::Json),
        ScriptFormat::Jsonl => write(ExportFormat::Jsonl),
        ScriptFormat::Csv => write(ExportFormat::Csv),
        ScriptFormat::Tsv => rows::write_tsv(store, ids, context.now, data),
        ScriptFormat::Ids => Ok(records::ids(data, ids.iter().copied())?),
    }
}

fn write_fields(
    context: &Context,
    store: &Store,
    ids: &[LeadId],
    script: Script,
    data: &mut Data,
) -> Result<(), OutgoingError> {
    // Counting everybody's leads takes longer than the rest, and is seldom asked for.
    let counted = script.fields.as_ref().is_some_and(|fields| fields.holds("person_leads"));
    let mut records = Records::begin(data, script, Kind::Lead)?;
    outgoing::each(store, ids, |lead| {
        let person_leads = if counted { store.person_leads(lead)? } else { 1 };
        Ok::<(), OutgoingError>(records.put(&LeadJson::of(lead, store.terms(), context.now, person_leads))?)
    })?;
    Ok(records.end()?)
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
