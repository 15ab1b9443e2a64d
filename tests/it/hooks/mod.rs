//! Hooks: what of the store's journal is told of, and the programs that are told, which are real ones.

mod journal;
mod programs;
