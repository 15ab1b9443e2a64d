//! `leadbox sync …`: leads fetched from where they are kept, one file a source. Here is what they share: how long words are
//! read, and where words go while a sync runs.
//! Must not ask a service itself: `net` does.

pub mod azure_table;
pub mod partner_center;
mod watch;

use std::time::Duration;

use clap::Subcommand;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::output::Output;

/// Where leads are fetched from.
#[derive(Clone, Debug, Subcommand)]
pub enum SyncVerb {
    /// From the Azure Table that marketplace leads are written to
    AzureTable(azure_table::AzureTableArgs),
    /// From Partner Center's Referrals API; with --push it is told what is owed
    PartnerCenter(partner_center::PartnerCenterArgs),
}

impl SyncVerb {
    /// True where what is fetched is kept.
    pub fn keeps(&self) -> bool {
        match self {
            Self::AzureTable(args) => args.keeps(),
            Self::PartnerCenter(args) => args.keeps(),
        }
    }
}

/// Fetches leads.
pub fn run(context: &Context, verb: &SyncVerb) -> anyhow::Result<Exit> {
    match verb {
        SyncVerb::AzureTable(args) => azure_table::run(context, args),
        SyncVerb::PartnerCenter(args) => partner_center::run(context, args),
    }
}

/// A length as typed, `30s`, `5m`, `1h` or `1d`: from a second to seven days.
fn every(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let seconds = match text.get(number.len()..).unwrap_or_default() {
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => 0,
    };
    let length = number.trim().parse::<u64>().ok().and_then(|number| number.checked_mul(seconds));
    let fits = length.filter(|length| (1..=7 * 24 * 60 * 60).contains(length));
    fits.map(Duration::from_secs).ok_or_else(|| "write 30s, 5m, 1h or 1d; at most 7d".to_owned())
}

/// Where words go while a wire is used: a line that counts along on a terminal, and sentences above it.
pub(super) struct Telling {
    output: Output,
    bar: ProgressBar,
}

impl Telling {
    pub(super) fn new(output: Output) -> Self {
        // Off a terminal it hides itself.
        let target = if output.is_quiet() { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(None, target);
        bar.set_style(
            ProgressStyle::with_template("{spinner} {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner()),
        );
        Self { output, bar }
    }

    /// Says a sentence.
    pub(super) fn say(&self, sentence: &str) {
        self.bar.suspend(|| self.output.say(sentence));
    }

    /// Shows how far it is. Only words and numbers of our own.
    pub(super) fn progress(&self, words: String) {
        self.bar.set_message(words);
        self.bar.tick();
    }

    /// Takes the counting line away.
    pub(super) fn rest(&self) {
        self.bar.finish_and_clear();
        self.bar.reset();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read() {
        let seconds = |text| every(text).map(|length| length.as_secs()).ok();
        assert_eq!([seconds("1s"), seconds(" 5m "), seconds("2 h"), seconds("7d")], [1, 300, 7200, 604_800].map(Some));
        for bad in ["", "5", "m", "0s", "-1m", "8d", "5 min", "1.5h", "99999999999999999999s", "99999999999999999d"] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
    }
}
