//! Leaving the machine's namespaces for own ones.

use std::fs;
use std::io;

use nix::errno::Errno;
use nix::sched::{CloneFlags, unshare};
use nix::unistd::{getgid, getuid};

/// What a namespace is for and why the kernel refuses it.
#[derive(Debug, thiserror::Error)]
pub enum NamespaceError {
    #[error("this machine refuses network namespaces ({0})")]
    Refused(&'static str),
    #[error("this machine refuses to make an ordinary user root in a namespace ({0})")]
    NotRoot(&'static str),
    #[error("this machine refuses namespaces: `{file}` cannot be written ({cause})")]
    Map {
        file: &'static str,
        cause: io::Error,
    },
}

/// Moves this process into a network namespace of its own, and what it starts into a namespace of
/// processes. An ordinary user becomes root in a user namespace first. Must be called while the
/// process has one thread.
pub fn leave() -> Result<(), NamespaceError> {
    let own = CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWPID;
    match unshare(own) {
        Ok(()) => Ok(()),
        Err(Errno::EPERM) => become_root(own),
        Err(error) => Err(NamespaceError::Refused(reason(error))),
    }
}

fn become_root(own: CloneFlags) -> Result<(), NamespaceError> {
    let (user, group) = (getuid(), getgid());
    let all = own | CloneFlags::CLONE_NEWUSER;
    unshare(all).map_err(|error| NamespaceError::Refused(reason(error)))?;
    // Only without the right to drop groups may a process map its own group (user_namespaces(7)).
    write("/proc/self/setgroups", "deny")?;
    write("/proc/self/uid_map", &format!("0 {user} 1"))?;
    write("/proc/self/gid_map", &format!("0 {group} 1"))?;
    match getuid().is_root() {
        true => Ok(()),
        false => Err(NamespaceError::NotRoot("the map has no effect")),
    }
}

fn write(file: &'static str, text: &str) -> Result<(), NamespaceError> {
    fs::write(file, text).map_err(|cause| NamespaceError::Map { file, cause })
}

/// Moves this process into a second network namespace and a view of the file system of its own.
pub fn leave_again() -> Result<(), NamespaceError> {
    let own = CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWNS;
    unshare(own).map_err(|error| NamespaceError::Refused(reason(error)))
}

/// The kernel's word with the setting that it is usually about.
fn reason(error: Errno) -> &'static str {
    match error {
        Errno::EPERM => "EPERM: a policy or container forbids them",
        Errno::ENOSPC | Errno::EUSERS => "ENOSPC: a limit below /proc/sys/user is reached",
        Errno::EINVAL => "EINVAL: the kernel is built without them",
        Errno::ENOMEM => "ENOMEM: there is no memory for one",
        error => error.desc(),
    }
}

/// Settings of the network namespace this process is in, as paths below `/proc/sys/net`.
pub fn set(settings: &[(&str, &str)]) -> Result<(), String> {
    for (name, value) in settings {
        let path = format!("/proc/sys/net/{name}");
        match fs::write(&path, value) {
            Ok(()) => {}
            // A kernel without IPv6 has nothing to set there.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(format!("`{path}` cannot be set to {value}: {error}")),
        }
    }
    Ok(())
}
