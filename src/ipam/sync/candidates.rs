//! Which servers a record of an address can go to: the lists of the dialog (domain 8.2).
//!
//! A server that cannot be chosen is listed with the reason, because its absence would explain
//! nothing (domain S5). Whether the caller may write is found out by attempting a change that
//! changes nothing.

use std::net::IpAddr;

use crate::base::{ClientId, Duid, Fqdn};
use crate::ipam::caller::Caller;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::inventory::{ManageabilityStatus, ServerRecord, ServerRole};
use crate::ipam::rbac::{Action, Demand, Object, OperationGroup, Right};
use crate::ipam::remote::RemoteError;
use crate::ipam::space::{AddressSpaceName, Owner, ranges, zones_on};
use crate::ipam::store::servers;
use crate::wire::dns::{DnsName, ReverseName};
use crate::wire::windows::dhcpm::{self, Reservation, ReservationKind, ReservedClient, ScopeInfo};
use crate::wire::windows::dnsp::{self, RecordData, ZoneInfo, ZoneKind};
use crate::wire::windows::{Win32Error, dhcpm::Response as DhcpResponse};

/// A client that there is not.
const NOBODY: &[u8] = b"\0ipam: may I write?";

/// A server that a record could go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub server: Fqdn,
    /// The scope `10.0.1.0/24` or the zone `corp.example`; empty when none is known.
    pub place: String,
    /// Why it cannot be chosen; `None` when it can.
    pub obstacle: Option<String>,
}

/// The three lists of the dialog.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecordServers {
    /// *Reservation server name*: servers whose scope holds the address.
    pub reservation: Vec<Candidate>,
    /// *Forward lookup zone* and its primary server: any zone, whatever the address.
    pub forward_lookup: Vec<Candidate>,
    /// *Reverse lookup zone*: those within whose bounds the address lies.
    pub reverse_lookup: Vec<Candidate>,
}

impl Ipam {
    /// The servers and zones that the dialog offers for an address, and those it does not.
    ///
    /// # Errors
    /// Those of every operation: not provisioned, access denied. What a server refuses is in the
    /// list.
    pub async fn get_record_servers(
        &self,
        caller: &Caller,
        address: IpAddr,
    ) -> IpamResult<RecordServers> {
        self.authorize(caller, Right::Read).await?;
        let mut lists = RecordServers::default();
        for server in self.store.read(servers::servers)? {
            if server.roles.contains(&ServerRole::Dhcp) {
                let found = self.reservation_server(caller, &server, address).await?;
                lists.reservation.extend(found);
            }
            if server.roles.contains(&ServerRole::Dns) {
                self.zones_to_choose(caller, &server, address, &mut lists)
                    .await?;
            }
        }
        Ok(lists)
    }

    async fn reservation_server(
        &self,
        caller: &Caller,
        server: &ServerRecord,
        address: IpAddr,
    ) -> IpamResult<Option<Candidate>> {
        // Scopes are discovered into the provider space.
        let space = AddressSpaceName::default();
        let owner = Owner::of_dhcp_server(&server.name);
        let known = self.store.read(|tx| ranges::of_owner(tx, &space, &owner))?;
        let scopes = known.into_iter().filter_map(|range| range.scope);
        let scope = scopes
            .filter(|info: &ScopeInfo| info.scope.contains(&address))
            .map(|info| info.scope)
            .next();
        let obstacle = match (not_managed(server), scope) {
            (Some(why), _) => Some(why),
            // A server without a scope for the address is no candidate.
            (None, None) => return Ok(None),
            (None, Some(scope)) => {
                let object = Object::DhcpScope {
                    server: server.name.clone(),
                    scope,
                };
                let demand = Demand::on(Action::Add, OperationGroup::DhcpReservation, object);
                match self.authorize(caller, demand).await {
                    Err(refused) => Some(refused.message),
                    Ok(authority) => {
                        let caller = self.acting(caller, authority);
                        self.may_reserve(&caller, server, scope, address).await
                    }
                }
            }
        };
        Ok(Some(Candidate {
            server: server.name.clone(),
            place: scope.map(|scope| scope.to_string()).unwrap_or_default(),
            obstacle,
        }))
    }

    /// Why `caller` may not write reservations on the server; `None` when it may.
    ///
    /// The update of a reservation that cannot exist changes nothing: the server says so, or
    /// that the caller may not.
    async fn may_reserve(
        &self,
        caller: &Caller,
        server: &ServerRecord,
        scope: ipnet::IpNet,
        address: IpAddr,
    ) -> Option<String> {
        let client = match address {
            IpAddr::V4(_) => ReservedClient::ClientId(ClientId(NOBODY.to_vec())),
            IpAddr::V6(_) => ReservedClient::V6 {
                duid: Duid(NOBODY.to_vec()),
                iaid: 0,
            },
        };
        let reservation = Reservation {
            address,
            client,
            name: String::new(),
            description: String::new(),
            kind: ReservationKind::Dhcp,
        };
        let request = dhcpm::Request::UpdateReservation { scope, reservation };
        let ended = match self.resolver.lookup_host(&server.name).await.first() {
            Some(address) => self.dhcp_call(caller, *address, request).await,
            None => return Some(unresolved(&server.name)),
        };
        match ended {
            Ok(DhcpResponse::Done) => None,
            Err(error) if error.error == Win32Error::ERROR_DHCP_NOT_RESERVED_CLIENT => None,
            Ok(_) => Some("the server's answer is none".to_owned()),
            Err(error) => Some(denied(caller, error, "DHCP Administrators")),
        }
    }

    async fn zones_to_choose(
        &self,
        caller: &Caller,
        server: &ServerRecord,
        address: IpAddr,
        lists: &mut RecordServers,
    ) -> IpamResult<()> {
        let name = &server.name;
        if let Some(why) = not_managed(server) {
            for list in [&mut lists.forward_lookup, &mut lists.reverse_lookup] {
                list.push(Candidate {
                    server: name.clone(),
                    place: String::new(),
                    obstacle: Some(why.clone()),
                });
            }
            return Ok(());
        }
        let reverse = ReverseName::of(address).name();
        let zones = self.store.read(|tx| zones_on(tx, name))?;
        let mut may_write: Option<Option<String>> = None;
        for zone in zones {
            let list = match zone.reverse {
                true if reverse.is_within(&DnsName::from(&zone.name)) => &mut lists.reverse_lookup,
                true => continue,
                false => &mut lists.forward_lookup,
            };
            let obstacle = match zone.kind {
                ZoneKind::Primary => match &may_write {
                    Some(known) => known.clone(),
                    None => {
                        let found = self.may_register(caller, name, &zone).await?;
                        may_write.insert(found).clone()
                    }
                },
                other => Some(format!("the zone is {} here, not primary", lower(other))),
            };
            list.push(Candidate {
                server: name.clone(),
                place: zone.name.to_string(),
                obstacle,
            });
        }
        Ok(())
    }

    /// Why `caller` may not write records on the server; `None` when it may. Deleting a record
    /// that is not there succeeds and changes nothing (domain 8.7).
    async fn may_register(
        &self,
        caller: &Caller,
        server: &Fqdn,
        zone: &ZoneInfo,
    ) -> IpamResult<Option<String>> {
        let object = Object::DnsZone {
            server: Some(server.clone()),
            zone: zone.name.clone(),
        };
        let demand = Demand::on(Action::Add, OperationGroup::DnsRecord, object);
        let caller = match self.authorize(caller, demand).await {
            Err(refused) => return Ok(Some(refused.message)),
            Ok(authority) => self.acting(caller, authority),
        };
        let request = dnsp::Request::DeleteRecord {
            zone: zone.name.clone(),
            name: zone.name.clone(),
            data: RecordData::Txt("a record that nobody makes".to_owned()),
        };
        let Some(address) = self.resolver.lookup_host(server).await.first().copied() else {
            return Ok(Some(unresolved(server)));
        };
        Ok(match self.dns_call(&caller, address, request).await {
            Ok(_) => None,
            Err(error) => Some(denied(&caller, error, "DnsAdmins")),
        })
    }
}

fn not_managed(server: &ServerRecord) -> Option<String> {
    match server.manageability {
        ManageabilityStatus::Managed => None,
        other => Some(format!("the server is {other}, not Managed")),
    }
}

fn unresolved(server: &Fqdn) -> String {
    format!("the name `{server}` does not resolve")
}

fn denied(caller: &Caller, error: RemoteError, group: &str) -> String {
    match error.error {
        Win32Error::ERROR_ACCESS_DENIED => {
            format!("`{}` may not write there: {group} may", caller.account)
        }
        _ => error.to_string(),
    }
}

fn lower(kind: ZoneKind) -> &'static str {
    match kind {
        ZoneKind::Primary => "primary",
        ZoneKind::Secondary => "secondary",
        ZoneKind::Stub => "a stub",
        ZoneKind::Forwarder => "a forwarder",
    }
}
