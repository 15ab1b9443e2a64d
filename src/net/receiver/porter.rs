//! What is done with a request: is it for us, may it come now, is it leads, is it stored. The order of the questions is the
//! order of the answers in the README. Must not learn a token: it asks `token`.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use hyper::{Method, Request, Response, StatusCode};
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tokio::time::timeout;

use crate::net::receiver::Machine;
use crate::net::receiver::answer::Answer;
use crate::net::receiver::conversation::Shared;
use crate::net::receiver::crowd::Crowd;
use crate::net::receiver::head;
use crate::net::receiver::log::{Entry, From, Log};
use crate::net::receiver::settings::Limits;
use crate::net::receiver::token::Tokens;
use crate::net::receiver::writer::{Order, Outcome, Trouble};

/// Where deliveries go, without the token behind it.
const PLACE: &str = "/leads";
/// Where it says whether it works.
const HEALTH: &str = "/healthz";
/// A body that says it is no larger takes no place while it is read: so many of them are little, and slow ones keep nobody out.
const SMALL: u64 = 8 * 1024;
/// A health check that takes longer says no.
const HEALTH_PATIENCE: Duration = Duration::from_secs(2);
/// How long to wait before a delivery is sent again that a busy store or a full disk did not take.
const BUSY_WAIT: Duration = Duration::from_secs(5);
const FULL_WAIT: Duration = Duration::from_mins(1);

/// What all connections share.
pub struct Porter {
    /// The time and the log.
    pub machine: Arc<dyn Machine>,
    /// What it bears.
    pub limits: Limits,
    /// A proxy stands before it.
    pub behind_proxy: bool,
    /// Who may deliver.
    pub tokens: Mutex<Tokens>,
    /// Who is connected.
    pub crowd: Mutex<Crowd>,
    /// The thread with the store.
    pub orders: UnboundedSender<Order>,
    /// The log.
    pub log: Log,
}

/// What is known of a request besides its answer.
#[derive(Default)]
struct Notes {
    authentic: bool,
    bytes: usize,
    /// The body, or its end, was not read.
    unread: bool,
}

impl Porter {
    /// The connections.
    pub fn crowd(&self) -> MutexGuard<'_, Crowd> {
        self.crowd.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The tokens.
    pub fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a request whose head came as these bytes.
    pub async fn serve(
        &self,
        request: Request<Incoming>,
        raw: Vec<u8>,
        peer: IpAddr,
        conversation: &Shared,
    ) -> Response<Full<Bytes>> {
        let mut notes = Notes { unread: !request.body().is_end_stream(), ..Notes::default() };
        let is_head = request.method() == Method::HEAD;
        let mut answer = self.answer(request, &raw, peer, conversation, &mut notes).await;
        answer.closes |= notes.unread;
        let took = self.machine.uptime().saturating_sub(conversation.get().began());
        // A monitor that asks every second and is content leaves no line.
        if !answer.is_healthy() {
            self.log.tell(&Entry {
                status: answer.status.as_u16(),
                told: answer.told.clone(),
                took,
                bytes: notes.bytes,
                from: From::of(peer, self.behind_proxy),
                authentic: notes.authentic,
            });
        }
        conversation.get().answer(notes.unread);
        let mut response = answer.response();
        if is_head {
            *response.body_mut() = Full::default();
        }
        response
    }

    async fn answer(
        &self,
        request: Request<Incoming>,
        raw: &[u8],
        peer: IpAddr,
        conversation: &Shared,
        notes: &mut Notes,
    ) -> Answer {
        if let Err(ambiguous) = head::check(raw) {
            return Answer::refused(StatusCode::BAD_REQUEST, ambiguous.sentence());
        }
        if request.uri().path() == HEALTH {
            return self.health(request.method()).await;
        }
        // The method first: whoever has no token learns nothing by it.
        if request.method() != Method::POST {
            return Answer::method("POST");
        }
        let token = self.tokens().find([in_path(&request), in_header(&request)]);
        let Some(token) = token else { return Answer::unknown() };
        notes.authentic = true;
        let used = self.tokens().use_once(token, self.machine.uptime(), &self.limits);
        if let Err(wait) = used {
            return Answer::later(StatusCode::TOO_MANY_REQUESTS, "These are too many requests for one token.", wait);
        }
        if let Some(refusal) = refusal(&request, self.limits.body) {
            return refusal;
        }
        self.deliver(request, peer, conversation, notes).await
    }

    async fn health(&self, method: &Method) -> Answer {
        if method != Method::GET && method != Method::HEAD {
            return Answer::method("GET, HEAD");
        }
        let (reply, writable) = oneshot::channel();
        let asked = self.orders.send(Order::Check(reply)).is_ok();
        match timeout(HEALTH_PATIENCE, writable).await {
            Ok(Ok(true)) if asked => Answer::healthy(),
            _ => Answer::later(StatusCode::SERVICE_UNAVAILABLE, "The store cannot be written now.", BUSY_WAIT),
        }
    }

    async fn deliver(
        &self,
        request: Request<Incoming>,
        peer: IpAddr,
        conversation: &Shared,
        notes: &mut Notes,
    ) -> Answer {
        let peer = self.peer(&request, peer);
        let remaining = || conversation.get().remaining();
        let small = request.body().size_hint().exact().is_some_and(|bytes| bytes <= SMALL);
        let place = if small { None } else { self.place(peer, remaining()).await };
        if !small && place.is_none() {
            let wait = Duration::from_secs(1);
            return Answer::later(StatusCode::SERVICE_UNAVAILABLE, "Too many large deliveries come at once.", wait);
        }
        let body = Limited::new(request.into_body(), self.limits.body);
        let body = match timeout(remaining(), body.collect()).await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(error)) if error.is::<LengthLimitError>() => return too_large(self.limits.body),
            Ok(Err(_)) => {
                return Answer::refused(StatusCode::BAD_REQUEST, "The body ends too early or is no valid chunk.");
            }
            Err(_) => return Answer::refused(StatusCode::REQUEST_TIMEOUT, "The body did not come in time."),
        };
        conversation.get().whole();
        notes.unread = false;
        notes.bytes = body.len();
        if body.trim_ascii().is_empty() {
            return Answer::refused(StatusCode::BAD_REQUEST, "There is no body. A delivery is a JSON object.");
        }
        let (reply, outcome) = oneshot::channel();
        let ordered = self.orders.send(Order::Deliver { body, reply });
        match outcome.await {
            Ok(outcome) if ordered.is_ok() => told(outcome),
            _ => told(Outcome::Failed(Trouble::Other)),
        }
    }

    /// Waits for the places of a request.
    async fn place(
        &self,
        peer: Option<IpAddr>,
        patience: Duration,
    ) -> Option<(Option<OwnedSemaphorePermit>, OwnedSemaphorePermit)> {
        let (of_peer, of_all) = self.crowd().places(peer);
        let wait = async {
            let of_peer = match of_peer {
                Some(of_peer) => Some(of_peer.acquire_owned().await.ok()?),
                None => None,
            };
            Some((of_peer, of_all.acquire_owned().await.ok()?))
        };
        timeout(patience, wait).await.ok().flatten()
    }

    /// By whom requests are told apart: the address, or what the proxy says; nobody on this machine is told apart.
    fn peer(&self, request: &Request<Incoming>, peer: IpAddr) -> Option<IpAddr> {
        if !self.behind_proxy {
            return Some(peer).filter(|peer| !peer.is_loopback());
        }
        // The last one is what the proxy itself saw; those before it are the sender's own words.
        let said = request.headers().get_all("x-forwarded-for").iter().next_back()?;
        said.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
    }
}

/// The token of the path, or nothing.
fn in_path(request: &Request<Incoming>) -> &str {
    let behind = request.uri().path().strip_prefix(PLACE).and_then(|rest| rest.strip_prefix('/'));
    behind.map(|token| token.strip_suffix('/').unwrap_or(token)).unwrap_or_default()
}

/// The token of `Authorization: Bearer`, where the path is that of deliveries; or nothing.
fn in_header(request: &Request<Incoming>) -> &str {
    let value = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let token =
        value.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token);
    let here = matches!(request.uri().path().strip_prefix(PLACE), Some("" | "/"));
    token.filter(|_| here).map(str::trim).unwrap_or_default()
}

/// What can be said against an authentic request before its body is read.
fn refusal(request: &Request<Incoming>, most: usize) -> Option<Answer> {
    let header = |name| request.headers().get(name).map(|value| value.to_str().unwrap_or("?").to_lowercase());
    let kind = header(CONTENT_TYPE).map(|kind| kind.split(';').next().unwrap_or_default().trim().to_owned());
    let is_json = |kind: &String| kind == "application/json" || kind == "text/json" || kind.ends_with("+json");
    if !kind.as_ref().is_none_or(is_json) {
        return Some(Answer::refused(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Send JSON, with Content-Type: application/json.",
        ));
    }
    if header(CONTENT_ENCODING).is_some_and(|encoding| encoding.trim() != "identity") {
        return Some(Answer::refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Send the body as it is, not compressed."));
    }
    let long = request.body().size_hint().exact().is_some_and(|bytes| bytes > most as u64);
    long.then(|| too_large(most))
}

fn too_large(most: usize) -> Answer {
    let sentence = format!("A body may have {} KiB.", most / 1024);
    Answer::refused(StatusCode::PAYLOAD_TOO_LARGE, &sentence)
}

/// What a sender is told about what became of its delivery.
fn told(outcome: Outcome) -> Answer {
    let unavailable = |sentence, wait| Answer::later(StatusCode::SERVICE_UNAVAILABLE, sentence, wait);
    match outcome {
        Outcome::Stored { placed, quarantined, is_list } => Answer::stored(&placed, quarantined, is_list),
        Outcome::NoRoom => {
            let sentence = "It cannot be read, and there is no room left for what cannot be read.";
            Answer::later(StatusCode::INSUFFICIENT_STORAGE, sentence, FULL_WAIT)
        }
        Outcome::Failed(Trouble::Busy) => unavailable("The store is busy.", BUSY_WAIT),
        Outcome::Failed(Trouble::Full) => unavailable("The disk is full.", FULL_WAIT),
        Outcome::Failed(Trouble::Other) => unavailable("The store did not take it.", FULL_WAIT),
    }
}
