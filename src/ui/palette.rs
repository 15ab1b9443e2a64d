//! The palette, which is also the help: every command with its keys, one line, and its verb where there is room; under the
//! headings of the table as long as nothing is typed. Must not know commands: the table does.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::commands::Spec;
use crate::app::palette::{Offer, Palette};
use crate::app::{App, Geometry};
use crate::domain::term_text::{TermText, cells};
use crate::ui::popups;
use crate::ui::theme::Theme;

/// Microsoft's own caution, carried by the help (PRODUCT.md 8).
const CAUTION: &str = "Microsoft verifies neither a customer's identity nor their interest.";

/// A palette is not drawn wider, unless the screen is hardly wider itself.
const WIDEST: u16 = 118;
const HARDLY: u16 = 6;
/// Cells of the name column.
const NAME: usize = 15;
/// From so many cells on the verbs stand at the right.
const WITH_VERBS: usize = 100;
/// Cells of the keys that are shown of a command, without and with verbs at the right; the first key always is.
const KEYS: [usize; 2] = [9, 12];

pub fn draw(app: &App, palette: &Palette, frame: &mut Frame<'_>, body: Rect, theme: &Theme, geometry: &mut Geometry) {
    let offers = app.offers(palette);
    let rows = arranged(&offers, palette.is_help());
    let width = if body.width <= WIDEST + HARDLY { body.width } else { WIDEST };
    // A low screen has no room for air and caution.
    let roomy = body.height >= 12;
    let height = usize::from(body.height).saturating_sub(if roomy { 6 } else { 3 }).max(1);
    let on = rows.iter().position(|row| matches!(row, Row::Offer(place, _) if *place == palette.cursor));
    let top = on.unwrap_or_default().saturating_sub(height / 2).min(rows.len().saturating_sub(height));
    let end = (top + height).min(rows.len());
    geometry.page = (rows.len(), height);
    let right = if rows.len() > height { format!("{}–{end} of {}", top + 1, rows.len()) } else { String::new() };
    let inner = popups::window(frame, body, width, body.height, "Commands and help", &right, theme);
    let sheet = Sheet { app, theme, widths: Widths::of(app, usize::from(inner.width), &offers) };
    let mut lines = vec![sheet.field(palette)];
    let cut = offers.get(palette.cursor).map(|offer| sheet.cut(offer)).unwrap_or_default();
    lines
        .extend(roomy.then(|| Line::styled(TermText::line(&format!("   {cut}")).fit(sheet.widths.all), theme.quiet())));
    if offers.is_empty() {
        lines.push(Line::styled(" No command matches. Esc goes back.", theme.quiet()));
    }
    lines.extend(rows[top..end].iter().map(|row| match row {
        Row::Blank => Line::default(),
        Row::Heading(title) => Line::styled(format!(" {title}"), Theme::strong()),
        Row::Offer(place, offer) => sheet.offer(offer, *place == palette.cursor),
    }));
    frame.render_widget(Paragraph::new(lines), inner);
    let view = palette.input.view(sheet.widths.all.saturating_sub(4), 1);
    frame.set_cursor_position((inner.x + 3 + view.cursor.0, inner.y));
    if roomy {
        let foot = Rect { y: inner.y + inner.height.saturating_sub(1), height: 1.min(inner.height), ..inner };
        let caution = TermText::line(&format!(" {CAUTION}")).fit(sheet.widths.all);
        frame.render_widget(Line::styled(caution, theme.quiet()), foot);
    }
}

/// A line of the palette.
enum Row<'a> {
    Blank,
    Heading(&'static str),
    /// An offer and its place among them.
    Offer(usize, &'a Offer),
}

/// The offers as lines; in the help under the headings of their groups.
fn arranged(offers: &[Offer], help: bool) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    let mut group = None;
    for (place, offer) in offers.iter().enumerate() {
        if let (true, Offer::Run(spec)) = (help, offer)
            && group.replace(spec.group) != Some(spec.group)
        {
            if place > 0 {
                rows.push(Row::Blank);
            }
            rows.push(Row::Heading(spec.group.title()));
        }
        rows.push(Row::Offer(place, offer));
    }
    rows
}

/// The cells of the columns.
struct Widths {
    all: usize,
    keys: usize,
    help: usize,
    /// None where there is no room for verbs.
    verb: usize,
}

impl Widths {
    fn of(app: &App, all: usize, offers: &[Offer]) -> Self {
        let specs = || offers.iter().filter_map(Offer::spec);
        let widest = |text: &dyn Fn(&Spec) -> usize| specs().map(text).max().unwrap_or_default();
        let keys = widest(&|spec| cells(&keys_of(app, spec, all)));
        let verb = if all < WITH_VERBS { 0 } else { widest(&|spec| cells(spec.verb)) };
        // A blank before and after the keys, two before the verbs.
        let taken = keys + 3 + NAME + if verb > 0 { verb + 3 } else { 0 };
        Self { all, keys, help: all.saturating_sub(taken), verb }
    }
}

impl Offer {
    fn spec(&self) -> Option<&'static Spec> {
        match self {
            Self::Run(spec) => Some(spec),
            Self::Lead(_) => None,
        }
    }
}

/// The keys of a command in words: as many as have room, the first at least.
fn keys_of(app: &App, spec: &Spec, width: usize) -> String {
    let keys = app.settings.keymap.keys(spec.command);
    let mut words = String::new();
    for key in keys.iter().map(ToString::to_string) {
        if words.is_empty() {
            words = key;
        } else if cells(&words) + 1 + cells(&key) <= KEYS[usize::from(width >= WITH_VERBS)] {
            words.extend([" ", key.as_str()]);
        }
    }
    words
}

struct Sheet<'a> {
    app: &'a App,
    theme: &'a Theme,
    widths: Widths,
}

impl Sheet<'_> {
    /// What is typed, and above the verbs what they belong to.
    fn field(&self, palette: &Palette) -> Line<'static> {
        let Widths { all, verb, .. } = self.widths;
        let view = palette.input.view(all.saturating_sub(4), 1);
        let typed = view.lines.first().cloned().unwrap_or_default();
        let empty = typed.is_empty();
        let text = if empty { "type a name or a key; a number goes to that lead".to_owned() } else { typed };
        let style = if empty { self.theme.quiet() } else { Style::new() };
        let before = Span::styled(" : ", self.theme.key());
        if verb == 0 {
            return Line::from(vec![before, Span::styled(TermText::line(&text).fit(all.saturating_sub(3)), style)]);
        }
        let room = all.saturating_sub(3 + verb + 1);
        let column = TermText::line("leadbox …").pad(verb + 1);
        Line::from(vec![
            before,
            Span::styled(TermText::line(&text).pad(room), style),
            Span::styled(column, self.theme.quiet()),
        ])
    }

    fn offer(&self, offer: &Offer, on: bool) -> Line<'static> {
        match offer {
            Offer::Lead(id) => {
                let style = if on { self.theme.cursor(true) } else { Style::new() };
                let text = TermText::line(&format!(" go to lead {id}")).pad(self.widths.all);
                Line::styled(text, style)
            }
            Offer::Run(spec) => self.command(spec, on),
        }
    }

    /// The help of a command where its column is too narrow for it.
    fn cut(&self, offer: &Offer) -> &'static str {
        let help = offer.spec().map_or("", |spec| spec.help);
        if cells(help) > self.widths.help { help } else { "" }
    }

    /// Keys, name, help and verb; dimmed where the command does not apply now.
    fn command(&self, spec: &Spec, on: bool) -> Line<'static> {
        let Widths { all, keys, help, verb } = self.widths;
        let applies = spec.command.applies(self.app);
        let style = match (on, applies) {
            (true, applies) => self.theme.cursor(applies),
            (false, true) => Style::new(),
            (false, false) => self.theme.quiet(),
        };
        let key = if applies { self.theme.key().patch(style) } else { style };
        let pad = |text: &str, cells| TermText::line(text).pad(cells);
        let mut spans = vec![
            Span::styled(format!(" {}  ", pad(&keys_of(self.app, spec, all), keys)), key),
            Span::styled(pad(spec.name, NAME), style),
            Span::styled(pad(spec.help, help), style),
        ];
        if verb > 0 {
            let quiet = if on { style } else { self.theme.quiet() };
            spans.push(Span::styled(format!("  {} ", pad(spec.verb, verb)), quiet));
        }
        Line::from(spans)
    }
}
