//! Computer accounts that go and come: deleted in their domain, joined again as another account.
//!
//! The global catalog lags behind a domain by the estate's replication delay, so for a while it
//! lists accounts that are gone and misses those that are new (domain 3.3, D4).

use rand::Rng as _;

use crate::base::{Fqdn, Moment, SimTime};

use super::error::EstateError;
use super::estate::Estate;
use super::host::{Host, Role};
use super::principal::PrincipalKind;
use super::sid;

impl Estate {
    /// Deletes the computer account of a host. What was granted to it means nothing from now on,
    /// and its policy is not processed any more.
    ///
    /// # Errors
    /// Unknown host, a workgroup host, a controller or IPAM server, or it is gone already.
    pub fn delete_computer_account(&mut self, name: &Fqdn, at: Moment) -> Result<(), EstateError> {
        self.settle(at);
        let host = self.host_or_err(name)?;
        for role in [Role::DomainController, Role::Ipam] {
            if host.has_role(role) {
                return Err(EstateError::ImpossibleRole {
                    host: name.to_string(),
                    role: role.to_string(),
                    reason: "cannot do without its account; choose another host",
                });
            }
        }
        let membership = self.host_mut(name)?.membership.as_mut();
        let membership =
            membership.ok_or_else(|| EstateError::NotInADomain { host: name.clone() })?;
        if membership.deleted.is_some() {
            let what = format!("deleting the account of `{name}`");
            return Err(EstateError::NoChange { what });
        }
        membership.deleted = Some(at.sim);
        let account = membership.sid.clone();
        self.principals.remove(&account);
        self.touch_machine(name);
        Ok(())
    }

    /// Joins a host whose account was deleted to its domain again. The account is a new one,
    /// with another SID and another GUID, and counts from the next boot.
    ///
    /// # Errors
    /// Unknown host, a workgroup host, or it has an account.
    pub fn join_domain(&mut self, name: &Fqdn, at: Moment) -> Result<(), EstateError> {
        self.settle(at);
        let host = self.host_or_err(name)?;
        let short = host.name.as_str().to_uppercase();
        let membership = host.membership.clone();
        let mut membership =
            membership.ok_or_else(|| EstateError::NotInADomain { host: name.clone() })?;
        if membership.deleted.is_none() {
            let what = format!("joining `{name}` to `{}`", membership.domain);
            return Err(EstateError::NoChange { what });
        }
        let label = format!("{name}/{}", at.sim.0);
        let mut secret = self.seed.stream(&format!("machine-secret/{label}"));
        let kind = PrincipalKind::Computer {
            password: format!("{:016x}{:016x}", secret.next_u64(), secret.next_u64()),
            host: name.clone(),
        };
        let account = format!("{short}$");
        membership.sid = self.create_principal(&membership.domain, &account, None, kind)?;
        membership.guid = sid::guid(self.seed, &label);
        membership.deleted = None;
        membership.joined = at.sim;
        self.host_mut(name)?.membership = Some(membership);
        Ok(())
    }

    /// Gives a computer a further name, by which the directory finds its account as well.
    ///
    /// # Errors
    /// Unknown host, a workgroup host, or a computer has the name already.
    pub fn add_computer_name(
        &mut self,
        host: &Fqdn,
        name: Fqdn,
        at: Moment,
    ) -> Result<(), EstateError> {
        self.settle(at);
        let membership = self.host_or_err(host)?.membership.as_ref();
        let domain = membership.map(|membership| membership.domain.clone());
        let domain = domain.ok_or_else(|| EstateError::NotInADomain { host: host.clone() })?;
        if self.host(&name).is_some() {
            return Err(EstateError::AlreadyExists {
                name: name.to_string(),
                place: domain.to_string(),
            });
        }
        self.further_names.insert(name, host.clone());
        Ok(())
    }

    /// Whether the directory of its domain has the account of a host.
    pub fn has_account(&self, host: &Host) -> bool {
        let membership = host.membership.as_ref();
        membership.is_some_and(|membership| membership.deleted.is_none())
    }

    /// Whether the global catalog lists the account of a host.
    pub fn is_in_catalog(&self, host: &Host, at: Moment) -> bool {
        let Some(membership) = &host.membership else {
            return false;
        };
        let replicated = |change| at.sim >= self.replicated(change);
        match membership.deleted {
            Some(deleted) => !replicated(deleted),
            None => membership.joined == SimTime::ZERO || replicated(membership.joined),
        }
    }

    fn replicated(&self, change: SimTime) -> SimTime {
        change.after(self.replication)
    }
}
