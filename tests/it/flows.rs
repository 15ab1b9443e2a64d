//! One test an errand: keys in; screen, clipboard and store out (PRODUCT.md 2, 3, 4). Most stand on the demo's sixty leads.
//! Must not look into `app` where the screen or the store tells the same.

// Verdicts, undo and redo, and where the cursor goes.
mod verdicts;

// The accept form, won and lost.
mod deals;

// Marked leads and what acts on them; from lead to lead to answer.
mod bulk;
mod next;
mod run;
mod since;
mod views;

// What is owed to Partner Center: copied over and ticked off.
mod outbox;

// Contacts, later, putting away, tags, notes.
mod practice;

// Tabs, search, filter pane, orders.
mod finding;

// Copying, leaving, palette, import, export, first screen, sizes, other keys.
mod program;

// Mail and dial; what no clipboard takes is shown.
mod reaching;
mod showing;

// Leads that come in beside the inbox.
mod arrivals;
mod mending;

// A large store that is still being read.
mod loading;

// A store that cannot be read for a while.
mod trouble;

// Statistics of a month, their other months, and ten lines to copy.
mod statistics;

// Any keys in any order at any size.
mod any_keys;

// One person, many leads: detail and page.
mod person;
