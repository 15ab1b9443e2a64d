//! `leadbox export`: the leads that pass the filters, to a file or stdout (PRODUCT.md 7). A file is written beside its
//! place and renamed, 0600; what stands there is replaced only with `--force`. Must not know what a form looks like.

use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::filters::{self, FilterArgs};
use crate::cli::upload::{self, UploadArgs};
use crate::domain::leaving::{Choice, ExportFormat, LeftOut};
use crate::formats::vcard::Version;
use crate::shell::files::Overwrite;
use crate::shell::outgoing::{self, Account, ExportSettings, Order};

/// Which leads, in which form, where to.
#[derive(Clone, Debug, clap::Args)]
pub struct ExportArgs {
    /// The file; stdout where none is given
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace a file that stands there
    #[arg(long)]
    force: bool,
    /// The form
    #[arg(long, default_value = "csv", value_parser = format())]
    format: ExportFormat,
    /// Also leads that asked not to be contacted, in files for outreach: vcard and the CRMs
    #[arg(long)]
    include_dnc: bool,
    /// Only leads with a valid e-mail or phone
    #[arg(long)]
    only_valid: bool,
    /// The version of vCards: 4.0, or 3.0 for address books that read no newer one
    #[arg(long, value_name = "VERSION", default_value = "4.0", value_parser = version())]
    vcard_version: Version,
    #[command(flatten)]
    upload: UploadArgs,
    #[command(flatten)]
    filters: FilterArgs,
}

/// The words of the formats, each with what it is.
fn format() -> impl TypedValueParser<Value = ExportFormat> {
    let words = ExportFormat::ALL.map(|format| PossibleValue::new(format.word()).help(format.about()));
    PossibleValuesParser::new(words).try_map(|word| {
        ExportFormat::ALL.into_iter().find(|format| format.word() == word).ok_or("this is no form of export")
    })
}

/// The versions of vCards.
fn version() -> impl TypedValueParser<Value = Version> {
    PossibleValuesParser::new(Version::ALL.map(Version::word))
        .try_map(|word| Version::from_word(&word).ok_or("this is no version of vCard"))
}

/// Exports them.
pub fn run(context: &Context, args: &ExportArgs) -> anyhow::Result<Exit> {
    args.upload.check(args.format)?;
    let query = args.filters.query(&context.config.views)?;
    let store = context.open_store()?;
    let ids = filters::select(&store, &query, context)?;
    let choice = Choice { include_dnc: args.include_dnc, only_valid: args.only_valid };
    let overwrite = if args.force { Overwrite::Yes } else { Overwrite::No };
    let path = args.output.as_deref().filter(|path| path.as_os_str() != "-");
    if args.format == ExportFormat::PartnerCenter {
        return upload::run(context, store, &ids, choice, &args.upload, path.map(|path| (path, overwrite)));
    }
    let settings = ExportSettings { vcard: args.vcard_version, ..context.export_settings() };
    let order = Order { ids: &ids, format: args.format, choice, now: context.now, settings: &settings };
    if let Some(path) = path {
        let account = outgoing::to_file(&store, &order, path, overwrite)?;
        written(context, &account);
        tell(context, &account);
        return Ok(Exit::DONE);
    }
    let mut data = context.output.data();
    let account = outgoing::to_stream(&store, &order, &mut data)?;
    data.finish()?;
    tell(context, &account);
    Ok(Exit::DONE)
}

/// Where the files are.
pub fn written(context: &Context, account: &Account) {
    let files: Vec<_> = account.files.iter().map(|file| file.display().to_string()).collect();
    context.output.say(&format!("{} written to {}.", account.census.leads_in_words(), files.join(", ")));
    account.files.iter().filter_map(|file| fetch(file)).for_each(|line| context.output.say(&line));
}

/// What is not as the leads are: left out, filled in, shortened.
pub fn tell(context: &Context, account: &Account) {
    if let Some(mut sentence) = account.census.left_out_sentence() {
        if account.census.left_out.iter().any(|(why, _)| *why == LeftOut::DoNotContact) {
            sentence.push_str(" --include-dnc takes leads along that asked not to be contacted.");
        }
        context.output.say(&sentence);
    }
    account.notes.iter().for_each(|note| context.output.say(note));
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
    Some(format!("Fetch it with: scp '{host}:{}' .", path.replace('\'', "'\\''")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fetch_line_names_the_host_that_was_reached() {
        let line = fetch_line("203.0.113.5 52000 198.51.100.7 22", "/tmp/it's.csv");
        assert_eq!(line.unwrap(), "Fetch it with: scp '198.51.100.7:/tmp/it'\\''s.csv' .");
        assert!(fetch_line("::1 1 2001:db8::1 22", "/a").unwrap().contains("'[2001:db8::1]:/a'"));
        assert_eq!(fetch_line("", "/a"), None);
    }
}
