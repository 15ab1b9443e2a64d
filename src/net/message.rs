//! What goes over a wire and what comes back: a request as a value, so that it can be sent again, and an answer whose status
//! is no error. Must not print itself: addresses and headers carry secrets.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::domain::lead::Moment;

/// The kind of a body that is a form.
pub const FORM: &str = "application/x-www-form-urlencoded";

/// What a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Makes.
    Post,
    /// Changes.
    Patch,
}

impl Method {
    /// Its word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
        }
    }
}

/// A request.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// What it does.
    pub method: Method,
    /// The whole address.
    pub address: String,
    /// Its headers.
    pub headers: Vec<(&'static str, String)>,
    /// Its body.
    pub body: Option<Vec<u8>>,
    /// It may have been worked on although no answer came, so it is sent again only where that cannot be.
    pub once: bool,
}

impl Request {
    /// A request without headers and body.
    pub fn new(method: Method, address: impl Into<String>) -> Self {
        Self { method, address: address.into(), headers: Vec::new(), body: None, once: false }
    }

    /// The same with a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same with a body of a kind.
    #[must_use]
    pub fn body(mut self, content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self.header("Content-Type", content_type)
    }

    /// The same, sent again only where the service has surely not worked on it: it was not reached, or says so (429, 503).
    #[must_use]
    pub fn once(mut self) -> Self {
        self.once = true;
        self
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("method", &self.method).finish_non_exhaustive()
    }
}

/// An answer, whatever its status.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its headers; names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
    /// How often the request was sent.
    pub tries: u32,
}

impl Answer {
    /// The request was done.
    pub fn is_done(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A header, by its name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The service's own time when it answered.
    pub fn date(&self) -> Option<Moment> {
        self.header("date").and_then(http_date)
    }

    /// How long the service asks to be left alone, in seconds or until a date.
    pub fn retry_after(&self, now: Moment) -> Option<Duration> {
        let text = self.header("retry-after")?.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        // Measured on the service's own clock where it tells it: ours may be wrong.
        let until = http_date(text)?;
        Some((until - self.date().unwrap_or(now)).to_std().unwrap_or_default())
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).field("bytes", &self.body.len()).finish_non_exhaustive()
    }
}

/// Reads the date of a header: `Fri, 20 Nov 2026 12:00:00 GMT`.
pub fn http_date(text: &str) -> Option<Moment> {
    DateTime::parse_from_rfc2822(text.trim()).ok().map(|date| date.with_timezone(&Utc))
}

/// Writes the date of a header.
pub fn to_http_date(moment: Moment) -> String {
    moment.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::parse;

    fn answer(headers: &[(&str, &str)]) -> Answer {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Answer { status: 503, headers, body: Vec::new(), tries: 1 }
    }

    #[test]
    fn dates_of_headers_are_read_and_written() {
        let noon = parse("2026-11-20T12:00:00Z").unwrap();
        assert_eq!(to_http_date(noon), "Fri, 20 Nov 2026 12:00:00 GMT");
        assert_eq!(http_date(&to_http_date(noon)), Some(noon));
        assert_eq!(http_date("soon"), None);
    }

    #[test]
    fn a_service_may_ask_to_be_left_alone() {
        let now = parse("2026-11-20T12:00:00Z").unwrap();
        let after = |headers: &[(&str, &str)]| answer(headers).retry_after(now).map(|span| span.as_secs());
        assert_eq!(after(&[("Retry-After", " 30 ")]), Some(30));
        assert_eq!(after(&[("retry-after", "Fri, 20 Nov 2026 12:01:00 GMT")]), Some(60));
        assert_eq!(after(&[("retry-after", "Fri, 20 Nov 2026 11:00:00 GMT")]), Some(0));
        let skewed = [("retry-after", "Fri, 20 Nov 2026 12:01:00 GMT"), ("date", "Fri, 20 Nov 2026 12:00:30 GMT")];
        assert_eq!(after(&skewed), Some(30));
        assert_eq!((after(&[]), after(&[("retry-after", "soon")])), (None, None));
    }

    #[test]
    fn nothing_of_a_request_or_answer_is_printed() {
        let request = Request::new(Method::Post, "https://a.example/?sig=canary")
            .header("Authorization", "canary")
            .body("text/plain", "canary");
        let answer = Answer { body: b"canary".to_vec(), ..answer(&[("x", "canary")]) };
        assert!(!format!("{request:?} {answer:?}").contains("canary"));
    }
}
