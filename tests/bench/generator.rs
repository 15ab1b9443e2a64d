//! Made-up lead exports of any size: the same bytes for the same rows, seed and moment. Columns, spreads of ages and shares of
//! kinds are those of real exports as far as they are known (domain.md); one person in six returns with another lead.
//! Must not know leadbox: it writes what Partner Center would.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use chrono::{DateTime, TimeDelta, Utc};

/// Rows a file holds: two files make a million, each below the size an import takes.
const ROWS_A_FILE: usize = 500_000;

const FIRST: [&str; 20] = [
    "Ana",
    "João",
    "Małgorzata",
    "Åsa",
    "Łukasz",
    "Chloé",
    "Jürgen",
    "Mei",
    "Hiroshi",
    "Priya",
    "Omar",
    "Sofia",
    "Liam",
    "Zoë",
    "Søren",
    "Ewa",
    "Thiago",
    "Ingrid",
    "Noor",
    "Björn",
];
const LAST: [&str; 20] = [
    "Souza",
    "Silva",
    "Kowalska",
    "Lindqvist",
    "Nowak",
    "Lefèvre",
    "Müller",
    "Chen",
    "田中",
    "Sharma",
    "Haddad",
    "Rossi",
    "O'Brien",
    "van-Dijk",
    "Nielsen",
    "Wójcik",
    "Santos",
    "Öberg",
    "Khan",
    "Virtanen",
];
const ONE: [&str; 15] = [
    "Northwind",
    "Fabrikam",
    "Contoso",
    "Tailspin",
    "Wingtip",
    "Litware",
    "Adatum",
    "Proseware",
    "Lucerne",
    "Margie",
    "Alpine",
    "Graphic",
    "Humongous",
    "Coho",
    "Relecloud",
];
const TWO: [&str; 12] = [
    "Traders",
    "Logistics",
    "Foods",
    "Robotics",
    "Health",
    "Energy",
    "Retail",
    "Systems",
    "Media",
    "Labs",
    "Insurance",
    "Freight",
];
const SUFFIX: [&str; 8] = ["", "", " Ltd", " GmbH", " S.A.", " AB", " sp. z o.o.", " Inc."];
const COUNTRY: [(&str, &str, &str); 10] = [
    ("BR", "Brazil", "+55 11 55"),
    ("PL", "Poland", "+48 22 55"),
    ("SE", "Sweden", "+46 8 55"),
    ("PT", "Portugal", "+351 21 55"),
    ("US", "USA", "+1 206 555 01"),
    ("DE", "Germany", "+49 30 55"),
    ("JP", "Japan", "+81 3 55"),
    ("IN", "India", "+91 22 55"),
    ("GB", "United Kingdom", "+44 20 79460"),
    ("FR", "France", "+33 1 55"),
];
const OFFER: [(&str, &str); 5] = [
    ("contoso.sql-backup", "SQL Backup Pro"),
    ("contoso.check-point-r77-10sg-byol", "Gateway R77 (BYOL)"),
    ("contoso.3701c77e-1cfa-4c56-91e6-3ed0b622145a", "Sign for Teams"),
    ("contoso.openedx.cypress", "Open Learning"),
    ("contoso.warehouse-365", "Warehouse 365"),
];
const NEED: [&str; 9] = [
    "We need help moving a warehouse system to Azure before the peak season.",
    "Please call after 14:00 local time; budget approved for Q1.",
    "Looking for a partner with retail references,\nideally two or more.",
    "Comparing three vendors; \"price per seat\" matters most.",
    "",
    "",
    "Chcemy zacząć od pilotażu.",
    "Vi vill testa först.",
    "導入を検討しています。",
];
/// Hours: around every clock, and in between.
const AGES: [f64; 28] = [
    0.2, 1.0, 2.0, 5.0, 9.0, 20.0, 30.0, 47.0, 60.0, 70.9, 71.9, 72.0, 72.1, 90.0, 120.0, 200.0, 264.0, 300.0, 335.9,
    336.0, 336.1, 400.0, 700.0, 1500.0, 3000.0, 4300.0, 4400.0, 5200.0,
];
const HEADER: [&str; 22] = [
    "LeadId",
    "LeadCreationDateTime",
    "LeadType",
    "LeadSource",
    "CallToAction",
    "OfferId",
    "OfferName",
    "CustomerName",
    "FirstName",
    "LastName",
    "JobTitle",
    "Email",
    "EmailValidity",
    "Phone",
    "PhoneValidity",
    "Country",
    "LeadQuality",
    "Qualification",
    "Status",
    "Substatus",
    "ExpirationDateTime",
    "Notes",
];

/// The generator `SplitMix64`.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 up to 1.
    fn part(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// One of some values by its weight.
    fn weighed<T: Copy>(&mut self, from: &[(T, usize)]) -> T {
        let mut at = self.below(from.iter().map(|(_, weight)| weight).sum());
        for (value, weight) in from {
            if at < *weight {
                return *value;
            }
            at -= weight;
        }
        from[0].0
    }
}

#[derive(Clone)]
struct Person {
    country: (&'static str, &'static str, &'static str),
    first: &'static str,
    last: &'static str,
    company: String,
    mail: String,
    phone: String,
    job: &'static str,
}

impl Person {
    fn new(dice: &mut Dice, number: usize) -> Self {
        let country = dice.pick(&COUNTRY);
        let (first, last) = (dice.pick(&FIRST), dice.pick(&LAST));
        let (one, two) = (dice.pick(&ONE), dice.pick(&TWO));
        let company = format!("{one} {two}{}", dice.pick(&SUFFIX));
        let domain = format!("{one}{two}.example").to_lowercase();
        let mail = format!("{}.{}{number}@{domain}", plain(first), plain(last));
        let phone = format!("{}{:04}", country.2, number % 10_000);
        let job = dice.pick(&["CTO", "Head of IT", "Buyer", "Owner", "", "Diretora"]);
        Self { country, first, last, company, mail, phone, job }
    }
}

fn plain(name: &str) -> String {
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    if letters.is_empty() { "x".to_owned() } else { letters.to_lowercase() }
}

/// Writes `rows` leads as one or more files into a folder; `edition` 2 is the same leads, each with other notes.
/// The files count as written at `written`.
pub fn write(
    folder: &Path,
    rows: usize,
    now: DateTime<Utc>,
    edition: u8,
    written: DateTime<Utc>,
) -> io::Result<Vec<PathBuf>> {
    let mut dice = Dice(1);
    let mut people: Vec<Person> = Vec::new();
    let mut paths = Vec::new();
    for (number, begin) in (0..rows).step_by(ROWS_A_FILE).enumerate() {
        let path = folder.join(format!("leads-{rows}-{edition}-{number}.csv"));
        let mut csv = csv::Writer::from_writer(BufWriter::new(File::create(&path)?));
        csv.write_record(HEADER)?;
        for n in begin..rows.min(begin + ROWS_A_FILE) {
            let person = match people.len() {
                known if known > 0 && dice.part() < 1.0 / 6.0 => people[dice.below(known)].clone(),
                known => {
                    let person = Person::new(&mut dice, n);
                    if known < 500 {
                        people.push(person.clone());
                    } else {
                        people[n % 500] = person.clone();
                    }
                    person
                }
            };
            csv.write_record(row(&mut dice, n, &person, now, edition))?;
        }
        csv.flush()?;
        drop(csv);
        let since = Duration::from_secs(written.timestamp().unsigned_abs());
        File::options().append(true).open(&path)?.set_modified(UNIX_EPOCH + since)?;
        paths.push(path);
    }
    Ok(paths)
}

#[expect(clippy::too_many_lines, reason = "a row is one list of 22 cells")]
fn row(dice: &mut Dice, n: usize, person: &Person, now: DateTime<Utc>, edition: u8) -> [String; 22] {
    let spread = dice.part() < 0.6;
    let hours = if spread { dice.pick(&AGES) + dice.part() * 0.05 } else { dice.part() * 24.0 * 200.0 };
    let at = now - TimeDelta::seconds((hours * 3600.0) as i64);
    let (offer_id, offer_name) = dice.pick(&OFFER);
    let kinds = [
        ("PLT", 34),
        ("INS", 20),
        ("Create", 8),
        ("StartTestDrive", 12),
        ("trial", 4),
        ("profile", 8),
        ("MQL", 6),
        ("SQL", 6),
        ("DNC", 2),
    ];
    let kind = dice.weighed(&kinds);
    let either = dice.pick(&["AzureMarketplace", "AppSource (SPZA)"]);
    let source = match kind {
        "PLT" | "DNC" => "AppSource (SPZA)",
        "Create" => "AzurePortal",
        _ => either,
    };
    let action = match kind {
        "PLT" | "profile" => "Contact me",
        "INS" | "Create" => "Get it now",
        "StartTestDrive" => "Test drive",
        "trial" => "Free trial",
        _ => "",
    };
    let by_id = dice.part() < 0.7;
    let lead_source = match kind {
        "profile" | "MQL" | "SQL" | "trial" => source.to_owned(),
        _ if by_id => format!("{source}-{kind}|{offer_id}"),
        _ => format!("{source}-{kind} | {offer_name}"),
    };
    let answer = matches!(kind, "PLT" | "profile" | "MQL" | "SQL");
    let status = dice.weighed(&[("Received", 70), ("Accepted", 15), ("Archived", 15)]);
    let status = if answer { status } else { "" };
    let outcome = dice.pick(&["Won", "Lost", "Declined", "Expired"]);
    let outcome = if status == "Archived" { outcome } else { "" };
    let offer = !matches!(kind, "profile" | "MQL" | "SQL");
    let of_offer = |text: &str| if offer { text.to_owned() } else { String::new() };
    let test = dice.part() < 1.0 / 200.0;
    let told = outcome != "Expired";
    let has_phone = dice.part() < 0.8;
    let stated = dice.part() < 0.5;
    let email_validity = dice.weighed(&[("Valid", 70), ("Invalid", 10), ("Spam", 6), ("Unknown", 14)]);
    let phone_validity = dice.weighed(&[("Valid", 60), ("Invalid", 15), ("Unknown", 25)]);
    let named = dice.below(3) == 2;
    let quality = dice.weighed(&[("High", 75), ("Low", 25)]);
    let notes = dice.pick(&NEED);
    let id = dice.next() as u32;
    [
        format!("{id:08x}-0000-4000-8000-{n:012x}"),
        iso(at),
        if offer { "Offer" } else { "Profile" }.to_owned(),
        lead_source,
        action.to_owned(),
        of_offer(offer_id),
        of_offer(offer_name),
        if test { "MSFT_TEST_636573304831318844".to_owned() } else { person.company.clone() },
        person.first.to_owned(),
        person.last.to_owned(),
        person.job.to_owned(),
        if told { person.mail.clone() } else { String::new() },
        of_offer(email_validity),
        if told && has_phone { person.phone.clone() } else { String::new() },
        of_offer(phone_validity),
        if named { person.country.1 } else { person.country.0 }.to_owned(),
        quality.to_owned(),
        match kind {
            "MQL" => "MarketingQualified",
            "SQL" => "SalesQualified",
            _ => "Direct",
        }
        .to_owned(),
        status.to_owned(),
        outcome.to_owned(),
        if answer && stated { iso(at + TimeDelta::days(14)) } else { String::new() },
        if edition == 1 { notes.to_owned() } else { format!("{notes} Asked again.") },
    ]
}

fn iso(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
