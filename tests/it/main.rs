//! Everything that can be shown inside one process: the laws of leads and lists, the store on real files, the file
//! formats, and the law of the house. No test reads a clock; what has a wire stays on this machine, on a free port; each
//! test has a folder of its own.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

// Made-up leads, rows and moments, with every value that has ever been trouble, and the generators of them.
mod samples;

// PRODUCT.md's rules about one lead, written once more as plainly as they read: what the laws compare with.
mod reading;

// The language of queries: reading and writing, and generators of filters.
mod queries;

// Laws that hold for every lead, list, clock, file and merge.
mod laws;

// The first page of a large store.
mod front;

// Changes, undo, redo, imports and clock moves in any order, against a model that keeps pages in a list.
mod model;

// Contacts, follow-up dates, putting away, tags and notes in the store, and stores of the version before them.
mod practice;

// The store on disk: privacy, refusals, two processes, the journal, the outbox, identity.
mod store;

// What hooks are told of.
mod hooks;

// The bulk upload: what was written and is not yet confirmed.
mod uploads;

// One request told by every pair of ways in.
mod sources;

// Statistics, what asks for the seller now, what accepted leads lack.
mod statistics;

// The receiver of deliveries, over real sockets.
mod receiver;

// Partner Center's files and our own, good and bad.
mod formats;

// Files of every kind through the one way in.
mod intake;

// The import files of CRMs, read back with the rules of each vendor.
mod crm;

// JSON of every shape: accounted for, damaged, and our own read back.
mod json;

// The file of rejected rows.
mod rejects;

// Files that are cut, flipped and torn.
mod damage;

// The inbox in one process, for the two below: keys in, screen out.
mod harness;

// One test an errand of the seller's: keys in, screen, clipboard and store out.
mod flows;

// Partner Center's Referrals API, against a stub on loopback.
mod partner_center;

// HTTP as the stand-ins for services speak it.
mod stub_wire;

// `leadbox push` against a stub of the four CRMs.
mod push;

// The README's tables, made from the code.
mod readme;

// The screens as text and styles, scene by scene and size by size, against those that were looked at.
mod screens;

// The law of the house: which room may know what.
mod tidy;

// Workbooks and CSV for spreadsheets, read back by libraries that are not ours.
mod spreadsheets;

// Cards and calendars, read by a library that is not ours.
mod address_books;
