//! A signed-in session at the Referrals API: the stored sign-in, new access before the old one ends or when the API refuses it,
//! and calls with the headers it wants. Must not show a token, and sends it nowhere but to the API it was given for.

use serde::{Deserialize, Serialize};

use chrono::TimeDelta;

use crate::domain::lead::Moment;
use crate::domain::uuid::Uuid;
use crate::net::client::Client;
use crate::net::entra::{Entra, Granted};
use crate::net::message::{Answer, Method, Request};
use crate::net::partner_center::{PartnerCenterError, PartnerCenterSettings, TokenKeeper};
use crate::net::secret::Secret;
use crate::net::wire_error::{WireError, WireKind};

/// Path of the referrals below the API's base.
pub const REFERRALS: &str = "/v1.0/engagements/referrals";

/// Access that ends within a minute is renewed before it is used.
const MARGIN: TimeDelta = TimeDelta::minutes(1);

/// The sign-in as it is kept: for one account at one place, and never used for another.
#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    authority: String,
    api: String,
    tenant: String,
    client_id: String,
    /// Names this sign-in: the next one may be another person, who sees other leads.
    sign_in: String,
    access: String,
    refresh: Option<String>,
    expires_at: Moment,
}

impl Kept {
    /// True for the same sign-in, whatever its tokens have become meanwhile.
    fn is_same_sign_in(&self, other: &Self) -> bool {
        let account =
            |kept: &Self| [&kept.authority, &kept.api, &kept.tenant, &kept.client_id, &kept.sign_in].map(Clone::clone);
        account(self) == account(other)
    }
}

/// A session.
pub struct Session<'a> {
    entra: Entra<'a>,
    settings: &'a PartnerCenterSettings,
    keeper: &'a dyn TokenKeeper,
    kept: Kept,
}

/// Signs in: `show` is given what the person has to do. The sign-in is kept before this answers.
pub fn sign_in(
    settings: &PartnerCenterSettings,
    client: &Client<'_>,
    keeper: &dyn TokenKeeper,
    show: &dyn Fn(&str),
) -> Result<(), PartnerCenterError> {
    let entra = entra(settings, client)?;
    let invitation = entra.invite()?;
    show(&invitation.to_string());
    let granted = entra.await_sign_in(&invitation)?;
    let kept = Kept {
        authority: settings.authority.to_string(),
        api: settings.api.to_string(),
        tenant: settings.tenant.clone(),
        client_id: entra.client_id.to_owned(),
        sign_in: guid(client),
        access: granted.access.reveal().to_owned(),
        refresh: granted.refresh.as_ref().map(|token| token.reveal().to_owned()),
        expires_at: granted.expires_at,
    };
    keep(keeper, &kept)
}

fn entra<'a>(settings: &'a PartnerCenterSettings, client: &'a Client<'a>) -> Result<Entra<'a>, WireError> {
    let client_id = settings.client_id.as_deref().ok_or_else(|| {
        WireError::new(
            WireKind::Settings,
            "No app registration is named. Nothing was sent; write client_id into [partner_center] of the config \
             (leadbox config path names the file; the README says how to register one).",
        )
    })?;
    Ok(Entra { authority: &settings.authority, tenant: &settings.tenant, client_id, client })
}

fn keep(keeper: &dyn TokenKeeper, kept: &Kept) -> Result<(), PartnerCenterError> {
    let text = serde_json::to_string(kept).map_err(|error| PartnerCenterError::Keeper(error.into()))?;
    keeper.write(&Secret::new(text)).map_err(PartnerCenterError::Keeper)
}

fn kept(keeper: &dyn TokenKeeper) -> Result<Option<Kept>, PartnerCenterError> {
    let text = keeper.read().map_err(PartnerCenterError::Keeper)?;
    // What cannot be read is no sign-in; signing in replaces it.
    Ok(text.and_then(|text| serde_json::from_str(text.reveal()).ok()))
}

fn sign_in_again(why: &str) -> PartnerCenterError {
    let sentence = format!("{why} Nothing was lost; sign in with `leadbox sync partner-center --sign-in`.");
    WireError::new(WireKind::Denied, sentence).into()
}

impl<'a> Session<'a> {
    /// Takes up the stored sign-in.
    pub fn open(
        settings: &'a PartnerCenterSettings,
        client: &'a Client<'a>,
        keeper: &'a dyn TokenKeeper,
    ) -> Result<Self, PartnerCenterError> {
        let entra = entra(settings, client)?;
        let kept = kept(keeper)?.ok_or_else(|| sign_in_again("Nobody is signed in to Partner Center."))?;
        let fits = kept.authority == settings.authority.as_str()
            && kept.api == settings.api.as_str()
            && kept.tenant == settings.tenant
            && kept.client_id == entra.client_id;
        if !fits {
            return Err(sign_in_again("The stored sign-in is for another app registration, tenant or address."));
        }
        Ok(Self { entra, settings, keeper, kept })
    }

    /// Names the sign-in.
    pub fn sign_in(&self) -> &str {
        &self.kept.sign_in
    }

    /// The wire.
    pub fn client(&self) -> &'a Client<'a> {
        self.entra.client
    }

    /// Calls the API: below `REFERRALS`, `rest` being escaped already. Where access has ended or is refused it is renewed
    /// once; where that is refused too, the person is asked to sign in.
    pub fn call(
        &mut self,
        method: Method,
        rest: &str,
        prepare: impl Fn(Request) -> Request,
    ) -> Result<Answer, PartnerCenterError> {
        let mut renewed = self.kept.expires_at <= self.client().pace().wire_now() + MARGIN;
        if renewed {
            self.renew()?;
        }
        loop {
            let address = self.settings.api.join(&format!("{REFERRALS}{rest}"));
            let request = Request::new(method, address)
                .header("Authorization", format!("Bearer {}", self.kept.access))
                .header("Accept", "application/json")
                .header("client-request-id", guid(self.client()));
            let answer = self.client().send(&prepare(request))?;
            if answer.status != 401 {
                return Ok(answer);
            }
            if renewed {
                return Err(sign_in_again("Partner Center does not take the sign-in."));
            }
            self.renew()?;
            renewed = true;
        }
    }

    /// New access, kept before it is used. Another leadbox may have renewed meanwhile: its sign-in is tried then.
    fn renew(&mut self) -> Result<(), PartnerCenterError> {
        let ended = || sign_in_again("The sign-in to Partner Center has ended.");
        loop {
            let refresh = self.kept.refresh.clone().ok_or_else(ended)?;
            if let Some(granted) = self.entra.refresh(&Secret::new(refresh))? {
                return self.take(granted);
            }
            // Somebody else's sign-in is not taken up in the middle of ours, nor written over.
            let other = kept(self.keeper)?.filter(|other| other.is_same_sign_in(&self.kept));
            self.kept = other.filter(|other| other.refresh != self.kept.refresh).ok_or_else(ended)?;
        }
    }

    fn take(&mut self, granted: Granted) -> Result<(), PartnerCenterError> {
        granted.access.reveal().clone_into(&mut self.kept.access);
        if let Some(refresh) = granted.refresh {
            self.kept.refresh = Some(refresh.reveal().to_owned());
        }
        self.kept.expires_at = granted.expires_at;
        keep(self.keeper, &self.kept)
    }
}

/// A fresh GUID, as the API wants one a call.
fn guid(client: &Client<'_>) -> String {
    let (high, low) = (client.pace().random(), client.pace().random());
    Uuid::of_random(u128::from(high) << 64 | u128::from(low)).to_string()
}
