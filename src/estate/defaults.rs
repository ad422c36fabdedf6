//! What Windows has before anybody configures it: default groups, services, values, channels.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Sid, SimTime};
use crate::wire::windows::directory::GroupScope;

use super::eventlog::{Channel, channel};
use super::host::{LocalGroup, LocalGroups, Os, Role};
use super::registry::{self, Registry};
use super::service::{Service, name};
use super::share::folder_key;
use super::sid::{self, SidAuthority, rid, well_known};

/// Group names of the DHCP role and of Windows itself.
pub mod group {
    pub const ADMINISTRATORS: &str = "Administrators";
    pub const USERS: &str = "Users";
    pub const EVENT_LOG_READERS: &str = "Event Log Readers";
    pub const SERVER_OPERATORS: &str = "Server Operators";
    pub const DHCP_USERS: &str = "DHCP Users";
    pub const DHCP_ADMINISTRATORS: &str = "DHCP Administrators";
    pub const DNS_ADMINS: &str = "DnsAdmins";
    /// Whoever manages the machine from another one must be in it (domain 2.5).
    pub const REMOTE_MANAGEMENT_USERS: &str = "WinRMRemoteWMIUsers__";
}

/// The groups every domain has, Enterprise Admins only at the forest root.
pub const DOMAIN_GROUPS: &[(&str, u32, GroupScope)] = &[
    ("Domain Admins", rid::DOMAIN_ADMINS, GroupScope::Global),
    ("Domain Users", rid::DOMAIN_USERS, GroupScope::Global),
    (
        "Domain Computers",
        rid::DOMAIN_COMPUTERS,
        GroupScope::Global,
    ),
    (
        "Domain Controllers",
        rid::DOMAIN_CONTROLLERS,
        GroupScope::Global,
    ),
    (
        "Enterprise Admins",
        rid::ENTERPRISE_ADMINS,
        GroupScope::Universal,
    ),
];

fn local(sid: Sid, members: impl IntoIterator<Item = Sid>, text: &'static str) -> LocalGroup {
    LocalGroup {
        sid,
        members: members.into_iter().collect(),
        description: text.into(),
    }
}

/// The Builtin groups of a domain or machine. `administrators` and `users` are the domain groups
/// that Windows puts into the first two.
pub(super) fn builtin_groups(
    administrators: impl IntoIterator<Item = Sid>,
    users: Option<Sid>,
) -> LocalGroups {
    let everybody = users
        .into_iter()
        .chain([well_known(sid::AUTHENTICATED_USERS)]);
    let groups = [
        (
            group::ADMINISTRATORS,
            local(
                well_known(sid::ADMINISTRATORS),
                administrators,
                "complete and unrestricted access to the machine",
            ),
        ),
        (
            group::USERS,
            local(well_known(sid::USERS), everybody, "ordinary users"),
        ),
        (
            group::EVENT_LOG_READERS,
            local(
                well_known(sid::EVENT_LOG_READERS),
                [],
                "may read event logs from the local machine",
            ),
        ),
        (
            group::SERVER_OPERATORS,
            local(
                well_known(sid::SERVER_OPERATORS),
                [],
                "may administer servers",
            ),
        ),
    ];
    LocalGroups(
        groups
            .into_iter()
            .map(|(name, group)| (Cow::Borrowed(name), group))
            .collect(),
    )
}

/// The two groups the DHCP role creates where it is installed.
pub(super) fn add_dhcp_groups(groups: &mut LocalGroups, mut next: impl FnMut() -> Sid) {
    for (name, text) in [
        (group::DHCP_USERS, "read-only access to the DHCP service"),
        (
            group::DHCP_ADMINISTRATORS,
            "administrative access to the DHCP service",
        ),
    ] {
        if groups.get(name).is_none() {
            groups.0.insert(name.into(), local(next(), [], text));
        }
    }
}

/// The group that lets its members manage the machine from another one.
pub(super) fn add_remote_management_group(groups: &mut LocalGroups, sid: Sid) {
    let text = "may open remote management sessions";
    let group = local(sid, [], text);
    groups
        .0
        .insert(group::REMOTE_MANAGEMENT_USERS.into(), group);
}

/// A machine's own SID authority; its groups start where Windows starts them.
pub(super) fn machine_authority(seed: crate::base::Seed, fqdn: &str) -> SidAuthority {
    SidAuthority::new(seed, fqdn, rid::FIRST_LOCAL)
}

/// Services of a host by its roles.
pub(super) fn services(os: Os, roles: &BTreeSet<Role>) -> BTreeMap<Cow<'static, str>, Service> {
    if os == Os::Device {
        return BTreeMap::new();
    }
    let mut names = vec![name::EVENT_LOG, name::RPCSS, name::SERVER];
    for role in roles {
        names.extend(match role {
            Role::DomainController => &[name::DIRECTORY, name::KDC][..],
            Role::Dns => &[name::DNS][..],
            Role::Dhcp => &[name::DHCP_SERVER][..],
            Role::Nps => &[name::NPS][..],
            // The scheduler runs everywhere; only here does anything depend on it.
            Role::Ipam => &[
                name::WS_MANAGEMENT,
                name::PROCESS_ACTIVATION,
                name::SCHEDULE,
                name::WID,
            ][..],
            Role::Sql => &[name::SQL_SERVER][..],
        });
    }
    names
        .into_iter()
        .map(|name| (Cow::Borrowed(name), Service::running(SimTime::ZERO)))
        .collect()
}

/// Registry values of a host by its roles. `log_path` overrides the audit log folder; the empty
/// text is a value that is there but empty.
pub(super) fn registry(roles: &BTreeSet<Role>, log_path: Option<&str>) -> Registry {
    let mut values = Registry::default();
    if roles.contains(&Role::Dhcp) {
        match log_path {
            Some(path) => values.set(registry::DHCP_LOG_FILE_PATH, path.to_owned()),
            None => values.set(
                registry::DHCP_LOG_FILE_PATH,
                registry::DEFAULT_DHCP_LOG_FOLDER,
            ),
        };
    }
    if roles.contains(&Role::Dns) {
        values.set(registry::DNS_CUSTOM_SD, registry::DEFAULT_DNS_CUSTOM_SD);
    }
    values
}

/// Event log channels of a host by its roles.
pub(super) fn channels(os: Os, roles: &BTreeSet<Role>) -> BTreeMap<Cow<'static, str>, Channel> {
    if os == Os::Device {
        return BTreeMap::new();
    }
    let mut names = vec![channel::SYSTEM, channel::SECURITY];
    if roles.contains(&Role::Dns) {
        names.push(channel::DNS_SERVER);
    }
    if roles.contains(&Role::Dhcp) && os.has_dhcp_operational_log() {
        names.push(channel::DHCP_OPERATIONAL);
    }
    names
        .into_iter()
        .map(|name| (Cow::Borrowed(name), Channel::default()))
        .collect()
}

/// NTFS permissions of the audit log folder: by inheritance every user may read below the system
/// folder, so the share permission is what decides (domain 4.3).
pub(super) fn ntfs(
    roles: &BTreeSet<Role>,
    log_path: Option<&str>,
) -> BTreeMap<String, BTreeSet<Sid>> {
    let mut folders = BTreeMap::new();
    if roles.contains(&Role::Dhcp) {
        let path = log_path
            .filter(|path| !path.trim().is_empty())
            .unwrap_or(registry::DEFAULT_DHCP_LOG_FOLDER);
        folders.insert(
            folder_key(path),
            BTreeSet::from([well_known(sid::ADMINISTRATORS), well_known(sid::USERS)]),
        );
    }
    folders
}
