//! The inner process: first of its namespace of processes, walker's end of the cable.
//!
//! It is this program again under another name. The kernel kills everything it started when it
//! ends, and it ends when its connection to the outer process does.

use std::ffi::{OsStr, OsString};
use std::io::{self, BufReader, ErrorKind};
use std::os::unix::net::UnixStream;
use std::process::{Command, ExitCode};
use std::thread;

use nix::sys::prctl;
use nix::sys::signal::Signal;
use nix::sys::wait::{WaitStatus, wait};

use super::dialogue::{Order, Report, Room, hear, meeting_place, say};
use super::{files, iproute, namespaces};
use crate::cli::Exit;

/// The name under which the program calls itself for this.
pub const NAME: &str = "ipamlab-lab-inside";

/// As shells count: found but not startable, and not found.
const NOT_STARTABLE: u8 = 126;
const NOT_FOUND: u8 = 127;
/// Of a command that a real-time signal ended: which of them is lost, this is the first.
const UNNAMED_SIGNAL: u8 = 128 + 34;

/// Whether this process is such a copy.
pub fn is_called() -> bool {
    std::env::args_os().next().is_some_and(|name| name == NAME)
}

/// The life of the copy. Its exit code is for nobody; the connection has told everything.
pub fn run() -> ExitCode {
    match live() {
        Ok(()) => Exit::AsExpected.into(),
        Err(_) => Exit::Unavailable.into(),
    }
}

fn live() -> io::Result<()> {
    // Twice for sure: the connection ends with the outer process, and so does this one.
    prctl::set_pdeathsig(Signal::SIGKILL)?;
    let connection = UnixStream::connect_addr(&meeting_place()?)?;
    let mut orders = BufReader::new(connection.try_clone()?);
    let left = namespaces::leave_again().map_err(|error| error.to_string());
    if let Err(why) = left.and_then(|()| settle()) {
        return say(&connection, &Report::Refused { why });
    }
    say(&connection, &Report::Ready)?;
    let Order::Build(room) = hear(&mut orders)? else {
        return Err(ErrorKind::InvalidData.into());
    };
    match build(&room) {
        Ok(notes) => say(&connection, &Report::Built { notes })?,
        Err(why) => return say(&connection, &Report::Refused { why }),
    }
    let Order::Go = hear(&mut orders)? else {
        return Err(ErrorKind::InvalidData.into());
    };
    // Nothing more will come but the end.
    thread::spawn(move || {
        let _ = hear::<Order>(&mut orders);
        std::process::exit(Exit::Unavailable.code().into());
    });
    say(&connection, &run_command())
}

/// Sets what the walker's interface is to find when it arrives.
fn settle() -> Result<(), String> {
    // Own addresses are certain, so nobody waits for a second of doubt about them (RFC 4862
    // section 5.4), and routers are those that were named.
    namespaces::set(&[
        ("ipv6/conf/all/accept_dad", "0"),
        ("ipv6/conf/default/accept_dad", "0"),
        ("ipv6/conf/all/accept_ra", "0"),
        ("ipv6/conf/default/accept_ra", "0"),
        ("ipv4/ping_group_range", "0 0"),
    ])
}

fn build(room: &Room) -> Result<Vec<String>, String> {
    iproute::batch("-4", &room.ip_v4)?;
    iproute::batch("-6", &room.ip_v6)?;
    files::arrange(room.resolver.as_deref())
}

/// Whether there is a program of that name, startable or not.
fn is_there(name: &OsStr) -> bool {
    let named_by_place = name.as_encoded_bytes().contains(&b'/');
    let path = iproute::wide_path();
    named_by_place || std::env::split_paths(&path).any(|folder| folder.join(name).exists())
}

/// Runs the command to its end, and lays to rest whatever is orphaned meanwhile, as the first
/// process of a namespace must.
fn run_command() -> Report {
    let mut words = std::env::args_os().skip(1);
    let name: OsString = words.next().unwrap_or_default();
    let mut command = Command::new(&name);
    command.args(words).env("PATH", iproute::wide_path());
    // Where ISC's client keeps its number, unless told: a folder that is the lab's own.
    command.env("PATH_DHCLIENT_PID", "/var/lib/dhcp/dhclient.pid");
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            let said = name.to_string_lossy();
            let (code, reason) = match error.kind() {
                ErrorKind::NotFound => (NOT_FOUND, error.to_string()),
                // A folder of the path that may not be searched is reported like this too.
                _ if !is_there(&name) => (NOT_FOUND, "no folder of PATH has it".to_owned()),
                _ => (NOT_STARTABLE, error.to_string()),
            };
            let why = format!("`{said}` cannot be started: {reason}");
            return Report::CannotStart { code, why };
        }
    };
    let id = child.id();
    let is_it = |pid: nix::unistd::Pid| u32::try_from(pid.as_raw()) == Ok(id);
    loop {
        match wait() {
            Ok(WaitStatus::Exited(pid, code)) if is_it(pid) => {
                let code = u8::try_from(code).unwrap_or(u8::MAX);
                return Report::Ended { code };
            }
            Ok(WaitStatus::Signaled(pid, signal, _)) if is_it(pid) => {
                let code = u8::try_from(128 + signal as i32).unwrap_or(u8::MAX);
                return Report::Ended { code };
            }
            Ok(_) | Err(nix::errno::Errno::EINTR) => {}
            // Somebody died of a signal that has no name, a real-time one.
            Err(nix::errno::Errno::EINVAL) => match child.try_wait() {
                Ok(None) => {}
                Ok(Some(status)) => {
                    let code = status.code().and_then(|code| u8::try_from(code).ok());
                    return Report::Ended {
                        code: code.unwrap_or(UNNAMED_SIGNAL),
                    };
                }
                // It was the command itself, whose number went with it.
                Err(_) => {
                    return Report::Ended {
                        code: UNNAMED_SIGNAL,
                    };
                }
            },
            Err(error) => {
                let why = format!("the command cannot be waited for: {error}");
                return Report::Refused { why };
            }
        }
    }
}
