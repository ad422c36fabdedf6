//! What somebody does to the estate, past IPAM.

/// Hands the steps before it, and then its own, on to the next list.
macro_rules! estate_steps {
    ($next:ident $($then:ident)*; $($before:tt)*) => { $next! { $($then)*; $($before)*
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
    /// Deletes a lease on a DHCP server.
    "remove-dhcp-lease" => RemoveDhcpLease(estate::dhcp::OldLease),
    /// Deletes a scope of a DHCP server, and its leases with it.
    "remove-dhcp-scope" => RemoveDhcpScope(estate::dhcp::OldScope),
    /// Says what a DHCP server, or one scope, registers in DNS for its IPv6 clients.
    "Set-DhcpServerv6DnsSetting"
        => SetDhcpServerv6DnsSetting(estate::dhcp_dns::SetDhcpServerv6DnsSetting),
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
    } };
}

pub(super) use estate_steps;
