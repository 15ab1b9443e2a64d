//! The room with side effects: the clock, files, the terminal, the clipboard, the event loop.
//! Everything here talks to this machine. Must not hold a rule about leads.

pub mod clipboard;
pub mod clock;
pub mod config;
mod config_views;
pub mod crm_mapping;
pub mod demo;
pub mod desk;
pub mod ending;
pub mod exporting;
pub mod files;
pub mod hooks;
pub mod inbox;
pub mod intake;
pub mod lane;
pub mod machine;
pub mod mending;
pub mod notices;
pub mod opening;
pub mod outgoing;
pub mod pace;
pub mod perform;
pub mod places;
mod programs;
pub mod receiving;
pub mod reject_file;
pub mod secret;
pub mod sign_in;
pub mod surroundings;
pub mod terminal;
