//! One thing to do in DNS: register the records of an address, or remove them.

use std::net::IpAddr;

use crate::wire::dns::RecordType;
use crate::wire::dns::{Data, DhcidSource, DnsName, ReverseName, UpdateMessage};
use crate::wire::windows::dhcpm::ReservedClient;

use super::super::client::bytes_of;

/// Time to live of what the server registers, seconds; Windows' default of 15 minutes.
const TTL: u32 = 900;
/// The hardware type of a MAC address.
const ETHERNET: u8 = 1;

/// The records of one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    pub address: IpAddr,
    pub name: DnsName,
    pub client: ReservedClient,
    /// The client sent option 61, which then makes its claim on the name, also where it holds the
    /// hardware address (RFC 4701 section 3.3).
    pub by_identifier: bool,
    /// The A record, or for IPv6 the AAAA record.
    pub host: bool,
    pub ptr: bool,
    /// Under name protection: the name is the client's, and others' names are left alone.
    pub protected: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    Register,
    Remove,
}

/// What an update that is under way does to a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The host record, where nobody has the name (RFC 4703 section 5.3.1), or without protection.
    AddHost,
    /// The host record, where the name is the client's own already (section 5.3.2).
    ReplaceHost,
    /// Takes the client's host record away (section 5.5).
    RemoveHost,
    /// And its claim on the name, once no address is left (section 5.5).
    RemoveClaim,
    AddPtr,
    RemovePtr,
}

#[derive(Debug, Clone)]
pub struct Job {
    pub intent: Intent,
    pub registration: Registration,
    /// Times that it failed for a reason that may pass.
    pub failures: u32,
}

impl Registration {
    /// The client as the audit log writes it.
    pub fn client_bytes(&self) -> Vec<u8> {
        bytes_of(&self.client).to_vec()
    }

    /// Whether both are the same name of the same client, claimed in the same way.
    pub fn claims_like(&self, other: &Registration) -> bool {
        self.name == other.name
            && self.client == other.client
            && self.by_identifier == other.by_identifier
    }

    fn dhcid(&self) -> Data {
        let identifier = match &self.client {
            ReservedClient::V6 { duid, .. } => {
                return DhcidSource::Duid(&duid.0).record(&self.name);
            }
            ReservedClient::Mac(mac) => [&[ETHERNET], mac.0.as_slice()].concat(),
            ReservedClient::ClientId(id) => id.0.clone(),
        };
        let source = match identifier.as_slice() {
            // An identifier with a DUID in it (RFC 4361 section 6.1): type, IAID and DUID.
            [255, _, _, _, _, duid @ ..] if self.by_identifier && !duid.is_empty() => {
                DhcidSource::Duid(duid)
            }
            id if self.by_identifier => DhcidSource::ClientId(id),
            [kind, address @ ..] => DhcidSource::Hardware {
                kind: *kind,
                address,
            },
            [] => DhcidSource::ClientId(&[]),
        };
        source.record(&self.name)
    }

    /// The name whose zone a change is made in.
    pub fn owner(&self, change: Change) -> DnsName {
        match change {
            Change::AddPtr | Change::RemovePtr => ReverseName::of(self.address).name(),
            _ => self.name.clone(),
        }
    }

    /// The update itself.
    pub fn message(&self, change: Change, id: u16, zone: &DnsName) -> UpdateMessage {
        let update = UpdateMessage::new(id, zone.clone());
        let owner = self.owner(change);
        let (host, ptr) = (Data::of_address(self.address), Data::Ptr(self.name.clone()));
        // The addresses of the other family are another lease's.
        let family = host.kind();
        match change {
            Change::AddHost if self.protected => update
                .forbid_name(&owner)
                .add(&owner, TTL, &host)
                .add(&owner, TTL, &self.dhcid()),
            // Without protection the latest client has the name.
            Change::AddHost => update.delete_rrset(&owner, family).add(&owner, TTL, &host),
            Change::ReplaceHost => update
                .require_exactly(&owner, &[self.dhcid()])
                .delete_rrset(&owner, family)
                .add(&owner, TTL, &host)
                // Not in the RFC's update, which leaves the claim alone: adding it again changes
                // nothing, and keeps it as young as the address where the zone ages.
                .add(&owner, TTL, &self.dhcid()),
            Change::RemoveHost if self.protected => update
                .require_exactly(&owner, &[self.dhcid()])
                .delete(&owner, &host),
            Change::RemoveHost => update.delete(&owner, &host),
            Change::RemoveClaim => update
                .require_exactly(&owner, &[self.dhcid()])
                .forbid_rrset(&owner, RecordType::A)
                .forbid_rrset(&owner, RecordType::AAAA)
                .delete_rrset(&owner, RecordType::DHCID),
            Change::AddPtr => update
                .delete_rrset(&owner, RecordType::PTR)
                .add(&owner, TTL, &ptr),
            Change::RemovePtr => update.delete(&owner, &ptr),
        }
    }
}

impl Job {
    pub fn new(intent: Intent, registration: Registration) -> Job {
        Job {
            intent,
            registration,
            failures: 0,
        }
    }

    /// The first change; `None` when there is nothing to do.
    pub fn first(&self) -> Option<Change> {
        let Registration { host, ptr, .. } = self.registration;
        match self.intent {
            Intent::Register if host => Some(Change::AddHost),
            Intent::Register => ptr.then_some(Change::AddPtr),
            Intent::Remove if host => Some(Change::RemoveHost),
            Intent::Remove => ptr.then_some(Change::RemovePtr),
        }
    }

    /// The change after `done` was made.
    pub fn after(&self, done: Change) -> Option<Change> {
        let Registration { ptr, protected, .. } = self.registration;
        match done {
            Change::AddHost | Change::ReplaceHost => ptr.then_some(Change::AddPtr),
            Change::RemoveHost if protected => Some(Change::RemoveClaim),
            Change::RemoveHost | Change::RemoveClaim => ptr.then_some(Change::RemovePtr),
            Change::AddPtr | Change::RemovePtr => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{ClientId, MacAddress};

    /// RFC 4701 section 3.3: the kinds of identifiers, told by the first two bytes of the record.
    #[test]
    fn a_claim_is_of_what_the_client_calls_itself_by() {
        let kind = |client: ReservedClient, by_identifier: bool| {
            let registration = Registration {
                address: "10.0.1.10".parse().unwrap(),
                name: "pc1.corp.example".parse().unwrap(),
                client,
                by_identifier,
                host: true,
                ptr: true,
                protected: true,
            };
            match registration.dhcid() {
                Data::Other { bytes, .. } => u16::from_be_bytes([bytes[0], bytes[1]]),
                other => panic!("{other:?} is no claim"),
            }
        };
        let mac = ReservedClient::Mac(MacAddress([2, 0, 0, 0, 0, 1]));
        assert_eq!((kind(mac.clone(), false), kind(mac, true)), (0, 1));
        let id = |bytes: &[u8]| ReservedClient::ClientId(ClientId(bytes.to_vec()));
        assert_eq!(kind(id(b"\0laptop"), true), 1);
        // Another kind of hardware, whose address stands in for an identifier.
        assert_eq!(kind(id(&[6, 1, 2, 3]), false), 0);
        // Type 255, an IAID and a DUID; without the DUID it is only bytes.
        assert_eq!(kind(id(&[255, 0, 0, 0, 7, 0, 3, 0, 1]), true), 2);
        assert_eq!(kind(id(&[255, 0, 0, 0, 7]), true), 1);
    }
}
