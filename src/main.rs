//! The `ipamlab` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    ipamlab::cli::main()
}
