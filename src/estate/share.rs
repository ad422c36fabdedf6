//! Shared folders: a name, a path, who may read through the share, who may read on the disk.

use std::collections::BTreeSet;
use std::fmt;
use std::rc::Rc;

use crate::base::Sid;

/// The share IPAM reads the DHCP audit log through (domain 4.2 row 3).
pub const DHCP_AUDIT_SHARE: &str = "dhcpaudit";

/// A shared folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// As written.
    pub name: String,
    /// The folder it was made on. It does not follow the folder when that moves.
    pub path: String,
    /// Who may read through the share. Both this and the folder's own permission must allow.
    pub readers: BTreeSet<Sid>,
}

/// A folder path in the form it is compared in: lower case, `%windir%` and `%SystemRoot%`
/// replaced, no backslash at the end.
pub fn folder_key(path: &str) -> String {
    let lower = path.trim().to_ascii_lowercase().replace('/', "\\");
    let plain = lower
        .replace("%windir%", "c:\\windows")
        .replace("%systemroot%", "c:\\windows");
    plain.trim_end_matches('\\').to_owned()
}

/// Files of a host's folders, as whoever writes them presents them. The laboratory provides one
/// for the folder the DHCP server logs to.
pub trait FolderContents {
    /// Names and sizes of the files in `path`; `None` if there is no such folder.
    fn list(&self, path: &str) -> Option<Vec<(String, u64)>>;
    /// The text of a file; `None` if there is no such file.
    fn read(&self, path: &str, file: &str) -> Option<String>;
}

/// A [`FolderContents`] as the estate holds it. What it shows is no state of the estate, so two
/// estates compare equal whatever hangs here.
#[derive(Clone)]
pub(super) struct FolderHook(pub(super) Rc<dyn FolderContents>);

impl fmt::Debug for FolderHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FolderHook")
    }
}
