//! Dynamic DNS of DHCP servers and scopes.

use ipnet::IpNet;

use super::Problems;
use super::zones::tsig_key;
use crate::base::Fqdn;
use crate::scenario::dynamic_dns_file::{DynamicDnsFile, DynamicUpdatesFile, HostDynamicDnsFile};
use crate::scenario::place::At;
use crate::server::dhcp::{DhcpServerConfig, DnsSettings, DynamicUpdates};

/// The settings of a server, and its key.
pub fn of_server(
    file: &HostDynamicDnsFile,
    config: &mut DhcpServerConfig,
    problems: &mut Problems,
) {
    if let Some(written) = &file.settings {
        config.dns = settings(written, problems);
        config.dns_v6 = for_v6(config.dns.clone());
    }
    match (&file.key, &file.secret) {
        (Some(key), Some(secret)) => config.dns_client.key = tsig_key(key, secret, problems),
        (None, None) => {}
        (Some(lone), None) | (None, Some(lone)) => {
            problems
                .error(lone.place, "a key has a name and a secret")
                .remedy("write `key` and `secret`");
        }
    }
}

/// The settings of a scope, if it has its own.
pub fn of_scope(
    subnet: IpNet,
    file: Option<&At<DynamicDnsFile>>,
    problems: &mut Problems,
) -> Option<DnsSettings> {
    let file = file?;
    let settings = settings(file, problems);
    if let IpNet::V4(_) = subnet {
        return Some(settings);
    }
    let v6 = for_v6(settings.clone());
    if v6 != settings {
        let message = "`older-clients`, `only-a` and `suffix` have no effect on an IPv6 scope";
        problems.warning(file.place, message);
    }
    Some(v6)
}

/// The settings that there are for IPv6, as `Set-DhcpServerv6DnsSetting` has them.
fn for_v6(settings: DnsSettings) -> DnsSettings {
    DnsSettings {
        older_clients: false,
        only_a: false,
        suffix: None,
        ..settings
    }
}

fn settings(file: &At<DynamicDnsFile>, problems: &mut Problems) -> DnsSettings {
    let written = &file.value;
    let updates = match written.updates {
        DynamicUpdatesFile::Always => DynamicUpdates::Always,
        DynamicUpdatesFile::Never => DynamicUpdates::Never,
        DynamicUpdatesFile::OnClientRequest => DynamicUpdates::OnClientRequest,
    };
    let suffix = written.suffix.as_ref();
    let suffix = suffix.and_then(|name| problems.parse::<Fqdn>(name));
    let settings = DnsSettings {
        updates,
        delete_on_expiry: written
            .delete_on_lease_expiry
            .unwrap_or(updates != DynamicUpdates::Never),
        older_clients: written.older_clients,
        only_a: written.only_a,
        name_protection: written.name_protection,
        suffix: suffix.map(|name| name.to_string()),
    };
    if let Err(error) = settings.check() {
        problems.error(file.place, error.to_string());
    }
    settings
}
