//! `TermText`: the one type between data from outside and anything a terminal shows.
//!
//! What comes in may hold escape sequences, direction overrides, invisible or piled-up code points; what comes out is
//! printable, measurable and still readable. It must never parse escapes to let some through: none pass. It only makes
//! text safe to show; what is stored, exported and copied is the caller's own.

use std::fmt;

use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Bytes of text one `TermText` holds at most; a longer text ends with `…`.
const TEXT_BYTES: usize = 4 * 1024;
/// Bytes that are looked at; bounds the work a hostile megabyte can ask for.
const READ_BYTES: usize = 64 * 1024;
/// Code points of one cluster; four bytes each at most, so 32 bytes.
const CLUSTER_CHARS: usize = 8;
const REPLACEMENT: char = '\u{FFFD}';
const ELLIPSIS: char = '…';
const JOINER: char = '\u{200D}';

/// Text that is safe to write to a terminal.
///
/// Rule: every Cc and Cf, separators, tags, fillers and noncharacters show as one U+FFFD a run; variation selectors and
/// other zero-width selectors vanish; a zero-width joiner stays only between two emoji of one sequence; a mark without
/// base shows as U+FFFD; a grapheme cluster holds at most 8 code points and 32 bytes, the text 4 KiB. Right-to-left and
/// wide scripts pass in logical order. Making a `TermText` of a `TermText`'s content changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TermText(String);

impl TermText {
    /// One line: a run of line breaks and tabs (LF, CR, TAB, NEL, U+2028, U+2029) becomes one blank.
    pub fn line(text: &str) -> Self {
        Self(clean(text, Breaks::Blank))
    }

    /// Several lines: every line break (LF, CR, CRLF, NEL, U+2028, U+2029) becomes `\n`, a tab one blank.
    pub fn lines(text: &str) -> Self {
        Self(clean(text, Breaks::Kept))
    }

    /// The safe text; holds `\n` only if it was made by [`TermText::lines`].
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True if there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Width in terminal cells when shown on one line (a `\n` counts as the blank it is shown as).
    pub fn width(&self) -> usize {
        cells(&self.0)
    }

    /// On one line of at most `cells` cells: cut between grapheme clusters and ended with `…` where it is too long.
    /// Not padded. 0 cells give an empty string.
    pub fn fit(&self, cells: usize) -> String {
        let flat = if self.0.contains('\n') { self.0.replace('\n', " ") } else { self.0.clone() };
        if self::cells(&flat) <= cells {
            return flat;
        }
        let mut fitted = String::new();
        let mut used = 1; // the ellipsis
        for cluster in flat.graphemes(true) {
            used += cluster_cells(cluster);
            if used > cells {
                break;
            }
            fitted.push_str(cluster);
        }
        if cells > 0 {
            fitted.push(ELLIPSIS);
        }
        fitted
    }

    /// [`TermText::fit`], then filled with blanks on the right to exactly `cells` cells.
    pub fn pad(&self, cells: usize) -> String {
        let mut text = self.fit(cells);
        let blanks = cells.saturating_sub(self::cells(&text));
        text.extend(std::iter::repeat_n(' ', blanks));
        text
    }

    /// [`TermText::fit`], then filled with blanks on the left to exactly `cells` cells: right aligned.
    pub fn pad_left(&self, cells: usize) -> String {
        let text = self.fit(cells);
        let mut padded = " ".repeat(cells.saturating_sub(self::cells(&text)));
        padded.push_str(&text);
        padded
    }

    /// Lines of at most `cells` cells, broken at blanks and beside wide characters; a longer word is broken between
    /// grapheme clusters. Blank lines are kept, an indent too where it fits. A cluster wider than a whole line shows as
    /// U+FFFD. Empty text or 0 cells give no line.
    pub fn wrap(&self, cells: usize) -> Vec<String> {
        if cells == 0 || self.is_empty() {
            return Vec::new();
        }
        let mut wrap = Wrap { cells, lines: Vec::new(), line: String::new(), used: 0 };
        for paragraph in self.0.split('\n') {
            wrap.paragraph(paragraph);
        }
        wrap.lines
    }
}

impl fmt::Display for TermText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<TermText> for String {
    fn from(text: TermText) -> Self {
        text.0
    }
}

/// Width of safe text in cells, as ratatui draws it: cluster by cluster, never the width of the whole string (which
/// joins letters, such as Arabic lam-alef, that a cell grid cannot join).
pub fn cells(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.graphemes(true).map(cluster_cells).sum() }
}

/// Width of one grapheme cluster in cells. Half-width voicing marks take a cell of their own, as in ratatui.
pub fn cluster_cells(cluster: &str) -> usize {
    if cluster.len() == 1 {
        return 1;
    }
    cluster.width() + cluster.chars().filter(|c| matches!(c, '\u{FF9E}' | '\u{FF9F}')).count()
}

/// True for what a reader cannot see: controls (Cc), format characters (Cf, the joiners too), line separators, tags,
/// selectors, fillers, noncharacters and the other code points Unicode calls default ignorable.
pub fn is_invisible(c: char) -> bool {
    c.is_control() || is_format(c) || is_selector(c) || is_ignorable(c)
}

/// General category Cf, and the tag block around it.
fn is_format(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{600}'..='\u{605}' | '\u{61C}' | '\u{6DD}' | '\u{70F}' | '\u{890}'..='\u{891}' | '\u{8E2}'
        | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
        | '\u{FFF0}'..='\u{FFFB}' | '\u{110BD}' | '\u{110CD}' | '\u{13430}'..='\u{1343F}'
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E00FF}')
}

/// Zero-width selectors and joiners that carry no meaning of their own: they are dropped without a trace, because
/// terminals disagree on the width they give.
fn is_selector(c: char) -> bool {
    matches!(c,
        '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' | '\u{34F}' | '\u{180B}'..='\u{180D}' | '\u{180F}'
        | '\u{17B4}' | '\u{17B5}')
}

/// Separators, Hangul fillers, unassigned default ignorables and noncharacters.
fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{2028}' | '\u{2029}' | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' | '\u{E01F0}'..='\u{E0FFF}'
        | '\u{FDD0}'..='\u{FDEF}')
        || u32::from(c) & 0xFFFE == 0xFFFE
}

#[derive(Clone, Copy, PartialEq)]
enum Breaks {
    Blank,
    Kept,
}

fn clean(text: &str, breaks: Breaks) -> String {
    if text.len() <= TEXT_BYTES && text.bytes().all(|b| matches!(b, b' '..=b'~')) {
        return text.to_owned();
    }
    let mut settled = cap(scrub(text, breaks));
    // Cutting one cluster can join its neighbours into a new one. Every round that changes something uses up code
    // points of the input, so this ends; two rounds are the rule.
    loop {
        let next = cap(settle(&settled));
        if next == settled {
            return next;
        }
        settled = next;
    }
}

/// Code point by code point: everything a terminal must not get is gone, joiners excepted.
fn scrub(text: &str, breaks: Breaks) -> String {
    let mut out = String::with_capacity(text.len().min(READ_BYTES) + 8);
    let mut before = '\0';
    for c in text.chars() {
        if out.len() > READ_BYTES {
            out.push(ELLIPSIS);
            break;
        }
        match c {
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' if breaks == Breaks::Kept => {
                if (before, c) != ('\r', '\n') {
                    out.push('\n');
                }
            }
            '\t' if breaks == Breaks::Kept => out.push(' '),
            _ if is_break(c) => {
                if !is_break(before) {
                    out.push(' ');
                }
            }
            JOINER => out.push(c),
            _ if is_selector(c) => {}
            _ if is_invisible(c) => push(&mut out, REPLACEMENT),
            _ => push(&mut out, c),
        }
        before = c;
    }
    out
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\t' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Cluster by cluster: joiners, stray marks, piles of marks.
fn settle(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for cluster in text.graphemes(true) {
        if cluster.len() == 1 {
            out.push_str(cluster);
        } else {
            settle_cluster(&mut out, cluster);
        }
    }
    out
}

fn settle_cluster(out: &mut String, cluster: &str) {
    if cluster.starts_with(is_combining_mark) {
        push(out, REPLACEMENT);
        return;
    }
    let mut kept = String::new();
    let mut chars = cluster.chars().peekable();
    for _ in 0..CLUSTER_CHARS {
        let Some(c) = chars.next() else { break };
        let shown = if c == JOINER && !chars.peek().is_some_and(|next| is_emoji(*next)) { REPLACEMENT } else { c };
        push(&mut kept, shown);
    }
    if kept.ends_with(JOINER) {
        kept.pop();
    }
    if cells(&kept) == 0 {
        push(out, REPLACEMENT);
    } else {
        kept.chars().for_each(|c| push(out, c));
    }
}

/// One replacement character is enough for a run.
fn push(out: &mut String, c: char) {
    if c != REPLACEMENT || !out.ends_with(REPLACEMENT) {
        out.push(c);
    }
}

/// `Extended_Pictographic`, asked of the segmentation tables (GB11: only such a character joins an emoji and a joiner),
/// so that a second table cannot disagree with them.
fn is_emoji(c: char) -> bool {
    let clusters = |before: &str| {
        let mut probe = String::from(before);
        probe.push(c);
        probe.graphemes(true).count()
    };
    clusters("\u{A9}\u{200D}") == 1 && clusters("a") == 2
}

fn cap(mut text: String) -> String {
    if text.len() > TEXT_BYTES {
        let room = TEXT_BYTES - ELLIPSIS.len_utf8();
        let end = text.grapheme_indices(true).map(|(at, _)| at).take_while(|at| *at <= room).last().unwrap_or(0);
        text.truncate(end);
        text.push(ELLIPSIS);
    }
    text
}

struct Wrap {
    cells: usize,
    lines: Vec<String>,
    line: String,
    used: usize,
}

impl Wrap {
    fn paragraph(&mut self, text: &str) {
        let mut word = String::new();
        let mut gap = 0;
        for cluster in text.graphemes(true) {
            if cluster == " " {
                self.place(&mut gap, &mut word);
                gap += 1;
            } else if cluster_cells(cluster) > 1 {
                self.place(&mut gap, &mut word);
                self.place(&mut gap, &mut cluster.to_owned());
            } else {
                word.push_str(cluster);
            }
        }
        self.place(&mut gap, &mut word);
        self.end_line();
    }

    fn place(&mut self, gap: &mut usize, word: &mut String) {
        if word.is_empty() {
            return;
        }
        let blanks = std::mem::take(gap);
        let word = std::mem::take(word);
        let width = cells(&word);
        if self.used + blanks + width <= self.cells {
            self.line.extend(std::iter::repeat_n(' ', blanks));
            self.line.push_str(&word);
            self.used += blanks + width;
            return;
        }
        if self.used > 0 {
            self.end_line();
        }
        for cluster in word.graphemes(true) {
            let width = cluster_cells(cluster);
            let (cluster, width) = if width > self.cells { ("\u{FFFD}", 1) } else { (cluster, width) };
            if self.used + width > self.cells {
                self.end_line();
            }
            self.line.push_str(cluster);
            self.used += width;
        }
    }

    fn end_line(&mut self) {
        self.lines.push(std::mem::take(&mut self.line));
        self.used = 0;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    fn hostile() -> Vec<String> {
        let mut list: Vec<String> = [
            "\x1b[31mred\x1b[0m",
            "\x1b]8;;https://contoso.example\x07link\x1b]8;;\x07",
            "\x1b]52;c;aGk=\x1b\\",
            "\u{9b}31m \u{9d}0;title\u{9c}",
            "\x1bP1$q\x1b\\ \x7f \x08\x08",
            "inv\u{202e}oice\u{202c} \u{2066}x\u{2069} \u{200e}\u{200f}\u{61c}",
            "a\u{200b}b\u{feff}c\u{ad}d\u{180e}e\u{2060}f",
            "tag\u{e0041}\u{e007f} \u{fff9}x\u{fffb} \u{115f}\u{1160}\u{3164}\u{ffa0}",
            "א\u{5d1}\u{5d2} محمد لا",
            "田中 e\u{301} é 👨\u{200d}👩\u{200d}👧\u{200d}👦 🇩🇪🇫🇷 ❤\u{fe0f}\u{200d}🔥",
            "👩🏻\u{200d}❤\u{fe0f}\u{200d}💋\u{200d}👨🏻 1\u{fe0f}\u{20e3}",
            "\u{301}lead \u{200d}x a\u{200d}b 👨\u{200d}a \u{1161}\u{301}",
            "ｶﾞﾊﾟ ﾞ क्ष्म्य ශ්\u{200d}රී \u{d4e}\u{d4e}a \u{d4e}",
            "\u{fdd0}\u{ffff}\u{10ffff}\u{e0fff}\u{e000}",
            "a\r\nb\rc\n\nd\te\u{85}f\u{2028}g\u{2029}h",
        ]
        .map(str::to_owned)
        .to_vec();
        list.push(format!("A{}B", "\u{301}".repeat(2000)));
        list.push(format!("A{}", "\u{ff9e}".repeat(2000)));
        list.push("\u{1100}".repeat(9) + "\u{1161}\u{1100}\u{1161}");
        list.push("\u{1161}".repeat(1365) + "abc");
        list.push("x".repeat(5000));
        list.push("\u{d4e}".repeat(3000));
        list
    }

    fn any_text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            any::<String>(),
            "[ -~\n]{0,20}",
            "[\\p{Cf}\\p{Cc}\\p{M}\u{ff9e}\u{200d}👩🔥🇩🇪田]{0,12}",
            "[\u{1100}\u{1161}\u{11a8}\u{d4e}\u{915}\u{94d}\u{200d}\u{fffd}]{0,14}",
            proptest::sample::select(hostile()),
        ];
        proptest::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
    }

    fn drawn(text: &str) -> usize {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12_000, 1));
        usize::from(buffer.set_stringn(0, 0, text, 12_000, Style::new()).0)
    }

    fn check(text: &str, newline: bool) {
        for cluster in text.graphemes(true).filter(|c| *c != "\n") {
            let (chars, width) = (cluster.chars().count(), cluster_cells(cluster));
            assert!(width > 0, "zero width cluster {cluster:?}");
            // A blank or ellipsis set behind a prepended letter joins it: one more than the cap.
            assert!(chars <= CLUSTER_CHARS + 1 && cluster.len() <= 4 * CLUSTER_CHARS + 3, "{cluster:?}");
            let mut joined = cluster.chars().peekable();
            while let Some(c) = joined.next() {
                let in_emoji = c == JOINER && joined.peek().is_some_and(|n| is_emoji(*n));
                assert!(in_emoji || !is_invisible(c), "{c:?} in {text:?}");
            }
        }
        assert!(newline || !text.contains('\n'));
        assert!(text.len() <= TEXT_BYTES + 200);
    }

    fn check_laws(text: &str, n: usize) {
        let (line, lines) = (TermText::line(text), TermText::lines(text));
        check(line.as_str(), false);
        check(lines.as_str(), true);
        assert_eq!(TermText::line(line.as_str()), line);
        assert_eq!(TermText::lines(lines.as_str()), lines);
        assert_eq!(line.width(), drawn(line.as_str()), "{line:?}");
        for shown in [&line, &lines] {
            let fit = shown.fit(n);
            check(&fit, false);
            assert!(cells(&fit) <= n, "{fit:?}");
            for padded in [shown.pad(n), shown.pad_left(n)] {
                assert_eq!((cells(&padded), drawn(&padded)), (n, n), "{padded:?}");
            }
            for row in shown.wrap(n) {
                check(&row, false);
                assert!(cells(&row) <= n, "{row:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn laws_hold_for_any_text(text in any_text(), n in 0usize..40) {
            check_laws(&text, n);
        }

        #[test]
        fn every_control_and_format_character_is_replaced(c in "[\\p{Cc}\\p{Cf}\u{2028}\u{2029}]") {
            let shown = TermText::line(&format!("a{c}b"));
            prop_assert!(["a b", "a\u{fffd}b"].contains(&shown.as_str()), "{:?}", shown);
        }

        #[test]
        fn wrap_loses_only_blanks(text in "[a-z 田\n]{0,60}", n in 2usize..20) {
            let bare = |s: &str| s.replace([' ', '\n'], "");
            prop_assert_eq!(bare(&TermText::lines(&text).wrap(n).concat()), bare(&text));
        }
    }

    #[test]
    fn laws_hold_for_the_hostile_list() {
        for text in hostile() {
            (0..30).for_each(|n| check_laws(&text, n));
        }
    }

    #[test]
    fn what_people_write_stays_readable() {
        for text in ["محمد لا", "אבג", "田中", "e\u{301}", "👨\u{200d}👩\u{200d}👧\u{200d}👦", "🇩🇪🇫🇷", "ｶﾞ", "Đặng"]
        {
            assert_eq!(TermText::line(text).as_str(), text);
        }
        assert_eq!(TermText::line("❤\u{fe0f}\u{200d}🔥").as_str(), "❤\u{200d}🔥");
        assert_eq!(TermText::line("\x1b[31mred\u{202e}\u{202e}").as_str(), "\u{fffd}[31mred\u{fffd}");
        assert_eq!(TermText::line("a\u{200d}b \u{301}c").as_str(), "a\u{fffd}b \u{301}c");
        assert_eq!(TermText::line("\u{301}c\r\n\td").as_str(), "\u{fffd}c d");
        assert_eq!(TermText::line("\u{903}a").as_str(), "\u{fffd}a");
        assert_eq!(TermText::line("क्\u{200d}ष 👨\u{200d}\u{301}").as_str(), "क्\u{fffd}ष 👨\u{fffd}\u{301}");
        assert_eq!(TermText::line(&"👨\u{200d}".repeat(5)).as_str(), "👨\u{200d}👨\u{200d}👨\u{200d}👨");
        assert_eq!(
            TermText::line("A\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}B").as_str().chars().count(),
            9
        );
        assert_eq!(TermText::lines("a\r\nb\rc\n\n\td\x0b").as_str(), "a\nb\nc\n\n d\u{fffd}");
        assert_eq!(TermText::line(&"x".repeat(5000)).as_str().len(), TEXT_BYTES);
    }

    #[test]
    fn fits_pads_and_wraps_by_cells() {
        let text = TermText::line("田中商事");
        assert_eq!(
            (text.width(), text.fit(8), text.fit(7), text.fit(6)),
            (8, "田中商事".into(), "田中商…".into(), "田中…".into())
        );
        assert_eq!(
            (text.fit(1), text.fit(0), text.pad(6), text.pad_left(6)),
            ("…".into(), String::new(), "田中… ".into(), " 田中…".into())
        );
        let wrapped = TermText::lines("Backup for  3 servers\n\n  indented extraordinarily 田中商事").wrap(10);
        assert_eq!(wrapped, ["Backup for", "3 servers", "", "  indented", "extraordin", "arily 田中", "商事"]);
        assert!(TermText::lines("").wrap(10).is_empty() && TermText::lines("a").wrap(0).is_empty());
    }
}
