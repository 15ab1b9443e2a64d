//! The items of a JSON text and their lines: one object, an array, an envelope `{"value":[…]}`, objects one after the other, or
//! JSON lines, where a broken line is an item of its own. Every physical line is accounted for (PRODUCT.md 6): one on which an
//! item begins is a row, the rest of an item continuation, what holds them together header; items that share a line count
//! as a line each, because a line break between them would mean nothing. Must not know what an item says.

use crate::formats::json_reader::{Event, Fault, Reader};
use crate::formats::records::Lines;
use crate::formats::text::Refused;

/// Items a text may hold.
const MOST_ITEMS: usize = 2_000_000;

/// Names one item is known by; more say nothing new.
const MOST_NAMES: usize = 64;

/// Where an item stands, and what `K` makes of its names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item<K> {
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Line it begins on, from 1.
    pub line: u64,
    /// What it is, by its names; `None` where they say nothing.
    pub kind: Option<K>,
    /// Why it cannot be read, for a broken line of JSON lines.
    pub fault: Option<String>,
}

/// The items of a text, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Items<K> {
    /// Each of them.
    pub items: Vec<Item<K>>,
    /// Where the lines went.
    pub lines: Lines,
}

/// Tells what an item is; it is asked for names in lower case.
pub type Judge<K> = fn(&dyn Fn(&str) -> bool) -> Option<K>;

/// Finds the items of a text. A text that cannot be read is refused with the place of its first fault, unless it is JSON
/// lines of which some can be read.
pub fn scan<K: Copy>(text: &str, judge: Judge<K>) -> Result<Items<K>, Refused> {
    let mut scan = Scan { items: Vec::new(), judge };
    if let Err(fault) = scan.values(text) {
        scan.items = each_line(text, judge).ok_or_else(|| refused(&fault))?;
    }
    if scan.items.len() > MOST_ITEMS {
        return Err(Refused::new("The file holds more than 2,000,000 items. Nothing was imported; split it."));
    }
    let lines = account(text, &mut scan.items);
    Ok(Items { items: scan.items, lines })
}

/// The items that stand whole in the beginning of a text.
pub fn glance<K: Copy>(text: &str, judge: Judge<K>) -> Vec<Item<K>> {
    let mut scan = Scan { items: Vec::new(), judge };
    let whole = scan.values(text).is_ok();
    if whole || !scan.items.is_empty() { scan.items } else { each_line(text, judge).unwrap_or_default() }
}

fn refused(fault: &Fault) -> Refused {
    let Fault { line, column, what } = fault;
    Refused::new(format!(
        "The JSON cannot be read: at line {line}, column {column} {what}. Nothing was imported; mend it and import again."
    ))
}

struct Scan<K> {
    items: Vec<Item<K>>,
    judge: Judge<K>,
}

impl<K: Copy> Scan<K> {
    /// Every value of a text, one after the other.
    fn values(&mut self, text: &str) -> Result<(), Fault> {
        let mut at = 0;
        loop {
            let mut reader = Reader::new(text, at);
            if reader.at() >= text.len() {
                return Ok(());
            }
            let start = reader.at();
            match reader.read()? {
                Some(Event::List) => self.list(&mut reader)?,
                Some(Event::Object) => self.object(&mut reader, start)?,
                _ => self.add(start, reader.at(), None),
            }
            at = reader.at();
        }
    }

    /// The items of a list whose begin was read.
    fn list(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        loop {
            let Some((start, event)) = reader.read_with_place()? else { return Ok(()) };
            match event {
                Event::End => return Ok(()),
                Event::Object => {
                    let names = names(reader, |_, _| Ok(false))?;
                    self.add(start, reader.at(), self.judged(&names));
                }
                Event::List => {
                    skip(reader)?;
                    self.add(start, reader.at(), None);
                }
                _ => self.add(start, reader.at(), None),
            }
        }
    }

    /// An object whose begin was read: an item, or the envelope of others.
    fn object(&mut self, reader: &mut Reader<'_>, start: usize) -> Result<(), Fault> {
        let before = self.items.len();
        let mut envelope = false;
        let names = names(reader, |reader, name| {
            let opens = !envelope && name == "value";
            if opens {
                envelope = true;
                self.list(reader)?;
            }
            Ok(opens)
        })?;
        let kind = self.judged(&names);
        if !envelope || kind.is_some() {
            self.items.truncate(before);
            self.add(start, reader.at(), kind);
        }
        Ok(())
    }

    fn judged(&self, names: &[String]) -> Option<K> {
        (self.judge)(&|name| names.iter().any(|known| known == name))
    }

    fn add(&mut self, start: usize, end: usize, kind: Option<K>) {
        self.items.push(Item { start, end, line: 0, kind, fault: None });
    }
}

/// The names of an object whose begin was read, in lower case; its values are passed over, or by `list` for those that are
/// lists, which says whether it has read it to the end.
fn names<'t>(
    reader: &mut Reader<'t>,
    mut list: impl FnMut(&mut Reader<'t>, &str) -> Result<bool, Fault>,
) -> Result<Vec<String>, Fault> {
    let mut names = Vec::new();
    while let Some(Event::Key(name)) = reader.read()? {
        let name = name.read().to_lowercase();
        match reader.read()? {
            Some(Event::List) if !list(reader, &name)? => skip(reader)?,
            Some(Event::Object) => skip(reader)?,
            _ => {}
        }
        if names.len() < MOST_NAMES {
            names.push(name);
        }
    }
    Ok(names)
}

/// Passes over the rest of an object or list whose begin was read.
fn skip(reader: &mut Reader<'_>) -> Result<(), Fault> {
    let outside = reader.depth().saturating_sub(1);
    while reader.depth() > outside && reader.read()?.is_some() {}
    Ok(())
}

/// The lines of JSON lines, the broken ones with their fault. `None` if this is something else: a line that neither begins
/// nor ends an object, or none that can be read.
fn each_line<K: Copy>(text: &str, judge: Judge<K>) -> Option<Vec<Item<K>>> {
    let mut items = Vec::new();
    for (begin, line) in physical_lines(text) {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            continue;
        }
        if !trimmed.starts_with('{') && !trimmed.ends_with('}') {
            return None;
        }
        let start = begin + line.len() - line.trim_start().len();
        let end = start + trimmed.len();
        let mut scan = Scan { items: Vec::new(), judge };
        let item = match scan.values(trimmed) {
            Ok(()) if scan.items.len() == 1 => Item { start, end, line: 0, kind: scan.items[0].kind, fault: None },
            Ok(()) => broken(start, end, "more than one value stands on the line"),
            Err(fault) => broken(start, end, &format!("at column {} {}", fault.column, fault.what)),
        };
        items.push(item);
    }
    items.iter().any(|item| item.kind.is_some()).then_some(items)
}

fn broken<K>(start: usize, end: usize, why: &str) -> Item<K> {
    Item { start, end, line: 0, kind: None, fault: Some(format!("the JSON cannot be read: {why}")) }
}

/// Tells every item its line, and where each line went.
fn account<K>(text: &str, items: &mut [Item<K>]) -> Lines {
    let mut lines = Lines::default();
    let (mut begun, mut number) = (0, 0);
    for (begin, line) in physical_lines(text) {
        number += 1;
        let before = begun;
        while let Some(item) = items.get_mut(begun).filter(|item| item.start < begin + line.len()) {
            item.line = number;
            begun += 1;
        }
        let rows = (begun - before) as u64;
        lines.lines += rows.max(1);
        lines.rows += rows;
        if rows == 0 {
            let inside = begun.checked_sub(1).and_then(|last| items.get(last)).is_some_and(|item| item.end > begin);
            if inside {
                lines.continuation += 1;
            } else if line.trim().is_empty() {
                lines.blank += 1;
            } else {
                lines.header += 1;
            }
        }
    }
    lines
}

/// The lines of a text with their places, ended by LF, CR LF or CR.
fn physical_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let end = if rest.get(length..).is_some_and(|end| end.starts_with("\r\n")) { 2 } else { 1 };
        let begin = at;
        at += (length + end).min(rest.len());
        Some((begin, rest.get(..length).unwrap_or_default()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn judge(names: &dyn Fn(&str) -> bool) -> Option<char> {
        ['a', 'b'].into_iter().find(|name| names(&name.to_string()))
    }

    /// Line, kind and text of an item.
    type Found<'t> = (u64, Option<char>, &'t str);

    /// Every item, and where the lines went as `lines header blank rows continuation`.
    fn scanned(text: &str) -> Result<(Vec<Found<'_>>, [u64; 5]), String> {
        let found = scan(text, judge).map_err(|refused| refused.0)?;
        let Lines { lines, header, blank, rows, continuation } = found.lines;
        assert!(found.lines.balance() && rows == found.items.len() as u64, "{:?}", found.lines);
        let items = found.items.iter().map(|item| (item.line, item.kind, text.get(item.start..item.end).unwrap()));
        Ok((items.collect(), [lines, header, blank, rows, continuation]))
    }

    #[test]
    fn every_shape_gives_its_items_and_every_line_is_accounted_for() {
        let one = "{\n \"A\":\n\n[{}]}\n\n";
        assert_eq!(scanned(one).unwrap(), (vec![(1, Some('a'), one.trim())], [5, 0, 1, 1, 3]));
        let array = "[\n{\"a\":1},\n{\"b\":\n2}, 5\n]";
        let items = vec![(2, Some('a'), "{\"a\":1}"), (3, Some('b'), "{\"b\":\n2}"), (4, None, "5")];
        assert_eq!(scanned(array).unwrap(), (items, [5, 2, 0, 3, 0]));
        let envelope = "{\"@odata.context\":\"x\",\"value\":[\r\n\r\n{\"a\":{}},{\"a\":[]}\r\n],\"next\":[1]}";
        let items = vec![(3, Some('a'), "{\"a\":{}}"), (3, Some('a'), "{\"a\":[]}")];
        assert_eq!(scanned(envelope).unwrap(), (items, [5, 2, 1, 2, 0]));
        let lines = "{\"a\":1}\n\n{\"a\":2}{\"b\":3}";
        let items = vec![(1, Some('a'), "{\"a\":1}"), (3, Some('a'), "{\"a\":2}"), (3, Some('b'), "{\"b\":3}")];
        assert_eq!(scanned(lines).unwrap(), (items, [4, 0, 1, 3, 0]));
        assert_eq!(scanned("[]\n").unwrap(), (vec![], [1, 1, 0, 0, 0]));
        let own_value = "{\"a\":1,\"value\":[{\"b\":1}]}";
        assert_eq!(
            scanned(own_value).unwrap().0,
            [(1, Some('a'), own_value)],
            "an item may have a name like the envelope's"
        );
    }

    #[test]
    fn a_broken_line_keeps_no_other_out() {
        let text = "{\"a\":1}\n{\"a\":1 \"b\"\n{\"b\":2}\nx\"a\":1}\n{}{}";
        let found = scan(text, judge).unwrap();
        let told: Vec<_> = found.items.iter().map(|item| (item.line, item.fault.as_deref())).collect();
        assert_eq!(told[0], (1, None));
        assert_eq!(
            told[1],
            (2, Some("the JSON cannot be read: at column 7 a comma is missing after the value of “a”"))
        );
        assert_eq!((told[2].0, told[2].1, told[3].0), (3, None, 4));
        assert!(told[3].1.is_some() && told[4].1.is_some());
    }

    #[test]
    fn what_is_broken_whole_is_named_by_its_place() {
        for (text, place) in [
            ("{\n \"a\": 1\n \"b\": 2\n}", "line 2, column 8 a comma is missing after the value of “a”"),
            ("[\n{\"a\":1},\n{\"a\":}\n]", "line 3, column 6 “a” has no value"),
            ("{\"a\":\n{\"a\":1}\n\"c\":2,\n}", "line 2, column 8 a comma is missing"),
            ("{\"x\":1}\n{\"x\":", "line 2, column 6 the text ends"),
            ("{\"a\":1}]", "line 1, column 8 a value should stand here"),
        ] {
            let why = scanned(text).unwrap_err();
            assert!(why.contains(place) && why.contains("Nothing was imported"), "{text}: {why}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_balances_or_is_refused(text in "([\\[\\]{},:\" \r\nax1]|\\{\"a\":1\\}|\\{\"value\":\\[){0,16}") {
            if let Ok((items, [lines, ..])) = scanned(&text) {
                let shared: u64 = items.windows(2).filter(|pair| pair[0].0 == pair[1].0).count() as u64;
                prop_assert_eq!(lines - shared, physical_lines(&text).count() as u64);
                let mut last = 0;
                for (line, _, item) in items {
                    prop_assert!(line >= last && !item.is_empty());
                    last = line;
                }
            }
        }
    }
}
