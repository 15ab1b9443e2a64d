//! leadbox: a terminal inbox for marketplace leads.
pub mod domain;
pub mod shell;
