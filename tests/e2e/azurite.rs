//! Azurite, Microsoft's emulator of Azure Storage, as the peer of `sync azure-table`: started on this machine alone, on a free
//! port, with its data in a folder of the test's; and a gate before it that can hold a request back or be busy. It is signed for
//! here once more, by what the service documents, so that the program is not checked against itself.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use leadbox::net::message::to_http_date;
use leadbox::shell::clock::Clock;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use sha2::Sha256;
use tempfile::TempDir;

pub const ACCOUNT: &str = "devstoreaccount1";
pub const KEY: &str = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/// A running Azurite.
pub struct Azurite {
    program: PathBuf,
    child: Child,
    pub port: u16,
    folder: TempDir,
    tls: Vec<String>,
}

/// Where it is installed: as `LEADBOX_AZURITE` says, else where `.ci/run` puts it. `None`, said aloud, where it is not.
fn installed() -> Option<PathBuf> {
    let folder = std::env::var_os("LEADBOX_AZURITE").map(PathBuf::from).or_else(|| {
        let home = std::env::var_os("HOME").map(PathBuf::from);
        home.map(|home| home.join(".cache/leadbox-ci/azurite-3.37.0"))
    })?;
    Some(folder.join("node_modules/azurite/dist/src/table/main.js")).filter(|program| program.is_file())
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Azurite {
    /// Starts it; `None` where it is not installed.
    pub fn start() -> Option<Self> {
        Self::with(&[])
    }

    /// The same over TLS, with a certificate and its key.
    pub fn over_tls(certificate: &Path, key: &Path) -> Option<Self> {
        Self::with(&["--cert", certificate.to_str().unwrap(), "--key", key.to_str().unwrap()])
    }

    fn with(tls: &[&str]) -> Option<Self> {
        let Some(program) = installed() else {
            // Past the capture of the test's output: what was not tried must be seen.
            let _ = writeln!(
                std::io::stderr(),
                "SKIPPED: Azurite is not installed (.ci/run installs it where npm is), so sync azure-table was not tried"
            );
            return None;
        };
        let folder = tempfile::Builder::new().prefix("leadbox-azurite-").tempdir().unwrap();
        let tls: Vec<_> = tls.iter().map(|word| (*word).to_owned()).collect();
        let port = free_port();
        let child = spawn(&program, port, folder.path(), &tls);
        Some(Self { program, child, port, folder, tls })
    }

    /// Ends it in order; its data stay.
    pub fn stop(&mut self) {
        kill_process(Pid::from_child(&self.child), Signal::INT).unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again on the same port.
    pub fn again(&mut self) {
        self.child = spawn(&self.program, self.port, self.folder.path(), &self.tls);
    }

    /// The connection string by which the program finds it.
    pub fn connection(&self) -> String {
        connection(self.port, KEY)
    }

    /// Makes a table.
    pub fn make(&self, table: &str) {
        let (status, said) = self.post("Tables", &json!({"TableName": table}));
        assert_eq!(status, 204, "{said}");
    }

    /// Puts entities into a table, several at a time.
    pub fn insert(&self, table: &str, entities: &[Value]) {
        thread::scope(|scope| {
            for part in entities.chunks(entities.len().div_ceil(4).max(1)) {
                scope.spawn(move || {
                    for entity in part {
                        let (status, said) = self.post(table, entity);
                        assert_eq!(status, 204, "{said}");
                    }
                });
            }
        });
    }

    fn post(&self, path: &str, body: &Value) -> (u16, String) {
        let body = body.to_string();
        let date = to_http_date(Clock::wire_now());
        let signed = sign(&format!("POST\n\napplication/json\n{date}\n/{ACCOUNT}/{ACCOUNT}/{path}"));
        let head = format!(
            "POST /{ACCOUNT}/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Accept: application/json;odata=nometadata\r\nPrefer: return-no-content\r\nx-ms-version: 2019-02-02\r\n\
             x-ms-date: {date}\r\nAuthorization: SharedKey {ACCOUNT}:{signed}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = ask(self.port, head.as_bytes());
        let status = answer.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0);
        (status, answer)
    }
}

impl Drop for Azurite {
    fn drop(&mut self) {
        // It may have been stopped.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A connection string for a port, with a key.
pub fn connection(port: u16, key: &str) -> String {
    format!("AccountName={ACCOUNT};AccountKey={key};TableEndpoint=http://127.0.0.1:{port}/{ACCOUNT}")
}

/// The address of the account with a signature that allows so much until then.
pub fn signed_address(port: u16, allowed: &str, until: &str) -> String {
    let text = format!("{ACCOUNT}\n{allowed}\nt\nsco\n\n{until}\n\n\n2019-02-02\n");
    let signature = sign(&text).replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let until = until.replace(':', "%3A");
    format!("http://127.0.0.1:{port}/{ACCOUNT}?sv=2019-02-02&ss=t&srt=sco&sp={allowed}&se={until}&sig={signature}")
}

fn sign(text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(&STANDARD.decode(KEY).unwrap()).unwrap();
    mac.update(text.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

fn spawn(program: &Path, port: u16, folder: &Path, tls: &[String]) -> Child {
    let mut command = Command::new("node");
    command.arg(program).args(["--tableHost", "127.0.0.1", "--tablePort", &port.to_string(), "--disableTelemetry"]);
    command.arg("--location").arg(folder).args(tls).current_dir(folder);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let started = lines.by_ref().map_while(Result::ok).any(|line| line.contains("successfully started"));
    assert!(started, "Azurite does not start");
    // It writes a line a request, and stands still where nobody reads them.
    thread::spawn(move || lines.for_each(drop));
    child
}

/// Sends a request and reads the answer to its end.
fn ask(port: u16, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.write_all(request).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// What a gate does with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Lets it through.
    Pass,
    /// Answers that the service is busy and wants to be asked again in a second.
    Busy,
    /// Never answers.
    Hold,
}

/// A gate before Azurite. What it does with each request in turn is told beforehand; after that all pass.
pub struct Gate {
    pub port: u16,
    came: Arc<(Mutex<usize>, Condvar)>,
}

impl Gate {
    pub fn before(azurite: &Azurite, acts: &[Act]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let came = Arc::new((Mutex::new(0), Condvar::new()));
        let (behind, acts, counted) = (azurite.port, acts.to_vec(), Arc::clone(&came));
        thread::spawn(move || {
            // A held connection stays open as long as the gate does.
            let mut held = Vec::new();
            for stream in listener.incoming().map_while(Result::ok) {
                let place = {
                    let mut count = counted.0.lock().unwrap();
                    *count += 1;
                    *count - 1
                };
                match acts.get(place).copied().unwrap_or(Act::Pass) {
                    Act::Pass => drop(thread::spawn(move || pass(stream, behind))),
                    Act::Busy => busy(stream),
                    Act::Hold => held.push(stream),
                }
                counted.1.notify_all();
            }
        });
        Self { port, came }
    }

    /// Waits until so many requests have come.
    pub fn wait_for(&self, requests: usize) {
        let (count, changed) = &*self.came;
        let patience = std::time::Duration::from_mins(1);
        let (count, _) =
            changed.wait_timeout_while(count.lock().unwrap(), patience, |count| *count < requests).unwrap();
        assert!(*count >= requests, "{} of {requests} requests came", *count);
    }

    pub fn count(&self) -> usize {
        *self.came.0.lock().unwrap()
    }
}

/// The head of a request, without its last line break: every request of the program is one of reading.
fn head(stream: &mut TcpStream) -> String {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let head: Vec<_> = lines.by_ref().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    head.join("\r\n")
}

fn pass(mut stream: TcpStream, behind: u16) {
    let head = head(&mut stream);
    // One request a connection, so that every one can be counted and held.
    let answer = ask(behind, format!("{head}\r\nConnection: close\r\n\r\n").as_bytes());
    // The program may have been killed meanwhile.
    let _ = stream.write_all(answer.as_bytes());
    let _ = stream.shutdown(Shutdown::Both);
}

fn busy(mut stream: TcpStream) {
    head(&mut stream);
    let answer = "HTTP/1.1 503 Server Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    stream.write_all(answer.as_bytes()).unwrap();
}
