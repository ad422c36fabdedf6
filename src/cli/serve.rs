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
        let told = [announce::lines(lab), channels.lines()].concat();
        if let Err(error) = say(&told) {
            return Ok(Err(error));
        }
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
            say(&["# ready; Ctrl-C ends it".to_owned()])?;
            while !stop() {
                tokio::time::sleep(LOOK).await;
            }
            Ok(())
        };
        let ended: std::io::Result<()> = tokio::select! {
            biased;
            ended = work => ended,
            () = channels.serve(lab) => Ok(()),
            // The channels are closed and their sockets removed on every way out.
            () = interrupt::terminated() => Ok(()),
        };
        Ok::<_, ChannelError>(ended)
    });
    match served {
        Ok(Ok(Ok(()))) => Exit::AsExpected,
        Ok(Ok(Err(error))) => {
            tell!("error: nobody can be told where the servers are: {error}");
            Exit::Usage
        }
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

/// Tells whoever started it. Servers whose places nobody learns are of no use, so that what cannot
/// be told ends them.
fn say(lines: &[String]) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", lines.join("\n")).and_then(|()| out.flush())
}
