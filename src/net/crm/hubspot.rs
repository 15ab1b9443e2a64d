//! HubSpot by its CRM API with the token of a private app: contacts by `batch/upsert` with `idProperty` email, known ones by
//! `batch/update` with their ids, at most 100 a request (HubSpot Developers, "Contacts": partial upserts by e-mail are not
//! supported, so an upsert carries every field; "Handling errors": 429 names its policy, several statuses come as 207 by
//! `objectWriteTraceId`). Results come in any order. Inferred: a batch with one bad contact may be refused whole.
//! Must not send one e-mail twice in a batch.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::domain::crm::{Crm, PushResult};
use crate::net::base::Base;
use crate::net::crm::courier::{
    Body, Call, Courier, How, Outcome, Parcel, Reading, body, common_fault, id, text, unreadable,
};
use crate::net::message::{Answer, Method};
use crate::net::wire_error::{WireError, WireKind};

const CONTACTS: &str = "/crm/v3/objects/contacts/batch";

/// Where HubSpot is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubspotSettings {
    /// Its address.
    pub address: Base,
}

impl Default for HubspotSettings {
    fn default() -> Self {
        Self { address: Base::of("https://api.hubapi.com") }
    }
}

/// The contacts of one account.
pub struct Hubspot<'a>(pub &'a HubspotSettings);

impl Courier for Hubspot<'_> {
    fn crm(&self) -> Crm {
        Crm::Hubspot
    }

    fn address(&self, path: &str) -> Result<String, WireError> {
        Ok(self.0.address.join(path))
    }

    fn target(&self) -> String {
        format!("hubspot {}", self.0.address)
    }

    fn most(&self) -> usize {
        100
    }

    fn spacing(&self) -> Duration {
        Duration::from_millis(100)
    }

    fn call(&self, parcels: &[Parcel]) -> Call {
        let update = parcels.iter().all(|parcel| parcel.how == How::Update);
        let inputs: Vec<Value> = parcels.iter().map(|parcel| input(parcel, update)).collect();
        let path = format!("{CONTACTS}/{}", if update { "update" } else { "upsert" });
        let headers = vec![("Accept", "application/json".to_owned())];
        Call { method: Method::Post, path, headers, body: Body::Json(json!({ "inputs": inputs })) }
    }

    fn read(&self, parcels: &[Parcel], answer: &Answer) -> Reading {
        let said = body(answer);
        match answer.status {
            200..300 if said["results"].is_array() || said["errors"].is_array() => {
                Reading::Settled(parcels.iter().map(|parcel| outcome(parcel, parcels.len(), &said)).collect())
            }
            200..300 => unreadable(Crm::Hubspot),
            429 => Reading::Fault(limit(&said)),
            403 => Reading::Fault(WireError::new(
                WireKind::Denied,
                "HubSpot does not allow it (403). Give the private app the scope crm.objects.contacts.write.",
            )),
            _ => common_fault(Crm::Hubspot, answer, text(&said, "message")).unwrap_or_else(|| refused(parcels, &said)),
        }
    }
}

fn input(parcel: &Parcel, update: bool) -> Value {
    let trace = parcel.lead.to_string();
    match &parcel.remote {
        Some(id) if update => json!({ "id": id, "objectWriteTraceId": trace, "properties": parcel.object() }),
        _ => {
            let email = parcel.email.clone().unwrap_or_default();
            let mut properties: Map<String, Value> = parcel.object();
            properties.entry("email").or_insert_with(|| Value::from(email.as_str()));
            json!({ "idProperty": "email", "id": email, "objectWriteTraceId": trace, "properties": properties })
        }
    }
}

/// The batch is refused: where it carries several, one of them is to blame.
fn refused(parcels: &[Parcel], said: &Value) -> Reading {
    if parcels.len() > 1 {
        return Reading::Split;
    }
    let message = text(said, "message");
    let message = if message.is_empty() { "it says no reason" } else { message };
    let gone = parcels.iter().any(|parcel| parcel.how == How::Update) && text(said, "category") == "OBJECT_NOT_FOUND";
    let more = if gone { "; --again makes it anew" } else { "" };
    Reading::Settled(vec![Outcome::refused(format!("{message}{more}")); parcels.len()])
}

fn limit(said: &Value) -> WireError {
    let sentence = if text(said, "policyName").eq_ignore_ascii_case("daily") {
        "The day's calls of the HubSpot account are used up (429). Run it again tomorrow; it goes on where it stopped."
    } else {
        "HubSpot takes no more for now (429). Run it again later; it goes on where it stopped."
    };
    WireError::new(WireKind::Limited, sentence)
}

/// What an answer says of one parcel.
fn outcome(parcel: &Parcel, parcels: usize, said: &Value) -> Outcome {
    let list = |name: &str| said[name].as_array().map(Vec::as_slice).unwrap_or_default().iter();
    if let Some(result) = list("results").find(|result| is_of(parcel, result)) {
        let made = match (parcel.how, &result["new"]) {
            (How::Make, Value::Bool(true)) => PushResult::Created,
            _ => PushResult::Updated,
        };
        return Outcome::done(made, id(&result["id"]).or_else(|| parcel.remote.clone()));
    }
    let trace = parcel.lead.to_string();
    let named = |error: &&Value| {
        let context = &error["context"];
        let names = |name: &str, wanted: Option<&String>| {
            wanted.is_some_and(|wanted| context[name].as_array().is_some_and(|all| all.iter().any(|one| one == wanted)))
        };
        names("objectWriteTraceId", Some(&trace))
            || names("ids", parcel.remote.as_ref())
            || names("ids", parcel.email.as_ref())
    };
    let error = list("errors").find(named).or_else(|| list("errors").next().filter(|_| parcels == 1));
    Outcome::refused(match error.map(|error| text(error, "message")) {
        Some(message) if !message.is_empty() => message,
        _ => "its answer does not name it",
    })
}

fn is_of(parcel: &Parcel, result: &Value) -> bool {
    let trace = text(result, "objectWriteTraceId");
    if !trace.is_empty() {
        return trace == parcel.lead.to_string();
    }
    match parcel.how {
        How::Update => id(&result["id"]) == parcel.remote,
        How::Make => {
            let email = text(&result["properties"], "email").to_lowercase();
            parcel.email.as_ref().is_some_and(|own| own.to_lowercase() == email)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::crm::FieldDigests;
    use crate::domain::lead::LeadId;

    fn parcel(lead: i64, how: How, remote: Option<&str>) -> Parcel {
        Parcel {
            lead: LeadId(lead),
            how,
            remote: remote.map(str::to_owned),
            email: Some(format!("p{lead}@x.example")),
            fields: vec![("company".into(), Value::from("X"))],
            digests: FieldDigests::default(),
            cut_off: None,
            again: false,
            title: "Northwind".into(),
        }
    }

    fn read(parcels: &[Parcel], status: u16, body: &Value) -> Reading {
        let answer = Answer { status, headers: Vec::new(), body: body.to_string().into_bytes(), tries: 1 };
        Hubspot(&HubspotSettings::default()).read(parcels, &answer)
    }

    fn outcomes(reading: Reading) -> Vec<Outcome> {
        match reading {
            Reading::Settled(outcomes) => outcomes,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn contacts_are_upserted_by_mail_and_updated_by_id() {
        let settings = HubspotSettings::default();
        let call = Hubspot(&settings).call(&[parcel(1, How::Make, None)]);
        assert_eq!(call.path, "/crm/v3/objects/contacts/batch/upsert");
        let input = json!({ "idProperty": "email", "id": "p1@x.example", "objectWriteTraceId": "1",
                            "properties": { "company": "X", "email": "p1@x.example" } });
        assert_eq!(call.body, Body::Json(json!({ "inputs": [input] })));
        let call = Hubspot(&settings).call(&[parcel(1, How::Update, Some("51"))]);
        assert_eq!(call.path, "/crm/v3/objects/contacts/batch/update");
        let input = json!({ "id": "51", "objectWriteTraceId": "1", "properties": { "company": "X" } });
        assert_eq!(call.body, Body::Json(json!({ "inputs": [input] })));
    }

    #[test]
    fn results_come_in_any_order_and_some_may_fail() {
        let parcels = [parcel(1, How::Make, None), parcel(2, How::Make, None), parcel(3, How::Make, None)];
        let body = json!({ "status": "COMPLETE", "numErrors": 1, "results": [
            { "id": "72", "new": false, "properties": { "email": "P2@x.example" } },
            { "id": "71", "new": true, "objectWriteTraceId": "1", "properties": {} },
        ], "errors": [{ "message": "no", "context": { "objectWriteTraceId": ["3"] } }] });
        let told = outcomes(read(&parcels, 207, &body));
        assert_eq!(told[0], Outcome::done(PushResult::Created, Some("71".into())));
        assert_eq!(told[1], Outcome::done(PushResult::Updated, Some("72".into())));
        assert_eq!(told[2], Outcome::refused("no"));
        assert_eq!(outcomes(read(&parcels, 200, &json!({ "results": [] })))[0].result, PushResult::Refused);
        assert!(matches!(read(&parcels, 200, &json!("ok")), Reading::Fault(_)));
    }

    #[test]
    fn a_batch_that_is_refused_whole_is_split_until_one_is_to_blame() {
        let no = json!({ "status": "error", "category": "VALIDATION_ERROR", "message": "Email is invalid" });
        let two = [parcel(1, How::Make, None), parcel(2, How::Make, None)];
        assert!(matches!(read(&two, 400, &no), Reading::Split));
        assert_eq!(outcomes(read(&two[..1], 400, &no)), [Outcome::refused("Email is invalid")]);
        let gone = json!({ "category": "OBJECT_NOT_FOUND", "message": "not found" });
        let known = [parcel(1, How::Update, Some("51"))];
        assert_eq!(outcomes(read(&known, 404, &gone))[0].reason.as_deref(), Some("not found; --again makes it anew"));
    }

    #[test]
    fn limits_and_rights_end_the_run() {
        let one = [parcel(1, How::Make, None)];
        let daily = json!({ "policyName": "DAILY", "errorType": "RATE_LIMIT" });
        assert!(
            matches!(read(&one, 429, &daily), Reading::Fault(e) if e.kind == WireKind::Limited && e.sentence.contains("day's"))
        );
        assert!(matches!(read(&one, 429, &json!({})), Reading::Fault(e) if e.kind == WireKind::Limited));
        assert!(matches!(read(&one, 403, &json!({})), Reading::Fault(e) if e.kind == WireKind::Denied));
        assert!(matches!(read(&one, 401, &json!({})), Reading::SignIn));
        assert!(matches!(read(&one, 502, &json!({})), Reading::Fault(e) if e.kind == WireKind::Unavailable));
    }
}
