//! Addresses of services: what may be called, and how a value is written into a query. A service is called over TLS; without
//! only on this machine itself, where tests and emulators live. Must not keep a query: it may carry a signature.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv6Addr};

use crate::net::wire_error::{WireError, WireKind};

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
    /// Reads scheme, host and port of an address. `None` where it is no `http` or `https` address, or names a user.
    pub fn of(address: &str) -> Option<Self> {
        let (scheme, rest) = address.split_once("://")?;
        let encrypted = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let authority = rest.split(['/', '?', '#']).next()?;
        let (host, port) = match authority.strip_prefix('[') {
            Some(literal) => {
                let (host, port) = literal.split_once(']')?;
                host.parse::<Ipv6Addr>().ok()?;
                (host, port.strip_prefix(':'))
            }
            None => authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
        };
        let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | ':');
        if host.is_empty() || !host.chars().all(known) {
            return None;
        }
        let port = match port {
            Some(port) => Some(port.parse().ok()?),
            None => None,
        };
        Some(Self { encrypted, host: host.to_ascii_lowercase(), port })
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
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

/// A value of a query with its percent escapes resolved; what is no escape stays.
pub fn unescaped(value: &str) -> String {
    let bytes = value.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(byte) = bytes.get(at) {
        if let (b'%', Some(high), Some(low)) = (byte, digit(at + 1), digit(at + 2)) {
            out.push((high * 16 + low) as u8);
            at += 3;
        } else {
            out.push(*byte);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
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
    fn values_go_through_a_query_and_back() {
        assert_eq!(escaped("a b/ü'=&+%"), "a%20b%2F%C3%BC%27%3D%26%2B%25");
        for text in ["", "a b/ü'=&+%", "100%", "%zz", "\u{1f}"] {
            assert_eq!(unescaped(&escaped(text)), text);
        }
        assert_eq!(unescaped("%zz%4"), "%zz%4");
    }
}
