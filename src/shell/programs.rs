//! Programs of this machine that are started: whether one can be, why one was not, and waiting for one that may take too long.
//! Must not know what a program is for.

use std::io::{self, ErrorKind};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, ExitStatus};
use std::thread;
use std::time::Duration;

/// How often is looked whether a program has ended.
const PAUSE: Duration = Duration::from_millis(5);

/// True where a program can be found and run: by its path, or in one of the folders of `PATH`.
pub fn is_program(program: &Path) -> bool {
    let runs = |path: &Path| path.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0);
    if program.components().count() > 1 {
        return runs(program);
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| runs(&folder.join(program)))
}

/// Why a program did not start, as a sentence.
pub fn not_started(program: &str, error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => format!("{program} is not installed."),
        _ => format!("{program} could not be started: {error}."),
    }
}

/// Waits for a program as long as `go_on` says so; `None` where it runs on.
pub fn wait_while(child: &mut Child, mut go_on: impl FnMut() -> bool) -> io::Result<Option<ExitStatus>> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if !go_on() {
            return Ok(None);
        }
        thread::sleep(PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn programs_are_found_by_path_and_by_name() {
        assert!(is_program(Path::new("sh")) && is_program(Path::new("/bin/sh")));
        for none in ["no-such-program-of-leadbox", "/", "/etc/passwd", "/no/such"] {
            assert!(!is_program(Path::new(none)), "{none}");
        }
    }

    #[test]
    fn waiting_ends_with_the_program_or_with_patience() {
        let mut short = Command::new("false").spawn().unwrap();
        assert_eq!(wait_while(&mut short, || true).unwrap().and_then(|status| status.code()), Some(1));
        let mut long = Command::new("sleep").arg("600").spawn().unwrap();
        let mut looks = 0;
        let ended = wait_while(&mut long, || {
            looks += 1;
            looks < 3
        });
        assert!(ended.unwrap().is_none());
        long.kill().and_then(|()| long.wait()).unwrap();
    }
}
