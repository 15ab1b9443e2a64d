//! The wires: the receiver of deliveries, and the clients of Azure Table, Partner Center and CRMs (HOUSE.md). What they need of this
//! machine (the time, a private file, a notice) they name as traits that `shell` implements. Must not draw or read keys.

pub mod address;
pub mod azure_table;
pub mod base;
pub mod client;
pub mod crm;
pub mod entra;
pub mod message;
pub mod pace;
pub mod partner_center;
pub mod receiver;
pub mod secret;
pub mod wire_error;
