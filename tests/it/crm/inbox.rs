//! An inbox of any size for the import files of CRMs: made-up people of several countries and scripts, with everything that has
//! ever been trouble at fixed shares: nothing where something is needed, too long, formulas, line breaks, odd contacts. The same
//! number gives the same lead. Must assert nothing.

use chrono::TimeDelta;
use leadbox::domain::moment::rfc3339;
use leadbox::domain::record::Field;

use crate::samples::{Row, now};

const FIRST: [&str; 8] = ["Ana", "João", "Łukasz", "Zoë", "Hiroshi", "Priya", "Søren", "Björn"];
const LAST: [&str; 8] = ["Souza", "Kowalska", "Lefèvre", "田中", "O'Brien", "van-Dijk", "Wójcik", "Öberg"];
const COMPANIES: [&str; 6] = [
    "Northwind Traders",
    "Fabrikam, Inc.",
    "Contoso \"Labs\"",
    "Tailspin S.A.",
    "Wingtip GmbH",
    "Łódź Dane sp. z o.o.",
];
const SOURCES: [&str; 7] = [
    "AppSource (SPZA)-PLT|contoso.sql-backup",
    "AzureMarketplace-INS|contoso.check-point-r77-10sg-byol",
    "AzurePortal-Create | Gateway R77 (BYOL)",
    "AppSource (SPZA)-DNC|contoso.sql-backup",
    "AzureMarketplace-StartTestDrive|contoso.openedx.cypress",
    "Elsewhere-XYZ",
    "AppSource (SPZA)-PLT|contoso.3701c77e-1cfa-4c56-91e6-3ed0b622145a",
];
const COUNTRIES: [(&str, &str); 6] = [
    ("Brazil", "+55 11 5550 "),
    ("PL", "+48 22 555 "),
    ("E.U.A.", "+1 (206) 555-"),
    ("Japan", "+81 3 5550 "),
    ("DE", "030 5550"),
    ("Atlantis", "+49 30/5550"),
];
const HOSTILE: [&str; 9] = [
    "=HYPERLINK(\"http://x.example\",\"y\")",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "＝cmd|' /C calc'!A0",
    "'=1",
    "\u{1b}]0;owned\u{7}name",
    "\u{202e}gnp.exe\u{0}",
];
const STANDINGS: [(&str, &str); 7] = [
    ("Received", ""),
    ("Received", ""),
    ("Accepted", ""),
    ("Archived", "Won"),
    ("Archived", "Lost"),
    ("Archived", "Declined"),
    ("Archived", ""),
];

/// Numbers that look drawn, the same for the same lead.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn one_in(&mut self, of: u64) -> bool {
        self.next().is_multiple_of(of)
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.next() % all.len() as u64).unwrap()]
    }

    /// A name or so: mostly a good one, else missing, hostile, broken over lines or far too long.
    fn text(&mut self, good: &str) -> String {
        match self.next() % 40 {
            0 => String::new(),
            1 => self.of(&HOSTILE).to_owned(),
            2 => format!("{good}\r\n{good}"),
            3 => good.repeat(40),
            4 => "👩\u{200d}👧".repeat(60),
            5 => "  ".to_owned(),
            _ => good.to_owned(),
        }
    }
}

/// The row of one lead of such an inbox.
pub fn row(number: u64) -> Row {
    let mut draw = Draw(number);
    let created = now() - TimeDelta::minutes(i64::try_from(draw.next() % (200 * 24 * 60)).unwrap());
    let (country, phone) = draw.of(&COUNTRIES);
    let (status, outcome) = draw.of(&STANDINGS);
    let source = draw.of(&SOURCES);
    let phone = match draw.next() % 12 {
        0 => String::new(),
        1 => draw
            .of(&["=1+1", "+1+1", "+49 30 5550100 x12", "-", "+4930555010012345678901234567890123456789012345678"])
            .to_owned(),
        _ => format!("{phone}{:04}", number % 10_000),
    };
    let email = match draw.next() % 24 {
        0 => String::new(),
        1 => draw.of(&["no address", "ana@", "a b@c.example", "=x@y.example", "+tag@y.example"]).to_owned(),
        2 => format!("person{number}@{}.example", ["northwind"; 9].join(".")),
        3 => format!("person{}@northwind.example", number / 7 * 7),
        _ => format!("person{number}@northwind.example"),
    };
    let described = match draw.next() % 10 {
        0 => String::new(),
        1 => "Two lines,\r\nand a \"quote\".\rThree.".to_owned(),
        2 => "A long story. ".repeat(400),
        3 => "倉庫の移行を検討しています。".repeat(900),
        4 => draw.of(&HOSTILE).to_owned(),
        _ => "Please call after 14:00 local time.".to_owned(),
    };
    let company = draw.of(&COMPANIES);
    let named = [
        (Field::Company, draw.text(company)),
        (Field::FirstName, draw.of(&FIRST).to_owned()),
        (Field::LastName, draw.of(&LAST).to_owned()),
        (Field::JobTitle, "Head of IT".to_owned()),
    ]
    .map(|(field, good)| (field, draw.text(&good)));
    let mut row = Row::default()
        .with(Field::Created, &rfc3339(created))
        .with(Field::LeadType, if draw.one_in(8) { "Profile" } else { "Offer" })
        .with(Field::LeadSource, source)
        .with(Field::Email, &email)
        .with(Field::Phone, &phone)
        .with(Field::Country, country)
        .with(Field::Quality, draw.of(&["High", "High", "Low", ""]))
        .with(Field::Qualification, draw.of(&["Direct", "Direct", "MarketingQualified", "SalesQualified", ""]))
        .with(Field::Status, status)
        .with(Field::Substatus, outcome)
        .with(Field::Description, &described);
    // Without an id the same content is the same lead: only a mail of its own tells it from all others.
    if !draw.one_in(10) || !email.starts_with("person") || email.contains(&format!("person{}@", number / 7 * 7)) {
        row = row.with(Field::Id, &format!("00000000-0000-4000-8000-{number:012x}"));
    }
    named.into_iter().filter(|(_, text)| !text.is_empty()).fold(row, |row, (field, text)| row.with(field, &text))
}
