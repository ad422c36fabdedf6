//! What the three GPOs do on the servers they apply to (domain 4.5).

use crate::base::Sid;
use crate::wire::windows::directory::{GpoContents, GpoScript, ScriptTarget};

use super::names::IpamGpo;

/// Rows of domain 4.2 that open ports, by the names of the predefined rules.
const DHCP_RPC: &[&str] = &["DHCP Server (RPC-In)", "DHCP Server (RPCSS-In)"];
const AUDIT_SHARE: &[&str] = &[
    "File and Printer Sharing (NB-Session-In)",
    "File and Printer Sharing (SMB-In)",
];
const DNS_RPC: &[&str] = &[
    "RPC (TCP, Incoming)",
    "RPC Endpoint Mapper (TCP, Incoming)",
    "DNS (UDP, Incoming)",
    "DNS (TCP, Incoming)",
];
const EVENT_LOG: &[&str] = &[
    "Remote Event Log Management (RPC)",
    "Remote Event Log Management (RPC-EPMAP)",
];
const SERVICE_MONITORING: &[&str] = &[
    "Remote Service Management (RPC)",
    "Remote Service Management (RPC-EPMAP)",
];

/// The settings of a GPO that grants to the group `grantee`, called `grantee_name`.
pub(super) fn contents(gpo: IpamGpo, grantee: &Sid, grantee_name: &str) -> GpoContents {
    let (target, rules): (_, &[&[&str]]) = match gpo {
        IpamGpo::Dhcp => (
            ScriptTarget::Dhcp,
            &[DHCP_RPC, AUDIT_SHARE, EVENT_LOG, SERVICE_MONITORING],
        ),
        IpamGpo::Dns => (ScriptTarget::Dns, &[DNS_RPC, EVENT_LOG, SERVICE_MONITORING]),
        IpamGpo::DcNps => (ScriptTarget::DcNps, &[EVENT_LOG]),
    };
    GpoContents {
        firewall_rules: rules
            .iter()
            .copied()
            .flatten()
            .map(|rule| (*rule).to_owned())
            .collect(),
        script: Some(GpoScript {
            target,
            grantee: grantee.clone(),
            grantee_name: grantee_name.to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_gpo_opens_the_ports_of_its_rows_and_runs_its_own_script() {
        let sid: Sid = "S-1-5-21-1-2-3-1110".parse().unwrap();
        let of = |gpo| contents(gpo, &sid, "CORP\\IPAMUG");
        let opens = |gpo: IpamGpo, rule: &str| of(gpo).firewall_rules.iter().any(|r| r == rule);
        for gpo in IpamGpo::ALL {
            assert!(opens(*gpo, "Remote Event Log Management (RPC)"));
            let script = of(*gpo).script.unwrap();
            assert_eq!(script.grantee, sid);
            assert_eq!(script.grantee_name, "CORP\\IPAMUG");
        }
        assert_eq!(of(IpamGpo::DcNps).firewall_rules.len(), 2);
        assert!(opens(IpamGpo::Dhcp, "DHCP Server (RPC-In)"));
        assert!(opens(IpamGpo::Dhcp, "File and Printer Sharing (SMB-In)"));
        assert!(!opens(IpamGpo::Dns, "DHCP Server (RPC-In)"));
        assert!(opens(IpamGpo::Dns, "RPC (TCP, Incoming)"));
        assert!(!opens(IpamGpo::DcNps, "Remote Service Management (RPC)"));
        assert_eq!(
            of(IpamGpo::DcNps).script.unwrap().target,
            ScriptTarget::DcNps
        );
    }
}
