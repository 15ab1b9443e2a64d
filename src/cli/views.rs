//! `leadbox views`: the named queries with how many leads each shows now, and the key that opens it in the inbox.
//! Must not count itself: the catalog does.

use serde::Serialize;

use crate::app::commands::Command;
use crate::cli::context::Context;
use crate::cli::exit::{Exit, Fault};
use crate::cli::filters;
use crate::domain::catalog::Order;
use crate::domain::sort::Sort;
use crate::domain::term_text::TermText;
use crate::formats::json_text::json;

/// How they are written.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct ViewsArgs {
    /// Print an array of objects: name, query, count, key, own
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Row {
    name: String,
    query: String,
    count: u32,
    key: Option<String>,
    own: bool,
}

/// Prints them.
pub fn run(context: &Context, args: ViewsArgs) -> anyhow::Result<Exit> {
    let keymap = context.config.keymap().map_err(|wrong| Fault::failed(wrong.join("\n")))?;
    let store = context.open_store()?;
    let catalog = filters::catalog(&store)?;
    let vantage = filters::vantage(&store, context)?;
    let order = Order::new(&catalog, Sort::default(), vantage.now);
    let rows = context.config.views.iter().enumerate().map(|(place, view)| Row {
        name: view.name.clone(),
        query: view.text(),
        count: catalog.count(&view.filter, &order, &vantage),
        key: Command::of_view(place).map(|command| keymap.key(command)),
        own: view.own,
    });
    let rows: Vec<Row> = rows.collect();
    let mut data = context.output.data();
    if args.json {
        data.line(&json(&rows)?)?;
    } else {
        let widest = rows.iter().map(|row| TermText::line(&row.name).width()).max().unwrap_or_default();
        for row in &rows {
            let key = TermText::line(row.key.as_deref().unwrap_or_default()).pad(2);
            let name = TermText::line(&row.name).pad(widest);
            data.line(&format!("{key} {name}  {:>6}  {}", row.count, TermText::line(&row.query)))?;
        }
    }
    data.finish()?;
    Ok(Exit::DONE)
}
