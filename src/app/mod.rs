//! The inbox as a value: state, keys and what follows from them. Pure: it sees no store, no files, no clock and no
//! terminal; effects are data that the shell performs.
pub mod input;
