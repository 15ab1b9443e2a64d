//! 65,536 leads in columns: id, created, end, one packed facet word, and one folded text arena (HOUSE.md).
//! Follow-up and owed dates are rare and stand beside. Must not answer questions: `select` and `order` do.

use std::collections::HashMap;

use crate::domain::catalog::bits::FacetMaps;
use crate::domain::catalog::facets::{AWAY, Facets, MAY_BURN, NEEDS_ANSWER, OWED, RARE, TOUCHED, facets};
use crate::domain::catalog::facts::Facts;
use crate::domain::fold::fold_into;
use crate::domain::lead::{LeadId, Owed, Record, Seller};
use crate::domain::moment::LAST;
use crate::domain::terms::Terms;
use crate::domain::vitals::Vitals;
use crate::domain::vocabulary::{CallToAction, Outcome, Source, Status};

/// Rows a segment holds; the last may hold fewer.
pub const SEGMENT_ROWS: usize = 65_536;

/// Stands between the texts of a row; folding never leaves a control character in a text.
pub const BETWEEN: char = '\u{1f}';

/// What the catalog keeps of one lead.
#[derive(Clone, Debug, PartialEq)]
pub struct Brief {
    /// Number in the store.
    pub id: LeadId,
    vitals: Vitals,
    facets: Facets,
    facts: Option<Facts>,
    text: RowText,
}

/// The folded short texts of a row: company, names, offer, title, tags, and last the e-mail, which may be withheld.
#[derive(Clone, Debug, PartialEq, Eq)]
struct RowText {
    text: String,
    company_end: u32,
    email_start: u32,
}

/// Where the texts of a row lie in the arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// End of the company.
    pub company_end: u32,
    /// Start of the e-mail.
    pub email_start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// Dates few leads have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Rare {
    later_until: Option<i64>,
    owed_due: Option<i64>,
}

impl Brief {
    /// What to keep of a lead given by its parts, under these clocks.
    pub fn of(id: LeadId, record: &Record, seller: &Seller, owed: &[Owed], terms: &Terms) -> Self {
        let vitals = Vitals::from_parts(record, seller, owed, terms);
        let facts = Facts::of(seller);
        Self { id, vitals, facets: facets(record, seller, &vitals), facts, text: row_text(record, seller) }
    }

    fn rare(&self) -> Rare {
        Rare { later_until: self.vitals.later_until, owed_due: self.vitals.owed_due }
    }
}

fn row_text(record: &Record, seller: &Seller) -> RowText {
    let mut text = String::new();
    let person = &record.person;
    fold_into(&mut text, person.company.as_deref().unwrap_or_default());
    let company_end = text.len() as u32;
    text.push(BETWEEN);
    if let Some(name) = person.full_name() {
        fold_into(&mut text, &name);
    }
    for part in [&record.offer, &record.offer_title] {
        text.push(BETWEEN);
        fold_into(&mut text, part.as_deref().unwrap_or_default());
    }
    for tag in &seller.tags {
        text.push(BETWEEN);
        fold_into(&mut text, tag);
    }
    text.push(BETWEEN);
    let email_start = text.len() as u32;
    fold_into(&mut text, person.email.as_deref().unwrap_or_default());
    text.push(BETWEEN);
    RowText { text, company_end, email_start }
}

/// The columns of up to 65,536 leads, ascending by id.
#[derive(Clone, Debug, Default)]
pub struct Segment {
    ids: Vec<i64>,
    created: Vec<i64>,
    end: Vec<i64>,
    facets: Vec<Facets>,
    spans: Vec<Span>,
    arena: String,
    rare: HashMap<u32, Rare>,
    facts: HashMap<u32, Facts>,
    maps: FacetMaps,
}

impl Segment {
    /// How many leads it holds.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// The highest id in it.
    pub fn last_id(&self) -> Option<i64> {
        self.ids.last().copied()
    }

    /// The place of an id.
    pub fn place(&self, id: i64) -> Option<usize> {
        self.ids.binary_search(&id).ok()
    }

    /// The id of a place.
    pub fn id(&self, place: usize) -> LeadId {
        LeadId(self.ids[place])
    }

    /// The facets of a place, before the clock.
    pub fn facets(&self, place: usize) -> Facets {
        self.facets[place]
    }

    /// True when the clock alone has archived a place at `now`.
    pub fn ended(&self, place: usize, now: i64) -> bool {
        self.facets[place].status() == u16::from(Status::Received.code()) && now >= self.end[place]
    }

    /// Which rows have which facet.
    pub fn maps(&self) -> &FacetMaps {
        &self.maps
    }

    /// True when the contacts of a place are withheld at `now`.
    pub fn hidden(&self, place: usize, now: i64) -> bool {
        let facets = self.facets[place];
        let expired_here = facets.has(NEEDS_ANSWER) && self.ended(place, now);
        expired_here || facets.outcome() == u16::from(Outcome::Expired.code())
    }

    /// The ids, ascending.
    pub fn ids(&self) -> &[i64] {
        &self.ids
    }

    /// When each lead was created.
    pub fn created(&self) -> &[i64] {
        &self.created
    }

    /// When each lead ends by itself.
    pub fn ends(&self) -> &[i64] {
        &self.end
    }

    /// The follow-up dates, by place.
    pub fn follow_ups(&self) -> impl Iterator<Item = (usize, i64)> {
        self.rare.iter().filter_map(|(place, rare)| Some((*place as usize, rare.later_until?)))
    }

    /// The rare facts, by place.
    pub fn facts(&self) -> impl Iterator<Item = (usize, &Facts)> {
        self.facts.iter().map(|(place, facts)| (*place as usize, facts))
    }

    /// The arena of all texts, and where each row's lie.
    pub fn texts(&self) -> (&str, &[Span]) {
        (&self.arena, &self.spans)
    }

    /// One text of a row: 0 company, 1 names, 2 offer, 3 offer title.
    pub fn text(&self, place: usize, part: usize) -> &str {
        let span = self.spans[place];
        let row = self.arena.get(span.start as usize..span.email_start as usize).unwrap_or_default();
        row.split(BETWEEN).nth(part).unwrap_or_default()
    }

    /// The vital facts of a place.
    pub fn vitals(&self, place: usize, terms: &Terms) -> Vitals {
        let facets = self.facets[place];
        let created = self.created[place];
        let rare = if facets.has(RARE) {
            self.rare.get(&(place as u32)).copied().unwrap_or_default()
        } else {
            Rare::default()
        };
        let hot = || {
            let source = Source::from_code(facets.source() as u8).unwrap_or(Source::Unknown);
            created.saturating_add(terms.of(source).hot.num_seconds()).min(LAST.timestamp())
        };
        Vitals {
            created,
            end: self.end[place],
            hot_until: facets.has(MAY_BURN).then(hot),
            needs_answer: facets.has(NEEDS_ANSWER),
            contact_me: facets.call_to_action() == u16::from(CallToAction::ContactMe.code()),
            decided: (
                Status::from_code(facets.status() as u8).unwrap_or(Status::Received),
                Outcome::from_code(facets.outcome() as u8),
            ),
            touched: facets.has(TOUCHED),
            away: facets.has(AWAY),
            later_until: rare.later_until,
            owed: facets.has(OWED),
            owed_due: rare.owed_due,
        }
    }

    /// Appends a lead; its id must be above every id here.
    pub fn push(&mut self, brief: &Brief) {
        let start = self.arena.len() as u32;
        self.arena.push_str(&brief.text.text);
        self.spans.push(Span {
            start,
            company_end: start + brief.text.company_end,
            email_start: start + brief.text.email_start,
            end: self.arena.len() as u32,
        });
        if brief.facets.has(RARE) {
            self.rare.insert(self.ids.len() as u32, brief.rare());
        }
        if let Some(facts) = &brief.facts {
            self.facts.insert(self.ids.len() as u32, facts.clone());
        }
        self.maps.set(self.ids.len(), brief.facets, true);
        self.ids.push(brief.id.0);
        self.created.push(brief.vitals.created);
        self.end.push(brief.vitals.end);
        self.facets.push(brief.facets);
    }

    /// The same segment with some leads replaced, each given with its place; all others are copied.
    pub fn with(&self, changed: &[(usize, Brief)]) -> Self {
        let mut rebuilt = self.clone();
        for (place, brief) in changed {
            rebuilt.created[*place] = brief.vitals.created;
            rebuilt.end[*place] = brief.vitals.end;
            rebuilt.maps.set(*place, rebuilt.facets[*place], false);
            rebuilt.maps.set(*place, brief.facets, true);
            rebuilt.facets[*place] = brief.facets;
            rebuilt.rare.remove(&(*place as u32));
            if brief.facets.has(RARE) {
                rebuilt.rare.insert(*place as u32, brief.rare());
            }
            rebuilt.facts.remove(&(*place as u32));
            if let Some(facts) = &brief.facts {
                rebuilt.facts.insert(*place as u32, facts.clone());
            }
        }
        if changed.iter().any(|(place, brief)| self.row(*place) != brief.text.text) {
            rebuilt.rewrite(self, changed);
        }
        rebuilt
    }

    fn row(&self, place: usize) -> &str {
        let span = self.spans[place];
        self.arena.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// Lays the arena anew, so that rows stay in order within it.
    fn rewrite(&mut self, old: &Self, changed: &[(usize, Brief)]) {
        self.arena.clear();
        let mut next = changed.iter().peekable();
        for (place, span) in old.spans.iter().enumerate() {
            let start = self.arena.len() as u32;
            let (company, email) = if let Some((_, brief)) = next.next_if(|(at, _)| *at == place) {
                self.arena.push_str(&brief.text.text);
                (brief.text.company_end, brief.text.email_start)
            } else {
                self.arena.push_str(old.row(place));
                (span.company_end - span.start, span.email_start - span.start)
            };
            let end = self.arena.len() as u32;
            self.spans[place] = Span { start, company_end: start + company, email_start: start + email, end };
        }
    }
}
