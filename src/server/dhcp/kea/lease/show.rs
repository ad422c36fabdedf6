//! One lease as JSON.

use std::net::IpAddr;

use serde_json::{Map, Value, json};

use super::super::args::colons;
use super::super::state::SubnetId;
use crate::base::MacAddress;
use crate::server::dhcp::pool::{Binding, State};
use crate::wire::windows::dhcpm::ReservedClient;

/// Kea's lease states.
pub(super) const DEFAULT: u8 = 0;
pub(super) const DECLINED: u8 = 1;
pub(super) const EXPIRED: u8 = 2;

/// The state Kea would give a binding, or `None` for an offer.
pub(super) fn state_of(binding: &Binding) -> Option<u8> {
    match binding.state {
        State::Offered => None,
        State::Active => Some(DEFAULT),
        State::Declined => Some(DECLINED),
        // A released lease and one that ran out are the same here.
        State::Expired { .. } => Some(EXPIRED),
    }
}

/// The hardware address of the client, as far as the server knows it.
pub(super) fn hardware_of(binding: &Binding) -> Option<MacAddress> {
    match &binding.client {
        ReservedClient::Mac(mac) => binding.details.hardware.or(Some(*mac)),
        ReservedClient::ClientId(_) | ReservedClient::V6 { .. } => binding.details.hardware,
    }
}

/// The client identifier of an IPv4 client; empty when it sent none.
pub(super) fn client_id_of(binding: &Binding) -> &[u8] {
    match &binding.client {
        ReservedClient::ClientId(id) => &id.0,
        _ => &binding.details.client_id,
    }
}

/// A lease as Kea shows it, or `None` for an offer.
pub(super) fn lease(subnet: SubnetId, address: IpAddr, binding: &Binding) -> Option<Value> {
    let state = state_of(binding)?;
    let details = &binding.details;
    let mut lease = Map::new();
    let mut set = |key: &str, value: Value| lease.insert(key.to_owned(), value);
    set("ip-address", json!(address));
    set("subnet-id", json!(subnet));
    set("state", json!(state));
    set("cltt", json!(details.since.div_euclid(1000)));
    set("valid-lft", json!(details.seconds));
    set("fqdn-fwd", json!(details.in_forward));
    set("fqdn-rev", json!(details.in_reverse));
    let declined = state == DECLINED;
    // A declined address is nobody's: the name that Windows lists for it is no host's.
    let host_name = match declined && details.client_id.is_empty() && details.hardware.is_none() {
        true => String::new(),
        false => binding.host_name.to_ascii_lowercase(),
    };
    set("hostname", json!(host_name));
    match &binding.client {
        ReservedClient::V6 { duid, iaid } => {
            set("type", json!("IA_NA"));
            set("duid", json!(colons(&duid.0)));
            set("iaid", json!(iaid));
            set("preferred-lft", json!(details.preferred_seconds));
            if let Some(mac) = details.hardware {
                set("hw-address", json!(colons(&mac.0)));
            }
        }
        ReservedClient::Mac(_) | ReservedClient::ClientId(_) => {
            let mac = hardware_of(binding);
            let mac = mac.map_or(String::new(), |mac| colons(&mac.0));
            set("hw-address", json!(mac));
            let id = client_id_of(binding);
            if !id.is_empty() {
                set("client-id", json!(colons(id)));
            }
        }
    }
    if let Some(context) = &details.context {
        set("user-context", Value::Object((**context).clone()));
    }
    Some(Value::Object(lease))
}
