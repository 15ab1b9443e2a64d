//! `leadbox push …`: leads straight into a CRM by its documented web interface, what became of each, and for a dry run what would
//! be sent. Secrets come from a variable or a private file, never from the arguments. Must not decide what is sent:
//! `net::crm` does.

use std::collections::BTreeMap;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::filters::{self, FilterArgs};
use crate::cli::output::Output;
use crate::cli::sync::Telling;
use crate::domain::crm::{Crm, PushResult};
use crate::domain::leaving::Choice;
use crate::domain::numbers::{self, count};
use crate::domain::sort::{Sort, SortKey};
use crate::formats::json_text::json;
use crate::net::client::Client;
use crate::net::crm::{
    Access, Account, Courier, Dynamics, Hubspot, Marketo, Order, PushError, Run, Salesforce, Told, Wish, intended,
};
use crate::net::pace::Patience;
use crate::net::secret::Secret;
use crate::net::wire_error::{WireError, WireKind};
use crate::shell::crm_mapping;
use crate::shell::ending::Ending;
use crate::shell::files::whole_path;
use crate::shell::pace::WirePace;
use crate::shell::secret::{self, SecretPlace};

const ABOUT: &str = "A lead is sent once; what changed since is sent as an update where the CRM takes one. A run that is cut off goes \
on where it was. Each lead's timeline tells what came of it, and a deal without a CRM id gets the id that the CRM gave.
Salesforce's Web-to-Lead says of no lead whether it was made, takes no updates and 500 leads a day. Marketo and HubSpot know \
people by their e-mail: of several leads of one person the newest is sent. The config holds the addresses and where the \
credentials are: tables [salesforce], [dynamics], [marketo], [hubspot].
Tested against stubs that follow the vendors' documents, not against the live services.";

/// Leads that the limit kept the run from looking at.
const BEYOND: &str = "more beyond --limit";

/// Which CRM, which leads.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = ABOUT)]
pub struct PushArgs {
    /// Salesforce, dynamics, marketo or hubspot
    #[arg(value_name = "CRM", value_parser = crm_parser(), hide_possible_values = true)]
    crm: Crm,
    /// Send nothing; print what would be sent, a JSON object a request: leads, method, path, body
    #[arg(long, conflicts_with = "json")]
    dry_run: bool,
    /// Also leads that asked not to be contacted, marked so where the CRM has a field for it
    #[arg(long)]
    include_dnc: bool,
    /// Only leads with a valid e-mail or phone
    #[arg(long)]
    only_valid: bool,
    /// Also what was sent or may have been: whole, and even if it makes a second record
    #[arg(long)]
    again: bool,
    /// Send at most so many leads; those that stay here do not count
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Print the account as JSON
    #[arg(long)]
    json: bool,
    /// Print the mapping of fields that is used, and do nothing else
    #[arg(long, conflicts_with_all = ["dry_run", "json"])]
    print_mapping: bool,
    #[command(flatten)]
    filters: FilterArgs,
}

/// A lead that was not sent: an item of `--json`.
#[derive(Serialize)]
struct LeftJson {
    lead: i64,
    reason: String,
}

/// The account of a run: the object of `--json`.
#[derive(Serialize)]
struct AccountJson<'a> {
    crm: &'static str,
    /// The run came to every lead.
    complete: bool,
    leads: usize,
    created: usize,
    updated: usize,
    known: usize,
    sent: usize,
    unchanged: usize,
    doubted: usize,
    rejected: usize,
    refused: usize,
    left_out: usize,
    waiting: usize,
    /// Not looked at, because of `--limit`.
    beyond_limit: usize,
    results: &'a [Told],
    left: Vec<LeftJson>,
    notes: &'a [String],
}

/// The CRMs by their words, for any verb that takes one.
pub(super) fn crm_parser() -> impl TypedValueParser<Value = Crm> {
    let of = |word: &String| Crm::ALL.into_iter().find(|crm| crm.word() == word);
    PossibleValuesParser::new(Crm::ALL.map(Crm::word)).try_map(move |word| of(&word).ok_or("no such CRM"))
}

/// Sends them.
pub fn run(context: &Context, args: &PushArgs) -> anyhow::Result<Exit> {
    let crm = args.crm;
    let config = &context.config.crm;
    if args.print_mapping {
        let mut data = context.output.data();
        data.line(crm_mapping::text_of_records(config, crm)?.1.trim_end())?;
        data.finish()?;
        return Ok(Exit::DONE);
    }
    let settings = &config.dynamics.settings;
    match crm {
        Crm::Salesforce => go(context, args, &Salesforce(&config.salesforce.settings), || Ok(Access::Open)),
        Crm::Dynamics => go(context, args, &Dynamics(settings), || {
            let secret = || read(crm, config.dynamics.secret.as_ref(), "client_secret", "client secret");
            Ok(Access::dynamics(settings, &secret()?)?)
        }),
        Crm::Marketo => go(context, args, &Marketo(&config.marketo.settings), || {
            let secret = || read(crm, config.marketo.secret.as_ref(), "client_secret", "client secret");
            Ok(Access::marketo(&config.marketo.settings, &secret()?)?)
        }),
        Crm::Hubspot => go(context, args, &Hubspot(&config.hubspot.settings), || {
            Ok(Access::Token(read(crm, config.hubspot.token.as_ref(), "token", "token")?))
        }),
    }
}

/// The secret that opens a CRM.
fn read(crm: Crm, place: Option<&SecretPlace>, key: &str, what: &'static str) -> anyhow::Result<Secret> {
    let Some(place) = place else {
        let sentence = format!(
            "The {what} of {} is not named. Nothing was sent; put it into an environment variable or a file that only you may \
             read, and name that by {key}_env or {key}_file in [{}] of the config.",
            crm.title(),
            crm.word()
        );
        return Err(WireError::new(WireKind::Settings, sentence).into());
    };
    let place = match place {
        SecretPlace::File(path) => SecretPlace::File(whole_path(path)),
        SecretPlace::Env(_) => place.clone(),
    };
    Ok(secret::read(&place, what)?)
}

fn go(
    context: &Context,
    args: &PushArgs,
    courier: &dyn Courier,
    access: impl FnOnce() -> anyhow::Result<Access>,
) -> anyhow::Result<Exit> {
    let mut query = args.filters.query(&context.config.views)?;
    if courier.crm().keeps_people() {
        // The newest lead of a person is the one that is sent.
        query.sort = Sort { key: SortKey::Created, reversed: true };
    }
    let mapping = crm_mapping::of_records(&context.config.crm, courier.crm())?;
    let mut store = context.open_store()?;
    let leads = filters::select(&store, &query, context)?;
    let choice = Choice { include_dnc: args.include_dnc, only_valid: args.only_valid };
    let order = Order { leads: &leads, wish: Wish { choice, again: args.again, most: args.limit, mapping: &mapping } };
    if args.dry_run {
        let mut data = context.output.data();
        let mut requests = 0;
        let account = intended(courier, &store, &order, context.now, &mut |request| {
            requests += 1;
            data.line(&json(&request)?)
        })?;
        data.finish()?;
        tell_dry_run(context.output, &account, leads.len(), requests);
        return Ok(Exit::DONE);
    }
    let ending = Ending::listen()?;
    let telling = Telling::new(context.output);
    let pace = WirePace::new(context.clock, Some(ending), |words: &str| telling.say(words));
    let client = Client::new(Patience::default(), &pace);
    let mut account = Account::default();
    let total = leads.len();
    let mut run = Run { courier, access: access()?, client: &client, store: &mut store, last: None };
    let came = run.go(&order, &mut account, &mut |account| {
        telling.progress(format!("{} of {} leads", count(account.told.len()), count(total)));
    });
    telling.rest();
    tell(context.output, args, courier.crm(), &account, total - account.beyond, came.is_ok())?;
    came.map_err(|error| match error {
        PushError::Wire(error) => anyhow::Error::from(error),
        PushError::Store(error) => error.into(),
    })?;
    Ok(if account.told.iter().any(|told| told.result.is_trouble()) { Exit::FAILED } else { Exit::DONE })
}

fn tell_dry_run(output: Output, account: &Account, leads: usize, requests: usize) {
    let leads = leads - account.beyond;
    let sent = leads - account.unchanged - account.left.len();
    let counts = [(sent, "to be sent"), (account.unchanged, "unchanged"), (account.beyond, BEYOND)];
    let parts = parts(counts, account);
    let requests = numbers::many(requests, "request");
    output.say(&format!("{}{parts}. Dry run: {requests} printed, nothing was sent or stored.", numbers::leads(leads)));
    account.notes.iter().for_each(|note| output.say(note));
}

fn tell(
    output: Output,
    args: &PushArgs,
    crm: Crm,
    account: &Account,
    leads: usize,
    complete: bool,
) -> anyhow::Result<()> {
    for told in account.told.iter().filter(|told| told.result.is_trouble()) {
        Output::complain(&told.sentence);
    }
    if let Some(why) = &account.ended {
        Output::complain(why);
    }
    let counts = [
        (PushResult::Created, "created"),
        (PushResult::Updated, "updated"),
        (PushResult::Known, "there already and not overwritten"),
        (PushResult::Sent, "sent"),
        (PushResult::Doubted, "perhaps sent"),
        (PushResult::Rejected, "rejected"),
        (PushResult::Refused, "refused"),
    ];
    let counts = counts.into_iter().map(|(result, words)| (account.count(result), words));
    let more = [(account.unchanged, "unchanged"), (account.waiting, "not come to"), (account.beyond, BEYOND)];
    let said = format!("{}: {}{}.", crm.title(), numbers::leads(leads), parts(counts.chain(more), account));
    output.say(&said);
    if account.count(PushResult::Sent) > 0 {
        output.say("Salesforce does not say whether it made leads of what was sent: look there.");
    }
    account.notes.iter().for_each(|note| output.say(note));
    if args.json {
        let mut data = output.data();
        data.line(&json(&account_json(crm, account, leads, complete && account.ended.is_none()))?)?;
        data.finish()?;
    }
    Ok(())
}

fn account_json(crm: Crm, account: &Account, leads: usize, complete: bool) -> AccountJson<'_> {
    let of = |result| account.count(result);
    let left = account.left.iter();
    AccountJson {
        crm: crm.word(),
        complete,
        leads,
        created: of(PushResult::Created),
        updated: of(PushResult::Updated),
        known: of(PushResult::Known),
        sent: of(PushResult::Sent),
        unchanged: account.unchanged,
        doubted: of(PushResult::Doubted),
        rejected: of(PushResult::Rejected),
        refused: of(PushResult::Refused),
        left_out: account.left.len(),
        waiting: account.waiting,
        beyond_limit: account.beyond,
        results: &account.told,
        left: left.map(|(lead, left)| LeftJson { lead: lead.0, reason: left.to_string() }).collect(),
        notes: &account.notes,
    }
}

/// `: 3 created, 2 not sent (1 asked not to be contacted; 1 expired, so without contacts)`; nothing where nothing is to be told.
fn parts<'a>(counts: impl IntoIterator<Item = (usize, &'a str)>, account: &Account) -> String {
    let told = counts.into_iter().filter(|(number, _)| *number > 0);
    let mut parts: Vec<String> = told.map(|(number, words)| format!("{} {words}", count(number))).collect();
    let mut kinds = BTreeMap::new();
    for (_, left) in &account.left {
        *kinds.entry(left.kind()).or_insert(0) += 1;
    }
    if !kinds.is_empty() {
        let kinds: Vec<String> = kinds.into_iter().map(|(kind, number)| format!("{} {kind}", count(number))).collect();
        parts.push(format!("{} not sent ({})", count(account.left.len()), kinds.join("; ")));
    }
    if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lead::LeadId;
    use crate::domain::leaving::LeftOut;
    use crate::domain::push::Left;

    #[test]
    fn the_account_is_told_in_one_sentence() {
        let left = [Left::LeftOut(LeftOut::DoNotContact), Left::Older(LeadId(3)), Left::Older(LeadId(4))];
        let left = left.into_iter().map(|left| (LeadId(9), left)).collect();
        let account = Account { left, ..Account::default() };
        assert_eq!(
            parts([(1200, "created"), (0, "updated")], &account),
            ": 1,200 created, 3 not sent (1 that asked not to be contacted; 2 of a person with a newer lead)"
        );
        assert_eq!(parts([(0, "created")], &Account::default()), "");
    }
}
