//! Views on the screen: `4`–`9` and `V` open a named query over both tabs, and what is shown can be saved as one
//! (PRODUCT.md 3 and 4). Leaving a view by a tab or Esc leaves its query too. Must not write the config: that is an effect.

use crate::app::commands::Command;
use crate::app::input::{Input, Lines};
use crate::app::key::{Code, Key};
use crate::app::list::Anchor;
use crate::app::msg::Effect;
use crate::app::update::edit_of;
use crate::app::{App, Focus, Popup, Tone};
use crate::domain::filter::{Filter, TabChoice};
use crate::domain::query;
use crate::domain::views::{self, View};

/// The list of views.
#[derive(Clone, Debug, PartialEq)]
pub struct ViewMenu {
    /// The view under the cursor.
    pub cursor: usize,
    /// The name under which what is shown is saved, while it is typed.
    pub naming: Option<Input>,
    /// What is wrong with the name.
    pub error: Option<String>,
}

/// A view that is open: its place among the views, and the tab it was opened from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenView {
    number: usize,
    from: TabChoice,
}

impl App {
    /// The view on the screen, as long as the query is still the view's own.
    pub fn open_view(&self) -> Option<usize> {
        let open = self.view.filter(|_| self.query.tab == TabChoice::All)?;
        self.views.get(open.number).is_some_and(|view| view.filter == self.query.filter).then_some(open.number)
    }

    /// Opens the view of this place.
    pub(super) fn show_view(&mut self, number: usize) -> Vec<Effect> {
        let Some(view) = self.views.get(number) else {
            self.say(format!("There are only {} views.", self.views.len()), Tone::Plain);
            return Vec::new();
        };
        let from = self.view.map_or(self.query.tab, |open| open.from);
        self.query.filter = view.filter.clone();
        self.query.tab = TabChoice::All;
        self.view = Some(OpenView { number, from });
        self.focus = if self.focus == Focus::Filters { self.focus } else { Focus::List };
        self.list.anchor = Anchor::Top;
        vec![self.search()]
    }

    /// What a tab's key does to the query: a view's own is left with the view, any other stays.
    pub(super) fn leave_view(&mut self) {
        if self.open_view().is_some() {
            self.query.filter = Filter::default();
        }
        self.view = None;
    }

    /// Back to the tab a view was opened from; `None` where none is open.
    pub(super) fn close_view(&mut self) -> Option<Vec<Effect>> {
        let open = self.view.take()?;
        self.query.filter = Filter::default();
        self.query.tab = open.from;
        self.list.anchor = Anchor::Lead;
        Some(vec![self.search()])
    }

    pub(super) fn open_views(&mut self) -> Vec<Effect> {
        let cursor = self.open_view().unwrap_or_default();
        self.popup = Some(Popup::Views(ViewMenu { cursor, naming: None, error: None }));
        Vec::new()
    }

    pub(super) fn view_key(&mut self, mut menu: ViewMenu, key: Key) -> Vec<Effect> {
        if menu.naming.is_some() {
            return self.naming_key(menu, key);
        }
        let last = self.views.len().saturating_sub(1);
        let command = self.settings.keymap.command(key);
        match (key.code, command) {
            _ if self.closes(key) => return Vec::new(),
            (_, Some(Command::Views)) => return Vec::new(),
            (Code::Enter, _) => return self.show_view(menu.cursor),
            (_, Some(Command::Down)) | (Code::Down, _) => menu.cursor = (menu.cursor + 1).min(last),
            (_, Some(Command::Up)) | (Code::Up, _) => menu.cursor = menu.cursor.saturating_sub(1),
            (Code::Char('s'), _) => {
                if self.query.filter.is_empty() {
                    menu.error = Some("Nothing is asked for: search or filter first, then save it here.".to_owned());
                } else {
                    menu.error = None;
                    menu.naming = Some(Input::new(Lines::One));
                }
            }
            (Code::Delete | Code::Char('x'), _) => {
                if let Some(view) = self.views.get(menu.cursor) {
                    if view.own {
                        let forget = Effect::KeepView(view.name.clone(), None);
                        self.popup = Some(Popup::Views(menu));
                        return vec![forget];
                    }
                    menu.error = Some("This view is built in; the config hides it with a blank query.".to_owned());
                }
            }
            _ => {
                let number = command.and_then(Command::view);
                if let Some(number) = number {
                    return self.show_view(number);
                }
            }
        }
        self.popup = Some(Popup::Views(menu));
        Vec::new()
    }

    fn naming_key(&mut self, mut menu: ViewMenu, key: Key) -> Vec<Effect> {
        let Some(mut input) = menu.naming.take() else { return Vec::new() };
        let mut effects = Vec::new();
        match key.code {
            Code::Esc => {}
            Code::Enter => {
                let name = input.text().trim().to_owned();
                menu.error = views::check_name(&name).err();
                if menu.error.is_none() {
                    effects.push(Effect::KeepView(name, Some(query::write(&self.query.filter))));
                }
                // The name stays until it is stored: a failed save keeps it.
                menu.naming = Some(input);
            }
            _ => {
                match key.typed() {
                    Some(c) => drop(input.insert(c)),
                    None => drop(edit_of(key).map(|edit| input.edit(edit))),
                }
                menu.error = None;
                menu.naming = Some(input);
            }
        }
        self.popup = Some(Popup::Views(menu));
        effects
    }

    pub(super) fn view_paste(&mut self, mut menu: ViewMenu, text: &str) -> Vec<Effect> {
        if let Some(input) = &mut menu.naming {
            input.insert_text(text);
        }
        self.popup = Some(Popup::Views(menu));
        Vec::new()
    }

    /// The views as the config has them now, or why it was not written.
    pub(super) fn views_kept(&mut self, result: Result<Vec<View>, String>) -> Vec<Effect> {
        match (result, &mut self.popup) {
            (Ok(views), popup) => {
                let saved = matches!(popup, Some(Popup::Views(menu)) if menu.naming.is_some());
                if let Some(Popup::Views(menu)) = popup {
                    menu.naming = None;
                    menu.cursor = menu.cursor.min(views.len().saturating_sub(1));
                }
                let filters = views.iter().map(|view| view.filter.clone()).collect();
                self.views = views;
                self.view = None;
                self.say(if saved { "The view is saved in the config." } else { "The view is gone." }, Tone::Done);
                return vec![Effect::Watch(filters), self.search()];
            }
            (Err(why), Some(Popup::Views(menu))) => menu.error = Some(why),
            (Err(why), _) => self.say(why, Tone::Trouble),
        }
        Vec::new()
    }
}
