//! The two alphabets: everything that can happen to the inbox, and everything it can ask for. Plain comparable data.
//! Whoever reads this file knows the system.

use std::path::PathBuf;

use chrono_tz::Tz;

use crate::app::completion::Stock;
use crate::app::exporting::{ExportFailure, ExportOrder, Exported, Ways};
use crate::app::key::Key;
use crate::app::notices::Arrived;
use crate::app::reaching::Started;
use crate::domain::catalog::{Listing, Query, Survey};
use crate::domain::change::{Act, Change, Refusal};
use crate::domain::filter::Filter;
use crate::domain::lead::{Lead, LeadId, Moment};
use crate::domain::leaving::{Census, Choice, ExportFormat};
use crate::domain::outbox::Entry;
use crate::domain::quarantine::Quarantined;
use crate::domain::reaching::Reach;
use crate::domain::since::Since;
use crate::domain::statistics::Months;
use crate::domain::timeline::Event;
use crate::domain::views::View;
use crate::domain::vocabulary::ReceivedVia;

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Msg {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted: never keys.
    Paste(String),
    /// The screen has this many columns and rows.
    Resize(u16, u16),
    /// Time passed.
    Tick,
    /// The leads are being read: so many of so many.
    Loading(usize, usize),
    /// Every lead is known now.
    Loaded,
    /// Another process changed the store.
    Changed,
    /// The answer to `Search` of the same number.
    Found(u64, Box<Found>),
    /// The answer to `Tally` of this filter.
    Tallied(Filter, Box<Stock>),
    /// The answer to `Read`.
    Rows(Vec<Row>),
    /// The answer to `Open`.
    Opened(Box<Detail>),
    /// The answer to `OpenPerson`; `None` where the store has that lead no more.
    Person(LeadId, Option<Box<OpenedPerson>>),
    /// A change went through, or was refused.
    Applied(Box<Applied>),
    /// What came of an undo or redo.
    Stepped(Stepped),
    /// What is owed to Partner Center, the nearest deadline first.
    Outbox(Vec<Entry>),
    /// The views after one was stored in the config or taken out of it, or why it was not.
    ViewsKept(Result<Vec<View>, String>),
    /// What happened since the seller saw the leads last, where that is known.
    Since(Option<Since>),
    /// What the marked leads make of an act.
    Surveyed(Survey),
    /// The leads to answer, most urgent first.
    Queue(Errand, Vec<LeadId>),
    /// So many of the marked leads asked not to be contacted: nothing was copied, the letter again copies.
    CopyAsks(char, usize),
    /// A text went to the clipboard by this way, or could not.
    Copied(Result<CopiedBy, String>),
    /// A program took a mail or a call, or why none did.
    Reached(Box<Reach>, Result<Started, String>),
    /// No clipboard took a text: it is to be shown, and why.
    Uncopied {
        /// The text.
        text: String,
        /// Why, as a sentence.
        why: String,
    },
    /// Lead files that were found near.
    Candidates(Vec<Candidate>),
    /// Deliveries that could not be read.
    Quarantine(Vec<Quarantined>),
    /// One of them as it came; `None` where it waits no more.
    DeliveryRead(i64, Option<String>),
    /// A delivery was dismissed; false where it was settled before.
    Dismissed(i64, bool),
    /// What a mended delivery brought, or why it cannot be read.
    Mended(i64, Result<ImportSummary, String>),
    /// What an import would do, or why the file is refused.
    Previewed(PathBuf, Result<ImportSummary, String>),
    /// What an import did, or why it did nothing.
    Imported(Result<ImportSummary, String>),
    /// An export was written: how many leads, where; or why not.
    Exported(Result<Exported, ExportFailure>),
    /// What an export would hold: the answer to `Census` of the same number.
    Taken(u64, Result<Census, String>),
    /// How this path that was typed could go on.
    PathsFound(String, Ways),
    /// The figures of every month, or why they could not be counted.
    Statistics(Result<Box<Months>, String>),
    /// The text came back from the editor.
    Edited(Writing, Result<String, String>),
    /// The tags of the store, most used first.
    Tags(Vec<String>),
    /// The terminal is ours again.
    Resumed,
    /// Hot leads that somebody else brought in.
    Arrived(Vec<Arrived>),
    /// The store could not be read, as a sentence; what was done before stands.
    Unread(String),
    /// Something else failed, as a sentence.
    Failed(String),
    /// A program of the seller's, or several, failed beside the inbox: a sentence. Nothing of the store is touched by it.
    HookFailed(String),
}

/// What the inbox asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Find the leads of a query.
    Search(u64, Query),
    /// Count what every value would find among the leads of a query.
    Tally(Query),
    /// Read whole leads.
    Read(Vec<LeadId>),
    /// Read one lead with its timeline and its person's other leads.
    Open(LeadId),
    /// Read the person of a lead: their leads, and what happened over all of them.
    OpenPerson(LeadId),
    /// Change leads.
    Apply(Vec<LeadId>, Change),
    /// Undo; an old change only if it is the one that was shown: its title and moment.
    Undo(Option<(String, Moment)>),
    /// Redo.
    Redo,
    /// Read what is owed to Partner Center.
    Outbox,
    /// Count the leads of these views with every answer of `Search`.
    Watch(Vec<Filter>),
    /// Store a view of this name and query in the config, or take it out.
    KeepView(String, Option<String>),
    /// Count what happened since the seller saw the leads last.
    Since,
    /// Find the leads of a query that ask for an answer.
    Queue(Errand, Query),
    /// Ask marked leads what they make of an act.
    Survey(Vec<LeadId>, Act),
    /// Put one line on the clipboard.
    Copy(String),
    /// Put what a letter of the copy menu says of marked leads on the clipboard, in one line; `true`: although some of
    /// them asked not to be contacted.
    CopyMarked(Vec<LeadId>, char, bool),
    /// Put several lines on the clipboard.
    CopyLines(String),
    /// Open a mail or a call with the program that does.
    Reach(Box<Reach>),
    /// Count every lead, month by month in this zone.
    Statistics(Tz),
    /// Look for lead files.
    FindFiles,
    /// Read which deliveries could not be read.
    Quarantine,
    /// Read one of them.
    OpenDelivery(i64),
    /// Import the mended text of one.
    Mend(i64, String),
    /// Dismiss one.
    Dismiss(i64),
    /// Try an import without keeping it.
    Preview(PathBuf),
    /// Import a file.
    Import(PathBuf),
    /// Write leads to a file; `true`: over an existing one.
    Export(ExportOrder),
    /// Count what an export of these leads would hold; a newer number takes the place of an older one.
    Census(u64, Vec<LeadId>, ExportFormat, Choice),
    /// Look how a path could go on; answered by `PathsFound`.
    FindPaths(String),
    /// Hand a text to `$EDITOR`.
    Editor(Writing, String),
    /// Read the tags there are.
    Tags,
    /// Ring, and show a text without personal data on the desktop, as the config asks.
    Notify(String),
    /// Stop until `fg`.
    Suspend,
    /// Open the demo in this one's place.
    Demo,
    /// End.
    Quit,
}

/// What a text in the editor is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// The field of the form that has the keys.
    Field,
    /// The note of this lead.
    Note(LeadId),
    /// A delivery that could not be read.
    Delivery(i64),
}

/// What the leads to answer are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errand {
    /// The next one among those shown.
    Next,
    /// The one before.
    Previous,
    /// The next one anywhere.
    NextAnywhere,
    /// All of them, for a run.
    Run,
}

/// What `Search` found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The leads and counts.
    pub listing: Listing,
    /// How many leads the store has, test leads included.
    pub leads: usize,
    /// Hot leads of both tabs.
    pub hot: u32,
    /// Expiring leads of both tabs.
    pub expiring: u32,
    /// When the first of the hot leads goes cold.
    pub hot_until: Option<Moment>,
    /// How many entries are owed to Partner Center.
    pub owed: u32,
    /// The first deadline of what is owed.
    pub owed_due: Option<Moment>,
    /// How many leads each watched view shows.
    pub views: Vec<u32>,
    /// When the clock alone makes this untrue.
    pub valid_until: Option<Moment>,
    /// The age of the data.
    pub data_age: Option<DataAge>,
    /// How many deliveries could not be read and wait to be mended.
    pub unread: usize,
}

/// By which road the newest leads came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgeOf {
    /// A file.
    File,
    /// The receiver.
    Delivery,
    /// A sync.
    Sync,
}

/// The newest import, for the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataAge {
    /// By which road.
    pub road: AgeOf,
    /// Name of the file.
    pub title: String,
    /// How fresh it is: the file's own time, else when it came in.
    pub at: Moment,
}

/// A lead of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The lead.
    pub lead: Lead,
    /// How many leads its person has.
    pub person_leads: u32,
}

/// A lead, opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Detail {
    /// The lead.
    pub lead: Lead,
    /// The person's other leads, newest first, as many as are shown.
    pub others: Vec<Lead>,
    /// How many leads the person has, this one included.
    pub person_leads: u32,
    /// What happened, newest first.
    pub timeline: Vec<Event>,
}

/// A person, opened from one of their leads.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenedPerson {
    /// Their leads, newest first, as many as a screen is for.
    pub leads: Vec<Lead>,
    /// How many leads they have.
    pub count: u32,
    /// What happened to those leads, newest first, as much as a screen is for.
    pub events: Vec<(LeadId, Event)>,
    /// How many older events were left out.
    pub older: usize,
}

/// What came of a change.
#[derive(Clone, Debug, PartialEq)]
pub struct Applied {
    /// The change.
    pub change: Change,
    /// The leads after it.
    pub leads: Vec<Lead>,
    /// The leads that did not take it.
    pub refused: Vec<(LeadId, Refusal)>,
    /// Anything was stored; false where all was as wished already.
    pub stored: bool,
}

/// What came of an undo or redo.
#[derive(Clone, Debug, PartialEq)]
pub enum Stepped {
    /// It was undone; what to correct in Partner Center now.
    Undone(String, Vec<Lead>, Vec<String>),
    /// It was redone.
    Redone(String, Vec<Lead>),
    /// It is old: press again to undo it.
    Ask(String, Moment),
    /// There is nothing to undo.
    NothingToUndo,
    /// There is nothing to redo.
    NothingToRedo,
    /// A later import altered the same field, so it cannot be undone.
    UndoContradicted(String),
    /// The same, so it cannot be redone.
    RedoContradicted(String),
}

/// By which way a text went to the clipboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopiedBy {
    /// The desktop's clipboard took it.
    Native,
    /// tmux took it.
    Tmux,
    /// It was sent to the terminal, which does not answer.
    Terminal,
}

/// A file that looks like a lead export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Where it is.
    pub path: PathBuf,
    /// The same, short, for people.
    pub shown: String,
    /// When it was last modified.
    pub modified: Option<Moment>,
    /// What kind of file it is.
    pub kind: ReceivedVia,
    /// How many rows it holds.
    pub rows: u64,
    /// The rows were counted; false where they are estimated from the beginning of a large file.
    pub exact: bool,
}

/// What an import does or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportSummary {
    /// Name of the file.
    pub title: String,
    /// Rows in it.
    pub rows: u64,
    /// New leads.
    pub added: u64,
    /// Leads that learned something.
    pub updated: u64,
    /// Leads with nothing new.
    pub unchanged: u64,
    /// Rejected rows: line and reason.
    pub rejects: Vec<(u64, String)>,
    /// What kind of file it is and how it is written: "Partner Center export · utf-8 · ,".
    pub facts: String,
    /// What a person should look at, as sentences.
    pub warnings: Vec<String>,
    /// What each column was taken as, where that was guessed: column, meaning, an example.
    pub guess: Vec<[String; 3]>,
    /// Where the rejected rows were written, if they were.
    pub reject_file: Option<String>,
}
