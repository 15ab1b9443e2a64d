//! `leadbox export --format partner-center`: what is owed as the file of Partner Center's bulk upload, and what to do with it
//! (PRODUCT.md 7). Must not know what a row looks like.

use std::path::{Path, PathBuf};

use crate::cli::context::Context;
use crate::cli::exit::{Exit, Fault};
use crate::cli::export;
use crate::domain::lead::LeadId;
use crate::domain::leaving::{Choice, ExportFormat};
use crate::domain::upload::{Intent, UPLOADED};
use crate::shell::files::Overwrite;
use crate::shell::outgoing::upload::{self, UploadOrder};
use crate::store::Store;

/// What only this form takes.
#[derive(Clone, Debug, clap::Args)]
pub struct UploadArgs {
    /// partner-center: the bulk file downloaded there; only cells of what is owed change
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,
    /// partner-center: whether the customers mean to buy through the marketplace; else won says yes, declined and lost no
    #[arg(long, value_enum, value_name = "ANSWER")]
    purchase_intent: Option<Answer>,
}

/// An answer of the seller's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Answer {
    /// They do.
    Yes,
    /// They do not.
    No,
    /// Have not decided.
    Undecided,
}

impl Answer {
    const fn intent(self) -> Intent {
        match self {
            Self::Yes => Intent::Yes,
            Self::No => Intent::No,
            Self::Undecided => Intent::Undecided,
        }
    }
}

impl UploadArgs {
    /// Refuses what another form does not take.
    pub fn check(&self, format: ExportFormat) -> Result<(), Fault> {
        let given = [("--template", self.template.is_some()), ("--purchase-intent", self.purchase_intent.is_some())];
        match given.into_iter().find(|(_, given)| *given && format != ExportFormat::PartnerCenter) {
            Some((flag, _)) => {
                Err(Fault::usage(format!("{flag} is for --format partner-center. Nothing was written.")))
            }
            None => Ok(()),
        }
    }
}

/// Writes what these leads owe, to a file (`path`) or stdout, and says what comes next.
pub fn run(
    context: &Context,
    mut store: Store,
    ids: &[LeadId],
    choice: Choice,
    args: &UploadArgs,
    path: Option<(&Path, Overwrite)>,
) -> anyhow::Result<Exit> {
    let intent = args.purchase_intent.map(Answer::intent);
    let order = UploadOrder { ids, choice, template: args.template.as_deref(), intent, now: context.now };
    let account = if let Some((path, overwrite)) = path {
        upload::to_file(&mut store, &order, path, overwrite)?
    } else {
        let mut data = context.output.data();
        let account = upload::to_stream(&store, &order, &mut data)?;
        data.finish()?;
        account
    };
    if account.census.leads == 0 {
        context.output.say("No file was written: nothing that is owed can be told by one.");
    } else if path.is_some() {
        export::written(context, &account);
        context.output.say(&format!("They are marked “{UPLOADED}”. {NEXT}"));
    }
    if args.template.is_none() && account.census.leads > 0 {
        context.output.say(INFERRED);
    }
    export::tell(context, &account);
    Ok(Exit::DONE)
}

/// What the seller does now.
const NEXT: &str =
    "Upload the file on the bulk page of Partner Center's leads; a newer export, imported, closes what was taken.";

/// What is not known of the columns.
const INFERRED: &str = "Its columns are those documented for co-sell, inferred for leads: if Partner Center refuses the file, \
                        download the bulk file there and start from it (--template FILE).";
