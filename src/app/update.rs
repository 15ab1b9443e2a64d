//! What follows from a message: new state and effects. The popup has the keys first, then the pane, then the table of
//! commands. Must not do anything itself.

use crate::app::commands::Command;
use crate::app::input::Edit;
use crate::app::key::{Code, Key};
use crate::app::list::Anchor;
use crate::app::look::Layout;
use crate::app::msg::{Effect, Msg, Writing};
use crate::app::palette::Palette;
use crate::app::{App, Armed, Focus, Popup, Tone};
use crate::domain::lead::Moment;
use crate::domain::vitals::is_nearly_cold;

/// Takes one message in. `now` is the moment it came.
pub fn update(app: &mut App, msg: Msg, now: Moment) -> Vec<Effect> {
    app.now = now;
    let mut effects = app.take(msg);
    if app.busy && effects.iter().any(writes) {
        effects.retain(|effect| !writes(effect));
        app.list.anchor = Anchor::Lead;
        app.say("A file is being read into the store. Press again once it is done.", Tone::Trouble);
    }
    effects.extend(app.settle());
    effects.extend(app.settle_person());
    effects
}

/// True for what changes the store: it would wait for an import under way, and the screen with it.
fn writes(effect: &Effect) -> bool {
    matches!(effect, Effect::Apply(..) | Effect::Undo(_) | Effect::Redo | Effect::Dismiss(_))
}

impl App {
    fn take(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Key(key) => return self.key(key),
            Msg::Paste(text) => return self.paste(&text),
            Msg::Resize(columns, rows) => self.resize(columns, rows),
            Msg::Tick => return self.tick(),
            Msg::Loading(done, of) => self.loading = Some((done, of)),
            Msg::Loaded => return self.loaded(),
            Msg::Changed => {
                self.forget_rows();
                let mut effects = vec![self.search(), Effect::Since];
                effects.extend(self.count_again());
                return effects;
            }
            Msg::Arrived(leads) => return self.arrived(&leads),
            Msg::ViewsKept(result) => return self.views_kept(result),
            Msg::Since(since) => self.since = since.filter(|_| !self.decided),
            Msg::Found(seq, found) if seq == self.seq => return self.found(*found),
            Msg::Found(..) => {}
            Msg::Tallied(filter, stock) => self.tallied(&filter, *stock),
            Msg::Rows(rows) => return self.take_rows(rows),
            Msg::Opened(detail) => self.detail = Some(*detail),
            Msg::Person(lead, person) => self.take_person(lead, person),
            Msg::Applied(applied) => return self.applied(*applied),
            Msg::Stepped(stepped) => return self.stepped(stepped),
            Msg::Queue(errand, queue) => return self.queued(errand, queue),
            Msg::Outbox(entries) => self.take_outbox(entries),
            Msg::Surveyed(survey) => return self.surveyed(survey),
            Msg::Copied(result) => self.copied(result),
            Msg::Reached(reach, result) => return self.reached(&reach, result),
            Msg::Uncopied { text, why } => self.show_text(text, why),
            Msg::CopyAsks(letter, count) => self.copy_asks(letter, count),
            Msg::Candidates(files) => self.candidates = Some(files),
            Msg::Quarantine(deliveries) => self.take_deliveries(deliveries),
            Msg::DeliveryRead(id, Some(text)) => return vec![Effect::Editor(Writing::Delivery(id), text)],
            Msg::DeliveryRead(_, None) => return vec![Effect::Quarantine],
            Msg::Dismissed(id, now) => return self.dismissed(id, now),
            Msg::Mended(id, result) => return self.mended(id, result),
            Msg::Previewed(path, result) => self.previewed(path, result),
            Msg::Imported(result) => return self.imported(result),
            Msg::Exported(result) => self.exported(result),
            Msg::Taken(question, census) => self.census_taken(question, census),
            Msg::PathsFound(typed, ways) => self.paths_found(&typed, &ways),
            Msg::Statistics(result) => return self.counted(result),
            Msg::Edited(Writing::Field, result) => self.field_written(result),
            Msg::Edited(Writing::Delivery(id), result) => return self.delivery_written(id, result),
            Msg::Edited(Writing::Note(id), result) => return self.note_written(id, result),
            Msg::Tags(tags) => self.know_tags(tags),
            Msg::Resumed => {}
            Msg::Unread(why) => self.unread(&why),
            Msg::HookFailed(why) => self.say(why, Tone::Trouble),
            Msg::Failed(why) => {
                self.list.anchor = Anchor::Lead;
                self.say(why, Tone::Trouble);
            }
        }
        Vec::new()
    }

    fn found(&mut self, found: crate::app::msg::Found) -> Vec<Effect> {
        if let Some(further) = self.take_found(found) {
            return vec![further];
        }
        if self.loading.is_none() {
            self.tell_imported();
        }
        let files = (self.is_empty_store() && self.candidates.is_none()).then_some(Effect::FindFiles);
        files.into_iter().chain(self.ask_outbox()).collect()
    }

    /// Says beside what was done before that the store could not be read since.
    fn unread(&mut self, why: &str) {
        self.unread = true;
        self.wanted = None;
        if let Some(sentence) = self.imported.take() {
            self.say(sentence, Tone::Done);
        }
        match &mut self.notice {
            None => self.say(why, Tone::Trouble),
            Some(notice) if notice.text.contains(why) => {}
            Some(notice) => notice.text = format!("{} {why}", notice.text),
        }
    }

    fn resize(&mut self, columns: u16, rows: u16) {
        self.size = (columns, rows);
        if self.layout() != Layout::Wide && self.focus == Focus::Filters && self.popup.is_some() {
            self.focus = Focus::List;
        }
    }

    fn tick(&mut self) -> Vec<Effect> {
        if self.unread {
            self.ask_again();
            let deliveries = matches!(self.popup, Some(Popup::Import(_))).then_some(Effect::Quarantine);
            return deliveries.into_iter().chain([self.search()]).collect();
        }
        let untrue = self.found.valid_until.is_some_and(|until| self.now >= until);
        if untrue && self.loading.is_none() { vec![self.search()] } else { Vec::new() }
    }

    fn key(&mut self, key: Key) -> Vec<Effect> {
        let command = self.settings.keymap.command(key);
        if let Some(Command::QuitNow | Command::Suspend) = command.filter(|_| key.typed().is_none()) {
            return command.map(|command| self.run(command)).unwrap_or_default();
        }
        if self.layout() == Layout::TooSmall {
            return if command == Some(Command::Quit) { vec![Effect::Quit] } else { Vec::new() };
        }
        if let Some(shown) = self.shown.take() {
            return self.shown_key(shown, key);
        }
        if let Some(popup) = self.popup.take() {
            return self.popup_key(popup, key);
        }
        if let Some(effects) = self.run_key(key) {
            return effects;
        }
        if self.is_empty_store()
            && let Some(effects) = self.first_screen_key(key)
        {
            return effects;
        }
        if self.focus == Focus::Filters
            && let Some(effects) = self.filter_key(key)
        {
            self.armed = None;
            return effects;
        }
        command.map(|command| self.run(command)).unwrap_or_default()
    }

    fn popup_key(&mut self, popup: Popup, key: Key) -> Vec<Effect> {
        if !matches!(popup, Popup::Copy(_)) {
            self.notice = None;
        }
        match popup {
            Popup::Form(form) => self.form_key(form, key),
            Popup::Grounds(line) => self.grounds_key(line, key),
            Popup::Won(line) => self.won_key(line, key),
            Popup::Log(menu) => self.log_key(menu, key),
            Popup::Touch(line) => self.touch_key(line, key),
            Popup::Later(line) => self.later_key(line, key),
            Popup::Tags(line) => self.tag_key(line, key),
            Popup::Copy(menu) => {
                self.popup = Some(Popup::Copy(menu));
                self.copy_key(key)
            }
            Popup::Reach(menu) => self.reach_key(menu, key),
            Popup::Sort(marked) => self.sort_key(marked, key),
            Popup::Palette(palette) => self.palette_key(palette, key),
            Popup::Import(importing) => self.import_key(importing, key),
            Popup::Export(exporting) => self.export_key(exporting, key),
            Popup::Search(line) => self.search_key(line, key),
            Popup::Statistics(page) => self.statistics_key(page, key),
            Popup::Views(menu) => self.view_key(menu, key),
            Popup::Receive => Vec::new(),
            Popup::Person(page) => self.person_key(page, key),
            Popup::Outbox(outbox) => self.outbox_key(outbox, key),
        }
    }

    /// True for the keys that close what lies over the panes where they type nothing: Esc, and what goes back or quits.
    pub(super) fn closes(&self, key: Key) -> bool {
        key.code == Code::Esc || matches!(self.settings.keymap.command(key), Some(Command::Back | Command::Quit))
    }

    /// Carries a command out.
    pub(super) fn run(&mut self, command: Command) -> Vec<Effect> {
        // Through the palette, a second press is still the second.
        let armed = if command == Command::Palette { None } else { self.armed.take() };
        self.notice = None;
        match command {
            Command::Marketplace => self.go_to_tab(0),
            Command::Qualified => self.go_to_tab(1),
            Command::Favorites => self.go_to_tab(2),
            Command::NextTab => self.go_to_tab(self.tab_number().map_or(0, |n| (n + 1) % 3)),
            Command::PreviousTab => self.go_to_tab(self.tab_number().map_or(0, |n| (n + 2) % 3)),
            Command::NextPane => self.step_pane(true),
            Command::PreviousPane => self.step_pane(false),
            Command::Open => self.open_detail(),
            Command::Back => self.back(),
            Command::Search => self.open_search(),
            Command::Filters => self.open_filters(),
            Command::Sort => self.open_sort(),
            Command::FirstView
            | Command::SecondView
            | Command::ThirdView
            | Command::FourthView
            | Command::FifthView
            | Command::SixthView => command.view().map(|number| self.show_view(number)).unwrap_or_default(),
            Command::Views => self.open_views(),
            Command::Run => self.begin_run(),
            Command::Touch => self.open_log(),
            Command::Note => self.open_note(),
            Command::Away => self.ask(self.away_act()),
            verdict if verdict.act().is_some() => verdict.act().map(|act| self.ask(act)).unwrap_or_default(),
            Command::Next => self.next(true, armed == Some(Armed::Everywhere)),
            Command::Previous => self.next(false, false),
            Command::Mark | Command::MarkRange | Command::MarkAll => self.mark(command),
            Command::Undo => vec![Effect::Undo(match armed {
                Some(Armed::Undo(title, at)) => Some((title, at)),
                _ => None,
            })],
            Command::Redo => vec![Effect::Redo],
            Command::Copy => self.open_copy(),
            Command::Reach => self.open_reach(),
            Command::Person => self.open_person(),
            Command::Outbox => self.open_outbox(),
            Command::Import => self.open_import(),
            Command::Export => self.open_export(),
            Command::Statistics => self.open_statistics(),
            Command::Palette => {
                self.popup = Some(Popup::Palette(Palette::default()));
                Vec::new()
            }
            Command::Quit => self.quit(armed.as_ref()),
            Command::QuitNow => vec![Effect::Quit],
            Command::Suspend => vec![Effect::Suspend],
            motion if self.focus == Focus::Detail || self.run.is_some() => self.scroll_detail(motion),
            motion => {
                self.go(motion);
                Vec::new()
            }
        }
    }

    fn step_pane(&mut self, forward: bool) -> Vec<Effect> {
        let order = match self.layout() {
            Layout::Wide => vec![Focus::Filters, Focus::List, Focus::Detail],
            _ => vec![Focus::List, Focus::Detail],
        };
        let here = order.iter().position(|focus| *focus == self.focus).unwrap_or_default();
        let step = if forward { 1 } else { order.len() - 1 };
        self.focus = order[(here + step) % order.len()];
        Vec::new()
    }

    fn open_detail(&mut self) -> Vec<Effect> {
        if self.selected().is_some() {
            self.focus = Focus::Detail;
        }
        Vec::new()
    }

    fn scroll_detail(&mut self, motion: Command) -> Vec<Effect> {
        self.detail_top = scrolled(self.detail_top, motion, self.geometry.detail);
        Vec::new()
    }

    /// Esc undoes one level: pane or detail, then marks, then the query; it never quits.
    fn back(&mut self) -> Vec<Effect> {
        if self.focus != Focus::List {
            self.focus = Focus::List;
            return Vec::new();
        }
        if self.clear_marks() {
            return Vec::new();
        }
        self.clear_filters()
    }

    fn quit(&mut self, armed: Option<&Armed>) -> Vec<Effect> {
        if self.focus != Focus::List {
            self.focus = Focus::List;
            return Vec::new();
        }
        let warned = armed == Some(&Armed::Quit);
        let cooling = self.found.hot_until.is_some_and(|until| is_nearly_cold(until.timestamp(), self.now.timestamp()));
        if cooling && !warned {
            // The key comes first: a narrow screen cuts the rest.
            let quit = self.key_of(Command::Quit);
            let text = format!("{quit} again quits: a hot lead is cold in less than 4 h and was not answered.");
            self.say(text, Tone::Trouble);
            self.armed = Some(Armed::Quit);
            return Vec::new();
        }
        vec![Effect::Quit]
    }
}

/// The first line on the screen of a page of so many lines, of which so many fit, after a motion.
pub(super) fn scrolled(top: usize, motion: Command, (lines, height): (usize, usize)) -> usize {
    let most = lines.saturating_sub(height);
    let page = height.max(2);
    let top = top.min(most);
    let moved = match motion {
        Command::Down => top + 1,
        Command::Up => top.saturating_sub(1),
        Command::HalfDown => top + page / 2,
        Command::HalfUp => top.saturating_sub(page / 2),
        Command::PageDown => top + page - 1,
        Command::PageUp => top.saturating_sub(page - 1),
        Command::First => 0,
        Command::Last => most,
        _ => top,
    };
    moved.min(most)
}

/// What a key asks of a text, where it types none.
pub(super) fn edit_of(key: Key) -> Option<Edit> {
    Some(match (key.code, key.ctrl, key.alt) {
        (Code::Left, true, _) | (Code::Char('b'), _, true) => Edit::WordLeft,
        (Code::Right, true, _) | (Code::Char('f'), _, true) => Edit::WordRight,
        (Code::Left, ..) => Edit::Left,
        (Code::Right, ..) => Edit::Right,
        (Code::Home, ..) | (Code::Char('a'), true, _) => Edit::Home,
        (Code::End, ..) | (Code::Char('e'), true, _) => Edit::End,
        (Code::Char('w'), true, _) | (Code::Backspace, _, true) => Edit::DeleteWordBack,
        (Code::Backspace, ..) | (Code::Char('h'), true, _) => Edit::Backspace,
        (Code::Delete, ..) | (Code::Char('d'), true, _) => Edit::Delete,
        (Code::Char('k'), true, _) => Edit::DeleteToEnd,
        (Code::Char('u'), true, _) => Edit::DeleteToStart,
        (Code::Up, ..) => Edit::Up,
        (Code::Down, ..) => Edit::Down,
        _ => return None,
    })
}
