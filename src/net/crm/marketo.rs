//! Marketo Engage by its REST API: `POST /rest/v1/leads.json`, at most 300 leads a request (Adobe Experience League, "Leads",
//! "Authentication", "Error Codes": errors come inside a 200, 601 and 602 for the token, 606 and 615 for the rate of 100 calls in
//! 20 seconds and ten at once, 607 for the day). New people are found by e-mail (`createOrUpdate`), known ones by their id
//! (`updateOnly`). Inferred from the samples: results stand in the order of the input. Must not split a person in two.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::domain::crm::{Crm, PushResult};
use crate::net::base::Base;
use crate::net::crm::courier::{
    Body, Call, Courier, How, Outcome, Parcel, Reading, body, common_fault, id, text, unreadable,
};
use crate::net::message::{Answer, Method};
use crate::net::wire_error::{WireError, WireKind};

const PATH: &str = "/rest/v1/leads.json";

/// Which instance, and who signs in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MarketoSettings {
    /// The instance: `https://123-ABC-456.mktorest.com`.
    pub address: Option<Base>,
    /// The client id of the LaunchPoint service.
    pub client_id: Option<String>,
}

/// The people of one instance.
pub struct Marketo<'a>(pub &'a MarketoSettings);

impl Courier for Marketo<'_> {
    fn crm(&self) -> Crm {
        Crm::Marketo
    }

    fn address(&self, path: &str) -> Result<String, WireError> {
        let none = "No instance is named. Nothing was sent; write address = \"https://123-ABC-456.mktorest.com\" into [marketo] of \
                    the config (Admin > Web Services has it).";
        let address = self.0.address.as_ref().ok_or_else(|| WireError::new(WireKind::Settings, none))?;
        Ok(address.join(path))
    }

    fn target(&self) -> String {
        format!("marketo {}", self.0.address.as_ref().map(Base::as_str).unwrap_or_default())
    }

    fn most(&self) -> usize {
        300
    }

    fn spacing(&self) -> Duration {
        Duration::from_millis(200)
    }

    fn call(&self, parcels: &[Parcel]) -> Call {
        let update = parcels.iter().all(|parcel| parcel.how == How::Update);
        let (action, lookup) = if update { ("updateOnly", "id") } else { ("createOrUpdate", "email") };
        let input: Vec<Value> = parcels.iter().map(|parcel| input(parcel, update).into()).collect();
        let body = json!({ "action": action, "lookupField": lookup, "input": input });
        let headers = vec![("Accept", "application/json".to_owned())];
        Call { method: Method::Post, path: PATH.to_owned(), headers, body: Body::Json(body) }
    }

    fn read(&self, parcels: &[Parcel], answer: &Answer) -> Reading {
        let said = body(answer);
        if let Some(fault) = common_fault(Crm::Marketo, answer, "") {
            return fault;
        }
        if said["success"] == Value::Bool(false) {
            return whole(&said["errors"][0]);
        }
        let results = said["result"].as_array().map(Vec::as_slice).unwrap_or_default();
        if said["success"] != Value::Bool(true) || results.len() != parcels.len() {
            return unreadable(Crm::Marketo);
        }
        Reading::Settled(results.iter().map(outcome).collect())
    }
}

fn input(parcel: &Parcel, update: bool) -> Map<String, Value> {
    let mut fields = parcel.object();
    match &parcel.remote {
        Some(id) if update => {
            fields.insert("id".to_owned(), id.parse::<u64>().map_or_else(|_| Value::from(id.as_str()), Value::from));
        }
        _ => {
            // The field that finds a person is always among them.
            let email = parcel.email.clone().unwrap_or_default();
            fields.entry("email").or_insert_with(|| Value::from(email));
        }
    }
    fields
}

/// An error of a whole request: nothing of it was carried out.
fn whole(error: &Value) -> Reading {
    let code = id(&error["code"]).unwrap_or_default();
    let message = crate::domain::crm::reason(text(error, "message"));
    let fault = |kind, sentence: String| Reading::Fault(WireError::new(kind, sentence));
    match code.as_str() {
        "600" | "601" | "602" => Reading::SignIn,
        "606" => Reading::Pause(Duration::from_secs(20), "takes 100 calls in 20 seconds".to_owned()),
        "615" => Reading::Pause(Duration::from_secs(2), "takes ten calls at once".to_owned()),
        "502" | "604" | "608" | "611" | "713" | "719" => {
            Reading::Pause(Duration::from_secs(5), format!("is too busy ({code})"))
        }
        "607" => fault(
            WireKind::Limited,
            "The day's calls of the Marketo instance are used up (607). Run it again tomorrow; it goes on where it stopped.".to_owned(),
        ),
        "603" => fault(
            WireKind::Denied,
            format!("Marketo does not allow it (603: {message}). Give the API user the right Read-Write Person."),
        ),
        _ => fault(
            WireKind::Refused,
            format!(
                "Marketo refuses the request, and nothing of it was carried out ({code}: {message}). A field that it does not know can \
                 be left out by api_mapping in [marketo] of the config."
            ),
        ),
    }
}

fn outcome(result: &Value) -> Outcome {
    let remote = id(&result["id"]);
    let reason = || {
        let why = &result["reasons"][0];
        match (text(why, "message"), id(&why["code"])) {
            ("", None) => "it says no reason".to_owned(),
            (message, Some(code)) => format!("{message} ({code})"),
            (message, None) => message.to_owned(),
        }
    };
    match text(result, "status") {
        "created" => Outcome::done(PushResult::Created, remote),
        "updated" => Outcome::done(PushResult::Updated, remote),
        _ => Outcome::refused(reason()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::crm::FieldDigests;
    use crate::domain::lead::LeadId;

    fn parcel(how: How, remote: Option<&str>) -> Parcel {
        Parcel {
            lead: LeadId(1),
            how,
            remote: remote.map(str::to_owned),
            email: Some("ana@northwind.example".into()),
            fields: vec![("company".into(), Value::from("Northwind"))],
            digests: FieldDigests::default(),
            cut_off: None,
            again: false,
            title: "Northwind".into(),
        }
    }

    fn read(parcels: usize, body: &Value) -> Reading {
        let answer = Answer { status: 200, headers: Vec::new(), body: body.to_string().into_bytes(), tries: 1 };
        Marketo(&MarketoSettings::default()).read(&vec![parcel(How::Make, None); parcels], &answer)
    }

    fn error(code: &str) -> Reading {
        read(1, &json!({ "requestId": "1", "success": false, "errors": [{ "code": code, "message": "no" }] }))
    }

    #[test]
    fn people_are_found_by_mail_and_known_ones_by_id() {
        let settings = MarketoSettings::default();
        let body = |parcel| match Marketo(&settings).call(&[parcel]).body {
            Body::Json(body) => body,
            Body::Form(_) => panic!("JSON"),
        };
        assert_eq!(
            body(parcel(How::Make, None)),
            json!({ "action": "createOrUpdate", "lookupField": "email",
                    "input": [{ "company": "Northwind", "email": "ana@northwind.example" }] })
        );
        assert_eq!(
            body(parcel(How::Update, Some("50"))),
            json!({ "action": "updateOnly", "lookupField": "id", "input": [{ "company": "Northwind", "id": 50 }] })
        );
    }

    #[test]
    fn errors_come_inside_a_200() {
        for code in ["601", "602"] {
            assert!(matches!(error(code), Reading::SignIn));
        }
        assert!(matches!(error("606"), Reading::Pause(span, _) if span.as_secs() == 20));
        assert!(matches!(error("611"), Reading::Pause(..)));
        for (code, kind) in [("607", WireKind::Limited), ("603", WireKind::Denied), ("1006", WireKind::Refused)] {
            assert!(matches!(error(code), Reading::Fault(error) if error.kind == kind), "{code}");
        }
        for odd in [json!({}), json!({ "success": true, "result": [] }), json!([])] {
            assert!(matches!(read(1, &odd), Reading::Fault(_)), "{odd}");
        }
    }

    #[test]
    fn each_person_has_a_result() {
        let body = json!({ "success": true, "result": [
            { "id": 50, "status": "created" }, { "id": 51, "status": "updated" },
            { "status": "skipped", "reasons": [{ "code": "1007", "message": "Multiple lead match lookup criteria" }] },
        ] });
        let Reading::Settled(outcomes) = read(3, &body) else { panic!("settled") };
        assert_eq!(outcomes[0], Outcome::done(PushResult::Created, Some("50".into())));
        assert_eq!(outcomes[1].result, PushResult::Updated);
        assert_eq!(outcomes[2], Outcome::refused("Multiple lead match lookup criteria (1007)"));
    }
}
