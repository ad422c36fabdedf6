//! One push: its estate, what comes before it, and what the servers hold.

use std::path::PathBuf;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;

use ipamlab::estate::eventlog::channel;
use ipamlab::ipam::space::{
    Address, AddressChange, AddressDetails, AddressKey, AddressQuery, AddressSpaceName, NewAddress,
    ReservationType, SyncState,
};
use ipamlab::ipam::store::Database;
use ipamlab::ipam::sync::{RecordKind, SyncReport};
use ipamlab::ipam::{Caller, Ipam, IpamResult, RecordChannel, UpdateKey};
use ipamlab::lab::{Lab, LabSpec};
use ipamlab::server::dhcp::ScopeV6Config;
use ipamlab::server::dns::ZoneConfig;
use ipamlab::wire::dns::{ReverseName, TsigAlgorithm, TsigKey};
use ipamlab::wire::windows::dhcpm::{
    Request, Reservation, ReservationKind, ReservedClient, Response,
};

use crate::support::*;

const SECRET: &[u8] = b"thirty-two octets of test secret";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    Management,
    Update,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    ReservationV4,
    ReservationV6,
    /// In a scope that is in failover with a second server.
    OnPartners,
    Host(Family, Channel),
    Ptr(Family, Channel),
}

/// Which kind of address the DNS record is of: A or AAAA, in-addr.arpa or ip6.arpa.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    V4,
    V6,
}

/// The reverse zone of the IPv6 scope.
const ZONE_V6: &str = "1.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";

/// What is done. A reservation replaces one of another client, a DNS record that of the name the
/// device had before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    Create,
    Delete,
    Replace,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    pub kind: Kind,
    pub deed: Deed,
}

/// A database in a file of the test's own.
pub struct Scratch(PathBuf);

impl Scratch {
    pub fn new(name: &str) -> Scratch {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("ipamlab-cut-{}-{name}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).expect("the temporary folder is writable");
        Scratch(folder)
    }

    pub fn file(&self) -> PathBuf {
        self.0.join("ipam.db")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Case {
    pub fn record(self) -> RecordKind {
        match self.kind {
            Kind::ReservationV4 | Kind::ReservationV6 | Kind::OnPartners => {
                RecordKind::DhcpReservation
            }
            Kind::Host(..) => RecordKind::DnsHostRecord,
            Kind::Ptr(..) => RecordKind::DnsPtrRecord,
        }
    }

    fn family(self) -> Family {
        match self.kind {
            Kind::ReservationV4 | Kind::OnPartners => Family::V4,
            Kind::ReservationV6 => Family::V6,
            Kind::Host(family, _) | Kind::Ptr(family, _) => family,
        }
    }

    fn address(self) -> &'static str {
        match self.family() {
            Family::V4 => "10.0.1.20",
            Family::V6 => "2001:db8:0:1::20",
        }
    }

    fn reverse_zone(self) -> &'static str {
        match self.family() {
            Family::V4 => "1.0.10.in-addr.arpa",
            Family::V6 => ZONE_V6,
        }
    }

    fn channel(self) -> Channel {
        match self.kind {
            Kind::Host(_, channel) | Kind::Ptr(_, channel) => channel,
            _ => Channel::Management,
        }
    }

    /// The known-good estate with an IPv6 scope and its reverse zone, the engine's data in a file.
    pub fn spec(self, scratch: &Scratch) -> LabSpec {
        let mut spec = match self.kind {
            Kind::OnPartners => failover_spec(),
            _ => spec(),
        };
        spec.prepared.extend([fqdn(DHCP1), fqdn(DC1)]);
        let prefix = "2001:db8:0:1::/64".parse().expect("a prefix");
        let dhcp = spec.dhcp.get_mut(&fqdn(DHCP1)).expect("it is declared");
        dhcp.scopes_v6.push(ScopeV6Config::new(prefix));
        let dns = spec.dns.get_mut(&fqdn(DC1)).expect("it is declared");
        let zone = ZoneConfig::directory_integrated(fqdn(ZONE_V6));
        dns.zones.push(zone.name_server(fqdn(DC1)));
        if self.channel() == Channel::Update {
            let name = "ipam-key".parse().expect("a name");
            let key = TsigKey::new(name, TsigAlgorithm::HmacSha256, SECRET).expect("a key");
            dns.keys.push(key);
            let key = UpdateKey {
                name: fqdn("ipam-key"),
                secret: SECRET.to_vec(),
            };
            spec.engine.records = RecordChannel::DynamicUpdate { key: Some(key) };
        }
        spec.engine.database = Database::File(scratch.file());
        spec
    }

    /// Everything that comes before the push.
    pub async fn prepare(self, lab: &Lab, ipam: &Ipam, admin: &Caller) -> AddressKey {
        if self.kind == Kind::OnPartners {
            manage_partner(ipam, admin).await;
        }
        ipam.retrieve_server_data(admin, &[fqdn(DC1)])
            .await
            .expect("the zones are there");
        let new = NewAddress {
            address_space: AddressSpaceName::default(),
            ip_address: ip(self.address()),
            owner: range().owner,
            details: self.details(),
        };
        let added = ipam.add_ipam_address(admin, new).await;
        let key = added.expect("the record is complete").key;
        match (self.deed, self.record()) {
            (Deed::Create, _) => {}
            (Deed::Replace, RecordKind::DhcpReservation) => self.reserve_for_the_printer(lab),
            (Deed::Delete, _) => self.create(ipam, admin, &key).await,
            (Deed::Replace, _) => {
                self.create(ipam, admin, &key).await;
                let renamed = vec![AddressChange::DeviceName("web2".to_owned())];
                let renamed = ipam.set_ipam_address(admin, &key, renamed).await;
                renamed.expect("a device may be renamed");
            }
        }
        key
    }

    fn details(self) -> AddressDetails {
        let mut details = full_details("web1");
        details.reverse_lookup_zone = Some(fqdn(self.reverse_zone()));
        if self.family() == Family::V6 {
            // What an IPv4 reservation needs is refused of an IPv6 address.
            details.mac_address = None;
            details.reservation_server = None;
            details.reservation_name = String::new();
            details.reservation_type = None;
        }
        if self.kind == Kind::ReservationV6 {
            details = AddressDetails {
                device_name: "web1".to_owned(),
                reservation_server: Some(fqdn(DHCP1)),
                reservation_name: "web1".to_owned(),
                reservation_type: Some(ReservationType::Dhcp),
                duid: Some("00030001020000000020".parse().expect("a DUID")),
                iaid: Some(7),
                ..AddressDetails::default()
            };
        }
        details
    }

    async fn create(self, ipam: &Ipam, admin: &Caller, key: &AddressKey) {
        let create = Case {
            deed: Deed::Create,
            ..self
        };
        let report = create.push(ipam, admin, key).await;
        assert!(report.expect("it is complete").worked(), "{self:?}");
    }

    fn reserve_for_the_printer(self, lab: &Lab) {
        let client = match self.kind {
            Kind::ReservationV6 => ReservedClient::V6 {
                duid: "00030001020000000099".parse().expect("a DUID"),
                iaid: 9,
            },
            _ => ReservedClient::Mac("02-00-00-00-00-99".parse().expect("a MAC address")),
        };
        let reservation = Reservation {
            address: ip(self.address()),
            client,
            name: "printer".to_owned(),
            description: String::new(),
            kind: ReservationKind::Dhcp,
        };
        let scope = self.scope();
        for server in self.servers() {
            let reservation = reservation.clone();
            let request = Request::AddReservation { scope, reservation };
            manage_at(lab, server, request);
        }
    }

    /// The servers that a push goes to, in its order.
    pub fn servers(self) -> &'static [&'static str] {
        match (self.kind, self.record()) {
            (Kind::OnPartners, _) => &[DHCP1, DHCP2],
            (_, RecordKind::DhcpReservation) => &[DHCP1],
            _ => &[DC1],
        }
    }

    fn scope(self) -> ipnet::IpNet {
        let scope = match self.family() {
            Family::V4 => "10.0.1.0/24",
            Family::V6 => "2001:db8:0:1::/64",
        };
        scope.parse().expect("a network")
    }

    /// The push itself.
    pub async fn push(
        self,
        ipam: &Ipam,
        admin: &Caller,
        key: &AddressKey,
    ) -> IpamResult<SyncReport> {
        match (self.record(), self.deed) {
            (RecordKind::DhcpReservation, Deed::Delete) => {
                ipam.delete_dhcp_reservation(admin, key).await
            }
            (RecordKind::DhcpReservation, _) => ipam.create_dhcp_reservation(admin, key).await,
            (RecordKind::DnsHostRecord, Deed::Delete) => {
                ipam.delete_dns_host_record(admin, key).await
            }
            (RecordKind::DnsHostRecord, _) => ipam.create_dns_host_record(admin, key).await,
            (RecordKind::DnsPtrRecord, Deed::Delete) => {
                ipam.delete_dns_ptr_record(admin, key).await
            }
            (RecordKind::DnsPtrRecord, _) => ipam.create_dns_ptr_record(admin, key).await,
        }
    }

    /// What each server itself holds of the kind; not what the engine believes.
    pub fn truth(self, lab: &Lab) -> Vec<Vec<String>> {
        let servers = self.servers().iter();
        servers.map(|server| self.truth_of(lab, server)).collect()
    }

    fn truth_of(self, lab: &Lab, server: &str) -> Vec<String> {
        if self.record() == RecordKind::DhcpReservation {
            let scope = self.scope();
            let request = Request::EnumReservations { scope };
            let Response::Reservations(held) = manage_at(lab, server, request) else {
                panic!("a list was asked for");
            };
            return held.iter().map(|held| held.name.clone()).collect();
        }
        let server = lab.dns(&fqdn(server)).expect("a DNS server");
        let (zone, names) = match self.record() {
            RecordKind::DnsHostRecord => {
                let names = ["web1.corp.example", "web2.corp.example"];
                ("corp.example", names.map(fqdn).to_vec())
            }
            _ => {
                let owner = ReverseName::of(ip(self.address())).name();
                (self.reverse_zone(), vec![fqdn(&owner.to_string())])
            }
        };
        let records = names.iter().flat_map(|name| {
            let held = server.records(&fqdn(zone), Some(name));
            held.expect("the zone is there")
        });
        records
            .map(|record| format!("{} {:?}", record.name, record.data))
            .collect()
    }

    /// A count that grows with every change of the server, also with one that is undone.
    pub fn changes(self, lab: &Lab) -> u64 {
        if self.record() == RecordKind::DhcpReservation {
            let estate = lab.estate();
            let last = |server: &&str| {
                let host = estate.host(&fqdn(server)).expect("it is there");
                let log = host.channel(channel::DHCP_OPERATIONAL);
                log.map_or(0, |log| log.last_record())
            };
            return self.servers().iter().map(last).sum();
        }
        let server = lab.dns(&fqdn(DC1)).expect("a DNS server");
        let zones = server.zones();
        zones.iter().map(|zone| u64::from(zone.serial)).sum()
    }

    /// The sync state of the kind, as the store has it.
    pub async fn state(self, ipam: &Ipam, admin: &Caller) -> SyncState {
        let query = AddressQuery::default();
        let all = ipam.get_ipam_address(admin, &query).await;
        let all: Vec<Address> = all.expect("readable");
        let record = &all[0];
        let state = match self.record() {
            RecordKind::DhcpReservation => &record.dhcp_reservation_sync,
            RecordKind::DnsHostRecord => &record.dns_host_record_sync,
            RecordKind::DnsPtrRecord => &record.dns_ptr_record_sync,
        };
        state.clone()
    }

    /// What the comparison with the servers says of the kind.
    pub async fn orphans(self, ipam: &Ipam, admin: &Caller) -> Vec<String> {
        let report = ipam.find_orphans(admin).await.expect("readable");
        assert!(report.unread.is_empty(), "{:?}", report.unread);
        let of_kind = report.findings.iter().filter(|finding| {
            // That the other half of a pair was never pushed is not what is tested here.
            let half = ["without-ptr", "without-host"].contains(&finding.disorder.key());
            finding.kind == self.record() && !half
        });
        of_kind
            .map(|finding| finding.disorder.key().to_owned())
            .collect()
    }
}

fn manage_at(lab: &Lab, server: &str, request: Request) -> Response {
    let now = lab.now();
    let mut server = lab.dhcp(&fqdn(server)).expect("a DHCP server");
    let done = server.manage(request, now, "test");
    done.expect("the server takes it")
}

/// Polls `work` until it ends, or until `packets` more packets have been sent; what arrives with
/// the last of them finds nobody.
pub async fn until_packet<T>(lab: &Lab, packets: u64, work: impl Future<Output = T>) -> Option<T> {
    let network = lab.network();
    let last = network.packets_sent() + packets;
    let mut work = pin!(work);
    std::future::poll_fn(|context| {
        if network.packets_sent() >= last {
            return Poll::Ready(None);
        }
        match work.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if network.packets_sent() >= last => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}
