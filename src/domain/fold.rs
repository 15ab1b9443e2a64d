//! Folding of text for search: case and accents do not count, nor do widths, ligatures and invisible characters.
//!
//! Search is substring, never fuzzy (PRODUCT.md section 3), so folding keeps what tells two words apart: the voicing
//! marks of kana, vowel signs and nuktas of Indic scripts, the syllables of Hangul. It must not be used to show text.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

use crate::domain::term_text::is_invisible;

/// `text` folded: compatibility forms unified (half-width kana, ligatures), accents and points dropped, lower-cased,
/// letters that do not decompose spelled out (`ß` ss, `ł` l, `ø` o, `đ` d, `æ` ae, …), invisible characters dropped,
/// controls read as blanks, a run of blanks one blank, none at the ends, recomposed (NFC) last.
///
/// Accents are the marks of combining class 1, 10–36 (Hebrew, Arabic, Syriac points) and 200 upwards; the rest stay:
/// `か` and `が` differ. Folding a folded text changes nothing.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(&mut folded, text);
    folded
}

/// Appends exactly [`fold`]`(text)` to `out`; what `out` held before is neither looked at nor changed. For arenas that
/// fold a million rows without a `String` each.
pub fn fold_into(out: &mut String, text: &str) {
    if is_plain(text.as_bytes()) {
        // Nearly every text: nothing goes or comes, and only case changes.
        let from = out.len();
        out.push_str(text);
        if let Some(added) = out.get_mut(from..) {
            added.make_ascii_lowercase();
        }
    } else if text.is_ascii() {
        append(out, text.chars().map(|c| c.to_ascii_lowercase()));
    } else {
        let spelled = text.nfkd().filter(|c| !is_dropped(*c)).flat_map(char::to_lowercase).flat_map(spell_out);
        append(out, spelled.nfc());
    }
}

/// True of printable ASCII with single blanks between words and none at the ends.
fn is_plain(text: &[u8]) -> bool {
    let mut blank = true;
    for byte in text {
        match byte {
            b'!'..=b'~' => blank = false,
            b' ' if !blank => blank = true,
            _ => return false,
        }
    }
    !blank || text.is_empty()
}

fn append(out: &mut String, chars: impl Iterator<Item = char>) {
    let mut started = false;
    let mut blank = false;
    for c in chars {
        if c.is_whitespace() || c.is_control() {
            blank = started;
            continue;
        }
        if blank {
            out.push(' ');
            blank = false;
        }
        out.push(c);
        started = true;
    }
}

fn is_dropped(c: char) -> bool {
    let class = canonical_combining_class(c);
    let enclosing = matches!(c, '\u{488}' | '\u{489}' | '\u{1ABE}' | '\u{20DD}'..='\u{20E0}' | '\u{20E2}'..='\u{20E4}');
    enclosing || matches!(class, 1 | 10..=36 | 200..) || (is_invisible(c) && !c.is_control() && !c.is_whitespace())
}

/// Lower-case letters that no decomposition takes apart. `U+0` stands for "no second letter" and is filtered out.
fn spell_out(c: char) -> impl Iterator<Item = char> {
    let pair = match c {
        'ß' => ['s', 's'],
        'æ' => ['a', 'e'],
        'œ' => ['o', 'e'],
        'þ' => ['t', 'h'],
        'ł' => ['l', '\0'],
        'ø' => ['o', '\0'],
        'đ' | 'ð' => ['d', '\0'],
        'ħ' => ['h', '\0'],
        'ŧ' => ['t', '\0'],
        'ı' => ['i', '\0'],
        'ς' => ['σ', '\0'],
        _ => [c, '\0'],
    };
    let second = Some(pair[1]).filter(|c| *c != '\0');
    std::iter::once(pair[0]).chain(second)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn case_accents_and_letters_fold() {
        for (text, folded) in [
            ("Łódź", "lodz"),
            ("Müller & Söhne GROẞ Straße", "muller & sohne gross strasse"),
            ("Ærø Œuvre Þór Đặng ð", "aero oeuvre thor dang d"),
            ("İSTANBUL ıstanbul", "istanbul istanbul"),
            ("ΟΔΟΣ οδός", "οδοσ οδοσ"),
            ("Čapek\u{ad}ova E\u{301}cole", "capekova ecole"),
            ("Northwind  TRADERS \t\r\n Ltd ", "northwind traders ltd"),
            ("\u{a0}ﬁn\u{3000}ＡＢＣ ½", "fin abc 1\u{2044}2"),
            ("a\u{0}b\u{200b}c", "a bc"),
            ("Йод Ёж", "иод еж"),
        ] {
            assert_eq!(fold(text), folded);
        }
    }

    #[test]
    fn scripts_without_case_keep_what_tells_words_apart() {
        assert_ne!(fold("か"), fold("が"));
        assert_eq!((fold("ｶﾞｲ"), fold("ガイ")), ("ガイ".into(), "ガイ".into()));
        assert_eq!((fold("서울"), fold("田中")), ("서울".into(), "田中".into()));
        assert_eq!(fold("서울".nfd().collect::<String>().as_str()), "서울");
        assert_ne!(fold("कि"), fold("क"));
        assert_eq!(fold("שָׁלוֹם"), "שלום");
        assert_eq!(fold("مُحَمَّد"), "محمد");
    }

    #[test]
    fn every_character_folds_once_and_for_all() {
        for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
            let once = fold(&format!("a{c}か"));
            assert_eq!(fold(&once), once, "U+{:04X}", u32::from(c));
        }
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in prop_oneof![any::<String>(), "[\\p{M}\\p{Cf}a\u{1100}\u{1161}か ]{0,12}"]) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn appending_leaves_what_was_there(before in any::<String>(), text in any::<String>()) {
            let mut out = before.clone();
            fold_into(&mut out, &text);
            prop_assert_eq!(out, before + &fold(&text));
        }

        #[test]
        fn ascii_takes_the_same_way(text in "[ -~\t\n\x00]{0,30}") {
            let long_way = fold(&format!("{text} é"));
            prop_assert_eq!(long_way.strip_suffix('e').map(|s| s.trim_end().to_owned()), Some(fold(&text)));
        }
    }
}
