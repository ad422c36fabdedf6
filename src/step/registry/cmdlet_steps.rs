//! The cmdlets of the IPAM server, its inventory, its tasks and its events.

/// Hands the steps before it, and then its own, on to the next list.
macro_rules! cmdlet_steps {
    ($next:ident $($then:ident)*; $($before:tt)*) => { $next! { $($then)*; $($before)*
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
    /// Puts an object into an access scope, or back into its parent's.
    "Set-IpamAccessScope" => SetIpamAccessScope(Box<cmdlet::access_scope::SetIpamAccessScope>),
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
    } };
}

pub(super) use cmdlet_steps;
