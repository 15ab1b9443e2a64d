//! What a sender is told: a status, a JSON object without personal data, and whether the connection goes on.
//! Must not know how it came to that.

use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use hyper::{Response, StatusCode};
use serde_json::{Value, json};

use crate::store::Placed;

/// An answer on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// A word or two for the log.
    pub told: String,
    body: Value,
    header: Option<(HeaderName, HeaderValue)>,
    /// The connection ends with it.
    pub closes: bool,
}

impl Answer {
    /// The leads that were stored, and the number under which a part that could not be read waits.
    pub fn stored(placed: &[Placed], quarantined: Option<i64>, is_list: bool) -> Self {
        let lead = |placed: &Placed| match placed {
            Placed::Added(id) => json!({ "lead": id.0, "new": true }),
            Placed::Updated(id) | Placed::Unchanged(id) => json!({ "lead": id.0, "new": false }),
        };
        let mut body = match placed {
            [only] if !is_list => lead(only),
            [] if quarantined.is_some() => json!({}),
            all => json!({ "leads": all.iter().map(lead).collect::<Vec<_>>() }),
        };
        if let (Some(id), Some(body)) = (quarantined, body.as_object_mut()) {
            body.insert("quarantined".to_owned(), json!(id));
        }
        let status = if quarantined.is_some() { StatusCode::ACCEPTED } else { StatusCode::OK };
        let new = placed.iter().filter(|placed| matches!(placed, Placed::Added(_))).count();
        let told = [(new, "new"), (placed.len() - new, "known"), (usize::from(quarantined.is_some()), "quarantined")];
        let told: Vec<_> = told.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
        Self { status, told: told.join(", "), body, header: None, closes: false }
    }

    /// The store can be written.
    pub fn healthy() -> Self {
        let told = "healthy".to_owned();
        Self { status: StatusCode::OK, told, body: Value::String("ok".to_owned()), header: None, closes: false }
    }

    /// True for what `healthy` makes.
    pub fn is_healthy(&self) -> bool {
        self.body.is_string()
    }

    /// A refusal, which ends the connection: what the sender goes on sending is not read.
    pub fn refused(status: StatusCode, sentence: &str) -> Self {
        let told = status.canonical_reason().unwrap_or_default().to_lowercase();
        Self { status, told, body: json!({ "error": sentence }), header: None, closes: true }
    }

    /// No such place, or no such token: nobody learns which.
    pub fn unknown() -> Self {
        Self::refused(StatusCode::NOT_FOUND, "There is nothing here.")
    }

    /// Another method is wanted.
    pub fn method(allow: &'static str) -> Self {
        let answer = Self::refused(StatusCode::METHOD_NOT_ALLOWED, "This method does nothing here.");
        Self { header: Some((ALLOW, HeaderValue::from_static(allow))), ..answer }
    }

    /// Not now: the sender may try again.
    pub fn later(status: StatusCode, sentence: &str, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        let header = Some((RETRY_AFTER, HeaderValue::from(seconds.max(1))));
        Self { header, closes: false, ..Self::refused(status, sentence) }
    }

    /// As hyper sends it.
    pub fn response(self) -> Response<Full<Bytes>> {
        let is_text = self.is_healthy();
        let text = self.body.as_str().map_or_else(|| self.body.to_string(), str::to_owned);
        let mut response = Response::new(Full::new(Bytes::from(text + "\n")));
        *response.status_mut() = self.status;
        let kind = if is_text { "text/plain; charset=utf-8" } else { "application/json" };
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.closes {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        headers.extend(self.header);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lead::LeadId;

    #[test]
    fn a_sender_learns_the_number_of_its_lead_and_nothing_else() {
        let (new, known) = (Placed::Added(LeadId(1)), Placed::Unchanged(LeadId(2)));
        let body = |answer: &Answer| answer.body.to_string();
        let one = Answer::stored(&[new], None, false);
        assert_eq!((one.status.as_u16(), body(&one).as_str()), (200, r#"{"lead":1,"new":true}"#));
        assert_eq!(one.told, "1 new");
        let list = Answer::stored(&[new, known], None, true);
        assert_eq!(body(&list), r#"{"leads":[{"lead":1,"new":true},{"lead":2,"new":false}]}"#);
        assert_eq!(body(&Answer::stored(&[known], None, true)), r#"{"leads":[{"lead":2,"new":false}]}"#);
        let part = Answer::stored(&[new], Some(7), true);
        assert_eq!((part.status.as_u16(), part.told.as_str()), (202, "1 new, 1 quarantined"));
        assert_eq!(body(&part), r#"{"leads":[{"lead":1,"new":true}],"quarantined":7}"#);
        assert_eq!(body(&Answer::stored(&[], Some(7), false)), r#"{"quarantined":7}"#);
    }

    #[test]
    fn a_wait_is_told_in_whole_seconds() {
        let wait = |millis| {
            let answer = Answer::later(StatusCode::TOO_MANY_REQUESTS, "Later.", Duration::from_millis(millis));
            answer.response().headers()[RETRY_AFTER].to_str().unwrap().to_owned()
        };
        assert_eq!([wait(0), wait(50), wait(1000), wait(1001)], ["1", "1", "1", "2"]);
    }
}
