//! Addresses of services: what may be called, and how a value is written into a query. A service is called over TLS; without
//! only on this machine itself, where tests and emulators live. Must not keep a query: it may carry a signature.

use std::net::{IpAddr, Ipv6Addr};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use ureq::http::Uri;

use crate::net::wire_error::{WireError, WireKind};

/// What RFC 3986 does not leave unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The parts of an address that a client decides by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Over TLS.
    pub encrypted: bool,
    /// The host, without its port.
    pub host: String,
    /// Its port, if the address names one.
    pub port: Option<u16>,
}

impl Place {
    /// Reads scheme, host and port of an address as the client itself does, so that what is checked is what is called. `None`
    /// where it is no `http` or `https` address, or names a user.
    pub fn of(address: &str) -> Option<Self> {
        let address: Uri = address.parse().ok()?;
        let encrypted = match address.scheme_str()? {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let authority = address.authority().filter(|authority| !authority.as_str().contains('@'))?;
        let host = match authority.host().strip_prefix('[') {
            Some(literal) => literal.strip_suffix(']').filter(|host| host.parse::<Ipv6Addr>().is_ok())?,
            None => authority.host(),
        };
        let port = authority.port_u16();
        // A port that is none, such as 99999, is not passed over.
        let named = authority.as_str().len() > authority.host().len();
        (!host.is_empty() && named == port.is_some()).then(|| Self { encrypted, host: host.to_ascii_lowercase(), port })
    }

    /// True for this machine itself.
    pub fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// The host as sentences name it, with its port where it has one.
    pub fn name(&self) -> String {
        match self.port {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.clone(),
        }
    }

    /// Refuses what would send a secret in the clear.
    pub fn check(&self) -> Result<(), WireError> {
        if self.encrypted || self.is_loopback() {
            return Ok(());
        }
        let sentence = format!(
            "The address of {} begins with http, which sends keys and leads in the clear. Nothing was sent; use https.",
            self.name()
        );
        Err(WireError::new(WireKind::Settings, sentence))
    }
}

/// A value as it stands in a query or a path: all but letters, digits and `-._~` as percent escapes.
pub fn escaped(value: &str) -> String {
    utf8_percent_encode(value, RESERVED).to_string()
}

/// Pairs as a form or a query writes them.
pub fn form<N: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (N, V)>) -> String {
    let pair = |(name, value): (N, V)| format!("{}={}", escaped(name.as_ref()), escaped(value.as_ref()));
    pairs.into_iter().map(pair).collect::<Vec<_>>().join("&")
}

/// A value of a query with its percent escapes resolved; what is no escape stays.
pub fn unescaped(value: &str) -> String {
    percent_decode_str(value).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read() {
        let place = |text: &str| Place::of(text).map(|place| (place.name(), place.encrypted, place.is_loopback()));
        assert_eq!(place("https://A.b.example/x?sig=1"), Some(("a.b.example".to_owned(), true, false)));
        assert_eq!(place("HTTP://127.0.0.1:10002/dev"), Some(("127.0.0.1:10002".to_owned(), false, true)));
        assert_eq!(place("http://[::1]:80?x"), Some(("::1:80".to_owned(), false, true)));
        assert_eq!(place("http://localhost"), Some(("localhost".to_owned(), false, true)));
        for bad in [
            "",
            "a.example",
            "ftp://a",
            "https://",
            "https://u:p@a.example/",
            "https://a:99999/",
            "https://a b/",
            "https://[x]/",
        ] {
            assert_eq!(place(bad), None, "{bad}");
        }
    }

    #[test]
    fn secrets_do_not_go_in_the_clear() {
        for fine in ["https://a.example", "http://127.0.0.1:1", "http://localhost/"] {
            assert!(Place::of(fine).unwrap().check().is_ok(), "{fine}");
        }
        for bad in ["http://a.example", "http://127.0.0.1.example", "http://10.0.0.1", "http://localhost.example"] {
            assert_eq!(Place::of(bad).unwrap().check().unwrap_err().kind, WireKind::Settings, "{bad}");
        }
    }

    #[test]
    fn a_form_keeps_every_character() {
        assert_eq!(form([("a", "x & y=ü+%\n"), ("b&", "")]), "a=x%20%26%20y%3D%C3%BC%2B%25%0A&b%26=");
        assert_eq!(form::<&str, &str>([]), "");
    }

    #[test]
    fn values_go_through_a_query_and_back() {
        assert_eq!(escaped("a b/ü'=&+%"), "a%20b%2F%C3%BC%27%3D%26%2B%25");
        for text in ["", "a b/ü'=&+%", "100%", "%zz", "\u{1f}"] {
            assert_eq!(unescaped(&escaped(text)), text);
        }
        assert_eq!(unescaped("%zz%4"), "%zz%4");
    }
}
