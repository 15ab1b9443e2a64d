//! The inbox in one process: the real `update`, `perform` and `view` over a store in memory. Only the clock, this machine
//! (`Host`) and the terminal are stand-ins. After every message the screen is drawn and its sizes fed back, as the event
//! loop does. Must assert nothing about leads.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::TimeDelta;
use chrono_tz::Tz;
use leadbox::app::commands::Keymap;
use leadbox::app::key::{Code, Key};
use leadbox::app::look::{Look, Symbols};
use leadbox::app::msg::{Candidate, CopiedBy, Effect, Msg};
use leadbox::app::notices::NoticeSettings;
use leadbox::app::reaching::Started;
use leadbox::app::{App, Settings, update};
use leadbox::domain::lead::{Lead, LeadId, Moment};
use leadbox::domain::reaching::Reach;
use leadbox::domain::term_text::cells;
use leadbox::domain::terms::Terms;
use leadbox::domain::views::{self, View};
use leadbox::shell::config::Config;
use leadbox::shell::desk::Desk;
use leadbox::shell::files::{Overwrite, write_bytes};
use leadbox::shell::inbox::run_effects;
use leadbox::shell::opening::{Address, address};
use leadbox::shell::outgoing::ExportSettings;
use leadbox::shell::perform::{Host, Work};
use leadbox::shell::{demo, intake};
use leadbox::store::Store;
use leadbox::ui;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};
use tempfile::TempDir;

use crate::samples::{Row, all_leads, empty_store, now, put_all};

/// A machine of nobody's: what was copied is kept, the editor answers what the test says, lead files lie in a folder of
/// its own.
pub struct FakeHost {
    pub copied: Vec<String>,
    /// What was opened.
    pub opened: Vec<String>,
    /// Why nothing can be opened, if so.
    pub no_opener: Option<String>,
    /// Why no clipboard takes anything, if none does.
    pub no_clipboard: Option<String>,
    /// What went to the editor.
    pub edited: Vec<String>,
    /// What comes back from it.
    pub editor: Result<String, String>,
    pub suspended: u32,
    /// What rang.
    pub notified: Vec<String>,
    /// What the config says of views.
    pub own_views: Vec<(String, String)>,
    folder: TempDir,
    now: Moment,
}

impl FakeHost {
    fn new() -> Self {
        Self {
            copied: Vec::new(),
            opened: Vec::new(),
            no_opener: None,
            no_clipboard: None,
            edited: Vec::new(),
            editor: Ok(String::new()),
            suspended: 0,
            notified: Vec::new(),
            own_views: Vec::new(),
            folder: tempfile::tempdir().unwrap(),
            now: now(),
        }
    }
}

impl Host for FakeHost {
    fn copy(&mut self, text: String) -> Option<Msg> {
        if let Some(why) = self.no_clipboard.clone() {
            return Some(Msg::Uncopied { text, why });
        }
        self.copied.push(text);
        Some(Msg::Copied(Ok(CopiedBy::Terminal)))
    }

    fn open(&mut self, reach: Box<Reach>) -> Msg {
        if let Some(why) = self.no_opener.clone() {
            return Msg::Reached(reach, Err(why));
        }
        let Address { uri, cut } = address(&reach.means);
        self.opened.push(uri);
        Msg::Reached(reach, Ok(Started { program: "xdg-open".to_owned(), cut }))
    }

    fn edit(&mut self, text: &str) -> Result<String, String> {
        self.edited.push(text.to_owned());
        self.editor.clone()
    }

    fn suspend(&mut self) -> Option<Msg> {
        self.suspended += 1;
        Some(Msg::Resumed)
    }

    fn lead_files(&mut self) -> Vec<Candidate> {
        let mut paths: Vec<PathBuf> =
            fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        let candidate = |path: PathBuf| {
            let bytes = fs::read(&path).unwrap();
            let preview = intake::header_preview(&bytes, bytes.len() as u64)?;
            let shown = format!("~/Downloads/{}", path.file_name().unwrap().to_string_lossy());
            let modified = Some(self.now - TimeDelta::minutes(140));
            let (kind, rows, exact) = (preview.kind, preview.rows, preview.exact);
            Some(Candidate { modified, kind, rows, exact, shown, path })
        };
        paths.into_iter().filter_map(candidate).collect()
    }

    fn whole_path(&self, typed: &Path) -> PathBuf {
        self.folder.path().join(typed)
    }

    fn keep_view(&mut self, name: &str, query: Option<&str>) -> Result<Vec<View>, String> {
        let known = |own: &(String, String)| own.0 != name;
        self.own_views.retain(known);
        self.own_views.extend(query.map(|query| (name.to_owned(), query.to_owned())));
        views::all(&self.own_views).map_err(|(_, why)| why)
    }

    fn notify(&mut self, text: &str) {
        self.notified.push(text.to_owned());
    }

    fn export_settings(&self) -> Arc<ExportSettings> {
        Arc::default()
    }

    fn aside(&mut self, work: Work) -> Option<Work> {
        Some(work)
    }
}

/// The settings of a test: the table's keys, text symbols, colour, UTC.
pub fn settings() -> Settings {
    Settings {
        terms: Terms::default(),
        currency: "EUR".to_owned(),
        keymap: Keymap::new(&BTreeMap::new()).unwrap(),
        views: views::all(&[]).unwrap(),
        look: Look { symbols: Symbols::Text, colour: true },
        zone: Tz::UTC,
        store: "~/.local/share/leadbox".to_owned(),
        ssh: None,
        demo: false,
        mail: Config::default().mail,
        notices: NoticeSettings::default(),
    }
}

/// An open inbox.
pub struct Inbox {
    pub app: App,
    pub desk: Desk,
    pub host: FakeHost,
    pub now: Moment,
    /// `Quit` or `Demo`, once asked for.
    pub ended: Option<Effect>,
    terminal: Terminal<TestBackend>,
}

impl Inbox {
    /// On the demo's leads, 120x34.
    pub fn demo() -> Self {
        Self::demo_with(settings(), (120, 34))
    }

    pub fn demo_with(settings: Settings, size: (u16, u16)) -> Self {
        let mut store = empty_store();
        demo::fill(&mut store, now()).unwrap();
        Self::open(store, settings, size)
    }

    /// On these rows of one export, 120x34.
    pub fn of(rows: &[Row]) -> Self {
        let mut store = empty_store();
        let arrivals: Vec<_> = rows.iter().map(|row| row.arrival("2026-11-20T11:00:00Z")).collect();
        put_all(&mut store, &arrivals, now());
        Self::open(store, settings(), (120, 34))
    }

    /// On an empty store.
    pub fn empty() -> Self {
        Self::open(empty_store(), settings(), (120, 34))
    }

    pub fn open(store: Store, settings: Settings, size: (u16, u16)) -> Self {
        Self::open_with_files(store, settings, size, &[])
    }

    /// As after a pause: what the store says was seen last is known.
    pub fn returning(store: Store, settings: Settings, size: (u16, u16)) -> Self {
        let mut inbox = Self::open(store, settings, size);
        let seen = inbox.desk.store().seen().unwrap();
        inbox.desk.look_from(Tz::UTC, seen);
        inbox.tell(Msg::Changed);
        inbox
    }

    /// With files of these names and texts where lead files are looked for.
    pub fn open_with_files(
        store: Store,
        settings: Settings,
        (width, height): (u16, u16),
        files: &[(&str, &str)],
    ) -> Self {
        let mut inbox = Self {
            app: App::new(settings, (width, height), now()),
            desk: Desk::new(store).unwrap(),
            host: FakeHost::new(),
            now: now(),
            ended: None,
            terminal: Terminal::new(TestBackend::new(width, height)).unwrap(),
        };
        for (name, text) in files {
            inbox.write_file(name, text);
        }
        inbox.desk.load().unwrap();
        drop(inbox.desk.arrivals(now()));
        let effects = inbox.app.start();
        inbox.perform(effects);
        inbox
    }

    /// As a large store opens: its list is still being read.
    pub fn loading(store: Store) -> Self {
        let count = store.count().unwrap();
        let mut inbox = Self {
            app: App::new(settings(), (120, 34), now()),
            desk: Desk::new(store).unwrap(),
            host: FakeHost::new(),
            now: now(),
            ended: None,
            terminal: Terminal::new(TestBackend::new(120, 34)).unwrap(),
        };
        inbox.app.loading = Some((0, count));
        let effects = inbox.app.start();
        inbox.perform(effects);
        inbox
    }

    /// Now it is read.
    pub fn loaded(&mut self) -> &mut Self {
        self.desk.load().unwrap();
        drop(self.desk.arrivals(self.now));
        self.tell(Msg::Loaded);
        self
    }

    /// Presses keys: `jj<enter>`, `<esc>`, `<tab>`, `<s-tab>`, `<c-r>`, `<space>`, `<lt>` for `<`.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        for key in keys_of(keys) {
            self.tell(Msg::Key(key));
        }
        self
    }

    pub fn paste(&mut self, text: &str) -> &mut Self {
        self.tell(Msg::Paste(text.to_owned()));
        self
    }

    pub fn resize(&mut self, width: u16, height: u16) -> &mut Self {
        self.terminal.backend_mut().resize(width, height);
        self.tell(Msg::Resize(width, height));
        self
    }

    /// Moves the clock on and lets a tick come.
    pub fn advance(&mut self, time: TimeDelta) -> &mut Self {
        self.now += time;
        self.host.now = self.now;
        self.tell(Msg::Tick);
        self
    }

    /// Something else changes the store at this moment; the inbox hears of it.
    pub fn elsewhere(&mut self, change: impl FnOnce(&mut Store, Moment)) -> &mut Self {
        change(self.desk.store(), self.now);
        self.desk.follow(self.now).unwrap();
        self.tell(Msg::Changed);
        let arrived = self.desk.arrivals(self.now);
        if !arrived.is_empty() && !self.app.busy {
            self.tell(Msg::Arrived(arrived));
        }
        self
    }

    pub fn tell(&mut self, msg: Msg) {
        let effects = update(&mut self.app, msg, self.now);
        self.perform(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        self.run(effects);
        // Sizes come with the frame; what they make visible is read before the next one, as the loop does.
        if self.draw() {
            let effects = update(&mut self.app, Msg::Resumed, self.now);
            self.run(effects);
            self.draw();
        }
    }

    fn run(&mut self, effects: Vec<Effect>) {
        let ended = run_effects(effects, &mut self.app, &mut self.desk, &mut self.host, self.now);
        self.ended = self.ended.take().or(ended);
    }

    /// Draws; true if the sizes are new.
    fn draw(&mut self) -> bool {
        let mut geometry = self.app.geometry;
        self.terminal.draw(|frame| geometry = ui::view(&self.app, frame)).unwrap();
        std::mem::replace(&mut self.app.geometry, geometry) != geometry
    }

    pub fn write_file(&self, name: &str, text: &str) {
        write_bytes(&self.file(name), Overwrite::Yes, text.as_bytes()).unwrap();
    }

    /// A file where lead files are looked for and exports go.
    pub fn file(&self, name: &str) -> PathBuf {
        self.host.folder.path().join(name)
    }

    /// The title of the lead under the cursor.
    pub fn on(&self) -> String {
        self.app.lead().map(|lead| lead.record.person.title()).unwrap_or_default()
    }

    /// The newest lead of a company, as it is stored.
    pub fn lead(&mut self, company: &str) -> Lead {
        let leads = all_leads(self.desk.store()).into_iter();
        let of_company = leads.filter(|lead| lead.record.person.title() == company);
        of_company.max_by_key(|lead| lead.record.created_at).unwrap_or_else(|| panic!("no lead of {company}"))
    }

    pub fn id(&mut self, company: &str) -> LeadId {
        self.lead(company).id
    }

    /// Puts the cursor on the newest lead of a company, by its number.
    pub fn go_to(&mut self, company: &str) -> &mut Self {
        let id = self.id(company);
        self.press(&format!(":{id}<enter>"));
        assert_eq!(self.on(), company, "{}", self.screen());
        self
    }

    /// Titles of the rows that are listed and read, top to bottom.
    pub fn titles(&self) -> Vec<String> {
        let title = |id: &LeadId| self.app.rows.get(id).map(|row| row.lead.record.person.title());
        self.app.listing.ids.iter().filter_map(title).collect()
    }

    /// The screen shows this.
    #[track_caller]
    pub fn shows(&mut self, text: &str) -> &mut Self {
        let screen = self.screen();
        assert!(screen.contains(text), "“{text}” is not on the screen:\n{screen}");
        self
    }

    /// The screen does not show this.
    #[track_caller]
    pub fn hides(&mut self, text: &str) -> &mut Self {
        let screen = self.screen();
        assert!(!screen.contains(text), "“{text}” is on the screen:\n{screen}");
        self
    }

    /// The message between the panes and the keys, its lines joined.
    pub fn said(&self) -> String {
        let screen = self.screen();
        let lines: Vec<&str> = screen.lines().map(str::trim).collect();
        let panes = lines.iter().rposition(|line| line.starts_with('└')).unwrap_or_default();
        let below = lines.get(panes + 1..).unwrap_or_default();
        below.split_last().map(|(_, message)| message.join(" ")).unwrap_or_default()
    }

    /// The screen's text, blanks at the ends of lines left out.
    pub fn screen(&self) -> String {
        let mut text = String::new();
        for row in self.rows() {
            let line: String = row.iter().map(|(_, cell)| cell.symbol()).collect();
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    /// The screen's text, the cursor, and below it the styles of every line in words: `12: bold red 4..9, on 24 10..40`.
    pub fn styled(&self) -> String {
        let mut text = self.screen();
        let backend = self.terminal.backend();
        if backend.cursor_visible() {
            let at = backend.cursor_position();
            writeln!(text, "cursor {},{}", at.x, at.y).unwrap();
        }
        text.push_str("styles\n");
        for (number, row) in self.rows().iter().enumerate() {
            let runs = runs(row);
            if !runs.is_empty() {
                writeln!(text, "{number}: {}", runs.join(", ")).unwrap();
            }
        }
        text
    }

    /// The cells of each line with their columns; what stands behind a wide character is left out.
    fn rows(&self) -> Vec<Vec<(usize, &Cell)>> {
        let buffer = self.terminal.backend().buffer();
        let width = usize::from(buffer.area.width).max(1);
        let line = |line: &'_ [Cell]| {
            let mut free = 0;
            let mut shown = Vec::new();
            for (column, cell) in line.iter().enumerate() {
                if column >= free {
                    free = column + cells(cell.symbol()).max(1);
                    shown.push(column);
                }
            }
            shown
        };
        buffer
            .content
            .chunks(width)
            .map(|row| line(row).into_iter().map(|column| (column, &row[column])).collect())
            .collect()
    }
}

fn runs(row: &[(usize, &Cell)]) -> Vec<String> {
    let mut runs: Vec<(String, usize, usize)> = Vec::new();
    for (column, cell) in row {
        let style = words(cell);
        let end = column + cells(cell.symbol()).max(1);
        match runs.last_mut() {
            Some((last, _, until)) if *last == style => *until = end,
            _ => runs.push((style, *column, end)),
        }
    }
    let styled = runs.into_iter().filter(|(style, ..)| !style.is_empty());
    styled.map(|(style, from, until)| format!("{style} {from}..{until}")).collect()
}

/// A cell's style in words; nothing for the terminal's own.
fn words(cell: &Cell) -> String {
    let named = [
        (Modifier::BOLD, "bold"),
        (Modifier::DIM, "dim"),
        (Modifier::ITALIC, "italic"),
        (Modifier::UNDERLINED, "underlined"),
        (Modifier::REVERSED, "reversed"),
        (Modifier::SLOW_BLINK, "blinking"),
        (Modifier::CROSSED_OUT, "crossed"),
    ];
    let mut words: Vec<String> = named
        .iter()
        .filter(|(modifier, _)| cell.modifier.contains(*modifier))
        .map(|(_, word)| (*word).to_owned())
        .collect();
    if cell.fg != Color::Reset {
        words.push(cell.fg.to_string().to_lowercase());
    }
    if cell.bg != Color::Reset {
        words.push(format!("on {}", cell.bg.to_string().to_lowercase()));
    }
    words.join(" ")
}

/// The keys of the notation that `press` takes.
pub fn keys_of(text: &str) -> Vec<Key> {
    let mut keys = Vec::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c == '<' {
            let name: String = rest.by_ref().take_while(|c| *c != '>').collect();
            keys.push(named_key(&name));
        } else {
            keys.push(Key::plain(Code::Char(c)));
        }
    }
    keys
}

fn named_key(name: &str) -> Key {
    let plain = match name {
        "lt" => "<",
        "s-tab" => "Shift-Tab",
        "bs" => "Backspace",
        "del" => "Delete",
        name => name,
    };
    Key::parse(plain).unwrap_or_else(|| panic!("<{name}> is no key"))
}
