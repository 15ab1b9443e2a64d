//! leadbox: a terminal inbox for marketplace leads.
pub mod domain;
