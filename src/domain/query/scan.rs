//! Where the terms of a query begin and end, and of what they are made. Every text can be scanned; whether its terms mean
//! anything is for `read` to say.

use std::ops::Range;

/// A text of a term: a free word, a phrase, or one value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where it stands, quotes included.
    pub range: Range<usize>,
    /// What it says.
    pub text: String,
    /// It stands in quotes.
    pub quoted: bool,
    /// What is wrong with its quotes.
    pub fault: Option<Fault>,
}

/// What can be wrong with quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The closing one lacks.
    Unclosed,
    /// Something follows the closing one.
    Followed(Range<usize>),
}

/// What a term is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TermBody {
    /// A free word or a phrase.
    Text(Piece),
    /// A word, a sign, and values.
    Field {
        /// The word before the sign.
        name: Range<usize>,
        /// The sign: `:`, `<`, `<=`, `>`, `>=` or `=`.
        sign: Range<usize>,
        /// What follows it; never empty, though a value may be.
        values: Vec<Piece>,
    },
}

/// One term of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Where it stands, with its minus.
    pub range: Range<usize>,
    /// It has a minus before it.
    pub negated: bool,
    /// The rest.
    pub body: TermBody,
}

/// The term that the cursor stands in or right behind; `cursor` in bytes.
pub fn term_at(text: &str, cursor: usize) -> Option<Term> {
    terms(text).into_iter().find(|term| term.range.start <= cursor && cursor <= term.range.end)
}

/// The terms of a text, from left to right.
pub(super) fn terms(text: &str) -> Vec<Term> {
    let mut scan = Scan { text, at: 0 };
    let mut terms = Vec::new();
    loop {
        scan.skip(char::is_whitespace);
        if scan.peek().is_none() {
            return terms;
        }
        terms.push(scan.term());
    }
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
}

impl Scan<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at..).and_then(|rest| rest.chars().next())
    }

    fn take(&mut self, wanted: char) -> bool {
        let taken = self.peek() == Some(wanted);
        if taken {
            self.at += wanted.len_utf8();
        }
        taken
    }

    /// Goes on as long as characters are of a kind; answers where they stood.
    fn skip(&mut self, kind: impl Fn(char) -> bool) -> Range<usize> {
        let start = self.at;
        while let Some(c) = self.peek().filter(|c| kind(*c)) {
            self.at += c.len_utf8();
        }
        start..self.at
    }

    fn term(&mut self) -> Term {
        let start = self.at;
        let negated = self.take('-');
        let body = self.body();
        Term { range: start..self.at, negated, body }
    }

    fn body(&mut self) -> TermBody {
        if self.peek() == Some('"') {
            return TermBody::Text(self.phrase(false));
        }
        let start = self.at;
        let name = self.skip(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        let sign = self.sign();
        let letters =
            self.text.get(name.clone()).is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()));
        if sign.is_empty() || !letters {
            self.at = start;
            return TermBody::Text(self.word(false));
        }
        let lists = !self.text.get(name.clone()).and_then(super::Field::find).is_some_and(super::Field::is_compared);
        let mut values = vec![self.value(lists)];
        while lists && self.take(',') {
            values.push(self.value(lists));
        }
        TermBody::Field { name, sign, values }
    }

    fn sign(&mut self) -> Range<usize> {
        let start = self.at;
        if !self.take(':') && !self.take('=') && (self.take('<') || self.take('>')) {
            self.take('=');
        }
        start..self.at
    }

    fn value(&mut self, ends_at_comma: bool) -> Piece {
        if self.peek() == Some('"') { self.phrase(ends_at_comma) } else { self.word(ends_at_comma) }
    }

    fn word(&mut self, ends_at_comma: bool) -> Piece {
        let range = self.skip(|c| !(c.is_whitespace() || (ends_at_comma && c == ',')));
        let text = self.text.get(range.clone()).unwrap_or_default().to_owned();
        Piece { range, text, quoted: false, fault: None }
    }

    /// A text in quotes; a backslash takes the next character as it is.
    fn phrase(&mut self, comma_may_follow: bool) -> Piece {
        let start = self.at;
        self.take('"');
        let mut text = String::new();
        let mut closed = false;
        while let Some(c) = self.peek() {
            self.at += c.len_utf8();
            match c {
                '"' => {
                    closed = true;
                    break;
                }
                '\\' => {
                    let next = self.peek();
                    self.at += next.map_or(0, char::len_utf8);
                    text.push(next.unwrap_or('\\'));
                }
                c => text.push(c),
            }
        }
        let range = start..self.at;
        let rest = self.skip(|c| closed && !c.is_whitespace() && !(comma_may_follow && c == ','));
        let fault = match (closed, rest.is_empty()) {
            (false, _) => Some(Fault::Unclosed),
            (true, true) => None,
            (true, false) => Some(Fault::Followed(rest)),
        };
        Piece { range, text, quoted: true, fault }
    }
}
