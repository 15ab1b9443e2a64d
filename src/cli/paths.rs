//! `leadbox paths`: where the store and the config are, and what leadbox keeps beside them once there is something to keep.
//! Must not open the store, read the config or make anything.

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::shell::sign_in::SignInFile;
use crate::shell::{receiving, reject_file};

/// Prints one place a line: its word, then its path.
pub fn run(context: &Context) -> anyhow::Result<Exit> {
    let store = &context.places.store;
    let places = [
        ("store", store.clone()),
        ("config", context.places.config.clone()),
        ("rejects", reject_file::folder(store)),
        ("tokens", receiving::own_tokens(store)),
        ("sign-in", SignInFile::beside(store).path().to_path_buf()),
    ];
    let mut data = context.output.data();
    for (word, path) in places {
        data.line(&format!("{word:<7}  {}", path.display()))?;
    }
    data.finish()?;
    Ok(Exit::DONE)
}
