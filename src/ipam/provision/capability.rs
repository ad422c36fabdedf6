//! Optional capabilities (domain 2.7). There is one, and provisioning enables it.

use std::fmt;
use std::str::FromStr;

use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::{IpamError, IpamResult};
use crate::ipam::events::Category;
use crate::ipam::rbac::Right;
use crate::ipam::store::{Tx, property};

/// A capability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Capability {
    /// Collection of lease and log-on events for tracking who had which address.
    IpAddressTracking,
}

impl Capability {
    pub const ALL: &[Capability] = &[Capability::IpAddressTracking];

    /// The property that keeps it (domain 2.3).
    fn property(self) -> &'static str {
        match self {
            Capability::IpAddressTracking => "IPAuditTrackingFeature",
        }
    }

    /// Writes whether it is enabled.
    pub(super) fn put(self, tx: &Tx<'_>, enabled: bool) -> IpamResult<()> {
        property::put(
            tx,
            self.property(),
            if enabled { ENABLED } else { DISABLED },
        )
    }

    /// Whether it is enabled; it is when nobody ever said anything.
    pub(crate) fn is_enabled(self, tx: &Tx<'_>) -> IpamResult<bool> {
        Ok(property::get(tx, self.property())?.is_none_or(|value| value == ENABLED))
    }
}

const ENABLED: &str = "Enabled";
const DISABLED: &str = "Disabled";

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl FromStr for Capability {
    type Err = IpamError;

    fn from_str(text: &str) -> IpamResult<Capability> {
        let mut known = Capability::ALL.iter().copied();
        known
            .find(|known| known.to_string().eq_ignore_ascii_case(text))
            .ok_or_else(|| {
                IpamError::parameter(format!(
                    "`{text}` is no capability; there is IpAddressTracking"
                ))
            })
    }
}

impl Ipam {
    /// `Get-IpamCapability`: each one, and whether it is enabled.
    ///
    /// # Errors
    /// Those of every operation: not provisioned, access denied.
    pub async fn get_ipam_capability(
        &self,
        caller: &Caller,
    ) -> IpamResult<Vec<(Capability, bool)>> {
        self.authorize(caller, Right::Read).await?;
        self.store.read(|tx| {
            let state = |known: &Capability| Ok((*known, known.is_enabled(tx)?));
            Capability::ALL.iter().map(state).collect()
        })
    }

    /// `Enable-IpamCapability` and `Disable-IpamCapability`. Disabling stops new collection and
    /// keeps what was collected; enabling takes it up again.
    ///
    /// # Errors
    /// `IpamApiAccessDenied` for whoever is no IPAM administrator.
    pub async fn set_ipam_capability(
        &self,
        caller: &Caller,
        capability: Capability,
        enabled: bool,
    ) -> IpamResult<()> {
        self.authorize(caller, Right::Administer).await?;
        let verb = if enabled { "enabled" } else { "disabled" };
        self.store.transaction(|tx| {
            capability.put(tx, enabled)?;
            let what = format!("capability {capability} {verb}");
            self.changed(tx, caller, Category::Provisioning, what)
        })
    }
}
