//! A receiver in a thread with a store of its own, and a client that sends bytes as they are.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use leadbox::domain::lead::Moment;
use leadbox::domain::terms::Terms;
use leadbox::net::receiver::{
    Certificate, Limits, Machine, Receiver, ReceiverError, ReceiverSettings, Stopper, TokenHash,
};
use leadbox::shell::clock::Clock;
use leadbox::store::Store;
use serde_json::Value;
use tempfile::TempDir;

use crate::samples;

/// A good token.
pub const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// One payload of the endpoint.
pub fn lead(email: &str) -> String {
    format!(
        r#"{{"userDetails":{{"FirstName":"Ana","Email":"{email}","Company":"Northwind"}},"LeadSource":"AzureMarketplace",
            "ActionCode":"INS","OfferTitle":"SQL Backup"}}"#
    )
}

/// This machine, with a log that can be read and tokens that can be changed.
pub struct TestMachine {
    pub lines: Mutex<Vec<String>>,
    pub newer: Mutex<(Option<Vec<TokenHash>>, Option<Certificate>)>,
    /// The thread with the store ends by a fault as soon as it asks for the time.
    pub broken: AtomicBool,
}

impl Machine for TestMachine {
    fn now(&self) -> Moment {
        let writer = std::thread::current().name() == Some("writer");
        assert!(!(writer && self.broken.load(Ordering::SeqCst)), "a fault that a test asked for");
        samples::now()
    }

    fn uptime(&self) -> Duration {
        Clock::passed()
    }

    fn tell(&self, line: &str) {
        self.lines.lock().unwrap().push(line.to_owned());
    }

    fn changed_tokens(&self) -> Option<Vec<TokenHash>> {
        self.newer.lock().unwrap().0.take()
    }

    fn changed_certificate(&self) -> Option<Certificate> {
        self.newer.lock().unwrap().1.take()
    }
}

/// A receiver that runs.
pub struct Host {
    pub address: SocketAddr,
    pub machine: Arc<TestMachine>,
    pub stopper: Stopper,
    folder: TempDir,
    thread: Option<JoinHandle<Result<(), ReceiverError>>>,
}

impl Host {
    /// One with these limits, on loopback.
    pub fn start(limits: Limits) -> Self {
        let settings = ReceiverSettings { limits, ..ReceiverSettings::default() };
        Self::with(settings, &[TOKEN], None)
    }

    /// One with these settings on a free port.
    pub fn with(settings: ReceiverSettings, tokens: &[&str], certificate: Option<&Certificate>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let machine =
            Arc::new(TestMachine { lines: Mutex::default(), newer: Mutex::default(), broken: AtomicBool::default() });
        let settings = ReceiverSettings { listen: "127.0.0.1:0".parse().unwrap(), ..settings };
        let tokens: Vec<_> = tokens.iter().map(|token| TokenHash::of(token)).collect();
        let receiver = Receiver::bind(&settings, &tokens, certificate, machine.clone()).unwrap();
        let (address, stopper) = (receiver.address().unwrap(), receiver.stopper());
        let store = Store::open(&folder.path().join("leads.db"), Terms::default(), "receiver").unwrap();
        let thread = Some(std::thread::spawn(move || receiver.run(store)));
        Self { address, machine, stopper, folder, thread }
    }

    /// The store as another process sees it.
    pub fn store(&self) -> Store {
        Store::open(&self.path(), Terms::default(), "test").unwrap()
    }

    /// Where the store is.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("leads.db")
    }

    /// A connection.
    pub fn connect(&self) -> Client {
        Client::of(TcpStream::connect(self.address).unwrap())
    }

    /// Sends these bytes over a connection of their own, and reads to its end.
    pub fn exchange(&self, bytes: impl AsRef<[u8]>) -> Answer {
        let mut client = self.connect();
        client.send(bytes);
        client.answer()
    }

    /// Posts a body with the good token.
    pub fn post(&self, body: &str) -> Answer {
        self.exchange(post(TOKEN, body))
    }

    /// Lets it end in order.
    pub fn stop(self) {
        self.stopper.stop();
        self.end().unwrap();
    }

    /// Waits until it has ended; answers how.
    pub fn end(mut self) -> Result<(), ReceiverError> {
        self.thread.take().unwrap().join().unwrap()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.stopper.stop();
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(std::thread::panicking() || ended.unwrap().is_ok());
        }
    }
}

/// A whole request.
pub fn post(token: &str, body: &str) -> String {
    request(&["POST /leads/", token, " HTTP/1.1"].concat(), &["Content-Type: application/json"], body)
}

/// A whole request with these lines.
pub fn request(line: &str, fields: &[&str], body: &str) -> String {
    let fields = fields.iter().fold(String::new(), |lines, field| lines + field + "\r\n");
    format!("{line}\r\nHost: localhost\r\n{fields}Content-Length: {}\r\n\r\n{body}", body.len())
}

/// One end of a connection.
pub struct Client {
    stream: TcpStream,
}

impl Client {
    /// Over this stream.
    pub fn of(stream: TcpStream) -> Self {
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        Self { stream }
    }

    /// Sends bytes; a receiver that has closed already is no fault of the test.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        match self.stream.write_all(bytes.as_ref()) {
            Err(error) if !matches!(error.kind(), ErrorKind::BrokenPipe | ErrorKind::ConnectionReset) => {
                panic!("{error}")
            }
            _ => {}
        }
    }

    /// Reads one answer.
    pub fn answer(&mut self) -> Answer {
        read_answer(&mut self.stream)
    }

    /// Everything up to the end of the connection.
    pub fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        match self.stream.read_to_end(&mut rest) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
            Err(error) => panic!("{error}"),
        }
        rest
    }
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    /// The value of a header line.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// Reads one answer with a length; status 0 where the connection ended before one.
pub fn read_answer(stream: &mut impl Read) -> Answer {
    let mut bytes = Vec::new();
    let mut one = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        match stream.read(&mut one) {
            Ok(1) => bytes.push(one[0]),
            Ok(_) => return Answer { status: 0, head: String::new(), body: String::new() },
            Err(error) if error.kind() == ErrorKind::ConnectionReset => {
                return Answer { status: 0, head: String::new(), body: String::new() };
            }
            Err(error) => panic!("{error}"),
        }
    }
    let head = String::from_utf8(bytes).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let mut answer = Answer { status, head, body: String::new() };
    let length = answer.header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    answer.body = String::from_utf8(body).unwrap();
    answer
}
