//! The clipboards themselves: X11 with xclip, Wayland with wl-paste, tmux and GNU screen. Another program gets exactly what was
//! copied, also a second after the inbox has closed. Each is left out, and says so, where its programs are not installed.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustix::process::getuid;
use serde_json::Value;
use tempfile::TempDir;

use crate::session::{Home, LEADBOX, Session};

const SIZE: (u16, u16) = (110, 30);

const ADDRESS: &str = "ana.souza@northwind.example";

const SHEET: &str = "LeadId,LeadCreationDateTime,LeadType,LeadSource,CustomerName,FirstName,LastName,Email,Notes\n\
    a,2026-11-20T09:00:00Z,Offer,AppSource (SPZA)-PLT|contoso.x,Northwind,Ana,Souza,ana.souza@northwind.example,MESSAGE\n";

/// A home with one lead, whose message is too long for OSC 52.
fn home() -> Home {
    let home = Home::new();
    let file = home.put("leads.csv", SHEET.replace("MESSAGE", &"A long story. ".repeat(80)));
    home.done(&["import", file.to_str().unwrap()]);
    home
}

#[expect(clippy::print_stdout, reason = "whoever runs the tests is to know what was not tested")]
fn skipped(what: &str) {
    println!("SKIPPED: {what}");
}

/// What would end with the inbox would have ended by then.
fn a_second() {
    std::thread::sleep(Duration::from_secs(1));
}

/// A display server that ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a program prints, if it succeeds.
fn printed(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
}

/// Copies an address and a long message, and quits; what another program pastes is the same, also a second after.
fn copied_values_outlive_the_inbox(home: &Home, pasted: impl Fn() -> Option<String>) {
    let mut session = Session::inbox(home, SIZE);
    session.see("#1 ");
    session.send("ym");
    session.see("Copied.");
    assert_eq!(pasted(), Some("A long story. ".repeat(80).trim_end().to_owned()), "also what no terminal would take");
    session.send("g");
    session.see_no("Copied.");
    session.send("ye");
    session.see("Copied.");
    assert_eq!(pasted().as_deref(), Some(ADDRESS));
    session.quit();
    session.check_restored();
    assert_eq!(pasted().as_deref(), Some(ADDRESS));
    a_second();
    assert_eq!(pasted().as_deref(), Some(ADDRESS));
    assert_eq!(session.clipboard(), Vec::<String>::new(), "one way is enough");
}

#[test]
fn on_an_x11_desktop_the_value_outlives_the_inbox() {
    let mut home = home();
    let started = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", "640x480x24", "-nolisten", "tcp"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let (Ok(server), true) = (started, home.command("xclip").arg("-version").output().is_ok()) else {
        return skipped("Xvfb and xclip are not both installed");
    };
    let mut server = Server(server);
    let mut name = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut name).unwrap();
    home.set("DISPLAY", &format!(":{}", name.trim()));
    copied_values_outlive_the_inbox(&home, || printed(home.command("xclip").args(["-o", "-selection", "clipboard"])));
}

/// A Wayland compositor without a screen, and the folder of its socket. sway refuses to be root, so root starts it as nobody.
fn sway() -> Option<(Server, TempDir, String)> {
    const NOBODY: u32 = 65534;
    let folder = tempfile::Builder::new().prefix("leadbox-sway-").tempdir().unwrap();
    let config = folder.path().join("config");
    crate::session::write(&config, b"xwayland disable\n");
    let mut command = Command::new("sway");
    command.arg("-c").arg(&config).env("XDG_RUNTIME_DIR", folder.path()).env("HOME", folder.path());
    command.env_remove("WAYLAND_DISPLAY").env_remove("DISPLAY").env_remove("SWAYSOCK");
    command.envs([("WLR_BACKENDS", "headless"), ("WLR_LIBINPUT_NO_DEVICES", "1"), ("WLR_RENDERER", "pixman")]);
    if getuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
        chown(folder.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        chown(&config, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let server = Server(command.spawn().ok()?);
    for _ in 0..200 {
        let names =
            fs::read_dir(folder.path()).unwrap().flatten().map(|entry| entry.file_name().into_string().unwrap());
        let socket = names.filter(|name| name.starts_with("wayland-") && !name.contains(".lock")).min();
        if let Some(name) = socket {
            return Some((server, folder, name));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("sway is installed and opened no socket");
}

#[test]
fn on_a_wayland_desktop_the_value_outlives_the_inbox() {
    let mut home = home();
    if home.command("wl-paste").arg("--version").output().is_err() {
        return skipped("wl-paste is not installed");
    }
    let Some((_server, folder, name)) = sway() else { return skipped("sway is not installed") };
    home.set("XDG_RUNTIME_DIR", folder.path().to_str().unwrap());
    home.set("WAYLAND_DISPLAY", &name);
    copied_values_outlive_the_inbox(&home, || printed(home.command("wl-paste").arg("--no-newline")));
}

/// The inbox in a pane of a tmux of its own, which ends with it.
struct Tmux {
    home: Home,
    session: Session,
}

/// A socket of its own: whoever runs the tests may sit in tmux.
const SOCKET: [&str; 2] = ["-S", "../run/tmux"];

impl Tmux {
    /// `None` where there is no tmux. `path` comes first where the inbox looks for programs.
    fn start(home: Home, options: &str, path: &str) -> Option<Self> {
        home.command("tmux").arg("-V").output().ok()?;
        home.put("tmux.conf", format!("set -s escape-time 0\nset -g status off\n{options}\n"));
        let path = format!("{path}:{}", std::env::var("PATH").unwrap());
        let pane = format!("env PATH={path} TERM=tmux-256color {LEADBOX}; echo left; sleep 600");
        let script = format!("tmux {} -f tmux.conf new-session '{pane}'", SOCKET.join(" "));
        let session = Session::script(&home, SIZE, &script);
        session.see("#1 ");
        Some(Self { home, session })
    }

    fn buffer(&self) -> Option<String> {
        printed(self.home.command("tmux").args(SOCKET).arg("show-buffer"))
    }

    /// Copies the address, by the key for it.
    fn copy_address(&mut self) {
        self.session.send("ye");
        self.session.see("Copied to the tmux buffer.");
        assert_eq!(self.buffer().as_deref(), Some(ADDRESS));
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        drop(printed(self.home.command("tmux").args(SOCKET).arg("kill-server")));
    }
}

/// What the terminal's clipboard was sent.
fn sent(session: &Session) -> Vec<String> {
    let sent = session.clipboard().into_iter();
    sent.map(|text| String::from_utf8(STANDARD.decode(text).unwrap()).unwrap()).collect()
}

#[test]
fn inside_tmux_its_buffer_has_the_value_and_so_has_the_terminal_around_it() {
    let Some(mut tmux) = Tmux::start(home(), "set -s set-clipboard external", "/none") else {
        return skipped("tmux is not installed");
    };
    tmux.copy_address();
    tmux.session.see("Copied to");
    assert_eq!(sent(&tmux.session), [ADDRESS], "tmux handed it to its terminal, once");
    tmux.session.send("g");
    tmux.session.see_no("Copied to");
    tmux.session.send("ym");
    tmux.session.see("Copied to");
    let story = "A long story. ".repeat(80);
    assert_eq!(tmux.buffer().as_deref(), Some(story.trim_end()));
    tmux.session.send("qq");
    tmux.session.see("left");
    a_second();
    assert_eq!(tmux.buffer().as_deref(), Some(story.trim_end()));
}

#[test]
fn a_tmux_too_old_to_hand_it_on_keeps_the_value_and_lets_it_through() {
    let home = home();
    // As before 3.2: no `-w`. The real one behind it has the buffer.
    let real = printed(home.command("sh").args(["-c", "command -v tmux"])).unwrap_or_default();
    let script = format!("#!/bin/sh\n[ \"$2\" = -w ] && exit 1\nexec {} \"$@\"\n", real.trim());
    fs::create_dir(home.path("work/old")).unwrap();
    let old = home.put("old/tmux", script);
    fs::set_permissions(&old, fs::Permissions::from_mode(0o755)).unwrap();
    let folder = home.path("work/old");
    let Some(mut tmux) = Tmux::start(home, "set -g allow-passthrough on", folder.to_str().unwrap()) else {
        return skipped("tmux is not installed");
    };
    tmux.copy_address();
    assert_eq!(sent(&tmux.session), [ADDRESS], "it went through to the terminal around tmux");
}

#[test]
fn through_gnu_screen_the_terminal_gets_the_value() {
    let home = home();
    if home.command("screen").arg("--version").output().is_err() {
        return skipped("screen is not installed");
    }
    let rc = home.put("screenrc", "startup_message off\ndefutf8 on\nmsgwait 0\n");
    fs::create_dir(home.path("run/screens")).unwrap();
    fs::set_permissions(home.path("run/screens"), fs::Permissions::from_mode(0o700)).unwrap();
    let script = format!("SCREENDIR={} exec screen -c {} {LEADBOX}", home.path("run/screens").display(), rc.display());
    let mut session = Session::script(&home, SIZE, &script);
    session.see("#1 ");
    session.send("ye");
    session.see("Copied (sent to the terminal).");
    assert_eq!(sent(&session), [ADDRESS], "once, in spite of the two forms");
    session.send("qq");
    session.see("screen is terminating");
}

#[test]
fn a_tmux_that_is_gone_is_not_waited_for() {
    let mut home = home();
    home.set("TMUX", "/nowhere,1,0");
    let mut session = Session::inbox(&home, SIZE);
    session.see("#1 ");
    session.send("ye");
    session.see("Copied (sent to the terminal).");
    assert_eq!(sent(&session), [ADDRESS]);
    session.quit();
}

#[test]
fn the_doctor_names_what_tmux_keeps_back_and_ends_well_all_the_same() {
    let home = home();
    if home.command("tmux").arg("-V").output().is_err() {
        return skipped("tmux is not installed");
    }
    home.put("tmux.conf", "set -s escape-time 500\nset -s set-clipboard off\n");
    let pane = format!("{LEADBOX} doctor --json >doctor.json; echo $? >doctor.status; {LEADBOX} doctor");
    let script = format!("tmux {} -f tmux.conf new-session '{pane}; sleep 600'", SOCKET.join(" "));
    let session = Session::script(&home, SIZE, &script);
    session.see("A copy goes to the tmux buffer");
    session.see("Warning: tmux holds every Esc back for 500 ms");
    session.see("set-clipboard is off");
    let found: Value = serde_json::from_slice(&fs::read(home.path("work/doctor.json")).unwrap()).unwrap();
    assert_eq!(
        (&found["clipboard"], found["warnings"].as_array().unwrap().len()),
        (&Value::from("tmux"), 2),
        "{found}"
    );
    assert_eq!(fs::read_to_string(home.path("work/doctor.status")).unwrap(), "0\n");
    drop(Tmux { home, session });
}

#[test]
fn the_doctor_says_where_a_copy_goes_without_a_tmux() {
    let mut home = home();
    let mut found = |term: &str, display: &str, config: &str| {
        home.set("TERM", term);
        home.set("DISPLAY", display);
        let config = home.put("c.toml", config);
        home.json(&["--config", config.to_str().unwrap(), "doctor", "--json"])
    };
    let plain = found("xterm-256color", "", "");
    assert_eq!((&plain["clipboard"], &plain["opener"]), (&Value::from("osc52"), &Value::Null));
    assert_eq!(plain["warnings"], Value::Array(Vec::new()));
    let dumb = found("dumb", "", "");
    assert_eq!(dumb["clipboard"], "shown");
    assert!(dumb["warnings"][0].as_str().unwrap().starts_with("TERM=dumb"), "{dumb}");
    assert_eq!(found("xterm", "", "clipboard = \"off\"\n")["clipboard"], "shown");
    let nobody = found("xterm", "127.0.0.1:9", "opener = [\"no-such-program\"]\n");
    assert_eq!(nobody["clipboard"], "osc52");
    let warnings = nobody["warnings"].to_string();
    assert!(warnings.contains("does not answer") && warnings.contains("no-such-program is not installed"), "{nobody}");
    assert_eq!(found("xterm", "", "opener = [\"sh\"]\n")["opener"], "sh");
}
