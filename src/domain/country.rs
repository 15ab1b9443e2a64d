//! The country of a customer: an ISO 3166-1 alpha-2 code, read from whatever a file or a person wrote
//! (PRODUCT.md, the lead's fields: `USA`, `E.U.A.` and `United States` are all US).
//!
//! Must not guess: a text that is no country, or that two countries share, is `None`, and the lead keeps
//! the text as received.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// `code<TAB>alpha-3<TAB>name<TAB>aliases joined by |`, a country a line; `#` opens a comment.
const TABLE: &str = include_str!("../../assets/countries.tsv");

/// No name of a country is longer than this; a longer text is not looked up.
const LONGEST_BYTES: usize = 256;

/// A country of ISO 3166-1 by its alpha-2 code. Only the 249 codes assigned exist as values; the order is that of the codes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// The country a text names: alpha-2 or alpha-3 code, English short or official name, common name, or the name in one of
    /// some thirty languages. Case, accents, dots, punctuation and doubled blanks do not matter, except that a code has to be
    /// written as bare letters: `N.A.` is not Namibia. `None` where the text names no country of ISO 3166-1 or more than one.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        match *text.as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                if let Some(country) = Self::from_code_bytes([a.to_ascii_uppercase(), b.to_ascii_uppercase()]) {
                    return Some(country);
                }
            }
            [a, b, c] if text.is_ascii() => {
                let code = [a, b, c].map(|byte| byte.to_ascii_uppercase());
                if let Some(country) = COUNTRIES.by_alpha3.get(&code) {
                    return Some(*country);
                }
            }
            _ if text.len() > LONGEST_BYTES => return None,
            _ => {}
        }
        BY_NAME.get(folded(text).as_str()).copied()
    }

    /// The country with exactly this alpha-2 code in capitals; `None` where the code is not assigned.
    pub fn from_code_bytes(code: [u8; 2]) -> Option<Self> {
        let country = Self(code);
        country.slot().and_then(|slot| COUNTRIES.names.get(slot)).and_then(|name| name.map(|_| country))
    }

    /// The two letters of the code, in capitals.
    pub fn bytes(self) -> [u8; 2] {
        self.0
    }

    /// The alpha-2 code, `BR`.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The short English name as people say it: `Brazil`, `United States`, `South Korea`. Never empty.
    pub fn name(self) -> &'static str {
        self.slot().and_then(|slot| COUNTRIES.names.get(slot).copied().flatten()).unwrap_or_default()
    }

    /// Every country of ISO 3166-1, in the order of their codes.
    pub fn all() -> impl Iterator<Item = Self> {
        COUNTRIES.all.iter().copied()
    }

    /// Where the code stands in a table of all pairs of capitals.
    fn slot(self) -> Option<usize> {
        let [a, b] = self.0;
        (a.is_ascii_uppercase() && b.is_ascii_uppercase()).then(|| usize::from(a - b'A') * 26 + usize::from(b - b'A'))
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

/// What a code says: all that the leads of a store need, which are kept by their codes.
static COUNTRIES: LazyLock<Countries> = LazyLock::new(Countries::load);

/// Countries by every folded name. Folding them takes longer than opening a store, so it waits for the first name.
static BY_NAME: LazyLock<HashMap<String, Country>> =
    LazyLock::new(|| rows().flat_map(|row| row.every_name().map(move |name| (folded(name), row.country))).collect());

struct Countries {
    all: Vec<Country>,
    names: Vec<Option<&'static str>>,
    by_alpha3: HashMap<[u8; 3], Country>,
}

impl Countries {
    fn load() -> Self {
        let mut countries = Self { all: Vec::new(), names: vec![None; 26 * 26], by_alpha3: HashMap::new() };
        for row in rows() {
            let Some(slot) = row.country.slot() else { continue };
            if let Some(name) = countries.names.get_mut(slot) {
                *name = Some(row.name);
                countries.all.push(row.country);
            }
            countries.by_alpha3.insert(row.alpha3, row.country);
        }
        countries
    }
}

struct Row {
    country: Country,
    alpha3: [u8; 3],
    name: &'static str,
    aliases: &'static str,
}

impl Row {
    fn every_name(&self) -> impl Iterator<Item = &'static str> + use<> {
        std::iter::once(self.name).chain(self.aliases.split('|').filter(|alias| !alias.is_empty()))
    }
}

fn rows() -> impl Iterator<Item = Row> {
    TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut cells = line.split('\t');
        Some(Row {
            country: Country(cells.next()?.as_bytes().try_into().ok()?),
            alpha3: cells.next()?.as_bytes().try_into().ok()?,
            name: cells.next()?,
            aliases: cells.next()?,
        })
    })
}

/// What two spellings of one name have in common: lower case without accents, dots and apostrophes gone, any other
/// punctuation and every run of blanks one blank.
fn folded(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    let mut gap = false;
    let mut take = |ch: char| match ch {
        '.' | '\'' | '`' | '´' | '‘' | '’' | 'ʻ' | 'ʼ' => {}
        '&' => {
            spaced(&mut key, &mut true, "and");
            gap = true;
        }
        'ß' => spaced(&mut key, &mut gap, "ss"),
        'æ' => spaced(&mut key, &mut gap, "ae"),
        'ø' => spaced(&mut key, &mut gap, "o"),
        'ł' => spaced(&mut key, &mut gap, "l"),
        'đ' => spaced(&mut key, &mut gap, "d"),
        'ı' => spaced(&mut key, &mut gap, "i"),
        ch if ch.is_alphanumeric() => spaced(&mut key, &mut gap, ch.encode_utf8(&mut [0; 4])),
        _ => gap = true,
    };
    if name.is_ascii() {
        name.chars().for_each(|ch| take(ch.to_ascii_lowercase()));
    } else {
        name.nfkd().filter(|ch| !is_combining_mark(*ch)).flat_map(char::to_lowercase).for_each(&mut take);
    }
    key
}

fn spaced(key: &mut String, gap: &mut bool, text: &str) {
    if std::mem::take(gap) && !key.is_empty() {
        key.push(' ');
    }
    key.push_str(text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn code(text: &str) -> Option<String> {
        Country::parse(text).map(|country| country.to_string())
    }

    #[test]
    fn table_holds_the_249_countries_in_order() {
        let all: Vec<_> = Country::all().collect();
        assert_eq!(all.len(), 249);
        assert!(all.is_sorted());
        assert_eq!(rows().count(), 249);
        assert_eq!(COUNTRIES.by_alpha3.len(), 249);
        assert_eq!(TABLE.lines().filter(|line| !line.starts_with('#')).count(), 249);
        for row in rows() {
            assert_eq!(Country::parse(row.country.code()), Some(row.country));
            assert_eq!(code(&String::from_utf8_lossy(&row.alpha3).to_lowercase()), Some(row.country.to_string()));
            assert_eq!(Country::from_code_bytes(row.country.bytes()), Some(row.country));
        }
    }

    #[test]
    fn name_leads_back_to_its_country() {
        for country in Country::all() {
            assert_eq!(Country::parse(country.name()), Some(country), "{}", country.name());
        }
    }

    #[test]
    fn no_two_countries_share_a_name() {
        let mut owners: HashMap<String, Country> = HashMap::new();
        for row in rows() {
            for name in row.every_name() {
                let key = folded(name);
                assert!(!key.is_empty(), "{name} folds to nothing");
                assert!(name.len() <= LONGEST_BYTES, "{name} is never looked up");
                let owner = *owners.entry(key).or_insert(row.country);
                assert_eq!(owner, row.country, "{name}");
                assert_eq!(Country::parse(name), Some(row.country), "{name}");
            }
        }
    }

    #[test]
    fn what_people_write_is_understood() {
        let written = [
            (
                "US",
                "us|USA|U.S.|U. S. A.|E.U.A.|EUA|EE.UU.|United  States|united states of america|États-Unis|アメリカ合衆国",
            ),
            ("GB", " UK |U.K.|Great Britain|Gro\u{df}britannien|GBR|Vereinigtes Königreich"),
            ("BR", "Brasil|brazil|BRAZIL|Brésil|BRA"),
            ("DE", "Deutschland|Germany|ALEMANIA|Niemcy"),
            ("PL", "Polska|Polónia|Poland"),
            ("JP", "日本|Japan|JPN"),
            ("CZ", "Czech Republic|Czechia|Ceska republika|Česko"),
            ("KR", "South Korea|Korea, Republic of|Republic of Korea|Korea (South)|대한민국"),
            ("KP", "North Korea|Korea, Democratic People's Republic of"),
            ("TR", "Türkiye|Turkiye|Turkey|TÜRKİYE"),
            ("CI", "Côte d'Ivoire|Cote d’Ivoire|Ivory Coast"),
            ("VN", "Viet Nam|Vietnam|Việt Nam"),
            ("TW", "Taiwan, Province of China|臺灣|台灣"),
            ("BA", "Bosnia & Herzegovina|Bosnia and Herzegovina|Bosnia&Herzegovina"),
            ("LT", "Lietuva|Litwa"),
            ("SE", "Szwecja|Ｓｗｅｄｅｎ|Sverige"),
            ("CD", "Congo (DRC)|Democratic Republic of the Congo"),
        ];
        for (expected, texts) in written {
            for text in texts.split('|') {
                assert_eq!(code(text).as_deref(), Some(expected), "{text}");
            }
        }
    }

    #[test]
    fn what_names_no_country_is_none() {
        for text in ["", " ", "N/A", "n.a.", "-", "XX", "Atlantis", "Kongo", "Utopia, USA", "\u{301}", "日"] {
            assert_eq!(code(text), None, "{text}");
        }
        assert_eq!(code(&"a".repeat(100_000)), None);
        assert_eq!(Country::from_code_bytes(*b"br"), None);
        assert_eq!(Country::from_code_bytes([0xff, 0]), None);
    }

    #[test]
    fn names_are_those_people_say() {
        let names = ["BR", "US", "GB", "KR", "HK"].map(|code| Country::parse(code).map(Country::name));
        assert_eq!(names, ["Brazil", "United States", "United Kingdom", "South Korea", "Hong Kong"].map(Some));
        assert_eq!(format!("{:?}", Country::parse("brasil")), "Some(BR)");
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_harm(text in any::<String>()) {
            if let Some(country) = Country::parse(&text) {
                prop_assert!(Country::parse(country.code()) == Some(country));
            }
        }
    }
}
