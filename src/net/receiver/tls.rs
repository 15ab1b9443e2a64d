//! TLS from a certificate and its key in PEM, and a newer one in its place while connections stand.
//! Must not read a file.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A certificate with those above it, and its key, in PEM.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The certificates, the receiver's own first.
    pub chain: Vec<u8>,
    /// The key of the first.
    pub key: Vec<u8>,
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<certificate and key>")
    }
}

/// Takes TLS connections with the certificate that is good now.
pub struct Tls(Mutex<TlsAcceptor>);

impl Tls {
    /// With this certificate; `Err` is a sentence.
    pub fn new(certificate: &Certificate) -> Result<Self, String> {
        Ok(Self(Mutex::new(acceptor(certificate)?)))
    }

    /// Puts another in its place for the connections to come.
    pub fn replace(&self, certificate: &Certificate) -> Result<(), String> {
        let newer = acceptor(certificate)?;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = newer;
        Ok(())
    }

    /// The one that is good now.
    pub fn acceptor(&self) -> TlsAcceptor {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn acceptor(certificate: &Certificate) -> Result<TlsAcceptor, String> {
    let chain = CertificateDer::pem_slice_iter(&certificate.chain)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| "The certificate file is no PEM.".to_owned())?;
    if chain.is_empty() {
        return Err("The certificate file holds no certificate.".to_owned());
    }
    let key = PrivateKeyDer::from_pem_slice(&certificate.key)
        .map_err(|_| "The key file holds no private key in PEM.".to_owned())?;
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| format!("The certificate and its key cannot be used: {error}."))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
