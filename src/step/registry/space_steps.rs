//! The cmdlets of the address space.

/// Hands the steps before it, and then its own, on to the next list.
macro_rules! space_steps {
    ($next:ident $($then:ident)*; $($before:tt)*) => { $next! { $($then)*; $($before)*
    /// Adds an address block.
    "Add-IpamBlock" => AddIpamBlock(cmdlet::block::AddIpamBlock),
    /// Shows the address blocks.
    "Get-IpamBlock" => GetIpamBlock(cmdlet::block::GetIpamBlock),
    /// Changes an address block.
    "Set-IpamBlock" => SetIpamBlock(Box<cmdlet::block::SetIpamBlock>),
    /// Removes an address block.
    "Remove-IpamBlock" => RemoveIpamBlock(cmdlet::block::RemoveIpamBlock),
    /// Adds an address range.
    "Add-IpamRange" => AddIpamRange(Box<cmdlet::range::AddIpamRange>),
    /// Shows the address ranges.
    "Get-IpamRange" => GetIpamRange(cmdlet::range::GetIpamRange),
    /// Changes an address range.
    "Set-IpamRange" => SetIpamRange(Box<cmdlet::set_range::SetIpamRange>),
    /// Removes an address range.
    "Remove-IpamRange" => RemoveIpamRange(cmdlet::range::RemoveIpamRange),
    /// Adds a subnet.
    "Add-IpamSubnet" => AddIpamSubnet(Box<cmdlet::subnet::AddIpamSubnet>),
    /// Shows subnets.
    "Get-IpamSubnet" => GetIpamSubnet(cmdlet::subnet::GetIpamSubnet),
    /// Changes a subnet.
    "Set-IpamSubnet" => SetIpamSubnet(Box<cmdlet::subnet::SetIpamSubnet>),
    /// Removes a subnet.
    "Remove-IpamSubnet" => RemoveIpamSubnet(cmdlet::subnet::RemoveIpamSubnet),
    /// Adds a provider or customer address space.
    "Add-IpamAddressSpace"
        => AddIpamAddressSpace(Box<cmdlet::address_space::AddIpamAddressSpace>),
    /// Shows address spaces.
    "Get-IpamAddressSpace" => GetIpamAddressSpace(cmdlet::address_space::GetIpamAddressSpace),
    /// Changes an address space, its name too.
    "Set-IpamAddressSpace"
        => SetIpamAddressSpace(Box<cmdlet::address_space::SetIpamAddressSpace>),
    /// Removes an empty address space.
    "Remove-IpamAddressSpace"
        => RemoveIpamAddressSpace(cmdlet::address_space::RemoveIpamAddressSpace),
    /// Imports address records from a file, or makes those of a range the file's.
    "Import-IpamAddress" => ImportIpamAddress(Box<cmdlet::import::ImportIpamAddress>),
    /// Writes address records to a file, or hands them on.
    "Export-IpamAddress" => ExportIpamAddress(cmdlet::export::ExportIpamAddress),
    /// Imports ranges from a file, or makes those of an owner the file's.
    "Import-IpamRange" => ImportIpamRange(Box<cmdlet::import::ImportIpamRange>),
    /// Writes ranges to a file, or hands them on.
    "Export-IpamRange" => ExportIpamRange(cmdlet::export::ExportIpamRange),
    /// Imports subnets from a file.
    "Import-IpamSubnet" => ImportIpamSubnet(cmdlet::import::ImportIpamSubnet),
    /// Writes subnets to a file, or hands them on.
    "Export-IpamSubnet" => ExportIpamSubnet(cmdlet::export::ExportIpamSubnet),
    /// Adds an address record.
    "Add-IpamAddress" => AddIpamAddress(Box<cmdlet::address::AddIpamAddress>),
    /// Changes an address record.
    "Set-IpamAddress" => SetIpamAddress(Box<cmdlet::set_address::SetIpamAddress>),
    /// Shows address records.
    "Get-IpamAddress" => GetIpamAddress(cmdlet::address::GetIpamAddress),
    /// Removes an address record from the database, and nothing from any server.
    "Remove-IpamAddress" => RemoveIpamAddress(cmdlet::address::RemoveIpamAddress),
    /// Searches a range for free addresses.
    "Find-IpamFreeAddress" => FindIpamFreeAddress(Box<cmdlet::find::FindIpamFreeAddress>),
    /// Adds a custom field, free-form or multivalue.
    "Add-IpamCustomField" => AddIpamCustomField(cmdlet::custom_field::AddIpamCustomField),
    /// Shows the custom fields, built-in ones too, with their values.
    "Get-IpamCustomField" => GetIpamCustomField(cmdlet::custom_field::GetIpamCustomField),
    /// Renames a custom field; what carries it keeps it.
    "Rename-IpamCustomField" => RenameIpamCustomField(cmdlet::custom_field::RenameIpamCustomField),
    /// Removes a custom field that is not in use.
    "Remove-IpamCustomField" => RemoveIpamCustomField(cmdlet::custom_field::RemoveIpamCustomField),
    /// Adds a value to a multivalue field.
    "Add-IpamCustomValue" => AddIpamCustomValue(cmdlet::custom_field::AddIpamCustomValue),
    /// Changes how a value of one's own is spelled; what carries it keeps it.
    "Rename-IpamCustomValue" => RenameIpamCustomValue(cmdlet::custom_field::RenameIpamCustomValue),
    /// Removes a value that is not in use.
    "Remove-IpamCustomValue" => RemoveIpamCustomValue(cmdlet::custom_field::RemoveIpamCustomValue),
    /// Associates values of two multivalue fields.
    "Add-IpamCustomFieldAssociation" => AddIpamCustomFieldAssociation(
        cmdlet::field_association::AddIpamCustomFieldAssociation
    ),
    /// Shows associations of custom fields.
    "Get-IpamCustomFieldAssociation" => GetIpamCustomFieldAssociation(
        cmdlet::field_association::GetIpamCustomFieldAssociation
    ),
    /// Removes pairs of associated values and adds others.
    "Set-IpamCustomFieldAssociation" => SetIpamCustomFieldAssociation(
        cmdlet::field_association::SetIpamCustomFieldAssociation
    ),
    /// Removes everything that is associated between two fields.
    "Remove-IpamCustomFieldAssociation" => RemoveIpamCustomFieldAssociation(
        cmdlet::field_association::RemoveIpamCustomFieldAssociation
    ),
    /// Imports the leases of a DHCP server as address records, now or by a task of a host.
    "Invoke-IpamDhcpLease" => InvokeIpamDhcpLease(Box<cmdlet::lease_import::InvokeIpamDhcpLease>),
    /// Shows where under-utilization ends and over-utilization begins.
    "Get-IpamAddressUtilizationThreshold" => GetIpamAddressUtilizationThreshold(
        cmdlet::utilization::GetIpamAddressUtilizationThreshold
    ),
    /// Changes where under-utilization ends and over-utilization begins.
    "Set-IpamAddressUtilizationThreshold" => SetIpamAddressUtilizationThreshold(
        cmdlet::utilization::SetIpamAddressUtilizationThreshold
    ),
    /// Purges samples of utilization by date.
    "Remove-IpamUtilizationData"
        => RemoveIpamUtilizationData(cmdlet::utilization::RemoveIpamUtilizationData),
    /// Finds ranges of a size in a subnet that nothing is in yet.
    "Find-IpamFreeRange" => FindIpamFreeRange(cmdlet::find::FindIpamFreeRange),
    /// Finds subnets of a prefix length in a block that nothing is in yet.
    "Find-IpamFreeSubnet" => FindIpamFreeSubnet(Box<cmdlet::find::FindIpamFreeSubnet>),
    } };
}

pub(super) use space_steps;
