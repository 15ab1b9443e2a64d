//! `leadbox export`: the leads that pass the filters, to a file or stdout (PRODUCT.md 7). A file is written beside its
//! place and renamed, 0600; what stands there is replaced only with `--force`. Must not know what a form looks like.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::app::exporting::scp_line;
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::filters::{self, FilterArgs};
use crate::cli::upload::{self, UploadArgs};
use crate::domain::leaving::{Choice, ExportFormat, LeftOut};
use crate::domain::numbers;
use crate::formats::vcard::Version;
use crate::shell::files::{self, Overwrite};
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
    if path.is_some() {
        files::leave_nothing_behind()?;
    }
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
    context.output.say(&format!("{} written to {}.", numbers::leads(account.census.leads), files.join(", ")));
    if let Some(line) = fetch(&account.files) {
        context.output.say(&line);
    }
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

/// Over SSH: how to fetch the files, by the address the session came in at.
fn fetch(files: &[PathBuf]) -> Option<String> {
    let session = std::env::var("SSH_CONNECTION").ok()?;
    let whole = files.iter().filter_map(|file| std::path::absolute(file).ok());
    let paths: Vec<_> = whole.map(|path| path.display().to_string()).collect();
    Some(format!("Fetch with: {}", scp_line(&host(&session)?, &paths)))
}

fn host(session: &str) -> Option<String> {
    let host = session.split_whitespace().nth(2)?;
    Some(if host.contains(':') { format!("[{host}]") } else { host.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_the_one_that_was_reached() {
        assert_eq!(host("203.0.113.5 52000 198.51.100.7 22").unwrap(), "198.51.100.7");
        assert_eq!(host("::1 1 2001:db8::1 22").unwrap(), "[2001:db8::1]");
        assert_eq!(host(""), None);
    }
}
