//! Choosing the order of the list: the orders with their numbers, one marked (PRODUCT.md 4, `s`).
//! Must not order leads: the catalog does.

use crate::app::commands::Command;
use crate::app::key::{Code, Key};
use crate::app::list::Anchor;
use crate::app::msg::Effect;
use crate::app::{App, Popup};
use crate::domain::sort::Sort;

impl App {
    pub(super) fn open_sort(&mut self) -> Vec<Effect> {
        let marked = Sort::OFFERED.iter().position(|sort| *sort == self.query.sort).unwrap_or_default();
        self.popup = Some(Popup::Sort(marked));
        Vec::new()
    }

    pub(super) fn sort_key(&mut self, marked: usize, key: Key) -> Vec<Effect> {
        let last = Sort::OFFERED.len() - 1;
        let digit = key.typed().and_then(|c| c.to_digit(10)).map(|n| n as usize);
        let chosen = match (key.code, self.settings.keymap.command(key)) {
            _ if self.closes(key) => return Vec::new(),
            (Code::Enter, _) => Ok(marked),
            (Code::Down, _) | (_, Some(Command::Down)) => Err((marked + 1).min(last)),
            (Code::Up, _) | (_, Some(Command::Up)) => Err(marked.saturating_sub(1)),
            (_, Some(Command::First)) => Err(0),
            (_, Some(Command::Last)) => Err(last),
            _ => digit.filter(|n| (1..=last + 1).contains(n)).map_or(Err(marked), |n| Ok(n - 1)),
        };
        match chosen {
            Err(marked) => {
                self.popup = Some(Popup::Sort(marked));
                Vec::new()
            }
            Ok(number) => {
                self.query.sort = Sort::OFFERED[number];
                self.list.anchor = Anchor::Lead;
                vec![self.search()]
            }
        }
    }
}
