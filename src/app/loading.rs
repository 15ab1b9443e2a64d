//! While a large store is being read: the first page is there, and what needs every lead says so instead of answering
//! about those (HOUSE.md, Speed by design). Must not know how leads are read.

use crate::app::msg::Effect;
use crate::app::{App, Tone};
use crate::domain::numbers;

impl App {
    /// Every lead is known: asks anew for what stood on the first page, and for what had to wait.
    pub(super) fn loaded(&mut self) -> Vec<Effect> {
        self.loading = None;
        let mut effects = vec![self.search(), Effect::Since];
        effects.extend(self.tally_again());
        effects
    }

    /// True, and said, while not all leads are known.
    pub(super) fn needs_all(&mut self) -> bool {
        let Some((done, of)) = self.loading else { return false };
        let (done, of) = (numbers::count(done), numbers::count(of));
        self.say(format!("That needs all leads, and {done} of {of} are read. Press again in a moment."), Tone::Plain);
        true
    }
}
