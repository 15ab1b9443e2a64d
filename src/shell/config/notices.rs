//! The `[notices]` table: what is done beyond the message line when a Contact me lead comes in while the inbox is open.
//! Must not decide when a notice is due: `app::notices` does.

use serde::Deserialize;

use crate::app::notices::NoticeSettings;

/// The table as written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct NoticesTable {
    bell: bool,
    desktop: bool,
}

/// Its part of the file that `config init` writes.
pub(super) const DEFAULT: &str = r"
# When a Contact me lead comes in while the inbox is open: ring the terminal's bell, ask the terminal for a desktop notice
# (OSC 9, of terminals that know it). From the eleventh a day on at most once an hour. No notice names a customer.
#[notices]
#bell = false
#desktop = false
";

impl NoticesTable {
    pub(super) fn check(self) -> NoticeSettings {
        NoticeSettings { bell: self.bell, desktop: self.desktop }
    }
}

/// The effective table, as `config show` prints it.
pub(super) fn show(settings: NoticeSettings) -> String {
    format!("\n[notices]\nbell = {}\ndesktop = {}\n", settings.bell, settings.desktop)
}
