//! `leadbox sync azure-table`: rounds of `net::azure_table`, their sentences or JSON, and with `--watch` one after the other
//! until the end is asked for. The connection string comes from a variable or a private file, never from the arguments.
//! Must not decide what a refusal means.

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::exit::{Exit, Fault};
use crate::cli::import;
use crate::cli::sync::watch::watch;
use crate::cli::sync::{Telling, every};
use crate::domain::row_counts::RowCounts;
use crate::formats::json_text::json;
use crate::net::azure_table::{
    Begin, Connection, DEFAULT_TABLE, Keep, Reject, Round, RoundError, Table, Taken, check_name,
};
use crate::net::client::Client;
use crate::net::pace::Patience;
use crate::net::wire_error::{WireError, WireKind};
use crate::shell::ending::Ending;
use crate::shell::files::whole_path;
use crate::shell::pace::WirePace;
use crate::shell::secret::{self, SecretPlace};
use crate::store::Store;

/// What a secret of this source is called.
const WHAT: &str = "connection string";

/// How to fetch.
#[derive(Clone, Debug, clap::Args)]
pub struct AzureTableArgs {
    /// The table, if it is not marketplaceleads
    #[arg(long, value_name = "NAME")]
    table: Option<String>,
    /// The environment variable that holds the connection string or SAS URL
    #[arg(long, value_name = "NAME", conflicts_with = "connection_file")]
    connection_env: Option<String>,
    /// The file that holds it; nobody else may read it
    #[arg(long, value_name = "PATH")]
    connection_file: Option<PathBuf>,
    /// Read the whole table again, not only what is new
    #[arg(long)]
    full: bool,
    /// Go on until ^C, a round so often: 30s, 5m, 1h
    #[arg(long, value_name = "LENGTH", value_parser = every)]
    watch: Option<Duration>,
    /// Read and count everything, keep nothing
    #[arg(long, conflicts_with = "watch")]
    dry_run: bool,
    /// Print the account of every round as JSON, one a line
    #[arg(long)]
    json: bool,
}

impl AzureTableArgs {
    /// True where what is fetched is kept.
    pub fn keeps(&self) -> bool {
        !self.dry_run
    }
}

/// What came of a round: a line of `--json`.
#[derive(Serialize)]
struct Account<'a> {
    table: &'a str,
    /// It read the last page.
    complete: bool,
    #[serde(flatten)]
    taken: &'a Taken,
}

/// Fetches once, or again and again.
pub fn run(context: &Context, args: &AzureTableArgs) -> anyhow::Result<Exit> {
    let table = table(context, args)?;
    let mut store = context.open_store()?;
    let ending = args.watch.map(|_| Ending::listen()).transpose()?;
    let telling = Telling::new(context.output);
    let pace = WirePace::new(context.clock, ending, |words: &str| telling.say(words));
    let budget = Duration::from_secs(u64::from(context.config.azure_table.settings.retry_seconds));
    let client = Client::new(Patience { budget, ..Patience::default() }, &pace);
    let begin = if args.full { Begin::First } else { Begin::Onward };
    let keep = if args.dry_run { Keep::No } else { Keep::Yes };
    let mut sync = Sync { context, args, telling: &telling, store: &mut store, told: HashSet::new(), took: false };
    let mut round = Round { table: &table, client: &client, begin, keep };
    let Some(length) = args.watch else {
        return sync.round(&round).map(|()| Exit::DONE);
    };
    watch(context, length, &pace, || {
        let came = sync.round(&round);
        if came.is_ok() || sync.took {
            // What began with the first page goes on behind it, also after a failure.
            round.begin = Begin::Onward;
        }
        came
    })
}

/// The table that is meant: by flag, config or address, in this order.
fn table(context: &Context, args: &AzureTableArgs) -> anyhow::Result<Table> {
    let config = &context.config.azure_table;
    let given = args.connection_env.clone().map(SecretPlace::Env);
    let given = given.or_else(|| args.connection_file.clone().map(SecretPlace::File));
    let place = match given.or_else(|| config.connection.clone()) {
        Some(SecretPlace::File(path)) => SecretPlace::File(whole_path(&path)),
        Some(place) => place,
        None => {
            let sentence = "No account is named. Put its connection string or SAS URL into an environment variable or a file \
                            that only you may read, and name that by connection_env or connection_file in [azure_table] of \
                            the config, or by --connection-env or --connection-file.";
            return Err(WireError::new(WireKind::Settings, sentence).into());
        }
    };
    let connection = Connection::read(&secret::read(&place, WHAT)?)?;
    if let Some(name) = &args.table {
        check_name(name).map_err(|why| Fault::usage(format!("--table: {why}. Nothing was asked.")))?;
    }
    let name = args.table.clone().or_else(|| config.settings.table.clone()).or_else(|| connection.table.clone());
    let name = name.unwrap_or_else(|| DEFAULT_TABLE.to_owned());
    check_name(&name).map_err(|why| WireError::new(WireKind::Settings, format!("The table of the SAS URL: {why}.")))?;
    Ok(Table::new(connection, name))
}

/// Rounds, and what they say.
struct Sync<'a> {
    context: &'a Context,
    args: &'a AzureTableArgs,
    telling: &'a Telling,
    store: &'a mut Store,
    /// Rejects that were told: each round reads the newest rows again.
    told: HashSet<(String, String)>,
    /// The last round took rows, and noted how far it came.
    took: bool,
}

impl Sync<'_> {
    /// One round, told. What a round took before it failed is told too.
    fn round(&mut self, round: &Round<'_>) -> anyhow::Result<()> {
        let mut taken = Taken::default();
        let telling = self.telling;
        let came = round.run(self.store, &mut taken, &mut |taken| {
            telling.progress(format!("{} rows in {} pages", taken.rows, taken.pages));
        });
        telling.rest();
        self.took = taken.rows > 0;
        self.tell(round, &taken, came.is_ok())?;
        came.map_err(|error| match error {
            RoundError::Wire(mut error) => {
                if taken.rows == 0 && error.kind != WireKind::Stopped {
                    error.sentence.push_str(" Nothing was taken in.");
                }
                error.into()
            }
            RoundError::Store(error) => error.into(),
        })
    }

    fn tell(&mut self, round: &Round<'_>, taken: &Taken, complete: bool) -> anyhow::Result<()> {
        if self.args.json && (complete || taken.pages > 0) {
            let mut data = self.context.output.data();
            data.line(&json(&Account { table: round.table.name(), complete, taken })?)?;
            data.finish()?;
        }
        if self.context.output.is_quiet() {
            return Ok(());
        }
        let new = taken.rejects.iter().find(|reject| self.is_new(reject));
        let said = summary(taken, new, complete, round.keep);
        let rejects = taken.rejects.iter();
        self.told.extend(rejects.map(|reject| (reject.partition_key.clone(), reject.row_key.clone())));
        let Some(said) = said else { return Ok(()) };
        let waiting = match round.keep {
            // What waits is told as of the start, so not where rounds go on.
            Keep::Yes if complete && self.args.watch.is_none() => {
                import::waiting(self.store, self.context).unwrap_or_default()
            }
            _ => String::new(),
        };
        let at = match self.args.watch {
            Some(_) => {
                format!("{} ", self.context.clock.now().with_timezone(&self.context.clock.zone()).format("%H:%M:%S"))
            }
            None => String::new(),
        };
        self.telling.say(format!("{at}{said} {waiting}").trim_end());
        Ok(())
    }

    fn is_new(&self, reject: &Reject) -> bool {
        !self.told.contains(&(reject.partition_key.clone(), reject.row_key.clone()))
    }
}

/// What a round took; nothing to say where it failed before it took anything.
fn summary(taken: &Taken, reject: Option<&Reject>, complete: bool, keep: Keep) -> Option<String> {
    if !complete && taken.rows == 0 {
        return None;
    }
    let words = |reject: &Reject| format!("{} / {}: {}", reject.partition_key, reject.row_key, reject.reason);
    let counts = RowCounts {
        rows: taken.rows,
        added: taken.added,
        updated: taken.updated,
        unchanged: taken.unchanged,
        rejected: taken.rejected,
        first_reject: reject.map(words),
    };
    let counted = counts.sentence();
    Some(match (keep, complete) {
        (Keep::No, _) => format!("{counted} Dry run: nothing was kept."),
        (Keep::Yes, true) if taken.resumed => format!("{counted} This went on where the last sync was cut off."),
        (Keep::Yes, true) => counted,
        (Keep::Yes, false) => format!("{counted} These stay; the next sync goes on behind them."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_says_what_it_took_and_what_stays() {
        let taken = Taken { rows: 1001, added: 1000, rejected: 1, pages: 2, ..Taken::default() };
        let reject = Reject { partition_key: "p".into(), row_key: "r".into(), reason: "there is no RowKey".into() };
        let said = |complete, keep| summary(&taken, Some(&reject), complete, keep).unwrap();
        let counted = "1,001 rows: 1,000 new, 1 rejected (p / r: there is no RowKey).";
        assert_eq!(said(true, Keep::Yes), counted);
        assert_eq!(said(false, Keep::Yes), format!("{counted} These stay; the next sync goes on behind them."));
        assert_eq!(said(true, Keep::No), format!("{counted} Dry run: nothing was kept."));
        let resumed = Taken { resumed: true, ..taken.clone() };
        assert!(summary(&resumed, None, true, Keep::Yes).unwrap().contains("1 rejected. This went on where"));
        assert_eq!(summary(&Taken::default(), None, false, Keep::Yes), None);
        assert_eq!(summary(&Taken::default(), None, true, Keep::Yes).unwrap(), "0 rows.");
    }
}
