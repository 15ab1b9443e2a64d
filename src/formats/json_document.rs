//! A JSON file of leads being read, item by item: its kind is told by the names in it, one kind a file. Endpoint payloads, table
//! entities, a page of the Referrals API, and our own exports, each as one object, an array, JSON lines or an envelope.
//! Must not read an item itself: each kind has a module of its own.

use crate::domain::lead::Moment;
use crate::domain::vocabulary::ReceivedVia;
use crate::formats::arriving::{Row, RowRead};
use crate::formats::json_items::{self, Item, Items};
use crate::formats::json_reader::{Event, Reader};
use crate::formats::json_value::{Json, quoted};
use crate::formats::own_persons::OwnPersons;
use crate::formats::records::Lines;
use crate::formats::text::Refused;
use crate::formats::{endpoint, own_json, referral, table_entity};

/// The key of the reason in a file of rejected items; it is passed over when such a file is read.
const REASON: &str = "LeadboxReason";

/// A file being read.
#[derive(Debug)]
pub struct JsonDocument<'t> {
    text: &'t str,
    items: Items<ReceivedVia>,
    next: usize,
    via: ReceivedVia,
    delivered: Moment,
    persons: OwnPersons,
}

impl<'t> JsonDocument<'t> {
    /// Begins to read a decoded file; a payload without a date was created when it was `delivered`. Refuses what cannot be
    /// read, with the place of the fault, what holds no leads, and what mixes kinds.
    pub fn open(text: &'t str, delivered: Moment) -> Result<Self, Refused> {
        Self::open_as(text, delivered, None)
    }

    /// The same for a file that somebody says is of a kind: what the names leave open is taken for it, what they say is
    /// another kind is refused.
    pub fn open_as(text: &'t str, delivered: Moment, told: Option<ReceivedVia>) -> Result<Self, Refused> {
        let text = text.trim_start_matches('\u{feff}');
        let mut items = json_items::scan(text, kind)?;
        if let Some(told) = told {
            let open = |item: &&mut Item<ReceivedVia>| item.kind.is_none() && item.fault.is_none();
            items.items.iter_mut().filter(open).for_each(|item| item.kind = Some(told));
        }
        let via = one_kind(text, &items)?;
        if let Some(told) = told.filter(|told| *told != via && !items.items.is_empty()) {
            return Err(Refused::new(format!(
                "This file is not what --format says ({}), its names are of another kind ({}). Nothing was imported.",
                told.title(),
                via.title()
            )));
        }
        Ok(Self::new(text, items, via, delivered))
    }

    fn new(text: &'t str, items: Items<ReceivedVia>, via: ReceivedVia, delivered: Moment) -> Self {
        let mut document = Self { text, items, next: 0, via, delivered, persons: OwnPersons::default() };
        if via == ReceivedVia::LeadboxExport {
            let values = document.items.items.iter().filter_map(|item| Json::parse_at(text, item.start).ok());
            document.persons = OwnPersons::of(text, values.map(|(value, _)| value));
        }
        document
    }

    /// The kind of the file.
    pub fn via(&self) -> ReceivedVia {
        self.via
    }

    /// Where the lines went.
    pub fn lines(&self) -> Lines {
        self.items.lines
    }

    /// The next item; `None` at the end.
    pub fn read(&mut self) -> Result<Option<Row>, Refused> {
        let Some(item) = self.items.items.get(self.next) else { return Ok(None) };
        self.next += 1;
        Ok(Some(Row { line: item.line, read: self.item(item) }))
    }

    /// The text of the item that was read last, as it stands in the file.
    pub fn raw(&self) -> &'t str {
        let last = self.next.checked_sub(1).and_then(|last| self.items.items.get(last));
        last.and_then(|item| self.text.get(item.start..item.end)).unwrap_or_default()
    }

    /// How far the reading is, in bytes of the text.
    pub fn read_bytes(&self) -> usize {
        self.items.items.get(self.next).map_or(self.text.len(), |item| item.start)
    }

    /// The item that was read last as a line of a file of rejected ones, the reason first, which can be mended and imported
    /// again.
    pub fn reject_row(&self, line: u64, reason: &str) -> String {
        let raw = self.raw();
        let reason = quoted(&format!("line {line}: {reason}"));
        let item = match Json::parse(raw) {
            Ok(Json::Object(mut members)) => {
                members.retain(|(name, _)| !name.eq_ignore_ascii_case(REASON));
                Json::Object(members).line()
            }
            Err(_) if raw.starts_with('{') && !raw.contains(['\n', '\r']) => without_reason(raw),
            // What is no object, or too deep for one, cannot be mended in its place.
            _ => format!("{{\"LeadboxText\":{}}}", quoted(raw)),
        };
        let members = item.strip_prefix('{').unwrap_or(&item);
        let comma = if members.trim_start().starts_with('}') { "" } else { "," };
        format!("{{\"{REASON}\":{reason}{comma}{members}\n")
    }

    fn item(&self, item: &Item<ReceivedVia>) -> Result<RowRead, String> {
        if let Some(why) = &item.fault {
            return Err(why.clone());
        }
        let (value, _) = Json::parse_at(self.text, item.start).map_err(|fault| fault.what)?;
        let Some(kind) = item.kind else { return Err(format!("it is no lead of this kind ({})", self.via.title())) };
        match kind {
            ReceivedVia::LeadboxExport => {
                let mut read = own_json::read(&value, self.delivered)?;
                self.persons.complete(&value, &mut read.record);
                Ok(read)
            }
            ReceivedVia::Referrals => {
                referral::read(&value).map(|referral| referral.row).map_err(|why| why.to_string())
            }
            ReceivedVia::AzureTable => table_entity::read(&value),
            _ => endpoint::read(&value, self.delivered),
        }
    }
}

/// Tells from the first bytes of a file whether it is JSON of leads: of which kind, how many items stand whole in them, and
/// how many bytes those take. `None` for anything else, and where not one item is whole.
pub fn glance(head: &[u8]) -> Option<(ReceivedVia, u64, u64)> {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(cut) => std::str::from_utf8(head.get(..cut.valid_up_to())?).ok()?,
    };
    if !text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']) {
        return None;
    }
    let items = json_items::glance(text, kind);
    let via = items.iter().find_map(|item| item.kind)?;
    let read = items.last().map_or(0, |item| item.end);
    Some((via, items.len() as u64, read as u64))
}

/// A broken line without the reason it got when it was rejected before.
fn without_reason(raw: &str) -> String {
    let mut reader = Reader::new(raw, 0);
    let mut is = |wanted: fn(&Event<'_>) -> bool| reader.read().is_ok_and(|event| event.as_ref().is_some_and(wanted));
    let named = is(|event| *event == Event::Object)
        && is(|event| matches!(event, Event::Key(name) if name.read() == REASON))
        && is(|event| matches!(event, Event::Text(_)));
    let rest = raw.get(reader.at()..).unwrap_or_default().trim_start();
    if named { format!("{{{}", rest.strip_prefix(',').unwrap_or(rest)) } else { raw.to_owned() }
}

/// What an item is, by its names.
fn kind(names: &dyn Fn(&str) -> bool) -> Option<ReceivedVia> {
    if own_json::is_own(names) {
        Some(ReceivedVia::LeadboxExport)
    } else if table_entity::is_entity(names) {
        Some(ReceivedVia::AzureTable)
    } else if referral::is_referral(names) {
        Some(ReceivedVia::Referrals)
    } else {
        endpoint::is_payload(names).then_some(ReceivedVia::Endpoint)
    }
}

/// The kind of all items.
fn one_kind(text: &str, items: &Items<ReceivedVia>) -> Result<ReceivedVia, Refused> {
    let mut known = items.items.iter().filter_map(|item| item.kind.map(|kind| (kind, item.line)));
    let Some((first, line)) = known.next() else { return no_kind(text, items) };
    if let Some((other, at)) = known.find(|(kind, _)| *kind != first) {
        return Err(Refused::new(format!(
            "Line {line} holds a lead of one kind ({}), line {at} of another ({}). Nothing was imported; keep them in files \
             of their own.",
            first.title(),
            other.title()
        )));
    }
    Ok(first)
}

/// A file without leads: empty of them, or something else.
fn no_kind(text: &str, items: &Items<ReceivedVia>) -> Result<ReceivedVia, Refused> {
    if text.trim().is_empty() {
        return Err(Refused::new("The file is empty. Nothing was imported; export the leads again."));
    }
    if !items.items.is_empty() {
        return Err(Refused::new(
            "This JSON holds no leads: no item has the names of an endpoint payload (UserDetails, LeadSource), of a table's \
             entity (PartitionKey, RowKey), of a referral (id, qualification) or of leadbox's own JSON. Nothing was imported.",
        ));
    }
    // An empty list is what our own export of no leads is; an empty envelope is a page of an answer.
    if text.trim_start().starts_with('[') {
        return Ok(ReceivedVia::LeadboxExport);
    }
    Ok(if text.contains("Referrals") { ReceivedVia::Referrals } else { ReceivedVia::AzureTable })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::parse;

    const ENTITY: &str = "{\"PartitionKey\":\"p\",\"RowKey\":\"r\",\"Timestamp\":\"2026-11-20\"}";

    fn open(text: &str, told: Option<ReceivedVia>) -> Result<JsonDocument<'_>, Refused> {
        JsonDocument::open_as(text, parse("2026-11-20T12:00:00Z").unwrap(), told)
    }

    #[test]
    fn a_kind_that_is_told_decides_what_the_names_leave_open_and_no_more() {
        let flat = "{\"Email\":\"ana@northwind.example\"}";
        assert!(open(flat, None).is_err());
        let mut told = open(flat, Some(ReceivedVia::Endpoint)).unwrap();
        let read = told.read().unwrap().unwrap().read.unwrap();
        assert_eq!(read.record.person.email.as_deref(), Some("ana@northwind.example"));
        let refused = open(ENTITY, Some(ReceivedVia::Endpoint)).unwrap_err();
        assert!(refused.0.contains("not what --format says (HTTPS endpoint)"), "{refused}");
        assert_eq!(open(ENTITY, Some(ReceivedVia::AzureTable)).unwrap().via(), ReceivedVia::AzureTable);
    }

    #[test]
    fn a_rejected_item_is_one_line_that_can_be_mended_and_read_again() {
        let text = "[{\n\"LeadSource\": \"SPZA\",\n \"LeadId\": 1, \"LEADID\": 2 },\n5, {\"LeadSource\":\"SPZA\"}]";
        let mut document = open(text, None).unwrap();
        let mut rejected = String::new();
        while let Some(row) = document.read().unwrap() {
            if let Err(reason) = row.read {
                rejected += &document.reject_row(row.line, &reason);
            }
        }
        let reason = "line 1: the name “LEADID” stands twice, so nobody can tell which counts";
        let first = format!("{{\"LeadboxReason\":\"{reason}\",\"LeadSource\":\"SPZA\",\"LeadId\":1,\"LEADID\":2}}");
        let lines: Vec<&str> = rejected.lines().collect();
        assert_eq!((lines.len(), lines[0]), (2, first.as_str()));
        assert!(lines[1].ends_with("\"LeadboxText\":\"5\"}"), "{}", lines[1]);
        let mended = lines[0].replace(",\"LEADID\":2", "");
        let record = open(&mended, None).unwrap().read().unwrap().unwrap().read.unwrap().record;
        assert_eq!((record.external_id.as_deref(), record.extras.len()), (Some("1"), 0), "the reason is passed over");
    }

    #[test]
    fn a_line_that_is_rejected_again_has_its_last_reason_only() {
        let broken = "{\"LeadSource\":\"SPZA\" \"Description\":\"x\"}";
        let good = "{\"LeadSource\":\"SPZA\"}";
        let again = |text: &str| {
            let lines = format!("{good}\n{text}");
            let mut document = open(&lines, None).unwrap();
            document.read().unwrap();
            let row = document.read().unwrap().unwrap();
            document.reject_row(row.line, &row.read.unwrap_err()).trim_end().to_owned()
        };
        let once = again(broken);
        assert_eq!(once.matches("LeadboxReason").count(), 1, "{once}");
        assert!(once.ends_with(",\"LeadSource\":\"SPZA\" \"Description\":\"x\"}"), "{once}");
        let twice = again(&once);
        assert_eq!(twice.matches("LeadboxReason").count(), 1, "{twice}");
        assert!(twice.ends_with(",\"LeadSource\":\"SPZA\" \"Description\":\"x\"}"), "{twice}");
    }

    #[test]
    fn the_beginning_of_a_file_tells_its_kind() {
        let page = format!("{{\"value\":[\n{ENTITY},\n{ENTITY},\n{ENTITY}]}}");
        for cut in 0..page.len() {
            let whole = page.get(..cut).unwrap().matches('}').count() as u64;
            let found = glance(page.get(..cut).unwrap().as_bytes()).map(|(kind, items, _)| (kind, items));
            assert_eq!(found, (whole > 0).then_some((ReceivedVia::AzureTable, whole)), "{cut}");
        }
        assert_eq!(glance(b"LeadId,Email\n"), None);
        assert_eq!(glance("[{\"LeadSource\":\"é".as_bytes().split_last().unwrap().1), None);
    }
}
