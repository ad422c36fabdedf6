//! Clients of a DHCP scope: reservations and the leases that run from the beginning.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;

use super::Problems;
use crate::addr::AddressRange;
use crate::base::{ClientId, Duid, MacAddress};
use crate::scenario::estate_file::{LeaseFile, ReservationFile, ReservationKindFile, ScopeFile};
use crate::scenario::place::At;
use crate::server::dhcp::LeaseConfig;
use crate::wire::windows::dhcpm::{Reservation, ReservationKind, ReservedClient};

/// The scope that clients are checked against.
pub(super) struct Within {
    pub subnet: IpNet,
    pub range: AddressRange,
}

/// The keys that say who a client is.
struct Keys<'a> {
    mac: &'a Option<At<String>>,
    client_id: &'a Option<At<String>>,
    duid: &'a Option<At<String>>,
    iaid: &'a Option<At<u32>>,
}

impl Within {
    pub fn reservations(&self, file: &ScopeFile, problems: &mut Problems) -> Vec<Reservation> {
        let mut clients: BTreeMap<ReservedClient, IpAddr> = BTreeMap::new();
        let mut found = Vec::new();
        for (key, entry) in file.reservations.iter() {
            let ReservationFile {
                mac,
                client_id,
                duid,
                iaid,
                ..
            } = entry;
            let keys = Keys {
                mac,
                client_id,
                duid,
                iaid,
            };
            let Some((address, client)) = self.named(key, &keys, problems) else {
                continue;
            };
            if let Some(other) = clients.insert(client.clone(), address) {
                let message = format!("the client of `{address}` has `{other}` reserved already");
                problems.error(key.place, message);
                continue;
            }
            found.push(Reservation {
                address,
                client,
                name: entry.name.clone().unwrap_or_default(),
                description: entry.description.clone().unwrap_or_default(),
                kind: match (entry.kind, self.subnet) {
                    (_, IpNet::V6(_)) | (ReservationKindFile::Dhcp, _) => ReservationKind::Dhcp,
                    (ReservationKindFile::Bootp, _) => ReservationKind::Bootp,
                    (ReservationKindFile::Both, _) => ReservationKind::Both,
                },
            });
        }
        found
    }

    /// The leases, each of which the server could have given.
    pub fn leases(
        &self,
        file: &ScopeFile,
        reservations: &[Reservation],
        lease_seconds: u32,
        problems: &mut Problems,
    ) -> Vec<LeaseConfig> {
        let mut clients: BTreeMap<ReservedClient, IpAddr> = BTreeMap::new();
        let mut found = Vec::new();
        for (key, entry) in file.leases.iter() {
            let LeaseFile {
                mac,
                client_id,
                duid,
                iaid,
                ..
            } = entry;
            let keys = Keys {
                mac,
                client_id,
                duid,
                iaid,
            };
            let Some((address, client)) = self.named(key, &keys, problems) else {
                continue;
            };
            let at_odds = reservations.iter().find(|reservation| {
                (reservation.address == address) != (reservation.client == client)
            });
            if let Some(other) = clients.insert(client.clone(), address) {
                let message = format!("the client of `{address}` has the lease of `{other}`");
                problems.error(key.place, message);
                continue;
            }
            if let Some(reservation) = at_odds {
                let message = format!(
                    "the lease of `{address}` is at odds with the reservation of `{}`",
                    reservation.address
                );
                problems
                    .error(key.place, message)
                    .remedy("give the reserved address to its client, and others to others");
                continue;
            }
            let remaining = entry.remaining.as_ref();
            let seconds = remaining.map_or(u64::from(lease_seconds), |time| {
                if time.value.0.as_secs() == 0 {
                    problems.error(time.place, "a lease that runs has at least a second left");
                }
                time.value.0.as_secs()
            });
            found.push(LeaseConfig {
                address,
                client,
                host_name: entry.name.clone().unwrap_or_default(),
                seconds: u32::try_from(seconds).unwrap_or(u32::MAX),
            });
        }
        found
    }

    /// Address and client of an entry.
    fn named(
        &self,
        key: &At<String>,
        keys: &Keys<'_>,
        problems: &mut Problems,
    ) -> Option<(IpAddr, ReservedClient)> {
        let address = inside(key, self.subnet, self.range, problems)?;
        Some((address, client(key, self.subnet, keys, problems)?))
    }
}

/// An address as the key of a reservation or lease, inside its scope.
fn inside(
    key: &At<String>,
    subnet: IpNet,
    range: AddressRange,
    problems: &mut Problems,
) -> Option<IpAddr> {
    let address: IpAddr = problems.parse_as(key, "an IP address")?;
    // IPv6 stores a reservation outside the prefix and never leases it (domain 8.5), but a
    // scenario that means to show this does so through a step.
    if range.contains(address) {
        return Some(address);
    }
    let bounds = match subnet {
        IpNet::V4(_) => format!("the range `{range}` of its scope"),
        IpNet::V6(_) => format!("its scope `{subnet}`"),
    };
    problems
        .error(key.place, format!("`{address}` is outside {bounds}"))
        .remedy("choose an address inside, or widen the scope");
    None
}

fn client(
    key: &At<String>,
    subnet: IpNet,
    keys: &Keys<'_>,
    problems: &mut Problems,
) -> Option<ReservedClient> {
    match (subnet, keys.mac, keys.client_id, keys.duid, keys.iaid) {
        (IpNet::V4(_), Some(mac), None, None, None) => {
            problems.parse::<MacAddress>(mac).map(ReservedClient::Mac)
        }
        (IpNet::V4(_), None, Some(id), None, None) => {
            problems.parse::<ClientId>(id).map(ReservedClient::ClientId)
        }
        (IpNet::V6(_), None, None, Some(duid), Some(iaid)) => {
            let duid = problems.parse::<Duid>(duid)?;
            Some(ReservedClient::V6 {
                duid,
                iaid: iaid.value,
            })
        }
        (IpNet::V4(_), ..) => {
            problems
                .error(
                    key.place,
                    format!("the client of `{}` is not clear", key.value),
                )
                .remedy("give `mac` or `client-id`, one of the two");
            None
        }
        (IpNet::V6(_), ..) => {
            problems
                .error(
                    key.place,
                    format!("the client of `{}` is not clear", key.value),
                )
                .remedy("give `duid` and `iaid`");
            None
        }
    }
}
