//! The event loop (HOUSE.md, How data flows): one channel in, `update` decides, `perform` acts, `view` draws once the queue is
//! empty, and always before a key is taken, so that a key acts on the lead that was on the screen.
//! Sleeps until something happens, the minute turns, a lead changes by the clock, or it is time to look for changes.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use crate::app::key::{Code, Key};
use crate::app::msg::{Effect, Msg};
use crate::app::{App, Settings, update};
use crate::domain::catalog::Catalog;
use crate::domain::lead::Moment;
use crate::shell::clipboard::{Clipboard, CopyOutcome};
use crate::shell::clock::{Clock, Deadline};
use crate::shell::desk::{Desk, read_catalog};
use crate::shell::ending;
use crate::shell::hooks::{Beside, Hooks};
use crate::shell::lane::Lane;
use crate::shell::machine::{self, Machine, Tools};
use crate::shell::opening::Opener;
use crate::shell::perform::{Host, perform, unread};
use crate::shell::surroundings::Surroundings;
use crate::shell::terminal::{self, Terminal, TerminalEvent, TerminalGuard};
use crate::store::{Mark, Store, StoreError};
use crate::ui;

/// How often the store is looked at for changes of other processes: well within the promised second.
const POLL: Duration = Duration::from_millis(700);

/// Up to so many leads are read before the first frame; of more the first page is there at once, and all are read beside it.
const READ_AT_ONCE: usize = 5_000;

/// What reaches the loop.
pub(super) enum Happening {
    Terminal(TerminalEvent),
    Msg(Msg),
    Copied(CopyOutcome),
    Loaded(Result<(Catalog, Mark), StoreError>),
}

/// How the inbox ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The seller quit.
    Quit,
    /// The seller asked for the demo.
    Demo,
    /// This signal asked it to end: tidy up and call `terminal::die_by`.
    Killed(i32),
}

/// The inbox has ended.
pub struct Closed {
    /// How; a terminal that went away is an error. What was stored is stored either way.
    pub how: anyhow::Result<Ending>,
    /// The hooks that ran beside it, still to be finished.
    pub hooks: Option<Beside>,
}

/// Opens the inbox on a store, whose file and that of the config are named, and returns when it ends. Takes the terminal and gives it back.
pub fn open(
    store: Store,
    (path, config): (PathBuf, PathBuf),
    start: &str,
    settings: Settings,
    tools: &Tools,
    hooks: Option<Hooks>,
    clock: Clock,
) -> anyhow::Result<Closed> {
    let (sender, receiver) = channel();
    let told = sender.clone();
    let (guard, terminal) = TerminalGuard::enter(move |event| told.send(Happening::Terminal(event)).is_ok())?;
    let hooks = hooks.map(|hooks| run_beside(hooks, clock, sender.clone())).transpose()?;
    let machine = Machine {
        guard,
        clipboard: Clipboard::new(tools.clipboard, Surroundings::of_process()),
        opener: Opener::new(&tools.opener, Surroundings::of_process()),
        inbox: sender.clone(),
        clock,
        config,
        store: (path, settings.terms.clone(), start.to_owned()),
        notices: settings.notices,
        exports: Arc::clone(&tools.exports),
        censuses: Lane::default(),
        paths: Lane::default(),
        exporting: Vec::new(),
    };
    let size = terminal.size()?;
    let now = clock.now();
    let mut desk = Desk::new(store)?;
    // A fixed clock knows nothing of what was seen before (PRODUCT.md 2).
    let seen = if clock.is_fixed() { None } else { desk.store().seen()? };
    desk.look_from(settings.zone, seen);
    let app = App::new(settings, (size.width, size.height), now);
    let mut inbox = Inbox {
        app,
        desk,
        machine,
        terminal,
        clock,
        dirty: true,
        minute: now.timestamp() / 60,
        look: Deadline::after(POLL),
        ending: None,
    };
    let ended = inbox.run(&receiver, &sender);
    // They go on while the rest is tidied up.
    hooks.iter().for_each(Beside::ask_to_end);
    let Inbox { machine: Machine { mut guard, clipboard, exporting, .. }, mut desk, .. } = inbox;
    clipboard.shutdown();
    guard.leave();
    // A file that is being written is finished, or it would leave a part of itself behind. A thread that panicked has said so.
    for writing in exporting {
        drop(writing.join());
    }
    // Where nobody listens to signals they end us at once, and a hook that runs goes on alone.
    if hooks.is_some() && ending::Ending::listen().is_ok() {
        terminal::hand_over();
    }
    if !clock.is_fixed() && matches!(ended, Ok(Ending::Quit)) {
        // Where it cannot be kept, a line of news is longer than it should be, and no lead is touched.
        drop(desk.store().see(clock.now()));
    }
    Ok(Closed { how: ended, hooks })
}

/// Runs the hooks beside the inbox; what fails is said there.
fn run_beside(hooks: Hooks, clock: Clock, inbox: Sender<Happening>) -> std::io::Result<Beside> {
    Beside::start(hooks, clock, move |sentence| {
        // An inbox that is gone needs no answer.
        drop(inbox.send(Happening::Msg(Msg::HookFailed(sentence))));
    })
}

struct Inbox {
    app: App,
    desk: Desk,
    machine: Machine,
    terminal: Terminal,
    clock: Clock,
    dirty: bool,
    minute: i64,
    /// When the store is looked at next, and the clock.
    look: Deadline,
    ending: Option<Ending>,
}

impl Inbox {
    fn run(&mut self, receiver: &Receiver<Happening>, sender: &Sender<Happening>) -> anyhow::Result<Ending> {
        if let Some(about) = self.begin()? {
            // The most urgent leads first: reading the others would take the machine from their frame.
            self.draw()?;
            if let Some(store) = self.desk.store().reopen() {
                load_beside(store?, about, sender.clone());
            }
        }
        loop {
            if let Some(ending) = self.ending {
                return Ok(ending);
            }
            self.draw()?;
            match receiver.recv_timeout(self.patience()) {
                Ok(happening) => {
                    self.take(happening)?;
                    self.drain(receiver)?;
                    // Keys that keep coming must not hide what others change, nor stop the clock.
                    if self.look.has_passed() {
                        self.idle();
                    }
                }
                Err(RecvTimeoutError::Timeout) => self.idle(),
                Err(RecvTimeoutError::Disconnected) => anyhow::bail!("The terminal is gone. What was stored is safe."),
            }
        }
    }

    /// Reads a store, or only its first page; then answers about how many leads are to be read beside the frames.
    fn begin(&mut self) -> anyhow::Result<Option<usize>> {
        // Counting a large store takes longer than its first page: the loader does.
        let about = self.desk.store().highest()?;
        // What has no file cannot be read twice at once.
        let beside = about > READ_AT_ONCE && self.desk.store().path().is_some();
        if beside {
            self.app.loading = Some((0, about));
        } else {
            self.desk.load()?;
            drop(self.desk.arrivals(self.clock.now()));
        }
        let effects = self.app.start();
        self.perform_all(effects);
        Ok(beside.then_some(about))
    }

    /// Until when nothing needs doing. A fixed clock never turns a minute.
    fn patience(&self) -> Duration {
        let now = self.clock.now().timestamp();
        let edge = self.app.found.valid_until.map_or(i64::MAX, |until| until.timestamp().saturating_sub(now));
        match edge {
            _ if self.clock.is_fixed() => POLL,
            ..=0 => Duration::from_millis(20),
            edge => POLL.min(Duration::from_secs(edge.unsigned_abs())),
        }
    }

    /// Takes what else has come, up to the next key: that waits until the screen shows what it acts on.
    fn drain(&mut self, receiver: &Receiver<Happening>) -> anyhow::Result<()> {
        loop {
            match receiver.try_recv() {
                Ok(happening) => {
                    if matches!(happening, Happening::Terminal(TerminalEvent::Input(Event::Key(_)))) {
                        self.draw()?;
                    }
                    self.take(happening)?;
                    if self.ending.is_some() {
                        return Ok(());
                    }
                }
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => return Ok(()),
            }
        }
    }

    fn idle(&mut self) {
        self.look = Deadline::after(POLL);
        let now = self.clock.now();
        if self.app.loading.is_none() {
            match self.desk.catch_up(now) {
                Ok(true) => {
                    self.tell(Msg::Changed);
                    self.tell_arrivals(now);
                }
                Ok(false) => {}
                Err(error) => self.tell(unread(&error)),
            }
        }
        let turned = std::mem::replace(&mut self.minute, now.timestamp() / 60) != now.timestamp() / 60;
        if turned || self.app.unread || self.app.found.valid_until.is_some_and(|until| now >= until) {
            self.tell(Msg::Tick);
        }
    }

    /// Tells of leads that came in beside the inbox; those of an import of the seller's own are summed up when it is done.
    fn tell_arrivals(&mut self, now: Moment) {
        let arrived = if self.app.busy { Vec::new() } else { self.desk.arrivals(now) };
        if !arrived.is_empty() {
            self.tell(Msg::Arrived(arrived));
        }
    }

    fn take(&mut self, happening: Happening) -> anyhow::Result<()> {
        match happening {
            Happening::Terminal(event) => self.take_terminal(event)?,
            Happening::Copied(outcome) => self.tell(machine::copied(outcome)),
            Happening::Loaded(read) => {
                let (catalog, mark) = read?;
                self.desk.place(catalog, mark);
                drop(self.desk.arrivals(self.clock.now()));
                self.tell(Msg::Loaded);
            }
            Happening::Msg(msg) => {
                let imported = matches!(msg, Msg::Imported(Ok(_)));
                if imported {
                    self.desk.fall_behind();
                }
                self.tell(msg);
                if imported {
                    // The summary has told of these.
                    drop(self.desk.arrivals(self.clock.now()));
                }
            }
        }
        Ok(())
    }

    fn take_terminal(&mut self, event: TerminalEvent) -> anyhow::Result<()> {
        match event {
            TerminalEvent::Input(Event::Key(key)) => {
                if let Some(key) = key_of(key) {
                    self.tell(Msg::Key(key));
                }
            }
            TerminalEvent::Input(Event::Paste(text)) => self.tell(Msg::Paste(text)),
            TerminalEvent::Input(Event::Resize(columns, rows)) => self.tell(Msg::Resize(columns, rows)),
            TerminalEvent::Input(_) => {}
            TerminalEvent::Resumed => {
                terminal::redraw(&mut self.terminal)?;
                let size = self.terminal.size()?;
                self.tell(Msg::Resize(size.width, size.height));
                self.tell(Msg::Resumed);
            }
            TerminalEvent::Terminate(signal) => self.ending = Some(Ending::Killed(signal)),
            TerminalEvent::Panicked => anyhow::bail!("A part of leadbox failed. What was stored is safe."),
        }
        Ok(())
    }

    /// One message, and everything that follows from it.
    fn tell(&mut self, msg: Msg) {
        let effects = update(&mut self.app, msg, self.clock.now());
        self.perform_all(effects);
    }

    fn perform_all(&mut self, effects: Vec<Effect>) {
        let now = self.clock.now();
        match run_effects(effects, &mut self.app, &mut self.desk, &mut self.machine, now) {
            Some(Effect::Quit) => self.ending = Some(Ending::Quit),
            Some(Effect::Demo) => self.ending = Some(Ending::Demo),
            _ => {}
        }
        self.dirty = true;
    }

    fn draw(&mut self) -> anyhow::Result<()> {
        // Sizes come with the first frame; what they make visible is read before the second.
        for _ in 0..2 {
            if !std::mem::take(&mut self.dirty) {
                break;
            }
            let mut geometry = self.app.geometry;
            self.terminal.draw(|frame| geometry = ui::view(&self.app, frame))?;
            if geometry != self.app.geometry {
                self.app.geometry = geometry;
                self.tell(Msg::Resumed);
            }
        }
        self.dirty = false;
        Ok(())
    }
}

/// Performs effects and whatever follows from their answers; answers `Quit` or `Demo` if one of them was asked for.
pub fn run_effects(
    effects: Vec<Effect>,
    app: &mut App,
    desk: &mut Desk,
    host: &mut dyn Host,
    now: Moment,
) -> Option<Effect> {
    let mut queue = VecDeque::from(effects);
    let mut ending = None;
    while let Some(effect) = queue.pop_front() {
        if matches!(effect, Effect::Quit | Effect::Demo) {
            ending = Some(effect);
            continue;
        }
        if let Some(msg) = perform(effect, desk, host, now) {
            queue.extend(update(app, msg, now));
        }
    }
    ending
}

/// Reads a large store beside the first frames.
fn load_beside(store: Store, about: usize, inbox: Sender<Happening>) {
    std::thread::spawn(move || {
        // A store that cannot be counted cannot be read either, and that is said.
        let count = store.count().unwrap_or(about);
        let read = read_catalog(&store, |done| {
            let told = done.is_multiple_of(20_000);
            !told || inbox.send(Happening::Msg(Msg::Loading(done, count))).is_ok()
        });
        drop(inbox.send(Happening::Loaded(read)));
    });
}

/// The key of a terminal's event; `None` for keys the inbox has no name for.
fn key_of(event: KeyEvent) -> Option<Key> {
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    let alt = event.modifiers.contains(KeyModifiers::ALT);
    let code = match event.code {
        KeyCode::Char(c) if ctrl => Code::Char(c.to_ascii_lowercase()),
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab if event.modifiers.contains(KeyModifiers::SHIFT) => Code::BackTab,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => Code::BackTab,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::F(n) => Code::F(n),
        _ => return None,
    };
    Some(Key { code, ctrl, alt })
}
