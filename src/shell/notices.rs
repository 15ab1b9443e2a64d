//! Bell and desktop notice as the terminal takes them. Must not carry anything but our own words: a notice is read over
//! shoulders.

use crate::app::notices::NoticeSettings;
use crate::domain::term_text::TermText;

/// What to send to the terminal: the bell, and OSC 9, which terminals that know desktop notices show and others pass over.
pub fn sequence(asked: NoticeSettings, text: &str) -> String {
    let bell = if asked.bell { "\u{7}" } else { "" };
    // ST and not BEL at the end, or a terminal that does not know the sequence would ring.
    let desktop = asked.desktop.then(|| format!("\u{1b}]9;{}\u{1b}\\", TermText::line(text)));
    format!("{bell}{}", desktop.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_asked_for_is_sent() {
        let sent = |bell, desktop| sequence(NoticeSettings { bell, desktop }, "One\u{1b}lead\u{7}");
        assert_eq!(sent(false, false), "");
        assert_eq!(sent(true, false), "\u{7}");
        let both = sent(true, true);
        assert_eq!(both.matches('\u{7}').count(), 1, "{both:?}");
        assert_eq!(both.matches('\u{1b}').count(), 2, "{both:?}");
        assert!(both.starts_with("\u{7}\u{1b}]9;One") && both.ends_with("\u{1b}\\"), "{both:?}");
    }
}
