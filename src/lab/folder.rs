//! The folder a DHCP server logs to, as the file share of its host shows it.

use std::cell::RefCell;
use std::rc::Weak;

use crate::base::Fqdn;
use crate::estate::share::folder_key;
use crate::estate::{Estate, FolderContents};
use crate::net::Network;

use super::running::SharedDhcp;

/// The audit log of a DHCP server under the path it is kept in.
pub(super) struct AuditFolder {
    pub server: SharedDhcp,
    pub host: Fqdn,
    /// Says where the server writes now; a share made on another path shows nothing (domain A6).
    /// Weak, because the estate in turn holds the folder.
    pub estate: Weak<RefCell<Estate>>,
    /// Tells the time, because the log of a day begins with that day.
    pub network: Network,
}

impl AuditFolder {
    fn is_at(&self, path: &str) -> bool {
        self.estate.upgrade().is_some_and(|estate| {
            let estate = estate.borrow();
            let host = estate.host(&self.host);
            host.is_some_and(|host| folder_key(host.dhcp_log_folder()) == folder_key(path))
        })
    }
}

impl FolderContents for AuditFolder {
    fn list(&self, path: &str) -> Option<Vec<(String, u64)>> {
        self.is_at(path)
            .then(|| self.server.borrow_mut().audit_sizes(self.network.now()))
    }

    fn read(&self, path: &str, file: &str) -> Option<String> {
        let mut server = self.server.borrow_mut();
        let text = server.audit_file(file, self.network.now());
        text.filter(|_| self.is_at(path)).map(str::to_owned)
    }
}
