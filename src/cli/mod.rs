//! Commands, arguments, exit codes.
//!
//! Data goes to standard output, everything for people to standard error. Start from [`main`].

/// Says a line to people. Unlike `eprintln!` it does not panic when nobody listens any more.
macro_rules! tell {
    ($($words:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr().lock(), $($words)*);
    }};
}

mod announce;
mod args;
mod capture;
mod check;
mod compare;
mod demo;
mod exit;
mod explain;
mod interrupt;
mod kea;
mod lab;
mod list;
mod manual;
mod memory;
mod new;
mod out;
pub mod play;
mod pool;
mod progress;
mod run;
mod schema;
mod select;
mod serve;
mod tell;
mod transfer;
mod transfer_args;
mod watch;

use std::process::ExitCode;

use clap::Parser as _;

use crate::scenario::diagnostic;

pub use exit::Exit;

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    if lab::is_called_inside() {
        return lab::run_inside();
    }
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
    dispatch(args)
}

/// A scenario that can be run, or the exit code after everything wrong with it was told.
fn usable(path: &std::path::Path) -> Result<crate::scenario::Scenario, Exit> {
    let mut loaded = crate::scenario::load(path);
    loaded.build_estate();
    let colour = diagnostic::colour_on_stderr();
    let (text, diagnostics) = (&loaded.text, &loaded.diagnostics);
    let rendered = diagnostic::Rendered {
        path,
        text,
        diagnostics,
        colour,
    };
    show(&rendered);
    loaded.scenario.ok_or(Exit::Usage)
}

/// Shows diagnostics to people, who may have closed the pipe.
fn show(rendered: &diagnostic::Rendered<'_>) {
    use std::io::Write as _;
    let _ = write!(std::io::stderr().lock(), "{rendered}");
}

fn dispatch(args: args::Args) -> ExitCode {
    let exit = match args.command {
        args::Command::Run(run) => run::run(&run),
        args::Command::Explain(explain) => explain::run(&explain),
        args::Command::Compare(compare) => compare::run(&compare),
        args::Command::Demo(demo) => demo::run(&demo),
        args::Command::Serve(serve) => serve::run(&serve),
        // It ends with the code of the command that it runs.
        args::Command::Lab(lab) => return lab::run(&lab),
        args::Command::Check(check) => check::run(&check),
        args::Command::List(list) => list::run(&list),
        args::Command::Schema(args) => schema::run(&args),
        args::Command::New(new) => new::run(&new),
        args::Command::Watch(watch) => watch::run(&watch),
        args::Command::Completions(args) => manual::completions(&args),
        args::Command::Man(args) => manual::man(&args),
        args::Command::Import(import) => transfer::import(&import),
        args::Command::Export(export) => transfer::export(&export),
    };
    exit.into()
}
