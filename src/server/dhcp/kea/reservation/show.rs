//! One reservation as JSON.

use std::net::IpAddr;

use serde_json::{Map, Value, json};

use super::super::args::colons;
use super::super::state::ControlState;
use crate::addr::Family;
use crate::server::dhcp::scope::Scope;
use crate::wire::windows::dhcpm::{Reservation, ReservationKind, ReservedClient};

/// The reservation of `address` as configurations show it: without the subnet's number.
pub(in super::super) fn shown(
    control: &ControlState,
    scope: &Scope,
    reservation: &Reservation,
) -> Map<String, Value> {
    let mut host = Map::new();
    let mut set = |key: &str, value: Value| host.insert(key.to_owned(), value);
    match &reservation.client {
        ReservedClient::Mac(mac) => set("hw-address", json!(colons(&mac.0))),
        ReservedClient::ClientId(id) => set("client-id", json!(hex(&id.0))),
        ReservedClient::V6 { duid, .. } => set("duid", json!(colons(&duid.0))),
    };
    set("hostname", json!(reservation.name.to_ascii_lowercase()));
    set("client-classes", json!([]));
    set("option-data", json!([]));
    match Family::of(reservation.address) {
        Family::V4 => {
            set("ip-address", json!(reservation.address));
            set("boot-file-name", json!(""));
            set("next-server", json!("0.0.0.0"));
            set("server-hostname", json!(""));
        }
        Family::V6 => {
            set("ip-addresses", json!([reservation.address]));
            set("prefixes", json!([]));
        }
    }
    let context = context(control, scope, reservation);
    if !context.is_empty() {
        set("user-context", Value::Object(context));
    }
    host
}

/// What a command noted, and what Windows knows of a reservation and Kea has no word for.
fn context(control: &ControlState, scope: &Scope, reservation: &Reservation) -> Map<String, Value> {
    let mut context = control.context_of(reservation).cloned().unwrap_or_default();
    if !reservation.description.is_empty() {
        context.insert("comment".to_owned(), json!(reservation.description));
    }
    if let ReservedClient::V6 { iaid, .. } = &reservation.client {
        if !scope.pool.is_for_any_association(reservation) {
            context.insert("iaid".to_owned(), json!(iaid));
        }
    } else if let Some(kind) = word(reservation.kind) {
        context.insert("type".to_owned(), json!(kind));
    }
    context
}

/// The protocols of a reservation, where they are not both.
pub(super) fn word(kind: ReservationKind) -> Option<&'static str> {
    match kind {
        ReservationKind::Both => None,
        ReservationKind::Dhcp => Some("dhcp"),
        ReservationKind::Bootp => Some("bootp"),
    }
}

/// Kea writes the client identifiers of hosts without colons, in capitals.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// The same with the subnet's number, as the commands show it.
pub(super) fn numbered(control: &ControlState, scope: &Scope, address: IpAddr) -> Option<Value> {
    let reservation = scope.pool.reservation(address)?;
    let mut host = shown(control, scope, reservation);
    let id = control.id_of(scope.id);
    host.insert("subnet-id".to_owned(), json!(id));
    Some(Value::Object(host))
}
