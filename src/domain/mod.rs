//! What a lead is, and every rule about leads. Pure: no clock, no I/O, no keys, no SQL, no file format.
//! Imports nothing of the crate but itself; every other room may import it.

pub mod agenda;
pub mod catalog;
pub mod change;
pub mod checkup;
pub mod contacts;
pub mod country;
pub mod deal;
pub mod entry;
pub mod filter;
pub mod fold;
pub mod follow_up;
pub mod identity;
pub mod lead;
pub mod lead_source;
pub mod moment;
pub mod numbers;
pub mod outbox;
pub mod phone;
pub mod query;
pub mod reconcile;
pub mod record;
pub mod since;
pub mod sort;
pub mod spans;
pub mod statistics;
pub mod tags;
pub mod term_text;
pub mod terms;
pub mod timeline;
pub mod told;
pub mod undo;
pub mod vitals;
pub mod vocabulary;
pub mod why;
pub mod zones;
