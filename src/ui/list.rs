//! The list: a row a lead, with symbol, heart, time left, company, contact, country, what it is about and the validity of its
//! contacts (PRODUCT.md 3). Archived leads stand below a rule, dimmed. Must not order leads.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::commands::Command;
use crate::app::{App, Focus, Geometry};
use crate::domain::contacts::contacts;
use crate::domain::lead::Lead;
use crate::domain::term_text::TermText;
use crate::domain::vitals::Vitals;
use crate::domain::vocabulary::{Status, Urgency};
use crate::ui::theme::Theme;
use crate::ui::words;

/// Widths of the columns that a list of some width has.
struct Columns {
    company: usize,
    contact: usize,
    offer: usize,
    quality: usize,
}

/// Bar, symbol, heart, time and the blank after it.
const LEFT: usize = 1 + 2 + 1 + 8 + 1;
/// Country, what it is about, validity, with their blanks.
const RIGHT: usize = 1 + 2 + 1 + 8 + 1 + 2;

impl Columns {
    fn of(width: usize) -> Self {
        let rest = width.saturating_sub(LEFT + RIGHT);
        let offer = if rest >= 52 { (rest / 4).min(24) } else { 0 };
        let quality = if rest >= 60 { 4 } else { 0 };
        let taken = offer + usize::from(offer > 0) + quality + usize::from(quality > 0);
        let rest = rest.saturating_sub(taken);
        let contact = if rest >= 26 { rest * 3 / 8 } else { 0 };
        Self { company: rest - contact - usize::from(contact > 0), contact, offer, quality }
    }
}

pub fn draw(app: &App, frame: &mut Frame<'_>, area: Rect, theme: &Theme, geometry: &mut Geometry) {
    let title = title(app);
    let sort = app.settings.keymap.key(Command::Sort);
    let block = theme.pane(&title, &sort, app.focus == Focus::List && app.popup.is_none(), area.width);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let width = usize::from(inner.width);
    let columns = Columns::of(width);
    geometry.list_rows = usize::from(inner.height).saturating_sub(1).max(1);
    let mut lines = vec![Line::styled(heading(&columns, theme), theme.quiet())];
    if app.listing.ids.is_empty() {
        lines.extend(nothing(app, theme, width));
        frame.render_widget(Paragraph::new(lines), inner);
        return;
    }
    let mut place = app.list.top;
    while lines.len() <= geometry.list_rows && place < app.listing.ids.len() {
        if place == app.listing.archived_from {
            if place > app.list.top {
                lines.push(Line::default());
            }
            lines.push(rule(app, theme, width));
            if lines.len() > geometry.list_rows {
                break;
            }
        }
        lines.push(row(app, place, &columns, theme));
        place += 1;
    }
    lines.truncate(usize::from(inner.height));
    frame.render_widget(Paragraph::new(lines), inner);
}

fn title(app: &App) -> String {
    let shown = app.listing.ids.len();
    let total = app.tab_total() as usize;
    let count = if app.loading.is_some() {
        format!("first {}", words::count(shown))
    } else if shown == total {
        words::count(total)
    } else {
        format!("{} of {}", words::count(shown), words::count(total))
    };
    let marked = match app.marked() {
        (0, _) => String::new(),
        (marked, 0) => format!(" · {} marked", words::count(marked)),
        (marked, away) => format!(" · {} marked ({} not shown)", words::count(marked), words::count(away)),
    };
    let name = app.open_view().and_then(|place| app.views.get(place)).map(|view| view.name.as_str());
    let count = if app.loading.is_some() && shown == 0 { String::new() } else { format!(" · {count}{marked}") };
    format!("{}{count} · {}", name.unwrap_or(app.query.tab.title()), app.query.sort.title())
}

fn heading(columns: &Columns, theme: &Theme) -> String {
    let pad = |text: &str, cells| TermText::line(text).pad(cells);
    let mut text = format!("    {} {}", TermText::line("left").pad_left(8), pad("company", columns.company));
    for (name, width) in [("contact", columns.contact), ("offer", columns.offer), ("qual", columns.quality)] {
        if width > 0 {
            text.push(' ');
            text.push_str(&pad(name, width));
        }
    }
    text.push_str(" in what     ");
    text.push_str(theme.pick("@☎", "@#"));
    text
}

/// What stands where no lead does, and what to do about it.
fn nothing(app: &App, theme: &Theme, width: usize) -> Vec<Line<'static>> {
    let key = |command| app.settings.keymap.key(command);
    let (what, how) = if app.loading.is_some() || !app.ready {
        ("The leads are being read.", String::new())
    } else if app.query.filter.is_empty() {
        match app.query.tab {
            crate::domain::filter::TabChoice::Favorites => {
                ("No favorites yet.", format!("{} gives a lead the heart.", key(Command::Favorite)))
            }
            crate::domain::filter::TabChoice::Qualified => {
                ("No qualified leads.", format!("{} shows the Marketplace leads.", key(Command::Marketplace)))
            }
            _ => ("No leads here.", format!("{} imports a Partner Center export.", key(Command::Import))),
        }
    } else {
        ("No lead passes the filter.", format!("{} clears it.", key(Command::Back)))
    };
    let mut lines = vec![Line::default()];
    for text in [what, &how] {
        lines.push(Line::styled(TermText::line(&format!("  {text}")).fit(width), theme.quiet()));
    }
    lines
}

fn rule(app: &App, theme: &Theme, width: usize) -> Line<'static> {
    let count = app.listing.ids.len() - app.listing.archived_from;
    let dash = theme.pick("─", "-");
    let newest_first = app.query.sort == crate::domain::sort::Sort::default();
    let text = match (app.loading, newest_first) {
        (Some(_), _) => format!("   {dash}{dash} archived, newest first "),
        (None, true) => format!("   {dash}{dash} archived · {}, newest first ", words::count(count)),
        (None, false) => format!("   {dash}{dash} archived · {} ", words::count(count)),
    };
    let rest = width.saturating_sub(crate::domain::term_text::cells(&text) + 1);
    Line::styled(TermText::line(&format!("{text}{}", dash.repeat(rest))).fit(width), theme.quiet())
}

fn row(app: &App, place: usize, columns: &Columns, theme: &Theme) -> Line<'static> {
    let (id, on) = (app.listing.ids[place], place == app.list.cursor);
    let marked = app.is_marked(place, id);
    let Some(row) = app.rows.get(&id) else {
        return Line::styled(format!("    {}", theme.pick("…", "...")), theme.quiet());
    };
    let (lead, now) = (&row.lead, app.now.timestamp());
    let vitals = Vitals::of(lead, &app.settings.terms);
    let urgency = vitals.urgency(now);
    let focused = app.focus == Focus::List;
    let base = match (on, urgency) {
        (true, _) => theme.cursor(focused),
        (false, Urgency::Archived) => theme.quiet(),
        (false, _) => Style::new(),
    };
    // On the cursor's row its own colours stand: others would be hard to read on them.
    let paint = |style: Style| if on { base.add_modifier(style.add_modifier) } else { base.patch(style) };
    let pad = |text: &str, cells: usize| TermText::line(text).pad(cells);
    let mut spans = vec![
        Span::styled(if on { theme.pick("▌", ">") } else { " " }, base),
        Span::styled(pad(theme.symbol(urgency, lead.record.do_not_contact), 2), paint(theme.urgency(urgency))),
        Span::styled(theme.heart(lead.seller.favorite), paint(theme.bad())),
        Span::styled(TermText::line(&words::time_column(&vitals, now)).pad_left(8), paint(theme.urgency(urgency))),
        Span::styled(theme.mark(marked), if marked { paint(theme.key()) } else { base }),
    ];
    spans.extend(texts(row.person_leads, lead, &vitals, columns, app).into_iter().map(|text| Span::styled(text, base)));
    let standing = vitals.standing(now);
    let contacts = contacts(lead, standing);
    let mail = theme.validity(lead.record.email_validity, contacts.email.is_some());
    let phone = theme.validity(lead.record.phone_validity, contacts.phone.is_some());
    let dimmed = |style: Style| if urgency == Urgency::Archived { base } else { paint(style) };
    spans.extend([mail, phone].into_iter().map(|(symbol, style)| Span::styled(symbol, dimmed(style))));
    Line::from(spans)
}

/// Company, contact, offer, quality, country and what it is about, each padded to its column.
fn texts(person_leads: u32, lead: &Lead, vitals: &Vitals, columns: &Columns, app: &App) -> Vec<String> {
    let now = app.now.timestamp();
    let standing = vitals.standing(now);
    let pad = |text: &str, cells: usize| format!("{} ", TermText::line(text).pad(cells));
    let person = &lead.record.person;
    let many = if person_leads > 1 { format!(" ×{person_leads}") } else { String::new() };
    let room = columns.company.saturating_sub(crate::domain::term_text::cells(&many));
    let company = TermText::line(person.company.as_deref().unwrap_or("—")).fit(room);
    let mut texts = vec![pad(&format!("{company}{many}"), columns.company)];
    if columns.contact > 0 {
        texts.push(pad(person.full_name().as_deref().unwrap_or("—"), columns.contact));
    }
    if columns.offer > 0 {
        let offer = lead.record.offer.as_deref().or(lead.record.offer_title.as_deref());
        texts.push(pad(offer.unwrap_or_default(), columns.offer));
    }
    if columns.quality > 0 {
        let quality = lead.record.quality;
        texts.push(pad(
            if quality == crate::domain::vocabulary::Quality::Unknown { "" } else { quality.title() },
            columns.quality,
        ));
    }
    let country = lead.record.country.map(|country| country.code().to_owned());
    texts.push(pad(country.as_deref().unwrap_or("–"), 2));
    let about = match standing.0 {
        Status::Archived => words::day(lead.record.created_at, app.now, app.settings.zone),
        status => words::about(lead, status).to_owned(),
    };
    texts.push(pad(&about, 8));
    texts
}
