//! What is around this process, as its environment tells: a display, tmux, screen, SSH, the kind of terminal. Read in one
//! place, so that copying, opening and the doctor think the same. Must not start anything or ask a display.

use std::ffi::OsString;

/// What the environment tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// A Wayland or X11 display is named.
    pub display: bool,
    /// This terminal is a pane of tmux.
    pub tmux: bool,
    /// This terminal is a window of GNU screen.
    pub screen: bool,
    /// Somebody came here over SSH.
    pub ssh: bool,
    /// `TERM`.
    pub term: String,
}

impl Surroundings {
    /// Those of this process.
    pub fn of_process() -> Self {
        Self::read(|name| std::env::var_os(name))
    }

    /// Those that a lookup of variables tells; an empty variable counts as not set.
    pub fn read(lookup: impl Fn(&str) -> Option<OsString>) -> Self {
        let any = |names: &[&str]| names.iter().any(|name| lookup(name).is_some_and(|value| !value.is_empty()));
        Self {
            display: any(&["WAYLAND_DISPLAY", "DISPLAY"]),
            tmux: any(&["TMUX"]),
            screen: any(&["STY"]),
            ssh: any(&["SSH_CONNECTION", "SSH_TTY"]),
            term: lookup("TERM").map(|term| term.to_string_lossy().into_owned()).unwrap_or_default(),
        }
    }

    /// True for terminals that understand nothing or next to nothing: `dumb`, and none at all.
    pub fn is_dumb(&self) -> bool {
        self.term.is_empty() || self.term == "dumb"
    }

    /// True where a sequence for the clipboard may be understood: not where nobody would read it.
    pub fn takes_sequences(&self) -> bool {
        !self.is_dumb() && self.term != "linux"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(set: &[(&str, &str)]) -> Surroundings {
        Surroundings::read(|name| set.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into()))
    }

    #[test]
    fn variables_tell_what_is_around() {
        let bare = read(&[("TERM", "xterm-256color"), ("DISPLAY", ""), ("TMUX", "")]);
        assert_eq!(bare, Surroundings { term: "xterm-256color".to_owned(), ..Surroundings::default() });
        assert!(bare.takes_sequences());
        assert!(read(&[("WAYLAND_DISPLAY", "wayland-1")]).display && read(&[("DISPLAY", ":0")]).display);
        assert!(read(&[("SSH_TTY", "/dev/pts/1")]).ssh && read(&[("SSH_CONNECTION", "a 1 b 2")]).ssh);
        assert!(read(&[("TMUX", "/tmp/x,1,0")]).tmux && read(&[("STY", "1.x")]).screen);
        for term in ["", "dumb", "linux"] {
            assert!(!read(&[("TERM", term)]).takes_sequences(), "{term:?}");
        }
        assert!(read(&[]).is_dumb() && !read(&[("TERM", "linux")]).is_dumb());
    }
}
