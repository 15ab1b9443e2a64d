//! `leadbox sync partner-center`: sign in, list, tell what is owed, once or again and again, and the account of it in words or
//! JSON. Must not decide what is sent: `net::partner_center` does.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::import;
use crate::cli::output::Output;
use crate::cli::sync::watch::watch;
use crate::cli::sync::{Telling, every};
use crate::domain::lead::LeadId;
use crate::formats::json_text::json;
use crate::net::client::Client;
use crate::net::message::Method;
use crate::net::pace::Patience;
use crate::net::partner_center::pull::{self, Pulled};
use crate::net::partner_center::push::{self, Intended, Outcome, Told};
use crate::net::partner_center::session::{self, REFERRALS, Session};
use crate::net::partner_center::{PartnerCenterError, TokenKeeper};
use crate::shell::ending::Ending;
use crate::shell::pace::WirePace;
use crate::shell::sign_in;
use crate::store::Store;

const WARNING: &str = "Microsoft's documents disagree on whether this API lists leads of Azure Marketplace and AppSource at all: \
the page of the list says they are not supported, newer pages describe their fields. Where it does not list them, Partner \
Center's CSV export is the dependable road: leadbox import FILE.

The sign-in is by device code with an app registration of your own, named in [partner_center] of the config. It is kept in a \
private file beside the store, or in the keyring.";

/// What to do there.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = WARNING)]
pub struct PartnerCenterArgs {
    /// Sign in first, also where somebody is signed in
    #[arg(long, conflicts_with = "sign_out")]
    sign_in: bool,
    /// Forget the sign-in, and do nothing else
    #[arg(long, conflicts_with_all = ["full", "push", "dry_run", "watch", "json"])]
    sign_out: bool,
    /// List everything, not only what changed since the last sync
    #[arg(long)]
    full: bool,
    /// Then tell Partner Center what is owed: accepted, declined, won, lost
    #[arg(long)]
    push: bool,
    /// Send nothing; print what would be sent, a JSON object a line: method, path, body
    #[arg(long, conflicts_with_all = ["sign_in", "watch", "json"])]
    dry_run: bool,
    /// Go on until ^C, a round so often: 15m, 1h
    #[arg(long, value_name = "LENGTH", value_parser = every)]
    watch: Option<Duration>,
    /// Print the account as JSON, an object a run
    #[arg(long)]
    json: bool,
}

impl PartnerCenterArgs {
    /// True where what is fetched is kept.
    pub fn keeps(&self) -> bool {
        !self.dry_run
    }
}

/// The account of one run.
#[derive(Serialize)]
struct Account {
    #[serde(flatten)]
    pulled: Pulled,
    told: Vec<Told>,
}

/// Does it.
pub fn run(context: &Context, args: &PartnerCenterArgs) -> anyhow::Result<Exit> {
    let settings = &context.config.partner_center;
    let keeper = sign_in::keeper(settings.token, &context.places.store, &settings.source());
    if args.sign_out {
        return sign_out(context, keeper.as_ref());
    }
    if args.dry_run {
        return dry_run(context, args);
    }
    let ending = args.watch.map(|_| Ending::listen()).transpose()?;
    let telling = Telling::new(context.output);
    let pace = WirePace::new(context.clock, ending, |words: &str| telling.say(words));
    let client = Client::new(Patience::default(), &pace);
    // The folder of the store is the folder of the sign-in.
    let mut store = context.open_store()?;
    if args.sign_in {
        session::sign_in(settings, &client, keeper.as_ref(), &Output::complain)
            .map_err(PartnerCenterError::into_cause)?;
        context.output.say("Signed in to Partner Center.");
    }
    let (passed, by_hand) = (BTreeSet::new(), BTreeSet::new());
    let mut rounds = Rounds { context, args, telling: &telling, store: &mut store, full: args.full, passed, by_hand };
    let Some(length) = args.watch else { return rounds.next(&client, keeper.as_ref()) };
    watch(context, length, &pace, || rounds.next(&client, keeper.as_ref()).map(drop))
}

fn sign_out(context: &Context, keeper: &dyn TokenKeeper) -> anyhow::Result<Exit> {
    let was = keeper.remove()?;
    context.output.say(if was {
        "Signed out here: the sign-in is forgotten. To end it everywhere, revoke the sessions in Entra."
    } else {
        "Nobody was signed in."
    });
    Ok(Exit::DONE)
}

/// Every request that would be sent, in order. Nothing is, and nothing is stored.
fn dry_run(context: &Context, args: &PartnerCenterArgs) -> anyhow::Result<Exit> {
    let store = context.open_store()?;
    let source = context.config.partner_center.source();
    let list = pull::next_query(&store, &source, args.full).map_err(PartnerCenterError::into_cause)?;
    let path = format!("{REFERRALS}?{list}");
    let mut requests = vec![Intended { method: Method::Get.word(), path, body: None }];
    if args.push {
        requests.extend(push::intended(&store).map_err(PartnerCenterError::into_cause)?);
    }
    let mut data = context.output.data();
    for request in &requests {
        data.line(&json(request)?)?;
    }
    data.finish()?;
    Ok(Exit::DONE)
}

/// Rounds of one start of the program, and what they say.
struct Rounds<'a> {
    context: &'a Context,
    args: &'a PartnerCenterArgs,
    telling: &'a Telling,
    store: &'a mut Store,
    /// Everything is to be listed; once is enough.
    full: bool,
    /// Leads in conflict: the seller looks first.
    passed: BTreeSet<LeadId>,
    /// What was told to be entered by hand, by lead and kind: once is enough.
    by_hand: BTreeSet<(i64, &'static str)>,
}

impl Rounds<'_> {
    fn next(&mut self, client: &Client<'_>, keeper: &dyn TokenKeeper) -> anyhow::Result<Exit> {
        let (mut pulled, mut told) = (Pulled::default(), Vec::new());
        let came = self.exchange(client, keeper, &mut pulled, &mut told);
        self.telling.rest();
        told.retain(|told| told.result != Outcome::ByHand || self.by_hand.insert((told.lead, told.kind)));
        // What was done before an error is told all the same.
        if came.is_ok() || pulled.listed > 0 || !told.is_empty() {
            self.account(pulled, &told)?;
        }
        came.map_err(PartnerCenterError::into_cause)?;
        Ok(if told.iter().any(|told| told.result.is_trouble()) { Exit::FAILED } else { Exit::DONE })
    }

    fn exchange(
        &mut self,
        client: &Client<'_>,
        keeper: &dyn TokenKeeper,
        pulled: &mut Pulled,
        told: &mut Vec<Told>,
    ) -> Result<(), PartnerCenterError> {
        let now = self.context.clock.now();
        let settings = &self.context.config.partner_center;
        let mut session = Session::open(settings, client, keeper)?;
        let telling = self.telling;
        let mut show =
            |pulled: &Pulled| telling.progress(format!("{} referrals on {} pages", pulled.listed, pulled.pages));
        pull::pull(&mut session, self.store, &settings.source(), self.full, now, pulled, &mut show)?;
        self.full = false;
        if self.args.push {
            push::push(&mut session, self.store, &mut self.passed, now, told)?;
        }
        Ok(())
    }

    fn account(&self, pulled: Pulled, told: &[Told]) -> anyhow::Result<()> {
        let output = self.context.output;
        let new = pulled.added + pulled.updated > 0;
        let quiet_round = self.args.watch.is_some() && !new && pulled.rejects.is_empty() && told.is_empty();
        if !quiet_round {
            let waiting = if output.is_quiet() { Ok(String::new()) } else { import::waiting(self.store, self.context) };
            output.say(format!("{} {}", summary(&pulled), waiting.unwrap_or_default()).trim_end());
        }
        for reject in &pulled.rejects {
            let id = reject.id.as_deref().unwrap_or("without an id");
            output.say(&format!("Not read: {id}: {}.", reject.reason));
        }
        for entry in told {
            if entry.result.is_trouble() {
                Output::complain(&entry.sentence);
            } else {
                output.say(&entry.sentence);
            }
        }
        if self.args.push && told.is_empty() && self.args.watch.is_none() {
            output.say("Nothing is owed to Partner Center.");
        }
        if self.args.json {
            let mut data = output.data();
            data.line(&json(&Account { pulled, told: told.to_vec() })?)?;
            data.finish()?;
        }
        Ok(())
    }
}

/// "52 referrals: 3 new, 1 updated, 40 unchanged, 8 no leads."
fn summary(pulled: &Pulled) -> String {
    let counts = [
        (pulled.added, "new"),
        (pulled.updated, "updated"),
        (pulled.unchanged, "unchanged"),
        (pulled.skipped, "no leads"),
        (pulled.rejected, "not read"),
    ];
    let parts: Vec<_> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    match (pulled.listed, parts.join(", ")) {
        (0, _) => "Partner Center: nothing new.".to_owned(),
        (1, parts) => format!("Partner Center: 1 referral: {parts}."),
        (many, parts) => format!("Partner Center: {many} referrals: {parts}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_names_what_there_was() {
        assert_eq!(summary(&Pulled::default()), "Partner Center: nothing new.");
        let one = Pulled { listed: 1, added: 1, ..Pulled::default() };
        assert_eq!(summary(&one), "Partner Center: 1 referral: 1 new.");
        let many = Pulled { listed: 9, updated: 2, skipped: 6, rejected: 1, ..Pulled::default() };
        assert_eq!(summary(&many), "Partner Center: 9 referrals: 2 updated, 6 no leads, 1 not read.");
    }
}
