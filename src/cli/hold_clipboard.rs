//! The hidden verb of the detached process that keeps a copied text alive after the inbox has closed (PRODUCT.md 7).
//! Must not read the config or the store: it holds one text and ends.

use crate::cli::exit::Exit;
use crate::shell::clipboard;

/// Holds the clipboard for at most ten minutes.
pub fn run() -> Exit {
    Exit(u8::try_from(clipboard::holder::hold_from_stdin()).unwrap_or(1))
}
