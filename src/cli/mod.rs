//! Commands, arguments, exit codes.
//!
//! Data goes to standard output, everything for people to standard error. Start from [`main`].

mod args;
mod check;
mod exit;
mod interrupt;
mod list;
pub mod play;
mod pool;
mod run;
mod schema;
mod select;

use std::process::ExitCode;

use clap::Parser as _;

pub use exit::Exit;

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // `--help` and `--version` come here too, and are no mistake.
            let exit = if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::AsExpected
            };
            // A closed pipe is the reader's choice.
            let _ = error.print();
            return exit.into();
        }
    };
    dispatch(args).into()
}

fn dispatch(args: args::Args) -> Exit {
    match args.command {
        args::Command::Run(run) => run::run(&run),
        args::Command::Check(check) => check::run(&check),
        args::Command::List(list) => list::run(&list),
        args::Command::Schema => schema::run(),
    }
}
