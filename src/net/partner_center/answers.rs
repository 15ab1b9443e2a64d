//! What the Referrals API answers: pages of referrals, one referral, and errors as sentences by their code, because the text of
//! a message is not stable (domain.md 1.4). Must not act on an answer.

use serde_json::Value;

use crate::domain::lead::Moment;
use crate::domain::moment;
use crate::domain::term_text::TermText;
use crate::formats::json_value::Json;
use crate::net::address::{escaped, unescaped};
use crate::net::message::Answer;
use crate::net::wire_error::{WireError, WireKind};

/// Options of a query that the link to the next page may carry; everything else in it is left behind, its host and path too.
const OPTIONS: &[&str] = &["$skiptoken", "$skip", "$filter", "$orderby", "$top", "$select"];

/// A page of the list.
#[derive(Debug)]
pub(super) struct Page {
    /// Its referrals, unread.
    pub(super) items: Vec<Json>,
    /// The query of the next page; none on the last.
    pub(super) next: Option<String>,
}

impl Page {
    pub(super) fn read(answer: &Answer) -> Result<Self, WireError> {
        let body = body(answer)?;
        let Some(Json::List(items)) = body.get("value") else { return Err(unreadable()) };
        let next = match body.get("@odata.nextLink").and_then(Json::text) {
            Some(link) => Some(next_query(link).ok_or_else(unreadable)?),
            None => None,
        };
        Ok(Self { items: items.clone(), next })
    }
}

/// One referral: the answer of a GET by id, or of a PATCH that asked for the representation.
pub(super) fn one(answer: &Answer) -> Result<Json, WireError> {
    body(answer)
}

/// When a referral was last changed, whether or not it is a lead.
pub(super) fn updated(item: &Json) -> Option<Moment> {
    item.get("updatedDateTime").and_then(Json::text).and_then(moment::parse)
}

fn body(answer: &Answer) -> Result<Json, WireError> {
    let text = std::str::from_utf8(&answer.body).map_err(|_| unreadable())?;
    Json::parse(text).map_err(|_| unreadable())
}

fn unreadable() -> WireError {
    WireError::new(
        WireKind::Refused,
        "Partner Center's answer cannot be read. What was read before is stored; check partner_center.api in the config.",
    )
}

/// The query of a link, of the options that the documents name; `None` where it names no place to go on from.
fn next_query(link: &str) -> Option<String> {
    let query = link.split_once('?')?.1.split('#').next()?;
    let mut told = Vec::new();
    let mut goes_on = false;
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        let name = unescaped(name);
        let Some(option) = OPTIONS.iter().find(|option| option.eq_ignore_ascii_case(&name)) else { continue };
        goes_on |= option.starts_with("$skip") && !value.is_empty();
        told.push(format!("{}={}", escaped(option), escaped(&unescaped(&value.replace('+', " ")))));
    }
    goes_on.then(|| told.join("&"))
}

/// What an error of the API means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Somebody else changed the referral since it was read.
    Changed,
    /// There is no such referral, or not for this person.
    Gone,
    /// The sign-in lacks the role, or may not see this referral.
    Denied,
    /// The service cannot answer now.
    Busy,
    /// The request is refused.
    Refused,
}

/// An answer that is an error.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    pub(super) meaning: Meaning,
    /// The error's own code, fit for a sentence.
    pub(super) code: String,
}

impl Fault {
    /// Reads an answer that is no success, by the code first and the status where the code says nothing.
    pub(super) fn of(answer: &Answer) -> Self {
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let code = body["error"]["code"].as_str().unwrap_or_default();
        let meaning = match (code.to_ascii_lowercase().as_str(), answer.status) {
            ("preconditionfailed" | "resourcemodified", _) | (_, 409 | 412) => Meaning::Changed,
            ("itemnotfound", _) | (_, 404 | 410) => Meaning::Gone,
            ("accessdenied", _) | (_, 403) => Meaning::Denied,
            ("servicenotavailable" | "generalexception", _) | (_, 408 | 429 | 500..) => Meaning::Busy,
            _ => Meaning::Refused,
        };
        let code = TermText::line(code).fit(60);
        let code = if code.is_empty() { answer.status.to_string() } else { format!("{code}, {}", answer.status) };
        Self { meaning, code }
    }

    /// What went wrong, as a sentence about what was asked for.
    pub(super) fn words(&self, what: &str) -> String {
        let code = &self.code;
        match self.meaning {
            Meaning::Changed => format!("{what}: somebody changed it in Partner Center meanwhile ({code})."),
            Meaning::Gone => format!("{what}: Partner Center does not know it, or not for this sign-in ({code})."),
            Meaning::Denied => format!(
                "{what}: Partner Center does not allow it ({code}). The person who signed in needs the role Referral admin \
                 or Referral user."
            ),
            Meaning::Busy => format!("{what}: Partner Center is too busy or has a fault of its own ({code})."),
            Meaning::Refused => format!("{what}: Partner Center refuses it ({code})."),
        }
    }

    /// The same as an error that ends the run.
    pub(super) fn error(&self, what: &str) -> WireError {
        let (kind, then) = match self.meaning {
            Meaning::Denied => (WireKind::Denied, "What was read before is stored."),
            Meaning::Busy => {
                (WireKind::Unavailable, "What was read before is stored; the next sync goes on from there.")
            }
            Meaning::Gone => {
                (WireKind::Missing, "What was read before is stored; check partner_center.api in the config.")
            }
            Meaning::Changed | Meaning::Refused => (WireKind::Refused, "What was read before is stored."),
        };
        WireError::new(kind, format!("{} {then}", self.words(what)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, headers: Vec::new(), body: body.as_bytes().to_vec(), tries: 1 }
    }

    #[test]
    fn of_a_link_only_the_documented_options_are_taken() {
        let next = |link: &str| next_query(link);
        assert_eq!(next("http://evil.example/v1.0/referrals?$skiptoken=abc").as_deref(), Some("%24skiptoken=abc"));
        assert_eq!(
            next("https://x/?%24filter=a%20eq%20'b'&$SkipToken=p%3D1&token=secret#frag").as_deref(),
            Some("%24filter=a%20eq%20%27b%27&%24skiptoken=p%3D1")
        );
        assert_eq!(next("?$skip=100&$top=100").as_deref(), Some("%24skip=100&%24top=100"));
        for lost in ["https://x/", "https://x/?", "https://x/?$top=5", "https://x/?$skiptoken=", "https://x/?next=2"] {
            assert_eq!(next(lost), None, "{lost}");
        }
    }

    #[test]
    fn a_page_is_read_or_refused_whole() {
        let page = Page::read(&answer(200, r#"{"value":[{"id":"a"}],"@odata.nextLink":"?$skiptoken=x"}"#)).unwrap();
        assert_eq!((page.items.len(), page.next.as_deref()), (1, Some("%24skiptoken=x")));
        assert!(Page::read(&answer(200, r#"{"value":[]}"#)).unwrap().next.is_none());
        for broken in ["", "[]", "<html>", r#"{"value":{}}"#, r#"{"value":[],"@odata.nextLink":"x"}"#, r#"{"value":[]"#]
        {
            assert_eq!(Page::read(&answer(200, broken)).unwrap_err().kind, WireKind::Refused, "{broken}");
        }
    }

    #[test]
    fn errors_are_acted_on_by_their_code() {
        let meaning = |status, code: &str| {
            Fault::of(&answer(status, &format!(r#"{{"error":{{"code":"{code}","message":"secret words"}}}}"#))).meaning
        };
        assert_eq!(meaning(412, "preconditionFailed"), Meaning::Changed);
        assert_eq!(meaning(400, "resourceModified"), Meaning::Changed);
        assert_eq!(meaning(404, "itemNotFound"), Meaning::Gone);
        assert_eq!(meaning(403, "accessDenied"), Meaning::Denied);
        assert_eq!(meaning(503, "serviceNotAvailable"), Meaning::Busy);
        assert_eq!(meaning(400, "invalidRequest"), Meaning::Refused);
        assert_eq!(meaning(422, ""), Meaning::Refused);
        let said = Fault::of(&answer(400, r#"{"error":{"code":"x\u001b[2J","message":"m"}}"#)).words("The accept");
        assert!(said.starts_with("The accept: Partner Center refuses it (x\u{fffd}[2J, 400)"), "{said}");
        assert_eq!(Fault::of(&answer(500, "<html>")).code, "500");
    }

    proptest::proptest! {
        #[test]
        fn no_answer_can_panic(status in 0u16..1000, body in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200),
            link in "[?&=%$#a-z+:/é]{0,40}") {
            let answer = Answer { status, headers: Vec::new(), body, tries: 1 };
            let _ = (Page::read(&answer), Fault::of(&answer).words("x"), next_query(&link));
        }
    }
}
