//! `leadbox serve` beside a test: started on a free port, killed or stopped, its log kept; and a sender that posts leads.
//! Must assert nothing about what it is used for.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::session::{Home, LEADBOX};

/// The program, listening.
pub struct Serving {
    child: Child,
    pub address: SocketAddr,
    pub log: Arc<Mutex<Vec<String>>>,
    reader: Option<JoinHandle<()>>,
}

impl Serving {
    /// Starts it on a free port, with these arguments besides; it needs a token (`new_token`).
    pub fn start(home: &Home, arguments: &[&str]) -> Self {
        Self::at(home, "127.0.0.1:0", arguments)
    }

    /// Starts it at an address, as after a crash.
    pub fn at(home: &Home, address: &str, arguments: &[&str]) -> Self {
        let mut command = home.command(LEADBOX);
        command.args(["serve", "--listen", address]).args(arguments);
        Self::run(command)
    }

    /// Runs a command that ends in `leadbox serve`, and waits until it listens.
    pub fn run(mut command: std::process::Command) -> Self {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut before = String::new();
        let address = loop {
            let Some(line) = lines.next() else { panic!("it does not listen: {before}") };
            let line = line.unwrap();
            let listening = line.strip_prefix("Listening on ").and_then(|rest| rest.split_once("://"));
            if let Some((_, rest)) = listening {
                break rest.split_once(". ").unwrap().0.parse().unwrap();
            }
            before += &line;
        };
        let log = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&log);
        let reader = std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                kept.lock().unwrap().push(line);
            }
        });
        Self { child, address, log, reader: Some(reader) }
    }

    /// A sender with a connection of its own.
    pub fn sender(&self, token: &str) -> Sender {
        Sender { address: self.address, token: token.to_owned(), stream: None }
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop, and waits until it has; its exit code, and what it said.
    pub fn stop(mut self) -> (Option<i32>, Vec<String>) {
        self.signal(Signal::TERM);
        self.ended()
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits for its end; its exit code, and what it said.
    pub fn ended(&mut self) -> (Option<i32>, Vec<String>) {
        let status = self.child.wait().unwrap();
        self.reader.take().unwrap().join().unwrap();
        (status.code(), std::mem::take(&mut *self.log.lock().unwrap()))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Makes a token in a home.
pub fn new_token(home: &Home) -> String {
    home.done(&["serve", "--new-token"]).trim().to_owned()
}

/// Lets a home's receiver take deliveries as fast as they come.
pub fn lift_the_rate(home: &Home) {
    let folder = home.path("config/leadbox");
    std::fs::create_dir_all(&folder).unwrap();
    let text = "[receiver]\nrequests_per_second = 1000000\nburst = 1000000\n";
    crate::session::write(&folder.join("config.toml"), text.as_bytes());
}

/// The payload of one lead that needs an answer.
pub fn payload(email: &str) -> String {
    format!(
        r#"{{"UserDetails":{{"FirstName":"Ana","LastName":"Souza","Email":"{email}","Phone":"551155500100","Country":"BR",
"Company":"Company of {email}","Title":"CTO"}},"LeadSource":"AzureMarketplace","ActionCode":"PLT","OfferTitle":"SQL Backup",
"Description":"Please call"}}"#
    )
}

/// Somebody who posts leads, over one connection while it lasts.
pub struct Sender {
    address: SocketAddr,
    token: String,
    stream: Option<TcpStream>,
}

impl Sender {
    /// Posts a body; status and answer, or `None` where the connection broke and nobody knows what became of it.
    pub fn post(&mut self, body: &str) -> Option<(u16, Value)> {
        let answer = self.try_post(body);
        if answer.is_none() {
            self.stream = None;
        }
        answer
    }

    fn try_post(&mut self, body: &str) -> Option<(u16, Value)> {
        if self.stream.is_none() {
            let stream = TcpStream::connect(self.address).ok()?;
            stream.set_nodelay(true).ok()?;
            stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
            self.stream = Some(stream);
        }
        let stream = self.stream.as_mut()?;
        let request = format!(
            "POST /leads/{} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.token,
            body.len()
        );
        stream.write_all(request.as_bytes()).ok()?;
        let mut bytes = Vec::new();
        let end = loop {
            if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
            let mut more = [0; 1024];
            let read = stream.read(&mut more).ok().filter(|read| *read > 0)?;
            bytes.extend_from_slice(more.get(..read)?);
        };
        let head = std::str::from_utf8(bytes.get(..end)?).ok()?.to_ascii_lowercase();
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let length: usize = head.lines().find_map(|line| line.strip_prefix("content-length: "))?.parse().ok()?;
        let mut rest = bytes.split_off(end);
        let known = rest.len().min(length);
        rest.resize(length, 0);
        stream.read_exact(rest.get_mut(known..)?).ok()?;
        if head.contains("connection: close") {
            self.stream = None;
        }
        Some((status, serde_json::from_slice(&rest).unwrap_or(Value::Null)))
    }
}
