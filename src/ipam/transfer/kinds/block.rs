//! The columns of a block (domain 5.2).

use std::net::IpAddr;

use ipnet::IpNet;

use crate::ipam::space::{BlockDetails, BlockKey};
use crate::ipam::transfer::column::columns;
use crate::ipam::transfer::value::{Unfit, date, optional, put_all, put_one, shown_date};

use super::range::network;

columns! {
    /// A field of a block that a file may hold.
    pub enum BlockField in COLUMNS {
        Network = "Network" / "NetworkId",
        StartIpAddress = "Start IP address" / "StartIPAddress",
        EndIpAddress = "End IP address" / "EndIPAddress",
        Rir = "RIR" / "Rir",
        AddressSpace = "Address space" / "AddressSpace",
        RirReceivedDate = "RIR received date" / "RirReceivedDate",
        LastAssignedDate = "Last assigned date" / "LastAssignedDate",
        Owner = "Owner" / "Owner",
        Description = "Description" / "Description",
    }
}

use BlockField as F;

/// The columns a file of blocks must have, and with a value in each row.
pub const MANDATORY: &[BlockField] = &[F::Network, F::StartIpAddress, F::EndIpAddress];
/// The column it must have whose value depends: public blocks have a registry, private ones
/// none (domain 6.2).
pub const NEEDED: &[BlockField] = &[F::Rir];

/// What a row says of the key of its block.
#[derive(Debug, Clone, Default)]
pub struct BlockKeyText {
    pub network: Option<IpNet>,
    pub start: Option<IpAddr>,
    pub end: Option<IpAddr>,
    pub address_space: String,
}

/// Reads a field, if it is one of the key.
pub fn key(field: F, text: &str, key: &mut BlockKeyText) -> Result<(), Unfit> {
    match field {
        F::Network => key.network = Some(network(text)?),
        F::StartIpAddress => key.start = optional(text)?,
        F::EndIpAddress => key.end = optional(text)?,
        F::AddressSpace => text.clone_into(&mut key.address_space),
        _ => {}
    }
    Ok(())
}

/// Puts the value of a field that is none of the key into the details of a block.
pub fn put(field: F, text: &str, to: &mut BlockDetails) -> Result<(), Unfit> {
    match field {
        F::Network | F::StartIpAddress | F::EndIpAddress | F::AddressSpace => {}
        F::Rir => to.rir = optional(text)?,
        F::RirReceivedDate => to.rir_received_date = date(text)?,
        F::LastAssignedDate => to.last_assigned_date = date(text)?,
        F::Owner => text.clone_into(&mut to.owner),
        F::Description => text.clone_into(&mut to.description),
    }
    Ok(())
}

/// Appends the value of a field as an export writes it.
pub fn show(field: F, key: &BlockKey, details: &BlockDetails, to: &mut String) {
    match field {
        F::Network => put_one(&key.network_id, to),
        F::StartIpAddress => put_one(&key.span.first(), to),
        F::EndIpAddress => put_one(&key.span.last(), to),
        F::AddressSpace => to.push_str(key.address_space.as_str()),
        F::Rir => put_all(details.rir, to),
        F::RirReceivedDate => put_all(details.rir_received_date.map(shown_date), to),
        F::LastAssignedDate => put_all(details.last_assigned_date.map(shown_date), to),
        F::Owner => to.push_str(&details.owner),
        F::Description => to.push_str(&details.description),
    }
}
