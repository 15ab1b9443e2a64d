//! What every CRM has in common: parcels of leads, the request that carries them, and the ways in which an answer can be read.
//! Must not send anything: `run` does.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::domain::crm::{Crm, FieldDigests, PushResult};
use crate::domain::lead::LeadId;
use crate::net::address::form;
use crate::net::message::{Answer, FORM, Method};
use crate::net::wire_error::{WireError, WireKind};

/// Whether a record is to be made or brought up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It is not known to be there.
    Make,
    /// It is there by its own id: only what changed is sent.
    Update,
}

/// One lead on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Parcel {
    /// The lead.
    pub lead: LeadId,
    /// What is asked for.
    pub how: How,
    /// Its id there: the CRM's own, or the one that we choose.
    pub remote: Option<String>,
    /// The e-mail by which a CRM of people knows it.
    pub email: Option<String>,
    /// The fields that are sent.
    pub fields: Vec<(String, Value)>,
    /// The digests of every field, sent or not.
    pub digests: FieldDigests,
    /// What a run that was cut off was sending.
    pub cut_off: Option<FieldDigests>,
    /// The seller wants it sent although it was.
    pub again: bool,
    /// What sentences call it.
    pub title: String,
}

impl Parcel {
    /// The fields as an object.
    pub fn object(&self) -> Map<String, Value> {
        self.fields.iter().cloned().collect()
    }
}

/// The body of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Pairs of a form.
    Form(Vec<(String, String)>),
    /// JSON.
    Json(Value),
}

impl Body {
    /// Its kind and its bytes.
    pub fn bytes(&self) -> (&'static str, Vec<u8>) {
        match self {
            Self::Form(pairs) => (FORM, form(pairs.iter().map(|(name, value)| (name, value))).into_bytes()),
            Self::Json(value) => ("application/json; charset=utf-8", value.to_string().into_bytes()),
        }
    }

    /// The same as JSON, for a dry run.
    fn shown(self) -> Value {
        match self {
            Self::Form(pairs) => pairs.into_iter().map(|(name, value)| (name, Value::from(value))).collect(),
            Self::Json(value) => value,
        }
    }
}

/// A request.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Its method.
    pub method: Method,
    /// Its path with its query, below the address of the CRM.
    pub path: String,
    /// Headers beyond the token.
    pub headers: Vec<(&'static str, String)>,
    /// Its body.
    pub body: Body,
}

/// A request that a dry run shows instead of sending it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Intended {
    /// The leads it carries.
    pub leads: Vec<i64>,
    /// Its method.
    pub method: &'static str,
    /// Its path.
    pub path: String,
    /// Its body; a form as an object.
    pub body: Value,
}

impl Intended {
    /// What would be asked for these parcels.
    pub fn of(courier: &dyn Courier, parcels: &[Parcel]) -> Self {
        let call = courier.call(parcels);
        let leads = parcels.iter().map(|parcel| parcel.lead.0).collect();
        Self { leads, method: call.method.word(), path: call.path, body: call.body.shown() }
    }
}

/// What came of one parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What.
    pub result: PushResult,
    /// Its id there.
    pub remote: Option<String>,
    /// Why not, in the CRM's words.
    pub reason: Option<String>,
}

impl Outcome {
    /// It went well.
    pub fn done(result: PushResult, remote: Option<String>) -> Self {
        Self { result, remote, reason: None }
    }

    /// It did not.
    pub fn failed(result: PushResult, reason: impl Into<String>) -> Self {
        Self { result, remote: None, reason: Some(reason.into()) }
    }

    /// The CRM did not take it.
    pub fn refused(reason: impl Into<String>) -> Self {
        Self::failed(PushResult::Refused, reason)
    }
}

/// How an answer is read.
#[derive(Debug)]
pub enum Reading {
    /// What came of each parcel, in their order.
    Settled(Vec<Outcome>),
    /// The token is not taken: a new one may be.
    SignIn,
    /// Too busy now, although the status says otherwise: again after so long.
    Pause(Duration, String),
    /// One of the parcels is not taken, so none was: each half by itself.
    Split,
    /// The same parcels are to be sent in another way.
    Instead(Vec<Parcel>),
    /// Nothing was worked on, and nothing more will be.
    Fault(WireError),
}

/// One CRM.
pub trait Courier {
    /// Which.
    fn crm(&self) -> Crm;

    /// The address that paths are below.
    fn address(&self, path: &str) -> Result<String, WireError>;

    /// Names the account in the store: another account is another CRM.
    fn target(&self) -> String;

    /// The most parcels of a request.
    fn most(&self) -> usize {
        1
    }

    /// The least time from one request to the next, so that the documented rate is kept.
    fn spacing(&self) -> Duration {
        Duration::ZERO
    }

    /// How many requests it takes in 24 hours.
    fn daily(&self) -> Option<u32> {
        None
    }

    /// The id that a new record gets, where we choose it.
    fn chosen_id(&self, _lead: &crate::domain::lead::Lead) -> Option<String> {
        None
    }

    /// The request for these parcels, which all ask for the same.
    fn call(&self, parcels: &[Parcel]) -> Call;

    /// Reads its answer.
    fn read(&self, parcels: &[Parcel], answer: &Answer) -> Reading;
}

/// The JSON of an answer; null where there is none.
pub(super) fn body(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or_default()
}

/// A text of an answer.
pub(super) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// An id that stands in an answer as a text or a number.
pub(super) fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(id) if !id.is_empty() && id.len() <= 100 && id.chars().all(|c| c.is_ascii_graphic()) => {
            Some(id.clone())
        }
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// What a status means that is no answer to the parcels; `None` for any other. What the CRM says is told with it.
pub(super) fn common_fault(crm: Crm, answer: &Answer, said: &str) -> Option<Reading> {
    let title = crm.title();
    let said = crate::domain::crm::reason(said);
    let said = if said.is_empty() { String::new() } else { format!(": {said}") };
    let status = answer.status;
    let (kind, sentence) = match status {
        401 => return Some(Reading::SignIn),
        403 => (WireKind::Denied, format!("{title} does not allow it (403{said}). Give the app that right.")),
        408 | 429 => (
            WireKind::Limited,
            format!("{title} takes no more for now ({status}{said}). Run it again later; it goes on where it stopped."),
        ),
        500.. => (
            WireKind::Unavailable,
            format!("{title} is too busy or has a fault of its own ({status}{said}). Run it again later."),
        ),
        300..=399 => (
            WireKind::Settings,
            format!(
                "{title} answers {status}, which leads elsewhere; no redirect is followed. Check its address in the config."
            ),
        ),
        _ => return None,
    };
    Some(Reading::Fault(WireError::new(kind, sentence)))
}

/// An answer that makes no sense.
pub(super) fn unreadable(crm: Crm) -> Reading {
    let sentence = format!(
        "{}'s answer cannot be read, so nobody knows what came of the last request. Check address in [{}] of the config, then \
         run it again: nothing is made twice.",
        crm.title(),
        crm.word()
    );
    Reading::Fault(WireError::new(WireKind::Refused, sentence).perhaps_arrived(true))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16) -> Answer {
        Answer { status, headers: Vec::new(), body: Vec::new(), tries: 1 }
    }

    #[test]
    fn statuses_mean_the_same_everywhere() {
        let kind = |status| match common_fault(Crm::Hubspot, &answer(status), "x@y.example is no") {
            Some(Reading::Fault(error)) => {
                assert!(!error.sentence.contains("x@y"), "{error}");
                Some(error.kind)
            }
            Some(Reading::SignIn) => Some(WireKind::Missing),
            Some(other) => panic!("{other:?}"),
            None => None,
        };
        assert_eq!([kind(200), kind(400), kind(404), kind(412)], [None; 4]);
        assert_eq!(kind(401), Some(WireKind::Missing));
        assert_eq!(
            [kind(403), kind(429), kind(503)],
            [WireKind::Denied, WireKind::Limited, WireKind::Unavailable].map(Some)
        );
        assert_eq!(kind(302), Some(WireKind::Settings));
    }

    #[test]
    fn a_form_keeps_every_character() {
        let form = Body::Form(vec![("a".into(), "x & y=ü+%\n".into()), ("b".into(), String::new())]);
        assert_eq!(form.bytes().1, b"a=x%20%26%20y%3D%C3%BC%2B%25%0A&b=");
        assert_eq!(form.shown(), serde_json::json!({ "a": "x & y=ü+%\n", "b": "" }));
    }

    #[test]
    fn ids_are_texts_or_numbers() {
        assert_eq!(id(&serde_json::json!(50)).as_deref(), Some("50"));
        assert_eq!(id(&serde_json::json!("51")).as_deref(), Some("51"));
        for none in [serde_json::json!(null), serde_json::json!(""), serde_json::json!("a b"), serde_json::json!([])] {
            assert_eq!(id(&none), None);
        }
    }
}
