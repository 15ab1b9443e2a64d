//! The statistics page (PRODUCT.md 8): a month beside the month before, other months with `[` and `]`, ten lines to copy.
//! All months are counted at once, beside the inbox, so that going through them waits for nothing.
//! Must not count anything itself: that is an effect.

pub mod report;

use crate::app::commands::Command;
use crate::app::key::Key;
use crate::app::msg::Effect;
use crate::app::update::scrolled;
use crate::app::{App, Popup};
use crate::domain::statistics::{Figures, Month, Months};

/// The page.
#[derive(Clone, Debug, PartialEq)]
pub struct StatisticsPage {
    /// The month that is shown, beside the one before.
    pub month: Month,
    /// Every month, or why they could not be counted; `None` while they are.
    pub months: Option<Result<Box<Months>, String>>,
    /// The first line on the screen.
    pub top: usize,
    /// Leads changed after the counting had begun.
    stale: bool,
}

impl StatisticsPage {
    /// The figures of the month and of the month before, once they are counted.
    pub fn figures(&self) -> Option<[&Figures; 2]> {
        let months = self.months.as_ref()?.as_ref().ok()?;
        Some([months.of(self.month), months.of(self.month.before())])
    }

    /// The month before or after, as far as there is anything, and not beyond this month.
    fn step(&mut self, forward: bool, now: Month) {
        let ends = self.months.as_ref().and_then(|months| months.as_ref().ok()?.ends());
        let (first, last) = ends.unwrap_or((now, now));
        self.month =
            if forward { self.month.after().min(last.max(now)) } else { self.month.before().max(first.min(now)) };
    }
}

impl App {
    pub(super) fn open_statistics(&mut self) -> Vec<Effect> {
        let month = Month::at(self.now, self.settings.zone);
        let stale = self.counting;
        self.popup = Some(Popup::Statistics(StatisticsPage { month, months: None, top: 0, stale }));
        self.count()
    }

    /// Asks for the figures, unless they are being counted.
    fn count(&mut self) -> Vec<Effect> {
        if std::mem::replace(&mut self.counting, true) {
            return Vec::new();
        }
        vec![Effect::Statistics(self.settings.zone)]
    }

    /// Leads changed: an open page is counted anew, the old figures standing until then.
    pub(super) fn count_again(&mut self) -> Vec<Effect> {
        let Some(Popup::Statistics(page)) = &mut self.popup else { return Vec::new() };
        page.stale = self.counting;
        self.count()
    }

    pub(super) fn counted(&mut self, result: Result<Box<Months>, String>) -> Vec<Effect> {
        self.counting = false;
        let Some(Popup::Statistics(page)) = &mut self.popup else { return Vec::new() };
        page.months = Some(result);
        if std::mem::take(&mut page.stale) { self.count() } else { Vec::new() }
    }

    pub(super) fn statistics_key(&mut self, mut page: StatisticsPage, key: Key) -> Vec<Effect> {
        let mut effects = Vec::new();
        let this = Month::at(self.now, self.settings.zone);
        match self.settings.keymap.command(key) {
            _ if self.closes(key) => return Vec::new(),
            Some(Command::Statistics) => return Vec::new(),
            Some(Command::PreviousTab | Command::PreviousPane) => page.step(false, this),
            Some(Command::NextTab | Command::NextPane) => page.step(true, this),
            Some(Command::Copy) => effects.extend(
                page.figures().map(|[month, before]| Effect::CopyLines(report::ten_lines(page.month, month, before))),
            ),
            Some(motion) => page.top = scrolled(page.top, motion, self.geometry.page),
            None => {}
        }
        self.popup = Some(Popup::Statistics(page));
        effects
    }
}
