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
    if let IpNet::V6(_) = subnet {
        let message = "`dynamic-dns` has no effect on an IPv6 scope: nothing is registered";
        problems.warning(file.place, message);
        return None;
    }
    Some(settings(file, problems))
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
