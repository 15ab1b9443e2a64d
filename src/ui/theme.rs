//! Colours and symbols by what they mean. What a colour says, a symbol or a word says too, so that `NO_COLOR` loses nothing
//! (PRODUCT.md 3). Must not decide what a lead is worth: it is told.

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::border;
use ratatui::text::{Line, Span};
use ratatui::widgets::Block;

use crate::app::Tone;
use crate::app::look::{Look, Symbols};
use crate::domain::term_text::{TermText, cells};
use crate::domain::vocabulary::{Urgency, Validity};

/// The look, ready to draw with.
pub struct Theme {
    look: Look,
}

const ASCII_BORDER: border::Set<'static> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

impl Theme {
    /// A theme of a look.
    pub fn new(look: Look) -> Self {
        Self { look }
    }

    /// True where only ASCII may be drawn as ornament.
    pub fn is_ascii(&self) -> bool {
        self.look.symbols == Symbols::Ascii
    }

    /// The one of two ornaments that fits.
    pub fn pick(&self, unicode: &'static str, ascii: &'static str) -> &'static str {
        if self.is_ascii() { ascii } else { unicode }
    }

    fn colour(&self, colour: Color) -> Style {
        if self.look.colour { Style::new().fg(colour) } else { Style::new() }
    }

    /// What can wait.
    pub fn quiet(&self) -> Style {
        if self.look.colour { Style::new().fg(Color::Indexed(245)) } else { Style::new().add_modifier(Modifier::DIM) }
    }

    /// What is read first.
    pub fn strong() -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// A key to press.
    pub fn key(&self) -> Style {
        self.colour(Color::Cyan).add_modifier(Modifier::BOLD)
    }

    /// Something good.
    pub fn good(&self) -> Style {
        self.colour(Color::Green)
    }

    /// Something wrong.
    pub fn bad(&self) -> Style {
        self.colour(Color::Red)
    }

    /// The row under the cursor.
    pub fn cursor(&self, focused: bool) -> Style {
        match (self.look.colour, focused) {
            (true, true) => Style::new().bg(Color::Indexed(24)).fg(Color::Indexed(255)),
            (true, false) => Style::new().bg(Color::Indexed(238)).fg(Color::Indexed(252)),
            (false, true) => Style::new().add_modifier(Modifier::REVERSED),
            (false, false) => Style::new().add_modifier(Modifier::BOLD),
        }
    }

    /// The tab on the screen.
    pub fn tab(&self) -> Style {
        let style = if self.look.colour {
            Style::new().bg(Color::Indexed(24)).fg(Color::Indexed(255))
        } else {
            Style::new().add_modifier(Modifier::REVERSED)
        };
        style.add_modifier(Modifier::BOLD)
    }

    /// A text being typed.
    pub fn field() -> Style {
        Style::new().add_modifier(Modifier::UNDERLINED)
    }

    /// A message.
    pub fn tone(&self, tone: Tone) -> Style {
        match tone {
            Tone::Plain => Style::new(),
            Tone::Done => self.good(),
            Tone::Trouble => self.bad().add_modifier(Modifier::BOLD),
        }
    }

    /// The colour of an urgency.
    pub fn urgency(&self, urgency: Urgency) -> Style {
        match urgency {
            Urgency::Hot => self.colour(Color::LightRed).add_modifier(Modifier::BOLD),
            Urgency::Expiring => self.colour(Color::Yellow).add_modifier(Modifier::BOLD),
            Urgency::Due => self.colour(Color::Cyan).add_modifier(Modifier::BOLD),
            Urgency::Archived | Urgency::Away | Urgency::Informational => self.quiet(),
            Urgency::Waiting | Urgency::Touched | Urgency::Calm | Urgency::Later => Style::new(),
        }
    }

    /// The symbol of an urgency; a lead that asked not to be contacted has its own. At most two cells.
    pub fn symbol(&self, urgency: Urgency, do_not_contact: bool) -> &'static str {
        let (text, ascii) = match urgency {
            _ if do_not_contact && urgency != Urgency::Archived => ("⊘", "x"),
            Urgency::Hot if self.look.symbols == Symbols::Emoji => ("🔥", "!"),
            Urgency::Hot => ("●", "!"),
            Urgency::Expiring => ("◆", ">"),
            Urgency::Due => ("▸", "+"),
            Urgency::Waiting => ("○", "~"),
            Urgency::Touched => ("∙", "-"),
            _ => (" ", " "),
        };
        self.pick(text, ascii)
    }

    /// What stands before the company of a marked lead.
    pub fn mark(&self, marked: bool) -> &'static str {
        if marked { self.pick("•", "+") } else { " " }
    }

    /// The heart.
    pub fn heart(&self, favorite: bool) -> &'static str {
        if favorite { self.pick("♥", "*") } else { " " }
    }

    /// The symbol of a contact: its validity, or that there is none.
    pub fn validity(&self, validity: Validity, present: bool) -> (&'static str, Style) {
        match (present, validity) {
            (false, _) => (self.pick("·", "."), self.quiet()),
            (_, Validity::Valid) => (self.pick("✓", "v"), self.good()),
            (_, Validity::Invalid) => (self.pick("✗", "x"), self.bad()),
            (_, Validity::Spam) => ("s", self.bad()),
            (_, Validity::Unknown) => ("?", self.quiet()),
        }
    }

    /// A pane's frame: a title at the left, a word at the right.
    pub fn pane(&self, title: &str, right: &str, focused: bool, width: u16) -> Block<'static> {
        let edge = if focused { self.colour(Color::Indexed(75)) } else { self.quiet() };
        let right = TermText::line(right).fit(usize::from(width));
        let room = usize::from(width).saturating_sub(cells(&right) + 8);
        let title = TermText::line(title).fit(room);
        let title_style = if focused { Self::strong() } else { Style::new() };
        let heading = if title.is_empty() { String::new() } else { format!(" {title} ") };
        let block = Block::bordered().border_style(edge).title_top(Line::from(Span::styled(heading, title_style)));
        let block = if self.is_ascii() { block.border_set(ASCII_BORDER) } else { block };
        if right.is_empty() || usize::from(width) < cells(&title) + cells(&right) + 8 {
            return block;
        }
        block.title_top(Line::from(Span::styled(format!(" {right} "), self.quiet())).right_aligned())
    }
}

/// Puts ASCII in the place of the dots, dashes and quotes of our own words, for a terminal that has nothing else.
pub fn spell_out(screen: &mut Buffer) {
    for cell in &mut screen.content {
        let ascii = match cell.symbol() {
            "·" | "–" | "—" | "─" => "-",
            "…" => "~",
            "“" | "”" | "„" => "\"",
            "’" | "‘" => "'",
            "×" => "x",
            _ => continue,
        };
        cell.set_symbol(ascii);
    }
}

/// Makes the cell behind a wide character differ from every other, so that it is written anew once the character is gone:
/// else some terminals keep half of it.
pub fn set_covered_apart(screen: &mut Buffer) {
    for place in 1..screen.content.len() {
        let before = screen.content[place - 1].symbol();
        if before.len() > 1 && cells(before) > 1 {
            screen.content[place].modifier.insert(Modifier::HIDDEN);
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::*;

    #[test]
    fn what_a_wide_character_covered_is_written_anew() {
        let area = Rect::new(0, 0, 4, 1);
        let (mut wide, mut narrow) = (Buffer::empty(area), Buffer::empty(area));
        wide.set_string(1, 0, "田", Style::new());
        narrow.set_string(1, 0, " ", Style::new());
        set_covered_apart(&mut wide);
        set_covered_apart(&mut narrow);
        let written: Vec<u16> = wide.diff(&narrow).iter().map(|(x, _, _)| *x).collect();
        assert_eq!(written, [1, 2]);
        assert_eq!(narrow.diff(&wide).len(), 1, "the character covers its second cell itself");
    }
}
