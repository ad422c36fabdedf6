//! One call as an interface sees it: where it arrived, when, and whose it is.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::base::{Fqdn, Moment, Sid};
use crate::estate::{Estate, Host, sid};
use crate::wire::windows::{TicketHandle, Win32Error};

/// The call's circumstances. The estate has been settled to `at`.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub estate: &'a RefCell<Estate>,
    pub host: &'a Fqdn,
    pub at: Moment,
    pub ticket: Option<TicketHandle>,
    /// The local port the call came in on.
    pub port: u16,
    pub peer: IpAddr,
}

/// Who calls, and every SID that counts for them on this host.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub sid: Sid,
    /// Down-level name as written, for audits: `CORP\IPAM1$`.
    pub name: String,
    pub token: BTreeSet<Sid>,
}

impl Caller {
    /// Whether one of the trustees is in the token.
    pub(super) fn is_any_of(&self, trustees: &BTreeSet<Sid>) -> bool {
        !self.token.is_disjoint(trustees)
    }

    /// Whether the token holds a well-known group.
    pub(super) fn is_in(&self, well_known: &str) -> bool {
        self.token.iter().any(|sid| sid.as_str() == well_known)
    }
}

impl Context<'_> {
    /// The host itself.
    ///
    /// # Errors
    /// `RPC_S_SERVER_UNAVAILABLE` when the estate has lost it.
    pub(super) fn host_in<'e>(&self, estate: &'e Estate) -> Result<&'e Host, Win32Error> {
        estate
            .host(self.host)
            .ok_or(Win32Error::RPC_S_SERVER_UNAVAILABLE)
    }

    /// Lets the caller in who is a local administrator, or in a local group that counts.
    ///
    /// # Errors
    /// As [`Context::caller`], and `ERROR_ACCESS_DENIED` for anyone else.
    pub(super) fn permit(&self, counts: impl Fn(&str) -> bool) -> Result<(), Win32Error> {
        let caller = self.caller()?;
        let estate = self.estate.borrow();
        let groups = estate.local_groups(self.host_in(&estate)?);
        let mut own = groups
            .iter()
            .filter(|(_, group)| caller.token.contains(&group.sid));
        match caller.is_in(sid::ADMINISTRATORS) || own.any(|(name, _)| counts(name)) {
            true => Ok(()),
            false => Err(Win32Error::ERROR_ACCESS_DENIED),
        }
    }

    /// Opens the ticket.
    ///
    /// # Errors
    /// `ERROR_ACCESS_DENIED` without a ticket, or for one from a forest this host does not trust;
    /// `ERROR_LOGON_FAILURE` for one that no controller issued.
    pub(super) fn caller(&self) -> Result<Caller, Win32Error> {
        let estate = self.estate.borrow();
        let handle = self.ticket.ok_or(Win32Error::ERROR_ACCESS_DENIED)?;
        let ticket = estate
            .ticket(handle)
            .ok_or(Win32Error::ERROR_LOGON_FAILURE)?;
        let token = estate.token_on(self.host_in(&estate)?, ticket);
        if token.is_empty() {
            return Err(Win32Error::ERROR_ACCESS_DENIED);
        }
        Ok(Caller {
            sid: ticket.sid.clone(),
            name: estate.name_of(&ticket.sid),
            token,
        })
    }
}
