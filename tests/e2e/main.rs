//! The built program as a seller meets it: in a terminal, beside other processes, with hostile files. Only what cannot be
//! shown inside one process is shown here. Every test has a home of its own; none looks at the user's store.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

// The seller: a home, a terminal, waiting for what is to be seen.
mod session;

// What may be written to a terminal, byte by byte.
mod wire;

// Text from strangers who mean harm.
mod hostile;

// A seller's errand from import to export, over a restart.
mod errand;

// What happens without a key: other processes, the clock.
mod unasked;

// Every way out, and the terminal after it.
mod endings;

// A thousand keys of a cat.
mod keys;
// Files that leave, where their place is in the way.
mod leaving;

// Hostile text on every screen and verb.
mod harmless;

// Pasting and copying; the clipboards of X11, Wayland, tmux and screen.
mod clipboard;
mod clipboards;

// Programs that are told what happens to a lead.
mod hooks;

// Mail and dial.
mod opening;

// The first run, the demo, no terminal.
mod first_run;

// Contacts, follow-up dates and notes, by key and by verb.
mod practice;

// Statistics, status and doctor, beside what the list says.
mod figures;

// What is owed to Partner Center, on the screen and the command line at once.
mod owed;

// HTTP as the stand-ins for services speak it.
#[path = "../it/stub_wire.rs"]
mod stub_wire;

// `sync partner-center` through the built program, against the stub.
mod partner_center;

// `push` through the built program, against the stub.
mod push;

// The bulk upload, written and closed.
mod upload;

// What an import tells.
mod telling;

// Tab in a shell.
mod completing;

// Manual pages, read by groff.
mod manual;

// Formats, fields, exit codes and closed pipes, as scripts meet them.
mod scripts;

// The flags of import, its exit codes, its bar.
mod importing;

// Borders on screens of every size.
mod sizes;

// leadbox serve beside a test, and a sender that posts leads.
mod serving;

// Deliveries, kills, full disks, tokens.
mod deliveries;

// The open inbox while leads are delivered.
mod arrivals;

// Azurite, the emulator of Azure Storage, and a gate before it.
mod azurite;

// Leads from an Azure Table.
mod azure_table;

// LibreOffice opens what was exported.
mod libre_office;
