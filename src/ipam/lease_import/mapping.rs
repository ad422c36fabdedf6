//! How a lease becomes an address record (domain 9.4).

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::base::{ClientId, Duid};
use crate::ipam::space::AddressChange;
use crate::wire::windows::dhcpm::{Lease, LeaseState, ReservedClient, ScopeInfo};

use super::request::CustomSource;

/// A lease as it was read, with the description that its reservation has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReadLease {
    pub lease: Lease,
    pub description: String,
}

impl ReadLease {
    pub fn is_reservation(&self) -> bool {
        let state = self.lease.state;
        matches!(
            state,
            LeaseState::ActiveReservation | LeaseState::InactiveReservation
        )
    }

    /// The state in the words of the DHCP cmdlets, which become values of the field
    /// *IP address state*.
    pub fn state(&self) -> &'static str {
        match self.lease.state {
            LeaseState::Offered => "Offered",
            LeaseState::Active => "Active",
            LeaseState::Declined => "Declined",
            LeaseState::Expired => "Expired",
            LeaseState::ActiveReservation => "ActiveReservation",
            LeaseState::InactiveReservation => "InactiveReservation",
        }
    }

    /// The first day that begins when the lease is over; a reservation that nobody uses has none.
    ///
    /// Deviation: expiry dates have no time of day here and begin at midnight, so that the day of
    /// the lease's end would show it as expired before it is.
    fn expiry_date(&self) -> Option<Date> {
        let end = self.lease.expires?.to_zoned(TimeZone::UTC);
        match end.start_of_day() {
            Ok(midnight) if midnight == end => Some(end.date()),
            _ => end.date().tomorrow().ok(),
        }
    }

    /// The client as an IPv4 record has it: bytes, whether sent as hardware address or identifier.
    fn client_id(&self) -> Option<ClientId> {
        match &self.lease.client {
            ReservedClient::Mac(mac) => Some(ClientId(mac.0.to_vec())),
            ReservedClient::ClientId(id) => Some(id.clone()),
            ReservedClient::V6 { .. } => None,
        }
    }

    fn v6_client(&self) -> (Option<Duid>, Option<u32>) {
        match &self.lease.client {
            ReservedClient::V6 { duid, iaid } => (Some(duid.clone()), Some(*iaid)),
            ReservedClient::Mac(_) | ReservedClient::ClientId(_) => (None, None),
        }
    }

    /// What the lease says of a record. The rest of it stays; a state comes with IPv4 leases only.
    pub fn changes(&self) -> Vec<AddressChange> {
        let (duid, iaid) = self.v6_client();
        let mut changes = vec![
            AddressChange::DeviceName(self.lease.host_name.clone()),
            AddressChange::Description(self.description.clone()),
            AddressChange::ExpiryDate(self.expiry_date()),
            AddressChange::ClientId(self.client_id()),
            AddressChange::Duid(duid),
            AddressChange::Iaid(iaid),
        ];
        if self.lease.address.is_ipv4()
            && let Ok(state) = self.state().parse()
        {
            changes.push(AddressChange::IpAddressState(state));
        }
        changes
    }

    /// What a custom field gets from this lease; empty text is no value.
    pub fn custom(&self, source: &CustomSource, scope: &ScopeInfo) -> String {
        match source {
            CustomSource::ScopeName => scope.name.clone(),
            CustomSource::ScopeId => scope.scope.addr().to_string(),
            CustomSource::SuperscopeName => scope.superscope.clone().unwrap_or_default(),
            CustomSource::HostName => self.lease.host_name.clone(),
            CustomSource::ClientId => match self.client_id() {
                Some(id) => id.to_string(),
                None => self
                    .v6_client()
                    .0
                    .map(|duid| duid.to_string())
                    .unwrap_or_default(),
            },
            CustomSource::AddressState => self.state().to_owned(),
            CustomSource::Fixed(text) => text.clone(),
        }
    }
}
