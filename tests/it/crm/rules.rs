//! What the four vendors ask of an import file, written from their pages and not from our mappings, and a reader that holds a file
//! to it: the acceptance test of the CRM files. A rule that no vendor documents is marked so.

use std::collections::BTreeMap;

use leadbox::formats::crm::Crm;
use leadbox::formats::formula;

/// A row by header.
pub type Cells = BTreeMap<String, String>;

/// One vendor's rules.
pub struct Rules {
    /// The headers that are the vendor's own, each with its most characters where one is known.
    pub own: &'static [(&'static str, usize)],
    /// The headers that are not: fields the seller creates or maps.
    pub created: &'static [&'static str],
    /// Never blank.
    pub required: &'static [&'static str],
    /// At least one of these is not blank.
    pub one_of: &'static [&'static str],
    /// Every word a picklist may hold.
    pub words: &'static [(&'static str, &'static [&'static str])],
    /// The column of the phone.
    pub phone: &'static str,
    /// The column of the e-mail.
    pub email: &'static str,
    /// The column of the longer text.
    pub lines: &'static str,
    /// Rows of a file at most.
    pub rows: usize,
    /// Bytes of a file at most.
    pub bytes: usize,
    /// Begins with the mark of UTF-8.
    pub mark: bool,
}

const FREE: usize = usize::MAX;
/// Documented for `HubSpot`'s texts.
const LONG: usize = 65_536;

const SALESFORCE: Rules = Rules {
    own: &[
        ("First Name", 40),
        ("Last Name", 80),
        ("Company", 255),
        // Title and Phone: inferred.
        ("Title", 128),
        ("Email", 80),
        ("Phone", 40),
        ("Country", 80),
        ("Description", 32_000),
        ("Lead Source", 255),
        ("Lead Status", FREE),
        ("Rating", FREE),
        ("Email Opt Out", FREE),
    ],
    created: &[
        "Marketplace Offer",
        "Marketplace Offer ID",
        "Marketplace Call to Action",
        "Marketplace Lead ID",
        "Leadbox ID",
    ],
    required: &["Last Name", "Company", "Leadbox ID"],
    one_of: &[],
    words: &[
        ("Lead Status", &["Open - Not Contacted", "Working - Contacted", "Closed - Not Converted"]),
        ("Rating", &["Hot", "Warm", "Cold", ""]),
        ("Email Opt Out", &["1", "0", ""]),
        ("Lead Source", &["AppSource", "Azure Marketplace", "Azure portal", ""]),
    ],
    phone: "Phone",
    email: "Email",
    lines: "Description",
    rows: 50_000,
    bytes: 100_000_000,
    mark: false,
};

const DYNAMICS: Rules = Rules {
    own: &[
        ("Topic", 300),
        ("First Name", 50),
        ("Last Name", 50),
        ("Company Name", 100),
        ("Job Title", 100),
        ("Email", 100),
        ("Business Phone", 50),
        ("Country/Region", 80),
        ("Description", 2_000),
        ("Lead Source", FREE),
        ("Rating", FREE),
        ("Status Reason", FREE),
        ("Do not allow Emails", FREE),
        ("Do not allow Phone Calls", FREE),
    ],
    created: &[
        "Marketplace Status",
        "Marketplace Source",
        "Marketplace Offer",
        "Marketplace Offer ID",
        "Marketplace Call to Action",
        "Marketplace Lead ID",
        "Leadbox ID",
    ],
    required: &["Topic", "Last Name", "Company Name", "Leadbox ID"],
    one_of: &[],
    words: &[
        (
            "Lead Source",
            &[
                "Advertisement",
                "Employee Referral",
                "External Referral",
                "Partner",
                "Public Relations",
                "Seminar",
                "Trade Show",
                "Web",
                "Word of Mouth",
                "Other",
                "",
            ],
        ),
        ("Rating", &["Hot", "Warm", "Cold", ""]),
        // Those of an open lead.
        ("Status Reason", &["New", "Contacted", ""]),
        ("Do not allow Emails", &["Do Not Allow", "Allow", ""]),
        ("Do not allow Phone Calls", &["Do Not Allow", "Allow", ""]),
    ],
    phone: "Business Phone",
    email: "Email",
    lines: "Description",
    rows: FREE,
    bytes: 8_000_000,
    mark: true,
};

const MARKETO: Rules = Rules {
    own: &[
        ("email", 255),
        ("firstName", 255),
        ("lastName", 255),
        ("company", 255),
        ("title", 255),
        ("phone", 255),
        ("country", 255),
        ("leadSource", 255),
        ("leadStatus", 255),
        ("unsubscribed", FREE),
        ("doNotCall", FREE),
    ],
    created: &["marketplaceOffer", "marketplaceCallToAction", "marketplaceMessage", "leadboxId"],
    required: &["lastName", "company", "leadboxId"],
    one_of: &[],
    words: &[
        ("unsubscribed", &["true", "false", ""]),
        ("doNotCall", &["true", "false", ""]),
        ("leadSource", &["AppSource", "Azure Marketplace", "Azure portal", ""]),
    ],
    phone: "phone",
    email: "email",
    lines: "marketplaceMessage",
    rows: FREE,
    // "Less than 10 MB."
    bytes: 9_999_999,
    mark: false,
};

const HUBSPOT: Rules = Rules {
    own: &[
        ("First Name", LONG),
        ("Last Name", LONG),
        ("Email", LONG),
        ("Phone Number", LONG),
        ("Job Title", LONG),
        ("Company Name", LONG),
        ("Country/Region", LONG),
        ("Message", LONG),
        ("Lead Status", FREE),
        ("Lifecycle Stage", FREE),
    ],
    created: &[
        "Lead Source",
        "Marketplace Offer",
        "Marketplace Offer ID",
        "Marketplace Call to Action",
        "Marketplace Status",
        "Do Not Contact",
        "Marketplace Lead ID",
        "Leadbox ID",
    ],
    required: &["Leadbox ID"],
    one_of: &["First Name", "Last Name", "Email"],
    words: &[
        (
            "Lead Status",
            &[
                "New",
                "Open",
                "In progress",
                "Open deal",
                "Unqualified",
                "Attempted to contact",
                "Connected",
                "Bad timing",
            ],
        ),
        ("Lifecycle Stage", &["Lead", "Marketing Qualified Lead", "Sales Qualified Lead"]),
        ("Lead Source", &["AppSource", "Azure Marketplace", "Azure portal", ""]),
    ],
    phone: "Phone Number",
    email: "Email",
    lines: "Message",
    rows: 500_000,
    bytes: 20_000_000,
    mark: false,
};

/// The rules of a vendor.
pub const fn of(crm: Crm) -> &'static Rules {
    match crm {
        Crm::Salesforce => &SALESFORCE,
        Crm::Dynamics => &DYNAMICS,
        Crm::Marketo => &MARKETO,
        Crm::Hubspot => &HUBSPOT,
    }
}

impl Rules {
    /// Reads a file as the vendor would, and refuses it with what is wrong.
    pub fn read(&self, file: &[u8]) -> Result<Vec<Cells>, String> {
        if file.len() > self.bytes {
            return Err(format!("{} bytes where {} are the most", file.len(), self.bytes));
        }
        let text = std::str::from_utf8(file).map_err(|fault| fault.to_string())?;
        let body = text.strip_prefix('\u{feff}').unwrap_or(text);
        if (body.len() < text.len()) != self.mark || body.contains('\u{feff}') {
            return Err("the mark of UTF-8 is not where it should be".to_owned());
        }
        if !body.ends_with("\r\n") || body.replace("\r\n", "").contains('\r') {
            return Err("a row does not end with CR LF".to_owned());
        }
        let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(body.as_bytes());
        let headers: Vec<String> =
            reader.headers().map_err(|error| error.to_string())?.iter().map(str::to_owned).collect();
        let wanted: Vec<&str> =
            self.own.iter().map(|(header, _)| *header).chain(self.created.iter().copied()).collect();
        if headers != wanted {
            return Err(format!("headers {headers:?}"));
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| error.to_string())?;
            let row: Cells = headers.iter().cloned().zip(record.iter().map(str::to_owned)).collect();
            self.check(&row).map_err(|wrong| format!("row {}: {wrong}", rows.len() + 1))?;
            rows.push(row);
        }
        if rows.len() > self.rows {
            return Err(format!("{} rows where {} are the most", rows.len(), self.rows));
        }
        Ok(rows)
    }

    fn check(&self, row: &Cells) -> Result<(), String> {
        for header in self.required {
            if row[*header].trim().is_empty() {
                return Err(format!("{header} is blank"));
            }
        }
        if !self.one_of.is_empty() && self.one_of.iter().all(|header| row[*header].is_empty()) {
            return Err(format!("all of {:?} are blank", self.one_of));
        }
        for (header, most) in self.own {
            if row[*header].encode_utf16().count() > *most {
                return Err(format!("{header} is longer than {most}"));
            }
        }
        for (header, words) in self.words {
            if !words.contains(&row[*header].as_str()) {
                return Err(format!("{header} cannot be {:?}", row[*header]));
            }
        }
        let email = &row[self.email];
        let (name, domain) = email.split_once('@').unwrap_or_default();
        if !email.is_empty() && (name.is_empty() || !domain.contains('.') || email.contains(char::is_whitespace)) {
            return Err(format!("{email:?} is no address"));
        }
        for (header, cell) in row {
            if header != self.lines && cell.contains('\n') {
                return Err(format!("{header} has two lines"));
            }
            if cell.chars().any(|c| c.is_control() && c != '\n') || cell.trim() != cell {
                return Err(format!("{header} has a control or blanks round it: {cell:?}"));
            }
            if formula::escape(cell) != *cell && !self.may_begin_so(header, cell) {
                return Err(format!("{header} would run: {cell:?}"));
            }
        }
        Ok(())
    }

    /// A cell that is held begins with an apostrophe, and so is no longer live; a plain phone may keep its plus.
    fn may_begin_so(&self, header: &str, cell: &str) -> bool {
        let held = cell.starts_with('\'');
        let digits = |c: char| c.is_ascii_digit() || " ()./-".contains(c);
        let phone = cell.strip_prefix('+').is_some_and(|rest| !rest.is_empty() && rest.chars().all(digits));
        held || (header == self.phone && phone)
    }
}
