//! What of an input shows in so many cells: scrolled sideways or wrapped, the cursor always within.
//! Must change nothing: scrolling is worked out from text, cursor and size alone.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::app::input::{Input, Lines};
use crate::domain::term_text::{TermText, cells};

/// An input as it is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputView {
    /// Rows from the top, safe to write, each at most as wide as asked for, not padded. `One` always has one row.
    pub lines: Vec<String>,
    /// Column and row of the cursor inside the view, from 0.
    pub cursor: (u16, u16),
    /// There is text left of the view (`One`) or above it (`Many`).
    pub more_before: bool,
    /// There is text right of the view (`One`) or below it (`Many`).
    pub more_after: bool,
}

/// The clusters of one line that show, each with its place in the text.
struct ShownLine {
    clusters: Vec<(usize, String)>,
    /// Column of the cursor.
    cursor: usize,
    more_before: bool,
    more_after: bool,
}

impl Input {
    /// The part that shows in `width` x `height` cells, the cursor always within. One line scrolls in steps of half the
    /// width and keeps wide characters whole; several lines wrap at blanks, one column kept free for the cursor, and
    /// scroll in steps of half the height. No room, no rows.
    pub fn view(&self, width: usize, height: usize) -> InputView {
        if width == 0 || height == 0 {
            let lines = Vec::new();
            return InputView { lines, cursor: (0, 0), more_before: false, more_after: !self.is_empty() };
        }
        match self.lines {
            Lines::One => self.view_one(width),
            Lines::Many => self.view_many(width, height),
        }
    }

    /// The part of one line that [`Input::view`] shows in so many cells, in runs that lie within one of some parts of the
    /// text or outside all of them.
    pub fn view_parts(&self, width: usize, parts: &[Range<usize>]) -> Vec<(String, bool)> {
        let mut runs: Vec<(String, bool)> = Vec::new();
        for (at, text) in self.shown_one(width).clusters {
            let within = parts.iter().any(|part| part.contains(&at));
            match runs.last_mut() {
                Some((run, same)) if *same == within => run.push_str(&text),
                _ => runs.push((text, within)),
            }
        }
        runs
    }

    fn view_one(&self, width: usize) -> InputView {
        let shown = self.shown_one(width);
        InputView {
            lines: vec![shown.clusters.into_iter().map(|(_, text)| text).collect()],
            cursor: (to_u16(shown.cursor), 0),
            more_before: shown.more_before,
            more_after: shown.more_after,
        }
    }

    /// What one line shows in so many cells.
    fn shown_one(&self, width: usize) -> ShownLine {
        let cursor = cells_shown(self.before(), width);
        let under = self.after().graphemes(true).next().map_or(1, |cluster| shown(cluster, width).1.min(2));
        let start = scroll(cursor + under - 1, width);
        let mut line = ShownLine { clusters: Vec::new(), cursor: 0, more_before: false, more_after: false };
        let mut at = 0;
        let mut first = None;
        for (place, cluster) in self.text.grapheme_indices(true) {
            let (text, wide) = shown(cluster, width);
            if at < start {
                line.more_before = true;
            } else if at + wide > *first.get_or_insert(at) + width {
                line.more_after = true;
                break;
            } else {
                line.clusters.push((place, text));
            }
            at += wide;
        }
        line.cursor = cursor - first.unwrap_or(at).min(cursor);
        line
    }

    fn view_many(&self, width: usize, height: usize) -> InputView {
        let rows = self.rows(Some(width));
        let row = row_of(&rows, self.cursor);
        let first = scroll(row, height).min(rows.len().saturating_sub(height));
        let room = usable(width);
        let draw = |range: &Range<usize>| -> String {
            self.slice(range.clone()).graphemes(true).map(|cluster| shown(cluster, room).0).collect()
        };
        let start = rows.get(row).map_or(0, |range| range.start);
        let column = cells_shown(self.slice(start..self.cursor), room).min(width - 1);
        InputView {
            lines: rows.iter().skip(first).take(height).map(draw).collect(),
            cursor: (to_u16(column), to_u16(row - first)),
            more_before: first > 0,
            more_after: first + height < rows.len(),
        }
    }

    /// Byte ranges of the rows, line breaks left out; never empty. Without a width, the lines as typed.
    pub(super) fn rows(&self, width: Option<usize>) -> Vec<Range<usize>> {
        let mut rows = Vec::new();
        let mut start = 0;
        for line in self.text.split('\n') {
            match width {
                Some(width) => wrap_line(&mut rows, line, start, width),
                None => rows.push(start..start + line.len()),
            }
            start += line.len() + 1;
        }
        rows
    }
}

/// A cluster as it is shown, and its cells; what is wider than the whole view shows as U+FFFD.
pub(super) fn shown(cluster: &str, room: usize) -> (String, usize) {
    let safe = TermText::line(cluster);
    match safe.width() {
        0 => ("\u{FFFD}".into(), 1),
        wide if wide > room => ("\u{FFFD}".into(), 1),
        wide => (safe.into(), wide),
    }
}

/// The first row or column to show so that `needed` is within `room`, in steps of half the room.
fn scroll(needed: usize, room: usize) -> usize {
    let step = (room / 2).max(1);
    needed.checked_sub(room).map_or(0, |beyond| (beyond / step + 1) * step)
}

/// The cells text may take in a wrapped view: the cursor stands behind the last one.
pub(super) fn usable(width: usize) -> usize {
    width.saturating_sub(1).max(1)
}

/// The row the cursor is in; where a row wraps, the one that begins there.
pub(super) fn row_of(rows: &[Range<usize>], cursor: usize) -> usize {
    rows.partition_point(|row| row.start <= cursor).saturating_sub(1)
}

fn wrap_line(rows: &mut Vec<Range<usize>>, line: &str, offset: usize, width: usize) {
    let room = usable(width);
    let mut start = 0;
    let mut used = 0;
    let mut after_blank = None;
    for (at, cluster) in line.grapheme_indices(true) {
        let wide = shown(cluster, room).1;
        // The blank behind a full row hangs in the cursor's column instead of taking its word to the next row.
        let hangs = cluster == " " && used == room && room < width;
        while !hangs && used + wide > room && at > start {
            let split = after_blank.take().filter(|split| *split > start).unwrap_or(at);
            rows.push(offset + start..offset + split);
            start = split;
            used = cells_shown(line.get(split..at).unwrap_or_default(), room);
        }
        used += wide;
        if cluster == " " {
            after_blank = Some(at + 1);
        }
    }
    rows.push(offset + start..offset + line.len());
}

/// Cells of a stretch of text, cluster by cluster as [`shown`].
pub(super) fn cells_shown(text: &str, room: usize) -> usize {
    if text.is_ascii() { cells(text) } else { text.graphemes(true).map(|cluster| shown(cluster, room).1).sum() }
}

fn to_u16(cells: usize) -> u16 {
    u16::try_from(cells).unwrap_or(u16::MAX)
}
