//! What a scope registers in DNS for its clients, and what a client is answered.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::addr::Family;
use crate::base::Seed;
use crate::wire::dhcp::v4::ClientFqdn;
use crate::wire::dns::{DnsName, TsigKey};

/// When the server updates DNS (domain 8.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DynamicUpdates {
    /// Both records, whatever the client asks for.
    Always,
    /// Nothing.
    Never,
    /// As the client's option 81 asks; Windows' default.
    #[default]
    OnClientRequest,
}

/// The settings of `Set-DhcpServerv4DnsSetting` and `Set-DhcpServerv6DnsSetting`, of a server or
/// of one scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DnsSettings {
    pub updates: DynamicUpdates,
    /// `DeleteDnsRROnLeaseExpiry`: records go when the lease expires or is released.
    pub delete_on_expiry: bool,
    /// `UpdateDnsRRForOlderClients`: clients that send no option 81 are registered too.
    pub older_clients: bool,
    /// `DisableDnsPtrRRUpdate`: only A records.
    pub only_a: bool,
    /// A name belongs to the client that had it first (RFC 4703 section 5).
    pub name_protection: bool,
    /// The domain of names without one; that of option 15 by default.
    pub suffix: Option<String>,
}

impl Default for DnsSettings {
    fn default() -> DnsSettings {
        DnsSettings {
            updates: DynamicUpdates::OnClientRequest,
            delete_on_expiry: true,
            older_clients: false,
            only_a: false,
            name_protection: false,
            suffix: None,
        }
    }
}

/// Whose settings are meant. A server has two of them, one for each protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DnsSettingsOf {
    Server(Family),
    Scope(IpNet),
}

/// Why settings cannot stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DnsSettingsError {
    #[error(
        "a server that updates `Never` cannot delete records on lease expiry: set \
         `DeleteDnsRROnLeaseExpiry` to false as well"
    )]
    DeleteNever,
}

/// How the server reaches DNS: which servers it asks for zones, and how it signs.
#[derive(Debug, Clone, PartialEq)]
pub struct DnsClientConfig {
    /// Asked in turn; without any, nothing is registered.
    pub servers: Vec<IpAddr>,
    /// The key that zones with secure updates know.
    pub key: Option<TsigKey>,
    /// Of the message ids.
    pub seed: Seed,
}

impl Default for DnsClientConfig {
    fn default() -> DnsClientConfig {
        DnsClientConfig {
            servers: Vec::new(),
            key: None,
            seed: Seed(0),
        }
    }
}

/// What is done for one client.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decision {
    /// The A record, or for IPv6 the AAAA record.
    pub host: bool,
    pub ptr: bool,
    /// The complete name; `None` when there is none to register.
    pub name: Option<DnsName>,
    /// Option 81, or 39 of DHCPv6, of the answer; only for a client that sent one (RFC 4702
    /// section 4, RFC 4704 section 6).
    pub answer: Option<ClientFqdn>,
}

impl DnsSettings {
    /// # Errors
    /// Settings that exclude each other (domain 8.5).
    pub fn check(&self) -> Result<(), DnsSettingsError> {
        match self.updates {
            DynamicUpdates::Never if self.delete_on_expiry => Err(DnsSettingsError::DeleteNever),
            _ => Ok(()),
        }
    }

    /// Decides about a client that sent this option 81 (or 39 of DHCPv6, whose flags mean the
    /// same), this option 12, in a scope of this domain.
    pub fn decide(
        &self,
        asked: Option<&ClientFqdn>,
        host_name: &str,
        domain: Option<&str>,
    ) -> Decision {
        let label = asked.map(|fqdn| fqdn.name.as_str());
        let label = label.filter(|name| !name.is_empty()).unwrap_or(host_name);
        let name = self.complete(label, domain);
        let Some(asked) = asked else {
            let both = self.older_clients && self.updates != DynamicUpdates::Never;
            return self.with_records(name, (both, both), None);
        };
        // RFC 4702 section 4: N excludes S; O says that the client's S was not followed.
        let (a, ptr) = match self.updates {
            DynamicUpdates::Always => (true, true),
            DynamicUpdates::Never => (false, false),
            DynamicUpdates::OnClientRequest if asked.no_updates => (false, false),
            DynamicUpdates::OnClientRequest => (asked.server_updates, true),
        };
        let told = name.as_ref().map_or(asked.name.clone(), DnsName::to_string);
        let answer = ClientFqdn {
            server_updates: a,
            overridden: a != asked.server_updates,
            encoded: asked.encoded,
            no_updates: !a && !ptr,
            name: told,
        };
        self.with_records(name, (a, ptr), Some(answer))
    }

    fn with_records(
        &self,
        name: Option<DnsName>,
        (host, ptr): (bool, bool),
        answer: Option<ClientFqdn>,
    ) -> Decision {
        Decision {
            host: host && name.is_some(),
            ptr: ptr && !self.only_a && name.is_some(),
            name,
            answer,
        }
    }

    /// The complete name of a client: a name with a dot is one, a label gets the domain.
    fn complete(&self, label: &str, domain: Option<&str>) -> Option<DnsName> {
        if label.is_empty() {
            return None;
        }
        let written = match label.contains('.') {
            true => label.to_owned(),
            false => format!("{label}.{}", self.suffix.as_deref().or(domain)?),
        };
        let name: DnsName = written.parse().ok()?;
        // What is no host name, a wildcard for one, is nothing to let a client register.
        name.to_fqdn().map(|_| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Domain 8.5 and RFC 4702 section 4: what is registered and which flags go back.
    #[test]
    fn the_flags_of_the_client_and_the_setting_decide_together() {
        use DynamicUpdates::*;
        let told = |updates, server_updates, no_updates| {
            let settings = DnsSettings {
                updates,
                ..DnsSettings::default()
            };
            let asked = ClientFqdn {
                no_updates,
                ..ClientFqdn::request("pc1", server_updates)
            };
            let decision = settings.decide(Some(&asked), "", Some("corp.example"));
            let answer = decision
                .answer
                .expect("a client with option 81 is answered");
            assert_eq!(answer.name, "pc1.corp.example");
            (decision.host, decision.ptr, answer.letters())
        };
        let row = |a, ptr, letters: &str| (a, ptr, letters.to_owned());
        assert_eq!(told(OnClientRequest, false, false), row(false, true, "-"));
        assert_eq!(told(OnClientRequest, true, false), row(true, true, "S"));
        assert_eq!(told(OnClientRequest, false, true), row(false, false, "N"));
        assert_eq!(told(Always, false, false), row(true, true, "SO"));
        assert_eq!(told(Always, true, false), row(true, true, "S"));
        assert_eq!(told(Always, false, true), row(true, true, "SO"));
        assert_eq!(told(Never, false, false), row(false, false, "N"));
        assert_eq!(told(Never, true, false), row(false, false, "ON"));
    }

    #[test]
    fn clients_without_option_81_are_registered_only_when_the_setting_says_so() {
        let mut settings = DnsSettings {
            updates: DynamicUpdates::Always,
            ..DnsSettings::default()
        };
        let none = settings.decide(None, "printer", Some("corp.example"));
        assert_eq!((none.host, none.ptr, none.answer), (false, false, None));
        settings.older_clients = true;
        let both = settings.decide(None, "printer", Some("corp.example"));
        assert_eq!((both.host, both.ptr), (true, true));
        assert_eq!(both.name.unwrap().to_string(), "printer.corp.example");
        settings.only_a = true;
        let a_only = settings.decide(None, "printer", Some("corp.example"));
        assert_eq!((a_only.host, a_only.ptr), (true, false));
        assert!(!settings.decide(None, "", Some("corp.example")).host);
        assert!(
            !settings.decide(None, "printer", None).host,
            "no domain, no name"
        );
    }

    #[test]
    fn deleting_on_expiry_excludes_never() {
        let mut settings = DnsSettings {
            updates: DynamicUpdates::Never,
            ..DnsSettings::default()
        };
        assert_eq!(settings.check(), Err(DnsSettingsError::DeleteNever));
        settings.delete_on_expiry = false;
        assert_eq!(settings.check(), Ok(()));
    }
}
