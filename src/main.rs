//! The `leadbox` program: hands the arguments to the command line and its exit code to the system.
//! Must hold nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    leadbox::cli::main(std::env::args_os())
}
