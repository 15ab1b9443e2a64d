//! Base addresses that the config may name: https, or plain http on this machine alone, so that neither a secret nor a lead
//! goes over a wire in the clear. Must not connect.

use std::fmt;

use crate::net::address::Place;

/// A base address, without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base(String);

impl Base {
    /// Reads one. `Err` is the end of a sentence that begins with the key's name.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim().trim_end_matches('/');
        let place = Place::of(text).ok_or("is no whole address; write one like https://host.example.")?;
        if text.contains(['?', '#', '\\']) || text.chars().any(|c| !c.is_ascii_graphic()) {
            return Err("is to name a host and a path alone, without a query or a fragment.".to_owned());
        }
        if place.check().is_err() {
            return Err("must begin with https://; plain http is for this machine alone.".to_owned());
        }
        Ok(Self(text.to_owned()))
    }

    /// One that is known to be right: Microsoft's own.
    pub(super) fn of(text: &'static str) -> Self {
        Self(text.to_owned())
    }

    /// An address below this one; `path` begins with a slash and is escaped already.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_and_this_machine_are_taken() {
        for good in [
            "https://api.partner.microsoft.com",
            "https://proxy.example:8443/referrals/",
            "http://127.0.0.1:8080",
            "http://localhost:1",
            "http://[::1]:9",
        ] {
            assert_eq!(Base::parse(good).map(|base| base.to_string()), Ok(good.trim_end_matches('/').to_owned()));
        }
        for bad in [
            "",
            "api.partner.microsoft.com",
            "/v1.0",
            "http://api.partner.microsoft.com",
            "http://192.168.0.1",
            "http://localhost.evil.example",
            "http://127.0.0.1@evil.example",
            "https://user:word@api.example",
            "https://api.example?x=1",
            "https://api.example#x",
            "https://api.example/a b",
            "ftp://127.0.0.1",
            "file:///etc/passwd",
        ] {
            assert!(Base::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(Base::parse("https://a.example/").map(|base| base.join("/x")), Ok("https://a.example/x".to_owned()));
    }
}
