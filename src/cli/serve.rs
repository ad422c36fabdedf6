//! `serve`: the servers of a scenario on loopback sockets, for tools that nobody here wrote.

use std::io::{ErrorKind, Write as _};
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::announce;
use super::args::ServeArgs;
use super::exit::Exit;
use super::interrupt;
use super::kea::{ChannelError, Channels};
use crate::lab::{self, LabError};
use crate::net::RealOptions;
use crate::report::transcript;
use crate::step::{Play, play};

/// How often the flag that Ctrl-C raises is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// Keeps the servers up until Ctrl-C.
pub fn run(args: &ServeArgs) -> Exit {
    let scenario = match super::usable(&args.scenario) {
        Ok(scenario) => scenario,
        Err(exit) => return exit,
    };
    let mut spec = scenario.lab;
    if !spec.faults.is_empty() {
        tell!("note: faults exist on the simulated network only and are left out");
        spec.faults.clear();
    }
    spec.start = machine_time();
    let options = RealOptions {
        base_port: args.port,
        ..RealOptions::default()
    };
    announce::open_to_loopback(&mut spec, &options);
    let interrupted = interrupt::listen();
    let stop = || interrupted.load(Ordering::SeqCst);
    let served = lab::serve(spec, options, async |lab| {
        let channels = Channels::open(lab, &args.kea).await?;
        say(&announce::lines(lab));
        say_any(&channels.lines());
        let work = async {
            if args.steps {
                let mut watch = |step: &crate::lab::observation::StepRecord| {
                    tell!("{}", transcript::step(step).trim());
                };
                let script = Play {
                    steps: &scenario.steps,
                    administrator: scenario.administrator.as_ref().map(ToString::to_string),
                    stop: &stop,
                    watch: &mut watch,
                    film: None,
                };
                play(lab, script).await;
            }
            say(&["# ready; Ctrl-C ends it".to_owned()]);
            while !stop() {
                tokio::time::sleep(LOOK).await;
            }
        };
        tokio::select! {
            biased;
            () = work => {}
            () = channels.serve(lab) => {}
            // The channels are closed and their sockets removed on every way out.
            () = interrupt::terminated() => {}
        }
        Ok::<(), ChannelError>(())
    });
    match served {
        Ok(Ok(())) => Exit::AsExpected,
        Ok(Err(error)) => {
            tell!("error: {error}");
            Exit::Usage
        }
        Err(error) => {
            tell!("error: {error}");
            if matches!(&error, LabError::Network(cause) if cause.kind() == ErrorKind::AddrInUse) {
                tell!("  help: choose another first port with `--port`, or leave it to the system");
            }
            Exit::Usage
        }
    }
}

/// Tools sign their updates with the machine's clock, so the calendar of the estate is that one.
#[expect(
    clippy::disallowed_methods,
    reason = "tools from outside know real time only"
)]
pub(super) fn machine_time() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// The same for lines of which there may be none.
fn say_any(lines: &[String]) {
    if !lines.is_empty() {
        say(lines);
    }
}

fn say(lines: &[String]) {
    let mut out = std::io::stdout().lock();
    // A closed pipe is the reader's choice; the servers stay up for others.
    let _ = writeln!(out, "{}", lines.join("\n")).and_then(|()| out.flush());
}
