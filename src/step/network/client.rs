//! DHCP clients behind a relay agent.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::step::mention::Mentions;
use crate::step::registry::Arguments;

/// What a DHCP client does.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DhcpClient {
    /// The client's hardware address; it is the name of the client too.
    pub mac: String,
    pub does: ClientAction,
    /// The DHCP server whose relay serves the client's subnet.
    pub server: String,
    /// The client's subnet: `10.0.1.0/24`.
    pub subnet: String,
    /// Name it sends.
    pub host_name: Option<String>,
    /// Address it asks for; the server's choice by default.
    pub wants: Option<String>,
}

/// A client's action (RFC 2131).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClientAction {
    /// DISCOVER, and no more.
    Discover,
    /// DISCOVER, OFFER, REQUEST, ACK.
    Lease,
    /// REQUEST from the RENEWING state.
    Renew,
    Release,
    Decline,
    Inform,
}

impl Arguments for DhcpClient {
    fn mentions<'a>(&'a self, to: &mut Mentions<'a>) {
        to.dhcp_server(&self.server).prefix(Some(&self.subnet));
    }
}
