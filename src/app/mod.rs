//! The inbox as a value: state, keys and what follows from them. Pure: it sees no store, no files, no clock and no
//! terminal; effects are data that the shell performs.

mod answers;
pub mod commands;
pub mod completion;
pub mod copying;
pub mod exporting;
pub mod filters;
pub mod form;
pub mod grounds;
pub mod importing;
pub mod input;
pub mod key;
pub mod list;
mod loading;
pub mod logging;
pub mod look;
pub mod marks;
mod mending;
pub mod msg;
pub mod next;
mod note;
pub mod notice;
pub mod notices;
pub mod outbox;
pub mod palette;
mod pasting;
pub mod person;
pub mod putting_off;
pub mod reaching;
pub mod run;
pub mod search;
pub mod showing;
mod sorting;
pub mod statistics;
pub mod tagging;
mod update;
pub mod views;

use std::collections::HashMap;

use chrono_tz::Tz;

use crate::app::commands::Keymap;
use crate::app::copying::CopyMenu;
use crate::app::exporting::Exporting;
use crate::app::filters::FilterPane;
use crate::app::form::{DealForm, KeptDraft};
use crate::app::grounds::{GroundsLine, WonLine};
use crate::app::importing::Importing;
use crate::app::list::List;
use crate::app::logging::{LogMenu, TouchLine};
use crate::app::look::{Layout, Look};
use crate::app::marks::Marks;
use crate::app::msg::{Detail, Effect, Found, Row};
use crate::app::next::Walk;
use crate::app::notices::{NoticeSettings, Told};
use crate::app::outbox::{CopyMarks, Outbox};
use crate::app::palette::Palette;
use crate::app::person::{PersonGeometry, PersonPage};
use crate::app::putting_off::LaterLine;
use crate::app::reaching::{Instead, ReachMenu};
use crate::app::run::Run;
use crate::app::search::SearchLine;
use crate::app::showing::ShownText;
use crate::app::statistics::StatisticsPage;
use crate::app::tagging::TagLine;
use crate::app::views::{OpenView, ViewMenu};
use crate::domain::catalog::{Listing, Query};
use crate::domain::change::Act;
use crate::domain::filter::TabChoice;
use crate::domain::front;
use crate::domain::lead::{Lead, LeadId, Moment};
use crate::domain::quarantine::Quarantined;
use crate::domain::reaching::MailTemplates;
use crate::domain::since::Since;
use crate::domain::terms::Terms;
use crate::domain::views::View;

pub use notice::{Armed, Notice, Tone};
pub use update::update;

/// What stays the same while the inbox is open.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The clocks.
    pub terms: Terms,
    /// Currency of a value that names none.
    pub currency: String,
    /// The views there are when it opens.
    pub views: Vec<View>,
    /// Which key does what.
    pub keymap: Keymap,
    /// Symbols and colour.
    pub look: Look,
    /// The seller's zone.
    pub zone: Tz,
    /// The store's place, short, for people.
    pub store: String,
    /// `user@host` over SSH: the files of the seller's own computer are elsewhere.
    pub ssh: Option<String>,
    /// The leads are made up and thrown away at the end.
    pub demo: bool,
    /// The mails that are begun.
    pub mail: MailTemplates,
    /// What else is done when a lead comes in.
    pub notices: NoticeSettings,
}

/// Which pane has the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// The filter pane.
    Filters,
    /// The list.
    List,
    /// The detail.
    Detail,
}

/// What lies over the panes and has the keys.
#[derive(Clone, Debug, PartialEq)]
pub enum Popup {
    /// The accept or edit form.
    Form(Box<DealForm>),
    /// The line of eight reasons.
    Grounds(GroundsLine),
    /// The value of a won deal.
    Won(WonLine),
    /// In which way the customer was contacted.
    Log(LogMenu),
    /// What came of a contact.
    Touch(Box<TouchLine>),
    /// When leads come back.
    Later(LaterLine),
    /// The tags.
    Tags(TagLine),
    /// What to copy.
    Copy(CopyMenu),
    /// Mail or dial.
    Reach(ReachMenu),
    /// The orders, and which is marked.
    Sort(usize),
    /// Palette and help.
    Palette(Palette),
    /// Importing a file.
    Import(Importing),
    /// Exporting what is shown.
    Export(Exporting),
    /// Typing a search.
    Search(Box<SearchLine>),
    /// The seller's practice in figures.
    Statistics(StatisticsPage),
    /// The views.
    Views(ViewMenu),
    /// How to receive leads as they come.
    Receive,
    /// One person with all their leads.
    Person(PersonPage),
    /// What is owed to Partner Center.
    Outbox(Box<Outbox>),
}

/// What the last frame told: sizes that scrolling needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Geometry {
    /// Lines for leads in the list.
    pub list_rows: usize,
    /// Lines of the filter pane.
    pub filter_rows: usize,
    /// Lines the detail has, and lines that fit.
    pub detail: (usize, usize),
    /// Columns of a form's fields.
    pub form_width: usize,
    /// Lines that a page over the whole body has, and lines that fit.
    pub page: (usize, usize),
    /// The page of a person.
    pub person: PersonGeometry,
    /// Lines for entries in the outbox.
    pub outbox_rows: usize,
}

/// The whole inbox.
#[derive(Clone, Debug)]
pub struct App {
    /// What stays the same.
    pub settings: Settings,
    /// The last moment it was told.
    pub now: Moment,
    /// Columns and rows of the screen.
    pub size: (u16, u16),
    /// What the last frame told.
    pub geometry: Geometry,
    /// What is asked for.
    pub query: Query,
    /// Number of the newest search; older answers are ignored.
    seq: u64,
    /// What was found.
    pub listing: Listing,
    /// The rest of the answer: header counts and the age of the data.
    pub found: Found,
    /// How far the leads are read; `None` once all are known.
    pub loading: Option<(usize, usize)>,
    /// The first answer came.
    pub ready: bool,
    /// Cursor and scroll of the list.
    pub list: List,
    /// Which leads are marked.
    pub marks: Marks,
    /// The walk of `n`.
    walk: Walk,
    /// The run that is on.
    pub run: Option<Run>,
    /// The views there are.
    pub views: Vec<View>,
    /// The view that was opened.
    view: Option<OpenView>,
    /// What happened since the seller was here last; told until the first verdict.
    pub since: Option<Since>,
    /// A verdict was made: what happened before it is told no more.
    decided: bool,
    /// Whole leads that were read for the list.
    pub rows: HashMap<LeadId, Row>,
    asked: Vec<LeadId>,
    /// The lead to go to once it was read.
    wanted: Option<LeadId>,
    /// The opened lead.
    pub detail: Option<Detail>,
    opening: Option<LeadId>,
    /// The store could not be read: it is asked again with the next tick.
    pub unread: bool,
    /// The lead whose detail is scrolled.
    scrolled: Option<LeadId>,
    /// A file is being tried or imported beside the inbox.
    pub busy: bool,
    /// First line of the detail that is shown.
    pub detail_top: usize,
    /// Which pane has the keys.
    pub focus: Focus,
    /// The filter pane.
    pub filters: FilterPane,
    /// What lies over the panes.
    pub popup: Option<Popup>,
    /// A text that is to be selected by hand, over everything else.
    pub shown: Option<ShownText>,
    /// What is being copied because it could not be opened.
    instead: Option<Instead>,
    /// What a second press confirms.
    pub armed: Option<Armed>,
    /// The message line.
    pub notice: Option<Notice>,
    /// What was typed into forms that were closed without saving: those of a lead, and those for marked leads.
    drafts: HashMap<(Option<LeadId>, Act), KeptDraft>,
    /// What was copied into Partner Center.
    pub copy_marks: CopyMarks,
    /// Notes that were written and not stored yet.
    unsaved_notes: HashMap<LeadId, String>,
    /// Deliveries that could not be read.
    pub deliveries: Vec<Quarantined>,
    /// What was written to mend them and is not stored yet.
    unsaved_deliveries: HashMap<i64, String>,
    /// Files for the first screen and the import.
    pub candidates: Option<Vec<msg::Candidate>>,
    /// What an import did, until the list tells what waits.
    imported: Option<String>,
    /// The one of them that the first screen marks.
    pub marked: usize,
    /// The leads are being counted for the statistics.
    counting: bool,
    /// Number of the newest question what an export would hold; older answers are ignored.
    census: u64,
    /// The notices of the day.
    told: Told,
}

impl App {
    /// An inbox that has asked nothing yet; `start` asks.
    pub fn new(settings: Settings, size: (u16, u16), now: Moment) -> Self {
        let views = settings.views.clone();
        Self {
            settings,
            now,
            size,
            geometry: Geometry::default(),
            query: front::query(),
            seq: 0,
            listing: Listing::default(),
            found: Found::default(),
            loading: None,
            ready: false,
            list: List::default(),
            marks: Marks::default(),
            walk: Walk::default(),
            run: None,
            views,
            view: None,
            since: None,
            decided: false,
            rows: HashMap::new(),
            asked: Vec::new(),
            wanted: None,
            detail: None,
            opening: None,
            unread: false,
            scrolled: None,
            busy: false,
            detail_top: 0,
            focus: Focus::List,
            filters: FilterPane::default(),
            popup: None,
            shown: None,
            instead: None,
            armed: None,
            notice: None,
            drafts: HashMap::new(),
            copy_marks: CopyMarks::default(),
            unsaved_notes: HashMap::new(),
            deliveries: Vec::new(),
            unsaved_deliveries: HashMap::new(),
            candidates: None,
            imported: None,
            marked: 0,
            counting: false,
            census: 0,
            told: Told::default(),
        }
    }

    /// The first questions.
    pub fn start(&mut self) -> Vec<Effect> {
        let watched = self.views.iter().map(|view| view.filter.clone()).collect();
        vec![Effect::Watch(watched), self.search(), Effect::Since]
    }

    /// How the screen is divided.
    pub fn layout(&self) -> Layout {
        Layout::of(self.size)
    }

    /// The lead under the cursor, once it was read.
    pub fn lead(&self) -> Option<&Lead> {
        let id = self.selected()?;
        self.rows.get(&id).map(|row| &row.lead)
    }

    /// The id under the cursor; in a run, of the lead on the screen.
    pub fn selected(&self) -> Option<LeadId> {
        if let Some(run) = &self.run {
            return run.current();
        }
        self.listing.ids.get(self.list.cursor).copied()
    }

    /// True for a store without a single lead: the first screen stands in the list's place.
    pub fn is_empty_store(&self) -> bool {
        self.ready && self.loading.is_none() && self.found.leads == 0 && self.query.filter.is_empty()
    }

    /// How many leads the tab on the screen holds, unfiltered.
    pub fn tab_total(&self) -> u32 {
        match self.tab_number() {
            Some(number) => self.listing.tabs.get(number).copied().unwrap_or_default(),
            // A view shows what it shows.
            None => u32::try_from(self.listing.ids.len()).unwrap_or(u32::MAX),
        }
    }

    /// The place of the tab on the screen among the three.
    pub fn tab_number(&self) -> Option<usize> {
        TabChoice::TABS.iter().position(|tab| *tab == self.query.tab)
    }

    fn search(&mut self) -> Effect {
        self.seq += 1;
        Effect::Search(self.seq, self.query.clone())
    }

    fn say(&mut self, text: impl Into<String>, tone: Tone) {
        self.notice = Some(Notice { text: text.into(), tone, undoable: false });
    }
}
