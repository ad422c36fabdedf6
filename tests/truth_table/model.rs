//! What domain 4.2 says must be missing, from nothing but which settings are absent.
//!
//! It knows neither the estate nor the network: rows, purposes and the few places where one row
//! stands in for another.

use std::collections::{BTreeMap, BTreeSet};

use ipamlab::estate::{Purpose, Role, Setting};

/// Names of missing settings by what they are for; purposes that lack nothing are not there.
pub type Lacks = BTreeMap<Purpose, BTreeSet<&'static str>>;

/// What row 7 opens besides DNS: an administrator of the machine is in every group that rows 1
/// and 9 name, and in the access lists of rows 11 and 12 as shipped.
const OPEN_TO_ADMINISTRATORS: [&str; 5] = [
    "dhcp-users",
    "event-log-readers",
    "dns-event-log-acl",
    "dhcp-service-acl",
    "dns-service-acl",
];

/// What a server of these roles lacks, of whose `required` settings the `absent` ones are not made.
pub fn lacks(
    required: &[&'static Setting],
    absent: &BTreeSet<&'static str>,
    roles: &BTreeSet<Role>,
) -> Lacks {
    let has = |id: &str| required.iter().any(|s| s.id == id) && !absent.contains(id);
    let mut lacks = Lacks::new();
    for setting in required.iter().filter(|s| absent.contains(s.id)) {
        let stood_in_for =
            has("dns-administrators") && OPEN_TO_ADMINISTRATORS.contains(&setting.id);
        // Nobody asks who may read a share that is not there or leads nowhere.
        let behind_the_share = matches!(
            setting.id,
            "dhcpaudit-share-permission" | "dhcpaudit-folder-permission"
        );
        // A controller opens port 445 by a rule of its own, or nobody could read its policies.
        let open_anyway =
            setting.id == "file-sharing-smb-in" && roles.contains(&Role::DomainController);
        if stood_in_for || open_anyway || (behind_the_share && !has("dhcpaudit-share")) {
            continue;
        }
        lacks.entry(setting.purpose).or_default().insert(setting.id);
    }
    lacks
}

/// The checks that the first table of domain 3.6 has for any of the roles.
pub fn checked(roles: &BTreeSet<Role>) -> BTreeSet<Purpose> {
    let mut purposes = BTreeSet::new();
    for role in roles {
        purposes.extend(match role {
            Role::Dhcp => &[Purpose::DhcpRpc, Purpose::DhcpAuditShare, Purpose::EventLog][..],
            Role::Dns => &[Purpose::DnsRpc, Purpose::EventLog],
            Role::DomainController | Role::Nps => &[Purpose::EventLog],
            Role::Ipam | Role::Sql => &[],
        });
    }
    purposes
}
