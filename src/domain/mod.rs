//! What a lead is, and every rule about leads. Pure: no clock, no I/O, no keys, no SQL, no file format.

pub mod country;
pub mod phone;
pub mod zones;
