//! *Replicate Failover Scope*: the partner's scope becomes as the server's.
//!
//! Each change is a message of its own and right by itself; a replication that was cut off is
//! finished by the next one, which looks at both servers anew.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::base::Fqdn;
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::inventory::ServerRole;
use crate::ipam::remote::Stage;
use crate::ipam::sync::reservation::told;
use crate::wire::windows::dhcpm::{Failover, Request, Reservation, ScopeInfo};

use super::comparison::{Comparison, Shown, compare, of_settings};

/// What a replication did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replication {
    pub server: Fqdn,
    pub partner: Fqdn,
    pub scope: IpNet,
    /// What was changed on the partner.
    pub changes: Vec<String>,
    /// What could not be changed or read there, and why.
    pub failures: Vec<String>,
    /// The two as they were read afterwards.
    pub comparison: Comparison,
}

/// One message to the partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    request: Request,
    what: String,
}

/// What makes the partner's scope as it is `here`, in the order in which a server takes it: what
/// is in the way first.
pub(super) fn changes(server: &Fqdn, here: &Shown, there: Option<&Shown>) -> Vec<Change> {
    let scope = here.info.scope;
    let mut list = Vec::new();
    let Some(there) = there else {
        list.push(Change {
            request: Request::CreateScope(as_partner(server, &here.info)),
            what: format!("created the scope {scope}"),
        });
        list.extend(here.reservations.iter().map(|new| addition(scope, new)));
        return list;
    };
    let same = |a: &Reservation, b: &Reservation| (a.address, &a.client) == (b.address, &b.client);
    for old in &there.reservations {
        if !here.reservations.iter().any(|kept| same(kept, old)) {
            list.push(Change {
                request: Request::RemoveReservationOf {
                    scope,
                    address: old.address,
                    client: old.client.clone(),
                },
                what: format!("removed {}, {}", old.address, told(old)),
            });
        }
    }
    let settings = of_settings(&here.info, &there.info);
    if !settings.is_empty() {
        let parts: Vec<String> = settings.iter().map(ToString::to_string).collect();
        list.push(Change {
            request: Request::SetScope(as_partner(server, &here.info)),
            what: format!("set {}", parts.join(", ")),
        });
    }
    for new in &here.reservations {
        match there.reservations.iter().find(|old| same(old, new)) {
            None => list.push(addition(scope, new)),
            Some(old) if old != new => list.push(Change {
                request: Request::UpdateReservation {
                    scope,
                    reservation: new.clone(),
                },
                what: format!("updated {}, {}", old.address, told(old)),
            }),
            Some(_) => {}
        }
    }
    list
}

fn addition(scope: IpNet, new: &Reservation) -> Change {
    Change {
        request: Request::AddReservation {
            scope,
            reservation: new.clone(),
        },
        what: format!("added {}, {}", new.address, told(new)),
    }
}

/// The scope as the partner of `server` is to have it.
fn as_partner(server: &Fqdn, info: &ScopeInfo) -> ScopeInfo {
    let back = |own: &Failover| Failover {
        relationship: own.relationship.clone(),
        partner: server.clone(),
    };
    ScopeInfo {
        failover: info.failover.as_ref().map(back),
        superscope: None,
        ..info.clone()
    }
}

impl Ipam {
    /// Makes the changes on the partner as `caller`. What the server refuses by itself does not
    /// keep it from the others; what cannot be sent ends the work.
    pub(super) async fn carry_over(
        &self,
        caller: &Caller,
        partner: &Fqdn,
        changes: Vec<Change>,
    ) -> (Vec<String>, Vec<String>) {
        let (mut done, mut failures) = (Vec::new(), Vec::new());
        let address: IpAddr = match self.managed_address(partner, ServerRole::Dhcp).await {
            Ok(address) => address,
            Err(why) => return (done, vec![why]),
        };
        for change in changes {
            match self.dhcp_call(caller, address, change.request).await {
                Ok(_) => done.push(change.what),
                Err(error) => {
                    let unknown = match error.outcome_unknown {
                        true => "; outcome unknown, replicate again",
                        false => "",
                    };
                    failures.push(format!("{partner}, not {}: {error}{unknown}", change.what));
                    if error.stage != Stage::Call || error.outcome_unknown {
                        break;
                    }
                }
            }
        }
        (done, failures)
    }

    /// Both halves of a scope, and how they differ.
    pub(super) async fn failover_halves(
        &self,
        caller: &Caller,
        (server, partner): (&Fqdn, &Fqdn),
        scope: IpNet,
    ) -> Result<(Shown, Option<Shown>, Comparison), String> {
        let here = self.failover_scope_of(caller, server, scope).await?;
        let here = here.ok_or_else(|| format!("{server} has no scope {scope} any more"))?;
        let there = self.failover_scope_of(caller, partner, scope).await?;
        let found = Comparison {
            differences: compare(server, &here, there.as_ref()),
            at: Some(self.endpoint.now().wall),
            obstacle: String::new(),
        };
        Ok((here, there, found))
    }
}
