//! Which file a CSV is, by what its header says and never by its name (PRODUCT.md 6), and what each of its columns holds.
//! Must not read rows.

use csv::StringRecord;

use crate::domain::record::Field;
use crate::domain::vocabulary::ReceivedVia;
use crate::formats::column_map::{ColumnMap, Target};
use crate::formats::column_names::{self, plain};
use crate::formats::document::{Hints, Unopened};
use crate::formats::own_columns::{self, OwnColumn};
use crate::formats::text::Refused;
use crate::formats::{bulk, formula, insights, partner_center};

/// Columns a file may have.
const MOST_COLUMNS: usize = 512;
/// The column that a reject file has before the others.
pub const REASON: &str = "LeadboxReason";
/// Headers that a refusal shows.
const SHOWN: usize = 8;

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Column {
    /// Why the row was rejected when it came before: no part of the lead.
    Reason,
    /// A field of the record.
    Known(Field),
    /// First and last name in one.
    FullName,
    /// A column of our own exports.
    Own(OwnColumn),
    /// A column nobody knows, by its name.
    Unknown(String),
}

/// The header of a file.
pub struct Header<'h> {
    names: Vec<&'h str>,
    plain: Vec<String>,
    /// It is of an export of our own.
    own: bool,
    /// Its first column is the one of a reject file.
    rejected: bool,
}

impl<'h> Header<'h> {
    /// The header of these cells.
    pub fn new(cells: &'h StringRecord) -> Self {
        let own = cells.iter().any(|cell| cell.trim() == own_columns::MARK);
        let text = |cell: &'h str| if own { formula::unescape(cell) } else { cell }.trim();
        let names: Vec<&str> = cells.iter().map(text).collect();
        // Every export of our own has a column of that name too, which is the seller's: its rejects have two of them.
        let further = names.iter().skip(1).any(|name| *name == REASON);
        let rejected = names.first() == Some(&REASON) && (further || !own);
        Self { plain: names.iter().map(|name| plain(name)).collect(), names, own, rejected }
    }

    /// The headers in letters and digits.
    pub fn plain(&self) -> impl Iterator<Item = &str> {
        self.plain.iter().map(String::as_str)
    }

    /// True if a column has this name in letters and digits.
    pub fn has_plain(&self, name: &str) -> bool {
        self.plain().any(|other| other == name)
    }

    /// True if a column holds this field in one of Partner Center's files.
    pub fn has(&self, field: Field) -> bool {
        self.plain().any(|name| partner_center::of_plain(name) == Some(field))
    }

    /// How many of these headers it has.
    pub fn count(&self, names: &[&str]) -> usize {
        names.iter().filter(|name| self.has_plain(name)).count()
    }

    /// A column says whom to write to or call.
    pub fn tells_contact(&self) -> bool {
        [Field::Email, Field::Phone, Field::FirstName, Field::LastName].into_iter().any(|field| self.has(field))
    }

    /// A column says who the customer is.
    pub fn tells_customer(&self) -> bool {
        self.tells_contact() || self.has(Field::Company)
    }

    /// A column says what was asked for.
    pub fn tells_lead(&self) -> bool {
        self.has(Field::LeadSource) || self.has(Field::CallToAction)
    }

    /// The kind its content shows.
    pub fn kind(&self) -> ReceivedVia {
        if self.own {
            ReceivedVia::LeadboxExport
        } else if bulk::is_bulk(self) {
            ReceivedVia::BulkDownload
        } else if insights::is_insights(self) {
            ReceivedVia::Insights
        } else if partner_center::is_export(self) {
            ReceivedVia::PartnerCenterExport
        } else {
            ReceivedVia::OtherCsv
        }
    }
}

/// True for a header that some kind of file knows: it tells what stands between the cells.
pub fn is_known(name: &str, map: Option<&ColumnMap>) -> bool {
    let name = name.trim();
    map.is_some_and(|map| map.target(name).is_some())
        || partner_center::field(name).is_some()
        || column_names::target(name).is_some()
        || OwnColumn::from_header(name).is_some()
        || bulk::of_plain(&plain(name)).is_some()
}

/// The kind of a file and what its columns hold; refuses what is no file of leads, with a sentence.
pub fn recognise(header: &Header<'_>, hints: &Hints) -> Result<(ReceivedVia, Vec<Column>), Unopened> {
    let ours = if header.own { Field::ALL.len() + OwnColumn::ALL.len() } else { 0 };
    if header.names.len() > MOST_COLUMNS + ours {
        let said = "The file has more than 512 columns. Nothing was imported; is it a lead export?";
        return Err(Refused::new(said).into());
    }
    let kind = kind(header, hints)?;
    if let Some(map) = &hints.map {
        let missing: Vec<_> = map.missing(&header.names).into_iter().map(|name| format!("“{name}”")).collect();
        if !missing.is_empty() {
            let column = if missing.len() == 1 { "column" } else { "columns" };
            let missing = missing.join(", ");
            return Err(Unopened::Map(format!(
                "The map names the {column} {missing}, which the file does not have. Nothing was imported; {}.",
                shown(header)
            )));
        }
    }
    let columns = columns(header, kind, hints.map.as_ref());
    check(header, kind, &columns)?;
    Ok((kind, columns))
}

/// The kind, as a person said or as the header shows.
fn kind(header: &Header<'_>, hints: &Hints) -> Result<ReceivedVia, Refused> {
    let found = header.kind();
    let Some(told) = hints.format.or(hints.map.as_ref().map(|_| ReceivedVia::OtherCsv)) else { return Ok(found) };
    let own = ReceivedVia::LeadboxExport;
    let possible = match told {
        ReceivedVia::LeadboxExport => found == own,
        ReceivedVia::PartnerCenterExport | ReceivedVia::OtherCsv => found != own,
        ReceivedVia::Insights => found != own && header.has_plain("referralid") && header.has(Field::Created),
        ReceivedVia::BulkDownload => found != own && header.count(&["referralid", "engagementid"]) > 0,
        ReceivedVia::Endpoint | ReceivedVia::AzureTable | ReceivedVia::Referrals => false,
    };
    if possible {
        return Ok(told);
    }
    Err(Refused::new(format!(
        "The file is no {}; by its header it is {}. Nothing was imported.",
        told.title(),
        if found == ReceivedVia::OtherCsv { "another CSV".to_owned() } else { format!("the {}", found.title()) }
    )))
}

/// What each column holds. A second column of the same meaning is kept as an unknown one.
fn columns(header: &Header<'_>, kind: ReceivedVia, map: Option<&ColumnMap>) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::with_capacity(header.names.len());
    for (place, (name, plain)) in header.names.iter().zip(&header.plain).enumerate() {
        if place == 0 && header.rejected {
            columns.push(Column::Reason);
            continue;
        }
        let known = match kind {
            ReceivedVia::LeadboxExport => own_column(name, plain),
            ReceivedVia::OtherCsv => other_column(name, map),
            ReceivedVia::Insights => {
                insights::of_plain(plain).or_else(|| partner_center::of_plain(plain)).map(Column::Known)
            }
            ReceivedVia::BulkDownload => {
                bulk::of_plain(plain).unwrap_or_else(|| partner_center::of_plain(plain)).map(Column::Known)
            }
            _ => partner_center::of_plain(plain).map(Column::Known),
        };
        let name = if kind == ReceivedVia::BulkDownload { bulk::kept_name(name) } else { name };
        let column = known.filter(|column| !columns.contains(column));
        columns.push(column.unwrap_or_else(|| Column::Unknown(unique(name, &columns))));
    }
    // Where first and last name stand apart, a column with both says nothing new.
    let apart = [Field::FirstName, Field::LastName].into_iter().any(|field| columns.contains(&Column::Known(field)));
    if let Some(place) = columns.iter().position(|column| apart && *column == Column::FullName) {
        columns[place] = Column::Unknown(unique(header.names[place], &columns));
    }
    columns
}

fn own_column(name: &str, plain: &str) -> Option<Column> {
    // Our own files do not write when a record was updated: a column of that name was an unknown one.
    let named = || partner_center::of_plain(plain).filter(|field| *field != Field::Updated);
    OwnColumn::from_header(name).map(Column::Own).or_else(|| named().map(Column::Known))
}

/// What the map says; a column that it leaves out is guessed, but not as a field that the map has found elsewhere.
fn other_column(name: &str, map: Option<&ColumnMap>) -> Option<Column> {
    let mapped = map.and_then(|map| map.target(name));
    let guessed = || column_names::target(name).filter(|target| !map.is_some_and(|map| taken(map, *target)));
    mapped.or_else(guessed).map(|target| match target {
        Target::Field(field) => Column::Known(field),
        Target::FullName => Column::FullName,
    })
}

fn taken(map: &ColumnMap, target: Target) -> bool {
    let parts = [Target::Field(Field::FirstName), Target::Field(Field::LastName)];
    map.names(target)
        || (target == Target::FullName && parts.iter().any(|part| map.names(*part)))
        || (parts.contains(&target) && map.names(Target::FullName))
}

/// A name no unknown column has yet, nor the odd value of a known one: `Segment`, `Segment (2)`.
fn unique(name: &str, columns: &[Column]) -> String {
    let name = if name.is_empty() { "Column without a name" } else { name };
    let odd = |name: &str| Field::ALL.iter().any(|field| field.header() == name);
    let taken = |name: &str| {
        odd(name) || columns.iter().any(|column| matches!(column, Column::Unknown(other) if other == name))
    };
    let numbered = (2..).map(|n| format!("{name} ({n})"));
    let free = std::iter::once(name.to_owned()).chain(numbered).find(|name| !taken(name));
    free.unwrap_or_else(|| name.to_owned())
}

/// Refuses a file that cannot say when a lead was created, or of whom.
fn check(header: &Header<'_>, kind: ReceivedVia, columns: &[Column]) -> Result<(), Refused> {
    let has = |field| columns.contains(&Column::Known(field));
    let customer = [Field::Email, Field::Phone, Field::FirstName, Field::LastName, Field::Company].into_iter().any(has)
        || columns.contains(&Column::FullName);
    let partner_center = kind != ReceivedVia::OtherCsv;
    if has(Field::Created) && (customer || (partner_center && (has(Field::LeadSource) || has(Field::CallToAction)))) {
        return Ok(());
    }
    // The bulk download edits leads that are known: it need not say when they were created, as no documented column does.
    if kind == ReceivedVia::BulkDownload && has(Field::Id) {
        return Ok(());
    }
    let missing = if has(Field::Created) { "who the customer is" } else { "when a lead was created" };
    let name = if has(Field::Created) { "email" } else { "created_at" };
    Err(Refused::new(format!(
        "No column says {missing}. {} Nothing was imported; for Partner Center's leads use Referrals > Leads > Export, for \
         another CSV name the column in a map (--map FILE with {name} = \"its header\").",
        guess(header, columns)
    )))
}

/// "“Mail” is taken as email; not taken: “Foo”, “Bar”."
fn guess(header: &Header<'_>, columns: &[Column]) -> String {
    let named = |place: usize| header.names.get(place).map(|name| quoted(name)).unwrap_or_default();
    let places = |known: bool| {
        let known = move |column: &Column| !matches!(column, Column::Unknown(_)) == known;
        columns.iter().enumerate().filter(move |(_, column)| known(column))
    };
    let taken: Vec<String> =
        places(true).map(|(place, column)| format!("{} as {}", named(place), title(column))).collect();
    let left: Vec<String> = places(false).map(|(place, _)| named(place)).collect();
    let taken = if taken.is_empty() { "No column is known".to_owned() } else { format!("Taken: {}", some(&taken)) };
    if left.is_empty() { format!("{taken}.") } else { format!("{taken}; not taken: {}.", some(&left)) }
}

/// What a column is taken as, by its name in a map.
pub fn title(column: &Column) -> &'static str {
    match column {
        Column::Known(field) => Target::Field(*field).name(),
        Column::FullName => Target::FullName.name(),
        Column::Reason => "reason of a reject file, left out",
        Column::Own(_) => "ours",
        Column::Unknown(_) => "kept as it is",
    }
}

fn shown(header: &Header<'_>) -> String {
    let names: Vec<String> = header.names.iter().map(|name| quoted(name)).collect();
    format!("it has {}", some(&names))
}

fn some(names: &[String]) -> String {
    let first = names.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN { format!("{first} and {} more", names.len() - SHOWN) } else { first }
}

fn quoted(name: &str) -> String {
    let short: String = name.chars().take(40).collect();
    format!("“{short}”")
}
