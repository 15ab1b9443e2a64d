//! Dynamics 365 Sales by the Dataverse Web API: `PATCH leads(GUID)` with a GUID of our own choosing (Microsoft Learn, "Use Upsert
//! to Create or Update a record", "Update and delete table rows using the Web API": an upsert makes a record with a given id).
//! `If-None-Match: *` makes without overwriting, `If-Match: *` updates without making ("Perform conditional operations"). 429
//! names its Retry-After ("Service protection API limits": 6,000 requests in 5 minutes). Must not overwrite what is there.

use std::time::Duration;

use crate::domain::crm::{Crm, PushResult, guid};
use crate::domain::lead::Lead;
use crate::net::base::Base;
use crate::net::crm::courier::{Body, Call, Courier, How, Outcome, Parcel, Reading, body, common_fault, text};
use crate::net::message::{Answer, Method};
use crate::net::wire_error::{WireError, WireKind};

const LEADS: &str = "/api/data/v9.2/leads";

/// The error of a record that does not exist.
const NO_RECORD: &str = "0x80040217";

/// The errors of a record with another id that is taken for the same: by an alternate key, by the rules of duplicate detection,
/// by an index ("Web service error codes": `DuplicateRecordEntityKey`, `DuplicateRecordsFound`, `DuplicateRecord`).
const ANOTHER_RECORD: [&str; 3] = ["0x80060892", "0x80040333", "0x80040237"];

/// Which environment, and who signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DynamicsSettings {
    /// The environment: `https://contoso.crm.dynamics.com`.
    pub address: Option<Base>,
    /// Where Entra is.
    pub authority: Base,
    /// The tenant, by id or domain.
    pub tenant: Option<String>,
    /// The app registration, which is an application user of the environment.
    pub client_id: Option<String>,
}

impl Default for DynamicsSettings {
    fn default() -> Self {
        Self { address: None, authority: Base::of("https://login.microsoftonline.com"), tenant: None, client_id: None }
    }
}

/// The leads of one environment.
pub struct Dynamics<'a>(pub &'a DynamicsSettings);

impl Courier for Dynamics<'_> {
    fn crm(&self) -> Crm {
        Crm::Dynamics
    }

    fn address(&self, path: &str) -> Result<String, WireError> {
        let none = "No environment is named. Nothing was sent; write address = \"https://contoso.crm.dynamics.com\" into [dynamics] \
                    of the config.";
        let address = self.0.address.as_ref().ok_or_else(|| WireError::new(WireKind::Settings, none))?;
        Ok(address.join(path))
    }

    fn target(&self) -> String {
        format!("dynamics {}", self.0.address.as_ref().map(Base::as_str).unwrap_or_default())
    }

    fn spacing(&self) -> Duration {
        Duration::from_millis(50)
    }

    fn chosen_id(&self, lead: &Lead) -> Option<String> {
        Some(guid(lead))
    }

    fn call(&self, parcels: &[Parcel]) -> Call {
        let parcel = parcels.first();
        let id = parcel.and_then(|parcel| parcel.remote.clone()).unwrap_or_default();
        let mut headers = vec![
            ("OData-MaxVersion", "4.0".to_owned()),
            ("OData-Version", "4.0".to_owned()),
            ("Accept", "application/json".to_owned()),
        ];
        match parcel.map(|parcel| (parcel.how, parcel.again)) {
            // Neither condition: whatever is there, it is as it is here afterwards.
            Some((_, true)) | None => {}
            Some((How::Make, false)) => headers.push(("If-None-Match", "*".to_owned())),
            Some((How::Update, false)) => headers.push(("If-Match", "*".to_owned())),
        }
        let fields = parcel.map(Parcel::object).unwrap_or_default();
        Call { method: Method::Patch, path: format!("{LEADS}({id})"), headers, body: Body::Json(fields.into()) }
    }

    fn read(&self, parcels: &[Parcel], answer: &Answer) -> Reading {
        let Some(parcel) = parcels.first() else { return Reading::Settled(Vec::new()) };
        let said = body(answer);
        let (code, message) = (text(&said["error"], "code"), text(&said["error"], "message"));
        let one = |outcome| Reading::Settled(vec![outcome]);
        let gone = || Outcome::refused("it is not there any more; --again makes it anew");
        match (answer.status, parcel.how) {
            (200..300, How::Make) if !parcel.again => one(Outcome::done(PushResult::Created, parcel.remote.clone())),
            (200..300, _) => one(Outcome::done(PushResult::Updated, parcel.remote.clone())),
            (_, How::Make) if ANOTHER_RECORD.contains(&code) => one(Outcome::done(PushResult::Known, None)),
            (_, How::Update) if ANOTHER_RECORD.contains(&code) => one(Outcome::refused(message)),
            (412, How::Make) => already_there(parcel),
            (404 | 412, How::Update) => one(gone()),
            (404, How::Make) if code != NO_RECORD => Reading::Fault(WireError::new(
                WireKind::Missing,
                "Dynamics 365 does not know the table of leads. Check address in [dynamics] of the config, and that the environment \
                 has Sales.",
            )),
            _ => common_fault(Crm::Dynamics, answer, message).unwrap_or_else(|| {
                one(Outcome::refused(format!(
                    "{message} ({})",
                    if code.is_empty() { answer.status.to_string() } else { code.to_owned() }
                )))
            }),
        }
    }
}

/// A record with our id is there. Where a run of ours was cut off, it is what that run sent, and only what changed since is
/// missing; else somebody knows it from before, and it is left as it is.
fn already_there(parcel: &Parcel) -> Reading {
    let settled = |result| Reading::Settled(vec![Outcome::done(result, parcel.remote.clone())]);
    let Some(sent) = &parcel.cut_off else { return settled(PushResult::Known) };
    let missing: Vec<_> = parcel.fields.iter().filter(|(name, _)| sent.lacks(&parcel.digests, name)).cloned().collect();
    if missing.is_empty() {
        return settled(PushResult::Created);
    }
    Reading::Instead(vec![Parcel { how: How::Update, fields: missing, ..parcel.clone() }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::crm::FieldDigests;
    use crate::domain::lead::LeadId;
    use serde_json::{Value, json};

    fn digests(subject: &str) -> FieldDigests {
        FieldDigests::of([("subject", Value::from(subject).to_string()), ("lastname", Value::from("S").to_string())])
    }

    fn parcel(how: How) -> Parcel {
        Parcel {
            lead: LeadId(1),
            how,
            remote: Some("g".into()),
            email: None,
            fields: vec![("subject".into(), Value::from("2")), ("lastname".into(), Value::from("S"))],
            digests: digests("2"),
            cut_off: None,
            again: false,
            title: "Northwind".into(),
        }
    }

    fn read(parcel: &Parcel, status: u16, code: &str) -> Reading {
        let body = json!({ "error": { "code": code, "message": "no" } }).to_string().into_bytes();
        let answer = Answer { status, headers: Vec::new(), body, tries: 1 };
        Dynamics(&DynamicsSettings::default()).read(std::slice::from_ref(parcel), &answer)
    }

    fn outcome(reading: Reading) -> Outcome {
        match reading {
            Reading::Settled(mut outcomes) => outcomes.remove(0),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_record_is_made_without_overwriting_and_updated_without_making() {
        let settings =
            DynamicsSettings { address: Base::parse("https://x.crm.dynamics.com").ok(), ..Default::default() };
        let dynamics = Dynamics(&settings);
        let condition = |parcel: Parcel| {
            let call = dynamics.call(&[parcel]);
            assert_eq!((call.method, call.path.as_str()), (Method::Patch, "/api/data/v9.2/leads(g)"));
            call.headers.into_iter().find(|(name, _)| name.starts_with("If-")).map(|(name, _)| name)
        };
        assert_eq!(condition(parcel(How::Make)), Some("If-None-Match"));
        assert_eq!(condition(parcel(How::Update)), Some("If-Match"));
        assert_eq!(condition(Parcel { again: true, ..parcel(How::Make) }), None);
        assert_eq!(outcome(read(&parcel(How::Make), 204, "")).result, PushResult::Created);
        assert_eq!(outcome(read(&parcel(How::Update), 204, "")).result, PushResult::Updated);
        assert_eq!(outcome(read(&parcel(How::Update), 404, NO_RECORD)).result, PushResult::Refused);
        assert_eq!(outcome(read(&parcel(How::Make), 400, "0x80044331")).reason.as_deref(), Some("no (0x80044331)"));
        assert!(
            matches!(read(&parcel(How::Make), 404, "0x8006088a"), Reading::Fault(e) if e.kind == WireKind::Missing)
        );
        assert!(matches!(read(&parcel(How::Make), 401, ""), Reading::SignIn));
    }

    #[test]
    fn what_is_there_is_left_unless_our_own_run_was_cut_off() {
        let there = outcome(read(&parcel(How::Make), 412, ""));
        assert_eq!((there.result, there.remote.as_deref()), (PushResult::Known, Some("g")));
        for (status, code) in [(412, "0x80060892"), (500, "0x80040333"), (412, "0x80040333"), (412, "0x80040237")] {
            let cut_off = Parcel { cut_off: Some(digests("2")), ..parcel(How::Make) };
            for made in [parcel(How::Make), cut_off] {
                let other = outcome(read(&made, status, code));
                assert_eq!((other.result, other.remote), (PushResult::Known, None), "another id: {code}");
            }
            let edited = outcome(read(&parcel(How::Update), status, code));
            assert_eq!((edited.result, edited.reason.as_deref()), (PushResult::Refused, Some("no")), "{code}");
        }
        let cut_off = |subject| Parcel { cut_off: Some(digests(subject)), ..parcel(How::Make) };
        assert_eq!(outcome(read(&cut_off("2"), 412, "")).result, PushResult::Created);
        let Reading::Instead(next) = read(&cut_off("1"), 412, "") else { panic!("what changed since is sent") };
        assert_eq!((next[0].how, next[0].fields.len(), next[0].fields[0].0.as_str()), (How::Update, 1, "subject"));
    }
}
