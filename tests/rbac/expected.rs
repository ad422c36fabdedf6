//! The tables of the reference (domain 2.5, 9.9) as data, written without looking at the engine.

/// What an operation of the engine needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing but to be somebody IPAM knows.
    Read,
    /// Add, edit, delete server: any administrator, audit administrators as well.
    Servers,
    /// Start a task, configure discovery: any IPAM administrator.
    Tasks,
    /// IP address audit query.
    Tracking,
    /// What only a local administrator does.
    Configure,
    /// What IPAM administrators and local administrators do: purge, database, capabilities.
    Administer,
    /// An operation of this group, on an object in `\Global\Here`.
    On(&'static str),
    /// An operation of this group, on what is in no scope but `\Global`.
    Everywhere(&'static str),
}

pub const GROUPS: [&str; 5] = [
    "IPAM Users",
    "IPAM MSM Administrators",
    "IPAM ASM Administrators",
    "IPAM IP Audit Administrators",
    "IPAM Administrators",
];

/// Whether members of a local group may do it, wherever the object is.
pub fn group_may(group: &str, needs: Needs) -> bool {
    let [_, msm, asm, audit, all] = GROUPS;
    let may: &[&str] = match needs {
        Needs::Read => &GROUPS,
        Needs::Servers | Needs::Tasks => &[msm, asm, audit, all],
        Needs::Tracking => &[audit, all],
        Needs::Configure => &[],
        Needs::Administer => &[all],
        Needs::On(what) | Needs::Everywhere(what) => match what {
            "block" | "subnet" | "address space" | "range" | "address" => &[asm, all],
            "DHCP reservation" | "DNS record" => &[msm, asm, all],
            "DHCP failover" => &[msm, all],
            "custom field" | "logical group" => &[msm, asm, audit, all],
            "access policy" | "access scope" => &[all],
            other => panic!("no row for {other}"),
        },
    };
    may.contains(&group)
}

const EVERYTHING: &[&str] = &[
    "block",
    "subnet",
    "address space",
    "range",
    "address",
    "custom field",
    "logical group",
    "DHCP server",
    "DHCP scope",
    "DHCP superscope",
    "DHCP failover",
    "DHCP reservation",
    "DNS server",
    "DNS zone",
    "DNS record",
    "access policy",
    "access scope",
];

/// The built-in roles and their groups of operations.
pub const ROLES: &[(&str, &[&str])] = &[
    ("DNS Record Administrator", &["DNS record"]),
    ("IP Address Record Administrator", &["address"]),
    ("IPAM Administrator", EVERYTHING),
    (
        "IPAM ASM Administrator",
        &[
            "block",
            "range",
            "address",
            "custom field",
            "subnet",
            "address space",
        ],
    ),
    (
        "IPAM DHCP Administrator",
        &[
            "DHCP server",
            "DHCP scope",
            "DHCP reservation",
            "custom field",
            "DHCP failover",
            "DHCP superscope",
        ],
    ),
    (
        "IPAM DHCP Reservations Administrator",
        &["DHCP reservation"],
    ),
    (
        "IPAM DHCP Scope Administrator",
        &["DHCP scope", "DHCP reservation", "DHCP superscope"],
    ),
    (
        "IPAM DNS Administrator",
        &["DNS zone", "DNS record", "DNS server"],
    ),
    (
        "IPAM MSM Administrator",
        &[
            "DHCP server",
            "DHCP scope",
            "DHCP reservation",
            "DHCP failover",
            "DHCP superscope",
            "DNS zone",
            "DNS record",
            "custom field",
        ],
    ),
];

/// Where a policy may give a role: above the objects, where they are, beside them.
pub const PLACES: [&str; 3] = [r"\Global", r"\Global\Here", r"\Global\There"];

/// Whether a policy that gives the role there lets its holder do it.
pub fn policy_may(role: &str, place: &str, needs: Needs) -> bool {
    let has = |what: &str| {
        let row = ROLES.iter().find(|(name, _)| *name == role);
        row.expect("a built-in role").1.contains(&what)
    };
    match needs {
        Needs::Read => true,
        Needs::On(what) => has(what) && place != PLACES[2],
        Needs::Everywhere(what) => has(what) && place == PLACES[0],
        Needs::Servers | Needs::Tasks | Needs::Tracking | Needs::Configure | Needs::Administer => {
            false
        }
    }
}
