//! What the figures were measured on, and with what.

use std::process::Command;

/// Cores, processor, kernel, and the versions of everything that was measured.
pub fn facts() -> String {
    let file = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpuinfo = file("/proc/cpuinfo");
    let model = cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown", |(_, name)| name);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let sqlite3 = first_line("sqlite3", "--version").and_then(|line| line.split(' ').next().map(str::to_owned));
    format!(
        "* {cores} cores, {model}, {} {}\n* leadbox {} (SQLite {}), {}, sqlite3 {}\n",
        file("/proc/sys/kernel/ostype").trim(),
        file("/proc/sys/kernel/osrelease").trim(),
        env!("CARGO_PKG_VERSION"),
        rusqlite::version(),
        first_line("rustc", "--version").unwrap_or_else(|| "rustc unknown".to_owned()),
        sqlite3.unwrap_or_else(|| "not installed".to_owned()),
    )
}

/// True when the `sqlite3` program is installed.
pub fn has_sqlite3() -> bool {
    first_line("sqlite3", "--version").is_some()
}

fn first_line(program: &str, argument: &str) -> Option<String> {
    let output = Command::new(program).arg(argument).output().ok()?;
    String::from_utf8_lossy(&output.stdout).lines().next().map(str::to_owned)
}
