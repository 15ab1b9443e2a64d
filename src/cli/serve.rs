//! `leadbox serve`: the receiver of deliveries, its tokens, and what it could not read (PRODUCT.md 5 and 6).
//! Must not answer a request itself: `net::receiver` does.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use crate::app::importing;
use crate::cli::context::Context;
use crate::cli::exit::{Exit, Fault};
use crate::cli::hooks;
use crate::cli::output::Output;
use crate::domain::moment::rfc3339;
use crate::domain::quarantine::{Quarantined, Settlement};
use crate::domain::term_text::TermText;
use crate::formats::json_text::json;
use crate::net::receiver::{Receiver, ReceiverSettings, TlsFiles, TokenSource};
use crate::shell::config::receiver::address;
use crate::shell::ending::Ending;
use crate::shell::files;
use crate::shell::mending::{self, MendError};
use crate::shell::receiving::{self, ReceiverMachine};
use crate::store::Store;

/// A mended body may be this large: what a sender may send, and what mending adds.
const MOST_BYTES: u64 = 1024 * 1024;

/// Where to listen, or what to do instead.
#[derive(Clone, Debug, clap::Args)]
pub struct ServeArgs {
    /// Where to listen; port 0 takes a free one [default: 127.0.0.1:8787]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// Speak TLS with this certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The key of the certificate (PEM), readable by its owner alone
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// A proxy speaks TLS for it: any address may be listened on
    #[arg(long)]
    behind_proxy: bool,
    #[command(flatten)]
    instead: Instead,
    /// With --quarantine: print JSON
    #[arg(long, requires = "quarantine")]
    json: bool,
}

/// What is done instead of listening, one at a time.
#[derive(Clone, Debug, clap::Args)]
#[group(multiple = false)]
struct Instead {
    /// Make a token, print it this once, keep its hash; the one before it stays good
    #[arg(long, help_heading = "Instead of listening")]
    new_token: bool,
    /// Let only the newest token be good
    #[arg(long, help_heading = "Instead of listening")]
    revoke_old_token: bool,
    /// List the deliveries that could not be read
    #[arg(long, help_heading = "Instead of listening")]
    quarantine: bool,
    /// Print one of them as it came
    #[arg(long, value_name = "ID", help_heading = "Instead of listening")]
    show: Option<i64>,
    /// Import the mended text of one of them (- for standard input), and take it off the list
    #[arg(long, num_args = 2, value_names = ["ID", "FILE"], help_heading = "Instead of listening")]
    mend: Option<Vec<String>>,
    /// Take some off the list that were imported by hand
    #[arg(long, value_name = "ID", num_args = 1.., help_heading = "Instead of listening")]
    settle: Vec<i64>,
    /// Take some off the list that are of no use
    #[arg(long, value_name = "ID", num_args = 1.., help_heading = "Instead of listening")]
    dismiss: Vec<i64>,
    /// Put some back on the list, for thirty days
    #[arg(long, value_name = "ID", num_args = 1.., help_heading = "Instead of listening")]
    reopen: Vec<i64>,
}

/// One that could not be read, for scripts.
#[derive(Serialize)]
struct QuarantinedJson<'a> {
    id: i64,
    received_at: String,
    last_at: String,
    times: u64,
    bytes: u64,
    reason: &'a str,
}

/// Listens until it is told to stop, or does what was asked for instead.
pub fn run(context: &Context, args: &ServeArgs) -> anyhow::Result<Exit> {
    let instead = &args.instead;
    if instead.new_token {
        return new_token(context, &settings(context, args)?);
    }
    if instead.revoke_old_token {
        return revoke(context);
    }
    if instead.quarantine {
        return list(context, args.json);
    }
    if let Some(id) = instead.show {
        return show(context, id);
    }
    if let Some([id, file]) = instead.mend.as_deref() {
        return mend(context, id, file);
    }
    if !instead.settle.is_empty() {
        let now = context.now;
        return each(context, &instead.settle, |store, id| store.settle(id, Settlement::Imported, now));
    }
    if !instead.dismiss.is_empty() {
        let now = context.now;
        return each(context, &instead.dismiss, |store, id| store.settle(id, Settlement::Dismissed, now));
    }
    if !instead.reopen.is_empty() {
        return each(context, &instead.reopen, Store::unsettle);
    }
    serve(context, settings(context, args)?)
}

/// The settings of the config, and the flags over them.
fn settings(context: &Context, args: &ServeArgs) -> Result<ReceiverSettings, Fault> {
    let mut settings = context.config.receiver.clone();
    if let Some(listen) = &args.listen {
        settings.listen = address(listen).map_err(|why| Fault::usage(format!("--listen: {why}")))?;
    }
    if let (Some(cert), Some(key)) = (&args.tls_cert, &args.tls_key) {
        settings.tls = Some(TlsFiles { cert: cert.clone(), key: key.clone() });
    }
    settings.behind_proxy |= args.behind_proxy;
    settings.refusal().map_or(Ok(settings), |why| Err(Fault::usage(why)))
}

fn serve(context: &Context, mut settings: ReceiverSettings) -> anyhow::Result<Exit> {
    let place = &context.places.store;
    let output = context.output;
    let store = context.open_store()?;
    receiving::make_room(&mut settings)?;
    let machine = Arc::new(ReceiverMachine::new(context.clock, place, &settings, move |line| output.say(line)));
    let mut tokens = receiving::tokens(&settings.tokens, place)?;
    let mut made = None;
    if tokens.is_empty() {
        if !std::io::stderr().is_terminal() {
            return Err(Fault::failed(
                "There is no token, so nobody could deliver anything. Nothing was started: make one with leadbox serve \
                 --new-token, or name where it is in the config ([receiver], token_file, token_env or token_hash).",
            )
            .into());
        }
        made = Some(receiving::add_token(place, context.now)?);
        tokens = receiving::tokens(&settings.tokens, place)?;
    }
    let certificate = settings.tls.as_ref().map(receiving::certificate).transpose()?;
    // Before anybody learns of the address: who is told to stop then stops in order.
    let ending = Ending::listen()?;
    let receiver = Receiver::bind(&settings, &tokens, certificate.as_ref(), machine)?;
    let stopper = receiver.stopper();
    std::thread::Builder::new().name("stop".into()).spawn(move || {
        while !ending.asked() {
            ending.wait(Duration::from_hours(1));
        }
        stopper.stop();
    })?;
    let waiting = store.quarantine_count()?;
    greet(context, &settings, receiver.address()?, made.as_deref(), waiting);
    let clock = context.clock;
    let told = move |sentence: String| Output::complain(&format!("{} {sentence}", rfc3339(clock.now())));
    let hooks = hooks::beside(context, told)?;
    let ran = receiver.run(store);
    hooks::finish(context, hooks);
    ran?;
    output.say("Stopped. Everything that was answered is stored.");
    Ok(Exit::DONE)
}

fn greet(
    context: &Context,
    settings: &ReceiverSettings,
    address: std::net::SocketAddr,
    made: Option<&str>,
    waiting: usize,
) {
    let scheme = if settings.tls.is_some() { "https" } else { "http" };
    let place = &context.places.store;
    let tokens = match &settings.tokens {
        TokenSource::Own => format!("their hashes are in {}", receiving::own_tokens(place).display()),
        TokenSource::File(path) => format!("they are in {}", path.display()),
        TokenSource::Env(name) => format!("they are in the environment variable {name}"),
        TokenSource::Hashes(_) => "their hashes are in the config".to_owned(),
    };
    let say = |text: &str| context.output.say(text);
    say(&format!("Listening on {scheme}://{address}. Deliveries are posted to {scheme}://{address}/leads/TOKEN."));
    if let Some(token) = made {
        // Not even --quiet: it is shown this once.
        Output::complain(&format!("There was no token, so one was made. It is shown this once: {token}"));
    }
    say(&format!(
        "Tokens: {tokens}; leadbox serve --new-token makes another. Leads appear in the inbox within a second."
    ));
    if waiting > 0 {
        say(&format!("{waiting} that could not be read wait: leadbox serve --quarantine lists them."));
    }
    say("^C or SIGTERM stops it in order.");
}

fn new_token(context: &Context, settings: &ReceiverSettings) -> anyhow::Result<Exit> {
    if settings.tokens != TokenSource::Own {
        let why = "The config says where the tokens are ([receiver]), so none was made. Renew it there.";
        return Err(Fault::failed(why).into());
    }
    let place = &context.places.store;
    context.places.prepare_store()?;
    let had = !receiving::tokens(&settings.tokens, place)?.is_empty();
    let token = receiving::add_token(place, context.now)?;
    let mut data = context.output.data();
    data.line(&token)?;
    data.finish()?;
    context.output.say(&format!(
        "This is the new token, shown this once; {} keeps its hash. The address for the sender is \
         https://YOUR-HOST/leads/ with the token behind it.",
        receiving::own_tokens(place).display()
    ));
    if had {
        context.output.say(
            "The token before it stays good until leadbox serve --revoke-old-token, so that the sender can be changed first.",
        );
    }
    Ok(Exit::DONE)
}

fn revoke(context: &Context) -> anyhow::Result<Exit> {
    if !receiving::revoke_old_token(&context.places.store, context.now)? {
        return Err(Fault::failed("There is no older token; nothing was changed.").into());
    }
    context.output.say("Only the newest token is good now; a receiver that runs knows within a second.");
    Ok(Exit::DONE)
}

fn list(context: &Context, as_json: bool) -> anyhow::Result<Exit> {
    let waiting = if context.places.store.exists() { context.open_store()?.quarantine()? } else { Vec::new() };
    let mut data = context.output.data();
    if as_json {
        data.line(&json(&waiting.iter().map(object).collect::<Vec<_>>())?)?;
    } else {
        waiting.iter().try_for_each(|one| data.line(&line(one)))?;
    }
    data.finish()?;
    if waiting.is_empty() && !as_json {
        context.output.say("No delivery waits to be mended.");
    }
    Ok(Exit::DONE)
}

/// "3  2026-11-20T12:00:00Z  twice  412 bytes  It is no JSON: …"
fn line(one: &Quarantined) -> String {
    let times = if one.times == 1 { "once".to_owned() } else { format!("{} times", one.times) };
    let text = format!("{}  {}  {times}  {} bytes  {}", one.id, rfc3339(one.received_at), one.bytes, one.reason);
    TermText::line(&text).to_string()
}

fn object(one: &Quarantined) -> QuarantinedJson<'_> {
    QuarantinedJson {
        id: one.id,
        received_at: rfc3339(one.received_at),
        last_at: rfc3339(one.last_at),
        times: one.times,
        bytes: one.bytes,
        reason: &one.reason,
    }
}

fn show(context: &Context, id: i64) -> anyhow::Result<Exit> {
    let store = context.open_store()?;
    let body = store.quarantined_body(id)?.ok_or_else(|| Fault::failed(format!("There is no delivery {id}.")))?;
    let mut data = context.output.data();
    data.write_all(&body)?;
    data.finish()?;
    Ok(Exit::DONE)
}

fn mend(context: &Context, id: &str, file: &str) -> anyhow::Result<Exit> {
    let id: i64 = id.trim_start_matches('#').parse().map_err(|_| Fault::usage(format!("“{id}” is no number.")))?;
    let bytes = if file == "-" {
        files::read_stdin_capped(MOST_BYTES)?
    } else {
        files::read_capped(file.as_ref(), MOST_BYTES)?
    };
    let text = String::from_utf8(bytes).map_err(|_| MendError::Refused("this is not UTF-8 text".to_owned()))?;
    let mut store = context.open_store()?;
    let summary = mending::mend(&mut store, id, &text, context.now)?;
    context.output.say(&importing::sentence(&summary));
    Ok(Exit::DONE)
}

/// Does something to each; a number that does not fit fails, and the others are done all the same.
fn each(
    context: &Context,
    ids: &[i64],
    mut act: impl FnMut(&mut Store, i64) -> crate::store::Result<bool>,
) -> anyhow::Result<Exit> {
    let mut store = context.open_store()?;
    let mut unknown = Vec::new();
    for id in ids {
        if !act(&mut store, *id)? {
            unknown.push(id.to_string());
        }
    }
    if unknown.is_empty() {
        return Ok(Exit::DONE);
    }
    Err(Fault::failed(format!("Not on the list: {}. The others were done.", unknown.join(", "))).into())
}
