//! leadbox: a terminal inbox for marketplace leads.
pub mod app;
pub mod cli;
pub mod domain;
pub mod formats;
pub mod shell;
pub mod store;
pub mod ui;
