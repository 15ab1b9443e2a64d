//! The hidden verb of the detached process that keeps a copied text alive after the inbox has closed (PRODUCT.md 7).

use crate::cli::exit::{Exit, Fault};

/// Holds the clipboard for at most ten minutes.
pub fn run() -> anyhow::Result<Exit> {
    Err(Fault::failed("Holding the clipboard is not part of this build yet.").into())
}
