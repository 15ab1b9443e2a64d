//! A stand-in for Entra and the Referrals API on loopback, following Microsoft's documents (domain.md 1): what they leave open
//! it answers in the way that is hardest for a client. It refuses what the documents do not name. Nothing here is the live
//! service, and no test may claim so.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};

pub use crate::stub_wire::Seen;
use crate::stub_wire::{Fate, Reply, listen, options};

/// Path of the referrals.
pub const REFERRALS: &str = "/v1.0/engagements/referrals";

/// What the sign-in page does at each poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Poll {
    Pending,
    SlowDown,
    Denied,
    Expired,
    Grant,
}

/// What a call of the API is answered instead of being served.
#[derive(Clone, Debug)]
pub struct Trouble {
    /// Calls of this method only; blank for any.
    pub method: &'static str,
    pub status: u16,
    pub retry_after: Option<&'static str>,
    pub code: &'static str,
    /// The call is carried out first, and then its answer is lost: the connection is cut.
    pub cut_after_serving: bool,
}

impl Trouble {
    pub fn of(status: u16, code: &'static str) -> Self {
        Self { method: "", status, retry_after: None, code, cut_after_serving: false }
    }
}

/// The service behind the wire; tests set it up and look at it.
#[derive(Debug, Default)]
pub struct Service {
    pub referrals: Vec<Value>,
    pub seen: Vec<Seen>,
    /// What goes wrong next, in this order.
    pub troubles: VecDeque<Trouble>,
    /// What the sign-in page does, poll by poll; the last stays.
    pub polls: VecDeque<Poll>,
    /// Valid access tokens.
    pub access: HashSet<String>,
    /// Valid refresh tokens.
    pub refresh: HashSet<String>,
    /// The moment that a change here is dated with.
    pub clock: String,
    /// 204 without a body even where the representation was asked for.
    pub ignores_prefer: bool,
    /// Patches are answered with the referral as it was.
    pub forgets_patches: bool,
    /// Page tokens are forgotten.
    pub forgets_pages: bool,
    /// Somebody asks the program to end once so many pages were asked for.
    pub stop_after: Option<(usize, Arc<AtomicBool>)>,
    /// Lists are not answered any more once so many pages were asked for.
    pub silent_after: Option<usize>,
    /// The seconds between two polls of the sign-in.
    pub interval: u64,
    /// The seconds an access token lives.
    pub lifetime: i64,
    /// Pages begun: the filter and how many were handed out.
    pages: Vec<(BTreeMap<String, String>, usize)>,
    request_ids: HashSet<String>,
    issued: usize,
    versions: usize,
}

impl Service {
    /// Calls of the API, the sign-in left out.
    pub fn calls(&self, method: &str) -> Vec<&Seen> {
        self.seen.iter().filter(|seen| seen.method == method && seen.path.starts_with(REFERRALS)).collect()
    }

    pub fn referral(&mut self, id: &str) -> &mut Value {
        self.referrals.iter_mut().find(|referral| referral["id"] == id).unwrap()
    }

    /// Somebody changes a referral in Partner Center itself.
    pub fn touch(&mut self, id: &str, change: impl FnOnce(&mut Value)) {
        let (etag, clock) = (self.next_version(), self.clock.clone());
        let referral = self.referral(id);
        change(referral);
        referral["eTag"] = Value::from(etag);
        referral["updatedDateTime"] = Value::from(clock);
    }

    fn next_version(&mut self) -> String {
        self.versions += 1;
        format!("\"{:08x}-0000-0000-0000-5c70aa630000\"", self.versions)
    }
}

/// The stub, listening until the process ends.
#[derive(Clone)]
pub struct Stub {
    pub address: SocketAddr,
    service: Arc<Mutex<Service>>,
}

impl Stub {
    pub fn start() -> Self {
        let service = Service {
            clock: "2026-11-20T12:00:00.4579542Z".to_owned(),
            lifetime: 3599,
            interval: 5,
            polls: [Poll::Grant].into(),
            ..Service::default()
        };
        let service = Arc::new(Mutex::new(service));
        let behind = Arc::clone(&service);
        let address = listen(move |seen, address| behind.lock().unwrap().fate(seen, address));
        Self { address, service }
    }

    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn service(&self) -> MutexGuard<'_, Service> {
        self.service.lock().unwrap()
    }
}

/// A refusal of the API.
fn refusal(status: u16, code: &str) -> Reply {
    let message = format!("The stub refuses: {code}.\u{1b}[2J");
    Reply::json(status, json!({ "error": { "code": code, "message": message, "target": null, "innerError": {} } }))
}

impl Service {
    fn fate(&mut self, seen: &Seen, address: SocketAddr) -> Fate {
        self.seen.push(seen.clone());
        if self.silent_after.is_some_and(|pages| self.calls("GET").len() > pages) {
            return Fate::Silence;
        }
        self.answer(seen, &format!("http://{address}")).map_or(Fate::Cut, Fate::Answered)
    }

    /// `None` cuts the connection.
    fn answer(&mut self, seen: &Seen, base: &str) -> Option<Reply> {
        if seen.path.contains("/oauth2/v2.0/") {
            return Some(self.entra(seen, base));
        }
        let asked = self.calls("GET").len();
        if let Some((_, stop)) = self.stop_after.as_ref().filter(|(pages, _)| *pages == asked) {
            stop.store(true, Ordering::SeqCst);
        }
        let due = self.troubles.front().is_some_and(|next| next.method.is_empty() || next.method == seen.method);
        let trouble = if due { self.troubles.pop_front() } else { None };
        match trouble {
            Some(trouble) if trouble.cut_after_serving => {
                let _lost = self.api(seen);
                None
            }
            Some(trouble) => {
                let mut reply = refusal(trouble.status, trouble.code);
                reply.headers.extend(trouble.retry_after.map(|wait| ("Retry-After", wait.to_owned())));
                Some(reply)
            }
            None => Some(self.api(seen)),
        }
    }

    fn entra(&mut self, seen: &Seen, base: &str) -> Reply {
        let form = options(&seen.body);
        assert_eq!(seen.method, "POST");
        assert_eq!(seen.headers["content-type"], "application/x-www-form-urlencoded");
        assert!(seen.query.is_empty(), "nothing of the sign-in stands in an address");
        assert_eq!(form.get("client_id").map(String::as_str), Some("11111111-2222-3333-4444-555555555555"));
        let refuse =
            |status, error: &str| Reply::json(status, json!({ "error": error, "error_description": "AADSTS0: no." }));
        match seen.path.as_str() {
            "/contoso.example/oauth2/v2.0/devicecode" => {
                assert_eq!(form["scope"], "https://api.partner.microsoft.com/.default offline_access");
                Reply::json(
                    200,
                    json!({ "device_code": "device-1", "user_code": "YZMY\u{202e}LD4K", "verification_uri": format!("{base}/link"),
                            "expires_in": 900, "interval": self.interval, "message": "To sign in …" }),
                )
            }
            "/contoso.example/oauth2/v2.0/token" => match form["grant_type"].as_str() {
                "urn:ietf:params:oauth:grant-type:device_code" => {
                    assert_eq!(form["device_code"], "device-1");
                    let poll = self.polls[0];
                    if self.polls.len() > 1 {
                        self.polls.pop_front();
                    }
                    match poll {
                        Poll::Pending => refuse(400, "authorization_pending"),
                        Poll::SlowDown => refuse(400, "slow_down"),
                        Poll::Denied => refuse(400, "authorization_declined"),
                        Poll::Expired => refuse(400, "expired_token"),
                        Poll::Grant => self.grant(),
                    }
                }
                "refresh_token" if self.refresh.remove(&form["refresh_token"]) => self.grant(),
                "refresh_token" => refuse(400, "invalid_grant"),
                other => panic!("{other} is no grant of ours"),
            },
            other => panic!("{other} is not of the sign-in"),
        }
    }

    /// New tokens; the refresh token that was used is void, as Entra may make it.
    fn grant(&mut self) -> Reply {
        self.issued += 1;
        let (access, refresh) = (format!("access-{}", self.issued), format!("refresh-{}", self.issued));
        self.access.insert(access.clone());
        self.refresh.insert(refresh.clone());
        Reply::json(
            200,
            json!({ "token_type": "Bearer", "scope": "x", "expires_in": self.lifetime, "access_token": access,
                    "refresh_token": refresh }),
        )
    }

    fn api(&mut self, seen: &Seen) -> Reply {
        let bearer = seen.headers.get("authorization").and_then(|value| value.strip_prefix("Bearer "));
        if !bearer.is_some_and(|token| self.access.contains(token)) {
            return refusal(401, "unAuthorized");
        }
        let id = seen.headers.get("client-request-id").cloned().unwrap_or_default();
        let shape = [8, 4, 4, 4, 12];
        let guid = id.split('-').map(str::len).eq(shape) && id.chars().all(|c| c == '-' || c.is_ascii_hexdigit());
        if !guid || !self.request_ids.insert(id) {
            return refusal(400, "invalidRequest");
        }
        match (seen.method.as_str(), seen.path.strip_prefix(REFERRALS)) {
            ("GET", Some("")) => self.list(&seen.query),
            ("GET", Some(rest)) => self.one(rest),
            ("PATCH", Some(rest)) => self.patch(rest, seen),
            _ => refusal(400, "invalidRequest"),
        }
    }

    fn list(&mut self, query: &BTreeMap<String, String>) -> Reply {
        if let Some(token) = query.get("$skiptoken") {
            let place = token.strip_prefix("page=").and_then(|at| at.parse::<usize>().ok());
            return match place.filter(|place| !self.forgets_pages && *place < self.pages.len()) {
                Some(place) => self.page(place),
                None => refusal(400, "invalidRequest"),
            };
        }
        let known = ["$filter", "$orderby", "$top", "$select"];
        if query.keys().any(|option| !known.contains(&option.as_str())) || self.chosen(query).is_none() {
            return refusal(400, "invalidRequest");
        }
        self.pages.push((query.clone(), 0));
        self.page(self.pages.len() - 1)
    }

    fn page(&mut self, place: usize) -> Reply {
        let (query, done) = self.pages[place].clone();
        let chosen = self.chosen(&query).unwrap();
        let top: usize = query.get("$top").map_or(20, |top| top.parse().unwrap());
        let items: Vec<Value> = chosen.iter().skip(done).take(top.min(100)).cloned().collect();
        let reached = done + items.len();
        let mut page = json!({ "@odata.context": "http://api.partner.microsoft.com/v1.0/$metadata#Referrals",
                               "@odata.count": chosen.len(), "value": items });
        if reached < chosen.len() {
            self.pages.push((query, reached));
            // As in Microsoft's sample: another host, plain http, and a path that lacks a part.
            let token = format!("page%3D{}", self.pages.len() - 1);
            page["@odata.nextLink"] = Value::from(format!("http://192.0.2.1:9/v1.0/referrals?$skiptoken={token}"));
        }
        Reply::json(200, page)
    }

    /// The referrals that a query asks for, in its order; `None` if it says what the documents do not know.
    fn chosen(&self, query: &BTreeMap<String, String>) -> Option<Vec<Value>> {
        let mut chosen = self.referrals.clone();
        for term in query.get("$filter").iter().flat_map(|filter| filter.split(" and ")) {
            match term.split(' ').collect::<Vec<_>>()[..] {
                ["direction", "eq", "'Incoming'"] => chosen.retain(|referral| referral["direction"] == "Incoming"),
                ["updatedDateTime", "ge", moment] => {
                    let from = chrono::DateTime::parse_from_rfc3339(moment).ok()?;
                    let updated = |referral: &Value| {
                        chrono::DateTime::parse_from_rfc3339(referral["updatedDateTime"].as_str().unwrap()).unwrap()
                    };
                    chosen.retain(|referral| updated(referral) >= from);
                }
                _ => return None,
            }
        }
        match query.get("$orderby").map(String::as_str) {
            Some(key @ ("updatedDateTime" | "createdDateTime")) => {
                chosen.sort_by_key(|referral| referral[key].as_str().unwrap().to_owned());
            }
            Some(_) => return None,
            None => {}
        }
        Some(chosen)
    }

    fn one(&mut self, rest: &str) -> Reply {
        let id = rest.trim_start_matches('/');
        match self.referrals.iter().find(|referral| referral["id"] == id) {
            Some(referral) => {
                let etag = referral["eTag"].as_str().map(str::to_owned);
                Reply {
                    headers: etag.map(|etag| ("ETag", etag)).into_iter().collect(),
                    ..Reply::json(200, referral.clone())
                }
            }
            None => refusal(404, "itemNotFound"),
        }
    }

    fn patch(&mut self, rest: &str, seen: &Seen) -> Reply {
        let id = rest.trim_start_matches('/');
        let Some(place) = self.referrals.iter().position(|referral| referral["id"] == id) else {
            return refusal(404, "itemNotFound");
        };
        let before = self.referrals[place].clone();
        if seen.headers.get("if-match").is_some_and(|etag| before["eTag"] != etag.as_str()) {
            return refusal(412, "preconditionFailed");
        }
        let operations: Option<Vec<Value>> = serde_json::from_str(&seen.body).ok();
        let json = seen.headers.get("content-type").is_some_and(|kind| kind.starts_with("application/json"));
        let after = operations.filter(|_| json).and_then(|operations| patched(&before, &operations));
        let Some(mut after) = after.filter(|after| is_allowed(&before, after)) else {
            return refusal(400, "invalidRequest");
        };
        if self.forgets_patches {
            return Reply::json(200, before);
        }
        after["eTag"] = Value::from(self.next_version());
        after["updatedDateTime"] = Value::from(self.clock.clone());
        self.referrals[place] = after.clone();
        let wanted = seen.headers.get("prefer").is_some_and(|prefer| prefer == "return=representation");
        if wanted && !self.ignores_prefer {
            return Reply::json(200, after);
        }
        Reply { status: 204, headers: Vec::new(), body: None }
    }
}

/// The referral after the operations; `None` for any but `replace` and `add`, or a member that it does not have.
fn patched(before: &Value, operations: &[Value]) -> Option<Value> {
    let mut after = before.clone();
    for operation in operations {
        let (path, value) = (operation["path"].as_str()?, operation.get("value")?.clone());
        match operation["op"].as_str()? {
            "replace" => {
                if path == "/details/dealValue" && !value.is_string() {
                    return None;
                }
                *after.pointer_mut(path)? = value;
            }
            "add" => after.pointer_mut(path.strip_suffix("/-")?)?.as_array_mut()?.push(value),
            _ => return None,
        }
    }
    Some(after)
}

/// The transitions of Microsoft's table (domain.md 1.6).
fn is_allowed(before: &Value, after: &Value) -> bool {
    let status = |referral: &Value| referral["status"].as_str().unwrap_or_default().to_owned();
    let moves = match (status(before).as_str(), status(after).as_str()) {
        ("New", "New" | "Active" | "Closed") | ("Active", "Active" | "Closed") => true,
        ("Closed", "Closed") => before["substatus"] == after["substatus"],
        _ => false,
    };
    let fits = match (status(after).as_str(), after["substatus"].as_str().unwrap_or_default()) {
        ("New", "Pending" | "Received") | ("Active", "Accepted") => true,
        // A lead that was never accepted cannot have been won or lost.
        ("Closed", "Won" | "Lost") => status(before) != "New",
        ("Closed", "Declined" | "Expired") => true,
        _ => false,
    };
    moves && fits
}

/// A lead as the API lists it, with what a test wants otherwise.
pub fn lead(number: usize, change: impl FnOnce(&mut Value)) -> Value {
    let mut referral = json!({
        "id": id(number),
        "engagementId": "0a11c0de-0000-4000-8000-00000000e000",
        "organizationName": "Seller Ltd", "name": null, "externalReferenceId": null,
        "createdDateTime": "2026-11-19T08:15:42.4579542Z",
        "updatedDateTime": "2026-11-19T08:15:42.4579542Z",
        "expirationDateTime": "2026-12-03T00:00:00Z", "acceptedDateTime": null,
        "status": "New", "substatus": "Pending", "statusReason": null,
        "qualification": "SalesQualified", "type": "Independent", "direction": "Incoming",
        "eTag": format!("\"0000{number:04}-0000-0000-0000-000000000000\""),
        "target": [],
        "customerProfile": {
            "name": format!("Company {number}"), "size": "51to250employees",
            "address": { "city": "Aarhus", "country": "DK", "region": null },
            "team": [{ "firstName": "Freja", "lastName": "Holm", "phoneNumber": "+4520000000",
                       "email": format!("freja{number}@nordhavn.example") }],
            "ids": []
        },
        "consent": { "consentToToShareInfoWithOthers": true, "consentToContact": true },
        "details": { "notes": "Need help moving a warehouse system.", "dealValue": null, "currency": null,
                     "closingDateTime": null, "requirements": { "industries": [], "products": [], "services": [], "solutions": [] } },
        "team": [],
        "inviteContext": { "notes": null, "invitedBy": { "organizationId": "msft", "organizationName": "Microsoft" } }
    });
    change(&mut referral);
    referral
}

/// The id of the n-th lead.
pub fn id(number: usize) -> String {
    format!("0a11c0de-0000-4000-8000-{number:012}")
}
