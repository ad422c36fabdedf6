//! One server of the inventory with everything there is of it.

use crate::ipam::access::CheckKind;
use crate::ipam::inventory::ServerRecord;
use crate::lab::observation::Table;

use super::tables::{availability, joined, or_dash};

/// Everything the inventory keeps of one server (domain 3.4).
pub fn server(server: &ServerRecord) -> Table {
    let check = |kind| or_dash(server.checks.get(&kind).map(|check| check.status));
    let family = |v4: bool| {
        let addresses = server.addresses.iter();
        joined(addresses.filter(|address| address.is_ipv4() == v4))
    };
    let fields = [
        ("Name", server.name.first_label().to_owned()),
        ("DnsSuffix", or_dash(server.name.parent())),
        ("DomainName", server.domain.to_string()),
        ("ForestName", server.forest.to_string()),
        ("ServerType", joined(&server.roles)),
        ("ServerGuid", server.guid.clone()),
        ("OperatingSystem", server.os.name.clone()),
        ("IPv4Address", family(true)),
        ("IPv6Address", family(false)),
        ("Owner", server.owner.clone()),
        ("Description", server.description.clone()),
        (
            "CustomConfiguration",
            server.custom_configuration.to_string(),
        ),
        ("ManageabilityStatus", server.manageability.to_string()),
        ("IpamAccessStatus", server.access().to_string()),
        ("DhcpRpcAccessStatus", check(CheckKind::DhcpRpc)),
        (
            "DhcpAuditShareAccessStatus",
            check(CheckKind::DhcpAuditShare),
        ),
        ("DnsRpcAccessStatus", check(CheckKind::DnsRpc)),
        ("EventLogAccessStatus", check(CheckKind::EventLog)),
        ("ServerStatus", availability(&server.availability)),
        ("DataRetrievalStatus", server.data_retrieval.to_string()),
        ("RecommendedAction", server.recommended_action().to_string()),
        ("NewFlag", server.flag.to_string()),
    ];
    let mut table = Table::new("server", &["property", "value"]);
    for (name, value) in fields {
        table.row(vec![name.to_owned(), value]);
    }
    table
}
