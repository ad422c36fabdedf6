//! What there is at one moment: on the servers, and in every engine's database.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::IpAddr;

use ipamlab::base::Fqdn;
use ipamlab::ipam::Caller;
use ipamlab::ipam::space::{Address, AddressQuery};
use ipamlab::lab::Lab;
use ipamlab::wire::windows::dhcpm::{Request, Reservation, Response};
use ipamlab::wire::windows::dnsp::RecordData;

use super::support::{DC1, DHCP1, fqdn};

/// Servers and databases at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct World {
    pub reservations: Vec<Reservation>,
    /// Host and PTR records of the two zones.
    pub records: Vec<(Fqdn, RecordData)>,
    /// The address records of each IPAM server.
    pub stores: BTreeMap<Fqdn, Vec<Address>>,
}

impl World {
    /// Looks at everything. Costs no virtual time where packets take none.
    pub async fn look(lab: &Lab, admin: &Caller) -> World {
        let mut stores = BTreeMap::new();
        for ipam in lab.ipams() {
            let everything = AddressQuery::default();
            let all = ipam.get_ipam_address(admin, &everything).await;
            stores.insert(ipam.server().clone(), all.expect("it is readable"));
        }
        World {
            reservations: reservations(lab),
            records: records(lab),
            stores,
        }
    }

    /// Which addresses each database has records of.
    pub fn recorded(&self, server: &Fqdn) -> Vec<IpAddr> {
        let held = self.stores.get(server).into_iter().flatten();
        held.map(|address| address.key.ip_address).collect()
    }

    /// The same text for the same state. Times of pushes are left out: nothing reads them.
    pub fn fingerprint(&self) -> String {
        let mut text = format!("{:?}\n{:?}\n", self.reservations, self.records);
        for (server, held) in &self.stores {
            let _ = writeln!(text, "{server}: {}", rows(held));
        }
        text
    }

    /// The records of one database as [`World::fingerprint`] has them.
    pub fn rows(&self, server: &Fqdn) -> String {
        self.stores
            .get(server)
            .map(|held| rows(held))
            .unwrap_or_default()
    }
}

fn rows(held: &[Address]) -> String {
    let mut held = held.to_vec();
    for row in &mut held {
        row.dhcp_reservation_sync.at = None;
        row.dns_host_record_sync.at = None;
        row.dns_ptr_record_sync.at = None;
    }
    format!("{held:?}")
}

fn reservations(lab: &Lab) -> Vec<Reservation> {
    let scope = "10.0.1.0/24".parse().expect("a network");
    let now = lab.now();
    let mut server = lab.dhcp(&fqdn(DHCP1)).expect("a DHCP server");
    match server.manage(Request::EnumReservations { scope }, now, "test") {
        Ok(Response::Reservations(held)) => held,
        other => panic!("{other:?}"),
    }
}

fn records(lab: &Lab) -> Vec<(Fqdn, RecordData)> {
    let server = lab.dns(&fqdn(DC1)).expect("a DNS server");
    let zones = ["corp.example", "1.0.10.in-addr.arpa"];
    let all = zones.iter().flat_map(|zone| {
        let held = server.records(&fqdn(zone), None);
        held.expect("the zone exists")
    });
    all.filter(|record| {
        matches!(
            record.data,
            RecordData::A(_) | RecordData::Ptr(_) | RecordData::Cname(_)
        )
    })
    .map(|record| (record.name, record.data))
    .collect()
}
