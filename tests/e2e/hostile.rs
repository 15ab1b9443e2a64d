//! Leads whose every text means harm: sequences that set titles, fill clipboards, move the cursor, ask the terminal to
//! answer; characters that hide or turn text; piles of marks. The same ones each time.

use csv::WriterBuilder;

/// What is hidden in the texts.
pub const ATOMS: [&str; 34] = [
    "\x1b]0;owned\x07",
    "\x1b]2;owned\x1b\\",
    "\x1b]52;c;b3duZWQ=\x07",
    "\x1b]52;c;?\x07",
    "\x1b]8;;http://x.example\x07link\x1b]8;;\x07",
    "\x1b[2J",
    "\x1b[H",
    "\x1b[31mred",
    "\x1b[6n",
    "\x1b[c",
    "\x1b[?1049l",
    "\x1b[?2004l",
    "\x1b[201~dq\x03",
    "\x1bP$q\"p\x1b\\",
    "\x1b_G\x1b\\",
    "\x1b^x\x1b\\",
    "\x1bXx\x1b\\",
    "\x1bc",
    "\u{9b}2J",
    "\u{9d}0;owned\u{9c}",
    "\u{90}q\u{9c}",
    "\u{85}",
    "\r",
    "\n",
    "\t",
    "\x08\x08\x08",
    "\x07",
    "\u{202e}gnp.exe",
    "\u{2066}\u{2069}",
    "a\u{200b}b\u{200d}c\u{feff}",
    "\u{e0041}\u{e0042}\u{e007f}",
    "z\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}\u{308}",
    "\u{2028}\u{2029}",
    "👩\u{200d}🚒\u{fe0f}田",
];

const WORDS: [&str; 8] = ["Northwind", "Adatum", "田中商事", "Souza", "é", "sql-backup", "a@b.example", "+49 30 5550"];

/// Numbers without a source of chance.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    /// One of these.
    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// A text with one to three harmful things in it.
pub fn text(chance: &mut Chance) -> String {
    let mut text = String::new();
    for _ in 0..=chance.below(3) {
        text.push_str(chance.one_of(&WORDS));
        text.push_str(chance.one_of(&ATOMS));
    }
    text.push_str(chance.one_of(&WORDS));
    text
}

/// A Partner Center export of `count` leads, hostile in every column that may hold any text, names of columns too.
pub fn csv(count: usize) -> Vec<u8> {
    let mut chance = Chance::new(7);
    let mut sheet = WriterBuilder::new().from_writer(Vec::new());
    let known = [
        "LeadId",
        "LeadCreationDateTime",
        "LeadType",
        "LeadSource",
        "CallToAction",
        "OfferId",
        "OfferName",
        "CustomerName",
        "FirstName",
    ];
    let more = [
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
        "Notes",
    ];
    let own = [format!("Extra {}", text(&mut chance)), format!("{}More", text(&mut chance))];
    sheet.write_record(known.into_iter().chain(more).map(str::to_owned).chain(own)).unwrap();
    for number in 0..count {
        let mut any = |fixed: &str| if number % 3 == 0 { text(&mut chance) } else { fixed.to_owned() };
        let source = any("AppSource (SPZA)-PLT|contoso.x");
        let (kind, validity, quality) = (any("Offer"), any("Valid"), any("High"));
        let action = if number % 3 == 1 { "Contact me".to_owned() } else { any("Get it now") };
        let (qualified, status) = (any(if number % 5 == 0 { "SalesQualified" } else { "Direct" }), any("Received"));
        let created = format!("2026-11-{:02}T{:02}:00:00Z", 1 + number % 19, number % 24);
        let mut hostile = || text(&mut chance);
        let id = format!("{number}-{}", hostile());
        let row = [id, created, kind, source, action, hostile(), hostile(), hostile(), hostile()];
        let rest = [
            hostile(),
            hostile(),
            hostile(),
            validity.clone(),
            hostile(),
            validity,
            hostile(),
            quality,
            qualified,
            status,
            hostile(),
        ];
        sheet.write_record(row.into_iter().chain(rest).chain([hostile(), hostile()])).unwrap();
    }
    sheet.into_inner().unwrap()
}
