//! What an administrator does in the console of IPAM.

/// Hands the steps before it, and then its own, on to the next list.
macro_rules! console_steps {
    ($next:ident $($then:ident)*; $($before:tt)*) => { $next! { $($then)*; $($before)*
    /// Connects the console to an IPAM server, perhaps from another host.
    "connect-ipam-server" => ConnectIpamServer(console::connect::ConnectIpamServer),
    /// Runs ServerDiscovery now.
    "start-server-discovery" => StartServerDiscovery(console::servers::StartServerDiscovery),
    /// Checks access to the named servers now.
    "refresh-server-access-status"
        => RefreshServerAccessStatus(console::servers::RefreshServerAccessStatus),
    /// Collects the data of the named servers now.
    "retrieve-server-data" => RetrieveServerData(console::servers::RetrieveServerData),
    /// Runs all data collection tasks now.
    "retrieve-all-server-data" => RetrieveAllServerData(console::servers::RetrieveAllServerData),
    /// Runs the scheduled tasks whose time has come.
    "run-due-tasks" => RunDueTasks(console::servers::RunDueTasks),
    /// Adds a role: a named set of operations.
    "add-access-role" => AddAccessRole(console::access::AddAccessRole),
    /// Changes the operations of a custom role.
    "edit-access-role" => EditAccessRole(console::access::EditAccessRole),
    /// Deletes a custom role.
    "remove-access-role" => RemoveAccessRole(console::access::RemoveAccessRole),
    /// Adds an access scope.
    "add-access-scope" => AddAccessScope(console::access::AddAccessScope),
    /// Changes the description of an access scope.
    "edit-access-scope" => EditAccessScope(console::access::EditAccessScope),
    /// Deletes an access scope and those below it.
    "remove-access-scope" => RemoveAccessScope(console::access::RemoveAccessScope),
    /// Gives a user or group roles, each for an access scope.
    "add-access-policy" => AddAccessPolicy(console::access::AddAccessPolicy),
    /// Changes what a policy gives.
    "edit-access-policy" => EditAccessPolicy(console::access::EditAccessPolicy),
    /// Deletes the policy of a user or group.
    "remove-access-policy" => RemoveAccessPolicy(console::access::RemoveAccessPolicy),
    /// Shows roles, access scopes and policies, or the scope of one object.
    "show-access-control" => ShowAccessControl(Box<console::access::ShowAccessControl>),
    /// Adds a group of ranges, addresses, subnets or servers by the values of custom fields.
    "add-logical-group" => AddLogicalGroup(console::groups::AddLogicalGroup),
    /// Changes the name or the criteria of a group.
    "edit-logical-group" => EditLogicalGroup(console::groups::EditLogicalGroup),
    /// Deletes a group; what is in it stays as it is.
    "remove-logical-group" => RemoveLogicalGroup(console::groups::RemoveLogicalGroup),
    /// Shows the tree of a group, or all groups.
    "show-logical-group" => ShowLogicalGroup(console::groups::ShowLogicalGroup),
    /// Shows blocks, ranges or addresses by the part of the address space they are mapped to.
    "show-address-space" => ShowAddressSpace(console::groups::ShowAddressSpace),
    /// Renames a custom field or value in the dialog, which wants it to be in use nowhere.
    "configure-custom-field" => ConfigureCustomField(console::groups::ConfigureCustomField),
    /// Shows the properties that provisioning has initialised.
    "show-server-properties" => ShowServerProperties(console::scheduler::ShowServerProperties),
    /// Collects the data of the DHCP servers that the named ranges are on.
    "retrieve-range-data" => RetrieveRangeData(console::monitoring::RetrieveRangeData),
    /// Collects configuration events now.
    "retrieve-event-catalog-data"
        => RetrieveEventCatalogData(console::monitoring::RetrieveEventCatalogData),
    /// Filters the catalogue of DHCP configuration events.
    "search-event-catalog" => SearchEventCatalog(Box<console::monitoring::SearchEventCatalog>),
    /// Shows how the services of the servers were seen last, and since when.
    "show-server-availability"
        => ShowServerAvailability(console::monitoring::ShowServerAvailability),
    /// Shows the health of the zones, and since when.
    "show-zone-status" => ShowZoneStatus(console::monitoring::ShowZoneStatus),
    /// Forgets the status of zones, so that the next retrieval says how they are now.
    "reset-zone-status" => ResetZoneStatus(console::monitoring::ResetZoneStatus),
    /// Shows how full blocks and ranges are now.
    "show-utilization" => ShowUtilization(console::utilization::ShowUtilization),
    /// Shows how full a block or range was over a period.
    "show-utilization-trend" => ShowUtilizationTrend(console::utilization::ShowUtilizationTrend),
    /// Changes when and how often the expiry of addresses is logged.
    "set-expiry-log-settings" => SetExpiryLogSettings(console::monitoring::SetExpiryLogSettings),
    /// Shows a channel of the IPAM server, as Event Viewer does.
    "show-event-log" => ShowEventLog(console::monitoring::ShowEventLog),
    /// Enables or disables a channel of the IPAM server.
    "set-event-log" => SetEventLog(console::monitoring::SetEventLog),
    /// Searches a range for an available address, and records it if asked to.
    "find-and-allocate" => FindAndAllocate(Box<console::allocate::FindAndAllocate>),
    /// Searches on from where the last search ended.
    "find-next" => FindNext(Box<console::allocate::FindNext>),
    /// Creates the reservation of an address record on its DHCP server.
    "create-dhcp-reservation" => CreateDhcpReservation(console::records::CreateDhcpReservation),
    /// Deletes the reservation of an address record from its DHCP server.
    "delete-dhcp-reservation" => DeleteDhcpReservation(console::records::DeleteDhcpReservation),
    /// Creates the A or AAAA record of an address record on its DNS server.
    "create-dns-host-record" => CreateDnsHostRecord(console::records::CreateDnsHostRecord),
    /// Deletes the A or AAAA record of an address record from its DNS server.
    "delete-dns-host-record" => DeleteDnsHostRecord(console::records::DeleteDnsHostRecord),
    /// Creates the PTR record of an address record on its DNS server.
    "create-dns-ptr-record" => CreateDnsPtrRecord(console::records::CreateDnsPtrRecord),
    /// Deletes the PTR record of an address record from its DNS server.
    "delete-dns-ptr-record" => DeleteDnsPtrRecord(console::records::DeleteDnsPtrRecord),
    /// Shows the scopes in failover relationships, and whether the partners have them alike.
    "show-failover-scopes" => ShowFailoverScopes(console::failover::ShowFailoverScopes),
    /// Makes a scope on the failover partner as it is on the named server.
    "replicate-failover-scope"
        => ReplicateFailoverScope(console::failover::ReplicateFailoverScope),
    /// Shows where the reservation and the DNS records of an address can go.
    "show-record-servers" => ShowRecordServers(console::orphans::ShowRecordServers),
    /// Compares the servers with the address records, and names each difference with its fix.
    "find-orphans" => FindOrphans(console::orphans::FindOrphans),
    /// Deletes the records of ticked addresses of ranges, and nothing from any server.
    "reclaim-ip-addresses" => ReclaimIpAddresses(console::reclaim::ReclaimIpAddresses),
    /// Deletes an address and, if ticked, its reservation and DNS records.
    "delete-address" => DeleteAddress(console::reclaim::DeleteAddress),
    /// Imports IP addresses, as the console does: more columns are mandatory than for the cmdlet.
    "import-ip-addresses" => ImportIpAddresses(console::transfer::ImportIpAddresses),
    /// Imports ranges, as the console does.
    "import-ip-address-ranges" => ImportIpAddressRanges(console::transfer::ImportIpAddressRanges),
    /// Makes the ranges of an owner those of a file: the others of that owner are deleted.
    "import-and-update-ip-address-ranges"
        => ImportAndUpdateIpAddressRanges(console::transfer::ImportAndUpdateIpAddressRanges),
    /// Imports blocks.
    "import-ip-address-blocks" => ImportIpAddressBlocks(console::transfer::ImportIpAddressBlocks),
    /// Exports a view of addresses, ranges or blocks, whole or filtered.
    "export" => Export(console::transfer::Export),
    } };
}

pub(super) use console_steps;
