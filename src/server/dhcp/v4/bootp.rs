//! BOOTP (RFC 951, RFC 1534): addresses for reservations of type BOOTP or both.

use std::net::IpAddr;

use super::super::client::client_of;
use super::super::diagnostics::Unanswered;
use super::super::pool::{Binding, Details, Millis, Protocol, State};
use super::super::server::{Arrival, DhcpServer, Handled};
use crate::wire::dhcp::v4::Message;

impl DhcpServer {
    pub(super) fn bootp(&mut self, arrival: Arrival, message: &Message) -> Handled<Message> {
        let link = self.link(arrival, message)?;
        let client = client_of(message);
        let reserved = link.iter().find_map(|id| {
            let pool = &self.scopes.get(*id)?.pool;
            let address = pool.reserved_for(&client, Protocol::Bootp)?;
            pool.is_open_to(&client, address).then_some((*id, address))
        });
        // There is no dynamic BOOTP here: an address is given for ever, so only by reservation.
        let Some((scope_id, IpAddr::V4(address))) = reserved else {
            return Err(Unanswered::UnknownClient);
        };
        if let Some(scope) = self.scopes.get_mut(scope_id) {
            let binding = Binding {
                client,
                state: State::Active,
                until: Millis::MAX,
                host_name: super::answer::host_name_of(message),
                details: Details::of_v4(message, arrival.now(), u32::MAX),
            };
            scope.pool.bind(address.into(), binding);
            scope.tally.assigned += 1;
        }
        self.log_v4(arrival, message, 20, "BOOTP", Some(address));
        let mut answer = message.answer();
        answer.yiaddr = address;
        answer.siaddr = self.server_id(arrival);
        self.fill_options(message, &mut answer, Some(scope_id));
        Ok(Some(answer))
    }
}
