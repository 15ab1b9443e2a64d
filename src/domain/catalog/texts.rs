//! Finding texts in the arena of a segment: folded needles, whole rows or one of their parts (PRODUCT.md 3, Search).
//! An e-mail that is withheld is not found. Must not fold or combine: `conditions` does.

use memchr::memmem::Finder;

use crate::domain::catalog::bits::Bits;
use crate::domain::catalog::segment::{BETWEEN, SEGMENT_ROWS, Segment, Span};

/// Below one row in so many, rows are searched one by one instead of the whole arena.
const FEW: usize = 32;

/// Which part of a row counts as a hit.
#[derive(Clone, Copy, Debug)]
pub enum Within {
    /// All texts; the e-mail only where it is not withheld at this moment.
    Row(i64),
    /// The company.
    Company,
    /// The names.
    Names,
    /// Offer id and title.
    Offer,
    /// The tags. The needle has the separators round it.
    Tags,
}

/// The rows among some that hold a needle.
pub fn hits(segment: &Segment, needle: &Finder<'_>, within: Within, among: &Bits) -> Bits {
    if (among.count() as usize) < SEGMENT_ROWS / FEW {
        return few_hits(segment, needle, within, among);
    }
    let (arena, spans) = segment.texts();
    let mut found = Bits::none();
    let (mut place, mut from) = (0, 0);
    while let Some(at) = arena.as_bytes().get(from..).and_then(|rest| needle.find(rest)) {
        let hit = (from + at) as u32;
        while spans[place].end <= hit {
            place += 1;
        }
        let counts = hit_counts(segment, place, spans[place], hit, within);
        if counts {
            found.set(place, true);
        }
        from = if counts || is_last(within) { spans[place].end as usize } else { hit as usize + 1 };
    }
    found
}

fn few_hits(segment: &Segment, needle: &Finder<'_>, within: Within, among: &Bits) -> Bits {
    let (arena, spans) = segment.texts();
    let mut found = Bits::none();
    for place in among.places() {
        let span = spans[place];
        let mut from = span.start;
        while let Some(at) = arena.as_bytes().get(from as usize..span.end as usize).and_then(|row| needle.find(row)) {
            let hit = from + at as u32;
            if hit_counts(segment, place, span, hit, within) {
                found.set(place, true);
                break;
            }
            if is_last(within) {
                break;
            }
            from = hit + 1;
        }
    }
    found
}

/// True where a hit that does not count means that no later one of its row does: the company stands first, the e-mail last.
fn is_last(within: Within) -> bool {
    matches!(within, Within::Row(_) | Within::Company)
}

fn hit_counts(segment: &Segment, place: usize, span: Span, hit: u32, within: Within) -> bool {
    match within {
        Within::Row(now) => hit < span.email_start || !segment.hidden(place, now),
        Within::Company => hit < span.company_end,
        Within::Names => part_of(segment, span, hit) == 1,
        Within::Offer => matches!(part_of(segment, span, hit), 2 | 3),
        // The hit is the separator before the tag; the one behind the last tag is the e-mail's.
        Within::Tags => part_of(segment, span, hit) >= 3 && hit + 1 < span.email_start,
    }
}

/// Which text of a row a place in the arena is in.
fn part_of(segment: &Segment, span: Span, hit: u32) -> usize {
    let before = segment.texts().0.as_bytes().get(span.start as usize..hit as usize).unwrap_or_default();
    memchr::memchr_iter(BETWEEN as u8, before).count()
}
