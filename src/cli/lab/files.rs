//! The file system as the command sees it: everything as outside, except what names the network
//! it would otherwise be on, and where DHCP clients keep what they were given.
//!
//! All changes go to memory that ends with the namespace, so nothing of them is left behind.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use nix::mount::{MntFlags, MsFlags, mount, umount2};

const RESOLVER: &str = "/etc/resolv.conf";

/// Folders that exist everywhere, one of which memory is hung on while the others are made.
const STAGES: [&str; 3] = ["/tmp", "/mnt", "/var/tmp"];

/// Where DHCP clients remember their leases.
const LEASES: [&str; 4] = [
    "/var/lib/dhcp",
    "/var/lib/dhclient",
    "/var/lib/dhcpcd",
    "/var/db/dhcpcd",
];

const NONE: Option<&str> = None;

/// Makes the view private and hangs the differences into it.
///
/// # Errors
/// When mounts made here would be seen outside. What else cannot be had is a note.
pub fn arrange(resolver: Option<&str>) -> Result<Vec<String>, String> {
    let private = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
    mount(NONE, "/", NONE, private, NONE)
        .map_err(|error| format!("the view of the file system cannot be made private: {error}"))?;
    let mut notes = Vec::new();
    let plain = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
    if let Err(error) = mount(Some("proc"), "/proc", Some("proc"), plain, NONE) {
        notes.push(format!("/proc shows the processes outside ({error})"));
    }
    let Some(stage) = STAGES.iter().map(Path::new).find(|stage| stage.is_dir()) else {
        notes.push("no folder to build on: /etc/resolv.conf is the machine's own".to_owned());
        return Ok(notes);
    };
    if let Err(error) = mount(Some("tmpfs"), stage, Some("tmpfs"), MsFlags::empty(), NONE) {
        notes.push(format!("{RESOLVER} is the machine's own ({error})"));
        return Ok(notes);
    }
    if let Some(text) = resolver
        && let Err(error) = point_resolver(stage, text)
    {
        notes.push(format!("{RESOLVER} is the machine's own ({error})"));
    }
    for (number, folder) in LEASES.iter().enumerate() {
        let fresh = stage.join(format!("leases{number}"));
        if Path::new(folder).is_dir() && folder_for_all(&fresh).is_ok() {
            // A client that finds its real folder there complains or not; it is its own affair.
            let _ = bind(&fresh, Path::new(folder));
        }
    }
    // What hangs elsewhere stays; only this way to it goes.
    umount2(stage, MntFlags::MNT_DETACH)
        .map_err(|error| format!("`{}` cannot be cleared: {error}", stage.display()))?;
    Ok(notes)
}

/// Lays a writable layer over `/etc`, so that DHCP clients can change the file too; where the
/// kernel refuses that, hangs a file over the file.
fn point_resolver(stage: &Path, text: &str) -> io::Result<()> {
    let (upper, work) = (stage.join("etc"), stage.join("work"));
    // The layer's folder becomes `/etc` with its mode, whatever the caller's mask is.
    folder_for_all(&upper)?;
    fs::create_dir(&work)?;
    let file = upper.join("resolv.conf");
    fs::write(&file, text)?;
    fs::set_permissions(&file, Permissions::from_mode(0o644))?;
    let layers = format!(
        "lowerdir=/etc,upperdir={},workdir={}",
        upper.display(),
        work.display()
    );
    // A user namespace may not use the attributes that an overlay keeps its notes in by default.
    for layers in [layers.clone() + ",userxattr", layers] {
        let options = Some(layers.as_str());
        let laid = mount(
            Some("overlay"),
            "/etc",
            Some("overlay"),
            MsFlags::empty(),
            options,
        );
        if laid.is_ok() {
            return Ok(());
        }
    }
    bind(&file, Path::new(RESOLVER))
}

fn bind(what: &Path, over: &Path) -> io::Result<()> {
    mount(Some(what), over, NONE, MsFlags::MS_BIND, NONE)?;
    Ok(())
}

/// A folder that everybody may read.
fn folder_for_all(path: &Path) -> io::Result<()> {
    fs::create_dir(path)?;
    fs::set_permissions(path, Permissions::from_mode(0o755))
}
