//! Tokens that take each other's place, tokens that come too often, and TLS.

use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use leadbox::net::receiver::{Certificate, Limits, ReceiverSettings, TokenHash};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::receiver::host::{Host, TOKEN, lead, post, read_answer};

#[test]
fn an_old_and_a_new_token_are_good_and_then_only_the_new_one() {
    let newer = "f".repeat(64);
    let host = Host::with(ReceiverSettings::default(), &[TOKEN, &newer], None);
    assert_eq!(host.post(&lead("a@x.example")).status, 200);
    assert_eq!(host.exchange(post(&newer, &lead("b@x.example"))).status, 200);
    host.machine.newer.lock().unwrap().0 = Some(vec![TokenHash::of(&newer)]);
    while !host.machine.lines.lock().unwrap().iter().any(|line| line.ends_with("the tokens changed: 1 are good now")) {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(host.post(&lead("c@x.example")).status, 404);
    assert_eq!(host.exchange(post(&newer, &lead("d@x.example"))).status, 200);
    assert_eq!(host.store().count().unwrap(), 3);
}

#[test]
fn a_token_that_comes_too_often_waits() {
    let host = Host::start(Limits { per_second: 1, burst: 3, ..Limits::default() });
    let answers: Vec<_> = (0..6).map(|place| host.post(&lead(&format!("{place}@x.example")))).collect();
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses[..3], [200; 3]);
    let late = answers.iter().find(|answer| answer.status == 429).expect("one came too often");
    assert_eq!(late.header("retry-after"), Some("1"));
    let stored = statuses.iter().filter(|status| **status == 200).count();
    assert_eq!(host.store().count().unwrap(), stored, "what was not taken is not stored");
}

/// A certificate for `localhost` that signs itself.
fn certificate() -> (Certificate, CertificateDer<'static>) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let pem = Certificate { chain: made.cert.pem().into_bytes(), key: made.signing_key.serialize_pem().into_bytes() };
    (pem, made.cert.der().clone())
}

/// Posts a lead over TLS, trusting one certificate; the error where it is not that one.
fn post_over_tls(host: &Host, trusted: &CertificateDer<'static>, email: &str) -> std::io::Result<u16> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(connection, TcpStream::connect(host.address)?);
    std::io::Write::write_all(&mut stream, post(TOKEN, &lead(email)).as_bytes())?;
    Ok(read_answer(&mut stream).status)
}

#[test]
fn deliveries_come_over_tls_and_a_newer_certificate_takes_over() {
    let (pem, first) = certificate();
    let host = Host::with(ReceiverSettings::default(), &[TOKEN], Some(&pem));
    assert_eq!(post_over_tls(&host, &first, "a@x.example").unwrap(), 200);
    let plain = host.post(&lead("b@x.example"));
    assert_eq!(plain.status, 0, "nothing is taken without TLS");
    let (pem, second) = certificate();
    assert!(post_over_tls(&host, &second, "c@x.example").is_err());
    host.machine.newer.lock().unwrap().1 = Some(pem);
    while !host.machine.lines.lock().unwrap().iter().any(|line| line.ends_with("the certificate changed")) {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(post_over_tls(&host, &second, "c@x.example").unwrap(), 200);
    assert_eq!(host.store().count().unwrap(), 2);
}
