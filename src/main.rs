//! The `leadbox` program: hands its arguments to the command line and its exit code back.
//! Must not do anything else.

use std::process::ExitCode;

fn main() -> ExitCode {
    leadbox::cli::main(std::env::args_os())
}
