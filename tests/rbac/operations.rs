//! Every operation of the engine that has a caller: what it needs, and a call of it.
//!
//! A new operation that is not listed here fails `source::every_operation_is_listed`.

use std::future::Future;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::time::Duration;

use ipamlab::ipam::audit::{AuditKey, AuditQuery, CatalogueFilter, ConfigurationEventFilter};
use ipamlab::ipam::discovery::{DiscoveryDomain, DiscoveryDomainChange};
use ipamlab::ipam::events::Channel;
use ipamlab::ipam::fields::cmdlets::{AssociationChange, Edit, NewCustomField};
use ipamlab::ipam::find::{AllocateRequest, FindRequest, FreeRangeRequest, FreeSubnetRequest};
use ipamlab::ipam::groups::cmdlets::GroupChange;
use ipamlab::ipam::groups::{CurrentView, Detail, GroupKind};
use ipamlab::ipam::inventory::{AddressFamily, NewServer, ServerChange, ServerFilter, ServerRole};
use ipamlab::ipam::lease_import::LeaseImport;
use ipamlab::ipam::provision::Capability;
use ipamlab::ipam::rbac::{
    AccessRole, Grant, NewPolicy, Object, RoleChange, ScopeChange, ScopePath, operations_of,
};
use ipamlab::ipam::space::Ticked;
use ipamlab::ipam::space::{AddressChange, AddressDetails, AddressQuery, NewBlock, RangeQuery};
use ipamlab::ipam::space::{AddressSpaceChange, AddressSpaceQuery, NewAddressSpace, NewSubnet};
use ipamlab::ipam::space::{AddressSpaceName, BlockChange, BlockKey, BlockQuery, NewRange};
use ipamlab::ipam::space::{RangeChange, SubnetChange, SubnetQuery};
use ipamlab::ipam::sync::Deletion;
use ipamlab::ipam::tasks::{ExpirySettings, TaskKind};
use ipamlab::ipam::transfer::{
    ExportAddresses, ExportObjects, ImportAddresses, ImportFile, ImportObjects, ImportRanges,
    ImportSummary, RowFailure,
};
use ipamlab::ipam::usage::{UsageObject, UtilizationPeriod};
use ipamlab::ipam::{Caller, ErrorId};

use super::expected::Needs::{self, *};
use super::world::{World, address, block, dc1, dhcp1, fqdn, key, path, range, subnet, tenants};

/// How a call ended: the identifier of its refusal, if it was refused.
pub type Ended<'a> = Pin<Box<dyn Future<Output = Option<ErrorId>> + 'a>>;

pub struct Operation {
    pub name: &'static str,
    pub needs: Needs,
    pub call: for<'a> fn(&'a World<'a>, &'a Caller) -> Ended<'a>,
}

/// The name is that of the function called, so a row cannot list one and call another.
macro_rules! operations {
    ($($name:ident($($argument:expr),*): $needs:expr;)*) => {
        pub const OPERATIONS: &[Operation] = &[$(Operation {
            name: stringify!($name),
            needs: $needs,
            call: |world, caller| Box::pin(async move {
                world.ipam().$name(caller, $($argument),*).await.err().map(|error| error.id)
            }),
        },)*];
    };
}

const BLOCK_FILE: &str = "NetworkId,StartIPAddress,EndIPAddress,Rir
10.7.64.0/18,10.7.64.0,10.7.127.255,
";

/// Is told how far an import is.
type Watch = dyn FnMut(&ImportSummary) -> ControlFlow<()>;

/// A file to import, and whoever is told of it.
struct Csv {
    content: &'static [u8],
    failures: Vec<RowFailure>,
    progress: Box<Watch>,
}

impl Csv {
    fn new(content: &'static str) -> Csv {
        Csv {
            content: content.as_bytes(),
            failures: Vec::new(),
            progress: Box::new(|_| ControlFlow::Continue(())),
        }
    }

    fn file(&mut self) -> ImportFile<'_> {
        ImportFile {
            name: "rows.csv",
            content: &mut self.content,
            failures: &mut self.failures,
            progress: &mut self.progress,
        }
    }
}

fn other_domain() -> DiscoveryDomain {
    DiscoveryDomain::new(fqdn("corp.example"))
}

fn sub_block() -> BlockKey {
    BlockKey {
        address_space: AddressSpaceName::default(),
        network_id: "10.7.128.0/17".parse().unwrap(),
        span: "10.7.128.0-10.7.255.255".parse().unwrap(),
    }
}

fn renamed() -> SubnetChange {
    SubnetChange {
        name: Some("Renamed".to_owned()),
        ..SubnetChange::default()
    }
}

fn owned() -> AddressSpaceChange {
    AddressSpaceChange {
        owner: Some("x".to_owned()),
        ..AddressSpaceChange::default()
    }
}

fn role(name: &str) -> AccessRole {
    AccessRole {
        name: name.to_owned(),
        description: String::new(),
        built_in: false,
        operations: operations_of(["DNS record"]).unwrap(),
    }
}

fn grants() -> Vec<Grant> {
    vec![Grant {
        role: "DNS Record Administrator".to_owned(),
        scope: path(r"\Global\There"),
    }]
}

fn policy() -> NewPolicy {
    NewPolicy {
        account: "CORP\\other".to_owned(),
        description: String::new(),
        grants: grants(),
    }
}

fn audit_query() -> AuditQuery {
    let at = |text: &str| text.parse().unwrap();
    AuditQuery {
        key: AuditKey::UserName(vec!["clerk".to_owned()]),
        from: at("2026-03-01T00:00:00Z"),
        until: at("2026-03-02T00:00:00Z"),
        correlate_logon_events: true,
    }
}

fn field(name: &str) -> NewCustomField {
    NewCustomField {
        name: name.to_owned(),
        multi_value: true,
        values: vec!["Ground".to_owned()],
    }
}

fn pair() -> Vec<String> {
    vec!["Roof:VLAN".to_owned()]
}

fn lease_import() -> LeaseImport {
    LeaseImport::new(dhcp1()).unwrap()
}

fn long_ago() -> jiff::civil::Date {
    "2020-01-01".parse().unwrap()
}

fn ticked() -> Ticked {
    Ticked {
        range: range(),
        addresses: vec!["10.7.1.21".parse().unwrap()],
    }
}

const ONLY_THE_RECORD: Deletion = Deletion {
    reservation: false,
    dns_records: false,
    address_record: true,
};

// Reads first, then what changes the world, each removal after what it removes was used.
operations! {
    get_ipam_configuration(): Read;
    get_scheduled_tasks(): Read;
    get_ipam_discovery_domain(): Read;
    get_ipam_server_inventory(ServerFilter::default()): Read;
    get_zone_status(): Read;
    get_server_availability(): Read;
    get_ipam_dhcp_configuration_event(&CatalogueFilter::default()): Read;
    get_ipam_configuration_event(&ConfigurationEventFilter::default()): Read;
    get_ipam_ip_address_audit_event(&audit_query()): Tracking;
    export_ipam_ip_address_audit_event(&audit_query(), &mut Vec::new()): Tracking;
    get_ipam_capability(): Read;
    get_ipam_database(): Administer;
    server_properties(): Read;
    get_event_log(Channel::Admin): Read;
    get_ipam_block(&BlockQuery::default()): Read;
    get_ipam_range(&RangeQuery::default()): Read;
    get_ipam_subnet(&SubnetQuery::default()): Read;
    get_ipam_address_space(&AddressSpaceQuery::default()): Read;
    get_ipam_address(&AddressQuery::default()): Read;
    get_ipam_address_utilization_threshold(): Read;
    get_utilization(): Read;
    get_group_utilization("Managed by Service", AddressFamily::IPv4): Read;
    get_utilization_trend(UsageObject::Range(range()), UtilizationPeriod::OneDay): Read;
    get_ipam_custom_field(None): Read;
    get_ipam_custom_field_association(None, None): Read;
    get_logical_group(): Read;
    get_logical_group_members(
        "Managed by Service",
        AddressFamily::IPv4,
        Detail::Counts
    ): Read;
    get_address_space_view(
        CurrentView::IpAddresses,
        AddressFamily::IPv4,
        Detail::Counts
    ): Read;
    export_ipam_address(&ExportAddresses::default(), &mut Vec::new()): Read;
    export_ipam_range(&ExportObjects::default(), &mut Vec::new()): Read;
    export_ipam_block(&ExportObjects::default(), &mut Vec::new()): Read;
    export_ipam_subnet(&ExportObjects::default(), &mut Vec::new()): Read;
    get_access_role(): Read;
    get_access_scope(): Read;
    get_access_policy(): Read;
    get_object_access_scope(&Object::Block(block())): Read;

    add_ipam_discovery_domain(other_domain()): Tasks;
    set_ipam_discovery_domain(DiscoveryDomainChange {
        name: fqdn("corp.example"),
        discover_dc: Some(true),
        discover_dns: None,
        discover_dhcp: None,
    }): Tasks;
    remove_ipam_discovery_domain(&fqdn("corp.example")): Tasks;
    start_server_discovery(None): Tasks;
    refresh_server_access_status(&[dc1()]): Tasks;
    retrieve_server_data(&[dhcp1()]): Tasks;
    retrieve_all_server_data(): Tasks;
    retrieve_range_data(&[range()]): Tasks;
    retrieve_event_catalog_data(): Tasks;
    reset_zone_status(&[fqdn("corp.example")]): Tasks;
    start_scheduled_task(TaskKind::AddressExpiry): Tasks;
    set_expiry_log_settings(ExpirySettings::default()): Tasks;
    set_ipam_address_utilization_threshold(Some(10), None): Tasks;
    set_scheduled_task_interval(TaskKind::AddressExpiry, Duration::from_secs(86_400)): Configure;
    set_scheduled_task_enabled(TaskKind::AddressExpiry, true): Configure;
    set_ipam_capability(Capability::IpAddressTracking, true): Administer;
    remove_ipam_ip_address_audit_event(long_ago()): Administer;
    remove_ipam_dhcp_configuration_event(long_ago()): Administer;
    remove_ipam_configuration_event(long_ago()): Administer;
    remove_ipam_utilization_data(long_ago()): Administer;
    add_ipam_server_inventory(NewServer::new(dc1(), &[ServerRole::Dc])): Servers;
    set_ipam_server_inventory(&dc1(), ServerChange::default()): Servers;

    add_ipam_block(NewBlock::new(sub_block().network_id)): On("block");
    set_ipam_block(&block(), vec![BlockChange::Owner("x".to_owned())]): On("block");
    add_ipam_range(NewRange::new("10.7.2.0/28".parse().unwrap())): On("range");
    set_ipam_range(&range(), vec![RangeChange::Owner("x".to_owned())], false): On("range");
    add_ipam_subnet(NewSubnet::new("Added", "10.7.3.0/24".parse().unwrap())): On("subnet");
    set_ipam_subnet(&subnet(), renamed()): On("subnet");
    add_ipam_address_space(NewAddressSpace::provider("Added")): Everywhere("address space");
    set_ipam_address_space(&tenants(), owned()): On("address space");
    add_ipam_address(address(21)): On("address");
    import_ipam_address(
        &ImportAddresses::default(),
        Csv::new("IPAddress\n10.7.1.25\n").file()
    ): On("address");
    import_ipam_range(
        &ImportRanges::default(),
        Csv::new("NetworkId\n10.7.3.0/28\n").file()
    ): On("range");
    import_ipam_block(
        &ImportObjects::default(),
        Csv::new(BLOCK_FILE).file()
    ): On("block");
    import_ipam_subnet(
        &ImportObjects::default(),
        Csv::new("Name,NetworkId\nFloor,10.7.4.0/24\n").file()
    ): On("subnet");
    set_ipam_address(&key(20), vec![AddressChange::Owner("x".to_owned())]): On("address");
    find_and_allocate(FindRequest::one(range())): On("address");
    sweep(&range()): On("address");
    invoke_ipam_dhcp_lease(&lease_import(), None): On("address");
    get_free_addresses_in_database(&range(), 1): Read;
    find_ipam_free_range(FreeRangeRequest {
        address_space: AddressSpaceName::default(),
        network_id: "10.7.1.0/24".parse().unwrap(),
        number_of_addresses: 4,
        number_of_ranges: 1,
    }): Read;
    find_ipam_free_subnet(FreeSubnetRequest {
        block: block(),
        subnet_prefix: 24,
        number_of_subnets: 1,
    }): Read;
    allocate_ipam_address(AllocateRequest {
        range: range(),
        address: "10.7.1.23".parse().unwrap(),
        details: AddressDetails::default(),
        request: None,
    }): On("address");

    get_record_servers("10.7.1.20".parse().unwrap()): Read;
    get_reclaimable_addresses(&[range()]): Read;
    find_orphans(): Read;
    get_failover_scopes(): Read;
    replicate_failover_scope(&dhcp1(), "10.7.1.0/24".parse().unwrap()): On("DHCP failover");
    create_dhcp_reservation(&key(20)): On("DHCP reservation");
    delete_dhcp_reservation(&key(20)): On("DHCP reservation");
    create_dns_host_record(&key(20)): On("DNS record");
    create_dns_ptr_record(&key(20)): On("DNS record");
    delete_dns_host_record(&key(20)): On("DNS record");
    delete_dns_ptr_record(&key(20)): On("DNS record");

    add_ipam_custom_field(&field("Floor")): Everywhere("custom field");
    rename_ipam_custom_field("Floor", "Storey", Edit::Cmdlet): Everywhere("custom field");
    add_ipam_custom_value("Storey", "Attic"): Everywhere("custom field");
    rename_ipam_custom_value("Storey", "Attic", "Roof", Edit::Cmdlet): Everywhere("custom field");
    add_ipam_custom_field_association(
        "Storey",
        "IsolationMethod",
        &pair()
    ): Everywhere("custom field");
    set_ipam_custom_field_association(
        "Storey",
        "IsolationMethod",
        &AssociationChange::default()
    ): Everywhere("custom field");
    remove_ipam_custom_field_association("Storey", "IsolationMethod"): Everywhere("custom field");
    remove_ipam_custom_value("Storey", "Roof"): Everywhere("custom field");
    remove_ipam_custom_field("Storey"): Everywhere("custom field");
    add_logical_group(
        GroupKind::Range,
        "Sites",
        &["Region".to_owned()]
    ): Everywhere("logical group");
    edit_logical_group("Sites", &GroupChange::default()): Everywhere("logical group");
    remove_logical_group("Sites"): Everywhere("logical group");
    reclaim_ipam_addresses(&[ticked()]): On("address");
    delete_address(&key(20), ONLY_THE_RECORD): On("address");

    add_access_role(role("Added")): Everywhere("access policy");
    set_access_role("Added", RoleChange::default()): Everywhere("access policy");
    remove_access_role("Added"): Everywhere("access policy");
    add_access_policy(policy()): Everywhere("access policy");
    set_access_policy("CORP\\other", &grants()): Everywhere("access policy");
    remove_access_policy("CORP\\other"): Everywhere("access policy");
    add_access_scope(&ScopePath::global(), "Added", ""): Everywhere("access scope");
    set_access_scope(&path(r"\Global\Added"), ""): Everywhere("access scope");
    remove_access_scope(&path(r"\Global\Added")): Everywhere("access scope");
    set_ipam_access_scope(
        &Object::Block(block()),
        ScopeChange::Path(path(r"\Global\Here"))
    ): On("access scope");

    remove_ipam_subnet(&subnet(), false, false): On("subnet");
    remove_ipam_address_space(&tenants()): On("address space");
    remove_ipam_address(&key(22)): On("address");
    remove_ipam_range(&range(), true): On("range");
    remove_ipam_block(&block(), true): On("block");
    remove_ipam_server_inventory(&[dc1()]): Servers;
    set_event_log_enabled(Channel::Operational, true): Configure;
}
