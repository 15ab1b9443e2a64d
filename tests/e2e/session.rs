//! A seller at a terminal: a home of their own, the built program in a pty, and an emulator that shows what they see.
//! Waits for what is to be seen, never for a time. The program runs below a shell, so that what it leaves in the
//! terminal can still be looked at after its end. Must not know what the program is for.

use std::fs;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, SlavePty, native_pty_system};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde_json::Value;
use tempfile::TempDir;

/// The built program.
pub const LEADBOX: &str = env!("CARGO_BIN_EXE_leadbox");

/// The moment the files in `tests/data` are made for.
pub const NOW: &str = "2026-11-20T12:00:00Z";

/// So long a thing that must come may take on a busy machine while nothing else comes.
const PATIENCE: Duration = Duration::from_secs(20);

/// So often that long where something else came meanwhile: a thousand keys are answered one by one.
const MOST_WAITS: usize = 6;

/// Runs the program, then says how it ended, then waits for a line while the terminal is looked at. Keys meant for the
/// program that come after its end must not end the shell.
const WRAPPER: &str =
    r#"trap : INT QUIT TSTP; sh -c 'echo $$ >"$PID_FILE"; exec "$@"' sh "$@"; echo "@ended $?@"; read _"#;

/// A temporary home with every folder the program may use.
pub struct Home {
    folder: TempDir,
    env: Vec<(String, String)>,
}

impl Home {
    /// An empty home at the moment `NOW`.
    pub fn new() -> Self {
        let mut home = Self::at_real_time();
        home.set("LEADBOX_NOW", NOW);
        home
    }

    /// An empty home where the clock runs.
    pub fn at_real_time() -> Self {
        let folder = tempfile::Builder::new().prefix("leadbox-e2e-").tempdir().unwrap();
        let mut home = Self { folder, env: Vec::new() };
        let mut folders = vec![("HOME", "home")];
        folders.extend([("XDG_DATA_HOME", "data"), ("XDG_CONFIG_HOME", "config"), ("XDG_CACHE_HOME", "cache")]);
        folders.extend([("XDG_STATE_HOME", "state"), ("XDG_RUNTIME_DIR", "run"), ("TMPDIR", "tmp")]);
        for (name, folder) in folders {
            let path = home.path(folder);
            fs::create_dir(&path).unwrap();
            home.set(name, path.to_str().unwrap());
        }
        fs::create_dir(home.path("work")).unwrap();
        for (name, value) in [("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("TZ", "UTC"), ("EDITOR", "true")] {
            home.set(name, value);
        }
        home.set("PATH", &std::env::var("PATH").unwrap());
        home
    }

    /// Sets a variable for every program started from here on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.env.retain(|(known, _)| known != name);
        self.env.push((name.to_owned(), value.to_owned()));
    }

    /// A place in the home.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts a file into the folder the programs run in.
    pub fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path("work").join(name);
        write(&path, bytes.as_ref());
        path
    }

    /// A command with this home's surroundings and no terminal.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env_clear().envs(self.env.iter().cloned()).current_dir(self.path("work")).stdin(Stdio::null());
        command
    }

    /// Runs a verb to its end without a terminal.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(LEADBOX).args(arguments).output().unwrap()
    }

    /// Runs a verb that must succeed; its stdout.
    pub fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a verb that prints JSON.
    pub fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.done(arguments)).unwrap()
    }

    /// Imports a file of `tests/data`.
    pub fn import(&self, name: &str) {
        self.done(&["import", data(name).to_str().unwrap()]);
    }
}

/// A file of `tests/data`.
pub fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

#[expect(clippy::disallowed_methods, reason = "a test's own file, in its own folder")]
pub fn write(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
}

/// What the terminal was told besides text.
#[derive(Debug, Default)]
pub struct Heard {
    /// Titles and icon names that were set.
    pub titles: Vec<String>,
    /// Base64 texts for its clipboard.
    pub clipboard: Vec<String>,
}

impl vt100::Callbacks for Heard {
    fn set_window_icon_name(&mut self, _: &mut vt100::Screen, name: &[u8]) {
        self.titles.push(String::from_utf8_lossy(name).into_owned());
    }

    fn set_window_title(&mut self, _: &mut vt100::Screen, title: &[u8]) {
        self.titles.push(String::from_utf8_lossy(title).into_owned());
    }

    fn copy_to_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8], data: &[u8]) {
        self.clipboard.push(String::from_utf8_lossy(data).into_owned());
    }
}

struct Seen {
    terminal: vt100::Parser<Heard>,
    raw: Vec<u8>,
    closed: bool,
    /// The terminal is to read no more, and does so.
    stalled: bool,
    parked: bool,
}

impl Seen {
    fn new(terminal: vt100::Parser<Heard>) -> Self {
        Self { terminal, raw: Vec::new(), closed: false, stalled: false, parked: false }
    }
}

/// The program in a terminal.
pub struct Session {
    seen: Arc<(Mutex<Seen>, Condvar)>,
    master: Box<dyn MasterPty + Send>,
    slave: Option<Box<dyn SlavePty + Send>>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    reader: Option<JoinHandle<()>>,
    pid_file: PathBuf,
    fresh: String,
}

impl Session {
    /// The inbox on a terminal of so many columns and rows.
    pub fn inbox(home: &Home, size: (u16, u16)) -> Self {
        Self::run(home, size, &[])
    }

    /// The program with these arguments.
    pub fn run(home: &Home, size: (u16, u16), arguments: &[&str]) -> Self {
        let pid_file = tempfile::NamedTempFile::new_in(home.path("run")).unwrap().into_temp_path().to_path_buf();
        let mut command = CommandBuilder::new("/bin/sh");
        command.args(["-c", WRAPPER, "sh", LEADBOX]);
        command.args(arguments);
        Self::start(home, size, command, pid_file)
    }

    /// A script of the shell. It ends when the terminal has shown all of it; there is nothing to type.
    pub fn script(home: &Home, size: (u16, u16), script: &str) -> Self {
        let mut command = CommandBuilder::new("/bin/sh");
        command.args(["-c", &format!("{script}\necho \"@ended $?@\"; read _")]);
        Self::start(home, size, command, home.path("run/none"))
    }

    /// A shell with job control, waiting for a line.
    pub fn shell(home: &Home, size: (u16, u16)) -> Self {
        let mut command = CommandBuilder::new("/bin/sh");
        command.args(["-i"]);
        command.env("PS1", "@prompt@ ");
        Self::start(home, size, command, home.path("run/none"))
    }

    fn start(home: &Home, (columns, rows): (u16, u16), mut command: CommandBuilder, pid_file: PathBuf) -> Self {
        let prompt = command.get_env("PS1").map(std::ffi::OsStr::to_os_string);
        command.env_clear();
        for (name, value) in &home.env {
            command.env(name, value);
        }
        if let Some(prompt) = prompt.filter(|prompt| prompt.to_string_lossy().starts_with('@')) {
            command.env("PS1", prompt);
        }
        command.env("PID_FILE", &pid_file);
        command.cwd(home.path("work"));
        let pty = native_pty_system().openpty(pty_size(columns, rows)).unwrap();
        let (rows, columns) = (NonZeroU16::new(rows).unwrap(), NonZeroU16::new(columns).unwrap());
        let terminal = vt100::Parser::new_with_callbacks(rows, columns, 0, Heard::default());
        let seen = Arc::new((Mutex::new(Seen::new(terminal)), Condvar::new()));
        let mut bytes = pty.master.try_clone_reader().unwrap();
        let keys = pty.master.take_writer().unwrap();
        // Without it a ^C or ^\ typed behind the end makes the kernel throw away what the emulator has not read yet, which may be
        // all that the program said last. No program can help that.
        let terminal_name = pty.master.tty_name().unwrap();
        assert!(Command::new("stty").arg("-F").arg(terminal_name).arg("noflsh").status().unwrap().success());
        let fresh = format!("{:?}", pty.master.get_termios());
        let child = pty.slave.spawn_command(command).unwrap();
        let watched = Arc::clone(&seen);
        let reader = std::thread::spawn(move || watch(&mut bytes, &watched));
        Self { seen, master: pty.master, slave: Some(pty.slave), keys, child, reader: Some(reader), pid_file, fresh }
    }

    /// Types bytes.
    pub fn send(&mut self, keys: impl AsRef<[u8]>) {
        self.try_send(keys).unwrap();
    }

    /// Types bytes, or finds that nobody is there any more.
    pub fn try_send(&mut self, keys: impl AsRef<[u8]>) -> std::io::Result<()> {
        self.keys.write_all(keys.as_ref())?;
        self.keys.flush()
    }

    /// Types a text as a terminal sends a paste.
    pub fn paste(&mut self, text: &str) {
        self.send(format!("\x1b[200~{text}\x1b[201~"));
    }

    /// Waits until the screen shows a text.
    #[track_caller]
    pub fn see(&self, text: &str) {
        self.see_that(&format!("{text:?} is shown"), |screen| screen.contains(text));
    }

    /// Waits until the screen shows a text no more.
    #[track_caller]
    pub fn see_no(&self, text: &str) {
        self.see_that(&format!("{text:?} is gone"), |screen| !screen.contains(text));
    }

    /// Waits until something holds of the screen's text.
    #[track_caller]
    pub fn see_that(&self, what: &str, holds: impl Fn(&str) -> bool) {
        self.wait(what, |seen| holds(&seen.terminal.screen().contents()));
    }

    /// Waits until something holds of the emulator's screen.
    #[track_caller]
    pub fn see_screen(&self, what: &str, holds: impl Fn(&vt100::Screen) -> bool) {
        self.wait(what, |seen| holds(seen.terminal.screen()));
    }

    #[track_caller]
    fn wait(&self, what: &str, holds: impl Fn(&mut Seen) -> bool) {
        let (seen, news) = &*self.seen;
        let mut guard = seen.lock().unwrap_or_else(PoisonError::into_inner);
        for _ in 0..MOST_WAITS {
            let before = guard.raw.len();
            let (after, waited) =
                news.wait_timeout_while(guard, PATIENCE, |seen| !holds(seen)).unwrap_or_else(PoisonError::into_inner);
            if !waited.timed_out() {
                return;
            }
            guard = after;
            if guard.raw.len() == before {
                break;
            }
        }
        panic!("waited in vain until {what}:\n{}", framed(guard.terminal.screen()));
    }

    fn now(&self) -> MutexGuard<'_, Seen> {
        self.seen.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The text on the screen.
    pub fn text(&self) -> String {
        self.now().terminal.screen().contents()
    }

    /// Everything the program wrote.
    pub fn raw(&self) -> Vec<u8> {
        self.now().raw.clone()
    }

    /// Texts for the terminal's clipboard, in Base64.
    pub fn clipboard(&self) -> Vec<String> {
        self.now().terminal.callbacks().clipboard.clone()
    }

    /// Titles that were set.
    pub fn titles(&self) -> Vec<String> {
        self.now().terminal.callbacks().titles.clone()
    }

    /// Changes the size of the terminal.
    pub fn resize(&self, columns: u16, rows: u16) {
        self.now().terminal.set_size(NonZeroU16::new(rows).unwrap(), NonZeroU16::new(columns).unwrap());
        self.master.resize(pty_size(columns, rows)).unwrap();
    }

    /// Sends a signal to the program.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    fn pid(&self) -> Pid {
        let pid = fs::read_to_string(&self.pid_file).unwrap();
        Pid::from_raw(pid.trim().parse().unwrap()).unwrap()
    }

    /// From here on the terminal reads nothing, as over a stalled ssh, and takes not one byte more.
    pub fn stall(&self) {
        self.now().stalled = true;
        let nonblocking = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
        let path = self.master.tty_name().unwrap();
        let mut terminal = fs::File::options().write(true).custom_flags(nonblocking).open(path).unwrap();
        // A byte, so that the reader comes back from its read.
        terminal.write_all(b" ").unwrap();
        self.wait("the terminal reads no more", |seen| seen.parked);
        let mut refused = 0;
        // What it refuses once it may still take: the kernel moves bytes on behind our back.
        while refused < 5 {
            match terminal.write_all(&[b' '; 256]) {
                Ok(()) => refused = 0,
                Err(error) => {
                    assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock);
                    refused += 1;
                    std::thread::sleep(Duration::from_millis(20));
                }
            }
        }
    }

    /// The terminal reads again.
    pub fn read_on(&self) {
        self.now().stalled = false;
        self.seen.1.notify_all();
    }

    /// Waits for the program's end without a look at the terminal.
    #[track_caller]
    pub fn gone(&self) {
        let pid = self.pid();
        for _ in 0..200 {
            if test_kill_process(pid).is_err() {
                return;
            }
            std::thread::sleep(PATIENCE / 200);
        }
        panic!("waited in vain for the program's end");
    }

    /// Waits for the program's end; its status as a shell tells it.
    #[track_caller]
    pub fn status(&self) -> i32 {
        self.wait("the program ends", |seen| ended(&seen.raw).is_some());
        self.ended().unwrap()
    }

    /// The program's status, if it ended.
    pub fn ended(&self) -> Option<i32> {
        ended(&self.now().raw)
    }

    /// Types the same again and again until the program has ended.
    pub fn send_until_ended(&mut self, keys: &[u8]) {
        for _ in 0..100 {
            // Where nobody is there any more, the program's end is yet to be seen.
            drop(self.try_send(keys));
            let guard = self.now();
            let wait = self.seen.1.wait_timeout_while(guard, PATIENCE / 100, |seen| ended(&seen.raw).is_none());
            if wait.is_ok_and(|(_, waited)| !waited.timed_out()) {
                return;
            }
        }
    }

    /// Leaves the list with `q`, also where a cooling lead is warned of.
    #[track_caller]
    pub fn quit(&mut self) {
        self.send("q");
        self.wait("it ends or warns", |seen| {
            ended(&seen.raw).is_some() || seen.terminal.screen().contents().contains("q again quits")
        });
        if self.ended().is_none() {
            self.send("q");
        }
        assert_eq!(self.status(), 0);
    }

    /// After the end: the terminal is as it was.
    #[track_caller]
    pub fn check_restored(&self) {
        let seen = self.now();
        let screen = seen.terminal.screen();
        let last = String::from_utf8_lossy(seen.raw.get(seen.raw.len().saturating_sub(400)..).unwrap_or_default())
            .into_owned();
        assert!(!screen.alternate_screen(), "the alternate screen was left: {last:?}");
        assert!(!screen.hide_cursor(), "the cursor is shown");
        assert!(!screen.bracketed_paste(), "bracketed paste is off");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        assert!(!screen.application_cursor() && !screen.application_keypad());
        assert_eq!((screen.fgcolor(), screen.bgcolor()), (vt100::Color::Default, vt100::Color::Default));
        assert_eq!(format!("{:?}", self.master.get_termios()), self.fresh, "termios");
    }

    /// Whether the terminal's settings are those of before the program.
    pub fn is_cooked(&self) -> bool {
        format!("{:?}", self.master.get_termios()) == self.fresh
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.read_on();
        // The shell is the session's leader: with it the terminal hangs up, and everything in it ends.
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.slave = None;
        let (seen, news) = &*self.seen;
        let guard = seen.lock().unwrap_or_else(PoisonError::into_inner);
        let closed = news.wait_timeout_while(guard, PATIENCE, |seen| !seen.closed);
        let closed = closed.is_ok_and(|(_, waited)| !waited.timed_out());
        if let Some(reader) = self.reader.take().filter(|_| closed) {
            let _ = reader.join();
        }
    }
}

fn watch(bytes: &mut dyn Read, (seen, news): &(Mutex<Seen>, Condvar)) {
    let mut buffer = vec![0; 64 * 1024];
    let mut unshown = Vec::new();
    loop {
        let read = bytes.read(&mut buffer).unwrap_or(0);
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        let chunk = buffer.get(..read).unwrap_or_default();
        seen.raw.extend_from_slice(chunk);
        unshown.extend_from_slice(chunk);
        seen.terminal.process(&shown(&mut unshown));
        seen.closed = read == 0;
        seen.parked = seen.stalled;
        news.notify_all();
        if read == 0 {
            return;
        }
        drop(news.wait_while(seen, |seen| seen.stalled));
    }
}

/// Takes what is whole of these bytes. The emulator does not show U+FFFD as terminals do, in one cell: it gets another
/// character of one cell in its place.
fn shown(bytes: &mut Vec<u8>) -> Vec<u8> {
    let whole = match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        _ => bytes.len(),
    };
    let rest = bytes.split_off(whole);
    let taken = std::mem::replace(bytes, rest);
    match String::from_utf8(taken) {
        Ok(text) => text.replace('\u{fffd}', "¿").into_bytes(),
        Err(error) => error.into_bytes(),
    }
}

fn pty_size(cols: u16, rows: u16) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

fn ended(raw: &[u8]) -> Option<i32> {
    const MARK: &[u8] = b"@ended ";
    let at = raw.windows(MARK.len()).rposition(|window| window == MARK)?;
    let rest = raw.get(at + MARK.len()..)?;
    let end = rest.iter().position(|byte| *byte == b'@')?;
    std::str::from_utf8(rest.get(..end)?).ok()?.parse().ok()
}

/// The screen's rows as cells; a wide character is followed by an empty cell.
pub fn cells(screen: &vt100::Screen) -> Vec<Vec<String>> {
    let (rows, columns) = screen.size();
    let cell = |row, column| screen.cell(row, column).map(|cell| cell.contents().to_owned()).unwrap_or_default();
    (0..rows.get()).map(|row| (0..columns.get()).map(|column| cell(row, column)).collect()).collect()
}

fn framed(screen: &vt100::Screen) -> String {
    screen.contents().lines().flat_map(|line| ["  | ", line, "\n"]).collect()
}
