//! What a table service says against a request, as a sentence. Some of its refusals come as XML, some as JSON; some of their
//! texts repeat the signature that was sent, so of an unknown one only its code and, if it is harmless, its first line are
//! told. Must not repeat what was sent.

use crate::domain::lead::Moment;
use crate::domain::moment::parse;
use crate::formats::json_value::Json;
use crate::net::azure_table::connection::{Connection, Lock};
use crate::net::message::Answer;
use crate::net::pace::spoken;
use crate::net::wire_error::{WireError, WireKind};

/// Signatures are refused where the clocks differ by more than this many minutes.
const MOST_SKEW_MINUTES: i64 = 15;

/// The longest text of a service that is told.
const MOST_CHARS: usize = 200;

/// A refusal as a service writes it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Said {
    code: String,
    message: String,
}

/// The sentence of an answer that is no page.
pub fn refusal(answer: &Answer, connection: &Connection, table: &str, now: Moment) -> WireError {
    let said = Said::read(answer);
    let account = &connection.account;
    let (kind, sentence) = match (answer.status, said.code.as_str()) {
        (401 | 403, _) => (WireKind::Denied, denied(&said, answer, connection, now)),
        (_, "TableNotFound") => (
            WireKind::Missing,
            format!(
                "The account {account} has no table {table}. Check the name (--table); Partner Center makes the table with \
                 the first lead it delivers."
            ),
        ),
        (404, _) => {
            (WireKind::Missing, format!("There is no account {account}, or no table {table} in it. Check both names."))
        }
        (408 | 429 | 500..=599, _) => (WireKind::Unavailable, busy(answer, account, now)),
        (300..=399, _) => (
            WireKind::Refused,
            format!(
                "{} sends on to another address, which is not followed. Check the connection string.",
                connection.endpoint
            ),
        ),
        (status, _) => (
            WireKind::Refused,
            format!("The account {account} refuses the question for table {table} ({}).", said.told(status)),
        ),
    };
    WireError { retry_after: answer.retry_after(now), ..WireError::new(kind, sentence) }
}

/// Why the key or the signature was refused, as far as that can be told from here.
fn denied(said: &Said, answer: &Answer, connection: &Connection, now: Moment) -> String {
    let account = &connection.account;
    let there = answer.date().unwrap_or(now);
    if said.code == "AccountIsDisabled" {
        return format!("The account {account} is disabled. See to it in the Azure portal.");
    }
    if said.code == "AuthorizationSourceIPMismatch" {
        return format!("The signature for {account} is not for the address that this machine calls from.");
    }
    match &connection.lock {
        Lock::Key(_) if (there - now).num_minutes().abs() >= MOST_SKEW_MINUTES => {
            let behind = if there > now { "behind" } else { "ahead of" };
            let by = spoken((there - now).abs().to_std().unwrap_or_default());
            format!(
                "The account {account} refuses the request: this machine's clock is {by} {behind} the service's. Set the clock."
            )
        }
        Lock::Key(_) if said.code == "AuthorizationFailure" || said.code == "AuthenticationFailed" => format!(
            "The account {account} refuses the key. Copy the connection string again from its page “Access keys”; the key \
             may have been renewed, or a firewall of the account keeps this machine out."
        ),
        Lock::Key(_) => format!("The account {account} refuses the request ({}).", said.told(answer.status)),
        Lock::Signature(_) => refused_signature(said, answer, connection, there),
    }
}

fn refused_signature(said: &Said, answer: &Answer, connection: &Connection, there: Moment) -> String {
    let account = &connection.account;
    let signed = |name| connection.signed(name);
    let moment = |name| signed(name).and_then(|text| parse(&text));
    if let Some(end) = moment("se").filter(|end| *end <= there) {
        return format!(
            "The signature (SAS) for {account} ended on {}. Make a new one that may read the table.",
            end.format("%-d %b %Y %H:%M UTC")
        );
    }
    if let Some(start) = moment("st").filter(|start| *start > there) {
        return format!(
            "The signature (SAS) for {account} begins on {}; it is not that time yet.",
            start.format("%-d %b %Y %H:%M UTC")
        );
    }
    let lacks = |name, letter: char| signed(name).is_some_and(|allowed| !allowed.contains(letter));
    if lacks("sp", 'r') {
        return format!("The signature (SAS) for {account} does not allow reading (sp lacks r). Make one that does.");
    }
    if lacks("ss", 't') || lacks("srt", 'o') {
        return format!(
            "The signature (SAS) for {account} is not for the entities of tables (ss must hold t, srt must hold o). Make one \
             that is."
        );
    }
    if said.code.is_empty() || said.code == "AuthorizationFailure" || said.code == "AuthenticationFailed" {
        return format!(
            "The account {account} refuses the signature (SAS). It may be cut, or made with a key that was renewed; make a new \
             one that may read the table."
        );
    }
    format!("The signature (SAS) for {account} does not allow reading the table ({}).", said.told(answer.status))
}

fn busy(answer: &Answer, account: &str, now: Moment) -> String {
    let again = match answer.retry_after(now) {
        Some(after) => format!("Try again in {}.", spoken(after)),
        None => "Try again later.".to_owned(),
    };
    let often = if answer.tries > 1 { format!(", also after {} tries", answer.tries) } else { String::new() };
    format!("The account {account} is too busy or in trouble (it answers {}{often}). {again}", answer.status)
}

impl Said {
    fn read(answer: &Answer) -> Self {
        let text = String::from_utf8_lossy(&answer.body);
        let mut said = Self::of_json(&text).or_else(|| Self::of_xml(&text)).unwrap_or_default();
        if said.code.is_empty() {
            answer.header("x-ms-error-code").unwrap_or_default().clone_into(&mut said.code);
        }
        said.code.retain(|c| c.is_ascii_alphanumeric());
        said.code.truncate(60);
        said
    }

    /// `{"odata.error":{"code":…,"message":{"value":…}}}`
    fn of_json(text: &str) -> Option<Self> {
        let whole = Json::parse(text).ok()?;
        let error = whole.get("odata.error").or_else(|| whole.get("error"))?;
        let text = |value: Option<&Json>| value.and_then(Json::text).unwrap_or_default().to_owned();
        let message = error.find(&["message", "value"]).or_else(|| error.get("message"));
        Some(Self { code: text(error.get("code")), message: text(message) })
    }

    /// `<Error><Code>…</Code><Message>…</Message></Error>`, its names in either case and with a prefix. Nothing else of XML
    /// is read: an entity in a message would stay as it is written.
    fn of_xml(text: &str) -> Option<Self> {
        let code = element(text, "code")?;
        Some(Self { code, message: element(text, "message").unwrap_or_default() })
    }

    /// The code, and the first line of the message where that cannot repeat a signature.
    fn told(&self, status: u16) -> String {
        let line = self.message.lines().next().unwrap_or_default().trim();
        let harmless = !line.to_lowercase().contains("sig") && line.chars().count() <= MOST_CHARS;
        let parts = [self.code.as_str(), if harmless { line } else { "" }];
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        if parts.is_empty() { format!("it answers {status}") } else { parts.join(": ") }
    }
}

/// The text of the first element of a name, in any case, with any prefix.
fn element(text: &str, name: &str) -> Option<String> {
    for (at, _) in text.match_indices('<') {
        let rest = text.get(at + 1..)?;
        let (tag, after) = rest.split_once('>')?;
        let known = tag.split_whitespace().next().unwrap_or_default();
        let known = known.rsplit(':').next().unwrap_or_default();
        if known.eq_ignore_ascii_case(name) && !tag.ends_with('/') {
            return after.split('<').next().map(|text| text.trim().to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::secret::Secret;

    const KEY: &str = "AccountName=contoso;AccountKey=Y2FuYXJ5";
    const NOON: &str = "Fri, 20 Nov 2026 12:00:00 GMT";

    /// As Azure writes it; `AuthenticationErrorDetail` repeats the signature.
    const XML: &str = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>AuthenticationFailed</Code><Message>Server \
        failed to authenticate the request.\nRequestId:1</Message><AuthenticationErrorDetail>The MAC signature 'canary' is not \
        the same</AuthenticationErrorDetail></Error>";

    fn said(status: u16, body: &str, headers: &[(&str, &str)], connection: &str) -> (WireKind, String) {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let answer = Answer { status, headers, body: body.as_bytes().to_vec(), tries: 3 };
        let connection = Connection::read(&Secret::new(connection)).unwrap();
        let error = refusal(&answer, &connection, "leads", parse("2026-11-20T12:00:00Z").unwrap());
        assert!(!error.sentence.contains("canary"), "{error}");
        (error.kind, error.sentence)
    }

    #[test]
    fn both_kinds_of_bodies_are_read() {
        let read = |body: &str| {
            let answer = Answer { status: 400, headers: Vec::new(), body: body.as_bytes().to_vec(), tries: 1 };
            let said = Said::read(&answer);
            (said.code, said.message)
        };
        let pair = |code: &str, message: &str| (code.to_owned(), message.to_owned());
        let json = r#"{"odata.error":{"code":"TableNotFound","message":{"lang":"en-US","value":"No.\nRequestId:1"}}}"#;
        assert_eq!(read(json), pair("TableNotFound", "No.\nRequestId:1"));
        assert_eq!(read(XML).0, "AuthenticationFailed");
        let prefixed = r#"<m:error xmlns:m="x"><m:code>A</m:code><m:message xml:lang="en">B</m:message></m:error>"#;
        assert_eq!(read(prefixed), pair("A", "B"));
        for odd in ["", "<", "<html><body>no</body>", "{", "null", "<code/>"] {
            assert_eq!(read(odd), pair("", ""), "{odd}");
        }
    }

    #[test]
    fn a_refused_key_is_told_from_a_wrong_clock() {
        let (kind, sentence) = said(403, XML, &[("date", NOON)], KEY);
        assert_eq!(kind, WireKind::Denied);
        assert!(sentence.starts_with("The account contoso refuses the key."), "{sentence}");
        let (_, sentence) = said(403, XML, &[("date", "Fri, 20 Nov 2026 12:23:00 GMT")], KEY);
        assert!(sentence.contains("this machine's clock is 23 min behind the service's"), "{sentence}");
        let (_, sentence) = said(403, XML, &[("date", "Fri, 20 Nov 2026 10:00:00 GMT")], KEY);
        assert!(sentence.contains("120 min ahead of"), "{sentence}");
        let (_, sentence) = said(403, "<Code>AccountIsDisabled</Code>", &[], KEY);
        assert!(sentence.contains("is disabled"), "{sentence}");
        let (_, sentence) =
            said(403, "<Code>InsufficientAccountPermissions</Code><Message>Not so.</Message>", &[], KEY);
        assert!(sentence.contains("(InsufficientAccountPermissions: Not so.)"), "{sentence}");
    }

    #[test]
    fn a_refused_signature_tells_what_it_lacks() {
        for (query, words) in [
            ("se=2026-11-20T11:00:00Z&sp=r", "ended on 20 Nov 2026 11:00 UTC"),
            ("st=2026-11-21&sp=r", "begins on 21 Nov 2026"),
            ("sp=au", "sp lacks r"),
            ("sp=r&ss=b&srt=sco", "ss must hold t"),
            ("sp=r&ss=t&srt=s", "srt must hold o"),
            ("sp=r&se=2027-01-01", "refuses the signature (SAS)"),
        ] {
            let connection = format!("https://contoso.table.core.windows.net/?{query}&sig=canary");
            let (kind, sentence) = said(403, XML, &[("date", NOON)], &connection);
            assert_eq!(kind, WireKind::Denied);
            assert!(sentence.contains(words), "{query}: {sentence}");
        }
        let other =
            "{\"odata.error\":{\"code\":\"AuthorizationPermissionMismatch\",\"message\":{\"value\":\"sig=canary\"}}}";
        let (_, sentence) = said(403, other, &[], "https://contoso.table.core.windows.net/?sp=r&sig=canary");
        assert!(
            sentence.ends_with("does not allow reading the table (AuthorizationPermissionMismatch)."),
            "{sentence}"
        );
    }

    #[test]
    fn what_is_missing_busy_or_odd() {
        let missing = r#"{"odata.error":{"code":"TableNotFound","message":{"value":"x"}}}"#;
        let (kind, sentence) = said(404, missing, &[], KEY);
        assert!(
            kind == WireKind::Missing && sentence.starts_with("The account contoso has no table leads."),
            "{sentence}"
        );
        let (kind, sentence) = said(404, "<Error><Code>ResourceNotFound</Code></Error>", &[], KEY);
        assert!(kind == WireKind::Missing && sentence.starts_with("There is no account contoso"), "{sentence}");
        let (kind, sentence) = said(503, "", &[("Retry-After", "300")], KEY);
        assert_eq!(kind, WireKind::Unavailable);
        assert!(sentence.ends_with("(it answers 503, also after 3 tries). Try again in 5 min."), "{sentence}");
        let (kind, sentence) = said(400, "<Code>InvalidHeaderValue</Code><Message>The version\nx</Message>", &[], KEY);
        assert!(kind == WireKind::Refused && sentence.contains("(InvalidHeaderValue: The version)"), "{sentence}");
        let (_, sentence) = said(400, "", &[("x-ms-error-code", "Odd\u{1b}[2J")], KEY);
        assert!(sentence.contains("(Odd2J)"), "{sentence}");
        assert_eq!(said(302, "", &[], KEY).0, WireKind::Refused);
    }
}
