//! What a lead is, and every rule about leads. Pure: no clock, no I/O, no keys, no SQL, no file format.
pub mod entry;
pub mod fold;
pub mod term_text;
