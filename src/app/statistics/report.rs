//! Statistics in words: the sections that the screen and `leadbox stats` show, each beginning with its base, and the ten
//! lines that are copied. No personal data: nothing here sees a lead. Must not lay anything out.

use crate::domain::numbers::{count, money, percent};
use crate::domain::spans::span;
use crate::domain::statistics::{Figures, Month};
use crate::domain::vocabulary::{CallToAction, Outcome, Reason, Source, Status};

/// What is said where a figure has no base: no number would be true.
const NONE: &str = "–";

/// A heading and the lines under it.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// The heading.
    pub title: &'static str,
    /// The lines, the base first.
    pub lines: Vec<Line>,
}

/// One figure, in every span beside each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What it counts.
    pub label: String,
    /// It is the base of the lines below it.
    pub base: bool,
    /// One cell a span.
    pub cells: Vec<Cell>,
}

/// A figure.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// The number, in words.
    pub text: String,
    /// Its part of the base: the count, and the base's.
    pub part: Option<(u32, u32)>,
}

impl Cell {
    /// `75 %`; nothing for a figure that is no part.
    pub fn percent(&self) -> String {
        self.part.and_then(|(part, of)| percent(part, of)).unwrap_or_default()
    }
}

/// One way to read a count out of figures.
type Read<'a> = &'a dyn Fn(&Figures) -> u32;

/// The sections of figures standing beside each other.
pub fn sections(spans: &[&Figures]) -> Vec<Section> {
    let of = Spans(spans);
    let section = |title, lines| Section { title, lines };
    vec![
        section("First touch", of.first_touch()),
        section("Decisions", of.decisions()),
        section("Status and outcome", of.funnel()),
        section("Why declined or lost", of.reasons()),
        section("Won", of.won()),
        section("Where they came from", of.origins()),
    ]
}

struct Spans<'a>(&'a [&'a Figures]);

impl Spans<'_> {
    fn base(&self, label: &str, read: Read<'_>) -> Line {
        let cell = |figures: &&Figures| Cell { text: count(read(figures) as usize), part: None };
        Line { label: label.to_owned(), base: true, cells: self.0.iter().map(cell).collect() }
    }

    fn part(&self, label: &str, read: Read<'_>, base: Read<'_>) -> Line {
        let cell = |figures: &&Figures| match (read(figures), base(figures)) {
            (_, 0) => Cell { text: NONE.to_owned(), part: None },
            (part, of) => Cell { text: count(part as usize), part: Some((part, of)) },
        };
        Line { label: label.to_owned(), base: false, cells: self.0.iter().map(cell).collect() }
    }

    fn text(&self, label: &str, read: &dyn Fn(&Figures) -> Option<String>) -> Line {
        let cell = |figures: &&Figures| Cell { text: read(figures).unwrap_or_else(|| NONE.to_owned()), part: None };
        Line { label: label.to_owned(), base: false, cells: self.0.iter().map(cell).collect() }
    }

    /// A line a word, without those that were met in no span.
    fn words<T: Copy>(&self, all: &[(T, String)], read: &dyn Fn(&Figures, T) -> u32, base: Read<'_>) -> Vec<Line> {
        let met = all.iter().filter(|(word, _)| self.0.iter().any(|figures| read(figures, *word) > 0));
        met.map(|(word, label)| self.part(label, &|figures| read(figures, *word), base)).collect()
    }

    fn first_touch(&self) -> Vec<Line> {
        let base = |figures: &Figures| figures.first_touch.leads;
        let within =
            |hours: i64| self.part(&format!("within {hours} h"), &|figures| figures.first_touch.within(hours), &base);
        vec![
            self.base("need an answer", &base),
            self.part("touched", &|figures| figures.first_touch.touched(), &base),
            within(1),
            within(24),
            within(72),
            self.text("median of touched", &|figures| figures.first_touch.median().map(span)),
            self.text("90 % of touched in", &|figures| figures.first_touch.p90().map(span)),
        ]
    }

    fn decisions(&self) -> Vec<Line> {
        let base = Figures::decided;
        vec![
            self.base("accepted or declined", &base),
            self.part("accepted", &|figures| figures.accepted, &base),
            self.part("declined", &|figures| figures.declined, &base),
        ]
    }

    fn funnel(&self) -> Vec<Line> {
        let base = |figures: &Figures| figures.created;
        let archived = |figures: &Figures| figures.status(Status::Archived);
        let status =
            |status: &Status| self.part(&status.title().to_lowercase(), &|figures| figures.status(*status), &base);
        let mut lines = vec![self.base("leads created", &base)];
        lines.extend(Status::ALL.iter().map(status));
        lines.push(self.base("archived of these", &archived));
        lines.extend(self.words(&outcomes(), &|figures, outcome| figures.outcome(outcome), &archived));
        lines
    }

    fn reasons(&self) -> Vec<Line> {
        let mut lines = vec![self.base("declined or lost", &Figures::turned_down)];
        lines.extend(self.words(&reasons(), &|figures, reason| figures.reason(reason), &Figures::turned_down));
        lines
    }

    fn won(&self) -> Vec<Line> {
        let deals = |figures: &Figures| figures.won.deals;
        let mut currencies: Vec<Option<&str>> =
            self.0.iter().flat_map(|figures| figures.won.sums.keys().map(Option::as_deref)).collect();
        currencies.sort();
        currencies.dedup();
        let mut lines = vec![self.base("deals won", &deals)];
        if !currencies.is_empty() {
            lines.push(self.part("with a value", &|figures| figures.won.with_value, &deals));
        }
        for currency in currencies {
            let label = format!("value in {}", currency.unwrap_or("no currency"));
            lines.push(self.text(&label, &|figures| value(figures, currency)));
        }
        lines
    }

    fn origins(&self) -> Vec<Line> {
        let base = |figures: &Figures| figures.created;
        let other = |call: &CallToAction| if *call == CallToAction::Unknown { "other action" } else { call.title() };
        let calls: Vec<_> = CallToAction::ALL.iter().map(|call| (*call, other(call).to_owned())).collect();
        let mut lines = vec![self.base("leads created", &base)];
        lines.extend(self.words(&sources(), &|figures, source| figures.source(source), &base));
        lines.extend(self.words(&calls, &|figures, call| figures.call_to_action(call), &base));
        lines
    }
}

fn sources() -> Vec<(Source, String)> {
    let other = |source: &Source| if *source == Source::Unknown { "other source" } else { source.title() };
    Source::ALL.iter().map(|source| (*source, other(source).to_owned())).collect()
}

fn outcomes() -> Vec<(Option<Outcome>, String)> {
    let known = Outcome::ALL.iter().map(|outcome| (Some(*outcome), outcome.title().to_lowercase()));
    known.chain([(None, "outcome not known".to_owned())]).collect()
}

fn reasons() -> Vec<(Option<Reason>, String)> {
    let known = Reason::ALL.iter().map(|reason| (Some(*reason), reason.short().to_owned()));
    known.chain([(None, "no reason known".to_owned())]).collect()
}

fn value(figures: &Figures, currency: Option<&str>) -> Option<String> {
    let sum = figures.won.sums.get(&currency.map(str::to_owned))?;
    Some(sum.value.map_or_else(|| "more than fits".to_owned(), money))
}

/// Ten lines of plain text: a month, with the month before it in brackets.
pub fn ten_lines(month: Month, this: &Figures, before: &Figures) -> String {
    let both = |say: &dyn Fn(&Figures) -> String| format!("{} ({})", say(this), say(before));
    let part = |part: u32, of: u32| percent(part, of).unwrap_or_else(|| NONE.to_owned());
    let within =
        |hours: i64| move |figures: &Figures| part(figures.first_touch.within(hours), figures.first_touch.leads);
    let time = |seconds: Option<i64>| seconds.map_or_else(|| NONE.to_owned(), span);
    let lines = [
        format!("Leads in {month}, in brackets {}", month.before()),
        format!("Created: {}", both(&|figures| figures.created.to_string())),
        format!("Came from: {}", both(&|figures| met(&sources(), &|word| figures.source(word)))),
        format!("Status of the created: {}", both(&statuses)),
        format!("Outcome of the archived: {}", both(&|figures| met(&outcomes(), &|word| figures.outcome(word)))),
        format!(
            "Touched, of those that need an answer: {}",
            both(&|figures| {
                let first = &figures.first_touch;
                format!("{} of {}", first.touched(), first.leads)
            })
        ),
        format!(
            "Touched within 1 h {}, 24 h {}, 72 h {} of these; first touch of the touched: median {}, 90 % in {}",
            both(&within(1)),
            both(&within(24)),
            both(&within(72)),
            both(&|figures| time(figures.first_touch.median())),
            both(&|figures| time(figures.first_touch.p90()))
        ),
        format!(
            "Accepted: {}",
            both(&|figures| {
                let ratio = part(figures.accepted, figures.decided());
                format!("{} of {} decided, {ratio}", figures.accepted, figures.decided())
            })
        ),
        format!("Why declined or lost: {}", both(&why)),
        format!("Won: {}", both(&won)),
    ];
    lines.join("\n")
}

/// "3 spam, 2 budget"; what was met, most often first.
fn met<T: Copy>(all: &[(T, String)], read: &dyn Fn(T) -> u32) -> String {
    let mut met: Vec<_> =
        all.iter().map(|(word, label)| (read(*word), label)).filter(|(times, _)| *times > 0).collect();
    met.sort_by_key(|(times, _)| std::cmp::Reverse(*times));
    let words: Vec<_> = met.into_iter().map(|(times, label)| format!("{times} {label}")).collect();
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}

fn statuses(figures: &Figures) -> String {
    let all: Vec<_> = Status::ALL.iter().map(|status| (*status, status.title().to_lowercase())).collect();
    met(&all, &|status| figures.status(status))
}

fn why(figures: &Figures) -> String {
    met(&reasons(), &|reason| figures.reason(reason))
}

fn won(figures: &Figures) -> String {
    let won = &figures.won;
    let deals = if won.deals == 1 { "deal" } else { "deals" };
    let sum = |currency: Option<&str>| {
        format!(", {} {}", value(figures, currency).unwrap_or_default(), currency.unwrap_or("without a currency"))
    };
    let sums: String = won.sums.keys().map(|currency| sum(currency.as_deref())).collect();
    format!("{} {deals}, {} with a value{sums}", won.deals, won.with_value)
}
