//! What touches this machine: the event loop, the one clock, files, clipboard, terminal (HOUSE.md).
//! Must not hold a rule about leads.

pub mod demo;
