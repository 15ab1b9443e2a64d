//! A downloaded bulk file with what is owed written into it: every byte outside the owed cells stays, whatever the file's
//! encoding, marks, quoting and line ends; what was written reads back.

use encoding_rs::WINDOWS_1252;
use leadbox::domain::change::{Change, Grounds, apply};
use leadbox::domain::entry::team_member;
use leadbox::domain::lead::{Deal, Lead, LeadId};
use leadbox::domain::record::Field;
use leadbox::domain::terms::Terms;
use leadbox::domain::upload::Intent;
use leadbox::domain::vocabulary::{Reason, VerdictKind};
use leadbox::formats::bulk_account::sentences;
use leadbox::formats::bulk_template::fill;
use leadbox::formats::bulk_upload::{NotTold, Upload};
use leadbox::formats::text::Encoding;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::samples::{Row, all_leads, empty_store, law, now, put_all, read_csv};

/// The four that owe something, in the order of their ids: an accept, a decline, a win, a loss.
const OWING: [(&str, VerdictKind); 4] = [
    ("aaaa-1", VerdictKind::Accepted),
    ("bbbb-2", VerdictKind::Declined),
    ("cccc-3", VerdictKind::Won),
    ("dddd-4", VerdictKind::Lost),
];

fn deal() -> Deal {
    Deal {
        name: "=Adatum – backup".to_owned(),
        value: "18000.50".parse().ok(),
        currency: Some("EUR".to_owned()),
        close_on: "2026-12-03".parse().ok(),
        notes: Some("3 servers,\n\"4\" TB; | \t".to_owned()),
        crm_id: Some("crm-1".to_owned()),
        campaign_id: None,
        team: vec![team_member("Jo van Hill <jo@contoso.example> +49 30 5550 0100").unwrap()],
    }
}

/// The leads, with their verdicts; what is won and lost, Partner Center has accepted.
fn owing() -> Vec<Lead> {
    let mut store = empty_store();
    let status = |kind| if matches!(kind, VerdictKind::Won | VerdictKind::Lost) { "Accepted" } else { "Received" };
    let row = |(id, kind): (&str, VerdictKind)| Row::contact_me(id, "2026-11-19").with(Field::Status, status(kind));
    let arrivals: Vec<_> = OWING.into_iter().map(|owing| row(owing).arrival("2026-11-19")).collect();
    put_all(&mut store, &arrivals, now());
    let grounds = |reason| Grounds { reason, notes: Some("said so".to_owned()), reported: false };
    let changes = [
        Change::Accept { deal: deal(), reported: false },
        Change::Decline(grounds(Reason::Spam)),
        Change::Won { value: Some(("7".parse().unwrap(), "PLN".to_owned())), reported: false },
        Change::Lost(grounds(Reason::Budget)),
    ];
    let leads = all_leads(&store);
    leads.iter().zip(&changes).map(|(lead, change)| apply(lead, change, &Terms::default(), now()).unwrap()).collect()
}

/// What has to stand in a column of a lead's row; nothing where it stays as it is.
fn wanted(kind: VerdictKind, column: &str, old: &str) -> Option<&'static str> {
    use VerdictKind::{Accepted, Declined, Lost, Won};
    Some(match (column, kind) {
        ("Partner Referral Status", Accepted) => "Active",
        ("Partner Referral Status", _) => "Closed",
        ("Partner Referral Substatus", kind) => kind.title(),
        ("Declined/Lost/Error reason", Declined) => "7",
        ("Declined/Lost/Error reason", Lost) => "1",
        ("Notes", Declined | Lost) => "said so",
        ("Notes", Accepted) => "3 servers,\n\"4\" TB; |",
        ("Deal Name", Accepted) => "'=Adatum – backup",
        ("Estimated Deal Value", Accepted) => "18000.50",
        ("Estimated Deal Value", Won) => "7",
        ("Currency", Accepted) => "EUR",
        ("Currency", Won) => "PLN",
        ("Estimated Close Date", Accepted) => "12/03/2026",
        ("CRM ID", Accepted) => "crm-1",
        ("Team member 1", Accepted) if old.trim().is_empty() => "Jo van, Hill, +49 30 5550 0100, jo@contoso.example",
        ("Marketplace Purchase Intent", kind) if !["Yes", "No", "Have not decided"].contains(&old.trim()) => match kind
        {
            Accepted => "Have not decided",
            Won => "Yes",
            Declined | Lost => "No",
        },
        _ => return None,
    })
}

const NEEDED: [&str; 3] = ["Referral ID", "Partner Referral Status", "Partner Referral Substatus"];
const OTHERS: [&str; 15] = [
    "Errors",
    "Engagement ID",
    "Deal Name",
    "Customer Name",
    "Declined/Lost/Error reason",
    "Notes",
    "Estimated Deal Value",
    "Currency",
    "Estimated Close Date",
    "CRM ID",
    "Marketing Campaign ID",
    "Marketplace Purchase Intent",
    "Team member 1",
    "Customer Contact Email Address",
    "Something new",
];
const TEXTS: [&str; 14] = [
    "",
    "",
    "Northwind",
    " padded ",
    "a;b,c|d\te",
    "say \"hi\"",
    "two\nlines",
    "two\r\nlines",
    "Jo\u{e3}o x",
    "=1+1",
    "Yes",
    "EUR",
    "'",
    "0042",
];
const WIDE_TEXTS: [&str; 3] = ["東京商事", "Łódź 🔥", "e\u{301}"];

/// A downloaded file, cell by cell.
#[derive(Clone, Debug)]
struct Made {
    encoding: Encoding,
    delimiter: char,
    stated: bool,
    columns: Vec<&'static str>,
    /// Of each row the id, what its cells say, and which of them are quoted.
    rows: Vec<(String, Vec<(String, bool)>)>,
    end: &'static str,
    blank: bool,
    last_end: bool,
}

impl Made {
    /// The file, its cells as `change` wants them.
    fn bytes(&self, change: impl Fn(&str, &str, &str) -> Option<String>) -> Vec<u8> {
        let mut text = String::new();
        if self.stated {
            text = format!("sep={}{}", self.delimiter, self.end);
        }
        let header: Vec<_> = self.columns.iter().map(|name| self.cell(name, false)).collect();
        text.push_str(&header.join(&self.delimiter.to_string()));
        for (id, cells) in &self.rows {
            text.push_str(self.end);
            if self.blank {
                text.push_str(self.end);
            }
            let cells: Vec<_> = cells
                .iter()
                .zip(&self.columns)
                .map(|((old, always), column)| {
                    let always = self.cell(old, *always).starts_with('"');
                    let new = change(id, column, old).filter(|new| new != old.trim());
                    self.cell(new.as_deref().unwrap_or(old), always)
                })
                .collect();
            text.push_str(&cells.join(&self.delimiter.to_string()));
        }
        if self.last_end {
            text.push_str(self.end);
        }
        encoded(&text, self.encoding)
    }

    fn cell(&self, text: &str, always: bool) -> String {
        let special = text.contains([self.delimiter, '"', '\n', '\r']) || text.trim() != text;
        if always || special { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
    }
}

fn encoded(text: &str, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Utf8 => text.into(),
        Encoding::Utf8Bom => format!("\u{feff}{text}").into_bytes(),
        Encoding::Utf16Le => format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Encoding::Windows1252 => WINDOWS_1252.encode(text).0.into_owned(),
    }
}

fn made() -> BoxedStrategy<Made> {
    let columns = subsequence(OTHERS.to_vec(), 0..=OTHERS.len())
        .prop_map(|others| [NEEDED.to_vec(), others].concat())
        .prop_shuffle();
    let shape = (
        select(Encoding::ALL),
        select(&[',', ';', '\t', '|'][..]),
        any::<bool>(),
        select(&["\n", "\r\n"][..]),
        any::<bool>(),
        any::<bool>(),
    );
    (columns, shape, subsequence((0..8usize).collect::<Vec<_>>(), 1..=8))
        .prop_flat_map(|(mut columns, shape, ids)| {
            if shape.0 == Encoding::Windows1252 {
                // Without a letter of its own it would be UTF-8.
                columns.push("Pre\u{e7}o x");
            }
            let texts: Vec<&str> = match shape.0 {
                Encoding::Windows1252 => TEXTS.to_vec(),
                _ => [&TEXTS[..], &WIDE_TEXTS[..]].concat(),
            };
            let row = proptest::collection::vec((select(texts), any::<bool>()), columns.len());
            (Just((columns, shape, ids.clone())), proptest::collection::vec(row, ids.len()))
        })
        .prop_map(|((columns, shape, ids), rows)| {
            let (encoding, delimiter, stated, end, blank, last_end) = shape;
            let rows = ids.into_iter().zip(rows).map(|(at, cells)| row(at, &columns, cells)).collect();
            Made { encoding, delimiter, stated, columns, rows, end, blank, last_end }
        })
        .boxed()
}

/// The first four rows are of leads that owe something, each as Partner Center has it; the rest are of others.
fn row(at: usize, columns: &[&'static str], cells: Vec<(&str, bool)>) -> (String, Vec<(String, bool)>) {
    let id = OWING.get(at).map_or_else(|| format!("other-{at}"), |(id, _)| (*id).to_owned());
    let ended = OWING.get(at).is_some_and(|(_, kind)| matches!(kind, VerdictKind::Won | VerdictKind::Lost));
    let cells = cells.into_iter().zip(columns).map(|((text, always), column)| {
        let text = match *column {
            "Referral ID" => id.to_uppercase(),
            "Partner Referral Status" => if ended { "Active" } else { "New" }.to_owned(),
            "Partner Referral Substatus" => if ended { "Accepted" } else { "Received" }.to_owned(),
            _ => text.to_owned(),
        };
        (text, always)
    });
    (id.clone(), cells.collect())
}

fn kind(id: &str) -> Option<VerdictKind> {
    OWING.into_iter().find(|(other, _)| *other == id).map(|(_, kind)| kind)
}

proptest! {
    #![proptest_config(law(400))]

    #[test]
    fn only_the_owed_cells_change(made in made()) {
        let leads = owing();
        let template = made.bytes(|_, _, _| None);
        let upload = fill(&template, &leads, None).unwrap();
        let there: Vec<_> = OWING.iter().filter(|(id, _)| made.rows.iter().any(|(row, _)| row == id)).collect();
        prop_assert_eq!(upload.rows(), there.len());
        prop_assert_eq!(upload.left.iter().filter(|(_, why)| *why == NotTold::NotInTemplate).count(), 4 - there.len());
        let expected = made.bytes(|id, column, old| wanted(kind(id)?, column, old).map(str::to_owned));
        let written = upload.parts.first().map_or(&template, |part| &part.bytes);
        prop_assert_eq!(String::from_utf8_lossy(written), String::from_utf8_lossy(&expected));
        prop_assert_eq!(written, &expected);
        // A file in which nothing is owed is not written, and one without its owed rows stays as it was.
        prop_assert_eq!(upload.parts.is_empty(), there.is_empty());
        let (rows, _) = read_csv(written, now()).unwrap();
        prop_assert_eq!(rows.len(), made.rows.len());
        for row in rows.into_iter().flatten() {
            let id = row.record.external_id.clone().unwrap().to_lowercase();
            if let Some(kind) = kind(&id) {
                prop_assert_eq!((row.record.status, row.record.outcome), kind.standing());
            }
        }
    }
}

fn told(upload: &Upload) -> String {
    sentences(upload).join("\n")
}

fn text(upload: &Upload) -> String {
    String::from_utf8(upload.parts[0].bytes.clone()).unwrap()
}

const HEAD: &str = "Referral ID,Partner Referral Status,Partner Referral Substatus,Marketplace Purchase Intent\n";

#[test]
fn what_the_template_says_of_a_lead_decides_what_is_told() {
    let leads = owing();
    let file = format!(
        "{HEAD}aaaa-1,Active,Accepted,Yes\nbbbb-2,Active,Accepted,\ncccc-3,Closed,Expired,\nDDDD-4,Active,Accepted,maybe\n"
    );
    let upload = fill(file.as_bytes(), &leads, None).unwrap();
    assert_eq!(upload.parts[0].told, [(LeadId(4), VerdictKind::Lost)]);
    assert_eq!(text(&upload), file.replace("DDDD-4,Active,Accepted,maybe", "DDDD-4,Closed,Lost,No"));
    let told = told(&upload);
    for sentence in [
        "1 owed lead is as owed in Partner Center already: #1. Import a newer export, which closes what is owed.",
        "1 owed lead is closed in Partner Center (expired): #3. What is closed there opens no more.",
        "1 lead was declined here and accepted in Partner Center: #2. An accepted lead is not declined; decide there.",
    ] {
        assert!(told.contains(sentence), "{told}");
    }
}

#[test]
fn an_intent_that_stands_there_stays_unless_the_seller_names_one() {
    let leads = owing();
    let file = format!("{HEAD}cccc-3,Active,Accepted,No\nzzzz,New,Received,No\n");
    assert!(text(&fill(file.as_bytes(), &leads, None).unwrap()).contains("cccc-3,Closed,Won,No\n"));
    let wished = text(&fill(file.as_bytes(), &leads, Some(Intent::Undecided)).unwrap());
    assert_eq!(wished, format!("{HEAD}cccc-3,Closed,Won,Have not decided\nzzzz,New,Received,No\n"));
}

#[test]
fn a_member_of_the_team_is_added_once_and_where_there_is_room() {
    let leads = owing();
    let head = "Referral ID,Partner Referral Status,Partner Referral Substatus,Team member 1,Team member 2\n";
    let filled = |members: &str| {
        let upload = fill(format!("{head}aaaa-1,New,Received,{members}\n").as_bytes(), &leads, None).unwrap();
        (text(&upload), told(&upload))
    };
    let jo = "\"Jo van, Hill, +49 30 5550 0100, jo@contoso.example\"";
    assert!(filled("\"Max, M, 5, max@contoso.example\",").0.ends_with(&format!("max@contoso.example\",{jo}\n")));
    let known = "\"Jo, H, , JO@contoso.example\",";
    assert!(filled(known).0.ends_with(&format!("Accepted,{known}\n")));
    let (file, told) = filled("a@x.example,b@x.example");
    assert!(file.ends_with("a@x.example,b@x.example\n"));
    assert!(told.contains("1 value of “Team member” has no place in the template: enter by hand."), "{told}");
    assert!(told.contains("“Deal Name”") && told.contains("“Marketplace Purchase Intent”"), "{told}");
}

#[test]
fn rows_that_cannot_be_told_apart_are_left_alone_and_said() {
    let leads = owing();
    let file = format!("{HEAD}aaaa-1,New,Received,\nAAAA-1,New,Received,\nbbbb-2,New\ncccc-3,Active,Accepted,\n");
    let upload = fill(file.as_bytes(), &leads, None).unwrap();
    assert_eq!(text(&upload), file.replace("cccc-3,Active,Accepted,", "cccc-3,Closed,Won,Yes"));
    let told = told(&upload);
    assert!(told.contains("stands in the template more than once: #1."), "{told}");
    assert!(told.contains("has a row that does not fit the header: #2."), "{told}");
    assert!(told.contains("1 owed lead is not in the template: #4. Download it again without filters"), "{told}");
}

#[test]
fn a_template_with_more_rows_than_an_upload_takes_is_reduced_to_what_is_owed() {
    let leads = owing();
    let mut file = format!("\u{feff}sep=,\r\n{}", HEAD.replace('\n', "\r\n"));
    for at in 0..1000 {
        file.extend(["other-", &at.to_string(), ",New,Received,\r\n\r\n"]);
        if at == 500 {
            file.push_str("dddd-4,Active,Accepted,\r\n");
        }
    }
    file.push_str("aaaa-1,New,Received,");
    let upload = fill(file.as_bytes(), &leads, None).unwrap();
    let (head, _) = file.split_once("other-0").unwrap();
    assert_eq!(text(&upload), format!("{head}dddd-4,Closed,Lost,No\r\naaaa-1,Active,Accepted,Have not decided"));
    assert_eq!(upload.parts.len(), 1);
    assert!(told(&upload).contains("The template has 1002 rows and an upload takes 1000"), "{}", told(&upload));
}

#[test]
fn more_owed_rows_than_an_upload_takes_are_split_and_each_stands_in_its_part() {
    let accepted = owing().swap_remove(0);
    let many = |n: i64| {
        let mut lead = accepted.clone();
        (lead.id, lead.record.external_id) = (LeadId(n), Some(format!("id-{n}")));
        lead
    };
    let leads: Vec<Lead> = (0..2500).map(many).collect();
    // Every other row is owed, the last without a line's end.
    let rows: Vec<_> = (0..2500).map(|n| format!("other-{n},New,Received,No\nid-{n},New,,")).collect();
    let file = format!("{HEAD}{}", rows.join("\n"));
    let upload = fill(file.as_bytes(), &leads, None).unwrap();
    let row = |n: usize| format!("id-{n},Active,Accepted,Have not decided");
    for (part, at) in upload.parts.iter().zip([0..1000, 1000..2000, 2000..2500]) {
        let rows: Vec<_> = at.clone().map(row).collect();
        assert_eq!(String::from_utf8(part.bytes.clone()).unwrap().trim_end(), format!("{HEAD}{}", rows.join("\n")));
        assert!(part.told.iter().map(|(lead, _)| lead.0).eq(at.map(|n| n as i64)));
    }
    assert_eq!(upload.parts.len(), 3);
}

#[test]
fn what_is_no_bulk_download_or_cannot_hold_a_value_is_refused_with_a_sentence() {
    let leads = owing();
    let refused = |bytes: &[u8]| fill(bytes, &leads, None).unwrap_err().0;
    assert!(refused(b"LeadId,LeadCreationDateTime,CallToAction,CustomerName\n").contains("is no bulk download"));
    assert!(
        refused(b"Referral ID,Marketplace Purchase Intent\na,Yes\n").contains("no column “Partner Referral Status”")
    );
    assert!(refused(b"").starts_with("The template cannot be used. The file is empty."));
    assert!(refused(format!("{HEAD}\"a").as_bytes()).contains("never closed"));
    let mut leads = owing();
    leads[0].seller.deal.as_mut().unwrap().name = "Łódź".to_owned();
    let head = "Referral ID,Partner Referral Status,Partner Referral Substatus,Deal Name\n";
    let file = encoded(&format!("{head}aaaa-1,New,Received,Jo\u{e3}o x\n"), Encoding::Windows1252);
    let why = fill(&file, &leads, None).unwrap_err().0;
    assert!(why.contains("Windows-1252") && why.contains("“Łódź” (lead 1)"), "{why}");
}
