//! `lab`: a command among the hosts of a scenario, at their own addresses.
//!
//! Two network namespaces and a cable between them. This process moves into the first and serves
//! the estate there ([`outside`]); a copy of it, first process of a namespace of processes, builds
//! the second and runs the command in it ([`inside`]). Neither namespace has a name: they last as
//! long as the processes in them, and the kernel ends those of the second when their first one
//! goes, which it does as soon as this process is gone, however it went.

mod args;
#[cfg(target_os = "linux")]
mod attend;
#[cfg(target_os = "linux")]
mod dialogue;
#[cfg(target_os = "linux")]
mod files;
#[cfg(target_os = "linux")]
mod inside;
#[cfg(target_os = "linux")]
mod iproute;
#[cfg(target_os = "linux")]
mod namespaces;
#[cfg(target_os = "linux")]
mod outside;
#[cfg(target_os = "linux")]
mod table;

pub use args::{EXAMPLES, LabArgs};
#[cfg(target_os = "linux")]
pub use inside::{is_called as is_called_inside, run as run_inside};
#[cfg(target_os = "linux")]
pub use outside::run;

/// What a person can do where `lab` cannot be had.
fn instead(args: &LabArgs) -> String {
    let scenario = args.scenario.display();
    format!("`ipamlab serve {scenario}` keeps its servers up on loopback sockets instead")
}

/// Says in one line why there is no lab here.
fn refuse(args: &LabArgs, why: &str) -> super::Exit {
    tell!("error: {why}; {}", instead(args));
    super::Exit::Unavailable
}

/// Network namespaces are Linux's own.
#[cfg(not(target_os = "linux"))]
pub fn run(args: &LabArgs) -> std::process::ExitCode {
    refuse(args, "`lab` needs the network namespaces of Linux").into()
}
