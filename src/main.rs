//! The `leadbox` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    leadbox::cli::main(std::env::args_os())
}
