//! DNS as its administrator changes it: the directory ACL, records.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::mention::Mentions;
use crate::step::registry::Arguments;

/// Read access to `CN=MicrosoftDNS` of a domain, which covers DNS on all its controllers.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DnsReadAccess {
    pub domain: String,
    pub account: String,
}

impl Arguments for DnsReadAccess {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.domain(&self.domain);
    }
}

/// A record of a zone, as its administrator adds or removes it on the server.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ZoneRecord {
    pub server: String,
    pub zone: String,
    /// Owner name, relative to the zone; `@` is the zone itself.
    pub name: String,
    /// As a zone file has it without owner and class: `A 10.0.0.1`.
    pub record: String,
}

impl Arguments for ZoneRecord {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.dns_server(&self.server);
    }
}
