//! Which client a message comes from.

use crate::base::{ClientId, MacAddress};
use crate::wire::dhcp::v4::Message;
use crate::wire::windows::dhcpm::ReservedClient;

/// The client of a DHCPv4 message: its identifier if it sends one, its hardware address if not
/// (RFC 2131 section 4.2). An identifier that is hardware type 1 and a MAC address is the MAC
/// address, as Windows shows it.
pub(super) fn client_of(message: &Message) -> ReservedClient {
    match message.client_id() {
        Some([1, mac @ ..]) if mac.len() == 6 => {
            let mut bytes = [0; 6];
            bytes.copy_from_slice(mac);
            ReservedClient::Mac(MacAddress(bytes))
        }
        Some(id) => ReservedClient::ClientId(ClientId(id.to_vec())),
        None => match message.hardware.mac() {
            Some(mac) => ReservedClient::Mac(mac),
            None => {
                let mut id = vec![message.hardware.kind];
                id.extend_from_slice(message.hardware.bytes());
                ReservedClient::ClientId(ClientId(id))
            }
        },
    }
}

/// The client as the audit log writes it.
pub(super) fn bytes_of(client: &ReservedClient) -> &[u8] {
    match client {
        ReservedClient::Mac(mac) => &mac.0,
        ReservedClient::ClientId(id) => &id.0,
        ReservedClient::V6 { duid, .. } => &duid.0,
    }
}
