//! Text being typed: one line or several, with a cursor that stands between grapheme clusters.
//!
//! Pure value: it is drawn by whoever asks for a [`InputView`], and it holds nothing a terminal must not get except joiners
//! and selectors that belong to a script or an emoji; those are made safe when shown. It knows no keys and no field.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::domain::term_text::is_invisible;

mod view;

pub use crate::app::input::view::InputView;

use crate::app::input::view::{cells_shown, row_of, shown, usable};

const ONE_CLUSTERS: usize = 500;
/// Bounds piles of marks, which count as one cluster each.
const ONE_BYTES: usize = ONE_CLUSTERS * 32;
const MANY_BYTES: usize = 4 * 1024;

/// How many lines an input may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// One line of at most 500 grapheme clusters, scrolled sideways.
    One,
    /// Any number of lines, 4 KiB in all, wrapped.
    Many,
}

/// What a key can ask of an input besides inserting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// One cluster to the left.
    Left,
    /// One cluster to the right.
    Right,
    /// Start of the line.
    Home,
    /// End of the line.
    End,
    /// Start of the word at or before the cursor.
    WordLeft,
    /// End of the word at or after the cursor.
    WordRight,
    /// Delete the cluster before the cursor.
    Backspace,
    /// Delete the cluster after the cursor.
    Delete,
    /// Delete to where [`Edit::WordLeft`] would go.
    DeleteWordBack,
    /// Delete to the end of the line; at its end, the line break.
    DeleteToEnd,
    /// Delete to the start of the line.
    DeleteToStart,
    /// One row up, keeping the column.
    Up,
    /// One row down, keeping the column.
    Down,
    /// Break the line (several lines only).
    NewLine,
}

/// Text and cursor. The cursor always stands on a boundary between grapheme clusters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    lines: Lines,
    text: String,
    /// Byte offset.
    cursor: usize,
    /// Cells from the row's start that Up and Down try to keep.
    goal: Option<usize>,
    wrap: Option<usize>,
}

impl Input {
    /// An empty input.
    pub fn new(lines: Lines) -> Self {
        Self { lines, text: String::new(), cursor: 0, goal: None, wrap: None }
    }

    /// What has been typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// True if nothing has been typed.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Grapheme clusters before the cursor.
    pub fn cursor(&self) -> usize {
        self.before().graphemes(true).count()
    }

    /// Where the cursor stands, in bytes of the text.
    pub fn cursor_byte(&self) -> usize {
        self.cursor
    }

    /// Puts a text in the place of a part, given in bytes; the cursor stands behind it. Cleaned and capped as
    /// [`Input::insert_text`] does.
    pub fn replace(&mut self, part: Range<usize>, text: &str) {
        if self.text.get(part.clone()).is_some() {
            self.cursor = part.start;
            self.delete(part);
            self.insert_text(text);
        }
    }

    /// Replaces everything, cursor at the end. Cleaned and capped as [`Input::insert_text`] does.
    pub fn set(&mut self, text: &str) {
        self.clear();
        self.insert_text(text);
    }

    /// Nothing left.
    pub fn clear(&mut self) {
        self.text.clear();
        self.cursor = 0;
        self.goal = None;
    }

    /// From now on Up and Down go by rows as shown at this width (that of [`Input::view`]), not by lines as typed.
    pub fn wrap_at(&mut self, width: usize) {
        self.wrap = Some(width).filter(|width| *width > 0);
    }

    /// One typed character at the cursor. False, and nothing changes, for controls, invisible characters, a line break in
    /// a single line, or if the input is full.
    pub fn insert(&mut self, c: char) -> bool {
        let broken = self.lines == Lines::One && matches!(c, '\n' | '\r');
        let before = self.text.len();
        !broken && self.insert_text(c.encode_utf8(&mut [0; 4])) && self.text.len() > before
    }

    /// Pasted text at the cursor: controls and invisible characters removed, tabs as blanks; in one line a run of line
    /// breaks becomes a blank, none at the ends. False if the end was cut because the input is full.
    pub fn insert_text(&mut self, text: &str) -> bool {
        self.goal = None;
        let cleaned = clean(text, self.lines);
        let mut fitting = cleaned.as_str();
        loop {
            let (before, after) = self.text.split_at_checked(self.cursor).unwrap_or((&self.text, ""));
            let candidate = [before, fitting, after].concat();
            let surplus = self.surplus(&candidate, fitting);
            if surplus == 0 {
                self.cursor = snap(&candidate, before.len() + fitting.len());
                self.text = candidate;
                return fitting.len() == cleaned.len();
            }
            let end = fitting.grapheme_indices(true).rev().nth(surplus - 1).map_or(0, |(at, _)| at);
            fitting = fitting.get(..end).unwrap_or_default();
        }
    }

    /// Does what a key asks. False if nothing changed, so that a form may use the key to leave the field.
    pub fn edit(&mut self, edit: Edit) -> bool {
        if matches!(edit, Edit::Up | Edit::Down) {
            return self.move_by_row(edit == Edit::Up);
        }
        self.goal = None;
        match edit {
            Edit::Left => self.move_to(self.left()),
            Edit::Right => self.move_to(self.right()),
            Edit::Home => self.move_to(self.line_start()),
            Edit::End => self.move_to(self.line_end()),
            Edit::WordLeft => self.move_to(self.word_left()),
            Edit::WordRight => self.move_to(self.word_right()),
            Edit::Backspace => self.delete(self.left()..self.cursor),
            Edit::DeleteWordBack => self.delete(self.word_left()..self.cursor),
            Edit::DeleteToEnd if self.cursor < self.line_end() => self.delete(self.cursor..self.line_end()),
            Edit::Delete | Edit::DeleteToEnd => self.delete(self.cursor..self.right()),
            Edit::DeleteToStart => self.delete(self.line_start()..self.cursor),
            Edit::NewLine => self.lines == Lines::Many && self.insert('\n'),
            Edit::Up | Edit::Down => false,
        }
    }

    fn move_by_row(&mut self, up: bool) -> bool {
        if self.lines == Lines::One {
            return false;
        }
        let rows = self.rows(self.wrap);
        let row = row_of(&rows, self.cursor);
        let target = if up { row.checked_sub(1) } else { Some(row + 1) };
        let (Some(from), Some(to)) = (rows.get(row), target.and_then(|target| rows.get(target))) else {
            return false;
        };
        let room = self.wrap.map_or(usize::MAX, usable);
        let goal = self.goal.unwrap_or_else(|| cells_shown(self.slice(from.start..self.cursor), room));
        let mut column = 0;
        let mut found = to.start;
        for (at, cluster) in self.slice(to.clone()).grapheme_indices(true) {
            column += shown(cluster, room).1;
            let end = to.start + at + cluster.len();
            // The end of a row that wraps is where the next row begins.
            if column > goal || rows.iter().any(|row| row.start == end) {
                break;
            }
            found = end;
        }
        self.goal = Some(goal);
        self.move_to(found)
    }

    fn move_to(&mut self, to: usize) -> bool {
        std::mem::replace(&mut self.cursor, to) != to
    }

    fn delete(&mut self, range: Range<usize>) -> bool {
        if range.is_empty() {
            return false;
        }
        self.cursor = range.start;
        self.text.replace_range(range, "");
        // What stood on both sides may have become one cluster.
        self.cursor = snap(&self.text, self.cursor);
        true
    }

    /// How many clusters must go from the end of what is inserted.
    fn surplus(&self, text: &str, inserted: &str) -> usize {
        let (bytes, clusters) = match self.lines {
            Lines::One => (ONE_BYTES, text.graphemes(true).count().saturating_sub(ONE_CLUSTERS)),
            Lines::Many => (MANY_BYTES, 0),
        };
        let too_long = text.len().saturating_sub(bytes);
        let tail = inserted.grapheme_indices(true).rev().take_while(|(at, c)| inserted.len() - at - c.len() < too_long);
        clusters.max(tail.count()).min(inserted.len())
    }

    fn slice(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }

    pub(super) fn before(&self) -> &str {
        self.slice(0..self.cursor)
    }

    pub(super) fn after(&self) -> &str {
        self.slice(self.cursor..self.text.len())
    }

    fn left(&self) -> usize {
        self.before().grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn right(&self) -> usize {
        self.cursor + self.after().graphemes(true).next().map_or(0, str::len)
    }

    fn line_start(&self) -> usize {
        self.before().rfind('\n').map_or(0, |at| at + 1)
    }

    fn line_end(&self) -> usize {
        self.after().find('\n').map_or(self.text.len(), |at| self.cursor + at)
    }

    fn word_left(&self) -> usize {
        let back = self.before().grapheme_indices(true).rev().skip_while(|(_, cluster)| !is_word(cluster));
        back.take_while(|(_, cluster)| is_word(cluster)).last().map_or(0, |(at, _)| at)
    }

    fn word_right(&self) -> usize {
        let ahead = self.after().grapheme_indices(true).skip_while(|(_, cluster)| !is_word(cluster));
        let end = ahead.take_while(|(_, cluster)| is_word(cluster)).last();
        end.map_or(self.text.len(), |(at, cluster)| self.cursor + at + cluster.len())
    }
}

fn clean(text: &str, lines: Lines) -> String {
    let is_break = |c: char| matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let text = if lines == Lines::One { text.trim_matches(is_break) } else { text };
    let mut cleaned = String::new();
    let mut before = '\0';
    for c in text.chars() {
        match c {
            _ if is_break(c) && lines == Lines::Many => {
                if (before, c) != ('\r', '\n') {
                    cleaned.push('\n');
                }
            }
            _ if is_break(c) => {
                if !is_break(before) {
                    cleaned.push(' ');
                }
            }
            '\t' => cleaned.push(' '),
            '\u{200C}' | '\u{200D}' | '\u{FE00}'..='\u{FE0F}' => cleaned.push(c),
            _ if is_invisible(c) => {}
            _ => cleaned.push(c),
        }
        before = c;
        if cleaned.len() > ONE_BYTES.max(MANY_BYTES) {
            break;
        }
    }
    cleaned
}

/// The nearest cluster boundary at or after `at`.
fn snap(text: &str, at: usize) -> usize {
    text.grapheme_indices(true).map(|(start, _)| start).find(|start| *start >= at).unwrap_or(text.len())
}

fn is_word(cluster: &str) -> bool {
    cluster.starts_with(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use crate::domain::term_text::cells;
    use proptest::prelude::*;

    use super::*;

    const EDITS: [Edit; 14] = [
        Edit::Left,
        Edit::Right,
        Edit::Home,
        Edit::End,
        Edit::WordLeft,
        Edit::WordRight,
        Edit::Backspace,
        Edit::Delete,
        Edit::DeleteWordBack,
        Edit::DeleteToEnd,
        Edit::DeleteToStart,
        Edit::Up,
        Edit::Down,
        Edit::NewLine,
    ];

    fn with(lines: Lines, text: &str) -> Input {
        let mut input = Input::new(lines);
        input.set(text);
        input
    }

    /// `|` marks the cursor.
    fn after(lines: Lines, marked: &str, edits: &[Edit]) -> String {
        let (before, behind) = marked.split_once('|').expect("a cursor mark");
        let mut input = with(lines, &[before, behind].concat());
        input.cursor = before.len();
        for edit in edits {
            input.edit(*edit);
        }
        [input.before(), "|", input.after()].concat()
    }

    #[test]
    fn edits_move_and_delete_by_cluster_word_and_line() {
        use Edit::{
            Backspace, Delete, DeleteToEnd, DeleteToStart, DeleteWordBack, Down, End, Home, Left, NewLine, Right, Up,
            WordLeft, WordRight,
        };
        let family = "👨\u{200d}👩\u{200d}👧";
        for (marked, edits, expected) in [
            (format!("a{family}|e\u{301}b"), vec![Left, Right, Right, Backspace], format!("a{family}|b")),
            (format!("{family}|"), vec![Backspace], "|".into()),
            ("one two|".into(), vec![WordLeft, WordLeft, WordLeft], "|one two".into()),
            ("|one, two".into(), vec![WordRight, Delete, WordRight], "one two|".into()),
            ("jo@contoso.ex|ample".into(), vec![DeleteWordBack, DeleteWordBack], "jo@|ample".into()),
            ("ab\nc|d\nef".into(), vec![Home, DeleteToEnd, DeleteToEnd], "ab\n|ef".into()),
            ("ab\nc|d".into(), vec![End, DeleteToStart], "ab\n|".into()),
            ("abcd\nx\nab|cd".into(), vec![Up, Up], "ab|cd\nx\nabcd".into()),
            ("abcd\n|x".into(), vec![End, Down, Up], "a|bcd\nx".into()),
            ("a|b".into(), vec![NewLine, Delete], "a\n|".into()),
        ] {
            assert_eq!(after(Lines::Many, &marked, &edits), expected, "{marked}");
        }
        assert_eq!(after(Lines::One, "a|b", &[NewLine, Up, Down]), "a|b");
    }

    #[test]
    fn what_is_pasted_is_cleaned_and_capped() {
        let pasted = "\x1b[31ma\r\n\nb\tc\u{202e}\u{feff}\n";
        assert_eq!(with(Lines::One, pasted).text(), "[31ma b c");
        assert_eq!(with(Lines::Many, pasted).text(), "[31ma\n\nb c\n");
        assert_eq!(with(Lines::One, &"é".repeat(900)).text(), "é".repeat(500));
        let mut full = with(Lines::Many, &"田".repeat(3000));
        assert_eq!(full.text().len(), 4095);
        assert!(!full.insert('田') && full.insert('x') && !full.insert('y'));
        let mut one = with(Lines::One, "ac");
        assert!(!one.insert('\n') && !one.insert('\u{7}') && !one.insert('\u{200b}'));
        assert!(one.edit(Edit::Left) && one.insert('b'));
        assert_eq!((one.text(), one.cursor()), ("abc", 2));
    }

    #[test]
    fn views_scroll_and_wrap() {
        let mut one = with(Lines::One, "0123456789田中");
        let view = one.view(6, 1);
        assert_eq!((view.lines, view.cursor), (vec!["9田中".into()], (5, 0)));
        assert!(view.more_before && !view.more_after);
        one.edit(Edit::Home);
        let view = one.view(6, 1);
        assert_eq!((view.lines, view.cursor, view.more_after), (vec!["012345".into()], (0, 0), true));
        let mut many = with(Lines::Many, "backup for three\n\nsites");
        let view = many.view(11, 3);
        assert_eq!((view.lines, view.cursor), (vec!["three".into(), String::new(), "sites".into()], (5, 2)));
        assert!(view.more_before && !view.more_after);
        many.wrap_at(11);
        many.edit(Edit::Up);
        many.edit(Edit::Up);
        many.edit(Edit::Up);
        assert_eq!(many.before(), "backu");
        assert_eq!(with(Lines::Many, "").view(5, 2).lines, [""]);
        assert_eq!(with(Lines::Many, "a\nb\nc\nd\ne").view(5, 4).lines, ["b", "c", "d", "e"]);
        let mut edge = with(Lines::One, "01234田中");
        assert!(edge.edit(Edit::Left) && edge.edit(Edit::Left));
        assert_eq!((edge.view(6, 1).lines, edge.view(6, 1).cursor), (vec!["34田中".into()], (2, 0)));
        let mut wrapped = with(Lines::Many, "xxxx\nabcabc");
        wrapped.wrap_at(5);
        wrapped.cursor = 4;
        assert!(wrapped.edit(Edit::Down));
        assert_eq!(wrapped.before(), "xxxx\nabc");
        assert!(one.view(0, 3).lines.is_empty());
    }

    proptest! {
        #[test]
        fn the_cursor_and_the_view_keep_their_bounds(
            many in any::<bool>(),
            texts in proptest::collection::vec(prop_oneof![any::<String>(), "[a-c \n田🔥👩\u{200d}\u{301}\u{ff9e}\u{1100}🇩]{0,30}"], 1..4),
            edits in proptest::collection::vec(proptest::sample::select(&EDITS[..]), 0..30),
            (width, height, wrap) in (0usize..14, 0usize..5, 0usize..14),
        ) {
            let mut input = Input::new(if many { Lines::Many } else { Lines::One });
            input.wrap_at(wrap);
            for text in &texts {
                input.insert_text(text);
                prop_assert_eq!(snap(&input.text, input.cursor), input.cursor);
                for edit in &edits {
                    let before = input.clone();
                    let changed = input.edit(*edit);
                    prop_assert_eq!(changed, (&before.text, before.cursor) != (&input.text, input.cursor));
                    prop_assert_eq!(snap(&input.text, input.cursor), input.cursor);
                    let view = input.view(width, height);
                    prop_assert!(view.lines.len() <= height);
                    prop_assert!(view.lines.iter().all(|line| cells(line) <= width), "{:?}", view);
                    let safe = |c: char| c == '\u{200d}' || !is_invisible(c);
                    prop_assert!(view.lines.iter().flat_map(|l| l.chars()).all(safe));
                    let (column, row) = (usize::from(view.cursor.0), usize::from(view.cursor.1));
                    prop_assert!(width == 0 || height == 0 || (column < width && row < view.lines.len()), "{:?}", view);
                }
            }
            prop_assert!(many || !input.text.contains('\n'));
        }

        #[test]
        fn backspace_takes_back_what_was_inserted(text in "[a-z 田é\n]{0,20}", lefts in 0usize..20, c in "[a-z田é🔥]") {
            let mut input = with(Lines::Many, &text);
            (0..lefts).for_each(|_| { input.edit(Edit::Left); });
            let before = input.clone();
            prop_assert!(c.chars().all(|c| input.insert(c)));
            prop_assert_ne!(&input, &before);
            prop_assert!(input.edit(Edit::Backspace));
            prop_assert_eq!(input, before);
        }
    }
}
