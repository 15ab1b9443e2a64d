//! The wires: the receiver of deliveries, and the clients of Azure Table and Partner Center (HOUSE.md). What they need of this
//! machine (the time, a private file, a notice) they name as traits that `shell` implements. Must not draw or read keys.
