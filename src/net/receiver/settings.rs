//! The settings of the receiver, and the limits that keep a stranger from using it up (TRUST.md).
//! Must read nothing: `shell::config` fills them.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use crate::domain::quarantine::Room;
use crate::net::receiver::token::TokenHash;

/// Where it listens, and to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiverSettings {
    /// The address; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Certificate and key, where it speaks TLS itself.
    pub tls: Option<TlsFiles>,
    /// A proxy on this machine, or one that is trusted, speaks TLS for it.
    pub behind_proxy: bool,
    /// Where the tokens are.
    pub tokens: TokenSource,
    /// What it bears.
    pub limits: Limits,
}

/// PEM files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate and those above it.
    pub cert: PathBuf,
    /// Its key, which nobody else may read.
    pub key: PathBuf,
}

/// Where the tokens of senders are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TokenSource {
    /// In the file beside the store, which `serve --new-token` writes.
    #[default]
    Own,
    /// In a private file.
    File(PathBuf),
    /// In an environment variable.
    Env(String),
    /// As hashes in the config.
    Hashes(Vec<TokenHash>),
}

/// What it bears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Time for the head of a request.
    pub header: Duration,
    /// Time for a whole request.
    pub request: Duration,
    /// How long a connection may rest between two requests.
    pub keep_alive: Duration,
    /// Bytes of a body.
    pub body: usize,
    /// Connections in all; those that have sent no whole request yet cost little, and make room for newer ones.
    pub open: usize,
    /// Bodies over 8 KiB, or of a length that is not told, that are read at once.
    pub served: usize,
    /// Of these, those of one peer, where peers can be told apart.
    pub per_peer: usize,
    /// Requests of one token a second, in the long run.
    pub per_second: u32,
    /// Requests of one token at once.
    pub burst: u32,
    /// What is kept of deliveries that cannot be read.
    pub room: Room,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header: Duration::from_secs(5),
            request: Duration::from_secs(15),
            keep_alive: Duration::from_secs(30),
            body: 256 * 1024,
            open: 1024,
            served: 64,
            per_peer: 8,
            per_second: 20,
            burst: 200,
            room: Room::default(),
        }
    }
}

impl ReceiverSettings {
    /// Where it listens if nobody says otherwise.
    pub const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8787);

    /// Why it may not listen there: leads must not cross a network that everybody can read.
    pub fn refusal(&self) -> Option<String> {
        let open = !self.listen.ip().is_loopback() && self.tls.is_none() && !self.behind_proxy;
        open.then(|| {
            format!(
                "{} can be reached from other machines, and without TLS everybody on the way could read the leads. Nothing \
                 was started: name a certificate (--tls-cert, --tls-key), or say --behind-proxy where a proxy speaks TLS, or \
                 listen on 127.0.0.1.",
                self.listen
            )
        })
    }
}

impl Default for ReceiverSettings {
    fn default() -> Self {
        Self {
            listen: Self::LISTEN,
            tls: None,
            behind_proxy: false,
            tokens: TokenSource::Own,
            limits: Limits::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_machines_need_tls_or_a_proxy() {
        let at = |listen: &str| ReceiverSettings { listen: listen.parse().unwrap(), ..ReceiverSettings::default() };
        assert_eq!(at("127.0.0.1:0").refusal(), None);
        assert_eq!(at("[::1]:80").refusal(), None);
        assert!(at("0.0.0.0:80").refusal().unwrap().starts_with("0.0.0.0:80 can be reached"));
        assert!(at("[::]:80").refusal().is_some());
        assert_eq!(ReceiverSettings { behind_proxy: true, ..at("0.0.0.0:80") }.refusal(), None);
        let tls = Some(TlsFiles { cert: "c".into(), key: "k".into() });
        assert_eq!(ReceiverSettings { tls, ..at("0.0.0.0:80") }.refusal(), None);
    }
}
