//! The first screen, in the place of an empty list (SCREENS.md, First run): the ways in, with their keys, and the lead files
//! that were found. Must not look for files.

use ratatui::Frame;
use ratatui::layout::{Margin, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::App;
use crate::app::commands::Command;
use crate::domain::numbers;
use crate::domain::term_text::{TermText, cells};
use crate::domain::vocabulary::ReceivedVia;
use crate::ui::theme::Theme;
use crate::ui::words;

/// Lead files on the screen at once.
const SHOWN: usize = 6;

pub fn draw(app: &App, frame: &mut Frame<'_>, body: Rect, theme: &Theme) {
    let width = body.width.min(100);
    let area = Rect { x: body.x + (body.width - width) / 2, width, ..body };
    let block = theme.pane("Welcome", "", true, area.width);
    let inner = block.inner(area).inner(Margin { horizontal: 1, vertical: 0 });
    frame.render_widget(block, area);
    let width = usize::from(inner.width);
    let key = |command| app.settings.keymap.key(command);
    let way = |key: &str, text: &str| {
        vec![Span::styled(format!("  {key}   "), theme.key()), Span::styled(text.to_owned(), Theme::strong())]
    };
    // What it means, behind it or, where that is too narrow, below.
    let meaning = |mut spans: Vec<Span<'static>>, text: &str| {
        let (at, text) = (44, format!("({text})"));
        let used: usize = spans.iter().map(|span| cells(&span.content)).sum();
        if at + cells(&text) <= width {
            spans.push(Span::styled(format!("{}{text}", " ".repeat(at.saturating_sub(used))), theme.quiet()));
            return vec![Line::from(spans)];
        }
        vec![Line::from(spans), Line::styled(TermText::line(&format!("      {text}")).fit(width), theme.quiet())]
    };
    let mut lines = vec![
        Line::raw("No leads yet. Nothing leaves this machine."),
        Line::default(),
        Line::from(way(&key(Command::Import), "Import a Partner Center export")),
    ];
    for part in TermText::line("In Partner Center: Referrals > Leads > Export. Then pick the file:")
        .wrap(width.saturating_sub(6))
    {
        lines.push(Line::raw(format!("      {part}")));
    }
    lines.extend(files(app, Some(app.marked), width, theme));
    let typed = format!("      type a path with {}, or drop a file on this window", key(Command::Import));
    lines.push(Line::styled(TermText::line(&typed).fit(width), theme.quiet()));
    lines.extend(over_ssh(app, width, theme));
    lines.push(Line::default());
    lines.extend(meaning(way("d", "Look round with 60 made-up leads"), "thrown away when you quit"));
    lines.extend(meaning(way("r", "Receive leads as they come"), "how to set up leadbox serve"));
    frame.render_widget(Paragraph::new(lines), inner);
}

/// What a file is, in a word or two.
fn kind(via: ReceivedVia) -> &'static str {
    match via {
        ReceivedVia::PartnerCenterExport => "lead export",
        ReceivedVia::LeadboxExport => "leadbox",
        ReceivedVia::Insights => "Insights",
        ReceivedVia::BulkDownload => "bulk file",
        ReceivedVia::Endpoint => "delivery",
        ReceivedVia::AzureTable => "Azure Table",
        ReceivedVia::Referrals => "referrals",
        ReceivedVia::OtherCsv => "other CSV",
    }
}

/// The lead files that were found, the marked one first seen.
pub fn files(app: &App, marked: Option<usize>, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let Some(found) = &app.candidates else {
        return vec![Line::styled("      looking in Downloads and the current folder…", theme.quiet())];
    };
    if found.is_empty() {
        return vec![Line::styled("      no lead export in Downloads or the current folder", theme.quiet())];
    }
    let facts = |file: &crate::app::msg::Candidate| {
        let when = file.modified.map(|at| words::day_time(at, app.now, app.settings.zone)).unwrap_or_default();
        let about = if file.exact { "" } else { "about " };
        let rows = numbers::many(usize::try_from(file.rows).unwrap_or(usize::MAX), "row");
        format!("{when}  {about}{rows}")
    };
    // Below one another, each column begins at one place.
    let kinds = found.iter().map(|file| cells(kind(file.kind))).max().unwrap_or_default();
    let draw = |(place, file): (usize, &crate::app::msg::Candidate)| {
        let on = Some(place) == marked;
        let mut facts = facts(file);
        // The kind yields to the name.
        let all = format!("{facts}  {:<kinds$}", kind(file.kind));
        if 9 + cells(&all) + 2 + TermText::line(&file.shown).width() <= width {
            facts = all;
        }
        let room = width.saturating_sub(9 + cells(&facts) + 2);
        let path = TermText::line(&file.shown).pad(room);
        let style = if on { theme.cursor(true) } else { Style::new() };
        let mark = if on { theme.pick("▸", ">") } else { " " };
        Line::from(vec![Span::raw("      "), Span::styled(format!("{mark} {path}  {facts}"), style)])
    };
    let first = (marked.unwrap_or_default() + 1).saturating_sub(SHOWN);
    found.iter().enumerate().skip(first).take(SHOWN).map(draw).collect()
}

/// What to run where the file is, when that is another computer.
pub fn over_ssh(app: &App, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let Some(line) = app.ssh_line() else { return Vec::new() };
    let copies = format!("{} copies this line", app.settings.keymap.key(Command::Copy));
    let room = width.saturating_sub(6 + cells(&copies) + 2);
    vec![
        Line::default(),
        Line::raw(TermText::line("      The file is on your own computer and this is SSH? Run there:").fit(width)),
        Line::from(vec![
            Span::raw("      "),
            Span::styled(TermText::line(&line).pad(room), Theme::strong()),
            Span::styled(format!("  {copies}"), theme.quiet()),
        ]),
    ]
}
