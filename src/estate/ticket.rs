//! Logging on: tickets that snapshot groups, and the token a server makes of one.

use std::collections::BTreeSet;

use crate::base::{AccountName, Fqdn, Moment, Sid, SimTime};
use crate::wire::windows::directory::GroupScope;
use crate::wire::windows::{TicketHandle, Win32Error};

use super::estate::Estate;
use super::host::{Host, Role};
use super::principal::{Principal, PrincipalKind};
use super::sid::{self, rid};

/// What a log-on gave: who it is and which groups it was in at that time (domain 4.1, A14).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    pub account: AccountName,
    pub sid: Sid,
    pub domain: Fqdn,
    /// The root of the account's forest.
    pub forest: Fqdn,
    /// Global and universal groups, directly and nested, with the primary group, `Everyone` and
    /// `Authenticated Users`. Domain local and machine-local groups are added by the server that
    /// the ticket is shown to, because they are its own.
    pub groups: BTreeSet<Sid>,
    pub issued: SimTime,
}

impl Estate {
    /// Logs an account on.
    ///
    /// # Errors
    /// `ERROR_LOGON_FAILURE` for an unknown account, one that cannot log on, or a wrong secret;
    /// which of them is not told, as Windows does not tell.
    pub fn log_on(
        &mut self,
        account: &AccountName,
        secret: &str,
        at: Moment,
    ) -> Result<TicketHandle, Win32Error> {
        let ticket = self
            .principals
            .named(account)
            .filter(|principal| principal.password() == Some(secret))
            .and_then(|principal| self.ticket_for(principal, at.sim))
            .ok_or(Win32Error::ERROR_LOGON_FAILURE)?;
        self.tickets_issued += 1;
        let label = format!("ticket/{}", self.tickets_issued);
        let handle = TicketHandle(self.seed.child(&label).0);
        self.tickets.insert(handle, ticket);
        Ok(handle)
    }

    /// The ticket behind a handle, as a server opens what it is shown.
    pub fn ticket(&self, handle: TicketHandle) -> Option<&Ticket> {
        self.tickets.get(&handle)
    }

    /// What a log-on of `account` would carry if it happened now.
    pub fn would_carry(&self, account: &AccountName) -> Option<Ticket> {
        self.ticket_for(self.principals.named(account)?, self.now)
    }

    fn ticket_for(&self, principal: &Principal, issued: SimTime) -> Option<Ticket> {
        let domain = self.domains.get(&principal.domain)?;
        let primary = domain.authority.with_rid(self.primary_group(principal)?);
        let mut groups = self
            .principals
            .expand([principal.sid.clone(), primary], |_, scope| {
                scope != GroupScope::DomainLocal
            });
        groups.remove(&principal.sid);
        groups.insert(sid::well_known(sid::EVERYONE));
        groups.insert(sid::well_known(sid::AUTHENTICATED_USERS));
        Some(Ticket {
            account: principal.account.clone(),
            sid: principal.sid.clone(),
            domain: domain.name.clone(),
            forest: domain.forest.clone(),
            groups,
            issued,
        })
    }

    fn primary_group(&self, principal: &Principal) -> Option<u32> {
        match &principal.kind {
            PrincipalKind::User { .. } => Some(rid::DOMAIN_USERS),
            PrincipalKind::Computer { host, .. } => {
                let controller = self
                    .hosts
                    .get(host)
                    .is_some_and(|host| host.has_role(Role::DomainController));
                Some(if controller {
                    rid::DOMAIN_CONTROLLERS
                } else {
                    rid::DOMAIN_COMPUTERS
                })
            }
            PrincipalKind::Group { .. } => None,
        }
    }

    /// Whether `host` believes tickets of accounts of `forest`: its own forest's, and those of
    /// forests it trusts. A workgroup host believes none.
    pub fn accepts_tickets_of(&self, host: &Host, forest: &Fqdn) -> bool {
        host.domain()
            .and_then(|domain| self.domains.get(domain))
            .is_some_and(|domain| self.trusts_forest(&domain.forest, forest))
    }

    /// Every SID the holder of `ticket` has on `host`: those of the ticket, the domain local
    /// groups of the host's domain, and the groups of the machine, nested. Empty if the host does
    /// not believe the ticket.
    ///
    /// Domain local and machine-local memberships are read live. Deviation: Windows puts the
    /// domain local ones into the service ticket and keeps that for hours.
    pub fn token_on(&self, host: &Host, ticket: &Ticket) -> BTreeSet<Sid> {
        if !self.accepts_tickets_of(host, &ticket.forest) {
            return BTreeSet::new();
        }
        let own = host.membership.as_ref().map(|m| &m.sid);
        if own == Some(&ticket.sid) {
            // On its own machine a service acts as Network Service, not as the computer account,
            // so the account's groups do not count there (domain 3.2).
            return self.token_through(host, &sid::well_known(sid::NETWORK_SERVICE));
        }
        self.token_of(host, ticket.groups.iter().chain([&ticket.sid]).cloned())
    }

    /// What somebody granted only as `trustee`, an account or a group, would have on `host`.
    pub fn token_through(&self, host: &Host, trustee: &Sid) -> BTreeSet<Sid> {
        let everybody = [sid::EVERYONE, sid::AUTHENTICATED_USERS].map(sid::well_known);
        let groups = self.principals.expand([trustee.clone()], |_, scope| {
            scope != GroupScope::DomainLocal
        });
        self.token_of(host, groups.into_iter().chain(everybody))
    }

    fn token_of(&self, host: &Host, carried: impl IntoIterator<Item = Sid>) -> BTreeSet<Sid> {
        let mut token = self.principals.expand(carried, |group, scope| {
            scope == GroupScope::DomainLocal && Some(&group.domain) == host.domain()
        });
        self.local_groups(host).expand_into(&mut token);
        token
    }
}
