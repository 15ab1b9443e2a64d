//! A phone number as received to E.164, so that one person is found under every spelling of one number
//! (PRODUCT.md: the person key is the e-mail, else the phone in E.164).
//!
//! Must not judge: whether a number is assigned is Microsoft's phone validity, not ours. Must not invent: a text
//! that is no phone has no E.164 form. The steps are those of libphonenumber's `parse`, on its numbering plans.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use regex_lite::Regex;

use crate::domain::country::Country;

/// A numbering plan a line, described in its head; `#` opens a comment.
const TABLE: &str = include_str!("../../assets/phones.tsv");

/// No phone takes more characters than this, extension included; a longer text is not read.
const LONGEST_CHARS: usize = 64;
/// Fewer written digits are a choice in a menu, not a phone.
const FEWEST_WRITTEN: usize = 3;
const FEWEST_DIGITS: usize = 5;
const MOST_DIGITS: usize = 15;

/// The number in E.164, `+551155500100`, without its extension; `None` where the text is no phone.
///
/// `+...` and `tel:+...` carry their calling code; any other number is read as dialled in `country`, so without one only
/// a leading `00` is understood. Unassigned numbers are normalised like any other: only 5 to 15 digits in all are asked for.
/// Letters are no digits here (`1-800-FLOWERS` is `None`), unless they introduce the number or its extension.
pub fn e164(raw: &str, country: Option<Country>) -> Option<String> {
    let written = Written::read(raw).filter(|written| written.digits.len() >= FEWEST_WRITTEN)?;
    let digits = written.digits.as_str();
    let home = country.and_then(|country| PLANS.of_country(country));
    let (plan, national) = match (PLANS.split(digits).filter(|_| written.international), home) {
        (Some((plan, national)), _) => (plan, Cow::Borrowed(national)),
        // A plus promises a calling code: the number at home is no reading of it.
        (None, Some(home)) => {
            home.dialled(digits).filter(|(_, national)| !written.international || national != digits)?
        }
        (None, None) => PLANS.split(digits.strip_prefix("00")?).map(|(plan, national)| (plan, national.into()))?,
    };
    let national = plan.significant(&national);
    let total = plan.code.len() + national.len();
    (national.len() > 1 && (FEWEST_DIGITS..=MOST_DIGITS).contains(&total)).then(|| format!("+{}{national}", plan.code))
}

/// The number as written, for a phone to dial: its plus, where it has one, and its digits, without its extension.
/// `None` where the text is no phone.
pub fn dialled(raw: &str) -> Option<String> {
    let written = Written::read(raw).filter(|written| written.digits.len() >= FEWEST_WRITTEN)?;
    Some(format!("{}{}", if written.international { "+" } else { "" }, written.digits))
}

/// What was written, down to its digits.
struct Written {
    international: bool,
    digits: String,
}

impl Written {
    fn read(raw: &str) -> Option<Self> {
        if raw.chars().nth(LONGEST_CHARS).is_some() {
            return None;
        }
        let (number, parameters) = raw.split_once(';').unwrap_or((raw, ""));
        let context = parameters.split(';').find_map(|parameter| parameter.strip_prefix("phone-context=+"));
        let number = number.trim_start_matches(|ch| !is_plus(ch) && digit(ch).is_none());
        let bare = number.trim_start_matches(is_plus);
        let mut written = Self { international: context.is_some() || bare.len() < number.len(), digits: String::new() };
        if bare.len() == number.len() {
            written.digits.extend(context.unwrap_or_default().chars().filter_map(digit));
        }
        let mut rest = bare.chars();
        while let Some(ch) = rest.next() {
            match digit(ch) {
                Some(ch) => written.digits.push(ch),
                None if is_filler(ch) => {}
                None => return is_extension(ch, rest.as_str()).then_some(written),
            }
        }
        Some(written)
    }
}

/// Whether a text that began with `first`, behind the digits, is an extension (`x 12`, `ext. 12`, `#12`, `доб. 12`)
/// or nothing that counts.
fn is_extension(first: char, rest: &str) -> bool {
    const LABELS: [&str; 10] = ["x", "xt", "xtn", "ext", "extn", "extension", "extensión", "int", "anexo", "доб"];
    let is_plain = |ch: char| is_filler(ch) || matches!(ch, ',' | ':' | '#');
    let label: String = std::iter::once(first).chain(rest.chars()).flat_map(char::to_lowercase).collect();
    let label = label.trim_start_matches([',', '#']);
    let number = label.trim_start_matches(char::is_alphabetic);
    let label = label.strip_suffix(number).unwrap_or_default();
    (label.is_empty() || LABELS.contains(&label)) && number.chars().all(|ch| is_plain(ch) || digit(ch).is_some())
}

fn is_plus(ch: char) -> bool {
    matches!(ch, '+' | '＋')
}

/// The ASCII digit of a decimal digit in the scripts people type numbers in.
fn digit(ch: char) -> Option<char> {
    if ch.is_ascii() {
        return ch.is_ascii_digit().then_some(ch);
    }
    ['０', '٠', '۰', '०', '০', '੦', '૦', '୦', '௦', '౦', '೦', '൦', '๐', '໐']
        .into_iter()
        .find_map(|zero| char::from_digit(u32::from(ch).checked_sub(u32::from(zero)).filter(|value| *value < 10)?, 10))
}

/// Blanks, dashes, brackets and marks that stand between digits and mean nothing.
fn is_filler(ch: char) -> bool {
    ch.is_whitespace()
        || matches!(
            ch,
            '-' | '.' | '(' | ')' | '[' | ']' | '/' | '~' | '*' | '−' | 'ー' | '\u{ad}' | '\u{2053}' | '\u{223c}'
        )
        || matches!(ch, '\u{200b}'..='\u{200f}' | '\u{2010}'..='\u{2015}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
        || matches!(ch, '－'..='／' | '（' | '）' | '［' | '］' | '～')
}

static PLANS: LazyLock<Plans> = LazyLock::new(Plans::load);

struct Plans {
    all: Vec<Plan>,
    /// Where the main plan of a calling code stands in `all`.
    by_code: Vec<Option<usize>>,
    by_country: HashMap<Country, usize>,
}

impl Plans {
    fn load() -> Self {
        let mut plans = Self { all: Vec::new(), by_code: vec![None; 1000], by_country: HashMap::new() };
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let Some((region, plan)) = Plan::from_line(line) else { continue };
            let place = plans.all.len();
            if let Some(main) = plan.code.parse().ok().and_then(|code: usize| plans.by_code.get_mut(code)) {
                main.get_or_insert(place);
            }
            if let Some(country) = Country::parse(region) {
                plans.by_country.insert(country, place);
            }
            plans.all.push(plan);
        }
        plans
    }

    fn of_country(&'static self, country: Country) -> Option<&'static Plan> {
        self.all.get(*self.by_country.get(&country)?)
    }

    /// The plan an international number begins with the calling code of, and the digits behind it.
    fn split<'d>(&'static self, digits: &'d str) -> Option<(&'static Plan, &'d str)> {
        if digits.starts_with('0') {
            return None;
        }
        (1..=3).find_map(|length| {
            let (code, national) = digits.split_at_checked(length)?;
            let place = self.by_code.get(code.parse::<usize>().ok()?).copied().flatten()?;
            Some((self.all.get(place)?, national))
        })
    }
}

struct Plan {
    code: &'static str,
    abroad: Pattern,
    trunk: Pattern,
    rewrite: &'static str,
    number: Pattern,
    lengths: Vec<usize>,
}

impl Plan {
    fn from_line(line: &'static str) -> Option<(&'static str, Self)> {
        let mut cells = line.split('\t');
        let (code, region) = (cells.next()?, cells.next()?);
        let (abroad, trunk, rewrite) = (cells.next()?, cells.next()?, cells.next()?);
        let (number, lengths) = (cells.next()?, cells.next()?);
        let plan = Self {
            code,
            abroad: Pattern::opening(abroad),
            trunk: Pattern::opening(trunk),
            rewrite,
            number: Pattern::whole(number),
            lengths: lengths.split(',').filter_map(|length| length.parse().ok()).collect(),
        };
        Some((region, plan))
    }

    /// The plan a number dialled here belongs to, and its digits there: this plan and all the digits, unless they say another
    /// country or name this one. `None` where they call abroad and no calling code follows.
    fn dialled<'d>(&'static self, digits: &'d str) -> Option<(&'static Self, Cow<'d, str>)> {
        if let Some((_, behind)) = self.abroad.opens(digits)
            && !behind.starts_with('0')
        {
            return PLANS.split(behind).map(|(plan, national)| (plan, national.into()));
        }
        let named = self.behind_own_code(digits);
        let abroad = || self.behind_zeros(digits).map(|(plan, national)| (plan, national.into()));
        Some(named.or_else(abroad).unwrap_or((self, digits.into())))
    }

    /// This country's own calling code without a `+` (`16175555555` in the US): only where it is no number otherwise.
    fn behind_own_code<'d>(&self, digits: &'d str) -> Option<(&'static Self, Cow<'d, str>)> {
        let (main, behind) = PLANS.split(digits).filter(|(plan, _)| plan.code == self.code)?;
        let short = self.without_trunk(behind).map_or(Cow::Borrowed(behind), Cow::Owned);
        let becomes_number = !self.number.is_whole(digits) && self.number.is_whole(&short);
        let too_long = self.lengths.last().is_some_and(|longest| digits.len() > *longest);
        (becomes_number || too_long).then_some((main, short))
    }

    /// `00` and a calling code, written out of habit where another prefix is dialled: only where it is no number here.
    fn behind_zeros<'d>(&self, digits: &'d str) -> Option<(&'static Self, &'d str)> {
        let behind = digits.strip_prefix("00")?;
        let here = self.number.is_whole(digits) || self.number.is_whole(&self.significant(digits));
        if here { None } else { PLANS.split(behind) }
    }

    /// The national number without its trunk prefix (`0`, `8`, a carrier's code), where it has one and what is left has the
    /// length of a number here (or is too long either way).
    fn significant(&self, national: &str) -> String {
        self.without_trunk(national)
            .filter(|short| {
                let too_long = self.lengths.last().is_some_and(|longest| short.len() > *longest);
                too_long || self.lengths.contains(&short.len())
            })
            .unwrap_or_else(|| national.into())
    }

    /// The number without its trunk prefix, rewritten where the plan says so; `None` where there is none to take off,
    /// or where taking it off would spoil a number.
    fn without_trunk(&self, national: &str) -> Option<String> {
        let (groups, behind) = self.trunk.opens(national)?;
        let short = match (self.rewrite.split_once('\\'), groups.last().copied().flatten()) {
            (Some((lead, group)), Some(_)) => {
                let kept =
                    groups.get(group.parse::<usize>().ok()?.checked_sub(1)?).copied().flatten().unwrap_or_default();
                format!("{lead}{kept}{behind}")
            }
            _ => behind.to_owned(),
        };
        (!self.number.is_whole(national) || self.number.is_whole(&short)).then_some(short)
    }
}

/// A pattern of a plan, built when first asked for: most imports see few countries.
struct Pattern {
    source: &'static str,
    /// The source is digits only, as most prefixes are.
    literal: bool,
    anchored: &'static [&'static str; 2],
    built: OnceLock<Option<Regex>>,
}

impl Pattern {
    fn opening(source: &'static str) -> Self {
        Self::new(source, &["^(?:", ")"])
    }

    fn whole(source: &'static str) -> Self {
        Self::new(source, &["^(?:", ")$"])
    }

    fn new(source: &'static str, anchored: &'static [&'static str; 2]) -> Self {
        Self { source, literal: source.bytes().all(|byte| byte.is_ascii_digit()), anchored, built: OnceLock::new() }
    }

    fn regex(&self) -> Option<&Regex> {
        let [before, after] = self.anchored;
        self.built.get_or_init(|| Regex::new(&format!("{before}{}{after}", self.source)).ok()).as_ref()
    }

    /// The groups of the pattern where `digits` begins with it, and what stands behind.
    fn opens<'d>(&self, digits: &'d str) -> Option<(Vec<Option<&'d str>>, &'d str)> {
        if self.source.is_empty() || digits.is_empty() {
            return None;
        }
        if self.literal {
            return digits.strip_prefix(self.source).map(|behind| (Vec::new(), behind));
        }
        let found = self.regex()?.captures(digits)?;
        let behind = digits.get(found.get(0)?.end()..)?;
        Some((found.iter().skip(1).map(|group| group.map(|group| group.as_str())).collect(), behind))
    }

    fn is_whole(&self, digits: &str) -> bool {
        self.regex().is_some_and(|regex| regex.is_match(digits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Written by libphonenumber itself: region (`-` for none), text, E.164 or `-`.
    const REFERENCE: &str = include_str!("../../tests/data/phones.tsv");

    fn read(raw: &str, country: &str) -> Option<String> {
        e164(raw, Country::parse(country))
    }

    #[test]
    fn agrees_with_libphonenumber() {
        let mut pairs = 0;
        for line in REFERENCE.lines().filter(|line| !line.starts_with('#')) {
            let [region, raw, expected] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
            assert_eq!(read(raw, region).as_deref().unwrap_or("-"), expected, "{region} {raw}");
            pairs += 1;
        }
        assert!(pairs >= 500, "{pairs}");
    }

    #[test]
    fn plus_needs_no_country_and_heeds_none() {
        for country in ["", "US", "DE", "IT"] {
            assert_eq!(read("+81 3 550001", country).as_deref(), Some("+813550001"));
            assert_eq!(read("+44 20 794600006", country).as_deref(), Some("+4420794600006"));
            assert_eq!(read("+55 11 5550 0100", country).as_deref(), Some("+551155500100"));
            assert_eq!(read("+39 06 1234 5678", country).as_deref(), Some("+390612345678"));
            assert_eq!(read("+44 (0)20 7946 0018", country).as_deref(), Some("+442079460018"));
        }
    }

    #[test]
    fn other_numbers_are_read_at_home() {
        let written = [
            ("16175555555", "US", "+16175555555"),
            ("(617) 555-5555", "US", "+16175555555"),
            ("011 44 20 7946 0018", "US", "+442079460018"),
            ("030 123456", "DE", "+4930123456"),
            ("06 1234 5678", "IT", "+390612345678"),
            ("8 (495) 123-45-67", "RU", "+74951234567"),
            ("021 11 5550-0100", "BR", "+551155500100"),
            ("03-3550-0123", "JP", "+81335500123"),
            ("011 15 2345-6789", "AR", "+5491123456789"),
            ("4601234", "AG", "+12684601234"),
            ("00030123456", "DE", "+490030123456"),
            ("0077-7012", "JP", "+8100777012"),
        ];
        for (raw, country, expected) in written {
            assert_eq!(read(raw, country).as_deref(), Some(expected), "{raw} {country}");
        }
        assert_eq!(read("16175555555", ""), None);
        assert_eq!(read("030 123456", "AQ"), None);
    }

    #[test]
    fn every_dress_of_a_number_is_taken_off() {
        for raw in [
            "+49 30 123456",
            "0049 30 123456",
            "tel:+49-30-123456;isub=1",
            "tel:030123456;phone-context=+49",
            "Telefon: +49 (30) 12.34.56 ",
            "＋４９３０１２３４５６",
            "+49 30 123456 ext. 12",
            "+49 30 123456x12",
            "+49 30 123456 доб. 12",
            "+49 30 123456, #12",
            "\u{202a}+49\u{a0}30\u{2011}123456\u{202c}",
            "+٤٩ ٣٠ ١٢٣٤٥٦",
        ] {
            assert_eq!(read(raw, "").as_deref(), Some("+4930123456"), "{raw}");
        }
        assert_eq!(read("0044 20 7946 0018", "US").as_deref(), Some("+442079460018"), "00 where 011 is dialled");
    }

    #[test]
    fn what_is_no_phone_is_none() {
        for raw in [
            "",
            "-",
            "n/a",
            "none",
            "+",
            "12",
            "+1",
            "1110@gmail.com",
            "1-800-FLOWERS",
            "+49 30 12 or 13",
            "+999 123456",
            "+1 234567890123456",
            "00",
            "\u{661}",
            "2026-11-21T07:00:00Z",
        ] {
            assert_eq!(read(raw, "US"), None, "{raw}");
        }
        assert_eq!(read(&format!("+49 30 123456{}", " ".repeat(60)), ""), None);
    }

    #[test]
    fn every_plan_of_the_table_is_read() {
        assert_eq!(PLANS.all.len(), TABLE.lines().filter(|line| !line.starts_with('#')).count());
        for plan in &PLANS.all {
            let built = [&plan.abroad, &plan.trunk, &plan.number].iter().all(|pattern| pattern.regex().is_some());
            assert!(built && plan.lengths.is_sorted() && !plan.lengths.is_empty(), "{}", plan.code);
        }
        let without: Vec<_> = Country::all().filter(|country| PLANS.of_country(*country).is_none()).collect();
        let uninhabited =
            ["AQ", "BV", "GS", "HM", "PN", "TF", "UM"].map(|code| Country::parse(code).expect("a country"));
        assert_eq!(without, uninhabited);
    }

    fn country() -> impl Strategy<Value = Option<Country>> {
        proptest::option::of(proptest::sample::select(Country::all().collect::<Vec<_>>()))
    }

    proptest! {
        #[test]
        fn any_text_gives_a_whole_number_or_none(raw in any::<String>(), country in country()) {
            prop_assert!(is_e164_or_none(e164(&raw, country)));
        }

        #[test]
        fn any_likely_text_gives_a_whole_number_or_none(raw in "[+＋]?[-0-9０-９٠-٩ ().;#x,/extl:=*]{0,40}", country in country()) {
            prop_assert!(is_e164_or_none(e164(&raw, country)));
        }

        #[test]
        fn dress_changes_nothing(digits in "[0-9]{3,15}", every in 1_usize..4, filler in "[ ().-]", country in country()) {
            let dressed: String = digits.chars().enumerate()
                .flat_map(|(place, ch)| [Some(ch), (place % every == 0).then_some(()).and(filler.chars().next())]).flatten().collect();
            prop_assert_eq!(e164(&dressed, country), e164(&digits, country));
        }

        #[test]
        fn known_calling_code_heeds_no_country(number in "[1-9][0-9]{6,12}", country in country()) {
            let raw = format!("+{number}");
            prop_assert!(PLANS.split(&number).is_none() || e164(&raw, country) == e164(&raw, None), "{raw}");
        }
    }

    fn is_e164_or_none(number: Option<String>) -> bool {
        number.is_none_or(|number| {
            number.strip_prefix('+').is_some_and(|digits| {
                (FEWEST_DIGITS..=MOST_DIGITS).contains(&digits.len())
                    && digits.bytes().all(|byte| byte.is_ascii_digit())
            })
        })
    }
}
