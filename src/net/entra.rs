//! Signing in at Entra by device code: the person opens a page elsewhere and types a code, while this asks until it is done
//! (RFC 8628); later a refresh token brings new access without asking. Must not keep a token or show one.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use chrono::TimeDelta;

use crate::domain::lead::Moment;
use crate::domain::term_text::TermText;
use crate::net::address::{self, Place, escaped};
use crate::net::base::Base;
use crate::net::client::Client;
use crate::net::message::{Answer, FORM, Method, Request};
use crate::net::secret::Secret;
use crate::net::wire_error::{WireError, WireKind};

/// What the API is asked for. Inferred: a sync author reports that it works (domain.md 1.1); no page names it.
pub const SCOPE: &str = "https://api.partner.microsoft.com/.default offline_access";

/// How much longer each wait is once Entra asks to slow down (RFC 8628, 3.5).
const SLOWER: u64 = 5;

/// A sign-in page never asks for less than a second or more than a minute between two polls.
const PAUSES: std::ops::RangeInclusive<u64> = 1..=60;

/// Entra, for one app registration.
pub struct Entra<'a> {
    /// Where it is.
    pub authority: &'a Base,
    /// The tenant, by id or domain.
    pub tenant: &'a str,
    /// The app registration.
    pub client_id: &'a str,
    /// The wire.
    pub client: &'a Client<'a>,
}

/// What the person is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// The page to open.
    pub page: String,
    /// The code to type there.
    pub code: String,
    /// How long the code can be used.
    pub minutes: u64,
    device: Secret,
    pause: u64,
    lifetime: u64,
}

/// What signing in gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    /// Opens the API.
    pub access: Secret,
    /// Brings the next access; none where Entra gave none.
    pub refresh: Option<Secret>,
    /// When the access ends.
    pub expires_at: Moment,
}

#[derive(Deserialize)]
struct DeviceAnswer {
    device_code: String,
    user_code: String,
    verification_uri: String,
    #[serde(default = "fifteen_minutes")]
    expires_in: u64,
    #[serde(default = "five_seconds")]
    interval: u64,
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    refresh_token: Option<String>,
    #[serde(default = "one_hour")]
    expires_in: u64,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ErrorAnswer {
    error: String,
}

const fn fifteen_minutes() -> u64 {
    900
}

const fn five_seconds() -> u64 {
    5
}

const fn one_hour() -> u64 {
    3600
}

impl Entra<'_> {
    /// Asks for a code.
    pub fn invite(&self) -> Result<Invitation, WireError> {
        let answer = self.post("devicecode", &[("scope", SCOPE)])?;
        if !answer.is_done() {
            return Err(refusal(&answer));
        }
        let said: DeviceAnswer = read(&answer)?;
        let page = TermText::line(said.verification_uri.trim()).to_string();
        if Place::of(&page).is_none_or(|place| place.check().is_err()) {
            return Err(unreadable());
        }
        let code = TermText::line(said.user_code.trim()).to_string();
        let (device, pause) = (Secret::new(said.device_code), clamped(said.interval));
        Ok(Invitation { page, code, minutes: said.expires_in / 60, device, pause, lifetime: said.expires_in })
    }

    /// Asks until the person has signed in, has refused, or the code has expired.
    pub fn await_sign_in(&self, invitation: &Invitation) -> Result<Granted, WireError> {
        let (mut pause, mut waited) = (invitation.pause, 0);
        loop {
            self.client.pace().wait(std::time::Duration::from_secs(pause));
            if self.client.pace().stopping() {
                return Err(WireError::stopped());
            }
            waited += pause;
            let form = [
                ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
                ("device_code", invitation.device.reveal()),
            ];
            let answer = self.post("token", &form)?;
            if answer.is_done() {
                return self.granted(&answer);
            }
            match error_word(&answer).as_str() {
                "authorization_pending" => {}
                "slow_down" => pause = clamped(pause + SLOWER),
                "authorization_declined" | "access_denied" => {
                    return Err(denied("The sign-in was declined on that page."));
                }
                "expired_token" | "code_expired" => return Err(expired()),
                _ => return Err(refusal(&answer)),
            }
            // Waits are counted, because a fixed clock never reaches an end.
            if waited >= invitation.lifetime {
                return Err(expired());
            }
        }
    }

    /// New access by a refresh token; `None` where it is not taken any more and the person has to sign in again.
    pub fn refresh(&self, refresh: &Secret) -> Result<Option<Granted>, WireError> {
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.reveal()), ("scope", SCOPE)];
        let answer = self.post("token", &form)?;
        if answer.is_done() {
            return self.granted(&answer).map(Some);
        }
        match error_word(&answer).as_str() {
            "invalid_grant" | "interaction_required" | "login_required" | "consent_required" => Ok(None),
            _ => Err(refusal(&answer)),
        }
    }

    fn granted(&self, answer: &Answer) -> Result<Granted, WireError> {
        let said: TokenAnswer = read(answer)?;
        if said.access_token.is_empty() || said.access_token.chars().any(|c| !c.is_ascii_graphic()) {
            return Err(unreadable());
        }
        let lifetime = TimeDelta::seconds(i64::try_from(said.expires_in.min(86_400)).unwrap_or_default());
        let expires_at = self.client.pace().wire_now() + lifetime;
        let refresh = said.refresh_token.filter(|token| !token.is_empty()).map(Secret::new);
        Ok(Granted { access: Secret::new(said.access_token), refresh, expires_at })
    }

    fn post(&self, end: &str, form: &[(&str, &str)]) -> Result<Answer, WireError> {
        let pairs = [("client_id", self.client_id)].into_iter().chain(form.iter().copied());
        let address = self.authority.join(&format!("/{}/oauth2/v2.0/{end}", escaped(self.tenant)));
        let request =
            Request::new(Method::Post, address).header("Accept", "application/json").body(FORM, address::form(pairs));
        self.client.send(&request)
    }
}

/// The sentence that tells the person what to do.
impl std::fmt::Display for Invitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "To sign in to Partner Center, open {} on any device and enter the code {} (good for {} minutes). Waiting …",
            self.page, self.code, self.minutes
        )
    }
}

fn clamped(pause: u64) -> u64 {
    pause.clamp(*PAUSES.start(), *PAUSES.end())
}

fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, WireError> {
    serde_json::from_slice(&answer.body).map_err(|_| unreadable())
}

fn error_word(answer: &Answer) -> String {
    serde_json::from_slice::<ErrorAnswer>(&answer.body).unwrap_or_default().error
}

fn unreadable() -> WireError {
    WireError::new(
        WireKind::Refused,
        "Entra's answer cannot be read. Nothing was changed; check partner_center.authority in the config.",
    )
}

fn denied(sentence: &str) -> WireError {
    WireError::new(
        WireKind::Denied,
        format!("{sentence} Nothing was changed; `leadbox sync partner-center --sign-in` asks again."),
    )
}

fn expired() -> WireError {
    denied("The code expired before anybody signed in.")
}

/// What else Entra says. Its descriptions name accounts and addresses: only its word is told.
fn refusal(answer: &Answer) -> WireError {
    if answer.status >= 500 || answer.status == 429 {
        let sentence =
            format!("Entra is too busy (it answers {}). Nothing was changed; try again later.", answer.status);
        return WireError::new(WireKind::Unavailable, sentence);
    }
    let word = TermText::line(&error_word(answer)).fit(60);
    let word = if word.is_empty() { format!("it answers {}", answer.status) } else { word };
    WireError::new(
        WireKind::Settings,
        format!(
            "Entra refuses the app registration ({word}). Nothing was changed; check client_id and tenant in [partner_center], \
             and that the registration allows public client flows."
        ),
    )
}
