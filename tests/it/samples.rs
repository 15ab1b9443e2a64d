//! Made-up leads, rows and moments: builders for single tests, generators for laws. Every value here has been trouble
//! somewhere: controls, quotes, formulas, other scripts, odd words, edges of clocks. Must assert nothing.

use chrono::TimeDelta;
use leadbox::domain::entry::team_member;
use leadbox::domain::lead::{Deal, Lead, LeadId, Moment, Owed, Receipt, Record, Seller, Touches, Verdict};
use leadbox::domain::moment::{self, rfc3339};
use leadbox::domain::reconcile::{Arrival, OwnPart};
use leadbox::domain::record::{self, Field, RawRecord};
use leadbox::domain::terms::Terms;
use leadbox::domain::vocabulary::{Reason, ReceivedVia, VerdictKind};
use leadbox::formats::document::{Document, Hints, Unopened};
use leadbox::formats::formula::Audience;
use leadbox::formats::lead_columns::extra_columns;
use leadbox::formats::lead_csv::LeadCsv;
use leadbox::formats::leaving::{About, Leaving};
use leadbox::formats::records::Lines;
use leadbox::formats::text::{Refused, decode};
use leadbox::store::{ImportCounts, ImportLabel, Road, Store};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;

/// How a law is tried: so many cases, the same at every run unless `PROPTEST_RNG_SEED` or `PROPTEST_CASES` says otherwise.
pub fn law(cases: u32) -> ProptestConfig {
    let mut config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = cases;
    }
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(2026);
    }
    config
}

/// The moment that all samples are about.
pub fn now() -> Moment {
    at("2026-11-20T12:00:00Z")
}

/// A moment from its text.
pub fn at(text: &str) -> Moment {
    moment::parse(text).unwrap()
}

/// One row of a file: fields, and columns nobody knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    pub fields: Vec<(Field, String)>,
    pub extras: Vec<(String, String)>,
}

impl Row {
    /// A *Contact me* lead of an offer, fresh, with an id.
    pub fn contact_me(id: &str, created: &str) -> Self {
        Self::default()
            .with(Field::Created, created)
            .with(Field::Id, id)
            .with(Field::LeadType, "Offer")
            .with(Field::LeadSource, "AppSource (SPZA)-PLT|contoso.sql-backup")
            .with(Field::CallToAction, "Contact me")
            .with(Field::Company, "Northwind Traders")
            .with(Field::FirstName, "Ana")
            .with(Field::LastName, "Souza")
            .with(Field::Email, "ana@northwind.example")
            .with(Field::Phone, "+55 11 5550 0100")
            .with(Field::Country, "Brazil")
            .with(Field::Qualification, "Direct")
            .with(Field::Status, "Received")
    }

    /// The same row with a field set.
    pub fn with(mut self, field: Field, text: &str) -> Self {
        self.fields.retain(|(other, _)| *other != field);
        self.fields.push((field, text.to_owned()));
        self
    }

    /// The record it is read as.
    pub fn record(&self) -> Record {
        let mut raw = RawRecord::default();
        self.fields.iter().for_each(|(field, text)| raw.set(*field, text));
        self.extras.iter().for_each(|(name, text)| raw.add_extra(name, text));
        record::read(&raw).unwrap()
    }

    /// The record on its way in, as fresh as said.
    pub fn arrival(&self, as_of: &str) -> Arrival {
        arrival(self.record(), at(as_of))
    }
}

/// A record on its way in from Partner Center.
pub fn arrival(record: Record, as_of: Moment) -> Arrival {
    Arrival { record, via: ReceivedVia::PartnerCenterExport, as_of, own: None, alias: None }
}

/// A lead on its way in with the seller's part, as from an export of our own.
pub fn own_arrival(lead: &Lead) -> Arrival {
    Arrival {
        record: lead.record.clone(),
        via: ReceivedVia::LeadboxExport,
        as_of: lead.receipt.as_of,
        own: Some(OwnPart { seller: lead.seller.clone(), owed: lead.owed.clone() }),
        alias: None,
    }
}

/// An empty store in memory.
pub fn empty_store() -> Store {
    Store::open_in_memory(Terms::default(), "start-1").unwrap()
}

/// The name of an import.
pub fn label(title: &str) -> ImportLabel {
    ImportLabel { title: title.to_owned(), file_time: None, road: Road::File }
}

/// Takes arrivals in as one import.
pub fn put_all(store: &mut Store, arrivals: &[Arrival], now: Moment) -> ImportCounts {
    let mut import = store.import(&label("leads.csv"), now).unwrap();
    for arrival in arrivals {
        import.put(arrival).unwrap();
    }
    import.commit().unwrap()
}

/// What came of a file.
#[derive(Debug, PartialEq)]
pub struct Taken {
    pub lines: Lines,
    pub counts: ImportCounts,
    pub rejects: Vec<(u64, String)>,
}

/// A row on its way in, or the line of a rejected one and why.
pub type ReadRow = Result<Arrival, (u64, String)>;

/// Reads a file as the import does: every row with its line, and where the lines went.
pub fn read_csv(bytes: &[u8], file_time: Moment) -> Result<(Vec<ReadRow>, Lines), Refused> {
    let decoded = decode(bytes, None)?;
    let mut document = Document::open(&decoded.text, &Hints::default()).map_err(|error| match error {
        Unopened::Refused(why) => why,
        Unopened::Map(why) => panic!("there is no map: {why}"),
    })?;
    let via = document.via();
    let mut rows = Vec::new();
    while let Some(row) = document.read()? {
        let read = row.read.map(|read| Arrival {
            record: read.record,
            via,
            as_of: read.updated_at.unwrap_or(file_time),
            own: read.own,
            alias: None,
        });
        rows.push(read.map_err(|reason| (row.line, reason)));
    }
    Ok((rows, document.lines()))
}

/// Reads a file and takes its rows in.
pub fn import_csv(store: &mut Store, bytes: &[u8], file_time: Moment) -> Result<Taken, Refused> {
    let (rows, lines) = read_csv(bytes, file_time)?;
    let (good, rejects): (Vec<_>, Vec<_>) = rows.into_iter().partition(Result::is_ok);
    let good: Vec<_> = good.into_iter().map(Result::unwrap).collect();
    let rejects = rejects.into_iter().map(Result::unwrap_err).collect();
    Ok(Taken { lines, counts: put_all(store, &good, now()), rejects })
}

/// Leads as the file that an export of our own is.
pub fn export_csv(leads: &[Lead], terms: &Terms, now: Moment) -> Vec<u8> {
    export_csv_for(Audience::Scripts, leads, terms, now)
}

/// The same for those who open it.
pub fn export_csv_for(audience: Audience, leads: &[Lead], terms: &Terms, now: Moment) -> Vec<u8> {
    let mut names: Vec<String> = Vec::new();
    for name in leads.iter().flat_map(|lead| extra_columns(&lead.record.extras)) {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    let mut out = Vec::new();
    let mut csv = LeadCsv::new(b',', terms, names).read_by(audience);
    csv.head(&mut out).unwrap();
    for lead in leads {
        csv.lead(lead, &About { now, person_leads: 1 }, &mut out).unwrap();
    }
    out
}

/// Leads as they leave in a form, in one file.
pub fn leave(form: &mut dyn Leaving, leads: &[Lead], now: Moment) -> Vec<u8> {
    let mut out = Vec::new();
    form.head(&mut out).unwrap();
    for lead in leads {
        form.lead(lead, &About { now, person_leads: 1 }, &mut out).unwrap();
    }
    form.tail(&mut out).unwrap();
    out
}

/// The number of every lead of a store.
pub fn ids(store: &Store) -> Vec<LeadId> {
    let mut ids = Vec::new();
    store
        .briefs(|brief| {
            ids.push(brief.id);
            true
        })
        .unwrap();
    ids
}

/// Every lead of a store.
pub fn all_leads(store: &Store) -> Vec<Lead> {
    store.leads(&ids(store)).unwrap()
}

/// A deal with every field filled.
pub fn deal(name: &str) -> Deal {
    Deal {
        name: name.to_owned(),
        value: Some("18000.50".parse().unwrap()),
        currency: Some("EUR".to_owned()),
        close_on: Some("2026-12-31".parse().unwrap()),
        notes: Some("three servers\nand a rack".to_owned()),
        crm_id: Some("=42".to_owned()),
        campaign_id: Some("autumn, 2026".to_owned()),
        team: vec![
            team_member("Jo Hill <jo@contoso.example> +49 30 5550 0100").unwrap(),
            team_member("kim@contoso.example").unwrap(),
        ],
    }
}

const NASTY: &[&str] = &[
    "Northwind Traders",
    "northwind",
    "田中",
    "Zoë Wójcik",
    "e\u{301}",
    "é",
    "👩\u{200d}👩\u{200d}👧 emoji",
    "=1+2",
    "'=1+2",
    "''=x",
    "+49 30 5550100",
    "-1+1",
    "@SUM(A1)",
    "\"quoted\"",
    "\"",
    "a\"b,c;d|e\tf",
    "two\nlines",
    "two\r\nlines",
    "a\rb",
    "\u{1b}[31mred\u{1b}[0m",
    "\u{1b}]0;title\u{7}",
    "nul\u{0}in",
    "\u{202e}gnp.exe",
    "\u{feff}mark",
    "msft_test_1",
    "x MSFT_TEST y",
    "null",
    "-",
    "'",
    "ß GROẞ",
    "Łódź",
    "\u{1f}between",
    "0",
    "Unknown",
    ",,,,",
    "0049305550100",
    "'0049305550100",
    "''3-4",
    "3-4",
    "1e5",
    "12:30",
    "May 5",
    "true",
    "#N/A",
    "１２３",
    "\u{2028}lines\u{2029}",
    "\u{85}next\u{b}\u{c}",
    "\u{fffe}\u{ffff}",
    "\u{2066}isolated\u{2069}",
    "sep=;",
    "{\"a\":1}",
    "\\u0000 \\n \\",
    "_x0041_",
    "<r>&</r>",
    " leading",
    "trailing ",
    "\u{a0}hard blanks\u{a0}",
    "\n\nblank lines\n\n",
    "'=",
    "\"=1\"",
    "a|b|c",
    "Jo <jo@contoso.example>",
];

/// A text that was trouble somewhere.
pub fn nasty() -> BoxedStrategy<String> {
    prop_oneof![
        8 => select(NASTY).prop_map(str::to_owned),
        2 => "\\PC{1,12}",
        1 => any::<String>(),
        1 => select(&["é", "W", "\"", "田", "'1"][..]).prop_map(|part| part.repeat(900)),
    ]
    .boxed()
}

fn word(words: &'static [&'static str]) -> BoxedStrategy<Option<String>> {
    option::weighted(0.85, select(words).prop_map(str::to_owned)).boxed()
}

fn text(probability: f64) -> BoxedStrategy<Option<String>> {
    option::weighted(probability, nasty()).boxed()
}

/// Seconds round which something changes.
const EDGES: &[i64] = &[0, 3600, 72 * 3600, 11 * 86_400, 14 * 86_400, 181 * 86_400, 184 * 86_400, -3600, -72 * 3600];

/// A moment of creation: on either side of every edge before `now`, any day of the year, and the ends of time.
pub fn created() -> BoxedStrategy<Moment> {
    prop_oneof![
        6 => (select(EDGES), -1..=1i64).prop_map(|(edge, off)| now() - TimeDelta::seconds(edge + off)),
        6 => (0..400i64, 0..86_400i64).prop_map(|(day, second)| now() - TimeDelta::seconds(day * 86_400 + second)),
        1 => select(&["1000-01-01", "1970-01-01", "2024-02-29", "2026-05-20T12:00:00Z", "2026-08-31", "2038-01-19T03:14:08Z",
            "9999-12-31T23:59:59Z"][..]).prop_map(at),
    ]
    .boxed()
}

/// A moment near `now`, for dates of the seller's.
pub fn near() -> BoxedStrategy<Moment> {
    prop_oneof![
        (select(EDGES), -1..=1i64, any::<bool>()).prop_map(|(edge, off, ahead)| {
            now() + TimeDelta::seconds(if ahead { edge + off } else { -edge - off })
        }),
        (-30..30i64).prop_map(|days| now() + TimeDelta::days(days)),
    ]
    .boxed()
}

const SOURCES: &[&str] = &[
    "AppSource (SPZA)-PLT|contoso.sql-backup",
    "AzureMarketplace-INS | contoso.check-point-r77-10sg-byol",
    "AzurePortal-Create|Gateway R77 (BYOL)",
    "Appsource-DNC|contoso.sql-backup",
    "spza-dnc",
    "TestDrive-StartTestDrive|a.b",
    "MSFT_TEST_1-MSFT_TEST_2|Offer Name",
    "Elsewhere-XYZ|x-y.z",
    "-PLT|",
    "SPZA-PLT|3701c77e-1cfa-4c56-91e6-3ed0b622145a",
    "SPZA",
    "=cmd-PLT|a.b",
];

fn typed() -> BoxedStrategy<Vec<(Field, Option<String>)>> {
    let kinds = (
        word(&["Offer", "Profile", "offer lead", "Partner", "Unknown"]),
        option::weighted(0.85, prop_oneof![9 => select(SOURCES).prop_map(str::to_owned), 1 => nasty()]),
        word(&[
            "Contact me",
            "contact_me",
            "Contact me",
            "Get it now",
            "Free trial",
            "Test drive",
            "Buy twice",
            "Unknown",
        ]),
        word(&["High", "Low", "Medium", "Unknown"]),
        word(&["Direct", "Direct", "Marketing", "SalesQualified", "Indirect"]),
        word(&["Received", "Received", "New", "Accepted", "Archived", "Closed", "Simmering", "Lost", "Expired"]),
        word(&["Won", "Lost", "Declined", "Expired", "Aged out", "Error", "Accepted"]),
        word(&["Valid", "Invalid", "Spam", "Dubious"]),
        word(&["Valid", "Invalid", "Spam", "Unknown"]),
    );
    kinds
        .prop_map(|(lead_type, source, cta, quality, qualification, status, substatus, email, phone)| {
            vec![
                (Field::LeadType, lead_type),
                (Field::LeadSource, source),
                (Field::CallToAction, cta),
                (Field::Quality, quality),
                (Field::Qualification, qualification),
                (Field::Status, status),
                (Field::Substatus, substatus),
                (Field::EmailValidity, email),
                (Field::PhoneValidity, phone),
            ]
        })
        .boxed()
}

const MAILS: &[&str] = &[
    "ana@northwind.example",
    "ANA@Northwind.example",
    "jo@contoso.example",
    "not an address",
    "=x@y.example",
    "田中@例え.jp",
];

fn told() -> BoxedStrategy<Vec<(Field, Option<String>)>> {
    let offers = word(&["contoso.sql-backup", "sql-backup", "SQL Backup Pro", "fabrikam.a.b", ".hidden"]);
    let person = (text(0.8), text(0.7), text(0.7), text(0.4));
    let contacts = (
        option::weighted(0.8, prop_oneof![6 => select(MAILS).prop_map(str::to_owned), 1 => nasty()]),
        option::weighted(
            0.6,
            prop_oneof![
                3 => select(&["+55 11 5550 0100", "030 5550100", "x", "=1", "+1 425 555 0100"][..]).prop_map(str::to_owned),
                1 => nasty(),
            ],
        ),
        word(&["DE", "Brazil", "E.U.A.", "Poland", "Atlantis", "united states", "-"]),
    );
    (offers, text(0.5), person, contacts, text(0.5))
        .prop_map(|(offer, title, (company, first, last, job), (email, phone, country), notes)| {
            vec![
                (Field::OfferId, offer),
                (Field::OfferName, title),
                (Field::Company, company),
                (Field::FirstName, first),
                (Field::LastName, last),
                (Field::JobTitle, job),
                (Field::Email, email),
                (Field::Phone, phone),
                (Field::Country, country),
                (Field::Description, notes),
            ]
        })
        .boxed()
}

/// A row with nearly everything in it, good and odd.
pub fn row() -> BoxedStrategy<Row> {
    let expiry = option::weighted(0.4, prop_oneof![4 => near().prop_map(rfc3339), 1 => Just("soon".to_owned())]);
    let extras =
        proptest::collection::vec((select(&["Segment", "Campaign", "=Odd", "x,y", "Leadboxish"][..]), nasty()), 0..3);
    let action = option::weighted(0.2, select(&["plt", "DNC", "INS", "XYZ", "=1"][..]).prop_map(str::to_owned));
    let action = action.prop_map(|action| (Field::ActionCode, action));
    (created(), option::weighted(0.6, "[a-f]{1,2}"), expiry, (typed(), action), told(), extras)
        .prop_map(|(created, id, expiry, (typed, action), told, extras)| {
            let mut fields = vec![(Field::Created, rfc3339(created))];
            let given = [(Field::Id, id), (Field::Expiry, expiry), action].into_iter().chain(typed).chain(told);
            fields.extend(given.filter_map(|(field, text)| Some((field, text?))));
            let mut row = Row { fields, extras: Vec::new() };
            for (name, text) in extras {
                if !row.extras.iter().any(|(known, _)| known == name) {
                    row.extras.push((name.to_owned(), text));
                }
            }
            row
        })
        .boxed()
}

/// A record.
pub fn record() -> BoxedStrategy<Record> {
    row().prop_map(|row| row.record()).boxed()
}

/// A text that a seller can have typed on one line.
fn typed_line() -> BoxedStrategy<String> {
    nasty()
        .prop_map(|text| text.replace(['\n', '\r'], " ").trim().to_owned())
        .prop_filter("a seller's text is not blank", |text| !text.is_empty())
        .boxed()
}

fn verdict() -> BoxedStrategy<Verdict> {
    let kinds = select(VerdictKind::ALL);
    (kinds, near(), option::of(near()), select(Reason::ALL), option::of(nasty()), any::<bool>())
        .prop_map(|(kind, at, accepted, reason, notes, reported)| {
            let ended = matches!(kind, VerdictKind::Declined | VerdictKind::Lost);
            let accepted_at = if kind == VerdictKind::Accepted { Some(at) } else { accepted };
            let notes = notes.filter(|notes| ended && !notes.is_empty());
            Verdict { kind, at, accepted_at, reason: ended.then_some(reason), notes, reported }
        })
        .boxed()
}

fn a_deal() -> BoxedStrategy<Deal> {
    let value = select(&["0", "5", "18000.50", "20000.0001"][..]);
    (typed_line(), any::<bool>(), value, option::of(nasty()))
        .prop_map(|(name, full, value, notes)| {
            let notes = notes.filter(|notes| !notes.is_empty());
            if full {
                Deal { notes, value: Some(value.parse().unwrap()), ..deal(&name) }
            } else {
                Deal { value: None, currency: None, team: Vec::new(), notes, ..deal(&name) }
            }
        })
        .boxed()
}

fn owed() -> BoxedStrategy<Owed> {
    let remark = option::weighted(0.3, Just("Partner Center was told Accepted; correct it there.".to_owned()));
    (select(VerdictKind::ALL), near(), option::of(near()), remark)
        .prop_map(|(kind, opened_at, due, remark)| Owed { kind, opened_at, due, remark, uploaded_at: None })
        .boxed()
}

/// A seller's part.
pub fn seller() -> BoxedStrategy<Seller> {
    let touches = option::weighted(0.3, (1..9u32, near(), near())).prop_map(|touches| {
        touches.map_or(Touches::default(), |(count, first, last)| Touches {
            count,
            first_at: Some(first),
            last_at: Some(last),
            last: None,
        })
    });
    let tags = proptest::collection::vec(typed_line(), 0..3);
    let note = option::weighted(0.2, nasty()).prop_map(|note| note.filter(|note| !note.is_empty()));
    let later = option::weighted(0.2, near());
    let decided = (option::weighted(0.2, a_deal()), option::weighted(0.3, verdict()));
    (any::<bool>(), proptest::bool::weighted(0.1), tags, note, later, touches, decided)
        .prop_map(|(favorite, away, tags, note, later_until, touches, (deal, verdict))| Seller {
            favorite,
            away,
            tags,
            note,
            later_until,
            touches,
            deal,
            verdict,
        })
        .boxed()
}

/// A whole lead; its id is 1.
pub fn lead() -> BoxedStrategy<Lead> {
    (record(), seller(), proptest::collection::vec(owed(), 0..2), near())
        .prop_map(|(record, seller, owed, as_of)| Lead {
            id: LeadId(1),
            rev: 1,
            record,
            seller,
            owed,
            receipt: Receipt { via: ReceivedVia::PartnerCenterExport, at: now(), as_of },
        })
        .boxed()
}

/// Leads with ascending ids that have gaps.
pub fn leads(most: usize) -> BoxedStrategy<Vec<Lead>> {
    proptest::collection::vec((lead(), 1..4i64), 0..most)
        .prop_map(|leads| {
            let mut id = 0;
            let number = |(mut lead, gap): (Lead, i64)| {
                id += gap;
                lead.id = LeadId(id);
                lead
            };
            leads.into_iter().map(number).collect()
        })
        .boxed()
}
