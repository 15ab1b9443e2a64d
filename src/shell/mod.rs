//! The room with side effects: the clock, private files, the terminal, the clipboard.
//!
//! Everything here talks to this machine. Nothing here holds a rule about leads.

pub mod clipboard;
pub mod clock;
pub mod files;
pub mod terminal;
