//! leadbox: a terminal inbox for the leads that Microsoft's commercial marketplace sends a seller.
//!
//! This is the map of the house. One package, eight rooms, and a law about who may import whom, kept by `tests/it/tidy.rs`:
//!
//! ```text
//!                  domain                 what a lead is, and every rule about leads          pure
//!         ┌──────────┼──────────┐
//!      formats     store       app        bytes <-> leads (pure) │ SQLite │ state, keys, update (pure)
//!         │          │          │
//!         └────┬─────┘         ui         draws app; decides nothing                          pure
//!             net               │         the receiver and the clients of Azure Table and Partner Center
//!              └──── shell ─────┘         terminal, clock, files, clipboard, threads; performs effects
//!                      │
//!                     cli                 arguments, one file a verb, exit codes
//! ```
//!
//! The life of a key press: the terminal's thread sends it to `shell::inbox`, which hands it to `app::update` together
//! with the moment it came. `update` changes the `App` and answers effects, plain data. `shell::perform` carries each out
//! on the store, the list in memory (`domain::catalog`, kept by `shell::desk`) or this machine, and its answer comes back
//! as a message. When the queue is empty, `ui::view` draws the `App`; a screen is a function of one value.
//!
//! Whoever is new reads, in this order: `domain::lead`, `domain::vitals`, `app::msg`, `shell::perform`.

pub mod app;
pub mod cli;
pub mod domain;
pub mod formats;
pub mod net;
pub mod shell;
pub mod store;
pub mod ui;
