//! What opens a CRM: nothing, a token that stays, or one that client credentials bring and that ends (RFC 6749, 4.4). A token is
//! asked for before it ends, and once more where it is not taken. Must not keep a token or show one.

use chrono::TimeDelta;
use serde::Deserialize;

use crate::domain::crm::{Crm, reason};
use crate::domain::lead::Moment;
use crate::net::address::{escaped, form};
use crate::net::client::Client;
use crate::net::crm::dynamics::DynamicsSettings;
use crate::net::crm::marketo::MarketoSettings;
use crate::net::message::{Answer, FORM, Method, Request};
use crate::net::secret::Secret;
use crate::net::wire_error::{WireError, WireKind};

/// A token that ends within a minute is renewed before it is used.
const MARGIN: TimeDelta = TimeDelta::minutes(1);

/// What opens a CRM.
#[derive(Debug)]
pub enum Access {
    /// Nothing: whoever knows the form may post.
    Open,
    /// A token that stays.
    Token(Secret),
    /// Client credentials: the request that brings a token, and the token it brought last.
    Credentials(Box<Credentials>),
}

/// Client credentials of one CRM.
#[derive(Debug)]
pub struct Credentials {
    crm: Crm,
    request: Request,
    current: Option<(Secret, Moment)>,
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    #[serde(default = "one_hour")]
    expires_in: i64,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ErrorAnswer {
    error: String,
}

const fn one_hour() -> i64 {
    3600
}

impl Access {
    /// Client credentials at Entra for one environment (Microsoft identity platform, "client credentials flow").
    pub fn dynamics(settings: &DynamicsSettings, secret: &Secret) -> Result<Self, WireError> {
        let missing = || {
            settings_missing(
                Crm::Dynamics,
                "address, tenant and client_id",
                "The README says how to register an app for it.",
            )
        };
        let address = settings.address.as_ref().ok_or_else(missing)?;
        let tenant = settings.tenant.as_deref().ok_or_else(missing)?;
        let client = settings.client_id.as_deref().ok_or_else(missing)?;
        let scope = address.join("/.default");
        let pairs = [
            ("grant_type", "client_credentials"),
            ("client_id", client),
            ("client_secret", secret.reveal()),
            ("scope", &scope),
        ];
        let at = settings.authority.join(&format!("/{}/oauth2/v2.0/token", escaped(tenant)));
        let request = Request::new(Method::Post, at).header("Accept", "application/json").body(FORM, form(pairs));
        Ok(Self::of(Crm::Dynamics, request))
    }

    /// Client credentials of a LaunchPoint service (Adobe Experience League, "Authentication"): a GET, as documented there.
    pub fn marketo(settings: &MarketoSettings, secret: &Secret) -> Result<Self, WireError> {
        let missing = || settings_missing(Crm::Marketo, "address and client_id", "Admin > LaunchPoint has them.");
        let address = settings.address.as_ref().ok_or_else(missing)?;
        let client = settings.client_id.as_deref().ok_or_else(missing)?;
        let query =
            form([("grant_type", "client_credentials"), ("client_id", client), ("client_secret", secret.reveal())]);
        let request = Request::new(Method::Get, address.join(&format!("/identity/oauth/token?{query}")));
        Ok(Self::of(Crm::Marketo, request.header("Accept", "application/json")))
    }

    fn of(crm: Crm, request: Request) -> Self {
        Self::Credentials(Box::new(Credentials { crm, request, current: None }))
    }

    /// The token for the next request, new where the last has ended; `None` where none is wanted.
    pub(super) fn token(&mut self, client: &Client<'_>) -> Result<Option<Secret>, WireError> {
        match self {
            Self::Open => Ok(None),
            Self::Token(token) => Ok(Some(token.clone())),
            Self::Credentials(credentials) => credentials.token(client).map(Some),
        }
    }

    /// Drops a token that was not taken; false where there will be no other.
    pub(super) fn renew(&mut self) -> bool {
        match self {
            Self::Open | Self::Token(_) => false,
            Self::Credentials(credentials) => credentials.current.take().is_some(),
        }
    }
}

impl Credentials {
    fn token(&mut self, client: &Client<'_>) -> Result<Secret, WireError> {
        let now = client.pace().wire_now();
        if let Some((token, _)) = self.current.as_ref().filter(|(_, until)| *until > now + MARGIN) {
            return Ok(token.clone());
        }
        let answer = client.send(&self.request).map_err(|error| error.perhaps_arrived(false))?;
        let said: TokenAnswer = match serde_json::from_slice(&answer.body) {
            Ok(said) if answer.is_done() => said,
            _ => return Err(refusal(self.crm, &answer)),
        };
        if said.access_token.is_empty() || said.access_token.chars().any(|c| !c.is_ascii_graphic()) {
            return Err(refusal(self.crm, &answer));
        }
        let token = Secret::new(said.access_token);
        let until = client.pace().wire_now() + TimeDelta::seconds(said.expires_in.clamp(0, 86_400));
        // A token with a shorter life than the margin is good for one request all the same.
        self.current = Some((token.clone(), until));
        Ok(token)
    }
}

fn settings_missing(crm: Crm, keys: &str, more: &str) -> WireError {
    let sentence =
        format!("{keys} are not all in [{}] of the config. Nothing was sent; write them there. {more}", crm.word());
    WireError::new(WireKind::Settings, sentence)
}

/// Why there is no token. Descriptions name accounts: only the error's word is told.
fn refusal(crm: Crm, answer: &Answer) -> WireError {
    let title = crm.title();
    if answer.status >= 500 || answer.status == 429 {
        let sentence = format!(
            "The sign-in of {title} is too busy (it answers {}). Nothing was sent; run it again later.",
            answer.status
        );
        return WireError::new(WireKind::Unavailable, sentence);
    }
    let said: ErrorAnswer = serde_json::from_slice(&answer.body).unwrap_or_default();
    let word = reason(&said.error);
    let word = if word.is_empty() { answer.status.to_string() } else { word };
    let sentence = format!(
        "The sign-in of {title} does not take the credentials ({word}). Nothing was sent; check client_id and its secret in [{}] of \
         the config.",
        crm.word()
    );
    WireError::new(WireKind::Denied, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::base::Base;
    use crate::net::pace::Patience;
    use crate::net::pace::still::Still;
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpListener;

    /// A service that answers so many sign-ins, each with the next of these; answers what it was asked.
    fn service(answers: Vec<(u16, &'static str)>) -> (String, std::thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let served = std::thread::spawn(move || {
            let serve = |(status, body): (u16, &str)| {
                let (mut stream, _) = listener.accept().unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let (mut asked, mut length) = (String::new(), 0);
                loop {
                    let mut line = String::new();
                    reader.read_line(&mut line).unwrap();
                    if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                        length = value.trim().parse().unwrap();
                    }
                    asked.push_str(&line);
                    if line.trim().is_empty() {
                        break;
                    }
                }
                let mut sent = vec![0; length];
                reader.read_exact(&mut sent).unwrap();
                asked.push_str(&String::from_utf8(sent).unwrap());
                let size = body.len();
                write!(stream, "HTTP/1.1 {status} x\r\nConnection: close\r\nContent-Length: {size}\r\n\r\n{body}")
                    .unwrap();
                asked
            };
            answers.into_iter().map(serve).collect()
        });
        (base, served)
    }

    fn settings(base: &str) -> DynamicsSettings {
        DynamicsSettings {
            address: Base::parse("https://contoso.crm.dynamics.com").ok(),
            authority: Base::parse(base).unwrap(),
            tenant: Some("contoso.example".into()),
            client_id: Some("11-22".into()),
        }
    }

    #[test]
    fn a_token_is_asked_for_once_and_again_when_it_ends_or_is_not_taken() {
        let token = |seconds: &'static str| (200, seconds);
        let (base, served) = service(vec![
            token(r#"{"access_token":"one","expires_in":3599}"#),
            token(r#"{"access_token":"two","expires_in":30}"#),
            token(r#"{"access_token":"three","expires_in":3599}"#),
        ]);
        let pace = Still::default();
        let client = Client::new(Patience::default(), &pace);
        let mut access = Access::dynamics(&settings(&base), &Secret::new("s=&canary")).unwrap();
        let mut next = || access.token(&client).unwrap().unwrap().reveal().to_owned();
        assert_eq!([next(), next()], ["one", "one"]);
        assert!(access.renew());
        let mut next = || access.token(&client).unwrap().unwrap().reveal().to_owned();
        assert_eq!([next(), next()], ["two", "three"], "the second ends at once");
        let asked = served.join().unwrap();
        assert!(asked[0].starts_with("POST /contoso.example/oauth2/v2.0/token "), "{}", asked[0]);
        assert!(asked[0].ends_with(
            "grant_type=client_credentials&client_id=11-22&client_secret=s%3D%26canary&scope=https%3A%2F%2Fcontoso.crm.dynamics.com%2F.default"
        ));
        assert!(!format!("{access:?}").contains("canary") && !format!("{access:?}").contains("three"));
        assert!(!Access::Open.renew() && !Access::Token(Secret::new("t")).renew());
    }

    #[test]
    fn a_refused_sign_in_tells_its_word_alone() {
        let (base, _served) =
            service(vec![(401, r#"{"error":"invalid_client","error_description":"canary"}"#), (200, "<html>canary")]);
        let pace = Still::default();
        let client = Client::new(Patience::default(), &pace);
        let settings = MarketoSettings { address: Base::parse(&base).ok(), client_id: Some("c".into()) };
        let mut access = Access::marketo(&settings, &Secret::new("canary")).unwrap();
        for word in ["(invalid_client)", "(200)"] {
            let error = access.token(&client).unwrap_err();
            assert!(error.kind == WireKind::Denied && error.sentence.contains(word), "{error}");
            assert!(!error.sentence.contains("canary"), "{error}");
        }
        assert_eq!(
            Access::marketo(&MarketoSettings::default(), &Secret::new("x")).unwrap_err().kind,
            WireKind::Settings
        );
    }
}
