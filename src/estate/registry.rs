//! Registry values of a host that provisioning reads or writes.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// Folder of the DHCP audit log (domain 4.2, notes).
pub const DHCP_LOG_FILE_PATH: &str =
    r"HKLM\SYSTEM\CurrentControlSet\Services\DHCPServer\Parameters\DhcpLogFilePath";

/// Access list of the `DNS Server` event log (domain 4.2 row 11).
pub const DNS_CUSTOM_SD: &str =
    r"HKLM\SYSTEM\CurrentControlSet\Services\EventLog\DNS Server\CustomSD";

/// Where Windows keeps the DHCP audit log by default.
pub const DEFAULT_DHCP_LOG_FOLDER: &str = r"%windir%\system32\dhcp";

/// The access list the DNS role gives its log: system, administrators and operators.
pub const DEFAULT_DNS_CUSTOM_SD: &str = "O:BAG:SYD:(D;;0xf0007;;;AN)(D;;0xf0007;;;BG)\
(A;;0xf0007;;;SY)(A;;0x7;;;BA)(A;;0x5;;;SO)(A;;0x1;;;IU)(A;;0x1;;;SU)";

/// Values by full path; looked up without regard to case, and by the value's own name where that
/// is unique.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Registry(BTreeMap<Cow<'static, str>, Cow<'static, str>>);

impl Registry {
    pub fn get(&self, path: &str) -> Option<&str> {
        if let Some(value) = self.0.get(path) {
            return Some(value);
        }
        self.full_path(path)
            .and_then(|path| self.0.get(path))
            .map(AsRef::as_ref)
    }

    /// The full path meant by `path`: without regard to case, or by the last part alone.
    pub fn full_path(&self, path: &str) -> Option<&str> {
        let known = |wanted: &str| {
            self.names()
                .find(|known| known.eq_ignore_ascii_case(wanted))
        };
        known(path).or_else(|| {
            let mut by_name = self.names().filter(|known| {
                known
                    .rsplit_once('\\')
                    .is_some_and(|(_, name)| name.eq_ignore_ascii_case(path))
            });
            let first = by_name.next();
            first.filter(|_| by_name.next().is_none())
        })
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(AsRef::as_ref)
    }

    /// Sets a value and gives the old one back.
    pub(super) fn set(
        &mut self,
        path: impl Into<Cow<'static, str>>,
        value: impl Into<Cow<'static, str>>,
    ) -> Option<Cow<'static, str>> {
        self.0.insert(path.into(), value.into())
    }

    pub(super) fn remove(&mut self, path: &str) -> Option<Cow<'static, str>> {
        self.0.remove(path)
    }
}
