//! The "Export" file of Partner Center's leads page, known by its header in any order and case (domain.md 3.1: the header row is
//! not public, so columns are found by the names we know, never by place). Exports of our own are the same file with more columns.
//! Must not read other files of Partner Center: it says which one it sees.

use csv::StringRecord;
use sha2::{Digest, Sha256};

use crate::domain::record::{self, Field, RawRecord};
use crate::formats::arriving::{Row, RowRead};
use crate::formats::formula;
use crate::formats::own_columns::{self, OwnColumn};
use crate::formats::person_labels::PersonKeys;
use crate::formats::records::{self, Lines, MOST_CELL_BYTES, Records};
use crate::formats::text::Refused;

/// Columns a file may have.
const MOST_COLUMNS: usize = 512;

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Column {
    Known(Field),
    Own(OwnColumn),
    Unknown(String),
}

/// A file being read, row by row.
pub struct Sheet<'t> {
    records: Records<'t>,
    columns: Vec<Column>,
    own: bool,
    persons: PersonKeys,
}

impl<'t> Sheet<'t> {
    /// Begins to read a decoded file. Refuses it whole if it is not one of Partner Center's lead exports.
    pub fn open(text: &'t str) -> Result<Self, Refused> {
        if text.trim_start().starts_with(['{', '[']) {
            return Err(Refused::new(
                "This is JSON; this version reads the CSV of Partner Center's Export. Nothing was imported.",
            ));
        }
        let mut records = Records::new(text);
        let Some(header) = records.read()? else {
            return Err(Refused::new("The file holds no header row. Nothing was imported; export the leads again."));
        };
        let own = header.cells.iter().any(|cell| cell.trim() == own_columns::MARK);
        let columns = columns(&header.cells, own)?;
        recognise(&header.cells, &columns)?;
        let mut sheet = Self { records, columns, own, persons: PersonKeys::default() };
        if own {
            sheet.learn_persons(text)?;
        }
        Ok(sheet)
    }

    /// Reads an export of our own once for the persons whose contacts stand on some of their rows only.
    fn learn_persons(&mut self, text: &str) -> Result<(), Refused> {
        let fingerprint = Sha256::digest(text).iter().take(8).map(u8::to_string).collect::<Vec<_>>().join("-");
        let mut persons = PersonKeys::of_file(fingerprint);
        let mut records = Records::new(text);
        records.read()?;
        while let Some(found) = records.read()? {
            if self.check(&found).is_err() {
                continue;
            }
            let (raw, own) = self.cells(&found.cells);
            let key = record::read(&raw).ok().and_then(|record| record.person_key);
            if let (Some(label), Some(key)) = (own.get(OwnColumn::Person), key) {
                persons.learn(label, &key);
            }
        }
        self.persons = persons;
        Ok(())
    }

    /// True for an export of our own.
    pub fn is_own(&self) -> bool {
        self.own
    }

    /// The next row; `None` at the end.
    pub fn read(&mut self) -> Result<Option<Row>, Refused> {
        let Some(found) = self.records.read()? else { return Ok(None) };
        let read = self.check(&found).and_then(|()| self.row(&found.cells));
        Ok(Some(Row { line: found.line, read }))
    }

    /// Where the lines went; balances at the end.
    pub fn lines(&self) -> Lines {
        self.records.lines()
    }

    fn check(&self, found: &records::Record) -> Result<(), String> {
        let (cells, line, last_line) = (&found.cells, found.line, found.last_line);
        if let Some(opened) = found.torn {
            return Err(format!(
                "the quote opened on line {opened} is closed in the middle of another cell, so lines {line} to {last_line} \
                 cannot be told apart: close it where it should be"
            ));
        }
        if cells.len() != self.columns.len() {
            let running = if last_line > line {
                format!(
                    "; a quote opened on line {line} or after runs to line {last_line}: is it closed where it should be?"
                )
            } else {
                String::new()
            };
            return Err(format!("{} cells where the header has {}{running}", cells.len(), self.columns.len()));
        }
        if cells.iter().any(|cell| self.text(cell).len() > MOST_CELL_BYTES) {
            return Err("a cell is larger than 64 KiB".to_owned());
        }
        Ok(())
    }

    /// The text of a cell; in an export of our own formulas are held by an apostrophe.
    fn text<'c>(&self, cell: &'c str) -> &'c str {
        if self.own { formula::unescape(cell) } else { cell }
    }

    /// The cells of a row, each where it belongs.
    fn cells<'c>(&'c self, cells: &'c StringRecord) -> (RawRecord<'c>, own_columns::Cells<'c>) {
        let mut raw = RawRecord::default();
        let mut own = own_columns::Cells::default();
        for (column, cell) in self.columns.iter().zip(cells) {
            let cell = self.text(cell);
            match column {
                Column::Known(field) => raw.set(*field, cell),
                Column::Own(column) => own.set(*column, cell),
                Column::Unknown(name) => raw.add_extra(name, cell),
            }
        }
        (raw, own)
    }

    fn row(&self, cells: &StringRecord) -> Result<RowRead, String> {
        let (raw, own) = self.cells(cells);
        let mut record = record::read(&raw)?;
        if record.person_key.is_none() {
            record.person_key = own.get(OwnColumn::Person).map(|label| self.persons.key(label));
        }
        let own = self.own.then(|| own.read(&mut record)).transpose()?;
        let updated_at = match &own {
            Some((_, as_of)) => *as_of,
            None => record::updated_at(&raw),
        };
        Ok(RowRead { record, updated_at, own: own.map(|(part, _)| part), alias: None })
    }
}

/// What each column holds. A second column of the same meaning is kept as an unknown one.
fn columns(header: &StringRecord, own: bool) -> Result<Vec<Column>, Refused> {
    let ours = if own { Field::ALL.len() + OwnColumn::ALL.len() } else { 0 };
    if header.len() > MOST_COLUMNS + ours {
        return Err(Refused::new("The file has more than 512 columns. Nothing was imported; is it a lead export?"));
    }
    let mut columns: Vec<Column> = Vec::with_capacity(header.len());
    for name in header {
        let name = if own { formula::unescape(name) } else { name }.trim();
        let known = if own { OwnColumn::from_header(name).map(Column::Own) } else { None };
        // Our own files do not write when a record was updated: a column of that name was an unknown one.
        let named = field(name).filter(|field| !own || *field != Field::Updated);
        let known = known.or_else(|| named.map(Column::Known));
        let column = known.filter(|column| !columns.contains(column));
        columns.push(column.unwrap_or_else(|| Column::Unknown(unique(name, &columns))));
    }
    Ok(columns)
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

/// Refuses what is not a lead export, and says what it is instead.
fn recognise(header: &StringRecord, columns: &[Column]) -> Result<(), Refused> {
    let has = |field| columns.contains(&Column::Known(field));
    let first = header.iter().next().unwrap_or_default();
    if header.len() == 1 {
        for (separator, name) in [(';', "semicolons"), ('\t', "tabs"), ('|', "bars")] {
            if first.matches(separator).count() >= 2 {
                return Err(Refused::new(format!(
                    "The columns are separated by {name}; this version reads commas. Nothing was imported."
                )));
            }
        }
    }
    let insights = ["partnerid", "referralprogram", "businessprofileid"];
    let seen = insights.iter().filter(|known| header.iter().any(|name| plain(name) == **known)).count();
    if seen >= 2 {
        return Err(Refused::new(
            "This is the Insights download, which carries no contacts; this version reads Referrals > Leads > Export. \
             Nothing was imported.",
        ));
    }
    let customer = [Field::Email, Field::Phone, Field::FirstName, Field::LastName].into_iter().any(has);
    let described = has(Field::LeadSource) || has(Field::Company) || has(Field::CallToAction);
    if has(Field::Created) && (customer || described) {
        return Ok(());
    }
    let missing = if has(Field::Created) { "the customer" } else { "when a lead was created" };
    Err(Refused::new(format!(
        "This is no lead export of Partner Center: no column says {missing}. Nothing was imported; \
         in Partner Center use Referrals > Leads > Export."
    )))
}

/// Letters and digits of a header, in lower case.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The field a header names. `LeadCreationDateTime` is documented; every other spelling is inferred (domain.md 3.1).
fn field(name: &str) -> Option<Field> {
    Some(match plain(name).as_str() {
        "leadcreationdatetime"
        | "leadcreationdate"
        | "creationdatetime"
        | "creationdate"
        | "createddatetime"
        | "createddate"
        | "createdon"
        | "createdat" => Field::Created,
        "leadid" | "referralid" => Field::Id,
        "leadtype" | "type" => Field::LeadType,
        "leadsource" | "source" => Field::LeadSource,
        "actioncode" => Field::ActionCode,
        "calltoaction" | "cta" => Field::CallToAction,
        "offerid" => Field::OfferId,
        "offername" | "offertitle" | "offerdisplayname" | "offer" => Field::OfferName,
        "customername" | "company" | "companyname" | "customercompany" | "customercompanyname" => Field::Company,
        "firstname" | "contactfirstname" | "customerfirstname" | "customercontactfirstname" => Field::FirstName,
        "lastname" | "contactlastname" | "customerlastname" | "customercontactlastname" => Field::LastName,
        "jobtitle" | "title" | "contacttitle" | "contactjobtitle" => Field::JobTitle,
        "email" | "emailaddress" | "contactemail" | "customeremail" | "customercontactemailaddress" => Field::Email,
        "emailvalidity" | "emailvalidation" => Field::EmailValidity,
        "phone" | "phonenumber" | "contactphone" | "customerphone" | "customercontactphonenumber" => Field::Phone,
        "phonevalidity" | "phonevalidation" => Field::PhoneValidity,
        "country" | "countryregion" | "customercountry" | "customercountryregion" => Field::Country,
        "leadquality" | "quality" => Field::Quality,
        "qualification" | "leadqualification" => Field::Qualification,
        "status" | "leadstatus" => Field::Status,
        "substatus" | "leadsubstatus" => Field::Substatus,
        "expirationdatetime" | "expirationdate" | "expirydate" | "expiresat" => Field::Expiry,
        "notes" | "customernotes" | "description" | "customercomments" => Field::Description,
        "updateddatetime" | "updateddate" | "lastupdated" | "lastmodifieddate" => Field::Updated,
        _ => return None,
    })
}
