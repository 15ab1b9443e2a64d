//! From a key to the frame that answers it, in one process: `update`, every effect performed on a real store, and the frame
//! drawn. Nothing is simulated but the terminal and the keyboard.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

use leadbox::app::commands::{Command, Keymap};
use leadbox::app::filters::Line;
use leadbox::app::key::{Code, Key};
use leadbox::app::look::{Look, Symbols};
use leadbox::app::msg::{Candidate, Msg};
use leadbox::app::{App, Settings, update};
use leadbox::domain::catalog::{Listing, Order, Query, Vantage};
use leadbox::domain::filter::{Dimension, TabChoice};
use leadbox::domain::lead::Moment;
use leadbox::domain::sort::Sort;
use leadbox::domain::terms::Terms;
use leadbox::domain::views::{self, View};
use leadbox::domain::vocabulary::{CallToAction, Quality, Status};
use leadbox::shell::desk::{Desk, read_catalog};
use leadbox::shell::inbox::run_effects;
use leadbox::shell::perform::{Host, Work};
use leadbox::ui;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use rusqlite::{Connection, OpenFlags};

use crate::table::{Row, median, quantile, ratio, shown};
use crate::{Bench, time};

const STORE: &str = "leads.db";

/// Words as people type them: common and rare, of names, companies, offers and addresses; some that occur nowhere.
const WORDS: [&str; 40] = [
    "northwind",
    "fabrikam",
    "contoso",
    "tailspin",
    "ana",
    "souza",
    "joao",
    "malgorzata",
    "kowalska",
    "jurgen",
    "muller",
    "lefevre",
    "田中",
    "o'brien",
    "nielsen",
    "wojcik",
    "virtanen",
    "traders",
    "robotics",
    "insurance",
    "freight",
    "gmbh",
    "sp. z o.o.",
    "sql-backup",
    "openedx",
    "warehouse",
    "gateway",
    "r77",
    "sign for",
    "learning",
    "alpine media",
    "coho energy",
    "relecloud",
    "humongous",
    "lucerne",
    "graphic labs",
    "example",
    "xylophone",
    "zz top",
    "margie retail",
];

/// A machine with no clipboard, no editor and no files.
struct Nowhere;

impl Host for Nowhere {
    fn copy(&mut self, _: String) -> Option<Msg> {
        None
    }
    fn open(&mut self, reach: Box<leadbox::domain::reaching::Reach>) -> Msg {
        Msg::Reached(reach, Err("Nothing is opened here.".to_owned()))
    }
    fn edit(&mut self, _: &str) -> Result<String, String> {
        Err("There is no editor.".to_owned())
    }
    fn suspend(&mut self) -> Option<Msg> {
        None
    }
    fn lead_files(&mut self) -> Vec<Candidate> {
        Vec::new()
    }
    fn whole_path(&self, typed: &Path) -> PathBuf {
        typed.to_owned()
    }
    fn keep_view(&mut self, _: &str, _: Option<&str>) -> Result<Vec<View>, String> {
        Err("Views are not saved here.".to_owned())
    }
    fn notify(&mut self, _: &str) {}

    fn export_settings(&self) -> std::sync::Arc<leadbox::shell::outgoing::ExportSettings> {
        std::sync::Arc::default()
    }

    fn aside(&mut self, work: Work) -> Option<Work> {
        Some(work)
    }
}

/// An inbox over a store, with a screen of 200 by 50.
struct Inbox {
    app: App,
    desk: Desk,
    terminal: Terminal<TestBackend>,
    now: Moment,
}

impl Inbox {
    fn open(bench: &Bench) -> Self {
        let settings = Settings {
            terms: Terms::default(),
            currency: "USD".to_owned(),
            views: views::all(&[]).unwrap_or_default(),
            keymap: Keymap::new(&BTreeMap::new()).unwrap(),
            look: Look { symbols: Symbols::Emoji, colour: true },
            zone: chrono_tz::Tz::UTC,
            store: "leads.db".to_owned(),
            ssh: None,
            demo: false,
            mail: leadbox::shell::config::Config::default().mail,
            notices: leadbox::app::notices::NoticeSettings::default(),
        };
        let mut desk = Desk::new(bench.open(STORE)).unwrap();
        desk.load().unwrap();
        let app = App::new(settings, (200, 50), bench.now);
        let terminal = Terminal::new(TestBackend::new(200, 50)).unwrap();
        let mut inbox = Self { app, desk, terminal, now: bench.now };
        let effects = inbox.app.start();
        run_effects(effects, &mut inbox.app, &mut inbox.desk, &mut Nowhere, inbox.now);
        inbox.draw();
        inbox
    }

    fn tell(&mut self, msg: Msg) {
        let effects = update(&mut self.app, msg, self.now);
        run_effects(effects, &mut self.app, &mut self.desk, &mut Nowhere, self.now);
    }

    /// As the loop draws: once more if the first frame told new sizes.
    fn draw(&mut self) {
        for _ in 0..2 {
            let mut geometry = self.app.geometry;
            self.terminal.draw(|frame| geometry = ui::view(&self.app, frame)).unwrap();
            if geometry == self.app.geometry {
                break;
            }
            self.app.geometry = geometry;
            self.tell(Msg::Resumed);
        }
    }

    fn press(&mut self, key: Key) -> Duration {
        let (span, ()) = time(|| {
            self.tell(Msg::Key(key));
            self.draw();
        });
        span
    }

    fn press_command(&mut self, command: Command) -> Duration {
        let key = self.app.settings.keymap.keys(command)[0];
        self.press(key)
    }

    /// Types words letter by letter.
    fn search(&mut self, words: &[&str]) -> Vec<Duration> {
        let mut spans = Vec::new();
        for word in words {
            self.press_command(Command::Search);
            spans.extend(word.chars().map(|c| self.press(Key::plain(Code::Char(c)))));
            self.press(Key::plain(Code::Esc));
        }
        spans
    }

    /// Switches every value of the filter pane on and off again.
    fn toggle(&mut self) -> Vec<Duration> {
        self.press_command(Command::Filters);
        self.app.filters.open = [true; 9];
        let mut spans = Vec::new();
        for line in 0..self.app.filter_lines().len() {
            if matches!(self.app.filter_lines().get(line), Some(Line::Value(..))) {
                for _ in 0..2 {
                    self.app.filters.cursor = line;
                    spans.push(self.press(Key::plain(Code::Char(' '))));
                }
            }
        }
        self.press(Key::plain(Code::Esc));
        spans
    }
}

/// A query of a tab.
pub fn query(tab: TabChoice) -> Query {
    Query { tab, archived_apart: true, ..Query::default() }
}

/// What a query finds.
pub fn found(bench: &Bench, store: &str, query: &Query) -> Listing {
    let mut desk = Desk::new(bench.open(store)).unwrap();
    desk.load().unwrap();
    desk.find(query, bench.now).unwrap().listing
}

/// Keys to frames, and the frame alone.
pub fn keys_and_frames(bench: &Bench) -> Vec<Row> {
    let mut inbox = Inbox::open(bench);
    let toggled = inbox.toggle();
    let mut searched = inbox.search(&WORDS);
    inbox.app.query.filter.choose(Dimension::CallToAction, u16::from(CallToAction::ContactMe.code()));
    searched.extend(inbox.search(&WORDS[..20]));
    let frames: Vec<Duration> = (0..200)
        .map(|n| {
            // Another lead and another first row: every line of the screen changes.
            inbox.app.list.cursor = n * 40 % inbox.app.listing.ids.len().max(1);
            inbox.tell(Msg::Resumed);
            time(|| {
                inbox
                    .terminal
                    .draw(|frame| {
                        black_box(ui::view(&inbox.app, frame));
                    })
                    .unwrap()
                    .count
            })
            .0
        })
        .collect();
    let million = bench.rows >= 1_000_000;
    let keys = |work: &str, spans: &[Duration]| Row {
        work: work.to_owned(),
        rows: bench.rows,
        runs: spans.len(),
        ours: format!("p50 {}, p99 {}", shown(median(spans)), shown(quantile(spans, 99))),
        against: format!("max {}", shown(quantile(spans, 100))),
        ratio: None,
        target: "p99 < 16 ms at 1M",
        within: million.then(|| quantile(spans, 99) < Duration::from_millis(16)),
    };
    vec![
        keys("key to frame, filter toggled, all counts", &toggled),
        keys("key to frame, search letter by letter, all counts", &searched),
        Row {
            work: "full frame, 200x50".to_owned(),
            rows: bench.rows,
            runs: frames.len(),
            ours: shown(median(&frames)),
            against: format!("p99 {}", shown(quantile(&frames, 99))),
            ratio: None,
            target: "≤ 1 ms",
            within: Some(median(&frames) <= Duration::from_millis(1)),
        },
    ]
}

/// The counts of all nine dimensions under three filters, beside one pass of SQL over the columns that they need.
pub fn recount(bench: &Bench) -> Vec<Row> {
    let (catalog, _) = read_catalog(&bench.open(STORE), |_| true).unwrap();
    let order = Order::new(&catalog, Sort::default(), bench.now.timestamp());
    let mut wanted = query(TabChoice::Marketplace);
    wanted.filter.choose(Dimension::CallToAction, u16::from(CallToAction::ContactMe.code()));
    wanted.filter.choose(Dimension::Quality, u16::from(Quality::High.code()));
    wanted.filter.choose(Dimension::Status, u16::from(Status::Received.code()));
    let plain = Connection::open_with_flags(bench.path(STORE), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..bench.runs.max(5) {
        let (span, listing) = time(|| catalog.select(&wanted, &order, &Vantage::at(bench.now)));
        assert!(!listing.ids.is_empty(), "something is found");
        ours.push(span);
        theirs.push(time(|| black_box(one_pass(&plain))).0);
    }
    let ratio = ratio(&ours, &theirs);
    let million = bench.rows >= 1_000_000;
    vec![Row {
        work: "recount of nine dimensions under three filters, with the rows in order".to_owned(),
        rows: bench.rows,
        runs: ours.len(),
        ours: shown(median(&ours)),
        against: format!("one SQL pass: {}", shown(median(&theirs))),
        ratio,
        target: "≤ 0.01, ≤ 2 ms at 1M",
        within: million.then(|| ratio.is_some_and(|ratio| ratio <= 0.01) && median(&ours) <= Duration::from_millis(2)),
    }]
}

fn one_pass(plain: &Connection) -> usize {
    let sql = "SELECT qualification, call_to_action, country, source, lead_type, quality, status, email_validity, \
               phone_validity FROM lead WHERE test = 0";
    let mut statement = plain.prepare_cached(sql).unwrap();
    let mut rows = statement.query([]).unwrap();
    let mut counts = BTreeMap::<String, u32>::new();
    let mut small = [[0_u32; 16]; 9];
    while let Some(row) = rows.next().unwrap() {
        for (number, column) in [0_usize, 1, 3, 4, 5, 6, 7, 8].into_iter().enumerate() {
            small[number][row.get::<_, u8>(column).unwrap() as usize % 16] += 1;
        }
        let country = row.get_ref(2).unwrap().as_str_or_null().unwrap().unwrap_or_default();
        match counts.get_mut(country) {
            Some(count) => *count += 1,
            None => drop(counts.insert(country.to_owned(), 1)),
        }
    }
    counts.len() + small.iter().flatten().filter(|count| **count > 0).count()
}
