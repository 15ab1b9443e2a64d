//! The room with side effects: the clock, files, the terminal, the clipboard, the event loop.
//! Everything here talks to this machine. Must not hold a rule about leads.

pub mod clipboard;
pub mod clock;
pub mod config;
pub mod demo;
pub mod files;
pub mod intake;
pub mod places;
pub mod terminal;
