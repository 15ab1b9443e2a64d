//! leadbox: a terminal inbox for marketplace leads.
pub mod app;
pub mod domain;
