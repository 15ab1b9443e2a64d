//! `leadbox export`: the leads that pass the filters, to a file or stdout (PRODUCT.md 7). A file is written beside its
//! place and renamed, 0600; what stands there is replaced only with `--force`.

use std::path::{Path, PathBuf};

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::filters::{self, FilterArgs};
use crate::domain::lead::LeadId;
use crate::shell::files::Overwrite;
use crate::shell::outgoing::{self, RowFormat};
use crate::store::Store;

/// Which leads, in which format, where to.
#[derive(Clone, Debug, clap::Args)]
pub struct ExportArgs {
    /// The file; stdout where none is given
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace a file that stands there
    #[arg(long)]
    force: bool,
    /// The format
    #[arg(long, default_value = "csv")]
    format: ExportFormat,
    #[command(flatten)]
    filters: FilterArgs,
}

/// A format of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ExportFormat {
    /// The columns of the Partner Center export, then ours.
    Csv,
    /// One array of objects.
    Json,
    /// One object a line.
    Jsonl,
}

impl ExportFormat {
    const fn rows(self) -> RowFormat {
        match self {
            Self::Csv => RowFormat::Csv,
            Self::Json => RowFormat::Json,
            Self::Jsonl => RowFormat::JsonLines,
        }
    }
}

/// Exports them.
pub fn run(context: &Context, args: &ExportArgs) -> anyhow::Result<Exit> {
    let query = args.filters.query()?;
    let store = context.open_store()?;
    let ids = filters::select(&store, &query, context)?;
    if let Some(path) = args.output.as_deref().filter(|path| path.as_os_str() != "-") {
        to_file(context, &store, &ids, args, path)?;
        return Ok(Exit::DONE);
    }
    let mut data = context.output.data();
    outgoing::write(&store, &ids, args.format.rows(), context.now, &mut data)?;
    data.finish()?;
    Ok(Exit::DONE)
}

fn to_file(context: &Context, store: &Store, ids: &[LeadId], args: &ExportArgs, path: &Path) -> anyhow::Result<()> {
    let overwrite = if args.force { Overwrite::Yes } else { Overwrite::No };
    outgoing::write_file(store, ids, args.format.rows(), context.now, path, overwrite)?;
    let leads = if ids.len() == 1 { "1 lead".to_owned() } else { format!("{} leads", ids.len()) };
    context.output.say(&format!("{leads} written to {}.{}", path.display(), fetch(path).unwrap_or_default()));
    Ok(())
}

/// Over SSH: how to fetch the file, by the address the session came in at.
fn fetch(path: &Path) -> Option<String> {
    let session = std::env::var("SSH_CONNECTION").ok()?;
    let path = std::path::absolute(path).ok()?;
    fetch_line(&session, &path.display().to_string())
}

fn fetch_line(session: &str, path: &str) -> Option<String> {
    let host = session.split_whitespace().nth(2)?;
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    Some(format!(" Fetch it with: scp '{host}:{}' .", path.replace('\'', "'\\''")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fetch_line_names_the_host_that_was_reached() {
        let line = fetch_line("203.0.113.5 52000 198.51.100.7 22", "/tmp/it's.csv");
        assert_eq!(line.unwrap(), " Fetch it with: scp '198.51.100.7:/tmp/it'\\''s.csv' .");
        assert!(fetch_line("::1 1 2001:db8::1 22", "/a").unwrap().contains("'[2001:db8::1]:/a'"));
        assert_eq!(fetch_line("", "/a"), None);
    }
}
