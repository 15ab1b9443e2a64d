//! What stands between the cells of a CSV file: what a person says, a first line `sep=;`, or whichever mark makes the header
//! name the most columns that are known (reliability.md 2.4). Must not read a row.

use csv::StringRecord;

use crate::formats::records::Records;
use crate::formats::text::Refused;

/// A mark between cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delimiter {
    /// `,`
    #[default]
    Comma,
    /// `;`
    Semicolon,
    /// A tab.
    Tab,
    /// `|`
    Bar,
}

impl Delimiter {
    /// Every delimiter; of two that fit alike the first is taken.
    pub const ALL: [Self; 4] = [Self::Comma, Self::Semicolon, Self::Tab, Self::Bar];

    /// Its byte in a file.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Bar => b'|',
        }
    }

    /// Its character.
    pub fn char(self) -> char {
        char::from(self.byte())
    }

    /// Its name on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Comma => "comma",
            Self::Semicolon => "semicolon",
            Self::Tab => "tab",
            Self::Bar => "pipe",
        }
    }

    /// The delimiter of a character or a name: `;`, `semicolon`, `\t`, `tab`.
    pub fn from_word(word: &str) -> Option<Self> {
        let named = |known: &Self| {
            let mut letters = [0; 4];
            word == known.char().encode_utf8(&mut letters) || word.trim().eq_ignore_ascii_case(known.word())
        };
        let known = Self::ALL.into_iter().find(named);
        known.or_else(|| (word == "\\t").then_some(Self::Tab)).or_else(|| (word == "bar").then_some(Self::Bar))
    }
}

/// How the cells of a file stand apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dialect {
    /// What stands between them.
    pub delimiter: Delimiter,
    /// The first line says so, and is no row.
    pub stated: bool,
}

impl Dialect {
    /// Finds the dialect of a text. `told` is what a person said; `known` tells whether a header names a known column.
    pub fn find(text: &str, told: Option<Delimiter>, known: impl Fn(&str) -> bool) -> Result<Self, Refused> {
        let first = first_line(text);
        let stated = separator(first);
        if let Some(delimiter) = told {
            return Ok(Self { delimiter, stated: stated.is_some() });
        }
        if let Some(stated) = stated {
            let delimiter = Delimiter::from_word(stated).ok_or_else(|| {
                Refused::new(format!(
                    "The first line says that “{stated}” stands between the cells; leadbox reads , ; tab and |. Nothing \
                     was imported."
                ))
            })?;
            return Ok(Self { delimiter, stated: true });
        }
        let score = |delimiter: Delimiter| {
            let mut records = Records::new(text, Self { delimiter, stated: false });
            let mut header = StringRecord::new();
            let Ok(Some(_)) = records.read(&mut header) else { return (0, 0) };
            (header.iter().filter(|name| known(name)).count(), header.len())
        };
        let mut best = (Delimiter::default(), (0, 0));
        for delimiter in Delimiter::ALL {
            let found = score(delimiter);
            if found > best.1 {
                best = (delimiter, found);
            }
        }
        Ok(Self { delimiter: best.0, stated: false })
    }
}

/// The first line without its end.
pub fn first_line(text: &str) -> &str {
    let end = memchr::memchr2(b'\n', b'\r', text.as_bytes()).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// What a line `sep=;` says, quoted or not, in any case.
fn separator(line: &str) -> Option<&str> {
    let line = line.trim_matches('"');
    let (name, mark) = line.split_once('=')?;
    (name.trim().eq_ignore_ascii_case("sep") && mark.chars().count() == 1).then_some(mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str, told: Option<Delimiter>) -> (char, bool) {
        let known = |name: &str| ["id", "created", "e-mail"].contains(&name.trim());
        let dialect = Dialect::find(text, told, known).expect("found");
        (dialect.delimiter.char(), dialect.stated)
    }

    #[test]
    fn the_header_tells_what_stands_between_its_cells() {
        for (text, mark) in [
            ("id,created,e-mail\n", ','),
            ("id;created;e-mail\n1;2,5;3\n", ';'),
            ("id\tcreated\te-mail\n", '\t'),
            ("id|created|e-mail\n", '|'),
            ("a,b,c,d,e;id;created\n", ';'),
            ("\"id\";\"a,b,c\";\"created\"\n", ';'),
            ("x;y;z\n", ';'),
            ("nothing\n", ','),
            ("", ','),
        ] {
            assert_eq!(find(text, None), (mark, false), "{text:?}");
        }
    }

    #[test]
    fn a_first_line_or_a_person_may_say_it() {
        assert_eq!(find("sep=;\nid,created,e-mail\n", None), (';', true));
        assert_eq!(find("\"SEP=\t\"\r\nid\n", None), ('\t', true));
        assert_eq!(find("sep=;\nid,created\n", Some(Delimiter::Comma)), (',', true));
        assert_eq!(find("id;created\n", Some(Delimiter::Bar)), ('|', false));
        let odd = Dialect::find("sep=^\nid\n", None, |_| false).expect_err("refused");
        assert!(odd.0.contains("“^”"), "{odd}");
    }

    #[test]
    fn words_and_marks_name_a_delimiter() {
        for (word, mark) in [(",", ','), ("Semicolon", ';'), ("\t", '\t'), ("\\t", '\t'), ("tab", '\t'), ("pipe", '|')]
        {
            assert_eq!(Delimiter::from_word(word).map(Delimiter::char), Some(mark), "{word}");
        }
        assert_eq!(Delimiter::from_word("^"), None);
        assert_eq!(Delimiter::from_word(""), None);
    }
}
