//! Every step there is: one line a step, from which the enum, the names and the schema follow.

use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use schemars::{Schema, SchemaGenerator};
use serde::de::{Deserialize, Deserializer};

pub use super::arguments::Arguments;
use super::mention::Mentions;
use super::stage::{Stage, StepResult};
use super::step_macro::steps;
use super::{cmdlet, console, estate, harness, network};

/// A step as the registry lists it.
pub struct StepInfo {
    pub name: &'static str,
    /// One sentence.
    pub does: &'static str,
    /// The JSON Schema of its arguments.
    pub schema: fn(&mut SchemaGenerator) -> Schema,
}

steps! {
    // Cmdlets.
    /// Provisions the IPAM server: database, tasks, groups, method and prefix.
    "Invoke-IpamServerProvisioning"
        => InvokeIpamServerProvisioning(Box<cmdlet::provisioning::InvokeIpamServerProvisioning>),
    /// Shows which database the IPAM server uses, as whom, and with which rights.
    "Get-IpamDatabase" => GetIpamDatabase(cmdlet::provisioning::GetIpamDatabase),
    /// Shows the optional capabilities and whether each is enabled.
    "Get-IpamCapability" => GetIpamCapability(cmdlet::provisioning::GetIpamCapability),
    /// Takes up the collection of an optional capability again.
    "Enable-IpamCapability" => EnableIpamCapability(cmdlet::provisioning::EnableIpamCapability),
    /// Stops the collection of an optional capability; what was collected stays.
    "Disable-IpamCapability" => DisableIpamCapability(cmdlet::provisioning::DisableIpamCapability),
    /// Shows the IPAM server's configuration.
    "Get-IpamConfiguration" => GetIpamConfiguration(cmdlet::configuration::GetIpamConfiguration),
    /// Changes the port, the method, or the key of the hashes over who may do what.
    "Set-IpamConfiguration"
        => SetIpamConfiguration(cmdlet::set_configuration::SetIpamConfiguration),
    /// Adds a domain to discover servers in.
    "Add-IpamDiscoveryDomain"
        => AddIpamDiscoveryDomain(cmdlet::discovery_domain::AddIpamDiscoveryDomain),
    /// Changes which roles are discovered in a domain.
    "Set-IpamDiscoveryDomain"
        => SetIpamDiscoveryDomain(cmdlet::discovery_domain::SetIpamDiscoveryDomain),
    /// Lists the domains servers are discovered in.
    "Get-IpamDiscoveryDomain"
        => GetIpamDiscoveryDomain(cmdlet::discovery_domain::GetIpamDiscoveryDomain),
    /// Removes a domain from discovery.
    "Remove-IpamDiscoveryDomain"
        => RemoveIpamDiscoveryDomain(cmdlet::discovery_domain::RemoveIpamDiscoveryDomain),
    /// Creates the three provisioning GPOs of a domain, and IPAMUG.
    "Invoke-IpamGpoProvisioning"
        => InvokeIpamGpoProvisioning(cmdlet::gpo::InvokeIpamGpoProvisioning),
    /// Adds a server to the inventory by hand.
    "Add-IpamServerInventory"
        => AddIpamServerInventory(cmdlet::inventory::AddIpamServerInventory),
    /// Changes a server of the inventory, such as its manageability.
    "Set-IpamServerInventory"
        => SetIpamServerInventory(cmdlet::inventory::SetIpamServerInventory),
    /// Shows the server inventory.
    "Get-IpamServerInventory"
        => GetIpamServerInventory(cmdlet::inventory::GetIpamServerInventory),
    /// Removes a server and its collected data from the inventory.
    "Remove-IpamServerInventory"
        => RemoveIpamServerInventory(cmdlet::inventory::RemoveIpamServerInventory),
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
    /// Puts an object into an access scope, or back into its parent's.
    "Set-IpamAccessScope" => SetIpamAccessScope(Box<cmdlet::access_scope::SetIpamAccessScope>),
    /// Adds an address record.
    "Add-IpamAddress" => AddIpamAddress(Box<cmdlet::address::AddIpamAddress>),
    /// Changes an address record.
    "Set-IpamAddress" => SetIpamAddress(Box<cmdlet::address::SetIpamAddress>),
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
    /// Lists the jobs that `AsJob` has started.
    "Get-Job" => GetJob(cmdlet::job::GetJob),
    /// Waits until a job has ended.
    "Wait-Job" => WaitJob(cmdlet::job::WaitJob),
    /// Shows the output of a job, and meets its errors.
    "Receive-Job" => ReceiveJob(cmdlet::job::ReceiveJob),

    /// Shows the scheduled tasks of the IPAM server.
    "Get-ScheduledTask" => GetScheduledTask(cmdlet::scheduled_task::GetScheduledTask),
    /// Runs a scheduled task of the IPAM server now.
    "Start-ScheduledTask" => StartScheduledTask(cmdlet::scheduled_task::StartScheduledTask),
    /// Disables a scheduled task of the IPAM server.
    "Disable-ScheduledTask" => DisableScheduledTask(cmdlet::scheduled_task::DisableScheduledTask),
    /// Enables a scheduled task of the IPAM server.
    "Enable-ScheduledTask" => EnableScheduledTask(cmdlet::scheduled_task::EnableScheduledTask),
    /// Changes the interval of a scheduled task of the IPAM server.
    "Set-ScheduledTask" => SetScheduledTask(cmdlet::scheduled_task::SetScheduledTask),
    /// Shows collected configuration events of DHCP servers.
    "Get-IpamDhcpConfigurationEvent" => GetIpamDhcpConfigurationEvent(
        cmdlet::configuration_event::GetIpamDhcpConfigurationEvent
    ),
    /// Purges collected configuration events of DHCP servers by date.
    "Remove-IpamDhcpConfigurationEvent" => RemoveIpamDhcpConfigurationEvent(
        cmdlet::configuration_event::RemoveIpamDhcpConfigurationEvent
    ),
    /// Shows collected configuration events of the IPAM server itself.
    "Get-IpamConfigurationEvent"
        => GetIpamConfigurationEvent(cmdlet::configuration_event::GetIpamConfigurationEvent),
    /// Purges collected configuration events of the IPAM server by date.
    "Remove-IpamConfigurationEvent"
        => RemoveIpamConfigurationEvent(cmdlet::configuration_event::RemoveIpamConfigurationEvent),
    /// Searches tracked lease and log-on events by address, client, host or user.
    "Get-IpamIpAddressAuditEvent"
        => GetIpamIpAddressAuditEvent(Box<cmdlet::audit_event::GetIpamIpAddressAuditEvent>),
    /// Purges tracked lease and log-on events by date.
    "Remove-IpamIpAddressAuditEvent"
        => RemoveIpamIpAddressAuditEvent(cmdlet::audit_event::RemoveIpamIpAddressAuditEvent),

    // Console actions.
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

    /// Shows where the reservation and the DNS records of an address can go.
    "show-record-servers" => ShowRecordServers(console::orphans::ShowRecordServers),
    /// Compares the servers with the address records, and names each difference with its fix.
    "find-orphans" => FindOrphans(console::orphans::FindOrphans),
    /// Deletes the records of ticked addresses of ranges, and nothing from any server.
    "reclaim-ip-addresses" => ReclaimIpAddresses(console::reclaim::ReclaimIpAddresses),
    /// Deletes an address and, if ticked, its reservation and DNS records.
    "delete-address" => DeleteAddress(console::reclaim::DeleteAddress),

    // The estate.
    /// Enables predefined inbound firewall rules of a host.
    "enable-firewall-rule" => EnableFirewallRule(estate::firewall::EnableFirewallRule),
    /// Disables predefined inbound firewall rules of a host.
    "disable-firewall-rule" => DisableFirewallRule(estate::firewall::DisableFirewallRule),
    /// Adds an inbound block rule to a host's firewall.
    "add-block-rule" => AddBlockRule(estate::firewall::AddBlockRule),
    /// Adds a member to a local group of a host.
    "add-local-group-member" => AddLocalGroupMember(estate::group::AddLocalGroupMember),
    /// Removes a member from a local group of a host.
    "remove-local-group-member" => RemoveLocalGroupMember(estate::group::RemoveLocalGroupMember),
    /// Creates a domain group.
    "new-domain-group" => NewDomainGroup(estate::group::NewDomainGroup),
    /// Adds a member to a domain group.
    "add-domain-group-member" => AddDomainGroupMember(estate::group::AddDomainGroupMember),
    /// Removes a member from a domain group.
    "remove-domain-group-member" => RemoveDomainGroupMember(estate::group::RemoveDomainGroupMember),
    /// Shares a folder of a host.
    "new-share" => NewShare(estate::share::NewShare),
    /// Removes a share of a host.
    "remove-share" => RemoveShare(estate::share::RemoveShare),
    /// Lets an account read a share.
    "grant-share-access" => GrantShareAccess(estate::share::ShareAccess),
    /// Takes an account's access to a share away.
    "revoke-share-access" => RevokeShareAccess(estate::share::RevokeShareAccess),
    /// Lets an account read a folder of a host by its NTFS permissions.
    "grant-folder-access" => GrantFolderAccess(estate::share::GrantFolderAccess),
    /// Takes an account's NTFS permission on a folder of a host away.
    "revoke-folder-access" => RevokeFolderAccess(estate::share::RevokeFolderAccess),
    /// Sets a registry value of a host.
    "set-registry-value" => SetRegistryValue(estate::registry_value::SetRegistryValue),
    /// Lets an account read the DNS Server event log, through `CustomSD`.
    "grant-event-log-access" => GrantEventLogAccess(estate::registry_value::CustomSdAccess),
    /// Takes an account's access to the DNS Server event log away.
    "revoke-event-log-access" => RevokeEventLogAccess(estate::registry_value::RevokeEventLogAccess),
    /// Lets an account query the status of a service.
    "grant-service-access" => GrantServiceAccess(estate::service::ServiceAccess),
    /// Takes an account's access to the status of a service away.
    "revoke-service-access" => RevokeServiceAccess(estate::service::RevokeServiceAccess),
    /// Pauses a service of a host.
    "suspend-service" => SuspendService(estate::service_state::SuspendService),
    /// Lets a paused service of a host go on.
    "resume-service" => ResumeService(estate::service_state::ResumeService),
    /// Leaves a service of a host hanging between two states.
    "hang-service" => HangService(estate::service_state::HangService),
    /// Lets somebody sign in to the domain at a device.
    "sign-in" => SignIn(estate::sign_in::SignIn),
    /// Lets an NPS server admit somebody's device to the network.
    "network-access" => NetworkAccess(estate::sign_in::NetworkAccess),
    /// Restarts a service, which then knows its present groups.
    "restart-service" => RestartService(estate::service::RestartService),
    /// Stops a service.
    "stop-service" => StopService(estate::service::StopService),
    /// Starts a service.
    "start-service" => StartService(estate::service::StartService),
    /// Creates a login of a SQL Server, or changes it.
    "set-sql-login" => SetSqlLogin(estate::sql::SetSqlLogin),
    /// Creates an empty database on a SQL Server.
    "new-sql-database" => NewSqlDatabase(estate::sql::NewSqlDatabase),
    /// Removes a database from a SQL Server.
    "remove-sql-database" => RemoveSqlDatabase(estate::sql::RemoveSqlDatabase),
    /// Maps a login to a user of a database with the rights given and no others.
    "set-sql-rights" => SetSqlRights(estate::sql::SetSqlRights),
    /// Sets the authentication mode of a SQL Server, which counts from its next start.
    "set-sql-authentication" => SetSqlAuthentication(estate::sql::SetSqlAuthentication),
    /// Makes a folder on a host.
    "new-folder" => NewFolder(estate::machine::NewFolder),
    /// Shows the files of a folder of a host.
    "show-folder" => ShowFolder(estate::machine::ShowFolder),
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
    /// Writes a file on a host, in the encoding and with the ends of line asked for.
    "new-file" => NewFile(estate::document::NewFile),
    /// Shows a file of a host.
    "show-file" => ShowFile(estate::document::ShowFile),
    /// Deletes a file of a folder of a host.
    "remove-file" => RemoveFile(estate::machine::RemoveFile),
    /// Hardens a host against changes by its administrators, or lifts that.
    "harden-host" => HardenHost(estate::machine::HardenHost),
    /// Lets an account read the DNS configuration of a domain's controllers.
    "grant-dns-read" => GrantDnsRead(estate::dns::DnsReadAccess),
    /// Takes an account's access to the DNS configuration of a domain away.
    "revoke-dns-read" => RevokeDnsRead(estate::dns::RevokeDnsRead),
    /// Sets how often a DNS server re-reads the access list of the directory.
    "set-dns-polling-interval" => SetDnsPollingInterval(estate::dns::SetDnsPollingInterval),
    /// Adds a record to a zone on its server.
    "add-dns-record" => AddDnsRecord(estate::dns::AddDnsRecord),
    /// Removes a record from a zone on its server.
    "remove-dns-record" => RemoveDnsRecord(estate::dns::RemoveDnsRecord),
    /// Lists a DHCP server in the directory as authorised.
    "authorise-dhcp-server" => AuthoriseDhcpServer(estate::dhcp::AuthoriseDhcpServer),
    /// Takes a DHCP server off the directory's list of authorised servers.
    "unauthorise-dhcp-server" => UnauthoriseDhcpServer(estate::dhcp::UnauthoriseDhcpServer),
    /// Creates a scope on a DHCP server.
    "new-dhcp-scope" => NewDhcpScope(estate::dhcp::NewScope),
    /// Excludes addresses from a DHCP scope on its server.
    "add-dhcp-exclusion" => AddDhcpExclusion(estate::dhcp::Exclusion),
    /// Reserves an address on a DHCP server, beside IPAM.
    "add-dhcp-reservation" => AddDhcpReservation(estate::dhcp::NewReservation),
    /// Removes a reservation from a DHCP server, beside IPAM.
    "remove-dhcp-reservation" => RemoveDhcpReservation(estate::dhcp::OldReservation),
    /// Says what a DHCP server, or one scope, registers in DNS for its clients.
    "Set-DhcpServerv4DnsSetting"
        => SetDhcpServerv4DnsSetting(Box<estate::dhcp_dns::SetDhcpServerv4DnsSetting>),
    /// Lets the records of a zone age, or not.
    "Set-DnsServerZoneAging" => SetDnsServerZoneAging(estate::dns_aging::SetDnsServerZoneAging),
    /// Lets a DNS server remove stale records by itself, or not.
    "Set-DnsServerScavenging" => SetDnsServerScavenging(estate::dns_aging::SetDnsServerScavenging),
    /// Removes the stale records of every zone that ages, now.
    "Start-DnsServerScavenging"
        => StartDnsServerScavenging(estate::dns_aging::StartDnsServerScavenging),
    /// Shows whether and when a DNS server scavenges.
    "Get-DnsServerScavenging" => GetDnsServerScavenging(estate::dns_aging::GetDnsServerScavenging),
    /// Shows the records of a zone with their time stamps.
    "Get-DnsServerResourceRecord"
        => GetDnsServerResourceRecord(estate::dns_aging::GetDnsServerResourceRecord),
    /// Creates a GPO with block rules or restricted groups, linked and applied to all.
    "new-gpo" => NewGpo(estate::gpo::NewGpo),
    /// Deletes a GPO with its links; what it set on servers stays there.
    "delete-gpo" => DeleteGpo(estate::gpo::DeleteGpo),
    /// Links a GPO to the domain root or to an organisational unit.
    "link-gpo" => LinkGpo(estate::gpo::LinkGpo),
    /// Takes a link of a GPO away.
    "unlink-gpo" => UnlinkGpo(estate::gpo::UnlinkGpo),
    /// Adds an account to the security filter of a GPO.
    "add-to-gpo-filter" => AddToGpoFilter(estate::gpo::AddToGpoFilter),
    /// Removes an account from the security filter of a GPO.
    "remove-from-gpo-filter" => RemoveFromGpoFilter(estate::gpo::RemoveFromGpoFilter),
    /// Sets the version of a GPO, as broken replication may; zero counts as denied.
    "set-gpo-version" => SetGpoVersion(estate::gpo::SetGpoVersion),
    /// Lets the policies of the domain root into an organisational unit, or not.
    "set-gpo-inheritance" => SetGpoInheritance(estate::gpo::SetGpoInheritance),
    /// Moves the account of a host into an organisational unit, or out of any.
    "move-to-ou" => MoveToOu(estate::gpo::MoveToOu),
    /// Shows which GPOs a host applied at its last refresh, and which not.
    "gpresult" => Gpresult(estate::gpresult::Gpresult),
    /// Shows what the script of the IPAM GPOs logged on a host.
    "show-provisioning-log"
        => ShowProvisioningLog(estate::provisioning_script::ShowProvisioningLog),
    /// Makes a step of the script of the IPAM GPOs fail on a host, or work again.
    "set-provisioning-step"
        => SetProvisioningStep(estate::provisioning_script::SetProvisioningStep),
    /// Says whether the script of the IPAM GPOs goes on after a step that failed.
    "set-script-failure-mode"
        => SetScriptFailureMode(estate::provisioning_script::SetScriptFailureMode),
    /// Deletes the computer account of a host.
    "delete-computer-account"
        => DeleteComputerAccount(estate::account::DeleteComputerAccount),
    /// Joins a host whose account was deleted to its domain again, and restarts it.
    "join-domain" => JoinDomain(estate::account::JoinDomain),
    /// Gives a computer account a further name.
    "add-computer-name" => AddComputerName(estate::account::AddComputerName),
    /// Upgrades a server to a later Windows Server, and restarts it.
    "upgrade-os" => UpgradeOs(estate::account::UpgradeOs),
    /// Edits a row of the IPAM database past IPAM, as somebody with a SQL tool would.
    "edit-database-row" => EditDatabaseRow(estate::database::EditDatabaseRow),
    /// Copies the rows of the IPAM database that say who may do what.
    "back-up-access-rows" => BackUpAccessRows(estate::database::BackUpAccessRows),
    /// Puts the copied rows back past IPAM, and nothing else of the database.
    "restore-access-rows" => RestoreAccessRows(estate::database::RestoreAccessRows),
    /// Refreshes Group Policy on a host now.
    "gpupdate" => Gpupdate(estate::host::Gpupdate),
    /// Restarts a host: services, policy, tickets.
    "restart-host" => RestartHost(estate::host::RestartHost),
    /// Takes a host off the network.
    "host-down" => HostDown(estate::host::HostDown),
    /// Brings a host back.
    "host-up" => HostUp(estate::host::HostUp),
    /// Makes a host or device answer ping, or not.
    "set-ping" => SetPing(estate::host::SetPing),
    /// Purges the tickets of the IPAM server, so that it logs on anew.
    "purge-tickets" => PurgeTickets(estate::host::PurgeTickets),

    // The network.
    /// Asks a DNS server.
    "dns-query" => DnsQuery(network::query::DnsQuery),
    /// Pings an address.
    "ping" => Ping(network::query::Ping),
    /// Lets a DHCP client act.
    "dhcp-client" => DhcpClient(network::client::DhcpClient),
    /// Puts many DHCP clients on the network, which live by themselves from then on.
    "start-dhcp-clients" => StartDhcpClients(Box<network::fleet::StartDhcpClients>),
    /// Switches such clients off, without a word to any server.
    "stop-dhcp-clients" => StopDhcpClients(network::fleet::StopDhcpClients),
    /// Shows what such clients have done so far.
    "show-dhcp-clients" => ShowDhcpClients(network::fleet::ShowDhcpClients),

    // The harness.
    /// Lets time pass.
    "advance" => Advance(harness::advance::Advance),
    /// Says something to the reader of the transcript.
    "note" => Note(harness::advance::Note),
    /// Runs the steps of several consoles at the same time.
    "at-the-same-time" => AtTheSameTime(harness::at_once::AtTheSameTime),
    /// Gives this point of the run a name.
    "mark" => Mark(harness::compare::Mark),
    /// Holds what two points, or two servers, grant against each other.
    "compare" => Compare(harness::compare::Compare),
    /// Checks leases and their DNS records after every step and every day from now on.
    "watch-dhcp-life" => WatchDhcpLife(harness::watch::WatchDhcpLife),
    /// Says what must hold now.
    "expect" => Expect(Box<harness::expect::Expect>),
}
