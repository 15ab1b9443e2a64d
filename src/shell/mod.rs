//! The room with side effects: the clock, private files, the terminal, the clipboard.
//!
//! Everything here talks to this machine. Nothing here holds a rule about leads.

pub mod clipboard;
pub mod clock;
pub mod config;
pub mod files;
pub mod intake;
pub mod places;
pub mod terminal;
