//! A later Windows on a machine, in place: what it had stays, and what is new comes.

use crate::base::{Fqdn, Moment};

use super::defaults;
use super::error::EstateError;
use super::estate::Estate;
use super::host::Os;

impl Estate {
    /// Upgrades a server to a later Windows Server. It has to boot for its services to notice.
    ///
    /// # Errors
    /// Unknown host, or the system is not a later Windows Server than the one it has.
    pub fn upgrade_os(&mut self, name: &Fqdn, os: Os, at: Moment) -> Result<(), EstateError> {
        self.settle(at);
        let host = self.host_mut(name)?;
        if !host.os.is_server() || !os.is_server() || os <= host.os {
            return Err(EstateError::OutOfBounds {
                value: os.name().to_owned(),
                rule: "an upgrade goes from one Windows Server to a later one",
            });
        }
        host.os = os;
        for (channel, empty) in defaults::channels(os, &host.roles) {
            host.channels.entry(channel).or_insert(empty);
        }
        self.touch_machine(name);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estate::tests::{at, built, corp, fqdn};

    #[test]
    fn an_upgrade_brings_the_operational_log_and_never_goes_back() {
        let mut spec = corp();
        spec.domains[0].hosts[1].os = Os::WindowsServer2008;
        let mut estate = built(&spec);
        let dhcp1 = fqdn("dhcp1.corp.example");
        let channels = |estate: &Estate| estate.host(&dhcp1).unwrap().channels.len();
        let before = channels(&estate);
        let upgraded = estate.upgrade_os(&dhcp1, Os::WindowsServer2008R2, at(1));
        assert_eq!(upgraded, Ok(()));
        assert_eq!(channels(&estate), before + 1);
        for refused in [
            Os::WindowsServer2008,
            Os::WindowsServer2008R2,
            Os::Windows11,
        ] {
            assert!(estate.upgrade_os(&dhcp1, refused, at(2)).is_err());
        }
    }
}
