//! `leadbox demo`: the inbox on made-up leads, in a throwaway store that is removed afterwards.
//! Must not touch the store of the seller.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use anyhow::Context as _;

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::inbox;
use crate::shell::demo;
use crate::shell::inbox::Ending;
use crate::shell::terminal;
use crate::store::Store;

/// Opens the inbox on made-up leads. The user's own store is neither opened nor made.
pub fn run(context: &Context) -> anyhow::Result<Exit> {
    inbox::need_terminal()?;
    let settings = inbox::settings(context, true)?;
    let folder = tempfile::Builder::new()
        .prefix("leadbox-demo-")
        .permissions(Permissions::from_mode(0o700))
        .tempdir()
        .context("The demo's throwaway store cannot be made. Your own store was not touched; is the disk full?")?;
    let path = folder.path().join("demo.db");
    let mut store = Store::open(&path, context.config.terms.clone(), &context.start)?;
    demo::fill(&mut store, context.now)?;
    // What is saved in the demo goes the way of the demo.
    let config = folder.path().join("config.toml");
    let ended = inbox::open(context, store, (path, config), settings);
    folder.close().context("The demo's throwaway store could not be removed; it holds made-up leads only.")?;
    match ended?.how? {
        Ending::Killed(signal) => terminal::die_by(signal),
        Ending::Quit | Ending::Demo => Ok(Exit::DONE),
    }
}
