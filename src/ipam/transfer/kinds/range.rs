//! The columns of a range (domain 5.5).

use std::net::IpAddr;

use ipnet::IpNet;

use crate::ipam::space::ranges::StoredRange;
use crate::ipam::space::{
    AssignmentType, ManagedByService, RangeDetails, UtilizationCalculation, bulk_ranges,
};
use crate::ipam::transfer::column::columns;
use crate::ipam::transfer::request::Entry;
use crate::ipam::transfer::value::{
    Memo, Unfit, date, list, optional, parsed, put_all, put_one, shown_date,
};

columns! {
    /// A field of a range that a file may hold.
    pub enum RangeField in COLUMNS {
        Network = "Network" / "NetworkId",
        StartIpAddress = "Start IP address" / "StartIPAddress",
        EndIpAddress = "End IP address" / "EndIPAddress",
        ManagedByService = "Managed by service" / "ManagedByService",
        ServiceInstance = "Service instance" / "ServiceInstance",
        AddressSpace = "Address space" / "AddressSpace",
        AssignmentType = "Assignment type" / "AssignmentType",
        AssignmentDate = "Assignment date" / "AssignmentDate",
        Owner = "Owner" / "Owner",
        Description = "Description" / "Description",
        Gateway = "Gateway" / "Gateway",
        DnsServers = "DNS servers" / "DnsServer",
        DnsSuffix = "DNS suffixes" / "DnsSuffix",
        ConnectionSpecificDnsSuffix =
            "Connection specific DNS suffix" / "ConnectionSpecificDnsSuffix",
        WinsServers = "WINS servers" / "WinsServer",
        Vip = "VIP" / "VIP",
        ReservedAddress = "Reserved addresses" / "ReservedAddress",
        UtilizationCalculation = "Utilization calculation" / "UtilizationCalculation",
        UtilizedAddresses = "Utilized addresses" / "UtilizedAddresses",
        AssociatedReverseLookupZone =
            "Associated reverse lookup zone" / "AssociatedReverseLookupZone",
    }
}

use RangeField as F;

/// The columns a file of ranges must have (domain 6.2).
pub fn mandatory(entry: Entry) -> &'static [RangeField] {
    match entry {
        Entry::Console => &[
            F::Network,
            F::StartIpAddress,
            F::EndIpAddress,
            F::ManagedByService,
            F::ServiceInstance,
            F::AssignmentType,
        ],
        Entry::Cmdlet => &[F::Network],
    }
}

/// What a row says of the key of its range.
#[derive(Debug, Clone, Default)]
pub struct RangeKeyText {
    pub network: Option<IpNet>,
    pub start: Option<IpAddr>,
    pub end: Option<IpAddr>,
    pub managed_by_service: Option<ManagedByService>,
    pub service_instance: String,
    pub address_space: String,
}

/// Reads the fields of rows.
#[derive(Debug, Default)]
pub struct RangeReader {
    service: Memo<ManagedByService>,
    assignment: Memo<AssignmentType>,
}

impl RangeReader {
    /// Reads a field, if it is one of the key.
    pub fn key(&mut self, field: F, text: &str, key: &mut RangeKeyText) -> Result<(), Unfit> {
        match field {
            F::Network => key.network = Some(network(text)?),
            F::StartIpAddress => key.start = optional(text)?,
            F::EndIpAddress => key.end = optional(text)?,
            F::ManagedByService if text.is_empty() => {}
            F::ManagedByService => {
                key.managed_by_service = Some(self.service.or_read(text, parsed)?);
            }
            F::ServiceInstance => text.clone_into(&mut key.service_instance),
            F::AddressSpace => text.clone_into(&mut key.address_space),
            _ => {}
        }
        Ok(())
    }

    /// Reads how addresses are assigned, if the field says so; nothing leaves it as it is.
    pub fn assignment(&mut self, field: F, text: &str) -> Result<Option<AssignmentType>, Unfit> {
        match field {
            F::AssignmentType if !text.is_empty() => {
                self.assignment.or_read(text, parsed).map(Some)
            }
            _ => Ok(None),
        }
    }
}

/// Puts the value of a field that is none of the key into the details of a range; nothing clears
/// it.
pub fn put(field: F, text: &str, to: &mut RangeDetails) -> Result<(), Unfit> {
    match field {
        F::Network
        | F::StartIpAddress
        | F::EndIpAddress
        | F::ManagedByService
        | F::ServiceInstance
        | F::AddressSpace
        | F::AssignmentType => {}
        F::AssignmentDate => to.assignment_date = date(text)?,
        F::Owner => text.clone_into(&mut to.owner),
        F::Description => text.clone_into(&mut to.description),
        F::Gateway => to.gateway = list(text)?,
        F::DnsServers => to.dns_servers = list(text)?,
        F::DnsSuffix => to.dns_suffix = list(text)?,
        F::ConnectionSpecificDnsSuffix => {
            text.clone_into(&mut to.connection_specific_dns_suffix);
        }
        F::WinsServers => to.wins_servers = list(text)?,
        F::Vip => to.vip = list(text)?,
        F::ReservedAddress => to.reserved_address = list(text)?,
        F::UtilizationCalculation => {
            to.utilization_calculation = calculation(text, to.utilization_calculation)?;
        }
        F::UtilizedAddresses => {
            let typed = optional::<u64>(text)?;
            if let UtilizationCalculation::UserSpecified(utilized) = &mut to.utilization_calculation
            {
                *utilized = typed.unwrap_or(0);
            }
        }
        F::AssociatedReverseLookupZone => {
            text.clone_into(&mut to.associated_reverse_lookup_zone);
        }
    }
    Ok(())
}

/// `10.0.1.0/24`, as blocks and ranges name their network.
pub fn network(text: &str) -> Result<IpNet, Unfit> {
    text.parse().map_err(|_| {
        Unfit::new(format!(
            "`{text}` is no network: write it with its prefix length, as `10.0.1.0/24`"
        ))
    })
}

fn calculation(
    text: &str,
    before: UtilizationCalculation,
) -> Result<UtilizationCalculation, Unfit> {
    let word: String = text.split_whitespace().collect();
    if word.is_empty() || word.eq_ignore_ascii_case("auto") {
        return Ok(UtilizationCalculation::Auto);
    }
    match (word.eq_ignore_ascii_case("userspecified"), before) {
        (false, _) => Err(Unfit::new(format!(
            "`{text}` is no way to calculate utilization: use `Auto` or `UserSpecified`"
        ))),
        (true, UtilizationCalculation::UserSpecified(utilized)) => {
            Ok(UtilizationCalculation::UserSpecified(utilized))
        }
        (true, UtilizationCalculation::Auto) => Ok(UtilizationCalculation::UserSpecified(0)),
    }
}

/// Appends the value of a field as an export writes it.
pub(in crate::ipam::transfer) fn show(field: F, range: &StoredRange, to: &mut String) {
    let (key, details) = (&range.key, &range.details);
    match field {
        F::Network => put_one(&range.network_id, to),
        F::StartIpAddress => put_one(&key.span.first(), to),
        F::EndIpAddress => put_one(&key.span.last(), to),
        F::ManagedByService => to.push_str(key.owner.managed_by_service.word()),
        F::ServiceInstance => to.push_str(&key.owner.service_instance),
        F::AddressSpace => to.push_str(key.address_space.as_str()),
        F::AssignmentType => put_one(&bulk_ranges::assignment_of(range), to),
        F::AssignmentDate => put_all(details.assignment_date.map(shown_date), to),
        F::Owner => to.push_str(&details.owner),
        F::Description => to.push_str(&details.description),
        F::Gateway => put_all(&details.gateway, to),
        F::DnsServers => put_all(&details.dns_servers, to),
        F::DnsSuffix => put_all(&details.dns_suffix, to),
        F::ConnectionSpecificDnsSuffix => to.push_str(&details.connection_specific_dns_suffix),
        F::WinsServers => put_all(&details.wins_servers, to),
        F::Vip => put_all(&details.vip, to),
        F::ReservedAddress => put_all(&details.reserved_address, to),
        F::UtilizationCalculation => to.push_str(match details.utilization_calculation {
            UtilizationCalculation::Auto => "Auto",
            UtilizationCalculation::UserSpecified(_) => "UserSpecified",
        }),
        F::UtilizedAddresses => {
            if let UtilizationCalculation::UserSpecified(utilized) = details.utilization_calculation
            {
                put_one(&utilized, to);
            }
        }
        F::AssociatedReverseLookupZone => to.push_str(&details.associated_reverse_lookup_zone),
    }
}
