//! Blocks, ranges, subnets and address spaces, as the cmdlets print them.

use std::fmt::Display;

use crate::ipam::space::{
    AddressSpace, Block, NetworkType, Range, Subnet, Utilization, UtilizationCalculation,
};
use crate::ipam::usage::UtilizationThreshold;
use crate::lab::observation::Table;

use super::tables::{custom_column, joined};

/// Nothing for what has no value, as `Format-List` shows it.
fn or_blank(value: Option<impl Display>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn flag(is: bool) -> String {
    if is { "True" } else { "False" }.to_owned()
}

fn percent(value: f64) -> String {
    format!("{value:.2}")
}

/// Every property of blocks, which `thresholds` judge.
pub fn blocks_in_full(blocks: &[Block], thresholds: UtilizationThreshold) -> Table {
    let columns = [
        "Utilization",
        "NetworkId",
        "StartAddress",
        "EndAddress",
        "Rir",
        "LastAssignedDate",
        "TotalAddresses",
        "AssignedAddresses",
        "UtilizedAddresses",
        "PercentageUtilized",
        "AddressCategory",
        "Owner",
        "Description",
        "RirReceivedDate",
        "PercentageAssigned",
    ];
    let mut table = Table::new("", &columns);
    for block in blocks {
        let (details, held) = (&block.details, &block.utilization);
        table.row(vec![
            thresholds.status(held).to_string(),
            block.key.network_id.to_string(),
            block.key.span.first().to_string(),
            block.key.span.last().to_string(),
            or_blank(details.rir),
            or_blank(details.last_assigned_date),
            held.total.to_string(),
            held.assigned.to_string(),
            held.utilized.to_string(),
            percent(held.percentage_utilized()),
            block.address_category.to_string(),
            details.owner.clone(),
            details.description.clone(),
            or_blank(details.rir_received_date),
            percent(held.percentage_assigned()),
        ]);
    }
    table
}

const RANGE_COLUMNS: &[&str] = &[
    "Utilization",
    "Overlapping",
    "NetworkID",
    "StartAddress",
    "EndAddress",
    "ManagedByService",
    "ServiceInstance",
    "NetworkType",
    "AddressSpace",
    "AssignmentType",
    "AssignmentDate",
    "AddressCategory",
    "AssignedAddresses",
    "UtilizedAddresses",
    "PercentageUtilized",
    "UtilizationCalculation",
    "LastReclaimRunTime",
    "DhcpServerName",
    "DhcpScopeName",
    "ExclusionRanges",
    "Gateway",
    "DnsServers",
    "DnsSuffixes",
    "ConnectionSpecificDnsSuffix",
    "WinsServers",
    "VIP",
    "ReservedIPAddresses",
    "AssociatedReverseLookupZone",
    "Owner",
    "Description",
    "CustomConfiguration",
];

/// Every property of ranges, which `thresholds` judge.
pub fn ranges_in_full(ranges: &[Range], thresholds: UtilizationThreshold) -> Table {
    let mut table = Table::new("", RANGE_COLUMNS);
    for range in ranges {
        let (key, details, held) = (&range.key, &range.details, &range.utilization);
        let scope = range.scope.as_ref();
        let server = scope.map(|_| key.owner.service_instance.clone());
        let exclusions = scope.map(|scope| {
            let spans = scope.exclusions.iter();
            joined(spans.map(|(first, last)| format!("{first}-{last}")))
        });
        table.row(vec![
            thresholds.status(held).to_string(),
            range.overlapping.to_string(),
            range.network_id.to_string(),
            key.span.first().to_string(),
            key.span.last().to_string(),
            key.owner.managed_by_service.to_string(),
            key.owner.service_instance.clone(),
            range.network_type.to_string(),
            key.address_space.to_string(),
            range.assignment_type.to_string(),
            or_blank(details.assignment_date),
            or_blank(range.address_category),
            held.assigned.to_string(),
            held.utilized.to_string(),
            percent(held.percentage_utilized()),
            match details.utilization_calculation {
                UtilizationCalculation::Auto => "Auto",
                UtilizationCalculation::UserSpecified(_) => "UserSpecified",
            }
            .to_owned(),
            or_blank(details.last_reclaim_run_time),
            or_blank(server),
            or_blank(scope.map(|scope| &scope.name)),
            or_blank(exclusions),
            joined(&details.gateway),
            joined(&details.dns_servers),
            joined(&details.dns_suffix),
            details.connection_specific_dns_suffix.clone(),
            joined(&details.wins_servers),
            joined(&details.vip),
            joined(&details.reserved_address),
            details.associated_reverse_lookup_zone.clone(),
            details.owner.clone(),
            details.description.clone(),
            details.custom.to_string(),
        ]);
    }
    table
}

/// Subnets, a line each.
pub fn subnets(subnets: &[Subnet]) -> Table {
    let columns = [
        "Name",
        "NetworkId",
        "NetworkType",
        "Overlapping",
        "VlanId",
        "AddressSpace",
        "block",
        "ranges hold",
    ];
    let mut table = Table::new("subnets", &columns);
    for subnet in subnets {
        let block = subnet.block.as_ref();
        table.row(vec![
            subnet.details.name.clone(),
            subnet.key.network_id.to_string(),
            subnet.network_type.to_string(),
            flag(subnet.overlapping),
            joined(&subnet.details.vlan_id),
            subnet.key.address_space.to_string(),
            block.map_or("unmapped".to_owned(), |block| block.network_id.to_string()),
            subnet.utilization.assigned.to_string(),
        ]);
    }
    table
}

/// Every property of subnets.
pub fn subnets_in_full(subnets: &[Subnet]) -> Table {
    let columns = [
        "Name",
        "NetworkId",
        "NetworkType",
        "Overlapping",
        "NetworkSite",
        "VmmLogicalNetwork",
        "ProviderAddressSpace",
        "CustomerAddressSpace",
        "VlanId",
        "VirtualSubnetId",
        "Owner",
        "Description",
        "TotalAddresses",
        "AssignedAddresses",
        "UtilizedAddresses",
        "PercentageUtilized",
        "CustomConfiguration",
    ];
    let mut table = Table::new("", &columns);
    for subnet in subnets {
        let (details, held) = (&subnet.details, &subnet.utilization);
        let space = subnet.key.address_space.to_string();
        let (provider, customer) = match subnet.network_type {
            NetworkType::Customer => (String::new(), space),
            NetworkType::NonVirtualized | NetworkType::Provider => (space, String::new()),
        };
        table.row(vec![
            details.name.clone(),
            subnet.key.network_id.to_string(),
            subnet.network_type.to_string(),
            flag(subnet.overlapping),
            details.network_site.clone(),
            details.vmm_logical_network.clone(),
            provider,
            customer,
            joined(&details.vlan_id),
            or_blank(details.virtual_subnet_id),
            details.owner.clone(),
            details.description.clone(),
            held.total.to_string(),
            held.assigned.to_string(),
            held.utilized.to_string(),
            percent(held.percentage_utilized()),
            details.custom.to_string(),
        ]);
    }
    table
}

/// Address spaces, with every property.
pub fn address_spaces(spaces: &[AddressSpace]) -> Table {
    let columns = [
        "Name",
        "Type",
        "Owner",
        "Description",
        "AssociatedProviderAddressSpace",
        "Tenant",
        "VMNetwork",
        "IsolationMethod",
        "Ipv4PercentageUtilized",
        "Ipv6PercentageUtilized",
    ];
    let mut table = Table::new("address spaces", &columns);
    let used = |held: &Utilization| percent(held.percentage_utilized());
    for space in spaces {
        let network = space.kind.customer();
        let over = network.map(|own| &own.associated_provider_address_space);
        table.row(vec![
            space.name.to_string(),
            space.kind.word().to_owned(),
            space.owner.clone(),
            space.description.clone(),
            or_blank(over),
            or_blank(network.map(|own| &own.tenant)),
            or_blank(network.map(|own| &own.vm_network)),
            or_blank(network.map(|own| own.isolation_method)),
            used(&space.ipv4),
            used(&space.ipv6),
        ]);
    }
    custom_column(&mut table, spaces.iter().map(|space| &space.custom));
    table
}
