//! What the doctor says of the terminal and this machine: which way a copy goes, what opens a mail, and what of tmux or the terminal
//! is in the way. Warnings, not faults: they change no exit code. Must not change anything.

use crate::cli::context::Context;
use crate::shell::clipboard::{Allowed, Way, tmux, way_now};
use crate::shell::hooks;
use crate::shell::opening::Opener;
use crate::shell::surroundings::Surroundings;

/// From so many milliseconds on Esc is felt to wait.
const LONG_ESCAPE: u64 = 50;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// The way a copy goes now: a word of the config, or "shown".
    pub clipboard: &'static str,
    /// The program that opens mails and calls, if it is there and may be used.
    pub opener: Option<String>,
    /// What stands in the way, a sentence each.
    pub warnings: Vec<String>,
}

/// What tmux says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Tmux {
    set_clipboard: Option<String>,
    escape_time: Option<u64>,
}

impl Around {
    /// Looks around; asks a display and tmux where there is one, each for a moment.
    pub fn look(context: &Context) -> Self {
        let around = Surroundings::of_process();
        let allowed = context.config.clipboard;
        let way = way_now(allowed, &around);
        let tmux = if around.tmux {
            let escape_time = tmux::option("escape-time").and_then(|text| text.parse().ok());
            Tmux { set_clipboard: tmux::option("set-clipboard"), escape_time }
        } else {
            Tmux::default()
        };
        let opener = Opener::new(&context.config.opener, around.clone());
        let mut warnings = warnings(&around, &tmux, allowed, way);
        if opener.hindrance().is_none() && !opener.is_installed() {
            let program = opener.program();
            warnings.push(format!("{program} is not installed: mails and calls are copied instead of opened."));
        }
        warnings.extend(hooks::missing(&context.config.hooks));
        let usable = opener.hindrance().is_none() && opener.is_installed();
        let clipboard = way.map_or("shown", Way::word);
        Self { clipboard, opener: usable.then(|| opener.program().to_owned()), warnings }
    }

    /// The same for people, the warnings last.
    pub fn sentences(&self) -> Vec<String> {
        let copy = match self.clipboard {
            "native" => "to the desktop's clipboard",
            "tmux" => "to the tmux buffer, and by tmux to its terminal",
            "osc52" => "to the terminal (OSC 52), which does not confirm it",
            _ => "nowhere: the value is shown, to be selected with the mouse",
        };
        let opens = match &self.opener {
            Some(program) => format!("Mails and calls open with {program}."),
            None => "Nothing opens mails and calls here: the draft or the number is copied.".to_owned(),
        };
        let warned = self.warnings.iter().map(|warning| format!("Warning: {warning}"));
        [format!("A copy goes {copy}."), opens].into_iter().chain(warned).collect()
    }
}

fn warnings(around: &Surroundings, tmux: &Tmux, allowed: Allowed, way: Option<Way>) -> Vec<String> {
    let mut found = Vec::new();
    if around.is_dumb() {
        let term = if around.term.is_empty() { "TERM is not set" } else { "TERM=dumb" };
        found.push(format!("{term}: this terminal is told to understand nothing, and the inbox needs one that does."));
    }
    let native = matches!(allowed, Allowed::Auto | Allowed::Native);
    if around.display && native && way != Some(Way::Native) {
        found.push(
            "A display is named (DISPLAY, WAYLAND_DISPLAY) and does not answer, so no copy goes to it.".to_owned(),
        );
    }
    if way.is_none() && allowed != Allowed::Off {
        found.push(format!("No way of clipboard = \"{}\" works here.", allowed.word()));
    }
    if tmux.set_clipboard.as_deref() == Some("off") {
        found.push(
            "tmux keeps the clipboard to itself (set-clipboard is off): what a program in a pane, such as leadbox over \
             SSH, sends to the terminal's clipboard is dropped. tmux set -s set-clipboard on lets it through."
                .to_owned(),
        );
    }
    if let Some(waits) = tmux.escape_time.filter(|waits| *waits > LONG_ESCAPE) {
        found.push(format!(
            "tmux holds every Esc back for {waits} ms (escape-time), so the inbox closes things late. \
             tmux set -s escape-time 10 shortens it."
        ));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(term: &str) -> Surroundings {
        Surroundings { term: term.to_owned(), ..Surroundings::default() }
    }

    fn warned(around: &Surroundings, clipboard: &str, escape_time: u64, way: Option<Way>) -> String {
        let tmux = Tmux { set_clipboard: Some(clipboard.to_owned()), escape_time: Some(escape_time) };
        warnings(around, &tmux, Allowed::Auto, way).join("\n")
    }

    #[test]
    fn what_is_in_order_is_not_warned_of() {
        for set_clipboard in ["external", "on"] {
            assert_eq!(warned(&around("tmux-256color"), set_clipboard, 50, Some(Way::Tmux)), "");
        }
        assert_eq!(warnings(&around("xterm"), &Tmux::default(), Allowed::Off, None), Vec::<String>::new());
    }

    #[test]
    fn each_hindrance_is_named() {
        let tmux = around("tmux-256color");
        assert!(warned(&tmux, "off", 0, Some(Way::Tmux)).contains("set-clipboard is off"));
        assert!(warned(&tmux, "on", 500, Some(Way::Tmux)).contains("back for 500 ms"));
        assert!(warned(&around("dumb"), "on", 0, None).contains("TERM=dumb"));
        assert!(warned(&around(""), "on", 0, None).contains("TERM is not set"));
        let display = Surroundings { display: true, ..around("xterm") };
        assert!(warned(&display, "on", 0, Some(Way::Terminal)).contains("does not answer"));
        assert_eq!(warned(&display, "on", 0, Some(Way::Native)), "");
        let none = warnings(&around("xterm"), &Tmux::default(), Allowed::Native, None);
        assert_eq!(none, ["No way of clipboard = \"native\" works here."]);
    }

    #[test]
    fn people_read_where_a_copy_goes() {
        let found = |clipboard, opener: Option<&str>| {
            let opener = opener.map(str::to_owned);
            Around { clipboard, opener, warnings: vec!["W.".to_owned()] }.sentences().join(" ")
        };
        assert_eq!(
            found("native", Some("xdg-open")),
            "A copy goes to the desktop's clipboard. Mails and calls open with xdg-open. Warning: W."
        );
        assert!(found("shown", None).starts_with("A copy goes nowhere: the value is shown"));
        assert!(found("osc52", None).contains("Nothing opens mails"));
    }
}
