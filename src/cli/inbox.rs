//! `leadbox` without a verb: the inbox. Needs a terminal; a script is told what to run instead.
//! Must not hold a rule about leads or draw anything itself.

use std::path::PathBuf;
use std::sync::Arc;

use crate::app::Settings;
use crate::app::look::{Look, Symbols};
use crate::cli::context::Context;
use crate::cli::demo;
use crate::cli::exit::{Exit, Fault};
use crate::cli::hooks;
use crate::shell::config;
use crate::shell::files::shorten_home;
use crate::shell::inbox::{self, Closed, Ending};
use crate::shell::machine::Tools;
use crate::shell::terminal;
use crate::store::Store;

/// Opens the inbox on the store.
pub fn run(context: &Context) -> anyhow::Result<Exit> {
    need_terminal()?;
    let settings = settings(context, false)?;
    let store = context.open_store()?;
    let closed = open(context, store, (context.places.store.clone(), context.places.config.clone()), settings)?;
    hooks::finish(context, closed.hooks);
    match closed.how? {
        Ending::Quit => Ok(Exit::DONE),
        Ending::Demo => demo::run(context),
        Ending::Killed(signal) => terminal::die_by(signal),
    }
}

/// Refuses to go on without a terminal, and says what to run.
pub fn need_terminal() -> anyhow::Result<()> {
    if terminal::is_interactive() {
        return Ok(());
    }
    let what = "The inbox needs a terminal. Run `leadbox list` to print the leads, or `leadbox --help` for every verb.";
    Err(Fault::usage(what).into())
}

/// Opens the inbox on a store at a path.
pub fn open(context: &Context, store: Store, paths: (PathBuf, PathBuf), settings: Settings) -> anyhow::Result<Closed> {
    terminal::install_panic_hook();
    let tools = Tools {
        clipboard: context.config.clipboard,
        opener: context.config.opener.clone(),
        exports: Arc::new(context.export_settings()),
    };
    inbox::open(store, paths, &context.start, settings, &tools, context.hooks.take(), context.clock)
}

/// The inbox's settings, from the config and what this terminal is.
pub fn settings(context: &Context, demo: bool) -> anyhow::Result<Settings> {
    let config = &context.config;
    let keymap = config.keymap().map_err(|wrong| Fault::failed(wrong.join("\n")))?;
    let home = directories::UserDirs::new().map(|user| user.home_dir().to_owned());
    let store = &context.places.store;
    Ok(Settings {
        terms: config.terms.clone(),
        currency: config.currency.clone(),
        keymap,
        views: config.views.clone(),
        look: Look { symbols: symbols(config.symbols, context.output.ascii), colour: context.output.color },
        zone: context.clock.zone(),
        store: home.map_or_else(|| store.display().to_string(), |home| shorten_home(store, &home)),
        ssh: ssh_host(),
        demo,
        mail: config.mail.clone(),
        notices: config.notices,
    })
}

/// The flame only where the locale is UTF-8 and the terminal is neither `linux` nor `dumb` (PRODUCT.md 3).
fn symbols(asked: config::Symbols, ascii: bool) -> Symbols {
    let term = std::env::var("TERM").unwrap_or_default();
    match asked {
        config::Symbols::Emoji => Symbols::Emoji,
        config::Symbols::Text => Symbols::Text,
        config::Symbols::Ascii => Symbols::Ascii,
        config::Symbols::Auto if ascii => Symbols::Ascii,
        config::Symbols::Auto if ["linux", "dumb"].contains(&term.as_str()) => Symbols::Text,
        config::Symbols::Auto => Symbols::Emoji,
    }
}

/// `user@host` as the seller's own computer reaches this one, where this is SSH.
fn ssh_host() -> Option<String> {
    let session = std::env::var("SSH_CONNECTION").ok()?;
    let host = session.split_whitespace().nth(2)?;
    Some(match std::env::var("USER") {
        Ok(user) if !user.is_empty() => format!("{user}@{host}"),
        _ => host.to_owned(),
    })
}
