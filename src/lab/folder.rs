//! The folder a DHCP server logs to, as the file share of its host shows it.

use std::cell::RefCell;
use std::rc::Rc;

use crate::estate::FolderContents;
use crate::estate::share::folder_key;
use crate::net::Network;

use super::running::SharedDhcp;

/// The audit log of a DHCP server under the path it is kept in.
pub(super) struct AuditFolder {
    pub server: SharedDhcp,
    /// Where the server writes now; a share made on another path shows nothing (domain A6).
    pub path: RefCell<String>,
    /// Tells the time, because the log of a day begins with that day.
    pub network: Network,
}

impl AuditFolder {
    fn files(&self, path: &str) -> Option<Vec<(String, String)>> {
        (folder_key(path) == folder_key(&self.path.borrow()))
            .then(|| self.server.borrow_mut().audit_files(self.network.now()))
    }
}

impl FolderContents for AuditFolder {
    fn list(&self, path: &str) -> Option<Vec<(String, u64)>> {
        let files = self.files(path)?;
        Some(
            files
                .into_iter()
                .map(|(name, text)| (name, text.len() as u64))
                .collect(),
        )
    }

    fn read(&self, path: &str, file: &str) -> Option<String> {
        let mut files = self.files(path)?.into_iter();
        files
            .find(|(name, _)| name.eq_ignore_ascii_case(file))
            .map(|(_, text)| text)
    }
}

pub(super) type SharedAuditFolder = Rc<AuditFolder>;
