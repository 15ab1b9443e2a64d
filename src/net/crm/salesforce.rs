//! Salesforce Web-to-Lead: a form posted to `servlet/servlet.WebToLead` with the organisation's id (Salesforce Help "Web-to-Lead",
//! "How can I be sure that leads aren't lost?": 500 a day, the rest queued; the fields as Microsoft posts them, domain.md 4.5).
//! No answer is documented: a 200 does not prove that there is a lead. Inferred from public clients: a header `Is-Processed`
//! with an exception in it says that there is none. Must not post the same lead twice by itself.

use crate::domain::crm::{Crm, PushResult};
use crate::net::base::Base;
use crate::net::crm::courier::{Body, Call, Courier, Outcome, Parcel, Reading, common_fault, unreadable};
use crate::net::message::{Answer, Method};
use crate::net::wire_error::{WireError, WireKind};

/// What Web-to-Lead takes in 24 hours (Salesforce Help).
pub const DAILY: u32 = 500;

const PATH: &str = "/servlet/servlet.WebToLead?encoding=UTF-8";

/// Which organisation, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SalesforceSettings {
    /// Where Web-to-Lead is: production, a sandbox has another.
    pub address: Base,
    /// The id of the organisation, as its Web-to-Lead form has it.
    pub oid: Option<String>,
    /// How many leads are posted in 24 hours.
    pub daily_cap: u32,
}

impl Default for SalesforceSettings {
    fn default() -> Self {
        Self { address: Base::of("https://webto.salesforce.com"), oid: None, daily_cap: DAILY }
    }
}

/// Web-to-Lead of one organisation.
pub struct Salesforce<'a>(pub &'a SalesforceSettings);

impl Courier for Salesforce<'_> {
    fn crm(&self) -> Crm {
        Crm::Salesforce
    }

    fn address(&self, path: &str) -> Result<String, WireError> {
        if self.0.oid.is_none() {
            return Err(WireError::new(
                WireKind::Settings,
                "No organisation is named. Nothing was sent; write oid into [salesforce] of the config, as Setup > Web-to-Lead \
                 puts it into the form.",
            ));
        }
        Ok(self.0.address.join(path))
    }

    fn target(&self) -> String {
        format!("salesforce {} {}", self.0.address, self.0.oid.as_deref().unwrap_or_default())
    }

    fn daily(&self) -> Option<u32> {
        Some(self.0.daily_cap)
    }

    fn call(&self, parcels: &[Parcel]) -> Call {
        let oid = self.0.oid.clone().unwrap_or_default();
        let mut form = vec![("oid".to_owned(), oid), ("encoding".to_owned(), "UTF-8".to_owned())];
        for (name, value) in parcels.iter().flat_map(|parcel| &parcel.fields) {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            form.push((name.clone(), text));
        }
        Call { method: Method::Post, path: PATH.to_owned(), headers: Vec::new(), body: Body::Form(form) }
    }

    fn read(&self, parcels: &[Parcel], answer: &Answer) -> Reading {
        let all = |outcome: Outcome| Reading::Settled(vec![outcome; parcels.len()]);
        match answer.status {
            200..400 => {
                let said = answer.header("is-processed").unwrap_or_default();
                if said.to_ascii_lowercase().contains("exception") {
                    let why = answer.header("reason").unwrap_or(said);
                    return all(Outcome::failed(PushResult::Rejected, why));
                }
                all(Outcome::done(PushResult::Sent, None))
            }
            // 503 says that it was not worked on; what else a failing server did nobody knows.
            500..503 | 504.. => all(Outcome::failed(PushResult::Doubted, format!("it answers {}", answer.status))),
            429 | 503 => common_fault(Crm::Salesforce, answer, "").unwrap_or_else(|| unreadable(Crm::Salesforce)),
            status => Reading::Fault(WireError::new(
                WireKind::Refused,
                format!(
                    "Salesforce does not take the form ({status}). Nothing was sent; check address and oid in [salesforce] of the config."
                ),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::crm::FieldDigests;
    use crate::domain::lead::LeadId;
    use crate::net::crm::courier::How;
    use serde_json::Value;

    fn parcel() -> Parcel {
        Parcel {
            lead: LeadId(1),
            how: How::Make,
            remote: None,
            email: None,
            fields: vec![("last_name".into(), Value::from("Souza")), ("emailOptOut".into(), Value::from(1))],
            digests: FieldDigests::default(),
            cut_off: None,
            again: false,
            title: "Northwind".into(),
        }
    }

    fn read(status: u16, headers: &[(&str, &str)]) -> Reading {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let answer = Answer { status, headers, body: Vec::new(), tries: 1 };
        Salesforce(&SalesforceSettings::default()).read(&[parcel()], &answer)
    }

    #[test]
    fn the_form_is_posted_with_the_organisation() {
        let settings = SalesforceSettings { oid: Some("00D000000000001".into()), ..SalesforceSettings::default() };
        let call = Salesforce(&settings).call(&[parcel()]);
        assert_eq!(call.path, "/servlet/servlet.WebToLead?encoding=UTF-8");
        let sent = String::from_utf8(call.body.bytes().1).unwrap();
        assert_eq!(sent, "oid=00D000000000001&encoding=UTF-8&last_name=Souza&emailOptOut=1");
        assert!(Salesforce(&SalesforceSettings::default()).address(&call.path).is_err());
    }

    #[test]
    fn no_answer_proves_a_lead() {
        let result = |reading| match reading {
            Reading::Settled(outcomes) => outcomes[0].result,
            other => panic!("{other:?}"),
        };
        assert_eq!(result(read(200, &[])), PushResult::Sent);
        assert_eq!(result(read(302, &[("location", "x")])), PushResult::Sent);
        assert_eq!(result(read(200, &[("Is-Processed", "true")])), PushResult::Sent);
        let said = "true Exception:common.exception.SalesforceGenericException";
        assert_eq!(result(read(200, &[("is-processed", said)])), PushResult::Rejected);
        assert_eq!([result(read(500, &[])), result(read(504, &[]))], [PushResult::Doubted; 2]);
        for (status, kind) in [(404, WireKind::Refused), (429, WireKind::Limited), (503, WireKind::Unavailable)] {
            assert!(matches!(read(status, &[]), Reading::Fault(error) if error.kind == kind), "{status}");
        }
    }
}
