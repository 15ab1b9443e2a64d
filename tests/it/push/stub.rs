//! A stand-in for the four CRMs on loopback, following the vendors' documents as `net::crm` cites them: what they leave open it
//! answers in the way that is hardest for a client. It refuses what the documents do not name. Nothing here is a live service,
//! and no test may claim so.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Map, Value, json};

pub use crate::stub_wire::Seen;
use crate::stub_wire::{Fate, Reply, listen};

pub const OID: &str = "00D000000000001";
pub const TENANT: &str = "contoso.example";
pub const CLIENT: &str = "11111111-2222-3333-4444-555555555555";
pub const SECRET: &str = "canary-secret~1";
pub const TOKEN: &str = "pat-na1-canary";

fn is_sign_in(seen: &Seen) -> bool {
    seen.path.contains("/oauth")
}

/// What a request is answered instead of being served.
#[derive(Clone, Debug, Default)]
pub struct Trouble {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Value,
    /// The request is carried out first, and then its answer is lost: the connection is cut.
    pub cut_after_serving: bool,
}

impl Trouble {
    pub fn of(status: u16) -> Self {
        Self { status, ..Self::default() }
    }
}

/// The CRMs behind the wire; tests set them up and look at them.
#[derive(Debug, Default)]
pub struct Crms {
    /// Every request, sign-ins too.
    pub seen: Vec<Seen>,
    /// What goes wrong next with a request that carries leads, in this order; `None` lets one through.
    pub troubles: VecDeque<Option<Trouble>>,
    /// Leads that Web-to-Lead took.
    pub posted: Vec<BTreeMap<String, String>>,
    /// The rows of the table Lead, by GUID.
    pub rows: BTreeMap<String, Map<String, Value>>,
    /// People in Marketo, by id.
    pub people: BTreeMap<u64, Map<String, Value>>,
    /// Contacts in HubSpot, by id.
    pub contacts: BTreeMap<String, Map<String, Value>>,
    /// Valid access tokens.
    pub access: HashSet<String>,
    /// The seconds an access token lives.
    pub lifetime: i64,
    /// HubSpot tells of single contacts what is wrong with them, instead of refusing a batch.
    pub multi_status: bool,
    /// The header that Web-to-Lead answers with.
    pub is_processed: Option<&'static str>,
    /// Requests that carry leads are not answered any more once so many came.
    pub silent_after: Option<usize>,
    /// Somebody asks the program to end once so many came.
    pub stop_after: Option<(usize, Arc<AtomicBool>)>,
    issued: u64,
}

impl Crms {
    /// The requests that carried leads.
    pub fn calls(&self) -> Vec<&Seen> {
        self.seen.iter().filter(|seen| !is_sign_in(seen)).collect()
    }

    pub fn sign_ins(&self) -> usize {
        self.seen.iter().filter(|seen| is_sign_in(seen)).count()
    }
}

#[derive(Clone, Debug)]
pub struct Stub {
    address: SocketAddr,
    crms: Arc<Mutex<Crms>>,
}

impl Stub {
    pub fn start() -> Self {
        let crms = Crms { lifetime: 3599, ..Crms::default() };
        let crms = Arc::new(Mutex::new(crms));
        let behind = Arc::clone(&crms);
        let address = listen(move |seen, address| behind.lock().unwrap().fate(seen, address));
        Self { address, crms }
    }

    /// A place where nobody listens.
    pub fn gone() -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        Self { address, crms: Arc::default() }
    }

    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn crms(&self) -> MutexGuard<'_, Crms> {
        self.crms.lock().unwrap()
    }
}

impl Crms {
    fn fate(&mut self, seen: &Seen, address: SocketAddr) -> Fate {
        self.seen.push(seen.clone());
        if !is_sign_in(seen) && self.silent_after.is_some_and(|most| self.calls().len() > most) {
            return Fate::Silence;
        }
        self.answer(seen, &format!("http://{address}")).map_or(Fate::Cut, Fate::Answered)
    }

    /// `None` cuts the connection.
    fn answer(&mut self, seen: &Seen, base: &str) -> Option<Reply> {
        if is_sign_in(seen) {
            return Some(self.sign_in(seen, base));
        }
        let came = self.calls().len();
        if let Some((_, stop)) = self.stop_after.as_ref().filter(|(most, _)| *most == came) {
            stop.store(true, Ordering::SeqCst);
        }
        match self.troubles.pop_front().flatten() {
            Some(trouble) if trouble.cut_after_serving => {
                let _lost = self.serve(seen);
                None
            }
            Some(Trouble { status, headers, body, .. }) => Some(Reply { status, headers, body: Some(body) }),
            None => Some(self.serve(seen)),
        }
    }

    fn sign_in(&mut self, seen: &Seen, base: &str) -> Reply {
        let given = match seen.path.as_str() {
            "/contoso.example/oauth2/v2.0/token" => {
                assert_eq!((seen.method.as_str(), seen.query.len()), ("POST", 0), "no secret in an address");
                let form = seen.form();
                assert_eq!(form["scope"], format!("{base}/.default"));
                form
            }
            "/identity/oauth/token" => {
                assert_eq!(seen.method, "GET");
                seen.query.clone()
            }
            other => panic!("{other} is no sign-in"),
        };
        assert_eq!((given["grant_type"].as_str(), given["client_id"].as_str()), ("client_credentials", CLIENT));
        if given["client_secret"] != SECRET {
            let body = json!({ "error": "invalid_client", "error_description": "AADSTS7000215: canary." });
            return Reply::json(401, body);
        }
        self.issued += 1;
        let token = format!("access-{}", self.issued);
        self.access.insert(token.clone());
        Reply::json(200, json!({ "access_token": token, "token_type": "bearer", "expires_in": self.lifetime }))
    }

    fn serve(&mut self, seen: &Seen) -> Reply {
        let bearer =
            seen.headers.get("authorization").and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
        let known = self.access.contains(bearer);
        match seen.path.as_str() {
            "/servlet/servlet.WebToLead" => self.web_to_lead(seen),
            "/rest/v1/leads.json" if !known => {
                let code = if bearer.is_empty() { "600" } else { "602" };
                Reply::json(
                    200,
                    json!({ "requestId": "1", "success": false, "errors": [{ "code": code, "message": "Access token expired" }] }),
                )
            }
            "/rest/v1/leads.json" => self.marketo(&seen.json()),
            "/crm/v3/objects/contacts/batch/upsert" if bearer == TOKEN => self.hubspot(&seen.json(), false),
            "/crm/v3/objects/contacts/batch/update" if bearer == TOKEN => self.hubspot(&seen.json(), true),
            path => match path.strip_prefix("/api/data/v9.2/leads(").and_then(|rest| rest.strip_suffix(')')) {
                Some(id) if known => self.dynamics(seen, id),
                _ => Reply::json(401, json!({ "status": "error", "message": "no" })),
            },
        }
    }

    fn web_to_lead(&mut self, seen: &Seen) -> Reply {
        assert_eq!(seen.method, "POST");
        assert_eq!(seen.query.get("encoding").map(String::as_str), Some("UTF-8"));
        assert_eq!(seen.headers["content-type"], "application/x-www-form-urlencoded");
        let form = seen.form();
        assert_eq!((form["oid"].as_str(), form["encoding"].as_str()), (OID, "UTF-8"));
        assert!(!form["last_name"].is_empty() && !form["company"].is_empty(), "required by Salesforce");
        self.posted.push(form);
        let headers = self.is_processed.map(|said| ("Is-Processed", said.to_owned())).into_iter().collect();
        Reply { status: 200, headers, body: None }
    }

    fn dynamics(&mut self, seen: &Seen, id: &str) -> Reply {
        assert_eq!((seen.method.as_str(), seen.headers["odata-version"].as_str()), ("PATCH", "4.0"));
        let refuse = |status, code: &str, message: &str| {
            Reply::json(status, json!({ "error": { "code": code, "message": message } }))
        };
        let guid: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(guid, [8, 4, 4, 4, 12], "{id} is no GUID");
        let there = self.rows.contains_key(id);
        if there && seen.headers.get("if-none-match").is_some_and(|value| value == "*") {
            return refuse(412, "0x80060882", "A record with matching key values already exists.");
        }
        if !there && seen.headers.get("if-match").is_some_and(|value| value == "*") {
            return refuse(404, "0x80040217", "lead does not exist");
        }
        let Value::Object(fields) = seen.json() else { panic!("an object") };
        for (name, value) in &fields {
            let most = match name.as_str() {
                "subject" => 300,
                "firstname" | "lastname" | "telephone1" => 50,
                "companyname" | "jobtitle" | "emailaddress1" => 100,
                "address1_country" => 80,
                "description" => 2000,
                "leadsourcecode" => {
                    assert!(value.is_i64());
                    continue;
                }
                "donotemail" | "donotbulkemail" | "donotphone" => {
                    assert!(value.is_boolean());
                    continue;
                }
                other => return refuse(400, "0x80060888", &format!("Invalid property '{other}' was found.")),
            };
            let text = value.as_str().unwrap();
            assert!(text.encode_utf16().count() <= most, "{name} is too long");
            if text.contains("refuse") {
                return refuse(400, "0x80040265", "A plug-in refuses ana@northwind.example.");
            }
        }
        self.rows.entry(id.to_owned()).or_default().extend(fields);
        Reply::empty(204)
    }

    fn marketo(&mut self, body: &Value) -> Reply {
        let input = body["input"].as_array().unwrap();
        assert!((1..=300).contains(&input.len()));
        let known = [
            "id",
            "email",
            "firstName",
            "lastName",
            "company",
            "title",
            "phone",
            "country",
            "leadSource",
            "unsubscribed",
            "doNotCall",
        ];
        for name in input.iter().flat_map(|one| one.as_object().unwrap().keys()) {
            if !known.contains(&name.as_str()) {
                let message = format!("Field '{name}' not found");
                return Reply::json(
                    200,
                    json!({ "requestId": "1", "success": false, "errors": [{ "code": "1006", "message": message }] }),
                );
            }
        }
        let update = match (body["action"].as_str(), body["lookupField"].as_str()) {
            (Some("createOrUpdate"), Some("email")) => false,
            (Some("updateOnly"), Some("id")) => true,
            other => panic!("{other:?}"),
        };
        let results: Vec<Value> = input.iter().map(|one| self.person(one.as_object().unwrap(), update)).collect();
        Reply::json(200, json!({ "requestId": "1", "success": true, "result": results }))
    }

    fn person(&mut self, fields: &Map<String, Value>, update: bool) -> Value {
        let skipped = |code, message| json!({ "status": "skipped", "reasons": [{ "code": code, "message": message }] });
        if update {
            let id = fields["id"].as_u64().unwrap();
            return match self.people.get_mut(&id) {
                Some(person) => {
                    person.extend(fields.clone());
                    json!({ "id": id, "status": "updated" })
                }
                None => skipped("1004", "Lead not found"),
            };
        }
        let email = fields["email"].as_str().unwrap().to_lowercase();
        if email.starts_with("refuse") {
            return skipped("1003", "Value 'ana@northwind.example' is not valid");
        }
        let found = self.people.iter().find(|(_, person)| person["email"].as_str().unwrap().to_lowercase() == email);
        let (id, status) = match found.map(|(id, _)| *id) {
            Some(id) => (id, "updated"),
            None => (50 + self.people.len() as u64, "created"),
        };
        self.people.entry(id).or_default().extend(fields.clone());
        json!({ "id": id, "status": status })
    }

    fn hubspot(&mut self, body: &Value, update: bool) -> Reply {
        let inputs = body["inputs"].as_array().unwrap();
        assert!((1..=100).contains(&inputs.len()));
        let ids: HashSet<String> = inputs.iter().map(|one| one["id"].as_str().unwrap().to_lowercase()).collect();
        assert_eq!(ids.len(), inputs.len(), "one id twice in a batch");
        let (mut results, mut errors) = (Vec::new(), Vec::new());
        for one in inputs {
            match self.contact(one, update) {
                Ok(result) => results.push(result),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() {
            // In an order of its own.
            results.reverse();
            return Reply::json(200, json!({ "status": "COMPLETE", "results": results }));
        }
        if self.multi_status {
            let count = errors.len();
            return Reply::json(
                207,
                json!({ "status": "COMPLETE", "results": results, "numErrors": count, "errors": errors }),
            );
        }
        // Nothing of the batch stays.
        for result in &results {
            if result["new"] == true {
                self.contacts.remove(result["id"].as_str().unwrap());
            }
        }
        let status = if errors[0]["category"] == "OBJECT_NOT_FOUND" { 404 } else { 400 };
        Reply::json(status, errors.remove(0))
    }

    fn contact(&mut self, one: &Value, update: bool) -> Result<Value, Value> {
        let trace = one["objectWriteTraceId"].clone();
        let refuse = |category: &str, message: &str| json!({ "status": "error", "category": category, "message": message, "context": { "objectWriteTraceId": [trace] } });
        let properties = one["properties"].as_object().unwrap();
        let known = ["email", "firstname", "lastname", "phone", "jobtitle", "company", "country", "message"];
        if let Some(name) = properties.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(refuse("VALIDATION_ERROR", &format!("Property \"{name}\" does not exist")));
        }
        let id = one["id"].as_str().unwrap();
        if update {
            let contact = self.contacts.get_mut(id).ok_or_else(|| refuse("OBJECT_NOT_FOUND", "contact not found"))?;
            contact.extend(properties.clone());
            return Ok(json!({ "id": id, "properties": { "email": contact["email"] }, "archived": false }));
        }
        assert_eq!((&one["idProperty"], &properties["email"]), (&json!("email"), &one["id"]));
        if id.starts_with("refuse") {
            return Err(refuse("VALIDATION_ERROR", &format!("Email address {id} is invalid")));
        }
        let same = |contact: &Map<String, Value>| contact["email"].as_str().unwrap().eq_ignore_ascii_case(id);
        let found = self.contacts.iter().find(|(_, contact)| same(contact)).map(|(id, _)| id.clone());
        let new = found.is_none();
        self.issued += 1;
        let key = found.unwrap_or_else(|| format!("70{}", self.issued));
        self.contacts.entry(key.clone()).or_default().extend(properties.clone());
        Ok(json!({ "id": key, "new": new, "properties": { "email": id.to_lowercase() }, "archived": false }))
    }
}
