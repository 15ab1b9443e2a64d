//! Bytes to text: UTF-8 with or without its mark, UTF-16 of either end, Windows-1252 with a warning (reliability.md 2.4).
//! What cannot be read for certain is refused with a sentence and its line, never replaced in silence.
//! Must not know what the text means.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;

/// Why a whole input is refused. Nothing of it was imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

impl Refused {
    /// A refusal with a sentence.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

macro_rules! encodings {
    ($($variant:ident = $word:literal $title:literal;)+) => {
        /// How the letters of a file are written.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Encoding { $(#[doc = $title] $variant,)+ }

        impl Encoding {
            /// Every encoding that is read.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word of `--encoding` and `import --json`.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Its name for people.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),+ }
            }
        }
    };
}

encodings! {
    Utf8 = "utf-8" "UTF-8";
    Utf8Bom = "utf-8-bom" "UTF-8 with its mark";
    Utf16Le = "utf-16le" "UTF-16 (little end first)";
    Utf16Be = "utf-16be" "UTF-16 (big end first)";
    Windows1252 = "windows-1252" "Windows-1252";
}

impl Encoding {
    /// The encoding of a word, in any case.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.word().eq_ignore_ascii_case(word.trim()))
    }
}

/// A file as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded<'b> {
    /// Without its byte order mark.
    pub text: Cow<'b, str>,
    /// How it was written.
    pub encoding: Encoding,
    /// What a person should look at, as a sentence: the encoding was a guess.
    pub warning: Option<String>,
}

const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";
/// So many bytes are looked at for NULs: a header is Latin even where the rows behind it are not.
const LOOKED_AT: [usize; 3] = [64, 512, 4096];

/// The text of a file. `told` is the encoding a person named; else it is found by its mark, its NULs and its letters.
pub fn decode(bytes: &[u8], told: Option<Encoding>) -> Result<Decoded<'_>, Refused> {
    if bytes.is_empty() {
        return Err(Refused::new("The file is empty. Nothing was imported; export the leads again."));
    }
    let seen = marked(bytes)?;
    match told.or(seen) {
        Some(Encoding::Utf16Le) => utf16(bytes, Encoding::Utf16Le, seen),
        Some(Encoding::Utf16Be) => utf16(bytes, Encoding::Utf16Be, seen),
        Some(Encoding::Windows1252) => Ok(windows_1252(bytes, None)),
        Some(Encoding::Utf8 | Encoding::Utf8Bom) => utf8(bytes).map_err(|fault| not_utf8(bytes, &fault)),
        None => match utf8(bytes) {
            Ok(decoded) => Ok(decoded),
            Err(fault) => Ok(windows_1252(bytes, Some(guessed(bytes, &fault)))),
        },
    }
}

/// The text of the beginning of a file, as far as its lines are whole; `None` where it tells nothing yet.
pub fn decode_head(head: &[u8]) -> Option<Decoded<'_>> {
    let seen = marked(head).ok()?;
    let wide = matches!(seen, Some(Encoding::Utf16Le | Encoding::Utf16Be));
    let end = if wide {
        let place = usize::from(seen == Some(Encoding::Utf16Be));
        let (units, _) = head.as_chunks::<2>();
        (units.iter().rposition(|unit| unit[place] == b'\n' && unit[1 - place] == 0)? + 1) * 2
    } else {
        memchr::memrchr(b'\n', head)? + 1
    };
    decode(head.get(..end)?, None).ok()
}

/// The encoding that the first bytes give away: a mark, or NULs at every second place. `None` for all others.
fn marked(bytes: &[u8]) -> Result<Option<Encoding>, Refused> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Err(utf32()),
        [0xff, 0xfe, ..] => Ok(Some(Encoding::Utf16Le)),
        [0xfe, 0xff, ..] => Ok(Some(Encoding::Utf16Be)),
        _ if bytes.starts_with(UTF8_MARK) => Ok(Some(Encoding::Utf8Bom)),
        _ => {
            LOOKED_AT.iter().find_map(|length| unmarked(bytes.get(..bytes.len().min(*length))?).transpose()).transpose()
        }
    }
}

/// The encoding that NULs give away: in UTF-16 every second byte of Latin text is one, in UTF-32 three of four.
fn unmarked(head: &[u8]) -> Result<Option<Encoding>, Refused> {
    let nulls = |place: usize| head.iter().skip(place).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (nulls(0), nulls(1));
    if (even + odd) * 8 > head.len() * 5 {
        return Err(utf32());
    }
    let wide = (even + odd) * 4 > head.len();
    Ok(wide.then_some(if odd > even { Encoding::Utf16Le } else { Encoding::Utf16Be }))
}

fn utf32() -> Refused {
    Refused::new("The file is UTF-32, which leadbox does not read. Nothing was imported; save it as CSV UTF-8.")
}

fn utf8(bytes: &[u8]) -> Result<Decoded<'_>, std::str::Utf8Error> {
    let (rest, encoding) = match bytes.strip_prefix(UTF8_MARK) {
        Some(rest) => (rest, Encoding::Utf8Bom),
        None => (bytes, Encoding::Utf8),
    };
    Ok(Decoded { text: Cow::Borrowed(std::str::from_utf8(rest)?), encoding, warning: None })
}

fn not_utf8(bytes: &[u8], fault: &std::str::Utf8Error) -> Refused {
    Refused::new(format!(
        "Line {} is not UTF-8. Nothing was imported; save it as CSV UTF-8, or say how it is written (--encoding \
         windows-1252).",
        faulty_line(bytes, fault)
    ))
}

fn faulty_line(bytes: &[u8], fault: &std::str::Utf8Error) -> usize {
    line_behind(sound(bytes, fault))
}

/// The line that begins behind these bytes, or goes on there.
fn line_behind(before: &[u8]) -> usize {
    let alone = |at: &usize| before.get(at + 1).is_some_and(|byte| *byte != b'\n');
    let returns = memchr::memchr_iter(b'\r', before).filter(alone).count();
    memchr::memchr_iter(b'\n', before).count() + returns + 1
}

/// What stands before the fault, the mark left out.
fn sound<'b>(bytes: &'b [u8], fault: &std::str::Utf8Error) -> &'b [u8] {
    let bytes = bytes.strip_prefix(UTF8_MARK).unwrap_or(bytes);
    bytes.get(..fault.valid_up_to()).unwrap_or_default()
}

/// The warning of a file that is not UTF-8 and does not say what else it is.
fn guessed(bytes: &[u8], fault: &std::str::Utf8Error) -> String {
    let but =
        if sound(bytes, fault).is_ascii() { "" } else { " Lines before it are UTF-8, so it may also be damaged." };
    format!(
        "Line {} is not UTF-8: the file was read as Windows-1252.{but} Look at names with accents; --encoding says \
         how it is written.",
        faulty_line(bytes, fault)
    )
}

fn windows_1252(bytes: &[u8], warning: Option<String>) -> Decoded<'_> {
    let bytes = bytes.strip_prefix(UTF8_MARK).unwrap_or(bytes);
    // Every byte is a letter or a control of this encoding: nothing is ever replaced.
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    Decoded { text, encoding: Encoding::Windows1252, warning }
}

fn utf16(bytes: &[u8], encoding: Encoding, seen: Option<Encoding>) -> Result<Decoded<'_>, Refused> {
    let (mark, other): (&[u8], &[u8]) = match encoding {
        Encoding::Utf16Le => (b"\xff\xfe", b"\xfe\xff"),
        _ => (b"\xfe\xff", b"\xff\xfe"),
    };
    if bytes.starts_with(other) || seen == Some(Encoding::Utf8Bom) {
        let words = encoding.title();
        return Err(Refused::new(format!("The file's mark says that it is not {words}. Nothing was imported.")));
    }
    let (units, odd) = bytes.strip_prefix(mark).unwrap_or(bytes).as_chunks::<2>();
    let unit = |pair: &[u8; 2]| match encoding {
        Encoding::Utf16Le => u16::from_le_bytes(*pair),
        _ => u16::from_be_bytes(*pair),
    };
    let mut text = String::with_capacity(units.len());
    let line = |text: &str| line_behind(text.as_bytes());
    for letter in char::decode_utf16(units.iter().map(unit)) {
        let Ok(letter) = letter else {
            return Err(Refused::new(format!(
                "Line {} holds half a letter, so the file is damaged or not {}. Nothing was imported; export it again.",
                line(&text),
                encoding.title()
            )));
        };
        text.push(letter);
    }
    if !odd.is_empty() {
        return Err(Refused::new(format!(
            "The file breaks off in the middle of a letter on line {}. Nothing was imported; export it again.",
            line(&text)
        )));
    }
    Ok(Decoded { text: Cow::Owned(text), encoding, warning: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wide(text: &str, encoding: Encoding) -> Vec<u8> {
        let unit = |unit: u16| if encoding == Encoding::Utf16Le { unit.to_le_bytes() } else { unit.to_be_bytes() };
        text.encode_utf16().flat_map(unit).collect()
    }

    fn read(bytes: &[u8]) -> (String, Encoding, bool) {
        let decoded = decode(bytes, None).expect("readable");
        (decoded.text.into_owned(), decoded.encoding, decoded.warning.is_some())
    }

    fn refused(bytes: &[u8], told: Option<Encoding>) -> String {
        decode(bytes, told).expect_err("refused").0
    }

    #[test]
    fn encodings_are_known_by_mark_nulls_and_letters() {
        let text = "LeadId,Zoë\r\na,Łódź 田 🔥\n";
        assert_eq!(read(text.as_bytes()), (text.to_owned(), Encoding::Utf8, false));
        let marked = [UTF8_MARK, text.as_bytes()].concat();
        assert_eq!(read(&marked), (text.to_owned(), Encoding::Utf8Bom, false));
        for encoding in [Encoding::Utf16Le, Encoding::Utf16Be] {
            let bare = wide(text, encoding);
            assert_eq!(read(&bare), (text.to_owned(), encoding, false));
            let marked = wide(&format!("\u{feff}{text}"), encoding);
            assert_eq!(read(&marked), (text.to_owned(), encoding, false));
        }
        assert_eq!(read(b"a,Jo\xe3o \x80\n"), ("a,João €\n".to_owned(), Encoding::Windows1252, true));
    }

    #[test]
    fn what_a_person_says_wins_over_a_guess() {
        let told = |bytes: &[u8], encoding| {
            decode(bytes, Some(encoding)).map(|decoded| (decoded.text.into_owned(), decoded.warning))
        };
        assert_eq!(told(b"Jo\xe3o", Encoding::Windows1252), Ok(("João".to_owned(), None)));
        assert_eq!(told("João".as_bytes(), Encoding::Windows1252), Ok(("JoÃ£o".to_owned(), None)));
        assert_eq!(told(b"a\0b\0", Encoding::Utf16Le), Ok(("ab".to_owned(), None)));
        assert!(refused(b"a\nb\nJo\xe3o", Some(Encoding::Utf8)).starts_with("Line 3 is not UTF-8"));
        assert!(refused(b"\xff\xfea\0", Some(Encoding::Utf16Be)).contains("mark"));
        assert_eq!(Encoding::from_word("UTF-16LE"), Some(Encoding::Utf16Le));
        assert_eq!(Encoding::from_word("latin-1"), None);
    }

    #[test]
    fn what_cannot_be_read_for_certain_is_refused_with_its_line() {
        assert!(refused(b"", None).contains("empty"));
        assert!(refused(b"\xff\xfe\0\0a\0\0\0", None).contains("UTF-32"));
        assert!(refused(b"a\0\0\0b\0\0\0,\0\0\0", None).contains("UTF-32"));
        let mut lone = wide("LeadId\nLeadId", Encoding::Utf16Le);
        lone.extend([0x00, 0xd8, b'a', 0]);
        assert!(refused(&lone, None).starts_with("Line 2 holds half a letter"));
        let mut odd = wide("LeadId\nLeadId", Encoding::Utf16Le);
        odd.push(b'a');
        assert!(refused(&odd, None).contains("breaks off in the middle of a letter on line 2"));
        assert!(refused(b"\xef\xbb\xbfa\nJo\xe3o", None).starts_with("Line 2 is not UTF-8"));
        assert!(refused(b"\xef\xbb\xbfa\rb\r\nJo\xe3o", None).starts_with("Line 3 is not UTF-8"));
        let damaged = decode(b"Zo\xc3\xab\nJo\xe3o", None).expect("readable").warning.expect("a warning");
        assert!(damaged.starts_with("Line 2 is not UTF-8") && damaged.contains("damaged"), "{damaged}");
    }

    #[test]
    fn a_beginning_is_read_up_to_its_last_whole_line() {
        let text = "LeadId,Name\na,Zoë\nb,田";
        for encoding in [Encoding::Utf16Le, Encoding::Utf16Be] {
            let bytes = wide(text, encoding);
            let head = decode_head(&bytes[..bytes.len() - 1]).expect("read");
            assert_eq!((head.text.as_ref(), head.encoding), ("LeadId,Name\na,Zoë\n", encoding));
        }
        let head = decode_head(&text.as_bytes()[..text.len() - 1]).expect("read");
        assert_eq!((head.text.as_ref(), head.encoding), ("LeadId,Name\na,Zoë\n", Encoding::Utf8));
        assert_eq!(decode_head(b"no line end"), None);
    }

    proptest! {
        #[test]
        fn any_text_comes_back_from_every_encoding(text in "[a-zA-Z0-9,;\\n]{40,60}\\PC{0,10}\\n") {
            prop_assert_eq!(read(text.as_bytes()).0, text.clone());
            for encoding in [Encoding::Utf16Le, Encoding::Utf16Be] {
                prop_assert_eq!(read(&wide(&text, encoding)), (text.clone(), encoding, false));
            }
        }

        #[test]
        fn no_bytes_panic_or_are_replaced(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            for told in Encoding::ALL.iter().copied().map(Some).chain([None]) {
                if let Ok(decoded) = decode(&bytes, told) {
                    let replaced = decoded.text.contains(char::REPLACEMENT_CHARACTER);
                    prop_assert!(!replaced || decoded.encoding != Encoding::Windows1252);
                }
            }
            let _ = decode_head(&bytes);
        }
    }
}
