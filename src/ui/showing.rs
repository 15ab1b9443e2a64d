//! A text alone on the screen, to be selected by the mouse: no frame, no margin, nothing beside it, and as few breaks as its
//! length needs. Must not decide why.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Clear, Paragraph};
use unicode_segmentation::UnicodeSegmentation;

use crate::app::showing::ShownText;
use crate::app::{Geometry, Tone};
use crate::domain::term_text::{TermText, cluster_cells};
use crate::ui::popups::wrapped;
use crate::ui::theme::Theme;

pub fn draw(shown: &ShownText, frame: &mut Frame<'_>, area: Rect, theme: &Theme, geometry: &mut Geometry) {
    let width = usize::from(area.width);
    let head: Vec<Line<'static>> = wrapped(&shown.why, width, theme.tone(Tone::Trouble))
        .chain(wrapped("Select it with the mouse and copy it as your terminal does.", width, theme.quiet()))
        .chain([Line::default()])
        .collect();
    let lines = broken(&shown.text, width);
    let height = usize::from(area.height).saturating_sub(head.len()).max(1);
    geometry.page = (lines.len(), height);
    let top = shown.top.min(lines.len().saturating_sub(height));
    let text = lines.into_iter().skip(top).take(height).map(Line::from);
    frame.render_widget(Clear, area);
    frame.render_widget(Paragraph::new(head.into_iter().chain(text).collect::<Vec<_>>()), area);
}

/// The text in lines that are full to the last cell, as a terminal breaks them: what is selected over a break has nothing in
/// its place.
fn broken(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let (mut line, mut used) = (String::new(), 0);
        for cluster in paragraph.graphemes(true) {
            let cells = cluster_cells(cluster);
            if used + cells > width && used > 0 {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push_str(cluster);
            used += cells;
        }
        lines.push(line);
    }
    lines.iter().map(|line| TermText::line(line).to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_full_and_lose_nothing() {
        assert_eq!(broken("abcdefg hi", 4), ["abcd", "efg ", "hi"]);
        assert_eq!(broken("田中花子\nx", 5), ["田中", "花子", "x"]);
        assert_eq!(broken("a\u{1b}[2Jb", 80), ["a\u{fffd}[2Jb"]);
        let long = "x".repeat(9000);
        assert_eq!(broken(&long, 80).concat(), long);
    }
}
