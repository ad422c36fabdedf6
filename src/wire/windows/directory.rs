//! The directory: LDAP on port 389 of a domain controller, the global catalog on 3268.
//!
//! Group Policy objects are directory objects with a file part in SYSVOL; both parts are written
//! through here.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::base::{Fqdn, Sid};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// Domains of the forest the controller belongs to, and those of forests it trusts both ways.
    EnumDomains,
    /// Domain controllers of a domain.
    EnumControllers {
        domain: Fqdn,
    },
    /// `CN=NetServices,CN=Services,CN=Configuration`: DHCP servers the forest authorises.
    EnumAuthorizedDhcpServers,
    /// A computer account by DNS name; on port 3268 in the whole forest.
    FindComputer {
        name: Fqdn,
    },
    /// A user or group by down-level name, for delegation.
    FindPrincipal {
        account: String,
    },

    FindGroup {
        domain: Fqdn,
        name: String,
    },
    CreateGroup {
        domain: Fqdn,
        name: String,
        scope: GroupScope,
    },
    DeleteGroup {
        group: Sid,
    },
    AddMember {
        group: Sid,
        member: Sid,
    },
    RemoveMember {
        group: Sid,
        member: Sid,
    },

    FindGpo {
        domain: Fqdn,
        name: String,
    },
    CreateGpo {
        domain: Fqdn,
        name: String,
    },
    ImportGpo {
        domain: Fqdn,
        name: String,
        contents: GpoContents,
    },
    /// Links to the domain root.
    LinkGpo {
        domain: Fqdn,
        name: String,
    },
    DeleteGpo {
        domain: Fqdn,
        name: String,
    },
    /// Gives or takes the *Apply Group Policy* right.
    SetGpoFilter {
        domain: Fqdn,
        name: String,
        trustee: Sid,
        apply: bool,
    },
    /// Grants edit settings, delete and modify security.
    DelegateGpo {
        domain: Fqdn,
        name: String,
        trustee: Sid,
    },

    /// Grants read on `CN=MicrosoftDNS,CN=System` of the domain (domain 4.2 row 5).
    GrantDnsRead {
        domain: Fqdn,
        trustee: Sid,
    },
    RevokeDnsRead {
        domain: Fqdn,
        trustee: Sid,
    },
}

impl Request {
    /// Whether the request changes the directory.
    pub fn is_write(&self) -> bool {
        use Request::*;
        match self {
            EnumDomains
            | EnumControllers { .. }
            | EnumAuthorizedDhcpServers
            | FindComputer { .. }
            | FindPrincipal { .. }
            | FindGroup { .. }
            | FindGpo { .. } => false,
            CreateGroup { .. }
            | DeleteGroup { .. }
            | AddMember { .. }
            | RemoveMember { .. }
            | CreateGpo { .. }
            | ImportGpo { .. }
            | LinkGpo { .. }
            | DeleteGpo { .. }
            | SetGpoFilter { .. }
            | DelegateGpo { .. }
            | GrantDnsRead { .. }
            | RevokeDnsRead { .. } => true,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum GroupScope {
    DomainLocal,
    Global,
    Universal,
}

/// What one of the three IPAM GPOs does (domain 4.5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GpoContents {
    /// Inbound rules to enable, by display name.
    pub firewall_rules: Vec<String>,
    /// The provisioning script and whom it grants to.
    pub script: Option<GpoScript>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GpoScript {
    pub target: ScriptTarget,
    pub grantee: Sid,
    /// `CORP\IPAMUG`, as the script's log prints it.
    pub grantee_name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ScriptTarget {
    Dhcp,
    Dns,
    DcNps,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Response {
    Domains(Vec<DomainEntry>),
    Computers(Vec<ComputerEntry>),
    Computer(ComputerEntry),
    DhcpServers(Vec<AuthorizedDhcpServer>),
    Principal {
        sid: Sid,
        name: String,
    },
    Group {
        sid: Sid,
        members: Vec<Sid>,
    },
    Gpo {
        name: String,
        filter: Vec<Sid>,
        linked: bool,
        properties: GpoProperties,
    },
    Done,
}

/// What a GPO says of itself besides its contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GpoProperties {
    pub id: String,
    /// `CORP\domain-admin`.
    pub owner: String,
    /// Of the computer part.
    pub version: u32,
    /// Milliseconds since 1970.
    pub created: i64,
    pub modified: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainEntry {
    pub name: Fqdn,
    pub netbios: String,
    pub forest: Fqdn,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComputerEntry {
    pub name: Fqdn,
    pub domain: Fqdn,
    pub forest: Fqdn,
    pub sid: Sid,
    pub guid: String,
    /// `Windows Server 2019`, with the version number that comparisons use.
    pub os_name: String,
    pub os_version: (u16, u16),
    pub is_controller: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizedDhcpServer {
    pub name: Fqdn,
    pub address: IpAddr,
}
